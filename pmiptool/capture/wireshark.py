"""The second judge: does Wireshark read the same in a capture as we do?

`judge` asks Wireshark twice over: through the generated dissector (fields `pmip6.*`), which shares the registry with
our codec, and through Wireshark's own dissector (`mip6.*`), which does not. Where the latter is known to be wrong, the
table `KNOWN` says so; where the texts and Wireshark differ, the texts win.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Any, NamedTuple

from pmiptool.capture.facts import ALSO_SHOWN, KNOWN, LOST, MESSAGE_NAMES, OPTION_NAMES, Fact, Facts, facts_of
from pmiptool.capture.messages import Seen, messages
from pmiptool.capture.pdml import Expert, Value, WiresharkMessage, WiresharkOption, read_messages
from pmiptool.capture.tshark import LuaRefused, fields, find
from pmiptool.registry.codepoints import DEFAULT, KEYS, CodePoints
from pmiptool.rules import RULES, Context, SessionChecker, check_message
from pmiptool.text.names import many
from pmiptool.wire import values
from pmiptool.wire.finding import Finding
from pmiptool.wire.layout import Slot
from pmiptool.wire.values import UnknownMessage, UnknownOption

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


_CHECKSUM_STATUS = {False: 0, True: 1}
"""As Wireshark counts; 2 and 3 are unverified and not present."""
_AS_WE_READ = {"pmip6.keep_mip6_fields": True, "ipv6.defragment": False, "ip.defragment": False}
"""Wireshark's own fields beside ours, and fragments as they are."""
_ON_ANSWERS = frozenset(rule.id for rule in RULES if rule.scope == "exchange")
_ALSO_UNREAD = ("/length", "/unknown-option", "/option-past-end")
"""Rules that speak of options that could not be read."""


class _Count:
    """How much was compared."""

    def __init__(self) -> None:
        self.messages = self.options = self.fields = 0


def judge(
    capture: str | os.PathLike[str],
    settings: CodePoints = DEFAULT,
    *,
    lua: str | os.PathLike[str] | None = None,
    preferences: Mapping[str, object] | None = None,
) -> Verdict:
    """Compare all messages of a capture with what Wireshark reads, and the rules that each breaks.

    `lua` is the dissector, by default the one generated for these settings. Raises what `read_messages` raises.
    """
    if lua is None:
        from pmiptool.dissector import default_lua

        lua = default_lua(settings)
    chosen = {**preferences_of(settings), **_AS_WE_READ, **(preferences or {})}
    theirs = read_messages(capture, lua, chosen)
    return _compared(list(messages(capture, settings)), theirs, settings)


def preferences_of(settings: CodePoints) -> dict[str, object]:
    """The dissector's preferences that these settings change."""
    changed = {key: getattr(settings, key) for key in KEYS if getattr(settings, key) != getattr(DEFAULT, key)}
    if "dialect" in changed:
        changed["dialect"] = settings.wire_dialect
    return {f"pmip6.{key}": value for key, value in changed.items() if value is not None}


def compare(
    ours: Iterable[Seen], theirs: Sequence[WiresharkMessage], settings: CodePoints | None = None
) -> list[Disagreement]:
    """Message for message, option for option, field for field: what differs. With settings, also the rules broken."""
    return list(_compared(list(ours), theirs, settings).disagreements)


def _compared(ours: Sequence[Seen], theirs: Sequence[WiresharkMessage], settings: CodePoints | None) -> Verdict:
    found: list[Disagreement] = []
    count = _Count()
    mine = {frame: _outermost(group) for frame, group in groupby(ours, lambda seen: seen.frame.number)}
    others = {frame: list(group) for frame, group in groupby(theirs, lambda message: message.frame)}
    answers = {} if settings is None else _of_answers(ours, settings)
    for frame in sorted(mine.keys() | others.keys()):
        pair = mine.get(frame, []), others.get(frame, [])
        if len(pair[0]) != len(pair[1]) and not any(map(_broken_off, pair[0])):
            told = [many(len(one), "Mobility Header") for one in pair]
            found.append(Disagreement(frame, "messages", *told))
        for seen, message in zip(*pair, strict=False):
            count.messages += 1
            alone = len(pair[0]) == 1
            found += _message(seen, message, count, settings, answers.get(frame, ()) if alone else None)
    return Verdict(count.messages, count.options, count.fields, tuple(found))


