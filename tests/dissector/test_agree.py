"""On random captures Wireshark says what `validate` says: findings, pairs and sessions. `make fuzz` does more."""

from __future__ import annotations

from pathlib import Path

import pytest

from pmiptool.registry.codepoints import DEFAULT, CodePoints
from tests.dissector.agree import disagreements, ours, wireshark, write
from tests.dissector.worlds import worlds


@pytest.mark.parametrize(
    ("first", "wild", "settings"), [(1, 0.1, DEFAULT), (41, 0.4, DEFAULT), (61, 0.2, CodePoints(dialect="rfc6089"))]
)
def test_random_exchanges(first: int, wild: float, settings: CodePoints, tmp_path: Path) -> None:
    messages, found = disagreements(tmp_path, range(first, first + 20), wild=wild, settings=settings)
    assert messages > 700
    assert found == []


def test_what_is_compared_is_there(tmp_path: Path) -> None:
    """Answers of all kinds, findings of many rules, and sessions with flows."""
    path = write(tmp_path / "x.pcapng", [packet for _, packet in worlds(range(20))])
    for told in (list(ours(path).values()), wireshark(path)):
        rules = {rule for one in told for rule in one.rules}
        assert len(rules) > 80
        assert {pair for one in told for pair in one.pairs} >= {"request", "answer", "repeats", "answered before in"}
        assert sum(one.unanswered for one in told) > 30
    known = [one for one in ours(path).values() if one.sessions]
    assert len(known) > 100 and sum(bool(one.sessions[0][1]) for one in known) > 30
