"""What the anchor sends: messages encoded for their peer, kept until they are fetched, or until they may leave."""

from __future__ import annotations

import msgspec

from pmiptool.lma.core import Core
from pmiptool.lma.dialect import Dialects
from pmiptool.lma.events import Noted
from pmiptool.session.endpoint import Datagram, Endpoint, ParameterProblem
from pmiptool.wire.fitting import encode_what_fits
from pmiptool.wire.values import ENTRIES

IPV6_HEADER = 40  # octets before the Mobility Header; others between them are not known here


class Outbox:
    """Datagrams in the order in which they leave. Faults of octets and of delivery are those of answers to PBUs."""

    def __init__(self, core: Core, dialects: Dialects) -> None:
        self._core = core
        self._dialects = dialects
        self._faults = core.faults
        self._ready: list[Datagram] = []
        self._late: list[tuple[float, Datagram]] = []
        self._notes: list[tuple[Endpoint, str]] = []

    def send(self, message: msgspec.Struct, to: Endpoint, local: Endpoint) -> None:
        """A message leaves at once."""
        if self._faults is not None:
            message = self._faults.message(message, ENTRIES[type(message)].name)
        self._ready.append(self._datagram(message, to, local))

    def complain(self, data: bytes, to: Endpoint, local: Endpoint, octet: int) -> None:
        """An ICMP error about a Mobility Header and one of its octets leaves; over UDP there is none."""
        problem: ParameterProblem | None = ParameterProblem(data, local, to, IPV6_HEADER + octet)
        if self._faults is not None and problem is not None:
            problem = self._faults.problem(problem)
        if to.port is None and problem is not None:
            self._ready.append(problem)

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

    def leave(self, datagram: Datagram) -> None:
        """What is there in octets leaves at once, past the faults."""
        self._ready.append(datagram)

    def _datagram(self, message: msgspec.Struct, to: Endpoint, local: Endpoint) -> Datagram:
        if self._faults is not None:
            to = self._faults.destination(ENTRIES[type(message)].name, to)
        codec = self._dialects.codec_of(to)
        src, dst = (local.address, to.address) if to.port is None else (None, None)
        data, left_out = encode_what_fits(codec, message, src, dst)
        if left_out:
            self._notes.append((to, left_out))
        return Datagram(data, local, to)

    def fetch(self, now: float) -> list[Datagram]:
        """What is to leave by now."""
        if self._notes:
            self._core.events += [Noted(time=now, source=peer, text=text) for peer, text in self._notes]
            self._notes = []
        if self._late:
            self._ready += [datagram for when, datagram in self._late if when <= now]
            self._late = [waiting for waiting in self._late if waiting[0] > now]
        out, self._ready = self._ready, []
        return out

    def next_time(self) -> float | None:
        """When the next late one leaves."""
        return min((when for when, _ in self._late), default=None)
