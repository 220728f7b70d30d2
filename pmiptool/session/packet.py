"""What a traffic selector looks at in a packet (RFC 6088), read from its octets."""

from __future__ import annotations

import msgspec

HOP_BY_HOP, ROUTING, FRAGMENT, ESP, AH, DESTINATION, MOBILITY_HEADER = 0, 43, 44, 50, 51, 60, 135
_SKIPPED = frozenset({HOP_BY_HOP, ROUTING, DESTINATION, 139, 140})
WITH_PORTS = frozenset({6, 17, 33, 132, 136})  # TCP, UDP, DCCP, SCTP, UDP-Lite

FragmentKey = tuple[bytes, bytes, int, int]


class Packet(msgspec.Struct, frozen=True):
    """Fields are None where the packet has none, or where they lie in another fragment.

    dscp: six bits. flow_label: 20 bits, None in IPv4. proto: the last header of the extension chain.
    fragment: (source, destination, identification, protocol) of a fragment; `first` says whether it is the first one.
    """

    version: int
    src: bytes
    dst: bytes
    dscp: int
    flow_label: int | None
    proto: int | None
    spi: int | None = None
    src_port: int | None = None
    dst_port: int | None = None
    fragment: FragmentKey | None = None
    first: bool = True


def read_packet(octets: bytes) -> Packet | None:
    """An IPv6 or IPv4 packet from its header on; None when it is neither or too short to tell."""
    version = octets[0] >> 4 if octets else 0
    if version == 6 and len(octets) >= 40:
        return _ipv6(octets)
    if version == 4 and len(octets) >= 20:
        return _ipv4(octets)
    return None


def _ipv6(octets: bytes) -> Packet:
    word = int.from_bytes(octets[:4], "big")
    src, dst = octets[8:24], octets[24:40]
    header, at = octets[6], 40
    proto: int | None = None
    fragment, first = None, True
    while True:
        if header in _SKIPPED or header == AH:
            if at + 2 > len(octets):
                break
            size = (octets[at + 1] + 2) * 4 if header == AH else (octets[at + 1] + 1) * 8
            header, at = octets[at], at + size
        elif header == FRAGMENT:
            if at + 8 > len(octets):
                break
            fragment = (src, dst, int.from_bytes(octets[at + 4 : at + 8], "big"), octets[at])
            first = int.from_bytes(octets[at + 2 : at + 4], "big") >> 3 == 0
            header, at = octets[at], at + 8
            if not first:
                proto = header if header not in _SKIPPED and header != AH else None
                break
        else:
            proto = header
            break
    spi, src_port, dst_port = _upper(octets, at, proto) if first else (None, None, None)
    return Packet(6, src, dst, word >> 22 & 0x3F, word & 0xFFFFF, proto, spi, src_port, dst_port, fragment, first)


def _ipv4(octets: bytes) -> Packet:
    src, dst = octets[12:16], octets[16:20]
    proto, at = octets[9], (octets[0] & 0xF) * 4
    piece = int.from_bytes(octets[6:8], "big")
    fragment, first = None, piece & 0x1FFF == 0
    if piece & 0x3FFF:
        fragment = (src, dst, int.from_bytes(octets[4:6], "big"), proto)
    spi, src_port, dst_port = _upper(octets, at, proto) if first else (None, None, None)
    return Packet(4, src, dst, octets[1] >> 2, None, proto, spi, src_port, dst_port, fragment, first)


def _upper(octets: bytes, at: int, proto: int | None) -> tuple[int | None, int | None, int | None]:
    """SPI (of ESP, RFC 4303) and ports."""
    if proto is None or at + 4 > len(octets):
        return None, None, None
    if proto == ESP:
        return int.from_bytes(octets[at : at + 4], "big"), None, None
    if proto in WITH_PORTS:
        return None, int.from_bytes(octets[at : at + 2], "big"), int.from_bytes(octets[at + 2 : at + 4], "big")
    return None, None, None
