"""`scenario` and `demo`: output, exit codes, files, and one sentence for what is wrong."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from pmiptool.cli.app import cli
from pmiptool.errors import EnvironmentLacks
from pmiptool.scenario.loader import builtin_text

needs_tshark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, list(words))


def test_list_is_a_name_two_blanks_and_a_sentence():
    lines = run("scenario", "list").stdout.splitlines()
    assert lines[0] == "setup  Initial multihoming setup (muho 3.1, figure 3)"
    assert len(lines) >= 10 and all("  " in line for line in lines)
    names = [entry["name"] for entry in json.loads(run("scenario", "list", "--json").stdout)]
    assert names == [line.partition("  ")[0] for line in lines]


def test_show_prints_the_yaml():
    assert run("scenario", "show", "removal-keep").stdout == builtin_text("removal-keep")
    wrong = run("scenario", "show", "removal")
    assert wrong.exit_code == 2 and "did you mean 'removal-keep'" in wrong.stderr


def test_without_a_target_the_reference_lma_plays():
    result = run("scenario", "run", "multipath-8278", "--no-ladder")
    assert result.exit_code == 0 and "PASS multipath-8278" in result.stdout
    assert "embedded" in result.stderr


LADDER = """\
setup: Initial multihoming setup, muho 3.1, figure 3
  MAG1 2001:db8:1::2, MAG2 2001:db8:1::3, LMA 2001:db8:1::1
          ┌──────┐    ┌──────┐           ┌─────┐
          │ MAG1 │    │ MAG2 │           │ LMA │
          └───┬──┘    └───┬──┘           └──┬──┘
              │           │                 │
