"""Field values as text and as JSON, and back.

Numbers stay numbers, addresses and prefixes are text, octet strings are hex, times are ISO 8601 in UTC.
"""

from __future__ import annotations

import ipaddress
import re
from datetime import datetime, timezone
from typing import Any

from pmiptool.errors import UsageError
from pmiptool.registry import model
from pmiptool.registry.codepoints import DEFAULT, CodePoints
from pmiptool.text.names import parse_number, parse_number_or_name
from pmiptool.wire import values
from pmiptool.wire.sequence import count_of
from pmiptool.wire.values import Prefix, Undecoded

_ESCAPE = re.compile(rb"\\(?:\\|x([0-9a-fA-F]{2}))")
_LATEST = int(datetime(9999, 12, 31, tzinfo=timezone.utc).timestamp())


def address_text(octets: bytes) -> str:
    """4 or 16 octets as an address; anything else as hex."""
    if len(octets) == 16:
        return str(ipaddress.IPv6Address(octets))
    if len(octets) == 4:
        return str(ipaddress.IPv4Address(octets))
    return octets.hex()


def parse_address(what: str, text: str, version: int | None = None) -> bytes:
    """An address as octets; `version` 4 or 6 demands one. UsageError says what was expected."""
    try:
        found = ipaddress.ip_address(text.strip())
    except ValueError:
        raise UsageError(f"{what} is {text!r}; it takes an IPv{version or '4 or IPv6'} address") from None
    if version is not None and found.version != version:
        raise UsageError(f"{what} is {text!r}; it takes an IPv{version} address")
    return found.packed


def prefix_text(prefix: Prefix) -> str:
    return f"{address_text(prefix.address)}/{prefix.length}"


def parse_prefix(what: str, text: str, highest: int = 128) -> Prefix:
    """`2001:db8:a1::/64`, or `any` for ::/0. Host bits are kept. UsageError for a length above `highest`."""
    if text.strip().lower() == "any":
        return Prefix.any()
    address, slash, length = text.strip().partition("/")
    if not slash:
        raise UsageError(f"{what} is {text!r}; it takes a prefix such as 2001:db8:a1::/64, or any")
    return Prefix(parse_address(what, address, 6), parse_number(f"the prefix length of {what}", length, highest))


def octets_text(octets: bytes) -> str:
    r"""Text of UTF-8 octets; what is no printable text stands as \xNN, a backslash as \\."""
    text = octets.decode("utf-8", "surrogateescape")
    if text.isprintable() and "\\" not in text:
        return text
    out = []
    for character in text:
        if character == "\\":
            out.append("\\\\")
        elif character.isprintable():
            out.append(character)
        else:
            out.extend(f"\\x{octet:02x}" for octet in character.encode("utf-8", "surrogateescape"))
    return "".join(out)


def parse_octets_text(text: str) -> bytes:
    """The octets that `octets_text` shows."""
    raw = text.encode("utf-8", "surrogateescape")
    return _ESCAPE.sub(lambda match: bytes.fromhex(match[1].decode()) if match[1] else b"\\", raw)


def parse_hex(what: str, text: str) -> bytes:
    """Hex digits; colons, dashes, dots and blanks between them do not count, nor does 0x before them."""
    digits = re.sub(r"[\s:.\-]", "", text.removeprefix("0x"))
    try:
        return bytes.fromhex(digits)
    except ValueError:
        raise UsageError(f"{what} is {text!r}; it takes an even number of hex digits") from None


def time_text(raw: int) -> str:
    """A timestamp of 48.16 bits as ISO 8601 with microseconds; beyond the year 9999 as 0x and 16 digits."""
    seconds, fraction = raw >> 16, raw & 0xFFFF
    if seconds >= _LATEST:
        return f"0x{raw:016x}"
    moment = datetime.fromtimestamp(seconds, timezone.utc).replace(microsecond=(fraction * 1_000_000 + 32768) >> 16)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def time_raw(seconds: float) -> int:
    """Seconds since 1970 as 48.16 bits (RFC 5213 8.8)."""
    return int(round(seconds * 65536)) & 0xFFFFFFFFFFFFFFFF


def parse_time(what: str, text: str) -> int:
    """ISO 8601 (UTC unless it says otherwise), or 0x with the raw 64 bits."""
    if text.lower().startswith("0x"):
        return parse_number(what, text, 0xFFFFFFFFFFFFFFFF)
    # Python before 3.11 takes no Z, and a fraction of 3 or 6 digits only.
    plain = re.sub(r"[Zz]$", "+00:00", text.strip())
    plain = re.sub(r"\.(\d{1,6})\d*", lambda match: "." + match[1].ljust(6, "0"), plain)
    try:
        moment = datetime.fromisoformat(plain)
    except ValueError:
        raise UsageError(
            f"{what} is {text!r}; it takes ISO 8601 such as 2009-07-06T12:00:00Z, or 0x and 64 bits"
        ) from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    since = moment - datetime(1970, 1, 1, tzinfo=timezone.utc)
    if since.days < 0:
        raise UsageError(f"{what} is {text!r}, before 1970")
    seconds = since.days * 86400 + since.seconds
    return seconds << 16 | (since.microseconds * 65536 + 500_000) // 1_000_000


