"""Options that many commands share.

``@settings_options`` gives a command ``settings: Settings``; ``@talk_options`` gives it ``talk: Talk``, which has the
settings in it. Both read files only when a value is asked for, and remember it.
"""

from __future__ import annotations

import functools
import ipaddress
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import click

from pmiptool.cli.files import Number, unwritten
from pmiptool.errors import UsageError

if TYPE_CHECKING:
    from pmiptool.lma.config import LmaConfig
    from pmiptool.net.esp.associations import Esp
    from pmiptool.net.peer import Peer
    from pmiptool.net.record import Recorder
    from pmiptool.net.target import Target
    from pmiptool.registry.ambiguities import Readings
    from pmiptool.registry.codepoints import CodePoints
    from pmiptool.rules import Context

F = TypeVar("F", bound=Callable[..., Any])


class Settings:
    """What is known of a peer: from its file, changed by flags."""

    def __init__(
        self, peer_file: str | None = None, codepoint: tuple[str, ...] = (), reading: tuple[str, ...] = ()
    ) -> None:
        self.peer_file = peer_file
        self.codepoint = codepoint
        self.reading = reading
        self._warned: set[str] = set()

    def check(self) -> None:
        """Refuse what was given and is wrong, also where the command has no use for it. Raises UsageError."""
        if self.peer_file is not None or self.codepoint or self.reading:
            _ = self.codepoints, self.readings

    @cached_property
    def peer(self) -> Peer:
        """The peer file, or an empty one."""
        from pmiptool.net.peer import Peer, load_peer

        return load_peer(self.peer_file) if self.peer_file is not None else Peer()

    @cached_property
    def codepoints(self) -> CodePoints:
        """The code points in force; says once on stderr where one takes an assigned number."""
        from pmiptool.registry.codepoints import DEFAULT

        return self.codepoints_on(DEFAULT)

    def codepoints_on(self, base: CodePoints) -> CodePoints:
        """Those of the flags and the peer file, and of `base` what neither names."""
        from pmiptool.registry.codepoints import clashes, code_points

        values: dict[str, object] = {**self.peer.codepoints, **dict(map(key_value, self.codepoint))}
        found = code_points(values, base)
        for sentence in clashes(found):
            if sentence not in self._warned:
                self._warned.add(sentence)
                click.echo(f"warning: {sentence}", err=True)
        return found

    @cached_property
    def readings(self) -> Readings:
        """The readings in force, by the keys of the ambiguity register."""
        from pmiptool.registry.ambiguities import DEFAULT_READINGS

        return self.readings_on(DEFAULT_READINGS)

    def readings_on(self, base: Readings) -> Readings:
        """Those of the flags and the peer file, and of `base` what neither names."""
        return base.changed({**self.peer.readings, **dict(map(key_value, self.reading))})

    @cached_property
    def context(self) -> Context:
        """What the rules judge messages under: these settings, and what the peer file tells of the LMA."""
        from pmiptool.rules import Context, Knowledge

        peer = self.peer
        window, delay = peer.timers.timestamp_validity_window, peer.timers.min_delay_before_bce_delete
        known = Knowledge(mns={node.id.encode(): True for node in peer.mn}) if peer.mn else Knowledge()
        context = Context(self.codepoints, self.readings, known)
        context = context if window is None else replace(context, timestamp_window=window)
        return context if delay is None else replace(context, delete_delay=delay)


