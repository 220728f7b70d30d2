"""What the anchor asks of the reference MAG by itself, and heartbeats both ways (RFC 5846, 5847, 7077, 7864)."""

from __future__ import annotations

import ipaddress

import msgspec
import pytest

from pmiptool.errors import UsageError
from pmiptool.mag import events as ev
from pmiptool.registry.codepoints import CodePoints
from pmiptool.session.endpoint import Endpoint
from pmiptool.wire import values as v
from pmiptool.wire.checksum import checksum
from tests.mag.support import FLOW, HNP, LMA, MAG, MN, MULTIHOMED, NOW, PLAIN, SELECTOR, Bench, option, options

P, V, G = 0x8000, 0x4000, 0x2000
MN_ID = v.MobileNodeIdentifier(subtype=1, identifier=MN)
OTHER = v.Prefix(ipaddress.IPv6Address("2001:db8:a2::").packed, 64)


def hnp(prefix=HNP, **more):
    return v.HomeNetworkPrefix(home_network_prefix=prefix, **more)


def attached(profile=PLAIN, **config):
    bench = Bench(**{"renew": False, **config})
    bench.attach(profile)
    bench.answer()
    bench.requests.clear()
    return bench


def bri(*options, trigger=1, sequence=7, flags=P):
    return v.BindingRevocationIndication(
        binding_revocation_type=1, revocation_trigger=trigger, sequence=sequence, flags=flags, options=options
    )


def upn(reason, *options, flags=0x8000, sequence=9):
    return v.UpdateNotification(sequence=sequence, reason=reason, flags=flags, options=(MN_ID, *options))


def octets(text, *, to_mag=True):
    """Octets written by hand, with the checksum put in."""
    data = bytes.fromhex(text)
    pair = (LMA.address, MAG.address) if to_mag else (MAG.address, LMA.address)
    return data[:4] + checksum(*pair, data).to_bytes(2, "big") + data[6:]


# Octets from the figures: RFC 5847 2 and 3, RFC 5846 5 and 6, RFC 7077 3 and 4


GOLDEN = [
    # Heartbeat request, sequence 0x01020304 - answered with R, the same number, and restart counter 5: its option at
    # 4n+2 stands at octet 14, behind a PadN of 2; PadN of 4 fills up.
    ("3b 01 0d 00 0000 0000 01020304 0102 0000", "3b 02 0d 00 0000 0001 01020304 0100 1c04 00000005 01020000"),
    # BRI: type 1, trigger 1, sequence 0x0102, P; MN-ID of 16 octets at octet 12, PadN of 2
    (
        "3b 03 10 00 0000 0101 0102 8000 0810 01" + b"mn1@example.org".hex() + "0100",
        "3b 01 10 00 0000 0200 0102 8000 0102 0000",
    ),
    # UPN: sequence 0x0304, reason 1, A - the answer has status 0 and the MN-ID
    (
        "3b 03 13 00 0000 0304 0001 8000 0810 01" + b"mn1@example.org".hex() + "0100",
        "3b 03 14 00 0000 0304 00 000000 0810 01" + b"mn1@example.org".hex() + "0100",
    ),
]


@pytest.mark.parametrize(("asked", "answered"), GOLDEN)
def test_the_answers_octets_are_those_of_the_figures(asked, answered):
    bench = attached(restart_counter=5)
    bench.mag.receive(octets(asked), LMA, bench.now)
    (datagram, *_) = bench.mag.to_send(bench.now)
    assert datagram.data.hex(" ") == octets(answered, to_mag=False).hex(" ")
    assert (datagram.source, datagram.destination) == (MAG, LMA)


# Heartbeats


def test_a_heartbeat_is_answered_without_any_binding():
    bench = Bench(restart_counter=3)
    (answer,) = bench.tell(v.Heartbeat(sequence=70000))
    assert (answer.flags, answer.sequence) == (1, 70000)
    assert option(answer, v.RestartCounter).restart_counter == 3
    (told,) = bench.of(ev.LmaRequest)
    assert told.kind == "heartbeat" and told.answer is not None and told.request.message.sequence == 70000


