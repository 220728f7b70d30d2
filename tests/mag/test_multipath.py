"""RFC 8278: gateways that are the ways of one MAG, with the reference anchor behind them."""

import pytest

from pmiptool.lma import LocalMobilityAnchor, config_from
from pmiptool.mag import MagConfig, MnProfile, MobileAccessGateway, events
from pmiptool.mag.config import MagPath
from pmiptool.mag.multipath import join
from pmiptool.session.endpoint import Endpoint
from pmiptool.wire.values import FlowIdentification, HomeNetworkPrefix, Ipv6Selector, MagIdentifier, MagMultipathBinding

LMA = Endpoint(bytes.fromhex("20010db8000100000000000000000001"))
WAYS = [Endpoint(LMA.address[:15] + bytes((n,))) for n in (2, 3, 4)]
START = 1_700_000_000.0
MN = b"mn1@example.org"


class Mag:
    """A MAG with three ways; what they sent and what happened."""

    def __init__(self, lma=None, **config):
        self.anchor = LocalMobilityAnchor(config_from({"lma": lma or {}}), LMA.address)
        self.ways = [MobileAccessGateway(MagConfig(**config), way, LMA, seed=n) for n, way in enumerate(WAYS)]
        join(self.ways)
        self.now = START
        self.events = []
        self.requests = []

    def profile(self, way, **fields):
        path = MagPath(mag_id=b"mag1@example.org", bid=way + 1, label=9 + way, att=way + 3)
        return MnProfile(id=MN, lifetime=100, multipath=path, **fields)

    def settle(self):
        """Until nobody has anything to send."""
        while sent := [d for way in self.ways for d in way.to_send(self.now)]:
            for datagram in sent:
                self.anchor.receive(datagram.data, datagram.source, self.now)
            for datagram in self.anchor.to_send(self.now):
                way = next(way for way in self.ways if way.address == datagram.destination)
                way.receive(datagram.data, datagram.source, self.now)
        new = [(n, event) for n, way in enumerate(self.ways) for event in way.events()]
        self.events += new
        self.requests += [(n, e.request.message) for n, e in new if isinstance(e, events.RequestSent)]

    def attach(self, way, profile=None, **more):
        self.now += 1
        self.ways[way].attach(profile or self.profile(way), self.now, **more)
        self.settle()

    def renew(self, way, **more):
        self.now += 1
        self.ways[way].renew(MN, self.now, **more)
        self.settle()

    def pass_time(self, seconds):
        end = self.now + seconds
        while True:
            machines = [*self.ways, self.anchor]
            due = min((t for m in machines if (t := m.next_timer()) is not None), default=None)
            if due is None or due > end:
                break
            self.now = max(self.now, due)
            for machine in machines:
                if (timer := machine.next_timer()) is not None and timer <= self.now:
                    machine.on_timer(self.now)
            self.settle()
        self.now = end

    def happened(self, kind):
        return [(n, event) for n, event in self.events if isinstance(event, kind)]

    def option(self, kind, number=-1):
        return next((o for o in self.requests[number][1].options if isinstance(o, kind)), None)

    @property
    def bound(self):
        return {
            b.path.bid if b.path else None: WAYS.index(Endpoint(b.care_of_address))
            for session in self.anchor.sessions
            for b in session.bindings.values()
        }


def test_every_request_has_both_options_and_a_further_way_names_the_prefix():
    mag = Mag()
    mag.attach(0)
    assert mag.option(MagMultipathBinding) == MagMultipathBinding(if_att=3, if_label=9, bid=1)
    assert mag.option(MagIdentifier) == MagIdentifier(subtype=1, identifier=b"mag1@example.org")
    mag.attach(1)
    assert mag.option(MagMultipathBinding) == MagMultipathBinding(if_att=4, if_label=10, bid=2)
    assert mag.option(HomeNetworkPrefix).home_network_prefix == mag.ways[0].entry(MN).prefixes[0]
    mag.renew(0)
    mag.ways[1].detach(MN, mag.now)
    mag.settle()
    assert mag.option(MagMultipathBinding, -2).bid == 1 and mag.option(MagMultipathBinding).bid == 2
    assert mag.option(MagIdentifier) is not None
    assert mag.bound == {1: 0}


