"""Everything that passes between gateways and anchors, in the order in which it was seen.

`SessionChecker.observe` takes one message at a time and returns what it breaks: alone, as the answer to its request,
and in its session. `finish` tells what was left without an answer.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

import msgspec

from pmiptool.rules import catalogue as rules
from pmiptool.rules.check import judge_exchange, judge_message
from pmiptool.rules.context import Context
from pmiptool.rules.explain import show
from pmiptool.rules.judge import found
from pmiptool.rules.messages import CARE_OF, SOURCE
from pmiptool.rules.pairing import Answer, MnKey, Pairing, Request, mn_key
from pmiptool.rules.view import View
from pmiptool.rules.watch import Watch
from pmiptool.rules.watched import Doubt
from pmiptool.wire.codec import Decoded
from pmiptool.wire.envelope import Envelope
from pmiptool.wire.finding import Finding
from pmiptool.wire.values import BindingAcknowledgement, BindingUpdate

INITIAL_BINDACK_TIMEOUT = 1.0  # RFC 6275 12
MAX_DELAY_BEFORE_NEW_BCE_ASSIGN = 1.5  # RFC 5213 9.1
MAX_UPDATE_RATE = 3  # RFC 6275 12
_SLACK = 0.05  # seconds that a timer may fire early


class Seen(msgspec.Struct, frozen=True):
    """A finding and where it was made: frames (the request's first), mobile node, anchor and time."""

    finding: Finding
    frames: tuple[int, ...] = ()
    mn: MnKey | None = None
    lma: bytes = b""
    time: float = 0.0


class SessionChecker:
    """Judges a stream of messages.

    messages, exchanges: whether `observe` also judges what `check_message` and `check_exchange` do.
    `watch` is the state that was seen, `watch.ended` what left force and why. `last_mn` is the mobile node of the last
    message, that of its request where an answer names none.
    """

    def __init__(self, context: Context | None = None, *, messages: bool = True, exchanges: bool = True) -> None:
        self.context = context or Context()
        self.watch = Watch(self.context)
        self.pairing = Pairing()
        self.messages, self.exchanges = messages, exchanges
        self._heard: dict[bytes, float] = {}
        self._garbled: dict[bytes, int] = {}
        self._rates: dict[object, deque[float]] = {}
        self._doubt: dict[tuple[bytes, bytes, MnKey | None], set[int]] = {}
        self._time = 0.0
        self.last_mn: MnKey | None = None

    def observe(
        self, decoded: Decoded, *, src: bytes, dst: bytes, time: float, frame: int = 0, envelope: Envelope | None = None
    ) -> list[Seen]:
        """One message from `src` to `dst` (16 or 4 octets) at `time` (seconds). Returns what is wrong with it."""
        self._time = max(self._time, time)
        view = View(decoded, self.context.codepoints)
        mn = self.last_mn = mn_key(view)
        found_: list[Seen] = []
        cut = envelope is not None and envelope.truncated
        # What a rule misses in a truncated message may be in the octets that were not captured.
        own = decoded.findings if cut else judge_message(view, envelope, self.context)
        toward_lma = isinstance(decoded.message, BindingUpdate)
        lma = dst if toward_lma else src
        if self.messages:
            found_ += [Seen(finding, (frame,), mn, lma, time) for finding in own]
        if isinstance(decoded.message, BindingUpdate):
            request = self._request(decoded, view, time, frame, lma, src, own, envelope)
            found_ += [Seen(finding, frames, mn, lma, time) for finding, frames in self._asked(request)]
        elif isinstance(decoded.message, BindingAcknowledgement):
            answer = Answer(decoded, view, time, frame, lma, dst, mn)
            found_ += self._answered(answer, cut)
        elif any(finding.level == "error" for finding in decoded.findings):
            self._garbled[dst] = self._garbled.get(dst, 0) + 1
        found_ += self._forgotten(time)
        return found_

    def expect_answers(self, lma: bytes) -> None:
        """The anchor at this address was asked by us: its silence is its own, heard before or not."""
        self._heard.setdefault(lma, 0.0)

    def finish(self, time: float = 0.0) -> list[Seen]:
        """The end of the observation, at `time` where more than the last message tells: what was left unanswered."""
        self._time = max(self._time, time)
        return self._forgotten(float("inf"))

    # Requests

    def _request(
        self, decoded: Decoded, view: View, time: float, frame: int, lma: bytes, source: bytes,
        own: tuple[Finding, ...], envelope: Envelope | None,
    ) -> Request:  # fmt: skip
        option, stamp = view.value("alt-coa"), view.value("timestamp")
        request = Request(
            decoded, view, time, frame, lma, source, mn_key(view), decoded.message.sequence,
            stamp.timestamp if stamp is not None else None,
            option.alternate_care_of_address if option is not None else source,
        )  # fmt: skip
        garbled = any(finding.level == "error" for finding in decoded.findings)
        if garbled:
            self._garbled[lma] = self._garbled.get(lma, 0) + 1
        cut = envelope is not None and envelope.truncated
        unanswerable = any(finding.rule in (SOURCE.id, CARE_OF.id, "rfc5213/6.9.1.5/a-flag") for finding in own)
        request.garbled = self._garbled.get(lma, 0)
        request.right = decoded.name == "pbu" and not garbled and not cut and not unanswerable
        return request

    def _asked(self, request: Request) -> Iterator[tuple[Finding, tuple[int, ...]]]:
        earlier = self.pairing.unanswered_like(request)
        duplicate = bool(self.pairing.copies(request))  # answered or not: the network's doing
        if earlier is not None:
            request.repeats, earlier.repeated = earlier, True
            if not duplicate and earlier.right and request.right:
                frames = (earlier.frame, request.frame)
                for finding in self._repeated(earlier, request):
                    yield finding, frames
        self.pairing.request(request)
        if not duplicate and request.decoded.name == "pbu":
            yield from ((finding, (request.frame,)) for finding in self._rate(request))
        yield from ((finding, (request.frame,)) for finding in self.watch.request(request))
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
        option = request.view.value("multihoming")
        key = (request.lma, request.source, request.mn, option.mhgid if option is not None else None)
        times = self._rates.setdefault(key, deque(maxlen=MAX_UPDATE_RATE))
        if len(times) == MAX_UPDATE_RATE and request.time - times[0] < 1.0 - _SLACK:
            yield found(rules.RATE, f"this is the {MAX_UPDATE_RATE + 1}th within {request.time - times[0]:.3f} s")
            times.clear()
        times.append(request.time)

    # Answers

    def _answered(self, answer: Answer, cut: bool) -> list[Seen]:
        pair = self.pairing.answer(answer)
        request = pair.request
        self._heard[answer.lma] = answer.time
        if request is None:
            known = self.context.complete or (answer.lma, answer.destination, answer.mn) in self.pairing.seen_mns
            if not known:
                return []
            told = f"sequence number {answer.decoded.message.sequence} to {show(answer.destination)} matches none"
            return [Seen(found(rules.UNASKED, told), (answer.frame,), answer.mn, answer.lma, answer.time)]
        frames = (request.frame, answer.frame)
        self.last_mn = request.mn or answer.mn

        def seen(finding: Finding) -> Seen:
            return Seen(finding, frames, request.mn, answer.lma, answer.time)

        if pair.repeat:
            before = request.answers[0]
            told = f"it was answered in frame {before.frame} before" if before.frame else "it was answered before"
            if before.decoded.raw != answer.decoded.raw:
                told += ", and this answer says something else"
            return [seen(found(rules.ANSWER_TWICE, told))]
        findings: list[Finding] = []
        late = answer.time - request.time
        if late > INITIAL_BINDACK_TIMEOUT + (MAX_DELAY_BEFORE_NEW_BCE_ASSIGN if waits(request) else 0):
            findings.append(found(rules.ANSWER_LATE, f"it comes after {late:.3f} s, expected less than 1 s"))
        if pair.how == "addresses":
            told = f"it goes from {show(answer.lma)} to {show(answer.destination)}"
            told += f", expected from {show(request.lma)} to {show(request.source)}"
            findings.append(found(rules.ADDRESSES, told))
        if self.exchanges and not cut:
            findings += judge_exchange(request.view, answer.view, self.context, request.care_of)
        if not cut and not self._copied(request, answer):
            findings += self.watch.exchange(request, answer, self._doubts(request))
        return [seen(finding) for finding in findings]

    def _copied(self, request: Request, answer: Answer) -> bool:
        """Request and answer are octet for octet those of a moment ago."""
        copies = self.pairing.copies(request)
        return any(other.decoded.raw == answer.decoded.raw for copy in copies for other in copy.answers)

    def _doubts(self, request: Request) -> Doubt | None:
        """What requests without answer leave unknown of this mobile node; None where every one has its answer.

        An anchor may have acted on them, and its answer is lost or still under way.
        """
        key = request.lma, request.source, request.mn
        others = self.pairing.open_of(request.lma, request.mn)
        for other in others:
            named = self._doubt.setdefault((other.lma, other.source, other.mn), set())
            named.update(flow.fid for flow in other.view.values("fid"))
            named.update(fid for flow in other.view.values("flow-summary") for fid in flow.fid)
        fids = frozenset(self._doubt.get(key, ()))
        self._doubt.get(key, set()).difference_update(flow.fid for flow in request.view.values("fid"))
        removals = frozenset(other.care_of for other in others if other.removal)
        lost = frozenset(o.care_of for o in others if o.removal and request.time - o.time > INITIAL_BINDACK_TIMEOUT)
        doubled = bool(self.pairing.copies(request))
        return Doubt(fids, bool(others) or doubled, removals, lost) if others or fids or doubled else None

    # What was not answered

    def _forgotten(self, now: float) -> list[Seen]:
        found_: list[Seen] = []
        for request in self.pairing.forget(now):
            found_ += self._unanswered(request, now == float("inf"))
            if request.removal and not request.answers and not self.pairing.answered_since(request):
                self.watch.lost(request)
        return found_

    def _unanswered(self, request: Request, final: bool) -> Iterator[Seen]:
        if request.answers or not request.right or (final and self._time - request.time < INITIAL_BINDACK_TIMEOUT):
            if not (final and self.context.complete and request.right and not request.answers):
                return
        if request.lma not in self._heard and not self.context.complete:
            return
        if request.removal and not request.bound:
            return
        if waits(request) and request.repeated:
            return
        frames = self._chain(request)
        sent = f"{len(frames)} transmission{'s' if len(frames) > 1 else ''}"

        def seen(finding: Finding) -> Seen:
            return Seen(finding, frames, request.mn, request.lma, request.time)

        if not request.repeated:
            if len(frames) == 1 and self.pairing.answered_since(request):
                yield seen(found(rules.ANSWER_LOST, "it has none, and a later request of this mobile node has"))
                return
            garbled = request.garbled
            if garbled and self._heard.get(request.lma, 0.0) < request.time:
                told = f"no answer to {sent}, after {garbled} message{'s' if garbled > 1 else ''} with errors of form"
                yield seen(found(rules.DEAF, told))
            else:
                yield seen(found(rules.UNANSWERED, f"no answer to {sent}"))
        elif request.answered_later:
            yield seen(found(rules.ANSWER_LOST, "this one has none, a later one of the same request has"))

    @staticmethod
    def _chain(request: Request) -> tuple[int, ...]:
        frames = []
        at: Request | None = request
        while at is not None:
            frames.append(at.frame)
            at = at.repeats
        return tuple(reversed(frames))


def waits(request: Request) -> bool:
    """Whether the anchor may wait for a de-registration before it answers (RFC 5213 5.4.1.2, 5.4.1.3)."""
    hi = request.view.value("hi")
    multihomed = request.view.value("multihoming") is not None
    return hi is not None and hi.hi == 4 and not request.removal and not multihomed
