"""What stands for what: tables as people write them, and what answers teach."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pmiptool.capture.renaming import Network, Renaming, fresh_names, load_table
from pmiptool.errors import UsageError
from pmiptool.wire import values as v
from pmiptool.wire.codec import codec_for
from pmiptool.wire.layout import Decoded
from pmiptool.wire.rewrite import rewritten

CODEC = codec_for()
OLD, NEW = bytes.fromhex("20010db8000100000000000000000002"), bytes.fromhex("20010db8000200000000000000000002")
HOME, OTHER = bytes.fromhex("20010db800a10000") + bytes(8), bytes.fromhex("20010db800b10000") + bytes(8)


def changed(names: Renaming, *options: Any) -> tuple[Any, ...]:
    decoded = CODEC.decode(CODEC.encode(v.BindingUpdate(1, 0x8200, 75, options)))
    there = CODEC.decode(rewritten(decoded, names, CODEC))
    found: tuple[Any, ...] = there.message.options
    return found


def table(tmp_path: Path, text: str) -> Renaming:
    path = tmp_path / "map.toml"
    path.write_text(text)
    return load_table(path)


def test_a_table_reaches_every_option(tmp_path: Path) -> None:
    names = table(
        tmp_path,
        """
        [mn]
        "mn1@example.org" = "a-longer-name@vendor.example"
        "*@example.org" = "*@lab.example"
        "262015550001234" = "001011234567890"
        [address]
        "2001:db8:1::2" = "2001:db8:2::2"
        "192.0.2.7" = "198.51.100.7"
        [prefix]
        "2001:db8:a1::/48" = "2001:db8:b1::/48"
        "2001:db8:a1:7::/64" = "2001:db8:c7::/64"
        "198.18.0.0/16" = "10.9.0.0/16"
        """,
    )
    mn = v.MobileNodeIdentifier
    assert changed(names, mn(1, b"mn1@example.org"))[0].identifier == b"a-longer-name@vendor.example"
    assert changed(names, mn(1, b"mn2@example.org"))[0].identifier == b"mn2@lab.example"
    assert changed(names, mn(1, b"mn1@else.org"))[0].identifier == b"mn1@else.org"
    assert changed(names, mn(3, bytes.fromhex("262015550001234f")))[0].identifier.hex() == "001011234567890f"
    hnp = v.HomeNetworkPrefix(home_network_prefix=v.Prefix(HOME, 64))
    assert changed(names, hnp)[0].home_network_prefix == v.Prefix(OTHER, 64)
    inside = v.HomeNetworkPrefix(home_network_prefix=v.Prefix(HOME[:7] + b"\x07" + bytes(8), 64))
    assert changed(names, inside)[0].home_network_prefix.address[:8].hex() == "20010db800c70000"
    assert names.address(HOME[:7] + b"\x07" + bytes(7) + b"\5").hex() == "20010db800c70000" + "0000000000000005"
    wider = v.HomeNetworkPrefix(home_network_prefix=v.Prefix(HOME, 40))
    assert changed(names, wider)[0] == wider and changed(names, v.HomeNetworkPrefix())[0] == v.HomeNetworkPrefix()
    assert changed(names, v.AlternateCareOfAddress(OLD))[0].alternate_care_of_address == NEW
    asked = v.Ipv4HomeAddressRequest(prefix_length=24, reserved=0x3FF, ipv4_home_address=bytes((198, 18, 0, 7)))
    there = changed(names, asked)[0]
    assert (there.prefix_length, there.reserved, there.ipv4_home_address) == (24, 0x3FF, bytes((10, 9, 0, 7)))
    selector = v.Ipv6Selector(src=HOME[:15] + b"\x42", dst=OLD)
    flow = changed(names, v.FlowIdentification(fid=1, suboptions=(selector,)))[0].suboptions[0]
    assert (flow.src, flow.dst) == (OTHER[:15] + b"\x42", NEW)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[mns]\n", "unknown key 'mns'; did you mean 'mn'?"),
        ('[mn]\n"a" = 1\n', "expected `str`"),
        ('[mn]\n"a" = "c"\n"b" = "c"\n', "two entries of [mn] become c"),
        ('[mn]\n"*@a" = "b"\n', "a * stands for all of a realm"),
        ('[mn]\n"*" = "*"\n', "a * stands for all of a realm"),
        (f'[mn]\n"a" = "{"b" * 255}"\n', "what mn 'a' becomes has more than 254 octets"),
        ('[mn]\n"a*b" = "c"\n', "a * stands for all of a realm"),
        ('[address]\n"mag1" = "::1"\n', "address 'mag1' is no IPv6 or IPv4 address"),
        ('[address]\n"::1" = "10.0.0.1"\n', "are not of one kind"),
        ('[address]\n"::1" = "::3"\n"::2" = "::3"\n', "two entries of [address] become ::3"),
        ('[prefix]\n"2001:db8::1/64" = "::/64"\n', "prefix '2001:db8::1/64' is none: "),
        ('[prefix]\n"2001:db8::/64" = "2001:db8::/48"\n', "differ in kind or length"),
        ("[prefix\n", "is no TOML"),
    ],
)
def test_what_is_wrong_with_a_table_is_named(text: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        table(tmp_path, text)
    assert says in str(caught.value) and "map" in str(caught.value)


def pbu(*options: Any) -> Decoded:
    return CODEC.decode(CODEC.encode(v.BindingUpdate(1, 0x8200, 75, options)))


def pba(*options: Any, status: int = 0) -> Decoded:
    return CODEC.decode(CODEC.encode(v.BindingAcknowledgement(status, 0x20, 1, 75, options)))


def hnp(octets: bytes, length: int = 64) -> v.HomeNetworkPrefix:
    return v.HomeNetworkPrefix(home_network_prefix=v.Prefix(octets, length))


ANY = v.HomeNetworkPrefix()


def test_what_an_anchor_chose_is_learnt_once() -> None:
    names = Renaming()
    assert names.learn(pbu(ANY), pba(hnp(HOME)), pba(hnp(OTHER))) == ["2001:db8:b1::/64 was given for 2001:db8:a1::/64"]
    assert names.prefix(v.Prefix(HOME, 64)) == v.Prefix(OTHER, 64)
    assert names.address(HOME[:15] + b"\x05") == OTHER[:15] + b"\x05"
    third = OTHER[:7] + b"\x09" + bytes(8)
    assert names.learn(pbu(ANY), pba(hnp(HOME)), pba(hnp(third))) == []
    assert names.prefix(v.Prefix(HOME, 64)) == v.Prefix(OTHER, 64)
    assert names.learn(pbu(ANY), pba(hnp(third)), pba(hnp(OTHER))) == []  # it is somebody else's
    assert names.prefix(v.Prefix(third, 64)) == v.Prefix(third, 64)


@pytest.mark.parametrize(
    ("request_", "then", "now"),
    [
        (pbu(hnp(HOME)), pba(hnp(HOME)), pba(hnp(OTHER))),  # it was asked for
        (pbu(ANY), pba(hnp(HOME), status=128), pba(hnp(OTHER))),
        (pbu(ANY), pba(hnp(HOME)), pba(hnp(OTHER), status=155)),
        (pbu(ANY), pba(hnp(HOME)), pba(ANY)),
        (pbu(ANY), pba(hnp(HOME)), pba()),
    ],
)
def test_what_was_not_chosen_is_not_learnt(request_: Decoded, then: Decoded, now: Decoded) -> None:
    names = Renaming()
    assert names.learn(request_, then, now) == []
    assert names.prefix(v.Prefix(HOME, 64)) == v.Prefix(HOME, 64)


def test_other_things_that_are_chosen() -> None:
    names = Renaming()
    then = pba(
        v.LinkLocalAddress(b"\xfe\x80" + bytes(13) + b"\x01"),
        v.Ipv4HomeAddressReply(prefix_length=16, ipv4_home_address=bytes((198, 18, 0, 2))),
        v.GreKey(gre_key=(7,)),
    )
    now = pba(
        v.LinkLocalAddress(b"\xfe\x80" + bytes(13) + b"\x09"),
        v.Ipv4HomeAddressReply(prefix_length=24, ipv4_home_address=bytes((10, 0, 0, 2))),
        v.GreKey(gre_key=(8,)),
    )
    asked = pbu(v.LinkLocalAddress(bytes(16)), v.Ipv4HomeAddressRequest(), v.GreKey(gre_key=(3,)))
    assert names.learn(asked, then, now) == [
        "fe80::9 was given for fe80::1",
        "10.0.0.2 was given for 198.18.0.2",
        "key 8 was given for key 7",
    ]
    later = changed(names, v.Ipv4HomeAddressRequest(prefix_length=16, ipv4_home_address=bytes((198, 18, 0, 2))))[0]
    assert (later.ipv4_home_address, later.prefix_length) == (bytes((10, 0, 0, 2)), 24)
    assert changed(names, v.GreKey(gre_key=(7,)))[0].gre_key == (8,)


def test_a_prefix_of_another_length_is_learnt_whole() -> None:
    names = Renaming()
    names.learn(pbu(ANY), pba(hnp(HOME)), pba(hnp(OTHER, 60)))
    assert names.prefix(v.Prefix(HOME, 64)) == v.Prefix(OTHER, 60)
    assert names.address(HOME[:15] + b"\x05") == HOME[:15] + b"\x05"


def test_nobodys_address_stays(tmp_path: Path) -> None:
    names = table(tmp_path, '[prefix]\n"::/8" = "3000::/8"\n')
    assert names.address(bytes(16)) == bytes(16)
    assert names.address(bytes(15) + b"\1") == b"\x30" + bytes(14) + b"\1"


def test_many_prefixes_are_found_at_once() -> None:
    names = Renaming()
    for number in range(2000):
        one = (0x20010DB8 << 96 | number << 64).to_bytes(16, "big")
        names.add(Network(one, 64), Network(b"\x30" + one[1:], 64))
    assert names.address(one[:15] + b"\x01") == b"\x30" + one[1:15] + b"\x01"


def test_fresh_names_keep_the_realm_and_the_form() -> None:
    mn = v.MobileNodeIdentifier
    asked = [pbu(mn(1, b"alice@example.org")), pbu(mn(1, b"bob")), pbu(mn(3, bytes.fromhex("262015550001234f")))]
    made = fresh_names(asked)
    assert list(made) == ["alice@example.org", "bob", "262015550001234"]
    alice = made["alice@example.org"]
    assert alice.endswith("@example.org") and len(alice) == 17 and alice != "alice@example.org"
    assert len(made["262015550001234"]) == 15 and made["bob"] != "bob"
    assert fresh_names(asked[:1], ["lab1@x", "lab2@x"]) == {"alice@example.org": "lab1@x"}
    with pytest.raises(UsageError, match="has 3 mobile nodes and the peer file 1"):
        fresh_names(asked, ["lab1@x"])
