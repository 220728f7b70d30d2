"""The tables and the cases belong together: what a table names exists, or is listed here as not yet written."""

from __future__ import annotations

from pathlib import Path

from pmiptool.conformance.case import cases
from pmiptool.conformance.requirements import load

NOT_YET = Path(__file__).with_name("not-yet-written.txt")


def test_every_id_has_a_case_or_is_listed_as_missing() -> None:
    listed = {line for line in NOT_YET.read_text("utf-8").splitlines() if line and not line.startswith("#")}
    written = {case.id for role in ("lma", "mag") for case in cases(role)}
    named = {id_ for entry in load() for id_ in entry.cases}
    assert named - written == listed


def test_there_are_as_many_as_was_promised() -> None:
    assert len(cases("lma")) >= 150 and len(cases("mag")) >= 50
