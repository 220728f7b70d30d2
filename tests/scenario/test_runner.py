"""Scenarios against the reference LMA: right, with faults, without the draft, and out of reach."""

from __future__ import annotations

import json

import msgspec
import pytest

from pmiptool.errors import UsageError
from pmiptool.lma import config_from
from pmiptool.lma.faults import FAULTS
from pmiptool.lma.knowledge import context_of
from pmiptool.mag import MnProfile
from pmiptool.mag.bul import BindingUpdateListEntry, Filter
from pmiptool.net.embedded import EmbeddedTransport
from pmiptool.net.peer import PeerNode
from pmiptool.net.record import Recorder
from pmiptool.net.target import parse_target
from pmiptool.net.transport import IcmpError
from pmiptool.registry.ambiguities import AMBIGUITIES, DEFAULT_READINGS
from pmiptool.registry.codepoints import DEFAULT, CodePoints
from pmiptool.report.scenario import as_json, as_junit, text
from pmiptool.scenario.judge import Observed
from pmiptool.scenario.loader import builtin_names, load, parse
from pmiptool.scenario.result import exit_code
from pmiptool.scenario.runner import RunSettings, run
from pmiptool.scenario.verify import check_reinstantiated
from pmiptool.wire.values import FlowIdentification, Ipv6Selector

START = 1_700_000_000.0
FIGURES = ["setup", "renewal", "modify", "removal-keep", "removal-remove", "addition"]
DRAFT = [*FIGURES, "flow-mobility-7864"]
PROVOKING = [
    *FIGURES,
    *(name for name in builtin_names() if not name.startswith(("rfc5213-", *FIGURES))),
    "rfc5213-renewal",
]


def embedded(config=None, faults=(), codepoints=DEFAULT, readings=DEFAULT_READINGS):
    made = msgspec.structs.replace(config_from(config or {}), codepoints=codepoints, readings=readings)
    return EmbeddedTransport(lma_config=made, faults=faults, start=START)


def play(name, config=None, faults=(), codepoints=DEFAULT, readings=DEFAULT_READINGS, **settings):
    transport = embedded(config, faults, codepoints, readings)
    context = context_of(transport.lma.config)
    return run(load(name), transport, RunSettings(context=context, seed=5, **settings)), transport


@pytest.mark.parametrize("name", builtin_names())
def test_every_built_in_scenario_passes_without_a_finding(name):
    result, transport = play(name)
    assert result.verdict == "PASS" and result.findings == ()
    assert all(check.ok for step in result.steps for check in step.expectations)
    assert exit_code([result]) == 0
    assert not [binding for session in transport.lma.sessions for binding in session.bindings.values()
                if binding.removed_at is None]  # fmt: skip


@pytest.mark.parametrize("name", DRAFT)
def test_the_figures_pass_in_the_rfc6089_dialect(name):
    result, _ = play(name, codepoints=CodePoints(dialect="rfc6089"))
    assert (result.verdict, result.findings) == ("PASS", ())


@pytest.mark.parametrize("name", DRAFT)
def test_other_code_points_change_nothing(name):
    points = CodePoints(multihoming_option_type=42, flow_identification_option_type=190, reinstantiated_status=7)
    result, _ = play(name, codepoints=points)
    assert (result.verdict, result.findings) == ("PASS", ())


READINGS = [(entry.key, reading.name) for entry in AMBIGUITIES for reading in entry.readings[1:]]


@pytest.mark.parametrize(("key", "name"), READINGS)
def test_whichever_reading_the_anchor_follows_it_is_not_at_fault(key, name):
    readings = DEFAULT_READINGS.changed({key: name})
    points = CodePoints(reinstantiated_status=7) if name == "status" else CodePoints()
    for scenario in DRAFT:
        result, _ = play(scenario, readings=readings, codepoints=points)
        if (key, name) == ("flow-omission", "strict") and scenario == "removal-keep":
            continue  # the renewal of figure 4, read so, wipes what was kept
        if (key, name) == ("binding-reference", "required"):
            continue  # the figures name no BID
        assert (result.verdict, result.findings) == ("PASS", ()), (scenario, result.reason)


@pytest.mark.parametrize("name", DRAFT)
@pytest.mark.parametrize("multihoming", [False, "reject"])
def test_an_anchor_without_the_draft_ends_the_figures_as_unsupported(name, multihoming):
    result, _ = play(name, {"lma": {"multihoming": multihoming}})
    assert result.verdict == "UNSUPPORTED"
    assert not [finding for finding in result.findings if finding.level == "error"]
    assert [step.verdict for step in result.steps] == ["UNSUPPORTED"] + ["SKIPPED"] * (len(result.steps) - 1)
    assert exit_code([result]) == 3


