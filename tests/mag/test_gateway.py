"""The reference MAG against answers written by hand (RFC 5213 6.9, muho 5 and 6)."""

from __future__ import annotations

import ipaddress

import msgspec
import pytest

from pmiptool.errors import UsageError
from pmiptool.mag import events as ev
from pmiptool.registry.codepoints import CodePoints
from pmiptool.session.endpoint import Endpoint
from pmiptool.wire import values as v
from tests.mag.support import FLOW, HNP, LMA, MAG, MN, MULTIHOMED, NOW, PLAIN, SELECTOR, Bench, option, options


def test_first_request_has_what_rfc_5213_wants():
    pbu = Bench().attach()
    assert pbu.flags == 0x8200 and pbu.lifetime == 75
    assert option(pbu, v.MobileNodeIdentifier).identifier == MN
    assert [o.home_network_prefix.is_any for o in options(pbu, v.HomeNetworkPrefix)] == [True]
    assert option(pbu, v.HandoffIndicator).hi == 1
    assert option(pbu, v.AccessTechnologyType).att == 4
    assert option(pbu, v.MobileNodeLinkLayerIdentifier).link_layer_identifier == PLAIN.ll_id
    assert option(pbu, v.Timestamp).timestamp == int(NOW * 65536)
    assert option(pbu, v.Multihoming) == v.Multihoming(mhgid=0)
    assert options(pbu, v.FlowIdentification) == [FLOW]
    assert option(pbu, v.LinkLocalAddress) is None


@pytest.mark.parametrize("ll_id", [None, bytes(6)])
def test_unknown_link_layer_identifier_is_left_out(ll_id):
    pbu = Bench().attach(msgspec.structs.replace(PLAIN, ll_id=ll_id))
    assert option(pbu, v.MobileNodeLinkLayerIdentifier) is None
    assert option(pbu, v.Multihoming) is None


def test_link_local_address_is_asked_for_when_none_is_fixed_and_kept():
    bench = Bench(fixed_link_local=bytes(16), renew=False)
    assert option(bench.attach(), v.LinkLocalAddress).link_local_address == bytes(16)
    given = ipaddress.IPv6Address("fe80::7").packed
    bench.answer(put=[v.LinkLocalAddress(link_local_address=given)])
    bench.mag.renew(MN, bench.now)
    bench.collect()
    assert option(bench.requests[-1], v.LinkLocalAddress).link_local_address == given


def test_accepted_registration_renews_in_time_with_the_real_prefix():
    bench = Bench()
    bench.attach()
    bench.answer()
    assert bench.entry().state == "registered" and bench.entry().prefixes == (HNP,)
    assert list(bench.entry().flows) == [1]
    bench.advance(224)
    assert len(bench.requests) == 1
    bench.advance(1.5)
    renewal = bench.requests[-1]
    assert option(renewal, v.HandoffIndicator).hi == 5
    assert [o.home_network_prefix for o in options(renewal, v.HomeNetworkPrefix)] == [HNP]
    assert option(renewal, v.Multihoming) == v.Multihoming()
    assert not options(renewal, v.FlowIdentification)
    bench.answer()
    assert list(bench.entry().flows) == [1]  # a renewal without filters takes none away
    bench.advance(223.5)  # the second lifetime counts from 225 s
    assert len(bench.requests) == 2
    bench.advance(1.5)
    assert len(bench.requests) == 3


def test_lifetime_counts_from_sending_and_never_exceeds_what_was_asked():
    bench = Bench(renew=False)
    bench.attach()
    bench.now += 0.5
    bench.answer(lifetime=400)
    assert bench.entry().lifetime == 300
    assert bench.entry().expires_at == NOW + 300
    bench.advance(300)
    assert bench.of(ev.Expired) and MN not in {key[0] for key in bench.mag.binding_update_list}


