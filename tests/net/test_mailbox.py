"""Batches over real sockets on loopback: every message with its peer, whole, in order; errors stop nobody else."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest

from pmiptool.net.mailbox import COUNT, LARGEST_OUT, Mailbox, endpoint_of, sockaddr
from pmiptool.net.sockets import open_socket

LOOPBACK = {4: bytes((127, 0, 0, 1)), 6: bytes(15) + b"\1"}
FAMILY = {4: socket.AF_INET, 6: socket.AF_INET6}


@pytest.fixture(params=[4, 6])
def version(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture
def pair(version: int) -> Iterator[tuple[socket.socket, socket.socket]]:
    """A socket of ours, and one of a peer that waits for what comes."""
    with open_socket(LOOPBACK[version], 0) as own, open_socket(LOOPBACK[version], 0) as peer:
        peer.settimeout(5)
        yield own, peer


def unused() -> None:
    raise AssertionError("no error was expected")


def taken(mailbox: Mailbox, count: int) -> list[tuple[bytes, bytes]]:
    found: list[tuple[bytes, bytes]] = []
    until = time.monotonic() + 5
    while len(found) < count and time.monotonic() < until:
        found += mailbox.take()
    return found


def port_of(sock: socket.socket) -> int:
    return int(sock.getsockname()[1])


def test_many_come_in_whole_and_in_order(pair: tuple[socket.socket, socket.socket], version: int) -> None:
    own, peer = pair
    sent = [bytes((number % 256,)) * (8 + 29 * number) for number in range(2 * COUNT + 5)]
    for data in sent:
        peer.sendto(data, own.getsockname())
    found = taken(Mailbox(own, unused), len(sent))
    assert [data for data, _ in found] == sent
    assert {endpoint_of(name) for _, name in found} == {(LOOPBACK[version], port_of(peer))}


def test_nothing_waits(pair: tuple[socket.socket, socket.socket]) -> None:
    mailbox = Mailbox(pair[0], unused)
    assert mailbox.take() == []
    mailbox.send()


def test_peers_take_turns(pair: tuple[socket.socket, socket.socket], version: int) -> None:
    """Names of one batch do not stay in the next."""
    own, peer = pair
    with open_socket(LOOPBACK[version], 0) as other:
        mailbox = Mailbox(own, unused)
        for turn in range(3):
            for sock in (peer, other)[:: 1 if turn % 2 else -1]:
                sock.sendto(bytes((turn,)), own.getsockname())
            ports = [endpoint_of(name)[1] for _, name in taken(mailbox, 2)]
            assert ports == [port_of(sock) for sock in (peer, other)[:: 1 if turn % 2 else -1]]


def test_many_go_out_each_to_its_own(pair: tuple[socket.socket, socket.socket], version: int) -> None:
    own, peer = pair
    with open_socket(LOOPBACK[version], 0) as other:
        other.settimeout(5)
        mailbox = Mailbox(own, unused)
        count = 2 * COUNT + 6
        for number in range(count):
            to = peer if number % 2 else other
            mailbox.put(bytes((number,)) * (1 + number % 50), sockaddr(LOOPBACK[version], port_of(to)))
        mailbox.send()
        for sock, first in ((other, 0), (peer, 1)):
            got = [sock.recv(4096) for _ in range(count // 2)]
            assert got == [bytes((number,)) * (1 + number % 50) for number in range(first, count, 2)]


def test_one_that_cannot_be_sent_is_lost_alone(pair: tuple[socket.socket, socket.socket], version: int) -> None:
    own, peer = pair
    good = sockaddr(LOOPBACK[version], port_of(peer))
    mailbox = Mailbox(own, unused)
    mailbox.put(b"first", good)
    mailbox.put(b"nowhere", sockaddr(LOOPBACK[version], 0))  # EINVAL
    mailbox.put(bytes(LARGEST_OUT + 1), good)
    mailbox.put(bytes(LARGEST_OUT), good)
    mailbox.send()
    assert [len(peer.recv(4096)) for _ in range(2)] == [5, LARGEST_OUT]


def test_an_error_that_the_kernel_tells_late_is_read_and_the_rest_goes_out(version: int) -> None:
    """An earlier message found nobody: the next system call says so, once."""
    with open_socket(LOOPBACK[version], 0) as own, open_socket(LOOPBACK[version], 0) as peer:
        peer.settimeout(5)
        told = []
        if version == 6:
            own.setsockopt(socket.IPPROTO_IPV6, 25, 1)  # IPV6_RECVERR
        else:
            own.setsockopt(socket.IPPROTO_IP, 11, 1)  # IP_RECVERR
        mailbox = Mailbox(own, lambda: told.append(own.recvmsg(512, 512, socket.MSG_ERRQUEUE)))
        with open_socket(LOOPBACK[version], 0) as gone:
            closed = sockaddr(LOOPBACK[version], port_of(gone))
        mailbox.put(b"anybody?", closed)
        mailbox.send()
        time.sleep(0.05)
        for text in (b"one", b"two"):
            mailbox.put(text, sockaddr(LOOPBACK[version], port_of(peer)))
        mailbox.send()
        assert [peer.recv(64), peer.recv(64)] == [b"one", b"two"]
        assert len(told) == 1


def test_socket_addresses_are_as_the_kernel_has_them() -> None:
    scoped = sockaddr(bytes.fromhex("fe80") + bytes(13) + b"\1", 5436, 3)
    assert endpoint_of(scoped) == (bytes.fromhex("fe80") + bytes(13) + b"\1", 5436)
    assert len(scoped) == 28 and scoped[-4:] in (b"\3\0\0\0", b"\0\0\0\3")
    assert len(sockaddr(LOOPBACK[4], 7)) == 16 and endpoint_of(sockaddr(LOOPBACK[4], 7)) == (LOOPBACK[4], 7)
