"""The fast path: frames of our own making out through an outlet, answers in through a ring.

It bypasses the kernel's routing, queueing and packet filters on the way out, so it is for a target on Ethernet that no
IPsec policy covers; `way_for` says what speaks against it. The ordinary sockets stay open beside it: they make the
kernel expect the answers, hear ICMP errors, and take what the ring does not (`filters`).
"""

from __future__ import annotations

import contextlib
import errno
import select
import socket
import time
from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from pmiptool.errors import EnvironmentLacks, PmipError
from pmiptool.net.bulk import neighbour, netlink, policy
from pmiptool.net.bulk.filters import attach
from pmiptool.net.bulk.frames import UDP_HEADER, fill_udp_checksums, header, ip_header_size
from pmiptool.net.bulk.mmsg import Sender, Sockets
from pmiptool.net.bulk.neighbour import Link, Way
from pmiptool.net.bulk.outlets import BATCH, FRAME, Outlet, PacketOutlet, XdpOutlet
from pmiptool.net.bulk.port import Arrivals, Drops, check_length, check_rows
from pmiptool.net.bulk.ring import PacketRing
from pmiptool.net.target import Target
from pmiptool.net.transport import IcmpError
from pmiptool.text.values import address_text

LONGEST = FRAME - 14 - 40 - UDP_HEADER
"""Octets of the longest message that a frame holds whatever goes around it."""
_REFRESH = 1.0  # seconds between looks at the neighbour table
_ASIDE = 0.02  # seconds between looks at the sockets while the ring is busy


def way_for(target: Target, sources: Sequence[bytes]) -> tuple[Way | None, str]:
    """Return how frames reach a target, or None and why they do not go that way.

    Raises EnvironmentLacks: no route, or a next hop that does not answer.
    """
    routes = [neighbour.route_to(target, source) for source in sources]
    route = routes[0]
    if route.kind == neighbour.RTN_LOCAL:
        return None, "the target is on this machine"
    if route.kind != neighbour.RTN_UNICAST or not route.index:
        return None, "the route to the target leads to no interface"
    link = neighbour.link_at(route.index)
    if link.kind != neighbour.ETHERNET or len(link.address) != 6:
        return None, f"{link.name} is no Ethernet interface"
    way = neighbour.resolve(target, sources[0], route, link)
    if any((each.index, each.next_hop) != (route.index, route.next_hop) for each in routes):
        return None, "the sources have different ways to the target"
    if route.wraps:
        return None, "the route puts packets into others"
    if link.master:
        return None, f"{link.name} is part of another interface"
    try:
        if policy.covering(target, tuple(sources), link.index):
            return None, f"an IPsec policy covers {address_text(target.address)}"
    except PermissionError:
        return None, "without CAP_NET_ADMIN nobody can tell whether an IPsec policy covers the target"
    except OSError as error:
        return None, f"the kernel does not tell its IPsec policies: {error.strerror}"
    return way, ""


def open_outlet(link: Link, path: str | None) -> tuple[XdpOutlet | PacketOutlet, str]:
    """Open the best outlet, or the one named; return it with why it is that one. Raises OSError."""
    if path == PacketOutlet.path:
        return PacketOutlet(link), "asked for"
    try:
        return XdpOutlet(link), "the fastest way on this machine" if path is None else "asked for"
    except OSError as error:
        if path == XdpOutlet.path:
            raise
        return PacketOutlet(link), f"AF_XDP cannot be had on {link.name}: {explain(error)}"


def explain(error: OSError) -> str:
    """Say what a refusal of AF_XDP means."""
    if error.errno == errno.EAFNOSUPPORT:
        return "the kernel is without CONFIG_XDP_SOCKETS"
    if error.errno in (errno.EPERM, errno.EACCES):
        return "no CAP_NET_RAW"
    if error.errno in (errno.ENOBUFS, errno.ENOMEM):
        return "not enough locked memory (ulimit -l)"
    return error.strerror or str(error)


