"""Messages in and out of one socket in batches, each with a peer of its own (Linux: recvmmsg(2), sendmmsg(2)).

For who answers many peers: a system call costs more than a message does. Standard library only, and no arrays of
NumPy: a batch is as long as what waits, which is often one message.
"""

from __future__ import annotations

import ctypes
import errno
import select
import socket
import sys
from collections.abc import Callable

from pmiptool.net.messages import NAME_SIZE, Iovec, Mmsghdr, Msghdr, sockaddr

__all__ = ["COUNT", "LARGEST", "LARGEST_OUT", "Mailbox", "endpoint_of", "sockaddr"]

COUNT = 64
"""Messages of one batch."""
LARGEST = 65_536
"""Octets that a message may have: a UDP datagram that is no Mobility Header is to be seen whole."""
LARGEST_OUT = 2048
"""Octets of the longest Mobility Header."""
_NAME = 32  # octets for a socket address, of which sockaddr_in6 has 28
_GAP = 192  # between rows, so that they do not all fall into the same lines of the cache
_WAIT = 50  # milliseconds that a full send buffer gets to drain
_TRIES = 10
_FULL = (errno.EAGAIN, errno.ENOBUFS)
_LOST = (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EINVAL, errno.EMSGSIZE, errno.EPERM)


def endpoint_of(name: bytes) -> tuple[bytes, int]:
    """The address and the port in a socket address."""
    port = int.from_bytes(name[2:4], "big")
    if int.from_bytes(name[:2], sys.byteorder) == socket.AF_INET:
        return name[4:8], port
    return name[8:24], port


class _Rows:
    """Room for a batch, and the headers that point there.

    starts: where each row begins in `octets`. name_sizes, lengths: which of the `numbers` in the headers they are.
    sizes: addresses and sizes of the rows by turns.
    """

    def __init__(self, size: int) -> None:
        stride = size + _GAP
        self._octets = ctypes.create_string_buffer(COUNT * stride)
        self._names = ctypes.create_string_buffer(COUNT * _NAME)
        self._iovecs = (Iovec * COUNT)()
        self._headers = (Mmsghdr * COUNT)()
        for row in range(COUNT):
            self._iovecs[row].base = ctypes.addressof(self._octets) + row * stride
            self._iovecs[row].len = size
            header = self._headers[row].hdr
            header.name = ctypes.addressof(self._names) + row * _NAME
            header.namelen = NAME_SIZE
            header.iov = ctypes.addressof(self._iovecs) + row * ctypes.sizeof(Iovec)
            header.iovlen = 1
        self.octets = memoryview(self._octets).cast("B")
        self.names = memoryview(self._names).cast("B")
        self.starts = [row * stride for row in range(COUNT)]
        # The numbers that change with every message, through views: attributes of ctypes are slow.
        numbers = memoryview(self._headers).cast("B").cast("I")
        each = ctypes.sizeof(Mmsghdr) // 4
        self.numbers = numbers
        self.name_sizes = [each * row + Msghdr.namelen.offset // 4 for row in range(COUNT)]
        self.lengths = [each * row + Mmsghdr.len.offset // 4 for row in range(COUNT)]
        self.sizes = memoryview(self._iovecs).cast("B").cast("P")
        self._at = ctypes.addressof(self._headers)

    def header(self, row: int) -> ctypes.c_void_p:
        return ctypes.c_void_p(self._at + row * ctypes.sizeof(Mmsghdr))


class Mailbox:
    """The messages of one socket, which does not block. `failed` is told of errors that the kernel reports late."""

    def __init__(self, sock: socket.socket, failed: Callable[[], None], longest: int = LARGEST_OUT) -> None:
        self._number = sock.fileno()
        self._failed = failed
        libc = ctypes.CDLL(None, use_errno=True)
        self._recvmmsg: Callable[..., int] = libc.recvmmsg
        self._sendmmsg: Callable[..., int] = libc.sendmmsg
        self._in = _Rows(LARGEST)
        self._longest = longest
        self._out = _Rows(longest)
        self._waiting = 0
        self._first = self._in.header(0)

    def take(self) -> list[tuple[bytes, bytes]]:
        """The messages that wait, at most a batch, each with the socket address that it came from."""
        got = self._recvmmsg(self._number, self._first, COUNT, socket.MSG_DONTWAIT, None)
        if got < 0:
            number = ctypes.get_errno()
            if number not in (errno.EAGAIN, errno.EINTR):
                self._failed()
            return []
        rows = self._in
        octets, names, numbers = rows.octets, rows.names, rows.numbers
        found = []
        for row in range(got):
            at, at_name = rows.starts[row], row * _NAME
            size = rows.name_sizes[row]
            found.append(
                (
                    bytes(octets[at : at + numbers[rows.lengths[row]]]),
                    bytes(names[at_name : at_name + numbers[size]]),
                )
            )
            numbers[size] = NAME_SIZE
        return found

    def put(self, data: bytes, name: bytes) -> None:
        """A message waits for `send`; a full batch leaves at once."""
        if len(data) > self._longest:
            return  # no Mobility Header is
        row, rows = self._waiting, self._out
        at, at_name = rows.starts[row], row * _NAME
        rows.octets[at : at + len(data)] = data
        rows.sizes[2 * row + 1] = len(data)
        rows.names[at_name : at_name + len(name)] = name
        rows.numbers[rows.name_sizes[row]] = len(name)
        self._waiting = row + 1
        if self._waiting == COUNT:
            self.send()

    def send(self) -> None:
        """Send what waits. What cannot be sent is lost, as on any network."""
        count, self._waiting = self._waiting, 0
        sent = tries = 0
        while sent < count:
            got = self._sendmmsg(self._number, self._out.header(sent), count - sent, socket.MSG_DONTWAIT)
            if got > 0:
                sent += got
                tries = 0
                continue
            number = ctypes.get_errno()
            tries += 1
            if number in _LOST or tries > _TRIES:
                sent += 1
                tries = 0
            elif number in _FULL:
                room = select.poll()
                room.register(self._number, select.POLLOUT)
                room.poll(_WAIT)
            elif number != errno.EINTR:
                self._failed()


def mailbox_of(sock: socket.socket, failed: Callable[[], None]) -> Mailbox:
    """The mailbox of a socket: its own where it seals what goes out."""
    own: Callable[[Callable[[], None]], Mailbox] | None = getattr(sock, "mailbox", None)
    return Mailbox(sock, failed) if own is None else own(failed)
