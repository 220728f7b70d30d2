"""What every transport can do, and what comes out of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Protocol

import msgspec

from pmiptool.net.target import Target
from pmiptool.session.endpoint import Datagram, Endpoint

if TYPE_CHECKING:
    from pmiptool.lma.config import LmaConfig
    from pmiptool.registry.codepoints import CodePoints


class Received(msgspec.Struct, frozen=True):
    """A Mobility Header that arrived. ``time``: seconds since 1970."""

    data: bytes
    source: Endpoint
    destination: Endpoint
    time: float


class IcmpError(msgspec.Struct, frozen=True):
    """An ICMP error about a message of ours (RFC 4443 3). ``original`` is our Mobility Header as far as it came back.

    ``source`` is who sent the error, ``pointer`` the octet that a Parameter Problem points at, from the IPv6 header on.
    """

    type: int
    code: int
    source: bytes
    text: str
    time: float
    pointer: int = 0
    original: bytes = b""
    sent_from: Endpoint | None = None
    sent_to: Endpoint | None = None

    @property
    def too_big(self) -> bool:
        """Whether a link has no room for the message: the kernel has noted that, and what is sent again arrives."""
        ipv4 = self.sent_to is not None and len(self.sent_to.address) == 4
        return (self.type, self.code) == (3, 4) if ipv4 else self.type == 2


Arrival = Received | IcmpError


class Transport(Protocol):
    """A way to a target. Time is seconds since 1970; the embedded transport has a clock of its own.

    ``locals``: our own endpoints, one per source, in the order given; ``peer``: the target's endpoint.
    """

    target: Target
    locals: tuple[Endpoint, ...]
    peer: Endpoint

    @property
    def sources(self) -> tuple[bytes, ...]:
        """Our addresses, in the order given."""
        ...

    def now(self) -> float:
        """Return the time on this transport's clock."""
        ...

    def send(self, datagram: Datagram) -> None:
        """Send one message, octets as they are, from one of ``locals`` to ``peer``."""
        ...

    def receive(self, deadline: float) -> list[Arrival]:
        """Wait until something arrives, or until ``deadline``; return what arrived, in order."""
        ...

    def close(self) -> None:
        """Let go of sockets; harmless when done twice."""
        ...


def open_transport(
    target: Target,
    sources: Sequence[bytes] = (),
    *,
    lma_config: LmaConfig | None = None,
    faults: Collection[str] = (),
    codepoints: CodePoints | None = None,
    seed: int = 0,
    start: float | None = None,
    address: bytes | None = None,
) -> Transport:
    """Open the way to a target.

    Without sources: the address that the kernel would use, or 2001:db8:1::2, ::3 and ::4 when embedded.
    The rest is the embedded LMA's: ``start`` is the time on its virtual clock (default: the present), ``address``
    is 2001:db8:1::1 by default. Raises EnvironmentLacks for a missing right or address, with what mends it.
    """
    if target.kind == "embedded":
        from pmiptool.net.embedded import EmbeddedTransport

        return EmbeddedTransport(
            sources,
            lma_config=lma_config,
            faults=faults,
            codepoints=codepoints,
            seed=seed,
            start=start,
            address=address,
        )
    from pmiptool.net.live import LiveTransport

    return LiveTransport(target, sources)
