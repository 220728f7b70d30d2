"""Which rules had anything to judge in what was seen: messages of their kind, with the options that they are about.

A rule that applied may still have been silent (its condition was not met); one that did not apply could not be broken.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from pmiptool.registry import catalogue
from pmiptool.registry.codepoints import CodePoints
from pmiptool.registry.form import contradiction_rules
from pmiptool.registry.model import Entry, SubOptions
from pmiptool.registry.rule import Rule
from pmiptool.rules import RULES
from pmiptool.rules.courses import COURSES
from pmiptool.rules.evaluate import needed
from pmiptool.rules.pairing import Answer, Request
from pmiptool.wire.layout import Decoded, Slot
from pmiptool.wire.values import ENTRIES, UnknownOption

_BINDING = frozenset({"proxy-binding", "binding"})
"""Registrations: either may answer the other, wrongly."""
_ABOUT = {"mext/5.3.3/summary-unknown": frozenset({"flow-summary"}), "rfc7077/6.1/ani-sent": frozenset[str]()}
"""Rules whose field is not the option that gives them something to judge."""


class Judged:
    """Takes note of messages and exchanges by their kind, which is cheap; `applied` says what that comes to."""

    def __init__(self, settings: CodePoints) -> None:
        self._settings = settings
        self._structures: dict[Any, tuple[str, frozenset[str]]] = {}
        self._exchanges: dict[str, tuple[set[str], set[str]]] = {}
        self._answered: set[str] = set()

    def add(self, decoded: Decoded, part: Request | Answer | None) -> None:
        """A message, and what it is in an exchange."""
        structure = decoded.name, tuple((s.type, tuple(sub.type for sub in s.sub)) for s in decoded.layout.slots)
        kind = self._structures.get(structure)
        if kind is None:
            kind = self._structures[structure] = decoded.name, frozenset(self._names(decoded))
        if part is not None:
            sides = self._exchanges.setdefault(part.exchange.name, (set(), set()))
            sides[isinstance(part, Answer)].update(kind[1])
            if isinstance(part, Answer):
                self._answered.add(part.exchange.name)

    def _names(self, decoded: Decoded) -> Iterator[str]:
        """The short names of all options and sub-options, padding too."""
        names = catalogue.option_names(self._settings)
        values = iter(decoded.message.options)
        for slot in decoded.layout.slots:
            yield names.get(slot.type, f"option-{slot.type}")
            if slot.pad is None:
                value = next(values)
                entry = None if isinstance(value, UnknownOption) else ENTRIES[type(value)]
                if entry is not None:
                    yield entry.name  # by the other of two numbers it has another name
                yield from self._below(entry, slot)

    def _below(self, entry: Entry | None, slot: Slot) -> Iterator[str]:
        space = next((f.space for f in entry.fields if isinstance(f, SubOptions)), None) if entry else None
        names = catalogue.suboption_names(space, self._settings) if space else {}
        for sub in slot.sub:
            yield names.get(sub.type, f"sub-option-{sub.type}")

    def applied(self) -> frozenset[str]:
        """The ids of the rules that had anything to judge."""
        return frozenset(rule.id for rule in RULES if self._applies(rule))

    def _applies(self, rule: Rule) -> bool:
        if rule.dialect not in (None, self._settings.wire_dialect):
            return False
        about = _options_of().get(rule.id, frozenset())
        if rule.scope == "message":
            return any(
                (not rule.messages or name in rule.messages) and (not about or about & names)
                for name, names in self._structures.values()
            )
        if rule.scope == "exchange":
            return any(self._exchange_applies(rule, name) for name in self._answered)
        seen = _exchanges_of(rule) & self._exchanges.keys()
        return any(not about or about & set().union(*self._exchanges[name]) for name in seen)

    def _exchange_applies(self, rule: Rule, name: str) -> bool:
        family = _BINDING if name in _BINDING else {name}
        if rule.messages and not any(e.request in rule.messages for e in catalogue.EXCHANGES if e.name in family):
            return False
        need = needed(rule.holds) if rule.holds is not None else None
        sides = (self._exchanges[name][need[0] == "answer"] for name in family & self._exchanges.keys()) if need else ()
        return need is None or any(need[1] in names for names in sides)


@lru_cache(maxsize=1)
def _options_of() -> dict[str, frozenset[str]]:
    """Of each rule that is about options the names of those; it applies where one of them stands."""
    found: dict[str, frozenset[str]] = dict(_ABOUT)
    entries: list[Entry] = [
        *catalogue.OPTIONS,
        *(entry for space in catalogue.SPACES.values() for entry in space.entries),
    ]
    options = {entry.name for entry in entries}
    clauses: dict[str, set[str]] = {}
    for entry in entries:
        clauses.setdefault(entry.clause.key, set()).add(entry.name)
        for field in entry.fields:
            if isinstance(field, SubOptions):
                clauses.setdefault(catalogue.SPACES[field.space].clause.key, set()).add(entry.name)
        for rule in contradiction_rules(entry):
            found[rule.id] = frozenset({entry.name})
    for rule in RULES:
        if rule.id in found:
            continue
        need = needed(rule.holds) if rule.holds is not None else None
        first = (rule.field or "").partition(".")[0]
        if rule.scope == "message" and need is not None:
            found[rule.id] = frozenset({need[1]})
        elif first in options and not (rule.messages and rule.scope == "message"):
            found[rule.id] = frozenset({first})
        elif rule.holds is None and rule.scope == "message" and not rule.messages and rule.clause.key in clauses:
            found[rule.id] = frozenset(clauses[rule.clause.key])
    return found


@lru_cache(maxsize=1)
def _by_course() -> dict[str, frozenset[str]]:
    """The exchanges of each rule on the course of one."""
    found: dict[str, frozenset[str]] = {}
    for name, course in COURSES.items():
        for rule in course.rules():
            found[rule.id] = found.get(rule.id, frozenset()) | {name}
    return found


def _exchanges_of(rule: Rule) -> frozenset[str]:
    """The exchanges that a rule on sessions is about: by its course, else by its document, else registrations."""
    of_course = _by_course().get(rule.id)
    if of_course is not None:
        return of_course
    same = frozenset(e.name for e in catalogue.EXCHANGES if e.clause.document == rule.clause.document)
    return same | _BINDING if not same or same & _BINDING else same


__all__ = ["Judged"]
