"""Markdown for tickets and wikis: tables, and texts that mean nothing but themselves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~$&])")


def escape(text: str) -> str:
    """A text in which no character has a meaning, but at the start of a line; an identifier in it mentions nobody."""
    plain = "".join(c if c.isprintable() else " " if c in "\n\t" else "\N{REPLACEMENT CHARACTER}" for c in text)
    return _SPECIAL.sub(r"\\\1", plain).replace("@", "@\N{ZERO WIDTH NON-JOINER}")


def code(text: str) -> str:
    """A text as code, whatever it holds; in a table too."""
    plain = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text) or " "
    fence = "`" * (max((len(run) for run in re.findall("`+", plain)), default=0) + 1)
    pad = " " if plain.startswith("`") or plain.endswith("`") else ""
    return f"{fence}{pad}{plain}{pad}{fence}".replace("|", "\\|")


def table(columns: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: Sequence[int] = ()) -> str:
    """A table of cells that are Markdown already. numbers: columns that stand to the right."""
    bars = ["---:" if index in numbers else "---" for index in range(len(columns))]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in (columns, bars, *rows))
