"""`mhgid-nonzero` = accept: several multihoming groups of one mobile node (muho 1, 2, 4.1).

"All PBUs with the same HNP and MHGID values belong to the same mobility session"; the default group is that of all
interfaces.
"""

import struct

import pytest

from pmiptool.lma.events import FlowReinstantiated, SessionEnded
from pmiptool.session.classifier import Fragments, classify, decide
from pmiptool.wire.values import (
    BindingIdentifier,
    BindingReference,
    Ipv4HomeAddressReply,
    Ipv4HomeAddressRequest,
    Ipv6Selector,
    Multihoming,
)
from tests.lma.support import KEEP, MAG1, MAG2, MAG3, REMOVE, World, flow, prefix

HNP1, HNP2 = prefix("2001:db8:f000::/64"), prefix("2001:db8:f000:1::/64")
WEB, DNS = Ipv6Selector(dst_port=80), Ipv6Selector(dst_port=53)


@pytest.fixture
def world():
    return World(readings={"mhgid-nonzero": "accept"})


def groups(world):
    return {session.mhgid: session for session in world.anchor.sessions}


def owned(world):
    return {
        mhgid: {binding.care_of_address: sorted(binding.flows) for binding in session.bindings.values()}
        for mhgid, session in groups(world).items()
    }


def leave(world, mag, group, act=0):
    return world.send(mag=mag, hnp=HNP1, hi=4, lifetime=0, group=group, act=act)


def packet(port, proto=17):
    upper = struct.pack("!HHHH", 1000, port, 8, 0)
    return struct.pack("!IHBB", 6 << 28, len(upper), proto, 64) + bytes(32) + upper


def fragment(whole, offset):
    """A fragment of a UDP packet: the first, or a later one, which has no ports."""
    header = struct.pack("!BBHL", 17, 0, offset | (offset == 0), 7)
    return struct.pack("!IHBB", 6 << 28, len(whole) - 32, 44, 64) + bytes(32) + header + whole[40:]


def test_each_group_is_a_session_of_its_own_with_the_prefix_of_the_others(world):
    answers = [world.attach(mag, group=group) for mag, group in ((MAG1, 0), (MAG2, 7), (MAG3, 255))]
    assert [answer.hnp for answer in answers] == [HNP1] * 3
    assert [answer.option(Multihoming).mhgid for answer in answers] == [0, 7, 255]
    assert owned(world) == {0: {MAG1: []}, 7: {MAG2: []}, 255: {MAG3: []}}
    assert world.attach(MAG1, mn=b"mn2@example.org", group=7).hnp == HNP2, "of another mobile node"


def test_one_interface_may_be_in_two_groups(world):
    world.attach(MAG1, group=1, flows=[flow(1)])
    assert world.attach(MAG1, group=2, flows=[flow(1)]).statuses == {1: 0}
    assert leave(world, MAG1, 1).status == 0
    world.advance(10)
    assert owned(world) == {2: {MAG1: [1]}}


def test_a_prefix_that_is_named_is_that_of_the_other_groups(world):
    world.attach(MAG1, group=3)
    assert world.send(mag=MAG2, hnp=HNP2, group=0).status == 155
    assert world.send(mag=MAG2, hnp=[HNP1, HNP2], group=0).status == 159
    assert world.send(mag=MAG2, hnp=HNP1, group=0).status == 0
    assert world.send(mag=MAG2, hnp=HNP1, group=None).status == 155, "without the option it is another session"
    assert world.send(mag=MAG2, mn=b"mn2@example.org", hnp=HNP1, group=3).status == 155
    assert owned(world) == {3: {MAG1: []}, 0: {MAG2: []}}


