"""Messages with other values in some fields: nothing else moves, and other lengths are made up for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pmiptool.capture.messages import messages
from pmiptool.registry import model
from pmiptool.wire import values as v
from pmiptool.wire.codec import codec_for
from pmiptool.wire.rewrite import Change, leaves, rewritten
from tests.vectors import VECTORS

CODEC = codec_for()
PCAPS = Path(__file__).parents[2] / "pcaps"


class Named(Change):
    """Gives every mobile node another name."""

    def __init__(self, name: bytes) -> None:
        self.name = name

    def field(self, field: model.Field, item: Any, owner: Any) -> Any:
        return self.name if isinstance(owner, v.MobileNodeIdentifier) and field.name == "identifier" else item


@pytest.mark.parametrize("path", sorted(PCAPS.glob("*.pcapng")), ids=lambda path: path.stem)
def test_no_change_is_no_change(path: Path) -> None:
    for seen in messages(str(path)):
        assert rewritten(seen.decoded, Change(), CODEC) == seen.decoded.raw


def test_no_change_of_the_vectors_in_their_settings() -> None:
    for vector in VECTORS:
        codec = codec_for(vector.settings)
        assert rewritten(codec.decode(vector.mh), Change(), codec) == vector.mh, vector.name


# Worked out by hand: MN-ID (type 8, subtype 1) at 12, then PadN, HNP at 20 (8n+4) or 28.
def pbu(options: str) -> bytes:
    body = bytes.fromhex("3b00 0500 0000 0001 8200 004b" + options)
    return bytes((body[0], len(body) // 8 - 1)) + body[2:]


HNP = "1612 0040 20010db800a100000000000000000000"
BEFORE = pbu("08 04 01 614062" + "0100" + HNP)


@pytest.mark.parametrize(
    ("name", "after"),
    [
        (b"c@d", pbu("08 04 01 634064" + "0100" + HNP)),
        (b"c@de", pbu("08 05 01 63406465" + "00" + HNP)),
        (b"c@def", pbu("08 06 01 6340646566" + HNP)),
        (b"c@defg", pbu("08 07 01 634064656667" + "01050000000000" + HNP)),
        (b"c", pbu("08 02 01 63" + "01020000" + HNP)),
        (b"", pbu("08 01 01" + "0103000000" + HNP)),
        (b"c@defghijkl", pbu("08 0c 01 634064656667 68696a6b6c" + "0100" + HNP)),
    ],
)
def test_a_name_of_another_length_moves_what_follows_by_whole_units_of_8(name: bytes, after: bytes) -> None:
    assert rewritten(CODEC.decode(BEFORE), Named(name), CODEC) == after


def test_a_pad_that_is_longer_than_it_need_be_stays_so() -> None:
    long = pbu("08 04 01 614062" + "010800000000 00000000" + HNP)
    assert rewritten(CODEC.decode(long), Named(b"a@bc"), CODEC) == pbu(
        "08 05 01 61406263" + "010700000000 000000" + HNP
    )
    assert rewritten(CODEC.decode(long), Named(b"a@bcd"), CODEC) == pbu(
        "08 06 01 6140626364" + "010600000000 0000" + HNP
    )


def test_without_a_pad_one_is_put_in_and_a_wrong_header_length_stays_as_wrong() -> None:
    tight = pbu("08 06 01 6140626364" + HNP)
    assert rewritten(CODEC.decode(tight), Named(b"a"), CODEC) == pbu("08 02 01 61" + "01020000" + HNP)
    wrong = tight[:1] + b"\x06" + tight[2:]  # 16 octets more than there are
    longer = rewritten(CODEC.decode(wrong), Named(b"a@bcdef"), CODEC)
    assert (len(longer), longer[1]) == (48, 7)


def test_octets_of_no_known_format_are_handed_over() -> None:
    class Blank(Change):
        def unknown(self, octets: bytes) -> bytes:
            return bytes(len(octets))

    # option 201, an HNP with 1 octet too few, PadN that is not zero, and an option past the end
    data = pbu("c902aabb" + "0102aabb" + "16110040 20010db800a1000000000000000000" + "000000" + "c8ff12345678")
    again = rewritten(CODEC.decode(data), Blank(), CODEC)
    assert again[12:20].hex() == "c90200000102aabb"
    assert again[20:22].hex() == "1611" and not any(again[22:42]) and again[42:].hex() == "c8ff00000000"
    stump = bytes.fromhex("3b000500000012")
    assert rewritten(CODEC.decode(stump), Blank(), CODEC).hex() == "3b000500000000"


def test_every_leaf_is_told_with_its_owner() -> None:
    decoded = CODEC.decode(BEFORE)
    found = {(type(owner).__name__, field.name) for field, _, owner in leaves(decoded.message)}
    assert ("MobileNodeIdentifier", "identifier") in found and ("HomeNetworkPrefix", "home_network_prefix") in found
    assert ("BindingUpdate", "sequence") in found
