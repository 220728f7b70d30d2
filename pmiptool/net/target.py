"""Targets as people write them: ``embedded``, an IPv6 address with optional ``%interface``, ``udp://ADDRESS[:5436]``."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from pmiptool.errors import UsageError
from pmiptool.session.endpoint import PMIP_PORT, Endpoint
from pmiptool.text.values import address_text

if TYPE_CHECKING:
    from pmiptool.net.esp.associations import Esp

FORMS = "embedded, an IPv6 address with optional %interface, or udp://ADDRESS[:5436]"


@dataclass(frozen=True)
class Target:
    """Where messages go. ``address`` has 16 octets, 4 for IPv4 over UDP, none when embedded.

    ``port`` is None for raw IPv6 (protocol 135). ``interface`` is what everything is bound to, if anything.
    ``esp``: what seals everything, if anything (RFC 5213 4).
    """

    kind: Literal["embedded", "raw", "udp"]
    address: bytes = b""
    port: int | None = None
    interface: str | None = None
    esp: Esp | None = field(default=None, compare=False, repr=False)

    def under(self, esp: Esp | None) -> Target:
        """Return this target with ESP around what goes to it. Raises UsageError where that is not raw IPv6."""
        if esp is not None and self.kind != "raw":
            raise UsageError(f"--esp seals what goes over raw IPv6, and here is {self}; name an IPv6 address")
        return replace(self, esp=esp)

    @property
    def endpoint(self) -> Endpoint:
        return Endpoint(self.address, self.port)

    def __str__(self) -> str:
        if self.kind == "embedded":
            return "embedded"
        host = address_text(self.address) + (f"%{self.interface}" if self.interface else "")
        if self.kind == "raw":
            return host
        return f"udp://[{host}]:{self.port}" if len(self.address) == 16 else f"udp://{host}:{self.port}"


def show_endpoint(endpoint: Endpoint) -> str:
    """Return an endpoint as a target is written."""
    return str(Target("raw" if endpoint.port is None else "udp", endpoint.address, endpoint.port))


def is_link_local(address: bytes) -> bool:
    """Say whether an IPv6 address is link-local (RFC 4291 2.5.6)."""
    return len(address) == 16 and address[0] == 0xFE and address[1] & 0xC0 == 0x80


def parse_target(text: str, *, listen: bool = False) -> Target:
    """Read a target. With ``listen`` it is an address of our own, which may be ``::`` or 0.0.0.0, but not ``embedded``.

    Raises UsageError: a name, a multicast or broadcast address, a port out of range, a link-local address without
    an interface.
    """
    if text == "embedded" and not listen:
        return Target("embedded")
    if text.lower().startswith("udp://"):
        host, port = _split_port(text)
        address, interface = _address(host, text, listen)
        return Target("udp", address, port, interface)
    if "://" in text:
        raise UsageError(f"target '{text}': the only scheme is udp://; a target is {FORMS}")
    address, interface = _address(text.removeprefix("[").removesuffix("]"), text, listen)
    if len(address) == 4:
        raise UsageError(f"target '{text}': IPv4 carries this signalling over UDP only; write udp://{text}")
    return Target("raw", address, None, interface)


def _split_port(text: str) -> tuple[str, int]:
    """Split ``udp://HOST[:PORT]``."""
    rest = text[6:].removesuffix("/")
    bracketed = re.fullmatch(r"\[([^\]]*)\](%[^:]*)?(?::(.*))?", rest)
    if bracketed:
        host, zone, port = bracketed.groups()
        return host + (zone or ""), _port(port, text)
    if rest.count(":") == 1:
        host, port = rest.split(":")
        return host, _port(port, text)
    if rest.endswith(f":{PMIP_PORT}"):
        host = rest[: -len(f":{PMIP_PORT}")]
        raise UsageError(f"target '{text}': it is not clear what the port is; write udp://[{host}]:{PMIP_PORT}")
    return rest, PMIP_PORT


def _port(text: str | None, target: str) -> int:
    if text is None:
        return PMIP_PORT
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise UsageError(f"target '{target}': '{text}' is not a port from 1 to 65535")
    return int(text)


def _address(host: str, target: str, listen: bool) -> tuple[bytes, str | None]:
    """Return the octets and the interface of ``ADDRESS[%interface]``, a unicast address."""
    text, percent, interface = host.partition("%")
    if percent and not re.fullmatch(r"[^\s/%]{1,15}", interface):
        raise UsageError(f"target '{target}': '{interface}' is no name of a network interface")
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        raise UsageError(f"target '{target}': '{text}' is no address (names are not looked up); use {FORMS}") from None
    if address.is_multicast:
        raise UsageError(f"target '{target}': {address} is multicast; only a unicast address is accepted")
    if address.packed == b"\xff\xff\xff\xff":
        raise UsageError(f"target '{target}': {address} is broadcast; only a unicast address is accepted")
    if address.is_unspecified and not listen:
        raise UsageError(f"target '{target}': {address} is the unspecified address; only a unicast one is accepted")
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        raise UsageError(f"target '{target}': write IPv4 as udp://{address.ipv4_mapped}")
    if is_link_local(address.packed) and not interface:
        raise UsageError(f"target '{target}': a link-local address needs its interface, as in {address}%eth0")
    return address.packed, interface or None
