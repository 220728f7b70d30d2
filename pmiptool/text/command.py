"""A message as the `pmiptool craft` command line that makes the same octets again.

Three forms, the first that fits: flags and `-O` where the padding is what `craft` would choose; every option and pad
with `-O` and `--no-pad` where it is not; the octets themselves where they are no message.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from pmiptool.errors import UsageError
from pmiptool.registry import model, muho, rfc5213
from pmiptool.registry.codepoints import DEFAULT, CodePoints
from pmiptool.registry.rfc6275 import MAX_LIFETIME, NO_NEXT_HEADER
from pmiptool.text.filters import format_flow, parse_flow
from pmiptool.text.json import encode_object, option_object
from pmiptool.text.values import (
    address_text,
    octets_text,
    parse_field,
    parse_time,
    prefix_text,
    rest_form,
    rest_text,
    time_text,
)
from pmiptool.wire import values
from pmiptool.wire.checksum import checksum
from pmiptool.wire.codec import EncodeError, codec_for
from pmiptool.wire.envelope import UDP_PORT, Envelope
from pmiptool.wire.layout import Decoded, Slot
from pmiptool.wire.values import UnknownMessage, UnknownOption

MAG, LMA = (bytes.fromhex(f"20010db800010000000000000000000{digit}") for digit in "21")
"""From where and to where `craft` makes a message when nobody says; an acknowledgement goes the other way round."""
_ORDER = ("mn-id", "hnp", "hi", "att", "ll-id", "link-local", "timestamp", "service-selection", "multihoming", "fid",
          "flow-summary")  # fmt: skip
"""Options that have flags of their own, in the order in which `craft` puts them into the message."""
_REPEATABLE = ("hnp", "fid")
_MUST = {"mn-id", "hnp", "hi", "att"}
_FLAGS = {"pbu": 0x8200, "pba": 0x20}
_BODY = 6
"""Where the message data begin."""


def craft_command(decoded: Decoded, envelope: Envelope | None = None, settings: CodePoints = DEFAULT) -> str:
    """The command line; without an envelope it prints the Mobility Header alone.

    Of what carried the message it tells addresses, hop limit and ports, not extension headers or tunnels.
    """
    for form in (_plain, _laid_out):
        words = form(decoded, settings)
        if words is not None:
            words += _header(decoded, envelope, words[0])
            break
    else:
        words = ["pbu", "--bare", "--truncate", "0", "--append", decoded.raw.hex()]
    found = ["pmiptool", "craft", words[0], *_envelope(envelope, words[0]), *words[1:]]
    for field in fields(CodePoints):
        if getattr(settings, field.name) != field.default:
            found += ["--codepoint", f"{field.name}={getattr(settings, field.name)}"]
    if envelope is None:
        found.append("--mh-hex")
    return shlex.join(found)


def _usual(name: str) -> tuple[bytes, bytes]:
    return (LMA, MAG) if name in ("pba", "binding-ack") else (MAG, LMA)


def _envelope(envelope: Envelope | None, name: str) -> list[str]:
    if envelope is None:
        return []
    words: list[str] = []
    for flag, address, usual in zip(("--src", "--dst"), (envelope.src, envelope.dst), _usual(name), strict=True):
        if address != usual:
            words += [flag, address_text(address)]
    if envelope.hop_limit != 64:
        words += ["--hop-limit", str(envelope.hop_limit)]
    if envelope.transport == "udp":
        words.append("--udp")
        for flag, port in (("--sport", envelope.sport), ("--dport", envelope.dport)):
            if port != UDP_PORT:
                words += [flag, str(port)]
    return words


def _counted(raw: bytes) -> bytes:
    return raw[: 8 * raw[1] + 8]


def _region(decoded: Decoded) -> bytes:
    """The octets without those behind the end that the header gives."""
    return decoded.raw[: len(decoded.raw) - len(decoded.layout.trailing)]


def _header(decoded: Decoded, envelope: Envelope | None, name: str) -> list[str]:
    """What is odd about the header, and what stands behind the message."""
    layout, raw = decoded.layout, decoded.raw
    words: list[str] = []
    if layout.payload_proto != NO_NEXT_HEADER:
        words += ["--set", f"payload-proto={layout.payload_proto}"]
    if layout.reserved:
        words += ["--set", f"reserved={layout.reserved}"]
    if raw[1] != max(len(_region(decoded)) // 8 - 1, 0):
        words += ["--set", f"len={raw[1]}"]
    if envelope is not None and envelope.transport == "udp":
        right = 0
    else:
        src, dst = _usual(name) if envelope is None else (envelope.src, envelope.dst)
        right = checksum(src, dst, _counted(raw))
    if layout.checksum != right:
        words += ["--set", f"checksum={layout.checksum:#06x}"]
    if layout.trailing:
        words += ["--append", layout.trailing.hex()]
    return words


def _message(decoded: Decoded, settings: CodePoints) -> list[str] | None:
    """The name and the fields."""
    message = decoded.message
    if isinstance(message, UnknownMessage):
        return [f"message-{message.type}", "--set", f"data={message.data.hex()}"]
    entry = values.ENTRIES[type(message)]
    words = [decoded.name]
    for field in entry.fields:
        if isinstance(field, model.Count):
            continue
        item = getattr(message, field.name)
        if field.name == "sequence" and isinstance(field, model.UInt):
            words += ["--seq", str(item)] if item != 1 else []
        elif field.name == "lifetime" and isinstance(field, model.UInt) and field.unit is not None:
            text = "max" if item == MAX_LIFETIME else str(item * field.unit)
            words += ["--lifetime", text] if item * field.unit != 300 else []
        elif isinstance(field, model.Flags) and field.name == "flags":
            if _FLAGS.get(decoded.name) != item:
                letters = "".join(flag.letter for flag in field.flags if flag.mask & item)
                words += ["--flags", f"{item:#x}" if item & ~field.known or not letters else letters]
        elif field.name == "status" and isinstance(field, model.UInt) and field.enum is not None:
            words += ["--status", field.enum.names(settings).get(item, str(item))] if item else []
        else:
            text = _field_text(field, message) or ""
            if item != _default(entry, field.name):
                words += ["--set", f"fields.{field.name}={text}"]
    return words


def _default(entry: model.Entry, name: str) -> Any:
    return getattr(values.CLASSES[entry.value](), name)


def _plain(decoded: Decoded, settings: CodePoints) -> list[str] | None:
    """Flags where there are some, `-O` for the rest; None where the padding would come out differently."""
    if decoded.layout.stump is not None:
        return None
    words = _message(decoded, settings)
    if words is None or isinstance(decoded.message, UnknownMessage):
        return words
    try:
        encoded = codec_for(settings).encode(decoded.message)
    except EncodeError:
        return None
    if encoded[_BODY:] != _region(decoded)[_BODY:]:
        return None
    slots = [slot for slot in decoded.layout.slots if slot.pad is None]
    named: set[str] = set()
    rank = -1
    for option, slot in zip(decoded.message.options, slots, strict=True):
        name = "" if isinstance(option, UnknownOption) else values.ENTRIES[type(option)].name
        at = _ORDER.index(name) if name in _ORDER else len(_ORDER)
        flag = _flag_words(option, settings)
        if flag and at < len(_ORDER) and (at > rank or (at == rank and name in _REPEATABLE)):
            words += flag
            rank = at
        else:
            expression = _expression(option, slot, decoded, settings)
            if expression is None or (expression.startswith("raw:") and not isinstance(option, UnknownOption)):
                return None
            words += ["-O", expression]
            rank = len(_ORDER)
        named.add(name)
    if words[0] in _FLAGS and not named >= _MUST:
        words.insert(1, "--bare")
    return words


def _laid_out(decoded: Decoded, settings: CodePoints) -> list[str] | None:
    """Every option and pad as it lies there."""
    if decoded.layout.stump is not None:
        return None
    words = _message(decoded, settings)
    if words is None or isinstance(decoded.message, UnknownMessage):
        return None
    words += ["--bare", "--no-pad"]
    rest = iter(decoded.message.options)
    for slot in decoded.layout.slots:
        expression = _pad(slot) if slot.pad is not None else _expression(next(rest), slot, decoded, settings)
        if expression is None:
            return None
        words += ["-O", expression]
    return words


def _pad(slot: Slot) -> str:
    if slot.type == 0:
        return "pad1"
    padding = slot.pad or b""
    if any(padding) or slot.length != len(padding):
        return f"padn:padding={padding.hex()}" + ("" if slot.length == len(padding) else f",len={slot.length}")
    return f"padn:len={len(padding)}"


def _flag_words(option: Any, settings: CodePoints) -> list[str] | None:
    """The flag that makes the very same option, if there is one."""
    match option:
        case values.MobileNodeIdentifier(subtype=1, identifier=identifier):
            return ["--mn-id", octets_text(identifier)]
        case values.HomeNetworkPrefix(l=0, reserved=0, home_network_prefix=prefix) if prefix.length <= 128:
            any_of_them = prefix == values.Prefix.any()
            return ["--hnp", "any" if any_of_them else prefix_text(prefix)]
        case values.HandoffIndicator(reserved=0, hi=hi):
            return ["--hi", rfc5213.HANDOFF_INDICATOR.names(settings).get(hi, str(hi))]
        case values.AccessTechnologyType(reserved=0, att=att):
            return ["--att", rfc5213.ACCESS_TECHNOLOGY.names(settings).get(att, str(att))]
        case values.MobileNodeLinkLayerIdentifier(reserved=0, link_layer_identifier=octets):
            return ["--ll-id", octets.hex(":") if octets else ""]
        case values.LinkLocalAddress(link_local_address=address):
            return ["--link-local", address_text(address)]
        case values.Timestamp(timestamp=raw):
            return ["--timestamp", _time(raw)]
        case values.ServiceSelection(identifier=octets):
            return ["--service", octets_text(octets)]
        case values.Multihoming(mhgid=mhgid, act=act, rfu=0):
            return ["--mhgid", str(mhgid), *(["--act", muho.ACT.names(settings).get(act, str(act))] if act else [])]
        case values.FlowIdentification() | values.FlowIdentification6089():
            return _flow(option, settings)
        case values.FlowSummary(fid=fids):
            return ["--flow-summary", ",".join(map(str, fids)) or "empty"]
    return None


def _flow(option: Any, settings: CodePoints) -> list[str] | None:
    text = format_flow(option, settings)
    try:
        return ["--flow", text] if parse_flow(text, settings) == option else None
    except UsageError:
        return None


def _time(raw: int) -> str:
    text = time_text(raw)
    return text if parse_time("", text) == raw else f"{raw:#018x}"


def _expression(option: Any, slot: Slot, decoded: Decoded, settings: CodePoints) -> str | None:
    """What `-O` takes for this option; None where nothing says it."""
    if slot.cut and slot.length is None:
        return None
    if isinstance(option, UnknownOption):
        odd = "" if slot.length == len(option.data) else f",len={slot.length}"
        return f"raw:type={slot.type},data={option.data.hex()}{odd}"
    octets = _octets(slot, decoded)
    entry = values.ENTRIES[type(option)]
    if any(isinstance(field, (model.SubOptions, model.Records)) for field in entry.fields):
        shown = option_object(option, slot, settings)
        brief = _brief(shown)
        for candidate in (brief, shown):
            if _encodes(candidate, octets, settings):
                return json.dumps(candidate, separators=(",", ":"))
    else:
        simple = _simple(option, entry, slot, settings)
        if simple is not None:
            return simple
    return f"raw:type={slot.type},data={octets[2:].hex()},len={octets[1]}"


def _octets(slot: Slot, decoded: Decoded) -> bytes:
    """The octets of an option as it lies there."""
    offsets = [other.offset for other in decoded.layout.slots if other.offset > slot.offset]
    return decoded.raw[slot.offset : min(offsets, default=len(_region(decoded)))]


def _encodes(shown: Mapping[str, Any], octets: bytes, settings: CodePoints) -> bool:
    message = {"type": 5, "message": "pbu", "fields": {}, "options": [{**shown, "offset": 12}]}
    try:
        return encode_object(message, settings)[12:][: len(octets)] == octets
    except UsageError:
        return False


def _brief(shown: Mapping[str, Any]) -> dict[str, Any]:
    """An option's object without what follows from the rest."""
    found: dict[str, Any] = {"name": shown["name"], "fields": _brief_fields(shown["fields"])}
    if "reading" in shown:
        found |= {"type": shown["type"], "reading": shown["reading"]}
    return found | {key: shown[key] for key in ("trailing", "cut") if key in shown}


