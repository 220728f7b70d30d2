"""``pmiptool replay``: a capture's requests again, and the answers against the recorded ones."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import click

from pmiptool.cli.options import Talk, talk_options
from pmiptool.errors import EnvironmentLacks, ExchangeFailed, UsageError

if TYPE_CHECKING:
    from pmiptool.capture.replay import Recorded, Replayed

TIMEOUT = 5.0


def parse_speed(text: str) -> float | None:
    """Read ``--speed``: a factor above 0, or ``max`` (None). Raises UsageError."""
    if text == "max":
        return None
    try:
        factor = float(text)
    except ValueError:
        factor = 0.0
    if not 0 < factor < float("inf"):
        raise UsageError(f"--speed is '{text}'; it takes a factor above 0, such as 2, or max")
    return factor


@click.command()
@click.argument("file", metavar="FILE")
@click.option(
    "--rewrite",
    default="seq,timestamp,addresses",
    show_default=True,
    metavar="LIST",
    help="What is made new; none sends every octet as it was.",
)
@click.option("--speed", default="1", show_default=True, metavar="N|max", help="N times as fast as recorded.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@talk_options
def command(file: str, rewrite: str, speed: str, as_json: bool, talk: Talk) -> int:
    """Send the requests of FILE (a capture) again and compare the answers with the recorded ones.

    What the LMA asks by itself, such as revocations, is left out, and so are the answers of the MAGs to it.

    Exit code: 0 the same, 1 different, 3 something unanswered that was answered then, 2 nothing to replay.
    """
    from pmiptool.capture.replay import Replay, load, parse_rewrite, sources_of

    words, factor = parse_rewrite(rewrite), parse_speed(speed)
    settings = talk.settings.codepoints
    target = talk.target
    left_out: Counter[str] = Counter()
    requests = load(file, settings, left_out)
    if left_out:
        asked = ", ".join(f"{count} {name}" for name, count in left_out.items())
        click.echo(f"what the LMA asked by itself ({asked}) is left out; answers that depend on it differ", err=True)
    prepare_sources(talk, sources_of(requests), bool(words))
    way = talk.open(address=requests[0].lma if target.kind == "embedded" and not words else None)
    try:
        replay = Replay(
            way,
            requests,
            rewrite=words,
            speed=factor,
            timeout=talk.timeout or TIMEOUT,
            clock_offset=talk.clock_offset,
            settings=settings,
            told=None if as_json else print_line,
        )
        replayed = replay.run()
        for one in replayed:
            way.comment(one.sent.raw, f"frame {one.recorded.frame} again: {one.state}")
    finally:
        way.close()
    states = [one.state for one in replayed]
    if as_json:
        click.echo(json.dumps(document(file, str(target), replayed), indent=2))
    else:
        counted = ", ".join(f"{states.count(state)} {state}" for state in ("same", "different", "unanswered"))
        click.echo(f"{len(states)} requests: {counted}")
    if "unanswered" in states:
        return ExchangeFailed.exit_code
    return 1 if "different" in states else 0


def prepare_sources(talk: Talk, recorded: list[bytes], rewriting: bool) -> None:
    """Give the talk a source for each recorded one. Raises EnvironmentLacks when too few are given."""
    from pmiptool.text.values import address_text

    embedded = talk.target.kind == "embedded"
    given = talk.sources
    if not rewriting:
        if not given:
            talk.sources = tuple(recorded)
        return
    if embedded and len(given) < len(recorded):
        from pmiptool.net.embedded import mag_addresses

        talk.sources = (*given, *(a for a in mag_addresses(len(recorded)) if a not in given))[: len(recorded)]
    elif len(recorded) > max(1, len(given)):
        shown = ", ".join(address_text(address) for address in recorded)
        raise EnvironmentLacks(
            f"the capture has requests from {len(recorded)} addresses ({shown}); give --source as many times, "
            "each an address of this machine (sudo ip -6 addr add ADDRESS/64 dev INTERFACE nodad)"
        )


def who(recorded: Recorded) -> str:
    """The mobile node of a request, for people."""
    from pmiptool.net.exchange import identifier
    from pmiptool.text.values import octets_text

    found = identifier(recorded.decoded)
    return octets_text(found) if found else "-"


def print_line(one: Replayed) -> None:
    """One line a request, one more for each difference."""
    from pmiptool.report.describe import label

    click.echo(f"frame {one.recorded.frame}  {label(one.recorded.decoded)}  {who(one.recorded)}  {one.state}")
    for text in [*map(str, one.differences), *one.notes]:
        click.echo(f"    {text}")


def document(file: str, target: str, replayed: list[Replayed]) -> dict[str, Any]:
    """The result as JSON, schema ``pmiptool/replay/1``."""
    states = [one.state for one in replayed]
    return {
        "schema": "pmiptool/replay/1",
        "file": file,
        "target": target,
        "requests": [
            {
                "frame": one.recorded.frame,
                "message": one.recorded.decoded.name,
                "mn_id": who(one.recorded),
                "state": one.state,
                "differences": [difference._asdict() for difference in one.differences],
                "notes": one.notes,
            }
            for one in replayed
        ],
        "totals": {state: states.count(state) for state in ("same", "different", "unanswered")},
    }
