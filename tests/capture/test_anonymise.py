"""Captures without names: nothing of what named somebody is left, nothing moves, and the rules find the same."""

from __future__ import annotations

import gzip
import io
import ipaddress
import json
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from pmiptool.capture import files, opening, raw
from pmiptool.capture.anonymise import KEEPABLE, anonymise
from pmiptool.capture.anonymise.messages import FORMS, INTERFACE, KINDS, LINK_LAYER, OPAQUE, Scrub
from pmiptool.capture.anonymise.packets import Packet
from pmiptool.capture.anonymise.pseudonyms import Pseudonyms
from pmiptool.capture.anonymise.upper import UPPER
from pmiptool.capture.files import Writer
from pmiptool.capture.messages import messages
from pmiptool.cli.app import cli
from pmiptool.registry import model
from pmiptool.registry.codepoints import DEFAULT, CodePoints
from pmiptool.wire import values as v
from pmiptool.wire.checksum import internet_checksum, udp_checksum, verifies
from pmiptool.wire.codec import codec_for
from pmiptool.wire.envelope import build, find
from tests.vectors import VECTORS

PCAPS = sorted((Path(__file__).parents[2] / "pcaps").glob("*.pcapng"))
KEY = b"the key of these tests"
NAMES = Pseudonyms(KEY)
SRC, DST = bytes.fromhex("2001 0db8 0001 0000 0011 22ff fe33 4455"), bytes.fromhex("20010db8000100000000000000000001")
MH = codec_for().encode(
    v.BindingUpdate(7, 0x8200, 75, (v.MobileNodeIdentifier(1, b"alice@example.org"), v.HandoffIndicator(hi=1))),
    src=SRC,
    dst=DST,
)


def again(octets: bytes, linktype: int = 101, *, keep: frozenset[str] = frozenset()) -> bytes:
    return Packet(Scrub(NAMES, keep), DEFAULT, octets, UPPER).link(linktype)


# The registry


def leaf_fields() -> list[tuple[str, model.Field]]:
    """Every field of every entry that holds a value of its own."""
    holders = (model.Count, model.SubOptions, model.Records)
    return [(e.name, f) for e in v.entries() for f in e.fields if not isinstance(f, holders)]


def test_every_kind_of_field_and_every_form_is_handled() -> None:
    kinds = {type(field) for _, field in leaf_fields()}
    assert kinds <= set(KINDS), f"no pseudonyms for {kinds - set(KINDS)}"
    every = {kind for kind in vars(model).values() if isinstance(kind, type) and issubclass(kind, model.Field)}
    assert every - {model.Field, model.Count, model.SubOptions, model.Records} == set(KINDS)
    forms = {getattr(field, "form", "hex") for _, field in leaf_fields() if not getattr(field, "forms", ())}
    forms |= {form for _, field in leaf_fields() for _, form in getattr(field, "forms", ())}
    assert forms <= set(FORMS), f"no pseudonyms for the forms {forms - set(FORMS)}"
    names = {field.name for _, field in leaf_fields()}
    assert names >= LINK_LAYER | INTERFACE | OPAQUE


_KEPT = (model.Flags, model.Flagged, model.Time48, model.Numbers)
_SAMPLES = {model.Prefix: v.Prefix(bytes.fromhex("20010db800a1") + bytes(10), 48)}


@pytest.mark.parametrize(("entry", "field"), leaf_fields(), ids=lambda one: getattr(one, "name", one))
def test_what_may_name_somebody_becomes_something_else_of_its_length(entry: str, field: model.Field) -> None:
    if isinstance(field, _KEPT) or (isinstance(field, model.UInt) and not field.fraction):
        return
    size = getattr(field, "size", 16)
    if isinstance(field, model.AddressRest):
        size = max(field.sizes)
    sample: Any = _SAMPLES.get(type(field), b"abcdefghijklmnopqrstuvwxyz"[:size])
    if isinstance(field, model.Addresses):
        sample = (sample,)
    if isinstance(field, model.UInt):
        sample = field.minimum or 1
    owner = type("Owner", (), {getattr(field, "form", "x"): 1, field.name: sample})
    there = Scrub(NAMES).field(field, sample, owner)
    assert there != sample
    if isinstance(sample, bytes):
        assert len(there) == len(sample)


