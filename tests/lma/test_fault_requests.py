"""Faults of heartbeat responses and of the anchor's own requests: each does what it names and nothing else."""

import pytest
from msgspec.structs import replace

from pmiptool.errors import UsageError
from pmiptool.lma.events import SilentlyDiscarded
from pmiptool.lma.fault_requests import REQUEST_FAULTS
from pmiptool.wire.checksum import checksum
from pmiptool.wire.values import Heartbeat, Ipv4HomeAddressRequest, MobileNodeIdentifier, RestartCounter
from tests.lma.support import LMA, MAG1, World

MN = "mn1@example.org"


def play(*faults):
    """The responses to three heartbeats, an indication and a notification, each with its repetition."""
    world = World(faults=faults)
    beats = []
    for number in (7, 8, 9):
        sent = world.deliver(world.codec.encode(Heartbeat(sequence=number), src=MAG1, dst=LMA))
        beats += [world.answer(datagram).message for datagram in sent]
    world.attach(lifetime=900)
    asked = []
    for ask in (lambda: world.anchor.revoke(MN, world.now), lambda: world.anchor.notify(MN, 2, world.now)):
        ask()
        first = [world.answer(datagram) for datagram in world.collect()]
        asked.append([answer.message for answer in first + world.advance(1)])
        assert len(asked[-1]) == 2
    return world, beats, *asked


def nameless(message):
    return replace(message, options=tuple(o for o in message.options if not isinstance(o, MobileNodeIdentifier)))


def test_each_has_an_expectation_here():
    assert set(REQUEST_FAULTS) == {fault for fault, *_ in EXPECTED} | {"deaf-to-heartbeats", "wrong-restart-counter"}


EXPECTED = [
    ("heartbeat-sequence-wrong", lambda m: replace(m, sequence=m.sequence + 1), None, None),
    ("restart-counter-missing", lambda m: replace(m, options=()), None, None),
    ("revocation-without-mn-id", None, nameless, None),
    ("revocation-p-clear", None, lambda m: replace(m, flags=0), None),
    ("notification-without-mn-id", None, None, nameless),
    ("notify-twice-without-d", None, None, lambda m: replace(m, flags=0x8000)),
]


@pytest.mark.parametrize(("fault", "beat", "bri", "upn"), EXPECTED)
def test_what_it_changes(fault, beat, bri, upn):
    _, *right = play()
    _, *wrong = play(fault)
    assert wrong != right
    for change, good, bad in zip((beat, bri, upn), right, wrong, strict=True):
        assert bad == [change(message) if change else message for message in good]


def test_deaf_to_heartbeats():
    _, beats, *right = play()
    world, none, *same = play("deaf-to-heartbeats")
    assert (len(beats), none, same) == (3, [], right)
    assert [event.reason for event in world.happened(SilentlyDiscarded)] == ["deaf"] * 3


def test_the_restart_counter_goes_down():
    _, _, *right = play()
    _, beats, *same = play("wrong-restart-counter")
    counters = [option.restart_counter for beat in beats for option in beat.options]
    assert counters == sorted(counters, reverse=True) and len(set(counters)) == 3
    assert [replace(beat, options=()) for beat in beats] == [Heartbeat(flags=1, sequence=n) for n in (7, 8, 9)]
    assert all(isinstance(beat.options[0], RestartCounter) for beat in beats)
    assert same == right


def test_its_own_requests_hurry():
    world = World(faults=["hurries-10"])
    world.attach(lifetime=900)
    world.anchor.revoke(MN, world.now)
    world.collect()
    assert world.anchor.next_timer() == pytest.approx(world.now + 0.1)
    with pytest.raises(UsageError, match="a number of times above 1"):
        World(faults=["hurries-1"])


def test_what_is_revoked_is_kept():
    world = World(faults=["keeps-what-is-revoked"])
    world.attach(lifetime=900)
    world.anchor.revoke(MN, world.now)
    world.advance(10)
    assert [session.bindings for session in world.anchor.sessions] != [{}]


def test_all_of_a_session_goes_with_its_ipv4_home_address():
    left = []
    for faults in ((), ("revokes-all-at-once",)):
        world = World(faults=faults)
        world.send(Ipv4HomeAddressRequest(), lifetime=900)
        world.anchor.revoke(MN, world.now, ipv4_only=True)
        world.advance(10)
        left.append(len(world.anchor.sessions))
    assert left == [1, 0]


def test_heartbeat_responses_are_answered():
    for faults, answers in (((), 0), (("answers-responses",), 1)):
        world = World(faults=faults)
        assert len(world.deliver(world.codec.encode(Heartbeat(flags=1, sequence=7), src=MAG1, dst=LMA))) == answers


def test_heartbeats_go_on_for_ever():
    for faults, beats in (((), 0), (("beats-for-ever",), 2)):
        world = World({"lma": {"heartbeat_interval": 30}}, faults=faults)
        world.attach(lifetime=10)
        world.advance(31)
        world.advance(20)
        assert len(world.advance(50)) == beats


def test_any_answer_is_taken():
    for faults, again in (((), 1), (("takes-any-answer",), 0)):
        world = World(faults=faults)
        world.attach(lifetime=900)
        world.anchor.notify(MN, 2, world.now)
        world.collect()
        world.deliver(bytes((59, 0, 20, 0, 0, 0, 0, 0)))
        assert len(world.advance(5)) == again


def test_repetitions_are_renumbered():
    world = World(faults=["renumbers-repetitions"])
    world.attach(lifetime=900)
    world.anchor.notify(MN, 2, world.now)
    (first,) = [world.answer(datagram).message for datagram in world.collect()]
    (again,) = [answer.message for answer in world.advance(5)]
    assert again.sequence == first.sequence + 1


def test_icmp_errors_are_left_out_or_point_at_nothing():
    for faults, pointers in (((), [40]), (("sends-no-problems",), []), (("points-at-nothing",), [0])):
        world = World(faults=faults)
        data = world.codec.encode(world.request(), src=MAG1, dst=LMA)
        data = b"\x3a" + data[1:4] + b"\0\0" + data[6:]
        sent = world.deliver(data[:4] + checksum(MAG1, LMA, data).to_bytes(2, "big") + data[6:])
        assert [problem.pointer for problem in sent] == pointers
