"""The registry as tables that runtime.lua interprets: fields with their filter names, enumerations, rules.

A number that is a code point stands as its key; runtime.lua looks it up in the preferences.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pmiptool.dissector.expressions import Condition, Names, NotInLua, condition, exchange_condition
from pmiptool.dissector.lua import Raw
from pmiptool.dissector.steady import is_changing, is_steady
from pmiptool.registry import codepoints, form, model
from pmiptool.registry.ambiguities import ambiguity
from pmiptool.registry.catalogue import EXCHANGES, MESSAGES, OPTIONS, SPACES
from pmiptool.registry.codepoints import CodePoints
from pmiptool.registry.contradictions import OtherFields, OtherLength, OtherNumber, in_other_fields
from pmiptool.registry.exchange import Exchange, When
from pmiptool.registry.rule import Rule
from pmiptool.rules.observed import FAMILY

Table = dict[str, Any]

_NAMES = Names(
    frozenset(option.name for option in OPTIONS) | {f"option-{number}" for number in range(256)},
    frozenset(f"{one.name}.{field.name}" for one in OPTIONS for field in one.fields if isinstance(field, model.Prefix)),
)
_SHORT = {"traffic-selector": "ts", "binding-reference": "bref"}
"""Filter names of sub-options that differ from their own."""
_GROUPS = (
    ("CHECKSUM", ("checksum", "checksum-over-udp")),
    ("UNDECODED", ("unknown-type", "unknown-option", "unknown-sub-option")),
    ("MALFORMED", ("length", "header-length", "minimum-length", "option-past-end", "sub-option-past-end")),
)
_OWN = frozenset({10, 12, *range(17, 24)})
"""Message types that Wireshark's own dissector does not know, or gets wrong: ours shows their options too."""
READINGS = ("pba-act", "mhgid-nonzero", "binding-key", "handover", "flow-omission")
"""The readings of open questions that matter to what Wireshark shows: preferences."""
BY_HAND = frozenset({
    "rfc6275/6.1.7/care-of-address", "rfc6463/4.2/unicast", "rfc6705/10.1/order", "rfc6705/10.2/tuples",
    "rfc6275/6.2/trailing-padding", "mext/5.2.2.1/no-selector", "rfc6088/3/address-range", "rfc6275/9.2/answered",
    "rfc6275/6.1.7/answered", "rfc6275/6.1.8/lifetime-in-seconds",
    "mext/5.3.5/fid-echo", "mext/5.2.5/flows-unsupported",
    "mext/5.3.5/fid-changed", "mext/5.3.5/fid-suboptions", "mext/5.3.2/fid-twice-accepted", "mext/4.2/status-fits",
    "rfc6089/5.3.5/fid-echo", "rfc6089/5.3.5/flows-unsupported", "rfc6089/5.3.5/fid-changed",
    "rfc6089/5.3.5/fid-suboptions", "rfc6089/5.3.2/fid-twice-accepted", "rfc6089/4.2/status-fits",
    "mext/5.3.2.1/no-selector", "muho/4.2/pro", "muho/4.2/fid-unasked",
})  # fmt: skip
"""Rules that are functions in Python, and in by_hand.lua too."""
_TITLES = {
    "multihoming_option_type": "Multihoming option type",
    "status_mh_not_supported": "Status MH_NOT_SUPPORTED_BY_LMA",
    "status_reinstantiation_not_supported": "Status MH_FILTERS_REINSTANCIATION_NOT_SUPPORTED_BY_LMA",
    "flow_identification_option_type": "Flow Identification option type",
    "flow_summary_option_type": "Flow Summary option type",
    "dialect": "Dialect of the Flow Identification option",
    "fid_length_unit": "Unit of the Flow Identification option's length",
    "flow_description_suboption": "Flow description sub-option (mext)",
    "fid_status_bid_unknown": "Flow status: BID unknown (0: the dialect's own)",
    "reinstantiated_status": "Flow status of a re-instantiated flow",
    "pro_delete": "PRO value that deletes (0: none)",
}


