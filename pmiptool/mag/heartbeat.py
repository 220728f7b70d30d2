"""Heartbeats of a node (RFC 5847 3): its requests, what their answers tell of the peer, and the answer to the peer's.

Nothing here knows which node it is; whoever owns it sends the messages.
"""

from __future__ import annotations

from collections.abc import Callable

from pmiptool.registry.rfc5847 import RESPONSE, UNSOLICITED
from pmiptool.wire.values import Heartbeat, RestartCounter


def response(request: Heartbeat, restart_counter: int) -> Heartbeat:
    """The answer to a request: R, the sequence number copied, the restart counter (3.2)."""
    option = RestartCounter(restart_counter=restart_counter)
    return Heartbeat(flags=RESPONSE, sequence=request.sequence, options=(option,))


def counter_of(message: Heartbeat) -> int | None:
    """The restart counter that a response carries; the first of two counts."""
    found = (o.restart_counter for o in message.options if isinstance(o, RestartCounter))
    return next(found, None)


def is_response(message: Heartbeat) -> bool:
    return bool(message.flags & RESPONSE)


class Heartbeats:
    """What is known of one peer.

    sequence: of the last request. missing: requests without an answer since the last one (MISSING_HEARTBEAT).
    peer_counter: the peer's restart counter, None before the first. due: when something is to be done next.
    unsupported: the peer knows no heartbeats; none is sent again (3).
    """

    def __init__(self, sequence: int, *, allowed: int, delay: float, interval: float) -> None:
        self.sequence = sequence
        self.missing = 0
        self.peer_counter: int | None = None
        self.due: float | None = None
        self.unsupported = False
        self.waits = False
        self._allowed = allowed
        self._delay = delay
        self._interval = interval

    def request(self, now: float) -> Heartbeat:
        """The next request; its answer is waited for from now on."""
        self.sequence = (self.sequence + 1) & 0xFFFFFFFF
        self.waits = True
        self.due = now + self._delay
        return Heartbeat(sequence=self.sequence)

    def rest(self, now: float) -> None:
        """Nothing is waited for; the next request leaves after the interval, where there is one."""
        self.waits = False
        self.due = now + self._interval if self._interval and not self.unsupported else None

    def missed(self, now: float) -> bool:
        """The answer has not come in time (3.1). Whether the peer counts as unreachable now; then comes a rest."""
        self.missing += 1
        if self.missing <= self._allowed:
            return False
        self.rest(now)
        return True

    def answered(self, message: Heartbeat, now: float) -> bool:
        """Whether a response answers the outstanding request; then the count of missing ones starts anew."""
        if not self.waits or message.flags & UNSOLICITED or message.sequence != self.sequence:
            return False
        self.missing = 0
        self.rest(now)
        return True

    def restarted(self, message: Heartbeat, tell: Callable[[int, int], None]) -> None:
        """Compare a response's restart counter with the one before; `tell(before, counter)` when it differs (3.2)."""
        counter = counter_of(message)
        if counter is None:
            return
        before, self.peer_counter = self.peer_counter, counter
        if before is not None and before != counter:
            tell(before, counter)
