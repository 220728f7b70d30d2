"""Captures judged by all rules: messages, exchanges, sessions; as text and as JSON (`pmiptool/validate/1`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Any

from pmiptool.capture.merged import Placed, merged
from pmiptool.capture.opening import CutCapture
from pmiptool.registry.codepoints import CodePoints
from pmiptool.registry.exchange import LMA, MAG
from pmiptool.registry.rule import LEVELS
from pmiptool.report.judged import Judged
from pmiptool.report.ladder import render
from pmiptool.report.style import LEVELS as COLOURS
from pmiptool.report.style import paint
from pmiptool.report.timeline import NAMELESS, Step, ended_line, ladder, mn_text, state_of
from pmiptool.rules import RULES, Context, Seen, SessionChecker
from pmiptool.rules.pairing import Answer, MnKey, Request
from pmiptool.rules.watch_state import Ended
from pmiptool.text.json import time_of
from pmiptool.text.names import many
from pmiptool.text.values import address_text
from pmiptool.wire.codec import codec_for

SCHEMA = "pmiptool/validate/1"
RULES_BY_ID = {rule.id: rule for rule in RULES}
CLAUSES = {rule.id: str(rule.clause) for rule in RULES}


@dataclass
class Validation:
    """What one set of captures came to.

    frames, places: running numbers of messages to file and frame, for people and for programs. nodes: addresses with
    what they are (`registry.exchange.LMA` and its like), in the order of time. members: the messages of each mobile
    node, by number. applied: ids of the rules that had anything to judge.
    """

    files: tuple[str, ...]
    frames: dict[int, str] = field(default_factory=dict)
    places: dict[int, dict[str, Any]] = field(default_factory=dict)
    steps: dict[MnKey | None, list[Step]] = field(default_factory=dict)
    findings: list[Seen] = field(default_factory=list)
    messages: int = 0
    requests: int = 0
    answers: int = 0
    cut: CutCapture | None = None
    nodes: dict[bytes, set[str]] = field(default_factory=dict)
    members: dict[MnKey | None, set[int]] = field(default_factory=dict)
    applied: frozenset[str] = frozenset()

    def counted(self) -> dict[str, int]:
        levels = Counter(seen.finding.level for seen in self.findings)
        return {level: levels[level] for level in LEVELS}

    def of_role(self, role: str) -> list[bytes]:
        """The addresses of the nodes that are anchors, gateways, ..."""
        return [address for address, roles in self.nodes.items() if role in roles]

    def violated(self) -> list[str]:
        """The ids of the rules that were broken, in the order of the catalogue."""
        broken = {seen.finding.rule for seen in self.findings}
        return [name for name in CLAUSES if name in broken] + sorted(broken - CLAUSES.keys())

    def kept(self, fits: Callable[[str], bool], mn: str | None) -> Validation:
        """Only rules whose ids fit, and only mobile nodes whose identifier fits the glob."""
        steps = {key: value for key, value in self.steps.items() if mn is None or fnmatchcase(mn_text(key), mn)}
        findings = [seen for seen in self.findings if fits(seen.finding.rule) and seen.mn in steps]
        applied = frozenset(name for name in self.applied if fits(name))
        chosen = {id(seen.finding) for seen in findings}
        for step in (step for steps_ in steps.values() for step in steps_):
            step.findings = [finding for finding in step.findings if id(finding) in chosen]
        return replace(self, steps=steps, findings=findings, applied=applied)


def validate(files: Sequence[str], context: Context, *, timeline: bool = False) -> Validation:
    """Judge captures as one set. Raises UsageError for what cannot be read; a cut capture is told in `cut`.

    timeline: remember every message, with the state behind it. Without, captures of any size will do, and steps are
    empty.
    """
    if not timeline:
        return _in_bulk(files, context)
    result = Validation(tuple(files))
    found = merged(files, context.codepoints)
    result.cut = found.cut
    checker = SessionChecker(context)
    judged = Judged(context.codepoints)
    by_number: dict[int, Step] = {}
    for number, placed in enumerate(found.messages, 1):
        step_of(result, checker, number, placed, by_number)
        judged.add(placed.seen.decoded, checker.last)
    for seen in checker.finish():
        _take(result, seen, by_number)
    result.applied = judged.applied() | {seen.finding.rule for seen in result.findings} & CLAUSES.keys()
    return result


def _in_bulk(files: Sequence[str], context: Context) -> Validation:
    from pmiptool.report import bulk

    result = Validation(tuple(files))
    judged = Judged(context.codepoints)

    def witness(message: bulk.Message, part: Request | Answer | None) -> None:
        judged.add(message.decoded, part)
        if part is not None and message.envelope is not None:
            _known_roles(result, part, message.envelope.src, message.envelope.dst)

    found = bulk.judge(files, context, witness)
    result.messages, result.requests, result.answers = found.messages, found.requests, found.answers
    result.findings, result.cut = found.findings, found.cut
    result.steps = found.steps
    result.places = bulk.Named(found, lambda file, frame: {"file": result.files[file], "frame": frame})
    result.frames = bulk.Named(found, lambda file, frame: frame_name(result.files, file, frame))
    result.applied = judged.applied() | {seen.finding.rule for seen in result.findings} & CLAUSES.keys()
    return result


def frame_name(files: Sequence[str], file: int, frame: int) -> str:
    """What people call a packet of one of the files."""
    return str(frame) if len(files) == 1 else f"{files[file]}:{frame}"


def _known_roles(result: Validation, part: Request | Answer, src: bytes, dst: bytes) -> None:
    for role, address in zip(part.roles, (src, dst), strict=True):
        result.nodes.setdefault(address, set()).add(role)


def step_of(
    result: Validation, checker: SessionChecker, number: int, placed: Placed, by_number: dict[int, Step]
) -> None:
    """A message of that number as a step, judged, with the state behind it."""
    envelope, decoded, frame = placed.seen.envelope, placed.seen.decoded, placed.seen.frame.number
    assert envelope is not None
    result.frames[number] = frame_name(result.files, placed.file, frame)
    result.places[number] = {"file": result.files[placed.file], "frame": frame}
    result.messages += 1
    before = len(checker.watch.ended)
    seen = checker.observe(
        decoded, src=envelope.src, dst=envelope.dst, time=placed.time, frame=number, envelope=envelope
    )
    mn, part = checker.last_mn, checker.last
    result.requests += isinstance(part, Request)
    result.answers += isinstance(part, Answer)
    if part is not None:
        _known_roles(result, part, envelope.src, envelope.dst)
    step = Step(
        decoded, envelope.src, envelope.dst, placed.time, result.frames[number], number,
        roles=part.roles if part is not None else None, asks=isinstance(part, Request),
    )  # fmt: skip
    for whose in dict.fromkeys((mn, *(part.mns if part is not None else ()))):  # localized routing is about two
        result.steps.setdefault(whose, []).append(step)
        result.members.setdefault(whose, set()).add(number)
    by_number[number] = step
    for one in seen:
        _take(result, one, by_number)
    for ended in checker.watch.ended[before:]:
        there = step if ended.mn == mn else _last_of(result, ended, by_number)
        there.ended.append(ended)
        if there is not step and number in ended.frames:
            there.state = state_of(checker.watch.sessions(ended.mn), placed.time, checker.context.codepoints)
    if mn is not None:
        step.state = state_of(checker.watch.sessions(mn), placed.time, checker.context.codepoints)


def _last_of(result: Validation, ended: Ended, by_number: dict[int, Step]) -> Step:
    """The last step of the mobile node whose binding ends: those that ended it, where they name no mobile node."""
    steps = result.steps.setdefault(ended.mn, [])
    own = result.members.setdefault(ended.mn, set())
    for frame in ended.frames:
        if frame not in own and frame in by_number:
            before = steps[-1].state if steps else []
            steps.append(replace(by_number[frame], findings=[], ended=[], state=before))
            own.add(frame)
    return steps[-1] if steps else next(reversed(by_number.values()))


def _take(result: Validation, seen: Seen, by_number: dict[int, Step]) -> None:
    result.findings.append(seen)
    step = by_number.get(seen.frames[-1]) if seen.frames else None
    if step is not None:
        step.findings.append(seen.finding)


def chosen_dialect(files: Sequence[str], settings: CodePoints) -> CodePoints:
    """`dialect = "auto"`: the dialect in which fewer FID options are odd; mext when there is no difference."""
    odd = {}
    for name in ("mext", "rfc6089"):
        tried = replace(settings, dialect=name)
        codec_for(tried)
        found = merged(files, tried).messages
        odd[name] = sum(len(placed.seen.decoded.findings) for placed in found)
    return replace(settings, dialect="rfc6089" if odd["rfc6089"] < odd["mext"] else "mext")


def frames_text(result: Validation, seen: Seen) -> str:
    names = [result.frames.get(frame, str(frame)) for frame in seen.frames]
    return ("frames " if len(names) > 1 else "frame ") + ", ".join(names) if names else "at the end"


def as_text(result: Validation, *, colour: bool = False, timeline: bool = False, unicode: bool = False,
            settings: CodePoints | None = None) -> str:  # fmt: skip
    """Findings in the order of time, then one line of result; with `timeline` the ladders first."""
    lines = []
    if timeline:
        for mn, steps in result.steps.items():
            drawn = ladder(mn, steps, result.frames, settings or CodePoints())
            lines.append(render(drawn, unicode=unicode))
    for seen in sorted(result.findings, key=lambda seen: seen.frames[-1:]):
        finding = seen.finding
        head = f"{frames_text(result, seen)}: {paint(finding.level, COLOURS[finding.level], colour)} {finding.rule}"
        told = ", ".join(_where(result, seen))
        lines.append(f"{head}{f' ({told})' if told else ''}\n  {finding.text}\n")
    lines.append(summary(result) + "\n")
    return "".join(lines)


def _where(result: Validation, seen: Seen) -> list[str]:
    """The mobile node, the nodes between which it was where there are several anchors, and the option."""
    finding = seen.finding
    words = [mn_text(seen.mn)] if seen.mn is not None or finding.option is not None else []
    if seen.lma and len(result.of_role(LMA)) > 1:
        words.append(f"LMA {address_text(seen.lma)}")
        words += [f"from {address_text(seen.peer)}"] if seen.peer else []
    return words + ([f"option {finding.option} at offset {finding.offset}"] if finding.option is not None else [])


def summary(result: Validation) -> str:
    """`12 messages, 6 requests, 6 answers, 1 mobile node: 2 errors, 0 warnings, 1 note`."""
    nodes = len([mn for mn in result.steps if mn is not None])
    counted = result.counted()
    found = ", ".join(many(counted[level], level) for level in LEVELS) if any(counted.values()) else "no finding"
    what = (many(result.messages, "message"), many(result.requests, "request"), many(result.answers, "answer"))
    return f"{', '.join(result.files)}: {', '.join(what)}, {many(nodes, 'mobile node')}: {found}"


def as_object(result: Validation, *, timeline: bool = False) -> dict[str, Any]:
    """One set of captures for programs."""
    shown: dict[str, Any] = {
        "files": list(result.files),
        "messages": result.messages,
        "requests": result.requests,
        "answers": result.answers,
        "mobile_nodes": [mn_text(mn) for mn in result.steps if mn is not None],
        "lmas": [address_text(address) for address in result.of_role(LMA)],
        "mags": [address_text(address) for address in result.of_role(MAG)],
        "counts": result.counted(),
        "rules": {
            "known": len(CLAUSES),
            "applied": [name for name in CLAUSES if name in result.applied],
            "violated": result.violated(),
        },
        "findings": [_finding(result, seen) for seen in sorted(result.findings, key=lambda seen: seen.frames[-1:])],
    }
    if timeline:
        shown["timeline"] = [
            {"mn": None if mn is None else mn_text(mn), "messages": [_step(step, result) for step in steps]}
            for mn, steps in result.steps.items()
        ]
    return shown


def _finding(result: Validation, seen: Seen) -> dict[str, Any]:
    finding = seen.finding
    return {
        "rule": finding.rule,
        "level": finding.level,
        "clause": CLAUSES.get(finding.rule),
        "text": finding.text,
        "frames": [result.places[frame] for frame in seen.frames],
        "time": time_of(round(seen.time * 1e9)) if seen.time else None,
        "mn": None if seen.mn is None else mn_text(seen.mn),
        "lma": address_text(seen.lma) if seen.lma else None,
        "peer": address_text(seen.peer) if seen.peer else None,
        "option": finding.option,
        "offset": finding.offset,
        "field": finding.field,
    }


def _step(step: Step, result: Validation) -> dict[str, Any]:
    return {
        **result.places[step.number],
        "time": time_of(round(step.time * 1e9)) if step.time else None,
        "message": step.decoded.name,
        "src": address_text(step.src),
        "dst": address_text(step.dst),
        "findings": [finding.rule for finding in step.findings],
        "sessions": step.state,
        "ended": [
            {"kind": ended.kind, "what": ended.what, "why": ended.why, "text": ended_line(ended, result.frames),
             "frames": [result.places[frame] for frame in ended.frames]}
            for ended in step.ended
        ],
    }  # fmt: skip


def known_rules(globs: Iterable[str]) -> list[str]:
    """The globs that fit no rule."""
    ids = [rule.id for rule in RULES]
    return [glob for glob in globs if not any(fnmatchcase(name, glob) for name in ids)]


__all__ = [
    "CLAUSES",
    "NAMELESS",
    "RULES_BY_ID",
    "SCHEMA",
    "Validation",
    "as_object",
    "as_text",
    "chosen_dialect",
    "frame_name",
    "frames_text",
    "known_rules",
    "step_of",
    "summary",
    "validate",
]
