"""The draft's figures 3 to 7, message by message (muho 3), and what the downlink does after each."""

import struct

from pmiptool.lma.events import FlowReinstantiated, PbuAccepted
from pmiptool.session.classifier import classify
from pmiptool.wire.values import HandoffIndicator, HomeNetworkPrefix, Ipv6Selector, MobileNodeIdentifier, Multihoming
from tests.lma.support import KEEP, MAG1, MAG2, MAG3, REMOVE, World, flow, prefix

HNP1 = prefix("2001:db8:f000::/64")
VOICE, WEB, MAIL = (Ipv6Selector(dst_port=port, proto=17) for port in (5060, 80, 25))


def downlink(world, port):
    udp = struct.pack("!HHHH", 1, port, 8, 0)
    return classify(struct.pack("!IHBB", 6 << 28, 8, 17, 64) + bytes(16) + HNP1.address + udp, world.session)


def figure3(**settings):
    world = World(settings)
    first = world.attach(MAG1, hi=1, flows=[flow(1, selector=VOICE)])
    second = world.attach(MAG2, hi=1, flows=[flow(1, selector=WEB)])
    return world, first, second


def test_figure_3_initial_setup():
    world, first, second = figure3()
    for answer in (first, second):
        assert answer.option(MobileNodeIdentifier).identifier == b"mn1@example.org"
        assert answer.hnp == HNP1
        assert answer.option(Multihoming) == Multihoming(mhgid=0, act=0, rfu=0)
        assert answer.option(HandoffIndicator).hi == 1
        assert answer.statuses == {1: 0}
        assert answer.fids[1].pro == 0
    assert [event.what for event in world.happened(PbuAccepted)] == ["created", "added"]
    assert world.owners() == {MAG1: [1], MAG2: [1]}
    assert downlink(world, 5060) == (MAG1,)
    assert downlink(world, 80) == (MAG2,)
    assert downlink(world, 25) == (MAG1,), "no match: the oldest"


def test_figure_4_renewal_without_filters_keeps_them():
    world, _, _ = figure3()
    for mag in (MAG1, MAG2):
        answer = world.send(mag=mag, hnp=HNP1, hi=5, group=0)
        assert (answer.status, answer.hnp, answer.lifetime) == (0, HNP1, 75)
        assert answer.option(HandoffIndicator).hi == 5
        assert answer.option(Multihoming) == Multihoming()
        assert not answer.fids
    assert world.owners() == {MAG1: [1], MAG2: [1]}
    assert [event.what for event in world.happened(PbuAccepted)[2:]] == ["updated", "updated"]


def test_figure_5_modification():
    world, _, _ = figure3()
    answer = world.send(
        mag=MAG1, hnp=HNP1, hi=5, group=0, flows=[flow(1, 5, pro=1, selector=MAIL), flow(2, selector=VOICE)]
    )
    assert answer.statuses == {1: 0, 2: 0}
    assert downlink(world, 25) == (MAG1,)
    assert downlink(world, 5060) == (MAG1,)
    answer = world.send(mag=MAG1, hnp=HNP1, hi=5, group=0, summary=[2])
    assert world.owners() == {MAG1: [2], MAG2: [1]}
    assert not answer.fids


def test_figure_6_removal_keeping_filters():
    world, _, _ = figure3()
    answer = world.send(mag=MAG1, hnp=HNP1, hi=4, lifetime=0, group=0, act=KEEP)
    assert (answer.status, answer.lifetime, answer.hnp) == (0, 0, HNP1)
    assert answer.option(Multihoming) == Multihoming()
    assert world.owners() == {MAG2: [1, 65535]}
    assert downlink(world, 5060) == (MAG2,)
    (moved,) = world.happened(FlowReinstantiated)
    assert (moved.fid, moved.new_fid, moved.new_care_of_address) == (1, 65535, MAG2)
    told = world.send(mag=MAG2, hnp=HNP1, hi=5, group=0).fids
    assert list(told) == [65535]
    assert (told[65535].pro, told[65535].status, told[65535].pri, told[65535].action) == (2, 0, 10, 1)
    assert told[65535].suboptions == (VOICE,)


def test_figure_6_removal_removing_filters():
    world, _, _ = figure3()
    assert world.send(mag=MAG1, hnp=HNP1, hi=4, lifetime=0, group=0, act=REMOVE).status == 0
    assert world.owners() == {MAG2: [1]}
    assert downlink(world, 5060) == (MAG2,), "by no-match"
    assert not world.send(mag=MAG2, hnp=HNP1, hi=5, group=0).fids


def test_figure_7_addition_of_a_third_interface():
    world, _, _ = figure3()
    answer = world.attach(MAG3, hi=1, flows=[flow(3, selector=MAIL)])
    assert (answer.hnp, answer.statuses) == (HNP1, {3: 0})
    assert downlink(world, 25) == (MAG3,)
    assert len(world.session.bindings) == 3


def test_an_anchor_that_does_not_know_the_option_skips_it():
    """RFC 5213 8.1: each interface gets a session and a prefix of its own, and no FID is echoed."""
    world = World(lma={"multihoming": False})
    first = world.send(group=0, flows=[flow(1)], ll=b"\x02\0\0\0\0\x01")
    second = world.send(mag=MAG2, group=0, flows=[flow(1)], ll=b"\x02\0\0\0\0\x02")
    assert first.status == second.status == 0
    assert first.hnp != second.hnp
    for answer in (first, second):
        assert answer.option(Multihoming) is None
        assert not answer.fids
    assert [session.mhgid for session in world.anchor.sessions] == [None, None]


def test_all_prefix_options_of_the_figures_are_one():
    world, _, _ = figure3()
    answers = [world.send(mag=mag, hnp=HNP1, hi=5, group=0) for mag in (MAG1, MAG2)]
    assert {len(answer.options(HomeNetworkPrefix)) for answer in answers} == {1}
