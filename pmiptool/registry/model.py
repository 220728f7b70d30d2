"""The kinds of entry: messages, options, sub-options, their fields, enumerations and flags.

An entry reads like the RFC's figure, top to bottom. Lengths and offsets are in octets unless a field says bits.
A number that no registry has assigned is a `CodePoint`: a setting of `codepoints.CodePoints`, looked up by its key.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pmiptool.registry.codepoints import CodePoints
    from pmiptool.registry.contradictions import Contradiction
    from pmiptool.registry.rule import Rule

DOCUMENT_TITLES = {
    "muho": "draft-melia-netext-muho-solution-00",
    "mext": "draft-ietf-mext-flow-binding-02",
}


@dataclass(frozen=True)
class Clause:
    """Where a text says it: `Clause("RFC 5213", "8.3")`."""

    document: str
    section: str

    @property
    def key(self) -> str:
        """The clause as the first two parts of a rule's id: `rfc5213/8.3`."""
        return f"{self.document.replace(' ', '').lower()}/{self.section}"

    def __str__(self) -> str:
        return f"{DOCUMENT_TITLES.get(self.document, self.document)} {self.section}"


def clause(text: str) -> Clause:
    """`clause("RFC 5213 8.3")`: the last word is the section, the rest the document."""
    document, _, section = text.rpartition(" ")
    return Clause(document, section)


@dataclass(frozen=True)
class CodePoint:
    """A number that the texts leave open: the name of a setting in `CodePoints`."""

    key: str

    def number(self, settings: CodePoints) -> int | None:
        value = getattr(settings, self.key)
        return None if value is None else int(value)


Number = int | CodePoint


def resolve(number: Number, settings: CodePoints) -> int | None:
    """The number itself; None for a code point that is not set."""
    return number.number(settings) if isinstance(number, CodePoint) else number


@dataclass(frozen=True)
class Member:
    """One value of an enumeration; `name` is what people type and read."""

    value: Number
    name: str
    title: str
    document: str = ""


class Enumeration:
    """An open enumeration: an unknown value prints as `STATUS_183` and never raises."""

    def __init__(self, key: str, title: str, *members: Member) -> None:
        self.key = key
        self.title = title
        self.members = members
        self._names: dict[CodePoints, Mapping[int, str]] = {}

    def __repr__(self) -> str:
        return f"Enumeration({self.key!r})"

    def numbered(self, settings: CodePoints) -> Iterator[tuple[int, Member]]:
        """Members with their numbers; where a setting takes a registered number, the setting wins."""
        taken = {
            n for m in self.members if isinstance(m.value, CodePoint) and (n := resolve(m.value, settings)) is not None
        }
        for member in self.members:
            number = resolve(member.value, settings)
            if number is not None and (isinstance(member.value, CodePoint) or number not in taken):
                yield number, member

    def names(self, settings: CodePoints) -> Mapping[int, str]:
        """Number to name under these settings."""
        found = self._names.get(settings)
        if found is None:
            found = self._names[settings] = {number: member.name for number, member in self.numbered(settings)}
        return found

    def name(self, value: int, settings: CodePoints) -> str:
        return self.names(settings).get(value) or f"{self.key.upper().replace('-', '_')}_{value}"


@dataclass(frozen=True)
class Flag:
    """One bit of a flags field: its letter and its mask within that field.

    also: what the bit means instead in a message that is no proxy form and has the option `beside`, which the other
    flag names.
    """

    letter: str
    mask: int
    title: str
    document: str
    also: Flag | None = None
    beside: str = ""


@dataclass(frozen=True)
class Field:
    """What all kinds of field share. `name` is the RFC's own in snake_case."""

    name: str
    title: str = ""


@dataclass(frozen=True)
class UInt(Field):
    """An integer of `bits` bits, most significant first; `signed`: two's complement.

    unit: what one counts, in seconds, where it is a time. infinite: the value that means for ever.
    minimum, maximum: the range that the text allows (None: what fits). reserved: zero when sent, ignored when received.
    fraction: how many of the bits stand behind the point, of a number of degrees.
    """

    bits: int = 8
    enum: Enumeration | None = None
    unit: int | None = None
    infinite: int | None = None
    minimum: int | None = None
    maximum: int | None = None
    reserved: bool = False
    default: int = 0
    signed: bool = False
    fraction: int = 0

    @property
    def lowest(self) -> int:
        return -(1 << (self.bits - 1)) if self.signed else 0

    @property
    def highest(self) -> int:
        return (1 << (self.bits - self.signed)) - 1


