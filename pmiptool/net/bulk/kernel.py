"""What sendmmsg(2) and recvmmsg(2) take, laid out by ctypes and written as NumPy columns.

An address that the kernel is given is always one inside an array of this module's making, and the array lives as long
as the batch that names it.
"""

from __future__ import annotations

import contextlib
import ctypes
import socket
import struct
import time
from collections.abc import Callable
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from pmiptool.net.messages import NAME_SIZE, Iovec, Mmsghdr

SOL_SOCKET = socket.SOL_SOCKET
SO_TIMESTAMPNS = 35  # also the type of its control message
TIMESPEC = struct.Struct("@ll")


class _Cmsg(ctypes.Structure):
    """A control message with a time stamp in it."""

    _fields_ = [
        ("len", ctypes.c_size_t),
        ("level", ctypes.c_int),
        ("type", ctypes.c_int),
        ("sec", ctypes.c_long),
        ("nsec", ctypes.c_long),
    ]


_IOVEC, _MMSGHDR, _CMSG = np.dtype(Iovec), np.dtype(Mmsghdr), np.dtype(_Cmsg)
_CONTROL = 64  # octets for control messages: a time stamp takes 32


def libc() -> ctypes.CDLL:
    """The C library, with errno kept for each thread."""
    return ctypes.CDLL(None, use_errno=True)


class Batch:
    """Room for `count` messages of at most `stride` octets, and the headers that point there."""

    def __init__(self, count: int, stride: int) -> None:
        self.rows: NDArray[np.uint8] = np.zeros((count, stride), np.uint8)
        self.count, self.stride = count, stride
        self._iovecs = np.zeros(count, _IOVEC)
        self._headers = np.zeros(count, _MMSGHDR)
        self._iovecs["base"] = self.rows.ctypes.data + np.arange(count, dtype=np.uint64) * self.rows.strides[0]
        self._iovecs["len"] = self.stride
        header = self._headers["hdr"]
        header["iov"] = self._iovecs.ctypes.data + np.arange(count, dtype=np.uint64) * _IOVEC.itemsize
        header["iovlen"] = 1
        self._at = self._headers.ctypes.data

    def address_of(self, index: int) -> ctypes.c_void_p:
        """Where the header of a message is; the caller keeps index and count inside the batch."""
        return ctypes.c_void_p(self._at + index * _MMSGHDR.itemsize)


class OutBatch(Batch):
    """Messages to one destination."""

    def __init__(self, count: int, stride: int, destination: bytes) -> None:
        super().__init__(count, stride)
        self._name = np.frombuffer(destination, np.uint8).copy()
        self._headers["hdr"]["name"] = self._name.ctypes.data
        self._headers["hdr"]["namelen"] = len(destination)
        self._length = self.stride
        self._call: Callable[..., int] = libc().sendmmsg

    def send(self, sock: socket.socket, first: int, count: int, length: int, flags: int = 0) -> int:
        """Send messages `first` to `count`, `length` octets each; return how many went. Raises OSError."""
        if not 0 <= first < count <= self.count or not 0 < length <= self.stride:
            raise ValueError(f"messages {first} to {count} of {self.count}, {length} octets of {self.stride}")
        if length != self._length:
            self._iovecs["len"] = self._length = length
        sent = self._call(sock.fileno(), self.address_of(first), count - first, socket.MSG_DONTWAIT | flags)
        if sent < 0:
            number = ctypes.get_errno()
            raise OSError(number, "sendmmsg")
        return sent


