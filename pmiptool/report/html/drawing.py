"""Where the lines, boxes and texts of the pictures stand, in pixels; the templates draw them."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pmiptool.report.html.blocks import Bars, Chart, Span, look
from pmiptool.report.ladder import Arrow, Ladder, Remark
from pmiptool.text.names import many

_TIME = 84  # the column of times, left of everything
_LINE = 16  # from one line of text to the next
LETTER = 7.3  # width of a letter of the fixed-width font
_LEAST_PITCH, _MOST_PITCH = 130, 300
_DETAILS = 66  # letters in a line right of the ladder
_BOX = 26
_HEAD_AGAIN = 1200  # pixels after which the names of the columns stand there once more


class Label(NamedTuple):
    """A line of text at a place. look: its colour."""

    x: float
    y: float
    text: str
    look: str = ""


class Head(NamedTuple):
    """The box of a column: its middle, top, width, name, and address."""

    x: float
    y: float
    width: float
    name: str
    address: str


class Line(NamedTuple):
    """An arrow from `x1` to `x2` (`path` and `tip` draw it), or to itself; `told` is all of it in words."""

    path: str
    tip: str
    cross: str
    label: Label
    time: str
    y: float
    details: tuple[Label, ...]
    look: str
    link: str
    told: str
    area: tuple[float, float]


class Band(NamedTuple):
    """A remark: a box with lines of text."""

    x: float
    y: float
    width: float
    height: float
    lines: tuple[Label, ...]
    look: str


class DrawnLadder(NamedTuple):
    """All of a ladder, in a picture of this size. told: what it shows, in a sentence."""

    width: float
    height: float
    heads: tuple[Head, ...]
    lives: tuple[float, ...]
    top: float
    arrows: tuple[Line, ...]
    bands: tuple[Band, ...]
    told: str


def ladder(given: Ladder) -> DrawnLadder:
    """Places a ladder: columns from left to right, what a message says to the right of them."""
    return _Placing(given).drawn()


class _Placing:
    def __init__(self, given: Ladder) -> None:
        self.given = given
        names = [person.name for person in given.participants]
        self.columns = self._columns(names)
        last = max(self.columns.values(), default=_TIME + 60.0)
        own = [
            self.columns[row.source] + 44 + len(row.label) * LETTER
            for row in given.rows
            if isinstance(row, Arrow) and row.source == row.target
        ]
        self.beside = max(last + max((self._half(name) for name in names[-1:]), default=0.0) + 16, *own, 0.0)
        self.width = self.beside + _DETAILS * LETTER + 8
        self.heads: list[Head] = []
        self.arrows: list[Line] = []
        self.bands: list[Band] = []

    def _half(self, name: str) -> float:
        person = next(person for person in self.given.participants if person.name == name)
        return max(len(person.name) * LETTER / 2 + 14, len(person.address) * LETTER * 0.82 / 2 + 4)

    def _columns(self, names: Sequence[str]) -> dict[str, float]:
        """The middle of each column, wide enough for names, addresses and the labels between neighbours."""
        number = {name: index for index, name in enumerate(names)}
        room = [0.0] * len(names)
        for row in self.given.rows:
            if isinstance(row, Arrow):
                ends = sorted((number[row.source], number[row.target]))
                if ends[1] - ends[0] == 1:
                    room[ends[1]] = max(room[ends[1]], len(row.label) * LETTER + 44)
        at, found = _TIME, {}
        x = 0.0
        for index, name in enumerate(names):
            if index == 0:
                x = at + self._half(name) + 6
            else:
                need = self._half(names[index - 1]) + self._half(name) + 14
                x += min(max(_LEAST_PITCH, need, room[index]), max(_MOST_PITCH, need))
            found[name] = x
        return found

    def drawn(self) -> DrawnLadder:
        y = self._head(6.0)
        top, headed = y, y
        for row in self.given.rows:
            if y - headed > _HEAD_AGAIN:
                y = self._head(y + 8)
                headed = y
            y = self._arrow(row, y) if isinstance(row, Arrow) else self._band(row, y)
        height = y + 10
        messages = sum(isinstance(row, Arrow) for row in self.given.rows)
        people = ", ".join(f"{p.name} {p.address}".strip() for p in self.given.participants)
        told = f"{many(messages, 'message')} between {people}"
        return DrawnLadder(
            round(self.width), round(height), tuple(self.heads), tuple(self.columns.values()), top,
            tuple(self.arrows), tuple(self.bands), told,
        )  # fmt: skip

    def _head(self, y: float) -> float:
        address = any(person.address for person in self.given.participants)
        for person in self.given.participants:
            width = len(person.name) * LETTER + 24
            self.heads.append(Head(self.columns[person.name], y, width, person.name, person.address))
        return y + _BOX + (16 if address else 0) + 6

    def _arrow(self, row: Arrow, y: float) -> float:
        lines = list(self._beside(row, y))
        height = max(36.0, len(lines) * _LINE + 12)
        a, b, at = self.columns[row.source], self.columns[row.target], y + 24
        cross = ""
        if a == b:  # a message to oneself: an anchor and a gateway on one address
            path = f"M{a:g} {at - 8:g}h26v12H{a + 8:g}"
            tip = f"M{a + 2:g} {at + 4:g}l9 -4.5v9z"
            label = Label(a + 32, at, row.label)
        else:
            way = 1 if b > a else -1
            end = (a + b) / 2 + way * abs(b - a) / 4 if row.lost else b
            path = f"M{a:g} {at:g}H{end - way * (0 if row.lost else 9):g}"
            tip = "" if row.lost else f"M{end - way:g} {at:g}l{-way * 10:g} -4.5v9z"
            cross = f"M{end - 6:g} {at - 6:g}l12 12m0 -12l-12 12" if row.lost else ""
            label = Label((a + b) / 2, at - 6, row.label)
        time = "" if row.time is None else f"{row.time:.3f}"
        self.arrows.append(
            Line(path, tip, cross, label, time, at, tuple(lines), look(row.kind), row.link, _told(row), (y + 2, height))
        )
        return y + height

    def _beside(self, row: Arrow, y: float) -> Iterable[Label]:
        at = y + 20
        texts = [(text, "") for text in row.details] + [(mark, _look_of(mark, row.kind)) for mark in row.marks]
        for text, style in texts:
            for line in _wrapped(text, _DETAILS):
                yield Label(self.beside, at, line, style)
                at += _LINE

    def _band(self, row: Remark, y: float) -> float:
        at = self.columns.get(row.column or "")
        x = _TIME if at is None else at + 8
        letters = int((self.width - x - 24) / LETTER)
        lines = [line for part in row.text.split("\n") for line in _wrapped(part, letters)]
        labels = tuple(Label(x + 8, y + 4 + _LINE * n, line) for n, line in enumerate(lines, 1))
        height = len(lines) * _LINE + 12
        width = self.width - x - 8 if at is None else max(len(line) for line in lines) * LETTER + 18
        self.bands.append(Band(x, y + 2, width, height, labels, look(row.kind)))
        return y + height + 6


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, subsequent_indent="  ", break_on_hyphens=False) or [""]


def _look_of(mark: str, kind: str) -> str:
    """A mark says its kind itself, or has that of its message."""
    own = look(mark.partition(" ")[0])
    return own if own != "plain" else look(kind)


def _told(row: Arrow) -> str:
    when = "" if row.time is None else f" at {row.time:.3f} s"
    lost = ", lost" if row.lost else ""
    said = "; ".join((*row.details, *row.marks))
    return f"{row.label} from {row.source} to {row.target}{when}{lost}" + (f": {said}" if said else "")


# Bars over time

_BAR, _CHART = 24, 620
_STEPS = tuple(digit * 10**power for power in range(-3, 9) for digit in (1, 2, 5))


class Piece(NamedTuple):
    """A span of a bar: its place, whether it goes on beyond the end, its look and words."""

    x: float
    width: float
    open: bool
    look: str
    told: str


class DrawnBar(NamedTuple):
    y: float
    label: Label
    pieces: tuple[Piece, ...]


class Tick(NamedTuple):
    x: float
    text: str


class DrawnBars(NamedTuple):
    width: float
    height: float
    bars: tuple[DrawnBar, ...]
    ticks: tuple[Tick, ...]


def bars(given: Bars) -> DrawnBars:
    """Places bars below each other over one axis of time."""
    shown = ["  " * bar.indent + bar.label for bar in given.bars]
    left = max((len(label) for label in shown), default=0) * LETTER + 20
    length = max(given.end - given.start, 0.001)

    def at(time: float) -> float:
        return round(left + (min(max(time, given.start), given.end) - given.start) / length * _CHART, 1)

    def piece(span: Span) -> Piece:
        end = given.end if span.end is None else span.end
        until = "goes on" if span.end is None else f"until {span.end - given.start:.3f} s"
        told = f"from {span.start - given.start:.3f} s, {until}: {span.text}"
        return Piece(at(span.start), max(round(at(end) - at(span.start), 1), 2.0), span.end is None,
                     look(span.kind), told)  # fmt: skip

    drawn = tuple(
        DrawnBar(30 + _BAR * n, Label(8, 30 + _BAR * n + 15, label), tuple(piece(span) for span in bar.spans))
        for n, (bar, label) in enumerate(zip(given.bars, shown, strict=True))
    )
    step = next((step for step in _STEPS if length / step <= 8), length)
    ticks = tuple(
        Tick(round(left + n * step / length * _CHART, 1), f"{n * step:g} s") for n in range(int(length / step) + 1)
    )
    return DrawnBars(round(left + _CHART + 60), 40 + _BAR * len(drawn), drawn, ticks)


class DrawnColumn(NamedTuple):
    """A column: its left, top, width and height, and what it says."""

    x: float
    y: float
    width: float
    height: float
    told: str


class DrawnChart(NamedTuple):
    """All of a chart. lines: heights with their numbers; ticks: labels below some columns."""

    width: float
    height: float
    columns: tuple[DrawnColumn, ...]
    lines: tuple[Label, ...]
    ticks: tuple[Tick, ...]
    left: float
    floor: float


_CHART_HEIGHT, _CHART_TOP, _TICK_EVERY = 160, 14, 110


def chart(given: Chart) -> DrawnChart:
    """Places columns over one floor, three lines of height, and as many labels as there is room for."""
    most = max((column.value for column in given.columns), default=0.0) or 1.0
    left, floor = 90.0, float(_CHART_TOP + _CHART_HEIGHT)
    pitch = _CHART / max(len(given.columns), 1)
    gap = min(pitch * 0.15, 2.0)

    def column(place: int, label: str, value: float) -> DrawnColumn:
        height = round(value / most * _CHART_HEIGHT, 1)
        if value > 0:
            height = max(height, 1.0)
        told = f"{label}: {value:g} {given.unit}".rstrip()
        return DrawnColumn(
            round(left + place * pitch, 1), round(floor - height, 1), round(pitch - gap, 1), height, told
        )

    drawn = tuple(column(place, one.label, one.value) for place, one in enumerate(given.columns))
    every = max(1, -(-_TICK_EVERY * len(drawn) // _CHART)) if drawn else 1
    ticks = tuple(
        Tick(round(left + (place + 0.5) * pitch, 1), given.columns[place].label.partition(" to ")[0])
        for place in range(0, len(drawn), every)
    )
    lines = tuple(
        Label(left - 8, round(floor - share * _CHART_HEIGHT, 1), f"{most * share:.4g}") for share in (0.0, 0.5, 1.0)
    )
    return DrawnChart(round(left + _CHART + 60), round(floor + 24), drawn, lines, ticks, left, floor)
