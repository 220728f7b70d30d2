"""The table of requests under way, against a dictionary."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from pmiptool.load.pending import ANSWERED, LOST, SPACE, Pending

GATEWAYS, TIMEOUT = 2, 3.0


class Model(RuleBasedStateMachine):
    """Requests come and end; a dictionary by (gateway, number) has what each is."""

    def __init__(self) -> None:
        super().__init__()
        self.pending = Pending(GATEWAYS)
        self.under_way: dict[int, tuple[int, float]] = {}  # slot: mobile node, due
        self.ended: dict[int, tuple[int, int]] = {}  # slot: mobile node, how
        self.now = 0.0
        self.nodes = 0

    @rule(lane=st.integers(0, GATEWAYS - 1), count=st.integers(1, 40))
    def send(self, lane: int, count: int) -> None:
        numbers = self.pending.numbers(lane, count)
        assert len(numbers) == count and len(set(numbers.tolist())) == count
        nodes = np.arange(self.nodes, self.nodes + count, dtype=np.int32)
        self.nodes += count
        self.pending.add(lane, numbers, 1, nodes, np.full(count, self.now), self.now, self.now + TIMEOUT)
        for number, node in zip(numbers.tolist(), nodes.tolist(), strict=True):
            slot = lane * SPACE + number
            assert slot not in self.under_way
            self.ended.pop(slot, None)
            self.under_way[slot] = node, self.now + TIMEOUT

    @rule(data=st.data())
    def answer(self, data: st.DataObject) -> None:
        known = [*self.under_way, *self.ended]
        if not known:
            return
        slots = data.draw(st.lists(st.sampled_from(known), min_size=1, max_size=20))
        right = data.draw(st.lists(st.booleans(), min_size=len(slots), max_size=len(slots)))
        judged = self.pending.judge(np.array(slots), np.array(right))
        answered, duplicates, late, strange = [], [], [], 0
        for slot, is_right in zip(slots, right, strict=True):
            if not is_right:
                strange += 1
            elif slot in self.under_way and slot not in answered:
                answered.append(slot)
            elif slot in answered or self.ended.get(slot, (0, LOST))[1] == ANSWERED:
                duplicates.append(slot)
            else:
                late.append(slot)
        assert judged.roots.tolist() == answered
        assert [slots[row] for row in judged.which.tolist()] == answered
        assert sorted(judged.duplicates.tolist()) == sorted(duplicates)
        assert sorted(judged.late.tolist()) == sorted(late)
        assert judged.unexpected == strange
        assert self.pending.node[judged.roots].tolist() == [self.under_way[slot][0] for slot in answered]
        self.pending.end(judged.roots, ANSWERED)
        for slot in answered:
            self.ended[slot] = self.under_way.pop(slot)[0], ANSWERED

    @rule(passed=st.floats(0.1, 2.0))
    def wait(self, passed: float) -> None:
        self.now += passed
        given = sorted(slot for tries, slots in self.pending.overdue(self.now) for slot in slots.tolist())
        assert given == sorted(slot for slot, (_, due) in self.under_way.items() if due <= self.now)
        self.pending.end(np.array(given, np.int64), LOST)
        for slot in given:
            self.ended[slot] = self.under_way.pop(slot)[0], LOST

    @invariant()
    def counts(self) -> None:
        assert self.pending.under_way == len(self.under_way)
        for lane in range(GATEWAYS):
            assert self.pending.room(lane) == SPACE - sum(slot // SPACE == lane for slot in self.under_way)


TestModel = Model.TestCase
TestModel.settings = settings(max_examples=30, stateful_step_count=30, deadline=None)


def add(pending: Pending, numbers: np.ndarray, due: float = 1.0) -> None:
    pending.add(0, numbers, 0, np.arange(len(numbers), dtype=np.int32), np.zeros(len(numbers)), 0.0, due)


def test_no_number_is_given_twice_while_it_is_under_way() -> None:
    pending = Pending(1)
    add(pending, pending.numbers(0, 60_000))
    add(pending, pending.numbers(0, 60_000))
    assert pending.room(0) == 0 and pending.under_way == SPACE
    assert len(pending.numbers(0, 1)) == 0
    pending.end(np.array([5, 70, 65535]), ANSWERED)
    assert sorted(pending.numbers(0, 10).tolist()) == [5, 70, 65535]


def test_numbers_go_on_behind_the_last() -> None:
    pending = Pending(1)
    add(pending, pending.numbers(0, 65_000))
    pending.end(np.arange(65_000), ANSWERED)
    assert pending.numbers(0, 1000)[[0, 535, 536, -1]].tolist() == [65_000, 65_535, 0, 463]


@pytest.mark.parametrize("busy", [0, 1000, 60_000])
def test_numbers_after_are_greater_and_free(busy: int) -> None:
    pending = Pending(1)
    add(pending, pending.numbers(0, busy))
    last = np.random.default_rng(1).integers(0, SPACE, 300).astype(np.uint16)
    last[:3] = [0, 32767, 65535]
    if busy == 60_000:
        last = last % 20_000 + 40_000
    numbers = pending.numbers_after(0, last)
    assert len(numbers) == 300 == len(set(numbers.tolist()))
    assert not set(numbers.tolist()) & set(range(busy))
    ahead = (numbers.astype(int) - last.astype(int)) & 0xFFFF
    assert ahead.min() >= 1 and ahead.max() <= 32767


def test_where_none_is_greater_and_free_none_is_given() -> None:
    pending = Pending(1)
    add(pending, np.arange(101, 32_900, dtype=np.uint16))
    assert len(pending.numbers_after(0, np.array([100], np.uint16))) == 0
    assert len(pending.numbers_after(0, np.array([200], np.uint16))) == 1


def test_a_renumbered_request_ends_with_any_of_its_numbers() -> None:
    for answered in (0, 1, 2):
        pending = Pending(1, renumbers=True)
        add(pending, np.array([10], np.uint16))
        pending.renumber(0, np.array([10]), np.array([20], np.uint16), 2.0, 1)
        pending.renumber(0, np.array([20]), np.array([30], np.uint16), 4.0, 2)
        assert pending.room(0) == SPACE - 3 and pending.under_way == 1
        slots = np.array([[10, 20, 30][answered], 30, 10])
        judged = pending.judge(slots, np.ones(3, bool))
        assert judged.roots.tolist() == [10] and judged.which.tolist() == [0]
        assert len(judged.duplicates) == 2
        pending.end(judged.roots, ANSWERED)
        assert pending.room(0) == SPACE and pending.under_way == 0
        assert not list(pending.overdue(10.0))
        assert len(pending.judge(np.array([20]), np.ones(1, bool)).duplicates) == 1
