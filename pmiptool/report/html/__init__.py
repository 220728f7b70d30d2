"""Reports as one HTML file that needs no network: a kit of blocks, and the page that holds them.

A report is a tree of frozen values (`blocks`): `Page` with `Tiles`, `Section`, `Table`, `Details`, `LadderView`,
`HexView` and so on. `render(page)` makes the text, `write(page, path)` the file. Templates escape every text, for
captures and peers are hostile; style and script stand in the file, and its content security policy forbids all else.
It follows the reader's light or dark scheme, works by keyboard, prints, and can be read without the script.

    page = Page("Validation", (Tiles((Tile("errors", 2, "error"),)),
                               Section("Findings", (Table("findings", ("Level", "Text"), rows),))))
    write(page, "report.html")

Words for levels and verdicts (`error`, `FAIL`, ...) are called kinds; `LOOKS` says how each looks. Jinja2 is imported
when something is rendered, not before.
"""

from pmiptool.report.html.blocks import (
    LOOKS,
    Bar,
    Bars,
    Block,
    Box,
    Cell,
    Chart,
    Code,
    Column,
    Details,
    Facts,
    HexView,
    LadderView,
    Link,
    Network,
    Octets,
    Page,
    Row,
    Section,
    Span,
    Table,
    Text,
    Tile,
    Tiles,
    TreeView,
    anchor,
    look,
)
from pmiptool.report.html.page import render, write

__all__ = [
    "LOOKS",
    "Bar",
    "Bars",
    "Block",
    "Box",
    "Cell",
    "Chart",
    "Code",
    "Column",
    "Details",
    "Facts",
    "HexView",
    "LadderView",
    "Link",
    "Network",
    "Octets",
    "Page",
    "Row",
    "Section",
    "Span",
    "Table",
    "Text",
    "Tile",
    "Tiles",
    "TreeView",
    "anchor",
    "look",
    "render",
    "write",
]
