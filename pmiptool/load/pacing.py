"""When messages leave: on an absolute schedule, as many as a window allows, or all at once.

A schedule says at which instant each message is due. One that leaves late was still due then, and its latency counts
from then: a peer that stands still for a second must not escape the requests of that second ("coordinated omission").
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

GRAIN = 1e-6
"""Seconds since 1970 in a double are not exact to less; what is due within it is due."""


class Schedule(Protocol):
    """`taken`: how many have left."""

    taken: int

    def due(self, now: float) -> int:
        """How many ought to leave by now and have not."""
        ...

    def times(self, count: int) -> NDArray[np.float64]:
        """When the next so many are due."""
        ...

    def take(self, count: int) -> None:
        """So many have left."""
        ...

    def next(self) -> float:
        """When the next one is due."""
        ...


class Steady:
    """`rate` messages a second from `start` on; with `ramp` the rate grows from nothing for that many seconds."""

    def __init__(self, rate: float, start: float, ramp: float = 0.0) -> None:
        self.rate, self.start, self.ramp = rate, start, ramp
        self._climbed = rate * ramp / 2
        self.taken = 0

    def due(self, now: float) -> int:
        return max(0, self.by(now) - self.taken)

    def by(self, now: float) -> int:
        """How many are due from the start until now."""
        passed = now - self.start + GRAIN
        if passed < GRAIN:
            return 0
        if passed < self.ramp:
            return int(self.rate * passed * passed / (2 * self.ramp)) + 1
        return int(self._climbed + self.rate * (passed - self.ramp)) + 1

    def times(self, count: int) -> NDArray[np.float64]:
        places = np.arange(self.taken, self.taken + count, dtype=np.float64)
        steady = self.start + self.ramp + (places - self._climbed) / self.rate
        if self.taken >= self._climbed:
            return steady
        climbing = self.start + np.sqrt(2 * self.ramp * places / self.rate)
        return np.where(places < self._climbed, climbing, steady)

    def take(self, count: int) -> None:
        self.taken += count

    def next(self) -> float:
        return float(self.times(1)[0])


class AtOnce:
    """All are due at one instant."""

    def __init__(self, start: float) -> None:
        self.start = start
        self.taken = 0

    def due(self, now: float) -> int:
        return 1 << 30 if now >= self.start else 0

    def times(self, count: int) -> NDArray[np.float64]:
        return np.full(count, self.start)

    def take(self, count: int) -> None:
        self.taken += count

    def next(self) -> float:
        return self.start


class AsAnswered:
    """Whenever the window has room: each is due when it leaves, which is before any time that is named here."""

    def __init__(self) -> None:
        self.taken = 0

    def due(self, now: float) -> int:
        return 1 << 30

    def times(self, count: int) -> NDArray[np.float64]:
        return np.full(count, np.inf)

    def take(self, count: int) -> None:
        self.taken += count

    def next(self) -> float:
        return 0.0


def waits(first: float, longest: float, timeout: float) -> list[float]:
    """Seconds to wait after each transmission: doubled up to `longest`, `timeout` in all (RFC 5213 6.9.4)."""
    found: list[float] = []
    left, wait = timeout, first
    while left > wait:
        found.append(wait)
        left -= wait
        wait = min(2 * wait, longest)
    return [*found, left]
