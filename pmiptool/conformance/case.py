"""A case: a stable id, what the texts say for which it stands, and the function that observes it.

The id leads to the entries of `requirements/`: level, clause, words and needs are theirs, and stand nowhere else.

    @against_lma("rfc5213/5.3.1/hnp-missing")
    def hnp_missing(lma: Lma) -> None:
        lma.node().ask(without="hnp").rejected(158)
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from typing import Any, Literal

from pmiptool.conformance.requirements import Requirement, load
from pmiptool.errors import UsageError
from pmiptool.text.names import did_you_mean

Role = Literal["lma", "mag", "steering"]
"""The peer's; steering is an LMA whose downlink is looked at."""
Level = Literal["MUST", "SHOULD", "MAY"]
_LEVELS: tuple[Level, ...] = ("MUST", "SHOULD", "MAY")

F = Callable[[Any], None]


@dataclass(frozen=True)
class Case:
    """One case. run: observes the peer, and says what it saw to the trial that it is given.

    role: the peer's. requirements: the sentences that it observes, in the order of the tables. mags: how many gateways
    it plays, each with a source address of its own. configured: tables of the LMA's configuration that it needs beyond
    the defaults; the embedded LMA is so configured, another by its operator. operator: it needs the LMA to send
    something by itself.
    """

    id: str
    role: Role
    run: F = field(compare=False)
    requirements: tuple[Requirement, ...] = ()
    mags: int = 1
    configured: Mapping[str, Any] = field(default_factory=dict, compare=False)
    operator: bool = False

    @property
    def level(self) -> Level:
        """The strongest of its sentences; one without a key word binds like a MUST."""
        levels = {"MUST" if entry.level == "is" else entry.level for entry in self.requirements}
        return next((level for level in _LEVELS if level in levels), "MUST")

    @property
    def clause(self) -> str:
        entry = self.requirements[0]
        return f"{entry.clause} {entry.item}".strip()

    @property
    def says(self) -> str:
        """The sentence that it observes, in our words."""
        return self.requirements[0].says

    @property
    def needs(self) -> tuple[str, ...]:
        """What the peer must support for it to apply."""
        return tuple(dict.fromkeys(need for entry in self.requirements for need in entry.needs))

    @property
    def suite(self) -> str:
        """Document and section: `rfc5213/5.3.1`."""
        return self.id.rpartition("/")[0]

    @property
    def name(self) -> str:
        return self.id.rpartition("/")[2]


_CASES: dict[Role, dict[str, Case]] = {"lma": {}, "mag": {}, "steering": {}}


def against_lma(
    *ids: str, mags: int = 1, configured: Mapping[str, Any] | None = None, operator: bool = False
) -> Callable[[F], F]:
    """Declare a case against an LMA; it is called with an `Lma`. Several ids are one observation of several things."""
    return _declare("lma", ids, mags, configured or {}, operator)


def against_mag(*ids: str, configured: Mapping[str, Any] | None = None, operator: bool = False) -> Callable[[F], F]:
    """Declare a case against a MAG; it is called with a `Mag`. configured: what its MagConfig needs."""
    return _declare("mag", ids, 1, configured or {}, operator)


def steers(
    name: str,
    *,
    clause: str,
    says: str,
    mags: int = 2,
    configured: Mapping[str, Any] | None = None,
    level: Level = "MUST",
) -> Callable[[F], F]:
    """Declare a case about where downlink packets go; it is called with a `Steered`. The tables of sentences leave out
    the data plane: clause and words stand here."""

    def declare(function: F) -> F:
        id_ = f"steer/{name}"
        if id_ in _CASES["steering"]:
            raise ValueError(f"case {id_}: declared twice")
        entry = Requirement(
            clause=clause,
            level=level,
            role="lma",
            says=says,
            case=id_,
            needs=("multihoming", "flows"),
            reading="no-match",
        )
        _CASES["steering"][id_] = Case(id_, "steering", function, (entry,), mags, configured or {})
        return function

    return declare


def _declare(
    role: Role, ids: Sequence[str], mags: int, configured: Mapping[str, Any], operator: bool
) -> Callable[[F], F]:
    def declare(function: F) -> F:
        for id_ in ids:
            entries = _observed_by().get(id_, ())
            if not entries or id_ in _CASES[role]:
                raise ValueError(f"case {id_}: {'declared twice' if entries else 'no requirement names it'}")
            _CASES[role][id_] = Case(id_, role, function, entries, mags, configured, operator)
        return function

    return declare


@cache
def _observed_by() -> Mapping[str, tuple[Requirement, ...]]:
    """The entries of the tables by the ids of their cases."""
    found: dict[str, list[Requirement]] = {}
    for entry in load():
        for id_ in entry.cases:
            found.setdefault(id_, []).append(entry)
    return {id_: tuple(entries) for id_, entries in found.items()}


@cache
def cases(role: Role) -> tuple[Case, ...]:
    """All cases against a peer of a role, in the order of the tables."""
    from pmiptool.conformance import suites

    folder = importlib.import_module(f"{suites.__name__}.{role}")
    for module in pkgutil.walk_packages(folder.__path__, f"{folder.__name__}."):
        importlib.import_module(module.name)
    declared = _CASES[role]
    ordered = [id_ for id_ in _observed_by() if id_ in declared] if role != "steering" else list(declared)
    return tuple(declared[id_] for id_ in ordered)


def select(role: Role, wanted: Iterable[str] = (), excluded: Iterable[str] = ()) -> tuple[Case, ...]:
    """The cases that match one of `wanted` (none: all) and none of `excluded`: ids, beginnings of ids, or globs.

    Raises UsageError for one that matches nothing.
    """
    known = cases(role)
    chosen = {case.id for text in wanted for case in _matching(text, known)} if wanted else {case.id for case in known}
    chosen -= {case.id for text in excluded for case in _matching(text, known)}
    return tuple(case for case in known if case.id in chosen)


def _matching(text: str, known: Sequence[Case]) -> list[Case]:
    wanted = text.strip().strip("/")
    found = [
        case
        for case in known
        if case.id == wanted or case.id.startswith((f"{wanted}/", f"{wanted}.")) or fnmatchcase(case.id, wanted)
    ] or [case for case in known if wanted and case.id.startswith(wanted)]
    if not found:
        names = [case.id for case in known] + [case.suite for case in known]
        shown = "see: steer --list" if known[0].role == "steering" else "see: conformance list"
        raise UsageError(f"no case matches '{text}'{did_you_mean(wanted, names, shown)}")
    return found
