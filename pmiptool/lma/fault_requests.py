"""Faults of heartbeat responses and of the anchor's own requests; `faults.Faults` applies them by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from pmiptool.errors import UsageError
from pmiptool.lma.fault_behaviour import Behaviour
from pmiptool.lma.fault_conduct import Plain
from pmiptool.registry.codepoints import CodePoints
from pmiptool.registry.rfc5846 import BR_P
from pmiptool.registry.rfc7077 import UPN_D
from pmiptool.session.endpoint import ParameterProblem
from pmiptool.wire.values import (
    BindingRevocationIndication,
    Heartbeat,
    MobileNodeIdentifier,
    RestartCounter,
    UpdateNotification,
)

REQUEST_FAULTS: dict[str, str] = {
    "deaf-to-heartbeats": "Heartbeat requests are not answered.",
    "heartbeat-sequence-wrong": "The sequence number of a heartbeat response is one higher than that of the request.",
    "restart-counter-missing": "A heartbeat response carries no Restart Counter option.",
    "wrong-restart-counter": "The restart counter is lower with every heartbeat response.",
    "revocation-without-mn-id": "A binding revocation indication carries no MN-ID option.",
    "revocation-p-clear": "The P flag of a binding revocation indication is clear.",
    "notification-without-mn-id": "An update notification carries no MN-ID option.",
    "notify-twice-without-d": "A retransmitted update notification has its D flag clear.",
}


def _without_mn_id(message: Any, responses: int) -> Any:
    options = tuple(option for option in message.options if not isinstance(option, MobileNodeIdentifier))
    return replace(message, options=options)


def _counted_down(message: Heartbeat, responses: int) -> Heartbeat:
    option = RestartCounter(restart_counter=0xFFFFFFFF - responses)
    return replace(message, options=(option,))


_CHANGES: tuple[tuple[str, type, Callable[[Any, int], Any]], ...] = (
    ("heartbeat-sequence-wrong", Heartbeat, lambda m, _: replace(m, sequence=(m.sequence + 1) & 0xFFFFFFFF)),
    ("wrong-restart-counter", Heartbeat, _counted_down),
    ("restart-counter-missing", Heartbeat, lambda m, _: replace(m, options=())),
    ("revocation-without-mn-id", BindingRevocationIndication, _without_mn_id),
    ("revocation-p-clear", BindingRevocationIndication, lambda m, _: replace(m, flags=m.flags & ~BR_P)),
    ("notification-without-mn-id", UpdateNotification, _without_mn_id),
    ("notify-twice-without-d", UpdateNotification, lambda m, _: replace(m, flags=m.flags & ~UPN_D)),
)


def spoilt(names: frozenset[str], message: Any, count: int) -> Any:
    """The message with what these faults do to it; count: which of the spoilt messages it is."""
    for name, kind, change in _CHANGES:
        if name in names and isinstance(message, kind):
            message = change(message, count)
    return message


class KeepsRevoked(Plain):
    def keeps_revoked(self) -> bool:
        return True


class RevokesAll(Plain):
    def revokes_all(self) -> bool:
        return True


class AnswersResponses(Plain):
    def answers_responses(self) -> bool:
        return True


class BeatsForEver(Plain):
    def beats_for_ever(self) -> bool:
        return True


class TakesAnyAnswer(Plain):
    def takes_any_answer(self) -> bool:
        return True


class Renumbers(Plain):
    def renumbers(self) -> bool:
        return True


class KeepsOverwritten(Plain):
    def keeps_overwritten(self) -> bool:
        return True


class NoProblems(Plain):
    def problem(self, problem: ParameterProblem) -> ParameterProblem | None:
        return None


class PointsAtNothing(Plain):
    def problem(self, problem: ParameterProblem) -> ParameterProblem | None:
        return replace(problem, pointer=0)


class Hurries(Behaviour):
    def __init__(self, text: str, settings: CodePoints) -> None:
        if not text.isdecimal() or int(text) < 2:
            raise UsageError(f"hurries-{text}: it takes a number of times above 1")
        self.times = float(text)

    def haste(self) -> float:
        return self.times


FAMILIES = {
    "answers-responses": ("A heartbeat response is answered like a request.", AnswersResponses),
    "beats-for-ever": ("A gateway is sent heartbeat requests when it has no binding any more.", BeatsForEver),
    "hurries-N": ("Its own requests follow each other N times too fast: hurries-10.", Hurries),
    "takes-any-answer": ("Any answer to a request of its own counts, whatever its form and number.", TakesAnyAnswer),
    "sends-no-problems": ("No ICMP error is sent.", NoProblems),
    "points-at-nothing": ("ICMP errors point at octet 0 of the packet.", PointsAtNothing),
    "renumbers-repetitions": ("A repeated request of its own has another sequence number.", Renumbers),
    "keeps-what-is-overwritten": ("The flag O leaves the other paths where they are.", KeepsOverwritten),
    "keeps-what-is-revoked": ("A binding outlives its revocation.", KeepsRevoked),
    "revokes-all-at-once": ("Where the IPv4 home address alone is revoked, all of the session goes.", RevokesAll),
}
"""As `fault_families.FAMILIES`."""
