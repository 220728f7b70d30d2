"""Sessions with the Multihoming option (muho 3 and 4.1), with the default readings."""

import pytest

from pmiptool.lma.events import BindingRemoved, FlowRemoved, Noted, PbuAccepted, SessionEnded, SilentlyDiscarded
from pmiptool.wire.values import Multihoming, UnknownOption
from tests.lma.support import ANY, KEEP, MAG1, MAG2, MAG3, REMOVE, World, flow, prefix, stamp

HNP1 = prefix("2001:db8:f000::/64")
LL1, LL2 = b"\x02\0\0\0\0\x01", b"\x02\0\0\0\0\x02"


def reasons(world):
    return [event.reason for event in world.happened(SilentlyDiscarded)]


def what(world):
    return world.happened(PbuAccepted)[-1].what


# The option itself


def test_reject_answers_250():
    answer = World(lma={"multihoming": "reject"}).send(group=0)
    assert answer.status == 250
    assert answer.option(Multihoming) == Multihoming()
    assert World(lma={"multihoming": "reject"}, codepoints={"status_mh_not_supported": 199}).send(group=0).status == 199


def test_not_permitted_for_this_mobile_node_is_129():
    world = World(mn=[{"id": "mn1@example.org", "multihoming": False}])
    assert world.send(group=0).status == 129
    assert world.send().status == 0
    assert world.send(mn=b"mn2", group=0).status == 0


@pytest.mark.parametrize("data", [b"", b"\0", b"\0\0\0"])
def test_length_other_than_two_is_128(data):
    world = World()
    message = world.request(UnknownOption(200, data))
    (sent,) = world.deliver(
        world.codec.encode(message, src=MAG1, dst=bytes.fromhex("20010db8000100000000000000000001"))
    )
    answer = world.answer(sent)
    assert answer.status == 128
    assert answer.option(Multihoming) is None
    assert not world.anchor.sessions


def test_two_options_are_128():
    world = World()
    assert world.send(Multihoming(), group=0).status == 128
    assert not world.anchor.sessions


def test_another_group_is_250_with_its_number():
    answer = World().send(group=3)
    assert answer.status == 250
    assert answer.option(Multihoming).mhgid == 3


def test_reserved_bits_are_ignored_and_not_copied():
    answer = World().send(Multihoming(mhgid=0, act=0, rfu=21))
    assert answer.status == 0
    assert answer.option(Multihoming).rfu == 0


def test_type_of_the_option_is_a_setting():
    world = World(codepoints={"multihoming_option_type": 42})
    answer = world.attach()
    assert any(octet == 42 for octet in answer.datagram.data)
    assert answer.option(Multihoming) == Multihoming()


@pytest.mark.parametrize(("hi", "lifetime"), [(1, 75), (4, 75), (5, 75)])
def test_act_counts_only_with_lifetime_0_and_hi_4(hi, lifetime):
    world = World()
    assert world.send(group=0, hi=hi, act=REMOVE, lifetime=lifetime).status == 0
    assert "ACT is 1" in world.happened(Noted)[0].text


def test_act_with_another_hi_is_taken_as_zero():
    world = World()
    world.attach(MAG1, flows=[flow(1)])
    world.attach(MAG2)
    world.send(mag=MAG1, hnp=HNP1, hi=5, lifetime=0, group=0, act=KEEP)
    assert world.owners() == {MAG2: []}
    assert "ACT is 2" in world.happened(Noted)[0].text


def test_undefined_act_counts_as_zero_with_a_note():
    world = World()
    world.attach(MAG1, flows=[flow(1)])
    world.attach(MAG2)
    assert world.send(mag=MAG1, hnp=HNP1, hi=4, lifetime=0, group=0, act=5).status == 0
    assert world.owners() == {MAG2: []}
    assert "ACT is 5" in world.happened(Noted)[0].text


# Session and prefix


def test_one_prefix_per_mobile_node_and_group():
    world = World()
    assert world.attach(MAG1).hnp == world.attach(MAG2).hnp == world.attach(MAG3, hnp=HNP1).hnp == HNP1
    assert world.attach(MAG1, mn=b"mn2").hnp != HNP1


def test_prefix_sets():
    world = World()
    world.attach(MAG1)
    other = prefix("2001:db8:f000:7::/64")
    assert world.send(mag=MAG2, group=0, hnp=[HNP1, other]).status == 159
    assert world.send(mag=MAG2, group=0, hnp=[HNP1, HNP1]).status == 159
    assert world.send(mag=MAG2, group=0, hnp=[other, ANY]).status == 155
    assert world.send(mag=MAG2, group=0, hnp=other).status == 155, "a session exists, and that is not its prefix"
    assert list(world.owners()) == [MAG1]
    assert world.send(mn=b"mn2", group=0, hnp=[other, prefix("2001:db8:f000:8::/64")]).status == 155
    assert world.send(mn=b"mn2", group=0, hnp=HNP1).status == 155
    assert world.send(mn=b"mn2", group=0, hnp=other).hnp == other, "free in the pool: as after a restart"