def imsi_text(octets: bytes) -> str:
    """Digits, two an octet, the upper four bits first, f as filler (RFC 8371 4.2, which is not TBCD)."""
    return octets.hex().removesuffix("f")


def parse_imsi(what: str, text: str) -> bytes:
    if not re.fullmatch(r"[0-9a-fA-F]*", text):
        raise UsageError(f"{what} is {text!r}; it takes digits")
    return bytes.fromhex(text + "f" * (len(text) % 2))


def domain_text(octets: bytes) -> str:
    r"""A domain name: the labels of DNS (RFC 1035 3.1) with a dot behind the last, or text as it is.

    Text that ends with a dot shows it as \x2e, so that the two differ.
    """
    labels, at = [], 0
    while at < len(octets) and 0 < octets[at] < 64 and at + octets[at] < len(octets):
        labels.append(octets[at + 1 : at + 1 + octets[at]])
        at += 1 + octets[at]
    plain = all(re.fullmatch(rb"[!-~]+", label) and not set(label) & set(b".\\") for label in labels)
    if plain and octets and at == len(octets) - 1 and octets[at] == 0:
        return b".".join(labels).decode() + "."
    text = octets_text(octets)
    return text[:-1] + "\\x2e" if text.endswith(".") else text


def parse_domain(what: str, text: str) -> bytes:
    """What `domain_text` shows: a name that ends with a dot becomes labels of DNS, another one is text."""
    if not text.endswith("."):
        return parse_octets_text(text)
    labels = [label.encode() for label in text[:-1].split(".") if text != "."]
    if not all(0 < len(label) < 64 for label in labels):
        raise UsageError(f"{what} is {text!r}; each label of a domain name has 1 to 63 octets")
    return b"".join(bytes((len(label),)) + label for label in labels) + b"\0"


def rest_text(form: str, octets: bytes) -> str:
    """Octets in one of the forms of a `Rest` field."""
    if form == "text":
        return octets_text(octets)
    if form == "domain":
        return domain_text(octets)
    if form == "address":
        return address_text(octets)
    if form == "number":
        return str(int.from_bytes(octets, "big"))
    return imsi_text(octets) if form == "imsi" else octets.hex(":") if form == "eui" else octets.hex()


def rest_form(field: model.Rest, value: Any) -> str:
    """How the octets of a `Rest` field are shown, which may hang on an earlier field of the value."""
    if not field.forms:
        return field.form
    chosen = dict(field.forms).get(getattr(value, field.form), "hex")
    if chosen == "address" and len(getattr(value, field.name)) not in (4, 16):
        return "hex"
    return "hex" if chosen == "eui" and not getattr(value, field.name) else chosen


def flags_letters(field: model.Flags, bits: int) -> list[str]:
    """Letters of the flags that are set; unassigned bits as one hex number at the end."""
    letters = [flag.letter for flag in field.flags if bits & flag.mask]
    spare = bits & ~field.known
    return [*letters, f"{spare:#x}"] if spare else letters


def parse_flags(what: str, field: model.Flags, text: str) -> int:
    """Letters (`AP`), or a number."""
    if text[:2].lower() == "0x" or text.isdigit():
        return parse_number(what, text, (1 << field.bits) - 1)
    masks = {flag.letter: flag.mask for flag in field.flags}
    masks |= {flag.also.letter: flag.mask for flag in field.flags if flag.also}
    bits = 0
    for letter in text.upper().replace(",", ""):
        if letter not in masks:
            raise UsageError(f"{what} is {text!r}; {letter!r} is no flag, the flags are {''.join(masks)}")
        bits |= masks[letter]
    return bits


