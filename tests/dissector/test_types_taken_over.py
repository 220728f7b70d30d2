"""Message types that Wireshark gets wrong or does not know are the dissector's, whatever carries them."""

from __future__ import annotations

from pathlib import Path

import pytest

from pmiptool.capture import tshark
from pmiptool.capture.pdml import WiresharkMessage, read_messages
from pmiptool.dissector import default_lua
from pmiptool.wire.checksum import checksum
from pmiptool.wire.envelope import build
from tests.dissector.support import DST, SRC, ip6, write
from tests.dissector.test_tshark import GOOD, NOT_PRESENT, ip4
from tests.dissector.test_vectors import check
from tests.vectors import VECTORS

PADS = (0, 1)
TYPES = (12, *range(17, 24))
CARRIED = {
    v.name: v
    for v in VECTORS
    if v.at is None and v.mh[2:3] and v.mh[2] in TYPES and v.canonical and v.json and not v.findings
}
FOUR = bytes([192, 0, 2, 1]), bytes([192, 0, 2, 2])
HOME = bytes.fromhex("20010db8 00ff 0000 0000 0000 0000 0077")


def summed(mh: bytes) -> bytes:
    mh = mh[:4] + b"\0\0" + mh[6:]
    return mh[:4] + checksum(SRC, DST, mh).to_bytes(2, "big") + mh[6:]


def packets(mh: bytes) -> dict[str, bytes]:
    """The message in every carrier; over UDP the checksum of the Mobility Header is 0."""
    raw, bare = ip6(summed(mh)), mh[:4] + b"\0\0" + mh[6:]
    gre = bytes.fromhex("000086dd")
    return {
        "ipv6": raw,
        "udp-to-5436": build(bare, *FOUR, sport=40000, dport=5436),
        "udp-from-5436": build(bare, *FOUR, sport=5436, dport=40000),
        "udp-over-ipv6": build(bare, SRC, DST, sport=5436, dport=5436),
        "6in6": ip6(raw, header=41, src=HOME),
        "6in4": ip4(raw, 41),
        "gre": ip6(gre + raw, header=47, src=HOME),
        "gre-in-ipv4": ip4(gre + raw, 47),
        "udp-in-6in6": ip6(build(bare, SRC, DST, sport=5436, dport=5436), header=41, src=HOME),
    }


CASES = [(vector, carrier) for vector in CARRIED.values() for carrier in packets(vector.mh)]


@pytest.fixture(scope="module")
def capture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every type in every carrier: one run of tshark."""
    path = tmp_path_factory.mktemp("types") / "x.pcapng"
    return write(path, [packets(vector.mh)[carrier] for vector, carrier in CASES])


@pytest.fixture(scope="module")
def seen(capture: Path) -> dict[tuple[str, str], WiresharkMessage]:
    messages = read_messages(capture, default_lua())
    assert [message.frame for message in messages] == list(range(1, len(CASES) + 1)), "one message in every packet"
    return {(v.name, carrier): message for (v, carrier), message in zip(CASES, messages, strict=True)}


def test_there_is_one_of_every_type() -> None:
    assert {vector.mh[2] for vector in CARRIED.values()} == set(TYPES)


def test_wiresharks_own_layer_stands_beside_none(capture: Path) -> None:
    layers = [row[0][0].split(":") for row in tshark.fields(capture, ["frame.protocols"], lua=default_lua())]
    assert all(len({"pmip6", "pmip6.udp"} & {*row}) == 1 and "mipv6" not in row for row in layers), layers


@pytest.mark.parametrize("carrier", packets(bytes(8)))
@pytest.mark.parametrize("kind", TYPES)
def test_it_reads_as_the_figure_says(kind: int, carrier: str, seen: dict[tuple[str, str], WiresharkMessage]) -> None:
    for vector in (vector for vector in CARRIED.values() if vector.mh[2] == kind):
        assert vector.json is not None
        message = seen[vector.name, carrier]
        shown = message.fields
        assert (message.type, shown["pmip6.message"][0].show) == (kind, vector.json["message"])
        assert shown["pmip6.checksum.status"][0].show == (NOT_PRESENT if "udp" in carrier else GOOD)
        assert check("pmip6", {k: v for k, v in vector.json["fields"].items() if k != "flags"}, shown) == []
        wanted = [option for option in vector.json["options"] if not option["name"].startswith("pad")]
        assert [
            (option.type, option.length, option.offset) for option in message.options if option.type not in PADS
        ] == [(option["type"], option["length"], option["offset"]) for option in wanted]