def beat(bench, **more):
    """The anchor's answer to the gateway's newest heartbeat."""
    sequence = bench.requests[-1].sequence
    message = v.Heartbeat(
        **{"flags": 1, "sequence": sequence, "options": (v.RestartCounter(restart_counter=1),), **more}
    )
    return bench.tell(message)


def test_an_own_heartbeat_is_answered_and_its_time_told():
    bench = Bench()
    bench.mag.heartbeat(bench.now)
    (request,) = (bench.collect(), bench.requests)[1]
    assert (request.flags, request.options) == (0, ())
    assert bench.mag.busy() and bench.mag.next_timer() == NOW + 5
    bench.now += 0.25
    assert beat(bench) == []
    (answered,) = bench.of(ev.HeartbeatAnswered)
    assert (answered.restart_counter, answered.seconds) == (1, 0.25)
    assert not bench.mag.busy() and bench.mag.next_timer() is None
    bench.mag.heartbeat(bench.now)
    bench.collect()
    assert bench.requests[-1].sequence == request.sequence + 1
    beat(bench, sequence=request.sequence)  # the answer of before, once more
    assert [e.reason for e in bench.of(ev.Ignored)] == ["unmatched"] and bench.mag.busy()


def test_an_anchor_that_stays_silent_is_unreachable_after_more_than_three():
    bench = Bench()
    bench.mag.heartbeat(bench.now)
    bench.collect()
    bench.advance(60)
    assert [e.missing for e in bench.of(ev.HeartbeatMissing)] == [1, 2, 3, 4]
    assert [e.missing for e in bench.of(ev.LmaUnreachable)] == [4]
    assert len(bench.requests) == 4 and not bench.mag.busy() and bench.mag.next_timer() is None


def test_an_answer_resets_the_count_of_missing_heartbeats():
    bench = Bench()
    bench.mag.heartbeat(bench.now)
    bench.collect()
    bench.advance(15)
    beat(bench)
    bench.mag.heartbeat(bench.now)
    bench.collect()
    bench.advance(15)
    assert [e.missing for e in bench.of(ev.HeartbeatMissing)] == [1, 2, 3, 1, 2, 3]
    assert not bench.of(ev.LmaUnreachable)


def test_another_restart_counter_means_a_restart_and_the_sessions_are_renewed():
    bench = attached(renew=True)
    bench.mag.heartbeat(bench.now)
    bench.collect()
    beat(bench)
    bench.tell(v.Heartbeat(flags=3, sequence=0, options=(v.RestartCounter(restart_counter=1),)))  # unsolicited
    assert not bench.of(ev.LmaRestarted)
    bench.tell(v.Heartbeat(flags=3, sequence=0, options=(v.RestartCounter(restart_counter=2),)))
    (restarted,) = bench.of(ev.LmaRestarted)
    assert (restarted.before, restarted.restart_counter) == (1, 2)
    bench.advance(0)
    assert option(bench.requests[-1], v.HandoffIndicator).hi == 5


def test_heartbeats_leave_by_themselves_while_something_is_registered():
    bench = attached(heartbeat_interval=60.0)
    bench.advance(59)
    assert bench.requests == []
    bench.advance(1)
    assert [type(m) for m in bench.requests] == [v.Heartbeat]
    beat(bench)
    bench.tell(bri(MN_ID))
    bench.requests.clear()
    bench.advance(300)
    assert bench.requests == []


def test_a_binding_error_ends_heartbeats_for_good():
    bench = Bench()
    bench.mag.heartbeat(bench.now)
    bench.collect()
    bench.tell(v.BindingError(status=2))
    assert bench.of(ev.HeartbeatsUnsupported) and not bench.mag.busy()
    with pytest.raises(UsageError, match="knows no heartbeats"):
        bench.mag.heartbeat(bench.now)


# Revocation


def status(answers):
    (answer,) = answers
    assert isinstance(answer, v.BindingRevocationAcknowledgement)
    return answer.status


