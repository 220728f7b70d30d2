"""Steps in which the LMA asks by itself: revoke, notify and receive; and heartbeats of the gateways."""

from __future__ import annotations

import pytest

from pmiptool.errors import UsageError
from pmiptool.lma import config_from
from pmiptool.lma.knowledge import context_of
from pmiptool.mag.events import Expired, LmaRequest
from pmiptool.net.embedded import LMA_ADDRESS, EmbeddedTransport, mag_addresses
from pmiptool.net.record import Recorder
from pmiptool.net.target import Target
from pmiptool.net.transport import Received
from pmiptool.registry.codepoints import DEFAULT
from pmiptool.report.scenario import text
from pmiptool.rules import Context
from pmiptool.scenario.compile import compile_scenario
from pmiptool.scenario.loader import builtin_text, load, parse
from pmiptool.scenario.player import Player
from pmiptool.scenario.result import Packet, exit_code
from pmiptool.scenario.runner import RunSettings, run
from pmiptool.scenario.verify import Verifier
from pmiptool.session.endpoint import Datagram, Endpoint
from pmiptool.wire.codec import codec_for
from pmiptool.wire.values import (
    BindingError,
    Heartbeat,
    MobileNodeIdentifier,
    UpdateNotification,
    UpdateNotificationAcknowledgement,
)

START = 1_700_000_000.0
LMA = Endpoint(LMA_ADDRESS)
HEAD = """\
name: mine
title: Mine
mn: {id: mn7@example.org}
mags: {MAG1: {}, MAG2: {}, MAG3: {still_attached: true}}
interfaces:
  IF1: {att: 802.11, ll_id: 12:34:56:07:08:01}
  IF2: {att: e-utran, ll_id: 12:34:56:07:08:02}
  IF3: {att: geran, ll_id: 12:34:56:07:08:03}
steps:
  - attach: {mag: MAG1, interface: IF1}
"""
SECOND = "  - attach: {mag: MAG2, interface: IF2}\n"
THIRD = "  - attach: {mag: MAG3, interface: IF3}\n"


def play(steps, config=None, transport=None, **settings):
    """Play steps after an attachment with the embedded LMA, or over a given transport."""
    transport = transport or EmbeddedTransport(start=START, lma_config=config_from(config or {}))
    scenario = load(steps) if "\n" not in steps else parse(HEAD + steps, "mine.yaml")
    return run(scenario, transport, RunSettings(seed=5, **settings)), transport


def names(step):
    return [(packet.sender, packet.decoded.name, packet.receiver) for packet in step.packets]


# What people write


def test_requests_become_moves():
    steps = SECOND + (
        "  - revoke: {trigger: 4}\n"
        "  - attach: {mag: MAG1, interface: IF1}\n"
        "  - notify: {mag: MAG1, reason: ani-params-requested, ack: false, options: [{name: att, fields: {att: 8}}]}\n"
        "    answered: [answer = none]\n"
        "  - receive: {mag: MAG1, message: heartbeat}\n"
        "  - heartbeat: {mag: MAG1}\n"
    )
    revoke, _, notify, receive, heartbeat = compile_scenario(parse(HEAD + steps, "mine.yaml"), DEFAULT).moves[2:]
    assert (revoke.mags, revoke.message, revoke.number, revoke.interface) == (("MAG1", "MAG2"), "bri", 4, "")
    assert revoke.name == "the LMA revokes what is bound at MAG1 and MAG2"
    assert (notify.mags, notify.number, notify.ack, notify.interface) == (("MAG1",), 4, False, "IF1")
    assert notify.options[0].att == 8 and notify.answered == ("answer = none",)
    assert (receive.kind, receive.message, receive.mag) == ("receive", "heartbeat", "MAG1")
    assert heartbeat.name == "MAG1 asks whether the LMA is there"


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("reason: force-reregistration", False),
        ("reason: ani-params-requested", False),
        ("reason: update-session-parameters", True),
        ("reason: 1, ack: true", True),
        ("reason: flow-mobility, ack: false", False),
    ],
)
def test_a_registration_that_is_asked_for_needs_no_acknowledgement(asked, expected):
    """Unless the scenario says otherwise (RFC 7077 5.1)."""
    steps = "  - notify: {mag: MAG1, " + asked + "}\n"
    assert compile_scenario(parse(HEAD + steps, "mine.yaml"), DEFAULT).moves[1].ack is expected


