"""Options of a message from flags (`--hnp`) and from `-O` expressions, as packets of the layers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from pmiptool.craft.request import ATT, HI, HNP, MN_ID, Request
from pmiptool.errors import UsageError
from pmiptool.registry import catalogue, model, muho, rfc5213
from pmiptool.registry.codepoints import CodePoints
from pmiptool.text.filters import parse_flow
from pmiptool.text.names import did_you_mean, nearest_or_all, parse_number, parse_number_or_name, plain
from pmiptool.text.reading import read_fields
from pmiptool.text.values import (
    parse_address,
    parse_field,
    parse_hex,
    parse_octets_text,
    parse_prefix,
    parse_time,
    time_raw,
)
from pmiptool.wire import values

NAMED = ("mn-id", "hnp", "hi", "att", "ll-id", "link-local", "timestamp", "service-selection", "multihoming", "fid",
         "flow-summary")  # fmt: skip
"""Options that have flags of their own, in the order of their flags."""


def from_flags(request: Request, settings: CodePoints, now: float | None) -> Iterator[tuple[str, Any]]:
    """Name and value of each option that a flag asks for, in the usual order. `now`: seconds since 1970."""
    if request.mn_id is not None:
        yield "mn-id", values.MobileNodeIdentifier(1, _short("--mn-id", parse_octets_text(request.mn_id), 254))
    for text in request.hnp:
        yield "hnp", values.HomeNetworkPrefix(home_network_prefix=parse_prefix("--hnp", text))
    if request.hi is not None:
        number = parse_number_or_name("--hi", rfc5213.HANDOFF_INDICATOR, request.hi, settings)
        yield "hi", values.HandoffIndicator(hi=number)
    if request.att is not None:
        number = parse_number_or_name("--att", rfc5213.ACCESS_TECHNOLOGY, request.att, settings)
        yield "att", values.AccessTechnologyType(att=number)
    if request.ll_id is not None:
        octets = _short("--ll-id", parse_hex("--ll-id", request.ll_id), 253)
        yield "ll-id", values.MobileNodeLinkLayerIdentifier(link_layer_identifier=octets)
    if request.link_local is not None:
        yield "link-local", values.LinkLocalAddress(parse_address("--link-local", request.link_local, 6))
    if request.timestamp not in (None, "none"):
        yield "timestamp", values.Timestamp(_time(str(request.timestamp), now))
    if request.service is not None:
        octets = _short("--service", parse_octets_text(request.service), 255)
        yield "service-selection", values.ServiceSelection(octets)
    if request.mhgid is not None or request.act is not None:
        group = parse_number("--mhgid", request.mhgid or "0", 255)
        act = parse_number_or_name("--act", muho.ACT, request.act or "0", settings, 7)
        yield "multihoming", values.Multihoming(group, act)
    for text in request.flow:
        yield "fid", parse_flow(text, settings)
    if request.flow_summary is not None:
        text = "" if plain(request.flow_summary) == "empty" else request.flow_summary
        fids = tuple(parse_number("--flow-summary", item, 65535) for item in text.split(",") if item.strip())
        yield "flow-summary", values.FlowSummary(fids)


def defaults(named: set[str]) -> Request:
    """What a PBU or PBA must have, where no flag and no `-O` names it."""
    must = {"mn_id": MN_ID, "hnp": (HNP,), "hi": HI, "att": ATT}
    return Request(**{key: text for key, text in must.items() if key.replace("_", "-") not in named})  # type: ignore[arg-type]


def _short(what: str, octets: bytes, most: int) -> bytes:
    if len(octets) > most:
        raise UsageError(f"{what} has {len(octets)} octets; its option holds {most}")
    return octets


def _time(text: str, now: float | None) -> int:
    if text != "now":
        return parse_time("--timestamp", text)
    if now is None:
        import time

        now = time.time()
    return time_raw(now)


def name_of(expression: str) -> str | None:
    """The option that a `-O` expression names; None where it has no name to it."""
    if expression.lstrip().startswith("{"):
        found = _json_object(expression).get("name")
        return found if isinstance(found, str) else None
    return plain(expression.partition(":")[0])


def from_expression(expression: str, settings: CodePoints) -> Any:
    """The packet of one `-O`: `NAME:field=value,...`, `raw:type=N,data=HEX`, or the JSON of one option."""
    if expression.lstrip().startswith("{"):
        try:
            return _from_json(_json_object(expression), settings)
        except (TypeError, AttributeError, ValueError) as error:
            raise UsageError(f"-O: the JSON is no option as `decode --json` shows it ({error})") from None
    name, _, rest = expression.partition(":")
    name = plain(name)
    given = _pairs(name, rest)
    forced: dict[str, int] = {}
    for key in ("type", "len"):
        if key in given:
            forced[key] = parse_number(f"{name}.{key}", given.pop(key), 255)
    trailing = parse_hex(f"{name}.trailing", given.pop("trailing")) if "trailing" in given else b""
    if name == "raw" or _option_number(name) is not None:
        packet = _raw(name, given, forced)
    else:
        entry = catalogue.option_named(name, settings)
        if entry is None:
            known = [option.name for option in catalogue.OPTIONS]
            raise UsageError(f"option {name!r} does not exist{nearest_or_all(name, [*known, 'raw'])}")
        packet = _pad(entry, given, forced) if entry.pad else _known(entry, given, settings)
    return _forced(packet, forced, trailing)


def _forced(packet: Any, forced: dict[str, int], trailing: bytes) -> Any:
    if "type" in forced:
        packet.otype = forced["type"]
    if "len" in forced and "olen" in packet.fieldtype:
        packet.olen = forced["len"]
    if trailing:
        if "trailing" not in packet.fieldtype:
            raise UsageError(f"{packet.name} has no room of its own for trailing octets; put them into its last field")
        packet.fields["trailing"] = trailing
    return packet


def _pairs(name: str, text: str) -> dict[str, str]:
    """`a=1,b=2`; a piece without `=` goes on with the value before it, so that lists need no quotes."""
    given: dict[str, str] = {}
    last = None
    for piece in text.split(",") if text else ():
        key, equals, value = piece.partition("=")
        if equals:
            last = key.strip().lower().replace("-", "_")
            if last in given:
                raise UsageError(f"option {name} names {last} twice")
            given[last] = value
        elif last is None:
            raise UsageError(f"option {name}: {piece!r} is no field=value")
        else:
            given[last] += f",{piece}"
    return given


def _option_number(name: str) -> int | None:
    digits = name.removeprefix("option-")
    return int(digits) if digits != name and digits.isdigit() and int(digits) < 256 else None


def _raw(name: str, given: dict[str, str], forced: dict[str, int]) -> Any:
    from pmiptool.layers.options import MIP6OptUnknown

    number = forced.pop("type", _option_number(name))
    if number is None:
        raise UsageError("option raw needs a type: raw:type=N,data=HEX")
    data = parse_hex(f"{name}.data", given.pop("data", ""))
    _no_more(name, given, ["type", "data", "len"])
    return MIP6OptUnknown(otype=number, odata=data)


def _pad(entry: model.Option, given: dict[str, str], forced: dict[str, int]) -> Any:
    from pmiptool.layers.records import by_entry

    cls: Any = by_entry[id(entry)]
    if not entry.fields:
        _no_more(entry.name, given, ["type"])
        return cls()
    if "padding" in given:
        padding = parse_hex(f"{entry.name}.padding", given.pop("padding"))
    else:
        padding = bytes(forced.get("len", 0))
    _no_more(entry.name, given, ["padding", "len", "type"])
    return cls(padding=padding)


def _no_more(name: str, given: dict[str, str], known: list[str]) -> None:
    for key in given:
        hint = did_you_mean(key, known)
        raise UsageError(f"option {name} has no field {key!r}{hint} (its fields: {', '.join(known)})")


def _known(entry: model.Option, given: dict[str, str], settings: CodePoints) -> Any:
    from pmiptool.layers import option_from_value

    if any(isinstance(field, model.Records) for field in entry.fields):
        found = read_fields(entry, _nested(entry.name, given), settings, entry.name)
        return option_from_value(values.CLASSES[entry.value](**found))
    taken: dict[str, Any] = {}
    lengths: dict[str, int] = {}
    for field in entry.fields:
        if isinstance(field, model.Prefix) and f"{field.name}.length" in given:
            key = f"{field.name}.length"
            lengths[field.name] = parse_number(f"{entry.name}.{key}", given.pop(key), 255)
        if field.name not in given:
            continue
        what, text = f"{entry.name}.{field.name}", given.pop(field.name)
        if isinstance(field, model.SubOptions):
            raise UsageError(f"{what} is nested; give the whole option as JSON, as `decode --json` shows it, or --flow")
        chosen = ""
        if isinstance(field, model.Rest) and field.forms:
            by = entry.field(field.form)
            chosen = dict(field.forms).get(taken.get(field.form, getattr(by, "default", 0)), "hex")
        taken[field.name] = parse_field(what, field, text, settings, chosen=chosen)
    names = [field.name for field in entry.fields if not isinstance(field, model.SubOptions)]
    _no_more(entry.name, given, [*names, "len", "type"])
    for name, length in lengths.items():
        address = taken[name].address if name in taken else bytes(16)
        taken[name] = values.Prefix(address, length)
    return option_from_value(values.CLASSES[entry.value](**taken))


def _nested(name: str, given: dict[str, str]) -> Any:
    """`context.multicast_address=...` and `records.0.record_type=...` as the objects and lists that they mean."""
    found: dict[str, Any] = {}
    for key, text in given.items():
        at = found
        *path, last = key.split(".")
        for part in path:
            at = at.setdefault(part, {})
            if not isinstance(at, dict):
                raise UsageError(f"option {name}: {key} names a part of what has a value already")
        at[last] = text
    return _lists(found)


def _lists(found: Any) -> Any:
    if not isinstance(found, dict):
        return found
    parts = {key: _lists(item) for key, item in found.items()}
    if parts and all(key.isdigit() for key in parts):
        return [parts[key] for key in sorted(parts, key=int)]
    return parts


def _json_object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"-O is no JSON: {error}") from None
    if not isinstance(found, dict):
        raise UsageError("-O takes one JSON object, an option as `decode --json` shows it")
    return found


def _from_json(shown: dict[str, Any], settings: CodePoints) -> Any:
    """An option as `decode --json` shows it; `type` and `length` only count where they differ from the option's own."""
    from pmiptool.layers.options import cut
    from pmiptool.text.json import encode_object

    if shown.get("name") in ("pad1", "padn"):
        padding = (shown.get("fields") or {}).get("padding", "")
        expression = "pad1" if shown["name"] == "pad1" else f"padn:padding={padding}"
        packet = from_expression(expression, settings)
        natural = len(parse_hex("padding", str(padding)))
    else:
        message = {"type": 5, "message": "pbu", "fields": {}, "options": [{**shown, "offset": 12}]}
        octets = encode_object(message, settings)
        packets = cut(octets[12:], None, None)
        if not packets:
            raise UsageError("-O: the JSON describes no option")
        packet = packets[0]
        if "otype" not in packet.fieldtype:  # a type without a length
            return packet
        natural = packet.fields.get("olen")
        if not (shown.get("cut") or shown.get("reading")):
            packet.fields.pop("olen", None)
    forced = {}
    for key, name, own in (("type", "type", packet.getfieldval("otype")), ("length", "len", natural)):
        if isinstance(shown.get(key), int) and shown[key] != own:
            forced[name] = parse_number(f"-O {key}", str(shown[key]), 255)
    return _forced(packet, forced, b"")


__all__ = ["NAMED", "defaults", "from_expression", "from_flags", "name_of"]
