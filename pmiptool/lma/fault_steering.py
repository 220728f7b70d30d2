"""Faults of the downlink classifier, `steers-HOW`: what a data plane may get wrong although its signalling is right."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from pmiptool.errors import UsageError
from pmiptool.lma.fault_behaviour import Behaviour
from pmiptool.registry.codepoints import CodePoints
from pmiptool.session import classifier
from pmiptool.session.classifier import Decision, Fragments
from pmiptool.session.model import DISCARD, FORWARD, N_CAST, Binding, Flow, Selector, Session, by_age, rank
from pmiptool.session.packet import MOBILITY_HEADER, Packet, read_packet
from pmiptool.session.unknown import Unknown

Owned = tuple[Session, Binding, Flow]
_RANGES = ("src", "dst", "spi", "src_port", "dst_port", "dscp", "proto")


class Steering:
    """A classifier in pieces, each as it should be: a fault replaces one. It decides as `classifier.decide` does."""

    def __call__(
        self, packet: Packet | bytes, session: Session, no_match: str, fragments: Fragments | None
    ) -> Decision:
        read = packet if isinstance(packet, Packet) else self.read(packet)
        if read is None or not self.bindings(session):
            return Decision(())
        if self.is_signalling(read):
            return Decision(classifier.unmatched(session, "oldest" if no_match == "drop" else no_match))
        if read.fragment is not None and fragments is not None and not read.first:
            earlier = self.recall(fragments, read)
            if earlier is not None:
                return earlier
        decision = self.decide(read, session, no_match)
        if read.fragment is not None and fragments is not None and read.first:
            fragments.remember(read.fragment, decision)
        return decision

    def read(self, packet: bytes) -> Packet | None:
        return read_packet(packet)

    def is_signalling(self, packet: Packet) -> bool:
        return packet.proto == MOBILITY_HEADER

    def recall(self, fragments: Fragments, packet: Packet) -> Decision | None:
        return None if packet.fragment is None else fragments.recall(packet.fragment)

    def bindings(self, session: Session) -> list[Binding]:
        return by_age(session.family or [session])

    def decide(self, packet: Packet, session: Session, no_match: str) -> Decision:
        for whose, owner, flow in self.order(session):
            targets = self.targets(whose, owner, flow)
            if (targets or flow.action == DISCARD or self.stays(flow)) and self.matches(flow.selector, packet):
                return self.found(targets, flow, owner, session, no_match)
        return Decision(self.unmatched(session, no_match))

    def order(self, session: Session) -> list[Owned]:
        every = [(one, owner, flow) for one in session.family or [session] for owner, flow in one.flows()]
        return sorted(every, key=lambda entry: self.place(entry[2]))

    def place(self, flow: Flow) -> tuple[int, int]:
        return rank(flow)

    def targets(self, session: Session, owner: Binding, flow: Flow) -> tuple[bytes, ...]:
        return session.targets(owner, flow)

    def stays(self, flow: Flow) -> bool:
        """Whether a filter counts although nothing is left that it could send to."""
        return False

    def matches(self, selector: Selector | Unknown, packet: Packet) -> bool:
        return classifier.matches(selector, packet)

    def found(
        self, targets: tuple[bytes, ...], flow: Flow, owner: Binding, session: Session, no_match: str
    ) -> Decision:
        return Decision(targets, flow, owner)

    def unmatched(self, session: Session, no_match: str) -> tuple[bytes, ...]:
        return classifier.unmatched(session, no_match)


class PriorityReversed(Steering):
    """The filter with the highest FID-PRI decides."""

    def place(self, flow: Flow) -> tuple[int, int]:
        priority, installed = rank(flow)
        return -priority, installed


class PriorityIgnored(Steering):
    """The filter that was installed first decides."""

    def place(self, flow: Flow) -> tuple[int, int]:
        return 0, flow.installed


class NewestFirst(Steering):
    """Of filters of one FID-PRI the one that was installed last decides."""

    def place(self, flow: Flow) -> tuple[int, int]:
        priority, installed = rank(flow)
        return priority, -installed


class Selecting(Steering):
    """One that changes selectors before it looks at them."""

    def matches(self, selector: Selector | Unknown, packet: Packet) -> bool:
        return not isinstance(selector, Unknown) and classifier.matches(self.taken(selector), packet)

    def taken(self, selector: Selector) -> Selector:
        return selector


class RangeEndExcluded(Steering):
    """The last value of a range does not match."""

    def matches(self, selector: Selector | Unknown, packet: Packet) -> bool:
        if isinstance(selector, Unknown) or not classifier.matches(selector, packet):
            return False
        ends = {name: getattr(selector, f"{name}_end") for name in _RANGES}
        at_end = (
            end is not None and end == (packet.dscp << 2 if name == "dscp" else getattr(packet, name))
            for name, end in ends.items()
        )
        return not any(at_end)


class RangeEndIgnored(Selecting):
    """Of a range only the first value matches."""

    def taken(self, selector: Selector) -> Selector:
        return replace(selector, **{f"{name}_end": None for name in _RANGES})


class DscpOverEightBits(Steering):
    """The six bits of the DSCP are compared with all eight of the field."""

    def matches(self, selector: Selector | Unknown, packet: Packet) -> bool:
        if isinstance(selector, Unknown) or selector.dscp is None:
            return classifier.matches(selector, packet)
        end = selector.dscp if selector.dscp_end is None else selector.dscp_end
        rest = replace(selector, dscp=None, dscp_end=None)
        return selector.dscp <= packet.dscp <= end and classifier.matches(rest, packet)


def _without(*fields: str) -> type[Steering]:
    class Without(Selecting):
        def taken(self, selector: Selector) -> Selector:
            names = [name for field in fields for name in (field, f"{field}_end") if hasattr(selector, name)]
            return replace(selector, **dict.fromkeys(names))

    return Without


class PortsSwapped(Selecting):
    """Source and destination ports of a selector are taken for one another."""

    def taken(self, selector: Selector) -> Selector:
        return replace(
            selector, src_port=selector.dst_port, src_port_end=selector.dst_port_end,
            dst_port=selector.src_port, dst_port_end=selector.src_port_end,
        )  # fmt: skip


class FirstHeaderOnly(Steering):
    """Extension headers are not walked: what follows the IPv6 header is taken for the protocol."""

    def read(self, packet: bytes) -> Packet | None:
        read = read_packet(packet)
        if read is None or read.version == 4 or packet[6] == read.proto:
            return read
        return replace(read, proto=packet[6], src_port=None, dst_port=None, spi=None)


class SignallingSteered(Steering):
    """Filters decide about Mobility Headers, too."""

    def is_signalling(self, packet: Packet) -> bool:
        return False


class NeverLooksAgain(Steering):
    """What was decided of a flow stands, whatever becomes of filters and bindings."""

    def __init__(self) -> None:
        self._known: dict[Packet, Decision] = {}

    def decide(self, packet: Packet, session: Session, no_match: str) -> Decision:
        if packet not in self._known:
            self._known[packet] = super().decide(packet, session, no_match)
        return self._known[packet]


class FragmentsAlone(Steering):
    """A later fragment is looked at by itself."""

    def recall(self, fragments: Fragments, packet: Packet) -> Decision | None:
        return None


class DiscardIgnored(Steering):
    """A filter that discards is passed over."""

    def order(self, session: Session) -> list[Owned]:
        return [entry for entry in super().order(session) if entry[2].action != DISCARD]


class NCastToOne(Steering):
    """An n-cast filter sends one copy."""

    def targets(self, session: Session, owner: Binding, flow: Flow) -> tuple[bytes, ...]:
        found = super().targets(session, owner, flow)
        return found[:1] if flow.action == N_CAST else found


class ForwardToAll(Steering):
    """A filter that forwards sends a copy to every binding."""

    def targets(self, session: Session, owner: Binding, flow: Flow) -> tuple[bytes, ...]:
        found = super().targets(session, owner, flow)
        return tuple(b.care_of_address for b in session.by_age()) if found and flow.action == FORWARD else found


class InactiveUsed(Steering):
    """A filter whose care-of addresses are all gone still decides, and its packets are lost."""

    def stays(self, flow: Flow) -> bool:
        return True


class WrongTunnel(Steering):
    """A filter that forwards sends to the next binding."""

    def targets(self, session: Session, owner: Binding, flow: Flow) -> tuple[bytes, ...]:
        found = super().targets(session, owner, flow)
        every = [binding.care_of_address for binding in session.by_age()]
        if flow.action != FORWARD or not found or found[0] not in every:
            return found
        return (every[(every.index(found[0]) + 1) % len(every)],)


class FiltersIgnored(Steering):
    """No filter matches anything."""

    def order(self, session: Session) -> list[Owned]:
        return []


class UnmatchedLost(Steering):
    """What no filter matches is dropped, whatever the reading."""

    def unmatched(self, session: Session, no_match: str) -> tuple[bytes, ...]:
        return ()


class UnmatchedToNewest(Steering):
    """What no filter matches goes to the binding that was registered last, whatever the reading."""

    def unmatched(self, session: Session, no_match: str) -> tuple[bytes, ...]:
        return super().unmatched(session, "newest")


class UnmatchedToAll(Steering):
    """What no filter matches goes to every binding, whatever the reading."""

    def unmatched(self, session: Session, no_match: str) -> tuple[bytes, ...]:
        return super().unmatched(session, "all")


class BidsIgnored(Steering):
    """A binding reference is not looked at."""

    def targets(self, session: Session, owner: Binding, flow: Flow) -> tuple[bytes, ...]:
        if not flow.bids:
            return super().targets(session, owner, flow)
        bids, flow.bids = flow.bids, ()
        try:
            return super().targets(session, owner, flow)
        finally:
            flow.bids = bids


WRONG: dict[str, Callable[[], Steering]] = {
    "priority-reversed": PriorityReversed,
    "priority-ignored": PriorityIgnored,
    "newest-first": NewestFirst,
    "range-end-excluded": RangeEndExcluded,
    "range-end-ignored": RangeEndIgnored,
    "dscp-over-8-bits": DscpOverEightBits,
    "dscp-ignored": _without("dscp"),
    "flow-label-ignored": _without("flow_label"),
    "protocol-ignored": _without("proto"),
    "source-ignored": _without("src"),
    "spi-ignored": _without("spi"),
    "source-port-ignored": _without("src_port"),
    "ports-swapped": PortsSwapped,
    "first-header-only": FirstHeaderOnly,
    "fragments-alone": FragmentsAlone,
    "signalling-steered": SignallingSteered,
    "never-looks-again": NeverLooksAgain,
    "discard-ignored": DiscardIgnored,
    "n-cast-to-one": NCastToOne,
    "forward-to-all": ForwardToAll,
    "inactive-used": InactiveUsed,
    "wrong-tunnel": WrongTunnel,
    "filters-ignored": FiltersIgnored,
    "unmatched-lost": UnmatchedLost,
    "unmatched-to-newest": UnmatchedToNewest,
    "unmatched-to-all": UnmatchedToAll,
    "bids-ignored": BidsIgnored,
}
"""HOW, and the classifier that does so."""


class Steers(Behaviour):
    """The data plane classifies in another way than its filters say."""

    def __init__(self, parameter: str, settings: CodePoints) -> None:
        if parameter not in WRONG:
            raise UsageError(f"fault steers-{parameter} does not exist; there are steers- with {', '.join(WRONG)}")
        self._steering = WRONG[parameter]()

    def steering(self) -> Steering:
        return self._steering


FAMILIES = {
    "steers-HOW": (f"Packets are steered wrongly, though all answers are right; HOW is {', '.join(WRONG)}.", Steers)
}
