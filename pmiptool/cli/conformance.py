"""``pmiptool conformance list | run | probe | matrix``: does a peer do what the texts demand?"""

from __future__ import annotations

import shlex
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from pmiptool.cli.case_run import Shown, Wanted, carry_out, case_options
from pmiptool.cli.files import check_writable, unwritten, write_text
from pmiptool.cli.options import Talk, talk_options
from pmiptool.errors import UsageError

if TYPE_CHECKING:
    from pmiptool.conformance.case import Case, Role
    from pmiptool.conformance.result import RunResult
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
@case_options
@click.option("--listen", metavar="T", help="With --role mag: our address, at which the MAG is waited for.")
@click.option("--trigger", metavar="CMD", help="Makes the peer do something: run with words that say what.")
def run(
    selection: tuple[str, ...], talk: Talk, role: Role, wanted: Wanted, listen: str | None, trigger: str | None
) -> int:
    """Run cases against a peer: all, or a SELECTION; without --target or --listen the reference in this process."""
    from pmiptool.conformance.case import select

    cases = select(role, selection, wanted.exclude)
    return carry_out(wanted, talk, cases, lambda shown: run_against(talk, cases, role, wanted, shown, listen, trigger))


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
        check_writable(output)  # before anything is sent; what stands there stays until it is over
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


def run_against(
    talk: Talk,
    cases: tuple[Case, ...],
    role: Role,
    wanted: Wanted,
    shown: Shown,
    listen: str | None = None,
    trigger_command: str | None = None,
    correspondent: str | None = None,
) -> tuple[RunResult, Recorder]:
    """The run, and the recording of everything that was sent and received."""
    from pmiptool.conformance.playback import about
    from pmiptool.conformance.restart import restarter
    from pmiptool.conformance.runner import RunSettings
    from pmiptool.conformance.runner import run as run_cases
    from pmiptool.net.trigger import Trigger
    from pmiptool.scenario.stage import shown_settings

    restart = restarter(wanted.restart_command) if wanted.restart_command is not None else None
    trigger = Trigger(trigger_command, _say) if trigger_command is not None else None
    transport, peer, make = open_peer(talk, role, listen, trigger, restart, correspondent)
    try:
        number = int(transport.now()) & 0xFFFF if wanted.seed is None else wanted.seed
        trial = trial_settings(talk, number, role=role, embedded=transport.target.kind == "embedded", trigger=trigger)
        if role != "mag" and transport.target.kind != "embedded":
            from pmiptool.conformance.probe import first_registration
            from pmiptool.errors import ExchangeFailed

            refused = first_registration(transport, trial)
            if refused:
                raise ExchangeFailed(f"no case was run, since each would fail: {refused}")
        if role != "steering":  # without packets nobody can judge those cases again
            config = talk.lma_config if role == "lma" and transport.target.kind == "embedded" else None
            transport.about = about(
                role, transport, trial, name=wanted.name, config=config, trigger=trigger is not None
            )
        settings = RunSettings(
            trial=trial,
            shuffle=wanted.shuffle,
            max_time=wanted.max_time,
            clock=time.monotonic,
            command=_command(
                talk, role, number, {"--listen": listen, "--trigger": trigger_command, "--from": correspondent}
            ),
            shown=shown_settings(trial.context.codepoints, trial.context.readings),
            progress=shown.add,
            name=wanted.name,
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
    correspondent: str | None = None,
) -> tuple[Recorder, Any, Any]:
    """The way to the peer, the peer as a whole, and what cases are called with."""
    if role != "mag":
        from pmiptool.conformance.lma import Lma
        from pmiptool.conformance.lma_peer import LmaPeer

        talk.or_embedded()
        if listen is not None:
            raise UsageError("--listen is where a MAG is waited for; add --role mag, or name the LMA with --target")
        transport = talk.open()
        make = Lma if role == "lma" else _steered(talk, transport, correspondent)
        return transport, LmaPeer(transport, trial_settings(talk, 0, trigger=trigger), restart), make
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
        esp=talk.esp,
    )
    return Recorder(opened.transport, talk.write, unwritten), opened.peer, Mag


def _steered(talk: Talk, transport: Recorder, correspondent: str | None) -> Any:
    """What steering cases are called with: it sends packets to the mobile node, and sees where they come out."""
    from pmiptool.conformance.steering import CORRESPONDENT, maker
    from pmiptool.net.downlink import Downlink, EmbeddedDownlink, LiveDownlink
    from pmiptool.scenario.anchor import embedded_of
    from pmiptool.text.values import parse_address

    source = CORRESPONDENT if correspondent is None else parse_address("--from", correspondent, 6)
    embedded = embedded_of(transport)
    downlink: Downlink
    if embedded is not None:
        downlink = EmbeddedDownlink(lambda: embedded.lma)
    else:
        try:
            downlink = LiveDownlink(transport.sources, talk.timeout or 1.0)
        except BaseException:
            transport.close()
            raise
    click.get_current_context().call_on_close(downlink.close)
    return maker(downlink, source)


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
        context=talk.context if embedded and role != "mag" else talk.settings.context,
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


def _command(talk: Talk, role: Role, seed: int, more: dict[str, str | None]) -> str:
    """The command line that runs one case alone, with `{}` for its id."""
    words = [*(["--role", "mag"] if role == "mag" else []), *talk.words(), "--seed", str(seed)]
    for name, value in more.items():
        words += [] if value is None else [name, value]
    begins = "pmiptool steer" if role == "steering" else "pmiptool conformance run"
    return f"{begins} {{}} " + " ".join(shlex.quote(word) for word in words)
