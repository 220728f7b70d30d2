"""Several captures as one set: in the order of time, a packet seen twice counts once."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from pmiptool.capture.files import Frame, Writer
from pmiptool.capture.merged import Placed, merged, once
from pmiptool.capture.messages import messages_of
from pmiptool.capture.opening import CutCapture
from pmiptool.errors import UsageError
from pmiptool.wire.codec import codec_for
from pmiptool.wire.envelope import build
from tests.rules.make import LMA, MAG1, pba, pbu

SECOND = 1_000_000_000


def packet(sequence: int, *, up: bool = True, hops: int = 64) -> bytes:
    src, dst = (MAG1, LMA) if up else (LMA, MAG1)
    message = pbu(sequence=sequence) if up else pba(sequence=sequence)
    return build(codec_for().encode(message, src=src, dst=dst), src, dst, hop_limit=hops)


def write(path: Path, *frames: tuple[float, bytes]) -> str:
    with Writer(path) as writer:
        for at, data in frames:
            writer.write(data, round(at * SECOND))
    return str(path)


def numbers(files: list[str]) -> list[tuple[int, int]]:
    return [(one.file, one.seen.decoded.message.sequence) for one in merged(files).messages]


def test_in_the_order_of_time(tmp_path: Path) -> None:
    one = write(tmp_path / "1.pcapng", (1, packet(1)), (3, packet(3)))
    two = write(tmp_path / "2.pcapng", (2, packet(2)))
    assert numbers([one, two]) == [(0, 1), (1, 2), (0, 3)]


def test_seen_by_two_captures_counts_once(tmp_path: Path) -> None:
    """Their clocks differ by half a second, and a router stands between."""
    one = write(tmp_path / "1.pcapng", (1, packet(1)), (1.01, packet(1, up=False)))
    two = write(tmp_path / "2.pcapng", (1.5, packet(1, hops=63)), (1.51, packet(1, up=False, hops=64)))
    assert numbers([one, two]) == [(0, 1), (0, 1)]


def test_sent_twice_stays_twice_even_in_two_captures(tmp_path: Path) -> None:
    frames = ((1, packet(1)), (1.001, packet(1, up=False)), (1.002, packet(1, up=False)))
    one, two = write(tmp_path / "1.pcapng", *frames), write(tmp_path / "2.pcapng", *frames)
    assert len(numbers([one])) == 3
    assert len(numbers([one, two])) == 3


def test_before_and_after_a_hop_in_one_capture_counts_once(tmp_path: Path) -> None:
    one = write(tmp_path / "1.pcapng", (1, packet(1)), (1.001, packet(1, hops=63)))
    assert len(numbers([one])) == 1


def test_repeated_later_is_another_packet(tmp_path: Path) -> None:
    one = write(tmp_path / "1.pcapng", (1, packet(1)), (2, packet(1)))
    two = write(tmp_path / "2.pcapng", (9, packet(1)))
    assert len(numbers([one, two])) == 3


def test_a_cut_capture_is_told_after_what_came_before(tmp_path: Path) -> None:
    whole = Path(write(tmp_path / "1.pcapng", (1, packet(1)), (2, packet(2))))
    cut = tmp_path / "cut.pcapng"
    cut.write_bytes(whole.read_bytes()[:-20])
    found = merged([cut])
    assert len(found.messages) == 1 and isinstance(found.cut, CutCapture)


def test_what_is_no_capture(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no capture")
    with pytest.raises(UsageError):
        merged([tmp_path / "text"])


def test_a_storm_of_equal_packets_takes_time_in_proportion() -> None:
    """Each is looked at once for each way that it came, however many there are."""
    frame = packet(1), packet(1, hops=63)
    began = time.process_time()
    placed = [
        Placed(0, seen)
        for number in range(8_000)
        for seen in messages_of(Frame(number + 1, number * 10_000, 101, frame[number % 2]))
    ]
    assert len(once(placed)) == 4_000
    assert time.process_time() - began < 6
