"""The fixtures for labs: a test of theirs passes, fails by what it looks at or by a rule, or is skipped."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

CASES = """
from pmiptool.wire.values import Heartbeat


def test_renewal(lma):
    node = lma.node()
    node.attach()
    node.ask().accepted("lifetime_s > 0")


def test_rejection(lma):
    lma.node().ask(without="hnp").rejected(158)


def test_exchange(lma, exchange):
    exchange(lma.node().pbu(hi=1), "status = 0", "hnp != none")
    exchange(Heartbeat(sequence=5), "fields.sequence = 5")


def test_gateway(mag):
    mag.node().attach().expect("option.hnp != none")


def test_absent(lma):
    lma.lacks("it does not have this")
"""


def play(folder: Path, *words: str) -> str:
    (folder / "test_lab.py").write_text(CASES)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", "-rA", "test_lab.py", *words]
    if not any("pytest_plugin" in str(plugin) for plugin in _installed()):
        command += ["-p", "pmiptool.pytest_plugin"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120).stdout


def _installed() -> list[object]:
    from importlib.metadata import entry_points

    return [entry.value for entry in entry_points(group="pytest11")]


def test_against_a_sound_peer(tmp_path: Path) -> None:
    told = play(tmp_path)
    assert "4 passed, 1 skipped" in told, told
    assert "it does not have this" in told


@pytest.mark.parametrize(
    ("fault", "test", "words"),
    [
        ("wrong-status-158", "test_rejection", "expected a rejection with 158 MISSING_HOME_NETWORK_PREFIX_OPTION"),
        ("hi-not-copied", "test_renewal", "rfc5213/5.3.6/hi-copied"),
        ("answer-lost", "test_renewal", "inconclusive: the attachment of"),
    ],
)
def test_against_a_peer_with_a_fault(tmp_path: Path, fault: str, test: str, words: str) -> None:
    told = play(tmp_path, "--pmip-fault", fault, "-k", test)
    assert "1 failed" in told and words in told, told
    assert "MAG1" in told and "Traceback" not in told  # the messages as a ladder
