"""Every option and sub-option through all three: the codec, the Scapy layers, and tshark with the dissector.

Legal values come back as they were. A length that the format cannot have is told of that option, and its neighbours
are read as if nothing were wrong. What the registry learns is tested here without a word: nothing names an option.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy

from pmiptool.capture.pdml import WiresharkMessage, WiresharkOption
from pmiptool.capture.wireshark import judge
from pmiptool.layers import from_value, install, message_class
from pmiptool.registry import catalogue, model
from pmiptool.registry.codepoints import DEFAULT, CodePoints
from pmiptool.registry.reference import contradictions
from pmiptool.wire import values
from pmiptool.wire.codec import codec_for
from pmiptool.wire.envelope import build
from tests import strategies
from tests.dissector.support import DST, RULE_OF, SRC, read, write
from tests.layers.test_codec import is_pad, same
from tests.vectors import pad

EACH = 6
LATER = CodePoints(dialect="rfc6089")
HEAD = bytes.fromhex("3b00 05 00 0000  0001 8200 004b")
BEFORE, BEFORE_OCTETS = values.TransientBinding(l=1, lifetime=0x4D), bytes.fromhex("2b02 01 4d")
AFTER, AFTER_OCTETS = values.RestartCounter(restart_counter=0xCAFE), bytes.fromhex("1c04 0000cafe")
FIRST, LAST = values.UnknownSubOption(250, b"\xaa\xbb"), values.UnknownSubOption(251, b"\xcc\xdd")


class Kind(NamedTuple):
    """An option, or a sub-option in its parent, under the settings that have it."""

    under: CodePoints
    number: int
    entry: model.Option | model.SubOption
    parent: tuple[int, model.Option] | None = None

    def __str__(self) -> str:
        within = f"{self.parent[1].name}-" if self.parent else ""
        return f"{within}{self.entry.name}-{getattr(self.entry, 'when', None) or self.under.dialect}"


def kinds() -> Iterator[Kind]:
    """Each once: of the later dialect only what the draft's has not."""
    for under in (DEFAULT, LATER):
        for number, option in catalogue.options(under):
            if option.pad or under is LATER and option.dialect != "rfc6089":
                continue
            yield Kind(under, number, option)
            for field in option.fields:
                if isinstance(field, model.SubOptions):
                    for sub_number, entry in catalogue.suboptions(catalogue.SPACES[field.space], under):
                        if not entry.pad:
                            yield Kind(under, sub_number, entry, (number, option))


KINDS = list(kinds())


def within(kind: Kind, *subs: Any) -> Any:
    """An option that holds these sub-options, or the one that is no sub-option."""
    return values.CLASSES[kind.parent[1].value](suboptions=subs) if kind.parent else subs[0]


