"""Load over real sockets between two namespaces: figures against a responder that is known, and Ctrl-C."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.netns import LMA, MAGS, Pair

pytestmark = pytest.mark.root

RESPONDER = r"""
import heapq, json, select, signal, socket, sys, time
kind, port = sys.argv[1], 5436
if kind == "udp":
    sock = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM); sock.bind(("2001:db8:1::1", port))
else:
    sock = socket.socket(socket.AF_INET6, socket.SOCK_RAW, 135)
    sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_CHECKSUM, 4); sock.bind(("2001:db8:1::1", 0))
sock.setblocking(False)
waiting, number, stall_from, order = [], 0, None, 0
did = dict(got=0, dropped=0, twice=0, refused=0)
ended = []
signal.signal(signal.SIGTERM, lambda *_: ended.append(True))
print("listening", flush=True)
while not ended:
    wait = max(0.0, waiting[0][0] - time.monotonic()) if waiting else 0.1
    select.select([sock], [], [], wait)
    while True:
        try:
            data, peer = sock.recvfrom(2048)
        except BlockingIOError:
            break
        now = time.monotonic()
        detach = data[10:12] == b"\0\0"
        did["got"] += not detach
        number += 1
        status, copies, after = 0, 1, 0.02 + 0.02 * (number % 5)
        if sys.argv[2] == "stall":
            stall_from = stall_from or now + 2
            after = max(0.0, stall_from + 1 - now) if now >= stall_from else 0.002
        elif not detach:
            if number % 10 == 3: copies = 0; did["dropped"] += 1
            if number % 10 == 5: copies = 2; did["twice"] += 1
            if number % 10 == 7: status = 130; did["refused"] += 1
        answer = data[:2] + b"\6\0\0\0" + bytes((status, 0x20)) + data[6:8] + data[10:12] + data[12:]
        for copy in range(copies):
            order += 1
            heapq.heappush(waiting, (now + after + 0.01 * copy, order, answer, peer))
    now = time.monotonic()
    while waiting and waiting[0][0] <= now:
        _, _, answer, peer = heapq.heappop(waiting)
        sock.sendto(answer, peer)
