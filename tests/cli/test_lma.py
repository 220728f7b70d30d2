"""`lma` and `mag` over UDP on loopback, where no rights are needed."""

from __future__ import annotations

import contextlib
import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from pmiptool.cli.app import cli
from pmiptool.net.sockets import make_room, open_socket, receive_drops

PMIPTOOL = [sys.executable, "-m", "pmiptool"]


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def lma(*words: str, end: signal.Signals = signal.SIGINT) -> Iterator[tuple[str, list[str]]]:
    """A ready LMA: its target, and the lines that it printed, complete when it has ended."""
    target = f"udp://127.0.0.1:{free_port()}"
    lines: list[str] = []
    line = [*PMIPTOOL, "lma", "--listen", target, *words]
    with subprocess.Popen(line, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            lines.append(process.stdout.readline())
            yield target, lines
        finally:
            process.send_signal(end)
            out, _ = process.communicate(timeout=20)
            lines += out.splitlines()
    assert process.returncode == 0


def mag(target: str, commands: str, *words: str) -> subprocess.CompletedProcess[str]:
    line = [*PMIPTOOL, "mag", "--target", target, *words]
    return subprocess.run(line, input=commands, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_ready_events_and_a_clean_end(end: signal.Signals) -> None:
    with lma(end=end) as (target, lines):
        assert lines == [f"listening on {target}\n"]
        assert mag(target, "attach mn1@example.org\nquit\n").returncode == 0
    assert any(" PbuAccepted " in line and "mn_id=mn1@example.org" in line for line in lines)


def test_what_nohup_started_outlives_its_terminal() -> None:
    target = f"udp://127.0.0.1:{free_port()}"
    line = ["nohup", *PMIPTOOL, "lma", "--listen", target]
    with subprocess.Popen(line, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and "listening" in process.stdout.readline()
        process.send_signal(signal.SIGHUP)
        assert mag(target, "attach mn1@example.org\n").returncode == 0
        process.terminate()
    assert process.returncode == 0


def test_events_as_ndjson() -> None:
    with lma("--json") as (target, lines):
        mag(target, "attach mn1@example.org\ndetach mn1@example.org\n")
    events = [json.loads(line) for line in lines]
    assert events[0] == {"event": "Listening", "address": target}
    assert [event["what"] for event in events if event["event"] == "PbuAccepted"] == ["created", "removed"]


def test_the_clock_offset_is_the_lmas() -> None:
    with lma("--clock-offset", "100") as (target, lines):
        refused = mag(target, "attach mn1@example.org\n")
        assert refused.returncode == 3
        assert "ClockOffset offset=100" in refused.stdout or "ClockOffset offset=99.9" in refused.stdout
        assert mag(target, "attach mn2@example.org\n", "--clock-offset", "100").returncode == 0


def test_timeout_ends_it() -> None:
    line = [*PMIPTOOL, "lma", "--listen", f"udp://127.0.0.1:{free_port()}", "--timeout", "0.1"]
    done = subprocess.run(line, capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stderr) == (0, "")


def test_faults_are_listed() -> None:
    result = CliRunner().invoke(cli, ["lma", "--list-faults"])
    assert result.exit_code == 0
    names = [line.split("  ")[0] for line in result.stdout.splitlines()]
    assert "answer-twice" in names and len(names) == len(set(names)) >= 35
    assert all(line.split("  ")[1].endswith(".") for line in result.stdout.splitlines())


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        (["--config", "/nowhere/lma.toml"], 2, "/nowhere/lma.toml"),
        (["--listen", "ff02::1"], 2, "multicast"),
        (["--listen", "embedded"], 2, "embedded"),
        (["--listen", "udp://[2001:db8:77::1]"], 5, "sudo ip -6 addr add 2001:db8:77::1/64"),
        (["--listen", "udp://127.0.0.1", "--fault", "answer-twic"], 2, "answer-twice"),
        (["--codepoint", "multihoming_option_type=44"], 2, "flow_summary_option_type"),
    ],
)
def test_bad_input(args: list[str], code: int, says: str) -> None:
    result = CliRunner().invoke(cli, ["lma", *args])
    assert result.exit_code == code, result.stdout + result.stderr
    assert says in result.stderr and len(result.stderr.splitlines()) == 1


# The MAG, on the embedded target


def test_commands_wait_for_answers_and_waits_cost_no_time(tmp_path: Path) -> None:
    commands = (
        'attach a flow "fid=1 proto=udp" flow fid=2 dst-port=80\n'
        "modify a flow fid=1 pro=modify pri=9\nwait 1000\ndetach a\n"
    )
    done = mag("embedded", commands, "-w", str(tmp_path / "x.pcapng"))
    assert (done.returncode, done.stderr) == (0, "")
    ended = [line.split()[2] for line in done.stdout.splitlines() if ": accepted" in line]
    assert ended == ["attach:", "modify:", "renew:", "renew:", "renew:", "renew:", "detach:"]
    assert (tmp_path / "x.pcapng").stat().st_size > 1000


def test_a_rejection_is_3() -> None:
    done = mag("embedded", "attach a\nrenew a\n", "--fault", "wrong-status-153")
    assert done.returncode == 0
    done = mag("embedded", "attach a\n", "--fault", "answer-lost", "--timeout", "0.1")
    assert done.returncode == 3
    assert "attempt 6" in done.stdout and "attach: unanswered" in done.stdout


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("attatch a", "there is no command 'attatch'"),
        ("attach", "this command reads: attach MN [flow EXPR]..."),
        ("detach a slowly", "this command reads: detach MN [keep|remove]"),
        ("renew a", "a is not attached to this gateway"),
        ("attach a flow fid=70000", "70000"),
        ("wait x", "it waits for a number of seconds, and 'x' is none"),
        ("wait nan", "it waits for a number of seconds, and 'nan' is none"),
        ("renew mn1@example.org all", "this command reads: renew MN [bulk|overwrite]"),
        ('attach "a', "a quotation mark is not closed"),
    ],
)
def test_a_command_that_cannot_be_read_is_told_and_ends_in_2(line: str, says: str) -> None:
    done = mag("embedded", f"{line}\n# nothing\nattach b\n")
    assert done.returncode == 2
    assert says in done.stderr
    assert "b attach: accepted" in done.stdout


