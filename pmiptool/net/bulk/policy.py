"""Whether an IPsec policy of the kernel covers a target (RFC 4301 4.4.1), asked over netlink.

Who bypasses the kernel's output bypasses its policies: signalling that must be protected (RFC 5213 4) would go in
the clear. So a path that does refuses such a target.
"""

from __future__ import annotations

import errno
import socket
import struct

import msgspec

from pmiptool.net.bulk import netlink
from pmiptool.net.sockets import MOBILITY_HEADER
from pmiptool.net.target import Target

_NEWPOLICY, _GETPOLICY = 0x13, 0x15
_ID = bytes(64)  # struct xfrm_userpolicy_id, which a dump does not look into
_SELECTOR = struct.Struct("=16s16s8sHBBB3xi4x")
_INFO = struct.Struct("=56s96xII4B4x")  # selector, lifetimes, priority, index, direction, action, flags, share
_PORTS = struct.Struct(">HHHH")  # destination port and mask, source port and mask
_TEMPLATES, _MARK, _IF_ID = 5, 21, 31
_IN, _OUT = 0, 1
_ALLOW = 0
_UDP = 17
_NO_XFRM = {errno.EPROTONOSUPPORT, errno.ECONNREFUSED, errno.EAFNOSUPPORT, errno.EOPNOTSUPP, errno.ENOENT}


class Policy(msgspec.Struct, frozen=True):
    """One entry of the kernel's security policy database. Addresses of 4 or 16 octets; `ports`: value and mask."""

    direction: int
    priority: int
    destination: bytes
    destination_bits: int
    source: bytes
    source_bits: int
    protocol: int
    ports: tuple[int, int, int, int]
    index: int
    lets_through: bool


def policies() -> list[Policy]:
    """Return the policies for what goes out and what comes in. Raises PermissionError without CAP_NET_ADMIN."""
    try:
        answers = netlink.ask(netlink.XFRM, _GETPOLICY, _ID, dump=True)
    except OSError as error:
        if error.errno in _NO_XFRM:
            return []
        raise
    return [found for kind, octets in answers if kind == _NEWPOLICY and (found := read(octets)) is not None]


def read(octets: bytes) -> Policy | None:
    """Read a policy as the kernel describes it (struct xfrm_userpolicy_info); None for one that is not for us."""
    if len(octets) < _INFO.size:
        return None
    selector, priority, _, direction, action, _, _ = _INFO.unpack_from(octets)
    to, source, ports, family, to_bits, source_bits, protocol, index = _SELECTOR.unpack(selector)
    more = netlink.attributes(octets[_INFO.size :])
    if direction not in (_IN, _OUT) or any(more.get(_IF_ID, b"")) or not _unmarked(more.get(_MARK, b"")):
        return None
    if family == socket.AF_INET:
        to, source = to[:4], source[:4]
    elif family == socket.AF_INET6 or to_bits or source_bits:
        pass
    else:
        to = source = b""  # of any family
    lets = action == _ALLOW and not more.get(_TEMPLATES)
    return Policy(direction, priority, to, to_bits, source, source_bits, protocol, _PORTS.unpack(ports), index, lets)


def _unmarked(mark: bytes) -> bool:
    """Whether a policy's mark lets what has none pass."""
    if len(mark) < 8:
        return True
    value, mask = struct.unpack_from("=II", mark)
    return not value & mask


def covering(target: Target, sources: tuple[bytes, ...], index: int, known: list[Policy] | None = None) -> bool:
    """Say whether signalling with a target needs protection, either way. Raises PermissionError: cannot be seen.

    Among the policies that match, the one of least priority number decides. `index`: the interface.
    """
    found = policies() if known is None else known
    return any(
        _covers([policy for policy in found if policy.direction == direction], target, source, index, direction)
        for source in sources
        for direction in (_OUT, _IN)
    )


def _covers(found: list[Policy], target: Target, source: bytes, index: int, direction: int) -> bool:
    ours = [policy for policy in found if _matches(policy, target, source, index, direction)]
    if not ours:
        return False
    least = min(policy.priority for policy in ours)
    return not all(policy.lets_through for policy in ours if policy.priority == least)


def _matches(policy: Policy, target: Target, source: bytes, index: int, direction: int) -> bool:
    to, away = (target.address, source) if direction == _OUT else (source, target.address)
    if policy.index not in (0, index) or policy.protocol not in (0, MOBILITY_HEADER if target.port is None else _UDP):
        return False
    if not _inside(to, policy.destination, policy.destination_bits):
        return False
    if not _inside(away, policy.source, policy.source_bits):
        return False
    if target.port is None:
        return True  # a selector of one message type covers that type at least
    port, mask = policy.ports[:2] if direction == _OUT else policy.ports[2:]
    return not (port ^ target.port) & mask


def _inside(address: bytes, prefix: bytes, bits: int) -> bool:
    if not prefix:
        return True
    if len(address) != len(prefix):
        return False
    shift = len(address) * 8 - min(bits, len(address) * 8)
    return int.from_bytes(address, "big") >> shift == int.from_bytes(prefix, "big") >> shift
