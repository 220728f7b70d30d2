"""``pmiptool load``: many mobile nodes at once, and what became of them."""

from __future__ import annotations

import json
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from pmiptool.cli.files import STDOUT, write_or_print, write_text
from pmiptool.cli.options import Talk, talk_options
from pmiptool.errors import ExchangeFailed, UsageError

if TYPE_CHECKING:
    from pmiptool.load.messages import Wishes
    from pmiptool.load.result import Result
    from pmiptool.load.run import Plan
    from pmiptool.load.setup import Load, Population
    from pmiptool.load.thresholds import Outcome, Threshold

CROSSED = 4
INTERRUPTED = 130
RATE, DURATION, MNS = 100.0, 10.0, 100
"""What nobody asked for otherwise: no more than a lab's LMA bears beside its other work."""
_MOST_EACH = 3
SCENARIOS = ("restart-storm",)
_UNITS = {"ms": 1e-3, "s": 1.0, "": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}


class _Group(click.Group):
    """`load` with options is a run; `load report` the one subcommand."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        rest = super().parse_args(ctx, args)
        words = [*ctx._protected_args, *ctx.args]
        if words and words[0] not in self.commands:
            raise click.UsageError(f"unexpected argument '{words[0]}'; load takes options, or the word report", ctx)
        return rest


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
        """Before anything is sent: the files can be written. Raises UsageError."""
        for path in (self.json, self.html):
            if path is not None and path != STDOUT:
                write_text(path, "")

    def show(self, result: Result, outcomes: list[Outcome], codepoints: Any) -> None:
        """Print and write the reports."""
        document = result.to_json()
        document["thresholds"] = [{"text": o.text, "ok": o.ok, "actual": o.actual} for o in outcomes]
        if self.json is not None:
            write_or_print(self.json, json.dumps(document, separators=(",", ":")) + "\n")
        if self.json != STDOUT:
            from pmiptool.report.ladder import speaks_unicode
            from pmiptool.report.load import render

            unicode = speaks_unicode(sys.stdout.encoding)
            click.echo(render(result, outcomes, unicode=unicode, codepoints=codepoints), nl=False)
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


def _message_options(function: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(_MESSAGES):
        function = option(function)
    return function


def _output_options(function: Callable[..., Any]) -> Callable[..., Any]:
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
@_message_options
@_output_options
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
    peer loses. At the end, and after Ctrl-C, all are detached. Exit code 4: a threshold was crossed; 3: nothing was
    answered.
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
@_output_options
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
    result = merged([_load_result(path) for path in files])
    outputs.check()
    return _verdict(result, limits, outputs, DEFAULT)


def _load_result(path: str) -> Result:
    from pmiptool.load.result import Result

    try:
        with click.open_file(path, encoding="utf-8") as stream:
            document = json.load(stream)
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from None
    except ValueError:
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
        click.echo("nothing was answered", err=True)
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
        if sample is not None:
            sample.write()
        return _verdict(result, self.limits, self.outputs, self.talk.settings.codepoints)


@contextmanager
def _interrupts() -> Iterator[Callable[[], int]]:
    """Ctrl-C and SIGTERM are counted, and end nothing by themselves."""
    times = 0

    def note(number: int, frame: object) -> None:
        nonlocal times
        times += 1

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
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
