"""What can happen to a session, without an anchor."""

import pytest

from pmiptool.session.model import DISCARD, FORWARD, N_CAST, Binding, Flow, Session
from pmiptool.session.prefix import contains, is_all_zero, network, overlap
from pmiptool.session.transitions import (
    add_binding,
    bind_bid,
    binding_key,
    end_binding,
    fids_in_use,
    highest_free_fid,
    install_flow,
    move_binding,
    reinstantiate,
    remove_flow,
    renumber_flow,
    revive_binding,
    same_filter,
)
from pmiptool.session.unknown import UNKNOWN
from pmiptool.wire.values import Ipv6Selector, Prefix

A, B, C = (bytes(15) + bytes((number,)) for number in (1, 2, 3))
ANY, WEB = Ipv6Selector(), Ipv6Selector(dst_port=80)


@pytest.fixture
def session():
    made = Session((1, b"mn1"), 0, ((bytes(16), 64),))
    for address in (A, B, C):
        add_binding(made, binding_key("interface", address, 4, None), Binding(address, 4, None))
    return made


def key(address):
    return binding_key("interface", address, 4, None)


def flow(fid, pri=10, action=FORWARD, selector=ANY, **fields):
    return Flow(fid, pri, action, selector, **fields)


def test_binding_keys():
    assert binding_key("interface", A, 4, b"x") == (A, 4, b"x")
    assert binding_key("interface", A, UNKNOWN, UNKNOWN) == (A, None, None)
    assert binding_key("care-of-address", A, 4, b"x") == (A,)


def test_a_moved_binding_keeps_its_age_filters_and_bids(session):
    first = session.bindings[key(A)]
    install_flow(session, first, flow(1))
    bind_bid(session, first, 7, 3)
    moved = move_binding(session, key(A), (B, 9, None), B)
    assert moved is first and session.oldest() is first
    assert (first.care_of_address, list(first.flows), first.bids) == (B, [1], {7: 3})
    assert key(A) not in session.bindings


def test_an_ended_binding_is_remembered_without_its_filters_and_revived_at_its_age(session):
    first = session.bindings[key(A)]
    install_flow(session, first, flow(1))
    assert end_binding(session, key(A), remember=True) is first
    assert session.flows() == [] and session.oldest().care_of_address == B
    assert revive_binding(session, key(A)) is first
    assert session.oldest() is first and not first.flows


def test_bids_of_a_tombstone_go_to_who_registers_them(session):
    buried = session.bindings[key(A)]
    bind_bid(session, buried, 7, 3)
    end_binding(session, key(A), remember=True)
    assert session.holder(7) is None
    bind_bid(session, session.bindings[key(B)], 7, 4)
    assert buried.bids == {}
    assert session.holder(7).care_of_address == B


def test_the_order_of_filters_follows_every_change(session):
    first, second = session.bindings[key(A)], session.bindings[key(B)]
    install_flow(session, first, flow(1, 20))
    install_flow(session, second, flow(2, 10))
    install_flow(session, first, flow(3, UNKNOWN))
    assert [found.fid for _, found in session.flows()] == [2, 1, 3]
    renumber_flow(session, second, 2, 9)
    remove_flow(session, first, 1)
    assert [found.fid for _, found in session.flows()] == [9, 3]
    assert remove_flow(session, first, 1) is None


def test_free_fids():
    assert highest_free_fid(set()) == 65535
    assert highest_free_fid({65535, 65534, 7}) == 65533
    assert highest_free_fid(range(1, 65536)) is None


def test_fids_in_use(session):
    first, second = session.bindings[key(A)], session.bindings[key(B)]
    install_flow(session, first, flow(1))
    install_flow(session, second, flow(2))
    assert fids_in_use(session, first, in_group=False) == {1}
    assert fids_in_use(session, first, in_group=True) == {1, 2}


