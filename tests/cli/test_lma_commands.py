"""`pmiptool lma` with commands on stdin, over UDP on loopback, to a gateway that is a bare socket."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import socket
import subprocess
import time
from collections.abc import Iterator
from typing import Any

from pmiptool.registry.rfc5846 import BR_P
from pmiptool.wire.codec import codec_for
from pmiptool.wire.values import (
    AccessTechnologyType,
    BindingRevocationAcknowledgement,
    BindingUpdate,
    HandoffIndicator,
    Heartbeat,
    HomeNetworkPrefix,
    MobileNodeIdentifier,
    UpdateNotificationAcknowledgement,
)
from tests.cli.test_lma import PMIPTOOL, free_port

MN = "mn1@example.org"


class Gateway:
    """A MAG as far as these tests need one."""

    def __init__(self, port: int) -> None:
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind(("127.0.0.1", 0))
        self.sock.connect(("127.0.0.1", port))
        self.sock.settimeout(10)
        self.codec = codec_for()

    def send(self, message: Any) -> None:
        self.sock.send(self.codec.encode(message))

    def receive(self) -> Any:
        decoded = self.codec.decode(self.sock.recv(65536), udp=True)
        assert not decoded.findings
        return decoded.message

    def attach(self, mn: str = MN) -> None:
        options = (
            MobileNodeIdentifier(1, mn.encode()),
            HomeNetworkPrefix(),
            HandoffIndicator(hi=1),
            AccessTechnologyType(att=4),
        )
        self.send(BindingUpdate(sequence=1, flags=0x8200, lifetime=75, options=options))
        assert self.receive().status == 0


class Lma:
    """A running LMA; `lines` is complete when it has ended."""

    def __init__(self, process: subprocess.Popen[str], gateway: Gateway) -> None:
        self.process = process
        self.gateway = gateway
        self.lines: list[str] = []
        self.errors: list[str] = []

    def say(self, *commands: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("".join(f"{command}\n" for command in commands))
        self.process.stdin.flush()

    def until(self, kind: str) -> None:
        """Until it has told such an event."""
        assert self.process.stdout is not None
        while json.loads(self.lines[-1])["event"] != kind:
            self.lines.append(self.process.stdout.readline())

    def end(self) -> None:
        out, err = self.process.communicate(timeout=20)
        self.lines += out.splitlines()
        self.errors += err.splitlines()
        assert self.process.returncode == 0

    def events(self, kind: str) -> list[dict[str, Any]]:
        found = [json.loads(line) for line in self.lines]
        return [event for event in found if event["event"] == kind]


@contextlib.contextmanager
def lma(*words: str, stdin: Any = subprocess.PIPE) -> Iterator[Lma]:
    port = free_port()
    line = [*PMIPTOOL, "lma", "--listen", f"udp://127.0.0.1:{port}", "--json", *words]
    pipe = subprocess.PIPE
    with subprocess.Popen(line, stdin=stdin, stdout=pipe, stderr=pipe, text=True) as process:
        gateway = Gateway(port)
        try:
            assert process.stdout is not None
            running = Lma(process, gateway)
            running.lines.append(process.stdout.readline())
            yield running
        finally:
            gateway.sock.close()
            if process.poll() is None:
                process.terminate()


def test_revoke_takes_the_binding_away_and_quit_waits_for_the_answer() -> None:
    with lma() as running:
        gateway = running.gateway
        gateway.attach()
        running.say(f"revoke {MN}", "quit")
        bri = gateway.receive()
        assert (bri.revocation_trigger, bri.flags, bri.options[0].identifier) == (1, BR_P, MN.encode())
        assert gateway.receive() == bri  # after a second
        gateway.send(BindingRevocationAcknowledgement(sequence=bri.sequence, flags=BR_P))
        running.end()
    (ended,) = running.events("RevocationEnded")
    assert (ended["outcome"], ended["status"], ended["removed"]) == ("accepted", 0, 1)
    assert [event["attempt"] for event in running.events("RevocationSent")] == [1, 2]
    assert running.events("BindingRemoved")[0]["reason"] == "revoked"


def test_notify_by_name_and_by_number() -> None:
    with lma() as running:
        gateway = running.gateway
        gateway.attach()
        running.say(f"notify {MN} update-session-parameters")
        upn = gateway.receive()
        assert (upn.reason, upn.flags) == (2, 0x8000)
        gateway.send(UpdateNotificationAcknowledgement(sequence=upn.sequence, status=128, options=upn.options[:1]))
        running.say(f"notify {MN} 0x1234 noack at 127.0.0.1", "quit")
        upn = gateway.receive()
        assert (upn.reason, upn.flags) == (0x1234, 0)
        running.end()
    assert [(e["outcome"], e.get("status")) for e in running.events("NotificationEnded")] == [("rejected", 128)]


def test_what_makes_the_gateway_register_asks_for_no_acknowledgement() -> None:
    """RFC 7077 5.1."""
    with lma() as running:
        running.gateway.attach()
        for words, flags in (
            ("force-reregistration", 0),
            ("4", 0),
            ("2 noack", 0),
            ("1 ack", 0x8000),
            ("qos-service-request", 0x8000),
        ):
            running.say(f"notify {MN} {words}")
            assert running.gateway.receive().flags == flags, words


def test_the_global_forms() -> None:
    with lma() as running:
        gateway = running.gateway
        gateway.attach()
        running.say("revoke @example.org")
        bri = gateway.receive()
        assert (bri.revocation_trigger, bri.options[0].identifier) == (129, b"@example.org")
        gateway.send(BindingRevocationAcknowledgement(sequence=bri.sequence, flags=bri.flags, status=130))
        running.until("RevocationEnded")
        running.say("revoke-all 127.0.0.1")
        bri = gateway.receive()
        assert (bri.revocation_trigger, bri.options) == (128, ())
        gateway.send(BindingRevocationAcknowledgement(sequence=bri.sequence, flags=bri.flags))
        running.say("quit")
        running.end()
    assert [event["outcome"] for event in running.events("RevocationEnded")] == ["rejected", "accepted"]


WRONG = [
    ("evoke x", "there is no command 'evoke'; there are: revoke MN|@REALM [TRIGGER] [ipv4] [at ADDRESS]"),
    ("revoke", "this command reads: revoke MN|@REALM [TRIGGER] [ipv4] [at ADDRESS]"),
    ("revoke a 1 2", "this command reads: revoke MN"),
    ("revoke a at", "this command reads: revoke MN"),
    ("revoke a at nowhere", "'nowhere' is no address of a gateway"),
    ("revoke a", "there is no session of a"),
    ("revoke a 300", "the trigger is 300"),
    (f"revoke {MN} user", "user-terminated (5)"),
    (f"revoke {MN} per-peer-policy", "trigger 128 is global"),
    (f"revoke {MN} 5 ipv4 at 127.0.0.1", "mn1@example.org has no IPv4 home address"),
    ("revoke-all 192.0.2.77", "no binding is there to revoke"),
    ("notify a", "this command reads: notify MN REASON [ack|noack] [at ADDRESS]"),
    (f"notify {MN} reregister", "force-reregistration (1)"),
    (f"notify {MN} 1 acknowledge", "this command reads: notify MN REASON"),
    ('notify "a', "a quotation mark is not closed"),
    ("quit now", "this command reads: quit"),
]


def test_what_cannot_be_read_is_one_line_and_the_lma_goes_on() -> None:
    with lma() as running:
        running.gateway.attach()
        running.say(*(f"{command}\n\n# a comment" for command, _ in WRONG))
        time.sleep(0.3)
        running.gateway.attach("mn2@example.org")
        running.say("quit", "evoke x")
        running.end()
    for line, (command, says) in zip(running.errors[1:], WRONG, strict=True):  # the first says "listening on"
        assert line.startswith(f"{command}: ") and says in line


def test_a_second_revoke_while_the_first_waits() -> None:
    with lma() as running:
        running.gateway.attach()
        running.say(f"revoke {MN}", f"revoke {MN}", "quit")
        running.end()
    assert running.errors[1:] == [f"revoke {MN}: it is being revoked already"]
    assert [event["outcome"] for event in running.events("RevocationEnded")] == ["unanswered"]


def alive(running: Lma) -> None:
    """It answers, and waits without turning round and round."""
    time.sleep(0.3)
    with open(f"/proc/{running.process.pid}/stat") as stat:
        before = sum(map(int, stat.read().rsplit(")", 1)[1].split()[11:13]))
    time.sleep(0.5)
    with open(f"/proc/{running.process.pid}/stat") as stat:
        after = sum(map(int, stat.read().rsplit(")", 1)[1].split()[11:13]))
    assert after - before <= os.sysconf("SC_CLK_TCK") // 10
    running.gateway.attach()


def test_the_end_of_stdin_is_not_its_end() -> None:
    with lma() as running:
        running.say("evoke x")
        assert running.process.stdin is not None
        running.process.stdin.close()
        running.process.stdin = None
        alive(running)
        running.process.terminate()
        running.end()
    assert len(running.errors) == 2


def test_stdin_from_dev_null_and_from_a_file(tmp_path: Any) -> None:
    (tmp_path / "commands").write_text("evoke x")  # without a newline
    for name, wrong in ((os.devnull, 0), (str(tmp_path / "commands"), 1)):
        with open(name) as stdin, lma(stdin=stdin) as running:
            alive(running)
            running.process.terminate()
            running.end()
            assert len(running.errors) == 1 + wrong


def test_stdin_closed_or_not_for_reading(tmp_path: Any) -> None:
    for redirection in ("<&-", f"0>{tmp_path / 'out'}"):
        port = free_port()
        line = f"exec {PMIPTOOL[0]} -m pmiptool lma --listen udp://127.0.0.1:{port} --timeout 0.5 {redirection}"
        done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, timeout=30)
        assert (done.returncode, done.stderr) == (0, "")


def test_a_terminal_that_another_job_reads_is_left_alone() -> None:
    """Reading it would stop the LMA (SIGTTIN)."""
    leader, follower = pty.openpty()
    port = free_port()
    script = (
        f"set -m; {PMIPTOOL[0]} -m pmiptool lma --listen udp://127.0.0.1:{port} --timeout 3 & sleep 1.5; echo; wait"
    )
    with subprocess.Popen(
        ["setsid", "--ctty", "bash", "-c", script], stdin=follower, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        gateway = Gateway(port)
        assert process.stdout is not None
        assert b"listening" in process.stdout.readline()
        os.write(leader, b"evoke x\n")
        time.sleep(0.5)
        gateway.attach()
        _, err = process.communicate(timeout=20)
        gateway.sock.close()
    os.close(leader)
    os.close(follower)
    assert b"Stopped" not in err and b"evoke" not in err


def test_the_restart_counter_is_higher_at_every_start_unless_it_is_given() -> None:
    counters = []
    for words in ([], [], ["--restart-counter", "7"]):
        with lma(*words) as running:
            running.gateway.send(Heartbeat(sequence=0xFFFFFFFF))
            answer = running.gateway.receive()
            assert (answer.flags, answer.sequence) == (1, 0xFFFFFFFF)
            counters.append(answer.options[0].restart_counter)
            running.say("quit")
            running.end()
        assert running.events("HeartbeatAnswered")[0]["restart_counter"] == counters[-1]
    assert counters[0] <= counters[1] and counters[2] == 7
    assert abs(counters[0] - time.time()) < 60


def test_the_clock_of_an_lma_that_is_ahead() -> None:
    with lma("--clock-offset", "1000") as running:
        running.gateway.attach()
        start = time.time()
        running.say(f"revoke {MN}", "quit")
        running.end()
        assert time.time() - start > 2.5
    (ended,) = running.events("RevocationEnded")
    assert ended["outcome"] == "unanswered" and ended["time"] > start + 990
