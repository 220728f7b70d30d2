"""Thresholds: what a load must keep, as `p99<50ms`, `loss<0.1%` or `attach.p99.9<=200ms`."""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass

from pmiptool.errors import UsageError
from pmiptool.load.counts import Counts
from pmiptool.load.mix import KINDS
from pmiptool.load.result import Result

_OPERATORS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
_SECONDS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0}
_FORM = re.compile(r"(?:([a-z]+)\.)?(p\d{1,2}(?:\.\d{1,3})?|p100|[a-z]+)\s*(<=|>=|<|>)\s*(\d+(?:\.\d*)?|\.\d+)\s*(\S*)")
_LATENCIES = ("min", "mean", "max")
_SHARES = ("loss", "rejected", "late", "duplicates")
WORDS = "p50 (or any percentile), min, mean, max, loss, rejected, late, duplicates, unexpected, local, rate"


@dataclass(frozen=True)
class Outcome:
    """What became of a threshold; `actual` in words."""

    text: str
    ok: bool
    actual: str


@dataclass(frozen=True)
class Threshold:
    """kind: of which exchange, or all. limit: in seconds, as a share of 1, or a number, by what `name` is."""

    text: str
    kind: str
    name: str
    operator: str
    limit: float
    share: bool

    @property
    def latency(self) -> bool:
        """Whether it is about how long answers take."""
        return self.name.startswith("p") or self.name in _LATENCIES

    def check(self, result: Result) -> Outcome:
        """Hold a result against it. What nothing was measured of is not kept."""
        counts = result.total if not self.kind else result.kinds.get(self.kind, Counts())
        value, told = self._value(result, counts)
        if value is None:
            return Outcome(self.text, False, told)
        return Outcome(self.text, bool(_OPERATORS[self.operator](value, self.limit)), told)

    def _value(self, result: Result, counts: Counts) -> tuple[float | None, str]:
        if self.latency:
            if not counts.answered:
                return None, "nothing was answered"
            histogram = counts.latency
            exact = {"min": histogram.least, "mean": histogram.mean, "max": histogram.greatest}
            value = exact[self.name] if self.name in exact else histogram.percentile(float(self.name[1:]))
            return value, f"{value * 1e3:.3f} ms"
        if self.name == "rate":
            value = counts.answered / result.length
            return value, f"{value:.1f}/s"
        number = {
            "loss": counts.lost if self.kind else result.lost(counts)[0],
            "rejected": sum(counts.rejected.values()),
            "late": counts.late,
            "duplicates": counts.duplicates,
            "unexpected": result.unexpected,
            "local": result.receive_queue + result.send_queue + result.interface,
        }[self.name]
        if not self.share:
            return number, str(number)
        if not counts.sent:
            return None, "nothing was sent"
        return number / counts.sent, f"{number / counts.sent:.3%}"


def parse_threshold(text: str) -> Threshold:
    """Raises UsageError that says what is wrong."""
    found = _FORM.fullmatch(text.strip())
    if found is None:
        raise UsageError(f"--threshold '{text}' is not NAME<VALUE, as in 'p99<50ms' or 'loss<0.1%'; names are {WORDS}")
    kind, name, sign, number, unit = found.groups()
    if kind is not None and kind not in KINDS:
        raise UsageError(f"--threshold '{text}': there is no exchange '{kind}'; there are {', '.join(KINDS)}")
    value, share = float(number), unit == "%"
    if name[1:2].isdigit() or name in _LATENCIES:
        if unit not in _SECONDS:
            raise UsageError(f"--threshold '{text}': a latency needs a unit, one of us, ms, s")
        return Threshold(text, kind or "", name, sign, value * _SECONDS[unit], False)
    if name in _SHARES:
        if unit not in ("%", ""):
            raise UsageError(f"--threshold '{text}': {name} is a number, or a share of what was sent in %")
        return Threshold(text, kind or "", name, sign, value / 100 if share else value, share)
    if name == "rate" and unit in ("", "/s"):
        return Threshold(text, kind or "", name, sign, value, False)
    if name in ("unexpected", "local") and not unit and kind is None:
        return Threshold(text, "", name, sign, value, False)
    if name in ("rate", "unexpected", "local"):
        raise UsageError(f"--threshold '{text}': {name} is a plain number" + (", of all exchanges" if kind else ""))
    raise UsageError(f"--threshold '{text}': there is no '{name}'; names are {WORDS}")
