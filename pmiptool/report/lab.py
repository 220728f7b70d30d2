"""What was seen in a lab, as text and JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from pmiptool.lab.run import LabResult, Observed, Phase
from pmiptool.text.names import many

SCHEMA = "pmiptool/lab/1"


def as_text(result: LabResult) -> str:
    """A scenario: each span of time with what became of every flow, then the verdict."""
    lines = [f"{result.name}: {result.title}"]
    for phase in result.phases:
        lines.append(f"  {phase.text}{f' (the first {phase.seconds:.1f} s)' if phase.change else ''}")
        lines += [f"    {line}" for line in _table(phase)]
    return "\n".join([*lines, f"  {result.verdict}"]) + "\n"


def _table(phase: Phase) -> Iterable[str]:
    width = max(len(flow.flow) for flow in phase.flows)
    for flow in phase.flows:
        yield f"{flow.flow:{width}}  {flow.sent} sent, {_where(flow)}{_more(flow, phase.change)}"


def _where(flow: Observed) -> str:
    """Through which interfaces, and over which gateways' tunnels."""
    if not flow.arrived:
        return "none arrived"
    parts = [f"{count} through {name}" for name, count in sorted(flow.arrived.items())]
    tunnels = ", ".join(f"{name} {count}" for name, count in sorted(flow.tunnels.items()))
    return f"{', '.join(parts)} (tunnels: {tunnels})"


def _more(flow: Observed, change: bool) -> str:
    told = [f"{flow.lost} lost"] if flow.lost else []
    told += [f"{flow.answered} answered"] if flow.answered else []
    told += [f"{flow.copied} more than once"] if flow.copied else []
    told += [f"longest silence {flow.silence * 1000:.0f} ms"] if change else []
    if not flow.ok:
        told.append(f"FAIL: wanted all through {' and '.join(flow.wanted) or 'none'}")
    return "".join(f", {text}" for text in told)


def summary(results: Sequence[LabResult]) -> str:
    """One line for all."""
    passed = sum(result.verdict == "PASS" for result in results)
    lost = sum(flow.lost for result in results for phase in result.phases if phase.change for flow in phase.flows)
    told = f"{many(len(results), 'scenario')}: {passed} PASS, {len(results) - passed} FAIL"
    return f"{told}; {lost} packets lost while something changed\n"


def as_json(results: Sequence[LabResult]) -> str:
    """Everything that was counted, schema ``pmiptool/lab/1``."""
    document = {
        "schema": SCHEMA,
        "scenarios": [{**msgspec.to_builtins(result), "verdict": result.verdict} for result in results],
    }
    return json.dumps(document, indent=2) + "\n"


def status_lines(status: dict[str, Any]) -> list[tuple[str, ...]]:
    """What the anchor of a lab says, as rows: mobile node, filter, where to, packets, octets."""
    counted = {(flow["mn_id"], flow["fid"], flow["owner"]): flow for flow in status["flows"]}
    rows: list[tuple[str, ...]] = []
    for session in status["sessions"]:
        for flow in session["flows"]:
            count = counted.get((session["mn_id"], flow["fid"], flow["owner"]), {"packets": 0, "octets": 0})
            name = f"{flow['fid']}{'' if flow['active'] else ' (inactive)'}{' R' if flow['reinstantiated'] else ''}"
            where = flow["owner"] if flow["action"] == "forward" else flow["action"]
            rows.append((session["mn_id"], name, flow["selector"], where, str(count["packets"]), str(count["octets"])))
        rest = counted.get((session["mn_id"], None, None), {"packets": 0, "octets": 0})
        rows.append((session["mn_id"], "-", "no filter", "-", str(rest["packets"]), str(rest["octets"])))
    return rows