print(json.dumps(did), flush=True)
"""


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    with Pair() as made:
        yield made


class Responder:
    def __init__(self, pair: Pair, kind: str, how: str) -> None:
        words = pair.command(pair.lma, sys.executable, "-c", RESPONDER, kind, how)
        self._process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)

    def __enter__(self) -> Responder:
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "listening\n"
        return self

    def __exit__(self, *error: object) -> None:
        self._process.kill()
        self._process.communicate()

    def end(self) -> dict[str, int]:
        """What it did, as it tells it when it ends."""
        self._process.terminate()
        told, _ = self._process.communicate(timeout=20)
        return json.loads(told)


def load(pair: Pair, *words: str, target: str = LMA) -> dict:
    command = pair.command(pair.mag, sys.executable, "-m", "pmiptool", "load", "--target", target, *words, "--json")
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(("kind", "path"), [("raw", "send"), ("raw", "sendmmsg"), ("raw", ""), ("udp", "")])
def test_the_figures_are_what_the_responder_did(pair: Pair, kind: str, path: str) -> None:
    target = LMA if kind == "raw" else f"udp://[{LMA}]"
    with Responder(pair, kind, "odd") as responder:
        found = load(pair, "--source", MAGS[0], "--source", MAGS[1], "--rate", "300", "--count", "600", "--mns", "600",
                     "--timeout", "1", "--keep", *(("--path", path) if path else ()), target=target)  # fmt: skip
        did = responder.end()
    totals = found["totals"]
    assert totals["sent"] == did["got"] == 600
    assert totals["lost"] == did["dropped"] == 60
    assert totals["duplicates"] == did["twice"] == 60
    assert totals["rejected"] == {"130": did["refused"]} == {"130": 60}
    assert totals["answered"] == 540 and totals["unexpected"] == totals["late"] == totals["local_drops"] == 0
    # The responder takes 20, 40, ... 100 ms; on a busy machine some take longer, and the least tells.
    service = found["service_ms"]
    assert service["min"] == pytest.approx(20, rel=0.05)
    assert service["p50"] > 59 and service["p99"] > 99


def test_a_second_of_standstill_is_in_the_latency(pair: Pair) -> None:
    with Responder(pair, "raw", "stall"):
        free = load(pair, "--rate", "200", "--mns", "1000", "--duration", "6s", "--keep")
    with Responder(pair, "raw", "stall"):
        held = load(pair, "--rate", "200", "--mns", "1000", "--duration", "6s", "--keep", "--window", "1")
    # On a machine that is busy with other things, requests leave late and answers wait: then there is more.
    calm = free["local"]["lag_ms"]["p99"] < 10 and free["latency_ms"]["max"] < 1050
    for found in (free, held):
        # 200 of 1,200 were due in that second, evenly: the longest 1 % waited more than 0.94 s.
        assert found["latency_ms"]["p99"] > 0.95 * 940
        assert found["latency_ms"]["p99"] < 1.05 * 940 or not calm or found["latency_ms"]["max"] > 1050
    assert free["service_ms"]["p99"] > 0.95 * 940
    assert held["service_ms"]["p99"] < 400 and held["local"]["behind_ms"] > 950


def test_nobody_is_there(pair: Pair) -> None:
    for target, code, told in (
        ("2001:db8:1::99", 5, "no answer to Neighbor Solicitation"),
        ("2001:db8:99::1", 5, "ip -6 route add"),
        (LMA, 3, "nothing is answered"),
        (f"udp://[{LMA}]", 3, "nothing is answered"),
    ):
        words = pair.command(pair.mag, sys.executable, "-m", "pmiptool", "load", "--target", target, "--count", "50")
        done = subprocess.run(words, capture_output=True, text=True, timeout=60)
        assert done.returncode == code, (target, done.stderr)
        assert told in done.stderr and "Traceback" not in done.stderr


def test_ctrl_c_detaches_and_reports_on_a_terminal(pair: Pair, tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    output = tmp_path / "result.json"
    with Responder(pair, "raw", "odd"):
        words = pair.command(pair.mag, sys.executable, "-m", "pmiptool", "load", "--target", LMA, "--duration", "60s",
                             "--timeout", "1", "-o", str(output))  # fmt: skip
        process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=theirs, env={**os.environ, "TERM": "xterm"})
        os.close(theirs)
        time.sleep(5)
        process.send_signal(signal.SIGINT)
        screen = b""
        while True:
            try:
                some = os.read(ours, 65536)
            except OSError:
                break
            if not some:
                break
            screen += some
        out, _ = process.communicate(timeout=30)
        os.close(ours)
    assert process.returncode == 130
    assert b"under way" in screen and b"latency" in screen and b"Traceback" not in screen
    assert b"interrupted" in out
    found = json.loads(output.read_text())
    assert found["interrupted"] and found["totals"]["answered"] > 100
    assert found["cleanup"]["answered"] == found["cleanup"]["sent"] > 50


def test_two_generators_begin_together_and_are_merged(pair: Pair, tmp_path: Path) -> None:
    begin = f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(time.time() + 6))}Z"
    with Responder(pair, "raw", "stall"):
        processes, files = [], []
        for number in range(2):
            files.append(str(tmp_path / f"{number}.json"))
            words = pair.command(pair.mag, sys.executable, "-m", "pmiptool", "load", "--target", LMA, "--source",
                                 MAGS[number], "--first", str(number * 1000), "--start-at", begin, "--duration", "1s",
                                 "-o", files[-1])  # fmt: skip
            processes.append(subprocess.Popen(words, stdout=subprocess.DEVNULL))
        assert [process.wait(40) for process in processes] == [0, 0]
    done = subprocess.run([sys.executable, "-m", "pmiptool", "load", "report", *files, "--json"], capture_output=True)
    both = json.loads(done.stdout)
    assert both["totals"]["sent"] == both["totals"]["answered"] == 200
    assert both["ended"] - both["started"] == pytest.approx(1.0, abs=0.01)
    assert both["rate"]["asked"] == 200
