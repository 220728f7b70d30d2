"""Where types and lengths stand in plain messages, and what is masked out of them.

Messages of one length with the same types and lengths at the same places are of one layout, which is found without
looking at each of them.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Words = npt.NDArray[np.uint64]
Longs = npt.NDArray[np.int64]
Octets = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]

ODD, REQUEST, ANSWER = 0, 1, 2
PAIR = 32
"""Octets of the two addresses, which stand right before the Mobility Header."""
LONGEST_NAME = 64
_P_FLAGS = {5: (8, 0x02), 6: (7, 0x20)}
_SEQUENCES = {5: 6, 6: 8}
OPAQUE = {"hnp": (2, 16), "ll-id": (2, None), "link-local": (0, 16)}
"""Options with octets of identity: where they begin, and how many they are."""

MOST_VALUES = 32
"""More of them have no template: whether each is zero is a bit of a word whose other bits are the layout's number."""


class Layout:
    """The layout of a message. row: its addresses and itself; names: of the options whose octets may be cut out.

    kind: ODD where it is not plain. name: where the identifier stands, and how long it is; stamp: where the timestamp.
    number: that of the layout; free: which words are not the same in all its messages, and mask: what of these is
    neither a number nor identity.
    """

    name: tuple[int, int] | None  # of the identifier
    stamp: int | None

    def __init__(self, row: Octets, names: dict[int, str], number: int) -> None:
        size = len(row)
        self.number = number
        self.kind = ODD
        self.size = size
        self.type = int(row[PAIR + 2])
        fixed = np.zeros(size, dtype=np.uint8)
        fixed[[PAIR, PAIR + 1, PAIR + 2, PAIR + 3]] = 0xFF
        good = self._walk(row, fixed, names)
        expected = (row & fixed).view(np.uint64)
        self._fixed = [(at, word, expected[at]) for at, word in enumerate(fixed.view(np.uint64)) if word]
        mask = np.full(size, 0xFF, dtype=np.uint8)
        self.sequence = 0
        if good and self.name is not None:
            self.kind = REQUEST if self.type == 5 else ANSWER
            self.sequence = PAIR + _SEQUENCES[self.type]
            mask[self.sequence : self.sequence + 2] = 0
            mask[PAIR + 4 : PAIR + 6] = 0
            for at, length in (self.name, *((at, length) for at, length, _ in self.opaque)):
                mask[at : at + length] = 0
            if self.stamp is not None:
                mask[self.stamp : self.stamp + 8] = 0
        self.free = np.flatnonzero((mask & ~fixed).view(np.uint64))
        self.mask: Words = mask.view(np.uint64)[self.free]

    def _walk(self, row: Octets, fixed: Octets, names: dict[int, str]) -> bool:
        """Note types and lengths from the message on; whether all is as it should be."""
        size, self.name, self.stamp = self.size, None, None
        self.opaque: list[tuple[int, int, int]] = []  # of other values, with how many bits count
        self.prefixes: list[int] = []  # which of these are home network prefixes
        if row[PAIR] != 59 or row[PAIR + 3] or 8 * int(row[PAIR + 1]) + 8 != size - PAIR or self.type not in _P_FLAGS:
            return False
        flags, bit = _P_FLAGS[self.type]
        fixed[PAIR + flags] = bit
        if not row[PAIR + flags] & bit:
            return False
        at = PAIR + 12
        while at < size:
            fixed[at] = 0xFF
            kind = int(row[at])
            if kind == 0:
                at += 1
                continue
            if at + 2 > size:
                return False
            fixed[at + 1] = 0xFF
            length = int(row[at + 1])
            begin, at = at + 2, at + 2 + length
            if at > size:
                return False
            name = names.get(kind)
            if name == "mn-id":
                if self.name is not None or not 2 <= length <= LONGEST_NAME:
                    return False
                self.name = begin + 1, length - 1
            elif name == "timestamp":
                if self.stamp is not None or length != 8:
                    return False
                self.stamp = begin
            elif name in OPAQUE:
                skip, wanted = OPAQUE[name]
                have = length - skip
                if have != wanted if wanted is not None else not 1 <= have <= 16:
                    return False
                bits = 8 * have
                if name == "hnp":
                    fixed[begin + 1] = 0xFF
                    bits = int(row[begin + 1])
                    if bits > 128:
                        return False
                    self.prefixes.append(len(self.opaque))
                self.opaque.append((begin + skip, have, bits))
        return len(self.opaque) <= MOST_VALUES

    def matches(self, words: Words, rows: Longs) -> Flags:
        """Which of these messages of the same length are of this layout."""
        (at, fixed, expected), *others = self._fixed
        found: Flags = words[:, at].take(rows) & fixed == expected
        rows = rows[found]
        same: Flags = np.ones(len(rows), dtype=bool)
        for at, fixed, expected in others:
            same &= words[:, at].take(rows) & fixed == expected
        found[found] = same
        return found
