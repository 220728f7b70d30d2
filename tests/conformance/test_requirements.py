"""The tables of sentences: each entry has its form, and a case or a reason for having none."""

from __future__ import annotations

import re
from collections import Counter

import msgspec
import pytest

from pmiptool.conformance.requirements import BECAUSE, Requirement, documents, load, read
from pmiptool.registry.model import clause

CLAUSE = re.compile(r"(RFC \d{4}|muho|mext) (\d+(\.\d+)*|[A-Z](\.\d+)*)")
CASE = re.compile(r"(rfc\d{4}|muho|mext)/(\d+(\.\d+)*|[A-Z](\.\d+)*)/[a-z0-9]+(-[a-z0-9]+)*")
REASON = re.compile(rf"({'|'.join(BECAUSE)})(?= |:|;|,|$).*", re.DOTALL)

each_document = pytest.mark.parametrize("document", documents())


def wrong(entry: Requirement) -> list[str]:
    """What is wrong with an entry, in words."""
    found = []
    if not CLAUSE.fullmatch(entry.clause):
        found.append("the clause has no document and section")
    if bool(entry.cases) == bool(entry.none):
        found.append("it has neither a case nor a reason, or both")
    found += [f"{case} is no id" for case in entry.cases if not CASE.fullmatch(case)]
    if entry.none and not REASON.fullmatch(entry.none):
        found.append(f"no reason begins so: {entry.none}")
    if entry.none.startswith("said again in") and not CLAUSE.match(entry.none.removeprefix("said again in ")):
        found.append("it does not tell where it is said again")
    if len(set(entry.cases)) != len(entry.cases):
        found.append("it names a case twice")
    if not entry.says.endswith(".") or "\n" in entry.says or len(entry.says) > 240:
        found.append("it is not one short sentence")
    return found


@each_document
def test_each_entry_has_its_form(document: str) -> None:
    found = {f"{entry.clause} {entry.item}: {entry.says}": wrong(entry) for entry in read(document)}
    assert {name: words for name, words in found.items() if words} == {}


@each_document
def test_nothing_is_said_twice(document: str) -> None:
    said = Counter((entry.clause, entry.says) for entry in read(document))
    assert [words for words, times in said.items() if times > 1] == []


@each_document
def test_a_table_keeps_to_its_document(document: str) -> None:
    assert {clause(entry.clause).key.split("/")[0] for entry in read(document)} == {document.split("-")[0]}


@each_document
def test_load_has_it(document: str) -> None:
    assert set(read(document)) <= set(load())


def test_what_is_said_again_stands_in_a_table() -> None:
    """A clause, or one below it, of a document that has a table."""
    clauses = {entry.clause for entry in load()}
    there = clauses | {name[: at.start()] for name in clauses for at in re.finditer(r"\.", name)}
    tabled = {clause(name).document for name in clauses}
    named = {entry.none: CLAUSE.match(entry.none.removeprefix("said again in ")) for entry in load()}
    places = {none: found[0] for none, found in named.items() if none.startswith("said again in") and found}
    assert len(places) > 20
    lost = [none for none, place in places.items() if clause(place).document in tabled and place not in there]
    assert lost == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"clause": "5.3.1"}, "the clause has no document and section"),
        ({"none": "needs IPsec"}, "it has neither a case nor a reason, or both"),
        ({"case": ()}, "it has neither a case nor a reason, or both"),
        ({"case": "rfc5213/5.3.1/HNP_missing"}, "rfc5213/5.3.1/HNP_missing is no id"),
        ({"case": (), "none": "too hard"}, "no reason begins so: too hard"),
        ({"case": (), "none": "needs IPsecurity"}, "no reason begins so: needs IPsecurity"),
        ({"case": (), "none": "said again in there"}, "it does not tell where it is said again"),
        ({"case": ("rfc5213/5.3.1/a", "rfc5213/5.3.1/a")}, "it names a case twice"),
        ({"says": "Something"}, "it is not one short sentence"),
    ],
)
def test_a_wrong_entry_is_told(change: dict[str, object], message: str) -> None:
    sound = Requirement("RFC 5213 5.3.1", "MUST", "lma", "A request is answered.", case="rfc5213/5.3.1/answered")
    assert wrong(sound) == []
    assert message in wrong(msgspec.structs.replace(sound, **change))
