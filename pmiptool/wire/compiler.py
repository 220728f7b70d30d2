"""Turns the fields of an entry into two Python functions: one that unpacks its octets, one that packs its value.

Compiled once per entry, because an interpreter of field descriptions would be several times slower. The source
reads like what a person would write for that one entry; `source_of` shows it.

An unpacking function `(data, start, end, context)` returns the value, or None when the octets do not fit the format
exactly. A packing function returns the octets, of options and sub-options with type and length, and may raise
struct.error, ValueError, TypeError or AttributeError; `explain` then says which field is wrong.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from typing import Any

from pmiptool.registry import model
from pmiptool.wire import values
from pmiptool.wire.runs import CODES, Run, function
from pmiptool.wire.sequence import compile_sequence, count_of, is_sequence, problem
from pmiptool.wire.values import Prefix

Unpack = Callable[[bytes, int, int, Any], Any]
Pack = Callable[[Any, Any], bytes]


def _unpack_rest(field: model.Field, at: str) -> Iterator[str]:
    """Lines that unpack the one field of open size from `at` to `e` into `rest`."""
    if isinstance(field, model.Rest):
        if field.minimum:
            yield f"if e - ({at}) < {field.minimum}: return None"
        yield f"rest = d[{at}:e]"
    elif isinstance(field, model.AddressRest):
        yield f"if e - ({at}) not in {field.sizes}: return None"
        yield f"rest = d[{at}:e]"
    elif isinstance(field, model.Numbers):
        octets = field.bits // 8
        yield f"if (e - ({at})) % {octets}: return None"
        if field.maximum is not None:
            yield f"if e - ({at}) > {octets * field.maximum}: return None"
        yield f"rest = unpack_from('!%d{CODES[field.bits]}' % ((e - ({at})) // {octets}), d, {at})"
    elif isinstance(field, model.Addresses):
        yield f"if e - ({at}) != {field.size} * {field.count}: return None"
        yield f"rest = tuple([d[i:i + {field.size}] for i in range({at}, e, {field.size})])"
    elif isinstance(field, model.SubOptions):
        yield f"rest = context.suboptions({field.space!r}, d, {at}, e)"
    else:
        raise TypeError(f"no field of open size: {field}")


def _pack_rest(field: model.Field) -> str:
    name = f"v.{field.name}"
    if isinstance(field, model.Numbers):
        return f"pack('!%d{CODES[field.bits]}' % len({name}), *{name})"
    if isinstance(field, model.Addresses):
        return f"b''.join({name})"
    if isinstance(field, model.SubOptions):
        return f"encode_suboptions({field.space!r}, {name})"
    return name


def _flagged_source(entry: model.Entry, run: Run, field: model.Flagged) -> tuple[str, str]:
    """Unpacking and packing of flag bits and the members they announce (RFC 6088 3)."""
    at = f"s + {run.size}"
    lines = [f"if e - s < {run.size + 4}: return None", f"{', '.join(run.variables)}, = unpack_head(d, s)"]
    lines += [f"flags, = unpack_from('!I', d, {at})", f"at = {at} + 4"]
    packing = []
    for part in field.parts:
        octets, mask = part.bits // 8, 1 << (31 - part.flag)
        lines.append(f"if flags & {mask:#x}:")
        lines.append(f"    if at + {octets} > e: return None")
        if part.kind == "address":
            lines.append(f"    {part.name} = d[at:at + {octets}]")
        else:
            lines.append(f"    {part.name}, = unpack_from('!{CODES[part.bits]}', d, at)")
        lines += [f"    at += {octets}", f"else: {part.name} = None"]
        value = f"v.{part.name}"
        packing += [f"if {value} is not None:", f"    flags |= {mask:#x}"]
        if part.kind == "address":
            packing += [f"    if len({value}) != {octets}: raise ValueError", f"    out += {value}"]
        else:
            packing.append(f"    out += pack('!{CODES[part.bits]}', {value})")
    lines.append("if at != e: return None")
    for part in field.parts:
        if part.start:
            lines.append(f"if {part.name} is not None and {part.start} is None:")
            lines.append(f"    context.end_without_start(entry, {part.name!r})")
    names = [run.unpacked[f.name] for f in entry.fields if f.name in run.unpacked]
    arguments = [*names, f"flags & {field.reserved_mask:#x}", *(part.name for part in field.parts)]
    lines.append(f"return Value({', '.join(arguments)})")
    pack = [
        f"if v.{field.name} & ~{field.reserved_mask:#x}: raise ValueError",
        f"flags = v.{field.name}",
        "out = b''",
        *packing,
        f"return pack_head(KIND, {run.size + 4} + EXTRA + len(out), {', '.join([*run.packed, 'flags'])}) + out",
    ]
    return function("unpack(d, s, e, context)", lines), function("packed(v, encode_suboptions)", pack)


def source_of(entry: model.Entry) -> tuple[str, str]:
    """The source of an entry's two functions."""
    run = Run(entry.fields)
    if run.rest and isinstance(run.rest[0], model.Flagged):
        return _flagged_source(entry, run, run.rest[0])
    rest = run.rest[0] if run.rest else None
    message = isinstance(entry, model.Message)
    if message:
        lines = []
    else:
        lines = [f"if e - s {'<' if rest else '!='} {run.size}: return None"]
    if run.variables:
        lines.append(f"{', '.join(run.variables)}, = unpack_head(d, s)")
    arguments = list(run.unpacked.values())
    if rest:
        lines += _unpack_rest(rest, f"s + {run.size}" if run.size else "s")
        arguments.append("rest")
    if message:
        arguments.append("context")
    lines.append(f"return Value({', '.join(arguments)})")
    packing = [f"if {check}: raise ValueError" for check in run.checks]
    if isinstance(rest, model.AddressRest):
        packing.append(f"if len(v.{rest.name}) not in {rest.sizes}: raise ValueError")
    if isinstance(rest, model.Rest) and rest.minimum:
        packing.append(f"if len(v.{rest.name}) < {rest.minimum}: raise ValueError")
    if isinstance(rest, model.Numbers) and rest.maximum is not None:
        packing.append(f"if len(v.{rest.name}) > {rest.maximum}: raise ValueError")
    if isinstance(rest, model.Addresses):
        packing.append(f"if any([len(one) != {rest.size} for one in v.{rest.name}]): raise ValueError")
    head = list(run.packed)
    if not message:
        length = f"{run.size} + EXTRA + len(rest)" if rest else f"{run.size} + EXTRA"
        if isinstance(entry, model.Option) and isinstance(rest, model.SubOptions):  # it may count other than octets
            length = f"({length}) & 255"
        head = ["KIND", length, *head]
    if rest:
        packing.append(f"rest = {_pack_rest(rest)}")
    packing.append(f"return pack_head({', '.join(head)})" + (" + rest" if rest else ""))
    return function("unpack(d, s, e, context)", lines), function("packed(v, encode_suboptions)", packing)


