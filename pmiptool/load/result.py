"""The result of a run: everything that was counted, as JSON that loses nothing, and several results as one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pmiptool.errors import UsageError
from pmiptool.load.counts import SECOND, Counts, Seconds
from pmiptool.load.histogram import Histogram
from pmiptool.load.mix import KINDS

SCHEMA = "pmiptool/load/1"
PERCENTILES = {"p50": 50.0, "p90": 90.0, "p99": 99.0, "p99.9": 99.9}
_COUNTED = ("sent", "answered", "retransmitted", "lost", "late", "duplicates")


@dataclass
class Result:
    """What one run found, or several together. Times are seconds since 1970, `held` seconds.

    lost: requests without an answer; of these `receive_queue` and `interface` at most are this machine's doing: what
    sockets, and the interface itself, had no room for. unsent: messages that were due and did not leave. lag: how late
    requests left. cleanup: what detaching at the end did.
    """

    target: str
    sources: tuple[str, ...]
    path: str
    why: str
    settings: dict[str, Any]
    started: float
    ended: float
    asked: float | None
    kinds: dict[str, Counts]
    seconds: Seconds
    unexpected: int = 0
    receive_queue: int = 0
    send_queue: int = 0
    interface: int = 0
    unsent: int = 0
    lag: Histogram = field(default_factory=Histogram)
    held: dict[str, float] = field(default_factory=dict)
    icmp: Counter[str] = field(default_factory=Counter)
    cleanup: dict[str, Any] = field(default_factory=dict)
    capacity: dict[str, Any] | None = None
    interrupted: bool = False
    generators: int = 1
    octets_per_mn: float = 0.0

    @property
    def total(self) -> Counts:
        """All kinds together."""
        found = Counts()
        for counts in self.kinds.values():
            found.merge(counts)
        return found

    @property
    def length(self) -> float:
        return max(self.ended - self.started, 1e-9)

    def lost(self, total: Counts) -> tuple[int, int]:
        """Of requests without an answer: how many the peer owes, and how many answers this machine dropped."""
        here = min(total.lost, self.receive_queue + self.interface)
        return total.lost - here, here

    def to_json(self) -> dict[str, Any]:
        """The result in the shape of the command line's contract; `from_json` makes the same of it again."""
        total = self.total
        lost, here = self.lost(total)
        return {
            "schema": SCHEMA,
            "target": self.target,
            "sources": list(self.sources),
            "path": {"name": self.path, "why": self.why},
            "settings": self.settings,
            "started": self.started,
            "ended": self.ended,
            "interrupted": self.interrupted,
            "generators": self.generators,
            "totals": {
                "sent": total.sent,
                "answered": total.answered,
                "retransmitted": total.retransmitted,
                "rejected": _statuses(total.rejected),
                "lost": lost,
                "lost_here": here,
                "late": total.late,
                "duplicates": total.duplicates,
                "unexpected": self.unexpected,
                "local_drops": self.receive_queue + self.send_queue + self.interface,
                "unsent": self.unsent,
            },
            "rate": {
                "asked": self.asked,
                "sent": round(total.sent / self.length, 3),
                "answered": round(total.answered / self.length, 3),
            },
            "latency_ms": summary(total.latency),
            "service_ms": summary(total.service),
            "kinds": {name: _counts(counts) for name, counts in self.kinds.items()},
            "local": {
                "receive_queue": self.receive_queue,
                "send_queue": self.send_queue,
                "interface": self.interface,
                "behind_ms": round(self.lag.greatest * 1e3, 6),
                "lag_ms": summary(self.lag),
                "lag": self.lag.to_json(),
                "held_s": {name: round(seconds, 6) for name, seconds in self.held.items()},
                "octets_per_mn": self.octets_per_mn,
            },
            "icmp": dict(self.icmp),
            "cleanup": self.cleanup,
            "capacity": self.capacity,
            "timeline": {
                "fields": ["second", *SECOND, "longest_ms"],
                "rows": [
                    [second, *counts, round(self.seconds.longest.get(second, 0.0) * 1e3, 6)]
                    for second, counts in sorted(self.seconds.counts.items())
                ],
            },
            "histogram": total.latency.to_json(),
            "service_histogram": total.service.to_json(),
        }

    @classmethod
    def from_json(cls, document: Any, name: str = "the result") -> Result:
        """Raises UsageError for what `to_json` did not make."""
        if not isinstance(document, dict) or document.get("schema") != SCHEMA:
            raise UsageError(f"{name} is no result of load (schema {SCHEMA})")
        try:
            local, path = document["local"], document["path"]
            return cls(
                target=str(document["target"]),
                sources=tuple(document["sources"]),
                path=str(path["name"]),
                why=str(path["why"]),
                settings=dict(document["settings"]),
                started=float(document["started"]),
                ended=float(document["ended"]),
                asked=None if document["rate"]["asked"] is None else float(document["rate"]["asked"]),
                kinds={kind: _from_counts(found) for kind, found in document["kinds"].items()},
                seconds=_from_rows(document["timeline"]["rows"]),
                unexpected=int(document["totals"]["unexpected"]),
                receive_queue=int(local["receive_queue"]),
                send_queue=int(local["send_queue"]),
                interface=int(local["interface"]),
                unsent=int(document["totals"]["unsent"]),
                lag=Histogram.from_json(local["lag"]),
                held=dict(local["held_s"]),
                icmp=Counter(document["icmp"]),
                cleanup=dict(document["cleanup"]),
                capacity=document["capacity"],
                interrupted=bool(document["interrupted"]),
                generators=int(document["generators"]),
                octets_per_mn=float(local["octets_per_mn"]),
            )
        except UsageError as error:
            raise UsageError(f"{name}: {error}") from None
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise UsageError(f"{name} is no whole result of load: {type(error).__name__} at {error}") from None


