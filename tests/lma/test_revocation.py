"""Binding revocation (RFC 5846): the anchor's indications, and what becomes of bindings."""

import pytest

from pmiptool.errors import UsageError
from pmiptool.lma.events import (
    AddressesReleased,
    BindingRemoved,
    FlowRemoved,
    PbuAccepted,
    PeerUnsupporting,
    RevocationAnswered,
    RevocationEnded,
    RevocationSent,
    SessionEnded,
    SilentlyDiscarded,
)
from pmiptool.session.endpoint import Endpoint
from pmiptool.wire.checksum import checksum
from pmiptool.wire.values import (
    AlternateCareOfAddress,
    BindingError,
    BindingIdentifier,
    BindingRevocationAcknowledgement,
    BindingRevocationIndication,
    HomeNetworkPrefix,
    Ipv4HomeAddress,
    Ipv4HomeAddressRequest,
    MobileNodeIdentifier,
)
from tests.lma.support import LMA, MAG1, MAG2, MAG3, World, addr, flow, prefix

MN = "mn1@example.org"
P, V, G = 0x8000, 0x4000, 0x2000


def nai(name=MN):
    return MobileNodeIdentifier(subtype=1, identifier=name.encode())


def hnp(text="2001:db8:f000::/64"):
    return HomeNetworkPrefix(home_network_prefix=prefix(text))


def revoke(world, mn=MN, **fields):
    """The indications that leave: care-of address to message."""
    count = world.anchor.revoke(mn, world.now, **fields)
    sent = [world.answer(datagram) for datagram in world.collect()]
    assert len(sent) == count
    assert all(not answer.decoded.findings for answer in sent)
    return {answer.datagram.destination.address: answer.message for answer in sent}


def acknowledge(world, message, mag=MAG1, status=0, options=()):
    answer = BindingRevocationAcknowledgement(
        status=status, sequence=message.sequence, flags=message.flags, options=options
    )
    assert world.deliver(world.codec.encode(answer, src=mag, dst=LMA), mag) == []


def ended(world):
    return [(event.outcome, event.status, event.removed) for event in world.happened(RevocationEnded)]


def two_gateways(**settings):
    world = World(settings)
    world.attach(MAG1, flows=[flow(1)])
    world.attach(MAG2, flows=[flow(2, 20)])
    return world


def test_octets_of_the_indication():
    world = World()
    world.attach()
    assert world.anchor.revoke(MN, world.now) == 1
    (sent,) = world.collect()
    data = sent.data
    assert data[:4] == bytes.fromhex("3b061000")
    assert int.from_bytes(data[4:6], "big") == checksum(LMA, MAG1, data)
    assert data[6:8] == b"\1\1"  # an indication, administrative reason
    assert data[10:12] == bytes.fromhex("8000")  # P alone
    # MN-ID of 15 octets and the subtype; HNP at 8n + 4, which fills 56 octets.
    rest = (
        bytes.fromhex("0810 01")
        + MN.encode()
        + b"\1\4"
        + bytes(4)
        + bytes.fromhex("1612 0040 20010db8f000")
        + bytes(10)
    )
    assert data[12:] == rest
    assert sent.destination == Endpoint(MAG1) and sent.source == Endpoint(LMA)


def test_one_indication_to_each_gateway_of_a_session():
    world = two_gateways()
    sent = revoke(world)
    assert set(sent) == {MAG1, MAG2}
    assert len({message.sequence for message in sent.values()}) == 2
    for message in sent.values():
        assert (message.flags, message.revocation_trigger, message.options) == (P, 1, (nai(), hnp()))
    assert len(world.session.bindings) == 2  # nothing is gone yet


def test_an_acknowledgement_removes_binding_and_flows_and_the_last_the_session():
    world = two_gateways()
    sent = revoke(world)
    acknowledge(world, sent[MAG1])
    assert world.owners() == {MAG2: [2]}
    assert [(e.care_of_address, e.reason) for e in world.happened(BindingRemoved)] == [(MAG1, "revoked")]
    assert [(e.fid, e.reason) for e in world.happened(FlowRemoved)] == [(1, "revoked")]
    acknowledge(world, sent[MAG2], MAG2, status=1)  # partial success is success
    assert not world.anchor.sessions
    assert len(world.happened(SessionEnded)) == 1
    assert ended(world) == [("accepted", 0, 1), ("accepted", 1, 1)]
    assert not world.anchor.busy() and world.anchor.next_timer() is None
    assert world.advance(100) == []


