"""`conformance`: output, exit codes, files, baselines, and a peer that falls silent."""

from __future__ import annotations

import json
import sys
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from pmiptool.capture.files import read
from pmiptool.cli.app import cli
from pmiptool.conformance.playback import about_of, rejudge
from pmiptool.errors import ExchangeFailed

CASE = "rfc5213/5.3.1/hnp-missing"
FAULT = "wrong-status-158"
SILENT = "crashes-after-3"  # one case, and the sign of life after it


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, ["conformance", *words])


def run_cases(*words: str) -> Result:
    return run("run", *words, "--target", "embedded", "--seed", "7")


def test_list_is_a_name_two_blanks_and_a_sentence() -> None:
    lines = run("list", "rfc5213/5.3.1").stdout.splitlines()
    assert lines[0].startswith("rfc5213/5.3.1/") and all("  MUST: " in line for line in lines)
    told = json.loads(run("list", CASE, "--json").stdout)
    assert [(case["id"], case["level"], case["clause"]) for case in told] == [(CASE, "MUST", "RFC 5213 5.3.1 (10)")]


def test_what_matches_nothing_is_told() -> None:
    result = run("list", "rfc5213/5.3.1/hnp-mising")
    assert result.exit_code == 2
    assert "no case matches 'rfc5213/5.3.1/hnp-mising'; did you mean" in result.stderr


def test_a_case_that_passes() -> None:
    result = run_cases(CASE)
    assert (result.exit_code, result.stdout) == (
        0,
        "rfc5213/5.3.1  1 PASS\n\n1 case: 1 PASS\nMUST: 1, of which 1 passed, 0 failed, 0 did not run\n",
    )


def test_a_case_that_fails_tells_why_and_how_to_see_it_again() -> None:
    result = run_cases(CASE, "--fault", FAULT)
    assert result.exit_code == 1
    words = " ".join(result.stdout.split())
    assert f"FAIL {CASE} (MUST, RFC 5213 5.3.1 (10))" in words
    assert "expected a rejection with 158 MISSING_HOME_NETWORK_PREFIX_OPTION, got pba 128" in words
    alone = next(line for line in result.stdout.splitlines() if "alone: " in line).partition("alone: pmiptool ")[2]
    again = CliRunner().invoke(cli, alone.split())
    assert (again.exit_code, again.stdout) == (1, result.stdout)


def test_a_rule_that_every_case_breaks_is_told_once() -> None:
    result = run_cases("rfc5213/5.3.1/hnp-missing", "rfc5213/5.3.1/hi-missing", "--fault", "p-flag-clear")
    assert result.exit_code == 1
    assert "2 failed by rfc5213/8.2/p-flag alone, whatever they are about" in result.stdout


def test_a_section_has_its_subsections() -> None:
    told = run("list", "rfc5213/5.3").stdout
    assert CASE in told and "rfc5213/5.4" not in told
    assert "rfc5213/5.3.1/" not in run("list", "rfc5213/5.3.2").stdout


def test_globs_and_exclusion() -> None:
    told = run("list", "rfc5213/5.3.1/*-missing").stdout
    assert CASE in told and "with-binding" not in told
    result = run_cases("rfc5213/5.3.1/*-missing", "--exclude", CASE, "-v")
    assert result.exit_code == 0 and CASE not in result.stdout and "hi-missing" in result.stdout
    assert run_cases(CASE, "--exclude", CASE).exit_code == 2


def test_reports(tmp_path: Path) -> None:
    names = {name: tmp_path / name for name in ("r.json", "r.xml", "r.html", "e.zip")}
    result = run_cases(
        CASE, "rfc5213/5.3.1/hi-missing", "--fault", FAULT, "--json", str(names["r.json"]), "--name", "ACME",
        "--junit", str(names["r.xml"]), "--html", str(names["r.html"]), "--evidence", str(names["e.zip"]),
    )  # fmt: skip
    assert result.exit_code == 1
    told = json.loads(names["r.json"].read_text())
    assert told["schema"] == "pmiptool/conformance/1" and told["summary"]["FAIL"] == 1 and told["name"] == "ACME"
    failed = next(case for case in told["cases"] if case["verdict"] == "FAIL")
    assert failed["id"] == CASE and len(failed["messages"]) >= 2 and not failed["checks"][-1]["ok"]
    cases = {case.get("name"): case for case in ElementTree.parse(names["r.xml"]).iter("testcase")}
    assert cases[CASE].get("classname") == "rfc5213/5.3.1"
    assert [child.tag for child in cases[CASE]] == ["failure"]
    assert not list(cases["rfc5213/5.3.1/hi-missing"])
    page = names["r.html"].read_text()
    assert CASE in page and "<svg" in page and "http://" not in page.replace("http://www.w3.org", "")
    with zipfile.ZipFile(names["e.zip"]) as archive:
        files = set(archive.namelist())
        capture = archive.read(f"e/cases/{CASE.replace('/', '_')}.pcapng")
    assert {"e/README.txt", "e/pmip6.lua", "e/report.html", "e/results.json", "e/run.pcapng", "e/versions.txt"} <= files
    (tmp_path / "case.pcapng").write_bytes(capture)
    comments = [frame.comment or "" for frame in read(tmp_path / "case.pcapng")]
    assert CASE in comments[0] and "FAIL expected a rejection with 158" in comments[-1]


