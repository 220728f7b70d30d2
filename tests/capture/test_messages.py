"""From a capture to decoded messages, with nobody blamed for what the capture lacks."""

from __future__ import annotations

from pathlib import Path

import pytest

from pmiptool.capture.files import Writer
from pmiptool.capture.messages import TRUNCATED, messages
from pmiptool.rules import check_message
from pmiptool.wire.codec import codec_for
from pmiptool.wire.envelope import build
from pmiptool.wire.values import BindingUpdate, HandoffIndicator, MobileNodeIdentifier

SRC, DST = bytes.fromhex("20010db8000100000000000000000002"), bytes.fromhex("20010db8000100000000000000000001")
PBU = BindingUpdate(sequence=9, flags=0x8200, options=(MobileNodeIdentifier(1, b"mn1@example.org"), HandoffIndicator()))
ZEEK = Path(__file__).parents[2] / ".." / "shared" / "captures" / "zeek"


def test_each_message_comes_with_its_frame_and_envelope(tmp_path: Path) -> None:
    mh = codec_for().encode(PBU, src=SRC, dst=DST)
    with Writer(tmp_path / "x.pcapng") as writer:
        writer.write(build(mh, SRC, DST), 1000)
        writer.write(b"\x60 something else", 2000)
        writer.write(build(mh[:4] + b"\0\0" + mh[6:], SRC[:4], DST[:4]), 3000)
    found = list(messages(tmp_path / "x.pcapng"))
    assert [one.frame.number for one in found] == [1, 3]
    assert [one.decoded.message for one in found] == [PBU, PBU]
    assert [one.decoded.checksum_ok for one in found] == [True, None]
    assert [one.decoded.findings for one in found] == [(), ()]


def test_a_short_snapshot_is_one_note_and_no_fault_of_the_sender(tmp_path: Path) -> None:
    packet = build(codec_for().encode(PBU, src=SRC, dst=DST), SRC, DST)
    for captured in (40, 43, 50, 60, 71, len(packet) - 1):
        with Writer(tmp_path / "x.pcapng") as writer:
            writer.write(packet[:captured], 0)
        found = list(messages(tmp_path / "x.pcapng"))
        assert [[finding.rule for finding in one.decoded.findings] for one in found] == [[TRUNCATED]] * len(found)
        assert len(found) == 1


@pytest.mark.skipif(not ZEEK.is_dir(), reason="the folder ../shared/captures/zeek is absent")
def test_captures_of_others_have_no_wrong_finding() -> None:
    wrong = {}
    for capture in sorted(ZEEK.glob("*.pcap")):
        for one in messages(capture):
            findings = check_message(one.decoded, one.envelope)
            rules = [finding.rule for finding in findings if finding.level != "note"]
            if rules:
                wrong[capture.name] = rules
    assert wrong == {"mip6-bad-mh-chksum.pcap": ["rfc6275/6.1.1/checksum"]}
