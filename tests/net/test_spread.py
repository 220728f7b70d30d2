"""The kernel gives each message to the process of its mobile node, by the same number as `share_of_message`."""

from __future__ import annotations

import random
import socket
import time

import pytest

from pmiptool.lma.share import share_of_message
from pmiptool.net.sockets import open_socket
from pmiptool.net.spread import Handover, handed, open_spread
from pmiptool.net.target import parse_target
from pmiptool.session.endpoint import Endpoint
from pmiptool.wire.codec import codec_for
from pmiptool.wire.values import (
    AccessTechnologyType,
    BindingError,
    BindingRevocationAcknowledgement,
    BindingRevocationIndication,
    BindingUpdate,
    HandoffIndicator,
    Heartbeat,
    MobileNodeIdentifier,
    UpdateNotificationAcknowledgement,
)
from tests import netns

CODEC = codec_for()
COUNT = 3
MAG, LMA = Endpoint(bytes(15) + b"\2", 5436), Endpoint(bytes(15) + b"\1", 5436)


def messages() -> list[bytes]:
    """Names of every length, names elsewhere, messages of other kinds, cut and changed ones."""
    chance = random.Random(135)
    names = [bytes(chance.choices(b"abcdefgh0123456789@.", k=length)) for length in range(1, 100)]
    names += [b"mn%06d@example.org" % number for number in range(50)]
    found = [CODEC.encode(BindingUpdate(1, 0x8200, 75, (MobileNodeIdentifier(1, name),))) for name in names]
    found += [
        CODEC.encode(BindingUpdate(1, 0x8200, 75, (HandoffIndicator(0, 1), MobileNodeIdentifier(1, b"mn1")))),
        CODEC.encode(BindingUpdate(1, 0x8200, 75, (AccessTechnologyType(0, 4),))),
        CODEC.encode(BindingUpdate(1, 0x8200, 75, (MobileNodeIdentifier(1, b""),))),
        CODEC.encode(Heartbeat(sequence=5)),
        CODEC.encode(BindingError(status=2)),
        *(CODEC.encode(BindingRevocationIndication(options=(MobileNodeIdentifier(1, name),))) for name in names[:9]),
        *(CODEC.encode(BindingRevocationAcknowledgement(sequence=number)) for number in (0, 1, 5, 65535)),
        *(CODEC.encode(UpdateNotificationAcknowledgement(sequence=number)) for number in (0, 1, 5, 65535)),
    ]
    whole = CODEC.encode(BindingUpdate(1, 0x8200, 75, (MobileNodeIdentifier(1, b"mn1@example.org"),)))
    found += [whole[:length] for length in range(8, len(whole))]
    found += [whole[:13] + bytes((length,)) + whole[14:] for length in range(0, 256, 5)]
    return found


def expected(data: bytes) -> int:
    """Where the kernel puts it: to the first what has its name elsewhere."""
    if data[2] == 5 and data[12:13] != b"\x08":
        return 0
    return share_of_message(data, COUNT, CODEC)


def found_by(
    socks: list[socket.socket], sender: socket.socket, to: tuple[str, int] | tuple[str, int, int, int]
) -> None:
    """Every message arrives at one socket, the right one."""
    for number, data in enumerate(messages()):
        sender.sendto(data, to)
        until = time.monotonic() + 2
        got: list[int] = []
        while not got and time.monotonic() < until:
            for index, sock in enumerate(socks):
                try:
                    assert sock.recv(4096) == data
                    got.append(index)
                except BlockingIOError:
                    pass
        assert got == [expected(data)], (number, data.hex())
    time.sleep(0.05)
    for sock in socks:
        with pytest.raises(BlockingIOError):
            sock.recv(4096)


def closed(socks: list[socket.socket]) -> None:
    for sock in socks:
        sock.close()


@pytest.mark.parametrize("address", ["127.0.0.1", "[::1]"])
def test_over_udp(address: str) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as sender:
        sender.bind((address.strip("[]"), 0))
        port = sender.getsockname()[1]
    socks = open_spread(parse_target(f"udp://{address}:{port}"), COUNT)
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as sender:
            found_by(socks, sender, (address.strip("[]"), port))
    finally:
        closed(socks)


@pytest.mark.root
def test_over_raw_ipv6() -> None:
    with netns.Pair() as pair:
        with netns.inside(pair.lma):
            socks = open_spread(parse_target(netns.LMA), COUNT)
        try:
            with netns.inside(pair.mag):
                sender = open_socket(socket.inet_pton(socket.AF_INET6, netns.MAGS[0]), None)
            with sender:
                found_by(socks, sender, (netns.LMA, 0, 0, 0))
        finally:
            closed(socks)


def test_a_port_that_another_shares_is_in_use() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        with pytest.raises(Exception, match="is in use"):
            open_spread(parse_target(f"udp://127.0.0.1:{other.getsockname()[1]}"), 2)


def test_what_the_kernel_cannot_tell_is_handed_on() -> None:
    """A name that is not first; a Binding Error to all; the rest stays."""
    pairs = [socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM) for _ in range(COUNT - 1)]
    own: list[bytes] = []
    try:
        first = Handover(CODEC, [one for one, _ in pairs], lambda data, source, now, destination: own.append(data))
        by_share: dict[int, bytes] = {}
        for number in range(20):
            options = (HandoffIndicator(0, 1), MobileNodeIdentifier(1, b"mn%d" % number))
            data = CODEC.encode(BindingUpdate(1, 0x8200, 75, options))
            by_share[share_of_message(data, COUNT, CODEC)] = data
        error, beat = CODEC.encode(BindingError(status=2)), CODEC.encode(Heartbeat(sequence=5))
        plain = CODEC.encode(BindingUpdate(1, 0x8200, 75, (MobileNodeIdentifier(1, b"mn1"),)))
        for data in (*by_share.values(), error, beat, plain, b""):
            first.receive(data, MAG, 1.5, LMA)
        assert sorted(own) == sorted([by_share[0], error, beat, plain, b""])
        for number, (_, end) in enumerate(pairs, 1):
            assert handed(end) == (by_share[number], MAG, LMA)
            assert handed(end) == (error, MAG, LMA)
            assert handed(end) is None
    finally:
        for pair in pairs:
            for sock in pair:
                sock.close()
