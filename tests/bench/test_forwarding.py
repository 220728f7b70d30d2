"""The data plane with a hundred filters next to a loop that only copies, between two network namespaces."""

from __future__ import annotations

import contextlib
import select
import socket
import statistics
import struct
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from tests.bench.network import ROUNDS, received
from tests.bench.timing import report
from tests.netns import MAGS, Pair, inside

pytestmark = [pytest.mark.bench, pytest.mark.root, pytest.mark.timeout(600)]

SECONDS, PINGS = 1.0, 400
MN = "2001:db8:a1::1"
FLOOD = """
import socket, sys, time
sock = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
name, payload, until = (sys.argv[1], 1100), bytes(200), time.time() + float(sys.argv[2])
while time.time() < until:
    for _ in range(100):
        try:
            sock.sendto(payload, name)
        except OSError:
            pass
"""


@pytest.fixture
def pair() -> Iterator[Pair]:
    with Pair() as both:
        yield both


@contextlib.contextmanager
def forwarding(pair: Pair, kind: str) -> Iterator[None]:
    command = pair.command(pair.lma, sys.executable, "-m", "tests.bench.forwarder", kind)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
        try:
            yield
        finally:
            process.terminate()


def tunnel(pair: Pair) -> socket.socket:
    with inside(pair.mag):
        sock = socket.socket(socket.AF_INET6, socket.SOCK_RAW, 41)
        sock.bind((MAGS[0], 0))
        return sock


def packets_a_second(pair: Pair, kind: str) -> float:
    with forwarding(pair, kind):
        flood = pair.command(pair.lma, sys.executable, "-c", FLOOD, MN, str(SECONDS + 0.6))
        with subprocess.Popen(flood) as sender:
            time.sleep(0.3)
            first, started = received(pair.mag, "pmip0"), time.perf_counter()
            time.sleep(SECONDS)
            rate = (received(pair.mag, "pmip0") - first) / (time.perf_counter() - started)
            sender.wait()
    return rate


def latency(pair: Pair, kind: str) -> float:
    """The median time of one packet from a socket by way of the data plane to the gateway, in microseconds."""
    taken = []
    with inside(pair.lma):
        sender = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    with forwarding(pair, kind), sender, tunnel(pair) as sock:
        for number in range(PINGS):
            started = time.perf_counter()
            sender.sendto(struct.pack("!I", number), (MN, 1100))
            while True:
                assert select.select([sock], [], [], 2)[0], "a packet was lost"
                if sock.recv(2048)[-4:] == struct.pack("!I", number):
                    break
            taken.append(time.perf_counter() - started)
    return statistics.median(taken) * 1e6


def test_forwarding_next_to_a_copying_loop(pair: Pair) -> None:
    ratios, rates = [], {"copy": [], "plane": []}
    for _ in range(ROUNDS):
        found = {kind: packets_a_second(pair, kind) for kind in ("copy", "plane")}
        ratios.append(found["plane"] / found["copy"])
        for kind, rate in found.items():
            rates[kind].append(rate)
    shown = {kind: statistics.median(values) for kind, values in rates.items()}
    what = (
        f"packets forwarded with 100 filters ({shown['plane']:.0f}/s) for one of a copying loop ({shown['copy']:.0f}/s)"
    )
    report(what, statistics.median(ratios), "at least 0.5")


def test_latency_next_to_a_copying_loop(pair: Pair) -> None:
    found: dict[str, list[float]] = {"copy": [], "plane": []}
    for _ in range(ROUNDS):
        for kind, values in found.items():
            values.append(latency(pair, kind))
    ratios = [plane / copy for plane, copy in zip(found["plane"], found["copy"], strict=True)]
    shown = {kind: statistics.median(values) for kind, values in found.items()}
    what = (
        f"median time by the data plane ({shown['plane']:.0f} us) for that by a copying loop ({shown['copy']:.0f} us)"
    )
    report(what, statistics.median(ratios), "at most 3")
