"""Binding identifiers of the reference MAG and what an anchor says of them (RFC 5648 5.7), and filters that refer to
them (RFC 6089 5.2.3, RFC 6088 3)."""

from __future__ import annotations

import msgspec
import pytest

from pmiptool.mag.alignment import aligned
from pmiptool.registry.codepoints import CodePoints
from pmiptool.wire import values as v
from pmiptool.wire.codec import codec_for
from tests.mag.support import MAG, MN, PLAIN, Bench, options

FIVE, SIX = v.BindingIdentifier(bid=5, bid_pri=10), v.BindingIdentifier(bid=6, bid_pri=10)
WITH_BIDS = msgspec.structs.replace(PLAIN, mhgid=0, bids=(FIVE, SIX))
RFC6089 = {"codepoints": CodePoints(dialect="rfc6089"), "refresh_flows": True}


def flow(fid, *parts):
    return v.FlowIdentification6089(fid=fid, pri=fid, suboptions=parts or (v.BindingReference((5,)), v.Ipv6Selector()))


def bids(pbu):
    return [o.bid for o in options(pbu, v.BindingIdentifier)]


def with_status(bid, status):
    return [msgspec.structs.replace(o, status=status if o.bid == bid else 0) for o in (FIVE, SIX)]


def answer(bench, statuses=(), **more):
    return bench.answer(drop=(v.BindingIdentifier,) if statuses else (), put=statuses, **more)


def renewal(bench):
    bench.now += 1  # three a second may leave
    bench.mag.renew(MN, bench.now)
    bench.collect()
    return bench.requests[-1]


def test_every_registration_has_them_and_a_detach_none():
    bench = Bench()
    assert bids(bench.attach(WITH_BIDS)) == [5, 6]
    answer(bench)
    assert bids(renewal(bench)) == [5, 6]
    answer(bench)
    bench.mag.detach(MN, bench.now)
    bench.collect()
    assert bench.requests[-1].lifetime == 0 and bids(bench.requests[-1]) == []


@pytest.mark.parametrize(("status", "left"), [(166, []), (168, [5])])
@pytest.mark.parametrize("in_option", [False, True])
def test_what_is_prohibited_is_left_out_at_once_and_for_all(status, left, in_option):
    """166: no several care-of addresses; 168: not several at once. Until the operator allows it."""
    bench = Bench()
    bench.attach(WITH_BIDS)
    if in_option:
        answer(bench, with_status(6, status))
    else:
        bench.answer(status=status)
    assert len(bench.requests) == 2 and bids(bench.requests[-1]) == left
    answer(bench)
    other = msgspec.structs.replace(WITH_BIDS, id=b"mn2@example.org")
    assert bids(bench.attach(other)) == left
    bench.mag.allow(MN)
    bench.mag.forget(MN)
    bench.now += 1
    assert bids(bench.attach(WITH_BIDS)) == [5, 6]


def test_an_anchor_that_repeats_none_is_asked_for_none_again():
    bench = Bench()
    bench.attach(WITH_BIDS)
    bench.answer(drop=(v.BindingIdentifier,))
    assert len(bench.requests) == 1 and bids(renewal(bench)) == []


def test_a_rejection_without_them_says_nothing_of_them():
    bench = Bench()
    bench.attach(WITH_BIDS)
    bench.answer(status=157, drop=(v.BindingIdentifier,))
    assert bids(bench.requests[-1]) == [5, 6] and len(bench.requests) == 2


def test_a_request_without_multihoming_asks_for_none():
    """So an answer without them says nothing of them either."""
    bench = Bench()
    bench.attach(WITH_BIDS)
    bench.answer(status=bench.mag.config.codepoints.status_mh_not_supported)
    assert options(bench.requests[-1], v.Multihoming) == [] == bids(bench.requests[-1])
    answer(bench)
    bench.now += 1
    assert bids(bench.attach(msgspec.structs.replace(WITH_BIDS, id=b"mn2@example.org"))) == [5, 6]


