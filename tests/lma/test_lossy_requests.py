"""The anchor's own requests over a network that loses, repeats and delays, to gateways that answer as they please."""

from hypothesis import given, settings
from hypothesis import strategies as st

from pmiptool.errors import UsageError
from pmiptool.lma.events import NotificationEnded, NotificationSent, RevocationEnded, RevocationSent
from pmiptool.wire.values import (
    BindingError,
    BindingRevocationAcknowledgement,
    BindingRevocationIndication,
    Heartbeat,
    UpdateNotification,
    UpdateNotificationAcknowledgement,
)
from tests.lma.support import KEEP, LMA, MAG1, MAG2, MAG3, World, flow

MAGS = [MAG1, MAG2, MAG3]
MNS = [b"mn1", b"mn2"]
MOST = 2  # transmissions of one request by default

deeds = st.lists(
    st.tuples(
        st.sampled_from(["attach", "renew", "keep", "revoke", "revoke", "notify", "notify", "all", "realm", "wait"]),
        st.sampled_from(MAGS),
        st.sampled_from(MNS),
        st.sampled_from([0.01, 0.4, 1.0, 2.5, 40.0]),
    ),
    max_size=25,
)
fates = st.lists(
    st.tuples(st.sampled_from(["lost", "once", "twice", "error"]), st.sampled_from([0, 1, 128, 132, 255])), min_size=1
)


def answer_to(message, fate, status):
    if fate == "lost":
        return []
    if fate == "error":
        return [BindingError(status=2)]
    if isinstance(message, BindingRevocationIndication):
        made = BindingRevocationAcknowledgement(sequence=message.sequence, status=status, flags=message.flags)
    elif isinstance(message, UpdateNotification):
        made = UpdateNotificationAcknowledgement(sequence=message.sequence, status=status)
    elif isinstance(message, Heartbeat):
        made = Heartbeat(flags=1, sequence=message.sequence)
    else:
        return []
    return [made, made] if fate == "twice" else [made]


class Network:
    def __init__(self, world, fates):
        self.world, self.fates, self.turn = world, fates, 0

    def carry(self, sent):
        """Every message of the anchor meets its fate; what comes back may make it send more."""
        for datagram in sent:
            mag = datagram.destination.address
            message = self.world.codec.decode(datagram.data).message
            fate, status = self.fates[self.turn % len(self.fates)]
            self.turn += 1
            for answer in answer_to(message, fate, status):
                self.carry(self.world.deliver(self.world.codec.encode(answer, src=mag, dst=LMA), mag))

    def wait(self, seconds):
        world, end = self.world, self.world.now + seconds
        while (due := world.anchor.next_timer()) is not None and due <= end:
            assert due >= world.now - 1e-6
            world.now = max(world.now, due)
            world.anchor.on_timer(world.now)
            self.carry(world.collect())
        world.now = end


def do(world, network, deed, mag, mn):
    if deed in ("attach", "renew", "keep"):
        fields = {"attach": {"hi": 1, "flows": [flow(1, world.sequence % 200)]}, "renew": {"hi": 5}}
        message = world.request(mn=mn, group=0, **fields.get(deed, {"hi": 4, "lifetime": 0, "act": KEEP}))
        network.carry(world.deliver(world.codec.encode(message, src=mag, dst=LMA), mag))
        return
    try:
        if deed == "revoke":
            world.anchor.revoke(mn, world.now)
        elif deed == "notify":
            world.anchor.notify(mn, 8, world.now)
        elif deed == "all":
            world.anchor.revoke(None, world.now, trigger=128, care_of_address=mag)
        elif deed == "realm":
            world.anchor.revoke(b"@", world.now, trigger=129)
    except UsageError:
        return
    network.carry(world.collect())


@settings(max_examples=150, deadline=None)
@given(deeds, fates, st.sampled_from([0, 30]))
def test_nothing_is_sent_for_ever(deeds, fates, interval):
    world = World({"lma": {"notify": "rfc7864", "heartbeat_interval": interval}})
    network = Network(world, fates)
    for deed, mag, mn, wait in deeds:
        do(world, network, deed, mag, mn)
        network.wait(wait)
    network.wait(4)  # 1 s, and 2 s after the only retransmission
    assert not world.anchor.busy()
    for kind, end in ((RevocationSent, RevocationEnded), (NotificationSent, NotificationEnded)):
        sent = [(event.destination, event.sequence) for event in world.happened(kind)]
        assert all(event.attempt <= MOST for event in world.happened(kind))
        assert sorted(set(sent), key=repr) == sorted(
            ((event.destination, event.sequence) for event in world.happened(end)), key=repr
        )
    network.wait(1000)
    assert not world.anchor.sessions and world.anchor.next_timer() is None
    core = world.anchor._core
    assert not core.nodes and not core.prefixes and not core.timers and not world.anchor._revocation._under_way


@settings(max_examples=100, deadline=None)
@given(deeds)
def test_a_network_that_loses_all_leaves_nothing_under_way(deeds):
    world = World({"lma": {"notify": "rfc7864"}})
    network = Network(world, [("lost", 0)])
    for deed, mag, mn, wait in deeds:
        do(world, network, deed, mag, mn)
        network.wait(wait)
    network.wait(4)
    assert not world.anchor.busy()
    outcomes = {event.outcome for event in (*world.happened(RevocationEnded), *world.happened(NotificationEnded))}
    assert outcomes <= {"unanswered", "called-off", "accepted"}
