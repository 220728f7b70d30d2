"""Messages of a stretch by their nodes, and what in them is an exchange: a request with its answer right behind it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from pmiptool.rules.chunks import Columns
from pmiptool.rules.sessions import INITIAL_BINDACK_TIMEOUT
from pmiptool.rules.step_columns import SAID

Longs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Words = npt.NDArray[np.uint64]
Flags = npt.NDArray[np.bool_]

REQUEST, ANSWER = 1, 2


class Templates:
    """What `Columns` says of templates, by their numbers."""

    def __init__(self) -> None:
        self.count = 0
        self.values: Longs = np.zeros(0, dtype=np.int64)
        self.counts: list[int] = []
        self.sources: Longs = np.zeros(0, dtype=np.int64)
        self.destinations: Longs = np.zeros(0, dtype=np.int64)
        self.prefixes: Flags = np.zeros((0, SAID), dtype=bool)
        self.stamped: Flags = np.zeros(0, dtype=bool)
        self.addresses: list[bytes] = []
        self._numbers: dict[bytes, int] = {}

    def learn(self, columns: Columns) -> None:
        fresh = range(self.count, len(columns.templates))
        if not fresh:
            return
        self.counts += map(columns.values_count, fresh)
        self.values = np.array(self.counts, dtype=np.int64)
        ends = [[self._number(of(number)) for number in fresh] for of in (columns.source, columns.destination)]
        self.sources = np.concatenate([self.sources, np.array(ends[0], dtype=np.int64)])
        self.destinations = np.concatenate([self.destinations, np.array(ends[1], dtype=np.int64)])
        prefixes = [np.isin(np.arange(SAID), columns.prefixes(number)) for number in fresh]
        self.prefixes = np.concatenate([self.prefixes, prefixes])
        self.stamped = np.concatenate([self.stamped, [columns.stamped(number) for number in fresh]])
        self.count = len(columns.templates)

    def _number(self, address: bytes) -> int:
        number = self._numbers.get(address)
        if number is None:
            number = self._numbers[address] = len(self.addresses)
            self.addresses.append(address)
        return number


class Stretch:
    """Messages in the order of their nodes. order: their rows. place: how many the same node has before."""

    def __init__(self, chunk: Any, first: int, last: int) -> None:
        nodes = chunk.nodes[first:last]
        keys = nodes << 32 | np.arange(len(nodes))
        keys.sort()
        self.first = first
        self.node: Longs = keys >> 32
        self.order: Longs = (keys & 0xFFFFFFFF) + first
        self.new: Flags = np.ones(len(keys), dtype=bool)
        self.new[1:] = self.node[1:] != self.node[:-1]
        starts = np.flatnonzero(self.new)
        self.starts: Longs = starts
        self.place: Longs = np.arange(len(keys)) - np.repeat(starts, np.diff(np.append(starts, len(keys))))
        self.kinds: Longs = chunk.kinds[self.order]
        self.templates: Longs = chunk.templates[self.order]
        self.values: Longs = chunk.values[self.order]
        self.sequences: Longs = chunk.sequences[self.order]


class Exchanges:
    """Requests with the answer behind each, in the order of their nodes, and what both say."""

    def __init__(self, chunk: Any, stretch: Stretch, said: Longs, templates: Templates) -> None:
        here = stretch.place & 1 == 0
        here[-1:] = False
        here[:-1] &= ~stretch.new[1:]
        at = np.flatnonzero(here)
        self.node: Longs = stretch.node[at]
        self.begins: Flags = stretch.place[at] == 0
        self.turn: Longs = stretch.place[at] >> 1
        self.request, self.answer = stretch.order[at], stretch.order[at + 1]
        self.asked: Longs = stretch.templates[at]
        self.given: Longs = stretch.templates[at + 1]
        self.asked_values, self.given_values = said.take(at, axis=0), said.take(at + 1, axis=0)
        self.asked_at: Floats = chunk.times[self.request]
        self.given_at: Floats = chunk.times[self.answer]
        self.sequence: Longs = stretch.sequences[at]
        self.stamp: Words = chunk.stamps[self.request]
        good = (stretch.kinds[at] == REQUEST) & (stretch.kinds[at + 1] == ANSWER)
        good &= (self.given_at - self.asked_at <= INITIAL_BINDACK_TIMEOUT) & (
            stretch.sequences[at + 1] == self.sequence
        )
        good &= ~templates.stamped[self.asked] | (chunk.stamps[self.answer] == self.stamp)
        width = said.shape[1]
        good &= (templates.values[self.asked] <= width) & (templates.values[self.given] <= width)
        self.good: Flags = good
        same = ~self.begins
        for column in (stretch.templates, stretch.values):
            same[1:] &= column[at[1:]] == column[at[:-1]]
            same[1:] &= column[at[1:] + 1] == column[at[:-1] + 1]
        self.until: Longs = following(~same)
        """Of each the first one behind it that says something else."""

    def before(self, column: Any, own: Any, by: int = 1) -> Any:
        """What of each exchange an earlier one of its node had; `own`: what the node had, by how many turns ago."""
        found = np.empty_like(column)
        found[by:] = column[:-by]
        for turn in range(by):
            chosen = self.turn == turn
            found[chosen] = own[chosen, by - turn - 1]
        return found


def following(flags: Flags) -> Longs:
    """Of each place the next one behind it where there is a flag, or the end."""
    size = len(flags)
    found = np.full(size + 1, size)
    found[:size] = np.where(flags, np.arange(size), size)
    nearest: Longs = np.minimum.accumulate(found[::-1])[::-1][1:]
    return nearest
