"""From a frame down to the Mobility Header: every encapsulation, built by Scapy, and every broken one."""

from __future__ import annotations

import struct
from collections.abc import Callable
from ipaddress import ip_address

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scapy.layers.inet import GRE, IP, UDP
from scapy.layers.inet6 import (
    HAO,
    IPv6,
    IPv6ExtHdrDestOpt,
    IPv6ExtHdrFragment,
    IPv6ExtHdrHopByHop,
    IPv6ExtHdrRouting,
    PadN,
)
from scapy.layers.ipsec import AH
from scapy.layers.l2 import CookedLinux, CookedLinuxV2, Dot1AD, Dot1Q, Ether
from scapy.packet import Packet, Raw

from pmiptool.errors import UsageError
from pmiptool.wire.checksum import verifies
from pmiptool.wire.envelope import Envelope, OuterHeader, build, find, find_ip

MAG, LMA, HOME = "2001:db8:1::2", "2001:db8:1::1", "2001:db8:a1::5"
MH = bytes.fromhex("3b010500123400648200004b01020000")
ETHERNET, RAW, SLL, SLL2 = 1, 101, 113, 276


def octets(address: str) -> bytes:
    return ip_address(address).packed


def mh_packet(**fields: object) -> Packet:
    return IPv6(src=MAG, dst=LMA, nh=135, **fields) / Raw(MH)


def only(linktype: int, packet: Packet | bytes) -> Envelope:
    found = find(linktype, bytes(packet))
    assert len(found) == 1, found
    envelope = found[0]
    assert envelope.mh == MH
    assert bytes(packet)[envelope.mh_offset :][: len(MH)] == MH
    assert bytes(packet)[envelope.ip_offset] >> 4 in (4, 6)
    return envelope


def behind(*headers: Packet) -> Packet:
    """A plain packet with extension headers before the Mobility Header."""
    packet = IPv6(src=MAG, dst=LMA)
    for header in headers:
        packet = packet / header
    packet.lastlayer().nh = 135
    return packet / Raw(MH)


LINKS: dict[str, tuple[int, Callable[[Packet], bytes]]] = {
    "ethernet": (ETHERNET, lambda p: bytes(Ether(type=0x86DD) / p)),
    "ethernet with a trailer": (ETHERNET, lambda p: bytes(Ether(type=0x86DD) / p) + bytes(9)),
    "802.1Q": (ETHERNET, lambda p: bytes(Ether() / Dot1Q(vlan=7, type=0x86DD) / p)),
    "QinQ": (ETHERNET, lambda p: bytes(Ether(type=0x88A8) / Dot1AD(vlan=3, type=0x8100) / Dot1Q(type=0x86DD) / p)),
    "cooked v1": (SLL, lambda p: bytes(CookedLinux(proto=0x86DD) / p)),
    "cooked v1, tagged": (SLL, lambda p: bytes(CookedLinux(proto=0x8100) / Dot1Q(type=0x86DD) / p)),
    "cooked v2": (SLL2, lambda p: bytes(CookedLinuxV2(proto=0x86DD) / p)),
    "raw 101": (101, bytes),
    "raw 12": (12, bytes),
    "raw 14": (14, bytes),
    "raw 229": (229, bytes),
    "null, little-endian": (0, lambda p: struct.pack("<I", 30) + bytes(p)),
    "null, big-endian": (0, lambda p: struct.pack(">I", 24) + bytes(p)),
    "loopback": (108, lambda p: struct.pack(">I", 28) + bytes(p)),
}


@pytest.mark.parametrize("name", LINKS)
def test_link_types(name: str) -> None:
    linktype, wrap = LINKS[name]
    frame = wrap(mh_packet(hlim=33))
    envelope = only(linktype, frame)
    assert frame[envelope.ip_offset :].startswith(bytes(mh_packet(hlim=33)))
    assert (envelope.src, envelope.dst, envelope.hop_limit) == (octets(MAG), octets(LMA), 33)
    assert (envelope.transport, envelope.outer, envelope.truncated) == ("ipv6", (), False)
    assert envelope.checksum_pair == (octets(MAG), octets(LMA))


