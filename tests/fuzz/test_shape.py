"""Trees of messages: they give the octets that the codec gives, and their fields are where the figures have them."""

from __future__ import annotations

from random import Random

import pytest
from msgspec.structs import replace

from pmiptool.fuzz import sound
from pmiptool.fuzz.places import places
from pmiptool.fuzz.shape import Edit, Shape, Tlv, at_path, grammar_for, paths, with_tlvs
from pmiptool.registry import catalogue
from pmiptool.registry.form import HEADER_RULES, message_rules, option_rules, suboption_entry_rules
from pmiptool.registry.model import SubOptions
from pmiptool.rules import check_message
from pmiptool.wire import values
from pmiptool.wire.checksum import verifies
from pmiptool.wire.codec import codec_for
from tests.strategies import SETTINGS

FORM = {
    rule.id
    for rule in (
        *(one for option in catalogue.OPTIONS if not option.pad for one in option_rules(option)),
        *(one for message in catalogue.MESSAGES for one in message_rules(message)),
        *(
            one
            for option in catalogue.OPTIONS
            for field in option.fields
            if isinstance(field, SubOptions)
            for entry in catalogue.SPACES[field.space].entries
            if not entry.pad
            for one in suboption_entry_rules(option, entry)
        ),
        *HEADER_RULES,
    )
}
SRC, DST = bytes.fromhex("20010db8000100000000000000000002"), bytes.fromhex("20010db8000100000000000000000001")


@pytest.mark.parametrize("under", SETTINGS, ids=repr)
@pytest.mark.parametrize("name", catalogue.message_names())
def test_a_sound_message_breaks_no_rule_of_form_and_its_tree_gives_its_octets(name: str, under: object) -> None:
    grammar = grammar_for(under)  # type: ignore[arg-type]
    several = set()
    for number in range(12):
        message = sound.message(name, Random(f"{name} {number}"), grammar.settings)
        raw = grammar.codec.encode(message)
        assert grammar.octets(grammar.shape_of(message)) == raw
        decoded = grammar.codec.decode(raw)
        found = {finding.rule for finding in check_message(decoded, None, grammar.settings)}
        assert not found & FORM, (number, message)
        several.add(raw)
    assert len(several) > 3 or name in ("brr", "fna")


def test_fields_lie_where_the_figures_have_them() -> None:
    """RFC 5213 8.3, RFC 5844 3.1.1 and RFC 6088 3.2, counted by hand."""
    hnp, ipv4 = catalogue.option_named("hnp"), catalogue.option_named("ipv4-hoa-request")
    selector = next(e for e in catalogue.SPACES["mext"].entries if e.when == 2)
    assert hnp is not None and ipv4 is not None
    prefix = bytes.fromhex("00 40 20010db800a100000000000000000000")
    found = {place.name: (place.bit, place.bits, place.number(prefix)) for place in places(hnp, prefix)}
    assert found["home_network_prefix.length"] == (8, 8, 64)
    assert found["home_network_prefix"] == (16, 128, 0x20010DB800A1 << 80)
    address = bytes.fromhex("5c 00 c0000201")  # 010111 00: 23
    assert {p.name: p.number(address) for p in places(ipv4, address)} == {
        "prefix_length": 23, "reserved": 0, "ipv4_home_address": 0xC0000201
    }  # fmt: skip
    ports = bytes.fromhex("02 00 00300000 13c4 13c5")  # K and L: destination port, start and end
    found = {place.name: place.number(ports) for place in places(selector, ports)}
    assert found["reserved_flags"] == 0x300000 and found["dst_port"] == 5060 and found["dst_port_end"] == 5061
    changed = next(p for p in places(selector, ports) if p.name == "dst_port_end").put(ports, 0xFFFF)
    assert changed == ports[:-2] + b"\xff\xff"


def test_places_end_where_the_octets_end() -> None:
    hnp = catalogue.option_named("hnp")
    assert hnp is not None
    assert [place.name for place in places(hnp, b"")] == []
    assert "home_network_prefix" not in [place.name for place in places(hnp, bytes(17))]


GRAMMAR = grammar_for(codec_for().settings)
ATT = Tlv(24, b"\0\4")


@pytest.mark.parametrize(
    ("shape", "octets"),
    [
        (Shape(0, bytes(2)), "3b00 0000 0000 0000"),
        (Shape(0, bytes(2), (ATT,)), "3b01 0000 0000 0000 1802 0004 0102 0000"),
        (Shape(0, bytes(2), (replace(ATT, length=9),)), "3b01 0000 0000 0000 1809 0004 0102 0000"),
        (Shape(0, bytes(2), (Tlv(0, bare=True), ATT)), "3b01 0000 0000 0000 0018 0200 0401 0100"),
        (Shape(0, bytes(2), (ATT,), padded=False), "3b00 0000 0000 0000 1802 0004"),
        (Shape(0, bytes(2), proto=6, reserved=255, units=7), "0607 00ff 0000 0000"),
        (Shape(0, bytes(2), cut=3, tail=b"\x77"), "3b00 0077"),
        (Shape(0, bytes(2), edits=(Edit(6, 1, b"\x09"),)), "3b00 0000 0000 0900"),
        (Shape(0, bytes(2), edits=(Edit(8, 0, bytes(8)),)), "3b00 0000 0000 0000" + "00" * 8),
        (Shape(0, bytes(2), edits=(Edit(8, 0, bytes(8)),), recount=True), "3b01 0000 0000 0000" + "00" * 8),
        (Shape(5, edits=(Edit(0, 8),)), ""),
    ],
    ids=str,
)
def test_trees_can_be_wrong_anywhere(shape: Shape, octets: str) -> None:
    assert GRAMMAR.octets(shape).hex() == bytes.fromhex(octets).hex()


def test_checksums_are_right_wrong_by_bits_or_zero() -> None:
    shape = Shape(0, bytes(2), (ATT,))
    right = GRAMMAR.octets(shape, (SRC, DST))
    assert verifies(SRC, DST, right)
    wrong = GRAMMAR.octets(replace(shape, off=0x0101), (SRC, DST))
    assert int.from_bytes(wrong[4:6], "big") ^ int.from_bytes(right[4:6], "big") == 0x0101
    assert GRAMMAR.octets(replace(shape, off=None), (SRC, DST))[4:6] == b"\0\0"


def test_what_only_the_moment_knows_is_put_in_when_it_is_sent() -> None:
    shape = Shape(0, bytes(2), (Tlv(27, bytes(8), live="timestamp"),))
    assert GRAMMAR.octets(shape, None, {"timestamp": b"12345678"}).endswith(b"\x1b\x0812345678\1\2\0\0")
    assert GRAMMAR.octets(shape, None, {}).count(0) > 8


def test_sub_options_of_sub_options_are_reached_by_their_path() -> None:
    flow = values.FlowIdentification(fid=1, suboptions=(values.BindingReference((1, 2)), values.Ipv6Selector(proto=17)))
    shape = GRAMMAR.shape_of(values.BindingUpdate(options=(flow,)))
    assert paths(shape) == [(0,), (0, 0), (0, 1)]
    assert at_path(shape, (0, 0)).data == b"\0\1\0\2"
    less = with_tlvs(shape, (0, 0))
    decoded = GRAMMAR.codec.decode(GRAMMAR.octets(less))
    assert decoded.message.options == (replace(flow, suboptions=flow.suboptions[1:]),)
