"""Packets to a mobile node, sent as a correspondent node does, and through which tunnels they come out."""

from __future__ import annotations

import contextlib
import select
import time
from collections.abc import Callable, Sequence
from typing import Protocol

from pmiptool.errors import EnvironmentLacks
from pmiptool.lma import LocalMobilityAnchor
from pmiptool.lma.forwarding import Forwarding
from pmiptool.net.tunnels import PacketSender, TunnelSockets
from pmiptool.session.probe import Probe
from pmiptool.session.tunnel import decapsulate
from pmiptool.text.values import address_text

MARK = b"pmip"
QUIET = 0.2  # seconds without an arrival after which no more are waited for
_WINDOW = 64  # packets under way at once: no more than small buffers hold

Arrivals = tuple[bytes, ...]
"""The ends of the tunnels that a packet came out of: proxy care-of addresses, one for each copy."""


class Downlink(Protocol):
    """A way to send packets to a mobile node, and to see where they arrive."""

    def ask(self, probes: Sequence[Probe]) -> list[Arrivals]:
        """Send each packet, in order; where each arrived. Raises EnvironmentLacks where none can be sent."""
        ...

    def close(self) -> None: ...


class EmbeddedDownlink:
    """The data plane of the reference LMA in this process; `lma` gives the one that is there now."""

    def __init__(self, lma: Callable[[], LocalMobilityAnchor]) -> None:
        self._lma = lma
        self._plane: tuple[LocalMobilityAnchor, Forwarding] | None = None

    def ask(self, probes: Sequence[Probe]) -> list[Arrivals]:
        lma = self._lma()
        if self._plane is None or self._plane[0] is not lma:
            self._plane = lma, Forwarding(lma)
        plane = self._plane[1]
        plane.changed()
        return [
            tuple(sent.peer for sent in plane.downlink(probe.octets(_payload(number))))
            for number, probe in enumerate(probes)
        ]

    def close(self) -> None:
        pass


class LiveDownlink:
    """Raw sockets: packets leave by this machine's routes, tunnels end at our proxy care-of addresses."""

    def __init__(self, sources: Sequence[bytes], timeout: float = 1.0) -> None:
        self._timeout = timeout
        self._batch = 0
        with contextlib.ExitStack() as stack:
            self._sender = PacketSender()
            stack.callback(self._sender.close)
            self._ends: dict[bytes, TunnelSockets] = {}
            for source in sources:
                self._ends[source] = TunnelSockets(source)
                stack.callback(self._ends[source].close)
            self._close = stack.pop_all()

    def ask(self, probes: Sequence[Probe]) -> list[Arrivals]:
        found: list[list[bytes]] = [[] for _ in probes]
        for start in range(0, len(probes), _WINDOW):
            self._ask(probes[start : start + _WINDOW], found[start : start + _WINDOW])
        return [tuple(arrived) for arrived in found]

    def _ask(self, probes: Sequence[Probe], found: list[list[bytes]]) -> None:
        self._batch = (self._batch + 1) & 0xFFFF
        self._listen(time.monotonic(), 0.0, [])  # what is late
        for number, probe in enumerate(probes):
            try:
                self._sender.send(probe.octets(_payload(number, self._batch)))
            except OSError as error:
                text = address_text(probe.dst)
                raise EnvironmentLacks(
                    f"cannot send to the mobile node at {text}: {error.strerror}; add a route by way of the LMA: "
                    f"sudo ip -6 route add {text[: text.rfind(':')]}:/64 via LMA"
                ) from None
        self._listen(time.monotonic(), self._timeout, found)

    def _listen(self, since: float, patience: float, found: list[list[bytes]]) -> None:
        """Take what arrives, until all did and a while is quiet, or for as long as one may wait."""
        numbers = {
            sock.fileno(): (source, ends, protocol)
            for source, ends in self._ends.items()
            for protocol, sock in ends.sockets.items()
        }
        last = since
        while True:
            everything = all(found)
            until = last + QUIET if everything else since + patience
            ready, _, _ = select.select(list(numbers), [], [], max(0.0, min(until - time.monotonic(), QUIET)))
            if not ready and time.monotonic() >= until:
                return
            for number in ready:
                source, ends, protocol = numbers[number]
                ends.drain(protocol, lambda kind, payload, peer, to=source: self._came(kind, payload, to, found))  # type: ignore[misc]
                last = time.monotonic()

    def _came(self, protocol: int, payload: bytes, source: bytes, found: list[list[bytes]]) -> None:
        inner = decapsulate(protocol, payload)
        at = -1 if isinstance(inner, str) else inner.packet.find(MARK + self._batch.to_bytes(2, "big"))
        if isinstance(inner, str) or at < 0:
            return
        number = int.from_bytes(inner.packet[at + 6 : at + 8], "big")
        if number < len(found):
            found[number].append(source)

    def close(self) -> None:
        self._close.close()


def _payload(number: int, batch: int = 0) -> bytes:
    """Eight octets that tell a packet from others."""
    return MARK + batch.to_bytes(2, "big") + number.to_bytes(2, "big")
