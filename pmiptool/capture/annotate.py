"""A capture once more, with comments on its packets (draft-ietf-opsawg-pcapng 4.3, opt_comment).

Of a pcapng all stays as it is, octet for octet: blocks of every kind, options, other comments, byte order. Only the
packets commented on grow by their comments (a Simple Packet Block, which cannot hold any, becomes an enhanced one), and
the length of their section is left open. A pcap becomes a pcapng with the same packets.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Mapping, Sequence
from typing import IO, BinaryIO

from pmiptool.capture import files, opening, raw
from pmiptool.capture.files import ENHANCED_PACKET, INTERFACE, SECTION, SIMPLE_PACKET

Comments = Mapping[int, Sequence[str]]
"""Comments by the number of their packet, from 1."""


def annotate(
    sources: Sequence[tuple[str | os.PathLike[str] | BinaryIO, Comments]], target: str | os.PathLike[str] | BinaryIO
) -> None:
    """Write captures with comments to one file, each as a section of its own; `-` is standard output.

    Raises UsageError for what cannot be read or written, CutCapture behind the last whole packet of all.
    """
    cut = None
    with raw.written(target) as out:
        for source, comments in sources:
            try:
                with opening.opened(source) as (stream, magic, name):
                    if magic in opening.PCAP_MAGIC:
                        _pcap(stream, magic, name, comments, out)
                    else:
                        _pcapng(stream, name, comments, out)
            except opening.CutCapture as error:
                cut = cut or error
    if cut is not None:
        raise cut


def _options(order: str, comments: Sequence[str]) -> bytes:
    return b"".join(files.comment_option(order, comment) for comment in comments)


# pcapng


def _pcapng(stream: IO[bytes], name: str, comments: Comments, out: raw.Output) -> None:
    snaplens: list[int] = []
    for found in raw.blocks(stream, name):
        order, kind, body, number = found
        if kind == SECTION:
            snaplens = []
            body = body[:8] + b"\xff" * 8 + body[16:] if comments else body
        elif kind == INTERFACE:
            snaplens.append(struct.unpack_from(order + "I", body, 4)[0])
        elif kind in files.PACKETS and (told := comments.get(number)):
            if kind == SIMPLE_PACKET:
                kind, body = ENHANCED_PACKET, _enhanced(order, body, snaplens[0])
            body = _with_comments(order, body, told)
        out.write(files.block(order, kind, body))


def _enhanced(order: str, body: bytes, snaplen: int) -> bytes:
    """What an Enhanced Packet Block says in place of a simple one, which has no time."""
    (length,) = struct.unpack_from(order + "I", body)
    captured = min(length, snaplen or length)
    return struct.pack(order + "IIIII", 0, 0, 0, captured, length) + files.padded(body[4 : 4 + captured])


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


def _pcap(stream: IO[bytes], magic: bytes, name: str, comments: Comments, out: raw.Output) -> None:
    order, unit, _ = opening.PCAP_MAGIC[magic]
    snaplen, network = struct.unpack_from(order + "II", raw.pcap_header(stream, magic, name), 16)
    options = files.option("<", files.IF_TSRESOL, b"\x09" if unit == 1 else b"\x06")
    if network & 0x04000000:
        options += files.option("<", files.IF_FCSLEN, bytes((network >> 28 << 1,)))
    out.write(files.block("<", SECTION, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)))
    out.write(files.block("<", INTERFACE, struct.pack("<HHI", network & 0xFFFF, 0, snaplen) + options + bytes(4)))
    per_second = 1_000_000_000 // unit
    for head, data, number in raw.records(stream, magic, name):
        seconds, fraction, captured, length = struct.unpack_from(order + "IIII", head)
        time = seconds * per_second + fraction
        body = struct.pack("<IIIII", 0, time >> 32, time & 0xFFFFFFFF, captured, length) + files.padded(data)
        told = comments.get(number)
        options = _options("<", told) + bytes(4) if told else b""
        out.write(files.block("<", ENHANCED_PACKET, body + options))
