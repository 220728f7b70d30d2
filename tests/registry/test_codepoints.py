"""Code points as settings: ranges, clashes, and errors that name the key."""

import pytest

from pmiptool.errors import UsageError
from pmiptool.registry.codepoints import CodePoints, clashes, code_points


def test_defaults_are_those_of_the_contract() -> None:
    settings = code_points({})
    assert settings == CodePoints()
    assert (settings.multihoming_option_type, settings.status_mh_not_supported) == (200, 250)
    assert settings.status_reinstantiation_not_supported == 251
    assert settings.bid_unknown == 129
    assert code_points({"dialect": "rfc6089"}).bid_unknown == 131


def test_text_and_numbers_are_taken() -> None:
    assert code_points({"multihoming_option_type": "0x2a"}).multihoming_option_type == 42
    assert code_points({"pro_delete": 3}).pro_delete == 3


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("multihoming_option", 201, "does not exist"),
        ("multihoming_option_type", 0, "2 to 255"),
        ("multihoming_option_type", 1, "2 to 255"),
        ("multihoming_option_type", 256, "2 to 255"),
        ("multihoming_option_type", "many", "'many'"),
        ("multihoming_option_type", True, "True"),
        ("status_mh_not_supported", 127, "128 to 255"),
        ("flow_description_suboption", 16, "17 to 32"),
        ("dialect", "rfc6088", "mext, rfc6089"),
        ("fid_length_unit", "words", "units-of-8"),
        ("pro_delete", 2, "3 to 15"),
    ],
)
def test_what_does_not_fit_is_named(key: str, value: object, told: str) -> None:
    with pytest.raises(UsageError, match=told) as caught:
        code_points({key: value})
    assert key in str(caught.value)


def test_two_keys_with_one_number_are_both_named() -> None:
    with pytest.raises(UsageError) as caught:
        code_points({"multihoming_option_type": 45})
    assert "multihoming_option_type" in str(caught.value) and "flow_identification_option_type" in str(caught.value)


def test_a_number_of_the_registry_is_warned_of_once() -> None:
    (sentence,) = clashes(code_points({"multihoming_option_type": 22}))
    assert "multihoming_option_type" in sentence and "Home Network Prefix" in sentence
    assert clashes(CodePoints()) == []
