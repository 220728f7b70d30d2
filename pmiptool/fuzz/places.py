"""Where the fields of an entry lie in its octets, and other numbers put there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from pmiptool.registry.model import (
    Address,
    Addresses,
    Count,
    Entry,
    Field,
    Flagged,
    Flags,
    Numbers,
    Octets,
    Part,
    Prefix,
    Sized,
    SubOptions,
    Time48,
    UInt,
)


class Place(NamedTuple):
    """`bits` bits from bit `bit` on are a field, or a part of one: `name` says which."""

    name: str
    field: Field | Part
    bit: int
    bits: int

    def number(self, data: bytes) -> int:
        """What stands there."""
        whole = int.from_bytes(data, "big")
        return whole >> (8 * len(data) - self.bit - self.bits) & ((1 << self.bits) - 1)

    def put(self, data: bytes, number: int) -> bytes:
        """The octets with another number there."""
        shift, mask = 8 * len(data) - self.bit - self.bits, (1 << self.bits) - 1
        whole = int.from_bytes(data, "big") & ~(mask << shift) | (number & mask) << shift
        return whole.to_bytes(len(data), "big")


def size_of(field: Field) -> int | None:
    """The bits of a field of fixed size; None for others."""
    if isinstance(field, (UInt, Flags, Count)):
        return field.bits
    if isinstance(field, (Address, Octets)):
        return 8 * field.size
    if isinstance(field, Prefix):
        return 136
    return 64 if isinstance(field, Time48) else None


def places(entry: Entry, data: bytes) -> list[Place]:
    """The fields that lie in these octets, as far as they reach; what is of open size and no list is one place."""
    return [place for place in _places(entry, data) if place.bits and place.bit + place.bits <= 8 * len(data)]


def _places(entry: Entry, data: bytes) -> Iterator[Place]:
    at = 0
    counts: dict[str, int] = {}
    for field in entry.fields:
        size = size_of(field)
        if isinstance(field, (Flagged, SubOptions)):
            yield from _flagged(field, data, at) if isinstance(field, Flagged) else ()
            return
        if isinstance(field, (Sized, Addresses)):
            size = 8 * counts.get(field.count, 0) * (field.size if isinstance(field, Addresses) else 1)
        elif size is None:
            size = max(0, 8 * len(data) - at)
        place = Place(field.name, field, at, size)
        if isinstance(field, Prefix):
            yield Place(f"{field.name}.length", field, at, 8)
            yield Place(field.name, field, at + 8, 128)
        elif isinstance(field, Numbers):
            for index in range(size // field.bits):
                yield Place(f"{field.name}[{index}]", field, at + index * field.bits, field.bits)
        else:
            if isinstance(field, Count) and at + size <= 8 * len(data):
                counts[field.name] = place.number(data) * field.unit
            yield place
        at += size


def _flagged(field: Flagged, data: bytes, at: int) -> Iterator[Place]:
    word = Place(field.name, field, at, 32)
    yield word
    if at + 32 > 8 * len(data):
        return
    set_, at = word.number(data), at + 32
    for part in sorted(field.parts, key=lambda part: part.flag):
        if set_ >> (31 - part.flag) & 1:
            yield Place(part.name, part, at, part.bits)
            at += part.bits


def size_before(entry: Entry, data: bytes) -> int:
    """The octets of the fields before a last one of open size, or all that there are."""
    sizes = [size_of(field) for field in entry.fields]
    known = sum(size or 0 for size in sizes) // 8
    return min(known, len(data))
