"""The rules on single messages against the hand-made vectors."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pmiptool.registry.catalogue import OPTIONS
from pmiptool.registry.form import form_rules
from pmiptool.rules.check import check_message
from pmiptool.wire.codec import codec_for
from pmiptool.wire.finding import Finding
from tests.vectors import VECTORS, Vector, pad

BESIDE = {rule.id for option in OPTIONS for rule in option.rules}
"""What entries say besides their form, much of it of other options: `test_every_rule.py` has examples of it."""
FORM = {rule.id for rule in form_rules()} - BESIDE
COMPLETE = ("figure-", "pbu-of-", "binding-error-unknown")
"""The names of vectors that are whole messages as an endpoint would send them begin so."""


def judged(vector: Vector) -> tuple[Finding, ...]:
    decoded = codec_for(vector.settings).decode(vector.mh, vector.src, vector.dst)
    return check_message(decoded, None, vector.settings)


def kinds(rules: set[str]) -> set[str]:
    """The last part of each rule's id."""
    return {rule.rpartition("/")[2] for rule in rules}


@pytest.mark.parametrize("vector", VECTORS, ids=str)
def test_what_is_wrong_with_the_form_is_found_and_nothing_else(vector: Vector) -> None:
    broken = {finding.rule for finding in judged(vector)}
    assert vector.findings <= kinds(broken)
    # A single option in a message lacks what the message must have; its form is all that is told of it.
    assert kinds(broken & FORM) <= vector.findings


@pytest.mark.parametrize("vector", [v for v in VECTORS if v.name.startswith(COMPLETE)], ids=str)
def test_a_whole_message_breaks_no_rule(vector: Vector) -> None:
    assert judged(vector) == ()


def test_the_vectors_break_every_rule_that_the_codec_judges() -> None:
    """As they are, or cut short; but for those on the envelope, which no vector has."""
    broken = {finding.rule for vector in VECTORS for finding in judged(vector)}
    codec = {rule.id for rule in form_rules() if rule.holds is None and not rule.id.endswith("/checksum-over-udp")}
    for vector in VECTORS:
        if codec - broken and vector.at is not None and vector.json is not None:
            broken |= {finding.rule for mh in cut(vector) for finding in codec_for(vector.settings).decode(mh).findings}
    assert codec - broken == set()


def cut(vector: Vector) -> Iterator[bytes]:
    """The messages of a vector whose option has fewer octets than its figure, and says so."""
    assert vector.at is not None and vector.json is not None
    head, tlv = vector.mh[: vector.at], vector.mh[vector.at : vector.at + 2 + vector.json["length"]]
    for size in range(len(tlv) - 2):
        mh = head + tlv[:1] + bytes((size,)) + tlv[2 : 2 + size]
        mh += pad(-len(mh) % 8)
        yield mh[:1] + bytes((len(mh) // 8 - 1,)) + mh[2:]
