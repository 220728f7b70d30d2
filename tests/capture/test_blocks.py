"""Captures in blocks: the same packets as one by one, and the same words about what is wrong with a file."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmiptool.capture import blocks as under_test
from pmiptool.capture import runs
from pmiptool.capture.blocks import blocks
from pmiptool.capture.files import Frame, read
from pmiptool.errors import UsageError

TIME = 1_600_000_000
LATEST = 1 << 62  # what columns have of a greater time


def taken(frames: Iterator[Frame]) -> tuple[list[tuple[Any, ...]], str]:
    """Packets, and what was said at the end."""
    found = []
    try:
        for frame in frames:
            time = max(min(frame.time_ns, LATEST), -LATEST)
            found.append((frame.number, time, frame.linktype, frame.data))
    except UsageError as error:
        return found, str(error)
    return found, ""


def in_blocks(octets: bytes) -> Iterator[Frame]:
    for block in blocks(io.BytesIO(octets)):
        yield from map(block.frame, range(len(block)))


def compare(octets: bytes) -> list[tuple[Any, ...]]:
    found = taken(in_blocks(octets))
    assert found == taken(read(io.BytesIO(octets)))
    return found[0]


@st.composite
def pcaps(draw: st.DrawFn) -> bytes:
    """Now and then time makes a leap, and packets hold what looks like heads of others."""
    order, more = draw(st.sampled_from("<>")), draw(st.sampled_from((0, 0, 8)))
    magic = 0xA1B2CD34 if more else draw(st.sampled_from((0xA1B2C3D4, 0xA1B23C4D)))
    head = struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, 65535, 101)
    seconds, parts = TIME, [head]
    for _ in range(draw(st.integers(0, 12))):
        seconds = (seconds + draw(st.sampled_from((0, 1, 70_000, 1 << 31)))) & 0xFFFFFFFF
        decoy = struct.pack(order + "IIII", seconds, 5, draw(st.integers(0, 30)), 40)
        data = draw(st.sampled_from((b"", b"x", decoy, decoy[:14], decoy * 3, bytes(40))))
        whole = len(data) + draw(st.sampled_from((0, 0, 9, -1))) & 0xFFFFFFFF
        record = struct.pack(order + "IIII", seconds, draw(st.integers(0, 1 << 32 - 1)), len(data), whole)
        parts.append(record + bytes(more) + data)
    return b"".join(parts)


def pcapng_block(order: str, kind: int, body: bytes) -> bytes:
    body += bytes(-len(body) % 4)
    size = struct.pack(order + "I", len(body) + 12)
    return struct.pack(order + "I", kind) + size + body + size


def interface(order: str, resolution: int, offset: int | None) -> bytes:
    options = struct.pack(order + "HHB3x", 9, 1, resolution)
    if offset is not None:
        options += struct.pack(order + "HHq", 14, 8, offset)
    return pcapng_block(order, 1, struct.pack(order + "HHI", 101, 0, 0) + options + bytes(4))


def section(order: str) -> bytes:
    return pcapng_block(order, 0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1))


def enhanced(order: str, index: int, ticks: int, data: bytes, options: bytes = b"") -> bytes:
    head = struct.pack(order + "IIIII", index, ticks >> 32, ticks & 0xFFFFFFFF, len(data), len(data))
    return pcapng_block(order, 6, head + data + bytes(-len(data) % 4) + options)


@st.composite
def pcapngs(draw: st.DrawFn) -> bytes:
    """Several sections in either order of octets, interfaces that count in their own ways, and blocks of all kinds."""
    parts = []
    for _ in range(draw(st.integers(1, 2))):
        order = draw(st.sampled_from("<>"))
        parts.append(section(order))
        for _ in range(draw(st.integers(0, 3))):
            offset = draw(st.sampled_from((None, 0, 5, -TIME)))
            parts.append(interface(order, draw(st.sampled_from((6, 9, 3, 12, 0x8A))), offset))
            decoy = enhanced(order, 0, 7, b"abcd")
            for _ in range(draw(st.integers(0, 5))):
                kind = draw(st.sampled_from((6, 6, 6, 6, 3, 2, 4, 5, 99)))
                data = draw(st.sampled_from((b"", b"x", decoy, decoy[:20], bytes(8))))
                if kind == 6:
                    ticks = draw(st.sampled_from((0, TIME * 1_000_000, TIME << 40, (1 << 64) - 1)))
                    index = draw(st.sampled_from((0, 0, 0, 0, 1, 2)))
                    options = draw(st.sampled_from((b"", struct.pack(order + "HH4sI", 1, 4, b"said", 0))))
                    parts.append(enhanced(order, index, min(ticks, 1 << 60), data, options))
                elif kind == 2:
                    head = struct.pack(order + "HHIIII", 0, 0, 0, 9, len(data), len(data))
                    parts.append(pcapng_block(order, kind, head + data))
                elif kind == 3:
                    parts.append(pcapng_block(order, kind, struct.pack(order + "I", len(data)) + data))
                else:
                    parts.append(pcapng_block(order, kind, data))
    return b"".join(parts)


captures = st.one_of(pcaps(), pcapngs())


@given(captures, st.sampled_from((64, 200, 1 << 22)))
def test_the_same_packets(octets: bytes, chunk: int) -> None:
    with mock.patch.object(under_test, "CHUNK", chunk):
        compare(octets)


@given(captures, st.data())
def test_damaged(octets: bytes, data: st.DataObject) -> None:
    damaged = bytearray(octets)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(octets) - 1))
        if at >= 24:
            damaged[at] = data.draw(st.sampled_from((0, 1, 6, 0x7F, 0xFF)))
    compare(bytes(damaged[: data.draw(st.integers(24, len(octets)))]))


def test_packets_are_found_together() -> None:
    """Not one by one, but where time makes a leap."""
    parts = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101)]
    for number in range(1000):
        seconds = TIME + number + (70_000 if number >= 500 else 0)
        parts.append(struct.pack("<IIII", seconds, 0, 50, 50) + bytes(50))
    with mock.patch.object(under_test._Found, "add", side_effect=under_test._Found.add, autospec=True) as add:
        assert len(compare(b"".join(parts))) == 1000
    assert add.call_count < 100


def test_greater_times_than_there_are() -> None:
    octets = section("<") + interface("<", 0, None) + enhanced("<", 0, (1 << 64) - 1, b"x")
    assert [len(block) for block in blocks(io.BytesIO(octets))] == [1]


@pytest.mark.parametrize("data", [b"", bytes(15)])
def test_too_short_for_a_head(data: bytes) -> None:
    octets = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101) + data
    compare(octets)
    assert runs.pcap(octets, 24, "<", 1000, 16, 101).run(24) == ([], 24)
