"""`mag` and scenarios with an LMA that asks by itself: processes over UDP on loopback, where no rights are needed."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.test_lma import PMIPTOOL, free_port, mag


class Process:
    """A command of pmiptool with stdin and stdout at hand."""

    def __init__(self, *words: str, both: bool = False) -> None:
        errors = subprocess.STDOUT if both else None
        self.process = subprocess.Popen(
            [*PMIPTOOL, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True, bufsize=1
        )

    def say(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def until(self, text: str) -> str:
        """Read lines up to one with this text."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if text in line:
                return line
        raise AssertionError(f"it ended without {text!r}")

    def end(self, code: int = 0) -> str:
        """End its stdin, and read the rest of what it says."""
        out, _ = self.process.communicate(timeout=30)
        assert self.process.returncode == code, out
        return str(out)


@contextlib.contextmanager
def started(*words: str, both: bool = False) -> Iterator[Process]:
    made = Process(*words, both=both)
    watchdog = threading.Timer(40, made.process.kill)
    watchdog.start()
    try:
        yield made
    finally:
        watchdog.cancel()
        made.process.kill()
        made.process.communicate()


def test_the_gateway_does_as_the_anchors_operator_wants() -> None:
    target = f"udp://127.0.0.1:{free_port()}"
    with started("lma", "--listen", target) as anchor:
        anchor.until("listening on")
        with started("mag", "--target", target) as gateway:
            gateway.say("attach mn1@example.org")
            gateway.until("Registered")
            gateway.say("heartbeat")
            assert "restart counter" in gateway.until("received heartbeat")
            anchor.say(
                "notify mn1@example.org update-session-parameters"
            )  # none is named, so the gateway asks for them
            assert "mn1@example.org LMA asks: UPN" in gateway.until("LMA asks")
            assert "status 0 success" in gateway.until("answered: UPA")
            gateway.until("renew: accepted")
            anchor.say("revoke mn1@example.org")
            assert "trigger 1 administrative" in gateway.until("LMA asks: BRI")
            assert "status 0 success" in gateway.until("answered: BRA")
            assert "gone=True" in gateway.until("BindingRevoked")
            gateway.say("renew mn1@example.org")  # it is gone: an error on stderr, and exit code 2
            assert "PBU" not in gateway.end(2)
        anchor.say("quit")
        assert "RevocationEnded" in anchor.end()


def test_a_heartbeat_without_an_answer_is_3() -> None:
    done = mag("embedded", "heartbeat\n", "--fault", "deaf-to-heartbeats")
    assert done.returncode == 3
    assert done.stdout.count("sent heartbeat") == 4 and "LmaUnreachable missing=4" in done.stdout
    done = mag("embedded", "attach a\nwait 130\n", "--heartbeat", "60")
    assert (done.returncode, done.stdout.count("received heartbeat")) == (0, 2)
    assert mag("embedded", "heartbeat now\n").stderr == "heartbeat now: this command reads: heartbeat\n"


def test_the_operator_of_a_live_anchor_is_asked_for_what_a_scenario_needs(tmp_path: Path) -> None:
    target = f"udp://127.0.0.1:{free_port()}"
    capture = str(tmp_path / "x.pcapng")
    with started("lma", "--listen", target) as anchor:
        anchor.until("listening on")
        run = ("scenario", "run", "update-notification", "--target", target, "--no-ladder", "-w", capture)
        with started(*run, both=True) as playing:
            asked = playing.until("make the LMA send")
            assert (
                "for update-notification@pmip.example.org to MAG1 (127.0.0.1), reason 1 force-reregistration" in asked
            )
            assert "waiting 60 s" in asked
            anchor.say("notify update-notification@pmip.example.org 1 noack")
            asked = playing.until("make the LMA send")
            assert "reason 2 update-session-parameters, with acknowledgement, carrying qos" in asked
            anchor.say("notify update-notification@pmip.example.org 2")
            told = playing.end()
    assert "PASS  2. the LMA forces a re-registration" in told
    assert told.splitlines()[-1].startswith("PASS update-notification: ")


