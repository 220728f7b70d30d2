"""``pmiptool mag``: the reference MAG, with commands on stdin."""

from __future__ import annotations

import contextlib
import signal
from typing import TYPE_CHECKING, Any

import click

from pmiptool.cli.commands import Commands, words_of
from pmiptool.cli.files import Number
from pmiptool.cli.mag_shown import Shown
from pmiptool.cli.options import Talk, talk_options
from pmiptool.errors import UsageError
from pmiptool.net.signals import end_by

if TYPE_CHECKING:
    from pmiptool.mag import MagConfig
    from pmiptool.mag.bul import BindingUpdateListEntry, Request
    from pmiptool.net.record import Recorder
    from pmiptool.session.endpoint import ParameterProblem

USAGE = {"configure": "configure [FILE.toml]", "restart": "restart", "wait": "wait SECONDS", "quit": "quit"}
"""Beside what `net.mag_words` reads."""
LONG = 3600.0
PATIENCE = 10  # times what passes before the first retransmission: three of them, as in other commands


@click.command()
@click.option("--mhgid", type=click.IntRange(0, 255), default=0, show_default=True, help="Group of MNs not in --peer.")
@click.option("--plain", is_flag=True, help="MNs not in --peer have no multihoming (RFC 5213 alone).")
@click.option(
    "--lifetime", type=click.IntRange(4, 262140), default=300, show_default=True, metavar="SECONDS", help="To ask for."
)
@click.option(
    "--heartbeat",
    type=Number(0, 3600),
    default=0.0,
    metavar="SECONDS",
    help="Ask every so often, while something is registered, whether the LMA is there.",
)
@click.option("--mag-fault", "mag_faults", multiple=True, metavar="NAME",
              help="Something wrong with this MAG (repeatable; see --list-faults).")  # fmt: skip
@click.option("--list-faults", is_flag=True, help="List the faults of the MAG and end.")
@talk_options
def command(
    mhgid: int,
    plain: bool,
    lifetime: int,
    heartbeat: float,
    mag_faults: tuple[str, ...],
    list_faults: bool,
    talk: Talk,
) -> int:
    """Run the reference MAG. It renews and retransmits by itself; Ctrl-C ends it.

    It answers the heartbeats, binding revocations and update notifications of the LMA.

    \b
    Commands on stdin, one a line; each waits for the answer to the one before:
      attach MN [flow EXPR]...   as in: attach mn1@example.org flow "fid=1 proto=udp"
      handover MN [interface|unknown] [flow EXPR]...
                                 it came from another MAG, another interface of its own, or nobody knows
      modify MN flow EXPR
      remove MN FID              the filter of that number
      renew MN [bulk|overwrite]  of several paths (RFC 8278) for all, or in place of all others
      detach MN [keep|remove]
      lose MN                    it is not known any more whether it is there; this waits for nothing
      allow MN                   serve it again, after an answer that forbade that
      discover MN                it looks for an IPv4 address by DHCP
      release MN [prefixes]      it gives up its IPv4 address, or all its prefixes, and keeps the rest
      share MN [flow EXPR]...    a further interface of it attached, which is to have the same prefixes (RFC 7864)
      revoke                     have the LMA end all bindings of this MAG (RFC 5846)
      heartbeat                  ask whether the LMA is there
      restart                    a MAG that has lost its sessions, with a higher restart counter
      configure [FILE.toml]      another MAG in its place, with the keys of [mag] and [codepoints]; as it was
      wait SECONDS               let time pass (with embedded it costs none)
      quit

    After quit, or when stdin ends, it ends with the last answer; what has none within 10 s (ten times --timeout) is
    given up.

    Exit code: 3 when an exchange failed, 2 when a command could not be read.
    """
    if list_faults:
        from pmiptool.cli.lists import print_list
        from pmiptool.mag.faults import FAULTS

        print_list(FAULTS, False)
        return 0
    end_by(signal.SIGINT)
    way = talk.open()
    try:
        return Gateway(way, talk, None if plain else mhgid, lifetime, heartbeat, mag_faults).run()
    except KeyboardInterrupt:
        return 0
    finally:
        way.close()


