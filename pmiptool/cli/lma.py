"""``pmiptool lma``: the reference LMA in the foreground, one line per event."""

from __future__ import annotations

import gc
import json
import signal
import sys
import time
from collections import deque
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from pmiptool.cli.commands import Commands
from pmiptool.cli.files import Number
from pmiptool.cli.lists import print_list
from pmiptool.cli.options import Settings, esp_option, settings_options
from pmiptool.net.signals import end_by

if TYPE_CHECKING:
    from pmiptool.capture.files import Writer
    from pmiptool.cli.lma_workers import Part
    from pmiptool.lma.config import LmaConfig
    from pmiptool.lma.events import Event
    from pmiptool.net.target import Target
    from pmiptool.session.endpoint import Endpoint

WAITING = 100_000  # events that wait to be shown while requests come in faster than lines can be printed
YOUNG, OLD = 20_000, 20  # objects after which the young are looked at for cycles, and how often before they are old
PER_BATCH = 32  # events shown at once when no request waits
LOOK_AGAIN = 1.0  # seconds until a terminal that another job read from is looked at again


@click.command()
@click.option("--config", metavar="FILE", type=click.Path(dir_okay=False), help="Configuration (TOML).")
@click.option(
    "--listen",
    metavar="T",
    default="::",
    show_default=True,
    help="Where: ADDRESS[%interface] (protocol 135), or udp://ADDRESS[:5436]; :: and 0.0.0.0 are all addresses.",
)
@click.option("--fault", multiple=True, metavar="NAME", help="Do one thing wrong (repeatable; see --list-faults).")
@click.option("--list-faults", is_flag=True, help="List the faults and end.")
@click.option("--json", "as_json", is_flag=True, help="Events as NDJSON.")
@click.option("--quiet", is_flag=True, help="Show no events.")
@click.option(
    "-w", "write", metavar="FILE", type=click.Path(dir_okay=False), help="Write what comes and goes (pcapng)."
)
@click.option("--timeout", type=Number(min=0, min_open=True), metavar="SECONDS", help="End after this time.")
@click.option(
    "--clock-offset", type=Number(), default=0.0, metavar="SECONDS", help="Set this LMA's clock ahead by this."
)
@click.option(
    "--restart-counter",
    type=click.IntRange(0, 0xFFFFFFFF),
    metavar="N",
    help="What heartbeat responses say, higher at every start.  [default: the time in seconds]",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    metavar="N",
    help="Processes behind one address, each with some of the mobile nodes.",
)
@esp_option
@settings_options
def command(
    config: str | None,
    listen: str,
    fault: tuple[str, ...],
    list_faults: bool,
    as_json: bool,
    quiet: bool,
    write: str | None,
    timeout: float | None,
    clock_offset: float,
    restart_counter: int | None,
    workers: int,
    esp: str | None,
    settings: Settings,
) -> int:
    """Run the reference LMA in the foreground; Ctrl-C ends it.

    Prints "listening on ADDRESS" when it is ready, then one line per event. Events are shown when there is time
    between requests; when too many wait, the rest is counted.

    \b
    Commands on stdin, one a line; the end of stdin does not end it:
      revoke MN [TRIGGER] [ipv4] [at ADDRESS]
                                              a binding revocation to each MAG of MN, or to one;
                                              with ipv4 of the IPv4 home address alone
      revoke @REALM [TRIGGER] [at ADDRESS]    of all MNs of a realm at once
      revoke-all ADDRESS                      of all MNs at a MAG
      notify MN REASON [ack|noack] [at ADDRESS]
                                              an update notification to each MAG of MN, or to one
      quit                                    after the last answer to these

    Without ack or noack an update notification asks for an acknowledgement, except where it asks for a registration,
    as RFC 7077 5.1 recommends.

    With --workers every process has a part of the pools, and a mobile node may name prefixes of that part, or its own,
    alone. What looks at all mobile nodes at once takes one process: -w, --esp, --fault, revoke-all, revoke @REALM,
    dialect = "auto", lma.heartbeat_interval and mag.global_revocation.
    """
    from pmiptool.lma.faults import ALL

    if list_faults:
        print_list(ALL, as_json)
        return 0
    from pmiptool.cli.options import listening, security_associations
    from pmiptool.net.alone import Alone

    end_by(signal.SIGINT)
    lma_config = configured(config, settings)
    targets = listening(listen, security_associations(esp))
    shown = Events(as_json, quiet)
    started = int(time.time())
    counter = started if restart_counter is None else restart_counter
    given = Given(lma_config, targets, fault, clock_offset, shown, write, started, counter)
    with Alone(targets):
        if workers > 1:
            from pmiptool.cli.lma_workers import run_workers

            return run_workers(given, workers, timeout)
        return _serve(given, timeout)


