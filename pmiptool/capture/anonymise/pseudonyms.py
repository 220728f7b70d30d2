"""Other addresses, names and numbers in place of the real ones: keyed, the same for the same, different for different.

Addresses keep what they share: two that begin with the same n bits still do, and no more (Xu, Fan, Ammar, Moon:
"Prefix-Preserving IP Address Anonymization", ICNP 2002). Each bit is turned or not as a keyed function of the bits
before it says. What the first bits mean stays: link-local, unique local, global, multicast, private and so on.
Names, numbers and octets are permuted among those of the same form and length.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from functools import lru_cache

CACHED = 1 << 16
"""Addresses, names and so on that are remembered, of each kind."""
KEY_OCTETS = 32
_ROUNDS = 8

# Ranges of characters that are permuted among themselves: digits, letters, and what has 2, 3 or 4 octets in UTF-8.
_RANGES = (
    (0x30, 0x39), (0x41, 0x5A), (0x61, 0x7A), (0x80, 0xBF), (0xC0, 0x7FF), (0x800, 0xD7FF), (0xE000, 0xFFFF),
    (0x10000, 0x10FFFF),
)  # fmt: skip
_NO_UTF8 = range(0xDC80, 0xDD00)
_OPERATORS = re.compile(r"(?i)(^|.*\.)(3gppnetwork\.org|gprs)$")
_OF_OPERATORS = frozenset({"3gppnetwork", "org", "gprs", "nai", "epc", "ims", "wlan", "gan", "pub", "apn", "node"})

_KEPT6 = ("2000::/3", "fc00::/7", "fe80::/64", "fec0::/10", "ff00::/8", "::/64")
_KEPT4 = ("0.0.0.0/32", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
          "192.168.0.0/16", "224.0.0.0/4", "240.0.0.0/4", "255.255.255.255/32")  # fmt: skip
_EMBEDDED = (bytes(10) + b"\xff\xff", b"\0\x64\xff\x9b" + bytes(8))
"""IPv4-mapped addresses (RFC 4291 2.5.5.2), and translated ones (RFC 6052 2.1): an IPv4 address stands behind."""
_SOLICITED = b"\xff\x02" + bytes(9) + b"\x01\xff"
_EUI64 = 0xFFFE


def _nodes(prefixes: Iterable[str]) -> frozenset[int]:
    """The places in a tree of bits on the way to some prefixes: a 1 before the bits that lead there."""
    import ipaddress

    found = set()
    for text in prefixes:
        network = ipaddress.ip_network(text)
        bits = int(network.network_address) >> (network.max_prefixlen - network.prefixlen)
        found |= {1 << depth | bits >> (network.prefixlen - depth) for depth in range(network.prefixlen)}
    return frozenset(found)


class _Tree:
    """Turns bits of octets, each as a keyed function of those before it; none where `kept` says so."""

    def __init__(self, coins: Callable[[bytes], bytes], kept: Callable[[int, int], bool]) -> None:
        self._coins = lru_cache(CACHED)(lambda octets: int.from_bytes(coins(octets), "big"))
        self._kept = kept

    def turned(self, octets: bytes) -> bytes:
        out = bytearray()
        place, kept = 1, self._kept
        for at, octet in enumerate(octets):
            coins = self._coins(octets[:at])
            node, new = 1, 0
            for depth in range(8):
                bit = octet >> (7 - depth) & 1
                turn = coins >> node & 1 and not kept(place, 8 * at + depth)
                new = new << 1 | bit ^ turn
                node, place = node << 1 | bit, place << 1 | bit
            out.append(new)
        return bytes(out)


class Pseudonyms:
    """What stands for what, under one key. Nothing here is stored: the key alone makes it."""

    def __init__(self, key: bytes) -> None:
        self._key = hashlib.blake2b(key, digest_size=KEY_OCTETS, person=b"pmiptool").digest()
        self._sub = lru_cache(4096)(self._subkey)
        nodes6, nodes4 = _nodes(_KEPT6), _nodes(_KEPT4)
        self._upper = _Tree(self._coins(b"prefix"), lambda place, depth: place in nodes6)
        self._lower = _Tree(self._coins(b"interface"), _interface_kept)
        self._groups = _Tree(self._coins(b"group"), lambda place, depth: depth < 16)
        self._ipv4 = _Tree(self._coins(b"ipv4"), lambda place, depth: place in nodes4)
        self._prefix64 = lru_cache(CACHED)(self._upper.turned)
        self.interface = lru_cache(CACHED)(self._lower.turned)
        """An interface identifier of 8 octets; one made of a MAC (RFC 4291 A) becomes that of the MAC's pseudonym."""
        self.address = lru_cache(CACHED)(self._address)
        self.name = lru_cache(CACHED)(self._name)
        self.nai = lru_cache(CACHED)(self._nai)

    def _coins(self, what: bytes) -> Callable[[bytes], bytes]:
        key = self._sub(what)
        return lambda octets: hashlib.blake2b(octets, key=key, digest_size=32).digest()

    def _subkey(self, what: bytes) -> bytes:
        return hashlib.blake2b(what, key=self._key, digest_size=32).digest()

    # Addresses

    def _address(self, octets: bytes) -> bytes:
        """An address of 4 or 16 octets; those of groups that IANA assigned, and of no node, stay."""
        if len(octets) == 4:
            return octets if octets[0] == 127 or octets[:3] == b"\xe0\0\0" else self._ipv4.turned(octets)
        if octets[0] == 0xFF:
            return self._group(octets)
        if octets[:12] in _EMBEDDED:
            return octets[:12] + self.address(octets[12:])
        return self._prefix64(octets[:8]) + self.interface(octets[8:])

    def _group(self, octets: bytes) -> bytes:
        if octets[:13] == _SOLICITED:
            return octets[:13] + self.number(b"solicited", int.from_bytes(octets[13:], "big"), 1 << 24).to_bytes(
                3, "big"
            )
        assigned = octets[1] & 0xF0 == 0 and not any(octets[2:12])
        return octets if assigned else self._groups.turned(octets)

    def prefix(self, octets: bytes, length: int) -> bytes:
        """A prefix of some bits in 4 or 16 octets: zeros behind them stay zeros."""
        host = 8 * len(octets) - length
        if host <= 0 or int.from_bytes(octets, "big") & ((1 << host) - 1):
            return self.address(octets)
        if length == 0:
            return octets
        return (int.from_bytes(self.address(octets), "big") >> host << host).to_bytes(len(octets), "big")

    def span(self, first: bytes, last: bytes) -> tuple[bytes, bytes]:
        """The ends of a range. A whole prefix stays one; of other ranges the order of the ends stays."""
        one, other = int.from_bytes(first, "big"), int.from_bytes(last, "big")
        host = (one ^ other).bit_length()
        size, ones = len(first), (1 << host) - 1
        if len(last) == size and not one & ones and other & ones == ones:
            begin = int.from_bytes(self.address(first), "big") >> host << host
            return begin.to_bytes(size, "big"), (begin | ones).to_bytes(size, "big")
        ends = self.address(first), self.address(last)
        return ends if (first <= last) == (ends[0] <= ends[1]) else (ends[1], ends[0])

    def mac(self, octets: bytes) -> bytes:
        """A link-layer address: EUI-48 or EUI-64, else of any form. The bits for groups and local use stay."""
        if not any(octets) or octets.count(0xFF) == len(octets) or octets[:3] == b"\x01\x80\xc2":
            return octets
        if len(octets) == 6:
            there = self.interface(bytes((octets[0] ^ 2,)) + octets[1:3] + b"\xff\xfe" + octets[3:])
            return bytes((there[0] ^ 2,)) + there[1:3] + there[5:]
        if len(octets) == 8:
            there = self.interface(bytes((octets[0] ^ 2,)) + octets[1:])
            return bytes((there[0] ^ 2,)) + there[1:]
        return self.octets(octets)

    # Names

    def _name(self, octets: bytes) -> bytes:
        """Text: digits become digits, letters letters of their case, and what is neither stays. No UTF-8 stays none."""
        return self._text(b"name", octets.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")

    def _text(self, what: bytes, text: str) -> str:
        form: list[tuple[int, int] | str] = []
        number, size = 0, 1
        for character in text:
            code = ord(character)
            low, high = next(((low, high) for low, high in _RANGES if low <= code <= high), (0, -1))
            if high < low or code in _NO_UTF8:
                form.append("\udcff" if code in _NO_UTF8 else character)
                continue
            form.append((low, high - low + 1))
            number, size = number * (high - low + 1) + code - low, size * (high - low + 1)
        number = self.number(what, number, size)
        out = []
        for one in reversed(form):
            if isinstance(one, str):
                out.append(one)
            else:
                number, code = divmod(number, one[1])
                out.append(chr(one[0] + code))
        return "".join(reversed(out))

    def _nai(self, octets: bytes) -> bytes:
        """A network access identifier (RFC 7542): the user and each label of the realm for itself, IMSIs in it too.

        Without a user that is the name of a service or a host, label by label.
        """
        text = octets.decode("utf-8", "surrogateescape")
        user, at, realm = text.rpartition("@")
        if not at:
            user, realm = ("", realm) if "." in realm else (realm, "")
        *realms, last = user.split("!")  # those to pass through stand before the user (RFC 7542 3.3.1)
        user = "!".join([*map(self.domain, realms), self._user(last)])
        return (user + at + self.domain(realm)).encode("utf-8", "surrogateescape")

    def _user(self, text: str) -> str:
        if re.fullmatch(r"[0-9]{14,15}", text):
            return self.imsi(text)
        if re.fullmatch(r"[0-9]{16}", text):  # what it is for stands before an IMSI (3GPP TS 23.003 19.3)
            return text[0] + self.imsi(text[1:])
        return self._text(b"user", text)

    def domain(self, text: str) -> str:
        """A domain name, label by label; of an operator's (3GPP TS 23.003) the words that all have stay."""
        labels = text.split(".")
        if not _OPERATORS.match(text):
            return ".".join([self._text(b"label", label) for label in labels])
        codes = dict(re.findall(r"(?i)(?:^|\.)(mnc|mcc)([0-9]{3})(?=\.|$)", text.replace(".", "..")))
        country, network = codes.get("mcc", ""), codes.get("mnc", "")
        out = []
        for label in labels:
            kind, digits = label[:3].lower(), label[3:]
            if kind == "mcc" and digits == country:
                out.append(label[:3] + self.imsi(country))
            elif kind == "mnc" and digits == network:
                short = network[0] == "0"
                there = self.imsi(country + network[short:])[len(country) :]
                out.append(label[:3] + "0" * short + there)
            else:
                out.append(label if label.lower() in _OF_OPERATORS else self._text(b"label", label))
        return ".".join(out)

    def imsi(self, digits: str) -> str:
        """The digits of an IMSI: those of one country or network have another in common (ITU-T E.212)."""
        out, before = "", b"imsi"
        for begin, end in ((0, 3), (3, 5), (5, 6), (6, len(digits))):
            part = digits[begin:end]
            if not part:
                break
            low, high = (200, 799) if begin == 0 and "200" <= part <= "799" else (0, 10 ** len(part) - 1)
            out += f"{low + self.number(before, int(part) - low, high - low + 1):0{len(part)}}"
            before += part.encode()
        return out

    # Numbers

    def octets(self, octets: bytes, way: int = 0) -> bytes:
        """As many other octets; zeros stay zeros. `way`: one of several."""
        number = int.from_bytes(octets, "big")
        if not number:
            return octets
        size = (1 << 8 * len(octets)) - 1
        return (self.number(b"octets%d" % way, number - 1, size) + 1).to_bytes(len(octets), "big")

    def number(self, what: bytes, number: int, size: int) -> int:
        """Another number below `size`: a Feistel network of two halves, walked on until it is one."""
        if size < 2:
            return number
        bits = max(2, (size - 1).bit_length())
        right = bits // 2
        left = bits - right
        key = self._sub(what)
        head = bits.to_bytes(4, "big")
        while True:
            high, low = number >> right, number & (1 << right) - 1
            for turn in range(_ROUNDS):
                mark = bytes((turn,)) + head
                if turn & 1:
                    low ^= _scattered(key, mark + high.to_bytes(left // 8 + 1, "big"), right)
                else:
                    high ^= _scattered(key, mark + low.to_bytes(right // 8 + 1, "big"), left)
            number = high << right | low
            if number < size:
                return number


def _scattered(key: bytes, octets: bytes, bits: int) -> int:
    """So many bits that the key and the octets make."""
    size = (bits + 7) // 8
    if size <= 64:
        made = hashlib.blake2b(octets, key=key, digest_size=size).digest()
    else:
        made = hashlib.shake_256(key + octets).digest(size)
    return int.from_bytes(made, "big") >> 8 * size - bits


def _interface_kept(place: int, depth: int) -> bool:
    """Bits of an interface identifier that stay.

    Zeros at the front, so that small numbers stay small; the bits for groups and local use (RFC 4291 A); and what says
    that a MAC is in it.
    """
    if place == 1 << depth or depth in (6, 7):
        return True
    if not 24 <= depth < 40:
        return False
    so_far = depth - 24
    return place & (1 << so_far) - 1 == _EUI64 >> 16 - so_far
