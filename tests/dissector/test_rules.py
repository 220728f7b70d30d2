"""Every rule that Lua judges shows on a message that breaks it; on any octets at all Lua and Python say the same."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from pmiptool.capture import tshark
from pmiptool.dissector import default_lua
from pmiptool.registry.codepoints import DEFAULT, CodePoints
from pmiptool.wire.checksum import checksum
from pmiptool.wire.envelope import build
from tests.dissector.support import DST, IN_LUA, SRC, preferences, read, rules_expected, rules_shown, write
from tests.rules import examples, form
from tests.rules.make import wire
from tests.strategies import SETTINGS
from tests.vectors import VECTORS

SETS = (*SETTINGS, CodePoints(pro_delete=3, fid_status_bid_unknown=140))


def mended(mh: bytes) -> bytes:
    """With a Header Len that counts what is there (as far as it can) and the right checksum."""
    mh = mh + bytes(-len(mh) % 8)
    mh = mh[:1] + bytes([min(255, max(0, len(mh) // 8 - 1))]) + mh[2:]
    return mh[:4] + checksum(SRC, DST, mh).to_bytes(2, "big") + mh[6:]


def option(kind: int, data: str) -> bytes:
    octets = bytes.fromhex(data)
    return bytes([kind, len(octets)]) + octets


def message(*options: bytes, head: str = "3b000500 0000 0001 8200 004b") -> bytes:
    return mended(bytes.fromhex(head) + b"".join(options))


PBA = "3b000600 0000 0020 0001 004b"
BREAKERS = {
    "several-of-all": message(
        *(
            option(kind, "00" * size) * 2
            for kind, size in (
                (2, 2),
                (3, 16),
                (8, 3),
                (20, 1),
                (23, 2),
                (24, 2),
                (25, 4),
                (26, 16),
                (27, 8),
                (200, 2),
                (44, 2),
                (35, 4),
                (22, 18),
            )
        )
    ),
    "reserved-all-over": message(
        *(option(kind, "ff" * size) for kind, size in ((22, 18), (23, 2), (24, 2), (25, 4), (200, 2), (45, 8), (35, 4)))
    ),
    "in-an-acknowledgement": message(
        option(3, "00" * 16),
        option(20, "41"),
        option(44, "0001"),
        option(22, "0000" + "00" * 16),
        option(200, "0140"),
        option(35, "00000080" + "20010db8" * 4),
        option(45, "0001 0a 01 00 00".replace(" ", "")) * 2,
        option(2, "ffff"),
        head=PBA,
    ),
    "a-rejection": message(option(45, "00010a010000"), head="3b000600 0000 8520 0001 004b"),
    "status-160": message(option(8, "0161"), head="3b000600 0000 a020 0001 004b"),
    "proxy-options-without-p": message(option(22, "0040" + "00" * 16), head="3b000500 0000 0001 8000 004b"),
    "proxy-options-without-p-in-ack": message(option(23, "0001"), head="3b000600 0000 0000 0001 004b"),
    "no-a": message(head="3b000500 0000 0001 0200 0000"),
    "unassigned-flags": message(head="3b000500 0000 0001 800f 004b"),
    "unassigned-flags-in-ack": message(head="3b000600 0000 0021 0001 004b"),
    "error": message(head="3b000700 0000 01ff" + "00" * 16),
    "binding-error-carries": message(
        option(44, "0001"), option(45, "00010a010000"), head="3b000700 0000 0100" + "00" * 16
    ),
    "deregistration": message(
        option(22, "0000" + "00" * 16),
        option(23, "0002"),
        option(24, "0000"),
        option(200, "0020"),
        head="3b000500 0000 0001 8200 0000",
    ),
    "renewal": message(
        option(22, "0000" + "00" * 16),
        option(22, "0040" + "20010db8" * 4),
        option(23, "0005"),
        option(24, "00ff"),
        option(25, "0000" + "00" * 6),
        option(8, "01"),
        option(200, "0020"),
    ),
    "handoff-indicator-9": message(option(23, "0009")),
    "act-outside-hi-4": message(option(23, "0001"), option(200, "0040")),
    "act-without-removal": message(option(23, "0004"), option(200, "0060")),
    "elsewhere": message(
        option(200, "0000"),
        option(24, "0001"),
        option(25, "00000102"),
        option(26, "00" * 16),
        option(27, "00" * 8),
        head="3b000500 0000 0001 8000 004b",
    ),
    "elsewhere-in-error": message(
        option(35, "00010000"), option(19, "0000000a0000"), head="3b000700 0000 0100" + "00" * 16
    ),
    "vendor": message(option(19, "0000000a0000")),
    "status": message(head="3b000600 0000 7f20 0001 004b"),
    "re-instantiated-by-a-mag": message(option(45, "00010a010200")),
    "flow-label": message(option(45, "00010a010000" + "1110" + "0200" + "03000000" + "00100000" + "00000001")),
    "selectors": message(
        option(45, "00010a020000" + "0106" + "00020003" + "1110" + "0200" + "03000000" + "00100000" + "00000001"),
        option(45, "00010a04f500" + "1109" + "0200" + "00420001" + "01"),
        option(45, "00010a030000" + "1109" + "0200" + "00010000" + "01" + "1109" + "0200" + "00010000" + "01"),
        option(45, "00020a010000" + "010600010002" + "0102" + "6303aa" + "110401ff"),
        option(45, "00020a010000" + "110c" + "0100" + "00c0ffff" + "00020001"),
        option(45, "00020a010000" + "110c" + "0100" + "00400000" + "00020001"),
        option(45, "00020a030000" + "0102"),
    ),
    "sub-options-cut": message(option(45, "00020a010000" + "11")),
}
MORE = {
    "zeros": message(
        option(45, "000000000001"), option(45, "000000000101" + "0202" + "0001" + "03ff"), option(35, "00010000")
    ),
    "reserved": message(
        option(45, "0001000a ff00" + "0306" + "02ff" + "0000ffff"),
        option(45, "0002000a 0000" + "0306" + "01ff" + "0003ffff"),
        option(45, "0002000a 0000" + "0308" + "0100" + "00400000" + "0001"),
        option(44, "000100"),
        option(45, "0002000a 0000" + "0203000102" + "02020003" + "0301ff" + "0100" + "6300"),
    ),
    "misplaced": message(option(45, "0001000a0000"), head="3b000700 0000 0100" + "00" * 16),
    "length": message(option(45, "0001000a00"), option(45, "0001000a000003")),
}


def kept(found: Counter[str]) -> set[str]:
    return set(found)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("rules")


def made(settings: CodePoints) -> Iterator[bytes]:
    """For each rule that has no message of its own here, one that breaks it, as the tests of the rules make them."""
    for rule in IN_LUA.values():
        if form.settings_of(rule) != settings:
            continue
        known = {**examples.MESSAGES, **examples.MESSAGES_6089}
        candidates = [(known[rule.id], settings, False)] if rule.id in known else form.candidates(rule)
        for message, under, udp in candidates:
            mh = wire(message, under, SRC, DST).raw
            if not udp and rule.id in rules_expected(mh, under):
                yield mh
                break


def test_every_rule_shows_on_a_message_that_breaks_it(folder: Path) -> None:
    broken: set[str] = set()
    for number, (settings, mhs) in enumerate(
        [
            (DEFAULT, [*BREAKERS.values(), *made(DEFAULT), *(v.mh for v in VECTORS if v.mh and v.settings == DEFAULT)]),
            (
                CodePoints(dialect="rfc6089"),
                [
                    *MORE.values(),
                    *made(CodePoints(dialect="rfc6089")),
                    *(v.mh for v in VECTORS if v.settings.dialect == "rfc6089"),
                ],
            ),
        ]
    ):
        for message in read(folder / f"break-{number}.pcapng", mhs, settings):
            broken |= kept(rules_shown(message))
    over_udp = {"rfc5844/4.1/checksum-over-udp"}
    assert " ".join(sorted(set(IN_LUA) - broken - over_udp)) == ""


@pytest.mark.parametrize("name", [*BREAKERS, *MORE])
def test_python_says_the_same_of_them(name: str, said: dict[str, tuple[Counter[str], Counter[str]]]) -> None:
    shown, expected = said[name]
    assert shown == expected


@pytest.fixture(scope="module")
def said(folder: Path) -> dict[str, tuple[Counter[str], Counter[str]]]:
    found = {}
    for number, (settings, cases) in enumerate([(DEFAULT, BREAKERS), (CodePoints(dialect="rfc6089"), MORE)]):
        messages = read(folder / f"same-{number}.pcapng", cases.values(), settings)
        for name, message in zip(cases, messages, strict=True):
            found[name] = rules_shown(message), rules_expected(cases[name], settings)
    return found


def mutations(count: int, seed: int) -> Iterator[bytes]:
    """Messages that are almost right: octets changed, cut out, doubled and put together anew."""
    chance = random.Random(seed)
    whole = [vector.mh for vector in VECTORS if len(vector.mh) >= 16] + [*BREAKERS.values(), *MORE.values()]
    for _ in range(count):
        mh = bytearray(chance.choice(whole))
        if chance.random() < 0.5:
            mh += chance.choice(whole)[12:]
        for _ in range(chance.randrange(4)):
            at = chance.randrange(6, len(mh))
            kind = chance.randrange(4)
            if kind == 0:
                mh[at] = chance.choice((0, 1, 2, 8, 17, 22, 45, 127, 128, 255, chance.randrange(256)))
            elif kind == 1:
                del mh[at : at + chance.randrange(1, 9)]
            elif kind == 2:
                mh[at:at] = mh[at : at + chance.randrange(1, 9)]
            else:
                mh[at] ^= 1 << chance.randrange(8)
            if len(mh) < 8:
                break
        yield mended(bytes(mh)) if chance.random() < 0.8 and len(mh) >= 8 else bytes(mh)


@pytest.mark.parametrize("number", range(len(SETS)))
def test_on_mutated_messages_lua_and_python_say_the_same(number: int, folder: Path) -> None:
    settings = SETS[number]
    mhs = [mh for mh in mutations(400, number) if len(mh) >= 8]
    differing = {}
    for message in read(folder / f"mutated-{number}.pcapng", mhs, settings):
        mh = mhs[message.frame - 1]
        shown, expected = rules_shown(message), rules_expected(mh, settings)
        if shown != expected:
            differing[mh.hex()] = (shown - expected, expected - shown)
    assert differing == {}


def test_thousands_of_odd_packets_without_one_lua_error(folder: Path) -> None:
    """In the summary, in full, and with Wireshark's own fields beside ours."""
    chance = random.Random(5)
    packets = []
    for mh in mutations(3000, 6):
        packet = build(mh, SRC, DST)
        if chance.random() < 0.2:  # the IPv6 header promises more, or less, than there is
            packet = packet[: chance.randrange(40, len(packet) + 1)]
        packets.append(packet)
    capture = write(folder / "odd.pcapng", packets)
    own: dict[str, object] = {"pmip6.keep_mip6_fields": True, "pmip6.fid_length_unit": "units-of-8"}
    for arguments, chosen in (([], {}), (["-V"], {}), (["-V"], own), (["-V"], {"pmip6.layer": False})):
        lines = list(tshark.run(capture, arguments, lua=default_lua(), preferences=chosen))
        assert len(lines) >= len(packets)
        assert [line for line in lines if "Lua Error" in line] == []


def test_a_message_of_more_options_than_wireshark_has_layers(folder: Path) -> None:
    mh = message(*[option(135, "")] * 700)
    (shown,) = read(folder / "many.pcapng", [mh])
    assert rules_shown(shown)["rfc6275/6.2.1/unknown-option"] == 700


def test_rules_of_the_other_dialect_are_silent(folder: Path) -> None:
    mh = message(option(45, "00000000 0000"))
    (mext,) = read(folder / "mext.pcapng", [mh])
    (later,) = read(folder / "later.pcapng", [mh], CodePoints(dialect="rfc6089"))
    assert "mext/4.2/action-undefined" in rules_shown(mext) and "rfc6089/4.2/fid-zero" not in rules_shown(mext)
    assert "rfc6089/4.2/fid-zero" in rules_shown(later) and "mext/4.2/action-undefined" not in rules_shown(later)
    assert preferences(DEFAULT)["pmip6.dialect"] == "mext"
