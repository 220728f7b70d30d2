"""The golden captures of pcaps/: made again octet for octet, replayed, and read the same by both judges."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from pmiptool.capture.files import read
from pmiptool.cli.app import cli
from pmiptool.scenario.loader import builtin_names
from tests import golden

CAPTURES = sorted(golden.FOLDER.glob("*.pcapng"))


def test_there_is_one_of_every_scenario_the_malformed_set_and_all_that_the_registry_has():
    assert {path.stem for path in CAPTURES} == {*builtin_names(), golden.MALFORMED, golden.EVERY}
    assert {path.stem for path in golden.FOLDER.glob("*.json")} == {path.stem for path in CAPTURES}


def test_making_them_again_gives_the_same_octets(tmp_path: Path):
    golden.main(tmp_path)
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    kept = {path.name: path.read_bytes() for path in golden.FOLDER.iterdir() if path.suffix in (".pcapng", ".json")}
    assert made.keys() == kept.keys()
    changed = [name for name in made if made[name] != kept[name]]
    assert not changed, f"{changed} differ; look at them, and make them again with `make regenerate`"


@pytest.mark.parametrize("name", builtin_names())
def test_a_scenarios_capture_replays_against_the_embedded_lma(name: str):
    """Same statuses, same HNPs, same flow results. Nobody has this LMA revoke, so there it keeps what was revoked."""
    result = CliRunner().invoke(cli, ["replay", str(golden.FOLDER / f"{name}.pcapng"), "--target", "embedded"])
    different = 1 if name == "revocation" else 0
    assert result.exit_code == different, result.output
    assert (
        result.output.endswith(f"{different} different, 0 unanswered\n") and result.output.count(" hnp: ") == different
    )


@pytest.mark.parametrize("name", builtin_names())
def test_a_scenarios_capture_is_without_findings(name: str):
    capture = str(golden.FOLDER / f"{name}.pcapng")
    result = CliRunner().invoke(cli, ["validate", capture, "--level", "note"])
    assert result.exit_code == 0, result.output
    assert all(frame.comment and frame.comment.endswith("; PASS") for frame in read(capture))


def test_every_malformed_message_has_its_own_name_and_all_but_two_a_finding():
    capture = golden.FOLDER / f"{golden.MALFORMED}.pcapng"
    names = {frame.number: frame.comment for frame in read(capture)}
    objects = json.loads(capture.with_suffix(".json").read_text())
    assert len(set(names.values())) == len(names) == len(objects) > 50
    clean = {names[one["frame"]] for one in objects if not one["findings"]}
    assert clean == {"nothing is wrong with this one", "bits behind the prefix"}


@pytest.mark.parametrize("capture", CAPTURES, ids=[path.stem for path in CAPTURES])
def test_both_judges_read_the_same(capture: Path):
    from pmiptool.capture.wireshark import judge

    verdict = judge(capture)
    assert verdict.messages == sum(1 for _ in read(capture))
    assert verdict.agreed, [str(difference) for difference in verdict.disagreements]
