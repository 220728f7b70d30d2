"""JUnit XML, as test runners and CI systems read it: suites of cases, each passed, failed, in error or skipped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal
from xml.etree import ElementTree

Outcome = Literal["", "failure", "error", "skipped"]


@dataclass(frozen=True)
class Case:
    """One testcase. outcome: what it did instead of passing. message: in one line why, with `kind` as its type; text:
    all that is to be said, which a case that passed has as its output."""

    classname: str
    name: str
    seconds: float = 0.0
    outcome: Outcome = ""
    message: str = ""
    kind: str = ""
    text: str = ""


@dataclass(frozen=True)
class Suite:
    """One testsuite. properties: what was tested, under which settings. seconds: of its cases, unless given."""

    name: str
    cases: Sequence[Case]
    properties: Mapping[str, str] = field(default_factory=dict)
    seconds: float | None = None

    def count(self, outcome: Outcome) -> str:
        return str(sum(case.outcome == outcome for case in self.cases))


def document(name: str, suites: Sequence[Suite]) -> str:
    """The whole document; characters that XML cannot carry become question marks."""
    root = ElementTree.Element("testsuites", name=clean(name))
    for suite in suites:
        seconds = sum(case.seconds for case in suite.cases) if suite.seconds is None else suite.seconds
        element = ElementTree.SubElement(
            root,
            "testsuite",
            name=clean(suite.name),
            tests=str(len(suite.cases)),
            failures=suite.count("failure"),
            errors=suite.count("error"),
            skipped=suite.count("skipped"),
            time=f"{seconds:.3f}",
        )
        properties = ElementTree.SubElement(element, "properties")
        for key, value in suite.properties.items():
            ElementTree.SubElement(properties, "property", name=clean(key), value=clean(value))
        for case in suite.cases:
            _case(element, case)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _case(suite: ElementTree.Element, case: Case) -> None:
    element = ElementTree.SubElement(
        suite, "testcase", classname=clean(case.classname), name=clean(case.name), time=f"{case.seconds:.3f}"
    )
    text = clean(case.text)
    if case.outcome:
        what = ElementTree.SubElement(element, case.outcome, message=clean(case.message))
        if case.kind:
            what.set("type", clean(case.kind))
        what.text = text
    elif text:
        ElementTree.SubElement(element, "system-out").text = text


def clean(text: str) -> str:
    """Without the characters that XML 1.0 cannot carry, which a peer's identifier may hold."""
    return "".join(
        c if c in "\t\n" or " " <= c < "\ud800" or "\ue000" <= c <= "\ufffd" or c > "\uffff" else "?" for c in text
    )
