"""Numbers for keys, many at once: keys are 64-bit integers in columns."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Longs = npt.NDArray[np.int64]

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


class Lookup:
    """What `number` says of each key. It is asked once for a key, and again where it said less than 0."""

    def __init__(self, number: Callable[[int], int]) -> None:
        self._number = number
        self.forget()

    def forget(self) -> None:
        """All keys are new again."""
        self._known: dict[int, int] = {}
        self._keys: Longs = np.zeros(64, dtype=np.int64)
        self._numbers: Longs = np.zeros(64, dtype=np.int64)
        self._shift = np.uint64(64 - 8)
        self._slots: Longs = np.full(1 << 8, -1, dtype=np.int64)
        """By the first bits of a hash one key that has them: most are found there."""

    def of(self, keys: Longs) -> Longs:
        at = self._slots[self._hashed(keys)]
        found: Longs = self._numbers[at]
        missed = (self._keys[at] != keys) | (at < 0)
        if missed.any():
            rest = np.flatnonzero(missed)
            unique, inverse = np.unique(keys[rest], return_inverse=True)
            found[rest] = np.array([self._one(key) for key in unique.tolist()], dtype=np.int64)[inverse.reshape(-1)]
        return found

    def _hashed(self, keys: Longs) -> Longs:
        hashes: Longs = (keys.view(np.uint64) * _MULTIPLIER >> self._shift).astype(np.int64)
        return hashes

    def _one(self, key: int) -> int:
        number = self._known.get(key)
        if number is None:
            number = self._number(key)
            if number >= 0:
                self._keep(key, number)
        return number

    def _keep(self, key: int, number: int) -> None:
        count = len(self._known)
        self._known[key] = number
        if count == len(self._keys):
            self._keys, self._numbers = (np.concatenate([old, old]) for old in (self._keys, self._numbers))
        self._keys[count], self._numbers[count] = key, number
        if 4 * count < len(self._slots):
            self._slots[self._hashed(self._keys[count : count + 1])] = count
            return
        bits = (16 * count).bit_length()
        self._shift, self._slots = np.uint64(64 - bits), np.full(1 << bits, -1, dtype=np.int64)
        self._slots[self._hashed(self._keys[: count + 1])] = np.arange(count + 1)
