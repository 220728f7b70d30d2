"""Steering cases: the reference LMA passes them, every wrong classifier fails one, random sets agree."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from pmiptool.capture.files import Writer, read
from pmiptool.cli.app import cli
from pmiptool.cli.steer import command
from pmiptool.conformance.case import cases
from pmiptool.conformance.lma_peer import LmaPeer
from pmiptool.conformance.random_filters import random_case, random_cases
from pmiptool.conformance.result import RunResult
from pmiptool.conformance.runner import RunSettings, run
from pmiptool.conformance.steering import maker
from pmiptool.conformance.trial import TrialSettings
from pmiptool.lma.config import config_from
from pmiptool.lma.fault_steering import WRONG
from pmiptool.net.downlink import EmbeddedDownlink
from pmiptool.net.embedded import EmbeddedTransport
from pmiptool.net.record import Recorder
from pmiptool.registry.ambiguities import DEFAULT_READINGS
from pmiptool.rules import Context
from tests.lma.support import addr


def steered(chosen, *faults: str, readings: dict[str, str] | None = None) -> RunResult:
    config = config_from({"readings": readings or {}})
    transport = EmbeddedTransport(faults=faults, lma_config=config)
    recorder = Recorder(transport)
    trial = TrialSettings(seed=1, context=Context(readings=DEFAULT_READINGS.changed(readings or {})))
    return run(
        chosen,
        recorder,
        RunSettings(trial=trial),
        LmaPeer(recorder, trial),
        maker(EmbeddedDownlink(lambda: transport.lma)),
    )


@pytest.mark.parametrize("reading", ["bid-pri", "oldest", "newest", "all", "drop"])
def test_the_reference_passes_under_every_reading(reading: str) -> None:
    result = steered(cases("steering"), readings={"no-match": reading})
    bad = [(case.id, case.verdict, case.reason) for case in result.cases if case.verdict != "PASS"]
    # Where all that no filter names is dropped, a mobile node without filters gets nothing, rightly.
    assert not bad and len(result.cases) == 45


@pytest.mark.parametrize("how", sorted(WRONG))
def test_every_wrong_classifier_is_found(how: str) -> None:
    result = steered(cases("steering"), f"steers-{how}")
    assert any(case.verdict == "FAIL" for case in result.cases)
    assert {case.verdict for case in result.cases} <= {"PASS", "FAIL", "INCONCLUSIVE"}


def test_every_case_finds_some_wrong_classifier() -> None:
    never = {case.id for case in cases("steering")}
    for how in WRONG:
        result = steered([case for case in cases("steering") if case.id in never], f"steers-{how}")
        never -= {case.id for case in result.cases if case.verdict == "FAIL"}
    assert never == set()


def test_random_sets_agree_with_the_classifier() -> None:
    result = steered(random_cases(60, 7, 3))
    assert [case.id for case in result.cases if case.verdict != "PASS"] == []
    assert sum(len(case.checks) for case in result.cases) > 1800


WITHOUT = {"fragments-alone", "inactive-used", "bids-ignored", "signalling-steered", "never-looks-again"}
"""Wrong in what random sets have none of: fragments, binding references, Mobility Headers, changes."""


def test_random_sets_find_wrong_classifiers() -> None:
    unfound = set(WRONG)
    for first in range(1, 41, 5):  # a few sets find most
        sets = [random_case(number, 3, 3) for number in range(first, first + 5)]
        found = {how for how in unfound for case in steered(sets, f"steers-{how}").cases if case.verdict == "FAIL"}
        unfound -= found
        if unfound <= WITHOUT:
            return
    assert unfound <= WITHOUT


def test_a_random_set_is_the_same_by_its_number() -> None:
    (alone,) = steered((random_case(13, 5, 3),)).cases
    among = steered(random_cases(13, 5, 3)).cases[-1]
    assert [check.text for check in alone.checks] == [check.text for check in among.checks]


def steer(*words: str) -> tuple[int, str]:
    from pmiptool.errors import PmipError

    done = CliRunner().invoke(command, words, standalone_mode=False)
    if isinstance(done.exception, PmipError):
        return done.exception.exit_code, str(done.exception)
    return done.return_value, done.output


def test_the_command_writes_reports(tmp_path: Path) -> None:
    written = tmp_path / "steer.json"
    code, told = steer("steer/decisions", "--fault", "steers-n-cast-to-one", "--json", str(written), "--seed", "4")
    assert code == 1 and "expected filter 1: what it names goes to MAG1 and MAG2 and MAG3, got MAG1" in told
    assert (
        "alone: pmiptool steer steer/decisions/n-cast --target embedded --fault steers-n-cast-to-one --seed 4" in told
    )
    document = json.loads(written.read_text())
    assert document["role"] == "steering" and len(document["cases"]) == 16
    assert steer("--random", "3", "--seed", "9")[0] == 0 and steer("steer/random/9-2")[0] == 0


def test_the_capture_has_the_probes_and_which_tunnels_they_came_out_of(tmp_path: Path) -> None:
    written = tmp_path / "steer.pcapng"
    assert steer("steer/decisions/n-cast", "--fault", "steers-n-cast-to-one", "-w", str(written))[0] == 1
    frames = list(read(written))
    assert [frame.time_ns for frame in frames] == sorted(frame.time_ns for frame in frames)
    probes = [frame for frame in frames if "; probe " in (frame.comment or "")]
    named, arrived = probes[2:4]  # after what no filter names, which went through one tunnel
    assert named.comment == ("steer/decisions/n-cast; probe 2, filter 1: what it names: goes to MAG1 and MAG2 and MAG3")
    assert arrived.comment == "steer/decisions/n-cast; probe 2 came out of the tunnel to MAG1"
    assert "probe 3," in probes[4].comment, "one copy of three"
    lma, mag1 = addr("2001:db8:1::1"), addr("2001:db8:1::2")
    outer = bytes.fromhex("60000000") + len(named.data).to_bytes(2, "big") + bytes((41, 64)) + lma + mag1
    assert arrived.data == outer + named.data


def test_a_copy_in_a_wrong_tunnel_says_so(tmp_path: Path) -> None:
    written = tmp_path / "steer.pcapng"
    assert steer("steer/decisions/own-interface", "--fault", "steers-wrong-tunnel", "-w", str(written))[0] == 1
    comments = [frame.comment or "" for frame in read(written)]
    assert any(comment.endswith("came out of the tunnel to MAG1, where it does not belong") for comment in comments)


@pytest.mark.parametrize("fault", ["steers-signalling-steered", "rfu-set"])
def test_probes_change_nothing_that_validate_says(fault: str, tmp_path: Path) -> None:
    whole, without = tmp_path / "whole.pcapng", tmp_path / "without.pcapng"
    steer("--seed", "2", "--fault", fault, "-w", str(whole))
    with Writer(without) as writer:
        for frame in read(whole):
            if "; probe " not in (frame.comment or ""):
                writer.write(frame.data, frame.time_ns, frame.comment)
    told = [findings_of(path) for path in (whole, without)]
    assert told[0] == told[1] and bool(told[0]) == (fault == "rfu-set")


def findings_of(path: Path) -> list[tuple[str, str]]:
    """What validate finds, whatever the numbers of the packets."""
    done = CliRunner().invoke(cli, ["validate", "--json", "--level", "note", str(path)])
    assert done.exit_code in (0, 1), done.output
    return [(found["rule"], found["text"]) for found in json.loads(done.stdout)["sets"][0]["findings"]]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["steer/fieldz"], "see: steer --list"),
        (["--target", "udp://127.0.0.1"], "tunnels end at"),
        (["--target", "::1", "--source", "::1"], "two or three times"),
        (["--random", "3", "steer/fields"], "leave the selection out"),
        (["--fault", "steers-home"], "steers-home does not exist"),
    ],
)
def test_what_is_wrong_is_told(words: list[str], told: str) -> None:
    code, text = steer(*words)
    assert code == 2 and told in text


@pytest.mark.root
@pytest.mark.skipif(os.geteuid() != 0 or not Path("/dev/net/tun").exists(), reason="needs root and TUN devices")
@pytest.mark.parametrize(("fault", "code"), [("", 0), ("steers-wrong-tunnel", 1)])
def test_with_real_packets_in_a_lab(fault: str, code: int, tmp_path: Path) -> None:
    from pmiptool.lab import lifecycle, network
    from pmiptool.lab.topology import TESTERS, Topology

    lab = f"s{os.getpid()}"
    sources = [word for address in TESTERS for word in ("--source", address)]
    chosen = "steer/decisions/own-interface" if fault else "steer/decisions/*priority*"
    written = tmp_path / "steer.pcapng"
    words = [sys.executable, "-m", "pmiptool", "steer", chosen, "--target", "2001:db8:1::1", *sources]
    words += ["-w", str(written)]
    lifecycle.up(lab, Topology(), (fault,) if fault else ())
    try:
        with network.inside(f"pmip-{lab}-cn"):
            done = subprocess.run(words, capture_output=True, text=True, timeout=120)
    finally:
        lifecycle.down(lab)
    assert done.returncode == code, done.stdout + done.stderr
    frames = list(read(written))
    assert [frame.time_ns for frame in frames] == sorted(frame.time_ns for frame in frames)
    arrived = [frame for frame in frames if "came out of the tunnel" in (frame.comment or "")]
    sent = {frame.data[8:40] for frame in frames if "; probe " in (frame.comment or "") and frame not in arrived}
    assert len(arrived) > 1 and findings_of(written) == []
    for frame in arrived:
        assert frame.data[6] == 41 and frame.data[24:40] in [addr(address) for address in TESTERS]
        assert frame.data[48:80] in sent, "from the correspondent node to the mobile node"
