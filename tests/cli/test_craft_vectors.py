"""craft makes the hand-made vectors from commands that were written by hand, one for every entry of the registry."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from pmiptool.cli.app import cli
from pmiptool.registry.catalogue import SPACES, message_names, options, suboptions
from pmiptool.registry.codepoints import DEFAULT, CodePoints
from pmiptool.registry.model import Records, SubOptions
from pmiptool.wire import values
from pmiptool.wire.codec import codec_for
from tests.strategies import inner
from tests.tables import table
from tests.vectors import VECTORS

COMMANDS: dict[str, str] = table(Path(__file__).with_name("craft_vectors.yaml"))
BY_NAME = {vector.name: vector for vector in VECTORS}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_makes_the_octets_of_its_vector(name: str) -> None:
    vector = BY_NAME[name]
    unsummed = [] if vector.mh[4:6] != b"\0\0" else ["--set", "checksum=0"]
    result = CliRunner().invoke(cli, ["craft", *shlex.split(COMMANDS[name]), "--mh-hex", *unsummed])
    assert result.exit_code == 0, result.stderr
    assert result.stdout.strip() == vector.mh.hex()


LISTED = (*range(71), DEFAULT.multihoming_option_type)
"""The options that IANA lists, and the draft's."""


def test_there_is_a_command_for_every_message_and_for_every_option_that_iana_lists() -> None:
    """And for all that may stand in it."""
    seen: set[type[Any]] = set()
    names: set[str] = set()
    for name in COMMANDS:
        vector = BY_NAME[name]
        decoded = codec_for(vector.settings).decode(vector.mh)
        names.add(decoded.name)
        seen.update(type(value) for value in inner(decoded.message))
    wanted = {entry for under in (DEFAULT, CodePoints(dialect="rfc6089")) for entry in entries(under)}
    assert {values.CLASSES[value] for value in wanted} - seen == set()
    assert set(message_names()) - names == set()


def entries(under: CodePoints) -> Iterator[str]:
    """The names of their values."""
    for number, option in options(under):
        if number in LISTED and not option.pad:
            yield option.value
            for field in option.fields:
                if isinstance(field, SubOptions):
                    yield from (entry.value for _, entry in suboptions(SPACES[field.space], under) if not entry.pad)
                elif isinstance(field, Records):
                    yield from (record.value for record in field.records)
