"""The JSON of `decode` (schema `pmiptool/decode/1`), made from what was decoded; `reading` reads it back.

Some members stand only where something is odd: `header` (what the header says against the octets), `trailing` (octets
that an option's format leaves over), `cut` (an option that runs past its end) and `reading` (an option read in the
other of two ways that the texts contradict each other about: the last part of the note's rule).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone
from typing import Any

from pmiptool.registry import catalogue, model
from pmiptool.registry.codepoints import DEFAULT, CodePoints
from pmiptool.text.reading import encode_object, from_object, read_option, read_suboption
from pmiptool.text.values import address_text, show_field
from pmiptool.wire import values
from pmiptool.wire.envelope import Envelope
from pmiptool.wire.finding import Finding
from pmiptool.wire.layout import Decoded, Layout, Slot
from pmiptool.wire.values import UnknownMessage, UnknownOption, UnknownSubOption

__all__ = [
    "SCHEMA",
    "encode_object",
    "fields_object",
    "finding_object",
    "from_object",
    "message_object",
    "option_name",
    "option_object",
    "option_objects",
    "read_option",
    "read_suboption",
    "time_of",
]

SCHEMA = "pmiptool/decode/1"


def time_of(time_ns: int) -> str:
    """Nanoseconds since 1970 as ISO 8601 with microseconds; a year that no calendar here has, as seconds (`@N`)."""
    fraction = f"{time_ns // 1000 % 1_000_000:06d}"
    try:
        moment = datetime.fromtimestamp(time_ns // 1_000_000_000, timezone.utc)
    except (ValueError, OverflowError, OSError):  # a capture may claim any 64 bits in any unit
        return f"@{time_ns // 1_000_000_000}.{fraction}"
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{fraction}Z"


def message_object(
    decoded: Decoded,
    envelope: Envelope | None = None,
    *,
    frame: int | None = None,
    time_ns: int | None = None,
    findings: Sequence[Finding] | None = None,
    settings: CodePoints = DEFAULT,
) -> dict[str, Any]:
    """One object of `decode --json`. `findings` stand in place of the decoder's own when given."""
    message, layout = decoded.message, decoded.layout
    shown: dict[str, Any] = {"schema": SCHEMA, "frame": frame, "time": None if time_ns is None else time_of(time_ns)}
    shown["src"] = address_text(envelope.src) if envelope else None
    shown["dst"] = address_text(envelope.dst) if envelope else None
    if envelope is not None:
        shown.update(_encapsulation(envelope))
    shown["message"] = decoded.name
    shown["type"] = layout.type
    shown["length"] = len(decoded.raw)
    shown["checksum"] = {"value": f"{layout.checksum:#06x}", "ok": decoded.checksum_ok}
    odd = _odd_header(layout)
    if odd:
        shown["header"] = odd
    shown["fields"] = fields_object(message, settings)
    shown["options"] = option_objects(message.options, layout.slots, settings)
    shown["findings"] = [finding_object(item) for item in (decoded.findings if findings is None else findings)]
    return shown


def _encapsulation(envelope: Envelope) -> dict[str, Any]:
    shown: dict[str, Any] = {"hop_limit": envelope.hop_limit}
    if envelope.transport != "ipv6":
        shown |= {"transport": envelope.transport, "sport": envelope.sport, "dport": envelope.dport}
    if envelope.outer:
        shown["outer"] = [
            {
                "protocol": header.protocol,
                "src": address_text(header.src) if header.src else None,
                "dst": address_text(header.dst) if header.dst else None,
            }
            for header in envelope.outer
        ]
    return shown


def _odd_header(layout: Layout) -> dict[str, Any]:
    odd: dict[str, Any] = {}
    if layout.payload_proto != 59:
        odd["payload_proto"] = layout.payload_proto
    if layout.header_length is not None:
        odd["header_length"] = layout.header_length
    if layout.reserved:
        odd["reserved"] = layout.reserved
    if layout.trailing:
        odd["trailing"] = layout.trailing.hex()
    if layout.stump is not None:
        odd["stump"] = layout.stump.hex()
    return odd


