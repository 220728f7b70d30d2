"""``pmiptool lma --workers N``: processes that answer, and one that shows their events and hands them commands."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import select
import signal
import socket
import sys
import time
import traceback
from collections.abc import Sequence
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from pmiptool.cli.commands import Commands, words_of
from pmiptool.errors import PmipError, UsageError
from pmiptool.lma.share import Share, check_shares, share_of
from pmiptool.net.signals import END

if TYPE_CHECKING:
    from pmiptool.cli.lma import Given
    from pmiptool.lma import LocalMobilityAnchor
    from pmiptool.lma.config import LmaConfig
    from pmiptool.net.driver import Port
    from pmiptool.net.spread import Receive

_PR_SET_PDEATHSIG = 1
_LOOK_AGAIN = 1000  # milliseconds until a terminal that another job reads from is looked at again


class Part:
    """What one of several processes has. socks: one for each address. to: of the first, to hand messages on by;
    handed: of the others, where those come in."""

    def __init__(
        self, share: Share, socks: list[socket.socket], to: Sequence[socket.socket], handed: socket.socket | None
    ) -> None:
        self.share = share
        self.socks = socks
        self.handed = handed
        self._to = to

    def receive(self, config: LmaConfig, own: Receive) -> Receive:
        """What takes the messages that come in."""
        if self.handed is not None:
            return own
        from pmiptool.net.spread import Handover
        from pmiptool.wire.codec import codec_for

        return Handover(codec_for(config.codepoints), self._to, own).receive

    def take(self, lma: LocalMobilityAnchor, machine: Any, port: Port) -> None:
        """Messages were handed over."""
        from pmiptool.net.spread import BINDING_ERROR, handed

        assert self.handed is not None
        now = time.time()
        while (message := handed(self.handed)) is not None:
            data, source, destination = message
            if data[2:3] != bytes((BINDING_ERROR,)) or lma.busy():
                machine.receive(data, source, now, destination)
        port.flush(now)


class _Worker:
    """A process, seen from the one that started it."""

    def __init__(self, number: int, pid: int, commands: int, events: int) -> None:
        self.number = number
        self.pid = pid
        self.commands = commands
        self.events = events
        self.ended = False
        self._rest = b""

    def obey(self, line: str) -> None:
        with contextlib.suppress(OSError):  # it has ended
            os.write(self.commands, line.encode("utf-8", "surrogateescape") + b"\n")

    def show(self) -> bool:
        """Pass on whole lines; whether there will be more."""
        octets = os.read(self.events, 1 << 16)
        lines, newline, self._rest = (self._rest + octets).rpartition(b"\n")
        sys.stdout.buffer.write(lines + newline)
        sys.stdout.buffer.flush()
        return bool(octets)

    def signal(self, number: int) -> None:
        if not self.ended:  # its number may be another's now
            os.kill(self.pid, number)


def run_workers(given: Given, count: int, timeout: float | None) -> int:
    """Run so many processes until they are ended. Raises PmipError when one of them ends by itself."""
    from pmiptool.net.spread import open_spread

    if given.write is not None:
        raise UsageError(f"-w does not go with {count} workers; take one worker, or capture with tcpdump")
    if any(target.esp is not None for target in given.targets):
        raise UsageError(f"--esp does not go with {count} workers, which could not tell whose a message is; take one")
    check_shares(given.config, count, given.faults)
    if sys.stdin is None:
        sys.stdin = open(os.devnull)  # noqa: SIM115 - so that nothing else becomes file descriptor 0
    by_address: list[list[socket.socket]] = []
    try:
        for target in given.targets:
            by_address.append(open_spread(target, count))
        workers = _start(given, count, timeout, by_address)
    finally:
        for sock in (sock for socks in by_address for sock in socks):
            sock.close()
    given.say_listening()
    return _Supervisor(workers).run()


def _start(given: Given, count: int, timeout: float | None, by_address: list[list[socket.socket]]) -> list[_Worker]:
    pairs = [socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM) for _ in range(count - 1)]
    workers: list[_Worker] = []
    sys.stdout.flush()
    gc.freeze()
    supervisor = os.getpid()
    try:
        for number in range(count):
            commands, events = os.pipe(), os.pipe()
            pid = os.fork()
            if not pid:
                for worker in workers:
                    os.close(worker.commands)
                    os.close(worker.events)
                socks = [socks[number] for socks in by_address]
                handed = pairs[number - 1][1] if number else None
                part = Part(Share(number, count), socks, [pair[0] for pair in pairs], handed)
                _child(given, part, timeout, commands, events, supervisor)
            os.close(commands[0])
            os.close(events[1])
            workers.append(_Worker(number, pid, commands[1], events[0]))
    except BaseException:
        for worker in workers:
            worker.signal(signal.SIGTERM)
        raise
    finally:
        for sock in (sock for pair in pairs for sock in pair):
            sock.close()
    return workers


def _child(
    given: Given,
    part: Part,
    timeout: float | None,
    commands: tuple[int, int],
    events: tuple[int, int],
    supervisor: int,
) -> None:
    """One process: a server like any other, whose stdin and stdout are those pipes. Never returns."""
    code = PmipError.exit_code
    try:
        os.setpgid(0, 0)  # Ctrl-C is for the one that started it
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != supervisor:  # it ended before it could be asked to tell
            os._exit(code)
        os.dup2(commands[0], 0)
        os.dup2(events[1], 1)
        for number in (*commands, *events):
            if number > 2:
                os.close(number)
        from pmiptool.cli.lma import Server

        server = Server(given, part)
        try:
            server.run(timeout)
        finally:
            server.close()
            given.shown.flush()
        sys.stdout.flush()
        code = 0
    except PmipError as error:
        print(f"worker {part.share.number + 1}: {error}", file=sys.stderr)
        code = error.exit_code
    except KeyboardInterrupt:  # told to end before its loop began
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


class _Supervisor:
    """Shows what the processes say, hands them what stdin says, and ends when they have."""

    def __init__(self, workers: list[_Worker]) -> None:
        self._workers = workers
        self._commands = Commands()
        self._ending = False
        self._failed: list[str] = []

    def run(self) -> int:
        before = {number: signal.signal(number, self._stop) for number in END}
        try:
            self._loop()
        finally:
            self._stop()
            for worker in self._workers:
                os.close(worker.commands)
                os.close(worker.events)
            for number, handler in before.items():
                signal.signal(number, handler)
        if self._failed:
            raise PmipError("; ".join(self._failed))
        return 0

    def _stop(self, number: int = 0, frame: FrameType | None = None) -> None:
        self._ending = True
        for worker in self._workers:
            worker.signal(signal.SIGTERM)

    def _loop(self) -> None:
        poll = select.poll()
        by_number = {worker.events: worker for worker in self._workers}
        for number in by_number:
            poll.register(number, select.POLLIN)
        stdin = self._commands.number
        while by_number:
            waits = stdin is not None and not self._commands.ended
            others = waits and self._commands.others_turn()
            if waits and not others:
                assert stdin is not None
                poll.register(stdin, select.POLLIN)
            for number, _ in poll.poll(_LOOK_AGAIN if others else None):
                worker = by_number.get(number)
                if worker is None:
                    self._obey()
                elif not worker.show():
                    poll.unregister(number)
                    del by_number[number]
                    self._ended(worker)
            if waits and not others:
                assert stdin is not None
                poll.unregister(stdin)

    def _ended(self, worker: _Worker) -> None:
        _, status = os.waitpid(worker.pid, 0)
        worker.ended = True
        code = os.waitstatus_to_exitcode(status)
        if code and not (self._ending and code == -signal.SIGTERM):
            how = f"by signal {-code}" if code < 0 else f"with exit code {code}"
            self._failed.append(f"worker {worker.number + 1} ended {how}, and the others with it")
            self._stop()

    def _obey(self) -> None:
        if self._commands.others_turn():
            return
        self._commands.read()
        while (line := self._commands.next()) is not None:
            for worker in self._meant(line):
                worker.obey(line)

    def _meant(self, line: str) -> Sequence[_Worker]:
        """Who carries out a command; what is wrong with it the first says."""
        from pmiptool.text.values import parse_octets_text

        try:
            words = words_of(line)
        except UsageError:
            words = []
        if words == ["quit"]:
            return self._workers
        if words[:1] == ["revoke-all"] or (words[:1] == ["revoke"] and words[1:] and words[1].startswith("@")):
            click.echo(f"{line}: it takes one worker; revoke the mobile nodes one by one", err=True)
            return ()
        if words[:1] in (["revoke"], ["notify"]) and len(words) > 1:
            return [self._workers[share_of(parse_octets_text(words[1]), len(self._workers))]]
        return self._workers[:1]
