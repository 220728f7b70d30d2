"""Running cases one after the other, each with a verdict that tells why."""

from __future__ import annotations

import random
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from typing import Protocol

from pmiptool.conformance.case import Case
from pmiptool.conformance.lma import Lma
from pmiptool.conformance.readings import READINGS
from pmiptool.conformance.result import CaseResult, RunResult, Verdict
from pmiptool.conformance.trial import (
    CaseOver,
    NotApplicable,
    NotPossible,
    RecordedTransport,
    SetUpFailed,
    Trial,
    TrialSettings,
)
from pmiptool.errors import EnvironmentLacks
from pmiptool.rules import Context
from pmiptool.wire.finding import Finding

Make = Callable[..., Trial]
"""What makes the trial of a case: of case, transport, settings and the number of the attempt."""
NOT_BEGUN = "not run: "
"""How the reason of a case begins before which the run ended."""
ATTEMPTS = 2  # where the first was lost


class Peer(Protocol):
    """What the run can do about the peer as a whole."""

    def configured(self, case: Case) -> AbstractContextManager[Context | None]:
        """The peer configured as a case needs it, and what is known of it then. Raises NotPossible where it cannot."""
        ...

    def restart(self) -> bool:
        """Bring a peer that answers nothing back; whether there is a way to."""
        ...


@dataclass(frozen=True)
class RunSettings:
    """How a run goes. trial: for each case. shuffle: in the order that the seed gives, not that of the tables.

    max_time: seconds on the real clock after which no further case begins. command: the command line that runs one
    case alone, with `{}` for its id. shown: settings as reports print them. progress: hears of each result.
    name: what the peer is called in reports.
    """

    trial: TrialSettings = field(default_factory=TrialSettings)
    shuffle: bool = False
    max_time: float | None = None
    clock: Callable[[], float] = lambda: 0.0
    command: str = "pmiptool conformance run {}"
    shown: Mapping[str, str] = field(default_factory=dict)
    progress: Callable[[CaseResult], None] = lambda result: None
    name: str = ""


def run(
    cases: Sequence[Case], transport: RecordedTransport, settings: RunSettings, peer: Peer, make: Make = Lma
) -> RunResult:
    """Run cases over a transport. Ctrl-C ends the run with what it has. `make`: what the cases are called with."""
    return _Run(list(cases), transport, settings, peer, make).go()


