"""Captures judged many exchanges at once, where little is as it should be: exactly the findings of the checker."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pmiptool.capture import blocks, stream
from pmiptool.capture.files import Writer
from pmiptool.rules import Context, sessions, steady, waves
from pmiptool.wire import checksum
from tests.bench.mixed import START, Mixed
from tests.report.test_bulk import compare


def rechecked(packet: bytes) -> bytes:
    """With the right checksum once more."""
    data = bytearray(packet)
    data[44:46] = bytes(2)
    total = checksum.checksum(data[8:24], data[24:40], data[40:])
    data[44:46] = total.to_bytes(2, "big")
    return bytes(data)


def disturbed(packets: Iterator[tuple[bytes, int]], choose: random.Random, share: float) -> Iterator[tuple[bytes, int]]:
    """Packets are lost, doubled, late, or say something else; some numbers and lifetimes are wrong."""
    for packet, time in packets:
        if choose.random() >= share:
            yield packet, time
            continue
        what = choose.choice(("lost", "double", "late", "copy", "sequence", "status", "name", "gateway", "odd"))
        data = bytearray(packet)
        if what == "double":
            yield packet, time
            yield packet, time + choose.choice((1_000, 100_000_000, 700_000_000))
        elif what == "late":
            yield packet, time + choose.choice((600_000_000, 1_200_000_000, 3_000_000_000))
        elif what == "copy":
            yield packet, time
            yield packet, time + choose.choice((2_000_000_000, 30_000_000_000))
        elif what != "lost":
            at = {"sequence": 47, "status": 46, "name": 40 + 12 + 4, "gateway": 23, "odd": 43}[what]
            data[at if at < len(data) else 47] ^= choose.choice((1, 2, 3))
            yield rechecked(bytes(data)), time


def capture(
    path: Path, seed: int, count: int, nodes: int, share: float, common: float, gateways: int, slow: int = 1
) -> str:
    """common: how many mobile nodes have the prefix of another one. slow: how many times the usual time all takes,
    before anything is disturbed."""
    choose = random.Random(seed)
    mixed = Mixed(count, nodes=nodes, gateways=gateways, seed=seed, odd=choose.choice((0.0, 5.0)))
    alike = choose.random() < 0.5
    for node in mixed.nodes:
        if alike:  # an answer that names nobody who asked may be anybody's
            node.sequence = 5
        if choose.random() < common:
            node.prefix = choose.choice(mixed.nodes).prefix
    speed = choose.choice((1, 20, 400))
    start = None
    packets = ((packet, START + (time - START) * slow) for packet, time in mixed.packets())
    with Writer(path) as writer:
        for packet, time in sorted(disturbed(packets, choose, share), key=lambda one: one[1]):
            start = time if start is None else start
            writer.write(packet, start + (time - start) * speed if speed > 1 and share == 0 else time)
    return str(path)


@pytest.fixture
def eager() -> Iterator[None]:
    """Whatever is large is small, so that there are many borders, and nothing is too little for columns."""
    with ExitStack() as stack:
        for module, name, value in (
            (blocks, "CHUNK", 20_000), (steady, "FIRST", 48), (steady, "LONGEST", 700),
            (waves, "LEAST", 2), (waves, "_LEAST_WAVE", 1), (stream, "SLACK", 4_000_000_000),
            (waves, "_MANY", 2), (sessions, "_MANY", 2),
        ):  # fmt: skip
            stack.enter_context(mock.patch.object(module, name, value))
        yield


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.integers(0, 1 << 32), st.sampled_from((1, 3, 12, 60, 300)), st.sampled_from((0.0, 0.003, 0.02, 0.1)),
    st.sampled_from((0.0, 0.0, 0.1, 0.5)), st.sampled_from((1, 2, 4)), st.booleans(),
)  # fmt: skip
def test_nothing_differs(
    eager: None, tmp_path: Path, seed: int, nodes: int, share: float, common: float, gateways: int, complete: bool
) -> None:
    file = capture(tmp_path / "mixed.pcap", seed, 700, nodes, share, common, gateways)
    compare([file], Context(complete=complete))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.integers(0, 1 << 32), st.sampled_from((1, 3, 8)), st.sampled_from((0.02, 0.1, 0.3)),
    st.sampled_from((50, 400)), st.booleans(),
)  # fmt: skip
def test_what_was_asked_long_ago_may_matter(
    eager: None, tmp_path: Path, seed: int, nodes: int, share: float, slow: int, complete: bool
) -> None:
    """Numbers and whole messages come again after as long as requests are remembered, and a little longer."""
    file = capture(tmp_path / "mixed.pcap", seed, 500, nodes, share, 0.0, 2, slow)
    compare([file], Context(complete=complete))


@pytest.mark.parametrize(("nodes", "most"), [(40, 3000), (1500, 1300)])
def test_few_are_gone_through_one_by_one(
    tmp_path: Path, nodes: int, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether few nodes say much, or many say little."""
    rows = 0
    single = steady.Steady._rows

    def counted(self: steady.Steady, chunk: object, base: int, left: object) -> None:
        nonlocal rows
        rows += len(left)  # type: ignore[arg-type]
        single(self, chunk, base, left)  # type: ignore[arg-type]

    monkeypatch.setattr(steady.Steady, "_rows", counted)
    with Writer(tmp_path / "mixed.pcap") as writer:
        for packet, time in Mixed(8000, nodes=nodes, gateways=2, odd=0.0).packets():
            writer.write(packet, START + (time - START) * max(2000 // nodes, 1))
    compare([str(tmp_path / "mixed.pcap")])
    assert rows < most
