"""The second judge: does Wireshark read the same in a capture as we do?

`judge` asks Wireshark twice over: through the generated dissector (fields `pmip6.*`), which shares the registry with
our codec, and through Wireshark's own dissector (`mip6.*`), which does not. Where the latter is known to be wrong, the
table `KNOWN` says so; where the texts and Wireshark differ, the texts win.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from pmiptool.capture.messages import Seen, messages
from pmiptool.capture.pdml import Expert, Value, WiresharkMessage, WiresharkOption, read_messages
from pmiptool.capture.tshark import LuaRefused, fields, find
from pmiptool.registry import model
from pmiptool.registry.codepoints import DEFAULT, KEYS, CodePoints
from pmiptool.wire import values
from pmiptool.wire.values import UnknownMessage, UnknownOption, UnknownSubOption

__all__ = [
    "KNOWN",
    "Disagreement",
    "Expert",
    "LuaRefused",
    "Value",
    "Verdict",
    "WiresharkMessage",
    "WiresharkOption",
    "compare",
    "fields",
    "find",
    "judge",
    "preferences_of",
    "read_messages",
]


class Disagreement(NamedTuple):
    """One thing that we and Wireshark read differently. where: the option and its field, or the message's."""

    frame: int
    where: str
    ours: str
    wireshark: str

    def __str__(self) -> str:
        return f"frame {self.frame}, {self.where}: {self.ours} here, {self.wireshark} in Wireshark"


class Verdict(NamedTuple):
    """What the second judge says of a capture: how many messages, options and fields it looked at, and what differs."""

    messages: int
    options: int
    fields: int
    disagreements: tuple[Disagreement, ...]

    @property
    def agreed(self) -> bool:
        return not self.disagreements


class Known(NamedTuple):
    """A field that Wireshark's own dissector reads wrong: it loses the last `lost` octets, or never shows it."""

    field: str
    reason: str
    lost: int = 0


KNOWN = (
    Known("mip6.vsm.data", "Wireshark's own dissector cuts the last 2 octets of the data (seen in 4.0)", lost=2),
    Known("mip6.opt.len.invalid", "an option that only Wireshark knows and whose length it does not like ends its walk"),
)  # fmt: skip
_LOST = {known.field: known.lost for known in KNOWN}

# Wireshark's own names (mip6.*) of what the registry describes, by message or option and field.
_MESSAGE_NAMES: dict[tuple[str, str], str] = {
    ("binding-update", "sequence"): "mip6.bu.seqnr",
    ("binding-update", "lifetime"): "mip6.bu.lifetime",
    **{("binding-update", f"flags.{letter}"): f"mip6.bu.{letter}_flag" for letter in "ahlkmpftb"},
    ("binding-update", "flags.r"): "mip6.nemo.bu.r_flag",
    ("binding-ack", "status"): "mip6.ba.status",
    ("binding-ack", "sequence"): "mip6.ba.seqnr",
    ("binding-ack", "lifetime"): "mip6.ba.lifetime",
    **{("binding-ack", f"flags.{letter}"): f"mip6.ba.{letter}_flag" for letter in "kptb"},
    ("binding-ack", "flags.r"): "mip6.nemo.ba.r_flag",
    ("binding-error", "status"): "mip6.be.status",
    ("binding-error", "home_address"): "mip6.be.haddr",
}
_OPTION_NAMES: dict[tuple[str, str], str] = {
    ("binding-refresh-advice", "refresh_interval"): "mip6.bra.interval",
    ("alt-coa", "alternate_care_of_address"): "mip6.acoa.acoa",
    ("mn-id", "subtype"): "mip6.mnid.subtype",
    ("mn-id", "identifier"): "mip6.mnid.identifier",
    ("vendor", "vendor_id"): "mip6.vsm.vendorId",
    ("vendor", "sub_type"): "mip6.vsm.subtype",
    ("vendor", "data"): "mip6.vsm.data",
    ("service-selection", "identifier"): "mip6.ss.identifier",
    ("hnp", "home_network_prefix"): "mip6.nemo.mnp.mnp",
    ("hnp", "prefix_length"): "mip6.nemo.mnp.pfl",
    ("hi", "reserved"): "mip6.hi.reserved",
    ("hi", "hi"): "mip6.hi",
    ("att", "reserved"): "mip6.att.reserved",
    ("att", "att"): "mip6.att",
    ("ll-id", "reserved"): "mip6.mnlli.reserved",
    ("ll-id", "link_layer_identifier"): "mip6.mnlli.lli",
    ("link-local", "link_local_address"): "mip6.lila_lla",
    ("timestamp", "timestamp"): "mip6.timestamp_tmp",
    ("bid", "bid"): "mip6.bi.bid",
    ("bid", "status"): "mip6.bi.status",
    ("bid", "h"): "mip6.bi.h_flag",
    ("bid", "care_of_address"): "mip6.bi.coa_ipv6",
    ("bid", "care_of_address4"): "mip6.bi.coa_ipv4",
}
_SHORT = {"traffic-selector": "ts", "binding-reference": "bref"}

