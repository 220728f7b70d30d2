"""Sockets for Mobility Headers: raw IPv6 (protocol 135) and UDP 5436, opened with errors that name what mends them.

The kernel neither fills in nor checks the Mobility Header's checksum here, so that wrong ones can be sent and seen.
"""

from __future__ import annotations

import errno
import os
import socket
import sys
import time
from typing import TYPE_CHECKING

from pmiptool.errors import EnvironmentLacks, UsageError
from pmiptool.net.target import Target, is_link_local
from pmiptool.session.endpoint import PMIP_PORT, Endpoint
from pmiptool.text.values import address_text

if TYPE_CHECKING:
    from pmiptool.net.esp.associations import Esp

MOBILITY_HEADER = 135
BUFFER = 4 << 20  # octets; a burst of PBUs must not be lost for want of room
LISTENING = 32 << 20  # the same for who answers all
_SO_RCVBUFFORCE, _SO_SNDBUFFORCE = 33, 32
_SO_MEMINFO, _MEMINFO_DROPS = 55, 8  # SK_MEMINFO_DROPS
_TENTATIVE = 0x40  # IFA_F_TENTATIVE: duplicate address detection is at work
_DAD_PATIENCE = 3.0  # seconds


def open_socket(
    address: bytes,
    port: int | None,
    interface: str | None = None,
    *,
    shared: bool = False,
    esp: Esp | None = None,
) -> socket.socket:
    """Open and bind a non-blocking socket for Mobility Headers at an address of ours.

    ``port`` None: raw IPv6; 0: any UDP port. ``shared``: several sockets of ours have one UDP port. ``esp``: what
    goes over raw IPv6 is sealed and opened.
    Raises EnvironmentLacks: no right, an address that is not on this machine, a port in use, an interface that does
    not exist.
    """
    if not sys.platform.startswith("linux"):
        raise EnvironmentLacks(f"what talks to a network needs Linux, and this is {sys.platform}; use embedded")
    family = socket.AF_INET6 if len(address) == 16 else socket.AF_INET
    sock: socket.socket
    try:
        if esp is not None and port is None:
            sock = esp.open_socket(address)
        elif port is None:
            sock = socket.socket(family, socket.SOCK_RAW, MOBILITY_HEADER)
        else:
            sock = socket.socket(family, socket.SOCK_DGRAM)
    except PermissionError:
        raise EnvironmentLacks(
            "no permission for raw IPv6 sockets (CAP_NET_RAW); run with sudo, "
            f"or: sudo setcap cap_net_raw+ep {os.path.realpath(sys.executable)}"
        ) from None
    except OSError as error:
        raise EnvironmentLacks(
            f"this machine has no {'IPv6' if len(address) == 16 else 'IPv4'}: {error.strerror}"
        ) from None
    try:
        _prepare(sock, port, interface)
        if shared and port is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        _bind(sock, address, port, interface)
    except BaseException:
        sock.close()
        raise
    sock.setblocking(False)
    return sock


def _prepare(sock: socket.socket, port: int | None, interface: str | None) -> None:
    if port is None:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_CHECKSUM, -1)
    elif sock.family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    _set_room(sock, _SO_RCVBUFFORCE, socket.SO_RCVBUF, BUFFER)
    _set_room(sock, _SO_SNDBUFFORCE, socket.SO_SNDBUF, BUFFER)
    if interface is not None:
        try:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, interface.encode())
        except PermissionError:
            raise EnvironmentLacks(f"no permission to bind to interface {interface}; run with sudo") from None
        except OSError:
            raise EnvironmentLacks(f"there is no network interface '{interface}' here; see: ip link") from None


def _bind(sock: socket.socket, address: bytes, port: int | None, interface: str | None) -> None:
    """Bind; an address that the kernel still tests for duplicates gets some seconds."""
    text = address_text(address)
    name: tuple[str, int] | tuple[str, int, int, int] = (text, port or 0)
    if sock.family == socket.AF_INET6:
        name = (text, port or 0, 0, scope_of(address, interface))
    patience = time.monotonic() + _DAD_PATIENCE
    while True:
        try:
            sock.bind(name)
            return
        except OSError as error:
            if error.errno == errno.EADDRNOTAVAIL and _is_tentative(address) and time.monotonic() < patience:
                time.sleep(0.05)
                continue
            raise _bind_error(error, text, port, interface) from None


