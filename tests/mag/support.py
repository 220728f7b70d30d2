"""A gateway with a clock, and answers written by hand."""

from __future__ import annotations

import ipaddress

import msgspec

from pmiptool.mag import MagConfig, MnProfile, MobileAccessGateway
from pmiptool.session.endpoint import Endpoint
from pmiptool.wire import values as v
from pmiptool.wire.codec import codec_for

LMA = Endpoint(ipaddress.IPv6Address("2001:db8:1::1").packed)
MAG = Endpoint(ipaddress.IPv6Address("2001:db8:1::2").packed)
HNP = v.Prefix(ipaddress.IPv6Address("2001:db8:a1::").packed, 64)
NOW = 1_700_000_000.0
MN = b"mn1@example.org"
SELECTOR = v.Ipv6Selector(dst_port=5060, proto=17)
FLOW = v.FlowIdentification(fid=1, pri=10, action=1, suboptions=(SELECTOR,))
PLAIN = MnProfile(id=MN, ll_id=bytes.fromhex("020000000001"))
MULTIHOMED = msgspec.structs.replace(PLAIN, mhgid=0, flows=(FLOW,))


def option(message, kind):
    return next((o for o in message.options if isinstance(o, kind)), None)


def options(message, kind):
    return [o for o in message.options if isinstance(o, kind)]


class Bench:
    """A gateway, its clock, and the requests that it sent."""

    def __init__(self, **config):
        self.mag = MobileAccessGateway(MagConfig(**config), MAG, LMA, seed=1)
        self.codec = codec_for(self.mag.config.codepoints)
        self.now = NOW
        self.requests = []
        self.happened = []

    def collect(self):
        for datagram in self.mag.to_send(self.now):
            assert (datagram.source, datagram.destination) == (MAG, LMA)
            decoded = self.codec.decode(datagram.data, src=MAG.address, dst=LMA.address)
            assert decoded.findings == () and decoded.checksum_ok
            self.requests.append(decoded.message)
        fresh = self.mag.events()
        self.happened += fresh
        return fresh

    def attach(self, profile=MULTIHOMED, **more):
        self.mag.attach(profile, self.now, **more)
        self.collect()
        return self.requests[-1]

    def advance(self, seconds):
        end = self.now + seconds
        while (due := self.mag.next_timer()) is not None and due <= end:
            self.now = due
            self.mag.on_timer(due)
            self.collect()
        self.now = end

    def answer(self, request=None, status=0, *, drop=(), put=(), source=LMA, checksum=True, **fields):
        """A PBA that repeats what RFC 5213 5.3.6 says, then `drop` option classes and `put` options."""
        request = request or self.requests[-1]
        kept = []
        for o in request.options:
            if isinstance(o, v.HomeNetworkPrefix) and o.home_network_prefix.is_any and status < 128:
                kept.append(v.HomeNetworkPrefix(home_network_prefix=HNP))
            elif isinstance(o, v.Multihoming):
                kept.append(msgspec.structs.replace(o, act=0))
            elif not isinstance(o, v.FlowSummary):
                kept.append(o)
        kept = [o for o in kept if not isinstance(o, (*drop, *(type(p) for p in put)))] + list(put)
        fields = {"flags": 0x20, "sequence": request.sequence, "lifetime": request.lifetime, **fields}
        message = v.BindingAcknowledgement(status=status, options=tuple(kept), **fields)
        data = self.codec.encode(message, src=LMA.address, dst=MAG.address)
        if not checksum:
            data = data[:4] + b"\0\0" + data[6:]
        self.mag.receive(data, source, self.now)
        return self.collect()

    def tell(self, message, *, source=LMA):
        """A message that the anchor sends by itself; what the gateway sent upon it."""
        return self.hear(self.codec.encode(message, src=LMA.address, dst=MAG.address), source=source)

    def hear(self, data, *, source=LMA):
        """The same from octets."""
        sent = len(self.requests)
        self.mag.receive(data, source, self.now)
        self.collect()
        return self.requests[sent:]

    def of(self, kind):
        return [e for e in self.happened if isinstance(e, kind)]

    def entry(self):
        return self.mag.entry(MN)