def describe(settings: CodePoints, rules: Iterable[Rule]) -> Table:
    """Everything that the hand-written parts need; of the rules those that Lua can judge."""
    read = frozenset(item.id for item in form.form_rules() if item.holds is None)
    return {
        "preferences": [_preference(key, settings) for key in codepoints.KEYS],
        "readings": [_reading(key) for key in READINGS],
        "enums": {name: _enumeration(enum) for name, enum in _enumerations()},
        "messages": [_message(message) for message in MESSAGES],
        "options": [_option(option) for option in OPTIONS if not option.pad],
        "spaces": {key: _space(space) for key, space in SPACES.items()},
        "exchanges": [_exchange(exchange) for exchange in EXCHANGES],
        "form": {
            what.id.split("/", 2)[2]: what.id
            for what in form.HEADER_RULES
        },
        "rules": [_rule(item) for item in rules if judged_in_lua(item, read)],
    }  # fmt: skip


def _preference(key: str, settings: CodePoints) -> Table:
    value = getattr(settings, key)
    entry: Table = {"key": key, "title": _TITLES.get(key, key)}
    if key == "dialect":
        help_ = "draft-ietf-mext-flow-binding-02, which the multihoming draft builds on, or RFC 6089"
        return entry | {"default": settings.wire_dialect, "choices": ["mext", "rfc6089"], "help": help_}
    if key == "fid_length_unit":
        return entry | {"default": value, "choices": list(codepoints.LENGTH_UNITS), "help": "What its length counts"}
    optional = value is None or key in _optional()
    low, high = codepoints.RANGES[key]
    help_ = f"A number from {low} to {high}{', or 0' if optional else ''}"
    return entry | {"default": value or 0, "optional": optional or None, "help": help_}


def _reading(key: str) -> Table:
    question = ambiguity(key)
    return {
        "key": key, "preference": "reading_" + _snake(key), "title": f"Reading: {key}", "help": question.question,
        "choices": list(question.choices),
    }  # fmt: skip


def _optional() -> tuple[str, ...]:
    return tuple(key for key in codepoints.KEYS if getattr(codepoints.DEFAULT, key) is None)


def _enumerations() -> Iterator[tuple[str, model.Enumeration]]:
    """Every enumeration under a name of its own: two may share a key."""
    seen: dict[int, str] = {}
    for entry in (*MESSAGES, *OPTIONS, *(e for space in SPACES.values() for e in space.entries)):
        for field in _all_fields(entry):
            enum = getattr(field, "enum", None)
            if isinstance(enum, model.Enumeration) and id(enum) not in seen:
                name = enum_name(enum, seen.values())
                seen[id(enum)] = name
                yield name, enum


def _all_fields(entry: model.Entry) -> Iterator[model.Field]:
    """The fields of an entry and of the records in it."""
    for field in entry.fields:
        yield field
        if isinstance(field, model.Records):
            for record in field.records:
                yield from _all_fields(record)


def enum_name(enum: model.Enumeration, taken: Iterable[str]) -> str:
    name, more = enum.key.replace("-", "_"), 1
    while name in taken:
        more += 1
        name = f"{enum.key.replace('-', '_')}_{more}"
    return name


def _names() -> dict[int, str]:
    return {id(enum): name for name, enum in _enumerations()}


def _number(number: model.Number | None) -> int | str | None:
    return number.key if isinstance(number, model.CodePoint) else number


def _enumeration(enum: model.Enumeration) -> Table:
    numbers = {member.value: member.name for member in enum.members if isinstance(member.value, int)}
    chosen = {m.value.key: m.name for m in enum.members if isinstance(m.value, model.CodePoint)}
    return {"key": enum.key.upper().replace("-", "_"), "names": numbers, "chosen": chosen or None}


def _snake(name: str) -> str:
    return name.replace("-", "_")


def _message(message: model.Message) -> Table:
    proxy = None
    if message.proxy:
        proxy = {"name": message.proxy[0], "title": message.proxy[1]}
    mask = next(
        (f.mask for x in message.fields if isinstance(x, model.Flags) for f in x.flags if f.letter == "P"), None
    )
    return {
        "name": message.name, "title": message.title, "clause": str(message.clause), "number": _number(message.number),
        "proxy": proxy, "proxy_mask": mask if proxy else None, "own": message.number in _OWN or None,
        "when": message.when, "fields": _list(message.fields, "pmip6"),
    }  # fmt: skip


def _option(option: model.Option) -> Table:
    return {
        "name": option.name, "title": option.title, "clause": str(option.clause), "number": _number(option.number),
        "dialect": option.dialect, "units": option.units or None, "words": option.words or None,
        "length_rule": form.length_rule(option).id, "changing": is_changing(option) or None,
        "fields": _list(option.fields, f"pmip6.{_snake(option.name)}"),
    } | _otherwise(option)  # fmt: skip


