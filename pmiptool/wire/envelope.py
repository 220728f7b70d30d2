"""The way from a captured frame down to the Mobility Header, and back up (RFC 6275 6.1, RFC 5844 4, RFC 8200 4).

`find` looks through Ethernet with VLAN tags, Linux cooked captures, raw IP and null/loopback, then through every
IPv6 extension header, IPv6-in-IPv6, 6in4, IPv4-in-IPv6, GRE and UDP port 5436. It raises on nothing and takes
time in proportion to the frame: each step moves forward, and there are at most 64 of them.
"""

from __future__ import annotations

import struct
from typing import Literal

import msgspec

from pmiptool.errors import UsageError
from pmiptool.wire.checksum import internet_checksum, udp_checksum

UDP_PORT = 5436
"""pmip6-cntl, RFC 5844 4."""

ETHERNET, NULL, LOOP, LINUX_SLL, LINUX_SLL2 = 1, 0, 108, 113, 276
RAW_IP = frozenset({12, 14, 101, 228, 229})

_HOP_BY_HOP, _IPV4, _UDP, _IPV6, _ROUTING, _FRAGMENT, _GRE, _ESP, _AH, _NO_NEXT, _DESTINATION, _MH = (
    0, 4, 17, 41, 43, 44, 47, 50, 51, 59, 60, 135,
)  # fmt: skip
_VLAN_TAGS = frozenset({0x8100, 0x88A8, 0x9100, 0x9200})
_TYPE_IPV4, _TYPE_IPV6, _TYPE_BRIDGED = 0x0800, 0x86DD, 0x6558
_FAMILIES_IPV6 = frozenset({10, 24, 28, 30})
_MAX_STEPS = 64


class OuterHeader(msgspec.Struct, frozen=True, gc=False):
    """A header that encloses the one of the Mobility Header; a GRE header has no addresses of its own."""

    protocol: Literal["ipv6", "ipv4", "gre"]
    src: bytes = b""
    dst: bytes = b""


class Envelope(msgspec.Struct, frozen=True, gc=False):
    """A Mobility Header and what carries it.

    `src` and `dst` stand in the innermost IP header (16 octets, or 4 in UDP over IPv4); `checksum_src` and
    `checksum_dst` are those of the pseudo-header, after a Home Address option or a routing header (RFC 6275 6.1.1).
    `mh` has all octets from the Mobility Header to the end of the packet, as far as captured; `truncated` says
    that there were more (a short snapshot length, or the first of several fragments). `mh_offset` and `ip_offset` (of
    the outermost IP header) count octets of the frame.
    """

    src: bytes
    dst: bytes
    checksum_src: bytes
    checksum_dst: bytes
    hop_limit: int
    transport: Literal["ipv6", "udp"]
    sport: int | None
    dport: int | None
    outer: tuple[OuterHeader, ...]
    mh: bytes
    mh_offset: int
    truncated: bool
    ip_offset: int = 0

    @property
    def checksum_pair(self) -> tuple[bytes, bytes] | tuple[None, None]:
        """The addresses to judge the Mobility Header's checksum with.

        None twice where it cannot be judged: in UDP it is zero (RFC 5844 4.1.3.1), and a truncated one has no sum.
        """
        if self.transport == "udp" or self.truncated:
            return None, None
        return self.checksum_src, self.checksum_dst


class EspPacket(msgspec.Struct, frozen=True, gc=False):
    """Where an ESP packet stands in a frame (RFC 4303 2): octets `start` to `end`, whole or not.

    `named_at` is the octet that says by 50 what follows, `ip` where each IP header around it begins, outermost first.
    """

    src: bytes
    dst: bytes
    start: int
    end: int
    whole: bool
    named_at: int
    ip: tuple[int, ...]


def find(linktype: int, frame: bytes) -> list[Envelope]:
    """The Mobility Headers in a frame of this link type (LINKTYPE_ of pcap); several when one carries another."""
    if linktype == ETHERNET:
        if frame[12:14] == b"\x86\xdd":
            return find_ip(frame, 14)
        return _Walk(frame).from_ethertype(12)
    if linktype in RAW_IP:
        return find_ip(frame)
    return _walked(_Walk(frame), linktype)


def find_esp(linktype: int, frame: bytes) -> EspPacket | None:
    """The ESP packet in a frame, over IPv6 and behind whatever `find` looks through; None where there is none."""
    walk = _WalkToEsp(frame)
    _walked(walk, linktype)
    return walk.esp