def test_reinstantiation_retargets_forward_and_keeps_the_rest(session):
    first, second = session.bindings[key(A)], session.bindings[key(B)]
    bind_bid(session, first, 1, 0)
    bind_bid(session, second, 2, 0)
    install_flow(session, first, flow(10, 1, FORWARD, WEB, bids=(1,)))
    install_flow(session, first, flow(11, 2, DISCARD))
    install_flow(session, first, flow(12, 3, N_CAST, bids=(1, 2)))
    removed = end_binding(session, key(A))
    moved = reinstantiate(session, removed, [second])
    assert [(m.fid, m.flow.fid, m.flow.priority, m.flow.action, m.flow.bids, m.absorbed) for m in moved] == [
        (10, 65535, 1, FORWARD, (), False),
        (11, 65534, 2, DISCARD, (), False),
        (12, 65533, 3, N_CAST, (1, 2), False),
    ]
    assert not removed.flows
    assert all(m.flow.reinstantiated and not m.flow.announced and not m.flow.named for m in moved)
    assert session.targets(second, second.flows[65535]) == (B,)
    assert session.targets(second, second.flows[65533]) == (B,), "the lost care-of address is gone"
    assert session.active(second, second.flows[65534])


def test_references_of_other_owners_just_lose_the_care_of_address(session):
    first, second = session.bindings[key(A)], session.bindings[key(B)]
    bind_bid(session, first, 1, 0)
    install_flow(session, second, flow(5, bids=(1,)))
    assert session.targets(second, second.flows[5]) == (A,)
    reinstantiate(session, end_binding(session, key(A)), [second])
    assert session.targets(second, second.flows[5]) == ()
    assert not session.active(second, second.flows[5])


def test_reinstantiation_to_several_and_absorption(session):
    first, second, third = (session.bindings[key(address)] for address in (A, B, C))
    install_flow(session, first, flow(1, 5, selector=WEB))
    install_flow(session, third, flow(8, 5, selector=WEB))
    moved = reinstantiate(session, end_binding(session, key(A)), [second, third])
    assert [(m.target, m.flow.fid, m.absorbed) for m in moved] == [(second, 65535, False), (third, 8, True)]


def test_fids_of_copies_differ_in_the_group(session):
    first, second, third = (session.bindings[key(address)] for address in (A, B, C))
    install_flow(session, first, flow(1))
    moved = reinstantiate(session, end_binding(session, key(A)), [second, third], in_group=True)
    assert [m.flow.fid for m in moved] == [65535, 65534]


def test_what_makes_two_filters_equal():
    one = flow(1, 5, FORWARD, WEB)
    assert same_filter(one, flow(2, 5, FORWARD, Ipv6Selector(dst_port=80), installed=9))
    for other in (flow(1, 6, FORWARD, WEB), flow(1, 5, N_CAST, WEB), flow(1, 5, FORWARD, ANY),
                  flow(1, 5, FORWARD, WEB, bids=(1,)), flow(1, 5, FORWARD, UNKNOWN)):  # fmt: skip
        assert not same_filter(one, other)


def test_unknown_is_equal_to_nothing_and_not_true():
    assert UNKNOWN != 0 and UNKNOWN != b"" and not UNKNOWN and repr(UNKNOWN) == "UNKNOWN"


def test_prefixes_as_keys():
    address = bytes.fromhex("20010db8000100ff00000000000000aa")
    assert network(Prefix(address, 64)) == (address[:8] + bytes(8), 64)
    assert network(Prefix(address, 60)) == (bytes.fromhex("20010db8000100f0") + bytes(8), 60)
    assert network(Prefix(address, 128)) == network(Prefix(address, 200)) == (address, 128)
    assert is_all_zero(network(Prefix(address, 2))) and is_all_zero(network(Prefix(bytes(15) + b"\1", 64)))
    wide, narrow = network(Prefix(address, 36)), network(Prefix(address, 64))
    assert contains(wide, narrow) and not contains(narrow, wide) and overlap(narrow, wide)
    assert not overlap(narrow, network(Prefix(address[:7] + bytes(9), 64)))