def test_a_revocation_takes_the_binding_away_without_a_deregistration():
    bench = attached()
    (answer,) = bench.tell(bri(MN_ID, hnp(), trigger=1, sequence=0xBEEF))
    assert (answer.status, answer.sequence, answer.flags, answer.options) == (0, 0xBEEF, P, ())
    assert not bench.mag.binding_update_list and bench.mag.next_timer() is None
    (revoked,) = bench.of(ev.BindingRevoked)
    assert (revoked.prefixes, revoked.trigger, revoked.gone) == (((HNP.address, 64),), 1, True)
    bench.advance(400)
    assert len(bench.requests) == 1


def test_the_same_indication_again_is_answered_again_and_a_new_one_is_looked_at():
    bench = attached()
    first = bench.tell(bri(MN_ID))
    assert bench.tell(bri(MN_ID)) == first and first[0].status == 0
    assert [e.repeated for e in bench.of(ev.LmaRequest)] == [False, True]
    assert status(bench.tell(bri(MN_ID, sequence=8))) == 128
    assert status(bench.tell(bri(MN_ID, trigger=5, sequence=8))) == 128
    bench.advance(61)
    assert status(bench.tell(bri(MN_ID))) == 128


def test_one_sequence_number_on_another_message_is_another_request():
    bench = attached()
    assert status(bench.tell(bri(v.MobileNodeIdentifier(1, b"other@example.org")))) == 128
    assert status(bench.tell(bri(MN_ID))) == 0


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (bri(v.MobileNodeIdentifier(subtype=1, identifier=b"other@example.org")), 128),
        (bri(v.MobileNodeIdentifier(subtype=2, identifier=MN)), 128),
        (bri(MN_ID, hnp(OTHER)), 128),
        (bri(MN_ID, flags=0), 128),
        (bri(MN_ID, v.AlternateCareOfAddress(alternate_care_of_address=LMA.address)), 128),
        (bri(MN_ID, v.BindingIdentifier(bid=3)), 128),
        (bri(hnp()), 131),
        (bri(MN_ID, trigger=8), 133),
        (bri(MN_ID, trigger=250, flags=P | G), 133),
        (bri(MN_ID, trigger=1, flags=P | G), 134),
        (bri(MN_ID, trigger=128), 134),
        (bri(v.MobileNodeIdentifier(1, b"@example.org"), trigger=129), 134),
        (bri(MN_ID, trigger=128, flags=P | G), 134),
        (bri(trigger=128, flags=G), 128),
        (bri(trigger=129, flags=P | G), 131),
        (bri(MN_ID, trigger=129, flags=P | G), 131),
        (bri(v.MobileNodeIdentifier(1, b"@org"), trigger=129, flags=P | G), 131),
        (bri(MN_ID, flags=P | V), 129),
        (bri(MN_ID, v.Ipv4HomeAddressRequest(ipv4_home_address=bytes((198, 18, 0, 1))), flags=P | V), 128),
    ],
)
def test_a_revocation_that_is_refused_takes_nothing_and_its_flags_come_back(message, expected):
    bench = attached()
    (answer,) = bench.tell(message)
    assert (answer.status, answer.flags, answer.sequence) == (expected, message.flags, 7)
    assert bench.entry().state == "registered" and not bench.of(ev.BindingRevoked)


def test_the_ipv4_home_address_alone_is_taken_when_it_is_the_one_given():
    address = bytes((198, 18, 0, 1))
    asked = v.Ipv4HomeAddressRequest(prefix_length=16, ipv4_home_address=address)
    bench = Bench(renew=False)
    bench.attach(msgspec.structs.replace(PLAIN, ipv4_hoa=v.Ipv4HomeAddressRequest(ipv4_home_address=bytes(4))))
    reply = v.Ipv4HomeAddressReply(prefix_length=16, ipv4_home_address=address)
    bench.answer(put=[reply], drop=[v.Ipv4HomeAddressRequest])
    bench.requests.clear()
    other = msgspec.structs.replace(asked, ipv4_home_address=bytes((198, 18, 0, 2)))
    assert status(bench.tell(bri(MN_ID, other, flags=P | V, sequence=1))) == 128 and bench.entry().ipv4 is not None
    (answer,) = bench.tell(bri(MN_ID, asked, flags=P | V))
    assert (answer.status, answer.flags) == (0, P | V)
    assert bench.entry().ipv4 is None and bench.entry().prefixes == (HNP,)
    (revoked,) = bench.of(ev.BindingRevoked)
    assert (revoked.prefixes, revoked.gone) == ((), False)
    bench.mag.renew(MN, bench.now)
    bench.collect()
    assert not options(bench.requests[-1], v.Ipv4HomeAddressRequest)


