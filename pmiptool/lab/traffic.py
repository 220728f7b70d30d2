"""Traffic from the correspondent node to the mobile node, and who sees it arrive where.

Each packet carries the number of its flow and its own: what is missing was lost, and what is seen twice was copied.
"""

from __future__ import annotations

import contextlib
import math
import select
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import pairwise, takewhile
from pathlib import Path
from typing import NamedTuple, TypeVar

import msgspec

from pmiptool.capture.files import Writer
from pmiptool.lab.network import inside
from pmiptool.lab.topology import CN, MN, TO_CORE, Topology, namespace
from pmiptool.net.sockets import make_room
from pmiptool.net.tunnels import PacketSender
from pmiptool.session.probe import Probe

MARK = b"pmiptool"
_ETH_P_ALL = 0x0003
_ETHERNET, _OUTGOING = 1, 4
_SOL_PACKET, _IGNORE_OUTGOING = 263, 23  # PACKET_IGNORE_OUTGOING, Linux 4.20
_NUMBERS = struct.Struct("!BI")
_SETTLE = 0.3  # seconds without a packet after which what was under way has arrived
_LATEST = 60.0  # seconds after which no more is waited for


class Flow(NamedTuple):
    """A flow of downlink packets, so many a second."""

    name: str
    probe: Probe
    rate: float = 200.0


class Seen(msgspec.Struct, frozen=True):
    """A packet of a flow at an interface of the mobile node, in a tunnel at a gateway, or as an answer at the
    correspondent node. time: seconds since 1970."""

    time: float
    where: str
    flow: int
    number: int


class Sent(msgspec.Struct, frozen=True):
    time: float
    flow: int
    number: int


class Arrived(NamedTuple):
    """What became of one flow's packets in a span of time: where they arrived, and how often at more than one place.

    silence: the longest time without an arrival, in seconds.
    """

    sent: int
    by_interface: Mapping[str, int]
    lost: int
    copied: int
    silence: float


_Moment = TypeVar("_Moment", Sent, Seen)


def _after(moment: float, kept: list[_Moment]) -> Iterator[_Moment]:
    """What was kept after a moment, the last first."""
    return takewhile(lambda one: one.time > moment, reversed(kept))


