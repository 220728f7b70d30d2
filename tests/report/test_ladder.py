"""Ladder diagrams: fixed width, the same text for the same messages."""

from __future__ import annotations

import pytest

from pmiptool.report.describe import details, label
from pmiptool.report.ladder import Arrow, Ladder, Participant, Remark, render, speaks_unicode
from pmiptool.wire import values as v
from pmiptool.wire.codec import codec_for

THREE = Ladder(
    "setup: a title",
    (Participant("MAG1", "2001:db8:1::2"), Participant("MAG2"), Participant("MAG3"), Participant("LMA", "::1")),
    (
        Remark("1. IF1 attaches"),
        Arrow("MAG1", "LMA", "PBU 7", ("HI 1 attach, lifetime 300 s", "FID 1 add: " + "x " * 40), 0.0),
        Arrow("LMA", "MAG1", "PBA 7", ("status 0 accepted",), 0.001),
        Arrow("MAG2", "LMA", "PBU 65535", (), 12.5, lost=True),
        Arrow("LMA", "MAG3", "PBA 8", ("status 130",), None, marks=("rfc5213/8.3/length: wrong",)),
        Remark("INCONCLUSIVE: no answer", column="LMA"),
    ),
)

ASCII = """\
setup: a title
  MAG1 2001:db8:1::2, LMA ::1
          +------+    +------+    +------+           +-----+
          | MAG1 |    | MAG2 |    | MAG3 |           | LMA |
          +---+--+    +---+--+    +---+--+           +--+--+
              |           |           |                 |
-- 1. IF1 attaches
   0.000      |----------------- PBU 7 ---------------->|    HI 1 attach, lifetime 300 s
              |           |           |                 |    FID 1 add: x x x x x x x x x x x x x x
              |           |           |                 |      x x x x x x x x x x x x x x x x x x x
              |           |           |                 |      x x x x x x x
   0.001      |<---------------- PBA 7 -----------------|    status 0 accepted
  12.500      |           |--------- PBU 65535 --------x|
              |           |           |<---- PBA 8 -----|    status 130
              |           |           |                 |    ! rfc5213/8.3/length: wrong
              |           |           |                 | INCONCLUSIVE: no answer
              |           |           |                 |
"""


def test_three_mags_as_ascii():
    assert render(THREE) == ASCII


def test_unicode_is_the_same_drawing_with_other_characters():
    drawn = render(THREE, unicode=True)
    table = str.maketrans({"│": "|", "─": "-", "▶": ">", "◀": "<", "✗": "x"})
    plain = [line.translate(table) for line in drawn.splitlines()]
    assert plain[5:] == ASCII.splitlines()[5:]
    assert "┌──────┐" in drawn and "└───┬──┘" in drawn


def test_a_hundred_columns_hold_three_mags():
    assert max(map(len, render(THREE, unicode=True).splitlines())) <= 100


@pytest.mark.parametrize("count", [2, 5, 6])
def test_any_number_of_columns_is_drawn_without_overlap(count):
    people = tuple(Participant(f"MAG{n}") for n in range(1, count)) + (Participant("LMA"),)
    rows = tuple(Arrow(p.name, "LMA", "PBU 1", ("lifetime 300 s",)) for p in people[:-1])
    drawn = render(Ladder("", people, rows))
    boxes = drawn.splitlines()[1]
    assert [name for name in boxes.replace("|", " ").split()] == [p.name for p in people]
    assert drawn.count("lifetime 300 s") == count - 1


def test_a_message_to_oneself_stands_beside_its_lifeline():
    drawn = render(Ladder("", (Participant("LMA"),), (Arrow("LMA", "LMA", "PBU 7", ("lifetime 300 s",), 0.5),)))
    assert "   0.500     |< PBU 7\n" in drawn and "lifetime 300 s" in drawn


@pytest.mark.parametrize(("encoding", "can"), [("utf-8", True), ("ascii", False), ("latin-1", False), (None, False)])
def test_unicode_only_where_the_stream_carries_it(encoding, can):
    assert speaks_unicode(encoding) is can


def decoded(message):
    codec = codec_for()
    return codec.decode(codec.encode(message))


def test_what_matters_in_a_request():
    message = v.BindingUpdate(
        sequence=101,
        flags=0x8200,
        lifetime=0,
        options=(
            v.MobileNodeIdentifier(subtype=1, identifier=b"mn1@example.org"),
            v.HomeNetworkPrefix(home_network_prefix=v.Prefix(bytes.fromhex("20010db800a1") + bytes(10), 64)),
            v.HandoffIndicator(hi=4),
            v.Multihoming(mhgid=3, act=2),
            v.FlowIdentification(fid=1, pri=10, action=1, pro=1, suboptions=(v.Ipv6Selector(dst_port=5060),)),
            v.FlowSummary(fid=(2, 3)),
        ),
    )
    assert label(decoded(message)) == "PBU 101"
    assert details(decoded(message), mn=True) == (
        "MN mn1@example.org",
        "HI 4 unknown, lifetime 0",
        "HNP 2001:db8:a1::/64, MHGID 3, ACT keep",
        "FID 1 modify: pri=10 action=forward dst-port=5060",
        "keeps FID 2, 3",
    )


def test_what_matters_in_an_answer():
    message = v.BindingAcknowledgement(
        status=0,
        flags=0x20,
        sequence=101,
        lifetime=75,
        options=(
            v.HomeNetworkPrefix(),
            v.HandoffIndicator(hi=5),
            v.Multihoming(),
            v.FlowIdentification(fid=1, pri=10, action=1, status=135),
            v.FlowIdentification(fid=65535, pri=20, action=3, pro=2),
            v.UnknownOption(77, b"x"),
        ),
    )
    assert details(decoded(message)) == (
        "status 0 accepted, HI 5, lifetime 300 s",
        "HNP any, MHGID 0",
        "FID 1 status 135 fid-in-use",
        "FID 65535 status 0 ok, re-instantiated: pri=20 action=n-cast",
        "option 77 not understood",
    )
    rejected = v.BindingAcknowledgement(status=156, flags=0x20, sequence=1, lifetime=9)
    assert details(decoded(rejected))[0].startswith("status 156") and "lifetime" not in details(decoded(rejected))[0]


def test_other_messages_have_a_name():
    assert label(decoded(v.BindingError(status=2))) == "binding-error"
