"""Captures in blocks: the octets of many packets at once, with columns of where each one lies and when it came.

For what looks at all packets of a large capture. `files.read` gives the same packets one by one; both speak of what is
wrong with a file in the same words.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from pmiptool.capture import files
from pmiptool.capture.files import CutCapture, Frame
from pmiptool.errors import UsageError

CHUNK = 1 << 22
"""Octets that are read at once."""
Longs = npt.NDArray[np.int64]


class Block:
    """Some packets in the order of the file. data: octets; starts, lengths, times (ns), linktypes: a row each."""

    __slots__ = ("data", "lengths", "linktypes", "number", "starts", "times")

    def __init__(
        self, data: bytes, starts: list[int], lengths: list[int], times: list[int], linktypes: list[int] | int,
        number: int,
    ) -> None:  # fmt: skip
        self.data = data
        self.starts: Longs = np.array(starts, dtype=np.int64)
        self.lengths: Longs = np.array(lengths, dtype=np.int64)
        self.times: Longs = np.array(times, dtype=np.int64)
        if isinstance(linktypes, int):
            self.linktypes: Longs = np.full(len(starts), linktypes, dtype=np.int64)
        else:
            self.linktypes = np.array(linktypes, dtype=np.int64)
        self.number = number
        """That of the first packet, from 1."""

    def __len__(self) -> int:
        return len(self.starts)

    def frame(self, row: int) -> Frame:
        """A packet as `files.read` gives it, but for its comment."""
        start = int(self.starts[row])
        data = self.data[start : start + int(self.lengths[row])]
        return Frame(self.number + row, int(self.times[row]), int(self.linktypes[row]), data)


def blocks(source: str | os.PathLike[str] | BinaryIO) -> Iterator[Block]:
    """The packets of a capture, as `files.read` has them, and with its errors after what came before."""
    with files.opened(source) as (stream, name):
        with files.explained(name):
            stream, magic = files.uncompressed(stream, name)
            yield from _Walk(stream.read1 if hasattr(stream, "read1") else stream.read, magic, name).blocks()


class _Walk:
    """One pass over a file: what was read and is not yet cut into packets, and how many packets there were."""

    def __init__(self, read: Callable[[int], bytes], magic: bytes, name: str) -> None:
        self.read, self.name = read, name
        self.data = magic
        self.at = 0
        self.number = 0
        self.ended: Exception | None = None
        self.done = False

    def more(self) -> None:
        """Read on, keeping what is left. An error of the stream waits until what came before it was given."""
        parts = [self.data[self.at :]]
        self.at = 0
        got = 0
        while got < CHUNK and not self.done:
            try:
                part = self.read(CHUNK - got)
            except Exception as error:
                self.ended, self.done = error, True
                break
            if not part:
                self.done = True
            parts.append(part)
            got += len(part)
        self.data = b"".join(parts)

    def blocks(self) -> Iterator[Block]:
        self.more()
        if self.data[:4] in files.PCAP_MAGIC:
            yield from self.pcap()
        else:
            yield from self.pcapng()

    def left(self) -> int:
        return len(self.data) - self.at

    def cut(self) -> Exception:
        """Why there is no more, in the middle of something."""
        return self.ended or files.cut(self.name, self.number + 1)

    def pcap(self) -> Iterator[Block]:
        order, unit, more = files.PCAP_MAGIC[self.data[:4]]
        if self.left() < 24:
            raise self.ended or CutCapture(f"{self.name} is cut in its file header, before the first packet")
        linktype = struct.unpack_from(order + "I", self.data, 20)[0] & 0xFFFF
        unpack, size = struct.Struct(order + "III").unpack_from, 16 + more
        self.at = 24
        while True:
            data, at, end = self.data, self.at, len(self.data)
            last = end - size
            starts: list[int] = []
            lengths: list[int] = []
            times: list[int] = []
            wrong = None
            while at <= last:
                seconds, fraction, length = unpack(data, at)
                start = at + size
                after = start + length
                if length > files.MAX_PACKET:
                    wrong = length
                    break
                if after > end:
                    break
                starts.append(start)
                lengths.append(length)
                times.append(seconds * 1_000_000_000 + fraction * unit)
                at = after
            self.at = at
            if starts:
                block = Block(data, starts, lengths, times, linktype, self.number + 1)
                self.number += len(starts)
                yield block
            if wrong is not None:
                raise UsageError(f"{self.name} is malformed: packet {self.number + 1} claims to have {wrong} octets")
            if self.done:
                if self.ended is not None or self.left():
                    raise self.cut()
                return
            self.more()

    def pcapng(self) -> Iterator[Block]:
        order = "<"
        interfaces: list[Any] = []
        while True:
            starts: list[int] = []
            lengths: list[int] = []
            times: list[int] = []
            linktypes: list[int] = []
            first = self.number + 1
            problem: Exception | None = None
            data, at, end = self.data, self.at, len(self.data)
            heads, packet_head = struct.Struct(order + "II"), struct.Struct(order + "IIIII")
            tail = struct.Struct(order + "I")
            while at + 8 <= end:
                skip = 8
                if data[at : at + 4] == files.PCAPNG_MAGIC:
                    if at + 12 > end:
                        break
                    byte_order = data[at + 8 : at + 12]
                    if byte_order not in files.ENDIAN_MAGIC:
                        problem = UsageError(f"{self.name} is malformed: a section header without a byte order")
                        break
                    order, interfaces, skip = files.ENDIAN_MAGIC[byte_order], [], 12
                    heads, packet_head = struct.Struct(order + "II"), struct.Struct(order + "IIIII")
                    tail = struct.Struct(order + "I")
                kind, total = heads.unpack_from(data, at)
                if total < skip + 4 or total > files.MAX_BLOCK or total % 4:
                    told = f"after packet {self.number} a block claims to have {total} octets"
                    problem = UsageError(f"{self.name} is malformed: {told}")
                    break
                if at + total > end:
                    break
                if tail.unpack_from(data, at + total - 4)[0] != total:
                    told = f"after packet {self.number} the two lengths of a block differ"
                    problem = UsageError(f"{self.name} is malformed: {told}")
                    break
                try:
                    if kind == 6:
                        self.number += 1
                        index, high, low, length, _ = packet_head.unpack_from(data, at + 8)
                        interface = interfaces[index]
                        if 32 + length > total:
                            raise IndexError
                        starts.append(at + 28)
                        lengths.append(length)
                        times.append(interface.time_ns(high, low))
                        linktypes.append(interface.linktype)
                    elif kind == files.INTERFACE:
                        interfaces.append(files.interface(order, data[at + skip : at + total]))
                    elif kind in (files.OLD_PACKET, files.SIMPLE_PACKET):
                        self.number += 1
                        frame = files.packet(order, kind, data[at + skip : at + total], interfaces, self.number)
                        starts.append(at + (12 if kind == files.SIMPLE_PACKET else 28))
                        lengths.append(len(frame.data))
                        times.append(frame.time_ns)
                        linktypes.append(frame.linktype)
                except (struct.error, IndexError):
                    number = max(self.number, 1)
                    told = f"packet {number} or its interface does not fit"
                    problem = UsageError(f"{self.name} is malformed: {told}")
                    break
                at += total
            self.at = at
            if starts:
                yield Block(data, starts, lengths, times, linktypes, first)
            if problem is not None:
                raise problem
            if self.done:
                if self.ended is not None or self.left():
                    raise self.cut()
                return
            self.more()


__all__ = ["Block", "blocks"]
