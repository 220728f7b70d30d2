"""ESP in captures: opened, a frame is what it would have been without, whatever is around it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmiptool.capture.files import Frame
from pmiptool.capture.sealed import OpenedFrame, opened
from pmiptool.net.esp.associations import Association, Esp, Network
from pmiptool.net.esp.transform import ALGORITHMS, Transform
from pmiptool.text.values import parse_address
from pmiptool.wire.checksum import internet_checksum
from pmiptool.wire.envelope import find, find_esp

MAG, LMA = parse_address("", "2001:db8:1::2"), parse_address("", "2001:db8:1::1")
PBU = bytes.fromhex("3b010500 00000007 8200004b 01020000")
ETHERNET, NULL, RAW, SLL, SLL2 = 1, 0, 101, 113, 276


def association(key: int = 0, name: str = "aes-gcm-128", **more: object) -> Association:
    algorithm = ALGORITHMS[name]
    keys = bytes([key]) * algorithm.key, bytes([key]) * algorithm.auth_key
    return Association(0x1001, Transform(algorithm, *keys), **more)  # type: ignore[arg-type]


def ip6(payload: bytes, protocol: int) -> bytes:
    return b"\x60\0\0\0" + len(payload).to_bytes(2, "big") + bytes((protocol, 64)) + MAG + LMA + payload


def ip4(payload: bytes, protocol: int) -> bytes:
    head = b"\x45\0" + (20 + len(payload)).to_bytes(2, "big") + bytes(4) + bytes((64, protocol, 0, 0)) + bytes(8)
    return head[:10] + internet_checksum(head).to_bytes(2, "big") + head[12:] + payload


Inside = tuple[bytes, int]  # octets, and the number of the header that they begin with
AROUND: dict[str, tuple[int, Callable[[Inside], bytes]]] = {
    "raw": (RAW, lambda inside: ip6(*inside)),
    "ethernet": (ETHERNET, lambda inside: bytes(12) + b"\x86\xdd" + ip6(*inside)),
    "vlan with a trailer": (ETHERNET, lambda inside: bytes(12) + b"\x81\0\0\x07\x86\xdd" + ip6(*inside) + bytes(4)),
    "cooked": (SLL, lambda inside: bytes(14) + b"\x86\xdd" + ip6(*inside)),
    "cooked v2": (SLL2, lambda inside: b"\x86\xdd" + bytes(18) + ip6(*inside)),
    "loopback": (NULL, lambda inside: b"\x1e\0\0\0" + ip6(*inside)),
    "IPv6 in IPv6": (RAW, lambda inside: ip6(ip6(*inside), 41)),
    "6in4": (RAW, lambda inside: ip4(ip6(*inside), 41)),
    "GRE": (RAW, lambda inside: ip6(b"\x20\0\x86\xdd\0\0\0\x07" + ip6(*inside), 47)),
    "hop-by-hop options": (RAW, lambda inside: ip6(bytes((inside[1], 0)) + b"\x01\x04" + bytes(4) + inside[0], 0)),
    "two headers": (
        RAW,
        lambda inside: ip6(
            bytes((60, 0)) + b"\x01\x04\0\0\0\0" + bytes((inside[1], 0)) + b"\x01\x04\0\0\0\0" + inside[0], 0
        ),
    ),
    "AH": (RAW, lambda inside: ip6(bytes((inside[1], 4)) + bytes(22) + inside[0], 51)),
    "an atomic fragment": (RAW, lambda inside: ip6(bytes((inside[1], 0)) + bytes(6) + inside[0], 44)),
}


def through(frames: list[Frame], *associations: Association) -> tuple[list[Frame], list[str]]:
    said: list[str] = []
    return list(opened(frames, Esp(associations, "lab.toml"), said.append)), said


@pytest.mark.parametrize("name", ["aes-gcm-128", "aes-cbc-128/hmac-sha256-128", "null/hmac-sha512-256"])
@pytest.mark.parametrize("around", AROUND)
def test_opened_it_is_the_frame_without_esp(around: str, name: str) -> None:
    linktype, make = AROUND[around]
    sender = association(name=name)
    frame = Frame(3, 5, linktype, make((sender.seal(PBU), 50)), "a comment")
    assert find(linktype, frame.data) == []
    (got,), said = through([frame], association(name=name))
    assert isinstance(got, OpenedFrame) and said == []
    assert (got.number, got.time_ns, got.comment, got.spi, got.sequence) == (3, 5, "a comment", 0x1001, 1)
    assert got.data == make((PBU, 135))
    (envelope,) = find(linktype, got.data)
    assert envelope.mh == PBU and not envelope.truncated


def test_everything_else_is_as_before() -> None:
    plain = [Frame(number, 0, RAW, data) for number, data in enumerate([b"", ip6(PBU, 135), ip6(b"", 59), b"\x60"], 1)]
    got, said = through(plain, association())
    assert got == plain and said == []


def test_what_cannot_be_opened_is_named_once_and_counted() -> None:
    sender = association()
    sealed = [sender.seal(PBU) for _ in range(3)]
    frames = [Frame(number, 0, RAW, ip6(packet, 50)) for number, packet in enumerate(sealed, 1)]
    got, said = through(frames, association(key=1))
    assert got == frames
    assert said[0].startswith(
        "packet 1 is ESP from 2001:db8:1::2 to 2001:db8:1::1, SPI 0x00001001, that could not be opened: "
        "its integrity check value is wrong"
    )
    assert said[1:] == ["with SPI 0x00001001 that went so for 3 packets"]
    _, said = through(frames[:1], association(src=Network("2001:db8::/48")))
    assert len(said) == 1 and "lab.toml has no SA with SPI 0x00001001 between them" in said[0]


def test_what_is_not_all_there() -> None:
    packet = ip6(association().seal(PBU), 50)
    for data in (packet[:-1], ip6(bytes((50, 0, 0, 1)) + bytes(4) + packet[40:], 44)):
        _, said = through([Frame(1, 0, RAW, data)], association())
        assert "it is not all there (captured in part, or a fragment)" in said[0]
    _, said = through([Frame(1, 0, RAW, ip6(b"\0\0\x10", 50))], association())
    assert "3 octets are no ESP packet" in said[0]


def test_whatever_is_inside_is_opened() -> None:
    """An ICMPv6 error, which has no message; and tunnel mode, where a whole packet is inside."""
    sender = association()
    frames = [
        Frame(1, 0, RAW, ip6(sender.seal(inside, protocol), 50))
        for inside, protocol in ((bytes(8), 58), (ip6(PBU, 135), 41))
    ]
    got, said = through(frames, association())
    assert [one.data for one in got] == [ip6(bytes(8), 58), ip6(ip6(PBU, 135), 41)] and said == []
    assert [len(envelope.outer) for one in got for envelope in find(RAW, one.data)] == [1]


def test_a_packet_twice_in_a_capture_is_no_replay() -> None:
    frame = Frame(1, 0, RAW, ip6(association().seal(PBU), 50))
    got, said = through([frame, frame], association())
    assert [find(RAW, one.data)[0].mh for one in got] == [PBU, PBU] and said == []


@given(linktype=st.sampled_from([ETHERNET, NULL, RAW, SLL, SLL2]), data=st.binary(max_size=120))
def test_any_octets_are_looked_through(linktype: int, data: bytes) -> None:
    esp = find_esp(linktype, data)
    assert esp is None or esp.start <= esp.end <= len(data)
    through([Frame(1, 0, linktype, data)], association())


@given(data=st.binary(max_size=100), cut=st.integers(0, 140))
def test_any_octets_in_esp(data: bytes, cut: int) -> None:
    through([Frame(1, 0, RAW, ip6(association().seal(data, 135), 50)[:cut])], association())
    got, _ = through([Frame(1, 0, RAW, ip6(association().seal(data, 135), 50))], association())
    assert got[0].data == ip6(data, 135)
