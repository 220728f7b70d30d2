"""Other readings on input: taken only where they alone make sense, and kept when a message is encoded again.

What each reading decodes to stands in tests/vectors; here is what is not read otherwise, and what editing does.
"""

from __future__ import annotations

import json
import time
from typing import Any

import msgspec
import pytest

from pmiptool.errors import UsageError
from pmiptool.registry import catalogue
from pmiptool.registry.codepoints import DEFAULT, CodePoints
from pmiptool.registry.form import contradiction_rule, form_rules
from pmiptool.text.json import from_object, message_object
from pmiptool.wire import values
from pmiptool.wire.codec import Decoded, EncodeError, codec_for
from tests.vectors import HEADS, VECTORS, around

ENTRIES = (*catalogue.MESSAGES, *catalogue.OPTIONS, *(e for s in catalogue.SPACES.values() for e in s.entries))
NOTES = {contradiction_rule(entry, c).id for entry in ENTRIES for c in entry.contradictions if c.how is not None}
REPORT = "02 00 0000 0001 04 00 0000 ff0200000000000000000000000000fb"
SIX = CodePoints(dialect="rfc6089")


def decoded(within: str, option: str, settings: CodePoints = DEFAULT, offset: int | None = None) -> Decoded:
    head = HEADS[within]
    octets = around(bytes.fromhex(option.replace(" ", "")), len(head) if offset is None else offset, head)
    found = codec_for(settings).decode(octets)
    assert codec_for(settings).encode(found.message, found.layout) == octets
    return found


def rules(found: Decoded) -> set[str]:
    return {finding.rule.rpartition("/")[2] for finding in found.findings}


HNP = "16 12 0040 20010db8000200000000000000000000"
RIGHT = {
    "words, and an option behind": ("handover-initiate", f"3c 06 {REPORT} {HNP}", DEFAULT),
    "words, no records": ("handover-ack", "3d 01 00 01 0000 0000", DEFAULT),
    "SPI and authenticator": ("fbu", "15 10 00000001 0102030405060708090a0b0c", DEFAULT),
    "a list of two": ("pbu", "2c 04 0001 0002", DEFAULT),
    "a list as long as a Flow Identification": ("pbu", "2c 06 0001 0002 0003", DEFAULT),
    "an empty list": ("pbu", "2c 00", DEFAULT),
    "a bare Flow Identification": ("pbu", "2d 06 0001 0a 01 00 00", DEFAULT),
    "a bare Flow Identification of RFC 6089": ("pbu", "2d 06 0001 000a 00 00", SIX),
    "a home address in an update": ("binding-update", "1d 06 80 00 c0000201", DEFAULT),
    "a DNS update": ("binding-update", "11 12 02 40 20010db8000000000000000000000001", DEFAULT),
    "padding of two zeros": ("pbu", "2d 0e 0001 000a 00 00 01 02 0000 02 02 0001", SIX),
    "two octets of group": ("pbu", "34 04 05 02 0102", DEFAULT),
}


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_right_has_no_note(name: str) -> None:
    found = decoded(*RIGHT[name])
    assert rules(found) == set() and all(not slot.reading for slot in found.layout.slots)


UNDECIDED = {
    # Four octets behind the option, which are padding too: as the length says.
    "an authenticator that ends in zeros": ("fbu", "15 0c 00000001 010203040506070800000000", DEFAULT, set()),
    # Behind it stands what makes no sense under any reading.
    "octets, and an unknown option behind": ("handover-initiate", f"3c 1a {REPORT} c9 02 0102", DEFAULT, None),
    "neither a list nor a Flow Identification": ("pbu", "2c 07 0001 0a01 0000 01", DEFAULT, {"length"}),
    "a list with a FID twice": ("pbu", "2c 08 0001 0002 0001 0003", SIX, set()),
    "a Flow Identification of half a list": ("pbu", "2d 05 0001 0a 01 00", DEFAULT, {"length"}),
    "an option that is no address": ("handover-initiate", "11 04 02 40 6162", DEFAULT, set()),
    "four octets of group": ("pbu", "34 06 05 04 00000102", DEFAULT, {"length"}),
    "a Flow Identification of padding": ("pbu", "2d 01 00 01 03 000000", DEFAULT, {"length"}),
    "padding that holds something": (
        "pbu",
        "2d 0e 0001 000a 00 00 02 02 0001 01 04 0001",
        SIX,
        {"sub-option-past-end"},
    ),
}


