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
from pmiptool.wire.values import Prefix

Unpack = Callable[[bytes, int, int, Any], Any]
Pack = Callable[[Any, Any], bytes]

_CODES = {8: "B", 16: "H", 32: "I", 64: "Q"}


class Run:
    """The leading fields of fixed size: a struct format, its variables, and how fields come from them and go back."""

    def __init__(self, fields: tuple[model.Field, ...]) -> None:
        self.format = "!"
        self.variables: list[str] = []
        self.unpacked: dict[str, str] = {}
        self.packed: list[str] = []
        self.checks: list[str] = []
        self.rest: tuple[model.Field, ...] = ()
        group: list[model.UInt] = []
        for index, field in enumerate(fields):
            if isinstance(field, model.UInt) and (group or field.bits not in _CODES):
                group.append(field)
                if sum(f.bits for f in group) in (*_CODES, 24):
                    self._group(group)
                    group = []
            elif isinstance(field, (model.UInt, model.Flags, model.Time48)):
                bits = 64 if isinstance(field, model.Time48) else field.bits
                self._plain(field.name, _CODES[bits])
            elif isinstance(field, (model.Address, model.Octets)):
                size = field.size if isinstance(field, model.Octets) else 16
                self._plain(field.name, f"{size}s")
                self.checks.append(f"len(v.{field.name}) != {size}")
            elif isinstance(field, model.Count):
                self.format += "B"
                self.variables.append(field.name)
                self.packed.append(f"len(v.{field.of})")
            elif isinstance(field, model.Prefix):
                length, address = f"{field.name}_length", f"{field.name}_address"
                self.format += "B16s"
                self.variables += [length, address]
                self.unpacked[field.name] = f"Prefix({address}, {length})"
                self.packed += [f"v.{field.name}.length", f"v.{field.name}.address"]
                self.checks.append(f"len(v.{field.name}.address) != 16")
            else:
                self.rest = fields[index:]
                break
        if group or len(self.rest) > 1:
            raise TypeError(f"fields do not end on an octet, or stand behind one of open size: {fields}")
        self.size = struct.calcsize(self.format)

    def _plain(self, name: str, code: str) -> None:
        self.format += code
        self.variables.append(name)
        self.unpacked[name] = name
        self.packed.append(f"v.{name}")

    def _group(self, group: list[model.UInt]) -> None:
        """Several fields in one integer of 8, 16, 24 or 32 bits; `struct` has no code for 24, so those are octets."""
        variable = "bits_" + group[0].name
        total = left = sum(field.bits for field in group)
        self.format += _CODES.get(total, "3s")
        self.variables.append(variable)
        whole = variable if total in _CODES else f"int.from_bytes({variable}, 'big')"
        terms = []
        for field in group:
            left -= field.bits
            shifted = f"{whole} >> {left}" if left else whole
            self.unpacked[field.name] = f"({shifted}) & {(1 << field.bits) - 1}"
            terms.append(f"v.{field.name} << {left}" if left else f"v.{field.name}")
            self.checks.append(f"v.{field.name} >> {field.bits}")
        joined = " | ".join(terms)
        self.packed.append(joined if total in _CODES else f"({joined}).to_bytes(3, 'big')")


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
        yield f"rest = unpack_from('!%d{_CODES[field.bits]}' % ((e - ({at})) // {octets}), d, {at})"
    elif isinstance(field, model.Addresses):
        yield f"if e - ({at}) != 16 * {field.count}: return None"
        yield f"rest = tuple([d[i:i + 16] for i in range({at}, e, 16)])"
    elif isinstance(field, model.SubOptions):
        yield f"rest = context.suboptions({field.space!r}, d, {at}, e)"
    else:
        raise TypeError(f"no field of open size: {field}")


def _pack_rest(field: model.Field) -> str:
    name = f"v.{field.name}"
    if isinstance(field, model.Numbers):
        return f"pack('!%d{_CODES[field.bits]}' % len({name}), *{name})"
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
            lines.append(f"    {part.name}, = unpack_from('!{_CODES[part.bits]}', d, at)")
        lines += [f"    at += {octets}", f"else: {part.name} = None"]
        value = f"v.{part.name}"
        packing += [f"if {value} is not None:", f"    flags |= {mask:#x}"]
        if part.kind == "address":
            packing += [f"    if len({value}) != {octets}: raise ValueError", f"    out += {value}"]
        else:
            packing.append(f"    out += pack('!{_CODES[part.bits]}', {value})")
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
    return _function("unpack(d, s, e, context)", lines), _function("packed(v, encode_suboptions)", pack)