Fact = int | bytes | str
"""What we say of a field: a number, octets, or a word."""
Facts = dict[str, tuple[Fact, ...]]
"""By a field's name under its entry: what we read there, several where it stands several times."""
_CHECKSUM_STATUS = {False: "0", True: "1"}
"""As Wireshark counts; 2 and 3 are unverified and not present."""


def judge(
    capture: str | os.PathLike[str],
    settings: CodePoints = DEFAULT,
    *,
    lua: str | os.PathLike[str] | None = None,
    preferences: Mapping[str, object] | None = None,
) -> Verdict:
    """Compare all messages of a capture with what Wireshark reads.

    `lua` is the dissector, by default the one generated for these settings. Raises what `read_messages` raises.
    """
    if lua is None:
        from pmiptool.dissector import default_lua

        lua = default_lua(settings)
    chosen = {**preferences_of(settings), "pmip6.keep_mip6_fields": True, **(preferences or {})}
    theirs = read_messages(capture, lua, chosen)
    return _compared(list(messages(capture, settings)), theirs)


def preferences_of(settings: CodePoints) -> dict[str, object]:
    """The dissector's preferences that differ from its defaults; `settings` as `-o` of tshark wants them."""
    changed = {key: getattr(settings, key) for key in KEYS if getattr(settings, key) != getattr(DEFAULT, key)}
    if "dialect" in changed:
        changed["dialect"] = settings.wire_dialect
    return {f"pmip6.{key}": value for key, value in changed.items() if value is not None}


def compare(ours: Iterable[Seen], theirs: Sequence[WiresharkMessage]) -> list[Disagreement]:
    """Message for message, option for option, field for field: what differs."""
    return list(_compared(list(ours), theirs).disagreements)


def _compared(ours: Sequence[Seen], theirs: Sequence[WiresharkMessage]) -> Verdict:
    found: list[Disagreement] = []
    counts = [0, 0, 0]
    mine = {frame: list(group) for frame, group in groupby(ours, lambda seen: seen.frame.number)}
    others = {frame: list(group) for frame, group in groupby(theirs, lambda message: message.frame)}
    for frame in sorted(mine.keys() | others.keys()):
        pair = mine.get(frame, []), others.get(frame, [])
        if len(pair[0]) != len(pair[1]) and not any(map(_broken_off, pair[0])):
            told = [f"{len(one)} Mobility Header{'s' * (len(one) != 1)}" for one in pair]
            found.append(Disagreement(frame, "messages", *told))
        for seen, message in zip(*pair, strict=False):
            counts[0] += 1
            found += _message(seen, message, counts)
    return Verdict(counts[0], counts[1], counts[2], tuple(found))


def _broken_off(seen: Seen) -> bool:
    """Whether octets are missing: there Wireshark ends with an exception, and shows half of what it saw or nothing."""
    return seen.decoded.layout.stump is not None or (seen.envelope is not None and seen.envelope.truncated)


