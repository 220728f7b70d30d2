"""Remembered steps of single nodes, where too few take one at a time for columns (`waves.py`)."""

from __future__ import annotations

from pmiptool.rules.chunks import Columns
from pmiptool.rules.clocks import WINDOW
from pmiptool.rules.learning import Said
from pmiptool.rules.nodes import Node, Nodes, Open
from pmiptool.rules.pairing import MOMENT
from pmiptool.rules.sessions import INITIAL_BINDACK_TIMEOUT
from pmiptool.rules.steps import NEVER, Step, signs_of

_FIRST = (0,)


def timely(node: Node, said: Said, stamped: bool) -> bool:
    """What is asked of a request's time, number and timestamp.

    It is not the fourth within a second (`SessionChecker._rate`), is no copy (`Pairing.copies`), finds its binding in
    force, and has a greater timestamp than all before.
    """
    return (
        said.time - node.times[2] >= 1.0
        and (said.time - node.times[0] >= MOMENT or said.sequence not in node.sequences)
        and said.time <= node.expires
        and (not stamped or said.stamp > node.taken)
    )


class Single:
    """Makes steps of nodes that are folded up."""

    def __init__(self, columns: Columns, nodes: Nodes) -> None:
        self._columns, self._nodes = columns, nodes

    def asks(self, node: Node, said: Said, chunk: object, row: int, number: int) -> bool:
        """A request of a node: whether its like is known. Then it waits for its answer."""
        if node.asked_key != (said.template, said.values):
            self._asked(node, said.template, said.values)
        asked = node.asked
        if asked is None or not timely(node, said, asked.stamped):
            return False
        key = node.asked_key
        node.open = Open(chunk, row, number, said.time, said.sequence, said.stamp, asked, key)
        self._nodes.open[node.number] = node
        node.asks(said.time, said.sequence)
        return True

    def answers(self, node: Node, opened: Open, said: Said) -> bool:
        """The answer to what a node asked: whether both are a step that is known. Then it is made."""
        if opened.sequence != said.sequence or said.time - opened.time > INITIAL_BINDACK_TIMEOUT:
            return False
        if node.answer_key != (said.template, said.values):
            self._given(node, opened, said.template, said.values)
        step = node.answer
        if step is None or said.time > node.expires or (opened.asked.stamped and said.stamp != opened.stamp):
            return False
        if not step.sure and not self._may(node, opened, step):
            return False
        node.open = None
        del self._nodes.open[node.number]
        latest = opened.sequence, opened.stamp, said.time + step.lifetime  # behind the others, as in `LATEST`
        node.owns = [node.owns[at] if at >= 0 else latest[at] for at in step.owns]
        shape = step.after
        node.expires = min([node.owns[at] for at in shape.expiring], default=NEVER)
        node.taken = -1 if shape.taken is None else node.owns[shape.taken]
        if shape is not node.shape or step.values is not None:
            self._move(node, opened, step)
        return True

    def _asked(self, node: Node, template: int, values: int) -> None:
        """What is known of such a request by such a node."""
        assert node.shape is not None
        node.asked_key, node.answer_key = (template, values), (-1, -1)
        node.asked = node.shape.requests.get((template, self._signs(node, template, values, [])))
        source = self._columns.source(template)
        if source not in node.sources:
            node.sources |= {source}

    def _given(self, node: Node, opened: Open, template: int, values: int) -> None:
        """What is known of such an answer."""
        fresh: list[int] = []
        self._signs(node, *opened.key, fresh)
        node.answer_key = template, values
        node.answer = opened.asked.answers.get((template, self._signs(node, template, values, fresh)))

    def _signs(self, node: Node, template: int, values: int, fresh: list[int]) -> tuple[int, ...]:
        if self._columns.single(template) and node.values and node.values[0] == values:
            return _FIRST
        return signs_of(node.values, self._columns.values_of(template, values), fresh)

    def _may(self, node: Node, opened: Open, step: Step) -> bool:
        """What hangs on other values: a number that goes on from the last, and prefixes that nobody else has."""
        if step.number is not None and not 0 < (opened.sequence - node.owns[step.number]) & 0xFFFF < WINDOW:
            return False
        every = self._every(node, opened) if step.checked else []
        return not any(self._nodes.held_elsewhere(node, every[at]) for at in step.checked)

    def _every(self, node: Node, opened: Open) -> list[int]:
        """The values of the shape and those that the exchange brings."""
        fresh: list[int] = []
        self._signs(node, *opened.key, fresh)
        self._signs(node, *node.answer_key, fresh)
        return [*node.values, *fresh]

    def _move(self, node: Node, opened: Open, step: Step) -> None:
        """Another shape, or other values in it."""
        if step.values is not None or step.released or step.held:
            every = self._every(node, opened)
            for at in step.released:
                self._nodes.holders.leave(every[at], node.number)
            for at in step.held:
                self._nodes.holders.take(every[at], node.number)
            if step.values is not None:
                node.values = [every[at] for at in step.values]
        node.shape = step.after
        node.forget()
