"""Sockets that look like those for Mobility Headers, with ESP on the wire (RFC 4303, transport mode).

Who has one sends and receives Mobility Headers; nothing above knows. The kernel hands a copy of every ESP packet to raw
sockets, also where it has IPsec of its own, and looks for an SA of its own besides.
"""

from __future__ import annotations

import select
import socket
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from pmiptool.net.esp.associations import MOBILITY_HEADER, PROTOCOL, NoAssociation
from pmiptool.net.mailbox import LARGEST_OUT, Mailbox, endpoint_of
from pmiptool.text.values import address_text

if TYPE_CHECKING:
    from pmiptool.net.esp.associations import Esp

LARGEST_OF_ESP = LARGEST_OUT + 128  # SPI, sequence number, IV, padding, trailer and integrity check value
_KNOWN = 4096
_PACKET = 65_536


class EspSocket(socket.socket):
    """A raw socket for protocol 50 at one address of ours. What goes in and out are Mobility Headers."""

    def __init__(self, esp: Esp, address: bytes) -> None:
        super().__init__(socket.AF_INET6, socket.SOCK_RAW, PROTOCOL)
        self.esp = esp
        self.own = address
        self._octets: dict[str, bytes] = {}
        # Who sends in the clear is told of it; without this the kernel says that nobody listens to protocol 135.
        self._clear = socket.socket(socket.AF_INET6, socket.SOCK_RAW, MOBILITY_HEADER)
        self._clear.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)
        self.readers = ((self._clear.fileno(), self.look_for_clear),)

    def bind(self, name: Any) -> None:
        super().bind(name)
        self._clear.bind(name)

    def _address(self, name: Any) -> bytes:
        """The octets of the address in a socket address."""
        text = name[0]
        found = self._octets.get(text)
        if found is None:
            if len(self._octets) >= _KNOWN:
                self._octets.clear()
            found = self._octets[text] = socket.inet_pton(socket.AF_INET6, text.partition("%")[0])
        return found

    def sendto(self, data: Any, *more: Any) -> int:
        """Seal and send. Raises NoAssociation, and what sockets raise."""
        super().sendto(self.esp.seal(bytes(data), self.own, self._address(more[-1])), *more)
        return len(data)

    def recvfrom(self, size: int, flags: int = 0) -> tuple[bytes, Any]:
        while True:
            packet, name = self._arrived(lambda: super(EspSocket, self).recvfrom(_PACKET, flags))
            data = self.esp.receive(packet, self._address(name), self.own)
            if data is not None:
                return data[:size], name

    def recv(self, size: int, flags: int = 0) -> bytes:
        return self.recvfrom(size, flags)[0]

    def recvmsg(self, size: int, room: int = 0, flags: int = 0) -> Any:
        if flags & socket.MSG_ERRQUEUE:
            packet, ancillary, told, name = super().recvmsg(_PACKET, room, flags)
            return (self.esp.quoted(packet, self.own, self._address(name)) if name else b""), ancillary, told, name
        while True:
            packet, ancillary, told, name = self._arrived(lambda: super(EspSocket, self).recvmsg(_PACKET, room, flags))
            data = self.esp.receive(packet, self._address(name), self.own)
            if data is not None:
                return data[:size], ancillary, told, name

    def recvmsg_into(self, buffers: Iterable[Any], room: int = 0, flags: int = 0) -> Any:
        """Into the first of the buffers."""
        (into,) = (memoryview(buffer).cast("B") for buffer in buffers)
        data, ancillary, told, name = self.recvmsg(len(into), room, flags)
        into[: len(data)] = data
        return len(data), ancillary, told, name

    def _arrived(self, take: Callable[[], Any]) -> Any:
        try:
            return take()
        except BlockingIOError:
            self.look_for_clear()
            raise

    def look_for_clear(self) -> None:
        """Drop what came without ESP, and say so."""
        try:
            while select.select([self._clear], [], [], 0)[0]:
                _, name = self._clear.recvfrom(1, socket.MSG_DONTWAIT)
                source = f"a Mobility Header from {address_text(self._address(name))}"
                self.esp.drop("clear", source, "it came in the clear, without ESP")
        except OSError:
            return

    def mailbox(self, failed: Callable[[], None]) -> Mailbox:
        """The same in batches."""
        return _SealedMailbox(self, failed)

    def close(self) -> None:
        if self.fileno() < 0:
            return
        self.look_for_clear()
        self._clear.close()
        super().close()
        self.esp.closed()


class _SealedMailbox(Mailbox):
    """Batches of ESP packets, which look like Mobility Headers to who takes and puts them."""

    def __init__(self, sock: EspSocket, failed: Callable[[], None]) -> None:
        super().__init__(sock, failed, LARGEST_OF_ESP)
        self._sock, self._esp = sock, sock.esp

    def take(self) -> list[tuple[bytes, bytes]]:
        found = []
        for packet, name in super().take():
            data = self._esp.receive(packet, endpoint_of(name)[0], self._sock.own)
            if data is not None:
                found.append((data, name))
        return found

    def put(self, data: bytes, name: bytes) -> None:
        if len(data) > LARGEST_OUT:
            return  # no Mobility Header is
        try:
            packet = self._esp.seal(data, self._sock.own, endpoint_of(name)[0])
        except NoAssociation as error:
            self._esp.drop("unsent", "an answer", str(error))
            return
        super().put(packet, name)
