"""The command that makes a peer do something."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from pmiptool.errors import EnvironmentLacks, UsageError
from pmiptool.net.trigger import Trigger

TELL = "import sys, pathlib; pathlib.Path(sys.argv[1]).write_text('|'.join(sys.argv[2:]))"


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "tell.py"
    path.write_text(TELL)
    return path


def test_the_words_are_its_arguments(tmp_path: Path, script: Path) -> None:
    said: list[str] = []
    told = tmp_path / "told"
    trigger = Trigger(f"{sys.executable} {script} {told}", said.append)
    trigger.run(["attach", "mn1@example.org", "flow", "fid=1 proto=udp; rm x"])
    trigger.end()
    assert told.read_text() == "attach|mn1@example.org|flow|fid=1 proto=udp; rm x"
    assert trigger.look() == ""
    assert said == [f"running: {sys.executable} {script} {told} attach mn1@example.org flow 'fid=1 proto=udp; rm x'"]


def test_a_shell_runs_it_when_asked(tmp_path: Path) -> None:
    told = tmp_path / "told"
    trigger = Trigger(f"echo > {told}; echo", lambda text: None, shell=True)
    trigger.run(["attach"])
    trigger.end()
    assert told.read_text() == "\n"


def test_one_that_fails_says_why() -> None:
    trigger = Trigger(f"{sys.executable} -c \"import sys; sys.exit('no such interface')\"", lambda text: None)
    trigger.run(["detach", "mn1@example.org"])
    trigger.end()
    assert trigger.look().startswith("the trigger ended with 1 (no such interface): ")
    trigger.run(["detach", "mn1@example.org"])  # and once more: the next one is no worse for it
    trigger.end()


def test_one_that_takes_too_long_is_stopped() -> None:
    trigger = Trigger(f'{sys.executable} -c "import time; time.sleep(60)"', lambda text: None, patience=0.3)
    trigger.run(["attach"])
    trigger.end()
    assert "did not end within 0.3 s" in trigger.look()


def test_one_that_is_not_there_is_told_at_once() -> None:
    with pytest.raises(EnvironmentLacks, match="cannot run /no/such/program"):
        Trigger("/no/such/program", lambda text: None).run(["attach"])


@pytest.mark.parametrize("command", ["", "echo 'open"])
def test_what_is_no_command(command: str) -> None:
    with pytest.raises(UsageError, match="--trigger"):
        Trigger(command, lambda text: None)
