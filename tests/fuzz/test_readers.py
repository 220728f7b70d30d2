"""Our own readers and Wireshark: what is wrong with one of them is found, and shrunk."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from pmiptool.capture import tshark
from pmiptool.dissector import default_lua
from pmiptool.fuzz import decoder, wireshark
from pmiptool.fuzz.again import against_reader
from pmiptool.fuzz.cases import case
from pmiptool.fuzz.corpus import Corpus, files_of
from pmiptool.fuzz.result import Result
from pmiptool.fuzz.shape import Grammar, grammar_for
from pmiptool.registry.codepoints import CodePoints
from tests.strategies import SETTINGS

DEFAULT = CodePoints()
GRAMMAR = grammar_for(DEFAULT)


def read(numbers: range, settings: CodePoints = DEFAULT, folder: str | None = None, seed: int = 1) -> Result:
    result = Result("decoder", seed, asked=len(numbers))
    grammar = grammar_for(settings)
    return decoder.run(result, numbers, settings, grammar, Corpus(folder), lambda done: None, time.monotonic)


@pytest.mark.parametrize("settings", SETTINGS, ids=repr)
def test_our_readers_take_everything(settings: CodePoints) -> None:
    result = read(range(1, 251), settings, seed=20261123)
    assert (result.cases, result.failures) == (250, [])


def test_an_exception_is_found_and_shrunk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    right = decoder.READERS["codec"]

    def codec(data: bytes, grammar: Grammar) -> None:
        right(data, grammar)
        if any((slot.type, slot.length) == (45, 0) for slot in grammar.codec.decode(data).layout.slots):
            raise KeyError("fid of no octets")

    monkeypatch.setattr(decoder, "READERS", {"codec": codec})
    result = read(range(1, 1500), folder=str(tmp_path))
    (failure,) = result.failures
    assert failure.kind == "exception" and failure.what.startswith("codec: KeyError at ") and failure.times >= 2
    assert len(failure.messages[0]) == 16 and b"\x2d\0" in failure.messages[0]
    told: dict[Path, bool] = {}
    again = against_reader(
        files_of(str(tmp_path)), decoder.reader(GRAMMAR), Result("decoder", 0), told.__setitem__,
        lambda step: decoder.octets_of(step, GRAMMAR),
    )  # fmt: skip
    assert list(told.values()) == [True] and again.failures[0].messages == failure.messages
    monkeypatch.undo()
    told.clear()
    against_reader(files_of(str(tmp_path)), decoder.reader(GRAMMAR), again, told.__setitem__, lambda step: b"")
    assert list(told.values()) == [False]


@pytest.mark.parametrize("what", ["encode", "json", "scapy"])
def test_other_octets_than_those_read_are_found(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def spoil(right: Any) -> Any:
        return lambda *args: right(*args)[:-1] + b"\x55"

    if what == "encode":
        monkeypatch.setattr(type(GRAMMAR.codec), "encode", spoil(type(GRAMMAR.codec).encode))
        failed = decoder.read(bytes.fromhex("3b00000000000000"), GRAMMAR)
    elif what == "json":
        monkeypatch.setattr(decoder, "encode_object", spoil(decoder.encode_object))
        failed = decoder.read(bytes.fromhex("3b00000000000000"), GRAMMAR)
    else:
        from pmiptool.layers.messages import MIP6MH_Generic

        monkeypatch.setattr(MIP6MH_Generic, "do_build", spoil(MIP6MH_Generic.do_build))
        failed = decoder.read(bytes.fromhex("3b00c80000000000"), GRAMMAR)
    names = {"encode": "codec", "json": "text", "scapy": "layers"}
    assert failed is not None and failed[0] == "unstable" and failed[1].startswith(names[what])


def test_what_does_not_end_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def for_ever(data: bytes, grammar: Grammar) -> None:
        while True:
            pass

    monkeypatch.setattr(decoder, "BOUND", 0.2)
    monkeypatch.setitem(decoder.READERS, "rules", for_ever)
    assert decoder.read(bytes(8), GRAMMAR) == ("hang", "rules takes longer than 0.2 s")


# Wireshark


def judged(lua: Path, count: int = 200, seed: int = 1) -> tuple[wireshark.Wireshark, list[Any]]:
    judge = wireshark.Wireshark(GRAMMAR, DEFAULT, lua)
    return judge, judge.culprits([case(seed, number, GRAMMAR, alone=True).step for number in range(1, count + 1)])


@pytest.mark.parametrize("settings", [SETTINGS[0], SETTINGS[3], SETTINGS[4]], ids=repr)
def test_wireshark_reads_what_we_read(settings: CodePoints) -> None:
    result, grammar = Result("wireshark", 20261123), grammar_for(settings)
    wireshark.run(result, range(1, 401), settings, grammar, Corpus(None), lambda done: None, time.monotonic)
    assert (result.cases, result.failures) == (400, [])


def test_a_lua_error_is_found_and_shrunk(tmp_path: Path) -> None:
    lua = tmp_path / "spoilt.lua"
    lua.write_text(Path(default_lua(DEFAULT)).read_text() + FAILS_AT_HEARTBEATS)
    judge, culprits = judged(lua)
    assert len(culprits) > 3
    assert {decoder.octets_of(step, GRAMMAR)[2:3] for step, _ in culprits} == {b"\x0d"}
    failure = wireshark.failure_of(judge, *culprits[0])
    assert failure.kind == "lua" and "a heartbeat" in failure.what
    assert failure.messages[0][2] == 13 and len(failure.messages[0]) <= 16


def test_what_is_wrong_with_a_batch_is_found_by_halving(monkeypatch: pytest.MonkeyPatch) -> None:
    judge = wireshark.Wireshark(GRAMMAR, DEFAULT, Path("lua"))
    steps = [case(1, number, GRAMMAR, alone=True).step for number in range(1, 33)]
    asked = []

    def complaints(batch: Any, **more: Any) -> dict[int, tuple[str, str]]:
        asked.append(len(batch))
        return {-1: ("crash", "signal 11")} if steps[21] in batch else {}

    monkeypatch.setattr(judge, "complaints", complaints)
    assert judge.culprits(steps) == [(steps[21], ("crash", "signal 11"))]
    assert len(asked) == 11


FAILS_AT_HEARTBEATS = """
local fails = Proto("pmip6fails", "fails at heartbeats")
function fails.dissector(tvb, pinfo, tree)
  if tvb:len() > 42 and tvb(42, 1):uint() == 13 then error("a heartbeat") end
