"""craft: golden triples, both ways; sources; what is wrong on purpose; what is wrong by mistake."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from scapy.layers.inet import IP, UDP
from scapy.layers.inet6 import IPv6
from scapy.packet import Raw

import pmiptool.layers
from pmiptool.capture.files import Writer, read
from pmiptool.capture.messages import messages
from pmiptool.cli.app import cli
from pmiptool.registry.codepoints import CodePoints
from pmiptool.text.command import craft_command
from pmiptool.wire.checksum import verifies
from pmiptool.wire.codec import codec_for
from pmiptool.wire.envelope import build, find_ip
from tests import strategies
from tests.tables import table
from tests.vectors import VECTORS, Vector

TRIPLES: list[dict[str, Any]] = table(Path(__file__).with_name("triples.yaml"))
PCAPS = Path(__file__).parents[2] / "pcaps"
PBU = (
    "3b070500f02c 0001 8200 004b 0810016d6e31406578616d706c652e6f7267 010400000000"
    "16120000 00000000000000000000000000000000 17020001 18020004"
).replace(" ", "")


def run(*args: str, input: str | bytes | None = None) -> Result:
    return CliRunner().invoke(cli, list(args), input=input)


def out(*args: str, input: str | bytes | None = None) -> str:
    result = run(*args, input=input)
    assert result.exit_code == 0, result.stderr
    return result.stdout.strip()


def again(line: str) -> str:
    words = shlex.split(line)
    assert words[:2] == ["pmiptool", "craft"]
    return out(*words[1:])


# The golden triples


@pytest.mark.parametrize("triple", TRIPLES, ids=lambda triple: triple["command"][15:60])
def test_a_triple_holds_both_ways(triple: dict[str, Any]) -> None:
    words = shlex.split(triple["command"])[1:]
    assert out(*words) == triple["hex"]
    assert out(*words, "--hex") == triple["hex"]
    shown = json.loads(out(*words, "--json"))
    assert {key: shown[key] for key in triple["json"]} == triple["json"]
    codepoints = words[words.index("--codepoint") :] if "--codepoint" in words else []
    back = out("craft", "--from", "-", *codepoints, input=json.dumps(shown))
    assert back == triple["hex"], "its JSON makes it again"
    assert out("craft", "--from", "-", *codepoints, input=triple["hex"]) == triple["hex"], "so does its hex"
    assert again(out(*words, "--as", "command")) == triple["hex"]
    names = {name: getattr(pmiptool.layers, name) for name in pmiptool.layers.__all__}
    text = out(*words, "--as", "scapy")
    pmiptool.layers.install()
    assert bytes(eval(text, {**names, "IP": IP, "IPv6": IPv6, "UDP": UDP, "Raw": Raw})).hex() == triple["hex"]


def test_the_default_is_what_rfc_5213_8_1_draws() -> None:
    """Worked out by hand: MN-ID, six octets of padding, HNP at 36 (8n+4), handoff indicator, access technology."""
    assert out("craft", "pbu", "--mh-hex") == PBU
    octets = bytes.fromhex(PBU)
    src, dst = bytes.fromhex("20010db8000100000000000000000002"), bytes.fromhex("20010db8000100000000000000000001")
    assert verifies(src, dst, octets)


@pytest.mark.parametrize("vector", VECTORS, ids=str)
def test_the_command_of_a_vector_makes_it_again(vector: Vector) -> None:
    decoded = codec_for(vector.settings).decode(vector.mh)
    assert again(craft_command(decoded, None, vector.settings)) == vector.mh.hex()


@given(case=strategies.captures())
@settings(max_examples=100, deadline=None)
def test_the_command_of_anything_makes_it_again(case: tuple[CodePoints, bytes]) -> None:
    under, octets = case
    line = craft_command(codec_for(under).decode(octets), None, under)
    assert again(line) == octets.hex(), line


@given(case=strategies.cases())
@settings(max_examples=60, deadline=None)
def test_the_command_of_a_packet_makes_it_again(case: tuple[CodePoints, Any]) -> None:
    under, message = case
    src, dst = bytes(15) + b"\x07", bytes(15) + b"\x09"
    packet = build(codec_for(under).encode(message, None, src, dst), src, dst, hop_limit=9)
    (envelope,) = find_ip(packet)
    line = craft_command(codec_for(under).decode(envelope.mh, src, dst), envelope, under)
    assert again(line) == packet.hex(), line


@pytest.mark.parametrize("path", sorted(PCAPS.glob("*.pcap*")), ids=lambda path: path.name)
def test_every_stored_message_is_made_again(path: Path) -> None:
    for seen in messages(path):
        packet = seen.frame.data.hex()
        assert again(craft_command(seen.decoded, seen.envelope)) == packet
        assert out("craft", "--from", str(path), "--frame", str(seen.frame.number)) == packet
        shown = out("decode", str(path), "--frame", str(seen.frame.number), "--json")
        assert out("craft", "--from", "-", input=shown) == packet


# Outputs


def test_files_hold_the_packet(tmp_path: Path) -> None:
    octets = bytes.fromhex(out("craft", "pbu"))
    for name in ("a.pcap", "a.pcapng"):
        assert out("craft", "pbu", "-o", str(tmp_path / name)) == ""
        (frame,) = read(tmp_path / name)
        assert (frame.data, frame.time_ns) == (octets, 0)
    out("craft", "pbu", "-o", str(tmp_path / "a.bin"))
    assert (tmp_path / "a.bin").read_bytes() == octets
    first = (tmp_path / "a.pcapng").read_bytes()
    out("craft", "pbu", "-o", str(tmp_path / "b.pcapng"))
    assert (tmp_path / "b.pcapng").read_bytes() == first, "craft is reproducible"


def test_show_is_the_tree_of_decode() -> None:
    tree = out("craft", "pbu", "--show")
    assert tree == out("decode", "--hex", out("craft", "pbu"))
    assert "Proxy Binding Update (pbu), 64 octets" in tree


# Where it starts from


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    """A capture of a PBU whose padding no encoder of ours would choose: the HNP unaligned, the tail a PadN."""
    path = tmp_path / "odd.pcapng"
    words = "craft pbu --no-pad --seq 7 -O padn:len=4 --src 2001:db8::7 --hop-limit 3 --set len=7".split()
    with Writer(str(path)) as writer:
        writer.write(bytes.fromhex("60000000000000ff") + bytes(32), 0)
        writer.write(bytes.fromhex(out(*words)), 1)
    return path


def test_from_a_capture_nothing_moves_but_what_is_asked(odd: Path) -> None:
    before = bytes.fromhex(out("craft", "--from", str(odd)))
    assert before == list(read(odd))[1].data
    after = bytes.fromhex(out("craft", "--from", str(odd), "--frame", "2", "--seq", "8", "--hi", "5"))
    changed = [at - 40 for at, (a, b) in enumerate(zip(before, after, strict=True)) if a != b]
    assert changed in ([4, 5, 7, 53], [5, 7, 53]), (
        "the sequence number, the handoff indicator, and the checksum, which was right"
    )
    assert verifies(after[8:24], after[24:40], after[40:])
    moved = bytes.fromhex(out("craft", "--from", str(odd), "--dst", "2001:db8::9"))
    assert moved[46:] == before[46:] and verifies(moved[8:24], moved[24:40], moved[40:])


def test_from_a_capture_a_new_size_aligns_anew(odd: Path) -> None:
    shown = json.loads(out("craft", "--from", str(odd), "--mn-id", "a@b", "--json"))
    assert [option["name"] for option in shown["options"]] == ["mn-id", "padn", "hnp", "hi", "att"]
    assert [option["offset"] for option in shown["options"]][2] % 8 == 4
    assert shown["checksum"]["ok"] and shown["findings"] == []
    more = json.loads(
        out("craft", "--from", str(odd), "--flow", "fid=1", "--hnp", "any", "--hnp", "2001:db8::/64", "--json")
    )
    names = [option["name"] for option in more["options"] if "pad" not in option["name"]]
    assert names == ["mn-id", "hnp", "hnp", "hi", "att", "fid"]


def test_from_a_flow_of_the_same_fid_takes_its_place() -> None:
    first = out("craft", "pbu", "--flow", "fid=1 pri=3 dst-port=80", "--flow", "fid=2 pri=4")
    shown = json.loads(out("craft", "--from", "-", "--flow", "fid=1 pri=9 dst-port=81", "--json", input=first))
    fids = [option["fields"] for option in shown["options"] if option["name"] == "fid"]
    assert [(fields["fid"], fields["pri"]) for fields in fids] == [(1, 9), (2, 4)]


def test_from_keeps_a_wrong_checksum_and_a_wrong_length_until_told() -> None:
    wrong = out("craft", "pbu", "--set", "checksum=wrong", "--set", "len=9")
    kept = bytes.fromhex(out("craft", "--from", "-", "--seq", "9", input=wrong))
    assert kept[41] == 9 and kept[44:46] == bytes.fromhex(wrong)[44:46]
    mended = bytes.fromhex(out("craft", "--from", "-", "--set", "checksum=auto", "--set", "len=auto", input=wrong))
    assert mended.hex() == out("craft", "pbu")


def test_from_a_bare_mobility_header_and_from_json_by_hand() -> None:
    assert out("craft", "--from", "-", input=PBU) == out("craft", "pbu")
    by_hand = {
        "type": 5,
        "fields": {"sequence": 3, "flags": ["A", "P"]},
        "options": [{"name": "hi", "fields": {"hi": 2}}],
    }
    shown = json.loads(out("craft", "--from", "-", "--json", input=json.dumps(by_hand)))
    assert shown["fields"]["sequence"] == 3 and shown["checksum"]["ok"]
    lines = "".join(json.dumps({**by_hand, "frame": n, "fields": {"sequence": n}}) + "\n" for n in (4, 5))
    assert json.loads(out("craft", "--from", "-", "--frame", "5", "--json", input=lines))["fields"]["sequence"] == 5


# Wrong on purpose


def test_cut_and_lengthened_messages_keep_a_right_checksum() -> None:
    for words in (
        ["--truncate", "30"],
        ["--append", "00ff00ff"],
        ["--truncate", "40", "--append", "aabb"],
        ["--no-pad"],
    ):
        shown = json.loads(out("craft", "pbu", *words, "--json"))
        assert shown["checksum"]["ok"], words
        assert any("header-length" in finding["rule"] for finding in shown["findings"]), words
        wrong = json.loads(out("craft", "pbu", *words, "--set", "checksum=wrong", "--json"))
        assert wrong["checksum"]["ok"] is False
    assert out("craft", "pbu", "--truncate", "0", "--append", "c0ffee", "--mh-hex") == "c0ffee"


def test_over_udp_the_checksum_is_zero_also_of_a_cut_message() -> None:
    for words in ([], ["--truncate", "30"], ["--append", "0000"]):
        right = bytes.fromhex(out("craft", "pbu", "--udp", *words, "--mh-hex"))
        wrong = bytes.fromhex(out("craft", "pbu", "--udp", *words, "--set", "checksum=wrong", "--mh-hex"))
        assert right[4:6] == b"\0\0" != wrong[4:6] and right[6:] == wrong[6:]


def test_the_ipv6_payload_length_follows() -> None:
    for words in (["--truncate", "30"], ["--append", "00ff"], ["--truncate", "3", "--udp"]):
        octets = bytes.fromhex(out("craft", "pbu", *words))
        assert int.from_bytes(octets[4:6], "big") == len(octets) - 40


def test_now_is_the_clock_and_none_is_none() -> None:
    assert "timestamp" not in out("craft", "pbu", "--timestamp", "none", "--json")
    stamped = json.loads(out("craft", "pbu", "--timestamp", "now", "--json"))
    (stamp,) = (option for option in stamped["options"] if option["name"] == "timestamp")
    assert stamp["fields"]["timestamp"] > "2020"


# Wrong by mistake: exit 2 and one sentence


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("pbu --hi nonsense", "attach-shared (6)"),
        ("pbu --hi 256", "0 to 255"),
        ("pbu --att nonsense", "nb-iot (13)"),
        ("pba --status nonsense", "NOT_AUTHORIZED_FOR_HOME_NETWORK_PREFIX (155)"),
        ("pbu --flow fid=70000", "0 to 65535"),
        ("pbu --flow 'fid=1 prio=3'", "did you mean"),
        ("pbu --flow 'fid=1 action=forward' --codepoint dialect=rfc6089", "no action"),
        ("pbu --hnp 2001:db8::/129", "0 to 128"),
        ("pbu --hnp 2001:db8::", "/64"),
        ("pbu --ll-id 02:00:0", "hex"),
        ("pbu --link-local 192.0.2.1", "IPv6"),
        ("pbu --seq 65536", "0 to 65535"),
        ("pbu --lifetime 299", "296 or 300"),
        ("pbu --lifetime 262144", "262140"),
        ("pbu --flags AZ", "'Z' is no flag"),
        ("pbu --act forget", "keep (2)"),
        ("pbu --act 8", "0 to 7"),
        ("pbu --mhgid 256", "0 to 255"),
        ("pbu --timestamp yesterday", "ISO 8601"),
        ("pbu --service ''", None),
        ("pbu --service " + "x" * 256, "holds 255"),
        ("pbu --flow-summary 1,x", "--flow-summary"),
        ("pbu --src nowhere", "--src"),
        ("pbu --src 192.0.2.1", "two address families"),
        ("pbu --src 192.0.2.1 --dst 192.0.2.2", "--udp"),
        ("pbx", "did you mean 'pbu'"),
        ("message-256", "does not exist"),
        ("", "pbu, pba"),
        ("binding-error --seq 1", "no sequence"),
        ("message-99 --hi 1", "no options"),
        ("pbu -O hni:hi=3", "did you mean"),
        ("pbu -O hi:hj=3", "its fields: reserved, hi"),
        ("pbu -O hi:hi=300", "0 to 255"),
        ("pbu -O hi:hi=nonsense", "attach"),
        ("pbu -O hi:hi", "no field=value"),
        ("pbu -O hi:hi=1,hi=2", "twice"),
        ("pbu -O raw:data=00", "needs a type"),
        ("pbu -O raw:type=9,data=0", "hex"),
        ("pbu -O fid:suboptions=1", "JSON"),
        ("pbu -O '{broken'", "no JSON"),
        ("pbu -O '{\"name\": 3}'", "`name`"),
        ("pbu -O '{\"name\": \"hi\", \"fields\": 7}'", "`fields`"),
        ("pbu --set sequenc=1", "did you mean 'sequence'"),
        ("pbu --set checksum", "FIELD=VALUE"),
        ("pbu --set len=256", "0 to 255"),
        ("pbu --append 0", "hex"),
        ("pbu --codepoint multihoming_option_type=44", "both 44"),
        ("pbu --hex --json", "exclude each other"),
        ("pbu -o x.txt", ".pcapng"),
        ("pbu --frame 3", "--from"),
        ("--from /nonexistent", "cannot read"),
        ("pbu -O " + " -O ".join(["raw:type=201,data=" + "00" * 255] * 9), "2048"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_sentence(line: str, told: str | None) -> None:
    result = run("craft", *shlex.split(line))
    if told is None:
        assert result.exit_code == 0
        return
    assert result.exit_code == 2, result.stderr
    assert told in result.stderr and result.stderr.count("\n") == 1 and result.stdout == ""


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (b"", "empty"),
        (b"hello", "neither a capture nor JSON nor hex"),
        (b"{", "no JSON"),
        (b"{}", "`type`"),
        (b'{"type": 5, "fields": {"sequence": 70000}}', "65535"),
        (b'{"type": 5, "fields": {}, "options": 3}', "no object of"),
        (b"6000000000000040" + b"00" * 32, "no Mobility Header"),
        (b"\x0a\x0d\x0d\x0a", "standard input"),
    ],
)
def test_a_broken_source_is_one_sentence(source: bytes, told: str) -> None:
    result = run("craft", "--from", "-", input=source)
    assert result.exit_code == 2, (result.stdout, result.stderr)
    assert told in result.stderr and result.stderr.count("\n") == 1


def test_the_name_of_a_source_is_not_another(odd: Path) -> None:
    result = run("craft", "pba", "--from", str(odd))
    assert result.exit_code == 2 and "pbu and not a pba" in result.stderr
    assert run("craft", "pbu", "--from", str(odd), "--frame", "1").exit_code == 2
    assert "its last is 2" in run("craft", "--from", str(odd), "--frame", "9").stderr
