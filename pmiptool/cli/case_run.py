"""What commands share that run cases: which ones, what is written of them, and what is shown meanwhile."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from pmiptool.cli.files import Number, begin_report, write_text
from pmiptool.cli.options import F, Talk, wrap
from pmiptool.errors import UsageError

if TYPE_CHECKING:
    from pmiptool.conformance.baseline import Change
    from pmiptool.conformance.case import Case
    from pmiptool.conformance.result import CaseResult, RunResult
    from pmiptool.net.record import Recorder

Go = Callable[["Shown"], "tuple[RunResult, Recorder]"]
"""Runs cases, tells of each, and returns the recording of everything that was sent and received."""

_OPTIONS = (
    click.option("--exclude", multiple=True, metavar="SELECTION", help="Leave these cases out (repeatable)."),
    click.option(
        "--baseline", metavar="FILE", type=click.Path(dir_okay=False), help="Known results; 1 only for worse."
    ),
    click.option("--update-baseline", is_flag=True, help="Write the results into the baseline."),
    click.option("--junit", metavar="FILE", type=click.Path(dir_okay=False), help="Write the results as JUnit XML."),
    click.option(
        "--json",
        "as_json",
        metavar="FILE",
        type=click.Path(dir_okay=False, allow_dash=True),
        help="Write the results as JSON, - for stdout.",
    ),
    click.option("--html", metavar="FILE", type=click.Path(dir_okay=False), help="Write one page for a browser."),
    click.option("--evidence", metavar="DIR|FILE.zip", type=click.Path(), help="Write what a vendor needs."),
    click.option("--restart-command", metavar="CMD", help="Brings a peer back that answers nothing any more."),
    click.option(
        "--max-time",
        type=Number(min=0, min_open=True),
        metavar="SECONDS",
        help="Begin no further case after this time.",
    ),
    click.option("--seed", type=click.IntRange(0, 0xFFFFFFFF), help="Gives identifiers and sequence numbers."),
    click.option("--shuffle", is_flag=True, help="Run in the order that the seed gives."),
    click.option("--name", metavar="TEXT", default="", help="How the peer is called in reports and matrices."),
    click.option("-v", "--verbose", is_flag=True, help="Show the cases that pass, too."),
)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What the flags say of the run itself, and of what is written of it."""

    exclude: tuple[str, ...] = ()
    baseline: str | None = None
    update_baseline: bool = False
    junit: str | None = None
    as_json: str | None = None
    html: str | None = None
    evidence: str | None = None
    restart_command: str | None = None
    max_time: float | None = None
    seed: int | None = None
    shuffle: bool = False
    name: str = ""
    verbose: bool = False


def case_options(function: F) -> F:
    """All of a command that runs cases; the command gets ``wanted``."""

    def make(
        *,
        exclude: tuple[str, ...] = (),
        baseline: str | None = None,
        update_baseline: bool = False,
        junit: str | None = None,
        as_json: str | None = None,
        html: str | None = None,
        evidence: str | None = None,
        restart_command: str | None = None,
        max_time: float | None = None,
        seed: int | None = None,
        shuffle: bool = False,
        name: str = "",
        verbose: bool = False,
    ) -> Wanted:
        return Wanted(
            exclude=exclude,
            baseline=baseline,
            update_baseline=update_baseline,
            junit=junit,
            as_json=as_json,
            html=html,
            evidence=evidence,
            restart_command=restart_command,
            max_time=max_time,
            seed=seed,
            shuffle=shuffle,
            name=name,
            verbose=verbose,
        )

    return wrap(function, "wanted", _OPTIONS, make)


