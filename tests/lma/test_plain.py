"""Sessions without the Multihoming option: RFC 5213 5.3.2 to 5.3.6, 5.4.1 and 5.5."""

import pytest

from pmiptool.lma.events import BindingRemoved, PbuAccepted, RequestHeld, SessionEnded, SilentlyDiscarded
from pmiptool.wire.values import LinkLocalAddress, MobileNodeLinkLayerIdentifier, Timestamp
from tests.lma.support import ANY, LMA, MAG1, MAG2, MAG3, World, addr, prefix, stamp

LL1, LL2 = b"\x02\0\0\0\0\x01", b"\x02\0\0\0\0\x02"
CONFIGURED = {"mn": [{"id": "mn1@example.org", "hnp": ["2001:db8:a1::/64", "2001:db8:a2::/64"]}, {"id": "mn2"}]}
POOL0 = prefix("2001:db8:f000::/64")


def reasons(world):
    return [event.reason for event in world.happened(SilentlyDiscarded)]


# 5.3.2 Initial binding registration


def test_all_zero_is_assigned_from_the_pool():
    world = World()
    answer = world.send(lifetime=100)
    assert (answer.status, answer.hnp, answer.lifetime, answer.message.flags) == (0, POOL0, 100, 0x20)
    assert world.happened(PbuAccepted)[0].what == "created"
    assert world.send(mn=b"mn2").hnp == prefix("2001:db8:f000:1::/64")


@pytest.mark.parametrize("any_prefix", ["::/0", "::/64", "::1/64", "0:0:0:0:1::/64"])
def test_all_zero_by_its_prefix_bits_whatever_its_length(any_prefix):
    assert World().send(hnp=prefix(any_prefix)).hnp == POOL0


def test_configured_prefixes_come_first_then_the_pool_then_130():
    world = World(CONFIGURED, lma={"pool": "2001:db8:f000::/64"})
    assert world.send(ll=LL1).hnp == prefix("2001:db8:a1::/64")
    assert world.send(ll=LL2).hnp == prefix("2001:db8:a2::/64")
    assert world.send(ll=LL2, att=3).hnp == POOL0
    answer = world.send(ll=LL1, att=3)
    assert (answer.status, answer.hnp) == (130, ANY)
    assert len(world.anchor.sessions) == 3


def test_named_prefix_is_granted_when_configured_or_free_in_the_pool():
    assert World(CONFIGURED).send(hnp=prefix("2001:db8:a2::/64")).hnp == prefix("2001:db8:a2::/64")
    assert World().send(hnp=prefix("2001:db8:f000:99::/64")).hnp == prefix("2001:db8:f000:99::/64")


@pytest.mark.parametrize("named", ["2001:db8:a1::/64", "2001:db8:f000:9::/63", "2001:db8:77::/64"])
def test_named_prefix_that_is_not_the_mobile_nodes_is_155(named):
    world = World(CONFIGURED)
    answer = world.send(mn=b"mn2", hnp=prefix(named))
    assert (answer.status, answer.hnp) == (155, prefix(named))
    assert not world.anchor.sessions


def test_several_named_prefixes_are_granted_all_or_none():
    both = [prefix("2001:db8:a1::/64"), prefix("2001:db8:a2::/64")]
    assert World(CONFIGURED).send(hnp=both).hnps == both
    assert World(CONFIGURED).send(hnp=[both[0], prefix("2001:db8:77::/64")]).status == 155


def test_a_prefix_named_out_of_the_pool_is_not_assigned_again():
    world = World()
    world.send(mn=b"mn1", hnp=prefix("2001:db8:f000:1::/64"))
    assert world.send(mn=b"mn2").hnp == POOL0
    assert world.send(mn=b"mn3").hnp == prefix("2001:db8:f000:2::/64")


def test_lifetime_is_at_most_the_configured_maximum():
    world = World(lma={"max_lifetime": 400})
    assert world.send(lifetime=0xFFFF).lifetime == 100


# 5.3.3, 5.3.4 Lifetime extension


def test_renewal_keeps_the_session_and_puts_off_its_end():
    world = World()
    hnp = world.send(lifetime=10).hnp
    world.advance(30)
    answer = world.send(hnp=hnp, hi=5, lifetime=10)
    assert (answer.status, answer.hnp) == (0, hnp)
    assert world.happened(PbuAccepted)[-1].what == "updated"
    world.advance(30)
    assert len(world.anchor.sessions) == 1
    world.advance(15)
    assert not world.anchor.sessions
    assert [event.reason for event in world.happened(BindingRemoved)] == ["expired"]


def test_a_shorter_renewal_ends_sooner():
    world = World()
    hnp = world.send(lifetime=100).hnp
    world.send(hnp=hnp, hi=5, lifetime=2)
    world.advance(9)
    assert not world.anchor.sessions
    assert world.anchor.next_timer() is None


