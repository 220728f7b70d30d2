"""``pmiptool fuzz``: messages that are wrong in many ways, to a peer, or against our own readers."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from pmiptool.cli.files import Number, begin_report, write_or_print
from pmiptool.cli.options import Talk, talk_options
from pmiptool.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from pmiptool.fuzz.peer import Peer
    from pmiptool.fuzz.result import Result
    from pmiptool.net.record import Recorder

RATE = 100.0  # messages a second to what is not ours
START = 1_262_304_000.0  # the embedded peer's clock begins there, so that a seed gives the same octets
TIMEOUT = 1.0


@click.command()
@talk_options
@click.option("--against", type=click.Choice(["decoder", "wireshark"]),
              help="Fuzz our own readers, or Wireshark with the dissector, in place of a peer.")  # fmt: skip
@click.option("--seed", type=click.IntRange(0, 0xFFFFFFFF), help="Gives the messages (a new one each time).")
@click.option("--count", type=click.IntRange(min=1), default=1000, show_default=True, help="How many cases.")
@click.option("--only", multiple=True, type=click.IntRange(min=1), metavar="N", help="Case N alone (repeatable).")
@click.option("--again", metavar="FILE|DIR", type=click.Path(exists=True), help="What --corpus wrote, once more.")
@click.option("--corpus", metavar="DIR", type=click.Path(file_okay=False), help="Write each failure; tell known ones.")
@click.option("--restart-command", metavar="CMD", help="Brings a peer back that answers nothing any more.")
@click.option("--rate", type=Number(min=0, min_open=True), metavar="N",
              help=f"Messages a second at most ({RATE:g}; embedded: no limit).")  # fmt: skip
@click.option("--max-time", type=Number(min=0, min_open=True), metavar="SECONDS",
              help="Begin no further case after this time.")  # fmt: skip
@click.option("--max-deaths", type=click.IntRange(min=1), default=20, show_default=True,
              help="Stop after the peer was dead so often.")  # fmt: skip
@click.option("--no-shrink", is_flag=True, help="Keep what failed as it was sent.")
@click.option("--json", "as_json", metavar="FILE", type=click.Path(dir_okay=False, allow_dash=True),
              help="Write the result as JSON, - for stdout.")  # fmt: skip
def command(talk: Talk, against: str | None, as_json: str | None, corpus: str | None, **options: object) -> int:
    """Send messages that are wrong in many ways, with and without a binding, and see whether the peer lives on.

    \b
    pmiptool fuzz --target embedded --count 5000 --seed 1
    pmiptool fuzz --target 2001:db8:1::1 --source 2001:db8:1::2 --corpus crashes -w fuzz.pcapng
    pmiptool fuzz --target udp://192.0.2.1 --restart-command 'ssh lab systemctl restart lma' --rate 20
    pmiptool fuzz --target embedded --seed 1 --only 17
    pmiptool fuzz --target embedded --again crashes
    pmiptool fuzz --against decoder --count 20000

    The messages are made by the registry's grammar: lengths, counts, order, duplicates, reserved bits, padding,
    nesting, truncation, boundary values of every field, unknown types, and octets at random. A peer that answers
    nothing any more is found at once. With a way to bring it back (--restart-command; embedded has one) the message
    that killed it is found, shrunk and written to --corpus DIR, in a file that `pmiptool send --from FILE` sends
    again. Without one the run stops when it stays dead. Answers are held against the rules, and counted by rule.

    Exit code: 0 nothing found, 1 something found, 3 nobody there at the beginning.
    """
    asked = _Asked(**options)  # type: ignore[arg-type]
    if asked.again is not None and (asked.only or corpus is not None):
        raise UsageError("--again sends what is in files; leave out --only and --corpus")
    if as_json not in (None, "-"):
        begin_report(as_json or "")  # before anything is sent
    result = _readers(talk, against, asked, corpus) if against is not None else _peer(talk, asked, corpus)
    from pmiptool.report import fuzz as report

    if as_json is not None:
        write_or_print(as_json, report.as_json(result))
    if as_json != "-":
        words = ["--against", against] if against is not None else talk.words()
        click.echo(report.as_text(result, words), nl=False)
    if result.ended == "interrupted":
        raise KeyboardInterrupt
    return int(result.found)


@dataclass(frozen=True)
class _Asked:
    """What the flags say of the run itself."""

    seed: int | None
    count: int
    only: tuple[int, ...]
    again: str | None
    restart_command: str | None
    rate: float | None
    max_time: float | None
    max_deaths: int
    no_shrink: bool

    @property
    def numbers(self) -> Sequence[int]:
        return self.only or range(1, self.count + 1)

    @property
    def until(self) -> float | None:
        return None if self.max_time is None else time.monotonic() + self.max_time

    def result(self, against: str, words: Sequence[str]) -> Result:
        """An empty result; a seed where none was named."""
        import shlex

        from pmiptool.fuzz.result import Result

        seed = int(time.time()) & 0xFFFF if self.seed is None else self.seed
        told = " ".join(["pmiptool fuzz", *map(shlex.quote, words)])
        return Result(against, seed, asked=len(self.numbers), started=time.time(), command=told)


def _peer(talk: Talk, asked: _Asked, folder: str | None) -> Result:
    """Against a peer."""
    from pmiptool.conformance.restart import restarter
    from pmiptool.fuzz.again import against_peer
    from pmiptool.fuzz.corpus import Corpus, files_of
    from pmiptool.fuzz.peer import Peer
    from pmiptool.fuzz.run import Plan, Run
    from pmiptool.fuzz.shape import grammar_for
    from pmiptool.fuzz.watch import Watch

    talk.or_embedded()
    restart = restarter(asked.restart_command) if asked.restart_command is not None else None
    embedded = talk.target.kind == "embedded"
    files = files_of(asked.again) if asked.again is not None else []
    corpus = Corpus(folder)
    result = asked.result(str(talk.target), talk.words())
    way = talk.open(start=START if embedded else None, seed=result.seed)
    shown = _Shown(result)
    try:
        watch = Watch(way, talk.context, result)
        rate = asked.rate if asked.rate is not None or embedded else RATE
        peer = Peer(
            way,
            grammar_for(talk.context.codepoints),
            timeout=talk.timeout or TIMEOUT,
            clock_offset=talk.clock_offset,
            pause=1 / rate if rate else 0.0,
            restart=restart,
            heard=watch.observe,
        )
        if files:
            result.asked = len(files)
            watch.listens = False  # they are about life and death
            return against_peer(files, peer, result, shown.file)
        if not embedded:
            _warn_of_refusals(talk, way)
        plan = Plan(
            result.seed,
            asked.numbers,
            names=[node.id.encode() for node in talk.settings.peer.mn],
            deaths=asked.max_deaths,
            tries=0 if asked.no_shrink else None,
            clock=time.monotonic,
            until=asked.until,
            progress=lambda done: _progress(shown, peer),
            say=shown.say,
            sleep=time.sleep,
        )
        return Run(peer, watch, result, corpus, plan).go()
    finally:
        shown.close()
        way.close()


def _warn_of_refusals(talk: Talk, way: Recorder) -> None:
    """Say why an LMA refuses what is right: nothing wrong gets further there, and "nothing found" says little."""
    from pmiptool.cli.conformance import trial_settings
    from pmiptool.conformance.probe import first_registration

    refused = first_registration(way, trial_settings(talk, int(way.now()) & 0xFFFF))
    if refused:
        click.echo(f"warning: little of this LMA is reached: {refused}", err=True)


def _progress(shown: _Shown, peer: Peer) -> None:
    peer.way.spill()
    shown.progress()


def _readers(talk: Talk, against: str, asked: _Asked, folder: str | None) -> Result:
    """Against our own readers, or Wireshark."""
    if talk.named is not None or talk.write or asked.restart_command or asked.rate:
        raise UsageError(f"--against {against} speaks to nobody; leave out --target, -w, --restart-command and --rate")
    from pmiptool.fuzz import decoder, wireshark
    from pmiptool.fuzz.again import against_reader
    from pmiptool.fuzz.corpus import Corpus, files_of
    from pmiptool.fuzz.shape import grammar_for

    settings = talk.settings.codepoints
    grammar, corpus = grammar_for(settings), Corpus(folder)
    words = ["--against", against, *talk.words()]
    result = asked.result(against, words)
    shown = _Shown(result)
    try:
        if asked.again is not None:
            files = files_of(asked.again)
            result.asked = len(files)
            reader = decoder.reader(grammar) if against == "decoder" else wireshark.reader(grammar, settings)
            return against_reader(files, reader, result, shown.file, lambda step: decoder.octets_of(step, grammar))
        run = decoder.run if against == "decoder" else wireshark.run
        return run(
            result, asked.numbers, settings, grammar, corpus, lambda done: shown.progress(), time.monotonic,
            asked.until,
        )  # fmt: skip
    finally:
        shown.close()


class _Shown:
    """Says on stderr how far a run is, on a terminal, and what happens on the way."""

    def __init__(self, result: Result) -> None:
        self._result = result
        self._live = sys.stderr.isatty()
        self._next = 0.0

    def progress(self) -> None:
        result, now = self._result, time.monotonic()
        if self._live and now >= self._next:
            self._next = now + 0.1
            found = f", {len(result.failures)} failures" if result.failures else ""
            line = f"{result.cases} of {result.asked} cases, {result.messages} messages{found}"
            click.echo(f"\r\x1b[K{line}", nl=False, err=True)

    def say(self, text: str) -> None:
        self.close()
        click.echo(text, err=True)

    def file(self, path: Path, fails: bool) -> None:
        self.say(f"{path}  {'still fails' if fails else 'does not fail any more'}")

    def close(self) -> None:
        if self._live:
            click.echo("\r\x1b[K", nl=False, err=True)
