"""What can happen to a session. Each function changes it by its arguments alone and says what changed.

No clock, no randomness, no decision: whether something may happen is decided by who calls (the anchor by its policy,
validation by what it saw on the wire). Sessions are changed in place, never copied.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

import msgspec

from pmiptool.session.model import FORWARD, Binding, BindingKey, Flow, Session
from pmiptool.session.unknown import Unknown


class Moved(msgspec.Struct, frozen=True, eq=False):
    """A filter that found a new owner. `flow` is the new owner's; `absorbed`: it was there before, and is equal."""

    fid: int
    target: Binding
    flow: Flow
    absorbed: bool = False


def binding_key(reading: str, care_of_address: bytes, att: int | Unknown, ll_id: bytes | None | Unknown) -> BindingKey:
    """What makes a binding of a session, by the reading of `binding-key`."""
    if reading == "interface":
        return care_of_address, att if isinstance(att, int) else None, ll_id if isinstance(ll_id, bytes) else None
    return (care_of_address,)


def add_binding(session: Session, key: BindingKey, binding: Binding) -> None:
    """A binding comes into force as the newest of its session."""
    binding.created = session.next_count()
    session.bindings[key] = binding
    session.changed()


def move_binding(session: Session, old: BindingKey, new: BindingKey, care_of_address: bytes) -> Binding:
    """A binding gets another care-of address; filters, BIDs and age go along."""
    binding = session.bindings.pop(old)
    binding.care_of_address = care_of_address
    session.bindings[new] = binding
    session.changed()
    return binding


def rename_binding(session: Session, old: BindingKey, new: BindingKey) -> Binding:
    """A binding in force gets another key; all else stays."""
    binding = session.bindings.pop(old)
    session.bindings[new] = binding
    session.changed()
    return binding


def end_binding(session: Session, key: BindingKey, *, remember: bool = False) -> Binding:
    """A binding leaves force, with the filters that it still owns; `remember` keeps it as a tombstone without them."""
    binding = session.bindings.pop(key)
    session.changed()
    if remember:
        binding.flows.clear()
        session.remember(key, binding)
    return binding


def revive_binding(session: Session, key: BindingKey) -> Binding:
    """A tombstone comes back into force, at its old age, without filters."""
    binding = session.tombstones.pop(key)
    binding.removed_at = None
    session.bindings[key] = binding
    session.changed()
    return binding


def bind_bid(session: Session, binding: Binding, bid: int, priority: int) -> None:
    """A BID belongs to one binding of a session: the last that registered it (RFC 5648 6.2)."""
    for other in (*session.bindings.values(), *session.tombstones.values()):
        if other is not binding:
            other.bids.pop(bid, None)
    if not binding.bids:
        binding.bids = {}
    binding.bids[bid] = priority


def install_flow(session: Session, owner: Binding, flow: Flow) -> None:
    """A filter enters the list behind those of its priority, or takes the place of its owner's with that FID."""
    if flow.installed == 0:
        flow.installed = session.next_count()
    if not owner.flows:
        owner.flows = {}
    owner.flows[flow.fid] = flow
    session.changed()


def remove_flow(session: Session, owner: Binding, fid: int) -> Flow | None:
    session.changed()
    return owner.flows.pop(fid, None)


def remove_flows(session: Session, owner: Binding, fids: Iterable[int]) -> list[Flow]:
    session.changed()
    return [owner.flows.pop(fid) for fid in list(fids) if fid in owner.flows]


def renumber_flow(session: Session, owner: Binding, old: int, new: int) -> Flow:
    """A filter gets another FID and keeps its place."""
    flow = owner.flows.pop(old)
    flow.fid = new
    owner.flows[new] = flow
    session.changed()
    return flow


def fids_in_use(session: Session, target: Binding, *, in_group: bool) -> set[int]:
    """FIDs of the target, or of the whole session where a FID is unique in the group."""
    owners: Collection[Binding] = session.bindings.values() if in_group else (target,)
    return {fid for owner in owners for fid in owner.flows}


def highest_free_fid(taken: Collection[int]) -> int | None:
    """The highest FID that is not taken, from 65535 downwards; 0 is never given (RFC 6089 4.2)."""
    return next((fid for fid in range(0xFFFF, 0, -1) if fid not in taken), None)


def same_filter(one: Flow, other: Flow) -> bool:
    """Equal in effect, when both have one owner: selector, FID-PRI, action and binding reference."""
    return (one.selector, one.priority, one.action, one.bids) == (
        other.selector,
        other.priority,
        other.action,
        other.bids,
    )


def reinstantiate(
    session: Session, removed: Binding, targets: Iterable[Binding], *, in_group: bool = False
) -> list[Moved]:
    """The filters of a binding that has left force become those of `targets`, a copy each (muho 4.1, 4.2).

    Selector, FID-PRI, action and place in the list are copied, Forward follows its new owner, and an equal filter of
    the target absorbs it. What finds no free FID is lost.
    """
    session.changed()
    moved = []
    flows = sorted(removed.flows.values(), key=lambda flow: flow.installed)
    removed.flows.clear()
    for target in targets:
        theirs = session.owner_of(target)
        theirs.changed()
        for old in flows:
            bids = () if old.action == FORWARD else old.bids
            new = Flow(
                0, old.priority, old.action, old.selector, bids, old.installed,
                reinstantiated=True, announced=False, named=False,
            )  # fmt: skip
            equal = next((flow for flow in target.flows.values() if same_filter(flow, new)), None)
            if equal is not None:
                moved.append(Moved(old.fid, target, equal, absorbed=True))
                continue
            fid = highest_free_fid(fids_in_use(theirs, target, in_group=in_group))
            if fid is not None:
                new.fid = fid
                if not target.flows:
                    target.flows = {}
                target.flows[fid] = new
                moved.append(Moved(old.fid, target, new))
    return moved
