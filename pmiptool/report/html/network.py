"""Where the boxes and lines of a network stand, in pixels; `network.j2` draws them."""

from __future__ import annotations

from typing import NamedTuple

from pmiptool.report.html.blocks import Network, look
from pmiptool.report.html.drawing import LETTER, Label

_HEIGHT, _ROW, _GAP, _EDGE = 40, 104, 28, 12


class Place(NamedTuple):
    """A box: its corner, width, the middles of its two lines of text, its look."""

    x: float
    y: float
    width: float
    name: Label
    text: Label
    look: str


class Stroke(NamedTuple):
    """A line from box to box, with its text."""

    path: str
    label: Label
    look: str
    dashed: bool
    told: str


class DrawnNetwork(NamedTuple):
    width: float
    height: float
    boxes: tuple[Place, ...]
    links: tuple[Stroke, ...]


def network(given: Network) -> DrawnNetwork:
    """Place boxes in rows, each row in the middle, and lines between the edges that face each other."""
    rows = {row: [box for box in given.boxes if box.row == row] for row in sorted({box.row for box in given.boxes})}
    widths = {box.name: max(len(box.name), len(box.text), 8) * LETTER + 20 for box in given.boxes}
    lengths = {row: sum(widths[box.name] for box in boxes) + _GAP * (len(boxes) - 1) for row, boxes in rows.items()}
    whole = max(lengths.values(), default=0) + 2 * _EDGE
    places: dict[str, Place] = {}
    for number, (row, boxes) in enumerate(rows.items()):
        x, y = (whole - lengths[row]) / 2, _EDGE + _ROW * number
        for box in boxes:
            middle = x + widths[box.name] / 2
            below = Label(middle, y + 32, box.text)
            places[box.name] = Place(x, y, widths[box.name], Label(middle, y + 16, box.name), below, look(box.kind))
            x += widths[box.name] + _GAP
    links = tuple(_stroke(places, link.ends, link.text, look(link.kind), link.dashed) for link in given.links)
    return DrawnNetwork(whole, _EDGE * 2 + _ROW * (len(rows) - 1) + _HEIGHT, tuple(places.values()), links)


def _stroke(places: dict[str, Place], ends: tuple[str, str], text: str, style: str, dashed: bool) -> Stroke:
    """A tunnel runs beside the plain line of the same two ends."""
    one, other = sorted((places[name] for name in ends), key=lambda place: place.y)
    shift = 14 if dashed else 0
    x1, x2 = one.name.x + shift, other.name.x + shift
    y1, y2 = one.y + (_HEIGHT if one.y != other.y else _HEIGHT / 2), other.y + (0 if one.y != other.y else _HEIGHT / 2)
    label = Label((x1 + x2) / 2 + 4, (y1 + y2) / 2 + 4, text)
    told = f"{'tunnel' if dashed else 'link'} {ends[0]} to {ends[1]}" + (f": {text}" if text else "")
    return Stroke(f"M{x1:g} {y1:g}L{x2:g} {y2:g}", label, style, dashed, told)
