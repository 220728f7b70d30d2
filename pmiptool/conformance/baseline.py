"""Known results of a peer, kept in a file beside its sources: what is worse than they say is told apart.

One case a line: id, two spaces, verdict; `#` begins a comment. Lines are sorted, so that version control shows well
what changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pmiptool.conformance.result import CaseResult
from pmiptool.errors import UsageError

_WEIGHT = {"PASS": 0, "WARN": 1, "UNSUPPORTED": 2, "SKIPPED": 2, "INCONCLUSIVE": 3, "FAIL": 4, "ERROR": 4}


@dataclass(frozen=True)
class Change:
    """A case against what the baseline says of it. before: empty where it says nothing."""

    id: str
    before: str
    after: str

    @property
    def worse(self) -> bool:
        return bool(self.before) and _WEIGHT[self.after] > _WEIGHT[self.before]

    @property
    def expected(self) -> bool:
        """Whether it fails as it is known to."""
        return self.before == self.after and _WEIGHT[self.before] > 0

    @property
    def differs(self) -> bool:
        return self.before != self.after

    def __str__(self) -> str:
        if not self.before:
            return f"NEW  {self.id}  {self.after}"
        failing = _WEIGHT[self.before] > 2
        return f"{'XFAIL' if failing and self.after == 'PASS' else self.before}->{self.after}  {self.id}"


def compare(known: Mapping[str, str], results: Sequence[CaseResult]) -> list[Change]:
    """Every case that ran against what is known of it, the worse ones first."""
    changes = [Change(result.id, known.get(result.id, ""), result.verdict) for result in results]
    return sorted(changes, key=lambda change: (not change.worse, not change.before))


def read(path: str | Path) -> dict[str, str]:
    """The verdicts of a baseline by the ids of cases. Raises UsageError with the line that is none."""
    try:
        lines = Path(path).read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise UsageError(f"cannot read the baseline {path}: {why}; --update-baseline writes one") from None
    known: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        words = line.partition("#")[0].split()
        if not words:
            continue
        if len(words) != 2 or words[1] not in _WEIGHT:
            raise UsageError(f"baseline {path}, line {number}: '{line}' is not the id of a case and its verdict")
        known[words[0]] = words[1]
    return known


def write(path: str | Path, known: Mapping[str, str], results: Sequence[CaseResult]) -> None:
    """Write the baseline anew; cases that did not run keep what was known of them. Raises UsageError."""
    now = {**known, **{result.id: result.verdict for result in results}}
    reasons = {result.id: result.reason for result in results if result.verdict != "PASS"}
    lines = [
        f"{id_}  {verdict}" + (f"  # {' '.join(reasons[id_].split())}" if reasons.get(id_) else "")
        for id_, verdict in sorted(now.items())
    ]
    try:
        Path(path).write_text("\n".join(["# pmiptool conformance: known results", *lines, ""]), "utf-8")
    except OSError as error:
        raise UsageError(f"cannot write the baseline {path}: {error.strerror}") from None