def _walked(walk: _Walk, linktype: int) -> list[Envelope]:
    frame = walk.frame
    if linktype == ETHERNET:
        return walk.from_ethertype(12)
    if linktype in RAW_IP:
        return walk.from_ip(0)
    if linktype == LINUX_SLL:
        return walk.from_ethertype(14)
    if linktype == LINUX_SLL2:
        return walk.from_ethertype(0, after=20)
    if linktype in (NULL, LOOP) and len(frame) >= 4:
        family = int.from_bytes(frame[:4], "big")
        if family > 0xFFFF:
            family = int.from_bytes(frame[:4], "little")
        if family == 2 or family in _FAMILIES_IPV6:
            return walk.from_ip(4)
    return []


def find_ip(packet: bytes, offset: int = 0) -> list[Envelope]:
    """The Mobility Headers in a packet that begins with an IP header at `offset`; offsets count from octet 0."""
    start = offset + 40
    if len(packet) > start and packet[offset + 6] == _MH and packet[offset] >> 4 == 6:
        end = start + (packet[offset + 4] << 8 | packet[offset + 5])
        if packet[start] == _NO_NEXT:
            src, dst = packet[offset + 8 : offset + 24], packet[offset + 24 : start]
            mh = packet[start:end]
            hops = packet[offset + 7]
            cut = end > len(packet)
            return [Envelope(src, dst, src, dst, hops, "ipv6", None, None, (), mh, start, cut, offset)]
    return _Walk(packet).from_ip(offset)


