"""The gateway's data plane: what enters the tunnel, what leaves it, and what does neither."""

from ipaddress import ip_address

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmiptool.mag.forwarding import Forwarding
from pmiptool.session.probe import Probe
from pmiptool.session.tunnel import DROPS, GRE, IPV6
from pmiptool.wire.values import GreKey
from tests.mag.support import LMA, MAG, PLAIN, Bench

CN, MN, OTHER = (ip_address(text).packed for text in ("2001:db8:ffff::1", "2001:db8:a1::1", "2001:db8:a2::1"))
UP, DOWN = Probe(MN, CN).octets(b"up"), Probe(CN, MN).octets(b"down")


def registered(profile=PLAIN, **answer):
    bench = Bench()
    bench.attach(profile)
    bench.answer(**answer)
    assert bench.entry().state == "registered"
    return bench, Forwarding(bench.mag)


def test_packets_of_the_mobile_node_enter_the_tunnel_and_come_out_of_it():
    _, plane = registered()
    sent = plane.sent(UP)
    assert (sent.peer, sent.protocol, sent.payload) == (LMA.address, IPV6, UP)
    assert plane.received(IPV6, DOWN, LMA.address) == DOWN
    assert (plane.uplink.total(), plane.downlink.total(), plane.drops) == (1, 1, {})


@pytest.mark.parametrize(
    ("packet", "reason"),
    [(Probe(OTHER, CN), "spoofed-source"), (Probe(MN, LMA.address), "loop"), (Probe(MN, MAG.address), "loop")],
)
def test_what_may_not_enter_the_tunnel(packet, reason):
    _, plane = registered()
    assert plane.sent(packet.octets()) is None and plane.drops == {reason: 1}


@pytest.mark.parametrize(
    ("packet", "peer", "reason"),
    [
        (DOWN, OTHER, "no-tunnel"),
        (Probe(CN, OTHER).octets(), LMA.address, "not-for-us"),
        (Probe(MN, MN).octets(), LMA.address, "loop"),
        (DOWN[:50], LMA.address, "truncated"),
        (b"\x50" + DOWN[1:], LMA.address, "version"),
    ],
)
def test_what_may_not_leave_the_tunnel(packet, peer, reason):
    _, plane = registered()
    assert plane.received(IPV6, packet, peer) is None and plane.drops == {reason: 1}


def test_gre_has_the_keys_that_were_agreed_on():
    asks = msgspec.structs.replace(PLAIN, gre=GreKey(gre_key=(7,)))
    _, plane = registered(asks, put=(GreKey(gre_key=(9,)),))
    assert plane.sent(UP).payload == bytes.fromhex("2000 86dd 00000009") + UP
    assert plane.received(GRE, bytes.fromhex("2000 86dd 00000007") + DOWN, LMA.address) == DOWN
    assert plane.received(GRE, bytes.fromhex("2000 86dd 00000009") + DOWN, LMA.address) is None
    assert plane.received(IPV6, DOWN, LMA.address) is None
    assert plane.drops == {"gre-key": 1, "encapsulation": 1}


def test_nothing_goes_before_the_answer_or_after_the_end():
    bench = Bench()
    bench.attach()
    plane = Forwarding(bench.mag)
    assert plane.sent(UP) is None
    bench.answer()
    assert plane.sent(UP) is not None
    bench.mag.detach(bench.entry().profile.id, bench.now)
    bench.advance(40)
    assert plane.sent(UP) is None and plane.drops == {"spoofed-source": 2}


def test_what_does_not_fit_is_told_to_the_mobile_node():
    bench, plane = registered()
    assert plane.sent(Probe(MN, CN).octets(b"x" * 1500)) is None
    (error,) = plane.take_errors()
    assert error[8:24] == bench.mag.config.fixed_link_local and error[24:40] == MN
    assert plane.drops == {"too-big": 1}


@given(st.binary(max_size=100), st.sampled_from([4, 41, 47]))
def test_no_octets_leave_the_tunnel_for_somebody_else(octets, protocol):
    _, plane = _ANY
    for payload in (octets, DOWN[: len(octets)], octets[:2] + DOWN[2:]):
        found = plane.received(protocol, payload, LMA.address)
        assert found is None or found[24:32] == MN[:8]
    assert set(plane.drops) <= set(DROPS)


_ANY = registered()
