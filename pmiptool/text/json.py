"""The JSON of `decode` (schema `pmiptool/decode/1`), made from what was decoded, and read back.

Members that CLI.md does not name stand only where something is odd: `header` (what the header says against the
octets), `trailing` (octets that an option's format leaves over), `cut` (an option that runs past its end) and `reading`
(an option read in the other of two ways that the texts contradict each other about: the last part of the note's rule).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

from pmiptool.errors import UsageError
from pmiptool.registry import catalogue, model
from pmiptool.registry.codepoints import DEFAULT, CodePoints
from pmiptool.registry.contradictions import in_other_fields
from pmiptool.text.names import did_you_mean
from pmiptool.text.values import address_text, parse_field, parse_hex, show_field
from pmiptool.wire import values
from pmiptool.wire.codec import codec_for
from pmiptool.wire.envelope import Envelope
from pmiptool.wire.finding import Finding
from pmiptool.wire.layout import Decoded, Layout, Slot
from pmiptool.wire.values import UnknownMessage, UnknownOption, UnknownSubOption

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
        known = dict(catalogue.options(settings)).get(option.type)
        return known.name if known else f"option-{option.type}"
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
    known = {number: entry.name for number, entry in catalogue.suboptions(catalogue.SPACES[space], settings)}
    shown = []
    for slot in slots:
        if slot.pad is not None:
            pad = _pad_object(slot)
            del pad["offset"]
            shown.append(pad)
            continue
        value = next(rest)
        if isinstance(value, UnknownSubOption):
            name = known.get(value.type, f"sub-option-{value.type}")
        else:
            name = values.ENTRIES[type(value)].name
        shown.append(_placed(value, slot, name, settings, "suboption") | _odd_slot(slot))
    return shown


def finding_object(finding: Finding) -> dict[str, Any]:
    shown: dict[str, Any] = {"rule": finding.rule, "level": finding.level, "option": finding.option}
    shown["offset"] = finding.offset
    if finding.field is not None:
        shown["field"] = finding.field
    return shown | {"text": finding.text}


# Reading back


def from_object(shown: Mapping[str, Any], settings: CodePoints = DEFAULT) -> tuple[Any, Layout]:
    """The message and its layout from one object of `decode --json`. UsageError names the member that is wrong."""
    odd = shown.get("header") or {}
    kind = shown.get("type")
    if not isinstance(kind, int):
        raise UsageError(f"`type` is {kind!r}; it takes the number of the message")
    checksum = shown.get("checksum") or {}
    message = _message(shown, kind, settings)
    slots = _slots(shown.get("options") or [], settings)
    layout = Layout(
        kind,
        slots,
        odd.get("payload_proto", 59),
        odd.get("header_length"),
        odd.get("reserved", 0),
        int(str(checksum.get("value", "0")), 0),
        bytes.fromhex(odd.get("trailing", "")),
        bytes.fromhex(odd["stump"]) if "stump" in odd else None,
    )
    return message, layout


def _message(shown: Mapping[str, Any], kind: int, settings: CodePoints) -> Any:
    fields = shown.get("fields")
    if not isinstance(fields, Mapping):
        raise UsageError("`fields` is missing")
    if set(fields) == {"data"}:
        return UnknownMessage(kind, parse_hex("data", str(fields["data"])))
    for message in catalogue.MESSAGES:
        if model.resolve(message.number or 0, settings) == kind and _is_form(message, shown, fields):
            taken = _fields(message, fields, settings, str(shown.get("message")))
            pads = ("pad1", "padn")
            taken["options"] = tuple(
                read_option(item, settings) for item in shown.get("options") or () if item.get("name") not in pads
            )
            return values.CLASSES[message.value](**taken)
    raise UsageError(f"message type {kind} is unknown; its `fields` are `data` as hex")


def _is_form(message: model.Message, shown: Mapping[str, Any], fields: Mapping[str, Any]) -> bool:
    """Whether it is this message of those that share its type."""
    if message.when is None:
        return True
    first = message.fields[0].name
    return bool(fields[first] == message.when if first in fields else shown.get("message") == message.name)


def read_option(shown: Mapping[str, Any], settings: CodePoints = DEFAULT) -> Any:
    """One option from its object: `{"name": ..., "fields": {...}}`; type, offset and length are not needed."""
    name = shown.get("name")
    fields = shown.get("fields", {})
    if not isinstance(name, str) or not isinstance(fields, Mapping):
        raise UsageError(f"an option is an object with `name` and `fields`, not {dict(shown)!r}")
    entry = catalogue.option_named(name, settings)
    if set(fields) == {"data"} and (entry is None or entry.field("data") is None or "type" in shown):
        kind = shown.get("type")
        if kind is None and name.startswith("option-") and name[7:].isdigit():
            kind = int(name[7:])
        if kind is None and entry is not None:
            kind = model.resolve(entry.number or 0, settings)
        if isinstance(kind, int) and 0 <= kind <= 255:
            return UnknownOption(kind, parse_hex(f"{name}.data", str(fields["data"])))
    if entry is None or entry.pad:
        known = [option.name for option in catalogue.OPTIONS if not option.pad]
        raise UsageError(f"option {name!r} does not exist{did_you_mean(name, known)}")
    return values.CLASSES[entry.value](**_fields(entry, fields, settings, name))


def read_suboption(shown: Mapping[str, Any], space: str, settings: CodePoints, where: str) -> Any:
    name, fields = shown.get("name"), shown.get("fields", {})
    if not isinstance(name, str) or not isinstance(fields, Mapping):
        raise UsageError(f"{where}: a sub-option is an object with `name` and `fields`, not {dict(shown)!r}")
    entries = [e for _, e in catalogue.suboptions(catalogue.SPACES[space], settings) if e.name == name and not e.pad]
    if set(fields) == {"data"}:
        kind = shown.get("type")
        if isinstance(kind, int) and 0 <= kind <= 255:
            return UnknownSubOption(kind, parse_hex(f"{where}.{name}.data", str(fields["data"])))
    if not entries:
        known = sorted({e.name for _, e in catalogue.suboptions(catalogue.SPACES[space], settings) if not e.pad})
        raise UsageError(f"{where}: sub-option {name!r} does not exist; it takes {', '.join(known)}")
    entry = next((e for e in entries if e.when is None or fields.get(e.chooser.name) == e.when), None)
    if entry is None:
        known_formats = ", ".join(str(e.when) for e in entries)
        raise UsageError(f"{where}.{name}: {entries[0].chooser.name} takes {known_formats}; give others as `data`")
    form = in_other_fields(entry, str(shown.get("reading", "")))
    return values.CLASSES[entry.value](**_fields(form, fields, settings, f"{where}.{name}"))


def _fields(entry: model.Entry, shown: Mapping[str, Any], settings: CodePoints, where: str) -> dict[str, Any]:
    """A value's attributes from the JSON members of its fields; `_name`, `_s` and such beside them are ignored."""
    taken: dict[str, Any] = {}
    used: set[str] = set()
    for field in entry.fields:
        if isinstance(field, model.Flagged):
            taken.update(_flagged(field, shown, where, used))
            continue
        used |= {field.name, f"{field.name}_name", f"{field.name}_s"}
        if field.name not in shown or isinstance(field, model.Count):
            continue
        item = shown[field.name]
        what = f"{where}.{field.name}"
        if isinstance(field, model.SubOptions):
            if not isinstance(item, Sequence) or isinstance(item, str):
                raise UsageError(f"{what} takes a list of sub-options")
            taken[field.name] = tuple(
                read_suboption(sub, field.space, settings, where)
                for sub in item
                if sub.get("name") not in ("pad1", "padn")
            )
        elif isinstance(field, model.Rest) and field.forms:
            chosen = dict(field.forms).get(taken.get(field.form, getattr(entry.field(field.form), "default", 0)), "hex")
            taken[field.name] = parse_field(what, field, str(item), settings, chosen=chosen)
        elif isinstance(item, Sequence) and not isinstance(item, str):
            separator = "" if isinstance(field, model.Flags) else ","
            taken[field.name] = _listed(what, field, [str(one) for one in item], separator, settings)
        else:
            taken[field.name] = parse_field(what, field, "" if item is None else str(item), settings)
    unknown = set(shown) - used
    if unknown:
        known = [name for name in values.CLASSES[entry.value].__struct_fields__ if name != "options"]
        name = sorted(unknown)[0]
        raise UsageError(f"{where} has no field {name!r}{did_you_mean(name, known)} (its fields: {', '.join(known)})")
    return taken


