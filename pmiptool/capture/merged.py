"""Several captures as one: messages in the order of time, each once however many captures saw it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pmiptool.capture.files import CutCapture
from pmiptool.capture.messages import Seen, messages
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


def _carriage(seen: Seen) -> bytes:
    """What stands before the Mobility Header: link layer and outer headers."""
    offset = seen.envelope.mh_offset if seen.envelope is not None else 0
    return seen.frame.data[:offset]


def once(placed: Iterable[Placed]) -> list[Placed]:
    """Leave out what another capture, or another interface of the same one, saw of the same packet.

    Two equal packets in one capture with equal headers before them were sent twice, and both stay.
    """
    known: dict[object, list[_Copy]] = {}
    kept = []
    for one in placed:
        envelope = one.seen.envelope
        if envelope is None:
            kept.append(one)
            continue
        key = (envelope.src, envelope.dst, envelope.sport, envelope.dport, envelope.mh)
        copies = known.setdefault(key, [])
        if not any(_again(copy, one) for copy in copies):
            copies.append(_Copy(one))
            kept.append(one)
    return kept


def _again(copy: _Copy, one: Placed) -> bool:
    apart = one.time - copy.time
    if one.file not in copy.files:
        if apart <= WINDOW:
            copy.files.add(one.file)
            copy.carried.add((one.file, _carriage(one.seen)))
            return True
        return False
    carried = (one.file, _carriage(one.seen))
    if apart <= SAME_FILE and carried not in copy.carried:
        copy.carried.add(carried)
        return True
    return False
