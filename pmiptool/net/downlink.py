"""Packets to a mobile node, sent as a correspondent node does, and through which tunnels they come out."""

from __future__ import annotations

import contextlib
import select
import struct
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

from pmiptool.errors import EnvironmentLacks
from pmiptool.lma import LocalMobilityAnchor
from pmiptool.lma.forwarding import Forwarding
from pmiptool.net.tunnels import HOP_LIMIT, PacketSender, TunnelSockets
from pmiptool.session.probe import Probe
from pmiptool.session.tunnel import Tunnelled, decapsulate
from pmiptool.text.values import address_text

MARK = b"pmip"
QUIET = 0.2  # seconds without an arrival after which no more are waited for
_WINDOW = 64  # packets under way at once: no more than small buffers hold

Arrivals = tuple[bytes, ...]
"""The ends of the tunnels that a packet came out of: proxy care-of addresses, one for each copy."""


Seen = Callable[[int, bytes, bytes | None], None]
"""Hears of each packet as it goes: the number of the probe, the IP packet, and the end of the tunnel that it came out
of, None for the probe as it was sent."""


def nobody(number: int, packet: bytes, end: bytes | None) -> None:
    """Nobody wants to hear of it."""


class Downlink(Protocol):
    """A way to send packets to a mobile node, and to see where they arrive."""

    def ask(self, probes: Sequence[Probe], seen: Seen = nobody) -> list[Arrivals]:
        """Send each packet, in order; where each arrived. Raises EnvironmentLacks where none can be sent."""
        ...

    def close(self) -> None: ...


class EmbeddedDownlink:
    """The data plane of the reference LMA in this process; `lma` gives the one that is there now."""

    def __init__(self, lma: Callable[[], LocalMobilityAnchor]) -> None:
        self._lma = lma
        self._plane: tuple[LocalMobilityAnchor, Forwarding] | None = None

    def ask(self, probes: Sequence[Probe], seen: Seen = nobody) -> list[Arrivals]:
        lma = self._lma()
        if self._plane is None or self._plane[0] is not lma:
            self._plane = lma, Forwarding(lma)
        plane = self._plane[1]
        plane.changed()
        found = []
        for number, probe in enumerate(probes):
            packet = probe.octets(_payload(number))
            seen(number, packet, None)
            copies = plane.downlink(packet)
            for copy in copies:
                seen(number, outer(copy, lma.address), copy.peer)
            found.append(tuple(copy.peer for copy in copies))
        return found

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

    def ask(self, probes: Sequence[Probe], seen: Seen = nobody) -> list[Arrivals]:
        found: list[list[bytes]] = [[] for _ in probes]
        for start in range(0, len(probes), _WINDOW):
            window = slice(start, start + _WINDOW)
            self._ask(probes[window], found[window], partial(_later, seen, start))
        return [tuple(arrived) for arrived in found]

    def _ask(self, probes: Sequence[Probe], found: list[list[bytes]], seen: Seen) -> None:
        self._batch = (self._batch + 1) & 0xFFFF
        self._listen(time.monotonic(), 0.0, [], nobody)  # what is late
        for number, probe in enumerate(probes):
            packet = probe.octets(_payload(number, self._batch))
            seen(number, packet, None)
            try:
                self._sender.send(packet)
            except OSError as error:
                text = address_text(probe.dst)
                raise EnvironmentLacks(
                    f"cannot send to the mobile node at {text}: {error.strerror}; add a route by way of the LMA: "
                    f"sudo ip -6 route add {text[: text.rfind(':')]}:/64 via LMA"
                ) from None
        self._listen(time.monotonic(), self._timeout, found, seen)

    def _listen(self, since: float, patience: float, found: list[list[bytes]], seen: Seen) -> None:
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
                for copy, peer in _waiting(ends, protocol, source):
                    self._came(copy, peer, found, seen)
                last = time.monotonic()

    def _came(self, copy: Tunnelled, peer: bytes, found: list[list[bytes]], seen: Seen) -> None:
        inner = decapsulate(copy.protocol, copy.payload)
        at = -1 if isinstance(inner, str) else inner.packet.find(MARK + self._batch.to_bytes(2, "big"))
        if isinstance(inner, str) or at < 0:
            return
        number = int.from_bytes(inner.packet[at + 6 : at + 8], "big")
        if number < len(found):
            found[number].append(copy.peer)
            seen(number, outer(copy, peer), copy.peer)

    def close(self) -> None:
        self._close.close()


def outer(copy: Tunnelled, source: bytes) -> bytes:
    """A packet in its tunnel; of the outer header only the ends and what follows are known to be as they were."""
    head = struct.pack("!IHBB", 6 << 28 | copy.traffic_class << 20, len(copy.payload), copy.protocol, HOP_LIMIT)
    return head + source + copy.peer + copy.payload


def _waiting(ends: TunnelSockets, protocol: int, source: bytes) -> list[tuple[Tunnelled, bytes]]:
    """What waits at an end of tunnels, and the address of its other end."""
    came: list[tuple[Tunnelled, bytes]] = []
    ends.drain(protocol, lambda kind, payload, peer: came.append((Tunnelled(source, kind, payload, 0), peer)))
    return came


def _later(seen: Seen, first: int, number: int, packet: bytes, end: bytes | None) -> None:
    """Tell of a window of probes that begins with one of them."""
    seen(first + number, packet, end)


def _payload(number: int, batch: int = 0) -> bytes:
    """Eight octets that tell a packet from others."""
    return MARK + batch.to_bytes(2, "big") + number.to_bytes(2, "big")
