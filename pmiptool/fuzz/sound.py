"""Sound messages of every type, made from the registry and a source of chance: what is mutated later."""

from __future__ import annotations

from collections.abc import Collection
from random import Random
from typing import Any

from pmiptool.registry import catalogue, model
from pmiptool.registry.codepoints import CodePoints
from pmiptool.registry.rule import AUTHENTICATING
from pmiptool.wire import values
from pmiptool.wire.sequence import octets_of, read_record

NAME = b"fuzz@example.org"
_FORMS = {"address": 16, "number": 4, "imsi": 8, "eui": 6}
"""Octets of the forms that have a size of their own."""


def value(entry: model.Entry, chance: Random, settings: CodePoints, **more: Any) -> Any:
    """A value of an entry that breaks none of the rules that follow from the entry itself."""
    found: dict[str, Any] = {}
    chosen = entry.when_at if isinstance(entry, model.SubOption) else 0
    when = getattr(entry, "when", None)
    for index, field in enumerate(entry.fields):
        if isinstance(field, model.Count):
            continue
        if isinstance(field, model.Flagged):
            found |= _flagged(field, chance)
        elif when is not None and index == chosen:
            found[field.name] = when
        else:
            found[field.name] = _field(field, entry, found, chance, settings)
    return values.CLASSES[entry.value](**found, **more)


def _field(field: model.Field, entry: model.Entry, found: dict[str, Any], chance: Random, settings: CodePoints) -> Any:
    if isinstance(field, model.UInt):
        return _number(field, chance, settings)
    if isinstance(field, model.Flags):
        return sum(flag.mask for flag in field.flags if chance.random() < 0.2)
    if isinstance(field, model.Octets):
        return chance.randbytes(field.size)
    if isinstance(field, model.Address):
        return _address(field.size, chance)
    if isinstance(field, model.Prefix):
        return _prefix(chance)
    if isinstance(field, model.Time48):
        return (1262304000 + chance.randrange(1 << 28)) << 16
    if isinstance(field, model.AddressRest):
        return _address(chance.choice(field.sizes), chance)
    if isinstance(field, model.Addresses):
        return tuple(_address(field.size, chance) for _ in range(chance.randrange(4)))
    if isinstance(field, model.Sized):
        return _sized(field, entry, chance)
    if isinstance(field, model.Numbers):
        most = 4 if field.maximum is None else min(field.maximum, 4)
        return tuple(sorted(1 + chance.randrange((1 << field.bits) - 1) for _ in range(chance.randint(1, most))))
    if isinstance(field, model.SubOptions):
        return _suboptions(field.space, chance, settings)
    if isinstance(field, model.Records):
        return _records(field, found, chance, settings)
    if isinstance(field, model.Rest):
        return _rest(field, entry, found, chance)
    raise TypeError(f"nothing sound is known for {field}")


def _number(field: model.UInt, chance: Random, settings: CodePoints) -> int:
    low = field.lowest if field.minimum is None else field.minimum
    high = field.highest if field.maximum is None else field.maximum
    if field.reserved:
        return 0
    if field.enum is not None and chance.random() < 0.9:
        known = [number for number in field.enum.names(settings) if low <= number <= high]
        if known:
            return chance.choice(known)
    return chance.choice((low, high, chance.randint(low, high), min(high, low + chance.randrange(16))))


def _address(size: int, chance: Random) -> bytes:
    """A unicast address of documentation (RFC 3849, RFC 2544), of 0, 4 or 16 octets."""
    if size == 16:
        return bytes.fromhex("20010db8") + chance.randbytes(11) + b"\x01"
    return bytes((198, 18)) + chance.randbytes(size - 3) + b"\x01" if size == 4 else bytes(size)


def _prefix(chance: Random) -> values.Prefix:
    if chance.random() < 0.3:
        return values.ANY
    return values.Prefix(bytes.fromhex("20010db8") + chance.randbytes(4) + bytes(8), 64)


def _sized(field: model.Sized, entry: model.Entry, chance: Random) -> bytes:
    count = entry.field(field.count)
    assert isinstance(count, model.Count)
    low = count.minimum or 0
    high = max(low, min(6 if count.maximum is None else count.maximum, 6))
    size = chance.randint(low, high) * count.unit
    return chance.randbytes(size) if field.form == "hex" else (NAME * 8)[:size]


