"""The values of messages, options and sub-options: frozen structs made from the registry.

Each entry of the registry names its class; fields stand in the order of the wire, with defaults, so that
`HandoffIndicator(hi=1)` needs no more. Addresses are octets. `values.pyi` tells type checkers and editors the same;
`python -m pmiptool.wire.stubs` writes it.
"""

from __future__ import annotations

from typing import Any

import msgspec

from pmiptool.registry import catalogue, model


class Prefix(msgspec.Struct, frozen=True):
    """A prefix as the wire has it: 16 octets, host bits kept, and a length of 0 to 255 bits."""

    address: bytes = bytes(16)
    length: int = 0

    @property
    def is_any(self) -> bool:
        """ALL_ZERO by its prefix bits, whatever its length: asks for a prefix (RFC 5213 8.3)."""
        return not any(self.address)

    @classmethod
    def any(cls) -> Prefix:
        return ANY


ANY = Prefix()


class UnknownOption(msgspec.Struct, frozen=True):
    """An option of unknown number, or one whose octets do not fit its format."""

    type: int
    data: bytes = b""


class UnknownSubOption(msgspec.Struct, frozen=True):
    """A sub-option of unknown number or format, or one whose octets do not fit its format."""

    type: int
    data: bytes = b""


class UnknownMessage(msgspec.Struct, frozen=True):
    """A message of unknown type, or one too short for its type: the octets after the checksum."""

    type: int
    data: bytes = b""
    options: tuple[Any, ...] = ()


class Undecoded(msgspec.Struct, frozen=True):
    """Records of a kind that the registry does not know, as octets; `count`: how many an earlier field says."""

    data: bytes = b""
    count: int = 0


def attributes(field: model.Field, entry: model.Entry | None = None) -> list[tuple[str, Any, Any]]:
    """A field's attributes in its value: name, type and default, which may hang on an earlier field of the entry."""
    if isinstance(field, model.Flagged):
        parts = [(p.name, bytes | None if p.kind == "address" else int | None, None) for p in field.parts]
        return [(field.name, int, 0), *parts]
    if isinstance(field, model.Count):
        return []
    if isinstance(field, model.Octets):
        return [(field.name, bytes, bytes(field.size))]
    if isinstance(field, model.Addresses):
        return [(field.name, tuple[bytes, ...], ())]
    if isinstance(field, model.UInt):
        return [(field.name, int, field.default)]
    if isinstance(field, (model.Flags, model.Time48)):
        return [(field.name, int, 0)]
    if isinstance(field, model.Address):
        return [(field.name, bytes, bytes(field.size))]
    if isinstance(field, model.Records):
        record = field.chosen(
            getattr(entry.field(field.by), "default", None) if entry and isinstance(field.by, str) else None
        )
        return [(field.name, Any, CLASSES[record.value]() if field.single and entry and record else ())]
    if isinstance(field, model.Prefix):
        return [(field.name, Prefix, ANY)]
    if isinstance(field, model.Numbers):
        return [(field.name, tuple[int, ...], ())]
    if isinstance(field, model.SubOptions):
        return [(field.name, tuple[Any, ...], ())]
    if isinstance(field, model.AddressRest):
        return [(field.name, bytes, bytes(min(field.sizes)))]
    return [(field.name, bytes, bytes(max(field.minimum, field.usual)) if isinstance(field, model.Rest) else b"")]


def _define(entry: model.Entry) -> type[msgspec.Struct]:
    fields = [attribute for field in entry.fields for attribute in attributes(field, entry)]
    if isinstance(entry, model.Message):
        fields.append(("options", tuple[Any, ...], ()))
    made = msgspec.defstruct(entry.value, fields, frozen=True, module=__name__)
    made.__doc__ = f"{entry.title} ({entry.clause})."
    return made


def entries() -> list[model.Entry]:
    """Every entry that has a class, once for each class; a record before what it stands in."""
    found: dict[str, model.Entry] = {}

    def add(entry: model.Entry) -> None:
        for field in entry.fields:
            for record in field.records if isinstance(field, model.Records) else ():
                add(record)
        if entry.value:
            found.setdefault(entry.value, entry)

    suboptions = (entry for space in catalogue.SPACES.values() for entry in space.entries)
    for entry in (*catalogue.MESSAGES, *catalogue.OPTIONS, *suboptions):
        add(entry)
    return list(found.values())


CLASSES: dict[str, type[msgspec.Struct]] = {}
for _entry in entries():
    CLASSES[_entry.value] = _define(_entry)
ENTRIES: dict[type, model.Entry] = {CLASSES[entry.value]: entry for entry in entries()}
"""The entry of a value's class; of several that share a class the first."""
globals().update(CLASSES)
