"""Running numbers for rows of words: equal rows have equal numbers, and they are compared, not only hashed."""

from __future__ import annotations

import os

import numpy as np
import numpy.typing as npt

Words = npt.NDArray[np.uint64]
Longs = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_MULTIPLIERS: Words = np.frombuffer(os.urandom(8 * 512), dtype=np.uint64) | np.uint64(1)
_FACTORS: list[int] = _MULTIPLIERS.tolist()
_HALF = np.uint64(32)
_WORD = (1 << 64) - 1
_FEW = 8
"""Words that are quicker compared column by column."""


def hashed(rows: Words) -> Words:
    """A number for each row of words; a secret of the process is in it."""
    mixed = rows >> _HALF
    mixed ^= rows
    found: Words = mixed @ _MULTIPLIERS[: rows.shape[1]]
    return found


def equal(rows: Words, others: Words) -> Flags:
    """Whether each row is the same. others: as many, or one for all."""
    if rows.shape[1] <= _FEW:
        same: Flags = rows[:, 0] == others[..., 0]
        for at in range(1, rows.shape[1]):
            same &= rows[:, at] == others[..., at]
        return same
    different: Flags = np.bitwise_or.reduce(rows ^ others, axis=1) == 0
    return different


def _row(octets: bytes) -> Words:
    return np.frombuffer(octets, dtype=np.uint64).reshape(1, -1)


class Numbers:
    """Numbers for rows of one width, from 0 on in the order of appearance. rows: those that have one."""

    def __init__(self, width: int) -> None:
        self.rows: Words = np.zeros((256, width), dtype=np.uint64)
        self.count = 0
        self._known: dict[int, int] = {}
        self._bits = 11
        self._slots: Longs = np.full((2, 1 << self._bits), -1, dtype=np.int64)
        """By the first and by the next bits of a hash one row that has them: nearly all are found there."""

    def of(self, rows: Words) -> Longs:
        """The number of each row; -1 where another row has its hash."""
        hashes = hashed(rows)
        found: Longs = self._slots[0].take(self._place(hashes, 0))
        rest = self._unlike(found, rows)
        if len(rest):
            rows, hashes = rows.take(rest, axis=0), hashes.take(rest)
            there = self._slots[1].take(self._place(hashes, 1))
            found[rest] = there
            again = self._unlike(there, rows)
            if len(again):
                found[rest.take(again)] = self._search(rows.take(again, axis=0), hashes.take(again))
        return found

    def one(self, octets: bytes) -> int:
        """The number of one row."""
        number = self.find(octets)
        return number if number >= 0 else int(self.of(_row(octets))[0])

    def find(self, octets: bytes) -> int:
        """The number of one row; -1 where it has none yet."""
        words = memoryview(octets).cast("Q")
        mixed = ((word ^ word >> 32) * factor for word, factor in zip(words, _FACTORS, strict=False))
        number = self._known.get(sum(mixed) & _WORD, -1)
        return number if number >= 0 and self.octets(number) == octets else -1

    def octets(self, number: int) -> bytes:
        return bytes(self.rows[number])

    def _unlike(self, numbers: Longs, rows: Words) -> Longs:
        """Which rows do not have these numbers; -1 is none."""
        unlike: Longs = np.flatnonzero(~equal(self.rows.take(numbers, axis=0), rows) | (numbers < 0))
        return unlike

    def _place(self, hashes: Words, table: int) -> Longs:
        shifted = hashes << np.uint64(table * self._bits) if table else hashes
        place: Longs = (shifted >> np.uint64(64 - self._bits)).view(np.int64)
        return place

    def _search(self, rows: Words, hashes: Words) -> Longs:
        unique, first, inverse = np.unique(hashes, return_index=True, return_inverse=True)
        known, keys = self._known, unique.tolist()
        numbers = [known.get(key, -1) for key in keys]
        fresh = [at for at, number in enumerate(numbers) if number < 0]
        if fresh:
            fresh.sort(key=first.tolist().__getitem__)
            need = self.count + len(fresh)
            if need > len(self.rows):
                more = np.zeros((max(need, 2 * len(self.rows)), self.rows.shape[1]), dtype=np.uint64)
                more[: self.count] = self.rows[: self.count]
                self.rows = more
            self.rows[self.count : need] = rows[first[fresh]]
            for at in fresh:
                known[keys[at]] = numbers[at] = self.count
                self.count += 1
            self._put(unique[fresh], need - len(fresh))
        found: Longs = np.array(numbers, dtype=np.int64)[inverse.reshape(-1)]
        found[self._unlike(found, rows)] = -1
        return found

    def _put(self, hashes: Words, number: int) -> None:
        """Let new rows be found, from this number on."""
        if 4 * self.count > 1 << self._bits:
            self._bits = (8 * self.count).bit_length()
            self._slots = np.full((2, 1 << self._bits), -1, dtype=np.int64)
            hashes, number = hashed(self.rows[: self.count]), 0
        numbers = np.arange(number, number + len(hashes))
        first, second = self._slots
        place = self._place(hashes, 0)
        free = first[place] < 0
        first[place[free]] = numbers[free]
        late = first[place] != numbers
        second[self._place(hashes[late], 1)] = numbers[late]


class Rows:
    """Numbers for rows of any width, whose octets are then of several lengths."""

    def __init__(self) -> None:
        self._tables: dict[int, Numbers] = {}
        self._numbers: dict[int, Longs] = {}
        self._places: list[tuple[int, int]] = []

    @property
    def count(self) -> int:
        return len(self._places)

    def of(self, rows: Words) -> Longs:
        """The number of each row, all of one width; -1 where another row has its hash."""
        width = rows.shape[1]
        table = self._tables.get(width)
        if table is None:
            table = self._tables[width] = Numbers(width)
            self._numbers[width] = np.zeros(0, dtype=np.int64)
        local, known = table.of(rows), len(self._numbers[width])
        if table.count > known:
            more = np.arange(self.count, self.count + table.count - known)
            self._numbers[width] = np.concatenate([self._numbers[width], more])
            self._places += ((width, number) for number in range(known, table.count))
        found: Longs = np.where(local >= 0, self._numbers[width][local], -1)
        return found

    def one(self, octets: bytes) -> int:
        """The number of one row."""
        table = self._tables.get(len(octets) // 8)
        local = table.find(octets) if table is not None else -1
        return int(self._numbers[len(octets) // 8][local] if local >= 0 else self.of(_row(octets))[0])

    def octets(self, number: int) -> bytes:
        width, local = self._places[number]
        return self._tables[width].octets(local)
