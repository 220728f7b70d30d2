"""A packet without what names somebody: from the link layer down to Mobility Headers, ICMP errors and tunnels.

Nothing moves: each address, message and payload is written over in its place, and each checksum is carried along by the
difference (RFC 1624), so that a right one stays right, a wrong one wrong, and one of a packet that was cut as it was.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping

from pmiptool.capture.anonymise.messages import KEPT_PAYLOAD, Scrub
from pmiptool.registry.codepoints import CodePoints
from pmiptool.wire.envelope import ETHERNET, LINUX_SLL, LINUX_SLL2, LOOP, NULL, RAW_IP

Pair = tuple[bytes, bytes]
Upper = Callable[["Packet", int, int, Pair], None]
"""What rewrites a header and all behind it: the packet, begin, end, addresses of the pseudo-header."""

_VLAN_TAGS = frozenset({0x8100, 0x88A8, 0x9100, 0x9200})
_IPV4, _ARP, _IPV6, _BRIDGED = 0x0800, 0x0806, 0x86DD, 0x6558
_HOP_BY_HOP, _ROUTING, _FRAGMENT, _AH, _DESTINATION = 0, 43, 44, 51, 60
_HARMLESS = frozenset({0x01, 0x04, 0x05, 0xC2})
"""IPv6 options that name nobody: PadN, tunnel encapsulation limit, router alert, jumbo payload."""
_HOME_ADDRESS = 0xC9
_DEEPEST = 64
"""Headers in each other; as many as `wire.envelope` looks through."""


class Packet:
    """One packet: as it was, and as it is to be."""

    def __init__(self, scrub: Scrub, settings: CodePoints, octets: bytes, upper: Mapping[int, Upper]) -> None:
        """``upper``: by protocol number; what it has not is payload."""
        self.scrub, self.settings = scrub, settings
        self._upper = upper
        self.old = octets
        self.new = bytearray(octets)
        self.depth = 0

    # Parts

    def put(self, at: int, octets: bytes | bytearray) -> None:
        self.new[at : at + len(octets)] = octets

    def address(self, at: int, size: int = 16) -> None:
        self.put(at, self.scrub.names.address(self.old[at : at + size]))

    def addresses(self, at: int, end: int, size: int = 16) -> None:
        for place in range(at, end - size + 1, size):
            self.address(place, size)

    def mac(self, at: int, size: int = 6) -> None:
        self.put(at, self.scrub.names.mac(self.old[at : at + size]))

    def payload(self, at: int, end: int) -> None:
        """What is not looked into becomes zeros."""
        if end <= at or not any(self.old[at:end]):
            return
        self.scrub.counted[KEPT_PAYLOAD] += 1
        if KEPT_PAYLOAD not in self.scrub.keep:
            self.put(at, bytes(end - at))

    def carry(self, field: int, begin: int, end: int, pair: Pair | None = None, *, zero: int = 0) -> None:
        """Carry the checksum at `field` along: it covers `begin` to `end`, and the addresses of the pseudo-header.

        ``zero``: what stands for zero.
        """
        if field + 2 > min(end, len(self.old)):
            return
        before, after = self.old[begin:end], bytes(self.new[begin:end])
        if pair is not None:
            before = pair[0] + pair[1] + before
            after = b"".join(map(self.scrub.names.address, pair)) + after
        if before == after:
            return
        change = int.from_bytes(after, "big") - int.from_bytes(before, "big") << 8 * (len(after) & 1)
        self.put(
            field, ((int.from_bytes(self.old[field : field + 2], "big") - change) % 65535 or zero).to_bytes(2, "big")
        )

    # Link layers

    def link(self, linktype: int) -> bytes:
        """The whole packet, of a link type as `wire.envelope` knows it; of another one nothing is kept."""
        end = len(self.old)
        if linktype == ETHERNET:
            self.ethernet(0, end)
        elif linktype in RAW_IP:
            self.ip(0, end)
        elif linktype == LINUX_SLL and end >= 16:
            self.mac(6, min(int.from_bytes(self.old[4:6], "big"), 8))
            self.ethertype(int.from_bytes(self.old[14:16], "big"), 16, end)
        elif linktype == LINUX_SLL2 and end >= 20:
            self.mac(12, min(self.old[11], 8))
            self.ethertype(int.from_bytes(self.old[:2], "big"), 20, end)
        elif linktype in (NULL, LOOP) and end >= 4:
            self.ip(4, end)
        else:
            self.payload(0, end)
        return bytes(self.new)

    def ethernet(self, at: int, end: int) -> None:
        if end - at < 14:
            self.payload(at, end)
            return
        last = int.from_bytes(self.old[end - 4 : end], "little")
        checked = end - at > 64 and zlib.crc32(self.old[at : end - 4]) == last  # its frame check sequence
        self.mac(at)
        self.mac(at + 6)
        self.ethertype(int.from_bytes(self.old[at + 12 : at + 14], "big"), at + 14, end)
        first = self.old[at : at + 3]
        if first[:2] == b"\x33\x33":  # RFC 2464 7: the end of the address of the group
            group = self.old.find(self.old[at + 2 : at + 6], at + 50, at + 80)
            self.put(at + 2, self.new[group : group + 4] if group >= 0 else self.new[at + 2 : at + 6])
            self.put(at, b"\x33\x33")
        elif first == b"\x01\x00\x5e" and end - at >= 34:  # RFC 1112 6.4: 23 bits of it
            self.put(at, first + bytes((self.new[at + 31] & 0x7F,)) + self.new[at + 32 : at + 34])
        if checked:
            self.put(end - 4, zlib.crc32(self.new[at : end - 4]).to_bytes(4, "little"))

    def ethertype(self, kind: int, at: int, end: int) -> None:
        for _ in range(_DEEPEST):
            if kind not in _VLAN_TAGS or at + 4 > end:
                break
            kind, at = int.from_bytes(self.old[at + 2 : at + 4], "big"), at + 4
        if kind in (_IPV4, _IPV6):
            self.ip(at, end)
        elif kind == _ARP and self.old[at : at + 6] == b"\0\x01\x08\0\x06\x04" and end - at >= 28:
            for place in (at + 8, at + 18):
                self.mac(place)
                self.address(place + 6, 4)
            self.payload(at + 28, end)
        elif kind == _BRIDGED:
            self.ethernet(at, end)
        else:
            self.payload(at, end)

    # IP

    def ip(self, at: int, end: int) -> None:
        """An IP header and all behind it; what it says is no more of it is payload."""
        version = self.old[at] >> 4 if at < end else 0
        self.depth += 1
        if self.depth > _DEEPEST:
            version = 0
        if version == 6 and end - at >= 40:
            length = int.from_bytes(self.old[at + 4 : at + 6], "big")
            jumbo = not length and self.old[at + 6] == _HOP_BY_HOP
            stop = end if jumbo else min(end, at + 40 + length)
            self._ipv6(at, stop)
            self.payload(stop, end)
        elif version == 4 and end - at >= max(20, 4 * (self.old[at] & 15)) and self.old[at] & 15 >= 5:
            length = int.from_bytes(self.old[at + 2 : at + 4], "big")
            stop = min(end, at + length) if length >= 4 * (self.old[at] & 15) else end
            self._ipv4(at, stop)
            self.payload(stop, end)
        else:
            self.payload(at, end)
        self.depth -= 1

    def upper(self, protocol: int, at: int, end: int, pair: Pair) -> None:
        known = self._upper.get(protocol)
        if known is not None:
            known(self, at, end, pair)
        else:
            self.payload(at, end)

    def _ipv4(self, at: int, end: int) -> None:
        old = self.old
        self.addresses(at + 12, at + 20, 4)
        header = at + 4 * (old[at] & 15)
        self._ipv4_options(at + 20, header)
        self.carry(at + 10, at, header)
        pair = old[at + 12 : at + 16], old[at + 16 : at + 20]
        if int.from_bytes(old[at + 6 : at + 8], "big") & 0x1FFF:  # the middle of something
            self.payload(header, end)
        else:
            self.upper(old[at + 9], header, end, pair)

    def _ipv4_options(self, at: int, end: int) -> None:
        """Routes are addresses (RFC 791 3.1); of other options but router alert nothing is kept."""
        while at < end and self.old[at] != 0:
            if self.old[at] == 1:
                at += 1
                continue
            stop = min(at + max(self.old[at + 1] if at + 1 < end else 2, 2), end)
            if self.old[at] in (7, 131, 137):
                self.addresses(at + 3, stop, 4)
            elif self.old[at] != 148:
                self.payload(at + 2, stop)
            at = stop

    def _ipv6(self, at: int, end: int) -> None:
        old = self.old
        self.addresses(at + 8, at + 40)
        source, destination = old[at + 8 : at + 24], old[at + 24 : at + 40]
        protocol, at = old[at + 6], at + 40
        for _ in range(64):
            if protocol not in (_HOP_BY_HOP, _ROUTING, _FRAGMENT, _AH, _DESTINATION):
                break
            if at + 8 > end:
                self.payload(at, end)
                return
            after = at + (
                4 * old[at + 1] + 8 if protocol == _AH else 8 if protocol == _FRAGMENT else 8 * old[at + 1] + 8
            )
            stop = min(after, end)
            if protocol in (_HOP_BY_HOP, _DESTINATION):
                source = self._ipv6_options(at + 2, stop) or source
            elif protocol == _ROUTING:
                destination = self._routing(at, stop) or destination
            elif protocol == _AH:
                self.payload(at + 12, stop)
            elif int.from_bytes(old[at + 2 : at + 4], "big") >> 3:  # the middle of something
                self.payload(at + 8, end)
                return
            if after > end:
                return
            protocol, at = old[at], after
        self.upper(protocol, at, end, (source, destination))

    def _ipv6_options(self, at: int, end: int) -> bytes | None:
        """Options of a header; the address of a Home Address option (RFC 6275 6.3)."""
        home = None
        while at + 1 < end:
            kind, stop = self.old[at], min(at + 2 + self.old[at + 1], end)
            if kind == 0:
                at += 1
                continue
            if kind == _HOME_ADDRESS and stop - at == 18:
                home = self.old[at + 2 : stop]
                self.address(at + 2)
            elif kind not in _HARMLESS or (kind == 1 and any(self.old[at + 2 : stop])):
                self.put(at + 2, self.scrub.unknown(self.old[at + 2 : stop]))
            at = stop
        return home

    def _routing(self, at: int, end: int) -> bytes | None:
        """The addresses of a routing header; the last one that it leads to (RFC 6275 6.4, RFC 8200 4.4, RFC 8754 2)."""
        old, kind, count = self.old, self.old[at + 2], (end - at - 8) // 16
        if kind == 4:
            count = min(count, old[at + 4] + 1)
        elif kind not in (0, 2):
            count = 0
        self.addresses(at + 8, at + 8 + 16 * count)
        self.payload(at + 8 + 16 * count, end)
        if not old[at + 3] or not count:
            return None
        last = at + 8 if kind == 4 else at + 8 + 16 * (count - 1)
        return old[last : last + 16]
