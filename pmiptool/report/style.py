"""Colour, where it is wanted: on a terminal, unless `NO_COLOR` is set (https://no-color.org)."""

from __future__ import annotations

import os
from typing import Any

_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}
LEVELS = {"error": "red", "warning": "yellow", "note": "cyan"}


def wants_colour(stream: Any) -> bool:
    """Whether to colour what goes to `stream`."""
    isatty = getattr(stream, "isatty", None)
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb" and isatty is not None and isatty()


def paint(text: str, style: str, colour: bool) -> str:
    """`text` in a style of `_CODES`, or as it is."""
    return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if colour and text else text
