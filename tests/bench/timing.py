"""Ratios measured in one run: two things by turns, the best of several rounds each."""

from __future__ import annotations

import time
from collections.abc import Callable


def seconds_each(work: Callable[[], object], times: int) -> float:
    started = time.perf_counter()
    for _ in range(times):
        work()
    return (time.perf_counter() - started) / times


def ratio(slow: Callable[[], object], fast: Callable[[], object], times: tuple[int, int], rounds: int = 5) -> float:
    """How many times `fast` can be done while `slow` is done once."""
    slowest = fastest = float("inf")
    for _ in range(rounds):
        slowest = min(slowest, seconds_each(slow, times[0]))
        fastest = min(fastest, seconds_each(fast, times[1]))
    return slowest / fastest


def report(what: str, measured: float, wanted: str) -> None:
    print(f"\n{what}: {measured:.2f} (wanted: {wanted})")
