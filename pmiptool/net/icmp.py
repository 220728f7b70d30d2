"""ICMP errors about our messages: their texts, and reading them from a socket's error queue (Linux, ip(7))."""

from __future__ import annotations

import errno
import socket
import struct

from pmiptool.net.target import show_endpoint
from pmiptool.net.transport import IcmpError
from pmiptool.session.endpoint import Endpoint, ParameterProblem
from pmiptool.text.values import address_text
from pmiptool.wire.envelope import build

IP_RECVERR = 11
IPV6_RECVERR = 25
_SOCK_EXTENDED_ERR = struct.Struct("=IBBBBII")  # errno, origin, type, code, pad, info, data
ICMPV6 = 3  # as the origin of an extended error
PARAMETER_PROBLEM = 4  # its type (RFC 4443 3.4)
_FILTER = 1  # ICMPV6_FILTER: which types a raw socket hears
_ORIGINS = {1: "local", 2: "ICMP", 3: "ICMPv6"}

_UNREACHABLE6 = (
    "no route to destination",
    "communication administratively prohibited",
    "beyond scope of source address",
    "address unreachable",
    "port unreachable",
    "source address failed policy",
    "route rejected",
)
_UNREACHABLE4 = ("network unreachable", "host unreachable", "protocol unreachable", "port unreachable")
_PARAMETER = (
    "erroneous header field encountered",
    "unrecognized Next Header type encountered",
    "unrecognized IPv6 option encountered",
)
_CODES = {
    (3, 1): ("Destination Unreachable", _UNREACHABLE6),
    (3, 2): ("Packet Too Big", ()),
    (3, 3): ("Time Exceeded", ("hop limit exceeded in transit", "fragment reassembly time exceeded")),
    (3, 4): ("Parameter Problem", _PARAMETER),
    (2, 3): ("Destination Unreachable", _UNREACHABLE4),
    (2, 11): ("Time Exceeded", ("time to live exceeded in transit",)),
}


def describe(origin: int, icmp_type: int, code: int, info: int) -> str:
    """Return the text of an error as RFC 4443 names it; ``origin`` as in the extended error: 2 ICMP, 3 ICMPv6."""
    family = _ORIGINS.get(origin, "ICMP")
    title, codes = _CODES.get((origin, icmp_type), (f"type {icmp_type}", ()))
    text = codes[code] if code < len(codes) else f"code {code}"
    pointer = f", pointer {info}" if (origin, icmp_type) == (3, 4) else ""
    return f"{family} {title} ({text}{pointer})"


def parameter_problem(problem: ParameterProblem) -> bytes:
    """The ICMPv6 message without checksum, which the kernel adds; what came goes back as far as fits in 1280 octets."""
    came = build(problem.data, problem.destination.address, problem.source.address)
    return bytes((PARAMETER_PROBLEM, 0, 0, 0)) + problem.pointer.to_bytes(4, "big") + came[:1232]


def open_sender(address: str) -> socket.socket:
    """A socket that sends ICMPv6 from an address, and hears nothing. Raises OSError without the right."""
    sock = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
    try:
        sock.setsockopt(socket.IPPROTO_ICMPV6, _FILTER, b"\xff" * 32)
        sock.bind((address, 0))
    except OSError:
        sock.close()
        raise
    return sock


def extended_error(number: int, icmp_type: int, code: int, info: int, offender: bytes) -> bytes:
    """What the error queue tells of an ICMPv6 error: the extended error, and who sent it (ip(7), sock_extended_err)."""
    told = _SOCK_EXTENDED_ERR.pack(number, ICMPV6, icmp_type, code, 0, info, 0)
    return told + struct.pack("=HHI", socket.AF_INET6, 0, 0) + offender + bytes(4)


def enable(sock: socket.socket) -> None:
    """Ask the kernel to keep the ICMP errors about what this socket sends."""
    if sock.family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, IPV6_RECVERR, 1)
    else:
        sock.setsockopt(socket.IPPROTO_IP, IP_RECVERR, 1)


def read_errors(sock: socket.socket, local: Endpoint, now: float) -> list[IcmpError]:
    """Drain the error queue of a socket of ours; ``local`` is the endpoint it is bound to."""
    found: list[IcmpError] = []
    while True:
        try:
            data, ancillary, _, address = sock.recvmsg(2048, 512, socket.MSG_ERRQUEUE | socket.MSG_DONTWAIT)
        except OSError as error:
            if error.errno in (errno.EAGAIN, errno.EWOULDBLOCK):
                return found
            continue  # the pending error itself, reported once; the queue holds the details
        for level, kind, octets in ancillary:
            if (level, kind) in ((socket.IPPROTO_IPV6, IPV6_RECVERR), (socket.IPPROTO_IP, IP_RECVERR)):
                found.append(_parse(data, octets, address, local, now))


def _parse(data: bytes, octets: bytes, address: tuple[object, ...], local: Endpoint, now: float) -> IcmpError:
    number, origin, icmp_type, code, _, info, _ = _SOCK_EXTENDED_ERR.unpack_from(octets)
    offender = b""
    rest = octets[_SOCK_EXTENDED_ERR.size :]
    if len(rest) >= 2:
        family = int.from_bytes(rest[:2], "little" if struct.pack("=H", 1) == b"\1\0" else "big")
        if family == socket.AF_INET6 and len(rest) >= 24:
            offender = rest[8:24]
        elif family == socket.AF_INET and len(rest) >= 8:
            offender = rest[4:8]
    peer = None
    if address:
        packed = socket.inet_pton(sock_family(str(address[0])), str(address[0]).partition("%")[0])
        peer = Endpoint(packed, None if local.port is None else int(str(address[1])))
    text = describe(origin, icmp_type, code, info) if origin in (2, 3) else f"local error: {errno.errorcode[number]}"
    text += f" from {address_text(offender)}" if offender else ""
    text += f" about a message to {show_endpoint(peer)}" if peer else ""
    return IcmpError(icmp_type, code, offender, text, now, info, data, local, peer)


def sock_family(text: str) -> int:
    """Return the address family of an address in text."""
    return socket.AF_INET6 if ":" in text else socket.AF_INET
