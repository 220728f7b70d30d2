"""What is generated: the file in lua/, its defaults, and Lua that 5.2 to 5.4 all take."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pmiptool.dissector import all_rules, default_lua, generate
from pmiptool.dissector.expressions import Names, NotInLua, condition
from pmiptool.dissector.lua import Raw, literal
from pmiptool.registry.codepoints import DEFAULT, CodePoints
from pmiptool.registry.rule import Expr, F, Setting, Unique, all_of, any_of, count, each, implies, no, present
from tests.dissector.support import IN_LUA

CHECKED_IN = Path(__file__).parents[2] / "lua" / "pmip6.lua"
NAMES = Names(frozenset({"hi", "hnp", "fid", "multihoming"}), frozenset({"hnp.hnp"}))


def test_the_file_that_is_checked_in_is_what_the_registry_gives() -> None:
    assert CHECKED_IN.read_text(encoding="utf-8") == generate(), "run: make regenerate"


def test_settings_are_the_defaults_of_the_preferences() -> None:
    text = " ".join(generate(CodePoints(multihoming_option_type=201, dialect="rfc6089")).split())
    assert 'key = "multihoming_option_type", title = "Multihoming option type", default = 201' in text
    assert 'default = "rfc6089"' in text


def test_a_file_for_tshark_is_readable_by_all_and_made_once() -> None:
    path = default_lua()
    assert path.read_text(encoding="utf-8") == generate() and path.stat().st_mode & 0o044 == 0o044
    assert default_lua() == path != default_lua(CodePoints(multihoming_option_type=201))


def code_of(text: str) -> str:
    """Lua without comments and strings."""
    text = re.sub(r'"(?:\\.|[^"\\])*"', '""', text)
    return re.sub(r"--[^\n]*", "", text)


@pytest.mark.parametrize(
    "construct",
    [r"//", r"<<|>>", r"[^~=<>]&", r"\|", r"\bbit32\b", r"(?<!table\.)\bunpack\s*\(", r"string\.u?n?pack\b",
     r"\butf8\b", r"\bloadstring\b", r"\bmodule\b", r"math\.(pow|type|tointeger)\b", r"<const>", r"\bgoto\b",
     r"\bGRegex\b"],
)  # fmt: skip
def test_no_construct_that_one_of_the_versions_lacks(construct: str) -> None:
    assert re.findall(construct, code_of(generate())) == []


def test_almost_all_rules_on_single_messages_are_judged() -> None:
    missing = {rule.id for rule in all_rules() if rule.scope == "message" and rule.id not in IN_LUA}
    by_function = {rule.id for rule in all_rules() if rule.scope == "message" and rule.holds is None}
    assert missing <= by_function and len(missing) < 15 < 100 < len(IN_LUA)


def test_literals() -> None:
    assert literal({"a": 1, "and": [True, b'\x00"\xff'], 3: None}) == '{ a = 1, ["and"] = { true, "\\000\\"\\255" } }'
    assert literal([]) == "{}" and literal(Raw("0x10")) == "0x10"
    assert literal({"long": ["x" * 100, "y" * 100]}).count("\n") > 3
    with pytest.raises(TypeError):
        literal(1.5)


def broken(expr: Expr) -> tuple[str, str | None, bool]:
    found = condition(expr, NAMES)
    return found.broken, found.on, found.each


def test_conditions() -> None:
    """Each is written as when it is false; what is unknown is not false."""
    assert broken(each("hnp", F(".reserved") == 0)) == ("v.reserved ~= nil and v.reserved ~= 0", "hnp", True)
    assert broken(each("hnp", F(".hnp.length") <= 128)) == (
        'v["hnp.length"] ~= nil and v["hnp.length"] > 128',
        "hnp",
        True,
    )
    assert broken(implies(count("hi") > 0, count("hi") <= 1)) == ("#(m.named.hi or NOTHING) > 1", "hi", False)
    assert broken(F("hi.hi") != 4) == ("values_of(m.named.hi).hi == 4", "hi", False)
    assert broken(F("lifetime") == 0) == ("m.v.lifetime ~= nil and m.v.lifetime ~= 0", None, False)
    assert broken(present("hi")) == ("(m.named.hi or NOTHING)[1] == nil", None, False)
    assert broken(no(present("hi"))) == ("true", "hi", False)
    assert broken(Unique("fid.fid")) == ('not unique((m.named.fid or NOTHING), "fid")', "fid", False)
    assert broken(each("fid/ts", F(".x.@size") > 1)) == ("v.x ~= nil and #v.x <= 1", "fid/ts", True)
    assert broken(F("status").isin(1, 2, 3, 9))[0].endswith(
        "not ((m.v.status >= 1 and m.v.status <= 3) or m.v.status == 9)"
    )
    assert broken(implies(F("hi.hi") == 4, F("lifetime") != 0))[:2] == (
        "(values_of(m.named.hi).hi == 4) and (m.v.lifetime == 0)", "hi"
    )  # fmt: skip
    assert (
        broken(any_of(F("a") == 1, F("b") < 2))[0] == "(m.v.a ~= nil and m.v.a ~= 1) and (m.v.b ~= nil and m.v.b >= 2)"
    )
    assert broken(all_of(F("a") != 1, F("b") != 2))[0] == "(m.v.a == 1) or (m.v.b == 2)"
    assert broken(each("fid", F(".pro") == Setting("pro_delete")))[0] == "v.pro ~= nil and v.pro ~= set.pro_delete"


@pytest.mark.parametrize("expr", [F("request:hi.hi") == 4, Unique("hnp.hnp"), F("@offset") == 4])
def test_what_a_single_message_in_lua_does_not_have(expr: Expr) -> None:
    with pytest.raises(NotInLua):
        condition(expr, NAMES)


def test_the_header_says_where_the_file_goes_and_what_it_shows() -> None:
    head = generate(DEFAULT).partition("\nlocal ")[0]
    assert head.startswith("-- pmip6.lua:") and "Personal Lua Plugins" in head and "pmip6.option.offset" in head
