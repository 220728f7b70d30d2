"""Netlink messages as octets: what is cut or wrong ends the reading."""

from __future__ import annotations

import struct
import sys

import pytest

from pmiptool.errors import EnvironmentLacks
from pmiptool.net.bulk import neighbour, netlink
from pmiptool.net.bulk.neighbour import Link, Route, resolve, route_to, usable
from pmiptool.net.target import parse_target

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="netlink is Linux's")


def test_attributes_are_padded_and_read_back() -> None:
    octets = netlink.attribute(1, b"abc") + netlink.attribute(2, b"") + netlink.attribute(0x8003, b"12345678")
    assert len(octets) == 8 + 4 + 12
    assert netlink.attributes(octets) == {1: b"abc", 2: b"", 3: b"12345678"}


@pytest.mark.parametrize("octets", [b"", b"\1", b"\3\0\1\0", b"\x10\0\1\0abcd", b"\0\0\1\0"])
def test_attributes_that_do_not_fit_are_not_read(octets: bytes) -> None:
    assert netlink.attributes(octets) == {}


def test_messages_are_split_and_cut_ones_left_out() -> None:
    one = struct.pack("=IHHII", 21, 24, 0, 1, 0) + b"hello" + bytes(3)
    two = struct.pack("=IHHII", 16, 3, 0, 1, 0)
    assert list(netlink.messages(one + two)) == [(24, b"hello"), (3, b"")]
    assert list(netlink.messages(one + two[:10])) == [(24, b"hello")]
    assert list(netlink.messages(struct.pack("=IHHII", 15, 3, 0, 1, 0))) == []


def test_the_way_to_loopback_is_known() -> None:
    target = parse_target("::1")
    route = route_to(target, target.address)
    assert route.kind == neighbour.RTN_LOCAL
    assert neighbour.link_at(route.index).name == "lo"


def test_an_interface_that_there_is_not() -> None:
    with pytest.raises(EnvironmentLacks, match="ip link"):
        neighbour.link_at(0x7FFFFFF0)


@pytest.mark.parametrize(("state", "is_usable"), [(0, False), (1, False), (2, True), (4, True), (0x20, False)])
def test_which_neighbours_can_be_sent_to(state: int, is_usable: bool) -> None:
    assert usable(state, bytes(6)) is is_usable
    assert not usable(state, b"")


@pytest.mark.parametrize(
    ("target", "hop", "text"),
    [
        ("2001:db8::1", "fe80::1", "no answer to Neighbor Solicitation for fe80::1, the router to 2001:db8::1 on lo;"),
        ("udp://192.0.2.1", "192.0.2.1", "no answer to ARP for 192.0.2.1 on lo;"),
    ],
)
def test_a_next_hop_that_does_not_answer_is_named(
    monkeypatch: pytest.MonkeyPatch, target: str, hop: str, text: str
) -> None:
    states = iter([(0, b""), (1, b""), (0x20, b"")])
    monkeypatch.setattr(neighbour, "look_up", lambda index, address: next(states))
    monkeypatch.setattr(neighbour, "_nudge", lambda target, source: None)
    packed = parse_target(f"udp://{hop}" if "." in hop else f"{hop}%lo").address
    link = Link(1, "lo", 1, bytes(6), 1500, 0)
    with pytest.raises(EnvironmentLacks, match=text):
        resolve(parse_target(target), bytes(len(packed)), Route(1, 1, packed, 0), link)
