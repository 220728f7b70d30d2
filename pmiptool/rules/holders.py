"""Which mobile nodes may have a prefix, by the running numbers of both.

Held beside the state of sessions, so that an exchange that gives a prefix to one node finds any other that has it. More
may stand here than is true, never less: who is named wrongly is only looked at once more.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Longs = npt.NDArray[np.int64]

NOBODY, SEVERAL = -1, -2
UNKNOWN = -3
"""A node without a number."""


class Holders:
    """column: by the number of a prefix's octets who has it, or one of the above."""

    def __init__(self) -> None:
        self.column: Longs = np.full(1024, NOBODY, dtype=np.int64)
        self._several: dict[int, set[int]] = {}

    def reserve(self, count: int) -> None:
        """Have room for so many prefixes."""
        if count > len(self.column):
            more = np.full(max(count, 2 * len(self.column)), NOBODY, dtype=np.int64)
            more[: len(self.column)] = self.column
            self.column = more

    def of(self, value: int) -> tuple[int, ...]:
        """Who may have a prefix."""
        if not 0 <= value < len(self.column):
            return ()
        one = int(self.column[value])
        if one == NOBODY:
            return ()
        return tuple(self._several[value]) if one == SEVERAL else (one,)

    def take(self, value: int, node: int) -> None:
        self.reserve(value + 1)
        there = self.of(value)
        if node in there:
            return
        if not there and node >= 0:
            self.column[value] = node
        else:
            self.column[value] = SEVERAL
            self._several[value] = {*there, node}

    def leave(self, value: int, node: int) -> None:
        left = set(self.of(value)) - {node}
        self._several.pop(value, None)
        if value < len(self.column):
            self.column[value] = NOBODY
        for other in left:
            self.take(value, other)

    # Many at once, no value twice

    def take_all(self, values: Longs, nodes: Longs) -> None:
        """As `take` where nobody else has any."""
        self.column[values] = nodes

    def leave_all(self, values: Longs, nodes: Longs) -> None:
        there = self.column[values]
        self.column[values[there == nodes]] = NOBODY
        for at in np.flatnonzero(there == SEVERAL).tolist():
            self.leave(int(values[at]), int(nodes[at]))