def test_a_report_that_cannot_be_written_stops_before_anything_is_sent(tmp_path: Path) -> None:
    missing = str(tmp_path / "no" / "r.xml")
    for option in ("--junit", "--html", "--json"):
        result = run_cases(CASE, option, missing)
        assert (result.exit_code, result.stdout) == (2, "")
        assert "cannot write" in result.stderr


def test_a_baseline_tells_what_is_worse(tmp_path: Path) -> None:
    file = tmp_path / "known"
    assert run_cases(CASE, "--baseline", str(file)).exit_code == 2
    first = run_cases(CASE, "--fault", FAULT, "--baseline", str(file), "--update-baseline")
    assert first.exit_code == 0 and f"NEW  {CASE}  FAIL" in first.stdout
    assert f"{CASE}  FAIL  # expected a rejection with 158" in file.read_text()
    junit = tmp_path / "j.xml"
    same = run_cases(CASE, "--fault", FAULT, "--baseline", str(file), "--junit", str(junit))
    assert same.exit_code == 0 and "0 worse, 0 otherwise changed, 1 as expected" in same.stdout
    assert [child.tag for child in next(ElementTree.parse(junit).iter("testcase"))] == ["skipped"]
    better = run_cases(CASE, "--baseline", str(file), "--update-baseline")
    assert better.exit_code == 0 and f"XFAIL->PASS  {CASE}" in better.stdout
    worse = run_cases(CASE, "--fault", FAULT, "--baseline", str(file))
    assert worse.exit_code == 1 and f"PASS->FAIL  {CASE}" in worse.stdout
    file.write_text("what\n")
    assert "line 1: 'what' is not the id of a case and its verdict" in run_cases(CASE, "--baseline", str(file)).stderr


def test_a_peer_that_falls_silent_is_named_with_its_killer(tmp_path: Path) -> None:
    killer = "rfc5213/5.3.1/hi-missing"
    chosen = (CASE, killer, "rfc5213/5.3.1/att-missing")
    result = run_cases(*chosen, "--fault", SILENT)
    assert result.exit_code == 1, result.stdout
    assert f"ended early: the peer answers nothing any more since {killer}" in result.stdout
    assert "MUST: 3, of which 1 passed, 1 failed, 1 did not run" in result.stdout
    mark = tmp_path / "restarted"
    command = f"{sys.executable} -c \"open('{mark}', 'a').write('x')\""
    result = run_cases(*chosen, "--fault", SILENT, "--restart-command", command)
    assert result.exit_code == 1 and mark.read_text() == "x" and "ended early" not in result.stdout
    assert run_cases(*chosen, "--fault", SILENT, "--restart-command", "no-such-command-here").exit_code == 1


def test_a_peer_that_was_never_there_has_not_failed() -> None:
    words = ["rfc5213/5.3.1", "--target", "udp://127.0.0.1:5999", "--source", "127.0.0.1", "--timeout", "0.3"]
    result = run("run", *words)
    assert result.exit_code == 3 and " FAIL" not in result.stdout
    assert "ended early: the peer has answered nothing yet (ICMP Destination Unreachable" in result.stdout
    assert len(result.stdout.splitlines()) < 20
    probed = run("probe", *words[1:])
    assert probed.exit_code == 3 and "ICMP Destination Unreachable" in probed.stderr


def test_nothing_that_passed_is_not_good() -> None:
    result = run_cases(CASE, "--max-time", "0.000000001")
    assert result.exit_code == 3 and "1 SKIPPED" in result.stdout and "1 did not run" in result.stdout


