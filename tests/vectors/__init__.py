"""Loads the hand-made byte vectors. README.md beside this says what stands in them.

    from tests.vectors import VECTORS

Each one carries a whole Mobility Header: what surrounds a single option or selector is written here, by hand too.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pmiptool.registry.codepoints import DEFAULT, CodePoints, code_points
from tests.tables import table

HERE = Path(__file__).parent
PBU = bytes.fromhex("3b 00 05 00 0000  0001 8200 004b")
"""A proxy binding update up to its options, which begin at 12: sequence 1, A and P, 300 s. Header Len is put in."""
PBA = bytes.fromhex("3b 00 06 00 0000  00 20 0001 004b")
"""A proxy binding acknowledgement up to its options: accepted, P, sequence 1, 300 s."""
HEADS = {
    "pbu": PBU,
    "pba": PBA,
    "binding-update": bytes.fromhex("3b 00 05 00 0000  0001 8000 004b"),
    "binding-ack": bytes.fromhex("3b 00 06 00 0000  00 00 0001 004b"),
    "fbu": bytes.fromhex("3b 00 08 00 0000  0001 c000 004b"),
    "heartbeat": bytes.fromhex("3b 00 0d 00 0000  0001 00000001"),
    "handover-initiate": bytes.fromhex("3b 00 0e 00 0000  0001 20 00"),
    "handover-ack": bytes.fromhex("3b 00 0f 00 0000  0001 40 00"),
    "lri": bytes.fromhex("3b 00 11 00 0000  0001 0000 012c"),
}
"""Messages up to their options: sequence number 1, accepted, 300 s, each as it is usual. Header Len is put in."""
RESERVED = {"reserved", "reserved_flags", "rsvd", "rfu"}
ENVELOPE = {"schema", "frame", "time", "src", "dst", "findings", "checksum"}
"""Members of a message's object that a vector need not have."""
ODD = {"header", "trailing", "cut", "reading"}
"""Members that say what is odd about the layout; the contract does not name them."""


@dataclass(frozen=True)
class Vector:
    """One vector. `mh`: the Mobility Header. `at`: offset of the option meant, None for a whole message.

    `json`: what `decode --json` must show of the option, or of the message; None where only findings are told.
    `findings`: the last parts of the rules that it breaks. `canonical`: an encoder of ours makes these very octets.
    """

    name: str
    clause: str
    file: str
    settings: CodePoints
    mh: bytes
    at: int | None
    src: bytes | None
    dst: bytes | None
    json: Mapping[str, Any] | None
    findings: frozenset[str]
    canonical: bool

    def __str__(self) -> str:
        return self.name


def octets(text: str) -> bytes:
    """Hex with blanks and `#` comments."""
    return bytes.fromhex("".join(line.partition("#")[0] for line in text.splitlines()))


def pad(count: int) -> bytes:
    """One Pad1 or PadN of that many octets (RFC 6275 6.2.2, 6.2.3)."""
    return (b"", b"\0")[count] if count < 2 else bytes([1, count - 2]) + bytes(count - 2)


def around(option: bytes, offset: int, head: bytes = PBU) -> bytes:
    """The message around one option, which stands at `offset`."""
    message = head + pad(offset - len(head)) + option
    message += pad(-len(message) % 8)
    return message[:1] + bytes([len(message) // 8 - 1]) + message[2:]


def _selectors(entry: dict[str, Any]) -> Iterator[tuple[str, CodePoints, bytes, dict[str, Any] | None, bool]]:
    """A selector in the option of either dialect: FID 1, priority 10, to forward, to add."""
    data = octets(entry["hex"])
    wanted = entry.get("json")
    for dialect, head, number, own in (
        ("mext", "0001 0a 01 00 00", 17, 2),  # the length of a sub-option counts its own two octets (MEXT-02 4.2)
        ("rfc6089", "0001 000a 00 00", 3, 0),  # it leaves them out (RFC 6089 4.2.1)
    ):
        body = bytes.fromhex(head) + bytes([number, len(data) + own]) + data
        found = None
        if wanted is not None:
            selector = {"name": "traffic-selector", "type": number, "length": len(data) + own, "fields": wanted}
            fields: dict[str, Any] = {"fid": 1, "pri": 10, "status": 0, "suboptions": [selector]}
            if dialect == "mext":
                fields |= {"action": 1, "pro": 0}
            found = {"name": "fid", "type": 45, "length": len(body), "fields": fields}
        # RFC 6088 3.2 wants an IPv6 selector with addresses at 8n; this one stands at 20.
        aligned = dialect == "mext" or len(data) < 3 or data[0] != 2 or not data[2] & 0xF0
        yield dialect, code_points({"dialect": dialect}), bytes([45, len(body)]) + body, found, aligned


def _vectors(path: Path) -> Iterator[Vector]:
    for entry in table(path):
        kind = entry.get("kind", "option")
        findings = frozenset(entry.get("findings", ()))
        canonical = entry.get("canonical", not findings)
        head = HEADS[entry.get("within", "pbu")]
        common = {"clause": entry["clause"], "file": path.name, "findings": findings}
        if kind == "selector":
            for dialect, settings, option, found, aligned in _selectors(entry):
                yield Vector(
                    name=f"{entry['name']}-{dialect}", settings=settings, mh=around(option, 12), at=12, src=None,
                    dst=None, json=found, canonical=canonical and aligned, **common,
                )  # fmt: skip
            continue
        settings = code_points(entry["settings"]) if "settings" in entry else DEFAULT
        data = octets(entry["hex"])
        offset = None if kind == "message" else entry.get("offset", len(head))
        yield Vector(
            name=entry["name"], settings=settings, mh=data if offset is None else around(data, offset, head),
            at=offset, src=_address(entry.get("src")), dst=_address(entry.get("dst")), json=entry.get("json"),
            canonical=canonical, **common,
        )  # fmt: skip


def _address(text: str | None) -> bytes | None:
    return None if text is None else ipaddress.IPv6Address(text).packed


VECTORS: tuple[Vector, ...] = tuple(vector for path in sorted(HERE.glob("*.yaml")) for vector in _vectors(path))


def differences(expected: Any, found: Any, where: str = "") -> list[str]:
    """Where a decoding differs from the expected one, one line each; what a vector may leave out does not count."""
    if isinstance(expected, Mapping) and isinstance(found, Mapping):
        lines = []
        for key in sorted({*expected, *found}):
            at = f"{where}.{key}" if where else str(key)
            if key in ("type", "length", "fields") and expected.get("name") in ("pad1", "padn"):
                continue
            if key not in found:
                lines.append(f"{at} is missing")
            elif key in expected:
                lines += differences(expected[key], found[key], at)
            elif key in RESERVED and found[key] == 0 or key in ODD or key in ENVELOPE and not where:
                continue
            elif not str(key).endswith(("_name", "_low")):
                lines.append(f"{at} is {found[key]!r}, and nothing is expected there")
        return lines
    if isinstance(expected, list) and isinstance(found, list):
        if len(expected) != len(found):
            return [f"{where} has {len(found)} members instead of {len(expected)}"]
        pairs = enumerate(zip(expected, found, strict=True))
        return [line for index, (a, b) in pairs for line in differences(a, b, f"{where}[{index}]")]
    return [] if expected == found and type(expected) is type(found) else [f"{where} is {found!r}, not {expected!r}"]
