"""Captures judged in bulk: exactly the findings of the checker that sees every message."""

from __future__ import annotations

import gzip
import io
import random
import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from time import process_time
from typing import Any

import pytest
import zstandard

from pmiptool.capture.files import Writer, read
from pmiptool.capture.opening import CutCapture
from pmiptool.errors import UsageError
from pmiptool.lma import config_from
from pmiptool.lma.faults import FAULTS
from pmiptool.registry.rule import Among, Utf8, each, rule
from pmiptool.registry.rule import F as Field
from pmiptool.report import bulk
from pmiptool.report.validation import Validation, validate
from pmiptool.rules import Context, SessionChecker
from pmiptool.rules.check import RULES
from pmiptool.rules.compact import complete
from pmiptool.rules.context import Knowledge
from pmiptool.rules.opaque import IDENTITY, opaque, opaque_options
from pmiptool.rules.steady import Steady
from pmiptool.wire.envelope import build
from tests.bench.mixed import Mixed, write
from tests.report.worlds import World
from tests.rules import examples, examples_over_time
from tests.rules.make import START
from tests.rules.stories import sent

STORED = sorted(str(path) for path in Path("pcaps").glob("*.pcapng"))
COMPLETE = Context(complete=True)


def told(result: Validation) -> list[Any]:
    """All of each finding, in the order in which it is shown."""
    found = sorted(result.findings, key=lambda seen: seen.frames[-1:])
    return [(seen, [(result.frames[frame], result.places[frame]) for frame in seen.frames]) for seen in found]


