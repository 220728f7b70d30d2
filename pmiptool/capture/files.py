"""Capture files: read pcap and pcapng (also in gzip or zstd, from a file or a pipe), write pcapng or pcap.

The reader is our own because speed is the point: Scapy's is ten times slower and needs 0.3 s of imports. Formats:
draft-ietf-opsawg-pcap and draft-ietf-opsawg-pcapng. What a Writer writes depends on its arguments alone (no host
name, no date), so that stored captures can be made again octet for octet.
"""

from __future__ import annotations

import os
import struct
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import IO, BinaryIO, NamedTuple

import msgspec

from pmiptool.capture.opening import PCAP_MAGIC, PCAPNG_MAGIC, CutCapture, opened
from pmiptool.errors import UsageError

RAW_IP = 101
"""LINKTYPE_RAW: the frame begins with an IP header."""

MAX_PACKET = 1 << 24
MAX_BLOCK = 1 << 26
ENDIAN_MAGIC = {b"\x1a\x2b\x3c\x4d": ">", b"\x4d\x3c\x2b\x1a": "<"}
SECTION, INTERFACE, OLD_PACKET, SIMPLE_PACKET, ENHANCED_PACKET = 0x0A0D0D0A, 1, 2, 3, 6
PACKETS = (ENHANCED_PACKET, OLD_PACKET, SIMPLE_PACKET)
END_OF_OPTIONS, COMMENT, IF_TSRESOL, IF_FCSLEN, IF_TSOFFSET = 0, 1, 9, 13, 14


class Frame(msgspec.Struct, frozen=True, gc=False):
    """One packet of a capture: its number from 1, nanoseconds since 1970 (0 where none are stored), its octets."""

    number: int
    time_ns: int
    linktype: int
    data: bytes
    comment: str | None = None


_Read = Callable[[int], bytes]


def read(source: str | os.PathLike[str] | BinaryIO) -> Iterator[Frame]:
    """The packets of a capture: a path, `-` for standard input, or a binary stream; nothing is read ahead of need.

    Raises UsageError where there is no capture or a malformed one, CutCapture after the last whole packet.
    """
    with opened(source) as (stream, magic, name):
        if magic in PCAP_MAGIC:
            yield from _read_pcap(stream.read, magic, name)
        else:
            yield from _read_pcapng(stream.read, name)


def cut(name: str, number: int) -> CutCapture:
    return CutCapture(f"{name} is cut in the middle of packet {number}; only the packets before it were read")


def _read_pcap(read: _Read, magic: bytes, name: str) -> Iterator[Frame]:
    order, unit, more = PCAP_MAGIC[magic]
    header = read(20)
    if len(header) < 20:
        raise CutCapture(f"{name} is cut in its file header, before the first packet")
    linktype = struct.unpack(order + "I", header[16:])[0] & 0xFFFF
    unpack, size, number = struct.Struct(order + "IIII").unpack_from, 16 + more, 0
    while record := read(size):
        number += 1
        if len(record) < size:
            raise cut(name, number)
        seconds, fraction, length, _ = unpack(record)
        if length > MAX_PACKET:
            raise UsageError(f"{name} is malformed: packet {number} claims to have {length} octets")
        data = read(length)
        if len(data) < length:
            raise cut(name, number)
        yield Frame(number, seconds * 1_000_000_000 + fraction * unit, linktype, data)


class _Interface(NamedTuple):
    linktype: int
    snaplen: int
    units_per_second: int
    offset_ns: int

    def time_ns(self, high: int, low: int) -> int:
        return (high << 32 | low) * 1_000_000_000 // self.units_per_second + self.offset_ns


