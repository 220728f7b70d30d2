"""A network that loses, doubles and reorders: nobody who is right is blamed for what it does."""

from __future__ import annotations

import heapq
import random

import pytest

from pmiptool.errors import UsageError
from pmiptool.lma import config_from
from pmiptool.lma.config import LmaConfig
from pmiptool.mag.config import MagConfig
from pmiptool.rules import Context
from pmiptool.session.endpoint import Datagram
from tests.rules.bench import DELAY, LMA, MN, Bench

# What the network does, and what gateways do that were never told their prefix, may be named; nothing else.
ALLOWED = {
    "rfc5213/5.3.1/answer-lost",
    "rfc5213/5.3.1/unanswered",
    "rfc6275/9.5.4/answer-twice",
    "rfc6275/11.8/answer-late",
    "rfc6275/11.8/back-off",
    "rfc6275/11.8/rate",
    "rfc5213/6.9.1.3/hnp",
    "rfc5213/6.9.1.4/hnp",
}


ASKED = {  # the same of what the anchor asks, and of heartbeats
    "rfc5846/6.1.2/answer-twice",
    "rfc5846/6.1.2/unanswered",
    "rfc5847/3/answer-lost",
    "rfc5847/3/answer-twice",
    "rfc5847/3/interval",  # its answer was lost behind us
    "rfc5847/3/unanswered",
    "rfc7077/4.1/d-flag-needless",
    "rfc7077/6.1/answer-twice",
    "rfc7077/6.1/re-registration",
    "rfc7077/6.1/unanswered",
}
REORDERED = {"rfc5847/3/sequence-order", "rfc7077/5.1/sequence-order"}
"""Two requests that overtake each other."""


class Lossy(Bench):
    """Loses 15 %, doubles 10 %, delays 20 % of the messages by up to 0.2 s."""

    def __init__(self, seed: int, timestamps: bool, config: LmaConfig | None = None, **more: float) -> None:
        super().__init__(
            context=Context(complete=seed % 2 == 0),
            mag_config=MagConfig(renew=False, timestamps=timestamps, **more),
            config=config,
        )
        self.random = random.Random(seed)

    def _sent(self, datagram: Datagram) -> None:
        chance = self.random.random()
        for _ in range(0 if chance < 0.15 else 2 if chance < 0.25 else 1):
            self._count += 1
            delay = DELAY if self.random.random() < 0.8 else self.random.random() * 0.2
            heapq.heappush(self._under_way, (self.now + delay, self._count, datagram))


@pytest.mark.parametrize("timestamps", [True, False], ids=["timestamps", "sequence-numbers"])
def test_nobody_is_blamed_for_the_network(timestamps: bool) -> None:
    for seed in range(40):
        bench = Lossy(seed, timestamps)
        choose = random.Random(seed)
        up: set[int] = set()
        for _ in range(12):
            number = choose.choice((1, 2, 3))
            flow = f"fid={choose.randrange(1, 4)} pri={choose.randrange(1, 50)} proto=udp"
            action = choose.random()
            if number not in up:
                bench.attach(number, flow, ll_id=bytes((2, 0, 0, 0, 0, number)))
                up.add(number)
            elif number not in [n for n, mag in bench.mags.items() if mag.binding_update_list]:
                up.discard(number)
            elif action < 0.4:
                bench.renew(number)
            elif action < 0.7:
                bench.modify(number, f"{flow} pro={choose.choice(('add', 'modify'))}")
            else:
                bench.detach(number, choose.choice(("keep", "remove", "none")))
                up.discard(number)
            bench.run(choose.choice((0.1, 3, 8)))
        bench.run(70)
        assert {seen.finding.rule for seen in bench.finish()} <= ALLOWED, seed


class AtAnchor(Lossy):
    """What the anchor's own interface sees: all that it sends, and what reaches it."""

    def _sent(self, datagram: Datagram) -> None:
        if datagram.source.address == LMA:
            self.look(datagram)
        super()._sent(datagram)

    def look(self, datagram: Datagram) -> None:
        src, dst = datagram.source.address, datagram.destination.address
        decoded = self.codec.decode(datagram.data, src, dst)
        self.passed.append((self.now, decoded, src, dst))
        self.seen += self.checker.observe(decoded, src=src, dst=dst, time=self.now, frame=len(self.passed))

    def _deliver(self, datagram: Datagram) -> None:
        if datagram.destination.address == LMA:
            self.look(datagram)
        self.hand_over(datagram)


@pytest.mark.parametrize("notify", ["none", "rfc7864"])
def test_nobody_is_blamed_when_the_anchor_asks(notify: str) -> None:
    """Revocations, notifications and heartbeats among registrations."""
    seen: set[str] = set()
    for seed in range(30):
        config = config_from({"lma": {"notify": notify, "heartbeat_interval": 30}})
        bench = AtAnchor(seed, True, config, heartbeat_interval=35)
        choose = random.Random(seed)
        for _ in range(14):
            number = choose.choice((1, 2, 3))
            flow = f"fid={choose.randrange(1, 4)} pri={choose.randrange(1, 50)} proto=udp"
            action = choose.random()
            if not bench.mags[number].binding_update_list:
                bench.attach(number, flow, ll_id=bytes((2, 0, 0, 0, 0, number)))
            elif action < 0.3:
                bench.renew(number)
            elif action < 0.5:
                bench.detach(number, choose.choice(("keep", "remove", "none")))
            try:
                if 0.5 <= action < 0.7:
                    reason = choose.choice((1, 2))
                    bench.lma.notify(MN, reason, bench.now, ack=reason == 2 and choose.random() < 0.5)
                elif 0.7 <= action < 0.9:
                    bench.lma.revoke(MN, bench.now)
                elif action >= 0.9:
                    bench.lma.revoke(None, bench.now, trigger=128)
            except UsageError:  # there is no binding
                pass
            bench.run(choose.choice((0.1, 3, 8, 40)))
        bench.run(70)
        broken = {one.finding.rule for one in bench.finish()}
        seen |= {decoded.name for _, decoded, _, _ in bench.passed}
        assert broken <= ALLOWED | ASKED | REORDERED, (seed, broken - ALLOWED)
    assert {"bri", "bra", "update-notification", "update-ack", "heartbeat"} <= seen