def _message(seen: Seen, message: WiresharkMessage, counts: list[int]) -> Iterator[Disagreement]:
    frame, layout, decoded = seen.frame.number, seen.decoded.layout, seen.decoded
    if _broken_off(seen):
        return
    if layout.type != message.type:
        yield Disagreement(frame, "type", str(layout.type), str(message.type))
        return
    facts: Facts = {}
    names: dict[str, str] = {}
    header = {"mip6.proto": layout.payload_proto, "mip6.reserved": layout.reserved, "mip6.csum": layout.checksum}
    for name, number in header.items():
        facts[name] = (number,)
        names[name] = name
    if "pmip6.message" in message.fields:
        facts["message"] = (decoded.name,)
        shown = message.fields["pmip6.checksum.status"][0].show
        told = _CHECKSUM_STATUS.get(decoded.checksum_ok) if decoded.checksum_ok is not None else shown
        facts["checksum.status"] = (int(told or shown),)
        if decoded.checksum_ok is None and shown in _CHECKSUM_STATUS.values():
            yield Disagreement(frame, "checksum", "not judged", {"0": "bad", "1": "good"}[shown])
    if not isinstance(decoded.message, UnknownMessage):
        entry = values.ENTRIES[type(decoded.message)]
        facts |= _facts(decoded.message, entry)
        names |= {field: name for (kind, field), name in _MESSAGE_NAMES.items() if kind == entry.name}
    yield from _fields(frame, "", facts, "pmip6", names, message.fields, counts)
    stated = len(decoded.raw) if layout.header_length is None else 8 * layout.header_length + 8
    if not isinstance(decoded.message, UnknownMessage) and stated <= len(decoded.raw):
        yield from _options(seen, message, counts)


def _options(seen: Seen, message: WiresharkMessage, counts: list[int]) -> Iterator[Disagreement]:
    frame, layout = seen.frame.number, seen.decoded.layout
    rest = iter(seen.decoded.message.options)
    theirs = {option.offset: option for option in message.options}
    foreign = False
    for index, slot in enumerate(layout.slots):
        value = next(rest) if slot.pad is None else None
        if slot.cut:
            return  # Wireshark stops at an option that runs past its end
        counts[1] += 1
        other = theirs.pop(slot.offset, None)
        where = f"option {index} at offset {slot.offset}"
        ours = f"type {slot.type}, length {slot.length}"
        if other is None:
            if foreign:
                return  # see KNOWN: the walk ended inside an option that only Wireshark knows
            yield Disagreement(frame, where, ours, "no option there")
            continue
        foreign = value is not None and "pmip6.option" not in other.fields
        if (slot.type, slot.length) != (other.type, other.length):
            yield Disagreement(frame, where, ours, f"type {other.type}, length {other.length}")
        elif value is not None and not isinstance(value, UnknownOption):
            entry = values.ENTRIES[type(value)]
            facts = _facts(value, entry)
            if slot.trailing.strip(b"\0" if getattr(entry, "units", False) else b""):
                facts["pmip6.option.trailing"] = (slot.trailing,)
            subs = [sub for sub in slot.sub if sub.length is not None]
            if slot.sub and "pmip6.suboption.type" in other.fields:
                facts["pmip6.suboption.type"] = tuple(sub.type for sub in slot.sub)
                facts["pmip6.suboption.length"] = tuple(sub.length for sub in subs if sub.length is not None)
            names = {field: name for (kind, field), name in _OPTION_NAMES.items() if kind == entry.name}
            prefix = f"pmip6.{entry.name.replace('-', '_')}"
            yield from _fields(frame, f"{where} ({entry.name}), ", facts, prefix, names, other.fields, counts)
        elif value is not None and "pmip6.option.data" in other.fields and value.data:
            data: Facts = {"data": (value.data,)}
            yield from _fields(frame, f"{where}, ", data, "pmip6.option", {}, other.fields, counts)
    for other in theirs.values():
        told = f"type {other.type}, length {other.length}"
        yield Disagreement(frame, f"an option at offset {other.offset}", "none", told)


