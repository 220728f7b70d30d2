"""Requests under way, keyed by (care-of address, sequence number), as arrays.

A lane is the number space of one gateway: 65,536 slots. Registrations of gateway m are in lane m, its heartbeats in
lane `gateways + m`. A slot is lane * 65536 + sequence number. A number is not given out again while its request is
under way; afterwards the slot remembers how that request ended until the number comes round, so that a second answer
and one that comes too late are told apart.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pmiptool.load.nodes import Numbers

SPACE = 65536
FREE, UNDER_WAY, ANSWERED, LOST, REPLACED = 0, 1, 2, 3, 4
"""REPLACED: sent again under another number; an answer to either ends the request."""
Slots = NDArray[np.int64]
_NONE: Slots = np.empty(0, np.int64)


class Sent(NamedTuple):
    """A batch that left: when the wait for it is over, its slots, and its number."""

    due: float
    slots: Slots
    batch: int


class Judged(NamedTuple):
    """What a batch of answers is. which: the rows that answer a request, each another; roots: these requests.

    duplicates, late: the slots of further answers, and of those that come after their request was given up.
    """

    which: NDArray[np.int64]
    roots: Slots
    duplicates: Slots
    late: Slots
    unexpected: int


class Pending:
    """The table. Times are seconds on the clock of the run.

    renumbers: requests that are sent again get a new number (RFC 5213 6.9.4 (4), without timestamps).
    """

    def __init__(self, gateways: int, *, renumbers: bool = False) -> None:
        size = 2 * gateways * SPACE
        self.gateways = gateways
        self.state = np.zeros(size, np.uint8)
        self.kind = np.zeros(size, np.uint8)
        self.node = np.zeros(size, np.int32)
        self.intended = np.zeros(size, np.float64)
        self.sent = np.zeros(size, np.float64)
        self.renumbers = renumbers
        self.root = np.zeros(size if renumbers else 0, np.int64)
        self.newer = np.zeros(size if renumbers else 0, np.int32)
        self.batch = np.zeros(size, np.uint32)
        self._scratch = np.zeros(size, np.int32)
        self._next = [0] * (2 * gateways)
        self._free = [SPACE] * (2 * gateways)
        self._queues: dict[int, deque[Sent]] = {}
        self._batches = 0
        self.under_way = 0

    def room(self, lane: int) -> int:
        """How many numbers of a lane are free."""
        return self._free[lane]

    def numbers(self, lane: int, count: int) -> NDArray[np.uint16]:
        """Sequence numbers for the next `count` requests of a lane, in order; fewer where fewer are free."""
        start, base = self._next[lane], lane * SPACE
        count = min(count, self._free[lane])
        wanted = (np.arange(start, start + count) & 0xFFFF).astype(np.uint16)
        if (self._busy(base, wanted)).any():
            every = (np.arange(start, start + SPACE) & 0xFFFF).astype(np.uint16)
            wanted = every[~self._busy(base, every)][:count]
        return wanted

    def numbers_after(self, lane: int, last: NDArray[np.uint16]) -> NDArray[np.uint16]:
        """Sequence numbers of a lane, each greater than `last` beside it (RFC 6275 9.5.1), all different and free.

        Greater is up to 32,767 ahead, modulo 65,536. Fewer where no such number is free: the first so many.
        """
        base, start = lane * SPACE, self._next[lane]
        states = self.state[base : base + SPACE]
        taken = (states == UNDER_WAY) | (states == REPLACED)
        # Nearly always one of two places will do: where the numbers go on, and half the space ahead of that.
        free = np.roll(~taken, -start)
        near, far = (
            ((np.nonzero(half)[0][: len(last)] + first) & 0xFFFF).astype(np.uint16)
            for half, first in ((free[: SPACE // 2], start), (free[SPACE // 2 :], start + SPACE // 2))
        )
        if len(near) and len(far):
            wants_near = _is_ahead(near[0], last)
            count = int(np.count_nonzero(wants_near))
            if count <= len(near) and len(last) - count <= len(far):
                found = np.empty(len(last), np.uint16)
                found[wants_near], found[~wants_near] = near[:count], far[: len(last) - count]
                right = _is_ahead(found, last)
                taken[found[right]] = True
                others = np.nonzero(~right)[0]
                more = self._searched(start, last[others], taken)
                found[others[: len(more)]] = more
                return found if len(more) == len(others) else found[: others[len(more)]]
        return self._searched(start, last, taken)

    @staticmethod
    def _searched(start: int, last: NDArray[np.uint16], taken: NDArray[np.bool_]) -> NDArray[np.uint16]:
        """The same, one by one."""
        found = np.empty(len(last), np.uint16)
        pointers = [start, (start + SPACE // 2) & 0xFFFF]
        for place, number in enumerate(last.tolist()):
            for which in (0, 1):
                candidate = pointers[which]
                while taken[candidate]:
                    candidate = (candidate + 1) & 0xFFFF
                    if candidate == pointers[which]:
                        return found[:place]
                if 1 <= (candidate - number) & 0xFFFF <= 32767:
                    break
            else:
                ahead = np.nonzero(~taken[(number + np.arange(1, 32768)) & 0xFFFF])[0]
                if not len(ahead):
                    return found[:place]
                which, candidate = 2, (number + 1 + int(ahead[0])) & 0xFFFF
            if which < 2:
                pointers[which] = (candidate + 1) & 0xFFFF
            taken[candidate] = True
            found[place] = candidate
        return found

    def _busy(self, base: int, numbers: NDArray[np.unsignedinteger | np.signedinteger]) -> NDArray[np.bool_]:
        states = self.state[base + numbers.astype(np.int64)]
        busy: NDArray[np.bool_] = (states == UNDER_WAY) | (states == REPLACED)
        return busy

    def add(
        self,
        lane: int,
        numbers: NDArray[np.uint16],
        kind: int,
        nodes: Numbers,
        intended: NDArray[np.float64],
        sent: float,
        due: float,
    ) -> None:
        """Requests that left under these numbers; `due` is when the wait for their answers is over."""
        if not len(numbers):
            return
        slots = lane * SPACE + numbers.astype(np.int64)
        self.state[slots] = UNDER_WAY
        self.kind[slots] = kind
        self.node[slots] = nodes
        self.intended[slots] = intended
        self.sent[slots] = sent
        if self.renumbers:
            self.root[slots] = slots
            self.newer[slots] = -1
        self.under_way += len(slots)
        self._number(lane, numbers)
        self._queue(slots, due, 0)

    def repeat(self, slots: Slots, due: float, tries: int) -> None:
        """Requests that left again under the same numbers."""
        self._queue(slots, due, tries)

    def renumber(self, lane: int, slots: Slots, numbers: NDArray[np.uint16], due: float, tries: int) -> None:
        """Requests that left again under new numbers of the same lane; the old ones stay taken until they end."""
        if not len(numbers):
            return
        fresh = lane * SPACE + numbers.astype(np.int64)
        self.state[slots] = REPLACED
        self.state[fresh] = UNDER_WAY
        for column in (self.kind, self.node, self.intended, self.sent, self.root):
            column[fresh] = column[slots]
        self.newer[slots] = fresh
        self.newer[fresh] = -1
        self._number(lane, numbers)
        self._queue(fresh, due, tries)

    def _number(self, lane: int, numbers: NDArray[np.uint16]) -> None:
        self._free[lane] -= len(numbers)
        self._next[lane] = (int(numbers[-1]) + 1) & 0xFFFF

    def _queue(self, slots: Slots, due: float, tries: int) -> None:
        self._batches += 1
        self.batch[slots] = self._batches
        self._queues.setdefault(tries, deque()).append(Sent(due, slots, self._batches))

    def judge(self, slots: Slots, right: NDArray[np.bool_]) -> Judged:
        """Answers to these slots, `right` where an answer names the slot's mobile node. Ends nothing yet."""
        states = self.state[slots]
        waiting = right & ((states == UNDER_WAY) | (states == REPLACED))
        if waiting.all():
            which = np.arange(len(slots))
            asked = slots
        else:
            which = np.nonzero(waiting)[0]
            asked = slots[which]
        roots = self.root[asked] if self.renumbers else asked
        # Of several answers to one request the first counts: what is written last stays.
        order = np.arange(len(which), dtype=np.int32)
        self._scratch[roots[::-1]] = order[::-1]
        first = self._scratch[roots] == order
        duplicates = late = _NONE
        unexpected = 0
        if not first.all():
            duplicates = roots[~first]
            which, roots = which[first], roots[first]
        if len(asked) < len(slots):
            answered, lost = right & (states == ANSWERED), right & (states == LOST)
            duplicates = np.concatenate((duplicates, slots[answered]))
            late = slots[lost]
            unexpected = int(np.count_nonzero(~(waiting | answered | lost)))
        return Judged(which, roots, duplicates, late, unexpected)

    def end(self, roots: Slots, state: int) -> None:
        """Requests that were answered, or are given up."""
        self.under_way -= len(roots)
        left = roots
        while len(left):
            self.state[left] = state
            for lane, count in enumerate(np.bincount(left >> 16).tolist()):
                self._free[lane] += count
            if not self.renumbers:
                return
            left = self.newer[left].astype(np.int64)
            left = left[left >= 0]

    def next_due(self) -> float | None:
        """When the next wait is over."""
        return min((queue[0].due for queue in self._queues.values() if queue), default=None)

    def overdue(self, now: float) -> Iterator[tuple[int, Slots]]:
        """Requests whose wait is over by now, with how often they were sent again; they stay under way."""
        for tries, queue in list(self._queues.items()):
            while queue and queue[0].due <= now:
                sent = queue.popleft()
                slots = sent.slots
                still = slots[(self.batch[slots] == sent.batch) & (self.state[slots] == UNDER_WAY)]
                if len(still):
                    yield tries, still

    def everything(self) -> Slots:
        """All requests under way, by the slots they were sent from last."""
        return np.nonzero(self.state == UNDER_WAY)[0]


def _is_ahead(numbers: NDArray[np.uint16] | np.uint16, last: NDArray[np.uint16]) -> NDArray[np.bool_]:
    """Whether numbers are greater than those beside them, modulo 65,536."""
    ahead = (numbers - last).astype(np.int64)
    found: NDArray[np.bool_] = (ahead >= 1) & (ahead <= 32767)
    return found