def test_the_longest_lifetime_ends_as_any_other_does():
    bench = Bench(renew=False)
    bench.attach(msgspec.structs.replace(PLAIN, lifetime=4 * 0xFFFF))
    bench.answer()
    assert bench.requests[-1].lifetime == 0xFFFF and bench.entry().expires_at == NOW + 262140
    bench.advance(262140)
    assert bench.of(ev.Expired) and not bench.mag.binding_update_list


def test_refresh_advice_brings_the_renewal_forward():
    bench = Bench()
    bench.attach()
    bench.answer(put=[v.BindingRefreshAdvice(refresh_interval=10)])
    assert bench.entry().renew_at == NOW + 40


def test_retransmission_doubles_to_32_seconds_with_fresh_timestamp_and_sequence():
    bench = Bench(max_transmissions=8)
    bench.attach()
    bench.advance(200)
    times = [e.time - NOW for e in bench.of(ev.RequestSent)]
    assert times == [0, 1, 3, 7, 15, 31, 63, 95]
    assert [e.attempt for e in bench.of(ev.RequestSent)] == list(range(1, 9))
    stamps = [option(r, v.Timestamp).timestamp for r in bench.requests]
    assert stamps == [int((NOW + t) * 65536) for t in times]
    numbers = [r.sequence for r in bench.requests]
    assert numbers == [(numbers[0] + n) & 0xFFFF for n in range(8)]
    (exchange,) = bench.of(ev.Exchange)
    assert exchange.answer is None and exchange.outcome == "unanswered" and len(exchange.attempts) == 8


def test_without_timestamps_the_sequence_number_is_the_sessions_own():
    bench = Bench(timestamps=False, max_transmissions=3)
    first = bench.attach()
    assert option(first, v.Timestamp) is None
    other = msgspec.structs.replace(PLAIN, id=b"mn2@example.org")
    second = bench.attach(other)
    assert second.sequence == first.sequence  # two sessions count apart
    bench.advance(1)
    assert {r.sequence for r in bench.requests[2:]} == {first.sequence + 1}


def test_answer_to_an_earlier_transmission_counts_and_the_later_one_is_reported():
    bench = Bench()
    bench.attach()
    bench.advance(1.5)
    bench.answer(bench.requests[0])
    (exchange,) = bench.of(ev.Exchange)
    assert exchange.request.message == bench.requests[0] and exchange.outcome == "accepted"
    assert len(exchange.attempts) == 2
    (late,) = [e for e in bench.answer(bench.requests[1]) if isinstance(e, ev.LateAnswer)]
    assert not late.duplicate
    (twice,) = [e for e in bench.answer(bench.requests[0]) if isinstance(e, ev.LateAnswer)]
    assert twice.duplicate


@pytest.mark.parametrize(
    ("put", "name"),
    [
        (v.HandoffIndicator(hi=2), "hi"),
        (v.AccessTechnologyType(att=3), "att"),
        (v.MobileNodeLinkLayerIdentifier(link_layer_identifier=b"\2\0\0\0\0\x09"), "ll-id"),
        (v.MobileNodeIdentifier(subtype=1, identifier=b"mn2@example.org"), "mn-id"),
    ],
)
def test_answer_with_another_echo_is_ignored_and_nothing_is_sent_again(put, name):
    bench = Bench()
    bench.attach()
    bench.answer(put=[put])
    (ignored,) = bench.of(ev.Ignored)
    assert ignored.reason == f"differs-{name}"
    assert bench.of(ev.Exchange)[0].outcome == "ignored"
    assert bench.entry().state == "ignored" and not bench.entry().flows
    bench.advance(100)
    assert len(bench.requests) == 1
    bench.mag.detach(MN, bench.now)
    bench.collect()
    assert option(bench.requests[-1], v.HomeNetworkPrefix).home_network_prefix == HNP


@pytest.mark.parametrize("kind", [v.HandoffIndicator, v.MobileNodeLinkLayerIdentifier])
def test_answer_without_an_echo_is_not_a_different_one(kind):
    bench = Bench()
    bench.attach()
    bench.answer(drop=[kind])
    assert bench.entry().state == "registered"


