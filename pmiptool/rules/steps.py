"""Steps from one shape of a node's state to another."""

from __future__ import annotations

from collections.abc import Iterable

from pmiptool.rules.compact import EXPIRES, TAKEN, ZERO, Folded

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
    """What nodes have in common. size: how many values it has; expiring, taken, held: which own values, and which of
    the values, are ends of lifetimes, the greatest timestamp, and prefixes. requests: what is known, by template and
    signs."""

    __slots__ = ("expiring", "held", "owns", "requests", "shape", "size", "taken")

    def __init__(self, folded: Folded) -> None:
        self.shape = folded.shape
        self.size = len(folded.values)
        self.held = tuple({at for at, _ in folded.held})
        self.owns = tuple(own.kind for own in folded.owns)
        self.expiring = tuple(at for at, kind in enumerate(self.owns) if kind == EXPIRES)
        self.taken = next((at for at, kind in enumerate(self.owns) if kind == TAKEN), None)
        self.requests: dict[tuple[int, tuple[int, ...]], Asked] = {}


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
