"""The addresses of this machine, for who listens on all of them."""

from __future__ import annotations

import socket
import struct
from dataclasses import replace

from pmiptool.errors import EnvironmentLacks
from pmiptool.net.target import Target

_SIOCGIFADDR = 0x8915
_LINK, _TENTATIVE, _FAILED = 0x20, 0x40, 0x08


def own_addresses(version: int, interface: str | None = None) -> list[bytes]:
    """Return the unicast addresses of this machine (Linux): 16 octets each without link-local ones, or 4."""
    return _own6(interface) if version == 6 else _own4(interface)


def _own6(interface: str | None) -> list[bytes]:
    found = []
    try:
        with open("/proc/net/if_inet6") as table:
            for line in table:
                octets, _, _, scope, flags, name = line.split()
                usable = int(scope, 16) != _LINK and not int(flags, 16) & (_TENTATIVE | _FAILED)
                if usable and interface in (None, name):
                    found.append(bytes.fromhex(octets))
    except OSError:
        pass
    return sorted(found)


def _own4(interface: str | None) -> list[bytes]:
    import fcntl

    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        for _, name in socket.if_nameindex():
            if interface not in (None, name):
                continue
            try:
                answer = fcntl.ioctl(probe, _SIOCGIFADDR, struct.pack("256s", name.encode()))
            except OSError:
                continue
            found.append(answer[20:24])
    return sorted(found)


def each_address(target: Target) -> list[Target]:
    """Return what to listen on: the target itself, or every address of ours where it is ``::`` or 0.0.0.0.

    One socket per address keeps an answer's source the address that was asked. Raises EnvironmentLacks for none.
    """
    if any(target.address):
        return [target]
    version = 6 if len(target.address) == 16 else 4
    own = own_addresses(version, target.interface)
    if not own:
        where = f" on {target.interface}" if target.interface else ""
        raise EnvironmentLacks(
            f"this machine has no IPv{version} address{where} to listen on; add one with: sudo ip addr add"
        )
    return [replace(target, address=address) for address in own]
