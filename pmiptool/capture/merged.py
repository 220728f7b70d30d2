"""Several captures as one: messages in the order of time, each once however many captures saw it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pmiptool.capture.messages import Seen, messages
from pmiptool.capture.opening import CutCapture
from pmiptool.registry.codepoints import DEFAULT, CodePoints

WINDOW = 2.0
"""Seconds within which two captures see the same packet; their clocks may differ."""
SAME_FILE = 0.5
"""Seconds within which one capture sees a packet on several interfaces, or before and after a hop."""


class Placed(NamedTuple):
    """A message with the capture it was seen in: the number of the file, from 0."""

    file: int
    seen: Seen

    @property
    def time(self) -> float:
        return self.seen.frame.time_ns / 1e9


class Merged(NamedTuple):
    """All messages in order of time. cut: what a capture that ends in the middle of a packet said, None otherwise."""

    messages: list[Placed]
    cut: CutCapture | None


def merged(files: Sequence[str | os.PathLike[str]], settings: CodePoints = DEFAULT) -> Merged:
    """Read captures as one set. Raises UsageError for what cannot be read at all."""
    found: list[Placed] = []
    cut = None
    for number, file in enumerate(files):
        try:
            found.extend(Placed(number, seen) for seen in messages(file, settings))
        except CutCapture as error:
            cut = cut or error
    found.sort(key=lambda placed: placed.seen.frame.time_ns)  # stable: equal times keep the order of the files
    return Merged(once(found), cut)


class _Copy:
    """One packet: in which files it was seen, and how it was carried there."""

    __slots__ = ("carried", "files", "time")

    def __init__(self, placed: Placed) -> None:
        self.time = placed.time
        self.files = {placed.file}
        self.carried = {(placed.file, _carriage(placed.seen))}


class Copies:
    """Packets with the same octets, in the order of time. What is done with for one way of carriage stays so."""

    def __init__(self) -> None:
        self._copies: list[_Copy] = []
        self._done: dict[tuple[int, bytes], int] = {}  # how many of them can no longer be what comes in this way

    def have(self, one: Placed) -> bool:
        """Whether this is one of them once more; else it becomes one of them."""
        carried = (one.file, _carriage(one.seen))
        at = self._done.get(carried, 0)
        while at < len(self._copies) and not _may_be(self._copies[at], one, carried):
            at += 1
        self._done[carried] = at + 1
        if at < len(self._copies):
            self._copies[at].files.add(one.file)
            self._copies[at].carried.add(carried)
            return True
        self._copies.append(_Copy(one))
        return False


def _may_be(copy: _Copy, one: Placed, carried: tuple[int, bytes]) -> bool:
    """Never true again once it is false: time goes on, and a copy forgets no way that it came."""
    window = SAME_FILE if one.file in copy.files else WINDOW
    return one.time - copy.time <= window and carried not in copy.carried


def _carriage(seen: Seen) -> bytes:
    """What stands before the Mobility Header: link layer and outer headers."""
    offset = seen.envelope.mh_offset if seen.envelope is not None else 0
    return seen.frame.data[:offset]


def once(placed: Iterable[Placed]) -> list[Placed]:
    """Leave out what another capture, or another interface of the same one, saw of the same packet.

    Two equal packets in one capture with equal headers before them were sent twice, and both stay.
    """
    known: dict[object, Copies] = {}
    kept = []
    for one in placed:
        envelope = one.seen.envelope
        if envelope is None:
            kept.append(one)
            continue
        key = (envelope.src, envelope.dst, envelope.sport, envelope.dport, envelope.mh)
        copies = known.get(key)
        if copies is None:
            copies = known[key] = Copies()
        if not copies.have(one):
            kept.append(one)
    return kept
