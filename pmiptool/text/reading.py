"""Reading back what `decode --json` shows (schema `pmiptool/decode/1`), whole or one option of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pmiptool.errors import UsageError
from pmiptool.registry import catalogue, model
from pmiptool.registry.codepoints import DEFAULT, CodePoints
from pmiptool.registry.contradictions import in_other_fields
from pmiptool.text.names import did_you_mean, parse_number
from pmiptool.text.values import parse_field, parse_hex
from pmiptool.wire import values
from pmiptool.wire.codec import codec_for
from pmiptool.wire.layout import Layout, Slot
from pmiptool.wire.sequence import octets_of
from pmiptool.wire.values import Undecoded, UnknownMessage, UnknownOption, UnknownSubOption

BESIDE = ("_name", "_s", "_degrees", "_octets")
"""Ends of members that stand beside a field and help to read it."""


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
            taken = read_fields(message, fields, settings, str(shown.get("message")))
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
    return values.CLASSES[entry.value](**read_fields(entry, fields, settings, name))


def read_suboption(shown: Mapping[str, Any], space: str, settings: CodePoints, where: str) -> Any:
    name, fields = shown.get("name"), shown.get("fields", {})
    if not isinstance(name, str) or not isinstance(fields, Mapping):
        raise UsageError(f"{where}: a sub-option is an object with `name` and `fields`, not {dict(shown)!r}")
    entries = [e for _, e in catalogue.suboptions(catalogue.SPACES[space], settings) if e.name == name and not e.pad]
    if set(fields) <= {"data"}:
        kind = shown.get("type")
        asked = catalogue.option_named(name, settings) if catalogue.SPACES[space].open and not entries else None
        if kind is None and asked is not None:  # a type of option, which is asked for
            kind = model.resolve(asked.number or 0, settings)
        if isinstance(kind, int) and 0 <= kind <= 255 and ("data" in fields or asked):
            return UnknownSubOption(kind, parse_hex(f"{where}.{name}.data", str(fields.get("data", ""))))
    if not entries:
        known = sorted({e.name for _, e in catalogue.suboptions(catalogue.SPACES[space], settings) if not e.pad})
        raise UsageError(f"{where}: sub-option {name!r} does not exist; it takes {', '.join(known)}")
    entry = next((e for e in entries if e.when is None or fields.get(e.chooser.name) == e.when), None)
    if entry is None:
        known_formats = ", ".join(str(e.when) for e in entries)
        raise UsageError(f"{where}.{name}: {entries[0].chooser.name} takes {known_formats}; give others as `data`")
    form = in_other_fields(entry, str(shown.get("reading", "")))
    return values.CLASSES[entry.value](**read_fields(form, fields, settings, f"{where}.{name}"))


def read_fields(entry: model.Entry, shown: Mapping[str, Any], settings: CodePoints, where: str) -> dict[str, Any]:
    """A value's attributes from the JSON members of its fields; `_name`, `_s` and such beside them are ignored."""
    taken: dict[str, Any] = {}
    used: set[str] = set()
    for field in entry.fields:
        if isinstance(field, model.Flagged):
            taken.update(_flagged(field, shown, where, used))
            continue
        used |= {field.name} | {field.name + end for end in BESIDE}
        if isinstance(field, model.UInt) and field.fraction and field.name not in shown:
            taken.update(_degrees(field, shown, where))
        if isinstance(field, model.Records) and field.count in shown and field.name not in shown:
            shown = {**shown, field.name: []}
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
        elif isinstance(field, model.Records):
            by = _chosen_by(entry, str(field.by), taken)
            found = (
                Undecoded(parse_hex(what, item)) if isinstance(item, str) else _records(field, item, by, settings, what)
            )
            if field.count in shown:
                counted = f"{where}.{field.count}", str(shown[field.count])
                found = _counted(found, parse_number(*counted, 0xFFFF))
            taken[field.name] = found
        elif isinstance(field, model.Rest) and field.forms:
            chosen = dict(field.forms).get(_chosen_by(entry, field.form, taken), "hex")
            found = parse_field(what, field, str(item), settings, chosen=chosen)
            size = shown.get(f"{field.name}_octets")
            if chosen == "number" and isinstance(size, int) and len(found) <= size <= field.maximum:
                found = bytes(size - len(found)) + found
            taken[field.name] = found
        elif isinstance(field, model.Sized):
            taken[field.name] = _sized(what, parse_field(what, field, str(item), settings), entry.field(field.count))
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


def _chosen_by(entry: model.Entry, name: str, taken: Mapping[str, Any]) -> Any:
    """The value of the earlier field that chooses."""
    return taken.get(name, getattr(entry.field(name), "default", 0))


def _degrees(field: model.UInt, shown: Mapping[str, Any], where: str) -> dict[str, int]:
    """A number of degrees where the raw one is not there."""
    name = f"{field.name}_degrees"
    if name not in shown:
        return {}
    try:
        raw = round(float(shown[name]) * (1 << field.fraction))
    except (TypeError, ValueError, OverflowError):
        raise UsageError(f"{where}.{name} is {shown[name]!r}; it takes a number of degrees") from None
    return {field.name: parse_number(f"{where}.{field.name}", str(raw), field.highest, field.lowest)}


def _records(field: model.Records, item: Any, by: Any, settings: CodePoints, what: str) -> Any:
    """Records from their objects. UsageError names the member that is wrong."""
    items = [item] if field.single else item
    if not isinstance(items, Sequence) or not all(isinstance(one, Mapping) for one in items):
        raise UsageError(f"{what} takes {'an object' if field.single else 'a list of objects'}, or octets as hex")
    if not items:
        return ()
    known = field.records if isinstance(field.by, int) else [field.chosen(by)]
    wrong: UsageError | None = None
    for record in known:  # where the record itself tells which it is, the first that takes the values
        if record is None:
            raise UsageError(f"{what}: with {field.by} {by} it takes octets as hex")
        made = values.CLASSES[record.value]
        try:
            found = tuple([made(**read_fields(record, one, settings, what)) for one in items])
        except UsageError as error:
            wrong = wrong or error
            continue
        return found[0] if field.single else found
    raise wrong or UsageError(f"{what} takes nothing")


def _sized(what: str, octets: bytes, count: model.Field | None) -> bytes:
    """Octets that their count can say."""
    if isinstance(count, model.Count) and (len(octets) > count.most or len(octets) % count.unit):
        words = f", in whole words of {count.unit}" if count.unit > 1 else ""
        raise UsageError(f"{what} has {len(octets)} octets; it takes up to {count.most}{words}")
    return octets


def _counted(records: Any, count: int) -> Any:
    """Records with a count that says otherwise, as octets."""
    if isinstance(records, Undecoded):
        return Undecoded(records.data, count)
    return records if len(records) == count else Undecoded(b"".join(map(octets_of, records)), count)


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
