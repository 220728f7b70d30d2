"""``pmiptool validate`` on a capture with two anchors that have the same mobile node: each is named, none mixed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from pmiptool.capture.files import Writer
from pmiptool.cli.app import cli
from pmiptool.wire.envelope import build
from tests.rules.make import LMA, MAG1, START, hi, hnp, pba, pbu, wire

LMA2 = LMA[:15] + b"\x99"
MAG2 = LMA[:15] + b"\x03"
TWO = "2001:db8:1::99"


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    """Both give the same prefix to the same mobile node; the second copies no HI."""
    sent = [
        (pbu(), MAG1, LMA),
        (pbu(), MAG2, LMA2),
        (pba(), LMA, MAG1),
        (pba(hi=hi(3)), LMA2, MAG2),
        (pbu(sequence=2, lifetime=0, hi=hi(4), hnp=hnp()), MAG1, LMA),
        (pba(sequence=2, lifetime=0, hi=hi(4), hnp=hnp()), LMA, MAG1),
    ]
    with Writer(tmp_path / "two.pcapng") as writer:
        for number, (message, src, dst) in enumerate(sent):
            raw = wire(message, src=src, dst=dst).raw
            writer.write(build(raw, src, dst), round((START + number / 1000) * 1_000_000_000))
    return tmp_path / "two.pcapng"


def run(*arguments: object) -> str:
    return CliRunner().invoke(cli, ["validate", *map(str, arguments)]).stdout


def test_findings_name_their_anchor(capture: Path) -> None:
    lines = [line for line in run(capture).splitlines() if "error" in line and line.startswith("frame")]
    assert lines and all(f"(mn1@example.org, LMA {TWO}, from 2001:db8:1::3, option " in line for line in lines)
    (one,) = json.loads(run(capture, "--json"))["sets"]
    assert one["lmas"] == ["2001:db8:1::1", TWO] and one["mags"] == ["2001:db8:1::2", "2001:db8:1::3"]
    errors = [found for found in one["findings"] if found["level"] == "error"]
    assert errors and {(found["lma"], found["peer"]) for found in errors} == {(TWO, "2001:db8:1::3")}


def test_the_timeline_names_both(capture: Path) -> None:
    """The binding of one ends, that at the other stays."""
    text = run(capture, "--timeline")
    assert "LMA1 2001:db8:1::1" in text and f"LMA2 {TWO}" in text
    assert "session without multihoming at 2001:db8:1::1, HNP" in text
    assert f"session without multihoming at {TWO}, HNP" in text
    (one,) = json.loads(run(capture, "--timeline", "--json"))["sets"]
    (node,) = one["timeline"]
    last = node["messages"][-1]
    assert [(session["lma"], session["bindings"][0]["care_of_address"]) for session in last["sessions"]] == [
        (TWO, "2001:db8:1::3")
    ]
    assert [ended["text"] for message in node["messages"] for ended in message["ended"]] == [
        "binding 2001:db8:1::2 ends: deregistration (frames 5, 6)"
    ]


def test_the_page_names_both(capture: Path, tmp_path: Path) -> None:
    run(capture, "--html", tmp_path / "x.html")
    page = (tmp_path / "x.html").read_text()
    assert ">LMA1</text>" in page and ">LMA2</text>" in page and ">MAG2</text>" in page
    assert f"2001:db8:1::3 802.11 at {TWO}" in page


def test_one_anchor_is_not_numbered() -> None:
    text = run(Path(__file__).parents[2] / "pcaps" / "setup.pcapng", "--timeline")
    assert "LMA 2001:db8:1::1" in text and "LMA1" not in text and "multihoming at" not in text
