"""The result of a load as text: what was sent and answered, how fast, and where it was this machine's doing."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from pmiptool.load.counts import Counts
from pmiptool.load.histogram import Histogram, middle_of
from pmiptool.load.result import PERCENTILES, Result
from pmiptool.load.thresholds import Outcome
from pmiptool.registry.codepoints import DEFAULT, CodePoints
from pmiptool.registry.rfc6275 import BINDING_STATUS

_BLOCKS, _PLAIN = "▁▂▃▄▅▆▇█", "_.-=+*#@"
_WIDTH = 60
_HEADER = ("", "sent", "answered", "again", "rejected", "lost", "p50", "p90", "p99", "p99.9", "max")
_HELD = {
    "window": "the window was full",
    "numbers": "all sequence numbers of a gateway were under way",
    "nodes": "no mobile node was free",
    "port": "the kernel took no more",
}


def render(
    result: Result, outcomes: Sequence[Outcome] = (), *, unicode: bool = False, codepoints: CodePoints = DEFAULT
) -> str:
    """All of it, lines without trailing blanks, ending in a line break."""
    lines = [*_head(result), "", *_table(result), "", *_facts(result, codepoints)]
    if result.capacity is not None:
        lines += ["", *_capacity(result.capacity)]
    lines += ["", *latencies(result.total.latency, unicode), "", *_rates(result, unicode)]
    lines += [f"{'ok  ' if outcome.ok else 'FAIL'}  {outcome.text}: {outcome.actual}" for outcome in outcomes]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _head(result: Result) -> Iterator[str]:
    settings = result.settings
    asked = f"{result.asked:.9g}/s asked" if result.asked is not None else f"window {settings.get('window')}"
    asked = str(settings["scenario"]) if settings.get("scenario") else asked
    several = f", {result.generators} generators" if result.generators > 1 else ""
    yield (
        f"{result.target} from {', '.join(result.sources)}: {result.length:.1f} s, "
        f"{settings.get('mns')} mobile nodes, {asked}{several}"
    )
    yield f"over {result.path}: {result.why}"
    if result.interrupted:
        yield "interrupted: what was counted until then"


def _table(result: Result) -> Iterator[str]:
    rows = [_HEADER, *(_row(name, counts) for name, counts in result.kinds.items())]
    if len(result.kinds) != 1:
        rows.append(_row("all", result.total))
    widths = [max(len(row[place]) for row in rows) for place in range(len(_HEADER))]
    for row in rows:
        first, *others = (
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield "  ".join([first, *others])


def _row(name: str, counts: Counts) -> tuple[str, ...]:
    numbers = (counts.sent, counts.answered, counts.retransmitted, sum(counts.rejected.values()), counts.lost)
    latency = counts.latency
    times = [*latency.percentiles(tuple(PERCENTILES.values())), latency.greatest] if len(latency) else []
    shown = [span(seconds) for seconds in times] or ["-"] * 5
    return (name, *map(str, numbers), *shown)


def span(seconds: float) -> str:
    """A length of time with three digits that count."""
    for unit, size in (("us", 1e-6), ("ms", 1e-3)):
        if seconds < size * 999.5:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds:.3g} s" if seconds < 1000 else f"{seconds:.0f} s"


def _facts(result: Result, codepoints: CodePoints) -> Iterator[str]:
    total = result.total
    asked = f"asked {result.asked:.9g}/s, " if result.asked is not None else ""
    yield f"rate     {asked}sent {total.sent / result.length:.1f}/s, answered {total.answered / result.length:.1f}/s"
    if len(total.service):
        told = ", ".join(
            f"{name} {span(value)}"
            for name, value in zip(PERCENTILES, total.service.percentiles(tuple(PERCENTILES.values())), strict=True)
        )
        yield f"latency  from when a request was due: min {span(total.latency.least)}, mean {span(total.latency.mean)}"
        yield f"service  from when it left: min {span(total.service.least)}, {told}, max {span(total.service.greatest)}"
    for status, count in sorted(total.rejected.items()):
        yield f"rejected {count} with status {status} {status_name(status, codepoints)}".rstrip()
    if total.rejected[156] + total.rejected[157]:
        yield "         the clocks differ (--clock-offset), or requests waited too long before the LMA looked at them"
    yield from _granted(result)
    for status, count in sorted(total.fid_status.items()):
        if status:
            yield f"filters  {count} with status {status}"
    lost, here = result.lost(total)
    if lost:
        yield f"lost     {lost} without an answer"
    for name, count in (("late", total.late), ("twice", total.duplicates), ("strange", result.unexpected)):
        if count:
            yield f"{name:8} {count} {_ODD[name]}"
    yield from here_lines(result, here)
    for text, count in result.icmp.items():
        yield f"ICMP     {count} times: {text}"
    cleanup = result.cleanup
    if cleanup.get("sent"):
        refused = sum(cleanup["rejected"].values())
        yield (
            f"at last  {cleanup['sent']} detached: {cleanup['answered']} answered, {refused} of them rejected, "
            f"{cleanup['lost']} without an answer"
        )
    if cleanup.get("left"):
        yield f"at last  {cleanup['left']} may still be attached, and were not detached"


def _granted(result: Result) -> Iterator[str]:
    """Lifetimes shorter than what was asked for."""
    asked = str(result.settings.get("lifetime"))
    found = [counts.least_granted for kind, counts in result.kinds.items() if kind != "detach"]
    least = min((units for units in found if units is not None), default=None)
    if least is not None and asked.isdigit() and least * 4 < int(asked):
        yield f"granted  lifetimes of {least * 4} s and more, where {asked} s were asked for"


_ODD = {
    "late": "answers to requests that were given up",
    "twice": "answers to what was answered before",
    "strange": "messages that answer nothing",
}


def here_lines(result: Result, here: int) -> Iterator[str]:
    """What this machine did not manage."""
    if result.unsent:
        due = result.total.sent + result.unsent
        told = ": this rate was not made" if result.unsent > due / 100 else ""
        yield f"here     {result.unsent} of {due} that were due did not leave{told}"
    for reason, seconds in result.held.items():
        yield f"here     for {span(seconds)} messages waited, for {_HELD.get(reason, reason)}"
    lag, latency = result.lag.percentile(99.0), result.total.latency.percentile(99.0)
    if result.lag.greatest > 0.01:
        told = "; that is in the latencies, and not the peer's" if lag > latency / 10 and not result.held else ""
        yield f"here     requests left late: p99 {span(lag)}, the latest {span(result.lag.greatest)}{told}"
    if result.receive_queue:
        count = result.receive_queue
        yield f"here     {count} messages came in and were dropped in this machine; {here} requests lack them"
    if result.interface:
        yield f"here     the interface dropped {result.interface} packets for want of room, ours or not"
    if result.send_queue:
        yield f"here     {result.send_queue} messages were refused by the kernel, and sent again later"


def _capacity(found: dict[str, Any]) -> Iterator[str]:
    for step in found["steps"]:
        kept = "kept" if step["ok"] else step["why"]
        yield f"{step['asked']:10.1f}/s asked, {step['answered']:10.1f}/s answered, p99 {step['p99_ms']:.3f} ms: {kept}"
    yield f"capacity {found['told']}"


def status_name(status: int, codepoints: CodePoints = DEFAULT) -> str:
    """The name of a status of a binding acknowledgement, empty for one that has none."""
    return BINDING_STATUS.names(codepoints).get(status, "")


def spread(histogram: Histogram, rows: int = 16) -> list[tuple[float, float, int]]:
    """A histogram in few rows: from, to (seconds) and how many; the rows grow by powers of a common factor."""
    counts = histogram.counts
    used = np.nonzero(counts)[0]
    if not len(used):
        return []
    low, high = int(used[0]), int(used[-1]) + 1
    step = max(1, -(-(high - low) // rows))
    edges = list(range(low, high, step))
    return [
        (middle_of(at) / 1e9, middle_of(min(at + step, high)) / 1e9, int(counts[at : at + step].sum())) for at in edges
    ]


def latencies(histogram: Histogram, unicode: bool = False) -> Iterator[str]:
    """The histogram of latencies, a bar a row."""
    rows = spread(histogram)
    most = max((count for _, _, count in rows), default=0)
    for low, _, count in rows:
        size = round(count / most * _WIDTH) if count else 0
        bar = ("█" if unicode else "#") * max(size, int(count > 0))
        yield f"{span(low):>8}  {bar} {count}"


def _rates(result: Result, unicode: bool) -> Iterator[str]:
    """Answers a second over time, as one line."""
    counts = result.seconds.counts
    if len(counts) < 2:
        return
    first, last = min(counts), max(counts)
    every = [counts.get(second, [0, 0, 0, 0]) for second in range(first, last + 1)]
    step = max(1, -(-len(every) // _WIDTH))
    answered = [sum(one[1] for one in every[at : at + step]) / step for at in range(0, len(every), step)]
    most = max(answered) or 1.0
    marks = _BLOCKS if unicode else _PLAIN
    line = "".join(marks[min(int(value / most * len(marks)), len(marks) - 1)] for value in answered)
    begun = time.strftime("%H:%M:%S", time.gmtime(first))
    yield f"answers a second from {begun} UTC, {most:.0f} at most, {step} s a mark:"
    yield f"  {line}"
