"""A network that loses, doubles and reorders: nobody who is right is blamed for what it does."""

from __future__ import annotations

import heapq
import random

import pytest

from pmiptool.mag.config import MagConfig
from pmiptool.rules import Context
from pmiptool.session.endpoint import Datagram
from tests.rules.bench import DELAY, Bench

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


class Lossy(Bench):
    """Loses 15 %, doubles 10 %, delays 20 % of the messages by up to 0.2 s."""

    def __init__(self, seed: int, timestamps: bool) -> None:
        super().__init__(
            context=Context(complete=seed % 2 == 0), mag_config=MagConfig(renew=False, timestamps=timestamps)
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
