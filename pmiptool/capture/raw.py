"""Captures as they lie in the file: blocks and records with their octets, to be written again with some changed."""

from __future__ import annotations

import os
import struct
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, BinaryIO, NamedTuple

from pmiptool.capture import files, opening
from pmiptool.errors import UsageError


class RawBlock(NamedTuple):
    """A block of pcapng: byte order (of struct), type, what is between its two lengths, number of its packet from 1."""

    order: str
    kind: int
    body: bytes
    number: int

    def octets(self) -> bytes:
        return files.block(self.order, self.kind, self.body)


class Record(NamedTuple):
    """A packet of pcap: its header as it is, and its octets."""

    head: bytes
    data: bytes
    number: int


def blocks(stream: IO[bytes], name: str) -> Iterator[RawBlock]:
    """The blocks of a pcapng behind its magic number. Raises CutCapture after the last whole one."""
    order, number = "<", 0
    head = opening.PCAPNG_MAGIC + stream.read(4)
    while head:
        if len(head) < 8:
            raise files.cut(name, number + 1)
        start = b""
        if head[:4] == opening.PCAPNG_MAGIC:
            start = stream.read(4)
            if start not in files.ENDIAN_MAGIC:
                raise files.cut(name, number + 1)
            order = files.ENDIAN_MAGIC[start]
        kind, total = struct.unpack(order + "II", head)
        if total > files.MAX_BLOCK:
            raise UsageError(f"{name} is malformed: after packet {number} a block claims to have {total} octets")
        rest = stream.read(max(total - 8 - len(start), 0))
        if total < 12 + len(start) or len(rest) < total - 8 - len(start):
            raise files.cut(name, number + 1)
        number += kind in files.PACKETS
        yield RawBlock(order, kind, start + rest[:-4], number)
        head = stream.read(8)


def pcap_header(stream: IO[bytes], magic: bytes, name: str) -> bytes:
    """The header of a pcap, its magic number too. Raises CutCapture."""
    header = stream.read(20)
    if len(header) < 20:
        raise opening.CutCapture(f"{name} is cut in its file header, before the first packet")
    return magic + header


def records(stream: IO[bytes], magic: bytes, name: str) -> Iterator[Record]:
    """The packets of a pcap behind its header. Raises CutCapture after the last whole one."""
    order, _, more = opening.PCAP_MAGIC[magic]
    number = 0
    while head := stream.read(16 + more):
        number += 1
        if len(head) < 16 + more:
            raise files.cut(name, number)
        (captured,) = struct.unpack_from(order + "I", head, 8)
        if captured > files.MAX_PACKET:
            raise UsageError(f"{name} is malformed: packet {number} claims to have {captured} octets")
        data = stream.read(captured)
        if len(data) < captured:
            raise files.cut(name, number)
        yield Record(head, data, number)


class Output:
    """What is written to, while another capture is read: where there is no room, it is not that one's fault."""

    def __init__(self, stream: IO[bytes], name: str) -> None:
        self._stream, self._name = stream, name

    def write(self, octets: bytes) -> None:
        try:
            self._stream.write(octets)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise UsageError(f"cannot write {self._name}: {error.strerror}") from None


@contextmanager
def written(target: str | os.PathLike[str] | BinaryIO) -> Iterator[Output]:
    """A file to write, `-` for standard output, or a stream. Raises UsageError."""
    if not isinstance(target, (str, os.PathLike)):
        yield Output(target, "the capture")
        return
    name = os.fspath(target)
    if name == "-":
        yield Output(sys.stdout.buffer, "the capture")
        sys.stdout.buffer.flush()
        return
    try:
        with open(name, "wb") as stream:
            yield Output(stream, f"the capture {name}")
    except OSError as error:
        raise UsageError(f"cannot write the capture {name}: {error.strerror}") from None


__all__ = ["Output", "RawBlock", "Record", "blocks", "pcap_header", "records", "written"]