def test_unmatched_foreign_and_damaged_answers_are_ignored():
    bench = Bench()
    request = bench.attach()
    bench.answer(sequence=request.sequence ^ 1)
    bench.answer(source=Endpoint(MAG.address))
    bench.answer(checksum=False)
    bench.answer(flags=0)
    assert [e.reason for e in bench.of(ev.Ignored)] == ["unmatched", "source", "checksum", "not-proxy"]
    assert all(e.request is None or e.request.message == request for e in bench.of(ev.Ignored))


def test_other_messages_are_ignored():
    bench = Bench()
    bench.attach()
    data = bench.codec.encode(v.BindingError(status=2), src=LMA.address, dst=MAG.address)
    bench.mag.receive(data, LMA, bench.now)
    bench.mag.receive(b"", LMA, bench.now)
    bench.mag.receive(b"\xff" * 40, LMA, bench.now)
    reasons = [e.reason for e in bench.collect()]
    assert reasons[0] == "not-an-acknowledgement" and len(reasons) == 3
    bench.answer()
    assert bench.entry().state == "registered"


def test_160_with_an_empty_mn_id_is_an_answer():
    bench = Bench()
    bench.attach()
    bench.answer(status=160, put=[v.MobileNodeIdentifier(subtype=1, identifier=b"")])
    assert bench.of(ev.Exchange)[0].outcome == "rejected"


def test_152_ends_service_until_an_administrative_action():
    bench = Bench()
    bench.attach()
    bench.answer(status=152)
    assert bench.of(ev.ServiceDenied)
    with pytest.raises(UsageError, match="152"):
        bench.mag.attach(MULTIHOMED, bench.now)
    bench.mag.allow(MN)
    bench.attach()
    assert len(bench.requests) == 2


def test_155_is_asked_again_for_any_prefix_once():
    bench = Bench()
    bench.attach(msgspec.structs.replace(PLAIN, hnp=(HNP,)))
    bench.answer(status=155)
    assert [o.home_network_prefix.is_any for o in options(bench.requests[-1], v.HomeNetworkPrefix)] == [True]
    assert "prefix" in bench.of(ev.Exchange)[0].followed_by
    bench.answer(status=155)
    assert len(bench.requests) == 2 and not bench.mag.busy()
    refusing = Bench(retry_all_zero=False)
    refusing.attach(msgspec.structs.replace(PLAIN, hnp=(HNP,)))
    refusing.answer(status=155)
    assert len(refusing.requests) == 1


def test_156_is_not_retried_and_the_offset_is_measured():
    bench = Bench(clock_offset=2.0)
    bench.attach()
    bench.now += 0.2
    bench.answer(status=156, put=[v.Timestamp(timestamp=int((NOW + 0.1 - 5.0) * 65536))])
    (offset,) = bench.of(ev.ClockOffset)
    assert offset.offset == pytest.approx(-7.0, abs=0.001)  # ours runs 2 s ahead, the anchor's 5 s behind
    bench.advance(60)
    assert len(bench.requests) == 1


def test_157_is_retried_at_once_with_a_later_timestamp_and_not_for_ever():
    bench = Bench(max_retries=2)
    bench.attach()
    for _ in range(5):
        if bench.mag.busy():
            bench.answer(status=157)
    assert len(bench.requests) == 3
    stamps = [option(r, v.Timestamp).timestamp for r in bench.requests]
    assert stamps[0] < stamps[1] < stamps[2]


def test_135_without_timestamps_goes_on_from_the_anchors_number():
    bench = Bench(timestamps=False)
    bench.attach()
    bench.answer(status=135, sequence=4711)  # the last accepted one, not the request's
    assert bench.requests[-1].sequence == 4712
    bench.answer()
    assert bench.entry().state == "registered"


