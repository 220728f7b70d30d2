"""A packet as the Python expression that makes it again: what is worked out by itself is left out."""

from __future__ import annotations

from scapy.layers.inet import IP, UDP
from scapy.layers.inet6 import IPv6
from scapy.packet import NoPayload, Packet, Raw

from pmiptool.layers import state
from pmiptool.layers.entries import _Record
from pmiptool.layers.fields import CountField
from pmiptool.layers.installation import install
from pmiptool.layers.messages import _Message, message_class
from pmiptool.layers.options import _TLV, MIP6OptUnknown, MIP6SubUnknown
from pmiptool.registry.codepoints import DEFAULT, CodePoints

_AUTOMATIC = {
    IPv6: ("plen", "nh"),
    IP: ("len", "chksum", "proto", "options"),
    UDP: ("len", "chksum"),
}
_KEPT = {IPv6: ("src", "dst"), IP: ("src", "dst"), Raw: ("load",)}


def scapy_text(packet: bytes, *, alone: bool = False, settings: CodePoints = DEFAULT) -> str:
    """A Scapy expression of an IP packet, or of a Mobility Header `alone`.

    It needs `from scapy.layers.inet6 import *`, `from scapy.layers.inet import *` and `from pmiptool.layers import *`;
    the code points are written into it, so it makes the same octets whatever is installed.
    """
    before = state.settings()
    install(settings)
    try:
        cls = message_class(packet) if alone else IPv6 if packet[:1] and packet[0] >> 4 == 6 else IP
        dissected = cls(packet)
        install(DEFAULT)
        return expression(dissected)
    finally:
        install(before)


def expression(packet: Packet) -> str:
    """The expression of a dissected packet."""
    octets = bytes(packet)
    short = packet.copy()
    layers = [short, *_above(short)]
    # From the inside out, so that each length and checksum is judged with what it covers as it will be.
    for layer in reversed(layers):
        if isinstance(layer, _Message):
            _relax_message(layer, short, octets)
        for name in _AUTOMATIC.get(type(layer), ()):
            _drop(layer, name, short, octets)
    for layer in layers:
        _hide(layer)
    return short.command() if bytes(short) == octets else f"Raw({octets!r})"


def _above(packet: Packet):
    while not isinstance(packet.payload, NoPayload):
        packet = packet.payload
        yield packet


def _drop(layer: Packet, name: str, whole: Packet, octets: bytes) -> bool:
    """Leave a field to be worked out, where that gives the same octets."""
    kept = layer.fields.pop(name, None)
    whole.clear_cache()
    if kept is None or bytes(whole) == octets:
        return True
    layer.fields[name] = kept
    return False


def _relax_message(message: _Message, whole: Packet, octets: bytes) -> None:
    options = message.fields.get("options")
    if options is not None:
        for option in options:
            _relax_option(option)
        message.fields["options"] = [o for o in options if not (isinstance(o, _TLV) and o._entry and o._entry.pad)]
        message.fields["autopad"] = None
        whole.clear_cache()
        if bytes(whole) != octets:
            message.fields["options"], message.fields["autopad"] = options, 0
    for name in ("len", "cksum"):
        _drop(message, name, whole, octets)


def _inner(packet: Packet) -> list[Packet]:
    """The packets that a packet's fields hold."""
    held = [value if isinstance(value, list) else [value] for value in packet.fields.values()]
    return [one for several in held for one in several if isinstance(one, Packet)]


def _relax_option(option: Packet) -> None:
    if not isinstance(option, (_TLV, _Record)):
        return
    for inner in _inner(option):
        _relax_option(inner)
    for field in option.fields_desc:
        if isinstance(field, CountField):
            _drop(option, field.name, option, bytes(option))
    if isinstance(option, _TLV):
        _drop(option, "olen", option, bytes(option))


def _hide(layer: Packet) -> None:
    """Fields that have their default value go without saying; a type and a flag word always stay where they differ."""
    for name, value in list(layer.fields.items()):
        if isinstance(value, list):
            for item in value:
                if isinstance(item, Packet):
                    _hide(item)
            if not value:
                del layer.fields[name]
        elif isinstance(value, Packet):
            _hide(value)
        elif isinstance(layer, (MIP6OptUnknown, MIP6SubUnknown)) and name == "otype":
            continue
        elif name not in _KEPT.get(type(layer), ()):
            # The class's own default: the packet was made under other code points, maybe.
            default = next((f.default for f in layer.fields_desc if f.name == name), None)
            if value == layer.overloaded_fields.get(name, default):
                del layer.fields[name]


__all__ = ["expression", "scapy_text"]
