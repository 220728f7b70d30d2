"""The hand-made vectors dissected by Scapy: every field has the value that the vector says."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timezone
from typing import Any

import pytest
from scapy.fields import FlagValue
from scapy.packet import Packet

from pmiptool.layers import install, message_class
from pmiptool.layers.fields import field_name
from pmiptool.registry import model
from tests.vectors import VECTORS, Vector

BESIDE = re.compile(r"_(name|s|low|octets|degrees)$")
"""Ends of names that stand beside a field of the same stem and say it once more."""


def unlike(expected: Mapping[str, Any], packet: Packet) -> Iterator[str]:
    """The fields that Scapy shows otherwise."""
    for name, wanted in expected.items():
        if BESIDE.search(name) and BESIDE.sub("", name) in expected:
            continue
        if name == "suboptions":
            yield from suboptions(wanted, packet)
            continue
        shown = packet.getfieldval(field_name(name))
        if holds_packets(shown):
            yield from records(wanted, shown if isinstance(shown, list) else [shown])
        elif not says(wanted, shown, part_of(packet, name)):
            yield f"{packet.name}: {name} is {shown!r}, not {wanted!r}"


def suboptions(wanted: list[Mapping[str, Any]], packet: Packet) -> Iterator[str]:
    shown = packet.getfieldval("suboptions")
    if len(shown) != len(wanted):
        yield f"{packet.name}: {len(shown)} sub-options, not {len(wanted)}"
    for sub, found in zip(wanted, shown, strict=False):
        if sub["name"].startswith("pad"):
            continue
        if found.otype != sub["type"] or sub["length"] is not None and found.olen != sub["length"]:
            yield f"{packet.name}: {sub['name']} is {found.otype} of length {found.olen}"
        elif set(sub["fields"]) == {"data"}:
            yield from [] if bytes(found)[2:].hex() == sub["fields"]["data"] else [f"{sub['name']}: data"]
        else:
            yield from unlike(sub["fields"], found)


def holds_packets(shown: Any) -> bool:
    return isinstance(shown, Packet) or isinstance(shown, list) and bool(shown) and isinstance(shown[0], Packet)


def records(wanted: Any, shown: list[Packet]) -> Iterator[str]:
    """Records inside a field: each an object, or hex where they are of an unknown kind."""
    if isinstance(wanted, str):
        yield from [] if b"".join(map(bytes, shown)).hex() == wanted else [f"records: {shown!r}"]
        return
    objects = wanted if isinstance(wanted, list) else [wanted]
    if len(objects) != len(shown):
        yield f"{len(shown)} records, not {len(objects)}"
    for one, packet in zip(objects, shown, strict=False):
        yield from unlike(one, packet)


def part_of(packet: Packet, name: str) -> model.Part | None:
    """The member of a selector of that name, which may count less than its octets."""
    fields = [field for field in packet._entry.fields if isinstance(field, model.Flagged)] if packet._entry else []
    return next((part for field in fields for part in field.parts if part.name == name), None)


def says(wanted: Any, shown: Any, part: model.Part | None) -> bool:
    if wanted is None or wanted == "" or wanted == []:
        return shown in (None, "", b"", [])
    if isinstance(wanted, list) and isinstance(shown, FlagValue):
        return sorted(str(shown)) == sorted(bit(flag) for flag in wanted)
    if isinstance(wanted, list):
        return len(shown) == len(wanted) and all(says(a, b, None) for a, b in zip(wanted, shown, strict=True))
    if isinstance(wanted, int):
        number = int.from_bytes(shown, "big") if isinstance(shown, bytes) else int(shown)
        if part is not None:
            number = number >> part.shift if part.mask is None else number & part.mask
        return number == wanted
    if isinstance(shown, int):  # a time
        moment = datetime.fromisoformat(wanted.replace("Z", "+00:00"))
        return abs(shown / 65536 - (moment - datetime(1970, 1, 1, tzinfo=timezone.utc)).total_seconds()) < 2e-5
    if isinstance(shown, bytes):
        texts = (shown.hex(), shown.hex(":"), digits(shown), labels(shown))
        return wanted in texts or shown == escaped(wanted) or address(shown) == address(wanted)
    return str(shown) == wanted or address(shown) == address(wanted)


def escaped(text: str) -> bytes:
    r"""Text in which \xNN is an octet."""
    return re.sub(rb"\\x(..)", lambda found: bytes.fromhex(found[1].decode()), text.encode())


def labels(octets: bytes) -> str | None:
    """The labels of a domain name, a dot behind each (RFC 1035 3.1); None where they do not end at its end."""
    found, rest = "", octets
    while rest[:1] > b"\0":
        found += f"{rest[1 : 1 + rest[0]].decode('latin-1')}."
        rest = rest[1 + rest[0] :]
    return found if rest == b"\0" else None


def bit(flag: str) -> str:
    """A flag as Scapy names it: its letter, or the number of its bit from the low end."""
    return f"{int(flag, 16).bit_length() - 1:x}" if flag.startswith("0x") else flag


def digits(octets: bytes) -> str:
    """Decimal digits, two an octet, filled up with ones (RFC 8371 4.2: an IMSI)."""
    return octets.hex().rstrip("f")


def address(shown: str | bytes) -> Any:
    """An address, or something that equals nothing."""
    try:
        return ipaddress.ip_address(shown)
    except ValueError:
        return object()


@pytest.mark.parametrize("vector", [v for v in VECTORS if v.json is not None], ids=str)
def test_scapy_shows_what_the_figure_says(vector: Vector) -> None:
    assert vector.json is not None
    install(vector.settings)
    packet = message_class(vector.mh)(vector.mh)
    if vector.at is None:
        wanted = dict(vector.json)
        assert packet.mhtype == wanted["type"]
        if wanted["message"].startswith("message-"):
            assert vector.mh[6:].hex() == wanted["fields"]["data"] and bytes(packet) == vector.mh
            return
        assert list(unlike(wanted["fields"], packet)) == []
        options = wanted["options"]
    else:
        options = [{**vector.json, "offset": vector.at}]
    at = {}
    offset = len(vector.mh) - len(packet.payload) - sum(len(bytes(option)) for option in packet.options)
    for option in packet.options:
        at[offset] = option
        offset += len(bytes(option))
    for wanted in options:
        option = at[wanted["offset"]]
        if wanted["name"].startswith("pad"):
            continue
        assert (option.otype, option.olen) == (wanted["type"], wanted["length"])
        if set(wanted["fields"]) == {"data"}:
            assert bytes(option)[2:].hex() == wanted["fields"]["data"]
        else:
            assert list(unlike(wanted["fields"], option)) == []
