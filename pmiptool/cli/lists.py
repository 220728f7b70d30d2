"""Lists as the contract wants them: one a line, name, two spaces, sentence; no header; ``--json`` for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import click


def print_list(entries: Mapping[str, str] | Iterable[tuple[str, str]], as_json: bool = False) -> None:
    """Print names with their sentences; as JSON, a list of ``{"name", "text"}``."""
    pairs = list(entries.items() if isinstance(entries, Mapping) else entries)
    if as_json:
        print_json([{"name": name, "text": text} for name, text in pairs])
        return
    for name, text in pairs:
        click.echo(f"{name}  {text}")


def print_json(value: Any) -> None:
    """Print one JSON document, readable; ASCII, so that every locale can print it."""
    click.echo(json.dumps(value, indent=2))