def test_handoff_moves_the_session_to_the_new_gateway():
    world = World()
    hnp = world.send(ll=LL1).hnp
    answer = world.send(mag=MAG2, hi=3, ll=LL1)
    assert answer.hnp == hnp
    assert world.session.oldest().care_of_address == MAG2
    assert world.happened(PbuAccepted)[-1].what == "moved"


# 5.3.5 Deregistration


def test_deregistration_is_accepted_at_once_and_the_session_ends_after_the_delay():
    world = World()
    hnp = world.send().hnp
    answer = world.send(hnp=hnp, hi=4, lifetime=0)
    assert (answer.status, answer.lifetime, answer.hnp) == (0, 0, hnp)
    assert not world.session.bindings, "traffic is dropped meanwhile"
    world.advance(9.5)
    assert world.send(mn=b"mn2", hnp=hnp).status == 155, "the prefix is not free yet"
    world.advance(1)
    assert not world.anchor.sessions
    assert world.happened(SessionEnded)


def test_a_request_within_the_delay_brings_the_session_back():
    world = World()
    hnp = world.send(ll=LL1).hnp
    world.send(hnp=hnp, hi=4, lifetime=0, ll=LL1)
    answer = world.send(mag=MAG2, hi=3, ll=LL1)
    assert answer.hnp == hnp
    assert world.happened(PbuAccepted)[-1].what == "revived"
    world.advance(20)
    assert world.session.oldest().care_of_address == MAG2


def test_a_repeated_deregistration_is_answered_and_does_not_start_the_delay_anew():
    world = World()
    hnp = world.send().hnp
    world.send(hnp=hnp, hi=4, lifetime=0)
    world.advance(6)
    assert world.send(hnp=hnp, hi=4, lifetime=0).status == 0
    world.advance(5)
    assert not world.anchor.sessions


def test_deregistration_from_another_care_of_address_is_ignored():
    world = World()
    hnp = world.send(ll=LL1).hnp
    assert world.send(mag=MAG2, hnp=hnp, hi=4, lifetime=0, ll=LL1) is None
    assert reasons(world) == ["deregistration-from-elsewhere"]
    assert world.session.bindings


@pytest.mark.parametrize(
    "fields", [{"hnp": prefix("2001:db8:77::/64")}, {"ll": LL2}, {"hi": 4}, {"hi": 4, "mn": b"mn9"}]
)
def test_deregistration_of_nothing_is_ignored(fields):
    world = World()
    world.send(ll=LL1)
    assert world.send(lifetime=0, **fields) is None
    assert reasons(world) == ["deregistration-of-nothing"]


def test_given_back_prefixes_are_assigned_only_when_all_have_been_used():
    world = World(lma={"pool": "2001:db8:f000::/63"})
    first = world.send(mn=b"mn1").hnp
    world.send(mn=b"mn1", hnp=first, hi=4, lifetime=0)
    world.advance(11)
    second = world.send(mn=b"mn2").hnp
    assert second != first
    assert world.send(mn=b"mn3").hnp == first


# 5.4.1.1 A prefix is named


def test_prefix_of_another_mobile_node_is_155():
    world = World()
    hnp = world.send(mn=b"mn1").hnp
    assert world.send(mn=b"mn2", hnp=hnp, hi=5).status == 155
    assert world.send(mn=b"mn2", hnp=hnp, hi=4, lifetime=0).status == 155


def test_another_set_of_prefixes_is_159():
    world = World(CONFIGURED)
    one, two = prefix("2001:db8:a1::/64"), prefix("2001:db8:a2::/64")
    world.send(hnp=[one, two])
    assert world.send(hnp=[one], hi=5).status == 159
    assert world.send(hnp=[one, two, POOL0], hi=5).status == 159
    assert world.send(hnp=[one, ANY], hi=5).status == 159
    assert world.send(hnp=[two, one], hi=5).status == 0


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"mag": MAG2, "ll": LL1, "hi": 1}, 0),  # link-layer identifier and technology match
        ({"mag": MAG2, "ll": LL2, "hi": 2}, 0),  # handoff between interfaces
        ({"mag": MAG2, "ll": LL2, "hi": 3}, 155),
        ({"mag": MAG2, "ll": LL1, "att": 3, "hi": 1}, 155),
        ({"mag": MAG2, "hi": 3}, 155),  # no identifier now, but the entry has one
        ({"mag": MAG1, "hi": 1}, 0),  # same gateway and technology
        ({"mag": MAG1, "ll": LL2, "hi": 5}, 0),
        ({"mag": MAG1, "att": 3, "hi": 5}, 155),
    ],
)
def test_when_a_named_prefix_updates_the_session(fields, status):
    """Otherwise it asks for a new session with a prefix that is in use."""
    world = World()
    hnp = world.send(ll=LL1).hnp
    assert world.send(hnp=hnp, **fields).status == status


