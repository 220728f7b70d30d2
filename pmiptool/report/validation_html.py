"""What captures came to as one HTML file: summary, findings, a ladder for each mobile node, the messages concerned.

For big captures it is bounded: what speaks of findings comes first, and the page says what it leaves out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any

import pmiptool
from pmiptool.registry.codepoints import CodePoints
from pmiptool.registry.exchange import LMA, MAG
from pmiptool.registry.model import DOCUMENT_TITLES
from pmiptool.registry.rule import LEVELS
from pmiptool.report import html
from pmiptool.report.describe import label
from pmiptool.report.excerpt import DEFAULT, Excerpt, Limits, Shown, excerpt
from pmiptool.report.lifetimes import Lifetime
from pmiptool.report.message_html import message_blocks
from pmiptool.report.octets import worst
from pmiptool.report.timeline import Step, ladder, mn_text
from pmiptool.report.validation import RULES_BY_ID, Validation, frames_text, summary
from pmiptool.rules import Context, Seen
from pmiptool.rules.pairing import MnKey
from pmiptool.text.json import time_of
from pmiptool.text.names import many
from pmiptool.text.values import address_text

FINDINGS, PLACES, BARS = 2000, 1000, 60
"""How many findings, nodes, and bars of a mobile node the page has at most; `excerpt.Limits` has the others."""
SOUND, NONE = "sound", "No finding."


def page(
    results: Sequence[Validation],
    context: Context,
    *,
    counting: Iterable[str] = ("error",),
    wireshark: Mapping[str, Any] | None = None,
    recorded: bool = False,
    limits: Limits = DEFAULT,
) -> html.Page:
    """The page of some sets of captures. counting: levels that fail a capture. wireshark: verdicts by file.

    recorded: as for `excerpt`; otherwise the captures are read again. Raises UsageError where they cannot be.
    """
    settings = context.codepoints
    blocks: list[html.Block] = []
    for number, result in enumerate(results, 1):
        shown = excerpt(result, context, limits, recorded=recorded)
        own = _Set(result, shown, settings, f"s{number}", 2 if len(results) == 1 else 3).blocks()
        blocks += own if len(results) == 1 else [html.Section(", ".join(result.files), own, f"s{number}")]
    if wireshark:
        blocks.append(_second_judge(wireshark))
    files = ["standard input" if name == "-" else name for result in results for name in result.files]
    failed = any(seen.finding.level in tuple(counting) for result in results for seen in result.findings)
    failed = failed or any(verdict.disagreements for verdict in (wireshark or {}).values())
    facts = [("pmiptool", pmiptool.__version__), ("dialect", settings.dialect)]
    default = CodePoints()
    facts += [
        (field.name, str(getattr(settings, field.name)))
        for field in fields(settings)
        if field.name != "dialect" and getattr(settings, field.name) != getattr(default, field.name)
    ]
    return html.Page(
        f"Validation of {', '.join(files)}",
        blocks,
        " ".join(f"{summary(result)}." for result in results),
        facts,
        "FAIL" if failed else "PASS",
    )


def _second_judge(verdicts: Mapping[str, Any]) -> html.Section:
    rows = [
        html.Row((file, str(getattr(found, "frame", "")), str(found)), "error")
        for file, verdict in verdicts.items()
        for found in verdict.disagreements
    ]
    told = [
        html.Text(
            f"{file}: Wireshark {'agrees' if verdict.agreed else 'differs'}: {many(verdict.messages, 'message')}, "
            f"{many(verdict.options, 'option')} and {many(verdict.fields, 'field')} compared"
        )
        for file, verdict in verdicts.items()
    ]
    table = html.Table("wireshark", ("File", "Frame", "Difference"), rows, "differences", filter=bool(rows))
    return html.Section("The second judge", [*told, *([table] if rows else [])])


class _Set:
    """One set of captures. name: goes before every id."""

    def __init__(self, result: Validation, shown: Excerpt, settings: CodePoints, name: str, level: int) -> None:
        self.result, self.shown, self.settings, self.name, self.level = result, shown, settings, name, level
        self.start, self.messages = shown.start, shown.messages
        self.seen_at: dict[int, list[Seen]] = {}
        self.levels: dict[MnKey | None, Counter[str]] = {}
        for seen in result.findings:
            self.levels.setdefault(seen.mn, Counter())[seen.finding.level] += 1
            for frame in seen.frames:
                self.seen_at.setdefault(frame, []).append(seen)
        self.index = {mn: number for number, mn in enumerate(shown.nodes, 1)}
        self.ladders = [mn for mn, node in shown.nodes.items() if node.steps]

    def at(self, what: str, number: int) -> str:
        return html.anchor(self.name, what, number)

    def blocks(self) -> list[html.Block]:
        return [
            self.tiles(),
            *([html.Text(str(self.result.cut), "warning")] if self.result.cut is not None else []),
            self.section(
                "Findings", *((self.rules(), self.findings()) if self.result.findings else (html.Text(NONE),))
            ),
            self.section("Mobile nodes", *self.nodes()),
            self.section("Messages", *self.in_full()),
            self.section("Nodes and rules", self.places(), html.Details("Rules by document", (self.coverage(),))),
        ]

    def section(self, title: str, *blocks: html.Block) -> html.Section:
        return html.Section(title, blocks, html.anchor(self.name, title), self.level)

    def tiles(self) -> html.Tiles:
        result, counted = self.result, self.result.counted()
        where = f"{self.name}-findings"
        tiles = [html.Tile(f"{level}s", counted[level], level if counted[level] else "", link=where if counted[level]
                           else "") for level in LEVELS]  # fmt: skip
        tiles += [
            html.Tile("messages", result.messages, note=f"{result.requests} requests, {result.answers} answers"),
            html.Tile("mobile nodes", sum(mn is not None for mn in result.steps)),
            html.Tile("LMAs", len(result.of_role(LMA))),
            html.Tile("MAGs", len(result.of_role(MAG))),
            html.Tile("rules applied", len(result.applied), note=f"{len(result.violated())} broken"),
            html.Tile("seconds", f"{self.shown.end - self.start:.3f}"),
        ]
        return html.Tiles(tiles)

    # Findings

    def rules(self) -> html.Block:
        """Each rule that was broken, the most serious first."""
        first: dict[str, int] = {}
        counts = Counter(seen.finding.rule for seen in self.result.findings)
        for number, seen in enumerate(self.kept_findings()):
            first.setdefault(seen.finding.rule, number)
        rows = []
        for name in sorted(counts, key=lambda name: (LEVELS.index(self.level_of(name)), name)):
            rule = RULES_BY_ID.get(name)
            link = self.at("f", first[name]) if name in first else ""
            rows.append(
                html.Row(
                    (
                        html.Cell(self.level_of(name), self.level_of(name)),
                        html.Cell(name, code=True, link=link),
                        str(rule.clause) if rule else "",
                        rule.sentence if rule else "",
                        html.Cell(str(counts[name]), sort=counts[name]),
                    )
                )
            )
        columns = ("Level", "Rule", "Clause", "What holds when all is well", "Findings")
        return html.Table(f"{self.name}-rules", columns, rows, "Rules that were broken", filter=False, numbers=(4,))

    def level_of(self, name: str) -> str:
        return next(seen.finding.level for seen in self.result.findings if seen.finding.rule == name)

    def kept_findings(self) -> list[Seen]:
        """Those that the page has room for, in the order of time."""
        found = self.result.findings
        if len(found) > FINDINGS:
            found = sorted(found, key=lambda seen: LEVELS.index(seen.finding.level))[:FINDINGS]
        return sorted(found, key=lambda seen: seen.frames[-1:])

    def findings(self) -> html.Block:
        rows = [self.finding(number, seen) for number, seen in enumerate(self.kept_findings())]
        left = len(self.result.findings) - len(rows)
        columns = ("Level", "Rule", "What was seen", "Frames", "Mobile node", "LMA", "MAG or peer", "Time (s)")
        caption = "findings" + (f", the first {len(rows)} of {len(self.result.findings)}" if left else "")
        return html.Table(f"{self.name}-findings", columns, rows, caption, numbers=(7,))

    def finding(self, number: int, seen: Seen) -> html.Row:
        finding = seen.finding
        rule = RULES_BY_ID.get(finding.rule)
        last = seen.frames[-1] if seen.frames else 0
        frames = [self.result.frames.get(frame, str(frame)) for frame in seen.frames]
        if len(frames) > 4:
            frames = [*frames[:2], "...", frames[-1]]
        return html.Row(
            (
                html.Cell(finding.level, finding.level, sort=LEVELS.index(finding.level)),
                html.Cell(finding.rule, code=True),
                finding.text,
                html.Cell(", ".join(frames), link=self.at("m", last) if last in self.messages else "", sort=last),
                self.mn_cell(seen.mn),
                address_text(seen.lma) if seen.lma else "",
                address_text(seen.peer) if seen.peer else "",
                html.Cell(f"{seen.time - self.start:.3f}", sort=seen.time) if seen.time else "",
            ),
            finding.level,
            self.at("f", number),
            f"{rule.clause} {finding.field or ''}" if rule else "",
        )

    def mn_cell(self, mn: MnKey | None) -> html.Cell:
        if mn is None:
            return html.Cell("")
        return html.Cell(mn_text(mn), link=self.at("mn", self.index[mn]) if mn in self.ladders else "")

    # Mobile nodes

    def nodes(self) -> list[html.Block]:
        every, listed = len(self.result.steps), self.shown.nodes
        columns = ("Mobile node", "LMA", "MAGs", "Messages", "Errors", "Warnings", "Notes", "From (s)")
        blocks: list[html.Block] = []
        if every > 1:
            rows = [self.node(mn, node) for mn, node in listed.items()]
            caption = "mobile nodes" + (f", {len(listed)} of {every}" if every > len(listed) else "")
            blocks.append(html.Table(f"{self.name}-nodes", columns, rows, caption, numbers=(3, 4, 5, 6, 7)))
        if every > len(self.ladders):
            text = f"Drawn are the {len(self.ladders)} with the most findings; --mn GLOB chooses others."
            blocks.append(html.Text(text, "note"))
        return blocks + [self.drawing(mn, listed[mn], alone=every == 1) for mn in self.ladders]

    def node(self, mn: MnKey | None, node: Shown) -> html.Row:
        counts = self.counts(mn)
        return html.Row(
            (
                self.mn_cell(mn) if mn is not None else html.Cell(mn_text(mn), link=self.at("mn", self.index[mn])),
                ", ".join(_ends_of(node, LMA)),
                ", ".join(_ends_of(node, MAG)),
                html.Cell(str(node.total), sort=node.total),
                *(html.Cell(str(counts[level]), sort=counts[level]) for level in LEVELS),
                html.Cell(f"{node.start - self.start:.3f}", sort=node.start),
            ),
            worst([*counts]) or SOUND,
        )

    def counts(self, mn: MnKey | None) -> Counter[str]:
        return self.levels.get(mn, Counter())

    def drawing(self, mn: MnKey | None, node: Shown, alone: bool) -> html.Details:
        steps, counts = node.steps, self.counts(mn)
        blocks: list[html.Block] = []
        if len(steps) < node.total:
            told = f"Drawn are {len(steps)} of {node.total} messages: those with findings, those that ended something, "
            blocks.append(html.Text(told + "and what is around them.", "note"))
        picture = ladder(mn, steps, self.shown.frames, self.settings, total=node.total, link=self.link)
        blocks.append(html.LadderView(picture))
        if node.lifetimes:
            start, end = steps[0].time, steps[-1].time
            blocks += [_bars(node, start, end), _ends(node, start, self.at("e", self.index[mn]))]
        found = (many(counts[level], level) for level in LEVELS if counts[level])
        note = ", ".join([many(node.total, "message"), *found])
        group = f"{self.name}-nodes" if len(self.result.steps) > 1 else ""
        words = " ".join((*_ends_of(node, LMA), *_ends_of(node, MAG)))
        kind = worst([*counts]) or SOUND
        return html.Details(mn_text(mn), blocks, self.at("mn", self.index[mn]), kind, note, group, words, open=alone)

    def link(self, step: Step) -> str:
        return self.at("m", step.number) if step.number in self.messages else ""

    # Messages

    def in_full(self) -> list[html.Block]:
        found: list[html.Block] = [self.message(step) for step in self.messages.values()]
        missing = self.result.messages - len(self.messages)
        if missing > 0:
            told = len(self.seen_at.keys() - self.messages.keys())
            text = f"{many(missing, 'message')} of {self.result.messages} left out, "
            text += f"{told} of them with a finding; --only and --mn choose others." if told else "all without finding."
            found.insert(0, html.Text(text, "warning" if told else "note"))
        return found

    def message(self, step: Step) -> html.Details:
        seen = self.seen_at.get(step.number, ())
        facts = (
            ("time", time_of(round(step.time * 1e9))),
            ("from", address_text(step.src)),
            ("to", address_text(step.dst)),
        )
        said = [
            html.Text(f"{one.finding.level} {one.finding.rule}, {frames_text(self.result, one)}: {one.finding.text}",
                      one.finding.level)
            for one in seen
        ]  # fmt: skip
        blocks = (html.Facts(facts), *said, *message_blocks(step.decoded, step.findings, self.settings))
        kind = worst([one.finding.level for one in seen])
        name, way = (
            f"frame {step.frame}: {label(step.decoded)}",
            f"{address_text(step.src)} to {address_text(step.dst)}",
        )
        return html.Details(name, blocks, self.at("m", step.number), kind, way)

    # Nodes and rules

    def places(self) -> html.Table:
        sent, received = self.shown.sent, self.shown.received
        rows = [
            html.Row((
                html.Cell(address_text(address), code=True), ", ".join(sorted(role.upper() for role in roles)),
                html.Cell(str(sent[address]), sort=sent[address]),
                html.Cell(str(received[address]), sort=received[address]),
            ))
            for address, roles in list(self.result.nodes.items())[:PLACES]
        ]  # fmt: skip
        return html.Table(f"{self.name}-places", ("Address", "Is", "Sent", "Received"), rows, "nodes",
                          filter=len(rows) > 10, numbers=(2, 3))  # fmt: skip

    def coverage(self) -> html.Table:
        """Per document, how many rules there are, had anything to judge, and were broken."""
        known: Counter[str] = Counter(rule.clause.document for rule in RULES_BY_ID.values())
        applied = Counter(RULES_BY_ID[name].clause.document for name in self.result.applied)
        violated = Counter(RULES_BY_ID[name].clause.document for name in self.result.violated() if name in RULES_BY_ID)
        rows = [
            html.Row((DOCUMENT_TITLES.get(document, document), *(html.Cell(str(counts[document]), sort=counts[document])
                                  for counts in (known, applied, violated))))
            for document in known
        ]  # fmt: skip
        columns = ("Document", "Rules", "Had anything to judge", "Broken")
        return html.Table(f"{self.name}-coverage", columns, rows, "rules by document", filter=False, numbers=(1, 2, 3))


def _ends_of(node: Shown, role: str) -> list[str]:
    """The addresses that a mobile node's messages show in a role."""
    return [address_text(address) for address, roles in node.ends.items() if role in roles]


