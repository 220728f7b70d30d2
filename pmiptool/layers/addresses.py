"""Scapy fields of addresses and prefixes. A value is text, or octets."""

from __future__ import annotations

import random
import socket
import struct

from scapy.fields import Field, FieldListField, IP6Field, IPField, StrField
from scapy.volatile import RandBin, RandField, RandIP6, RandNum


def address_text(octets: bytes) -> str:
    """Four octets as IPv4, sixteen as IPv6."""
    return socket.inet_ntop(socket.AF_INET6 if len(octets) == 16 else socket.AF_INET, octets)


def address_octets(text: str) -> bytes:
    return socket.inet_pton(socket.AF_INET6 if ":" in text else socket.AF_INET, text)


class AddressField(IP6Field):
    """An IPv6 address: text, or 16 octets."""

    def h2i(self, pkt, x):
        if isinstance(x, bytes) and len(x) == 16:
            x = address_text(x)
        return IP6Field.h2i(self, pkt, x)


class Address4Field(IPField):
    """An IPv4 address: text, or 4 octets."""

    def h2i(self, pkt, x):
        if isinstance(x, bytes) and len(x) == 4:
            x = address_text(x)
        return IPField.h2i(self, pkt, x)


class OpenAddressField(StrField):
    """What is left is an address of one of several sizes, or nothing: text, octets, or empty."""

    __slots__ = ["sizes"]

    def __init__(self, name, default, sizes):
        self.sizes = sizes
        StrField.__init__(self, name, default)

    def any2i(self, pkt, x):
        if isinstance(x, str) and x:
            return address_octets(x)
        return b"" if x is None or x == "" else x

    def getfield(self, pkt, s):
        size = max((n for n in self.sizes if n <= len(s)), default=0)
        return s[size:], s[:size]

    def i2h(self, pkt, x):
        return address_text(x) if isinstance(x, bytes) and len(x) in (4, 16) else x

    def i2repr(self, pkt, x):
        return "none" if x == b"" else str(self.i2h(pkt, x))

    def randval(self):
        return RandBin(RandNum(0, 16))


class RandPrefix(RandField):
    def _fix(self):
        return f"{RandIP6()._fix()}/{random.randrange(256)}"


class PrefixField(Field):
    """A prefix, length octet first: `2001:db8:a1::/64`; host bits and lengths up to 255 are kept as they are."""

    def __init__(self, name, default):
        Field.__init__(self, name, default, "17s")

    def h2i(self, pkt, x):
        if x is None or isinstance(x, RandField):
            return x
        if hasattr(x, "address"):
            x = (x.address, x.length)
        if isinstance(x, (tuple, list)):
            address, length = x
        elif x == "any":
            address, length = "::", 0
        else:
            address, slash, length = str(x).partition("/")
            length = int(length) if slash else 64
        if isinstance(address, str):
            address = socket.inet_pton(socket.AF_INET6, address)
        return f"{address_text(address)}/{length}"

    def i2m(self, pkt, x):
        address, _, length = (self.h2i(pkt, x) or "::/0").partition("/")
        return struct.pack("!B", int(length)) + socket.inet_pton(socket.AF_INET6, address)

    def m2i(self, pkt, x):
        return f"{address_text(x[1:])}/{x[0]}"

    def i2repr(self, pkt, x):
        return str(x)

    def randval(self):
        return RandPrefix()


class AddressesField(FieldListField):
    """As many addresses as the field `count` says."""

    def __init__(self, name, count, size=16):
        inner = AddressField("", "::") if size == 16 else Address4Field("", "0.0.0.0")
        FieldListField.__init__(self, name, [], inner, count_from=lambda pkt: pkt.getfieldval(count))

    def any2i(self, pkt, x):
        return FieldListField.any2i(self, pkt, list(x) if isinstance(x, tuple) else x)

    def randval(self):
        return []
