"""What someone sees who works with Wireshark: Info column, raw bits, findings, statistics, the profile's filters."""

from __future__ import annotations

import csv
import re
import tempfile
from collections.abc import Iterable
from importlib import resources
from pathlib import Path

import pytest

from pmiptool.capture import tshark
from pmiptool.capture.files import Writer
from pmiptool.dissector import default_lua, generate
from pmiptool.wire.envelope import build
from tests.dissector.support import DST, SRC, ip6, look, rules_shown, write
from tests.dissector.test_tshark import GOOD, NOT_PRESENT, PBU, columns, summed

PBA = bytes.fromhex("3b010600 0000 0020 0064 004b 0102 0000")
BRI = bytes.fromhex("3b011000 0000 01 04 0005 8000 0102 0000")  # trigger 4: handoff between gateways, unknown
PREFERENCE_FILES = ("colorfilters", "dfilter_buttons", "io_graphs")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "x.pcapng"


def fitted(mh: bytes) -> bytes:
    """A Mobility Header whose length octet counts its octets."""
    mh += bytes(-len(mh) % 8)
    return mh[:1] + bytes([len(mh) // 8 - 1]) + mh[2:]


def heartbeat(flags: int) -> bytes:
    return fitted(bytes.fromhex(f"3b010d00 0000 00{flags:02x} 00000007"))


def matching(capture: Path, display: str, lua: Path | None = None, **chosen: object) -> int:
    """How many frames a display filter finds, when the capture is read twice."""
    preferences = {f"pmip6.{key}": value for key, value in chosen.items()}
    arguments = ["-Y", display]
    return len(list(tshark.run(capture, arguments, lua=lua or default_lua(), preferences=preferences, two_pass=True)))


def lines(path: Path, packets: Iterable[bytes], *arguments: str, **chosen: object) -> list[str]:
    preferences = {f"pmip6.{key}": value for key, value in chosen.items()}
    return list(tshark.run(write(path, packets), arguments, lua=default_lua(), preferences=preferences))


def test_the_info_column_says_which_of_two_a_heartbeat_is(path: Path) -> None:
    said = columns(path, [ip6(summed(heartbeat(flags))) for flags in (0, 1, 3)])
    assert [line.partition("Heartbeat ")[2] for line in said] == [
        "request seq=7",
        "response seq=7",
        "unsolicited seq=7",
    ]


def test_the_info_column_says_why_a_binding_is_revoked(path: Path) -> None:
    (line,) = columns(path, [ip6(summed(BRI))])
    assert line.endswith("BRI inter-mag-unknown seq=5")


def test_the_info_column_leaves_no_gap_for_what_is_empty(path: Path) -> None:
    nameless = fitted(PBU[:12] + bytes([8, 1, 1, 1, 2, 0, 0]) + bytes([45, 1, 0]))
    (line,) = columns(path, [ip6(summed(nameless))])
    assert "  " not in line and line.endswith("PBU FID ? lifetime=300s seq=100 [Malformed Packet]")


def test_the_info_column_marks_what_is_sent_again(path: Path) -> None:
    said = columns(path, [ip6(summed(PBU)), ip6(summed(PBU[:7] + b"\x65" + PBU[8:]))])
    assert [line.endswith(" [Retransmission]") for line in said] == [False, True]


def test_the_info_column_says_what_is_malformed(path: Path) -> None:
    longer, past = PBU[:1] + bytes([PBU[1] + 1]) + PBU[2:], PBU[:13] + b"\x70" + PBU[14:]
    wrong = summed(PBU)[:5] + b"\x00" + summed(PBU)[6:]
    said = columns(path, [ip6(summed(mh)) for mh in (longer, past)] + [ip6(wrong)])
    assert [line.endswith(" seq=100 [Malformed Packet]") for line in said] == [True, True, False]


def test_reserved_bits_of_flags_are_shown_where_one_is_set(path: Path) -> None:
    packets = [ip6(summed(mh)) for mh in (PBU, PBU[:9] + b"\x05" + PBU[10:], PBA, PBA[:7] + b"\x21" + PBA[8:])]
    names = ["pmip6.flags.reserved", "pmip6.flags"]
    found = list(tshark.fields(write(path, packets), names, lua=default_lua()))
    assert [frame[0] for frame in found] == [(), ("0x0005",), (), ("0x01",)]
    tree = "\n".join(lines(path, packets, "-O", "pmip6"))
    assert ".... .... .... 0101 = Reserved: 0x5" in tree and ".... ...1 = Reserved: 0x1" in tree
    assert tree.count("= Reserved") == 2


def test_options_are_shown_though_wireshark_gives_up_before_the_first(path: Path) -> None:
    """What Header Len says is not there: Wireshark 4.0 takes no look at the options, and later ones do."""
    longer = PBU[:1] + bytes([PBU[1] + 1]) + PBU[2:]
    found = list(tshark.fields(write(path, [ip6(summed(longer))]), ["pmip6.mn_id.identifier", "pmip6.hi.hi"],
                               lua=default_lua()))  # fmt: skip
    assert found == [(("mn1@example.org",), ("1",))]
    (message,) = look(path, [ip6(summed(longer))])
    assert rules_shown(message)["rfc6275/6.1.1/header-length"] == 1


def test_every_finding_has_its_rule_for_a_filter(path: Path) -> None:
    wrong = summed(PBU)[:5] + b"\x00" + summed(PBU)[6:]
    capture = write(path, [ip6(summed(PBU)), ip6(wrong), ip6(summed(PBA))])
    rules = [frame[0] for frame in tshark.fields(capture, ["pmip6.expert"], lua=default_lua())]
    assert "rfc6275/6.1.1/checksum" not in rules[0] and "rfc6275/6.1.1/checksum" in rules[1]
    assert "rfc5213/8.2/mn-id" in rules[2]
    assert matching(capture, 'pmip6.expert == "rfc6275/6.1.1/checksum"') == 1
    assert matching(capture, 'pmip6.expert contains "rfc5213/8.2"') == 1


def filters_of(name: str) -> list[str]:
    text = resources.files("pmiptool.dissector").joinpath("profile", name).read_text(encoding="utf-8")
    rows = [line.replace("\\x22", '""') for line in text.splitlines() if not line.startswith("#")]
    if name == "colorfilters":
        return [line.split("@")[2] for line in rows]
    return [row[2] for row in csv.reader(rows)]


@pytest.mark.parametrize("name", PREFERENCE_FILES)
def test_wireshark_takes_every_filter_of_the_profile(name: str, path: Path) -> None:
    capture = write(path, [ip6(summed(PBU))])
    found = filters_of(name)
    assert len(found) >= 3
    assert matching(capture, " || ".join(f"({one})" for one in found)) == 1


def test_the_button_for_findings_passes_over_what_has_none(path: Path) -> None:
    (button,) = (one for one in filters_of("dfilter_buttons") if "expert" in one)
    steps = [(heartbeat(0), SRC, DST), (heartbeat(1), DST, SRC), (heartbeat(0), SRC, DST)]
    with Writer(path) as writer:
        for number, (mh, src, dst) in enumerate(steps):
            if number == 1:  # a response tells its restart counter
                mh = fitted(mh[:12] + bytes.fromhex("0100 1c04 00000001"))
            writer.write(build(summed(mh, src, dst), src, dst), number * 10**9, comment="PASS")
    assert matching(path, "_ws.expert") == 3  # comments are expert information too
    assert matching(path, button) == 1  # the request that nobody answered


def test_statistics_count_every_message(path: Path) -> None:
    unknown, short = PBU[:2] + b"\x63" + PBU[3:], bytes.fromhex("3b000500")
    packets = [ip6(summed(PBU)), ip6(summed(unknown)), ip6(short)]
    for analysis in (True, False):
        text = "\n".join(lines(path, packets, "-q", statistics=True, analysis=analysis))
        assert re.search(r"pbu +1\n.*shorter than a header +1\n", text, re.DOTALL)
        assert re.search(r"message-99 +1\n", text)


def test_the_ladder_names_the_mobile_node_once(path: Path) -> None:
    answer = fitted(PBA[:12] + PBU[12:])
    packets = [ip6(summed(PBU)), ip6(summed(answer, DST, SRC), src=DST, dst=SRC)]
    text = "\n".join(lines(path, packets, "-q", statistics=True))
    ladder = text[text.index("\nmn1@example.org group 0\n") + 1 :]
    assert ladder.count("mn1@example.org") == 1
    assert re.search(r"\|-------->\|  PBU 2001:db8:a1::/64 HI=attach ", ladder)


def test_ladders_say_what_they_leave_out(path: Path, tmp_path: Path) -> None:
    few = tmp_path / "few.lua"
    few.write_text(generate().replace("local LADDER = 10000 ", "local LADDER = 1 "), encoding="utf-8")
    answer = fitted(PBA[:12] + PBU[12:])
    packets = [ip6(summed(PBU)), ip6(summed(answer, DST, SRC), src=DST, dst=SRC)]
    said = list(tshark.run(write(path, packets), ["-q"], lua=few, preferences={"pmip6.statistics": True}))
    text = "\n".join(said)
    assert "Left out: what comes after the first 1 messages of all sessions." in text
    assert 'pmip6.session.id == "mn1@example.org group 0"\n' in text


def test_without_its_layer_it_serves_a_wireshark_that_has_reloaded_it(path: Path, tmp_path: Path) -> None:
    """When Lua plugins are reloaded, Wireshark empties the places that they had taken."""
    emptied = tmp_path / "emptied.lua"
    before = 'DissectorTable.get("ip.proto"):remove(135, Dissector.get("mip6"))\n'
    emptied.write_text(before + generate(), encoding="utf-8")
    assert matching(write(path, [ip6(summed(PBU))]), "mip6.bu.seqnr", emptied, layer=False) == 1


def test_names_of_addresses_hide_nothing(path: Path) -> None:
    """Where Wireshark resolves names, its addresses have those for text, and two MAGs may share one."""
    answer, other = fitted(PBA[:12] + PBU[12:]), bytes([*SRC[:15], 3])
    four = (bytes([192, 0, 2, 1]), bytes([192, 0, 2, 129]))
    steps = [(PBU, SRC, DST), (PBU, other, DST), (answer, DST, other), (answer, DST, SRC)]
    packets = [build(summed(mh, src, dst), src, dst) for mh, src, dst in steps]
    packets += [build(PBU, *four, sport=5436, dport=5436), build(answer, *four[::-1], sport=5436, dport=5436)]
    names = {"2001:db8:1::1": "lma", "2001:db8:1::2": "cafe", "2001:db8:1::3": "cafe", "192.0.2.129": "beef.de"}
    with tempfile.TemporaryDirectory(prefix="pmiptool-hosts-") as folder:
        Path(folder).chmod(0o755)
        hosts = Path(folder) / "hosts"
        hosts.write_text("".join(f"{address} {name}.example\n" for address, name in names.items()))
        shown = [
            "-T",
            "fields",
            "-e",
            "pmip6.checksum.status",
            "-e",
            "pmip6.response_to",
            "-e",
            "pmip6.session.bindings",
        ]
        arguments = ["-N", "n", "-H", str(hosts), *shown]
        said = list(tshark.run(write(path, packets), arguments, lua=default_lua(), two_pass=True))
        (column,) = set(tshark.run(write(path, packets[:1]), [*arguments[:4], "-T", "fields", "-e", "ipv6.src_host"]))
    assert column == "cafe.example"
    found = [line.split("\t") for line in said]
    assert [row[0] for row in found] == [GOOD] * 4 + [NOT_PRESENT] * 2
    assert [row[1] for row in found] == ["", "", "2", "1", "", "5"]
    assert found[2][2].startswith("2001:db8:1::3 (") and found[5][2].startswith("192.0.2.1 (")


def test_what_a_read_filter_drops_leaves_nothing_in_the_frame_that_gets_its_number(path: Path) -> None:
    """With -2 and -R a frame that is dropped has the number of the next one."""
    answer, stranger = fitted(PBA[:12] + PBU[12:]), fitted(PBA[:8] + b"\x77" + PBA[9:])
    steps = [(PBU, SRC, DST), (answer, DST, SRC), (stranger, DST, SRC), (PBU, SRC, DST), (answer, DST, SRC)]
    with Writer(path) as writer:
        for number, (mh, src, dst) in enumerate(steps):
            writer.write(build(summed(mh, src, dst), src, dst), number * 250_000_000)
    names = ["pmip6.message", "pmip6.response_time", "pmip6.response_in", "pmip6.session.id", "pmip6.expert"]

    def kept(read_filter: str) -> list[list[str]]:
        shown = [part for name in names for part in ("-e", name)]
        arguments = ["-R", read_filter, "-T", "fields", *shown]
        return [line.split("\t") for line in tshark.run(path, arguments, lua=default_lua(), two_pass=True)]

    answers = kept('pmip6.message == "pba" && pmip6.mn_id.identifier')
    assert [row[:2] for row in answers] == [["pba", "0.250000000"]] * 2
    (stray,) = kept("pmip6.sequence == 0x7764")
    assert stray[0] == "pba" and stray[1:4] == ["", "", ""]


CLOCK = """
local new_ledger, gui_enabled = function() end, function() return %s end
%s
frames.forget()
for _, seen in ipairs({ { 0, 0 }, { 5, 5 }, { 0, 5.25 }, { 0.5, 5.75 } }) do
  print(string.format("%%.9f", frames.time_of({ rel_ts = seen[1], abs_ts = 1600000000.1234567 + seen[2] })))
end
"""


@pytest.mark.parametrize(
    "who, told", [("true", ["0", "5", "5.25", "5.75"]), ("false", ["0", "5", "0", "0.5"])], ids=["user", "nobody"]
)
def test_times_go_on_behind_a_time_reference(who: str, told: list[str], path: Path, tmp_path: Path) -> None:
    """Wireshark counts from the last frame that its user has made one; tshark has no such user."""
    text = resources.files("pmiptool.dissector").joinpath("frames.lua").read_text(encoding="utf-8")
    script = tmp_path / "clock.lua"
    script.write_text(CLOCK % (who, text), encoding="utf-8")
    said = list(tshark.run(write(path, [ip6(summed(PBU))]), ["-q"], lua=script))
    assert said == [f"{float(one):.9f}" for one in told]
