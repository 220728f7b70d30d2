"""Comments written into captures: nothing else changes, octet for octet."""

from __future__ import annotations

import errno
import gzip
import io
import os
import shutil
import struct
import subprocess
from pathlib import Path
from typing import Any

import pytest

from pmiptool.capture.annotate import annotate
from pmiptool.capture.files import Frame, read
from pmiptool.capture.opening import CutCapture
from pmiptool.errors import UsageError

PCAPS = Path(__file__).parents[2] / "pcaps"


def block(kind: int, body: bytes, order: str = "<") -> bytes:
    total = struct.pack(order + "I", len(body) + 12)
    return struct.pack(order + "I", kind) + total + body + total


def option(code: int, value: bytes, order: str = "<") -> bytes:
    return struct.pack(order + "HH", code, len(value)) + value + bytes(-len(value) % 4)


def section(order: str = "<", length: int = -1) -> bytes:
    return block(0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, length) + option(4, b"tool", order), order)


def interface(order: str = "<", snaplen: int = 0) -> bytes:
    return block(1, struct.pack(order + "HHI", 101, 0, snaplen) + option(2, b"eth0", order) + bytes(4), order)


def enhanced(data: bytes, order: str = "<", options: bytes = b"", length: int | None = None) -> bytes:
    head = struct.pack(order + "IIIII", 0, 0, 5_000_000, len(data), length or len(data))
    return block(6, head + data + bytes(-len(data) % 4) + options, order)


def commented(source: bytes, comments: dict[int, list[str]]) -> bytes:
    out = io.BytesIO()
    annotate([(io.BytesIO(source), comments)], out)
    return out.getvalue()


def frames(data: bytes) -> list[Frame]:
    return list(read(io.BytesIO(data)))


CUSTOM = block(0x0BAD, b"vendor data ")
STATISTICS = block(5, struct.pack("<III", 0, 0, 7) + option(4, bytes(8)) + bytes(4))


def test_all_but_the_comments_stays() -> None:
    """By hand: behind the packet's options stand opt_comment (1), its length, the text, padding, then the end."""
    flags = option(2, b"\x01\x00\x00\x00")
    before = section() + interface() + CUSTOM + enhanced(b"first")
    after = enhanced(b"third") + STATISTICS + CUSTOM
    packet = enhanced(b"second!!", options=flags + option(1, b"old") + bytes(4))
    grown = packet[8:-8] + b"\x01\x00\x05\x00hello\0\0\0" + b"\x01\x00\x03\x00you\0" + bytes(4)
    expected = before + block(6, grown) + after
    assert commented(before + packet + after, {2: ["hello", "you"]}) == expected
    assert [frame.comment for frame in frames(expected)] == [None, "old\nhello\nyou", None]


def test_a_packet_without_options_gets_them() -> None:
    source = section() + interface() + enhanced(b"abcde")
    body = enhanced(b"abcde")[8:-4]
    assert commented(source, {1: ["x"]}) == section() + interface() + block(
        6, body + b"\x01\x00\x01\x00x\0\0\0\0\0\0\0"
    )


def test_nothing_to_say() -> None:
    source = section(length=1000) + interface() + enhanced(b"abcde") + CUSTOM
    assert commented(source, {}) == source


def test_a_length_of_the_section_is_left_open() -> None:
    source = section(length=1000) + interface() + enhanced(b"abcde")
    assert commented(source, {1: ["x"]}).startswith(section(length=-1) + interface())


def test_byte_orders_of_sections() -> None:
    """A big-endian section, then a little-endian one; packets are counted through both."""
    source = section(">") + interface(">") + enhanced(b"one!", ">") + section() + interface() + enhanced(b"two!")
    found = commented(source, {1: ["big"], 2: ["little"]})
    assert b"\x00\x01\x00\x03big\0" in found and b"\x01\x00\x06\x00little\0\0" in found
    assert [(f.data, f.comment) for f in frames(found)] == [(b"one!", "big"), (b"two!", "little")]


