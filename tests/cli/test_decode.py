"""`pmiptool decode`: what it prints, where from, and how it ends."""

from __future__ import annotations

import gzip
import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pmiptool.capture.files import Writer
from pmiptool.cli.app import cli
from pmiptool.registry.codepoints import CodePoints
from pmiptool.text.filters import parse_flow
from pmiptool.wire.codec import codec_for
from pmiptool.wire.envelope import build
from pmiptool.wire.values import (
    AccessTechnologyType,
    BindingAcknowledgement,
    BindingUpdate,
    HandoffIndicator,
    HomeNetworkPrefix,
    MobileNodeIdentifier,
    Multihoming,
    Prefix,
    UnknownOption,
)

MAG, LMA = bytes.fromhex("20010db8000100000000000000000002"), bytes.fromhex("20010db8000100000000000000000001")
TIME = 1_246_881_600_000_000_000
MN = MobileNodeIdentifier(1, b"mn1@example.org")
PBU = BindingUpdate(
    sequence=100,
    flags=0x8200,
    lifetime=75,
    options=(
        MN,
        HomeNetworkPrefix(),
        HandoffIndicator(hi=1),
        AccessTechnologyType(att=4),
        Multihoming(mhgid=0),
        parse_flow("fid=1 pri=10 action=forward pro=add proto=udp dst-port=5060-5061 dscp=46"),
    ),
)
PBA = BindingAcknowledgement(
    sequence=100,
    flags=0x20,
    lifetime=0xFFFF,
    options=(
        MN,
        HandoffIndicator(hi=1),
        HomeNetworkPrefix(home_network_prefix=Prefix(bytes.fromhex("20010db800a1") + bytes(10), 64)),
        AccessTechnologyType(att=4),
        UnknownOption(201, b"abc"),
    ),
)


def packet(message: object, src: bytes = MAG, dst: bytes = LMA) -> bytes:
    return build(codec_for().encode(message, src=src, dst=dst), src, dst)


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    file = tmp_path / "x.pcapng"
    with Writer(file) as writer:
        writer.write(packet(PBU), TIME)
        writer.write(b"\x60" + bytes(39), TIME)
        writer.write(packet(PBA, LMA, MAG), TIME + 1_500_000)
    return file


