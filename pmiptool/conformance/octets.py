"""Options of a message as they lie on the wire."""

from __future__ import annotations

from pmiptool.registry.codepoints import DEFAULT, CodePoints
from pmiptool.wire.layout import Decoded, Slot


def slot_of(decoded: Decoded, kind: int) -> Slot | None:
    """Where the first option of a type lies; None without it."""
    return next((slot for slot in decoded.layout.slots if slot.type == kind and slot.pad is None), None)


def octets_of(decoded: Decoded, kind: int, codepoints: CodePoints = DEFAULT) -> bytes | None:
    """The data of the first option of a type; None without it. The codepoints say in which unit lengths count."""
    slot = slot_of(decoded, kind)
    if slot is None:
        return None
    units = kind == codepoints.flow_identification_option_type and codepoints.fid_length_unit == "units-of-8"
    length = slot.length or 0
    return decoded.raw[slot.offset + 2 : slot.offset + (8 * length if units else 2 + length)]