EXTENSIONS: dict[str, tuple[Packet, ...]] = {
    "hop-by-hop": (IPv6ExtHdrHopByHop(options=[PadN(optlen=4, optdata=bytes(4))]),),
    "destination options": (IPv6ExtHdrDestOpt(options=[PadN(optlen=12, optdata=bytes(12))]),),
    "atomic fragment": (IPv6ExtHdrFragment(offset=0, m=0, id=5),),
    "authentication header": (AH(payloadlen=4, spi=1, seq=2, icv=bytes(12)),),
    "several": (
        IPv6ExtHdrHopByHop(),
        IPv6ExtHdrDestOpt(),
        IPv6ExtHdrFragment(),
        AH(payloadlen=4, icv=bytes(12)),
        IPv6ExtHdrDestOpt(),
    ),
}


@pytest.mark.parametrize("name", EXTENSIONS)
def test_extension_headers(name: str) -> None:
    envelope = only(RAW, behind(*EXTENSIONS[name]))
    assert envelope.checksum_pair == (octets(MAG), octets(LMA))
    assert not envelope.truncated


def test_a_home_address_option_gives_the_source_of_the_checksum() -> None:
    envelope = only(RAW, behind(IPv6ExtHdrDestOpt(options=[PadN(optlen=0), HAO(hoa=HOME)])))
    assert (envelope.src, envelope.checksum_src, envelope.checksum_dst) == (octets(MAG), octets(HOME), octets(LMA))


@pytest.mark.parametrize(
    ("kind", "left", "final"), [(2, 1, HOME), (2, 0, LMA), (0, 1, HOME), (4, 1, HOME), (43, 1, LMA)]
)
def test_a_routing_header_gives_the_destination_of_the_checksum(kind: int, left: int, final: str) -> None:
    envelope = only(RAW, behind(IPv6ExtHdrRouting(type=kind, segleft=left, addresses=[HOME])))
    assert (envelope.dst, envelope.checksum_dst) == (octets(LMA), octets(final))


def test_the_last_of_several_addresses_is_final_in_type_0_and_the_first_in_segment_routing() -> None:
    for kind, final in ((0, HOME), (4, MAG)):
        envelope = only(RAW, behind(IPv6ExtHdrRouting(type=kind, segleft=2, addresses=[MAG, HOME])))
        assert envelope.checksum_dst == octets(final)


INNER = OuterHeader("ipv6", octets("fd00::1"), octets("fd00::2"))
OVER4 = OuterHeader("ipv4", octets("192.0.2.1"), octets("192.0.2.2"))
GRE_HEADER = OuterHeader("gre")
TUNNEL6 = IPv6(src="fd00::1", dst="fd00::2", hlim=9)
TUNNEL4 = IP(src="192.0.2.1", dst="192.0.2.2", ttl=9)

TUNNELS: dict[str, tuple[Packet, tuple[OuterHeader, ...]]] = {
    "IPv6 in IPv6": (TUNNEL6 / mh_packet(), (INNER,)),
    "IPv6 in IPv6 twice": (TUNNEL6 / TUNNEL6 / mh_packet(), (INNER, INNER)),
    "6in4": (TUNNEL4 / mh_packet(), (OVER4,)),
    "IPv6 in IPv4 in IPv6": (TUNNEL6 / TUNNEL4 / mh_packet(), (INNER, OVER4)),
    "GRE over IPv6": (TUNNEL6 / GRE(proto=0x86DD) / mh_packet(), (INNER, GRE_HEADER)),
    "GRE over IPv4 with a key": (TUNNEL4 / GRE(proto=0x86DD, key_present=1, key=4) / mh_packet(), (OVER4, GRE_HEADER)),
    "GRE with all": (
        TUNNEL6 / GRE(proto=0x86DD, chksum_present=1, key_present=1, seqnum_present=1) / mh_packet(),
        (INNER, GRE_HEADER),
    ),
    "GRE version 1": (TUNNEL4 / GRE(proto=0x86DD, version=1, key_present=1) / mh_packet(), (OVER4, GRE_HEADER)),
    "Ethernet in GRE": (
        TUNNEL4 / GRE(proto=0x6558) / Ether() / Dot1Q(type=0x86DD) / mh_packet(),
        (OVER4, GRE_HEADER),
    ),
}


