"""Other readings of options, where the texts contradict themselves, in what is dissected: as the codec reads them."""

from __future__ import annotations

from functools import lru_cache

from scapy.config import conf
from scapy.packet import Packet

from pmiptool.layers import options
from pmiptool.layers.fields import field_name
from pmiptool.layers.records import by_entry
from pmiptool.layers.state import settings
from pmiptool.registry import catalogue, model
from pmiptool.registry.contradictions import OtherLength
from pmiptool.registry.other_readings import OCTETS, UNITS, is_doubtful, other_lengths, plausible, readings, span_of

FINE, NOTED, BROKEN = 0, 1, 2
"""What there is to say of an option or sub-option: nothing, that it is unknown or read otherwise, that it is wrong."""


class Other:
    """One other reading of the options of a number."""

    def __init__(self, entry: model.Option, span, last: bool):
        self.entry = entry
        self.span = span
        self.last = last
        self.cls = _sized(by_entry[id(entry)], span)


class _Others:
    """All other readings under the settings in force, by number."""

    def __init__(self, points):
        self.known = dict(catalogue.options(points))
        self.spans = {number: span_of(option, points) for number, option in self.known.items() if not option.pad}
        self.lengths: dict[int, tuple[Other, ...]] = {}
        self.numbers: dict[int, tuple[Other, ...]] = {}
        for number, option, found, span, _ in readings(self.known, points):
            of_length = isinstance(found.how, OtherLength)
            table = self.lengths if of_length else self.numbers
            table[number] = (*table.get(number, ()), Other(option, span, of_length and found.how.last))
        self.ambiguous = {*self.lengths, *self.numbers}


_others = lru_cache(maxsize=16)(_Others)


@lru_cache(maxsize=64)
def _sized(cls: type[Packet], span) -> type[Packet]:
    """The class of an option that takes all octets it is given, whatever its length octet says of them."""
    made = {
        "__module__": cls.__module__,
        "__doc__": cls.__doc__,
        "_size": lambda self, s: max(len(s), 2),
        "_filled": lambda self: span == UNITS,
        "__reduce__": lambda self: (_sized_again, (cls.__name__, span, bytes(self))),
    }
    found = type(cls)(cls.__name__, (cls,), made)
    conf.layers.remove(found)  # no layer of its own for `ls()` and `explore()`
    conf.layers.ldict.pop(cls.__module__, None)
    return found


def _sized_again(name: str, span, octets: bytes) -> Packet:
    """For pickle, which cannot name a class made here."""
    from pmiptool.layers.classes import CLASSES

    return _sized(CLASSES[name], span)(octets)


def state_of(packet: Packet, space: str | None = None) -> int:
    """What there is to say of an option, or of a sub-option of a space."""
    if not isinstance(packet, options._TLV):
        return BROKEN
    if isinstance(packet, options.MIP6OptUnknown):
        return BROKEN if packet.otype in _others(settings()).known or _is_cut(packet) else NOTED
    if isinstance(packet, options.MIP6SubUnknown):
        if _is_cut(packet) or (packet.otype, None) in options.sub_by_number[space]:
            return BROKEN
        if any((packet.otype, octet) in options.sub_by_number[space] for octet in packet.odata):
            return BROKEN
        return FINE if catalogue.SPACES[space].open else NOTED
    if packet._entry.pad:
        octets = packet.fields.get("padding") or b""
        return BROKEN if _is_cut(packet) or (space is None and any(octets)) else FINE
    if packet.fields.get("trailing") and not packet._filled():
        return BROKEN
    if packet._flagged is not None and any(
        part.start and packet.getfieldval(part.name) is not None and packet.getfieldval(part.start) is None
        for part in packet._flagged.parts
    ):
        return BROKEN
    worst = NOTED if type(packet) in options.other_forms.get((space, packet.otype), {}).values() else FINE
    for field in packet._entry.fields:
        if isinstance(field, model.SubOptions):
            subs = packet.getfieldval(field_name(field.name))
            worst = max([worst, *(state_of(sub, field.space) for sub in subs)])
    return worst


