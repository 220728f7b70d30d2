"""The anchor's data plane: whither packets go, what is remembered of flows, what may not leave a tunnel."""

import random
from ipaddress import ip_address

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pmiptool.lma.fault_steering import WRONG, Steering
from pmiptool.lma.forwarding import FlowKey, Forwarding
from pmiptool.session.classifier import Fragments, decide
from pmiptool.session.probe import ESP, ICMPV6, TCP, UDP, Probe, around
from pmiptool.session.tunnel import DROPS, GRE, IPV4, IPV6, traffic_class
from pmiptool.text.filters import parse_flow
from pmiptool.wire.values import BindingIdentifier, GreKey, Ipv4HomeAddressRequest
from tests.lma.support import LMA, MAG1, MAG2, MAG3, REMOVE, World, prefix

CN = ip_address("2001:db8:ffff::1").packed
HNP = prefix("2001:db8:a1::/64")
MN = ip_address("2001:db8:a1::1").packed
PROFILE = {"mn": [{"id": "mn1@example.org", "hnp": ["2001:db8:a1::/64"]}]}
WEB, VOICE = "fid=1 pri=10 proto=tcp dst-port=80", "fid=2 pri=20 proto=udp dst-port=5060-5061"


def multihomed(*filters, faults=(), **reading):
    """Two gateways; filters are `(gateway, expression)`. The world and its data plane."""
    world = World(PROFILE, faults=faults, readings=reading)
    for mag in (MAG1, MAG2):
        own = [parse_flow(text) for whose, text in filters if whose == mag]
        world.attach(mag, flows=own)
    return world, Forwarding(world.anchor)


def udp(port, **fields):
    return Probe(CN, MN, UDP, dst_port=port, **fields).octets(b"data")


def goes_to(plane, packet):
    return [sent.peer for sent in plane.downlink(packet)]


def test_packets_follow_their_filters_and_are_counted():
    world, plane = multihomed((MAG1, WEB), (MAG2, VOICE))
    web = Probe(CN, MN, TCP, dst_port=80, dscp=46).octets()
    (sent,) = plane.downlink(web)
    assert (sent.peer, sent.protocol, sent.payload, sent.traffic_class) == (MAG1, IPV6, web, 46 << 2)
    for _ in range(3):
        assert goes_to(plane, udp(5061)) == [MAG2]
    assert goes_to(plane, udp(5062)) == [MAG1], "no filter matches: the oldest"
    counted = {key: traffic.packets for key, traffic in plane.by_flow.items()}
    name = b"mn1@example.org"
    assert counted == {FlowKey(name, 1, MAG1): 1, FlowKey(name, 2, MAG2): 3, FlowKey(name, None, b""): 1}
    assert plane.by_tunnel[MAG2].octets == 3 * len(udp(5061)) and not plane.drops


def test_what_is_remembered_is_forgotten_when_the_anchor_changes():
    world, plane = multihomed((MAG2, VOICE))
    assert goes_to(plane, udp(5060)) == [MAG2]
    world.send(mag=MAG2, lifetime=0, hi=4, group=0, act=REMOVE, hnp=HNP)
    plane.changed()
    assert goes_to(plane, udp(5060)) == [MAG1]


def test_n_cast_sends_copies_and_discard_none():
    world, plane = multihomed(
        (MAG1, "fid=1 pri=1 action=n-cast proto=udp dst-port=1"), (MAG1, "fid=2 pri=2 action=discard dst-port=2")
    )
    assert goes_to(plane, udp(1)) == [MAG1, MAG2]
    for _ in range(2):
        assert goes_to(plane, udp(2)) == []
    assert plane.drops == {"discarded": 2}


def test_later_fragments_follow_the_first():
    world, plane = multihomed((MAG2, VOICE))
    first = udp(5060, fragment=(0, True, 77))
    later = Probe(CN, MN, UDP, fragment=(1400, False, 77)).octets(b"rest")
    stranger = Probe(CN, MN, UDP, fragment=(1400, False, 78)).octets(b"rest")
    assert goes_to(plane, first) == [MAG2] and goes_to(plane, later) == [MAG2]
    assert goes_to(plane, stranger) == [MAG1]


def test_ipv4_goes_through_the_same_tunnels():
    world = World(PROFILE)
    world.send(Ipv4HomeAddressRequest(), mag=MAG1, group=0)
    home = world.session.ipv4.address
    plane = Forwarding(world.anchor)
    packet = Probe(bytes((192, 0, 2, 1)), home, UDP).octets(b"four")
    (sent,) = plane.downlink(packet)
    assert (sent.peer, sent.protocol, sent.payload) == (MAG1, IPV4, packet)


