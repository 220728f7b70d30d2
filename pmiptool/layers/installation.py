"""Puts the layers into Scapy, and takes them out again."""

from __future__ import annotations

from scapy.layers import inet6
from scapy.layers.inet import UDP
from scapy.packet import bind_bottom_up, bind_top_down

from pmiptool.layers import classes, messages, options
from pmiptool.layers.state import set_settings
from pmiptool.registry.codepoints import DEFAULT, CodePoints

UDP_PORT = 5436
"""pmip6-cntl (RFC 5844 4)."""

_EXTENSION_HEADERS = (
    inet6.IPv6, inet6.IPv6ExtHdrDestOpt, inet6.IPv6ExtHdrHopByHop, inet6.IPv6ExtHdrRouting, inet6.IPv6ExtHdrFragment,
)  # fmt: skip


def install(codepoints: CodePoints = DEFAULT) -> None:
    """Let Scapy build and dissect Mobility Headers with our classes: IPv6 protocol 135 and UDP port 5436.

    `codepoints` are the numbers and the dialect of the flow identification option. Calling it again changes them.
    """
    set_settings(codepoints)
    classes.number_all()
    inet6._mip6_mhtype2cls.update(dict.fromkeys(range(256), messages.MIP6MH_Generic))
    inet6.moboptcls.update(options.by_number)
    _unbind()
    bind_bottom_up(UDP, messages.MIP6MH_Generic, dport=UDP_PORT)
    bind_bottom_up(UDP, messages.MIP6MH_Generic, sport=UDP_PORT)
    for cls in {*classes.CLASSES.values()}:
        if issubclass(cls, messages._Message):
            for lower in _EXTENSION_HEADERS:
                bind_top_down(lower, cls, nh=messages.PROTOCOL)
            bind_top_down(UDP, cls, sport=UDP_PORT, dport=UDP_PORT)


def uninstall() -> None:
    """Scapy's own classes again."""
    set_settings(DEFAULT)
    classes.number_all()
    inet6._mip6_mhtype2cls.clear()
    inet6._mip6_mhtype2cls.update(classes.SCAPY_MESSAGES)
    inet6.moboptcls.clear()
    inet6.moboptcls.update(classes.SCAPY_OPTIONS)
    _unbind()


def _unbind() -> None:
    UDP.payload_guess = [guess for guess in UDP.payload_guess if guess[1] is not messages.MIP6MH_Generic]
