"""When a message shows that its sender followed other readings than those taken: shared by codec and Scapy layers.

Only where something is odd under the readings taken are the others tried, and one is taken only where it alone makes
sense: of lengths, where everything behind it makes sense too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol, TypeVar

from pmiptool.registry.codepoints import CodePoints
from pmiptool.registry.contradictions import Contradiction, OtherLength, OtherNumber
from pmiptool.registry.model import Entry, Numbers, Option, SubOptions, UInt

Span = tuple[int, int]
"""How an option's length counts: so many octets each, and so many besides, behind type and length."""
OCTETS, WORDS, UNITS = (1, 0), (4, 2), (8, -2)


class Reading(Protocol):
    """Another reading of an option: how its length counts, and whether the option ends its message."""

    span: Span
    last: bool


Other = TypeVar("Other", bound=Reading)


def span_of(option: Option, settings: CodePoints) -> Span:
    """How the length counts by the reading taken."""
    if option.units and settings.fid_length_unit == "units-of-8":
        return UNITS
    return WORDS if option.words else OCTETS


def readings(
    options: Mapping[int, Option], settings: CodePoints
) -> Iterator[tuple[int, Option, Contradiction, Span, bool]]:
    """Every other reading under these settings: number, the option it makes of it, how its length counts then.

    The last is whether a setting has made the other reading of a length the one that is taken.
    """
    for number, option in options.items():
        for found in option.contradictions:
            how = found.how
            if isinstance(how, OtherLength):
                span = how.unit, how.more
                turned = span == span_of(option, settings)
                yield number, option, found, OCTETS if turned else span, turned
            elif isinstance(how, OtherNumber):
                for taken in how.numbers:
                    if taken != number and taken in options:
                        yield taken, option, found, span_of(options[taken], settings), False


def plausible(entry: Entry, value_of: Callable[[str], Any], settings: CodePoints) -> bool:
    """Whether a value has what its entry knows: reserved bits 0, members of enumerations, identifiers once and not 0.

    `value_of` gives the value of a field by its name.
    """
    for field in entry.fields:
        if isinstance(field, UInt):
            number = value_of(field.name)
            if number and field.reserved or field.enum is not None and number not in field.enum.names(settings):
                return False
        elif isinstance(field, Numbers):
            listed = list(value_of(field.name))
            if not listed or 0 in listed or len(set(listed)) < len(listed):
                return False
    return True


def shows_misfits(option: Option) -> bool:
    """Whether the octets of another option leave something odd in it: sub-options seldom fit by chance."""
    return isinstance(option.fields[-1], SubOptions)


def is_doubtful(name: str, option: Option, value_of: Callable[[str], Any], settings: CodePoints) -> bool:
    """Whether an option whose octets fit may yet be meant for another: by its message, or by what a list holds."""
    if option.carried_in and name not in option.carried_in:
        return True
    return isinstance(option.fields[-1], Numbers) and not plausible(option, value_of, settings)


def other_lengths(
    data: bytes,
    start: int,
    end: int,
    spans: Mapping[int, Span],
    others: Mapping[int, tuple[Other, ...]],
    clean: Callable[[int, Other | None, int, int], bool],
) -> dict[int, Other]:
    """The options, by offset, whose length counts otherwise than it should.

    Those under whose own length something behind them makes no sense, and under exactly one other all does.
    spans: of every known number. clean: whether octets fit the option of a number as it is; or fit it read otherwise,
    and hold what it knows.
    """
    makes_sense, padded = bytearray(end - start + 1), bytearray(end - start + 1)
    makes_sense[-1] = padded[-1] = 1

    def fits(kind: int, at: int, other: Other | None) -> int | None:
        """Where the option ends, if what follows makes sense then, and so does the option."""
        unit, more = spans[kind] if other is None else other.span
        stop = at + 2 + unit * data[at + 1] + more
        behind = padded if any(one.last for one in others.get(kind, ())) else makes_sense
        if not at + 2 <= stop <= end or not behind[stop - start]:
            return None
        return stop if clean(kind, other, at + 2, stop) else None

    for at in range(end - 1, start - 1, -1):
        kind, here = data[at], at - start
        if kind == 0:
            makes_sense[here], padded[here] = makes_sense[here + 1], padded[here + 1]
        elif at + 2 > end:
            continue
        elif kind == 1:
            stop = at + 2 + data[at + 1]
            if stop <= end and not any(data[at + 2 : stop]):
                makes_sense[here], padded[here] = makes_sense[stop - start], padded[stop - start]
        elif kind in spans:
            makes_sense[here] = any(fits(kind, at, other) is not None for other in (None, *others.get(kind, ())))
    chosen: dict[int, Other] = {}
    at = start
    while at + 2 <= end:
        kind = data[at]
        if kind == 0:
            at += 1
            continue
        unit, more = spans.get(kind, OCTETS)
        stop = at + 2 + unit * data[at + 1] + more
        if kind in others and fits(kind, at, None) is None:
            fitting = [(other, found) for other in others[kind] if (found := fits(kind, at, other)) is not None]
            if len(fitting) == 1:
                chosen[at], stop = fitting[0]
        if stop <= at:
            break
        at = stop
    return chosen
