"""How a step is learned: from an exchange that the checker saw of a node, and that broke no rule.

A step holds for every node of its shape. So each value that the state has afterwards must have one source, in the state
before or in the exchange; where one has none, nothing is learned.
"""

from __future__ import annotations

from typing import NamedTuple

from pmiptool.registry.rfc6275 import LIFETIME_UNIT
from pmiptool.rules.chunks import Columns
from pmiptool.rules.compact import EXPIRES, SEQUENCE, TAKEN, TIMESTAMP, Folded
from pmiptool.rules.pairing import Answer, MnKey, Request
from pmiptool.rules.sessions import INITIAL_BINDACK_TIMEOUT, SessionChecker
from pmiptool.rules.steps import LATEST, Asked, Shape, Step, signs_of
from pmiptool.rules.watch_state import Group
from pmiptool.session.model import Binding

_MOST = 200_000
"""How many steps are remembered."""
_T, _S = LATEST[1:]


class Said(NamedTuple):
    """A message in columns."""

    template: int
    values: int
    sequence: int
    stamp: int
    time: float


class Lesson(NamedTuple):
    """A request that breaks no rule, and what may be learned when its answer comes. values: of the shape, before.

    number: the own value that its number is judged by.
    """

    shape: Shape
    values: list[int]
    said: Said
    asked: Asked
    request: Request
    number: int | None


class Origins:
    """Where the own values of a node stood that was unfolded, by the objects that have them now."""

    def __init__(self, checker: SessionChecker, groups: list[Group], at: tuple[bytes, MnKey]) -> None:
        self._bindings: dict[int, tuple[Binding, float, tuple[int | None, ...]]] = {}
        count = 0
        for group in groups:
            for binding in group.session.bindings.values():
                places: list[int | None] = []
                for value in (binding.expires, binding.timestamp, binding.sequence):
                    places.append(None if value is None else count)
                    count += value is not None
                assert isinstance(binding.expires, float)
                self._bindings[id(binding)] = binding, binding.expires, tuple(places)
        clocks = checker.watch.clocks
        self.taken: int | None = None
        if at in clocks._taken:
            self.taken, count = count, count + 1
        self.accepted = {care_of: count + more for more, care_of in enumerate(clocks._accepted.get(at, ()))}

    def of(self, binding: Binding, kind: int) -> int | None:
        known = self._bindings.get(id(binding))
        return None if known is None else known[2][kind]

    def expiry(self, binding: Binding) -> float | None:
        """The very object that said when it ends."""
        known = self._bindings.get(id(binding))
        return None if known is None else known[1]


class Learning:
    """Shapes, with the steps that were learned of each."""

    def __init__(self, checker: SessionChecker, columns: Columns) -> None:
        self._checker, self._columns = checker, columns
        self._shapes: dict[tuple[object, ...], Shape] = {}
        self._count = 0

    def shape(self, folded: Folded) -> Shape:
        shape = self._shapes.get(folded.shape)
        if shape is None:
            shape = self._shapes[folded.shape] = Shape(folded)
        return shape

    def forget(self) -> None:
        """What was learned holds no more."""
        for shape in self._shapes.values():
            shape.requests.clear()

    def asked(
        self, shape: Shape, values: list[int], said: Said, request: Request, origins: Origins | None
    ) -> Lesson:  # fmt: skip
        """A request by a node of this shape, with these values, broke nothing."""
        signs = signs_of(values, self._columns.values_of(said.template, said.values), [])
        asked = shape.requests.get((said.template, signs))
        if asked is None:
            asked = shape.requests[said.template, signs] = Asked(self._columns.stamped(said.template))
        number = None
        if not asked.stamped:
            binding = self._checker.watch.located(request)
            if binding is not None and origins is not None:
                number = origins.of(binding, SEQUENCE)
        return Lesson(shape, values, said, asked, request, number)

    def answered(self, lesson: Lesson, said: Said, answer: Answer, folded: Folded, origins: Origins) -> None:
        """Its answer broke nothing either. folded: the state afterwards."""
        before, old, question, asked, request, number = lesson
        if request.answers != [answer] or said.time - question.time > INITIAL_BINDACK_TIMEOUT or self._count >= _MOST:
            return
        if said.sequence != question.sequence or (asked.stamped and said.stamp != question.stamp):
            return
        fresh: list[int] = []
        signs_of(old, self._columns.values_of(question.template, question.values), fresh)
        signs = signs_of(old, self._columns.values_of(said.template, said.values), fresh)
        every = [*old, *fresh]
        shape = self.shape(folded)
        step = Step(shape)
        step.lifetime = LIFETIME_UNIT * answer.decoded.message.lifetime
        step.number = number
        sources = _sources(origins, folded, request, said.time + step.lifetime)
        if sources is None or any(value not in every for value in folded.values):
            return
        step.owns = sources
        moved = tuple(every.index(value) for value in folded.values)
        step.values = None if moved == tuple(range(len(old))) and not fresh else moved
        was, now = set(before.held), {moved[at] for at in shape.held}
        step.held, step.released = tuple(now - was), tuple(was - now)
        step.checked = tuple((self._given(answer, every) | now) - was)
        step.sure = number is None and not step.checked
        option = "multihoming"
        step.even = request.view.value(option) is None or answer.view.value(option) is not None
        asked.answers[said.template, signs] = step
        self._count += 1

    def _given(self, answer: Answer, every: list[int]) -> set[int]:
        """The prefixes of an answer, among all values."""
        prefixes = (option.home_network_prefix.address for option in answer.view.values("hnp"))
        numbers = map(self._columns.value_number, prefixes)
        return {every.index(number) for number in numbers if number > 0}


def _sources(origins: Origins, folded: Folded, request: Request, expires: float) -> tuple[int, ...] | None:
    """Where each own value comes from. What an exchange renews is a new object, what it leaves is the old one."""
    sources: list[int] = []
    renewed: set[int] = set()
    for own in folded.owns:
        if own.kind in (EXPIRES, TIMESTAMP, SEQUENCE):
            if own.kind == EXPIRES and origins.expiry(own.whose) is not own.value:
                renewed.add(id(own.whose))
                if own.value != expires:
                    return None
            if id(own.whose) in renewed:
                source: int | None = LATEST[own.kind]
                wanted = (expires, request.timestamp, request.sequence)[own.kind]
                if own.value != wanted:
                    return None
            else:
                source = origins.of(own.whose, own.kind)
        elif own.kind == TAKEN:
            source = _T if request.timestamp is not None else origins.taken
            if source == _T and own.value != request.timestamp:
                return None
        else:
            latest = own.whose == request.care_of and request.timestamp is None
            source = _S if latest else origins.accepted.get(own.whose)
            if latest and own.value != request.sequence:
                return None
        if source is None:
            return None
        sources.append(source)
    return tuple(sources)
