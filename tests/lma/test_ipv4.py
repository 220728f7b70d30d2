"""RFC 5844: IPv4 home addresses, and what IPv4 transport asks of the anchor."""

from ipaddress import IPv4Network

import pytest

from pmiptool.errors import UsageError
from pmiptool.lma import config_from
from pmiptool.lma.events import AddressesReleased, PbuAccepted, SilentlyDiscarded
from pmiptool.lma.pool import AddressPool
from pmiptool.session.endpoint import Endpoint
from pmiptool.wire.values import (
    HomeNetworkPrefix,
    Ipv4DefaultRouterAddress,
    Ipv4DhcpSupportMode,
    Ipv4HomeAddressReply,
    Ipv4HomeAddressRequest,
    NatDetection,
    UnknownOption,
)
from tests.lma.support import ANY, MAG1, MAG2, MAG3, A, P, World, addr, prefix

LL, LL2 = bytes.fromhex("020000000001"), bytes.fromhex("020000000002")
MN = {"id": "mn1@example.org"}
OTHER = b"mn2@example.org"
F = 0x0100


def v4(text="0.0.0.0/0"):
    address, _, length = text.partition("/")
    return Ipv4HomeAddressRequest(prefix_length=int(length or 16), ipv4_home_address=addr(address))


def told(answer):
    """Status, address and prefix length of the reply option."""
    reply = answer.option(Ipv4HomeAddressReply)
    return None if reply is None else (reply.status, reply.ipv4_home_address, reply.prefix_length)


def dual(world, **more):
    """A session with a prefix and an address: the answer."""
    return world.send(v4(), ll=LL, **more)


# What is given (3.1.2.2, 3.1.2.6)


def test_any_address_is_one_of_the_pool_with_its_length_router_and_dhcp_mode():
    world = World()
    answer = dual(world)
    assert answer.status == 0 and answer.hnp != ANY
    assert told(answer) == (0, addr("198.18.0.2"), 16)  # .1 is the router
    assert answer.option(Ipv4DefaultRouterAddress).ipv4_default_router_address == addr("198.18.0.1")
    assert answer.option(Ipv4DhcpSupportMode).s == 1
    assert world.session.ipv4.address == addr("198.18.0.2")
    assert world.happened(PbuAccepted)[-1].ipv4_home_address == addr("198.18.0.2")
    assert told(world.send(v4(), mn=OTHER, ll=LL2)) == (0, addr("198.18.0.3"), 16)


@pytest.mark.parametrize(("mode", "seen"), [("relay", 0), ("server", 1), ("none", None)])
def test_dhcp_support_mode_is_configured(mode, seen):
    option = dual(World(lma={"dhcp_support_mode": mode})).option(Ipv4DhcpSupportMode)
    assert (None if option is None else option.s) == seen


def test_ipv4_alone_is_a_session_without_prefix():
    world = World()
    answer = world.send(v4(), hnp=None, ll=LL)
    assert (answer.status, answer.hnps, told(answer)) == (0, [], (0, addr("198.18.0.2"), 16))
    assert world.session.prefixes == ()
    again = world.send(v4("198.18.0.2/16"), hnp=None, ll=LL, hi=5)
    assert (again.status, again.hnps, told(again)) == (0, [], (0, addr("198.18.0.2"), 16))
    assert len(world.anchor.sessions) == 1
    away = world.send(v4("198.18.0.2/16"), hnp=None, ll=LL, hi=4, lifetime=0)
    assert (away.status, away.lifetime, told(away)) == (0, 0, (0, addr("198.18.0.2"), 16))
    world.advance(11)
    assert not world.anchor.sessions


def test_neither_prefix_nor_address_is_158():
    assert World().send(hnp=None).status == 158


def test_a_configured_address_goes_before_the_pool_and_to_nobody_else():
    world = World(mn=[{**MN, "ipv4_hoa": "198.18.0.2/24"}])
    assert told(world.send(v4(), mn=OTHER)) == (0, addr("198.18.0.3"), 16)
    assert told(world.send(v4("198.18.0.2/24"), mn=OTHER, hi=1, att=5)) == (129, addr("198.18.0.2"), 24)
    answer = dual(world)
    assert told(answer) == (0, addr("198.18.0.2"), 24)
    assert answer.option(Ipv4DefaultRouterAddress).ipv4_default_router_address == addr("198.18.0.1")
    assert told(world.send(v4(), ll=LL2, att=5)) == (0, addr("198.18.0.4"), 16)  # its second interface


