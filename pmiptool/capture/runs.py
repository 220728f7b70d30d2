"""Runs of packets that follow each other in the octets of a capture, found without going from one to the next.

Places that look like the head of a packet are noted all at once, each with the place where the next head must be. From
a place where a packet begins for certain, those that lead from one to the next are its run; what only looks like a head
is never reached. Where a run ends, one packet is read by itself, whatever it is, and perhaps another run begins.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from pmiptool.capture import files

Longs = npt.NDArray[np.int64]
Octets = npt.NDArray[np.uint8]

_LATEST = 1 << 61
"""Nanoseconds; greater times are read one by one."""


class Heads:
    """begins, ends: of packets, if they are some. starts, lengths: of what was captured; times (ns), linktypes."""

    def __init__(
        self, begins: Longs, ends: Longs, starts: Longs, lengths: Longs, times: Longs, linktypes: Longs
    ) -> None:
        self.begins, self.ends = begins, ends
        self.columns = starts, lengths, times, linktypes
        self._breaks: Longs = np.flatnonzero(ends[:-1] != begins[1:])

    def run(self, at: int) -> tuple[list[tuple[Longs, ...]], int]:
        """The columns of the packets from `at` on, in parts, and where they end."""
        begins, ends, breaks = self.begins, self.ends, self._breaks
        parts: list[tuple[Longs, ...]] = []
        while True:
            first = int(np.searchsorted(begins, at))
            if first == len(begins) or begins[first] != at:
                return parts, at
            there = int(np.searchsorted(breaks, first))
            last = int(breaks[there]) if there < len(breaks) else len(begins) - 1
            parts.append(tuple(column[first : last + 1] for column in self.columns))
            at = int(ends[last])


def _heads(data: Octets, places: Longs, fields: dict[str, tuple[int, str]]) -> Any:
    """Fields of the heads at some places, by their offset and type."""
    size = max(offset + np.dtype(kind).itemsize for offset, kind in fields.values())
    layout = np.dtype({
        "names": list(fields), "formats": [kind for _, kind in fields.values()],
        "offsets": [offset for offset, _ in fields.values()], "itemsize": size,
    })  # fmt: skip
    every: Any = np.ndarray((max(len(data) - size + 1, 0),), dtype=layout, buffer=data.data, strides=(1,))
    return every[places]


def pcap(data: bytes, at: int, order: str, unit: int, size: int, linktype: int) -> Heads:
    """Heads with about the time of the packet at `at`. unit: ns of a fraction of a second; size: octets of a head."""
    octets = np.frombuffer(data, dtype=np.uint8)
    high = 2 if order == "<" else 0  # of four octets the two that say most
    room = max(len(data) - at - size + 1, 0)
    most = octets[at + high : at + high + room]
    places = np.flatnonzero(most == octets[at + high]) + at if room else np.zeros(0, dtype=np.int64)
    more = octets[places + high + 1] == octets[at + high + 1] if room else slice(None)
    places = places[more]
    heads = _heads(octets, places, {"seconds": (0, order + "u4"), "fraction": (4, order + "u4"),
                                    "length": (8, order + "u4"), "whole": (12, order + "u4")})  # fmt: skip
    lengths = heads["length"].astype(np.int64)
    ends = places + size + lengths
    good = (lengths <= files.MAX_PACKET) & (lengths <= heads["whole"]) & (ends <= len(data))
    places, ends, lengths, heads = places[good], ends[good], lengths[good], heads[good]
    times = heads["seconds"].astype(np.int64) * 1_000_000_000 + heads["fraction"].astype(np.int64) * unit
    return Heads(places, ends, places + size, lengths, times, np.full(len(places), linktype, dtype=np.int64))


def pcapng(data: bytes, at: int, order: str, interfaces: list[Any]) -> Heads:
    """Heads of Enhanced Packet Blocks of these interfaces."""
    octets = np.frombuffer(data, dtype=np.uint8)
    words = np.frombuffer(data, dtype=order + "u4", count=(len(data) - at) // 4, offset=at)
    places = np.flatnonzero(words == files.ENHANCED_PACKET) * 4 + at
    places = places[places <= len(data) - 32]
    fields = ("total", "index", "high", "low", "length")
    heads = _heads(octets, places, {name: (4 + 4 * number, order + "u4") for number, name in enumerate(fields)})
    total, lengths, index = (heads[name].astype(np.int64) for name in ("total", "length", "index"))
    ends = places + total
    good = (total % 4 == 0) & (32 + lengths <= total) & (total <= files.MAX_BLOCK) & (ends <= len(data))
    good &= index < len(interfaces)
    places, ends, lengths, index, heads = places[good], ends[good], lengths[good], index[good], heads[good]
    good = _heads(octets, ends - 4, {"total": (0, order + "u4")})["total"] == heads["total"]
    linktypes, units, offsets = (np.array([kind(one) for one in interfaces], dtype=np.int64)[index] for kind in _KINDS)
    ticks = heads["high"].astype(np.int64) << 32 | heads["low"].astype(np.int64)
    good &= (units > 0) & (ticks >= 0) & (ticks < _LATEST // np.maximum(units, 1))
    times = ticks * units + offsets
    return Heads(*(column[good] for column in (places, ends, places + 28, lengths, times, linktypes)))


def _unit(interface: Any) -> int:
    """Nanoseconds that a tick has; 0 where they are no whole number, or the times too great."""
    usual = 1_000_000_000 % interface.units_per_second == 0 and abs(interface.offset_ns) < _LATEST
    return 1_000_000_000 // interface.units_per_second if usual else 0


def _offset(interface: Any) -> int:
    return int(interface.offset_ns) if _unit(interface) else 0


_KINDS = (lambda interface: interface.linktype, _unit, _offset)