_NUMBERS = frozenset(
    number
    for option in OPTIONS
    for found in option.contradictions
    if isinstance(found.how, OtherNumber)
    for number in found.how.numbers
)


def _otherwise(option: model.Option) -> Table:
    """How an option can be read otherwise, where the texts contradict themselves."""
    lengths: list[Table] = []
    numbers: Table | None = None
    for found in option.contradictions:
        table = {"rule": form.contradiction_rule(option, found).id, "text": f"{option.title}: {found.other}"}
        if isinstance(found.how, OtherLength):
            turned = f"{option.title}: {found.taken}"
            how = {"unit": found.how.unit, "more": found.how.more, "last": found.how.last or None}
            lengths.append(table | how | {"turned": turned})
        elif isinstance(found.how, OtherNumber):
            numbers = table | {"list": list(found.how.numbers)}
    carried = numbers is not None or option.number in _NUMBERS
    return {
        "lengths": lengths or None, "numbers": numbers,
        "carried_in": {name: True for name in option.carried_in} if carried else None,
    }  # fmt: skip


def _exchange(exchange: Exchange) -> Table:
    return {
        "name": exchange.name, "title": exchange.title, "request": exchange.request, "answer": exchange.answer,
        "family": FAMILY[exchange.name], "pairs": list(exchange.pairs), "mn_id": exchange.mn_id or None,
        "answer_when": _when(exchange.answer_when), "asks_when": _when(exchange.asks_when),
        "unsolicited_when": _when(exchange.unsolicited_when), "repeat_when": _when(exchange.repeat_when),
    }  # fmt: skip


def _when(when: When | None) -> Table | None:
    return None if when is None else {"field": when.field, "mask": Raw(f"{when.mask:#x}"), "value": when.value}


def _space(space: model.SubOptionSpace) -> Table:
    past_end, unknown = form.suboption_rules(space.key)
    return {
        "key": space.key, "header": 2 if space.counts_header else 0, "past_end": past_end.id,
        "unknown": None if space.open else unknown.id,
        "entries": [_suboption(entry) for entry in space.entries],
        "forms": [made for entry in space.entries for made in _forms(entry)],
    }  # fmt: skip


def _forms(entry: model.SubOption) -> Iterator[Table]:
    """A sub-option in other fields, where the texts contradict themselves."""
    for found in entry.contradictions:
        if isinstance(found.how, OtherFields):
            rule, text = form.contradiction_rule(entry, found).id, f"{entry.title}: {found.other}"
            how: Table = {"rule": rule, "text": text, "when": entry.when, "when_at": found.how.when_at}
            yield _suboption(in_other_fields(entry, found.what)) | how


def _padn(entry: model.SubOption) -> Table | None:
    """PadN whose length can be read otherwise: how many octets more than it says stand behind it."""
    for found in entry.contradictions:
        if isinstance(found.how, OtherLength):
            rule, text = form.contradiction_rule(entry, found).id, f"{entry.title}: {found.other}"
            return {"rule": rule, "text": text, "more": found.how.more}
    return None


def _suboption(entry: model.SubOption) -> Table:
    table: Table = {"name": entry.name, "title": entry.title, "number": _number(entry.number), "pad": entry.pad or None}
    if entry.pad:
        return table | {"padn": _padn(entry)}
    prefix = f"pmip6.{_SHORT.get(entry.name, _snake(entry.name))}"
    table |= {
        "clause": str(entry.clause),
        "when": entry.when,
        "when_at": entry.when_at or None,
        "length_rule": form.length_rule(entry).id,
    }
    if isinstance(entry.fields[-1], model.Flagged):
        table["start_rule"] = form.start_rule(entry).id
    return table | {"fields": _list(entry.fields, prefix)}


def _list(fields: tuple[model.Field, ...], prefix: str) -> list[Table]:
    """The fields of an entry; those that share octets stand together as one `bits`."""
    found: list[Table] = []
    group: list[model.UInt] = []
    for field in fields:
        if isinstance(field, model.UInt) and not field.signed and (group or field.bits % 8):
            group.append(field)
            total = sum(member.bits for member in group)
            if total % 8 == 0:
                found.append(_bits(group, total, prefix))
                group = []
        else:
            found.append(_field(field, prefix, fields))
    return found


