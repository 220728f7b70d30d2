"""`pmiptool lma` over a veth pair against a responder in C that only sends back what it gets."""

from __future__ import annotations

import ipaddress
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from pmiptool.text.filters import parse_flow
from pmiptool.wire.codec import codec_for
from pmiptool.wire.values import (
    AccessTechnologyType,
    BindingUpdate,
    HandoffIndicator,
    HomeNetworkPrefix,
    MobileNodeIdentifier,
    Multihoming,
    Prefix,
)
from tests.bench.timing import report

pytestmark = [pytest.mark.bench, pytest.mark.root]

LMA, MAG = "2001:db8:1::1", "2001:db8:1::2"
MOBILE_NODES, ROUNDS, WINDOW = 200, 200, 32


def run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


@pytest.fixture
def namespaces() -> Iterator[tuple[str, str]]:
    if os.geteuid() != 0 or not shutil.which("ip"):
        pytest.skip("needs root and iproute2")
    lma, mag = (f"pmip-bench-{name}-{os.getpid()}" for name in ("lma", "mag"))
    try:
        run("ip", "netns", "add", lma)
        run("ip", "netns", "add", mag)
        run("ip", "-n", lma, "link", "add", "veth0", "type", "veth", "peer", "name", "veth0", "netns", mag)
        for name, address in ((lma, LMA), (mag, MAG)):
            run("ip", "-n", name, "address", "add", f"{address}/64", "dev", "veth0", "nodad")
            run("ip", "-n", name, "link", "set", "veth0", "up")
            run("ip", "-n", name, "link", "set", "lo", "up")
        yield lma, mag
    finally:
        for name in (lma, mag):
            subprocess.run(["ip", "netns", "delete", name], check=False, capture_output=True)


@pytest.fixture
def echo(tmp_path: Path) -> str:
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("needs a C compiler")
    made = str(tmp_path / "echo")
    run(compiler, "-O2", "-o", made, str(Path(__file__).with_name("echo.c")))
    return made


def messages(path: Path, modify: bool) -> None:
    """Attachments of many mobile nodes with a filter each, then renewals (figure 4) or modifications (figure 5).

    Sequence numbers, no timestamps. Each stands behind two octets of its length.
    """
    codec = codec_for()
    mag, lma = ipaddress.ip_address(MAG).packed, ipaddress.ip_address(LMA).packed
    flow = parse_flow("fid=1 pri=10 proto=udp dst-port=5060-5061")
    with path.open("wb") as file:
        for turn in range(ROUNDS):
            for number in range(MOBILE_NODES):
                options = (
                    MobileNodeIdentifier(1, b"mn%05d@example.org" % number),
                    HomeNetworkPrefix(home_network_prefix=Prefix.any()),
                    HandoffIndicator(0, 5 if turn else 1),
                    AccessTechnologyType(0, 4),
                    Multihoming(0, 0, 0),
                )
                if modify or not turn:
                    options += (msgspec.structs.replace(flow, pro=1 if turn else 0),)
                octets = codec.encode(BindingUpdate(turn + 1, 0x8200, 75, options), None, mag, lma)
                file.write(len(octets).to_bytes(2, "big") + octets)


def answered(echo: str, namespace: str, path: Path) -> tuple[int, int, int]:
    command = ["ip", "netns", "exec", namespace, echo, "ask", MAG, LMA, str(path), str(WINDOW)]
    rate, sent, got, rejected = map(
        int, subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    )
    assert sent == got == ROUNDS * MOBILE_NODES, "messages were lost"
    return rate, got, rejected


def measure(responder: list[str], namespaces: tuple[str, str], echo: str, path: Path) -> tuple[int, int]:
    """Answers a second, and how many of them rejected."""
    lma, mag = namespaces
    with subprocess.Popen(
        ["ip", "netns", "exec", lma, *responder], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout is not None
            assert "listening" in process.stdout.readline()
            # What it prints from now on must not hold it up.
            drain = subprocess.Popen(["cat"], stdin=process.stdout, stdout=subprocess.DEVNULL)
            rate, _, rejected = answered(echo, mag, path)
        finally:
            process.terminate()
            process.wait(10)
            drain.wait(10)
    return rate, rejected


@pytest.mark.parametrize("kind", ["renewals", "modifications of a filter"])
def test_answers_next_to_a_responder_in_c(namespaces: tuple[str, str], echo: str, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "messages"
    messages(path, modify=kind != "renewals")
    floor, _ = measure([echo, "echo", LMA], namespaces, echo, path)
    rate, rejected = measure([sys.executable, "-m", "pmiptool", "lma", "--listen", LMA], namespaces, echo, path)
    assert rejected == 0
    what = f"answers of `pmiptool lma` to {kind} ({rate}/s) for one of the C responder ({floor}/s)"
    report(what, rate / floor, "at least 0.1")