def test_250_is_asked_again_without_the_option_where_the_policy_allows():
    bench = Bench()
    bench.attach()
    bench.answer(status=250)
    again = bench.requests[-1]
    assert not option(again, v.Multihoming) and not options(again, v.FlowIdentification)
    bench.answer()
    bench.mag.renew(MN, bench.now)
    bench.collect()
    assert not option(bench.requests[-1], v.Multihoming)
    strict = Bench(fallback_without_multihoming=False)
    strict.attach()
    strict.answer(status=250)
    assert len(strict.requests) == 1


def test_251_is_asked_again_with_act_remove_and_its_number_is_a_setting():
    bench = Bench(codepoints=CodePoints(status_reinstantiation_not_supported=199))
    bench.attach()
    bench.answer()
    bench.mag.detach(MN, bench.now, "keep")
    bench.collect()
    assert option(bench.requests[-1], v.Multihoming).act == 2
    bench.answer(status=199)
    assert option(bench.requests[-1], v.Multihoming).act == 1
    bench.answer()
    assert bench.of(ev.Released)[0].acknowledged


def test_answer_without_the_option_makes_a_legacy_session():
    bench = Bench()
    bench.attach()
    bench.answer(drop=[v.Multihoming, v.FlowIdentification])
    assert bench.of(ev.SessionLegacy) and bench.entry().legacy and not bench.entry().flows
    assert bench.entry().state == "registered"
    bench.mag.renew(MN, bench.now)
    bench.collect()
    assert option(bench.requests[-1], v.Multihoming)  # in every PBU of a multihomed mobile node


def test_refused_filter_leaves_the_list_and_nothing_else():
    bench = Bench()
    second = msgspec.structs.replace(FLOW, fid=2)
    bench.attach(msgspec.structs.replace(MULTIHOMED, flows=(FLOW, second)))
    bench.answer(drop=[v.FlowIdentification], put=[msgspec.structs.replace(FLOW, status=130), second])
    assert list(bench.entry().flows) == [2]
    (refused,) = bench.of(ev.FlowRefused)
    assert (refused.fid, refused.status, refused.retransmitted) == (1, 130, False)


def test_reinstantiated_filter_enters_the_list_as_the_anchors():
    bench = Bench()
    bench.attach()
    bench.answer()
    bench.mag.renew(MN, bench.now)
    bench.collect()
    moved = v.FlowIdentification(fid=65535, pri=20, action=1, pro=2, suboptions=(SELECTOR,))
    stray = v.FlowIdentification(fid=9, pri=20, action=1)
    bench.answer(put=[moved, stray])
    assert bench.entry().flows[65535].owner == "lma" and bench.entry().flows[65535].flow == moved
    assert [e.fid for e in bench.of(ev.FlowUnrequested)] == [9] and 9 not in bench.entry().flows
    bench.mag.renew(MN, bench.now)
    bench.collect()
    bench.answer(put=[moved])
    assert len(bench.of(ev.FlowReinstantiated)) == 1  # repeated, told once


def test_no_filter_echoed_is_flows_unsupported():
    bench = Bench()
    bench.attach()
    bench.answer(drop=[v.FlowIdentification])
    assert bench.of(ev.FlowsUnsupported) and not bench.entry().flows


def test_modify_changes_the_list_and_a_summary_removes():
    bench = Bench()
    bench.attach()
    bench.answer()
    changed = v.FlowIdentification(fid=1, pri=5, action=2, pro=1)
    added = v.FlowIdentification(fid=2, pri=6, action=1, suboptions=(SELECTOR,))
    bench.mag.modify(MN, (changed, added), bench.now)
    bench.collect()
    assert option(bench.requests[-1], v.HandoffIndicator).hi == 5
    bench.answer()
    assert bench.entry().flows[1].flow == msgspec.structs.replace(changed, suboptions=(SELECTOR,))
    bench.mag.modify(MN, (), bench.now, summary=(2,))
    bench.collect()
    assert option(bench.requests[-1], v.FlowSummary).fid == (2,)
    bench.answer()
    assert list(bench.entry().flows) == [2]