def test_named_prefix_without_link_layer_identifiers_needs_handoff_between_gateways():
    world = World()
    hnp = world.send().hnp
    assert world.send(mag=MAG2, hnp=hnp, hi=4).status == 155
    assert world.send(mag=MAG2, hnp=hnp, hi=3, ll=bytes(6)).status == 0, "ALL_ZERO is none"


# 5.4.1.2 and 5.4.1.3 No prefix is named


def test_link_layer_identifier_finds_the_session():
    world = World()
    first, second = world.send(ll=LL1).hnp, world.send(ll=LL2).hnp
    assert first != second
    assert world.send(mag=MAG2, ll=LL1, hi=1).hnp == first
    assert world.send(mag=MAG2, ll=LL2, hi=3).hnp == second
    assert world.send(mag=MAG2, ll=LL2, att=3, hi=3).hnp not in (first, second)


def test_handoff_between_interfaces_takes_the_only_session():
    world = World()
    first = world.send(ll=LL1).hnp
    assert world.send(mag=MAG2, ll=LL2, att=3, hi=2).hnp == first
    world.send(ll=LL1, hi=1)
    assert len(world.anchor.sessions) == 2
    assert world.send(mag=MAG3, ll=b"\x02\0\0\0\0\x03", hi=2).hnp != first, "two sessions: none is meant"


def test_handoff_between_gateways_of_an_interface_that_is_not_there_is_a_new_session():
    world = World()
    first = world.send(ll=LL1).hnp
    assert world.send(mag=MAG2, ll=LL2, hi=3).hnp != first


@pytest.mark.parametrize(("hi", "same"), [(2, True), (3, True), (1, False), (5, False), (0, False)])
def test_mobile_node_alone_finds_the_only_session(hi, same):
    world = World()
    first = world.send().hnp
    assert (world.send(mag=MAG2, hi=hi).hnp == first) is same


# MaxDelayBeforeNewBCEAssign


@pytest.mark.parametrize("ll", [None, LL2])
def test_unknown_handoff_state_waits_for_the_deregistration(ll):
    world = World()
    first = world.send(ll=LL1).hnp
    assert world.send(mag=MAG2, hi=4, ll=ll) is None
    assert world.happened(RequestHeld)
    world.now += 0.5
    sent = world.deliver(world.codec.encode(world.request(hnp=first, hi=4, lifetime=0, ll=LL1), src=MAG1, dst=LMA))
    answers = [world.answer(datagram) for datagram in sent]
    assert [(a.datagram.destination.address, a.status, a.hnp) for a in answers] == [(MAG1, 0, first), (MAG2, 0, first)]
    assert world.session.oldest().care_of_address == MAG2
    world.advance(20)
    assert len(world.anchor.sessions) == 1


def test_unknown_handoff_state_gets_a_new_session_after_the_delay():
    world = World()
    first = world.send().hnp
    world.send(mag=MAG2, hi=4, seq=50)
    assert world.advance(1.4) == []
    (answer,) = world.advance(0.2)
    assert (answer.status, answer.sequence) == (0, 50)
    assert answer.hnp != first


def test_while_waiting_a_newer_request_replaces_the_older_and_the_wait_does_not_start_anew():
    world = World()
    world.send()
    world.send(mag=MAG2, hi=4, seq=50)
    old = world.now
    world.send(mag=MAG2, hi=4, seq=51, tick=1.0)
    assert world.send(mag=MAG2, hi=4, seq=50, ts=stamp(old + 0.8), tick=0) is None
    (answer,) = world.advance(0.6)
    assert answer.sequence == 51
    assert reasons(world) == ["replaced-while-waiting", "older-than-waiting"]
    assert world.advance(10) == []


def test_a_request_that_waited_does_not_set_the_last_timestamp_back():
    world = World()
    first = world.send().hnp
    world.send(mag=MAG2, hi=4)
    waited = stamp(world.now)
    world.now += 0.5
    octets = world.codec.encode(world.request(hnp=first, hi=4, lifetime=0), src=MAG1, dst=LMA)
    assert len(world.deliver(octets)) == 2
    assert world.send(mag=MAG2, hnp=first, hi=5, ts=waited + 1, tick=0).status == 157


def test_a_session_already_deregistered_is_not_waited_for():
    world = World()
    first = world.send().hnp
    world.send(hnp=first, hi=4, lifetime=0)
    assert world.send(mag=MAG2, hi=4).hnp == first


# 5.3.6 The acknowledgement


