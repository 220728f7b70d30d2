"""What the dissector costs: tshark with it in runs of tshark without it, on PBUs and PBAs and on other packets."""

from __future__ import annotations

import ipaddress
import os
import statistics
import struct
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from pmiptool.capture import tshark
from pmiptool.capture.files import Writer
from pmiptool.dissector import default_lua
from pmiptool.text.filters import parse_flow
from pmiptool.wire.codec import codec_for
from pmiptool.wire.envelope import build
from pmiptool.wire.values import (
    AccessTechnologyType,
    BindingAcknowledgement,
    BindingUpdate,
    HandoffIndicator,
    HomeNetworkPrefix,
    MobileNodeIdentifier,
    Multihoming,
    Prefix,
    Timestamp,
)
from tests.bench.timing import report

pytestmark = pytest.mark.bench

PACKETS = int(os.environ.get("PACKETS", "20000"))
"""In each capture; 200,000 for the numbers to be quoted."""
ROUNDS = 3
MOBILE_NODES = 2000
START = 1_600_000_000
LMA = ipaddress.ip_address("2001:db8:1::1").packed
MAGS = [ipaddress.ip_address(f"2001:db8:1::{number}").packed for number in range(2, 6)]
FLOWS = (
    "fid=1 pri=10 action=forward proto=udp dst-port=5060-5061",
    "fid=2 pri=20 action=forward proto=tcp dst-port=80",
)


def exchange(number: int) -> tuple[BindingUpdate, BindingAcknowledgement]:
    """The registration of a mobile node, and its renewals: eight options each."""
    node, turn = number % MOBILE_NODES, number // MOBILE_NODES
    given = HomeNetworkPrefix(home_network_prefix=Prefix(struct.pack("!IHH8x", 0x20010DB8, 0xF000, node), 64))
    requested = HomeNetworkPrefix(home_network_prefix=Prefix()) if turn == 0 else given
    name = MobileNodeIdentifier(1, b"mn%05d@pmip.example.org" % node)
    now = Timestamp(timestamp=(START << 16) + number * 131)
    more = (HandoffIndicator(hi=5 if turn else 1), AccessTechnologyType(att=4), now, Multihoming())
    flows = tuple(parse_flow(f"{flow}{' pro=modify' if turn else ''}") for flow in FLOWS)
    common = {"sequence": turn & 0xFFFF, "lifetime": 75}
    return (
        BindingUpdate(flags=0x8200, options=(name, requested, *more, *flows), **common),
        BindingAcknowledgement(status=0, flags=0x20, options=(name, given, *more, *flows), **common),
    )


@pytest.fixture(scope="module")
def headers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Mobility Headers alone."""
    path, codec = tmp_path_factory.mktemp("bench") / "headers.pcapng", codec_for()
    with Writer(path) as writer:
        for number in range(PACKETS // 2):
            mag, time = MAGS[number % len(MAGS)], START * 10**9 + number * 2_000_000
            request, answer = exchange(number)
            writer.write(build(codec.encode(request, src=mag, dst=LMA), mag, LMA), time)
            writer.write(build(codec.encode(answer, src=LMA, dst=mag), LMA, mag), time + 1_000_000)
    return path


@pytest.fixture(scope="module")
def others(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """UDP over IPv6 alone."""
    path = tmp_path_factory.mktemp("bench") / "others.pcapng"
    payload = struct.pack("!HHHH", 40000, 40001, 108, 0) + bytes(100)
    with Writer(path) as writer:
        for number in range(PACKETS):
            packet = struct.pack("!IHBB", 6 << 28, len(payload), 17, 64) + MAGS[0] + LMA + payload
            writer.write(packet, START * 10**9 + number * 1_000_000)
    return path


def cost(capture: Path, arguments: Sequence[str], lua: Path | None) -> tuple[float, float]:
    """Seconds of processor time and MB of memory of one run of tshark."""
    with capture.open("rb") as stream, tshark.Room(lua) as room, tempfile.TemporaryFile("w+") as errors:
        command = [tshark.find().path, "-n", *room.arguments, "-r", "-", *arguments]
        process = subprocess.Popen(command, stdin=stream, stdout=subprocess.DEVNULL, stderr=errors, **room.process)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        tshark.ended(capture, room, process.returncode, errors.read())
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def ratios(capture: Path, arguments: Sequence[str]) -> tuple[float, float]:
    """Time and memory with the dissector over those without: the medians of rounds by turns."""
    with_it, without = [], []
    for _ in range(ROUNDS):
        without.append(cost(capture, arguments, None))
        with_it.append(cost(capture, arguments, default_lua()))
    time, memory = (
        statistics.median(run[what] for run in with_it) / statistics.median(run[what] for run in without)
        for what in (0, 1)
    )
    return time, memory


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [(["-V"], 3.0), (["-T", "fields", "-e", "frame.number"], 3.5), ([], None)],
    ids=["in-full", "one-field", "summary"],
)
def test_mobility_headers(headers: Path, arguments: list[str], wanted: float | None) -> None:
    time, memory = ratios(headers, arguments)
    command = " ".join(["tshark", *arguments])
    report(f"{command}, time with the dissector over that without", time, f"at most {wanted}" if wanted else "low")
    report(f"{command}, memory likewise", memory, "at most 1.5")


def test_other_packets(others: Path) -> None:
    time, memory = ratios(others, ["-V"])
    report("tshark -V without Mobility Headers, time with the dissector over that without", time, "at most 1.05")
    report("the same, memory", memory, "at most 1.05")
