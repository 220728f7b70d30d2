"""Changing messages in place: what is asked changes, nothing else moves, and the checksum stays as right as it was."""

from __future__ import annotations

import pytest

from pmiptool.wire import patch
from pmiptool.wire import values as v
from pmiptool.wire.checksum import checksum, verifies
from pmiptool.wire.codec import codec_for

OLD = (bytes.fromhex("20010db8000100000000000000000002"), bytes.fromhex("20010db8000100000000000000000001"))
NEW = (bytes.fromhex("20010db8000200000000000000000002"), bytes.fromhex("20010db8000200000000000000000001"))
MESSAGE = v.BindingUpdate(
    100,
    0x8200,
    75,
    (
        v.MobileNodeIdentifier(1, b"mn1@example.org"),
        v.HomeNetworkPrefix(home_network_prefix=v.Prefix(bytes.fromhex("20010db800a10000") + bytes(8), 64)),
        v.Timestamp(0x1122334455667788),
        v.AlternateCareOfAddress(OLD[0]),
    ),
)
CODEC = codec_for()
DATA = CODEC.encode(MESSAGE, src=OLD[0], dst=OLD[1])
DECODED = CODEC.decode(DATA)


def fields(data: bytes) -> v.BindingUpdate:
    decoded = CODEC.decode(data)
    assert [slot.offset for slot in decoded.layout.slots] == [slot.offset for slot in DECODED.layout.slots]
    message: v.BindingUpdate = decoded.message
    return message


def differing(data: bytes) -> set[int]:
    assert len(data) == len(DATA)
    return {place for place, (one, other) in enumerate(zip(DATA, data, strict=True)) if one != other}


def test_sequence() -> None:
    data = patch.with_sequence(DATA, 0x10065)
    assert fields(data).sequence == 0x65 == patch.sequence_of(data)
    assert differing(data) <= {6, 7}
    assert patch.with_sequence(b"\x3b\0\x05", 7) == b"\x3b\0\x05"


def test_timestamp() -> None:
    data = patch.with_timestamp(DATA, DECODED, lambda was: was + 1)
    assert fields(data).options[2] == v.Timestamp(0x1122334455667789)
    assert len(differing(data)) == 1


@pytest.mark.parametrize("wrong", [0, 0x0001, 0xBEEF])
def test_a_checksum_stays_as_right_or_wrong_as_it_was(wrong: int) -> None:
    was = DATA[:4] + (int.from_bytes(DATA[4:6], "big") ^ wrong).to_bytes(2, "big") + DATA[6:]
    data = patch.with_checksum(patch.with_sequence(was, 7), was, OLD, NEW)
    assert verifies(*NEW, data) == (wrong == 0)
    assert int.from_bytes(data[4:6], "big") ^ checksum(*NEW, data) == wrong


def test_zero_over_udp_and_zero_by_fault() -> None:
    zero = DATA[:4] + bytes(2) + DATA[6:]
    assert patch.with_checksum(DATA, DATA, OLD, None) == zero
    assert verifies(*NEW, patch.with_checksum(zero, zero, None, NEW))
    assert patch.with_checksum(zero, zero, OLD, NEW) == zero
    assert patch.with_checksum(zero, zero, None, None) == zero


def test_a_short_message_stays_short() -> None:
    assert patch.with_checksum(b"\x3b", b"\x3b", OLD, NEW) == b"\x3b"
    cut = DATA[:50]
    decoded = CODEC.decode(cut)
    assert len(patch.with_timestamp(cut, decoded, lambda was: 0)) == 50
