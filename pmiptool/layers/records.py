"""Records inside options: where each ends, and the Scapy fields that hold them as packets of their own.

What no text describes stands as `Raw`. A count before them follows from them unless it is given.
"""

from __future__ import annotations

from scapy.config import conf
from scapy.fields import PacketField, PacketListField
from scapy.packet import Packet

from pmiptool.layers.fields import field_name
from pmiptool.registry import model

by_entry: dict[int, type[Packet]] = {}
"""The class of each entry of the registry, by the entry's `id`."""

Slice = tuple[int, int, "model.Record | None"]
"""Where a record begins and ends, and which one it is; None: octets that no text describes."""


def bits_of(field: model.Field) -> int:
    """The size of a field of fixed size."""
    if isinstance(field, (model.UInt, model.Flags, model.Count)):
        return field.bits
    if isinstance(field, (model.Octets, model.Address)):
        return 8 * field.size
    return {model.Prefix: 136, model.Time48: 64}[type(field)]


def is_sequence(entry: model.Entry) -> bool:
    """Whether fields of open size stand before the end of an entry, or records in it."""
    return any(isinstance(field, (model.Sized, model.Records)) for field in entry.fields)


def end_of(entry: model.Entry, octets: bytes, at: int = 0) -> int | None:
    """Where the fields of an entry end that begin at `at`; None when octets are missing."""
    seen: dict[str, int] = {}
    bits = 8 * at
    for field in entry.fields:
        if isinstance(field, model.FixedField):
            size = bits_of(field)
            if isinstance(field, (model.UInt, model.Count)) and bits % 8 == size % 8 == 0:
                seen[field.name] = int.from_bytes(octets[bits // 8 : (bits + size) // 8], "big")
            bits += size
        elif isinstance(field, model.Sized):
            bits += 8 * unit_of(entry, field) * seen[field.count]
        elif isinstance(field, model.Addresses):
            bits += 8 * field.size * seen[field.count]
        elif isinstance(field, model.Records):
            found = slices(field, octets, bits // 8, seen.get(str(field.by)), seen.get(field.count))
            if found is None:
                return None
            bits = 8 * (found[-1][1] if found else bits // 8)
        elif isinstance(field, model.Rest):
            bits = max(8 * len(octets), bits + 8 * field.minimum)
        if bits > 8 * len(octets):
            return None
    return bits // 8


def unit_of(entry: model.Entry, field: model.Sized) -> int:
    count = entry.field(field.count)
    return count.unit if isinstance(count, model.Count) else 1


def slices(field: model.Records, octets: bytes, at: int, by: int | None, count: int | None) -> list[Slice] | None:
    """The records from `at` on; None when octets are missing."""
    if not field.single and (count == 0 or (count is None and at == len(octets))):
        return []
    if isinstance(field.by, int):
        if at + field.by >= len(octets):
            return None
        by = octets[at + field.by]
    record = field.chosen(by)
    if record is None:
        return [(at, len(octets), None)]
    most = 1 if field.single else count
    found: list[Slice] = []
    while at < len(octets) if most is None else len(found) < most:
        stop = end_of(record, octets, at)
        if stop is None:
            if most is None:
                break
            return None
        found.append((at, stop, record))
        at = stop
    return found


def _packets(field: model.Records, pkt: Packet, s: bytes) -> tuple[bytes, list[Packet]]:
    """The records of a packet that is being dissected, and the octets behind them."""
    by = pkt.getfieldval(field_name(field.by)) if isinstance(field.by, str) else None
    count = pkt.getfieldval(field_name(field.count)) if field.count else None
    found = slices(field, s, 0, by, count) or []
    end = found[-1][1] if found else 0
    return s[end:], [_packet(record, s[start:stop], pkt) for start, stop, record in found]


def _packet(record: model.Record | None, octets: bytes, parent: Packet) -> Packet:
    cls = conf.raw_layer if record is None else by_entry[id(record)]
    return cls(octets, _parent=parent) if octets else cls()


class RecordsField(PacketListField):
    """A list of records."""

    __slots__ = ["field"]

    def __init__(self, field: model.Records) -> None:
        self.field = field
        PacketListField.__init__(self, field_name(field.name), [], conf.raw_layer)

    def any2i(self, pkt, x):
        return PacketListField.any2i(self, pkt, list(x) if isinstance(x, tuple) else x)

    def i2m(self, pkt, x):
        return x if isinstance(x, bytes) else bytes(x)

    def getfield(self, pkt, s):
        return _packets(self.field, pkt, s)


class RecordField(PacketField):
    """One record."""

    __slots__ = ["field"]

    def __init__(self, field: model.Records, entry: model.Entry) -> None:
        self.field = field
        record = field.chosen(getattr(entry.field(str(field.by)), "default", None))
        cls = conf.raw_layer if record is None else by_entry[id(record)]
        PacketField.__init__(self, field_name(field.name), cls(), cls)

    def getfield(self, pkt, s):
        left, found = _packets(self.field, pkt, s)
        return left, found[0] if found else conf.raw_layer()


def records_field(field: model.Records, entry: model.Entry) -> PacketField:
    """The Scapy field of records that stand in `entry`."""
    return RecordField(field, entry) if field.single else RecordsField(field)