def test_profiles_of_the_peer_file(tmp_path: Path) -> None:
    peer = tmp_path / "peer.toml"
    peer.write_text(
        'target = "embedded"\n[[mn]]\nid = "a"\nhnp = "2001:db8:f000:77::/64"\nmhgid = 0\nflows = ["fid=7 proto=udp"]\n'
    )
    line = [*PMIPTOOL, "mag", "--peer", str(peer)]
    done = subprocess.run(line, input="attach a\n", capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "prefixes=2001:db8:f000:77::/64" in done.stdout and "FID 7 status 0" in done.stdout


@pytest.mark.parametrize("words", [[], ["--json"], ["--quiet"]])
def test_what_found_no_room_is_told_at_the_end(monkeypatch: pytest.MonkeyPatch, words: list[str]) -> None:
    monkeypatch.setattr("pmiptool.net.sockets.receive_drops", lambda sock: 3)
    done = CliRunner().invoke(cli, ["lma", "--listen", f"udp://127.0.0.1:{free_port()}", "--timeout", "0.1", *words])
    assert done.exit_code == 0
    assert "3 messages found no room in the receive buffer" in done.output
    assert ('{"event": "NotReceived", "count": 3}' in done.output) == (words == ["--json"])


def test_a_full_buffer_is_counted() -> None:
    with open_socket(bytes((127, 0, 0, 1)), 0) as sock, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        assert receive_drops(sock) == 0
        for _ in range(100):
            sender.sendto(bytes(500), sock.getsockname())
        kept = 0
        with contextlib.suppress(BlockingIOError):
            while sock.recv(1000):
                kept += 1
        assert kept and receive_drops(sock) == 100 - kept
        make_room(sock)
        assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) > 4096 * 2
