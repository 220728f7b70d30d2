"""`pmiptool lma --workers`, over UDP on loopback: one LMA for who talks to it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from pmiptool.lma.share import share_of
from tests.cli.test_lma import PMIPTOOL, free_port, lma, mag
from tests.patience import eventually

COUNT = 3
NAMES = [f"mn{number}@example.org" for number in range(9)]


def test_all_mobile_nodes_are_served_each_by_one_process() -> None:
    assert {share_of(name.encode(), COUNT) for name in NAMES} == set(range(COUNT))
    with lma("--workers", str(COUNT)) as (target, lines):
        assert lines == [f"listening on {target}\n"]
        attach = "".join(f"attach {name}\n" for name in NAMES)
        renew = "".join(f"renew {name}\n" for name in NAMES)
        done = mag(target, attach + renew + "".join(f"detach {name}\n" for name in NAMES))
        assert done.returncode == 0, done.stdout + done.stderr
    for what in ("created", "updated", "removed"):
        told = [line for line in lines if f" what={what} " in line]
        assert sorted(line.split("mn_id=")[1].split()[0] for line in told) == sorted(NAMES)
    prefixes = [line.split("prefixes=")[1].split()[0] for line in lines if " what=created " in line]
    assert len(set(prefixes)) == len(NAMES)
    assert len({prefix[: len("2001:db8:f55")] for prefix in prefixes}) == COUNT, "each has a part of the pool"


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_nothing_is_left_when_it_ends(end: signal.Signals) -> None:
    with lma("--workers", "2", end=end) as (target, _):
        assert mag(target, "attach mn1\n").returncode == 0
        running = children(target)
        assert len(running) == 3

    def gone() -> None:
        assert not children(target)

    eventually(gone)


KILLED_AT_FORK = """
import ctypes, os, signal, sys
from pmiptool.cli import lma_workers, main

class Libc(ctypes.CDLL):
    def prctl(self, *arguments):
        while os.getppid() == supervisor:
            os.kill(supervisor, signal.SIGKILL)
        return self["prctl"](*arguments)

supervisor, lma_workers.ctypes.CDLL = os.getpid(), Libc
main()
"""


def test_nothing_is_left_when_it_is_killed_before_a_process_can_ask_to_be_told() -> None:
    words = ("lma", "--listen", f"udp://127.0.0.1:{free_port()}", "--workers", "2")
    line = [sys.executable, "-c", KILLED_AT_FORK, *words]
    done = subprocess.run(
        line, stdin=subprocess.DEVNULL, capture_output=True, timeout=30
    )  # until all have let go of it
    assert (done.returncode, done.stderr) == (-signal.SIGKILL, b"")


def children(target: str) -> list[int]:
    """The processes that listen there, by their command lines."""
    found = []
    for number in filter(str.isdecimal, os.listdir("/proc")):
        try:
            with open(f"/proc/{number}/cmdline", "rb") as file:
                if target.encode() in file.read().split(b"\0") and int(number) != os.getpid():
                    found.append(int(number))
        except OSError:
            continue
    return found


def test_commands_go_to_the_process_of_the_mobile_node() -> None:
    target = f"udp://127.0.0.1:{free_port()}"
    line = [*PMIPTOOL, "lma", "--listen", target, "--workers", str(COUNT)]
    pipe = subprocess.PIPE
    with subprocess.Popen(line, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as server:
        assert server.stdout is not None and server.stdin is not None
        assert "listening on" in server.stdout.readline()
        with subprocess.Popen([*PMIPTOOL, "mag", "--target", target], stdin=pipe, stdout=pipe, text=True) as gateway:
            assert gateway.stdin is not None and gateway.stdout is not None
            gateway.stdin.write("".join(f"attach {name}\n" for name in NAMES[:4]))
            gateway.stdin.flush()
            registered = 0
            while registered < 4:
                registered += " Registered " in gateway.stdout.readline()
            server.stdin.write("".join(f"revoke {name}\n" for name in NAMES[:4]))
            server.stdin.write("revoke nobody\nrevoke-all 2001:db8::1\nrevoke @example.org\nrevoke\nwhat\n'\nquit\n")
            server.stdin.flush()
            out, errors = server.communicate(timeout=30)
            gateway.kill()
    assert server.returncode == 0
    ended = [line for line in out.splitlines() if " RevocationEnded " in line]
    assert sorted(line.split("mn_id=")[1].split()[0] for line in ended) == NAMES[:4]
    assert all("outcome=accepted" in line for line in ended)
    assert sorted(errors.splitlines()) == sorted(
        [
            "revoke nobody: there is no session of nobody",
            "revoke-all 2001:db8::1: it takes one worker; revoke the mobile nodes one by one",
            "revoke @example.org: it takes one worker; revoke the mobile nodes one by one",
            "revoke: this command reads: revoke MN|@REALM [TRIGGER] [ipv4] [at ADDRESS]",
            "what: there is no command 'what'; there are: revoke MN|@REALM [TRIGGER] [ipv4] [at ADDRESS], "
            "revoke-all ADDRESS, notify MN REASON [ack|noack] [at ADDRESS], quit",
            "': a quotation mark is not closed",
        ]
    )


def test_a_process_that_dies_ends_all_and_is_told() -> None:
    target = f"udp://127.0.0.1:{free_port()}"
    line = [*PMIPTOOL, "lma", "--listen", target, "--workers", "2"]
    with subprocess.Popen(line, stdin=subprocess.DEVNULL, stdout=-1, stderr=-1, text=True) as server:
        assert server.stdout is not None and "listening" in server.stdout.readline()
        victim = next(number for number in sorted(children(target), reverse=True) if number != server.pid)
        os.kill(victim, signal.SIGKILL)
        _, errors = server.communicate(timeout=20)
    assert server.returncode == 6
    assert "ended by signal 9, and the others with it" in errors and "Traceback" not in errors


def test_the_time_is_up_for_all() -> None:
    line = [*PMIPTOOL, "lma", "--listen", f"udp://127.0.0.1:{free_port()}", "--workers", "2", "--timeout", "0.2"]
    done = subprocess.run(line, capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["-w", "x.pcapng"], "-w does not go with 2 workers; take one worker, or capture with tcpdump"),
        (["--fault", "deaf-after-two"], "a fault does not go with 2 workers; leave it out, or take one worker"),
        (["--codepoint", "dialect=auto"], 'dialect = "auto" does not go with 2 workers'),
    ],
)
def test_what_takes_one_process_says_so(words: list[str], text: str) -> None:
    line = [*PMIPTOOL, "lma", "--listen", f"udp://127.0.0.1:{free_port()}", "--workers", "2", *words]
    done = subprocess.run(line, capture_output=True, text=True, timeout=30)
    assert done.returncode == 2 and text in done.stderr and done.stdout == ""


def test_an_address_that_is_not_here_is_an_error_before_anything_starts() -> None:
    done = subprocess.run(
        [*PMIPTOOL, "lma", "--listen", "udp://192.0.2.77", "--workers", "2"], capture_output=True, text=True, timeout=30
    )
    assert done.returncode == 5 and "sudo ip addr add" in done.stderr
