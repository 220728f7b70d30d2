"""The checksum against octets that other people computed, and against the sum as RFC 1071 writes it."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmiptool.wire.checksum import checksum, internet_checksum, udp_checksum, verifies

SRC = bytes.fromhex("200104f80004000702e081fffe52ffff")
DST = bytes.fromhex("200104f80004000702e081fffe529a6b")
BINDING_ERROR = bytes.fromhex("3b020700b0d80100200100780001003200000000" + "00000001")


def by_the_book(data: bytes) -> int:
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def pseudo_header(src: bytes, dst: bytes, length: int, next_header: int) -> bytes:
    return src + dst + struct.pack("!IBBBB", length, 0, 0, 0, next_header)


def test_a_binding_error_of_another_implementation() -> None:
    assert checksum(SRC, DST, BINDING_ERROR) == 0xB0D8
    assert verifies(SRC, DST, BINDING_ERROR)
    assert not verifies(SRC, DST, BINDING_ERROR[:4] + b"\x00\x01" + BINDING_ERROR[6:])


def test_the_field_itself_does_not_count() -> None:
    assert checksum(SRC, DST, BINDING_ERROR[:4] + b"\xff\xff" + BINDING_ERROR[6:]) == 0xB0D8


def test_both_zeros_of_ones_complement_are_accepted() -> None:
    """A message whose sum comes to 0xffff has the checksum zero; a sender may write 0xffff instead."""
    message = bytearray(BINDING_ERROR)
    message[6:8] = b"\0\0"
    message[6:8] = struct.pack("!H", checksum(SRC, DST, bytes(message)))
    assert checksum(SRC, DST, bytes(message)) == 0
    for field in (b"\0\0", b"\xff\xff"):
        message[4:6] = field
        assert verifies(SRC, DST, bytes(message))
    message[4:6] = b"\0\1"
    assert not verifies(SRC, DST, bytes(message))


def test_too_short_for_a_checksum_is_not_verified() -> None:
    assert not verifies(SRC, DST, BINDING_ERROR[:5])


@given(st.binary(min_size=16, max_size=16), st.binary(min_size=16, max_size=16), st.binary(max_size=70))
def test_is_the_sum_of_rfc_1071(src: bytes, dst: bytes, mh: bytes) -> None:
    cleared = mh[:4] + b"\0\0"[: max(0, len(mh) - 4)] + mh[6:]
    assert checksum(src, dst, mh) == by_the_book(pseudo_header(src, dst, len(mh), 135) + cleared)


@given(st.binary(max_size=40))
def test_internet_checksum_is_the_sum_of_rfc_1071(data: bytes) -> None:
    assert internet_checksum(data) == by_the_book(data)


@given(st.sampled_from([4, 16]), st.data())
def test_udp_checksum_is_never_zero(size: int, data: st.DataObject) -> None:
    """Zero would mean that there is none (RFC 768)."""
    src, dst = (data.draw(st.binary(min_size=size, max_size=size)) for _ in range(2))
    datagram = data.draw(st.binary(min_size=2, max_size=30))
    expected = by_the_book(pseudo_header(src, dst, len(datagram), 17) + datagram) or 0xFFFF
    assert udp_checksum(src, dst, datagram) == expected


@pytest.mark.parametrize("size", [4, 16])
def test_a_udp_checksum_that_comes_to_zero_is_sent_as_ones(size: int) -> None:
    datagram = bytes(6) + struct.pack("!H", 0xFFFF - 17 - 8)
    assert udp_checksum(bytes(size), bytes(size), datagram) == 0xFFFF