def compile_entry(
    entry: model.Entry, number: int = 0, extra: int = 0, value: Callable[..., Any] | None = None
) -> tuple[Unpack, Pack]:
    """The two functions of an entry.

    number: its type. extra: what its length octet counts beyond its own octets (2 where it counts type and length).
    value: what takes the values of the fields, in their order, in place of the class of the entry.
    """
    if is_sequence(entry):
        made = compile_sequence(entry, number, extra)
        return made["unpack"], made["packed"]
    run = Run(entry.fields)
    head = run.format if isinstance(entry, model.Message) else "!BB" + run.format[1:]
    if run.rest and isinstance(run.rest[0], model.Flagged):
        head += "I"
    scope: dict[str, Any] = {
        "entry": entry,
        "Value": value or values.CLASSES[entry.value],
        "Prefix": Prefix,
        "KIND": number,
        "EXTRA": extra,
        "unpack_head": struct.Struct(run.format).unpack_from,
        "pack_head": struct.Struct(head).pack,
        "count_of": count_of,
        "unpack_from": struct.unpack_from,
        "pack": struct.pack,
    }
    for source in source_of(entry):
        exec(compile(source, f"<{entry.name} of the registry>", "exec"), scope)
    return scope["unpack"], scope["packed"]


def explain(entry: model.Entry, value: Any) -> str:
    """Which field of a value does not fit, and what would."""
    told: str | None
    for field in entry.fields:
        if isinstance(field, model.Flagged):
            for part in field.parts:
                item = getattr(value, part.name)
                if item is not None and (told := _problem(part.kind == "address", part.bits, item)):
                    return f"{entry.name}: {part.name} is {item!r}; {told}"
        item = getattr(value, field.name, None)
        told = None
        if isinstance(field, model.UInt) and field.signed:
            fits = isinstance(item, int) and field.lowest <= item <= field.highest
            told = None if fits else f"it takes a number from {field.lowest} to {field.highest}"
        elif isinstance(field, (model.UInt, model.Flags)):
            told = _problem(False, field.bits, item)
        elif isinstance(field, model.Time48):
            told = _problem(False, 64, item)
        elif isinstance(field, model.Address):
            told = _problem(True, 8 * field.size, item)
        elif isinstance(field, model.Octets):
            told = _problem(True, 8 * field.size, item)
        elif isinstance(field, model.Addresses):
            listed = item if isinstance(item, (tuple, list)) else (item,)
            told = next((found for one in listed if (found := _problem(True, 8 * field.size, one))), None)
        elif isinstance(field, model.Prefix):
            if isinstance(item, Prefix):
                told = _problem(True, 128, item.address) or _problem(False, 8, item.length)
            else:
                told = "it takes a prefix"
        elif isinstance(field, model.Rest):
            fits = isinstance(item, bytes) and len(item) >= field.minimum
            told = None if fits else f"it takes octets, {field.minimum} or more of them"
        elif isinstance(field, model.AddressRest):
            fits = isinstance(item, bytes) and len(item) in field.sizes
            told = None if fits else f"it takes octets, {', '.join(map(str, field.sizes))} of them"
        elif isinstance(field, model.Numbers):
            listed = item if isinstance(item, (tuple, list)) else (item,)
            wrong = next((n for n in listed if _problem(False, field.bits, n)), None)
            told = None if wrong is None else f"{wrong!r} does not fit: each takes {field.bits} bits"
            if field.maximum is not None and len(listed) > field.maximum:
                told = f"it takes at most {field.maximum}"
        elif isinstance(field, (model.Sized, model.Records)):
            told = problem(entry, value, field, explain)
        if told:
            return f"{entry.name}: {field.name} is {item!r}; {told}"
    return f"{entry.name}: it has more octets than its length octet can count, or {value!r} is no value of it"


def _problem(address: bool, bits: int, item: object) -> str | None:
    if address:
        return None if isinstance(item, bytes) and len(item) == bits // 8 else f"it takes {bits // 8} octets"
    if isinstance(item, int) and 0 <= item < 1 << bits:
        return None
    return f"it takes a number from 0 to {(1 << bits) - 1}"
