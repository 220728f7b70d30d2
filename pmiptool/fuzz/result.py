"""What a run found: failures, each once, and what answers broke, by rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

KEPT = 5  # cases that are named of one rule or failure


@dataclass
class Failure:
    """Something that failed, shrunk. kind: `dead`, `deaf for a while`, `exception`, `unstable`, ... what: in words.

    form: what tells it from others. messages: the octets that bring it about, in turn. wrong: what was wrong with the
    message of the case that found it. reproduced: it failed again when they were sent alone. known: the corpus had it.
    file: where it was written. sources: which of our addresses each message came from; none: the first.
    """

    kind: str
    what: str
    form: str
    messages: tuple[bytes, ...]
    cases: list[int]
    wrong: tuple[str, ...] = ()
    reproduced: bool = True
    known: bool = False
    file: str | None = None
    times: int = 1
    sources: tuple[int, ...] = ()
    only: tuple[int, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        return self.kind, self.form


@dataclass
class Tally:
    """How often a rule was broken, and by the answers to which cases. example: request and answer."""

    rule: str
    level: str
    text: str
    times: int = 0
    cases: list[int] = field(default_factory=list)
    example: tuple[bytes, bytes] = (b"", b"")


@dataclass
class Result:
    """A run. ended: why it ended early; empty: it did not. answers: how many messages of each name came back."""

    against: str
    seed: int
    cases: int = 0
    asked: int = 0
    messages: int = 0
    answered: int = 0
    started: float = 0.0
    seconds: float = 0.0
    ended: str = ""
    failures: list[Failure] = field(default_factory=list)
    findings: dict[str, Tally] = field(default_factory=dict)
    answers: dict[str, int] = field(default_factory=dict)
    command: str = "pmiptool fuzz"

    def add(self, failure: Failure) -> Failure:
        """Enter a failure, or count it where it was found already; returns the one that is kept."""
        for before in self.failures:
            if before.key == failure.key:
                before.times += 1
                before.cases += [number for number in failure.cases if len(before.cases) < KEPT]
                return before
        self.failures.append(failure)
        return failure

    def count(self, rule: str, level: str, text: str, case: int, example: tuple[bytes, bytes]) -> None:
        """Enter what an answer broke."""
        tally = self.findings.setdefault(rule, Tally(rule, level, text, example=example))
        tally.times += 1
        if len(tally.cases) < KEPT and case not in tally.cases:
            tally.cases.append(case)

    def alone(self, failure: Failure) -> str:
        """The command that plays the cases of a failure alone."""
        only = " ".join(f"--only {number}" for number in failure.only or failure.cases[:1])
        return f"{self.command} --seed {self.seed} {only}"

    @property
    def found(self) -> bool:
        """Whether something was found that is wrong."""
        return bool(self.failures) or any(tally.level == "error" for tally in self.findings.values())

    @property
    def new(self) -> Sequence[Failure]:
        """Failures that the corpus did not have."""
        return [failure for failure in self.failures if not failure.known]
