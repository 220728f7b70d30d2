"""The course of each exchange: what holds of its requests and answers over time.

`sessions.py` and `watch_exchanges.py` judge it. Registrations have theirs in `catalogue.py`, with rules on sessions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

from pmiptool.registry.rule import Rule, rule
from pmiptool.rules import catalogue


def _session(where: str, what: str, level: str, sentence: str, field: str | None = None) -> Rule:
    return rule(where, what, level, sentence, scope="session", field=field)


@dataclass(frozen=True)
class Course:
    """The rules of one exchange; None where no text says it, or nobody can see it.

    lost: a transmission without an answer, among others that have one. deaf: silence after messages with errors.
    late: an answer after the time for repeating. unsupported: a request after the answer that its type is unknown.
    collision: a number that another request still waits with. changed: something else under the number of a request.
    early: repeated before `least` seconds. unmarked, marked: the bit that says so, missing and needless.
    rising: numbers that do not grow. reused: a cookie that was there before.
    """

    unanswered: Rule | None = None
    lost: Rule | None = None
    deaf: Rule | None = None
    late: Rule | None = None
    twice: Rule | None = None
    unasked: Rule | None = None
    addresses: Rule | None = None
    unsupported: Rule | None = None
    collision: Rule | None = None
    changed: Rule | None = None
    early: Rule | None = None
    least: float = 0.0
    unmarked: Rule | None = None
    marked: Rule | None = None
    rising: Rule | None = None
    reused: Rule | None = None

    def rules(self) -> Iterator[Rule]:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, Rule):
                yield value


def _answer(where: str, asked_where: str, title: str, level: str = "error") -> dict[str, Any]:
    """The rules that every exchange has. where: the clause that demands the answer; asked_where: that matches it."""
    return {
        "unanswered": _session(where, "unanswered", level, f"{title} is answered."),
        "twice": _session(where, "answer-twice", "warning", f"{title} is answered once."),
        "unasked": _session(asked_where, "answer-unasked", "error", f"An answer fits a request: {title.lower()}."),
    }


_ONCE_MORE = "Nothing of this type is sent to a node that has answered that it does not know it."

HEARTBEAT_INTERVAL = _session("RFC 5847 3", "interval", "warning", "Heartbeats are 30 s apart at least.")
RESTART_COUNTER = _session("RFC 5847 3.2", "restart-counter", "error", "A restart counter never becomes smaller.",
                           "restart-counter.restart_counter")  # fmt: skip
RESTART_UNSEEN = _session("RFC 5847 3.2", "restart-unseen", "warning",
                          "An unsolicited heartbeat response has a greater restart counter than before.",
                          "restart-counter.restart_counter")  # fmt: skip
REREGISTRATION = _session("RFC 7077 6.1", "re-registration", "error",
                          "A proxy binding update follows a notification that asks for one.")  # fmt: skip
ANI_SENT = _session("RFC 7077 6.1", "ani-sent", "error",
                    "A proxy binding update that follows a request for them has the access network identifiers.",
                    "ani")  # fmt: skip
BACK_OFF = _session("RFC 5846 6.3", "back-off", "warning",
                    "The time between repetitions doubles until it is MAX_BRACK_TIMEOUT.")  # fmt: skip
PROXY_REVOKED = _session("RFC 5846 6.1.1", "p-flag", "error",
                         "An indication for bindings of proxy registrations has P.", "flags")  # fmt: skip
PER_PEER_OPTIONS = _session("RFC 5846 8.1", "per-peer-options", "error",
                            "An anchor's indication for all of a gateway has no options.")  # fmt: skip
GATEWAY_REVOKES = _session("RFC 5846 9.2", "gateway", "error",
                           "A gateway's indication has P, G, trigger 128 and its identity.", "flags")  # fmt: skip

COURSES = {
    "proxy-binding": Course(
        unanswered=catalogue.UNANSWERED, lost=catalogue.ANSWER_LOST, deaf=catalogue.DEAF, late=catalogue.ANSWER_LATE,
        twice=catalogue.ANSWER_TWICE, unasked=catalogue.UNASKED, addresses=catalogue.ADDRESSES,
    ),
    "binding": Course(
        late=catalogue.ANSWER_LATE, twice=catalogue.ANSWER_TWICE, unasked=catalogue.UNASKED,
        addresses=catalogue.ADDRESSES,
    ),
    "binding-revocation": Course(
        **_answer("RFC 5846 6.1.2", "RFC 5846 6.2.2", "A binding revocation indication"),
        addresses=_session("RFC 5846 6.1.2", "addresses", "error",
                           "An acknowledgement goes to where the indication came from."),
        collision=_session("RFC 5846 5.1", "sequence-in-use", "error",
                           "No two outstanding indications have one sequence number.", "sequence"),
    ),
    "heartbeat": Course(
        **_answer("RFC 5847 3", "RFC 5847 3.1", "A heartbeat request"),
        lost=_session("RFC 5847 3", "answer-lost", "warning", "Every heartbeat request is answered."),
        unsupported=_session("RFC 5847 3", "unsupported", "error", _ONCE_MORE),
        rising=_session("RFC 5847 3", "sequence-order", "warning", "Sequence numbers of heartbeat requests grow.",
                        "sequence"),
    ),
    "update-notification": Course(
        **_answer("RFC 7077 6.1", "RFC 7077 6.2", "An update notification that asks for it"),
        addresses=_session("RFC 7077 6.2", "addresses", "error",
                           "An acknowledgement goes from where the notification went to where it came from."),
        unsupported=_session("RFC 7077 5.2", "unsupported", "error", _ONCE_MORE),
        collision=_session("RFC 7077 4.1", "sequence-in-use", "error",
                           "No two outstanding notifications have one sequence number.", "sequence"),
        changed=_session("RFC 7077 5.2", "repeated-changed", "error",
                         "A notification that is sent again says the same."),
        early=_session("RFC 7077 5.2", "delay", "error", "A notification is sent again after 0.5 s at the earliest."),
        least=0.5,
        unmarked=_session("RFC 7077 4.1", "d-flag-missing", "error", "A notification sent again has the D flag.",
                          "flags"),
        marked=_session("RFC 7077 4.1", "d-flag-needless", "warning",
                        "A notification that is sent for the first time has no D flag.", "flags"),
        rising=_session("RFC 7077 5.1", "sequence-order", "warning", "Sequence numbers of notifications grow.",
                        "sequence"),
    ),
    "localized-routing": Course(
        **_answer("RFC 6705 10.2", "RFC 6705 10.1", "A localized routing initiation"),
        rising=_session("RFC 6705 10.1", "sequence-order", "warning", "Sequence numbers of initiations grow.",
                        "sequence"),
    ),
    "flow-binding": Course(
        **_answer("RFC 7109 6.1.2", "RFC 7109 6.1.1", "A flow binding indication that asks for it"),
        unsupported=_session("RFC 7109 4", "unsupported", "error", _ONCE_MORE),
    ),
    "subscription": Course(**_answer("RFC 7161 4.3.2.1", "RFC 7161 4.3.2.2", "A subscription query")),
    "handover": Course(**_answer("RFC 5568 6.2.1.2", "RFC 5568 6.2.1.1", "A handover initiate")),
    "fast-binding": Course(
        unanswered=_session("RFC 5568 6.2.3", "unanswered", "error", "A fast binding update is answered."),
        unasked=_session("RFC 5568 6.2.3", "answer-unasked", "error",
                         "A fast binding acknowledgment fits a fast binding update."),
    ),
    "home-test": Course(
        reused=_session("RFC 6275 11.8", "home-cookie", "error", "A home test init that is repeated has a new cookie.",
                        "home_init_cookie"),
        unasked=_session("RFC 6275 11.6.2", "home-test-unasked", "error", "A home test fits a home test init."),
    ),
    "care-of-test": Course(
        reused=_session("RFC 6275 11.8", "care-of-cookie", "error",
                        "A care-of test init that is repeated has a new cookie.", "care_of_init_cookie"),
        unasked=_session("RFC 6275 11.6.2", "care-of-test-unasked", "error",
                         "A care-of test fits a care-of test init."),
    ),
}  # fmt: skip
"""By the name of the exchange."""

ALONE = (
    PROXY_REVOKED, PER_PEER_OPTIONS, GATEWAY_REVOKES, HEARTBEAT_INTERVAL, RESTART_COUNTER, RESTART_UNSEEN,
    REREGISTRATION, ANI_SENT, BACK_OFF,
)  # fmt: skip
RULES = tuple(
    item
    for item in dict.fromkeys((*(r for course in COURSES.values() for r in course.rules()), *ALONE))
    if item not in catalogue.SESSION_RULES
)
