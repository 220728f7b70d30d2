"""Sending, receiving and closed loops over a veth pair, next to tcpreplay, trafgen, Scapy and C."""

from __future__ import annotations

import ipaddress
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from pmiptool.capture.files import Writer
from pmiptool.load.identifiers import Pattern
from pmiptool.load.messages import Messages, Wishes
from pmiptool.load.mix import ATTACH, RENEW
from pmiptool.load.nodes import Nodes
from pmiptool.load.run import Plan, Run
from pmiptool.load.setup import Population, prepare
from pmiptool.net.bulk import neighbour
from pmiptool.net.bulk.frames import header
from pmiptool.net.bulk.port import open_port
from pmiptool.net.target import parse_target
from pmiptool.session.endpoint import Endpoint
from tests.bench.network import Done, by_turns, compiled, measured, per_second, ratio, received, throw_away, timed
from tests.bench.timing import report
from tests.netns import LMA, MAGS, Pair, inside

pytestmark = [pytest.mark.bench, pytest.mark.root, pytest.mark.timeout(900)]

OWN, PEER = ipaddress.ip_address(MAGS[0]).packed, ipaddress.ip_address(LMA).packed
PREPARED, COUNT = 1000, 200_000


@pytest.fixture
def pair() -> Iterator[Pair]:
    with Pair() as both:
        yield both


@pytest.fixture
def program(tmp_path: Path) -> str:
    return compiled("bulk", tmp_path)


class Crafter:
    """Distinct PBUs as `pmiptool load` makes them: sequence number, MN-ID, timestamp, checksum."""

    def __init__(self) -> None:
        identifiers = Pattern("mn{}@example.org", 1_000_000)
        self.messages = Messages(Wishes(), identifiers, [(OWN, PEER)])
        self.form = self.messages.form(ATTACH)
        self.table = Nodes(1_000_000, 1)
        self.nodes = np.arange(1_000_000, dtype=np.int32)
        self.length = self.form.template.length
        self.at = 0
        self.stamp = int(time.time() * 65536)

    def write(self, rows: np.ndarray) -> None:
        count = len(rows)
        if self.at + count > len(self.nodes):
            self.at = 0
        nodes = self.nodes[self.at : self.at + count]
        numbers = np.arange(self.at, self.at + count, dtype=np.int64).astype(np.uint16)
        self.at += count
        self.stamp += 1
        self.form.write(rows, 0, numbers, nodes, self.table, self.messages.identifiers, self.stamp)

    def some(self, count: int) -> list[bytes]:
        rows = np.zeros((count, 2048), np.uint8)
        self.write(rows)
        return [row[: self.length].tobytes() for row in rows]


def flood(pair: Pair, path: str) -> Callable[[], Done]:
    """Craft and send `COUNT` messages."""
    crafter = Crafter()

    def once() -> Done:
        with inside(pair.mag):  # opened each time: others need the queue too
            port = open_port(parse_target(LMA), [OWN], path=path)

        def work() -> int:
            sent = 0
            while sent < COUNT:
                rows = port.rows(0, 1024)
                crafter.write(rows)
                sent += port.send(crafter.length)
            return sent

        try:
            assert port.path == path
            done = measured(work)
            assert port.drops().send_queue == 0
            return done
        finally:
            port.close()

    return once


def frames(pair: Pair, count: int) -> list[bytes]:
    """PBUs behind the headers that reach the LMA."""
    target = parse_target(LMA)
    with inside(pair.mag):
        route = neighbour.route_to(target, OWN)
        way = neighbour.resolve(target, OWN, route, neighbour.link_at(route.index))
    messages = Crafter().some(count)
    before = header(way, Endpoint(OWN), target.endpoint, len(messages[0]))
    return [before + message for message in messages]


def digits_at(message: bytes) -> int:
    """Where the eight digits of the MN-ID stand in a PBU."""
    return message.index(b"mn00000") + 2


def c_flood(pair: Pair, program: str, frame: Path, digits: int) -> Callable[[], Done]:
    command = pair.command(pair.mag, program, "flood", "pmip0", str(frame), str(digits), "0.4")

    def once() -> Done:
        rate, frugal, count = map(
            float, subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
        )
        return Done(count, count / rate, count / frugal)

    return once


