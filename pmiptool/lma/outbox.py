"""What the anchor sends: messages encoded for their peer, kept until they are fetched, or until they may leave."""

from __future__ import annotations

import msgspec

from pmiptool.lma.dialect import Dialects
from pmiptool.lma.faults import Faults
from pmiptool.session.endpoint import Datagram, Endpoint


class Outbox:
    """Datagrams in the order in which they leave. Faults of octets and of delivery are those of answers to PBUs."""

    def __init__(self, dialects: Dialects, faults: Faults | None) -> None:
        self._dialects = dialects
        self._faults = faults
        self._ready: list[Datagram] = []
        self._late: list[tuple[float, Datagram]] = []

    def send(self, message: msgspec.Struct, to: Endpoint, local: Endpoint) -> None:
        """A message leaves at once."""
        self._ready.append(self._datagram(message, to, local))

    def answer(self, message: msgspec.Struct, to: Endpoint, local: Endpoint, now: float) -> None:
        """An answer to a PBU leaves as often, as late and as it pleases the faults."""
        datagram = self._datagram(message, to, local)
        if self._faults is None:
            self._ready.append(datagram)
            return
        datagram = self._faults.on_the_wire(datagram)
        for delay in self._faults.deliveries():
            if delay:
                self._late.append((now + delay, datagram))
            else:
                self._ready.append(datagram)

    def _datagram(self, message: msgspec.Struct, to: Endpoint, local: Endpoint) -> Datagram:
        codec = self._dialects.codec_of(to)
        if to.port is None:
            return Datagram(codec.encode(message, src=local.address, dst=to.address), local, to)
        return Datagram(codec.encode(message), local, to)

    def fetch(self, now: float) -> list[Datagram]:
        """What is to leave by now."""
        if self._late:
            self._ready += [datagram for when, datagram in self._late if when <= now]
            self._late = [waiting for waiting in self._late if waiting[0] > now]
        out, self._ready = self._ready, []
        return out

    def next_time(self) -> float | None:
        """When the next late one leaves."""
        return min((when for when, _ in self._late), default=None)