def _serve(given: Given, timeout: float | None) -> int:
    """In this process, until it is told to end."""
    server = Server(given)
    try:
        given.say_listening()
        server.run(timeout)
    except KeyboardInterrupt:  # before the loop took the signal
        pass
    finally:
        server.close()
        given.shown.flush()
    return 0


class Given(NamedTuple):
    """What a server is made of. faults: names. write: a capture's name. seed: of what the anchor makes up."""

    config: LmaConfig
    targets: list[Target]
    faults: tuple[str, ...]
    clock_offset: float
    shown: Events
    write: str | None
    seed: int
    restart_counter: int

    def say_listening(self) -> None:
        for target in self.targets:
            self.shown.say(f"listening on {target}", {"event": "Listening", "address": str(target)})


def configured(path: str | None, settings: Settings) -> LmaConfig:
    """The configuration of a file, with the code points and readings of the flags on top."""
    from pmiptool.cli.options import Talk

    return Talk(settings, target="embedded", lma_config=path).lma_config


class Server:
    """One LMA on one socket per address; of several processes it is one, with `part`."""

    def __init__(self, given: Given, part: Part | None = None) -> None:
        from pmiptool.cli.lma_commands import Operator
        from pmiptool.lma import LocalMobilityAnchor
        from pmiptool.lma.share import WHOLE
        from pmiptool.net.driver import Driver, Port, open_port

        write, clock_offset, targets = given.write, given.clock_offset, given.targets
        self.lma = LocalMobilityAnchor(
            given.config,
            targets[0].address,
            seed=given.seed,
            faults=given.faults,
            restart_counter=given.restart_counter,
            share=WHOLE if part is None else part.share,
        )
        self._shown = given.shown
        self._target = targets[0]
        self._writer: Writer | None = None
        if write is not None:
            from pmiptool.capture.files import Writer

            self._writer = Writer(write)
        machine = self.lma if not clock_offset else _Ahead(self.lma, clock_offset)
        ports: list[Port] = []
        try:
            for number, target in enumerate(targets):
                if part is None:
                    ports.append(open_port(target, machine, machine.receive, seen=self._record if write else None))
                else:
                    receive = part.receive(given.config, machine.receive)
                    ports.append(
                        Port(machine, part.socks[number], target.endpoint, receive, interface=target.interface)
                    )
        except BaseException:
            for port in ports:
                port.sock.close()
            raise
        by_endpoint = {port.local: port for port in ports}
        for port in ports:
            port.siblings = by_endpoint
        self.driver = Driver(ports, self._after_batch)
        if part is not None and part.handed is not None:
            self.driver.add_reader(part.handed.fileno(), lambda: part.take(self.lma, machine, ports[0]))
        self._commands = Commands()
        self._not_before: float | None = None
        self._operator = Operator(self.lma, lambda: time.time() + clock_offset)
        self._listen_to_commands()

    def _listen_to_commands(self) -> None:
        self._not_before = None
        if self._commands.number is not None:
            self.driver.add_reader(self._commands.number, self._obey)

    def _obey(self) -> None:
        """Stdin can be read. Its end is not ours, and neither is a terminal while another job has it."""
        assert self._commands.number is not None
        if self._commands.others_turn():
            self._not_before = time.time() + LOOK_AGAIN
        else:
            self._commands.read()
            while (line := self._commands.next()) is not None:
                self._operator.obey(line)
        if self._commands.ended or self._not_before is not None:
            self.driver.remove_reader(self._commands.number)

    def run(self, timeout: float | None) -> None:
        gc.collect()
        gc.freeze()
        gc.set_threshold(YOUNG, 10 * OLD, 100)
        self.driver.run(None if timeout is None else time.time() + timeout)

    def _after_batch(self, now: float, busy: bool) -> bool:
        if gc.get_count()[1] > OLD:
            gc.freeze()  # a look at all that lives would take a second of a million sessions
        if self._writer is not None and not busy:
            self._writer.flush()
        if self._operator.quitting and not self.lma.busy():
            self.driver.stop()
        if self._not_before is not None and now > self._not_before:
            self._listen_to_commands()
        return self._shown.add(self.lma.events(), busy)

    def _record(self, now: float, data: bytes, source: Endpoint, destination: Endpoint) -> None:
        from pmiptool.capture.files import nanoseconds
        from pmiptool.net.record import packet_of, sealed_in

        assert self._writer is not None
        comment = sealed_in(self._target, source, destination)
        self._writer.write(packet_of(data, source, destination), nanoseconds(now), comment or None)

    def close(self) -> None:
        from pmiptool.net.sockets import receive_drops

        self._shown.add(self.lma.events(), True)
        if lost := sum(receive_drops(port.sock) for port in self.driver.ports):
            self._shown.flush()
            told = f"{lost} messages found no room in the receive buffer"
            self._shown.say(told, {"event": "NotReceived", "count": lost})
        self.driver.close()
        if self._writer is not None:
            self._writer.close()


