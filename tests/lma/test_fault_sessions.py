"""Faults in what becomes of sessions and in where answers go: each does what it says, and nothing before it applies."""

import pytest
from msgspec.structs import replace

from pmiptool.errors import UsageError
from pmiptool.session.endpoint import Endpoint
from tests.lma.support import ANY, LMA, MAG1, MAG2, World

LL1, LL2 = b"\2\0\0\0\0\1", b"\2\0\0\0\0\2"


def datagram(world, **fields):
    world.now += 0.1
    mag = fields.get("mag", MAG1)
    (sent,) = world.deliver(world.codec.encode(world.request(**fields), src=mag, dst=LMA), mag)
    return sent


def test_bindings_end_after_a_kind_of_request():
    with pytest.raises(UsageError, match="forgets-after-rejection: it takes attachment, "):
        World(faults=["forgets-after-rejection"])
    world = World(faults=["forgets-after-deregistration"])
    first, second = world.send(ll=LL1), world.send(ll=LL2, mag=MAG2)
    assert (first.status, second.status, len(world.anchor.sessions)) == (0, 0, 2)
    assert world.send(ll=LL1, hnp=first.hnp, lifetime=0, hi=4).status == 0
    assert world.anchor.sessions == []


def test_one_prefix_for_all():
    world = World(faults=["one-prefix-for-all"])
    first = world.send().hnp
    assert world.send(mn=b"mn2").hnp == first
    assert world.send(hnp=first, hi=5).hnp == first
    assert len(world.anchor.sessions) == 2


def test_the_prefix_of_another_is_taken():
    world = World(faults=["takes-prefix-of-another"])
    hnp = world.send().hnp
    answer = world.send(mn=b"mn2", hnp=hnp, mag=MAG2)
    assert (answer.status, answer.hnp) == (0, hnp)
    assert world.session.mn_id == (1, b"mn1@example.org")
    assert world.send(hnp=hnp, lifetime=0, hi=4) is None
    assert World().send(mn=b"mn2", hnp=hnp).status == 0


def test_a_rejection_makes_an_entry():
    world = World(faults=["registers-when-rejecting"])
    assert world.send(ll=LL1, hi=None, ts=None, seq=9).status == 161
    assert world.send(ll=LL1, ts=None, seq=9).status == 135
    assert world.send(ll=LL1, ts=None, seq=10).status == 0
    world.advance(400)


@pytest.mark.parametrize("faults", [[], ["keeps-interface"]])
def test_an_entry_keeps_its_interface(faults):
    world = World(faults=faults)
    hnp = world.send(ll=LL1).hnp
    assert world.send(ll=LL2, hnp=hnp, hi=2, mag=MAG2).hnp == hnp
    assert (world.send(ll=LL2, hi=5, mag=MAG2).hnp == hnp) is (not faults)


@pytest.mark.parametrize(("faults", "status"), [([], 0), (["remembers-timestamps"], 157)])
def test_a_timestamp_outlives_sequence_numbers(faults, status):
    world = World(faults=faults)
    hnp = world.send().hnp
    last = int(world.now * 65536)
    assert world.send(hnp=hnp, hi=5, ts=None).status == 0
    assert world.send(hnp=hnp, hi=5, ts=last - 1).status == status


@pytest.mark.parametrize(("faults", "status"), [([], 0), (["sequence-per-node"], 135)])
def test_sessions_share_their_sequence_number(faults, status):
    world = World(faults=faults)
    first = world.send(ll=LL1, ts=None, seq=1000)
    assert world.send(ll=LL2, ts=None, seq=10).status == 0
    assert world.send(ll=LL2, ts=None, seq=2000).status == 0
    assert world.send(ll=LL1, hnp=first.hnp, hi=5, ts=None, seq=1001).status == status


def test_the_order_and_the_places_of_options():
    world = World(faults=["rejects-other-order"])
    assert world.send(hnp=[ANY, ANY]).status == 0
    world.now += 0.1
    request = world.request()
    (sent,) = world.deliver(world.codec.encode(replace(request, options=request.options[::-1]), src=MAG1, dst=LMA))
    assert world.answer(sent).status == 128
    statuses = set()
    for length in range(1, 5):
        world = World(faults=["rejects-odd-places"])
        request = world.request(mn=b"m" * length)
        mn_id, prefix, *others = request.options
        request = replace(request, options=(mn_id, *others, prefix))
        (sent,) = world.deliver(world.codec.encode(request, src=MAG1, dst=LMA))
        statuses.add(world.answer(sent).status)
    assert statuses == {0, 128}


def test_answers_go_astray():
    sent = datagram(World(faults=["answers-from-elsewhere"]))
    assert (sent.source, sent.destination) == (Endpoint(LMA[:-1] + b"\x81"), Endpoint(MAG1))
    sent = datagram(World(faults=["answers-to-care-of-address"]), alternate=MAG2)
    assert (sent.source, sent.destination) == (Endpoint(LMA), Endpoint(MAG2))
    assert datagram(World(), alternate=MAG2).destination == Endpoint(MAG1)
