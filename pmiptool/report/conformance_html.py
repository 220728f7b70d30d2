"""A conformance run as one HTML file: summary, filter, and for each case its ladder, its octets and its evidence."""

from __future__ import annotations

import time
from collections.abc import Sequence

from pmiptool import __version__
from pmiptool.conformance.baseline import Change
from pmiptool.conformance.result import VERDICTS, CaseResult, RunResult
from pmiptool.registry.codepoints import DEFAULT, CodePoints
from pmiptool.report import html
from pmiptool.report.describe import label
from pmiptool.report.exchanges import ladder_of
from pmiptool.report.ladder import Ladder, Remark
from pmiptool.report.message_html import message_blocks
from pmiptool.scenario.result import Packet

CASES = "cases"


def page(result: RunResult, settings: CodePoints = DEFAULT, changes: Sequence[Change] | None = None) -> html.Page:
    """The page of a run. changes: against a baseline, where there is one."""
    blocks: list[html.Block] = [_summary(result)]
    if result.ended:
        blocks.append(html.Text(f"Ended early: {result.ended}", "warning"))
    if result.causes:
        blocks.append(_causes(result))
    if changes is not None:
        blocks.append(_changes(changes))
    blocks.append(html.Section("Cases", (_table(result),)))
    blocks.append(html.Section("Evidence", tuple(_case(case, settings) for case in result.cases)))
    role = {"lma": "LMA", "mag": "MAG"}.get(result.role, result.role)
    name = result.name or result.target
    worst = next((verdict for verdict in VERDICTS if result.counts[verdict]), "")
    return html.Page(
        f"Conformance of the {role} {name}",
        tuple(blocks),
        lead="What the texts demand, case by case: what was asked, what came, and what it means.",
        facts=(
            ("Peer", f"{role}, {result.target}"),
            ("Begun", time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(result.started))),
            ("Took", f"{result.seconds:.1f} s on the peer's clock"),
            ("Seed", str(result.seed)),
            ("Claims", ", ".join(result.claims) or "none told"),
            ("Settings", ", ".join(f"{key} {value}" for key, value in result.settings.items())),
            ("pmiptool", __version__),
        ),
        verdict=worst,
    )


def _summary(result: RunResult) -> html.Tiles:
    counts = result.counts
    tiles = [
        html.Tile(verdict, counts[verdict], verdict, link=CASES) for verdict in reversed(VERDICTS) if counts[verdict]
    ]
    musts = sum(case.level == "MUST" for case in result.cases)
    tiles.append(html.Tile("MUST that did not run", len(result.must_not_run), note=f"of {musts}"))
    return html.Tiles(tuple(tiles))


def _causes(result: RunResult) -> html.Section:
    rows = tuple(html.Row((html.Cell(rule, code=True), str(count))) for rule, count in result.causes)
    table = html.Table("causes", ("Rule", "Cases"), rows, filter=False, numbers=(1,))
    told = "Cases that failed by a rule alone: what they look at is right. Often one fault of the peer."
    return html.Section("Common causes", (html.Text(told), table))


def _changes(changes: Sequence[Change]) -> html.Section:
    rows = tuple(
        html.Row(
            (_link(change.id), change.before or "NEW", html.Cell(change.after, change.after)),
            kind="worse" if change.worse else "changed",
        )
        for change in changes
        if change.differs
    )
    empty = "As the baseline says."
    return html.Section("Against the baseline", (html.Table("changes", ("Case", "Was", "Is"), rows, empty=empty),))


def _link(id_: str) -> html.Cell:
    return html.Cell(id_, link=html.anchor("case", id_), code=True)


def _table(result: RunResult) -> html.Table:
    rows = tuple(
        html.Row(
            (html.Cell(case.verdict, case.verdict), _link(case.id), case.level, case.clause, case.reason or case.says),
            kind=case.verdict,
            words=case.says,
        )
        for case in result.cases
    )
    return html.Table(CASES, ("Verdict", "Case", "Level", "Clause", "Why"), rows)


def _case(case: CaseResult, settings: CodePoints) -> html.Details:
    blocks: list[html.Block] = [html.Text(case.says)]
    if case.reason:
        blocks.append(html.Text(case.reason, case.verdict))
    if case.checks:
        rows = tuple(
            html.Row((html.Cell("ok" if check.ok else "FAIL", "ok" if check.ok else "FAIL"), check.text,
                      "as expected" if check.ok else check.actual or "none",
                      html.Cell(str(check.frame), link=html.anchor("message", case.id, check.frame))
                      if check.frame else ""))
            for check in case.checks
        )  # fmt: skip
        blocks.append(
            html.Table(html.anchor("checks", case.id), ("", "Expected", "Actual", "Message"), rows, filter=False)
        )
    told = [finding for finding in case.findings if finding.level != "note"]
    if told:
        rows = tuple(
            html.Row((html.Cell(finding.level, finding.level), html.Cell(finding.rule, code=True), finding.text))
            for finding in told
        )
        caption = "What the rules say of the peer's messages, whatever the case is about"
        name = html.anchor("rules", case.id)
        blocks.append(html.Table(name, ("Level", "Rule", "Text"), rows, caption=caption, filter=False))
    blocks += [html.Text(note) for note in case.notes]
    if case.packets:
        blocks.append(html.LadderView(ladder(case, settings)))
    blocks += [_message(case, number, packet, settings) for number, packet in enumerate(case.packets[: case.own], 1)]
    if case.trace:
        blocks.append(html.Code(case.trace, "Where pmiptool failed"))
    blocks.append(html.Code(case.command, "This case alone"))
    return html.Details(
        case.id,
        tuple(blocks),
        id=html.anchor("case", case.id),
        kind=case.verdict,
        note=f"{case.level}, {case.clause}",
        group=CASES,
        words=f"{case.says} {case.reason}",
        open=False,
    )


def ladder(case: CaseResult, settings: CodePoints = DEFAULT) -> Ladder:
    """A case as a ladder: its messages, each a link to its octets, and its verdict."""
    links = [html.anchor("message", case.id, number) for number in range(1, case.own + 1)]
    marks: dict[int, list[str]] = {}
    for check in case.checks:
        if not check.ok:
            marks.setdefault(check.frame, []).append(f"FAIL: expected {check.text}, got {check.actual or 'none'}")
    verdict = Remark(case.verdict + (f": {case.reason}" if case.reason else ""), kind=case.verdict)
    remarks = {case.own: verdict}
    if case.own < len(case.packets):
        remarks[len(case.packets)] = Remark("cleaned up; whether the peer still answers")
    return ladder_of(f"{case.id}: {case.says}", case.packets, settings, links=links, marks=marks, remarks=remarks)


def _message(case: CaseResult, number: int, packet: Packet, settings: CodePoints) -> html.Details:
    """A message in hex; where the case did not pass decoded, too."""
    title = f"{number}. {label(packet.decoded)} {packet.sender} to {packet.receiver}"
    octets, tree = message_blocks(packet.decoded, (), settings)
    blocks = (octets,) if case.verdict == "PASS" else (octets, tree)
    return html.Details(title, blocks, id=html.anchor("message", case.id, number))
