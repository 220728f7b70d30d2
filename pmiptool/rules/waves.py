"""Exchanges of many mobile nodes at once, in waves: each makes the remembered step that is its next.

`Steady` goes through messages one by one. Here those of a stretch are put in order by their nodes, and a wave is the
next exchange of every node, or several that only move its clocks. What a step asks of times, numbers and timestamps
stands in columns (`node_columns`, `step_columns`), as in `single.py`. With the first message of a node that is no
such exchange it is left, and all that it says later in the stretch is gone through one by one.

Nodes do not mind each other, but for their prefixes: of nodes that speak of one prefix in a stretch, or of one that
another has, none is judged here. So each prefix that a step asks for is free, and it makes no difference that each node
is ahead of the others.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from pmiptool.rules.chunks import Columns
from pmiptool.rules.clocks import WINDOW
from pmiptool.rules.holders import NOBODY, SEVERAL
from pmiptool.rules.node_columns import NodeColumns, Sources
from pmiptool.rules.nodes import Node, Nodes
from pmiptool.rules.pairing import BINDING, MOMENT
from pmiptool.rules.sessions import SessionChecker
from pmiptool.rules.step_columns import ENDS, OWNS, SAID, SEQUENCE, STAMP, Shapes, Steps, patterns
from pmiptool.rules.steps import NEVER
from pmiptool.rules.stretches import ANSWER, REQUEST, Exchanges, Stretch, Templates, following

Longs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Words = npt.NDArray[np.uint64]
Flags = npt.NDArray[np.bool_]

LEAST = 128
"""Messages for which it pays, ..."""
_LEAST_WAVE = 16
"""... and exchanges of a wave."""
_MANY = 512
"""Nodes that may have objects of their own before it is looked which ones need them."""
_BARRIERS = 8
"""How many answers that may be anybody's a chunk may have."""


