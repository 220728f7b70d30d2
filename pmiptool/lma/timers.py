"""What is due when: a heap that is tidied up a little at a time, so that a million timers make nobody wait."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterator
from typing import Any

Timer = tuple[float, int, Any, Any]
"""When, in which order, what, and of which session."""
MANY = 512
"""Dead timers that stay; when there are more, and more than others, all are taken off."""
AT_ONCE = 8
"""Dead timers that are taken off the front of the heap while one looks for the next."""
STEP = 4
"""Old timers that are looked at with every new one, or while one looks for the next."""


def is_dead(entry: Timer) -> bool:
    """Timers stay when their cause goes, or has another time; they are recognised when met, or taken off."""
    return bool(entry[0] != entry[2].scheduled)


class Timers:
    """Each is of something that has `scheduled`: the time of its timer that counts, 0 for none.

    To take off the dead, all become the old ones, and those of them that live come over, the last leaf of their heap
    first, which leaves it a heap.
    """

    __slots__ = ("_dead", "_heap", "_old", "_ticket")

    def __init__(self) -> None:
        self._heap: list[Timer] = []
        self._old: list[Timer] = []
        self._dead = 0  # there are so many, or fewer
        self._ticket = itertools.count()

    def __len__(self) -> int:
        return len(self._heap) + len(self._old)

    def __iter__(self) -> Iterator[Timer]:
        return itertools.chain(self._heap, self._old)

    def add(self, when: float, what: Any, session: Any) -> None:
        """`what` is due, of `session` where it has one."""
        heapq.heappush(self._heap, (when, next(self._ticket), what, session))
        if self._old:
            self._tidy()
        elif self._dead > MANY and 2 * self._dead > len(self._heap):
            self._heap, self._old, self._dead = [], self._heap, 0

    def _tidy(self) -> None:
        for entry in self._old[: -STEP - 1 : -1]:
            if not is_dead(entry):
                heapq.heappush(self._heap, entry)
        del self._old[-STEP:]

    def died(self) -> None:
        """One that is there does not count any more."""
        self._dead += 1

    def is_due(self, now: float) -> bool:
        """Whether any may be due, dead ones too."""
        heap, old = self._heap, self._old
        return bool((heap and heap[0][0] <= now) or (old and old[0][0] <= now))

    def first(self) -> Timer | None:
        """The next that counts, or one before it where very many are dead; it stays."""
        heap, old = self._heap, self._old
        left = AT_ONCE
        while heap and left and is_dead(heap[0]):
            heapq.heappop(heap)
            left -= 1
        if old:
            self._tidy()
        if heap and old:
            return min(heap[0], old[0])
        return heap[0] if heap else old[0] if old else None

    def pop(self, now: float) -> Timer | None:
        """The next that counts and is due, which is gone then."""
        while (entry := self.first()) is not None and entry[0] <= now:
            heapq.heappop(self._heap if self._heap and self._heap[0] is entry else self._old)
            if not is_dead(entry):
                return entry
        return None
