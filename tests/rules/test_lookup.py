"""What judging in bulk looks up in columns: numbers of keys, and who has a prefix."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pmiptool.rules.holders import NOBODY, UNKNOWN, Holders
from pmiptool.rules.lookup import Lookup


def test_keys_are_asked_for_once() -> None:
    asked: list[int] = []

    def number(key: int) -> int:
        asked.append(key)
        return key * 2 if key % 7 else -1

    lookup, keys = Lookup(number), np.arange(-300, 700, dtype=np.int64)
    wanted = np.where(keys % 7, keys * 2, -1)
    known = wanted >= 0
    for _ in range(3):
        assert (lookup.of(keys)[known] == wanted[known]).all()
    assert all(asked.count(key) == 1 for key in keys[known].tolist())
    assert lookup.of(np.array([7])).tolist() == [-1] and asked.count(7) == 4
    lookup.forget()
    assert lookup.of(np.array([5, 5])).tolist() == [10, 10] and asked.count(5) == 2


moves = st.lists(st.tuples(st.sampled_from(("take", "leave")), st.integers(0, 3), st.sampled_from((0, 1, 2, UNKNOWN))))


@given(moves)
def test_who_has_a_prefix(made: list[tuple[str, int, int]]) -> None:
    holders, wanted = Holders(), {value: set[int]() for value in range(4)}
    for what, value, node in made:
        if what == "take":
            holders.take(value, node)
            wanted[value].add(node)
        else:
            holders.leave(value, node)
            wanted[value].discard(node)
    assert {value: set(holders.of(value)) for value in range(4)} == wanted


def test_many_prefixes_at_once() -> None:
    holders = Holders()
    holders.reserve(5000)
    values, nodes = np.arange(4000), np.arange(4000) + 7
    holders.take_all(values, nodes)
    holders.take(3, 1)
    assert holders.of(10) == (17,) and set(holders.of(3)) == {1, 10}
    holders.leave_all(values, nodes)
    assert holders.of(3) == (1,) and holders.column[10] == NOBODY
