"""Probes say what they are made of, and lie on the side of each limit that they claim."""

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmiptool.session.classifier import matches
from pmiptool.session.packet import read_packet
from pmiptool.session.probe import ESP, ICMP, ICMPV6, TCP, UDP, Probe, around
from pmiptool.wire.checksum import internet_checksum
from pmiptool.wire.values import Ipv4Selector, Ipv6Selector

CN, MN = ip_address("2001:db8:ffff::1").packed, ip_address("2001:db8:a1::1").packed
CN4, MN4 = bytes((192, 0, 2, 1)), bytes((198, 18, 0, 7))


@pytest.mark.parametrize("ends", [(CN, MN), (CN4, MN4)], ids=["IPv6", "IPv4"])
@pytest.mark.parametrize("proto", [TCP, UDP, ICMP, ICMPV6, ESP, 132])
@pytest.mark.parametrize("walked", [False, True])
def test_a_probe_reads_as_it_was_made(ends, proto, walked):
    probe = Probe(*ends, proto, 7, 9, dscp=46, ecn=1, flow_label=0x12345, spi=99, walked=walked)
    read = read_packet(probe.octets(b"where do I go"))
    six = len(ends[0]) == 16
    assert (read.src, read.dst, read.proto, read.dscp) == (*ends, proto, 46)
    assert read.flow_label == (0x12345 if six else None) and read.spi == (99 if proto == ESP else None)
    if proto in (TCP, UDP):
        assert (read.src_port, read.dst_port) == (7, 9)


@pytest.mark.parametrize("proto", [TCP, UDP, ICMPV6])
def test_checksums_are_right(proto):
    octets = Probe(CN, MN, proto).octets(b"abc")
    assert (
        internet_checksum(CN + MN + (len(octets) - 40).to_bytes(4, "big") + proto.to_bytes(4, "big") + octets[40:]) == 0
    )
    assert internet_checksum(Probe(CN4, MN4, proto).octets(b"abc")[:20]) == 0


def test_fragments_say_that_they_are():
    first = read_packet(Probe(CN, MN, dst_port=9, fragment=(0, True, 5)).octets(b"x" * 8))
    later = read_packet(Probe(CN, MN, dst_port=9, fragment=(16, False, 5)).octets(b"x" * 8))
    assert first.first and first.dst_port == 9 and not later.first and later.dst_port is None
    assert first.fragment == later.fragment


NUMBERS = {"src_port": 0xFFFF, "dst_port": 0xFFFF, "flow_label": 0xFFFFF}


@st.composite
def selectors(draw):
    values = {}
    for name in draw(st.sets(st.sampled_from(sorted(NUMBERS)))):
        first = draw(st.integers(0, NUMBERS[name]))
        values[name] = first
        if draw(st.booleans()):
            values[f"{name}_end"] = draw(st.integers(first, NUMBERS[name]))
    if draw(st.booleans()):
        values["dscp"] = draw(st.integers(0, 63)) << 2
    if draw(st.booleans()):
        values["proto"] = draw(st.sampled_from([TCP, UDP]))
    return Ipv6Selector(**values)


@given(selectors())
def test_each_probe_is_on_the_side_that_it_says(selector):
    for asked in around(selector, Probe(CN, MN)):
        outside = asked.about.endswith(("outside", "one below", "one above"))
        assert matches(selector, read_packet(asked.probe.octets())) is not outside, asked


def test_every_limit_of_a_range_is_asked():
    asked = {one.about for one in around(Ipv6Selector(dst_port=5060, dst_port_end=5061, proto=17), Probe(CN, MN))}
    assert asked == {
        "what it names", "dst-port at its end", "dst-port one below", "dst-port one above", "proto outside",
    }  # fmt: skip
    four = [one.about for one in around(Ipv4Selector(src=CN4, src_end=bytes((192, 0, 2, 9))), Probe(CN4, MN4))]
    assert four == ["what it names", "src at its end", "src one below", "src one above"]
