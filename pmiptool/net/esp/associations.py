"""Security associations: which seals a packet, which opens one, and what is dropped (RFC 4303 3.3, 3.4)."""

from __future__ import annotations

import ipaddress
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from pmiptool.errors import UsageError
from pmiptool.net.esp.transform import HEAD, Transform, Unopened, unpadded
from pmiptool.net.esp.window import Window
from pmiptool.text.values import address_text

if TYPE_CHECKING:
    from pmiptool.net.esp.sockets import EspSocket

PROTOCOL = 50
MOBILITY_HEADER, ICMPV6, DUMMY = 135, 58, 59  # the last has nothing inside, and is no error (RFC 4303 2.6)
WINDOW = 64
_LAST = 0xFFFFFFFF
_KNOWN = 4096  # pairs of addresses whose SA is kept

Network = ipaddress.IPv6Network
ANY = Network("::/0")

KINDS = {
    "spi": "that no SA is for",
    "integrity": "with a wrong integrity check value",
    "replayed": "replayed",
    "padding": "with malformed padding",
    "malformed": "malformed",
    "inside": "without a Mobility Header inside",
    "clear": "in the clear",
    "unsent": "that could not go out under ESP",
}
"""What is dropped, for the count at the end."""


class NoAssociation(UsageError):
    """No SA of the file is for a packet that is to be sent, or none any more; in the clear it must not go."""


class Association:
    """One SA: packets from some address to another, under an SPI.

    ``direction``: None for both, else what it is for here, "in" or "out". ``window`` is the receiver's; ``number`` the
    next sequence number of a sender, from 1.
    """

    def __init__(
        self,
        spi: int,
        transform: Transform,
        *,
        src: Network = ANY,
        dst: Network = ANY,
        direction: str | None = None,
        window: int = WINDOW,
        number: int = 1,
    ) -> None:
        self.spi = spi
        self.transform = transform
        self.src, self.dst, self.direction = src, dst, direction
        self.window = Window(window)
        self.number = number

    def __repr__(self) -> str:
        return f"<Association {spi_text(self.spi)} {self.transform.algorithm.name}>"

    def is_for(self, src: ipaddress.IPv6Address, dst: ipaddress.IPv6Address) -> bool:
        return src in self.src and dst in self.dst

    def seal(self, payload: bytes, next_header: int = MOBILITY_HEADER) -> bytes:
        """The ESP packet for a payload. Raises NoAssociation once all numbers are used up (RFC 4303 3.3.3)."""
        if self.number > _LAST:
            raise NoAssociation(f"the SA with SPI {spi_text(self.spi)} has no sequence number left; give it new keys")
        head = self.spi.to_bytes(4, "big") + self.number.to_bytes(4, "big")
        self.number += 1
        return self.transform.seal(head, payload, next_header)

    def opened(self, packet: bytes) -> tuple[bytes, int]:
        """What a packet has inside, whenever it was sent: octets, and the protocol number. Raises Unopened."""
        return unpadded(self.transform.decrypted(packet))

    def receive(self, packet: bytes) -> tuple[bytes, int]:
        """The same of a packet that comes now, and for the first time. Raises Unopened."""
        number = sequence_of(packet)
        if not self.window.is_fresh(number):
            raise Unopened(
                "replayed",
                f"its sequence number {number} came before or is too old (for a sender that is started again: "
                'first_sequence = "clock" there, or replay_window = 0 here)',
            )
        plain = self.transform.decrypted(packet)
        self.window.add(number)
        payload, protocol = unpadded(plain)
        if protocol not in (MOBILITY_HEADER, ICMPV6, DUMMY):
            raise Unopened("inside", f"what is in it has the protocol number {protocol}, not {MOBILITY_HEADER}")
        return payload, protocol


def spi_of(packet: bytes) -> int:
    return int.from_bytes(packet[:4], "big")


def sequence_of(packet: bytes) -> int:
    return int.from_bytes(packet[4:8], "big")


def spi_text(spi: int) -> str:
    return f"0x{spi:08x}"


