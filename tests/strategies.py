"""Hypothesis strategies made from the registry: messages that it can make, and octets that are almost messages.

    @given(case=cases())                     # settings and a message under them
    @given(message=messages(DEFAULT))

What the registry learns, these make: nothing here names an option. A strategy is made once and kept, since making
one takes much longer than a draw of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from pmiptool.registry import catalogue, model
from pmiptool.registry.codepoints import CodePoints
from pmiptool.wire import values
from pmiptool.wire.codec import codec_for
from pmiptool.wire.sequence import octets_of, read_record

SETTINGS: tuple[CodePoints, ...] = (
    CodePoints(),
    CodePoints(dialect="rfc6089"),
    CodePoints(fid_length_unit="units-of-8"),
    CodePoints(dialect="rfc6089", fid_length_unit="units-of-8"),
    CodePoints(multihoming_option_type=22, flow_identification_option_type=210, flow_description_suboption=32),
)
"""Both dialects, both units, and numbers of one's own (22 is the home network prefix: the setting wins)."""


@cache
def settings() -> SearchStrategy[CodePoints]:
    return st.sampled_from(SETTINGS)


@cache
def numbers(bits: int) -> SearchStrategy[int]:
    """Of that many bits: the ends more often than the rest."""
    top = (1 << bits) - 1
    return st.one_of(st.sampled_from(sorted({0, 1, top >> 1, top})), st.integers(0, top))


@cache
def octets(minimum: int = 0, maximum: int = 48) -> SearchStrategy[bytes]:
    return st.binary(min_size=minimum, max_size=maximum)


@cache
def _bits_of(mask: int) -> SearchStrategy[int]:
    """Any of the bits of a mask, mostly none."""
    return st.one_of(st.just(0), st.integers(0, mask).map(lambda number: number & mask))


@st.composite
def _flagged(draw: DrawFn, field: model.Flagged, loose: bool) -> dict[str, Any]:
    """The reserved bits and the members of a flagged field; `loose`: also an End without its Start."""
    found: dict[str, Any] = {field.name: draw(_bits_of(field.reserved_mask)) if loose else 0}
    chosen = draw(st.integers(0, (1 << len(field.parts)) - 1))
    for index, part in enumerate(field.parts):
        wanted = chosen >> index & 1 and (loose or part.start is None or found[part.start] is not None)
        size = part.bits // 8
        kind = octets(size, size) if part.kind == "address" else numbers(part.bits)
        found[part.name] = draw(kind) if wanted else None
    return found


@st.composite
def _sized(draw: DrawFn, count: model.Count, loose: bool) -> bytes:
    """Octets that an earlier field counts in its units."""
    least = 0 if loose else count.minimum or 0
    units = draw(st.integers(least, max(least, 6 if loose or count.maximum is None else count.maximum)))
    return draw(octets(units * count.unit, units * count.unit))


@st.composite
def _records(
    draw: DrawFn, field: model.Records, found: dict[str, Any], entry: model.Entry, under: CodePoints, loose: bool
) -> Any:
    """Records of the kind that an earlier field says, or of any; octets where it is none that the registry knows."""
    record = field.chosen(found.get(str(field.by)))
    least = 0 if field.single else 1
    if isinstance(field.by, int):
        record = draw(st.sampled_from((*field.records, None) if loose else field.records))
        least = field.by + 1
    if record is None and not field.single and draw(st.booleans()):
        return ()
    if record is None:
        data = bytearray(draw(octets(least, 24)))
        if isinstance(field.by, int):
            data[field.by] = draw(st.sampled_from([n for n in range(256) if field.chosen(n) is None]))
        if isinstance(entry, model.Option) and entry.words:
            data += bytes(-len(data) % 4)
        return values.Undecoded(bytes(data), draw(st.integers(1, 0xFFFF)) if field.count else 0)
    one = value_of(record, under, loose)
    if field.single:
        return draw(one)
    listed = draw(st.lists(one, max_size=3))
    if listed and isinstance(field.by, int):
        first = bytearray(octets_of(listed[0]))
        first[field.by] = draw(st.sampled_from([number for number, kind in field.of if kind is record]))
        listed[0] = read_record(record, bytes(first))
    return tuple(listed)


@cache
def _field(field: model.Field, entry: model.Entry, under: CodePoints, loose: bool) -> SearchStrategy[Any]:
    """The value of a field that stands for itself."""
    match field:
        case model.Octets() | model.Address():
            return octets(field.size, field.size)
        case model.Addresses():
            return st.lists(octets(field.size, field.size), max_size=3).map(tuple)
        case model.UInt():
            if field.reserved and not loose:
                return st.just(0)
            least = field.lowest if loose or field.minimum is None else field.minimum
            most = field.highest if loose or field.maximum is None else field.maximum
            kind = numbers(field.bits).map(lambda number: min(max(number + field.lowest, least), most))
            if field.enum is None:
                return kind
            known = st.sampled_from([number for number in field.enum.names(under) if least <= number <= most])
            return known | known.map(int) | kind  # more often than others
        case model.Flags():
            return _bits_of((1 << field.bits) - 1 if loose else field.known)
        case model.Time48():
            return numbers(64)
        case model.Prefix():
            return st.builds(values.Prefix, octets(16, 16), numbers(8) if loose else st.integers(0, 128))
        case model.AddressRest():
            return st.sampled_from(field.sizes).flatmap(lambda size: octets(size, size))
        case model.Rest():
            data = octets(field.minimum, min(field.maximum, 48))
            if isinstance(entry, model.Message):  # to the end of the header
                return data.map(lambda found: found + bytes((2 - len(found)) % 8))
            if isinstance(entry, model.Option) and entry.words:
                return data.map(lambda found: found + bytes(-len(found) % 4))
            return data
        case model.Numbers():
            most = 4 if field.maximum is None else field.maximum
            return st.lists(numbers(field.bits), max_size=most).map(tuple)
        case model.SubOptions():
            return st.lists(suboptions(field.space, under, loose), max_size=2).map(tuple)
        case _:
            raise TypeError(f"no strategy for {field}")


