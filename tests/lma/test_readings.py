"""The other readings of the ambiguity register; the defaults are those of the rest of these tests."""

import pytest

from pmiptool.lma.events import FlowRemoved, PbuAccepted
from pmiptool.registry.ambiguities import AMBIGUITIES
from pmiptool.wire.values import Multihoming
from tests.lma.support import KEEP, MAG1, MAG2, MAG3, REMOVE, World, flow, prefix, stamp

HNP1 = prefix("2001:db8:f000::/64")
LL1, LL2 = b"\x02\0\0\0\0\x01", b"\x02\0\0\0\0\x02"


def reading(**readings):
    return World(readings={key.replace("_", "-"): name for key, name in readings.items()})


def two(world, **first):
    world.attach(MAG1, **first)
    world.attach(MAG2)
    return world


def leave(world, mag=MAG1, act=0, hi=4, **fields):
    return world.send(mag=mag, hnp=HNP1, hi=hi, lifetime=0, group=0, act=act, **fields)


def renew(world, mag=MAG2, **fields):
    return world.send(mag=mag, hnp=HNP1, hi=5, group=0, **fields)


def test_every_reading_is_taken():
    for entry in AMBIGUITIES:
        for name in entry.choices:
            World(readings={entry.key: name}).attach()


def test_flow_omission_strict():
    world = reading(flow_omission="strict")
    world.attach(flows=[flow(1), flow(2)])
    renew(world, MAG1, flows=[flow(2, pro=1)])
    assert world.owners() == {MAG1: [2]}
    renew(world, MAG1)
    assert world.owners() == {MAG1: []}, "figure 4, read so, wipes everything"


def test_flow_omission_strict_spares_what_was_not_announced():
    world = two(reading(flow_omission="strict"), flows=[flow(1)])
    leave(world, act=KEEP)
    assert list(renew(world).fids) == [65535]
    renew(world)
    assert world.owners() == {MAG2: []}


def test_flow_omission_keep():
    world = reading(flow_omission="keep")
    world.attach(flows=[flow(1), flow(2)])
    assert renew(world, MAG1, summary=[2, 9]).statuses == {9: 136}
    assert world.owners() == {MAG1: [1, 2]}


def test_binding_reference_required():
    assert reading(binding_reference="required").attach(flows=[flow(1), flow(2, action=2)]).statuses == {1: 129, 2: 0}


def test_binding_key_care_of_address():
    world = reading(binding_key="care-of-address")
    world.attach(MAG1, ll=LL1)
    world.attach(MAG1, ll=LL2, att=3)
    (binding,) = world.session.bindings.values()
    assert (binding.ll_id, binding.att) == (LL2, 3)
    assert leave(world).status == 0


def test_handover_add():
    world = reading(handover="add")
    world.attach(MAG1, ll=LL1)
    world.attach(MAG2, ll=LL1, hi=3)
    assert len(world.session.bindings) == 2


def test_fid_scope_group():
    world = two(reading(fid_scope="group"), flows=[flow(1, 1), flow(65535, 2)])
    assert renew(world, flows=[flow(1), flow(1000, 3), flow(65535, pro=1)]).statuses == {1: 130, 1000: 0, 65535: 130}
    assert renew(world, MAG3, flows=[flow(65534, 66)]).statuses == {65534: 0}
    leave(world, act=KEEP)
    assert world.owners() == {MAG2: [1000, 65533, 65535], MAG3: [65534]}


def test_modify_without_selector_refuse():
    world = reading(modify_without_selector="refuse")
    world.attach(flows=[flow(1)])
    assert renew(world, MAG1, flows=[flow(1, 9, pro=1, selector=None)]).statuses == {1: 129}


def test_act_scope_group():
    world = two(reading(act_scope="group"), flows=[flow(1)])
    renew(world, flows=[flow(4)])
    leave(world, act=REMOVE)
    assert world.owners() == {MAG2: []}
    assert [event.fid for event in world.happened(FlowRemoved)] == [1, 4]


def test_act_scope_group_after_a_delay():
    world = two(reading(act_scope="group", removal_delay="wait"), flows=[flow(1)])
    renew(world, flows=[flow(4)])
    leave(world, act=REMOVE)
    assert world.owners() == {MAG1: [1], MAG2: [4]}
    world.advance(10)
    assert world.owners() == {MAG2: []}


def test_act_zero_keep():
    world = two(reading(act_zero="keep"), flows=[flow(1)])
    leave(world)
    assert world.owners() == {MAG2: [65535]}


