"""``pmiptool registry``: what the registry knows of messages, options, their fields and code points."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from pmiptool.cli.options import Settings, settings_options
from pmiptool.errors import UsageError

if TYPE_CHECKING:
    from pmiptool.registry.codepoints import CodePoints

_json = click.option("--json", "as_json", is_flag=True, help="For programs.")
_markdown = click.option("--markdown", is_flag=True, help="As a table in Markdown.")


_READINGS = (
    "Where the texts contradict themselves or each other: what is taken and why, and the other reading. Where octets",
    "tell the two apart, the other is accepted on input, and the finding of the last column, a note, names it.",
)
_EXCHANGE = ("request", "answer", "title", "ways", "pairs", "document", "section")
_TABLES = ("fields", "members", "suboptions", "exchanges", "contradictions")


@click.group()
def command() -> None:
    """Messages, options, sub-options and enumerations, each with the clause that says so."""


@command.command("list")
@_json
@_markdown
@settings_options
def list_(as_json: bool, markdown: bool, settings: Settings) -> None:
    """Every name that ``registry show`` takes."""
    from pmiptool.cli.lists import print_json, print_list
    from pmiptool.registry import reference

    _one_of(as_json, markdown)
    if as_json:
        print_json(reference.whole(settings.codepoints))
    elif markdown:
        click.echo(_tables(settings.codepoints))
    else:
        print_list(reference.sentences(settings.codepoints))


@command.command()
@click.argument("name")
@_json
@_markdown
@settings_options
def show(name: str, as_json: bool, markdown: bool, settings: Settings) -> None:
    """Its number, where it stands, its fields and their values."""
    from pmiptool.cli.lists import print_json
    from pmiptool.registry import reference
    from pmiptool.text.names import did_you_mean

    _one_of(as_json, markdown)
    wanted = name.strip().lower().replace("_", "-")
    found = reference.describe(wanted, settings.codepoints)
    if found is None:
        known = [known for known, _ in reference.sentences(settings.codepoints)]
        hint = did_you_mean(name, known) or "; registry list has all names"
        dialect = "mext" if settings.codepoints.wire_dialect == "rfc6089" else "rfc6089"
        if reference.describe(wanted, replace(settings.codepoints, dialect=dialect)) is not None:
            hint = f" in this dialect; add --codepoint dialect={dialect}"
        raise UsageError(f"the registry has no '{name}'{hint}")
    if as_json:
        print_json({"schema": reference.SCHEMA, **found})
    else:
        click.echo("\n".join(_page(found, markdown)))


def _one_of(as_json: bool, markdown: bool) -> None:
    if as_json and markdown:
        raise UsageError("--json and --markdown exclude each other; give one of them")


def _tables(points: CodePoints) -> str:
    from pmiptool.registry import reference

    whole = reference.whole(points)
    lines: list[str] = []
    for title, kind, columns in (
        ("Messages", "messages", ("type", "name", "title", "document", "section")),
        ("Options", "options", ("type", "name", "title", "document", "section")),
        ("Requests and answers", "exchanges", _EXCHANGE),
        ("Status codes", "statuses", ("value", "name", "title", "document")),
    ):
        lines += [f"## {title}", "", *_table(whole[kind], columns), ""]
    lines += ["## Readings", "", *_READINGS, ""]
    lines += _table(whole["contradictions"], ("name", "taken", "why", "other", "source", "note"))
    return "\n".join(lines).rstrip()


def _table(rows: list[dict[str, Any]], columns: tuple[str, ...]) -> list[str]:
    lines = [f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}"]
    for row in rows:
        cells = [_cell(row.get(key)).replace("|", "\\|") for key in columns]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def _cell(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)


def _page(found: dict[str, Any], markdown: bool) -> list[str]:
    """One entry for people, as text or in Markdown."""
    head = f"{found['title']} ({found['name']})"
    lines = [f"## {head}", ""] if markdown else [head]
    for key, value in found.items():
        if key in ("name", "title", *_TABLES) or value in (None, "", []):
            continue
        label = key.replace("_", " ")
        lines.append(f"- {label}: {_cell(value)}" if markdown else f"  {label:<12} {_cell(value)}")
    for key, columns in (
        ("fields", ("name", "bits", "title", "enumeration")),
        ("suboptions", ("type", "name", "title", "document", "section")),
        ("flags", ("letter", "mask", "title", "document")),
        ("members", ("enumeration", "value", "name", "title", "document")),
        ("exchanges", _EXCHANGE),
    ):
        rows = found.get(key) or []
        if key == "flags":
            rows = [flag for field in found.get("fields", ()) for flag in field.get("flags", ())]
        if not rows:
            continue
        used = tuple(column for column in columns if any(row.get(column) is not None for row in rows))
        lines.append("")
        lines += _table(rows, used) if markdown else _columns(rows, used)
    for one in found.get("contradictions", ()):
        mark = "- " if markdown else "  "
        end = f"accepted with the note {one['note']}" if one["note"] else "which no octets would show"
        lines += [
            "",
            f"{mark}read: {one['taken']} ({one['why']})",
            f"{mark}not: {one['other']} ({one['source']}), {end}",
        ]
    return lines


def _columns(rows: list[dict[str, Any]], columns: tuple[str, ...]) -> list[str]:
    cells = [[_cell(row.get(key)) for key in columns] for row in rows]
    widths = [max(len(line[at]) for line in cells) for at in range(len(columns))]
    return [
        "  " + "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells
    ]
