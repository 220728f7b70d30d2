"""Two hosts, as namespaces joined by a veth pair: `pmiptool lma` on one, commands that talk to it on the other."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import netns

pytestmark = pytest.mark.root

PMIPTOOL = [sys.executable, "-m", "pmiptool"]
WAYS = {
    "raw": (netns.LMA, netns.MAGS),
    "udp6": (f"udp://[{netns.LMA}]", netns.MAGS),
    "udp4": (f"udp://{netns.LMA4}", netns.MAGS4),
}


@pytest.fixture(scope="module")
def pair() -> Iterator[netns.Pair]:
    with netns.Pair() as made:
        yield made


@contextlib.contextmanager
def lma(pair: netns.Pair, listen: str, *words: str) -> Iterator[subprocess.Popen[str]]:
    """A reference LMA that is ready; ended by Ctrl-C, with exit code 0."""
    line = pair.command(pair.lma, *PMIPTOOL, "lma", "--listen", listen, *words)
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline().startswith("listening on ")
            yield process
        finally:
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=20)
        assert (process.returncode, errors) == (0, "")


def run(pair: netns.Pair, *words: str) -> subprocess.CompletedProcess[str]:
    line = pair.command(pair.mag, *PMIPTOOL, *words)
    return subprocess.run(line, capture_output=True, text=True, timeout=120)


def sources(way: str) -> list[str]:
    return [word for source in WAYS[way][1] for word in ("--source", source)]


@pytest.mark.parametrize("way", WAYS)
def test_scenarios_pass_and_their_capture_replays(pair: netns.Pair, way: str, tmp_path: Path) -> None:
    target, capture = WAYS[way][0], str(tmp_path / "x.pcapng")
    names = ["setup", "removal-keep", "addition"]
    with lma(pair, target):
        done = run(pair, "scenario", "run", *names, "--target", target, *sources(way), "-w", capture)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert "3 PASS" in done.stdout
    with lma(pair, target):
        again = run(pair, "replay", capture, "--target", target, *sources(way), "--speed", "max")
    assert again.returncode == 0, again.stdout + again.stderr
    assert " 0 different, 0 unanswered" in again.stdout


def test_send_over_the_wire(pair: netns.Pair) -> None:
    with lma(pair, netns.LMA):
        good = run(pair, "send", "pbu", "--target", netns.LMA, "--source", netns.MAGS[1], "--expect", "status = 0")
        assert good.returncode == 0, good.stdout + good.stderr
        wrong = ["--set", "checksum=wrong", "--once", "--timeout", "0.5"]
        silent = run(pair, "send", "pbu", "--target", netns.LMA, *wrong, "--expect", "answer = none")
        assert silent.returncode == 0, silent.stdout + silent.stderr


def test_a_wrong_checksum_in_the_answer_is_seen(pair: netns.Pair) -> None:
    with lma(pair, netns.LMA, "--fault", "checksum-zero"):
        done = run(pair, "send", "pbu", "--target", netns.LMA)
    assert done.returncode == 1
    assert "rfc6275/6.1.1/checksum" in done.stdout


def test_nobody_there_is_an_icmp_error(pair: netns.Pair, tmp_path: Path) -> None:
    capture = tmp_path / "x.pcapng"
    done = run(pair, "send", "pbu", "--target", netns.LMA, "-w", str(capture))
    assert done.returncode == 3
    assert done.stderr.startswith("ICMPv6 Parameter Problem (unrecognized Next Header type encountered, pointer 6)")
    expected = run(pair, "send", "pbu", "--target", netns.LMA, "--expect", "answer = icmp")
    assert expected.returncode == 0
    assert b"ICMPv6 Parameter Problem" in capture.read_bytes()


def test_what_the_machine_lacks_is_named(pair: netns.Pair) -> None:
    with lma(pair, WAYS["udp6"][0]):
        line = pair.command(pair.lma, *PMIPTOOL, "lma", "--listen", WAYS["udp6"][0])
        taken = subprocess.run(line, capture_output=True, text=True, timeout=60)
        assert taken.returncode == 5
        assert f"udp port 5436 at {netns.LMA} is in use" in taken.stderr
    foreign = run(pair, "send", "pbu", "--target", netns.LMA, "--source", "2001:db8:1::77")
    assert foreign.returncode == 5
    assert "sudo ip -6 addr add 2001:db8:1::77/64 dev" in foreign.stderr
    bare = ["setpriv", "--bounding-set=-net_raw", "--inh-caps=-net_raw"]
    line = pair.command(pair.mag, *bare, *PMIPTOOL, "send", "pbu", "--target", netns.LMA)
    powerless = subprocess.run(line, capture_output=True, text=True, timeout=60)
    assert powerless.returncode == 5, powerless.stdout
    assert "CAP_NET_RAW" in powerless.stderr and len(powerless.stderr.splitlines()) == 1


def test_the_lma_on_all_addresses_answers_from_the_one_that_was_asked(pair: netns.Pair, tmp_path: Path) -> None:
    capture = tmp_path / "lma.pcapng"
    with lma(pair, "::", "-w", str(capture)):
        done = run(pair, "send", "pbu", "--target", netns.LMA, "--expect", "status = 0")
        assert done.returncode == 0, done.stdout + done.stderr
    shown = subprocess.run([*PMIPTOOL, "decode", str(capture), "--json"], capture_output=True, text=True, timeout=60)
    assert shown.stdout.count('"message": "pbu"') == shown.stdout.count('"message": "pba"') == 1


def test_the_mag_attaches_and_leaves(pair: netns.Pair) -> None:
    commands = (
        'attach mn1@example.org flow "fid=1 proto=udp"\nrenew mn1@example.org\ndetach mn1@example.org keep\nquit\n'
    )
    with lma(pair, netns.LMA):
        line = pair.command(pair.mag, *PMIPTOOL, "mag", "--target", netns.LMA, "--source", netns.MAGS[2])
        done = subprocess.run(line, input=commands, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    kinds = [line.split()[2] for line in done.stdout.splitlines() if ": accepted" in line]
    assert kinds == ["attach:", "renew:", "detach:"]


@pytest.mark.parametrize("way", WAYS)
def test_notified_and_revoked_from_the_address_that_was_asked(pair: netns.Pair, way: str, tmp_path: Path) -> None:
    target, (source, *_) = WAYS[way]
    listen = {"raw": "::", "udp6": "udp://[::]", "udp4": "udp://0.0.0.0"}[way]
    capture = str(tmp_path / "x.pcapng")
    line = pair.command(pair.lma, *PMIPTOOL, "lma", "--listen", listen, "-w", capture)
    pipe = subprocess.PIPE
    with subprocess.Popen(line, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as server:
        assert server.stdout is not None and server.stdin is not None
        assert any(f"listening on {target}" in server.stdout.readline() for _ in range(20))
        line = pair.command(pair.mag, *PMIPTOOL, "mag", "--target", target, "--source", source)
        with subprocess.Popen(line, stdin=pipe, stdout=pipe, text=True) as mag:
            assert mag.stdin is not None and mag.stdout is not None
            mag.stdin.write("attach mn1\nwait 3\nquit\n")
            mag.stdin.flush()
            assert any(" Registered " in mag.stdout.readline() for _ in range(20))
            server.stdin.write("notify mn1 force-reregistration ack\n")
            server.stdin.flush()
            time.sleep(1)
            server.stdin.write("revoke mn1\nquit\n")
            server.stdin.flush()
            said, _ = mag.communicate(timeout=30)
        assert " renew: accepted" in said and " BindingRevoked " in said
        out, errors = server.communicate(timeout=30)
    assert (server.returncode, errors) == (0, ""), out
    assert out.count(" NotificationEnded ") == 1 and "RevocationEnded mn_id=mn1" in out and "outcome=accepted" in out
    judged = subprocess.run([*PMIPTOOL, "validate", capture], capture_output=True, text=True, timeout=60)
    assert judged.returncode == 0, judged.stdout
