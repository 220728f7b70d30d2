"""The same seed gives the same messages, in every process and whatever was played before."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter

from pmiptool.fuzz.cases import ATTACH, DETACH, HANDOVER, RENEW, case
from pmiptool.fuzz.shape import grammar_for
from pmiptool.registry import catalogue
from pmiptool.wire.codec import codec_for

GRAMMAR = grammar_for(codec_for().settings)
DIGEST = """
import hashlib
from pmiptool.fuzz.cases import case
from pmiptool.fuzz.shape import grammar_for
from pmiptool.registry.codepoints import DEFAULT
grammar, sum_ = grammar_for(DEFAULT), hashlib.sha256()
for number in range(1, 151):
    one = case(7, number, grammar)
    for step in (*one.before, one.step):
        sum_.update(grammar.octets(step.shape) + "; ".join(step.wrong).encode() + bytes((step.source,)))
print(sum_.hexdigest())
"""


def test_hash_order_is_of_no_matter() -> None:
    told = {
        subprocess.run(
            [sys.executable, "-c", DIGEST], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "424242")
    }  # fmt: skip
    assert len(told) == 1


def test_a_case_is_the_same_alone() -> None:
    row = [case(3, number, GRAMMAR) for number in range(1, 40)]
    assert [case(3, number, GRAMMAR) for number in reversed(range(1, 40))] == row[::-1]
    assert row != [case(4, number, GRAMMAR) for number in range(1, 40)]


def test_cases_are_of_all_kinds() -> None:
    cases = [case(1, number, GRAMMAR, sources=2) for number in range(1, 1500)]
    plans = Counter(one.plan for one in cases)
    assert min(plans[plan] for plan in (ATTACH, RENEW, DETACH, HANDOVER, "other")) > 80
    bound = [one for one in cases if one.before]
    assert len(bound) > 500 and all(one.before for one in cases if one.plan in (RENEW, DETACH, HANDOVER))
    assert all(one.step.source == (one.plan == HANDOVER) for one in cases)
    kinds = {one.step.shape.kind for one in cases}
    assert {entry.number for entry in catalogue.MESSAGES} <= kinds
    assert {len(one.step.wrong) for one in cases} >= {0, 1, 2, 3}
    assert len({one.node.mn_id for one in cases}) == len(cases)


def test_sound_requests_are_sound() -> None:
    """A registration that a case takes first has no finding; else nothing would hide behind a binding."""
    from pmiptool.rules import check_message

    several = 0
    for number in range(1, 400):
        for step in case(5, number, GRAMMAR).before:
            found = check_message(GRAMMAR.codec.decode(GRAMMAR.octets(step.shape)), None, GRAMMAR.settings)
            mentioned = {finding.rule for finding in found if finding.level == "error"}
            assert not {rule for rule in mentioned if "fid" not in rule and "bid" not in rule and "6088" not in rule}
            several += 1
    assert several > 100


def test_the_mobile_nodes_of_a_peer_file_are_used_in_turn() -> None:
    names = (b"mn1@example.org", b"mn2@example.org")
    assert [case(1, number, GRAMMAR, names=names).node.mn_id for number in (1, 2, 3)] == [names[1], names[0], names[1]]