class Talk:
    """With whom to talk, and how: a target, our sources, and what the embedded LMA is like."""

    def __init__(
        self,
        settings: Settings,
        *,
        target: str | None = None,
        source: tuple[str, ...] = (),
        lma_config: str | None = None,
        fault: tuple[str, ...] = (),
        write: str | None = None,
        timeout: float | None = None,
        clock_offset: float | None = None,
        esp: str | None = None,
    ) -> None:
        self.settings = settings
        self.faults = fault
        self.write = write
        self.timeout = timeout
        self._target = target
        self._source = source
        self._lma_config = lma_config
        self._clock_offset = clock_offset
        self._esp = esp

    def or_embedded(self) -> None:
        """Where no target is named, take the reference LMA in this process: nothing leaves the machine."""
        if self.named is None:
            self._target = "embedded"
            click.echo("no --target given: the reference LMA in this process plays (embedded)", err=True)

    @property
    def named(self) -> str | None:
        """The target as it was named; None where none was."""
        return self._target or self.settings.peer.target

    @cached_property
    def target(self) -> Target:
        """The target of the flag or of the peer file. Raises UsageError when there is none."""
        from pmiptool.net.target import FORMS, parse_target

        text = self.named
        if text is None:
            raise UsageError(f"no target given; add --target T, where T is {FORMS}")
        found = parse_target(text)
        if found.kind != "embedded" and (self.faults or self._lma_config):
            flag = "--fault" if self.faults else "--lma-config"
            raise UsageError(f"{flag} is about the embedded LMA, and the target is {found}")
        return found.under(self.esp)

    @cached_property
    def esp(self) -> Esp | None:
        """The security associations of ``--esp``, which count on as long as this lives."""
        return security_associations(self._esp)

    def listening(self, text: str) -> list[Target]:
        """Where to wait for peers: each address of ours that a target stands for, under the same ESP."""
        return listening(text, self.esp)

    @cached_property
    def sources(self) -> tuple[bytes, ...]:
        """The proxy care-of addresses given, none for the kernel's choice."""
        found = tuple(parse_source(text) for text in self._source or self.settings.peer.sources)
        for number, address in enumerate(found):
            if address in found[:number]:
                text = ipaddress.ip_address(address)
                raise UsageError(f"source {text} is given twice; each MAG needs an address of its own")
        return found

    @property
    def clock_offset(self) -> float:
        """Seconds to add to our clock in timestamps."""
        return self.settings.peer.clock_offset if self._clock_offset is None else self._clock_offset

    @cached_property
    def context(self) -> Context:
        """What the rules judge the target under: of the embedded LMA its whole configuration is known."""
        if self.target.kind != "embedded":
            return self.settings.context
        from pmiptool.lma.knowledge import context_of

        return context_of(self.lma_config, complete=False)

    @cached_property
    def lma_config(self) -> LmaConfig:
        """The embedded LMA's configuration, with the code points and readings of the flags."""
        import msgspec

        from pmiptool.lma.config import LmaConfig, check, load_config

        config = load_config(self._lma_config) if self._lma_config is not None else LmaConfig()
        config = msgspec.structs.replace(
            config,
            codepoints=self.settings.codepoints_on(config.codepoints),
            readings=self.settings.readings_on(config.readings),
        )
        check(config)
        return config

    def words(self) -> list[str]:
        """The arguments that name this peer again, on a command line that talks; not where to write."""
        settings = self.settings
        words = [] if self._target is None else ["--target", self._target]
        words += [] if settings.peer_file is None else ["--peer", settings.peer_file]
        words += [] if self._lma_config is None else ["--lma-config", self._lma_config]
        for name, several in (
            ("--source", self._source),
            ("--fault", self.faults),
            ("--codepoint", settings.codepoint),
            ("--reading", settings.reading),
        ):
            words += [word for value in several for word in (name, value)]
        words += [] if self._esp is None else ["--esp", self._esp]
        for name, number in (("--timeout", self.timeout), ("--clock-offset", self._clock_offset)):
            words += [] if number is None else [name, f"{number:g}"]
        return words

    def open(self, *, start: float | None = None, seed: int = 0, address: bytes | None = None) -> Recorder:
        """Open the way to the target, recorded into ``-w FILE`` where one is given. Close it in ``finally``.

        ``start``, ``seed`` and ``address`` are the embedded LMA's clock, randomness and address.
        """
        from pmiptool.net.record import Recorder
        from pmiptool.net.transport import open_transport

        embedded = self.target.kind == "embedded"
        transport = open_transport(
            self.target,
            self.sources,
            lma_config=self.lma_config if embedded else None,
            faults=self.faults,
            seed=seed,
            start=start,
            address=address,
        )
        try:
            return Recorder(transport, self.write, unwritten)
        except BaseException:
            transport.close()
            raise


def security_associations(path: str | None) -> Esp | None:
    """What ``--esp`` names, None where it is not given. Raises UsageError."""
    if path is None:
        return None
    from pmiptool.net.esp.file import load_esp

    return load_esp(path)


def listening(text: str, esp: Esp | None) -> list[Target]:
    """Each address of ours that ``--listen`` stands for."""
    from pmiptool.net.addresses import each_address
    from pmiptool.net.target import parse_target

    return each_address(parse_target(text, listen=True).under(esp))


