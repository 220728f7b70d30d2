"""The sub-options of one option, and what a message remembers while it is decoded: findings and slots."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pmiptool.registry import catalogue, form, model
from pmiptool.registry.codepoints import CodePoints
from pmiptool.registry.contradictions import Contradiction, OtherFields, OtherLength, in_other_fields
from pmiptool.registry.rule import Rule
from pmiptool.wire import values
from pmiptool.wire.compiler import Pack, Unpack, compile_entry, explain
from pmiptool.wire.finding import Finding
from pmiptool.wire.layout import EncodeError, Slot, as_captured
from pmiptool.wire.values import UnknownSubOption

_NONE: Mapping[int, Any] = {}


class Context:
    """Findings and sub-option slots of one message while it is decoded.

    doubtful: it has options that may be meant otherwise though nothing is wrong with them. chosen: those that are read
    otherwise, by their offset.
    """

    __slots__ = ("chosen", "doubtful", "findings", "index", "offset", "spaces", "sub")

    def __init__(self, spaces: Mapping[str, Space]) -> None:
        self.spaces = spaces
        self.findings: list[Finding] = []
        self.sub: tuple[Slot, ...] = ()
        self.index: int | None = None
        self.offset = 0
        self.doubtful = False
        self.chosen: Mapping[int, Any] = _NONE

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


def in_units(unpack: Unpack, data: bytes, begin: int, stop: int, context: Context) -> tuple[Any, bytes]:
    """An option whose length counts units of 8 octets: zero octets fill its tail."""
    if stop - begin < 6:
        return None, b""
    best: tuple[int, Any, Context, int] | None = None
    for filled in range(min(7, stop - begin - 6), -1, -1):
        if any(data[stop - filled : stop]):
            continue
        trial = Context(context.spaces)
        trial.index, trial.offset = context.index, context.offset
        value = unpack(data, begin, stop - filled, trial)
        # Too long or too short a tail shows as a sub-option that does not end where it should.
        broken = sum(finding.rule.endswith("/sub-option-past-end") for finding in trial.findings)
        if value is not None and (best is None or broken < best[0]):
            best = broken, value, trial, filled
    if best is None:
        return None, b""
    _, value, trial, filled = best
    context.findings += trial.findings
    context.sub = trial.sub
    return value, data[stop - filled : stop]


@dataclass(frozen=True)
class OtherForm:
    """A sub-option in other fields than those taken."""

    what: str
    rule: Rule
    text: str
    value: type
    when: int | None
    when_at: int
    unpack: Unpack
    pack: Pack


def _other_form(entry: model.SubOption, found: Contradiction, how: OtherFields, number: int, extra: int) -> OtherForm:
    made = values.CLASSES[entry.value]
    names = [name for field in how.fields for name, _, _ in values.attributes(field)]
    unpack, pack = compile_entry(
        in_other_fields(entry, found.what), number, extra, lambda *read: made(**dict(zip(names, read, strict=True)))
    )
    rule, text = form.contradiction_rule(entry, found), f"{entry.title}: {found.other}"
    return OtherForm(found.what, rule, text, made, entry.when, how.when_at, unpack, pack)


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
        self.others: dict[int, list[OtherForm]] = {}
        self.padn: tuple[model.SubOption, Contradiction, int] | None = None
        """PadN whose length can be read otherwise: how many octets more than it says stand behind it."""
        for number, entry in catalogue.suboptions(space, settings):
            if entry.pad:
                self.pads.add(number)
                for found in entry.contradictions:
                    if isinstance(found.how, OtherLength):
                        self.padn = entry, found, found.how.more
                continue
            unpack, pack = compile_entry(entry, number, self.header)
            self.unpackers[number, entry.when] = unpack, entry
            self.packers[values.CLASSES[entry.value]] = number, pack, entry
            if entry.when is not None:
                self.chosen[number] = entry.when_at
            for found in entry.contradictions:
                if isinstance(found.how, OtherFields):
                    one = _other_form(entry, found, found.how, number, self.header)
                    self.others.setdefault(number, []).append(one)

    def decode(self, data: bytes, start: int, end: int, context: Context) -> tuple[tuple[Any, ...], tuple[Slot, ...]]:
        """Sub-options and their slots.

        Where something is wrong, and nothing would be if the lengths of PadN were read otherwise, they are.
        """
        before = len(context.findings)
        read = self._decode(data, start, end, context, 0)
        if self.padn is None or len(context.findings) == before:
            return read
        if not any(slot.type == 1 and slot.pad is not None for slot in read[1]):
            return read
        entry, contradiction, more = self.padn
        trial = Context(context.spaces)
        trial.index = context.index
        otherwise, slots = self._decode(data, start, end, trial, more)
        pads = [slot for slot in slots if slot.type == 1 and slot.pad is not None]
        if trial.findings or any(slot.cut or any(slot.pad or b"") for slot in pads):
            return read
        del context.findings[before:]
        for slot in pads:
            rule = form.contradiction_rule(entry, contradiction)
            context.found(rule, f"{entry.title}: {contradiction.other}", slot.offset)
        return otherwise, slots

    def _decode(
        self, data: bytes, start: int, end: int, context: Context, more: int
    ) -> tuple[tuple[Any, ...], tuple[Slot, ...]]:
        """`more`: how many octets more than its length says stand behind a PadN."""
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
            if more and kind == 1:
                stop += more
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
            value, trailing, reading = self._one(kind, data, begin, stop, at, context, cut)
            found.append(value)
            slots.append(Slot(at, kind, length, None, trailing, cut, (), reading))
            at = stop
        return tuple(found), tuple(slots)

    def _one(
        self, kind: int, data: bytes, begin: int, stop: int, at: int, context: Context, cut: bool
    ) -> tuple[Any, bytes, str]:
        """The value, the octets that its format leaves over, and which other reading it follows."""
        at_octet = begin + self.chosen.get(kind, 0)
        when = data[at_octet] if kind in self.chosen and at_octet < stop else None
        known = self.unpackers.get((kind, when))
        if known is None or cut:
            if not cut and (other := self._otherwise(kind, data, begin, stop, at, context)):
                return other
            if not cut and not self.open:
                told = f"format {when} of sub-option {kind}" if when is not None else f"sub-option {kind}"
                context.found(self.unknown, f"{told} is unknown", at)
            return UnknownSubOption(kind, data[begin:stop]), b"", ""
        unpack, entry = known
        outer, context.offset = context.offset, at
        value = unpack(data, begin, stop, context)
        trailing = b""
        if value is None and (other := self._otherwise(kind, data, begin, stop, at, context)):
            context.offset = outer
            return other
        if value is None:
            context.found(form.length_rule(entry), f"{entry.title}: its {stop - begin} octets do not fit its format")
            shorter = longest_fit(unpack, data, begin, stop, context)
            if shorter is None:
                value = UnknownSubOption(kind, data[begin:stop])
            else:
                value, end = shorter
                trailing = data[end:stop]
        context.offset = outer
        return value, trailing, ""

    def _otherwise(
        self, kind: int, data: bytes, begin: int, stop: int, at: int, context: Context
    ) -> tuple[Any, bytes, str] | None:
        """A sub-option in other fields, where its octets fit those alone."""
        for other in self.others.get(kind, ()):
            chooser = begin + other.when_at
            if other.when is not None and (chooser >= stop or data[chooser] != other.when):
                continue
            outer, context.offset = context.offset, at
            value = other.unpack(data, begin, stop, context)
            if value is not None:
                context.found(other.rule, other.text)
            context.offset = outer
            if value is not None:
                return value, b"", other.what
        return None

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
            if slot is not None and slot.reading:
                others = [o for o in self.others.get(kind, ()) if (o.what, o.value) == (slot.reading, type(item))]
                if not others:
                    raise EncodeError(f"sub-option {kind} has no reading {slot.reading!r}")
                pack = others[0].pack
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
