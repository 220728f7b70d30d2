"""``pmiptool conformance list | run | probe | matrix``: does a peer do what the texts demand?"""

from __future__ import annotations

import shlex
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from pmiptool.cli.files import write_text
from pmiptool.cli.options import Talk, talk_options
from pmiptool.errors import UsageError

if TYPE_CHECKING:
    from pmiptool.conformance.baseline import Change
    from pmiptool.conformance.case import Case, Role
    from pmiptool.conformance.result import CaseResult, RunResult
    from pmiptool.conformance.trial import TrialSettings
    from pmiptool.net.record import Recorder
    from pmiptool.net.trigger import Trigger

_ROLE = click.option(
    "--role", type=click.Choice(["lma", "mag"]), default="lma", show_default=True, help="What the peer is."
)


@click.group("conformance")
def command() -> None:
    """Test an LMA or a MAG clause by clause, with verdicts that tell why."""


@command.command("list")
@click.argument("selection", nargs=-1)
@_ROLE
@click.option("--json", "as_json", is_flag=True, help="A list for programs.")
def list_cases(selection: tuple[str, ...], role: Role, as_json: bool) -> None:
    """List the cases, by clause: all, or those of a SELECTION (ids, beginnings of ids, globs)."""
    from pmiptool.cli.lists import print_json, print_list
    from pmiptool.conformance.case import select

    chosen = select(role, selection)
    if not as_json:
        print_list([(case.id, f"{case.level}: {case.says}") for case in chosen])
        return
    fields = ("id", "suite", "level", "clause", "says", "needs", "mags", "configured", "operator")
    print_json([{name: getattr(case, name) for name in fields} for case in chosen])


@command.command("run")
@click.argument("selection", nargs=-1)
@talk_options
@_ROLE
@click.option("--exclude", multiple=True, metavar="SELECTION", help="Leave these cases out (repeatable).")
@click.option("--baseline", metavar="FILE", type=click.Path(dir_okay=False), help="Known results; 1 only for worse.")
@click.option("--update-baseline", is_flag=True, help="Write the results into the baseline.")
@click.option("--junit", metavar="FILE", type=click.Path(dir_okay=False), help="Write the results as JUnit XML.")
@click.option("--json", "as_json", metavar="FILE", type=click.Path(dir_okay=False, allow_dash=True),
              help="Write the results as JSON, - for stdout.")  # fmt: skip
@click.option("--html", metavar="FILE", type=click.Path(dir_okay=False), help="Write one page for a browser.")
@click.option("--evidence", metavar="DIR|FILE.zip", type=click.Path(), help="Write what a vendor needs.")
@click.option("--listen", metavar="T", help="With --role mag: our address, at which the MAG is waited for.")
@click.option("--trigger", metavar="CMD", help="Makes the peer do something: run with words that say what.")
@click.option("--restart-command", metavar="CMD", help="Brings a peer back that answers nothing any more.")
@click.option("--max-time", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS",
              help="Begin no further case after this time.")  # fmt: skip
