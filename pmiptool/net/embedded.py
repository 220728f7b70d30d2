"""The reference LMA, or MAG, in this process, reached without a network; the clock is virtual: waits cost no time."""

from __future__ import annotations

import heapq
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pmiptool.net.icmp import ICMPV6, PARAMETER_PROBLEM, describe
from pmiptool.net.target import Target
from pmiptool.net.transport import Arrival, IcmpError, Received
from pmiptool.session.endpoint import Datagram, Endpoint, ParameterProblem

if TYPE_CHECKING:
    from pmiptool.lma import LocalMobilityAnchor
    from pmiptool.lma.config import LmaConfig
    from pmiptool.registry.codepoints import CodePoints

LMA_ADDRESS = bytes.fromhex("20010db8000100000000000000000001")
DELAY = 0.0005  # seconds that a message takes each way, so that no two happen at one time


def mag_addresses(count: int = 3) -> tuple[bytes, ...]:
    """Addresses for gateways that are given none: 2001:db8:1::2 and on."""
    return tuple(LMA_ADDRESS[:14] + (2 + number).to_bytes(2, "big") for number in range(count))


class EmbeddedMachine:
    """Hands messages to a machine without I/O and its own back. Time passes only while somebody waits."""

    target: Target
    locals: tuple[Endpoint, ...]
    peer: Endpoint

    def __init__(self, start: float | None = None) -> None:
        self._now = time.time() if start is None else start
        self._under_way: list[tuple[float, int, Datagram]] = []  # a heap: time of arrival, order of sending
        self._count = 0

    @property
    def machine(self) -> Any:
        """What is reached: it has `receive`, `to_send`, `next_timer` and `on_timer`."""
        raise NotImplementedError

    @property
    def sources(self) -> tuple[bytes, ...]:
        return tuple(local.address for local in self.locals)

    def now(self) -> float:
        return self._now

    def send(self, datagram: Datagram) -> None:
        self._advance(self._now + DELAY)
        self.machine.receive(datagram.data, datagram.source, self._now, datagram.destination)
        self._collect()

    def receive(self, deadline: float) -> list[Arrival]:
        while True:
            found = self._arrived()
            if found:
                return found
            timer = self.machine.next_timer()
            due = self._under_way[0][0] if self._under_way else deadline
            if min(due, timer if timer is not None else due) > deadline or (not self._under_way and timer is None):
                self._advance(deadline)
                return self._arrived()
            self._advance(due if timer is None else min(due, timer))
            if self._now >= deadline and not self._under_way:
                return []

    def _arrived(self) -> list[Arrival]:
        """Take what has arrived at one of our endpoints by now."""
        found: list[Arrival] = []
        while self._under_way and self._under_way[0][0] <= self._now:
            arrival, _, datagram = heapq.heappop(self._under_way)
            if isinstance(datagram, ParameterProblem):
                found.append(_error(datagram, arrival))
            elif datagram.destination in self.locals:
                found.append(Received(datagram.data, datagram.source, datagram.destination, arrival))
        return found

    def _advance(self, until: float) -> None:
        """Move the clock, and let the machine's timers run on the way."""
        while (timer := self.machine.next_timer()) is not None and timer <= until:
            self._now = max(self._now, timer)
            self.machine.on_timer(self._now)
            self._collect()
            if self.machine.next_timer() == timer:  # it did not let go of its timer: never spin
                break
        self._now = max(self._now, until)

    def _collect(self) -> None:
        for datagram in self.machine.to_send(self._now):
            self._count += 1
            heapq.heappush(self._under_way, (self._now + DELAY, self._count, datagram))

    def close(self) -> None:
        self._under_way.clear()


def _error(problem: ParameterProblem, time: float) -> IcmpError:
    return IcmpError(
        PARAMETER_PROBLEM, 0, problem.source.address, describe(ICMPV6, PARAMETER_PROBLEM, 0, problem.pointer), time,
        problem.pointer, problem.data, problem.destination, problem.source,
    )  # fmt: skip


class EmbeddedTransport(EmbeddedMachine):
    """Hands messages to the LMA and its answers back. ``lma`` is the LMA itself, for tests and timelines."""

    def __init__(
        self,
        sources: Sequence[bytes] = (),
        *,
        lma_config: LmaConfig | None = None,
        faults: Collection[str] = (),
        codepoints: CodePoints | None = None,
        seed: int = 0,
        start: float | None = None,
        address: bytes | None = None,
    ) -> None:
        import msgspec

        from pmiptool.lma import LmaConfig, LocalMobilityAnchor

        super().__init__(start)
        config = LmaConfig() if lma_config is None else lma_config
        if codepoints is not None:
            config = msgspec.structs.replace(config, codepoints=codepoints)
        self.target = Target("embedded")
        self.peer = Endpoint(address or LMA_ADDRESS)
        self.locals = tuple(Endpoint(source) for source in (tuple(sources) or mag_addresses()))
        self._seed, self._faults, self._restarts = seed, faults, 0
        self.lma = LocalMobilityAnchor(config, self.peer.address, seed=seed, faults=faults)

    @property
    def machine(self) -> LocalMobilityAnchor:
        return self.lma

    def revoke(
        self,
        mn_id: bytes | None,
        *,
        trigger: int = 1,
        care_of_address: bytes | None = None,
        ipv4_only: bool = False,
    ) -> int:
        """Have the LMA revoke bindings now; how many indications leave. Raises UsageError when there is none."""
        sent = self.lma.revoke(mn_id, self._now, trigger=trigger, care_of_address=care_of_address, ipv4_only=ipv4_only)
        self._collect()
        return sent

    def notify(
        self,
        mn_id: bytes,
        reason: int,
        *,
        ack: bool = True,
        options: tuple[Any, ...] = (),
        care_of_address: bytes | None = None,
    ) -> int:
        """Have the LMA send update notifications now; how many leave. Raises UsageError when there is no binding."""
        sent = self.lma.notify(mn_id, reason, self._now, ack=ack, options=options, care_of_address=care_of_address)
        self._collect()
        return sent

    def restart(self) -> None:
        """The LMA starts anew, without its sessions; its restart counter grows (RFC 5847 3.2)."""
        from pmiptool.lma import LocalMobilityAnchor

        self._restarts += 1
        self.lma = LocalMobilityAnchor(
            self.lma.config,
            self.peer.address,
            seed=self._seed,
            faults=self._faults,
            restart_counter=1 + self._restarts,
        )

    @contextmanager
    def configured(self, config: LmaConfig) -> Iterator[None]:
        """Another LMA with another configuration for a while, at the same address and clock; then the one before.

        Each knows nothing of the other's sessions.
        """
        from pmiptool.lma import LocalMobilityAnchor

        before = self.lma
        self.lma = LocalMobilityAnchor(config, self.peer.address, seed=self._seed, faults=self._faults)
        try:
            yield
        finally:
            self.lma = before
