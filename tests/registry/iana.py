"""The IANA table beside the checkout, and what we say under the same number."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

import pytest

from pmiptool.registry import catalogue, reference
from pmiptool.registry.codepoints import CodePoints

SPEC = Path(__file__).parents[3] / "shared" / "spec"
TABLE = SPEC / "iana-mobility-parameters.tsv"
SETTINGS = CodePoints(dialect="rfc6089")
"""IANA knows the published flow identification option alone."""


class Row(NamedTuple):
    """One assigned value."""

    name: str
    document: str


def registries() -> dict[str, dict[int, list[Row]]]:
    """IANA's registries by name; a number may stand twice. Skips the test where the table is absent."""
    if not TABLE.exists():
        pytest.skip("the IANA table is not beside this checkout")
    found: dict[str, dict[int, list[Row]]] = defaultdict(lambda: defaultdict(list))
    lines = [line.split("\t") for line in TABLE.read_text("utf-8").splitlines() if not line.startswith("#")]
    assert lines[0] == ["registry", "value", "name", "reference"]
    for registry, value, name, document in lines[1:]:
        found[registry][int(value)].append(Row(name, document))
    return {registry: dict(values) for registry, values in found.items()}


class Ours(NamedTuple):
    """What the registry has under a number: what people read and type, the title, the document."""

    names: tuple[str, ...]
    document: str


def enumeration(key: str) -> dict[int, Ours]:
    """The numbered members of an enumeration; code points that no registry has are left out."""
    members = reference.enumerations(SETTINGS)[key].members
    return {m.value: Ours((m.name, m.title), m.document) for m in members if isinstance(m.value, int)}


def options() -> dict[int, Ours]:
    """Those of RFCs: what a draft has is not IANA's yet."""
    found = [(number, option) for number, option in catalogue.options(SETTINGS) if option.clause.document[:3] == "RFC"]
    return {number: Ours((option.title,), option.clause.document) for number, option in found}


def messages() -> dict[int, Ours]:
    """Several messages share a type: each is a name of it."""
    found: dict[int, Ours] = {}
    for message in catalogue.MESSAGES:
        number = int(message.number)  # type: ignore[call-overload]
        before = found[number].names if number in found else ()
        found[number] = Ours((*before, message.title), message.clause.document)
    return found


def suboptions(space: str) -> dict[int, Ours]:
    """Several formats share a number: each is a name of it."""
    found: dict[int, Ours] = {}
    for number, entry in catalogue.suboptions(catalogue.SPACES[space], SETTINGS):
        before = found[number].names if number in found else ()
        found[number] = Ours((*before, entry.title, entry.name), entry.clause.document)
    return found


_DULL = ("", "option", "mobility option", "message", "sub-option")
"""What IANA adds to some names."""


def plain(name: str) -> set[str]:
    """Small letters and digits alone, with and without the words that tell nothing."""
    low = name.strip().lower()
    return {re.sub(r"[^a-z0-9]", "", low.removesuffix(word)) for word in _DULL}


def same(name: str, ours: Ours) -> bool:
    """Whether two names differ in their letters; an empty one is none."""
    return any((plain(name) & plain(one)) - {""} for one in ours.names)