@pytest.mark.parametrize(
    "message",
    [
        bri(trigger=128, flags=P | G),
        bri(v.UnknownOption(type=240, data=b"x"), trigger=128, flags=P | G),
        bri(v.MobileNodeIdentifier(1, b"@example.org"), trigger=129, flags=P | G),
        bri(
            v.MobileNodeIdentifier(1, b"@example.org"),
            v.AlternateCareOfAddress(alternate_care_of_address=MAG.address),
            trigger=129,
            flags=P | G,
        ),
    ],
)
def test_a_global_revocation_takes_all_that_it_means(message):
    bench = attached()
    bench.attach(msgspec.structs.replace(PLAIN, id=b"mn2@example.org", interface="b"))
    bench.answer()
    bench.requests.clear()
    (answer,) = bench.tell(message)
    assert (answer.status, answer.flags) == (0, P | G)
    assert not bench.mag.binding_update_list and len(bench.of(ev.BindingRevoked)) == 2


def test_what_was_released_before_is_a_partial_success_that_names_it():
    bench = attached()
    (answer,) = bench.tell(bri(MN_ID, hnp(), hnp(OTHER)))
    assert answer.status == 1 and answer.options == (MN_ID, hnp(OTHER))
    assert not bench.mag.binding_update_list


def test_one_of_two_prefixes_leaves_the_other():
    bench = Bench(renew=False)
    bench.attach(PLAIN)
    bench.answer(put=[hnp(), hnp(OTHER)])
    bench.requests.clear()
    assert status(bench.tell(bri(MN_ID, hnp(OTHER)))) == 0
    assert bench.entry().prefixes == (HNP,) and not bench.of(ev.BindingRevoked)[0].gone


def test_a_binding_identifier_names_one_of_two_interfaces():
    bench = Bench(renew=False)
    for number in (1, 2):
        bid = v.BindingIdentifier(bid=number)
        bench.attach(msgspec.structs.replace(MULTIHOMED, interface=f"if{number}", bids=(bid,), flows=()))
        bench.answer()
    bench.requests.clear()
    (answer,) = bench.tell(bri(MN_ID, v.BindingIdentifier(bid=2), v.BindingIdentifier(bid=9)))
    assert answer.status == 1 and [o.bid for o in options(answer, v.BindingIdentifier)] == [9]
    assert [key[1] for key in bench.mag.binding_update_list] == ["if1"]


@pytest.mark.parametrize(("still_attached", "expected"), [(True, 132), (False, 0)])
def test_a_handover_elsewhere_is_refused_while_the_mobile_node_is_here(still_attached, expected):
    bench = attached(still_attached=still_attached)
    assert status(bench.tell(bri(MN_ID, trigger=4))) == expected
    assert bool(bench.mag.binding_update_list) is still_attached
    bench = attached(still_attached=still_attached, detach_wait="pba")
    bench.mag.detach(MN, bench.now)
    bench.collect()
    bench.requests.clear()
    assert status(bench.tell(bri(MN_ID, trigger=4))) == 0  # it is leaving anyway


def test_a_revocation_ends_the_request_under_way():
    bench = attached()
    bench.mag.renew(MN, bench.now)
    bench.collect()
    renewal = bench.requests.pop()
    assert status(bench.tell(bri(MN_ID))) == 0
    assert (bench.of(ev.Exchange)[-1].outcome, bench.of(ev.Exchange)[-1].reason) == ("superseded", "revoked")
    bench.advance(30)
    assert len(bench.requests) == 1
    bench.answer(renewal)
    assert bench.of(ev.LateAnswer) and not bench.mag.binding_update_list


