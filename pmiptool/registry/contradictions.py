"""Where a document contradicts itself or another: the reading taken and why, the other one, and how the wire shows it.

The other reading is accepted on input with a note wherever octets tell the two apart. What hangs on an entry here is
read by the codec, the Scapy layers, the dissector, the rules and the reference tables.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from pmiptool.registry.model import Entry, Field
    from pmiptool.registry.rule import Expr

Some = TypeVar("Some", bound="Entry")


@dataclass(frozen=True)
class OtherLength:
    """The length octet counts `unit` octets each, and `more` octets stand behind it besides.

    last: the option ends its message, but for padding, whichever way its length is read.
    """

    unit: int = 1
    more: int = 0
    last: bool = False


@dataclass(frozen=True)
class OtherFields:
    """The same values in other fields; octet `when_at` tells it from others of the same number, as in the entry."""

    fields: tuple[Field, ...]
    when_at: int = 0


@dataclass(frozen=True)
class OtherNumber:
    """The option stands under one of these numbers, which is that of another."""

    numbers: tuple[int, ...]


@dataclass(frozen=True)
class OtherAlignment:
    """Alignment xn+y, counted as in the entry."""

    align: tuple[int, int]


@dataclass(frozen=True)
class OtherMeaning:
    """The octets are the same and mean something else. `holds` is false where they do."""

    holds: Expr
    messages: tuple[str, ...] = ()
    field: str | None = None


How = OtherLength | OtherFields | OtherNumber | OtherAlignment | OtherMeaning


@dataclass(frozen=True)
class Contradiction:
    """Two readings of one entry.

    what: last part of the id of the note. taken: the reading taken, in words that follow the entry's title; why: one
    line. other: the other reading, in the same form; source: where it stands. how: how the wire shows it (None: it does
    not).
    """

    what: str
    taken: str
    why: str
    other: str
    source: str
    how: How | None = None


def in_other_fields(entry: Some, what: str) -> Some:
    """The entry with the fields that the other reading of that name gives it."""
    for found in entry.contradictions:
        if found.what == what and isinstance(found.how, OtherFields):
            return replace(entry, fields=found.how.fields)
    return entry
