"""Faults in the octets of what a gateway sends, whichever message it is; `faults.Faults` applies them by name."""

from __future__ import annotations

from collections.abc import Callable

from pmiptool.wire.checksum import checksum

OCTET_FAULTS: dict[str, str] = {
    "payload-proto-wrong": "The Payload Proto of messages is 6.",
    "header-reserved-set": "The reserved octet of the header is set.",
    "options-unaligned": "The options of PBUs stand without padding between them.",
    "padding-in-pad1": "Padding is made of Pad1 options alone.",
    "padn-dirty": "The data of PadN options is not zero.",
    "message-too-long": "PBUs have 8 octets less than their header says.",
    "checksum-wrong": "The checksum of messages is wrong (over UDP there is none).",
    "option-past-end": "The last option of PBUs is longer than the message.",
    "sub-option-length-wrong": "The first sub-option of a filter has a length that is one too high.",
    "checksum-over-udp": "Over UDP the checksum field is not zero.",
    "bu-reserved-set": "The reserved bits of PBUs are set.",
}
_BINDING_UPDATE = 5
_FLOW, _FLOW_HEAD = 45, 6  # a Flow Identification option, and its octets before the sub-options
_FIXED = 12  # octets of a Binding Update before its options


def changed_octets(names: frozenset[str], data: bytes, pair: tuple[bytes, bytes] | None) -> bytes:
    """The octets of a message with what these faults do to them. pair: addresses, None where there is no checksum."""
    if not names & OCTET_FAULTS.keys():
        return data
    for name, change in _CHANGES.items():
        if name in names:
            data = change(data)
    if pair is None and "checksum-over-udp" in names:
        data = data[:4] + b"\xde\xad" + data[6:]
    if pair is not None:
        value = checksum(*pair, data) ^ (0x5555 if "checksum-wrong" in names else 0)
        data = data[:4] + value.to_bytes(2, "big") + data[6:]
    return data


def _at(place: int, value: int) -> Callable[[bytes], bytes]:
    return lambda data: data[:place] + bytes((value,)) + data[place + 1 :]


def _of_pbus(change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    return lambda data: change(data) if data[2] == _BINDING_UPDATE else data


def _options(data: bytes) -> list[bytes]:
    """The options of a Binding Update, padding included."""
    found, at = [], _FIXED
    while at < len(data):
        size = 1 if data[at] == 0 else 2 + data[at + 1]
        found.append(data[at : at + size])
        at += size
    return found


def _unaligned(data: bytes) -> bytes:
    kept = b"".join(option for option in _options(data) if option[0] > 1)
    gap = -(_FIXED + len(kept)) % 8
    tail = b"" if not gap else b"\0" if gap == 1 else bytes((1, gap - 2)) + bytes(gap - 2)
    whole = data[:_FIXED] + kept + tail
    return whole[:1] + bytes((len(whole) // 8 - 1,)) + whole[2:]


def _pads(pad: Callable[[int], bytes]) -> Callable[[bytes], bytes]:
    def change(data: bytes) -> bytes:
        return data[:_FIXED] + b"".join(pad(len(o)) if o[0] == 1 else o for o in _options(data))

    return change


def _longer_sub_option(data: bytes) -> bytes:
    made = data[:_FIXED]
    for option in _options(data):
        place = 2 + _FLOW_HEAD + 1
        if option[0] == _FLOW and len(option) > place:
            option = option[:place] + bytes((option[place] + 1,)) + option[place + 1 :]
        made += option
    return made


def _past_end(data: bytes) -> bytes:
    *before, last = _options(data)
    longer = last[:1] + bytes((last[1] + 2,)) + last[2:] if len(last) > 1 else last
    return data[:_FIXED] + b"".join(before) + longer


_CHANGES: dict[str, Callable[[bytes], bytes]] = {
    "payload-proto-wrong": _at(0, 6),
    "header-reserved-set": _at(3, 1),
    "options-unaligned": _of_pbus(_unaligned),
    "padding-in-pad1": _of_pbus(_pads(bytes)),
    "padn-dirty": _of_pbus(_pads(lambda size: bytes((1, size - 2)) + b"\x99" * (size - 2))),
    "message-too-long": _of_pbus(lambda data: data[:1] + bytes((data[1] + 1,)) + data[2:]),
    "sub-option-length-wrong": _of_pbus(_longer_sub_option),
    "option-past-end": _of_pbus(_past_end),
    "bu-reserved-set": _of_pbus(lambda data: data[:9] + bytes((data[9] | 1,)) + data[10:]),
}