def test_the_prefix_is_free_again_when_the_last_group_has_ended(world):
    world.attach(MAG1, group=0)
    world.attach(MAG2, group=1)
    leave(world, MAG1, 0)
    world.advance(10)
    assert [event.mhgid for event in world.happened(SessionEnded)] == [0]
    assert groups(world)[1].family == []
    assert world.send(mag=MAG3, hnp=HNP1, group=None).status == 155
    assert world.attach(MAG3, group=0).hnp == HNP1
    for mag, group in ((MAG2, 1), (MAG3, 0)):
        leave(world, mag, group)
    world.advance(10)
    assert not world.anchor.sessions
    assert world.send(mag=MAG3, mn=b"mn2@example.org", hnp=HNP1, group=None).status == 0


def test_a_deregistration_is_of_the_group_that_it_names(world):
    world.attach(MAG1, group=1)
    world.attach(MAG2, group=0)
    assert leave(world, MAG1, 0) is None
    assert leave(world, MAG1, 9) is None
    assert leave(world, MAG1, 1).status == 0
    assert owned(world)[0] == {MAG2: []}


def test_filters_and_identifiers_are_those_of_a_group(world):
    world.attach(MAG1, group=1, flows=[flow(1)])
    world.attach(MAG2, group=2, flows=[flow(1, pro=1), flow(2)])
    assert owned(world) == {1: {MAG1: [1]}, 2: {MAG2: [2]}}
    leave(world, MAG1, 1, REMOVE)
    assert owned(world)[2] == {MAG2: [2]}


def test_kept_filters_stay_in_their_group(world):
    world.attach(MAG1, group=1, flows=[flow(1)])
    world.attach(MAG2, group=2)
    world.attach(MAG3, group=0)
    assert leave(world, MAG1, 1, KEEP).status == 0
    assert owned(world) == {1: {}, 2: {MAG2: []}, 0: {MAG3: []}}


def test_kept_filters_of_the_default_group_find_any_interface(world):
    world.attach(MAG1, group=0, flows=[flow(1, 66)])
    world.attach(MAG2, group=5, flows=[flow(1, 77, selector=DNS)])
    world.attach(MAG3, group=0, flows=[flow(1, 99, selector=DNS)])
    assert classify(packet(80), groups(world)[5], "drop") == (MAG1,)
    assert leave(world, MAG1, 0, KEEP).status == 0
    assert classify(packet(80), groups(world)[5], "drop") == (MAG2,)
    assert owned(world)[5] == {MAG2: [1, 65535]}
    assert [event.new_care_of_address for event in world.happened(FlowReinstantiated)] == [MAG2]
    told = world.send(mag=MAG2, hnp=HNP1, hi=5, group=5)
    assert [(option.pri, option.pro) for option in told.fids.values()] == [(66, 2)]


def test_where_nobody_is_left_to_keep_counts_all_interfaces_for_the_default_group():
    world = World(readings={"mhgid-nonzero": "accept", "keep-without-peer": "reject"})
    world.attach(MAG1, group=0)
    world.attach(MAG2, group=1)
    assert leave(world, MAG2, 1, KEEP).status == 251
    assert leave(world, MAG1, 0, KEEP).status == 0


def test_fids_of_the_group_that_takes_a_filter_are_spared():
    world = World(readings={"mhgid-nonzero": "accept", "fid-scope": "group"})
    world.attach(MAG1, group=0, flows=[flow(1)])
    world.attach(MAG2, group=1)
    world.attach(MAG3, group=1, flows=[flow(65535, 66)])
    leave(world, MAG1, 0, KEEP)
    assert owned(world)[1] == {MAG2: [65534], MAG3: [65535]}


def test_copies_to_all_interfaces():
    world = World(readings={"mhgid-nonzero": "accept", "reinstantiation-target": "all"})
    world.attach(MAG2, group=1)
    world.attach(MAG1, group=0, flows=[flow(1)])
    world.attach(MAG3, group=0)
    leave(world, MAG1, 0, KEEP)
    assert owned(world) == {1: {MAG2: [65535]}, 0: {MAG3: [65535]}}


