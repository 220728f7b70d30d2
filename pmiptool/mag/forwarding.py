"""The gateway's data plane, without I/O: RFC 5213 6.10.3 and 6.10.5, over the tunnels of `session/tunnel.py`.

What the mobile node sends goes through the tunnel to the anchor when its source address is the mobile node's; what
comes out of the tunnel goes to the access link of the mobile node that it is for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from pmiptool.mag.bul import BindingUpdateListEntry
from pmiptool.mag.gateway import MobileAccessGateway
from pmiptool.session.prefix import contains, network
from pmiptool.session.tunnel import (
    Inner,
    Tunnelled,
    decapsulate,
    ends_of,
    fits,
    header_of,
    protocol_of,
    room,
    too_big,
    traffic_class,
)


class Forwarding:
    """The data plane of one gateway. address4: what ICMP errors to IPv4 sources leave from. path_mtu: to the anchor."""

    def __init__(self, mag: MobileAccessGateway, *, address4: bytes = bytes(4), path_mtu: int = 1500) -> None:
        self._mag = mag
        self._address4 = address4
        self._mtu = path_mtu
        self.drops: Counter[str] = Counter()
        self.uplink: Counter[str] = Counter()
        self.downlink: Counter[str] = Counter()
        self.errors: list[bytes] = []

    def take_errors(self) -> list[bytes]:
        """ICMP errors to mobile nodes since the last call, as IP packets to be routed."""
        out, self.errors = self.errors, []
        return out

    def sent(self, packet: bytes) -> Tunnelled | None:
        """A packet of a mobile node, to the anchor (6.10.5); None: it is dropped, and counted."""
        found = self._wrapped(packet)
        if isinstance(found, str):
            self.drops[found] += 1
            return None
        return found

    def received(self, protocol: int, payload: bytes, peer: bytes) -> bytes | None:
        """A packet out of the tunnel, to be routed to its mobile node's link (6.10.3); None: dropped, and counted."""
        found = self._unwrapped(protocol, payload, peer)
        if isinstance(found, str):
            self.drops[found] += 1
            return None
        return found

    def _wrapped(self, packet: bytes) -> Tunnelled | str:
        source, destination = ends_of(packet)
        entry = self._entry(source)
        if entry is None:
            return "spoofed-source"
        if destination in (self._mag.address.address, self._mag.lma.address):
            return "loop"
        key = None if entry.gre is None else entry.gre.uplink
        protocol, header = header_of(entry.gre, key, protocol_of(packet))
        longest = room(self._mtu, len(header))
        if not fits(packet, longest):
            error = too_big(packet, longest, self._mag.config.fixed_link_local, self._address4)
            self.errors += [error] if error is not None else []
            return "too-big"
        self.uplink[entry.profile.interface] += 1
        return Tunnelled(self._mag.lma.address, protocol, header + packet, traffic_class(packet))

    def _unwrapped(self, protocol: int, payload: bytes, peer: bytes) -> bytes | str:
        inner = decapsulate(protocol, payload) if peer == self._mag.lma.address else "no-tunnel"
        if isinstance(inner, str):
            return inner
        source, destination = ends_of(inner.packet)
        entry = self._entry(destination)
        if entry is None:
            return "not-for-us"
        if reason := _marked_wrongly(inner, entry):
            return reason
        if self._entry(source) is entry:
            return "loop"
        self.downlink[entry.profile.interface] += 1
        return inner.packet

    def _entry(self, address: bytes) -> BindingUpdateListEntry | None:
        """The registered interface whose mobile node has an address; the first one where several share it."""
        return next(self._entries(address), None)

    def _entries(self, address: bytes) -> Iterator[BindingUpdateListEntry]:
        for entry in self._mag.binding_update_list.values():
            if entry.state != "registered" or entry.expires_at is None:
                continue
            if len(address) == 4 and entry.ipv4 is not None and entry.ipv4.address == address:
                yield entry
            elif len(address) == 16 and any(contains(network(own), (address, 128)) for own in entry.prefixes):
                yield entry


def _marked_wrongly(inner: Inner, entry: BindingUpdateListEntry) -> str:
    """Why a packet does not stand in the encapsulation that was agreed on (RFC 5845 3.3); empty when it does."""
    if (entry.gre is not None) != inner.gre:
        return "encapsulation"
    wanted = None if entry.gre is None else entry.gre.downlink
    return "gre-key" if wanted is not None and inner.key != wanted else ""