@pytest.mark.parametrize("name", TUNNELS)
def test_tunnels(name: str) -> None:
    packet, outer = TUNNELS[name]
    envelope = only(RAW, packet)
    assert (envelope.src, envelope.dst, envelope.hop_limit) == (octets(MAG), octets(LMA), 64)
    assert envelope.outer == outer
    assert envelope.ip_offset == 0


def test_a_home_address_in_the_tunnel_header_is_not_that_of_the_message() -> None:
    outer = TUNNEL6 / IPv6ExtHdrDestOpt(options=[HAO(hoa=HOME)], nh=41)
    assert only(RAW, outer / mh_packet()).checksum_src == octets(MAG)


@pytest.mark.parametrize(("sport", "dport"), [(5436, 5436), (40000, 5436), (5436, 40000)])
def test_udp(sport: int, dport: int) -> None:
    for packet, src in ((IP(src="192.0.2.9", dst="192.0.2.1"), "192.0.2.9"), (IPv6(src=MAG, dst=LMA), MAG)):
        envelope = only(RAW, packet / UDP(sport=sport, dport=dport) / Raw(MH))
        assert (envelope.transport, envelope.sport, envelope.dport) == ("udp", sport, dport)
        assert envelope.src == octets(src)
        assert envelope.checksum_pair == (None, None)


def test_ipv4_in_ipv6_with_udp() -> None:
    envelope = only(RAW, TUNNEL6 / IP(src="192.0.2.9", dst="192.0.2.1") / UDP(sport=5436, dport=5436) / Raw(MH))
    assert (envelope.src, envelope.outer) == (octets("192.0.2.9"), (INNER,))


NOTHING: dict[str, tuple[int, bytes]] = {
    "another port": (RAW, bytes(IPv6(src=MAG, dst=LMA) / UDP(sport=53, dport=53) / Raw(MH))),
    "a later fragment": (RAW, bytes(behind(IPv6ExtHdrFragment(offset=1, m=0)))),
    "a later IPv4 fragment": (RAW, bytes(IP(frag=3, proto=17) / UDP(sport=5436, dport=5436) / Raw(MH))),
    "protocol 135 over IPv4": (RAW, bytes(IP(proto=135) / Raw(MH))),
    "GRE with a source route": (RAW, bytes(TUNNEL4 / GRE(proto=0x86DD, routing_present=1) / mh_packet())),
    "GRE version 2": (RAW, bytes(TUNNEL4 / GRE(proto=0x86DD, version=2) / mh_packet())),
    "an unknown link type": (147, bytes(mh_packet())),
    "another family": (0, struct.pack("<I", 7) + bytes(mh_packet())),
    "ICMPv6 that quotes a message": (RAW, bytes(IPv6(nh=58) / Raw(bytes(8)) / mh_packet())),
    "nothing at all": (ETHERNET, b""),
    "VLAN tags without end": (ETHERNET, bytes(12) + b"\x81\x00\x00\x01" * 300),
}


@pytest.mark.parametrize("name", NOTHING)
def test_no_mobility_header(name: str) -> None:
    assert find(*NOTHING[name]) == []


def test_a_first_fragment_is_truncated() -> None:
    envelope = only(RAW, behind(IPv6ExtHdrFragment(offset=0, m=1)))
    assert envelope.truncated
    assert envelope.checksum_pair == (None, None)


def test_a_whole_packet_in_the_first_fragment_of_its_tunnel_is_not_truncated() -> None:
    packet = TUNNEL6 / IPv6ExtHdrFragment(offset=0, m=1, nh=41) / mh_packet() / Raw(bytes(8))
    packet[IPv6:2].plen = len(MH)
    assert not only(RAW, packet).truncated


def test_a_short_snapshot_is_truncated() -> None:
    frame = bytes(Ether(type=0x86DD) / mh_packet())
    for cut in range(1, len(MH) + 1):
        (envelope,) = find(ETHERNET, frame[:-cut])
        assert envelope.truncated
        assert envelope.mh == MH[:-cut]
    assert find(ETHERNET, frame[: -len(MH) - 1]) == []


