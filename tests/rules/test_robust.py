"""Nothing that comes from the wire makes the judges raise."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from pmiptool.registry.codepoints import DEFAULT, CodePoints
from pmiptool.rules import Context, Knowledge, SessionChecker, check_exchange, check_message
from pmiptool.wire.codec import codec_for
from pmiptool.wire.values import (
    BindingError,
    BindingIdentifier,
    BindingReference,
    CareOfTest,
    CareOfTestInit,
    FlowSummary,
    HomeTest,
    HomeTestInit,
)
from tests.rules.examples_exchanges import bri, lra, pulse, upn
from tests.rules.make import LMA, MAG1, MAG2, OTHER, RFC6089, fid, hi, ll, local, mh, pba, pbu, removal, removed, stamp
from tests.rules.test_pairing import PAIRS

RICH = (
    pbu(ll(), local(), stamp(), mh(), BindingIdentifier(bid=1), fid(sub=(BindingReference(bid=(1,)), OTHER))),
    pba(ll(), local(), stamp(), mh(), BindingIdentifier(bid=1), fid(), fid(65535, pro=2)),
    removal(ll(), mh(act=2)),
    removed(ll(), mh(), status=251),
    pbu(mh(), FlowSummary(fid=(1, 2)), hi=hi(5), sequence=2),
    *(message() for pair in PAIRS.values() for message in pair),
    *(bri(flags=0xA000, trigger=128), upn(reason=1), upn(reason=8, flags=0xC000), pulse(0, 3), lra(flags=0x80)),
    *(HomeTestInit(), HomeTest(), CareOfTestInit(), CareOfTest(), BindingError(status=2)),
)
SETTINGS = (DEFAULT, RFC6089, CodePoints(pro_delete=3, fid_length_unit="units-of-8"))
OCTETS = [codec_for().encode(message) for message in RICH]


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A right message with some octets changed, left out or put in; or any octets at all."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.binary(max_size=80))
    data = bytearray(draw(st.sampled_from(OCTETS)))
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(data) - 1))
        kind = draw(st.sampled_from(("change", "cut", "insert")))
        if kind == "change":
            data[at] = draw(st.integers(0, 255))
        elif kind == "cut":
            del data[at : at + draw(st.integers(1, 8))]
        else:
            data[at:at] = draw(st.binary(max_size=8))
        if not data:
            data = bytearray(8)
    if draw(st.booleans()):  # a right length again, so that more of it is looked at
        data += b"\0" * (-len(data) % 8)
        data[1] = max(len(data) // 8 - 1, 0) & 255
    return bytes(data)


@given(damaged(), damaged(), st.sampled_from(SETTINGS))
@settings(max_examples=150, deadline=None)
def test_messages_and_exchanges(one: bytes, other: bytes, under: CodePoints) -> None:
    codec = codec_for(under)
    first, second = codec.decode(one, MAG1, LMA), codec.decode(other, LMA, MAG1)
    knowledge = Knowledge(mns={b"mn1@example.org": True}, mags={MAG1: None})
    for finding in (
        *check_message(first, None, under),
        *check_exchange(first, second, Context(under, knowledge=knowledge), MAG1),
    ):
        assert finding.text and finding.rule


@given(st.lists(st.tuples(damaged(), st.booleans(), st.booleans(), st.floats(0, 40)), max_size=12), st.booleans())
@settings(max_examples=200, deadline=None)
def test_sessions(stream: list[tuple[bytes, bool, bool, float]], complete: bool) -> None:
    checker = SessionChecker(Context(complete=complete))
    now = 0.0
    for number, (data, second, up, gap) in enumerate(stream, 1):
        now += gap
        mag = MAG2 if second else MAG1
        src, dst = (mag, LMA) if up else (LMA, mag)
        decoded = codec_for().decode(data, src, dst)
        for seen in checker.observe(decoded, src=src, dst=dst, time=now, frame=number):
            assert seen.frames
    checker.finish()
