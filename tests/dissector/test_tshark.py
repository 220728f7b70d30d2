"""The dissector in Wireshark: preferences, encapsulations, checksum, Info column, and what it leaves as it was."""

from __future__ import annotations

import os
import struct
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from pmiptool.capture import tshark
from pmiptool.capture.pdml import WiresharkMessage
from pmiptool.dissector import default_lua, generate
from pmiptool.dissector.describe import expert_filter
from pmiptool.registry.codepoints import DEFAULT, CodePoints
from pmiptool.wire.checksum import checksum
from pmiptool.wire.codec import codec_for
from pmiptool.wire.envelope import build
from tests.dissector.support import DST, IN_LUA, SRC, ip6, look, rules_shown, write
from tests.rules.make import ANY, fid, hnp, mh, pba, pbu

BAD, GOOD, UNVERIFIED, NOT_PRESENT = "0", "1", "2", "3"
PBU = bytes.fromhex(
    "3b000500 0000 0064 8200 004b"
    "0810 01 6d6e31406578616d706c652e6f7267"  # mn1@example.org
    "0104 00000000 1612 0040 20010db8 00a10000 00000000 00000000"  # at 36, which is 8n+4
    "1702 0001 1802 0004 c802 0040 0102 0000"
)
PBU = PBU[:1] + bytes([len(PBU) // 8 - 1]) + PBU[2:]
PBA = bytes.fromhex("3b020600 0000 fa20 0064 0000 2d06 0007 0a 01 02 88 0102 0000".replace(" ", ""))


def summed(mh: bytes, src: bytes = SRC, dst: bytes = DST) -> bytes:
    return mh[:4] + checksum(src, dst, mh).to_bytes(2, "big") + mh[6:]


def status(message: WiresharkMessage) -> str:
    return message.fields["pmip6.checksum.status"][0].show


def columns(path: Path, packets: Iterable[bytes], **chosen: object) -> list[str]:
    """The Protocol and Info columns of each packet."""
    lines = tshark.run(write(path, packets), ["-o", 'gui.column.format:"P","%p","I","%i"'], lua=default_lua(),
                       preferences={f"pmip6.{key}": value for key, value in chosen.items()})  # fmt: skip
    return [line.strip() for line in lines]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "x.pcapng"


def test_tshark_loads_it_without_a_word(path: Path) -> None:
    assert len(list(tshark.run(write(path, [ip6(summed(PBU))]), [], lua=default_lua()))) == 1


def test_the_judge_says_so_when_wireshark_refuses_it(path: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.lua"
    text = generate().replace("function judging.judge(m, s)", "function judging.judge(m, s")
    broken.write_text(text, encoding="utf-8")
    assert broken.read_text(encoding="utf-8") != generate()
    with pytest.raises(tshark.LuaRefused):
        list(tshark.run(write(path, [ip6(PBU)]), [], lua=broken))


def test_options_stand_in_wiresharks_own_tree_and_the_layer_beside_it(path: Path) -> None:
    (message,) = look(path, [ip6(summed(PBU))])
    assert [(o.type, o.offset) for o in message.options] == [
        (8, 12), (1, 30), (22, 36), (23, 56), (24, 60), (200, 64), (1, 68)
    ]  # fmt: skip
    shown = {name for option in message.options for name in option.fields}
    assert {
        "pmip6.mn_id.identifier",
        "pmip6.hnp.home_network_prefix",
        "pmip6.hnp.prefix_length",
        "pmip6.hi.hi",
        "pmip6.att.att",
        "pmip6.multihoming.mhgid",
        "pmip6.multihoming.act",
        "pmip6.multihoming.rfu",
    } <= shown
    assert not any(name.startswith(("mip6.hi", "mip6.mnid", "mip6.mnp")) for name in shown)
    assert message.fields["pmip6.sequence"][0].number == 100
    assert message.fields["pmip6.lifetime"][0].number == 75
    assert message.fields["pmip6.flags"][0].number == 0x8200


def test_wiresharks_own_fields_can_be_kept(path: Path) -> None:
    (message,) = look(path, [ip6(summed(PBU))], {"pmip6.keep_mip6_fields": True})
    shown = {name for option in message.options for name in option.fields}
    assert {"pmip6.hi.hi", "mip6.hi", "mip6.mnid.identifier"} <= shown


def test_the_info_column(path: Path) -> None:
    lines = columns(
        path, [ip6(summed(PBU)), ip6(summed(PBA)), ip6(bytes.fromhex("3b010500 0000 0001 8000 0001 0102 0000"))]
    )
    assert lines[0] == ("PMIPv6 PBU mn1@example.org 2001:db8:a1::/64 HI=attach MHGID=0 ACT=keep lifetime=300s seq=100")
    assert lines[1] == "PMIPv6 PBA MH_NOT_SUPPORTED_BY_LMA FID 7* not found seq=100"
    assert lines[2] == "MIPv6 BU lifetime=4s seq=1"


def test_flows_in_the_info_column(path: Path) -> None:
    asked = codec_for(DEFAULT).encode(pbu(mh(), fid(1), fid(2, pro=1), hnp=hnp(ANY)), src=SRC, dst=DST)
    given = codec_for(DEFAULT).encode(pba(mh(), fid(1), fid(2, status=135)), src=DST, dst=SRC)
    lines = columns(path, [ip6(asked), ip6(given, src=DST, dst=SRC)])
    assert lines[0].startswith("PMIPv6 PBU mn1@example.org HI=attach MHGID=0 FID 1+ 2~ ")
    assert lines[1].startswith("PMIPv6 PBA accepted 2001:db8:a1::/64 FID 1 ok, 2 in use ")


def test_octets_of_the_wire_become_text_that_every_output_can_carry(path: Path) -> None:
    identifier = b"a\x00\xff\x1b[31m\xc3\xa9\xe2\x80\xae\xed\xa0\x80z"
    mh = PBU[:12] + bytes([8, len(identifier) + 1, 1]) + identifier
    mh += bytes(-len(mh) % 8)
    mh = mh[:1] + bytes([len(mh) // 8 - 1]) + mh[2:]
    (line,) = columns(path, [ip6(summed(mh))])
    assert r"PBU a\x00\xff\x1b[31mé\xe2\x80\xae\xed\xa0\x80z" in line
    (message,) = look(path, [ip6(summed(mh))])
    option = message.options[0].fields
    assert option["pmip6.mn_id.identifier_octets"][0].raw == identifier.hex()


def test_another_type_for_the_multihoming_option(path: Path) -> None:
    there = summed(PBU.replace(b"\xc8\x02", b"\xc9\x02"))
    (default,) = look(path, [ip6(there)])
    (changed,) = look(path, [ip6(there)], {"pmip6.multihoming_option_type": 201})
    assert "pmip6.multihoming.act" not in default.options[-2].fields
    assert default.options[-2].fields["pmip6.option.data"][0].raw == "0040"
    assert changed.options[-2].fields["pmip6.multihoming.act"][0].number == 2


def test_a_code_point_that_takes_an_assigned_number_and_gives_it_back(path: Path) -> None:
    there = summed(PBU.replace(b"\x18\x02", b"\x17\x02").replace(b"\xc8\x02", b"\x04\x02"))
    (chosen,) = look(path, [ip6(there)], {"pmip6.multihoming_option_type": 4})
    (default,) = look(path, [ip6(there)])
    assert [o.fields["pmip6.multihoming.act"][0].number for o in chosen.options if o.type == 4] == [2]
    (nonces,) = (option for option in default.options if option.type == 4)
    # Nonce indices have 4 octets, and 2 are there.
    assert "pmip6.option.data" in nonces.fields and "pmip6.multihoming.act" not in nonces.fields


def test_the_dialect_and_the_status_names(path: Path) -> None:
    mh = summed(PBA)
    (mext,) = look(path, [ip6(mh)])
    (later,) = look(path, [ip6(mh)], {"pmip6.dialect": "rfc6089"})
    assert [f.number for name in ("pri", "action", "pro") for f in mext.options[0].fields[f"pmip6.fid.{name}"]] == [
        10,
        1,
        2,
    ]
    assert later.options[0].fields["pmip6.fid.pri"][0].number == 0x0A01
    assert "pmip6.fid.action" not in later.options[0].fields
    (named,) = columns(path, [ip6(mh)], status_mh_not_supported=252, status_reinstantiation_not_supported=250)
    assert "PBA MH_FILTERS_REINSTANCIATION_NOT_SUPPORTED_BY_LMA " in named


def test_the_defaults_of_the_preferences_can_be_generated(path: Path) -> None:
    there = write(path, [ip6(summed(PBU.replace(b"\xc8\x02", b"\xc9\x02")))])
    lua = default_lua(CodePoints(multihoming_option_type=201))
    assert list(tshark.fields(there, ["pmip6.multihoming.act"], lua=lua)) == [(("2",),)]


def test_without_the_layer_the_options_remain(path: Path) -> None:
    (message,) = look(path, [ip6(PBU)], {"pmip6.layer": False})
    assert "pmip6.message" not in message.fields
    assert [o.fields["pmip6.multihoming.act"][0].number for o in message.options if o.type == 200] == [2]
    (line,) = columns(path, [ip6(PBU)], layer=False)
    assert line == "MIPv6 Binding Update"


def test_the_checksum(path: Path) -> None:
    right, wrong = ip6(summed(PBU)), ip6(summed(PBU)[:5] + b"\x00" + summed(PBU)[6:])
    messages = look(path, [right, wrong, right[:-3]])
    assert [status(message) for message in messages[:2]] == [GOOD, BAD]
    assert "rfc6275/6.1.1/checksum" in rules_shown(messages[1]) and "rfc6275/6.1.1/checksum" not in rules_shown(
        messages[0]
    )


HOME = bytes.fromhex("20010db8 00ff 0000 0000 0000 0000 0077")


@pytest.mark.parametrize("which", ["home-address-option", "type-2-routing-header"])
def test_the_checksum_counts_the_home_address(which: str, path: Path) -> None:
    if which == "home-address-option":
        extension = bytes([135, 2, 1, 2, 0, 0, 201, 16]) + HOME
        packet = ip6(extension + summed(PBU, src=HOME), header=60)
    else:
        extension = bytes([135, 2, 2, 1, 0, 0, 0, 0]) + HOME
        packet = ip6(extension + summed(PBA, dst=HOME), header=43)
    (message,) = look(path, [packet])
    assert status(message) == GOOD


def ip4(payload: bytes, protocol: int) -> bytes:
    return (
        struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(payload), 0, 0, 64, protocol, 0)
        + bytes([192, 0, 2, 1, 192, 0, 2, 2])
        + payload
    )


INSIDE = ip6(summed(PBU))
TUNNELS = {
    "6in6": ip6(INSIDE, header=41, src=HOME, dst=HOME),
    "6in6in6": ip6(ip6(INSIDE, header=41, src=HOME), header=41, dst=HOME),
    "6in4": ip4(INSIDE, 41),
    "gre-in-ipv6": ip6(bytes.fromhex("000086dd") + INSIDE, header=47, src=HOME),
    "gre-in-ipv4": ip4(bytes.fromhex("000086dd") + INSIDE, 47),
    "hop-by-hop": ip6(bytes([135, 0, 1, 4, 0, 0, 0, 0]) + summed(PBU), header=0),
    "one-fragment": ip6(bytes([135, 0, 0, 0, 0, 0, 0, 1]) + summed(PBU), header=44),
}


@pytest.mark.parametrize("name", TUNNELS)
def test_in_tunnels_and_behind_extension_headers(name: str, path: Path) -> None:
    (message,) = look(path, [TUNNELS[name]])
    assert status(message) == GOOD
    assert [o.fields["pmip6.option.offset"][0].number for o in message.options if "pmip6.option" in o.fields] == [
        o.offset for o in message.options if "pmip6.option" in o.fields
    ]
    assert [o.fields["pmip6.multihoming.act"][0].number for o in message.options if o.type == 200] == [2]


def test_two_fragments(path: Path) -> None:
    mh = summed(PBU)
    head = ip6(bytes([135, 0, 0, 1, 0, 0, 0, 9]) + mh[:48], header=44)
    tail = ip6(bytes([135, 0]) + struct.pack("!H", 48) + bytes([0, 0, 0, 9]) + mh[48:], header=44)
    (message,) = look(path, [head, tail])
    assert status(message) == GOOD and message.frame == 2


def test_over_udp_the_checksum_is_zero_and_not_judged(path: Path) -> None:
    four = (bytes([192, 0, 2, 1]), bytes([192, 0, 2, 2]))
    packets = [
        build(PBU, SRC, DST, sport=5436, dport=5436),
        build(PBU, *four, sport=40000, dport=5436),
        build(summed(PBU), SRC, DST, sport=5436, dport=40000),
        ip6(build(PBU, *four, sport=5436, dport=5436), header=4),
    ]
    messages = look(path, packets)
    assert [status(message) for message in messages] == [NOT_PRESENT, NOT_PRESENT, UNVERIFIED, NOT_PRESENT]
    broken = [
        ("rfc5844/4.1/checksum-over-udp" in rules_shown(m), "rfc6275/6.1.1/checksum" in rules_shown(m))
        for m in messages
    ]
    assert broken == [(False, False), (False, False), (True, False), (False, False)]
    assert all(o.fields["pmip6.multihoming.act"] for m in messages for o in m.options if o.type == 200)


def test_a_tunnel_inside_udp_does_not_make_the_message_one_over_udp(path: Path) -> None:
    """GRE in UDP (RFC 8086): the Mobility Header itself stands on IPv6."""
    carried = bytes.fromhex("000086dd") + INSIDE
    udp = struct.pack("!HHHH", 40000, 4754, 8 + len(carried), 0) + carried
    (message,) = look(path, [ip4(udp, 17)])
    assert status(message) == GOOD


def test_lengths_in_units_of_8(path: Path) -> None:
    fid = bytes.fromhex("2d03 0001 0a 01 00 00 110c 0200 00100000 1234 5678 0000 0000".replace(" ", ""))[:24]
    mh = PBU[:12] + bytes([1, 2, 0, 0]) + fid + bytes.fromhex("1702000101020000")
    mh = mh[:1] + bytes([len(mh) // 8 - 1]) + mh[2:]
    (message,) = look(path, [ip6(summed(mh))], {"pmip6.fid_length_unit": "units-of-8"})
    flows = [o for o in message.options if o.type == 45]
    assert [(o.offset, o.length) for o in flows] == [(16, 3)]
    assert [o.offset for o in message.options if o.type == 23] == [40]
    assert flows[0].fields["pmip6.fid.fid"][0].number == 1


def test_display_filters_find_fields_of_both_shapes(path: Path) -> None:
    packets = [ip6(summed(PBU)), ip6(summed(PBA))]
    capture = write(path, packets)

    def count(display: str, **chosen: object) -> int:
        preferences = {f"pmip6.{key}": value for key, value in chosen.items()}
        return len(list(tshark.run(capture, ["-Y", display], lua=default_lua(), preferences=preferences)))

    assert count("pmip6.flags.p == 1") == 2  # sixteen bits of flags in one, eight in the other
    assert count("pmip6.flags == 0x20") == count("pmip6.flags == 0x8200") == 1
    assert count("pmip6.hnp.home_network_prefix == 2001:db8:a1::") == 1
    assert count('pmip6.mn_id.identifier contains "mn1"') == 1
    assert count("pmip6.fid.pri == 10") == 1 and count("pmip6.fid.pri == 2561", dialect="rfc6089") == 1
    assert count('pmip6.multihoming.act == "keep"') == 1
    assert count(expert_filter("rfc5213/8.2/mn-id")) == 1
    assert count('pmip6.message == "pba"') == 1


def test_dscp_is_six_bits_and_ipv4_addresses_have_names_of_their_own(path: Path) -> None:
    selector = bytes.fromhex("0100 80200000 c0000201 b8".replace(" ", ""))
    fid = bytes.fromhex("00010a010000") + bytes([17, 2 + len(selector)]) + selector
    mh = PBU[:12] + bytes([45, len(fid)]) + fid
    mh += bytes(-len(mh) % 8)
    mh = mh[:1] + bytes([len(mh) // 8 - 1]) + mh[2:]
    (message,) = look(path, [ip6(summed(mh))])
    fields = message.options[0].fields
    assert (fields["pmip6.ts.dscp"][0].number, fields["pmip6.ts.src4"][0].show) == (46, "192.0.2.1")
    assert "pmip6.ts.src" not in fields


def installed(home: Path, *arguments: str) -> str:
    """What tshark prints with the dissector as a personal plugin, as a user other than root."""
    user = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
    room = {"HOME": str(home), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    ran = subprocess.run([tshark.find().path, *arguments], env=room, cwd=home, capture_output=True, timeout=60, **user)  # type: ignore[call-overload]
    assert "Lua" not in ran.stderr.decode(errors="replace")
    text: str = ran.stdout.decode(errors="replace")
    return text


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home folder that an unprivileged tshark can read: pytest's own are closed to others."""
    with tempfile.TemporaryDirectory(prefix="pmiptool-home-") as folder:
        Path(folder).chmod(0o755)
        monkeypatch.setenv("HOME", folder)
        yield Path(folder)


def test_installed_as_a_plugin_its_fields_are_wiresharks(home: Path) -> None:
    from pmiptool.dissector.install import install

    install(generate())
    fields = installed(home, "-G", "fields")
    names = {line.split("\t")[2] for line in fields.splitlines() if line.startswith("F\t")}
    assert {"pmip6.multihoming.mhgid", "pmip6.fid.pro", "pmip6.flow_summary.fid", "pmip6.bref.bid", "pmip6.ts.format",
            "pmip6.ts.src", "pmip6.ts.src_end", "pmip6.ts.dst4_end", "pmip6.ts.spi", "pmip6.ts.flow_label_end",
            "pmip6.ts.dscp", "pmip6.ts.proto_end", "pmip6.checksum.status"} <= names  # fmt: skip
    assert {expert_filter(rule) for rule in IN_LUA} <= names
    # The summary under which Analyze > Expert Information counts what broke a rule.
    assert "\tBroken: The checksum is right. (RFC 6275 6.1.1)\tpmip6.expert.rfc6275.6.1.1.checksum\t" in fields
    assert "A number from 2 to 255" in installed(home, "-G", "currentprefs")
