"""``pmiptool replay``: a capture's requests again, the answers against the recorded ones; or a MAG answered from it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from pmiptool.cli.options import Talk, talk_options
from pmiptool.errors import EnvironmentLacks, ExchangeFailed, UsageError

if TYPE_CHECKING:
    from pmiptool.capture.recording import Recorded, Side
    from pmiptool.capture.renaming import Renaming
    from pmiptool.capture.replay import Replayed

TIMEOUT = 5.0
SHOWN = 10  # names that are told one by one


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
    metavar="LIST",
    help="What is made new: some of seq,timestamp,addresses,mn-id; none sends every octet as it was.  "
    "[default: seq,timestamp,addresses]",
)
@click.option(
    "--map", "table", metavar="FILE", type=click.Path(dir_okay=False), help="What becomes of mobile nodes, addresses "
    "and prefixes (TOML, as above)."
)  # fmt: skip
@click.option("--speed", default="1", show_default=True, metavar="N|max", help="N times as fast as recorded.")
@click.option(
    "--as", "side", type=click.Choice(["mag", "lma"]), default="mag", show_default=True,
    help="Whom to play: lma answers a MAG (with --listen), or asks one what the recorded LMA asked (with --target).",
)  # fmt: skip
@click.option("--listen", metavar="T", help="As lma: where a MAG is waited for, as lma --listen has it.")
@click.option(
    "--reject", metavar="STATUS", help="As lma: answer what the recording does not have with this status, not silence."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document; with --listen one object a line.")
@talk_options
def command(
    file: str,
    rewrite: str | None,
    table: str | None,
    speed: str,
    side: Side,
    listen: str | None,
    reject: str | None,
    as_json: bool,
    talk: Talk,
) -> int:
    """Send the requests of FILE (a capture) again and compare the answers with the recorded ones.

    New sequence numbers, times and addresses go into the requests, and the prefixes and addresses that the LMA assigns
    now stand for those that it assigned then; nothing else moves. What the LMA asks by itself, such as revocations, is
    left out, and so are the answers of the MAGs to it. With --speed max only what depends on an answer waits for it.

    --rewrite mn-id gives every mobile node another name: that of the map, else of the peer file's in turn, else a new
    one in its realm.

    \b
    A map says what becomes of what; it names all, some, or none of these:
      [mn]
      "mn1@example.org" = "lab7@vendor.example"
      "*@example.net" = "*@vendor.example"
      [address]                                   # of a MAG: which address of ours plays it
      "2001:db8:1::2" = "2001:db8:77::2"
      [prefix]                                    # and all addresses in it
      "2001:db8:a1::/64" = "2001:db8:b1::/64"

    With --as lma --listen T it answers a MAG: each request gets the recorded answer to the request most like it, as
    late as then (--speed), with the sequence number, time, names and prefixes of the one at hand. Mobile nodes that the
    recording does not know play those that it knows, each another, as long as there are any. Ctrl-C ends it.

    \b
    Examples:
      pmiptool replay trace.pcapng --target 2001:db8:1::1 --source 2001:db8:1::2
      pmiptool replay trace.pcapng --target udp://192.0.2.1 --map lab.toml --speed max -w again.pcapng
      pmiptool replay vendor.pcapng --as lma --listen 2001:db8:1::1

    Exit code: 0 the same, 1 different, 3 something unanswered that was answered then, 2 nothing to replay.
    """
    factor = parse_speed(speed)
    if listen is not None:
        from pmiptool.cli.replay_lma import answer

        if side != "lma":
            raise UsageError("--listen waits for a MAG, which the recorded LMA answers; add --as lma")
        if talk.named is not None or talk.faults or rewrite is not None:
            raise UsageError("--listen answers whoever asks; it goes without --target, --fault and --rewrite")
        return answer(file, listen, factor, table, reject, as_json, talk)
    if reject is not None:
        raise UsageError("--reject is about a MAG that asks; it goes with --as lma --listen T")
    return send_again(file, rewrite, table, factor, side, as_json, talk)


def send_again(
    file: str, rewrite: str | None, table: str | None, speed: float | None, side: Side, as_json: bool, talk: Talk
) -> int:
    """Ask what was asked then, and compare."""
    from pmiptool.capture.recording import load, sources_of
    from pmiptool.capture.replay import Replay

    target, settings = talk.target, talk.settings.codepoints
    if side == "lma" and target.kind == "embedded":
        raise UsageError("--as lma asks a MAG, and the embedded target is an LMA; name the MAG with --target")
    words, names = what_is_new(rewrite, table)
    left_out: Counter[str] = Counter()
    try:
        requests = load(file, settings, left_out, side)
    finally:
        say_left_out(left_out, "the MAGs asked" if side == "lma" else "the LMA asked by itself")
    new_names(requests, words, names, talk)
    locals = prepare_sources(talk, sources_of(requests), bool(words), names)
    way = talk.open(address=requests[0].asked if target.kind == "embedded" and not words else None)

    finished: list[Replayed] = []
    interrupted = False

    def told(one: Replayed) -> None:
        finished.append(one)
        if talk.write is not None:
            way.comment(one.sent.raw, f"frame {one.recorded.frame} again: {one.state}")
        if not as_json:
            print_line(one)

    try:
        endpoints = {endpoint.address: endpoint for endpoint in way.locals}
        replay = Replay(
            way,
            requests,
            rewrite=words,
            speed=speed,
            timeout=talk.timeout or TIMEOUT,
            clock_offset=talk.clock_offset,
            settings=settings,
            names=names,
            locals={recorded: endpoints[ours] for recorded, ours in locals.items()} if locals else None,
            told=told,
        )
        replay.run()
    except KeyboardInterrupt:  # what was compared so far is shown
        interrupted = True
    finally:
        way.close()
    states = [one.state for one in finished]
    if as_json:
        click.echo(json.dumps(document(file, str(target), finished, interrupted), indent=2))
    else:
        counted = ", ".join(f"{states.count(state)} {state}" for state in ("same", "different", "unanswered"))
        click.echo(f"{len(states)} {f'of {len(requests)} ' if interrupted else ''}requests: {counted}")
    if interrupted:
        raise KeyboardInterrupt
    if "unanswered" in states:
        return ExchangeFailed.exit_code
    return 1 if "different" in states else 0


def say_left_out(left_out: Counter[str], whose: str) -> None:
    """Tell on stderr what of a capture is not replayed."""
    from pmiptool.capture.recording import CUT

    cut = left_out.pop(CUT, 0)
    if cut:
        click.echo(f"messages that were captured only in part, and are left out: {cut}", err=True)
    if left_out:
        asked = ", ".join(f"{count} {name}" for name, count in left_out.items())
        click.echo(f"what {whose} ({asked}) is left out; answers that depend on it differ", err=True)


def what_is_new(rewrite: str | None, table: str | None) -> tuple[frozenset[str], Renaming]:
    """What is rewritten, and the table. What the table names is rewritten. Raises UsageError where both disagree."""
    from pmiptool.capture.renaming import Renaming, load_table
    from pmiptool.capture.replay import MN_ID, USUAL, parse_rewrite

    words = frozenset(USUAL) if rewrite is None else parse_rewrite(rewrite)
    if table is None:
        return words, Renaming()
    names = load_table(table)
    needed = {MN_ID} if names.names else set()
    needed |= {"addresses"} if names.addresses or names.networks else set()
    if rewrite is not None and needed - words:
        missing = " and ".join(sorted(needed - words))
        raise UsageError(f"the map {table} is about {missing}, which --rewrite {rewrite} leaves as they were")
    return words | needed, names


def new_names(requests: list[Recorded], words: frozenset[str], names: Renaming, talk: Talk) -> None:
    """Give the mobile nodes that the table does not name new names, where all are to have some."""
    from pmiptool.capture.renaming import fresh_names
    from pmiptool.capture.replay import MN_ID

    if MN_ID not in words or names.names:
        return
    made = fresh_names([request.decoded for request in requests], [node.id for node in talk.settings.peer.mn])
    names.names.update(made)
    for old, new in list(made.items())[:SHOWN]:
        click.echo(f"{old} goes as {new}", err=True)
    if len(made) > SHOWN:
        click.echo(f"and {len(made) - SHOWN} more", err=True)


def prepare_sources(talk: Talk, recorded: list[bytes], rewriting: bool, names: Renaming) -> Mapping[bytes, bytes]:
    """Give the talk a source for each recorded one; return which plays which, nothing where the kernel chooses.

    Those that the table names come from it, the others from ``--source`` in turn. Raises EnvironmentLacks when too few
    are given.
    """
    from pmiptool.text.values import address_text

    if not rewriting and not talk.sources:
        talk.sources = tuple(recorded)
    mapped = {one: names.addresses[one] for one in recorded if one in names.addresses}
    given = [source for source in talk.sources if source not in mapped.values()]
    missing = [one for one in recorded if one not in mapped]
    if talk.target.kind == "embedded" and len(given) < len(missing):
        from pmiptool.net.embedded import mag_addresses

        taken = (*given, *mapped.values())
        given += [one for one in mag_addresses(len(recorded) + len(taken)) if one not in taken]
    elif len(missing) > max(0 if mapped else 1, len(given)):
        shown = ", ".join(address_text(address) for address in missing)
        raise EnvironmentLacks(
            f"the capture has requests from {len(missing)} addresses ({shown}); give --source as many times, "
            "each an address of this machine (sudo ip -6 addr add ADDRESS/64 dev INTERFACE nodad)"
        )
    if not mapped and not given:
        return {}
    plays = {**mapped, **dict(zip(missing, given, strict=False))}
    talk.sources = tuple(plays[one] for one in recorded)
    return plays


def who(recorded: Recorded) -> str:
    """The mobile node of a request, for people."""
    from pmiptool.net.exchange import identifier
    from pmiptool.text.values import octets_text

    found = identifier(recorded.decoded)
    return octets_text(found) if found else "-"


def print_line(one: Replayed) -> None:
    """One line a request, one more for each difference and for what the LMA chose otherwise."""
    from pmiptool.report.describe import label

    click.echo(f"frame {one.recorded.frame}  {label(one.recorded.decoded)}  {who(one.recorded)}  {one.state}")
    for text in [*map(str, one.differences), *one.notes, *one.told]:
        click.echo(f"    {text}")


def document(file: str, target: str, replayed: list[Replayed], interrupted: bool = False) -> dict[str, Any]:
    """The result as JSON, schema ``pmiptool/replay/1``; of one that was interrupted what was compared before."""
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
                "notes": [*one.notes, *one.told],
            }
            for one in replayed
        ],
        "totals": {state: states.count(state) for state in ("same", "different", "unanswered")},
        "interrupted": interrupted,
    }