@dataclass(frozen=True)
class Flags(Field):
    """A field of single-bit flags; bits without a letter are reserved."""

    bits: int = 16
    flags: tuple[Flag, ...] = ()

    @property
    def known(self) -> int:
        return sum(flag.mask for flag in self.flags)


@dataclass(frozen=True)
class Address(Field):
    """An address of `size` octets: 16 of IPv6, 4 of IPv4."""

    size: int = 16


@dataclass(frozen=True)
class Octets(Field):
    """`size` octets that mean nothing to us: cookies, tokens. form: "hex", or "text" (UTF-8)."""

    size: int = 8
    form: str = "hex"


@dataclass(frozen=True)
class Count(Field):
    """An integer that counts the members of the later field `of`, or its octets; values have the field itself alone.

    unit: how many octets one counts. minimum, maximum: the range that the text allows (None: what fits).
    """

    of: str = ""
    bits: int = 8
    unit: int = 1
    minimum: int | None = None
    maximum: int | None = None

    @property
    def most(self) -> int:
        """How many members, or octets, it can count."""
        return ((1 << self.bits) - 1) * self.unit


@dataclass(frozen=True)
class Addresses(Field):
    """As many addresses of `size` octets as the earlier field `count` says."""

    count: str = ""
    size: int = 16


@dataclass(frozen=True)
class Sized(Field):
    """As many octets as the earlier field `count` says. form: "hex", or "text" (UTF-8)."""

    count: str = ""
    form: str = "hex"


@dataclass(frozen=True)
class AddressRest(Field):
    """What is left is an address: of one of `sizes` octets (0: none, 4: IPv4, 16: IPv6)."""

    sizes: tuple[int, ...] = (0, 4, 16)


@dataclass(frozen=True)
class Prefix(Field):
    """An octet of prefix length, then 16 octets of prefix."""


@dataclass(frozen=True)
class Time48(Field):
    """64 bits: 48 of seconds since 1970-01-01 UTC, 16 of 1/65536 s."""


@dataclass(frozen=True)
class Rest(Field):
    """What is left, as octets: `minimum` to `maximum` of them, `usual` in a fresh value.

    form: one of "hex", "text" (UTF-8), "address", "imsi" (digits), "eui" (hex with colons), "number" and "domain" (a
    name as text, or as the labels of DNS); or the name of an earlier field that chooses among `forms`: values that
    `forms` does not name are hex.
    """

    form: str = "hex"
    forms: tuple[tuple[int, str], ...] = ()
    minimum: int = 0
    maximum: int = 255
    usual: int = 0


@dataclass(frozen=True)
class Numbers(Field):
    """What is left is a list of unsigned integers of `bits` bits each, at most `maximum` of them (None: any number)."""

    bits: int = 16
    maximum: int | None = None


@dataclass(frozen=True)
class Part:
    """One member of a `Flagged` field: there when bit `flag` (0 is the most significant) is set.

    bits: 8, 16, 32 or 128; kind: "uint" or "address". `shift` bits at the low end do not count (DSCP); `mask` says
    which bits do. enum names protocol numbers. start: the member that must be there too (an End needs its Start).
    """

    flag: int
    name: str
    title: str
    bits: int
    kind: str = "uint"
    shift: int = 0
    mask: int | None = None
    start: str | None = None


@dataclass(frozen=True)
class Flagged(Field):
    """32 flag bits, then those members whose flag is set, in the order of the flags (RFC 6088 3).

    In values the members stand as attributes of their own, None where absent; `name` is the word of the
    flag bits that no member uses (reserved).
    """

    parts: tuple[Part, ...] = ()

    @property
    def reserved_mask(self) -> int:
        return 0xFFFFFFFF & ~sum(1 << (31 - part.flag) for part in self.parts)


@dataclass(frozen=True)
class SubOptions(Field):
    """What is left is a list of sub-options of one space."""

    space: str = ""


