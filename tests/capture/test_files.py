"""Captures: every format is read, what is written is read again, and broken ones end in one clear sentence."""

from __future__ import annotations

import gzip
import io
import struct
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from pmiptool.capture.files import Frame, Writer, read
from pmiptool.capture.opening import CutCapture
from pmiptool.errors import EnvironmentLacks, UsageError

PACKETS = [b"\x60" + bytes(range(length)) for length in (0, 40, 41, 42, 43, 200)]
TIME = 1_246_881_600_123_456_789


def pcap(order: str, nanoseconds: bool, *, modified: bool = False) -> bytes:
    magic = 0xA1B23C4D if nanoseconds else 0xA1B2CD34 if modified else 0xA1B2C3D4
    octets = struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, 65535, 113)
    for packet in PACKETS:
        fraction = 123_456_789 if nanoseconds else 123_456
        octets += struct.pack(order + "IIII", 1_246_881_600, fraction, len(packet), len(packet) + 7)
        octets += bytes(8 if modified else 0) + packet
    return octets


def block(order: str, kind: int, body: bytes) -> bytes:
    body += bytes(-len(body) % 4)
    return struct.pack(order + "II", kind, len(body) + 12) + body + struct.pack(order + "I", len(body) + 12)


def option(order: str, code: int, value: bytes) -> bytes:
    return struct.pack(order + "HH", code, len(value)) + value + bytes(-len(value) % 4)


def section(order: str) -> bytes:
    return block(order, 0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1))


def enhanced(order: str, interface: int, units: int, packet: bytes, options: bytes = b"") -> bytes:
    head = struct.pack(order + "IIIII", interface, units >> 32, units & 0xFFFFFFFF, len(packet), len(packet))
    return block(order, 6, head + packet + bytes(-len(packet) % 4) + options)


def pcapng(order: str) -> bytes:
    """Two sections, three interfaces with their own clocks, every kind of packet block, and blocks to skip."""
    octets = section(order)
    octets += block(order, 1, struct.pack(order + "HHI", 1, 0, 0))
    octets += block(order, 1, struct.pack(order + "HHI", 101, 0, 0) + option(order, 9, b"\x09") + bytes(4))
    octets += block(order, 5, bytes(12))
    octets += enhanced(order, 0, TIME // 1000, PACKETS[1])
    comments = option(order, 1, b"one") + option(order, 2, bytes(4)) + option(order, 1, "zwei ü".encode()) + bytes(4)
    octets += enhanced(order, 1, TIME, PACKETS[2], comments)
    old = struct.pack(order + "HHIIII", 1, 0xFFFF, TIME >> 32, TIME & 0xFFFFFFFF, len(PACKETS[3]), 99) + PACKETS[3]
    octets += block(order, 2, old)
    octets += section(order)
    binary = option(order, 9, b"\x8a") + option(order, 14, struct.pack(order + "q", 1000)) + bytes(4)
    octets += block(order, 1, struct.pack(order + "HHI", 276, 0, 30) + binary)
    octets += block(order, 3, struct.pack(order + "I", 200) + PACKETS[5][:30])
    return octets + enhanced(order, 0, 1536, PACKETS[4])


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("nanoseconds", [False, True])
def test_pcap(order: str, nanoseconds: bool) -> None:
    time = TIME if nanoseconds else TIME // 1000 * 1000
    expected = [Frame(n, time, 113, packet) for n, packet in enumerate(PACKETS, 1)]
    assert list(read(io.BytesIO(pcap(order, nanoseconds)))) == expected


@pytest.mark.parametrize("order", "<>")
def test_modified_pcap(order: str) -> None:
    assert [f.data for f in read(io.BytesIO(pcap(order, False, modified=True)))] == PACKETS


@pytest.mark.parametrize("order", "<>")
def test_pcapng(order: str) -> None:
    assert list(read(io.BytesIO(pcapng(order)))) == [
        Frame(1, TIME // 1000 * 1000, 1, PACKETS[1]),
        Frame(2, TIME, 101, PACKETS[2], "one\nzwei ü"),
        Frame(3, TIME, 101, PACKETS[3]),
        Frame(4, 0, 276, PACKETS[5][:30]),
        Frame(5, 1001_500_000_000, 276, PACKETS[4]),
    ]


COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "not": bytes,
    "gzip": gzip.compress,
    "gzip in two parts": lambda data: gzip.compress(data[:99]) + gzip.compress(data[99:]),
    "zstd": zstandard.ZstdCompressor().compress,
    "zstd in two parts": lambda d: b"".join(zstandard.ZstdCompressor().compress(p) for p in (d[:99], d[99:])),
}


@pytest.mark.parametrize("how", COMPRESS)
def test_compressed(how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = COMPRESS[how](pcapng("<"))
    file = tmp_path / "c.pcapng"
    file.write_bytes(data)
    expected = list(read(io.BytesIO(pcapng("<"))))
    assert list(read(file)) == list(read(str(file))) == expected
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
    assert list(read("-")) == expected


def test_a_pipe_is_read_as_it_fills() -> None:
    """What was captured is there at once, not when some buffer is full."""
    data = pcap("<", False)
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as cat:
        assert cat.stdin is not None
        assert cat.stdout is not None
        cat.stdin.write(data[: 24 + 16 + len(PACKETS[0])])
        cat.stdin.flush()
        frames = read(cat.stdout)  # type: ignore[arg-type]
        assert next(frames).data == PACKETS[0]
        cat.stdin.write(data[24 + 16 + len(PACKETS[0]) :])
        cat.stdin.close()
        assert [frame.data for frame in frames] == PACKETS[1:]


@pytest.mark.parametrize("how", ["not", "gzip", "zstd"])
@pytest.mark.parametrize("whole", [pcap("<", False), pcapng("<")], ids=["pcap", "pcapng"])
def test_cut_captures_give_what_came_before(whole: bytes, how: str) -> None:
    expected = list(read(io.BytesIO(whole)))
    frames: list[Frame] = []
    with pytest.raises(CutCapture, match=rf"cut in the middle of packet {len(expected)};") as error:
        frames.extend(read(io.BytesIO(COMPRESS[how](whole[:-5]))))
    assert error.value.exit_code == 2
    assert frames == expected[:-1]


def test_cut_compression_gives_what_came_before() -> None:
    data = b"".join(pcap("<", False) if not n else pcap("<", False)[24:] for n in range(400))
    frames: list[Frame] = []
    with pytest.raises(CutCapture):
        frames.extend(read(io.BytesIO(gzip.compress(data)[:-9])))
    assert len(frames) > 300


@pytest.mark.parametrize("end", [40, -9, -1])
@pytest.mark.parametrize("how", ["gzip", "zstd"])
def test_cut_compression_is_told_wherever_the_cut_is(how: str, end: int) -> None:
    packed = COMPRESS[how](pcap("<", False))
    frames: list[Frame] = []
    with pytest.raises(CutCapture, match="cut or damaged in its compression"):
        frames.extend(read(io.BytesIO(packed[:end])))
    assert frames == list(read(io.BytesIO(pcap("<", False))))[: len(frames)]


@pytest.mark.parametrize("whole", [pcap(">", True), pcapng(">")], ids=["pcap", "pcapng"])
def test_every_cut_is_a_clear_error_or_a_shorter_capture(whole: bytes) -> None:
    expected = list(read(io.BytesIO(whole)))
    for length in range(len(whole)):
        frames: list[Frame] = []
        try:
            frames.extend(read(io.BytesIO(whole[:length])))
        except UsageError:
            pass
        assert frames == expected[: len(frames)]
        assert len(frames) < len(expected)


@given(st.sampled_from([pcap("<", False), pcapng("<"), pcapng(">")]), st.data())
def test_damaged_captures_raise_nothing_but_usage_errors(whole: bytes, data: st.DataObject) -> None:
    broken = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 4))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    try:
        list(read(io.BytesIO(bytes(broken))))
    except UsageError as error:
        assert str(error).startswith("the stream ")