def _uint(field: model.UInt, prefix: str) -> Table:
    return {
        "name": field.name, "filter": f"{prefix}.{field.name}", "title": _title(field),
        "enum": _names().get(id(field.enum)) if field.enum else None,
        "unit": field.unit, "reserved": field.reserved or None,
    }  # fmt: skip


def _title(field: model.Field) -> str:
    return field.title.partition(";")[0] or field.name.replace("_", " ").capitalize()


def _bits(group: list[model.UInt], total: int, prefix: str) -> Table:
    parts, left = [], total
    for field in group:
        left -= field.bits
        mask = ((1 << field.bits) - 1) << left
        parts.append(_uint(field, prefix) | {"weight": 1 << left, "count": 1 << field.bits, "mask": Raw(f"{mask:#x}")})
    return {"kind": "bits", "octets": total // 8, "parts": parts}


def _field(field: model.Field, prefix: str, fields: tuple[model.Field, ...]) -> Table:
    """One field of whole octets, of those that stand together."""
    common: Table = {"name": field.name, "filter": f"{prefix}.{field.name}", "title": _title(field)}
    if isinstance(field, model.UInt) and field.signed:
        degrees = {"fraction": 1 << field.fraction, "degrees_filter": f"{prefix}.{field.name}_degrees"}
        return {"kind": "signed", "octets": field.bits // 8} | common | (degrees if field.fraction else {})
    if isinstance(field, model.UInt):
        return {"kind": "uint", "octets": field.bits // 8} | _uint(field, prefix)
    if isinstance(field, model.Flags):
        flags = [
            {"filter": f"{prefix}.{field.name}.{flag.letter.lower()}", "title": f"{flag.letter}: {flag.title}",
             "letter": flag.letter, "mask": Raw(f"{flag.mask:#x}"), "also": _also(flag)}
            for flag in field.flags
        ]  # fmt: skip
        spare = (1 << field.bits) - 1 - field.known
        reserved = {"filter": f"{prefix}.{field.name}.reserved", "mask": Raw(f"{spare:#x}")} if spare else None
        return {"kind": "flags", "octets": field.bits // 8} | common | {"flags": flags, "reserved": reserved}
    if isinstance(field, (model.Address, model.Addresses)):
        # One filter name has one type: those of IPv4 have a 4 behind them, as everywhere.
        common |= {"filter": f"{common['filter']}4"} if field.size == 4 else {}
        if isinstance(field, model.Address):
            return {"kind": "address", "octets": field.size} | common
        return {"kind": "addresses", "octets": field.size} | common | {"count": field.count}
    if isinstance(field, model.Octets) and field.form != "text":
        return {"kind": "octets", "octets": field.size} | common
    if isinstance(field, (model.Octets, model.Sized)):
        shown = {"octets_filter": f"{prefix}.{field.name}_octets"} if field.form == "text" else {}
        if isinstance(field, model.Octets):
            return {"kind": "text", "octets": field.size} | common | shown | {"form": field.form}
        unit = next(one.unit for one in fields if isinstance(one, model.Count) and one.name == field.count)
        return {"kind": "sized"} | common | shown | {"form": field.form, "count": field.count, "unit": unit}
    if isinstance(field, model.Records):
        return {"kind": "records"} | common | _records(field, prefix)
    if isinstance(field, model.Count):
        return {"kind": "uint", "octets": field.bits // 8} | common
    if isinstance(field, model.Prefix):
        return {"kind": "prefix"} | common | {"length_filter": f"{prefix}.prefix_length"}
    if isinstance(field, model.Time48):
        return {"kind": "time48"} | common | {"time_filter": f"{prefix}.time"}
    if isinstance(field, model.Rest):
        forms = dict(field.forms) or None
        shown = {"octets_filter": f"{prefix}.{field.name}_octets"} if field.form != "hex" else {}
        by = field.form if forms else None
        return {"kind": "rest"} | common | shown | {
            "form": None if forms else field.form, "by": by, "forms": forms, "minimum": field.minimum or None,
        }  # fmt: skip
    if isinstance(field, model.AddressRest):
        return {"kind": "address_rest"} | common | {"filter4": f"{prefix}.{field.name}4", "sizes": list(field.sizes)}
    if isinstance(field, model.Numbers):
        return {"kind": "numbers", "octets": field.bits // 8} | common | {"maximum": field.maximum}
    if isinstance(field, model.SubOptions):
        return {"kind": "suboptions"} | common | {"space": field.space}
    if isinstance(field, model.Flagged):
        return _flagged(field, prefix)
    raise TypeError(f"the dissector knows no field of kind {type(field).__name__}")


def _also(flag: model.Flag) -> Table | None:
    """What the bit means instead beside an option."""
    also = flag.also
    if also is None:
        return None
    return {"letter": also.letter, "title": f"{also.letter}: {also.title}", "beside": also.beside}


def _records(field: model.Records, prefix: str) -> Table:
    """What tells which record it is, and the fields of each."""
    places = {id(record): place for place, record in enumerate(field.records, 1)}
    records = [
        {"title": record.title, "fields": _list(record.fields, f"{prefix}.{field.name}")} for record in field.records
    ]
    return {
        "octets_filter": f"{prefix}.{field.name}_octets", "single": field.single or None, "count": field.count or None,
        "by": field.by if isinstance(field.by, str) else None, "by_at": field.by if isinstance(field.by, int) else None,
        "of": {number: places[id(record)] for number, record in field.of}, "records": records,
    }  # fmt: skip


def _flagged(field: model.Flagged, prefix: str) -> Table:
    parts = []
    for part in field.parts:
        name = f"{prefix}.{part.name}"
        if part.kind == "address" and part.bits == 32:
            stem, end = part.name.removesuffix("_end"), "_end" if part.name.endswith("_end") else ""
            name = f"{prefix}.{stem}4{end}"
        mask = part.mask
        if mask is None and part.shift:
            mask = (1 << part.bits) - (1 << part.shift)
        parts.append({
            "name": part.name, "filter": name, "title": part.title.partition(":")[0], "kind": part.kind,
            "octets": part.bits // 8, "flag": Raw(f"{1 << (31 - part.flag):#x}"),
            "mask": None if mask is None else Raw(f"{mask:#x}"), "start": part.start,
            "weight": None if mask is None else mask & -mask,
            "count": None if mask is None else mask // (mask & -mask) + 1,
        })  # fmt: skip
    return {
        "kind": "flagged", "name": field.name, "filter": f"{prefix}.{field.name}", "title": "Reserved flags",
        "word_filter": f"{prefix}.flags", "reserved_mask": Raw(f"{field.reserved_mask:#x}"), "parts": parts,
    }  # fmt: skip


def expert_filter(rule_id: str) -> str:
    """The filter name of a rule's expert information."""
    return "pmip6.expert." + rule_id.replace("/", ".")


def _rule(rule: Rule) -> Table:
    """A rule; `broken` is absent where the reader judges it while it reads, or by_hand.lua does."""
    what = rule.id.split("/", 2)[2]
    group = next((name for name, ids in _GROUPS if what in ids), "PROTOCOL")
    table: Table = {
        "id": rule.id, "filter": expert_filter(rule.id), "level": rule.level, "group": group,
        "clause": str(rule.clause), "sentence": rule.sentence, "dialect": rule.dialect,
    }  # fmt: skip
    if rule.holds is None:
        return table
    found = _condition(rule)
    about = (rule.field or "").partition(".")[0].partition("/")[0]
    arguments = "m, e, v" if found.each else "m, r" if rule.scope == "exchange" else "m"
    return table | {
        "scope": rule.scope if rule.scope != "message" else None,
        "messages": {name: True for name in rule.messages} or None, "on": found.on, "each": found.each or None,
        "alone": found.alone or None, "steady": is_steady(rule.holds) or None,
        "about": about if about in _NAMES.options else None,
        "broken": Raw(f"function({arguments}) return {found.broken} end"),
    }  # fmt: skip


def _condition(rule: Rule) -> Condition:
    assert rule.holds is not None
    return (exchange_condition if rule.scope == "exchange" else condition)(rule.holds, _NAMES)


def judged_in_lua(rule: Rule, read: frozenset[str]) -> bool:
    """Whether the dissector judges a rule: an expression, one of `read`, which the reader judges, or by hand."""
    if rule.scope not in ("message", "exchange") or rule.holds is None:
        return rule.id in read or rule.id in BY_HAND
    try:
        _condition(rule)
    except NotInLua:
        return False
    return True