def test_a_mobile_node_that_was_never_granted_anything_has_no_binding():
    bench = Bench(renew=False)
    bench.attach(PLAIN)
    bench.requests.clear()
    assert status(bench.tell(bri(MN_ID))) == 128
    assert bench.mag.busy(MN)


# Update notification


def test_force_reregistration_sends_a_pbu_at_once_and_no_answer_unless_asked():
    bench = attached()
    (pbu,) = bench.tell(upn(1, flags=0))
    assert option(pbu, v.HandoffIndicator).hi == 5 and option(pbu, v.HomeNetworkPrefix).home_network_prefix == HNP
    (told,) = bench.of(ev.LmaRequest)
    assert told.answer is None and told.status is None and told.mn == MN
    bench = attached()
    answer, pbu = bench.tell(upn(1))
    assert (answer.sequence, answer.status, answer.options) == (9, 0, (MN_ID,))
    assert isinstance(pbu, v.BindingUpdate)


def test_a_retransmission_is_answered_again_without_acting_twice():
    bench = attached()
    answer, _ = bench.tell(upn(1))
    assert bench.tell(upn(1, flags=0xC000)) == [answer]
    assert bench.tell(upn(1, flags=0x8000)) == [answer]  # doubled by the network
    assert [e.repeated for e in bench.of(ev.LmaRequest)] == [False, True, True]


def test_a_retransmission_whose_first_was_lost_counts_and_without_an_answer_it_is_done_again():
    bench = attached()
    answer, pbu = bench.tell(upn(1, flags=0xC000))
    assert isinstance(answer, v.UpdateNotificationAcknowledgement) and isinstance(pbu, v.BindingUpdate)
    bench.answer(pbu)
    assert len(bench.tell(upn(1, flags=0, sequence=10))) == 1
    bench.answer()
    bench.advance(1)
    assert len(bench.tell(upn(1, flags=0x4000, sequence=10))) == 1  # RFC 7077 6.1: redone where A is not set
    assert [e.repeated for e in bench.of(ev.LmaRequest)] == [False, False, True]


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (upn(0), 128),
        (upn(3), 129),
        (upn(3, v.VendorSpecific(vendor_id=9, sub_type=1, data=b"x")), 0),
        (upn(5), 128),
        (upn(6), 128),
        (upn(8), 131),
        (upn(77), 128),
        (upn(255), 128),
    ],
)
def test_what_the_gateway_says_to_other_reasons(message, expected):
    bench = attached()
    (answer,) = bench.tell(message)
    assert (answer.status, answer.options) == (expected, (MN_ID,))


def test_a_stranger_and_one_who_leaves_are_not_attached():
    bench = attached(detach_wait="pba")
    other = v.MobileNodeIdentifier(1, b"other@example.org")
    message = msgspec.structs.replace(upn(1), options=(other,))
    (answer,) = bench.tell(message)
    assert (answer.status, answer.options) == (132, (other,))
    bench.mag.detach(MN, bench.now)
    bench.collect()
    bench.requests.clear()
    assert [m.status for m in bench.tell(upn(1, sequence=10))] == [132]


def test_a_group_of_all_sessions_renews_each_and_another_group_is_nobody():
    bench = attached()
    bench.attach(msgspec.structs.replace(PLAIN, id=b"mn2@example.org"))
    bench.answer()
    bench.requests.clear()
    group = v.MobileNodeGroupIdentifier(subtype=1, group=1)
    answer, *pbus = bench.tell(v.UpdateNotification(sequence=1, reason=1, flags=0x8000, options=(group,)))
    assert (answer.status, answer.options) == (0, (group,)) and len(pbus) == 2
    (answer,) = bench.tell(
        v.UpdateNotification(sequence=2, reason=1, flags=0x8000, options=(msgspec.structs.replace(group, group=5),))
    )
    assert answer.status == 132


