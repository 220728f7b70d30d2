"""Two answers to one request: which take back what was accepted, and which the network may have made of a copy."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rules.examples import asked, told
from tests.rules.make import P2, hnp, removal, removed
from tests.rules.stories import play, rules_of

CONTRADICT, TWICE = "rfc6275/9.5.4/answers-contradict", "rfc6275/9.5.4/answer-twice"


def judged(first: dict[str, Any], second: dict[str, Any]) -> set[str]:
    return rules_of(play((asked(0, 1), told(0.01, 1, **first), told(0.02, 1, **second)))) & {CONTRADICT, TWICE}


@pytest.mark.parametrize(
    "second",
    [{"status": 130}, {"lifetime": 50}, {"hnp": hnp(P2)}, {"hnp": ()}],
    ids=["refused", "shorter", "another prefix", "no prefix"],
)
def test_what_was_accepted_is_taken_back(second: dict[str, Any]) -> None:
    assert judged({}, second) == {CONTRADICT}


@pytest.mark.parametrize(
    ("first", "second"),
    [({}, {}), ({}, {"status": 157}), ({}, {"status": 135}), ({"status": 130}, {})],
    ids=["the same", "an old timestamp", "an old number", "refused, then accepted"],
)
def test_a_copy_of_the_request_may_be_answered_so(first: dict[str, Any], second: dict[str, Any]) -> None:
    assert judged(first, second) == {TWICE}


def test_a_copy_of_a_removal_finds_nothing_more() -> None:
    steps = ((0, 1, removal()), (0.01, 1, removed()), (0.02, 1, removed(status=133)))
    assert CONTRADICT not in rules_of(play(steps))
