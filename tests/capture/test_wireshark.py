"""The second judge: agrees with the codec on everything that the registry can make, and disagrees where it should."""

from __future__ import annotations

import asyncio
import re
import subprocess
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pmiptool.capture.facts import MESSAGE_NAMES, OPTION_NAMES
from pmiptool.capture.files import Writer, read
from pmiptool.capture.messages import Seen, messages
from pmiptool.capture.pdml import WiresharkMessage
from pmiptool.capture.wireshark import Expert, compare, find, judge, preferences_of, read_messages
from pmiptool.dissector import default_lua
from pmiptool.registry import catalogue
from pmiptool.registry.codepoints import CodePoints
from pmiptool.text.filters import parse_flow
from pmiptool.wire.codec import codec_for
from pmiptool.wire.envelope import build
from pmiptool.wire.values import (
    BindingIdentifier,
    BindingUpdate,
    FlowSummary,
    HandoffIndicator,
    HomeNetworkPrefix,
    MobileNodeIdentifier,
    Multihoming,
    Timestamp,
    UnknownOption,
    VendorSpecific,
)
from tests import strategies
from tests.wire import test_envelope

RAW = 101
SRC, DST = bytes.fromhex("20010db8000100000000000000000002"), bytes.fromhex("20010db8000100000000000000000001")
ZEEK = Path(__file__).parents[2] / ".." / "shared" / "captures" / "zeek"
PBU = BindingUpdate(
    sequence=100,
    flags=0x8200,
    lifetime=75,
    options=(
        MobileNodeIdentifier(1, "mn1@exämple.org".encode()),
        HomeNetworkPrefix(),
        HandoffIndicator(hi=1),
        Timestamp(0x00004A51E7408000),
        VendorSpecific(vendor_id=28458, sub_type=7, data=b"data"),
        BindingIdentifier(bid=5, bid_pri=3, care_of_address=SRC),
        Multihoming(mhgid=0, act=2),
        parse_flow("fid=1 pri=10 action=forward pro=add bid=1,2 proto=udp dst-port=5060-5061 dscp=46"),
        parse_flow("fid=2 pri=20 action=n-cast pro=add src=192.0.2.1-192.0.2.9"),
        FlowSummary((1, 2, 3)),
        UnknownOption(201, b"abc"),
    ),
)
# Each example is a run of tshark: few, of many messages, and no hunt for the smallest failure.
BATCHES = settings(
    max_examples=3,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def write(path: Path, mhs: Iterable[bytes]) -> Path:
    with Writer(path) as writer:
        for number, mh in enumerate(mhs):
            writer.write(build(mh, SRC, DST), number * 1_000_000)
    return path


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    return write(tmp_path / "x.pcapng", [codec_for().encode(PBU, src=SRC, dst=DST)])


def told(disagreements: Sequence[object]) -> str:
    return "\n".join(map(str, disagreements))


def test_a_message_is_read_option_for_option(capture: Path) -> None:
    (message,) = read_messages(capture, default_lua())
    (seen,) = messages(capture)
    assert (message.frame, message.type) == (1, 5)
    slots = [(slot.type, slot.length, slot.offset) for slot in seen.decoded.layout.slots]
    assert [(option.type, option.length, option.offset) for option in message.options] == slots
    fid = next(option for option in message.options if option.type == 45)
    assert [value.show for value in fid.fields["pmip6.bref.bid"]] == ["1", "2"]
    assert fid.fields["pmip6.ts.dscp"][0].number == 46


def test_both_dissectors_agree_with_the_codec(capture: Path) -> None:
    verdict = judge(capture)
    assert told(verdict.disagreements) == ""
    assert verdict.agreed
    assert (verdict.messages, verdict.options) == (1, len(list(messages(capture))[0].decoded.layout.slots))
    assert verdict.fields > 60


def test_wiresharks_own_dissector_agrees_where_it_knows_the_option(capture: Path) -> None:
    """Without any Lua: what it does not show is all that differs, and its length of unknown options is wrong."""
    found = compare(messages(capture), read_messages(capture))
    assert {item.wireshark for item in found} == {"not shown"}
    shown = {re.sub(r".*\((.+)\), field ", r"\1.", item.where) for item in found}
    assert "multihoming.act" in shown
    assert not shown & {"mn-id.identifier", "hnp.prefix_length", "hi.hi", "bid.bid", "timestamp.timestamp", "sequence"}


def changed(seen: Seen, index: int, **fields: Any) -> Seen:
    options = list(seen.decoded.message.options)
    options[index] = msgspec.structs.replace(options[index], **fields)
    message = msgspec.structs.replace(seen.decoded.message, options=tuple(options))
    return seen._replace(decoded=msgspec.structs.replace(seen.decoded, message=message))


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Seen], list[WiresharkMessage]]:
    """One message as we read it, and as Wireshark does with all that the two dissectors show."""
    file = write(tmp_path_factory.mktemp("both") / "x.pcapng", [codec_for().encode(PBU, src=SRC, dst=DST)])
    return list(messages(file)), read_messages(file, default_lua(), {"pmip6.keep_mip6_fields": True})