def _bars(node: Shown, start: float, end: float) -> html.Bars:
    bars: dict[tuple[str, str, str], list[html.Span]] = {}
    for one in node.lifetimes:
        name = one.name if len(one.name) <= 46 else one.name[:45] + "\N{HORIZONTAL ELLIPSIS}"
        told = one.why or ("in force" if one.end is None else "ended")
        bars.setdefault((one.kind, one.owner, name), []).append(html.Span(one.start, one.end, told, "note"))
    shown = [html.Bar(name, spans, 1 if kind == "flow" else 0) for (kind, _, name), spans in bars.items()]
    left = f", the first {BARS} of {len(shown)}" if len(shown) > BARS else ""
    return html.Bars(f"Bindings and filters in force{left}", shown[:BARS], start, end)


def _ends(node: Shown, start: float, name: str) -> html.Table:
    rows = [_end(one, start) for one in node.lifetimes]
    columns = ("What", "From (s)", "To (s)", "Why it ended")
    left = f", {node.lifetimes_left_out} left out" if node.lifetimes_left_out else ""
    return html.Table(name, columns, rows, f"When and why each ended{left}", filter=False, numbers=(1, 2))


def _end(one: Lifetime, start: float) -> html.Row:
    begins = html.Cell(f"{one.start - start:.3f}", sort=one.start)
    ends = "" if one.end is None else html.Cell(f"{one.end - start:.3f}", sort=one.end)
    what = one.name + (f" at {one.owner}" if one.owner else "")
    return html.Row((what, begins, ends, "still in force" if one.end is None else one.why))
