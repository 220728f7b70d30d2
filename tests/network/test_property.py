"""Gateways and one anchor on a network that loses, reorders and duplicates, under a fake clock.

Whatever happens: one HNP per multihomed session and no HNP in two sessions; no active filter and no forwarding at an
unbound care-of address; every PBU ends in a PBA or in a silent discard that has a name. What the anchor asks by itself
ends too, and a gateway answers it, whether it acts on it or not; after an accepted revocation neither side has the
binding.
"""

from __future__ import annotations

import contextlib
import ipaddress
import struct
from collections import Counter

import msgspec
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from pmiptool.errors import UsageError
from pmiptool.lma import LmaConfig, LocalMobilityAnchor
from pmiptool.lma import events as told
from pmiptool.lma.config import LmaSection
from pmiptool.mag import MagConfig, MnProfile, MobileAccessGateway
from pmiptool.mag import events as mag_told
from pmiptool.mag.extensions import ANY
from pmiptool.registry.ambiguities import DEFAULT_READINGS
from pmiptool.session.classifier import classify
from pmiptool.session.endpoint import Endpoint
from pmiptool.wire.codec import codec_for
from pmiptool.wire.values import (
    BindingAcknowledgement,
    BindingRevocationAcknowledgement,
    BindingRevocationIndication,
    BindingUpdate,
    FlowIdentification,
    GreKey,
    Heartbeat,
    Ipv6Selector,
    UpdateNotification,
    UpdateNotificationAcknowledgement,
)

LMA = Endpoint(ipaddress.IPv6Address("2001:db8:1::1").packed)
MAGS = [Endpoint(ipaddress.IPv6Address(f"2001:db8:1::{n}").packed) for n in (2, 3, 4)]
CODEC = codec_for()
LIFETIME = 40
ASKED_BY_LMA = (BindingAcknowledgement, BindingRevocationIndication, UpdateNotification, Heartbeat)
READINGS = (
    {},
    {"removal-delay": "at-once", "keep-without-peer": "reject"},
    {"removal-delay": "wait", "act-zero": "keep"},
    {"reinstantiation-target": "all", "no-match": "all", "flow-omission": "strict"},
    {"reinstantiation-target": "newest", "no-match": "newest", "reinstantiated-advert": "once"},
    {"handover": "add", "act-scope": "group", "fid-scope": "group"},
    {"binding-key": "care-of-address", "timestamp-scope": "mn", "reinstantiated-advert": "until-named"},
)
NODES = [
    MnProfile(id=b"one@example.org", interface=f"if{n}", ll_id=bytes((2, 0, 0, 0, 0, n)), mhgid=0, lifetime=LIFETIME)
    for n in (1, 2, 3)
] + [
    MnProfile(
        id=b"two@example.org", interface="if4", ll_id=None, mhgid=0, lifetime=LIFETIME,
        ipv4_hoa=ANY, gre=GreKey(gre_key=(7,)),
    ),
    MnProfile(
        id=b"one@example.org", interface="plain", ll_id=bytes((2, 0, 0, 0, 0, 9)), lifetime=LIFETIME, ipv4_hoa=ANY
    ),
]  # fmt: skip
SELECTORS = [Ipv6Selector(), Ipv6Selector(proto=17, dst_port=5060), Ipv6Selector(dst_port=80, dst_port_end=443)]

flows = st.lists(
    st.builds(
        FlowIdentification,
        fid=st.integers(1, 4),
        pri=st.integers(1, 3),
        action=st.integers(1, 3),
        pro=st.integers(0, 1),
        suboptions=st.sampled_from([(s,) for s in SELECTORS] + [()]),
    ),
    max_size=3,
).map(tuple)
gateways = st.integers(0, len(MAGS) - 1)
nodes = st.sampled_from(NODES)


def packet(port: int) -> bytes:
    """A downlink UDP packet to the mobile node."""
    udp = struct.pack("!HHHH", 1024, port, 8, 0)
    return struct.pack("!IHBB", 6 << 28, len(udp), 17, 64) + bytes(15) + b"\1" + bytes(15) + b"\2" + udp


PACKETS = [packet(port) for port in (5060, 80, 7)]


