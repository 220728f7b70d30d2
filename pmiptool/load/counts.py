"""What is counted of each kind of exchange, and of every second."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pmiptool.load.histogram import Histogram

SECOND = ("sent", "answered", "rejected", "lost")


@dataclass
class Counts:
    """Exchanges of one kind. latency: from when the request was due; service: from when it left.

    sent: requests, each counted once. answered: those with an answer, rejections among them. retransmitted: further
    transmissions. lost: given up without an answer. late: answers to those. duplicates: further answers.
    least_granted, most_granted: lifetimes in accepting answers, in units of 4 s.
    """

    sent: int = 0
    answered: int = 0
    retransmitted: int = 0
    rejected: Counter[int] = field(default_factory=Counter)
    lost: int = 0
    late: int = 0
    duplicates: int = 0
    least_granted: int | None = None
    most_granted: int | None = None
    fid_status: Counter[int] = field(default_factory=Counter)
    latency: Histogram = field(default_factory=Histogram)
    service: Histogram = field(default_factory=Histogram)

    def granted(self, lifetimes: NDArray[np.unsignedinteger]) -> None:
        """Lifetimes that the peer gave."""
        self._granted(int(lifetimes.min()), int(lifetimes.max()))

    def _granted(self, least: int | None, most: int | None) -> None:
        if least is not None and most is not None:
            self.least_granted = least if self.least_granted is None else min(self.least_granted, least)
            self.most_granted = most if self.most_granted is None else max(self.most_granted, most)

    def merge(self, other: Counts) -> None:
        self._granted(other.least_granted, other.most_granted)
        self.sent += other.sent
        self.answered += other.answered
        self.retransmitted += other.retransmitted
        self.lost += other.lost
        self.late += other.late
        self.duplicates += other.duplicates
        self.rejected += other.rejected
        self.fid_status += other.fid_status
        self.latency.merge(other.latency)
        self.service.merge(other.service)


class Seconds:
    """What happened in each second since 1970: numbers by `SECOND`, and the longest latency answered in it."""

    def __init__(self) -> None:
        self.counts: dict[int, list[int]] = {}
        self.longest: dict[int, float] = {}

    def _at(self, second: int) -> list[int]:
        found = self.counts.get(second)
        if found is None:
            found = self.counts[second] = [0] * len(SECOND)
        return found

    def add(self, what: str, now: float, count: int) -> None:
        if count:
            self._at(int(now))[SECOND.index(what)] += count

    def answered(self, times: NDArray[np.float64], latencies: NDArray[np.float64]) -> None:
        """Answers by when they came."""
        if not len(times):
            return
        first, last = int(times.min()), int(times.max())
        for second in range(first, last + 1):
            here = None if first == last else (times >= second) & (times < second + 1)
            count = len(times) if here is None else int(np.count_nonzero(here))
            if count:
                self._at(second)[1] += count
                longest = float((latencies if here is None else latencies[here]).max())
                self.longest[second] = max(self.longest.get(second, 0.0), longest)

    def merge(self, other: Seconds) -> None:
        for second, counts in other.counts.items():
            mine = self._at(second)
            for place, count in enumerate(counts):
                mine[place] += count
        for second, longest in other.longest.items():
            self.longest[second] = max(self.longest.get(second, 0.0), longest)