def test_act_zero_keep_also_when_the_lifetime_ends():
    world = reading(act_zero="keep")
    world.attach(MAG1, lifetime=5, flows=[flow(1)])
    world.attach(MAG2)
    world.advance(25)
    assert world.owners() == {MAG2: [65535]}


def test_act_zero_reject():
    world = reading(act_zero="reject")
    world.attach(MAG1, lifetime=5, flows=[flow(1)])
    world.attach(MAG2)
    assert leave(world).status == 128
    assert leave(world, act=KEEP, hi=5).status == 128
    assert len(world.session.bindings) == 2
    world.advance(25)
    assert world.owners() == {MAG2: []}, "at the end of a lifetime it acts as remove"


def test_keep_without_peer_reject():
    world = reading(keep_without_peer="reject")
    world.attach(flows=[flow(1)])
    assert leave(world, act=KEEP).status == 251
    assert world.owners() == {MAG1: [1]}
    assert leave(world, act=REMOVE).status == 0


@pytest.mark.parametrize(
    ("target", "owners"),
    [("oldest", {MAG2: [65535], MAG3: []}), ("newest", {MAG2: [], MAG3: [65535]}),
     ("all", {MAG2: [65535], MAG3: [65535]})],
)  # fmt: skip
def test_reinstantiation_target(target, owners):
    world = two(reading(reinstantiation_target=target), flows=[flow(1)])
    world.attach(MAG3)
    leave(world, act=KEEP)
    assert world.owners() == owners


def test_reinstantiated_advert_once():
    world = two(reading(reinstantiated_advert="once"), flows=[flow(1)])
    leave(world, act=KEEP)
    assert [list(renew(world).fids) for _ in range(3)] == [[65535], [], []]


@pytest.mark.parametrize("naming", [{"flows": [flow(65535, pro=1)]}, {"summary": [65535]}])
def test_reinstantiated_advert_until_named(naming):
    world = two(reading(reinstantiated_advert="until-named"), flows=[flow(1)])
    leave(world, act=KEEP)
    assert [list(renew(world).fids) for _ in range(2)] == [[65535], [65535]]
    renew(world, **naming)
    assert not renew(world).fids
    assert world.owners() == {MAG2: [65535]}


def test_reinstantiated_mark_status():
    world = World(readings={"reinstantiated-mark": "status"}, codepoints={"reinstantiated_status": 5})
    leave(two(world, flows=[flow(1)]), act=KEEP)
    told = renew(world).fids[65535]
    assert (told.pro, told.status) == (0, 5)


def test_pba_act_echo():
    world = two(reading(pba_act="echo"))
    assert leave(world, act=KEEP).option(Multihoming) == Multihoming(act=2)


def test_removal_delay_wait():
    world = two(reading(removal_delay="wait"), flows=[flow(1)])
    assert leave(world, act=KEEP).status == 0
    assert world.owners() == {MAG1: [1], MAG2: []}
    assert leave(world, act=KEEP).status == 0
    assert [event.what for event in world.happened(PbuAccepted)[-2:]] == ["removed", "removed-again"]
    world.advance(10)
    assert world.owners() == {MAG2: [65535]}


def test_removal_delay_wait_is_called_off():
    world = two(reading(removal_delay="wait"), flows=[flow(1)])
    leave(world, act=KEEP)
    renew(world, MAG1)
    world.advance(15)
    assert world.owners() == {MAG1: [1], MAG2: []}


def test_removal_delay_at_once():
    world = two(reading(removal_delay="at-once"), flows=[flow(1)])
    leave(world)
    assert leave(world) is None
    assert world.anchor.next_timer() == pytest.approx(world.session.oldest().expires)
    assert leave(world, MAG2).status == 0, "the last one is remembered as RFC 5213 5.3.5 says"
    assert leave(world, MAG2).status == 0


def test_timestamp_scope_mn():
    world = reading(timestamp_scope="mn")
    world.attach(MAG1, ts=stamp(world.now + 0.3), tick=0.05)
    assert world.send(mag=MAG2, group=0, tick=0.01).status == 157
    assert world.send(mag=MAG2, group=0, tick=0.5).status == 0


def test_sequence_scope_session():
    world = reading(sequence_scope="session")
    world.attach(MAG1, ts=None, seq=900)
    answer = world.send(mag=MAG2, group=0, ts=None, seq=5)
    assert (answer.status, answer.sequence) == (135, 900)
    assert world.send(mag=MAG2, group=0, ts=None, seq=901).status == 0
    assert renew(world, MAG1, ts=None, seq=901).status == 135