def _fields(
    frame: int,
    where: str,
    facts: Facts,
    prefix: str,
    names: Mapping[str, str],
    shown: Mapping[str, tuple[Value, ...]],
    counts: list[int],
) -> Iterator[Disagreement]:
    """Each fact against each of Wireshark's fields that speaks of it; at least one must."""
    for name, wanted in facts.items():
        counts[2] += 1
        full = name if name.startswith(("pmip6.", "mip6.")) else f"{prefix}.{name}"
        candidates = (f"{full}_octets", full) if f"{full}_octets" in shown else (full,)
        seen = [candidate for candidate in (candidates[0], names.get(name)) if candidate in shown]
        if not seen and any(wanted):
            yield Disagreement(frame, f"{where}field {name}", _told(wanted), "not shown")
        for candidate in seen:
            if candidate is not None and not _same(wanted, shown[candidate], _LOST.get(candidate, 0)):
                theirs = " ".join(value.show or value.raw for value in shown[candidate])
                yield Disagreement(frame, f"{where}field {candidate}", _told(wanted), theirs)


def _same(wanted: Sequence[Fact], shown: Sequence[Value], lost: int) -> bool:
    return len(wanted) == len(shown) and all(map(_equal, wanted, shown, [lost] * len(wanted)))


def _equal(fact: Fact, value: Value, lost: int) -> bool:
    if isinstance(fact, str):
        return fact == value.show
    if isinstance(fact, int):
        number = value.number
        return fact == (int(value.raw or "0", 16) if number is None else number)
    return value.raw == fact.hex() or (lost > 0 and value.raw == fact[:-lost].hex())


def _told(facts: Sequence[Fact]) -> str:
    return " ".join(fact.hex() if isinstance(fact, bytes) else str(fact) for fact in facts) or "none"


def _facts(value: Any, entry: model.Entry) -> Facts:
    """The fields of a value by the names that the dissector gives them."""
    found: Facts = {}
    for field in entry.fields:
        item = getattr(value, field.name)
        if isinstance(field, model.Flags):
            found[field.name] = (item,)
            found |= {f"{field.name}.{flag.letter.lower()}": (int(bool(item & flag.mask)),) for flag in field.flags}
        elif isinstance(field, model.Prefix):
            found[field.name] = (item.address,)
            found["prefix_length"] = (item.length,)
        elif isinstance(field, model.Time48):
            found[field.name] = (item.to_bytes(8, "big"),)
        elif isinstance(field, model.AddressRest):
            if item:
                found[field.name + ("4" if len(item) == 4 else "")] = (item,)
        elif isinstance(field, model.Numbers):
            if item:
                found[field.name] = tuple(item)
        elif isinstance(field, model.Flagged):
            found |= _flagged(value, field)
        elif isinstance(field, model.SubOptions):
            for name, more in _suboptions(item):
                found[name] = (*found.get(name, ()), *more)
        elif isinstance(item, bytes):
            if item:
                found[field.name] = (item,)
        else:
            found[field.name] = (item,)
    return found


def _flagged(value: Any, field: model.Flagged) -> Facts:
    found: Facts = {}
    if getattr(value, field.name):
        found[field.name] = (getattr(value, field.name),)
    for part in field.parts:
        item = getattr(value, part.name)
        if item is None:
            continue
        name = part.name
        if part.kind == "address" and part.bits == 32:
            name = f"{name.removesuffix('_end')}4{'_end' if name.endswith('_end') else ''}"
        elif part.mask is not None:
            item &= part.mask
        elif part.shift:
            item >>= part.shift
        found[name] = (item,)
    return found


def _suboptions(items: Iterable[Any]) -> Iterator[tuple[str, tuple[Fact, ...]]]:
    for item in items:
        if isinstance(item, UnknownSubOption):
            if item.data:
                yield "pmip6.suboption.data", (item.data,)
            continue
        entry = values.ENTRIES[type(item)]
        prefix = f"pmip6.{_SHORT.get(entry.name, entry.name.replace('-', '_'))}"
        for name, facts in _facts(item, entry).items():
            yield f"{prefix}.{name}", facts
