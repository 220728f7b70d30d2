"""Exchanges that leave the shape of a node as it is, such as renewals, many at once.

`Steady` goes through messages one by one. Most of them only move a node's clocks: what they need of it stands here in
columns, and so do the conditions. A node's messages of a stretch are taken when all of them are such exchanges; if any
is not, they are left to `Steady`, and what was taken of the node before is handed back to it first.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from pmiptool.rules.compact import SEQUENCE, ZERO
from pmiptool.rules.pairing import BINDING, MOMENT
from pmiptool.rules.sessions import INITIAL_BINDACK_TIMEOUT
from pmiptool.rules.steps import Node, Step, signs_of

if TYPE_CHECKING:
    from pmiptool.rules.steady import Steady

Longs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

ODD, REQUEST, ANSWER = 0, 1, 2
LEAST = 128
"""Messages for which it pays."""
_BITS, _SIGN_BITS = 17, 6
_BARRIERS = 8
"""How many answers that may be anybody's a chunk may have."""


class Loops:
    """The clocks of nodes in columns, by their running numbers. Where `shape` is -1, `Steady` has them."""

    def __init__(self, steady: Steady) -> None:
        self.steady = steady
        self.size = 0
        self._grow(1024)
        self.touched: set[int] = set()
        self.dirty = bytearray(1024)
        self.vector: set[int] = set()
        self.until = 0
        self._signs: dict[tuple[int, ...], int] = {(): 0, (ZERO,): 1, (0,): 2}
        self._by_sign: list[tuple[int, ...]] = [(), (ZERO,), (0,)]
        self._shapes: list[Any] = []
        self._shape_numbers: dict[int, int] = {}
        self._steps: dict[int, int] = {}
        self._table: list[Step] = []
        self._lifetime: Floats = np.zeros(256)
        self._stamped: Flags = np.zeros(256, dtype=bool)
        self._numbered: Flags = np.zeros(256, dtype=bool)
        self._templates = 0
        self._counts: Longs = np.zeros(256, dtype=np.int64)
        self._sources: Longs = np.zeros(256, dtype=np.int64)
        self._destinations: Longs = np.zeros(256, dtype=np.int64)
        self._addresses: dict[bytes, int] = {}
        self._heard: dict[bytes, tuple[Longs, Floats]] = {}

    def _grow(self, size: int) -> None:
        def longer(name: str, dtype: Any, fill: int = 0) -> None:
            column = np.full(size, fill, dtype=dtype)
            if self.size:
                column[: self.size] = getattr(self, name)
            setattr(self, name, column)

        for name in ("t1", "t2", "t3", "expires"):
            longer(name, np.float64)
        for name in ("s1", "s2", "last", "step", "request", "requests", "answer", "answers"):
            longer(name, np.int64)
        for name in ("shape", "request_signs", "answer_signs"):
            longer(name, np.int64, -1)
        longer("taken", np.uint64)
        if self.size:
            self.dirty.extend(bytes(size - self.size))
        self.size = size

    t1: Floats
    t2: Floats
    t3: Floats
    expires: Floats
    s1: Longs
    s2: Longs
    last: Longs
    step: Longs
    request: Longs
    requests: Longs
    answer: Longs
    answers: Longs
    shape: Longs
    request_signs: Longs
    answer_signs: Longs
    taken: npt.NDArray[np.uint64]

    # Between Steady's nodes and the columns

    def pull(self, node: Node) -> None:
        """Hand back to a node what was taken of it."""
        at = node.number
        if at >= self.size or not self.dirty[at]:
            return
        self._pull(np.array([at]))

    def _pull(self, numbers: Longs) -> None:
        """Hand back many. numbers: of those of which something was taken."""
        nodes, table, dirty = self.steady._nodes, self._table, self.dirty
        columns = (self.step, self.t1, self.t2, self.t3, self.s1, self.s2, self.taken, self.expires)
        for number, step_, t1, t2, t3, s1, s2, taken, expires in zip(
            numbers.tolist(), *(column[numbers].tolist() for column in columns), strict=True
        ):
            node, step = nodes[number], table[step_]
            dirty[number] = 0
            node.times, node.sequences, node.expires = (t1, t2, t3), (s1, s2), expires
            after = s1, taken, expires
            node.owns = [after[source] for source in step.owns]
            if step.after.taken is not None:
                node.taken = node.owns[step.after.taken]

    def _push(self) -> None:
        """Take over nodes that Steady has changed."""
        steady = self.steady
        fresh = len(steady.columns.templates)
        if fresh > self._templates:
            self._learn_templates(fresh)
        rows: list[tuple[Any, ...]] = []
        away: list[int] = []
        for number in self.touched:
            node = steady._nodes[number]
            shape = node.shape
            if shape is None or node.open is not None or len(shape.expiring) != 1 or len(shape.sequences) > 1:
                away.append(number)
                continue
            if node.times[0] < 0 or node.answer_seen[0] < 0:
                away.append(number)
                continue
            request, answer = node.request_seen, node.answer_seen
            rows.append((
                number, self._shape_number(shape), *node.times, *node.sequences, node.expires, max(node.taken, 0),
                node.owns[shape.sequences[0]] if shape.sequences else 0,
                request[1], steady.columns.values_count(request[0]), self._sign(node, request),
                answer[1], steady.columns.values_count(answer[0]), self._sign(node, answer),
            ))  # fmt: skip
        self.touched.clear()
        if away:
            self.shape[away] = -1
        if not rows:
            return
        columns = list(zip(*rows, strict=True))
        at = np.array(columns[0], dtype=np.int64)
        names = ("shape", "t1", "t2", "t3", "s1", "s2", "expires", "taken", "last", "request", "requests",
                 "request_signs", "answer", "answers", "answer_signs")  # fmt: skip
        for name, column in zip(names, columns[1:], strict=True):
            there = getattr(self, name)
            there[at] = np.array(column, dtype=there.dtype)

    def _learn_templates(self, count: int) -> None:
        columns = self.steady.columns
        if count > len(self._counts):
            for name in ("_counts", "_sources", "_destinations"):
                more = np.zeros(2 * count, dtype=np.int64)
                old = getattr(self, name)
                more[: len(old)] = old
                setattr(self, name, more)
        for template in range(self._templates, count):
            self._counts[template] = columns.values_count(template)
            for table, address in (
                (self._sources, columns.source(template)),
                (self._destinations, columns.destination(template)),
            ):
                table[template] = self._addresses.setdefault(address, len(self._addresses))
        self._templates = count

    def _shape_number(self, shape: Any) -> int:
        number = self._shape_numbers.get(id(shape))
        if number is None:
            number = self._shape_numbers[id(shape)] = len(self._shapes)
            self._shapes.append(shape)
        return number

    def _sign(self, node: Node, said: tuple[int, int]) -> int:
        if said[1] == 0:
            return 0 if self.steady.columns.values_count(said[0]) == 0 else 1
        if node.values and node.values[0] == said[1] and self.steady.columns.single(said[0]):
            return 2
        fresh: list[int] = []
        signs = signs_of(node.values, self.steady.columns.values_of(*said), fresh)
        if fresh:
            return -1
        number = self._signs.get(signs)
        if number is None:
            if len(self._by_sign) >= 1 << _SIGN_BITS:
                return -1
            number = self._signs[signs] = len(self._by_sign)
            self._by_sign.append(signs)
        return number

    def _loop(self, key: int) -> int:
        """The number of the step that a key means, where it is one that leaves the shape as it is; else -1."""
        found = self._steps.get(key)
        if found is not None:
            return found
        sign = (1 << _SIGN_BITS) - 1
        template = (1 << _BITS) - 1
        signs = self._by_sign[key & sign]
        answer = key >> _SIGN_BITS & template
        asked_signs = self._by_sign[key >> _SIGN_BITS + _BITS & sign]
        request = key >> 2 * _SIGN_BITS + _BITS & template
        shape = self._shapes[key >> 2 * (_SIGN_BITS + _BITS)]
        asked = shape.requests.get((request, asked_signs))
        step = asked.answers.get((answer, signs)) if asked is not None else None
        if step is None or step.after is not shape or step.values is not None or step.checked or not step.even:
            return -1
        if step.held or step.released or any(source >= 0 for source in step.owns):
            return -1
        if step.number is not None and (step.number,) != shape.sequences:
            return -1
        number = len(self._table)
        if number >= len(self._lifetime):
            for name in ("_lifetime", "_stamped", "_numbered"):
                old = getattr(self, name)
                setattr(self, name, np.concatenate([old, np.zeros_like(old)]))
        self._table.append(step)
        self._lifetime[number] = step.lifetime
        self._stamped[number] = asked.stamped
        self._numbered[number] = step.number is not None
        self._steps[key] = number
        return number

    def forget(self) -> None:
        """What was learned holds no more."""
        self._steps.clear()

    # A stretch of messages

    def stop(self) -> None:
        """The end of a stretch: what it heard is told."""
        self.heard(1 << 62)
        self._heard = {}
        self.vector.clear()

    def heard(self, row: int) -> None:
        """Which anchors have answered up to a message of the chunk."""
        heard = self.steady.checker._heard
        for anchor, (rows, times) in self._heard.items():
            at = int(np.searchsorted(rows, row, side="right")) - 1
            if at >= 0:
                heard[anchor] = max(heard.get(anchor, 0.0), float(times[at]))

    def take(self, chunk: Any, first: int, last: int, barriers: int = 0) -> tuple[Longs, int]:
        """Judge what can be of the messages from row `first` to `last`, none of them odd.

        Returns the rows that are left, and where they end: there an answer follows that may be anybody's.
        """
        self._taken = None
        count = self.steady.columns.node_count()
        if count > self.size:
            self._grow(max(count, 2 * self.size))
        every = np.arange(first, last)
        if last - first < LEAST or self.steady._hot or barriers > _BARRIERS:
            return every, last
        self._push()
        nodes = chunk.nodes[first:last]
        order = np.argsort(nodes, kind="stable")
        node = nodes[order]
        kinds = chunk.kinds[first:last][order]
        new = np.ones(len(node), dtype=bool)
        new[1:] = node[1:] != node[:-1]
        starts = np.flatnonzero(new)
        group = np.cumsum(new) - 1
        place = np.arange(len(node)) - starts[group]
        even = place & 1 == 0
        sizes = np.diff(np.append(starts, len(node)))
        bad = np.logical_or.reduceat((kinds == REQUEST) != even, starts)
        bad |= (sizes & 1 == 1) | (self.shape[node[starts]] < 0)
        requests = np.flatnonzero(~bad[group] & even)
        if len(requests):
            self._judge(chunk, first, order, requests, node, place, group, bad)
        limit = self._anybody(chunk, first, order, node, kinds, new, bad[group])
        if limit < last:
            return self.take(chunk, first, limit, barriers + 1)
        taken = self._taken
        if taken is None or not len(taken[0]):
            return every, last
        self._apply(chunk, *taken)
        left = np.ones(last - first, dtype=bool)
        left[taken[0] - first] = False
        left[taken[1] - first] = False
        waiting = np.unique(nodes[left])
        self._pull(waiting[np.frombuffer(self.dirty, dtype=np.uint8)[waiting] > 0])
        return every[left], last

    _taken: Any = None

    def _judge(
        self, chunk: Any, first: int, order: Longs, at: Longs, nodes: Longs, places: Longs, group: Longs, bad: Flags
    ) -> None:
        """Mark groups as bad whose exchanges need a closer look. at: requests, each with its answer behind it."""
        request, answer = order[at] + first, order[at + 1] + first
        node, place = nodes[at], places[at]
        begins = place == 0
        asked, given = chunk.templates[request], chunk.templates[answer]
        asked_signs = self._signs_at(asked, chunk.values[request], node)
        given_signs = self._signs_at(given, chunk.values[answer], node)
        good = (asked_signs >= 0) & (given_signs >= 0) & (max(self._templates, len(self._shapes)) < 1 << _BITS)
        key = self.shape[node]
        for part, bits in ((asked, _BITS), (asked_signs, _SIGN_BITS), (given, _BITS), (given_signs, _SIGN_BITS)):
            key = key << bits | np.where(good, part, 0)
        unique, inverse = np.unique(np.where(good, key, -1), return_inverse=True)
        numbers = [-1 if one < 0 else self._loop(one) for one in unique.tolist()]
        step = np.array(numbers, dtype=np.int64)[inverse.reshape(-1)]
        good &= step >= 0
        asked_at, given_at = chunk.times[request], chunk.times[answer]
        sequence, stamp = chunk.sequences[request], chunk.stamps[request]
        lifetime, stamped, numbered = self._lifetime[step], self._stamped[step], self._numbered[step]

        def before(column: Any, own: Any, by: int = 1) -> Any:
            """Of each exchange what the one before it of its node had."""
            found = np.empty_like(column)
            found[by:] = column[:-by] if by else column
            return np.where(place < 2 * by, own, found)

        t1, t2, t3 = self.t1[node], self.t2[node], self.t3[node]
        latest = before(asked_at, t1)
        third = np.where(begins, t3, np.where(place == 2, t2, before(asked_at, t1, 3)))
        third = np.where(place == 4, t1, third)
        s1 = before(sequence, self.s1[node])
        s2 = np.where(begins, self.s2[node], np.where(place == 2, self.s1[node], before(sequence, 0, 2)))
        ends = given_at + lifetime
        good &= asked_at - third >= 1.0
        good &= (asked_at - latest >= MOMENT) | ((sequence != s1) & (sequence != s2))
        good &= (given_at - asked_at <= INITIAL_BINDACK_TIMEOUT) & (chunk.sequences[answer] == sequence)
        good &= given_at <= before(ends, self.expires[node])
        good &= ~stamped | ((stamp > before(stamp, self.taken[node])) & (chunk.stamps[answer] == stamp))
        ahead = (sequence - before(sequence, self.last[node])) & 0xFFFF
        good &= ~numbered | ((ahead > 0) & (ahead < 32768))
        bad[group[at[~good]]] = True
        fine = ~bad[group[at]]
        ended = np.ones(len(at), dtype=bool)
        ended[:-1] = begins[1:]
        ended &= fine
        second = before(asked_at, t1, 1), np.where(begins, t2, np.where(place == 2, t1, before(asked_at, t1, 2)))
        self._taken = (
            request[fine], answer[fine], node[fine], node[ended], step[ended],
            (asked_at[ended], second[0][ended], second[1][ended], sequence[ended], s1[ended], ends[ended]),
            np.where(stamped, stamp, self.taken[node])[ended],
        )  # fmt: skip

    def _signs_at(self, templates: Longs, values: Longs, node: Longs) -> Longs:
        counts = self._counts[templates]
        asked = (values == self.request[node]) & (counts == self.requests[node])
        given = (values == self.answer[node]) & (counts == self.answers[node])
        found = np.where(given, self.answer_signs[node], -1)
        found = np.where(asked & (self.request_signs[node] >= 0), self.request_signs[node], found)
        found = np.where((counts == 1) & (values == 0), 1, found)
        signs: Longs = np.where(counts == 0, 0, found)
        return signs

    def _anybody(self, chunk: Any, first: int, order: Longs, node: Longs, kinds: Longs, new: Flags, left: Flags) -> int:
        """The first row, of those that are left, whose answer is to nothing that its node asked; the end if none is."""
        templates = chunk.templates[first : first + len(node)][order]
        sequences = chunk.sequences[first : first + len(node)][order]
        fits = np.zeros(len(node), dtype=bool)
        fits[1:] = (
            ~new[1:]
            & (kinds[:-1] == REQUEST)
            & (sequences[1:] == sequences[:-1])
            & (self._sources[templates[1:]] == self._destinations[templates[:-1]])
            & (self._destinations[templates[1:]] == self._sources[templates[:-1]])
        )
        suspects = np.flatnonzero(left & (kinds == ANSWER) & ~fits)
        limit = len(node)
        for at in suspects.tolist():
            row = int(order[at])
            if row < limit and not self._asked(int(node[at]), int(templates[at]), at, node, kinds, templates):
                limit = row
        return first + limit

    def _asked(self, number: int, template: int, at: int, nodes: Longs, kinds: Longs, templates: Longs) -> bool:
        """Whether a gateway has asked anything of this node, as far as anybody saw."""
        steady = self.steady
        gateway = steady.columns.destination(template)
        known = steady._nodes.get(number)
        if known is not None:
            seen: Iterable[bytes] = known.sources
            if known.shape is None:
                seen = steady.checker.pairing._seen.get((BINDING, known.anchor, known.mn), ())
            if gateway in seen:
                return True
        while at and nodes[at - 1] == number:
            at -= 1
            if kinds[at] == REQUEST and steady.columns.source(int(templates[at])) == gateway:
                return True
        return False

    def _apply(
        self, chunk: Any, request: Longs, answer: Longs, node: Longs, ended: Longs, step: Longs, clocks: Any, taken: Any
    ) -> None:
        self.t1[ended], self.t2[ended], self.t3[ended], self.s1[ended], self.s2[ended], self.expires[ended] = clocks
        self.taken[ended] = taken
        self.last[ended] = clocks[3]
        self.step[ended] = step
        np.frombuffer(self.dirty, dtype=np.uint8)[ended] = 1
        self.vector.update(ended.tolist())
        self.until = chunk.first + int(answer.max())
        anchors = self._destinations[chunk.templates[request]]
        for name, address in self._addresses.items():
            rows = np.sort(answer[anchors == address])
            if len(rows):
                self._heard[name] = rows, chunk.times[rows]
        self.steady.requests += len(request)
        self.steady.answers += len(answer)


__all__ = ["SEQUENCE", "Loops"]
