"""Every mutator does what it says, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from pmiptool.fuzz import sound
from pmiptool.fuzz.boundaries import ADDRESSES, TEXTS, numbers
from pmiptool.fuzz.mutators import MUTATORS
from pmiptool.fuzz.mutators_header import mutate
from pmiptool.fuzz.places import places
from pmiptool.fuzz.shape import MOST, Shape, at_path, grammar_for, paths
from pmiptool.registry import catalogue, model
from pmiptool.wire.checksum import verifies
from pmiptool.wire.codec import codec_for

GRAMMAR = grammar_for(codec_for().settings)
SRC, DST = bytes.fromhex("20010db8000100000000000000000002"), bytes.fromhex("20010db8000100000000000000000001")
Seen = tuple[Shape, Shape, str]


def seen(name: str, count: int = 150) -> list[Seen]:
    """Messages of all types before and after a mutator, and what it says."""
    found = []
    for number in range(20 * count):
        chance = Random(f"{name} {number}")
        kind = chance.choice(catalogue.message_names())
        before = GRAMMAR.shape_of(sound.message(kind, chance, GRAMMAR.settings, most=5))
        changed = MUTATORS[name][1](before, chance, GRAMMAR)
        if changed is not None:
            found.append((before, *changed))
        if len(found) == count:
            break
    assert len(found) == count
    return found


def octets(shape: Shape) -> bytes:
    return GRAMMAR.octets(shape, (SRC, DST))


def number_in(text: str, pattern: str) -> int:
    found = re.search(pattern, text)
    assert found is not None, text
    return int(found.group(1), 0)


def test_a_wrong_length_stands_over_the_same_data() -> None:
    for before, after, told in seen("length"):
        (path,) = (path for path in paths(after) if at_path(after, path).length is not None)
        lies = number_in(told, r"length octet (\d+) in place of")
        assert at_path(after, path).length == lies != number_in(told, r"in place of (\d+)$")
        assert at_path(after, path).data == at_path(before, path).data
        assert number_in(told, r"in place of (\d+)$") == GRAMMAR.right_length(before, path)
        was, now = octets(before)[6:], octets(after)[6:]
        assert len(was) == len(now) and sum(a != b for a, b in zip(was, now, strict=True)) == 1


def test_the_right_length_is_what_the_codec_writes() -> None:
    for before, _, _ in seen("length", 60):
        slots = [slot for slot in GRAMMAR.codec.decode(octets(before)).layout.slots if slot.pad is None]
        assert [slot.length for slot in slots] == [GRAMMAR.right_length(before, (at,)) for at in range(len(slots))]


def test_an_option_of_another_size_says_so() -> None:
    for before, after, told in seen("size"):
        size = number_in(told, r"(\d+) octets of data")
        changed = [path for path in paths(after) if at_path(after, path) != at_path(before, path)]
        path = changed[-1]  # the innermost
        assert len(at_path(after, path).data) == size <= 253 and at_path(after, path).length is None


def test_a_type_without_a_length_is_the_last_octet() -> None:
    for _, after, told in seen("no-length", 30):
        assert octets(after)[-1] == number_in(told, r"option (\d+) without")


def test_boundary_values_change_one_field() -> None:
    names = set()
    for before, after, told in seen("field", 400):
        names.add(re.split("[=:]", told)[0])
        found = [path for path in paths(before) if at_path(before, path) != at_path(after, path)]
        assert (before.fixed != after.fixed) + len(found[-1:]) == 1 or octets(before) == octets(after), told
        if "=" in told and before.fixed != after.fixed:
            name, _, number = told.partition("=")
            entry = GRAMMAR.message_of(after)
            assert entry is not None
            (place,) = (place for place in places(entry, after.fixed) if place.name == name)
            assert place.number(after.fixed) == int(number, 0)
    assert len(names) > 70


def test_boundary_values_have_the_edges_of_each_kind_of_field() -> None:
    hnp, bri = catalogue.option_named("hnp"), catalogue.message_named("bri")
    assert hnp is not None and bri is not None
    length, prefix = places(hnp, bytes(18))[-2:]
    assert {0, 1, 64, 127, 128, 129, 255} <= set(numbers(length, GRAMMAR.settings))
    assert {int.from_bytes(address, "big") for address in ADDRESSES} <= set(numbers(prefix, GRAMMAR.settings))
    limits = model.Option(
        "x", "X", 240, model.clause("RFC 1 1"), fields=(model.u16("a", minimum=3, maximum=9),), value=""
    )
    (place,) = places(limits, bytes(2))
    assert {0, 1, 2, 3, 9, 10, 0x7FFF, 0x8000, 0xFFFE, 0xFFFF} <= set(numbers(place, GRAMMAR.settings))
    assert b"" in TEXTS and any(len(text) == 253 for text in TEXTS) and any(b"\0" in text for text in TEXTS)


def test_reserved_bits_are_reserved_and_set() -> None:
    for before, after, told in seen("reserved"):
        if told.startswith("reserved octet"):
            assert octets(after)[3] == number_in(told, "header (.*)$")
            continue
        found = {finding.rule for finding in GRAMMAR.codec.decode(octets(after), SRC, DST).findings}
        assert not any(rule.endswith(("/length", "-past-end", "/checksum")) for rule in found)
        bits = number_in(told, r"reserved bits (0x[0-9a-f]+)")
        a, b = (int.from_bytes(octets(shape)[6:], "big") for shape in (before, after))
        assert bits and bin(a ^ b).count("1") <= bin(bits).count("1") and a != b


def test_flags_of_a_selector_lie_over_its_members() -> None:
    for before, after, told in seen("flags-without-members", 30):
        assert number_in(told, r"flags (0x[0-9a-f]+)") == next(
            int.from_bytes(at_path(after, path).data[2:6], "big")
            for path in paths(after)
            if at_path(after, path) != at_path(before, path) and not at_path(after, path).inner
        )


def test_duplicates_are_as_many_as_it_says() -> None:
    for before, after, told in seen("duplicate"):
        assert len(paths(after)) - len(paths(before)) >= number_in(told, r": (\d+) more")
        assert len(octets(after)) <= MOST + 64


def test_what_is_left_out_is_missing() -> None:
    for before, after, told in seen("leave-out"):
        assert len(paths(after)) < len(paths(before))
        assert set(after.options) <= set(before.options) or "/" in told or ": no" in told


def test_another_order_has_the_same_options() -> None:
    several = 0
    for before, after, _ in seen("order"):
        assert sorted(map(repr, [at_path(before, path).data for path in paths(before)])) == sorted(
            map(repr, [at_path(after, path).data for path in paths(after)])
        )
        several += octets(before) != octets(after)
    assert several > 100


def test_options_are_put_in() -> None:
    for name, known in (("foreign-option", True), ("unknown-option", False)):
        for before, after, told in seen(name):
            (new,) = [tlv for tlv in after.options if after.options.count(tlv) > before.options.count(tlv)]
            assert (new.type in GRAMMAR.options) is known
            word = GRAMMAR.options[new.type].name if known else str(new.type)
            assert f"option {word} " in told


def test_another_type_has_the_same_octets() -> None:
    for before, after, told in seen("other-type"):
        number = number_in(told, r"as type (\d+)")
        (path,) = [path for path in paths(before) if at_path(after, path).type != at_path(before, path).type]
        assert at_path(after, path).type == number and at_path(after, path).data == at_path(before, path).data


def test_a_full_message_has_nearly_2048_octets() -> None:
    assert all(MOST - 24 <= len(octets(after)) <= MOST for _, after, _ in seen("full", 40))


def test_sub_options_are_nested() -> None:
    kinds = set()
    for before, after, told in seen("nesting", 80):
        kinds.add(re.sub(r"\d+|sub-option .* of .* put", "", told.partition(": ")[2]))
        assert len(paths(after)) > len(paths(before))
    assert len(kinds) == 4


def test_header_fields_lie() -> None:
    for before, after, told in seen("header-length"):
        assert octets(after)[1] == number_in(told, r"Header Len (\d+)") != len(octets(before)) // 8 - 1
        assert octets(after)[6:] == octets(before)[6:]
    for _, after, told in seen("payload-proto", 20):
        assert octets(after)[0] == number_in(told, r"Payload Proto (\d+)") != 59
    for before, after, told in seen("message-type"):
        assert octets(after)[2] == number_in(told, r"type (\d+)") != octets(before)[2]


def test_checksums_are_wrong_or_zero() -> None:
    for _, after, told in seen("checksum"):
        assert not verifies(SRC, DST, octets(after))
        assert (octets(after)[4:6] == b"\0\0") is (told == "checksum zero")


def test_messages_are_cut_where_it_says() -> None:
    for before, after, told in seen("truncated"):
        size = number_in(told, r"after (\d+) octets")
        assert len(octets(after)) == size < len(octets(before))
        if told.endswith("says so"):
            assert octets(after)[1] == size // 8 - 1 and verifies(SRC, DST, octets(after))


def test_octets_behind_the_end_are_not_counted() -> None:
    for before, after, told in seen("trailing"):
        assert octets(after)[: len(octets(before))] == octets(before)
        assert len(octets(after)) - len(octets(before)) == number_in(told, r"^(\d+) octets")


def test_padding_is_odd() -> None:
    kinds = set()
    for before, after, told in seen("padding", 200):
        kinds.add(re.sub(r"\d+|with .* in it", "", told))
        assert after != before and [tlv for tlv in after.options if tlv.type > 1] == list(before.options)
    assert len(kinds) == 5


def test_octets_are_changed_where_it_says() -> None:
    several = 0
    for before, after, _ in seen("octets"):
        assert 1 <= len(after.edits) <= 4 and after.options == before.options
        several += octets(after) != octets(before)
    assert several > 140


def test_every_mutator_is_tested_here_and_taken() -> None:
    source = Path(__file__).read_text()
    assert all(f'"{name}"' in source for name in MUTATORS)
    told: dict[Callable[..., object], int] = {}
    for number in range(2500):
        chance = Random(number)
        before = GRAMMAR.shape_of(sound.message(chance.choice(("pbu", "bri")), chance, GRAMMAR.settings))
        state = chance.getstate()
        if mutate(before, chance, GRAMMAR) is None:
            continue
        chance.setstate(state)
        name = chance.choices(list(MUTATORS), [weight for weight, _ in MUTATORS.values()])[0]
        told[MUTATORS[name][1]] = told.get(MUTATORS[name][1], 0) + 1
    assert len(told) == len(MUTATORS)


@pytest.mark.parametrize("number", range(40))
def test_a_message_never_outgrows_what_a_packet_takes(number: int) -> None:
    chance = Random(f"large {number}")
    shape: Shape = GRAMMAR.shape_of(sound.message("pbu", chance, GRAMMAR.settings))
    for _ in range(12):
        changed = mutate(shape, chance, GRAMMAR)
        shape = changed[0] if changed is not None else shape
    assert len(GRAMMAR.octets(shape)) <= MOST + 64
