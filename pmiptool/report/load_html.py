"""The result of a load as one HTML file: figures, histogram and rate over time."""

from __future__ import annotations

import time
from collections.abc import Sequence

from pmiptool import __version__
from pmiptool.load.counts import SECOND
from pmiptool.load.result import PERCENTILES, Result
from pmiptool.load.thresholds import Outcome
from pmiptool.registry.codepoints import DEFAULT, CodePoints
from pmiptool.report import html
from pmiptool.report.load import here_lines, span, spread, status_name

_MOST_COLUMNS = 200


def page(result: Result, outcomes: Sequence[Outcome] = (), codepoints: CodePoints = DEFAULT) -> html.Page:
    """The page of a result."""
    blocks: list[html.Block] = [_tiles(result)]
    if result.interrupted:
        blocks.append(html.Text("Interrupted: what was counted until then.", "warning"))
    if outcomes:
        blocks.append(_thresholds(outcomes))
    blocks += [html.Section("Exchanges", (_table(result),)), _latency(result), _time(result)]
    if result.capacity is not None:
        blocks.append(_capacity(result))
    rejected = _rejected(result, codepoints)
    if rejected is not None:
        blocks.append(rejected)
    blocks.append(_here(result))
    settings = [(name, str(value)) for name, value in result.settings.items() if value not in (None, [], "")]
    blocks.append(html.Section("Settings", (html.Facts(tuple(settings)),)))
    verdict = "" if not outcomes else "PASS" if all(outcome.ok for outcome in outcomes) else "FAIL"
    return html.Page(
        f"Load of {result.target}",
        tuple(blocks),
        lead="Latency counts from when a request was due; service time, from when it left.",
        facts=(
            ("From", ", ".join(result.sources)),
            ("Over", f"{result.path}: {result.why}"),
            ("Begun", time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(result.started))),
            ("Took", f"{result.length:.1f} s"),
            ("Generators", str(result.generators)),
            ("pmiptool", __version__),
        ),
        verdict=verdict,
    )


def _tiles(result: Result) -> html.Tiles:
    total = result.total
    lost, here = result.lost(total)
    rejected = sum(total.rejected.values())
    asked = f"of {result.asked:g} asked" if result.asked is not None else ""
    p50, p99 = total.latency.percentiles((50.0, 99.0))
    return html.Tiles(
        (
            html.Tile("sent", total.sent),
            html.Tile("answered a second", f"{total.answered / result.length:.1f}", note=asked),
            html.Tile("p50", span(p50) if total.answered else "-"),
            html.Tile("p99", span(p99) if total.answered else "-"),
            html.Tile("rejected", rejected, "error" if rejected else ""),
            html.Tile("lost", lost, "error" if lost else "", note=f"and {here} in this machine" if here else ""),
        )
    )


def _thresholds(outcomes: Sequence[Outcome]) -> html.Section:
    rows = tuple(
        html.Row((html.Cell(verdict, verdict), html.Cell(outcome.text, code=True), outcome.actual))
        for outcome in outcomes
        for verdict in ("PASS" if outcome.ok else "FAIL",)
    )
    return html.Section("Thresholds", (html.Table("thresholds", ("", "Threshold", "Was"), rows, filter=False),))


def _table(result: Result) -> html.Table:
    rows = []
    kinds = {**result.kinds, "all": result.total} if len(result.kinds) != 1 else result.kinds
    for name, counts in kinds.items():
        numbers = (counts.sent, counts.answered, counts.retransmitted, sum(counts.rejected.values()), counts.lost)
        more = (counts.late, counts.duplicates)
        latency, service = counts.latency, counts.service
        times = [latency.least, *latency.percentiles(tuple(PERCENTILES.values())), latency.greatest]
        times.append(service.percentile(99.0))
        shown = [
            html.Cell(span(seconds).replace(" ", "\N{NO-BREAK SPACE}"), sort=seconds)
            if len(latency)
            else html.Cell("-", sort=0.0)
            for seconds in times
        ]
        rows.append(html.Row((name, *map(str, (*numbers, *more)), *shown)))
    columns = ("Exchange", "Sent", "Answered", "Again", "Rejected", "Lost", "Late", "Twice",
               "min", *PERCENTILES, "max", "service p99")  # fmt: skip
    return html.Table("exchanges", columns, tuple(rows), filter=False, numbers=tuple(range(1, len(columns))))


def _latency(result: Result) -> html.Section:
    columns = tuple(
        html.Column(f"{span(low)} to {span(high)}", float(count))
        for low, high, count in spread(result.total.latency, 48)
    )
    return html.Section("Latency", (html.Chart("Answers by latency", columns, unit="answers"),))


def _time(result: Result) -> html.Section:
    """Charts over time; in a long run a column is several seconds."""
    counts = result.seconds.counts
    first, last = min(counts, default=0), max(counts, default=-1) + 1
    step = max(1, -(-(last - first) // _MOST_COLUMNS))
    starts = range(first, last, step)
    each = "second" if step == 1 else f"{step} s"
    labels = [time.strftime("%H:%M:%S", time.gmtime(start)) for start in starts]

    def chart(title: str, values: Sequence[float], unit: str) -> html.Chart:
        columns = tuple(html.Column(label, value) for label, value in zip(labels, values, strict=True))
        return html.Chart(f"{title} in each {each}", columns, unit)

    charts: list[html.Block] = []
    none = [0] * len(SECOND)
    for place, name in enumerate(SECOND):
        values = [sum(counts.get(second, none)[place] for second in range(at, at + step)) for at in starts]
        if name in ("sent", "answered") or any(values):
            charts.append(chart(name.capitalize(), values, name))
    longest = result.seconds.longest
    highest = [max(longest.get(second, 0.0) for second in range(at, at + step)) * 1e3 for at in starts]
    charts.append(chart("Longest latency", highest, "ms"))
    return html.Section("Over time", tuple(charts))


def _capacity(result: Result) -> html.Section:
    found = result.capacity or {}
    rows = tuple(
        html.Row((
            html.Cell("kept" if step["ok"] else "not kept", "good" if step["ok"] else "bad"),
            f"{step['asked']:g}", f"{step['answered']:.1f}", f"{step['p99_ms']:.3f}", str(step["lost"]), step["why"],
        ))
        for step in found.get("steps", ())
    )  # fmt: skip
    table = html.Table("capacity", ("", "Asked/s", "Answered/s", "p99 ms", "Lost", "Why"), rows, filter=False)
    return html.Section("Capacity", (html.Text(str(found.get("told", ""))), table))


def _rejected(result: Result, codepoints: CodePoints) -> html.Section | None:
    total = result.total
    rows = [
        html.Row((str(status), status_name(status, codepoints), str(count)))
        for status, count in sorted(total.rejected.items())
    ]
    rows += [
        html.Row((str(status), "of a filter (FID option)", str(count)))
        for status, count in sorted(total.fid_status.items())
        if status
    ]
    if not rows:
        return None
    table = html.Table("rejected", ("Status", "Name", "Answers"), tuple(rows), filter=False, numbers=(0, 2))
    return html.Section("Rejections", (table,))


def _here(result: Result) -> html.Section:
    lines = [line.removeprefix("here").strip() for line in here_lines(result, result.lost(result.total)[1])]
    texts = [html.Text(line, "warning") for line in lines] or [html.Text("Nothing was lost or late in this machine.")]
    return html.Section("This machine", tuple(texts))
