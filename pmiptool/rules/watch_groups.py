"""Several multihoming groups of one mobile node, by the reading `mhgid-nonzero` = accept (muho 1, 4.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmiptool.rules.watch_flows import remember
from pmiptool.rules.watch_state import Group
from pmiptool.session.model import Binding, BindingKey, PrefixKey

if TYPE_CHECKING:
    from pmiptool.rules.watch import Watch


def _relatives(watch: Watch, group: Group) -> list[Group]:
    """The other groups of its mobile node that have bindings."""
    if group.session.mhgid is None or watch.context.readings["mhgid-nonzero"] != "accept":
        return []
    every = watch._of(group.lma, group.mn)
    return [one for one in every if one is not group and one.session.mhgid is not None and one.session.bindings]


def prefixes_elsewhere(watch: Watch, group: Group) -> tuple[PrefixKey, ...]:
    """The prefixes of the other groups, which a new one shares; empty where they are not known."""
    return next((one.session.prefixes for one in _relatives(watch, group) if not one.doubtful), ())


def in_use(watch: Watch, holder: Group, prefix: PrefixKey) -> bool:
    """Whether the mobile node that was last given a prefix has it still: in that group, or in another."""
    if holder.session.bindings and not holder.doubtful:
        return True
    return any(prefix in one.session.prefixes and not one.doubtful for one in _relatives(watch, holder))


def spill(watch: Watch, group: Group, key: BindingKey, binding: Binding) -> None:
    """A binding of the default group ends: that group spans all interfaces, so that its filters may go to any."""
    others = _relatives(watch, group) if group.session.mhgid == 0 else []
    if not others:
        return
    for flow in binding.flows.values():
        group.doubt(key, (flow.fid,))
        for other in others:
            remember(other.left, flow)