@click.option("--seed", type=click.IntRange(0, 0xFFFFFFFF), help="Gives identifiers and sequence numbers.")
@click.option("--shuffle", is_flag=True, help="Run in the order that the seed gives.")
@click.option("--name", metavar="TEXT", default="", help="How the peer is called in reports and matrices.")
@click.option("-v", "--verbose", is_flag=True, help="Show the cases that pass, too.")
def run(
    selection: tuple[str, ...],
    talk: Talk,
    role: Role,
    exclude: tuple[str, ...],
    baseline: str | None,
    update_baseline: bool,
    junit: str | None,
    as_json: str | None,
    html: str | None,
    evidence: str | None,
    verbose: bool,
    **options: Any,
) -> int:
    """Run cases against a peer: all, or a SELECTION; without --target or --listen the reference in this process."""
    from pmiptool.conformance import baseline as known_results
    from pmiptool.conformance.case import select
    from pmiptool.conformance.result import exit_code
    from pmiptool.report import conformance as report

    cases = select(role, selection, exclude)
    if not cases:
        raise UsageError(f"no case is left after --exclude {' '.join(exclude)}")
    if update_baseline and baseline is None:
        raise UsageError("--update-baseline needs the file that it is to update; add --baseline FILE")
    known = _known(baseline, update_baseline)
    for path in (junit, html, None if as_json == "-" else as_json):
        if path is not None:  # before anything is sent: a run whose report cannot be written is lost
            write_text(path, "")
    if evidence is not None:
        from pmiptool.report.evidence import check

        check(evidence)
    shown = _Shown(verbose, as_json == "-", len(cases))
    result, recording = _run(talk, cases, role, _RunOptions(**options), shown)
    shown.close()
    changes = known_results.compare(known, result.cases) if baseline is not None else None
    if junit is not None:
        write_text(junit, report.as_junit(result, changes or ()))
    if html is not None:
        from pmiptool.report import html as kit
        from pmiptool.report.conformance_html import page

        kit.write(page(result, talk.settings.codepoints, changes), html)
    if evidence is not None:
        from pmiptool.report.evidence import write

        peer_file = talk.settings.peer_file
        write(evidence, result, talk.settings.codepoints, capture=recording.capture(), peer_file=peer_file)
    if as_json == "-":
        click.echo(report.as_json(result, talk.settings.codepoints), nl=False)
    elif as_json is not None:
        write_text(as_json, report.as_json(result, talk.settings.codepoints))
    if as_json != "-":
        click.echo("\n" + report.summary(result, changes), nl=False)
    if baseline is not None and update_baseline:
        known_results.write(baseline, known, result.cases)
    if result.ended == "interrupted":
        raise KeyboardInterrupt
    if changes is None:
        return exit_code(result)
    return _against_baseline(changes)


@command.command("probe")
@talk_options
@click.option("-o", "--output", metavar="FILE", type=click.Path(dir_okay=False), help="Write the peer file here.")
@click.option("--seed", type=click.IntRange(0, 0xFFFFFFFF), help="Gives identifiers and sequence numbers.")
def probe(talk: Talk, output: str | None, seed: int | None) -> None:
    """Ask an LMA what it supports and how it reads what the texts leave open; print a peer file."""
    from pmiptool.conformance.probe import peer_file
    from pmiptool.conformance.probe import probe as put

    talk.or_embedded()
    if output is not None:
        write_text(output, "")  # before anything is sent
    transport = talk.open()
    try:
        number = int(transport.now()) & 0xFFFF if seed is None else seed
        settings = trial_settings(talk, number, embedded=talk.target.kind == "embedded")
        learnt = put(transport, settings, lambda text: click.echo(text, err=True))
    finally:
        transport.close()
    text = peer_file(learnt, str(talk.target), talk.sources)
    if output is not None:
        write_text(output, text)
    else:
        click.echo(text, nl=False)


@command.command("matrix")
@click.argument("files", nargs=-1, required=True, metavar="A.json B.json...")
@click.option("--html", "form", flag_value="html", help="One page for a browser.")
@click.option("--markdown", "form", flag_value="markdown", default=True, help="A table for tickets (the default).")
@click.option("-o", "--output", metavar="FILE", type=click.Path(dir_okay=False), help="Write it here, not to stdout.")
def matrix(files: tuple[str, ...], form: str, output: str | None) -> None:
    """Put runs side by side, implementations against cases, from what `run --json` wrote."""
    from pmiptool.report import html as kit
    from pmiptool.report import matrix as report

    columns = report.load(files)
    told = kit.render(report.page(columns)) if form == "html" else report.as_markdown(columns)
    if output is not None:
        write_text(output, told)
    else:
        click.echo(told, nl=False)


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