def _of_answers(ours: Sequence[Seen], settings: CodePoints) -> dict[int, list[Finding]]:
    """What answers break for their requests, by the answer's frame."""
    checker = SessionChecker(Context(settings), messages=False)
    found: dict[int, list[Finding]] = {}
    for seen in ours:
        if seen.envelope is None:
            continue
        told = checker.observe(
            seen.decoded, src=seen.envelope.src, dst=seen.envelope.dst, time=seen.frame.time_ns / 1e9,
            frame=seen.frame.number, envelope=seen.envelope,
        )  # fmt: skip
        for one in told:
            if one.finding.rule in _ON_ANSWERS:
                found.setdefault(one.frames[-1], []).append(one.finding)
    return found


def _outermost(group: Iterable[Seen]) -> list[Seen]:
    """Without messages behind another whose Payload Proto is not 59: Wireshark does not look there."""
    found: list[Seen] = []
    end = 0
    for seen in group:
        at = seen.envelope.mh_offset if seen.envelope is not None else 0
        if at >= end:
            found.append(seen)
            end = at + len(seen.decoded.raw)
    return found


def _broken_off(seen: Seen) -> bool:
    """Whether octets are missing: there Wireshark ends with an exception, and shows half of what it saw or nothing."""
    return seen.decoded.layout.stump is not None or (seen.envelope is not None and seen.envelope.truncated)


def _message(
    seen: Seen, message: WiresharkMessage, count: _Count, settings: CodePoints | None,
    answer: Iterable[Finding] | None = (),
) -> Iterator[Disagreement]:  # fmt: skip
    """answer: what it breaks as an answer; None where that is not compared."""
    frame, decoded, layout = seen.frame.number, seen.decoded, seen.decoded.layout
    if _broken_off(seen):
        return
    if layout.type != message.type:
        yield Disagreement(frame, "type", str(layout.type), str(message.type))
        return
    facts: Facts = {}
    if _walked(message):
        facts["mip6.proto"], facts["mip6.reserved"] = (layout.payload_proto,), (layout.reserved,)
        facts["mip6.csum"] = (layout.checksum,)
    status = message.fields.get("pmip6.checksum.status")
    if status is not None:
        facts["pmip6.message"] = (decoded.name,)
        judged = decoded.checksum_ok
        if judged is not None:
            facts["pmip6.checksum.status"] = (_CHECKSUM_STATUS[judged],)
        elif status[0].number in (0, 1):
            yield Disagreement(frame, "checksum", "not judged", ("bad", "good")[status[0].number])
    known = not isinstance(decoded.message, UnknownMessage)
    names: dict[str, str] = {}
    if known:
        entry = values.ENTRIES[type(decoded.message)]
        facts |= facts_of(decoded.message, entry)
        names = {field: name for (kind, field), name in MESSAGE_NAMES.items() if kind == entry.name}
    yield from _fields(frame, "", facts, "pmip6", names, message.fields, count)
    stated = len(decoded.raw) if layout.header_length is None else 8 * layout.header_length + 8
    if known and stated <= len(decoded.raw):
        yield from _options(seen, message, count)
        if settings is not None and status is not None:
            yield from _rules(seen, message, settings, answer)


def _walked(message: WiresharkMessage) -> bool:
    """Whether Wireshark's own dissector saw it: some types the generated one takes over, and shows no padding of."""
    return "mip6.mhtype" in message.fields


def _options(seen: Seen, message: WiresharkMessage, count: _Count) -> Iterator[Disagreement]:
    frame, layout = seen.frame.number, seen.decoded.layout
    rest = iter(seen.decoded.message.options)
    theirs = {option.offset: option for option in message.options}
    foreign = False
    for index, slot in enumerate(layout.slots):
        value = next(rest) if slot.pad is None else None
        if slot.cut:
            return  # Wireshark stops at an option that runs past its end
        count.options += 1
        other = theirs.pop(slot.offset, None)
        where = f"option {index} at offset {slot.offset}"
        ours = f"type {slot.type}, length {slot.length}"
        if other is None:
            if slot.pad is not None and not _walked(message):
                continue
            if foreign:
                return  # see KNOWN: the walk ended inside an option that only Wireshark knows
            yield Disagreement(frame, where, ours, "no option there")
            continue
        foreign = value is not None and "pmip6.option" not in other.fields
        if (slot.type, slot.length) != (other.type, other.length):
            yield Disagreement(frame, where, ours, f"type {other.type}, length {other.length}")
        elif value is not None:
            yield from _option(frame, where, value, slot, other, count)
    for other in theirs.values():
        told = f"type {other.type}, length {other.length}"
        yield Disagreement(frame, f"an option at offset {other.offset}", "none", told)


