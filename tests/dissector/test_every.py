"""Every message with every option that it may carry, in every carrier, through tshark: nothing is left unknown."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from pmiptool.capture import tshark
from pmiptool.capture.pdml import WiresharkMessage, read_messages
from pmiptool.dissector import default_lua
from pmiptool.registry import catalogue
from pmiptool.registry.codepoints import DEFAULT, CodePoints
from tests.dissector.support import preferences, write
from tests.dissector.test_vectors import check
from tests.every import LATER, carriers, messages

COMPLAINT = re.compile(r"unknown|not dissected|malformed|undecoded|too short", re.IGNORECASE)
EXCEPTED = {
    r"^ *Interface (id|name): .*": "tshark says this of the capture file",
    r"^Frame \d+: .*": "tshark says this of the capture file",
    r"^ *Status: Unknown \(132\)$": "Wireshark's own list of the statuses of a BRA has a draft's numbers",
    r"^ *Status: Unknown binding for Home Address destination option \(1\)$": "so RFC 6275 6.1.9 calls status 1",
    r"^ *Status: unknown-binding \(1\)$": "our name of it",
    r"^Proxy Mobile IPv6, BE unknown-binding$": "our name of it, in the line over the layer",
}
"""Lines with a word of complaint that are none, and why."""
SETTINGS = [DEFAULT, LATER]


@pytest.fixture(scope="module", params=SETTINGS, ids=lambda under: under.dialect)
def under(request: pytest.FixtureRequest) -> CodePoints:
    settings: CodePoints = request.param
    return settings


@pytest.fixture(scope="module")
def capture(under: CodePoints, tmp_path_factory: pytest.TempPathFactory) -> Path:
    packets = (packet for _, mh, _ in messages(under) for packet in carriers(mh).values())
    return write(tmp_path_factory.mktemp("every") / "x.pcapng", packets)


@pytest.fixture(scope="module")
def seen(capture: Path, under: CodePoints) -> list[WiresharkMessage]:
    return read_messages(capture, default_lua(), preferences(under))


def test_no_line_complains(capture: Path, under: CodePoints) -> None:
    counted: Counter[str] = Counter()
    alone = {**preferences(under), "pmip6.analysis": False}
    lines = tshark.run(capture, ["-V"], lua=default_lua(), preferences=alone)
    complaints = [line.rstrip() for line in lines if COMPLAINT.search(line)]
    for line in complaints:
        excepted = [pattern for pattern in EXCEPTED if re.match(pattern, line)]
        assert excepted, line
        counted.update(excepted)
    assert EXCEPTED.keys() == counted.keys(), "an exception that is none any more"


def test_nothing_is_malformed(capture: Path, under: CodePoints) -> None:
    for broken in ("_ws.malformed", "_ws.expert.group == Malformed", "_ws.expert.group == Undecoded", "_ws.lua.error"):
        found = tshark.run(capture, ["-Y", broken], lua=default_lua(), preferences=preferences(under))
        assert list(found) == [], broken


Wanted = tuple[str, str, bytes, list[Mapping[str, Any]]]


def each(seen: list[WiresharkMessage], under: CodePoints) -> Iterator[tuple[WiresharkMessage, Wanted]]:
    """What Wireshark read, with the message's name, its carrier, its octets, and the JSON of its options."""
    wanted = [(name, carrier, mh, options) for name, mh, options in messages(under) for carrier in carriers(mh)]
    assert len(wanted) == len(seen)
    return zip(seen, wanted, strict=True)


def test_every_message_and_option_is_there(seen: list[WiresharkMessage], under: CodePoints) -> None:
    numbers = {message.type for message in seen}
    options = {option.type for message in seen for option in message.options}
    assert numbers == set(range(24))
    assert options == {number for number, _ in catalogue.options(under)}
    assert {message.fields["pmip6.message"][0].show for message in seen} == set(catalogue.message_names())


def test_every_option_has_the_values_of_its_vector(seen: list[WiresharkMessage], under: CodePoints) -> None:
    for message, (name, carrier, mh, options) in each(seen, under):
        shown = [option for option in message.options if option.type not in (0, 1)]
        assert message.fields["pmip6.message"][0].show == name
        assert [(option.type, option.length) for option in shown] == [(one["type"], one["length"]) for one in options]
        for option, wanted in zip(shown, options, strict=True):
            assert option.offset == option.fields["pmip6.option.offset"][0].number, (name, carrier)
            assert mh[option.offset : option.offset + 2] == bytes((wanted["type"], wanted["length"])), (name, carrier)
            where = f"pmip6.{wanted['name'].replace('-', '_')}"
            assert check(where, wanted["fields"], option.fields) == [], (name, carrier)