def _read_pcapng(read: _Read, name: str) -> Iterator[Frame]:
    order, number = "<", 0
    interfaces: list[_Interface] = []
    head = PCAPNG_MAGIC + read(4)
    while head:
        if len(head) < 8:
            raise cut(name, number + 1)
        if head[:4] == PCAPNG_MAGIC:
            byte_order = read(4)
            if len(byte_order) < 4:
                raise cut(name, number + 1)
            if byte_order not in ENDIAN_MAGIC:
                raise UsageError(f"{name} is malformed: a section header without a byte order")
            order, interfaces, skip = ENDIAN_MAGIC[byte_order], [], 12
        else:
            skip = 8
        kind, total = struct.unpack(order + "II", head)
        if total < skip + 4 or total > MAX_BLOCK or total % 4:
            raise UsageError(f"{name} is malformed: after packet {number} a block claims to have {total} octets")
        block = read(total - skip)
        if len(block) < total - skip:
            raise cut(name, number + 1)
        if struct.unpack_from(order + "I", block, len(block) - 4)[0] != total:
            raise UsageError(f"{name} is malformed: after packet {number} the two lengths of a block differ")
        try:
            if kind == INTERFACE:
                interfaces.append(interface(order, block))
            elif kind in PACKETS:
                number += 1
                yield packet(order, kind, block, interfaces, number)
        except (struct.error, IndexError):
            raise UsageError(f"{name} is malformed: packet {max(number, 1)} or its interface does not fit") from None
        head = read(8)


