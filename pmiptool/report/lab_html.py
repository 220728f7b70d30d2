"""Lab scenarios as one HTML file: the topology, which flow ran where over time, and what was counted."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

from pmiptool import __version__
from pmiptool.lab.run import STEP, LabResult, Phase
from pmiptool.lab.topology import CN, LMA
from pmiptool.report import html


def page(results: Sequence[LabResult]) -> html.Page:
    """The page of scenarios that were played."""
    failed = sum(result.verdict != "PASS" for result in results)
    tiles = html.Tiles(
        (
            html.Tile("PASS", len(results) - failed, "PASS"),
            html.Tile("FAIL", failed, "FAIL" if failed else ""),
            html.Tile("lost while something changed", sum(_lost(result) for result in results), note="packets"),
        )
    )
    begun = results[0].started if results else 0.0
    return html.Page(
        "The lab: which flow runs where",
        (tiles, *(_scenario(result) for result in results)),
        lead="Downlink packets of one mobile node, and the interfaces that they arrived at.",
        facts=(
            ("Begun", time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(begun))),
            ("pmiptool", __version__),
        ),
        verdict="FAIL" if failed else "PASS",
    )


def _lost(result: LabResult) -> int:
    return sum(flow.lost for phase in result.phases if phase.change for flow in phase.flows)


def _scenario(result: LabResult) -> html.Section:
    return html.Section(
        f"{result.name}: {result.title}",
        (
            html.Text(result.verdict, result.verdict),
            _network(result),
            _bars(result),
            _table(result),
        ),
        id=html.anchor("scenario", result.name),
    )


def _network(result: LabResult) -> html.Network:
    """The mobile node below, its gateways, the core, and above the anchor and the correspondent node."""
    topology = result.topology
    boxes = [
        html.Box(0, "LMA", str(topology.address(LMA).ip)),
        html.Box(0, "CN", str(topology.address(CN).ip)),
        html.Box(1, "core", "routed"),
        html.Box(3, "MN", f"{topology.mobile_address} on every interface"),
    ]
    links = [html.Link(("LMA", "core")), html.Link(("CN", "core"))]
    for number, gateway in enumerate(topology.gateway, 1):
        name = f"MAG{number}"
        boxes.append(html.Box(2, name, str(topology.address(f"mag{number}").ip)))
        links += [html.Link(("core", name)), html.Link((name, "MN"), gateway.interface)]
    return html.Network("What stood in the lab", tuple(boxes), tuple(links))


def _bars(result: LabResult) -> html.Bars:
    """A line for each flow and interface that it arrived at, with the changes above."""
    started = result.phases[0].started
    end = result.phases[-1].started + result.phases[-1].seconds
    changes = [phase for phase in result.phases if phase.change]
    bars = [html.Bar("changes", tuple(html.Span(p.started, p.started + p.seconds, p.text, "note") for p in changes))]
    for flow, counts in result.timeline.items():
        bars.append(html.Bar(flow, ()))
        for name in dict.fromkeys(name for gateway in result.topology.gateway for name in [gateway.interface]):
            spans = tuple(_spans([count.get(name, 0) for count in counts], started))
            if spans:
                bars.append(html.Bar(name, spans, 1))
    return html.Bars("Which flow ran where", tuple(bars), started, end)


def _spans(counts: Sequence[int], started: float) -> Iterable[html.Span]:
    """The spans of time in which packets arrived."""
    begun: int | None = None
    for number, count in enumerate([*counts, 0]):
        if count and begun is None:
            begun = number
        elif not count and begun is not None:
            packets = sum(counts[begun:number])
            yield html.Span(started + begun * STEP, started + number * STEP, f"{packets} packets", "good")
            begun = None


def _table(result: LabResult) -> html.Table:
    rows = [row for phase in result.phases for row in _rows(phase)]
    return html.Table(
        html.anchor("counts", result.name),
        ("When", "Flow", "Wanted", "Arrived", "Sent", "Lost", "Copied", "Silence, ms", "Verdict"),
        tuple(rows),
        filter=False,
        numbers=(4, 5, 6, 7),
    )


def _rows(phase: Phase) -> Iterable[html.Row]:
    for flow in phase.flows:
        arrived = ", ".join(f"{name} {count}" for name, count in sorted(flow.arrived.items())) or "nowhere"
        verdict = "" if phase.change else "PASS" if flow.ok else "FAIL"
        yield html.Row(
            (
                phase.text,
                flow.flow,
                " and ".join(flow.wanted) or "nowhere",
                arrived,
                str(flow.sent),
                str(flow.lost),
                str(flow.copied),
                f"{flow.silence * 1000:.0f}",
                html.Cell(verdict, verdict),
            )
        )
