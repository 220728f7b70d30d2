"""Two namespaces for all tests of ports, and ports that are closed after a test."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from pmiptool.net.bulk.port import BulkPort, open_port
from pmiptool.net.target import parse_target
from tests.net.bulk.traffic import packed
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
