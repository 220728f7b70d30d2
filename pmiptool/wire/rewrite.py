"""A message again with other values in some of its fields: by the kinds of field that the registry has.

Everything else stays octet for octet: order, pads, odd lengths, what does not fit its format. Where a value gets
another length, the pad behind it takes up the difference, so that what follows stays aligned as it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import msgspec

from pmiptool.registry import catalogue, model
from pmiptool.wire import values
from pmiptool.wire.codec import Codec
from pmiptool.wire.layout import Decoded, EncodeError, Layout, Slot
from pmiptool.wire.values import Undecoded, UnknownMessage, UnknownOption, UnknownSubOption

_UNKNOWN = (UnknownOption, UnknownSubOption, Undecoded)
_HEADER = 6
_IN_FORMS = frozenset(message.number for message in catalogue.MESSAGES if message.when is not None)
"""Types of message whose first field tells what follows it."""


class Change:
    """What becomes of values; this one leaves all as they are."""

    def field(self, field: model.Field, item: Any, owner: Any) -> Any:
        """What stands in a field of `owner`, as values have it; sub-options and records are looked into before."""
        return item

    def part(self, part: model.Part, item: Any, owner: Any) -> Any:
        """The same of a member of a `Flagged` field that is there."""
        return item

    def unknown(self, octets: bytes) -> bytes:
        """Octets that no format is known of. As many come back."""
        return octets

    def padding(self, octets: bytes) -> bytes:
        """The octets of a pad. As many come back."""
        return octets


@lru_cache(64)
def _choosers(codec: Codec) -> Mapping[int, int]:
    """Of sub-options that an octet of theirs tells apart: how many octets that takes, by their number."""
    found: dict[int, int] = {}
    for space in codec.spaces.values():
        for number, at in space.chosen.items():
            found[number] = max(found.get(number, 0), at + 1)
    return found


def rewritten(decoded: Decoded, change: Change, codec: Codec) -> bytes:
    """The octets of a message after a change; its checksum is as it was.

    Where the codec cannot give the octets again as they were, all behind the header is unknown.
    """
    raw, layout = decoded.raw, decoded.layout
    if layout.stump is not None:
        return raw[:_HEADER] + change.unknown(raw[_HEADER:])
    try:
        exact = codec.encode(decoded.message, layout) == raw
    except EncodeError:
        exact = False
    if not exact:
        return raw[:_HEADER] + change.unknown(raw[_HEADER:])
    message = _changed(decoded.message, change, _choosers(codec))
    return codec.encode(message, _relaid(decoded, message, change))


def leaves(value: Any) -> Iterator[tuple[model.Field | model.Part, Any, Any]]:
    """Every field of a value that holds no others, with what stands there and whose it is, in order."""
    entry = values.ENTRIES.get(type(value))
    for field in entry.fields if entry is not None else ():
        if isinstance(field, model.Count):
            continue
        item = getattr(value, field.name)
        if isinstance(field, (model.SubOptions, model.Records)):
            for one in item if isinstance(item, tuple) else (item,):
                yield from leaves(one)
            continue
        if isinstance(field, model.Flagged):
            for part in field.parts:
                if (there := getattr(value, part.name)) is not None:
                    yield part, there, value
        yield field, item, value
    for option in getattr(value, "options", ()):
        yield from leaves(option)


def _changed(value: Any, change: Change, choosers: Mapping[int, int]) -> Any:
    """A value, be it a message, an option or a record, with its fields changed; the same one where nothing is."""
    kind = type(value)
    if kind in _UNKNOWN or kind is UnknownMessage:
        kept = 0
        if kind is UnknownSubOption:
            kept = choosers.get(value.type, 0)
        elif kind is UnknownMessage and value.type in _IN_FORMS:
            kept = 2
        return msgspec.structs.replace(value, data=value.data[:kept] + change.unknown(value.data[kept:]))
    found: dict[str, Any] = {}
    entry = values.ENTRIES[kind]
    for field in entry.fields:
        if isinstance(field, model.Count):
            continue
        name = field.name
        item = getattr(value, name)
        if isinstance(field, (model.SubOptions, model.Records)):
            if isinstance(item, tuple):
                new: Any = tuple([_changed(one, change, choosers) for one in item])
            else:
                new = _changed(item, change, choosers)
        else:
            new = change.field(field, item, value)
            if isinstance(field, model.Flagged):
                for part in field.parts:
                    there = getattr(value, part.name)
                    if there is not None and (other := change.part(part, there, value)) != there:
                        found[part.name] = other
        if new != item:
            found[name] = new
    if isinstance(entry, model.Message):
        options = tuple([_changed(option, change, choosers) for option in value.options])
        if options != value.options:
            found["options"] = options
    return msgspec.structs.replace(value, **found) if found else value


def _relaid(decoded: Decoded, after: Any, change: Change) -> Layout:
    """The layout for the changed message: pads and left-over octets changed too, and lengths made up for."""
    layout = decoded.layout
    slots: list[Slot] = []
    options = zip(getattr(decoded.message, "options", ()), getattr(after, "options", ()), strict=True)
    owed = grown = 0
    for slot in layout.slots:
        if slot.pad is not None:
            slots.append(_with_octets(slot, change))
            if owed:
                size = _pad_size(slot, owed)
                grown += size - _size(slot)
                slots[-1:] = _pad(size, slots[-1].pad or b"")
                owed = 0
            continue
        if owed:
            slots += _pad(-owed % 8)
            grown += -owed % 8
        slots.append(_with_octets(slot, change))
        before, now = next(options)
        owed = 0 if now is before else _octets(now) - _octets(before)
        grown += owed
    if owed:
        slots += _pad(-owed % 8)
        grown += -owed % 8
    units = layout.header_length
    return msgspec.structs.replace(
        layout,
        slots=tuple(slots),
        header_length=None if units is None else units + grown // 8,
        trailing=change.unknown(layout.trailing) if layout.trailing else b"",
    )


def _octets(option: Any) -> int:
    """The octets of those fields of an option that may have another length."""
    return sum(len(item) for _, item, _ in leaves(option) if isinstance(item, bytes))


def _size(pad: Slot) -> int:
    return 1 if pad.length is None else 2 + len(pad.pad or b"")


def _pad_size(pad: Slot, owed: int) -> int:
    """Octets of a pad behind an option that has grown by `owed`: what follows keeps its alignment to 8."""
    size = _size(pad)
    left = size - owed
    return left if 0 <= left < max(8, size) else left % 8


def _pad(size: int, octets: bytes = b"") -> list[Slot]:
    """Pad1 or PadN of so many octets, or none; `octets` is what it should hold."""
    if size < 2:
        return [Slot(0, 0, None, b"")] * size
    return [Slot(0, 1, size - 2, octets[: size - 2].ljust(size - 2, b"\0"))]


def _with_octets(slot: Slot, change: Change) -> Slot:
    """A slot with its pad and what is left over in it changed, sub-options too."""
    return msgspec.structs.replace(
        slot,
        pad=change.padding(slot.pad) if slot.pad else slot.pad,
        trailing=change.unknown(slot.trailing) if slot.trailing else b"",
        sub=tuple([_with_octets(one, change) for one in slot.sub]),
    )
