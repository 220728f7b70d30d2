"""Several processes behind one address: the kernel gives each message to the one whose mobile node it is about.

A classic BPF program works out the number of `lma.share.share_of_message` from the octets of a Mobility Header. On raw
sockets each has it as a filter and takes its own; UDP sockets share a port, and it chooses one. What it cannot tell
goes to the first: there the mobile node identifier is not the first option.
"""

from __future__ import annotations

import ctypes
import socket
import struct
from collections.abc import Callable, Sequence

import msgspec

from pmiptool.errors import UsageError
from pmiptool.lma.share import (
    ACKNOWLEDGEMENT,
    BINDING_REVOCATION,
    BINDING_UPDATE,
    FACTOR,
    HASHED,
    INDICATION,
    MN_ID,
    NOTIFICATION_ACKNOWLEDGEMENT,
    OPTIONS,
    REVOCATION_SEQUENCE,
    REVOCATION_TYPE,
    SEQUENCE,
    TYPE,
    share_of_message,
)
from pmiptool.net.sockets import make_room, open_socket
from pmiptool.net.target import Target
from pmiptool.session.endpoint import Endpoint
from pmiptool.wire.codec import Codec

SO_ATTACH_FILTER, SO_ATTACH_REUSEPORT_CBPF = 26, 51
_WHOLE = 0xFFFFFFFF
BINDING_ERROR = 7
LARGEST = 1 << 17  # octets of what one process hands to another

Receive = Callable[[bytes, Endpoint, float, Endpoint], None]

# linux/bpf_common.h
_LD_W, _LD_H, _LD_B, _LD_LEN, _LD_MEM, _ST = 0x20, 0x28, 0x30, 0x80, 0x60, 0x02
_ADD, _MUL, _MOD, _XOR_X, _RSH, _TAX = 0x04, 0x24, 0x94, 0xAC, 0x74, 0x07
_JA, _JEQ, _JGE, _JGE_X, _RET, _RET_A = 0x05, 0x15, 0x35, 0x3D, 0x06, 0x16
_SUB = 0x14
_LENGTH, _HASH = 0, 1  # cells of memory

Instruction = tuple[int, int, int, int]
Step = tuple[int, int, "str | None", "str | None"]


class _Assembler:
    """Instructions whose jumps go to names further down."""

    def __init__(self) -> None:
        self._steps: list[Step] = []
        self._names: dict[str, int] = {}

    def add(self, code: int, k: int = 0, yes: str | None = None, no: str | None = None) -> None:
        """A jump goes on with the next instruction where no name is given."""
        self._steps.append((code, k, yes, no))

    def name(self, name: str) -> None:
        self._names[name] = len(self._steps)

    def program(self) -> list[Instruction]:
        made = []
        for at, (code, k, yes, no) in enumerate(self._steps):
            jumps = [0 if name is None else self._names[name] - at - 1 for name in (yes, no)]
            made.append((code, 0, 0, jumps[0]) if code == _JA else (code, jumps[0], jumps[1], k))
        return made


def program(count: int, number: int | None = None) -> list[Instruction]:
    """The program for one of `count` as a filter, or, without a number, the one that gives the number."""
    to = _Assembler()
    # Jumps reach 255 instructions, so the ends for what needs no hash stand early; and since the kernel wants to see
    # every cell of memory written before it is read, on ways that nothing takes too, both are written first.
    to.add(_LD_LEN)
    to.add(_ST, _LENGTH)
    to.add(_ST, _HASH)
    to.add(_JGE, OPTIONS + 4, no="first")
    to.add(_LD_B, TYPE)
    to.add(_JEQ, BINDING_UPDATE, yes="options")
    to.add(_JEQ, NOTIFICATION_ACKNOWLEDGEMENT, no="revocation")
    to.add(_LD_H, SEQUENCE)
    to.add(_JA, yes="sequence")
    to.name("revocation")
    to.add(_JEQ, BINDING_REVOCATION, no="first")
    to.add(_LD_B, REVOCATION_TYPE)
    to.add(_JEQ, INDICATION, yes="options")
    to.add(_JEQ, ACKNOWLEDGEMENT, no="first")
    to.add(_LD_H, REVOCATION_SEQUENCE)
    to.name("sequence")
    _end(to, count, number)
    to.name("first")
    to.add(_RET, _WHOLE if number == 0 else 0)
    to.name("options")
    to.add(_LD_B, OPTIONS)
    to.add(_JEQ, MN_ID, no="first too")
    to.add(_LD_B, OPTIONS + 1)
    to.add(_JGE, 2, no="first too")  # subtype and at least one octet
    to.add(_SUB, 1)
    to.add(_ST, _LENGTH)
    to.add(_ST, _HASH)
    to.add(_ADD, OPTIONS + 3)
    to.add(_TAX)
    to.add(_LD_LEN)
    to.add(_JGE_X, yes="hash")
    to.name("first too")
    to.add(_RET, _WHOLE if number == 0 else 0)
    to.name("hash")
    _hash(to)
    to.add(_LD_MEM, _HASH)
    to.add(_RSH, 16)
    _end(to, count, number)
    return to.program()


