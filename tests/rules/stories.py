"""Stories: what gateways and their anchor say over time, and what it breaks.

Each message of a story is a time, the number of a gateway, the message, and where it is not plain "up" or "down".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pmiptool.registry.ambiguities import DEFAULT_READINGS
from pmiptool.registry.codepoints import DEFAULT, CodePoints
from pmiptool.rules import Context, Seen, SessionChecker
from pmiptool.wire.codec import Decoded
from tests.rules.make import LMA, MAGS, START, wire

_UPWARD = {
    *("BindingUpdate", "UpdateNotificationAcknowledgement", "BindingRevocationAcknowledgement"),
    *("LocalizedRoutingAcknowledgment", "FlowBindingAcknowledgement", "SubscriptionResponse"),
}
"""What a gateway sends unless told otherwise."""


def goes_up(message: Any, *way: str) -> bool:
    """Whether a message of a story is from a gateway."""
    return way[0] == "up" if way else isinstance(message, bytes) or type(message).__name__ in _UPWARD


def sent(
    story: Iterable[tuple[Any, ...]], settings: CodePoints = DEFAULT
) -> Iterator[tuple[float, Decoded, bytes, bytes]]:
    """The messages of a story: when, what, from where, and where to."""
    for at, mag, message, *way in story:
        src, dst = (MAGS[mag], LMA) if goes_up(message, *way) else (LMA, MAGS[mag])
        yield START + at, wire(message, settings, src, dst), src, dst


def play(
    steps: Iterable[tuple[Any, ...]],
    *,
    complete: bool = True,
    settings: CodePoints = DEFAULT,
    readings: Mapping[str, str] | None = None,
) -> list[Seen]:
    """Everything that a stream of messages breaks."""
    checker = SessionChecker(Context(settings, DEFAULT_READINGS.changed(readings or {}), complete=complete))
    seen = []
    for number, (time, decoded, src, dst) in enumerate(sent(steps, settings), 1):
        seen += checker.observe(decoded, src=src, dst=dst, time=time, frame=number)
    return seen + checker.finish()


def rules_of(seen: Iterable[Seen]) -> set[str]:
    return {one.finding.rule for one in seen}