@pytest.mark.parametrize(
    ("index", "fields", "where"),
    [
        (0, {"identifier": b"mn2@example.org"}, "mn_id.identifier"),
        (0, {"subtype": 2}, "mip6.mnid.subtype"),
        (2, {"hi": 2}, "pmip6.hi.hi"),
        (3, {"timestamp": 1}, "timestamp"),
        (4, {"data": b"datum"}, "mip6.vsm.data"),
        (5, {"bid_pri": 4}, "bid_pri"),
        (6, {"act": 1}, "act"),
        (9, {"fid": (1, 2)}, "flow_summary.fid"),
        (9, {"fid": (1, 3, 2)}, "flow_summary.fid"),
        (9, {"fid": ()}, "flow_summary.fid"),
        (5, {"care_of_address": b""}, "bid.care_of_address"),
        (7, {"suboptions": ()}, "pmip6.ts.dst_port"),
    ],
)
def test_every_difference_is_found(
    index: int, fields: dict[str, Any], where: str, both: tuple[list[Seen], list[WiresharkMessage]]
) -> None:
    ours, theirs = both
    assert compare(ours, theirs) == []
    found = compare([changed(seen, index, **fields) for seen in ours], theirs)
    assert found
    assert any(where in item.where for item in found), told(found)


def test_differences_in_the_message_and_its_options_are_found(capture: Path) -> None:
    theirs = read_messages(capture, default_lua())
    (seen,) = messages(capture)
    layout, message = seen.decoded.layout, seen.decoded.message
    moved = (*layout.slots[:-1], msgspec.structs.replace(layout.slots[-1], offset=layout.slots[-1].offset + 1))
    for changes, where in (
        ({"message": msgspec.structs.replace(message, sequence=101)}, "sequence"),
        ({"message": msgspec.structs.replace(message, flags=0x8000)}, "flags.p"),
        ({"name": "pba"}, "message"),
        ({"checksum_ok": False}, "checksum.status"),
        ({"layout": msgspec.structs.replace(layout, checksum=1)}, "mip6.csum"),
        ({"layout": msgspec.structs.replace(layout, type=6)}, "type"),
        ({"layout": msgspec.structs.replace(layout, slots=moved)}, "at offset"),
    ):
        ours = seen._replace(decoded=msgspec.structs.replace(seen.decoded, **changes))
        assert any(where in item.where for item in compare([ours], theirs)), where
    assert "messages" in [item.where for item in compare([], theirs)]
    behind = seen._replace(envelope=msgspec.structs.replace(seen.envelope, mh_offset=1000))
    assert "messages" in [item.where for item in compare([seen, behind], theirs)]


def test_rules_that_only_one_of_us_sees_broken_are_found(tmp_path: Path) -> None:
    wrong = msgspec.structs.replace(PBU, options=(MobileNodeIdentifier(1, b"mn1"), HandoffIndicator(hi=0)))
    file = write(tmp_path / "x.pcapng", [codec_for().encode(wrong, src=SRC, dst=DST)])
    theirs = read_messages(file, default_lua())
    assert compare(messages(file), theirs, CodePoints()) == []
    told_by_wireshark = {expert.name for one in theirs for expert in one.expert}
    assert "pmip6.expert.rfc5213.8.1.att" in told_by_wireshark
    silent = [one._replace(expert=()) for one in theirs]
    assert {(d.where, d.ours) for d in compare(messages(file), silent, CodePoints())} >= {
        ("rule rfc5213/8.1/att", "broken")
    }
    elsewhere = [one._replace(expert=(*one.expert, Expert("pmip6.expert.muho.4.1.rfu", ""))) for one in theirs]
    assert [(d.where, d.ours) for d in compare(messages(file), elsewhere, CodePoints())] == [
        ("rule muho/4.1/rfu", "kept")
    ]


def test_every_name_of_wiresharks_own_is_a_field_and_is_compared(tmp_path: Path) -> None:
    """Of the messages and options that the registry has: a name misspelt in the tables would compare nothing."""
    done = subprocess.run([find().path, "-G", "fields"], capture_output=True, text=True, check=True)
    existing = {line.split("\t")[2] for line in done.stdout.splitlines() if line.startswith("F\t")}
    assert {*MESSAGE_NAMES.values(), *OPTION_NAMES.values()} <= existing
    assert {name for name, _ in OPTION_NAMES} <= {option.name for option in catalogue.OPTIONS}


