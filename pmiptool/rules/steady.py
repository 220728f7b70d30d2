"""Sessions over time for large captures: what was judged once is not judged again.

`SessionChecker` says what is right. Here its verdicts are remembered, and it is asked only for what is new. What a
mobile node's messages come to depends on

* the state of the node at its anchor, whose **shape** (`compact.py`) many nodes share,
* the **templates** of request and answer: all their octets but checksum, number, timestamp and octets of identity,
* which octets of identity are equal to each other, to those of the state, or zero,
* what `single.py` asks of times, numbers and timestamps.

An exchange that broke no rule and left a state with a shape is a **step** from one shape to another; the next node of
that shape with such messages makes the step without being looked at. Every rule on a single message, and on a request
with its answer, sees octets of identity only as equal or not (`opaque_options` proves it from the rules' expressions),
and so do the watchers. As soon as anything else happens, the node is unfolded: the checker gets its state, and the
exchanges of the time that it remembers requests for, and sees the odd message itself. When the node is at rest again it
is folded up.

`learning.py` makes steps of what the checker saw, `single.py` has one node make one and `waves.py` many nodes at once;
`folding.py` takes nodes to the checker and back.
"""

from __future__ import annotations

from bisect import insort
from collections import deque
from typing import Any, NamedTuple

from pmiptool.rules.check import judge_message
from pmiptool.rules.chunks import Chunk, Columns, Past, Take, Witness
from pmiptool.rules.compact import Folded
from pmiptool.rules.context import Context
from pmiptool.rules.folding import Folding
from pmiptool.rules.learning import Learning, Said
from pmiptool.rules.nodes import Latest, Node, Nodes
from pmiptool.rules.pairing import BINDING, FORGET, MAX_TRANSMISSION_GAP, Answer, MnKey, Request, mn_key, observed
from pmiptool.rules.sessions import INITIAL_BINDACK_TIMEOUT, SessionChecker
from pmiptool.rules.single import Single, timely
from pmiptool.rules.steps import NEVER, signs_of
from pmiptool.rules.view import View
from pmiptool.rules.waves import Waves

ODD, REQUEST, ANSWER = 0, 1, 2
STALE = 2 * INITIAL_BINDACK_TIMEOUT
"""Seconds after which a request that has no answer is left to the checker."""
FIRST, LONGEST = 512, 1 << 20
"""Messages that are taken together while there is much to learn, and later."""


def _time(request: Request) -> float:
    return request.time


class _Row(NamedTuple):
    """A message of a chunk. number: among all messages."""

    chunk: Chunk
    row: int
    number: int
    kind: int
    who: int
    said: Said


