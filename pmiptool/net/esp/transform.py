"""What turns a Mobility Header into an ESP packet and back: AES-GCM, AES-CBC or no cipher, and HMAC-SHA2.

RFC 4303 2 has the packet, RFC 4106 AES-GCM in it, RFC 3602 AES-CBC, RFC 2410 NULL, RFC 4868 the HMACs. It works on
octets: what goes in and comes out a few times in a millisecond can wait for no Scapy packets.
"""

from __future__ import annotations

import hmac
import os
from typing import Any, NamedTuple

from pmiptool.errors import EnvironmentLacks

HEAD = 8
"""Octets of SPI and sequence number."""
SALT = 4  # octets behind an AES-GCM key (RFC 4106 8.1)
_GCM_TAG = 16
_PADS = bytes(range(1, 256))


class Algorithm(NamedTuple):
    """How an SA seals. key, auth_key: octets of each, 0 for none; that of AES-GCM has the salt in it.

    iv, icv: octets in each packet. block: what the ciphertext is a multiple of. digest: of the HMAC, as hashlib names
    it; empty for AES-GCM, which authenticates by itself.
    """

    name: str
    cipher: str
    key: int
    auth_key: int
    iv: int
    icv: int
    block: int
    digest: str


def _catalogue() -> dict[str, Algorithm]:
    hashes = {256: 16, 384: 24, 512: 32}  # octets that are left of each (RFC 4868 2.6)
    found = [Algorithm(f"aes-gcm-{bits}", "gcm", bits // 8 + SALT, 0, 8, _GCM_TAG, 4, "") for bits in (128, 192, 256)]
    for bits, icv in hashes.items():
        name, digest = f"hmac-sha{bits}-{icv * 8}", f"sha{bits}"
        found += [
            Algorithm(f"aes-cbc-{size}/{name}", "cbc", size // 8, bits // 8, 16, icv, 16, digest)
            for size in (128, 192, 256)
        ]
        found.append(Algorithm(f"null/{name}", "null", 0, bits // 8, 0, icv, 4, digest))
    return {algorithm.name: algorithm for algorithm in found}


ALGORITHMS = _catalogue()
"""By the names in the file."""


class Unopened(Exception):
    """An ESP packet that cannot be opened. ``kind``: what it is counted as."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.kind = kind


class Transform:
    """Seals and opens with the keys of one SA. It keeps the keys to itself."""

    def __init__(self, algorithm: Algorithm, key: bytes, auth_key: bytes) -> None:
        if (len(key), len(auth_key)) != (algorithm.key, algorithm.auth_key):
            raise ValueError(f"{algorithm.name} has keys of {algorithm.key} and {algorithm.auth_key} octets")
        self.algorithm = algorithm
        self._auth_key = auth_key
        self._salt = b""
        self._gcm: Any = None
        self._cbc: Any = None
        # Of AES-GCM an IV must never come twice under a key: it counts, from a number that no other run begins with.
        self._count = int.from_bytes(os.urandom(8), "big")
        if algorithm.cipher == "gcm":
            self._salt, key = key[-SALT:], key[:-SALT]
            self._gcm = _library("aead").AESGCM(key)
        elif algorithm.cipher == "cbc":
            self._cbc = _library("algorithms").AES(key)

    def __repr__(self) -> str:
        return f"<Transform {self.algorithm.name}>"

    def seal(self, head: bytes, payload: bytes, next_header: int, iv: bytes | None = None) -> bytes:
        """The ESP packet whose SPI and sequence number are `head` (RFC 4303 2). `iv` is for tests."""
        algorithm = self.algorithm
        pads = -(len(payload) + 2) % algorithm.block
        plain = payload + _PADS[:pads] + bytes((pads, next_header))
        if self._gcm is not None:
            if iv is None:
                self._count = (self._count + 1) & 0xFFFFFFFFFFFFFFFF
                iv = self._count.to_bytes(8, "big")
            return head + iv + bytes(self._gcm.encrypt(self._salt + iv, plain, head))
        if self._cbc is not None:
            iv = os.urandom(16) if iv is None else iv
            plain = iv + self._cipher(iv, plain, decrypt=False)
        packet = head + plain
        return packet + self._icv(packet)

    def decrypted(self, packet: bytes) -> bytes:
        """What a packet has inside, with padding and trailer, once it is known to be genuine. Raises Unopened."""
        algorithm = self.algorithm
        inside = len(packet) - HEAD - algorithm.iv - algorithm.icv
        if inside < 2 or algorithm.cipher == "cbc" and inside % 16:
            raise Unopened("malformed", f"{len(packet)} octets are no packet of {algorithm.name}")
        head, iv = packet[:HEAD], packet[HEAD : HEAD + algorithm.iv]
        if self._gcm is not None:
            from cryptography.exceptions import InvalidTag

            try:
                return bytes(self._gcm.decrypt(self._salt + iv, packet[HEAD + algorithm.iv :], head))
            except InvalidTag:
                raise _forged() from None
        covered, icv = packet[: -algorithm.icv], packet[-algorithm.icv :]
        if not hmac.compare_digest(self._icv(covered), icv):
            raise _forged()
        data = covered[HEAD + algorithm.iv :]
        return data if self._cbc is None else self._cipher(iv, data, decrypt=True)

    def _icv(self, covered: bytes) -> bytes:
        return hmac.digest(self._auth_key, covered, self.algorithm.digest)[: self.algorithm.icv]

    def _cipher(self, iv: bytes, data: bytes, *, decrypt: bool) -> bytes:
        from cryptography.hazmat.primitives.ciphers import Cipher, modes

        cipher = Cipher(self._cbc, modes.CBC(iv))
        worker = cipher.decryptor() if decrypt else cipher.encryptor()
        return bytes(worker.update(data) + worker.finalize())


def _forged() -> Unopened:
    return Unopened(
        "integrity", "its integrity check value is wrong (other keys or another algorithm than the sender's)"
    )


def unpadded(plain: bytes) -> tuple[bytes, int]:
    """The payload, and the number of the header that it begins with. Raises Unopened for padding that is not 1, 2, 3...

    RFC 4303 2.4 says what a sender fills in, and that a receiver should look.
    """
    pads = plain[-2]
    if pads > len(plain) - 2:
        raise Unopened("padding", f"{pads} octets of padding do not fit in it")
    end = len(plain) - 2 - pads
    if plain[end:-2] != _PADS[:pads]:
        raise Unopened("padding", "its padding is not 1, 2, 3, ...")
    return plain[:end], plain[-1]


def _library(name: str) -> Any:
    """A module of the ciphers in the library that has them."""
    import importlib

    try:
        return importlib.import_module(f"cryptography.hazmat.primitives.ciphers.{name}")
    except ImportError:
        raise EnvironmentLacks("AES needs a library: run `pip install cryptography`") from None
