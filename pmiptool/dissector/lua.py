"""Lua text: literals and tables, in what Lua 5.2 to 5.4 have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_WORDS = frozenset(
    "and break do else elseif end false for function goto if in local nil not or repeat return then true until "
    "while".split()
)
_WIDTH = 116


@dataclass(frozen=True)
class Raw:
    """An expression that stands as it is."""

    text: str


Value = object
"""None, bool, int, str, bytes, Raw, a sequence, or a mapping of str or int to values."""


def text(value: str) -> str:
    """A string literal."""
    return quoted(value.encode())


def quoted(octets: bytes) -> str:
    """A string literal of any octets: what is not printable ASCII stands in decimal."""
    out = []
    for octet in octets:
        if octet in b'"\\':
            out.append("\\" + chr(octet))
        elif 32 <= octet < 127:
            out.append(chr(octet))
        else:
            out.append(f"\\{octet:03d}")
    return '"' + "".join(out) + '"'


def key(name: str | int) -> str:
    """A table key as it stands before `=`."""
    if isinstance(name, int):
        return f"[{name}]"
    if name.isidentifier() and name.isascii() and name not in _WORDS:
        return name
    return f"[{text(name)}]"


def index(table: str, name: str) -> str:
    """`table.name`, or `table["name"]` where the name is no identifier."""
    named = key(name)
    return f"{table}{named}" if named.startswith("[") else f"{table}.{named}"


def literal(value: Value, indent: int = 0) -> str:
    """A value as Lua; tables that do not fit a line take several. Members that are None are left out."""
    if isinstance(value, Raw):
        return value.text
    if value is None:
        return "nil"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return text(value)
    if isinstance(value, bytes):
        return quoted(value)
    inner = indent + 2
    if isinstance(value, Mapping):
        items = [f"{key(name)} = {literal(item, inner)}" for name, item in value.items() if item is not None]
    elif isinstance(value, Sequence):
        items = [literal(item, inner) for item in value]
    else:
        raise TypeError(f"no Lua literal: {value!r}")
    if not items:
        return "{}"
    line = "{ " + ", ".join(items) + " }"
    if "\n" not in line and len(line) + indent <= _WIDTH:
        return line
    pad = " " * inner
    return "{\n" + "".join(f"{pad}{item},\n" for item in items) + " " * indent + "}"
