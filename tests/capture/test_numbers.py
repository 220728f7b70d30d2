"""Rows of words and their running numbers: equal rows, and only these, have equal numbers."""

from __future__ import annotations

from unittest import mock

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pmiptool.capture import numbers
from pmiptool.capture.numbers import Numbers, Rows, equal

words = st.sampled_from((0, 1, 2, 1 << 32, 1 << 63, (1 << 64) - 1))


def rows(values: list[tuple[int, ...]], width: int) -> numbers.Words:
    return np.array(values, dtype=np.uint64).reshape(-1, width)


@given(st.integers(1, 7), st.data())
def test_in_the_order_of_appearance(width: int, data: st.DataObject) -> None:
    table, known = Numbers(width), dict[tuple[int, ...], int]()
    for _ in range(3):
        values = data.draw(st.lists(st.tuples(*[words] * width), min_size=1, max_size=40))
        wanted = [known.setdefault(value, len(known)) for value in values]
        assert table.of(rows(values, width)).tolist() == wanted
    assert table.count == len(known)
    for value, number in known.items():
        assert table.octets(number) == rows([value], width).tobytes()


def test_many() -> None:
    """So many that tables grow, and that places are shared."""
    table, every = Numbers(2), np.random.default_rng(1).integers(0, 1 << 64, (50_000, 2), dtype=np.uint64)
    for first in range(0, len(every), 7000):
        table.of(every[first : first + 7000])
    assert (table.of(every) == np.arange(len(every))).all()
    with mock.patch.object(Numbers, "_search", side_effect=Numbers._search, autospec=True) as search:
        table.of(every)
    assert sum(len(call.args[1]) for call in search.call_args_list) < 5000


def test_a_hash_says_nothing_alone() -> None:
    table = Numbers(1)
    with mock.patch.object(numbers, "hashed", lambda rows: np.zeros(len(rows), dtype=np.uint64)):
        assert table.of(rows([(5,), (5,)], 1)).tolist() == [0, 0]
        assert table.of(rows([(6,), (5,), (6,)], 1)).tolist() == [-1, 0, -1]


def test_several_widths() -> None:
    table = Rows()
    assert table.of(rows([(1,), (2,)], 1)).tolist() == [0, 1]
    assert table.of(rows([(1, 0), (2, 0)], 2)).tolist() == [2, 3]
    assert table.of(rows([(3,), (1,)], 1)).tolist() == [4, 0]
    assert [len(table.octets(number)) for number in range(table.count)] == [8, 8, 16, 16, 8]


@given(st.integers(1, 8), st.data())
def test_equal(width: int, data: st.DataObject) -> None:
    line = st.tuples(*[words] * width)
    one, other = (rows(data.draw(st.lists(line, min_size=9, max_size=9)), width) for _ in range(2))
    assert (equal(one, other) == (one == other).all(axis=1)).all()


@given(st.integers(1, 7), st.data())
def test_one_by_one(width: int, data: st.DataObject) -> None:
    """As many at once."""
    values = data.draw(st.lists(st.tuples(*[words] * width), min_size=2, max_size=20, unique=True))
    for table in (Numbers(width), Rows()):
        known = table.of(rows(values[1:], width)).tolist()
        assert [table.one(rows([value], width).tobytes()) for value in values[1:]] == known
        assert table.one(rows(values[:1], width).tobytes()) == len(known) == table.of(rows(values[:1], width))[0]
