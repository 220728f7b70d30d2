"""Changing a captured or crafted message in place: sequence number, timestamp, checksum; nothing else moves.

Works on octets, so that a message that is wrong stays wrong in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from pmiptool.registry import catalogue
from pmiptool.registry.model import Count, Flags, UInt
from pmiptool.wire.checksum import checksum, verifies
from pmiptool.wire.layout import Decoded
from pmiptool.wire.values import Timestamp

_HEADER = 6  # octets before the fields of a message


def _options(decoded: Decoded, kind: type[Any]) -> Iterator[tuple[int, Any]]:
    """Where the data of each option of a kind begins, and its value."""
    places = [slot.offset for slot in decoded.layout.slots if slot.pad is None]
    for place, option in zip(places, getattr(decoded.message, "options", ()), strict=False):
        if isinstance(option, kind):
            yield place + 2, option


def _put(data: bytes, offset: int, octets: bytes) -> bytes:
    """Octets in place of others, as far as there are others."""
    octets = octets[: max(0, len(data) - offset)]
    return data[:offset] + octets + data[offset + len(octets) :]


@cache
def _place(kind: int, name: str) -> slice | None:
    """Where a field of whole octets lies in messages of a type; None where they have none of that name."""
    entry = next((message for message in catalogue.MESSAGES if message.number == kind), None)
    at = 8 * _HEADER
    for field in entry.fields if entry is not None else ():
        bits = field.bits if isinstance(field, (UInt, Flags, Count)) else 8 * getattr(field, "size", 0)
        if field.name == name:
            return slice(at // 8, (at + bits) // 8) if at % 8 == bits % 8 == 0 < bits else None
        at += bits
    return None


def number_of(data: bytes, name: str) -> int | None:
    """A field of a message as a number, octets too; None where it has no such field, or ends before."""
    place = _place(data[2], name) if len(data) > 2 else None
    return None if place is None or len(data) < place.stop else int.from_bytes(data[place], "big")


def with_number(data: bytes, name: str, number: int) -> bytes:
    """The message with another number in a field, modulo its size; as it is where it has no such field."""
    place = _place(data[2], name) if number_of(data, name) is not None else None
    if place is None:
        return data
    octets = place.stop - place.start
    return _put(data, place.start, (number % (1 << 8 * octets)).to_bytes(octets, "big"))


def sequence_of(data: bytes) -> int | None:
    """The sequence number of a message, None where there is none."""
    return number_of(data, "sequence")


def with_sequence(data: bytes, number: int) -> bytes:
    """The message with another sequence number; as it is where it has none."""
    return with_number(data, "sequence", number)


def timestamp_of(decoded: Decoded) -> int | None:
    """The first timestamp of a message, None where there is none."""
    return next((int(option.timestamp) for _, option in _options(decoded, Timestamp)), None)


def with_timestamp(data: bytes, decoded: Decoded, stamp: Callable[[int], int]) -> bytes:
    """The message with what `stamp` makes of each of its timestamps. `decoded` says where they lie."""
    for offset, option in _options(decoded, Timestamp):
        data = _put(data, offset, stamp(option.timestamp).to_bytes(8, "big"))
    return data


def with_checksum(
    data: bytes, was: bytes, before: tuple[bytes, bytes] | None, after: tuple[bytes, bytes] | None
) -> bytes:
    """A changed message with its checksum as right or wrong as it was.

    `was`: the message before the change; `before` and `after`: source and destination then and now, of 16 octets
    each, None over UDP, where it stays or becomes zero (RFC 5844 4.1.3.1). A wrong one is wrong by the same bits, and
    one that was left zero stays zero.
    """
    if len(data) < 6:
        return data
    stood = int.from_bytes(was[4:6], "big")
    if before is None or stood == 0:
        wrong = stood
    elif verifies(*before, was):
        wrong = 0
    else:
        wrong = stood ^ checksum(*before, was)
    if stood == 0 and before is not None and not verifies(*before, was):
        return data[:4] + bytes(2) + data[6:]
    right = 0 if after is None else checksum(*after, data)
    return data[:4] + (right ^ wrong).to_bytes(2, "big") + data[6:]
