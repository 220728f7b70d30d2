"""Cases against `pmiptool mag` in a process of its own; a trigger writes into its stdin through a fifo."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

from pmiptool.cli.app import cli
from pmiptool.conformance.playback import rejudge
from tests import netns
from tests.cli.test_lma import free_port

PMIPTOOL = [sys.executable, "-m", "pmiptool"]
PEER = """
[[mn]]
id = "mn1@example.org"
mhgid = 0

[[mn]]
id = "mn2@example.org"
ll_id = "020000005213"

[[mn]]
id = "mn3@example.org"
mhgid = 0
bids = [5, 6]

[[mn]]
id = "mn4@example.org"
ipv4_hoa = "any"
"""
CASES = (
    "rfc5213/6.9.1.1/hi-new-interface",
    "rfc5213/6.9.1.1/ll-id-known",
    "rfc5213/6.9.1.2/pba-wrong-sequence",
    "rfc5213/6.9.1.3/hi-re-registration",
    "rfc5213/6.9.1.4/detach-sends-pbu",
    "muho/3.4/mag-removal",
    "rfc5846/6.1.2/mag-sequence-echoed",
    "rfc7077/6.1/acknowledged",
    "rfc5847/3/mag-answers-with-binding",
    "rfc5213/9.3/mag-timestamps-off",  # configured otherwise
    "rfc5213/9.3/timestamps-on",
    "rfc5844/3.2.3.3/selective-ipv4",
    "rfc5846/9.2/all-bindings",
    "rfc5847/3.2/mag-restart-counter-grows",
    "rfc6089/4.2/mag-fid-not-zero",  # in another dialect
    "rfc7864/3.2.1/mag-hi-6",
)


class Bench:
    """A fifo into the MAG's stdin, the trigger that writes there, and the peer file of both."""

    def __init__(self, folder: Path) -> None:
        self.fifo, self.trigger, self.peer = folder / "fifo", folder / "trigger", folder / "peer.toml"
        os.mkfifo(self.fifo)
        self.trigger.write_text(f'#!/bin/sh\nprintf "%s\\n" "$*" > {self.fifo}\n')
        self.trigger.chmod(0o755)
        self.peer.write_text(PEER)

    @contextlib.contextmanager
    def mag(self, before: Sequence[str], *words: str) -> Iterator[None]:
        stdin = os.open(self.fifo, os.O_RDWR)
        line = [*before, *PMIPTOOL, "mag", "--peer", str(self.peer), *words]
        process = subprocess.Popen(line, stdin=stdin, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            yield
        finally:
            process.kill()
            process.wait()
            os.close(stdin)

    def run(self, before: Sequence[str], listen: str, *words: str) -> dict[str, str]:
        """The verdicts by case."""
        line = [*before, *PMIPTOOL, "conformance", "run", "--role", "mag", "--listen", listen, "--peer", str(self.peer)]
        line += ["--trigger", str(self.trigger), "--json", "-", *words]
        done = subprocess.run(line, capture_output=True, text=True, timeout=120)
        assert done.stdout, done.stderr
        return {case["id"]: case["verdict"] for case in json.loads(done.stdout)["cases"]}


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_the_reference_mag_passes_over_udp(bench: Bench, tmp_path: Path) -> None:
    """And the capture of the run, in which it is waited for, tells the same again."""
    listen, capture = f"udp://127.0.0.1:{free_port()}", tmp_path / "run.pcapng"
    with bench.mag((), "--target", listen, "--source", "127.0.0.1"):
        verdicts = bench.run((), listen, *CASES, "-w", str(capture))
    assert verdicts == dict.fromkeys(CASES, "PASS")
    again = rejudge(capture)
    assert again is not None and {case.id: case.verdict for case in again.cases} == verdicts


def test_a_fault_shows_over_udp(bench: Bench) -> None:
    listen = f"udp://127.0.0.1:{free_port()}"
    with bench.mag((), "--target", listen, "--source", "127.0.0.1", "--mag-fault", "attach-hi-2"):
        verdicts = bench.run((), listen, *CASES[:2])
    assert verdicts == {CASES[0]: "FAIL", CASES[1]: "PASS"}


def test_a_mag_that_is_not_there_is_inconclusive(bench: Bench) -> None:
    bench.trigger.write_text("#!/bin/sh\necho no such interface >&2; exit 3\n")
    listen = f"udp://127.0.0.1:{free_port()}"
    assert bench.run((), listen, CASES[0], "--timeout", "0.5") == {CASES[0]: "INCONCLUSIVE"}


@pytest.mark.root
def test_the_reference_mag_passes_over_raw_ipv6(bench: Bench) -> None:
    with netns.Pair() as pair:
        mag, lma = pair.command(pair.mag), pair.command(pair.lma)
        with bench.mag(mag, "--target", netns.LMA, "--source", netns.MAGS[0]):
            cases = [*CASES[-6:], "rfc5213/6.9.1.2/pba-bad-checksum", "rfc6275/9.2/mag-type-unknown"]
            cases += ["rfc6275/9.2/mag-payload-proto-pointer", "rfc6275/9.2/mag-header-len-pointer"]
            assert bench.run(lma, netns.LMA, *cases) == dict.fromkeys(cases, "PASS")


def test_a_mag_that_never_says_a_word_has_broken_nothing() -> None:
    """It may be told to attach in vain, or look for its LMA elsewhere."""
    cases = ["rfc5213/6.9.1.1/attach-sends-pbu", "rfc5213/6.9.1.1/mn-id-present"]
    listen = ["--role", "mag", "--listen", f"udp://127.0.0.1:{free_port()}", "--trigger", "true", "--timeout", "0.1"]
    done = CliRunner().invoke(cli, ["conformance", "run", *cases, *listen])
    assert done.exit_code == 3, done.output
    assert "2 cases: 1 SKIPPED, 1 INCONCLUSIVE" in done.stdout
    assert "the peer has answered nothing yet (none came, nor has any MAG said a word yet)" in done.stdout
