"""Tunnels: GRE headers by hand from RFC 2890's figure, inner packets that lie, ICMP errors that a kernel accepts."""

import struct
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmiptool.session.model import GreKeys
from pmiptool.session.tunnel import (
    DROPS,
    GRE,
    IPV4,
    IPV6,
    Inner,
    decapsulate,
    fits,
    header_of,
    protocol_of,
    room,
    too_big,
    traffic_class,
)
from pmiptool.wire.checksum import internet_checksum

CN, MN, LMA = (ip_address(text).packed for text in ("2001:db8:ffff::1", "2001:db8:a1::1", "2001:db8:1::1"))


def six(payload=b"x" * 8, *, version=6, length=None, mark=0, header=17):
    size = len(payload) if length is None else length
    return struct.pack("!IHBB", version << 28 | mark << 20, size, header, 64) + CN + MN + payload


def four(payload=b"x" * 8, *, ihl=5, length=None, flags=0, proto=17):
    size = ihl * 4 + len(payload) if length is None else length
    addresses = bytes((192, 0, 2, 1, 198, 18, 0, 7))
    return struct.pack("!BBHHHBBH", 0x40 | ihl, 0, size, 1, flags, 64, proto, 0) + addresses + payload


def test_a_gre_header_is_what_its_figure_says():
    """RFC 2890 2: C, 0, K, S, Reserved0, Ver, protocol type; then the key."""
    assert header_of(None, None, IPV6) == (41, b"")
    assert header_of(None, None, IPV4) == (4, b"")
    assert header_of(GreKeys(None, None), None, IPV6) == (47, bytes.fromhex("0000 86dd"))
    assert header_of(GreKeys(7, 9), 7, IPV4) == (47, bytes.fromhex("2000 0800 00000007"))


@pytest.mark.parametrize("packet", [six(), four()], ids=["IPv6", "IPv4"])
@pytest.mark.parametrize("keys", [None, GreKeys(None, None), GreKeys(0xDEADBEEF, 1)])
def test_what_enters_a_tunnel_comes_out_of_it(packet, keys):
    key = keys.downlink if keys else None
    protocol, header = header_of(keys, key, protocol_of(packet))
    assert decapsulate(protocol, header + packet + b"padding") == Inner(packet, keys is not None, key)


def test_a_gre_header_with_checksum_and_sequence_number_is_read():
    inner = six()
    header = bytes.fromhex("b000 86dd 0000 0000 00000007 00000001")
    right = header[:4] + struct.pack("!H", internet_checksum(header + inner)) + header[6:]
    assert decapsulate(GRE, right + inner) == Inner(inner, True, 7)
    assert decapsulate(GRE, header + inner) == "gre-header", "its checksum is wrong"


@pytest.mark.parametrize(
    ("protocol", "payload", "reason"),
    [
        (IPV6, b"", "truncated"),
        (IPV6, six()[:39], "truncated"),
        (IPV6, six(length=9), "truncated"),
        (IPV6, four(), "version"),
        (IPV6, six(version=5), "version"),
        (IPV4, six(), "version"),
        (IPV4, four()[:19], "truncated"),
        (IPV4, four(ihl=4), "truncated"),
        (IPV4, four(length=19), "truncated"),
        (IPV4, four(length=29), "truncated"),
        (IPV4, four(ihl=8), "truncated"),
        (GRE, b"\0\0\x86", "truncated"),
        (GRE, bytes.fromhex("2000 86dd 0000"), "truncated"),
        (GRE, bytes.fromhex("0001 86dd") + six(), "gre-header"),
        (GRE, bytes.fromhex("4000 86dd") + six(), "gre-header"),
        (GRE, bytes.fromhex("0000 0806") + six(), "version"),
        (GRE, bytes.fromhex("0000 0800") + six(), "version"),
    ],
)
def test_what_is_no_packet_is_dropped_with_its_reason(protocol, payload, reason):
    assert decapsulate(protocol, payload) == reason
    assert reason in DROPS


@given(st.sampled_from([IPV4, IPV6, GRE, 0]), st.binary(max_size=90))
def test_any_octets_are_a_whole_packet_or_a_reason(protocol, payload):
    found = decapsulate(protocol, payload)
    if isinstance(found, str):
        assert found in DROPS
    else:
        assert found.packet in payload and found.packet[0] >> 4 in (4, 6)


def test_1280_octets_always_fit_and_ipv4_may_be_fragmented():
    assert room(1500, 0) == 1460 and room(1500, 8) == 1452 and room(1300, 8) == 1280
    assert fits(six(b"x" * 1420), 1460) and not fits(six(b"x" * 1421), 1460)
    assert fits(four(b"x" * 2000), 1460) and not fits(four(b"x" * 2000, flags=0x4000), 1460)


def test_the_traffic_class_is_the_inner_packets():
    assert traffic_class(six(mark=0xB9)) == 0xB9
    assert traffic_class(four()[:1] + b"\xb9" + four()[2:]) == 0xB9


def test_packet_too_big_goes_to_the_source_with_the_mtu_and_a_right_checksum():
    packet = six(b"y" * 1500)
    error = too_big(packet, 1460, LMA, bytes(4))
    assert len(error) == 1280 and error[8:24] == LMA and error[24:40] == CN
    assert error[40:42] == b"\2\0" and int.from_bytes(error[44:48], "big") == 1460 and error[48:] == packet[:1232]
    pseudo = LMA + CN + struct.pack("!II", len(error) - 40, 58)
    assert internet_checksum(pseudo + error[40:]) == 0


def test_fragmentation_needed_goes_to_an_ipv4_source():
    packet = four(b"y" * 1500, flags=0x4000)
    error = too_big(packet, 1460, LMA, bytes((192, 0, 2, 9)))
    assert internet_checksum(error[:20]) == 0 and internet_checksum(error[20:]) == 0
    assert error[12:20] == bytes((192, 0, 2, 9, 192, 0, 2, 1))
    assert error[20:22] == b"\3\4" and int.from_bytes(error[26:28], "big") == 1460 and error[28:] == packet[:28]


@pytest.mark.parametrize(
    "packet",
    [
        six(b"\x01" + b"x" * 1500, header=58),
        six(b"x" * 1500)[:8] + bytes(16) + six(b"x" * 1500)[24:],
        four(b"\x03" + b"x" * 1500, flags=0x4000, proto=1),
        four(b"x" * 1500, flags=0x4001),
    ],
    ids=["about an ICMPv6 error", "from nobody", "about an ICMP error", "about a later fragment"],
)
def test_no_error_about_what_may_have_none(packet):
    assert too_big(packet, 1280, LMA, bytes(4)) is None
