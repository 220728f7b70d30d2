"""The codec and its JSON form against the hand-made vectors."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from pmiptool.registry.catalogue import message_names
from pmiptool.registry.form import form_rules
from pmiptool.text.json import from_object, message_object
from pmiptool.wire import values
from pmiptool.wire.codec import Decoded, codec_for
from pmiptool.wire.layout import Slot
from tests.vectors import VECTORS, Vector, differences

CODEC_RULES = {rule.id for rule in form_rules() if rule.holds is None}
"""Those that the codec judges by itself; the others are evaluated by `rules`."""
BY_CODEC = {name.rpartition("/")[2] for name in CODEC_RULES}

every = pytest.mark.parametrize("vector", VECTORS, ids=str)


def decode(vector: Vector) -> Decoded:
    return codec_for(vector.settings).decode(vector.mh, vector.src, vector.dst)


def kinds(findings: Any) -> set[str]:
    """The last part of each rule's id."""
    return {finding.rule.rpartition("/")[2] for finding in findings}


def test_there_are_vectors_and_their_names_differ() -> None:
    assert len({vector.name for vector in VECTORS}) == len(VECTORS) >= 300


def test_every_message_option_and_sub_option_has_a_vector_that_says_its_values() -> None:
    """Without a finding, and such that an encoder makes it; of messages of two names, of either."""
    seen: set[type] = set()
    names: set[str] = set()
    for vector in VECTORS:
        if vector.json is not None and vector.canonical and not vector.findings:
            decoded = decode(vector)
            names.add(decoded.name)
            if vector.at is None:
                seen.add(type(decoded.message))
            seen |= {
                type(inner)
                for option, slot in zip(decoded.message.options, _slots(decoded), strict=True)
                if vector.at in (None, slot.offset)
                for inner in _within(option)
            }
    assert set(values.CLASSES.values()) - seen == set()
    assert set(message_names()) - names == set()


def _slots(decoded: Decoded) -> list[Slot]:
    """Of the options that are no padding."""
    return [slot for slot in decoded.layout.slots if slot.pad is None]


def _within(value: Any) -> Iterator[Any]:
    """A value and all that is in it: sub-options, records."""
    if isinstance(value, msgspec.Struct):
        yield value
        for name in value.__struct_fields__:
            yield from _within(getattr(value, name))
    elif isinstance(value, tuple):
        for item in value:
            yield from _within(item)


@every
def test_the_codec_finds_what_is_wrong_and_nothing_else(vector: Vector) -> None:
    found = decode(vector).findings
    assert {finding.rule for finding in found} <= CODEC_RULES
    assert kinds(found) == vector.findings & BY_CODEC - ({"reserved"} if vector.mh[3:4] == b"\0" else set())


@every
def test_a_capture_is_encoded_as_it_was(vector: Vector) -> None:
    decoded = decode(vector)
    assert codec_for(vector.settings).encode(decoded.message, decoded.layout).hex() == vector.mh.hex()


@pytest.mark.parametrize("vector", [v for v in VECTORS if v.canonical], ids=str)
def test_a_message_is_laid_out_as_the_figures_are(vector: Vector) -> None:
    found = codec_for(vector.settings).encode(decode(vector).message, src=vector.src, dst=vector.dst)
    assert found.hex() == vector.mh.hex()


@pytest.mark.parametrize("vector", [v for v in VECTORS if v.json is not None], ids=str)
def test_it_is_shown_as_the_figures_say(vector: Vector) -> None:
    shown = message_object(decode(vector), settings=vector.settings)
    if vector.at is None:
        assert differences(vector.json, shown) == []
    else:
        assert differences({**vector.json, "offset": vector.at}, _at(vector, shown)) == []


@every
def test_what_is_shown_gives_the_octets_again(vector: Vector) -> None:
    shown = json.loads(json.dumps(message_object(decode(vector), settings=vector.settings)))
    message, layout = from_object(shown, vector.settings)
    assert codec_for(vector.settings).encode(message, layout).hex() == vector.mh.hex()


def _at(vector: Vector, shown: dict[str, Any]) -> dict[str, Any]:
    """The one option that the vector is about."""
    (option,) = (option for option in shown["options"] if option["offset"] == vector.at)
    return option
