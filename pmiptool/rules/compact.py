"""What was seen of a mobile node at one anchor, folded up: a shape that many nodes share, and a few values of its own.

The shape says all of the watched state but for what is a node's own: its identifier, its prefixes and the octets of its
link (which stand in it as running numbers, in order of appearance), when bindings expire, timestamps and sequence
numbers. Two nodes of one shape are told apart by no rule, as long as these values play no part (`steady.py`).
What was known of a binding before it came into force is forgotten then, so that it is left out.
Filters are numbered by age within their session, since only their order is ever looked at; that of bindings is not.

What is rare has no shape: several paths (RFC 8278), IPv4 home addresses and GRE keys.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass
from typing import Any, NamedTuple

from pmiptool.rules.clocks import Clocks
from pmiptool.rules.pairing import BINDING, MnKey, Request
from pmiptool.rules.sessions import SessionChecker
from pmiptool.rules.watch import Watch
from pmiptool.rules.watch_state import Group, Kept
from pmiptool.session.model import Binding, BindingKey, Flow, Session

ZERO = -1
"""The number of octets that are all zero."""
EXPIRES, TIMESTAMP, SEQUENCE, TAKEN, ACCEPTED = range(5)

NumberOf = Callable[[bytes], int]


_HAVE = {
    Group: "lma session whole unsure kept removed left ended given complete doubtful address_sure held",
    Kept: "flow care_of targets frames sure key waits asked announced",
    Session: "mn_id mhgid prefixes bindings tombstones sequence count ipv4 mag_id family _order",
    Binding: "care_of_address att ll_id created lifetime expires sequence timestamp link_local bids flows removed_at "
             "keep_filters clear_group scheduled way gre path",
    Flow: "fid priority action selector bids installed reinstantiated announced named",
    SessionChecker: "context watch pairing exchange_watch messages exchanges _heard _garbled _rates _most_rates _doubt "
                    "_time _anchors last_mn last",
    Watch: "context groups plain ended one_path clocks _grouped _anchors _prefixes _homes _optioned _asked _expiries "
           "_count _latest",
    Clocks: "context _taken _accepted",
}  # fmt: skip
"""All that the classes have whose state is folded up here, or is of no single node."""


def complete(checker: SessionChecker) -> bool:
    """Whether this module knows of all state that there is; else nothing may be folded up."""
    have: dict[type, set[str]] = {
        cls: {field.name for field in fields(cls)} if is_dataclass(cls) else set() for cls in _HAVE
    }
    have[SessionChecker], have[Clocks] = set(vars(checker)), set(vars(checker.watch.clocks))
    return all(have[cls] == set(names.split()) for cls, names in _HAVE.items())


class NoShape(Exception):
    """This state has none."""


class Own(NamedTuple):
    """A value of a node's own: what it is, whose (a binding, or a care-of address), and itself."""

    kind: int
    whose: Any
    value: Any


class Folded(NamedTuple):
    """shape: hashable. owns: in the order in which the shape needs them. values: numbers of octets, by theirs here."""

    shape: tuple[Any, ...]
    owns: list[Own]
    values: list[int]
    held: tuple[tuple[int, int], ...]
    groups: list[Group]


