"""FID options and flow summaries of an accepted PBU, in both dialects."""

import pytest

from pmiptool.lma.events import FlowInstalled, FlowRemoved
from pmiptool.registry.codepoints import CodePoints
from pmiptool.wire.codec import codec_for
from pmiptool.wire.values import (
    BindingIdentifier,
    BindingReference,
    FlowIdentification,
    FlowSummary,
    Ipv4Selector,
    Ipv6Selector,
    Multihoming,
    UnknownOption,
    UnknownSubOption,
)
from tests.lma.support import LMA, MAG1, MAG2, MAG3, World, flow, flow6089, prefix

HNP1 = prefix("2001:db8:f000::/64")
WEB = Ipv6Selector(dst_port=80)


def bid(number, pri=0, **fields):
    return BindingIdentifier(bid=number, bid_pri=pri, **fields)


def reference(*bids):
    return BindingReference(bid=bids)


def modify(world, *flows, mag=MAG1, extra=(), **fields):
    """A renewal with filter operations."""
    return world.send(*extra, mag=mag, hnp=HNP1, hi=5, group=0, flows=flows, **fields)


@pytest.fixture
def world():
    made = World()
    made.attach(MAG1, flows=[flow(1, 10, selector=WEB)])
    return made


def mine(world):
    return world.session.oldest().flows


def test_add_and_its_echo(world):
    asked = flow(2, 20, selector=Ipv6Selector(dst_port=443, dst_port_end=444, proto=6), rsvd=9)
    answer = modify(world, asked)
    assert answer.status == 0
    assert answer.fids[2] == flow(2, 20, selector=Ipv6Selector(dst_port=443, dst_port_end=444, proto=6))
    found = mine(world)[2]
    assert (found.priority, found.action, found.selector.dst_port) == (20, 1, 443)
    assert [event.modified for event in world.happened(FlowInstalled)] == [False, False]


def test_statuses_of_adding(world):
    long_selector = flow(9, more=(WEB,))
    cases = [
        (flow(1), 135),
        (flow(2, pro=2), 129),
        (flow(2, pro=3), 129),
        (flow(2, selector=None), 129),
        (flow(2, selector=UnknownSubOption(17, b"\3\0\0\0\0\0")), 137),
        (flow(2, selector=UnknownSubOption(17, b"\0\0")), 137),
        (flow(2, selector=UnknownSubOption(18, b"\1\0\0\0\0\0")), 137),
        (flow(2, selector=UnknownSubOption(17, b"\2\0\x80\0\0\0")), 129),
        (flow(2, selector=UnknownSubOption(17, b"")), 129),
        (flow(2, more=(UnknownSubOption(1, b"\0"),)), 129),
        (long_selector, 129),
        (flow(2, more=(reference(1), reference(1))), 129),
        (flow(2, selector=Ipv6Selector(dst_port_end=5)), 129),
        (flow(2, action=0), 128),
        (flow(2, action=4), 128),
        (flow(2, more=(reference(1, 2),)), 129),
        (flow(2, more=(reference(77),)), 129),
        (flow(2, action=3, more=(reference(77),)), 129),
    ]
    for asked, status in cases:
        answer = modify(world, asked)
        assert (answer.status, answer.statuses) == (0, {asked.fid: status}), asked
        assert list(mine(world)) == [1], "a refused FID changes nothing"
    for fid, asked in enumerate(
        (flow(2), flow(3, more=(UnknownSubOption(9, b""),)), flow(4, selector=Ipv4Selector())), 2
    ):
        assert modify(world, asked).statuses == {fid: 0}


def test_order_of_the_checks(world):
    """PRO, FID, selector, format, form, action."""
    assert modify(world, flow(1, pro=2)).statuses == {1: 129}
    assert modify(world, flow(1, selector=None)).statuses == {1: 135}
    assert modify(world, flow(2, action=9, selector=None)).statuses == {2: 129}
    assert modify(world, flow(2, action=9, selector=UnknownSubOption(17, b"\7"))).statuses == {2: 137}
    assert modify(world, flow(2, pro=1, selector=None, action=9)).statuses == {2: 136}


def test_switched_off_actions():
    world = World(flows={"discard": False, "n_cast": False})
    assert world.attach(flows=[flow(1, action=2), flow(2, action=3), flow(3)]).statuses == {1: 138, 2: 139, 3: 0}


def test_full_table_is_130_and_modifying_still_works():
    world = World(flows={"max_per_session": 2})
    world.attach(MAG1, flows=[flow(1)])
    assert world.attach(MAG2, flows=[flow(1), flow(2)]).statuses == {1: 0, 2: 130}
    assert modify(world, flow(1, 99, pro=1)).statuses == {1: 0}
    assert mine(world)[1].priority == 99