@pytest.mark.parametrize("name", UNDECIDED)
def test_what_the_octets_do_not_tell_is_read_as_it_says(name: str) -> None:
    within, option, settings, expected = UNDECIDED[name]
    found = decoded(within, option, settings)
    assert not {finding.rule for finding in found.findings} & NOTES
    assert expected is None or rules(found) == expected


def test_records_tell_where_an_option_ends() -> None:
    """Four octets of padding behind it would be words of it, if no count said how many records there are."""
    found = decoded("handover-initiate", f"3c 07 {REPORT} 01 02 0000")
    assert rules(found) == {"multicast-mobility-in-all-words"}


def test_readings_of_one_message_may_differ() -> None:
    """Words behind octets: each option is read as what follows it makes sense."""
    found = decoded("handover-initiate", f"3c 1a {REPORT} 3d 06 {REPORT.replace('02 00', '00 02', 1)}")
    assert rules(found) == {"multicast-mobility-in-octets"}


def test_a_changed_option_counts_as_its_sender_did() -> None:
    found = decoded("handover-initiate", f"3c 1a {REPORT}")
    option = found.message.options[0]
    option = msgspec.structs.replace(option, records=option.records * 2)
    octets = codec_for().encode(msgspec.structs.replace(found.message, options=(option,)), found.layout)
    assert octets[10:12].hex() == "3c2e"
    found = decoded("fbu", "15 0c 00000001 0102030405060708090a0b0c", offset=14)
    option = msgspec.structs.replace(found.message.options[0], authenticator=bytes(20))
    octets = codec_for().encode(msgspec.structs.replace(found.message, options=(option,)), found.layout)
    assert octets[14:16].hex() == "1514"


def test_a_fresh_message_is_laid_out_as_the_registry_reads() -> None:
    found = decoded("handover-initiate", f"3c 1a {REPORT}")
    assert codec_for().encode(found.message)[10:12].hex() == "3c06"
    found = decoded("pbu", "34 05 05 03 010203")
    with pytest.raises(EncodeError, match="group is 66051"):
        codec_for().encode(found.message)


def test_a_reading_that_does_not_exist_is_an_error() -> None:
    found = decoded("handover-initiate", f"3c 1a {REPORT}")
    shown = json.loads(json.dumps(message_object(found)))
    option = next(one for one in shown["options"] if one["name"] == "multicast-mobility")
    assert option["reading"] == "multicast-mobility-in-octets"
    option["reading"] = "nonsense"
    with pytest.raises(UsageError, match="nonsense"):
        codec_for().encode(*from_object(shown))
    found = decoded("pbu", "34 05 05 03 010203")
    shown = json.loads(json.dumps(message_object(found)))
    shown["options"][0]["fields"]["suboptions"][0] |= {"reading": "nonsense", "fields": {"group": 1}}
    with pytest.raises(UsageError, match="nonsense"):
        codec_for().encode(*from_object(shown))


def test_every_reading_that_octets_show_has_a_vector() -> None:
    shown = {what for vector in VECTORS for what in vector.findings}
    assert {note for note in NOTES if note.rpartition("/")[2] not in shown} == set()
    assert NOTES <= {rule.id for rule in form_rules()} and {
        rule.level for rule in form_rules() if rule.id in NOTES
    } == {"note"}


@pytest.mark.parametrize(
    "option", ["3c06 0200 0000 0000", "3c01", "2d02 0001 0a01 0000", "1500", "2d08 0001 0a01 0000 0100"]
)
def test_many_doubtful_options_take_no_long_time(option: str) -> None:
    one = bytes.fromhex(option.replace(" ", ""))
    octets = bytes.fromhex("3bfe0e00 0000 0001 2000") + (one * 1200)[:2030]
    started = time.perf_counter()
    found = codec_for().decode(octets)
    assert time.perf_counter() - started < 2
    assert codec_for().encode(found.message, found.layout) == octets


def test_the_values_behind_are_those_of_the_entry() -> None:
    def only(found: Decoded) -> Any:
        (option,) = found.message.options
        return option

    swapped = only(decoded("pbu", "2c 0a 0001 0a 01 00 00 01 04 0001"))
    assert swapped == only(decoded("pbu", "2d 0a 0001 0a 01 00 00 01 04 0001"))
    assert isinstance(swapped, values.FlowIdentification)
    first, second = (decoded("pba", f"3a 10 01 00 01 000000 0a 08 {head} 00800000 01bb") for head in ("0100", "0001"))
    assert only(first) == only(second)