def test_plain_sessions_and_all_their_prefixes():
    world = World(mn=[{"id": MN, "hnp": ["2001:db8:a1::/64", "2001:db8:a2::/64"]}])
    world.send(hnp=[prefix("2001:db8:a1::/64"), prefix("2001:db8:a2::/64")])
    world.send(mag=MAG2, ll=b"\x02abcde", att=3)  # a session of its own
    sent = revoke(world, MN.encode())
    assert sent[MAG1].options == (nai(), hnp("2001:db8:a1::/64"), hnp("2001:db8:a2::/64"))
    assert sent[MAG2].options == (nai(), hnp())
    acknowledge(world, sent[MAG1])
    (left,) = world.anchor.sessions
    assert [b.care_of_address for b in left.bindings.values()] == [MAG2]


def test_one_care_of_address_of_several():
    world = two_gateways()
    assert set(revoke(world, care_of_address=MAG2, trigger=5)) == {MAG2}
    (event,) = world.happened(RevocationSent)
    assert (event.trigger, event.attempt, event.bindings) == (5, 1, 1)


def test_bids_stand_in_it_when_others_remain():
    world = World()
    world.attach(MAG1, **{})
    world.send(BindingIdentifier(bid=5, bid_pri=7), mag=MAG2, group=0)
    (message,) = revoke(world, care_of_address=MAG2).values()
    assert message.options == (nai(), hnp(), BindingIdentifier(bid=5, bid_pri=7))
    acknowledge(world, message, MAG2)
    world.send(BindingIdentifier(bid=6), mag=MAG1, group=0, hi=5)
    (message,) = revoke(world).values()
    assert message.options == (nai(), hnp())  # all of them: no BID (RFC 5846 7)


def test_two_interfaces_at_one_gateway_are_one_indication():
    world = World()
    world.attach(att=3)
    world.attach(att=4)
    assert len(world.session.bindings) == 2
    (message,) = revoke(world).values()
    acknowledge(world, message)
    assert ended(world) == [("accepted", 0, 2)]
    assert not world.anchor.sessions


def test_retransmission_and_the_end_of_it():
    world = World()
    world.attach(lifetime=900)
    (first,) = revoke(world).values()
    start = world.now
    (again,) = world.advance(1.0)
    assert again.message == first
    assert world.advance(1.99) == []
    assert len(world.session.bindings) == 1
    assert world.advance(0.01) == []
    assert ended(world) == [("unanswered", None, 1)]
    assert world.happened(RevocationEnded)[0].time == pytest.approx(start + 3)
    assert not world.anchor.sessions
    assert world.advance(1000) == []


def test_more_retries_by_configuration():
    timers = {"init_min_delay_bris": 0.5, "max_brack_timeout": 1.5, "bri_max_retries": 4}
    world = World(timers=timers)
    world.attach(lifetime=900)
    revoke(world)
    start = world.now
    world.advance(100)
    times = [round(event.time - start, 3) for event in world.happened(RevocationSent)]
    assert times == [0, 0.5, 1.5, 3.0, 4.5]
    assert [event.attempt for event in world.happened(RevocationSent)] == [1, 2, 3, 4, 5]
    assert round(world.happened(RevocationEnded)[0].time - start, 3) == 6.0


@pytest.mark.parametrize("status", [129, 130, 131, 132, 133, 134, 135, 200])
def test_a_rejection_leaves_the_binding(status):
    world = two_gateways()
    sent = revoke(world)
    acknowledge(world, sent[MAG1], status=status, options=(nai(),))
    assert world.owners() == {MAG1: [1], MAG2: [2]}
    assert ended(world) == [("rejected", status, 0)]


def test_a_binding_that_the_gateway_does_not_have_is_gone():
    world = two_gateways()
    acknowledge(world, revoke(world)[MAG1], status=128)
    assert world.owners() == {MAG2: [2]}
    assert ended(world) == [("rejected", 128, 1)]


