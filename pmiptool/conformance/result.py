"""What became of a run: data that report/ renders and programs read."""

from __future__ import annotations

from collections import Counter
from typing import Literal

import msgspec

from pmiptool.scenario.result import Checked, Packet
from pmiptool.wire.finding import Finding

Verdict = Literal["PASS", "FAIL", "WARN", "INCONCLUSIVE", "UNSUPPORTED", "SKIPPED", "ERROR"]
VERDICTS: tuple[Verdict, ...] = ("FAIL", "ERROR", "INCONCLUSIVE", "WARN", "UNSUPPORTED", "SKIPPED", "PASS")
"""The heaviest first."""
NOT_RUN: tuple[Verdict, ...] = ("INCONCLUSIVE", "UNSUPPORTED", "SKIPPED", "ERROR")
"""What says nothing about the sentence: such a MUST never counts as passed."""


class CaseResult(msgspec.Struct, frozen=True):
    """One case as it ran.

    level, clause, says: of the sentence that it observes. checks: expected against actual, in order. findings: what
    the peer's messages break by the rules, whatever the case is about. notes: what happened beside. packets: all that
    went, of the last attempt; the first `own` of them are the case's, the others clean up after it. attempts: 2 where
    a first one was lost. killed: afterwards the peer answered nothing. trace: where our own code failed (ERROR).
    command: runs this case alone. seconds: on the peer's clock.
    """

    id: str
    level: str
    clause: str
    says: str
    verdict: Verdict
    reason: str = ""
    checks: tuple[Checked, ...] = ()
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()
    packets: tuple[Packet, ...] = ()
    own: int = 0
    started: float = 0.0
    seconds: float = 0.0
    attempts: int = 1
    killed: bool = False
    trace: str = ""
    command: str = ""

    @property
    def suite(self) -> str:
        return self.id.rpartition("/")[0]

    @property
    def by_rule_alone(self) -> bool:
        """Whether it failed by a rule only: what the case itself looks at is right."""
        return self.verdict == "FAIL" and all(check.ok for check in self.checks) and bool(self.findings)


class RunResult(msgspec.Struct, frozen=True):
    """A run. settings: code points and readings in force. ended: why it ended before the last case, empty else.

    name: how its peer is called in tables of several.
    """

    role: str
    target: str
    cases: tuple[CaseResult, ...]
    settings: dict[str, str] = {}
    claims: tuple[str, ...] = ()
    seed: int = 0
    started: float = 0.0
    seconds: float = 0.0
    ended: str = ""
    name: str = ""

    @property
    def counts(self) -> Counter[str]:
        return Counter(case.verdict for case in self.cases)

    @property
    def must_not_run(self) -> tuple[CaseResult, ...]:
        """The MUSTs of which the run says nothing."""
        return tuple(case for case in self.cases if case.level == "MUST" and case.verdict in NOT_RUN)

    @property
    def causes(self) -> tuple[tuple[str, int], ...]:
        """The rules by which alone cases failed, the most frequent first: often one fault of the peer."""
        rules = Counter(
            finding.rule
            for case in self.cases
            if case.by_rule_alone
            for finding in {f.rule: f for f in case.findings if f.level == "error"}.values()
        )
        return tuple(rules.most_common())


def exit_code(result: RunResult) -> int:
    """1 when something failed, 6 for an error of ours, 3 when something was inconclusive or nothing passed, else 0."""
    counts = result.counts
    if counts["FAIL"]:
        return 1
    if counts["ERROR"]:
        return 6
    return 3 if counts["INCONCLUSIVE"] or not counts["PASS"] else 0
