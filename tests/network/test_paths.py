"""A MAG with three ways and the reference anchor, with what an onlooker makes of it: no finding, and the same state."""

from __future__ import annotations

import random

import pytest

from pmiptool.errors import UsageError
from pmiptool.rules import Context, SessionChecker
from pmiptool.session.endpoint import Endpoint
from pmiptool.wire.codec import codec_for
from pmiptool.wire.values import FlowIdentification, Ipv6Selector
from tests.mag.test_multipath import LMA, MN, WAYS, Mag

CODEC = codec_for()


class Watched(Mag):
    """Everything that passes is shown to the rules."""

    def __init__(self, *more, lose: float = 0.0, seed: int = 0, **config):
        super().__init__(*more, **config)
        self.checker = SessionChecker(Context(complete=True))
        self.seen = []
        self.frame = 0
        self.chance = random.Random(seed)
        self.lose = lose

    def watch(self, datagram) -> bool:
        """Whether it arrives."""
        self.frame += 1
        decoded = CODEC.decode(datagram.data, datagram.source.address, datagram.destination.address)
        self.seen += self.checker.observe(
            decoded, src=datagram.source.address, dst=datagram.destination.address, time=self.now, frame=self.frame
        )
        return self.chance.random() >= self.lose

    def settle(self):
        while sent := [d for way in self.ways for d in way.to_send(self.now)]:
            for datagram in sent:
                if not self.watch(datagram):
                    continue
                self.anchor.receive(datagram.data, datagram.source, self.now)
                for answer in self.anchor.to_send(self.now):
                    if self.watch(answer):
                        way = self.ways[WAYS.index(answer.destination)]
                        way.receive(answer.data, answer.source, self.now)
        self.events += [(n, event) for n, way in enumerate(self.ways) for event in way.events()]

    @property
    def watched(self):
        """As `bound`, by the onlooker."""
        self.checker.watch.expire(self.now)
        return {
            b.path.bid if b.path else None: WAYS.index(Endpoint(b.care_of_address))
            for group in self.checker.watch.sessions()
            for b in group.session.bindings.values()
        }


def act(mag: Watched, choose) -> None:
    """One thing that a MAG may do; what makes no sense now is refused by the gateway."""
    way = choose([0, 1, 2])
    port = choose([80, 443, 5060])
    flow = FlowIdentification(fid=choose([1, 2]), pri=port & 0xFF, action=1, suboptions=(Ipv6Selector(dst_port=port),))
    try:
        match choose(["attach", "attach", "renew", "bulk", "overwrite", "detach", "modify", "wait", "wait"]):
            case "attach":
                if (MN, "") not in mag.ways[way].binding_update_list:
                    mag.attach(way, overwrite=choose([False, False, True]))
            case "renew":
                mag.renew(way)
            case "bulk":
                mag.renew(way, bulk=True)
            case "overwrite":
                mag.renew(way, overwrite=True)
            case "detach":
                mag.ways[way].detach(MN, mag.now)
                mag.settle()
            case "modify":
                mag.ways[way].modify(MN, (flow,), mag.now)
                mag.settle()
            case "wait":
                mag.pass_time(choose([1, 5, 30, 60, 120]))
    except UsageError:
        pass


@pytest.mark.parametrize("seed", range(8))
def test_an_onlooker_finds_nothing_and_knows_the_state(seed):
    mag = Watched(seed=seed, renew=bool(seed % 2))
    choose = random.Random(8278 + seed).choice
    for _ in range(120):
        act(mag, choose)
        mag.pass_time(0.513)  # no lifetime ends at the very moment of the look
        assert mag.watched == mag.bound
        known = {n for n, way in enumerate(mag.ways) if (MN, "") in way.binding_update_list}
        assert known <= set(mag.bound.values()), "the MAG counts on no path that the anchor does not have"
    found = {(one.finding.rule, one.finding.text) for one in mag.seen + mag.checker.finish()}
    assert not {rule for rule, _ in found} - {"rfc6275/11.8/rate"}, found


@pytest.mark.parametrize("seed", range(4))
def test_lost_messages_accuse_nobody(seed):
    mag = Watched(seed=seed, lose=0.2)
    choose = random.Random(seed).choice
    for _ in range(120):
        mag.now += 1
        act(mag, choose)
    found = {one.finding.rule: one.finding.text for one in mag.seen if one.finding.level == "error"}
    silence = {"rfc5213/5.3.1/unanswered"}  # what was lost was not answered, and nobody can see why
    never_told = {"rfc5213/6.9.1.3/hnp", "rfc5213/6.9.1.4/hnp"}  # a gateway asks on, and its prefix never came
    assert not found.keys() - silence - never_told, found


def test_an_anchor_that_skips_the_option_is_watched_as_one_that_does():
    mag = Watched({"multipath": False})
    choose = random.Random(1).choice
    for _ in range(80):
        mag.now += 1
        act(mag, choose)
    assert {one.finding.rule for one in mag.seen if one.finding.level == "error"} == set()
    assert LMA.address in {group.lma for group in mag.checker.watch.sessions()} or not mag.bound
