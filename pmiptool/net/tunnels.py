"""Tunnel ends in user space: a TUN device for inner packets, raw sockets for outer ones (RFC 2473, RFC 2784).

Not every kernel has tunnels of these kinds, and none steers downlink packets by a mobility session's filters.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import socket
import struct
from collections.abc import Callable, Iterator
from functools import partial

from pmiptool.errors import EnvironmentLacks
from pmiptool.session.tunnel import GRE, IPV4, IPV6, Tunnelled
from pmiptool.text.values import address_text

DEVICE = "/dev/net/tun"
HOP_LIMIT = 64  # of outer packets (RFC 2473 6.3)
LONGEST = 65_575  # an IPv6 packet without jumbo payload
BATCH = 64  # packets taken before others have their turn
_TUNSETIFF = 0x400454CA
_IFF_TUN, _IFF_NO_PI = 0x0001, 0x1000
_LOST = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EMSGSIZE, errno.ENOBUFS, errno.EAGAIN, errno.EPERM, errno.EINVAL}


class Tun:
    """A TUN device of the network namespace in which it was opened; it goes when it is closed.

    Raises EnvironmentLacks: no right, no /dev/net/tun, a name in use.
    """

    def __init__(self, name: str) -> None:
        try:
            self.number = os.open(DEVICE, os.O_RDWR | os.O_NONBLOCK)
        except FileNotFoundError:
            raise EnvironmentLacks(f"there is no {DEVICE}; load the module with: sudo modprobe tun") from None
        except PermissionError:
            raise EnvironmentLacks(f"no permission for {DEVICE}; run with sudo") from None
        try:
            fcntl.ioctl(self.number, _TUNSETIFF, struct.pack("16sH22x", name.encode(), _IFF_TUN | _IFF_NO_PI))
        except OSError as error:
            os.close(self.number)
            if error.errno in (errno.EPERM, errno.EACCES):
                raise EnvironmentLacks("no permission for TUN devices (CAP_NET_ADMIN); run with sudo") from None
            if error.errno == errno.EBUSY:
                raise EnvironmentLacks(f"network interface {name} is in use; see: ip link show {name}") from None
            raise EnvironmentLacks(f"cannot make the TUN device {name}: {error.strerror}") from None
        self.name = name

    def read(self) -> bytes | None:
        """The next packet that was routed to the device; None when there is none."""
        try:
            return os.read(self.number, LONGEST)
        except BlockingIOError:
            return None
        except OSError as error:
            if error.errno == errno.EIO:  # the device is down
                return None
            raise

    def write(self, packet: bytes) -> bool:
        """Hand a packet to the kernel to be routed; whether it took it."""
        try:
            os.write(self.number, packet)
        except OSError:  # no IP packet to the kernel, or the device is down: lost, as on any network
            return False
        return True

    def close(self) -> None:
        os.close(self.number)


class TunnelSockets:
    """The outer side of all tunnels that end at an address of ours: raw IPv6 sockets for protocols 4, 41 and 47.

    refused: packets that the kernel did not take, by the name of the error.
    """

    def __init__(self, address: bytes) -> None:
        self.refused: dict[str, int] = {}
        self.sockets: dict[int, socket.socket] = {}
        self._names: dict[bytes, tuple[str, int]] = {}
        try:
            for protocol in (IPV4, IPV6, GRE):
                self.sockets[protocol] = _open(address, protocol)
        except BaseException:
            self.close()
            raise

    def send(self, packet: Tunnelled) -> None:
        """Send what an end of a tunnel made; the kernel writes the outer header."""
        name = self._names.get(packet.peer)
        if name is None:
            name = self._names[packet.peer] = (socket.inet_ntop(socket.AF_INET6, packet.peer), 0)
        sock = self.sockets[packet.protocol]
        try:
            if packet.traffic_class:
                mark = [(socket.IPPROTO_IPV6, socket.IPV6_TCLASS, struct.pack("=i", packet.traffic_class))]
                sock.sendmsg([packet.payload], mark, 0, name)
            else:
                sock.sendto(packet.payload, name)
        except OSError as error:
            if error.errno not in _LOST:
                raise
            code = errno.errorcode[error.errno or 0]
            self.refused[code] = self.refused.get(code, 0) + 1

    def readers(self, take: Callable[[int, bytes, bytes], None]) -> Iterator[tuple[int, Callable[[], None]]]:
        """What a loop is to watch, and to call when it can be read."""
        for protocol, sock in self.sockets.items():
            yield sock.fileno(), partial(self.drain, protocol, take)

    def drain(self, protocol: int, take: Callable[[int, bytes, bytes], None]) -> None:
        """Hand on what waits, a batch at most: protocol, octets behind the outer header, address of the other end."""
        sock = self.sockets[protocol]
        for _ in range(BATCH):
            try:
                payload, name = sock.recvfrom(LONGEST)
            except BlockingIOError:
                return
            except OSError:  # an ICMP error about a packet of ours
                continue
            take(protocol, payload, socket.inet_pton(socket.AF_INET6, name[0].partition("%")[0]))

    def drops(self) -> dict[str, int]:
        """What the kernel did not take, by the name of the error."""
        return self.refused

    def close(self) -> None:
        for sock in self.sockets.values():
            sock.close()


def _open(address: bytes, protocol: int) -> socket.socket:
    try:
        sock = socket.socket(socket.AF_INET6, socket.SOCK_RAW, protocol)
    except PermissionError:
        raise EnvironmentLacks("no permission for raw IPv6 sockets (CAP_NET_RAW); run with sudo") from None
    try:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS, HOP_LIMIT)
        with contextlib.suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        sock.bind((address_text(address), 0))
    except OSError as error:
        sock.close()
        text = address_text(address)
        raise EnvironmentLacks(f"cannot end tunnels at {text}: {error.strerror}; see: ip -6 addr") from None
    sock.setblocking(False)
    return sock


class PacketSender:
    """Sends whole IP packets, headers included, from whatever address they say: ICMP errors, and probes."""

    def __init__(self) -> None:
        self._six = _whole(socket.AF_INET6)
        self._four = _whole(socket.AF_INET)

    def send(self, packet: bytes) -> None:
        """Raises OSError where the kernel does not take it: no route, too long."""
        if packet[0] >> 4 == 6:
            self._six.sendto(packet, (socket.inet_ntop(socket.AF_INET6, packet[24:40]), 0))
        else:
            self._four.sendto(packet, (socket.inet_ntop(socket.AF_INET, packet[16:20]), 0))

    def close(self) -> None:
        self._six.close()
        self._four.close()


def _whole(family: socket.AddressFamily) -> socket.socket:
    try:
        return socket.socket(family, socket.SOCK_RAW, socket.IPPROTO_RAW)
    except PermissionError:
        raise EnvironmentLacks("no permission for raw sockets (CAP_NET_RAW); run with sudo") from None
