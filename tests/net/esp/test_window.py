"""The window against a plain model (RFC 4303 3.4.3)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pmiptool.net.esp.window import Window

NUMBERS = st.one_of(st.integers(0, 200), st.integers(0xFFFFFFFF - 100, 0xFFFFFFFF))


@given(size=st.sampled_from([1, 2, 32, 64, 100]), numbers=st.lists(st.tuples(NUMBERS, st.booleans()), max_size=120))
def test_as_a_list_of_all_numbers_seen(size: int, numbers: list[tuple[int, bool]]) -> None:
    window, seen = Window(size), {0}
    for number, genuine in numbers:
        expected = number not in seen and number > max(seen) - size
        assert window.is_fresh(number) == expected
        if expected and genuine:  # a forged packet moves nothing
            window.add(number)
            seen.add(number)


def test_the_edges_of_64() -> None:
    window = Window(64)
    window.add(100)
    assert [number for number in range(102) if window.is_fresh(number)] == [*range(37, 100), 101]


def test_a_window_of_0_takes_everything() -> None:
    window = Window(0)
    window.add(5)
    assert window.is_fresh(5) and window.is_fresh(1) and window.is_fresh(0)
