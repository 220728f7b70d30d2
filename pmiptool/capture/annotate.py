"""A capture once more, with comments on its packets (draft-ietf-opsawg-pcapng 4.3, opt_comment).

Of a pcapng all stays as it is, octet for octet: blocks of every kind, options, other comments, byte order. Only the
packets commented on grow by their comments (a Simple Packet Block, which cannot hold any, becomes an enhanced one), and
the length of their section is left open. A pcap becomes a pcapng with the same packets.
"""

from __future__ import annotations

import os
import struct
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import IO, BinaryIO

from pmiptool.capture import files
from pmiptool.errors import UsageError

_COMMENT, _IF_TSRESOL, _IF_FCSLEN = 1, 9, 13
_SECTION, _INTERFACE, _OLD_PACKET, _SIMPLE_PACKET, _ENHANCED_PACKET = 0x0A0D0D0A, 1, 2, 3, 6
_BYTE_ORDER = {b"\x1a\x2b\x3c\x4d": ">", b"\x4d\x3c\x2b\x1a": "<"}
_LONGEST = 65535
"""Octets in one comment."""

Comments = Mapping[int, Sequence[str]]
"""Comments by the number of their packet, from 1."""


def annotate(
    sources: Sequence[tuple[str | os.PathLike[str] | BinaryIO, Comments]], target: str | os.PathLike[str] | BinaryIO
) -> None:
    """Write captures with comments to one file, each as a section of its own; `-` is standard output.

    Raises UsageError for what cannot be read or written, CutCapture behind the last whole packet of all.
    """
    cut = None
    with _written(target) as out:
        for source, comments in sources:
            try:
                with files.opened(source) as (stream, name), files.explained(name):
                    stream, magic = files.uncompressed(stream, name)
                    if magic in files.PCAP_MAGIC:
                        _pcap(stream, magic, name, comments, out)
                    else:
                        _pcapng(stream, name, comments, out)
            except files.CutCapture as error:
                cut = cut or error
    if cut is not None:
        raise cut


@contextmanager
def _written(target: str | os.PathLike[str] | BinaryIO) -> Iterator[IO[bytes]]:
    if not isinstance(target, (str, os.PathLike)):
        yield target
        return
    name = os.fspath(target)
    if name == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    try:
        with open(name, "wb") as stream:
            yield stream
    except OSError as error:
        raise UsageError(f"cannot write the capture {name}: {error.strerror}") from None


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)


def _options(order: str, comments: Sequence[str]) -> bytes:
    found = b""
    for comment in comments:
        text = comment.encode(errors="replace")[:_LONGEST].decode(errors="ignore").encode()
        found += struct.pack(order + "HH", _COMMENT, len(text)) + _padded(text)
    return found


def _block(order: str, kind: int, body: bytes) -> bytes:
    total = struct.pack(order + "I", len(body) + 12)
    return struct.pack(order + "I", kind) + total + body + total


# pcapng


def _pcapng(stream: IO[bytes], name: str, comments: Comments, out: IO[bytes]) -> None:
    order, number = "<", 0
    snaplens: list[int] = []
    head = struct.pack(">I", _SECTION) + stream.read(4)
    while head:
        if len(head) < 8:
            raise files.cut(name, number + 1)
        start = b""
        if head[:4] == files.PCAPNG_MAGIC:
            start = stream.read(4)
            if start not in _BYTE_ORDER:
                raise files.cut(name, number + 1)
            order, snaplens = _BYTE_ORDER[start], []
        kind, total = struct.unpack(order + "II", head)
        rest = stream.read(max(total - 8 - len(start), 0))
        if total < 12 + len(start) or len(rest) < total - 8 - len(start):
            raise files.cut(name, number + 1)
        body = start + rest[:-4]
        if kind == _SECTION and comments:
            body = body[:8] + b"\xff" * 8 + body[16:]
        elif kind == _INTERFACE:
            snaplens.append(struct.unpack_from(order + "I", body, 4)[0])
        elif kind in (_ENHANCED_PACKET, _OLD_PACKET, _SIMPLE_PACKET):
            number += 1
            told = comments.get(number)
            if told:
                if kind == _SIMPLE_PACKET:
                    kind, body = _ENHANCED_PACKET, _enhanced(order, body, snaplens[0])
                body = _with_comments(order, body, told)
        out.write(_block(order, kind, body))
        head = stream.read(8)


def _enhanced(order: str, body: bytes, snaplen: int) -> bytes:
    """What an Enhanced Packet Block says in place of a simple one, which has no time."""
    (length,) = struct.unpack_from(order + "I", body)
    captured = min(length, snaplen or length)
    return struct.pack(order + "IIIII", 0, 0, 0, captured, length) + _padded(body[4 : 4 + captured])


def _with_comments(order: str, body: bytes, comments: Sequence[str]) -> bytes:
    """The packet's block with comments behind all options that it has."""
    (captured,) = struct.unpack_from(order + "I", body, 12)
    at = 20 + captured + -captured % 4
    while at + 4 <= len(body):
        code, length = struct.unpack_from(order + "HH", body, at)
        end = at + 4 + length + -length % 4
        if code == 0 or end > len(body):
            break
        at = end
    return body[:at] + _options(order, comments) + (body[at:] or bytes(4))


# pcap


def _pcap(stream: IO[bytes], magic: bytes, name: str, comments: Comments, out: IO[bytes]) -> None:
    order, unit, more = files.PCAP_MAGIC[magic]
    header = stream.read(20)
    if len(header) < 20:
        raise files.CutCapture(f"{name} is cut in its file header, before the first packet")
    snaplen, network = struct.unpack_from(order + "II", header, 12)
    options = struct.pack("<HH", _IF_TSRESOL, 1) + _padded(b"\x09" if unit == 1 else b"\x06")
    if network & 0x04000000:
        options += struct.pack("<HH", _IF_FCSLEN, 1) + _padded(bytes((network >> 28 << 1,)))
    out.write(_block("<", _SECTION, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)))
    out.write(_block("<", _INTERFACE, struct.pack("<HHI", network & 0xFFFF, 0, snaplen) + options + bytes(4)))
    per_second = 1_000_000_000 // unit
    number = 0
    while record := stream.read(16 + more):
        number += 1
        if len(record) < 16 + more:
            raise files.cut(name, number)
        seconds, fraction, captured, length = struct.unpack_from(order + "IIII", record)
        data = stream.read(captured)
        if len(data) < captured:
            raise files.cut(name, number)
        time = seconds * per_second + fraction
        body = struct.pack("<IIIII", 0, time >> 32, time & 0xFFFFFFFF, captured, length) + _padded(data)
        told = comments.get(number)
        out.write(_block("<", _ENHANCED_PACKET, body + (_options("<", told) + bytes(4) if told else b"")))
