"""`pmiptool lma` over a veth pair against a responder in C that only sends back what it gets."""

from __future__ import annotations

import contextlib
import ipaddress
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from pmiptool.text.filters import parse_flow
from pmiptool.wire.checksum import checksum
from pmiptool.wire.codec import codec_for
from pmiptool.wire.values import (
    AccessTechnologyType,
    BindingUpdate,
    HandoffIndicator,
    HomeNetworkPrefix,
    MobileNodeIdentifier,
    MobileNodeLinkLayerIdentifier,
    Multihoming,
    Prefix,
)
from tests.bench.network import compiled
from tests.bench.timing import report
from tests.netns import LMA, MAGS, Pair

pytestmark = [pytest.mark.bench, pytest.mark.root]

MAG = MAGS[0]
MOBILE_NODES, ROUNDS, WINDOW, TURNS = 200, 200, 32, 9


@pytest.fixture
def pair() -> Iterator[Pair]:
    with Pair() as both:
        yield both


@pytest.fixture
def echo(tmp_path: Path) -> str:
    return compiled("echo", tmp_path)


def messages(path: Path, kind: str) -> None:
    """Attachments of many mobile nodes with a filter each, then renewals (figure 4) or modifications (figure 5).

    Plain ones are those of RFC 5213. Sequence numbers, no timestamps. Each stands behind two octets of its length.
    """
    codec = codec_for()
    mag, lma = ipaddress.ip_address(MAG).packed, ipaddress.ip_address(LMA).packed
    flow = parse_flow("fid=1 pri=10 proto=udp dst-port=5060-5061")
    with path.open("wb") as file:
        for turn in range(ROUNDS):
            for number in range(MOBILE_NODES):
                options: tuple[Any, ...] = (
                    MobileNodeIdentifier(1, b"mn%05d@example.org" % number),
                    HomeNetworkPrefix(home_network_prefix=Prefix.any()),
                    HandoffIndicator(0, 5 if turn else 1),
                    AccessTechnologyType(0, 4),
                )
                if kind == "plain renewals":
                    options += (MobileNodeLinkLayerIdentifier(0, b"\2\0\0" + number.to_bytes(3, "big")),)
                else:
                    options += (Multihoming(0, 0, 0),)
                if kind == "modifications of a filter" or (not turn and kind == "renewals"):
                    options += (msgspec.structs.replace(flow, pro=1 if turn else 0),)
                octets = codec.encode(BindingUpdate(turn + 1, 0x8200, 75, options), None, mag, lma)
                file.write(len(octets).to_bytes(2, "big") + octets)


def answered(echo: str, pair: Pair, path: Path, count: int = ROUNDS * MOBILE_NODES) -> tuple[int, int, int]:
    """Answers a second, how many, and how many of them rejected, asked from the second core."""
    asking = ["taskset", "-c", str((os.cpu_count() or 1) - 1), echo, "ask", MAG, LMA, str(path), str(WINDOW)]
    told = subprocess.run(pair.command(pair.mag, *asking), check=True, capture_output=True, text=True).stdout
    rate, sent, got, rejected = map(int, told.split())
    assert sent == got == count, "messages were lost"
    return rate, got, rejected


def processes(number: int) -> list[int]:
    """A process and those that it has started."""
    with open(f"/proc/{number}/task/{number}/children") as file:
        return [number, *map(int, file.read().split())]


def resident(number: int) -> int:
    """Octets of memory that a process and its own take."""
    found = 0
    for each in processes(number):
        with open(f"/proc/{each}/statm") as file:
            found += int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return found


@contextlib.contextmanager
def running(responder: list[str], pair: Pair) -> Iterator[int]:
    """A responder that is ready; its process. What it prints does not hold it up."""
    line = pair.command(pair.lma, *responder)
    with subprocess.Popen(line, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert "listening" in process.stdout.readline()
            drain = subprocess.Popen(["cat"], stdin=process.stdout, stdout=subprocess.DEVNULL)
            yield process.pid
        finally:
            process.terminate()
            process.wait(60)
            drain.wait(60)


def measure(responder: list[str], pair: Pair, echo: str, path: Path) -> tuple[int, int]:
    """Answers a second, and how many of them rejected."""
    with running(["taskset", "-c", "0", *responder], pair):
        rate, _, rejected = answered(echo, pair, path)
    return rate, rejected


LMA_COMMAND = [sys.executable, "-m", "pmiptool", "lma", "--listen", LMA]


@pytest.mark.parametrize("kind", ["renewals", "plain renewals", "modifications of a filter"])
def test_answers_next_to_a_responder_in_c(pair: Pair, echo: str, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "messages"
    messages(path, kind)
    ratios, rates = [], []
    for _ in range(TURNS):  # by turns, so that what else the machine does meets both
        floor, _ = measure([echo, "echo", LMA], pair, echo, path)
        rate, rejected = measure(LMA_COMMAND, pair, echo, path)
        assert rejected == 0
        ratios.append(rate / floor)
        rates.append((rate, floor))
    rate, floor = sorted(rates)[TURNS // 2]
    what = f"answers of `pmiptool lma` to {kind} ({rate}/s) for one of the C responder ({floor}/s)"
    report(what, statistics.median(ratios), "at least 0.15")


@pytest.mark.parametrize("workers", ["1", "2"])
def test_many_mobile_nodes(pair: Pair, echo: str, tmp_path: Path, workers: str) -> None:
    """Attached, renewed and deregistered, and what each takes of memory. MANY=1000000 in the environment: so many."""
    many = int(os.environ.get("MANY", "100000"))
    config = tmp_path / "lma.toml"
    config.write_text("[lma]\nmax_lifetime = 262140\n")
    command = [*LMA_COMMAND, "--quiet", "--workers", workers, "--config", str(config)]
    path = tmp_path / "messages"
    with running(command, pair) as process:
        time.sleep(2)
        before = resident(process)
        for turn, (what, handoff, lifetime) in enumerate((("attach", 1, 60000), ("renew", 5, 60000), ("detach", 4, 0))):
            one_of_each(path, many, turn + 1, handoff, lifetime)
            rate, got, rejected = answered(echo, pair, path, many)
            assert (got, rejected) == (many, 0)
            print(f"\n{workers} processes, {many} mobile nodes, {what}: {rate}/s", end="")
            if what == "renew":
                taken = (resident(process) - before) / many
    report(f"\noctets of memory for a mobile node of {many}, in {workers} processes", taken, "at most 1500")


def one_of_each(path: Path, many: int, sequence: int, handoff: int, lifetime: int) -> None:
    """One request of each of many mobile nodes: one is encoded, and the others differ in name, interface, checksum."""
    mag, lma = ipaddress.ip_address(MAG).packed, ipaddress.ip_address(LMA).packed
    options = (
        MobileNodeIdentifier(1, b"mn0000000@example.org"), HomeNetworkPrefix(home_network_prefix=Prefix.any()),
        HandoffIndicator(0, handoff), AccessTechnologyType(0, 4), MobileNodeLinkLayerIdentifier(0, b"\2\xee\0\0\0\0"),
    )  # fmt: skip
    octets = bytearray(codec_for().encode(BindingUpdate(sequence, 0x8200, lifetime, options)))
    name, interface = octets.index(b"0000000@"), octets.index(b"\2\xee") + 2
    with path.open("wb") as file:
        for number in range(many):
            octets[name : name + 7] = b"%07d" % number
            octets[interface : interface + 4] = number.to_bytes(4, "big")
            octets[4:6] = checksum(mag, lma, octets).to_bytes(2, "big")
            file.write(len(octets).to_bytes(2, "big") + octets)