class _Folding:
    def __init__(self, number_of: NumberOf) -> None:
        self.number_of = number_of
        self.values: list[int] = []
        self.here: dict[int, int] = {}
        self.owns: list[Own] = []

    def octets(self, octets: object) -> Any:
        """Octets of identity: their number in this shape, and how many they are."""
        if not isinstance(octets, bytes):
            return octets
        if not any(octets):
            return ZERO, len(octets)
        number = self.number_of(octets)
        if number < 0:
            raise NoShape
        at = self.here.get(number)
        if at is None:
            at = self.here[number] = len(self.values)
            self.values.append(number)
        return at, len(octets)

    def own(self, kind: int, whose: Any, value: Any) -> bool:
        if value is None:
            return False
        self.owns.append(Own(kind, whose, value))
        return True

    def prefixes(self, prefixes: Iterable[tuple[bytes, int]]) -> tuple[Any, ...]:
        return tuple((self.octets(address)[0], length) for address, length in prefixes)

    def key(self, key: BindingKey) -> tuple[Any, ...]:
        return (*key[:2], self.octets(key[2])) if len(key) == 3 else key

    def keys(self, keys: Iterable[BindingKey]) -> tuple[Any, ...]:
        return self.sorted(map(self.key, keys))

    @staticmethod
    def sorted(items: Iterable[tuple[Any, ...]]) -> tuple[Any, ...]:
        """What has no order in one that is always the same."""
        found = tuple(items)
        return found if len(found) < 2 else tuple(sorted(found, key=repr))

    def group(self, group: Group) -> tuple[Any, ...]:
        session = group.session
        if session.ipv4 is not None or session.mag_id is not None or session.family:
            raise NoShape
        ages = {0: 0}
        flows = [*group.removed, *group.left, *(kept.flow for kept in group.kept)]
        every = [*session.bindings.values(), *session.tombstones.values()]
        seen = {flow.installed for binding in every for flow in binding.flows.values()}
        for age in sorted((seen | {flow.installed for flow in flows}) - {0}):
            ages[age] = len(ages)
        return (
            session.mhgid,
            self.prefixes(session.prefixes),
            tuple((self.key(key), self.binding(binding, ages)) for key, binding in session.bindings.items()),
            self.sorted((self.key(key), self.tombstone(binding)) for key, binding in session.tombstones.items()),
            self.keys(group.whole & session.bindings.keys()),
            self.sorted((self.key(key), tuple(sorted(fids))) for key, fids in group.unsure.items() if fids),
            tuple(self.kept(kept, ages) for kept in group.kept),
            tuple(self.flow(flow, ages) for flow in group.removed),
            tuple(self.flow(flow, ages) for flow in group.left),
            self.keys(group.ended) if session.mhgid is not None else (),
            self.sorted(
                (self.key(key), self.prefixes(given)) for key, given in group.given.items() if key in session.bindings
            ),
            (group.complete, group.doubtful, group.address_sure),
            tuple(sorted(self.prefixes(group.held))),
            len(ages),
        )

    def binding(self, binding: Binding, ages: dict[int, int]) -> tuple[Any, ...]:
        if binding.gre is not None or binding.path is not None or binding.removed_at is not None:
            raise NoShape
        if not isinstance(binding.expires, float):
            raise NoShape
        self.own(EXPIRES, binding, binding.expires)
        return (
            binding.care_of_address, binding.att, self.octets(binding.ll_id), binding.lifetime,
            self.own(TIMESTAMP, binding, binding.timestamp), self.own(SEQUENCE, binding, binding.sequence),
            self.octets(binding.link_local), tuple(binding.bids.items()),
            tuple(self.flow(flow, ages) for flow in binding.flows.values()),
        )  # fmt: skip

    def tombstone(self, binding: Binding) -> tuple[Any, ...]:
        """When it would have expired, and its clocks, play no part any more."""
        if binding.gre is not None or binding.path is not None or binding.flows or binding.removed_at is not None:
            raise NoShape
        return (
            binding.care_of_address, binding.att, self.octets(binding.ll_id), binding.lifetime,
            self.octets(binding.link_local), tuple(binding.bids.items()),
        )  # fmt: skip

    @staticmethod
    def flow(flow: Flow, ages: dict[int, int]) -> tuple[Any, ...]:
        return (
            flow.fid, flow.priority, flow.action, flow.selector, flow.bids, ages[flow.installed], flow.reinstantiated,
            flow.announced, flow.named,
        )  # fmt: skip

    def kept(self, kept: Kept, ages: dict[int, int]) -> tuple[Any, ...]:
        if kept.waits:
            raise NoShape
        sets = self.keys(kept.targets), self.keys(kept.asked), self.keys(kept.announced)
        return self.flow(kept.flow, ages), kept.care_of, sets, kept.sure, self.key(kept.key)


def fold(checker: SessionChecker, anchor: bytes, mn: MnKey, number_of: NumberOf) -> Folded | None:
    """The state of a node as it is now; None where it has no shape. Nothing is changed."""
    watch, at = checker.watch, (anchor, mn)
    if watch.one_path.get(at):
        return None
    folding = _Folding(number_of)
    grouped, plain = watch._grouped.get(at, []), watch.plain.get(at, [])
    taken = watch.clocks._taken.get(at)
    accepted = watch.clocks._accepted.get(at) if checker.context.complete else None  # else nobody asks
    try:
        shape = (
            tuple(folding.group(group) for group in grouped),
            tuple(folding.group(group) for group in plain),
            tuple(sorted(watch._asked.get(at, ()))) if checker.context.complete else (),
            folding.own(TAKEN, None, taken),
            None if accepted is None else tuple(sorted(accepted)),
        )
        if not all(group.mn == mn for group in (*grouped, *plain)):
            return None
    except NoShape:
        return None
    for care_of, number in sorted((accepted or {}).items()):
        folding.own(ACCEPTED, care_of, number)
    groups = [*grouped, *plain]
    held = [(folding.here[number_of(a)], length) for group in groups for a, length in group.held if any(a)]
    return Folded(shape, folding.owns, folding.values, tuple(held), groups)


def drop(checker: SessionChecker, anchor: bytes, mn: MnKey, groups: Iterable[Group]) -> frozenset[bytes]:
    """Forget a node's state, which is folded up; returns where its requests came from. groups: also those that are gone
    from it."""
    watch, at = checker.watch, (anchor, mn)
    for group in (*groups, *watch._grouped.get(at, ()), *watch.plain.get(at, ())):
        for prefix in group.held:
            if dict.get(watch._prefixes, (anchor, prefix)) is group:
                del watch._prefixes[anchor, prefix]
        if group.session.mhgid is not None:
            watch.groups.pop((anchor, mn, group.session.mhgid), None)
        group.session.bindings = {}  # what still waits to expire is not there any more
    for table in (watch._grouped, watch.plain, watch._asked, watch.one_path, watch.clocks._taken,
                  watch.clocks._accepted):  # fmt: skip
        table.pop(at, None)
    return frozenset(checker.pairing._seen.pop((BINDING, anchor, mn), ()))


