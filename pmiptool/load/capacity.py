"""The highest rate that keeps the thresholds: doubled until they are crossed, then halved in between."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pmiptool.load.result import Result
from pmiptool.load.run import Period, Progress, Run
from pmiptool.load.setup import Load, cleaned, unhurried
from pmiptool.load.thresholds import Threshold, parse_threshold

USUAL = ("loss<0.1%", "p99<100ms")
"""What counts where no threshold is given."""
FIRST, STEP = 100.0, 3.0
_CLOSE = 1.05
"""Between a rate that is kept and one that is not: near enough."""
_MOST_STEPS = 40
_MADE = 0.99
"""Of the rate asked for; below that this machine did not make it."""
_WAITED = {
    "nodes": "all mobile nodes waited for answers (give more with --mns)",
    "window": "the window was full",
    "numbers": "all sequence numbers of a gateway were under way (give more with --source)",
}


class Search:
    """Tries rates on a prepared load. step: seconds for each."""

    def __init__(self, load: Load, limits: Sequence[Threshold], first: float = FIRST, step: float = STEP) -> None:
        self.load = load
        self.limits = tuple(limits) or tuple(parse_threshold(text) for text in USUAL)
        self.first, self.step = first, step
        self.steps: list[dict[str, Any]] = []
        self._best: Result | None = None
        self._worst: Result | None = None

    def play(
        self, *, stopped: Callable[[], int] = lambda: 0, watch: Callable[[Progress], None] | None = None
    ) -> Result:
        """Search; the result is that of the highest rate that was kept, or of the first where none was."""
        run = Run(self.load.engine, self.load.plan, stopped=stopped, watch=watch)
        with unhurried():
            period = run.play(lambda: self._search(run))
        found = self._best or self._worst or self.load.result(run, period)
        found.capacity = {
            "rate": self._best.asked if self._best is not None else None,
            "told": self.told(),
            "thresholds": [limit.text for limit in self.limits],
            "steps": self.steps,
        }
        found.cleanup, found.interrupted, found.icmp = cleaned(run), run.interrupted, run.errors
        return found

    def told(self) -> str:
        """The outcome in a sentence."""
        if self._best is None:
            return f"no rate keeps {self._names()}, not even {self.first:.9g}/s"
        why = next((step["why"] for step in reversed(self.steps) if not step["ok"]), "")
        asked = self._best.asked or 0.0
        if not why:
            return f"{asked:.0f}/s keeps {self._names()}; more was not tried"
        return f"{asked:.0f}/s is the highest rate that keeps {self._names()}; above it: {why}"

    def _names(self) -> str:
        return ", ".join(limit.text for limit in self.limits)

    def _search(self, run: Run) -> Period:
        run.fill()
        low, high, rate = 0.0, 0.0, self.first
        period = Period(run.engine.clock.now(), run.engine.clock.now(), 0, {})
        while len(self.steps) < _MOST_STEPS:
            period = run.measure(rate, self.step)
            if run.interrupted:
                break
            if self._keeps(run, period, rate):
                low = rate
            else:
                high = rate
            if high and (not low or high / low < _CLOSE):
                break
            rate = 2 * low if not high else (low + high) / 2
        return period

    def _keeps(self, run: Run, period: Period, rate: float) -> bool:
        result = self.load.result(run, period)
        result.asked = rate
        result.settings = {**result.settings, "rate": rate, "duration": self.step}
        why = self._reason(result, rate)
        total = result.total
        self.steps.append({
            "asked": rate,
            "sent": round(total.sent / result.length, 3),
            "answered": round(total.answered / result.length, 3),
            "p99_ms": round(total.latency.percentile(99.0) * 1e3, 6),
            "lost": result.lost(total)[0],
            "ok": not why,
            "why": why,
        })  # fmt: skip
        if not why:
            self._best = result
        elif self._worst is None:
            self._worst = result
        return not why

    def _reason(self, result: Result, rate: float) -> str:
        """Why a rate does not count, empty where it does."""
        total = result.total
        if dropped := result.receive_queue + result.interface:
            return f"this machine dropped {dropped} answers"
        made = total.sent / max(result.length, self.step)
        longest = max(result.held, key=lambda name: result.held[name], default="port")
        if made < _MADE * rate and longest == "port":
            return f"this machine made {made:.0f}/s only"
        for limit in self.limits:
            outcome = limit.check(result)
            if not outcome.ok:
                late = result.lag.percentile(99.0) if limit.latency and not result.held else 0.0
                ours = f", and here requests left late, p99 {late * 1e3:.3f} ms" if late > limit.limit / 10 else ""
                return f"{outcome.text} was {outcome.actual}{ours}"
        if made < _MADE * rate:
            return _WAITED[longest]
        return ""