class _Ahead:
    """An LMA whose clock is ahead of the loop's."""

    def __init__(self, lma: Any, offset: float) -> None:
        self._lma, self._offset = lma, offset

    def receive(self, data: bytes, source: Endpoint, now: float, destination: Endpoint) -> None:
        self._lma.receive(data, source, now + self._offset, destination)

    def to_send(self, now: float) -> Any:
        return self._lma.to_send(now + self._offset)

    def next_timer(self) -> float | None:
        timer = self._lma.next_timer()
        return None if timer is None else timer - self._offset

    def on_timer(self, now: float) -> None:
        self._lma.on_timer(now + self._offset)


class Events:
    """Shows events without keeping requests waiting: some after each batch that left time, the rest at the end."""

    def __init__(self, as_json: bool, quiet: bool) -> None:
        self._as_json = as_json
        self._quiet = quiet
        self._waiting: deque[Event] = deque()
        self._dropped = 0

    def add(self, events: list[Event], busy: bool) -> bool:
        """Take the events of a batch, show some when there is time, and say whether more wait."""
        if self._quiet:
            return False
        room = WAITING - len(self._waiting)
        self._waiting.extend(events[:room])
        self._dropped += max(0, len(events) - room)
        if not busy:
            self._show(PER_BATCH)
        return bool(self._waiting)

    def flush(self) -> None:
        self._show(len(self._waiting))

    def _show(self, count: int) -> None:
        from pmiptool.lma.events import event_line, event_object

        if not self._waiting:
            return
        lines = []
        while self._waiting and count > 0:
            event = self._waiting.popleft()
            lines.append(json.dumps(event_object(event)) if self._as_json else event_line(event))
            count -= 1
        click.echo("\n".join(lines))
        if self._dropped and not self._waiting:
            self.say(f"{self._dropped} events were not shown", {"event": "NotShown", "count": self._dropped})
            self._dropped = 0

    def say(self, line: str, shown: dict[str, Any]) -> None:
        """Print a line of our own at once."""
        click.echo(json.dumps(shown) if self._as_json else line)
        sys.stdout.flush()
        if self._as_json:
            click.echo(line, err=True)
