"""The loop of a run: sends what is due, takes what comes, gives up what is late; then lets go of what it attached."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pmiptool.errors import ExchangeFailed
from pmiptool.load.engine import Engine, Tally
from pmiptool.load.mix import ATTACH, DETACH, HEARTBEAT, REATTACH, RENEW, Mix
from pmiptool.load.nodes import DETACHED, Numbers
from pmiptool.load.pacing import GRAIN, AsAnswered, AtOnce, Schedule, Steady
from pmiptool.load.pending import SPACE
from pmiptool.net.bulk.port import BulkPort, Drops

TICK = 0.25
"""Seconds between looks at what is not urgent: errors, and who watches."""
_DOZE = 0.05
_GRACE = 0.25
"""Seconds in which what was due before the end may still leave."""
_LINGER = 1.0
"""Seconds to listen for late and second answers, where there was reason to expect any."""
_CAREFUL = 64
"""Requests under way while everybody attaches before a search, and detaches after it."""
_SILENT = 50
"""Detachments without an answer after which there is nobody to detach from."""


def dropped(port: BulkPort, before: Drops) -> Drops:
    """What this machine lost since then."""
    now = port.drops()
    return Drops(*(getattr(now, name) - getattr(before, name) for name in now.__struct_fields__))


@dataclass(frozen=True)
class Plan:
    """What a run does. rate: exchanges a second; None: as many as the window allows. window: most under way.

    duration, count: when it is over, the first of both. ramp: seconds in which the rate grows. storm: all that are
    attached register again at once. keep: nobody is detached at the end.
    """

    rate: float | None = 100.0
    window: int | None = None
    mix: dict[int, float] = field(default_factory=lambda: {RENEW: 1.0})
    duration: float | None = 10.0
    count: int | None = None
    ramp: float = 0.0
    storm: bool = False
    keep: bool = False
    start: float | None = None


@dataclass
class Progress:
    """How a run stands, for who watches."""

    phase: str
    tally: Tally
    now: float
    started: float
    asked: float | None
    under_way: int


@dataclass
class Period:
    """One stretch of sending: between these times, so many were due and did not leave.

    held: for how many seconds messages waited, by why: `window` was full, no sequence `numbers` were left (65,536 a
    gateway), no mobile `nodes` were free, the `port` took no more. paced: at a rate; else as answers came, or at once.
    """

    started: float
    ended: float
    unsent: int
    held: dict[str, float]
    paced: bool = True


class Run:
    """Drives an engine. stopped: how often the user asked for an end (once: drain and detach; twice: at once)."""

    def __init__(
        self,
        engine: Engine,
        plan: Plan,
        *,
        stopped: Callable[[], int] = lambda: 0,
        watch: Callable[[Progress], None] | None = None,
    ) -> None:
        self.engine, self.plan = engine, plan
        self.interrupted = False
        self.left = 0
        self.cleanup = Tally.empty()
        self.drops = Drops()
        self._before = engine.port.drops()
        self._stopped, self._watch = stopped, watch
        self._mix = Mix(plan.mix)
        self._first = engine.nodes.count
        self._refills = DETACH not in plan.mix and ATTACH not in plan.mix
        self._phase = "load"
        self._started = 0.0
        self._next_tick = 0.0
        self._alive = False
        self._errors: Counter[str] = Counter()

    @property
    def errors(self) -> Counter[str]:
        """ICMP errors that came, by what they say."""
        return self._errors

    def play(self, body: Callable[[], Period] | None = None) -> Period:
        """All of it; `body` is what is done between the start and the detaching, else what the plan says.

        Raises ExchangeFailed where ICMP errors come and answers do not.
        """
        clock, plan = self.engine.clock, self.plan
        start = plan.start if plan.start is not None else clock.now()
        if not self._sleep_until(start):
            return Period(start, start, 0, {})
        self._started = start
        try:
            if body is not None:
                period = body()
            else:
                period = self._storm(start) if plan.storm else self.stretch(self._schedule(start), plan.count)
                self.drain()
                self.drops = dropped(self.engine.port, self._before)
        finally:
            if not plan.keep:
                self._let_go()
        return period

    def _schedule(self, start: float) -> Schedule:
        if self.plan.rate is None:
            return AsAnswered()
        return Steady(self.plan.rate, start, self.plan.ramp)

    def _storm(self, start: float) -> Period:
        """All attach at the pace asked for, then all of them once more at one instant; only that is counted."""
        self.stretch(self._schedule(start), self.engine.nodes.count, until=math.inf)
        self.drain()
        self.afresh()
        self._mix = Mix({REATTACH: 1.0})
        self._first, self._refills = 0, False
        self._phase = "storm"
        return self.stretch(AtOnce(self.engine.clock.now()), len(self.engine.nodes.attached), until=math.inf)

    def afresh(self) -> None:
        """Count from nothing."""
        self.engine.tally = Tally.empty()
        self._before = self.engine.port.drops()

    def fill(self) -> None:
        """Attach everybody, as many at once as the window, or a careful number."""
        window = self.plan.window or _CAREFUL
        self.stretch(AsAnswered(), self.engine.nodes.count, until=math.inf, window=window)
        self.drain()

    def measure(self, rate: float, seconds: float) -> Period:
        """Send at a rate for some seconds, counted from nothing, and wait for the answers."""
        self.afresh()
        now = self.engine.clock.now()
        period = self.stretch(Steady(rate, now), until=now + seconds)
        self.drain()
        self.drops = dropped(self.engine.port, self._before)
        return period

    def stretch(
        self, schedule: Schedule, count: int | None = None, until: float | None = None, window: int | None = None
    ) -> Period:
        """Send by a schedule until the time, the count, or the user says so, or nobody can do anything."""
        engine, clock = self.engine, self.engine.clock
        started = clock.now()
        if until is None:
            until = math.inf if self.plan.duration is None else self._started + self.plan.duration
        closed = isinstance(schedule, AsAnswered)
        window = window or self.plan.window or SPACE * len(engine.port.sources)
        enough = min(window // 4, engine.port.batch) if closed else 1
        held: dict[str, float] = {}
        before, last, came = started, started, False
        while True:
            now = clock.now()
            due = schedule.due(min(now, until - 2 * GRAIN))
            if now >= until and (closed or not due or now >= until + _GRACE):
                break
            if self._stop() or (count is not None and schedule.taken >= count):
                break
            engine.expire(now)
            wanted = due if count is None else min(due, count - schedule.taken)
            room = window - engine.pending.under_way
            sent = 0
            if wanted > 0 and (room >= enough or not came):
                sent, why = self._send(min(wanted, engine.port.batch), room, schedule)
                if sent == 0 and not engine.pending.under_way and why == "nodes":
                    break
                if why and not closed:
                    held[why] = held.get(why, 0.0) + now - before
            before, last = now, now if sent else last
            self._tick(now, schedule)
            end = until if now < until else until + _GRACE
            came = self._take(0.0 if sent else self._wait(now, end, schedule, wanted))
        ended = max(min(clock.now(), until), last)
        unsent = 0
        if isinstance(schedule, Steady):
            if count is not None and schedule.taken >= count:
                ended = max(last, min(schedule.next(), until))  # N requests are N intervals, not one less
            due = schedule.due(min(ended, until) - 2 * GRAIN)
            unsent = due if count is None else min(due, count - schedule.taken)
        return Period(started, ended, unsent, held, isinstance(schedule, Steady))

    def _wait(self, now: float, until: float, schedule: Schedule, wanted: int) -> float:
        """Seconds that nothing has to be done; short ones are not slept through."""
        clock = self.engine.clock
        due = self.engine.pending.next_due()
        until = min(until, due if due is not None else until, now + _DOZE)
        if wanted <= 0:
            until = min(until, schedule.next())
        wait = max(until - now, 1e-6)
        return wait if not clock.spin else wait - clock.spin / 2 if wait > clock.spin else 0.0

    def _send(self, wanted: int, room: int, schedule: Schedule) -> tuple[int, str]:
        """Send up to so many; return how many left, and what held the others back."""
        engine = self.engine
        count = min(wanted, room)
        if count <= 0:
            return 0, "window"
        chosen = self._choose(count)
        number = sum(chosen.values())
        times = schedule.times(number)
        sent, at = 0, 0
        several = [(kind, some) for kind, some in chosen.items() if some]
        order = self._interleaved([some for _, some in several])
        for kind, some in several:
            mine = times[at : at + some] if order is None else times[order[at : at + some]]
            at += some
            left = engine.start(kind, self._take_nodes(kind, some), mine)
            sent += left
            if kind == ATTACH:
                self._first += some - left
        schedule.take(sent)
        if sent < number:
            full = any(engine.pending.room(lane) == 0 for lane in range(len(engine.port.sources)))
            return sent, "numbers" if full else "port"
        if number < wanted:
            return sent, "window" if room < wanted and number == count else "nodes"
        return sent, ""

    def _interleaved(self, counts: list[int]) -> NDArray[np.int64] | None:
        """An order in which kinds stand mixed, so that none has all the early times."""
        if len(counts) < 2:
            return None
        places = np.concatenate([(np.arange(count) + 0.5) / count for count in counts])
        order = np.empty(len(places), np.int64)
        order[np.argsort(places, kind="stable")] = np.arange(len(places))
        return order

    def _choose(self, count: int) -> dict[int, int]:
        """Everybody attaches first; then by the mix. Who is not attached and is not meant to be attaches again."""
        nodes = self.engine.nodes
        detached = len(nodes.detached)
        attach = min(count, detached if self._refills else min(detached, self._first))
        self._first -= min(attach, self._first)
        chosen = {ATTACH: attach} if attach else {}
        if count > attach:
            more = self._mix.choose(count - attach, detached - attach, len(nodes.attached))
            for kind, some in more.items():
                chosen[kind] = chosen.get(kind, 0) + some
        return chosen

    def _take_nodes(self, kind: int, count: int) -> Numbers:
        nodes = self.engine.nodes
        if kind == HEARTBEAT:
            return np.zeros(count, np.int32)
        return (nodes.detached if kind == ATTACH else nodes.attached).take(count)

    def _take(self, wait: float) -> bool:
        arrivals = self.engine.port.receive(wait)
        if arrivals is None:
            return False
        self.engine.take(arrivals)
        return True

    def _stop(self) -> bool:
        if self._stopped():
            self.interrupted = True
        return self.interrupted

    def _tick(self, now: float, schedule: Schedule | None = None) -> None:
        if now < self._next_tick:
            return
        self._next_tick = now + TICK
        refused = ""
        for error in self.engine.port.icmp_errors():
            self._errors[error.text] += 1
            refused = refused or ("" if error.too_big else error.text)
        self._alive = self._alive or any(counts.answered for counts in self.engine.tally.kinds)
        if refused and not self._alive:
            self.engine.nodes.state[:] = DETACHED  # there is nobody to detach them from
            raise ExchangeFailed(f"nothing is answered, and {refused}; the load was stopped")
        if self._watch is not None:
            rate = schedule.rate if isinstance(schedule, Steady) else None
            under_way = self.engine.pending.under_way
            self._watch(Progress(self._phase, self.engine.tally, now, self._started, rate, under_way))

    def drain(self) -> None:
        """Wait for what is under way, until it is answered or given up. Nothing is sent but retransmissions."""
        engine = self.engine
        while engine.pending.under_way and self._stopped() < 2:
            now = engine.clock.now()
            engine.expire(now)
            due = engine.pending.next_due()
            self._tick(now)
            self._take(max(0.0, min(_DOZE, (due if due is not None else now) - now)) if due else 0.0)
        odd = any(c.lost or c.retransmitted or c.duplicates for c in engine.tally.kinds)
        until = engine.clock.now() + (_LINGER if odd else 0.0)
        while self._stopped() < 2:
            left = until - engine.clock.now()
            if not self._take(min(_DOZE, max(0.0, left))) and left <= 0:
                break

    def _let_go(self) -> None:
        """Detach everybody who is attached, or may be; counted apart."""
        engine = self.engine
        if self._stopped() >= 2 or not bool((engine.nodes.state != DETACHED).any()):
            return
        measured, engine.tally = engine.tally, self.cleanup
        phase, self._phase = self._phase, "detaching"
        try:
            self._detach_all()
        finally:
            engine.tally, self._phase = measured, phase

    def _detach_all(self) -> None:
        engine = self.engine
        waiting = engine.nodes.claim()
        rate = self.plan.rate
        schedule: Schedule = Steady(rate, engine.clock.now()) if rate is not None else AsAnswered()
        window = self.plan.window or (_CAREFUL if rate is None else SPACE * len(engine.port.sources))
        at = 0
        counts = self.cleanup.kinds[DETACH]
        while at < len(waiting) and self._stopped() < 2 and (counts.answered or counts.lost < _SILENT):
            now = engine.clock.now()
            engine.expire(now)
            due = schedule.due(now)
            wanted = min(due, window - engine.pending.under_way, engine.port.batch, len(waiting) - at)
            sent = 0
            if wanted > 0:
                sent = engine.start(DETACH, waiting[at : at + wanted], schedule.times(wanted))
                schedule.take(sent)
                at += sent
            self.left = len(waiting) - at
            self._tick(now, schedule)
            self._take(0.0 if sent else self._wait(now, now + _DOZE, schedule, due))
        self.drain()

    def _sleep_until(self, start: float) -> bool:
        """Wait for the instant at which several generators begin; whether it came."""
        clock = self.engine.clock
        while (left := start - clock.now()) > 0:
            if self._stop():
                return False
            self.engine.port.receive(min(left, _DOZE))
        return True
