"""What expressions mean: true, false, and unknown, which is silent."""

from __future__ import annotations

import pytest

from pmiptool.registry.codepoints import DEFAULT, CodePoints
from pmiptool.registry.rule import (
    Aligned,
    Among,
    Expr,
    F,
    SameSet,
    Setting,
    Unique,
    all_of,
    any_of,
    count,
    each,
    has,
    implies,
    no,
    present,
)
from pmiptool.rules import RULES
from pmiptool.rules.evaluate import Env, compile_expr, needed
from pmiptool.rules.explain import explain
from pmiptool.rules.view import View
from pmiptool.wire.values import BindingReference, Prefix, UnknownOption
from tests.rules import examples
from tests.rules.make import OTHER, P1, P2, fid, hi, hnp, mh, pba, pbu, wire

TRUE, FALSE = F("lifetime") == 75, F("lifetime") == 74
UNKNOWN = F("timestamp.timestamp") == 1


def value(expr: Expr, message: object = None, settings: CodePoints = DEFAULT, request: object = None) -> object:
    view = View(wire(message or pbu(), settings), settings)
    asked = View(wire(request, settings), settings) if request is not None else None
    return compile_expr(expr, settings)(Env(view, asked), None)


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        (TRUE, True),
        (FALSE, False),
        (UNKNOWN, None),
        (no(TRUE), False),
        (no(UNKNOWN), None),
        (all_of(TRUE, UNKNOWN), None),
        (all_of(UNKNOWN, FALSE), False),
        (any_of(UNKNOWN, TRUE), True),
        (any_of(FALSE, UNKNOWN), None),
        (implies(TRUE, FALSE), False),
        (implies(FALSE, FALSE), True),
        (implies(UNKNOWN, FALSE), None),
        (F("timestamp.timestamp") != 1, None),
        (F("timestamp.timestamp").isin(1, 2), None),
        (F("lifetime").isin(74, 75), True),
        (F("lifetime") >= F("sequence"), True),
        (F("hi.hi") < 1, False),
        (has("flags", 0x8000), True),
        (has("flags", 0x8400), False),
        (present("timestamp"), False),
        (present("hnp"), True),
        (count("timestamp") == 0, True),
        (F("mn-id.identifier.@size") == 15, True),
        (F("hnp.home_network_prefix.length") == 64, True),
        (F("hnp.home_network_prefix") == F("hnp.home_network_prefix"), True),
    ],
    ids=str,
)
def test_three_outcomes(expr: Expr, expected: object) -> None:
    assert value(expr) is expected


def test_a_malformed_option_is_there_and_its_fields_are_unknown() -> None:
    message = pbu(UnknownOption(23, b"\0"), hi=None)
    assert value(present("hi"), message) is True
    assert value(F("hi.hi") == 4, message) is None


def test_an_option_outside_of_the_registry_is_called_by_its_number() -> None:
    assert value(present("option-222"), pbu(UnknownOption(222, bytes(6)))) is True


def test_a_setting_that_is_not_set_equals_nothing() -> None:
    assert value(F("lifetime") == Setting("pro_delete")) is False
    assert value(F("lifetime") != Setting("pro_delete")) is True
    assert value(F("lifetime") < Setting("pro_delete")) is None
    assert value(F("lifetime") == Setting("pro_delete"), settings=CodePoints(pro_delete=3)) is False


def test_each_names_the_options_that_break_it() -> None:
    message = pbu(mh(), fid(1), fid(2, pro=2), fid(3, pro=2))
    view = View(wire(message), DEFAULT)
    env = Env(view)
    assert compile_expr(each("fid", F(".pro") == 0), DEFAULT)(env, None) is False
    assert [element.value.fid for element in env.broken] == [2, 3]
    slots = view.decoded.layout.slots
    assert [slots[e.index].offset for e in env.broken if e.index is not None] == [e.offset for e in env.broken]


def test_each_of_nothing_holds() -> None:
    assert value(each("fid", F(".pro") == 7)) is True


