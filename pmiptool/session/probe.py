"""Packets that ask where a downlink flow goes: one inside each limit of a filter, one outside (RFC 6088).

What the lab and `steer` send to a mobile node, and what tests ask the classifier about.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from pmiptool.session.model import Selector
from pmiptool.session.packet import DESTINATION, ESP, FRAGMENT, MOBILITY_HEADER, WITH_PORTS
from pmiptool.wire.checksum import internet_checksum
from pmiptool.wire.values import Ipv4Selector

TCP, UDP, ICMP, ICMPV6 = 6, 17, 1, 58
_HOPS = 64
_LIMITS = {
    "src_port": 0xFFFF,
    "dst_port": 0xFFFF,
    "spi": 0xFFFFFFFF,
    "flow_label": 0xFFFFF,
    "dscp": 0x3F,
    "proto": 0xFF,
}
_ECHO = {ICMPV6: 128, ICMP: 8}


class Probe(msgspec.Struct, frozen=True):
    """A packet to be made. Addresses are 16 octets, or 4; dscp six bits, ecn two.

    walked: whether a destination options header stands before the protocol. fragment: (offset in octets, whether more
    follow, identification); a later one has no header of the protocol.
    """

    src: bytes
    dst: bytes
    proto: int = UDP
    src_port: int = 49152
    dst_port: int = 49152
    dscp: int = 0
    ecn: int = 0
    flow_label: int = 0
    spi: int = 1
    walked: bool = False
    fragment: tuple[int, bool, int] | None = None

    def octets(self, payload: bytes = b"") -> bytes:
        """The IP packet, checksums right where it has any."""
        return self._four(payload) if len(self.dst) == 4 else self._six(payload)

    def _six(self, payload: bytes) -> bytes:
        header, upper = self.proto, self._upper(payload)
        if self.fragment is not None:
            offset, more, identification = self.fragment
            body = payload if offset else upper
            upper, header = struct.pack("!BBHI", header, 0, offset | more, identification) + body, FRAGMENT
        if self.walked:
            upper, header = bytes((header, 0, 1, 4, 0, 0, 0, 0)) + upper, DESTINATION
        word = 6 << 28 | self.dscp << 22 | self.ecn << 20 | self.flow_label
        return struct.pack("!IHBB", word, len(upper), header, _HOPS) + self.src + self.dst + upper

    def _four(self, payload: bytes) -> bytes:
        offset, more, identification = self.fragment or (0, False, 0)
        upper = payload if offset else self._upper(payload)
        mark = self.dscp << 2 | self.ecn
        piece = offset >> 3 | more << 13
        head = struct.pack("!BBHHHBBH", 0x45, mark, 20 + len(upper), identification, piece, _HOPS, self.proto, 0)
        head += self.src + self.dst
        return head[:10] + struct.pack("!H", internet_checksum(head)) + head[12:] + upper

    def _upper(self, payload: bytes) -> bytes:
        """What stands behind the IP header and its extensions."""
        ports = struct.pack("!HH", self.src_port, self.dst_port)
        if self.proto == UDP:
            return self._summed(ports + struct.pack("!HH", 8 + len(payload), 0) + payload, 6)
        if self.proto == TCP:
            return self._summed(ports + struct.pack("!IIBBHHH", 0, 0, 5 << 4, 2, 0xFFFF, 0, 0) + payload, 16)
        if self.proto in _ECHO:
            echo = struct.pack("!BBHHH", _ECHO[self.proto], 0, 0, 1, 1) + payload
            return self._summed(echo, 2, pseudo=self.proto == ICMPV6)
        if self.proto == MOBILITY_HEADER:  # Home Test (RFC 6275 6.1.5), as correspondent nodes send; its cookie differs
            return self._summed(struct.pack("!BBBBHH8s8x", 59, 2, 3, 0, 0, 0, payload), 4)
        if self.proto == ESP:
            return struct.pack("!II", self.spi, 1) + payload
        return ports + payload if self.proto in WITH_PORTS else payload

    def _summed(self, upper: bytes, at: int, *, pseudo: bool = True) -> bytes:
        ends = self.src + self.dst + struct.pack("!II", len(upper), self.proto) if pseudo else b""
        found = internet_checksum(ends + upper) or (0xFFFF if self.proto == UDP else 0)
        return upper[:at] + struct.pack("!H", found) + upper[at + 2 :]


class Asked(NamedTuple):
    """What a probe is about, in words, and the probe."""

    about: str
    probe: Probe


def around(selector: Selector, base: Probe) -> Iterator[Asked]:
    """A packet inside the selector, and for each field that it has packets at its limits and beside them.

    base: what the fields without a limit are. A port needs a protocol with ports, an SPI needs ESP.
    """
    inside = _inside(selector, base)
    yield Asked("what it names", inside)
    if selector.dscp is not None:
        yield Asked("the same with other ECN bits", msgspec.structs.replace(inside, ecn=inside.ecn ^ 3))
    for name, (first, last) in limits(selector).items():
        for value, about in _beside(first, last, name, inside):
            yield Asked(f"{name.replace('_', '-')} {about}", msgspec.structs.replace(inside, **{name: value}))


def limits(selector: Selector) -> dict[str, tuple[int | bytes, int | bytes]]:
    """The fields that a selector has, each with its first and last value; dscp over its six bits."""
    found: dict[str, tuple[int | bytes, int | bytes]] = {}
    names = ("src", "dst", "spi", "flow_label", "src_port", "dst_port", "dscp", "proto")
    for name in names:
        first = getattr(selector, name, None)
        if first is None:
            continue
        last = getattr(selector, f"{name}_end")
        last = first if last is None else last
        if name == "dscp":
            first, last = first >> 2, last >> 2
        found[name] = (first, last)
    return found


def _inside(selector: Selector, base: Probe) -> Probe:
    """The first value of every field."""
    values = {name: first for name, (first, _) in limits(selector).items()}
    if "proto" not in values:
        ports = "src_port" in values or "dst_port" in values
        values["proto"] = UDP if ports else ESP if "spi" in values else base.proto
    if isinstance(selector, Ipv4Selector):
        values.pop("flow_label", None)
    return msgspec.structs.replace(base, **values)


def _beside(first: int | bytes, last: int | bytes, name: str, inside: Probe) -> Iterator[tuple[int | bytes, str]]:
    """The last value, and those outside, of a field; of a protocol those that can be made."""
    if last != first:
        yield last, "at its end"
    if name == "proto":
        others = (TCP, UDP, ICMPV6 if len(inside.dst) == 16 else ICMP)
        outside = [value for value in others if not (first <= value <= last)]  # type: ignore[operator]
        yield from ((value, "outside") for value in outside[:1])
        return
    size = len(first) if isinstance(first, bytes) else 0
    low = int.from_bytes(first, "big") if isinstance(first, bytes) else first
    high = int.from_bytes(last, "big") if isinstance(last, bytes) else last
    limit = (1 << 8 * size) - 1 if size else _LIMITS[name]
    for value, about in ((low - 1, "one below"), (high + 1, "one above")):
        if 0 <= value <= limit and not (name == "dst" and not _same_network(value, low, size)):
            yield (value.to_bytes(size, "big") if size else value), about


def _same_network(value: int, other: int, size: int) -> bool:
    """A destination outside the mobile node's prefix reaches no classifier."""
    shift = 64 if size == 16 else 8
    return value >> shift == other >> shift
