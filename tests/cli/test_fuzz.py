"""`fuzz`: output, exit codes, files that `send` sends again, and strangers that are left alone."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pmiptool.capture.files import read
from pmiptool.cli.app import cli
from pmiptool.wire.envelope import find
from tests.cli.test_lma import lma as reference_lma

CHOKES = ("--fault", "chokes-on-mn-id=0", "--seed", "1", "--count", "400", "--max-deaths", "2")


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, ["fuzz", *words])


def embedded(*words: str) -> Result:
    return run("--target", "embedded", *words)


def test_a_sound_peer_survives(tmp_path: Path) -> None:
    result = embedded("--seed", "1", "--count", "200", "--json", str(tmp_path / "out.json"))
    lines = result.stdout.splitlines()
    assert result.exit_code == 0 and result.stderr == ""
    assert lines[0].startswith("fuzz against embedded, seed 1: 200 cases, ")
    assert lines[1].startswith("it answered: ") and lines[-1] == "nothing found"
    told = json.loads((tmp_path / "out.json").read_text())
    assert (told["schema"], told["against"], told["seed"]) == ("pmiptool/fuzz/1", "embedded", 1)
    assert (told["asked"], told["cases"], told["failures"], told["ended"]) == (200, 200, [], "")
    assert told["messages"] > 400 and told["answered"] > 300 and sum(told["answers"].values()) > 300


def test_without_a_target_the_reference_is_fuzzed() -> None:
    result = run("--count", "5", "--seed", "1")
    assert result.exit_code == 0 and "no --target given" in result.stderr


def test_a_peer_that_dies_leaves_a_file_that_send_sends_again(tmp_path: Path) -> None:
    folder = tmp_path / "crashes"
    result = embedded(*CHOKES, "--corpus", str(folder), "--json", "-")
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    (failure,) = told["failures"]
    assert (failure["kind"], failure["known"], failure["reproduced"]) == ("dead", False, True)
    assert told["ended"] == "the peer was dead 2 times, which is enough (--max-deaths)"
    (file,) = folder.iterdir()
    assert failure["file"] == str(file) and file.name.startswith("dead-binding-update-")
    ((octets,),) = ([envelope.mh for envelope in find(frame.linktype, frame.data)] for frame in read(file))
    assert octets.hex() == failure["messages"][0]
    # the very octets go out, and what has the fault is dead then
    sent = tmp_path / "sent.pcapng"
    words = ["--target", "embedded", "--fault", "chokes-on-mn-id=0"]
    again = CliRunner().invoke(
        cli, ["send", "--from", str(file), "--once", *words, "--expect", "answer = none", "-w", str(sent)]
    )
    assert again.exit_code == 0
    assert [find(frame.linktype, frame.data)[0].mh for frame in read(sent)] == [octets]
    survives = embedded("--again", str(folder))
    assert survives.exit_code == 0 and f"{file}  does not fail any more" in survives.stderr
    fails = embedded("--again", str(folder), "--fault", "chokes-on-mn-id=0")
    assert fails.exit_code == 1 and f"{file}  still fails" in fails.stderr
    assert "found: 1 known failure" in fails.stdout


def test_known_failures_are_told_from_new_ones_and_cases_can_be_played_alone(tmp_path: Path) -> None:
    first = embedded(*CHOKES, "--corpus", str(tmp_path))
    assert "FAILED  dead (new, 2 times): it answers nothing any more" in first.stdout
    second = embedded(*CHOKES, "--corpus", str(tmp_path))
    assert second.exit_code == 1
    assert "FAILED  dead (known, 2 times)" in second.stdout and second.stdout.endswith("found: 1 known failure\n")
    line = next(line for line in first.stdout.splitlines() if " --only " in line)
    alone = CliRunner().invoke(cli, line.split()[1:])
    assert alone.exit_code == 1 and "fuzz against embedded, seed 1: 1 case, " in alone.stdout
    form = next(line for line in first.stdout.splitlines() if "smallest: " in line)
    assert form in alone.stdout
    command = next(line for line in first.stdout.splitlines() if "pmiptool send --from" in line)
    assert command.split()[1:3] == ["send", "--from"] and command.endswith("--fault chokes-on-mn-id=0")


def test_a_run_is_recorded(tmp_path: Path) -> None:
    path = tmp_path / "run.pcapng"
    embedded("--seed", "1", "--count", "40", "-w", str(path))
    frames = list(read(path))
    assert len(frames) > 100 and any("case 7: " in (frame.comment or "") for frame in frames)


def test_nobody_there_is_3() -> None:
    result = embedded("--fault", "crashes-after-0", "--count", "5")
    assert result.exit_code == 3 and result.stdout == ""
    assert "nothing answers a registration or a heartbeat there; nothing was sent that is wrong" in result.stderr


def test_the_decoder_takes_everything(tmp_path: Path) -> None:
    result = run("--against", "decoder", "--seed", "1", "--count", "60", "--corpus", str(tmp_path))
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0].startswith("fuzz against decoder, seed 1: 60 cases, 60 messages")
    assert list(tmp_path.iterdir()) == []


def test_wireshark_takes_everything() -> None:
    result = run("--against", "wireshark", "--seed", "1", "--count", "60", "--codepoint", "dialect=rfc6089")
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (0, "nothing found")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--against", "decoder", "--target", "embedded"), "--against decoder speaks to nobody; leave out --target"),
        (("--against", "wireshark", "--rate", "3"), "leave out --target, -w, --restart-command and --rate"),
        (("--target", "ff02::1"), "multicast"),
        (("--target", "embedded", "--again", "/dev/null", "--only", "3"), "leave out --only and --corpus"),
        (("--target", "embedded", "--again", "/dev/null"), "is empty"),
        (("--target", "embedded", "--again", "/nowhere"), "does not exist"),
        (("--target", "embedded", "--count", "0"), "0 is not in the range"),
        (("--target", "embedded", "--restart-command", "'"), "--restart-command"),
        (("--target", "embedded", "--json", "/nowhere/x.json", "--count", "1"), "cannot write /nowhere/x.json"),
        (("--target", "embedded", "--corpus", "/dev/null/x", "--count", "1"), "--corpus /dev/null/x: "),
    ],
)
def test_wrong_words_are_told(words: tuple[str, ...], says: str) -> None:
    result = run(*words)
    assert result.exit_code == 2 and says in result.stderr and result.stdout == ""


def test_an_empty_folder_has_nothing_to_send(tmp_path: Path) -> None:
    result = embedded("--again", str(tmp_path))
    assert result.exit_code == 2 and "there is no capture in" in result.stderr


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_leaves_what_there_is(end: signal.Signals, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pmiptool", "fuzz", "--target", "embedded", "--seed", "1", "--count", "1000000",
               "--json", "out.json", "-w", "run.pcapng"]  # fmt: skip
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while not (tmp_path / "run.pcapng").exists():  # it is about to begin
        assert process.poll() is None
        time.sleep(0.1)
    time.sleep(2.5)
    process.send_signal(end)
    out, error = process.communicate(timeout=60)
    assert process.returncode == 130, error
    assert "ended early: interrupted" in out and "Traceback" not in error
    told = json.loads((tmp_path / "out.json").read_text())
    assert told["ended"] == "interrupted" and 0 < told["cases"] < 1_000_000
    assert len(list(read(tmp_path / "run.pcapng"))) >= told["messages"]


# A peer of its own, over UDP


def port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


class Lma:
    """The reference LMA as a program, which a command starts anew."""

    def __init__(self, folder: Path, *faults: str) -> None:
        self.port, self.folder = port(), folder
        self.target = f"udp://127.0.0.1:{self.port}"
        words = [sys.executable, "-m", "pmiptool", "lma", "--listen", self.target]
        self.command = words + [word for fault in faults for word in ("--fault", fault)]
        script = folder / "restart.py"
        script.write_text(RESTART.format(pid=str(folder / "pid"), command=self.command))
        self.restart = [sys.executable, str(script)]

    def __enter__(self) -> Lma:
        subprocess.run(self.restart, check=True, timeout=60)
        return self

    def __exit__(self, *error: object) -> None:
        os.kill(int((self.folder / "pid").read_text()), signal.SIGKILL)


RESTART = """
import os, signal, subprocess, time
from pathlib import Path
pid = Path({pid!r})
if pid.exists():
    os.kill(int(pid.read_text()), signal.SIGKILL)
    time.sleep(0.1)
