"""Router advertisements, octet by octet from the figures of RFC 4861 4.2, 4.6.2 and 4.6.4."""

from __future__ import annotations

from pmiptool.lab.router import advertisement

HNP = (bytes.fromhex("20010db800a10000") + bytes.fromhex("00000000000000ff"), 64)


def test_it_names_the_prefix_for_autoconfiguration_and_the_tunnels_mtu() -> None:
    assert advertisement([HNP], 1460).hex(" ", 4) == (
        "86000000 40000708 00000000 00000000 "  # type 134, hop limit 64, router lifetime 1800 s
        "05010000 000005b4 "  # MTU 1460
        "030440c0 00001c20 00001c20 00000000 "  # prefix: /64, L and A, valid and preferred 7200 s
        "20010db8 00a10000 00000000 00000000"
    )


def test_its_end_takes_the_route_and_the_address_away() -> None:
    octets = advertisement([HNP], 1460, lifetime=0)
    assert octets[6:8] == b"\0\0" and octets[28:36] == bytes(8)
