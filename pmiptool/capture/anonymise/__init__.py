"""A capture again without what names somebody: same packets, same lengths, same times, other names."""

from __future__ import annotations

import os
import secrets
import struct
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from pmiptool.capture import files, opening, raw
from pmiptool.capture.anonymise.messages import KEEPABLE, KEPT_COMMENTS, MESSAGES, Scrub
from pmiptool.capture.anonymise.packets import Packet
from pmiptool.capture.anonymise.pseudonyms import KEY_OCTETS, Pseudonyms
from pmiptool.capture.anonymise.upper import UPPER
from pmiptool.capture.files import ENHANCED_PACKET, INTERFACE, OLD_PACKET, SECTION, SIMPLE_PACKET
from pmiptool.errors import UsageError
from pmiptool.registry.codepoints import DEFAULT, CodePoints

__all__ = ["KEEPABLE", "Done", "anonymise", "read_key"]

LEAST_KEY = 16
_COMMENT = 1
_STATISTICS = 5
_KEPT_OPTIONS = {
    INTERFACE: frozenset({8, 9, 10, 13, 14, 16, 17}),  # speeds, resolution, time zone, offset, checksum at the end
    ENHANCED_PACKET: frozenset({2, 4, 5, 6}),  # flags, drops, number, queue
    OLD_PACKET: frozenset({2}),
    _STATISTICS: frozenset(range(2, 9)),
    SECTION: frozenset(),
}
"""Options of pcapng that name nobody, by the type of their block; other blocks have nothing else to say."""
_FIXED = {SECTION: 16, INTERFACE: 8, ENHANCED_PACKET: 20, OLD_PACKET: 20, _STATISTICS: 12}
"""Octets before the options, and before a packet."""


@dataclass
class Done:
    """What was done: packets, Mobility Headers in them, and what was no field, by `KEEPABLE` and `DIFFERENT`.

    form: what was written, pcap or pcapng.
    """

    form: str = "pcapng"
    packets: int = 0
    counted: Counter[str] = field(default_factory=Counter)

    @property
    def messages(self) -> int:
        return self.counted[MESSAGES]


def read_key(path: str | None) -> bytes:
    """The octets of a key file, or a random key for this one run. Raises UsageError."""
    if path is None:
        return secrets.token_bytes(KEY_OCTETS)
    try:
        key = Path(path).read_bytes()
    except OSError as error:
        raise UsageError(
            f"cannot read the key {path}: {error.strerror}; make one with: head -c {KEY_OCTETS} /dev/urandom > {path}"
        ) from None
    if len(key) < LEAST_KEY:
        raise UsageError(
            f"the key {path} has {len(key)} octets, and {LEAST_KEY} are the least; "
            f"make one with: head -c {KEY_OCTETS} /dev/urandom > {path}"
        )
    return key


def anonymise(
    source: str, target: str, key: bytes, *, keep: frozenset[str] = frozenset(), settings: CodePoints = DEFAULT
) -> Done:
    """Write the capture `source` to `target` (`-`: standard input and output) in the form that it has.

    ``keep``: of `KEEPABLE`. Raises UsageError, also where the one is the other, and CutCapture after the last whole
    packet.
    """
    if "-" not in (source, target) and os.path.exists(target) and os.path.samefile(source, target):
        raise UsageError(f"{target} is the capture itself, which is not written over; name another file with -o")
    work = _Work(Scrub(Pseudonyms(key), keep), settings)
    with opening.opened(source) as (stream, magic, name):
        work.done.form = "pcap" if magic in opening.PCAP_MAGIC else "pcapng"
        _is_no_compressed_name(target, work.done.form)
        with raw.written(target) as out:
            if magic in opening.PCAP_MAGIC:
                work.pcap(stream, magic, name, out)
            else:
                work.pcapng(stream, name, out)
    return work.done


def _is_no_compressed_name(target: str, form: str) -> None:
    """Raises UsageError for a name that says that it is compressed."""
    if Path(target).suffix.lower() in (".gz", ".zst", ".zstd"):
        raise UsageError(f"{target} would not be compressed; name it .{form} and compress it then")


class _Work:
    """One capture on its way."""

    def __init__(self, scrub: Scrub, settings: CodePoints) -> None:
        self._scrub, self._settings = scrub, settings
        self.done = Done(counted=scrub.counted)

    def _packet(self, linktype: int, octets: bytes) -> bytes:
        self.done.packets += 1
        return Packet(self._scrub, self._settings, octets, UPPER).link(linktype)

    def pcap(self, stream: IO[bytes], magic: bytes, name: str, out: raw.Output) -> None:
        header = raw.pcap_header(stream, magic, name)
        out.write(header)
        (network,) = struct.unpack_from(opening.PCAP_MAGIC[magic][0] + "I", header, 20)
        for record in raw.records(stream, magic, name):
            out.write(record.head + self._packet(network & 0xFFFF, record.data))

    def pcapng(self, stream: IO[bytes], name: str, out: raw.Output) -> None:
        interfaces: list[tuple[int, int]] = []
        for block in raw.blocks(stream, name):
            try:
                if block.kind == SECTION:
                    interfaces = []
                elif block.kind == INTERFACE:
                    linktype, snaplen = struct.unpack_from(block.order + "HxxI", block.body)
                    interfaces.append((linktype, snaplen))
                out.write(self._block(block, interfaces))
            except (struct.error, IndexError):
                number = max(block.number, 1)
                raise UsageError(f"{name} is malformed: packet {number} or its interface does not fit") from None

    def _block(self, block: raw.RawBlock, interfaces: list[tuple[int, int]]) -> bytes:
        """A block without its names; one of a kind that may have anything in it goes."""
        order, kind, body, _ = block
        if kind == SIMPLE_PACKET:
            length = min(struct.unpack_from(order + "I", body)[0], interfaces[0][1] or 1 << 32, len(body) - 4)
            data = files.padded(self._packet(interfaces[0][0], body[4 : 4 + length]))
            return files.block(order, kind, body[:4] + data)
        if kind not in _FIXED:
            self._scrub.counted[KEPT_COMMENTS] += 1
            return block.octets() if KEPT_COMMENTS in self._scrub.keep else b""
        at = _FIXED[kind]
        head, data = body[:at], b""
        if kind == SECTION:
            head = body[:8] + b"\xff" * 8
        elif kind in files.PACKETS:
            (index,) = struct.unpack_from(order + ("I" if kind == ENHANCED_PACKET else "H"), body)
            (length,) = struct.unpack_from(order + "I", body, 12)
            if at + length > len(body):
                raise IndexError
            data = files.padded(self._packet(interfaces[index][0], body[at : at + length]))
        return files.block(order, kind, head + data + self._options(order, kind, body, at + len(data)))

    def _options(self, order: str, kind: int, body: bytes, at: int) -> bytes:
        """The options of a block that name nobody, and comments where they are kept."""
        found = b""
        while at + 4 <= len(body):
            code, length = struct.unpack_from(order + "HH", body, at)
            end = at + 4 + length + -length % 4
            if code == 0 or end > len(body):
                break
            harmless = code in _KEPT_OPTIONS[kind]
            self._scrub.counted[KEPT_COMMENTS] += not harmless
            if harmless or KEPT_COMMENTS in self._scrub.keep:
                found += body[at:end]
            at = end
        return found + bytes(4) if found else b""
