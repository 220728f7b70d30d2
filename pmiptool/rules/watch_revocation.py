"""Bindings that a revocation ends (RFC 5846): what an onlooker sees of them."""

from __future__ import annotations

from functools import partial

from pmiptool.registry.rfc5846 import BR_G, BR_P, BR_V
from pmiptool.registry.rfc6275 import LIFETIME_UNIT
from pmiptool.rules.explain import show
from pmiptool.rules.pairing import Answer, Request
from pmiptool.rules.watch import Watch
from pmiptool.rules.watch_flows import take_away
from pmiptool.rules.watch_state import Group, prefixes_of
from pmiptool.session.model import Binding, BindingKey
from pmiptool.session.transitions import end_binding

FIRST_ERROR = 128


def revoked(watch: Watch, request: Request, answer: Answer) -> None:
    """A revocation and its answer."""
    message, status = request.decoded.message, answer.decoded.message.status
    if not message.flags & BR_P:
        return
    watch.expire(answer.time)
    frames = request.frame, answer.frame
    if message.flags & BR_V:
        _address(watch, request, answer.time, frames)
        return
    for group, key, binding in _named(watch, request):
        if status >= FIRST_ERROR:  # 6.2.2 leaves it to the anchor
            _doubt(watch, group, key, binding, answer.time, frames, f"its revocation was refused with {status}")
        elif _renewed_at(binding) < request.time:
            _end(watch, group, key, binding, answer.time, frames)
        else:  # accepted while it was being revoked: 8.1 leaves to the anchor which counts
            _doubt(watch, group, key, binding, answer.time, frames, "it was registered while it was revoked")


def _address(watch: Watch, request: Request, time: float, frames: tuple[int, ...]) -> None:
    """A revocation of IPv4 home addresses alone: from now on it is unknown what a session has, and without prefixes
    whether it is there."""
    for group, key, binding in _named(watch, request):
        group.address_sure = False
        if not group.session.prefixes:
            _doubt(watch, group, key, binding, time, frames, "its IPv4 home address was revoked")


def waits(watch: Watch, request: Request, time: float) -> None:
    """A revocation that has no answer yet, when a registration comes: the bindings may be there or not."""
    flags = request.decoded.message.flags
    if not flags & BR_P:
        return
    if flags & BR_V:
        _address(watch, request, time, (request.frame,))
        return
    for group, key, binding in _named(watch, request):
        if _renewed_at(binding) < request.time:
            _doubt(watch, group, key, binding, time, (request.frame,), "its revocation has no answer")


def restarted(watch: Watch, node: bytes, time: float, frame: int) -> None:
    """An anchor that has lost its state (RFC 5847 3.2)."""
    for group in watch.sessions():
        if group.lma == node:
            group.kept, group.left, group.removed = [], [], []
            for key, binding in list(group.session.bindings.items()):
                _doubt(watch, group, key, binding, time, (frame,), "the LMA has restarted")


def _end(watch: Watch, group: Group, key: BindingKey, binding: Binding, time: float, frames: tuple[int, ...]) -> None:
    tell = partial(watch.record, group, time, frames)
    take_away(group, key, binding, 0, "revocation", frames, tell)
    group.ended.add(key)
    tell("binding", show(binding.care_of_address), "revocation")
    _leave(watch, group, key)


def _doubt(watch: Watch, group: Group, key: BindingKey, binding: Binding, time: float, frames: tuple[int, ...],
           why: str) -> None:  # fmt: skip
    """The binding, and the session with it, may be gone or not: nothing that needs to know is judged."""
    group.complete, group.doubtful = False, True
    group.whole.discard(key)
    watch.record(group, time, frames, "binding", show(binding.care_of_address), why)
    _leave(watch, group, key)


def _leave(watch: Watch, group: Group, key: BindingKey) -> None:
    for kept in group.kept:
        if key in kept.targets and key not in kept.announced:
            kept.sure = False
    end_binding(group.session, key)
    if group.session.mhgid is None and not group.session.bindings:
        watch.plain[group.lma, group.mn].remove(group)


def _named(watch: Watch, request: Request) -> list[tuple[Group, BindingKey, Binding]]:
    """The bindings that an indication means: of a mobile node, a realm, or all of a gateway."""
    gateway = request.destination if request.source == request.lma else request.source
    option = request.view.value("alt-coa")
    care_of = option.alternate_care_of_address if option is not None else gateway
    prefixes = set(prefixes_of(request.view))
    bids = {option.bid for option in request.view.values("bid")}
    flags = request.decoded.message.flags
    whole = bool(flags & BR_G)
    if not (whole or request.mn or prefixes or flags & BR_V):
        return []  # it says not whose
    return [
        (group, key, binding)
        for group in watch.sessions(None if whole else request.mn)
        if group.lma == request.lma and (not whole or _of_realm(request, group))
        if whole or not prefixes or prefixes & set(group.session.prefixes)
        for key, binding in list(group.session.bindings.items())
        if binding.care_of_address == care_of and (not bids or bids & set(binding.bids))
    ]


def _of_realm(request: Request, group: Group) -> bool:
    """RFC 5846 8.1: `@example.com` means all of that realm; any other name is that of the gateway itself (9.2)."""
    option = request.view.value("mn-id")
    return option is None or not option.identifier.startswith(b"@") or group.mn[1].endswith(option.identifier)


def _renewed_at(binding: Binding) -> float:
    if not isinstance(binding.expires, float) or not isinstance(binding.lifetime, int):
        return 0.0
    return binding.expires - binding.lifetime * LIFETIME_UNIT
