"""What does not count: messages of strangers, ICMP errors about others' messages, and floods of one message."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from pmiptool.net.listening import ListeningTransport
from pmiptool.net.live import LiveTransport
from pmiptool.net.target import parse_target
from pmiptool.net.transport import IcmpError, Received
from pmiptool.net.unheeded import COPIES
from pmiptool.session.endpoint import Datagram


class Peers:
    """A target at 127.0.0.9, a stranger at 127.0.0.10, and a transport from 127.0.0.1 to the first."""

    def __init__(self, held: ExitStack) -> None:
        self.target, self.stranger = (self._bound(held, f"127.0.0.{number}") for number in (9, 10))
        at = parse_target(f"udp://127.0.0.9:{self.target.getsockname()[1]}")
        self.transport = LiveTransport(at, [bytes((127, 0, 0, 1))])
        held.callback(self.transport.close)
        self.ours = "127.0.0.1", self.transport.locals[0].port

    @staticmethod
    def _bound(held: ExitStack, address: str) -> socket.socket:
        sock = held.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        sock.bind((address, 0))
        return sock

    def heard(self, last: bytes) -> list[bytes]:
        """What counts, up to one message."""
        found: list[bytes] = []
        until = time.time() + 10
        while last not in found and time.time() < until:
            found += [each.data for each in self.transport.receive(until) if isinstance(each, Received)]
        return found


@pytest.fixture
def peers() -> Iterator[Peers]:
    with ExitStack() as held:
        yield Peers(held)


def test_a_stranger_is_named(peers: Peers, capsys: pytest.CaptureFixture[str]) -> None:
    """An LMA that answers from another of its addresses looks silent."""
    for _ in range(3):
        peers.stranger.sendto(b"strange", peers.ours)
    peers.target.sendto(b"end", peers.ours)
    assert peers.heard(b"end") == [b"end"]
    told = f"warning: a message came from 127.0.0.10, not from the target {peers.transport.target}: it does not count\n"
    assert capsys.readouterr().err == told
    peers.transport.close()
    peers.transport.close()
    assert capsys.readouterr().err == f"3 messages came from 127.0.0.10, not from the target {peers.transport.target}\n"


def test_a_flood_of_one_message_is_enough_some_times(peers: Peers, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(4 * COPIES):
        peers.target.sendto(b"again", peers.ours)
    peers.target.sendto(b"end", peers.ours)
    heard = peers.heard(b"end")
    assert heard[-1] == b"end" and COPIES <= len(heard) - 1 <= 2 * COPIES  # where a second ended in between
    peers.transport.close()
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 2 and f"more than {COPIES} times a second" in told[0]
    assert told[1] == f"{4 * COPIES + 1 - len(heard)} copies were left out"


def test_what_a_mag_under_test_is_not_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    pbu = bytes.fromhex("3b0105000000000182000000") + bytes(4)
    with ExitStack() as held:
        peers = Peers(held)
        peers.transport.close()
        at = peers.ours
        transport = ListeningTransport(parse_target(f"udp://127.0.0.1:{at[1]}", listen=True))
        held.callback(transport.close)
        peers.stranger.sendto(b"before it is known who is tested", at)
        peers.target.sendto(pbu, at)
        assert [each.data for each in transport.receive(time.time() + 10) if isinstance(each, Received)] == [pbu]
        assert capsys.readouterr().err == ""
        peers.stranger.sendto(pbu, at)
        peers.target.sendto(b"end", at)
        assert [each.data for each in transport.receive(time.time() + 10) if isinstance(each, Received)] == [b"end"]
        assert "a message came from 127.0.0.10, not from udp://127.0.0.9:" in capsys.readouterr().err


def test_icmp_errors_about_different_messages_are_no_copies(peers: Peers, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each request of many to a dead port has its own."""
    transport, peer = peers.transport, peers.transport.peer
    local = transport.locals[0]
    many = [IcmpError(3, 3, b"", "port unreachable", 0.0, original=bytes((n,)), sent_to=peer) for n in range(200)]
    flood = [IcmpError(3, 3, b"", "port unreachable", 0.0, original=b"the same", sent_to=peer)] * 400
    waiting = [many, flood]
    monkeypatch.setattr("pmiptool.net.icmp.read_errors", lambda *_: waiting.pop(0) if waiting else [])
    peers.target.close()
    transport.send(Datagram(b"asked", local, peer))
    found = [each for each in transport.receive(time.time() + 10) if isinstance(each, IcmpError)]
    while waiting:
        found += transport._errors(transport._sockets[local], local, time.time())
    assert len({each.original for each in found}) == 201
    assert COPIES <= sum(each.original == b"the same" for each in found) <= 2 * COPIES


def test_an_icmp_error_about_anothers_message_is_not_ours(peers: Peers, monkeypatch: pytest.MonkeyPatch) -> None:
    """A raw socket is told of errors about what other programs send from the same address (raw(7))."""
    transport = peers.transport
    local, peer = transport.locals[0], transport.peer
    other = type(peer)(bytes((127, 0, 0, 10)), peer.port)
    errors = [IcmpError(3, 1, b"", f"about {to}", 0.0, sent_from=local, sent_to=to) for to in (other, peer)]
    monkeypatch.setattr("pmiptool.net.icmp.read_errors", lambda sock, local, now: list(errors))
    peers.target.close()  # so that our message sets off a real one, which makes the socket ready
    transport.send(Datagram(b"asked", local, peer))
    found = transport.receive(time.time() + 10)
    assert {each.text for each in found if isinstance(each, IcmpError)} == {f"about {peer}"}
