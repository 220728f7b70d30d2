"""A transport over real sockets: one per source address, to one target and to nobody else."""

from __future__ import annotations

import errno
import select
import socket
import sys
import time
from collections import deque
from collections.abc import Iterator, Sequence

from pmiptool.errors import EnvironmentLacks, PmipError
from pmiptool.net import icmp, sockets
from pmiptool.net.target import Target, is_link_local
from pmiptool.net.transport import Arrival, IcmpError, Received
from pmiptool.net.unheeded import Unheeded
from pmiptool.session.endpoint import Datagram, Endpoint
from pmiptool.text.values import address_text

_SOFT = {errno.EAGAIN, errno.EWOULDBLOCK, errno.EINTR}
_UNSENDABLE = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL, errno.EINVAL, errno.EPERM, errno.EACCES}


class LiveTransport:
    """Raw IPv6 or UDP with the real clock.

    Only messages from the target's address count, and ICMP errors about messages to it; what others send to us is not
    for us, nor what they are told. Of who sends the same without end some is enough (`Unheeded`).
    """

    def __init__(self, target: Target, sources: Sequence[bytes] = ()) -> None:
        self.target = target
        self.peer = target.endpoint
        own = tuple(sources) or (sockets.source_for(target),)
        self._sockets: dict[Endpoint, socket.socket] = {}
        self._unheeded = Unheeded(lambda: f"the target {self.target}")
        self._wake_on: int | None = None
        self.woken = False
        self._echoes: deque[bytes] = deque(maxlen=64)  # raw sockets hear what we send to our own address
        self._poll = select.poll()
        self._by_number: dict[int, tuple[socket.socket, Endpoint]] = {}
        scope = sockets.scope_of(target.address, target.interface)
        text = address_text(target.address)
        self._name: tuple[str, int] | tuple[str, int, int, int] = (
            (text, target.port or 0, 0, scope) if len(target.address) == 16 else (text, target.port or 0)
        )
        try:
            self.locals = tuple(self._open(source) for source in own)
        except BaseException:
            self.close()
            raise
        for source in own:
            if is_link_local(source):
                print(
                    f"warning: {address_text(source)} is link-local; an LMA rightly ignores a proxy care-of address "
                    "that is not routable (give --source)",
                    file=sys.stderr,
                )

    def _open(self, source: bytes) -> Endpoint:
        sock, local = sockets.open_local(self.target, source)
        self._sockets[local] = sock
        icmp.enable(sock)
        self._watch(sock, local)
        return local

    def _watch(self, sock: socket.socket, local: Endpoint) -> None:
        """Look at a socket while waiting, and under ESP at what comes without it too."""
        for number in (sock.fileno(), *(number for number, _ in getattr(sock, "readers", ()))):
            self._by_number[number] = (sock, local)
            self._poll.register(number, select.POLLIN | select.POLLERR)

    @property
    def sources(self) -> tuple[bytes, ...]:
        return tuple(local.address for local in self.locals)

    def now(self) -> float:
        return time.time()

    def wake_on(self, number: int | None) -> None:
        """Let ``receive`` end early when a file descriptor can be read (commands on stdin, say); None for no more."""
        if self._wake_on is not None:
            self._poll.unregister(self._wake_on)
        self._wake_on = number
        self.woken = False
        if number is not None:
            self._poll.register(number, select.POLLIN)

    def send(self, datagram: Datagram) -> None:
        """Send from the socket of the datagram's source. Raises EnvironmentLacks when there is no way to the target."""
        if datagram.destination != self.peer:
            raise PmipError(f"a message to {address_text(datagram.destination.address)}, which is not the target")
        sock = self._sockets.get(datagram.source)
        if sock is None:
            raise PmipError(f"a message from {address_text(datagram.source.address)}, which is no source of ours")
        for _ in range(20):
            try:
                sock.sendto(datagram.data, self._name)
                if datagram.source == self.peer:
                    self._echoes.append(datagram.data)
                return
            except OSError as error:
                if error.errno in (errno.EAGAIN, errno.ENOBUFS):
                    select.select([], [sock], [], 0.05)
                elif error.errno == errno.EMSGSIZE:
                    raise EnvironmentLacks(f"a message of {len(datagram.data)} octets is too long to send") from None
                elif error.errno in _UNSENDABLE:
                    raise sockets.no_route(self._name[0], error) from None
                # Anything else is an earlier ICMP error that the kernel reports now; the error queue has it.

    def receive(self, deadline: float) -> list[Arrival]:
        while True:
            wait = max(0.0, deadline - time.time())
            ready = self._poll.poll(min(wait * 1000 + 0.5, 3_600_000) if wait else 0)
            now = time.time()
            found: list[Arrival] = []
            self.woken = False
            for number, events in ready:
                if number == self._wake_on:
                    self.woken = True
                    continue
                sock, local = self._by_number[number]
                if events & select.POLLERR:
                    found += self._errors(sock, local, now)
                self._drain(sock, local, now, found)
            if found or self.woken or now >= deadline:
                return found

    def _drain(self, sock: socket.socket, local: Endpoint, now: float, found: list[Arrival]) -> None:
        """Take what waits in a socket."""
        for data, address, port in self._waiting(sock, local, now, found):
            if local == self.peer and data in self._echoes:
                self._echoes.remove(data)
            elif address != self.peer.address:
                self._unheeded.stranger(address)
            elif not self._unheeded.is_copy(data, now):
                source = Endpoint(address, None if self.peer.port is None else port)
                found.append(Received(data, source, local, now))

    def _waiting(
        self, sock: socket.socket, local: Endpoint, now: float, found: list[Arrival]
    ) -> Iterator[tuple[bytes, bytes, int]]:
        """What waits in a socket, at most some hundred messages: octets, address and port; errors go into `found`."""
        for _ in range(256):
            try:
                data, name = sock.recvfrom(65535)
            except OSError as error:
                if error.errno in _SOFT:
                    return
                found += self._errors(sock, local, now)
                continue
            yield data, socket.inet_pton(sock.family, name[0].partition("%")[0]), name[1]

    def _errors(self, sock: socket.socket, local: Endpoint, now: float) -> list[IcmpError]:
        """ICMP errors about our messages: a raw socket is told of those about other programs' messages too."""
        errors = icmp.read_errors(sock, local, now)
        ours = [error for error in errors if error.sent_to is None or error.sent_to.address == self.peer.address]
        return [error for error in ours if not self._unheeded.is_copy(error.text.encode() + error.original, now)]

    def close(self) -> None:
        self._unheeded.close()
        for sock in self._sockets.values():
            sock.close()
        self._sockets.clear()