def key_value(text: str) -> tuple[str, str]:
    """Split ``KEY=VALUE``. Raises UsageError."""
    key, equals, value = text.partition("=")
    if not equals or not key.strip() or not value.strip():
        raise UsageError(f"'{text}' is not KEY=VALUE")
    return key.strip(), value.strip()


def parse_source(text: str) -> bytes:
    """Return the octets of an address of ours: unicast, IPv6 or (over UDP) IPv4. Raises UsageError."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        raise UsageError(f"source '{text}' is no IPv6 or IPv4 address") from None
    if address.is_multicast or address.is_unspecified:
        kind = "multicast" if address.is_multicast else "the unspecified address"
        raise UsageError(f"source {address} is {kind}; a proxy care-of address is unicast")
    return address.packed


def wrap(function: F, name: str, options: tuple[Callable[[Any], Any], ...], make: Callable[..., Any]) -> F:
    """Put options on a command and hand it what ``make`` makes of their values, under one name."""
    names = tuple(make.__kwdefaults__ or ())

    @functools.wraps(function)
    def wrapper(*args: Any, **values: Any) -> Any:
        values[name] = make(**{key: values.pop(key) for key in names})
        return function(*args, **values)

    result: Any = wrapper
    for option in reversed(options):
        result = option(result)
    return result  # type: ignore[no-any-return]


_SETTINGS = (
    click.option(
        "--peer", "peer_file", metavar="FILE", type=click.Path(dir_okay=False), help="What is known of the peer (TOML)."
    ),
    click.option("--codepoint", multiple=True, metavar="KEY=VALUE", help="A code point without a number of its own."),
    click.option("--reading", multiple=True, metavar="KEY=VALUE", help="How to read what the texts leave open."),
)
esp_option = click.option(
    "--esp",
    metavar="FILE",
    type=click.Path(dir_okay=False),
    help="Send and receive under ESP, by the SAs in FILE (TOML); -w has what was inside.",
)
_TALK = (
    click.option("--target", metavar="T", help="embedded, ADDRESS[%interface], or udp://ADDRESS[:5436]."),
    click.option(
        "--source", "sources", multiple=True, metavar="ADDRESS", help="Our proxy care-of address (repeatable)."
    ),
    click.option(
        "--lma-config",
        metavar="FILE",
        type=click.Path(dir_okay=False),
        help="Configuration of the embedded LMA (TOML).",
    ),
    click.option("--fault", multiple=True, metavar="NAME", help="Something wrong with the embedded LMA (repeatable)."),
    click.option(
        "-w", "write", metavar="FILE", type=click.Path(dir_okay=False), help="Write what is sent and received (pcapng)."
    ),
    click.option("--timeout", type=Number(min=0, min_open=True), metavar="SECONDS", help="How long to wait."),
    click.option("--clock-offset", type=Number(), metavar="SECONDS", help="Add this to our clock in timestamps."),
    esp_option,
)


def settings_options(function: F) -> F:
    """``--peer --codepoint --reading``; the command gets ``settings``."""

    def make(
        *, peer_file: str | None = None, codepoint: tuple[str, ...] = (), reading: tuple[str, ...] = ()
    ) -> Settings:
        settings = Settings(peer_file, codepoint, reading)
        settings.check()
        return settings

    return wrap(function, "settings", _SETTINGS, make)


def talk_options(function: F) -> F:
    """All of a command that talks; the command gets ``talk``."""

    def make(
        *,
        peer_file: str | None = None,
        codepoint: tuple[str, ...] = (),
        reading: tuple[str, ...] = (),
        target: str | None = None,
        sources: tuple[str, ...] = (),
        lma_config: str | None = None,
        fault: tuple[str, ...] = (),
        write: str | None = None,
        timeout: float | None = None,
        clock_offset: float | None = None,
        esp: str | None = None,
    ) -> Talk:
        settings = Settings(peer_file, codepoint, reading)
        settings.check()
        return Talk(
            settings,
            target=target,
            source=sources,
            lma_config=lma_config,
            fault=fault,
            write=write,
            timeout=timeout,
            clock_offset=clock_offset,
            esp=esp,
        )

    return wrap(function, "talk", _TALK + _SETTINGS, make)