def _bind_error(error: OSError, text: str, port: int | None, interface: str | None) -> EnvironmentLacks:
    where = f"udp port {port} at {text}"
    if error.errno in (errno.EADDRNOTAVAIL, errno.EINVAL):
        device = interface or "INTERFACE"
        command = (
            f"ip -6 addr add {text}/64 dev {device} nodad" if ":" in text else f"ip addr add {text}/24 dev {device}"
        )
        return EnvironmentLacks(f"source address {text} is not on this machine; add it with: sudo {command}")
    if error.errno == errno.EADDRINUSE:
        return EnvironmentLacks(
            f"{where} is in use; see by whom with: ss -ulpn 'sport = :{port}', or name another port"
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return EnvironmentLacks(f"no permission to bind {where}; run with sudo")
    return EnvironmentLacks(f"cannot bind to {text}: {error.strerror}")


def _is_tentative(address: bytes) -> bool:
    """Say whether the kernel still tests an address of ours for duplicates (RFC 4862 5.4)."""
    try:
        with open("/proc/net/if_inet6") as table:
            for line in table:
                octets, _, _, _, flags, _ = line.split()
                if octets == address.hex():
                    return bool(int(flags, 16) & _TENTATIVE)
    except (OSError, ValueError):
        pass
    return False


def scope_of(address: bytes, interface: str | None) -> int:
    """Return the scope id that a link-local address needs, else 0."""
    if interface is None or not is_link_local(address):
        return 0
    return index_of(interface)


def index_of(interface: str) -> int:
    """Return the kernel's number of an interface. Raises EnvironmentLacks when there is none of this name."""
    try:
        return socket.if_nametoindex(interface)
    except OSError:
        raise EnvironmentLacks(f"there is no network interface '{interface}' here; see: ip link") from None


def source_for(target: Target) -> bytes:
    """Return the address of ours that the kernel would send from. Raises EnvironmentLacks when there is no route."""
    family = socket.AF_INET6 if len(target.address) == 16 else socket.AF_INET
    text = address_text(target.address)
    if target.interface is not None:
        index_of(target.interface)
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        name: tuple[str, int] | tuple[str, int, int, int] = (text, target.port or PMIP_PORT)
        if family == socket.AF_INET6:
            name = (text, target.port or PMIP_PORT, 0, scope_of(target.address, target.interface))
        try:
            if target.interface is not None:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, target.interface.encode())
            probe.connect(name)
        except OSError as error:
            raise no_route(text, error) from None
        own = str(probe.getsockname()[0]).partition("%")[0]
    return socket.inet_pton(family, own)


def no_route(text: str, error: OSError) -> EnvironmentLacks:
    """Return the error for an address that cannot be sent to."""
    option = " -6" if ":" in text else ""
    return EnvironmentLacks(
        f"cannot send to {text}: {error.strerror}; add a route with: "
        f"sudo ip{option} route add {text} via GATEWAY dev INTERFACE"
    )


def check_family(target: Target, source: bytes) -> None:
    """Raise UsageError for a source of another address family than the target's."""
    if len(source) != len(target.address):
        raise UsageError(
            f"source {address_text(source)} and target {target} are not of one kind; "
            f"give {'an IPv6' if len(target.address) == 16 else 'an IPv4'} source"
        )


def open_local(target: Target, source: bytes) -> tuple[socket.socket, Endpoint]:
    """Open a socket of ours towards a target. Over UDP from port 5436 where it is free, else from any (RFC 5844 4)."""
    check_family(target, source)
    if target.esp is not None:
        target.esp.check(source, target.address)
    if target.kind == "raw":
        return open_socket(source, None, target.interface, esp=target.esp), Endpoint(source, None)
    try:
        sock = open_socket(source, PMIP_PORT, target.interface)
    except EnvironmentLacks as error:
        if "is in use" not in str(error):
            raise
        sock = open_socket(source, 0, target.interface)
    return sock, Endpoint(source, int(sock.getsockname()[1]))


def _set_room(sock: socket.socket, forced: int, plain: int, octets: int) -> None:
    try:
        sock.setsockopt(socket.SOL_SOCKET, forced, octets)
    except OSError:
        sock.setsockopt(socket.SOL_SOCKET, plain, octets)


def make_room(sock: socket.socket) -> None:
    """Give a socket of who answers all the room for what comes while it does something else."""
    _set_room(sock, _SO_RCVBUFFORCE, socket.SO_RCVBUF, LISTENING)


def receive_drops(sock: socket.socket) -> int:
    """How many messages a socket dropped since it was opened; 0 where not told.

    A raw socket drops what finds no room in its buffer, a UDP socket also what has a wrong checksum or passes not its
    filter.
    """
    try:
        info = sock.getsockopt(socket.SOL_SOCKET, _SO_MEMINFO, 64)
    except OSError:
        return 0
    at = _MEMINFO_DROPS * 4
    return int.from_bytes(info[at : at + 4], sys.byteorder)