def test_options_of_the_answer_follow_the_request():
    world = World()
    answer = world.send(ll=LL1)
    assert answer.option(MobileNodeLinkLayerIdentifier).link_layer_identifier == LL1
    assert answer.option(LinkLocalAddress) is None
    assert world.send(mn=b"mn2", ts=None, seq=3).option(Timestamp) is None


def test_link_local_address_is_generated_once_and_stored():
    world = World()
    first = world.send(link_local=bytes(16))
    generated = first.option(LinkLocalAddress).link_local_address
    assert generated[:8] == addr("fe80::")[:8] and any(generated[8:])
    again = world.send(hnp=first.hnp, hi=5, link_local=bytes(16))
    assert again.option(LinkLocalAddress).link_local_address == generated
    own = addr("fe80::77")
    assert world.send(hnp=first.hnp, hi=5, link_local=own).option(LinkLocalAddress).link_local_address == own
    assert world.send(hnp=first.hnp, hi=5, link_local=bytes(16)).option(LinkLocalAddress).link_local_address == own


# 5.5 Message ordering


def test_valid_timestamp_is_echoed_and_the_sequence_number_ignored():
    world = World()
    hnp = world.send(seq=100).hnp
    sent = stamp(world.now + 0.2)
    answer = world.send(hnp=hnp, hi=5, seq=5, ts=sent)
    assert (answer.status, answer.sequence, answer.option(Timestamp).timestamp) == (0, 5, sent)


@pytest.mark.parametrize(("offset", "status"), [(0.31, 156), (-0.31, 156), (0.29, 0), (-0.29, 0)])
def test_timestamp_validity_window(offset, status):
    world = World()
    world.now += 0.1
    answer = world.send(ts=stamp(world.now + offset), seq=7, tick=0)
    assert (answer.status, answer.sequence) == (status, 7)
    if status:
        assert answer.option(Timestamp).timestamp == stamp(world.now)


def test_timestamps_of_the_mobile_node_need_only_count_up():
    world = World({"lma": {"mobile_node_generated_timestamp_in_use": True}})
    hnp = world.send(ts=1000).hnp
    for value, status in ((2**60, 0), (1000, 157), (2**60, 156), (2**63, 0)):
        assert world.send(hnp=hnp, hi=5, ts=value).status == status


def test_lower_timestamp_is_157_and_an_equal_one_156():
    world = World()
    hnp = world.send().hnp
    last = stamp(world.now)
    for value, status in ((last - 1, 157), (last, 156), (stamp(world.now - 60), 157)):
        answer = world.send(hnp=hnp, hi=5, ts=value, tick=0.01)
        assert answer.status == status
        assert answer.option(Timestamp).timestamp == stamp(world.now)
    assert world.send(hnp=hnp, hi=5, ts=last + 1, tick=0.01).status == 0


def test_timestamps_are_compared_over_all_sessions_of_a_mobile_node():
    world = World()
    world.send(ll=LL1, ts=stamp(world.now + 0.25), tick=0)
    assert world.send(ll=LL2, tick=0.1).status == 157
    assert world.send(ll=LL2, mn=b"mn2", tick=0.1).status == 0


def test_a_rejected_request_leaves_no_timestamp():
    world = World()
    world.send(hnp=prefix("2001:db8:77::/64"), ts=stamp(world.now + 0.2), tick=0)
    assert world.send(tick=0.01).status == 0


@pytest.mark.parametrize(("number", "status"), [(15, 135), (0, 135), (32783, 135), (16, 0), (32782, 0), (65535, 135)])
def test_sequence_numbers_modulo_two_to_the_sixteen(number, status):
    """The example of RFC 6275 9.5.1; a PBA with 135 carries the last accepted number."""
    world = World()
    hnp = world.send(seq=15, ts=None).hnp
    answer = world.send(seq=number, ts=None, hnp=hnp, hi=5)
    assert (answer.status, answer.sequence) == (status, 15 if status else number)


def test_without_a_session_any_sequence_number_is_accepted():
    world = World()
    world.send(seq=500, ts=None, ll=LL1)
    assert world.send(seq=3, ts=None, ll=LL2).status == 0


def test_each_scheme_starts_anew_after_the_other():
    world = World()
    hnp = world.send(seq=500).hnp
    assert world.send(seq=3, ts=None, hnp=hnp, hi=5).status == 0
    assert world.send(seq=3, hnp=hnp, hi=5, ts=stamp(world.now - 0.2), tick=0.0).status == 0


# The two kinds of session


def test_the_prefix_of_a_multihomed_session_is_155():
    world = World()
    hnp = world.attach().hnp
    assert world.send(hnp=hnp, hi=5).status == 155
    assert world.send(hnp=hnp, hi=4, lifetime=0) is None
    assert world.send(hi=3, mag=MAG2).hnp != hnp