@pytest.mark.parametrize(
    ("own", "router"),
    [("192.0.2.1/24", "192.0.2.2"), ("192.0.2.9/31", "192.0.2.8"), ("192.0.2.9/32", "198.18.0.1")],
)
def test_the_default_router_is_another_host_of_the_network(own, router):
    answer = dual(World(mn=[{**MN, "ipv4_hoa": own}]))
    assert answer.option(Ipv4DefaultRouterAddress).ipv4_default_router_address == addr(router)


def test_a_free_address_of_the_pool_may_be_named_as_after_a_restart():
    world = World()
    assert told(world.send(v4("198.18.7.7/16"), ll=LL)) == (0, addr("198.18.7.7"), 16)


@pytest.mark.parametrize("named", ["192.0.2.7/24", "198.18.0.1/16", "198.18.0.0/16", "198.18.255.255/16"])
def test_an_address_that_is_not_the_anchors_to_give_is_171_with_129(named):
    world = World()
    answer = world.send(v4(named), ll=LL)
    address, _, length = named.partition("/")
    assert (answer.status, told(answer)) == (171, (129, addr(address), int(length)))
    assert not answer.option(Ipv4DefaultRouterAddress) and not answer.option(Ipv4DhcpSupportMode)
    assert not world.anchor.sessions


def test_the_address_of_another_mobile_node_is_171():
    world = World()
    dual(world)
    for more in ({}, {"hnp": None}):
        answer = world.send(v4("198.18.0.2/16"), mn=OTHER, **more)
        assert (answer.status, told(answer)) == (171, (129, addr("198.18.0.2"), 16))


def test_exhaustion_is_130_with_128_and_takes_no_prefix():
    world = World(lma={"ipv4_pool": "198.18.0.0/30"})  # the router and one more
    dual(world)
    answer = world.send(v4(), mn=OTHER, ll=LL2)
    assert (answer.status, told(answer)) == (130, (128, bytes(4), 0))
    assert len(world.anchor.sessions) == 1
    assert world.send(mn=OTHER, ll=LL2).hnp == prefix("2001:db8:f000:1::/64")  # the second of the pool


def test_no_prefix_left_gives_the_address_back():
    world = World(lma={"pool": "2001:db8:f000::/64", "ipv4_pool": "198.18.0.0/29"})
    dual(world)
    assert world.send(v4(), mn=OTHER, ll=LL2).status == 130
    for number in range(3, 8):
        answer = world.send(v4(), mn=b"mn%d" % number, hnp=None)
        assert answer.status == (0 if number < 7 else 130), number


# What is refused (3.1.2.1)


def test_authorization_by_profile():
    assert World(mn=[{**MN, "ipv6": False}]).send(v4()).status == 172
    assert World(mn=[{**MN, "ipv6": False}]).send().status == 172
    assert World(mn=[{**MN, "ipv6": False}]).send(v4(), hnp=None).status == 0
    refused = World(mn=[{**MN, "ipv4": False}]).send(v4())
    assert (refused.status, told(refused)) == (170, (129, bytes(4), 0))
    assert World(mn=[{**MN, "ipv4": False}]).send().status == 0


def test_the_home_network_without_ipv4_refuses_or_does_not_know_it():
    assert World(lma={"ipv4": "reject"}).send(v4()).status == 170
    answer = World(lma={"ipv4": False}).send(v4())
    assert (answer.status, told(answer)) == (0, None)
    answer = World(lma={"ipv4": False}).send(v4(), hnp=None)
    assert (answer.status, answer.hnps, told(answer)) == (158, [ANY], None)


def test_more_than_one_request_is_173_and_each_is_answered():
    answer = World().send(v4(), v4("198.18.0.9/16"))
    assert answer.status == 173
    assert [(o.status, o.ipv4_home_address) for o in answer.options(Ipv4HomeAddressReply)] == [
        (128, bytes(4)),
        (128, addr("198.18.0.9")),
    ]


def test_mandatory_options_are_judged_first():
    assert World(mn=[{**MN, "ipv4": False}]).send(v4(), hi=None).status == 161
    assert World().send(v4(), mn=None).status == 160


def test_a_rejection_for_other_reasons_answers_the_request_too_and_adds_no_prefix():
    answer = World(mn=[{**MN, "proxy_registration": False}]).send(v4("198.18.0.9/16"), hnp=None)
    assert (answer.status, answer.hnps, told(answer)) == (152, [], (128, addr("198.18.0.9"), 16))