def test_n_cast_of_the_default_group_goes_to_all_interfaces(world):
    world.attach(MAG3, group=2)
    world.attach(MAG1, group=0, flows=[flow(1, 10, action=3, selector=WEB)])
    world.attach(MAG2, group=2, flows=[flow(1, 20, action=3, selector=DNS)])
    for session in world.anchor.sessions:
        assert classify(packet(80), session) == (MAG3, MAG1, MAG2), "in order of age"
        assert classify(packet(53), session) == (MAG3, MAG2)


def test_a_binding_identifier_of_another_group_is_for_the_default_group_only(world):
    one, two = (BindingReference(bid=(bid,)) for bid in (4, 5))
    world.send(BindingIdentifier(bid=4, bid_pri=9), mag=MAG1, group=1)
    assert world.attach(MAG2, group=2, flows=[flow(1, more=[one])]).statuses == {1: 129}
    assert world.attach(MAG3, group=0, flows=[flow(1, more=[one]), flow(2, 9, more=[two])]).statuses == {1: 0, 2: 129}
    assert classify(packet(80), groups(world)[0]) == (MAG1,)


def test_packets_meet_the_filters_of_all_groups_in_one_list(world):
    world.attach(MAG1, group=0, flows=[flow(1, 20, selector=WEB)])
    world.attach(MAG2, group=1, flows=[flow(1, 10, selector=WEB), flow(2, 5, action=2, selector=DNS)])
    for session in world.anchor.sessions:
        decision = decide(packet(80), session)
        assert (decision.care_of_addresses, decision.flow.priority) == ((MAG2,), 10)
        memory = Fragments()
        assert classify(fragment(packet(80), 0), session, fragments=memory) == (MAG2,)
        assert classify(fragment(bytes(48), 8), session, fragments=memory) == (MAG2,)
        assert classify(packet(53), session) == ()
    leave(world, MAG2, 1)
    assert {classify(packet(80), session) for session in world.anchor.sessions} == {(MAG1,)}


@pytest.mark.parametrize(
    ("reading", "where"),
    [("bid-pri", (MAG2,)), ("oldest", (MAG1,)), ("newest", (MAG3,)), ("drop", ()), ("all", (MAG1, MAG2, MAG3))],
)
def test_what_no_filter_matches_goes_to_an_interface_of_the_default_group_which_has_all(world, reading, where):
    world.attach(MAG1, group=1)
    world.send(BindingIdentifier(bid=1, bid_pri=3), mag=MAG2, group=1)
    world.attach(MAG3, group=0)
    for session in world.anchor.sessions:
        assert classify(packet(80), session, reading) == where


def test_an_ipv4_home_address_is_shared_too(world):
    asked = Ipv4HomeAddressRequest(prefix_length=0, ipv4_home_address=bytes(4))
    homes = [
        world.send(asked, mag=mag, group=group).option(Ipv4HomeAddressReply).ipv4_home_address
        for mag, group in ((MAG1, 0), (MAG2, 1))
    ]
    assert homes[0] == homes[1]
    named = Ipv4HomeAddressRequest(prefix_length=0, ipv4_home_address=homes[0])
    assert world.send(named, mag=MAG3, group=2).option(Ipv4HomeAddressReply).status == 0
    leave(world, MAG1, 0)
    world.advance(10)
    other = world.send(asked, mag=MAG1, mn=b"mn2@example.org", group=0).option(Ipv4HomeAddressReply)
    assert other.ipv4_home_address != homes[0]
    assert world.send(named, mag=MAG1, mn=b"mn3@example.org", group=0).status == 171


def test_a_group_that_had_an_address_only_gets_the_prefix_of_the_others(world):
    asked = Ipv4HomeAddressRequest(prefix_length=0, ipv4_home_address=bytes(4))
    world.attach(MAG1, group=0)
    assert world.send(asked, mag=MAG2, hnp=None, group=1).hnps == []
    assert world.send(asked, mag=MAG2, hi=5, group=1).hnp == HNP1


def test_the_default_reading_serves_the_default_group_only():
    world = World()
    world.attach(MAG1)
    answer = world.send(mag=MAG2, group=1)
    assert (answer.status, answer.option(Multihoming).mhgid) == (250, 1)
