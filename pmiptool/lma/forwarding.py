"""The anchor's data plane, without I/O: downlink packets into tunnels, by the classifier; uplink packets out of them.

RFC 5213 5.6: packets to a home network prefix go through the tunnel of a binding, those from a tunnel are forwarded
when their source address belongs to a mobile node of that tunnel. Which binding it is, its filters say (muho 2).
"""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from pmiptool.lma.anchor import LocalMobilityAnchor
from pmiptool.session.classifier import Fragments, Steer, decide
from pmiptool.session.model import Binding, Session
from pmiptool.session.packet import ESP, WITH_PORTS
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

CACHED = 65_536
"""Flows whose way is remembered; when there are more, all are forgotten."""
_PLAIN = WITH_PORTS | {ESP, 58}  # ESP, ICMPv6: what the selectors look at stands at fixed places
_ICMPV6 = 58


class FlowKey(NamedTuple):
    """Whose counters: a filter by its FID and the care-of address of its owner; fid None where no filter matched."""

    mn_id: bytes
    fid: int | None
    owner: bytes


class Traffic:
    """Packets and octets that went some way."""

    __slots__ = ("octets", "packets")

    def __init__(self) -> None:
        self.packets = 0
        self.octets = 0


class Way(NamedTuple):
    """Where the packets of a flow go: for each copy the other end, next header, GRE header, longest packet, counter."""

    copies: tuple[tuple[bytes, int, bytes, int, Traffic], ...]
    counter: Traffic


class Forwarding:
    """The data plane of one anchor.

    address, address4: what ICMP errors leave from. path_mtu: of the way to the gateways. steer: the classifier, another
    one for tests. `changed` is to be called after whatever the anchor did: flows are classified anew then.
    """

    def __init__(
        self,
        lma: LocalMobilityAnchor,
        *,
        address4: bytes = bytes(4),
        path_mtu: int = 1500,
        steer: Steer | None = None,
    ) -> None:
        self._lma = lma
        self._address4 = address4
        self._mtu = path_mtu
        self._steer = steer or lma.steering or decide
        self._no_match = lma.config.readings["no-match"]
        self._fragments = Fragments()
        self._ways: dict[bytes, Way] = {}
        self.by_flow: dict[FlowKey, Traffic] = {}
        self.by_tunnel: dict[bytes, Traffic] = {}
        self.uplink: dict[bytes, Traffic] = {}
        self.drops: Counter[str] = Counter()
        self.errors: list[bytes] = []

    def changed(self) -> None:
        """Bindings or filters may be others: nothing is remembered any more but the counters."""
        self._ways.clear()

    def take_errors(self) -> list[bytes]:
        """ICMP errors to the sources of packets since the last call, as IP packets to be routed."""
        out, self.errors = self.errors, []
        return out

    # Downlink

    def downlink(self, packet: bytes) -> list[Tunnelled]:
        """Where a packet to a mobile node goes; nothing: it is dropped, and counted."""
        key = _key(packet)
        way = self._ways.get(key) if key is not None else None
        if way is None:
            found = self._way(packet)
            if isinstance(found, str):
                self.drops[found] += 1
                return []
            way = found
            if key is not None:
                if len(self._ways) >= CACHED:
                    self._ways.clear()
                self._ways[key] = way
        way.counter.packets += 1
        way.counter.octets += len(packet)
        if not way.copies:
            self.drops["discarded"] += 1
            return []
        out = []
        marked = traffic_class(packet)
        for peer, protocol, header, longest, counter in way.copies:
            if len(packet) > longest and not fits(packet, longest):
                self._complain(packet, longest)
                continue
            counter.packets += 1
            counter.octets += len(packet)
            out.append(Tunnelled(peer, protocol, header + packet if header else packet, marked))
        return out

    def _way(self, packet: bytes) -> Way | str:
        """What the classifier says of a packet, or why it is dropped."""
        _, destination = ends_of(packet)
        session = self._lma.session_of(destination) if len(destination) in (4, 16) else None
        if session is None:
            return "no-session"
        decision = self._steer(packet, session, self._no_match, self._fragments)
        owner = b"" if decision.owner is None else decision.owner.care_of_address
        flow = FlowKey(session.mn_id[1], None if decision.flow is None else decision.flow.fid, owner)
        protocol = protocol_of(packet)
        copies = []
        for peer in decision.care_of_addresses:
            binding = _binding(session, peer)
            gre = None if binding is None else binding.gre
            number, header = header_of(gre, None if gre is None else gre.downlink, protocol)
            longest = room(self._mtu, len(header))
            copies.append((peer, number, header, longest, self.by_tunnel.setdefault(peer, Traffic())))
        return Way(tuple(copies), self.by_flow.setdefault(flow, Traffic()))

    def _complain(self, packet: bytes, mtu: int) -> None:
        self.drops["too-big"] += 1
        error = too_big(packet, mtu, self._lma.address, self._address4)
        if error is not None:
            self.errors.append(error)

    # Uplink

    def received(self, protocol: int, payload: bytes, peer: bytes) -> bytes | None:
        """A packet out of the tunnel from a gateway, to be routed on; None: it is dropped, and counted (5.6.2)."""
        inner = decapsulate(protocol, payload)
        reason = inner if isinstance(inner, str) else self._refused(inner, peer)
        if reason:
            self.drops[reason] += 1
            return None
        assert isinstance(inner, Inner)
        counter = self.uplink.setdefault(peer, Traffic())
        counter.packets += 1
        counter.octets += len(inner.packet)
        return inner.packet

    def refuse(self, packet: bytes) -> None:
        """Count why a packet goes no further that others took out of a tunnel, and found to be of none of its nodes."""
        destination = ends_of(packet)[1]
        at_end = destination == self._lma.address or self._has_tunnel(destination)
        self.drops["loop" if at_end else "spoofed-source"] += 1

    def _refused(self, inner: Inner, peer: bytes) -> str:
        """Why a packet from a tunnel goes no further; empty when it does."""
        source, destination = ends_of(inner.packet)
        if destination in (self._lma.address, peer):
            return "loop"
        session = self._lma.session_of(source)
        binding = None if session is None else _binding(session, peer)
        if binding is None:
            return "spoofed-source" if self._has_tunnel(peer) else "no-tunnel"
        if (binding.gre is not None) != inner.gre:
            return "encapsulation"
        if binding.gre is not None and binding.gre.uplink is not None and inner.key != binding.gre.uplink:
            return "gre-key"
        return ""

    def _has_tunnel(self, peer: bytes) -> bool:
        return any(
            binding.care_of_address == peer for session in self._lma.sessions for binding in session.bindings.values()
        )


def _binding(session: Session, peer: bytes) -> Binding | None:
    """The binding in force of a session, or of its family, whose tunnel ends at an address."""
    for one in session.family or (session,):
        for binding in one.bindings.values():
            if binding.care_of_address == peer:
                return binding
    return None


def _key(packet: bytes) -> bytes | None:
    """What all packets of a flow share that a selector can look at; None where a packet has to be looked into."""
    if len(packet) < 44:
        return None
    if packet[0] >> 4 == 6:
        header = packet[6]
        if header in _PLAIN:
            return packet[:4] + packet[6:7] + packet[8 : 40 if header == _ICMPV6 else 44]
        return None
    if packet[0] == 0x45 and not (packet[6] << 8 | packet[7]) & 0x3FFF and packet[9] in WITH_PORTS:
        return packet[:2] + packet[9:10] + packet[12:24]
    return None
