"""What a case has at hand against a MAG: who is asked, who is chosen, what is answered beside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pmiptool.conformance.case import Case, cases
from pmiptool.conformance.mag import Mag
from pmiptool.conformance.mag_peer import MagPeer, open_mag
from pmiptool.conformance.result import CaseResult
from pmiptool.conformance.runner import RunSettings, run
from pmiptool.conformance.trial import NotPossible, TrialSettings
from pmiptool.errors import UsageError
from pmiptool.mag import MagConfig
from pmiptool.net.embedded_mag import EmbeddedMagTransport
from pmiptool.net.peer import PeerNode
from pmiptool.net.record import Recorder
from pmiptool.registry.codepoints import code_points
from pmiptool.rules import Context
from pmiptool.session.endpoint import Endpoint

ANY = cases("mag")[0]


def played(function: Callable[[Mag], Any], settings: TrialSettings | None = None, *faults: str) -> CaseResult:
    case = Case("rfc5213/6.9.1.1/made-up", "mag", function, ANY.requirements)
    transport, peer = open_mag("embedded", faults=faults)
    trial = settings or TrialSettings()
    return run([case], Recorder(transport), RunSettings(trial=trial), peer, Mag).cases[0]


class Elsewhere:
    """A transport to a MAG that never says anything; its clock is virtual."""

    def __init__(self) -> None:
        self.target, self.locals, self.peer = "udp://nowhere", (Endpoint(bytes(15) + b"\1"),), Endpoint(b"")
        self.time = 1_700_000_000.0

    sources = ()

    def now(self) -> float:
        return self.time

    def send(self, datagram: object) -> None:
        raise AssertionError("nothing is sent to nobody")

    def receive(self, deadline: float) -> list[object]:
        self.time = max(self.time, deadline)
        return []

    def close(self) -> None:
        pass


def elsewhere(function: Callable[[Mag], Any], **settings: Any) -> CaseResult:
    transport: Any = Elsewhere()
    case = Case("rfc5213/6.9.1.1/made-up", "mag", function, ANY.requirements)
    peer = MagPeer(transport)
    return run([case], Recorder(transport), RunSettings(trial=TrialSettings(**settings)), peer, Mag).cases[0]


def test_without_anybody_a_case_is_skipped() -> None:
    result = elsewhere(lambda mag: mag.node().attach())
    assert result.verdict == "SKIPPED"
    assert "attach made-up." in result.reason and "--trigger CMD" in result.reason


def test_somebody_at_a_terminal_is_asked_and_given_time() -> None:
    asked: list[str] = []
    result = elsewhere(lambda mag: mag.node().attach("flow", "fid=1 proto=udp"), ask=asked.append)
    assert result.verdict == "INCONCLUSIVE"
    assert result.seconds >= 60
    assert asked[0].startswith("attach made-up.")
    assert asked[0].endswith("to the MAG (flow fid=1 proto=udp)")


def test_what_only_a_peer_file_can_tell_is_asked_for() -> None:
    result = elsewhere(lambda mag: mag.node(ll_id="020000000001"), ask=print)
    assert result.reason == "it takes a mobile node with ll_id; name one in a peer file (--peer)"


def test_a_mobile_node_of_the_peer_file_is_chosen_by_what_is_known() -> None:
    known = (PeerNode("a@example.org"), PeerNode("b@example.org", ll_id="020000000001"), PeerNode("c@x.org", mhgid=0))
    chosen: list[str] = []

    def choose(mag: Mag) -> None:
        for wanted in ({"ll_id": "02ffffffffff"}, {"mhgid": 0}, {"ll_id": None}):
            chosen.append(mag.node(**wanted).name)
        mag.node(ll_id="020000000002")

    result = played(choose, TrialSettings(nodes=known))
    assert chosen == ["b@example.org", "c@x.org", "a@example.org"]
    assert result.reason == "it takes a mobile node with ll_id, and the peer file names none that is free"


def test_one_without_prefixes_is_chosen_only_where_none_are_wanted() -> None:
    known = (PeerNode("a@example.org", ipv6=False), PeerNode("b@example.org"), PeerNode("c@example.org", ipv6=False))
    chosen: list[str] = []

    def choose(mag: Mag) -> None:
        for wanted in ({}, {"ipv6": False}):
            chosen.append(mag.node(**wanted).name)
        mag.node()

    result = played(choose, TrialSettings(nodes=known))
    assert chosen == ["b@example.org", "a@example.org"]
    assert result.reason == "it takes a mobile node with ipv6, and the peer file names none that is free"


def test_prefixes_that_the_mag_knows_are_given_to_those_that_come_later_too() -> None:
    known = tuple(PeerNode(f"mn{n}@example.org", hnp=f"2001:db8:b{n}::/64") for n in range(3))

    def register(mag: Mag) -> None:
        for _ in known:
            mag.node().registered()
        mag.check("all are registered", True, "")

    assert played(register, TrialSettings(nodes=known)).verdict == "PASS"


def test_other_mobile_nodes_are_served_beside() -> None:
    def look(mag: Mag) -> None:
        assert mag.embedded is not None
        mag.embedded.command(["attach", "visitor@example.org"])
        mag.node().registered()
        entry = mag.embedded.mag.entry("visitor@example.org")
        mag.check("the visitor is registered", entry.state == "registered", entry.state)

    assert played(look).verdict == "PASS"


def test_what_a_case_leaves_is_taken_away() -> None:
    left: list[int] = []

    def leave(mag: Mag) -> None:
        assert mag.embedded is not None
        mag.node().attach()
        mag.node().registered()
        denied = mag.node()
        denied.attach().answer(status=152)
        mag.check("three are there", len(mag.embedded.mag.binding_update_list) == 3)

    def look(mag: Mag) -> None:
        assert mag.embedded is not None
        left.append(len(mag.embedded.mag.binding_update_list))
        mag.check("looked", True)

    transport, peer = open_mag("embedded")
    both = [Case(f"rfc5213/6.9.1.1/made-{f.__name__}", "mag", f, ANY.requirements) for f in (leave, look)]
    run(both, Recorder(transport), RunSettings(trial=TrialSettings()), peer, Mag)
    assert left == [0]


def test_a_rejection_is_made_as_one_and_the_answer_is_as_wanted() -> None:
    def look(mag: Mag) -> None:
        node = mag.node()
        first = node.attach().answer(status=155, sequence=7, twice=True)
        assert first is not None
        message = first.decoded.message
        mag.check("a rejection without lifetime", (message.status, message.lifetime) == (155, 0), message)
        mag.check("the number that was wanted", message.sequence == 7, message.sequence)
        sent = [packet for packet in mag.packets if packet.decoded.name == "pba"]
        mag.check("twice", [packet.data for packet in sent] == [first.data, first.data], len(sent))

    assert played(look).verdict == "PASS"


def test_a_mag_that_hears_nothing_any_more_is_found() -> None:
    """It answers no heartbeat, and registers nobody."""
    result = played(lambda mag: mag.check("nothing", True), None, "deaf-to-heartbeat", "never-attaches")
    assert result.killed


def test_a_mag_that_knows_no_heartbeats_is_alive() -> None:
    assert not played(lambda mag: mag.check("nothing", True), None, "deaf-to-heartbeat").killed


def test_a_mag_configured_otherwise_is_for_its_operator() -> None:
    transport: Any = Elsewhere()
    case = next(case for case in cases("mag") if case.id == "rfc5213/9.3/mag-timestamps-off")
    peer = MagPeer(transport)
    result = run([case], Recorder(transport), RunSettings(trial=TrialSettings()), peer, Mag).cases[0]
    assert result.reason == (
        "it needs a MAG with mag.timestamps=false; name it in the claims of the peer file where it is so, or add "
        "--trigger CMD, which is run as CMD configure FILE.toml"
    )
    with MagPeer(transport, ["mag.timestamps=false"]).configured(case) as known:
        assert known is None


def test_a_case_over_ipv4_needs_an_address_for_it() -> None:
    transport: Any = Elsewhere()
    case = next(case for case in cases("mag") if case.id == "rfc5844/4.2.2/over-ipv4")
    with pytest.raises(NotPossible, match="wait for one with --listen udp://ADDRESS"):
        MagPeer(transport).configured(case)
    transport.locals = (Endpoint(bytes((192, 0, 2, 1)), 5436),)
    with MagPeer(transport).configured(case) as known:
        assert known is None


def test_a_dialect_that_is_spoken_anyway_needs_no_configuration() -> None:
    transport: Any = Elsewhere()
    case = next(case for case in cases("mag") if case.id == "rfc6089/4.2/mag-fid-not-zero")
    with pytest.raises(NotPossible, match='codepoints.dialect="rfc6089"'):
        MagPeer(transport).configured(case)
    spoken = Context(codepoints=code_points({"dialect": "rfc6089"}))
    with MagPeer(transport, context=spoken).configured(case) as known:
        assert known == spoken


@pytest.mark.parametrize(
    ("listen", "options", "text"),
    [
        ("nowhere", {}, "is no address"),
        ("udp://127.0.0.1:15436", {"address": "2001:db8::1"}, "not of one kind"),
        ("embedded", {"faults": ["no-such"]}, "fault 'no-such' does not exist"),
    ],
)
def test_what_cannot_be_opened(listen: str, options: dict[str, Any], text: str) -> None:
    with pytest.raises(UsageError, match=text):
        open_mag(listen, **options)


def test_what_a_mag_does_not_know_it_has_not_failed() -> None:
    transport, peer = open_mag("embedded")
    without = {"mag": {"answers": ()}}

    def revoke(mag: Mag) -> None:
        node = mag.node()
        node.registered()
        node.revoke()

    case = Case("rfc5846/5/made-up", "mag", revoke, ANY.requirements, 1, without)
    result = run([case], Recorder(transport), RunSettings(trial=TrialSettings()), peer, Mag).cases[0]
    assert (result.verdict, result.reason) == ("UNSUPPORTED", "it knows no bri: it answers with a Binding Error")


@pytest.mark.parametrize(
    "policy",
    [
        {"timestamps": False},
        {"answers": ("heartbeat",)},
        {"detach_wait": "pba"},
        {"clock_offset": -90.0, "initial_timeout": 1.5, "renew_at": 0.9},
    ],
    ids=lambda policy: next(iter(policy)),
)
def test_another_policy_is_no_failure(policy: dict[str, Any]) -> None:
    transport = EmbeddedMagTransport(MagConfig(**policy))
    settings = RunSettings(trial=TrialSettings())
    found = run(cases("mag"), Recorder(transport), settings, MagPeer(transport), Mag).cases
    assert {case.id: case.reason for case in found if case.verdict not in ("PASS", "UNSUPPORTED")} == {}
