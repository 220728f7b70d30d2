"""Sub-options of filters where their fields lie on natural boundaries (RFC 6089 4.2.1, RFC 6088 3.1 and 3.2)."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from pmiptool.wire.codec import Codec
from pmiptool.wire.layout import EncodeError
from pmiptool.wire.values import (
    BindingReference,
    BindingUpdate,
    FlowIdentification6089,
    Ipv4Selector,
    Ipv6Selector,
    UnknownSubOption,
)

HEAD = 8  # octets of a Flow Identification option before its sub-options, type and length included
PAD1, PADN = 0, 1
_ADDRESSES, _LABELS, _PORTS = ("src", "dst"), ("spi", "flow_label"), ("src_port", "dst_port")


def aligned(message: BindingUpdate, codec: Codec) -> BindingUpdate:
    """A request whose filters have padding before the sub-options that need it; as it is where it fits no message.

    Only filters of RFC 6089 are changed: its forerunner has no such sub-options. They stand side by side in a request.
    """
    options: list[Any] = list(message.options)
    filters = [n for n, option in enumerate(options) if isinstance(option, FlowIdentification6089)]
    points = codec.settings
    if not filters or points.fid_length_unit == "units-of-8":
        return message
    try:
        data = codec.encode(message)
    except EncodeError:
        return message
    slots = codec.decode(data, udp=True).layout.slots
    places = [slot.offset for slot in slots if slot.type == points.flow_identification_option_type]
    at = places[0]
    for number, place in zip(filters, places, strict=True):
        at += at % 2 + HEAD  # the option itself is aligned to 2n
        inside = place + HEAD
        parts: list[Any] = []
        for part in options[number].suboptions:
            size = 1 if data[inside] == PAD1 else 2 + data[inside + 1]
            gap = -at % boundary(part)
            if gap:
                parts.append(UnknownSubOption(type=PADN, data=bytes(gap - 2)) if gap > 1 else UnknownSubOption(PAD1))
            parts.append(part)
            at += gap + size
            inside += size
        options[number] = replace(options[number], suboptions=tuple(parts))
    return replace(message, options=tuple(options))


def boundary(part: Any) -> int:
    """The number of octets of which a sub-option starts at a multiple."""
    if isinstance(part, BindingReference):
        return 2
    if not isinstance(part, (Ipv4Selector, Ipv6Selector)):
        return 1
    widest = 8 if isinstance(part, Ipv6Selector) else 4
    for names, size in ((_ADDRESSES, widest), (_LABELS, 4), (_PORTS, 2)):
        if any(getattr(part, field, None) is not None for name in names for field in (name, f"{name}_end")):
            return size
    return 1