class _Walk:
    """One walk down a frame: where it is, what it has passed, what it has found."""

    def __init__(self, frame: bytes) -> None:
        self.frame = frame
        self.end = len(frame)
        """Where the innermost header seen so far says that the packet ends; never after the frame."""
        self.truncated = False
        self.found: list[Envelope] = []
        self.outer: tuple[OuterHeader, ...] = ()
        self.addresses: OuterHeader | None = None
        self.src = self.dst = self.checksum_src = self.checksum_dst = b""
        self.hop_limit = 0
        self.ip_offset: int | None = None

    def from_ethertype(self, at: int, after: int | None = None) -> list[Envelope]:
        """Go on from the EtherType at octet `at`; what it names begins at `after` (default: behind it)."""
        self._run(*self._ethertype(at, after))
        return self.found

    def from_ip(self, at: int) -> list[Envelope]:
        self._run(self._ip_version(at), at)
        return self.found

    def _run(self, protocol: int | None, at: int) -> None:
        for _ in range(_MAX_STEPS):
            if protocol is None or at > self.end:
                return
            step = _STEPS.get(protocol)
            if step is None:
                return
            protocol, at = step(self, at)

    def _enough(self, at: int, octets: int) -> bool:
        return at + octets <= self.end

    def _declare_end(self, end: int) -> None:
        """A header says where its packet ends: link trailers go, and whether anything is missing is known anew."""
        self.truncated = end > self.end
        self.end = min(end, self.end)

    # Each step gets the octet where its header begins and returns the next protocol and where that begins.

    def _ethertype(self, at: int, after: int | None = None) -> tuple[int | None, int]:
        after = at + 2 if after is None else after
        for _ in range(_MAX_STEPS):
            if after > self.end:
                return None, at
            ethertype = int.from_bytes(self.frame[at : at + 2], "big")
            if ethertype not in _VLAN_TAGS:
                break
            at, after = after + 2, after + 4
        return self._ethertype_protocol(ethertype), after

    @staticmethod
    def _ethertype_protocol(ethertype: int) -> int | None:
        return {_TYPE_IPV6: _IPV6, _TYPE_IPV4: _IPV4}.get(ethertype)

    def _ip_version(self, at: int) -> int | None:
        version = self.frame[at] >> 4 if at < self.end else 0
        return {6: _IPV6, 4: _IPV4}.get(version)

    def _enter(self, at: int, protocol: Literal["ipv6", "ipv4"], src: bytes, dst: bytes, hop_limit: int) -> None:
        """Go into an IP header: the one before it, if any, becomes an enclosing one."""
        if self.ip_offset is None:
            self.ip_offset = at
        if self.addresses is not None:
            self.outer += (self.addresses,)
        self.addresses = OuterHeader(protocol, src, dst)
        self.src, self.dst, self.checksum_src, self.checksum_dst = src, dst, src, dst
        self.hop_limit = hop_limit

    def _ipv6(self, at: int) -> tuple[int | None, int]:
        frame, after = self.frame, at + 40
        if not self._enough(at, 40) or frame[at] >> 4 != 6:
            return None, at
        self._enter(at, "ipv6", frame[at + 8 : at + 24], frame[at + 24 : after], frame[at + 7])
        length, protocol = int.from_bytes(frame[at + 4 : at + 6], "big"), frame[at + 6]
        if length or protocol != _HOP_BY_HOP:  # a jumbogram has length 0 and says its own further on (RFC 2675)
            self._declare_end(after + length)
        return protocol, after

    def _ipv4(self, at: int) -> tuple[int | None, int]:
        frame = self.frame
        if not self._enough(at, 20) or frame[at] >> 4 != 4:
            return None, at
        header, total = (frame[at] & 15) * 4, int.from_bytes(frame[at + 2 : at + 4], "big")
        fragment = int.from_bytes(frame[at + 6 : at + 8], "big")
        if header < 20 or fragment & 0x1FFF:
            return None, at
        self._enter(at, "ipv4", frame[at + 12 : at + 16], frame[at + 16 : at + 20], frame[at + 8])
        if total >= header:  # 0 where the card was to cut it into segments
            self._declare_end(at + total)
        if fragment & 0x2000:
            self.truncated = True
        protocol: int | None = frame[at + 9]
        # The IPv6 extension headers and the Mobility Header have no meaning behind an IPv4 header; AH has.
        return (protocol if protocol in (_IPV4, _UDP, _IPV6, _GRE, _AH) else None), at + header

    def _options(self, at: int) -> tuple[int | None, int]:
        """Hop-by-hop and destination options; a Home Address option names the real source (RFC 6275 6.3)."""
        if not self._enough(at, 2):
            return None, at
        frame, after = self.frame, at + 8 + _units_of_8(self.frame, at)
        position, stop = at + 2, min(after, self.end)
        while position + 2 <= stop:
            kind, length = frame[position], frame[position + 1]
            if kind == 0:
                position += 1
                continue
            value = frame[position + 2 : position + 2 + length]
            if kind == 0xC9 and length == 16 and position + 18 <= stop:
                self.checksum_src = value
            position += 2 + length
        return frame[at], after

    def _routing(self, at: int) -> tuple[int | None, int]:
        """A routing header that is not yet used up names the final destination (RFC 6275 6.4, RFC 8200 8.1)."""
        frame = self.frame
        if not self._enough(at, 4):
            return None, at
        after, kind, left = at + 8 + _units_of_8(frame, at), frame[at + 2], frame[at + 3]
        addresses = (after - at - 8) // 16
        if left and addresses and self._enough(at, after - at):
            if kind in (0, 2):
                self.checksum_dst = frame[at + 8 * (2 * addresses - 1) : at + 8 * (2 * addresses + 1)]
            elif kind == 4:  # segment routing lists its segments backwards (RFC 8754 2)
                self.checksum_dst = frame[at + 8 : at + 24]
        return frame[at], after

    def _fragment(self, at: int) -> tuple[int | None, int]:
        """The first fragment is looked into and is truncated; later ones begin in the middle of something."""
        if not self._enough(at, 8):
            return None, at
        field = int.from_bytes(self.frame[at + 2 : at + 4], "big")
        if field >> 3:
            return None, at
        if field & 1:
            self.truncated = True
        return self.frame[at], at + 8

    def _authentication(self, at: int) -> tuple[int | None, int]:
        if not self._enough(at, 12):
            return None, at
        return self.frame[at], at + (self.frame[at + 1] + 2) * 4

    def _gre(self, at: int) -> tuple[int | None, int]:
        """RFC 2784 with key and sequence number of RFC 2890, or RFC 2637; source routes are not for us."""
        if not self._enough(at, 4):
            return None, at
        flags, ethertype = struct.unpack_from("!HH", self.frame, at)
        if flags & 0x4006:
            return None, at
        present = 0xB080 if flags & 1 else 0xB000  # checksum, key, sequence number, and acknowledgement in version 1
        after = at + 4 + 4 * (flags & present).bit_count()
        if self.addresses is not None:
            self.outer += (self.addresses,)
            self.addresses = None
        self.outer += (OuterHeader("gre"),)
        if ethertype == _TYPE_BRIDGED:
            return self._ethertype(after + 12)
        return self._ethertype_protocol(ethertype), after

    def _udp(self, at: int) -> tuple[int | None, int]:
        if not self._enough(at, 8):
            return None, at
        sport, dport, length = struct.unpack_from("!HHH", self.frame, at)
        if UDP_PORT in (sport, dport):
            if length >= 8:
                self._declare_end(at + length)
            self._add(at + 8, "udp", sport, dport)
        return None, at

    def _mobility_header(self, at: int) -> tuple[int | None, int]:
        if len(self.src) != 16:
            return None, at
        self._add(at, "ipv6", None, None)
        if not self._enough(at, 8):
            return None, at
        # A payload protocol other than 59 names a header behind this one (RFC 6275 6.1.1).
        after = at + 8 + _units_of_8(self.frame, at)
        return (self.frame[at] if after < self.end else None), after

    def _add(self, at: int, transport: Literal["ipv6", "udp"], sport: int | None, dport: int | None) -> None:
        self.found.append(
            Envelope(
                self.src, self.dst, self.checksum_src, self.checksum_dst, self.hop_limit, transport, sport, dport,
                self.outer, self.frame[at : self.end], at, self.truncated, self.ip_offset or 0,
            )
        )  # fmt: skip