def carry_out(wanted: Wanted, talk: Talk, cases: tuple[Case, ...], go: Go) -> int:
    """Run cases, write what is wanted of them, and return the exit code."""
    from pmiptool.conformance import baseline as known_results
    from pmiptool.conformance.result import exit_code
    from pmiptool.report import conformance as report

    if not cases:
        raise UsageError(f"no case is left after --exclude {' '.join(wanted.exclude)}")
    if wanted.update_baseline and wanted.baseline is None:
        raise UsageError("--update-baseline needs the file that it is to update; add --baseline FILE")
    known = _known(wanted.baseline, wanted.update_baseline)
    reports = [path for path in (wanted.junit, wanted.html, wanted.as_json, wanted.evidence) if path is not None]
    if len(set(reports)) < len(reports):
        raise UsageError("two reports have one file name; give each its own")
    for path in (wanted.junit, wanted.html, None if wanted.as_json == "-" else wanted.as_json):
        if path is not None:
            begin_report(path)
    if wanted.evidence is not None:
        from pmiptool.report.evidence import check

        check(wanted.evidence)
    shown = Shown(wanted.verbose, wanted.as_json == "-", len(cases))
    result, recording = go(shown)
    shown.close()
    changes = known_results.compare(known, result.cases) if wanted.baseline is not None else None
    if wanted.as_json != "-":  # before what may find no room
        click.echo("\n" + report.summary(result, changes), nl=False)
    _write(wanted, talk, result, recording, changes)
    if wanted.baseline is not None and wanted.update_baseline:
        known_results.write(wanted.baseline, known, result.cases)
    if result.ended == "interrupted":
        raise KeyboardInterrupt
    return exit_code(result) if changes is None else _against_baseline(changes)


def _write(wanted: Wanted, talk: Talk, result: RunResult, recording: Recorder, changes: list[Change] | None) -> None:
    """The files that are wanted."""
    from pmiptool.report import conformance as report

    if wanted.junit is not None:
        write_text(wanted.junit, report.as_junit(result, changes or ()))
    if wanted.html is not None:
        from pmiptool.report import html as kit
        from pmiptool.report.conformance_html import page

        kit.write(page(result, talk.settings.codepoints, changes), wanted.html)
    if wanted.evidence is not None:
        from pmiptool.report.evidence import write

        peer_file = talk.settings.peer_file
        write(wanted.evidence, result, talk.settings.codepoints, capture=recording.capture(), peer_file=peer_file)
    if wanted.as_json == "-":
        click.echo(report.as_json(result, talk.settings.codepoints), nl=False)
    elif wanted.as_json is not None:
        write_text(wanted.as_json, report.as_json(result, talk.settings.codepoints))


def _known(baseline: str | None, update: bool) -> dict[str, str]:
    """What the baseline knows; one that is to be written need not be there yet."""
    from pathlib import Path

    from pmiptool.conformance.baseline import read, write

    if baseline is None:
        return {}
    known = read(baseline) if Path(baseline).exists() or not update else {}
    if update:
        write(baseline, known, ())  # before anything is sent
    return known


def _against_baseline(changes: list[Change]) -> int:
    if any(change.worse for change in changes):
        return 1
    return 6 if any(change.after == "ERROR" and change.differs for change in changes) else 0


class Shown:
    """Prints suite by suite as results come; on a terminal how far the run is, in between."""

    def __init__(self, verbose: bool, quiet: bool, cases: int) -> None:
        self._verbose, self._quiet = verbose, quiet
        self._results: list[CaseResult] = []
        self._done, self._cases = 0, cases
        self._live = sys.stderr.isatty()

    def add(self, result: CaseResult) -> None:
        if self._results and self._results[0].suite != result.suite:
            self.close()
        self._results.append(result)
        self._done += 1
        if self._live:
            line = f"{self._done} of {self._cases}  {result.verdict}  {result.id}"
            click.echo(f"\r\x1b[K{line[:100]}", nl=False, err=True)

    def close(self) -> None:
        from pmiptool.cli.scenario import paint
        from pmiptool.conformance.runner import NOT_BEGUN
        from pmiptool.report.conformance import suite_text

        results, self._results = self._results, []
        if self._live:
            click.echo("\r\x1b[K", nl=False, err=True)
        if all(result.reason.startswith(NOT_BEGUN) for result in results):
            return  # the summary tells that the run ended early
        if not self._quiet:
            click.echo(paint(suite_text(results[0].suite, results, verbose=self._verbose)), nl=False)
