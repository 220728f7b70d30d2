"""Faults in groups of interfaces and their filters: each does what it says, and leaves the rest right."""

import pytest

from pmiptool.errors import UsageError
from pmiptool.session.model import FORWARD
from pmiptool.wire.values import (
    BindingIdentifier,
    BindingReference,
    FlowSummary,
    Ipv4Selector,
    Ipv6Selector,
    Multihoming,
    UnknownOption,
    UnknownSubOption,
)
from tests.lma.support import MAG1, MAG2, REMOVE, World, flow, flow6089, prefix

HNP = prefix("2001:db8:f000::/64")
UDP, ANY_PACKET = Ipv6Selector(proto=17), Ipv6Selector()


def bid(number, **fields):
    return BindingIdentifier(bid=number, **fields)


def renew(world, *extra, mag=MAG1, flows=(), **fields):
    return world.send(*extra, mag=mag, hnp=HNP, hi=5, group=0, flows=flows, **fields)


def attached(*faults, flows=()):
    world = World(faults=faults)
    world.attach(MAG1, flows=list(flows))
    return world


@pytest.mark.parametrize(
    ("fault", "asked", "right", "wrong"),
    [
        ("filter-refusals-hidden", [flow(1), flow(2, selector=None)], {1: 0, 2: 129}, {1: 0, 2: 0}),
        ("wrong-filter-status-129", [flow(1), flow(2, selector=None)], {1: 0, 2: 129}, {1: 0, 2: 128}),
        ("wrong-filter-status-128", [flow(1, action=9)], {1: 128}, {1: 130}),
        ("filter-status-copied", [flow(1, status=7), flow(2)], {1: 0, 2: 0}, {1: 7, 2: 0}),
        ("fids-of-8-bits", [flow(0x101), flow(0x202)], {0x101: 0, 0x202: 0}, {1: 0, 2: 0}),
        ("refuses-selector-proto", [flow(1), flow(2, selector=UDP)], {1: 0, 2: 0}, {1: 0, 2: 130}),
        ("refuses-selector-ipv4", [flow(1), flow(2, selector=Ipv4Selector(proto=17))], {1: 0, 2: 0}, {1: 0, 2: 130}),
        ("refuses-sub-option-unknown", [flow(1, more=(UnknownSubOption(99, b""),)), flow(2)], {1: 0, 2: 0},
         {1: 130, 2: 0}),
    ],
)  # fmt: skip
def test_statuses(fault, asked, right, wrong):
    assert renew(attached(), flows=asked).statuses == right
    answer = renew(attached(fault), flows=asked)
    assert (answer.status, answer.statuses) == (0, wrong)


def test_a_refused_filter_has_consequences():
    bad = flow(1, selector=None, pro=1, action=9)
    answer = renew(attached("filter-refusal-rejects"), flows=[bad])
    assert (answer.status, answer.message.lifetime) == (128, 0)
    world = attached("filter-refusal-removes", flows=[flow(1), flow(2)])
    assert renew(world, flows=[bad]).statuses == {1: 128}
    assert list(world.session.oldest().flows) == [2]


def test_filters_get_lost():
    world = attached("filters-not-stored", flows=[flow(1)])
    assert world.session.oldest().flows == {}
    world = attached("filters-of-others-lost", flows=[flow(1)])
    world.attach(MAG2, flows=[flow(2)])
    assert [sorted(binding.flows) for binding in world.session.by_age()] == [[], [2]]
    world = attached("act-always", flows=[flow(1)])
    assert renew(world).status == 0 and list(world.session.oldest().flows) == [1]
    assert renew(world, act=REMOVE).status == 0 and world.session.oldest().flows == {}


@pytest.mark.parametrize(
    ("part", "asked", "was"),
    [
        ("priority", flow(1, 40, pro=1, selector=UDP), (10, UDP, (5,))),
        ("selector", flow(1, 40, pro=1, selector=UDP), (40, ANY_PACKET, (5,))),
        ("bids", flow(1, 40, pro=1, selector=UDP), (40, UDP, ())),
        ("left-out", flow(1, 40, pro=1, selector=None), (40, ANY_PACKET, (5,))),
    ],
)
def test_changes_that_are_not_made(part, asked, was):
    world = World(faults=[f"keeps-filter-{part}"])
    world.send(bid(5), group=0, flows=[flow(1, 10, selector=ANY_PACKET)])
    assert renew(world, flows=[flow(asked.fid, asked.pri, pro=1, selector=asked.suboptions[0] if asked.suboptions else
                                    None, more=(BindingReference((5,)),))]).statuses == {1: 0}  # fmt: skip
    found = world.session.oldest().flows[1]
    assert (found.priority, found.selector, found.bids, found.action) == (*was, FORWARD)


