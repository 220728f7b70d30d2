"""RFC 5845: GRE encapsulation and the exchange of GRE keys."""

import pytest

from pmiptool.lma.events import PbuAccepted
from pmiptool.session.endpoint import Endpoint
from pmiptool.session.model import GreKeys
from pmiptool.wire.values import GreKey, UnknownOption
from tests.lma.support import MAG1, MAG2, A, P, World, addr

LL = bytes.fromhex("020000000001")
OTHER = b"mn2@example.org"
T, BA_T = 0x0080, 0x10
MN = {"id": "mn1@example.org"}


def key(number=None):
    return GreKey(gre_key=() if number is None else (number,))


def told(answer):
    """The keys in the answer's option; None without one."""
    option = answer.option(GreKey)
    return None if option is None else option.gre_key


def test_a_downlink_key_is_answered_by_an_uplink_key():
    world = World()
    answer = world.send(key(0x64), ll=LL)
    assert (answer.status, told(answer)) == (0, (1,))
    (binding,) = world.session.bindings.values()
    assert binding.gre == GreKeys(downlink=0x64, uplink=1)
    assert world.happened(PbuAccepted)[-1].uplink_gre_key == 1
    assert told(world.send(key(0x65), mn=OTHER)) == (2,)


def test_encapsulation_alone_is_answered_without_a_key():
    world = World()
    answer = world.send(key(), ll=LL)
    assert (answer.status, told(answer)) == (0, ())
    (binding,) = world.session.bindings.values()
    assert binding.gre == GreKeys(None, None)


def test_without_the_option_there_is_none_and_nothing_is_agreed_on():
    world = World()
    assert told(world.send(ll=LL)) is None
    (binding,) = world.session.bindings.values()
    assert binding.gre is None


def test_the_uplink_key_stays_for_the_lifetime_of_the_session():
    world = World()
    hnp = world.send(key(0x64), ll=LL).hnp
    world.send(key(0x65), mn=OTHER)
    assert told(world.send(key(0x64), hnp=hnp, hi=5, ll=LL)) == (1,)
    assert told(world.send(hnp=hnp, hi=5, ll=LL)) is None
    assert told(world.send(key(0x64), hnp=hnp, hi=5, ll=LL)) == (1,)
    assert told(world.send(key(0x99), hnp=hnp, hi=3, ll=LL, mag=MAG2)) == (1,)  # the new gateway's own key
    (binding,) = world.anchor.sessions[0].bindings.values()
    assert binding.gre == GreKeys(downlink=0x99, uplink=1)
    away = world.send(key(0x99), hnp=hnp, hi=4, ll=LL, lifetime=0, mag=MAG2)
    assert (away.status, told(away)) == (0, (1,))
    world.advance(11)
    assert told(world.send(key(0x64), ll=LL)) == (3,)


def test_a_handoff_without_the_option_ends_the_encapsulation():
    world = World()
    hnp = world.send(key(0x64), ll=LL).hnp
    answer = world.send(hnp=hnp, hi=3, ll=LL, mag=MAG2)
    assert (answer.status, told(answer)) == (0, None)
    (binding,) = world.session.bindings.values()
    assert binding.gre is None


def test_required_is_163_without_it_but_for_deregistrations():
    world = World(lma={"gre": "required"})
    refused = world.send(ll=LL)
    assert (refused.status, told(refused)) == (163, None)
    assert not world.anchor.sessions
    hnp = world.send(key(0x64), ll=LL).hnp
    assert world.send(hnp=hnp, hi=3, ll=LL, mag=MAG2).status == 163
    assert world.send(hnp=hnp, hi=4, ll=LL, lifetime=0).status == 0


def test_not_required_is_2_without_the_option():
    world = World(lma={"gre": "not-required"})
    answer = world.send(key(0x64), ll=LL)
    assert (answer.status, told(answer), answer.lifetime) == (2, None, 75)
    (binding,) = world.session.bindings.values()
    assert binding.gre is None
    assert world.send(ll=LL, hnp=answer.hnp, hi=5).status == 0
    assert world.send(key(0x64), hnp=answer.hnp, hi=4, ll=LL, lifetime=0).status == 0


def test_off_skips_the_option_as_unknown():
    answer = World(lma={"gre": "off"}).send(key(0x64))
    assert (answer.status, told(answer)) == (0, None)


def test_the_policy_of_the_mobile_node_goes_before():
    world = World(mn=[{**MN, "gre": "required"}])
    assert world.send().status == 163
    assert world.send(mn=OTHER).status == 0
    world = World(lma={"gre": "required"}, mn=[{**MN, "gre": "off"}])
    assert world.send().status == 0
    assert told(world.send(key(1), att=8)) is None
    assert world.send(mn=OTHER).status == 163


def test_a_rejection_carries_no_key_and_an_odd_length_is_passed_over():
    refused = World(mn=[{**MN, "proxy_registration": False}]).send(key(1))
    assert (refused.status, told(refused)) == (152, None)
    answer = World().send(UnknownOption(33, bytes(1)))
    assert (answer.status, told(answer)) == (0, None)
    assert told(World().send(UnknownOption(33, bytes(4)))) == ()  # half a key is none


def test_of_two_options_the_first_counts():
    world = World()
    assert told(world.send(key(7), key())) == (1,)
    (binding,) = world.session.bindings.values()
    assert binding.gre.downlink == 7


def test_each_binding_of_a_multihomed_session_has_its_own_keys():
    """RFC 5845 3.1: they apply to the binding that the request updates."""
    world = World()
    assert told(world.send(key(1), group=0)) == (1,)
    second = world.send(key(2), group=0, mag=MAG2, att=8)
    assert told(second) == (2,)
    assert told(world.send(key(1), group=0, hnp=second.hnp, hi=5)) == (1,)
    assert sorted(b.gre for b in world.session.bindings.values()) == [(1, 1), (2, 2)]
    assert told(world.send(group=0, hnp=second.hnp, hi=5)) is None
    assert world.session.by_age()[0].gre == (1, 1)


def over_ipv4(world, *extra, flags):
    """The answer to a PBU over IPv4, where the TLV header belongs (7.1)."""
    octets = world.codec.encode(world.request(*extra, flags=flags))
    world.anchor.receive(octets, Endpoint(addr("192.0.2.2"), 5436), world.now, Endpoint(addr("192.0.2.1"), 5436))
    (sent,) = world.collect()
    return world.codec.decode(sent.data, udp=True).message


@pytest.mark.parametrize(
    ("tlv", "options", "flags", "status", "t"),
    [
        (False, [key(1)], A | P | T, 3, 0),
        (False, [], A | P | T, 0, 0),
        (False, [key(1)], A | P, 0, 0),
        (True, [key(1)], A | P | T, 0, BA_T),
        (True, [], A | P | T, 0, BA_T),
        (True, [key(1)], A | P, 0, 0),
    ],
)
def test_tlv_header(tlv, options, flags, status, t):
    answer = over_ipv4(World(lma={"tlv_header": tlv}), *options, flags=flags)
    assert (answer.status, answer.flags & BA_T) == (status, t)
    assert [o.gre_key for o in answer.options if isinstance(o, GreKey)] == [(1,)] * len(options)


def test_over_ipv6_there_is_no_tlv_header():
    answer = World(lma={"tlv_header": True}).send(key(1), flags=A | P | T, mag=MAG1)
    assert (answer.status, answer.message.flags & BA_T, told(answer)) == (3, 0, (1,))