def _is_cut(packet: Packet) -> bool:
    return "olen" in packet.fieldtype and len(bytes(packet)) != packet._size(bytes(packet)) or _runs_out(packet)


def _runs_out(packet: Packet) -> bool:
    length = packet.fields.get("olen")
    if isinstance(packet, (options.MIP6OptUnknown, options.MIP6SubUnknown)) and length is not None:
        kind = packet.otype
        unit, more = OCTETS
        if isinstance(packet, options.MIP6OptUnknown):
            unit, more = _others(settings()).spans.get(kind, OCTETS)
        return len(packet.odata) != unit * length + more - packet._header
    return False


def of_options(octets: bytes, parent: Packet, found: list[Packet]) -> list[Packet]:
    """The options of a message, again where some follow other readings than those taken."""
    points = settings()
    others = _others(points)
    if not any(getattr(packet, "otype", None) in others.ambiguous for packet in found):
        return found
    chosen = {}
    if any(state_of(packet) for packet in found):

        def clean(kind, other, begin, stop):
            cls = options.by_number[kind] if other is None else other.cls
            read = _clean(cls, octets[begin - 2 : stop], parent)
            return read is not None and (other is None or _plausible(other.entry, read))

        chosen = other_lengths(octets, 0, len(octets), others.spans, others.lengths, clean)
        if chosen:
            found = options.cut_as(octets, parent, None, chosen)
    numbers = {}
    at = 0
    for packet in found:
        one, at = at, at + len(bytes(packet))
        kind = getattr(packet, "otype", None)
        if kind not in others.numbers or one in chosen or at - one < 2 or _is_cut(packet):
            continue
        if not state_of(packet) and not _doubtful(parent, others.known[kind], packet):
            continue
        for other in others.numbers[kind]:
            read = _clean(other.cls, octets[one:at], parent)
            if read is not None and _name(parent) in other.entry.carried_in and _plausible(other.entry, read):
                numbers[one] = other
    if not numbers:
        return found
    again = options.cut_as(octets, parent, None, {**chosen, **numbers})
    return found if any(state_of(packet) == BROKEN for packet in again) else again


def _clean(cls: type[Packet], octets: bytes, parent: Packet) -> Packet | None:
    """The option of these octets, where they fit and leave nothing to say."""
    packet = options._dissect(cls, octets, True, parent, None)
    return packet if isinstance(packet, cls) and state_of(packet) == FINE else None


def _name(parent: Packet) -> str:
    entry = getattr(parent, "_entry", None)
    if entry is None:
        return ""
    return entry.proxy[0] if entry.proxy and parent._proxy_of is not None else entry.name


def _doubtful(parent: Packet, entry: model.Option, packet: Packet) -> bool:
    return is_doubtful(_name(parent), entry, lambda name: packet.getfieldval(field_name(name)), settings())


def _plausible(entry: model.Option, packet: Packet) -> bool:
    return plausible(entry, lambda name: packet.getfieldval(field_name(name)), settings())


def of_suboptions(octets: bytes, parent: Packet, space: str, found: list[Packet]) -> list[Packet]:
    """The sub-options of a space, again with the other length of PadN where that alone makes sense of them."""
    more = next((c.how.more for entry in catalogue.SPACES[space].entries if entry.pad
                 for c in entry.contradictions if isinstance(c.how, OtherLength)), None)  # fmt: skip
    if more is None or not any(_is_padn(packet) for packet in found):
        return found
    if not any(state_of(packet, space) for packet in found):
        return found
    again = options.cut_as(octets, parent, space, {}, more)
    for packet in again:
        if _is_padn(packet):
            if any(packet.padding) or len(bytes(packet)) != 2 + packet.olen + more:
                return found
        elif state_of(packet, space):
            return found
    return again


def _is_padn(packet: Packet) -> bool:
    entry = getattr(packet, "_entry", None)
    return entry is not None and entry.pad and packet.otype == 1
