"""Every case against the reference LMA: it passes, and with the fault that it is there to catch it does not."""

from __future__ import annotations

import pytest

from pmiptool.conformance.case import Case, cases
from pmiptool.conformance.lma_peer import LmaPeer
from pmiptool.conformance.result import CaseResult
from pmiptool.conformance.runner import RunSettings, run
from pmiptool.conformance.trial import TrialSettings
from pmiptool.lma import LmaConfig
from pmiptool.lma.fault_families import NARROWED, family_of
from pmiptool.lma.faults import ALL
from pmiptool.lma.knowledge import context_of
from pmiptool.net.embedded import EmbeddedTransport
from pmiptool.net.record import Recorder
from tests.conformance.catching import BY_LEVEL, caught

lma_cases = pytest.mark.parametrize("case", cases("lma"), ids=lambda case: case.id)


def against_embedded(case: Case, *faults: str) -> CaseResult:
    config = LmaConfig()
    transport = Recorder(EmbeddedTransport(lma_config=config, faults=faults))
    trial = TrialSettings(context=context_of(config, complete=False))
    return run([case], transport, RunSettings(trial=trial), LmaPeer(transport, trial)).cases[0]


@lma_cases
def test_it_passes(case: Case) -> None:
    result = against_embedded(case)
    assert (result.verdict, result.reason, result.attempts) == ("PASS", "", 1)


@lma_cases
def test_it_fails_by_what_it_looks_at(case: Case) -> None:
    result = against_embedded(case, *caught("lma")[case.id])
    assert result.verdict == BY_LEVEL[case.level], result.reason
    assert not all(check.ok for check in result.checks), "only a rule told it"


def test_every_fault_is_caught() -> None:
    """Each by its name; of a family one member is enough, and it may be narrowed."""
    given = {fault.partition(":")[2] or fault for faults in caught("lma").values() for fault in faults}
    families = {family[0] for family in map(family_of, given) if family is not None}
    narrowed = {NARROWED for faults in caught("lma").values() for fault in faults if fault.startswith("in-")}
    # No signalling shows the one, tests/conformance/test_steering.py finds it; no sound request shows the other,
    # tests/fuzz find it.
    elsewhere = {"steers-HOW", "chokes-on-OPTION=N"}
    assert set(ALL) - given - families - narrowed - elsewhere == set()


def test_the_table_names_cases() -> None:
    assert set(caught("lma")) <= {case.id for case in cases("lma")}
