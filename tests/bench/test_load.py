"""Crafting next to Scapy and C, and a million mobile nodes against the reference LMA."""

from __future__ import annotations

import ipaddress
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from pmiptool.load.identifiers import Pattern
from pmiptool.load.messages import Messages, Wishes
from pmiptool.load.mix import ATTACH, RENEW
from pmiptool.load.nodes import Nodes
from tests.bench.network import Done, by_turns, compiled, measured, per_second, ratio
from tests.bench.timing import report
from tests.netns import LMA, MAGS, Pair

pytestmark = [pytest.mark.bench, pytest.mark.timeout(1800)]

OWN, PEER = ipaddress.ip_address(MAGS[0]).packed, ipaddress.ip_address(LMA).packed
BATCH, BATCHES = 1024, 4000
MILLION = int(os.environ.get("PMIPTOOL_BENCH_MNS", "1000000"))


def ours(messages: Messages, kind: int) -> Callable[[], Done]:
    """Distinct PBUs of a million mobile nodes, as many rows at once as a port hands out, for as long as C has."""
    table, form = Nodes(1_000_000), messages.form(kind)
    nodes, numbers = np.arange(1_000_000, dtype=np.int32), np.arange(1 << 20).astype(np.uint16)
    rows = np.zeros((BATCH, 2112), np.uint8)

    def work() -> int:
        for number in range(BATCHES):
            at = number * BATCH % (1_000_000 - BATCH)
            some = slice(at, at + BATCH)
            form.write(rows, 0, numbers[some], nodes[some], table, messages.identifiers, number + 1)
        return BATCH * BATCHES

    return lambda: measured(work)


def scapys() -> Done:
    """The same PBUs with Scapy's own layer."""
    code = """
import sys, time
from scapy.layers.inet6 import IPv6, MIP6MH_BU, MIP6OptMNID, MIP6OptUnknown, Pad1, PadN
count, before = 1000, time.process_time()
for number in range(count):
    options = [
        MIP6OptMNID(subtype=1, id=b"mn%08d@example.org" % number),
        MIP6OptUnknown(otype=22, odata=b"\\0\\0" + bytes(16)),
        MIP6OptUnknown(otype=23, odata=b"\\0\\1"),
        MIP6OptUnknown(otype=24, odata=b"\\0\\4"),
        MIP6OptUnknown(otype=27, odata=number.to_bytes(8, "big")),
    ]
    packet = IPv6(src=sys.argv[1], dst=sys.argv[2]) / MIP6MH_BU(seq=number, flags="AP", mhtime=75, options=options)
    octets = bytes(packet)
print(count, time.process_time() - before)
"""
    words = [sys.executable, "-W", "ignore", "-c", code, MAGS[0], LMA]
    count, spent = map(float, subprocess.run(words, check=True, capture_output=True, text=True).stdout.split())
    return Done(count, spent, spent)


def test_crafting(tmp_path: Path) -> None:
    messages = Messages(Wishes(), Pattern("mn{}@example.org", 1_000_000), [(OWN, PEER)])
    row = np.zeros((1, 2112), np.uint8)
    messages.form(ATTACH).write(
        row, 0, np.zeros(1, np.uint16), np.zeros(1, np.int32), Nodes(1), messages.identifiers, 1
    )
    octets = row[0, : messages.form(ATTACH).template.length].tobytes()
    (tmp_path / "message").write_bytes(octets)
    program, digits = compiled("bulk", tmp_path), octets.index(b"mn000000") + 2

    def in_c() -> Done:
        words = [program, "craft", str(tmp_path / "message"), str(digits), "0.1"]
        told = subprocess.run(words, check=True, capture_output=True, text=True).stdout.split()
        rate, frugal, count = map(float, told[:3])
        return Done(count, count / rate, count / frugal)

    works = {"attachments": ours(messages, ATTACH), "renewals": ours(messages, RENEW),
             "C": in_c, "Scapy": scapys}  # fmt: skip
    found = by_turns(works)
    for name, done in found.items():
        print(f"\n{name}: {per_second(done)} of processor time", end="")
    for name in ("attachments", "renewals"):
        report(f"crafting {name} for one of scapy.layers.inet6", ratio(found[name], found["Scapy"]), "at least 8,000")
        report(f"crafting {name} for one of C", ratio(found[name], found["C"]), "at least 0.4")


@pytest.mark.root
def test_a_million_mobile_nodes(tmp_path: Path) -> None:
    """Attached, renewed and detached: every request is answered, or told as lost, and by whom."""
    output = tmp_path / "result.json"
    with Pair() as pair:
        # A thousand requests wait longer than 0.3 s where the LMA has half a core: that is not what is measured here.
        config = tmp_path / "lma.toml"
        config.write_text("[timers]\ntimestamp_validity_window = 30.0\n")
        words = pair.command(
            pair.lma, sys.executable, "-m", "pmiptool", "lma", "--listen", LMA, "--config", str(config)
        )
        with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as lma:
            try:
                assert lma.stdout is not None and "listening" in lma.stdout.readline()
                drain = subprocess.Popen(["cat"], stdin=lma.stdout, stdout=subprocess.DEVNULL)
                started = time.perf_counter()
                subprocess.run(
                    pair.command(
                        pair.mag, sys.executable, "-m", "pmiptool", "load", "--target", LMA, "--source", MAGS[0],
                        "--window", "1000", "--mns", str(MILLION), "--count", str(2 * MILLION), "--lifetime", "3600",
                        "-o", str(output), "--retransmit",
                    ),
                    check=True,
                    stdout=subprocess.DEVNULL,
                )  # fmt: skip
                elapsed = time.perf_counter() - started
            finally:
                lma.terminate()
                lma.wait(30)
                drain.wait(10)
    found = json.loads(output.read_text())
    totals, cleanup = found["totals"], found["cleanup"]
    assert totals["sent"] == 2 * MILLION == totals["answered"] + totals["lost"] + totals["lost_here"]
    assert cleanup["sent"] == cleanup["answered"] + cleanup["lost"] and cleanup["left"] == 0
    report(f"attached, renewed and detached, exchanges a second ({elapsed:.0f} s)",
           (totals["answered"] + cleanup["answered"]) / elapsed, "")  # fmt: skip
    report("answered, of a hundred", 100 * totals["answered"] / totals["sent"], "100")
    report("detached, of a hundred", 100 * cleanup["answered"] / MILLION, "100")
    report("rejected", sum(totals["rejected"].values()), "0")
    report("lost by the peer", totals["lost"], "0")
    report("lost in this machine", totals["lost_here"], "0")
    report("octets for a mobile node in the generator", found["local"]["octets_per_mn"], "at most 200")
