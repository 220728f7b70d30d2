"""Update notification (RFC 7077) and its flow mobility form (RFC 7864) by the anchor."""

import pytest

from pmiptool.errors import UsageError
from pmiptool.lma import config_from
from pmiptool.lma.events import NotificationEnded, NotificationSent, PeerUnsupporting
from pmiptool.session.endpoint import Endpoint
from pmiptool.wire.codec import codec_for
from pmiptool.wire.values import (
    BindingError,
    FlowIdentification,
    FlowIdentification6089,
    HomeNetworkPrefix,
    Ipv6Selector,
    MobileNodeIdentifier,
    UpdateNotification,
    UpdateNotificationAcknowledgement,
    VendorSpecific,
)
from tests.lma.support import KEEP, LMA, MAG1, MAG2, MAG3, World, flow, flow6089, prefix

MN = "mn1@example.org"
A, D = 0x8000, 0x4000
NAMES = (
    MobileNodeIdentifier(subtype=1, identifier=MN.encode()),
    HomeNetworkPrefix(home_network_prefix=prefix("2001:db8:f000::/64")),
)
FIRST, SECOND = Ipv6Selector(dst_port=80), Ipv6Selector(dst_port=443)
RFC7864 = {"lma": {"notify": "rfc7864"}}


def collect(world):
    return {answer.datagram.destination.address: answer.message for answer in map(world.answer, world.collect())}


def notify(world, reason, **fields):
    """The notifications that leave: care-of address to message."""
    count = world.anchor.notify(MN, reason, world.now, **fields)
    sent = collect(world)
    assert len(sent) == count
    return sent


def acknowledge(world, message, mag=MAG1, status=0):
    answer = UpdateNotificationAcknowledgement(sequence=message.sequence, status=status, options=NAMES)
    assert world.deliver(world.codec.encode(answer, src=mag, dst=LMA), mag) == []


def ended(world):
    return [(event.outcome, event.status) for event in world.happened(NotificationEnded)]


def test_octets():
    world = World()
    world.attach()
    assert world.anchor.notify(MN, 1, world.now) == 1
    (sent,) = world.collect()
    assert sent.data[:4] == bytes.fromhex("3b061300")
    assert sent.data[8:12] == bytes.fromhex("0001 8000")  # FORCE-REREGISTRATION, A
    assert world.codec.decode(sent.data).message.options == NAMES
    assert sent.destination == Endpoint(MAG1)


def test_one_to_each_gateway_with_rising_sequence_numbers():
    world = World()
    world.attach()
    world.attach(MAG2)
    sent = notify(world, 2)
    assert set(sent) == {MAG1, MAG2}
    assert (sent[MAG2].sequence - sent[MAG1].sequence) & 0xFFFF == 1
    assert all((m.reason, m.flags, m.options) == (2, A, NAMES) for m in sent.values())
    assert set(notify(world, 2, care_of_address=MAG2)) == {MAG2}


def test_sequence_numbers_wrap_and_never_meet_one_that_is_outstanding():
    world = World()
    world.attach(lifetime=900)
    first = notify(world, 2)[MAG1].sequence
    world.anchor._outgoing._last["notification"] = 0xFFFE
    assert [notify(world, 2)[MAG1].sequence for _ in range(3)] == [0xFFFF, 0, 1]
    world.anchor._outgoing._last["notification"] = first - 1
    assert notify(world, 2)[MAG1].sequence == first + 1


def test_when_all_sequence_numbers_are_in_use_it_is_said():
    world = World()
    world.attach(lifetime=900)
    notify(world, 2)
    outgoing = world.anchor._outgoing
    (pending,) = outgoing._pending.values()
    outgoing._pending = {("notification", number): pending for number in range(1 << 16)}
    with pytest.raises(UsageError, match="all 65536 sequence numbers"):
        world.anchor.notify(MN, 2, world.now)


def test_acknowledgement_is_told_with_its_status():
    world = World()
    world.attach()
    for status, outcome in ((0, "accepted"), (127, "accepted"), (128, "rejected"), (132, "rejected")):
        world.log.clear()
        acknowledge(world, notify(world, 2)[MAG1], status=status)
        assert ended(world) == [(outcome, status)]
    assert not world.anchor.busy() and world.advance(10) == []


def test_retransmission_has_d_and_the_same_sequence_number_and_ends():
    world = World()
    world.attach(lifetime=900)
    first = notify(world, 2)[MAG1]
    assert world.advance(0.99) == []
    (again,) = world.advance(0.01)
    assert again.message == UpdateNotification(sequence=first.sequence, reason=2, flags=A | D, options=NAMES)
    assert world.advance(0.99) == [] and ended(world) == []
    world.advance(0.01)
    assert ended(world) == [("unanswered", None)]
    assert world.advance(100) == []
    assert [event.attempt for event in world.happened(NotificationSent)] == [1, 2]


