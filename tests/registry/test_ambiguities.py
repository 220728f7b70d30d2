"""The ambiguity register and its settings."""

import pytest

from pmiptool.errors import UsageError
from pmiptool.registry.ambiguities import AMBIGUITIES, BY_KEY, DEFAULT_READINGS, Readings

DEFAULTS = {
    "flow-omission": "summary", "binding-reference": "implied", "binding-key": "interface", "handover": "move",
    "fid-scope": "binding", "modify-without-selector": "keep", "act-scope": "interface", "act-zero": "remove",
    "keep-without-peer": "drop", "reinstantiation-target": "oldest", "reinstantiated-advert": "always",
    "reinstantiated-mark": "pro", "pba-act": "zero", "mhgid-nonzero": "reject", "removal-delay": "tombstone",
    "timestamp-scope": "binding", "sequence-scope": "binding", "no-match": "bid-pri", "detach-wait": "timeout",
}  # fmt: skip


def test_defaults():
    assert dict(DEFAULT_READINGS) == DEFAULTS
    assert DEFAULT_READINGS.changes == ()


def test_every_entry_has_a_choice_of_named_readings():
    assert len(BY_KEY) == len(AMBIGUITIES) == 19
    for entry in AMBIGUITIES:
        assert len(entry.choices) >= 2 and len(set(entry.choices)) == len(entry.choices)
        assert entry.question.endswith("?") and entry.clause
        assert all(reading.meaning.endswith(".") for reading in entry.readings)


def test_settings_from_texts_and_mappings():
    readings = DEFAULT_READINGS.changed(["act-zero = keep", "no-match=all"])
    assert (readings["act-zero"], readings["no-match"], readings["pba-act"]) == ("keep", "all", "zero")
    assert readings == Readings((("no-match", "all"), ("act-zero", "keep")))
    assert hash(readings) == hash(DEFAULT_READINGS.changed({"no-match": "all", "act-zero": "keep"}))
    assert readings.changed({"act-zero": "remove", "no-match": "bid-pri"}) == DEFAULT_READINGS


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        (["act-zero=no"], "reading act-zero is 'no'; it takes remove, keep, reject"),
        (["act=keep"], "reading 'act' does not exist; the keys are flow-omission, "),
        (["act-zero"], "reading 'act-zero' is not KEY=NAME"),
        ({"act-zero": 1}, "reading act-zero is '1'; it takes"),
    ],
)
def test_errors_list_the_choices(settings, text):
    with pytest.raises(UsageError) as caught:
        DEFAULT_READINGS.changed(settings)
    assert str(caught.value).startswith(text)
