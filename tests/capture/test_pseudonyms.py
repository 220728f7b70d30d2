"""Pseudonyms: keyed, one for one, and of the same form; addresses keep exactly what they share."""

from __future__ import annotations

import ipaddress
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmiptool.capture.anonymise.pseudonyms import Pseudonyms

NAMES = Pseudonyms(b"one key of this test")
UNICAST = st.binary(min_size=16, max_size=16).filter(
    lambda octets: octets[0] != 0xFF and octets[:12] not in (bytes(10) + b"\xff\xff", b"\0\x64\xff\x9b" + bytes(8))
)
INTERFACES = st.one_of(
    st.binary(min_size=8, max_size=8), st.binary(min_size=6, max_size=6).map(lambda m: m[:3] + b"\xff\xfe" + m[3:])
)


def octets(text: str) -> bytes:
    return ipaddress.ip_address(text).packed


def shared(one: bytes, other: bytes) -> int:
    """How many bits at the front are equal."""
    return 8 * len(one) - (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).bit_length()


@given(UNICAST, UNICAST, st.integers(0, 128))
def test_addresses_share_as_many_bits_as_before(one: bytes, other: bytes, bits: int) -> None:
    mask = (1 << 128 - bits) - 1
    near = (int.from_bytes(one, "big") & ~mask | int.from_bytes(other, "big") & mask).to_bytes(16, "big")
    if near[0] != 0xFF and near[:12] not in (bytes(10) + b"\xff\xff", b"\0\x64\xff\x9b" + bytes(8)):
        assert shared(NAMES.address(one), NAMES.address(near)) == shared(one, near)
    assert shared(NAMES.address(one), NAMES.address(other)) == shared(one, other)


@given(INTERFACES, INTERFACES, st.integers(0, 64))
def test_interface_identifiers_too_those_of_macs_among_them(one: bytes, other: bytes, bits: int) -> None:
    mask = (1 << 64 - bits) - 1
    near = (int.from_bytes(one, "big") & ~mask | int.from_bytes(other, "big") & mask).to_bytes(8, "big")
    assert shared(NAMES.interface(one), NAMES.interface(near)) == shared(one, near)


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1))
def test_ipv4_addresses_too(one: int, other: int) -> None:
    pair = one.to_bytes(4, "big"), other.to_bytes(4, "big")
    kept = [octets[0] == 127 or octets[:3] == b"\xe0\0\0" for octets in pair]
    if not any(kept):
        assert shared(*map(NAMES.address, pair)) == shared(*pair)


@pytest.mark.parametrize(
    "same",
    ["::", "::1", "ff02::1", "ff02::2", "ff02::1:2", "0.0.0.0", "127.0.0.1", "255.255.255.255", "224.0.0.251"],
)
def test_what_is_nobodys_stays(same: str) -> None:
    assert NAMES.address(octets(same)) == octets(same)


@pytest.mark.parametrize(
    ("network", "address"),
    [
        ("2000::/3", "2001:db8:1::42"),
        ("fe80::/64", "fe80::211:22ff:fe33:4455"),
        ("fc00::/7", "fd12:3456:789a::5"),
        ("ff00::/8", "ff3e::8000:1"),
        ("ff02::1:ff00:0/104", "ff02::1:ff33:4455"),
        ("::ffff:0:0/96", "::ffff:192.0.2.77"),
        ("64:ff9b::/96", "64:ff9b::192.0.2.77"),
        ("10.0.0.0/8", "10.11.12.13"),
        ("192.168.0.0/16", "192.168.7.9"),
        ("172.16.0.0/12", "172.20.1.1"),
        ("224.0.0.0/4", "239.1.2.3"),
    ],
)
def test_what_kind_of_address_it_is_stays(network: str, address: str) -> None:
    there = ipaddress.ip_address(NAMES.address(octets(address)))
    assert there in ipaddress.ip_network(network)
    assert str(there) != address


def test_an_ipv4_address_in_another_is_the_same() -> None:
    assert NAMES.address(octets("::ffff:192.0.2.77"))[12:] == NAMES.address(octets("192.0.2.77"))


def test_a_mac_is_the_same_in_interface_identifiers() -> None:
    """RFC 4291 A: 02-11-22-33-44-55 makes ::11:22ff:fe33:4455, the bit for local use turned round."""
    mac = NAMES.mac(bytes.fromhex("021122334455"))
    made = NAMES.address(octets("2001:db8:a1::11:22ff:fe33:4455"))[8:]
    assert made == bytes((mac[0] ^ 2,)) + mac[1:3] + b"\xff\xfe" + mac[3:]
    assert NAMES.mac(bytes.fromhex("021122fffe334455")) == mac[:3] + b"\xff\xfe" + mac[3:]
    assert mac != bytes.fromhex("021122334455") and mac[0] & 3 == 2
    assert NAMES.mac(b"\xff" * 6) == b"\xff" * 6 and not any(NAMES.mac(bytes(6)))