@pytest.mark.parametrize("name", [name for name in builtin_names() if name.startswith("rfc5213-")])
def test_an_anchor_without_the_draft_passes_the_plain_scenarios(name):
    result, _ = play(name, {"lma": {"multihoming": False}})
    assert (result.verdict, result.findings) == ("PASS", ())


def test_an_anchor_without_re_instantiation_leaves_keep_unsupported():
    result, _ = play("removal-keep", {"lma": {"reinstantiation": False}})
    assert result.verdict == "UNSUPPORTED" and "re-instantiation" in result.reason
    assert result.afterwards is not None and result.afterwards.verdict == "PASS"


# Faults that only `send` provokes, since the gateway's requests are right, and one that needs a lost acknowledgement.
BY_SEND = {name for name in FAULTS if name.startswith("wrong-status-")} | {"deaf-after-two"}
LOSSY = {"notify-twice-without-d"}
PATHS = {"bid-changed", "bulk-ignored", "label-not-copied", "mag-id-echoed", "multipath-not-echoed", "path-replaced"}
if "multipath-8278" in builtin_names():
    PATHS = set()


@pytest.mark.parametrize("fault", sorted(set(FAULTS) - BY_SEND - LOSSY - PATHS))
def test_every_fault_is_named_by_a_finding(fault):
    results = [play(name, faults=[fault])[0] for name in PROVOKING]
    findings = {finding.rule for result in results for finding in result.findings}
    assert findings, fault
    failing = fault if fault in {"answer-lost", "answer-late", "deaf-to-heartbeats", "bulk-ignored"} else ""
    warned = {"options-unaligned", "no-multihoming-option", "act-echoed", "answer-twice", "restart-counter-missing"}
    verdicts = {result.verdict for result in results}
    if failing:
        assert "INCONCLUSIVE" in verdicts and "FAIL" not in verdicts
    elif fault in warned:
        assert verdicts == {"PASS"}
    else:
        assert "FAIL" in verdicts


def test_a_rejection_by_policy_is_inconclusive_and_says_what_to_do():
    result, _ = play("setup", {"lma": {"accept_unknown_mn": False}})
    assert result.verdict == "INCONCLUSIVE" and "153" in result.reason and "--peer" in result.reason
    assert result.steps[1].verdict == "SKIPPED"
    assert exit_code([result]) == 3


def test_the_nodes_of_a_peer_file_take_the_scenarios_place():
    config = {"lma": {"accept_unknown_mn": False}, "mn": [{"id": "known@example.org", "hnp": ["2001:db8:a1::/64"]}]}
    result, _ = play("setup", config, node=PeerNode(id="known@example.org"))
    assert result.verdict == "PASS"
    assert any("2001:db8:a1::/64" in check.text for check in result.steps[1].expectations)


def test_clocks_that_differ_are_inconclusive_with_the_offset_and_the_option_compensates():
    result, _ = play("setup", clock_offset=-2.0)
    assert result.verdict == "INCONCLUSIVE" and "+2.00" in result.reason and "--clock-offset 2.00" in result.reason
    assert play("setup", clock_offset=0.1)[0].verdict == "PASS"


def test_too_few_sources_are_a_usage_error():
    with pytest.raises(UsageError, match="plays 3 MAGs and there is 1 source address; give --source 3 times"):
        run(load("addition"), EmbeddedTransport([bytes(15) + b"\1"], start=START))


class Silent(EmbeddedTransport):
    """Answers nothing but, once, an ICMPv6 error."""

    def send(self, datagram):
        self.sent = getattr(self, "sent", 0) + 1

    def receive(self, deadline):
        self._advance(deadline)
        if self.sent == 1:
            self.sent += 1
            return [IcmpError(1, 4, self.peer.address, "port unreachable", self.now())]
        return []


def test_silence_and_icmp_errors_are_inconclusive():
    result = run(load("setup"), Silent(start=START), RunSettings(timeout=5))
    assert result.verdict == "INCONCLUSIVE" and result.reason == "port unreachable"
    assert "rfc5213/5.3.1/unanswered" in {finding.rule for finding in result.findings}
    assert [packet.attempt for packet in result.steps[0].packets] == [1, 2, 3]


