"""Sessions over time for large captures: what was judged once is not judged again.

`SessionChecker` says what is right. Here its verdicts are remembered, and it is asked only for what is new. What a
mobile node's messages come to depends on

* the state of the node at its anchor, whose **shape** (`compact.py`) many nodes share,
* the **templates** of request and answer: all their octets but checksum, number, timestamp and octets of identity,
* which octets of identity are equal to each other, to those of the state, or zero,
* what the conditions in `_request` and `_answer` here ask of times, numbers and timestamps.

An exchange that broke no rule and left a state with a shape is a **step** from one shape to another; the next node of
that shape with such messages makes the step without being looked at. Every rule on a single message, and on a request
with its answer, sees octets of identity only as equal or not (`opaque_options` proves it from the rules' expressions),
and so do the watchers. As soon as anything else happens, the node is unfolded: the checker gets its state, and the
exchanges of the time that it remembers requests for, and sees the odd message itself. When the node is at rest again it
is folded up.
"""

from __future__ import annotations

from bisect import insort
from collections import deque
from collections.abc import Iterator
from typing import Any

from pmiptool.registry.rfc6275 import LIFETIME_UNIT
from pmiptool.rules.chunks import Chunk, Columns, Past, Take, Witness
from pmiptool.rules.clocks import WINDOW
from pmiptool.rules.compact import (
    EXPIRES,
    SEQUENCE,
    TAKEN,
    TIMESTAMP,
    Folded,
    at_rest,
    complete,
    drop,
    fold,
    unfold,
)
from pmiptool.rules.context import Context
from pmiptool.rules.holders import UNKNOWN, Holders
from pmiptool.rules.pairing import (
    BINDING,
    FORGET,
    MAX_TRANSMISSION_GAP,
    MOMENT,
    Answer,
    MnKey,
    Request,
    mn_key,
    observed,
)
from pmiptool.rules.sessions import INITIAL_BINDACK_TIMEOUT, SessionChecker
from pmiptool.rules.steps import LATEST, NEVER, Asked, Node, Open, Places, Shape, Step, signs_of
from pmiptool.rules.view import View
from pmiptool.rules.watch import Watch
from pmiptool.rules.watch_state import Group
from pmiptool.rules.waves import Waves
from pmiptool.session.model import PrefixKey

ODD, REQUEST, ANSWER = 0, 1, 2
STALE = 2 * INITIAL_BINDACK_TIMEOUT
"""Seconds after which a request that has no answer is left to the checker."""
_E, _T, _S = LATEST
_FIRST = (0,)
MOST = 200_000
"""How many steps are remembered."""
FIRST, LONGEST = 512, 1 << 20
"""Messages that are taken together while there is much to learn, and later."""


def _time(request: Request) -> float:
    return request.time


class _Prefixes(dict[tuple[bytes, PrefixKey], Group]):
    """Who has a prefix, also among what is folded up."""

    def __init__(self, steady: Steady) -> None:
        super().__init__()
        self._steady = steady

    def get(self, key: Any, default: Any = None) -> Any:
        self._steady.claimed(*key)
        return super().get(key, default)

    def __setitem__(self, key: tuple[bytes, PrefixKey], group: Group) -> None:
        self._steady.given(*key, group.mn)
        super().__setitem__(key, group)


class _Watch(Watch):
    """Sessions, also of what is folded up."""

    def __init__(self, context: Context, steady: Steady) -> None:
        super().__init__(context)
        self._steady = steady
        self._prefixes = _Prefixes(steady)

    def sessions(self, mn: MnKey | None = None) -> list[Group]:
        if mn is None:
            self._steady.unfold_all()
        return super().sessions(mn)


