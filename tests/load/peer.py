"""A peer without a network: a port and its clock in one, that delays, drops, doubles, reorders and rejects as told."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec
import numpy as np
from numpy.typing import NDArray

from pmiptool.load.engine import Engine
from pmiptool.load.identifiers import Pattern
from pmiptool.load.messages import Messages, Wishes
from pmiptool.load.nodes import Nodes
from pmiptool.load.run import Plan
from pmiptool.load.setup import Load
from pmiptool.net.bulk.port import Arrivals, Drops
from pmiptool.net.target import parse_target
from pmiptool.net.transport import IcmpError
from pmiptool.wire.codec import codec_for
from pmiptool.wire.layout import Decoded
from pmiptool.wire.values import (
    BindingAcknowledgement,
    BindingUpdate,
    Heartbeat,
    HomeNetworkPrefix,
    MobileNodeIdentifier,
    Prefix,
    Timestamp,
)

LMA = bytes.fromhex("20010db8000100000000000000000001")
START = 1_700_000_000.0


def mag(number: int) -> bytes:
    return LMA[:15] + bytes((2 + number,))


@dataclass
class Reply:
    """One answer: how many seconds after the request, and with which status. lost_here: this machine drops it."""

    after: float = 0.001
    status: int = 0
    lost_here: bool = False


Behaviour = Callable[[int, Decoded, float], list[Reply]]
"""The replies to the request that came as the n-th, at this time."""


def at_once(number: int, request: Decoded, now: float) -> list[Reply]:
    return [Reply()]


@dataclass
class Peer:
    """Answers registrations as `behaviour` says; the clock moves only while somebody waits."""

    behaviour: Behaviour = at_once
    gateways: int = 1
    room: Callable[[float], int] = lambda now: 1 << 20
    """How many messages the kernel takes at once."""
    batch: int = 64
    spin: float = 0.0
    path: str = "test"
    why: str = "it is a test"
    requests: list[tuple[float, int, Decoded]] = field(default_factory=list)
    raw: Callable[[bytes], bytes] = lambda octets: octets
    icmp: list[IcmpError] = field(default_factory=list)
    light: bool = False
    """Do not look into messages: fast."""

    def __post_init__(self) -> None:
        self.time = START
        self.target = parse_target("2001:db8:1::1")
        self.sources = tuple(mag(number) for number in range(self.gateways))
        self.destination = LMA
        self.refused = self.dropped = 0
        self.statuses: Counter[int] = Counter()
        self._out = np.zeros((self.batch, 2048), np.uint8)
        self._codec = codec_for()
        self._source = self._count = self._order = 0
        self._coming: list[tuple[float, int, int, bytes]] = []
        self._stamps: dict[bytes, int] = {}
        self._prefixes: dict[bytes, Prefix] = {}

    # the clock

    def now(self) -> float:
        return self.time

    def wall(self) -> float:
        return self.time

    def converted(self, times: NDArray[np.float64]) -> NDArray[np.float64]:
        return times

    # the port

    def rows(self, source: int, count: int) -> NDArray[np.uint8]:
        self._source, self._count = source, min(count, self.batch)
        return self._out[: self._count]

    def send(self, length: int) -> int:
        took = min(self._count, self.room(self.time))
        self.refused += self._count - took
        for row in self._out[:took]:
            self._take(row[:length].tobytes())
        return took

    def _take(self, octets: bytes) -> None:
        request = None if self.light else self._codec.decode(octets, self.sources[self._source], LMA)
        assert request is None or not request.findings and request.checksum_ok, request
        if request is not None:
            self._in_order(request)
        number = len(self.requests)
        self.requests.append((self.time, self._source, request))
        for reply in self.behaviour(number, request, self.time):
            answer = _turned(octets) if request is None else self.raw(self._answer(request, reply.status))
            self._order += 1
            if reply.lost_here:
                self.dropped += 1
            else:
                heapq.heappush(self._coming, (self.time + reply.after, self._order, self._source, answer))

    def _in_order(self, request: Decoded) -> None:
        """Timestamps of a mobile node grow (RFC 5213 5.5)."""
        options = getattr(request.message, "options", ())
        stamps = [option.timestamp for option in options if isinstance(option, Timestamp)]
        if stamps:
            name = next(option.identifier for option in options if isinstance(option, MobileNodeIdentifier))
            assert stamps[0] > self._stamps.get(name, 0)
            self._stamps[name] = stamps[0]

    def _answer(self, request: Decoded, status: int) -> bytes:
        message = request.message
        pair = LMA, self.sources[self._source]
        if isinstance(message, Heartbeat):
            return self._codec.encode(Heartbeat(flags=1, sequence=message.sequence), None, *pair)
        assert isinstance(message, BindingUpdate)
        name = next(option.identifier for option in message.options if hasattr(option, "identifier"))
        prefix = self._prefixes.setdefault(name, Prefix(_prefix(len(self._prefixes)), 64))
        options = tuple(
            msgspec.structs.replace(option, home_network_prefix=prefix)
            if isinstance(option, HomeNetworkPrefix) and option.home_network_prefix.is_any and status < 128
            else option
            for option in message.options
        )
        self.statuses[status] += 1
        pba = BindingAcknowledgement(
            status=status, flags=0x20, sequence=message.sequence, lifetime=message.lifetime, options=options
        )
        return self._codec.encode(pba, None, *pair)

    def receive(self, timeout: float) -> Arrivals | None:
        until = self.time + timeout
        if not self._coming or self._coming[0][0] > until:
            self.time = until
            return None
        self.time = max(self.time, self._coming[0][0])
        came = []
        while self._coming and self._coming[0][0] <= self.time and len(came) < self.batch:
            came.append(heapq.heappop(self._coming))
        data = np.zeros((len(came), 512), np.uint8)
        for row, one in zip(data, came, strict=True):
            row[: len(one[3])] = np.frombuffer(one[3], np.uint8)
        return Arrivals(
            data,
            np.array([len(one[3]) for one in came], np.int32),
            np.tile(np.frombuffer(LMA, np.uint8), (len(came), 1)),
            np.array([one[2] for one in came], np.int32),
            np.array([one[0] for one in came]),
        )

    def drops(self) -> Drops:
        return Drops(self.dropped, self.refused)

    def icmp_errors(self) -> list[IcmpError]:
        found, self.icmp = self.icmp, []
        return found

    def close(self) -> None:
        pass


def _turned(octets: bytes) -> bytes:
    """A PBU as the PBA that accepts it; the checksum is wrong, and the prefix what was asked for."""
    return octets[:2] + b"\6\0\0\0\0\x20" + octets[6:8] + octets[10:12] + octets[12:]


def _prefix(number: int) -> bytes:
    return bytes.fromhex("20010db8") + (0xF0000000 + number).to_bytes(4, "big") + bytes(8)


def load(
    peer: Peer, plan: Plan, mns: int = 100, wishes: Wishes | None = None, waits: tuple[float, ...] = (3.0,)
) -> Load:
    """A load of this peer, ready to play."""
    identifiers = Pattern("mn{}@example.org", mns)
    messages = Messages(wishes or Wishes(), identifiers, [(source, LMA) for source in peer.sources])
    engine = Engine(peer, peer, Nodes(mns, peer.gateways), messages, waits)
    return Load(peer, engine, plan, {"mns": mns, "window": plan.window, "lifetime": "300"})
