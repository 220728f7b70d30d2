"""Numbers, names and flags against Wireshark's own lists: `tshark -G values` and `tshark -G fields`.

Wireshark's dissector was written by others from the same texts. A difference is named here with its reason; one that
is not named fails, and so does a named one that is gone. What a later Wireshark has put right is no difference, so
the lists are held against the version that they were made with, and skipped for others.
"""

from __future__ import annotations

import subprocess
from collections import defaultdict
from collections.abc import Callable
from functools import cache

import pytest

from pmiptool.capture import tshark
from pmiptool.registry import catalogue, model
from tests.registry.iana import Ours, enumeration, messages, options, same, suboptions

VERSION = "4.0"

OF: dict[str, Callable[[], dict[int, Ours]]] = {
    "mip6.mhtype": messages,
    "mip6.mobility_opt": options,
    "mip6.cr.req_type": options,
    "mip6.ba.status": lambda: enumeration("status"),
    "mip6.be.status": lambda: enumeration("binding-error-status"),
    "mip6.fback.status": lambda: enumeration("fback-status"),
    "mip6.bri_status": lambda: enumeration("revocation-status"),
    "mip6.bri_r.trigger": lambda: enumeration("revocation-trigger"),
    "mip6.lra.status": lambda: enumeration("lra-status"),
    "mip6.hi": lambda: enumeration("hi"),
    "mip6.att": lambda: enumeration("att"),
    "mip6.mnid.subtype": lambda: enumeration("subtype"),
    "mip6.auth.subtype": lambda: enumeration("auth-subtype"),
    "mip6.dnsu.status": lambda: enumeration("dns-update-status"),
    "mip6.lla.optcode": lambda: enumeration("mh-lla-code"),
    "mip6.ipv4aa.sts": lambda: enumeration("ipv4-address-status"),
    "mip6.mng.sub_type": lambda: enumeration("mn-group-subtype"),
    "mip6.acc_net_id.ani": lambda: suboptions("ani"),
    "mip6.acc_net_id.op_id.type": lambda: enumeration("op-id-type"),
}
"""Wireshark's fields that have a list of values, and ours."""

NOT_OURS = {
    "mip6.proto": "the protocol numbers of IP",
    "mip6.vsm.subtype": "3GPP's own sub-types of the vendor-specific option",
    "mip6.3gpp.pdn_ind_cause": "inside 3GPP's own vendor-specific options",
    "mip6.3gpp.spec_pmipv6_err_code": "inside 3GPP's own vendor-specific options",
}

STALE = "a draft's number and name"
LATER = "assigned after this Wireshark was made"
WORDS = "the same in other words, or abbreviated"
ATT = "the access technology types stand in place of the status codes of RFC 5555 3.2.1"
SPI = "the well-known SPIs of RFC 4285 stand in place of its subtypes"
CONSTANT = "IANA's constant in place of the title"
RESERVED = "reserved, which one of the two leaves out"
NEWER_OPTIONS = (53, 54, *range(56, 71))

DIFFERENCES: dict[tuple[str, int], str] = {
    ("mip6.mhtype", 16): "the registry has the two messages of the type apart",
    **{("mip6.mhtype", number): LATER for number in range(19, 24)},
    **{
        (field, number): reason
        for field in ("mip6.mobility_opt", "mip6.cr.req_type")
        for number, reason in {
            5: "IANA's name, without the first word of the text's Binding Authorization Data",
            9: CONSTANT, 10: CONSTANT, 17: CONSTANT, 21: WORDS, **dict.fromkeys(NEWER_OPTIONS, LATER),
        }.items()
    },
    ("mip6.ba.status", 143): STALE,
    ("mip6.ba.status", 144): "left out (RFC 4285)",
    **{("mip6.ba.status", number): STALE for number in range(145, 149)},
    ("mip6.ba.status", 179): LATER,
    ("mip6.ba.status", 180): LATER,
    ("mip6.fback.status", 1): WORDS,
    **{("mip6.bri_r.trigger", number): WORDS for number in (4, 5, 6, 7)},
    **{("mip6.bri_status", number): STALE for number in (2, 3, 4, 5, 6, *range(128, 136))},
    ("mip6.hi", 6): LATER,
    ("mip6.att", 13): LATER,
    ("mip6.mnid.subtype", 1): WORDS,
    **{("mip6.mnid.subtype", number): LATER for number in range(2, 9)},
    **{("mip6.auth.subtype", number): SPI for number in (0, 1, 2, 3, 5)},
    **{("mip6.ipv4aa.sts", number): ATT for number in range(128, 134)},
    ("mip6.lla.optcode", 2): WORDS,
    ("mip6.mng.sub_type", 255): RESERVED,
    ("mip6.acc_net_id.ani", 0): RESERVED,
    **{("mip6.acc_net_id.ani", number): LATER for number in (4, 5, 6)},
    ("mip6.acc_net_id.op_id.type", 1): WORDS,
    ("mip6.acc_net_id.op_id.type", 255): RESERVED,
}  # fmt: skip

