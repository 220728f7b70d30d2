"""A capture's requests sent again, alive, in their rhythm; the answers held against the recorded ones.

Alive: new sequence numbers, timestamps, addresses, names and checksums. Nothing else moves, and what was wrong stays
wrong. What an anchor assigns now stands, in the requests that follow, for what it had assigned then.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field

import msgspec

from pmiptool.capture.compare import Difference, Exchange, differences
from pmiptool.capture.recording import Pairs, Recorded, sources_of
from pmiptool.capture.renaming import Renaming
from pmiptool.errors import UsageError
from pmiptool.net.exchange import checksum_pair, decode, identifier
from pmiptool.net.record import Recorder
from pmiptool.net.transport import Received, Transport
from pmiptool.registry.codepoints import DEFAULT, CodePoints
from pmiptool.rules.pairing import observed
from pmiptool.rules.view import View
from pmiptool.session.endpoint import Datagram, Endpoint
from pmiptool.text.values import time_raw
from pmiptool.wire import patch
from pmiptool.wire.codec import codec_for
from pmiptool.wire.layout import Decoded
from pmiptool.wire.rewrite import rewritten
from pmiptool.wire.values import Heartbeat

MN_ID = "mn-id"
REWRITES = ("seq", "timestamp", "addresses", MN_ID)
USUAL = REWRITES[:3]
WINDOW = 64  # requests that wait for their answers at once, however fast
LATE = 1.0  # seconds after which what nobody answered then counts as not answered now
_TIMESTAMP_STATUSES = (156, 157)


@dataclass(eq=False)
class Replayed:
    """A request as it went again at `time`, and what came of it. told: what there is to know beside differences."""

    recorded: Recorded
    sent: Decoded
    time: float
    answer: Decoded | None = None
    notes: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)

    @property
    def state(self) -> str:
        """``same``, ``different``, or ``unanswered``: it was answered then, and is not now."""
        if self.recorded.answer is not None and self.answer is None:
            return "unanswered"
        return "different" if self.differences else "same"


def parse_rewrite(text: str) -> frozenset[str]:
    """Read ``seq,timestamp,addresses,mn-id`` or ``none``. Raises UsageError."""
    words = [word.strip() for word in text.split(",") if word.strip()]
    if words == ["none"]:
        return frozenset()
    for word in words:
        if word not in REWRITES:
            raise UsageError(f"--rewrite is '{text}'; it takes none, or some of {','.join(REWRITES)}")
    if not words:
        raise UsageError(f"--rewrite is empty; it takes none, or some of {','.join(REWRITES)}")
    return frozenset(words)


class Waiting:
    """Requests that were answered then, and so far neither now nor given up: by whom they are about, in order.

    What is about one mobile node waits for its own requests, and what names none (but heartbeats) for all.
    """

    def __init__(self) -> None:
        self._by_node: dict[bytes | None, dict[Replayed, None]] = {}
        self.count = 0

    def add(self, one: Replayed) -> None:
        self._by_node.setdefault(identifier(one.recorded.decoded), {})[one] = None
        self.count += 1

    def drop(self, one: Replayed) -> None:
        node = identifier(one.recorded.decoded)
        kept = self._by_node.get(node, {})
        if one in kept:
            del kept[one]
            self.count -= 1
            if not kept:
                del self._by_node[node]

    def all(self) -> list[Replayed]:
        return [one for kept in self._by_node.values() for one in kept]

    def before(self, request: Recorded) -> list[Replayed]:
        """Those whose answers had come before a request then, as far as it depends on them."""
        if isinstance(request.decoded.message, Heartbeat):
            return []
        node = identifier(request.decoded)
        kept: Iterable[Replayed] = self.all()
        if node is not None:
            kept = [*self._by_node.get(node, ()), *self._by_node.get(None, ())]
        return [one for one in kept if _came_before(one.recorded, request)]


class Replay:
    """Sends requests again over a transport that has a source for each recorded one, in `locals` by address.

    ``speed``: 2.0 is twice as fast, None as fast as answers come. ``timeout``: seconds to wait for an answer that
    came then. ``clock_offset``: seconds to add to our clock in timestamps. ``names``: what stands for what already.
    """

    def __init__(
        self,
        way: Transport | Recorder,
        requests: list[Recorded],
        *,
        rewrite: Collection[str] = USUAL,
        speed: float | None = 1.0,
        timeout: float = 5.0,
        clock_offset: float = 0.0,
        settings: CodePoints = DEFAULT,
        names: Renaming | None = None,
        locals: Mapping[bytes, Endpoint] | None = None,
        told: Callable[[Replayed], None] | None = None,
    ) -> None:
        self._way = way
        self._requests = requests
        self._rewrite = rewrite
        self._speed = speed
        self._timeout = timeout
        self._clock_offset = clock_offset
        self._settings = settings
        self._told = told
        self._codec = codec_for(settings)
        self._locals = dict(zip(sources_of(requests), way.locals, strict=False)) if locals is None else dict(locals)
        first = next((n for n in (patch.sequence_of(r.decoded.raw) for r in requests) if n is not None), 0)
        self._shift = (int(way.now()) - first) & 0xFFFF
        self._stamp = 0
        self._names = Renaming() if names is None else names.copy()
        if "addresses" in rewrite:
            for recorded, local in [*self._locals.items(), *((r.asked, way.peer) for r in requests)]:
                if len(recorded) == len(local.address):
                    self._names.addresses.setdefault(recorded, local.address)
        self._judged = self._names.copy()
        """As far as answers were compared, in their order."""
        self._pairs = Pairs()
        self._waiting = Waiting()
        self.replayed: list[Replayed] = []

    def run(self) -> list[Replayed]:
        """Send everything, wait for the answers, compare."""
        begin, first = self._way.now(), self._requests[0].time
        judged = 0
        for request in self._requests:
            self._await(self._waiting.before(request))
            if self._speed is not None:
                self._listen(begin + (request.time - first) / self._speed)
            else:
                self._make_room()
            self._send(request)
            judged = self._judge_from(judged)
        self._await(self._waiting.all())
        self._listen(self._way.now() + min(0.2, self._timeout))  # what nobody answered then, and somebody does now
        self._judge_from(judged, last=True)
        return self.replayed

    # Sending

    def _send(self, request: Recorded) -> None:
        data, local = self._alive(request)
        decoded = decode(self._codec, data, local, self._way.peer)
        now = self._way.now()
        ends = local.address, self._way.peer.address
        made = observed(View(decoded, self._settings), source=ends[0], destination=ends[1], time=now)
        self._pairs.request(len(self.replayed), made, *ends)
        one = Replayed(request, decoded, now)
        self.replayed.append(one)
        if request.answer is not None:
            self._waiting.add(one)
        self._way.send(Datagram(data, local, self._way.peer))

    def _alive(self, request: Recorded) -> tuple[bytes, Endpoint]:
        """The request with what `rewrite` names made new, and from where it goes."""
        local = self._locals[request.source]
        decoded = request.decoded
        if not self._rewrite:
            return decoded.raw, local
        self._names.stamp = (lambda was: self._new_stamp(request, was)) if "timestamp" in self._rewrite else None
        data = rewritten(decoded, self._names, self._codec)
        number = patch.sequence_of(data)
        if "seq" in self._rewrite and number is not None:
            data = patch.with_sequence(data, number + self._shift)
        return patch.with_checksum(data, decoded.raw, request.pair, checksum_pair(local, self._way.peer)), local

    def _new_stamp(self, request: Recorded, was: int) -> int:
        """The time; one that was refused for its time is as far off as it was."""
        now = self._way.now() + self._clock_offset
        if getattr(getattr(request.answer, "message", None), "status", None) in _TIMESTAMP_STATUSES:
            return max(0, time_raw(now) + was - time_raw(request.time)) & 0xFFFFFFFFFFFFFFFF
        self._stamp = max(time_raw(now), self._stamp + 1)
        return self._stamp

    # Receiving

    def _await(self, earlier: list[Replayed]) -> None:
        """Wait for answers that had come before the next request then."""
        until = self._way.now() + self._timeout
        while self._way.now() < until and any(r.answer is None and not r.notes for r in earlier):
            self._receive(until)
        for one in earlier:
            self._give_up(one)

    def _give_up(self, one: Replayed) -> None:
        if one.answer is None and not one.notes:
            one.notes.append(f"no answer in {self._timeout:g} s")
        self._waiting.drop(one)

    def _make_room(self) -> None:
        """Take what has come, and wait while too many requests are on their way."""
        self._receive(self._way.now())
        while self._waiting.count >= WINDOW:
            oldest = min(self._waiting.all(), key=lambda one: one.time)
            until = oldest.time + self._timeout
            if self._way.now() >= until:
                self._give_up(oldest)
            else:
                self._receive(until)

    def _listen(self, until: float) -> None:
        while self._way.now() < until:
            self._receive(until)

    def _receive(self, until: float) -> None:
        for arrival in self._way.receive(until):
            if not isinstance(arrival, Received):
                self._icmp(arrival.original, arrival.text)
                continue
            decoded = decode(self._codec, arrival.data, arrival.source, arrival.destination)
            ends = arrival.source.address, arrival.destination.address
            view = View(decoded, self._settings)
            made = observed(view, source=ends[0], destination=ends[1], time=arrival.time)
            index = self._pairs.answer(made, *ends)
            if index is not None and self.replayed[index].answer is None:
                self._answered(self.replayed[index], decoded)

    def _icmp(self, original: bytes, text: str) -> None:
        """Note an ICMP error with the request that it is about."""
        for one in reversed(self.replayed):
            if one.sent.raw.startswith(original[:1024]):
                one.notes.append(text)
                return

    def _answered(self, one: Replayed, decoded: Decoded) -> None:
        """Keep the answer; what was assigned now stands for what was assigned then."""
        one.answer = decoded
        self._waiting.drop(one)
        if one.recorded.answer is not None and "addresses" in self._rewrite:
            self._names.learn(one.recorded.decoded, one.recorded.answer, decoded)

    # Judging

    def _judge_from(self, begin: int, last: bool = False) -> int:
        """Compare, in order, what is answered or given up; return where that ends."""
        while begin < len(self.replayed):
            one = self.replayed[begin]
            quiet = one.recorded.answer is None and self._way.now() - one.time > min(LATE, self._timeout)
            if not (last or one.answer is not None or one.notes or quiet):
                break
            self._judge(one)
            if self._told is not None:
                self._told(one)
            begin += 1
        return begin

    def _judge(self, one: Replayed) -> None:
        then = one.recorded.answer
        if then is not None and one.answer is not None and self._rewrite:
            if "addresses" in self._rewrite:
                one.told = self._judged.learn(one.recorded.decoded, then, one.answer)
            octets = rewritten(then, self._judged, self._codec)
            if then.checksum_ok == one.answer.checksum_ok and self._is(one, octets, one.answer):
                return
            then = msgspec.structs.replace(self._codec.decode(octets), checksum_ok=then.checksum_ok)
        moved = len(one.sent.raw) != len(one.recorded.decoded.raw) or _names_moved(one)
        before = Exchange(one.recorded.decoded, then)
        one.differences = differences(before, Exchange(one.sent, one.answer), self._settings, moved=moved)

    def _is(self, one: Replayed, octets: bytes, answer: Decoded) -> bool:
        """Whether an answer is what is expected, octet for octet: far quicker to tell than field by field."""
        numbers = [patch.sequence_of(data) for data in (octets, one.recorded.decoded.raw, one.sent.raw)]
        given, then, now = numbers
        if given is not None and then is not None and now is not None:
            octets = patch.with_sequence(octets, given - then + now)
        asked, sent = patch.timestamp_of(one.recorded.decoded), patch.timestamp_of(one.sent)
        if asked is not None and sent is not None:
            decoded = self._codec.decode(octets)
            octets = patch.with_timestamp(octets, decoded, lambda was: sent if was == asked else was)
        return _without_checksum(octets) == _without_checksum(answer.raw)


def _without_checksum(data: bytes) -> bytes:
    return data[:4] + data[6:]


def _names_moved(one: Replayed) -> bool:
    """Whether the mobile node has a name of another length now."""
    names = identifier(one.recorded.decoded), identifier(one.sent)
    return len(names[0] or b"") != len(names[1] or b"")


def _came_before(request: Recorded, other: Recorded) -> bool:
    """Whether a request had been answered when the other was sent."""
    return request.answered_at is not None and request.answered_at <= other.time
