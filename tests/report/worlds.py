"""Captures of many mobile nodes between reference gateways and the reference anchor, over a network that is unkind."""

from __future__ import annotations

import heapq
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pmiptool.capture.files import Writer
from pmiptool.errors import UsageError
from pmiptool.lma.config import LmaConfig
from pmiptool.mag.config import MagConfig, MnProfile
from pmiptool.session.endpoint import Datagram
from pmiptool.text.filters import parse_flow
from pmiptool.wire.envelope import build
from tests.rules.bench import DELAY, Bench


class World(Bench):
    """What an onlooker sees. loss, double, late, damage: shares of the messages that the network treats so.

    special: revocations and notifications too.
    """

    def __init__(
        self, seed: int, *, nodes: int = 12, loss: float = 0.0, double: float = 0.0, late: float = 0.0,
        damage: float = 0.0, timestamps: bool = True, special: bool = False, faults: Sequence[str] = (),
        config: LmaConfig | None = None,
    ) -> None:  # fmt: skip
        super().__init__(faults=faults, config=config, mag_config=MagConfig(renew=False, timestamps=timestamps))
        self.random = random.Random(seed)
        self.loss, self.double, self.late, self.damage, self.special = loss, double, late, damage, special
        self.frames: list[tuple[float, bytes]] = []
        self.names = [b"mn%02d@example.org" % number for number in range(nodes)]
        self.there: dict[bytes, set[int]] = {name: set() for name in self.names}

    def _sent(self, datagram: Datagram) -> None:
        chance = self.random.random()
        if chance < self.loss:
            if self.random.random() < 0.5:  # it was lost behind us
                self._note(datagram)
            return
        for _ in range(2 if chance < self.loss + self.double else 1):
            self._count += 1
            wait = DELAY if self.random.random() >= self.late else self.random.random() * 1.5
            heapq.heappush(self._under_way, (self.now + wait, self._count, datagram))

    def _note(self, datagram: Datagram) -> None:
        data = bytearray(datagram.data)
        if self.random.random() < self.damage:
            data[self.random.randrange(len(data))] ^= 1 << self.random.randrange(8)
        packet = build(bytes(data), datagram.source.address, datagram.destination.address)
        self.frames.append((self.now, packet))

    def _deliver(self, datagram: Datagram) -> None:
        self._note(datagram)
        self.hand_over(datagram)

    def _happens(self) -> None:
        choose = self.random
        name = choose.choice(self.names)
        number = self.names.index(name)
        there, draw, multihomed = sorted(self.there[name]), choose.random(), number % 3 != 0
        pri = choose.choice((10, 10, 20))
        flow = f"fid={choose.choice((1, 1, 1, 2, 3))} pri={pri} action=forward proto=udp dst-port=5060"
        free = [mag for mag in self.mags if mag not in there]
        if not there or (multihomed and len(there) < 2 and draw < 0.2) or (not multihomed and 0.8 <= draw < 0.85):
            mag = choose.choice(free)
            more: dict[str, Any] = {"ll_id": bytes((2, 0, 0, 0, mag, number))} if number % 4 == 1 else {}
            flows = (parse_flow(flow),) if multihomed and choose.random() < 0.5 else ()
            self.mags[mag].attach(MnProfile(id=name, mhgid=0 if multihomed else None, flows=flows, **more), self.now)
            self.there[name] = {*(there if multihomed else ()), mag}
        elif draw < 0.7:
            self.mags[choose.choice(there)].renew(name, self.now)
        elif draw < 0.8 and multihomed:
            pro = choose.choice(("add", "modify"))
            self.mags[choose.choice(there)].modify(name, (parse_flow(f"{flow} pro={pro}"),), self.now)
        elif draw < 0.93:
            mag = choose.choice(there)
            self.mags[mag].detach(name, self.now, act=choose.choice(("none", "keep", "remove")) if multihomed else 0)
            self.there[name].discard(mag)
        elif self.special and draw < 0.95:
            self.lma.notify(name, choose.choice((1, 2)), self.now, ack=choose.random() < 0.5)
        elif self.special and draw < 0.97:
            self.lma.revoke(name, self.now)
        elif self.special and draw < 0.972:
            self.lma.revoke(None, self.now, trigger=128)

    def play(self, times: int, waits: Sequence[float]) -> None:
        for _ in range(times):
            try:
                self._happens()
            except UsageError:  # there is no such binding (any more)
                pass
            self.run(self.random.choice(waits))
        self.run(5)

    def write(self, path: Path) -> None:
        with Writer(path) as writer:
            for time, packet in sorted(self.frames, key=lambda frame: frame[0]):
                writer.write(packet, int(time * 1e9))
