"""The registry as tables for people and programs: what `pmiptool registry` shows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pmiptool.registry import catalogue, form, model
from pmiptool.registry.codepoints import DEFAULT, CodePoints
from pmiptool.registry.exchange import Exchange
from pmiptool.registry.rfc6275 import BINDING_STATUS

SCHEMA = "pmiptool/registry/1"


def whole(settings: CodePoints = DEFAULT) -> dict[str, Any]:
    """Everything: `{"schema": ..., "messages": [...], "options": [...], "exchanges": [...], ...}`."""
    return {
        "schema": SCHEMA,
        "messages": [_message(entry, proxy, settings) for entry, proxy in _messages()],
        "options": [_entry(entry, number) for number, entry in _options(settings)],
        "suboptions": [_suboption(entry, number, space) for space, number, entry in _suboptions(settings)],
        "exchanges": [_exchange(exchange) for exchange in catalogue.EXCHANGES],
        "statuses": _members(BINDING_STATUS, settings),
        "enumerations": [
            {"name": key, "title": enum.title, "members": _members(enum, settings)}
            for key, enum in enumerations(settings).items()
        ],
        "contradictions": list(contradictions()),
    }


def _exchange(exchange: Exchange) -> dict[str, Any]:
    """A request and its answer; `pairs`: what an answer has in common with the request that it belongs to."""
    return {
        "name": exchange.name,
        "title": exchange.title,
        "request": exchange.request,
        "answer": exchange.answer,
        "ways": [" to ".join(way) for way in exchange.ways],
        "pairs": [*exchange.pairs, *(["mn-id"] if exchange.mn_id else [])],
        "document": exchange.clause.document,
        "section": exchange.clause.section,
    }


def contradictions() -> Iterator[dict[str, Any]]:
    """Where the texts contradict themselves: what is read, why, and what else is accepted, in the registry's order.

    `name`: the entry; `taken`, `why`, `other`; `source`: where the other reading stands; `note`: the rule that says
    that a message follows it (None: no octets tell the two apart).
    """
    spaces = catalogue.SPACES.values()
    entries = (*catalogue.MESSAGES, *catalogue.OPTIONS, *(entry for space in spaces for entry in space.entries))
    seen = set()
    for entry in entries:
        for shown in _contradictions(entry):
            if (entry.name, shown["other"], shown["source"]) not in seen:
                seen.add((entry.name, shown["other"], shown["source"]))
                yield {"name": entry.name, **shown}


def _contradictions(entry: model.Entry) -> list[dict[str, Any]]:
    return [
        {
            "taken": found.taken,
            "why": found.why,
            "other": found.other,
            "source": str(model.clause(found.source)),
            "note": form.contradiction_rule(entry, found).id if found.how is not None else None,
        }
        for found in entry.contradictions
    ]


def sentences(settings: CodePoints = DEFAULT) -> list[tuple[str, str]]:
    """Every name that `describe` takes, with a sentence."""
    found: dict[str, str] = {}
    for message, proxy in _messages():
        shown = _message(message, proxy, settings)
        found[shown["name"]] = f"Message {shown['type']}, {shown['title']} ({shown['document']} {shown['section']})."
    for number, option in _options(settings):
        found[option.name] = f"Option {number}, {option.title} ({option.clause})."
    for space, number, entry in _suboptions(settings):
        if entry.name in found:
            continue
        found[entry.name] = f"Sub-option {number} of {_owner(space)}, {_plain_title(entry)} ({_document(entry)})."
    for key, enum in enumerations(settings).items():
        found.setdefault(key, f"Enumeration, {enum.title}.")
    return list(found.items())


def describe(name: str, settings: CodePoints = DEFAULT) -> dict[str, Any] | None:
    """One message, option, sub-option or enumeration with its fields and members; None where there is none."""
    for message, proxy in _messages():
        if name == (message.proxy[0] if proxy and message.proxy else message.name):
            shown = {"kind": "message", **_message(message, proxy, settings), "fields": _fields(message)}
            more = {"members": _members_of(message, settings), "exchanges": _exchanges(name)}
            return {**shown, **{key: value for key, value in more.items() if value}, **_remarks(message)}
    for number, option in catalogue.options(settings):
        if option.name == name:
            return {"kind": "option", **_entry(option, number), **_details(option, settings)}
    found = [(space, number, entry) for space, number, entry in _suboptions(settings) if entry.name == name]
    if found:
        space, number, entry = found[0]
        shown = {"kind": "sub-option", **_suboption(entry, number, space), "title": _plain_title(entry)}
        fields = []
        for _, _, entry in found:
            fields += [{**field, "title": _of_format(entry, field, len(found))} for field in _fields(entry)]
        formats = [entry.when for _, _, entry in found if entry.when is not None]
        return {**shown, "format": formats, "fields": fields, **_remarks(found[0][2])}
    enum = enumerations(settings).get(name)
    if enum is not None:
        return {"kind": "enumeration", "name": name, "title": enum.title, "members": _members(enum, settings)}
    return None


def _document(entry: model.Entry) -> str:
    return model.DOCUMENT_TITLES.get(entry.clause.document, entry.clause.document)


def _options(settings: CodePoints) -> list[tuple[int, model.Option]]:
    """By number."""
    return sorted(catalogue.options(settings), key=lambda found: found[0])


def _messages() -> Iterator[tuple[model.Message, bool]]:
    """By number; the messages of one type in the order of the registry."""
    for message in sorted(catalogue.MESSAGES, key=lambda entry: model.resolve(entry.number or 0, DEFAULT) or 0):
        if message.proxy:
            yield message, True
        yield message, False


def _message(message: model.Message, proxy: bool, settings: CodePoints) -> dict[str, Any]:
    shown = _entry(message, model.resolve(message.number or 0, settings))
    if proxy and message.proxy:
        name, title, clause = message.proxy
        shown |= {"name": name, "title": title, "document": clause.document, "section": clause.section}
    return shown


def _entry(entry: model.Entry, number: int | None) -> dict[str, Any]:
    return {
        "type": number,
        "name": entry.name,
        "title": entry.title,
        "document": _document(entry),
        "section": entry.clause.section,
    }


def _suboption(entry: model.SubOption, number: int, space: str) -> dict[str, Any]:
    return {**_entry(entry, number), "of": _owner(space), "space": space, "format": entry.when}


def _suboptions(settings: CodePoints) -> Iterator[tuple[str, int, model.SubOption]]:
    """Of the spaces whose option is in force."""
    used = {
        field.space
        for _, option in catalogue.options(settings)
        for field in option.fields
        if isinstance(field, model.SubOptions)
    }
    for key, space in catalogue.SPACES.items():
        if key in used:
            for number, entry in catalogue.suboptions(space, settings):
                yield key, number, entry


def _spaces(option: model.Option) -> set[str]:
    return {field.space for field in option.fields if isinstance(field, model.SubOptions)}


def _owner(space: str) -> str:
    """The option whose sub-options these are."""
    return next(option.name for option in catalogue.OPTIONS if space in _spaces(option))


def _plain_title(entry: model.SubOption) -> str:
    """A title that several formats share: Traffic Selector."""
    return entry.title if entry.when is None else entry.title.partition(" ")[2]


def _of_format(entry: model.SubOption, field: dict[str, Any], formats: int) -> str:
    return field["title"] if formats == 1 else f"{field['title']} (format {entry.when})"


def _details(option: model.Option, settings: CodePoints) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "alignment": _alignment(option.align),
        "alignment_filled": _alignment(option.align_filled),
        "carried_in": list(option.carried_in),
        "at_most": option.at_most,
        "dialect": option.dialect,
        "setting": option.number.key if isinstance(option.number, model.CodePoint) else None,
    } | _remarks(option)
    shown["fields"] = _fields(option)
    spaces = {field.space for field in option.fields if isinstance(field, model.SubOptions)}
    shown["suboptions"] = [
        _suboption(entry, number, space) for space, number, entry in _suboptions(settings) if space in spaces
    ]
    shown["members"] = _members_of(option, settings)
    return {key: value for key, value in shown.items() if value not in (None, "", [])}


def _remarks(entry: model.Entry) -> dict[str, Any]:
    remarks = {"note": entry.note, "contradictions": _contradictions(entry)}
    return {key: value for key, value in remarks.items() if value}


def _exchanges(name: str) -> list[dict[str, Any]]:
    """Those that a message is part of."""
    return [_exchange(one) for one in catalogue.EXCHANGES if name in (one.request, one.answer)]


def _alignment(align: tuple[int, int] | None) -> str | None:
    if align is None:
        return None
    return f"{align[0]}n+{align[1]}" if align[1] else f"{align[0]}n"


def _fields(entry: model.Entry) -> list[dict[str, Any]]:
    """Name, size in bits (None: what is left), title, and the enumeration of its values."""
    shown: list[dict[str, Any]] = []
    for field in entry.fields:
        if isinstance(field, model.Flagged):
            shown.append({"name": "flags", "bits": 32, "title": "Which of the members below are there"})
            shown += [{"name": part.name, "bits": part.bits, "title": part.title} for part in field.parts]
            continue
        row: dict[str, Any] = {"name": field.name, "bits": _bits(field), "title": field.title}
        if isinstance(field, model.UInt) and field.enum is not None:
            row["enumeration"] = field.enum.key
        if isinstance(field, model.Flags):
            row["flags"] = [_flag(flag, field.bits) for flag in field.flags]
        shown.append(row)
        records = field.records if isinstance(field, model.Records) else ()
        for record in records:
            several = f" ({record.title})" if len(records) > 1 else ""
            shown += [
                {**inner, "name": f"{field.name}.{inner['name']}", "title": inner["title"] + several}
                for inner in _fields(record)
            ]
    return shown


def _flag(flag: model.Flag, bits: int) -> dict[str, Any]:
    mask = f"{flag.mask:#0{2 + bits // 4}x}"
    return {"letter": flag.letter, "mask": mask, "title": flag.title, "document": flag.document}


def _bits(field: model.Field) -> int | None:
    if isinstance(field, (model.UInt, model.Flags, model.Count)):
        return field.bits
    if isinstance(field, (model.Octets, model.Address)):
        return 8 * field.size
    return {model.Prefix: 136, model.Time48: 64}.get(type(field))


def _members(enum: model.Enumeration, settings: CodePoints) -> list[dict[str, Any]]:
    return [
        {"value": number, "name": member.name, "title": member.title,
         "document": model.DOCUMENT_TITLES.get(member.document, member.document)}
        for number, member in sorted(enum.numbered(settings), key=lambda pair: pair[0])
    ]  # fmt: skip


def _members_of(entry: model.Entry, settings: CodePoints) -> list[dict[str, Any]]:
    """The values of all its fields that have names, but the many of BINDING_STATUS."""
    return [
        {**member, "enumeration": field.enum.key}
        for field in entry.fields
        if isinstance(field, model.UInt) and field.enum is not None and field.enum is not BINDING_STATUS
        for member in _members(field.enum, settings)
    ]


def enumerations(settings: CodePoints = DEFAULT) -> dict[str, model.Enumeration]:
    """Every enumeration in force by its key; the status codes of acknowledgements are `status`."""
    found: dict[str, model.Enumeration] = {}
    entries: list[model.Entry] = [*catalogue.MESSAGES, *(option for _, option in catalogue.options(settings))]
    entries += [entry for _, _, entry in _suboptions(settings)]
    for entry in entries:
        for field in _every_field(entry):
            if isinstance(field, model.UInt) and field.enum is not None:
                found.setdefault(field.enum.key, field.enum)
    return found


def _every_field(entry: model.Entry) -> Iterator[model.Field]:
    """The fields of an entry and of the records in it."""
    for field in entry.fields:
        yield field
        for record in field.records if isinstance(field, model.Records) else ():
            yield from _every_field(record)
