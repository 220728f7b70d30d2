"""A message as a tree that can be wrong anywhere: what lengths, counts, padding and checksum say is apart from what is.

`Grammar.shape_of` makes the tree of a sound message, `Grammar.octets` the octets of any tree.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import msgspec

from pmiptool.fuzz.places import size_before, size_of
from pmiptool.registry import catalogue
from pmiptool.registry.codepoints import CodePoints
from pmiptool.registry.model import Addresses, Entry, Message, Option, SubOption, SubOptions
from pmiptool.registry.other_readings import OCTETS, UNITS, Span, span_of
from pmiptool.registry.rfc6275 import NO_NEXT_HEADER
from pmiptool.wire import checksum as sums
from pmiptool.wire import values
from pmiptool.wire.codec import HEADER, codec_for

MOST = 2048  # octets that a Mobility Header can count (RFC 6275 6.1.1)
Path = tuple[int, ...]
"""Which option, and which sub-option in it, and so on."""
Filling = Mapping[str, bytes]
"""The data of options that only the moment of sending knows, by what `Tlv.live` says."""
NOTHING: Filling = {}


class Tlv(msgspec.Struct, frozen=True):
    """An option or sub-option.

    data: its octets before its own sub-options `inner`. length: what its length octet says; None: what is right.
    bare: it has no length octet. live: whose data of the moment stands in place of `data`.
    """

    type: int
    data: bytes = b""
    inner: tuple[Tlv, ...] = ()
    length: int | None = None
    bare: bool = False
    live: str = ""


class Edit(msgspec.Struct, frozen=True):
    """At octet `at` of the finished message, `gone` octets make place for others."""

    at: int
    gone: int = 0
    octets: bytes = b""


class Shape(msgspec.Struct, frozen=True):
    """A message, sound as long as only type, fixed octets and options are given.

    fixed: the octets between checksum and options. padded: options are aligned, and the tail is filled; else they stand
    as they are. units: what Header Len says; None: what is right. off: by which bits the checksum is wrong; None: it
    is zero. edits: of octets, in turn; recount: Header Len counts what they leave. cut: so many octets are left.
    tail: octets that follow, which nothing counts.
    """

    kind: int
    fixed: bytes = b""
    options: tuple[Tlv, ...] = ()
    padded: bool = True
    proto: int = NO_NEXT_HEADER
    reserved: int = 0
    units: int | None = None
    off: int | None = 0
    edits: tuple[Edit, ...] = ()
    recount: bool = False
    cut: int | None = None
    tail: bytes = b""


class Grammar:
    """The registry under one set of code points, as trees need it. Make it with `grammar_for`."""

    def __init__(self, settings: CodePoints) -> None:
        self.settings = settings
        self.codec = codec_for(settings)
        self.options: dict[int, Option] = dict(catalogue.options(settings))
        self.spans: dict[int, Span] = {number: span_of(option, settings) for number, option in self.options.items()}
        self.suboptions = {
            key: [(number, entry) for number, entry in catalogue.suboptions(space, settings)]
            for key, space in catalogue.SPACES.items()
        }

    # Trees

    def shape_of(self, message: Any) -> Shape:
        """The tree of a message, which `octets` gives back as the codec encodes it."""
        raw = self.codec.encode(message)
        entry = values.ENTRIES.get(type(message))
        if not isinstance(entry, Message) or entry.opaque:
            return Shape(raw[2], raw[HEADER:])
        begin = HEADER + sum(size_of(field) or 0 for field in entry.fields) // 8
        for field in entry.fields:
            begin += field.size * len(getattr(message, field.name)) if isinstance(field, Addresses) else 0
        return Shape(raw[2], raw[HEADER:begin], tuple(self._options(raw, begin)))

    def reread(self, data: bytes) -> Shape:
        """The tree that a reader may see in octets, whatever made them."""
        entry = next((one for one in catalogue.MESSAGES if len(data) > 2 and one.number == data[2]), None)
        size = sum(size_of(field) or 0 for field in entry.fields) // 8 if entry is not None else 0
        begin = HEADER + size
        return Shape(data[2] if len(data) > 2 else 0, data[HEADER:begin], tuple(self._options(data, begin)))

    def _options(self, raw: bytes, at: int) -> Iterator[Tlv]:
        while at < len(raw):
            kind = raw[at]
            if kind and at + 1 == len(raw):
                yield Tlv(kind, bare=True)
                return
            unit, more = self.spans.get(kind, OCTETS)
            end = at + 1 if kind == 0 else max(at + 2, at + 2 + unit * raw[at + 1] + more)
            if end > len(raw):
                yield Tlv(kind, raw[at + 2 :], (), raw[at + 1])
            elif kind > 1:
                yield self._tlv(raw[at:end], self.options.get(kind))
            at = end

    def _tlv(self, octets: bytes, entry: Entry | None) -> Tlv:
        data = octets[2:]
        space = space_of(entry)
        if space is None or entry is None:
            return Tlv(octets[0], data)
        begin = size_before(entry, data)
        try:
            return Tlv(octets[0], data[:begin], tuple(self._inner(data[begin:], space)))
        except IndexError:  # its sub-options do not end where it does
            return Tlv(octets[0], data)

    def _inner(self, data: bytes, space: str) -> Iterator[Tlv]:
        pads = {number for number, entry in self.suboptions[space] if entry.pad and not entry.fields}
        header, at = self.header_of(space), 0
        while at < len(data):
            if data[at] in pads:
                yield Tlv(data[at], bare=True)
                at += 1
                continue
            if not any(data[at:]):  # what fills units of 8 octets
                return
            end = max(at + 2, at + 2 + data[at + 1] - header)
            piece = data[at:end]
            yield self._tlv(piece, self.suboption(space, data[at], piece[2:]))
            at = end

    def suboption(self, space: str, number: int, data: bytes) -> SubOption | None:
        """The entry of a sub-option; of several of one number that which its data chooses."""
        for found, entry in self.suboptions[space]:
            at = entry.when_at
            if found == number and (entry.when is None or data[at : at + 1] == bytes((entry.when,))):
                return entry
        return None

    def header_of(self, space: str) -> int:
        """How many octets of its own header a sub-option's length counts."""
        return 2 if catalogue.SPACES[space].counts_header else 0

    def entry_of(self, shape: Shape, path: Path) -> Option | SubOption | None:
        """What the registry knows of an option or sub-option; None where it knows nothing."""
        tlv = shape.options[path[0]]
        entry: Option | SubOption | None = self.options.get(tlv.type)
        for index in path[1:]:
            tlv, space = tlv.inner[index], space_of(entry)
            entry = None if space is None else self.suboption(space, tlv.type, tlv.data)
        return entry

    def message_of(self, shape: Shape) -> Message | None:
        """The message of the registry that a tree is one of."""
        return next((entry for entry in catalogue.MESSAGES if entry.number == shape.kind), None)

    def right_length(self, shape: Shape, path: Path) -> int:
        """What the length octet of an option or sub-option should say."""
        tlv = at_path(shape, path)
        parent = self.entry_of(shape, path[:-1]) if len(path) > 1 else None
        space = space_of(parent)
        if len(path) > 1:
            return len(self._body(tlv, self.entry_of(shape, path), NOTHING)) + (self.header_of(space) if space else 0)
        unit, more = self.spans.get(tlv.type, OCTETS)
        return (len(self._body(tlv, self.entry_of(shape, path), NOTHING)) - more) // unit

    # Octets

    def octets(self, shape: Shape, pair: tuple[bytes, bytes] | None = None, filling: Filling = NOTHING) -> bytes:
        """The octets of a tree. pair: source and destination of the pseudo-header; None over UDP, with checksum 0."""
        out = bytearray((shape.proto, 0, shape.kind, shape.reserved, 0, 0)) + shape.fixed
        for tlv in shape.options:
            if shape.padded:
                out += _pad(self._gap(tlv, len(out)))
            out += self.option_octets(tlv, filling)
        if shape.padded:
            out += _pad(-len(out) % 8)
        units = len(out) // 8 - 1 if shape.units is None else shape.units
        out[1] = min(max(units, 0), 255)
        for edit in shape.edits:
            out[edit.at : edit.at + edit.gone] = edit.octets
        if shape.recount and len(out) > 1:
            out[1] = min(max(len(out) // 8 - 1, 0), 255)
        if shape.cut is not None:
            del out[shape.cut :]
        out += shape.tail
        if len(out) >= HEADER:
            value = 0
            if pair is not None and shape.off is not None:
                value = sums.checksum(*pair, bytes(out[: 8 * out[1] + 8])) ^ shape.off
            out[4:6] = value.to_bytes(2, "big")
        return bytes(out)

    def option_octets(self, tlv: Tlv, filling: Filling = NOTHING) -> bytes:
        """The octets of one option."""
        if tlv.bare:
            return bytes((tlv.type,))
        body = self._body(tlv, self.options.get(tlv.type), filling)
        unit, more = span = self.spans.get(tlv.type, OCTETS)
        if span == UNITS:
            body += bytes(-(len(body) + 2) % 8)
        length = (len(body) - more) // unit if tlv.length is None else tlv.length
        return bytes((tlv.type, min(max(length, 0), 255))) + body

    def _body(self, tlv: Tlv, entry: Entry | None, filling: Filling) -> bytes:
        data = filling.get(tlv.live, tlv.data) if tlv.live else tlv.data
        return data + b"".join(self._suboption_octets(one, space_of(entry)) for one in tlv.inner)

    def _suboption_octets(self, tlv: Tlv, space: str | None) -> bytes:
        if tlv.bare:
            return bytes((tlv.type,))
        entry = self.suboption(space, tlv.type, tlv.data) if space is not None else None
        body = self._body(tlv, entry, NOTHING)
        header = self.header_of(space) if space is not None else 0
        length = len(body) + header if tlv.length is None else tlv.length
        return bytes((tlv.type, min(length, 255))) + body

    def _gap(self, tlv: Tlv, at: int) -> int:
        """How many octets of padding an option needs before it."""
        entry = self.options.get(tlv.type)
        align = entry.align if entry is not None else None
        if entry is None or align is None:
            return 0
        if entry.align_filled is not None and len(tlv.data) > size_before(entry, tlv.data):
            align = entry.align_filled
        return (align[1] - at) % align[0]


@lru_cache(maxsize=16)
def grammar_for(settings: CodePoints) -> Grammar:
    """The grammar under these settings, made once."""
    return Grammar(settings)


def _pad(size: int) -> bytes:
    """Padding of so many octets: Pad1, or PadN (RFC 6275 6.2.2, 6.2.3)."""
    return bytes(size) if size < 2 else bytes((1, size - 2)) + bytes(size - 2)


def space_of(entry: Entry | None) -> str | None:
    """The space of the sub-options that an entry ends with; None without."""
    last = entry.fields[-1] if entry is not None and entry.fields else None
    return last.space if isinstance(last, SubOptions) else None


def paths(shape: Shape) -> list[Path]:
    """Where all options and sub-options of a tree are, each before those in it."""
    found: list[Path] = []

    def walk(tlvs: tuple[Tlv, ...], before: Path) -> None:
        for index, tlv in enumerate(tlvs):
            found.append((*before, index))
            walk(tlv.inner, (*before, index))

    walk(shape.options, ())
    return found


def at_path(shape: Shape, path: Path) -> Tlv:
    """The option or sub-option at a path."""
    tlv = shape.options[path[0]]
    for index in path[1:]:
        tlv = tlv.inner[index]
    return tlv


def siblings(shape: Shape, path: Path) -> tuple[Tlv, ...]:
    """The options, or the sub-options of one option, among which a path lies."""
    return shape.options if len(path) == 1 else at_path(shape, path[:-1]).inner


def with_siblings(shape: Shape, path: Path, tlvs: tuple[Tlv, ...]) -> Shape:
    """The tree with others in place of those `siblings`."""
    if len(path) == 1:
        return msgspec.structs.replace(shape, options=tlvs)
    parent = msgspec.structs.replace(at_path(shape, path[:-1]), inner=tlvs)
    return with_tlvs(shape, path[:-1], parent)


def with_tlvs(shape: Shape, path: Path, *tlvs: Tlv) -> Shape:
    """The tree with these, or none, in place of what is at a path."""
    row, index = siblings(shape, path), path[-1]
    return with_siblings(shape, path, (*row[:index], *tlvs, *row[index + 1 :]))