def _option(
    frame: int, where: str, value: Any, slot: Slot, other: WiresharkOption, count: _Count
) -> Iterator[Disagreement]:
    if isinstance(value, UnknownOption):
        if "pmip6.option" in other.fields and value.data:
            yield from _fields(frame, f"{where}, ", {"data": (value.data,)}, "pmip6.option", {}, other.fields, count)
        return
    entry = values.ENTRIES[type(value)]
    facts = facts_of(value, entry)
    # Where the length counts units of 8 octets, zeros that fill the tail are no surplus.
    if slot.trailing.strip(b"\0" if getattr(entry, "units", False) else b""):
        facts["pmip6.option.trailing"] = (slot.trailing,)
    if "pmip6.option" in other.fields and slot.sub:
        facts["pmip6.suboption.type"] = tuple(sub.type for sub in slot.sub)
        facts["pmip6.suboption.length"] = tuple(sub.length for sub in slot.sub if sub.length is not None)
    names = {field: name for (kind, field), name in OPTION_NAMES.items() if kind == entry.name}
    prefix = f"pmip6.{entry.name.replace('-', '_')}"
    yield from _fields(frame, f"{where} ({entry.name}), ", facts, prefix, names, other.fields, count)
    ours = {_full(prefix, name) for name in facts}
    for name, shown in other.fields.items():
        ends = name.endswith(ALSO_SHOWN) or name.startswith(("pmip6.option", "pmip6.suboption", "pmip6.expert"))
        if name.startswith("pmip6.") and name not in ours and not ends and any(value.show for value in shown):
            yield Disagreement(frame, f"{where} ({entry.name}), field {name}", "none", _shown(shown))


def _full(prefix: str, name: str) -> str:
    return name if name.startswith(("pmip6.", "mip6.")) else f"{prefix}.{name}"


def _fields(
    frame: int,
    where: str,
    facts: Facts,
    prefix: str,
    names: Mapping[str, str],
    shown: Mapping[str, tuple[Value, ...]],
    count: _Count,
) -> Iterator[Disagreement]:
    """Each fact against each of Wireshark's fields that speaks of it; at least one must."""
    for name, wanted in facts.items():
        count.fields += 1
        full = _full(prefix, name)
        best = f"{full}_octets" if f"{full}_octets" in shown else full
        candidates = [candidate for candidate in (best, names.get(name, "")) if candidate in shown]
        if not candidates and any(wanted):
            yield Disagreement(frame, f"{where}field {name}", _told(wanted), "not shown")
        for candidate in candidates:
            if not _same(wanted, shown[candidate], LOST.get(candidate, 0)):
                yield Disagreement(frame, f"{where}field {candidate}", _told(wanted), _shown(shown[candidate]))


def _same(wanted: Sequence[Fact], shown: Sequence[Value], lost: int) -> bool:
    if len(wanted) != len(shown):  # `facts_of` leaves out what has no octets
        shown = [value for value in shown if value.raw or value.show]
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


def _shown(shown: Sequence[Value]) -> str:
    return " ".join(value.show or value.raw for value in shown)


@lru_cache(maxsize=16)
def _shared_rules(settings: CodePoints) -> dict[str, str]:
    """The rules that the dissector judges as we do: filter name to id."""
    from pmiptool.dissector import all_rules
    from pmiptool.dissector.describe import describe

    return {table["filter"]: table["id"] for table in describe(settings, all_rules())["rules"]}


def _rules(
    seen: Seen, message: WiresharkMessage, settings: CodePoints, answer: Iterable[Finding] | None
) -> Iterator[Disagreement]:
    """The rules that the message breaks; of an option that could not be read only that it could not."""
    shared = _shared_rules(settings)
    if answer is None:
        shared = {name: rule for name, rule in shared.items() if rule not in _ON_ANSWERS}
    slots = seen.decoded.layout.slots
    unread = {slot.offset for slot, value in _placed(seen) if isinstance(value, UnknownOption)}
    theirs = {shared[expert.name] for expert in message.expert if expert.name in shared}
    ours: set[str] = set()
    unsure: set[str] = set()

    def put(rule: str, offset: int | None, where: set[str]) -> None:
        (unsure if offset in unread and not rule.endswith(_ALSO_UNREAD) else where).add(rule)

    for option in message.options:
        for expert in option.expert:
            put(shared.get(expert.name, ""), option.offset, theirs)
    for finding in (*check_message(seen.decoded, seen.envelope, settings), *(answer or ())):
        about = finding.option if finding.option is not None and finding.option < len(slots) else None
        put(finding.rule, None if about is None else slots[about].offset, ours)
    for rule in sorted(((ours ^ theirs) & set(shared.values())) - unsure):
        told = ("broken", "kept") if rule in ours else ("kept", "broken")
        yield Disagreement(seen.frame.number, f"rule {rule}", *told)


def _placed(seen: Seen) -> Iterator[tuple[Slot, Any]]:
    rest = iter(seen.decoded.message.options)
    return ((slot, next(rest)) for slot in seen.decoded.layout.slots if slot.pad is None)
