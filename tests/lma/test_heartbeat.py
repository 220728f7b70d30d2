"""Heartbeats (RFC 5847): always answered; sent to gateways with bindings when there is an interval."""

import pytest

from pmiptool.errors import UsageError
from pmiptool.lma import LocalMobilityAnchor, config_from
from pmiptool.lma.events import (
    HeartbeatAnswered,
    PeerReachable,
    PeerRestarted,
    PeerUnreachable,
    PeerUnsupporting,
    SilentlyDiscarded,
)
from pmiptool.session.endpoint import Datagram, Endpoint
from pmiptool.wire.checksum import checksum
from pmiptool.wire.values import BindingError, Heartbeat, RestartCounter
from tests.lma.support import LMA, MAG1, MAG2, START, World, addr

R, U = 1, 2
ASKED = {"lma": {"heartbeat_interval": 60}}


def deliver(world, message, mag=MAG1):
    return world.deliver(world.codec.encode(message, src=mag, dst=LMA), mag)


def counter(value):
    return (RestartCounter(restart_counter=value),)


def test_answer_octet_by_octet_without_any_binding():
    anchor = LocalMobilityAnchor(config_from({}), LMA, restart_counter=7)
    request = bytes.fromhex("3b010d00 0000 0000 0001e240 01020000")
    request = request[:4] + checksum(MAG1, LMA, request).to_bytes(2, "big") + request[6:]
    anchor.receive(request, Endpoint(MAG1), START)
    (sent,) = anchor.to_send(START)
    # Figure 2 of RFC 5847, and the option at 4n + 2 with a PadN before it and one behind it.
    wanted = bytes.fromhex("3b020d00 0000 0001 0001e240 0100 1c0400000007 01020000")
    assert sent.data[:4] + b"\0\0" + sent.data[6:] == wanted
    assert checksum(LMA, MAG1, sent.data) == int.from_bytes(sent.data[4:6], "big")
    assert (sent.source, sent.destination) == (Endpoint(LMA), Endpoint(MAG1))
    (event,) = anchor.events()
    assert event == HeartbeatAnswered(time=START, source=Endpoint(MAG1), sequence=123456, restart_counter=7)


def test_over_ipv4_and_udp_to_the_port_that_asked():
    world = World()
    data = world.codec.encode(Heartbeat(sequence=5))
    source, local = Endpoint(addr("192.0.2.7"), 40001), Endpoint(addr("192.0.2.1"), 5436)
    world.anchor.receive(data, source, world.now, local)
    (sent,) = world.collect()
    assert sent == Datagram(world.codec.encode(Heartbeat(flags=R, sequence=5, options=counter(1))), local, source)


def test_a_request_that_says_unsolicited_is_a_request():
    world = World()
    (sent,) = deliver(world, Heartbeat(flags=U, sequence=9))
    assert world.answer(sent).message == Heartbeat(flags=R, sequence=9, options=counter(1))


@pytest.mark.parametrize("source", ["ff02::1", "::"])
def test_none_to_a_source_that_is_not_unicast(source):
    world = World()
    assert deliver(world, Heartbeat(sequence=9), addr(source)) == []
    assert world.last.reason == "not-from-unicast"


def test_a_response_that_nobody_asked_for_is_discarded():
    world = World()
    assert deliver(world, Heartbeat(flags=R, sequence=9, options=counter(1))) == []
    assert [event.reason for event in world.happened(SilentlyDiscarded)] == ["answers-nothing"]


def asked(world):
    """The heartbeat requests of the next interval: gateway to sequence number."""
    found = {}
    for answer in world.advance(60):
        assert answer.message == Heartbeat(flags=0, sequence=answer.message.sequence)
        assert answer.datagram.source == Endpoint(LMA)
        found[answer.datagram.destination.address] = answer.message.sequence
    return found


def test_off_by_default():
    world = World()
    world.attach()
    assert world.advance(200) == []


def test_gateways_with_bindings_are_asked_and_no_others():
    world = World(ASKED)
    assert asked(world) == {}
    deliver(world, Heartbeat(sequence=9), MAG2)
    world.attach(MAG1)
    world.attach(MAG2, hi=1)
    assert asked(world) == {MAG1: 1, MAG2: 1}
    assert asked(world) == {MAG1: 2, MAG2: 2}
    world.send(mag=MAG2, group=0, lifetime=0, hi=4, act=1)
    assert asked(world) == {MAG1: 3}
    world.advance(300)
    assert not world.anchor.sessions
    assert world.advance(500) == [] and world.anchor.next_timer() is None
    world.attach(MAG2)
    assert asked(world) == {MAG2: 1}


