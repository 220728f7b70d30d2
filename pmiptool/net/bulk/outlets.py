"""Where whole frames leave the machine past the kernel's routing and queueing: an AF_XDP socket, or a packet socket.

Why these two. On two shared cores, between two network namespaces and with a receiver that throws away, a message of
120 octets costs this much processor time: AF_XDP in copy mode 0.9 microseconds, a packet socket's TX_RING whose frames
the kernel copies 1.1, sendmmsg on a packet socket 1.5, TX_RING as trafgen uses it 1.6, tcpreplay 2.2, sendmmsg on a
raw socket 3.5. AF_XDP in copy mode needs no program and no help of the driver, but an interface's queue of its own;
where it cannot be had, the packet socket takes its place.

A TX_RING lends its pages to the packets. veth and others must copy those before they hand them on, which costs more
than the lending saves, and before Linux 4.20 they did not, so that the next batch was written over packets that waited
to be read. A header for segmentation offload (virtio_net_hdr) before each frame, which says that all of it is header,
makes the kernel copy it at once.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import mmap
import os
import select
import socket
import struct
import time
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from pmiptool.net.bulk.kernel import libc
from pmiptool.net.bulk.neighbour import Link
from pmiptool.net.bulk.probe import AF_XDP

# Octets from frame to frame. Longer messages would be fragments, which the kernel makes.
_CHUNK, _SHIFT = 2048, 11
_PAD = 2  # frames begin two octets into their place, so that what follows the headers is aligned
BATCH = 1024
FRAMES = 2 * BATCH
_FULL = {errno.EAGAIN, errno.ENOBUFS, errno.ENOMEM}
_ROOM = 2  # milliseconds that a full queue gets to drain
_SO_SNDBUFFORCE, _SNDBUF = 32, 8 << 20
_SOL_XDP, _SOL_PACKET = 283, 263
_MMAP_OFFSETS, _TX_RING, _UMEM_REG, _UMEM_FILL, _UMEM_COMPLETION, _STATISTICS, _TX_BUDGET = 1, 3, 4, 5, 6, 7, 9
_PGOFF_TX, _PGOFF_COMPLETION = 0x80000000, 0x180000000
_COPY = 2
_QUEUES = 4  # how many queues are tried when others use the first
_GIVEN_BACK = 0.3  # seconds
_DESCRIPTOR = np.dtype([("addr", "=u8"), ("len", "=u4"), ("options", "=u4")])
_PACKET_VERSION, _PACKET_TX_RING, _VNET_HDR, _QDISC_BYPASS = 10, 13, 15, 20
_V2, _SEND_REQUEST = 1, 1  # TPACKET_V2, TP_STATUS_SEND_REQUEST
_BLOCK = 1 << 16
_TX_HEADER, _TX_AT = 32, 42  # where struct virtio_net_hdr stands, and the frame after it
FRAME = _CHUNK - _TX_AT
"""Octets that every outlet has for a frame."""
_TX_HEAD = np.dtype(
    {"names": ["status", "len", "copied"], "formats": ["=u4", "=u4", "=u2"], "offsets": [0, 4, 34], "itemsize": _CHUNK}
)


class Outlet(Protocol):
    """A way out for frames of one interface, of at most `frame` octets.

    Raises OSError when made where the kernel refuses.
    """

    frame: int

    def rows(self, count: int) -> NDArray[np.uint8]:
        """Return (k <= count, octets) frames to write."""
        ...

    def send(self, length: int) -> int:
        """Send the frames handed out last; return how many the kernel took. Raises OSError when none ever goes."""
        ...

    def flush(self) -> None:
        """Push what the kernel took and has not sent yet."""
        ...

    def drops(self) -> int:
        """How many were taken and then dropped on this side of the interface."""
        ...

    def close(self) -> None: ...


class PacketOutlet:
    """A packet socket's TX_RING, without the queueing discipline. The kernel copies each frame, in the ring's order.

    It reads the ring inside our own system call, so what it did not take then can be withdrawn.
    """

    path = "AF_PACKET"
    frame = FRAME

    def __init__(self, link: Link, frames: int = FRAMES) -> None:
        blocks = frames * _CHUNK // _BLOCK
        self._count = blocks * (_BLOCK // _CHUNK)
        self._send = libc().send
        self._sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        try:
            enlarge(self._sock)
            for option, value in ((_PACKET_VERSION, _V2), (_VNET_HDR, 1), (_QDISC_BYPASS, 1)):
                self._sock.setsockopt(_SOL_PACKET, option, struct.pack("=i", value))
            self._sock.setsockopt(
                _SOL_PACKET, _PACKET_TX_RING, struct.pack("=IIII", _BLOCK, blocks, _CHUNK, self._count)
            )
            self._view(mmap.mmap(self._sock.fileno(), blocks * _BLOCK, flags=mmap.MAP_SHARED))
            self._sock.bind((link.name, 0))
        except BaseException:
            self._sock.close()
            raise
        self._at = self._given = 0

    def _view(self, memory: mmap.mmap) -> None:
        """The ring as columns. They keep the map; it goes with the last of them."""
        self._frames = np.frombuffer(memory, np.uint8).reshape(self._count, _CHUNK)
        heads = np.frombuffer(memory, _TX_HEAD, self._count)
        self._status: NDArray[np.uint32] = heads["status"]
        self._lengths, self._copied = heads["len"], heads["copied"]

    def rows(self, count: int) -> NDArray[np.uint8]:
        states = self._status[self._at : self._at + min(count, BATCH)]
        self._given = int((states != 0).argmax()) if states.any() else len(states)
        return self._frames[self._at : self._at + self._given, _TX_AT:]

    def send(self, length: int) -> int:
        count, self._given = self._given, 0
        check_frame(length, self.frame)
        part = slice(self._at, self._at + count)
        self._copied[part] = length
        self._lengths[part] = length + _TX_AT - _TX_HEADER
        states = self._status[part]
        states[:] = _SEND_REQUEST
        taken, waited = 0, False
        while taken < count:
            number = 0
            if self._send(self._sock.fileno(), None, 0, socket.MSG_DONTWAIT) < 0:
                number = ctypes.get_errno()
            before, waiting = taken, states == _SEND_REQUEST
            taken = int(waiting.argmax()) if waiting.any() else count
            if number not in (0, *_FULL):
                states[taken:] = 0
                self._at = (self._at + taken) % self._count
                raise OSError(number, os.strerror(number))
            if taken == before and waited:
                break
            waited = taken == before
            if taken < count:
                wait_for_room(self._sock)
        states[taken:] = 0
        self._at = (self._at + taken) % self._count
        return taken

    def flush(self) -> None:
        return

    def drops(self) -> int:
        return 0

    def close(self) -> None:
        self._sock.close()
        self._frames, self._status = self._frames[:0].copy(), self._status[:0].copy()
        self._lengths, self._copied = self._lengths[:0].copy(), self._copied[:0].copy()


class XdpOutlet:
    """An AF_XDP socket in copy mode that only sends.

    The kernel reads the ring inside our own system call, so no memory barrier is needed. A frame is ours again when
    the kernel completes it, in whatever order it does.
    """

    path = "AF_XDP"
    frame = _CHUNK - _PAD

    def __init__(self, link: Link, frames: int = FRAMES) -> None:
        if frames & (frames - 1) or frames < 1:
            raise ValueError(f"{frames} frames is no power of two")
        self._count = frames
        memory = mmap.mmap(-1, frames * _CHUNK, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        self._frames = np.frombuffer(memory, np.uint8).reshape(frames, _CHUNK)
        self._places = np.arange(frames, dtype=np.uint64) * np.uint64(_CHUNK) + np.uint64(_PAD)
        self._busy = np.zeros(frames, np.bool_)
        self._libc = libc()
        self._sock = socket.socket(AF_XDP, socket.SOCK_RAW, 0)
        try:
            self._open(link)
        except BaseException:
            self._sock.close()
            raise
        self._at = self._given = 0  # the next frame, and how many were handed out
        self._made = self._done = 0  # the ring's producer, and what was seen completed
        self._refused = self._invalid = 0
        self._kick = self._libc.sendto

    def _open(self, link: Link) -> None:
        sock, count = self._sock, self._count
        enlarge(sock)
        sock.setsockopt(
            _SOL_XDP, _UMEM_REG, struct.pack("=QQIIII", self._frames.ctypes.data, count * _CHUNK, _CHUNK, 0, 0, 0)
        )
        for option in (_UMEM_FILL, _UMEM_COMPLETION, _TX_RING):  # a fill ring must be there, even who only sends
            sock.setsockopt(_SOL_XDP, option, struct.pack("=I", count))
        offsets = sock.getsockopt(_SOL_XDP, _MMAP_OFFSETS, 128)
        if len(offsets) != 128:
            raise OSError(errno.EOPNOTSUPP, "the kernel is older than Linux 5.4")
        _, transmit, _, completion = (struct.unpack_from("=4Q", offsets, 32 * ring) for ring in range(4))
        self._producer, self._consumer, self._descriptors = self._ring(_PGOFF_TX, transmit, _DESCRIPTOR)
        self._completed, self._reaped, self._addresses = self._ring(_PGOFF_COMPLETION, completion, np.dtype("=u8"))
        with contextlib.suppress(OSError):  # Linux 6.17: a whole batch in one system call
            sock.setsockopt(_SOL_XDP, _TX_BUDGET, struct.pack("=I", count))
        self._bind(link)

    def _ring(
        self, where: int, offsets: tuple[int, ...], kind: np.dtype[np.void] | np.dtype[np.uint64]
    ) -> tuple[NDArray[np.uint32], NDArray[np.uint32], NDArray[np.void]]:
        producer, consumer, entries, _ = offsets
        size = entries + self._count * kind.itemsize
        memory = mmap.mmap(self._sock.fileno(), size, flags=mmap.MAP_SHARED, offset=where)
        return (
            np.frombuffer(memory, np.uint32, 1, producer),
            np.frombuffer(memory, np.uint32, 1, consumer),
            np.frombuffer(memory, kind, self._count, entries),
        )

    def _bind(self, link: Link) -> None:
        """Take the first queue that nobody has; the kernel gives one back some moments after its socket was closed."""
        patience = time.monotonic() + _GIVEN_BACK
        while (number := self._bind_to_any(link)) == errno.EBUSY and time.monotonic() < patience:
            time.sleep(0.01)
        if number:
            raise OSError(number, "its queues are in use" if number == errno.EBUSY else os.strerror(number))

    def _bind_to_any(self, link: Link) -> int:
        found = 0
        for queue in range(_QUEUES):
            name = struct.pack("=HHIII", AF_XDP, _COPY, link.index, queue, 0)
            if self._libc.bind(self._sock.fileno(), name, len(name)) == 0:
                return 0
            number = ctypes.get_errno()
            if number != errno.EBUSY:
                return found or number  # EINVAL: there are not so many queues
            found = number
        return found

    def rows(self, count: int) -> NDArray[np.uint8]:
        self._reap()
        count = min(count, BATCH)
        run = self._free_from(self._at, count)
        if run < count and self._at + run == self._count and self._free_from(0, count) == count:
            self._at, run = 0, count
        self._given = run
        return self._frames[self._at : self._at + run, _PAD:]

    def _free_from(self, at: int, count: int) -> int:
        busy = self._busy[at : at + count]
        return int(busy.argmax()) if busy.any() else len(busy)

    def _reap(self) -> None:
        """Take back the frames that the kernel is done with."""
        done = (int(self._completed[0]) - self._done) & 0xFFFFFFFF
        if not done:
            return
        first = self._done % self._count
        for part in (slice(first, first + done), slice(0, max(0, first + done - self._count))):
            self._busy[self._addresses[part].view(np.int64) >> _SHIFT] = False
        self._done = (self._done + done) & 0xFFFFFFFF
        self._reaped[0] = self._done

    def send(self, length: int) -> int:
        count, self._given = self._given, 0
        if not count:
            return 0
        check_frame(length, self.frame)
        first, written = self._made % self._count, 0
        while written < count:
            part = min(count - written, self._count - first)
            slots = self._descriptors[first : first + part]
            slots["addr"] = self._places[self._at + written : self._at + written + part]
            slots["len"] = length
            first, written = 0, written + part
        self._busy[self._at : self._at + count] = True
        self._at = (self._at + count) % self._count
        self._made = (self._made + count) & 0xFFFFFFFF
        self._producer[0] = self._made
        self.flush()
        return count

    def flush(self) -> None:
        waited = False
        before = int(self._consumer[0])
        while before != self._made:
            sent = self._kick(self._sock.fileno(), None, 0, socket.MSG_DONTWAIT, None, 0)
            number = ctypes.get_errno() if sent < 0 else 0
            now = int(self._consumer[0])
            if number == errno.EBUSY:
                self._refused += 1  # the driver took one and dropped it
            elif number not in (0, *_FULL):
                raise OSError(number, os.strerror(number))
            if now != before:
                waited = False
            elif waited:
                return
            else:
                self._reap()
                wait_for_room(self._sock)
                waited = True
            before = now

    def drops(self) -> int:
        if self._sock.fileno() >= 0:
            statistics = self._sock.getsockopt(_SOL_XDP, _STATISTICS, 48)
            self._invalid = struct.unpack_from("=3Q", statistics)[2] if len(statistics) >= 24 else 0
        return self._refused + self._invalid

    def close(self) -> None:
        self.drops()
        self._sock.close()
        # The views keep the maps; they go with the last of them.
        self._frames = self._frames[:0].copy()
        self._producer = self._consumer = self._completed = self._reaped = np.zeros(1, np.uint32)
        self._descriptors, self._addresses = self._descriptors[:0].copy(), self._addresses[:0].copy()
        self._made = self._done = self._at = self._given = 0
        self._busy = np.ones(self._count, np.bool_)


def check_frame(length: int, most: int) -> None:
    """Raise ValueError for a length that no frame has."""
    if not 0 < length <= most:
        raise ValueError(f"{length} octets in a frame of {most}")


def enlarge(sock: socket.socket) -> None:
    """Give a socket a large send buffer, as far as we may."""
    try:
        sock.setsockopt(socket.SOL_SOCKET, _SO_SNDBUFFORCE, _SNDBUF)
    except OSError:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SNDBUF)


def wait_for_room(sock: socket.socket) -> None:
    """Wait a moment until a socket can be written to."""
    room = select.poll()
    room.register(sock, select.POLLOUT)
    room.poll(_ROOM)
