"""Filters that a flow mobility notification announces (RFC 7864 3.4), which is one more way to tell of them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from pmiptool.registry.rfc7077 import FLOW_MOBILITY
from pmiptool.rules.pairing import Answer, Request
from pmiptool.rules.watch import Watch
from pmiptool.rules.watch_flows import FlowWatch
from pmiptool.wire.finding import Finding


def announces(request: Request) -> bool:
    """Whether it is a flow mobility notification of one mobile node."""
    notification = request.exchange.name == "update-notification"
    return notification and request.decoded.message.reason == FLOW_MOBILITY and request.mn is not None


def notified(watch: Watch, request: Request, answer: Answer | None) -> Iterator[Finding]:
    """A flow mobility notification that its gateway has taken; answer: None where it asks for none."""
    if answer is not None and answer.decoded.message.status != 0:
        return
    time = request.time if answer is None else answer.time
    watch.expire(time)
    frames = (request.frame,) if answer is None else (request.frame, answer.frame)
    for group in watch.sessions(request.mn):
        if group.lma != request.lma or group.session.mhgid is None:
            continue
        for key, binding in group.session.bindings.items():
            if binding.care_of_address == request.destination:
                tell = partial(watch.record, group, time, frames)
                yield from FlowWatch(group, key, binding, request, request, watch.context, tell).told()
