"""Shrinking never loses the failure, always ends, and arrives at what matters."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pmiptool.fuzz.cases import Step, case
from pmiptool.fuzz.corpus import as_it_is
from pmiptool.fuzz.shape import Edit, Shape, Tlv, grammar_for
from pmiptool.fuzz.shrink import burden, describe, shrink, simpler
from pmiptool.wire.codec import codec_for

GRAMMAR = grammar_for(codec_for().settings)


def octets(step: Step) -> bytes:
    return GRAMMAR.octets(step.shape)


@given(
    numbers=st.lists(st.integers(1, 5000), min_size=1, max_size=4),
    salt=st.integers(0, 1000),
    share=st.sampled_from([2, 3, 10]),
)
@settings(max_examples=60, deadline=None)
def test_whatever_fails_still_fails_when_it_is_shrunk(numbers: list[int], salt: int, share: int) -> None:
    """Of failures that hang on every octet, so that nearly no candidate is one of them."""
    steps = [case(1, number, GRAMMAR, alone=True).step for number in numbers]
    begin = [octets(step) for step in steps]

    def fails(tried: Sequence[Step]) -> bool:
        data = [octets(step) for step in tried]
        return data == begin or zlib.crc32(b"".join(data), salt) % share == 0

    small = shrink(steps, fails, GRAMMAR, 300)
    assert fails(small)
    assert burden(small, GRAMMAR) <= burden(steps, GRAMMAR)


@given(number=st.integers(1, 5000), many=st.integers(0, 3))
@settings(max_examples=40, deadline=None)
def test_what_a_failure_hangs_on_is_kept_and_the_rest_is_gone(number: int, many: int) -> None:
    step = case(1, number, GRAMMAR, alone=True).step

    def fails(steps: Sequence[Step]) -> bool:
        return sum(len(tlv.data) >= many for tlv in steps[-1].shape.options) >= many

    if not fails((step,)):
        return
    (small,) = shrink((step,), fails, GRAMMAR)
    assert len(small.shape.options) == many and all(tlv.data == bytes(many) for tlv in small.shape.options)
    assert small.shape == Shape(5, small.shape.fixed, small.shape.options)
    assert not any(small.shape.fixed) and len(small.shape.fixed) <= 6


def test_messages_that_do_not_matter_are_dropped() -> None:
    steps = [case(2, number, GRAMMAR, alone=True).step for number in range(1, 60)]
    wanted = {id(steps[11]), id(steps[40])}
    tries = 0

    def fails(tried: Sequence[Step]) -> bool:
        nonlocal tries
        tries += 1
        return wanted <= {id(step) for step in tried}

    assert [id(step) for step in shrink(steps, fails, GRAMMAR)[:2]] == [id(steps[11]), id(steps[40])]
    assert tries < 1200


def test_the_smallest_mutation_is_found() -> None:
    """A length of 0 over the data of an option, in a message of many; nothing else is needed."""

    def fails(steps: Sequence[Step]) -> bool:
        slots = GRAMMAR.codec.decode(octets(steps[-1])).layout.slots
        return any((slot.type, slot.length) == (45, 0) for slot in slots)

    found = 0
    for number in range(1, 3000):
        step = case(9, number, GRAMMAR, alone=True).step
        if fails((step,)):
            (small,) = shrink((step,), fails, GRAMMAR)
            assert octets(small).hex() == "3b01050000000000000000002d000100"
            assert describe(small, GRAMMAR) == "binding-update; fid 2"
            found += 1
    assert found >= 2


def test_no_more_is_tried_than_may_be() -> None:
    step = case(1, 8, GRAMMAR, alone=True).step
    tried = []
    shrink((step,), lambda steps: tried.append(1) is not None, GRAMMAR, 5)  # no candidate fails
    assert len(tried) == 5


@pytest.mark.parametrize(
    "shape",
    [
        Shape(5, b"abcdef", (Tlv(8, b"abc", length=9), Tlv(45, b"123456", (Tlv(1, b"x", length=0),)))),
        Shape(7, b"abc", edits=(Edit(3, 2, b"xyz"), Edit(1, 0, b"q")), recount=True, cut=9, tail=b"tail"),
        Shape(200, b"", (Tlv(0, bare=True),) * 9, padded=False, proto=6, reserved=1, units=7, off=None),
        as_it_is(b"\x3b\x00\x07", None),
    ],
    ids=str,
)
def test_there_is_always_something_simpler_until_there_is_nothing(shape: Shape) -> None:
    step = Step(shape, b"")
    (small,) = shrink((step,), lambda steps: True, GRAMMAR)
    assert small.shape == Shape(5)
    assert not any(
        burden((Step(one, b""),), GRAMMAR) < burden((small,), GRAMMAR) for one in simpler(small.shape, GRAMMAR)
    )