FLAGS: dict[str, tuple[str, str, int]] = {
    **{f"mip6.bu.{letter}_flag": ("binding-update", letter.upper(), 16) for letter in "ahlkmpftb"},
    "mip6.nemo.bu.r_flag": ("binding-update", "R", 16),
    **{f"mip6.ba.{letter}_flag": ("binding-ack", letter.upper(), 8) for letter in "kptb"},
    "mip6.nemo.ba.r_flag": ("binding-ack", "R", 8),
    **{f"mip6.fbu.{letter}_flag": ("fbu", letter.upper(), 16) for letter in "ahlk"},
    "mip6.fback.k_flag": ("fback", "K", 8),
    **{f"mip6.hb.{letter}_flag": ("heartbeat", letter.upper(), 8) for letter in "ur"},
    **{f"mip6.hi.{letter}_flag": ("handover-initiate", letter.upper(), 16) for letter in "su"},
    **{f"mip6.bri_i{letter}": ("bri", letter.upper(), 32) for letter in "pvg"},
    **{f"mip6.bri_a{letter}": ("bra", letter.upper(), 32) for letter in "pvg"},
    "mip6.lri.unsolicited": ("lra", "U", 16),
    "mip6.dnsu.flag.r": ("dns-update", "R", 8),
    "mip6.ipv4ha.preflen": ("ipv4-hoa", "prefix_length", 0),
    "mip6.ipv4ha.p_flag": ("ipv4-hoa", "p", 0),
    "mip6.natd.f_flag": ("nat-detection", "f", 0),
    "mip6.bi.h_flag": ("bid", "h", 24),
    "mip6.ipv4dsm.s_flag": ("ipv4-dhcp-mode", "s", 0),
    "mip6.redir.k": ("redirect", "k", 0),
    "mip6.redir.n": ("redirect", "n", 0),
    "mip6.acc_net_id.e_bit": ("network-id", "e", 0),
    "mip6.dmnp.v_flag": ("dmnp", "v", 0),
}
"""Wireshark's name of some bits, ours, and the bit of the entry at which the word begins that Wireshark reads."""


@cache
def listed(what: str) -> list[list[str]]:
    tool = tshark.find()
    done = subprocess.run([tool.path, "-G", what], capture_output=True, text=True, check=True, encoding="utf-8")
    rows = (line.split("\t") for line in done.stdout.splitlines())
    return [row for row in rows if any(cell.startswith("mip6.") for cell in row[1:3])]


@pytest.fixture(autouse=True)
def _version() -> None:
    found = ".".join(map(str, tshark.find().version[:2]))
    if found != VERSION:
        pytest.skip(f"the differences are those of Wireshark {VERSION}, and this is {found}")


def lists() -> dict[str, dict[int, str]]:
    found: dict[str, dict[int, str]] = defaultdict(dict)
    for kind, field, *rest in listed("values"):
        if kind == "V":
            found[field][int(rest[0], 0)] = rest[1]
    return dict(found)


def compared() -> dict[tuple[str, int], str]:
    """Field and value of whatever differs, and both names."""
    found = {}
    for field, table in lists().items():
        if field in NOT_OURS:
            continue
        ours = OF[field]()
        for value in table.keys() | ours.keys():
            told = f"Wireshark: {table.get(value)!r}, registry: {ours[value].names if value in ours else None!r}"
            if value not in table or value not in ours or not same(table[value], ours[value]):
                found[field, value] = told
    return found


def test_every_list_of_wiresharks_is_compared_or_said_not_to_be_ours() -> None:
    assert lists().keys() == OF.keys() | NOT_OURS.keys()


def test_a_difference_from_wireshark_is_one_of_the_named_ones() -> None:
    found = compared()
    assert {key: told for key, told in found.items() if key not in DIFFERENCES} == {}
    assert sorted(DIFFERENCES.keys() - found.keys()) == [], "a reason is given, and nothing differs"


def first_bits(entry: model.Entry) -> dict[str, int]:
    """Where each field and each flag of an entry begins, in bits from the first field."""
    found, at = {}, 0
    for field in entry.fields:
        found[field.name] = at
        if isinstance(field, model.Flags):
            found |= {flag.letter: at + field.bits - flag.mask.bit_length() for flag in field.flags}
        if not isinstance(field, (model.UInt, model.Flags)):
            break
        at += field.bits
    return found


def test_flags_and_fields_of_less_than_an_octet_stand_where_wireshark_has_them() -> None:
    entries = {entry.name: entry for space in catalogue.SPACES.values() for entry in space.entries}
    entries |= {entry.name: entry for entry in (*catalogue.OPTIONS, *catalogue.MESSAGES)}
    masks = {row[2]: (row[5], int(row[6], 16)) for row in listed("fields") if row[0] == "F" and row[6]}
    for name, (entry, field, word) in FLAGS.items():
        width, mask = masks[name]
        bits = int(width) if width.isdigit() else 8
        assert word + bits - mask.bit_length() == first_bits(entries[entry])[field], name
    bits = {name for name, (_, mask) in masks.items() if mask} - {*FLAGS}
    assert {name for name in bits if ".3gpp." not in name and not name.endswith(("reserved", "res"))} == set()
