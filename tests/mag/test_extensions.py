"""IPv4 home addresses and GRE keys at the reference MAG (RFC 5844 3.2, RFC 5845 4.2)."""

from __future__ import annotations

import ipaddress

import msgspec
import pytest

from pmiptool.errors import UsageError
from pmiptool.lma import LmaConfig, LocalMobilityAnchor, config_from
from pmiptool.mag import MagConfig, MobileAccessGateway
from pmiptool.mag import events as ev
from pmiptool.mag.extensions import ANY
from pmiptool.session.endpoint import Endpoint
from pmiptool.session.model import GreKeys, Ipv4Home
from pmiptool.wire import values as v
from tests.mag.support import HNP, MN, NOW, PLAIN, Bench, option, options

ADDRESS, ROUTER = (ipaddress.IPv4Address(text).packed for text in ("198.18.0.7", "198.18.0.1"))
NAMED = v.Ipv4HomeAddressRequest(prefix_length=24, ipv4_home_address=ADDRESS)
REPLY = v.Ipv4HomeAddressReply(prefix_length=24, ipv4_home_address=ADDRESS)
GIVEN = (REPLY, v.Ipv4DefaultRouterAddress(ipv4_default_router_address=ROUTER), v.Ipv4DhcpSupportMode(s=1))
KEY, UPLINK = v.GreKey(gre_key=(0x64,)), v.GreKey(gre_key=(0xC8,))


def asking(**fields):
    return msgspec.structs.replace(PLAIN, **fields)


def asked(message):
    return option(message, v.Ipv4HomeAddressRequest)


def answer(bench, *put, status=0, **more):
    return bench.answer(status=status, drop=(v.Ipv4HomeAddressRequest, v.GreKey), put=put, **more)


def attached(profile, *put, **config):
    bench = Bench(renew=False, **config)
    bench.attach(profile)
    answer(bench, *put)
    return bench


def step(bench, what):
    bench.now += 1  # three a second may leave
    getattr(bench.mag, what)(MN, bench.now)
    bench.collect()
    return bench.requests[-1]


def test_any_address_is_asked_for_by_zeros_beside_the_prefix():
    pbu = Bench().attach(asking(ipv4_hoa=ANY))
    assert options(pbu, v.Ipv4HomeAddressRequest) == [v.Ipv4HomeAddressRequest(ipv4_home_address=bytes(4))]
    assert option(pbu, v.HomeNetworkPrefix) is not None and option(pbu, v.GreKey) is None


def test_a_mobile_node_that_looks_for_an_address_makes_a_request_where_it_has_none():
    bench = attached(asking())
    pbu = step(bench, "discover")
    assert options(pbu, v.Ipv4HomeAddressRequest) == [v.Ipv4HomeAddressRequest(ipv4_home_address=bytes(4))]
    assert pbu.lifetime and option(pbu, v.HomeNetworkPrefix).home_network_prefix == HNP
    answer(bench, *GIVEN)
    sent = len(bench.requests)
    step(bench, "discover")
    assert len(bench.requests) == sent and bench.entry().ipv4 is not None


@pytest.mark.parametrize("prefixes", [False, True])
def test_a_part_is_given_up_alone(prefixes):
    bench = attached(asking(ipv4_hoa=ANY), *GIVEN)
    bench.now += 1
    bench.mag.release(MN, bench.now, prefixes=prefixes)
    bench.collect()
    pbu = bench.requests[-1]
    named = [o.home_network_prefix for o in options(pbu, v.HomeNetworkPrefix)]
    assert pbu.lifetime == 0 and option(pbu, v.HandoffIndicator).hi == 4
    assert (named, asked(pbu)) == (([HNP], None) if prefixes else ([], NAMED))
    bench.answer()
    assert bench.entry().state == "registered" and [event.ipv6 for event in bench.of(ev.PartReleased)] == [prefixes]
    renewal = step(bench, "renew")
    named = [o.home_network_prefix for o in options(renewal, v.HomeNetworkPrefix)]
    assert (named, asked(renewal)) == (([], NAMED) if prefixes else ([HNP], None))


@pytest.mark.parametrize("status", [128, 157, 170, 172])
def test_a_refused_release_ends_nothing(status):
    bench = attached(asking(ipv4_hoa=ANY), *GIVEN)
    bench.mag.release(MN, bench.now)
    bench.collect()
    while bench.mag.busy():
        bench.now += 1
        bench.answer(status=status)
    assert bench.entry().state == "registered" and bench.entry().prefixes == (HNP,)
    assert (bench.entry().ipv4 is None) == (status == 170), "170 says that there is no address for it any more"
    assert all(not request.lifetime and not options(request, v.HomeNetworkPrefix) for request in bench.requests[1:])


