"""Mobile nodes at their anchors, by the running numbers of the columns."""

from __future__ import annotations

from itertools import islice
from typing import Any, NamedTuple

from pmiptool.rules.chunks import Columns
from pmiptool.rules.holders import UNKNOWN, Holders
from pmiptool.rules.learning import Lesson, Origins
from pmiptool.rules.pairing import MnKey, Request
from pmiptool.rules.steps import NEVER, Asked, Shape, Step
from pmiptool.rules.watch_state import Group

_MOST = 200_000
"""How many numbers of octets are remembered."""


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


class Latest(NamedTuple):
    """A request that was looked at: as part of its exchange, and in columns."""

    request: Request
    template: int
    values: int
    stamp: int


class Untold(NamedTuple):
    """Exchanges behind message `after` and before `before` that the checker did not see: when the last one was asked,
    their sequence numbers, and their timestamps."""

    after: int
    before: int
    latest: float
    numbers: frozenset[int]
    stamps: frozenset[int]


class Node:
    """A mobile node at one anchor.

    shape: None while the checker has it, and then: groups, its sessions there; origins, where its own values were;
    named, prefixes that it may have; latest, what it asked. since: the last message that the checker saw. times,
    sequences: of its last requests. untold: what the checker might still be asked about.
    """

    __slots__ = (
        "anchor", "answer", "answer_key", "asked", "asked_key", "expires", "groups", "latest", "lesson", "mn", "named",
        "number", "open", "origins", "owns", "sequences", "shape", "since", "sources", "taken", "times", "untold",
        "values",
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
        self.groups: list[Group] = []
        self.origins: Origins | None = None
        self.named: set[int] = set()
        self.latest: Latest | None = None
        self.lesson: Lesson | None = None
        self.untold: list[Untold] = []

    def forget(self) -> None:
        """What is known of its next exchange holds no more."""
        self.asked_key = self.answer_key = -1, -1

    def asks(self, time: float, sequence: int) -> None:
        """It asks once more."""
        self.times = time, *self.times[:2]
        self.sequences = sequence, self.sequences[0]


class Nodes:
    """by_number: those that were looked at, each by itself; open: those that wait for an answer, the oldest first;
    named: nodes by number, and mobile nodes, None for none, in the order in which they were first spoken of; holders:
    who has which prefix."""

    def __init__(self, columns: Columns, empty: Shape) -> None:
        """empty: the shape of a node of which nothing is known."""
        self.columns, self.empty = columns, empty
        self.by_number: dict[int, Node] = {}
        self.open: dict[int, Node] = {}
        self.named: dict[int | MnKey | None, None] = {}
        self.holders = Holders()
        self._by_mn: dict[MnKey, list[int]] = {}
        self._sorted = 0
        self._values: dict[bytes, int] = {}

    def get(self, number: int) -> Node:
        """A node; what became of it in columns is still to be handed back to it."""
        node = self.by_number.get(number)
        if node is None:
            node = self.by_number[number] = Node(number, *self.columns.node(number), self.empty)
            self.named.setdefault(number)
        return node

    def of(self, mn: MnKey) -> list[Node]:
        """A mobile node at all anchors that were spoken of."""
        for named in islice(self.named, self._sorted, None):
            if isinstance(named, int):
                self._by_mn.setdefault(self.columns.node(named)[1], []).append(named)
        self._sorted = len(self.named)
        return [self.get(number) for number in self._by_mn.get(mn, ())]

    def at(self, anchor: bytes, mn: MnKey) -> Node | None:
        number = self.columns.node_number(anchor, mn)
        return self.get(number) if number is not None and number in self.named else None

    def all(self) -> list[Node]:
        return [self.get(named) for named in self.named if isinstance(named, int)]

    def mns(self) -> list[MnKey | None]:
        """The mobile nodes in the order in which they were first named, None for none."""
        names = (self.columns.node(named)[1] if isinstance(named, int) else named for named in self.named)
        return list(dict.fromkeys(names))

    def value(self, octets: bytes) -> int:
        """The running number of octets of identity."""
        number = self._values.get(octets)
        if number is None:
            if len(self._values) >= _MOST:
                self._values.clear()
            number = self._values[octets] = self.columns.value_number(octets)
        return number

    def held_elsewhere(self, node: Node, prefix: int) -> bool:
        """Whether another node may have a prefix at the same anchor."""
        others = (number for number in self.holders.of(prefix) if number != node.number)
        return any(other == UNKNOWN or self.columns.node(other)[0] == node.anchor for other in others)

    def holders_at(self, anchor: bytes, prefix: int) -> list[Node]:
        numbers = (number for number in self.holders.of(prefix) if number != UNKNOWN)
        return [self.get(number) for number in numbers if self.columns.node(number)[0] == anchor]

    def forget(self) -> None:
        """What was known of exchanges holds no more."""
        for node in self.by_number.values():
            node.forget()