def test_suboptions() -> None:
    message = pbu(mh(), fid(sub=(BindingReference(bid=(1, 2)), OTHER)))
    assert value(each("fid", F(".binding-reference.bid.@size") == 2), message) is True
    assert value(each("fid", F(".traffic-selector.dst_port") == 80), message) is True
    assert value(each("fid", F(".traffic-selector.src_port") == 80), message) is None
    assert value(each("fid/traffic-selector", F(".proto") == 17), message) is False
    assert value(each("fid", count(".binding-reference") == 1), message) is True
    assert value(each("fid", present(".padn")), message) is False


def test_sets_of_two_messages() -> None:
    host_bits = Prefix(P1.address[:15] + b"\1", 64)
    request, answer = pbu(hnp(P2)), pba(hnp=(hnp(P2), hnp(host_bits)))
    same = SameSet("request:hnp.home_network_prefix", "answer:hnp.home_network_prefix")
    assert value(same, answer, request=request) is True
    assert value(same, pba(), request=request) is False
    among = each("hnp", Among(".home_network_prefix", "request:hnp.home_network_prefix"))
    assert value(among, answer, request=request) is True
    assert value(among, pba(hnp=hnp(P2)), request=pbu()) is False
    assert value(
        each("request:hnp", Among(".home_network_prefix", "hnp.home_network_prefix")), pba(), request=request
    ) is (False)


def test_a_path_without_a_side_means_the_answer() -> None:
    assert value(F("hi.hi") == 4, pba(hi=hi(4)), request=pbu()) is True
    assert value(F("request:hi.hi") == 1, pba(hi=hi(4)), request=pbu()) is True


def test_unique() -> None:
    assert value(Unique("fid.fid"), pbu(fid(1), fid(2))) is True
    assert value(Unique("fid.fid"), pbu(fid(1), fid(1))) is False
    assert value(Unique("fid.fid")) is True


def test_alignment_is_unknown_without_a_place() -> None:
    assert value(each("hnp", Aligned(8, 4))) is True
    assert value(each("hnp", Aligned(8, 0))) is False
    assert value(Aligned(8, 4)) is None


def test_numbers_and_octets_have_no_common_order() -> None:
    assert value(F("lifetime") < b"\1") is None


@pytest.mark.parametrize(
    ("expr", "text"),
    [
        (F("hi.hi") == 4, "hi.hi is 1 (attach), expected 4 (unknown)"),
        (F("lifetime") <= 10, "lifetime is 75, expected at most 10"),
        (present("timestamp"), "there is no timestamp option"),
        (no(present("hnp")), "there is a hnp option"),
        (count("hnp") == 0, "there is 1 hnp option, expected 0"),
        (implies(present("hnp"), F("att.att") != 4), "att.att is 4 (802.11), expected anything but 4 (802.11)"),
        (any_of(F("lifetime") == 5, F("lifetime") > 80), "lifetime is 75, expected 5 or more than 80"),
        (F("hi.hi").isin(2, 3), "hi.hi is 1 (attach), expected 2 (handoff-interfaces) or 3 (handoff-mags)"),
    ],
    ids=str,
)
def test_the_text_says_what_was_seen_and_what_was_expected(expr: Expr, text: str) -> None:
    env = Env(View(wire(pbu()), DEFAULT))
    assert explain(expr, env, None, DEFAULT) == text


@pytest.mark.parametrize("name", sorted({**examples.MESSAGES, **examples.EXCHANGES}))
def test_rules_that_need_an_option_lose_nothing_by_being_left_out_without_it(name: str) -> None:
    """What is not evaluated because an option is absent would not have been broken."""
    if name in examples.MESSAGES:
        env, scope = Env(View(wire(examples.MESSAGES[name]), DEFAULT)), "message"
    else:
        request, answer = examples.EXCHANGES[name]
        env, scope = Env(View(wire(answer), DEFAULT), View(wire(request), DEFAULT)), "exchange"
    for rule in RULES:
        if rule.holds is None or rule.scope != scope or rule.dialect == "rfc6089":
            continue
        need = needed(rule.holds)
        if need is not None and not env.side(need[0]).named(need[1]):
            assert compile_expr(rule.holds, DEFAULT)(env, None) is not False, rule.id
