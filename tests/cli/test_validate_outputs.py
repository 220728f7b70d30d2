"""``pmiptool validate --html --junit --markdown -w`` and the catalogue of rules."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from pmiptool.capture.files import Writer, read
from pmiptool.capture.messages import messages
from pmiptool.cli.app import cli
from pmiptool.rules import RULES
from pmiptool.wire.envelope import build
from tests.chromium import Chromium, chromium
from tests.rules.make import LMA, MAG1, START, mn, pba, pbu, wire

PCAPS = Path(__file__).parents[2] / "pcaps"
MALFORMED = PCAPS / "malformed.pcapng"
SECOND = 1_000_000_000


def run(*arguments: object) -> Result:
    result = CliRunner().invoke(cli, ["validate", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def findings(*arguments: object) -> list[dict[str, Any]]:
    (one,) = json.loads(run(*arguments, "--json").stdout)["sets"]
    found: list[dict[str, Any]] = one["findings"]
    return found


# JSON


def test_json_names_the_rules_that_applied_and_those_that_were_broken() -> None:
    (one,) = json.loads(run(MALFORMED, "--json").stdout)["sets"]
    rules = one["rules"]
    assert rules["known"] == len(RULES)
    assert set(rules["violated"]) == {found["rule"] for found in one["findings"]} <= set(rules["applied"])
    assert len(rules["violated"]) < len(rules["applied"]) < rules["known"]
    assert one["lmas"] == ["2001:db8:1::1"] and one["mags"] == ["2001:db8:1::2"]
    (fewer,) = json.loads(run(MALFORMED, "--json", "--only", "muho/*").stdout)["sets"]
    assert all(name.startswith("muho/") for name in fewer["rules"]["applied"])


# JUnit


def test_junit_has_a_case_for_each_rule_that_applied(tmp_path: Path) -> None:
    target = tmp_path / "x.xml"
    result = run(MALFORMED, "--junit", target)
    assert result.exit_code == 1 and "errors" in result.stdout
    root = ElementTree.parse(target).getroot()
    (one,) = json.loads(run(MALFORMED, "--json").stdout)["sets"]
    cases = {case.attrib["name"]: case for case in root.iter("testcase")}
    assert set(one["rules"]["applied"]) <= set(cases)
    failed = {name for name, case in cases.items() if case.find("failure") is not None}
    assert failed == {found["rule"] for found in one["findings"] if found["level"] == "error"}
    assert sum(int(suite.attrib["failures"]) for suite in root) == len(failed)
    checksum = cases["rfc6275/6.1.1/checksum"].find("failure")
    assert checksum is not None and checksum.attrib["type"] == "error"
    assert checksum.attrib["message"].startswith("frame 2, mn1@example.org, LMA 2001:db8:1::1, peer 2001:db8:1::2: ")
    assert "frame 3, " in (checksum.text or "") and "RFC 6275 6.1.1: The checksum is right." in (checksum.text or "")


def test_junit_fails_at_the_level_that_counts(tmp_path: Path) -> None:
    counts = {}
    for level in ("error", "warning", "note"):
        run(MALFORMED, "--junit", tmp_path / "x.xml", "--level", level)
        counts[level] = len(list(ElementTree.parse(tmp_path / "x.xml").iter("failure")))
    assert 0 < counts["error"] < counts["warning"] < counts["note"]


def test_junit_of_what_is_sound(tmp_path: Path) -> None:
    assert run(PCAPS / "setup.pcapng", "--junit", tmp_path / "x.xml").exit_code == 0
    root = ElementTree.parse(tmp_path / "x.xml").getroot()
    assert len(list(root.iter("testcase"))) > 100 and not list(root.iter("failure"))


# Markdown


def test_markdown_takes_the_place_of_the_text() -> None:
    result = run(MALFORMED, "--markdown")
    assert result.exit_code == 1 and result.stdout == run(MALFORMED, "--markdown", "-").stdout
    lines = result.stdout.splitlines()
    assert lines[0] == f"# Validation of `{MALFORMED}`: FAIL"
    assert any(line.startswith("| error | `rfc6275/6.1.1/checksum` | RFC 6275 6.1.1 | 3 |") for line in lines)
    items = [line for line in lines if line.startswith("- ")]
    assert items[0].startswith("- **error** `rfc6275/6.1.1/checksum`, frame 2 (`mn1@example.org`, `LMA 2001:db8:1::1`")
    assert len(items) == len(findings(MALFORMED))


def test_markdown_in_a_file(tmp_path: Path) -> None:
    result = run(PCAPS / "setup.pcapng", "--markdown", tmp_path / "x.md")
    assert "no finding" in result.stdout
    assert (tmp_path / "x.md").read_text().startswith(f"# Validation of `{PCAPS / 'setup.pcapng'}`: PASS\n")


# A capture with comments


def test_comments_name_rule_and_text(tmp_path: Path) -> None:
    target = tmp_path / "x.pcapng"
    assert run(MALFORMED, "-w", target).exit_code == 1
    before, after = list(read(MALFORMED)), list(read(target))
    assert [(f.time_ns, f.data) for f in before] == [(f.time_ns, f.data) for f in after]
    said: dict[int, list[str]] = {}
    for found in findings(MALFORMED):
        *others, last = (place["frame"] for place in found["frames"])
        head = f"{found['level']} {found['rule']}: "
        said.setdefault(last, []).append(head + found["text"])
        for frame in others:
            said.setdefault(frame, []).append(f"{head}see frame {last}")
    for old, new in zip(before, after, strict=True):
        added = (new.comment or "").removeprefix(f"{old.comment}\n") if new.comment != old.comment else ""
        assert sorted(added.splitlines()) == sorted(said.get(new.number, [])), new.number


def test_what_was_commented_is_judged_as_before(tmp_path: Path) -> None:
    target = tmp_path / "x.pcapng"
    run(MALFORMED, "-w", target)

    def told(path: Path) -> list[tuple[str, str]]:
        return [(found["rule"], found["text"]) for found in findings(path)]

    assert told(target) == told(MALFORMED)


def test_a_sound_capture_stays_as_it_is(tmp_path: Path) -> None:
    run(PCAPS / "setup.pcapng", "-w", tmp_path / "x.pcapng")
    assert (tmp_path / "x.pcapng").read_bytes() == (PCAPS / "setup.pcapng").read_bytes()


# What must not be


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--markdown", "-", "--json"), "only one report goes to standard output"),
        (("--markdown", "-", "--junit", "-"), "only one report goes to standard output"),
        (("--html", "x", "--junit", "./x"), "two reports have one file name"),
        (("--markdown", "x.pcap"), "x.pcap is the name of a capture, not of a report"),
        (("--html", "nowhere/x.html"), "cannot write the report"),
        (("--junit", "nowhere/x.xml"), "cannot write nowhere/x.xml"),
        (("-w", "nowhere/x.pcapng"), "cannot write the capture"),
    ],
)
def test_wrong_use(options: tuple[str, ...], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(MALFORMED, *options)
    assert result.exit_code == 2 and told in result.stderr and "Traceback" not in result.stderr


def test_a_capture_is_not_written_over(tmp_path: Path) -> None:
    capture = tmp_path / "x.pcapng"
    capture.write_bytes(MALFORMED.read_bytes())
    (tmp_path / "link.pcapng").symlink_to(capture)
    for name in ("x.pcapng", "link.pcapng"):
        result = run(capture, "-w", tmp_path / name)
        assert result.exit_code == 2 and "is one of the captures that are judged" in result.stderr
    assert capture.read_bytes() == MALFORMED.read_bytes()


# The catalogue of rules


def test_the_catalogue_in_markdown(tmp_path: Path) -> None:
    result = run("--list-rules", "--markdown")
    assert result.exit_code == 0
    for rule in RULES:
        assert f"`{rule.id}`" in result.stdout
    counts = re.search(r"^\| RFC 5213 \| (.*) \|$", result.stdout, re.M)
    own = [rule for rule in RULES if rule.clause.document == "RFC 5213"]
    assert counts is not None
    assert list(map(int, counts[1].split(" | "))) == [
        len({rule.clause for rule in own}),
        len(own),
        *(sum(rule.level == level for rule in own) for level in ("error", "warning", "note")),
        *(sum(rule.scope == scope for rule in own) for scope in ("message", "exchange", "session")),
    ]
    some = run("--list-rules", "--markdown", tmp_path / "x.md", "--only", "muho/*")
    assert some.stdout == "" and "rfc5213" not in (tmp_path / "x.md").read_text()


def test_the_catalogue_in_json() -> None:
    found = json.loads(run("--list-rules", "--json").stdout)
    assert {one["name"]: (one["document"], one["section"], one["scope"]) for one in found}["rfc5213/8.3/length"] == (
        "RFC 5213",
        "8.3",
        "message",
    )
    assert run("--list-rules", "--json", "--markdown").exit_code == 2


# The page


@pytest.fixture(scope="module")
def browser() -> Iterator[Chromium]:
    yield from chromium()


def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def test_html_is_written(tmp_path: Path) -> None:
    target = tmp_path / "x.html"
    assert run(MALFORMED, "--html", target).exit_code == 1
    assert "56 errors" not in run(PCAPS / "setup.pcapng", "--html", tmp_path / "y.html").stdout
    page = text(target)
    assert page.count('data-group="s1-findings"') == len(findings(MALFORMED))
    assert '<span class="badge bad">FAIL</span>' in page and '<span class="badge good">PASS</span>' in text(
        tmp_path / "y.html"
    )
    for found in findings(MALFORMED):
        assert found["rule"] in page


def test_every_link_leads_somewhere(tmp_path: Path) -> None:
    for name in ("malformed", "revocation", "every-message-and-option", "removal-keep"):
        run(PCAPS / f"{name}.pcapng", "--html", tmp_path / "x.html")
        page = text(tmp_path / "x.html")
        ids = re.findall(r' id="([^"]*)"', page)
        assert len(set(ids)) == len(ids)
        assert set(re.findall(r'href="#([^"]*)"', page)) <= set(ids)


def test_several_sets_on_one_page(tmp_path: Path) -> None:
    run(MALFORMED, PCAPS / "setup.pcapng", "--separate", "--html", tmp_path / "x.html")
    page = text(tmp_path / "x.html")
    assert f'<h2 id="s1-title">{MALFORMED}</h2>' in page and f'<h2 id="s2-title">{PCAPS / "setup.pcapng"}</h2>' in page
    ids = re.findall(r' id="([^"]*)"', page)
    assert len(set(ids)) == len(ids)


def hostile(path: Path, name: bytes) -> Path:
    """A capture of a mobile node with a name: a request, and an answer that has it otherwise."""
    asked = ((pbu(mn=mn(name)), MAG1, LMA), (pba(mn=mn(name), sequence=2), LMA, MAG1))
    with Writer(path) as writer:
        for number, (message, src, dst) in enumerate(asked):
            writer.write(build(wire(message, src=src, dst=dst).raw, src, dst), round((START + number) * SECOND))
    return path


def test_the_page_in_a_browser(browser: Chromium, tmp_path: Path) -> None:
    """No complaint, the filter works, the ladder's arrows lead to their messages, a finding to its frame."""
    run(MALFORMED, "--html", tmp_path / "x.html")
    browser.open(tmp_path / "x.html")
    assert browser.complaints() == []
    assert browser.run("document.querySelectorAll('svg a').length") > 20
    count = "document.querySelector('.filter output').textContent"
    total = len(findings(MALFORMED))
    assert browser.run(count) == f"{total} of {total}"
    browser.press("/", *"6275 checksum")
    wanted = sum("6275" in found["rule"] and "checksum" in json.dumps(found) for found in findings(MALFORMED))
    assert browser.run(count) == f"{wanted} of {total}"
    browser.run("document.querySelector('#s1-findings tbody tr:not([hidden]) a').click()")
    told = "error frame 2: PBU 1 2001:db8:1::2 to 2001:db8:1::1"
    assert browser.becomes("document.activeElement.textContent", told)
    browser.run(
        "document.querySelector('svg a[href=\"#s1-m-5\"]').dispatchEvent(new MouseEvent('click', {bubbles: true}))"
    )
    assert browser.becomes("document.getElementById('s1-m-5').open", True)
    assert browser.run("document.querySelector('#s1-m-5 .run.bad').textContent.slice(0, 5)") == "3b 08"


def test_a_hostile_name(browser: Chromium, tmp_path: Path) -> None:
    name = b"<img src=x onerror=alert(1)>@example.org"
    run(hostile(tmp_path / "x.pcap", name), "--html", tmp_path / "x.html", "--junit", tmp_path / "x.xml", "--markdown",
        tmp_path / "x.md")  # fmt: skip
    browser.open(tmp_path / "x.html")
    assert browser.complaints() == [] and browser.run("document.querySelectorAll('img').length") == 0
    assert name.decode() in browser.run("document.body.textContent")
    ElementTree.parse(tmp_path / "x.xml")
    assert "<img" not in re.sub(r"`[^`]*`", "", text(tmp_path / "x.md"))


def test_messages_of_the_page_are_those_of_the_capture(tmp_path: Path) -> None:
    run(PCAPS / "removal-keep.pcapng", "--html", tmp_path / "x.html")
    page = text(tmp_path / "x.html")
    seen = list(messages(PCAPS / "removal-keep.pcapng"))
    assert page.count('<figure class="hex">') == len(seen) == page.count('class="arrow plain"')
    assert "ACT=Keep: it goes to another interface" in page and "when and why each ended" in page.lower()