class _Unfolding:
    def __init__(self, octets: list[bytes], owns: Iterable[Any]) -> None:
        self.all = octets
        self.owns = iter(owns)

    def octets(self, folded: Any) -> Any:
        if not isinstance(folded, tuple):
            return folded
        at, length = folded
        return bytes(length) if at == ZERO else self.all[at][:length]

    def prefixes(self, folded: Iterable[Any]) -> tuple[tuple[bytes, int], ...]:
        return tuple((self.octets((at, 16)), length) for at, length in folded)

    def key(self, key: tuple[Any, ...]) -> BindingKey:
        return (*key[:2], self.octets(key[2])) if len(key) == 3 else key

    def group(self, anchor: bytes, mn: MnKey, folded: tuple[Any, ...]) -> Group:
        (mhgid, prefixes, bindings, tombstones, whole, unsure, kept, removed, left, ended, given, told, held,
         ages) = folded  # fmt: skip
        session = Session(mn, mhgid, self.prefixes(prefixes), count=ages)
        session.bindings = {self.key(key): self.binding(binding) for key, binding in bindings}
        session.tombstones = {self.key(key): self.tombstone(binding) for key, binding in tombstones}
        complete, doubtful, address_sure = told
        return Group(
            anchor, session, set(map(self.key, whole)), {self.key(key): set(fids) for key, fids in unsure},
            list(map(self.kept, kept)), list(map(self.flow, removed)), list(map(self.flow, left)),
            set(map(self.key, ended)), {self.key(key): self.prefixes(those) for key, those in given}, complete,
            doubtful, address_sure, set(self.prefixes(held)),
        )  # fmt: skip

    def binding(self, folded: tuple[Any, ...]) -> Binding:
        care_of, att, ll_id, lifetime, stamped, numbered, link_local, bids, flows = folded
        expires = next(self.owns)
        stamp = next(self.owns) if stamped else None
        number = next(self.owns) if numbered else None
        return Binding(
            care_of, att, self.octets(ll_id), 0, lifetime, expires, number, stamp, self.octets(link_local),
            dict(bids), {flow[0]: self.flow(flow) for flow in flows},
        )  # fmt: skip

    def tombstone(self, folded: tuple[Any, ...]) -> Binding:
        care_of, att, ll_id, lifetime, link_local, bids = folded
        return Binding(
            care_of, att, self.octets(ll_id), 0, lifetime, link_local=self.octets(link_local), bids=dict(bids)
        )

    @staticmethod
    def flow(folded: tuple[Any, ...]) -> Flow:
        return Flow(*folded)

    def kept(self, folded: tuple[Any, ...]) -> Kept:
        flow, care_of, (targets, asked, announced), sure, key = folded
        where, answered, told = (set(map(self.key, keys)) for keys in (targets, asked, announced))
        return Kept(self.flow(flow), care_of, where, (), sure, self.key(key), asked=answered, announced=told)


def unfold(checker: SessionChecker, anchor: bytes, mn: MnKey, shape: tuple[Any, ...], octets: list[bytes],
           owns: Iterable[Any], sources: Iterable[bytes]) -> list[Group]:  # fmt: skip
    """Put a node's state back in its place. octets: 16 for each number of the shape; sources: as of `drop`."""
    watch, at = checker.watch, (anchor, mn)
    grouped, plain, asked, stamped, accepted = shape
    unfolding = _Unfolding(octets, owns)
    groups = [unfolding.group(anchor, mn, folded) for folded in (*grouped, *plain)]
    if grouped:
        watch._grouped[at] = groups[: len(grouped)]
        for group in groups[: len(grouped)]:
            assert group.session.mhgid is not None
            watch.groups[anchor, mn, group.session.mhgid] = group
    if plain:
        watch.plain[at] = groups[len(grouped) :]
    if asked:
        watch._asked[at] = set(asked)
    if sources:
        checker.pairing._seen[BINDING, anchor, mn] = set(sources)
    if stamped:
        watch.clocks._taken[at] = next(unfolding.owns)
    if accepted is not None:
        watch.clocks._accepted[at] = {care_of: next(unfolding.owns) for care_of in accepted}
    for group in groups:
        for prefix in group.held:
            watch._prefixes[anchor, prefix] = group
        for binding in group.session.bindings.values():
            watch._count += 1
            assert isinstance(binding.expires, float)
            heapq.heappush(watch._expiries, (binding.expires, watch._count, group, binding))
    return groups


def at_rest(checker: SessionChecker, anchor: bytes, mn: MnKey) -> bool:
    """Whether nothing that was asked of a node, or by it, is still open."""
    pairing, others = checker.pairing, checker.exchange_watch
    if pairing._open_by_node.at((BINDING, anchor, mn)):
        return False
    for source in pairing._seen.get((BINDING, anchor, mn), ()):
        if checker._doubt.get((anchor, source, mn)):
            return False
    if others._revocations.get((anchor, mn)):
        return False
    return not any(key[2] == mn for key in others._awaited)


__all__ = ["Folded", "Own", "Request", "at_rest", "drop", "fold", "unfold"]
