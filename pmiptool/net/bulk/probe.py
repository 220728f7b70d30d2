"""What this machine has of the fast path, found without opening a way to anybody, and without NumPy."""

from __future__ import annotations

import errno
import os
import socket
import sys

import msgspec

from pmiptool.net.bulk import policy

AF_XDP = 44
_LOCKED = 4 << 20  # octets of frames that the kernel pins for an AF_XDP socket
_RIGHTS = "run with sudo, or: sudo setcap cap_net_raw,cap_net_admin+ep "


class Lack(msgspec.Struct, frozen=True):
    """What is missing, what that costs, and what mends it."""

    found: str
    costs: str
    mend: str


def lacks() -> Lack | None:
    """Return the first thing that keeps messages from the fast path, or None."""
    slower = "load and replay use sendmmsg, with a third of the messages a second"
    if not sys.platform.startswith("linux"):
        return Lack(sys.platform, "what talks to a network needs Linux", "use a Linux machine, or embedded")
    rights = _RIGHTS + os.path.realpath(sys.executable)
    for family in (socket.AF_PACKET, AF_XDP):
        try:
            socket.socket(family, socket.SOCK_RAW, 0).close()
        except OSError as error:
            if error.errno in (errno.EPERM, errno.EACCES):
                return Lack("no CAP_NET_RAW", slower, rights)
            if family == AF_XDP:
                costs = "load and replay send through a packet socket, with four fifths of the messages a second"
                return Lack("the kernel has no AF_XDP sockets", costs, "use a kernel with CONFIG_XDP_SOCKETS")
            return Lack("the kernel has no packet sockets", slower, "use a kernel with CONFIG_PACKET")
    try:
        policy.policies()
    except PermissionError:
        return Lack("no CAP_NET_ADMIN, so nobody can tell which targets IPsec policies cover", slower, rights)
    except OSError as error:
        return Lack(f"the kernel does not tell its IPsec policies: {error.strerror}", slower, "see: ip xfrm policy")
    if os.geteuid() and 0 <= lockable() < _LOCKED:
        costs = "no AF_XDP: load and replay send through a packet socket, with four fifths of the messages a second"
        return Lack("less than 4 MB of memory may be locked", costs, "ulimit -l 65536, or run with sudo")
    return None


def lockable() -> int:
    """Octets of memory that this process may lock; negative: any number."""
    import resource  # there is none on Windows, and no fast path either

    return resource.getrlimit(resource.RLIMIT_MEMLOCK)[0]
