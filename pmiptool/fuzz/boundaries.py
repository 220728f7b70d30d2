"""Boundary values of every kind of field: where programs that read it are likely to be wrong."""

from __future__ import annotations

from random import Random

from pmiptool.fuzz.places import Place
from pmiptool.registry import model
from pmiptool.registry.codepoints import CodePoints

TEXTS = (b"", b"\0", b"@", b".", b"\xff", b"\xc3\x28", b"%n%s%x", b"a" * 63, b"a" * 253, b"\0@example.org", b"../" * 8,
         b"fuzz@" + b"x." * 120, b"\xe2\x80\xae@example.org")  # fmt: skip
"""Names that are empty, too long, no text, or more than text."""
ADDRESSES = tuple(
    bytes.fromhex(octets)
    for octets in (
        "00" * 16, "00" * 15 + "01", "ff" * 16, "ff02" + "00" * 13 + "01", "ff05" + "00" * 13 + "02",
        "fe80" + "00" * 13 + "01", "fec0" + "00" * 13 + "01", "fc00" + "00" * 13 + "01",
        "00" * 10 + "ffff" + "c0000201", "2002c0000201" + "00" * 10, "20010db8" + "00" * 12, "20010db8" + "ff" * 12,
    )
)  # fmt: skip
"""None, loopback, multicast, link-local, mapped and other special IPv6 addresses."""
ADDRESSES4 = tuple(map(bytes, ((0, 0, 0, 0), (127, 0, 0, 1), (255, 255, 255, 255), (224, 0, 0, 1), (169, 254, 0, 1),
                               (240, 0, 0, 1), (198, 18, 255, 255))))  # fmt: skip


def numbers(place: Place, settings: CodePoints) -> list[int]:
    """Other numbers for a place, the lowest first; each fits it."""
    field, most = place.field, (1 << place.bits) - 1
    found = {0, 1, most, most - 1, most >> 1, (most >> 1) + 1}
    if isinstance(field, model.UInt):
        for edge in (field.minimum, field.maximum):
            found |= {edge - 1, edge, edge + 1} if edge is not None else set()
        if field.enum is not None:
            known = set(field.enum.names(settings))
            found |= known | {number + 1 for number in known}
        if field.infinite is not None:
            found |= {field.infinite - 1, field.infinite}
    elif isinstance(field, model.Flags):
        found |= {flag.mask for flag in field.flags} | {most ^ field.known}
    elif isinstance(field, model.Prefix):
        found |= {48, 63, 64, 65, 96, 127, 128, 129} if place.bits == 8 else set()
    elif isinstance(field, model.Count):
        found |= {edge for edge in (field.minimum, field.maximum) if edge is not None}
    if place.bits == 128:
        found |= {int.from_bytes(address, "big") for address in ADDRESSES}
    elif place.bits == 32 and isinstance(field, (model.Address, model.AddressRest, model.Part)):
        found |= {int.from_bytes(address, "big") for address in ADDRESSES4}
    return sorted(number for number in found if 0 <= number <= most)


def is_text(place: Place) -> bool:
    """Whether a place of open size holds a name."""
    field = place.field
    form = getattr(field, "form", "")
    return isinstance(field, model.Rest) and (form in ("text", "domain", "imsi") or bool(field.forms))


def octets(place: Place, data: bytes, chance: Random) -> bytes:
    """Other octets for a place of open size, 0 to 253 of them."""
    if is_text(place) and chance.random() < 0.7:
        return chance.choice(TEXTS)
    here = data[place.bit // 8 : (place.bit + place.bits) // 8]
    return chance.choice((b"", here[:1], here[:-1], here + b"\0", here * 2, bytes(len(here)), b"\xff" * len(here),
                          chance.randbytes(len(here)), bytes(253), chance.randbytes(253)))[:253]  # fmt: skip
