"""``pmiptool demo``: the draft's figures 3 to 7 as ladders, a capture of each, and what both judges say."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from pmiptool.cli.files import Number
from pmiptool.cli.options import Settings, Talk, esp_option, security_associations, settings_options
from pmiptool.errors import EnvironmentLacks, UsageError

if TYPE_CHECKING:
    from pmiptool.capture.wireshark import Verdict
    from pmiptool.registry.codepoints import CodePoints
    from pmiptool.scenario.result import ScenarioResult

FIGURES = (
    (3, ("setup",)),
    (4, ("renewal",)),
    (5, ("modify",)),
    (6, ("removal-keep", "removal-remove")),
    (7, ("addition",)),
)
OUT = "pmiptool-demo"


class Figure(NamedTuple):
    """One figure as played, and where its capture lies."""

    number: int
    capture: Path
    results: list[ScenarioResult]


@click.command("demo")
@click.option("--out", "folder", metavar="DIR", default=OUT, show_default=True, help="Where the captures go.")
@click.option("--target", metavar="T", help="With whom to play; without, the reference LMA in this process.")
@click.option("--source", multiple=True, metavar="ADDRESS", help="Our proxy care-of address (three times).")
@click.option(
    "--lma-config", metavar="FILE", type=click.Path(dir_okay=False), help="Configuration of the embedded LMA."
)
@click.option("--fault", multiple=True, metavar="NAME", help="Something wrong with the embedded LMA (repeatable).")
@click.option("--timeout", type=Number(min=0, min_open=True), metavar="SECONDS", help="How long to wait.")
@click.option("--clock-offset", type=Number(), metavar="SECONDS", help="Add this to our clock in timestamps.")
@esp_option
@settings_options
def command(
    settings: Settings,
    folder: str,
    target: str | None,
    source: tuple[str, ...],
    lma_config: str | None,
    fault: tuple[str, ...],
    timeout: float | None,
    clock_offset: float | None,
    esp: str | None,
) -> int:
    """Play the draft's figures 3 to 7 with up to three MAGs.

    Each figure is shown as a ladder with its verdicts and written to DIR as a capture, which Wireshark then reads with
    the generated dissector: both must see the same.
    """
    from pmiptool.cli.scenario import settings_lines
    from pmiptool.scenario.result import exit_code

    out = Path(folder)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"cannot make the folder {folder}: {error.strerror}; choose another with --out") from None

    associations = security_associations(esp)

    def talk(write: Path) -> Talk:
        made = Talk(
            settings,
            target=target or settings.peer.target or "embedded",
            source=source,
            lma_config=lma_config,
            fault=fault,
            write=str(write),
            timeout=timeout,
            clock_offset=clock_offset,
            esp=esp,
        )
        made.esp = associations  # which count from figure to figure
        return made

    codepoints = talk(out / "unused").context.codepoints
    figures: list[Figure] = []
    verdicts: list[Verdict] = []
    missing: EnvironmentLacks | None = None
    for number, names in FIGURES:
        figure = play(number, names, talk(out / f"figure-{number}.pcapng"))
        if not figures:
            click.echo(settings_lines(figure.results[0]))
        show(figure, codepoints)
        figures.append(figure)
        if missing is None:
            try:
                verdicts.append(judged(figure.capture, codepoints))
            except EnvironmentLacks as error:
                missing = error
                continue
            click.echo(told(verdicts[-1]), nl=False)
    results = [result for figure in figures for result in figure.results]
    click.echo("\n" + line(results, verdicts, out, missing is None))
    if missing is not None:
        raise missing
    code = exit_code(results)
    return code or int(any(not verdict.agreed for verdict in verdicts))


def play(number: int, names: tuple[str, ...], talk: Talk) -> Figure:
    """Play the scenarios of a figure over one transport, recorded into its capture."""
    from pmiptool.cli.scenario import load_all
    from pmiptool.cli.scenario import play as play_all

    results: list[ScenarioResult] = []
    play_all(talk, load_all(names, ()), results, None)
    assert talk.write is not None
    return Figure(number, Path(talk.write), results)


def show(figure: Figure, codepoints: CodePoints) -> None:
    """The figure's ladder (of several scenarios one after the other), then the verdicts."""
    from pmiptool.cli.scenario import paint
    from pmiptool.report.ladder import render, speaks_unicode
    from pmiptool.report.scenario import joined_ladder, text

    unicode = speaks_unicode(getattr(sys.stdout, "encoding", None))
    click.echo(f"\nFigure {figure.number}")
    click.echo(render(joined_ladder(figure.results, codepoints), unicode=unicode), nl=False)
    for result in figure.results:
        click.echo(paint(text(result, settings=codepoints, drawn=False)), nl=False)


def judged(capture: Path, codepoints: CodePoints) -> Verdict:
    """What Wireshark reads in the capture, against what we do."""
    from pmiptool.capture.wireshark import judge

    return judge(capture, codepoints)


def told(verdict: Verdict) -> str:
    """The second judge's verdict in a line, then what differs."""
    from pmiptool.cli.scenario import paint

    counts = f"{verdict.messages} messages, {verdict.options} options, {verdict.fields} fields"
    if verdict.agreed:
        return paint(f"PASS Wireshark reads the same: {counts}\n")
    lines = [f"FAIL Wireshark reads {len(verdict.disagreements)} of {counts} differently\n"]
    return paint("".join([*lines, *(f"     {difference}\n" for difference in verdict.disagreements)]))


def line(results: list[ScenarioResult], verdicts: list[Verdict], out: Path, asked: bool) -> str:
    """The one line of result."""
    from pmiptool.scenario.result import exit_code

    messages = sum(len(step.packets) for result in results for step in result.parts)
    differing = sum(len(verdict.disagreements) for verdict in verdicts)
    word = {0: "PASS", 1: "FAIL", 3: "INCONCLUSIVE"}[exit_code(results)]
    if {result.verdict for result in results} == {"UNSUPPORTED"}:
        word = "UNSUPPORTED"
    if differing and word == "PASS":
        word = "FAIL"
    passed = sum(result.verdict == "PASS" for result in results)
    agreed = "both judges agree on every message" if not differing else f"the judges differ in {differing} places"
    second = agreed if asked else "Wireshark was not asked"
    return f"{word}: {passed} of {len(results)} scenarios pass, {messages} messages, {second}; captures in {out}"