@pytest.mark.parametrize("what", ["sequence", "peer", "again"])
def test_acknowledgements_that_fit_nothing_are_discarded(what):
    world = two_gateways()
    sent = revoke(world)[MAG1]
    if what == "sequence":
        sent = type(sent)(sequence=sent.sequence ^ 0x100, flags=P)
    if what == "again":
        acknowledge(world, sent)
    before = world.owners()
    acknowledge(world, sent, MAG3 if what == "peer" else MAG1)
    assert world.last.reason == "answers-nothing"
    assert world.owners() == before


def test_the_udp_port_of_the_last_request_is_used_and_that_of_the_answer_does_not_count():
    world = World()
    mag, local = addr("198.51.100.1"), Endpoint(addr("198.51.100.9"), 5436)
    for port in (5436, 40000):
        world.now += 1
        data = world.codec.encode(world.request(group=0, hi=5))
        world.anchor.receive(data, Endpoint(mag, port), world.now, local)
        world.collect()
    world.anchor.revoke(MN, world.now)
    (sent,) = world.collect()
    assert (sent.source, sent.destination) == (local, Endpoint(mag, 40000))
    assert sent.data[4:6] == b"\0\0"
    sequence = int.from_bytes(sent.data[8:10], "big")
    data = world.codec.encode(BindingRevocationAcknowledgement(sequence=sequence, flags=P))
    world.anchor.receive(data, Endpoint(mag, 40001), world.now, local)
    assert not world.anchor.sessions


def test_raw_it_goes_to_the_proxy_care_of_address():
    world = World()
    world.send(mag=MAG1, group=0, alternate=MAG3)
    assert revoke(world) == {MAG3: revoke_of(world)}


def revoke_of(world):
    (event,) = world.happened(RevocationSent)
    return BindingRevocationIndication(revocation_trigger=1, sequence=event.sequence, flags=P, options=(nai(), hnp()))


def test_over_udp_the_care_of_address_stands_in_it_when_it_is_another():
    world = World()
    data = world.codec.encode(world.request(group=0, alternate=MAG3))
    world.anchor.receive(data, Endpoint(addr("198.51.100.1"), 5436), world.now, Endpoint(addr("198.51.100.9"), 5436))
    world.collect()
    world.anchor.revoke(MN, world.now)
    (sent,) = world.collect()
    message = world.codec.decode(sent.data, udp=True).message
    assert message.options[-1] == AlternateCareOfAddress(alternate_care_of_address=MAG3)


# What comes in between (8.1)


def test_a_renewal_goes_on_and_so_does_revocation():
    world = two_gateways()
    sent = revoke(world)
    assert world.attach(MAG1, hi=5).lifetime == 75
    acknowledge(world, sent[MAG1])
    assert world.owners() == {MAG2: [2]}


def test_a_new_attachment_calls_it_off():
    world = World()
    world.attach()
    (sent,) = revoke(world).values()
    world.attach(hi=1)
    assert ended(world) == [("called-off", None, 0)]
    assert world.advance(10) == []
    acknowledge(world, sent)
    assert world.last.reason == "answers-nothing"
    assert len(world.session.bindings) == 1


@pytest.mark.parametrize("hi", [4, 5])
def test_a_deregistration_completes_it(hi):
    world = two_gateways()
    sent = revoke(world)
    world.send(mag=MAG1, group=0, lifetime=0, hi=hi, act=2)
    assert ended(world) == [("accepted", None, 0)]
    acknowledge(world, sent[MAG1])
    assert world.last.reason == "answers-nothing"
    assert world.owners() == {MAG2: [2, 65535] if hi == 4 else [2]}


def test_a_second_revoke_sends_nothing_while_the_first_is_under_way():
    world = World()
    world.attach()
    (sent,) = revoke(world).values()
    assert revoke(world) == {}
    acknowledge(world, sent, status=132)
    assert len(revoke(world)) == 1


def test_a_binding_that_expires_meanwhile():
    world = World()
    world.attach(lifetime=1)
    world.advance(3)
    (sent,) = revoke(world).values()
    world.advance(2)
    assert [e.reason for e in world.happened(BindingRemoved)] == ["expired"]
    acknowledge(world, sent)
    assert ended(world) == [("accepted", 0, 0)]
    assert not world.anchor.sessions