def parse_field(what: str, field: model.Field, text: str, settings: CodePoints = DEFAULT, *, chosen: str = "") -> Any:
    """A field's value from what a person typed, or from JSON's text. UsageError names `what`.

    chosen: the form of a `Rest` field whose form hangs on another field.
    """
    if isinstance(field, model.Count):
        return parse_number(what, text, (1 << field.bits) - 1)
    if isinstance(field, model.UInt):
        if field.enum is not None:
            return parse_number_or_name(what, field.enum, text, settings, field.highest)
        return parse_number(what, text, field.highest, field.lowest)
    if isinstance(field, model.Flags):
        return parse_flags(what, field, text)
    if isinstance(field, model.Address):
        return parse_address(what, text, 4 if field.size == 4 else 6)
    if isinstance(field, model.Prefix):
        return parse_prefix(what, text, 255)
    if isinstance(field, model.Time48):
        return parse_time(what, text)
    if isinstance(field, model.AddressRest):
        return parse_address(what, text) if text else b""
    if isinstance(field, model.Numbers):
        highest = (1 << field.bits) - 1
        return tuple(parse_number(what, item, highest) for item in re.split(r"[,\s]+", text) if item)
    if isinstance(field, model.Addresses):
        version = 4 if field.size == 4 else 6
        return tuple(parse_address(what, item, version) for item in re.split(r"[,\s]+", text) if item)
    if isinstance(field, model.Octets):
        octets = parse_octets_text(text) if field.form == "text" else parse_hex(what, text)
        if len(octets) != field.size:
            kind = "of text" if field.form == "text" else "as hex"
            raise UsageError(f"{what} is {text!r}; it takes {field.size} octets {kind}")
        return octets
    if isinstance(field, model.Sized):
        return parse_octets_text(text) if field.form == "text" else parse_hex(what, text)
    if isinstance(field, model.Rest):
        form = chosen or field.form
        if form == "text":
            return parse_octets_text(text)
        if form == "domain":
            return parse_domain(what, text)
        if form == "number":
            number = parse_number(what, text, (1 << 8 * field.maximum) - 1)
            return number.to_bytes(max(1, (number.bit_length() + 7) // 8), "big")
        if form == "address":
            return parse_address(what, text) if ":" in text or "." in text else parse_hex(what, text)
        return parse_imsi(what, text) if form == "imsi" else parse_hex(what, text)
    raise UsageError(f"{what} takes a JSON object")


def show_field(field: model.Field, value: Any, settings: CodePoints = DEFAULT) -> dict[str, Any]:
    """The JSON members of one field of a value: itself, and what helps to read it. Sub-options are not here."""
    name = field.name
    if isinstance(field, model.Count):
        return {name: count_of(getattr(value, field.of), field.unit)}
    item = getattr(value, name)
    if isinstance(field, model.UInt):
        shown: dict[str, Any] = {name: item}
        if field.enum is not None:
            shown[f"{name}_name"] = field.enum.name(item, settings)
        if field.unit is not None:
            shown[f"{name}_s"] = None if item == field.infinite else item * field.unit
        if field.fraction:
            shown[f"{name}_degrees"] = item / (1 << field.fraction)
        return shown
    if isinstance(field, model.Flags):
        return {name: flags_letters(field, item)}
    if isinstance(field, model.Address):
        return {name: address_text(item)}
    if isinstance(field, model.Addresses):
        return {name: [address_text(one) for one in item]}
    if isinstance(field, model.Octets):
        return {name: octets_text(item) if field.form == "text" else item.hex()}
    if isinstance(field, model.Sized):
        return {name: octets_text(item) if field.form == "text" else item.hex()}
    if isinstance(field, model.Records):
        if isinstance(item, Undecoded):
            return {name: item.data.hex()}
        shown_records = [record_object(one, settings) for one in ((item,) if field.single else item)]
        return {name: shown_records[0] if field.single else shown_records}
    if isinstance(field, model.Prefix):
        return {name: prefix_text(item)}
    if isinstance(field, model.Time48):
        return {name: time_text(item)}
    if isinstance(field, model.AddressRest):
        return {name: address_text(item) if item else None}
    if isinstance(field, model.Numbers):
        return {name: list(item)}
    if isinstance(field, model.Flagged):
        return _show_flagged(field, value)
    if isinstance(field, model.Rest):
        form = rest_form(field, value)
        if form == "number":
            return {name: int.from_bytes(item, "big"), f"{name}_octets": len(item)}
        return {name: rest_text(form, item)}
    raise TypeError(f"{field} has members of its own")


def record_object(record: Any, settings: CodePoints = DEFAULT) -> dict[str, Any]:
    """The fields of a record inside an option."""
    shown: dict[str, Any] = {}
    for field in values.ENTRIES[type(record)].fields:
        shown.update(show_field(field, record, settings))
    return shown


def _show_flagged(field: model.Flagged, value: Any) -> dict[str, Any]:
    """Only what is present; of a member whose low bits do not count, those stand apart, and only when set."""
    shown: dict[str, Any] = {}
    spare = getattr(value, field.name)
    if spare:
        shown[field.name] = spare
    for part in field.parts:
        item = getattr(value, part.name)
        if item is None:
            continue
        if part.kind == "address":
            shown[part.name] = address_text(item)
            continue
        shown[part.name] = item >> part.shift
        if item & ((1 << part.shift) - 1):
            shown[f"{part.name}_low"] = item & ((1 << part.shift) - 1)
    return shown