class InBatch(Batch):
    """What came in, filled from row 0 on: octets, lengths, names and time stamps."""

    def __init__(self, count: int, stride: int) -> None:
        super().__init__(count, stride)
        self.names: NDArray[np.uint8] = np.zeros((count, NAME_SIZE + 4), np.uint8)
        self._controls = np.zeros((count, _CONTROL), np.uint8)
        self._stamps: NDArray[Any] = self._controls[:, : _CMSG.itemsize].view(_CMSG)[:, 0]
        header = self._headers["hdr"]
        each = np.arange(count, dtype=np.uint64)
        header["name"] = self.names.ctypes.data + each * self.names.strides[0]
        header["control"] = self._controls.ctypes.data + each * _CONTROL
        header["namelen"] = NAME_SIZE
        header["controllen"] = _CONTROL
        # Columns that are read or written at every call.
        self._namelen, self._controllen = header["namelen"], header["controllen"]
        self._lengths = self._headers["len"]
        self._sec, self._nsec = self._stamps["sec"], self._stamps["nsec"]
        self._call: Callable[..., int] = libc().recvmmsg

    def receive(self, sock: socket.socket, first: int) -> int:
        """Take what waits in a socket into the rows from `first` on; return how many. Raises OSError."""
        if not 0 <= first < self.count:
            raise ValueError(f"row {first} of {self.count}")
        got = self._call(sock.fileno(), self.address_of(first), self.count - first, socket.MSG_DONTWAIT, None)
        if got < 0:
            number = ctypes.get_errno()
            raise OSError(number, "recvmmsg")
        return got

    def lengths(self, count: int) -> NDArray[np.int32]:
        """Octets of the first messages."""
        found: NDArray[np.int32] = self._lengths[:count].astype(np.int32)
        return found

    def times(self, count: int, otherwise: float) -> NDArray[np.float64]:
        """Time stamps of the kernel, seconds since 1970; `otherwise` where it gave none."""
        times: NDArray[np.float64] = self._sec[:count] + self._nsec[:count] * 1e-9
        bare = self._controllen[:count] < _CMSG.itemsize
        if bare.any():
            times[bare] = otherwise
        return times

    def reset(self, count: int) -> None:
        """Give the kernel all room again in the first headers, which it cut to what it used."""
        self._namelen[:count] = NAME_SIZE
        self._controllen[:count] = _CONTROL


class UdpCounter:
    """How many UDP datagrams found no room in a buffer, in the network namespace of when this was made (proc(5))."""

    def __init__(self, version: int) -> None:
        self._name = b"Udp6RcvbufErrors" if version == 6 else b"RcvbufErrors"
        self._file: BinaryIO | None = None
        with contextlib.suppress(OSError):
            self._file = open(f"/proc/thread-self/net/snmp{'6' if version == 6 else ''}", "rb", buffering=0)
        self._first = self._read()

    def _read(self) -> int:
        if self._file is None:
            return 0
        self._file.seek(0)
        lines = self._file.read(1 << 16).splitlines()
        rows = [line.split() for line in lines if line.startswith((b"Udp6", b"Udp:"))]
        if self._name.startswith(b"Udp6"):
            return next((int(row[1]) for row in rows if row[0] == self._name), 0)
        return int(rows[1][rows[0].index(self._name)]) if len(rows) == 2 and self._name in rows[0] else 0

    def lost(self) -> int:
        """Since this was made; all sockets together."""
        return self._read() - self._first

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def stamp(control: list[tuple[int, int, bytes]]) -> float | None:
    """Return the kernel's time stamp among control messages, seconds since 1970; None where there is none."""
    for level, kind, octets in control:
        if (level, kind) == (SOL_SOCKET, SO_TIMESTAMPNS) and len(octets) >= TIMESPEC.size:
            seconds, nanoseconds = TIMESPEC.unpack_from(octets)
            return float(seconds + nanoseconds * 1e-9)
    return None


def await_stamps(patience: float = 0.2) -> None:
    """Wait until the kernel stamps packets as they come.

    It begins some moments after the first socket asks for it; until then it tells when a message was read. Looked at
    on the loopback interface; nothing is waited for where that is down.
    """
    deadline = time.monotonic() + patience
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.setsockopt(SOL_SOCKET, SO_TIMESTAMPNS, 1)
        probe.bind(("127.0.0.1", 0))
        while time.monotonic() < deadline:
            sent = time.time()
            probe.sendto(b"", probe.getsockname())
            time.sleep(0.001)
            _, control, _, _ = probe.recvmsg(1, socket.CMSG_SPACE(TIMESPEC.size), socket.MSG_DONTWAIT)
            found = stamp(control)
            if found is None or found - sent < (time.time() - sent) / 2:
                return