@pytest.mark.parametrize("under", strategies.SETTINGS[1:], ids=str)
def test_code_points_and_dialects_reach_the_dissector(under: CodePoints, tmp_path: Path) -> None:
    """As preferences of the file made with the defaults, too."""
    flow = parse_flow("fid=1 pri=10 bid=4 proto=udp dst-port=5060", under)
    message = msgspec.structs.replace(PBU, options=(Multihoming(), flow, FlowSummary((1,))))
    file = write(tmp_path / "x.pcapng", [codec_for(under).encode(message, src=SRC, dst=DST)])
    for verdict in (judge(file, under), judge(file, under, lua=default_lua())):
        assert told(verdict.disagreements) == ""
        assert verdict.fields > 10
    assert preferences_of(CodePoints()) == {}


def test_in_udp_the_checksum_is_not_judged(tmp_path: Path) -> None:
    with Writer(tmp_path / "x.pcapng") as writer:
        for checksum in (b"\0\0", b"\1\2"):
            mh = codec_for().encode(PBU)
            writer.write(build(mh[:4] + checksum + mh[6:], SRC[:4], DST[:4]), 0)
            writer.write(build(mh[:4] + checksum + mh[6:], SRC, DST, dport=5436), 0)
    verdict = judge(tmp_path / "x.pcapng")
    assert (verdict.messages, told(verdict.disagreements)) == (4, "")


@BATCHES
@given(data=st.data())
def test_agrees_on_whatever_the_registry_can_make(data: st.DataObject, tmp_path_factory: Any) -> None:
    under = data.draw(strategies.settings())
    made = data.draw(st.lists(strategies.messages(under), min_size=30, max_size=30))
    mhs = [codec_for(under).encode(message, src=SRC, dst=DST) for message in made]
    verdict = judge(write(tmp_path_factory.mktemp("made") / "x.pcapng", mhs), under)
    assert told(verdict.disagreements) == ""
    assert verdict.messages == 30


@BATCHES
@given(data=st.data())
def test_agrees_on_what_is_almost_a_message(data: st.DataObject, tmp_path_factory: Any) -> None:
    under = data.draw(strategies.settings())
    cases = data.draw(st.lists(strategies.almost_messages(), min_size=40, max_size=40))
    mhs = [mh for settings, mh in cases if settings == under]
    verdict = judge(write(tmp_path_factory.mktemp("broken") / "x.pcapng", mhs), under)
    assert told(verdict.disagreements) == ""


@pytest.mark.skipif(not ZEEK.is_dir(), reason="the folder ../shared/captures/zeek is absent")
def test_agrees_on_captures_of_others(tmp_path: Path) -> None:
    with Writer(tmp_path / "x.pcapng", linktype=1) as writer:
        for capture in sorted(ZEEK.glob("*.pcap")):
            for frame in read(capture):
                assert frame.linktype == 1
                writer.write(frame.data, frame.time_ns)
    verdict = judge(tmp_path / "x.pcapng")
    assert (verdict.messages, told(verdict.disagreements)) == (10, "")


def test_agrees_on_how_messages_are_carried(tmp_path: Path) -> None:
    """Every encapsulation of the envelope's own tests, and what carries no message, link type by link type."""
    carried = [(RAW, bytes(packet)) for packet, _ in test_envelope.TUNNELS.values()]
    carried += [(RAW, bytes(test_envelope.behind(*headers))) for headers in test_envelope.EXTENSIONS.values()]
    carried += [(linktype, wrap(test_envelope.mh_packet())) for linktype, wrap in test_envelope.LINKS.values()]
    carried += [item for name, item in test_envelope.NOTHING.items() if name != "GRE version 2"]
    fragment = test_envelope.IPv6ExtHdrFragment
    carried += [(RAW, bytes(test_envelope.behind(fragment(offset=n, m=1 - n // 2, id=7)))) for n in (0, 2)]
    chain = b"\x29" + test_envelope.MH[1:] + bytes(test_envelope.mh_packet())
    carried.append((RAW, build(chain, SRC, DST)))
    for linktype in sorted({linktype for linktype, _ in carried} & {0, 1, 101, 113, 276}):
        with Writer(tmp_path / "x.pcapng", linktype) as writer:
            for kind, frame in carried:
                if kind == linktype:
                    writer.write(frame, 0)
        verdict = judge(tmp_path / "x.pcapng")
        assert told(verdict.disagreements) == "", linktype
        assert verdict.messages > 0


def test_works_in_a_thread_and_inside_an_event_loop(capture: Path) -> None:
    counts: list[int] = []
    thread = threading.Thread(target=lambda: counts.append(judge(capture).messages))
    thread.start()
    thread.join()

    async def inside() -> int:
        return judge(capture).messages

    assert [*counts, asyncio.run(inside())] == [1, 1]