def fields_object(value: Any, settings: CodePoints = DEFAULT) -> dict[str, Any]:
    """The fields of a message or of a value without sub-options."""
    if isinstance(value, (UnknownMessage, UnknownOption, UnknownSubOption)):
        return {"data": value.data.hex()}
    shown: dict[str, Any] = {}
    for field in values.ENTRIES[type(value)].fields:
        shown.update(show_field(field, value, settings))
    return shown


def option_objects(
    options: Sequence[Any], slots: Sequence[Slot] = (), settings: CodePoints = DEFAULT
) -> list[dict[str, Any]]:
    """Options as they lie there, pads included."""
    rest = iter(options)
    return [_pad_object(slot) if slot.pad is not None else option_object(next(rest), slot, settings) for slot in slots]


def _pad_object(slot: Slot) -> dict[str, Any]:
    name = "pad1" if slot.type == 0 else "padn"
    fields = {"padding": (slot.pad or b"").hex()} if slot.type else {}
    shown = {"name": name, "type": slot.type, "offset": slot.offset, "length": slot.length, "fields": fields}
    if slot.cut:
        shown["cut"] = True
    return shown


def option_object(option: Any, slot: Slot, settings: CodePoints = DEFAULT) -> dict[str, Any]:
    """One option at its place."""
    return _placed(option, slot, option_name(option, settings), settings, "option") | _odd_slot(slot)


def _odd_slot(slot: Slot) -> dict[str, Any]:
    odd: dict[str, Any] = {}
    if slot.trailing:
        odd["trailing"] = slot.trailing.hex()
    if slot.cut:
        odd["cut"] = True
    if slot.reading:
        odd["reading"] = slot.reading
    return odd


def option_name(option: Any, settings: CodePoints = DEFAULT) -> str:
    """The short name of its number, also where the octets do not fit; an unknown one is `option-201`."""
    if isinstance(option, UnknownOption):
        return catalogue.option_names(settings).get(option.type) or f"option-{option.type}"
    return values.ENTRIES[type(option)].name


def _placed(value: Any, slot: Slot, name: str, settings: CodePoints, what: str) -> dict[str, Any]:
    if isinstance(value, (UnknownOption, UnknownSubOption)):
        fields: dict[str, Any] = {"data": value.data.hex()}
    else:
        fields = {}
        for field in values.ENTRIES[type(value)].fields:
            if isinstance(field, model.SubOptions):
                fields[field.name] = _suboption_objects(getattr(value, field.name), slot.sub, settings, field.space)
            else:
                fields.update(show_field(field, value, settings))
    shown: dict[str, Any] = {"name": name, "type": slot.type}
    if what == "option":
        shown["offset"] = slot.offset
    shown["length"] = slot.length
    shown["fields"] = fields
    return shown


def _suboption_objects(
    items: Sequence[Any], slots: Sequence[Slot], settings: CodePoints, space: str
) -> list[dict[str, Any]]:
    rest = iter(items)
    known = catalogue.suboption_names(space, settings)
    shown = []
    for slot in slots:
        if slot.pad is not None:
            pad = _pad_object(slot)
            del pad["offset"]
            shown.append(pad)
            continue
        value = next(rest)
        if isinstance(value, UnknownSubOption):
            name = known.get(value.type) or _asked_for(value.type, space, settings)
        else:
            name = values.ENTRIES[type(value)].name
        shown.append(_placed(value, slot, name, settings, "suboption") | _odd_slot(slot))
    return shown


def _asked_for(kind: int, space: str, settings: CodePoints) -> str:
    """The name of a sub-option that the space does not have; where its numbers are types of options, that option's."""
    name = catalogue.option_names(settings).get(kind) if catalogue.SPACES[space].open and kind > 1 else None
    return name or f"sub-option-{kind}"


def finding_object(finding: Finding) -> dict[str, Any]:
    shown: dict[str, Any] = {"rule": finding.rule, "level": finding.level, "option": finding.option}
    shown["offset"] = finding.offset
    if finding.field is not None:
        shown["field"] = finding.field
    return shown | {"text": finding.text}