def test_modify(world):
    assert modify(world, flow(2, pro=1)).statuses == {2: 136}
    assert modify(world, flow(1, 77, action=2, pro=1, selector=None)).statuses == {1: 0}
    assert (mine(world)[1].priority, mine(world)[1].action, mine(world)[1].selector) == (77, 2, WEB)
    modify(world, flow(1, 77, pro=1, selector=Ipv6Selector(proto=6)))
    assert mine(world)[1].selector == Ipv6Selector(proto=6)
    assert world.happened(FlowInstalled)[-1].modified


def test_a_modified_filter_keeps_its_turn(world):
    modify(world, flow(2, 10))
    modify(world, flow(1, 10, pro=1))
    assert [found.fid for _, found in world.session.flows()] == [1, 2]


def test_options_are_worked_on_in_order(world):
    answer = modify(world, flow(2, 5), flow(1, 6, pro=1), flow(3, pro=1))
    assert list(answer.statuses.items()) == [(2, 0), (1, 0), (3, 136)]


def test_one_fid_twice_refuses_every_fid_option(world):
    answer = modify(world, flow(2), flow(3), flow(2, 99))
    assert answer.statuses == {2: 128, 3: 128}
    assert list(mine(world)) == [1]


def test_fids_are_unique_per_binding(world):
    assert world.attach(MAG2, flows=[flow(1)]).statuses == {1: 0}
    assert modify(world, flow(1, 3, pro=1), mag=MAG2).statuses == {1: 0}
    assert mine(world)[1].priority == 10, "the other's is another filter"


def test_a_fid_option_too_short_for_its_format(world):
    assert modify(world, extra=(UnknownOption(45, b"\0\7\1"),)).statuses == {7: 129}
    assert modify(world, extra=(UnknownOption(45, b"\0"),)).statuses == {}


