"""The catalogue of rules: what each demands, where a text says it, and what it judges; as JSON and as Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from pmiptool.registry.model import DOCUMENT_TITLES
from pmiptool.registry.rule import LEVELS, Rule
from pmiptool.report.markdown import code, escape, table

SCOPES = {"message": "a message", "exchange": "a request with its answer", "session": "a session over time"}


def as_objects(rules: Sequence[Rule]) -> list[dict[str, Any]]:
    """The rules for programs."""
    return [
        {
            "name": rule.id,
            "text": rule.sentence,
            "level": rule.level,
            "clause": str(rule.clause),
            "document": title_of(rule.clause.document),
            "section": rule.clause.section,
            "scope": rule.scope,
            "messages": list(rule.messages),
            "dialect": rule.dialect,
            "field": rule.field,
        }
        for rule in rules
    ]


def title_of(document: str) -> str:
    """`RFC 5213`, or the whole name of a draft."""
    return DOCUMENT_TITLES.get(document, document)


def as_markdown(rules: Sequence[Rule]) -> str:
    """How many rules there are of each document, then each document's, clause by clause."""
    documents: dict[str, list[Rule]] = {}
    for rule in rules:
        documents.setdefault(rule.clause.document, []).append(rule)
    head = ("Document", "Clauses", "Rules", *(f"{level}s" for level in LEVELS), *(f"of {scope}s" for scope in SCOPES))
    lines = ["# Rules\n", table(head, map(_counts, documents.values()), numbers=range(1, len(head)))]
    for document, own in documents.items():
        rows = [_row(rule) for rule in sorted(own, key=_place)]
        lines.append(f"## {escape(title_of(document))}\n")
        lines.append(table(("Clause", "Rule", "Level", "Judges", "What holds when all is well"), rows))
    return "\n".join(lines)


def _counts(rules: Sequence[Rule]) -> list[str]:
    levels, scopes = Counter(rule.level for rule in rules), Counter(rule.scope for rule in rules)
    numbers = [len({rule.clause for rule in rules}), len(rules)]
    numbers += [levels[level] for level in LEVELS] + [scopes[scope] for scope in SCOPES]
    return [escape(title_of(rules[0].clause.document)), *map(str, numbers)]


def _row(rule: Rule) -> list[str]:
    of = f" ({', '.join(rule.messages)})" if rule.messages else ""
    only = f", dialect {rule.dialect}" if rule.dialect else ""
    return [rule.clause.section, code(rule.id), rule.level, f"{SCOPES[rule.scope]}{of}{only}", escape(rule.sentence)]


def _place(rule: Rule) -> tuple[tuple[tuple[int, str], ...], str]:
    """Clauses in the order of their numbers."""
    parts = rule.clause.section.split(".")
    return tuple((int(part), "") if part.isdigit() else (1 << 30, part) for part in parts), rule.id
