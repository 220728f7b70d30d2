"""Batches by every path, over loopback and between two namespaces."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Iterator

import numpy as np
import pytest

from pmiptool.errors import PmipError
from pmiptool.net.bulk.port import Arrivals, BulkPort, open_port
from pmiptool.net.target import parse_target
from tests.netns import LMA, LMA4, MAGS, MAGS4, Pair, inside

pytestmark = pytest.mark.root


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    with Pair() as both:
        yield both


def packed(*texts: str) -> list[bytes]:
    return [ipaddress.ip_address(text).packed for text in texts]


def numbered(port: BulkPort, source: int, first: int, count: int, length: int) -> int:
    """Send messages that carry their number in octets 8 to 12; return how many went."""
    sent = 0
    while sent < count:
        rows = port.rows(source, count - sent)
        if not len(rows):
            break
        rows[:, :length] = 59
        each = np.arange(first + sent, first + sent + len(rows), dtype=">u4")
        rows[:, 8:12] = each.view(np.uint8).reshape(-1, 4)
        taken = port.send(length)
        sent += taken
        if taken < len(rows):
            break
    return sent


def numbers(arrivals: Arrivals) -> list[int]:
    return list(np.ascontiguousarray(arrivals.data[:, 8:12]).view(">u4")[:, 0])


def all_of(port: BulkPort, wait: float = 0.2) -> list[int]:
    found: list[int] = []
    while (arrivals := port.receive(wait)) is not None:
        found += numbers(arrivals)
    return found


@pytest.fixture(params=["sendmmsg", "AF_PACKET", "AF_XDP"])
def path(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("form", ["{}", "udp://[{}]:5436", "udp://{}:5436"])
def test_nothing_is_lost_and_the_order_is_kept(pair: Pair, path: str, form: str) -> None:
    four = form == "udp://{}:5436"
    lma, mag = (LMA4, MAGS4[0]) if four else (LMA, MAGS[0])
    with inside(pair.mag):
        ours = open_port(parse_target(form.format(lma)), packed(mag), path=path)
    with inside(pair.lma):
        theirs = open_port(parse_target(form.format(mag)), packed(lma), path=path)
    try:
        before = time.time()
        got: list[int] = []
        for first in range(0, 3000, 1000):
            assert numbered(ours, 0, first, 1000, 104) == 1000
            while (arrivals := theirs.receive(0)) is not None:
                got += numbers(arrivals)
                assert (arrivals.lengths == 104).all()
                assert (arrivals.senders == np.frombuffer(packed(mag)[0].rjust(16, b"\0"), np.uint8)).all()
                assert (np.diff(arrivals.times) >= 0).all(), np.diff(arrivals.times).min()
                assert before - 0.01 <= arrivals.times[0] <= arrivals.times[-1] <= time.time() + 0.01
        assert got == list(range(3000))
        assert (ours.drops().send_queue, theirs.drops().receive_queue) == (0, 0)
    finally:
        ours.close()
        theirs.close()


def test_each_source_has_its_column(pair: Pair, path: str) -> None:
    with inside(pair.mag):
        ours = open_port(parse_target(LMA), packed(*MAGS), path=path)
    with inside(pair.lma):
        theirs = [open_port(parse_target(mag), packed(LMA), path="sendmmsg") for mag in MAGS]
    try:
        for index, port in enumerate(theirs):
            assert numbered(port, 0, index * 10, 3, 24) == 3
        local: dict[int, list[int]] = {0: [], 1: [], 2: []}
        while (arrivals := ours.receive(0.2)) is not None:
            for index, number in zip(arrivals.local, numbers(arrivals), strict=True):
                local[int(index)].append(number)
        assert local == {0: [0, 1, 2], 1: [10, 11, 12], 2: [20, 21, 22]}
        numbered(ours, 1, 7, 1, 24)
        arrivals = theirs[0].receive(0.2)
        assert arrivals is not None and bytes(arrivals.senders[0]) == packed(MAGS[1])[0]
    finally:
        for port in (ours, *theirs):
            port.close()


def test_what_the_receive_buffer_lost_is_counted(pair: Pair, path: str) -> None:
    with inside(pair.mag):
        ours = open_port(parse_target(LMA), packed(MAGS[0]), path=path)
    with inside(pair.lma):
        theirs = open_port(parse_target(MAGS[0]), packed(LMA), path=path)
    try:
        sent = sum(numbered(ours, 0, first, 1000, 104) for first in range(0, 20000, 1000))
        got = all_of(theirs)
        lost = theirs.drops().receive_queue
        assert sent == 20000 and lost > 1000 and len(got) + lost == sent
        assert got == list(range(len(got)))
        assert ours.drops().send_queue == 0
    finally:
        ours.close()
        theirs.close()


def test_wrong_lengths_and_sources_are_errors() -> None:
    port = open_port(parse_target("::1"), packed("::1"))
    try:
        port.rows(0, 4)
        for length in (0, -1, 2049, 1 << 40):
            with pytest.raises(PmipError, match="octets in rows"):
                port.send(length)
        for source in (-1, 1):
            with pytest.raises(PmipError, match="source"):
                port.rows(source, 1)
        with pytest.raises(PmipError, match="rows"):
            port.rows(0, -1)
        assert len(port.rows(0, 1 << 40)) == port.batch
        assert port.rows(0, 0).shape[0] == 0 and port.send(24) == 0
    finally:
        port.close()
    with pytest.raises(PmipError, match="closed"):
        port.send(24)


def test_the_longest_message_arrives_whole() -> None:
    port = open_port(parse_target("::1"), packed("::1"))
    try:
        rows = port.rows(0, 2)
        rows[:] = np.arange(2048) % 251
        expected = rows[0].tobytes()
        assert port.send(2048) == 2
        arrivals = port.receive(1)
        assert arrivals is not None and list(arrivals.lengths) == [2048, 2048]
        assert arrivals.data[1, :2048].tobytes() == expected
    finally:
        port.close()
