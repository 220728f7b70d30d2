"""The gateway as the mobile node's default router: router advertisements, and answers to solicitations.

RFC 5213 6.9.1.1 and 6.9.3: they come from the one link-local address that all gateways have, and carry the home network
prefixes, from which the mobile node configures its address by itself (RFC 4862 5.5). RFC 4861 4.2 and 4.6.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import time
from collections.abc import Sequence

from pmiptool.session.prefix import network
from pmiptool.wire.values import Prefix

SOLICITATION, ADVERTISEMENT = 133, 134
ALL_NODES, ALL_ROUTERS = "ff02::1", "ff02::2"
INTERVAL = 3.0  # seconds between unsolicited advertisements (RFC 4861 6.2.1 has 4 s and more; RFC 6275 7.5 allows less)
ROUTER_LIFETIME, PREFIX_LIFETIME = 1800, 7200
_ON_LINK_AUTONOMOUS = 0xC0
_FILTER = 1  # ICMPV6_FILTER


def advertisement(prefixes: Sequence[tuple[bytes, int]], mtu: int, *, lifetime: int = ROUTER_LIFETIME) -> bytes:
    """A router advertisement without its checksum, which the kernel adds. lifetime 0: no default router any more."""
    octets = struct.pack("!BBHBBHII", ADVERTISEMENT, 0, 0, 64, 0, lifetime, 0, 0)
    octets += struct.pack("!BBHI", 5, 1, 0, mtu)
    valid = PREFIX_LIFETIME if lifetime else 0
    for address, length in prefixes:
        prefix, _ = network(Prefix(address, length))
        octets += struct.pack("!BBBBIII", 3, 4, length, _ON_LINK_AUTONOMOUS, valid, valid, 0) + prefix
    return octets


class RouterAdvertiser:
    """The router of one link. It advertises while it has prefixes, now and then and when it is asked.

    number: what can be read when a solicitation has come.
    """

    def __init__(self, link: str, address: bytes, *, mtu: int) -> None:
        index = socket.if_nametoindex(link)
        self._mtu = mtu
        self._prefixes: tuple[tuple[bytes, int], ...] = ()
        self._due: float | None = None
        self.sent = 0
        self._socket = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
        only = bytearray(b"\xff" * 32)
        only[SOLICITATION // 32 * 4 : SOLICITATION // 32 * 4 + 4] = struct.pack(
            "=I", 0xFFFFFFFF & ~(1 << SOLICITATION % 32)
        )
        for level, option, value in (
            (socket.IPPROTO_ICMPV6, _FILTER, bytes(only)),
            (socket.SOL_SOCKET, socket.SO_BINDTODEVICE, link.encode()),
            (socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, struct.pack("=i", 255)),
            (socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS, struct.pack("=i", 255)),
            (socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_LOOP, struct.pack("=i", 0)),
            (socket.IPPROTO_IPV6, socket.IPV6_RECVHOPLIMIT, struct.pack("=i", 1)),
        ):
            self._socket.setsockopt(level, option, value)
        group = socket.inet_pton(socket.AF_INET6, ALL_ROUTERS) + struct.pack("=I", index)
        self._socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, group)
        # Not bound to the link-local address: a solicitation goes to all routers. The address leaves with each packet.
        self._origin = [(socket.IPPROTO_IPV6, socket.IPV6_PKTINFO, address + struct.pack("=I", index))]
        self._everybody = (ALL_NODES, 0, 0, index)
        self._socket.setblocking(False)
        self.number = self._socket.fileno()

    def start(self, prefixes: Sequence[tuple[bytes, int]]) -> None:
        """Advertise prefixes from now on."""
        self._prefixes = tuple(prefixes)
        self._send(advertisement(self._prefixes, self._mtu))

    def stop(self) -> None:
        """Say that this is no default router any more, where that still reaches anybody."""
        if self._prefixes:
            self._send(advertisement(self._prefixes, self._mtu, lifetime=0))
        self._prefixes, self._due = (), None

    def ready(self) -> None:
        """Answer solicitations; one from further away has another hop limit (RFC 4861 6.1.1)."""
        for _ in range(16):
            try:
                data, ancillary, _, _ = self._socket.recvmsg(1500, 64)
            except OSError:
                return
            hops = [struct.unpack("=i", value)[0] for _, kind, value in ancillary if kind == socket.IPV6_HOPLIMIT]
            if self._prefixes and hops == [255] and len(data) >= 8 and data[1] == 0:
                self._send(advertisement(self._prefixes, self._mtu))

    def next_timer(self) -> float | None:
        return self._due

    def on_timer(self, now: float) -> None:
        if self._due is not None and self._due <= now:
            self._send(advertisement(self._prefixes, self._mtu))

    def _send(self, octets: bytes) -> None:
        self._due = time.time() + INTERVAL
        with contextlib.suppress(OSError):  # the link is down
            self._socket.sendmsg([octets], self._origin, 0, self._everybody)
            self.sent += 1

    def close(self) -> None:
        self._socket.close()
