"""The clause of every message, option and sub-option has its name as its heading."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import pytest

from pmiptool.registry import catalogue
from pmiptool.registry.model import Clause
from tests.registry.iana import SPEC

HEADING = re.compile(r"^ {0,3}(\d+(?:\.\d+)*)\.? {1,3}(\S.*)$")
MAY_BE_LEFT_OUT = {"option", "message", "mobility", "sub", "new", "the", "definition", "for", "format"}

GENERAL = {
    "fna": "deprecated, and in no section of its own: the text names it among the messages",
    "lcmp": "section 3 draws the option and names it in its text",
    "multicast-selector": "the section under `Multicast Selector option` is called Option Format",
    "multicast-ipv6": "the section under `Active Multicast Subscription` is called Option Format",
    "subscription-query": "the section under `Subscription Query` is called Message Format",
    "subscription-response": "the section under `Subscription Response` is called Message Format",
    "vendor-request": "stands in the section of its option",
    "mh-address": "the heading says IP where figure 12 says IPv6",
}
"""Entries whose heading does not have the words of their title, and why."""


def clauses() -> Iterator[tuple[str, str, Clause]]:
    """Name, title and clause of whatever a document that is an RFC defines."""
    for entry in (*catalogue.MESSAGES, *catalogue.OPTIONS):
        yield entry.name, entry.title, entry.clause
    for message in catalogue.MESSAGES:
        if message.proxy:
            yield message.proxy
    for space in catalogue.SPACES.values():
        for entry in space.entries:
            title = entry.title if entry.when is None else entry.title.replace("IPv4 ", "").replace("IPv6 ", "")
            yield entry.name, title, entry.clause


@cache
def headings(document: str) -> dict[str, str]:
    """Section to heading; the table of contents, whose lines have dots, is left out."""
    path = SPEC / f"{document.replace(' ', '').lower()}.txt"
    if not path.exists():
        pytest.skip(f"the text of {document} is not beside this checkout")
    lines = path.read_text("utf-8", errors="replace").splitlines()
    found = (HEADING.match(line) for line in lines if ". ." not in line and "..." not in line)
    return {match[1]: match[2] for match in found if match and match[2][0].isupper()}


def words(title: str) -> set[str]:
    return set(re.findall(r"[a-z0-9]+", title.lower())) - MAY_BE_LEFT_OUT


def test_the_heading_of_a_clause_names_what_is_in_it() -> None:
    unlike = {}
    for name, title, clause in clauses():
        if clause.document.startswith("RFC"):
            heading = headings(clause.document).get(clause.section, "")
            if not heading or not words(title) <= words(heading):
                unlike[name] = f"{title}: {clause} is {heading!r}"
    assert {name: told for name, told in unlike.items() if name not in GENERAL} == {}
    assert sorted(GENERAL.keys() - unlike) == [], "a reason is given, and the heading names it"