class Network(RuleBasedStateMachine):
    @initialize(readings=st.sampled_from(READINGS), notify=st.sampled_from(["none", "rfc7864"]))
    def begin(self, readings, notify="none"):
        self.now = 1_700_000_000.0
        self.readings = DEFAULT_READINGS.changed(readings)
        self.lma = LocalMobilityAnchor(LmaConfig(lma=LmaSection(notify=notify), readings=self.readings), LMA.address)
        config = MagConfig(max_transmissions=4, detach_wait="timeout")
        self.mags = [MobileAccessGateway(config, address, LMA, seed=n) for n, address in enumerate(MAGS)]
        self.on_the_way = []
        self.pbus = self.pbas = 0  # heard by the anchor, sent by it
        self.answered = Counter()  # answers of gateways, by gateway, kind and sequence number
        self.under_way = set()
        self.ends = Counter()  # how PBUs ended: accepted, rejected, or the name of a discard
        self.owners = {}  # prefix to (mobile node, group), as the answers told
        self.assigned = {}  # (mobile node, group) to its prefixes

    # What gateways do

    @rule(n=gateways, profile=nodes, hi=st.integers(1, 4), filters=flows, known=st.booleans())
    def attach(self, n, profile, hi, filters, known):
        if profile.mhgid is not None:
            profile = msgspec.structs.replace(profile, flows=filters)
        entry = self.mags[n].binding_update_list.get(profile.key)
        if known and entry is not None:
            profile = msgspec.structs.replace(profile, hnp=entry.prefixes)
        self.mags[n].attach(profile, self.now, hi=hi)
        self.move()

    @rule(n=gateways, profile=nodes, filters=flows, summary=st.none() | st.just(()) | st.just((1, 2)))
    def modify(self, n, profile, filters, summary):
        if profile.key in self.mags[n].binding_update_list:
            self.mags[n].modify(profile.id, filters, self.now, interface=profile.interface, summary=summary)
            self.move()

    @rule(n=gateways, profile=nodes)
    def renew(self, n, profile):
        if profile.key in self.mags[n].binding_update_list:
            self.mags[n].renew(profile.id, self.now, interface=profile.interface)
            self.move()

    @rule(n=gateways, profile=nodes, act=st.sampled_from(["none", "remove", "keep", 5]))
    def detach(self, n, profile, act):
        if profile.key in self.mags[n].binding_update_list:
            self.mags[n].detach(profile.id, self.now, act, interface=profile.interface)
            self.move()

    @rule(n=gateways, profile=nodes)
    def restart(self, n, profile):
        self.mags[n].forget(profile.id, interface=profile.interface)

    @rule(n=gateways)
    def heartbeat(self, n):
        self.mags[n].heartbeat(self.now)
        self.move()

    # What the anchor's operator does

    @rule(n=gateways, profile=nodes, trigger=st.sampled_from([0, 1, 4, 128, 129]))
    def revoke(self, n, profile, trigger):
        whom = profile.id if trigger < 128 else None if trigger == 128 else b"@example.org"
        with contextlib.suppress(UsageError):
            self.lma.revoke(whom, self.now, trigger=trigger, care_of_address=MAGS[n].address)
        self.move()

    @rule(n=gateways, profile=nodes, reason=st.sampled_from([1, 2, 4, 8]), ack=st.booleans())
    def notify(self, n, profile, reason, ack):
        with contextlib.suppress(UsageError):
            self.lma.notify(profile.id, reason, self.now, ack=ack, care_of_address=MAGS[n].address)
        self.move()

    # What the network does

    @precondition(lambda self: self.on_the_way)
    @rule(data=st.data())
    def deliver(self, data):
        self.hand_over(self.on_the_way.pop(data.draw(st.integers(0, len(self.on_the_way) - 1))))

    @precondition(lambda self: self.on_the_way)
    @rule(data=st.data())
    def lose(self, data):
        self.on_the_way.pop(data.draw(st.integers(0, len(self.on_the_way) - 1)))

    @precondition(lambda self: self.on_the_way)
    @rule(data=st.data())
    def duplicate(self, data):
        self.on_the_way.append(data.draw(st.sampled_from(self.on_the_way)))

    @rule()
    def deliver_all(self):
        for _ in range(50):
            if not self.on_the_way:
                break
            self.hand_over(self.on_the_way.pop(0))

    @rule(seconds=st.sampled_from([0.01, 0.25, 1.0, 1.6, 11.0, 45.0]))
    def wait(self, seconds):
        end = self.now + seconds
        while True:
            timers = [t for m in (self.lma, *self.mags) if (t := m.next_timer()) is not None]
            if not timers or (due := min(timers)) > end:
                break
            self.now = max(self.now, due)
            self.lma.on_timer(self.now)
            for mag in self.mags:
                mag.on_timer(self.now)
            self.move()
        self.now = end

    # The works

    def hand_over(self, datagram):
        self.now += 0.001
        if datagram.destination == LMA:
            message = CODEC.decode(datagram.data, src=datagram.source.address, dst=LMA.address).message
            self.pbus += isinstance(message, BindingUpdate)
            self.lma.receive(datagram.data, datagram.source, self.now, datagram.destination)
        else:
            mag = self.mags[MAGS.index(datagram.destination)]
            mag.receive(datagram.data, datagram.source, self.now, datagram.destination)
        self.move()

    def move(self):
        for mag in self.mags:
            for datagram in mag.to_send(self.now):
                message = CODEC.decode(datagram.data, src=mag.address.address, dst=LMA.address)
                assert message.findings == () and message.checksum_ok
                if isinstance(message.message, (BindingRevocationAcknowledgement, UpdateNotificationAcknowledgement)):
                    self.answered[mag.address, type(message.message), message.message.sequence] += 1
                self.on_the_way.append(datagram)
            for event in mag.events():
                if isinstance(event, mag_told.BindingRevoked):
                    assert event.gone and (event.mn, event.interface) not in mag.binding_update_list
        for event in self.lma.events():
            if isinstance(event, told.PbuAccepted):
                self.ends["accepted"] += 1
                self.assign(event)
            elif isinstance(event, told.SessionEnded):
                for prefix in event.prefixes:
                    assert self.owners.pop(prefix) == (event.mn_id, event.mhgid)
                self.assigned.pop((event.mn_id, event.mhgid), None)
            elif isinstance(event, told.PbuRejected):
                self.ends["rejected"] += 1
            elif isinstance(event, told.SilentlyDiscarded):
                assert event.reason in told.DISCARDS
                self.ends[event.reason] += event.reason != "answers-nothing"
            elif isinstance(event, (told.RevocationSent, told.NotificationSent)):
                assert event.attempt <= 2
                self.under_way.add((type(event).__name__[:-4], event.destination, event.sequence))
            elif isinstance(event, (told.RevocationEnded, told.NotificationEnded)):
                self.under_way.remove((type(event).__name__[:-5], event.destination, event.sequence))
        for datagram in self.lma.to_send(self.now):
            message = CODEC.decode(datagram.data, src=LMA.address, dst=datagram.destination.address)
            assert message.findings == () and message.checksum_ok
            assert isinstance(message.message, ASKED_BY_LMA)
            self.pbas += isinstance(message.message, BindingAcknowledgement)
            self.on_the_way.append(datagram)

    def assign(self, event):
        """Every answer names the prefixes of its session, and nobody else's."""
        owner = (event.mn_id, event.mhgid)
        if event.mhgid is not None:
            assert len(event.prefixes) == 1
            assert self.assigned.setdefault(owner, event.prefixes) == event.prefixes, "a second HNP for one session"
        for prefix in event.prefixes:
            assert self.owners.setdefault(prefix, owner) == owner, "one HNP in two sessions"

    # What always holds

    @invariant()
    def prefixes_are_unshared(self):
        if not hasattr(self, "lma"):
            return
        seen = set()
        for session in self.lma.sessions:
            if session.mhgid is not None:
                assert len(session.prefixes) == 1
            for prefix in session.prefixes:
                assert prefix not in seen, "one HNP in two sessions"
                seen.add(prefix)
        homes = [session.ipv4.address for session in self.lma.sessions if session.ipv4 is not None]
        assert len(set(homes)) == len(homes), "one IPv4 home address in two sessions"
        keys = [b.gre.uplink for s in self.lma.sessions for b in s.bindings.values() if b.gre is not None]
        assert len(set(keys)) == len(keys), "one GRE key for two bindings"
        kinds = Counter((s.mn_id, s.mhgid) for s in self.lma.sessions if s.mhgid is not None)
        assert not kinds or max(kinds.values()) == 1, "two sessions for one group"

    @invariant()
    def nothing_goes_to_an_unbound_address(self):
        if not hasattr(self, "lma"):
            return
        for session in self.lma.sessions:
            bound = {binding.care_of_address for binding in session.bindings.values()}
            for binding in session.bindings.values():
                assert binding.removed_at is None or self.readings["removal-delay"] == "wait"
            for owner, flow in session.flows():
                assert owner in session.bindings.values()
                if session.active(owner, flow):
                    assert set(session.targets(owner, flow)) <= bound
            for downlink in PACKETS:
                assert set(classify(downlink, session, self.readings["no-match"])) <= bound

    @invariant()
    def every_pbu_ends_or_waits(self):
        if not hasattr(self, "lma"):
            return
        assert self.pbas == self.ends["accepted"] + self.ends["rejected"]
        assert sum(self.ends.values()) <= self.pbus

    @invariant()
    def no_refused_filter_is_kept(self):
        """Whether it came in an answer or in a notification."""
        if hasattr(self, "mags"):
            for mag in self.mags:
                for entry in mag.binding_update_list.values():
                    assert all(kept.flow.status < 128 for kept in entry.flows.values())

    def teardown(self):
        if not hasattr(self, "lma"):
            return
        self.wait(6.0)  # longer than the anchor repeats its requests
        acknowledged = {one for one in self.under_way if one[0] != "Notification"}
        assert not acknowledged, f"revocations that never end: {acknowledged}"
        self.on_the_way = [d for d in self.on_the_way if d.destination != LMA]
        for mag in self.mags:
            mag.binding_update_list.clear()  # nobody asks any more
        self.wait(2.0)  # longer than MaxDelayBeforeNewBCEAssign
        assert sum(self.ends.values()) == self.pbus, f"{self.pbus} PBUs, ends {dict(self.ends)}"
        self.wait(LIFETIME + 20.0)
        self.prefixes_are_unshared()
        assert not self.lma.sessions, "a session outlives its bindings"