@pytest.mark.parametrize(
    ("steps", "sentence"),
    [
        ("  - revoke: {mag: MAG9}\n", "there is no MAG 'MAG9'"),
        ("  - revoke: {mag: MAG1, interface: IF9}\n", "there is no interface 'IF9'"),
        ("  - notify: {mag: MAG1}\n", "line 11: the key 'reason' is missing in steps[1].notify"),
        ("  - receive: {mag: MAG1, message: pba}\n", "line 11: steps[1].receive.message: invalid enum value 'pba'"),
        ("  - revoke: {}\n    answered: ['hnp = ${IF9.hnp}']\n", "${IF9.hnp}: no such value"),
        ("  - wait: 1\nembedded: {lma: {notfy: rfc7864}}\n", "embedded: lma.notfy is no key"),
        ("  - wait: 1\nembedded: {lma: {notify: always}}\n", "embedded: lma.notify"),
        ("  - wait: 1\nembedded: {mag: {}}\n", "unknown key 'mag' in embedded"),
    ],
)
def test_what_is_wrong_in_a_file_is_named(steps, sentence):
    with pytest.raises(UsageError) as caught:
        parse(HEAD + steps, "mine.yaml")
    assert sentence in str(caught.value) and str(caught.value).startswith("mine.yaml: ")


@pytest.mark.parametrize(
    ("steps", "sentence"),
    [
        ("  - revoke: {trigger: anything}\n", "trigger is 'anything'"),
        ("  - revoke: {trigger: 128, ipv4_only: true}\n", "ipv4_only is about one mobile node"),
        ("  - notify: {reason: 70000}\n", "reason is 70000"),
        ("  - notify: {reason: 2, options: [{name: qoz}]}\n", "option 'qoz' does not exist"),
        ("  - renew: {mag: MAG1}\n    answered: [status = 0]\n", "answered is what the MAG says to the LMA's request"),
        (
            "  - detach: {mag: MAG1}\n  - revoke: {}\n",
            "nothing is attached; attach an interface first, or name the MAG",
        ),
        ("  - revoke: {}\n  - renew: {mag: MAG1}\n", "nothing is attached to MAG1"),
    ],
)
def test_what_cannot_be_asked_is_named_with_its_step(steps, sentence):
    with pytest.raises(UsageError) as caught:
        compile_scenario(parse(HEAD + steps, "mine.yaml"), DEFAULT)
    assert sentence in str(caught.value) and "steps[" in str(caught.value)


# The embedded LMA obeys


def test_a_revocation_everywhere_is_held_against_expectations_at_each_gateway():
    result, transport = play(
        SECOND + "  - revoke: {}\n    expect: [fields.revocation_trigger = 1, 'hnp = ${IF1.hnp}']\n"
    )
    step = result.steps[2]
    assert step.verdict == "FAIL" and [check.ok for check in step.expectations] == [True, True, True, False]
    assert step.expectations[3].text.startswith("MAG2: hnp = ")
    assert names(step) == [
        *(("LMA", "bri", "MAG1"), ("LMA", "bri", "MAG2")),
        *(("MAG1", "bra", "LMA"), ("MAG2", "bra", "LMA")),
    ]
    assert not transport.lma.sessions and result.afterwards is None


def test_what_the_gateway_answers_can_be_expected_too():
    steps = (
        "  - revoke: {mag: MAG3, trigger: 3}\n    answered: [%s]\n  - renew: {mag: MAG3}\n    expect: [status = 0]\n"
    )
    result, _ = play(THIRD + steps % "status = 132")
    assert (result.verdict, result.findings) == ("PASS", ())
    result, _ = play(THIRD + steps % "status = 0")
    assert result.reason == "expected answered status = 0, got 132 (mn-attached)"