def summary(histogram: Histogram) -> dict[str, float]:
    """Least, mean, percentiles and greatest, in milliseconds; nothing where nothing was answered."""
    if not len(histogram):
        return {}
    values = histogram.percentiles(tuple(PERCENTILES.values()))
    named = dict(zip(PERCENTILES, values, strict=True))
    every = {"min": histogram.least, "mean": histogram.mean, **named, "max": histogram.greatest}
    return {name: round(value * 1e3, 6) for name, value in every.items()}


def _counts(counts: Counts) -> dict[str, Any]:
    return {
        **{name: getattr(counts, name) for name in _COUNTED},
        "rejected": _statuses(counts.rejected),
        "granted": None if counts.least_granted is None else [counts.least_granted, counts.most_granted],
        "fid_status": _statuses(counts.fid_status),
        "latency_ms": summary(counts.latency),
        "service_ms": summary(counts.service),
        "histogram": counts.latency.to_json(),
        "service_histogram": counts.service.to_json(),
    }


def _from_counts(document: Mapping[str, Any]) -> Counts:
    made = Counts()
    for name in _COUNTED:
        setattr(made, name, int(document[name]))
    if document["granted"] is not None:
        made.least_granted, made.most_granted = (int(units) for units in document["granted"])
    made.rejected = Counter({int(status): int(count) for status, count in document["rejected"].items()})
    made.fid_status = Counter({int(status): int(count) for status, count in document["fid_status"].items()})
    made.latency = Histogram.from_json(document["histogram"])
    made.service = Histogram.from_json(document["service_histogram"])
    return made


def _statuses(counter: Counter[int]) -> dict[str, int]:
    return {str(status): count for status, count in sorted(counter.items())}


def _from_rows(rows: Sequence[Sequence[float]]) -> Seconds:
    made = Seconds()
    for second, *counts, longest in rows:
        made.counts[int(second)] = [int(count) for count in counts]
        if longest:
            made.longest[int(second)] = longest / 1e3
    return made


def merged(results: Sequence[Result]) -> Result:
    """Several generators' results as one: counts and histograms add up, seconds lie on one axis.

    Rates add up too; generators are meant to run at one time (`--start-at`). Raises UsageError for none.
    """
    if not results:
        raise UsageError("there is no result to report")
    if len(results) == 1:
        return results[0]
    found = Result(
        target=", ".join(dict.fromkeys(result.target for result in results)),
        sources=tuple(dict.fromkeys(source for result in results for source in result.sources)),
        path=", ".join(dict.fromkeys(result.path for result in results)),
        why="; ".join(dict.fromkeys(result.why for result in results)),
        settings=_settings([result.settings for result in results]),
        started=min(result.started for result in results),
        ended=max(result.ended for result in results),
        asked=_summed([result.asked for result in results]),
        kinds={},
        seconds=Seconds(),
        interrupted=any(result.interrupted for result in results),
        generators=sum(result.generators for result in results),
        octets_per_mn=max(result.octets_per_mn for result in results),
    )
    for result in results:
        for kind in KINDS:
            if kind in result.kinds:
                found.kinds.setdefault(kind, Counts()).merge(result.kinds[kind])
        found.seconds.merge(result.seconds)
        for name in ("unexpected", "receive_queue", "send_queue", "interface", "unsent"):
            setattr(found, name, getattr(found, name) + getattr(result, name))
        found.lag.merge(result.lag)
        found.held = _added(found.held, result.held)
        found.icmp += result.icmp
        found.cleanup = _added(found.cleanup, result.cleanup)
    return found


def _settings(every: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """What all have in common as it is; a list where they differ."""
    found: dict[str, Any] = {}
    for name in dict.fromkeys(name for settings in every for name in settings):
        values = [settings.get(name) for settings in every]
        found[name] = values[0] if all(value == values[0] for value in values) else values
    return found


def _summed(values: Sequence[float | None]) -> float | None:
    return None if any(value is None for value in values) else sum(value for value in values if value is not None)


def _added(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Numbers and tables of numbers, added up."""
    found = dict(one)
    for name, value in other.items():
        found[name] = _added(found.get(name, {}), value) if isinstance(value, dict) else found.get(name, 0) + value
    return found