def test_an_unknown_care_of_address_is_told_once():
    bench = Bench()
    bench.attach(WITH_BIDS)
    answer(bench, with_status(6, 167))
    addresses = {o.bid: o.care_of_address for o in options(bench.requests[-1], v.BindingIdentifier)}
    assert len(bench.requests) == 2 and addresses == {5: b"", 6: MAG.address}
    answer(bench, with_status(6, 167))
    assert len(bench.requests) == 2, "it has been told"


def test_an_inactive_filter_is_refreshed_with_the_others():
    bench = Bench(**RFC6089)
    bench.attach(
        msgspec.structs.replace(WITH_BIDS, flows=(flow(1), flow(2, v.BindingReference((6,)), v.Ipv6Selector())))
    )
    answer(bench, with_status(6, 128))
    assert bench.entry().refused_bids == {6}
    (summary,) = options(renewal(bench), v.FlowSummary)
    assert summary.fid == (1, 2)


def test_many_filters_take_several_summaries():
    bench = Bench(**RFC6089)
    bench.attach(msgspec.structs.replace(WITH_BIDS, flows=tuple(flow(fid) for fid in range(1, 61))))
    answer(bench)
    for first in (61, 121):
        bench.now += 1
        bench.mag.modify(MN, tuple(flow(fid) for fid in range(first, first + 60)), bench.now)
        bench.collect()
        answer(bench)
    summaries = options(renewal(bench), v.FlowSummary)
    assert [len(o.fid) for o in summaries] == [127, 53]
    assert [fid for o in summaries for fid in o.fid] == list(range(1, 181))


REFERENCE = v.BindingReference((5, 6))


@pytest.mark.parametrize(
    ("selector", "gap"),
    [
        # The option starts at octet 12, its reference at 20, and what comes behind that at 26.
        (v.Ipv6Selector(src=bytes(16)), [v.UnknownSubOption(1, bytes(4))]),
        (v.Ipv6Selector(spi=7), [v.UnknownSubOption(1)]),
        (v.Ipv6Selector(flow_label=7, proto=17), [v.UnknownSubOption(1)]),
        (v.Ipv4Selector(dst=bytes(4)), [v.UnknownSubOption(1)]),
        (v.Ipv4Selector(spi=1, spi_end=7), [v.UnknownSubOption(1)]),
        (v.Ipv4Selector(dst_port=7), []),
        (v.Ipv6Selector(proto=17), []),
    ],
)
def test_a_selector_starts_on_its_boundary(selector, gap):
    codec = codec_for(RFC6089["codepoints"])
    made = aligned(v.BindingUpdate(options=(flow(1, REFERENCE, selector),)), codec)
    assert made.options[0].suboptions == (REFERENCE, *gap, selector)


def test_the_next_filter_starts_where_the_one_before_ends():
    """The first has a selector of 12 octets at octet 28: the second starts at 40, its reference at 48."""
    codec, address = codec_for(RFC6089["codepoints"]), v.Ipv6Selector(dst=bytes(16))
    first, short = flow(1, REFERENCE, v.Ipv6Selector(spi=7)), v.BindingReference((5,))
    at_52 = aligned(v.BindingUpdate(options=(first, flow(2, short, address))), codec)
    at_54 = aligned(v.BindingUpdate(options=(first, flow(2, REFERENCE, address))), codec)
    assert at_52.options[1].suboptions == (short, v.UnknownSubOption(1, bytes(2)), address)
    assert at_54.options[1].suboptions == (REFERENCE, v.UnknownSubOption(1), address)


def test_the_forerunner_of_rfc_6089_has_no_padding_there():
    message = v.BindingUpdate(
        options=(v.FlowIdentification(fid=1, pri=1, action=1, suboptions=(REFERENCE, v.Ipv6Selector(src=bytes(16)))),)
    )
    assert aligned(message, codec_for(CodePoints())) is message
