"""Mobility options and their sub-options as Scapy packets, made from the registry.

Every option is cut to its own length before it is looked into. What its format leaves over stands in `trailing`; an
option whose octets do not fit its format at all, or that runs past the end, is a `MIP6OptUnknown`. So nothing shifts,
and what came from the wire is built again octet for octet (RFC 6275 6.2.1).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scapy.config import conf
from scapy.fields import ByteField, PacketListField
from scapy.layers import inet6
from scapy.packet import Packet

from pmiptool.layers.fields import EnumeratedByteField, OctetsField, field_name
from pmiptool.layers.records import end_of, is_sequence
from pmiptool.layers.state import settings
from pmiptool.registry import catalogue, model

PADS = (b"", b"\0", *(bytes((1, n - 2)) + bytes(n - 2) for n in range(2, 9)))
"""The one Pad1 or PadN that fills a gap of so many octets (RFC 6275 6.2.2, 6.2.3)."""

by_number: dict[int, type[Packet]] = {}
"""Options by their number under the settings in force."""
sub_by_number: dict[str, dict[tuple[int, int | None], type[Packet]]] = {}
"""Sub-options of each space by number and, where several formats share one, by their first octet."""
chosen_at: dict[tuple[str | None, int], int] = {}
"""Which octet of a sub-option chooses among those that share its number, where it is not the first."""
other_forms: dict[tuple[str | None, int], dict[tuple[int | None, int], type[Packet]]] = {}
"""Sub-options in other fields, where texts contradict: by space and number, then by which octet has which value."""


class TypeNames:
    """Looks like an enumeration of the registry: options by number under the settings in force."""

    def __init__(self, space: model.SubOptionSpace | None = None) -> None:
        self.space = space

    def names(self, points) -> dict[int, str]:
        found = catalogue.options(points) if self.space is None else catalogue.suboptions(self.space, points)
        return {number: entry.name for number, entry in found}


class _Quiet(Packet):
    """What our packets share: other names for fields, and no cache of octets that an edit could leave behind."""

    match_subclass = True
    __slots__ = []

    def _resolve_alias(self, attr):
        return self.deprecated_fields[attr][0]

    def do_dissect(self, s):
        left = Packet.do_dissect(self, s)
        self.raw_packet_cache = None
        self.raw_packet_cache_fields = None
        return left

    def _named(self, cls):
        """A class that the name of one of our bases means, so that `pkt["MIP6MH_BU"]` finds a PBU."""
        if isinstance(cls, str):
            first, dot, rest = cls.partition(".")
            for base in type(self).__mro__:
                if base is Packet:
                    break
                if base.__name__ == first:
                    return type(self).__name__ + dot + rest
        return cls

    def haslayer(self, cls, _subclass=None):
        return Packet.haslayer(self, self._named(cls), _subclass)

    def getlayer(self, cls, nb=1, _track=None, _subclass=None, **flt):
        return Packet.getlayer(self, self._named(cls), nb, _track, _subclass, **flt)


class _TLV(_Quiet):
    """An option or sub-option: type, length, fields, and what is left over."""

    _header = 0
    _units = False
    _words = False
    _minimum = 0
    _flagged = None
    _rest = None

    @classmethod
    def fits(cls, octets: bytes) -> bool:
        """Whether the octets behind type and length hold at least what the format asks for."""
        if cls._entry is not None and is_sequence(cls._entry):
            return end_of(cls._entry, octets) is not None
        if len(octets) < cls._minimum:
            return False
        if cls._flagged is not None:
            at = cls._minimum - 4
            word = int.from_bytes(octets[at : at + 4], "big")
            need = sum(part.bits // 8 for part in cls._flagged.parts if word & (1 << (31 - part.flag)))
            return len(octets) >= cls._minimum + need
        return not isinstance(cls._rest, model.AddressRest) or len(octets) >= cls._minimum + min(cls._rest.sizes)

    def _size(self, s: bytes) -> int:
        """The octets that type and length say are ours."""
        if len(s) < 2:
            return len(s)
        if self._in_units():
            return 8 * s[1]
        if self._words:
            return 4 + 4 * s[1]
        return 2 + s[1] - self._header

    def _in_units(self) -> bool:
        return _counts_units(type(self))

    def _filled(self) -> bool:
        """Whether zero octets may fill the tail."""
        return self._in_units()

    def do_dissect(self, s):
        size = self._size(s)
        _Quiet.do_dissect(self, s[:size])
        word = self.fields.pop("flags", None) if self._flagged is not None else None
        if word is not None:
            self.fields[self._flagged.name] = word & self._flagged.reserved_mask
        return s[size:]

    def post_build(self, p, pay):
        if self.getfieldval("olen") is None and len(p) >= 2:
            if self._in_units():
                p += bytes(-len(p) % 8)
                length = len(p) // 8
            elif self._words:
                length = len(p) // 4 - 1
            else:
                length = len(p) - 2 + self._header
            if length > 255:
                raise ValueError(f"{self.name} has {len(p)} octets, more than its length octet can say")
            p = p[:1] + bytes((length,)) + p[2:]
        return p + pay

    def extract_padding(self, s):
        return b"", s

    def mysummary(self):
        return type(self).__name__


class _MobilityOption(_TLV, inet6._MIP6OptAlign):
    """Base of all mobility options."""

    _align = None
    _align_filled = None

    def alignment_delta(self, curpos):
        """The octets of padding that the option needs before it at `curpos` of the Mobility Header."""
        align = self._align
        if self._align_filled is not None and self.getfieldval(field_name(self._rest.name)):
            align = self._align_filled
        return (align[1] - curpos) % align[0] if align else 0


class TLVListField(PacketListField):
    """A list of options or sub-options that is cut by their own types and lengths."""

    __slots__ = ["space"]

    def __init__(self, name, space=None):
        self.space = space
        PacketListField.__init__(self, name, [], MIP6OptUnknown if space is None else MIP6SubUnknown)

    def any2i(self, pkt, x):
        return PacketListField.any2i(self, pkt, list(x) if isinstance(x, tuple) else x)

    def i2m(self, pkt, x):
        return x if isinstance(x, bytes) else bytes(x)

    def getfield(self, pkt, s):
        if self.space is not None and pkt._filled():
            return self._without_tail(pkt, s)
        return b"", cut(s, pkt, self.space)

    def _without_tail(self, pkt, s):
        """Zero octets fill the tail of an option that counts units of 8 octets.

        At most 7 of them, and as many as leave the sub-options whole.
        """
        best = (2, 0)
        for filled in range(min(7, len(s)), -1, -1):
            stop = len(s) - filled
            if not any(s[stop:]):
                broken = sum(not whole for *_, whole in slices(s[:stop], self.space))
                best = min(best, (broken, stop), key=lambda pair: pair[0])
        stop = best[1]
        return s[stop:], cut(s[:stop], pkt, self.space)


class OptionsField(TLVListField):
    """The options of a message, which are aligned when `autopad` is on."""

    __slots__ = []

    def addfield(self, pkt, s, val):
        if pkt.getfieldval("autopad") == 0:
            return TLVListField.addfield(self, pkt, s, val)
        for option in val:
            delta = getattr(option, "alignment_delta", None)
            s += PADS[delta(len(s))] if delta else b""
            s += self.i2m(pkt, option)
        return s + PADS[-len(s) % 8]


def slices(
    octets: bytes, space: str | None, chosen: Mapping[int, Any] | None = None, more: int = 0
) -> Iterator[tuple[int, int, type[Packet] | None, bool]]:
    """Where each option or sub-option begins and ends, the class of its number, and whether it ends where it says.

    chosen: other readings of options, by offset. more: how many octets more than its length says stand behind a PadN.
    """
    at, end = 0, len(octets)
    known = sub_by_number.get(space, {})
    header = 2 if space is not None and catalogue.SPACES[space].counts_header else 0
    while at < end:
        kind = octets[at]
        cls = by_number.get(kind) if space is None else known.get((kind, None))
        if kind == 0 and cls is not None:
            yield at, at + 1, cls, True
            at += 1
            continue
        if at + 2 > end:
            yield at, end, None, False
            return
        stop = at + 2 + octets[at + 1] - header
        if _counts_units(cls):
            stop = at + 8 * octets[at + 1]
        elif getattr(cls, "_words", False):
            stop = at + 4 + 4 * octets[at + 1]
        if chosen and at in chosen:
            cls, (unit, besides) = chosen[at].cls, chosen[at].span
            stop = at + 2 + unit * octets[at + 1] + besides
        elif more and kind == 1:
            stop += more
        whole = at + 2 <= stop <= end
        if not whole:
            stop = end
        chooser = at + 2 + chosen_at.get((space, kind), 0)
        if cls is None and chooser < stop:
            cls = known.get((kind, octets[chooser]))
        yield at, stop, cls, whole
        at = stop


def cut(octets: bytes, parent: Packet, space: str | None) -> list[Packet]:
    """The options, or the sub-options of a space, one for each slice; a type without a length is a Raw."""
    from pmiptool.layers import other_readings

    found = cut_as(octets, parent, space)
    if space is not None:
        return other_readings.of_suboptions(octets, parent, space, found)
    return other_readings.of_options(octets, parent, found)


def cut_as(
    octets: bytes, parent: Packet, space: str | None, chosen: Mapping[int, Any] | None = None, more: int = 0
) -> list[Packet]:
    """The same by the readings taken, but for those that are chosen otherwise."""
    found = []
    for start, stop, cls, whole in slices(octets, space, chosen, more):
        one = octets[start:stop]
        lone = len(one) == 1 and not whole
        found.append(conf.raw_layer(one) if lone else _dissect(cls, one, whole, parent, space))
    return found


def _counts_units(cls) -> bool:
    return getattr(cls, "_units", False) and settings().fid_length_unit == "units-of-8"


def _dissect(cls, octets, whole, parent, space):
    """One option of exactly these octets; a class that cannot take them gives way to the unknown one."""
    unknown = MIP6OptUnknown if space is None else UNKNOWN_SUBOPTION[space]
    if cls is None:
        return _in_other_form(octets, whole, parent, space) or unknown(octets, _parent=parent)
    if issubclass(cls, _TLV):
        takes = cls._entry.pad or (whole and cls.fits(octets[2:]))
        packet = (cls if takes else unknown)(octets, _parent=parent)
        if space is not None and (not takes or packet.fields.get("trailing")):
            return _in_other_form(octets, whole, parent, space) or packet
        return packet
    try:  # one of Scapy's own that the registry does not have
        option = cls(octets, _parent=parent)
        if whole and bytes(option) == octets:
            return option
    except Exception:
        pass
    return unknown(octets, _parent=parent)


def _in_other_form(octets, whole, parent, space):
    """A sub-option in other fields, where its octets fit those alone."""
    for (when, when_at), cls in other_forms.get((space, octets[0]), {}).items():
        tells = when is None or octets[2 + when_at : 3 + when_at] == bytes((when,))
        if whole and tells and cls.fits(octets[2:]):
            packet = cls(octets, _parent=parent)
            if not packet.fields.get("trailing"):
                return packet
    return None


class MIP6OptUnknown(_MobilityOption, inet6.MIP6OptUnknown):
    """An option of unknown number, or one that does not fit its format: type, length and octets."""

    name = "Mobility Option - unknown"
    _entry = None
    fields_desc = [
        EnumeratedByteField("otype", 255, TypeNames()),
        ByteField("olen", None),
        OctetsField("odata", b""),
    ]
    deprecated_fields = {"type": ("otype", ""), "length": ("olen", ""), "data": ("odata", "")}

    def _size(self, s):
        return max(len(s), 2)


class MIP6SubUnknown(_TLV):
    """A sub-option of unknown number or format, or one that does not fit its format."""

    name = "Sub-option - unknown"
    _entry = None
    _header = 2
    fields_desc = [ByteField("otype", 255), ByteField("olen", None), OctetsField("odata", b"")]
    deprecated_fields = MIP6OptUnknown.deprecated_fields

    def _size(self, s):
        return max(len(s), 2)


class MIP6SubUnknown6089(MIP6SubUnknown):
    """The same in a space whose lengths do not count type and length."""

    name = "Sub-option - unknown (RFC 6089)"
    _header = 0


UNKNOWN_SUBOPTION = {
    key: MIP6SubUnknown if space.counts_header else MIP6SubUnknown6089 for key, space in catalogue.SPACES.items()
}