Network.TestCase.settings = settings(
    max_examples=80,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
TestNetwork = Network.TestCase


def test_the_machine_can_play_a_scenario():
    """The rules reach what they are about: a shared prefix, a kept filter, a discard."""
    world = Network()
    world.begin({})
    own = (FlowIdentification(fid=1, pri=1, action=1, suboptions=(SELECTORS[1],)),)
    world.attach(0, NODES[0], 1, own, False)
    world.deliver_all()
    world.attach(1, NODES[1], 1, (), False)
    world.deliver_all()
    (session,) = world.lma.sessions
    assert len(session.bindings) == 2
    assert classify(PACKETS[0], session) == (MAGS[0].address,)
    world.detach(0, NODES[0], "keep")
    world.deliver_all()
    assert classify(PACKETS[0], session) == (MAGS[1].address,)
    world.nothing_goes_to_an_unbound_address()
    world.detach(1, NODES[1], "none")
    world.on_the_way.append(world.on_the_way[0])
    world.deliver_all()
    assert world.ends["accepted"] >= 4
    world.teardown()


def test_the_machine_can_revoke_and_notify():
    """A notification leads to a PBU; a revocation that is answered leaves no binding on either side."""
    world = Network()
    world.begin({}, "rfc7864")
    own = (FlowIdentification(fid=1, pri=1, action=1, suboptions=(SELECTORS[1],)),)
    world.attach(0, NODES[0], 1, own, False)
    world.attach(1, NODES[1], 1, (), False)
    world.deliver_all()
    world.detach(0, NODES[0], "keep")
    world.deliver_all()
    (entry,) = world.mags[1].binding_update_list.values()
    assert [kept.owner for kept in entry.flows.values()] == ["lma"], "told at once"
    before = world.pbus
    world.notify(1, NODES[1], 1, False)
    world.deliver_all()
    assert world.pbus == before + 1
    world.revoke(1, NODES[1], 1)
    world.on_the_way.append(world.on_the_way[0])
    world.deliver_all()
    assert not world.mags[1].binding_update_list
    assert {kind for kind, *_ in world.under_way} == {
        "Notification"
    }  # it wanted no acknowledgement, so nothing ends it
    assert not any(session.bindings for session in world.lma.sessions)
    assert [count for (_, kind, _), count in world.answered.items() if kind is BindingRevocationAcknowledgement] == [2]
    world.teardown()


def test_a_gateway_without_a_binding_says_so():
    world = Network()
    world.begin({})
    try:
        world.mags[0].renew(b"nobody", world.now)
    except UsageError as error:
        assert "not attached" in str(error)
