"""Where the texts contradict themselves: each is said, in one place, and the other reading makes a note."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from pmiptool.cli.app import cli
from pmiptool.registry import catalogue, model
from pmiptool.registry.codepoints import DEFAULT, CodePoints
from pmiptool.registry.contradictions import OtherAlignment, OtherLength, OtherNumber, in_other_fields
from pmiptool.registry.other_readings import OCTETS, UNITS, WORDS, is_doubtful, other_lengths, plausible, span_of
from pmiptool.registry.reference import contradictions
from pmiptool.registry.rfc6089 import FID_MEXT, FLOW_SUMMARY
from pmiptool.registry.rfc7411 import MULTICAST_MOBILITY
from pmiptool.rules import check_message
from pmiptool.wire.codec import codec_for
from tests.vectors import HEADS, around

KNOWN = {
    ("badf", "RFC 5568 6.4.5"),
    ("bid", "RFC 5648 4.3"),
    ("binding-ack", "RFC 5213 8.9"),
    ("binding-ack", "RFC 7161 4.2"),
    ("binding-update", "RFC 5648 4.2"),
    ("binding-update", "RFC 7161 4.2"),
    ("bri", "RFC 5846 5.1"),
    ("dmnp", "RFC 7148 4.1"),
    ("fback", "RFC 5568 6.2.2"),
    ("fback", "RFC 5568 6.2.3"),
    ("fbu", "RFC 5568 6.2.2"),
    ("fid", "RFC 6089 8"),
    ("fid", "draft-ietf-mext-flow-binding-02 4.2"),
    ("fid", "draft-ietf-mext-flow-binding-02 5.3.2.2"),
    ("flow-binding-action", "RFC 7109 6.2.1"),
    ("flow-summary", "RFC 6089 8"),
    ("hnp", "RFC 5213 8.3"),
    ("ipv4-address-ack", "RFC 5555 8"),
    ("ipv4-offload", "RFC 6909 3.1"),
    ("lma-user-plane", "RFC 7389 4"),
    ("mag-group-id", "RFC 7563 3.2"),
    ("mag-id", "RFC 8278 4.4"),
    ("mag-ipv6-address", "RFC 6705 10.1"),
    ("mh-address", "RFC 5568 6.4.2"),
    ("mn-group-id", "RFC 6602 4.3"),
    ("multicast-ack", "RFC 6275 6.2.1"),
    ("multicast-ack", "RFC 7411 5.4"),
    ("multicast-mobility", "RFC 6275 6.2.1"),
    ("multicast-mobility", "RFC 7411 5.3"),
    ("multicast-selector", "RFC 7028 5.1.2"),
    ("network-id", "RFC 6757 3.1.1"),
    ("operator-id", "RFC 6757 3.1.3"),
    ("padn", "RFC 6089 4.2.1.2"),
    ("qos-traffic-selector", "RFC 6089 4.2.1.4"),
    ("traffic-selector", "RFC 6088 3.2"),
    ("traffic-selector", "draft-ietf-mext-flow-binding-02 7"),
}


def out(*args: str) -> str:
    result = CliRunner().invoke(cli, ["registry", *args])
    assert result.exit_code == 0, result.stderr
    return result.stdout


def test_every_contradiction_that_is_known_is_said_in_one_line() -> None:
    listed = list(contradictions())
    assert {(one["name"], one["source"]) for one in listed} >= KNOWN
    for one in listed:
        assert one["taken"] and one["why"] and one["other"] and one["taken"] != one["other"]
        assert all("\n" not in one[key] and len(one[key]) <= 130 for key in ("taken", "why", "other"))


def test_the_table_is_one_section_and_the_entry_says_it_too() -> None:
    _, heading, readings = out("list", "--markdown").partition("## Readings")
    assert heading and "##" not in readings
    for one in contradictions():
        assert f"| {one['name']} | {one['taken']} | {one['why']} | {one['other']} | {one['source']} |" in readings
    assert json.loads(out("list", "--json"))["contradictions"] == list(contradictions())
    shown = out("show", "badf")
    assert "read: its length counts SPI and authenticator" in shown
    assert "not: its length counts the authenticator alone (RFC 5568 6.4.5)" in shown
    assert "accepted with the note rfc5568/6.4.5/badf-length-of-authenticator" in shown
    assert "which no octets would show" in out("show", "fbu")
    assert "- read: S is the bit 0x0020" in out("show", "pbu", "--markdown")
    assert "3 octets" in json.loads(out("show", "mag-group-id", "--json"))["contradictions"][0]["other"]


@pytest.mark.parametrize("option", [o for o in catalogue.OPTIONS if o.contradictions], ids=lambda option: option.name)
def test_the_other_reading_differs(option: model.Option) -> None:
    for found in option.contradictions:
        if isinstance(found.how, OtherAlignment):
            assert option.align and found.how.align != option.align
        elif isinstance(found.how, OtherLength):
            assert (found.how.unit, found.how.more) != span_of(option, DEFAULT)
        elif isinstance(found.how, OtherNumber):
            assert any(number != model.resolve(option.number or 0, DEFAULT) for number in found.how.numbers)


@pytest.mark.parametrize(
    ("within", "option", "drawn", "wrong"),
    [
        ("pbu", "35 04 80000000", 14, 13),
        ("pbu", "37 12 00 38 20010db8000200000000000000000000", 12, 14),
        ("pba", "3b 12 0000 20010db8000200000000000000000000", 12, 14),
    ],
)
def test_an_alignment_that_a_figure_draws_is_no_warning(within: str, option: str, drawn: int, wrong: int) -> None:
    def alignments(offset: int) -> set[tuple[str, str]]:
        decoded = codec_for().decode(around(bytes.fromhex(option), offset, HEADS[within]))
        return {(f.rule.rpartition("/")[2], f.level) for f in check_message(decoded) if "alignment" in f.rule}

    ((what, level),) = alignments(drawn)
    assert what.endswith("-alignment") and level == "note"
    assert alignments(wrong) == {("alignment", "warning")}


def test_how_lengths_count() -> None:
    assert span_of(FLOW_SUMMARY, DEFAULT) == OCTETS
    assert span_of(MULTICAST_MOBILITY, DEFAULT) == WORDS
    assert span_of(FID_MEXT, DEFAULT) == OCTETS
    assert span_of(FID_MEXT, CodePoints(fid_length_unit="units-of-8")) == UNITS


def test_a_list_is_doubtful_by_what_it_holds_and_where_it_stands() -> None:
    def summary(*fids: int) -> bool:
        return plausible(FLOW_SUMMARY, lambda name: fids, DEFAULT)

    assert summary(1, 2) and not summary() and not summary(1, 0) and not summary(1, 1)
    assert not is_doubtful("pbu", FLOW_SUMMARY, lambda name: (1, 2), DEFAULT)
    assert is_doubtful("pba", FLOW_SUMMARY, lambda name: (1, 2), DEFAULT)
    assert is_doubtful("pbu", FLOW_SUMMARY, lambda name: (1, 1), DEFAULT)
    fields = {"fid": 1, "pri": 1, "action": 1, "rsvd": 0, "pro": 0, "status": 0}
    assert plausible(FID_MEXT, fields.__getitem__, DEFAULT)
    for wrong in ({"action": 9}, {"rsvd": 1}, {"pro": 9}, {"status": 9}):
        assert not plausible(FID_MEXT, {**fields, **wrong}.__getitem__, DEFAULT)


class _Half:
    span, last = (2, 0), False


class _All:
    span, last = (1, 1), False


def test_a_length_is_read_otherwise_only_where_one_way_makes_sense() -> None:
    """Options of number 9, whose length counts octets; read otherwise it counts pairs, or leaves one octet out."""

    def chosen(text: str) -> dict[int, str]:
        data = bytes.fromhex(text)
        found = other_lengths(data, 0, len(data), {9: (1, 0)}, {9: (_Half(), _All())}, lambda *_: True)
        return {at: type(other).__name__ for at, other in found.items()}

    assert chosen("0902 aaaa") == {}
    assert chosen("0902 aaaaaaaa") == {0: "_Half"}
    assert chosen("0902 aaaaaa") == {0: "_All"}
    assert chosen("0902 aaaaaaaa 0902 aaaaaa") == {0: "_Half", 6: "_All"}
    assert chosen("0901 aaaa") == {}  # two octets: one pair, or one and one more
    assert chosen("0902 aaaa 0000") == {}  # padding behind it
    assert chosen("0902 aaaaaaaa 07") == {}  # nothing makes sense of what follows


def test_an_entry_in_other_fields() -> None:
    group = next(e for e in catalogue.SPACES["ani"].entries if e.name == "mag-group-id")
    assert in_other_fields(group, "mag-group-id-of-3-octets").fields != group.fields
    assert in_other_fields(group, "nonsense") is group
