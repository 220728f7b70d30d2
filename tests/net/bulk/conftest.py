"""Two namespaces for all tests of ports, and a way to send numbered messages."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from pmiptool.net.bulk.port import Arrivals, BulkPort, open_port
from pmiptool.net.target import parse_target
from tests.netns import Pair, inside


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    with Pair() as both:
        yield both


@pytest.fixture
def opened(pair: Pair) -> Iterator[Callable[..., BulkPort]]:
    """Open ports inside a namespace of the pair; they are closed after the test."""
    ports: list[BulkPort] = []

    def call(
        namespace: str, target: str, *sources: str, window: int | None = None, path: str | None = None
    ) -> BulkPort:
        with inside(namespace):
            port = open_port(parse_target(target), packed(*sources), window=window, path=path)
        ports.append(port)
        return port

    yield call
    for port in ports:
        port.close()


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
