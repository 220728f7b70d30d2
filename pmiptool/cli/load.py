"""``pmiptool load``: many mobile nodes at once, and what became of them."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from pmiptool.cli.files import STDOUT
from pmiptool.cli.load_options import (
    Outputs,
    message_options,
    output_options,
    parse_rate,
    parse_seconds,
    parse_start,
)
from pmiptool.cli.options import Talk, talk_options
from pmiptool.errors import ExchangeFailed, UsageError
from pmiptool.net.signals import END

if TYPE_CHECKING:
    from pmiptool.load.messages import Wishes
    from pmiptool.load.result import Result
    from pmiptool.load.run import Plan
    from pmiptool.load.setup import Load, Population
    from pmiptool.load.thresholds import Threshold

CROSSED = 4
INTERRUPTED = 130
RATE, DURATION, MNS = 100.0, 10.0, 100
"""What nobody asked for otherwise: no more than a lab's LMA bears beside its other work."""
_MOST_EACH = 3
SCENARIOS = ("restart-storm",)


class _Group(click.Group):
    """`load` with options is a run; `load report` the one subcommand."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        rest = super().parse_args(ctx, args)
        words = [*ctx._protected_args, *ctx.args]
        if words and words[0] not in self.commands:
            raise click.UsageError(f"unexpected argument '{words[0]}'; load takes options, or the word report", ctx)
        return rest


@click.group(cls=_Group, invoke_without_command=True, subcommand_metavar="[report FILE...]")
@click.option("--rate", metavar="N/s", help=f"Exchanges a second, on an absolute schedule ({RATE:g}/s).")
@click.option(
    "--window",
    type=click.IntRange(min=1),
    metavar="N",
    help="Requests under way; without --rate as fast as answers come.",
)
@click.option(
    "--mix", metavar="KIND=N,...", help="Shares of attach, renew, modify, handover, detach, heartbeat (renew)."
)
@click.option("--mns", type=click.IntRange(1, 1_000_000), metavar="N", help=f"Mobile nodes ({MNS}).")
@click.option("--duration", metavar="TIME", help=f"How long to send ({DURATION:g}s, or as --count has it).")
@click.option("--count", type=click.IntRange(min=1), metavar="N", help="How many requests to send.")
@click.option("--ramp", metavar="TIME", help="The rate grows from nothing in this time.")
@click.option("--find-capacity", is_flag=True, help="The highest rate that keeps the thresholds.")
@click.option("--step", metavar="TIME", help="How long --find-capacity tries each rate (3s).")
@click.option("--scenario", type=click.Choice(SCENARIOS), help="restart-storm: all MNs attach again at once.")
@click.option("--retransmit", is_flag=True, help="Send again what is not answered, as RFC 5213 6.9.4.")
@click.option("--keep", is_flag=True, help="Leave the MNs attached at the end.")
@click.option("--start-at", metavar="TIME", help="When to begin: 14:30:00 (UTC), ISO 8601, or +5s.")
@click.option("--path", metavar="NAME", help="How to send: send, sendmmsg, AF_PACKET, AF_XDP (the fastest that goes).")
@message_options
@output_options
@talk_options
@click.pass_context
def command(ctx: click.Context, /, talk: Talk, **given: Any) -> int | None:
    """Attach many mobile nodes to an LMA, renew and change and detach them, and measure.

    \b
    pmiptool load --target embedded
    pmiptool load --target 2001:db8:1::1 --rate 5000/s --mns 10000 --duration 30s --threshold 'p99<50ms'
    pmiptool load --target 2001:db8:1::1 --window 1000 --mix attach=1,renew=8,detach=1 --html load.html
    pmiptool load --target 2001:db8:1::1 --find-capacity --threshold 'loss<0.1%' --threshold 'p99<20ms'
    pmiptool load report one.json two.json --html both.html

    All attach first; then each request is one of --mix. Latency counts from when a request was due, not from when it
    could leave; service time, from when it left, is beside it. What this machine loses is told apart from what the
    peer loses. At the end, and after Ctrl-C, all are detached. -w has what the first 100 mobile nodes send
    and get, up to 20,000 messages. Exit code 4: a threshold was crossed; 3: nothing was answered.
    """
    if ctx.invoked_subcommand is not None:
        return None
    asked = _Asked(talk, given)
    load = asked.prepare()
    try:
        return asked.play(load)
    finally:
        load.close()


@command.command("report")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@output_options
def report(
    files: tuple[str, ...], as_json: bool, output: str | None, html: str | None, thresholds: tuple[str, ...]
) -> int:
    """Make the reports of results again; several results are merged into one, exactly.

    FILE is what load --json or -o wrote.
    """
    from pmiptool.load.result import merged
    from pmiptool.load.thresholds import parse_threshold
    from pmiptool.registry.codepoints import DEFAULT

    limits = [parse_threshold(text) for text in thresholds]
    outputs = _outputs(as_json, output, html)
    results = [_load_result(path) for path in files]
    documents = [result.to_json() for result in results]
    for number, path in enumerate(files):
        if documents[number] in documents[:number]:
            click.echo(f"note: {path} is the result of a run that is there already; it counts twice", err=True)
    result = merged(results)
    outputs.check()
    return _verdict(result, limits, outputs, DEFAULT)


def _load_result(path: str) -> Result:
    from pmiptool.load.result import Result

    try:
        with click.open_file(path, encoding="utf-8") as stream:
            document = json.load(stream)
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise UsageError(f"{path} is no JSON; load --json or -o writes it") from None
    return Result.from_json(document, path)


def _outputs(as_json: bool, output: str | None, html: str | None) -> Outputs:
    if as_json and output is not None:
        raise UsageError("--json writes to standard output and -o to a file; give one of them")
    if html == STDOUT:
        raise UsageError("--html needs the name of a file")
    return Outputs(STDOUT if as_json else output, html)


def _verdict(result: Result, limits: list[Threshold], outputs: Outputs, codepoints: Any) -> int:
    """Show everything; the exit code."""
    outcomes = [limit.check(result) for limit in limits]
    outputs.show(result, outcomes, codepoints)
    if result.interrupted:
        return INTERRUPTED
    if not result.total.answered:
        odd = f"; {result.unexpected} messages came that answer none of the requests" if result.unexpected else ""
        click.echo(f"nothing was answered{odd}", err=True)
        return ExchangeFailed.exit_code
    return CROSSED if any(not outcome.ok for outcome in outcomes) else 0


class _Asked:
    """What the flags ask for, looked at before anything is opened."""

    def __init__(self, talk: Talk, given: dict[str, Any]) -> None:
        from pmiptool.load.thresholds import parse_threshold

        self.talk, self._given = talk, given
        talk.or_embedded()
        self.target = talk.target
        self.limits = [parse_threshold(text) for text in given["thresholds"]]
        self.outputs = _outputs(given["as_json"], given["output"], given["html"])
        self.plan = self._plan()
        self.wishes = self._wishes()
        self.population = self._population()
        if talk.write is not None and talk.write in (STDOUT, self.outputs.json, self.outputs.html):
            raise UsageError("-w needs the name of a file of its own")
        self.outputs.check()

    def _plan(self) -> Plan:
        from pmiptool.load.mix import DEFAULT, parse_mix
        from pmiptool.load.run import Plan

        given = self._given
        rate = parse_rate(given["rate"]) if given["rate"] is not None else None
        if rate is None and given["window"] is None and not given["find_capacity"]:
            rate = RATE
        duration = parse_seconds(given["duration"], "--duration") if given["duration"] is not None else None
        for flag, other in (("find_capacity", "scenario"), ("find_capacity", "count"), ("find_capacity", "ramp"),
                            ("find_capacity", "duration"), ("scenario", "mix"), ("scenario", "duration"),
                            ("scenario", "count")):  # fmt: skip
            if given[flag] and given[other] is not None:
                names = f"--{flag.replace('_', '-')}", f"--{other.replace('_', '-')}"
                raise UsageError(f"{names[0]} and {names[1]} do not go together")
        if given["ramp"] is not None and rate is None:
            raise UsageError("--ramp needs --rate: with --window alone there is no rate that could grow")
        if given["path"] is not None and self.target.kind == "embedded":
            raise UsageError("--path is about a network, and the target is embedded")
        if given["step"] is not None and not given["find_capacity"]:
            raise UsageError("--step is about --find-capacity")
        if duration is None and given["count"] is None:
            duration = DURATION
        start = None
        if given["start_at"] is not None:
            if self.target.kind == "embedded":
                raise UsageError("--start-at is about several generators; the embedded target has a clock of its own")
            start = parse_start(given["start_at"], time.time())
        return Plan(
            rate=rate,
            window=given["window"],
            mix=parse_mix(given["mix"] if given["mix"] is not None else DEFAULT),
            duration=duration,
            count=given["count"],
            ramp=parse_seconds(given["ramp"], "--ramp") if given["ramp"] is not None else 0.0,
            storm=given["scenario"] == "restart-storm",
            keep=given["keep"],
            start=start,
        )

    def _wishes(self) -> Wishes:
        from pmiptool.load.messages import Wishes

        given = self._given
        names = ("flags", "att", "ll_id", "service", "mhgid", "flow", "options")
        return Wishes(
            stamps=given["timestamp"] == "now",
            lifetime=given["lifetime"] if given["lifetime"] is not None else "300",
            **{name: given[name] for name in names},
        )

    def _population(self) -> Population:
        from pmiptool.load.setup import PATTERN, Population

        given = self._given
        known = tuple(node.id for node in self.talk.settings.peer.mn)
        if given["mn_id"] is not None or not known:
            return Population(given["mns"] or MNS, given["mn_id"] or PATTERN, given["first"])
        if given["mns"] is not None and given["mns"] > len(known):
            raise UsageError(
                f"the peer file names {len(known)} mobile nodes and --mns asks for {given['mns']}; "
                "give --mn-id with a pattern"
            )
        return Population(given["mns"] or len(known), listed=known)

    def prepare(self) -> Load:
        from pmiptool.load.setup import FIRST_WAIT, prepare

        talk, plan = self.talk, self.plan
        if plan.rate is not None and plan.rate > _MOST_EACH * self.population.count and self.target.kind != "embedded":
            each = plan.rate / self.population.count
            click.echo(
                f"note: each mobile node sends {each:.3g} requests a second, and RFC 6275 11.8 allows {_MOST_EACH}; "
                "an LMA may mind (more with --mns)",
                err=True,
            )
        return prepare(
            self.target,
            talk.sources,
            self.population,
            self.wishes,
            self.plan,
            codepoints=talk.settings.codepoints,
            timeout=talk.timeout,
            repeat=self._given["retransmit"],
            first_wait=talk.settings.peer.timers.initial_bindack_timeout or FIRST_WAIT,
            clock_offset=talk.clock_offset,
            path=self._given["path"],
            transport=self._embedded,
        )

    def _embedded(self) -> Any:
        from pmiptool.net.transport import open_transport

        talk = self.talk
        return open_transport(self.target, talk.sources, lma_config=talk.lma_config, faults=talk.faults)

    def play(self, load: Load) -> int:
        """Run it, and show what came of it."""
        from pmiptool.load.sample import Sample

        sample = Sample(load, self.talk.write) if self.talk.write is not None else None
        player: Any = load
        if self._given["find_capacity"]:
            from pmiptool.load.capacity import FIRST, STEP, Search

            step = self._given["step"]
            seconds = parse_seconds(step, "--step") if step is not None else STEP
            player = Search(load, self.limits, self.plan.rate or FIRST, seconds)
        with _interrupts() as stopped, _watching() as watch:
            result = player.play(stopped=stopped, watch=watch)
        try:
            return _verdict(result, self.limits, self.outputs, self.talk.settings.codepoints)
        finally:  # a full disk must not take the figures with it
            if sample is not None:
                sample.write()


@contextmanager
def _interrupts() -> Iterator[Callable[[], int]]:
    """What asks to end is counted, and ends nothing by itself."""
    times = 0

    def note(number: int, frame: object) -> None:
        nonlocal times
        times += 1
        if times == 1:  # not through sys.stderr, which may be in the middle of a line
            os.write(2, b"\nending: what is under way is waited for, and what is attached detached; again: at once\n")

    before = {number: signal.signal(number, note) for number in END}
    try:
        yield lambda: times
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _watching() -> Iterator[Callable[[Any], None] | None]:
    """The live screen, on a terminal only."""
    if not sys.stderr.isatty():
        yield None
        return
    from pmiptool.report.load_live import Screen

    with Screen() as screen:
        yield screen.show
