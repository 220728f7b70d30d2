"""What one of several anchors behind one address has of all mobile nodes, and of what they are given.

A mobile node belongs to the anchor that its identifier names, so that each keeps its own binding cache and none asks
another. The kernel spreads messages by the same number where it can (`net.spread`); what it cannot tell goes to the
first, which hands it on.
"""

from __future__ import annotations

from collections.abc import Collection
from ipaddress import IPv4Network, IPv6Network
from typing import NamedTuple

from pmiptool.errors import UsageError
from pmiptool.lma.config import LmaConfig
from pmiptool.wire.codec import Codec
from pmiptool.wire.values import MobileNodeIdentifier

HASHED = 64
"""Octets of an identifier that count, besides its length."""
FACTOR = 0x9E3779B1
MN_ID, BINDING_UPDATE, BINDING_REVOCATION, NOTIFICATION_ACKNOWLEDGEMENT = 8, 5, 16, 20
INDICATION, ACKNOWLEDGEMENT = 1, 2  # types of binding revocation messages (RFC 5846 5)
TYPE, REVOCATION_TYPE, SEQUENCE, REVOCATION_SEQUENCE, OPTIONS = 2, 6, 6, 8, 12  # where they are in a message


class Share(NamedTuple):
    """One of several equal shares; the first has number 0."""

    number: int = 0
    of: int = 1

    def part(self, first: int, end: int) -> tuple[int, int]:
        """The part of a range that is its own."""
        size = (end - first) // self.of
        return first + self.number * size, first + (self.number + 1) * size


WHOLE = Share()


def share_of(identifier: bytes, count: int) -> int:
    """The share that a mobile node belongs to, by the octets of its identifier (RFC 4283)."""
    found, counted = len(identifier), identifier[:HASHED]
    whole = len(counted) & ~3
    for at in range(0, whole, 4):
        found = (found ^ int.from_bytes(counted[at : at + 4], "big")) * FACTOR & 0xFFFFFFFF
    for octet in counted[whole:]:
        found = (found ^ octet) * FACTOR & 0xFFFFFFFF
    return (found >> 16) % count


def share_of_message(data: bytes, count: int, codec: Codec) -> int:
    """The share that a message belongs to: that of its mobile node, or of the request that it answers, or the first."""
    kind = data[TYPE] if len(data) >= OPTIONS + 4 else None
    if kind == NOTIFICATION_ACKNOWLEDGEMENT:
        return int.from_bytes(data[SEQUENCE : SEQUENCE + 2], "big") % count
    if kind == BINDING_REVOCATION and data[REVOCATION_TYPE] == ACKNOWLEDGEMENT:
        return int.from_bytes(data[REVOCATION_SEQUENCE : REVOCATION_SEQUENCE + 2], "big") % count
    if kind == BINDING_UPDATE or (kind == BINDING_REVOCATION and data[REVOCATION_TYPE] == INDICATION):
        options = getattr(codec.decode(data).message, "options", ())
        mn = next((option for option in options if isinstance(option, MobileNodeIdentifier)), None)
        return share_of(mn.identifier, count) if mn is not None and mn.identifier else 0
    return 0


def check_shares(config: LmaConfig, count: int, faults: Collection[str] = ()) -> None:
    """Raises UsageError for what several anchors behind one address cannot do, and says what to do."""
    if count == 1:
        return
    for there, what, instead in (
        (bool(faults), "a fault", "leave it out"),
        (config.codepoints.dialect == "auto", 'dialect = "auto"', "name one"),
        (config.lma.heartbeat_interval > 0, "lma.heartbeat_interval", "leave it out; heartbeats are answered"),
        (any(mag.global_revocation for mag in config.mag), "mag.global_revocation", "leave it out"),
    ):
        if there:
            raise UsageError(f"{what} does not go with {count} workers; {instead}, or take one worker")
    pool, pool4 = IPv6Network(config.lma.pool), IPv4Network(config.lma.ipv4_pool)
    if 1 << (64 - pool.prefixlen) < count or pool4.num_addresses - 2 < count:
        raise UsageError(f"the pools {pool} and {pool4} are too small for {count} workers; make them larger")