def test_a_bulk_renewal_renews_the_entries_of_all_ways():
    mag = Mag(renew=False)
    mag.attach(0)
    mag.attach(1)
    mag.pass_time(60)
    mag.renew(0, bulk=True)
    assert mag.option(MagMultipathBinding).b == 1
    ends = {mag.ways[n].entry(MN).expires_at for n in (0, 1)}
    assert ends == {mag.now + 100}
    mag.pass_time(90)
    assert not mag.happened(events.Expired) and mag.bound == {1: 0, 2: 1}
    mag.pass_time(20)
    assert len(mag.happened(events.Expired)) == 2 and not mag.bound


def test_after_a_bulk_renewal_the_other_ways_renew_later():
    mag = Mag()
    mag.attach(0)
    mag.attach(1)
    mag.pass_time(60)
    mag.renew(0, bulk=True)
    assert mag.ways[1].entry(MN).renew_at == pytest.approx(mag.now + 75)


def test_overwriting_drops_the_entries_of_the_other_ways():
    mag = Mag()
    mag.attach(0)
    mag.attach(1)
    mag.attach(2, overwrite=True)
    assert mag.option(MagMultipathBinding).o == 1
    assert [n for n, _ in mag.happened(events.PathReplaced)] == [0, 1]
    assert not mag.ways[0].binding_update_list and not mag.ways[1].binding_update_list
    assert mag.bound == {3: 2}


def test_overwriting_ends_what_the_other_ways_still_ask():
    mag = Mag()
    mag.attach(0)
    mag.attach(1)
    mag.ways[1].renew(MN, mag.now)
    mag.ways[1].to_send(mag.now)  # lost
    mag.attach(2, overwrite=True)
    ended = [event.outcome for n, event in mag.happened(events.Exchange) if n == 1]
    assert ended == ["accepted", "superseded"]
    mag.pass_time(10)
    assert not mag.ways[1].binding_update_list and mag.bound == {3: 2}


@pytest.mark.parametrize("lma", [{"multipath": False}, {"multipath": "reject"}])
def test_an_anchor_without_it_switches_several_paths_off(lma):
    mag = Mag(lma)
    mag.attach(0)
    ((_, event),) = mag.happened(events.MultipathDisabled)
    assert event.mn == MN and event.reason
    assert mag.ways[0].entry(MN).state == "registered" and mag.bound == {None: 0}
    asked = len(mag.requests)
    assert asked == (2 if lma["multipath"] else 1), "refused: once more without the option"
    mag.renew(0)
    assert mag.option(MagMultipathBinding) is None and mag.option(MagIdentifier) is None
    mag.ways[0].detach(MN, mag.now)
    mag.settle()
    mag.attach(1)
    assert mag.option(MagMultipathBinding) is None, "for this mobile node, over whichever way"
    mag.ways[1].allow(MN)
    mag.attach(1)
    assert mag.option(MagMultipathBinding, asked + 3) is not None, "until somebody says otherwise"


def test_what_one_way_learns_holds_for_all():
    mag = Mag()
    mag.attach(0)
    mag.attach(1)
    mag.anchor._core.policy.multipath = False
    mag.renew(0)
    mag.renew(1)
    assert mag.option(MagMultipathBinding) is None
    assert len(mag.happened(events.MultipathDisabled)) == 1


def test_without_the_fallback_a_refusal_stands():
    mag = Mag({"multipath": "reject"}, fallback_without_multihoming=False)
    mag.attach(0)
    assert len(mag.requests) == 1 and mag.ways[0].entry(MN).state == "rejected"


def test_filters_go_with_the_option():
    mag = Mag()
    voice = FlowIdentification(fid=1, pri=10, action=1, suboptions=(Ipv6Selector(dst_port=5060),))
    mag.attach(0, mag.profile(0, flows=(voice,)))
    assert mag.option(FlowIdentification) == voice
    ((_, installed),) = mag.happened(events.FlowInstalled)
    assert installed.flow.fid == 1


def test_a_gateway_alone_has_its_paths_for_itself():
    one, other = (MobileAccessGateway(MagConfig(), way, LMA) for way in WAYS[:2])
    assert one.paths is not other.paths and one.paths.gateways == [one]
