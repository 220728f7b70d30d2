"""Reports and other text that commands write into files."""

from __future__ import annotations

import contextlib
from functools import partial
from pathlib import Path
from typing import Any

import click

from pmiptool.errors import UsageError

STDOUT = "-"
UNWRITTEN = "pmiptool.unwritten"
"""In a context's meta: `-w` could not be written, which is exit code 2 whatever else came out."""


class Number(click.FloatRange):
    """A number, of seconds mostly. `nan` is in every range, and no clock counts to `inf`: both are refused."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        from pmiptool.text.names import LONGEST

        found: float = super().convert(value, param, ctx)
        if not -LONGEST <= found <= LONGEST:
            self.fail(f"{value} is no number between {-LONGEST:.0f} and {LONGEST:.0f}", param, ctx)
        return found

    def _describe_range(self) -> str:
        return super()._describe_range() if self.min is not None else ""


def unwritten(error: UsageError) -> None:
    """Say that the capture of `-w` could not be written; what was found is reported all the same."""
    click.echo(f"pmiptool: {error}", err=True)
    click.get_current_context().meta[UNWRITTEN] = True


def write_text(path: str, text: str) -> None:
    """Write a file. Raises UsageError when it cannot be written."""
    try:
        Path(path).write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from None


def begin_report(path: str) -> None:
    """Empty a report before anything is sent: a run whose report cannot be written is lost. Where nothing comes of the
    run, because it was interrupted or refused before it began, no report is left. Raises UsageError."""
    write_text(path, "")
    context = click.get_current_context(silent=True)
    if context is not None:
        context.call_on_close(partial(_drop_empty, Path(path)))


def _drop_empty(path: Path) -> None:
    with contextlib.suppress(OSError):
        if path.is_file() and not path.stat().st_size:
            path.unlink()


def check_writable(path: str) -> None:
    """See that a file can be written, and leave what is in it. Raises UsageError."""
    try:
        with open(path, "ab"):
            pass
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from None


def write_or_print(path: str, text: str) -> None:
    """Write a file, `-` to standard output. Raises UsageError."""
    if path == STDOUT:
        click.echo(text, nl=False)
    else:
        write_text(path, text)
