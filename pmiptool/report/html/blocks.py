"""What an HTML report is made of: frozen values, each drawn by the template that it names.

Texts are plain and may hold anything; the templates escape them. A `kind` is a word for a level or a verdict; it is
shown as it is and looks as `LOOKS` says. An `id` is unique on its page (make one with `anchor`), and a `link` leads to
one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from pmiptool.report.ladder import Ladder
from pmiptool.report.tree import Node

LOOKS = {
    "error": "bad",
    "warning": "warn",
    "note": "info",
    "PASS": "good",
    "FAIL": "bad",
    "WARN": "warn",
    "INCONCLUSIVE": "odd",
    "ERROR": "odd",
    "UNSUPPORTED": "dull",
    "SKIPPED": "dull",
    "XFAIL": "dull",
    "XPASS": "info",
    "good": "good",
    "bad": "bad",
}
"""How a kind looks: good, info, warn, bad, odd (nobody can tell), dull (did not run); any other kind is plain."""


def look(kind: str) -> str:
    """The style of a kind; `plain` for one that has none."""
    return LOOKS.get(kind, "plain")


def anchor(*parts: object) -> str:
    """An id made of words and numbers: `anchor("case", "rfc5213/8.3/length")`. Different parts give different ids."""
    return "-".join("".join(c if c.isalnum() and c.isascii() else f"_{ord(c):x}_" for c in str(part)) for part in parts)


@dataclass(frozen=True)
class Block:
    """Base of all that stands on a page."""

    template: ClassVar[str] = ""

    @property
    def look(self) -> str:
        return look(getattr(self, "kind", ""))


@dataclass(frozen=True)
class Tile(Block):
    """A number that sums up. link: where a click on it leads."""

    label: str
    value: str | int
    kind: str = ""
    note: str = ""
    link: str = ""


@dataclass(frozen=True)
class Tiles(Block):
    """The summary: tiles side by side."""

    template: ClassVar[str] = "tiles.j2"
    tiles: Sequence[Tile]


@dataclass(frozen=True)
class Text(Block):
    """A paragraph; with a kind it stands out (`warning`: what the report leaves out)."""

    template: ClassVar[str] = "text.j2"
    text: str
    kind: str = ""


@dataclass(frozen=True)
class Facts(Block):
    """Names with their values: settings, versions, expected and actual."""

    template: ClassVar[str] = "facts.j2"
    pairs: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Code(Block):
    """A command line or other text in fixed width, with a button that copies it."""

    template: ClassVar[str] = "code.j2"
    text: str
    label: str = ""


@dataclass(frozen=True)
class Cell(Block):
    """One cell of a table. kind: shown as a badge of that look. code: in fixed width. sort: what a column sorts by."""

    text: str
    kind: str = ""
    link: str = ""
    code: bool = False
    sort: float | None = None


@dataclass(frozen=True)
class Row(Block):
    """One row. kind: which chip shows it. words: more that a search finds it by."""

    cells: Sequence[Cell | str]
    kind: str = ""
    id: str = ""
    words: str = ""

    @property
    def shown(self) -> list[Cell]:
        return [cell if isinstance(cell, Cell) else Cell(cell) for cell in self.cells]


@dataclass(frozen=True)
class Table(Block):
    """A table that sorts by its columns; with `filter` it has a search box, and a chip for each kind of its rows.

    name: its id, and the group of `Details` that its filter hides and shows too. empty: what stands there when it has
    no rows. numbers: indices of columns that hold numbers. A column without a name does not sort.
    """

    template: ClassVar[str] = "table.j2"
    name: str
    columns: Sequence[str]
    rows: Sequence[Row]
    caption: str = ""
    filter: bool = True
    empty: str = "Nothing."
    numbers: Sequence[int] = ()

    @property
    def chips(self) -> list[tuple[str, str, int]]:
        """Kind, look and number of rows of each chip, in the order of `LOOKS`, others behind."""
        counts: dict[str, int] = {}
        for row in self.rows:
            if row.kind:
                counts[row.kind] = counts.get(row.kind, 0) + 1
        known = [kind for kind in LOOKS if kind in counts]
        return [(kind, look(kind), counts[kind]) for kind in (*known, *(k for k in counts if k not in LOOKS))]


@dataclass(frozen=True)
class Section(Block):
    """A heading and what stands below it. level: 2 (also in the page's contents) to 4."""

    template: ClassVar[str] = "section.j2"
    title: str
    blocks: Sequence[Block]
    id: str = ""
    level: int = 2

    @property
    def name(self) -> str:
        return self.id or anchor("section", self.title)


@dataclass(frozen=True)
class Details(Block):
    """What opens on demand; a link to it, or to anything inside, opens it.

    kind: a badge before the title. note: after it, small. group: the `Table` whose filter it follows, found by title,
    note and `words`.
    """

    template: ClassVar[str] = "details.j2"
    title: str
    blocks: Sequence[Block]
    id: str = ""
    kind: str = ""
    note: str = ""
    group: str = ""
    words: str = ""
    open: bool = False


@dataclass(frozen=True)
class LadderView(Block):
    """A ladder diagram as SVG: nodes are columns, an arrow a message.

    `Arrow.kind` colours an arrow (a mark that begins with a kind has the look of that), `Arrow.link` is where a click
    leads, the details of the message. The picture is described for those who cannot see it.
    """

    template: ClassVar[str] = "ladder.j2"
    ladder: Ladder


@dataclass(frozen=True)
class Octets(Block):
    """A range of octets, `start` to before `end`, and what it is; one that comes later lies over those before it."""

    start: int
    end: int
    text: str
    kind: str = ""


@dataclass(frozen=True)
class HexView(Block):
    """Octets in hex with the ranges that mean something; who points at a range sees its octets.

    base: what the first octet's offset is called.
    """

    template: ClassVar[str] = "hex.j2"
    data: bytes
    ranges: Sequence[Octets] = ()
    title: str = "Octets"
    base: int = 0


@dataclass(frozen=True)
class TreeView(Block):
    """A decoded message as `report.tree.message_node` has it."""

    template: ClassVar[str] = "tree.j2"
    nodes: Sequence[Node]
    title: str = ""


@dataclass(frozen=True)
class Span(Block):
    """Part of a bar, in seconds. end: None where it goes on. text: what it was, and why it ended."""

    start: float
    end: float | None
    text: str
    kind: str = ""


@dataclass(frozen=True)
class Bar(Block):
    """One line of a chart over time. indent: it belongs to the bar above (a flow to its binding)."""

    label: str
    spans: Sequence[Span]
    indent: int = 0


@dataclass(frozen=True)
class Bars(Block):
    """What was in force when: a bar each, over seconds from `start` to `end`."""

    template: ClassVar[str] = "bars.j2"
    title: str
    bars: Sequence[Bar]
    start: float
    end: float


@dataclass(frozen=True)
class Box(Block):
    """A node of a network: in which row of the picture, its name, and a line of text below."""

    row: int
    name: str
    text: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Link(Block):
    """A line between two boxes, by their names, with a text at its middle. dashed: a tunnel."""

    ends: tuple[str, str]
    text: str = ""
    kind: str = ""
    dashed: bool = False


@dataclass(frozen=True)
class Network(Block):
    """Nodes in rows, from the top, and the lines between them."""

    template: ClassVar[str] = "network.j2"
    title: str
    boxes: Sequence[Box]
    links: Sequence[Link]


@dataclass(frozen=True)
class Column(Block):
    """One column of a chart: what it stands for, and how high it is."""

    label: str
    value: float


@dataclass(frozen=True)
class Chart(Block):
    """Columns side by side, in the order given. unit: what their heights count."""

    template: ClassVar[str] = "chart.j2"
    title: str
    columns: Sequence[Column]
    unit: str = ""


@dataclass(frozen=True)
class Page(Block):
    """A whole report. lead: a sentence below the title. facts: what was judged, when, with what."""

    template: ClassVar[str] = "page.j2"
    title: str
    blocks: Sequence[Block]
    lead: str = ""
    facts: Sequence[tuple[str, str]] = ()
    verdict: str = ""

    @property
    def sections(self) -> list[Section]:
        return [block for block in self.blocks if isinstance(block, Section) and block.level == 2]