def test_named_prefix_must_be_the_mobile_nodes():
    world = World(mn=[{"id": "mn1@example.org", "hnp": ["2001:db8:a1::/64"]}])
    assert world.send(mn=b"mn2", group=0, hnp=prefix("2001:db8:a1::/64")).status == 155
    assert world.send(mn=b"mn2", group=0, hnp=prefix("2001:db8:a3::/64")).status == 155
    assert world.send(group=0, hnp=prefix("2001:db8:a1::/64")).status == 0


def test_no_prefix_left_is_130():
    world = World(lma={"pool": "2001:db8:f000::/64"})
    world.attach()
    assert world.send(mn=b"mn2", group=0).status == 130
    assert len(world.anchor.sessions) == 1


def test_the_prefix_of_a_session_of_the_other_kind_is_155():
    world = World()
    hnp = world.send().hnp
    assert world.send(group=0, hnp=hnp, hi=5).status == 155
    assert world.send(group=0, hnp=hnp, hi=4, lifetime=0) is None
    assert world.send(group=0, mag=MAG2).hnp != hnp
    assert world.send(group=0, mag=MAG2, hnp=hnp, hi=4, lifetime=0) is None
    assert reasons(world) == ["deregistration-of-nothing"] * 2


def test_zero_length_mn_id_is_153_and_an_absent_one_160():
    assert World().send(group=0, mn=b"").status == 153
    assert World().send(group=0, mn=None).status == 160


# Bindings


def test_two_interfaces_on_one_gateway_are_two_bindings():
    world = World()
    for fields in ({"ll": LL1}, {"ll": LL2}, {"ll": LL1, "att": 3}, {}):
        world.attach(MAG1, **fields)
    assert len(world.session.bindings) == 4
    world.send(group=0, hnp=HNP1, hi=4, lifetime=0, ll=LL2)
    assert len(world.session.bindings) == 3


def test_hi_5_updates_the_binding_or_adds_one():
    world = World()
    world.attach(MAG1, hi=5)
    assert what(world) == "created"
    world.attach(MAG1, hi=5)
    assert what(world) == "updated"
    world.attach(MAG2, hi=5)
    assert what(world) == "added"


@pytest.mark.parametrize("hi", [3, 4])
def test_handover_between_gateways_moves_the_binding_of_the_same_interface(hi):
    world = World()
    world.attach(MAG1, ll=LL1, flows=[flow(1)])
    world.attach(MAG2, ll=LL2)
    world.attach(MAG3, ll=LL1, hi=hi)
    assert what(world) == "moved"
    assert world.owners() == {MAG2: [], MAG3: [1]}
    assert world.session.oldest().care_of_address == MAG3, "it keeps its age"


@pytest.mark.parametrize("fields", [{"ll": LL2}, {"ll": LL1, "att": 3}, {}])
def test_handover_of_an_interface_that_is_not_there_adds(fields):
    world = World()
    world.attach(MAG1, ll=LL1)
    world.attach(MAG2, hi=3, **fields)
    assert what(world) == "added"


def test_handover_between_interfaces_moves_the_one_other_binding():
    world = World()
    world.attach(MAG1, ll=LL1, flows=[flow(1)])
    world.attach(MAG2, ll=LL2, att=3, hi=2)
    assert what(world) == "moved"
    assert world.owners() == {MAG2: [1]}
    binding = world.session.oldest()
    assert (binding.att, binding.ll_id) == (3, LL2)
    world.attach(MAG1, ll=LL1)
    world.attach(MAG3, hi=2)
    assert what(world) == "added", "two qualify"


def test_handover_on_one_gateway_is_from_no_new_care_of_address_and_adds():
    world = World()
    world.attach(MAG1, ll=LL1)
    world.attach(MAG1, ll=LL2, hi=2)
    assert what(world) == "added"


def test_each_binding_has_a_lifetime_of_its_own():
    world = World()
    world.attach(MAG1, lifetime=5, flows=[flow(1)])
    world.attach(MAG2, lifetime=50)
    world.advance(21)
    assert world.owners() == {MAG2: []}
    assert [(event.care_of_address, event.reason) for event in world.happened(BindingRemoved)] == [(MAG1, "expired")]
    assert [(event.fid, event.reason) for event in world.happened(FlowRemoved)] == [(1, "expired")]
    world.advance(200)
    assert not world.anchor.sessions
    assert world.happened(SessionEnded)
    assert world.anchor.next_timer() is None


