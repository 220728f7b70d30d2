"""``pmiptool replay --as lma --listen T``: a recorded LMA answers a real MAG."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import click

from pmiptool.cli.options import Talk
from pmiptool.cli.replay import say_left_out, what_is_new, who

if TYPE_CHECKING:
    from pmiptool.capture.answering import Answered
    from pmiptool.session.endpoint import Endpoint


def answer(
    file: str, listen: str, speed: float | None, table: str | None, reject: str | None, as_json: bool, talk: Talk
) -> int:
    """Answer whoever asks, until Ctrl-C or ``--timeout``."""
    from pmiptool.capture.answering import RecordedAnchor
    from pmiptool.capture.files import Writer, nanoseconds
    from pmiptool.capture.recording import load
    from pmiptool.net.alone import Alone
    from pmiptool.net.driver import Driver, Port, open_port
    from pmiptool.net.record import packet_of, sealed_in
    from pmiptool.registry.rfc6275 import BINDING_STATUS
    from pmiptool.text.names import parse_number_or_name

    settings = talk.settings.codepoints
    status = None if reject is None else parse_number_or_name("--reject", BINDING_STATUS, reject, settings)
    _, names = what_is_new(None, table)
    targets = talk.listening(listen)
    left_out: Counter[str] = Counter()
    try:
        requests = load(file, settings, left_out)
    finally:
        say_left_out(left_out, "the LMA asked by itself")
    anchor = RecordedAnchor(
        requests, names=names, settings=settings, speed=speed, reject=status, clock_offset=talk.clock_offset
    )
    writer = Writer(talk.write) if talk.write is not None else None

    def seen(now: float, data: bytes, source: Endpoint, destination: Endpoint) -> None:
        if writer is not None:
            comment = sealed_in(targets[0], source, destination)
            writer.write(packet_of(data, source, destination), nanoseconds(now), comment or None)

    counted: Counter[str] = Counter()

    def after_batch(now: float, busy: bool) -> bool:
        for event in anchor.events():
            counted[event.what] += 1
            show(event, as_json)
        if writer is not None and not busy:
            writer.flush()
        return False

    ports: list[Port] = []
    alone: Alone | None = None
    try:
        alone = Alone(targets)
        for target in targets:
            ports.append(open_port(target, anchor, anchor.receive, seen=seen))
        by_endpoint = {port.local: port for port in ports}
        for port in ports:
            port.siblings = by_endpoint
        for target in targets:
            say(f"listening on {target}", {"event": "Listening", "address": str(target)}, as_json)
        Driver(ports, after_batch).run(None if talk.timeout is None else time.time() + talk.timeout)
    finally:
        for port in ports:
            port.sock.close()
        if alone is not None:
            alone.close()
        if writer is not None:
            writer.close()
    told = ", ".join(f"{counted[what]} {what}" for what in ("answered", "silent", "rejected", "unknown"))
    click.echo(f"{sum(counted.values())} requests: {told}", err=as_json)
    return 0


def say(line: str, shown: dict[str, Any], as_json: bool) -> None:
    click.echo(json.dumps(shown) if as_json else line)
    sys.stdout.flush()


def show(event: Answered, as_json: bool) -> None:
    """One line a request; one that the recording does not have is told on stderr too."""
    from pmiptool.net.exchange import identifier
    from pmiptool.net.target import show_endpoint
    from pmiptool.report.describe import label
    from pmiptool.text.values import octets_text

    recorded = event.recorded
    node = octets_text(identifier(event.request) or b"") or "-"
    asked = f"{label(event.request)}  {node}  from {show_endpoint(event.source)}"
    line = f"{asked}  {event.what}"
    if recorded is not None:
        line += f" as frame {recorded.frame}"
        if recorded.answer is not None:
            status = getattr(recorded.answer.message, "status", None)
            line += f" was in frame {recorded.answer_frame}: {recorded.answer.name}"
            line += "" if status is None else f" with status {status}"
    line += f" ({event.note})" if event.note else ""
    shown = {
        "event": event.what.capitalize(),
        "time": event.time,
        "source": show_endpoint(event.source),
        "message": event.request.name,
        "mn_id": node,
        "frame": None if recorded is None else recorded.frame,
        "recorded_mn_id": None if recorded is None else who(recorded),
        "answer_frame": None if recorded is None else recorded.answer_frame,
        "note": event.note,
    }
    say(line, shown, as_json)
    if event.what in ("unknown", "rejected"):
        why = f": {event.note}" if event.note else ""
        click.echo(f"the recording has nothing like {asked}{why}", err=True)