def test_a_realm_is_revoked_with_a_global_trigger():
    result, transport = play(
        "  - revoke: {mag: MAG1, trigger: local-policy}\n    expect: [option.mn-id.identifier = @example.org]\n"
    )
    assert result.verdict == "PASS" and not transport.lma.sessions


def test_the_ipv4_home_address_alone_is_revoked_and_the_binding_stays():
    steps = (
        "  - revoke: {mag: MAG1, ipv4_only: true}\n"
        "    expect: [fields.flags = V, option.hnp = none, option.ipv4-hoa-request.ipv4_home_address != 0.0.0.0]\n"
        "    answered: [status = 0, fields.flags = V]\n"
        "  - renew: {mag: MAG1}\n    expect: [status = 0, option.ipv4-hoa-reply = none]\n"
    )
    head = HEAD.replace("{id: mn7@example.org}", "{id: mn7@example.org, ipv4_hoa: any}")
    result = run(parse(head + steps, "mine.yaml"), EmbeddedTransport(start=START), RunSettings(seed=5))
    assert (result.verdict, result.findings) == ("PASS", ()), result.reason
    assert "MAG1: the IPv4 home address is revoked" in result.steps[1].notes


def test_the_registration_that_follows_a_notification_has_to_succeed():
    result, _ = play("  - notify: {mag: MAG1, reason: 1, ack: false}\n", transport=Refusing(start=START))
    assert (result.steps[1].verdict, exit_code([result])) == ("INCONCLUSIVE", 3)
    assert "153" in result.steps[1].reason and "--peer" in result.steps[1].reason


class Refusing(EmbeddedTransport):
    """Its LMA knows the mobile node no more once it has notified."""

    def notify(self, *args, **more):
        sent = super().notify(*args, **more)
        self.lma = type(self.lma)(config_from({"lma": {"accept_unknown_mn": False}}), self.peer.address)
        return sent


def test_an_lma_with_nothing_to_revoke_says_so():
    result, _ = play("  - revoke: {mag: MAG2}\n  - renew: {mag: MAG1}\n")
    assert [step.verdict for step in result.steps] == ["PASS", "INCONCLUSIVE", "SKIPPED"]
    assert "no binding of mn7@example.org at that address" in result.reason


def test_what_comes_in_the_step_before_is_left_to_the_step_that_receives_it():
    result, transport = play("flow-mobility-7864")
    detach, receive, renew = result.steps[2:]
    assert names(detach) == [("MAG1", "pbu", "LMA"), ("LMA", "pba", "MAG1")]
    assert names(receive) == [("LMA", "update-notification", "MAG2"), ("MAG2", "update-ack", "LMA")]
    assert [check.ok for check in receive.expectations] == [True] * 8
    assert names(renew) == [("MAG2", "pbu", "LMA"), ("LMA", "pba", "MAG2")]
    assert transport.lma.config.lma.notify == "none", "the LMA of before is back"
    assert "2001:db8:1::3" in text(result) and "UPN" in text(result) and "reason 8 flow-mobility" in text(result)


def test_an_lma_that_is_not_configured_to_notify_is_unsupported():
    unconfigured = builtin_text("flow-mobility-7864").replace("notify: rfc7864", "notify: none")
    result = run(parse(unconfigured, "x.yaml"), EmbeddedTransport(start=START))
    assert [step.verdict for step in result.steps] == ["PASS"] * 3 + ["UNSUPPORTED", "SKIPPED"]
    assert "no update notification came to MAG2 within 10 s" in result.reason and "RFC 7077" in result.reason
    assert result.afterwards is not None and result.afterwards.verdict == "PASS"


def test_what_a_scenario_needs_of_the_lma_comes_on_top_of_its_configuration():
    config = {"lma": {"pool": "2001:db8:7000::/36"}}
    result, _ = play("flow-mobility-7864", config)
    assert result.verdict == "PASS"
    assert any("2001:db8:7000::/64" in check.text for check in result.steps[1].expectations)


