"""Answers against recorded ones, field by field."""

from __future__ import annotations

from typing import Any

from pmiptool.capture.compare import Exchange, differences
from pmiptool.wire import values as v
from pmiptool.wire.codec import codec_for
from pmiptool.wire.layout import Decoded

CODEC = codec_for()
NAME = v.MobileNodeIdentifier(1, b"mn1@example.org")


def pbu(sequence: int = 7, *options: Any) -> Decoded:
    return CODEC.decode(CODEC.encode(v.BindingUpdate(sequence, 0x8200, 75, (NAME, *options))))


def pba(sequence: int = 7, *options: Any, status: int = 0, name: v.MobileNodeIdentifier = NAME) -> Decoded:
    return CODEC.decode(CODEC.encode(v.BindingAcknowledgement(status, 0x20, sequence, 75, (name, *options))))


def told(then: Exchange, now: Exchange, **more: bool) -> list[str]:
    return [str(difference) for difference in differences(then, now, **more)]


def test_numbers_and_times_count_relative_to_the_request() -> None:
    then = Exchange(pbu(7, v.Timestamp(100)), pba(7, v.Timestamp(100)))
    assert told(then, Exchange(pbu(900, v.Timestamp(5000)), pba(900, v.Timestamp(5000)))) == []
    assert told(then, Exchange(pbu(900, v.Timestamp(5000)), pba(901, v.Timestamp(5001)))) == [
        "fields.sequence: recorded as asked, now asked + 1",
        "option.timestamp.timestamp: recorded as asked, now its own",
    ]


def test_every_field_and_option_that_differs_is_told() -> None:
    then = Exchange(pbu(), pba(7, v.HandoffIndicator(hi=1), v.AccessTechnologyType(att=4)))
    now = Exchange(pbu(), pba(7, v.HandoffIndicator(hi=2), v.Multihoming(), status=130))
    assert told(then, now) == [
        "status: recorded 0 (accepted), now 130 (insufficient-resources)",
        "option.hi.hi: recorded 1 (attach), now 2 (handoff-interfaces)",
        "option.att: recorded there, now none",
        "option.multihoming: recorded none, now there",
    ]
    assert told(Exchange(pbu(), None), Exchange(pbu(), pba())) == ["answer: recorded none, now pba"]


def test_where_options_stand_counts_unless_a_name_has_another_length() -> None:
    """Eight octets of padding more before the first option, of an answer that else is the same."""
    short = CODEC.decode(CODEC.encode(v.BindingAcknowledgement(0, 0x20, 7, 75, (NAME, v.HandoffIndicator(hi=1)))))
    octets = short.raw[:12] + bytes.fromhex("0106 000000000000") + short.raw[12:]
    moved = CODEC.decode(octets[:1] + bytes((len(octets) // 8 - 1,)) + octets[2:])
    then, now = Exchange(pbu(), short), Exchange(pbu(), moved)
    assert told(then, now) == ["option.mn-id.offset: recorded 12, now 20"]
    assert told(then, now, moved=True) == []