def _rest(field: model.Rest, entry: model.Entry, found: dict[str, Any], chance: Random) -> bytes:
    form = dict(field.forms).get(found.get(field.form, 0), "hex") if field.forms else field.form
    size = _FORMS.get(form, field.usual or chance.randrange(25))
    size = min(max(size, field.minimum), field.maximum)
    if isinstance(entry, model.Message):
        size += (2 - size) % 8
    elif isinstance(entry, model.Option) and entry.words:
        size += -size % 4
    if form in ("text", "domain"):
        return NAME[: field.maximum] if len(NAME) >= field.minimum else NAME + b"." * (field.minimum - len(NAME))
    return _address(16, chance) if form == "address" and size == 16 else chance.randbytes(size)


def _flagged(field: model.Flagged, chance: Random) -> dict[str, Any]:
    found: dict[str, Any] = {field.name: 0}
    for part in field.parts:
        starts = part.start is None or found.get(part.start) is not None
        there = starts and chance.random() < 0.3
        found[part.name] = None
        if there and part.kind == "address":
            found[part.name] = _address(part.bits // 8, chance)
        elif there:
            least = found[part.start] if part.start is not None else 0
            most = (1 << part.bits) - 1 if part.mask is None else part.mask
            found[part.name] = max(least, chance.randint(0, most))
    return found


def _suboptions(space: str, chance: Random, settings: CodePoints) -> tuple[Any, ...]:
    entries = [entry for _, entry in catalogue.suboptions(catalogue.SPACES[space], settings) if not entry.pad]
    wanted = [entry for entry in entries if chance.random() < 0.4] or entries[:1]
    kinds = {entry.number: entry for entry in wanted}  # of several of one number one, as most allow one alone
    return tuple(value(entry, chance, settings) for entry in kinds.values())


def _records(field: model.Records, found: dict[str, Any], chance: Random, settings: CodePoints) -> Any:
    number: int | None = None
    if isinstance(field.by, int):
        number = chance.choice([number for number, _ in field.of])
    elif field.by is not None:
        number = found.get(field.by)
    record = field.chosen(number)
    if record is None:
        return values.Undecoded(chance.randbytes(8)) if field.single else ()
    if field.single:
        return value(record, chance, settings)
    made = [value(record, chance, settings) for _ in range(chance.randint(1, 3))]
    if isinstance(field.by, int) and number is not None:
        first = bytearray(octets_of(made[0]))
        first[field.by] = number
        made[0] = read_record(record, bytes(first))
    return tuple(made)


def options_for(
    name: str, chance: Random, settings: CodePoints, *, without: Collection[str] = (), most: int = 6
) -> list[Any]:
    """Some of the options that a message of this name may carry, those that authenticate it last."""
    may = [
        entry
        for _, entry in catalogue.options(settings)
        if not entry.pad and entry.name not in without and (not entry.carried_in or name in entry.carried_in)
    ]
    wanted = chance.sample(may, min(len(may), chance.randint(0, most)))
    found: list[Any] = []
    for entry in sorted(wanted, key=lambda entry: entry.name in AUTHENTICATING):
        several = 1 if chance.random() < 0.7 else min(chance.randint(2, 3), entry.at_most or 3)
        found += [value(entry, chance, settings) for _ in range(several)]
    return found


def message(name: str, chance: Random, settings: CodePoints, *, most: int = 6) -> Any:
    """A sound message of that name of the registry, with options that it may carry."""
    known = catalogue.message_named(name)
    if known is None:
        raise ValueError(f"there is no message {name}")
    entry, proxy = known
    made = value(entry, chance, settings)
    options = [] if entry.opaque else options_for(name, chance, settings, most=most)
    more: dict[str, Any] = {"options": tuple(options)}
    flags = entry.field("flags")
    if entry.proxy is not None and isinstance(flags, model.Flags):
        mask = next(flag.mask for flag in flags.flags if flag.letter == "P")
        more["flags"] = made.flags | mask if proxy else made.flags & ~mask
    return type(made)(**{**{field: getattr(made, field) for field in made.__struct_fields__}, **more})