def _run(
    talk: Talk, cases: tuple[Case, ...], role: Role, options: _RunOptions, shown: _Shown
) -> tuple[RunResult, Recorder]:
    """The run, and the recording of everything that was sent and received."""
    from pmiptool.conformance.playback import about
    from pmiptool.conformance.restart import restarter
    from pmiptool.conformance.runner import RunSettings
    from pmiptool.conformance.runner import run as run_cases
    from pmiptool.net.trigger import Trigger
    from pmiptool.scenario.stage import shown_settings

    restart = restarter(options.restart_command) if options.restart_command is not None else None
    trigger = Trigger(options.trigger, _say) if options.trigger is not None else None
    transport, peer, make = open_peer(talk, role, options.listen, trigger, restart)
    try:
        number = int(transport.now()) & 0xFFFF if options.seed is None else options.seed
        trial = trial_settings(talk, number, role=role, embedded=transport.target.kind == "embedded", trigger=trigger)
        if role == "lma" and transport.target.kind != "embedded":
            from pmiptool.conformance.probe import first_registration
            from pmiptool.errors import ExchangeFailed

            refused = first_registration(transport, trial)
            if refused:
                raise ExchangeFailed(f"no case was run, since each would fail: {refused}")
        config = talk.lma_config if role == "lma" and transport.target.kind == "embedded" else None
        transport.about = about(
            role, transport, trial, name=options.name, config=config, trigger=options.trigger is not None
        )
        settings = RunSettings(
            trial=trial,
            shuffle=options.shuffle,
            max_time=options.max_time,
            clock=time.monotonic,
            command=_command(talk, role, options, number),
            shown=shown_settings(trial.context.codepoints, trial.context.readings),
            progress=shown.add,
            name=options.name,
        )
        return run_cases(cases, transport, settings, peer, make), transport
    finally:
        transport.close()


def open_peer(
    talk: Talk,
    role: Role,
    listen: str | None = None,
    trigger: Trigger | None = None,
    restart: Callable[[], bool] | None = None,
) -> tuple[Recorder, Any, Any]:
    """The way to the peer, the peer as a whole, and what cases are called with."""
    if role == "lma":
        from pmiptool.conformance.lma import Lma
        from pmiptool.conformance.lma_peer import LmaPeer

        talk.or_embedded()
        if listen is not None:
            raise UsageError("--listen is where a MAG is waited for; add --role mag, or name the LMA with --target")
        transport = talk.open()
        return transport, LmaPeer(transport, trial_settings(talk, 0, trigger=trigger), restart), Lma
    from pmiptool.conformance.mag import Mag
    from pmiptool.conformance.mag_peer import open_mag
    from pmiptool.net.record import Recorder

    listen = listen or ("embedded" if talk.named == "embedded" else None)
    if listen is None:
        if talk.named:
            raise UsageError("a MAG is waited for at an address of ours; add --listen ADDRESS")
        _say("no --listen given: the reference MAG in this process is tested (embedded)")
        listen = "embedded"
    if talk.faults and listen != "embedded":
        raise UsageError(f"--fault is about the embedded MAG, and a MAG is waited for at {listen}")
    opened = open_mag(
        listen,
        address=talk.named if listen != "embedded" else None,
        trigger=trigger,
        claims=talk.settings.peer.claims,
        context=talk.settings.context,
        faults=talk.faults,
        restart=restart,
    )
    return Recorder(opened.transport, talk.write), opened.peer, Mag


def _say(text: str) -> None:
    click.echo(text, err=True)


def trial_settings(
    talk: Talk, seed: int, *, role: Role = "lma", embedded: bool = False, trigger: Trigger | None = None
) -> TrialSettings:
    """How each case runs: what the flags and the peer file tell. Somebody is asked at a terminal only."""
    from dataclasses import replace

    from pmiptool.conformance.trial import TrialSettings

    peer = talk.settings.peer
    settings = TrialSettings(
        context=talk.context if embedded and role == "lma" else talk.settings.context,
        clock_offset=talk.clock_offset,
        nodes=peer.mn,
        timers=peer.timers,
        claims=peer.claims,
        seed=seed,
        trigger=trigger,
        ask=_say if not embedded and sys.stdin.isatty() else None,
    )
    if talk.timeout is None:
        return settings
    return replace(settings, timeout=talk.timeout, silence=min(talk.timeout, settings.silence))


def _command(talk: Talk, role: Role, options: _RunOptions, seed: int) -> str:
    """The command line that runs one case alone, with `{}` for its id."""
    words = [*(["--role", "mag"] if role == "mag" else []), *talk.words(), "--seed", str(seed)]
    for name, value in (("--listen", options.listen), ("--trigger", options.trigger)):
        words += [] if value is None else [name, value]
    return "pmiptool conformance run {} " + " ".join(shlex.quote(word) for word in words)


@dataclass(frozen=True)
class _RunOptions:
    """What the flags say of the run itself."""

    listen: str | None
    trigger: str | None
    restart_command: str | None
    max_time: float | None
    seed: int | None
    shuffle: bool
    name: str


class _Shown:
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
