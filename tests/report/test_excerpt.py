"""What a page shows of captures: the same read again as recorded, and bounded, what matters first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pmiptool.capture.files import Writer
from pmiptool.report.excerpt import Limits, excerpt
from pmiptool.report.html import render
from pmiptool.report.validation import Validation, validate
from pmiptool.report.validation_html import page
from pmiptool.rules import Context
from pmiptool.wire.envelope import build
from pmiptool.wire.values import Prefix
from tests.rules.make import LMA, MAG1, START, hi, hnp, mn, pba, pbu, wire

PCAPS = Path(__file__).parents[2] / "pcaps"
SECOND = 1_000_000_000
EVERY = [path.stem for path in sorted(PCAPS.glob("*.pcapng"))]


def both(*names: str) -> Iterator[tuple[Validation, bool]]:
    """Judged with all steps recorded, and without."""
    files = [str(PCAPS / f"{name}.pcapng") for name in names]
    yield validate(files, Context(), timeline=True), True
    yield validate(files, Context()), False


@pytest.mark.parametrize("names", [*((name,) for name in EVERY), ("setup", "renewal", "malformed", "removal-keep")])
def test_read_again_as_recorded(names: tuple[str, ...]) -> None:
    one, two = (render(page([result], Context(), recorded=recorded)) for result, recorded in both(*names))
    assert one == two


def many(path: Path, nodes: int, rounds: int, broken: set[tuple[int, int]]) -> Path:
    """Mobile nodes that register again and again; broken: answers, by node and round, with another HI."""
    with Writer(path) as writer:
        for turn in range(rounds):
            for node in range(nodes):
                prefix = Prefix(bytes.fromhex(f"20010db8{node:04x}") + bytes(10), 64)
                own = {"mn": mn(b"mn%d@example.org" % node), "hnp": hnp(prefix)}
                at = START + 10 * turn + node / 100
                asked = pbu(**own, sequence=turn + 1)
                told = pba(**own, sequence=turn + 1, hi=hi(3 if (node, turn) in broken else 1))
                for message, src, dst, time in ((asked, MAG1, LMA, at), (told, LMA, MAG1, at + 0.001)):
                    writer.write(build(wire(message, src=src, dst=dst).raw, src, dst), round(time * SECOND))
    return path


@pytest.mark.parametrize("recorded", [True, False])
def test_what_matters_comes_first(tmp_path: Path, recorded: bool) -> None:
    """Of 8 mobile nodes 2 are drawn, of 60 messages of one 6, of all 480 10 stand in full: those with findings."""
    path = many(tmp_path / "x.pcapng", 8, 30, {(5, 20), (6, 4)})
    result = validate([str(path)], Context(), timeline=recorded)
    wrong = {seen.frames[-1] for seen in result.findings if seen.finding.level == "error"}
    assert wrong
    found = excerpt(result, Context(), Limits(courses=2, steps=6, messages=10, nodes=4), recorded=recorded)
    names = [key[1].decode() if key else None for key in found.nodes]
    assert set(names[:2]) == {"mn5@example.org", "mn6@example.org"} and len(names) == 4
    drawn = [node for node in found.nodes.values() if node.steps]
    assert len(drawn) == 2 and all(len(node.steps) == 6 and node.total == 60 for node in drawn)
    assert {step.number for node in drawn for step in node.steps} >= wrong
    assert wrong <= found.messages.keys() and len(found.messages) == 10
    assert (found.start, found.end) == (START, START + 290 + 0.07 + 0.001)
    text = render(page([result], Context(), recorded=recorded, limits=Limits(2, 6, 10, 4)))
    assert "mobile nodes, 4 of 8" in text and "Drawn are the 2 with the most findings" in text
    assert "Drawn are 6 of 60 messages" in text and "470 messages of 480 left out, all without finding." in text
    assert sum(map(int, re.findall(r"\.\.\. (\d+) messages? left out here", text))) == 2 * 54


def test_both_ways_of_the_many(tmp_path: Path) -> None:
    path = str(many(tmp_path / "x.pcapng", 8, 30, {(5, 20), (6, 4), (6, 5)}))
    limits = Limits(3, 9, 12, 5)
    one, two = (
        render(page([validate([path], Context(), timeline=recorded)], Context(), recorded=recorded, limits=limits))
        for recorded in (True, False)
    )
    assert one == two


def test_findings_that_are_left_out_are_told(tmp_path: Path) -> None:
    path = many(tmp_path / "x.pcapng", 2, 30, {(0, turn) for turn in range(30)})
    text = render(page([validate([str(path)], Context())], Context(), limits=Limits(2, 6, 5, 5)))
    left = re.search(r"(\d+) messages of 120 left out, (\d+) of them with a finding", text)
    assert left is not None and int(left[1]) == 115 and int(left[2]) >= 25


def test_why_something_ended_while_others_spoke(tmp_path: Path) -> None:
    """A binding expires, which shows when another mobile node speaks: its course has the time and the reason."""
    path = tmp_path / "x.pcapng"
    with Writer(path) as writer:
        asked = ((pbu(lifetime=5), MAG1, LMA, 0.0), (pba(lifetime=5), LMA, MAG1, 0.001))
        other = {"mn": mn(b"mn2@example.org")}
        later = ((pbu(**other), MAG1, LMA, 60.0), (pba(**other), LMA, MAG1, 60.001))
        for message, src, dst, at in (*asked, *later):
            writer.write(build(wire(message, src=src, dst=dst).raw, src, dst), round((START + at) * SECOND))
    for recorded in (True, False):
        result = validate([str(path)], Context(), timeline=recorded)
        first = next(iter(excerpt(result, Context(), recorded=recorded).nodes.values()))
        (one,) = first.lifetimes
        assert one.end is not None and (round(one.end - START, 3), one.why) == (20.001, "expiry")