def _brief_fields(shown: Mapping[str, Any]) -> dict[str, Any]:
    found = {}
    for key, item in shown.items():
        if any(key.endswith(end) and key.removesuffix(end) in shown for end in ("_name", "_s", "_degrees")):
            continue
        found[key] = item
        if isinstance(item, Mapping):
            found[key] = _brief_fields(item)
        elif isinstance(item, list) and key != "suboptions":
            found[key] = [_brief_fields(one) if isinstance(one, Mapping) else one for one in item]
        if key == "suboptions":
            odd = any(sub["name"] in ("pad1", "padn") or {"trailing", "cut", "reading"} & {*sub} for sub in item)
            brief = [{"name": sub["name"], "fields": _brief_fields(sub["fields"])} for sub in item]
            found[key] = item if odd else brief
            for one, sub in zip(found[key], item, strict=True):
                if set(sub["fields"]) == {"data"}:
                    one["type"] = sub["type"]
    return found


def _simple(option: Any, entry: model.Entry, slot: Slot, settings: CodePoints) -> str | None:
    """`NAME:field=value,...` with the fields that differ from their defaults."""
    parts = []
    for field in entry.fields:
        if isinstance(field, model.Count):
            continue
        item = getattr(option, field.name)
        if item == _default(entry, field.name):
            continue
        text = _field_text(field, option)
        if text is None:
            return None
        chosen = rest_form(field, option) if isinstance(field, model.Rest) and field.forms else ""
        try:
            if parse_field("", field, text, settings, chosen=chosen) != item:
                return None
        except UsageError:
            return None
        parts.append(f"{field.name}={text}")
    if slot.trailing:
        parts.append(f"trailing={slot.trailing.hex()}")
    if slot.reading:
        parts += [f"type={slot.type}", f"len={slot.length}"]
    return entry.name + (":" + ",".join(parts) if parts else "")


def _field_text(field: model.Field, value: Any) -> str | None:
    """A field as one text that `parse_field` reads; None for what has no such text."""
    item = getattr(value, field.name)
    if isinstance(field, model.UInt):
        return str(item)
    if isinstance(field, model.Flags):
        return f"{item:#x}"
    if isinstance(field, (model.Address, model.AddressRest)):
        return address_text(item) if item else ""
    if isinstance(field, model.Prefix):
        return prefix_text(item)
    if isinstance(field, model.Time48):
        return f"{item:#018x}"
    if isinstance(field, model.Numbers):
        return ",".join(map(str, item))
    if isinstance(field, model.Addresses):
        return ",".join(map(address_text, item))
    if isinstance(field, model.Octets):
        return str(item.hex()) if field.form == "hex" else octets_text(item).replace(",", "\\x2c")
    if isinstance(field, model.Rest):
        return rest_text(rest_form(field, value), item).replace(",", "\\x2c")
    if isinstance(field, model.Sized):
        return str(item.hex()) if field.form == "hex" else octets_text(item).replace(",", "\\x2c")
    return None
