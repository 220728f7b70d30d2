"""The clock of a run: it never steps, and says how its time and that of the kernel's time stamps go together."""

from __future__ import annotations

import time
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Clock(Protocol):
    """Seconds since 1970. spin: waits shorter than this are not slept through, for sleep is not that exact."""

    spin: float

    def now(self) -> float:
        """The time of the run."""
        ...

    def wall(self) -> float:
        """The time of day, for the Timestamp option."""
        ...

    def converted(self, times: NDArray[np.float64]) -> NDArray[np.float64]:
        """Times of day as times of the run."""
        ...


class SystemClock:
    """The monotonic clock, set by the time of day once: what adjusts that during a run must not change latencies."""

    spin = 0.002

    def __init__(self) -> None:
        self._ahead = time.time() - time.monotonic()

    def now(self) -> float:
        return time.monotonic() + self._ahead

    def wall(self) -> float:
        return time.time()

    def converted(self, times: NDArray[np.float64]) -> NDArray[np.float64]:
        return times + (self.now() - time.time())