@pytest.mark.parametrize(("name", "verdict"), [("revocation", "INCONCLUSIVE"), ("flow-mobility-7864", "UNSUPPORTED")])
def test_an_anchor_that_says_nothing_by_itself_leaves_it_open(name: str, verdict: str) -> None:
    target = f"udp://127.0.0.1:{free_port()}"
    with started("lma", "--listen", target) as anchor:
        anchor.until("listening on")
        line = [sys.executable, "-m", "pmiptool", "scenario", "run", name, "--target", target, "--no-ladder"]
        addresses = [word for number in (1, 2) for word in ("--source", f"127.0.0.{number}")]
        done = subprocess.run([*line, *addresses, "--timeout", "0.3"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 3
    assert done.stdout.splitlines()[-1].startswith(f"{verdict} {name}: "), done.stdout


PATHS = """
[[mn]]
id = "mn1@example.org"
multipath = { mag_id = "mag1@example.org", bid = 1 }
"""


def test_of_several_paths_one_renews_for_all(tmp_path: Path) -> None:
    peer = tmp_path / "peer.toml"
    peer.write_text(PATHS)
    words = "attach mn1@example.org\nrenew mn1@example.org bulk\nattach mn2@example.org\nrenew mn2@example.org bulk\n"
    ended = mag("embedded", words, "--peer", str(peer))
    assert [line.rpartition(", ")[2] for line in ended.stdout.splitlines() if "sent PBU" in line][:2] == [
        "802.11",
        "bulk",
    ]
    assert ended.returncode == 2
    assert "the peer file has no multipath for this mobile node" in ended.stderr


def test_ctrl_c_ends_it_also_where_a_shell_put_it_into_the_background() -> None:
    """Such a job begins with SIGINT ignored."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with started("mag", "--target", f"udp://127.0.0.1:{free_port()}") as gateway:
            gateway.until("MAG udp://")
            gateway.process.send_signal(signal.SIGINT)
            assert gateway.process.wait(timeout=10) == 0
    finally:
        signal.signal(signal.SIGINT, before)


def test_send_asks_a_gateway_from_the_address_of_its_anchor() -> None:
    """On the port of the protocol, to which a gateway answers."""
    way = ["--target", "udp://127.0.0.57", "--source", "127.0.0.58", "--json", "--timeout", "10"]
    with started("mag", "--target", "udp://127.0.0.58", "--source", "127.0.0.57") as gateway:
        assert "MAG udp://127.0.0.57:5436" in gateway.until("MAG udp://")
        for message, answer, code in (
            (["heartbeat"], "heartbeat", 0),
            (["bri", "--flags", "P", "--mn-id", "mn1@example.org"], "bra", 3),
            (["update-notification", "--flags", "A", "--mn-id", "mn1@example.org"], "update-ack", 3),
            (["lri"], "binding-error", 3),
        ):
            done = subprocess.run(
                [*PMIPTOOL, "send", *message, *way], capture_output=True, text=True, timeout=60, check=False
            )
            shown = json.loads(done.stdout)
            assert (shown["answer"], shown["findings"], done.returncode) == (answer, [], code), done.stderr
        assert "BRA" in gateway.until("answered: BRA")


def test_the_faults_of_the_mag_are_listed_and_had() -> None:
    listed = subprocess.run([*PMIPTOOL, "mag", "--list-faults"], capture_output=True, text=True, timeout=60)
    assert "renewal-hi-1  The handoff indicator" in listed.stdout
    wrong = "attach mn1@example.org\nrenew mn1@example.org\nquit\n"
    words = [*PMIPTOOL, "mag", "--target", "embedded", "--mag-fault"]
    done = subprocess.run([*words, "renewal-hi-1"], input=wrong, capture_output=True, text=True, timeout=60)
    assert "renew: sent PBU" in done.stdout and "HI 5" not in done.stdout
    unknown = subprocess.run([*words, "no-such"], input="", capture_output=True, text=True, timeout=60)
    assert unknown.returncode == 2
    assert unknown.stderr.startswith("pmiptool: fault 'no-such' does not exist; see: pmiptool mag --list-faults")


def test_a_mag_is_configured_by_a_file(tmp_path: Path) -> None:
    file = tmp_path / "mag.toml"
    file.write_text('[mag]\nfixed_link_local = "::"\n')
    capture = tmp_path / "x.pcapng"
    lines = ["attach mn1@example.org", f"configure {file}", "attach mn2@example.org", "configure", "configure nowhere"]
    done = subprocess.run(
        [*PMIPTOOL, "mag", "--target", "embedded", "-w", str(capture)],
        input="\n".join(lines), capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 2
    assert "cannot read the configuration of the MAG nowhere" in done.stderr
    decoded = subprocess.run([*PMIPTOOL, "decode", str(capture), "--json"], capture_output=True, text=True, timeout=60)
    requests = [message for line in decoded.stdout.splitlines() if (message := json.loads(line))["message"] == "pbu"]
    assert ["link-local" in [option["name"] for option in one["options"]] for one in requests] == [False, True]


def test_an_address_is_looked_for_and_given_up() -> None:
    done = mag("embedded", "attach a\ndiscover a\nrelease a\nrenew a\n", "--plain")
    assert done.returncode == 0, done.stderr
    sent = [line for line in done.stdout.splitlines() if ": sent PBU" in line]
    assert [("IPv4 any" in line, "IPv4 198.18.0.2/16" in line, "HNP" in line) for line in sent] == [
        (False, False, True),
        (True, False, True),
        (False, True, False),
        (False, False, True),
    ]
    assert mag("embedded", "attach a\nrelease a\n", "--plain").stderr.endswith(
        "a has no IPv4 address beside; detach it\n"
    )


def test_a_gateway_revokes_all_its_bindings(tmp_path: Path) -> None:
    """Where it may: else its exit code tells, and it does not ask again."""
    config = tmp_path / "lma.toml"
    config.write_text('[[mag]]\naddress = "2001:db8:1::2"\nglobal_revocation = true\n')
    done = mag("embedded", "attach a\nrevoke\nrenew a\n", "--lma-config", str(config))
    assert "BindingRevoked" in done.stdout and "renew a: a is not attached" in done.stderr
    done = mag("embedded", "attach a\nrevoke\nrevoke\nrenew a\n")
    assert done.returncode == 2 and "status 130" in done.stdout and "renew: accepted" in done.stdout
    assert "the anchor does not authorize global revocations" in done.stderr
    assert mag("embedded", "attach a\nrevoke\n").returncode == 3


def test_a_gateway_that_restarts_has_lost_its_sessions() -> None:
    done = mag("embedded", "attach a\nrestart\nrenew a\n")
    assert done.returncode == 2 and "a is not attached to this gateway" in done.stderr
