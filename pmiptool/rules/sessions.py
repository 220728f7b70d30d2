"""Everything that passes between gateways and anchors, in the order in which it was seen.

`SessionChecker.observe` takes one message at a time and returns what it breaks: alone, as the answer to its request,
and in its session. `finish` tells what was left without an answer.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

import msgspec

from pmiptool.registry.exchange import LMA, MAG
from pmiptool.rules import catalogue as rules
from pmiptool.rules import watch_revocation
from pmiptool.rules.check import judge_exchange, judge_message
from pmiptool.rules.context import Context
from pmiptool.rules.courses import COURSES
from pmiptool.rules.explain import show
from pmiptool.rules.judge import found
from pmiptool.rules.messages import CARE_OF, SOURCE
from pmiptool.rules.pairing import (
    BINDING,
    SEQUENCE_OUT_OF_WINDOW,
    TIMESTAMP_STATUSES,
    Answer,
    MnKey,
    Pairing,
    Request,
    mn_key,
    observed,
)
from pmiptool.rules.view import View
from pmiptool.rules.watch import Watch
from pmiptool.rules.watch_exchanges import ExchangeWatch, Found, unsolicited
from pmiptool.rules.watch_notification import announces, notified
from pmiptool.rules.watch_state import Doubt
from pmiptool.text.names import many
from pmiptool.text.values import prefix_text
from pmiptool.wire.codec import Decoded
from pmiptool.wire.envelope import Envelope
from pmiptool.wire.finding import Finding
from pmiptool.wire.values import BindingError

INITIAL_BINDACK_TIMEOUT = 1.0  # RFC 6275 12
MAX_DELAY_BEFORE_NEW_BCE_ASSIGN = 1.5  # RFC 5213 9.1
UNRECOGNIZED_TYPE = 2  # status of a Binding Error, RFC 6275 6.1.9
MAX_UPDATE_RATE = 3  # RFC 6275 12
ONLY_TO_LMA, ONLY_FROM_LMA = ((MAG, LMA),), ((LMA, MAG),)
_SLACK = 0.05  # seconds that a timer may fire early
_MANY, _A_WHILE = 512, 10.0
"""Of so many mobile nodes and more, times of requests that are older than so many seconds are let go."""


class Seen(msgspec.Struct, frozen=True):
    """A finding and where it was made: frames (the request's first), mobile node, anchor, the node at its other end
    (of two that are no anchors the one that asks), and time."""

    finding: Finding
    frames: tuple[int, ...] = ()
    mn: MnKey | None = None
    lma: bytes = b""
    time: float = 0.0
    peer: bytes = b""


class SessionChecker:
    """Judges a stream of messages.

    messages, exchanges: whether `observe` also judges what `check_message` and `check_exchange` do.
    `watch` is the state that was seen, `watch.ended` what left force and why. `last` is the last message as part
    of its exchange (None when of none), `last_mn` its mobile node, or that of its request where an answer names none.
    """

    def __init__(self, context: Context | None = None, *, messages: bool = True, exchanges: bool = True) -> None:
        self.context = context or Context()
        self.watch = Watch(self.context)
        self.pairing = Pairing()
        self.exchange_watch = ExchangeWatch(self.context, self.pairing)
        self.messages, self.exchanges = messages, exchanges
        self._heard: dict[bytes, float] = {}
        self._garbled: dict[bytes, int] = {}
        self._rates: dict[object, deque[float]] = {}
        self._most_rates = _MANY
        self._doubt: dict[tuple[bytes, bytes, MnKey | None], set[int]] = {}
        self._time = 0.0
        self._anchors: set[bytes] = set()
        self.last_mn: MnKey | None = None
        self.last: Request | Answer | None = None

    def observe(
        self, decoded: Decoded, *, src: bytes, dst: bytes, time: float, frame: int = 0,
        envelope: Envelope | None = None, own: tuple[Finding, ...] | None = None,
    ) -> list[Seen]:  # fmt: skip
        """One message from `src` to `dst` (16 or 4 octets) at `time` (seconds). Returns what is wrong with it.

        own: what `check_message` finds, where that is known already.
        """
        self._time = max(self._time, time)
        view = View(decoded, self.context.codepoints)
        self.last_mn = mn_key(view)
        # What a rule misses in a truncated message may be in the octets that were not captured.
        cut = envelope is not None and envelope.truncated
        if own is None:
            own = decoded.findings if cut else judge_message(view, envelope, self.context)
        part = observed(view, source=src, destination=dst, time=time, frame=frame, anchors=self._anchors)
        self.last = part
        found_: list[Seen] = []
        if part is not None:
            if part.exchange.ways == ONLY_TO_LMA or part.exchange.ways == ONLY_FROM_LMA:
                self._anchors.add(part.lma)
        if isinstance(part, Request):
            self._judge_request(part, own, cut)
            found_ += [
                Seen(finding, frames, part.mn, part.lma, time, part.peer) for finding, frames in self._asked(part)
            ]
        elif isinstance(part, Answer):
            found_ += self._answered(part, cut)
        elif isinstance(decoded.message, BindingError):
            if decoded.message.status == UNRECOGNIZED_TYPE:
                self.exchange_watch.binding_error(src, dst, frame)
        elif any(finding.level == "error" for finding in decoded.findings):
            self._garbled[dst] = self._garbled.get(dst, 0) + 1
        if self.messages:
            lma, peer = (part.lma, part.peer) if part is not None else (b"", b"")
            found_[:0] = [Seen(finding, (frame,), self.last_mn, lma, time, peer) for finding in own]
        found_ += self._forgotten(time)
        return found_

    def expect_answers(self, lma: bytes) -> None:
        """The anchor at this address was asked by us: its silence is its own, heard before or not."""
        self._heard.setdefault(lma, 0.0)

    def finish(self, time: float = 0.0) -> list[Seen]:
        """The end of the observation, at `time` where more than the last message tells: what was left unanswered."""
        self._time = max(self._time, time)
        return self._forgotten(float("inf"))

    def _overdue(self, final: bool) -> list[Seen]:
        return [
            Seen(finding, (asked.frame,), asked.mn, asked.lma, asked.time, asked.peer)
            for finding, asked in self.exchange_watch.overdue(self._time, final)
        ]

    # Requests

    def _judge_request(self, request: Request, own: tuple[Finding, ...], cut: bool) -> None:
        """Whether anything excuses silence. `own`: what the request breaks alone."""
        garbled = any(finding.level == "error" for finding in request.decoded.findings)
        to = request.destination
        if garbled:
            self._garbled[to] = self._garbled.get(to, 0) + 1
        unanswerable = any(finding.rule in (SOURCE.id, CARE_OF.id, "rfc5213/6.9.1.5/a-flag") for finding in own)
        request.garbled, request.cut = self._garbled.get(to, 0), cut
        request.right = wanted(request) and not garbled and not cut and not unanswerable

    def _asked(self, request: Request) -> Iterator[Found]:
        earlier = self.pairing.unanswered_like(request)
        duplicate = self.pairing.copied(request)  # answered or not: the network's doing
        binding = request.family == BINDING
        if not binding:
            yield from self.exchange_watch.request(request)
        elif request.decoded.name == "pbu":
            yield from self.exchange_watch.registered(request)
        if earlier is not None:
            request.repeats, earlier.repeated = earlier, True
            if binding and not duplicate and earlier.right and request.right:
                frames = (earlier.frame, request.frame)
                for finding in self._repeated(earlier, request):
                    yield finding, frames
        self.pairing.request(request)
        if not binding:
            if announces(request) and not wanted(request) and not request.cut:
                yield from ((finding, (request.frame,)) for finding in notified(self.watch, request, None))
            return
        if not duplicate and request.decoded.name == "pbu":
            yield from ((finding, (request.frame,)) for finding in self._rate(request))
        for revocation in self.exchange_watch.unanswered_revocations(request):
            watch_revocation.waits(self.watch, revocation, request.time)
        seen = list(self.watch.request(request))
        yield from ((finding, (request.frame,)) for finding in seen if not request.cut)
        request.bound = self.watch.bound(request)

    def _repeated(self, earlier: Request, request: Request) -> Iterator[Finding]:
        """RFC 5213 6.9.4, RFC 6275 11.8."""
        gap = request.time - earlier.time
        if gap < INITIAL_BINDACK_TIMEOUT - _SLACK:
            yield found(rules.BACK_OFF, f"it is repeated after {gap:.3f} s")
        if request.timestamp is not None and request.timestamp == earlier.timestamp:
            yield found(rules.REPEATED_TIMESTAMP, "it has that of the transmission before",
                        request.view.first("timestamp"))  # fmt: skip
        if request.timestamp is None and not 0 < (request.sequence - earlier.sequence) & 0xFFFF < 0x8000:
            yield found(rules.REPEATED_SEQUENCE, f"it has {request.sequence} after {earlier.sequence}")

    def _rate(self, request: Request) -> Iterator[Finding]:
        times = self._times(request)
        if len(times) == MAX_UPDATE_RATE and request.time - times[0] < 1.0 - _SLACK:
            yield found(rules.RATE, f"this is the {MAX_UPDATE_RATE + 1}th within {request.time - times[0]:.3f} s")
            times.clear()
        times.append(request.time)

    def _times(self, request: Request) -> deque[float]:
        """When requests like this one came last."""
        option = request.view.value("multihoming")
        key = (request.lma, request.source, request.mn, option.mhgid if option is not None else None)
        times = self._rates.get(key)
        if times is None:
            if len(self._rates) >= self._most_rates:
                recent = self._time - _A_WHILE
                self._rates = {other: there for other, there in self._rates.items() if there and there[-1] >= recent}
                self._most_rates = max(_MANY, 2 * len(self._rates))
            times = self._rates[key] = deque(maxlen=MAX_UPDATE_RATE)
        return times

    def recall(self, request: Request, answer: Answer) -> None:
        """An exchange that was seen before and broke no rule, and of which this is told only now."""
        self.pairing.recall(request, answer)
        times = self._times(request)
        if not times or times[-1] <= request.time:
            times.append(request.time)

    # Answers

    def _answered(self, answer: Answer, cut: bool) -> list[Seen]:
        course = COURSES[answer.exchange.name]
        self._heard[answer.source] = answer.time
        so_far = [Seen(finding, frames, answer.mn, answer.lma, answer.time, answer.peer)
                  for finding, frames in self.exchange_watch.answer(answer)]  # fmt: skip
        for restart in self.exchange_watch.restarts:
            watch_revocation.restarted(self.watch, restart.source, restart.time, restart.frame)
        self.exchange_watch.restarts.clear()
        if unsolicited(answer):
            return so_far
        pair = self.pairing.answer(answer)
        request = pair.request
        if request is None:
            known = self.context.complete or self.pairing.knows(answer)
            if known and course.unasked is not None:
                number = ", ".join(map(show, answer.key))
                told = f"{answer.exchange.pairs[0]} {number} to {show(answer.destination)} matches none"
                so_far.append(
                    Seen(found(course.unasked, told), (answer.frame,), answer.mn, answer.lma, answer.time, answer.peer)
                )
            return so_far
        frames = (request.frame, answer.frame)
        cut = cut or request.cut
        answer.lma = request.lma
        self.last_mn = request.mn or answer.mn

        def seen(finding: Finding) -> Seen:
            return Seen(finding, frames, request.mn or answer.mn, request.lma, answer.time, request.peer)

        if pair.repeat:
            before = request.answers[0]
            told = f"it was answered in frame {before.frame} before" if before.frame else "it was answered before"
            taken_back = _contradiction(before, answer) if not cut and not request.removal else ""
            if taken_back:
                return [*so_far, seen(found(rules.CONTRADICTION, f"{told}, {taken_back}"))]
            if before.decoded.raw != answer.decoded.raw:
                told += ", and this answer says something else"
            return so_far + ([seen(found(course.twice, told))] if course.twice is not None else [])
        findings: list[Finding] = []
        late = answer.time - request.time
        wait = INITIAL_BINDACK_TIMEOUT + (MAX_DELAY_BEFORE_NEW_BCE_ASSIGN if waits(request) else 0)
        if course.late is not None and late > wait:
            findings.append(found(course.late, f"it comes after {late:.3f} s, expected less than 1 s"))
        if pair.how == "addresses" and course.addresses is not None:
            told = f"it goes from {show(answer.source)} to {show(answer.destination)}"
            told += f", expected from {show(request.destination)} to {show(request.source)}"
            findings.append(found(course.addresses, told))
        if self.exchanges and not cut:
            findings += judge_exchange(request.view, answer.view, self.context, request.care_of)
        if request.family == BINDING and not cut and not self._copied(request, answer):
            findings += self.watch.exchange(request, answer, self._doubts(request))
        if announces(request) and not cut:
            findings += notified(self.watch, request, answer)
        if request.exchange.name == "binding-revocation" and not cut:
            watch_revocation.revoked(self.watch, request, answer)
        return so_far + [seen(finding) for finding in findings]

    def _copied(self, request: Request, answer: Answer) -> bool:
        """Request and answer are octet for octet those of a moment ago."""
        copies = self.pairing.copies(request)
        return any(other.decoded.raw == answer.decoded.raw for copy in copies for other in copy.answers)

    def _doubts(self, request: Request) -> Doubt | None:
        """What requests without answer leave unknown of this mobile node; None where every one has its answer.

        An anchor may have acted on them, and its answer is lost or still under way.
        """
        key = request.lma, request.source, request.mn
        others = self.pairing.open_of(request)
        for other in others:
            named = {flow.fid for flow in other.view.values("fid")}
            named.update(fid for flow in other.view.values("flow-summary") for fid in flow.fid)
            if named:
                self._doubt.setdefault((other.lma, other.source, other.mn), set()).update(named)
        fids = frozenset(self._doubt.get(key, ()))
        if fids:
            self._doubt[key].difference_update(flow.fid for flow in request.view.values("fid"))
            if not self._doubt[key]:
                del self._doubt[key]
        removals = frozenset(other.care_of for other in others if other.removal)
        lost = frozenset(o.care_of for o in others if o.removal and request.time - o.time > INITIAL_BINDACK_TIMEOUT)
        doubled = self.pairing.copied(request)
        return Doubt(fids, bool(others) or doubled, removals, lost) if others or fids or doubled else None

    # What was not answered

    def _forgotten(self, now: float) -> list[Seen]:
        final = now == float("inf")
        found_ = self._overdue(final)
        for request in self.pairing.forget(now):
            found_ += self._unanswered(request, final)
            unanswered = request.removal and not request.answers and not self.pairing.answered_since(request)
            if unanswered and request.family == BINDING:
                self.watch.lost(request)
        return found_

    def _unanswered(self, request: Request, final: bool) -> Iterator[Seen]:
        course = COURSES[request.exchange.name]
        if course.unanswered is None:
            return
        if request.answers or not request.right or (final and self._time - request.time < INITIAL_BINDACK_TIMEOUT):
            if not (final and self.context.complete and request.right and not request.answers):
                return
        if request.destination not in self._heard and not self.context.complete:
            return
        if request.family == BINDING and request.removal and not request.bound:
            return
        if waits(request) and request.repeated:
            return
        if request.repeated and not (request.answered_later and course.lost is not None):
            return
        frames = self._chain(request)
        sent = many(len(frames), "transmission")

        def seen(finding: Finding) -> Seen:
            return Seen(finding, frames, request.mn, request.lma, request.time, request.peer)

        if not request.repeated:
            if course.lost is not None and len(frames) == 1 and self.pairing.answered_since(request):
                yield seen(found(course.lost, "it has none, and a later request has"))
                return
            garbled = request.garbled
            if course.deaf is not None and garbled and self._heard.get(request.destination, 0.0) < request.time:
                told = f"no answer to {sent}, after {many(garbled, 'message')} with errors of form"
                yield seen(found(course.deaf, told))
            else:
                yield seen(found(course.unanswered, f"no answer to {sent}"))
        elif request.answered_later and course.lost is not None:
            yield seen(found(course.lost, "this one has none, a later one of the same request has"))

    @staticmethod
    def _chain(request: Request) -> tuple[int, ...]:
        frames = []
        at: Request | None = request
        while at is not None:
            frames.append(at.frame)
            at = at.repeats
        return tuple(reversed(frames))


def wanted(request: Request) -> bool:
    """Whether a request asks for an answer."""
    asks = request.exchange.asks_when
    return asks is None or asks.holds(request.decoded.message)


def waits(request: Request) -> bool:
    """Whether the anchor may wait for a de-registration before it answers (RFC 5213 5.4.1.2, 5.4.1.3)."""
    hi = request.view.value("hi")
    multihomed = request.view.value("multihoming") is not None
    return hi is not None and hi.hi == 4 and not request.removal and not multihomed


def _contradiction(before: Answer, answer: Answer) -> str:
    """What a second answer takes back of an acceptance; empty where the network may have doubled the request.

    Such a copy is refused with 135 or 157 (RFC 5213 5.5), or granted what the first was.
    """
    if before.status is None or answer.status is None or before.status >= 128:
        return ""
    if answer.status >= 128:
        refused = answer.status not in (SEQUENCE_OUT_OF_WINDOW, *TIMESTAMP_STATUSES)
        return f"with status {before.status}, and now with {answer.status}" if refused else ""
    lifetimes = [one.decoded.message.lifetime for one in (before, answer)]
    if lifetimes[0] != lifetimes[1]:
        return "with lifetime {}, and now with {}".format(*lifetimes)
    granted = [{prefix_text(o.home_network_prefix) for o in one.view.values("hnp")} for one in (before, answer)]
    if granted[0] != granted[1]:
        return "with prefix {}, and now with {}".format(*(" and ".join(sorted(one)) or "none" for one in granted))
    return ""
