"""What a page shows of captures: the courses of some mobile nodes, and some messages in full, however many there are.

Captures of any size are judged first, and read once more for what the findings say is worth showing. No more than that
is remembered.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from pmiptool.capture.columns import Columns
from pmiptool.capture.layouts import ANSWER, ODD, REQUEST
from pmiptool.capture.merged import Placed
from pmiptool.capture.stream import SLACK, OutOfOrder, Stream
from pmiptool.registry.exchange import LMA, MAG
from pmiptool.registry.rule import LEVELS
from pmiptool.report.lifetimes import Course, Lifetime
from pmiptool.report.timeline import Step
from pmiptool.report.validation import Validation, frame_name, step_of
from pmiptool.rules import Context, SessionChecker
from pmiptool.rules.opaque import opaque
from pmiptool.rules.pairing import MnKey, mn_key, observed
from pmiptool.rules.view import View
from pmiptool.wire.finding import Finding

_AROUND = 2  # steps before and after one that matters, where some are left out
_ROLES = {REQUEST: (MAG, LMA), ANSWER: (LMA, MAG)}
_REMEMBERED, _NAMED = 20_000, 200_000  # messages that may still be asked for, and their names


class Limits(NamedTuple):
    """How many courses, steps of one, messages in full, and mobile nodes by name there are at most."""

    courses: int = 40
    steps: int = 150
    messages: int = 300
    nodes: int = 1000


DEFAULT = Limits()


@dataclass
class Shown:
    """A mobile node. total: of its steps, of which some are left out. ends: addresses with what they are."""

    total: int = 0
    start: float = 0.0
    steps: list[Step] = field(default_factory=list)
    lifetimes: list[Lifetime] = field(default_factory=list)
    lifetimes_left_out: int = 0
    ends: dict[bytes, set[str]] = field(default_factory=dict)


@dataclass
class Excerpt:
    """nodes: mobile nodes by what they are worth, the first with their steps. messages: in full, by running number.

    frames: what people call the messages that ended something.
    """

    nodes: dict[MnKey | None, Shown]
    messages: dict[int, Step] = field(default_factory=dict)
    start: float = 0.0
    end: float = 0.0
    sent: Counter[bytes] = field(default_factory=Counter)
    received: Counter[bytes] = field(default_factory=Counter)
    frames: dict[int, str] = field(default_factory=dict)


def excerpt(result: Validation, context: Context, limits: Limits = DEFAULT, *, recorded: bool = False) -> Excerpt:
    """What is worth showing of captures that were judged. recorded: every step of `result` has its state already, and
    the captures need not be read again. Raises UsageError for what cannot be read."""
    if recorded:
        by_number = {step.number: step for steps in result.steps.values() for step in steps}
        return _Excerpts(result, limits).whole(sorted(by_number.items()), _recorded(result))
    try:
        return _Excerpts(result, limits).read(context, SLACK)
    except OutOfOrder:
        return _Excerpts(result, limits).read(context, None)


def _recorded(result: Validation) -> Callable[[int], dict[MnKey | None, list[Step]]]:
    """The steps of each message, by its number."""
    found: dict[int, dict[MnKey | None, list[Step]]] = {}
    for mn, steps in result.steps.items():
        for step in steps:
            found.setdefault(step.number, {}).setdefault(mn, []).append(step)
    return lambda number: found.get(number, {})


class _Node:
    """A mobile node whose course is shown, while it is told."""

    def __init__(self, limit: int) -> None:
        self.limit, self.steps, self.course, self.total = limit, list[Step](), Course(), 0

    def add(self, step: Step) -> None:
        self.total += 1
        step.ordinal = self.total
        self.course.add(step)
        self.steps.append(step)
        if len(self.steps) > 4 * self.limit:
            self.steps = chosen(self.steps, self.limit)


class _Excerpts:
    def __init__(self, result: Validation, limits: Limits) -> None:
        self.result, self.limits = result, limits
        self.anchors = frozenset(result.of_role(LMA))
        levels: dict[MnKey | None, Counter[str]] = {}
        self.said: dict[int, list[Finding]] = {}
        frames: dict[int, int] = {}
        for seen in result.findings:
            level = LEVELS.index(seen.finding.level)
            levels.setdefault(seen.mn, Counter())[seen.finding.level] += 1
            for frame in seen.frames:
                frames[frame] = min(level, frames.get(frame, level))
            if seen.frames:
                self.said.setdefault(seen.frames[-1], []).append(seen.finding)
        index = {mn: number for number, mn in enumerate(result.steps)}
        none: Counter[str] = Counter()
        weighed = sorted(index, key=lambda mn: (*(-levels.get(mn, none)[level] for level in LEVELS), index[mn]))
        self.drawn = {mn: _Node(limits.steps) for mn in weighed[: limits.courses]}
        self.wanted = set(sorted(frames, key=lambda number: (frames[number], number))[: limits.messages])
        self.names: dict[int, str] = {}
        self.found = Excerpt({mn: Shown() for mn in weighed[: limits.nodes]})

    def read(self, context: Context, slack: int | None) -> Excerpt:
        """The captures once more."""
        scratch = Validation(self.result.files)
        checker = SessionChecker(context)
        by_number: dict[int, Step] = {}
        fed: dict[MnKey | None, int] = {}
        for number, placed in self._placed(context, slack):
            view = View(placed.seen.decoded, context.codepoints)
            if mn_key(view) is not None and not any(mn in self.drawn for mn in _named(view)):
                self._bare(placed, number, view)
                continue
            step_of(scratch, checker, number, placed, by_number)
            scratch.findings.clear()
            step = by_number[number]
            self._note((checker.last_mn, *(checker.last.mns if checker.last is not None else ())), step)
            for whose, steps in scratch.steps.items():
                for one in steps[fed.get(whose, 0) :]:
                    one.findings = list(self.said.get(one.number, ()))
                    if whose in self.drawn:
                        self.drawn[whose].add(one)
                del steps[: -1 if whose in self.drawn else len(steps)]  # what ends later is told of the last of them
                fed[whose] = len(steps)
            for kept in (scratch.frames, scratch.places):
                kept.clear()
            while len(by_number) > _REMEMBERED:
                del by_number[next(iter(by_number))]
        return self._finished()

    def _placed(self, context: Context, slack: int | None) -> Iterator[tuple[int, Placed]]:
        """Messages with their running numbers. Plain ones of mobile nodes that are not drawn are only counted."""
        columns = Columns(context.codepoints, opaque(context))
        nodes: dict[int, MnKey] = {}
        for chunk in Stream(self.result.files, context.codepoints, columns, slack).chunks():
            every = (chunk.kinds, chunk.nodes, chunk.templates, chunk.times)
            rows = zip(*(column.tolist() for column in every), strict=True)
            for row, (kind, who, template, time) in enumerate(rows):
                number = chunk.first + row
                if kind != ODD:
                    mn = nodes.get(who)
                    if mn is None:
                        mn = nodes[who] = columns.node(who)[1]
                    if mn not in self.drawn and number not in self.wanted:
                        ends = columns.source(template), columns.destination(template)
                        self._count(mn, *ends, _ROLES[kind], time)
                        continue
                yield number, Placed(chunk.place(row)[0], chunk.message(row))
                decoded, packet = chunk.parts[chunk.part[row]].odd, int(chunk.row[row])
                if len(decoded.get(packet, ())) == 1:  # who asks for it once more has it decoded once more
                    del decoded[packet]

    def _bare(self, placed: Placed, number: int, view: View) -> None:
        """A message that is not judged again."""
        envelope = placed.seen.envelope
        assert envelope is not None
        part = observed(view, source=envelope.src, destination=envelope.dst, anchors=self.anchors)
        roles = part.roles if part is not None else None
        frame = frame_name(self.result.files, placed.file, placed.seen.frame.number)
        step = Step(placed.seen.decoded, envelope.src, envelope.dst, placed.time, frame, number, roles=roles)
        self._note((mn_key(view), *(part.mns if part is not None else ())), step)

    def whole(
        self, messages: Sequence[tuple[int, Step]], steps_of: Callable[[int], dict[MnKey | None, list[Step]]]
    ) -> Excerpt:
        """From steps that were recorded."""
        for number, step in messages:
            own = steps_of(number)
            self._note(own, step)
            for mn, steps in own.items():
                for one in steps if mn in self.drawn else ():
                    self.drawn[mn].add(one)
        return self._finished()

    def _note(self, mns: Iterable[MnKey | None], step: Step) -> None:
        """A message of these mobile nodes."""
        self.names[step.number] = step.frame
        if len(self.names) > _NAMED:
            del self.names[next(iter(self.names))]
        if step.number in self.wanted:
            self.found.messages[step.number] = step
        first, *others = dict.fromkeys(mns)
        self._count(first, step.src, step.dst, step.roles or (), step.time)
        for mn in others:
            self._belongs(mn, step.src, step.dst, step.roles or (), step.time)

    def _count(self, mn: MnKey | None, src: bytes, dst: bytes, roles: tuple[str, ...], time: float) -> None:
        found = self.found
        if not found.sent:
            found.start = time
        if time > found.end:
            found.end = time
        found.sent[src] += 1
        found.received[dst] += 1
        self._belongs(mn, src, dst, roles, time)

    def _belongs(self, mn: MnKey | None, src: bytes, dst: bytes, roles: tuple[str, ...], time: float) -> None:
        shown = self.found.nodes.get(mn)
        if shown is None:
            return
        if not shown.total:
            shown.start = time
        shown.total += 1
        for role, address in zip(roles, (src, dst), strict=False):
            shown.ends.setdefault(address, set()).add(role)

    def _finished(self) -> Excerpt:
        room = self.limits.messages - len(self.found.messages)
        for mn, node in self.drawn.items():
            shown = self.found.nodes[mn]
            shown.total = node.total
            shown.steps = chosen(node.steps, self.limits.steps)
            shown.start = shown.steps[0].time if shown.steps else 0.0
            shown.lifetimes = node.course.finish() if mn is not None else []
            shown.lifetimes_left_out = node.course.left_out
            for step in shown.steps:
                for frame in (frame for ended in step.ended for frame in ended.frames):
                    self.found.frames[frame] = self.names.get(frame, f"#{frame}")
                step.findings = list(self.said.get(step.number, ()))
                if room > 0 and step.number not in self.found.messages:
                    self.found.messages[step.number] = step
                    room -= 1
        for number, step in self.found.messages.items():
            step.findings = list(self.said.get(number, ()))
        self.found.messages = dict(sorted(self.found.messages.items()))
        return self.found


def _named(view: View) -> Iterator[MnKey]:
    """Every mobile node that a message names."""
    return ((option.subtype, option.identifier) for option in view.values("mn-id"))


def chosen(steps: Sequence[Step], limit: int) -> list[Step]:
    """The steps of a ladder: all, or those that matter, then what is around them, then the first."""
    if len(steps) <= limit:
        return list(steps)
    matters = [at for at, step in enumerate(steps) if step.findings]
    matters += [at for at, step in enumerate(steps) if step.ended and not step.findings]
    wanted = dict.fromkeys((0, 1, len(steps) - 1, *matters[:limit]))
    for at in matters[:limit]:
        wanted |= dict.fromkeys(range(max(at - _AROUND, 0), min(at + _AROUND + 1, len(steps))))
    wanted |= dict.fromkeys(range(limit))
    return [steps[at] for at in sorted(list(wanted)[:limit])]