def test_rfc6089_dialect_takes_an_unrequested_filter_with_status_0():
    bench = Bench(codepoints=CodePoints(dialect="rfc6089"))
    own = v.FlowIdentification6089(fid=1, pri=10, suboptions=(v.Ipv6Selector(dst_port=80),))
    bench.attach(msgspec.structs.replace(MULTIHOMED, flows=(own,)))
    moved = v.FlowIdentification6089(fid=65535, pri=10, suboptions=(v.Ipv6Selector(dst_port=81),))
    bench.answer(put=[moved, own])
    assert {fid: kept.owner for fid, kept in bench.entry().flows.items()} == {1: "mag", 65535: "lma"}


@pytest.mark.parametrize(("act", "number"), [("none", 0), ("remove", 1), ("keep", 2), (5, 5)])
def test_detach_is_lifetime_0_with_hi_4_and_act(act, number):
    bench = Bench()
    bench.attach()
    bench.answer()
    bench.mag.detach(MN, bench.now, act)
    bench.collect()
    pbu = bench.requests[-1]
    assert pbu.lifetime == 0 and option(pbu, v.HandoffIndicator).hi == 4
    assert option(pbu, v.Multihoming).act == number
    assert option(pbu, v.HomeNetworkPrefix).home_network_prefix == HNP
    bench.answer()
    assert bench.of(ev.Released)[0].acknowledged and not bench.mag.binding_update_list


@pytest.mark.parametrize(("wait", "sent"), [("timeout", 1), ("pba", 3)])
def test_detach_lets_go_after_a_second_or_waits_for_the_answer(wait, sent):
    bench = Bench(detach_wait=wait, max_transmissions=3)
    bench.attach()
    bench.answer()
    bench.mag.detach(MN, bench.now)
    bench.collect()
    bench.advance(1.0)
    assert bool(bench.of(ev.Released)) is (wait == "timeout")
    bench.advance(100)
    assert len(bench.requests) == 1 + sent
    assert not bench.of(ev.Released)[0].acknowledged and not bench.mag.binding_update_list


def test_rejection_denies_service_and_stops_renewing():
    bench = Bench()
    bench.attach()
    bench.answer()
    bench.mag.renew(MN, bench.now)
    bench.collect()
    bench.answer(status=128)
    assert bench.entry().state == "rejected" and not bench.entry().flows
    bench.advance(1000)
    assert len(bench.requests) == 2


def test_no_more_than_three_requests_a_second_for_one_node():
    bench = Bench()
    bench.attach(PLAIN)
    bench.answer()
    for _ in range(4):
        bench.mag.renew(MN, bench.now)
        bench.collect()
        if bench.requests[-1].sequence != bench.of(ev.Exchange)[-1].request.message.sequence:
            bench.answer()
    assert len(bench.requests) == 3 and bench.mag.busy()
    assert bench.mag.next_timer() == NOW + 1.0
    bench.advance(1.0)
    assert len(bench.requests) == 4 and [e.attempt for e in bench.of(ev.RequestSent)] == [1] * 4
    bench.answer()
    assert bench.of(ev.Exchange)[-1].outcome == "accepted"
    bench.attach(msgspec.structs.replace(PLAIN, id=b"mn2@example.org"))
    assert len(bench.requests) == 5  # another mobile node has its own rate


def test_two_interfaces_of_one_node_on_one_gateway_stay_apart():
    bench = Bench()
    for name in ("if1", "if2"):
        bench.attach(msgspec.structs.replace(PLAIN, interface=name, mhgid=0))
    bench.answer(bench.requests[1])
    bench.answer(bench.requests[0])
    bench.mag.detach(MN, bench.now, interface="if1")
    bench.collect()
    assert [key[1] for key, e in bench.mag.binding_update_list.items() if e.request is None] == ["if2"]


def test_detaching_a_stranger_says_so():
    with pytest.raises(UsageError, match="not attached"):
        Bench().mag.detach("nobody@example.org", NOW)
