"""Captures of others and hand-made vectors: dissected and built again they have the same octets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from scapy.layers.inet import IP, UDP
from scapy.layers.inet6 import IPv6
from scapy.layers.l2 import Ether
from scapy.packet import Packet, Raw

import pmiptool.layers
from pmiptool.capture.files import read
from pmiptool.layers import from_value, install, message_class, scapy_text
from pmiptool.wire.codec import codec_for
from pmiptool.wire.envelope import find
from tests.vectors import VECTORS, Vector

REPOSITORY = Path(__file__).parents[2]
ZEEK = REPOSITORY / ".." / "shared" / "captures" / "zeek"
CAPTURES = sorted(ZEEK.glob("*.pcap")) + sorted((REPOSITORY / "pcaps").glob("**/*.pcap*"))
NAMES: dict[str, Any] = {name: getattr(pmiptool.layers, name) for name in pmiptool.layers.__all__}
NAMES |= {"IP": IP, "IPv6": IPv6, "UDP": UDP, "Raw": Raw}


@pytest.mark.skipif(not ZEEK.is_dir(), reason="the folder ../shared/captures/zeek is absent")
def test_there_are_captures_of_others() -> None:
    assert len(list(ZEEK.glob("*.pcap"))) >= 13


@pytest.mark.parametrize("path", CAPTURES, ids=lambda path: path.name)
def test_a_capture_is_built_again_octet_for_octet(path: Path) -> None:
    for frame in read(path):
        packet = Ether(frame.data) if frame.linktype == 1 else IPv6(frame.data)
        mobile = [layer for layer in layers_of(packet) if "mhtype" in layer.fieldtype]
        found = find(frame.linktype, frame.data)
        assert len(mobile) == len([e for e in found if len(e.mh) >= 6])
        assert bytes(packet) == frame.data
        for layer, envelope in zip(mobile, found, strict=False):
            assert bytes(layer) == envelope.mh
            if len(envelope.mh) == 8 * envelope.mh[1] + 8:
                relaxed = layer.copy()
                relaxed.len = None
                assert bytes(relaxed)[1] == envelope.mh[1]


def layers_of(packet: Packet) -> list[Packet]:
    found = []
    while packet:
        found.append(packet)
        packet = packet.payload
    return found


@pytest.mark.parametrize("vector", VECTORS, ids=str)
def test_a_vector_is_built_again_and_from_its_values(vector: Vector) -> None:
    install(vector.settings)
    assert bytes(message_class(vector.mh)(vector.mh)) == vector.mh
    decoded = codec_for(vector.settings).decode(vector.mh)
    if vector.canonical:
        message = from_value(decoded.message)
        message.cksum = decoded.layout.checksum
        assert bytes(message) == vector.mh


@pytest.mark.parametrize("vector", VECTORS, ids=str)
def test_the_expression_of_a_vector_makes_it_again(vector: Vector) -> None:
    text = scapy_text(vector.mh, alone=True, settings=vector.settings)
    install()
    assert bytes(eval(text, dict(NAMES))) == vector.mh, text


def test_an_expression_leaves_out_what_follows() -> None:
    packet = bytes(
        IPv6(src="2001:db8:1::2", dst="2001:db8:1::1") / NAMES["PBU"](sequence=1, options=[NAMES["MIP6OptHI"](hi=1)])
    )
    assert scapy_text(packet) == (
        "IPv6(src='2001:db8:1::2', dst='2001:db8:1::1')/PBU(sequence=1, options=[MIP6OptHI(hi=1)])"
    )