class _Run:
    def __init__(
        self, cases: list[Case], transport: RecordedTransport, settings: RunSettings, peer: Peer, make: Make
    ) -> None:
        self.cases = cases
        self.transport = transport
        self.settings = settings
        self.peer = peer
        self.make = make
        self.results: list[CaseResult] = []
        self.ended = ""
        self.heard = False  # whether the peer ever said anything
        if settings.shuffle:
            random.Random(settings.trial.seed).shuffle(self.cases)

    def go(self) -> RunResult:
        started, begun = self.transport.now(), self.settings.clock()
        for number, case in enumerate(self.cases):
            if self.settings.max_time is not None and self.settings.clock() - begun >= self.settings.max_time:
                self.ended = f"--max-time of {self.settings.max_time:g} s was over"
            if self.ended:
                self._skip(case, f"{NOT_BEGUN}{self.ended}")
                continue
            try:
                result = self._case(case)
            except KeyboardInterrupt:
                self.ended = "interrupted"
                self._skip(case, f"{NOT_BEGUN}{self.ended}")
                continue
            self._add(result)
            if result.killed and number + 1 < len(self.cases) and not self.peer.restart():
                never = f"the peer has answered nothing yet ({result.reason})"
                self.ended = f"the peer answers nothing any more since {case.id}" if self.heard else never
        return RunResult(
            role=self.cases[0].role if self.cases else "",
            target=str(self.transport.target),
            cases=tuple(self.results),
            settings=dict(self.settings.shown),
            claims=self.settings.trial.claims,
            seed=self.settings.trial.seed,
            started=started,
            seconds=self.transport.now() - started,
            ended=self.ended,
            name=self.settings.name,
        )

    def _add(self, result: CaseResult) -> None:
        self.results.append(result)
        self.settings.progress(result)

    def _skip(self, case: Case, reason: str) -> None:
        self._add(self._result(case, "SKIPPED", reason))

    def _case(self, case: Case) -> CaseResult:
        """One case, once more where an answer was lost."""
        absent = [need for need in case.needs if not self.settings.trial.supports(need)]
        if absent:
            return self._result(case, "UNSUPPORTED", f"the peer does not claim {' and '.join(absent)}")
        if len(self.transport.locals) < case.mags:
            few = f"it plays {case.mags} MAGs; give --source {case.mags} times"
            return self._result(case, "SKIPPED", few)
        try:
            with self.peer.configured(case) as context:
                known = self.settings.trial if context is None else replace(self.settings.trial, context=context)
                for attempt in range(1, ATTEMPTS + 1):
                    result, lost = self._attempt(case, known, attempt)
                    if not lost or attempt == ATTEMPTS or result.killed:
                        return result
        except NotPossible as reason:
            return self._result(case, "SKIPPED", str(reason))
        raise AssertionError

    def _attempt(self, case: Case, known: TrialSettings, attempt: int) -> tuple[CaseResult, bool]:
        self._announce(f"{case.id}" + (f", attempt {attempt}" if attempt > 1 else ""))
        started = self.transport.now()
        trial = self.make(case, self.transport, known, attempt)
        lost, stopped, trace = False, None, ""
        try:
            case.run(trial)
        except CaseOver:
            pass
        except (SetUpFailed, NotApplicable, NotPossible) as reason:
            stopped = reason
            lost = isinstance(reason, SetUpFailed) and reason.lost
        except (KeyboardInterrupt, EnvironmentLacks):
            trial.close()
            raise
        except Exception:
            trace = traceback.format_exc()
        lost |= trial.lost
        seen, own = len(trial.findings), len(trial.packets)
        readings = trial.readings.taken(entry.reading for entry in case.requirements)
        killed = False
        try:
            killed = self._killed(trial)
        except (KeyboardInterrupt, EnvironmentLacks, NotPossible):
            raise
        except Exception:
            trace = trace or traceback.format_exc()
        findings = tuple(trial.findings[:seen])
        self.heard |= any(packet.sender == trial.them for packet in trial.packets)
        verdict, reason_text = _verdict(case, trial, stopped, findings, trace)
        if killed and not self.heard:
            verdict, reason_text = "INCONCLUSIVE", trial.why_not
        elif killed and verdict in ("PASS", "UNSUPPORTED"):
            verdict, reason_text = "FAIL", "afterwards the peer answers nothing any more"
        if readings and (verdict in ("FAIL", "WARN") or (verdict == "INCONCLUSIVE" and not lost)):
            trial.note(_readings(case, readings))
        if attempt > 1:
            trial.note("the first attempt was lost: an answer did not come; this is the second")
        if killed and self.heard:
            trial.note("after this case the peer answers nothing any more")
        self._comment(f"{verdict} {reason_text}".strip())
        result = self._result(
            case, verdict, reason_text, trial, findings, own=own, trace=trace, started=started, attempts=attempt,
            killed=killed,
        )  # fmt: skip
        return result, lost

    @staticmethod
    def _killed(trial: Trial) -> bool:
        """Clean up; where that shows no life the peer is asked for some."""
        answered = trial.close()
        return not answered and not trial.alive()

    def _result(
        self,
        case: Case,
        verdict: Verdict,
        reason: str,
        trial: Trial | None = None,
        findings: tuple[Finding, ...] = (),
        *,
        own: int = 0,
        trace: str = "",
        started: float = 0.0,
        attempts: int = 1,
        killed: bool = False,
    ) -> CaseResult:
        return CaseResult(
            id=case.id,
            level=case.level,
            clause=case.clause,
            says=case.says,
            verdict=verdict,
            reason=reason,
            checks=tuple(trial.checks) if trial is not None else (),
            findings=findings,
            notes=tuple(trial.notes) if trial is not None else (),
            packets=tuple(trial.packets) if trial is not None else (),
            own=own,
            started=started or self.transport.now(),
            seconds=self.transport.now() - started if started else 0.0,
            attempts=attempts,
            killed=killed,
            trace=trace,
            command=self.settings.command.format(case.id),
        )

    def _announce(self, text: str) -> None:
        if hasattr(self.transport, "step"):
            self.transport.step = text

    def _comment(self, text: str) -> None:
        packets = getattr(self.transport, "packets", None)
        if packets:
            packets[-1].comments.append(text)


def _readings(case: Case, readings: Mapping[str, str]) -> str:
    """By which readings a case was judged that did not pass: this peer may follow others, and be right."""
    told = "reading " + ", ".join(f"{key} is taken as {name}" for key, name in readings.items())
    if case.role == "lma" and set(readings) & set(READINGS):
        return f"{told}; `conformance probe` tells which one{'s'[: len(readings) - 1]} this peer follows"
    return f"{told}; where this peer follows another give --reading KEY=NAME"


def _verdict(
    case: Case, trial: Trial, stopped: Exception | None, findings: Sequence[Finding], trace: str
) -> tuple[Verdict, str]:
    """The verdict and why, in one sentence: first what the case looks at, then what the rules say of its messages."""
    if trace:
        return "ERROR", trace.strip().rpartition("\n")[2]
    failed = next((check for check in trial.checks if not check.ok), None)
    error = next((finding for finding in findings if finding.level == "error"), None)
    if failed is not None:
        reason = f"expected {failed.text}" + (f", got {failed.actual}" if failed.actual else "")
        weaker: dict[str, Verdict] = {"SHOULD": "WARN", "MAY": "UNSUPPORTED"}
        return weaker.get(case.level, "FAIL"), reason
    if isinstance(stopped, NotApplicable):
        return "UNSUPPORTED", str(stopped)
    if isinstance(stopped, NotPossible):
        return "SKIPPED", str(stopped)
    if error is not None:
        return "FAIL", f"{error.rule}: {error.text}"
    if stopped is not None:
        return "INCONCLUSIVE", str(stopped)
    if not trial.checks:
        return "ERROR", "the case looked at nothing"
    return "PASS", ""
