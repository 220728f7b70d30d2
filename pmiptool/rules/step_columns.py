"""Remembered steps in columns: which one an exchange is, and where a node's values come from when it is made.

An exchange is looked up by the shape of its node, the templates of request and answer, and a **pattern**: of each value
that the two messages bring, where the same value stood first among those of the shape, of the request and of the
answer. What these positions mean says `Steps.values`.
"""

from __future__ import annotations

from itertools import zip_longest
from typing import Any

import numpy as np
import numpy.typing as npt

from pmiptool.rules.compact import ZERO
from pmiptool.rules.lookup import Lookup
from pmiptool.rules.steps import LATEST, Asked, Shape, Step

Longs = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

VALUES, SAID, OWNS, PREFIXES = 8, 6, 8, 4
"""The most that has a column: values of a shape, values of a message, own values, prefixes that an exchange moves."""
REQUEST, ANSWER, NONE = VALUES, VALUES + SAID, VALUES + 2 * SAID
"""Where the values of request and answer stand behind those of the shape, and nothing."""
ENDS, STAMP, SEQUENCE, NO_OWN = OWNS, OWNS + 1, OWNS + 2, OWNS + 3
"""Where the end of the lifetime, the timestamp and the sequence number stand behind the own values, and nothing."""
_LATEST = dict(zip(LATEST, (ENDS, STAMP, SEQUENCE), strict=True))
_BITS = 5  # of a position in a pattern
_FIELD = 1 << 20
"""How many shapes, pairs of templates, and patterns there may be."""


class _Table:
    """Columns that grow together."""

    def __init__(self, **columns: tuple[Any, int | tuple[int, ...]]) -> None:
        self.count = 0
        self._size = 64
        self._columns = columns
        for name, (dtype, width) in columns.items():
            setattr(self, name, np.zeros((self._size, *([width] if width else [])), dtype=dtype))

    def add(self, **values: Any) -> int:
        if self.count == self._size:
            self._size *= 2
            for name in self._columns:
                column = getattr(self, name)
                setattr(self, name, np.concatenate([column, np.zeros_like(column)]))
        for name, value in values.items():
            getattr(self, name)[self.count] = value
        self.count += 1
        return self.count - 1


class Shapes(_Table):
    """expiring: which own values are ends of lifetimes. taken: which is the greatest timestamp, or -1. width, owns: the
    most values, and own values, that one of them has."""

    expiring: Flags
    taken: Longs

    def __init__(self) -> None:
        super().__init__(expiring=(bool, OWNS), taken=(np.int64, 0))
        self.shapes: list[Shape] = []
        self.width = self.owns = 1
        self._numbers: dict[int, int] = {}

    def number(self, shape: Shape) -> int:
        """The running number of a shape; -1 where it does not fit into columns."""
        number = self._numbers.get(id(shape))
        if number is None:
            number = -1
            if shape.size <= VALUES and len(shape.owns) <= OWNS and self.count < _FIELD:
                expiring = np.isin(np.arange(OWNS), shape.expiring)
                number = self.add(expiring=expiring, taken=-1 if shape.taken is None else shape.taken)
                self.shapes.append(shape)
                self.width, self.owns = max(self.width, shape.size), max(self.owns, len(shape.owns))
            self._numbers[id(shape)] = number
        return number


