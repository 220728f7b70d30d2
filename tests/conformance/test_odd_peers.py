"""Anchors that are odd, or fall silent: each gets its verdict by a case's own check, and a whole report."""

from __future__ import annotations

import json
from collections.abc import Callable
from xml.etree import ElementTree

import pytest

from pmiptool.conformance.case import select
from pmiptool.conformance.lma_peer import LmaPeer
from pmiptool.conformance.result import RunResult, exit_code
from pmiptool.conformance.runner import RunSettings, run
from pmiptool.conformance.trial import TrialSettings
from pmiptool.lma import LmaConfig, config_from
from pmiptool.lma.knowledge import context_of
from pmiptool.net.embedded import EmbeddedTransport
from pmiptool.net.peer import PeerTimers
from pmiptool.net.record import Recorder
from pmiptool.report import conformance as report
from pmiptool.report.conformance_html import page
from pmiptool.report.html import render

SUITES = ["rfc6275/6.1.1", "rfc6275/6.2.1", "rfc6275/10.3.1", "rfc5213/5.3.6", "rfc5213/5.3.2"]
CAUGHT_BY = {
    "options-unaligned": "rfc6275/6.2.1/alignment",
    "checksum-zero": "rfc6275/6.1.1/checksum-sent",
    "p-flag-clear": "rfc5213/5.3.6/p-flag",
    "lifetime-in-seconds": "rfc6275/10.3.1/lifetime-of-one-unit",
    "hnp-all-zero": "rfc5213/5.3.2/prefix-allocated",
    "message-too-long": "rfc6275/6.1.1/header-len",
    "message-too-short": "rfc6275/6.1.1/header-len",
}


def against(*faults: str, suites: list[str] = SUITES, brought_back: bool = False) -> RunResult:
    config = LmaConfig()
    embedded = EmbeddedTransport(lma_config=config, faults=faults)
    transport = Recorder(embedded)
    trial = TrialSettings(context=context_of(config, complete=False))
    restart: Callable[[], bool] | None = (lambda: embedded.restart() is None) if brought_back else None
    return run(select("lma", suites), transport, RunSettings(trial=trial), LmaPeer(transport, trial, restart))


def whole(result: RunResult) -> None:
    """Every case has its verdict, and stands in each report."""
    names = [case.id for case in result.cases]
    assert names == [case.id for case in select("lma", SUITES)]
    assert result.counts["ERROR"] == 0
    assert [case["id"] for case in json.loads(report.as_json(result))["cases"]] == names
    assert len(list(ElementTree.fromstring(report.as_junit(result)).iter("testcase"))) == len(names)
    html = render(page(result))
    assert all(name in html for name in names)
    assert f"{len(names)} cases" in report.text(result)


@pytest.mark.parametrize("fault", CAUGHT_BY)
def test_an_odd_answer(fault: str) -> None:
    result = against(fault)
    whole(result)
    (case,) = (case for case in result.cases if case.id == CAUGHT_BY[fault])
    assert case.verdict == "FAIL" and not case.by_rule_alone
    assert case.reason.startswith("expected ")
    assert exit_code(result) == 1
    assert not result.ended


def test_one_cause_is_told_once() -> None:
    """That nearly all fails by the same rule is said in the summary."""
    result = against("checksum-zero")
    (rule, count), *_ = result.causes
    assert (rule, count) == ("rfc6275/6.1.1/checksum", result.counts["FAIL"] - 1)
    assert f"{count} failed by {rule} alone" in report.summary(result)


@pytest.mark.parametrize("fault", ["crashes-after-20", "deaf-after-two", "crashes-at-option-240"])
def test_a_peer_that_falls_silent(fault: str) -> None:
    suites = ["rfc6275/9.2", "rfc6275/6.2.1", "rfc6275/10.3.1"]
    result = against(fault, suites=suites)
    assert [case.id for case in result.cases] == [case.id for case in select("lma", suites)]
    (killer,) = (case for case in result.cases if case.killed)
    assert killer.verdict in ("FAIL", "INCONCLUSIVE")
    assert any("answers nothing any more" in note for note in killer.notes)
    at = result.cases.index(killer)
    assert all(case.verdict in ("PASS", "FAIL") for case in result.cases[:at])
    assert {(case.verdict, case.reason) for case in result.cases[at + 1 :]} == {("SKIPPED", f"not run: {result.ended}")}
    assert result.ended == f"the peer answers nothing any more since {killer.id}"
    assert result.ended in report.summary(result)
    assert "did not run" in report.summary(result) and exit_code(result) != 0
    assert render(page(result)) and report.as_junit(result)


def test_a_peer_that_comes_back() -> None:
    """The run goes on; what killed it is named, and what passed before it passes."""
    result = against("crashes-at-option-240", suites=["rfc6275/6.2.1", "rfc6275/10.3.1"], brought_back=True)
    assert not result.ended and result.counts["SKIPPED"] == 0
    assert {case.id for case in result.cases if case.killed} == {
        case.id for case in result.cases if "/unknown-option-" in case.id
    }
    assert all(case.verdict == "PASS" for case in result.cases if not case.killed)


POLICIES = [
    {"lma": {"multihoming": False, "multipath": False, "ipv4": False, "gre": "off"}},
    {"lma": {"multihoming": "reject", "multipath": "reject", "ipv4": "reject"}},
    {"lma": {"max_lifetime": 60, "heartbeat_interval": 30}},
    {"lma": {"gre": "not-required", "dhcp_support_mode": "none"}},
    {"lma": {"tlv_header": True}},
    {"timers": {"min_delay_before_bce_delete": 0, "max_delay_before_new_bce_assign": 0}},
    {"timers": {"bri_max_retries": 3, "max_update_notification_retransmit_count": 3}},
]


@pytest.mark.parametrize("policy", POLICIES, ids=str)
def test_no_lawful_policy_is_blamed(policy: dict[str, dict[str, object]]) -> None:
    documents = ["rfc6275", "rfc5844", "rfc5845", "rfc5846", "rfc5847", "rfc7077", "rfc8278"]
    config = config_from(policy)
    transport = Recorder(EmbeddedTransport(lma_config=config))
    delay = config.timers.min_delay_before_bce_delete
    trial = TrialSettings(
        context=context_of(config, complete=False), timers=PeerTimers(min_delay_before_bce_delete=delay)
    )
    result = run(select("lma", documents), transport, RunSettings(trial=trial), LmaPeer(transport, trial))
    blamed = {case.id: case.reason for case in result.cases if case.verdict not in ("PASS", "UNSUPPORTED")}
    assert blamed == {}
