"""Conformance results as text, JSON and JUnit."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

import msgspec

from pmiptool.conformance.baseline import Change
from pmiptool.conformance.result import VERDICTS, CaseResult, RunResult
from pmiptool.registry.codepoints import DEFAULT, CodePoints
from pmiptool.report import junit
from pmiptool.report.scenario import packet_object, show_finding
from pmiptool.text.json import finding_object
from pmiptool.text.names import many

SCHEMA = "pmiptool/conformance/1"
WIDTH = 100
MANY = 2  # cases in turn that did not run for one reason are told in one line
QUIET = ("PASS", "SKIPPED", "UNSUPPORTED")
"""Verdicts that need no explanation beyond their reason."""


def suite_text(suite: str, results: Sequence[CaseResult], *, verbose: bool = False) -> str:
    """A suite: how many of each verdict, then what did not pass, and why."""
    counts = ", ".join(
        f"{sum(r.verdict == verdict for r in results)} {verdict}"
        for verdict in reversed(VERDICTS)
        if any(r.verdict == verdict for r in results)
    )
    lines = [f"{suite}  {counts}\n"]
    told = [result for result in results if verbose or result.verdict != "PASS"]
    for (verdict, reason), group in groupby(told, lambda result: (result.verdict, result.reason)):
        alike = list(group)
        if len(alike) > MANY and verdict in QUIET and reason:
            lines += _wrapped(f"  {verdict}  {many(len(alike), 'case')}: {reason}", "      ")
        else:
            lines += [line for result in alike for line in case_lines(result)]
    return "".join(lines)


def case_lines(result: CaseResult, *, full: bool = False) -> list[str]:
    """One case: its verdict, and what led to it; `full`: what it looked at and found right, too."""
    head = f"  {result.verdict}  {result.id}"
    if result.verdict in QUIET and not full:
        return _wrapped(head + (f"  {result.reason}" if result.reason else ""), "      ")
    lines = [f"{head}  ({result.level}, {result.clause})\n"]
    right = [f"as expected: {check.text}" for check in result.checks if check.ok] if full else []
    for line in (result.says, *right, *remarks(result)):
        lines += _wrapped(f"      {line}", "        ")
    lines.append(f"      alone: {result.command}\n")
    return lines


def remarks(result: CaseResult) -> list[str]:
    """What speaks against a case, in order: what it looked at, what the rules say, what happened beside."""
    lines = [
        f"expected {check.text}, got {check.actual or 'none'}" + (f" (message {check.frame})" if check.frame else "")
        for check in result.checks
        if not check.ok
    ]
    lines += [show_finding(finding) for finding in result.findings if finding.level != "note"]
    if result.reason and not lines:
        lines.append(result.reason)
    return lines + [note for note in result.notes if not any(note in line for line in lines)]


def _wrapped(line: str, indent: str) -> list[str]:
    folded = textwrap.wrap(line, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
    return [f"{part}\n" for part in folded]


def summary(result: RunResult, changes: Sequence[Change] | None = None) -> str:
    """The end: how many of each verdict, what became of the MUSTs, common causes, and what changed."""
    counts = result.counts
    told = ", ".join(f"{counts[verdict]} {verdict}" for verdict in reversed(VERDICTS) if counts[verdict])
    lines = [f"{many(len(result.cases), 'case')}: {told}\n"]
    musts = [case for case in result.cases if case.level == "MUST"]
    if musts:
        passed = sum(case.verdict == "PASS" for case in musts)
        failed = sum(case.verdict == "FAIL" for case in musts)
        lines.append(f"MUST: {len(musts)}, of which {passed} passed, {failed} failed, "
                     f"{len(result.must_not_run)} did not run\n")  # fmt: skip
    for rule, count in result.causes:
        lines.append(f"  {count} failed by {rule} alone, whatever they are about\n")
    if result.ended:
        lines.append(f"ended early: {result.ended}\n")
    if changes is not None:
        lines += [f"{change}\n" for change in changes if change.differs]
        worse, differ = sum(change.worse for change in changes), sum(change.differs for change in changes)
        known = sum(change.expected for change in changes)
        lines.append(f"against the baseline: {worse} worse, {differ - worse} otherwise changed, {known} as expected\n")
    return "".join(lines)


def text(result: RunResult, *, verbose: bool = False, changes: Sequence[Change] | None = None) -> str:
    """The whole run."""
    return "".join(suite_text(s, list(r), verbose=verbose) for s, r in by_suite(result.cases)) + summary(
        result, changes
    )


def by_suite(results: Iterable[CaseResult]) -> Iterable[tuple[str, Iterable[CaseResult]]]:
    return groupby(results, lambda result: result.suite)


def as_object(result: RunResult, settings: CodePoints = DEFAULT) -> dict[str, Any]:
    """A run for programs; `matrix` and other runs read it again."""
    counts = result.counts
    return {
        "schema": SCHEMA,
        "role": result.role,
        "target": result.target,
        "name": result.name,
        "seed": result.seed,
        "started": round(result.started, 6),
        "seconds": round(result.seconds, 6),
        "settings": result.settings,
        "claims": list(result.claims),
        "ended": result.ended,
        "summary": {
            **{verdict: counts[verdict] for verdict in VERDICTS},
            "must_not_run": [case.id for case in result.must_not_run],
        },
        "cases": [case_object(case, settings) for case in result.cases],
    }


def case_object(case: CaseResult, settings: CodePoints = DEFAULT) -> dict[str, Any]:
    return {
        "id": case.id,
        "suite": case.suite,
        "level": case.level,
        "clause": case.clause,
        "says": case.says,
        "verdict": case.verdict,
        "reason": case.reason,
        "checks": [msgspec.to_builtins(check) for check in case.checks],
        "findings": [finding_object(finding) for finding in case.findings],
        "notes": list(case.notes),
        "started": round(case.started, 6),
        "seconds": round(case.seconds, 6),
        "attempts": case.attempts,
        "killed": case.killed,
        "own_messages": case.own,
        "command": case.command,
        "messages": [packet_object(packet, settings) for packet in case.packets],
    }


def as_json(result: RunResult, settings: CodePoints = DEFAULT) -> str:
    return json.dumps(as_object(result, settings), indent=1) + "\n"


def as_junit(result: RunResult, changes: Sequence[Change] = ()) -> str:
    """One testcase a case; what the baseline expects to fail is skipped."""
    expected = {change.id for change in changes if change.expected}
    properties = {"target": result.target, "seed": str(result.seed), **result.settings}
    suites = [
        junit.Suite(suite, [_testcase(case, case.id in expected) for case in several], properties)
        for suite, several in by_suite(result.cases)
    ]
    return junit.document("pmiptool conformance", suites)


def _testcase(case: CaseResult, expected: bool) -> junit.Case:
    outcomes: dict[str, junit.Outcome] = {
        "FAIL": "failure", "INCONCLUSIVE": "error", "ERROR": "error", "UNSUPPORTED": "skipped", "SKIPPED": "skipped",
    }  # fmt: skip
    outcome = outcomes.get(case.verdict, "")
    if expected and outcome:
        outcome = "skipped"
    reason = ("expected failure: " if expected else "") + (case.reason or case.verdict)
    told = "\n".join([case.says, *remarks(case), f"alone: {case.command}"]) if case.verdict != "PASS" else ""
    kind = case.verdict if outcome in ("failure", "error") else ""
    return junit.Case(case.suite, case.id, case.seconds, outcome, reason, kind, told)
