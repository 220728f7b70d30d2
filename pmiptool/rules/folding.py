"""Nodes on their way between the checker, which has what must be looked at, and the folded state of all others.

Whoever the checker asks for is unfolded: it gets the node's sessions, the exchanges of the time that it remembers
requests for, and a request that still waits. A node at rest is folded up again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pmiptool.rules.chunks import Columns, Past
from pmiptool.rules.compact import Folded, at_rest, complete, drop, fold, unfold
from pmiptool.rules.context import Context
from pmiptool.rules.holders import UNKNOWN
from pmiptool.rules.learning import Learning, Origins, Said
from pmiptool.rules.nodes import Latest, Node, Nodes, Open, Untold
from pmiptool.rules.pairing import FORGET, Answer, MnKey, Request, observed
from pmiptool.rules.sessions import SessionChecker
from pmiptool.rules.steps import NEVER, Shape
from pmiptool.rules.view import View
from pmiptool.rules.watch import Watch
from pmiptool.rules.watch_state import Group
from pmiptool.rules.waves import Waves
from pmiptool.session.model import PrefixKey

LATELY = 4.0
"""Seconds within which an exchange matters to the next ones whatever they say: four are too many a second, and the
network doubles what it carries."""


class _Prefixes(dict[tuple[bytes, PrefixKey], Group]):
    """Who has a prefix, also among what is folded up."""

    def __init__(self, folding: Folding) -> None:
        super().__init__()
        self._folding = folding

    def get(self, key: Any, default: Any = None) -> Any:
        self._folding.wanted(*key)
        return super().get(key, default)

    def __setitem__(self, key: tuple[bytes, PrefixKey], group: Group) -> None:
        self._folding.given(*key, group.mn)
        super().__setitem__(key, group)


class _Watch(Watch):
    """Sessions, also of what is folded up."""

    def __init__(self, context: Context, folding: Folding) -> None:
        super().__init__(context)
        self._folding = folding
        self._prefixes = _Prefixes(folding)

    def sessions(self, mn: MnKey | None = None) -> list[Group]:
        if mn is None:
            self._folding.unfold_all()
        return super().sessions(mn)


class Folding:
    """now: the time of the last message; count: how many there were; moment: when what has expired was asked for."""

    def __init__(
        self, checker: SessionChecker, columns: Columns, past: Past, nodes: Nodes, learning: Learning, waves: Waves,
        observe: Callable[[Any, int, float], bool],
    ) -> None:  # fmt: skip
        """observe: shows the checker a request that it should have seen before; says whether anything is wrong."""
        self._folds = complete(checker)
        checker.watch = _Watch(checker.context, self)
        self._checker, self._columns, self._past, self._nodes = checker, columns, past, nodes
        self._learning, self._waves, self._observe = learning, waves, observe
        self._optioned = 0
        self._putting_back = False
        self.now = self.moment = 0.0
        self.count = 0

    def wanted(self, anchor: bytes, prefix: PrefixKey) -> None:
        """The checker asks who has a prefix."""
        for holder in self._nodes.holders_at(anchor, self._nodes.value(prefix[0])):
            self.unfold(holder)

    def given(self, anchor: bytes, prefix: PrefixKey, mn: MnKey) -> None:
        """The checker notes who has one."""
        if self._putting_back:
            return
        value, node = self._nodes.value(prefix[0]), self._nodes.at(anchor, mn)
        if node is not None:
            node.named.add(value)
        if value > 0:
            self._nodes.holders.take(value, UNKNOWN if node is None else node.number)

    def unfold_open(self) -> None:
        """All that wait for an answer."""
        for node in list(self._nodes.open.values()):
            self.unfold(node)

    def unfold_all(self) -> None:
        for node in self._nodes.all():
            self.unfold(node)

    def unfold(self, node: Node) -> None:
        """Give the checker what it would have seen of a node."""
        self._waves.nodes.pull(node)
        self._waves.touched.add(node.number)
        shape, checker = node.shape, self._checker
        if shape is None:
            return
        octets = [self._columns.value_octets(value) for value in node.values]
        node.named = {node.values[at] for at in shape.held}
        node.shape = None
        self._putting_back = True
        node.groups = unfold(checker, node.anchor, node.mn, shape.shape, octets, node.owns, node.sources)
        self._putting_back = False
        node.origins = Origins(checker, node.groups, (node.anchor, node.mn))
        opened, node.open = node.open, None
        self._nodes.open.pop(node.number, None)
        self._recall(node, opened)
        if opened is not None:
            said = Said(*opened.key, opened.sequence, opened.stamp, opened.time)
            self.mind(node, said)
            self._show(node, opened, said, shape)
        checker.watch.expire(self.moment)

    def _show(self, node: Node, opened: Open, said: Said, shape: Shape) -> None:
        """Show the checker the request that still waits; it may be in the midst of another message."""
        checker = self._checker
        last, last_mn = checker.last, checker.last_mn
        found = self._observe(opened.chunk.message(opened.row), opened.number, opened.time)
        request = checker.last
        checker.last, checker.last_mn = last, last_mn
        assert isinstance(request, Request)
        node.latest = Latest(request, *opened.key, opened.stamp)
        if not found:
            node.lesson = self._learning.asked(shape, list(node.values), said, request, node.origins)

    def _recall(self, node: Node, opened: Open | None) -> None:
        """Exchanges that the checker would remember, answered and right: told now where they are of a moment ago.

        Of older ones it is enough to tell when a message comes that has to do with one of them (`mind`).
        """
        latest, since = node.times[opened is not None], self.now - FORGET
        node.untold = [untold for untold in node.untold if untold.latest >= since]
        count = max(self.count, self._waves.through(node))
        if latest >= since:
            until = count + 1 if opened is None else opened.number
            numbers, stamps = self._past.numbers(node.number, node.since, until, since)
            node.untold.append(Untold(node.since, until, latest, numbers, stamps))
        node.since = count
        if latest > self.now - LATELY:
            self.recall(node)

    def mind(self, node: Node, said: Said, *, fits: bool = True) -> None:
        """A message of a node is about to be shown. fits: it answers what is known to wait for an answer."""
        stamp = said.stamp if self._columns.stamped(said.template) else None
        if not fits or any(said.sequence in untold.numbers or stamp in untold.stamps for untold in node.untold):
            self.recall(node)

    def recall(self, node: Node) -> None:
        """Tell the checker of all exchanges that it would remember of a node."""
        checker, request = self._checker, None
        for untold in node.untold:
            for number, time, message in self._past.of(node.number, untold.after, untold.before, self.now - FORGET):
                envelope = message.envelope
                view = View(message.decoded, checker.context.codepoints)
                part = observed(view, source=envelope.src, destination=envelope.dst, time=time, frame=number)
                if isinstance(part, Request):
                    request = part
                elif isinstance(part, Answer) and request is not None:
                    part.lma = request.lma
                    checker.recall(request, part)
                    request = None
        node.untold = []

    def settle(self, node: Node, said: Said, *, sound: bool) -> None:
        """Fold up a node that is at rest after its answer. sound: that broke nothing, so that there may be something
        to learn."""
        checker = self._checker
        lesson, node.lesson = node.lesson, None
        if len(checker.watch._optioned) != self._optioned:  # what an anchor may leave out is judged anew
            self._optioned = len(checker.watch._optioned)
            for learned in (self._learning, self._nodes, self._waves):
                learned.forget()
            lesson = None
        folded = self._folded(node)
        if folded is None:
            return
        answer = checker.last
        if sound and lesson is not None and isinstance(answer, Answer) and node.origins is not None:
            self._learning.answered(lesson, said, answer, folded, node.origins)
        self._fold(node, folded)

    def rest(self, node: Node) -> None:
        """Fold up a node for which nothing waits any more."""
        folded = self._folded(node) if node.shape is None else None
        if folded is not None:
            node.lesson = None
            self._waves.touched.add(node.number)
            self._fold(node, folded)

    def _folded(self, node: Node) -> Folded | None:
        """The state of a node that is at rest."""
        if not self._folds or not at_rest(self._checker, node.anchor, node.mn):
            return None
        return fold(self._checker, node.anchor, node.mn, self._nodes.value)

    def _fold(self, node: Node, folded: Folded) -> None:
        shape = self._learning.shape(folded)
        node.sources = drop(self._checker, node.anchor, node.mn, node.groups)
        node.groups, node.origins, node.latest = [], None, None
        node.shape, node.values = shape, folded.values
        node.owns = [own.value for own in folded.owns]
        node.expires = min([node.owns[at] for at in shape.expiring], default=NEVER)
        node.taken = -1 if shape.taken is None else node.owns[shape.taken]
        node.forget()
        held = {folded.values[at] for at in shape.held}
        for value in node.named - held:
            self._nodes.holders.leave(value, node.number)
        for value in held - node.named:
            self._nodes.holders.take(value, node.number)
