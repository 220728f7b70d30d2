"""Options of a message as they lie on the wire."""

from __future__ import annotations

from pmiptool.wire.layout import Decoded, Slot


def slot_of(decoded: Decoded, kind: int) -> Slot | None:
    """Where the first option of a type lies; None without it."""
    return next((slot for slot in decoded.layout.slots if slot.type == kind and slot.pad is None), None)


def octets_of(decoded: Decoded, kind: int) -> bytes | None:
    """The data of the first option of a type; None without it."""
    slot = slot_of(decoded, kind)
    return None if slot is None else decoded.raw[slot.offset + 2 : slot.offset + 2 + (slot.length or 0)]