@st.composite
def _fields(draw: DrawFn, entry: model.Entry, under: CodePoints, loose: bool) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for index, field in enumerate(entry.fields):
        chosen = entry.when_at if isinstance(entry, model.SubOption) else 0
        if getattr(entry, "when", None) is not None and index == chosen:
            found[field.name] = entry.when  # type: ignore[attr-defined]
        elif isinstance(field, model.Count):
            continue
        elif isinstance(field, model.Sized):
            found[field.name] = draw(_sized(entry.field(field.count), loose))
        elif isinstance(field, model.Records):
            found[field.name] = draw(_records(field, found, entry, under, loose))
        elif isinstance(field, model.Flagged):
            found.update(draw(_flagged(field, loose)))
        else:
            found[field.name] = draw(_field(field, entry, under, loose))
    return found


@cache
def value_of(entry: model.Entry, under: CodePoints, loose: bool = True) -> SearchStrategy[Any]:
    """A value of one entry."""
    made = values.CLASSES[entry.value]
    return _fields(entry, under, loose).map(lambda found: made(**found))


@cache
def suboptions(space: str, under: CodePoints, loose: bool = True) -> SearchStrategy[Any]:
    """Any sub-option of that space; `loose`: also unknown ones."""
    known = list(catalogue.suboptions(catalogue.SPACES[space], under))
    kinds = [value_of(entry, under, loose) for _, entry in known if not entry.pad]
    if loose:
        taken = {number for number, _ in known}
        free = st.sampled_from([number for number in range(256) if number not in taken])
        kinds.append(st.builds(values.UnknownSubOption, free, octets(0, 16)))
    return st.one_of(kinds)


@cache
def options(under: CodePoints, loose: bool = True) -> SearchStrategy[Any]:
    """Any option; `loose`: also unknown ones, and values that break a rule."""
    known = list(catalogue.options(under))
    kinds = [value_of(entry, under, loose) for _, entry in known if not entry.pad]
    if loose:
        taken = {number for number, _ in known}
        free = st.sampled_from([number for number in range(256) if number not in taken])
        kinds.append(st.builds(values.UnknownOption, free, octets()))
    return st.one_of(kinds)


@cache
def messages(under: CodePoints, loose: bool = True) -> SearchStrategy[Any]:
    """Any message that the registry can make; `loose`: also of unknown type, and with values that break a rule."""

    def of(entry: model.Message) -> SearchStrategy[Any]:
        made, fields = values.CLASSES[entry.value], _fields(entry, under, loose)
        lists = st.lists(options(under, loose), max_size=0 if entry.opaque else 6).map(tuple)
        return st.builds(lambda found, listed: made(**found, options=listed), fields, lists)

    kinds = [of(entry) for entry in catalogue.MESSAGES]
    if loose:
        taken = {model.resolve(entry.number or 0, under) for entry in catalogue.MESSAGES}
        free = st.sampled_from([number for number in range(256) if number not in taken])
        data = octets(0, 40).map(lambda found: found + bytes((2 - len(found)) % 8))
        kinds.append(st.builds(values.UnknownMessage, free, data))
    return st.one_of(kinds)


@st.composite
def cases(draw: DrawFn, loose: bool = True) -> tuple[CodePoints, Any]:
    """Settings, and a message under them."""
    under = draw(settings())
    return under, draw(messages(under, loose))


@st.composite
def almost_messages(draw: DrawFn) -> tuple[CodePoints, bytes]:
    """Settings, and the octets of a message with some of them changed, cut away or put in."""
    under, message = draw(cases())
    found = bytearray(codec_for(under).encode(message))
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(found)))
        match draw(st.integers(0, 3)):
            case 0:
                found[at : at + 1] = draw(st.binary(min_size=1, max_size=1))
            case 1:
                found[at:at] = draw(octets(1, 8))
            case 2:
                del found[at : at + draw(st.integers(1, 8))]
            case _:
                del found[at:]
    if len(found) > 1 and draw(st.booleans()):
        found[1] = max(len(found) // 8 - 1, 0) & 255
    return under, bytes(found)


@cache
def captures() -> SearchStrategy[tuple[CodePoints, bytes]]:
    """Settings and anything that may come from the wire."""
    return st.one_of(almost_messages(), st.tuples(settings(), st.binary(max_size=200)))


def inner(message: Any) -> Iterator[Any]:
    """Every value in a message: itself, its options and their sub-options."""
    yield message
    for option in message.options:
        yield from parts(option)


def parts(value: Any) -> Iterator[Any]:
    """An option or sub-option, and every value in it."""
    yield value
    for sub in getattr(value, "suboptions", ()):
        yield from parts(sub)
    for field in values.ENTRIES[type(value)].fields if type(value) in values.ENTRIES else ():
        if isinstance(field, model.Records):
            item = getattr(value, field.name)
            for record in item if isinstance(item, tuple) else (item,):
                yield from parts(record)
