"""Real sockets: UDP on loopback for everybody, raw IPv6 in namespaces for root."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from pmiptool.errors import EnvironmentLacks, UsageError
from pmiptool.net.live import LiveTransport
from pmiptool.net.target import parse_target
from pmiptool.net.transport import IcmpError, Received
from pmiptool.session.endpoint import Datagram, Endpoint

LOOPBACK = socket.inet_pton(socket.AF_INET6, "::1")
MH = bytes.fromhex("3b03050000000001c0000010") + bytes(20)


@contextmanager
def server(family: socket.AddressFamily, host: str) -> Iterator[socket.socket]:
    with socket.socket(family, socket.SOCK_DGRAM) as sock:
        sock.bind((host, 0))
        sock.settimeout(5)
        yield sock


def udp(host: str, peer: socket.socket) -> str:
    """What names the port of a server as a target."""
    return f"udp://{f'[{host}]' if ':' in host else host}:{peer.getsockname()[1]}"


@contextmanager
def transport(target: str, *sources: bytes) -> Iterator[LiveTransport]:
    live = LiveTransport(parse_target(target), sources)
    try:
        yield live
    finally:
        live.close()


@pytest.mark.parametrize(("family", "host"), [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")])
def test_udp_there_and_back(family: socket.AddressFamily, host: str) -> None:
    with server(family, host) as peer:
        with transport(udp(host, peer)) as live:
            live.send(Datagram(MH, live.locals[0], live.peer))
            data, name = peer.recvfrom(2048)
            assert data == MH
            assert name[1] == live.locals[0].port
            peer.sendto(b"first", name)
            peer.sendto(b"second", name)
            got: list[Received] = []
            while len(got) < 2:
                arrivals = live.receive(time.time() + 5)
                assert arrivals, "nothing arrived in time"
                got += [arrival for arrival in arrivals if isinstance(arrival, Received)]
            assert [item.data for item in got] == [b"first", b"second"]
            assert got[0].source == live.peer and got[0].destination == live.locals[0]


def test_silence_ends_at_the_deadline() -> None:
    with server(socket.AF_INET, "127.0.0.1") as peer, transport(udp("127.0.0.1", peer)) as live:
        begin = time.time()
        assert live.receive(begin + 0.05) == []
        assert 0.05 <= time.time() - begin < 2


def test_what_others_send_is_not_for_us() -> None:
    with (
        server(socket.AF_INET, "127.0.0.1") as peer,
        server(socket.AF_INET, "127.0.0.2") as stranger,
        transport(udp("127.0.0.1", peer), bytes((127, 0, 0, 1))) as live,
    ):
        stranger.sendto(b"hello", ("127.0.0.1", live.locals[0].port))
        assert live.receive(time.time() + 0.1) == []


@pytest.mark.parametrize(("family", "host"), [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")])
def test_a_closed_port_is_an_icmp_error(family: socket.AddressFamily, host: str) -> None:
    with server(family, host) as peer:
        target = udp(host, peer)
    with transport(target) as live:
        live.send(Datagram(MH, live.locals[0], live.peer))
        (error,) = live.receive(time.time() + 5)
        assert isinstance(error, IcmpError)
        assert "Destination Unreachable (port unreachable)" in error.text
        assert error.original == MH and error.sent_to == live.peer and error.sent_from == live.locals[0]
        live.send(Datagram(MH, live.locals[0], live.peer))  # the error does not keep us from going on


def test_nothing_goes_to_an_address_that_was_not_given() -> None:
    with transport("udp://127.0.0.1:5436") as live, pytest.raises(Exception, match="which is not the target"):
        live.send(Datagram(MH, live.locals[0], Endpoint(bytes((127, 0, 0, 2)), 5436)))


def test_a_source_that_is_not_here_names_the_command() -> None:
    foreign = socket.inet_pton(socket.AF_INET6, "2001:db8:dead::1")
    with pytest.raises(EnvironmentLacks, match="ip -6 addr add 2001:db8:dead::1/64 dev"):
        LiveTransport(parse_target("udp://[::1]"), (foreign,))
    with pytest.raises(EnvironmentLacks, match="ip addr add 192.0.2.77/24 dev"):
        LiveTransport(parse_target("udp://127.0.0.1"), (bytes((192, 0, 2, 77)),))


def test_source_and_target_must_be_of_one_kind() -> None:
    with pytest.raises(UsageError, match="give an IPv4 source"):
        LiveTransport(parse_target("udp://127.0.0.1"), (LOOPBACK,))


def test_no_such_interface() -> None:
    with pytest.raises(EnvironmentLacks, match="no network interface 'nosuch0'"):
        LiveTransport(parse_target("udp://[::1%nosuch0]"), (LOOPBACK,))


def test_no_permission_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    from pmiptool.net import sockets

    monkeypatch.setattr(sockets.socket, "socket", refuse)
    with pytest.raises(EnvironmentLacks, match="sudo setcap cap_net_raw"):
        sockets.open_socket(LOOPBACK, None)


def test_a_port_in_use_is_named() -> None:
    from pmiptool.net.sockets import open_socket

    with server(socket.AF_INET, "127.0.0.1") as taken:
        port = taken.getsockname()[1]
        with pytest.raises(EnvironmentLacks, match=f"udp port {port} at 127.0.0.1 is in use"):
            open_socket(bytes((127, 0, 0, 1)), port)


def test_link_local_source_warns(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from pmiptool.net import sockets

    own = socket.inet_pton(socket.AF_INET6, "fe80::77")
    real = sockets.open_local
    monkeypatch.setattr(sockets, "open_local", lambda target, source: (real(target, LOOPBACK)[0], Endpoint(source, 1)))
    with transport("udp://[::1]", own):
        assert "fe80::77 is link-local" in capsys.readouterr().err