def test_who_names_nobody_gets_no_answer():
    bench = attached()
    assert bench.tell(v.UpdateNotification(sequence=1, reason=1, flags=0x8000)) == []
    assert [e.reason for e in bench.of(ev.Ignored)] == ["names-nobody"]


def test_a_denied_mobile_node_is_not_renewed():
    bench = attached()
    bench.mag.renew(MN, bench.now)
    bench.collect()
    bench.answer(status=152)
    bench.requests.clear()
    bench.entry().state = "registered"
    assert [m.status for m in bench.tell(upn(1))] == [128]


def test_a_request_under_way_is_sent_once_more_with_what_it_asks():
    bench = attached(MULTIHOMED)
    other = msgspec.structs.replace(FLOW, fid=2)
    bench.mag.modify(MN, (other,), bench.now)
    bench.collect()
    answer, again = bench.tell(upn(1))
    assert options(again, v.FlowIdentification) == [other]
    assert again.sequence == (bench.requests[0].sequence + 1) & 0xFFFF
    bench.answer(again)
    assert set(bench.entry().flows) == {1, 2}


def test_session_parameters_are_kept_and_without_any_they_are_asked_for():
    bench = attached()
    qos = v.QualityOfService(sr_id=1, dscp=8, oc=1)
    (answer,) = bench.tell(upn(2, qos))
    agreed = msgspec.structs.replace(qos, oc=0)
    assert answer.status == 0 and answer.options == (MN_ID, agreed) and bench.entry().parameters == (agreed,)
    assert bench.of(ev.SessionUpdated)[0].options == ("QualityOfService",)
    answer, pbu = bench.tell(upn(2, v.UnknownOption(type=240, data=b""), sequence=10))
    assert answer.status == 0 and isinstance(pbu, v.BindingUpdate)


def test_service_requests_are_met_queried_and_dropped():
    """RFC 7222 5.2: every request comes back as RESPONSE; a query has those in force."""
    bench = attached()
    one, two = (v.QualityOfService(sr_id=n, dscp=8 * n, oc=1) for n in (1, 2))
    query, drop = v.QualityOfService(oc=4), v.QualityOfService(sr_id=1, oc=2)
    agreed = [msgspec.structs.replace(option, oc=0) for option in (one, two)]
    later = v.QualityOfService(sr_id=3, oc=6)  # an operation that nobody knows yet
    (answer,) = bench.tell(upn(5, one, two, later))
    assert answer.status == 0 and options(answer, v.QualityOfService) == agreed
    (answer,) = bench.tell(upn(5, query, sequence=10))
    assert options(answer, v.QualityOfService) == agreed
    bench.tell(upn(5, drop, sequence=11))
    (answer,) = bench.tell(upn(5, query, sequence=12))
    assert options(answer, v.QualityOfService) == agreed[1:]


def test_the_access_network_is_told_where_it_is_known():
    network = v.AccessNetworkIdentifier(suboptions=(v.OperatorIdentifier(op_id_type=2, operator_id=b"example.org"),))
    bench = attached(msgspec.structs.replace(PLAIN, access_network=network))
    answer, pbu = bench.tell(upn(4))
    assert answer.status == 0 and options(pbu, v.AccessNetworkIdentifier) == [network]
    bench.answer(pbu)
    bench.mag.renew(MN, bench.now)
    bench.collect()
    assert not options(bench.requests[-1], v.AccessNetworkIdentifier)
    bench = attached()
    answer, pbu = bench.tell(upn(4))
    assert answer.status == 128 and not options(pbu, v.AccessNetworkIdentifier)


# Flow mobility (RFC 7864)


def moved(fid=65535, **more):
    return v.FlowIdentification(**{"fid": fid, "pri": 20, "action": 1, "pro": 2, "suboptions": (SELECTOR,), **more})


def owners(bench):
    return {fid: kept.owner for fid, kept in bench.entry().flows.items()}