class Steady:
    """Judges messages as a `SessionChecker` does, in chunks, and remembers what it said.

    take: is given findings, in the checker's order. messages, requests, answers: how many there were. mns: mobile
    nodes in the order in which they were first named; None stands for none.
    """

    def __init__(
        self, context: Context, columns: Columns, past: Past, take: Take, witness: Witness | None = None
    ) -> None:
        self.checker = SessionChecker(context)
        self.checker.watch = _Watch(context, self)
        self.columns, self.past, self.take, self.witness = columns, past, take, witness
        self._folds = complete(SessionChecker(context))
        self.messages = self.requests = self.answers = 0
        self.mns: dict[MnKey | None, None] = {}
        self._nodes: dict[int, Node] = {}
        self._by_mn: dict[MnKey, list[Node]] = {}
        self._open: dict[int, Node] = {}
        self._shapes: dict[tuple[Any, ...], Shape] = {}
        self._clean: dict[int, bool] = {}
        self._right: set[tuple[Any, ...]] = set()
        self.holders = Holders()
        self._numbers: dict[bytes, int] = {}
        self._empty = self._shape(Folded(((), (), (), False, None), [], [], (), []))
        self._waves = Waves(self)
        self._piece = FIRST
        self._steps = 0
        self._optioned = 0
        self._hot = False
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
            rows, end = self._waves.take(chunk, at, last, barriers)
            barriers += end < last
            self._rows(chunk, base, rows)
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
        self.messages, self._now = base + size, chunk.time(size - 1)

    def _catch_up(self, chunk: Chunk, base: int, row: int) -> float:
        """What the checker would have told of what is too old, before a row; returns when it must be asked again."""
        at = 0
        while True:
            forget = self._forget_at()
            at = max(at, chunk.after(forget))
            if at >= row:
                return forget
            time = chunk.time(at)
            self.messages = base + at
            if at:
                self._now = chunk.time(at - 1)
            self._waves.heard(at)
            self._leave(time)
            self._forget(time)
            at += 1

    def _rows(self, chunk: Chunk, base: int, rows: Any) -> None:
        """Judge single messages of a chunk."""
        nodes, open_, heard, waves = self._nodes, self._open, self.checker._heard, self._waves
        touched, dirty, order = waves.touched, waves.nodes.dirty, self.checker.pairing._order
        forget = self._forget_at()
        stale = self._stale_at(-NEVER)
        requests = answers = 0
        for row, kind, who, template, values, sequence, stamp, time, earlier in chunk.columns(rows, self._now):
            if earlier > forget:
                forget = self._catch_up(chunk, base, row)
            if time > stale:
                self.messages, self._now = base + row, earlier
                self._leave(time)
                stale = self._stale_at(time)
                forget = self._forget_at()
            if kind:
                node = nodes.get(who) or self._node(who)
                if dirty[who]:
                    waves.nodes.pull(node)
                touched.add(who)
            if kind == REQUEST:
                if node.shape is not None and node.open is None:
                    if node.asked_key != (template, values):
                        self._asks(node, template, values)
                    asked = node.asked
                    latest, before = node.times[0], node.sequences
                    if (
                        asked is not None
                        and time - node.times[2] >= 1.0
                        and (time - latest >= MOMENT or sequence not in before)
                        and time <= node.expires
                        and (not asked.stamped or stamp > node.taken)
                        and not self._hot
                    ):
                        node.open = Open(chunk, row, base + row + 1, time, sequence, stamp, asked, node.asked_key)
                        open_[who] = node
                        node.times = time, latest, node.times[1]
                        node.sequences = sequence, before[0]
                        requests += 1
                        if time > forget:
                            forget = self._catch_up(chunk, base, row + 1)
                        continue
            elif kind == ANSWER:
                opened = node.open
                if opened is not None and opened.sequence == sequence and time - opened.time <= INITIAL_BINDACK_TIMEOUT:
                    if node.answer_key != (template, values):
                        self._gives(node, opened, template, values)
                    step = node.answer
                    same = stamp == opened.stamp or not opened.asked.stamped
                    if step is not None and same and time <= node.expires:
                        if step.sure or self._may(node, opened, step):
                            node.open = None
                            del open_[who]
                            owns, shape = node.owns, step.after
                            after = sequence, opened.stamp, time + step.lifetime  # by _S, _T and _E
                            node.owns = owns = [owns[at] if at >= 0 else after[at] for at in step.owns]
                            expiring = shape.expiring
                            if len(expiring) == 1:
                                node.expires = owns[expiring[0]]
                            elif expiring:
                                node.expires = min([owns[at] for at in expiring])
                            else:
                                node.expires = NEVER
                            if shape.taken is not None:
                                node.taken = owns[shape.taken]
                            if shape is not node.shape or step.values is not None:
                                self._moved(node, opened, step, template, values)
                            heard[node.anchor] = time
                            answers += 1
                            if time > forget:
                                forget = self._catch_up(chunk, base, row + 1)
                            continue
            self.messages, self._now = base + row, earlier
            waves.heard(row)
            if order and order[0][0] < earlier - FORGET:
                self._forget(earlier)
            self._look(chunk, row, base + row + 1, kind, who, template, values, sequence, stamp, time)
            forget = self._forget_at()
        self.requests += requests
        self.answers += answers

    def finish(self) -> None:
        """What was left without an answer."""
        for node in list(self._open.values()):
            self._unfold(node)
        self.checker._time = max(self.checker._time, self._now)
        self.take(self.checker.finish())

    def close(self) -> None:
        """Let go of everything: what is here refers to itself in circles."""
        vars(self).clear()

    def _moment(self) -> float:
        """When the checker would last have asked what has expired."""
        return self._now if self._now != self._moments[1] else self._moments[0]

    # Remembered steps

    def _asks(self, node: Node, template: int, values: int) -> None:
        """What is known of such a request by such a node."""
        assert node.shape is not None
        if self.columns.single(template) and node.values and node.values[0] == values:
            signs: tuple[int, ...] = _FIRST
        else:
            signs = signs_of(node.values, self.columns.values_of(template, values), [])
        node.asked_key = template, values
        node.asked = node.shape.requests.get((template, signs))
        source = self.columns.source(template)
        if source not in node.sources:
            node.sources |= {source}
        node.answer_key = -1, -1

    def _gives(self, node: Node, opened: Open, template: int, values: int) -> None:
        if self.columns.single(template) and node.values and node.values[0] == values:
            signs: tuple[int, ...] = _FIRST
        else:
            fresh: list[int] = []
            signs_of(node.values, self.columns.values_of(*opened.key), fresh)
            signs = signs_of(node.values, self.columns.values_of(template, values), fresh)
        node.answer_key = template, values
        node.answer = opened.asked.answers.get((template, signs))

    def _may(self, node: Node, opened: Open, step: Step) -> bool:
        """What hangs on other values: a number that goes on from the last, and prefixes that nobody else has."""
        if step.number is not None and not 0 < (opened.sequence - node.owns[step.number]) & 0xFFFF < WINDOW:
            return False
        if step.checked:
            every = self._every(node, opened, node.answer_key)
            if any(self._elsewhere(node, every[at]) for at in step.checked):
                return False
        return True

    def _elsewhere(self, node: Node, prefix: int) -> bool:
        """Whether another node may have a prefix at the same anchor."""
        others = (self._nodes.get(number) for number in self.holders.of(prefix) if number != node.number)
        return any(other is None or other.anchor == node.anchor for other in others)

    def _every(self, node: Node, opened: Open, key: tuple[int, int]) -> list[int]:
        """The values of the shape and those that the exchange brings."""
        fresh: list[int] = []
        signs_of(node.values, self.columns.values_of(*opened.key), fresh)
        signs_of(node.values, self.columns.values_of(*key), fresh)
        return [*node.values, *fresh]

    def _moved(self, node: Node, opened: Open, step: Step, template: int, values: int) -> None:
        """Another shape, or other values in it."""
        if step.values is not None or step.released or step.held:
            every = self._every(node, opened, (template, values))
            for at in step.released:
                self.holders.leave(every[at], node.number)
            for at in step.held:
                self.holders.take(every[at], node.number)
            if step.values is not None:
                node.values = [every[at] for at in step.values]
        node.shape = step.after
        if not step.after.expiring:
            node.expires = NEVER
        if step.after.taken is None:
            node.taken = -1
        node.asked_key = node.answer_key = -1, -1

    # Time

    def _forget_at(self) -> float:
        """When the checker must be asked what has become too old: of requests it tells of those without an answer."""
        awaited, unanswered = self.checker.exchange_watch._awaited, self._unanswered
        while unanswered and (unanswered[0].answers or unanswered[0].time < self._forgot - FORGET):
            unanswered.popleft()
        at = unanswered[0].time + FORGET - 1e-6 if unanswered else NEVER
        if awaited:
            at = min(at, next(iter(awaited.values())).time + MAX_TRANSMISSION_GAP - 1e-6)
        return at

    def _forget(self, time: float) -> None:
        self.checker._time = max(self.checker._time, time)
        self._forgot = max(self._forgot, time)
        self.take(self.checker._forgotten(time))

    def _stale_at(self, time: float) -> float:
        oldest = next(iter(self._open.values())).open if self._open else None
        return time + STALE if oldest is None else oldest.time + STALE

    def _leave(self, time: float) -> None:
        """Leave to the checker what waits too long for its answer."""
        for node in list(self._open.values()):
            if node.open is None or node.open.time + STALE >= time:
                return
            self._unfold(node)

    # What must be looked at

    def _node(self, number: int) -> Node:
        anchor, mn = self.columns.node(number)
        node = self._nodes[number] = Node(number, anchor, mn, self._empty)
        self._by_mn.setdefault(mn, []).append(node)
        self.mns.setdefault(mn)
        return node

    def _look(
        self, chunk: Chunk, row: int, number: int, kind: int, who: int, template: int, values: int, sequence: int,
        stamp: int, time: float,
    ) -> None:  # fmt: skip
        message = chunk.message(row)
        if kind == ODD:
            moment = self._moment()
            self._odd(message, number, time)
            part = self.checker.last
            self._moments = time if part is not None and part.family == BINDING else moment, time
            self._now = time
            return
        node = self._nodes[who]
        learning = None
        if kind == REQUEST and node.shape is not None and node.open is None:
            learning = self._learns(node, template, values, number, time, sequence, stamp)
        if node.shape is not None:
            self._unfold(node)
        clean = self._clean.get(template)
        if clean is None:
            broken = any(finding.level == "error" for finding in message.decoded.findings)
            if broken:
                self._unfold_open()
        elif not clean and message.decoded.findings:
            self._unfold_open()
        before, node.learning = node.learning, None
        pair = None
        if kind == ANSWER:
            waiting = self._waiting(node, message, sequence)
            if not waiting:
                self._unfold_open()
                before = None
            elif clean and before is not None and waiting == [before[-1]]:
                pair = self._pair(before[1], template, values, stamp)
        checker = self.checker
        checker.exchanges = pair is None or pair not in self._right
        found = self._observe(message, number, time, () if clean else None)
        checker.exchanges = True
        if pair is not None and not found:
            self._right.add(pair)
        if clean is None:
            clean = self._clean[template] = not self._own(message)
        self._now = time
        if self._hot:
            self._hot = self._any_hot()
        part = self.checker.last
        if kind == REQUEST:
            node.times = time, *node.times[:2]
            node.sequences = sequence, node.sequences[0]
            if learning is not None and clean and not found and isinstance(part, Request):
                node.learning = self._learned(node, learning, part)
        else:
            good = before is not None and clean and not found and isinstance(part, Answer)
            self._settle(node, number, before if good else None, part, template, values, stamp, time)

    def _own(self, message: Any) -> tuple[Any, ...]:
        """What a message breaks by itself."""
        from pmiptool.rules.check import judge_message

        context = self.checker.context
        return judge_message(View(message.decoded, context.codepoints), message.envelope, context)

    def _waiting(self, node: Node, message: Any, sequence: int) -> list[Request]:
        """What the node has asked that waits for an answer of this number from there; else it may be anybody's."""
        envelope = message.envelope
        place = BINDING, envelope.src, envelope.dst, node.mn
        return list(self.checker.pairing._open_exact.at((place, (sequence,))))

    def _pair(self, opened: Open, template: int, values: int, stamp: int) -> tuple[Any, ...]:
        """A request and its answer, as far as rules on both look at them."""
        columns = self.columns
        numbers = *columns.values_of(*opened.key), *columns.values_of(template, values)
        return opened.key[0], template, signs_of([], numbers, []), stamp == opened.stamp

    def _observe(self, message: Any, number: int, time: float, own: Any = None, *, again: bool = False) -> bool:
        """Show a message to the checker; whether it found something about it."""
        envelope = message.envelope
        checker = self.checker
        seen = checker.observe(
            message.decoded, src=envelope.src, dst=envelope.dst, time=time, frame=number, envelope=envelope, own=own
        )
        if not again:
            part = checker.last
            self.requests += isinstance(part, Request)
            self.answers += isinstance(part, Answer)
            self.mns.setdefault(checker.last_mn)
            for mn in part.mns if part is not None else ():
                self.mns.setdefault(mn)
            if self.witness is not None:
                self.witness(message, part)
        self._forgot = max(self._forgot, time)
        if isinstance(checker.last, Request):
            if again:  # it is told of late
                insort(self._unanswered, checker.last, key=_time)
            else:
                self._unanswered.append(checker.last)
        self.take(seen)
        return any(number in one.frames for one in seen)

    def _odd(self, message: Any, number: int, time: float) -> None:
        """A message that is none of a registration, or is wrapped up: all that it may touch is unfolded."""
        checker, decoded, envelope = self.checker, message.decoded, message.envelope
        self._unfold_open()
        view = View(decoded, checker.context.codepoints)
        part = observed(view, source=envelope.src, destination=envelope.dst, anchors=checker._anchors)
        named = {mn for mn in (mn_key(view), *(part.mns if part is not None else ())) if mn is not None}
        for option in view.values("mn-id"):
            named.add((option.subtype, option.identifier))
        for mn in named:
            for node in self._by_mn.get(mn, ()):
                self._unfold(node)
        if isinstance(part, Answer) and part.family == BINDING and part.mn is None:
            for who in self.past.numbered(REQUEST, part.sequence, number, self._now - FORGET):
                self._unfold(self._nodes[who])
        self._observe(message, number, time)
        part = checker.last
        if part is not None:
            for mn in named:
                for address in {envelope.src, envelope.dst, part.lma}:
                    who_ = self.columns.node_number(address, mn)
                    if who_ is None or who_ < 0:
                        continue
                    node_ = self._nodes.get(who_)
                    self._waves.touched.add(who_)
                    if node_ is None:
                        node_ = self._node(who_)
                        node_.shape, node_.since = None, number
                    node_.learning = None
                    if isinstance(part, Request):
                        node_.times = time, *node_.times[:2]
                        node_.sequences = part.sequence, node_.sequences[0]
        self._hot = self._any_hot()

    def _any_hot(self) -> bool:
        """Whether a revocation of all waits for the next request of any."""
        waiting = self.checker.exchange_watch._revocations
        return any(key[1] is None and requests for key, requests in waiting.items())

    # Folding and unfolding

    def _unfold_open(self) -> None:
        for node in list(self._open.values()):
            self._unfold(node)

    def unfold_all(self) -> None:
        for node in self._nodes.values():
            self._unfold(node)

    def _unfold(self, node: Node) -> None:
        """Give the checker what it would have seen of a node."""
        self._waves.nodes.pull(node)
        self._waves.touched.add(node.number)
        shape, checker = node.shape, self.checker
        if shape is None:
            return
        octets = [self.columns.value_octets(value) for value in node.values]
        node.named = {node.values[at] for at in shape.held}
        node.shape = None
        node.groups = unfold(checker, node.anchor, node.mn, shape.shape, octets, node.owns, node.sources)
        node.unfolded = Places(checker, node.groups, (node.anchor, node.mn))
        opened, node.open = node.open, None
        self._open.pop(node.number, None)
        self._recall(node, opened)
        if opened is not None:
            if not self._observe(opened.chunk.message(opened.row), opened.number, opened.time, (), again=True):
                part = checker.last
                assert isinstance(part, Request)
                node.learning = self._learned(node, (shape, opened.key, list(node.values), opened), part)
        checker.watch.expire(self._moment())

    def _recall(self, node: Node, opened: Open | None) -> None:
        """Exchanges that the checker would remember: answered, and right."""
        checker, pairing = self.checker, self.checker.pairing
        if node.times[0] < self._now - FORGET:
            return
        until = self.messages + 1 if opened is None else opened.number
        until = max(until, self._waves.through(node) + 1)
        request = None
        for number, time, message in self.past.of(node.number, node.since, until, self._now - FORGET):
            envelope = message.envelope
            view = View(message.decoded, checker.context.codepoints)
            part = observed(view, source=envelope.src, destination=envelope.dst, time=time, frame=number)
            if isinstance(part, Request):
                request = part
            elif isinstance(part, Answer) and request is not None:
                part.lma = request.lma
                pairing.request(request)
                pairing._answered(request, part)
                checker._times(request).append(request.time)
                request = None

    def _learns(self, node: Node, template: int, values: int, number: int, time: float, sequence: int, stamp: int
                ) -> tuple[Any, ...] | None:  # fmt: skip
        """What must hold of a request from which others are told; as in `run`."""
        if self._hot or time - node.times[2] < 1.0 or time > node.expires:
            return None
        if time - node.times[0] < MOMENT and sequence in node.sequences:
            return None
        stamped = self.columns.stamped(template)
        if stamped and stamp <= node.taken:
            return None
        asked = Asked(stamped)
        opened = Open(None, 0, number, time, sequence, stamp, asked, (template, values))
        return node.shape, (template, values), list(node.values), opened

    def _learned(self, node: Node, learning: tuple[Any, ...], request: Request) -> tuple[Any, ...]:
        """A request that broke nothing: remember that, and which number its answer is judged by."""
        shape, key, values, opened = learning
        signs = signs_of(values, self.columns.values_of(*key), [])
        asked = shape.requests.get((key[0], signs))
        if asked is None:
            asked = shape.requests[key[0], signs] = opened.asked
        opened = opened._replace(asked=asked)
        number = None
        if not asked.stamped:
            binding = self.checker.watch.located(request)
            if binding is not None and node.unfolded is not None:
                number = node.unfolded.of(binding, SEQUENCE)
        return shape, opened, values, number, request

    def _settle(self, node: Node, number: int, learning: tuple[Any, ...] | None, part: Any, template: int,
                values: int, stamp: int, time: float) -> None:  # fmt: skip
        """Fold up a node that is at rest."""
        checker, anchor, mn = self.checker, node.anchor, node.mn
        if len(checker.watch._optioned) != self._optioned:  # what an anchor may leave out is judged anew
            self._optioned = len(checker.watch._optioned)
            for shape in self._shapes.values():
                shape.requests.clear()
            for other in self._nodes.values():
                other.asked_key = other.answer_key = -1, -1
            self._waves.forget()
            learning = None
        if not self._folds or not at_rest(checker, anchor, mn):
            return
        folded = fold(checker, anchor, mn, self.number_of)
        if folded is None:
            return
        shape = self._shape(folded)
        if learning is not None and part is not None:
            self._learn(node, learning, part, folded, shape, template, values, stamp, time)
        node.sources = drop(checker, anchor, mn, node.groups)
        node.groups, node.unfolded = [], None
        node.shape, node.values, node.since = shape, folded.values, number
        node.owns = [own.value for own in folded.owns]
        node.expires = min([node.owns[at] for at in shape.expiring], default=NEVER)
        node.taken = -1 if shape.taken is None else node.owns[shape.taken]
        node.asked_key = node.answer_key = -1, -1
        held = {folded.values[at] for at in shape.held}
        for value in node.named - held:
            self.holders.leave(value, node.number)
        for value in held - node.named:
            self.holders.take(value, node.number)

    def _learn(
        self, node: Node, learning: tuple[Any, ...], answer: Answer, folded: Folded, shape: Shape, template: int,
        values: int, stamp: int, time: float,
    ) -> None:  # fmt: skip
        """The step that an exchange made, where every value of it has one source."""
        before, opened, old, number, request = learning
        if request.answers != [answer] or time - opened.time > INITIAL_BINDACK_TIMEOUT or self._steps >= MOST:
            return
        if answer.sequence != opened.sequence or (opened.asked.stamped and stamp != opened.stamp):
            return
        fresh: list[int] = []
        signs_of(old, self.columns.values_of(*opened.key), fresh)
        signs = signs_of(old, self.columns.values_of(template, values), fresh)
        every = [*old, *fresh]
        step = Step(shape)
        step.lifetime = LIFETIME_UNIT * answer.decoded.message.lifetime
        step.number = number
        sources = self._sources(node, folded, request, time + step.lifetime)
        if sources is None or any(value not in every for value in folded.values):
            return
        step.owns = sources
        moved = tuple(every.index(value) for value in folded.values)
        step.values = None if moved == tuple(range(len(old))) and not fresh else moved
        was, now = set(before.held), {moved[at] for at in shape.held}
        step.held, step.released = tuple(now - was), tuple(was - now)
        step.checked = tuple((set(self._given(answer, every)) | now) - was)
        step.sure = number is None and not step.checked
        option = "multihoming"
        step.even = request.view.value(option) is None or answer.view.value(option) is not None
        opened.asked.answers[template, signs] = step
        self._steps += 1

    def _given(self, answer: Answer, every: list[int]) -> Iterator[int]:
        for option in answer.view.values("hnp"):
            number = self.number_of(option.home_network_prefix.address)
            if number > 0:
                yield every.index(number)

    def _sources(self, node: Node, folded: Folded, request: Request, expires: float) -> tuple[int, ...] | None:
        """Where each own value comes from. What an exchange renews is a new object, what it leaves is the old one."""
        sources: list[int] = []
        places = node.unfolded
        assert places is not None
        renewed: set[int] = set()
        for own in folded.owns:
            if own.kind in (EXPIRES, TIMESTAMP, SEQUENCE):
                if own.kind == EXPIRES and places.expiry(own.whose) is not own.value:
                    renewed.add(id(own.whose))
                    if own.value != expires:
                        return None
                if id(own.whose) in renewed:
                    source: int | None = LATEST[own.kind]
                    wanted = (expires, request.timestamp, request.sequence)[own.kind]
                    if own.value != wanted:
                        return None
                else:
                    source = places.of(own.whose, own.kind)
            elif own.kind == TAKEN:
                source = _T if request.timestamp is not None else places.taken
                if source == _T and own.value != request.timestamp:
                    return None
            else:
                latest = own.whose == request.care_of and request.timestamp is None
                source = _S if latest else places.accepted.get(own.whose)
                if latest and own.value != request.sequence:
                    return None
            if source is None:
                return None
            sources.append(source)
        return tuple(sources)

    def _shape(self, folded: Folded) -> Shape:
        shape = self._shapes.get(folded.shape)
        if shape is None:
            shape = self._shapes[folded.shape] = Shape(folded)
        return shape

    def number_of(self, octets: bytes) -> int:
        """The running number of octets of identity."""
        number = self._numbers.get(octets)
        if number is None:
            if len(self._numbers) >= MOST:
                self._numbers.clear()
            number = self._numbers[octets] = self.columns.value_number(octets)
        return number

    def claimed(self, anchor: bytes, prefix: PrefixKey) -> None:
        """The checker asks who has a prefix."""
        for number in self.holders.of(self.number_of(prefix[0])):
            holder = self._nodes.get(number)
            if holder is not None and holder.anchor == anchor:
                self._unfold(holder)

    def given(self, anchor: bytes, prefix: PrefixKey, mn: MnKey) -> None:
        """The checker notes who has one."""
        value = self.number_of(prefix[0])
        node = next((node for node in self._by_mn.get(mn, ()) if node.anchor == anchor), None)
        if node is not None:
            node.named.add(value)
        if value > 0:
            self.holders.take(value, UNKNOWN if node is None else node.number)
