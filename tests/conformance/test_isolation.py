"""Cases clean up after themselves, run in any order with few mobile nodes, and blame no anchor for lawful policies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from pmiptool.conformance.case import Case, cases, select
from pmiptool.conformance.lma_peer import LmaPeer
from pmiptool.conformance.result import RunResult
from pmiptool.conformance.runner import RunSettings, run
from pmiptool.conformance.trial import TrialSettings
from pmiptool.lma import config_from
from pmiptool.lma.knowledge import context_of
from pmiptool.net.embedded import EmbeddedTransport
from pmiptool.net.peer import PeerNode, PeerTimers
from pmiptool.net.record import Recorder

DELETE_DELAY = 10.0

unconfigured = pytest.mark.parametrize(
    "case", [case for case in cases("lma") if not case.configured], ids=lambda case: case.id
)


def against(chosen: Sequence[Case], config: dict[str, Any], **settings: Any) -> tuple[RunResult, EmbeddedTransport]:
    made = config_from(config)
    transport = EmbeddedTransport(lma_config=made)
    recorder = Recorder(transport)
    trial = TrialSettings(context=context_of(made, complete=False), **settings)
    return run(chosen, recorder, RunSettings(trial=trial), LmaPeer(recorder, trial)), transport


def others(result: RunResult) -> dict[str, str]:
    """What is no PASS."""
    return {case.id: f"{case.verdict} {case.reason}" for case in result.cases if case.verdict != "PASS"}


@unconfigured
def test_nothing_stays_registered(case: Case) -> None:
    _, transport = against([case], {})
    transport.receive(transport.now() + DELETE_DELAY + 0.1)
    assert [session.mn_id for session in transport.lma.sessions] == []


MNS = [{"id": f"mn{number}@example.org", "hnp": [f"2001:db8:a{number}::/64"]} for number in range(1, 4)]
BY_NAME = tuple(PeerNode(id=mn["id"]) for mn in MNS)
BY_PREFIX = tuple(PeerNode(id=mn["id"], hnp=mn["hnp"][0]) for mn in MNS)


@pytest.mark.parametrize("nodes", [BY_NAME, BY_PREFIX], ids=["named", "with prefixes"])
@pytest.mark.parametrize("step", [1, -1], ids=["in order", "from the end"])
def test_few_mobile_nodes_are_used_again(nodes: tuple[PeerNode, ...], step: int) -> None:
    config = {"lma": {"accept_unknown_mn": False}, "mn": MNS}
    result, _ = against(select("lma", ["rfc5213"])[::step], config, nodes=nodes)
    left = others(result)
    assert {name for name, text in left.items() if not text.startswith("SKIPPED it takes 4 mobile nodes")} == set()
    assert len(left) <= 1


@pytest.mark.parametrize(
    ("config", "verdicts"),
    [
        ({"lma": {"multihoming": False, "multipath": False, "ipv4": False, "gre": "off"}}, {}),
        ({"lma": {"multihoming": "reject", "multipath": "reject", "ipv4": "reject"}}, {}),
        ({"lma": {"max_lifetime": 60, "heartbeat_interval": 30}}, {}),
        ({"timers": {"min_delay_before_bce_delete": 0.5, "max_delay_before_new_bce_assign": 0.3}}, {}),
        ({"timers": {"timestamp_validity_window": 5}}, {}),
        (
            {"timers": {"min_delay_before_bce_delete": 0, "max_delay_before_new_bce_assign": 0}},
            {
                "rfc5213/5.3.5/entry-kept-for-the-delay": "UNSUPPORTED its MinDelayBeforeBCEDelete is 0",
                "rfc5213/5.4.1.2/unknown-handoff-waits": "UNSUPPORTED its MaxDelayBeforeNewBCEAssign is 0",
                "rfc5213/5.4.1.3/unknown-handoff-waits": "UNSUPPORTED its MaxDelayBeforeNewBCEAssign is 0",
            },
        ),
    ],
)
def test_no_lawful_policy_is_blamed(config: dict[str, Any], verdicts: dict[str, str]) -> None:
    result, _ = against(select("lma", ["rfc5213"]), config, timers=PeerTimers(**config.get("timers", {})))
    assert others(result) == verdicts