@dataclass(frozen=True)
class Records(Field):
    """Records with fields of their own, to the end or as many as the earlier field `count` says; `single`: one.

    `of` are the records, by the value that tells which one it is: that of the earlier field `by`, or where `by` is a
    number, of that octet of the first record. With `by` None there is but one. What `of` does not name stays octets.
    """

    of: tuple[tuple[int, Record], ...] = ()
    by: str | int | None = None
    count: str = ""
    single: bool = False

    @property
    def records(self) -> tuple[Record, ...]:
        """Each kind of record once."""
        return tuple({id(record): record for _, record in self.of}.values())

    def chosen(self, value: int | None) -> Record | None:
        """The record that a value of `by` means; None where it means none that we know."""
        if self.by is None:
            return self.of[0][1]
        return next((record for number, record in self.of if number == value), None)


FixedField = (UInt, Flags, Address, Prefix, Time48, Octets, Count)


@dataclass(frozen=True)
class Entry:
    """What messages, options and sub-options share.

    name: short, as in JSON and on the command line. value: the class of its values. note: a remark.
    contradictions: what its texts say in two ways.
    """

    name: str
    title: str
    number: Number | None
    clause: Clause
    fields: tuple[Field, ...]
    value: str
    note: str = ""
    rules: tuple[Rule, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()

    def field(self, name: str) -> Field | None:
        return next((field for field in self.fields if field.name == name), None)


@dataclass(frozen=True)
class Message(Entry):
    """A Mobility Header type. Fields start at octet 6, after the checksum; options follow them.

    A last field of open size takes all that is there, and no options follow.
    proxy: name and title of the same type when the P flag is set (PBU, PBA), with its own clause.
    when: the value of its first field that tells it from others of the same type.
    """

    proxy: tuple[str, str, Clause] | None = None
    when: int | None = None

    @property
    def opaque(self) -> bool:
        return bool(self.fields) and isinstance(self.fields[-1], Rest)


@dataclass(frozen=True)
class Option(Entry):
    """A mobility option. Fields start after type and length.

    align: (x, y) of the alignment requirement xn+y, counted from the start of the Mobility Header; None: none stated.
    align_filled: the requirement instead of it when the last field is not empty.
    carried_in: names of the messages that may carry it (empty: any). at_most: how often in one message, but for
    those of `several_in`. at_most_stated: a text says so; else only what the option means does.
    dialect: of which dialect of the Flow Identification option it is (None: any).
    units: a setting that says whether its length counts units of 8 octets.
    words: its length counts 32-bit words behind the first two octets after it (RFC 7411 5.3).
    pad: Pad1 and PadN are no option of a message but its layout.
    """

    align: tuple[int, int] | None = None
    align_filled: tuple[int, int] | None = None
    carried_in: tuple[str, ...] = ()
    at_most: int | None = None
    at_most_stated: bool = True
    several_in: tuple[str, ...] = ()
    dialect: str | None = None
    units: bool = False
    words: bool = False
    pad: bool = False


@dataclass(frozen=True)
class SubOption(Entry):
    """A sub-option.

    `when` is the value of its octet number `when_at` (0: the first) that tells it from others of the same number.
    at_most: how often in one option. at_most_stated: as for an `Option`.
    """

    when: int | None = None
    when_at: int = 0
    at_most: int | None = None
    at_most_stated: bool = True
    pad: bool = False

    @property
    def chooser(self) -> Field:
        """The field that `when` is about: what stands before it has one octet each."""
        return self.fields[self.when_at]


@dataclass(frozen=True)
class Record(Entry):
    """A structure inside an option that no type and length stand before: a `Records` field says where.

    Its own counts tell where it ends.
    """


@dataclass(frozen=True)
class SubOptionSpace:
    """The sub-options of one option.

    counts_header: their length includes their own two octets of type and length. open: one of unknown number is no
    finding (context requests name options of all documents).
    """

    key: str
    entries: tuple[SubOption, ...]
    clause: Clause
    counts_header: bool = False
    open: bool = False


def u8(name: str, title: str = "", **more: object) -> UInt:
    return UInt(name, title, 8, **more)  # type: ignore[arg-type]


def u16(name: str, title: str = "", **more: object) -> UInt:
    return UInt(name, title, 16, **more)  # type: ignore[arg-type]


def u32(name: str, title: str = "", **more: object) -> UInt:
    return UInt(name, title, 32, **more)  # type: ignore[arg-type]


def bits(count: int, name: str, title: str = "", **more: object) -> UInt:
    return UInt(name, title, count, **more)  # type: ignore[arg-type]


def reserved(count: int, name: str = "reserved") -> UInt:
    """Bits that are zero when sent and ignored when received."""
    return UInt(name, "Reserved", count, reserved=True)
