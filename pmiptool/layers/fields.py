"""The Scapy fields that the kinds of field of the registry become.

A value may be wrong on purpose: numbers take what fits their bits, octets any length, and `RawVal` puts any octets
anywhere. What is None is worked out when the packet is built.
"""

from __future__ import annotations

import random
import struct
from datetime import datetime, timezone

from scapy.fields import (
    BitEnumField,
    BitField,
    ByteEnumField,
    ByteField,
    ConditionalField,
    Field,
    FieldLenField,
    FieldListField,
    FlagsField,
    FlagValue,
    IntField,
    LongField,
    ShortField,
    StrField,
    StrFixedLenField,
    StrLenField,
)
from scapy.volatile import RandBin, RandField, RandLong, RandNum

from pmiptool.layers.addresses import Address4Field, AddressesField, AddressField, OpenAddressField, PrefixField
from pmiptool.layers.flagged import FlagWordField, NoRoomField, PartField, ReservedFlagsField
from pmiptool.layers.state import settings
from pmiptool.registry import model


def names_of(enum: model.Enumeration):
    """The two functions of Scapy's enumerated fields: number to name (None: unknown), and name to number."""

    def name(value):
        return enum.names(settings()).get(value)

    def number(text):
        known = enum.names(settings())
        for value, label in known.items():
            if label.lower() == str(text).lower():
                return value
        raise ValueError(f"{text!r} is none of {', '.join(known.values())}")

    return name, number


class NumberField(BitField):
    """An unsigned integer of any number of bits."""


class EnumeratedField(BitEnumField):
    """An open enumeration of any number of bits: takes and shows names, and any number."""

    def __init__(self, name, default, bits, enum):
        BitEnumField.__init__(self, name, default, bits, names_of(enum))


class EnumeratedByteField(ByteEnumField):
    def __init__(self, name, default, enum):
        ByteEnumField.__init__(self, name, default, names_of(enum))


class LifetimeField(ShortField):
    """16 bits that count units of some seconds; shown with the seconds."""

    __slots__ = ["unit", "infinite"]

    def __init__(self, name, default, unit, infinite=None):
        self.unit = unit
        self.infinite = infinite
        ShortField.__init__(self, name, default)

    def i2repr(self, pkt, x):
        if not isinstance(x, int):
            return repr(x)
        return f"{x} (for ever)" if x == self.infinite else f"{x} ({x * self.unit} s)"


class LetterValue(FlagValue):
    """Flags that read in the order of the wire: `AP`."""

    def __str__(self):
        return FlagValue.__str__(self)[::-1]


class LettersField(FlagsField):
    """Single-bit flags by letter; a bit without a letter has its number from the low end (`0` to `9`, `a` to `f`).

    A letter that a bit has in some messages only (O) is taken too.
    """

    __slots__ = ["also"]

    def __init__(self, name, default, bits, flags):
        letters = list("0123456789abcdef"[:bits])
        for flag in flags:
            letters[flag.mask.bit_length() - 1] = flag.letter
        self.also = {flag.also.letter: flag.letter for flag in flags if flag.also}
        FlagsField.__init__(self, name, default, bits, "".join(letters))

    def any2i(self, pkt, x):
        if isinstance(x, str):
            x = "".join(self.also.get(letter, letter) for letter in x)
        return FlagsField.any2i(self, pkt, x)

    def _fixup_val(self, x):
        value = FlagsField._fixup_val(self, x)
        return LetterValue(value.value, value.names) if type(value) is FlagValue else value


class SignedField(Field):
    """A number of whole octets in two's complement; one with a fraction shows its degrees."""

    __slots__ = ["field"]

    def __init__(self, field):
        self.field = field
        Field.__init__(self, field_name(field.name), field.default, f"{field.bits // 8}s")

    def addfield(self, pkt, s, val):
        return s + int(val or 0).to_bytes(self.sz, "big", signed=True)

    def getfield(self, pkt, s):
        return s[self.sz :], int.from_bytes(s[: self.sz], "big", signed=True)

    def i2repr(self, pkt, x):
        if self.field.fraction and isinstance(x, int):
            return f"{x} ({x / (1 << self.field.fraction)} degrees)"
        return repr(x)

    def randval(self):
        return RandNum(self.field.lowest, self.field.highest)


class TimeField(LongField):
    """64 bits: 48 of seconds since 1970, 16 of 1/65536 s. Takes the 64 bits, seconds as a float, or a datetime."""

    def any2i(self, pkt, x):
        if isinstance(x, datetime):
            x = x.timestamp()
        return int(x * 65536) if isinstance(x, float) else x

    def i2repr(self, pkt, x):
        if not isinstance(x, int):
            return repr(x)
        try:
            when = datetime.fromtimestamp(x >> 16, timezone.utc)
        except (ValueError, OverflowError, OSError):
            return f"{x:#018x}"
        return f"{when:%Y-%m-%dT%H:%M:%S}.{(x & 0xFFFF) * 1000000 >> 16:06d}Z ({x:#018x})"

    def randval(self):
        return RandLong()


class OctetsField(StrField):
    """What is left, as octets; text is taken as UTF-8."""

    def i2repr(self, pkt, x):
        if isinstance(x, bytes) and x and not (x.isascii() and x.decode().isprintable()):
            return x.hex()
        return StrField.i2repr(self, pkt, x)

    def randval(self):
        return RandBin(RandNum(0, 32))


