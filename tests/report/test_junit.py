"""JUnit XML: counts, outcomes, and characters that XML cannot carry."""

from __future__ import annotations

from xml.etree import ElementTree

from pmiptool.report.junit import Case, Suite, document


def test_counts_and_outcomes() -> None:
    cases = [
        Case("a.b", "passes", 0.25),
        Case("a.b", "says something", text="out"),
        Case("a.b", "fails", 0.5, "failure", "why", "FAIL", "all of it"),
        Case("a.b", "goes wrong", 0.0, "error", "what"),
        Case("a.b", "is left out", 0.0, "skipped", "not here"),
    ]
    root = ElementTree.fromstring(document("x", [Suite("s", cases, {"target": "embedded"})]))
    suite = root[0]
    assert suite.attrib == {"name": "s", "tests": "5", "failures": "1", "errors": "1", "skipped": "1", "time": "0.750"}
    assert suite.find("properties/property").attrib == {"name": "target", "value": "embedded"}  # type: ignore[union-attr]
    found = suite.findall("testcase")
    assert [[(child.tag, child.attrib, child.text) for child in case] for case in found] == [
        [],
        [("system-out", {}, "out")],
        [("failure", {"message": "why", "type": "FAIL"}, "all of it")],
        [("error", {"message": "what"}, None)],
        [("skipped", {"message": "not here"}, None)],
    ]


def test_characters_that_xml_cannot_carry() -> None:
    text = document("x", [Suite("\x00s", [Case("\ud800", "\x1b[31m&<>\"'", 0, "failure", "\x0b", "\ufffe", "a\x08")])])
    (case,) = ElementTree.fromstring(text).iter("testcase")
    assert case.attrib["name"] == "?[31m&<>\"'" and case.attrib["classname"] == "?" and case[0].text == "a?"


def test_seconds_of_a_suite() -> None:
    root = ElementTree.fromstring(document("x", [Suite("s", [Case("a", "b", 1.0)], seconds=9.5)]))
    assert root[0].attrib["time"] == "9.500"
