"""What the ring takes from the wire: frames made by hand, right and wrong."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable

import pytest

from pmiptool.net.bulk import neighbour
from pmiptool.net.bulk.frames import header
from pmiptool.net.bulk.neighbour import Way
from pmiptool.net.bulk.port import BulkPort
from pmiptool.net.target import Target
from pmiptool.session.endpoint import Endpoint
from pmiptool.wire.checksum import udp_checksum
from tests.net.bulk.traffic import all_of, numbered, packed
from tests.netns import LMA, LMA4, MAGS, MAGS4, Pair, inside, ip

pytestmark = pytest.mark.root
Opened = Callable[..., BulkPort]
OWN, PEER, OWN4, PEER4 = packed(MAGS[0], LMA, MAGS4[0], LMA4)


def message(number: int) -> bytes:
    return bytes((59, 1, 6)) + bytes(5) + number.to_bytes(4, "big") + bytes(4)


def udp(source: bytes, target: bytes, number: int, error: int = 0, *, none: bool = False, port: int = 5436) -> bytes:
    """A frame from the LMA to the MAG with a UDP checksum that is wrong by `error`, or zero."""
    before = header(WAY, Endpoint(source, 5436), Endpoint(target, port), 16)
    datagram = before[-8:] + message(number)
    value = 0 if none else udp_checksum(source, target, datagram) ^ error
    return before[:-8] + datagram[:6] + value.to_bytes(2, "big") + datagram[8:]


def raw(number: int, *, to: bytes = OWN, kind: int = 135) -> bytes:
    before = bytearray(header(WAY, Endpoint(PEER), Endpoint(to), 16))
    before[20] = kind
    return bytes(before) + message(number)


WAY: Way


@pytest.fixture
def wire(pair: Pair) -> Callable[..., None]:
    """Put frames on the wire in the LMA's namespace."""
    global WAY
    with inside(pair.lma):
        target = Target("raw", OWN)
        route = neighbour.route_to(target, PEER)
        WAY = neighbour.resolve(target, PEER, route, neighbour.link_at(route.index))

    def call(*frames: bytes) -> None:
        with inside(pair.lma), socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0) as sock:
            for frame in frames:
                sock.sendto(frame, ("pmip0", 0))

    return call


@pytest.mark.parametrize("path", ["sendmmsg", "AF_PACKET"])
@pytest.mark.parametrize(("target", "own", "peer"), [(f"udp://[{LMA}]", OWN, PEER), (f"udp://{LMA4}", OWN4, PEER4)])
def test_a_wrong_udp_checksum_is_dropped_as_the_kernel_drops_it(
    pair: Pair, opened: Opened, wire: Callable[..., None], path: str, target: str, own: bytes, peer: bytes
) -> None:
    port = opened(pair.mag, target, MAGS[0] if len(own) == 16 else MAGS4[0], path=path)
    wire(udp(peer, own, 1), udp(peer, own, 2, 0x0100), udp(peer, own, 3, none=True), udp(peer, own, 4))
    # Without a checksum is right over IPv4 only (RFC 768, RFC 8200 8.1).
    expected = [1, 3, 4] if len(own) == 4 else [1, 4]
    assert all_of(port) == expected
    assert port.drops().receive_queue == 0  # that is not our loss


@pytest.mark.parametrize("path", ["sendmmsg", "AF_PACKET", "AF_XDP"])
def test_only_mobility_headers_to_us_count(pair: Pair, opened: Opened, wire: Callable[..., None], path: str) -> None:
    port = opened(pair.mag, LMA, MAGS[0], path=path)
    wire(
        raw(1), raw(2, kind=59), raw(3, to=packed(MAGS[1])[0]), raw(4), b"\xff" * 12 + b"\x86\xdd", raw(5)[:60], raw(6)
    )
    assert all_of(port) == [1, 4, 6]
    wire(raw(7)[:54] + message(7) + bytes(600))  # octets after the packet, which Ethernet may add
    assert all_of(port) == [7]


@pytest.mark.parametrize("path", ["sendmmsg", "AF_PACKET"])
def test_behind_an_extension_header(pair: Pair, opened: Opened, wire: Callable[..., None], path: str) -> None:
    """Destination options before the Mobility Header: the sockets have it."""
    port = opened(pair.mag, LMA, MAGS[0], path=path)
    before = bytearray(header(WAY, Endpoint(PEER), Endpoint(OWN), 24))
    before[20] = 60
    wire(bytes(before) + bytes((135, 0, 1, 4, 0, 0, 0, 0)) + message(9))
    arrivals = port.receive(1)
    assert arrivals is not None and list(arrivals.lengths) == [16]
    assert arrivals.data[0, :16].tobytes() == message(9)


@pytest.mark.parametrize("path", ["AF_PACKET", "AF_XDP"])
def test_what_leaves_nowhere_is_counted_as_ours(opened: Opened, path: str) -> None:
    with Pair("-3") as own:
        port = opened(own.mag, LMA, MAGS[0], path=path)
        ip("-n", own.lma, "link", "set", "pmip0", "down")  # no carrier
        sent = numbered(port, 0, 0, 5, 24)
        assert port.drops().send_queue == 5 and sent in (0, 5)
        port.close()
        assert port.drops().send_queue == 5


def test_a_busy_ring_does_not_keep_the_sockets_waiting(pair: Pair, opened: Opened, wire: Callable[..., None]) -> None:
    port, theirs = opened(pair.mag, LMA, MAGS[0]), opened(pair.lma, MAGS[0], LMA, path="sendmmsg")
    seen: list[int] = []
    for turn in range(400):
        numbered(theirs, 0, 500 * turn, 500, 104)
        if turn == 5:
            rows = theirs.rows(0, 1)
            rows[0, :1000] = 1
            assert theirs.send(1000) == 1
        arrivals = port.receive(0)
        assert arrivals is not None
        seen += list(arrivals.lengths)
        if 1000 in seen:
            break
    assert 1000 in seen and 104 in seen


def test_errno_names_are_told() -> None:
    from pmiptool.net.bulk.fast import explain

    assert explain(OSError(errno.ENOBUFS, "")) == "not enough locked memory (ulimit -l)"
    assert explain(OSError(errno.EPERM, "")) == "no CAP_NET_RAW"
    assert explain(OSError(errno.EINVAL, "Invalid argument")) == "Invalid argument"
