"""sendmmsg and recvmmsg: the path for everyone, over ordinary sockets, one per source.

The kernel finds the way, asks for neighbours and applies its policies; a batch costs one system call.
"""

from __future__ import annotations

import errno
import select
import socket
import time
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pmiptool.errors import EnvironmentLacks, PmipError
from pmiptool.net import icmp, sockets
from pmiptool.net.bulk.kernel import (
    SO_TIMESTAMPNS,
    SOL_SOCKET,
    InBatch,
    OutBatch,
    UdpCounter,
    await_stamps,
)
from pmiptool.net.bulk.port import LARGEST, Arrivals, Drops, as_senders, check_length, check_rows
from pmiptool.net.messages import sockaddr
from pmiptool.net.target import Target
from pmiptool.net.transport import IcmpError
from pmiptool.session.endpoint import Endpoint
from pmiptool.text.values import address_text

BATCH = 1024  # the most that the kernel takes in one call (UIO_MAXIOV)
STRIDE = LARGEST + 64
"""Octets from row to row. Not a power of two, or all rows would fall into the same few lines of the cache."""
_FULL = {errno.EAGAIN, errno.ENOBUFS, errno.ENOMEM}
_UNSENDABLE = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL, errno.EINVAL, errno.EPERM, errno.EACCES}
_RETRIES = 16
_ERRORS_KEPT = 256
_ROOM = 2  # milliseconds that a full send buffer gets to drain


class Sockets:
    """The sockets of a port, one per source, and what arrives at them."""

    def __init__(self, target: Target, sources: Sequence[bytes], batch: int = BATCH) -> None:
        self.target = target
        self.sources = tuple(sources) or (sockets.source_for(target),)
        self.all: list[socket.socket] = []
        self.locals: list[Endpoint] = []
        self.poll = select.poll()
        self._number: dict[int, int] = {}
        self._errors: list[IcmpError] = []
        self._lost = self._turn = 0
        version = 6 if len(target.address) == 16 else 4
        self._counter = UdpCounter(version) if target.kind == "udp" else None
        try:
            for index, source in enumerate(self.sources):
                self._open(index, source)
            await_stamps()
        except BaseException:
            self.close()
            raise
        scope = sockets.scope_of(target.address, target.interface)
        self.name = sockaddr(target.address, target.port or 0, scope)
        self._in = InBatch(batch, STRIDE)
        self._local = np.zeros(batch, np.int32)
        self._names = self._in.names[:, 4:8] if len(target.address) == 4 else self._in.names[:, 8:24]

    def _open(self, index: int, source: bytes) -> None:
        sock, local = sockets.open_local(self.target, source)
        self.all.append(sock)
        self.locals.append(local)
        sock.setsockopt(SOL_SOCKET, SO_TIMESTAMPNS, 1)
        icmp.enable(sock)
        self._number[sock.fileno()] = index
        self.poll.register(sock, select.POLLIN | select.POLLERR)

    def receive(self, timeout: float) -> Arrivals | None:
        """Return what arrived at all of them, waiting at most so many seconds for the first; 0 does not wait."""
        deadline = time.monotonic() + timeout
        left = timeout
        while ready := self.ready(left):
            if count := self._take(ready):
                return self._arrivals(count)
            left = deadline - time.monotonic()
        return None

    def ready(self, wait: float) -> list[int]:
        """Wait until something is at a socket; return which. Errors about our messages are set aside."""
        found = []
        for number, events in self.poll.poll(min(wait * 1000 + 0.5, 3_600_000) if wait > 0 else 0):
            index = self._number[number]
            if events & select.POLLERR:
                self._read_errors(index)
            found.append(index)
        self._turn += 1
        return found if len(found) < 2 else found[self._turn % len(found) :] + found[: self._turn % len(found)]

    def _take(self, ready: Sequence[int]) -> int:
        """Fill the rows from these sockets; return how many."""
        count = 0
        for index in ready:
            try:
                got = self._in.receive(self.all[index], count)
            except OSError as error:
                if error.errno not in (errno.EAGAIN, errno.EINTR):
                    self._read_errors(index)
                continue
            self._local[count : count + got] = index
            count += got
            if count == self._in.count:
                break
        return count

    def _arrivals(self, count: int) -> Arrivals:
        batch = self._in
        senders = as_senders(self._names[:count])
        arrivals = Arrivals(
            batch.rows[:count], batch.lengths(count), senders, self._local[:count], batch.times(count, time.time())
        )
        batch.reset(count)
        return arrivals

    def _read_errors(self, index: int) -> None:
        """Raw sockets are told of errors about other programs' messages too."""
        told, peer = icmp.read_errors(self.all[index], self.locals[index], time.time()), self.target.address
        new = [error for error in told if error.sent_to is None or error.sent_to.address == peer]
        self._errors += new[: _ERRORS_KEPT - len(self._errors)]

    def icmp_errors(self) -> list[IcmpError]:
        """Return the errors about our messages since the last call, the first hundreds of them."""
        self.ready(0)
        found, self._errors = self._errors, []
        return found

    def drops(self) -> int:
        """How many messages found no room in the receive buffers."""
        if self.all:
            lost = sum(sockets.receive_drops(sock) for sock in self.all)
            # What a UDP socket dropped for another reason is the peer's doing, or for the ring.
            self._lost = lost if self._counter is None else min(lost, self._counter.lost())
        return self._lost

    def close(self) -> None:
        self.drops()
        for sock in self.all:
            sock.close()
        if self._counter is not None:
            self._counter.close()
        self.all.clear()
        self._number.clear()
        self.poll = select.poll()


