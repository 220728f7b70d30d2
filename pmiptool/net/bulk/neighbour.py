"""The way to a target on the link: the kernel's route, its neighbour table, and the interface (rtnetlink(7)).

The kernel resolves addresses (RFC 4861 7.2, ARP); here it is only asked, and made to resolve where it has not yet.
"""

from __future__ import annotations

import contextlib
import errno
import os
import socket
import struct
import time

import msgspec

from pmiptool.errors import EnvironmentLacks
from pmiptool.net.bulk import netlink
from pmiptool.net.sockets import index_of, no_route
from pmiptool.net.target import Target
from pmiptool.text.values import address_text

ETHERNET = 1  # ARPHRD_ETHER
_NEWROUTE, _GETROUTE = 24, 26
_NEWNEIGH, _GETNEIGH = 28, 30
_NEWLINK, _GETLINK = 16, 18
_RTMSG = struct.Struct("=BBBBBBBBI")  # family, dst_len, src_len, tos, table, protocol, scope, type, flags
_NDMSG = struct.Struct("=BxHiHBB")  # family, pad, index, state, flags, type
_IFINFO = struct.Struct("=BxHiII")  # family, type, index, flags, change
_RTA_DST, _RTA_SRC, _RTA_OIF, _RTA_GATEWAY, _RTA_METRICS, _RTA_VIA, _RTA_ENCAP = 1, 2, 4, 5, 8, 18, 22
_RTAX_MTU = 2
RTN_UNICAST, RTN_LOCAL = 1, 2
_NDA_DST, _NDA_LLADDR = 1, 2
_IFLA_ADDRESS, _IFLA_IFNAME, _IFLA_MTU, _IFLA_MASTER, _IFLA_STATS64 = 1, 3, 4, 10, 23
_FAILED = 0x20
_USABLE = 0x02 | 0x04 | 0x08 | 0x10 | 0x40 | 0x80  # REACHABLE, STALE, DELAY, PROBE, NOARP, PERMANENT
_FRESH = 0x02 | 0x40 | 0x80
_PATIENCE = 3.5  # seconds: three solicitations, a second each (RFC 4861 10), and a little
_DISCARD = 9  # the UDP port of the datagram that makes the kernel resolve


class Route(msgspec.Struct, frozen=True):
    """Where the kernel sends what goes to an address. `mtu`: 0 where the route says none.

    `wraps`: the kernel puts packets on this route into others.
    """

    kind: int
    index: int
    next_hop: bytes
    mtu: int
    wraps: bool = False


class Link(msgspec.Struct, frozen=True):
    """An interface. `kind` as ARPHRD; `lost`: packets, of whatever kind, that came and found no room in it.

    `master`: index of the interface that it is a part of (VRF, bond, bridge), or 0.
    """

    index: int
    name: str
    kind: int
    address: bytes
    mtu: int
    lost: int
    master: int = 0


class Way(msgspec.Struct, frozen=True):
    """How frames reach a target: the interface and the link-layer addresses. `mtu`: octets of an IP packet."""

    link: Link
    next_hop: bytes
    neighbour: bytes
    mtu: int


def _family(address: bytes) -> int:
    return socket.AF_INET if len(address) == 4 else socket.AF_INET6


def route_to(target: Target, source: bytes) -> Route:
    """Ask the kernel for the route from a source to a target. Raises EnvironmentLacks when there is none."""
    bits = len(target.address) * 8
    body = _RTMSG.pack(_family(target.address), bits, bits, 0, 0, 0, 0, 0, 0)
    body += netlink.attribute(_RTA_DST, target.address) + netlink.attribute(_RTA_SRC, source)
    if target.interface is not None:
        body += netlink.attribute(_RTA_OIF, struct.pack("=i", index_of(target.interface)))
    try:
        answers = netlink.ask(netlink.ROUTE, _GETROUTE, body)
    except OSError as error:
        raise no_route(address_text(target.address), error) from None
    for kind, octets in answers:
        if kind == _NEWROUTE and (route := _read_route(octets, target.address)) is not None:
            return route
    raise no_route(address_text(target.address), OSError(errno.ENETUNREACH, os.strerror(errno.ENETUNREACH)))


def _read_route(octets: bytes, address: bytes) -> Route | None:
    if len(octets) < _RTMSG.size:
        return None
    kind = _RTMSG.unpack_from(octets)[7]
    found = netlink.attributes(octets[_RTMSG.size :])
    via = found.get(_RTA_VIA, b"")[2:]  # an IPv4 target behind an IPv6 router (RFC 5549)
    hop = found.get(_RTA_GATEWAY) or via or address
    metrics = netlink.attributes(found.get(_RTA_METRICS, b""))
    return Route(kind, _number(found.get(_RTA_OIF)), hop, _number(metrics.get(_RTAX_MTU)), _RTA_ENCAP in found)