def test_a_request_of_a_wrong_length_is_passed_over():
    assert told(World().send(UnknownOption(36, bytes(5)))) is None


def test_a_deregistration_of_what_the_session_does_not_have():
    world = World()
    hnp = dual(world).hnp
    answer = world.send(v4("198.18.0.9/16"), hnp=hnp, hi=4, ll=LL, lifetime=0)
    assert (answer.status, told(answer)) == (171, (129, addr("198.18.0.9"), 16))
    world.send(v4("198.18.0.2/16"), hnp=None, hi=4, ll=LL, lifetime=0)
    assert world.send(v4(), hnp=None, hi=4, ll=LL, lifetime=0) is None
    assert world.happened(SilentlyDiscarded)[-1].reason == "deregistration-of-nothing"
    away = world.send(v4(), hnp=hnp, hi=4, ll=LL, lifetime=0)
    assert (away.status, away.hnp, told(away)) == (0, hnp, None)


# What becomes of it


def test_renewals_keep_the_address_and_another_cannot_be_had():
    world = World()
    hnp = dual(world).hnp
    for more in ([v4("198.18.0.2/16")], [v4()]):
        assert told(world.send(*more, hnp=hnp, hi=5, ll=LL)) == (0, addr("198.18.0.2"), 16)
    assert told(world.send(hnp=hnp, hi=5, ll=LL)) is None  # not asked for, and kept
    answer = world.send(v4("198.18.0.9/16"), hnp=hnp, hi=5, ll=LL)
    assert (answer.status, told(answer)) == (171, (129, addr("198.18.0.9"), 16))
    assert world.session.ipv4.address == addr("198.18.0.2")


def test_a_session_gains_an_address_later_and_a_prefix_later():
    world = World()
    hnp = world.send(ll=LL).hnp
    assert told(world.send(v4(), hnp=hnp, hi=5, ll=LL)) == (0, addr("198.18.0.2"), 16)
    assert world.session.ipv4 is not None
    world = World()
    world.send(v4(), hnp=None, ll=LL)
    answer = world.send(v4(), ll=LL, hi=5)
    assert answer.hnp == prefix("2001:db8:f000::/64") and len(world.anchor.sessions) == 1
    again = world.send(v4(), hnp=answer.hnp, ll=LL, hi=5)
    assert (again.status, again.hnp, told(again)) == (0, answer.hnp, (0, addr("198.18.0.2"), 16))


def test_deregistration_frees_it_with_the_session():
    world = World(lma={"ipv4_pool": "198.18.0.0/30"})
    hnp = dual(world).hnp
    away = world.send(v4("198.18.0.2/16"), hnp=hnp, hi=4, ll=LL, lifetime=0)
    assert (away.status, away.lifetime, away.hnp, told(away)) == (0, 0, hnp, (0, addr("198.18.0.2"), 30))
    assert world.send(v4(), mn=OTHER, hnp=None).status == 130  # MinDelayBeforeBCEDelete
    world.advance(11)
    assert told(world.send(v4(), mn=OTHER, hnp=None)) == (0, addr("198.18.0.2"), 30)


def test_the_end_of_the_lifetime_frees_it():
    world = World()
    dual(world, lifetime=10)
    world.advance(50)
    assert not world.anchor.sessions and not world.anchor._core.homes.sessions


def test_the_address_alone_is_given_up():
    world = World()
    hnp = dual(world).hnp
    away = world.send(v4("198.18.0.2/16"), hnp=None, hi=4, ll=LL, lifetime=0)
    assert (away.status, away.lifetime, away.hnps, told(away)) == (0, 0, [], (0, addr("198.18.0.2"), 16))
    assert world.session.ipv4 is None and world.session.bindings
    assert world.happened(AddressesReleased)[-1].ipv4_home_address == addr("198.18.0.2")
    assert world.send(hnp=hnp, hi=5, ll=LL).hnp == hnp
    assert told(world.send(v4("198.18.0.2/16"), mn=OTHER, hnp=None)) == (0, addr("198.18.0.2"), 16)


def test_the_prefixes_alone_are_given_up():
    world = World()
    hnp = dual(world).hnp
    away = world.send(hnp=hnp, hi=4, ll=LL, lifetime=0)
    assert (away.status, away.lifetime, away.hnp, told(away)) == (0, 0, hnp, None)
    assert world.session.prefixes == () and world.session.bindings
    assert told(world.send(v4("198.18.0.2/16"), hnp=None, hi=5, ll=LL)) == (0, addr("198.18.0.2"), 16)
    assert world.send(hnp=hnp, mn=OTHER).hnp == hnp


