"""Entries with fields of open size before their end, or with records inside: the same two functions, made one by one.

What stands before an open field says how large it is, so these are read from the front, each where the last one ended.
`read(data, start, end, context)` gives the value and where it ends, or None when octets are missing.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from typing import Any

from pmiptool.registry import model
from pmiptool.wire import values
from pmiptool.wire.runs import Run, function
from pmiptool.wire.values import Undecoded

Read = Callable[[bytes, int, int, Any], "tuple[Any, int] | None"]
Body = Callable[[Any], bytes]

_OURS = frozenset({"d", "s", "e", "at", "stop", "found", "context", "v", "out"})
"""What the functions call their own variables."""


def is_sequence(entry: model.Entry) -> bool:
    """Whether an entry is read field by field."""
    return isinstance(entry, model.Record) or any(isinstance(f, (model.Sized, model.Records)) for f in entry.fields)


def _segments(fields: tuple[model.Field, ...]) -> Iterator[Run | model.Field]:
    """Fields of fixed size that follow each other as one, and each of open size."""
    fixed: list[model.Field] = []
    for field in fields:
        if isinstance(field, model.FixedField):
            fixed.append(field)
            continue
        if fixed:
            yield Run(tuple(fixed))
            fixed = []
        yield field
    if fixed:
        yield Run(tuple(fixed))


def source_of(entry: model.Entry) -> str:
    """The source of `read` and `body`."""
    reading, checks, parts = ["at = s"], [], []
    found: dict[str, str] = {}
    for index, segment in enumerate(_segments(entry.fields)):
        if isinstance(segment, Run):
            reading += [
                f"if e - at < {segment.size}: return None",
                f"{', '.join(segment.variables)}, = unpack_{index}(d, at)",
                f"at += {segment.size}",
            ]
            if _OURS & set(segment.variables):
                raise TypeError(f"a field of {entry.name} needs another name: {segment.variables}")
            found |= segment.unpacked
            checks += segment.checks
            parts.append(f"pack_{index}({', '.join(segment.packed)})")
            continue
        name = segment.name
        found[name] = name
        if isinstance(segment, model.Sized):
            reading.append(f"stop = at + {_unit(entry, segment.count)} * {segment.count}")
            reading += ["if stop > e: return None", f"{name} = d[at:stop]", "at = stop"]
            parts.append(f"v.{name}")
        elif isinstance(segment, model.Addresses):
            reading += [f"stop = at + {segment.size} * {segment.count}", "if stop > e: return None"]
            reading.append(f"{name} = tuple([d[i:i + {segment.size}] for i in range(at, stop, {segment.size})])")
            reading.append("at = stop")
            checks.append(f"any([len(one) != {segment.size} for one in v.{name}])")
            parts.append(f"b''.join(v.{name})")
        elif isinstance(segment, model.Records):
            by = found[segment.by] if isinstance(segment.by, str) else None
            reading.append(f"found = read_{name}(d, at, e, {by}, {segment.count or None}, context)")
            reading += ["if found is None: return None", f"{name}, at = found"]
            parts.append(f"pack_{name}(v.{name}, {f'v.{segment.by}' if by else None})")
        elif isinstance(segment, model.Rest):
            reading += [f"if e - at < {segment.minimum}: return None", f"{name} = d[at:e]", "at = e"]
            parts.append(f"v.{name}")
        else:
            raise TypeError(f"{entry.name}: {name} does not stand among fields of open size")
    arguments = [found[field.name] for field in entry.fields if not isinstance(field, model.Count)]
    reading.append(f"return Value({', '.join(arguments)}), at")
    packing = [f"if {check}: raise ValueError" for check in checks]
    packing.append(f"return b''.join(({', '.join(parts)},))")
    return function("read(d, s, e, context)", reading) + function("body(v)", packing)


_WHOLE = function(
    "unpack(d, s, e, context)",
    ["found = read(d, s, e, context)", "return found[0] if found is not None and found[1] == e else None"],
) + function(
    "packed(v, encode_suboptions)", ["out = body(v)", "return bytes((KIND, 0 if WORDS else len(out) + EXTRA)) + out"]
)


def compile_sequence(entry: model.Entry, number: int, extra: int) -> dict[str, Any]:
    """`unpack`, `packed`, and what they call, by name."""
    scope: dict[str, Any] = {
        "Value": values.CLASSES[entry.value],
        "KIND": number,
        "EXTRA": extra,
        "WORDS": isinstance(entry, model.Option) and entry.words,  # the codec counts those itself
        "count_of": count_of,
    }
    for index, segment in enumerate(_segments(entry.fields)):
        if isinstance(segment, Run):
            made = struct.Struct(segment.format)
            scope[f"unpack_{index}"], scope[f"pack_{index}"] = made.unpack_from, made.pack
        elif isinstance(segment, model.Records):
            scope[f"read_{segment.name}"], scope[f"pack_{segment.name}"] = _records(segment)
    exec(compile(source_of(entry) + _WHOLE, f"<{entry.name} of the registry>", "exec"), scope)
    scope["unpack"].read = scope["read"]
    return scope


_made: dict[str, tuple[Read, Body]] = {}


def _compile_record(record: model.Record) -> tuple[Read, Body]:
    if record.value not in _made:
        scope = compile_sequence(record, 0, 0)
        _made[record.value] = scope["read"], scope["body"]
    return _made[record.value]


def octets_of(value: Any) -> bytes:
    """The octets of one record. Raises ValueError or struct.error where a value does not fit its field."""
    entry = values.ENTRIES[type(value)]
    assert isinstance(entry, model.Record)
    return _compile_record(entry)[1](value)


def read_record(record: model.Record, octets: bytes) -> Any:
    """The record that begins these octets; None where they are too few."""
    found = _compile_record(record)[0](octets, 0, len(octets), None)
    return None if found is None else found[0]


def count_of(item: Any, unit: int) -> int:
    """What a count says of a list, of octets in units, or of records that are no more than octets."""
    if type(item) is Undecoded:
        return int(item.count)
    if len(item) % unit:
        raise ValueError
    return len(item) // unit


def _unit(entry: model.Entry, name: str) -> int:
    field = entry.field(name)
    return field.unit if isinstance(field, model.Count) else 1


def _records(field: model.Records) -> tuple[Callable[..., Any], Callable[[Any, Any], bytes]]:
    """Reading and packing of records."""
    compiled = {record.value: _compile_record(record) for record in field.records}
    bodies = {values.CLASSES[value]: made[1] for value, made in compiled.items()}

    def read(d: bytes, at: int, e: int, by: int | None, count: int | None, context: Any) -> Any:
        if not field.single and (count == 0 or (count is None and at == e)):
            return (), at
        if isinstance(field.by, int):
            if at + field.by >= e:
                return None
            by = d[at + field.by]
        record = field.chosen(by)
        if record is None:
            return Undecoded(d[at:e], count or 0), e
        read_one = compiled[record.value][0]
        if field.single:
            return read_one(d, at, e, context)
        found: list[Any] = []
        while at < e if count is None else len(found) < count:
            one = read_one(d, at, e, context)
            if one is None:
                if count is None:
                    break
                return None
            found.append(one[0])
            at = one[1]
        return tuple(found), at

    def pack(item: Any, by: int | None) -> bytes:
        if type(item) is Undecoded:
            return bytes(item.data)
        members = (item,) if field.single else item
        packed = [bodies[type(one)](one) if type(one) in bodies else None for one in members]
        if not packed:
            return b""
        if isinstance(field.by, int) and packed[0] is not None:
            by = packed[0][field.by]
        record = field.chosen(by)
        if record is None or {type(one) for one in members} != {values.CLASSES[record.value]}:
            raise ValueError
        return b"".join([one for one in packed if one is not None])

    return read, pack


def problem(
    entry: model.Entry, value: Any, field: model.Field, explain: Callable[[model.Entry, Any], str]
) -> str | None:
    """What does not fit a field of open size that stands before the end, or of records."""
    item = getattr(value, field.name)
    if isinstance(field, model.Sized):
        count = entry.field(field.count)
        most, unit = (count.most, count.unit) if isinstance(count, model.Count) else (255, 1)
        if isinstance(item, bytes) and len(item) <= most and len(item) % unit == 0:
            return None
        words = f" in whole words of {unit}" if unit > 1 else ""
        return f"it takes up to {most} octets{words}"
    if isinstance(field, model.Records) and type(item) is not Undecoded:
        record = field.chosen(getattr(value, field.by) if isinstance(field.by, str) else None)
        open_ = isinstance(field.by, int)  # the record itself tells which it is
        known = {values.CLASSES[one.value]: one for one in (field.records if open_ or record is None else (record,))}
        if not field.single and not isinstance(item, (tuple, list)):
            return "it takes a list of records"
        for one in (item,) if field.single else item:
            if record is None and not open_:
                return f"{field.by} {getattr(value, str(field.by))} takes octets"
            if type(one) not in known:
                return f"it takes {' or '.join(entry.title for entry in known.values())}"
            try:
                _compile_record(known[type(one)])[1](one)
            except (struct.error, ValueError, TypeError, AttributeError, OverflowError):
                return explain(known[type(one)], one)
        if isinstance(field.by, int) and item:
            record = field.chosen(octets_of(item[0])[field.by])
            if record is None or any(type(one) is not values.CLASSES[record.value] for one in item):
                return f"octet {field.by} of the first record tells otherwise what they are"
    return None
