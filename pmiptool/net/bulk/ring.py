"""Receiving without a system call per message: a ring that the kernel fills and we read as columns (packet(7)).

TPACKET_V2, not V3: its frames stand at equal distances, so NumPy reads a batch without following a chain, and every
frame has its own time stamp in nanoseconds. An AF_XDP socket would hear one queue of the interface only, and would
need a program loaded into it. The interface stays as it is, and the sockets stay open beside the ring: without them
the kernel would answer with Parameter Problem.
"""

from __future__ import annotations

import mmap
import socket
import struct
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pmiptool.net.bulk.filters import attach, ring_takes
from pmiptool.net.bulk.frames import UDP_HEADER, ip_header_size, pseudo_sums, udp_verifies
from pmiptool.net.bulk.neighbour import Link
from pmiptool.net.bulk.port import Arrivals, as_senders
from pmiptool.session.endpoint import Endpoint

FRAME = 512
"""Octets of a frame: our header and a short message. Longer ones come through the sockets."""
FRAMES = 1 << 14
BATCH = 1024
_SOL_PACKET = 263
_RX_RING, _STATISTICS, _VERSION = 5, 6, 10
_V2 = 1
_BLOCK = 1 << 16
_IP = 80  # where the IP header stands: TPACKET2_HDRLEN is 52, aligned to 16, and 16 more
_USER, _NOT_READY, _VALID = 0x1, 0x8, 0x80  # TP_STATUS_USER, _CSUMNOTREADY, _CSUM_VALID
_FIRST_LOOK = 32
_ETHERTYPES = {6: 0x86DD, 4: 0x0800}
_COLUMNS = "octets", "present", "to", "net", "source", "sec", "nsec"
_ODD = np.uint64(0x9E3779B97F4A7C15)


def _layout(version: int) -> np.dtype[np.void]:
    """What is read of a frame: struct tpacket2_hdr, the IP header, the UDP port."""
    ip = {6: (4, 8, 24, 16, 42), 4: (2, 12, 16, 4, 22)}[version]
    octets, source, to, size, port = (_IP + ip[0], _IP + ip[1], _IP + ip[2], ip[3], _IP + ip[4])
    fields: dict[str, tuple[object, int]] = {
        "status": ("=u4", 0),
        "present": ("=u4", 8),
        "net": ("=u2", 14),
        "sec": ("=u4", 16),
        "nsec": ("=u4", 20),
        "octets": (">u2", octets),
        "source": (("u1", (size,)), source),
        "to": (("=u8", (2,)) if version == 6 else ("=u4", (1,)), to),
        "both": (("u1", (2 * size,)), source),
        "port": (">u2", port),
    }
    formats, offsets = zip(*fields.values(), strict=True)
    return np.dtype({"names": list(fields), "formats": formats, "offsets": offsets, "itemsize": FRAME})


