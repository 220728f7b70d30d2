"""The one loop that runs objects without I/O (an LMA, MAGs) over real sockets with the real clock.

Each object sits on one socket. The loop drains a socket in batches, since waking up costs more than a message does,
and looks at the clock once a batch. A signal that asks to end does so between two batches.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import time
from collections import deque
from collections.abc import Callable, Iterable
from types import FrameType
from typing import Any, Protocol

from pmiptool.net import icmp, sockets
from pmiptool.net.mailbox import COUNT, endpoint_of, mailbox_of, sockaddr
from pmiptool.net.signals import END
from pmiptool.net.target import Target, is_link_local
from pmiptool.net.transport import IcmpError
from pmiptool.session.endpoint import Datagram, Endpoint, ParameterProblem

BATCH = 128
_KNOWN = 4096  # peers whose addresses are kept in both forms

Observer = Callable[[float, bytes, Endpoint, Endpoint], None]
"""Sees a message that goes in or out: time, Mobility Header, source, destination."""


class Machine(Protocol):
    """What the loop runs; ``receive`` differs, so the port is told how to call it."""

    def to_send(self, now: float) -> Iterable[Datagram]: ...

    def next_timer(self) -> float | None: ...

    def on_timer(self, now: float) -> None: ...


class Port:
    """A machine on a socket of its own.

    ``receive(data, source, now, destination)`` hands a message to the machine. ``seen`` sees what goes in and out.
    Messages may go to any endpoint: an anchor answers who asks.
    """

    def __init__(
        self,
        machine: Machine,
        sock: socket.socket,
        local: Endpoint,
        receive: Callable[[bytes, Endpoint, float, Endpoint], None],
        *,
        interface: str | None = None,
        on_icmp: Callable[[IcmpError], None] | None = None,
        seen: Observer | None = None,
    ) -> None:
        self.machine = machine
        self.sock = sock
        self.local = local
        self.seen = seen
        self.siblings: dict[Endpoint, Port] = {}  # ports of the same machine: an answer leaves from where it was asked
        self._receive = receive
        self._interface = interface
        self._on_icmp = on_icmp
        self._mailbox = mailbox_of(sock, lambda: self.read_errors(time.time()))
        self._peers: dict[bytes, Endpoint] = {}
        self._names: dict[Endpoint, bytes] = {}
        self._echoes: deque[bytes] = deque(maxlen=64)  # raw sockets hear what we send to our own address
        if on_icmp is not None:
            icmp.enable(sock)

    def drain(self, now: float) -> int:
        """Handle what waits in the socket, at most a batch; return how many messages that were."""
        done = 0
        while done < BATCH:
            messages = self._mailbox.take()
            self._handle(messages, now)
            done += len(messages)
            if len(messages) < COUNT:
                break
        return done

    def _handle(self, messages: list[tuple[bytes, bytes]], now: float) -> None:
        peers, hand_over, local = self._peers, self._receive, self.local
        for data, name in messages:
            source = peers.get(name)
            if source is None:
                source = self._learn(name)
            if source.address == local.address and data in self._echoes:
                self._echoes.remove(data)
                continue
            if self.seen is not None:
                self.seen(now, data, source, local)
                hand_over(data, source, now, local)
                self._collect(now)  # so that what is seen is in order
            else:
                hand_over(data, source, now, local)
        self.flush(now)

    def flush(self, now: float) -> None:
        """Send what the machine wants sent."""
        self._collect(now)
        for port in self.siblings.values() or (self,):
            port._mailbox.send()

    def _collect(self, now: float) -> None:
        """Let what the machine wants sent wait in the mailboxes."""
        for datagram in self.machine.to_send(now):
            port = self.siblings.get(datagram.source, self) if len(self.siblings) > 1 else self
            port._put(datagram, now)

    def _put(self, datagram: Datagram, now: float) -> None:
        destination = datagram.destination
        if isinstance(datagram, ParameterProblem):
            self._complain(datagram)
            return
        name = self._names.get(destination)
        if name is None:
            name = self._name(destination)
        if self.seen is not None:
            self.seen(now, datagram.data, datagram.source, destination)
        if destination.address == self.local.address and destination.port is None:
            self._echoes.append(datagram.data)
        self._mailbox.put(datagram.data, name)

    def _complain(self, problem: ParameterProblem) -> None:
        """Send an ICMP error, by a socket of its own for each: they are few, and nobody depends on them."""
        to = problem.destination.address
        name = socket.inet_ntop(socket.AF_INET6, to), 0, 0, sockets.scope_of(to, self._interface)
        sealed = getattr(self.sock, "send_icmp", None)
        try:
            if sealed is not None:  # in the clear it would show what came under ESP
                sealed(icmp.parameter_problem(problem), name)
                return
            with icmp.open_sender(socket.inet_ntop(socket.AF_INET6, problem.source.address)) as sock:
                sock.sendto(icmp.parameter_problem(problem), name)
        except OSError:
            return  # lost, as on any network

    def read_errors(self, now: float) -> None:
        """Hand on what ICMP says about messages of ours."""
        if self._on_icmp is not None:
            for error in icmp.read_errors(self.sock, self.local, now):
                self._on_icmp(error)

    def _learn(self, name: bytes) -> Endpoint:
        if len(self._peers) >= _KNOWN:
            self._peers.clear()
        address, port = endpoint_of(name)
        endpoint = Endpoint(address, None if self.local.port is None else port)
        self._peers[name] = endpoint
        if is_link_local(address):
            self._names[endpoint] = name  # its scope goes with it
        return endpoint

    def _name(self, endpoint: Endpoint) -> bytes:
        if len(self._names) >= _KNOWN:
            self._names.clear()
        scope = sockets.scope_of(endpoint.address, self._interface) if len(endpoint.address) == 16 else 0
        name = self._names[endpoint] = sockaddr(endpoint.address, endpoint.port or 0, scope)
        return name


class Driver:
    """Runs ports until it is stopped.

    ``after_batch(now, busy)`` is called after every turn: print events there. ``busy`` says that messages came in,
    and more may wait; it returns whether it wants to be called again soon, although nothing more may happen.
    """

    def __init__(self, ports: Iterable[Port], after_batch: Callable[[float, bool], bool] | None = None) -> None:
        self.ports = list(ports)
        self._after_batch = after_batch
        self._wants_more = False
        self._stopped = False
        self._poll = select.poll()
        self._by_number = {port.sock.fileno(): port for port in self.ports}
        for number in self._by_number:
            self._poll.register(number, select.POLLIN | select.POLLERR)
        self._readers: dict[int, Callable[[], None]] = {}
        for port in self.ports:  # under ESP, where what comes without it is heard
            for number, ready in getattr(port.sock, "readers", ()):
                self.add_reader(number, ready)

    def add_reader(self, number: int, ready: Callable[[], None]) -> None:
        """Call ``ready`` when a file descriptor can be read: commands on stdin, say."""
        self._readers[number] = ready
        self._poll.register(number, select.POLLIN)

    def remove_reader(self, number: int) -> None:
        if self._readers.pop(number, None) is not None:
            self._poll.unregister(number)

    def stop(self) -> None:
        """End ``run`` after the batch at hand."""
        self._stopped = True

    def run(self, until: float | None = None) -> None:
        """Run until ``stop``, a signal that asks to end, or a time. Only in the main thread are the signals ours."""
        with _Signals(self.stop) as wake_up:
            if wake_up is not None:
                self.add_reader(wake_up, lambda: _empty(wake_up))
            try:
                self._start(time.time())
                while not self._stopped and (until is None or time.time() < until):
                    self._turn(until)
            finally:
                if wake_up is not None:
                    self.remove_reader(wake_up)

    def _start(self, now: float) -> None:
        for port in self.ports:
            port.flush(now)
        if self._after_batch is not None:
            self._wants_more = self._after_batch(now, False)

    def _turn(self, until: float | None) -> None:
        ready = self._poll.poll(self._patience(until))
        now = time.time()
        busy = False
        for number, events in ready:
            port = self._by_number.get(number)
            if port is None:
                reader = self._readers.get(number)
                if reader is not None:
                    reader()
                continue
            if events & select.POLLERR:
                port.read_errors(now)
            busy = port.drain(now) > 0 or busy
        for port in self.ports:
            timer = port.machine.next_timer()
            if timer is not None and timer <= now:
                port.machine.on_timer(now)
            port.flush(now)
        if self._after_batch is not None:
            self._wants_more = self._after_batch(now, busy)

    def _patience(self, until: float | None) -> float | None:
        """Return the milliseconds until the next timer, rounded up, or None for ever."""
        if self._wants_more:
            return 0
        times = [timer for port in self.ports if (timer := port.machine.next_timer()) is not None]
        if until is not None:
            times.append(until)
        if not times:
            return None
        return min(max(0.0, min(times) - time.time()) * 1000 + 0.999, 3_600_000)

    def close(self) -> None:
        for port in self.ports:
            port.sock.close()


class _Signals:
    """What asks to end calls ``stop`` and makes the poll return."""

    def __init__(self, stop: Callable[[], None]) -> None:
        self._stop = stop
        self._before: dict[int, Any] = {}
        self._pipe: tuple[int, int] | None = None
        self._wake_up_before = -1

    def __enter__(self) -> int | None:
        read, write = os.pipe()
        os.set_blocking(read, False)
        os.set_blocking(write, False)
        self._pipe = (read, write)
        try:
            self._wake_up_before = signal.set_wakeup_fd(write, warn_on_full_buffer=False)
        except ValueError:  # not the main thread
            return None
        for number in END:
            self._before[number] = signal.signal(number, self._handle)
        return read

    def _handle(self, number: int, frame: FrameType | None) -> None:
        self._stop()

    def __exit__(self, *exception: object) -> None:
        if self._before:
            for number, handler in self._before.items():
                signal.signal(number, handler)
            signal.set_wakeup_fd(self._wake_up_before)
        assert self._pipe is not None
        for number in self._pipe:
            os.close(number)


def _empty(number: int) -> None:
    try:
        while os.read(number, 512):
            pass
    except BlockingIOError:
        pass


def open_port(
    target: Target,
    machine: Machine,
    receive: Callable[[bytes, Endpoint, float, Endpoint], None],
    *,
    seen: Observer | None = None,
) -> Port:
    """Open the socket that a machine listens on. Raises EnvironmentLacks: no right, no such address, port in use."""
    sock = sockets.open_socket(target.address, target.port, target.interface, esp=target.esp)
    sockets.make_room(sock)
    return Port(machine, sock, target.endpoint, receive, interface=target.interface, seen=seen)
