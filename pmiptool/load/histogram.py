"""Histograms of latencies: log-linear, merged exactly.

A bucket is as wide as 1/256 of its power of two, so that a percentile is right within 0.2 %. Counts, sum, least and
greatest are exact. The bucket of a number is the exponent and the first 8 bits of the mantissa of its double.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pmiptool.errors import UsageError

SUB_BUCKETS = 256
_SHIFT = 52 - 8
_ZERO = 1023 << 8
OCTAVES = 38
"""Nanoseconds up to 2**38: four and a half minutes. What is longer counts in the last bucket."""
BUCKETS = OCTAVES * SUB_BUCKETS
_LONGEST = 2.0**OCTAVES - 1
_MANY = 8192
"""Values that are gathered before they are counted."""


def bucket_of(nanoseconds: NDArray[np.float64]) -> NDArray[np.int64]:
    """The bucket of each, from 1 ns on."""
    whole: NDArray[np.float64] = np.clip(nanoseconds, 1.0, _LONGEST)
    return (whole.view(np.int64) >> _SHIFT) - _ZERO


def middle_of(bucket: int) -> float:
    """The nanoseconds in the middle of a bucket."""
    ends = (np.array([bucket, bucket + 1], np.int64) + _ZERO) << _SHIFT
    low, high = ends.view(np.float64)
    return float(low + high) / 2


class Histogram:
    """Latencies in seconds go in, percentiles in seconds come out; inside are whole nanoseconds."""

    def __init__(self) -> None:
        self._counts = np.zeros(BUCKETS, np.int64)
        self._total, self._sum = 0, 0
        self._least, self._greatest = 0, 0
        self._waiting: list[NDArray[np.float64]] = []
        self._many = 0

    def record(self, seconds: NDArray[np.float64]) -> None:
        """Count some latencies. What is below 1 ns counts as that."""
        if len(seconds):
            self._waiting.append(seconds)
            self._many += len(seconds)
            if self._many >= _MANY:
                self._flush()

    def _flush(self) -> None:
        if not self._waiting:
            return
        values = np.concatenate(self._waiting) if len(self._waiting) > 1 else self._waiting[0]
        self._waiting, self._many = [], 0
        whole = np.maximum(np.rint(values * 1e9), 1.0)
        self._counts += np.bincount(bucket_of(whole), minlength=BUCKETS)
        least, greatest = int(whole.min()), int(whole.max())
        self._least = least if not self._total else min(self._least, least)
        self._greatest = max(self._greatest, greatest)
        self._sum += int(whole.astype(np.int64).sum())
        self._total += len(whole)

    @property
    def counts(self) -> NDArray[np.int64]:
        """How many fell into each bucket."""
        self._flush()
        return self._counts

    def __len__(self) -> int:
        return self._total + self._many

    def merge(self, other: Histogram) -> None:
        """Add another's counts."""
        self._flush()
        other._flush()
        if not other._total:
            return
        self._counts += other._counts
        self._least = other._least if not self._total else min(self._least, other._least)
        self._greatest = max(self._greatest, other._greatest)
        self._sum += other._sum
        self._total += other._total

    def percentile(self, percent: float) -> float:
        """The least latency that so many percent do not exceed, in seconds; 0 where there is none."""
        return self.percentiles((percent,))[0]

    def percentiles(self, percents: Sequence[float]) -> list[float]:
        """Several at once."""
        self._flush()
        if not self._total:
            return [0.0] * len(percents)
        running = np.cumsum(self._counts)
        found = []
        for percent in percents:
            rank = max(1, -int(-self._total * round(percent * 1000) // 100_000))
            middle = middle_of(int(np.searchsorted(running, rank)))
            found.append(min(max(middle, self._least), self._greatest) / 1e9)
        return found

    @property
    def least(self) -> float:
        self._flush()
        return self._least / 1e9

    @property
    def greatest(self) -> float:
        self._flush()
        return self._greatest / 1e9

    @property
    def mean(self) -> float:
        self._flush()
        return self._sum / self._total / 1e9 if self._total else 0.0

    def to_json(self) -> dict[str, Any]:
        """All of it: `from_json` makes the same again."""
        counts = self.counts
        used = np.nonzero(counts)[0]
        return {
            "unit": "ns",
            "sub_buckets": SUB_BUCKETS,
            "count": self._total,
            "sum": self._sum,
            "min": self._least,
            "max": self._greatest,
            "buckets": [[int(bucket), int(counts[bucket])] for bucket in used],
        }

    @classmethod
    def from_json(cls, document: Any) -> Histogram:
        """Raises UsageError for what `to_json` did not make."""
        made = cls()
        try:
            if document["unit"] != "ns" or document["sub_buckets"] != SUB_BUCKETS:
                raise UsageError("the histogram counts in other buckets than these")
            for bucket, count in document["buckets"]:
                if not 0 <= bucket < BUCKETS or count < 0:
                    raise UsageError(f"the histogram has a bucket {bucket} with {count}")
                made._counts[bucket] += count
            made._total, made._sum = int(document["count"]), int(document["sum"])
            made._least, made._greatest = int(document["min"]), int(document["max"])
        except (KeyError, TypeError, ValueError, IndexError):
            raise UsageError("the histogram is not as load writes it") from None
        if made._total != int(made._counts.sum()):
            raise UsageError("the histogram's buckets do not sum up to its count")
        return made
