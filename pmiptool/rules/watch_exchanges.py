"""Exchanges other than registrations over time: repetitions, numbers, heartbeats, notifications, types nobody knows.

Functions of what was observed; `sessions.py` calls them in its order and says where each finding belongs.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pmiptool.registry.exchange import When
from pmiptool.registry.rfc5846 import BR_G, BR_P, PER_PEER_POLICY
from pmiptool.rules import courses
from pmiptool.rules.context import Context
from pmiptool.rules.courses import COURSES, Course
from pmiptool.rules.explain import show
from pmiptool.rules.judge import found
from pmiptool.rules.pairing import MAX_TRANSMISSION_GAP, MOMENT, Answer, MnKey, Pairing, Request
from pmiptool.wire.finding import Finding

FORCE_REREGISTRATION, ANI_PARAMS_REQUESTED = 1, 4
HEARTBEAT_INTERVAL = 30.0  # RFC 5847 3
MAX_BRACK_TIMEOUT = 2.0  # RFC 5846 11
JITTER = 1.0
"""Seconds by which the network may bring two heartbeats closer together."""
PATIENCE = 3.0
"""Seconds within which a registration that was asked for may still come when the observation ends."""
_SLACK = 0.05  # seconds that a timer may fire early

Found = tuple[Finding, tuple[int, ...]]
"""A finding and the frames that show it."""


class ExchangeWatch:
    """What was said between two nodes besides registrations, as far as it matters later."""

    def __init__(self, context: Context, pairing: Pairing) -> None:
        """restarts: answers that tell of one, for whoever keeps the sessions, who empties it."""
        self.context, self.pairing = context, pairing
        self._last: dict[tuple[str, bytes, bytes], Request] = {}
        self._counters: dict[bytes, int] = {}
        self._unknown: dict[tuple[str, bytes, bytes], int] = {}
        self._known: set[tuple[str, bytes, bytes]] = set()
        self.restarts: list[Answer] = []
        self._revocations: dict[tuple[bytes, MnKey | None], list[Request]] = {}
        self._proxies: set[tuple[bytes, bytes]] = set()
        self._awaited: dict[tuple[bytes, bytes, MnKey], Request] = {}

    def unanswered_revocations(self, request: Request) -> list[Request]:
        """Those of a registration's mobile node, or of all, that may have taken effect unseen; each is told once."""
        keys = dict.fromkeys(((request.lma, request.mn), (request.lma, None)))
        asked = [revocation for key in keys for revocation in self._revocations.pop(key, ())]
        return [revocation for revocation in asked if not revocation.answers]

    # Requests

    def request(self, request: Request) -> Iterator[Found]:
        """A request, before it is put into the pairing."""
        course = COURSES[request.exchange.name]
        way = request.exchange.name, request.source, request.destination
        if course.unsupported is not None and way in self._unknown:
            frame = self._unknown[way]
            told = f"{show(request.destination)} has answered with a Binding Error"
            yield found(course.unsupported, told + (f" in frame {frame}" if frame else "")), (request.frame,)
        earlier = self.pairing.numbered_like(request)
        if earlier is not None and self._copy(earlier, request):
            return
        if earlier is not None and course.reused is not None:
            yield found(course.reused, f"{_number(request)} stood in a request before"), (earlier.frame, request.frame)
        last = self._last.get(way)
        if earlier is None or not request.exchange.repeats_same:
            if last is not None:
                yield from self._next(course, last, request)
            self._last[way] = request
        yield from self._numbered(course, earlier, request)
        if request.exchange.name == "update-notification":
            self._notified(request)
        if request.exchange.name == "binding-revocation":
            self._revocations.setdefault((request.lma, request.mn), []).append(request)
            if not request.cut:
                yield from ((finding, (request.frame,)) for finding in self._revoking(request))

    @staticmethod
    def _copy(earlier: Request, request: Request) -> bool:
        """The network doubled it: where a node itself repeats so soon, nobody can tell."""
        return request.time - earlier.time < MOMENT and earlier.decoded.raw == request.decoded.raw

    def _next(self, course: Course, last: Request, request: Request) -> Iterator[Found]:
        """A request with a number of its own, after another."""
        if course.rising is not None and not _greater(request, last):
            told = f"{_number(request)} comes after {_number(last)}"
            yield found(course.rising, told), (last.frame, request.frame)
        if request.exchange.name == "heartbeat" and last.answers:
            gap = request.time - last.time
            if gap < HEARTBEAT_INTERVAL - JITTER:
                told = f"this one comes {gap:.3f} s after one that was answered"
                yield found(courses.HEARTBEAT_INTERVAL, told), (last.frame, request.frame)

    def _numbered(self, course: Course, earlier: Request | None, request: Request) -> Iterator[Found]:
        """A request under the number of an earlier one, or marked as one."""
        again = request.exchange.repeat_when
        same = earlier is not None and earlier.gist == request.gist
        if course.collision is not None and not same:
            for other in self.pairing.open_numbered(request):
                if other.gist != request.gist and request.time - other.time < MAX_TRANSMISSION_GAP:
                    changed = again is not None and again.holds(request.decoded.message) and other.mn == request.mn
                    rule = course.changed if changed and course.changed is not None else course.collision
                    told = f"{_number(request)} is that of frame {other.frame}, which says something else"
                    yield found(rule, told), (other.frame, request.frame)
                    return
        if earlier is not None and same:
            yield from self._repeated(course, earlier, request, again)
        elif again is not None and course.marked is not None and again.holds(request.decoded.message):
            if self.context.complete and earlier is None:
                yield found(course.marked, f"{_number(request)} was not sent before"), (request.frame,)

    def _repeated(self, course: Course, earlier: Request, request: Request, again: When | None) -> Iterator[Found]:
        frames = earlier.frame, request.frame
        gap = request.time - earlier.time
        if course.early is not None and gap < course.least - _SLACK:
            yield found(course.early, f"it is repeated after {gap:.3f} s"), frames
        if course.unmarked is not None and again is not None and not again.holds(request.decoded.message):
            yield found(course.unmarked, f"{_number(request)} was sent {gap:.3f} s before"), frames
        before = earlier.repeats
        third = before is not None and before.key == request.key and not earlier.answers
        if request.exchange.name == "binding-revocation" and before is not None and third:
            was = earlier.time - before.time
            if gap < min(2 * was, MAX_BRACK_TIMEOUT) - _SLACK:
                yield found(courses.BACK_OFF, f"it is repeated after {gap:.3f} s, and before after {was:.3f} s"), frames

    def _revoking(self, request: Request) -> Iterator[Finding]:
        """RFC 5846 8.1 and 9.2: between an anchor and a gateway that has registered with it."""
        there, back = (request.source, request.destination), (request.destination, request.source)
        flags, trigger = request.decoded.message.flags, request.decoded.message.revocation_trigger
        whole = flags & BR_G and trigger == PER_PEER_POLICY
        if not {there, back} & self._proxies:
            return
        if not flags & BR_P:
            yield found(courses.PROXY_REVOKED, "P is clear")
        if back in self._proxies and there not in self._proxies and whole and request.view.elements:
            told = ", ".join(element.name for element in request.view.elements)
            yield found(courses.PER_PEER_OPTIONS, f"there is {told}")
        if there in self._proxies and back not in self._proxies and not (whole and request.view.named("mn-id")):
            told = "no MN-ID" if whole else f"trigger {trigger}, and G is {'set' if flags & BR_G else 'clear'}"
            yield found(courses.GATEWAY_REVOKES, f"it has {told}")

    # Answers

    def answer(self, answer: Answer) -> Iterator[Found]:
        """An answer, asked for or not."""
        self._known.add((answer.exchange.name, answer.destination, answer.source))
        if answer.exchange.name == "heartbeat":
            yield from self._restarted(answer)
        if answer.exchange.name == "update-notification" and answer.mn and answer.decoded.message.status >= 128:
            key = answer.destination, answer.source, answer.mn
            if key in self._awaited and self._awaited[key].key == answer.key:
                del self._awaited[key]

    def _restarted(self, answer: Answer) -> Iterator[Found]:
        """RFC 5847 3.2."""
        option = answer.view.value("restart-counter")
        if option is None:
            return
        counter, last = option.restart_counter, self._counters.get(answer.source)
        element = answer.view.first("restart-counter")
        if last is not None and counter < last:
            yield found(courses.RESTART_COUNTER, f"{counter} comes after {last}", element), (answer.frame,)
        elif last is not None and counter == last and unsolicited(answer):
            yield found(courses.RESTART_UNSEEN, f"it is {counter} as before", element), (answer.frame,)
        if last is not None and counter > last:
            self.restarts.append(answer)
        self._counters[answer.source] = counter

    def binding_error(self, source: bytes, destination: bytes, frame: int) -> None:
        """`source` does not know the type of what `destination` sent: nothing of it need be answered (RFC 6275 9.2)."""
        self._awaited = {key: asked for key, asked in self._awaited.items() if key[:2] != (destination, source)}
        for request in self.pairing.open_between(destination, source):
            way = request.exchange.name, destination, source
            if way not in self._known:
                request.right = False
                self._unknown[way] = frame

    # What a notification asks for

    def _notified(self, request: Request) -> None:
        garbled = any(finding.level == "error" for finding in request.decoded.findings)
        if garbled or request.mn is None:
            return
        if request.decoded.message.reason in (FORCE_REREGISTRATION, ANI_PARAMS_REQUESTED):
            self._awaited.setdefault((request.source, request.destination, request.mn), request)

    def registered(self, request: Request) -> Iterator[Found]:
        """A proxy binding update."""
        self._proxies.add((request.source, request.destination))
        if request.mn is None:
            return
        asked = self._awaited.pop((request.destination, request.source, request.mn), None)
        if request.cut:
            return
        if asked is not None and asked.decoded.message.reason == ANI_PARAMS_REQUESTED and not request.view.named("ani"):
            told = f"the notification in frame {asked.frame} asks for them, and this update has none"
            yield found(courses.ANI_SENT, told), (asked.frame, request.frame)

    def overdue(self, now: float, final: bool) -> Iterator[tuple[Finding, Request]]:
        """Registrations that were asked for and did not come."""
        patience = PATIENCE if final else MAX_TRANSMISSION_GAP
        while self._awaited:  # the oldest first
            key, asked = next(iter(self._awaited.items()))
            if now - asked.time < patience:
                return
            del self._awaited[key]
            yield found(courses.REREGISTRATION, f"none comes within {now - asked.time:.0f} s"), asked


def unsolicited(answer: Answer) -> bool:
    """It says of itself that it answers no request."""
    when = answer.exchange.unsolicited_when
    return when is not None and when.holds(answer.decoded.message)


def _number(request: Request) -> str:
    return ", ".join(value.hex() if isinstance(value, bytes) else str(value) for value in request.key)


def _bits(request: Request) -> int:
    from pmiptool.registry.catalogue import message_named

    known = message_named(request.exchange.request)
    entry: Any = known[0].field("sequence") if known is not None else None
    return int(getattr(entry, "bits", 16))


def _greater(request: Request, last: Request) -> bool:
    """A number behind the last one, modulo its size."""
    size = 1 << _bits(request)
    return 0 < (request.sequence - last.sequence) % size < size // 2


__all__ = ["Found", "ExchangeWatch", "unsolicited"]
