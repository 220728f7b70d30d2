"""Messages without what names somebody: field by field, by the kinds of field that the registry has.

What a new option has is covered by what its fields are: addresses, prefixes, text, digits, coordinates; octets without
a format get others. Numbers stay, and so do flags, times and enumerations.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from pmiptool.capture.anonymise.pseudonyms import Pseudonyms
from pmiptool.registry import model
from pmiptool.registry.codepoints import CodePoints
from pmiptool.text.values import domain_text, imsi_text, parse_domain, parse_imsi, rest_form
from pmiptool.wire.codec import codec_for
from pmiptool.wire.layout import Decoded
from pmiptool.wire.rewrite import Change, rewritten

KEPT_UNKNOWN, KEPT_PAYLOAD, KEPT_COMMENTS = "unknown", "payload", "comments"
KEEPABLE = (KEPT_UNKNOWN, KEPT_PAYLOAD, KEPT_COMMENTS)

LINK_LAYER = frozenset({"link_layer_identifier", "lla", "dlif_link_layer_address"})
"""Octets that are a link-layer address."""
INTERFACE = frozenset({"interface_identifier"})
"""Octets that are an interface identifier."""
OPAQUE = frozenset({"data", "vendor_data", "experimental_data", "message_data"})
"""Octets whose format somebody else knows: a vendor, an experiment."""

MESSAGES = "messages"
DIFFERENT = "different"
"""Messages whose form is judged otherwise after the change."""
_TRIES = (0, 0, 0, 0, 1, 2, 4)
"""How many octets at the front of what is unknown stay: the first often tell how the others are read."""
_CHECKSUM_AT = 4

_Kind = Callable[["Scrub", Any, Any, Any], Any]


class Scrub(Change):
    """Changes messages to pseudonyms. ``keep``: of `KEEPABLE`. ``counted``: what was no field, and replaced."""

    def __init__(self, names: Pseudonyms, keep: frozenset[str] = frozenset()) -> None:
        self.names = names
        self.keep = keep
        self.counted: Counter[str] = Counter()
        self._try = 0

    def message(self, octets: bytes, settings: CodePoints) -> bytes:
        """A message changed, but for its checksum.

        What is unknown is replaced so that it does not turn into something known, and where nothing else helps its
        first octets stay. Filters are read in the dialect in which they have fewer findings, and judged in both.
        """
        codecs = [codec_for(settings)]
        read = [codecs[0].decode(octets)]
        kind = settings.flow_identification_option_type
        if read[0].findings and any(slot.type == kind for slot in read[0].layout.slots):
            codecs.append(codec_for(replace(settings, dialect="mext" if settings.dialect == "rfc6089" else "rfc6089")))
            read.append(codecs[1].decode(octets))
        codec, decoded = min(zip(codecs, read, strict=True), key=lambda pair: len(pair[1].findings))
        shapes = [_shape(one) for one in read]
        before = Counter(self.counted)
        first = good = None
        for self._try in range(len(_TRIES)):
            self.counted.clear()
            self.counted.update(before)
            changed = rewritten(decoded, self, codec)
            first = changed if first is None else first
            found = [_shape(one.decode(changed)) for one in codecs]
            if found == shapes:
                return changed
            if found[0] == shapes[0] and good is None:
                good = changed
            if self.counted == before:
                break
        if good is not None:
            return good
        self.counted[DIFFERENT] += 1
        return first or b""

    def field(self, field: model.Field, item: Any, owner: Any) -> Any:
        return KINDS[type(field)](self, field, item, owner)

    def part(self, part: model.Part, item: Any, owner: Any) -> Any:
        """A member of a selector; addresses of a range are changed together."""
        if part.kind != "address":
            return item
        first = part.name.removesuffix("_end")
        begin, end = getattr(owner, first), getattr(owner, f"{first}_end", None)
        if begin is None or end is None:
            return self.names.address(item)
        return self.names.span(begin, end)[part.name != first]

    def unknown(self, octets: bytes) -> bytes:
        """What no format is known of becomes other octets, the same for the same."""
        if not any(octets):
            return octets
        self.counted[KEPT_UNKNOWN] += 1
        if KEPT_UNKNOWN in self.keep:
            return octets
        kept = _TRIES[self._try]
        return octets[:kept] + self.names.octets(octets[kept:], self._try)

    def padding(self, octets: bytes) -> bytes:
        """A pad that is not zero, which is wrong, stays wrong and says nothing."""
        if not any(octets):
            return octets
        self.counted[KEPT_UNKNOWN] += 1
        return octets if KEPT_UNKNOWN in self.keep else bytes(octet != 0 for octet in octets)

    # By the kind of field

    def _same(self, field: model.Field, item: Any, owner: Any) -> Any:
        return item

    def _number(self, field: model.UInt, item: int, owner: Any) -> int:
        """Numbers stay, but for degrees: a place on earth becomes another, and what is no place another such number."""
        if not field.fraction:
            return item
        low = field.lowest if field.minimum is None else field.minimum
        high = field.highest if field.maximum is None else field.maximum
        what = field.name.encode()
        if low <= item <= high:
            return low + self.names.number(what, item - low, high - low + 1)
        below = low - field.lowest
        place = item - field.lowest if item < low else below + item - high - 1
        other = self.names.number(what, place, below + field.highest - high)
        return field.lowest + other if other < below else high + 1 + other - below

    def _address(self, field: model.Field, item: bytes, owner: Any) -> bytes:
        """An address; a prefix where the octets say no more than the length beside them."""
        if not item:
            return item
        length = getattr(owner, "prefix_length", None)
        if isinstance(length, int) and length < 8 * len(item):
            return self.names.prefix(item, length)
        return self.names.address(item)

    def _addresses(self, field: model.Field, item: tuple[bytes, ...], owner: Any) -> tuple[bytes, ...]:
        return tuple([self.names.address(one) for one in item])

    def _prefix(self, field: model.Field, item: Any, owner: Any) -> Any:
        return type(item)(self.names.prefix(item.address, min(item.length, 128)), item.length)

    def _octets(self, field: model.Field, item: bytes, owner: Any) -> bytes:
        """Octets of a form of their own, or of none: tokens, authenticators, what a vendor has."""
        if field.name in LINK_LAYER:
            return self.names.mac(item)
        if field.name in OPAQUE:
            return self.unknown(item)
        if field.name in INTERFACE and len(item) == 8:
            return self.names.interface(item)
        form = rest_form(field, owner) if isinstance(field, model.Rest) else getattr(field, "form", "hex")
        return FORMS[form](self.names, item)


def _shape(decoded: Decoded) -> list[tuple[str, int | None, int | None]]:
    """What is wrong with the form of a message, and where; of its checksum nothing."""
    found = [(finding.rule, finding.option, finding.offset) for finding in decoded.findings]
    return [one for one in found if one[2] != _CHECKSUM_AT]


def _digits(names: Pseudonyms, octets: bytes) -> bytes:
    """An IMSI, two digits an octet, as far as it is one."""
    text = imsi_text(octets)
    if not text.isdigit() or len(text) > 15 or parse_imsi("", text) != octets:
        return names.octets(octets)
    return parse_imsi("", names.imsi(text))


def _domain(names: Pseudonyms, octets: bytes) -> bytes:
    """A domain name, as text or as the labels of DNS."""
    text = domain_text(octets)
    if text.endswith(".") and parse_domain("", text) == octets:
        return parse_domain("", names.domain(text))
    return names.nai(octets)


FORMS: dict[str, Callable[[Pseudonyms, bytes], bytes]] = {
    "hex": lambda names, octets: names.octets(octets),
    "text": lambda names, octets: names.nai(octets),
    "domain": _domain,
    "address": lambda names, octets: names.address(octets),
    "imsi": _digits,
    "eui": lambda names, octets: names.mac(octets),
    "number": lambda names, octets: names.octets(octets),
}
"""What becomes of octets of each form that a field may have."""

KINDS: dict[type[model.Field], _Kind] = {
    model.UInt: Scrub._number,
    model.Flags: Scrub._same,
    model.Flagged: Scrub._same,  # its members come one by one
    model.Time48: Scrub._same,
    model.Numbers: Scrub._same,
    model.Address: Scrub._address,
    model.AddressRest: Scrub._address,
    model.Addresses: Scrub._addresses,
    model.Prefix: Scrub._prefix,
    model.Octets: Scrub._octets,
    model.Sized: Scrub._octets,
    model.Rest: Scrub._octets,
}
"""What becomes of each kind of field that has a value of its own."""
