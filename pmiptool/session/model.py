"""Mobility sessions, their bindings and the filters (flows) that the bindings own.

One model for all: the anchor decides and applies `transitions`; validation applies what it saw, with `UNKNOWN` where
no message has said it; the lab steers packets by it. Addresses are 16 octets, lifetimes units of 4 s, times seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pmiptool.session.endpoint import Endpoint
from pmiptool.session.unknown import Unknown
from pmiptool.wire.values import Ipv4Selector, Ipv6Selector

Selector = Ipv4Selector | Ipv6Selector
MnKey = tuple[int, bytes]  # subtype and identifier of the MN-ID option (RFC 4283)
PrefixKey = tuple[bytes, int]  # 16 octets without host bits, and the length
BindingKey = tuple[bytes | int | None, ...]

FORWARD, DISCARD, N_CAST = 1, 2, 3
NO_PRIORITY = 128  # BID-PRI is 7 bits; a binding without one comes after all that have one


class Nothing(dict[Any, Any]):
    """Stands, once for all, for the dictionaries that are still empty: most sessions never need theirs.

    Whoever adds something puts a dictionary of its own in its place; it takes nothing itself.
    """

    __slots__ = ()

    def __setitem__(self, key: object, value: object) -> None:
        raise TypeError("this one is shared; put another in its place")

    def __reduce__(self) -> tuple[Callable[[], Nothing], tuple[()]]:
        return _nothing, ()


class Nobody(list[Any]):
    """Stands likewise for the families of sessions that are alone."""

    __slots__ = ()

    def append(self, value: object) -> None:
        raise TypeError("this one is shared; put another in its place")

    def __reduce__(self) -> tuple[Callable[[], Nobody], tuple[()]]:
        return _nobody, ()


_NOTHING, _NOBODY = Nothing(), Nobody()


def _nothing() -> Nothing:
    return _NOTHING


def _nobody() -> Nobody:
    return _NOBODY


class Ipv4Home(NamedTuple):
    """The IPv4 home address of a session with what goes with it (RFC 5844 3.1.1). Addresses are 4 octets."""

    address: bytes
    prefix_length: int
    default_router: bytes


class GreKeys(NamedTuple):
    """GRE encapsulation of a binding (RFC 5845 5.1). A key is None where only the encapsulation was agreed on.

    downlink: what the gateway wants to see, uplink: what the anchor does.
    """

    downlink: int | None
    uplink: int | None


@dataclass(slots=True, eq=False)
class Flow:
    """A filter: a flow binding entry (mext 4.4).

    bids: the binding reference; empty means the owner for Forward and all bindings for n-cast. `installed` orders
    filters of one priority. A re-instantiated filter is the anchor's own doing (muho 4.2): `announced` once a PBA has
    told its MAG of it, `named` once that MAG has used its FID.
    """

    fid: int
    priority: int | Unknown
    action: int | Unknown
    selector: Selector | Unknown
    bids: tuple[int, ...] = ()
    installed: int = 0
    reinstantiated: bool = False
    announced: bool = True
    named: bool = True


@dataclass(frozen=True, slots=True)
class Path:
    """What a MAG says of one of its ways to the anchor (RFC 8278 4.1): binding identifier, interface label and access
    technology of that interface."""

    bid: int
    label: int | Unknown
    att: int | Unknown


@dataclass(slots=True, eq=False)
class Binding:
    """One proxy care-of address of a session, with what belongs to that interface (RFC 5213 5.1, muho 6.1).

    ll_id: None without the option or with ALL_ZERO. bids: BID to BID-PRI. flows: the filters it owns, by FID.
    gre: None without GRE encapsulation. expires: when the lifetime ends. removed_at: when a deregistration was
    accepted (it waits or is a tombstone); keep_filters, clear_group: what it asked for. scheduled: when the anchor
    looks at the binding next. way: where the last accepted request came from, and where to; what the anchor asks by
    itself goes back there.
    path: in a session with several paths, which one this is; its BID is in `bids` too.
    """

    care_of_address: bytes
    att: int | Unknown
    ll_id: bytes | None | Unknown
    created: int = 0
    lifetime: int | Unknown = 0
    expires: float | Unknown = 0.0
    sequence: int | None = None
    timestamp: int | None = None
    link_local: bytes | None = None
    bids: dict[int, int] = field(default_factory=_nothing)
    flows: dict[int, Flow] = field(default_factory=_nothing)
    removed_at: float | None = None
    keep_filters: bool = False
    clear_group: bool = False
    scheduled: float = 0.0
    way: tuple[Endpoint, Endpoint] | None = None
    gre: GreKeys | None = None
    path: Path | None = None


@dataclass(slots=True, eq=False)
class Session:
    """A mobility session: prefixes and bindings. `mhgid` None is a session without the Multihoming option.

    ipv4: its IPv4 home address, which all bindings share; such a session may have no prefix (RFC 5844 3.1).
    bindings: those in force, by key. tombstones: deregistered ones that are remembered for a while.
    mag_id: in a session with several paths the MAG that they belong to, subtype and identifier (RFC 8278 4.2).
    family: the sessions of a mobile node's multihoming groups where it has several, this one included, one list for
    all; empty for a session alone. They share prefixes, and group 0 spans the interfaces of all (muho 1).
    """

    mn_id: MnKey
    mhgid: int | None
    prefixes: tuple[PrefixKey, ...]
    bindings: dict[BindingKey, Binding] = field(default_factory=dict)
    tombstones: dict[BindingKey, Binding] = field(default_factory=_nothing)
    sequence: int | None = None
    count: int = 0
    ipv4: Ipv4Home | None = None
    mag_id: MnKey | None = None
    family: list[Session] = field(default_factory=_nobody)
    _order: list[tuple[Binding, Flow]] | None = None

    def remember(self, key: BindingKey, binding: Binding) -> None:
        """A binding that has left force becomes a tombstone."""
        if not self.tombstones:
            self.tombstones = {}
        self.tombstones[key] = binding

    def next_count(self) -> int:
        """Ages of bindings and filters: a running number of the session, or of its family."""
        self.count = max((other.count for other in self.family), default=self.count) + 1
        return self.count

    def spanned(self) -> list[Binding]:
        """Bindings in force: of the default group those of all groups, of any other its own."""
        sessions = self.family if self.mhgid == 0 and self.family else [self]
        return [binding for session in sessions for binding in session.bindings.values()]

    def changed(self) -> None:
        """To be called by whatever changes filters: their order is worked out anew when next asked for."""
        self._order = None

    def oldest(self) -> Binding | None:
        return min(self.spanned(), key=_age, default=None)

    def by_age(self) -> list[Binding]:
        """Bindings in force that it spans, the one registered first at the front."""
        return sorted(self.spanned(), key=_age)

    def flows(self) -> list[tuple[Binding, Flow]]:
        """Owner and filter, in order of FID-PRI (lower first), then of installation (mext 4.4).

        Filters of unknown priority stand last.
        """
        if self._order is None:
            owned = [(binding, flow) for binding in self.bindings.values() for flow in binding.flows.values()]
            self._order = sorted(owned, key=lambda entry: rank(entry[1]))
        return self._order

    def flow_count(self) -> int:
        return sum(len(binding.flows) for binding in self.bindings.values())

    def holder(self, bid: int) -> Binding | None:
        """The binding in force that registered this BID; that of another group only where it has none itself."""
        for binding in self.bindings.values():
            if bid in binding.bids:
                return binding
        return next((binding for binding in self.spanned() if bid in binding.bids), None) if self.family else None

    def owner_of(self, binding: Binding) -> Session:
        """The session of its family that has a binding in force."""
        return next((one for one in self.family if any(binding is b for b in one.bindings.values())), self)

    def targets(self, owner: Binding, flow: Flow) -> tuple[bytes, ...]:
        """Care-of addresses that a filter sends to, all of them bound; empty for Discard and for inactive filters."""
        if flow.action == FORWARD and not flow.bids:
            return (owner.care_of_address,)
        if flow.action in (FORWARD, N_CAST):
            chosen: Iterator[Binding | None]
            if flow.bids:
                chosen = iter([self.holder(bid) for bid in flow.bids])
            else:
                chosen = iter(self.by_age())
            return tuple(dict.fromkeys(binding.care_of_address for binding in chosen if binding is not None))
        return ()

    def active(self, owner: Binding, flow: Flow) -> bool:
        """A filter whose care-of addresses are all gone is inactive and is skipped (mext 5.3.6)."""
        return flow.action == DISCARD or bool(self.targets(owner, flow))


def _age(binding: Binding) -> int:
    return binding.created


def by_age(sessions: Iterable[Session]) -> list[Binding]:
    """The bindings in force of sessions, the one registered first at the front."""
    return sorted((binding for session in sessions for binding in session.bindings.values()), key=_age)


def rank(flow: Flow) -> tuple[int, int]:
    """The place of a filter in the list (mext 4.4)."""
    return (flow.priority if isinstance(flow.priority, int) else 1 << 16, flow.installed)