@pytest.mark.parametrize(
    "faults",
    [(), (FAULT,), ("p-flag-clear",), ("hi-not-copied",), ("answer-lost",), ("checksum-zero",), ("answer-late",)],
)
def test_a_capture_gives_the_verdicts_of_its_run(tmp_path: Path, faults: tuple[str, ...]) -> None:
    capture, told = tmp_path / "run.pcapng", tmp_path / "run.json"
    options = [word for fault in faults for word in ("--fault", fault)]
    run_cases("rfc5213/5.3.1", "rfc5213/5.3.5", "muho/4.1", "-w", str(capture), "--json", str(told), *options)
    live = {case["id"]: case for case in json.loads(told.read_text())["cases"] if case["messages"]}
    again = rejudge(capture)
    assert again is not None
    assert {case.id: (case.verdict, case.reason) for case in again.cases} == {
        id_: (case["verdict"], case["reason"]) for id_, case in live.items()
    }


def test_a_capture_gives_the_verdicts_of_a_run_against_a_mag(tmp_path: Path) -> None:
    capture, told = tmp_path / "run.pcapng", tmp_path / "run.json"
    assert run("run", "--role", "mag", "--seed", "7", "-w", str(capture), "--json", str(told)).exit_code == 0
    live = {case["id"]: case["verdict"] for case in json.loads(told.read_text())["cases"] if case["messages"]}
    again = rejudge(capture)
    assert again is not None and {case.id: case.verdict for case in again.cases} == live


def test_validate_judges_a_run_as_it_was_judged(tmp_path: Path) -> None:
    capture = str(tmp_path / "run.pcapng")
    live = run_cases(CASE, "rfc5213/5.3.1/hi-missing", "-w", capture, "--fault", FAULT)
    again = CliRunner().invoke(cli, ["validate", capture])
    shown = [line for line in again.stdout.splitlines() if "alone: " not in line and line]
    assert again.exit_code == live.exit_code == 1
    assert shown == [line for line in live.stdout.splitlines() if "alone: " not in line and line]
    assert "its cases are judged again" in again.stderr
    assert json.loads(CliRunner().invoke(cli, ["validate", capture, "--json"]).stdout)["summary"]["FAIL"] == 1
    by_rules = CliRunner().invoke(cli, ["validate", capture, "--only", "*"])
    assert "rfc5213/8.1/hnp" in by_rules.stdout  # our own requests, wrong on purpose


def test_other_captures_are_of_no_run() -> None:
    assert about_of("pcaps/figure-3.pcapng") is None
    assert rejudge("pcaps/figure-3.pcapng") is None


def test_a_matrix(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    run_cases(CASE, "rfc5213/5.3.1/hi-missing", "--json", str(good))
    run_cases(CASE, "rfc5213/5.3.1/hi-missing", "--json", str(bad), "--name", "ACME", "--fault", FAULT)
    table = run("matrix", str(good), str(bad)).stdout
    assert "| case | good | ACME |" in table and f"| `{CASE}` | PASS | FAIL |" in table
    assert "PASS everywhere: 1 case." in table
    page = tmp_path / "m.html"
    assert run("matrix", str(good), str(bad), "--html", "-o", str(page)).stdout == ""
    assert "they differ" in page.read_text()
    assert run("matrix", str(good), str(bad), "--html").stdout == page.read_text()
    assert run("matrix", "--markdown", str(good), str(bad)).stdout == table
    (tmp_path / "x.json").write_text("{}")
    assert "holds no conformance run" in run("matrix", str(tmp_path / "x.json")).stderr


def test_no_empty_report_is_left_of_a_run_that_never_began(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C in the very first registration, or an LMA that refuses it: 0 octets are no JUnit and no JSON."""
    refusals: list[BaseException] = [KeyboardInterrupt(), ExchangeFailed("nobody is served")]
    monkeypatch.setattr("pmiptool.conformance.probe.first_registration", lambda *_: (_ for _ in ()).throw(refusals[0]))
    names = [str(tmp_path / name) for name in ("run.xml", "run.json", "run.html")]
    options = ["--junit", names[0], "--json", names[1], "--html", names[2], "-w", str(tmp_path / "run.pcapng")]
    for code in (130, 3):
        Path(names[0]).write_text("of a run before")
        target = ["--target", "udp://127.0.0.9:9", "--source", "127.0.0.1"]
        done = CliRunner().invoke(cli, ["conformance", "run", "rfc5213/5.3.6", *target, *options])
        assert done.exit_code == code, done.stderr
        assert [path.name for path in tmp_path.iterdir()] == ["run.pcapng"]
        refusals.pop(0)
