"""How a binding leaves its session: by deregistration, by the end of its lifetime, and after a delay."""

from __future__ import annotations

from pmiptool.lma.core import Core
from pmiptool.lma.events import BindingRemoved, FlowReinstantiated, FlowRemoved
from pmiptool.session.model import Binding, BindingKey, Session
from pmiptool.session.transitions import end_binding, reinstantiate, remove_flows


def remove_binding(
    core: Core,
    session: Session,
    key: BindingKey,
    now: float,
    *,
    keep: bool,
    remember: bool,
    whole_group: bool = False,
    reason: str = "deregistered",
) -> None:
    """End a binding now. keep: re-instantiate its filters; remember: leave a tombstone for MinDelayBeforeBCEDelete;
    whole_group: the filters of the others go too (`act-scope`)."""
    binding = end_binding(session, key)
    core.events.append(
        BindingRemoved(
            time=now,
            mn_id=session.mn_id,
            mhgid=session.mhgid,
            care_of_address=binding.care_of_address,
            reason=reason,
            bid=None if binding.path is None else binding.path.bid,
        )
    )
    targets = _targets(core, session) if keep and binding.flows else []
    if targets:
        _reinstantiate(core, session, binding, targets, now)
    _drop_flows(core, session, binding, now, reason)
    if whole_group:
        for other in session.bindings.values():
            _drop_flows(core, session, other, now, reason)
    if remember:
        session.remember(key, binding)
        binding.removed_at = now
        core.rewatch(session, binding, now + core.policy.timers.min_delay_before_bce_delete)
    else:
        core.unwatch(binding)
    core.close_if_empty(session, now)


def take_off(
    core: Core, session: Session, key: BindingKey, now: float, *, keep: bool, whole_group: bool = False
) -> None:
    """End one binding of a session that may have others, as `removal-delay` has it."""
    binding = session.bindings[key]
    others = any(other is not binding and other.removed_at is None for other in session.bindings.values())
    if others and core.policy.readings["removal-delay"] == "wait":
        remove_later(core, session, binding, now, keep=keep, whole_group=whole_group)
    else:
        remember = not others or core.policy.readings["removal-delay"] == "tombstone"
        remove_binding(core, session, key, now, keep=keep, remember=remember, whole_group=whole_group)


def replace_others(core: Core, session: Session, key: BindingKey, now: float) -> None:
    """One binding takes the place of all others of its session, remembered ones included (RFC 8278 4.1)."""
    for other in [other for other in session.tombstones if other != key]:
        core.unwatch(session.tombstones.pop(other))
    for other in [other for other in session.bindings if other != key]:
        remove_binding(core, session, other, now, keep=False, remember=False, reason="replaced")


def keep_one(core: Core, session: Session, key: BindingKey, new_key: BindingKey, now: float) -> None:
    """As `replace_others`, under a new key and without its filters: another gateway has it from now on."""
    replace_others(core, session, key, now)
    kept = session.bindings if key in session.bindings else session.tombstones
    binding = kept[new_key] = kept.pop(key)
    _drop_flows(core, session, binding, now, "replaced")
    session.changed()


def remove_later(core: Core, session: Session, binding: Binding, now: float, *, keep: bool, whole_group: bool) -> None:
    """`removal-delay` = wait: everything stays in force for MinDelayBeforeBCEDelete."""
    binding.removed_at = now
    binding.keep_filters = keep
    binding.clear_group = whole_group
    core.rewatch(session, binding, now + core.policy.timers.min_delay_before_bce_delete)


def due(core: Core, session: Session, binding: Binding, now: float) -> None:
    """The time of a binding has come: it is forgotten, removed after its delay, expired, or looked at again later."""
    for key, buried in session.tombstones.items():
        if buried is binding:
            del session.tombstones[key]
            core.unwatch(binding)
            core.close_if_empty(session, now)
            return
    keys = [key for key, found in session.bindings.items() if found is binding]
    if not keys:
        return
    key = keys[0]
    if binding.removed_at is not None:
        keep, whole_group = binding.keep_filters, binding.clear_group
        remove_binding(core, session, key, now, keep=keep, remember=False, whole_group=whole_group)
        return
    assert isinstance(binding.expires, float)
    if binding.expires > now:
        core.rewatch(session, binding, binding.expires)
        return
    keep = session.mhgid is not None and core.policy.reinstantiation and core.policy.readings["act-zero"] == "keep"
    remove_binding(core, session, key, now, keep=keep, remember=False, reason="expired")


def _targets(core: Core, session: Session) -> list[Binding]:
    """Which of the bindings that remain take the filters (`reinstantiation-target`)."""
    bindings = [binding for binding in session.by_age() if binding.removed_at is None]
    reading = core.policy.readings["reinstantiation-target"]
    if reading == "all" or not bindings:
        return bindings
    return [bindings[-1] if reading == "newest" else bindings[0]]


def _reinstantiate(core: Core, session: Session, removed: Binding, targets: list[Binding], now: float) -> None:
    in_group = core.policy.readings["fid-scope"] == "group"
    for moved in reinstantiate(session, removed, targets, in_group=in_group):
        if core.faults is not None and not moved.absorbed:
            core.faults.reinstantiated(moved.flow)
            session.changed()
        core.events.append(
            FlowReinstantiated(
                time=now,
                mn_id=session.mn_id,
                fid=moved.fid,
                care_of_address=removed.care_of_address,
                new_fid=moved.flow.fid,
                new_care_of_address=moved.target.care_of_address,
                absorbed=moved.absorbed,
            )
        )
        if core.policy.announces:
            core.reinstantiated.append((session.owner_of(moved.target), moved.target))


def _drop_flows(core: Core, session: Session, owner: Binding, now: float, reason: str) -> None:
    for flow in remove_flows(session, owner, owner.flows):
        core.events.append(
            FlowRemoved(
                time=now, mn_id=session.mn_id, care_of_address=owner.care_of_address, fid=flow.fid, reason=reason
            )
        )
