"""The reports that ``pmiptool validate`` writes: HTML, JUnit, Markdown, and the capture with comments."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import click

from pmiptool.cli.files import STDOUT, write_or_print
from pmiptool.errors import UsageError

if TYPE_CHECKING:
    from pmiptool.report.validation import Validation
    from pmiptool.rules import Context

Command = TypeVar("Command", bound=Callable[..., Any])
_CAPTURES = (".pcap", ".pcapng", ".cap", ".gz", ".zst")


@dataclass(frozen=True)
class Outputs:
    """Which reports are wanted, and where."""

    html: str | None = None
    junit: str | None = None
    markdown: str | None = None
    capture: str | None = None

    @property
    def to_stdout(self) -> bool:
        """Whether one of them takes the place of what is printed."""
        return STDOUT in (self.junit, self.markdown, self.capture)

    def steps(self, files: Sequence[str]) -> bool:
        """Whether messages have to be remembered, as what cannot be read again for the page."""
        return self.html is not None and STDOUT in files

    def check(self, files: Sequence[str], as_json: bool) -> None:
        """Before anything is judged: no report overwrites a capture, or another. Raises UsageError."""
        paths = [path for path in (self.html, self.junit, self.markdown, self.capture) if path is not None]
        if [*paths, *([STDOUT] if as_json else [])].count(STDOUT) > 1:
            raise UsageError("only one report goes to standard output; give a file name for the others")
        for path in (self.html, self.junit, self.markdown):
            if path is not None and path.lower().endswith(_CAPTURES):
                raise UsageError(f"{path} is the name of a capture, not of a report; put captures before the options")
        named = [os.path.realpath(path) for path in paths if path != STDOUT]
        if len(set(named)) < len(named):
            raise UsageError("two reports have one file name; give each its own")
        if self.capture is not None and STDOUT in files:
            raise UsageError("-w reads the capture twice, which standard input cannot; give it as a file")
        for path in paths:
            if any(path != STDOUT and _same(path, file) for file in files):
                raise UsageError(f"{path} is one of the captures that are judged; write to another file")

    def write(
        self,
        results: Sequence[Validation],
        context: Context,
        counting: Sequence[str],
        wireshark: Mapping[str, Any],
        recorded: bool,
    ) -> None:
        """Write what is wanted. counting: levels that fail a capture. recorded: the results have all their steps.

        Raises UsageError for what cannot be written.
        """
        if self.html is not None:
            from pmiptool.report import html
            from pmiptool.report.validation_html import page

            shown = page(results, context, counting=counting, wireshark=wireshark, recorded=recorded)
            html.write(shown, self.html)
        if self.junit is not None:
            from pmiptool.report.validation_text import as_junit

            write_or_print(self.junit, as_junit(results, counting))
        if self.markdown is not None:
            from pmiptool.report.validation_text import as_markdown

            write_or_print(self.markdown, as_markdown(results, counting))
        if self.capture is not None:
            from pmiptool.capture.annotate import annotate
            from pmiptool.capture.opening import CutCapture
            from pmiptool.report.validation_text import comments

            told = [(file, notes) for result in results for file, notes in comments(result).items()]
            with suppress(CutCapture):  # that was told when it was read
                annotate(told, self.capture)


def _same(path: str, file: str) -> bool:
    try:
        return os.path.samefile(path, file)
    except OSError:
        return False


def output_options(command: Command) -> Command:
    """`--html`, `--junit`, `--markdown` and `-w`, given to the command as `outputs`."""
    from functools import wraps

    @wraps(command)
    def wrapped(*args: Any, html: str | None, junit: str | None, markdown: str | None, capture: str | None,
                **others: Any) -> Any:  # fmt: skip
        return command(*args, outputs=Outputs(html, junit, markdown, capture), **others)

    file = click.Path(dir_okay=False, allow_dash=True)
    options = (
        click.option("--html", metavar="FILE", type=click.Path(dir_okay=False), help="Write one page for a browser."),
        click.option("--junit", metavar="FILE", type=file, help="Write JUnit XML: a testcase for each rule."),
        click.option("--markdown", metavar="[FILE]", type=file, is_flag=False, flag_value=STDOUT,
                     help="Write Markdown for tickets, to FILE or standard output."),
        click.option("-w", "capture", metavar="FILE.pcapng", type=file,
                     help="Write the capture again with the findings as comments on its packets."),
    )  # fmt: skip
    decorated: Any = wrapped
    for option in reversed(options):
        decorated = option(decorated)
    return decorated  # type: ignore[no-any-return]