def test_degrees_stay_in_their_range_or_out_of_it() -> None:
    latitude = next(f for _, f in leaf_fields() if f.name == "latitude" and isinstance(f, model.UInt))
    assert latitude.maximum is not None
    scrub = Scrub(NAMES)
    for item in (0, 1, -5, latitude.maximum, latitude.maximum + 1, latitude.highest, latitude.lowest):
        there = scrub.field(latitude, item, None)
        assert (abs(there) <= latitude.maximum) == (abs(item) <= latitude.maximum)
        assert latitude.lowest <= there <= latitude.highest and there != item


def test_the_vectors_keep_their_findings_and_their_length() -> None:
    for vector in VECTORS:
        codec = codec_for(vector.settings)
        settings = vector.settings
        there = Scrub(NAMES).message(vector.mh, settings)
        assert len(there) == len(vector.mh), vector.name
        found = [[(f.rule, f.offset) for f in codec.decode(mh).findings] for mh in (vector.mh, there)]
        assert found[0] == found[1], vector.name


def test_filters_of_the_other_dialect_are_found_out() -> None:
    later = codec_for(CodePoints(dialect="rfc6089"))
    home = bytes.fromhex("20010db800a100000000000000000077")
    selector = v.Ipv6Selector(src=home)
    option = v.FlowIdentification6089(fid=1, pri=1, suboptions=(selector,))
    message = v.BindingUpdate(options=(option,))
    there = Scrub(NAMES).message(later.encode(message), DEFAULT)
    assert NAMES.address(home) in there and home not in there


# Stored captures


def findings(path: Path) -> list[tuple[str, Any]]:
    result = CliRunner().invoke(cli, ["validate", str(path), "--json", "--only", "*"])
    document = json.loads(result.stdout)
    return sorted((f["rule"], str(f.get("frame"))) for one in document["sets"] for f in one["findings"])


