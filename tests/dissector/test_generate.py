"""What is generated: the file in lua/, its defaults, and Lua that 5.2 to 5.4 all take."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pmiptool.dissector import all_rules, default_lua, generate
from pmiptool.dissector.expressions import Condition, NotInLua, condition
from pmiptool.dissector.lua import Raw, literal
from pmiptool.registry.codepoints import DEFAULT, CodePoints
from pmiptool.registry.rule import F, Setting, Unique, all_of, count, each, implies, no, present
from tests.dissector.support import IN_LUA

CHECKED_IN = Path(__file__).parents[2] / "lua" / "pmip6.lua"
OPTIONS = frozenset({"hi", "hnp", "fid", "multihoming"})


def test_the_file_that_is_checked_in_is_what_the_registry_gives() -> None:
    assert CHECKED_IN.read_text(encoding="utf-8") == generate(), "run: make regenerate"


def test_settings_are_the_defaults_of_the_preferences() -> None:
    text = generate(CodePoints(multihoming_option_type=201, dialect="rfc6089"))
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
    assert missing <= by_function and len(missing) < 10 < 100 < len(IN_LUA)


def test_literals() -> None:
    assert literal({"a": 1, "and": [True, b'\x00"\xff'], 3: None}) == '{ a = 1, ["and"] = { true, "\\000\\"\\255" } }'
    assert literal([]) == "{}" and literal(Raw("0x10")) == "0x10"
    assert literal({"long": ["x" * 100, "y" * 100]}).count("\n") > 3
    with pytest.raises(TypeError):
        literal(1.5)


def test_conditions() -> None:
    assert condition(each("hnp", F(".reserved") == 0), OPTIONS) == Condition("eq(v.reserved, 0)", "hnp", ("hnp",))
    assert condition(implies(count("hi") > 0, count("hi") <= 1), OPTIONS) == Condition("count(m.named.hi) <= 1", "hi")
    assert condition(F("hi.hi") == 4, OPTIONS) == Condition('eq(value(first(m.named.hi), "hi"), 4)', "hi")
    assert condition(F("lifetime") == 0, OPTIONS) == Condition("eq(m.v.lifetime, 0)")
    assert condition(present("hi"), OPTIONS) == Condition("count(m.named.hi) > 0")
    assert condition(no(present("hi")), OPTIONS) == Condition("no(count(m.named.hi) > 0)", "hi")
    assert condition(Unique("fid.fid"), OPTIONS) == Condition('unique(m.named.fid, "fid")', "fid")
    assert condition(implies(all_of(F("hi.hi") == 4, present("hnp")), F("lifetime") == 0), OPTIONS).on == "hi"
    assert (
        "eq_set(v.pro, set.pro_delete, set.pro_delete)"
        in condition(each("fid", F(".pro") == Setting("pro_delete")), OPTIONS).holds
    )
    with pytest.raises(NotInLua):
        condition(F("request:hi.hi") == 4, OPTIONS)


def test_the_header_says_where_the_file_goes_and_what_it_shows() -> None:
    head = generate(DEFAULT).partition("\nlocal ")[0]
    assert head.startswith("-- pmip6.lua:") and "Personal Lua Plugins" in head and "pmip6.option.offset" in head