BROKEN = {
    "is empty": b"",
    "is no capture": b"{}\n this is text",
    "is malformed: packet 1 claims": pcap("<", False)[:32] + b"\xff" * 8,
    "without a byte order": b"\x0a\x0d\x0d\x0a" + bytes(24),
    "claims to have 13 octets": section("<") + struct.pack("<II", 1, 13) + bytes(5),
    "two lengths": section("<") + struct.pack("<III", 5, 12, 16),
    "packet 1 or its interface": section("<") + enhanced("<", 0, 0, b"x"),
    "cut in its file header": pcap("<", False)[:20],
}


@pytest.mark.parametrize("sentence", BROKEN)
def test_what_is_no_capture(sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        list(read(io.BytesIO(BROKEN[sentence])))


def test_unreadable_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nowhere\.pcap: No such file"):
        list(read(tmp_path / "nowhere.pcap"))
    with pytest.raises(UsageError, match="directory"):
        list(read(tmp_path))
    with pytest.raises(UsageError, match="cannot write .*nowhere/x.pcapng: No such file"):
        Writer(tmp_path / "nowhere" / "x.pcapng")


def test_without_the_zstd_library_the_command_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "zstandard", None)
    with pytest.raises(EnvironmentLacks, match="pip install zstandard"):
        list(read(io.BytesIO(COMPRESS["zstd"](pcapng("<")))))


@pytest.mark.parametrize(
    ("name", "nanoseconds", "time"),
    [("x.pcapng", None, TIME), ("x.pcapng", False, TIME // 1000 * 1000), ("x.pcap", None, TIME // 1000 * 1000),
     ("X.PCAP", True, TIME)],
)  # fmt: skip
def test_what_is_written_is_read(tmp_path: Path, name: str, nanoseconds: bool | None, time: int) -> None:
    with Writer(tmp_path / name, linktype=113, nanoseconds=nanoseconds) as writer:
        for number, packet in enumerate(PACKETS):
            writer.write(packet, TIME + number * 10**9, "Schritt ü" if number == 2 else None)
    comment = None if name.lower().endswith(".pcap") else "Schritt ü"
    assert list(read(tmp_path / name)) == [
        Frame(n + 1, time + n * 10**9, 113, packet, comment if n == 2 else None) for n, packet in enumerate(PACKETS)
    ]


def test_the_written_octets_are_always_the_same() -> None:
    stream = io.BytesIO()
    with Writer(stream) as writer:
        writer.write(b"\x60abc", 1, "x")
    assert not stream.closed
    assert stream.getvalue() == (
        section("<")
        + block("<", 1, struct.pack("<HHI", 101, 0, 262144) + option("<", 9, b"\x09") + bytes(4))
        + enhanced("<", 0, 1, b"\x60abc", option("<", 1, b"x") + bytes(4))
    )


def test_a_comment_too_long_for_its_length_field_is_shortened() -> None:
    stream = io.BytesIO()
    Writer(stream).write(b"x", 0, "ü" * 40000)
    (frame,) = read(io.BytesIO(stream.getvalue()))
    assert frame.comment == "ü" * 32767
