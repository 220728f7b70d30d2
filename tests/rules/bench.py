"""The reference anchor and gateways in one process with a clock of their own, watched by the rules."""

from __future__ import annotations

import heapq
from collections.abc import Collection
from typing import Any

from pmiptool.lma.anchor import LocalMobilityAnchor
from pmiptool.lma.config import LmaConfig
from pmiptool.mag.config import MagConfig, MnProfile
from pmiptool.mag.gateway import MobileAccessGateway
from pmiptool.rules import Context, Seen, SessionChecker
from pmiptool.session.endpoint import Datagram, Endpoint
from pmiptool.text.filters import parse_flow
from pmiptool.wire.codec import Decoded, codec_for

LMA = bytes.fromhex("20010db8000100000000000000000001")
START = 1_246_881_600.0
DELAY = 0.001
MN = b"mn1@example.org"


def mag_address(number: int) -> bytes:
    return LMA[:15] + bytes((1 + number,))


class Bench:
    """Gateways are numbered from 1. Everything that passes is judged; `seen` has what it broke."""

    def __init__(
        self,
        *,
        faults: Collection[str] = (),
        mags: int = 3,
        config: LmaConfig | None = None,
        context: Context | None = None,
        mag_config: MagConfig | None = None,
    ) -> None:
        self.now = START
        self.context = context or Context(complete=True)
        self.codec = codec_for(self.context.codepoints)
        settings = mag_config or MagConfig(renew=False, codepoints=self.context.codepoints)
        self.lma = LocalMobilityAnchor(config or LmaConfig(codepoints=self.context.codepoints), LMA, faults=faults)
        self.mags = {
            n: MobileAccessGateway(settings, Endpoint(mag_address(n)), Endpoint(LMA), seed=n)
            for n in range(1, mags + 1)
        }
        self.checker = SessionChecker(self.context)
        self.seen: list[Seen] = []
        self.passed: list[tuple[float, Decoded, bytes, bytes]] = []
        self._under_way: list[tuple[float, int, Datagram]] = []
        self._count = 0

    def run(self, seconds: float = 0.5) -> None:
        """Let time pass: deliver what is under way and fire timers."""
        until = self.now + seconds
        while True:
            self._collect()
            timers = [self.lma.next_timer(), *(mag.next_timer() for mag in self.mags.values())]
            due = min(
                [*(timer for timer in timers if timer is not None), *(item[0] for item in self._under_way[:1])],
                default=until + 1,
            )
            if due > until:
                break
            self.now = max(self.now, due)
            while self._under_way and self._under_way[0][0] <= self.now:
                self._deliver(heapq.heappop(self._under_way)[2])
            if (timer := self.lma.next_timer()) is not None and timer <= self.now:
                self.lma.on_timer(self.now)
            for mag in self.mags.values():
                if (timer := mag.next_timer()) is not None and timer <= self.now:
                    mag.on_timer(self.now)
        self.now = until

    def _collect(self) -> None:
        for datagram in self.lma.to_send(self.now):
            self._sent(datagram)
        for mag in self.mags.values():
            for datagram in mag.to_send(self.now):
                self._sent(datagram)

    def _sent(self, datagram: Datagram) -> None:
        self._count += 1
        heapq.heappush(self._under_way, (self.now + DELAY, self._count, datagram))

    def _deliver(self, datagram: Datagram) -> None:
        src, dst = datagram.source.address, datagram.destination.address
        decoded = self.codec.decode(datagram.data, src, dst)
        self.passed.append((self.now, decoded, src, dst))
        self.seen += self.checker.observe(decoded, src=src, dst=dst, time=self.now, frame=len(self.passed))
        self.hand_over(datagram)

    def hand_over(self, datagram: Datagram) -> None:
        dst = datagram.destination.address
        if dst == LMA:
            self.lma.receive(datagram.data, datagram.source, self.now, datagram.destination)
            return
        for mag in self.mags.values():
            if mag.address.address == dst:
                mag.receive(datagram.data, datagram.source, self.now)

    def send(self, data: bytes, number: int = 1) -> None:
        """Octets of a Mobility Header from a gateway's address to the anchor."""
        self._sent(Datagram(data, Endpoint(mag_address(number)), Endpoint(LMA)))
        self.run()

    def finish(self) -> list[Seen]:
        self.seen += self.checker.finish()
        return self.seen

    def broken(self) -> set[str]:
        return {seen.finding.rule for seen in self.seen}

    # What gateways do

    def attach(self, number: int, *flows: str, mhgid: int | None = 0, mn: bytes = MN, **more: Any) -> None:
        profile = MnProfile(
            id=mn, mhgid=mhgid, flows=tuple(parse_flow(text, self.context.codepoints) for text in flows), **more
        )
        self.mags[number].attach(profile, self.now)
        self.run()

    def renew(self, number: int, **more: Any) -> None:
        self.mags[number].renew(MN, self.now, **more)
        self.run()

    def modify(self, number: int, *flows: str, **more: Any) -> None:
        made = tuple(parse_flow(text, self.context.codepoints) for text in flows)
        self.mags[number].modify(MN, made, self.now, **more)
        self.run()

    def detach(self, number: int, act: str | int = "none") -> None:
        self.mags[number].detach(MN, self.now, act=act)
        self.run()
