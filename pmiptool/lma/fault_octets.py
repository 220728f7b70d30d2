"""Faults in the octets of PBAs; `faults.Faults` applies them by name."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from pmiptool.lma.fault_behaviour import sealed
from pmiptool.session.endpoint import Datagram


def _checksum_zero(datagram: Datagram) -> Datagram:
    return replace(datagram, data=datagram.data[:4] + b"\0\0" + datagram.data[6:])


def _message_too_long(datagram: Datagram) -> Datagram:
    """The checksum stays that of the octets which the header counts."""
    return replace(datagram, data=datagram.data + bytes((1, 6)) + bytes(6))


def _message_too_short(datagram: Datagram) -> Datagram:
    data = datagram.data
    return sealed(datagram, data[:1] + bytes((data[1] + 1,)) + data[2:])


def _options_unaligned(datagram: Datagram) -> Datagram:
    """Pads go, except those that fill the tail; a prefix that then is aligned by chance is pushed one octet on."""
    data, at, kept = datagram.data, 12, b""
    while at < len(data):
        size = 1 if data[at] == 0 else 2 + data[at + 1]
        if data[at] > 1:
            if data[at] == 22 and (12 + len(kept)) % 8 == 4:
                kept += b"\0"
            kept += data[at : at + size]
        at += size
    gap = -(12 + len(kept)) % 8
    tail = b"" if not gap else b"\0" if gap == 1 else bytes((1, gap - 2)) + bytes(gap - 2)
    whole = data[:12] + kept + tail
    return sealed(datagram, whole[:1] + bytes((len(whole) // 8 - 1,)) + whole[2:])


OCTETS: dict[str, Callable[[Datagram], Datagram]] = {
    "options-unaligned": _options_unaligned,
    "message-too-long": _message_too_long,
    "message-too-short": _message_too_short,
    "checksum-zero": _checksum_zero,
}
"""What each of them does to the octets."""
