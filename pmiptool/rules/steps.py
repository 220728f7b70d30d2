"""Steps from one shape of a node's state to another, and nodes that take them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from pmiptool.rules.compact import EXPIRES, TAKEN, ZERO, Folded
from pmiptool.rules.pairing import MnKey
from pmiptool.rules.sessions import SessionChecker
from pmiptool.rules.watch_state import Group
from pmiptool.session.model import Binding

NEVER = float("inf")
LATEST = -1, -2, -3
"""Where an own value comes from, if not from before: end of the lifetime, timestamp, sequence number."""


class Step:
    """What an exchange makes of a shape. `after` is that shape itself where only own values change."""

    __slots__ = ("after", "checked", "even", "held", "lifetime", "number", "owns", "released", "sure", "values")

    def __init__(self, after: Shape) -> None:
        self.after = after
        self.values: tuple[int, ...] | None = None  # where each comes from; None: they stay
        self.owns: tuple[int, ...] = ()
        self.lifetime = 0
        self.sure = False  # neither of the next two asks for anything
        self.even = True  # what an anchor may leave out was not left out
        self.number: int | None = None  # the own value that the sequence number must be greater than
        self.checked: tuple[int, ...] = ()  # values that are prefixes which nobody else may have
        self.held: tuple[int, ...] = ()
        self.released: tuple[int, ...] = ()


class Asked:
    """A request that breaks no rule, by a node of one shape."""

    __slots__ = ("answers", "stamped")

    def __init__(self, stamped: bool) -> None:
        self.stamped = stamped
        self.answers: dict[tuple[int, tuple[int, ...]], Step] = {}


class Shape:
    __slots__ = ("expiring", "held", "owns", "requests", "shape", "size", "taken")

    def __init__(self, folded: Folded) -> None:
        self.shape = folded.shape
        self.size = len(folded.values)
        self.held = tuple({at for at, _ in folded.held})
        self.owns = tuple(own.kind for own in folded.owns)
        self.expiring = tuple(at for at, own in enumerate(folded.owns) if own.kind == EXPIRES)
        self.taken = next((at for at, own in enumerate(folded.owns) if own.kind == TAKEN), None)
        self.requests: dict[tuple[int, tuple[int, ...]], Asked] = {}


class Open(NamedTuple):
    """A request that was not looked at and has no answer yet. key: its template and values."""

    chunk: Any
    row: int
    number: int
    time: float
    sequence: int
    stamp: int
    asked: Asked
    key: tuple[int, int]


class Node:
    """A mobile node at one anchor. shape: None while the checker has it. since: the last message that it saw."""

    __slots__ = (
        "anchor", "answer", "answer_key", "asked", "asked_key", "expires", "groups", "learning", "mn", "named",
        "number", "open", "owns", "sequences", "shape", "since", "sources", "taken", "times", "unfolded", "values",
    )  # fmt: skip

    def __init__(self, number: int, anchor: bytes, mn: MnKey, shape: Shape) -> None:
        self.number, self.anchor, self.mn = number, anchor, mn
        self.shape: Shape | None = shape
        self.values: list[int] = []
        self.owns: list[Any] = []
        self.expires = NEVER
        self.taken = -1
        self.since = 0
        self.sources: frozenset[bytes] = frozenset()
        self.open: Open | None = None
        self.times = (-NEVER, -NEVER, -NEVER)
        self.sequences = (-1, -1)
        self.asked_key: tuple[int, int] = (-1, -1)
        self.asked: Asked | None = None
        self.answer_key: tuple[int, int] = (-1, -1)
        self.answer: Step | None = None
        self.named: set[int] = set()  # prefixes that it may have, while it is not folded up
        self.groups: list[Group] = []
        self.unfolded: Places | None = None
        self.learning: tuple[Any, ...] | None = None


def signs_of(values: list[int], numbers: Iterable[int], fresh: list[int]) -> tuple[int, ...]:
    """Values as a shape has them: their numbers there; behind these what it does not have, which becomes `fresh`."""
    signs = []
    for number in numbers:
        if number == 0:
            signs.append(ZERO)
        elif number in values:
            signs.append(values.index(number))
        else:
            if number not in fresh:
                fresh.append(number)
            signs.append(len(values) + fresh.index(number))
    return tuple(signs)


class Places:
    """Where the own values of a node stood that was unfolded, by the objects that have them now."""

    def __init__(self, checker: SessionChecker, groups: list[Group], at: tuple[bytes, MnKey]) -> None:
        self.bindings: dict[int, tuple[Binding, float, tuple[int | None, ...]]] = {}
        count = 0
        for group in groups:
            for binding in group.session.bindings.values():
                places: list[int | None] = []
                for value in (binding.expires, binding.timestamp, binding.sequence):
                    places.append(None if value is None else count)
                    count += value is not None
                assert isinstance(binding.expires, float)
                self.bindings[id(binding)] = binding, binding.expires, tuple(places)
        clocks = checker.watch.clocks
        self.taken: int | None = None
        if at in clocks._taken:
            self.taken, count = count, count + 1
        self.accepted = {care_of: count + more for more, care_of in enumerate(clocks._accepted.get(at, ()))}

    def of(self, binding: Binding, kind: int) -> int | None:
        known = self.bindings.get(id(binding))
        return None if known is None else known[2][kind]

    def expiry(self, binding: Binding) -> float | None:
        """The very object that said when it ends."""
        known = self.bindings.get(id(binding))
        return None if known is None else known[1]