def test_an_answer_to_the_retransmission_ends_it():
    world = World()
    world.attach()
    first = notify(world, 2)[MAG1]
    world.advance(1.5)
    acknowledge(world, first)
    assert ended(world) == [("accepted", 0)] and world.advance(10) == []


def test_delay_and_count_by_configuration():
    timers = {"min_delay_between_update_notification_replay": 2.5, "max_update_notification_retransmit_count": 3}
    world = World(timers=timers)
    world.attach(lifetime=900)
    notify(world, 2)
    start = world.now
    world.advance(100)
    assert [round(e.time - start, 3) for e in world.happened(NotificationSent)] == [0, 2.5, 5.0, 7.5]


def test_without_the_a_flag_it_is_sent_once_and_an_acknowledgement_counts_all_the_same():
    world = World()
    world.attach(lifetime=900)
    message = notify(world, 1, ack=False)[MAG1]
    assert message.flags == 0
    acknowledge(world, message)
    assert ended(world) == [("accepted", 0)]
    world.log.clear()
    notify(world, 1, ack=False)
    assert world.advance(100) == [] and ended(world) == []
    assert not world.anchor.busy()


@pytest.mark.parametrize("what", ["sequence", "peer", "again"])
def test_acknowledgements_that_fit_nothing_are_discarded(what):
    world = World()
    world.attach()
    sent = notify(world, 2)[MAG1]
    if what == "sequence":
        sent = UpdateNotification(sequence=sent.sequence ^ 0x100)
    if what == "again":
        acknowledge(world, sent)
    told = len(ended(world))
    acknowledge(world, sent, MAG3 if what == "peer" else MAG1)
    assert world.last.reason == "answers-nothing" and len(ended(world)) == told


def test_revocation_and_notification_do_not_share_acknowledgements():
    world = World()
    world.attach()
    world.anchor.revoke(MN, world.now)
    (bri,) = collect(world).values()
    answer = UpdateNotificationAcknowledgement(sequence=bri.sequence)
    world.deliver(world.codec.encode(answer, src=MAG1, dst=LMA))
    assert world.last.reason == "answers-nothing" and world.anchor.sessions


def test_options_follow_the_names():
    world = World()
    world.attach()
    option = VendorSpecific(vendor_id=9, sub_type=1, data=b"x")
    assert notify(world, 3, options=(option,))[MAG1].options == (*NAMES, option)


@pytest.mark.parametrize(("mn", "reason", "says"), [("nobody", 1, "no session of nobody"), (MN, 65536, "0 to 65535")])
def test_what_cannot_be_notified(mn, reason, says):
    world = World()
    world.attach()
    with pytest.raises(UsageError, match=says):
        world.anchor.notify(mn, reason, world.now)
    assert world.collect() == []


def test_a_binding_error_ends_the_oldest_request():
    world = World()
    world.attach()
    notify(world, 2)
    world.anchor.revoke(MN, world.now)
    world.collect()
    error = world.codec.encode(BindingError(status=2), src=MAG1, dst=LMA)
    world.deliver(error)
    assert ended(world) == [("unsupported", None)]
    assert world.anchor.sessions and world.anchor.busy()
    world.deliver(error)
    assert not world.anchor.sessions and not world.anchor.busy()
    world.deliver(error)
    assert world.last.reason == "answers-nothing"


# RFC 7864


def keep(world, mag=MAG1):
    """The gateway deregisters and keeps; the notification that leaves for another, or None."""
    sent = world.send_all(mag=mag, group=0, lifetime=0, hi=4, act=KEEP)
    assert sent[0].status == 0  # the PBA goes first
    return [(answer.datagram.destination.address, answer.message) for answer in sent[1:]]


def kept(settings=RFC7864, **readings):
    world = World({**settings, **({"readings": readings} if readings else {})})
    world.attach(MAG1, flows=[flow(1, 10, selector=FIRST), flow(2, 20, action=2, selector=SECOND)])
    world.attach(MAG2, flows=[flow(7, 30)])
    return world, keep(world)


def advert(fid, pri, selector, action=1):
    return FlowIdentification(fid=fid, pri=pri, action=action, pro=2, suboptions=(selector,))


ADVERTS = (advert(65535, 10, FIRST), advert(65534, 20, SECOND, 2))


def announced(world):
    return {flow.fid: flow.announced for flow in world.session.oldest().flows.values()}


def test_waiting_for_the_next_pbu_is_the_default():
    world, sent = kept({})
    assert sent == []
    assert list(world.attach(MAG2, hi=5).fids) == [65535, 65534]


def test_reinstantiated_filters_are_announced_at_once_to_their_new_gateway():
    world, ((to, message),) = kept()
    assert to == MAG2
    assert (message.reason, message.flags) == (8, A)
    assert message.options == (*NAMES, *ADVERTS)
    assert world.happened(NotificationSent)[0].fids == (65535, 65534)
    assert announced(world) == {7: True, 65535: False, 65534: False}
    acknowledge(world, message, MAG2)
    assert announced(world) == {7: True, 65535: True, 65534: True}


