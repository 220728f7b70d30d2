"""Bindings that a revocation ends (RFC 5846): what an onlooker sees of them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from pmiptool.registry.rfc5846 import BR_G, BR_P, BR_V
from pmiptool.registry.rfc6275 import LIFETIME_UNIT
from pmiptool.rules import courses
from pmiptool.rules.explain import show
from pmiptool.rules.judge import found
from pmiptool.rules.pairing import Answer, Request
from pmiptool.rules.watch import Watch
from pmiptool.rules.watch_flows import take_away
from pmiptool.rules.watched import Group, prefixes_of
from pmiptool.session.model import Binding, BindingKey
from pmiptool.session.transitions import end_binding
from pmiptool.wire.finding import Finding

NO_BINDING = 128


def revoked(watch: Watch, request: Request, answer: Answer, *, certain: bool) -> Iterator[Finding]:
    """A revocation and its answer. certain: no registration of the mobile node is under way."""
    message = request.decoded.message
    if not message.flags & BR_P or message.flags & BR_V:
        return
    watch.expire(answer.time)
    there = [one for one in _named(watch, request) if _renewed_at(one[2]) < request.time]
    status = answer.decoded.message.status
    if status == NO_BINDING and certain and not message.flags & BR_G:
        for _, _, binding in there[:1]:
            told = f"{show(binding.care_of_address)} is bound, and the answer has {status}"
            yield found(courses.REVOCATION_BINDING, told)
    if status < NO_BINDING:
        for group, key, binding in there:
            end(watch, group, key, binding, answer.time, (request.frame, answer.frame))


def end(watch: Watch, group: Group, key: BindingKey, binding: Binding, time: float, frames: tuple[int, ...]) -> None:
    tell = partial(watch.record, group, time, frames)
    take_away(group, key, binding, 0, "revocation", frames, tell)
    end_binding(group.session, key)
    group.ended.add(key)
    tell("binding", show(binding.care_of_address), "revocation")
    if group.session.mhgid is None and not group.session.bindings:
        watch.plain[group.lma, group.mn].remove(group)


def _named(watch: Watch, request: Request) -> list[tuple[Group, BindingKey, Binding]]:
    """The bindings that an indication means: of a mobile node, a realm, or all of a gateway."""
    gateway = request.destination if request.source == request.lma else request.source
    option = request.view.value("alt-coa")
    care_of = option.alternate_care_of_address if option is not None else gateway
    prefixes = set(prefixes_of(request.view))
    bids = {option.bid for option in request.view.values("bid")}
    whole = bool(request.decoded.message.flags & BR_G)
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
