"""What sendmmsg(2) and recvmmsg(2) take: structures of the kernel, and socket addresses as octets."""

from __future__ import annotations

import ctypes
import socket
import sys

NAME_SIZE = 28
"""Octets of struct sockaddr_in6, the longest name here."""


class Iovec(ctypes.Structure):
    """struct iovec."""

    _fields_ = [("base", ctypes.c_void_p), ("len", ctypes.c_size_t)]


class Msghdr(ctypes.Structure):
    """struct msghdr."""

    _fields_ = [
        ("name", ctypes.c_void_p),
        ("namelen", ctypes.c_uint32),
        ("iov", ctypes.c_void_p),
        ("iovlen", ctypes.c_size_t),
        ("control", ctypes.c_void_p),
        ("controllen", ctypes.c_size_t),
        ("flags", ctypes.c_int),
    ]


class Mmsghdr(ctypes.Structure):
    """struct mmsghdr."""

    _fields_ = [("hdr", Msghdr), ("len", ctypes.c_uint32)]


def sockaddr(address: bytes, port: int, scope: int = 0) -> bytes:
    """Return the sockaddr_in or sockaddr_in6 of an address of 4 or 16 octets, as the kernel has it."""
    family = int(socket.AF_INET6 if len(address) == 16 else socket.AF_INET).to_bytes(2, sys.byteorder)
    if len(address) == 4:
        return family + port.to_bytes(2, "big") + address + bytes(8)
    return family + port.to_bytes(2, "big") + bytes(4) + address + scope.to_bytes(4, sys.byteorder)
