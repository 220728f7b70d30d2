"""The sub-options of one option, and what a message remembers while it is decoded: findings and slots."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Any

from pmiptool.registry import catalogue, form, model
from pmiptool.registry.codepoints import CodePoints
from pmiptool.registry.rule import Rule
from pmiptool.wire import values
from pmiptool.wire.compiler import Pack, Unpack, compile_entry, explain
from pmiptool.wire.finding import Finding
from pmiptool.wire.layout import EncodeError, Slot, as_captured
from pmiptool.wire.values import UnknownSubOption


class Context:
    """Findings and sub-option slots of one message while it is decoded."""

    __slots__ = ("findings", "index", "offset", "spaces", "sub")

    def __init__(self, spaces: Mapping[str, Space]) -> None:
        self.spaces = spaces
        self.findings: list[Finding] = []
        self.sub: tuple[Slot, ...] = ()
        self.index: int | None = None
        self.offset = 0

    def found(self, rule: Rule, text: str, offset: int | None = None, field: str | None = None) -> None:
        at = self.offset if offset is None else offset
        self.findings.append(Finding(rule.id, rule.level, text, self.index, at, field or rule.field))

    def suboptions(self, space: str, data: bytes, start: int, end: int) -> tuple[Any, ...]:
        found, self.sub = self.spaces[space].decode(data, start, end, self)
        return found

    def end_without_start(self, entry: model.Entry, name: str) -> None:
        start = name.removesuffix("_end")
        self.found(form.start_rule(entry), f"{name} stands without {start}", field=name)


def longest_fit(unpack: Unpack, data: bytes, start: int, end: int, context: Context) -> tuple[Any, int] | None:
    """The longest part of the octets that fits the format: what is behind it is left over."""
    read = getattr(unpack, "read", None)
    if read is not None:  # it says itself where it ends
        found: tuple[Any, int] | None = read(data, start, end, context)
        return found
    for shorter in range(end - 1, start - 1, -1):
        value = unpack(data, start, shorter, context)
        if value is not None:
            return value, shorter
    return None


class Space:
    """The sub-options of one option."""

    def __init__(self, space: model.SubOptionSpace, settings: CodePoints) -> None:
        self.header = 2 if space.counts_header else 0
        self.past_end, self.unknown = form.suboption_rules(space.key)
        self.pads: set[int] = set()
        self.unpackers: dict[tuple[int, int | None], tuple[Unpack, model.SubOption]] = {}
        self.packers: dict[type, tuple[int, Pack, model.Entry]] = {}
        self.chosen: dict[int, int] = {}
        self.open = space.open
        for number, entry in catalogue.suboptions(space, settings):
            if entry.pad:
                self.pads.add(number)
                continue
            unpack, pack = compile_entry(entry, number, self.header)
            self.unpackers[number, entry.when] = unpack, entry
            self.packers[values.CLASSES[entry.value]] = number, pack, entry
            if entry.when is not None:
                self.chosen[number] = entry.when_at

    def decode(self, data: bytes, start: int, end: int, context: Context) -> tuple[tuple[Any, ...], tuple[Slot, ...]]:
        found: list[Any] = []
        slots: list[Slot] = []
        at = start
        while at < end:
            kind = data[at]
            if kind == 0 and 0 in self.pads:
                slots.append(Slot(at, 0, None, b""))
                at += 1
                continue
            length = data[at + 1] if at + 1 < end else None
            stop = at + 2 + length - self.header if length is not None else end
            cut = length is None or stop > end or stop < at + 2
            if cut:
                told = (
                    "has no length octet" if length is None else f"has length {length}, and {end - at} octets are there"
                )
                context.found(self.past_end, f"sub-option {kind} {told}", at)
                stop = end
            begin = min(at + 2, end)
            if kind == 1 and 1 in self.pads:
                slots.append(Slot(at, 1, length, data[begin:stop], cut=cut))
                at = stop
                continue
            value, trailing = self._one(kind, data, begin, stop, at, context, cut)
            found.append(value)
            slots.append(Slot(at, kind, length, None, trailing, cut))
            at = stop
        return tuple(found), tuple(slots)

    def _one(
        self, kind: int, data: bytes, begin: int, stop: int, at: int, context: Context, cut: bool
    ) -> tuple[Any, bytes]:
        at_octet = begin + self.chosen.get(kind, 0)
        when = data[at_octet] if kind in self.chosen and at_octet < stop else None
        known = self.unpackers.get((kind, when))
        if known is None or cut:
            if not cut and not self.open:
                told = f"format {when} of sub-option {kind}" if when is not None else f"sub-option {kind}"
                context.found(self.unknown, f"{told} is unknown", at)
            return UnknownSubOption(kind, data[begin:stop]), b""
        unpack, entry = known
        outer, context.offset = context.offset, at
        value = unpack(data, begin, stop, context)
        trailing = b""
        if value is None:
            context.found(form.length_rule(entry), f"{entry.title}: its {stop - begin} octets do not fit its format")
            shorter = longest_fit(unpack, data, begin, stop, context)
            if shorter is None:
                value = UnknownSubOption(kind, data[begin:stop])
            else:
                value, end = shorter
                trailing = data[end:stop]
        context.offset = outer
        return value, trailing

    def encode(self, items: tuple[Any, ...], slots: tuple[Slot, ...] = ()) -> bytes:
        if sum(slot.pad is None for slot in slots) != len(items):
            return b"".join([self._tlv(item, None) for item in items])
        out = []
        rest = iter(items)
        for slot in slots:
            if slot.pad is None:
                out.append(self._tlv(next(rest), slot))
            else:
                out.append(as_captured(slot.type, slot, slot.pad))
        return b"".join(out)

    def _tlv(self, item: Any, slot: Slot | None) -> bytes:
        if isinstance(item, UnknownSubOption):
            kind, data = item.type, item.data
        else:
            known = self.packers.get(type(item))
            if known is None:
                raise EncodeError(f"{type(item).__name__} is no sub-option of this dialect")
            kind, pack, entry = known
            packed = packed_value(pack, entry, item, None)
            if slot is None:
                return packed
            data = packed[2:]
        if slot is not None and slot.cut:
            return as_captured(kind, slot, data)
        if slot is not None:
            data += slot.trailing
        if len(data) + self.header > 255:
            raise EncodeError(f"sub-option {kind} has {len(data)} octets; its length octet holds {255 - self.header}")
        return bytes((kind, len(data) + self.header)) + data


def packed_value(pack: Pack, entry: model.Entry, value: Any, encode_suboptions: Any) -> bytes:
    """What `pack` makes of a value. Raises EncodeError naming the field that does not fit."""
    try:
        return pack(value, encode_suboptions)
    except (struct.error, ValueError, TypeError, AttributeError, OverflowError):
        raise EncodeError(explain(entry, value)) from None
