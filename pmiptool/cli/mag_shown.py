"""What ``pmiptool mag`` prints: one line an event, and floods as counts."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import click

from pmiptool.errors import ExchangeFailed

if TYPE_CHECKING:
    from pmiptool.mag.events import AnyEvent
    from pmiptool.registry.codepoints import CodePoints
    from pmiptool.wire.layout import Decoded

REJECTED = 128  # status of an acknowledgement, and above
SAME = 1.0  # seconds in which the same line about what came unasked is said once, and counted then


class Shown:
    """Prints events of the gateway. `exit_code` is what they come to; `now` the time on the gateway's clock."""

    def __init__(self, now: Callable[[], float]) -> None:
        self.exit_code = 0
        self._now = now
        self._counts: dict[tuple[str, bool], int] = {}
        self._since = 0.0

    def events(self, events: Iterable[AnyEvent], settings: CodePoints) -> None:
        """One line for each event, under these code points."""
        for event in events:
            self._event(event, settings)

    def _event(self, event: Any, settings: CodePoints) -> None:
        from pmiptool.mag import events
        from pmiptool.report.describe import details, label
        from pmiptool.text.values import octets_text

        mn = octets_text(event.mn)
        if isinstance(event, events.RequestSent):
            again = f", attempt {event.attempt}" if event.attempt > 1 else ""
            what = "; ".join(details(event.request, settings))
            self.say(f"{mn} {event.kind}: sent {label(event.request)}{again}: {what}", event.time)
        elif isinstance(event, events.Exchange):
            if event.outcome not in ("accepted", "superseded"):
                self._failed()
            what = described(event.answer, settings) if event.answer else ""
            words = [f"{mn} {event.kind}: {event.outcome}", what, event.reason]
            words.append(f"asks again: {event.followed_by}" if event.followed_by else "")
            self.say(", ".join(word for word in words if word), event.time)
        elif isinstance(event, events.LmaRequest):
            again = " again" if event.repeated else ""
            self.say(f"{mn} LMA asks{again}: {described(event.request, settings)}".strip(), event.time)
            if event.answer is not None:
                self.say(f"{mn} answered: {described(event.answer, settings)}".strip(), event.time)
        elif isinstance(event, events.HeartbeatAnswered):
            self.say(f"received {described(event.answer, settings)}", event.time)
        elif isinstance(event, events.HeartbeatSent):
            self.say(f"sent {described(event.request, settings)}", event.time)
        elif isinstance(event, events.GlobalRevocationSent):
            again = f", attempt {event.attempt}" if event.attempt > 1 else ""
            self.say(f"sent {described(event.request, settings)}{again}", event.time)
        elif isinstance(event, events.GlobalRevocationEnded):
            if event.status is None or event.status >= REJECTED:
                self._failed()
            answer = event.answer
            what = "the revocation has no answer" if answer is None else f"received {described(answer, settings)}"
            self.say(what, event.time)
        elif isinstance(event, (events.Ignored, events.LateAnswer)):
            self.unasked(f"{mn} {plain(event)}: {described(event.answer, settings)}".strip(), event.time)
        else:
            if isinstance(event, (events.LmaUnreachable, events.HeartbeatsUnsupported)):
                self._failed()
            self.say(f"{mn} {plain(event)}".strip(), event.time)

    def _failed(self) -> None:
        self.exit_code = self.exit_code or ExchangeFailed.exit_code

    def say(self, line: str, at: float | None = None) -> None:
        click.echo(f"{self._now() if at is None else at:.3f} {line}")
        sys.stdout.flush()

    def unasked(self, line: str, at: float | None = None) -> None:
        """Say what the peer did unasked, an ICMP error (without a time: on stderr) too; the same again is counted."""
        self.look()
        if not self._counts:
            self._since = time.monotonic()
        kind = line, at is None
        self._counts[kind] = self._counts.get(kind, 0) + 1
        if self._counts[kind] > 1:
            return
        if at is None:
            click.echo(line, err=True)
        else:
            self.say(line, at)

    def patience(self) -> float | None:
        """Seconds until `look` has something to say, None for never."""
        return None if not self._counts else max(0.0, self._since + SAME - time.monotonic())

    def look(self, end: bool = False) -> None:
        """Say how often what was said a second ago has come since; at the `end` at once."""
        if not self._counts or not (end or time.monotonic() >= self._since + SAME):
            return
        counts, self._counts = self._counts, {}
        for (line, error), count in counts.items():
            if count > 1:
                told = f"{line}: {count - 1} more"
                click.echo(told, err=True) if error else self.say(told)


def described(decoded: Decoded, settings: CodePoints) -> str:
    """A message's name, then what matters in it."""
    from pmiptool.report.describe import details, label

    return f"{label(decoded)}: {'; '.join(details(decoded, settings))}".removesuffix(": ")


def plain(event: Any) -> str:
    """An event of the MAG in words: its kind, then name=value."""
    from pmiptool.text.filters import format_flow
    from pmiptool.text.values import address_text

    words = []
    for name in event.__struct_fields__:
        value = getattr(event, name)
        if name in ("time", "mn", "interface", "answer", "request"):
            continue
        if name == "flow":
            value = format_flow(value)
        elif name == "prefixes":
            value = ",".join(f"{address_text(address)}/{length}" for address, length in value)
        elif isinstance(value, bytes):
            value = address_text(value)
        words.append(f"{name}={value}")
    return " ".join([type(event).__name__, *words])