def test_gre_carries_the_key_that_the_gateway_wants_and_asks_for_its_own():
    world = World(PROFILE)
    world.send(GreKey(gre_key=(0x77,)), mag=MAG1, group=0)
    plane = Forwarding(world.anchor)
    (sent,) = plane.downlink(udp(1))
    assert sent.protocol == GRE and sent.payload == bytes.fromhex("2000 86dd 00000077") + udp(1)
    uplink = Probe(MN, CN, UDP).octets()
    (binding,) = world.session.bindings.values()
    right = bytes.fromhex("2000 86dd") + binding.gre.uplink.to_bytes(4, "big") + uplink
    assert plane.received(GRE, right, MAG1) == uplink
    assert plane.received(GRE, bytes.fromhex("2000 86dd 00000077") + uplink, MAG1) is None
    assert plane.received(IPV6, uplink, MAG1) is None
    assert plane.drops == {"gre-key": 1, "encapsulation": 1}


def test_what_does_not_fit_is_told_to_its_source():
    world, plane = multihomed()
    assert goes_to(plane, Probe(CN, MN).octets(b"x" * 1412)) == [MAG1], "1460 octets"
    assert plane.downlink(Probe(CN, MN).octets(b"x" * 1500)) == []
    (error,) = plane.take_errors()
    assert error[24:40] == CN and int.from_bytes(error[44:48], "big") == 1460
    assert plane.drops == {"too-big": 1} and plane.take_errors() == []


@pytest.mark.parametrize(
    ("packet", "peer", "reason"),
    [
        (Probe(CN, CN), MAG1, "spoofed-source"),
        (Probe(MN, CN), MAG3, "no-tunnel"),
        (Probe(MN, LMA), MAG1, "loop"),
        (Probe(MN, MAG1), MAG1, "loop"),
    ],
)
def test_what_may_not_leave_a_tunnel(packet, peer, reason):
    world, plane = multihomed()
    assert plane.received(IPV6, packet.octets(), peer) is None
    assert plane.drops == {reason: 1} and not plane.uplink


def test_another_mobile_nodes_address_is_spoofed_though_its_tunnel_is_there():
    world, plane = multihomed()
    world.send(mag=MAG3, mn=b"mn2@example.org", group=0)
    other = next(s for s in world.anchor.sessions if s.mn_id[1] == b"mn2@example.org").prefixes[0][0]
    packet = Probe(other[:15] + b"\1", CN).octets()
    assert plane.received(IPV6, packet, MAG3) == packet
    assert plane.received(IPV6, packet, MAG1) is None and plane.drops == {"spoofed-source": 1}


def test_nobodys_address_has_no_session():
    world, plane = multihomed()
    assert plane.downlink(Probe(CN, ip_address("2001:db8:a2::1").packed).octets()) == []
    assert plane.downlink(b"") == [] and plane.downlink(b"\x60") == []
    assert plane.drops == {"no-session": 3}


def test_ten_thousand_mutated_packets_are_forwarded_rightly_or_counted():
    """From both tunnels, and from outside: nothing raises, and nothing leaves with a wrong source or for a stranger."""
    world, plane = multihomed((MAG2, VOICE))
    made, forwarded = random.Random(20261123), 0
    sound = [
        Probe(MN, CN).octets(b"up"),
        Probe(CN, MN, UDP, dst_port=5060).octets(b"down"),
        Probe(CN, MN).octets(b"x" * 1400),
    ]
    sound += [bytes.fromhex("2000 86dd 00000001") + sound[0], Probe(bytes(4), bytes(4)).octets()]
    for _ in range(10_000):
        octets = bytearray(made.choice(sound))
        for _ in range(made.randint(1, 4)):
            octets[made.randrange(len(octets))] = made.randrange(256)
        octets = bytes(octets[: made.choice((len(octets), made.randrange(len(octets) + 1)))])
        before = plane.drops.total()
        peer = made.choice((MAG1, MAG2, MAG3))
        out = plane.received(made.choice((IPV4, IPV6, GRE)), octets, peer)
        assert (out is None) == (plane.drops.total() == before + 1)
        assert out is None or (out[8:16] == HNP.address[:8] and peer != MAG3)
        before = plane.drops.total()
        sent = plane.downlink(octets)
        assert bool(sent) == (plane.drops.total() == before)
        assert all(one.payload == octets and one.peer in (MAG1, MAG2) for one in sent)
        assert not sent or octets[24:32] == HNP.address[:8]
        forwarded += bool(out) + bool(sent)
    assert forwarded > 500 and set(plane.drops) <= set(DROPS)