def decode(*arguments: object, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(cli, ["decode", *map(str, arguments)], input=stdin)


TREE = """\
frame 1, 2009-07-06T12:00:00.000000Z
2001:db8:1::2 -> 2001:db8:1::1, hop limit 64
Proxy Binding Update (pbu), 96 octets, checksum CHECKSUM right
├─ sequence 100
├─ flags A P
├─ lifetime 75 (300 s)
├─ @12  mn-id             subtype 1 NAI, identifier mn1@example.org
├─ @30  padn              6 octets
├─ @36  hnp               ::/0
├─ @56  hi                1 attach
├─ @60  att               4 802.11
├─ @64  multihoming       mhgid 0, act 0 none
├─ @68  fid               fid 1, pri 10, action 1 forward, pro 0 add, status 0 ok
│  └─ traffic-selector  format 2 ipv6, dst_port 5060-5061, dscp 46, proto 17
└─ @90  padn              6 octets

frame 3, 2009-07-06T12:00:00.001500Z
2001:db8:1::1 -> 2001:db8:1::2, hop limit 64
Proxy Binding Acknowledgement (pba), 72 octets, checksum CHECKSUM right
├─ status 0 accepted
├─ flags P
├─ sequence 100
├─ lifetime 65535 (262140 s)
├─ @12  mn-id             subtype 1 NAI, identifier mn1@example.org
├─ @30  hi                1 attach
├─ @34  padn              2 octets
├─ @36  hnp               2001:db8:a1::/64
├─ @56  att               4 802.11
├─ @60  option-201        616263
│  └─ note rfc6275/6.2.1/unknown-option: option 201 is unknown
└─ @65  padn              7 octets
"""


def test_a_tree_for_people(capture: Path) -> None:
    result = decode(capture)
    assert (result.exit_code, result.stderr) == (0, "")
    shown = result.stdout.splitlines()
    for number, line in enumerate(shown):
        if "checksum 0x" in line:
            shown[number] = f"{line[: line.index('0x')]}CHECKSUM{line[line.index('0x') + 6 :]}"
    assert "\n".join([*shown, ""]) == TREE
    assert "\x1b" not in result.stdout


def test_json_is_one_object_a_line(capture: Path) -> None:
    result = decode(capture, "--json")
    assert result.exit_code == 0
    first, second = map(json.loads, result.stdout.splitlines())
    assert first["schema"] == "pmiptool/decode/1"
    assert (first["frame"], first["time"]) == (1, "2009-07-06T12:00:00.000000Z")
    assert (first["src"], first["dst"], first["message"]) == ("2001:db8:1::2", "2001:db8:1::1", "pbu")
    assert first["fields"] == {"sequence": 100, "flags": ["A", "P"], "lifetime": 75, "lifetime_s": 300}
    assert first["checksum"]["ok"] is True
    assert (second["frame"], second["message"]) == (3, "pba")
    assert decode(capture, "--as", "json").stdout == result.stdout


def test_one_frame(capture: Path) -> None:
    assert [json.loads(line)["frame"] for line in decode(capture, "--json", "--frame", 3).stdout.splitlines()] == [3]


def test_hex_of_the_packet_comes_back(capture: Path) -> None:
    result = decode(capture, "--as", "hex", "--frame", 1)
    assert result.stdout == packet(PBU).hex() + "\n"
    again = json.loads(decode("--hex", result.stdout.strip(), "--json").stdout)
    assert (again["frame"], again["time"], again["src"]) == (None, None, "2001:db8:1::2")
    assert again["options"] == json.loads(decode(capture, "--json", "--frame", 1).stdout)["options"]


def test_hex_ends_where_the_packet_ends(tmp_path: Path) -> None:
    packets = [packet(PBU), build(codec_for().encode(PBU), b"\xc0\0\2\1", b"\xc0\0\2\2")]
    with Writer(tmp_path / "x.pcap", linktype=1) as writer:
        for octets, ethertype in zip(packets, (b"\x86\xdd", b"\x08\x00"), strict=True):
            writer.write(bytes(12) + ethertype + octets + b"trailer", 0)
    assert decode(tmp_path / "x.pcap", "--as", "hex").stdout.split() == [octets.hex() for octets in packets]


def test_hex_may_be_grouped() -> None:
    octets = packet(PBU)
    for text in (octets.hex(":"), octets.hex(" ", 4), "0x" + octets.hex().upper()):
        assert json.loads(decode("--hex", text, "--json").stdout)["message"] == "pbu"


def test_a_mobility_header_alone() -> None:
    mh = codec_for().encode(PBU)
    shown = json.loads(decode("--mh", "--hex", mh.hex(), "--json").stdout)
    assert (shown["src"], shown["message"], shown["checksum"]["ok"]) == (None, "pbu", None)
    assert decode("--mh", "--hex", mh.hex(), "--as", "hex").stdout.strip() == mh.hex()
    assert decode("--mh", "--hex", mh.hex()).stdout.startswith("Proxy Binding Update (pbu), 96 octets, ")


def test_from_a_pipe_and_compressed(capture: Path) -> None:
    expected = decode(capture, "--json").stdout
    assert decode("-", "--json", stdin=capture.read_bytes()).stdout == expected
    assert decode("-", "--json", stdin=gzip.compress(capture.read_bytes())).stdout == expected


def test_inside_a_tunnel_the_enclosing_headers_are_named(tmp_path: Path) -> None:
    inner = packet(PBU)
    outer = b"\x60\0\0\0" + len(inner).to_bytes(2, "big") + b"\x29\x40" + LMA + MAG + inner
    shown = json.loads(decode("--hex", outer.hex(), "--json").stdout)
    assert shown["outer"] == [{"protocol": "ipv6", "src": "2001:db8:1::1", "dst": "2001:db8:1::2"}]
    assert "\n   inside ipv6 2001:db8:1::1 -> 2001:db8:1::2\n" in decode("--hex", outer.hex()).stdout
    assert decode("--hex", outer.hex(), "--as", "hex").stdout.strip() == outer.hex()


def test_udp_is_named() -> None:
    octets = build(codec_for().encode(PBU), b"\xc0\0\2\1", b"\xc0\0\2\2", sport=40000)
    shown = json.loads(decode("--hex", octets.hex(), "--json").stdout)
    assert (shown["transport"], shown["sport"], shown["dport"]) == ("udp", 40000, 5436)
    assert "192.0.2.1 -> 192.0.2.2, UDP 40000 -> 5436" in decode("--hex", octets.hex()).stdout


def test_a_wrong_checksum_is_a_finding_and_no_failure() -> None:
    octets = bytearray(packet(PBU))
    octets[44] ^= 1
    result = decode("--hex", octets.hex(), "--json")
    shown = json.loads(result.stdout)
    assert result.exit_code == 0
    assert shown["checksum"]["ok"] is False
    assert "rfc6275/6.1.1/checksum" in [finding["rule"] for finding in shown["findings"]]


def test_what_makes_it_again(capture: Path) -> None:
    command = decode(capture, "--as", "command", "--frame", 1).stdout
    assert command.startswith("pmiptool craft pbu --seq 100 ")
    again = CliRunner().invoke(cli, shlex.split(command)[1:])
    assert again.stdout.strip() == packet(PBU).hex()
    assert decode(capture, "--as", "scapy", "--frame", 1).stdout.startswith("IPv6(src='2001:db8:1::2', ")


def test_rules_are_obeyed_and_a_truncated_message_breaks_none(capture: Path, tmp_path: Path) -> None:
    octets = packet(BindingUpdate(flags=0x8200, options=(MN,)))
    rules = [finding["rule"] for finding in json.loads(decode("--hex", octets.hex(), "--json").stdout)["findings"]]
    assert "rfc5213/8.1/hi" in rules
    shown = json.loads(decode("--hex", octets[:-4].hex(), "--json").stdout)
    assert shown["truncated"] is True
    assert [finding["rule"] for finding in shown["findings"]] == ["capture/truncated"]
    assert "note capture/truncated: only the first" in decode("--hex", octets[:-4].hex()).stdout


def test_code_points_are_obeyed(capture: Path) -> None:
    result = decode(capture, "--json", "--frame", 1, "--codepoint", "multihoming_option_type=222")
    assert "option-200" in [option["name"] for option in json.loads(result.stdout)["options"]]


def test_the_dialect_is_decided_for_each_pair_of_peers(tmp_path: Path) -> None:
    under = CodePoints(dialect="rfc6089")
    flow = parse_flow("fid=1 pri=10 bid=4 proto=udp dst-port=5060", under)
    other = codec_for(under).encode(BindingUpdate(flags=0x8200, options=(MN, flow)), src=LMA, dst=MAG)
    with Writer(tmp_path / "x.pcapng") as writer:
        writer.write(packet(PBU), 0)
        writer.write(packet(PBU), 0)
        writer.write(build(other, LMA, LMA), 0)
    result = decode(tmp_path / "x.pcapng", "--json", "--codepoint", "dialect=auto")
    fids = [o["fields"] for line in result.stdout.splitlines() for o in json.loads(line)["options"] if o["type"] == 45]
    assert [sub["name"] for fid in fids for sub in fid["suboptions"]] == [
        "traffic-selector", "traffic-selector", "binding-reference", "traffic-selector"
    ]  # fmt: skip
    assert ["pro" in fid for fid in fids] == [True, True, False]
    assert result.stderr.splitlines() == [
        "note: 2001:db8:1::2 and 2001:db8:1::1 speak the dialect mext of the Flow Identification option",
        "note: 2001:db8:1::1 and 2001:db8:1::1 speak the dialect rfc6089 of the Flow Identification option",
    ]


def test_no_mobility_header_is_a_note(capture: Path) -> None:
    for arguments, where in (
        ((capture, "--frame", 2), f"packet 2 of {capture}"),
        (("--hex", (b"\x60" + bytes(39)).hex()), "the hex string"),
    ):
        result = decode(*arguments)
        assert (result.exit_code, result.stdout) == (0, "")
        assert result.stderr == f"note: no Mobility Header in {where}\n"


def test_a_cut_capture_gives_what_came_before(capture: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.pcapng"
    cut.write_bytes(capture.read_bytes()[:-7])
    result = decode(cut, "--json")
    assert result.exit_code == 2
    assert [json.loads(line)["frame"] for line in result.stdout.splitlines()] == [1]
    assert result.stderr == f"pmiptool: {cut} is cut in the middle of packet 3; only the packets before it were read\n"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("nowhere.pcap",), "cannot read the capture nowhere.pcap: No such file or directory"),
        ((__file__,), "is no capture"),
        ((), "give a capture file, - or --hex STRING"),
        (("x.pcap", "--hex", "60"), "either a capture or --hex"),
        (("x.pcap", "--mh"), "--mh is about a --hex string"),
        (("--hex", "60", "--frame", 1), "--frame selects from a capture"),
        (("--hex", "zz"), "hex digits"),
        (("--hex", "3b01"), "add --mh"),
        (("--hex", "60", "--json", "--as", "hex"), "exclude each other"),
        (("--hex", "60", "--as", "xml"), "xml"),
    ],
)
def test_wrong_use_is_one_sentence(arguments: tuple[object, ...], sentence: str) -> None:
    result = decode(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert sentence in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_frame_that_is_not_there(capture: Path) -> None:
    result = decode(capture, "--frame", 9)
    assert result.exit_code == 2
    assert "has no packet 9; its last is 3" in result.stderr


@pytest.mark.parametrize(
    ("encoding", "branches"), [("ascii", ("|- sequence 100", "`- @")), ("utf-8", ("├─ sequence 100", "└─ @"))]
)
def test_the_tree_has_branches_that_stdout_can_carry(tmp_path: Path, encoding: str, branches: tuple[str, str]) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "pmiptool", "decode", "--mh", "--hex", codec_for().encode(PBU).hex()],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": encoding},
        check=True,
    )
    text = run.stdout.decode(encoding)
    assert all(branch in text for branch in branches)
    assert "\\u" not in text