def test_summaries():
    world = attached("summary-answered", flows=[flow(1), flow(2)])
    assert renew(world, summary=[1, 2, 3]).statuses == {1: 0, 2: 0, 3: 136}
    assert renew(attached(), UnknownOption(44, b"\0\1\0")).status == 128
    world = attached("odd-summary-counts", flows=[flow(1), flow(2)])
    assert renew(world, UnknownOption(44, b"\0\1\0")).status == 0
    assert list(world.session.oldest().flows) == [1]
    made = World(faults=["first-summary-counts"], codepoints={"dialect": "rfc6089"})
    made.attach(MAG1, flows=[flow6089(1), flow6089(2)])
    assert renew(made, FlowSummary((1, 8)), FlowSummary((2, 9))).statuses == {8: 132}
    assert list(made.session.oldest().flows) == [1]


def test_binding_identifiers():
    refers = flow(1, more=(BindingReference((5,)),))
    assert World().send(bid(5), group=0, flows=[refers]).statuses == {1: 0}
    answer = World(faults=["bids-last"]).send(bid(5), group=0, flows=[refers])
    assert answer.statuses == {1: 129} and answer.option(BindingIdentifier).status == 0
    world = World(faults=["bids-forgotten"])
    assert world.send(bid(5), group=0).option(BindingIdentifier).status == 0
    assert world.session.oldest().bids == {}
    world = World(faults=["bids-per-anchor"])
    assert world.send(bid(5), group=0).option(BindingIdentifier).status == 0
    assert world.send(bid(5), group=0, mn=b"other").option(BindingIdentifier).status == 128


def test_mobile_nodes_get_in_each_others_way():
    world = attached("fids-per-anchor", flows=[flow(1)])
    assert world.send(group=0, mn=b"other", flows=[flow(1), flow(2)]).statuses == {1: 130, 2: 0}
    world = attached("one-prefix")
    assert world.send(group=0, mn=b"other").hnp == HNP


def test_interfaces_get_in_each_others_way():
    world = attached("interface-replaced")
    world.attach(MAG2)
    assert [binding.care_of_address for binding in world.session.bindings.values()] == [MAG2]
    world = attached("removal-of-all")
    world.attach(MAG2)
    assert world.send(mag=MAG1, hnp=HNP, hi=4, lifetime=0, group=0, act=REMOVE).status == 0
    assert not world.anchor.sessions or not world.session.bindings
    world = attached("renewal-of-all")
    world.attach(MAG2)
    world.advance(100)
    renew(world, mag=MAG2)
    assert len({binding.expires for binding in world.session.bindings.values()}) == 1


def test_options_that_are_taken_for_others():
    world = attached("any-group-is-0")
    assert renew(world, Multihoming(mhgid=3)).status == 128, "two of them"
    assert world.send(group=3).option(Multihoming).mhgid == 0
    world = World(faults=["odd-multihoming-counts"])
    assert world.send(UnknownOption(200, bytes(4))).option(Multihoming) == Multihoming()


def test_the_types_of_filters_and_summaries_are_exchanged():
    world = World(faults=["filter-types-swapped"], codepoints={"dialect": "rfc6089"})
    (answer,) = world.send_all(group=0, flows=[flow6089(1)])
    assert [slot.type for slot in answer.decoded.layout.slots if slot.type in (44, 45)] == [44]


def test_pbas_are_sent_again_or_get_lost():
    world = World(faults=["sent-again"])
    assert world.send(group=0).status == 0
    assert world.advance(0.9) == [] and [answer.status for answer in world.advance(0.2)] == [0]
    world = attached("signalling-steered", flows=[flow(1, selector=ANY_PACKET)])
    assert renew(world) is None


def test_pads_among_sub_options_are_refused():
    world = World(faults=["refuses-sub-option-pad"], codepoints={"dialect": "rfc6089"})
    octets = bytes((0, 1, 0, 10, 0, 0, 0, 3, 6, 2, 0, 0, 0, 0, 0))  # a Pad1 before a selector without fields
    assert world.send(UnknownOption(45, octets), group=0).statuses == {1: 130}
    assert world.send(group=0, mn=b"other", flows=[flow6089(1)]).statuses == {1: 0}


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("wrong-filter-status-x", "no status of a filter"),
        ("refuses-sub-option-odd", "refuses-sub-option-pad"),
        ("refuses-selector-colour", "a selector has no 'colour'"),
        ("keeps-filter-colour", "no part of a filter"),
    ],
)
def test_what_makes_no_sense_is_told(name, says):
    with pytest.raises(UsageError, match=says):
        World(faults=[name])
