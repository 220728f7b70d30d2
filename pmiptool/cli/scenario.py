"""``pmiptool scenario list | show NAME | run NAME|FILE...``: choreographies of several MAGs."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from pmiptool.cli.files import begin_report, write_text
from pmiptool.cli.options import Talk, key_value, talk_options
from pmiptool.errors import UsageError

if TYPE_CHECKING:
    from pmiptool.registry.codepoints import CodePoints
    from pmiptool.scenario.model import Scenario
    from pmiptool.scenario.result import ScenarioResult
    from pmiptool.scenario.runner import RunSettings


@click.group("scenario")
def command() -> None:
    """List, show and run choreographies of several MAGs."""


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="A list for programs.")
def list_scenarios(as_json: bool) -> None:
    """List the built-in scenarios."""
    from pmiptool.cli.lists import print_list
    from pmiptool.scenario.loader import builtin_names, load

    scenarios = [load(name) for name in builtin_names()]
    print_list([(s.name, f"{s.title} ({s.clause})") for s in scenarios], as_json)


@command.command("show")
@click.argument("name")
def show(name: str) -> None:
    """Print the YAML of a built-in scenario, to edit."""
    from pmiptool.scenario.loader import builtin_text

    click.echo(builtin_text(name), nl=False)


@command.command("run")
@click.argument("names", nargs=-1, metavar="NAME|FILE...")
@talk_options
@click.option("--set", "variables", multiple=True, metavar="NAME=VALUE", help="Change a variable (repeatable).")
@click.option("--junit", metavar="FILE", type=click.Path(dir_okay=False), help="Write the results as JUnit XML.")
@click.option("--json", "as_json", is_flag=True, help="Print the results as one JSON document.")
@click.option("--no-ladder", is_flag=True, help="Verdicts only.")
def run(
    names: tuple[str, ...],
    talk: Talk,
    variables: tuple[str, ...],
    junit: str | None,
    as_json: bool,
    no_ladder: bool,
) -> int:
    """Play scenarios, built in (by name) or from files, and judge every step; without --target with embedded."""
    from pmiptool.report.scenario import as_json as render_json
    from pmiptool.report.scenario import as_junit
    from pmiptool.scenario.loader import builtin_names
    from pmiptool.scenario.result import exit_code

    if not names:
        raise UsageError(f"no scenario named; name a file or some of {', '.join(builtin_names())}")
    talk.or_embedded()
    codepoints = talk.context.codepoints
    scenarios = load_all(names, variables)
    if junit is not None:
        begin_report(junit)
    results: list[ScenarioResult] = []
    try:
        play(talk, scenarios, results, None if as_json else not no_ladder)
    finally:
        if as_json and results:
            click.echo(render_json(results, codepoints), nl=False)
        if junit is not None and results:
            write_text(junit, as_junit(results))
    if not as_json and len(results) > 1:
        click.echo(summary(results))
    return exit_code(results)


def load_all(names: tuple[str, ...], variables: tuple[str, ...]) -> list[Scenario]:
    """The scenarios with their variables set. A variable must be one of every scenario. UsageError otherwise."""
    from pmiptool.scenario.loader import load

    settings = dict(map(key_value, variables))
    return [load(name, settings) for name in names]


def run_settings(talk: Talk, number: int, seed: int) -> RunSettings:
    """How the scenario of this number plays: mobile nodes of the peer file come in turn."""
    from pmiptool.scenario.runner import PATIENCE, TIMEOUT, RunSettings, shown_settings

    context, peer = talk.context, talk.settings.peer
    own = talk.target.kind == "embedded" or not peer.mn  # mobile nodes of others may be attached elsewhere
    timers = peer.timers
    return RunSettings(
        context=replace(context, complete=own),
        timeout=talk.timeout or TIMEOUT,
        clock_offset=talk.clock_offset,
        node=peer.mn[number % len(peer.mn)] if peer.mn else None,
        initial_timeout=timers.initial_bindack_timeout or 1.0,
        max_timeout=timers.max_bindack_timeout or 32.0,
        removal_delay=(timers.min_delay_before_bce_delete or 10.0) + 0.5,
        seed=seed + 16 * number,
        patience=talk.timeout or PATIENCE,
        shown=shown_settings(context.codepoints, context.readings),
    )


def play(talk: Talk, scenarios: list[Scenario], results: list[ScenarioResult], drawn: bool | None) -> None:
    """Play all of them over one transport; results grow as they come. `drawn` None prints nothing."""
    from pmiptool.scenario.runner import run as run_scenario

    transport = talk.open()
    try:
        seed = int(transport.now())
        for number, scenario in enumerate(scenarios):
            result = run_scenario(scenario, transport, run_settings(talk, number, seed))
            results.append(result)
            if drawn is not None:
                if number == 0:
                    click.echo(settings_lines(result))
                print_result(result, talk.context.codepoints, drawn)
            if result.interrupted:
                raise KeyboardInterrupt
    finally:
        transport.close()


def settings_lines(result: ScenarioResult) -> str:
    """What the run hangs on: target, code points, and readings that are not the default."""
    import textwrap

    told = f"target {result.target}; " + ", ".join(f"{key} {value}" for key, value in result.settings.items())
    return textwrap.fill(told, 100, subsequent_indent="  ", break_long_words=False)


def print_result(result: ScenarioResult, codepoints: CodePoints, drawn: bool) -> None:
    from pmiptool.report.ladder import speaks_unicode
    from pmiptool.report.scenario import text

    unicode = speaks_unicode(getattr(sys.stdout, "encoding", None))
    click.echo()
    click.echo(paint(text(result, settings=codepoints, unicode=unicode, drawn=drawn)), nl=False)


def paint(text: str) -> str:
    """Verdicts in colour, where stdout is a terminal that wants it."""
    import re

    from pmiptool.report.style import wants_colour

    if not wants_colour(sys.stdout):
        return text
    colours = {
        "PASS": "green",
        "FAIL": "red",
        "INCONCLUSIVE": "yellow",
        "UNSUPPORTED": "cyan",
        "SKIPPED": "bright_black",
    }

    def painted(match: re.Match[str]) -> str:
        return match[1] + click.style(match[2], fg=colours[match[2]], bold=True)

    return re.sub(rf"^( *)({'|'.join(colours)})\b", painted, text, flags=re.MULTILINE)


def summary(results: list[ScenarioResult]) -> str:
    """One line for all: how many of each verdict."""
    counts: dict[str, int] = {}
    for result in results:
        counts[result.verdict] = counts.get(result.verdict, 0) + 1
    told = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
    return f"\n{len(results)} scenarios: {told}"