def test_flow_mobility_installs_what_it_names_as_the_anchors_and_omission_removes():
    bench = attached(MULTIHOMED)
    (answer,) = bench.tell(upn(8, hnp(), moved(), moved(65534, status=128), FLOW))
    assert (answer.status, answer.options) == (0, (MN_ID, hnp()))
    assert owners(bench) == {1: "mag", 65535: "lma"} and bench.entry().flows[65535].flow == moved()
    assert [e.flow.fid for e in bench.of(ev.FlowReinstantiated)] == [65535]
    bench.tell(upn(8, hnp(), moved(65533, pro=0), sequence=10))
    assert owners(bench) == {1: "mag", 65533: "lma"}
    assert [e.fid for e in bench.of(ev.FlowRemoved)] == [65535]
    assert bench.entry().off_link == ()


def test_prefixes_of_other_bindings_are_kept_off_link():
    bench = attached()
    (answer,) = bench.tell(upn(8, hnp(OTHER, l=1)))
    assert answer.options == (MN_ID, hnp(OTHER, l=1))
    assert bench.entry().off_link == (OTHER,) and bench.entry().prefixes == (HNP,)
    bench.tell(upn(8, hnp(), sequence=10))
    assert bench.entry().off_link == ()
    assert [e.prefixes for e in bench.of(ev.OffLinkPrefixes)] == [((OTHER.address, 64),), ()]


def test_flow_mobility_is_for_the_session_with_the_prefix():
    bench = attached(MULTIHOMED)
    bench.attach(msgspec.structs.replace(PLAIN, interface="plain"))
    bench.answer(put=[hnp(OTHER)])
    bench.requests.clear()
    bench.tell(upn(8, hnp(), moved()))
    assert 65535 in bench.entry().flows and not bench.mag.entry(MN, "plain").flows


def test_flow_mobility_in_the_rfc6089_dialect():
    bench = Bench(renew=False, codepoints=CodePoints(dialect="rfc6089"))
    bench.attach(msgspec.structs.replace(PLAIN, mhgid=0))
    bench.answer()
    bench.requests.clear()
    flow = v.FlowIdentification6089(fid=65535, pri=10, suboptions=(v.Ipv6Selector(dst_port=81),))
    assert [m.status for m in bench.tell(upn(8, hnp(), flow))] == [0]
    assert owners(bench) == {65535: "lma"}


# What is not for the gateway


@pytest.mark.parametrize("message", [v.Heartbeat(sequence=1), bri(MN_ID), upn(1)])
def test_who_is_not_its_anchor_gets_nothing(message):
    bench = attached()
    stranger = Endpoint(ipaddress.IPv6Address("2001:db8:1::9").packed)
    assert bench.tell(message, source=stranger) == []
    assert [e.reason for e in bench.of(ev.Ignored)] == ["source"] and bench.entry().state == "registered"


@pytest.mark.parametrize("message", [v.Heartbeat(sequence=1), bri(MN_ID), upn(1)])
def test_a_damaged_one_is_not_answered(message):
    bench = attached()
    data = bench.codec.encode(message, src=LMA.address, dst=MAG.address)
    assert bench.hear(data[:5] + bytes((data[5] ^ 1,)) + data[6:]) == []
    for broken in (
        data[:8],
        bytes((17,)) + data[1:],
        data[:1] + bytes((data[1] + 1,)) + data[2:],
        data[:12] + b"\x08\x40" + data[14:],
    ):
        assert bench.hear(octets(broken.hex())) == []
    assert [e.reason for e in bench.of(ev.Ignored)] == ["checksum"] + 4 * ["malformed"]
    assert bench.entry().state == "registered"


def test_a_gateway_that_knows_a_type_not_says_so_with_a_binding_error():
    bench = attached(answers=("revocation",))
    for message in (v.Heartbeat(sequence=1), upn(1), v.LocalizedRoutingInitiation(sequence=1)):
        assert [(type(m), m.status) for m in bench.tell(message)] == [(v.BindingError, 2)]
    assert {e.reason for e in bench.of(ev.Ignored)} == {"unknown-type"}
    assert status(bench.tell(bri(MN_ID))) == 0
