"""The hand-made vectors through tshark: every field as the RFCs draw it, and every finding."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest

from pmiptool.capture.pdml import Value, WiresharkMessage, WiresharkOption
from tests.dissector.support import IN_LUA, read, rules_expected, rules_shown
from tests.vectors import VECTORS, Vector

FIND = {rule.rpartition("/")[2] for rule in IN_LUA}
SHORT = {"traffic-selector": "ts", "binding-reference": "bref"}
IPV4 = re.compile(r"\d+\.\d+\.\d+\.\d+")


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, WiresharkMessage]:
    """Every vector's message: one run of tshark for each set of code points."""
    folder = tmp_path_factory.mktemp("vectors")
    by_settings: dict[Any, list[Vector]] = {}
    for vector in VECTORS:
        by_settings.setdefault(vector.settings, []).append(vector)
    found: dict[str, WiresharkMessage] = {}
    for number, (settings, vectors) in enumerate(by_settings.items()):
        messages = read(folder / f"{number}.pcapng", [vector.mh for vector in vectors], settings)
        found |= {vectors[message.frame - 1].name: message for message in messages}
    # An empty payload reaches no dissector.
    assert {vector.name for vector in VECTORS} - {*found} == {v.name for v in VECTORS if not v.mh}
    return found


def same(expected: Any, values: tuple[Value, ...]) -> bool:
    """Whether Wireshark shows what the vector says of one field."""
    if isinstance(expected, list) and expected and isinstance(expected[0], str):
        return set(expected) <= {value.show for value in values}
    if isinstance(expected, list):
        return [value.number for value in values] == expected
    # Several sub-options of one option may have the same fields.
    return any(_equal(expected, value) for value in values)


def _equal(expected: Any, value: Value) -> bool:
    if isinstance(expected, int):
        return value.number == expected or value.show == str(expected)
    try:
        return ipaddress.ip_address(value.show) == ipaddress.ip_address(expected)
    except ValueError:
        return value.show == expected or value.raw == expected


def check(
    where: str, fields: Mapping[str, Any], shown: Mapping[str, tuple[Value, ...]], among: bool = False
) -> list[str]:
    """The fields that Wireshark shows otherwise, one line each; `among` others of the same names."""
    wrong = []
    for name, expected in fields.items():
        if name == "suboptions":
            for sub in expected:
                if set(sub.get("fields", ())) == {"data"}:
                    wrong += check("pmip6.suboption", sub["fields"], shown)
                elif not sub["name"].startswith("pad"):
                    short = SHORT.get(sub["name"], sub["name"].replace("-", "_"))
                    wrong += check(f"pmip6.{short}", sub["fields"], shown)
            continue
        if name.endswith(("_name", "_s", "_octets")):
            continue
        full = f"{where}.{name}"
        records = [expected] if isinstance(expected, Mapping) else expected
        if isinstance(records, list) and records and isinstance(records[0], Mapping):
            lines = shown.get(full, ())
            wrong += [] if len(lines) == len(records) else [f"{full} stands {len(lines)} times"]
            for record in records:
                wrong += check(full, record, shown, len(records) > 1)
            continue
        if isinstance(expected, float):
            wrong += [] if float(shown[full][0].show) == expected else [full]
            continue
        if name == "flags":
            letters = {key.rpartition(".")[2].upper() for key, value in shown.items()
                       if key.startswith(f"{full}.") and value[0].number}  # fmt: skip
            wrong += [full] if letters != set(expected) else []
            continue
        if expected is None or expected == []:
            if full in shown and not among:
                wrong.append(f"{full} is there")
            continue
        if isinstance(expected, str) and "/" in expected:
            expected, _, length = expected.partition("/")
            if shown[f"{where}.prefix_length"][0].number != int(length):
                wrong.append(f"{where}.prefix_length")
        elif name == "timestamp":
            moment = datetime.fromisoformat(expected.replace("Z", "+00:00")).timestamp()
            if abs(shown[full][0].number / 65536 - moment) > 2e-5:  # type: ignore[operator]
                wrong.append(full)
            continue
        elif IPV4.fullmatch(str(expected[0] if isinstance(expected, list) and expected else expected)):
            stem, end = name.removesuffix("_end"), "_end" if name.endswith("_end") else ""
            full = f"{where}.{stem}4{end}" if f"{where}.{stem}4{end}" in shown else full
        if expected == "" and full not in shown:
            continue
        if full not in shown and f"{full}_octets" in shown:  # records of a format that no text describes
            full += "_octets"
        if full not in shown or not same(expected, shown[full]):
            wrong.append(f"{full} is {shown.get(full)}, not {expected!r}")
    return wrong


def option_at(message: WiresharkMessage, offset: int) -> WiresharkOption:
    (option,) = (option for option in message.options if option.offset == offset)
    return option


@pytest.mark.parametrize("vector", [v for v in VECTORS if v.json is not None and v.at is not None], ids=str)
def test_an_option_reads_as_the_figure_says(vector: Vector, seen: dict[str, WiresharkMessage]) -> None:
    assert vector.json is not None and vector.at is not None
    option = option_at(seen[vector.name], vector.at)
    assert (option.type, option.length) == (vector.json["type"], vector.json["length"])
    name = vector.json["name"]
    where = "pmip6.option" if name.startswith("option-") else f"pmip6.{name.replace('-', '_')}"
    assert option.fields["pmip6.option.offset"][0].number == vector.at
    assert check(where, vector.json["fields"], option.fields) == []


@pytest.mark.parametrize("vector", [v for v in VECTORS if v.json is not None and v.at is None], ids=str)
def test_a_message_reads_as_the_figure_says(vector: Vector, seen: dict[str, WiresharkMessage]) -> None:
    assert vector.json is not None
    shown = seen[vector.name].fields
    assert shown["pmip6.message"][0].show == vector.json["message"]
    assert shown["pmip6.type"][0].number == vector.json["type"]
    fields = dict(vector.json["fields"])
    flags = fields.pop("flags", None)
    if flags is not None:
        letters = {name.rpartition(".")[2].upper() for name, value in shown.items()
                   if name.startswith("pmip6.flags.") and value[0].number}  # fmt: skip
        reserved = {"RESERVED"} if any(len(flag) > 1 for flag in flags) else set()  # a bit without a letter
        assert letters == {flag for flag in flags if len(flag) == 1} | reserved
    if not vector.json["message"].startswith("message-"):
        assert check("pmip6", fields, shown) == []


@pytest.mark.parametrize("vector", [v for v in VECTORS if v.mh], ids=str)
def test_what_is_wrong_is_expert_information(vector: Vector, seen: dict[str, WiresharkMessage]) -> None:
    shown = rules_shown(seen[vector.name])
    assert shown == rules_expected(vector.mh, vector.settings)
    assert vector.findings & FIND <= {rule.rpartition("/")[2] for rule in shown}