def test_overlong_suboption_is_malformed(world):
    """A sub-option that runs past its option must not shift what follows."""
    world.now += 0.1
    data = world.codec.encode(world.request(hnp=HNP1, hi=5, group=0, flows=[flow(2, selector=None)]), src=MAG1, dst=LMA)
    at = data.index(b"\x2d\x06\0\2")
    broken = data[: at + 8] + b"\x11\x20\2\0" + data[at + 8 :]
    broken = broken[:at] + b"\x2d\x0a" + broken[at + 2 :]
    broken += bytes(-len(broken) % 8)
    broken = broken[:1] + bytes((len(broken) // 8 - 1,)) + broken[2:]
    (sent,) = world.deliver(broken, port=4000)
    answer = world.answer(sent)
    assert answer.status == 0
    assert answer.statuses == {2: 129}


def test_fid_options_without_the_multihoming_option_are_skipped():
    world = World()
    answer = world.send(flows=[flow(1)], summary=[5])
    assert (answer.status, answer.fids) == (0, {})
    assert not mine(world)


def test_repeated_attachment_is_answered_as_the_first_was(world):
    """Its PBA was lost: the same filter again in a PBU with HI=1 is no second one."""
    assert world.send(group=0, flows=[flow(1, 10, selector=WEB)]).statuses == {1: 0}
    assert world.send(group=0, flows=[flow(1, 11, selector=WEB)]).statuses == {1: 135}
    assert modify(world, flow(1, 10, selector=WEB)).statuses == {1: 135}


# Flow summary and omission


def test_summary_removes_what_is_not_named(world):
    modify(world, flow(2), flow(3), flow(4))
    answer = modify(world, flow(2, 9, pro=1), flow(5), flow(4, selector=None), summary=[3, 77])
    assert answer.statuses == {2: 0, 5: 0, 4: 135, 77: 136}
    assert sorted(mine(world)) == [2, 3, 4, 5], "a refused FID option names its FID all the same"
    assert [(event.fid, event.reason) for event in world.happened(FlowRemoved)] == [(1, "omitted")]
    assert answer.fids[77] == FlowIdentification(fid=77, action=1, status=136)


def test_empty_summary_removes_all_of_its_own_only(world):
    world.attach(MAG2, flows=[flow(8)])
    assert modify(world, summary=[]).statuses == {}
    assert world.owners() == {MAG1: [], MAG2: [8]}


def test_anothers_fid_in_a_summary_is_not_found(world):
    world.attach(MAG2, flows=[flow(8)])
    assert modify(world, summary=[1, 8]).statuses == {8: 136}


def test_several_summaries_reject_the_request(world):
    answer = modify(world, flow(2), extra=(FlowSummary(fid=(1,)),), summary=[1])
    assert answer.status == 128
    assert list(mine(world)) == [1]


def test_summary_of_odd_length_rejects_the_request(world):
    answer = modify(world, extra=(UnknownOption(44, b"\0\1\0"),))
    assert answer.status == 128
    assert list(mine(world)) == [1]


def test_summaries_of_a_deregistration_are_not_looked_at(world):
    summaries = (FlowSummary(fid=(1,)), FlowSummary(fid=(1,)))
    assert world.send(*summaries, hnp=HNP1, hi=4, lifetime=0, group=0).status == 0


# BIDs


def test_bids_are_bound_echoed_and_referred_to():
    world = World()
    answer = world.send(bid(1, 9), bid(0), group=0, flows=[flow(1, more=(reference(1),))])
    echoed = answer.options(BindingIdentifier)
    assert [(option.bid, option.status, option.bid_pri) for option in echoed] == [(1, 0, 9), (0, 164, 0)]
    assert answer.statuses == {1: 0}
    world.attach(MAG2, flows=[flow(1, more=(reference(1),)), flow(2, action=3, more=(reference(1, 5),))])
    answer = world.send(bid(5, h=1, care_of_address=MAG3), mag=MAG2, hnp=HNP1, hi=5, group=0,
                        flows=[flow(2, action=3, more=(reference(1, 5),))])  # fmt: skip
    assert answer.statuses == {2: 0}
    assert answer.option(BindingIdentifier) == bid(5)
    session = world.session
    second = session.by_age()[1]
    assert session.targets(second, second.flows[1]) == (MAG1,)
    assert session.targets(second, second.flows[2]) == (MAG1, MAG2)


@pytest.mark.parametrize("length", [0, 3, 6, 12, 19, 21])
def test_a_bid_option_of_another_length_makes_the_request_malformed(length):
    world = World()
    assert world.send(UnknownOption(35, bytes(length)), group=0).status == 164
    assert not world.anchor.sessions


BROADCAST, LINK_LOCAL, GROUP = bytes((255,) * 4), bytes.fromhex("fe80" + "00" * 13 + "01"), b"\xff" + MAG1[1:]


@pytest.mark.parametrize("address", [BROADCAST, LINK_LOCAL, GROUP, bytes(16)])
def test_a_bid_for_an_address_that_no_host_has_is_malformed_alone_or_among_others(address):
    world = World()
    assert world.send(bid(1, care_of_address=address), group=0).status == 164
    assert not world.anchor.sessions
    answer = world.send(bid(1, care_of_address=address), bid(2, care_of_address=MAG1), group=0)
    assert answer.status == 4
    assert [(option.bid, option.status) for option in answer.options(BindingIdentifier)] == [(1, 164), (2, 0)]
    assert world.session.oldest().bids == {2: 0}


def test_a_bid_belongs_to_the_last_binding_that_registered_it():
    world = World()
    world.attach(MAG1)
    modify(world, extra=(bid(1),))
    world.attach(MAG2)
    modify(world, mag=MAG2, extra=(bid(1),))
    assert [binding.bids for binding in world.session.by_age()] == [{}, {1: 0}]


def test_bids_without_the_multihoming_option_are_not_echoed():
    assert not World().send(bid(1)).options(BindingIdentifier)


def test_unknown_bid_has_the_configured_status():
    world = World(codepoints={"fid_status_bid_unknown": 150})
    assert world.attach(flows=[flow(1, more=(reference(9),))]).statuses == {1: 150}


def test_discard_ignores_its_references(world):
    assert modify(world, flow(2, action=2, more=(reference(50, 51),))).statuses == {2: 0}
    assert mine(world)[2].bids == ()


# A PRO that deletes, other code points


def test_deleting_pro():
    world = World(codepoints={"pro_delete": 3})
    world.attach(flows=[flow(1)])
    assert modify(world, flow(1, pro=3, selector=None), flow(2, pro=3)).statuses == {1: 0, 2: 136}
    assert not mine(world)
    assert world.happened(FlowRemoved)[0].reason == "deleted"


def test_other_option_and_suboption_numbers_and_units():
    settings = {"flow_identification_option_type": 90, "flow_summary_option_type": 91,
                "flow_description_suboption": 20, "fid_length_unit": "units-of-8"}  # fmt: skip
    world = World(codepoints=settings)
    assert world.attach(flows=[flow(1), flow(2)]).statuses == {1: 0, 2: 0}
    assert modify(world, flow(3, selector=UnknownSubOption(17, b"\2\0\0\0\0\0")), summary=[2]).statuses == {3: 137}
    assert list(mine(world)) == [2]


# RFC 6089


@pytest.fixture
def published():
    made = World(codepoints={"dialect": "rfc6089"})
    made.attach(MAG1, flows=[flow6089(1, 10, selector=WEB)])
    return made


def test_rfc6089_statuses(published):
    cases = [
        (flow6089(0), 130),
        (flow6089(2, 0), 130),
        (flow6089(2, selector=None), 130),
        (flow6089(2, selector=UnknownSubOption(3, b"\7\0\0\0\0\0")), 133),
        (flow6089(2, selector=UnknownSubOption(3, b"\2")), 130),
        (flow6089(2, more=(WEB,)), 130),
        (flow6089(2, more=(reference(9),)), 131),
        (flow6089(1, 20, selector=None), 0),
        (flow6089(2), 0),
    ]
    for asked, status in cases:
        assert modify(published, asked).statuses == {asked.fid: status}, asked
    assert modify(published, flow6089(5), flow6089(5)).statuses == {5: 129}


def test_rfc6089_known_fid_is_an_update_that_keeps_what_is_left_out(published):
    modify(published, extra=(bid(4),))
    modify(published, flow6089(1, 30, selector=None, more=(reference(4),)))
    modify(published, flow6089(1, 40, selector=None))
    found = mine(published)[1]
    assert (found.priority, found.selector, found.bids) == (40, WEB, (4,))
    modify(published, flow6089(1, 50, selector=Ipv6Selector(proto=6)))
    assert mine(published)[1].selector == Ipv6Selector(proto=6)


def test_rfc6089_an_inactive_flow_can_be_changed_and_keeps_the_binding_identifiers_that_are_gone(published):
    published.attach(MAG2)
    modify(published, mag=MAG2, extra=(bid(4),))
    modify(published, flow6089(1, 10, selector=None, more=(reference(4),)))
    published.send(mag=MAG2, hnp=HNP1, hi=4, lifetime=0, group=0, act=1)
    assert modify(published, flow6089(1, 40, selector=None)).statuses == {1: 0}
    assert (mine(published)[1].priority, mine(published)[1].bids) == (40, (4,))
    assert modify(published, flow6089(1, 50, selector=None, more=(reference(4),))).statuses == {1: 131}


@pytest.mark.parametrize("unit", ["octets", "units-of-8"])
def test_rfc6089_what_is_unknown_is_skipped_whatever_the_length_counts(unit):
    made = World(codepoints={"dialect": "rfc6089", "fid_length_unit": unit})
    for size in range(8):
        odd = flow6089(1, 10, selector=UnknownSubOption(200, bytes(size)), more=(WEB,))
        assert made.send(group=0, flows=[odd], tick=1).statuses == {1: 0}, size


def test_rfc6089_several_bids_copy_to_each(published):
    modify(published, extra=(bid(1),))
    published.attach(MAG2)
    modify(published, flow6089(7, more=(reference(1, 2),)), mag=MAG2, extra=(bid(2),))
    second = published.session.by_age()[1]
    assert published.session.targets(second, second.flows[7]) == (MAG1, MAG2)


def test_rfc6089_summaries_may_be_several_and_unknown_fids_are_132(published):
    modify(published, flow6089(2), flow6089(3))
    answer = modify(published, extra=(FlowSummary(fid=(1, 1)),), summary=[2, 9])
    assert answer.statuses == {9: 132}
    assert sorted(mine(published)) == [1, 2]


def test_rfc6089_reinstantiated_filter_is_an_unrequested_fid(published):
    published.attach(MAG2)
    published.send(mag=MAG1, hnp=HNP1, hi=4, lifetime=0, group=0, act=2)
    answer = modify(published, mag=MAG2)
    assert answer.fids == {65535: flow6089(65535, 10, selector=WEB)}
    assert modify(published, flow6089(65535, 3, selector=None), mag=MAG2).statuses == {65535: 0}


# dialect = "auto"


@pytest.mark.parametrize(("dialect", "make"), [("mext", flow), ("rfc6089", flow6089)])
def test_auto_decides_once_per_peer(dialect, make):
    world = World(codepoints={"dialect": "auto"})
    codec = codec_for(CodePoints(dialect=dialect))
    selector = Ipv6Selector(src=MAG2, dst_port=5, dst_port_end=9)
    for mag in (MAG1, MAG2):
        answer = world.send(
            mag=mag, codec=codec, group=0, flows=[make(1, 300 if make is flow6089 else 30, selector=selector)]
        )
        assert answer.statuses == {1: 0}
        assert answer.fids[1] == make(1, 300 if make is flow6089 else 30, selector=selector)
    assert modify(world, make(2, selector=selector), codec=codec).statuses == {2: 0}
    assert [event.text for event in world.log if getattr(event, "text", "")] == [
        f"its FID options are read as {dialect}"
    ] * 2
    assert world.session.by_age()[0].flows[1].selector == selector
    assert world.send(codec=codec, group=0, hi=5).option(Multihoming) == Multihoming()