def _options(order: str, block: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """The options of a block from octet `at` on; the last four octets are the block's length."""
    while at + 4 <= len(block) - 4:
        code, length = struct.unpack_from(order + "HH", block, at)
        if code == END_OF_OPTIONS:
            return
        yield code, block[at + 4 : at + 4 + length]
        at += 4 + (length + 3 & ~3)


def interface(order: str, block: bytes) -> _Interface:
    linktype, _, snaplen = struct.unpack_from(order + "HHI", block)
    units, offset = 1_000_000, 0
    for code, value in _options(order, block, 8):
        if code == IF_TSRESOL and value:
            units = 1 << (value[0] & 0x7F) if value[0] & 0x80 else 10 ** value[0]
        elif code == IF_TSOFFSET and len(value) == 8:
            offset = struct.unpack(order + "q", value)[0] * 1_000_000_000
    return _Interface(linktype, snaplen, units, offset)


def packet(order: str, kind: int, block: bytes, interfaces: list[_Interface], number: int) -> Frame:
    if kind == SIMPLE_PACKET:
        (length,) = struct.unpack_from(order + "I", block)
        first = interfaces[0]
        length = min(length, first.snaplen or length)
        data = block[4 : 4 + length]
        if 4 + length > len(block) - 4:
            raise IndexError
        return Frame(number, 0, first.linktype, data)
    layout = "IIIII" if kind == ENHANCED_PACKET else "HxxIIII"
    index, high, low, length, _ = struct.unpack_from(order + layout, block)
    at = interfaces[index]
    if 20 + length > len(block) - 4:
        raise IndexError
    options = 20 + (length + 3 & ~3)
    comment = None
    if options < len(block) - 4:
        texts = [v.decode(errors="replace") for c, v in _options(order, block, options) if c == COMMENT]
        comment = "\n".join(texts) if texts else None
    return Frame(number, at.time_ns(high, low), at.linktype, block[20 : 20 + length], comment)


def section_comment(path: str | os.PathLike[str]) -> str | None:
    """The comment on a whole capture, as a Writer writes it; None where there is none, or no such capture."""
    try:
        with open(path, "rb") as stream:
            head = stream.read(28)
            if len(head) < 28 or head[:4] != PCAPNG_MAGIC or ENDIAN_MAGIC.get(head[8:12]) != "<":
                return None
            code, size = struct.unpack("<HH", head[24:28])
            return stream.read(size).decode(errors="replace") if code == COMMENT else None
    except OSError:
        return None


class Writer:
    """Writes a capture: pcapng with comments, or pcap when the name ends in `.pcap` (which holds no comments).

    `target` is a path, `-` for standard output, or a binary stream (pcapng; it stays open). pcapng keeps
    nanoseconds, pcap microseconds unless `nanoseconds` says otherwise. `about` is a comment on the whole capture.
    """

    def __init__(
        self,
        target: str | os.PathLike[str] | BinaryIO,
        linktype: int = RAW_IP,
        *,
        nanoseconds: bool | None = None,
        about: str = "",
    ) -> None:
        self._stream: IO[bytes]
        self._close = False
        self._name = "the capture"
        pcap = False
        if not isinstance(target, (str, os.PathLike)):
            self._stream = target
        elif os.fspath(target) == "-":
            self._stream = sys.stdout.buffer
        else:
            name = os.fspath(target)
            self._name = f"the capture {name}"
            pcap = name.lower().endswith((".pcap", ".cap"))
            try:
                self._stream = open(name, "wb")
            except OSError as error:
                raise UsageError(f"cannot write the capture {name}: {error.strerror}") from None
            self._close = True
        self._unit = 1 if (not pcap if nanoseconds is None else nanoseconds) else 1000
        if pcap:
            self._block = self._pcap_record
            magic = 0xA1B23C4D if self._unit == 1 else 0xA1B2C3D4
            self._put(struct.pack("<IHHiIII", magic, 2, 4, 0, 0, 262144, linktype))
        else:
            self._block = self._pcapng_block
            resolution = option("<", IF_TSRESOL, b"\x09" if self._unit == 1 else b"\x06") + bytes(4)
            comment = comment_option("<", about) + bytes(4) if about else b""
            self._put(block("<", SECTION, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1) + comment))
            self._put(block("<", INTERFACE, struct.pack("<HHI", linktype, 0, 262144) + resolution))

    def write(self, data: bytes, time_ns: int, comment: str | None = None) -> None:
        """Add a packet; `time_ns` counts nanoseconds since 1970."""
        self._put(self._block(data, time_ns, comment))

    def _put(self, octets: bytes) -> None:
        with self._named():
            self._stream.write(octets)

    @contextmanager
    def _named(self) -> Iterator[None]:
        """Name the capture that there is no room for. Raises UsageError; a closed pipe is told apart by its reader."""
        try:
            yield
        except BrokenPipeError:
            raise
        except OSError as error:
            raise UsageError(f"cannot write {self._name}: {error.strerror}") from None

    def _pcap_record(self, data: bytes, time_ns: int, comment: str | None) -> bytes:
        seconds, rest = divmod(time_ns, 1_000_000_000)
        return struct.pack("<IIII", seconds & 0xFFFFFFFF, rest // self._unit, len(data), len(data)) + data

    def _pcapng_block(self, data: bytes, time_ns: int, comment: str | None) -> bytes:
        units = time_ns // self._unit
        header = struct.pack("<IIIII", 0, units >> 32 & 0xFFFFFFFF, units & 0xFFFFFFFF, len(data), len(data))
        options = comment_option("<", comment) + bytes(4) if comment else b""
        return block("<", ENHANCED_PACKET, header + padded(data) + options)

    def flush(self) -> None:
        """Hand over what was written so far, for whoever reads along."""
        with self._named():
            self._stream.flush()

    def close(self) -> None:
        """Write what is left, and close a file of our own, also where there is no room. Raises UsageError."""
        with self._named():
            try:
                self._stream.flush()
            finally:
                if self._close:
                    self._close = False
                    self._stream.close()

    def __enter__(self) -> Writer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def nanoseconds(time: float) -> int:
    """Seconds since 1970 as nanoseconds, to the microsecond: rounded alike everywhere, or the order is lost."""
    return round(round(time, 6) * 1e6) * 1000


def padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)


def option(order: str, code: int, value: bytes) -> bytes:
    """The octets of an option of a block of pcapng; order: of octets, as struct writes it."""
    return struct.pack(order + "HH", code, len(value)) + padded(value)


def comment_option(order: str, comment: str) -> bytes:
    """A comment, as far as an option has room."""
    return option(order, COMMENT, comment.encode(errors="replace")[:65535].decode(errors="ignore").encode())


def block(order: str, kind: int, body: bytes) -> bytes:
    """The octets of a block of pcapng."""
    total = struct.pack(order + "I", len(body) + 12)
    return struct.pack(order + "I", kind) + total + body + total
