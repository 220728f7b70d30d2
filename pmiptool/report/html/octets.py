"""Octets in lines of sixteen, cut where a range begins or ends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from pmiptool.report.html.blocks import HexView

PER_LINE = 16


class Run(NamedTuple):
    """Octets of one line in one range. number: of the range, None outside of all."""

    number: int | None
    look: str
    title: str
    hex: str
    text: str
    padding: str


class Line(NamedTuple):
    """The offset of its first octet, its runs, and what fills up a short line before the text."""

    offset: str
    runs: tuple[Run, ...]
    fill: str


def lines(view: HexView) -> list[Line]:
    """All lines of a view."""
    owner: list[int | None] = [None] * len(view.data)
    for number, part in enumerate(view.ranges):
        for at in range(max(part.start, 0), min(part.end, len(view.data))):
            owner[at] = number
    wide = max(4, len(f"{view.base + len(view.data):x}"))
    return [
        Line(f"{view.base + at:0{wide}x}", tuple(_runs(view, owner, at)), "   " * (at + PER_LINE - len(view.data)))
        for at in range(0, len(view.data), PER_LINE)
    ]


def _runs(view: HexView, owner: list[int | None], at: int) -> Iterator[Run]:
    end = min(at + PER_LINE, len(view.data))
    while at < end:
        to = at + 1
        while to < end and owner[to] == owner[at]:
            to += 1
        part, number = view.data[at:to], owner[at]
        text = "".join(chr(octet) if 0x20 <= octet < 0x7F else "." for octet in part)
        style, title = (view.ranges[number].look, view.ranges[number].text) if number is not None else ("", "")
        yield Run(number, style, title, part.hex(" "), text, " " if to < end else "")
        at = to
