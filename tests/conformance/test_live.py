"""Some cases over raw IPv6 between two namespaces; `python -m tests.conformance.live` runs all of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pmiptool.conformance.playback import rejudge
from tests import netns
from tests.conformance.live import LiveLma

pytestmark = pytest.mark.root


def test_cases_pass_over_raw_ipv6_and_their_capture_says_the_same(tmp_path: Path) -> None:
    capture, told = tmp_path / "run.pcapng", tmp_path / "run.json"
    with netns.Pair() as pair, LiveLma(pair) as lma:
        done = lma.run(
            "rfc5213/5.3.1/*-missing",
            "rfc5213/5.3.1/mn-unknown",
            "muho/4.2",
            "rfc5846/8.1/*-flag",
            "rfc5846/8.1/all-bindings",
            "-w",
            str(capture),
            "--json",
            str(told),
        )
    assert done.returncode == 0, done.stdout
    live = {case["id"]: case["verdict"] for case in json.loads(told.read_text())["cases"]}
    assert len(live) > 10 and set(live.values()) == {"PASS"}, done.stdout
    again = rejudge(capture)
    assert again is not None and {case.id: case.verdict for case in again.cases} == live


def test_a_peer_that_crashes_is_named_and_comes_back(tmp_path: Path) -> None:
    with netns.Pair() as pair, LiveLma(pair, "--fault", "deaf-after-two") as lma:
        restart = f"{lma.trigger} configure"
        done = lma.run(
            "rfc6275/9.2/header-len-*",
            "rfc5213/5.3.1/hnp-missing",
            "--restart-command",
            restart,
            "--json",
            str(tmp_path / "r.json"),
        )
    cases = json.loads((tmp_path / "r.json").read_text())["cases"]
    assert any(case["killed"] for case in cases), done.stdout
    assert all(case["verdict"] != "SKIPPED" for case in cases), done.stdout