@pytest.mark.parametrize("path", PCAPS, ids=lambda path: path.stem)
def test_validate_finds_the_same(path: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.pcapng"
    done = anonymise(str(path), str(out), KEY)
    assert findings(out) == findings(path)
    before, after = list(files.read(str(path))), list(files.read(str(out)))
    assert done.packets == len(before)
    assert [(f.time_ns, f.linktype, len(f.data)) for f in before] == [
        (f.time_ns, f.linktype, len(f.data)) for f in after
    ]
    for one, other in zip(messages(str(path)), messages(str(out)), strict=True):
        assert one.decoded.checksum_ok == other.decoded.checksum_ok
        shapes = [[(s.offset, s.type, s.length) for s in m.decoded.layout.slots] for m in (one, other)]
        assert shapes[0] == shapes[1]
    octets = out.read_bytes()
    for name in (b"mn1", b"example", bytes.fromhex("20010db8"), bytes.fromhex("c6120001")):
        assert name not in octets


def test_the_same_becomes_the_same_and_only_under_the_same_key(tmp_path: Path) -> None:
    source = str(PCAPS[0])
    for name, key in (("a", KEY), ("b", KEY), ("c", KEY + b"other")):
        anonymise(source, str(tmp_path / name), key)
    a, b, c = ((tmp_path / name).read_bytes() for name in "abc")
    assert a == b != c


# Packets, worked out by hand from their figures


def test_a_plain_message_keeps_its_checksum_right_or_wrong() -> None:
    packet = build(MH, SRC, DST)
    there = again(packet)
    (one,) = find(101, there)
    assert (one.src, one.dst) == (NAMES.address(SRC), NAMES.address(DST))
    assert verifies(one.src, one.dst, one.mh) and b"alice" not in one.mh and one.mh[10:12] == MH[10:12]
    bad = packet[:44] + bytes((packet[44] ^ 1,)) + packet[45:]
    (other,) = find(101, again(bad))
    assert not verifies(other.src, other.dst, other.mh)
    zero = packet[:44] + bytes(2) + packet[46:]
    assert again(zero)[44:46] == bytes(2)


def test_of_a_packet_that_was_cut_the_checksum_is_that_of_the_whole() -> None:
    packet = build(MH, SRC, DST)
    cut = 40 + 16 + 2  # within the identifier, whose octets after the cut nobody has: the sum cannot know them
    assert len(again(packet[:cut])) == cut
    header = 40 + 12
    there, whole = again(packet[:header]), again(packet)
    assert there[:44] == whole[:44] and b"alice" not in there


def test_udp_over_ipv4_keeps_both_checksums_right() -> None:
    source, destination = bytes((192, 0, 2, 9)), bytes((192, 0, 2, 1))
    mh = codec_for().encode(v.BindingUpdate(7, 0x8200, 75, (v.MobileNodeIdentifier(1, b"alice@example.org"),)))
    there = again(build(mh, source, destination))
    assert there[12:16] == NAMES.address(source) and there[16:20] == NAMES.address(destination)
    assert internet_checksum(there[:10] + bytes(2) + there[12:20]) == int.from_bytes(there[10:12], "big")
    udp = there[20:]
    right = udp_checksum(there[12:16], there[16:20], udp[:6] + bytes(2) + udp[8:])
    assert int.from_bytes(udp[6:8], "big") == right and b"alice" not in there and udp[12:14] == mh[4:6] == bytes(2)


def test_ethernet_vlan_and_a_tunnel() -> None:
    inner = build(MH, SRC, DST)
    outer = struct.pack("!IHBB", 6 << 28, len(inner), 41, 64) + DST + SRC + inner
    mac = bytes.fromhex("021122334455")
    frame = mac + bytes.fromhex("020000000001 8100 0064 86dd") + outer
    there = again(frame, 1)
    assert there[:6] == NAMES.mac(mac) and there[12:18] == frame[12:18]
    (one,) = find(1, there)
    assert verifies(one.src, one.dst, one.mh) and one.outer[0].src == NAMES.address(DST)
    assert one.src[8:] == bytes((there[0] ^ 2,)) + there[1:3] + b"\xff\xfe" + there[3:6]


def test_the_frame_check_sequence_stays_right() -> None:
    frame = bytes.fromhex("020000000002 020000000001 86dd") + build(MH, SRC, DST)
    frame += zlib.crc32(frame).to_bytes(4, "little")
    there = again(frame, 1)
    assert zlib.crc32(there[:-4]) == int.from_bytes(there[-4:], "little") != int.from_bytes(frame[-4:], "little")


def test_an_icmp_error_and_the_packet_in_it() -> None:
    original = build(MH, SRC, DST)[:80]
    body = bytes((4, 0, 0, 0)) + (6).to_bytes(4, "big") + original
    pseudo = DST + SRC + len(body).to_bytes(4, "big") + (58).to_bytes(4, "big")
    body = body[:2] + internet_checksum(pseudo + body).to_bytes(2, "big") + body[4:]
    there = again(struct.pack("!IHBB", 6 << 28, len(body), 58, 64) + DST + SRC + body)
    icmp = there[40:]
    pseudo = there[8:40] + len(icmp).to_bytes(4, "big") + (58).to_bytes(4, "big")
    assert internet_checksum(pseudo + icmp) in (0, 0xFFFF)
    assert icmp[8:][8:24] == NAMES.address(SRC) and b"alice" not in there


def test_a_neighbour_and_its_link_layer_address() -> None:
    """RFC 4861 4.3: a solicitation, its option 1 with the MAC of whom asks, to the group of the one sought."""
    target = bytes.fromhex("20010db80001000000000000 00c0ffee")
    group = bytes.fromhex("ff0200000000000000000001ff") + target[13:]
    body = bytes((135, 0, 0, 0)) + bytes(4) + target + bytes.fromhex("0101021122334455")
    packet = struct.pack("!IHBB", 6 << 28, len(body), 58, 255) + SRC + group + body
    frame = b"\x33\x33" + group[12:] + bytes.fromhex("021122334455 86dd") + packet
    there = again(frame, 1)
    assert there[14:][48:64] == NAMES.address(target) and there[-6:] == NAMES.mac(bytes.fromhex("021122334455"))
    assert there[:2] == b"\x33\x33" and there[2:6] == there[14:][36:40] == NAMES.address(group)[12:]


def test_arp_and_what_is_not_known() -> None:
    arp = bytes.fromhex("0001 0800 06 04 0001 021122334455 c0000209 000000000000 c0000201")
    there = again(bytes.fromhex("ffffffffffff 021122334455 0806") + arp, 1)
    assert there[:6] == b"\xff" * 6 and there[14:][8:14] == NAMES.mac(bytes.fromhex("021122334455")) == there[6:12]
    assert there[14:][14:18] == NAMES.address(bytes((192, 0, 2, 9)))
    lldp = bytes.fromhex("0180c200000e 021122334455 88cc") + b"switch of alice"
    assert again(lldp, 1)[14:] == bytes(15)
    assert again(b"some other link", 147) == bytes(15)
    assert again(lldp, 1, keep=frozenset({"payload"}))[14:] == b"switch of alice"


@pytest.mark.parametrize(("protocol", "kept"), [(17, 8), (6, 20), (50, 8), (99, 0)])
def test_payload_becomes_zeros_and_its_checksum_fits(protocol: int, kept: int) -> None:
    """UDP of another port, TCP, ESP, and what nobody knows."""
    head = {17: struct.pack("!HHHH", 53, 999, 24, 0), 6: struct.pack("!HHIIBBHHH", 80, 999, 1, 2, 0x50, 16, 1, 0, 0)}
    body = head.get(protocol, b"\0\0\0\1\0\0\0\2"[:kept]) + b"secret of alice!"
    there = again(struct.pack("!IHBB", 6 << 28, len(body), protocol, 64) + SRC + DST + body)[40:]
    assert there[kept:] == bytes(16)
    if protocol == 6:
        return
    assert there[:kept] == body[:kept]


def test_a_udp_checksum_over_payload_that_went_stays_right() -> None:
    datagram = struct.pack("!HHHH", 53, 999, 24, 0) + b"secret of alice!"
    datagram = datagram[:6] + udp_checksum(SRC, DST, datagram).to_bytes(2, "big") + datagram[8:]
    there = again(struct.pack("!IHBB", 6 << 28, 24, 17, 64) + SRC + DST + datagram)
    udp = there[40:]
    right = udp_checksum(there[8:24], there[24:40], udp[:6] + bytes(2) + udp[8:])
    assert int.from_bytes(udp[6:8], "big") == right


def test_a_home_address_option_and_a_routing_header() -> None:
    """RFC 6275 6.3 and 6.4: both stand in the pseudo-header in place of the addresses of the header."""
    home, final = bytes.fromhex("20010db800aa00000000000000000042"), bytes.fromhex("20010db800bb00000000000000000043")
    mh = codec_for().encode(v.BindingUpdate(7, 0x8000, 75), src=home, dst=final)
    options = bytes.fromhex("2b02 0102 0000 c910") + home
    routing = bytes.fromhex("8702 0201 00000000") + final
    body = options + routing + mh
    there = again(struct.pack("!IHBB", 6 << 28, len(body), 60, 64) + SRC + DST + body)
    (one,) = find(101, there)
    assert (one.checksum_src, one.checksum_dst) == (NAMES.address(home), NAMES.address(final))
    assert verifies(one.checksum_src, one.checksum_dst, one.mh)


def test_no_packet_is_too_odd() -> None:
    """Every stored packet, cut everywhere, and with every octet of its headers turned."""
    packets = [(f.linktype, f.data) for f in files.read(str(PCAPS[0]))][:2]
    frame = bytes.fromhex("333300000001 021122334455 8100 0064 86dd") + packets[0][1]
    for linktype, octets in (*packets, (1, frame)):
        for place in range(len(octets)):
            assert len(again(octets[:place], linktype)) == place
            turned = octets[:place] + bytes((octets[place] ^ 0xFF,)) + octets[place + 1 :]
            assert len(again(turned, linktype)) == len(octets)


# Files


def option(code: int, value: bytes) -> bytes:
    return struct.pack("<HH", code, len(value)) + files.padded(value)


def test_of_a_pcapng_only_what_names_nobody_is_kept(tmp_path: Path) -> None:
    packet = build(MH, SRC, DST)
    section = files.block(
        "<", 0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1) + option(2, b"alice's laptop") + bytes(4)
    )
    interface = files.block(
        "<",
        1,
        struct.pack("<HHI", 101, 0, 0) + option(2, b"alice0") + option(9, b"\x09") + option(11, b"\0host a") + bytes(4),
    )
    head = struct.pack("<IIIII", 0, 1, 5, len(packet), len(packet)) + files.padded(packet)
    enhanced = files.block("<", 6, head + option(1, b"alice calls") + option(2, b"\1\0\0\0") + bytes(4))
    simple = files.block("<", 3, struct.pack("<I", len(packet)) + files.padded(packet))
    names = files.block("<", 4, b"\1\0\x0a\0\xc0\0\2\1alice\0" + bytes(6))
    secrets = files.block("<", 10, b"alice's keys")
    statistics = files.block(
        "<", 5, struct.pack("<III", 0, 0, 7) + option(1, b"alice") + option(4, bytes(8)) + bytes(4)
    )
    source, out = tmp_path / "x.pcapng", tmp_path / "y.pcapng"
    source.write_bytes(section + interface + names + enhanced + simple + secrets + statistics)
    done = anonymise(str(source), str(out), KEY)
    written = out.read_bytes()
    assert b"alice" not in written and (done.packets, done.counted["comments"]) == (2, 7)
    stream = io.BytesIO(written)
    stream.read(4)
    kept = list(raw.blocks(stream, "y"))
    assert [block.kind for block in kept] == [0x0A0D0D0A, 1, 6, 3, 5]
    assert kept[1].body[8:] == option(9, b"\x09") + bytes(4) and kept[2].body.endswith(
        option(2, b"\1\0\0\0") + bytes(4)
    )
    assert [frame.time_ns for frame in files.read(str(out))] == [(1 << 32) + 5, 0]
    anonymise(str(source), str(out), KEY, keep=frozenset({"comments"}))
    assert out.read_bytes().count(b"alice") == 6 and b"alice@" not in out.read_bytes()