def test_a_packet_of_a_capture_has_a_time_also_at_the_beginning_of_1970(tmp_path: Path) -> None:
    with Writer(tmp_path / "x.pcap") as writer:
        writer.write(build(codec_for().encode(PBU), MAG, LMA), 0)
    shown = json.loads(CliRunner().invoke(cli, ["decode", "--json", str(tmp_path / "x.pcap")]).stdout)
    assert shown["frame"] == 1 and shown["time"] == "1970-01-01T00:00:00.000000Z"
    alone = json.loads(
        CliRunner().invoke(cli, ["decode", "--json", "--mh", "--hex", codec_for().encode(PBU).hex()]).stdout
    )
    assert alone["frame"] is None and alone["time"] is None


def test_the_flag_beside_a_bid_is_called_by_the_letter_that_it_has_there() -> None:
    """Bit 0x0040 is O beside a BID option and B in a PBU (RFC 5648 4.2, RFC 6602 4.1); JSON keeps one letter a bit."""
    update, proxy = (f"3b020500 0000 0001 {flags} 004b 230400010000 010400000000" for flags in ("8040", "8240"))
    for octets, letters, listed in ((update, "A O", ["A", "B"]), (proxy, "A P B", ["A", "P", "B"])):
        tree = decode("--hex", octets.replace(" ", ""), "--mh")
        assert f"flags {letters}" in tree.stdout
        assert ("note rfc5648/4.2/o-flag" in tree.stdout) is ("O" in letters)
        shown = json.loads(decode("--hex", octets.replace(" ", ""), "--mh", "--json").stdout)
        assert shown["fields"]["flags"] == listed


def tree_of(*crafted: str) -> str:
    made = CliRunner().invoke(cli, ["craft", *crafted, "--mh-hex"])
    assert made.exit_code == 0, made.stderr
    shown = CliRunner().invoke(cli, ["decode", "--mh", "--hex", made.stdout.strip()])
    assert shown.exit_code == 0, shown.stderr
    return shown.stdout


def test_a_field_keeps_its_name_where_records_hang_below() -> None:
    """`ipv4-offload 0` alone would say nothing; a single field of an option that has no more goes without."""
    below = {"name": "traffic-selector", "fields": {"format": 1, "proto": 6}}
    option = {"name": "ipv4-offload", "fields": {"m": 0, "suboptions": [below]}}
    whole = tree_of("pbu", "--bare", "-O", json.dumps(option), "-O", "gre-key:gre_key=7")
    assert "ipv4-offload      m 0" in whole and "gre-key           7" in whole


def test_a_missing_length_octet_is_said_to_be_missing() -> None:
    assert "option-201        (empty), cut: it has no length octet" in tree_of(
        "pbu", "--bare", "--set", "len=2", "--append", "00" * 7 + "c9"
    )
