"""Raw IPv6 over a veth pair between two namespaces: checksums as given, ICMPv6 errors as such, several sources."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest

from pmiptool.errors import EnvironmentLacks
from pmiptool.net.driver import Driver, Port
from pmiptool.net.live import LiveTransport
from pmiptool.net.sockets import open_socket
from pmiptool.net.target import parse_target
from pmiptool.net.transport import Arrival, IcmpError, Received
from pmiptool.session.endpoint import Datagram, Endpoint
from pmiptool.wire.checksum import checksum
from tests import netns

pytestmark = pytest.mark.root

LMA = socket.inet_pton(socket.AF_INET6, netns.LMA)
MAGS = tuple(socket.inet_pton(socket.AF_INET6, text) for text in netns.MAGS)


def message(source: bytes, wrong: int = 0) -> bytes:
    """A binding update of 16 octets, its checksum right, or wrong by some bits."""
    octets = bytes.fromhex("3b010500000000018000000501020000")
    value = checksum(source, LMA, octets) ^ wrong
    return octets[:4] + value.to_bytes(2, "big") + octets[6:]


@pytest.fixture(scope="module")
def pair() -> Iterator[netns.Pair]:
    with netns.Pair() as made:
        yield made


@pytest.fixture
def live(pair: netns.Pair) -> Iterator[LiveTransport]:
    with netns.inside(pair.mag):
        transport = LiveTransport(parse_target(netns.LMA), MAGS)
    yield transport
    transport.close()


def arrivals(transport: LiveTransport, count: int = 1) -> list[Arrival]:
    found: list[Arrival] = []
    until = time.time() + 5
    while len(found) < count and time.time() < until:
        found += transport.receive(until)
    return found


def test_wrong_checksums_both_ways_and_several_sources(pair: netns.Pair, live: LiveTransport) -> None:
    with netns.inside(pair.lma):
        peer = open_socket(LMA, None)
    with peer:
        peer.setblocking(True)
        peer.settimeout(5)
        for source, local in zip(MAGS, live.locals, strict=True):
            sent = message(source, wrong=0x00FF)
            live.send(Datagram(sent, local, live.peer))
            data, name = peer.recvfrom(2048)
            assert data == sent
            assert socket.inet_pton(socket.AF_INET6, name[0]) == source
            answer = bytes.fromhex("3b010600dead00000000000100050100")
            peer.sendto(answer, name)
            (got,) = arrivals(live)
            assert isinstance(got, Received)
            assert got.data == answer and got.destination.address == source and got.source == Endpoint(LMA)


def test_nobody_listening_is_a_parameter_problem(live: LiveTransport) -> None:
    sent = message(MAGS[0])
    live.send(Datagram(sent, live.locals[0], live.peer))
    (error,) = arrivals(live)
    assert isinstance(error, IcmpError)
    assert (error.type, error.code) == (4, 1)
    assert "Parameter Problem (unrecognized Next Header type encountered, pointer 6)" in error.text
    assert error.source == LMA and error.original == sent


def test_a_host_that_is_not_there_is_address_unreachable(pair: netns.Pair) -> None:
    with netns.inside(pair.mag):
        transport = LiveTransport(parse_target("2001:db8:1::99"), MAGS[:1])
    try:
        transport.send(Datagram(message(MAGS[0]), transport.locals[0], transport.peer))
        (error,) = arrivals(transport)
        assert isinstance(error, IcmpError) and "address unreachable" in error.text
    finally:
        transport.close()


def test_no_route_names_the_command(pair: netns.Pair) -> None:
    with netns.inside(pair.mag), pytest.raises(EnvironmentLacks, match="sudo ip -6 route add 2001:db8:2::1"):
        LiveTransport(parse_target("2001:db8:2::1"))


def test_the_kernels_choice_of_source_and_binding_to_an_interface(pair: netns.Pair) -> None:
    with netns.inside(pair.mag):
        transport = LiveTransport(parse_target(f"{netns.LMA}%pmip0"))
        transport.close()
        assert transport.sources[0] in MAGS
        with pytest.raises(EnvironmentLacks, match="no network interface 'pmip9'"):
            LiveTransport(parse_target(f"{netns.LMA}%pmip9"), MAGS[:1])
        with pytest.raises(EnvironmentLacks, match="no network interface 'pmip9'"):
            LiveTransport(parse_target(f"{netns.LMA}%pmip9"))


class Echo:
    """A machine that answers everything, and ends the driver after some messages."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.driver: Driver | None = None
        self._out: list[Datagram] = []

    def receive(self, data: bytes, source: Endpoint, now: float, destination: Endpoint) -> None:
        self._out.append(Datagram(b"re:" + data, destination, source))
        self.count -= 1
        if self.count == 0 and self.driver is not None:
            self.driver.stop()

    def to_send(self, now: float) -> list[Datagram]:
        out, self._out = self._out, []
        return out

    def next_timer(self) -> float | None:
        return None

    def on_timer(self, now: float) -> None: ...


def test_the_loop_answers_many_peers_on_one_raw_socket(pair: netns.Pair, live: LiveTransport) -> None:
    with netns.inside(pair.lma):
        sock = open_socket(LMA, None)
    echo = Echo(30)
    with sock:
        driver = Driver([Port(echo, sock, Endpoint(LMA), echo.receive)])
        echo.driver = driver
        for number in range(30):
            live.send(Datagram(bytes([number]) * 16, live.locals[number % 3], live.peer))
        driver.run(until=time.time() + 5)
    got = [item for item in arrivals(live, 30) if isinstance(item, Received)]
    assert sorted(item.data for item in got) == sorted(b"re:" + bytes([number]) * 16 for number in range(30))
    assert all(item.destination == live.locals[item.data[3] % 3] for item in got)


def test_on_its_own_address_a_raw_socket_does_not_hear_itself(pair: netns.Pair) -> None:
    with netns.inside(pair.lma):
        sock = open_socket(LMA, None)
        own = LiveTransport(parse_target(netns.LMA), (LMA,))
    echo = Echo(1)
    try:
        with sock:
            echo.driver = Driver([Port(echo, sock, Endpoint(LMA), echo.receive)])
            own.send(Datagram(message(LMA), own.locals[0], own.peer))
            echo.driver.run(until=time.time() + 5)
            echo.driver.run(until=time.time() + 0.05)  # its own answer comes back to it, and is not one
        assert echo.count == 0
        assert [item.data for item in arrivals(own) if isinstance(item, Received)] == [b"re:" + message(LMA)]
    finally:
        own.close()
