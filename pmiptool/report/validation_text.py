"""What captures came to as JUnit for CI systems and as Markdown for tickets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from pmiptool.registry.rule import LEVELS
from pmiptool.report import junit
from pmiptool.report.markdown import code, escape, table
from pmiptool.report.rule_catalogue import title_of
from pmiptool.report.timeline import mn_text
from pmiptool.report.validation import RULES_BY_ID, Validation, frames_text, summary
from pmiptool.rules import Seen
from pmiptool.text.names import many
from pmiptool.text.values import address_text

LINES = 100
"""Findings that are told one by one: of one rule in JUnit, of all in Markdown."""


def as_junit(results: Sequence[Validation], counting: Iterable[str] = ("error",)) -> str:
    """One testcase for each rule that had anything to judge, a suite for each document.

    It fails where there are findings of levels that count, and names their frames; other findings are its output.
    """
    counting = tuple(counting)
    suites = [suite for result in results for suite in _suites(result, counting, several=len(results) > 1)]
    return junit.document("pmiptool validate", suites)


def _suites(result: Validation, counting: Sequence[str], several: bool) -> list[junit.Suite]:
    by_rule = _by_rule(result.findings)
    documents: dict[str, list[str]] = {}
    for name in dict.fromkeys([*(rule for rule in RULES_BY_ID if rule in result.applied), *by_rule]):
        rule = RULES_BY_ID.get(name)
        documents.setdefault(rule.clause.document if rule else name.partition("/")[0], []).append(name)
    properties = {"files": ", ".join(result.files), "summary": summary(result)}
    before = f"{', '.join(result.files)}: " if several else ""
    return [
        junit.Suite(
            before + title_of(document),
            [_case(result, name, by_rule.get(name, []), counting) for name in names],
            properties,
        )
        for document, names in documents.items()
    ]


def _case(result: Validation, name: str, found: Sequence[Seen], counting: Sequence[str]) -> junit.Case:
    counted = [seen for seen in found if seen.finding.level in counting]
    lines = [_line(result, seen) for seen in found[:LINES]]
    if len(found) > LINES:
        lines.append(f"and {len(found) - LINES} more")
    rule = RULES_BY_ID.get(name)
    if rule is not None and found:
        lines.insert(0, f"{rule.clause}: {rule.sentence}")
    classname = f"validate.{name.partition('/')[0]}"
    if not counted:
        return junit.Case(classname, name, text="\n".join(lines))
    more = f" (and {len(counted) - 1} more)" if len(counted) > 1 else ""
    message = f"{_line(result, counted[0])}{more}"
    return junit.Case(classname, name, 0.0, "failure", message, counted[0].finding.level, "\n".join(lines))


def _line(result: Validation, seen: Seen) -> str:
    return f"{', '.join([frames_text(result, seen), *_who(seen)])}: {seen.finding.text}"


def _who(seen: Seen) -> list[str]:
    words = [mn_text(seen.mn)] if seen.mn is not None else []
    words += [f"LMA {address_text(seen.lma)}"] if seen.lma else []
    return words + ([f"peer {address_text(seen.peer)}"] if seen.peer else [])


def _by_rule(found: Iterable[Seen]) -> dict[str, list[Seen]]:
    by_rule: dict[str, list[Seen]] = {}
    for seen in sorted(found, key=lambda seen: seen.frames[-1:]):
        by_rule.setdefault(seen.finding.rule, []).append(seen)
    return by_rule


def as_markdown(results: Sequence[Validation], counting: Iterable[str] = ("error",)) -> str:
    """A table of the rules that were broken, then the findings, for each set of captures."""
    counting = tuple(counting)
    return "\n".join(_section(result, counting) for result in results)


def _section(result: Validation, counting: Sequence[str]) -> str:
    failed = any(seen.finding.level in counting for seen in result.findings)
    lines = [
        f"# Validation of {', '.join(map(code, result.files))}: {'FAIL' if failed else 'PASS'}\n",
        _summary(result),
    ]
    by_rule = _by_rule(result.findings)
    if not by_rule:
        return "\n".join(lines)
    order = sorted(by_rule, key=lambda name: (LEVELS.index(by_rule[name][0].finding.level), name))
    rows = []
    for name in order:
        rule = RULES_BY_ID.get(name)
        clause, sentence = (str(rule.clause), rule.sentence) if rule is not None else ("", "")
        level = by_rule[name][0].finding.level
        rows.append((level, code(name), escape(clause), str(len(by_rule[name])), escape(sentence)))
    head = ("Level", "Rule", "Clause", "Findings", "What holds when all is well")
    lines += [table(head, rows, numbers=(3,)), "## Findings\n"]
    told = [seen for name in order for seen in by_rule[name]]
    kept = sorted(told[:LINES], key=lambda seen: seen.frames[-1:])
    lines.append("".join(f"- {_item(result, seen)}\n" for seen in kept))
    if len(told) > LINES:
        levels = Counter(seen.finding.level for seen in told[LINES:])
        lines.append(f"Left out: {', '.join(many(levels[level], level) for level in LEVELS if levels[level])}.\n")
    return "\n".join(lines)


def _summary(result: Validation) -> str:
    text = summary(result).removeprefix(f"{', '.join(result.files)}: ")
    rules = f"Of {len(RULES_BY_ID)} rules {len(result.applied)} had anything to judge"
    return f"{escape(text)}. {rules}, {len(result.violated())} are broken.\n"


def _item(result: Validation, seen: Seen) -> str:
    finding = seen.finding
    who = ", ".join(map(code, _who(seen)))
    where = escape(frames_text(result, seen)) + (f" ({who})" if who else "")
    return f"**{finding.level}** {code(finding.rule)}, {where}: {escape(finding.text)}"


def comments(result: Validation) -> dict[str, dict[int, list[str]]]:
    """What is said of each packet, by file and packet: a finding at the last packet that it is about, and at the
    others where to look."""
    found: dict[str, dict[int, list[str]]] = {file: {} for file in result.files}
    for seen in sorted(result.findings, key=lambda seen: seen.frames[-1:]):
        finding = seen.finding
        for frame in seen.frames:
            text = f"{finding.level} {finding.rule}: {finding.text}"
            if frame != seen.frames[-1]:
                text = f"{finding.level} {finding.rule}: see frame {result.frames[seen.frames[-1]]}"
            place = result.places[frame]
            found[place["file"]].setdefault(place["frame"], []).append(text)
    return found
