"""The Internet checksum and its uses here (RFC 1071, RFC 6275 6.1.1, RFC 8200 8.1).

A one's complement sum of 16-bit words is the number that all octets together make, modulo 65535, because
65536 is 1 there. Python divides a long integer by a small one in C, so no loop over words is needed.
"""

from __future__ import annotations

MOBILITY_HEADER = 135
UDP = 17


def internet_checksum(data: bytes) -> int:
    """The complement of the one's complement sum of `data`, odd lengths filled with a zero octet (RFC 1071)."""
    total = int.from_bytes(data, "big")
    if len(data) & 1:
        total <<= 8
    return -total % 65535 if total else 65535


def checksum(src: bytes, dst: bytes, mh: bytes | bytearray) -> int:
    """The checksum of a Mobility Header, computed with its checksum field as zero (RFC 6275 6.1.1).

    `src` and `dst` are 16 octets each: the home address where a Home Address option or a type 2 routing header
    carries one. `mh` is the whole Mobility Header; its length enters the pseudo-header.
    """
    summed = mh[:4] + b"\0\0" + mh[6:]
    total = int.from_bytes(src + dst + summed, "big")
    if len(summed) & 1:
        total <<= 8
    return -(total + len(mh) + MOBILITY_HEADER) % 65535


def verifies(src: bytes, dst: bytes, mh: bytes) -> bool:
    """Whether a receiver accepts the checksum in `mh`: the sum over everything is zero (RFC 6275 9.2).

    Zero has two forms in one's complement, so a receiver takes 0xffff where `checksum` gives 0.
    """
    total = int.from_bytes(src + dst + mh, "big")
    if len(mh) & 1:
        total <<= 8
    return len(mh) >= 6 and (total + len(mh) + MOBILITY_HEADER) % 65535 == 0


def udp_checksum(src: bytes, dst: bytes, datagram: bytes) -> int:
    """The checksum of a UDP datagram whose own field is zero; addresses of 4 or 16 octets (RFC 768, RFC 8200 8.1)."""
    total = int.from_bytes(src + dst + datagram, "big")
    if len(datagram) & 1:
        total <<= 8
    return -(total + len(datagram) + UDP) % 65535 or 65535