def test_a_held_request_goes_on_when_the_session_was_revoked():
    world = World()
    world.send(lifetime=900)
    assert world.send(mag=MAG2, hi=4) is None
    (sent,) = revoke(world, trigger=4).values()
    answer = BindingRevocationAcknowledgement(sequence=sent.sequence, flags=P)
    (pba,) = world.deliver(world.codec.encode(answer, src=MAG1, dst=LMA))
    assert pba.destination == Endpoint(MAG2)
    assert [e.what for e in world.happened(PbuAccepted)] == ["created", "revived"]  # it keeps its prefix
    assert world.answer(pba).hnp == prefix("2001:db8:f000::/64")


def test_a_handover_nobody_knows_of_keeps_the_binding_in_silence():
    world = World()
    world.send(lifetime=900)
    revoke(world, trigger=4)
    world.advance(10)
    assert ended(world) == [("unanswered", None, 0)]
    assert len(world.session.bindings) == 1


def test_a_gateway_that_knows_no_revocation():
    world = World()
    world.attach()
    revoke(world)
    world.deliver(world.codec.encode(BindingError(status=2), src=MAG1, dst=LMA))
    assert ended(world) == [("unsupported", None, 1)]
    assert [e.message for e in world.happened(PeerUnsupporting)] == ["binding-revocation"]
    assert not world.anchor.sessions and not world.anchor.busy()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"mn_id": "nobody"}, "there is no session of nobody"),
        ({"mn_id": MN, "care_of_address": MAG3}, "there is no binding of mn1@example.org at that address"),
        ({"mn_id": MN, "trigger": 128}, "trigger 128 is global"),
        ({"mn_id": MN, "trigger": 256}, "0 to 255"),
        ({"mn_id": None}, "trigger 1 does not fit"),
        ({"mn_id": None, "trigger": 129}, "trigger 129 does not fit"),
        ({"mn_id": "@example.org", "trigger": 128}, "trigger 128 does not fit"),
        ({"mn_id": None, "trigger": 128, "care_of_address": MAG3}, "no binding is there"),
    ],
)
def test_what_cannot_be_revoked(arguments, says):
    world = World()
    world.attach()
    with pytest.raises(UsageError, match=says):
        world.anchor.revoke(now=world.now, **arguments)
    assert world.collect() == [] and world.anchor.next_timer() == pytest.approx(world.now + 300)


# Globally


def several():
    world = World()
    for mag in (MAG1, MAG2):
        for name in (b"a@example.org", b"b@example.org", b"c@sub.example.org"):
            world.attach(mag, mn=name)
    return world


def bindings(world):
    return sorted(
        (session.mn_id[1][:1].decode(), binding.care_of_address[5])
        for session in world.anchor.sessions
        for binding in session.bindings.values()
    )


def test_all_of_a_gateway():
    world = several()
    sent = revoke(world, None, trigger=128, care_of_address=MAG1)
    assert set(sent) == {MAG1}
    assert (sent[MAG1].flags, sent[MAG1].revocation_trigger, sent[MAG1].options) == (P | G, 128, ())
    acknowledge(world, sent[MAG1])
    assert bindings(world) == [("a", 2), ("b", 2), ("c", 2)]
    assert ended(world) == [("accepted", 0, 3)]


def test_all_of_a_realm_at_every_gateway():
    world = several()
    sent = revoke(world, "@example.org", trigger=129)
    assert set(sent) == {MAG1, MAG2}
    assert all((m.flags, m.options) == (P | G, (nai("@example.org"),)) for m in sent.values())
    acknowledge(world, sent[MAG2], MAG2)
    assert bindings(world) == [("a", 1), ("b", 1), ("c", 1), ("c", 2)]
    world.attach(MAG1, mn=b"a@example.org")  # attached anew in between
    acknowledge(world, sent[MAG1], MAG1)
    assert bindings(world) == [("a", 1), ("c", 1), ("c", 2)]


# Revoked by a gateway (8.2)


def indicate(world, *options, mag=MAG1, trigger=1, flags=P):
    message = BindingRevocationIndication(revocation_trigger=trigger, sequence=77, flags=flags, options=options)
    sent = world.deliver(world.codec.encode(message, src=mag, dst=LMA), mag)
    if not sent:
        return None
    answer = world.answer(sent[0])
    assert (answer.message.sequence, answer.message.flags) == (77, flags)
    assert answer.datagram.destination == Endpoint(mag)
    return answer.message