def test_there_must_be_something_left():
    bench = attached(asking())
    with pytest.raises(UsageError, match="has no IPv4 address beside; detach it"):
        bench.mag.release(MN, bench.now)
    bench = attached(asking(ipv4_hoa=ANY, mhgid=0), *GIVEN)
    with pytest.raises(UsageError, match="no part can be given up; detach it"):
        bench.mag.release(MN, bench.now)


def test_what_was_given_is_in_the_list_and_named_again():
    bench = attached(asking(ipv4_hoa=ANY), *GIVEN)
    entry = bench.entry()
    assert entry.ipv4 == Ipv4Home(ADDRESS, 24, ROUTER) and entry.dhcp_server
    (told,) = bench.of(ev.Ipv4Given)
    assert (told.address, told.prefix_length, told.default_router, told.dhcp_server) == (ADDRESS, 24, ROUTER, True)
    renewal = step(bench, "renew")
    assert options(renewal, v.Ipv4HomeAddressRequest) == [NAMED]
    answer(bench, *GIVEN)
    assert len(bench.of(ev.Ipv4Given)) == 1
    bench.mag.modify(MN, (), bench.now)
    bench.collect()
    assert asked(bench.requests[-1]) == NAMED
    answer(bench, *GIVEN)
    assert asked(step(bench, "detach")) == NAMED


def test_ipv4_alone_has_no_prefix_option():
    bench = Bench(renew=False)
    pbu = bench.attach(asking(ipv4_hoa=NAMED, ipv6=False))
    assert option(pbu, v.HomeNetworkPrefix) is None and asked(pbu) == NAMED
    answer(bench, *GIVEN)
    assert bench.entry().state == "registered" and bench.entry().prefixes == ()
    assert option(step(bench, "renew"), v.HomeNetworkPrefix) is None


@pytest.mark.parametrize(
    "put",
    [(), (v.Ipv4HomeAddressReply(status=129, prefix_length=24, ipv4_home_address=ADDRESS),)],
)
def test_no_reply_or_a_refusing_one_is_no_ipv4_support(put):
    bench = attached(asking(ipv4_hoa=ANY), *put)
    assert bench.entry().state == "registered" and bench.entry().ipv4 is None
    assert bench.of(ev.Ipv4NotGiven)


def test_without_the_dhcp_option_the_gateway_is_a_relay():
    assert not attached(asking(ipv4_hoa=ANY), REPLY).entry().dhcp_server
    assert not attached(asking(ipv4_hoa=ANY), REPLY, v.Ipv4DhcpSupportMode(s=0)).entry().dhcp_server


def test_a_renewal_without_the_address_ends_ipv4_support():
    bench = attached(asking(ipv4_hoa=ANY), *GIVEN)
    step(bench, "renew")
    answer(bench)
    assert bench.entry().ipv4 is None


def test_not_authorized_for_ipv4_is_asked_once_more_without_until_allowed():
    bench = Bench(renew=False)
    bench.attach(asking(ipv4_hoa=ANY))
    answer(bench, status=170)
    assert len(bench.requests) == 2 and asked(bench.requests[-1]) is None
    assert "once more without" in bench.of(ev.Exchange)[-1].followed_by
    answer(bench)
    assert asked(step(bench, "renew")) is None
    answer(bench)
    bench.mag.allow(MN)
    assert asked(step(bench, "renew")) == ANY


def test_not_authorized_for_ipv4_ends_a_node_that_has_nothing_else():
    bench = Bench(renew=False)
    bench.attach(asking(ipv4_hoa=ANY, ipv6=False))
    answer(bench, status=170)
    assert len(bench.requests) == 1 and bench.entry().state == "rejected"


def test_not_authorized_for_ipv6_is_asked_once_more_without_prefixes():
    bench = Bench(renew=False)
    bench.attach(asking(ipv4_hoa=ANY))
    answer(bench, status=172)
    assert option(bench.requests[-1], v.HomeNetworkPrefix) is None and asked(bench.requests[-1]) == ANY
    answer(bench, *GIVEN)
    assert option(step(bench, "renew"), v.HomeNetworkPrefix) is None
    bench = Bench()
    bench.attach(PLAIN)
    answer(bench, status=172)
    assert len(bench.requests) == 1


@pytest.mark.parametrize(("named", "retry", "requests"), [(NAMED, True, 2), (NAMED, False, 1), (ANY, True, 1)])
def test_not_authorized_for_the_address_may_ask_for_any(named, retry, requests):
    bench = Bench(renew=False, retry_all_zero=retry)
    bench.attach(asking(ipv4_hoa=named))
    answer(bench, status=171)
    assert len(bench.requests) == requests
    assert asked(bench.requests[-1]) == (ANY if requests == 2 else named)


# GRE