class Gateway:
    """The MAG, its commands and its way to the LMA."""

    def __init__(
        self,
        way: Recorder,
        talk: Talk,
        mhgid: int | None,
        lifetime: int,
        heartbeat: float,
        faults: tuple[str, ...] = (),
    ) -> None:
        self.way = way
        self.settings = talk.settings.codepoints
        self._nodes = talk.settings.peer.mn
        self._mhgid, self._lifetime, self._faults = mhgid, lifetime, faults
        self._usual = self._config(talk, heartbeat)
        self._begin(self._usual)
        self.commands = Commands()
        self.quitting = False
        self.waiting_until = 0.0
        self.shown = Shown(way.now)
        self.misread = False

    def _begin(self, config: MagConfig) -> None:
        """A MAG that knows nothing of one before it."""
        from pmiptool.mag import MnProfile, MobileAccessGateway
        from pmiptool.net.mag_words import MagWords
        from pmiptool.net.profiles import profile_of

        way, self.settings = self.way, config.codepoints
        seed = int(way.now() * 1000)
        self.mag = MobileAccessGateway(config, way.locals[0], way.peer, seed=seed, faults=self._faults)
        known = {node.id: profile_of(node, self.settings, lifetime=self._lifetime) for node in self._nodes}
        others = MnProfile(id=b"", mhgid=self._mhgid, lifetime=self._lifetime)
        self.words = MagWords(self.mag, known, others, self.settings)

    def _configure(self, files: list[str]) -> None:
        """As a file has it, or without one as it was."""
        from pmiptool.net.mag_settings import changed, load

        self._begin(changed(self._usual, load(files[0])) if files else self._usual)

    def _restart(self) -> None:
        """Without its sessions, as after a crash (RFC 5847 3.2)."""
        from msgspec.structs import replace

        counter = (self.mag.config.restart_counter + 1) & 0xFFFFFFFF
        self._usual = replace(self._usual, restart_counter=counter)
        self._begin(replace(self.mag.config, restart_counter=counter))

    def _config(self, talk: Talk, heartbeat: float) -> MagConfig:
        from pmiptool.mag import MagConfig

        timers, readings = talk.settings.peer.timers, talk.settings.context.readings
        initial = talk.timeout or timers.initial_bindack_timeout or MagConfig().initial_timeout
        return MagConfig(
            clock_offset=talk.clock_offset,
            initial_timeout=initial,
            max_timeout=max(initial, timers.max_bindack_timeout or MagConfig().max_timeout),
            heartbeat_interval=heartbeat,
            restart_counter=int(self.way.now()) & 0xFFFFFFFF,  # this process knows nothing of the one before
            refresh_flows=readings["flow-omission"] == "strict",
            detach_wait=readings["detach-wait"],  # type: ignore[arg-type]
            codepoints=self.settings,
        )

    def run(self) -> int:
        """Work until ``quit`` or the end of stdin, and until the last answer has come; return the exit code."""
        try:
            self._work()
        finally:
            self.shown.look(end=True)
        return UsageError.exit_code if self.misread else self.shown.exit_code

    def _work(self) -> None:
        from pmiptool.net.live import LiveTransport

        self.shown.say(f"MAG {self._text(self.way.locals[0])}, LMA {self.way.target}")
        live = self.way.transport
        if isinstance(live, LiveTransport):
            live.wake_on(self.commands.number)
        while True:
            self._obey()
            self._send()
            self._give_up()
            busy = self.mag.busy() or self.way.now() < self.waiting_until
            if self.quitting and not busy:
                return
            if not busy and (self.commands.ended or self.commands.peek()):
                continue
            if not isinstance(live, LiveTransport) and not busy:
                self.commands.read()
                continue
            self._wait()
            if isinstance(live, LiveTransport) and live.woken:
                self.commands.read()
                live.wake_on(None if self.commands.ended else self.commands.number)

    def _obey(self) -> None:
        """Carry out commands as long as nothing is under way; a mobile node is lost at any time."""
        while not self.quitting:
            waits = self.mag.busy() or self.way.now() < self.waiting_until
            if waits and self.commands.peek().split()[:1] != ["lose"]:
                return
            line = self.commands.next()
            if line is None:
                self.quitting = self.commands.ended
                return
            try:
                self._do(words_of(line))
            except UsageError as error:
                self.misread = True
                click.echo(f"{line}: {error}", err=True)
            self._send()

    def _given_up_at(self) -> float | None:
        """When the request that waits longest is given up: after ``quit`` or the end of stdin nobody waits for it."""
        ending = self.quitting or self.commands.ended or self.commands.has("quit")
        if not ending or self.way.now() < self.waiting_until:
            return None
        begun = [request.attempts[0].time for _, request in self._waiting()]
        return min(begun) + self._patience if begun else None

    def _give_up(self) -> None:
        """Let go of what has no answer where that would keep us from ending (`_given_up_at`)."""
        now, at = self.way.now(), self._given_up_at()
        if at is None or now < at:
            return
        for entry, request in self._waiting():
            if request.attempts[0].time + self._patience <= now:
                self.mag.give_up(entry.profile.id, now, interface=entry.profile.interface)
        self._send()

    @property
    def _patience(self) -> float:
        return PATIENCE * self.mag.config.initial_timeout

    def _waiting(self) -> list[tuple[BindingUpdateListEntry, Request]]:
        """The requests that were sent, and whose they are."""
        entries = self.mag.binding_update_list.values()
        return [(entry, entry.request) for entry in entries if entry.request is not None and entry.request.attempts]

    def _do(self, words: list[str]) -> None:
        if not words:
            return
        name, arguments = words[0], words[1:]
        now = self.way.now()
        if name == "quit" and not arguments:
            self.quitting = True
        elif name == "wait" and len(arguments) == 1:
            self.waiting_until = now + _seconds(arguments[0])
        elif name == "configure" and len(arguments) < 2:
            self._configure(arguments)
        elif name == "restart" and not arguments:
            self._restart()
        elif name in USAGE:
            raise UsageError(f"this command reads: {USAGE[name]}")
        else:
            self.words.do(words, now, further=tuple(USAGE.values()))

    def _send(self) -> None:
        for datagram in self.mag.to_send(self.way.now()):
            self.way.send(datagram)
        for problem in self.mag.problems():
            self._complain(problem)
        self.shown.events(self.mag.events(), self.settings)

    def _complain(self, problem: ParameterProblem) -> None:
        """Send an ICMP error; nobody depends on it, and with embedded there is nobody to read it."""
        from pmiptool.net import icmp
        from pmiptool.text.values import address_text

        if self.way.target.kind == "raw":
            with contextlib.suppress(OSError), icmp.open_sender(address_text(problem.source.address)) as sock:
                sock.sendto(icmp.parameter_problem(problem), (address_text(problem.destination.address), 0))

    def _wait(self) -> None:
        """Let time pass until something arrives or is due."""
        from pmiptool.net.transport import Received

        due = self.mag.next_timer()
        until = self.way.now() + LONG if due is None else due
        if self.way.now() < self.waiting_until:
            until = min(until, self.waiting_until)
        given_up, looks = self._given_up_at(), self.shown.patience()
        until = until if given_up is None else min(until, given_up)
        until = until if looks is None else min(until, self.way.now() + looks)
        for arrival in self.way.receive(until):
            if isinstance(arrival, Received):
                self.mag.receive(arrival.data, arrival.source, arrival.time, arrival.destination)
            else:
                self.shown.unasked(arrival.text)
            self._send()
        self.shown.look()
        self.way.spill()
        due = self.mag.next_timer()
        if due is not None and due <= self.way.now():
            self.mag.on_timer(self.way.now())
        self._send()

    @staticmethod
    def _text(endpoint: Any) -> str:
        from pmiptool.net.target import show_endpoint

        return show_endpoint(endpoint)


def _seconds(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = -1.0
    if not 0 <= found < float("inf"):
        raise UsageError(f"it waits for a number of seconds, and {text!r} is none")
    return found
