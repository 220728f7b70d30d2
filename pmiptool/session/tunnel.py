"""Tunnels between an anchor and a gateway, without I/O: IP in IPv6 (RFC 2473), with GRE and keys (RFC 5845).

The outer IPv6 header is the kernel's: what leaves here is what stands behind it. The inner packet's hop limit is
decremented by whoever forwards it before and after the tunnel (RFC 2473 3.1), not here.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

from pmiptool.session.model import GreKeys
from pmiptool.wire.checksum import internet_checksum

IPV4, IPV6, GRE = 4, 41, 47
"""Next headers: IPv4 in IPv6 (RFC 5844 4), IPv6 in IPv6 (RFC 2473), GRE (RFC 2784)."""
MINIMUM_MTU = 1280  # RFC 8200 5
_OUTER = 40
_ETHERTYPES = {IPV4: 0x0800, IPV6: 0x86DD}
_INNER = {number: protocol for protocol, number in _ETHERTYPES.items()}
_CHECKSUM, _ROUTING, _KEY, _SEQUENCE, _VERSION = 0x8000, 0x4000, 0x2000, 0x1000, 0x0007

DROPS = {
    "truncated": "The inner packet, or the GRE header, is shorter than it says.",
    "version": "The inner packet is of another IP version than the header before it says, or no IP packet.",
    "gre-header": "A GRE header of another version, with source routes, or without a checksum that is right.",
    "gre-key": "The GRE key is none that was agreed on for this tunnel (RFC 5845 3.3).",
    "encapsulation": "The tunnel was agreed on with another encapsulation (RFC 5845 3.3).",
    "no-tunnel": "No binding has this other end of a tunnel.",
    "spoofed-source": "The source address is none of the mobile nodes of this tunnel (RFC 5213 5.6.2).",
    "not-for-us": "The destination address is of no mobile node here (RFC 5213 6.10.5).",
    "loop": "The packet goes back to where it came from, or to an end of the tunnel (RFC 2473 4.1.2).",
    "too-big": "The packet does not fit the tunnel; Packet Too Big went to its source (RFC 2473 7.1).",
    "no-session": "The destination address belongs to no mobility session.",
    "discarded": "A filter discards it, or no binding is left for it.",
}
"""Every reason why a packet is dropped at an end of a tunnel."""


class Tunnelled(NamedTuple):
    """What goes to the other end of a tunnel. protocol: the next header of the outer IPv6 header, of which `payload`
    are the octets behind it. traffic_class: that of the inner packet, which the outer one copies (RFC 2473 6.4)."""

    peer: bytes
    protocol: int
    payload: bytes
    traffic_class: int


class Inner(NamedTuple):
    """What came out of a tunnel: an IP packet, and how it was marked. gre: whether GRE carried it."""

    packet: bytes
    gre: bool = False
    key: int | None = None


def protocol_of(packet: bytes) -> int:
    """The next header that says what a packet is, from its first octet."""
    return IPV4 if packet[0] >> 4 == 4 else IPV6


def header_of(keys: GreKeys | None, key: int | None, protocol: int) -> tuple[int, bytes]:
    """Next header of the outer packet, and the octets between it and an inner packet of a protocol.

    keys: None without GRE. key: what the other end wants to see, None where only GRE was agreed on.
    """
    if keys is None:
        return protocol, b""
    if key is None:
        return GRE, struct.pack("!HH", 0, _ETHERTYPES[protocol])
    return GRE, struct.pack("!HHI", _KEY, _ETHERTYPES[protocol], key)


def ends_of(packet: bytes) -> tuple[bytes, bytes]:
    """Source and destination of an IP packet; fewer octets where it is cut, or none."""
    if packet[:1] and packet[0] >> 4 == 6:
        return packet[8:24], packet[24:40]
    return packet[12:16], packet[16:20]


def traffic_class(packet: bytes) -> int:
    """The eight bits of an IP packet's traffic class, or type of service."""
    return packet[1] if packet[0] >> 4 == 4 else (packet[0] << 4 | packet[1] >> 4) & 0xFF


