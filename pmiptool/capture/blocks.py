"""Captures in blocks: the octets of many packets at once, with columns of where each one lies and when it came.

For what looks at all packets of a large capture. `files.read` gives the same packets one by one; both speak of what is
wrong with a file in the same words.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from pmiptool.capture import files, opening, runs
from pmiptool.capture.files import Frame
from pmiptool.capture.opening import CutCapture
from pmiptool.errors import UsageError

CHUNK = 1 << 22
"""Octets that are read at once."""
_LOOKS, _MISSED = 16, 64
"""How often runs are looked for in these, and after how many packets that are in none."""
_LATEST = 1 << 62
"""Nanoseconds; greater times are cut off."""
Longs = npt.NDArray[np.int64]
_NONE: Longs = np.zeros(0, dtype=np.int64)


class Block:
    """Some packets in the order of the file. data: octets; starts, lengths, times (ns), linktypes: a row each. number:
    that of the first packet, from 1."""

    __slots__ = ("data", "lengths", "linktypes", "number", "starts", "times")

    def __init__(self, data: bytes, starts: Longs, lengths: Longs, times: Longs, linktypes: Longs, number: int) -> None:
        self.data, self.number = data, number
        self.starts, self.lengths, self.times, self.linktypes = starts, lengths, times, linktypes

    def __len__(self) -> int:
        return len(self.starts)

    def frame(self, row: int) -> Frame:
        """A packet as `files.read` gives it, but for its comment."""
        start = int(self.starts[row])
        data = self.data[start : start + int(self.lengths[row])]
        return Frame(self.number + row, int(self.times[row]), int(self.linktypes[row]), data)


def blocks(source: str | os.PathLike[str] | BinaryIO) -> Iterator[Block]:
    """The packets of a capture, as `files.read` has them, and with its errors after what came before."""
    with opening.opened(source) as (stream, magic, name):
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
        if self.data[:4] in opening.PCAP_MAGIC:
            yield from self.pcap()
        else:
            yield from self.pcapng()

    def left(self) -> int:
        return len(self.data) - self.at

    def cut(self) -> Exception:
        """Why there is no more, in the middle of something."""
        return self.ended or files.cut(self.name, self.number + 1)

    def pcap(self) -> Iterator[Block]:
        order, unit, more = opening.PCAP_MAGIC[self.data[:4]]
        if self.left() < 24:
            raise self.ended or CutCapture(f"{self.name} is cut in its file header, before the first packet")
        linktype = struct.unpack_from(order + "I", self.data, 20)[0] & 0xFFFF
        unpack, size = struct.Struct(order + "III").unpack_from, 16 + more
        look = partial(runs.pcap, order=order, unit=unit, size=size, linktype=linktype)
        self.at = 24
        while True:
            data, end = self.data, len(self.data)
            found = _Found(data)
            wrong = None
            while self.at <= end - size:
                self.at = found.run(self.at, look)
                if self.at > end - size:
                    break
                seconds, fraction, length = unpack(data, self.at)
                start = self.at + size
                if length > files.MAX_PACKET:
                    wrong = length
                    break
                if start + length > end:
                    break
                found.add(start, length, seconds * 1_000_000_000 + fraction * unit, linktype)
                self.at = start + length
            yield from self.given(found)
            if wrong is not None:
                raise UsageError(f"{self.name} is malformed: packet {self.number + 1} claims to have {wrong} octets")
            if self.done:
                if self.ended is not None or self.left():
                    raise self.cut()
                return
            self.more()

    def given(self, found: _Found) -> Iterator[Block]:
        block = found.block(self.number + 1)
        self.number += len(block)
        if len(block):
            yield block

    def pcapng(self) -> Iterator[Block]:
        order = "<"
        interfaces: list[Any] = []
        while True:
            problem: Exception | None = None
            data, end = self.data, len(self.data)
            found = _Found(data)
            heads, tail = struct.Struct(order + "II"), struct.Struct(order + "I")
            while self.at + 8 <= end:
                if interfaces:
                    self.at = found.run(self.at, partial(runs.pcapng, order=order, interfaces=interfaces))
                at = self.at
                if at + 8 > end:
                    break
                skip = 8
                if data[at : at + 4] == opening.PCAPNG_MAGIC:
                    if at + 12 > end:
                        break
                    byte_order = data[at + 8 : at + 12]
                    if byte_order not in files.ENDIAN_MAGIC:
                        problem = UsageError(f"{self.name} is malformed: a section header without a byte order")
                        break
                    order, interfaces, skip = files.ENDIAN_MAGIC[byte_order], [], 12
                    heads, tail = struct.Struct(order + "II"), struct.Struct(order + "I")
                    found.forget()
                kind, total = heads.unpack_from(data, at)
                if total < skip + 4 or total > files.MAX_BLOCK or total % 4:
                    told = f"after packet {self.number + len(found)} a block claims to have {total} octets"
                    problem = UsageError(f"{self.name} is malformed: {told}")
                    break
                if at + total > end:
                    break
                if tail.unpack_from(data, at + total - 4)[0] != total:
                    told = f"after packet {self.number + len(found)} the two lengths of a block differ"
                    problem = UsageError(f"{self.name} is malformed: {told}")
                    break
                number = self.number + len(found) + 1
                try:
                    if kind == files.INTERFACE:
                        interfaces.append(files.interface(order, data[at + skip : at + total]))
                        found.forget()
                    elif kind in (files.OLD_PACKET, files.SIMPLE_PACKET, files.ENHANCED_PACKET):
                        frame = files.packet(order, kind, data[at + skip : at + total], interfaces, number)
                        start = at + (12 if kind == files.SIMPLE_PACKET else 28)
                        found.add(start, len(frame.data), frame.time_ns, frame.linktype)
                except (struct.error, IndexError):
                    told = f"packet {max(number - (kind == files.INTERFACE), 1)} or its interface does not fit"
                    problem = UsageError(f"{self.name} is malformed: {told}")
                    break
                self.at = at + total
            yield from self.given(found)
            if problem is not None:
                raise problem
            if self.done:
                if self.ended is not None or self.left():
                    raise self.cut()
                return
            self.more()


class _Found:
    """The packets of a block as they are found: runs, and single ones between."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._heads: runs.Heads | None = None
        self._looks = self._missed = 0
        self._parts: list[tuple[Longs, ...]] = []
        self._single: list[tuple[int, int, int, int]] = []
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def forget(self) -> None:
        """What a head looks like has changed."""
        self._heads = None

    def run(self, at: int, look: Callable[[bytes, int], runs.Heads]) -> int:
        """Take the run of packets from `at` on, which `look` finds; returns where it ends."""
        if self._heads is None or self._missed == _MISSED:
            if self._looks == _LOOKS:
                return at
            self._looks += 1
            self._heads, self._missed = look(self.data, at), 0
        parts, end = self._heads.run(at)
        self._missed += 1
        if parts:
            self._flush()
            self._parts += parts
            self._count += sum(len(part[0]) for part in parts)
            self._missed = 0
        return end

    def add(self, start: int, length: int, time: int, linktype: int) -> None:
        """A packet that is in no run."""
        self._single.append((start, length, max(min(time, _LATEST), -_LATEST), linktype))
        self._count += 1

    def _flush(self) -> None:
        if self._single:
            self._parts.append(tuple(np.array(column, dtype=np.int64) for column in zip(*self._single, strict=True)))
            self._single = []

    def block(self, number: int) -> Block:
        self._flush()
        if not self._parts:
            return Block(self.data, _NONE, _NONE, _NONE, _NONE, number)
        starts, lengths, times, linktypes = map(np.concatenate, zip(*self._parts, strict=True))
        return Block(self.data, starts, lengths, times, linktypes, number)


__all__ = ["Block", "blocks"]
