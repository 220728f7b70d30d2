"""What a message costs that is made to cost much, against one with an eighth of its options."""

import pytest

from pmiptool.registry import catalogue
from pmiptool.report.tree import render
from pmiptool.rules import check_message
from pmiptool.text.json import message_object
from pmiptool.wire.codec import codec_for
from tests.bench.timing import ratio, report

pytestmark = pytest.mark.bench

PBU = bytes.fromhex("3bff05000000 000182000064")
EMPTY = 1018  # options without any data that fill a Mobility Header
NUMBERS = {"authorization": 5, "unknown": 199, "in words of 4 octets": 21, "prefix": 22}
assert NUMBERS["unknown"] not in catalogue.option_names()


@pytest.mark.parametrize("what", NUMBERS)
def test_costs_no_more_than_its_options(what: str) -> None:
    def show(count: int) -> str:
        data = PBU[:1] + bytes(((12 + 2 * count) // 8 - 1,)) + PBU[2:] + bytes((NUMBERS[what], 0)) * count
        decoded = codec_for().decode(data)
        return render(message_object(decoded, None, findings=check_message(decoded)))

    few = EMPTY // 8 - 1  # with it the length is a multiple of 8
    measured = ratio(lambda: show(EMPTY), lambda: show(few), (1, 8))
    report(f"messages of {few} empty options ({what}) shown while one of {EMPTY} is", measured, "at most 11")
    assert measured <= 11
