"""Whatever is asked for, in whatever order: addresses and prefixes belong to one session each and come back."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from pmiptool.lma.events import AddressesReleased, PbuAccepted
from pmiptool.rules import check_exchange, check_message
from pmiptool.wire.values import (
    GreKey,
    HomeNetworkPrefix,
    Ipv4DefaultRouterAddress,
    Ipv4HomeAddressReply,
    Ipv4HomeAddressRequest,
    MagIdentifier,
    MagMultipathBinding,
)
from tests.lma.support import ANY, LMA, MAG1, MAG2, MAG3, World, addr, prefix

OWN = addr("198.18.0.5")
ADDRESSES = [bytes(4), *(addr(f"198.18.0.{n}") for n in (1, 2, 3, 5)), addr("192.0.2.7")]
PREFIXES = [ANY, prefix("2001:db8:f000::/64"), prefix("2001:db8:f000:1::/64")]
CONFIG = {
    "lma": {"ipv4_pool": "198.18.0.0/29"},
    "mn": [{"id": "mn1", "ipv4_hoa": "198.18.0.5/24"}, {"id": "mn3", "gre": "required"}],
}

steps = st.fixed_dictionaries(
    {
        "mag": st.sampled_from([MAG1, MAG2, MAG3]),
        "mn": st.sampled_from([b"mn1", b"mn2", b"mn3"]),
        "hnp": st.none() | st.sampled_from(PREFIXES),
        "hi": st.integers(1, 5),
        "att": st.sampled_from([3, 4]),
        "ll": st.sampled_from([None, b"\x02abcde"]),
        "lifetime": st.sampled_from([0, 0, 5, 75]),
        "group": st.sampled_from([None, None, 0]),
        "path": st.none() | st.sampled_from([1, 2]),
        "addresses": st.lists(st.sampled_from(ADDRESSES), max_size=2),
        "key": st.none() | st.just(()) | st.tuples(st.integers(0, 0xFFFFFFFF)),
        "wait": st.sampled_from([0.1, 2.0, 11.0, 30.0]),
    }
)


def play(world, step):
    world.advance(step["wait"])
    asked = [Ipv4HomeAddressRequest(prefix_length=16 * any(a), ipv4_home_address=a) for a in step["addresses"]]
    keys = [] if step["key"] is None else [GreKey(gre_key=step["key"])]
    path = step["path"] and [MagMultipathBinding(if_att=4, bid=step["path"]), MagIdentifier(identifier=b"mag")]
    names = ("mn", "hnp", "hi", "att", "ll", "lifetime", "group")
    request = world.request(*asked, *keys, *(path or ()), **{name: step[name] for name in names})
    octets = world.codec.encode(request, src=step["mag"], dst=LMA)
    for datagram in world.deliver(octets, step["mag"]):
        if datagram.destination.address == step["mag"]:
            answered(world, world.codec.decode(octets, step["mag"], LMA), world.answer(datagram))


def answered(world, request, answer):
    """The rules are content, and what stands in the answer fits what was asked."""
    if answer.sequence != request.message.sequence:
        return  # to a request that waited
    broken = {found.rule for found in check_exchange(request, answer.decoded)}
    broken |= {found.rule for found in check_message(answer.decoded)}
    assert not broken, (broken, request.message, answer.message)
    wanted = [o for o in request.message.options if isinstance(o, Ipv4HomeAddressRequest)]
    replies = answer.options(Ipv4HomeAddressReply)
    if answer.status >= 128:
        assert len(replies) == len(wanted) and not answer.option(Ipv4DefaultRouterAddress)
        assert not answer.option(GreKey)
    elif request.message.lifetime and any(isinstance(o, HomeNetworkPrefix) for o in request.message.options):
        assert answer.hnps


def consistent(world):
    sessions = world.anchor.sessions
    core = world.anchor._core
    known = [*(s for node in core.nodes.values() for s in node.sessions)]
    assert {id(s) for s in sessions} == {id(s) for s in known}
    assert {s.ipv4.address: s for s in sessions if s.ipv4} == core.homes.sessions
    assert {one: s for s in sessions for one in s.prefixes} == core.prefixes
    uplinks = [b.gre.uplink for s in sessions for b in (*s.bindings.values(), *s.tombstones.values()) if b.gre]
    uplinks = [key for key in uplinks if key is not None]
    assert len(set(uplinks)) == len(uplinks)
    for session in sessions:
        assert session.prefixes or session.ipv4
        if session.ipv4:
            assert session.ipv4.address != session.ipv4.default_router
            assert session.ipv4.address != addr("198.18.0.1")
            assert session.ipv4.address != OWN or session.mn_id[1] == b"mn1"


def nothing_is_left(world):
    world.advance(5000)
    core = world.anchor._core
    assert not world.anchor.sessions and not core.homes.sessions and not core.prefixes and not core.nodes
    taken = [core.homes.free((1, b"mn2")) for _ in range(5)]
    assert [home is not None for home in taken] == [True] * 4 + [False]  # .2 .3 .4 and .6 again: none was lost


@settings(max_examples=80, deadline=None)
@given(story=st.lists(steps, max_size=14))
def test_any_story_leaves_the_anchor_consistent(story):
    world = World(CONFIG)
    for step in story:
        play(world, step)
        consistent(world)
    nothing_is_left(world)


def test_a_long_story():
    chance = random.Random(5844)
    world = World(CONFIG)
    for _ in range(1500):
        choose = chance.choice
        step = {
            "mag": choose([MAG1, MAG2]), "mn": choose([b"mn1", b"mn2"]), "hnp": choose([None, ANY, *PREFIXES]),
            "hi": choose([1, 3, 4, 5]), "att": 4, "ll": b"\x02abcde", "lifetime": choose([0, 75, 75]),
            "group": choose([None, None, 0]), "path": None, "addresses": choose([[], [bytes(4)], [choose(ADDRESSES)]]),
            "key": choose([None, (7,)]), "wait": choose([0.1, 0.5, 3.0]),
        }  # fmt: skip
        play(world, step)
        consistent(world)
    kinds = {event.what for event in world.log if isinstance(event, PbuAccepted)}
    assert {"created", "updated", "moved", "released", "removed"} <= kinds
    assert {bool(event.prefixes) for event in world.happened(AddressesReleased)} == {True, False}
    nothing_is_left(world)
