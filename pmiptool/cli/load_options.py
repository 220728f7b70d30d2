"""The options of ``pmiptool load``: rates, times, what the messages are to be, and where results go."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from pmiptool.cli.files import STDOUT, begin_report, write_or_print
from pmiptool.errors import UsageError

if TYPE_CHECKING:
    from pmiptool.load.result import Result
    from pmiptool.load.thresholds import Outcome

_UNITS = {"ms": 1e-3, "s": 1.0, "": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}


def _number(text: str, what: str, units: dict[str, float], example: str) -> float:
    found = re.fullmatch(r"(\d+(?:\.\d*)?|\.\d+)\s*([a-z/]*)", text.strip().lower())
    if found is None or found.group(2) not in units:
        raise UsageError(f"{what} '{text}' is not understood; write it like {example}")
    return float(found.group(1)) * units[found.group(2)]


def parse_seconds(text: str, what: str) -> float:
    """`30s`, `2m`, `500ms`, `10`. Raises UsageError."""
    seconds = _number(text, what, _UNITS, "30s, 2m or 500ms")
    if not seconds:
        raise UsageError(f"{what} '{text}' is no time at all")
    return seconds


def parse_rate(text: str) -> float:
    """`1000`, `1000/s`, `20k/s`. Raises UsageError."""
    rate = _number(text, "--rate", {"": 1.0, "/s": 1.0, "k": 1e3, "k/s": 1e3, "m": 1e6, "m/s": 1e6}, "1000/s")
    if not 0 < rate <= 1e8:
        raise UsageError(f"--rate '{text}' is not above 0 and at most 100 million a second")
    return rate


def parse_start(text: str, now: float) -> float:
    """`+5s`, `14:30:00`, or ISO 8601 (UTC where it names no zone). Raises UsageError, also for what is over."""
    from datetime import datetime, timedelta, timezone

    if text.startswith("+"):
        return now + parse_seconds(text[1:], "--start-at")
    today = datetime.fromtimestamp(now, timezone.utc)
    try:
        if re.fullmatch(r"\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?Z?", text):
            moment = datetime.fromisoformat(f"{today:%Y-%m-%d}T{text.removesuffix('Z').zfill(5)}")
            moment = moment.replace(tzinfo=timezone.utc)
            if moment.timestamp() < now:
                moment += timedelta(days=1)
        else:
            moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
            moment = moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
    except ValueError:
        raise UsageError(
            f"--start-at '{text}' is no time; write it like 14:30:00 (UTC), 2026-11-23T14:30:00Z or +5s"
        ) from None
    if moment.timestamp() < now:
        raise UsageError(f"--start-at {text} is over since {now - moment.timestamp():.0f} s")
    return moment.timestamp()


@dataclass(frozen=True)
class Outputs:
    """Where results go. json: `-` or a file."""

    json: str | None
    html: str | None

    def check(self) -> None:
        """Before anything is sent: the files can be written, and are several. Raises UsageError."""
        if self.html is not None and self.html == self.json:
            raise UsageError(f"two reports go to {self.html}; give each a name of its own")
        for path in (self.json, self.html):
            if path is not None and path != STDOUT:
                begin_report(path)

    def show(self, result: Result, outcomes: list[Outcome], codepoints: Any) -> None:
        """Print and write the reports: to the screen first, and each even where there is no room for another."""
        document = result.to_json()
        document["thresholds"] = [{"text": o.text, "ok": o.ok, "actual": o.actual} for o in outcomes]
        if self.json != STDOUT:
            from pmiptool.report.ladder import speaks_unicode
            from pmiptool.report.load import render

            unicode = speaks_unicode(sys.stdout.encoding)
            click.echo(render(result, outcomes, unicode=unicode, codepoints=codepoints), nl=False)
        try:
            if self.json is not None:
                write_or_print(self.json, json.dumps(document, separators=(",", ":")) + "\n")
        finally:
            if self.html is not None:
                from pmiptool.report import html
                from pmiptool.report.load_html import page

                html.write(page(result, outcomes, codepoints), self.html)


_MESSAGES = (
    click.option("--mn-id", "mn_id", metavar="PATTERN", help="MN-IDs (mn{}@example.org; {} is a number of 8 digits)."),
    click.option("--first", type=click.IntRange(min=0), default=0, metavar="N", help="Number of the first MN (0)."),
    click.option("--lifetime", metavar="SECONDS", help="A multiple of 4, or max for 0xffff (300)."),
    click.option("--flags", metavar="LETTERS", help="Flags (AP)."),
    click.option("--att", metavar="NAME|N", help="Access technology type (4)."),
    click.option("--ll-id", metavar="MAC", help="Link-layer identifier of the first MN; the others count on."),
    click.option(
        "--timestamp", type=click.Choice(["now", "none"]), default="now", help="none: sequence numbers order."
    ),
    click.option("--service", metavar="NAME", help="Service selection."),
    click.option("--mhgid", metavar="N", help="Multihoming group; brings the multihoming option."),
    click.option("--flow", multiple=True, metavar="'EXPR'", help="A filter of every MN (repeatable)."),
    click.option("-O", "options", multiple=True, metavar="NAME:field=value,...", help="Any other option (repeatable)."),
)


def message_options(function: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(_MESSAGES):
        function = option(function)
    return function


def output_options(function: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("--json", "as_json", is_flag=True, help="The whole result as JSON on standard output."),
        click.option("-o", "output", metavar="FILE", type=click.Path(dir_okay=False), help="The same into a file."),
        click.option("--html", metavar="FILE", type=click.Path(dir_okay=False), help="A page with charts."),
        click.option(
            "--threshold", "thresholds", multiple=True, metavar="'p99<50ms'", help="Else exit 4 (repeatable)."
        ),
    ):
        function = option(function)
    return function
