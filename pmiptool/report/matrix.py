"""Several runs side by side: cases against implementations, from the JSON that runs wrote."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pmiptool.conformance.result import VERDICTS
from pmiptool.errors import UsageError
from pmiptool.report import html
from pmiptool.report.conformance import SCHEMA
from pmiptool.report.markdown import table
from pmiptool.text.names import many


@dataclass(frozen=True)
class Column:
    """One run. cases: by id, as `conformance run --json` has them."""

    name: str
    role: str
    target: str
    cases: Mapping[str, Mapping[str, Any]]

    def verdict(self, id_: str) -> str:
        return str(self.cases[id_]["verdict"]) if id_ in self.cases else ""

    def count(self, verdict: str) -> int:
        return sum(case["verdict"] == verdict for case in self.cases.values())


def load(paths: Sequence[str]) -> list[Column]:
    """The runs in files, each under a name of its own. Raises UsageError for a file that is none."""
    columns: list[Column] = []
    for path in paths:
        try:
            told = json.loads(Path(path).read_text("utf-8"))
        except OSError as error:
            raise UsageError(f"cannot read {path}: {error.strerror}") from None
        except (ValueError, RecursionError) as error:
            raise UsageError(f"{path} is no JSON: {error}") from None
        if not isinstance(told, dict) or told.get("schema") != SCHEMA:
            raise UsageError(f"{path} holds no conformance run; write one with: conformance run --json {path}")
        name = told.get("name") or Path(path).stem
        while any(column.name == name for column in columns):
            name += "'"
        columns.append(Column(name, told["role"], told["target"], {case["id"]: case for case in told["cases"]}))
    roles = {column.role for column in columns}
    if len(roles) > 1:
        raise UsageError("these runs are of LMAs and of MAGs; make a matrix of each")
    return columns


def rows(columns: Sequence[Column]) -> list[str]:
    """The ids of all cases, in the order of the runs."""
    return list(dict.fromkeys(id_ for column in columns for id_ in column.cases))


def as_markdown(columns: Sequence[Column]) -> str:
    """A table for tickets and wikis; what all agree on with PASS is counted and not listed."""
    lines: list[tuple[str, ...]] = []
    agreed = 0
    for id_ in rows(columns):
        verdicts = [column.verdict(id_) for column in columns]
        if all(verdict == "PASS" for verdict in verdicts):
            agreed += 1
            continue
        lines.append((f"`{id_}`", *(verdict or "-" for verdict in verdicts)))
    for verdict in VERDICTS:
        counts = [column.count(verdict) for column in columns]
        if any(counts):
            lines.append((f"**{verdict}**", *map(str, counts)))
    names = (column.name.replace("|", "\\|") for column in columns)
    return table(("case", *names), lines) + f"\nPASS everywhere: {many(agreed, 'case')}.\n"


def page(columns: Sequence[Column]) -> html.Page:
    """The table as a page of its own."""
    lines = []
    for id_ in rows(columns):
        case = next(column.cases[id_] for column in columns if id_ in column.cases)
        verdicts = [column.verdict(id_) for column in columns]
        worst = next((verdict for verdict in VERDICTS if verdict in verdicts), "")
        cells = [html.Cell(verdict or "-", verdict) for verdict in verdicts]
        alike = "all alike" if len(set(verdicts)) == 1 else "they differ"
        words = f"{alike} {case['says']}"
        lines.append(html.Row((html.Cell(id_, code=True), case["level"], *cells), kind=worst, words=words))
    totals = tuple(
        html.Row((html.Cell(verdict, verdict), *(str(column.count(verdict)) for column in columns)))
        for verdict in reversed(VERDICTS)
        if any(column.count(verdict) for column in columns)
    )
    names = tuple(column.name for column in columns)
    numbers = tuple(range(1, len(names) + 1))
    return html.Page(
        "Implementations and cases",
        (
            html.Section("Totals", (html.Table("totals", ("Verdict", *names), totals, filter=False, numbers=numbers),)),
            html.Section("Cases", (html.Table("cases", ("Case", "Level", *names), tuple(lines)),)),
        ),
        lead="The same cases against several peers; search for `they differ` to see where they do.",
        facts=tuple((column.name, f"{column.role.upper()}, {column.target}") for column in columns),
    )
