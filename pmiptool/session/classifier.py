"""The downlink classifier: a packet and a session in, care-of addresses out (muho 2, mext 5.3.6, RFC 6089 5.3.6).

The first filter that matches decides. Filters stand in order of FID-PRI (lower first), then of installation; an
inactive one is skipped. Mobility Header packets are never steered. Uplink is out of the draft's scope.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import TypeVar

import msgspec

from pmiptool.session.model import DISCARD, NO_PRIORITY, Binding, Flow, Selector, Session, by_age, rank
from pmiptool.session.packet import MOBILITY_HEADER, FragmentKey, Packet, read_packet
from pmiptool.session.unknown import Unknown
from pmiptool.wire.values import Ipv4Selector, Ipv6Selector


class Decision(msgspec.Struct, frozen=True, eq=False):
    """Where a packet goes. `flow` and its owner: the filter that decided; None when none matched."""

    care_of_addresses: tuple[bytes, ...]
    flow: Flow | None = None
    owner: Binding | None = None


class Fragments:
    """Which decision the first fragment of a packet met, for those that follow it. The oldest are forgotten."""

    def __init__(self, capacity: int = 4096) -> None:
        self.capacity = capacity
        self._decisions: OrderedDict[FragmentKey, Decision] = OrderedDict()

    def remember(self, key: FragmentKey, decision: Decision) -> None:
        self._decisions[key] = decision
        self._decisions.move_to_end(key)
        while len(self._decisions) > self.capacity:
            self._decisions.popitem(last=False)

    def recall(self, key: FragmentKey) -> Decision | None:
        return self._decisions.get(key)


Steer = Callable[["Packet | bytes", Session, str, "Fragments | None"], Decision]
"""What `decide` is: packet, session, reading of `no-match`, first fragments."""


def classify(
    packet: bytes | Packet,
    session: Session,
    no_match: str = "bid-pri",
    fragments: Fragments | None = None,
) -> tuple[bytes, ...]:
    """Care-of addresses that a downlink packet is forwarded to; none: it is discarded.

    packet: octets from the IP header on. no_match: the reading of the question of that name. fragments: what earlier
    first fragments met; without it a later fragment is matched by what its own header says.
    """
    return decide(packet, session, no_match, fragments).care_of_addresses


def decide(
    packet: bytes | Packet,
    session: Session,
    no_match: str = "bid-pri",
    fragments: Fragments | None = None,
) -> Decision:
    """As `classify`, with the filter that decided."""
    read = packet if isinstance(packet, Packet) else read_packet(packet)
    if read is None or not any(one.bindings for one in session.family or [session]):
        return Decision(())
    if read.proto == MOBILITY_HEADER:
        return Decision(unmatched(session, "oldest" if no_match == "drop" else no_match))
    if read.fragment is not None and fragments is not None:
        if not read.first:
            earlier = fragments.recall(read.fragment)
            if earlier is not None and _stands(session, earlier):
                return earlier
        decision = _match(read, session, no_match)
        if read.first:
            fragments.remember(read.fragment, decision)
        return decision
    return _match(read, session, no_match)


def _stands(session: Session, decision: Decision) -> bool:
    """A decision holds for later fragments while all its care-of addresses are bound."""
    bound = {binding.care_of_address for one in session.family or [session] for binding in one.bindings.values()}
    return bound.issuperset(decision.care_of_addresses)


def _match(packet: Packet, session: Session, no_match: str) -> Decision:
    for whose, owner, flow in _filters(session):
        targets = whose.targets(owner, flow)
        if (targets or flow.action == DISCARD) and matches(flow.selector, packet):
            return Decision(targets, flow, owner)
    return Decision(unmatched(session, no_match))


def _filters(session: Session) -> Iterable[tuple[Session, Binding, Flow]]:
    """Whose filters the packets to its prefixes meet, in order: groups that share prefixes have one list."""
    if not session.family:
        return ((session, owner, flow) for owner, flow in session.flows())
    every = [(one, owner, flow) for one in session.family for owner, flow in one.flows()]
    return sorted(every, key=lambda entry: rank(entry[2]))


def unmatched(session: Session, reading: str) -> tuple[bytes, ...]:
    """Where a packet goes that no filter matches, by the reading of `no-match` (mext 5.1.1).

    Of groups that share prefixes it is the default group that has it, with the interfaces of all.
    """
    bindings = session.by_age() if not session.family else by_age(session.family)
    if reading == "drop" or not bindings:
        return ()
    if reading == "all":
        return tuple(dict.fromkeys(binding.care_of_address for binding in bindings))
    if reading == "newest":
        return (bindings[-1].care_of_address,)
    if reading == "bid-pri":
        return (min(bindings, key=_bid_priority).care_of_address,)
    return (bindings[0].care_of_address,)


def _bid_priority(binding: Binding) -> int:
    """The lowest BID-PRI of a binding; 0 is that of plain RFC 5648 and says nothing (RFC 6089 4.1)."""
    return min((priority or NO_PRIORITY for priority in binding.bids.values()), default=NO_PRIORITY + 1)


def matches(selector: Selector | Unknown, packet: Packet) -> bool:
    """RFC 6088: every field that the selector has must match; one without fields matches everything.

    Ranges are inclusive, the upper six bits of the traffic class count, and 20 bits of the flow label. An unknown
    selector matches nothing.
    """
    if isinstance(selector, Unknown):
        return False
    if packet.version != (4 if isinstance(selector, Ipv4Selector) else 6):
        return all(getattr(selector, name, None) is None for name in _STARTS)
    if selector.dscp is not None:
        end = selector.dscp if selector.dscp_end is None else selector.dscp_end
        if not selector.dscp >> 2 <= packet.dscp <= end >> 2:
            return False
    if isinstance(selector, Ipv6Selector) and selector.flow_label is not None:
        end = selector.flow_label if selector.flow_label_end is None else selector.flow_label_end
        if packet.flow_label is None or not selector.flow_label & _LABEL <= packet.flow_label <= end & _LABEL:
            return False
    return (
        _within(packet.proto, selector.proto, selector.proto_end)
        and _within(packet.dst_port, selector.dst_port, selector.dst_port_end)
        and _within(packet.src_port, selector.src_port, selector.src_port_end)
        and _within(packet.src, selector.src, selector.src_end)
        and _within(packet.dst, selector.dst, selector.dst_end)
        and _within(packet.spi, selector.spi, selector.spi_end)
    )


_STARTS = ("src", "dst", "spi", "flow_label", "src_port", "dst_port", "dscp", "proto")
_LABEL = 0xFFFFF
_Value = TypeVar("_Value", int, bytes)


def _within(value: _Value | None, start: _Value | None, end: _Value | None) -> bool:
    return start is None or (value is not None and start <= value <= (start if end is None else end))