def test_after_a_handoff_what_is_not_named_is_given_up():
    world = World()
    hnp = dual(world).hnp
    moved = world.send(v4("198.18.0.2/16"), hnp=hnp, hi=3, ll=LL, mag=MAG2)
    assert (moved.hnp, told(moved)) == (hnp, (0, addr("198.18.0.2"), 16))
    assert not world.happened(AddressesReleased)
    world.send(hnp=hnp, hi=3, ll=LL, mag=MAG3)
    assert world.session.ipv4 is None
    world = World()
    dual(world)
    moved = world.send(v4("198.18.0.2/16"), hnp=None, hi=3, ll=LL, mag=MAG2)
    assert (moved.hnps, told(moved)) == ([], (0, addr("198.18.0.2"), 16))
    assert world.session.prefixes == ()


def test_the_address_alone_finds_the_session_as_a_prefix_would():
    world = World()
    dual(world)
    one = v4("198.18.0.2/16")
    assert world.send(one, hnp=None, hi=2, att=8, ll=LL2, mag=MAG2).status == 0  # between interfaces
    assert len(world.anchor.sessions) == 1
    answer = world.send(one, hnp=None, hi=1, att=5, ll=LL, mag=MAG3)  # another interface: no session of its own has it
    assert (answer.status, told(answer)) == (171, (129, addr("198.18.0.2"), 16))
    assert world.send(one, hnp=None, hi=4, lifetime=0, mag=MAG3, att=8, ll=LL2) is None
    assert world.happened(SilentlyDiscarded)[-1].reason == "deregistration-from-elsewhere"
    assert world.send(v4("198.18.0.77/16"), hnp=None, hi=4, lifetime=0) is None
    assert world.happened(SilentlyDiscarded)[-1].reason == "deregistration-of-nothing"


# Multihomed sessions share it


def test_all_bindings_of_a_multihomed_session_share_the_address():
    world = World()
    first = world.attach(MAG1)
    assert told(world.send(v4(), mag=MAG2, group=0, att=8)) == (0, addr("198.18.0.2"), 16)
    assert told(world.send(v4(), mag=MAG1, group=0, hnp=first.hnp, hi=5)) == (0, addr("198.18.0.2"), 16)
    away = world.send(v4("198.18.0.2/16"), mag=MAG1, group=0, hnp=first.hnp, hi=4, lifetime=0)
    assert told(away) == (0, addr("198.18.0.2"), 16)
    assert world.session.ipv4.address == addr("198.18.0.2") and len(world.session.bindings) == 1
    world.send(mag=MAG2, group=0, att=8, hnp=first.hnp, hi=4, lifetime=0)  # removes the binding, whatever it names
    assert not world.session.bindings
    world.advance(11)
    assert not world.anchor._core.homes.sessions


def test_a_multihomed_session_of_ipv4_alone():
    world = World()
    answer = world.send(v4(), group=0, hnp=None)
    assert (answer.status, answer.hnps, told(answer)) == (0, [], (0, addr("198.18.0.2"), 16))
    answer = world.send(v4(), group=0, mag=MAG2, att=8)
    assert answer.hnp == prefix("2001:db8:f000::/64") and len(world.session.bindings) == 2


def test_the_address_of_a_multihomed_session_is_not_found_without_the_option():
    world = World()
    world.send(v4(), group=0)
    assert world.send(v4("198.18.0.2/16"), hnp=None).status == 171
    assert world.send(v4("198.18.0.2/16"), hnp=None, lifetime=0, hi=4) is None


# IPv4 transport (4.1.3)


def over_ipv4(world, *extra, flags=A | P, port=40000, checksum=b"\0\0", **fields):
    """A PBU from 192.0.2.2 over UDP: the datagram that answers and what it says."""
    world.now += 0.1
    octets = world.codec.encode(world.request(*extra, flags=flags, **fields))
    octets = octets[:4] + checksum + octets[6:]
    lma = Endpoint(addr("192.0.2.1"), 5436)
    world.anchor.receive(octets, Endpoint(addr("192.0.2.2"), port), world.now, lma)
    (sent,) = world.collect()
    return sent, world.codec.decode(sent.data, udp=True).message