def decapsulate(protocol: int, payload: bytes) -> Inner | str:
    """What stands behind an outer IPv6 header, or the key of `DROPS` that says why it is nothing."""
    if protocol != GRE:
        return _sound(protocol, payload) or Inner(_cut(payload))
    if len(payload) < 4:
        return "truncated"
    flags, ethertype = struct.unpack_from("!HH", payload)
    if flags & (_ROUTING | _VERSION) or (flags & _CHECKSUM and internet_checksum(payload)):
        return "gre-header"
    at = 4 + 4 * bool(flags & _CHECKSUM)
    size = at + 4 * bool(flags & _KEY) + 4 * bool(flags & _SEQUENCE)
    if len(payload) < size:
        return "truncated"
    key = int.from_bytes(payload[at : at + 4], "big") if flags & _KEY else None
    packet = payload[size:]
    return _sound(_INNER.get(ethertype, 0), packet) or Inner(_cut(packet), True, key)


def _sound(protocol: int, packet: bytes) -> str:
    """Empty for a whole IP packet of the version that the protocol says."""
    if not packet or packet[0] >> 4 != {IPV4: 4, IPV6: 6}.get(protocol):
        return "version" if packet else "truncated"
    if protocol == IPV6:
        return "" if len(packet) >= 40 and len(packet) >= length_of(packet) else "truncated"
    header = (packet[0] & 0xF) * 4
    whole = header >= 20 and len(packet) >= header and header <= length_of(packet) <= len(packet)
    return "" if whole else "truncated"


def length_of(packet: bytes) -> int:
    """How many octets an IP packet says that it has, its header included."""
    return packet[2] << 8 | packet[3] if packet[0] >> 4 == 4 else 40 + (packet[4] << 8 | packet[5])


def _cut(packet: bytes) -> bytes:
    """Without what stands behind its end, as lower layers pad."""
    end = length_of(packet)
    return packet if len(packet) == end else packet[:end]


def room(path_mtu: int, overhead: int) -> int:
    """The longest inner packet that leaves in one piece: 1280 octets must always pass (RFC 2473 7.1)."""
    return max(path_mtu - _OUTER - overhead, MINIMUM_MTU)


def fits(packet: bytes, mtu: int) -> bool:
    """Whether a packet may enter a tunnel: an IPv4 packet without Don't Fragment always may (RFC 2473 7.2)."""
    return len(packet) <= mtu or (packet[0] >> 4 == 4 and not packet[6] & 0x40)


def too_big(packet: bytes, mtu: int, source: bytes, source4: bytes) -> bytes | None:
    """The ICMP error to the source of a packet: Packet Too Big (RFC 4443 3.2), or Fragmentation Needed (RFC 1191).

    source, source4: our address, 16 octets, and 4 for IPv4. None where no error may be sent (RFC 4443 2.4): about an
    ICMP error, a later fragment, or to a source that is no unicast address.
    """
    if packet[0] >> 4 == 4:
        return _fragmentation_needed(packet, mtu, source4)
    origin = packet[8:24]
    if origin[0] == 0xFF or not any(origin) or (packet[6] == 58 and len(packet) > 40 and packet[40] < 128):
        return None
    body = struct.pack("!BBHI", 2, 0, 0, mtu) + packet[: MINIMUM_MTU - 48]
    pseudo = source + origin + struct.pack("!II", len(body), 58)
    body = body[:2] + struct.pack("!H", internet_checksum(pseudo + body)) + body[4:]
    return struct.pack("!IHBB", 6 << 28, len(body), 58, 64) + source + origin + body


def _fragmentation_needed(packet: bytes, mtu: int, source: bytes) -> bytes | None:
    origin = packet[12:16]
    later = (packet[6] << 8 | packet[7]) & 0x1FFF
    header = (packet[0] & 0xF) * 4
    error = packet[9] == 1 and len(packet) > header and packet[header] in (3, 4, 5, 11, 12)
    if later or error or origin[0] >= 224 or not any(origin):
        return None
    body = struct.pack("!BBHHH", 3, 4, 0, 0, min(mtu, 0xFFFF)) + packet[: header + 8]
    body = body[:2] + struct.pack("!H", internet_checksum(body)) + body[4:]
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(body), 0, 0, 64, 1, 0, source, origin)
    return head[:10] + struct.pack("!H", internet_checksum(head)) + head[12:] + body