def test_each_binding_has_timestamps_and_sequence_numbers_of_its_own():
    world = World()
    world.attach(MAG1, ts=stamp(world.now + 0.3), tick=0.05)
    assert world.send(mag=MAG2, group=0, tick=0.01).status == 0
    assert world.send(mag=MAG1, group=0, hi=5, tick=0.01).status == 157
    world.attach(MAG2, hi=5, ts=None, seq=900)
    assert world.send(mag=MAG1, group=0, hi=5, ts=None, seq=4).status == 0
    answer = world.send(mag=MAG2, group=0, hi=5, ts=None, seq=4)
    assert (answer.status, answer.sequence) == (135, 900)


def test_timestamp_is_judged_before_missing_options():
    world = World()
    world.attach(MAG1)
    last = stamp(world.now)
    assert world.send(group=0, hnp=None, hi=5, ts=last - 1).status == 157


def test_timestamp_is_judged_before_the_prefix():
    world = World()
    world.attach(MAG1)
    last = stamp(world.now)
    assert world.send(group=0, hnp=prefix("2001:db8:77::/64"), hi=5, ts=last - 1).status == 157


# The acknowledgement


def test_rejections_carry_the_option_too():
    world = World()
    for fields in ({"mn": None}, {"hnp": None}, {"ts": 1}, {"hnp": prefix("2001:db8:77::/64")}):
        answer = world.send(group=0, act=0, flows=[flow(1)], **fields)
        assert answer.status >= 128
        assert answer.option(Multihoming) == Multihoming()
        assert not answer.fids, "flows of a rejected request are not echoed"


# Deregistration


def test_deregistration_removes_that_binding_only():
    world = World()
    world.attach(MAG1)
    world.attach(MAG2)
    answer = world.send(mag=MAG1, hnp=HNP1, hi=4, lifetime=0, group=0, act=REMOVE, flows=[flow(9)])
    assert (answer.status, answer.lifetime, answer.statuses) == (0, 0, {})
    assert list(world.owners()) == [MAG2]


@pytest.mark.parametrize("hi", [0, 1, 2, 3, 5])
def test_lifetime_0_deregisters_whatever_hi_is(hi):
    world = World()
    world.attach(MAG1)
    world.attach(MAG2)
    assert world.send(mag=MAG1, hnp=HNP1, hi=hi, lifetime=0, group=0).lifetime == 0
    assert list(world.owners()) == [MAG2]


def test_deregistration_of_what_is_not_there_is_ignored():
    world = World()
    assert world.send(group=0, hi=4, lifetime=0) is None
    world.attach(MAG1, ll=LL1)
    assert world.send(mag=MAG2, group=0, hnp=HNP1, hi=4, lifetime=0, ll=LL1) is None
    assert world.send(mag=MAG1, group=0, hnp=HNP1, hi=4, lifetime=0, ll=LL2) is None
    assert reasons(world) == [
        "deregistration-of-nothing", "deregistration-from-elsewhere", "deregistration-of-nothing",
    ]  # fmt: skip


def test_tombstone_answers_again_and_can_be_revived_without_its_filters():
    world = World()
    world.attach(MAG1, flows=[flow(1)])
    world.attach(MAG2)
    for again in ("removed", "removed-again", "removed-again"):
        assert world.send(mag=MAG1, hnp=HNP1, hi=4, lifetime=0, group=0, act=REMOVE).status == 0
        assert what(world) == again
    assert len(world.happened(BindingRemoved)) == 1
    world.attach(MAG1, hi=5)
    assert what(world) == "revived"
    assert world.owners() == {MAG2: [], MAG1: []}
    world.advance(30)
    assert len(world.session.bindings) == 2


def test_tombstone_is_forgotten_after_the_delay():
    world = World()
    world.attach(MAG1)
    world.attach(MAG2)
    world.send(mag=MAG1, hnp=HNP1, hi=4, lifetime=0, group=0)
    world.advance(10.1)
    assert not world.session.tombstones
    assert world.send(mag=MAG1, hnp=HNP1, hi=4, lifetime=0, group=0) is None


def test_session_ends_with_its_last_binding_after_the_delay():
    world = World()
    world.attach(MAG1)
    world.send(mag=MAG1, hnp=HNP1, hi=4, lifetime=0, group=0)
    assert world.attach(MAG2).hnp == HNP1, "within the delay it is still there"
    world.send(mag=MAG2, hnp=HNP1, hi=4, lifetime=0, group=0)
    world.advance(11)
    assert not world.anchor.sessions
    assert not world.anchor._core.nodes


# ACT=Keep


def test_keep_with_no_other_binding_drops_the_filters():
    world = World()
    world.attach(MAG1, flows=[flow(1)])
    assert world.send(hnp=HNP1, hi=4, lifetime=0, group=0, act=KEEP).status == 0
    assert [event.fid for event in world.happened(FlowRemoved)] == [1]


