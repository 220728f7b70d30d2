"""ESP between two hosts, as namespaces joined by a veth pair: each algorithm, what is dropped, what the wire shows."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pmiptool.capture.files import read
from pmiptool.lma import LocalMobilityAnchor
from pmiptool.lma.config import LmaConfig
from pmiptool.net import icmp
from pmiptool.net.driver import Driver, Port, open_port
from pmiptool.net.esp.associations import Association, Esp, Network
from pmiptool.net.esp.sockets import EspSocket
from pmiptool.net.esp.transform import ALGORITHMS, Transform
from pmiptool.net.listening import ListeningTransport
from pmiptool.net.live import LiveTransport
from pmiptool.net.record import Recorder
from pmiptool.net.sockets import open_socket
from pmiptool.net.target import parse_target
from pmiptool.net.transport import IcmpError, Received
from pmiptool.session.endpoint import Datagram, Endpoint, ParameterProblem
from pmiptool.wire.checksum import checksum
from pmiptool.wire.codec import codec_for
from pmiptool.wire.values import (
    AccessTechnologyType,
    BindingUpdate,
    HandoffIndicator,
    HomeNetworkPrefix,
    MobileNodeIdentifier,
)
from tests import netns

pytestmark = pytest.mark.root

LMA = socket.inet_pton(socket.AF_INET6, netns.LMA)
MAG = socket.inet_pton(socket.AF_INET6, netns.MAGS[0])
ETH_P_ALL = 3
GCM = ALGORITHMS["aes-gcm-128"]


@pytest.fixture(scope="module")
def pair() -> Iterator[netns.Pair]:
    with netns.Pair() as made:
        yield made


def both_ways(name: str = GCM.name, key: int = 0, window: int = 64, say: object = None) -> Esp:
    """One SA each way between the LMA and the first MAG."""
    algorithm = ALGORITHMS[name]
    transforms = [
        Transform(algorithm, bytes([key + way]) * algorithm.key, bytes([key + way]) * algorithm.auth_key)
        for way in (0, 1)
    ]
    ends = Network(netns.MAGS[0]), Network(netns.LMA)
    there = Association(0x1001, transforms[0], src=ends[0], dst=ends[1], window=window)
    back = Association(0x1002, transforms[1], src=ends[1], dst=ends[0], window=window)
    return Esp((there, back), "lab.toml", say)  # type: ignore[arg-type]


@contextlib.contextmanager
def anchor(pair: netns.Pair, esp: Esp) -> Iterator[Port]:
    """A reference LMA on the one host."""
    machine = LocalMobilityAnchor(LmaConfig(), LMA)
    with netns.inside(pair.lma):
        port = open_port(parse_target(netns.LMA).under(esp), machine, machine.receive)
    driver = Driver([port])
    thread = threading.Thread(target=driver.run, args=(time.time() + 60,))
    thread.start()
    try:
        yield port
    finally:
        driver.stop()
        with netns.inside(pair.mag), socket.socket(socket.AF_INET6, socket.SOCK_RAW, 50) as waker:
            waker.sendto(bytes(8), (netns.LMA, 0))
        thread.join(10)
        driver.close()
    assert not thread.is_alive()


@contextlib.contextmanager
def gateway(pair: netns.Pair, esp: Esp) -> Iterator[LiveTransport]:
    with netns.inside(pair.mag):
        transport = LiveTransport(parse_target(netns.LMA).under(esp), (MAG,))
    try:
        yield transport
    finally:
        transport.close()


@contextlib.contextmanager
def listening_to_the_wire(pair: netns.Pair) -> Iterator[list[bytes]]:
    """The IPv6 packets that go over the link, once the block has ended."""
    seen: list[bytes] = []
    with netns.inside(pair.mag):
        sniffer = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
        sniffer.bind(("pmip0", 0))
    with sniffer:
        yield seen
        sniffer.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while True:
                frame = sniffer.recv(4096)
                seen += [frame[14:]] if frame[12:14] == b"\x86\xdd" else []


def registration(number: int) -> bytes:
    codec = codec_for()
    options = (
        MobileNodeIdentifier(1, b"mn1@example.org"),
        HomeNetworkPrefix(),
        HandoffIndicator(hi=1 if number == 1 else 5),
        AccessTechnologyType(att=4),
    )
    update = BindingUpdate(sequence=number, flags=0x8200, lifetime=75, options=options)
    return codec.encode(update, src=MAG, dst=LMA)


def ask(transport: LiveTransport, number: int, wait: float = 3.0) -> bytes | None:
    transport.send(Datagram(registration(number), transport.locals[0], transport.peer))
    return answer(transport, wait)


def answer(transport: LiveTransport, wait: float) -> bytes | None:
    until = time.time() + wait
    while time.time() < until:
        for arrival in transport.receive(until):
            if isinstance(arrival, Received):
                return arrival.data
    return None


@pytest.mark.parametrize("name", ALGORITHMS)
def test_they_talk_and_the_wire_shows_esp_alone(pair: netns.Pair, name: str) -> None:
    with listening_to_the_wire(pair) as wire, anchor(pair, both_ways(name)), gateway(pair, both_ways(name)) as mag:
        for number in (1, 2):
            data = ask(mag, number)
            assert data is not None and (data[2], data[6]) == (6, 0)  # a PBA that accepts
    # But for neighbour discovery and what hosts say to groups.
    protocols = {packet[6] for packet in wire if packet[6] != 58 and packet[24] != 0xFF}
    assert protocols == {50}
    sealed = [packet for packet in wire if packet[6] == 50 and packet[40:44] != bytes(4)]
    numbers = [(packet[8:24] == MAG, int.from_bytes(packet[44:48], "big")) for packet in sealed]
    assert numbers == [(True, 1), (False, 1), (True, 2), (False, 2)]
    shows = b"mn1@example.org" in b"".join(sealed)
    assert shows == name.startswith("null/")


def test_loss_and_replays(pair: netns.Pair) -> None:
    """What was lost is asked again under a new number; what somebody plays again is dropped, at both ends."""
    said: list[str] = []
    ends, server = both_ways(), both_ways(say=said.append)
    with listening_to_the_wire(pair) as wire, anchor(pair, server), gateway(pair, ends) as mag:
        ends.seal(registration(1), MAG, LMA)  # lost: the LMA never sees number 1
        assert ask(mag, 1) is not None
    replayed = next(packet for packet in wire if packet[6] == 50 and packet[40:44] == b"\0\0\x10\1")
    with anchor(pair, server), gateway(pair, ends) as mag:
        with netns.inside(pair.mag), socket.socket(socket.AF_INET6, socket.SOCK_RAW, 50) as attacker:
            attacker.bind((netns.MAGS[0], 0))
            for _ in range(3):
                attacker.sendto(replayed[40:], (netns.LMA, 0))
        assert answer(mag, 0.5) is None
        assert ask(mag, 2) is not None
    assert server.dropped["replayed"] == 3
    assert sum("its sequence number 2 came before" in text for text in said) == 1
    assert said[-1].startswith("ESP: dropped ") and "3 replayed" in said[-1]


def test_a_window_of_0_takes_a_sender_that_was_started_again(pair: netns.Pair) -> None:
    with anchor(pair, both_ways(window=0)):
        for number in (1, 2):
            with gateway(pair, both_ways()) as mag:
                assert ask(mag, number) is not None


def test_wrong_keys_are_told_at_the_receiver(pair: netns.Pair) -> None:
    said: list[str] = []
    server = both_ways(say=said.append)
    with anchor(pair, server), gateway(pair, both_ways(key=7)) as mag:
        assert ask(mag, 1, 0.5) is None
    assert server.dropped["integrity"] == 1
    assert "an ESP packet from 2001:db8:1::2 is dropped: its integrity check value is wrong" in said[0]


def test_what_comes_in_the_clear_is_told(pair: netns.Pair) -> None:
    said: list[str] = []
    server = both_ways(say=said.append)
    with anchor(pair, server):
        with netns.inside(pair.mag):
            clear = LiveTransport(parse_target(netns.LMA), (MAG,))
        try:
            assert ask(clear, 1, 0.5) is None
        finally:
            clear.close()
        assert said == [
            "warning: a Mobility Header from 2001:db8:1::2 is dropped: it came in the clear, without ESP; "
            "more like it are counted"
        ]


def test_an_answer_in_the_clear_is_told_too(pair: netns.Pair) -> None:
    """At once, and how much it was when all is over."""
    said: list[str] = []
    ends = both_ways(say=said.append)
    with netns.inside(pair.lma):
        clear = open_socket(LMA, None)
    with clear, anchor(pair, both_ways()):
        with gateway(pair, ends) as mag:
            clear.sendto(registration(1), (netns.MAGS[0], 0))
            assert answer(mag, 0.2) is None
            assert len(said) == 1 and "from 2001:db8:1::1 is dropped: it came in the clear" in said[0]
            clear.sendto(registration(1), (netns.MAGS[0], 0))
            assert ask(mag, 1) is not None
    assert said[1:] == ["ESP: dropped 2 in the clear"]


def test_an_icmp_error_is_about_the_message_inside(pair: netns.Pair) -> None:
    with gateway(pair, both_ways()) as mag:
        data = registration(1)
        mag.send(Datagram(data, mag.locals[0], mag.peer))
        (error,) = mag.receive(time.time() + 3)
    assert isinstance(error, IcmpError) and error.original == data
    assert "Parameter Problem (unrecognized Next Header type encountered, pointer 6)" in error.text


def wrong_payload() -> bytes:
    """A PBU that says that something follows it: a Parameter Problem at its first octet (RFC 6275 9.2)."""
    data = registration(1)
    changed = bytes((17,)) + data[1:4] + bytes(2) + data[6:]
    return changed[:4] + checksum(MAG, LMA, changed).to_bytes(2, "big") + changed[6:]


def test_an_icmp_error_goes_under_esp_too(pair: netns.Pair) -> None:
    """What was inside shows nowhere in the clear."""
    with listening_to_the_wire(pair) as wire, anchor(pair, both_ways()), gateway(pair, both_ways()) as mag:
        data = wrong_payload()
        mag.send(Datagram(data, mag.locals[0], mag.peer))
        (error,) = mag.receive(time.time() + 3)
    assert isinstance(error, IcmpError)
    assert (error.type, error.code, error.pointer, error.source) == (4, 0, 40, LMA)
    assert error.original == data and error.sent_to == Endpoint(LMA)
    assert b"mn1@example.org" not in b"".join(wire)


def test_no_way_back_under_esp_ends_nothing(pair: netns.Pair) -> None:
    """The LMA has an SA for what comes and none for its answers, or for an ICMPv6 error: neither goes in the clear."""
    said: list[str] = []
    server = Esp(both_ways().associations[:1], "lab.toml", said.append)
    with listening_to_the_wire(pair) as wire, anchor(pair, server), gateway(pair, both_ways()) as mag:
        mag.send(Datagram(wrong_payload(), mag.locals[0], mag.peer))
        for number in (1, 2):
            assert ask(mag, number, 0.3) is None
    assert server.dropped["unsent"] == 3
    assert said[0].startswith(
        "warning: an ICMPv6 error is dropped: lab.toml has no SA for what is sent from 2001:db8:1::1"
    )
    assert not [packet for packet in wire if packet[8:24] == LMA and packet[6] != 58]


def test_an_icmp_error_in_the_clear_is_heard(pair: netns.Pair) -> None:
    """From a peer whose policy is for Mobility Headers alone."""
    data = registration(1)
    problem = ParameterProblem(data, Endpoint(LMA), Endpoint(MAG), 40)
    with anchor(pair, both_ways()), gateway(pair, both_ways()) as mag:
        with netns.inside(pair.lma), icmp.open_sender(netns.LMA) as sender:
            sender.sendto(icmp.parameter_problem(problem), (netns.MAGS[0], 0))
        (error,) = mag.receive(time.time() + 3)
        assert isinstance(error, IcmpError) and (error.pointer, error.original) == (40, data)
        assert ask(mag, 1) is not None


@pytest.mark.parametrize("place", [0, 2, 8 + 6, 8 + 20])
def test_an_icmp_error_under_esp_that_is_not_about_us(pair: netns.Pair, place: int) -> None:
    """No error, a wrong checksum, not about a Mobility Header, not about one of ours."""
    ends, server = both_ways(), both_ways()
    problem = ParameterProblem(registration(1), Endpoint(LMA), Endpoint(MAG), 40)
    message = bytearray(icmp.parameter_problem(problem))
    message[place] ^= 0x80
    with netns.inside(pair.lma):
        sock = open_socket(LMA, None, esp=server)
    assert isinstance(sock, EspSocket)
    with sock, gateway(pair, ends) as mag:
        if place == 2:
            socket.socket.sendto(sock, server.seal(bytes(message), LMA, MAG, 58), (netns.MAGS[0], 0))
        else:
            sock.send_icmp(bytes(message), (netns.MAGS[0], 0))
        assert mag.receive(time.time() + 0.3) == []
        sock.send_icmp(icmp.parameter_problem(problem), (netns.MAGS[0], 0))
        assert len(mag.receive(time.time() + 3)) == 1


def test_long_messages_and_batches(pair: netns.Pair) -> None:
    """2048 octets are a whole Mobility Header; sealed it is longer, and goes in two fragments."""
    name = "aes-cbc-256/hmac-sha512-256"
    longest = b"\x3b\xff\x05\0" + bytes(2044)

    class Echo:
        def __init__(self) -> None:
            self.out: list[Datagram] = []

        def receive(self, data: bytes, source: Endpoint, now: float, destination: Endpoint) -> None:
            self.out.append(Datagram(data, destination, source))

        def to_send(self, now: float) -> list[Datagram]:
            out, self.out = self.out, []
            return out

        def next_timer(self) -> float | None:
            return None

        def on_timer(self, now: float) -> None: ...

    echo = Echo()
    with netns.inside(pair.lma):
        sock = open_socket(LMA, None, esp=both_ways(name))
    assert isinstance(sock, EspSocket)
    with sock, gateway(pair, both_ways(name)) as mag:
        driver = Driver([Port(echo, sock, Endpoint(LMA), echo.receive)])
        for number in range(150):
            mag.send(Datagram(longest[:-2] + number.to_bytes(2, "big"), mag.locals[0], mag.peer))
        driver.run(time.time() + 1.5)
        got: list[bytes] = []
        until = time.time() + 5
        while len(got) < 150 and time.time() < until:
            got += [arrival.data for arrival in mag.receive(until) if isinstance(arrival, Received)]
    assert len(got) == len(set(got)) == 150 and {len(data) for data in got} == {2048}


def test_a_recording_has_what_was_inside(pair: netns.Pair, tmp_path: Path) -> None:
    path = tmp_path / "run.pcapng"
    with anchor(pair, both_ways()), netns.inside(pair.mag):
        recorder = Recorder(LiveTransport(parse_target(netns.LMA).under(both_ways()), (MAG,)), path)
        try:
            recorder.send(Datagram(registration(1), recorder.locals[0], recorder.peer))
            recorder.receive(time.time() + 3)
        finally:
            recorder.close()
    frames = list(read(path))
    assert [frame.data[6] for frame in frames] == [135, 135]
    assert [frame.comment for frame in frames] == ["under ESP SPI 0x00001001", "under ESP SPI 0x00001002"]


def test_who_waits_for_a_mag_under_esp(pair: netns.Pair) -> None:
    with netns.inside(pair.lma):
        waiting = ListeningTransport(parse_target(netns.LMA, listen=True).under(both_ways()))
    try:
        with gateway(pair, both_ways()) as mag:
            mag.send(Datagram(registration(1), mag.locals[0], mag.peer))
            (came,) = waiting.receive(time.time() + 3)
            assert isinstance(came, Received) and (came.data, came.source) == (registration(1), Endpoint(MAG))
            waiting.send(Datagram(b"an answer of any kind", waiting.locals[0], waiting.peer))
            assert answer(mag, 3) == b"an answer of any kind"
    finally:
        waiting.close()
