"""Captures that this project did not make, where they are present."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import pytest

ZEEK = Path(__file__).parents[2] / ".." / "shared" / "captures" / "zeek"


@pytest.fixture
def zeek() -> Callable[[str], list[bytes]]:
    """Gives the frames of one of the Zeek project's captures (little-endian pcap, Ethernet)."""
    if not ZEEK.is_dir():
        pytest.skip("the folder ../shared/captures/zeek is absent")

    def frames(name: str) -> list[bytes]:
        data, at, found = (ZEEK / f"{name}.pcap").read_bytes(), 24, []
        while at < len(data):
            (length,) = struct.unpack_from("<I", data, at + 8)
            found.append(data[at + 16 : at + 16 + length])
            at += 16 + length
        return found

    return frames