def samples(strategy: SearchStrategy[Any], count: int = EACH) -> list[Any]:
    """So many values, the same in each run."""
    found: list[Any] = []

    @settings(max_examples=count, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(strategy)
    def collect(value: Any) -> None:
        found.append(value)

    collect()
    return found


@cache
def legal(under: CodePoints) -> list[tuple[Kind, Any]]:
    """A few messages with each option and sub-option of these settings, values drawn from what the text allows."""
    return [
        (kind, values.BindingUpdate(1, 0x8200, 75, (BEFORE, within(kind, value), AFTER)))
        for kind in KINDS
        if kind.under is under
        for value in samples(strategies.value_of(kind.entry, under, loose=False))
    ]


both = pytest.mark.parametrize("under", [DEFAULT, LATER], ids=lambda under: under.dialect)


@both
def test_legal_values_come_back_from_the_codec(under: CodePoints) -> None:
    codec = codec_for(under)
    for kind, message in legal(under):
        decoded = codec.decode(codec.encode(message))
        assert decoded.message == message, kind
        assert decoded.findings == (), kind
    assert {kind for kind, _ in legal(under)} == {kind for kind in KINDS if kind.under is under}


@both
def test_legal_values_come_back_from_scapy(under: CodePoints) -> None:
    install(under)
    try:
        for kind, message in legal(under):
            octets = codec_for(under).encode(message)
            assert bytes(from_value(message)).hex() == octets.hex(), kind
            assert same(message, dissected := message_class(octets)(octets)), kind
            found = [option for option in dissected.options if not is_pad(option)]
            assert all(same(*pair) for pair in zip(message.options, found, strict=True)), kind
    finally:
        install()


@both
def test_legal_values_come_back_from_tshark(under: CodePoints, tmp_path: Path) -> None:
    mhs = [codec_for(under).encode(message, src=SRC, dst=DST) for _, message in legal(under)]
    verdict = judge(write(tmp_path / "x.pcapng", [build(mh, SRC, DST) for mh in mhs]), under)
    told = [f"{legal(under)[item.frame - 1][0]}: {item}" for item in verdict.disagreements]
    assert told == []
    assert verdict.messages == len(mhs) and verdict.fields > 10 * len(mhs)


# Lengths that the format cannot have


def impossible(entry: model.Entry) -> Callable[[int], bool]:
    """Whether a number of octets after type and length is certainly wrong: too few, or no size that there is."""
    fixed = 0
    for field in entry.fields:
        if isinstance(field, (model.UInt, model.Flags, model.Count)):
            fixed += field.bits
        elif isinstance(field, (model.Octets, model.Address)):
            fixed += 8 * field.size
        elif isinstance(field, (model.Prefix, model.Time48)):
            fixed += 136 if isinstance(field, model.Prefix) else 64
        elif isinstance(field, model.Rest):
            return lambda size, least=fixed // 8 + field.minimum: size < least  # type: ignore[misc]
        elif isinstance(field, model.AddressRest):
            sizes = {fixed // 8 + size for size in field.sizes}
            return lambda size: size not in sizes
        elif isinstance(field, model.Numbers):
            each, most = field.bits // 8, 255 if field.maximum is None else field.maximum
            start = fixed // 8
            return lambda size: size < start or (size - start) % each != 0 or (size - start) // each > most
        else:
            least = fixed // 8 + 4 * isinstance(field, model.Flagged)
            return lambda size: size < least
    return lambda size: size != fixed // 8


class Broken(NamedTuple):
    kind: Kind
    size: int
    mh: bytes
    tlv: bytes


@cache
def broken(under: CodePoints) -> list[Broken]:
    """Messages with each option and sub-option at lengths that are none, between neighbours."""
    found = []
    for kind in (kind for kind in KINDS if kind.under is under):
        chosen = random.Random(str(kind))
        chooser = getattr(kind.entry, "when", None)
        least = 0 if chooser is None else kind.entry.when_at + 1  # type: ignore[union-attr]
        wrong = [size for size in range(least, 40) if impossible(kind.entry)(size)]
        words = getattr(kind.entry, "words", False)
        for size in chosen.sample(wrong, min(EACH, len(wrong))) if not words else [2]:
            data = bytearray(chosen.randbytes(size))
            if chooser is not None:
                data[kind.entry.when_at] = chooser  # type: ignore[union-attr]
            if kind.parent is None:
                tlv = bytes((kind.number, 0 if words else size)) + data
            else:
                whole = within(kind, FIRST, values.UnknownSubOption(kind.number, bytes(data)), LAST)
                message = codec_for(under).encode(values.BindingUpdate(1, 0x8200, 75, (whole,)))
                slot = next(slot for slot in codec_for(under).decode(message).layout.slots if slot.pad is None)
                tlv = message[slot.offset : slot.offset + 2 + (slot.length or 0)]
            mh = HEAD + BEFORE_OCTETS + tlv
            mh += pad((2 - len(mh)) % 4) + AFTER_OCTETS
            mh += pad(-len(mh) % 8)
            found.append(Broken(kind, size, mh[:1] + bytes((len(mh) // 8 - 1,)) + mh[2:], tlv))
    return found


OTHERWISE = {str(one["note"]) for one in contradictions() if one["note"]}


def told(kind: Kind) -> set[str]:
    """The rules that may say it: the length of the entry, that a sub-option of that size is none that is known, or
    that it is read as what the texts say elsewhere."""
    rules = {f"{kind.entry.clause.key}/length", *OTHERWISE}
    if kind.parent is not None:
        space = next(f.space for f in kind.parent[1].fields if isinstance(f, model.SubOptions))
        rules.add(f"{catalogue.SPACES[space].clause.key}/unknown-sub-option")
    return rules


def test_almost_every_entry_has_a_length_that_is_none() -> None:
    """The others take any number of octets."""
    any_size = {kind.entry.name for kind in KINDS} - {
        one.kind.entry.name for u in (DEFAULT, LATER) for one in broken(u)
    }
    for name in any_size:
        entry = next(kind.entry for kind in KINDS if kind.entry.name == name)
        assert isinstance(entry.fields[-1], (model.Rest, model.SubOptions)) and len(entry.fields) == 1, name


@both
def test_the_codec_tells_of_the_option_and_reads_its_neighbours(under: CodePoints) -> None:
    for one in broken(under):
        decoded = codec_for(under).decode(one.mh)
        option, *_ = (index for index, slot in enumerate(decoded.layout.slots) if slot.offset == 16)
        assert {finding.option for finding in decoded.findings} == {option}, one
        assert {finding.rule for finding in decoded.findings} & told(one.kind), (one, decoded.findings)
        before, middle, after = decoded.message.options
        assert (before, after) == (BEFORE, AFTER), one
        if one.kind.parent is not None:
            assert (middle.suboptions[0], middle.suboptions[-1]) == (FIRST, LAST), one


@both
def test_scapy_keeps_the_option_and_reads_its_neighbours(under: CodePoints) -> None:
    install(under)
    try:
        for one in broken(under):
            packet = message_class(one.mh)(one.mh)
            before, middle, after = (option for option in packet.options if not is_pad(option))
            assert same(BEFORE, before) and same(AFTER, after), one
            assert bytes(middle) == one.tlv and bytes(packet) == one.mh, one
            if one.kind.parent is not None:
                assert same(FIRST, middle.suboptions[0]) and same(LAST, middle.suboptions[-1]), one
    finally:
        install()


@both
def test_wireshark_tells_of_the_option_and_reads_its_neighbours(under: CodePoints, tmp_path: Path) -> None:
    seen = read(tmp_path / "x.pcapng", [one.mh for one in broken(under)], under)
    assert len(seen) == len(broken(under))
    for one, message in zip(broken(under), seen, strict=True):
        before, middle, after = (option for option in message.options if option.type not in (0, 1))
        assert shown(before, "transient_binding.l", "transient_binding.lifetime") == [1, 0x4D], one
        assert shown(after, "restart_counter.restart_counter") == [0xCAFE], one
        assert (middle.type, middle.offset) == (one.tlv[0], 16), one
        assert rules(middle) & told(one.kind), (one, middle.expert)
        assert not any(rule.endswith("/length") for option in (before, after) for rule in rules(option)), one
        assert not any(rule.endswith("/length") for rule in message_rules(message)), one


def shown(option: WiresharkOption, *names: str) -> list[int | None]:
    return [option.fields[f"pmip6.{name}"][0].number for name in names]


def rules(option: WiresharkOption) -> set[str]:
    return {RULE_OF.get(expert.name, expert.name) for expert in option.expert}


def message_rules(message: WiresharkMessage) -> set[str]:
    return {RULE_OF.get(expert.name, expert.name) for expert in message.expert}