class Traffic:
    """Flows while it is entered. Everything sent and seen is kept; captures of the gateways' side of the core are
    written to a folder when one is given."""

    def __init__(self, lab: str, topology: Topology, flows: tuple[Flow, ...], captures: Path | None = None) -> None:
        self.flows = flows
        self.sent: list[Sent] = []
        self.seen: list[Seen] = []
        self._stop = threading.Event()
        with contextlib.ExitStack() as stack:
            with inside(namespace(lab, CN)):
                self._sender = PacketSender()
                stack.callback(self._sender.close)
                self._listening: dict[socket.socket, str] = {}
                self._listen(stack, CN, TO_CORE)
            with inside(namespace(lab, MN)):
                for gateway in topology.gateway:
                    self._listen(stack, gateway.interface, gateway.interface)
            for number in topology.gateways:
                with inside(namespace(lab, f"mag{number}")):
                    self._listen(stack, f"mag{number}", TO_CORE)
            if captures is None:  # only they want what goes out, which is half the work
                for sock in self._listening:
                    with contextlib.suppress(OSError):
                        sock.setsockopt(_SOL_PACKET, _IGNORE_OUTGOING, 1)
            self._writers: dict[str, Writer] = {}
            if captures is not None:
                for number in topology.gateways:
                    name = f"mag{number}"
                    self._writers[name] = Writer(captures / f"{name}.pcapng", _ETHERNET)
                    stack.callback(self._writers[name].close)
            self._close = stack.pop_all()
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._hear, self._send)]

    def _listen(self, stack: contextlib.ExitStack, name: str, device: str) -> None:
        sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ETH_P_ALL))
        stack.callback(sock.close)
        make_room(sock)
        sock.bind((device, _ETH_P_ALL))
        sock.setblocking(False)
        self._listening[sock] = name

    def __enter__(self) -> Traffic:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()
        self._close.close()

    # At work

    def _send(self) -> None:
        """Send each flow at its times; those that went by while this process had to wait are sent at once."""
        started = time.time()
        counts = [0] * len(self.flows)
        while not self._stop.is_set():
            dues = [started + count / flow.rate for count, flow in zip(counts, self.flows, strict=True)]
            number = min(range(len(dues)), key=dues.__getitem__)
            wait = dues[number] - time.time()
            if wait > 0 and self._stop.wait(wait):
                return
            payload = MARK + _NUMBERS.pack(number, counts[number])
            self.sent.append(Sent(time.time(), number, counts[number]))
            with contextlib.suppress(OSError):  # counted as lost
                self._sender.send(self.flows[number].probe.octets(payload))
            counts[number] += 1

    def _hear(self) -> None:
        poll = select.poll()
        by_number = {sock.fileno(): sock for sock in self._listening}
        for number in by_number:
            poll.register(number, select.POLLIN)
        ends = latest = math.inf
        while time.time() < min(ends, latest):
            heard = poll.poll(50)
            for number, _ in heard:
                self._take(by_number[number])
            if self._stop.is_set():  # what waits is read first: on a slow machine that is much
                now = time.time()
                latest = min(latest, now + _LATEST)
                ends = now + _SETTLE if heard or ends == math.inf else ends

    def _take(self, sock: socket.socket) -> None:
        for _ in range(64):
            try:
                frame, address = sock.recvfrom(65536)
            except OSError:  # nothing more; or the interface went down
                return
            name, now = self._listening[sock], time.time()
            if name in self._writers:
                self._writers[name].write(frame, int(now * 1e9))
            if address[2] == _OUTGOING:
                continue
            at = frame.find(MARK)
            if at >= 0 and len(frame) >= at + len(MARK) + _NUMBERS.size:
                flow, packet = _NUMBERS.unpack_from(frame, at + len(MARK))
                self.seen.append(Seen(now, name, flow, packet))

    def is_past(self, flow: int, place: str, moment: float) -> bool:
        """Whether a packet of a flow that was sent after a moment has been seen at a place: those sent before it, which
        went the same way, have come too, or never will."""
        later = {one.number for one in _after(moment, self.sent) if one.flow == flow}
        return any(one.flow == flow and one.where == place and one.number in later for one in _after(moment, self.seen))

    # What became of it

    def arrived(self, flow: int, since: float, until: float, places: tuple[str, ...]) -> Arrived:
        """What became of the packets of a flow that were sent in a span of time; places: where arrivals count."""
        numbers = {one.number for one in self.sent if one.flow == flow and since <= one.time < until}
        seen = [one for one in self.seen if one.flow == flow and one.number in numbers and one.where in places]
        by_interface = Counter(one.where for one in seen)
        found = Counter(one.number for one in seen)
        times = sorted([since, *(one.time for one in seen), until])
        silence = max(later - earlier for earlier, later in pairwise(times))
        copied = sum(count > 1 for count in found.values())
        return Arrived(len(numbers), dict(by_interface), len(numbers) - len(found), copied, silence)

    def spans(self, flow: int, places: tuple[str, ...], step: float) -> Iterator[tuple[float, Mapping[str, int]]]:
        """How many packets of a flow arrived where, by spans of `step` seconds; their starts as seconds since 1970."""
        if not self.sent:
            return
        first, last = self.sent[0].time, self.sent[-1].time
        table: list[Counter[str]] = [Counter() for _ in range(int((last - first) / step) + 1)]
        for one in self.seen:
            if one.flow == flow and one.where in places and first <= one.time <= last:
                table[int((one.time - first) / step)][one.where] += 1
        for number, counts in enumerate(table):
            yield first + number * step, counts