class PacketRing:
    """The messages that come to some endpoints of ours through one interface, up to `limit` octets after the IP header.

    Raises OSError where the kernel refuses.
    """

    def __init__(self, link: Link, locals_: Sequence[Endpoint], frames: int = FRAMES) -> None:
        version = 6 if len(locals_[0].address) == 16 else 4
        ports = {local.port for local in locals_ if local.port is not None}
        self.limit = FRAME - _IP - ip_header_size(locals_[0].address)
        self.sockets_filter = ring_takes(version, link.index, self.limit, ports, opposite=True)
        blocks = max(1, frames * FRAME // _BLOCK)
        self._count = blocks * (_BLOCK // FRAME)
        self._version, self._udp = version, bool(ports)
        # Where the Mobility Header begins, and how many octets the IP header counts that are not of it.
        udp, ip = UDP_HEADER if ports else 0, ip_header_size(locals_[0].address)
        self._before = np.int64(ip + udp)
        self._first = _IP + ip + udp
        self._around = np.int32(udp + (0 if version == 6 else ip))
        self._zeros = np.zeros(BATCH, np.int32)
        self._at = self._held = self._lost = 0
        self._index_locals(locals_)
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0)
        try:
            attach(self.socket, ring_takes(version, link.index, self.limit, ports))
            self.socket.setsockopt(_SOL_PACKET, _VERSION, struct.pack("=i", _V2))
            self.socket.setsockopt(_SOL_PACKET, _RX_RING, struct.pack("=IIII", _BLOCK, blocks, FRAME, self._count))
            self._view(mmap.mmap(self.socket.fileno(), blocks * _BLOCK, flags=mmap.MAP_SHARED))
            self.socket.bind((link.name, _ETHERTYPES[version]))
        except BaseException:
            self.socket.close()
            raise

    def _view(self, memory: mmap.mmap) -> None:
        """Columns of the whole ring, so that a batch is a slice of each. They keep the map; it goes with the last."""
        self._frames = np.frombuffer(memory, _layout(self._version), self._count)
        self._octets = np.frombuffer(memory, np.uint8).reshape(self._count, FRAME)
        self._status: NDArray[np.uint32] = self._frames["status"]
        self._columns = tuple(self._frames[name] for name in _COLUMNS)

    def _index_locals(self, locals_: Sequence[Endpoint]) -> None:
        to = np.array([list(local.address) for local in locals_], np.uint8)
        self._own: NDArray[np.uint64] = to.view("=u8" if self._version == 6 else "=u4").astype(np.uint64)
        self._own_ports = np.array([local.port or 0 for local in locals_], np.uint64)
        keys = self._keys(self._own, self._own_ports)
        self._order = np.argsort(keys).astype(np.int32)
        self._sorted = keys[self._order]

    def _keys(self, to: NDArray[np.uint64], ports: NDArray[np.uint64]) -> NDArray[np.uint64]:
        keys: NDArray[np.uint64] = to[:, 0] * _ODD
        for column in range(1, to.shape[1]):
            keys = (keys ^ (keys >> np.uint64(29))) + to[:, column] * _ODD
        if self._udp:
            keys = keys + ports
        return keys

    def __len__(self) -> int:
        return self._count

    def take(self) -> Arrivals | None:
        """Return what waits in the ring, at most a batch; what was returned before goes back to the kernel."""
        self.release()
        while True:
            count = self._waiting()
            if not count:
                return None
            self._held = count
            found = self._read(self._at, count)
            if found is not None:
                return found
            self.release()

    def release(self) -> None:
        """Give the frames handed out last back to the kernel."""
        if self._held:
            self._status[self._at : self._at + self._held] = 0
            self._at = (self._at + self._held) % self._count
            self._held = 0

    def _waiting(self) -> int:
        """How many frames from the present one on are ours, up to a batch or the end of the ring."""
        look = _FIRST_LOOK
        most = min(BATCH, self._count - self._at)
        ready = 0
        while ready < most:
            states = self._status[self._at + ready : self._at + min(ready + look, most)] & _USER
            if not states.all():
                return ready + int(states.argmin())
            ready += len(states)
            look *= 4
        return ready

    def _read(self, at: int, count: int) -> Arrivals | None:
        """The columns of some frames; None where none of them is for us."""
        part = slice(at, at + count)
        octets, present, to, net, senders, seconds, nanoseconds = (column[part] for column in self._columns)
        data = self._octets[part, self._first :]
        lengths = octets.astype(np.int32) - self._around
        times = seconds + nanoseconds * 1e-9
        if len(self._own) == 1 and not self._udp:
            local = self._zeros[:count]
            good = (to == self._own).all(axis=1)
        else:
            local, good = self._find(self._frames[part], self._octets[part], lengths)
        good &= (net == _IP) & (lengths <= present.astype(np.int64) - self._before)
        if not good.all():
            if not good.any():
                return None
            data, lengths, senders, local, times = data[good], lengths[good], senders[good], local[good], times[good]
        return Arrivals(data, lengths, as_senders(senders), local, times)

    def _find(
        self, frames: NDArray[np.void], octets: NDArray[np.uint8], lengths: NDArray[np.int32]
    ) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
        """Which of our endpoints each frame is for, and whether it is for one."""
        to = frames["to"]
        ports = frames["port"].astype(np.uint64) if self._udp else self._own_ports[:1]
        place = np.searchsorted(self._sorted, self._keys(to.astype(np.uint64), ports))
        local = self._order[np.minimum(place, len(self._order) - 1)]
        good = (to == self._own[local]).all(axis=1)
        if self._udp:
            good &= (ports == self._own_ports[local]) & (lengths >= 0)
            self._verify(frames, octets, lengths, good)
        return local, good

    def _verify(
        self, frames: NDArray[np.void], octets: NDArray[np.uint8], lengths: NDArray[np.int32], good: NDArray[np.bool_]
    ) -> None:
        """Take out of `good` what has a wrong UDP checksum, as the kernel does, unless something below us looked."""
        unseen = good & ((frames["status"] & (_NOT_READY | _VALID)) == 0)
        start = self._first - UDP_HEADER
        if self._version == 4:
            unseen &= octets[:, start + 6 : start + 8].any(axis=1)  # zero: the sender made none (RFC 768)
        for length in np.unique(lengths[unseen]):
            rows = np.flatnonzero(unseen & (lengths == length))
            whole = int(length) + UDP_HEADER
            datagrams = octets[rows, start : start + whole]
            good[rows] = udp_verifies(datagrams, pseudo_sums(np.ascontiguousarray(frames["both"][rows]), whole))

    def drops(self) -> int:
        """How many messages found no room in the ring."""
        if self.socket.fileno() >= 0:
            _, lost = struct.unpack("=II", self.socket.getsockopt(_SOL_PACKET, _STATISTICS, 8))
            self._lost += lost
        return self._lost

    def close(self) -> None:
        self.drops()
        self.socket.close()
        self._frames = self._frames[:0].copy()
        self._octets = self._octets[:0].copy()
        self._status = self._status[:0].copy()
        self._columns = tuple(column[:0].copy() for column in self._columns)
        self._count = 0
        self._held = self._at = 0