class _WalkToEsp(_Walk):
    """A walk that remembers how it came to an ESP header."""

    def __init__(self, frame: bytes) -> None:
        super().__init__(frame)
        self.esp: EspPacket | None = None
        self._ip: tuple[int, ...] = ()

    def _run(self, protocol: int | None, at: int) -> None:
        named_at = at
        for _ in range(_MAX_STEPS):
            if protocol == _ESP and len(self.src) == 16 and at <= self.end:
                self.esp = EspPacket(self.src, self.dst, at, self.end, not self.truncated, named_at, self._ip)
            step = _STEPS.get(protocol) if protocol is not None and at <= self.end else None
            if step is None:
                return
            named_at = at + {_IPV6: 6, _IPV4: 9}.get(protocol or 0, 0)
            protocol, at = step(self, at)

    def _enter(self, at: int, protocol: Literal["ipv6", "ipv4"], src: bytes, dst: bytes, hop_limit: int) -> None:
        self._ip += (at,)
        super()._enter(at, protocol, src, dst, hop_limit)


def replace_esp(frame: bytes, esp: EspPacket, payload: bytes, protocol: int) -> bytes:
    """The frame with what an ESP packet had inside in its place; the IP headers around it say the new length."""
    made = bytearray(frame[: esp.start] + payload + frame[esp.end :])
    made[esp.named_at] = protocol
    less = esp.end - esp.start - len(payload)
    for at in esp.ip:
        is_ipv6 = made[at] >> 4 == 6
        field = slice(at + 4, at + 6) if is_ipv6 else slice(at + 2, at + 4)
        length = int.from_bytes(made[field], "big")
        if length:  # 0 in a jumbogram, and where the card was to fill it in
            made[field] = (length - less).to_bytes(2, "big")
        if not is_ipv6:
            made[at + 10 : at + 12] = bytes(2)
            header = bytes(made[at : at + (made[at] & 15) * 4])
            made[at + 10 : at + 12] = internet_checksum(header).to_bytes(2, "big")
    return bytes(made)


def _units_of_8(frame: bytes, at: int) -> int:
    """The octets after the first 8 of an extension header, by its own length field in units of 8 (RFC 8200 4)."""
    return frame[at + 1] * 8


_STEPS = {
    _HOP_BY_HOP: _Walk._options,
    _DESTINATION: _Walk._options,
    _IPV4: _Walk._ipv4,
    _UDP: _Walk._udp,
    _IPV6: _Walk._ipv6,
    _ROUTING: _Walk._routing,
    _FRAGMENT: _Walk._fragment,
    _GRE: _Walk._gre,
    _AH: _Walk._authentication,
    _MH: _Walk._mobility_header,
}


def build(
    mh: bytes, src: bytes, dst: bytes, *, hop_limit: int = 64, sport: int | None = None, dport: int | None = None
) -> bytes:
    """A packet around a Mobility Header, whose octets stay as they are.

    With addresses of 16 octets an IPv6 packet with next header 135, or UDP when a port is given; with 4 octets
    always UDP over IPv4 (RFC 5844 4). A port that is not given is 5436; the UDP checksum is right.
    Raises UsageError for more than one packet holds, or addresses that do not go together.
    """
    if len(src) != len(dst) or len(src) not in (4, 16):
        raise UsageError("the source and the destination address must both be IPv6 or both be IPv4")
    payload, protocol = mh, _MH
    if len(src) == 4 or sport is not None or dport is not None:
        ports = (UDP_PORT if sport is None else sport, UDP_PORT if dport is None else dport)
        _fits(len(mh) + 8)
        header = struct.pack("!HHHH", *ports, len(mh) + 8, 0)
        payload = header[:6] + udp_checksum(src, dst, header + mh).to_bytes(2, "big") + mh
        protocol = _UDP
    if len(src) == 16:
        _fits(len(payload))
        return struct.pack("!IHBB", 6 << 28, len(payload), protocol, hop_limit) + src + dst + payload
    _fits(len(payload) + 20)
    ip = struct.pack("!BBHHHBBH", 0x45, 0, len(payload) + 20, 0, 0x4000, hop_limit, protocol, 0) + src + dst
    return ip[:10] + internet_checksum(ip).to_bytes(2, "big") + ip[12:] + payload


def _fits(octets: int) -> None:
    if octets > 65535:
        raise UsageError(f"a packet holds at most 65535 octets, and this one would have {octets}; make it shorter")
