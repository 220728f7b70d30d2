"""What a peer sent by the other of two readings: the command that makes it again, and the note that people see."""

from __future__ import annotations

import shlex

import pytest
from click.testing import CliRunner, Result

from pmiptool.cli.app import cli
from pmiptool.registry.codepoints import DEFAULT, KEYS
from pmiptool.registry.reference import contradictions
from tests.vectors import VECTORS, Vector

NOTES = {one["note"] for one in contradictions() if one["note"]}
OTHERWISE = [v for v in VECTORS if v.findings & {note.rpartition("/")[2] for note in NOTES}]


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code == 0, result.output
    return result


def settings(vector: Vector) -> list[str]:
    changed = [key for key in KEYS if getattr(vector.settings, key) != getattr(DEFAULT, key)]
    return [f"--codepoint={key}={getattr(vector.settings, key)}" for key in changed]


@pytest.mark.parametrize("vector", OTHERWISE, ids=str)
def test_the_command_makes_the_same_octets(vector: Vector) -> None:
    mh = vector.mh.hex()
    _, *arguments = shlex.split(run("decode", "--mh", "--hex", mh, "--as", "command", *settings(vector)).stdout)
    assert run(*arguments, "--mh-hex").stdout.strip() == mh


@pytest.mark.parametrize("vector", OTHERWISE, ids=str)
def test_people_see_a_note_under_the_option(vector: Vector) -> None:
    tree = run("decode", "--mh", "--hex", vector.mh.hex(), *settings(vector)).stdout
    assert any(f"note {note}: " in tree for note in NOTES)
    assert "option-past-end" not in tree and "/length:" not in tree


def test_flags_of_craft_take_the_overwrite_letter() -> None:
    made = run("craft", "binding-update", "--bare", "--flags", "AO", "-O", "bid:bid=1", "--mh-hex").stdout
    assert bytes.fromhex(made)[8:10].hex() == "8040"
