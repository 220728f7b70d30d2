"""The messages of captures as one stream of chunks with columns, in the order of time, each once.

What `merged.merged` makes of captures in memory, for captures of any size: at any time there are some chunks, and of
what came before as much as is remembered of requests.
"""

from __future__ import annotations

import os
from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from pmiptool.capture.blocks import Block, blocks
from pmiptool.capture.columns import NOTHING, Columns, Longs, Table, Words
from pmiptool.capture.layouts import ODD
from pmiptool.capture.merged import WINDOW, Copies, Placed
from pmiptool.capture.messages import Seen, messages_of
from pmiptool.capture.opening import CutCapture
from pmiptool.registry.codepoints import CodePoints

SLACK = 2_000_000_000
"""Nanoseconds by which packets of a file may come too late to be put in order while they are read."""
MEMORY = 66.0
"""Seconds for which messages can be asked for again."""


class OutOfOrder(Exception):
    """A file is not in the order of time, by more than `SLACK`."""


class _Part:
    """A block of one file, cut into columns."""

    __slots__ = ("block", "file", "odd", "settings", "table")

    def __init__(self, file: int, block: Block, table: Table, settings: CodePoints) -> None:
        self.file, self.block, self.table, self.settings = file, block, table, settings
        self.odd: dict[int, list[Seen]] = {}


class _Waiting:
    """Messages of one file that are not given yet: times, part and row of each, and which one of its packet."""

    def __init__(self) -> None:
        self.times: Longs = np.zeros(0, dtype=np.int64)
        self.parts: list[_Part] = []
        self.part: Longs = np.zeros(0, dtype=np.int64)
        self.row: Longs = np.zeros(0, dtype=np.int64)
        self.which: Longs = np.zeros(0, dtype=np.int64)
        self.latest = -1 << 62
        self.done = False


class Messages:
    """A chunk of messages. first: the running number of the first one."""

    def __init__(self, parts: list[_Part], part: Longs, row: Longs, which: Longs, times: Longs) -> None:
        self.parts, self.part, self.row, self.which, self.times_ns = parts, part, row, which, times
        self.first = 1
        self._order: Longs | None = None
        self._ordered: Longs = np.zeros(0, dtype=np.int64)
        size = len(part)
        names = ("kinds", "nodes", "templates", "values", "sequences", "stamps", "sums")
        if len(parts) == 1:
            found = [getattr(parts[0].table, name)[row] for name in names]
        else:
            found = [np.zeros(size, dtype=getattr(parts[0].table, name).dtype) for name in names]
            for number, one in enumerate(parts):
                chosen = part == number
                for column, name in zip(found, names, strict=True):
                    column[chosen] = getattr(one.table, name)[row[chosen]]
        self.kinds, self.nodes, self.templates, self.values, self.sequences, self.stamps, self.sums = found
        self.times: npt.NDArray[np.float64] = times / 1e9

    def __len__(self) -> int:
        return len(self.part)

    def columns(self, rows: Any, earlier: float) -> Iterable[tuple[Any, ...]]:
        """Row, kind, node, template, values, sequence number, timestamp and time (s) of some, and the time before;
        `earlier` is that before the first row."""
        rows = np.asarray(rows, dtype=np.int64)
        every = (self.kinds, self.nodes, self.templates, self.values, self.sequences, self.stamps, self.times)
        before = np.where(rows > 0, self.times[rows - 1], earlier)
        return zip(rows.tolist(), *(column[rows].tolist() for column in every), before.tolist(), strict=True)

    def odd(self) -> list[int]:
        """The rows that are odd."""
        rows: list[int] = np.flatnonzero(self.kinds == ODD).tolist()
        return rows

    def after(self, time: float) -> int:
        """The first row that is later."""
        return int(np.searchsorted(self.times, time, side="right"))

    def time(self, row: int) -> float:
        return float(self.times[row])

    def of(self, node: int, after: int, before: int, since: float) -> list[int]:
        """The rows of a node behind message `after` and before `before`, from `since` on."""
        if self._order is None:
            keys = np.where(self.kinds == ODD, -1, self.nodes) << 32 | np.arange(len(self))
            keys.sort()
            self._order, self._ordered = keys & 0xFFFFFFFF, keys >> 32
        begin, end = self._ordered.searchsorted(node), self._ordered.searchsorted(node + 1)
        rows = self._order[begin:end]
        earliest = max(after + 1 - self.first, int(self.times.searchsorted(since)))
        found: list[int] = rows[rows.searchsorted(earliest) : rows.searchsorted(before - self.first)].tolist()
        return found

    def message(self, row: int) -> Seen:
        part = self.parts[self.part[row]]
        packet = int(self.row[row])
        if packet in part.odd:
            found: Seen = part.odd[packet][int(self.which[row])]
            return found
        return messages_of(part.block.frame(packet), part.settings)[0]

    def place(self, row: int) -> tuple[int, int]:
        """The file and the number of the packet there."""
        part = self.parts[self.part[row]]
        return part.file, part.block.number + int(self.row[row])

    def without(self, dropped: list[int]) -> Messages:
        keep = np.ones(len(self), dtype=bool)
        keep[dropped] = False
        return Messages(self.parts, self.part[keep], self.row[keep], self.which[keep], self.times_ns[keep])


