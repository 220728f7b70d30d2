"""Targets: what is accepted, and what the error says about the rest."""

from __future__ import annotations

import ipaddress

import pytest

from pmiptool.errors import UsageError
from pmiptool.net.target import Target, parse_target


def packed(text: str) -> bytes:
    return ipaddress.ip_address(text).packed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("embedded", Target("embedded")),
        ("2001:db8::1", Target("raw", packed("2001:db8::1"))),
        ("[2001:db8::1]", Target("raw", packed("2001:db8::1"))),
        ("2001:db8::1%eth0.100", Target("raw", packed("2001:db8::1"), None, "eth0.100")),
        ("fe80::1%eth0", Target("raw", packed("fe80::1"), None, "eth0")),
        ("udp://192.0.2.1", Target("udp", packed("192.0.2.1"), 5436)),
        ("udp://192.0.2.1:5437", Target("udp", packed("192.0.2.1"), 5437)),
        ("udp://[2001:db8::1]:5437", Target("udp", packed("2001:db8::1"), 5437)),
        ("udp://[2001:db8::1%eth0]", Target("udp", packed("2001:db8::1"), 5436, "eth0")),
        ("udp://[2001:db8::1]%eth0:1", Target("udp", packed("2001:db8::1"), 1, "eth0")),
        ("udp://2001:db8::1", Target("udp", packed("2001:db8::1"), 5436)),
    ],
)
def test_accepted(text: str, expected: Target) -> None:
    assert parse_target(text) == expected
    assert parse_target(str(expected)) == expected


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("ff02::1", "multicast"),
        ("ff02::1%eth0", "multicast"),
        ("udp://224.0.0.1", "multicast"),
        ("udp://255.255.255.255", "broadcast"),
        ("::", "unspecified"),
        ("udp://0.0.0.0", "unspecified"),
        ("fe80::1", "fe80::1%eth0"),
        ("192.0.2.1", "udp://192.0.2.1"),
        ("::ffff:192.0.2.1", "udp://192.0.2.1"),
        ("lma.example.org", "names are not looked up"),
        ("udp://lma.example.org:5436", "names are not looked up"),
        ("http://2001:db8::1", "the only scheme is udp://"),
        ("udp://192.0.2.1:0", "'0' is not a port"),
        ("udp://192.0.2.1:70000", "'70000' is not a port"),
        ("udp://2001:db8::1:5436", "write udp://[2001:db8::1]:5436"),
        ("2001:db8::1%", "no name of a network interface"),
        ("2001:db8::1%a/b", "no name of a network interface"),
        ("", "is no address"),
    ],
)
def test_refused_with_the_reason(text: str, says: str) -> None:
    with pytest.raises(UsageError, match=".*") as error:
        parse_target(text)
    assert says in str(error.value)


def test_listening_takes_the_unspecified_address_and_never_embedded() -> None:
    assert parse_target("udp://0.0.0.0", listen=True).address == bytes(4)
    assert parse_target("::", listen=True).address == bytes(16)
    with pytest.raises(UsageError):
        parse_target("embedded", listen=True)
    with pytest.raises(UsageError, match="multicast"):
        parse_target("ff02::1", listen=True)