def _hash(to: _Assembler) -> None:
    """`share_of`, word by word as long as there are whole ones, then octet by octet."""
    at = OPTIONS + 3
    for done in range(0, HASHED, 4):
        to.add(_LD_MEM, _LENGTH)
        to.add(_JGE, done + 4, yes=f"word {done}")
        for octet in range(done, done + 3):
            to.add(_LD_MEM, _LENGTH)
            to.add(_JGE, octet + 1, no=f"end {done}")
            _mix(to, _LD_B, at + octet)
        to.name(f"end {done}")
        to.add(_JA, yes="hashed")
        to.name(f"word {done}")
        _mix(to, _LD_W, at + done)
    to.name("hashed")


def _mix(to: _Assembler, load: int, at: int) -> None:
    to.add(load, at)
    to.add(_TAX)
    to.add(_LD_MEM, _HASH)
    to.add(_XOR_X)
    to.add(_MUL, FACTOR)
    to.add(_ST, _HASH)


def _end(to: _Assembler, count: int, number: int | None) -> None:
    """What the number in the accumulator leads to."""
    to.add(_MOD, count)
    if number is None:
        to.add(_RET_A)
        return
    name = f"mine {len(to._steps)}"
    to.add(_JEQ, number, yes=name)
    to.add(_RET, 0)
    to.name(name)
    to.add(_RET, _WHOLE)


def _attach(sock: socket.socket, option: int, instructions: Sequence[Instruction]) -> None:
    octets = b"".join(struct.pack("HBBI", *one) for one in instructions)
    room = ctypes.create_string_buffer(octets, len(octets))
    sock.setsockopt(socket.SOL_SOCKET, option, struct.pack("HP", len(instructions), ctypes.addressof(room)))


def open_spread(target: Target, count: int) -> list[socket.socket]:
    """Open sockets for as many processes at one address. Raises UsageError for ESP, and EnvironmentLacks as
    `sockets.open_socket` does."""
    if target.esp is not None:
        raise UsageError(f"--esp does not go with {count} workers; take one worker")
    if target.port is not None:  # nobody else has it, who shares it too
        open_socket(target.address, target.port, target.interface).close()
    socks: list[socket.socket] = []
    try:
        for _ in range(count):
            socks.append(open_socket(target.address, target.port, target.interface, shared=True))
            make_room(socks[-1])
        spread(socks)
    except BaseException:
        for sock in socks:
            sock.close()
        raise
    return socks


def spread(socks: Sequence[socket.socket]) -> None:
    """Spread what comes in over sockets of one address, raw ones or those of one UDP port in the order of binding.

    What came in before it was done is thrown away.
    """
    for number, sock in enumerate(socks):
        if sock.type == socket.SOCK_RAW:
            _attach(sock, SO_ATTACH_FILTER, program(len(socks), number))
        elif number == 0:
            _attach(sock, SO_ATTACH_REUSEPORT_CBPF, program(len(socks)))
    for sock in socks:
        _empty(sock)


def _empty(sock: socket.socket) -> None:
    try:
        while True:
            sock.recv(1, socket.MSG_DONTWAIT)
    except OSError:
        return


class Handover:
    """What the first process hands to the others: messages that the kernel could not tell whose they are.

    A Binding Error does not say what it is about: it goes to all who wait for an answer.
    """

    def __init__(self, codec: Codec, to: Sequence[socket.socket], receive: Receive) -> None:
        """`to`: a socket for each of the others, in order. `receive` takes what is its own."""
        self._codec = codec
        self._to = to
        self._receive = receive

    def receive(self, data: bytes, source: Endpoint, now: float, destination: Endpoint) -> None:
        if data[TYPE : TYPE + 1] == _BINDING_UPDATE and data[OPTIONS : OPTIONS + 1] == _MN_ID:
            self._receive(data, source, now, destination)
            return
        number = share_of_message(data, len(self._to) + 1, self._codec)
        if number:
            self._hand(self._to[number - 1], data, source, destination)
            return
        if data[TYPE : TYPE + 1] == bytes((BINDING_ERROR,)):
            for sock in self._to:
                self._hand(sock, data, source, destination)
        self._receive(data, source, now, destination)

    @staticmethod
    def _hand(sock: socket.socket, data: bytes, source: Endpoint, destination: Endpoint) -> None:
        try:
            sock.send(msgspec.msgpack.encode((data, source, destination)), socket.MSG_DONTWAIT)
        except OSError:
            return  # lost, as in a socket's buffer that is full


_BINDING_UPDATE, _MN_ID = bytes((BINDING_UPDATE,)), bytes((MN_ID,))
_HANDED = msgspec.msgpack.Decoder(tuple[bytes, Endpoint, Endpoint])


def handed(sock: socket.socket) -> tuple[bytes, Endpoint, Endpoint] | None:
    """The next message that was handed over: octets, source, destination; None where none waits."""
    try:
        octets = sock.recv(LARGEST, socket.MSG_DONTWAIT)
    except OSError:
        return None
    return _HANDED.decode(octets) if octets else None
