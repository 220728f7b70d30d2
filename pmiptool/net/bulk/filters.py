"""Which packets the ring takes and which the sockets: one classic BPF program, and its opposite (Linux).

The ring takes short messages as they come from the wire. The sockets keep the others: long ones, those put together
from fragments, those behind extension headers, those from another interface. A short message that came in fragments
although no link asks for it is the one thing that neither sees.
"""

from __future__ import annotations

import ctypes
import socket
import struct
from collections.abc import Collection

from pmiptool.net.sockets import MOBILITY_HEADER
from pmiptool.wire.checksum import UDP

SO_ATTACH_FILTER = 26
_NET, _IFINDEX = 0x100000000 - 0x100000, 0x100000000 - 0x1000 + 8  # SKF_NET_OFF; SKF_AD_OFF + SKF_AD_IFINDEX
_INSTRUCTION = struct.Struct("=HBBI")
_LOAD_WORD, _LOAD_HALF, _LOAD_BYTE, _RETURN = 0x20, 0x28, 0x30, 0x06
_EQUAL, _GREATER, _ANY_BIT = 0x15, 0x25, 0x45
_ALL = 0x40000


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]


def ring_takes(version: int, index: int, limit: int, ports: Collection[int], *, opposite: bool = False) -> bytes:
    """Return the program that accepts what the ring takes, or with `opposite` what the sockets keep.

    index: the interface; limit: octets after the IP header; ports: our UDP ports, none for raw IPv6.
    """
    # Each test: instructions that load, kind of jump, value, and whether the test must hold.
    tests: list[tuple[int, int, int, int, bool]] = [(_LOAD_WORD, _IFINDEX, _EQUAL, index, True)]
    if version == 6:
        tests.append((_LOAD_BYTE, _NET + 6, _EQUAL, UDP if ports else MOBILITY_HEADER, True))
        tests.append((_LOAD_HALF, _NET + 4, _GREATER, limit, False))
    else:
        tests.append((_LOAD_BYTE, _NET, _EQUAL, 0x45, True))
        tests.append((_LOAD_BYTE, _NET + 9, _EQUAL, UDP, True))
        tests.append((_LOAD_HALF, _NET + 6, _ANY_BIT, 0x3FFF, False))
        tests.append((_LOAD_HALF, _NET + 2, _GREATER, limit + 20, False))
    known = sorted(ports)[:64]
    size = 2 * len(tests) + (1 + len(known) if known else 0)
    code = []
    for load, offset, jump, value, must in tests:
        code.append(_INSTRUCTION.pack(load, 0, 0, offset))
        away = size + 1 - len(code) - 1  # to the second return
        code.append(_INSTRUCTION.pack(jump, 0 if must else away, away if must else 0, value))
    if known:
        code.append(_INSTRUCTION.pack(_LOAD_HALF, 0, 0, _NET + (40 if version == 6 else 20) + 2))
        for number, port in enumerate(known):
            here, last = len(code), number == len(known) - 1
            code.append(_INSTRUCTION.pack(_EQUAL, size - here - 1, size - here if last else 0, port))
    yes, no = (0, _ALL) if opposite else (_ALL, 0)
    return b"".join((*code, _INSTRUCTION.pack(_RETURN, 0, 0, yes), _INSTRUCTION.pack(_RETURN, 0, 0, no)))


def attach(sock: socket.socket, program: bytes) -> None:
    """Give a socket a program. Raises OSError when the kernel does not like it."""
    code = ctypes.create_string_buffer(program, len(program))
    described = _Program(len(program) // _INSTRUCTION.size, ctypes.addressof(code))
    sock.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, bytes(described))