def test_a_simple_packet_becomes_an_enhanced_one() -> None:
    source = section() + interface(snaplen=6) + block(3, struct.pack("<I", 9) + b"abcdef\0\0") * 2
    found = commented(source, {2: ["x"]})
    assert [(f.data, f.comment) for f in frames(found)] == [(b"abcdef", None), (b"abcdef", "x")]
    assert (
        struct.pack("<II", 6, 9) + b"abcdef" in found
        and found.count(block(3, struct.pack("<I", 9) + b"abcdef\0\0")) == 1
    )


def test_an_obsolete_packet_block() -> None:
    body = struct.pack("<HHIIII", 0, 3, 0, 5_000_000, 4, 4) + b"abcd"
    found = commented(section() + interface() + block(2, body), {1: ["x"]})
    assert found == section() + interface() + block(2, body + b"\x01\x00\x01\x00x\0\0\0\0\0\0\0")


@pytest.mark.parametrize("magic", [b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1", b"\xa1\xb2\xc3\xd4"])
def test_pcap_becomes_pcapng(magic: bytes) -> None:
    """Times to the digit, and that a packet was longer than what was captured of it."""
    order = ">" if magic[0] == 0xA1 else "<"
    source = magic + struct.pack(order + "HHiIII", 2, 4, 0, 0, 96, 101)
    for n in (1, 2):
        source += struct.pack(order + "IIII", 1_246_881_600, n, 5, 1500) + b"abcd%d" % n
    found = commented(source, {2: ["x"]})
    want = [(f.number, f.time_ns, f.linktype, f.data) for f in frames(source)]
    assert [(f.number, f.time_ns, f.linktype, f.data) for f in frames(found)] == want
    assert [f.comment for f in frames(found)] == [None, "x"]
    assert struct.pack("<HHI", 101, 0, 96) in found and found.count(struct.pack("<II", 5, 1500)) == 2


def test_a_text_that_is_too_long_is_cut_at_a_character() -> None:
    (frame,) = frames(commented(section() + interface() + enhanced(b"abcd"), {1: ["é" * 40000]}))
    assert frame.comment == "é" * 32767


def test_several_captures_are_sections_of_one(tmp_path: Path) -> None:
    one = section() + interface() + enhanced(b"one!")
    two = section(">") + interface(">") + enhanced(b"two!", ">")
    target = tmp_path / "out.pcapng"
    annotate([(io.BytesIO(one), {1: ["a"]}), (io.BytesIO(two), {1: ["b"]})], target)
    assert [(f.data, f.comment) for f in read(target)] == [(b"one!", "a"), (b"two!", "b")]


def test_a_cut_capture_is_written_as_far_as_it_goes() -> None:
    source = section() + interface() + enhanced(b"one!") + enhanced(b"two!")[:-5]
    out = io.BytesIO()
    with pytest.raises(CutCapture):
        annotate([(io.BytesIO(source), {1: ["x"]})], out)
    assert [frame.comment for frame in frames(out.getvalue())] == ["x"]


def test_compressed(tmp_path: Path) -> None:
    source = section() + interface() + enhanced(b"one!")
    assert commented(gzip.compress(source), {1: ["x"]}) == commented(source, {1: ["x"]})


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot write the capture"):
        annotate([(PCAPS / "setup.pcapng", {})], tmp_path / "missing" / "x.pcapng")


class Full(io.BytesIO):
    def write(self, octets: Any) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_where_there_is_no_room_the_source_is_not_at_fault() -> None:
    with pytest.raises(UsageError, match="^cannot write the capture: No space left on device$"):
        annotate([(PCAPS / "setup.pcapng", {})], Full())


@pytest.mark.skipif(shutil.which("tshark") is None, reason="no tshark")
def test_tshark_reads_the_comments(tmp_path: Path) -> None:
    target = tmp_path / "out.pcapng"
    annotate([(PCAPS / "setup.pcapng", {2: ["error rfc5213/8.3/length: seen"]})], target)
    shown, before = told(target), told(PCAPS / "setup.pcapng")
    assert len(shown) == len(before) and "error rfc5213/8.3/length: seen" in shown[1]
    assert shown[0] == before[0]


def told(path: Path) -> list[str]:
    line = ["tshark", "-r", str(path), "-T", "fields", "-e", "frame.comment"]
    return subprocess.run(line, capture_output=True, text=True, timeout=60).stdout.splitlines()