class Steady:
    """Judges messages as a `SessionChecker` does, in chunks, and remembers what it said.

    take: is given findings, in the checker's order. messages, requests, answers: how many there were.
    """

    def __init__(
        self, context: Context, columns: Columns, past: Past, take: Take, witness: Witness | None = None
    ) -> None:
        self.columns, self.past, self.take, self.witness = columns, past, take, witness
        self.checker = SessionChecker(context)
        self.messages = self.requests = self.answers = 0
        self.hot = False
        """A revocation of all waits for the next request of any."""
        learning = Learning(self.checker, columns)
        self.nodes = Nodes(columns, learning.shape(Folded(((), (), (), False, None), [], [], (), [])))
        self._learning = learning
        self._single = Single(columns, self.nodes)
        self._waves = Waves(self.checker, columns, self.nodes)
        self._folding = Folding(
            self.checker, columns, past, self.nodes, learning, self._waves,
            lambda message, number, time: self._observe(message, number, time, (), again=True),
        )  # fmt: skip
        self._clean: dict[int, bool] = {}
        self._right: set[tuple[Any, ...]] = set()
        self._piece = FIRST
        self._now = 0.0
        self._moments = 0.0, 0.0
        self._unanswered: deque[Request] = deque()
        self._forgot = 0.0

    # The messages of a chunk

    def run(self, chunk: Chunk) -> None:
        """Judge messages, which are later than all before."""
        base, at, size, barriers = self.messages, 0, len(chunk), 0
        odd = iter((*chunk.odd(), size))
        until = next(odd)
        while at < size:
            last = min(until, at + self._piece)
            rows, end = self._left(chunk, at, last, barriers)
            barriers += end < last
            self._rows(chunk, base, rows)
            if end - at >= FIRST:
                self._piece = min(2 * self._piece, LONGEST) if 4 * len(rows) < end - at else FIRST
            self._catch_up(chunk, base, end)
            self._waves.stop()
            if end < last or end == until < size:
                self._rows(chunk, base, [end])
                end += 1
            at = end
            while until < at:
                until = next(odd)
        self._catch_up(chunk, base, size)
        self._waves.stop()
        self._reach(base + size, chunk.time(size - 1))
        self._waves.thin(self.past.first)
        self.checker.watch.ended.clear()

    def _left(self, chunk: Chunk, first: int, last: int, barriers: int) -> tuple[Any, int]:
        """What is to be gone through row by row of a stretch without odd messages, and where that ends."""
        if self.hot:
            self._waves.reserve()
            return range(first, last), last
        rows, end = self._waves.take(chunk, first, last, barriers)
        exchanges = (end - first - len(rows)) // 2
        self.requests += exchanges
        self.answers += exchanges
        return rows, end

    def _reach(self, messages: int, now: float) -> None:
        """So many messages were seen, the last one at that time."""
        self.messages = self._folding.count = messages
        self._now = self._folding.now = now
        self._folding.moment = now if now != self._moments[1] else self._moments[0]

    def _rows(self, chunk: Chunk, base: int, rows: Any) -> None:
        """Judge single messages of a chunk."""
        nodes, heard, waves = self.nodes.by_number, self.checker._heard, self._waves
        touched, dirty, order = waves.touched, waves.nodes.dirty, self.checker.pairing._order
        forget = self._forget_at()
        stale = self._stale_at(-NEVER)
        for row, kind, who, template, values, sequence, stamp, time, earlier in chunk.columns(rows, self._now):
            if earlier > forget:
                forget = self._catch_up(chunk, base, row)
            if time > stale:
                self._reach(base + row, earlier)
                self._leave(time)
                stale = self._stale_at(time)
                forget = self._forget_at()
            said = Said(template, values, sequence, stamp, time)
            if kind != ODD:
                node = nodes.get(who) or self.nodes.get(who)
                if dirty[who]:
                    waves.nodes.pull(node)
                touched.add(who)
                known = False
                if kind == ANSWER:
                    known = node.open is not None and self._single.answers(node, node.open, said)
                elif node.shape is not None and node.open is None and not self.hot:
                    known = self._single.asks(node, said, chunk, row, base + row + 1)
                if known:
                    if kind == ANSWER:
                        heard[node.anchor] = time
                        self.answers += 1
                    else:
                        self.requests += 1
                    if time > forget:
                        forget = self._catch_up(chunk, base, row + 1)
                    continue
            self._reach(base + row, earlier)
            waves.heard(row)
            if order and order[0][0] < earlier - FORGET:
                self._forget(earlier)
            self._look(_Row(chunk, row, base + row + 1, kind, who, said))
            forget = self._forget_at()

    def finish(self) -> None:
        """What was left without an answer."""
        self._folding.unfold_open()
        self.checker._time = max(self.checker._time, self._now)
        self.take(self.checker.finish())

    def close(self) -> None:
        """Let go of everything: what is here refers to itself in circles."""
        self._learning.forget()
        for part in (self.nodes, self._folding, self._waves, self):
            vars(part).clear()

    # Time

    def _catch_up(self, chunk: Chunk, base: int, row: int) -> float:
        """What the checker would have told of what is too old, before a row; returns when it must be asked again."""
        at = 0
        while True:
            forget = self._forget_at()
            at = max(at, chunk.after(forget))
            if at >= row:
                return forget
            time = chunk.time(at)
            self._reach(base + at, chunk.time(at - 1) if at else self._now)
            self._waves.heard(at)
            self._leave(time)
            self._forget(time)
            at += 1

    def _forget_at(self) -> float:
        """When the checker must be asked what has become too old: of requests it tells of those without an answer."""
        awaited, unanswered = self.checker.exchange_watch._awaited, self._unanswered
        while unanswered and (unanswered[0].answers or unanswered[0].time < self._forgot - FORGET):
            request = unanswered.popleft()
            if not request.answers and request.family == BINDING and request.mn is not None:
                node = self.nodes.at(request.lma, request.mn)
                if node is not None:
                    self._folding.rest(node)
        at = unanswered[0].time + FORGET - 1e-6 if unanswered else NEVER
        if awaited:
            at = min(at, next(iter(awaited.values())).time + MAX_TRANSMISSION_GAP - 1e-6)
        return at

    def _forget(self, time: float) -> None:
        self.checker._time = max(self.checker._time, time)
        self._forgot = max(self._forgot, time)
        self.take(self.checker._forgotten(time))

    def _stale_at(self, time: float) -> float:
        oldest = next(iter(self.nodes.open.values())).open if self.nodes.open else None
        return time + STALE if oldest is None else oldest.time + STALE

    def _leave(self, time: float) -> None:
        """Leave to the checker what waits too long for its answer."""
        for node in list(self.nodes.open.values()):
            if node.open is None or node.open.time + STALE >= time:
                return
            self._folding.unfold(node)

    # What must be looked at

    def _look(self, row: _Row) -> None:
        message, time = row.chunk.message(row.row), row.said.time
        if row.kind == ODD:
            moment = self._folding.moment
            self._odd(message, row.number, time)
            part = self.checker.last
            self._moments = time if part is not None and part.family == BINDING else moment, time
        elif row.kind == REQUEST:
            self._look_at_request(self.nodes.by_number[row.who], message, row)
        else:
            self._look_at_answer(self.nodes.by_number[row.who], message, row)
        self._reach(self.messages, time)

    def _look_at_request(self, node: Node, message: Any, row: _Row) -> None:
        said, shape, values = row.said, node.shape, list(node.values)
        usual = shape is not None and node.open is None and not self.hot
        usual = usual and timely(node, said, self.columns.stamped(said.template))
        self._folding.unfold(node)
        self._folding.mind(node, said)
        found = self._shown(message, row)
        if self.hot:
            self.hot = self._any_hot()
        request = self.checker.last
        node.since = row.number
        node.asks(said.time, said.sequence)
        node.lesson = node.latest = None
        if isinstance(request, Request):
            node.latest = Latest(request, said.template, said.values, said.stamp)
            if shape is not None and usual and not found and self._clean[said.template]:
                node.lesson = self._learning.asked(shape, values, said, request, node.origins)

    def _look_at_answer(self, node: Node, message: Any, row: _Row) -> None:
        said, checker = row.said, self.checker
        self._folding.unfold(node)
        waiting = self._waiting(node, message, said.sequence)
        self._folding.mind(node, said, fits=bool(waiting))
        pair = None
        if not waiting:
            self._folding.unfold_open()
            node.lesson = None
        elif node.latest is not None and waiting == [node.latest.request] and self._clean.get(said.template):
            pair = self._pair(node.latest, said)
        checker.exchanges = pair is None or pair not in self._right
        found = self._shown(message, row)
        checker.exchanges = True
        if pair is not None and not found:
            self._right.add(pair)
        node.since = row.number
        self._folding.settle(node, said, sound=not found and self._clean[said.template])

    def _shown(self, message: Any, row: _Row) -> bool:
        """Show the checker a message that is not odd; whether it found something about it."""
        template = row.said.template
        clean = self._clean.get(template)
        if not clean and any(clean is False or finding.level == "error" for finding in message.decoded.findings):
            self._folding.unfold_open()
        found = self._observe(message, row.number, row.said.time, () if clean else None)
        if clean is None:
            context = self.checker.context
            own = judge_message(View(message.decoded, context.codepoints), message.envelope, context)
            self._clean[template] = not own
        return found

    def _waiting(self, node: Node, message: Any, sequence: int) -> list[Request]:
        """What the node has asked that waits for an answer of this number from there; else it may be anybody's."""
        envelope = message.envelope
        place = BINDING, envelope.src, envelope.dst, node.mn
        return list(self.checker.pairing._open_exact.at((place, (sequence,))))

    def _pair(self, asked: Latest, said: Said) -> tuple[Any, ...] | None:
        """A request and its answer, as far as rules on both look at them; None where it may answer another one."""
        if said.stamp != asked.stamp:
            return None
        of = self.columns.values_of
        numbers = *of(asked.template, asked.values), *of(said.template, said.values)
        return asked.template, said.template, signs_of([], numbers, [])

    def _observe(self, message: Any, number: int, time: float, own: Any = None, *, again: bool = False) -> bool:
        """Show a message to the checker; whether it found something about it. again: it is told of late."""
        envelope, checker = message.envelope, self.checker
        seen = checker.observe(
            message.decoded, src=envelope.src, dst=envelope.dst, time=time, frame=number, envelope=envelope, own=own
        )
        part = checker.last
        if not again:
            self.requests += isinstance(part, Request)
            self.answers += isinstance(part, Answer)
            for mn in (checker.last_mn, *(part.mns if part is not None else ())):
                self.nodes.named.setdefault(mn)
            if self.witness is not None and own is None:  # else it saw the like of it
                self.witness(message, part)
        self._forgot = max(self._forgot, time)
        if isinstance(part, Request):
            if again:
                insort(self._unanswered, part, key=_time)
            else:
                self._unanswered.append(part)
        self.take(seen)
        return any(number in one.frames for one in seen)

    def _odd(self, message: Any, number: int, time: float) -> None:
        """A message that is none of a registration, or is wrapped up: all that it may touch is unfolded."""
        checker, decoded, envelope = self.checker, message.decoded, message.envelope
        self._folding.unfold_open()
        view = View(decoded, checker.context.codepoints)
        part = observed(view, source=envelope.src, destination=envelope.dst, anchors=checker._anchors)
        named = {mn for mn in (mn_key(view), *(part.mns if part is not None else ())) if mn is not None}
        for option in view.values("mn-id"):
            named.add((option.subtype, option.identifier))
        for mn in named:
            for node in self.nodes.of(mn):
                self._folding.unfold(node)
                self._folding.recall(node)
        if isinstance(part, Answer) and part.family == BINDING and part.mn is None:
            for who in self.past.numbered(REQUEST, part.sequence, number, self._now - FORGET):
                self._folding.unfold(self.nodes.get(who))
                self._folding.recall(self.nodes.get(who))
        self._observe(message, number, time)
        if checker.last is not None:
            self._noted(checker.last, named, {envelope.src, envelope.dst, checker.last.lma}, number)
        self.hot = self._any_hot()

    def _noted(self, part: Request | Answer, mns: set[MnKey], addresses: set[bytes], number: int) -> None:
        """The checker has nodes now that an odd message speaks of."""
        for mn in mns:
            for address in addresses:
                who = self.columns.node_number(address, mn)
                if who is None or who < 0:
                    continue
                self._waves.touched.add(who)
                fresh = who not in self.nodes.named
                node = self.nodes.get(who)
                if fresh:
                    node.shape, node.since = None, number
                node.lesson = None
                if isinstance(part, Request):
                    node.asks(part.time, part.sequence)

    def _any_hot(self) -> bool:
        waiting = self.checker.exchange_watch._revocations
        return any(key[1] is None and requests for key, requests in waiting.items())
