"""The reference LMA in this process as a bulk port, with a virtual clock: to try a load without rights."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pmiptool.net.bulk.port import Arrivals, Drops, check_length, check_rows
from pmiptool.net.target import Target
from pmiptool.net.transport import Arrival, IcmpError, Received, Transport
from pmiptool.session.endpoint import Datagram

_BATCH, _CAPACITY = 64, 2048


class TransportPort:
    """A port over a transport, one message at a time; also its clock."""

    path = "embedded"
    why = "the LMA is in this process"
    spin = 0.0
    batch = _BATCH

    def __init__(self, transport: Transport) -> None:
        self.transport = transport
        self.target: Target = transport.target
        self.sources = transport.sources
        self.destination = transport.peer.address
        self._out = np.zeros((_BATCH, _CAPACITY), np.uint8)
        self._source, self._count = 0, 0
        self._errors: list[IcmpError] = []
        self._lma = getattr(transport, "machine", None)

    def now(self) -> float:
        return self.transport.now()

    def wall(self) -> float:
        return self.transport.now()

    def converted(self, times: NDArray[np.float64]) -> NDArray[np.float64]:
        return times

    def rows(self, source: int, count: int) -> NDArray[np.uint8]:
        self._source, self._count = source, check_rows(len(self.sources), _BATCH, source, count)
        return self._out[: self._count]

    def send(self, length: int) -> int:
        length, count = check_length(length, _CAPACITY), self._count
        local, peer = self.transport.locals[self._source], self.transport.peer
        for row in self._out[:count]:
            self.transport.send(Datagram(row[:length].tobytes(), local, peer))
        self._count = 0
        return count

    def receive(self, timeout: float) -> Arrivals | None:
        came = self._messages(self.transport.receive(self.now() + timeout))
        if self._lma is not None:
            self._lma.events()  # nobody reads them, and a long run would fill the memory with them
        if not came:
            return None
        data = np.zeros((len(came), max(len(one.data) for one in came) + 8), np.uint8)
        for row, one in zip(data, came, strict=True):
            row[: len(one.data)] = np.frombuffer(one.data, np.uint8)
        senders = np.zeros((len(came), 16), np.uint8)
        for row, one in zip(senders, came, strict=True):
            row[16 - len(one.source.address) :] = np.frombuffer(one.source.address, np.uint8)
        return Arrivals(
            data,
            np.array([len(one.data) for one in came], np.int32),
            senders,
            np.array([self.transport.locals.index(one.destination) for one in came], np.int32),
            np.array([one.time for one in came]),
        )

    def _messages(self, arrivals: list[Arrival]) -> list[Received]:
        """The messages; errors are kept for who asks for them."""
        self._errors += [one for one in arrivals if isinstance(one, IcmpError)]
        return [one for one in arrivals if isinstance(one, Received)]

    def drops(self) -> Drops:
        return Drops()

    def icmp_errors(self) -> list[IcmpError]:
        found, self._errors = self._errors, []
        return found

    def close(self) -> None:
        self.transport.close()
