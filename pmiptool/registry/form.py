"""Rules that follow from an entry itself: length, reserved bits, how often, where, range and alignment.

The codec judges the lengths while it decodes (those rules have no expression); the rest is evaluated like any rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache

from pmiptool.registry.catalogue import MESSAGES, OPTIONS, SPACES, message_names
from pmiptool.registry.contradictions import Contradiction, OtherAlignment, OtherMeaning
from pmiptool.registry.model import (
    Count,
    Entry,
    Flagged,
    Flags,
    Message,
    Option,
    Prefix,
    Records,
    Rest,
    SubOption,
    SubOptions,
    UInt,
)
from pmiptool.registry.rule import Aligned, Bits, Expr, F, Rule, all_of, any_of, count, each, implies, no, rule

HEADER_RULES = (
    rule("RFC 6275 6.1.1", "payload-proto", "error", "Payload Proto is 59 (no next header).", field="payload_proto"),
    rule("RFC 6275 6.1.1", "header-length", "error", "Header Len counts the octets that are there.", field="length"),
    rule("RFC 6275 6.1.1", "minimum-length", "error", "The header is as long as its type demands.", field="length"),
    rule("RFC 6275 6.1.1", "reserved", "error", "The reserved octet of the header is 0.", field="reserved"),
    rule("RFC 6275 6.1.1", "checksum", "error", "The checksum is right.", field="checksum"),
    rule("RFC 6275 6.1.1", "unknown-type", "note", "The type of the message is known.", field="type"),
    rule(
        "RFC 5844 4.1",
        "checksum-over-udp",
        "error",
        "Over UDP the checksum of the Mobility Header is 0.",
        field="checksum",
    ),
    rule("RFC 6275 6.2.1", "option-past-end", "error", "An option ends within its message."),
    rule("RFC 6275 6.2.1", "unknown-option", "note", "The type of the option is known."),
    rule("RFC 6275 6.2.3", "padn-octets", "error", "The octets of PadN are 0."),
)
"""Judged by the codec."""


def length_rule(entry: Entry) -> Rule:
    return _length_rule(f"{entry.clause.document} {entry.clause.section}", entry.title)


@cache
def _length_rule(where: str, title: str) -> Rule:
    """Kept, since a message may break it a thousand times."""
    return rule(where, "length", "error", f"{title}: the length fits the format.")


def suboption_rules(space: str) -> tuple[Rule, Rule]:
    """What the codec may say of a list of sub-options: one past its end, and one of unknown number or format.

    It does not say the second of an open space.
    """
    where = SPACES[space].clause
    text = f"{where.document} {where.section}"
    return (
        rule(text, "sub-option-past-end", "error", "A sub-option ends within its option."),
        rule(text, "unknown-sub-option", "note", "Type and format of the sub-option are known."),
    )


def contradiction_rule(entry: Entry, found: Contradiction) -> Rule:
    """The note where a message shows the reading that the entry does not take."""
    sentence = f"{entry.title}: {found.taken}."
    if isinstance(found.how, (OtherMeaning, OtherAlignment)):
        sentence = f"{entry.title}: {found.taken}; otherwise {found.other}."
    if isinstance(found.how, OtherMeaning):
        how = found.how
        return rule(found.source, found.what, "note", sentence, how.holds, messages=how.messages, field=how.field)
    holds: Expr | None = None
    if isinstance(found.how, OtherAlignment) and isinstance(entry, Option) and entry.align:
        holds = each(entry.name, any_of(Aligned(*entry.align), no(Aligned(*found.how.align))))
    return rule(found.source, found.what, "note", sentence, holds, field=entry.name if holds else None)


def contradiction_rules(entry: Entry) -> Iterator[Rule]:
    return (contradiction_rule(entry, found) for found in entry.contradictions if found.how is not None)


def _alignments(option: Option) -> list[tuple[int, int]]:
    """The alignment that is taken, and any other that a figure draws."""
    others = [found.how.align for found in option.contradictions if isinstance(found.how, OtherAlignment)]
    return [*((option.align,) if option.align else ()), *others]


def start_rule(entry: Entry) -> Rule:
    """RFC 6088 3: an End never without its Start."""
    where = f"{entry.clause.document} {entry.clause.section}"
    return rule(where, "end-without-start", "error", "An End stands only with its Start.")


def _ranges(
    entry: Entry, path: str, guard: Expr | None = None, owner: tuple[Entry, str] | None = None
) -> Iterator[Rule]:
    """Rules on the values of single fields; `path` is the option's name, or empty for a message's own fields.

    owner: of a record the option and the field that it stands in, which the rules are about.
    """
    about, prefix = (owner[0], f"{owner[1]}.") if owner else (entry, "")
    where = f"{about.clause.document} {about.clause.section}"

    def wrap(holds: Expr) -> Expr:
        if guard is not None:
            holds = implies(guard, holds)
        return each(path, holds) if path else holds

    for field in entry.fields:
        at = f"{path}.{field.name}" if path else field.name
        name = f".{field.name}" if path else field.name
        here = F(name)
        what = prefix + field.name
        if isinstance(field, UInt) and field.reserved:
            yield rule(where, what, "error", f"{about.title}: reserved bits are 0.", wrap(here == 0), field=at)
        elif isinstance(field, Flags) and field.known != (1 << field.bits) - 1:
            spare = ((1 << field.bits) - 1) & ~field.known
            yield rule(where, f"{what}-reserved", "warning", f"{about.title}: unassigned flags are 0.",
                       wrap(Bits(name, spare) == 0), field=at)  # fmt: skip
        elif isinstance(field, Flagged):
            yield rule(
                where, "flags-reserved", "error", f"{about.title}: reserved flags are 0.", wrap(here == 0), field=at
            )
        elif isinstance(field, (UInt, Count)) and (field.minimum is not None or field.maximum is not None):
            low, high = _limits(field)
            size = F(f"{name.removesuffix(field.name)}{field.of}.@size") if isinstance(field, Count) else here
            unit = field.unit if isinstance(field, Count) else 1
            yield rule(where, f"{what}-range", "error", f"{about.title}: {field.name} is {_span(low, high)}.",
                       wrap(all_of(size >= low * unit, size <= high * unit)), field=at)  # fmt: skip
        elif isinstance(field, Prefix):
            yield rule(where, f"{prefix}prefix-length", "error", f"{about.title}: a prefix length is at most 128.",
                       wrap(F(f"{name}.length") <= 128), field=at)  # fmt: skip
        elif isinstance(field, Records) and owner is None:
            for record in field.records:
                yield from _ranges(record, f"{path}/{field.name}", guard, (entry, field.name))


def _limits(field: UInt | Count) -> tuple[int, int]:
    """The range that the text allows."""
    lowest, highest = (field.lowest, field.highest) if isinstance(field, UInt) else (0, (1 << field.bits) - 1)
    return (
        lowest if field.minimum is None else field.minimum,
        highest if field.maximum is None else field.maximum,
    )


def _span(low: int, high: int) -> str:
    return str(low) if low == high else f"{low} to {high}"


def _alignment(align: tuple[int, int]) -> str:
    x, y = align
    return f"{x}n+{y}" if y else f"{x}n"


def _any_length(option: Entry) -> bool:
    """Whether octets of any number fit."""
    only = option.fields[0] if len(option.fields) == 1 else None
    return isinstance(only, SubOptions) or (isinstance(only, Rest) and not only.minimum)


def option_rules(option: Option) -> Iterator[Rule]:
    """Every rule that follows from an option's entry, the codec's own (`holds` None) included."""
    where = f"{option.clause.document} {option.clause.section}"
    name = option.name
    if not _any_length(option):
        yield length_rule(option)
    yield from _ranges(option, name)
    if option.align:
        ways = [Aligned(*align) for align in _alignments(option)]
        holds: Expr = ways[0] if len(ways) == 1 else any_of(*ways)
        sentence = f"{option.title}: aligned at {_alignment(option.align)}"
        if option.align_filled:
            filled = F(f".{option.fields[-1].name}.@size") > 0
            holds = all_of(implies(no(filled), holds), implies(filled, Aligned(*option.align_filled)))
            sentence += f", with {option.fields[-1].name} at {_alignment(option.align_filled)}"
        yield rule(where, "alignment", "warning", f"{sentence}.", each(name, holds), field=name)
    if option.at_most:
        others = tuple(one for one in message_names() if one not in option.several_in) if option.several_in else ()
        yield rule(where, "at-most-one", *_cardinality(option, option.at_most, "a message"),
                   implies(count(name) > 0, count(name) <= option.at_most), messages=others, field=name)  # fmt: skip


def _cardinality(entry: Option | SubOption, most: int, where: str) -> tuple[str, str]:
    """Level and sentence of the rule on how often: a fault only where a text says so."""
    if entry.at_most_stated:
        return "error", f"{entry.title}: at most {most} in {where}."
    return "warning", f"{entry.title}: at most {most} in {where}; no text speaks of more."


def suboption_entry_rules(parent: Option, entry: SubOption) -> Iterator[Rule]:
    if not _any_length(entry):
        yield length_rule(entry)
    if isinstance(entry.fields[-1], Flagged):
        yield start_rule(entry)
    # Entries of one number and one clause share their rules, whatever tells them apart.
    twins = [e for f in parent.fields if isinstance(f, SubOptions) for e in SPACES[f.space].entries
             if (e.number, e.clause) == (entry.number, entry.clause)]  # fmt: skip
    alone = entry.when is not None and len(twins) < 2
    guard = F(f".{entry.chooser.name}") == entry.when if alone else None
    yield from _ranges(entry, f"{parent.name}/{entry.name}", guard)
    if entry.at_most:
        path = f".{entry.name}"
        holds = implies(count(path) > 0, count(path) <= entry.at_most)
        where = f"{entry.clause.document} {entry.clause.section}"
        field = f"{parent.name}.{entry.name}"
        yield rule(where, "at-most-one", *_cardinality(entry, entry.at_most, "an option"), each(parent.name, holds),
                   field=field)  # fmt: skip


def message_rules(message: Message) -> Iterator[Rule]:
    yield from _ranges(message, "")


def form_rules() -> tuple[Rule, ...]:
    """All of them, each id once, in the order of the registry."""
    found: dict[str, Rule] = {item.id: item for item in HEADER_RULES}

    def add(rules: Iterable[Rule], dialect: str | None) -> None:
        for item in rules:
            found.setdefault(item.id, replace(item, dialect=dialect))

    for message in MESSAGES:
        for item in message_rules(message):
            names = (message.name, message.proxy[0]) if message.proxy else (message.name,)
            found.setdefault(item.id, replace(item, messages=names))
        add(contradiction_rules(message), None)
    for option in OPTIONS:
        if option.pad:
            continue
        add((*option_rules(option), *option.rules), option.dialect)
        add(contradiction_rules(option), None)
        for field in option.fields:
            if isinstance(field, SubOptions):
                add(suboption_rules(field.space)[: 1 if SPACES[field.space].open else 2], option.dialect)
                for entry in SPACES[field.space].entries:
                    add(contradiction_rules(entry), None)
                    if not entry.pad:
                        # The selectors of RFC 6088 serve both dialects.
                        shared = option.dialect if entry.when is None else None
                        add(suboption_entry_rules(option, entry), shared)
    return tuple(found.values())