def test_failure_and_recovery_are_told_once():
    world = World(ASKED)
    world.attach(lifetime=900)
    for _ in range(3):
        (sequence,) = asked(world).values()
        deliver(world, Heartbeat(flags=R, sequence=sequence, options=counter(4)))
    assert [(e.peer, e.restart_counter) for e in world.happened(PeerReachable)] == [(Endpoint(MAG1), 4)]
    for _ in range(4):  # three without a response are allowed; the fifth request finds a fourth
        asked(world)
    assert not world.happened(PeerUnreachable)
    asked(world)
    asked(world)
    assert [(e.peer, e.missing) for e in world.happened(PeerUnreachable)] == [(Endpoint(MAG1), 4)]
    (sequence,) = asked(world).values()
    deliver(world, Heartbeat(flags=R, sequence=sequence - 1, options=counter(4)))
    assert len(world.happened(PeerReachable)) == 1
    deliver(world, Heartbeat(flags=R, sequence=sequence, options=counter(4)), MAG2)
    assert len(world.happened(PeerReachable)) == 1
    deliver(world, Heartbeat(flags=R, sequence=sequence, options=counter(4)))
    assert len(world.happened(PeerReachable)) == 2
    for _ in range(4):
        asked(world)
    assert len(world.happened(PeerUnreachable)) == 1
    asked(world)
    assert len(world.happened(PeerUnreachable)) == 2
    assert not world.happened(PeerRestarted)


def test_another_restart_counter_is_a_restart_also_when_unsolicited():
    world = World(ASKED)
    world.attach(lifetime=900)
    (sequence,) = asked(world).values()
    deliver(world, Heartbeat(flags=R, sequence=sequence, options=counter(4)))
    (sequence,) = asked(world).values()
    deliver(world, Heartbeat(flags=R | U, sequence=77, options=counter(5)))
    deliver(world, Heartbeat(flags=R, sequence=sequence, options=counter(5)))
    deliver(world, Heartbeat(flags=R | U, sequence=77, options=()))
    assert [(e.before, e.restart_counter) for e in world.happened(PeerRestarted)] == [(4, 5)]


def test_unsolicited_responses_are_remembered_without_an_interval():
    world = World()
    for value in (1, 1, 2):
        assert deliver(world, Heartbeat(flags=R | U, options=counter(value))) == []
    assert [(e.before, e.restart_counter) for e in world.happened(PeerRestarted)] == [(1, 2)]


def test_a_gateway_that_knows_no_heartbeats_is_never_asked_again():
    world = World(ASKED)
    world.attach(lifetime=900)
    world.attach(MAG2, lifetime=900)
    asked(world)
    deliver(world, BindingError(status=2))
    assert [(e.peer, e.message) for e in world.happened(PeerUnsupporting)] == [(Endpoint(MAG1), "heartbeat")]
    assert asked(world) == {MAG2: 2}


def test_a_binding_error_out_of_nowhere_is_discarded():
    world = World(ASKED)
    deliver(world, BindingError(status=2))
    assert world.last.reason == "answers-nothing"
    deliver(world, BindingError(status=1))
    assert world.last.reason == "not-for-an-anchor"


@pytest.mark.parametrize("seconds", [1, 29.9, -1, 3601])
def test_intervals_that_the_rfc_does_not_want(seconds):
    with pytest.raises(UsageError, match="heartbeat_interval"):
        config_from({"lma": {"heartbeat_interval": seconds}})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("init_min_delay_bris", 0.4),
        ("max_brack_timeout", "2"),
        ("bri_max_retries", -1),
        ("min_delay_between_update_notification_replay", 0.4),
        ("max_update_notification_retransmit_count", 6),
        ("missing_heartbeats_allowed", 1.5),
    ],
)
def test_timers_that_the_rfcs_do_not_want(key, value):
    with pytest.raises(UsageError, match=rf"timers\.{key}"):
        config_from({"timers": {key: value}})
