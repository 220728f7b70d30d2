"""Mobile nodes whose state is folded up, in columns by their running numbers.

A node is here or with `Steady`, which has it as an object (`nodes.Node`); what changed there is taken over by `push`,
what changed here is handed back by `pull`.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from pmiptool.rules.lookup import Lookup
from pmiptool.rules.nodes import Node
from pmiptool.rules.step_columns import OWNS, VALUES, Shapes
from pmiptool.rules.steps import NEVER

Longs = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]
Floats = npt.NDArray[np.float64]

AWAY = -1
_FLOAT, _WORD = struct.Struct("=d"), struct.Struct("=Q")
_COLUMNS: dict[str, tuple[Any, int, Any]] = {
    "times": (np.float64, 3, -NEVER), "sequences": (np.int64, 2, -1), "shape": (np.int64, 0, AWAY),
    "values": (np.int64, VALUES, -1), "owns": (np.uint64, OWNS, 0), "expires": (np.float64, 0, NEVER),
    "taken": (np.uint64, 0, 0), "sources": (np.int64, 0, 0), "through": (np.int64, 0, 0),
    "known": (bool, 0, False),
}  # fmt: skip


class Sources:
    """Sets of addresses by number; 0 is the empty one."""

    def __init__(self, address: Callable[[int], bytes]) -> None:
        """address: the one that a number means."""
        self.sets: list[frozenset[bytes]] = [frozenset()]
        self._numbers: dict[frozenset[bytes], int] = {frozenset(): 0}
        self._address = address
        self._more = Lookup(lambda key: self.number(self.sets[key >> 20] | {self._address(key & 0xFFFFF)}))

    def number(self, addresses: frozenset[bytes]) -> int:
        number = self._numbers.get(addresses)
        if number is None:
            number = self._numbers[addresses] = len(self.sets)
            self.sets.append(addresses)
        return number

    def more(self, sets: Longs, addresses: Longs) -> Longs:
        """Each set with one more address."""
        return self._more.of(sets << 20 | addresses)


class NodeColumns:
    """shape: `AWAY` for a node that is with `Steady`. owns: own values as 64 bits each. through: the last message that
    was judged here. known: somebody has spoken of it. dirty: something was judged, since it was with `Steady`."""

    times: Floats
    sequences: Longs
    shape: Longs
    values: Longs
    owns: Words
    expires: Floats
    taken: Words
    sources: Longs
    through: Longs
    known: npt.NDArray[np.bool_]

    def __init__(self, shapes: Shapes, sources: Sources) -> None:
        self.shapes, self.sets = shapes, sources
        self.size = 0
        self.dirty = bytearray()
        self.reserve(1024)

    def reserve(self, count: int) -> None:
        """Have room for so many nodes."""
        if count <= self.size:
            return
        size = max(count, 2 * self.size)
        for name, (dtype, width, fill) in _COLUMNS.items():
            column = np.full((size, width) if width else size, fill, dtype=dtype)
            if self.size:
                column[: self.size] = getattr(self, name)
            setattr(self, name, column)
        self.dirty.extend(bytes(size - self.size))
        self.size = size

    def mark(self, numbers: Longs) -> None:
        np.frombuffer(self.dirty, dtype=np.uint8)[numbers] = 1

    def pull(self, node: Node) -> None:
        """Hand back to a node what became of it here."""
        at = node.number
        if at >= self.size or not self.dirty[at]:
            return
        self.dirty[at] = 0
        shape = self.shapes.shapes[self.shape[at]]
        node.shape, node.values = shape, self.values[at, : shape.size].tolist()
        node.owns = owns = self.owns[at, : len(shape.owns)].tolist()
        for place in shape.expiring:
            owns[place] = _FLOAT.unpack(_WORD.pack(owns[place]))[0]
        node.times, node.sequences = tuple(self.times[at].tolist()), tuple(self.sequences[at].tolist())
        node.expires = float(self.expires[at])
        node.taken = -1 if shape.taken is None else owns[shape.taken]
        node.sources = self.sets.sets[self.sources[at]]
        node.forget()

    def push(self, nodes: Iterable[Node]) -> None:
        """Take over nodes."""
        rows: list[tuple[Any, ...]] = []
        away: list[int] = []
        for node in nodes:
            number = -1
            if node.shape is not None and node.open is None:
                number = self.shapes.number(node.shape)
            if number < 0 or node.shape is None:
                away.append(node.number)
                continue
            owns = list(node.owns)
            for place in node.shape.expiring:
                owns[place] = _WORD.unpack(_FLOAT.pack(owns[place]))[0]
            rows.append((
                node.number, node.times, node.sequences, number, node.values + [-1] * (VALUES - len(node.values)),
                owns + [0] * (OWNS - len(owns)), node.expires, max(node.taken, 0), self.sets.number(node.sources),
            ))  # fmt: skip
        self.shape[away] = AWAY
        if rows:
            numbers, *columns = zip(*rows, strict=True)
            at = np.array(numbers, dtype=np.int64)
            for name, column in zip(_COLUMNS, columns, strict=False):
                there = getattr(self, name)
                there[at] = np.array(column, dtype=there.dtype)
