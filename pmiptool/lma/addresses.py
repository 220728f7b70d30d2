"""Which addresses may be a care-of address."""

from __future__ import annotations

from functools import lru_cache

_UNSPECIFIED = bytes(16)
_LOOPBACK = bytes(15) + b"\1"
_MAPPED = bytes(10) + b"\xff\xff"  # an IPv4 address in the API of IPv6; on no wire (RFC 6890 2.2.3)


def is_unicast(address: bytes) -> bool:
    """Neither multicast nor unspecified (nor IPv4's limited broadcast)."""
    if len(address) == 4:
        return address[0] not in (0, 255) and not 224 <= address[0] <= 239
    return address[0] != 0xFF and address != _UNSPECIFIED


@lru_cache(maxsize=4096)
def is_routable(address: bytes, anchor: bytes) -> bool:
    """Unicast and not link-local, IPv4-mapped or loopback; loopback is fine for an anchor that has such an address."""
    if not is_unicast(address):
        return False
    if _is_loopback(address):
        return _is_loopback(anchor)
    if len(address) == 4:
        return address[:2] != b"\xa9\xfe"
    return not (address[0] == 0xFE and address[1] & 0xC0 == 0x80) and address[:12] != _MAPPED


def _is_loopback(address: bytes) -> bool:
    return address == _LOOPBACK if len(address) == 16 else address[0] == 127
