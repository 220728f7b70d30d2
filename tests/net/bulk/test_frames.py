"""Frames of our making, octet by octet, and checksums of whole batches."""

from __future__ import annotations

import ipaddress

import numpy as np
import pytest

from pmiptool.net.bulk.frames import fill_udp_checksums, header, pseudo_sums, udp_verifies
from pmiptool.net.bulk.neighbour import Link, Way
from pmiptool.session.endpoint import Endpoint
from pmiptool.wire.checksum import udp_checksum
from pmiptool.wire.envelope import find

LINK = Link(2, "eth0", 1, bytes.fromhex("020000000001"), 1500, 0)
WAY = Way(LINK, b"", bytes.fromhex("020000000002"), 1500)
OWN, PEER = ipaddress.ip_address("2001:db8:1::2").packed, ipaddress.ip_address("2001:db8:1::1").packed
OWN4, PEER4 = bytes((192, 0, 2, 2)), bytes((192, 0, 2, 1))


def test_ethernet_and_ipv6_before_a_mobility_header() -> None:
    assert header(WAY, Endpoint(OWN), Endpoint(PEER), 104).hex() == (
        "020000000002" "020000000001" "86dd"  # to, from, IPv6
        "60000000" "0068" "87" "40"  # version 6; 104 octets; Mobility Header; hop limit 64
        "20010db8000100000000000000000002" "20010db8000100000000000000000001"
    )  # fmt: skip


def test_udp_over_ipv4() -> None:
    # Header checksum: 4500+0084+0000+4000+4011+c000+0202+c000+0201 = 24998, 4998+2 = 499a, complement b665.
    assert header(WAY, Endpoint(OWN4, 5436), Endpoint(PEER4, 5437), 104).hex() == (
        "020000000002" "020000000001" "0800"
        "45" "00" "0084" "0000" "4000" "40" "11" "b665" "c0000202" "c0000201"
        "153c" "153d" "0070" "0000"
    )  # fmt: skip


@pytest.mark.parametrize("length", [1, 8, 23, 24, 104])
@pytest.mark.parametrize(("own", "peer"), [(OWN, PEER), (OWN4, PEER4)])
def test_udp_checksums_of_a_batch(length: int, own: bytes, peer: bytes) -> None:
    before = header(WAY, Endpoint(own, 5436), Endpoint(peer, 5436), length)
    at = len(before) - 8
    frames = np.random.default_rng(length).integers(0, 256, (50, 300), np.uint8)
    frames[:, : len(before)] = np.frombuffer(before, np.uint8)
    frames[0, len(before) : len(before) + length] = 0
    datagrams = frames[:, at : len(before) + length]
    fill_udp_checksums(datagrams, own, peer)
    for row in frames:
        whole = row[: len(before) + length].tobytes()
        udp = whole[at : at + 6] + b"\0\0" + whole[at + 8 :]
        assert int.from_bytes(whole[at + 6 : at + 8], "big") == udp_checksum(own, peer, udp) != 0
    addresses = np.tile(np.frombuffer(own + peer, np.uint8), (50, 1))
    assert udp_verifies(datagrams, pseudo_sums(addresses, length + 8)).all()
    datagrams[7, 8] ^= 1
    addresses[8, 0] ^= 1
    wrong = ~udp_verifies(datagrams, pseudo_sums(addresses, length + 8))
    assert list(np.flatnonzero(wrong)) == [7, 8]


def test_our_own_reader_finds_the_message_again() -> None:
    before = header(WAY, Endpoint(OWN4, 5436), Endpoint(PEER4, 5436), 16)
    message = bytes((59, 1, 5)) + bytes(13)
    found = find(1, before + message)
    assert [(each.mh, each.src, each.dst, each.sport, each.hop_limit) for each in found] == [
        (message, OWN4, PEER4, 5436, 64)
    ]
