"""Peers that want the anchor to fall over: what they choose has an end."""

import pytest

from pmiptool.lma import dialect, outgoing
from pmiptool.lma.events import Noted, PbuAccepted
from pmiptool.lma.timers import MANY
from pmiptool.wire.values import MobileNodeIdentifier, UpdateNotification
from tests.lma.support import ANY, KEEP, LMA, MAG1, MAG2, MAG3, World, flow

LONGEST = 2048


def test_an_answer_longer_than_a_message_goes_without_its_last_options():
    """A rejection carries a handoff indicator and an access technology, which the longest request had no room for."""
    world = World()
    fields = {"hnp": [ANY] * 84, "hi": None, "att": None, "ts": None, "mn": b"m" * 21}
    request = world.codec.encode(world.request(**fields), src=MAG1, dst=LMA)
    assert len(request) == LONGEST
    (sent,) = world.deliver(request)
    answer = world.answer(sent)
    assert answer.status == 161 and answer.decoded.checksum_ok and not answer.decoded.findings
    assert answer.option(MobileNodeIdentifier).identifier == b"m" * 21 and len(answer.hnps) == 84
    assert len(answer.message.options) == 85 and len(sent.data) == LONGEST
    world.collect()
    (note,) = world.happened(Noted)
    assert (note.source.address, note.time) == (MAG1, world.now)
    assert note.text.endswith("its last 2 options are left out")


def test_a_fault_of_octets_is_applied_to_what_fits():
    """The outbox knows the faults that the anchor was given."""
    world = World(faults=["checksum-zero", "answer-twice"])
    sent = world.deliver(world.codec.encode(world.request(flows=[flow(1)], group=0), src=MAG1, dst=LMA))
    assert [datagram.data[4:6] for datagram in sent] == [b"\0\0", b"\0\0"]


def test_the_heap_forgets_what_is_dead():
    world = World()
    for _ in range(2 * MANY):
        world.send(group=0, tick=0.001)
        world.send(group=0, tick=0.001, lifetime=0, hi=4)
    assert len(world.anchor._core.timers) <= MANY + 10
    world.advance(11)  # MinDelayBeforeBCEDelete still counts from the last removal
    assert world.anchor.sessions == [] and world.anchor.next_timer() is None


def test_the_dialect_of_the_first_of_many_peers_is_forgotten(monkeypatch):
    monkeypatch.setattr(dialect, "KNOWN", 2)
    world = World(codepoints={"dialect": "auto"})
    for mag in (MAG1, MAG2, MAG3, MAG2, MAG1):
        assert world.send(mag=mag, group=0, flows=[flow(1)]).statuses == {1: 0}
    decided = [event.source.address for event in world.happened(Noted) if "read as mext" in event.text]
    assert decided == [MAG1, MAG2, MAG3, MAG1]


@pytest.mark.parametrize("numbers", [1, 2])
def test_a_notification_without_a_free_number_does_not_leave(monkeypatch, numbers):
    """All numbers wait for gateways that never answer; the next binding acknowledgement announces the filters."""
    monkeypatch.setattr(outgoing, "SEQUENCES", numbers)
    world = World({"lma": {"notify": "rfc7864"}})
    left = []
    for mn in (b"mn1@example.org", b"mn2@example.org"):
        home = world.attach(MAG1, mn=mn, flows=[flow(1)]).hnp
        world.attach(MAG2, mn=mn)
        left += world.send_all(mag=MAG1, mn=mn, hnp=home, hi=4, lifetime=0, group=0, act=KEEP)
    assert len([answer for answer in left if isinstance(answer.message, UpdateNotification)]) == numbers
    told = [event.text for event in world.happened(Noted)]
    assert told == ["all 1 sequence numbers wait for an answer; wait until some have one"] * (2 - numbers)
    assert [event.what for event in world.happened(PbuAccepted)][-1] == "removed"
    announced = world.send(mag=MAG2, mn=b"mn2@example.org", hnp=home, hi=5, group=0)
    assert [option.pro for option in announced.fids.values()] == [2]