class Places:
    """Running numbers of messages to files and packets, in runs of packets that follow each other."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._files: list[int] = []
        self._ahead: list[int] = []

    def add(self, chunk: Messages) -> None:
        files = np.array([part.file for part in chunk.parts], dtype=np.int64)[chunk.part]
        bases = np.array([part.block.number for part in chunk.parts], dtype=np.int64)[chunk.part]
        ahead = bases + chunk.row - (chunk.first + np.arange(len(chunk)))
        changes = np.flatnonzero((np.diff(ahead) != 0) | (np.diff(files) != 0)) + 1
        for at in (0, *changes.tolist()) if len(chunk) else ():
            file, more = int(files[at]), int(ahead[at])
            if not self._starts or (self._files[-1], self._ahead[-1]) != (file, more):
                self._starts.append(chunk.first + at)
                self._files.append(file)
                self._ahead.append(more)

    def __getitem__(self, number: int) -> tuple[int, int]:
        at = bisect_right(self._starts, number) - 1
        return self._files[at], number + self._ahead[at]


class Stream:
    """Captures as one set. cut: what a capture that ends in the middle of a packet said; places: see there.

    Raises UsageError for what cannot be read at all, OutOfOrder where `slack` (ns, None: any) does not do.
    """

    def __init__(
        self, files: Sequence[str | os.PathLike[str]], settings: CodePoints, columns: Columns | None,
        slack: int | None = SLACK,
    ) -> None:  # fmt: skip
        self.files, self.settings, self.columns, self.slack = files, settings, columns, slack
        self.places = Places()
        self.count = 0
        self._cuts: dict[int, CutCapture] = {}
        self._past: deque[Messages] = deque()
        self._copies = _Once(columns)

    @property
    def cut(self) -> CutCapture | None:
        return self._cuts[min(self._cuts)] if self._cuts else None

    def chunks(self) -> Iterator[Messages]:
        waiting = [_Waiting() for _ in self.files]
        parts = [self._parts(number, file) for number, file in enumerate(self.files)]
        given = -1 << 62
        while True:
            behind = [number for number, one in enumerate(waiting) if not one.done]
            if not behind:
                break
            number = min(behind, key=lambda number: waiting[number].latest)
            one = waiting[number]
            part = next(parts[number], None)
            if part is None:
                one.done = True
            else:
                self._add(one, part)
                if len(one.times) and int(one.times.min()) < given:
                    raise OutOfOrder
            if self.slack is None and any(not other.done for other in waiting):
                continue
            until = min((w.latest - (self.slack or 0) for w in waiting if not w.done), default=1 << 62)
            chunk = _taken(waiting, until)
            given = max(given, until)
            if chunk is not None:
                yield from self._given(chunk)

    def _parts(self, number: int, file: str | os.PathLike[str]) -> Iterator[_Part]:
        try:
            for block in blocks(file):
                if self.columns is not None:
                    table = self.columns.cut(block)
                else:
                    table = Table(*(np.zeros(len(block), dtype=np.int64) for _ in range(7)))  # type: ignore[arg-type]
                yield _Part(number, block, table, self.settings)
        except CutCapture as error:
            self._cuts[number] = error

    def _add(self, one: _Waiting, part: _Part) -> None:
        kinds = part.table.kinds
        counts = np.where(kinds == NOTHING, 0, 1)
        for row in np.flatnonzero(kinds == ODD).tolist():
            found = messages_of(part.block.frame(row), self.settings)
            counts[row] = len(found)
            if found:
                part.odd[row] = found
        rows = np.repeat(np.arange(len(kinds)), counts)
        which = np.zeros(len(rows), dtype=np.int64)
        if part.odd:
            which = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
        one.parts.append(part)
        one.times = np.concatenate([one.times, part.block.times[rows]])
        one.part = np.concatenate([one.part, np.full(len(rows), len(one.parts) - 1, dtype=np.int64)])
        one.row = np.concatenate([one.row, rows])
        one.which = np.concatenate([one.which, which])
        if len(part.block):
            one.latest = max(one.latest, int(part.block.times.max()))

    def _given(self, chunk: Messages) -> Iterator[Messages]:
        dropped = self._copies.again(chunk)
        if dropped:
            chunk = chunk.without(dropped)
        if not len(chunk):
            return
        chunk.first = self.count + 1
        self.count += len(chunk)
        self.places.add(chunk)
        while self._past and self._past[0].times[-1] < chunk.times[0] - MEMORY:
            self._past.popleft()
        self._past.append(chunk)
        yield chunk

    # What came before

    @property
    def first(self) -> int:
        """The number of the first message of which this tells."""
        return self._past[0].first if self._past else self.count + 1

    def of(self, node: int, after: int, before: int, since: float) -> Iterator[tuple[int, float, Seen]]:
        """Number, time and message of what a node said behind message `after` and before `before`, from `since` on."""
        for chunk, rows in self._rows(node, after, before, since):
            for row in rows:
                yield chunk.first + row, float(chunk.times[row]), chunk.message(row)

    def numbers(self, node: int, after: int, before: int, since: float) -> tuple[frozenset[int], frozenset[int]]:
        """The sequence numbers and the timestamps of the same messages, 0 where they have none."""
        sequences: set[int] = set()
        stamps: set[int] = set()
        for chunk, rows in self._rows(node, after, before, since):
            sequences.update(chunk.sequences[rows].tolist())
            stamps.update(chunk.stamps[rows].tolist())
        return frozenset(sequences), frozenset(stamps)

    def _rows(self, node: int, after: int, before: int, since: float) -> Iterator[tuple[Messages, list[int]]]:
        for chunk in self._past:
            if chunk.first + len(chunk) - 1 <= after or chunk.first >= before or chunk.times[-1] < since:
                continue
            rows = chunk.of(node, after, before, since)
            if rows:
                yield chunk, rows

    def numbered(self, kind: int, sequence: int, before: int, since: float) -> set[int]:
        """Nodes of messages of a kind with this sequence number, before message `before` and from `since` on."""
        found: set[int] = set()
        for chunk in self._past:
            chosen = (chunk.kinds == kind) & (chunk.sequences == sequence) & (chunk.times >= since)
            found.update(chunk.nodes[: max(before - chunk.first, 0)][chosen[: max(before - chunk.first, 0)]].tolist())
        return found


def _taken(waiting: list[_Waiting], until: int) -> Messages | None:
    """What is earlier than `until`, in the order of time; at the same time in that of the files."""
    parts: list[_Part] = []
    columns: list[tuple[Longs, Longs, Longs, Longs]] = []
    for one in waiting:
        early = one.times < until
        if not early.any():
            continue
        if early.all():
            chosen = one.times, one.part + len(parts), one.row, one.which
            kept = list(one.parts)
            one.times = one.part = one.row = one.which = np.zeros(0, dtype=np.int64)
            one.parts = []
        else:
            chosen = one.times[early], one.part[early] + len(parts), one.row[early], one.which[early]
            kept = list(one.parts)
            late = ~early
            one.times, one.part, one.row, one.which = one.times[late], one.part[late], one.row[late], one.which[late]
            first = int(one.part.min())
            one.parts, one.part = one.parts[first:], one.part - first
        columns.append(chosen)
        parts += kept
    if not columns:
        return None
    times, part, row, which = (
        column[0] if len(columns) == 1 else np.concatenate(column) for column in zip(*columns, strict=True)
    )
    if (np.diff(times) < 0).any():
        order = np.argsort(times, kind="stable")
        times, part, row, which = times[order], part[order], row[order], which[order]
    used = np.flatnonzero(np.bincount(part))
    if len(used) < len(parts):
        parts = [parts[number] for number in used.tolist()]
        part = np.searchsorted(used, part)
    return Messages(parts, part, row, which, times)


class _Once:
    """Finds what another capture, or another interface of the same one, saw of the same packet (`merged.once`)."""

    def __init__(self, columns: Columns | None) -> None:
        self._columns = columns
        self._tail: list[tuple[Messages, Longs, Words]] = []
        self._known: dict[object, tuple[Copies, float]] = {}
        self._fed: set[tuple[int, int]] = set()

    def again(self, chunk: Messages) -> list[int]:
        """The rows of a chunk that are left out."""
        sums = chunk.sums.astype(np.uint64)
        odd = chunk.odd()
        for row, number in zip(odd, self._sums(list(map(chunk.message, odd))), strict=True):
            sums[row] = number
        start = float(chunk.times[0]) - WINDOW
        self._tail = [one for one in self._tail if one[0].times[-1] >= start]
        early = [(messages, rows, old) for messages, rows, old in self._tail]
        every = np.concatenate([*(old for _, _, old in early), sums])
        every.sort()
        several = every[1:][every[1:] == every[:-1]]
        dropped: list[int] = []
        if len(several):
            for messages, rows, old in early:
                for at in np.flatnonzero(np.isin(old, several)).tolist():
                    self._feed(messages, int(rows[at]))
            for row in np.flatnonzero(np.isin(sums, several)).tolist():
                if self._feed(chunk, row):
                    dropped.append(row)
        self._known = {key: known for key, known in self._known.items() if known[1] >= start}
        recent = np.flatnonzero(chunk.times >= chunk.times[-1] - WINDOW)
        self._tail.append((chunk, recent, sums[recent]))
        alive = {id(messages) for messages, _, _ in self._tail}
        self._fed = {place for place in self._fed if place[0] in alive}
        return dropped

    def _sums(self, found: list[Seen]) -> list[int]:
        """As columns have it for a plain message, so that a packet is found again that came another way."""
        envelopes = [seen.envelope for seen in found if seen.envelope is not None]
        direct = [
            number
            for number, one in enumerate(envelopes)
            if one.sport is None and len(one.src) == 16 and 16 <= len(one.mh) <= 2048 and len(one.mh) % 8 == 0
        ]
        plain = [envelopes[number].src + envelopes[number].dst + envelopes[number].mh for number in direct]
        sums = dict(zip(direct, self._columns.sums_of(plain) if self._columns is not None else (), strict=False))
        return [
            sums.get(number) or hash((one.src, one.dst, one.sport, one.dport, one.mh)) & 0xFFFFFFFFFFFFFFFF
            for number, one in enumerate(envelopes)
        ]

    def _feed(self, messages: Messages, row: int) -> bool:
        place = id(messages), row
        if place in self._fed:
            return False
        self._fed.add(place)
        seen = messages.message(row)
        placed = Placed(messages.place(row)[0], seen)
        envelope = seen.envelope
        assert envelope is not None
        key = (envelope.src, envelope.dst, envelope.sport, envelope.dport, envelope.mh)
        copies = self._known[key][0] if key in self._known else Copies()
        self._known[key] = copies, placed.time
        return copies.have(placed)


__all__ = ["Messages", "OutOfOrder", "Places", "Stream"]
