"""MN-IDs by number: a pattern with a number of fixed width in it, or the identifiers of a peer file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from pmiptool.errors import UsageError

DIGITS = 8
_BLANK = re.compile(r"\{(?::?0?([1-9])d?)?\}")
_QUARTETS = np.array([b"%04d" % number for number in range(10_000)]).view(np.uint32)
"""Four decimal digits as they stand in memory."""
Places = NDArray[np.signedinteger]
"""Mobile nodes by number."""
Column = tuple[int, NDArray[np.unsignedinteger]]
"""Octets from the start of the identifier, and what stands there for each mobile node."""


class Identifiers(Protocol):
    """All have the same length in octets."""

    count: int

    @property
    def octets(self) -> int:
        """What they take in memory."""
        ...

    def example(self) -> str:
        """The identifier of the first."""
        ...

    def name(self, node: int) -> str:
        """The identifier of any."""
        ...

    def columns(self, nodes: Places) -> Iterator[Column]:
        """What is to be written over the example for these."""
        ...

    def match(self, octets: NDArray[np.uint8], nodes: Places) -> NDArray[np.bool_]:
        """Whether each row, an identifier as long as ours, is that of the mobile node beside it."""
        ...


class Pattern:
    """`mn{}@example.org`: the number of eight digits, `{:5}` of five. `first` is the number of the first."""

    def __init__(self, text: str, count: int, first: int = 0) -> None:
        blanks = list(_BLANK.finditer(text))
        if len(blanks) != 1 or "{" in _BLANK.sub("", text):
            raise UsageError(
                f"--mn-id '{text}' has not exactly one place for the number; write it like mn{{}}@example.org"
            )
        self.digits = int(blanks[0].group(1) or DIGITS)
        if first + count > 10**self.digits:
            raise UsageError(
                f"--mn-id '{text}' has {self.digits} digits, too few for mobile node number {first + count - 1}"
            )
        self._before, self._after = text[: blanks[0].start()], text[blanks[0].end() :]
        self.count, self.first = count, first
        self._at = len(self._before.encode())
        self._words = _eight_digits(first, count) if self.digits == DIGITS else None

    @property
    def octets(self) -> int:
        return self._words.nbytes if self._words is not None else 0

    def example(self) -> str:
        return self.name(0)

    def name(self, node: int) -> str:
        return f"{self._before}{self.first + node:0{self.digits}d}{self._after}"

    def columns(self, nodes: Places) -> Iterator[Column]:
        if self._words is not None:
            yield self._at, self._words[nodes]
            return
        numbers = nodes + np.int32(self.first)
        for place in range(self.digits):
            power = np.int32(10 ** (self.digits - 1 - place))
            yield self._at + place, (numbers // power % np.int32(10) + np.int32(48)).astype(np.uint8)

    def match(self, octets: NDArray[np.uint8], nodes: Places) -> NDArray[np.bool_]:
        right = np.ones(len(nodes), np.bool_)
        for at, values in self.columns(nodes):
            size = values.itemsize
            right &= octets[:, at : at + size].view(values.dtype)[:, 0] == values
        return right


def _eight_digits(first: int, count: int) -> NDArray[np.uint64]:
    """All numbers from the first on, as they stand in memory."""
    above, below = np.divmod(np.arange(first, first + count, dtype=np.int32), np.int32(10_000))
    halves = np.empty((count, 2), np.uint32)
    halves[:, 0], halves[:, 1] = _QUARTETS[above], _QUARTETS[below]
    return halves.view(np.uint64)[:, 0]


class Listed:
    """The identifiers of a peer file, which must be of one length."""

    def __init__(self, names: Sequence[str]) -> None:
        encoded = [name.encode() for name in names]
        if len({len(name) for name in encoded}) != 1:
            raise UsageError(
                "the peer file's mobile nodes have identifiers of different lengths, and load needs one length; "
                "give --mn-id with a pattern"
            )
        if len(set(encoded)) != len(encoded):
            raise UsageError("the peer file names a mobile node twice")
        self.count = len(encoded)
        self._octets = np.frombuffer(b"".join(encoded), np.uint8).reshape(self.count, -1)
        self._names = tuple(names)

    @property
    def octets(self) -> int:
        return self._octets.nbytes

    def example(self) -> str:
        return self._names[0]

    def name(self, node: int) -> str:
        return self._names[node]

    def columns(self, nodes: Places) -> Iterator[Column]:
        for at in range(self._octets.shape[1]):
            yield at, self._octets[nodes, at]

    def match(self, octets: NDArray[np.uint8], nodes: Places) -> NDArray[np.bool_]:
        right: NDArray[np.bool_] = (octets == self._octets[nodes]).all(axis=1)
        return right
