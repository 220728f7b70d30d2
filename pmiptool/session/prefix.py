"""Prefixes as keys: host bits taken off, so that two spellings of one prefix are one key."""

from __future__ import annotations

from pmiptool.session.model import PrefixKey
from pmiptool.wire.values import Prefix

_ZERO8 = bytes(8)
_ZERO16 = bytes(16)


def network(prefix: Prefix) -> PrefixKey:
    """The prefix bits of an HNP option and their number; a length above 128 counts as 128."""
    length = prefix.length
    if length == 64:
        return prefix.address[:8] + _ZERO8, 64
    if length >= 128:
        return prefix.address, 128
    number = int.from_bytes(prefix.address, "big") >> (128 - length) << (128 - length)
    return number.to_bytes(16, "big"), length


def is_all_zero(key: PrefixKey) -> bool:
    """ALL_ZERO asks for any prefix, whatever its length says (RFC 5213 5.3.2)."""
    return key[0] == _ZERO16


def contains(outer: PrefixKey, inner: PrefixKey) -> bool:
    """Whether every address of `inner` is one of `outer`."""
    shift = 128 - outer[1]
    return outer[1] <= inner[1] and int.from_bytes(outer[0], "big") >> shift == int.from_bytes(inner[0], "big") >> shift


def overlap(one: PrefixKey, other: PrefixKey) -> bool:
    return contains(one, other) or contains(other, one)


def as_prefix(key: PrefixKey) -> Prefix:
    return Prefix(address=key[0], length=key[1])
