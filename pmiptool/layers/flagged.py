"""The Scapy fields of 32 flags and the members that they announce (RFC 6088 3)."""

from __future__ import annotations

import struct

from scapy.fields import ConditionalField, Field, IntField
from scapy.volatile import RandIP6, RandNum

from pmiptool.layers.addresses import address_octets, address_text


class NoRoomField(IntField):
    """A field that takes no room on the wire."""

    def addfield(self, pkt, s, val):
        return s

    def getfield(self, pkt, s):
        return s, self.default


class _PartField(Field):
    """One member that a flag announces; None: not there."""

    __slots__ = ["part"]

    def __init__(self, part):
        self.part = part
        Field.__init__(self, part.name, None, f"{part.bits // 8}s")

    def any2i(self, pkt, x):
        if self.part.kind == "address" and isinstance(x, bytes) and len(x) == self.sz:
            return address_text(x)
        return x

    def addfield(self, pkt, s, val):
        if val is None:
            return s
        if self.part.kind == "address":
            octets = address_octets(val)
            if len(octets) != self.sz:
                raise ValueError(f"{self.name} is {val}; it takes an address of {self.sz} octets")
            return s + octets
        if not 0 <= int(val) < 1 << self.part.bits:
            raise ValueError(f"{self.name} is {val}; it takes a number from 0 to {(1 << self.part.bits) - 1}")
        return s + int(val).to_bytes(self.sz, "big")

    def getfield(self, pkt, s):
        octets = s[: self.sz]
        if len(octets) < self.sz:
            raise struct.error(f"{self.name} needs {self.sz} octets")
        value = address_text(octets) if self.part.kind == "address" else int.from_bytes(octets, "big")
        return s[self.sz :], value

    def i2repr(self, pkt, x):
        if self.part.shift and isinstance(x, int):
            return f"{x} (DSCP {x >> self.part.shift})"
        return str(x)

    def randval(self):
        return RandIP6() if self.part.bits == 128 else RandNum(0, (1 << self.part.bits) - 1)


class PartField(ConditionalField):
    """A member that stands, is shown and is built only where it has a value, or where its flag came from the wire."""

    def __init__(self, part):
        mask = 1 << (31 - part.flag)

        def there(pkt):
            return pkt.fields.get(part.name) is not None or bool((pkt.fields.get("flags") or 0) & mask)

        ConditionalField.__init__(self, _PartField(part), there)


class FlagWordField(IntField):
    """32 flag bits; None: those of the members that are there, and the reserved ones."""

    __slots__ = ["field"]

    def __init__(self, field):
        self.field = field
        IntField.__init__(self, "flags", None)

    def word(self, pkt):
        there = sum(1 << (31 - p.flag) for p in self.field.parts if pkt.getfieldval(p.name) is not None)
        return there | (pkt.getfieldval(self.field.name) or 0)

    def i2m(self, pkt, x):
        return self.word(pkt) if x is None else int(x)

    def i2repr(self, pkt, x):
        return f"{self.i2m(pkt, x):#010x}"


class ReservedFlagsField(NoRoomField):
    """The flag bits that no member uses; they go into the word of flags."""

    def i2repr(self, pkt, x):
        return f"{x or 0:#x}"
