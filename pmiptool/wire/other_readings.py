"""Other readings of options, where the texts contradict themselves, in what the codec decodes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pmiptool.registry import form, model
from pmiptool.registry.codepoints import CodePoints
from pmiptool.registry.contradictions import Contradiction, OtherLength
from pmiptool.registry.other_readings import (
    OCTETS,
    UNITS,
    Span,
    is_doubtful,
    other_lengths,
    plausible,
    readings,
    span_of,
)
from pmiptool.wire.compiler import Unpack
from pmiptool.wire.finding import Finding
from pmiptool.wire.layout import Slot
from pmiptool.wire.suboptions import Context, Space, in_units
from pmiptool.wire.values import UnknownOption


class Other:
    """One other reading of the options of a number: as which entry, and how its length counts."""

    __slots__ = ("entry", "last", "rule", "span", "text", "unpack", "what")

    def __init__(
        self, entry: model.Option, contradiction: Contradiction, unpack: Unpack, span: Span, turned: bool
    ) -> None:
        """`turned`: a setting has made the other reading the one that is taken."""
        self.what = contradiction.what
        self.rule = form.contradiction_rule(entry, contradiction)
        self.text = f"{entry.title}: {contradiction.taken if turned else contradiction.other}"
        self.entry = entry
        self.unpack = unpack
        self.span = span
        self.last = isinstance(contradiction.how, OtherLength) and contradiction.how.last


class OtherReadings:
    """All other readings under one set of code points, by number of the option."""

    def __init__(
        self,
        settings: CodePoints,
        known: Mapping[int, tuple[Unpack, model.Option]],
        suboptions: Mapping[str, Space],
    ) -> None:
        self.settings = settings
        self.known = known
        self.suboptions = suboptions
        self.spans = {number: span_of(option, settings) for number, (_, option) in known.items()}
        self.lengths: dict[int, tuple[Other, ...]] = {}
        self.numbers: dict[int, tuple[Other, ...]] = {}
        unpack_of = {id(option): unpack for unpack, option in known.values()}
        found = readings({number: option for number, (_, option) in known.items()}, settings)
        for number, option, contradiction, span, turned in found:
            table = self.lengths if isinstance(contradiction.how, OtherLength) else self.numbers
            other = Other(option, contradiction, unpack_of[id(option)], span, turned)
            table[number] = (*table.get(number, ()), other)

    def named(self, number: int, what: str) -> Other | None:
        """The other reading of that name."""
        return next((o for o in (*self.lengths.get(number, ()), *self.numbers.get(number, ())) if o.what == what), None)

    def of_lengths(self, data: bytes, start: int, end: int) -> dict[int, Other]:
        """The options, by offset, whose length counts otherwise than it should."""

        def clean(kind: int, other: Other | None, begin: int, stop: int) -> bool:
            if other is None:
                return self._clean(self.known[kind][0], self.spans[kind], data, begin, stop) is not None
            read = self._clean(other.unpack, other.span, data, begin, stop)
            return read is not None and self._plausible(other.entry, read)

        return other_lengths(data, start, end, self.spans, self.lengths, clean)

    def _clean(self, unpack: Unpack, span: Span, data: bytes, begin: int, stop: int) -> Any:
        """The value of octets that fit their format and leave nothing to say; None for others."""
        trial = Context(self.suboptions)
        read = in_units(unpack, data, begin, stop, trial)[0] if span == UNITS else unpack(data, begin, stop, trial)
        return None if trial.findings else read

    def of_numbers(
        self, name: str, data: bytes, options: Sequence[Any], slots: Sequence[Slot], findings: Sequence[Finding]
    ) -> dict[int, Other]:
        """The options of message `name`, by offset, that stand under the number of another.

        Those that the option of their number does not fit, or that it may not stand in, and that another does.
        """
        chosen: dict[int, Other] = {}
        odd = {finding.option for finding in findings}
        meant = ((index, slot) for index, slot in enumerate(slots) if slot.pad is None)
        for (index, slot), value in zip(meant, options, strict=True):
            if slot.type not in self.numbers or slot.cut or slot.reading or slot.length is None:
                continue
            misfit = isinstance(value, UnknownOption) or index in odd
            if not misfit and not self._doubtful(name, slot.type, value):
                continue
            unit, more = self.spans[slot.type]
            begin = slot.offset + 2
            for other in self.numbers[slot.type]:
                read = self._clean(other.unpack, OCTETS, data, begin, begin + unit * slot.length + more)
                if read is not None and name in other.entry.carried_in and self._plausible(other.entry, read):
                    chosen[slot.offset] = other
        return chosen

    def _doubtful(self, name: str, number: int, value: Any) -> bool:
        return is_doubtful(name, self.known[number][1], lambda field: getattr(value, field), self.settings)

    def _plausible(self, entry: model.Option, value: Any) -> bool:
        return plausible(entry, lambda field: getattr(value, field), self.settings)
