"""Sockets that look like those for Mobility Headers, with ESP on the wire (RFC 4303, transport mode).

Who has one sends and receives Mobility Headers; nothing above knows. The kernel hands a copy of every ESP packet to raw
sockets, also where it has IPsec of its own, and looks for an SA of its own besides.
"""

from __future__ import annotations

import errno
import socket
import struct
from collections import deque
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from pmiptool.net import icmp
from pmiptool.net.esp.associations import ICMPV6, MOBILITY_HEADER, PROTOCOL, NoAssociation
from pmiptool.net.mailbox import LARGEST_OUT, Mailbox, endpoint_of
from pmiptool.text.values import address_text
from pmiptool.wire.checksum import internet_checksum

if TYPE_CHECKING:
    from pmiptool.net.esp.associations import Esp

LARGEST_OF_ESP = LARGEST_OUT + 128  # SPI, sequence number, IV, padding, trailer and integrity check value
_KNOWN = 4096
_PACKET = 65_536
_AT_ONCE = 256  # messages in the clear that are looked at before anything else is
_ERRORS = range(1, 5)  # ICMPv6 types of errors about a packet of ours (RFC 4443 2.1)
_QUOTED = struct.Struct("!6xB x 16s 16s")  # next header, source and destination of an IPv6 header


class EspSocket(socket.socket):
    """A raw socket for protocol 50 at one address of ours. What goes in and out are Mobility Headers."""

    def __init__(self, esp: Esp, address: bytes) -> None:
        super().__init__(socket.AF_INET6, socket.SOCK_RAW, PROTOCOL)
        self.esp = esp
        self.own = address
        self._octets: dict[str, bytes] = {}
        self._errors: deque[Any] = deque(maxlen=64)  # as `recvmsg` gives them from the error queue
        self._has_failed = False
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

    def setsockopt(self, level: int, option: int, *value: Any) -> None:
        super().setsockopt(level, option, *value)
        if (level, option) == (socket.IPPROTO_IPV6, icmp.IPV6_RECVERR):  # errors that quote what was inside
            self._clear.setsockopt(level, option, *value)

    def send_icmp(self, message: bytes, name: Any) -> None:
        """Send an ICMPv6 message, whose checksum is still to be filled in, under the SA for that address."""
        to = self._address(name)
        total = internet_checksum(_pseudo_header(self.own, to, len(message)) + message)
        message = message[:2] + total.to_bytes(2, "big") + message[4:]
        try:
            packet = self.esp.seal(message, self.own, to, ICMPV6)
        except NoAssociation as error:
            self.esp.drop("unsent", "an ICMPv6 error", str(error))
            return
        super().sendto(packet, name)

    def _take_icmp(self, message: bytes, source: bytes) -> None:
        """Keep an error that came under ESP as the kernel keeps those that come in the clear."""
        if len(message) < 8 + _QUOTED.size or message[0] not in _ERRORS:
            return
        if internet_checksum(_pseudo_header(source, self.own, len(message)) + message):
            return
        protocol, src, dst = _QUOTED.unpack_from(message, 8)
        if (protocol, src) != (MOBILITY_HEADER, self.own):
            return
        told = icmp.extended_error(errno.EPROTO, message[0], message[1], int.from_bytes(message[4:8], "big"), source)
        ancillary = [(socket.IPPROTO_IPV6, icmp.IPV6_RECVERR, told)]
        self._errors.append((message[48:], ancillary, 0, (address_text(dst), 0, 0, 0)))
        self._has_failed = True

    def opened(self, packet: bytes, source: bytes) -> bytes | None:
        """The Mobility Header in a packet that came; None where there is none for us. Raises OSError for an error."""
        self._has_failed = False
        data = self.esp.receive(packet, source, self.own, self._take_icmp)
        if self._has_failed:
            raise OSError(errno.EPROTO, "an ICMPv6 error came")  # as the kernel does; the queue has the details
        return data

    def recvfrom(self, size: int, flags: int = 0) -> tuple[bytes, Any]:
        while True:
            packet, name = self._arrived(lambda: super(EspSocket, self).recvfrom(_PACKET, flags))
            data = self.opened(packet, self._address(name))
            if data is not None:
                return data[:size], name

    def recv(self, size: int, flags: int = 0) -> bytes:
        return self.recvfrom(size, flags)[0]

    def recvmsg(self, size: int, room: int = 0, flags: int = 0) -> Any:
        if flags & socket.MSG_ERRQUEUE:
            if self._errors:
                return self._errors.popleft()
            try:
                packet, ancillary, told, name = super().recvmsg(_PACKET, room, flags)
            except BlockingIOError:
                return self._clear.recvmsg(size, room, flags)
            return (self.esp.quoted(packet, self.own, self._address(name)) if name else b""), ancillary, told, name
        while True:
            packet, ancillary, told, name = self._arrived(lambda: super(EspSocket, self).recvmsg(_PACKET, room, flags))
            data = self.opened(packet, self._address(name))
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
            for _ in range(_AT_ONCE):
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


def _pseudo_header(source: bytes, destination: bytes, length: int) -> bytes:
    """What the checksum of an ICMPv6 message begins with (RFC 8200 8.1)."""
    return source + destination + struct.pack("!I3xB", length, ICMPV6)


class _SealedMailbox(Mailbox):
    """Batches of ESP packets, which look like Mobility Headers to who takes and puts them."""

    def __init__(self, sock: EspSocket, failed: Callable[[], None]) -> None:
        super().__init__(sock, failed, LARGEST_OF_ESP)
        self._sock, self._esp = sock, sock.esp

    def take(self) -> list[tuple[bytes, bytes]]:
        found = []
        for packet, name in super().take():
            try:
                data = self._sock.opened(packet, endpoint_of(name)[0])
            except OSError:
                self._failed()
                continue
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
