"""The tables and the cases belong together: each id that a table names has its case, and each case its entry."""

from __future__ import annotations

from pmiptool.conformance.case import cases
from pmiptool.conformance.requirements import load


def test_every_id_of_the_tables_has_its_case() -> None:
    written = {case.id for role in ("lma", "mag") for case in cases(role)}
    assert {id_ for entry in load() for id_ in entry.cases} == written


def test_there_are_as_many_as_was_promised() -> None:
    assert len(cases("lma")) >= 150 and len(cases("mag")) >= 50