class FixedOctetsField(StrFixedLenField):
    """A number of octets: cookies, tokens."""

    def i2repr(self, pkt, x):
        return x.hex() if isinstance(x, bytes) else repr(x)


class CountField(FieldLenField):
    """Counts the members of a later field, or its octets in units; None: as many as there are."""

    __slots__ = ["unit"]

    def __init__(self, field):
        self.unit = field.unit
        FieldLenField.__init__(
            self, field_name(field.name), None, count_of=field_name(field.of), fmt=_FORMATS[field.bits]
        )

    def i2m(self, pkt, x):
        return -(-len(pkt.getfieldval(self.count_of) or ()) // self.unit) if x is None else x


class SizedField(StrLenField):
    """As many octets as the field `count` says in its units."""

    def __init__(self, field, unit):
        count = field_name(field.count)
        StrLenField.__init__(self, field_name(field.name), b"", length_from=lambda pkt: unit * pkt.getfieldval(count))

    i2repr = OctetsField.i2repr

    def randval(self):
        return RandBin(RandNum(0, 32))


class RandNumbers(RandField):
    def _fix(self):
        return [random.randrange(1 << 16) for _ in range(random.randrange(8))]


class NumbersField(FieldListField):
    """What is left is a list of unsigned integers, at most `maximum` of them (None: any number)."""

    __slots__ = ["maximum"]

    def __init__(self, name, default, bits, maximum=None):
        self.maximum = maximum
        inner = {8: ByteField, 16: ShortField, 32: IntField}[bits]
        FieldListField.__init__(self, name, default, inner("", 0))

    def any2i(self, pkt, x):
        return FieldListField.any2i(self, pkt, list(x) if isinstance(x, (tuple, range)) else x)

    def getfield(self, pkt, s):
        code, octets = self.field.fmt[-1], self.field.sz
        count = len(s) // octets
        if self.maximum is not None:
            count = min(count, self.maximum)
        return s[count * octets :], list(struct.unpack_from(f"!{count}{code}", s))

    def randval(self):
        return RandNumbers()


class AutopadField(NoRoomField):
    """None: options are aligned with Pad1 and PadN when the message is built; 0: they stand as they are."""

    def __init__(self):
        IntField.__init__(self, "autopad", None)

    def getfield(self, pkt, s):
        return s, 0

    def i2repr(self, pkt, x):
        return "On" if x is None or x else "Off"


class TrailingField(ConditionalField):
    """Octets that the format of an option leaves over; shown only where there are some."""

    def __init__(self):
        ConditionalField.__init__(self, OctetsField("trailing", b""), lambda pkt: bool(pkt.fields.get("trailing")))

    def getfield(self, pkt, s):
        return b"", s or None

    def randval(self):
        return None


_FORMATS = {8: "B", 16: "H", 32: "I"}


def scapy_fields(field: model.Field, unit: int = 1) -> list:
    """The Scapy fields of one field of the registry; sub-options and records are made elsewhere.

    unit: what the count of a `Sized` field counts.
    """
    name = field_name(field.name)
    if isinstance(field, model.UInt) and field.signed:
        return [SignedField(field)]
    if isinstance(field, model.UInt):
        if field.unit and field.bits == 16:
            return [LifetimeField(name, field.default, field.unit, field.infinite)]
        if field.enum is not None:
            if field.bits == 8:
                return [EnumeratedByteField(name, field.default, field.enum)]
            return [EnumeratedField(name, field.default, field.bits, field.enum)]
        plain = {8: ByteField, 16: ShortField, 32: IntField, 64: LongField}.get(field.bits)
        return [plain(name, field.default) if plain else NumberField(name, field.default, field.bits)]
    if isinstance(field, model.Flags):
        return [LettersField(name, 0, field.bits, field.flags)]
    if isinstance(field, model.Address):
        return [AddressField(name, "::") if field.size == 16 else Address4Field(name, "0.0.0.0")]
    if isinstance(field, model.Octets):
        return [FixedOctetsField(name, bytes(field.size), field.size)]
    if isinstance(field, model.Count):
        return [CountField(field)]
    if isinstance(field, model.Sized):
        return [SizedField(field, unit)]
    if isinstance(field, model.Addresses):
        return [AddressesField(name, field_name(field.count), field.size)]
    if isinstance(field, model.AddressRest):
        return [OpenAddressField(name, b"", field.sizes)]
    if isinstance(field, model.Prefix):
        return [PrefixField(name, "::/0")]
    if isinstance(field, model.Time48):
        return [TimeField(name, 0)]
    if isinstance(field, model.Rest):
        return [OctetsField(name, bytes(field.usual))]
    if isinstance(field, model.Numbers):
        return [NumbersField(name, [], field.bits, field.maximum)]
    if isinstance(field, model.Flagged):
        return [ReservedFlagsField(name, 0), FlagWordField(field), *(PartField(part) for part in field.parts)]
    raise TypeError(f"no Scapy field for {field}")


_TAKEN = frozenset({"time", "name", "fields", "payload", "parent", "original", "direction", "options", "underlayer"})


def field_name(name: str) -> str:
    """A name that Scapy's packets need for themselves gets an underscore."""
    return name + "_" if name in _TAKEN else name