def test_keys_are_exchanged_and_sent_again_but_not_in_a_deregistration():
    bench = attached(asking(gre=KEY), UPLINK)
    assert options(bench.requests[0], v.GreKey) == [KEY]
    assert bench.entry().gre == GreKeys(0x64, 0xC8)
    (told,) = bench.of(ev.GreAgreed)
    assert (told.downlink, told.uplink) == (0x64, 0xC8)
    assert option(step(bench, "renew"), v.GreKey) == KEY
    answer(bench, UPLINK)
    assert len(bench.of(ev.GreAgreed)) == 1
    assert option(step(bench, "detach"), v.GreKey) is None


def test_encapsulation_without_keys():
    assert attached(asking(gre=v.GreKey()), v.GreKey()).entry().gre == GreKeys(None, None)


def test_not_required_is_not_asked_for_again_in_this_session():
    bench = Bench(renew=False)
    bench.attach(asking(gre=KEY))
    answer(bench, status=2)
    assert bench.entry().state == "registered" and bench.entry().gre is None
    assert bench.of(ev.GreNotAgreed)
    assert option(step(bench, "renew"), v.GreKey) is None
    answer(bench)
    step(bench, "detach")
    answer(bench)
    bench.now += 1
    assert option(bench.attach(asking(gre=KEY)), v.GreKey) == KEY  # another session


def test_an_anchor_that_does_not_know_the_option_is_not_asked_again():
    bench = attached(asking(gre=KEY))
    assert bench.of(ev.GreNotAgreed) and bench.entry().gre is None
    assert option(bench.attach(asking(gre=KEY, id=b"mn2@example.org")), v.GreKey) is None


def test_required_is_asked_once_more_with_a_key_of_its_own():
    bench = Bench(renew=False)
    bench.attach(PLAIN)
    answer(bench, status=163)
    assert option(bench.requests[-1], v.GreKey) == v.GreKey(gre_key=(1,))
    answer(bench, UPLINK)
    assert bench.entry().gre == GreKeys(1, 0xC8)
    assert option(step(bench, "renew"), v.GreKey) == v.GreKey(gre_key=(1,))


# Together with the anchor, over IPv4 too


def over(v4: bool, settings=None, **config):
    lma, mag = ("192.0.2.1", "192.0.2.2") if v4 else ("2001:db8:1::1", "2001:db8:1::2")
    ends = [Endpoint(ipaddress.ip_address(text).packed, 5436 if v4 else None) for text in (lma, mag)]
    anchor = LocalMobilityAnchor(config_from(settings or {}) if settings else LmaConfig(), ends[0].address)
    return anchor, MobileAccessGateway(MagConfig(renew=False, **config), ends[1], ends[0], seed=1)


def exchange(anchor, mag, now):
    for datagram in mag.to_send(now):
        anchor.receive(datagram.data, datagram.source, now, datagram.destination)
    for datagram in anchor.to_send(now):
        mag.receive(datagram.data, datagram.source, now, datagram.destination)
    return [event for event in mag.events() if isinstance(event, ev.Exchange)]


@pytest.mark.parametrize("v4", [False, True])
def test_attach_renew_and_detach_with_the_reference_lma(v4):
    anchor, mag = over(v4)
    profile = asking(ipv4_hoa=ANY, gre=KEY)
    mag.attach(profile, NOW)
    (first,) = exchange(anchor, mag, NOW)
    assert first.outcome == "accepted"
    entry = mag.entry(MN)
    assert ipaddress.ip_address(entry.ipv4.address) == ipaddress.ip_address("198.18.0.2")
    assert entry.gre == GreKeys(0x64, 1) and entry.prefixes != () and entry.prefixes != (HNP,)
    before = entry.ipv4, entry.gre
    mag.renew(MN, NOW + 1)
    assert exchange(anchor, mag, NOW + 1)[0].outcome == "accepted"
    assert (entry.ipv4, entry.gre) == before
    mag.detach(MN, NOW + 2)
    assert exchange(anchor, mag, NOW + 2)[0].outcome == "accepted"
    assert not mag.binding_update_list and not anchor.sessions[0].bindings


def test_flags_of_the_tunnel_over_ipv4():
    config = {"force_ipv4_udp_encapsulation": True, "tlv_header": True}
    anchor, mag = over(True, {"lma": {"accept_forced_ipv4_udp_encapsulation_request": True}}, **config)
    mag.attach(asking(gre=KEY), NOW)
    (first,) = exchange(anchor, mag, NOW)
    assert first.request.message.flags == 0x8000 | 0x0200 | 0x0100 | 0x0080
    assert first.answer.message.status == 3
    assert option(first.answer.message, v.NatDetection).f == 1
    anchor, mag = over(False, **config)
    mag.attach(PLAIN, NOW)
    assert exchange(anchor, mag, NOW)[0].request.message.flags == 0x8200