class FastPort:
    """Frames out, a ring in. `path` forces an outlet. Raises OSError when the kernel refuses."""

    def __init__(self, target: Target, sources: Sequence[bytes], way: Way, path: str | None = None) -> None:
        self.target, self.batch = target, BATCH
        self.destination = target.address
        self.path = ""
        self._way = way
        self._sockets = Sockets(target, sources)
        self.sources = self._sockets.sources
        self._closing: list[Sockets | Outlet | PacketRing | socket.socket] = [self._sockets]
        try:
            self._kernel = netlink.connect(netlink.ROUTE)
            self._closing.append(self._kernel)
            outlet, self.why = open_outlet(way.link, path)
            self._closing.append(outlet)
            self._ring = PacketRing(way.link, self._sockets.locals)
            self._closing.append(self._ring)
            for sock in self._sockets.all:
                attach(sock, self._ring.sockets_filter)
            while self._sockets.receive(0.0) is not None:
                pass  # what came before the ring was there stands in both
        except BaseException:
            self.close()
            raise
        self._outlet: Outlet = outlet
        self.path = outlet.path
        self._udp_at = 14 + ip_header_size(target.address)
        self._before = self._udp_at + (0 if target.port is None else UDP_HEADER)
        self._longest = way.mtu + 14 - self._before
        self._headers: dict[tuple[int, int], NDArray[np.uint8]] = {}
        self._rows: NDArray[np.uint8] = np.empty((0, 0), np.uint8)
        self._source = self._refused = self._interface_lost = 0
        self._sender: Sender | None = None
        self._next_look = time.monotonic() + _REFRESH
        self._poll = select.poll()
        self._poll.register(self._ring.socket, select.POLLIN)
        self._ring_number = self._ring.socket.fileno()
        self._next_aside = 0.0
        for sock in self._sockets.all:
            self._poll.register(sock, select.POLLIN | select.POLLERR)

    def rows(self, source: int, count: int) -> NDArray[np.uint8]:
        count = check_rows(len(self.sources), self.batch, source, count)
        self._source, self._rows = source, self._outlet.rows(count)
        return self._rows[:, self._before :]

    def send(self, length: int) -> int:
        check_length(length, self._outlet.frame - self._before)
        if not self._closing:
            raise PmipError("this port is closed")
        rows, self._rows = self._rows, self._rows[:0]
        if not len(rows):
            return 0
        if length > self._longest:
            return self._in_fragments(rows, length)
        if time.monotonic() >= self._next_look:
            self._look_again()
        rows[:, : self._before] = self._header(length)
        if self.target.port is not None:
            source = self._sockets.locals[self._source].address
            fill_udp_checksums(rows[:, self._udp_at : self._before + length], source, self.destination)
        try:
            sent = self._outlet.send(self._before + length)
        except OSError as error:
            raise self._broken(error) from None
        self._refused += len(rows) - sent
        return sent

    def _header(self, length: int) -> NDArray[np.uint8]:
        known = self._headers.get((self._source, length))
        if known is None:
            local = self._sockets.locals[self._source]
            octets = header(self._way, local, self.target.endpoint, length)
            known = self._headers[self._source, length] = np.frombuffer(octets, np.uint8)
        return known

    def _in_fragments(self, rows: NDArray[np.uint8], length: int) -> int:
        """Let the kernel send what is longer than a packet may be."""
        if self._sender is None:
            self._sender = Sender(self._sockets)
        self._sender.rows(self._source, len(rows))[:, :length] = rows[:, self._before : self._before + length]
        return self._sender.send(length)

    def _look_again(self) -> None:
        """Follow a neighbour that changed its link-layer address."""
        self._next_look = time.monotonic() + _REFRESH
        state, address = neighbour.look_up(self._way.link.index, self._way.next_hop, self._kernel)
        if address != self._way.neighbour and neighbour.usable(state, address):
            self._way = msgspec.structs.replace(self._way, neighbour=address)
            self._headers.clear()

    def _broken(self, error: OSError) -> EnvironmentLacks:
        name = self._way.link.name
        if error.errno in (errno.ENETDOWN, errno.ENXIO, errno.ENODEV):
            return EnvironmentLacks(f"interface {name} is down; see: ip link show {name}")
        return EnvironmentLacks(f"cannot send through {name} by {self.path}: {error.strerror}; try the path sendmmsg")

    def receive(self, timeout: float) -> Arrivals | None:
        now = time.monotonic()
        deadline = now + timeout
        while True:
            # The sockets have few messages, but these must not wait for the ring to be empty.
            aside = now >= self._next_aside
            if not aside and (found := self._ring.take()) is not None:
                return found
            wait = 0.0 if aside else deadline - now
            if aside:
                self._next_aside = now + _ASIDE
            elif wait <= 0:
                return None
            else:
                self._flush()
            ready = self._poll.poll(min(wait * 1000 + 0.5, 3_600_000) if wait > 0 else 0)
            if any(number != self._ring_number for number, _ in ready):
                if (found := self._sockets.receive(0.0)) is not None:
                    return found
            now = time.monotonic()

    def _flush(self) -> None:
        try:
            self._outlet.flush()
        except OSError as error:
            raise self._broken(error) from None

    def drops(self) -> Drops:
        fragments = self._sender.refused if self._sender is not None else 0
        if self._closing:
            with contextlib.suppress(EnvironmentLacks):
                now = neighbour.link_at(self._way.link.index, self._kernel)
                self._interface_lost = now.lost - self._way.link.lost
        sent = self._refused + fragments + self._outlet.drops()
        return Drops(self._ring.drops() + self._sockets.drops(), sent, self._interface_lost)

    def icmp_errors(self) -> list[IcmpError]:
        return self._sockets.icmp_errors()

    def close(self) -> None:
        if self._closing and self.path:
            self.drops()  # for who asks later
        while self._closing:
            self._closing.pop().close()
        self._rows = np.empty((0, 0), np.uint8)