def test_prefixes_agree_with_the_addresses_in_them_and_their_zeros_stay() -> None:
    prefix = NAMES.prefix(octets("2001:db8:a1:1200::"), 56)
    assert prefix[7:] == bytes(9)
    assert shared(prefix, NAMES.address(octets("2001:db8:a1:1234::5"))) >= 56
    assert NAMES.prefix(octets("198.18.0.0"), 15)[2:] == bytes(2)
    assert NAMES.prefix(bytes(16), 0) == bytes(16)
    assert NAMES.prefix(octets("2001:db8::5"), 64) == NAMES.address(octets("2001:db8::5"))


def test_ranges_keep_their_order_and_prefixes_as_ranges_stay_prefixes() -> None:
    low, high = NAMES.span(octets("2001:db8::"), octets("2001:db8::ffff:ffff:ffff:ffff"))
    assert low[8:] == bytes(8) and high[8:] == b"\xff" * 8 and low[:8] == high[:8] != octets("2001:db8::")[:8]
    for last in range(2, 60):
        one, other = NAMES.span(octets("10.0.0.1"), bytes((10, 0, 0, last)))
        assert one <= other
    one, other = NAMES.span(octets("10.0.0.9"), octets("10.0.0.1"))
    assert one > other


@given(st.text(max_size=30), st.text(max_size=30))
def test_names_keep_their_form_and_differ_when_they_did(one: str, other: str) -> None:
    try:
        octets, others = one.encode(), other.encode()
    except UnicodeEncodeError:
        return
    there = NAMES.name(octets)
    assert len(there) == len(octets)
    assert re.sub("[0-9]", "0", re.sub("[a-z]", "a", re.sub("[A-Z]", "A", there.decode("ascii", "replace")))) == re.sub(
        "[0-9]", "0", re.sub("[a-z]", "a", re.sub("[A-Z]", "A", one.encode().decode("ascii", "replace")))
    )
    there.decode()
    assert (NAMES.name(others) == there) == (octets == others)


@given(st.binary(max_size=20))
def test_octets_that_are_no_text_stay_none(octets: bytes) -> None:
    there = NAMES.nai(octets)
    assert len(there) == len(octets)
    text = []
    for one in (octets, there):
        try:
            one.decode()
            text.append(True)
        except UnicodeDecodeError:
            text.append(False)
    assert text[0] == text[1]


def test_many_names_of_one_form_stay_apart() -> None:
    assert len({NAMES.nai(b"mn%d@example.org" % number) for number in range(10)}) == 10
    assert len({NAMES.octets(bytes((number,))) for number in range(256)}) == 256
    assert {NAMES.number(b"x", number, 37) for number in range(37)} == set(range(37))


def test_the_realm_is_the_same_for_all_and_each_part_for_itself() -> None:
    one, other = NAMES.nai(b"alice@example.org"), NAMES.nai(b"bob@example.org")
    assert one.partition(b"@")[2] == other.partition(b"@")[2] != b"example.org"
    assert NAMES.nai(b"alice@example.com").partition(b"@")[0] == one.partition(b"@")[0]
    assert NAMES.nai(b"example.org!alice@x.net").startswith(one.partition(b"@")[2] + b"!" + one.partition(b"@")[0])


def test_imsis_keep_country_and_network_in_common_and_so_do_realms() -> None:
    """3GPP TS 23.003 19.3: 0<IMSI>@nai.epc.mnc<MNC>.mcc<MCC>.3gppnetwork.org, a network of two digits with a zero."""
    first, second = NAMES.imsi("262015550001234"), NAMES.imsi("262015550009999")
    assert len(first) == 15 and first.isdigit() and first[:5] == second[:5] and first != second
    assert "200" <= first[:3] <= "799" and first[:3] != "262"
    nai = NAMES.nai(b"0262015550001234@nai.epc.mnc001.mcc262.3gppnetwork.org").decode()
    assert nai == f"0{first}@nai.epc.mnc0{first[3:5]}.mcc{first[:3]}.3gppnetwork.org"
    assert NAMES.nai(b"262015550001234") == first.encode()
    three = NAMES.imsi("310410123456789")
    service = NAMES.nai(b"internet.mnc410.mcc310.gprs").decode()
    assert service == f"{NAMES.domain('internet')}.mnc{three[3:6]}.mcc{three[:3]}.gprs" != "internet.mnc410.mcc310.gprs"
    assert NAMES.domain("apn.mnc410.mcc310.gprs") == f"apn.mnc{three[3:6]}.mcc{three[:3]}.gprs"


def test_the_key_decides() -> None:
    same, other = Pseudonyms(b"one key of this test"), Pseudonyms(b"another key of this test")
    for what, value in (("address", octets("2001:db8::7")), ("nai", b"alice@example.org"), ("octets", b"abcdef")):
        assert getattr(same, what)(value) == getattr(NAMES, what)(value) != getattr(other, what)(value)
