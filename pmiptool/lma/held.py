"""Requests that wait for MaxDelayBeforeNewBCEAssign (RFC 5213 5.4.1.2, 5.4.1.3)."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter

from pmiptool.lma import order
from pmiptool.lma.core import Core
from pmiptool.lma.events import RequestHeld, SilentlyDiscarded
from pmiptool.lma.outgoing import revocation_retry
from pmiptool.lma.request import Request
from pmiptool.session.model import MnKey

_Key = tuple[object, int | None, bytes | None, bytes]


class Held:
    """One request and when its wait is over; `scheduled` is 0 once it is."""

    __slots__ = ("_waiting", "key", "request", "scheduled")

    def __init__(self, waiting: Waiting, key: _Key, request: Request, until: float) -> None:
        self._waiting = waiting
        self.key = key
        self.request = request
        self.scheduled = until

    def due(self, now: float) -> None:
        self._waiting.release(self, now)


class Waiting:
    """All that wait. `finish(request, now)` goes on with one whose wait is over."""

    def __init__(self, core: Core, finish: Callable[[Request, float], None]) -> None:
        self._core = core
        self._finish = finish
        self._held: dict[_Key, Held] = {}

    def __bool__(self) -> bool:
        return bool(self._held)

    def is_full(self) -> bool:
        """Whether there is no room for another request: as many may wait as there may be sessions."""
        return len(self._held) >= self._core.max_sessions

    def hold(self, request: Request, now: float) -> None:
        """A newer request of the same interface replaces the one that waits; the wait does not start anew."""
        key = (request.mn_id, request.att, request.ll_id, request.care_of_address)
        earlier = self._held.get(key)
        if earlier is not None:
            if _is_newer(request, earlier.request):
                self._discard(earlier.request, "replaced-while-waiting", now)
                earlier.request = request
            else:
                self._discard(request, "older-than-waiting", now)
            return
        policy = self._core.policy
        until = now + policy.timers.max_delay_before_new_bce_assign
        if policy.revokes_unknown_handoff:
            until += revocation_retry(policy.timers).whole()  # it goes on when that has ended
        held = self._held[key] = Held(self, key, request, until)
        self._core.at(until, held)
        self._core.events.append(RequestHeld(time=now, mn_id=request.mn_id, source=request.source, until=until))

    def release(self, held: Held, now: float) -> None:
        """The wait is over; what the cache says now counts."""
        del self._held[held.key]
        held.scheduled = 0.0
        self._finish(held.request, now)

    def release_of(self, mn_id: MnKey | None, now: float) -> None:
        """The existing session of a mobile node went: the request that waited longest goes on."""
        waiting = [held for held in self._held.values() if held.request.mn_id == mn_id]
        if waiting:
            self.release(min(waiting, key=attrgetter("scheduled")), now)

    def _discard(self, request: Request, reason: str, now: float) -> None:
        self._core.events.append(SilentlyDiscarded(time=now, mn_id=request.mn_id, source=request.source, reason=reason))


def _is_newer(request: Request, earlier: Request) -> bool:
    if request.timestamp is not None and earlier.timestamp is not None:
        return request.timestamp > earlier.timestamp
    return not order.is_not_greater(request.sequence, earlier.sequence)