class Waves:
    """Judges what it can. nodes: those that it has, in columns; touched: those that were changed elsewhere since."""

    def __init__(self, checker: SessionChecker, columns: Columns, nodes: Nodes) -> None:
        self._checker, self._columns, self._known = checker, columns, nodes
        self.shapes = Shapes()
        self.steps = Steps(self.shapes)
        self.templates = Templates()
        self.nodes = NodeColumns(self.shapes, Sources(lambda number: self.templates.addresses[number]))
        self.touched: set[int] = set()
        self._heard: dict[bytes, tuple[Longs, Floats]] = {}
        self._owner: Longs = np.zeros(0, dtype=np.int64)
        self._many = _MANY

    def forget(self) -> None:
        """What was learned holds no more."""
        self.steps.forget()

    def through(self, node: Node) -> int:
        """The last message of a node that was judged here."""
        return int(self.nodes.through[node.number]) if node.number < self.nodes.size else 0

    def reserve(self) -> None:
        """Have room for all nodes that there are."""
        self.nodes.reserve(self._columns.node_count())

    def stop(self) -> None:
        """The end of a stretch: what it heard is told."""
        self.heard(1 << 62)
        self._heard = {}

    def thin(self, first: int) -> None:
        """Let go of the objects of nodes that stand here, and of which the checker saw nothing from message `first`."""
        shape, nodes = self.nodes.shape, self._known.by_number
        if len(nodes) < self._many:
            return
        for number, node in list(nodes.items()):
            if node.since < first and number not in self.touched and number < self.nodes.size and shape[number] >= 0:
                del nodes[number]
                self.nodes.dirty[number] = 1
        self._many = max(_MANY, 2 * len(nodes))

    def heard(self, row: int) -> None:
        """Tell which anchors have answered up to a message of the chunk."""
        heard = self._checker._heard
        for anchor, (rows, times) in self._heard.items():
            at = int(rows.searchsorted(row, side="right")) - 1
            if at >= 0:
                heard[anchor] = max(heard.get(anchor, 0.0), float(times[at]))

    def take(self, chunk: Any, first: int, last: int, barriers: int = 0) -> tuple[Longs, int]:
        """Judge what can be of the messages from row `first` to `last`, none of them odd.

        Returns the rows that are left, and where they end: there an answer follows that may be anybody's.
        """
        self.reserve()
        if last - first < LEAST or barriers > _BARRIERS:
            return np.arange(first, last), last
        self.templates.learn(self._columns)
        stretch = Stretch(chunk, first, last)
        limit = self._anybody(stretch)
        if limit < last:
            return self.take(chunk, first, limit, barriers + 1)
        self._meet(stretch)
        self.nodes.push(self._known.by_number[number] for number in self.touched)
        self.touched.clear()
        width = int(self.templates.values[stretch.templates].max())
        said = self._columns.unpacked(stretch.templates, stretch.values, min(width, SAID))
        exchanges = Exchanges(chunk, stretch, said, self.templates)
        self._timely(exchanges)
        busy = self._busy(stretch, said)
        exchanges.good &= (self.nodes.shape[exchanges.node] >= 0) & ~busy[exchanges.node]
        done = self._waves(exchanges)
        self._clocks(exchanges, done, chunk.first)
        self._told(chunk, exchanges, done)
        left = np.ones(last - first, dtype=bool)
        left[exchanges.request[done] - first] = left[exchanges.answer[done] - first] = False
        return np.flatnonzero(left) + first, last

    def _meet(self, stretch: Stretch) -> None:
        """Nodes that nobody has spoken of before, in the order of their first messages."""
        numbers = stretch.node[stretch.starts]
        rows = stretch.order[stretch.starts]
        unknown = ~self.nodes.known[numbers]
        numbers, rows = numbers[unknown], rows[unknown]
        self.nodes.known[numbers] = True
        numbers = numbers[np.argsort(rows)]
        named = self._known.named
        fresh = [number for number in numbers.tolist() if number not in named]
        named.update(dict.fromkeys(fresh))
        self.nodes.shape[fresh] = self.shapes.number(self._known.empty)

    def _timely(self, exchanges: Exchanges) -> None:
        """What is asked of the times and numbers of the requests before (`SessionChecker._rate`, `Pairing.copies`)."""
        times, sequences = (column.take(exchanges.node, axis=0) for column in (self.nodes.times, self.nodes.sequences))
        asked_at, sequence = exchanges.asked_at, exchanges.sequence
        good = asked_at - exchanges.before(asked_at, times, 3) >= 1.0
        same = sequence == exchanges.before(sequence, sequences, 1)
        same |= sequence == exchanges.before(sequence, sequences, 2)
        good &= (asked_at - exchanges.before(asked_at, times, 1) >= MOMENT) | ~same
        exchanges.good &= good

    def _busy(self, stretch: Stretch, said: Longs) -> Flags:
        """Which nodes speak of a prefix that another one speaks of, too, or has."""
        holders = self._known.holders
        busy = np.zeros(self.nodes.size, dtype=bool)
        shown = self.templates.prefixes[stretch.templates, : said.shape[1]] & (said > 0)
        values = said[shown]
        nodes = np.broadcast_to(stretch.node[:, None], said.shape)[shown]
        pairs: list[tuple[int, int]] = []
        over = np.flatnonzero(self.templates.values[stretch.templates] > said.shape[1])
        for at in over.tolist():
            template, number = int(stretch.templates[at]), int(stretch.node[at])
            every = self._columns.values_of(template, int(stretch.values[at]))
            pairs += [(every[place], number) for place in self._columns.prefixes(template) if every[place]]
        if pairs:
            values = np.concatenate([values, [value for value, _ in pairs]])
            nodes = np.concatenate([nodes, [number for _, number in pairs]])
        if not len(values):
            return busy
        holders.reserve(int(values.max()) + 1)
        if len(self._owner) < len(holders.column):
            self._owner = np.zeros(len(holders.column), dtype=np.int64)
        self._owner[values] = nodes
        has = holders.column[values]
        common = (self._owner[values] != nodes) | ((has != nodes) & (has != NOBODY))
        if common.any():
            meant = np.unique(values[common])
            busy[nodes[np.isin(values, meant)]] = True
            has = holders.column[meant]
            busy[has[has >= 0]] = True
            for value in meant[has == SEVERAL].tolist():
                for number in holders.of(value):
                    if number >= 0:
                        busy[number] = True
        return busy

    # Waves

    def _waves(self, exchanges: Exchanges) -> Flags:
        """Make steps while nodes have any; returns which exchanges that were."""
        done = np.zeros(len(exchanges.node), dtype=bool)
        pairs = self.steps.pairs(exchanges.asked, exchanges.given, self.templates.counts)
        ends = following(exchanges.begins | ~exchanges.good)
        at = np.flatnonzero(exchanges.begins & exchanges.good)
        ends = ends[at]
        while len(at):
            who = exchanges.node[at]
            values = self.nodes.values.take(who, axis=0)[:, : self.shapes.width]
            pattern = patterns(values, exchanges.asked_values.take(at, axis=0), exchanges.given_values.take(at, axis=0))
            step = self.steps.of(self.nodes.shape[who], pairs[at], pattern)
            known = step >= 0
            if not known.all():
                at, ends, who, step = at[known], ends[known], who[known], step[known]
            reach = np.where(self.steps.loop[step], np.minimum(exchanges.until[at], ends), at + 1)
            if int((reach - at).sum()) < _LEAST_WAVE:
                break
            made = self._made(exchanges, at, reach, who, step)
            chosen = np.flatnonzero(made > at)
            self._apply(exchanges, made[chosen] - 1, who[chosen], step[chosen])
            _mark(done, at[chosen], made[chosen])
            on = (made == reach) & (reach < ends)
            at, ends = made[on], ends[on]
        return done

    def _made(self, exchanges: Exchanges, at: Longs, reach: Longs, who: Longs, step: Longs) -> Longs:
        """How far each node gets, from exchange `at` to `reach` by one step again and again."""
        nodes, steps = self.nodes, self.steps
        span = reach - at
        begin = np.cumsum(span) - span
        of = np.repeat(np.arange(len(at)), span)
        here = np.arange(len(of)) - begin[of] + at[of]
        first = here == at[of]
        expires, taken = nodes.expires[who][of], nodes.taken[who][of]
        number = steps.number[step]
        numbered = number >= 0
        width = self.shapes.owns
        own = nodes.owns.take(who, axis=0)[:, :width]
        last = np.zeros(len(of), dtype=np.int64)
        if numbered.any():
            last = own[np.arange(len(at)), np.maximum(number, 0)].astype(np.int64)[of]
        if len(here) > len(at):
            before = here - 1
            ends = exchanges.given_at[before] + steps.lifetime[step][of]
            stays = soonest(own, steps.stays.take(step, axis=0))[of]
            expires = np.where(first, expires, np.minimum(stays, np.where(steps.renews[step][of], ends, NEVER)))
            taken = np.where(first | ~steps.stamps[step][of], taken, exchanges.stamp[before])
            last = np.where(first | ~steps.counts[step][of], last, exchanges.sequence[before])
        fine = exchanges.given_at[here] <= expires
        fine &= ~steps.stamped[step][of] | (exchanges.stamp[here] > taken)
        ahead = (exchanges.sequence[here] - last) & 0xFFFF
        fine &= ~numbered[of] | ((ahead > 0) & (ahead < WINDOW))
        failed = np.where(fine, len(exchanges.node), here)
        made: Longs = np.minimum(np.minimum.reduceat(failed, begin), reach)
        return made

    def _values(self, exchanges: Exchanges, at: Longs, who: Longs) -> Longs:
        """The values of nodes and exchanges, as `Steps` counts them."""
        none = np.full((len(at), 2 * SAID + 1), -1, dtype=np.int64)
        asked, given = (values.take(at, axis=0) for values in (exchanges.asked_values, exchanges.given_values))
        none[:, : asked.shape[1]] = asked
        none[:, SAID : SAID + given.shape[1]] = given
        return np.concatenate([self.nodes.values.take(who, axis=0), none], axis=1)

    def _apply(self, exchanges: Exchanges, at: Longs, who: Longs, step: Longs) -> None:
        """Make a step of each node, the last time with exchange `at`."""
        nodes, steps, holders = self.nodes, self.steps, self._known.holders
        moves = np.flatnonzero(steps.moves[step])
        if len(moves):
            movers, moved = who[moves], step[moves]
            every = self._values(exchanges, at[moves], movers)
            for places, change in ((steps.released, holders.leave_all), (steps.held, holders.take_all)):
                for column in np.take_along_axis(every, places[moved], 1).T:
                    there = column >= 0
                    change(column[there], movers[there])
            nodes.values[movers] = np.take_along_axis(every, steps.values[moved], 1)
            nodes.shape[movers] = steps.after[moved]
        width = self.shapes.owns
        latest = np.zeros((len(at), OWNS + 4), dtype=np.uint64)
        latest[:, :width] = nodes.owns.take(who, axis=0)[:, :width]
        latest[:, ENDS] = (exchanges.given_at[at] + steps.lifetime[step]).view(np.uint64)
        latest[:, STAMP] = exchanges.stamp[at]
        latest[:, SEQUENCE] = exchanges.sequence[at]
        owns = np.take_along_axis(latest, steps.owns.take(step, axis=0)[:, :width], 1)
        nodes.owns[who, :width] = owns
        shape = nodes.shape[who]
        nodes.expires[who] = soonest(owns, self.shapes.expiring.take(shape, axis=0))
        place = self.shapes.taken[shape]
        taken = owns[np.arange(len(owns)), np.maximum(place, 0)]
        nodes.taken[who] = np.where(place < 0, 0, taken)
        nodes.sources[who] = nodes.sets.more(nodes.sources[who], self.templates.sources[exchanges.asked[at]])

    def _clocks(self, exchanges: Exchanges, done: Flags, base: int) -> None:
        """The last requests of each node that had any here. base: the number of the first message of the chunk."""
        nodes = self.nodes
        last = done.copy()
        last[:-1] &= ~done[1:] | exchanges.begins[1:]
        at = np.flatnonzero(last)
        who = exchanges.node[at]
        times, sequences = nodes.times.take(who, axis=0), nodes.sequences.take(who, axis=0)
        turn = exchanges.turn[at]
        asked_at = exchanges.asked_at
        second = np.where(turn > 0, asked_at[at - 1], times[:, 0])
        third = np.where(turn > 1, asked_at[np.maximum(at - 2, 0)], np.where(turn > 0, times[:, 0], times[:, 1]))
        nodes.times[who] = np.stack([asked_at[at], second, third], axis=1)
        earlier = np.where(turn > 0, exchanges.sequence[at - 1], sequences[:, 0])
        nodes.sequences[who] = np.stack([exchanges.sequence[at], earlier], axis=1)
        nodes.through[who] = exchanges.answer[at] + base
        nodes.mark(who)

    def _told(self, chunk: Any, exchanges: Exchanges, done: Flags) -> None:
        """What anchors answered."""
        answer = exchanges.answer[done]
        anchors = self.templates.destinations[exchanges.asked[done]]
        for number in np.flatnonzero(np.bincount(anchors)).tolist():
            rows = answer[anchors == number]
            rows.sort()
            self._heard[self.templates.addresses[number]] = rows, chunk.times[rows]

    # Answers to nobody

    def _anybody(self, stretch: Stretch) -> int:
        """The first row whose answer is to nothing that its node asked; the end if none is."""
        sources, destinations = (
            column[stretch.templates] for column in (self.templates.sources, self.templates.destinations)
        )
        fits = np.zeros(len(stretch.node), dtype=bool)
        fits[1:] = (
            ~stretch.new[1:]
            & (stretch.kinds[:-1] == REQUEST)
            & (stretch.sequences[1:] == stretch.sequences[:-1])
            & (sources[1:] == destinations[:-1])
            & (destinations[1:] == sources[:-1])
        )
        limit = stretch.first + len(stretch.node)
        for at in np.flatnonzero((stretch.kinds == ANSWER) & ~fits).tolist():
            row = int(stretch.order[at])
            if row < limit and not self._asked(stretch, at):
                limit = row
        return limit

    def _asked(self, stretch: Stretch, at: int) -> bool:
        """Whether a gateway has asked anything of this node, as far as anybody saw."""
        number = int(stretch.node[at])
        gateway = self._columns.destination(int(stretch.templates[at]))
        if number in self._known.named:
            known = self._known.get(number)
            self.nodes.pull(known)
            seen = known.sources
            if known.shape is None:
                seen = frozenset(self._checker.pairing._seen.get((BINDING, known.anchor, known.mn), ()))
            if gateway in seen:
                return True
        while at and stretch.node[at - 1] == number:
            at -= 1
            if stretch.kinds[at] == REQUEST and self._columns.source(int(stretch.templates[at])) == gateway:
                return True
        return False


def soonest(owns: Words, expiring: Flags) -> Floats:
    """When the first of those own values ends that do. expiring: which ones, perhaps with more columns."""
    found: Floats = np.full(len(owns), NEVER)
    for at in range(owns.shape[1]):
        np.minimum(found, np.ascontiguousarray(owns[:, at]).view(np.float64), out=found, where=expiring[:, at])
    return found


def _mark(flags: Flags, begins: Longs, ends: Longs) -> None:
    """Set the flags from each begin to its end, which is behind it; no two overlap."""
    changes = np.zeros(len(flags) + 1, dtype=np.int64)
    changes[begins] += 1
    changes[ends] -= 1
    flags |= np.cumsum(changes[:-1]) > 0