def test_octets_after_the_message_belong_to_it_and_those_after_the_packet_do_not() -> None:
    packet = bytes(IPv6(src=MAG, dst=LMA, nh=135) / Raw(MH + b"\xaa\xbb"))
    assert find_ip(packet + bytes(4))[0].mh == MH + b"\xaa\xbb"


def test_a_message_that_carries_a_packet_with_a_message() -> None:
    """A payload protocol other than 59 names a header behind the message (RFC 6275 6.1.1)."""
    inner = bytes(mh_packet())
    outer = b"\x29" + MH[1:] + inner
    first, second = find_ip(bytes(IPv6(src="fd00::1", dst="fd00::2", nh=135) / Raw(outer)))
    assert (first.mh, second.mh) == (outer, MH)
    assert (first.outer, second.outer) == ((), (INNER,))


@given(st.sampled_from([0, 1, 12, 14, 101, 108, 113, 228, 229, 276, 999]), st.binary(max_size=120))
@example(101, bytes(IPv6(nh=0) / Raw(b"\0\0" * 40)))
def test_never_raises(linktype: int, frame: bytes) -> None:
    find(linktype, frame)


WHOLE = [bytes(packet) for packet, _ in TUNNELS.values()] + [bytes(behind(*headers)) for headers in EXTENSIONS.values()]


@given(st.sampled_from(WHOLE), st.data())
def test_never_raises_on_broken_packets(packet: bytes, data: st.DataObject) -> None:
    broken = bytearray(packet[: data.draw(st.integers(0, len(packet)))])
    for _ in range(data.draw(st.integers(0, 3))):
        if broken:
            broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    for envelope in find_ip(bytes(broken)):
        assert broken[envelope.mh_offset :].startswith(envelope.mh)
        assert len(envelope.checksum_src) == len(envelope.src)
        assert len(envelope.checksum_dst) == len(envelope.dst)


def test_nesting_is_bounded() -> None:
    packet = bytes(mh_packet())
    for _ in range(200):
        packet = bytes(IPv6(src=MAG, dst=LMA, nh=41, plen=len(packet))) + packet
    assert find_ip(packet) == []


def test_build_is_what_scapy_builds() -> None:
    assert build(MH, octets(MAG), octets(LMA), hop_limit=33) == bytes(mh_packet(hlim=33))
    assert build(MH, octets(MAG), octets(LMA), sport=7) == bytes(
        IPv6(src=MAG, dst=LMA, hlim=64) / UDP(sport=7, dport=5436) / Raw(MH)
    )
    assert build(MH, octets("192.0.2.1"), octets("192.0.2.2"), dport=9) == bytes(
        IP(src="192.0.2.1", dst="192.0.2.2", id=0, flags="DF") / UDP(sport=5436, dport=9) / Raw(MH)
    )


@pytest.mark.parametrize(
    ("mh", "src", "dst"),
    [(MH, bytes(4), bytes(16)), (MH, bytes(3), bytes(3)), (bytes(65536), bytes(16), bytes(16)),
     (bytes(65520), bytes(4), bytes(4))],
)  # fmt: skip
def test_build_refuses(mh: bytes, src: bytes, dst: bytes) -> None:
    with pytest.raises(UsageError):
        build(mh, src, dst)


@given(st.binary(max_size=80), st.sampled_from([4, 16]), st.sampled_from([None, 5436]))
def test_what_was_built_is_found(mh: bytes, size: int, port: int | None) -> None:
    src, dst = bytes(range(size)), bytes(range(size, 2 * size))
    found = find_ip(build(mh, src, dst, sport=port))
    assert [(e.mh, e.src, e.dst) for e in found[:1]] == [(mh, src, dst)]


def test_the_stored_captures_carry_what_their_names_say(zeek: Callable[[str], list[bytes]]) -> None:
    for name, right in (("mip6-good-mh-chksum", True), ("mip6-bad-mh-chksum", False), ("mip6_bu", True)):
        (frame,) = zeek(name)
        (envelope,) = find(ETHERNET, frame)
        assert verifies(envelope.checksum_src, envelope.checksum_dst, envelope.mh) is right
    for name in ("ipv6-mobile-hoa", "ipv6-mobile-routing", "ipv6-mobility-dst-opts"):
        assert [find(ETHERNET, frame) for frame in zeek(name)] == [[] for _ in zeek(name)]
