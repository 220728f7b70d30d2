"""Waiting for a peer that says by its first PBU who it is."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from pmiptool.errors import EnvironmentLacks
from pmiptool.net.listening import NOBODY, ListeningTransport, is_pbu
from pmiptool.net.target import parse_target
from pmiptool.net.transport import Received
from pmiptool.session.endpoint import Datagram, Endpoint

LOOPBACK = bytes((127, 0, 0, 1))
PBU = bytes.fromhex("3b0105000000 0001 8200 004b 0102 0000".replace(" ", ""))
HEARTBEAT = bytes.fromhex("3b010d000000 0000 00000001 0102 0000".replace(" ", ""))


@contextmanager
def listening(peer: Endpoint | None = None) -> Iterator[ListeningTransport]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    transport = ListeningTransport(parse_target(f"udp://127.0.0.1:{port}", listen=True), peer)
    try:
        yield transport
    finally:
        transport.close()


@contextmanager
def gateway(transport: ListeningTransport, host: str = "127.0.0.1") -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((host, 0))
        sock.settimeout(5)
        sock.connect(("127.0.0.1", transport.locals[0].port or 0))
        yield sock


def heard(transport: ListeningTransport, seconds: float = 0.2) -> list[bytes]:
    until, found = time.time() + seconds, []
    while time.time() < until:
        found += [arrival.data for arrival in transport.receive(until) if isinstance(arrival, Received)]
    return found


def test_the_first_pbu_tells_who_the_peer_is() -> None:
    with listening() as transport, gateway(transport) as mag:
        assert transport.peer == NOBODY
        mag.send(HEARTBEAT)
        mag.send(PBU)
        assert heard(transport) == [PBU]
        assert transport.peer == Endpoint(LOOPBACK, mag.getsockname()[1])
        mag.send(HEARTBEAT)
        assert heard(transport) == [HEARTBEAT]
        transport.send(Datagram(b"answer", transport.locals[0], transport.peer))
        assert mag.recv(100) == b"answer"


def test_nobody_else_is_heard() -> None:
    with listening() as transport, gateway(transport) as mag, gateway(transport, "127.0.0.2") as other:
        mag.send(PBU)
        assert heard(transport) == [PBU]
        other.send(PBU)
        assert heard(transport) == []
        assert transport.peer.address == LOOPBACK


def test_a_peer_that_is_given_is_not_learnt() -> None:
    given = Endpoint(bytes((127, 0, 0, 2)), 5436)
    with listening(given) as transport, gateway(transport) as mag:
        mag.send(PBU)
        assert heard(transport) == []
        assert transport.peer == given


def test_a_peer_may_change_its_port() -> None:
    with listening() as transport, gateway(transport) as mag, gateway(transport) as again:
        mag.send(PBU)
        heard(transport)
        again.send(PBU)
        heard(transport)
        assert transport.peer.port == again.getsockname()[1]


def test_nothing_is_sent_to_nobody() -> None:
    with listening() as transport:
        transport.send(Datagram(b"lost", transport.locals[0], NOBODY))


def test_an_address_in_use_is_told() -> None:
    with listening() as transport, pytest.raises(EnvironmentLacks, match="in use"):
        ListeningTransport(transport.target)


@pytest.mark.parametrize(("data", "yes"), [(PBU, True), (HEARTBEAT, False), (PBU[:8] + b"\x80\0" + PBU[10:], False)])
def test_what_looks_like_a_pbu(data: bytes, yes: bool) -> None:
    assert is_pbu(data) is yes