def _function(signature: str, lines: list[str]) -> str:
    return f"def {signature}:\n" + "".join(f"    {line}\n" for line in lines)


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
        packing.append(f"if any([len(one) != 16 for one in v.{rest.name}]): raise ValueError")
    head = list(run.packed)
    if not message:
        length = f"{run.size} + EXTRA + len(rest)" if rest else f"{run.size} + EXTRA"
        head = ["KIND", length, *head]
    if rest:
        packing.append(f"rest = {_pack_rest(rest)}")
    packing.append(f"return pack_head({', '.join(head)})" + (" + rest" if rest else ""))
    return _function("unpack(d, s, e, context)", lines), _function("packed(v, encode_suboptions)", packing)


def compile_entry(
    entry: model.Entry, number: int = 0, extra: int = 0, value: Callable[..., Any] | None = None
) -> tuple[Unpack, Pack]:
    """The two functions of an entry.

    number: its type. extra: what its length octet counts beyond its own octets (2 where it counts type and length).
    value: what takes the values of the fields, in their order, in place of the class of the entry.
    """
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
        "unpack_from": struct.unpack_from,
        "pack": struct.pack,
    }
    for source in source_of(entry):
        exec(compile(source, f"<{entry.name} of the registry>", "exec"), scope)
    return scope["unpack"], scope["packed"]


def explain(entry: model.Entry, value: Any) -> str:
    """Which field of a value does not fit, and what would."""
    for field in entry.fields:
        if isinstance(field, model.Flagged):
            for part in field.parts:
                item = getattr(value, part.name)
                if item is not None and (problem := _problem(part.kind == "address", part.bits, item)):
                    return f"{entry.name}: {part.name} is {item!r}; {problem}"
        item = getattr(value, field.name, None)
        problem = None
        if isinstance(field, (model.UInt, model.Flags)):
            problem = _problem(False, field.bits, item)
        elif isinstance(field, model.Time48):
            problem = _problem(False, 64, item)
        elif isinstance(field, model.Address):
            problem = _problem(True, 128, item)
        elif isinstance(field, model.Octets):
            problem = _problem(True, 8 * field.size, item)
        elif isinstance(field, model.Addresses):
            listed = item if isinstance(item, (tuple, list)) else (item,)
            problem = next((found for one in listed if (found := _problem(True, 128, one))), None)
        elif isinstance(field, model.Prefix):
            if isinstance(item, Prefix):
                problem = _problem(True, 128, item.address) or _problem(False, 8, item.length)
            else:
                problem = "it takes a prefix"
        elif isinstance(field, model.Rest):
            fits = isinstance(item, bytes) and len(item) >= field.minimum
            problem = None if fits else f"it takes octets, {field.minimum} or more of them"
        elif isinstance(field, model.AddressRest):
            fits = isinstance(item, bytes) and len(item) in field.sizes
            problem = None if fits else f"it takes octets, {', '.join(map(str, field.sizes))} of them"
        elif isinstance(field, model.Numbers):
            listed = item if isinstance(item, (tuple, list)) else (item,)
            wrong = next((n for n in listed if _problem(False, field.bits, n)), None)
            problem = None if wrong is None else f"{wrong!r} does not fit: each takes {field.bits} bits"
            if field.maximum is not None and len(listed) > field.maximum:
                problem = f"it takes at most {field.maximum}"
        if problem:
            return f"{entry.name}: {field.name} is {item!r}; {problem}"
    return f"{entry.name}: it has more octets than its length octet can count, or {value!r} is no value of it"


def _problem(address: bool, bits: int, item: object) -> str | None:
    if address:
        return None if isinstance(item, bytes) and len(item) == bits // 8 else f"it takes {bits // 8} octets"
    if isinstance(item, int) and 0 <= item < 1 << bits:
        return None
    return f"it takes a number from 0 to {(1 << bits) - 1}"