@pytest.mark.parametrize("wire", [True, False], ids=["down a wire", "into another stack"])
def test_sending_while_crafting(pair: Pair, program: str, tmp_path: Path, wire: bool) -> None:
    """`wire`: the other namespace drops what comes at once; else its IPv6 stack has it, at our cost on a veth pair."""
    lacking = [name for name in ("tcpreplay", "trafgen", "tc") if shutil.which(name) is None]
    if lacking:
        pytest.skip(f"needs {' and '.join(lacking)}")
    prepared = frames(pair, PREPARED)
    with Writer(str(tmp_path / "prepared.pcap"), 1) as writer:
        for number, frame in enumerate(prepared):
            writer.write(frame, number)
    (tmp_path / "prepared.cfg").write_text("\n".join("{ " + ", ".join(map(str, frame)) + " }" for frame in prepared))
    (tmp_path / "frame").write_bytes(prepared[0])
    if wire and not throw_away(pair.lma, "pmip0"):
        pytest.skip("this kernel's tc cannot drop by a BPF program")
    replay = ["tcpreplay", "-q", "-i", "pmip0", "--topspeed", "-K", "--loop", str(COUNT // PREPARED)]
    trafgen = ["trafgen", "-o", "pmip0", "-n", str(COUNT), "-P", "1", "-i", str(tmp_path / "prepared.cfg")]
    works = {
        "AF_XDP": flood(pair, "AF_XDP"),
        "AF_PACKET": flood(pair, "AF_PACKET"),
        "tcpreplay": lambda: timed(pair.command(pair.mag, *replay, str(tmp_path / "prepared.pcap")), COUNT),
        "trafgen": lambda: timed(pair.command(pair.mag, *trafgen), COUNT),
        "C": c_flood(pair, program, tmp_path / "frame", digits_at(prepared[0][54:])),
    }
    before = received(pair.lma, "pmip0")
    found = by_turns(works)
    came, sent = received(pair.lma, "pmip0") - before, sum(each.count for done in found.values() for each in done)
    assert came >= sent * 0.999, f"{sent - came} of {sent} messages did not arrive"
    for name, done in found.items():
        print(f"\n{name}: {per_second(done)} of processor time, {per_second(done, 'rate')}", end="")
    ours, plain = found["AF_XDP"], found["AF_PACKET"]
    for what, a, b, wanted in (
        ("crafting and sending over AF_XDP for one of tcpreplay", ours, "tcpreplay", "at least 1.4"),
        ("crafting and sending over AF_XDP for one of trafgen", ours, "trafgen", "at least 1.25"),
        ("crafting and sending over AF_XDP for one of C", ours, "C", "at least 0.8"),
        ("crafting and sending over AF_PACKET for one of tcpreplay", plain, "tcpreplay", "at least 1"),
        ("crafting and sending over AF_PACKET for one of trafgen", plain, "trafgen", "at least 1"),
    ):
        report(f"{what}, by processor time", ratio(a, found[b]), wanted)
        report(f"{what}, by the clock", ratio(a, found[b], "rate"), wanted)


@pytest.fixture
def responder(pair: Pair, program: str) -> Iterator[None]:
    with subprocess.Popen(
        pair.command(pair.lma, program, "respond", LMA), stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None and "listening" in process.stdout.readline()
            yield
        finally:
            process.terminate()


def closed_loop(pair: Pair, window: int, seconds: float = 0.8) -> Done:
    """Renewals of 20,000 mobile nodes, attached first, with so many under way."""
    plan = Plan(rate=None, window=window, mix={RENEW: 1.0}, duration=seconds, keep=True)
    with inside(pair.mag):
        load = prepare(parse_target(LMA), (OWN,), Population(20_000), Wishes(), plan)
    try:
        before = time.process_time()
        period = Run(load.engine, plan).play()
        spent, tally = time.process_time() - before, load.engine.tally
        answered = sum(counts.answered for counts in tally.kinds)
        assert answered and answered == sum(counts.sent for counts in tally.kinds), "messages were lost"
        return Done(answered, tally.last - period.started, spent)
    finally:
        load.close()


def taken(pair: Pair, window: int = 4000, turns: int = 10) -> Done:
    """Receive and match answers that wait."""
    plan = Plan(rate=None, window=window, mix={RENEW: 1.0}, keep=True)
    with inside(pair.mag):
        load = prepare(parse_target(LMA), (OWN,), Population(window), Wishes(), plan)
    engine, spent = load.engine, 0.0
    try:
        for turn in range(turns):
            nodes = (engine.nodes.attached if turn else engine.nodes.detached).take(window)
            assert engine.start(RENEW if turn else ATTACH, nodes, np.full(window, engine.clock.now())) == window
            patience = time.monotonic() + 10
            while engine.pending.under_way:
                assert time.monotonic() < patience, f"answers were lost: {engine.port.drops()}"
                time.sleep(0.02)  # so that answers wait, as they do for a sniffer that is slower than they come
                before = time.thread_time()
                while (arrivals := engine.port.receive(0)) is not None:
                    engine.take(arrivals)
                spent += time.thread_time() - before
        assert sum(counts.answered for counts in engine.tally.kinds) == window * turns
        return Done(window * turns, 1, spent)
    finally:
        load.close()


SRP = """
import sys, time
from scapy.config import conf
from scapy.layers.inet6 import IPv6, MIP6MH_BU
from scapy.layers.l2 import Ether
from scapy.sendrecv import srp
import scapy.all, socket
keep = socket.socket(socket.AF_INET6, socket.SOCK_RAW, 135)
frames = open(sys.argv[1], "rb").read()
size = int(sys.argv[2])
packets = [Ether(frames[at : at + size]) for at in range(0, len(frames), size)]
before = time.process_time()
answered, _ = srp(packets, iface="pmip0", filter="ip6 proto 135", timeout=1, verbose=False)
# From the first request to the last answer: what srp waits for at the end does not count.
first, last = min(sent.sent_time for sent, _ in answered), max(answer.time for _, answer in answered)
print(len(answered), float(last - first), time.process_time() - before)
"""

SNIFF = """
import sys, time, socket
import scapy.all
from scapy.layers.inet6 import MIP6MH_BA
from scapy.sendrecv import AsyncSniffer
keep = socket.socket(socket.AF_INET6, socket.SOCK_RAW, 135)
wanted, found = set(range(65536)), 0
def match(packet):
    global found
    if MIP6MH_BA in packet and packet[MIP6MH_BA].seq in wanted:
        found += 1
sniffer = AsyncSniffer(iface="pmip0", filter="ip6 proto 135 and ip6 dst " + sys.argv[1], store=False, prn=match)
sniffer.start()
time.sleep(0.5)
print("ready", flush=True)
before = time.process_time()
sys.stdin.readline()
time.sleep(0.5)
print(found, time.process_time() - before)
"""


def scapy_srp(pair: Pair, folder: Path) -> Done:
    some = frames(pair, 300)
    (folder / "frames").write_bytes(b"".join(some))
    command = pair.command(
        pair.mag, sys.executable, "-W", "ignore", "-c", SRP, str(folder / "frames"), str(len(some[0]))
    )
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    count, elapsed, spent = map(float, told)
    assert count >= 100, "srp did not pair the answers"
    return Done(count, elapsed, spent)


def scapy_sniffer(pair: Pair, program: str, message: Path, digits: int) -> Done:
    """What a sniffer makes of answers that come as fast as a closed loop in C makes them come."""
    command = pair.command(pair.mag, sys.executable, "-W", "ignore", "-c", SNIFF, MAGS[0])
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None and process.stdout is not None
        assert "ready" in process.stdout.readline()
        subprocess.run(
            pair.command(pair.mag, program, "ask", MAGS[0], LMA, str(message), str(digits), "100", "0.5"),
            check=True,
            capture_output=True,
        )
        told, _ = process.communicate("\n", timeout=60)
    count, spent = map(float, told.split())
    return Done(count, 1, spent)


def test_closed_loop(pair: Pair, program: str, responder: None, tmp_path: Path) -> None:
    message = Crafter().some(1)[0]
    (tmp_path / "message").write_bytes(message)
    digits = digits_at(message)

    def ask(window: int) -> Done:
        command = pair.command(
            pair.mag, program, "ask", MAGS[0], LMA, str(tmp_path / "message"), str(digits), str(window), "0.8"
        )
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
        rate, frugal, _ = map(float, told)
        return Done(rate * 0.8, 0.8, rate * 0.8 / frugal)

    found = by_turns(
        {
            "1,000 in C": lambda: ask(1000),
            "1,000": lambda: closed_loop(pair, 1000),
            "4,000 in C": lambda: ask(4000),
            "4,000": lambda: closed_loop(pair, 4000),
            "Scapy's srp": lambda: scapy_srp(pair, tmp_path),
        }
    )
    for name, done in found.items():
        print(f"\n{name}: {per_second(done, 'rate')}, {per_second(done)} of processor time", end="")
    for window in ("1,000", "4,000"):
        for how, of in (("the clock", "rate"), ("processor time", "frugality")):
            value = ratio(found[window], found[f"{window} in C"], of)
            report(f"closed loop with a window of {window} for one of C, by {how}", value, "at least 0.85")
            value = ratio(found[window], found["Scapy's srp"], of)
            report(f"closed loop with a window of {window} for one of Scapy's srp, by {how}", value, "at least 70")


def test_receiving(pair: Pair, program: str, responder: None, tmp_path: Path) -> None:
    message = Crafter().some(1)[0]
    (tmp_path / "message").write_bytes(message)
    works = {
        "ours": lambda: taken(pair),
        "Scapy's AsyncSniffer": lambda: scapy_sniffer(pair, program, tmp_path / "message", digits_at(message)),
    }
    found = by_turns(works)
    for name, done in found.items():
        print(f"\n{name}: {per_second(done)} of processor time", end="")
    value = ratio(found["ours"], found["Scapy's AsyncSniffer"])
    report("receiving and matching for one of Scapy's AsyncSniffer, by processor time", value, "at least 500")