class Steps(_Table):
    """For each step: lifetime (s), whether its request is stamped, the own value that its number must be greater than
    or -1, the shape after it; loop: nothing but own values changes, so that it may be made many times at once.

    values, owns: where each comes from. held, released: values that are prefixes; NONE for none. Of a loop, stays:
    ends of lifetimes that it does not renew; renews: it does so with others; stamps, counts: the greatest timestamp is
    its own then, and so is the last sequence number.
    """

    lifetime: npt.NDArray[np.float64]
    stamped: Flags
    number: Longs
    after: Longs
    loop: Flags
    values: Longs
    owns: Longs
    held: Longs
    released: Longs
    moves: Flags
    stays: Flags
    renews: Flags
    stamps: Flags
    counts: Flags

    def __init__(self, shapes: Shapes) -> None:
        super().__init__(
            lifetime=(np.float64, 0), stamped=(bool, 0), number=(np.int64, 0), after=(np.int64, 0), loop=(bool, 0),
            values=(np.int64, VALUES), owns=(np.int64, OWNS), moves=(bool, 0),
            held=(np.int64, PREFIXES), released=(np.int64, PREFIXES), stays=(bool, OWNS), renews=(bool, 0),
            stamps=(bool, 0), counts=(bool, 0),
        )  # fmt: skip
        self._shapes = shapes
        self._pairs: list[int] = []
        self._patterns: list[int] = []
        self._pair_numbers = Lookup(lambda key: self._listed(self._pairs, key))
        self._pattern_numbers = Lookup(lambda key: self._listed(self._patterns, key))
        self._numbers = Lookup(self._made)
        self._counts: list[int] = []

    @staticmethod
    def _listed(keys: list[int], key: int) -> int:
        if len(keys) == _FIELD:
            return -1
        keys.append(key)
        return len(keys) - 1

    def forget(self) -> None:
        """What was learned holds no more."""
        self._numbers.forget()

    def pairs(self, requests: Longs, answers: Longs, counts: list[int]) -> Longs:
        """The numbers of pairs of templates. counts: how many values go with each template there is."""
        self._counts = counts
        return self._pair_numbers.of(requests << 32 | answers)

    def of(self, shapes: Longs, pairs: Longs, patterns: Longs) -> Longs:
        """The step that each exchange is; -1 where none is known, or none for columns."""
        known = self._pattern_numbers.of(patterns)
        found = self._numbers.of((shapes << 20 | pairs) << 20 | known)
        found[(pairs < 0) | (known < 0)] = -1
        return found

    def _made(self, key: int) -> int:
        shape = self._shapes.shapes[key >> 40]
        pair, pattern = self._pairs[key >> 20 & _FIELD - 1], self._patterns[key & _FIELD - 1]
        request, answer = pair >> 32, pair & 0xFFFFFFFF
        fresh: list[int] = []
        asked_signs = self._signs(shape, pattern, REQUEST, self._counts[request], fresh)
        signs = self._signs(shape, pattern, ANSWER, self._counts[answer], fresh)
        asked = shape.requests.get((request, asked_signs))
        step = asked.answers.get((answer, signs)) if asked is not None else None
        if asked is None or step is None or not step.even:
            return -1
        return self._add(shape, asked, step, [*range(shape.size), *fresh])

    @staticmethod
    def _signs(shape: Shape, pattern: int, begin: int, count: int, fresh: list[int]) -> tuple[int, ...]:
        """As `steps.signs_of` has them. fresh: positions of values that the shape does not have."""
        signs = []
        for at in range(begin, begin + count):
            place = (pattern >> _BITS * (at - VALUES) & (1 << _BITS) - 1) - 1
            if place < 0:
                signs.append(ZERO)
            elif place < VALUES:
                signs.append(place)
            else:
                if place not in fresh:
                    fresh.append(place)
                signs.append(shape.size + fresh.index(place))
        return tuple(signs)

    def _add(self, shape: Shape, asked: Asked, step: Step, places: list[int]) -> int:
        """places: where each of the values stands that the step numbers."""
        after = self._shapes.number(step.after)
        moved = step.values if step.values is not None else tuple(range(shape.size))
        prefixes = step.held, step.released
        if after < 0 or any(len(each) > PREFIXES for each in prefixes):
            return -1
        held, released = (_row([places[at] for at in each], PREFIXES, NONE) for each in prefixes)
        owns = [_LATEST.get(source, source) for source in step.owns]
        same = step.after is shape and moved == tuple(range(shape.size)) and not any(prefixes)
        loop = same and all(own in (at, ENDS, STAMP, SEQUENCE) for at, own in enumerate(owns))
        renewed = [loop and at in shape.expiring and owns[at] == ENDS for at in range(OWNS)]
        return self.add(
            lifetime=step.lifetime, stamped=asked.stamped, number=-1 if step.number is None else step.number,
            after=after, values=_row([places[at] for at in moved], VALUES, NONE), owns=_row(owns, OWNS, NO_OWN),
            held=held, released=released, moves=not same, loop=loop, renews=any(renewed),
            stays=[at in shape.expiring and not renewed[at] for at in range(OWNS)],
            stamps=loop and shape.taken is not None and owns[shape.taken] == STAMP,
            counts=loop and step.number is not None and owns[step.number] == SEQUENCE,
        )  # fmt: skip


def _row(items: list[int], width: int, fill: int) -> list[int]:
    return [item if item is not None else fill for item, _ in zip_longest(items, range(width))]


def patterns(values: Longs, requests: Longs, answers: Longs) -> Longs:
    """The pattern of each exchange. values: of its node, a row each; requests, answers: what the messages bring.

    In all of them 0 is a value that is zero, and what is less than 0 is none.
    """
    found = np.zeros(len(values), dtype=np.int64)
    earlier = list(enumerate(np.ascontiguousarray(values.T)))
    for begin, said in ((REQUEST, requests), (ANSWER, answers)):
        for own, column in enumerate(np.ascontiguousarray(said.T), begin):
            place = np.full(len(values), own + 1, dtype=np.int64)
            for other, there in reversed(earlier):
                np.copyto(place, other + 1, where=there == column)
            np.copyto(place, 0, where=column <= 0)
            place <<= _BITS * (own - VALUES)
            found |= place
            earlier.append((own, column))
    return found