def test_keep_when_reinstantiation_is_off_is_251_and_changes_nothing():
    world = World(lma={"reinstantiation": False})
    world.attach(MAG1, flows=[flow(1)])
    world.attach(MAG2)
    answer = world.send(mag=MAG1, hnp=HNP1, hi=4, lifetime=0, group=0, act=KEEP)
    assert (answer.status, answer.option(Multihoming)) == (251, Multihoming())
    assert world.owners() == {MAG1: [1], MAG2: []}
    assert world.send(mag=MAG1, hnp=HNP1, hi=4, lifetime=0, group=0, act=REMOVE).status == 0


def test_keep_copies_selector_priority_and_action_and_the_oldest_takes_them():
    world = World()
    world.attach(MAG1)
    world.attach(MAG2, flows=[flow(1, 7), flow(2, 9, action=2), flow(3, 11, action=3)])
    world.attach(MAG3)
    world.send(mag=MAG2, hnp=HNP1, hi=4, lifetime=0, group=0, act=KEEP)
    assert world.owners() == {MAG1: [65533, 65534, 65535], MAG3: []}
    told = world.send(mag=MAG1, hnp=HNP1, hi=5, group=0).fids
    assert [(o.fid, o.pri, o.action, o.pro, o.status) for o in told.values()] == [
        (65535, 7, 1, 2, 0), (65534, 9, 2, 2, 0), (65533, 11, 3, 2, 0),
    ]  # fmt: skip
    assert not world.send(mag=MAG3, hnp=HNP1, hi=5, group=0).fids


def test_reinstantiated_filters_are_repeated_at_every_operation():
    world = World()
    world.attach(MAG1, flows=[flow(1)])
    world.attach(MAG2)
    world.send(mag=MAG1, hnp=HNP1, hi=4, lifetime=0, group=0, act=KEEP)
    for flows in ([], [flow(4)], []):
        assert 65535 in world.send(mag=MAG2, hnp=HNP1, hi=5, group=0, flows=flows).fids
    answer = world.send(mag=MAG2, hnp=HNP1, hi=5, group=0, flows=[flow(65535, 3, pro=1)])
    assert (answer.fids[65535].pro, answer.fids[65535].status) == (1, 0), "a FID stands once"


def test_an_equal_filter_of_the_target_absorbs():
    world = World()
    world.attach(MAG1, flows=[flow(5)])
    world.attach(MAG2, flows=[flow(8)])
    world.send(mag=MAG1, hnp=HNP1, hi=4, lifetime=0, group=0, act=KEEP)
    assert world.owners() == {MAG2: [8]}
    assert not world.send(mag=MAG2, hnp=HNP1, hi=5, group=0).fids


def test_a_filter_kept_twice_wanders_on():
    world = World()
    for mag in (MAG1, MAG2, MAG3):
        world.attach(mag)
    world.send(mag=MAG1, hnp=HNP1, hi=5, group=0, flows=[flow(1)])
    world.send(mag=MAG1, hnp=HNP1, hi=4, lifetime=0, group=0, act=KEEP)
    world.send(mag=MAG2, hnp=HNP1, hi=4, lifetime=0, group=0, act=KEEP)
    assert world.owners() == {MAG3: [65535]}
    assert list(world.send(mag=MAG3, hnp=HNP1, hi=5, group=0).fids) == [65535]


def test_a_fid_added_before_it_was_announced_renumbers_the_reinstantiated_one():
    world = World()
    world.attach(MAG1, flows=[flow(1, 33)])
    world.attach(MAG2)
    world.send(mag=MAG1, hnp=HNP1, hi=4, lifetime=0, group=0, act=KEEP)
    answer = world.send(mag=MAG2, hnp=HNP1, hi=5, group=0, flows=[flow(65535, 44), flow(65534, 45)])
    assert answer.statuses == {65535: 0, 65534: 0, 65533: 0}
    assert [(o.fid, o.pri, o.pro) for o in answer.fids.values()] == [(65535, 44, 0), (65534, 45, 0), (65533, 33, 2)]
    assert world.send(mag=MAG2, hnp=HNP1, hi=5, group=0, flows=[flow(65533)]).statuses[65533] == 135


def test_what_the_gateway_cannot_know_is_not_found_and_survives_a_summary():
    world = World()
    world.attach(MAG1, flows=[flow(1)])
    world.attach(MAG2)
    world.send(mag=MAG1, hnp=HNP1, hi=4, lifetime=0, group=0, act=KEEP)
    answer = world.send(mag=MAG2, hnp=HNP1, hi=5, group=0, flows=[flow(65535, pro=1)], summary=[])
    assert answer.statuses == {65535: 136}
    assert list(world.send(mag=MAG2, hnp=HNP1, hi=5, group=0).fids) == [65535]
    world.send(mag=MAG2, hnp=HNP1, hi=5, group=0, summary=[])
    assert world.owners() == {MAG2: []}
