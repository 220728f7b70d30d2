"""ESP packets as others worked them out, and what is no ESP packet of an SA."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pmiptool.net.esp.transform import ALGORITHMS, Transform, Unopened, unpadded

VECTORS = yaml.safe_load((Path(__file__).parent / "vectors.yaml").read_text())
HEAD = bytes.fromhex("00001001 00000007")

# RFC 4868 2.7.2: AUTH256-1, AUTH384-1 and AUTH512-1, "Hi There" under a key of 0b0b...
HMACS = {
    "null/hmac-sha256-128": (32, "198a607eb44bfbc69903a0f1cf2bbdc5"),
    "null/hmac-sha384-192": (48, "b6a8d5636f5c6a7224f9977dcf7ee6c7fb6d0c48cbdee973"),
    "null/hmac-sha512-256": (64, "637edc6e01dce7e6742a99451aae82df23da3e92439e590e43e761b33e910fb8"),
}


def octets(text: str) -> bytes:
    return bytes.fromhex(text.replace("\n", " "))


def transform(name: str) -> Transform:
    algorithm = ALGORITHMS[name]
    return Transform(algorithm, bytes(range(algorithm.key)), bytes(range(100, 100 + algorithm.auth_key)))


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_packets_that_others_made(vector: dict[str, Any]) -> None:
    algorithm = ALGORITHMS[vector["algorithm"]]
    plain, packet = octets(vector["plain"]), octets(vector["packet"])
    one = Transform(algorithm, octets(vector["key"]), bytes(algorithm.auth_key))
    payload = plain[: -2 - plain[-2]]
    made = one.seal(octets(vector["head"]), payload, plain[-1], octets(vector["iv"]))
    assert made[: len(packet)] == packet
    assert len(made) - len(packet) == (algorithm.icv if algorithm.digest else 0)
    assert one.decrypted(made) == plain
    assert unpadded(plain) == (payload, plain[-1])


@pytest.mark.parametrize("name", HMACS)
def test_hmacs_of_rfc_4868(name: str) -> None:
    size, icv = HMACS[name]
    assert Transform(ALGORITHMS[name], b"", b"\x0b" * size)._icv(b"Hi There").hex() == icv


def test_a_null_packet_octet_by_octet() -> None:
    """RFC 4303 2: three octets inside, padding 1, 2, 3, so that with pad length and next header it ends at a word."""
    made = transform("null/hmac-sha256-128").seal(HEAD, b"\xaa\xbb\xcc", 135)
    assert made[:-16].hex() == "00001001" + "00000007" + "aabbcc" + "010203" + "03" + "87"


@pytest.mark.parametrize("name", ALGORITHMS)
@given(payload=st.binary(max_size=300))
def test_what_is_sealed_opens(name: str, payload: bytes) -> None:
    one, algorithm = transform(name), ALGORITHMS[name]
    packet = one.seal(HEAD, payload, 135)
    assert packet[:8] == HEAD
    assert (len(packet) - 8 - algorithm.iv - algorithm.icv) % algorithm.block == 0
    assert unpadded(one.decrypted(packet)) == (payload, 135)


@pytest.mark.parametrize("name", ALGORITHMS)
def test_one_other_bit_anywhere_is_seen(name: str) -> None:
    one = transform(name)
    packet = one.seal(HEAD, b"a Mobility Header", 135)
    for place in range(len(packet)):
        changed = bytearray(packet)
        changed[place] ^= 1
        with pytest.raises(Unopened) as caught:
            one.decrypted(bytes(changed))
        assert caught.value.kind == "integrity"


@pytest.mark.parametrize("name", ALGORITHMS)
def test_what_is_cut_is_seen(name: str) -> None:
    one = transform(name)
    packet = one.seal(HEAD, b"a Mobility Header", 135)
    for size in range(len(packet)):
        with pytest.raises(Unopened):
            one.decrypted(packet[:size])


@pytest.mark.parametrize("name", ["aes-gcm-128", "aes-gcm-256", "aes-cbc-256/hmac-sha512-256"])
def test_no_iv_comes_twice(name: str) -> None:
    size = ALGORITHMS[name].iv
    ivs = {transform(name).seal(HEAD, b"", 135)[8 : 8 + size] for _ in range(50)}  # each a new run with the same key
    one = transform(name)
    ivs |= {one.seal(HEAD, b"", 135)[8 : 8 + size] for _ in range(1000)}
    assert len(ivs) == 1050


@pytest.mark.parametrize("trailer", ["04 87", "ff 87", "0102 03 87", "000000 03 87", "020202 03 87", "010204 03 87"])
def test_padding_that_no_sender_makes(trailer: str) -> None:
    with pytest.raises(Unopened) as caught:
        unpadded(octets(trailer))
    assert caught.value.kind == "padding"


def test_keys_of_another_size_and_what_is_shown() -> None:
    with pytest.raises(ValueError, match="aes-gcm-128 has keys of 20 and 0 octets"):
        Transform(ALGORITHMS["aes-gcm-128"], bytes(16), b"")
    assert repr(transform("aes-gcm-128")) == "<Transform aes-gcm-128>"
