"""Every case against the reference MAG: it passes, and with the fault that it is there to catch it does not."""

from __future__ import annotations

import pytest

from pmiptool.conformance.case import Case, cases
from pmiptool.conformance.mag import Mag
from pmiptool.conformance.mag_peer import open_mag
from pmiptool.conformance.result import CaseResult
from pmiptool.conformance.runner import RunSettings, run
from pmiptool.conformance.trial import TrialSettings
from pmiptool.mag.faults import FAULTS
from pmiptool.net.record import Recorder
from tests.conformance.catching import BY_LEVEL, caught

mag_cases = pytest.mark.parametrize("case", cases("mag"), ids=lambda case: case.id)


def against_embedded(case: Case, *faults: str) -> CaseResult:
    transport, peer = open_mag("embedded", faults=faults)
    return run([case], Recorder(transport), RunSettings(trial=TrialSettings()), peer, Mag).cases[0]


@mag_cases
def test_it_passes(case: Case) -> None:
    result = against_embedded(case)
    assert (result.verdict, result.reason, result.attempts) == ("PASS", "", 1)


@mag_cases
def test_it_fails_by_what_it_looks_at(case: Case) -> None:
    result = against_embedded(case, *caught("mag")[case.id])
    assert result.verdict == BY_LEVEL[case.level], result.reason
    assert not all(check.ok for check in result.checks), "only a rule told it"


def test_the_table_names_cases() -> None:
    assert set(caught("mag")) == {case.id for case in cases("mag")}


def test_every_fault_is_caught() -> None:
    assert set(FAULTS) == {fault for faults in caught("mag").values() for fault in faults}
