"""The mobile nodes of a run as arrays: where each is, what the LMA gave it, and who waits for something to do."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pmiptool.load.template import sums_of

DETACHED, ATTACHED, DOUBTFUL = 0, 1, 2
"""DOUBTFUL: no answer came to what attaches, moves or detaches it; the LMA may have a binding."""
Numbers = NDArray[np.int32]


class Ring:
    """Numbers of mobile nodes, first in first out, each at most once."""

    def __init__(self, capacity: int) -> None:
        self._slots = np.zeros(max(capacity, 1), np.int32)
        self._first = 0
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def take(self, count: int) -> Numbers:
        """Take the first ones, at most so many."""
        count = min(count, self._count)
        end = self._first + count
        size = len(self._slots)
        if end <= size:
            taken: Numbers = self._slots[self._first : end].copy()
        else:
            taken = np.concatenate((self._slots[self._first :], self._slots[: end - size]))
        self._first = end % size
        self._count -= count
        return taken

    def put(self, numbers: Numbers) -> None:
        """Append some."""
        self._store((self._first + self._count) % len(self._slots), numbers)
        self._count += len(numbers)

    def put_back(self, numbers: Numbers) -> None:
        """Put some where the next ones are taken from."""
        self._first = (self._first - len(numbers)) % len(self._slots)
        self._store(self._first, numbers)
        self._count += len(numbers)

    def _store(self, at: int, numbers: Numbers) -> None:
        room = len(self._slots) - at
        self._slots[at : at + len(numbers)] = numbers[:room]
        if len(numbers) > room:
            self._slots[: len(numbers) - room] = numbers[room:]

    @property
    def octets(self) -> int:
        return self._slots.nbytes


class Nodes:
    """Arrays with one place for each mobile node.

    mag: index of the gateway that it is attached to. sequence: of its last registration. prefix: the home network
    prefix that it was given, in memory order, high and low half, its length, and what the high half adds to a checksum.
    version: how often its flows were modified. `detached` and `attached` hold those that wait; who is in neither has a
    request under way.
    """

    def __init__(self, count: int, gateways: int = 1) -> None:
        self.count = count
        self.gateways = gateways
        self.state = np.zeros(count, np.uint8)
        self.mag = (np.arange(count, dtype=np.uint32) % gateways).astype(np.uint16)
        self.sequence = np.zeros(count, np.uint16)
        self.prefix_high = np.zeros(count, np.uint64)
        self.prefix_low = np.zeros(count, np.uint64)
        self.prefix_length = np.zeros(count, np.uint8)
        self.prefix_sum = np.zeros(count, np.uint32)
        self.version = np.zeros(count, np.uint8)
        self.detached = Ring(count)
        self.attached = Ring(count)
        self.detached.put(np.arange(count, dtype=np.int32))

    @property
    def busy(self) -> int:
        """How many have a request under way."""
        return self.count - len(self.detached) - len(self.attached)

    def claim(self) -> Numbers:
        """All that are attached, or may be; from now on nobody waits."""
        self.detached, self.attached = Ring(self.count), Ring(self.count)
        return np.nonzero(self.state != DETACHED)[0].astype(np.int32)

    @property
    def octets(self) -> int:
        """What all of this takes."""
        columns = (self.state, self.mag, self.sequence, self.version)
        prefixes = (self.prefix_high, self.prefix_low, self.prefix_length, self.prefix_sum)
        return sum(column.nbytes for column in (*columns, *prefixes)) + self.detached.octets + self.attached.octets

    def learn(self, nodes: Numbers, prefixes: NDArray[np.uint8], lengths: NDArray[np.uint8]) -> None:
        """The home network prefixes that the LMA gave: (n, 16) octets and (n,) lengths in bits."""
        halves = np.ascontiguousarray(prefixes).view(np.uint64)
        self.prefix_high[nodes] = halves[:, 0]
        self.prefix_sum[nodes] = sums_of(halves[:, 0], 0)
        self.prefix_low[nodes] = halves[:, 1]
        self.prefix_length[nodes] = lengths