@pytest.mark.parametrize("checksum", [b"\0\0", b"\xde\xad"])
def test_over_ipv4_the_answer_goes_back_to_the_port_it_came_from_with_checksum_0(checksum):
    world = World()
    sent, message = over_ipv4(world, checksum=checksum)  # 4.1.3.1: ignored
    assert sent.source == Endpoint(addr("192.0.2.1"), 5436)
    assert sent.destination == Endpoint(addr("192.0.2.2"), 40000)
    assert sent.data[4:6] == b"\0\0" and message.status == 0
    (binding,) = world.session.bindings.values()
    assert binding.care_of_address == addr("192.0.2.2")


def test_forced_udp_encapsulation_is_refused_unless_configured():
    assert over_ipv4(World(), flags=A | P | F)[1].status == 129
    granted = over_ipv4(World(lma={"accept_forced_ipv4_udp_encapsulation_request": True}), flags=A | P | F)[1]
    assert granted.status == 0
    (option,) = (o for o in granted.options if isinstance(o, NatDetection))
    assert (option.f, option.refresh_time) == (1, 0)
    assert World().send(flags=A | P | F).status == 0  # over IPv6 it means nothing


def test_over_ipv4_both_kinds_of_address_are_given():
    _, message = over_ipv4(World(), v4())
    assert any(isinstance(o, HomeNetworkPrefix) for o in message.options)
    assert any(isinstance(o, Ipv4HomeAddressReply) for o in message.options)


# The pool and the configuration


def test_addresses_are_used_once_before_any_is_used_again():
    pool = AddressPool(IPv4Network("192.0.2.0/29"), frozenset({addr("192.0.2.1")}))
    taken = [pool.take(()) for _ in range(3)]
    assert taken == [addr(f"192.0.2.{n}") for n in (2, 3, 4)]
    pool.give_back(taken[0])
    assert [pool.take(()) for _ in range(4)] == [addr("192.0.2.5"), addr("192.0.2.6"), taken[0], None]
    for _ in range(3):
        pool.give_back(taken[1])  # named meanwhile, and given back again
    assert [pool.take(()), pool.take(())] == [taken[1], None]
    pool.give_back(addr("192.0.2.1"))
    pool.give_back(addr("192.0.2.7"))
    assert pool.take(()) is None


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"mn": [{**MN, "ipv4_hoa": "198.18.0.7"}]}, "mn[0].ipv4_hoa is '198.18.0.7'; it takes an address with"),
        ({"mn": [{**MN, "ipv4_hoa": "198.18.0.0/24"}]}, "mn[0].ipv4_hoa is 198.18.0.0/24, which no host can have"),
        ({"mn": [{**MN, "ipv4_hoa": "224.0.0.1/24"}]}, "mn[0].ipv4_hoa is 224.0.0.1/24, which no host can have"),
        (
            {"mn": [{**MN, "ipv4_hoa": "192.0.2.7/24"}, {"id": "b", "ipv4_hoa": "192.0.2.7/25"}]},
            "mn[0].ipv4_hoa and mn[1].ipv4_hoa are both 192.0.2.7",
        ),
        ({"lma": {"ipv4_pool": "198.18.0.0/31"}}, "lma.ipv4_pool is 198.18.0.0/31; it takes a prefix of 1 to 30 bits"),
        ({"lma": {"ipv4": "no"}}, 'it takes true, false or "reject"'),
        ({"mn": [{**MN, "ipv4hoa": "192.0.2.7/24"}]}, "mn[0].ipv4hoa is no key; the keys are"),
        ({"lma": {"gre": "yes"}}, 'it takes "off", "optional", "required" or "not-required"'),
        ({"mn": [{**MN, "gre": 5}]}, 'it takes "off", "optional", "required" or "not-required"'),
    ],
)
def test_errors_of_the_configuration_name_the_key(settings, said):
    with pytest.raises(UsageError) as error:
        config_from(settings)
    assert said in str(error.value)


# Faults


@pytest.mark.parametrize(("faults", "kept"), [((), False), (("keeps-what-is-left-out",), True)])
def test_a_fault_keeps_what_a_handover_leaves_out(faults, kept):
    world = World(faults=faults)
    first = dual(world)
    world.send(mag=MAG2, hi=3, hnp=first.hnp, ll=LL)
    (session,) = world.anchor.sessions
    assert (session.ipv4 is not None) is kept


@pytest.mark.parametrize(("faults", "kept"), [((), True), (("deregisters-all-at-once",), False)])
def test_a_fault_deregisters_all_where_a_part_goes(faults, kept):
    world = World(faults=faults)
    first = dual(world)
    world.send(hi=4, hnp=first.hnp, ll=LL, lifetime=0)
    world.advance(11)
    assert bool(world.anchor.sessions) is kept
