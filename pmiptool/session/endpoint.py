"""Where signalling comes from and goes to."""

from __future__ import annotations

import msgspec

PMIP_PORT = 5436  # RFC 5844 4.1.3: UDP port of the anchor


class Endpoint(msgspec.Struct, frozen=True):
    """An address of 16 octets (IPv6) or 4 (IPv4 over UDP) and a UDP port; port None is raw IPv6, protocol 135."""

    address: bytes
    port: int | None = None


class Datagram(msgspec.Struct, frozen=True):
    """A whole Mobility Header, checksum in place, and between whom it travels."""

    data: bytes
    source: Endpoint
    destination: Endpoint


class ParameterProblem(Datagram, frozen=True):
    """An ICMPv6 Parameter Problem, code 0 (RFC 4443 3.4), about a Mobility Header over raw IPv6.

    data: what came, from `destination` to `source`. pointer: the octet at fault, counted from the IPv6 header on.
    """

    pointer: int = 0