@pytest.mark.parametrize("order", "<>")
def test_a_pcap_stays_a_pcap(order: str, tmp_path: Path) -> None:
    packet = build(MH, SRC, DST)
    head = struct.pack(order + "IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 65535, 101)
    record = struct.pack(order + "IIII", 9, 8, len(packet), len(packet) + 5)
    source, out = tmp_path / "x.pcap.gz", tmp_path / "y.pcap"
    source.write_bytes(gzip.compress(head + record + packet))
    anonymise(str(source), str(out), KEY)
    assert out.read_bytes() == head + record + again(packet)


def test_what_is_cut_is_written_as_far_as_it_goes(tmp_path: Path) -> None:
    source, out = tmp_path / "x.pcapng", tmp_path / "y.pcapng"
    with Writer(source) as writer:
        writer.write(build(MH, SRC, DST), 1_000)
        writer.write(build(MH, SRC, DST), 2_000)
    source.write_bytes(source.read_bytes()[:-9])
    with pytest.raises(opening.CutCapture, match="middle of packet 2"):
        anonymise(str(source), str(out), KEY)
    assert len(list(files.read(str(out)))) == 1


def test_keeping_what_is_unknown() -> None:
    for option in (v.UnknownOption(201, b"alice"), v.VendorSpecific(vendor_id=10415, sub_type=7, data=b"alice")):
        mh = codec_for().encode(v.BindingUpdate(7, 0x8200, 75, (option,)), src=SRC, dst=DST)
        packet = build(mh, SRC, DST)
        assert b"alice" not in again(packet)
        assert b"alice" in again(packet, keep=frozenset({"unknown"}))
    assert set(KEEPABLE) == {"unknown", "payload", "comments"}


def test_addresses_of_a_capture_share_what_they_shared(tmp_path: Path) -> None:
    out = tmp_path / "y.pcapng"
    anonymise(str(PCAPS[0]), str(out), KEY)
    networks = {
        ipaddress.ip_network((seen.envelope.src, 64), strict=False) for seen in messages(str(out)) if seen.envelope
    }
    assert len(networks) == 1


# What is hidden anywhere: every address is of 2001:db8:7::/48 or 192.0.2.0/24, every MAC 02:11:22:33:44:xx

HERE, THERE = bytes.fromhex("20010db80007") + bytes(9) + b"\x41", bytes.fromhex("20010db80007") + bytes(9) + b"\x42"
HERE4, THERE4 = bytes((192, 0, 2, 41)), bytes((192, 0, 2, 42))
MAC = bytes.fromhex("0211223344")
PLAIN = build(codec_for().encode(v.BindingUpdate(7, 0x8200, 75), src=HERE, dst=THERE), HERE, THERE)


def ipv6(protocol: int, body: bytes) -> bytes:
    return struct.pack("!IHBB", 6 << 28, len(body), protocol, 64) + HERE + THERE + body


def ipv4(protocol: int, body: bytes, options: bytes = b"", fragment: int = 0) -> bytes:
    words = 5 + len(options) // 4
    head = struct.pack("!BBHHHBB", 0x40 | words, 0, 4 * words + len(body), 1, fragment, 64, protocol)
    rest = HERE4 + THERE4 + options
    return head + internet_checksum(head + bytes(2) + rest).to_bytes(2, "big") + rest + body


def icmpv6(kind: int, body: bytes) -> bytes:
    message = bytes((kind, 0, 0, 0)) + body
    pseudo = HERE + THERE + len(message).to_bytes(4, "big") + (58).to_bytes(4, "big")
    return ipv6(58, message[:2] + internet_checksum(pseudo + message).to_bytes(2, "big") + message[4:])


PREFIX = bytes.fromhex("0304 40c0 00000e10 00000e10 00000000") + HERE[:8] + bytes(8)
ROUTE = bytes.fromhex("1802 4000 00000e10") + HERE[:8]
SERVER = bytes.fromhex("1903 0000 00000e10") + THERE
REDIRECTED = bytes((4, 1 + len(PLAIN) // 8)) + bytes(6) + PLAIN
UDP = codec_for().encode(v.BindingUpdate(7, 0x8200, 75, (v.AlternateCareOfAddress(HERE),)))
LINK_LAYER_OPTION = bytes.fromhex("0101") + MAC + b"\x41"
GRE = (
    bytes.fromhex("8000 86dd")
    + internet_checksum(bytes.fromhex("8000 86dd 0000 0000") + PLAIN).to_bytes(2, "big")
    + bytes(2)
)

HIDDEN = {
    "tunnel": (101, ipv6(41, PLAIN)),
    "6in4": (101, ipv4(41, PLAIN)),
    "gre": (101, ipv4(47, GRE + PLAIN)),
    "gre-bridged": (101, ipv4(47, bytes.fromhex("2000 6558 00000007") + MAC + b"\1" + MAC + b"\2\x86\xdd" + PLAIN)),
    "fragment": (101, ipv6(44, bytes.fromhex("87000100 00000001") + HERE)),
    "first-fragment": (101, ipv6(44, bytes.fromhex("87000001 00000001") + PLAIN[40:])),
    "ipv4-fragment": (101, ipv4(17, HERE, fragment=100)),
    "ah": (101, ipv6(51, bytes.fromhex("87040000 00000001 00000002") + HERE[:12] + PLAIN[40:])),
    "segments": (101, ipv6(43, bytes.fromhex("3b040401 01000000") + HERE + THERE)),
    "record-route": (101, ipv4(99, b"", options=bytes.fromhex("070b08") + HERE4 + THERE4 + b"\0")),
    "odd-option": (101, ipv6(60, bytes.fromhex("3b02 1e12") + HERE + b"\1\0\0\0"[:2])),
    "advertisement": (101, icmpv6(134, bytes(12) + LINK_LAYER_OPTION + PREFIX + ROUTE + SERVER)),
    "neighbour": (101, icmpv6(136, bytes(4) + HERE + bytes.fromhex("0201") + MAC + b"\x41")),
    "redirect": (101, icmpv6(137, bytes(4) + HERE + THERE + LINK_LAYER_OPTION + REDIRECTED)),
    "home-agents": (101, icmpv6(145, bytes.fromhex("00010000") + HERE + THERE)),
    "echo": (101, icmpv6(128, b"\0\1\0\1" + HERE)),
    "unknown-icmp": (101, icmpv6(200, HERE)),
    "listener": (101, icmpv6(131, bytes(4) + HERE)),
    "listener-2": (101, icmpv6(143, bytes.fromhex("00000001 01010001") + THERE + HERE + b"abcd")),
    "icmp": (101, ipv4(1, b"\3\1" + bytes(6) + ipv4(17, struct.pack("!HHHH", 5436, 5436, 40, 0) + UDP))),
    "icmp-redirect": (101, ipv4(1, bytes.fromhex("0501 0000") + HERE4 + ipv4(99, b""))),
    "igmp": (101, ipv4(2, bytes.fromhex("1600 0000") + HERE4)),
    "cooked": (113, bytes.fromhex("0000 0001 0006") + MAC + b"\1" + bytes(2) + b"\x86\xdd" + PLAIN),
    "cooked-2": (276, bytes.fromhex("86dd 0000 00000003 0001 00 06") + MAC + b"\1" + bytes(2) + PLAIN),
    "null": (0, (10).to_bytes(4, "little") + PLAIN),
    "arp": (1, b"\xff" * 6 + MAC + b"\1\x08\x06\0\1\x08\0\6\4\0\1" + MAC + b"\1" + HERE4 + bytes(6) + THERE4),
    "padding": (1, MAC + b"\1" + MAC + b"\2\x86\xdd" + PLAIN + HERE),
    "behind": (101, ipv6(135, b"\x29" + PLAIN[41:] + PLAIN)),
    "deep": (101, ipv6(41, ipv6(41, ipv6(41, ipv6(41, ipv6(41, ipv6(41, ipv6(41, ipv6(41, ipv6(41, PLAIN)))))))))),
    "dhcp": (101, ipv6(17, struct.pack("!HHHH", 546, 547, 24, 0) + HERE)),
}


def icmp_sum(packet: bytes) -> int:
    pseudo = packet[8:40] + (len(packet) - 40).to_bytes(4, "big") + (58).to_bytes(4, "big")
    return internet_checksum(pseudo + packet[40:]) % 65535


@pytest.mark.parametrize("name", HIDDEN)
def test_nothing_shows_through(name: str) -> None:
    linktype, packet = HIDDEN[name]
    there = again(packet, linktype)
    assert len(there) == len(packet)
    for secret in (bytes.fromhex("20010db8"), HERE4, THERE4, MAC):
        assert secret not in there, there.hex()
    if packet[0] >> 4 == 6 and packet[6] == 58:
        assert icmp_sum(packet) == icmp_sum(there) == 0
    if packet[0] >> 4 == 4:
        header = there[: 4 * (there[0] & 15)]
        assert internet_checksum(header) % 65535 == 0
    if name == "gre":
        assert internet_checksum(there[20:]) % 65535 == 0
    before, after = find(linktype, packet), find(linktype, there)
    assert [e.mh_offset for e in before] == [e.mh_offset for e in after]
    for one, other in zip(before, after, strict=True):
        if one.transport == "ipv6" and not one.truncated:
            pairs = [(e.checksum_src, e.checksum_dst) for e in (one, other)]
            assert verifies(*pairs[0], one.mh) == verifies(*pairs[1], other.mh)


def test_a_capture_of_the_other_byte_order(tmp_path: Path) -> None:
    section = files.block(">", 0x0A0D0D0A, struct.pack(">IHHq", 0x1A2B3C4D, 1, 0, -1))
    interface = files.block(">", 1, struct.pack(">HHI", 101, 0, 0))
    head = struct.pack(">IIIII", 0, 1, 5, len(PLAIN), len(PLAIN))
    comment = struct.pack(">HH", 1, 5) + b"alice\0\0\0" + bytes(4)
    source, out = tmp_path / "x.pcapng", tmp_path / "y.pcapng"
    source.write_bytes(section + interface + files.block(">", 6, head + files.padded(PLAIN) + comment))
    anonymise(str(source), str(out), KEY)
    (frame,) = files.read(str(out))
    assert frame.data == again(PLAIN) and frame.comment is None
