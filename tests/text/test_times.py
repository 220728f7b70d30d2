"""Times of captures as people read them."""

from __future__ import annotations

import pytest

from pmiptool.text.json import time_of


@pytest.mark.parametrize(
    ("nanoseconds", "text"),
    [
        (1_246_881_600_000_001_000, "2009-07-06T12:00:00.000001Z"),
        (-1_000, "1969-12-31T23:59:59.999999Z"),
        ((1 << 64) * 1_000, "@18446744073709.551616"),  # microseconds, all 64 bits set
        ((1 << 64) * 1_000_000_000, "@18446744073709551616.000000"),  # whole seconds
        (-(1 << 63) * 1_000_000_000, "@-9223372036854775808.000000"),
    ],
)
def test_a_time_that_no_calendar_has_is_told_in_seconds(nanoseconds: int, text: str) -> None:
    assert time_of(nanoseconds) == text