class Esp:
    """The SAs of a file, with what they have seen so far: one for all sockets of a process.

    ``where``: the name of the file. ``say`` is told the first time that something of each kind is dropped, and how
    much that was in the end.
    """

    def __init__(
        self, associations: Iterable[Association], where: str, say: Callable[[str], None] | None = None
    ) -> None:
        self.associations = tuple(associations)
        self.where = where
        self.dropped: Counter[str] = Counter()
        self._say = say or _to_stderr
        self._outgoing: dict[tuple[bytes, bytes], Association | None] = {}
        self._incoming: dict[tuple[bytes, bytes, bytes, str | None], Association | None] = {}
        self._under: dict[tuple[bytes, bytes], int] = {}
        self._sockets = 0
        self._told: Counter[str] = Counter()

    def __repr__(self) -> str:
        return f"<Esp {self.where}>"

    def check(self, own: bytes, peer: bytes) -> None:
        """Raise NoAssociation unless there is an SA each way between two addresses."""
        for src, dst, direction in ((own, peer, "out"), (peer, own, "in")):
            if not self._matching(src, dst, direction):
                raise NoAssociation(self._missing(src, dst, direction))

    def outgoing(self, src: bytes, dst: bytes) -> Association | None:
        """The SA for what goes from one address to another: the first of the file."""
        pair = (src, dst)
        if pair not in self._outgoing:
            if len(self._outgoing) >= _KNOWN:
                self._outgoing.clear()
            self._outgoing[pair] = next(iter(self._matching(src, dst, "out")), None)
        return self._outgoing[pair]

    def incoming(self, packet: bytes, src: bytes, dst: bytes, direction: str | None = "in") -> Association:
        """The SA of an ESP packet. Raises Unopened. ``direction`` None: of a capture, which has both."""
        if len(packet) < HEAD:
            raise Unopened("malformed", f"{len(packet)} octets are no ESP packet")
        key = (packet[:4], src, dst, direction)
        if key not in self._incoming:
            if len(self._incoming) >= _KNOWN:
                self._incoming.clear()
            spi = spi_of(packet)
            fitting = (one for one in self._matching(src, dst, direction) if one.spi == spi)
            self._incoming[key] = next(fitting, None)
        found = self._incoming[key]
        if found is None:
            raise Unopened("spi", f"{self.where} has no SA with SPI {spi_text(spi_of(packet))} between them")
        return found

    def _matching(self, src: bytes, dst: bytes, direction: str | None) -> list[Association]:
        if len(src) != 16 or len(dst) != 16:
            return []
        ends = ipaddress.IPv6Address(src), ipaddress.IPv6Address(dst)
        return [
            one
            for one in self.associations
            if (direction is None or one.direction in (None, direction)) and one.is_for(*ends)
        ]

    def _missing(self, src: bytes, dst: bytes, direction: str) -> str:
        way = "sent" if direction == "out" else "received"
        return (
            f"{self.where} has no SA for what is {way} from {address_text(src)} to {address_text(dst)}; add an [[sa]]"
        )

    def seal(self, data: bytes, src: bytes, dst: bytes, protocol: int = MOBILITY_HEADER) -> bytes:
        """A Mobility Header, or what else goes between two hosts, as ESP. Raises NoAssociation."""
        association = self.outgoing(src, dst)
        if association is None:
            raise NoAssociation(self._missing(src, dst, "out"))
        self._note(src, dst, association.spi)
        return association.seal(data, protocol)

    def receive(
        self, packet: bytes, src: bytes, dst: bytes, icmp: Callable[[bytes, bytes], None] | None = None
    ) -> bytes | None:
        """The Mobility Header in an ESP packet that came; None for one that is dropped.

        An ICMPv6 message under the same SA is for `icmp`, with the address that it came from (RFC 4301 6).
        """
        try:
            association = self.incoming(packet, src, dst)
            data, protocol = association.receive(packet)
        except Unopened as error:
            self.drop(error.kind, f"an ESP packet from {address_text(src)}", str(error))
            return None
        if protocol != MOBILITY_HEADER:
            if protocol == ICMPV6 and icmp is not None:
                icmp(data, src)
            return None
        self._note(src, dst, association.spi)
        return data

    def quoted(self, packet: bytes, src: bytes, dst: bytes) -> bytes:
        """Our own Mobility Header in a packet that an ICMP error brings back; empty where it is not all there."""
        association = self.outgoing(src, dst)
        try:
            data, protocol = (b"", 0) if association is None else association.opened(packet)
        except Unopened:
            return b""
        return data if protocol == MOBILITY_HEADER else b""

    def _note(self, src: bytes, dst: bytes, spi: int) -> None:
        if len(self._under) >= _KNOWN:
            self._under.clear()
        self._under[src, dst] = spi

    def comment(self, src: bytes, dst: bytes) -> str:
        """What a capture says about the newest message from one address to another."""
        spi = self._under.get((src, dst))
        if spi is None:  # it is about to be sealed
            association = self.outgoing(src, dst)
            spi = None if association is None else association.spi
        return "" if spi is None else f"under ESP SPI {spi_text(spi)}"

    def drop(self, kind: str, what: str, why: str) -> None:
        """Count what is dropped, and tell of the first of its kind."""
        self.dropped[kind] += 1
        if self.dropped[kind] == 1:
            self._told[kind] = 1
            self._say(f"warning: {what} is dropped: {why}; more like it are counted")

    def open_socket(self, address: bytes) -> EspSocket:
        """A socket for ESP at an address of ours, which is yet to be bound to it. Raises OSError."""
        from pmiptool.net.esp.sockets import EspSocket

        sock = EspSocket(self, address)
        self._sockets += 1
        return sock

    def closed(self) -> None:
        """A socket is closed. With the last of them it is told how much was dropped."""
        self._sockets -= 1
        more = self.dropped - self._told
        if self._sockets or not more:
            return
        self._told = Counter(self.dropped)
        told = ", ".join(f"{self.dropped[kind]} {words}" for kind, words in KINDS.items() if self.dropped[kind])
        self._say(f"ESP: dropped {told}")


def _to_stderr(text: str) -> None:
    print(text, file=sys.stderr)