@pytest.mark.parametrize(
    ("target", "verdict"),
    [("udp://[2001:db8:1::1]", "UNSUPPORTED"), ("udp://192.0.2.1", "INCONCLUSIVE"), ("2001:db8:1::1", "INCONCLUSIVE")],
)
def test_silence_over_udp_on_ipv6_is_nobodys_fault(target, verdict):
    transport = Silent(start=START)
    transport.target, transport.sent = parse_target(target), 5
    result = run(load("rfc5213-renewal"), transport, RunSettings(timeout=2))
    assert result.verdict == verdict
    assert bool(result.findings) is (verdict != "UNSUPPORTED")


BROKEN = """
name: broken
title: An expectation that cannot hold
mn: {id: broken@example.org, mhgid: 0}
mags: {MAG1: {}}
interfaces: {IF1: {}}
steps:
  - attach: {mag: MAG1, interface: IF1}
    expect: [status = 130]
  - renew: {mag: MAG1}
  - wait: 20
"""


def test_what_was_attached_is_deregistered_after_a_failure_too():
    transport = embedded()
    result = run(parse(BROKEN, "broken.yaml"), transport)
    assert [step.verdict for step in result.steps] == ["FAIL", "PASS", "PASS"]
    assert result.reason == "expected status = 130, got 0 (accepted)"
    assert result.afterwards is not None and result.afterwards.verdict == "PASS"
    assert result.steps[2].seconds == 20
    assert exit_code([result]) == 1


class Interrupted(EmbeddedTransport):
    def receive(self, deadline):
        self.calls = getattr(self, "calls", 0) + 1
        if self.calls == 2:
            raise KeyboardInterrupt
        return super().receive(deadline)


def test_an_interruption_ends_the_steps_and_deregisters_too():
    transport = Interrupted(start=START)
    result = run(load("renewal"), transport)
    assert result.interrupted and exit_code([result]) == 3
    assert (result.steps[0].verdict, result.steps[0].reason) == ("INCONCLUSIVE", "interrupted")
    assert {step.verdict for step in result.steps[1:]} == {"SKIPPED"}
    assert result.afterwards is not None and result.afterwards.verdict == "PASS"
    assert not [b for s in transport.lma.sessions for b in s.bindings.values()]


def test_a_recording_names_step_and_verdict():
    recorder = Recorder(embedded())
    run(load("setup"), recorder)
    assert recorder.packets[0].comments == ["setup 1: IF1 attaches to MAG1", "PASS"]
    assert recorder.packets[-1].comments == ["setup: afterwards", "PASS"]


def test_what_was_re_instantiated_is_held_against_priority_action_and_selector():
    selector, other = Ipv6Selector(dst_port=5060), Ipv6Selector(dst_port=80)
    wanted = FlowIdentification(fid=1, pri=10, action=1, suboptions=(selector,))
    entry = BindingUpdateListEntry(MnProfile(id=b"x"))

    def ok(**changes):
        moved = msgspec.structs.replace(wanted, fid=65535, pro=2, **changes)
        entry.flows = {65535: Filter(moved, "lma"), 2: Filter(wanted, "mag")}
        return check_reinstantiated([wanted], entry, Observed(), CodePoints()).ok

    assert ok() and ok(suboptions=())
    assert not ok(pri=11) and not ok(action=2) and not ok(suboptions=(other,))
    assert not check_reinstantiated([], entry, Observed(), CodePoints()).ok
    assert check_reinstantiated([], None, Observed(), CodePoints()).ok


def test_reports_of_one_and_the_same_result():
    good, _ = play("removal-keep")
    bad, _ = play("setup", faults=["rfu-set"])
    plain, _ = play("setup", {"lma": {"multihoming": False}})
    document = json.loads(as_json([good, bad, plain]))
    assert document["schema"] == "pmiptool/scenario/1"
    assert [one["verdict"] for one in document["scenarios"]] == ["PASS", "FAIL", "UNSUPPORTED"]
    step = document["scenarios"][1]["steps"][0]
    assert step["findings"][0]["rule"] == "muho/4.1/rfu"
    assert step["messages"][1]["message"]["message"] == "pba"
    from xml.etree import ElementTree

    suites = ElementTree.fromstring(as_junit([good, bad, plain]).split("\n", 1)[1])
    assert [suite.get("failures") for suite in suites] == ["0", "3", "0"]
    assert [suite.get("skipped") for suite in suites] == ["0", "0", "2"]
    shown = text(bad)
    assert "error muho/4.1/rfu: " in shown and shown.endswith(")\n")
    assert text(good, drawn=False).splitlines()[-1].startswith("PASS removal-keep: ")


def test_the_same_seed_and_clock_give_the_same_octets():
    first, second = play("addition")[0], play("addition")[0]
    packets = [[packet.data for step in result.steps for packet in step.packets] for result in (first, second)]
    assert packets[0] == packets[1] and len(packets[0]) == 6