def _listed(what: str, field: model.Field, items: list[str], separator: str, settings: CodePoints) -> Any:
    if isinstance(field, model.Flags):
        spare = [item for item in items if item.startswith("0x")]
        bits = parse_field(what, field, "".join(item for item in items if not item.startswith("0x")) or "0", settings)
        return bits | sum(int(item, 16) for item in spare)
    return parse_field(what, field, separator.join(items), settings)


def _flagged(field: model.Flagged, shown: Mapping[str, Any], where: str, used: set[str]) -> dict[str, Any]:
    taken: dict[str, Any] = {}
    used.add(field.name)
    if field.name in shown:
        taken[field.name] = int(shown[field.name])
    for part in field.parts:
        low = f"{part.name}_low"
        used |= {part.name, low}
        if part.name not in shown:
            continue
        item, what = shown[part.name], f"{where}.{part.name}"
        if part.kind == "address":
            taken[part.name] = parse_field(what, model.AddressRest(part.name), str(item))
        else:
            number = parse_field(what, model.UInt(part.name, bits=part.bits - part.shift), str(item))
            taken[part.name] = number << part.shift | int(shown.get(low, 0))
    return taken


def _slots(options: Sequence[Mapping[str, Any]], settings: CodePoints) -> tuple[Slot, ...]:
    slots = []
    for item in options:
        pad = None
        if item.get("name") in ("pad1", "padn"):
            pad = bytes.fromhex(str((item.get("fields") or {}).get("padding", "")))
        sub = _slots((item.get("fields") or {}).get("suboptions") or [], settings)
        kind = item.get("type")
        slots.append(
            Slot(
                item.get("offset") or 0,
                kind if isinstance(kind, int) else 0,
                item.get("length"),
                pad,
                bytes.fromhex(item.get("trailing", "")),
                bool(item.get("cut")),
                sub,
                str(item.get("reading", "")),
            )
        )
    return tuple(slots)


def encode_object(shown: Mapping[str, Any], settings: CodePoints = DEFAULT) -> bytes:
    """The octets of the Mobility Header that one object of `decode --json` describes, its checksum as it says."""
    message, layout = from_object(shown, settings)
    return codec_for(settings).encode(message, layout)
