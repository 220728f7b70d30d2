"""Requests of the anchor's own: numbered, sent again, matched with their answers, and given up (no I/O, no clock)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, Protocol

import msgspec

from pmiptool.errors import UsageError
from pmiptool.lma.config import TimersSection
from pmiptool.lma.core import Core
from pmiptool.session.endpoint import Endpoint

Send = Callable[[msgspec.Struct, Endpoint, Endpoint], None]
"""Message, to whom, from where."""

SEQUENCES = 1 << 16
FIRST_REJECTION = 128


class Retry(msgspec.Struct, frozen=True):
    """When to send again: after `delay` seconds, which doubles up to `longest`, at most `retries` times."""

    delay: float
    longest: float
    retries: int

    def whole(self) -> float:
        """How long it takes, in seconds, until an unanswered request is given up."""
        delays = [self.delay]
        for _ in range(self.retries):
            delays.append(min(2 * delays[-1], self.longest))
        return sum(delays)


def revocation_retry(timers: TimersSection) -> Retry:
    """RFC 5846 6.3, 11."""
    return Retry(timers.init_min_delay_bris, timers.max_brack_timeout, timers.bri_max_retries)


class Owner(Protocol):
    """Who asks."""

    def message(self, pending: Pending, now: float) -> msgspec.Struct:
        """What leaves for the transmission that `pending.attempt` counts, the first being 1."""

    def ended(self, pending: Pending, outcome: str, status: int | None, now: float) -> None:
        """outcome: accepted or rejected (with `status`), unanswered, or unsupported (Binding Error with status 2)."""


class Pending:
    """A request that waits for its answer. `about` is its owner's. `scheduled` is 0 once it has ended."""

    __slots__ = (
        "_delay", "_outgoing", "about", "attempt", "kind", "local", "owner", "peer", "retry", "scheduled", "sequence",
        "started",
    )  # fmt: skip

    def __init__(
        self, outgoing: Outgoing, owner: Owner, kind: str, sequence: int, path: tuple[Endpoint, Endpoint],
        retry: Retry, about: Any, now: float,
    ) -> None:  # fmt: skip
        self._outgoing = outgoing
        self.owner = owner
        self.kind = kind
        self.sequence = sequence
        self.peer, self.local = path
        self.retry = retry
        self.about = about
        self.attempt = 0
        self.started = now
        self.scheduled = 0.0
        self._delay = retry.delay

    def transmit(self, now: float) -> msgspec.Struct:
        """Count a transmission, and set the time of the next: it doubles from the second on."""
        if self.attempt:
            self._delay = min(2 * self._delay, self.retry.longest)
        self.attempt += 1
        self.scheduled = now + self._delay
        return self.owner.message(self, now)

    def due(self, now: float) -> None:
        self._outgoing.due(self, now)


class Outgoing:
    """All requests of the anchor's own that are outstanding; no two of a kind share a sequence number.

    An answer belongs to the request whose kind and sequence number it has, when it comes from where that was sent to
    (RFC 5846 6.2.2, RFC 7077 5.2); the UDP port does not count.
    """

    def __init__(self, core: Core, send: Send, seed: int) -> None:
        self._core = core
        self._send = send
        self._seed = seed
        self._last: dict[str, int] = {}
        self._pending: dict[tuple[str, int], Pending] = {}

    def __bool__(self) -> bool:
        return bool(self._pending)

    def start(
        self, owner: Owner, kind: str, path: tuple[Endpoint, Endpoint], retry: Retry, about: Any, now: float
    ) -> Pending:
        """Send a request to `path`: peer and local endpoint. Raises UsageError when all numbers are in use."""
        if self._core.faults is not None and (haste := self._core.faults.haste()) > 1:
            retry = Retry(retry.delay / haste, retry.longest / haste, retry.retries)
        pending = Pending(self, owner, kind, self._sequence(kind), path, retry, about, now)
        self._pending[kind, pending.sequence] = pending
        self._transmit(pending, now)
        return pending

    def _sequence(self, kind: str) -> int:
        """The first is random, by the seed; then they increase and wrap to 0 (RFC 7077 5.1).

        Of several anchors behind one address each has numbers of its own, by which answers are told apart.
        """
        index, count = self._core.share
        last = self._last.get(kind)
        if last is None:
            last = int.from_bytes(hashlib.sha256(b"%d|" % self._seed + kind.encode()).digest()[:2], "big")
        for step in range(1, SEQUENCES // count + 1):
            number = (last // count + step) % (SEQUENCES // count) * count + index
            if (kind, number) not in self._pending:
                self._last[kind] = number
                return number
        raise UsageError(f"all {SEQUENCES} sequence numbers wait for an answer; wait until some have one")

    def _transmit(self, pending: Pending, now: float) -> None:
        message, faults = pending.transmit(now), self._core.faults
        self._send(message if faults is None else faults.own(message), pending.peer, pending.local)
        self._core.at(pending.scheduled, pending)

    def due(self, pending: Pending, now: float) -> None:
        """No answer came in time: once more, or never again."""
        if pending.attempt <= pending.retry.retries:
            if self._core.faults is not None and self._core.faults.renumbers():
                del self._pending[pending.kind, pending.sequence]
                pending.sequence = self._sequence(pending.kind)
                self._pending[pending.kind, pending.sequence] = pending
            self._transmit(pending, now)
        else:
            self._end(pending, "unanswered", None, now)

    def take(self, source: Endpoint, now: float) -> None:
        """Whatever came counts as the answer to what that peer was asked."""
        for pending in [pending for pending in self._pending.values() if pending.peer.address == source.address]:
            self._end(pending, "accepted", 0, now)

    def answered(self, kind: str, sequence: int, status: int, source: Endpoint, now: float) -> bool:
        """An answer came; whether it belongs to anything."""
        pending = self._pending.get((kind, sequence))
        if pending is None or pending.peer.address != source.address:
            return False
        self._end(pending, "accepted" if status < FIRST_REJECTION else "rejected", status, now)
        return True

    def refused(self, source: Endpoint, now: float) -> bool:
        """Binding Error with status 2: the peer does not know a message. It does not say which: the oldest counts."""
        waiting = [pending for pending in self._pending.values() if pending.peer.address == source.address]
        if not waiting:
            return False
        self._end(waiting[0], "unsupported", None, now)
        return True

    def drop(self, pending: Pending) -> None:
        """Nothing more is sent, and no answer is waited for."""
        del self._pending[pending.kind, pending.sequence]
        pending.scheduled = 0.0

    def _end(self, pending: Pending, outcome: str, status: int | None, now: float) -> None:
        self.drop(pending)
        pending.owner.ended(pending, outcome, status, now)