@given(st.binary(max_size=120), st.sampled_from([IPV4, IPV6, GRE]), st.sampled_from([MAG1, MAG3]))
def test_no_octets_from_a_tunnel_leave_with_a_wrong_source(octets, protocol, peer):
    world, plane = _PLANE
    for payload in (octets, Probe(MN, CN).octets()[: len(octets)], octets[:1] + Probe(MN, CN).octets()[1:]):
        found = plane.received(protocol, payload, peer)
        assert found is None or (peer == MAG1 and found[8:16] == HNP.address[:8])
    assert set(plane.drops) <= set(DROPS)


_PLANE = multihomed((MAG2, VOICE))

FILTERS = (
    (MAG1, "fid=1 pri=10 proto=tcp dst-port=80-90"),
    (MAG2, "fid=2 pri=20 proto=udp dst-port=5060-5061 dscp=46"),
    (MAG2, "fid=3 pri=20 dst-port=5060"),
    (MAG1, "fid=4 pri=30 src=2001:db8:ffff::1-2001:db8:ffff::9 action=n-cast"),
    (MAG2, "fid=5 pri=5 action=discard flow-label=0x12345"),
    (MAG2, "fid=6 pri=40 spi=100-200"),
    (MAG1, "fid=7 pri=20 dst-port=5060"),
)
REFERRING = (
    (MAG2, "fid=8 pri=1 dst-port=7 bid=3"),
    (MAG2, "fid=9 pri=1 dst-port=8 bid=1"),
    (MAG2, "fid=10 pri=1 dst-port=9 src-port=9"),
)


@settings(max_examples=60)
@given(st.integers(0, 2**32))
def test_the_flow_cache_never_changes_a_decision(seed):
    """Packets in any order, some of them often: each goes where the classifier says."""
    world, plane = _MANY
    chosen = random.Random(seed).choices(_QUESTIONS, k=40)
    for packet in chosen:
        expected = decide(packet, world.session, "bid-pri", Fragments()).care_of_addresses
        assert tuple(goes_to(plane, packet)) == expected
        assert all(sent.traffic_class == traffic_class(packet) for sent in plane.downlink(packet))


_MANY = multihomed(*FILTERS)
_QUESTIONS = [
    asked.probe.octets(b"1234")
    for _, text in FILTERS
    for base in (Probe(CN, MN), Probe(CN, MN, ICMPV6), Probe(CN, MN, ESP, spi=150), Probe(CN, MN, walked=True))
    for asked in around(parse_flow(text).suboptions[0], base)
]


def test_a_classifier_in_pieces_without_a_fault_is_the_classifier():
    world, _ = _MANY
    for packet in _QUESTIONS:
        sound = decide(packet, world.session, "bid-pri", None)
        assert Steering()(packet, world.session, "bid-pri", None).care_of_addresses == sound.care_of_addresses


@pytest.mark.parametrize("how", sorted(set(WRONG) - {"never-looks-again"}))  # before anything changes
def test_every_fault_steers_some_packet_elsewhere(how):
    world = World(PROFILE, faults=[f"steers-{how}"])
    for bid, mag in ((3, MAG3), (1, MAG1), (2, MAG2)):
        own = [parse_flow(text) for whose, text in (*FILTERS, *REFERRING) if whose == mag]
        answer = world.send(BindingIdentifier(bid=bid, bid_pri=9), mag=mag, group=0, flows=own)
        assert set(answer.statuses.values()) <= {0}
    world.send(mag=MAG3, lifetime=0, hi=4, group=0, act=REMOVE, hnp=HNP)
    plane, fragments = Forwarding(world.anchor), Fragments()
    pieces = [udp(5060, dscp=46, fragment=(0, True, 3)), Probe(CN, MN, UDP, fragment=(800, False, 3)).octets(b"rest")]
    asked = [*_QUESTIONS, *pieces, udp(7), udp(8), udp(9, src_port=1), Probe(MN, MN, UDP).octets()]
    asked.append(Probe(CN, MN, 135, flow_label=0x12345).octets(bytes(8)))
    different = [
        packet
        for packet in asked
        if tuple(goes_to(plane, packet)) != decide(packet, world.session, "bid-pri", fragments).care_of_addresses
    ]
    assert different
