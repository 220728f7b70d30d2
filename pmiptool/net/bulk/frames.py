"""Ethernet frames around Mobility Headers, for paths that bypass the kernel's: headers, and UDP checksums as columns.

A one's complement sum does not mind the order of octets, so words are summed as the machine reads them (RFC 1071 2B).
"""

from __future__ import annotations

import struct
import sys

import numpy as np
from numpy.typing import NDArray

from pmiptool.net.bulk.neighbour import Way
from pmiptool.net.sockets import MOBILITY_HEADER
from pmiptool.session.endpoint import Endpoint
from pmiptool.wire.checksum import UDP, internet_checksum

ETHERNET = 14
UDP_HEADER = 8
HOPS = 64
_IPV6, _IPV4 = 0x86DD, 0x0800
_DONT_FRAGMENT = 0x4000
_ORDER = sys.byteorder


def ip_header_size(address: bytes) -> int:
    """Octets of the IP header that such addresses stand in."""
    return 40 if len(address) == 16 else 20


def header(way: Way, source: Endpoint, target: Endpoint, length: int) -> bytes:
    """Return what stands before a Mobility Header of `length` octets; a UDP checksum is zero as yet."""
    payload = length if target.port is None else length + UDP_HEADER
    protocol = MOBILITY_HEADER if target.port is None else UDP
    if len(target.address) == 16:
        kind = _IPV6
        network = struct.pack(">IHBB", 0x60000000, payload, protocol, HOPS) + source.address + target.address
    else:
        kind = _IPV4
        fields = (0x45, 0, 20 + payload, 0, _DONT_FRAGMENT, HOPS, protocol)
        addresses = source.address + target.address
        checksum = internet_checksum(struct.pack(">BBHHHBBH", *fields, 0) + addresses)
        network = struct.pack(">BBHHHBBH", *fields, checksum) + addresses
    transport = b""
    if source.port is not None and target.port is not None:
        transport = struct.pack(">HHHH", source.port, target.port, payload, 0)
    return way.neighbour + way.link.address + kind.to_bytes(2, "big") + network + transport


def _sums(octets: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """The sum of the words of each row, as this machine reads them."""
    even = octets.shape[1] & ~1
    sums: NDArray[np.uint64] = octets[:, :even].view(np.uint16).sum(axis=1, dtype=np.uint64)
    if even < octets.shape[1]:
        last = octets[:, -1].astype(np.uint64)
        sums += last if _ORDER == "little" else last << np.uint64(8)
    return sums


def _pseudo(first: bytes, second: bytes, length: int) -> int:
    """What the pseudo-header adds to such a sum (RFC 768, RFC 8200 8.1)."""
    octets = first + second + length.to_bytes(4, "big") + UDP.to_bytes(4, "big")
    return int.from_bytes(octets, _ORDER) % 65535


def fill_udp_checksums(datagrams: NDArray[np.uint8], source: bytes, target: bytes) -> None:
    """Write the checksum of UDP datagrams whose own field is zero: (n, octets), UDP header first."""
    total = (_sums(datagrams) + np.uint64(_pseudo(source, target, datagrams.shape[1]))) % np.uint64(65535)
    datagrams[:, 6:8] = (np.uint64(65535) - total).astype(np.uint16).view(np.uint8).reshape(-1, 2)


def udp_verifies(datagrams: NDArray[np.uint8], pseudo: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Whether the checksums of UDP datagrams of one length are right; `pseudo` is what their pseudo-headers add."""
    right: NDArray[np.bool_] = (_sums(datagrams) + pseudo) % np.uint64(65535) == 0
    return right


def pseudo_sums(addresses: NDArray[np.uint8], length: int) -> NDArray[np.uint64]:
    """What pseudo-headers add, for rows that hold source and destination address."""
    sums: NDArray[np.uint64] = _sums(addresses) + np.uint64(_pseudo(b"", b"", length))
    return sums
