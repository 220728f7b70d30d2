"""The codec against Scapy's own MIPv6 layer, on one PBU of eight options."""

import ipaddress
import warnings

import pytest

from pmiptool.text.filters import parse_flow
from pmiptool.wire import envelope
from pmiptool.wire.codec import codec_for
from pmiptool.wire.values import (
    AccessTechnologyType,
    BindingUpdate,
    HandoffIndicator,
    HomeNetworkPrefix,
    MobileNodeIdentifier,
    MobileNodeLinkLayerIdentifier,
    Multihoming,
    Prefix,
    Timestamp,
)
from tests.bench.timing import ratio, report

pytestmark = pytest.mark.bench

MAG = ipaddress.ip_address("2001:db8:1::2").packed
LMA = ipaddress.ip_address("2001:db8:1::1").packed
PBU = BindingUpdate(
    sequence=7,
    flags=0x8200,
    lifetime=75,
    options=(
        MobileNodeIdentifier(1, b"mn1@example.org"),
        HomeNetworkPrefix(home_network_prefix=Prefix(ipaddress.ip_address("2001:db8:a1::").packed, 64)),
        HandoffIndicator(0, 1),
        AccessTechnologyType(0, 4),
        MobileNodeLinkLayerIdentifier(0, bytes.fromhex("020000000001")),
        Timestamp(0x4A4FED008000),
        Multihoming(0, 0, 0),
        parse_flow("fid=1 pri=10 proto=udp dst-port=5060-5061"),
    ),
)


def test_decodes_more_often_than_scapy_dissects() -> None:
    scapy = pytest.importorskip("scapy.layers.inet6")
    codec = codec_for()
    header = codec.encode(PBU, None, MAG, LMA)
    packet = envelope.build(header, MAG, LMA)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert len(scapy.IPv6(packet)[scapy.MIP6MH_BU].options) >= 8
        measured = ratio(lambda: scapy.IPv6(packet), lambda: codec.decode(header, MAG, LMA), (200, 5000))
    report("PBUs decoded while Scapy dissects one", measured, "at least 25")


def test_encodes_more_often_than_scapy_builds() -> None:
    scapy = pytest.importorskip("scapy.layers.inet6")
    codec = codec_for()
    packet = envelope.build(codec.encode(PBU, None, MAG, LMA), MAG, LMA)
    parsed = scapy.IPv6(packet)[scapy.MIP6MH_BU]
    options = [option for option in parsed.options if not isinstance(option, (scapy.PadN, scapy.Pad1))]
    for option in options:
        option.raw_packet_cache = None
    fresh = scapy.IPv6(src="2001:db8:1::2", dst="2001:db8:1::1") / scapy.MIP6MH_BU(
        seq=7, flags="PA", mhtime=75, options=options
    )
    assert len(scapy.IPv6(bytes(fresh))[scapy.MIP6MH_BU].options) >= 8
    measured = ratio(lambda: bytes(fresh), lambda: codec.encode(PBU, None, MAG, LMA), (200, 5000))
    report("PBUs encoded while Scapy builds one", measured, "at least 25")
