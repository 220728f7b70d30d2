"""Ladder diagrams like the draft's figures: MAGs and LMA as columns, one arrow per message.

Plain text of fixed width, the same for the same messages. What a message says stands to the right of the ladder, so
the drawing stays narrow; 100 columns hold three MAGs and more.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

WIDTH = 100
_MARGIN = 10  # time to the left of the first column
_BEST_PITCH = 12
_LAST_GAP = 18  # before the LMA: the arrow of the last MAG has to carry its label
_LEAST_PITCH = 8
_LEAST_DETAILS = 30


@dataclass(frozen=True)
class Participant:
    """A column: its name in the box, and what the legend says of it."""

    name: str
    address: str = ""


@dataclass(frozen=True)
class Arrow:
    """A message from one column to another.

    label: on the arrow. details: what matters in it, one item a line. time: seconds since the first, or None.
    lost: it never arrived (drawn with an x). marks: what the judges say, each on a line of its own.
    kind, link: the worst that the judges say, and where the message is told of, for pictures with colours and links.
    """

    source: str
    target: str
    label: str
    details: tuple[str, ...] = ()
    time: float | None = None
    lost: bool = False
    marks: tuple[str, ...] = ()
    kind: str = ""
    link: str = ""


@dataclass(frozen=True)
class Remark:
    """Lines of text across the ladder: an event, a step's name, a verdict. `column` starts one at that lifeline.

    kind: of a verdict, for pictures with colours.
    """

    text: str
    column: str | None = None
    kind: str = ""


@dataclass(frozen=True)
class Ladder:
    """What is drawn; participants from left to right, the LMA last."""

    title: str
    participants: tuple[Participant, ...]
    rows: tuple[Arrow | Remark, ...]


@dataclass(frozen=True)
class _Style:
    life: str
    line: str
    right: str
    left: str
    corner: tuple[str, str, str, str]
    tee: str
    edge: str
    lost: str


_ASCII = _Style("|", "-", ">", "<", ("+", "+", "+", "+"), "+", "|", "x")
_UNICODE = _Style("│", "─", "▶", "◀", ("┌", "┐", "└", "┘"), "┬", "│", "✗")


def speaks_unicode(encoding: str | None) -> bool:
    """Whether a stream of this encoding can carry the drawing's characters."""
    try:
        "│─▶◀┌┐└┘┬✗".encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def render(ladder: Ladder, *, width: int = WIDTH, unicode: bool = False) -> str:
    """The diagram as text, lines without trailing blanks, ending in a line break."""
    return "\n".join(line.rstrip() for line in _Drawing(ladder, width, unicode).lines()) + "\n"


class _Drawing:
    def __init__(self, ladder: Ladder, width: int, unicode: bool) -> None:
        self.ladder = ladder
        self.style = _UNICODE if unicode else _ASCII
        self.unicode = unicode
        count = len(ladder.participants)
        longest = max((len(p.name) for p in ladder.participants), default=3)
        first = _MARGIN + longest // 2 + 2
        room = (width - first - _LAST_GAP - longest // 2 - 3 - _LEAST_DETAILS) // max(count - 2, 1)
        pitch = max(_LEAST_PITCH, longest + 5, min(_BEST_PITCH, room))
        gaps = [first, *[pitch] * (count - 2), *([max(_LAST_GAP, longest + 5)] if count > 1 else [])]
        self.at = {p.name: sum(gaps[: i + 1]) for i, p in enumerate(ladder.participants)}
        last = max(self.at.values(), default=_MARGIN)
        self.drawn = last + longest // 2 + 3
        self.width = max(width, self.drawn + _LEAST_DETAILS)

    def lines(self) -> Iterable[str]:
        yield from textwrap.wrap(self.ladder.title, self.width) if self.ladder.title else ()
        yield from self.legend()
        yield from self.boxes()
        if not self.ladder.rows or isinstance(self.ladder.rows[0], Arrow):
            yield self.empty()
        for row in self.ladder.rows:
            yield from self.arrow(row) if isinstance(row, Arrow) else self.remark(row)
        yield self.empty()

    def legend(self) -> Iterable[str]:
        named = [f"{p.name} {p.address}" for p in self.ladder.participants if p.address]
        yield from textwrap.wrap(", ".join(named), self.width, initial_indent="  ", subsequent_indent="  ")

    def boxes(self) -> Iterable[str]:
        s = self.style
        top, middle, bottom = (list(" " * self.drawn) for _ in range(3))
        for name, x in self.at.items():
            start = x - (len(name) + 2) // 2 - 1
            inner = len(name) + 2
            _write(top, start, s.corner[0] + s.line * inner + s.corner[1])
            _write(middle, start, f"{s.edge} {name} {s.edge}")
            _write(bottom, start, s.corner[2] + s.line * inner + s.corner[3])
            bottom[x] = s.tee
        for line in (top, middle, bottom):
            yield "".join(line)

    def empty(self) -> str:
        return "".join(self.lifelines())

    def lifelines(self) -> list[str]:
        line = list(" " * self.drawn)
        for x in self.at.values():
            line[x] = self.style.life
        return line

    def remark(self, row: Remark) -> Iterable[str]:
        at = self.at.get(row.column or "")
        if at is None:
            yield self.empty()
            lead = self.style.line * 2 + " "
            for part in row.text.split("\n"):
                for line in textwrap.wrap(part, self.width - 3, break_long_words=False) or [""]:
                    yield lead + line
                    lead = "   "
            return
        for text in textwrap.wrap(row.text, self.width - at - 2) or [""]:
            cells = self.lifelines()
            cells += [" "] * (self.width - len(cells))
            _write(cells, at + 2, text + " ")
            yield "".join(cells)

    def arrow(self, row: Arrow) -> Iterable[str]:
        details = [*self.wrapped(row.details), *self.wrapped(tuple(f"! {mark}" for mark in row.marks))]
        line = self.lifelines()
        if row.time is not None:
            _write(line, 0, f"{row.time:8.3f}"[:9])
        a, b = self.at[row.source], self.at[row.target]
        if a == b:  # a message to oneself: an anchor and a gateway on one address
            line += [" "] * (len(row.label) + 3)
            _write(line, a + 1, f"{self.style.left} {row.label}")
            yield "".join(line).rstrip()
            yield from (self.empty() + more for more in details)
            return
        low, high = min(a, b), max(a, b)
        s = self.style
        for x in range(low + 1, high):
            line[x] = s.line
        if a < b:
            line[high - 1] = s.lost if row.lost else s.right
        else:
            line[low + 1] = s.lost if row.lost else s.left
        label = f" {row.label} "[: max(high - low - 3, 0)]
        middle = low + 1 + (high - low - 1 - len(label)) // 2
        _write(line, middle, label)
        first = details[0] if details else ""
        yield "".join(line) + first
        for more in details[1:]:
            yield self.empty() + more

    def wrapped(self, items: Sequence[str]) -> list[str]:
        room = self.width - self.drawn
        lines: list[str] = []
        for item in items:
            lines += textwrap.wrap(item, room, subsequent_indent="  ", break_on_hyphens=False) or [""]
        return lines


def _write(line: list[str], at: int, text: str) -> None:
    for offset, character in enumerate(text):
        if 0 <= at + offset < len(line):
            line[at + offset] = character
