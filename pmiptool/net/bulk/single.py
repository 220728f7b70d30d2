"""The path without batches: a system call per message, for a few messages under way.

There what counts is how soon one message goes out and one comes in. Measured for a message sent and received: one at a
time takes 15 microseconds here and 20 by batches; four at a time the two are level.
"""

from __future__ import annotations

import errno
import socket
import time
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pmiptool.errors import PmipError
from pmiptool.net.bulk.kernel import TIMESPEC, stamp
from pmiptool.net.bulk.mmsg import STRIDE, Sockets, goes_on
from pmiptool.net.bulk.port import LARGEST, SMALL_WINDOW, Arrivals, Drops, check_length, check_rows
from pmiptool.net.sockets import scope_of
from pmiptool.net.target import Target
from pmiptool.net.transport import IcmpError
from pmiptool.text.values import address_text

_ROOM_FOR_STAMP = socket.CMSG_SPACE(TIMESPEC.size)
_SENDERS_KEPT = 1024


class SinglePort:
    """One message at a time, through sendto and recvmsg."""

    path = "send"

    def __init__(self, target: Target, sources: Sequence[bytes], why: str) -> None:
        self.target, self.why, self.batch = target, why, SMALL_WINDOW
        self.destination = target.address
        self._sockets = Sockets(target, sources, 1)
        self.sources = self._sockets.sources
        text, port = address_text(target.address), target.port or 0
        scope = scope_of(target.address, target.interface)
        self._name: tuple[object, ...] = (text, port, 0, scope) if len(target.address) == 16 else (text, port)
        self._out = np.zeros((self.batch, STRIDE), np.uint8)
        self._in = np.zeros((self.batch, STRIDE), np.uint8)
        self._out_rows = [row.data for row in self._out]
        self._in_rows = [row.data for row in self._in]
        self._known: dict[str, NDArray[np.uint8]] = {}
        self._given = (0, 0)
        self._refused = 0

    def rows(self, source: int, count: int) -> NDArray[np.uint8]:
        count = check_rows(len(self.sources), self.batch, source, count)
        self._given = (source, count)
        return self._out[:count, :LARGEST]

    def send(self, length: int) -> int:
        check_length(length, LARGEST)
        source, count = self._given
        self._given = (source, 0)
        if not self._sockets.all:
            raise PmipError("this port is closed")
        sock = self._sockets.all[source]
        sent = tries = 0
        while sent < count:
            try:
                sock.sendto(self._out_rows[sent][:length], self._name)
            except OSError as error:
                tries += 1
                if not goes_on(error, self._sockets, source, length, tries):
                    break
            else:
                sent, tries = sent + 1, 0
        self._refused += count - sent
        return sent

    def receive(self, timeout: float) -> Arrivals | None:
        deadline = time.monotonic() + timeout
        left = timeout
        while ready := self._sockets.ready(left):
            if (found := self._take(ready)) is not None:
                return found
            left = deadline - time.monotonic()
        return None

    def _take(self, ready: Sequence[int]) -> Arrivals | None:
        lengths: list[int] = []
        senders: list[NDArray[np.uint8]] = []
        local: list[int] = []
        times: list[float] = []
        for index in ready:
            sock = self._sockets.all[index]
            while len(lengths) < self.batch:
                try:
                    got, control, _, name = sock.recvmsg_into([self._in_rows[len(lengths)]], _ROOM_FOR_STAMP)
                except OSError as error:
                    if error.errno not in (errno.EAGAIN, errno.EINTR):
                        continue  # an ICMP error; the error queue has it
                    break
                lengths.append(got)
                senders.append(self._sender(name[0]))
                local.append(index)
                found = stamp(control)
                times.append(time.time() if found is None else found)
        if not lengths:
            return None
        count = len(lengths)
        return Arrivals(
            self._in[:count], np.array(lengths, np.int32), np.array(senders), np.array(local, np.int32), np.array(times)
        )

    def _sender(self, text: str) -> NDArray[np.uint8]:
        known = self._known.get(text)
        if known is None:
            octets = socket.inet_pton(socket.AF_INET6 if ":" in text else socket.AF_INET, text.partition("%")[0])
            if len(self._known) >= _SENDERS_KEPT:
                self._known.clear()
            known = self._known[text] = np.frombuffer(octets.rjust(16, b"\0"), np.uint8)
        return known

    def drops(self) -> Drops:
        return Drops(receive_queue=self._sockets.drops(), send_queue=self._refused)

    def icmp_errors(self) -> list[IcmpError]:
        return self._sockets.icmp_errors()

    def close(self) -> None:
        self._sockets.close()