end
register_postdissector(fails)
"""


def test_another_reading_is_a_disagreement(monkeypatch: pytest.MonkeyPatch) -> None:
    from pmiptool.capture import wireshark as compared

    right = compared.facts_of

    def facts(value: Any, entry: Any) -> Any:
        found = right(value, entry)
        return {**found, "sequence": (found["sequence"][0] ^ 1,)} if "sequence" in found else found

    monkeypatch.setattr(compared, "facts_of", facts)
    judge, culprits = judged(Path(default_lua(DEFAULT)))
    assert culprits and {what[0] for _, what in culprits} == {"disagreement"}
    failure = wireshark.failure_of(judge, *culprits[0])
    assert "1 here, 0 in Wireshark" in failure.what and failure.reproduced
    assert len(failure.messages[0]) <= 16
    kept = Result("wireshark", 1)
    kept.add(failure)
    same = next(one for one in culprits[1:] if "sequence" in one[1][1])
    kept.add(wireshark.failure_of(judge, *same, known=kept.failures))
    assert [one.times for one in kept.failures] == [2]


def test_what_tshark_says_on_stderr_is_heard(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def run(path: Path, arguments: Any, *, heard: Any, **more: Any) -> Any:
        heard("** (process:1): WARNING **: something\n")
        return iter(())

    monkeypatch.setattr(tshark, "run", run)
    assert wireshark.complaints(tmp_path, tmp_path) == {0: ("warning", "** (process:1): WARNING **: something")}
