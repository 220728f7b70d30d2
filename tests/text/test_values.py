"""Field values as people read and type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmiptool.errors import UsageError
from pmiptool.registry.rfc5213 import HANDOFF_INDICATOR
from pmiptool.text import values as text
from pmiptool.text.names import parse_number_or_name
from pmiptool.wire.values import Prefix


@given(st.binary(max_size=70))
def test_any_octets_become_printable_text_and_come_back(octets: bytes) -> None:
    shown = text.octets_text(octets)
    assert shown.isprintable()
    assert text.parse_octets_text(shown) == octets


def test_an_identifier_that_is_plain_text_stays_as_it_is() -> None:
    assert text.octets_text(b"mn1@example.org") == "mn1@example.org"
    assert text.octets_text("müller@example.org".encode()) == "müller@example.org"
    assert text.octets_text(b"a\\b\x00\xff") == "a\\\\b\\x00\\xff"


@given(st.integers(0, (1 << 64) - 1))
def test_a_timestamp_comes_back_from_its_text(raw: int) -> None:
    assert text.parse_time("timestamp", text.time_text(raw)) == raw


def test_a_timestamp_counts_seconds_since_1970_and_65536ths() -> None:
    assert text.time_text(0x4A4FED008000) == "2009-07-05T00:00:00.500000Z"
    assert text.parse_time("t", "1970-01-01T00:00:01Z") == 1 << 16
    assert text.parse_time("t", "1970-01-01T01:00:01+01:00") == 1 << 16
    assert (
        text.parse_time("t", "1970-01-01T00:00:01.5Z")
        == text.parse_time("t", "1970-01-01T00:00:01.5000009Z")
        == 0x18000
    )
    assert text.time_raw(1.5) == 0x18000


@pytest.mark.parametrize("wrong", ["yesterday", "1969-12-31T23:59:59Z", "0x10000000000000000"])
def test_a_time_that_is_none_is_named(wrong: str) -> None:
    with pytest.raises(UsageError, match="timestamp is"):
        text.parse_time("timestamp", wrong)


def test_prefixes_keep_their_host_bits() -> None:
    prefix = text.parse_prefix("hnp", "2001:db8::1/64")
    assert prefix == Prefix(bytes.fromhex("20010db8000000000000000000000001"), 64)
    assert text.prefix_text(prefix) == "2001:db8::1/64"
    assert text.parse_prefix("hnp", "any") == Prefix.any()


@pytest.mark.parametrize("wrong", ["2001:db8::/129", "2001:db8::", "10.0.0.0/8", "x/64"])
def test_a_prefix_that_is_none_is_named(wrong: str) -> None:
    with pytest.raises(UsageError, match="hnp"):
        text.parse_prefix("hnp", wrong)


@given(st.text("0123456789", max_size=15))
def test_an_imsi_comes_back(digits: str) -> None:
    assert text.imsi_text(text.parse_imsi("imsi", digits)) == digits


def test_an_imsi_has_its_first_digit_in_the_high_bits() -> None:
    # The example of RFC 8371 4.2.
    assert text.parse_imsi("imsi", "123456123456789") == bytes.fromhex("123456123456789f")


@pytest.mark.parametrize(
    "shown", ["02:00:00:00:00:01", "02-00-00-00-00-01", "0200.0000.0001", "020000000001", "0x020000000001"]
)
def test_a_link_layer_identifier_is_read_in_every_usual_form(shown: str) -> None:
    assert text.parse_hex("ll-id", shown) == bytes.fromhex("020000000001")


def test_names_are_read_in_any_case_and_numbers_too() -> None:
    assert parse_number_or_name("hi", HANDOFF_INDICATOR, "Attach") == 1
    assert parse_number_or_name("hi", HANDOFF_INDICATOR, "handoff_mags") == 3
    assert parse_number_or_name("hi", HANDOFF_INDICATOR, "0x4") == 4
    assert parse_number_or_name("hi", HANDOFF_INDICATOR, "77") == 77


@pytest.mark.parametrize("wrong", ["nonsense", "", "256", "-1", "1.5"])
def test_a_name_that_is_none_is_answered_with_the_names(wrong: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_number_or_name("hi", HANDOFF_INDICATOR, wrong)
    assert "hi" in str(caught.value)
    if not wrong.isdigit():
        assert "handoff-mags (3)" in str(caught.value)


LABELS = st.lists(st.binary(min_size=1, max_size=5), max_size=4)


@given(st.binary(max_size=40) | LABELS.map(lambda found: b"".join(bytes((len(one),)) + one for one in found) + b"\0"))
def test_any_octets_become_a_domain_name_and_come_back(octets: bytes) -> None:
    shown = text.domain_text(octets)
    assert shown.isprintable()
    assert text.parse_domain("name", shown) == octets


def test_labels_of_dns_end_with_a_dot_and_text_does_not() -> None:
    labels = b"\x03mn1\x07example\x03org\x00"  # RFC 1035 3.1
    assert text.domain_text(labels) == "mn1.example.org." and text.parse_domain("n", "mn1.example.org.") == labels
    assert text.domain_text(b"mn1.example.org") == "mn1.example.org"
    assert (text.domain_text(b"\0"), text.parse_domain("n", ".")) == (".", b"\0")
    assert text.domain_text(b"mn1.") == "mn1\\x2e"
    assert text.domain_text(labels[:-1]) == "\\x03mn1\\x07example\\x03org", "without a root they are no name"
    assert text.domain_text(b"\x03a.b\x00") == "\\x03a.b\\x00", "a dot within a label"
