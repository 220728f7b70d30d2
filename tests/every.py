"""Every message with every option that it may carry, put together from the octets of the hand-made vectors.

for name, mh, options in messages(DEFAULT): ...    # options: what `decode --json` must say of them, in order
for name, packet in packets(): ...                 # for the golden capture
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any, NamedTuple

from pmiptool.registry.catalogue import MESSAGES, OPTIONS, message_names
from pmiptool.registry.codepoints import DEFAULT, CodePoints
from pmiptool.registry.rule import AUTHENTICATING
from pmiptool.wire.checksum import checksum
from pmiptool.wire.codec import codec_for
from pmiptool.wire.envelope import build
from tests.vectors import VECTORS, Vector, pad

MAG, LMA = bytes.fromhex("20010db8000100000000000000000002"), bytes.fromhex("20010db8000100000000000000000001")
MAG4, LMA4 = bytes([192, 0, 2, 2]), bytes([192, 0, 2, 1])
OUTER = bytes.fromhex("20010db800fe0000000000000000000a"), bytes.fromhex("20010db800fe0000000000000000000b")
HEADS = {
    "pbu": bytes.fromhex("3b 00 05 00 0000  0001 8210 004b"),  # A, P and D, which RFC 8885 4.3 wants for its options
    "pba": bytes.fromhex("3b 00 06 00 0000  00 22 0001 004b"),  # P and D
}
"""Fixed parts that the vectors have otherwise."""
LATER = CodePoints(dialect="rfc6089")
"""Where the sub-options of RFC 6089 and RFC 7109 can stand."""


def fitting(*settings: CodePoints) -> list[Vector]:
    """The vectors of these settings that nothing is wrong with."""
    return [v for v in VECTORS if v.settings in settings and v.json is not None and v.canonical and not v.findings]


def heads() -> dict[str, bytes]:
    """The fixed part of every message: what a vector has before its first option."""
    found = dict(HEADS)
    for vector in fitting(DEFAULT, LATER):
        if vector.at is None:
            decoded = codec_for(vector.settings).decode(vector.mh)
            first = decoded.layout.slots[0].offset if decoded.layout.slots else len(vector.mh)
            found.setdefault(decoded.name, vector.mh[:first])
    return found


class Tlv(NamedTuple):
    """An option's octets, where they begin within 8, and what they mean."""

    offset: int
    octets: bytes
    json: Mapping[str, Any]


def options(under: CodePoints) -> dict[str, list[Tlv]]:
    """By an option's name: one after another, until every sub-option was there."""
    found: dict[str, list[Tlv]] = {}
    seen: dict[str, set[tuple[object, ...]]] = {}
    for vector in sorted(fitting(DEFAULT, under), key=lambda vector: vector.at is None):
        assert vector.json is not None
        told = [{**vector.json, "offset": vector.at}] if vector.at is not None else vector.json["options"]
        starts = [slot.offset for slot in codec_for(vector.settings).decode(vector.mh).layout.slots] + [len(vector.mh)]
        for option in told:
            name = option["name"]
            if name.startswith("pad") or name == "fid" and vector.settings != under:
                continue
            kinds = {(s["name"], s["fields"].get("format")) for s in option["fields"].get("suboptions", ())}
            if name not in found or kinds - seen[name]:
                seen[name] = seen.get(name, set()) | kinds
                end = min(start for start in starts if start > option["offset"])
                octets = vector.mh[option["offset"] : end]
                found.setdefault(name, []).append(Tlv(option["offset"] % 8, octets, option))
    return found


def carried(name: str) -> list[str]:
    """The options that a message may carry, in the order of the registry, those that authenticate it last."""
    names = [o.name for o in OPTIONS if not o.pad and (not o.carried_in or name in o.carried_in)]
    return sorted(names, key=lambda one: one in AUTHENTICATING)


def messages(under: CodePoints = DEFAULT) -> Iterator[tuple[str, bytes, list[Mapping[str, Any]]]]:
    """Every message: its name, a Mobility Header with its options, each where its alignment wants it, and their JSON.

    Where an option has several kinds of sub-option that one vector does not have, more messages follow.
    """
    fixed, known = heads(), options(under)
    opaque = {message.name for message in MESSAGES if message.opaque}
    for name in message_names():
        if name in opaque:
            yield name, _whole(fixed[name], ()), []
            continue
        for tlvs in zip_longest(*(known.get(option, ()) for option in dict.fromkeys(carried(name)))):
            there = [tlv for tlv in tlvs if tlv is not None]
            yield name, _whole(fixed[name], there), [tlv.json for tlv in there]


def _whole(head: bytes, tlvs: Sequence[Tlv]) -> bytes:
    mh = head
    for tlv in tlvs:
        mh += pad((tlv.offset - len(mh)) % 8) + tlv.octets
    mh += pad(-len(mh) % 8)
    return mh[:1] + bytes([len(mh) // 8 - 1]) + mh[2:4] + b"\0\0" + mh[6:]


def carriers(mh: bytes) -> dict[str, bytes]:
    """The packet in each of what carries Mobility Headers; over UDP their checksum is 0 (RFC 5844 4.1)."""
    raw = build(mh[:4] + checksum(MAG, LMA, mh).to_bytes(2, "big") + mh[6:], MAG, LMA)
    return {
        "IPv6": raw,
        "UDP over IPv4": build(mh, MAG4, LMA4, sport=5436, dport=5436),
        "IPv6 in IPv6": _ip6(raw, 41),
        "GRE": _ip6(bytes.fromhex("000086dd") + raw, 47),
        "UDP in IPv6 in IPv6": _ip6(build(mh, MAG, LMA, sport=5436, dport=5436), 41),
    }


def _ip6(payload: bytes, header: int) -> bytes:
    return struct.pack("!IHBB", 6 << 28, len(payload), header, 64) + OUTER[0] + OUTER[1] + payload


def packets() -> Iterator[tuple[str, bytes]]:
    """Every message over IPv6: what it is, and the packet."""
    for name, mh, _ in messages():
        yield name, carriers(mh)["IPv6"]
