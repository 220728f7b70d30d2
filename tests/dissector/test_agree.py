"""On random captures Wireshark says what `validate` says: findings, pairs and sessions. `make fuzz` does more."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from pmiptool.registry.codepoints import DEFAULT, CodePoints
from tests.dissector.agree import differences, disagreements, ours, wireshark, write
from tests.dissector.damage import complaints
from tests.dissector.worlds import worlds


@pytest.mark.parametrize(
    ("first", "wild", "settings"), [(1, 0.1, DEFAULT), (41, 0.4, DEFAULT), (61, 0.2, CodePoints(dialect="rfc6089"))]
)
def test_random_exchanges(first: int, wild: float, settings: CodePoints, tmp_path: Path) -> None:
    messages, found = disagreements(tmp_path, range(first, first + 20), wild=wild, settings=settings)
    assert messages > 700
    assert found == []


@pytest.mark.skipif(shutil.which("editcap") is None, reason="no editcap here")
def test_captures_of_the_first_octets_of_each_packet(tmp_path: Path) -> None:
    """Nobody is accused by what was not captured, and no Lua error comes, however many packets there are."""
    whole = write(tmp_path / "x.pcapng", [packet for _, packet in worlds(range(500, 520), wild=0.02)])
    cut = tmp_path / "cut.pcapng"
    subprocess.run(["editcap", "-s", "150", str(whole), str(cut)], check=True)
    assert complaints(cut) == []
    assert list(differences(cut)) == []


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