said = pid.with_name("said")
with open(said, "w") as out:
    process = subprocess.Popen({command!r}, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True)
pid.write_text(str(process.pid))
while "listening on" not in said.read_text():
    time.sleep(0.05)
"""


@pytest.fixture
def lma(tmp_path: Path) -> Iterator[Lma]:
    with Lma(tmp_path, "chokes-on-mn-id=0") as peer:
        yield peer


def test_a_program_that_dies_is_found_and_its_file_kills_it_again(lma: Lma, tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    words = ["--target", lma.target, "--seed", "1", "--count", "400", "--rate", "3000", "--timeout", "0.3"]
    result = run(*words, "--corpus", str(folder), "--json", "-")
    told = json.loads(result.stdout)
    assert result.exit_code == 1 and told["cases"] < 400
    assert told["ended"].startswith("the peer is dead and does not come back; --restart-command CMD")
    (failure,) = told["failures"]
    assert failure["cases"] == [told["cases"] + 1] and failure["reproduced"] is False
    (file,) = folder.iterdir()
    number = str(len(failure["messages"]))
    pbu = ["send", "pbu", "--target", lma.target, "--once", "--timeout", "1"]
    assert CliRunner().invoke(cli, pbu).exit_code == 3
    subprocess.run(lma.restart, check=True, timeout=60)
    assert CliRunner().invoke(cli, pbu).exit_code == 0
    again = ["send", "--from", str(file), "--frame", number, "--target", lma.target, "--once", "--timeout", "0.3"]
    assert CliRunner().invoke(cli, again).exit_code == 3
    assert CliRunner().invoke(cli, pbu).exit_code == 3


def test_with_a_restart_command_the_program_is_shrunk_against(lma: Lma, tmp_path: Path) -> None:
    words = ["--target", lma.target, "--seed", "1", "--count", "400", "--rate", "3000", "--timeout", "0.3"]
    restart = " ".join(lma.restart)
    result = run(*words, "--restart-command", restart, "--max-deaths", "1", "--no-shrink", "--json", "-")
    told = json.loads(result.stdout)
    assert result.exit_code == 1 and told["failures"][0]["reproduced"] is True
    assert f"running: {restart}" in result.stderr


def test_an_lma_that_refuses_everything_is_no_sound_one() -> None:
    """Its clock is off: each message ends at the timestamp, and that nothing was found says little."""
    with reference_lma("--clock-offset", "100") as (target, _):
        done = run("--target", target, "--count", "2", "--rate", "1000", "--timeout", "1")
    assert done.exit_code == 0, done.stderr
    assert "little of this LMA is reached: its clock is +100" in done.stderr.replace("+99.9", "+100")


def test_the_pace_is_kept(tmp_path: Path) -> None:
    with Lma(tmp_path) as peer:
        begun = time.monotonic()
        result = run("--target", peer.target, "--seed", "1", "--count", "12", "--rate", "25", "--json", "-")
        told = json.loads(result.stdout)
        assert result.exit_code == 0 and told["cases"] == 12
        assert time.monotonic() - begun >= (told["messages"] - 1) / 25