── 1. IF1 attaches to MAG1
"""


def test_run_draws_the_ladder_and_names_the_settings():
    result = run("scenario", "run", "setup", "--target", "embedded", "--codepoint", "multihoming_option_type=201")
    assert result.exit_code == 0 and result.stderr == ""
    assert LADDER in result.stdout
    assert result.stdout.startswith("target embedded; multihoming_option_type 201, ")
    assert result.stdout.splitlines()[-1] == "PASS setup: Initial multihoming setup"
    assert max(map(len, result.stdout.splitlines())) <= 100


def test_run_writes_capture_json_and_junit(tmp_path: Path):
    capture, junit = tmp_path / "x.pcapng", tmp_path / "x.xml"
    words = ["setup", "rfc5213-renewal", "--target", "embedded", "--json", "-w", str(capture), "--junit", str(junit)]
    result = run("scenario", "run", *words)
    assert result.exit_code == 0
    document = json.loads(result.stdout)
    assert [one["verdict"] for one in document["scenarios"]] == ["PASS", "PASS"]
    suites = ElementTree.parse(junit).getroot()
    assert [suite.get("name") for suite in suites] == ["setup", "rfc5213-renewal"]
    assert run("validate", str(capture), "--level", "note").exit_code == 0


def test_exit_codes(tmp_path: Path):
    embedded = ("--target", "embedded", "--no-ladder")
    assert run("scenario", "run", "setup", *embedded).exit_code == 0
    failed = run("scenario", "run", "setup", "renewal", *embedded, "--fault", "rfu-set")
    assert failed.exit_code == 1 and "error muho/4.1/rfu" in failed.stdout
    assert failed.stdout.splitlines()[-1] == "2 scenarios: 2 FAIL"
    assert run("scenario", "run", "setup", *embedded, "--fault", "answer-lost").exit_code == 3
    legacy = tmp_path / "legacy.toml"
    legacy.write_text("[lma]\nmultihoming = false\n")
    unsupported = run("scenario", "run", "setup", *embedded, "--lma-config", str(legacy))
    assert unsupported.exit_code == 3 and "\nUNSUPPORTED setup: " in unsupported.stdout
    # With something that passes, UNSUPPORTED does not count.
    assert run("scenario", "run", "setup", "rfc5213-renewal", *embedded, "--lma-config", str(legacy)).exit_code == 0


def test_set_changes_a_variable():
    result = run("scenario", "run", "setup", "--target", "embedded", "--set", "lifetime=120", "--set", "mn=x@y")
    assert result.exit_code == 0 and "lifetime 120 s" in result.stdout
    wrong = run("scenario", "run", "setup", "--target", "embedded", "--set", "lifetim=120")
    assert wrong.exit_code == 2 and "did you mean 'lifetime'" in wrong.stderr


def test_a_peer_file_gives_its_mobile_nodes_in_turn(tmp_path: Path):
    peer = tmp_path / "peer.toml"
    peer.write_text(
        'target = "embedded"\nsource = ["2001:db8:9::a", "2001:db8:9::b"]\n'
        '[[mn]]\nid = "one@example.org"\n[[mn]]\nid = "two@example.org"\n[codepoints]\nmultihoming_option_type = 222\n'
    )
    result = run("scenario", "run", "setup", "renewal", "modify", "--peer", str(peer), "--json")
    assert result.exit_code == 0, result.output
    asked = []
    for one in json.loads(result.stdout)["scenarios"]:
        options = one["steps"][0]["messages"][0]["message"]["options"]
        asked += [option["fields"]["identifier"] for option in options if option["name"] == "mn-id"]
    assert asked == ["one@example.org", "two@example.org", "one@example.org"]
    assert json.loads(result.stdout)["scenarios"][0]["settings"]["multihoming_option_type"] == "222"


MISSPELT = builtin_text("setup").replace("attach: {mag: MAG2", "atach: {mag: MAG2")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "no scenario named"),
        (("setpu",), "there is no scenario and no file 'setpu'; did you mean 'setup'?"),
        (("missing.yaml",), "missing.yaml: no such file or directory"),
        (("misspelt.yaml",), "unknown key 'atach' in steps[1]; did you mean 'attach'?"),
        (("setup", "--reading", "act-zero=never"), "reading act-zero is 'never'"),
        (("setup", "--codepoint", "multihoming_option_type=45"), "are both 45"),
        (("setup", "--fault", "no-such"), "no-such"),
        (("addition", "--source", "2001:db8::1"), "give --source 3 times"),
        (("setup", "-w", "no/such/folder/x.pcapng"), "no/such/folder"),
        (("setup", "--junit", "no/such/folder/x.xml"), "cannot write no/such/folder/x.xml"),
    ],
)
def test_what_is_wrong_is_one_sentence_and_exit_code_2(words, sentence, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "misspelt.yaml").write_text(MISSPELT)
    result = run("scenario", "run", "--target", "embedded", *words)
    assert result.exit_code == 2, result.output
    assert sentence in result.stderr and len(result.stderr.strip().splitlines()) == 1
    assert "Traceback" not in result.output


@needs_tshark
def test_demo_plays_five_figures_and_both_judges_agree(tmp_path: Path):
    result = run("demo", "--out", str(tmp_path))
    assert result.exit_code == 0, result.output
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"figure-{n}.pcapng" for n in range(3, 8)]
    assert result.stdout.count("┌─────┐") == 5  # one ladder each, the LMA's box in every one
    assert [f"\nFigure {n}\n" in result.stdout for n in range(3, 8)] == [True] * 5
    assert result.stdout.count("PASS Wireshark reads the same: ") == 5
    last = result.stdout.splitlines()[-1]
    assert last.startswith("PASS: 6 of 6 scenarios pass, 62 messages, both judges agree on every message; ")
    assert max(map(len, result.stdout.splitlines()[:-1])) <= 100


@needs_tshark
def test_demo_fails_with_a_fault_and_when_the_judges_differ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    failed = run("demo", "--out", str(tmp_path), "--fault", "rfu-set")
    assert failed.exit_code == 1 and failed.stdout.splitlines()[-1].startswith("FAIL: 0 of 6 scenarios pass")
    from pmiptool.capture import wireshark

    def differ(capture: Path, settings: object) -> wireshark.Verdict:
        return wireshark.Verdict(1, 1, 1, (wireshark.Disagreement(1, "type", "5", "6"),))

    monkeypatch.setattr(wireshark, "judge", differ)
    differing = run("demo", "--out", str(tmp_path))
    assert differing.exit_code == 1
    assert "frame 1, type: 5 here, 6 in Wireshark" in differing.stdout
    assert differing.stdout.splitlines()[-1].startswith(
        "FAIL: 6 of 6 scenarios pass, 62 messages, the judges differ in 5"
    )


def test_demo_without_tshark_shows_everything_and_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from pmiptool.capture import wireshark

    def lacks(capture: Path, settings: object) -> None:
        raise EnvironmentLacks("there is no tshark; install it with: apt-get install tshark")

    monkeypatch.setattr(wireshark, "judge", lacks)
    result = run("demo", "--out", str(tmp_path))
    assert result.exit_code == 5 and "apt-get install tshark" in result.stderr
    assert result.stdout.count("┌─────┐") == 5 and "Wireshark was not asked" in result.stdout.splitlines()[-1]


def test_demo_needs_a_folder_it_can_write(tmp_path: Path):
    (tmp_path / "file").write_text("")
    result = run("demo", "--out", str(tmp_path / "file"))
    assert result.exit_code == 2 and "choose another with --out" in result.stderr


def test_a_report_that_cannot_be_written_is_refused_before_anything_is_sent(tmp_path: Path):
    capture = tmp_path / "run.pcapng"
    report = tmp_path / "nowhere" / "run.xml"
    result = run("scenario", "run", "setup", "--target", "embedded", "--junit", str(report), "-w", str(capture))
    assert result.exit_code == 2 and "cannot write" in result.stderr
    assert not result.stdout and not capture.exists()