# Heartbeats


@pytest.mark.parametrize("fault", ["restart-counter-missing", "wrong-restart-counter"])
def test_heartbeats_are_judged(fault):
    transport = EmbeddedTransport(start=START, faults=[fault])
    result = run(load("heartbeat"), transport, RunSettings(context=context_of(transport.lma.config)))
    assert any(finding.rule.startswith("rfc5847/3.2/") for finding in result.findings)


def test_a_heartbeat_without_an_answer_leaves_it_open_and_the_steps_go_on():
    transport = EmbeddedTransport(start=START, faults=["deaf-to-heartbeats"])
    result = run(load("heartbeat"), transport, RunSettings(timeout=6))
    assert [step.verdict for step in result.steps] == ["PASS", "INCONCLUSIVE", "INCONCLUSIVE", "PASS"]
    assert result.reason == "no answer within 6 s" and len(result.steps[1].packets) == 2
    assert "rfc5847/3/unanswered" in {finding.rule for finding in result.steps[1].findings}
    result, _ = play(
        "  - heartbeat: {mag: MAG1}\n    expect: [answer = none]\n",
        transport=EmbeddedTransport(start=START, faults=["deaf-to-heartbeats"]),
    )
    assert result.verdict == "PASS"


class Ignorant(EmbeddedTransport):
    """Knows no message later than RFC 6275: answers with a binding error."""

    def send(self, datagram):
        decoded = codec_for().decode(datagram.data, src=datagram.source.address, dst=datagram.destination.address)
        if decoded.layout.type <= 7:
            return super().send(datagram)
        data = codec_for().encode(BindingError(status=2), src=self.peer.address, dst=datagram.source.address)
        self.waiting = [Received(data, self.peer, datagram.source, self.now())]
        return None

    def receive(self, deadline):
        waiting, self.waiting = getattr(self, "waiting", []), []
        return waiting or super().receive(deadline)


@pytest.mark.parametrize(
    ("name", "message"), [("heartbeat", "heartbeat"), ("revocation", "bra"), ("update-notification", "update-ack")]
)
def test_an_lma_that_knows_the_type_not_is_unsupported(name, message):
    result, _ = play(name, transport=Ignorant(start=START))
    assert result.verdict == "UNSUPPORTED"
    assert result.reason == f"the LMA does not know {message}: it answers with a binding error, status 2"


# An LMA of somebody else's


class Foreign:
    """An LMA at the end of a network: nothing here can command it."""

    def __init__(self):
        self.behind = EmbeddedTransport(start=START)
        self.target, self.peer, self.locals = Target("raw"), self.behind.peer, self.behind.locals
        self.sources, self.now, self.receive, self.close = (
            self.behind.sources,
            self.behind.now,
            self.behind.receive,
            self.behind.close,
        )

    def send(self, datagram: Datagram) -> None:
        self.behind.send(datagram)


def test_the_operator_of_another_lma_is_asked_and_waited_for():
    transport, asked = Foreign(), []

    def ask(sentence):
        asked.append(sentence)
        if len(asked) == 1:
            transport.behind.revoke(b"mn7@example.org", trigger=5)

    result, _ = play(
        "  - revoke: {mag: MAG1, trigger: 5}\n    expect: [fields.revocation_trigger = 5]\n"
        "  - attach: {mag: MAG1, interface: IF1}\n  - revoke: {mag: MAG1, trigger: per-peer-policy}\n  - wait: 1\n",
        transport=transport,
        ask=ask,
        patience=30,
    )
    assert asked == [
        "make the LMA revoke the bindings of mn7@example.org at MAG1 (2001:db8:1::2), trigger 5 user-terminated; "
        "waiting 30 s",
        "make the LMA revoke all bindings at MAG1 (2001:db8:1::2), trigger 128 per-peer-policy; waiting 30 s",
    ]
    assert [step.verdict for step in result.steps] == ["PASS", "PASS", "PASS", "INCONCLUSIVE", "SKIPPED"]
    assert "no binding revocation came to MAG1 within 30 s: the LMA was not told to send one" in result.reason


