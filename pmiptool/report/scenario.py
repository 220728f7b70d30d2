"""Scenario results as ladder, text, JSON and JUnit."""

from __future__ import annotations

import json
import textwrap
from collections import Counter
from collections.abc import Sequence
from typing import Any

import msgspec

from pmiptool.capture.files import nanoseconds
from pmiptool.registry.codepoints import DEFAULT, CodePoints
from pmiptool.report import junit
from pmiptool.report.describe import details, label
from pmiptool.report.ladder import WIDTH, Arrow, Ladder, Participant, Remark, render
from pmiptool.scenario.result import LMA, Packet, ScenarioResult, StepResult
from pmiptool.text.json import finding_object, message_object
from pmiptool.text.values import address_text
from pmiptool.wire.finding import Finding

SCHEMA = "pmiptool/scenario/1"


def ladder(result: ScenarioResult, settings: CodePoints = DEFAULT) -> Ladder:
    """The scenario as a ladder: each step's name at its MAG's lifeline, its messages, its verdict."""
    rows: list[Arrow | Remark] = []
    for number, step in enumerate(result.parts, 1):
        if step.verdict == "SKIPPED":
            continue
        rows.append(Remark(_name(result, number, step)))
        rows += [_arrow(packet, result.started, settings) for packet in step.packets]
        if step.verdict != "PASS":
            rows.append(Remark(f"{step.verdict}{f': {step.reason}' if step.reason else ''}", column=LMA))
    title = f"{result.name}: {result.title}" + (f", {result.clause}" if result.clause else "")
    people = [Participant(name, address_text(endpoint.address)) for name, endpoint in result.mags]
    people.append(Participant(LMA, address_text(result.lma.address)))
    return Ladder(title, tuple(people), tuple(rows))


def joined_ladder(results: Sequence[ScenarioResult], settings: CodePoints = DEFAULT) -> Ladder:
    """Several scenarios of the same MAGs as one ladder, each under its title."""
    drawn = [ladder(result, settings) for result in results]
    if len(drawn) == 1:
        return drawn[0]
    people = max((one.participants for one in drawn), key=len)
    rows = [row for one in drawn for row in (Remark(one.title), *one.rows)]
    return Ladder("", people, tuple(rows))


def _name(result: ScenarioResult, number: int, step: StepResult) -> str:
    return f"afterwards: {step.name}" if step is result.afterwards else f"{number}. {step.name}"


def _arrow(packet: Packet, started: float, settings: CodePoints) -> Arrow:
    name = label(packet.decoded)
    return Arrow(
        packet.sender,
        packet.receiver,
        name,
        ((f"transmission {packet.attempt}",) if packet.attempt > 1 else ()) + details(packet.decoded, settings),
        max(0.0, packet.time - started),
    )


def text(result: ScenarioResult, *, settings: CodePoints = DEFAULT, unicode: bool = False, drawn: bool = True) -> str:
    """The ladder, then the verdict of each step with what speaks against it, then the scenario's."""
    lines = [render(ladder(result, settings), unicode=unicode)] if drawn else []
    width = max((len(step.verdict) for step in result.parts), default=0)
    for number, step in enumerate(result.parts, 1):
        lines.append(f"  {step.verdict:<{width}}  {_name(result, number, step)}\n")
        for line in remarks(step):
            wrapped = textwrap.wrap(line, WIDTH - width - 7, subsequent_indent="  ", break_long_words=False)
            lines += [f"  {'':<{width}}     {part}\n" for part in wrapped]
    reason = f" ({result.reason})" if result.reason else ""
    lines.append(f"{result.verdict} {result.name}: {result.title}{reason}\n")
    return "".join(lines)


def remarks(step: StepResult) -> list[str]:
    """What speaks against a step, and what the gateways did by themselves."""
    open_ = step.verdict in ("INCONCLUSIVE", "UNSUPPORTED", "SKIPPED")
    unmet = [] if open_ else [check for check in step.expectations if not check.ok]
    lines = [f"expected {check.text}, got {check.actual or 'none'}" for check in unmet]
    found = Counter(step.findings)  # a peer that floods breaks the same rule as often
    lines += [show_finding(one) + (f" ({count} times)" if count > 2 else "") for one, count in found.items()]
    if step.reason and (open_ or not lines):
        lines.insert(0, step.reason)
    return lines + [note for note in step.notes if note not in lines]


def show_finding(finding: Finding) -> str:
    """`error rfc5213/8.3/length: what is wrong`."""
    return f"{finding.level} {finding.rule}: {finding.text}"


def as_object(result: ScenarioResult, settings: CodePoints = DEFAULT) -> dict[str, Any]:
    """A scenario's result for programs."""
    return {
        "name": result.name,
        "title": result.title,
        "clause": result.clause,
        "target": result.target,
        "verdict": result.verdict,
        "reason": result.reason,
        "seconds": round(result.seconds, 6),
        "settings": result.settings,
        "steps": [{**_step(step, settings), "afterwards": step is result.afterwards} for step in result.parts],
    }


def _step(step: StepResult, settings: CodePoints) -> dict[str, Any]:
    return {
        "name": step.name,
        "kind": step.kind,
        "mag": step.mag or None,
        "verdict": step.verdict,
        "reason": step.reason,
        "seconds": round(step.seconds, 6),
        "expectations": [msgspec.to_builtins(check) for check in step.expectations],
        "findings": [finding_object(finding) for finding in step.findings],
        "notes": list(step.notes),
        "messages": [packet_object(packet, settings) for packet in step.packets],
    }


def packet_object(packet: Packet, settings: CodePoints) -> dict[str, Any]:
    """A message of a run for programs."""
    shown = message_object(packet.decoded, time_ns=nanoseconds(packet.time), settings=settings)
    shown["src"], shown["dst"] = address_text(packet.source.address), address_text(packet.destination.address)
    return {"from": packet.sender, "to": packet.receiver, "attempt": packet.attempt or None, "message": shown}


def as_json(results: Sequence[ScenarioResult], settings: CodePoints = DEFAULT) -> str:
    """All results as one JSON document."""
    document = {"schema": SCHEMA, "scenarios": [as_object(result, settings) for result in results]}
    return json.dumps(document, indent=2) + "\n"


def as_junit(results: Sequence[ScenarioResult]) -> str:
    """One testcase a step; FAIL is a failure, INCONCLUSIVE an error, UNSUPPORTED and SKIPPED are skipped."""
    return junit.document("pmiptool scenario", [_suite(result) for result in results])


def _suite(result: ScenarioResult) -> junit.Suite:
    properties = {"target": result.target, "verdict": result.verdict, **result.settings}
    cases = [_case(f"scenario.{result.name}", number, step) for number, step in enumerate(result.parts, 1)]
    return junit.Suite(result.name, cases, properties, result.seconds)


_OUTCOMES: dict[str, junit.Outcome] = {
    "FAIL": "failure",
    "INCONCLUSIVE": "error",
    "UNSUPPORTED": "skipped",
    "SKIPPED": "skipped",
}


def _case(classname: str, number: int, step: StepResult) -> junit.Case:
    outcome = _OUTCOMES.get(step.verdict, "")
    return junit.Case(
        classname,
        f"{number}. {step.name}",
        step.seconds,
        outcome,
        step.reason or step.verdict,
        step.verdict if outcome != "skipped" else "",
        "\n".join(remarks(step)),
    )
