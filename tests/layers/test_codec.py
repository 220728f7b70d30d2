"""The layers against the codec: same octets for every message, same slices and values for whatever comes."""

from __future__ import annotations

import socket
from typing import Any

from hypothesis import given, settings
from scapy.config import conf
from scapy.layers.inet6 import IPv6
from scapy.packet import Packet, Raw

from pmiptool.layers import MIP6MH_Generic, MIP6OptUnknown, MIP6SubUnknown, from_value, install, message_class
from pmiptool.layers.fields import field_name
from pmiptool.registry import model
from pmiptool.registry.codepoints import CodePoints
from pmiptool.wire import envelope, values
from pmiptool.wire.checksum import checksum
from pmiptool.wire.codec import codec_for
from tests import strategies

SRC, DST = (socket.inet_pton(socket.AF_INET6, f"2001:db8:1::{n}") for n in (2, 1))


def dissected(octets: bytes) -> Packet:
    return message_class(octets)(octets)


@given(case=strategies.cases())
@settings(max_examples=150, deadline=None)
def test_layers_build_what_the_codec_encodes(case: tuple[CodePoints, Any]) -> None:
    under, message = case
    install(under)
    expected = codec_for(under).encode(message, None, SRC, DST)
    packet = IPv6(src="2001:db8:1::2", dst="2001:db8:1::1") / from_value(message)
    assert bytes(packet).hex() == envelope.build(expected, SRC, DST).hex()
    assert bytes(from_value(message)) == codec_for(under).encode(message)


@given(case=strategies.captures())
@settings(max_examples=200, deadline=None)
def test_dissected_octets_are_built_again(case: tuple[CodePoints, bytes]) -> None:
    under, octets = case
    install(under)
    packet = dissected(octets)
    assert bytes(packet).hex() == octets.hex()
    whole = IPv6(bytes(IPv6(src="::1", dst="::2", nh=135) / Raw(octets)))
    whole.clear_cache()
    assert bytes(whole)[40:] == octets
    packet.show(dump=True)
    packet.summary()
    repr(packet)


@given(case=strategies.captures())
@settings(max_examples=200, deadline=None)
def test_dissected_values_are_those_of_the_codec(case: tuple[CodePoints, bytes]) -> None:
    under, octets = case
    install(under)
    decoded = codec_for(under).decode(octets)
    packet = dissected(octets)
    if len(octets) < 8:
        assert isinstance(packet, (MIP6MH_Generic, conf.raw_layer))
        return
    if isinstance(decoded.message, values.UnknownMessage):
        assert isinstance(packet, MIP6MH_Generic) or packet._entry is None  # Scapy's own, adopted
        return
    assert same(decoded.message, packet)
    found = [option for option in packet.options if not is_pad(option)]
    assert len(packet.options) == len(decoded.layout.slots)
    assert len(found) == len(decoded.message.options)
    for value, option in zip(decoded.message.options, found, strict=True):
        assert same(value, option), (value, option)
    for slot, option in zip(decoded.layout.slots, packet.options, strict=True):
        assert bytes(option) == octets[slot.offset :][: len(bytes(option))]
        if not isinstance(option, Raw):
            assert (option.fields.get("trailing") or b"") == slot.trailing or isinstance(option, MIP6OptUnknown)


def is_pad(packet: Packet) -> bool:
    entry = getattr(packet, "_entry", None)
    return entry is not None and entry.pad


def same(value: Any, packet: Packet) -> bool:
    """Whether a value of the codec and a packet of the layers say the same."""
    if isinstance(value, values.Undecoded):
        return isinstance(packet, Raw) and packet.load == value.data
    if isinstance(value, (values.UnknownOption, values.UnknownSubOption)):
        if isinstance(packet, Raw):  # a type without a length
            return bytes(packet) == bytes((value.type,))
        if not isinstance(packet, (MIP6OptUnknown, MIP6SubUnknown)):  # one that only Scapy knows
            return getattr(packet, "_entry", None) is None and bytes(packet)[2:] == value.data
        return (packet.otype, packet.odata) == (value.type, value.data)
    for field in values.ENTRIES[type(value)].fields:
        if isinstance(field, model.Count):
            continue
        item, shown = getattr(value, field.name), packet.getfieldval(field_name(field.name))
        if isinstance(field, model.Records):
            items, packets = (
                (item if isinstance(item, tuple) else (item,)),
                (shown if isinstance(shown, list) else [shown]),
            )
            if len(items) != len(packets) or not all(same(a, b) for a, b in zip(items, packets, strict=True)):
                return False
            continue
        if isinstance(field, model.SubOptions):
            subs = [sub for sub in shown if not is_pad(sub)]
            if len(subs) != len(item) or not all(same(a, b) for a, b in zip(item, subs, strict=True)):
                return False
            continue
        if isinstance(field, model.Flagged):
            for part in field.parts:
                if octets_of(packet.getfieldval(part.name)) != getattr(value, part.name):
                    return False
        if isinstance(field, model.Prefix):
            address, _, length = shown.partition("/")
            if (octets_of(address), int(length)) != (item.address, item.length):
                return False
        elif isinstance(field, (model.Numbers, model.Addresses)):
            if tuple(map(octets_of, shown)) != item:
                return False
        elif (octets_of(shown) if isinstance(field, model.Address) else shown) != item:
            return False
    return True


def octets_of(shown: Any) -> Any:
    if isinstance(shown, str):
        return socket.inet_pton(socket.AF_INET6 if ":" in shown else socket.AF_INET, shown)
    return shown


def test_checksum_counts_what_the_header_says() -> None:
    """Octets behind the end that the header gives are not part of the Mobility Header (RFC 6275 6.1.1)."""
    mh = codec_for().encode(values.BindingUpdate(sequence=1, flags=0x8200), None, SRC, DST)
    packet = IPv6(src="2001:db8:1::2", dst="2001:db8:1::1") / from_value(values.BindingUpdate(1, 0x8200)) / b"\x01\x02"
    assert bytes(packet)[40:] == mh + b"\x01\x02"
    assert checksum(SRC, DST, mh) == int.from_bytes(mh[4:6], "big")