def _number(octets: bytes | None) -> int:
    return int(struct.unpack("=I", octets)[0]) if octets is not None and len(octets) == 4 else 0


def link_at(index: int, kernel: int | socket.socket = netlink.ROUTE) -> Link:
    """Ask the kernel about an interface. Raises EnvironmentLacks when there is none."""
    try:
        answers = netlink.ask(kernel, _GETLINK, _IFINFO.pack(0, 0, index, 0, 0))
    except OSError as error:
        raise EnvironmentLacks(f"interface {index} cannot be looked at: {error.strerror}; see: ip link") from None
    for kind, octets in answers:
        if kind == _NEWLINK and len(octets) >= _IFINFO.size:
            _, hardware, _, _, _ = _IFINFO.unpack_from(octets)
            found = netlink.attributes(octets[_IFINFO.size :])
            name = found.get(_IFLA_IFNAME, b"").rstrip(b"\0").decode(errors="replace")
            address, mtu = found.get(_IFLA_ADDRESS, b""), _number(found.get(_IFLA_MTU))
            lost, master = _lost(found.get(_IFLA_STATS64, b"")), _number(found.get(_IFLA_MASTER))
            return Link(index, name, hardware, address, mtu, lost, master)
    raise EnvironmentLacks(f"interface {index} cannot be looked at; see: ip link")


def _lost(stats: bytes) -> int:
    """The rx_over, rx_fifo and rx_missed errors of struct rtnl_link_stats64."""
    numbers = struct.unpack_from("=24Q", stats) if len(stats) >= 192 else (0,) * 24
    return int(numbers[11] + numbers[14] + numbers[15])


def look_up(index: int, address: bytes, kernel: int | socket.socket = netlink.ROUTE) -> tuple[int, bytes]:
    """Ask the neighbour table; return the state (NUD) and the link-layer address. (0, b""): it knows nothing."""
    body = _NDMSG.pack(_family(address), 0, index, 0, 0, 0) + netlink.attribute(_NDA_DST, address)
    try:
        answers = netlink.ask(kernel, _GETNEIGH, body)
    except OSError:
        return 0, b""
    for kind, octets in answers:
        if kind == _NEWNEIGH and len(octets) >= _NDMSG.size:
            state = _NDMSG.unpack_from(octets)[3]
            return state, netlink.attributes(octets[_NDMSG.size :]).get(_NDA_LLADDR, b"")
    return 0, b""


def usable(state: int, neighbour: bytes) -> bool:
    """Whether frames can be sent to a neighbour of that state."""
    return bool(state & _USABLE) and len(neighbour) == 6


def resolve(target: Target, source: bytes, route: Route, link: Link, patience: float = _PATIENCE) -> Way:
    """Return the way, having the kernel resolve the next hop where it has not. Raises EnvironmentLacks: no answer."""
    deadline = time.monotonic() + patience
    nudged = asked = False
    while True:
        state, neighbour = look_up(route.index, route.next_hop)
        good = usable(state, neighbour)
        if not nudged and not state & _FRESH:
            _nudge(target, source)
            nudged = True
        if good:
            return Way(link, route.next_hop, neighbour, min(route.mtu or link.mtu, link.mtu))
        asked |= bool(state and not state & _FAILED)
        if time.monotonic() >= deadline or (asked and state & _FAILED):
            question = "ARP" if len(route.next_hop) == 4 else "Neighbor Solicitation"
            hop = address_text(route.next_hop)
            router = "" if route.next_hop == target.address else f", the router to {address_text(target.address)}"
            raise EnvironmentLacks(
                f"no answer to {question} for {hop}{router} on {link.name}; see whether it is up: ip neigh show {hop}"
            )
        time.sleep(0.01)


def _nudge(target: Target, source: bytes) -> None:
    """Make the kernel resolve the next hop, by an empty datagram to the discard port."""
    scope = target.interface is not None and len(target.address) == 16
    with contextlib.suppress(OSError), socket.socket(_family(target.address), socket.SOCK_DGRAM) as sock:
        if target.interface is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, target.interface.encode())
        own, name = address_text(source), address_text(target.address)
        if scope and target.interface is not None:
            number = index_of(target.interface)
            sock.bind((own, 0, 0, number))
            sock.sendto(b"", (name, _DISCARD, 0, number))
        else:
            sock.bind((own, 0))
            sock.sendto(b"", (name, _DISCARD))