def test_a_gateway_revokes_a_mobile_node_of_its_own_and_no_other():
    world = two_gateways()
    assert indicate(world, nai()).status == 0
    assert world.owners() == {MAG2: [2]}
    assert indicate(world, nai()).status == 128
    assert world.owners() == {MAG2: [2]}
    assert [(e.status, e.removed) for e in world.happened(RevocationAnswered)] == [(0, 1), (128, 0)]


def test_prefixes_choose_the_sessions():
    world = World()
    world.send(ll=b"\x02aaaaa", att=3)
    world.send(ll=b"\x02bbbbb", att=4)
    assert len(world.anchor.sessions) == 2
    answer = indicate(world, nai(), hnp("2001:db8:f000:1::/64"), hnp("2001:db8:77::/64"))
    assert (answer.status, answer.options) == (1, (nai(), hnp("2001:db8:77::/64")))
    assert world.session.prefixes == ((addr("2001:db8:f000::"), 64),)
    assert indicate(world, nai(), hnp("2001:db8:77::/64")).status == 128


def test_a_held_request_goes_on_when_the_other_gateway_revoked():
    world = World()
    world.send(lifetime=900)
    assert world.send(mag=MAG2, hi=4) is None
    message = BindingRevocationIndication(revocation_trigger=6, flags=P, options=(nai(),))
    pba, bra = world.deliver(world.codec.encode(message, src=MAG1, dst=LMA))
    assert (pba.destination, bra.destination) == (Endpoint(MAG2), Endpoint(MAG1))
    assert [binding.care_of_address for binding in world.session.bindings.values()] == [MAG2]


@pytest.mark.parametrize(
    ("trigger", "flags", "status"),
    [(99, P, 133), (128, P, 134), (1, P | G, 134), (129, P | G, 134), (1, 0, 128), (128, P | G, 130)],
)
def test_what_a_gateway_may_not(trigger, flags, status):
    world = two_gateways()
    assert indicate(world, nai(), trigger=trigger, flags=flags).status == status
    assert len(world.session.bindings) == 2


def test_a_global_indication_of_local_policy_names_whom_it_means():
    """RFC 5846 9.1; whom it names this anchor does not revoke so."""
    world = two_gateways()
    assert indicate(world, trigger=129, flags=P | G).status == 131
    assert indicate(world, nai(), trigger=129, flags=P | G).status == 134


def test_of_ipv4_alone_the_address_is_named_by_the_option_of_its_form():
    """RFC 5846 5.1: with P the Request option; without, the IPv4 Home Address option, and here is no home agent."""
    world = two_gateways()
    address = Ipv4HomeAddress(ipv4_home_address=bytes((198, 18, 0, 2)))
    assert indicate(world, nai(), address, flags=P | V).status == 129
    assert indicate(world, nai(), address, flags=V).status == 128
    assert indicate(world, nai(), flags=V).status == 129


def test_all_at_once_where_it_is_authorized():
    world = World(mag=[{"address": "2001:db8:1::2", "global_revocation": True}, {"address": "2001:db8:2::2"}])
    world.attach(MAG1)
    world.attach(MAG2)
    assert indicate(world, trigger=128, flags=P | G).status == 130  # who it is must stand in it
    assert indicate(world, nai("mag2"), mag=MAG2, trigger=128, flags=P | G).status == 130
    assert indicate(world, nai("mag1"), trigger=128, flags=P | G).status == 0
    assert list(world.owners()) == [MAG2]
    alternate = AlternateCareOfAddress(alternate_care_of_address=MAG2)
    assert indicate(world, nai("mag1"), alternate, trigger=128, flags=P | G).status == 0
    assert not world.anchor.sessions


def test_none_to_a_source_that_is_not_unicast():
    world = two_gateways()
    assert indicate(world, nai(), mag=addr("ff02::1")) is None
    assert [e.reason for e in world.happened(SilentlyDiscarded)] == ["not-from-unicast"]


# The IPv4 home address alone (V)


def v4(text="0.0.0.0"):
    return Ipv4HomeAddressRequest(prefix_length=16, ipv4_home_address=addr(text))


