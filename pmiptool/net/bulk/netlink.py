"""Questions to the kernel's tables over netlink(7), as octets (Linux)."""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Iterator

ROUTE, XFRM = 0, 6  # NETLINK_ROUTE, NETLINK_XFRM
_HEADER = struct.Struct("=IHHII")  # length, type, flags, sequence, port
_ATTRIBUTE = struct.Struct("=HH")  # length, type
_ERROR, _DONE = 2, 3  # NLMSG_ERROR, NLMSG_DONE
_REQUEST, _ACK, _DUMP = 0x1, 0x4, 0x300
_TYPE_MASK = 0x3FFF  # without the flags for nested and for byte order
_PATIENCE = 2.0  # seconds; the kernel answers at once
_AF_NETLINK = getattr(socket, "AF_NETLINK", 16)


def attribute(kind: int, value: bytes) -> bytes:
    """Return an attribute, padded."""
    length = _ATTRIBUTE.size + len(value)
    return _ATTRIBUTE.pack(length, kind) + value + bytes(-length % 4)


def attributes(data: bytes) -> dict[int, bytes]:
    """Read attributes; what does not fit ends the reading."""
    found = {}
    at = 0
    while at + _ATTRIBUTE.size <= len(data):
        length, kind = _ATTRIBUTE.unpack_from(data, at)
        if length < _ATTRIBUTE.size or at + length > len(data):
            break
        found[kind & _TYPE_MASK] = data[at + _ATTRIBUTE.size : at + length]
        at += (length + 3) & ~3
    return found


def messages(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Split what the kernel sent into (type, octets after the header); what does not fit ends it."""
    at = 0
    while at + _HEADER.size <= len(data):
        length, kind, _, _, _ = _HEADER.unpack_from(data, at)
        if length < _HEADER.size or at + length > len(data):
            return
        yield kind, data[at + _HEADER.size : at + length]
        at += (length + 3) & ~3


def connect(protocol: int) -> socket.socket:
    """Open a socket to the kernel, in the network namespace of now. Raises OSError."""
    sock = socket.socket(_AF_NETLINK, socket.SOCK_RAW, protocol)
    sock.settimeout(_PATIENCE)
    return sock


def ask(where: int | socket.socket, kind: int, body: bytes, *, dump: bool = False) -> list[tuple[int, bytes]]:
    """Ask the kernel, over a protocol or a socket for it, and return what it answers. Raises OSError: its reason."""
    if isinstance(where, int):
        with connect(where) as sock:
            return ask(sock, kind, body, dump=dump)
    flags = _REQUEST | (_DUMP if dump else _ACK)
    where.sendto(_HEADER.pack(_HEADER.size + len(body), kind, flags, 1, 0) + body, (0, 0))
    found: list[tuple[int, bytes]] = []
    while True:
        for answered, octets in messages(where.recv(1 << 18)):
            if answered == _DONE:
                return found
            if answered == _ERROR:
                number = -struct.unpack_from("=i", octets)[0] if len(octets) >= 4 else 0
                if number:
                    raise OSError(number, os.strerror(number))
                return found
            found.append((answered, octets))
