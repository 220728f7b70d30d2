"""Histograms against sorted lists, and merging against counting all at once."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmiptool.errors import UsageError
from pmiptool.load.histogram import BUCKETS, Histogram, bucket_of, middle_of

LATENCIES = st.lists(st.floats(1e-9, 200.0), min_size=1, max_size=300)
PERCENTS = st.floats(0.001, 100.0).map(lambda percent: round(percent, 3))


def made(values: list[float]) -> Histogram:
    histogram = Histogram()
    histogram.record(np.array(values))
    return histogram


@given(LATENCIES, PERCENTS)
def test_percentiles_are_those_of_the_sorted_list(values: list[float], percent: float) -> None:
    true = sorted(values)[max(0, math.ceil(round(len(values) * percent / 100, 9)) - 1)]
    assert made(values).percentile(percent) == pytest.approx(true, rel=0.005, abs=1e-9)


@given(LATENCIES)
def test_least_greatest_mean_and_count_are_exact(values: list[float]) -> None:
    histogram = made(values)
    whole = [max(1, round(value * 1e9)) for value in values]
    assert len(histogram) == len(values)
    assert histogram.least == pytest.approx(min(whole) / 1e9)
    assert histogram.greatest == pytest.approx(max(whole) / 1e9)
    assert histogram.mean == pytest.approx(sum(whole) / len(whole) / 1e9)


@given(LATENCIES, LATENCIES)
def test_merged_is_as_if_counted_together(one: list[float], other: list[float]) -> None:
    merged = made(one)
    merged.merge(made(other))
    assert merged.to_json() == made(one + other).to_json()


@given(LATENCIES)
def test_json_keeps_all_of_it(values: list[float]) -> None:
    document = made(values).to_json()
    assert Histogram.from_json(json.loads(json.dumps(document))).to_json() == document


@given(st.integers(1, 2**38 - 1))
def test_the_bucket_of_a_number_holds_it(number: int) -> None:
    bucket = int(bucket_of(np.array([float(number)]))[0])
    assert 0 <= bucket < BUCKETS
    assert middle_of(bucket) == pytest.approx(number, rel=1 / 256)


def test_nothing_counted_has_no_percentiles() -> None:
    empty = Histogram()
    assert (empty.percentile(50), empty.least, empty.greatest, empty.mean, len(empty)) == (0, 0, 0, 0, 0)
    empty.merge(Histogram())
    merged = made([1.0])
    merged.merge(Histogram())
    assert merged.least == 1.0


def test_what_is_longer_than_all_buckets_counts_in_the_last() -> None:
    histogram = made([1000.0])
    assert histogram.counts[BUCKETS - 1] == 1 and histogram.greatest == 1000.0


@pytest.mark.parametrize(
    "change",
    [
        {"unit": "ms"},
        {"sub_buckets": 128},
        {"buckets": [[BUCKETS, 1]]},
        {"buckets": [[1, -1]]},
        {"count": 3},
        {"buckets": 7},
    ],
)
def test_what_is_no_histogram_is_told(change: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        Histogram.from_json({**made([0.001]).to_json(), **change})