@pytest.mark.parametrize("group", [None, 0])
def test_of_a_session_with_both_the_ipv4_home_address_alone(group):
    world = World()
    world.send(v4(), group=group)
    (message,) = revoke(world, ipv4_only=True, trigger=5).values()
    assert (message.flags, message.options) == (P | V, (nai(), v4("198.18.0.2")))
    acknowledge(world, message)
    assert world.session.ipv4 is None and len(world.session.bindings) == 1
    assert [e.ipv4_home_address for e in world.happened(AddressesReleased)] == [addr("198.18.0.2")]
    assert ended(world) == [("accepted", 0, 0)]
    with pytest.raises(UsageError, match="mn1@example.org has no IPv4 home address"):
        world.anchor.revoke(MN, world.now, ipv4_only=True)


def test_rejected_it_stays():
    world = World()
    world.send(v4())
    (message,) = revoke(world, ipv4_only=True).values()
    acknowledge(world, message, status=129)
    assert world.session.ipv4 is not None


def test_a_session_with_nothing_else_ends_with_it():
    world = World()
    world.send(v4(), hnp=None)
    (message,) = revoke(world).values()
    assert message.options == (nai(),)
    acknowledge(world, message, status=132)
    (message,) = revoke(world, ipv4_only=True).values()
    acknowledge(world, message)
    assert not world.anchor.sessions and not world.anchor._core.nodes


def test_a_gateway_revokes_an_ipv4_home_address():
    world = World()
    world.send(v4())
    assert indicate(world, nai(), flags=P | V).status == 129
    assert indicate(world, nai(), v4("198.18.0.9"), flags=P | V).status == 128
    assert indicate(world, nai(), v4("198.18.0.2"), flags=P | V, mag=MAG2).status == 128
    assert world.session.ipv4 is not None
    assert indicate(world, nai(), v4("198.18.0.2"), flags=P | V).status == 0
    assert world.session.ipv4 is None and len(world.session.bindings) == 1
    assert indicate(world, nai(), v4("198.18.0.2"), flags=P | V | G, trigger=128).status == 134


# A request that does not know whether it is a handover (8.1)


def unknown_handoff(*faults):
    """A session at one gateway, its request at another, and the indication to the first."""
    world = World({"lma": {"unknown_handoff": "revoke"}}, faults=faults)
    hnp = world.send().hnp
    world.now += 1
    request = world.request(mag=MAG2, hi=4)
    (sent,) = world.deliver(world.codec.encode(request, src=MAG2, dst=LMA), MAG2)
    message = world.answer(sent).message
    assert sent.destination.address == MAG1 and message.revocation_trigger == 4
    return world, hnp, message


def says(world, message, status):
    """What leaves when the first gateway acknowledges."""
    bra = BindingRevocationAcknowledgement(status=status, sequence=message.sequence, flags=message.flags)
    return [world.answer(sent) for sent in world.deliver(world.codec.encode(bra, src=MAG1, dst=LMA))]


@pytest.mark.parametrize(("status", "same"), [(0, True), (128, True), (132, False)])
def test_an_unknown_handoff_goes_by_what_the_former_gateway_says(status, same):
    world, hnp, message = unknown_handoff()
    (answer,) = says(world, message, status)
    assert (answer.hnp == hnp) is same


def test_an_unknown_handoff_without_an_answer_makes_a_new_session():
    world, hnp, _ = unknown_handoff()
    again, answer = world.advance(4)
    assert again.message.revocation_trigger == 4
    assert answer.status == 0 and answer.hnp != hnp
    assert len(world.anchor.sessions) == 2


def test_a_deregistration_ends_an_unknown_handoff_too():
    world, hnp, _ = unknown_handoff()
    world.now += 0.1
    request = world.request(hnp=hnp, hi=4, lifetime=0)
    answers = [world.answer(sent) for sent in world.deliver(world.codec.encode(request, src=MAG1, dst=LMA))]
    assert [answer.hnp for answer in answers] == [hnp, hnp]


def test_a_part_of_a_realm_is_named_by_its_care_of_address():
    world = World()
    world.attach(MAG1)
    world.attach(MAG2, mn=b"mn2@example.org")
    world.anchor.revoke("@example.org", world.now, trigger=129, care_of_address=MAG2)
    (sent,) = world.collect()
    assert [type(option) for option in world.answer(sent).message.options] == [
        MobileNodeIdentifier,
        AlternateCareOfAddress,
    ]