class Sender:
    """Batches from the sockets of a port to its target. `refused`: how many the kernel did not take."""

    def __init__(self, sockets_: Sockets, batch: int = BATCH) -> None:
        self._sockets = sockets_
        self._out = OutBatch(batch, STRIDE, sockets_.name)
        self._given = (0, 0)
        self.refused = 0

    def rows(self, source: int, count: int) -> NDArray[np.uint8]:
        count = check_rows(len(self._sockets.sources), self._out.count, source, count)
        self._given = (source, count)
        return self._out.rows[:count, :LARGEST]

    def send(self, length: int) -> int:
        check_length(length, LARGEST)
        source, count = self._given
        self._given = (source, 0)
        if not self._sockets.all:
            raise PmipError("this port is closed")
        sent = tries = 0
        while sent < count:
            try:
                sent += self._out.send(self._sockets.all[source], sent, count, length)
                tries = 0
            except OSError as error:
                tries += 1
                if not goes_on(error, self._sockets, source, length, tries):
                    break
        self.refused += count - sent
        return sent


def goes_on(error: OSError, own: Sockets, source: int, length: int, tries: int) -> bool:
    """Whether to try again what a socket refused. Raises EnvironmentLacks where no message would ever go."""
    if error.errno in _FULL:
        room = select.poll()
        room.register(own.all[source], select.POLLOUT)
        return tries == 1 and error.errno == errno.EAGAIN and bool(room.poll(_ROOM))
    text = address_text(own.target.address)
    if error.errno == errno.EMSGSIZE:
        raise EnvironmentLacks(f"a message of {length} octets is longer than the way to {text} takes") from None
    if tries < _RETRIES:  # an earlier ICMP error that the kernel reports now; the error queue has it
        return True
    if error.errno in _UNSENDABLE:
        raise sockets.no_route(text, error) from None
    return False


class MmsgPort:
    """Batches through sendmmsg and recvmmsg."""

    path = "sendmmsg"

    def __init__(self, target: Target, sources: Sequence[bytes], why: str) -> None:
        self.target, self.why, self.batch = target, why, BATCH
        self.destination = target.address
        self._sockets = Sockets(target, sources)
        self.sources = self._sockets.sources
        self._sender = Sender(self._sockets)

    def rows(self, source: int, count: int) -> NDArray[np.uint8]:
        return self._sender.rows(source, count)

    def send(self, length: int) -> int:
        return self._sender.send(length)

    def receive(self, timeout: float) -> Arrivals | None:
        return self._sockets.receive(timeout)

    def drops(self) -> Drops:
        return Drops(receive_queue=self._sockets.drops(), send_queue=self._sender.refused)

    def icmp_errors(self) -> list[IcmpError]:
        return self._sockets.icmp_errors()

    def close(self) -> None:
        self._sockets.close()