def test_something_else_than_what_the_operator_was_asked_for_does_not_count():
    transport = Foreign()

    def ask(sentence):
        transport.behind.notify(b"mn7@example.org", 1, ack=False)

    result, _ = play("  - revoke: {mag: MAG1}\n", transport=transport, ask=ask, patience=3)
    assert "no binding revocation came to MAG1 within 3 s" in result.reason
    assert ("LMA", "update-notification", "MAG1") in names(result.steps[1])


def test_the_lmas_own_heartbeats_can_be_received():
    steps = (
        "  - receive: {mag: MAG1, message: heartbeat}\n    answered: [fields.flags = R]\n"
        "embedded: {lma: {heartbeat_interval: 30}}\n"
    )
    result, _ = play(steps, timeout=40)
    assert (result.verdict, result.findings) == ("PASS", ())
    assert names(result.steps[1]) == [("LMA", "heartbeat", "MAG1"), ("MAG1", "heartbeat", "LMA")]


def made(name, sender, receiver, message, at=START):
    """A packet between MAG1 or MAG2 and the LMA."""
    at_ends = {"LMA": LMA, "MAG1": Endpoint(mag_addresses()[0]), "MAG2": Endpoint(mag_addresses()[1])}
    source, destination = at_ends[sender], at_ends[receiver]
    data = codec_for().encode(message, src=source.address, dst=destination.address)
    decoded = codec_for().decode(data, src=source.address, dst=destination.address)
    assert decoded.name == name
    return Packet(at, sender, receiver, source, destination, data, decoded)


MN_ID = MobileNodeIdentifier(1, b"mn7@example.org")
UPN = UpdateNotification(sequence=1, reason=2, flags=0x8000, options=(MN_ID,))


def test_what_is_left_for_the_next_step_is_of_its_gateway_and_no_earlier():
    player = Player(EmbeddedTransport(start=START), {}, DEFAULT, 0)
    early = made("update-ack", "MAG2", "LMA", UpdateNotificationAcknowledgement(sequence=9, options=(MN_ID,)))
    asked = made("update-notification", "LMA", "MAG2", UPN, START + 2)
    other = made("heartbeat", "LMA", "MAG1", Heartbeat(sequence=1), START + 3)
    answered = made(
        "update-ack", "MAG2", "LMA", UpdateNotificationAcknowledgement(sequence=1, options=(MN_ID,)), START + 3
    )
    player.packets = [early, asked, other, answered]
    before, request = Expired(time=START), LmaRequest(time=START + 2, kind="update-notification", request=asked.decoded)
    elsewhere = Expired(time=START + 3)
    player.events = [("MAG2", before), ("MAG2", request), ("MAG1", elsewhere)]
    packets, events, _ = player.take(("MAG2", "update-notification"))
    assert (packets, events) == ([early, other], [("MAG2", before), ("MAG1", elsewhere)])
    assert player.take()[:2] == ([asked, answered], [("MAG2", request)])


def test_a_gateway_that_does_not_answer_is_not_the_lmas_fault():
    verifier = Verifier(Context(complete=True))
    known = made("update-ack", "MAG1", "LMA", UpdateNotificationAcknowledgement(sequence=9, options=(MN_ID,)))
    assert verifier.findings([known, made("update-notification", "LMA", "MAG1", UPN)], 1) == []
    assert verifier.missing() == {}
    verifier = Verifier(Context(complete=True))
    assert verifier.findings([made("heartbeat", "MAG1", "LMA", Heartbeat(sequence=1))], 1) == []
    assert [finding.rule for finding in verifier.missing()[1]] == ["rfc5847/3/unanswered"]


def test_a_recording_names_steps_and_verdicts():
    recorder = Recorder(EmbeddedTransport(start=START))
    play("update-notification", transport=recorder)
    comments = [packet.comments for packet in recorder.packets if "3: " in packet.comments[0]]
    assert len(comments) == 2 and all(comment[1] == "PASS" for comment in comments)
