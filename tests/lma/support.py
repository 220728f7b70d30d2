"""A gateway's view of the anchor: requests from keywords, answers by name, a clock that only moves when told."""

from ipaddress import ip_address

from pmiptool.lma import LocalMobilityAnchor, config_from
from pmiptool.session.endpoint import Endpoint
from pmiptool.wire.codec import codec_for
from pmiptool.wire.values import (
    AccessTechnologyType,
    AlternateCareOfAddress,
    BindingUpdate,
    FlowIdentification,
    FlowIdentification6089,
    FlowSummary,
    HandoffIndicator,
    HomeNetworkPrefix,
    Ipv6Selector,
    LinkLocalAddress,
    MobileNodeIdentifier,
    MobileNodeLinkLayerIdentifier,
    Multihoming,
    Prefix,
    Timestamp,
)


def addr(text):
    return ip_address(text).packed


def prefix(text):
    address, _, length = text.partition("/")
    return Prefix(addr(address), int(length))


LMA = addr("2001:db8:1::1")
MAG1, MAG2, MAG3 = (addr(f"2001:db8:{n}::2") for n in (1, 2, 3))
ANY = Prefix()
START = 1_000_000.0
P, A, H = 0x0200, 0x8000, 0x4000
REMOVE, KEEP = 1, 2


def stamp(now):
    return int(now * 65536)


class Answer:
    """A PBA, its options by name."""

    def __init__(self, datagram, decoded):
        self.datagram, self.decoded, self.message = datagram, decoded, decoded.message
        self.status, self.lifetime = getattr(self.message, "status", None), getattr(self.message, "lifetime", None)
        self.sequence = getattr(self.message, "sequence", None)

    def options(self, kind):
        return [option for option in self.message.options if isinstance(option, kind)]

    def option(self, kind):
        found = self.options(kind)
        assert len(found) <= 1, found
        return found[0] if found else None

    @property
    def hnps(self):
        return [option.home_network_prefix for option in self.options(HomeNetworkPrefix)]

    @property
    def hnp(self):
        (one,) = self.hnps
        return one

    @property
    def fids(self):
        """FID to option, in order."""
        found = [o for o in self.message.options if isinstance(o, (FlowIdentification, FlowIdentification6089))]
        assert len({option.fid for option in found}) == len(found), "a FID stands twice"
        return {option.fid: option for option in found}

    @property
    def statuses(self):
        return {fid: option.status for fid, option in self.fids.items()}


WEB = Ipv6Selector(dst_port=80)


def flow(fid, pri=10, action=1, pro=0, selector=WEB, more=(), **fields):
    suboptions = ((selector,) if selector is not None else ()) + tuple(more)
    return FlowIdentification(fid=fid, pri=pri, action=action, pro=pro, suboptions=suboptions, **fields)


def flow6089(fid, pri=10, selector=WEB, more=(), **fields):
    suboptions = ((selector,) if selector is not None else ()) + tuple(more)
    return FlowIdentification6089(fid=fid, pri=pri, suboptions=suboptions, **fields)


class World:
    """One anchor and its clock. Defaults of a request: mn1, any prefix, HI 1, ATT 4, a timestamp of now."""

    def __init__(self, settings=None, faults=(), **sections):
        config = config_from({**(settings or {}), **sections})
        self.anchor = LocalMobilityAnchor(config, LMA, faults=faults)
        self.codec = codec_for(config.codepoints)
        self.now = START
        self.sequence = 0
        self.log = []

    def request(
        self, *extra, mag=MAG1, mn=b"mn1@example.org", hnp=ANY, hi=1, att=4, ll=None, lifetime=75, seq=None, ts="now",
        group=None, act=0, flows=(), summary=None, flags=A | P, alternate=None, link_local=None,
    ):  # fmt: skip
        """The BindingUpdate value; None leaves an option out."""
        self.sequence = (self.sequence + 1) & 0xFFFF if seq is None else seq
        options = []
        if mn is not None:
            options.append(MobileNodeIdentifier(subtype=1, identifier=mn))
        for one in hnp if isinstance(hnp, (list, tuple)) else [hnp]:
            if one is not None:
                options.append(HomeNetworkPrefix(home_network_prefix=one))
        if hi is not None:
            options.append(HandoffIndicator(hi=hi))
        if att is not None:
            options.append(AccessTechnologyType(att=att))
        if ll is not None:
            options.append(MobileNodeLinkLayerIdentifier(link_layer_identifier=ll))
        if link_local is not None:
            options.append(LinkLocalAddress(link_local_address=link_local))
        if ts is not None:
            options.append(Timestamp(timestamp=stamp(self.now) if ts == "now" else ts))
        if alternate is not None:
            options.append(AlternateCareOfAddress(alternate_care_of_address=alternate))
        if group is not None:
            options.append(Multihoming(mhgid=group, act=act))
        options += [*extra, *flows]
        if summary is not None:
            options.append(FlowSummary(fid=tuple(summary)))
        return BindingUpdate(sequence=self.sequence, flags=flags, lifetime=lifetime, options=tuple(options))

    def deliver(self, data, mag=MAG1, port=None):
        """Octets to the anchor; the datagrams that it sends at once."""
        self.anchor.receive(data, Endpoint(mag, port), self.now)
        return self.collect()

    def collect(self):
        self.log += self.anchor.events()
        return self.anchor.to_send(self.now)

    def answer(self, datagram, codec=None):
        codec = codec or self.codec
        decoded = codec.decode(datagram.data, datagram.source.address, datagram.destination.address)
        return Answer(datagram, decoded)

    def send(self, *extra, mag=MAG1, codec=None, tick=0.1, **fields):
        """A PBU, the clock moved by `tick` before it; its answer or None."""
        self.now += tick
        message = self.request(*extra, mag=mag, **fields)
        codec = codec or self.codec
        octets = codec.encode(message, src=mag, dst=LMA)
        sent = self.deliver(octets, mag)
        assert len(sent) <= 1
        if not sent:
            return None
        answer = self.answer(sent[0], codec)
        if not codec.decode(octets).findings:  # what was malformed is copied as it came
            assert not answer.decoded.findings, answer.decoded.findings
        return answer

    def send_all(self, *extra, mag=MAG1, tick=0.1, **fields):
        """As `send`; all that leaves for it, to whomever."""
        self.now += tick
        octets = self.codec.encode(self.request(*extra, mag=mag, **fields), src=mag, dst=LMA)
        return [self.answer(datagram) for datagram in self.deliver(octets, mag)]

    def attach(self, mag=MAG1, *, group=0, **fields):
        answer = self.send(mag=mag, group=group, **fields)
        assert answer.status == 0
        return answer

    def advance(self, seconds):
        """Time passes; timers run when they want to. Answers that come of it."""
        end = self.now + seconds
        sent = []
        while (due := self.anchor.next_timer()) is not None and due <= end:
            self.now = max(self.now, due)
            self.anchor.on_timer(self.now)
            sent += self.collect()
        self.now = end
        return [self.answer(datagram) for datagram in sent + self.collect()]

    def happened(self, kind):
        return [event for event in self.log if isinstance(event, kind)]

    @property
    def last(self):
        return self.log[-1]

    @property
    def session(self):
        (one,) = self.anchor.sessions
        return one

    def owners(self):
        """Care-of address to the FIDs it owns, of the one session."""
        return {b.care_of_address: sorted(b.flows) for b in self.session.bindings.values()}
