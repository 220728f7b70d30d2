"""The reference MAG in this process, for who plays the LMA; its clock is virtual."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager

from msgspec.structs import replace

from pmiptool.mag import MagConfig, MnProfile, MobileAccessGateway
from pmiptool.net.embedded import DELAY, LMA_ADDRESS, EmbeddedMachine, mag_addresses
from pmiptool.net.mag_words import MagWords
from pmiptool.net.target import Target
from pmiptool.session.endpoint import PMIP_PORT, Endpoint

IPV4_LMA, IPV4_MAG = bytes((192, 0, 2, 1)), bytes((192, 0, 2, 2))


class EmbeddedMagTransport(EmbeddedMachine):
    """Hands messages to the MAG and its own back. ``mag`` is the MAG itself, ``profiles`` its policy store.

    over_ipv4: both have IPv4 addresses, and speak over UDP (RFC 5844 4).
    """

    def __init__(
        self,
        config: MagConfig | None = None,
        *,
        faults: Collection[str] = (),
        seed: int = 0,
        start: float | None = None,
        over_ipv4: bool = False,
    ) -> None:
        super().__init__(start)
        self.target = Target("embedded")
        self.profiles: dict[str, MnProfile] = {}
        self.faults = tuple(faults)
        self._seed = seed
        self.locals, self.peer = ends(over_ipv4)
        self._begin(config or MagConfig())

    def _begin(self, config: MagConfig) -> None:
        self.mag = MobileAccessGateway(config, self.peer, self.locals[0], seed=self._seed, faults=self.faults)
        self._words = MagWords(self.mag, self.profiles, MnProfile(id=b""), config.codepoints)

    @property
    def machine(self) -> MobileAccessGateway:
        return self.mag

    def _collect(self) -> None:
        super()._collect()
        for problem in self.mag.problems():
            self._count += 1
            heapq.heappush(self._under_way, (self._now + DELAY, self._count, problem))

    def command(self, words: Sequence[str]) -> None:
        """Have the MAG do something now, as `pmiptool mag` reads it on its stdin. Raises UsageError."""
        if list(words) == ["restart"]:  # without its sessions (RFC 5847 3.2)
            return self._begin(replace(self.mag.config, restart_counter=self.mag.config.restart_counter + 1))
        self._words.do(words, self._now)
        return self._collect()

    @contextmanager
    def configured(self, config: MagConfig, *, over_ipv4: bool = False) -> Iterator[None]:
        """Another MAG with another configuration for a while, with the same clock; then the one before."""
        before = self.mag, self._words, self.locals, self.peer
        self.locals, self.peer = ends(over_ipv4)
        self._begin(config)
        try:
            yield
        finally:
            self.mag, self._words, self.locals, self.peer = before
            self._under_way.clear()


def ends(over_ipv4: bool) -> tuple[tuple[Endpoint, ...], Endpoint]:
    """Where we, the LMA, are, and where the MAG is."""
    if over_ipv4:
        return (Endpoint(IPV4_LMA, PMIP_PORT),), Endpoint(IPV4_MAG, PMIP_PORT)
    return (Endpoint(LMA_ADDRESS),), Endpoint(mag_addresses(1)[0])
