"""What Wireshark found out of one message it may say of others that are alike, and of no message that is not."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from pmiptool.dissector.steady import is_changing, is_steady
from pmiptool.registry import rule
from pmiptool.registry.catalogue import OPTIONS
from pmiptool.registry.codepoints import DEFAULT
from pmiptool.registry.rule import F, all_of, count, each, implies, present
from pmiptool.rules import check_exchange
from tests.dissector.support import EXCHANGES_IN_LUA, read, rules_expected, rules_shown
from tests.dissector.test_analysis import Step, asked, capture, mag, rules_by_frame, told
from tests.dissector.test_rules import BREAKERS, mended
from tests.rules.make import P2, hi, hnp, ll, local, mh, mn, pba, pbu, stamp, wire
from tests.vectors import VECTORS

CHANGING = {option.number: option.name for option in OPTIONS if isinstance(option.number, int) and is_changing(option)}


def changed(octets: bytes, chance: random.Random) -> bytes:
    """With other octets in the changing options, as many as before: random ones, zero, or some more that are zero."""
    message, at = bytearray(octets), 12
    while at + 2 <= len(message) and message[2] in (5, 6):
        kind, behind = message[at], at + 2 + message[at + 1]
        if kind == 0:
            behind = at + 1
        elif kind in CHANGING and behind <= len(message):
            how = chance.randrange(3)
            for place in range(at + 2 + chance.randrange(3), behind):
                message[place] = (chance.randrange(256), 0, message[place] * chance.randrange(2))[how]
        at = behind
    if message[2] in (5, 6):
        message[8] = chance.randrange(256)  # among the sequence number, or the one of an answer's that is a lifetime's
    return mended(bytes(message))


def test_of_messages_that_are_nearly_alike_lua_and_python_say_the_same(tmp_path: Path) -> None:
    chance = random.Random(11)
    whole = [*BREAKERS.values(), *(v.mh for v in VECTORS if len(v.mh) >= 16 and v.settings == DEFAULT)]
    mhs = [*whole, *(changed(chance.choice(whole), chance) for _ in range(600)), *whole]
    differing = {}
    for message in read(tmp_path / "x.pcapng", mhs):
        shown, expected = rules_shown(message), rules_expected(mhs[message.frame - 1], DEFAULT)
        if shown != expected:
            differing[mhs[message.frame - 1].hex()] = (shown - expected, expected - shown)
    assert differing == {}


def exchanges() -> Iterator[tuple[object, object]]:
    """Requests with answers that are right, and with answers that differ in what may differ between messages alike."""
    for number in range(3):
        one = {"mn": mn(b"mn%d@example.org" % number), "ll": ll(bytes((2, 0, 0, 0, 0, number))), "local": local()}
        request = pbu(mh(), stamp(number), sequence=number + 1, **one)
        for changes in (
            {}, {"mn": mn(b"mn7@example.org")}, {"hnp": hnp(P2)}, {"ll": ll(bytes((2, 0, 0, 0, 0, 9)))},
            {"local": local(bytes(15) + b"\x01")}, {"hi": hi(2)},
        ):  # fmt: skip
            yield request, pba(mh(), stamp(number), sequence=number + 1, **{**one, **changes})
        yield request, pba(mh(), stamp(number + 9), sequence=number + 1, **one)
        yield request, pba(mh(), stamp(number), sequence=number + 1, status=130, **{**one, "hnp": hnp(P2)})


def test_of_exchanges_that_are_nearly_alike_too(tmp_path: Path) -> None:
    steps: list[Step] = []
    expected: list[Counter[str]] = []
    for world, (request, answer) in enumerate(exchanges(), 1):
        pair = [asked(world, 1, request, world), told(world + 0.01, 1, answer, world)]
        one, other = (wire(step.message, DEFAULT, step.src, step.dst) for step in pair)
        broken = {finding.rule for finding in check_exchange(one, other, DEFAULT, mag(1, world))}
        expected += [Counter(), Counter(broken & set(EXCHANGES_IN_LUA))]
        steps += pair
    assert rules_by_frame(capture(tmp_path / "x.pcapng", steps)) == expected
    assert len({name for broken in expected for name in broken}) >= 6


@pytest.mark.parametrize(
    ("expression", "steady"),
    [
        (F("lifetime") > 0, True),
        (F("sequence") == F("request:sequence"), False),
        (F("hi.hi") == F("request:hi.hi"), True),
        (F("mn-id.subtype") == 1, True),
        (F("mn-id.identifier") == F("request:mn-id.identifier"), False),
        (F("mn-id.identifier.@size") > 0, True),
        (F("hnp.home_network_prefix.length") <= 128, True),
        (each("hnp", F(".home_network_prefix.address") != bytes(16)), True),
        (each("hnp", F(".home_network_prefix.address") != b"\x01" * 16), False),
        (implies(present("timestamp"), count("hnp") <= 1), True),
        (all_of(present("fid"), rule.Utf8("mn-id.identifier")), False),
        (rule.SameSet("request:hnp.home_network_prefix", "hnp.home_network_prefix"), False),
        (rule.Unique("fid.fid"), True),
        (rule.Among("bid.bid", "request:bid.bid"), True),
    ],
)
def test_a_steady_rule_looks_at_nothing_that_messages_alike_may_differ_in(expression: rule.Expr, steady: bool) -> None:
    assert is_steady(expression) is steady