@pytest.mark.parametrize(
    ("reading", "told"), [("once", []), ("until-named", [65535, 65534]), ("always", [65535, 65534])]
)
def test_acknowledged_they_count_as_announced_and_are_repeated_by_the_reading(reading, told):
    world, ((_, message),) = kept(**{"reinstantiated-advert": reading})
    acknowledge(world, message, MAG2)
    assert list(world.attach(MAG2, hi=5).fids) == told


@pytest.mark.parametrize("answer", [None, 131, 132, "binding-error"])
def test_without_an_acknowledgement_the_next_pba_tells_of_them(answer):
    world, ((_, message),) = kept(**{"reinstantiated-advert": "once"})
    if answer == "binding-error":
        world.deliver(world.codec.encode(BindingError(status=2), src=MAG2, dst=LMA), MAG2)
    elif answer:
        acknowledge(world, message, MAG2, status=answer)
    else:
        assert len(world.advance(2.5)) == 1
    assert list(world.attach(MAG2, hi=5).fids) == [65535, 65534]


def test_a_filter_that_made_room_meanwhile_has_not_been_told_of():
    world, ((_, message),) = kept(**{"reinstantiated-advert": "once"})
    answer = world.attach(MAG2, hi=5, flows=[flow(65535, 50)])
    assert list(answer.fids) == [65535, 65534, 65533]
    acknowledge(world, message, MAG2)
    assert set(announced(world)) == {7, 65535, 65534, 65533}


def test_later_ones_are_listed_with_the_earlier_since_what_is_left_out_goes():
    world, ((_, first),) = kept()
    acknowledge(world, first, MAG2)
    world.attach(MAG3, flows=[flow(1, 40)])
    ((to, message),) = keep(world, MAG3)
    assert to == MAG2
    assert message.options[2:] == (*ADVERTS, advert(65533, 40, FIRST))


def test_all_remaining_gateways_are_told_when_all_get_a_copy():
    world = World({**RFC7864, "readings": {"reinstantiation-target": "all"}})
    world.attach(MAG1, flows=[flow(1)])
    world.attach(MAG2)
    world.attach(MAG3)
    assert {to for to, _ in keep(world)} == {MAG2, MAG3}


def test_nothing_is_announced_of_what_was_absorbed():
    world = World(RFC7864)
    world.attach(MAG1, flows=[flow(1)])
    world.attach(MAG2, flows=[flow(2)])
    assert keep(world) == []


def test_expiry_announces_too():
    world = World({**RFC7864, "readings": {"act-zero": "keep"}})
    world.attach(MAG1, flows=[flow(1)], lifetime=2)
    world.attach(MAG2)
    (sent,) = world.advance(8.5)
    assert sent.message.reason == 8 and sent.datagram.destination == Endpoint(MAG2)


def test_in_the_dialect_of_rfc_6089():
    world = World({**RFC7864, "codepoints": {"dialect": "rfc6089"}})
    world.attach(MAG1, flows=[flow6089(1)])
    world.attach(MAG2)
    ((_, message),) = keep(world)
    assert message.options[2:] == (FlowIdentification6089(fid=65535, pri=10, suboptions=(FIRST,)),)


def test_each_gateway_is_spoken_to_in_its_own_dialect():
    world = World({**RFC7864, "codepoints": {"dialect": "auto"}})
    old = codec_for(config_from({"codepoints": {"dialect": "rfc6089"}}).codepoints)
    world.attach(MAG1, flows=[flow(1)])
    assert world.send(mag=MAG2, group=0, codec=old, flows=[flow6089(2, 99)]).status == 0
    world.now += 0.1
    request = world.request(group=0, lifetime=0, hi=4, act=KEEP)
    _, sent = world.deliver(world.codec.encode(request, src=MAG1, dst=LMA), MAG1)
    message = old.decode(sent.data, LMA, MAG2).message
    assert message.options[2] == FlowIdentification6089(fid=65535, pri=10, suboptions=(FIRST,))


def test_a_gateway_that_knows_no_notification_gets_none_again_but_by_command():
    world, _ = kept()
    world.deliver(world.codec.encode(BindingError(status=2), src=MAG2, dst=LMA), MAG2)
    assert [e.peer for e in world.happened(PeerUnsupporting)] == [Endpoint(MAG2)]
    world.attach(MAG3, flows=[flow(1, 40)])
    assert keep(world, MAG3) == []
    assert set(notify(world, 8)) == {MAG2}
    world.attach(MAG3, flows=[flow(1, 50)])
    assert [to for to, _ in keep(world, MAG3)] == [MAG2]


def test_by_command_the_flow_mobility_reason_lists_them():
    world, _ = kept({})
    message = notify(world, 8)[MAG2]
    assert message.options == (*NAMES, *ADVERTS)
    acknowledge(world, message, MAG2)
    assert all(announced(world).values())


@pytest.mark.parametrize("value", [True, "rfc7077", 1])
def test_what_the_key_takes(value):
    with pytest.raises(UsageError, match=r"lma\.notify"):
        config_from({"lma": {"notify": value}})