def compare(files: Sequence[str], context: Context | None = None) -> Validation:
    """Judge both ways, and see that nothing differs. Returns what came out in bulk."""
    context = context or Context()
    slow, fast = validate(files, context, timeline=True), validate(files, context)
    assert told(fast) == told(slow)
    for name in ("messages", "requests", "answers", "nodes", "applied"):
        assert getattr(fast, name) == getattr(slow, name), name
    assert list(fast.steps) == list(slow.steps) and list(fast.nodes) == list(slow.nodes)
    assert (fast.cut is None) == (slow.cut is None)
    return fast


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Numbers of the messages that were looked at."""
    numbers: list[int] = []
    observe = Steady._observe

    def seen(self: Steady, message: Any, number: int, *args: Any, **more: Any) -> bool:
        numbers.append(number)
        return observe(self, message, number, *args, **more)

    monkeypatch.setattr(Steady, "_observe", seen)
    return numbers


@pytest.mark.parametrize("complete", [False, True])
@pytest.mark.parametrize("file", STORED)
def test_stored_captures(file: str, complete: bool) -> None:
    compare([file], Context(complete=complete))


def test_all_stored_captures_as_one_set() -> None:
    compare(STORED)


def worlds() -> Iterator[Any]:
    """Every second one with a fault of the anchor."""
    names = sorted(FAULTS)
    for seed in range(16):
        choose = random.Random(seed)
        more: dict[str, Any] = {
            "nodes": choose.choice((3, 12, 40)),
            "loss": choose.choice((0, 0, 0.01, 0.1)),
            "double": choose.choice((0, 0.02, 0.1)),
            "late": choose.choice((0, 0, 0.05)),
            "damage": choose.choice((0, 0, 0.02)),
            "timestamps": seed % 3 > 0,
            "special": seed % 4 == 0,
        }
        if seed % 2:
            more["faults"] = [choose.choice(names)]
        elif seed % 4 == 0:
            more["config"] = config_from({"lma": {"notify": "rfc7864", "heartbeat_interval": 30}})
        else:
            more["config"] = config_from({"lma": {"max_lifetime": 20}})
        yield pytest.param(seed, more, id=f"{seed}-{''.join(more.get('faults', ['sound']))}")


@pytest.mark.parametrize(("seed", "more"), list(worlds()))
def test_sessions_in_an_unkind_network(tmp_path: Path, seed: int, more: dict[str, Any]) -> None:
    world = World(seed, **more)
    world.play(250, ((0.02, 0.1, 0.3, 2, 8), (0.001, 0.05), (1, 5, 40))[seed % 3])
    world.write(tmp_path / "world.pcapng")
    compare([str(tmp_path / "world.pcapng")], Context(complete=seed % 5 == 0))


def test_what_is_sound_is_not_looked_at_again(tmp_path: Path, looked: list[int]) -> None:
    write(tmp_path / "mixed.pcap", 8_000, nodes=1500, odd=0.0, gateways=2)
    result = compare([str(tmp_path / "mixed.pcap")])
    assert result.messages == 8000
    assert len(looked) < 1000


def test_odd_ones_among_many(tmp_path: Path, looked: list[int]) -> None:
    write(tmp_path / "mixed.pcap", 6000, nodes=500, odd=20.0, seed=3)
    result = compare([str(tmp_path / "mixed.pcap")])
    broken = {seen.finding.rule for seen in result.findings}
    assert {"rfc5213/5.5/timestamp-copied", "rfc5213/5.3.1/answer-lost"} <= broken
    assert len(looked) < 5000


SESSIONS = {**examples.SESSIONS, **examples_over_time.SESSIONS}


@pytest.mark.parametrize("name", sorted(SESSIONS))
def test_examples_of_broken_sessions(tmp_path: Path, name: str) -> None:
    """Each twice: what was learned the first time must not hide what is wrong the second time."""
    with Writer(tmp_path / "example.pcapng") as writer:
        for later in (0.0, 900.0):
            for time, decoded, src, dst in sent(SESSIONS[name]):
                writer.write(build(decoded.raw, src, dst), int((time + later) * 1e9))
    assert compare([str(tmp_path / "example.pcapng")], COMPLETE).findings


# Files


@pytest.fixture
def mixed(tmp_path: Path) -> str:
    path = tmp_path / "mixed.pcap"
    write(path, 3000, nodes=100, odd=10.0)
    return str(path)


def test_compressed_and_cut(tmp_path: Path) -> None:
    write(tmp_path / "small.pcap", 1000, nodes=100, odd=10.0)
    octets = (tmp_path / "small.pcap").read_bytes()
    whole = compare([str(tmp_path / "small.pcap")])
    assert whole.findings
    for name, data in (("a.pcap.gz", gzip.compress(octets)), ("a.pcap.zst", zstandard.compress(octets))):
        (tmp_path / name).write_bytes(data)
        assert len(compare([str(tmp_path / name)]).findings) == len(whole.findings)
        (tmp_path / f"cut-{name}").write_bytes(data[: len(data) // 2])
        assert compare([str(tmp_path / f"cut-{name}")]).cut is not None
    (tmp_path / "cut.pcap").write_bytes(octets[:-7])
    cut = compare([str(tmp_path / "cut.pcap")])
    assert isinstance(cut.cut, CutCapture) and cut.messages == 999


def test_standard_input(mixed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Stdin:
        buffer = io.BytesIO(Path(mixed).read_bytes())

    monkeypatch.setattr(sys, "stdin", Stdin)
    assert len(validate(["-"], Context()).findings) == len(validate([mixed], Context()).findings)


def test_no_capture(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no capture at all")
    with pytest.raises(UsageError, match="is no capture"):
        validate([str(tmp_path / "text")], Context())


@pytest.mark.parametrize("apart", [0.1, 20.0])
def test_out_of_the_order_of_time(tmp_path: Path, mixed: str, apart: float) -> None:
    """A little, as of several queues of a card; and very much, as of captures that were put behind each other."""
    frames = list(read(mixed))
    choose = random.Random(4)
    with Writer(tmp_path / "mess.pcapng") as writer:
        for frame in sorted(frames, key=lambda frame: frame.time_ns + choose.random() * apart * 1e9):
            writer.write(frame.data, frame.time_ns)
    compare([str(tmp_path / "mess.pcapng")])


def test_several_captures_see_the_same(tmp_path: Path, mixed: str) -> None:
    """Some packets in two files, some on two interfaces of one, many with the same octets."""
    choose = random.Random(5)
    names = [str(tmp_path / f"{number}.pcapng") for number in range(3)]
    writers = [Writer(name) for name in names]
    for frame in read(mixed):
        seen = [number for number in range(3) if choose.random() < 0.6] or [0]
        for number in seen:
            writers[number].write(frame.data, frame.time_ns + choose.randrange(100_000_000))
            if choose.random() < 0.05:  # behind a router
                hops = frame.data[:7] + b"\x3f" + frame.data[8:]
                writers[number].write(hops, frame.time_ns + choose.randrange(900_000_000))
            if choose.random() < 0.02:
                writers[number].write(frame.data, frame.time_ns + choose.randrange(900_000_000))
    for writer in writers:
        writer.close()
    compare(names)


def test_other_traffic_and_other_ways(tmp_path: Path) -> None:
    """TCP between, messages in UDP and in tunnels."""
    choose = random.Random(6)
    with Writer(tmp_path / "ways.pcapng") as writer:
        for packet, time in Mixed(2000, nodes=60, odd=10.0).packets():
            draw = choose.random()
            if draw < 0.1:
                outer = bytes((0x60, 0, 0, 0)) + len(packet).to_bytes(2, "big") + bytes((41, 64)) + packet[8:40]
                writer.write(outer + packet, time)
            elif draw < 0.15:
                writer.write(build(packet[40:], packet[8:24], packet[24:40], sport=5436), time)
            else:
                writer.write(packet, time)
            if draw > 0.9:
                writer.write(packet[:6] + b"\x06" + packet[7:], time)
    compare([str(tmp_path / "ways.pcapng")])


# What it rests on


def test_all_state_is_known() -> None:
    """Who adds state to what watches sessions says in `rules/compact.py` what becomes of it there."""
    assert complete(SessionChecker())


def test_identity_is_opaque_to_the_rules() -> None:
    assert opaque_options() == frozenset(IDENTITY)
    assert "mn-id" not in opaque(Context(knowledge=Knowledge(mns={b"mn1": True})))


@pytest.mark.parametrize(
    "holds",
    [
        Utf8("mn-id.identifier"),
        Field("hnp.home_network_prefix.address") == b"\x20\x01",
        each("hnp", Field(".home_network_prefix.address") > bytes(16)),
        Among("ll-id.link_layer_identifier", "mn-id.identifier"),
    ],
    ids=repr,
)
def test_a_rule_that_looks_into_identity_is_noticed(holds: Any) -> None:
    assert opaque_options((*RULES, rule("RFC 5213 8.1", "looks", "note", "It looks.", holds))) < frozenset(IDENTITY)


@pytest.mark.parametrize("kinds", [1, 2], ids=["requests", "exchanges"])
def test_a_storm_of_equal_packets_takes_time_in_proportion(tmp_path: Path, kinds: int) -> None:
    packets = [packet for packet, _ in islice(Mixed(2, nodes=1, odd=0.0).packets(), kinds)]
    took = []
    for count in (1500, 12_000):
        with Writer(tmp_path / "storm.pcap") as writer:
            for number in range(count):
                writer.write(packets[number % kinds], int(START * 1e9) + number * 15_000)
        started = process_time()
        assert bulk.judge([str(tmp_path / "storm.pcap")], Context()).messages == count
        took.append(process_time() - started)
    assert took[1] < 15 * took[0]
