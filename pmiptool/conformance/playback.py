"""Judging a run once more from its capture alone: the cases play against what was recorded.

A run's capture says in its section comment under which settings the cases ran, and in each packet's comment to which
attempt at which case it belongs. The same cases, with the same seed, ask the same again; what they then hear is what
the peer said at the time. The verdicts are those of the live run, or the capture is not of this version.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

import msgspec

from pmiptool.capture.files import Frame, read, section_comment
from pmiptool.conformance.case import Case, Role, cases
from pmiptool.conformance.configured import placed
from pmiptool.conformance.lma import Lma
from pmiptool.conformance.mag import Mag
from pmiptool.conformance.mag_peer import context_for
from pmiptool.conformance.result import RunResult
from pmiptool.conformance.runner import RunSettings, run
from pmiptool.conformance.trial import NotPossible, Trial, TrialSettings
from pmiptool.lma.config import LmaConfig, check
from pmiptool.lma.knowledge import context_of
from pmiptool.net.embedded_mag import ends
from pmiptool.net.peer import PeerNode, PeerTimers
from pmiptool.net.record import Recorded
from pmiptool.net.target import Target, parse_target
from pmiptool.net.transport import Arrival, IcmpError, Received
from pmiptool.net.trigger import Trigger
from pmiptool.registry.ambiguities import DEFAULT_READINGS
from pmiptool.registry.codepoints import KEYS, CodePoints, code_points
from pmiptool.rules import Context, Knowledge
from pmiptool.scenario.anchor import configured_with
from pmiptool.session.endpoint import Datagram, Endpoint

SCHEMA = "pmiptool/conformance-run/1"
UDP, ICMPV6 = 17, 58


class About(msgspec.Struct, frozen=True, kw_only=True):
    """What a capture says of the run that it is of: what the verdicts hang on.

    locals, peer: address in hex and port, none for raw IPv6. config: of an embedded LMA, by its tables. operator: who
    made the peer do something.
    """

    schema: str = SCHEMA
    role: Role = "lma"
    target: str = "embedded"
    name: str = ""
    seed: int = 0
    timeout: float
    silence: float
    clock_offset: float = 0.0
    timestamp_window: float = 0.3
    claims: tuple[str, ...] = ()
    timers: PeerTimers = PeerTimers()
    nodes: tuple[PeerNode, ...] = ()
    codepoints: dict[str, int | str] = {}
    readings: dict[str, str] = {}
    locals: tuple[tuple[str, int | None], ...]
    peer: tuple[str, int | None]
    config: dict[str, Any] | None = None
    operator: Literal["embedded", "trigger", "person", "nobody"] = "nobody"


def about(
    role: Role,
    transport: Any,
    settings: TrialSettings,
    *,
    name: str = "",
    config: LmaConfig | None = None,
    trigger: bool = False,
) -> str:
    """The section comment for the capture of a run. config: of an embedded LMA. trigger: whether there is one."""
    operator: Any = "trigger" if trigger else "nobody" if settings.ask is None else "person"
    context = settings.context
    told = About(
        role=role,
        target=str(transport.target),
        name=name,
        seed=settings.seed,
        timeout=settings.timeout,
        silence=settings.silence,
        clock_offset=settings.clock_offset,
        timestamp_window=context.timestamp_window,
        claims=settings.claims,
        timers=settings.timers,
        nodes=settings.nodes,
        codepoints=_set(context.codepoints),
        readings=dict(context.readings.changes),
        locals=tuple((local.address.hex(), local.port) for local in transport.locals),
        peer=(transport.peer.address.hex(), transport.peer.port),
        config=None if config is None else _tables(config),
        operator="embedded" if transport.target.kind == "embedded" else operator,
    )
    return msgspec.json.encode(told).decode()


def _set(codepoints: CodePoints) -> dict[str, int | str]:
    return {key: value for key in KEYS if (value := getattr(codepoints, key)) is not None}


def _tables(config: LmaConfig) -> dict[str, Any]:
    tables = {name: msgspec.to_builtins(getattr(config, name)) for name in ("lma", "flows", "timers", "mag", "mn")}
    return {**tables, "readings": dict(config.readings.changes), "codepoints": _set(config.codepoints)}


def about_of(path: str | Path) -> About | None:
    """What a capture says of its run; None where it is of no conformance run."""
    text = section_comment(path)
    if text is None or SCHEMA not in text:
        return None
    try:
        return msgspec.json.decode(text, type=About)
    except msgspec.DecodeError:
        return None


def rejudge(path: str | Path) -> RunResult | None:
    """The verdicts of a run from its capture alone; None where the capture is of no conformance run.

    Cases that sent nothing (UNSUPPORTED, SKIPPED) are not in it. Raises UsageError for an unreadable capture.
    """
    told = about_of(path)
    if told is None:
        return None
    playback = Playback(told, list(read(path)))
    known = {case.id: case for case in cases(told.role)}
    chosen = [known[name] for name in playback.cases if name in known]
    settings = TrialSettings(
        context=playback.context,
        timeout=told.timeout,
        silence=told.silence,
        clock_offset=told.clock_offset,
        nodes=told.nodes,
        timers=told.timers,
        claims=told.claims,
        seed=told.seed,
        trigger=_NoTrigger() if told.operator in ("embedded", "trigger") else None,
        ask=_nothing if told.operator == "person" else None,
    )
    make: type[Trial] = Mag if told.role == "mag" else Lma
    result = run(chosen, playback, RunSettings(trial=settings, name=told.name), playback, make)
    return msgspec.structs.replace(result, target=told.target)


def _nothing(words: object) -> None:
    """What was done at the time shows in the capture."""


class _NoTrigger(Trigger):
    """A trigger in a run that is over."""

    def __init__(self) -> None:
        super().__init__("true", _nothing)

    def run(self, words: object) -> None:
        _nothing(words)


class _EmbeddedThen:
    """An embedded MAG in a run that is over: it takes every command, and knows whomever it knew."""

    def __init__(self) -> None:
        self.profiles: dict[str, Any] = {}

    def command(self, words: object) -> None:
        _nothing(words)


class Playback:
    """A transport that plays a capture back, and the peer of the run that reads it."""

    def __init__(self, told: About, frames: Sequence[Frame]) -> None:
        self.target: Target = parse_target(told.target)
        self.locals = tuple(Endpoint(bytes.fromhex(address), port) for address, port in told.locals)
        self.peer = Endpoint(bytes.fromhex(told.peer[0]), told.peer[1])
        self._role = told.role
        self._at_first = self.locals, self.peer  # a case may go on over IPv4, and come back
        self.packets: list[Recorded] = []
        self.embedded_mag = _EmbeddedThen() if (told.role, told.operator) == ("mag", "embedded") else None
        self.context = _context(told)
        self._config = None if told.config is None else configured_with(LmaConfig(), told.config)
        self._claims = told.claims
        self._segments = {
            step: list(group) for step, group in groupby(frames, lambda frame: (frame.comment or "").partition(";")[0])
        }
        self._left: list[Frame] = []
        self._now = 0.0
        self._step = ""

    @property
    def cases(self) -> list[str]:
        """The ids of the cases in it, in the order of the run."""
        return list(dict.fromkeys(step.partition(",")[0] for step in self._segments))

    @property
    def sources(self) -> tuple[bytes, ...]:
        return tuple(local.address for local in self.locals)

    @property
    def step(self) -> str:
        return self._step

    @step.setter
    def step(self, name: str) -> None:
        """Go to the attempt of that name."""
        self._step = name
        self._left = list(self._segments.get(name, ()))
        self.packets = []
        if self._left:
            self._now = self._left[0].time_ns / 1e9

    # As a transport

    def now(self) -> float:
        return self._now

    def moment(self) -> float:
        """The time of the next message of ours."""
        return self._left[0].time_ns / 1e9 if self._left and self._ours(self._left[0]) else self._now

    def send(self, datagram: Datagram) -> None:
        if not self._left or not self._ours(self._left[0]):
            raise NotPossible("the capture does not hold this case as this version of pmiptool runs it")
        frame = self._left.pop(0)
        self._now = max(self._now, frame.time_ns / 1e9)
        self.packets.append(Recorded(self._now, frame.data, _parts(frame)[2], []))

    def receive(self, deadline: float) -> list[Arrival]:
        if self._left and not self._ours(self._left[0]) and self._left[0].time_ns / 1e9 <= deadline + 1e-6:
            frame = self._left.pop(0)
            self._now = max(self._now, frame.time_ns / 1e9)
            source, destination, data = _parts(frame)
            if frame.data[0] >> 4 == 6 and frame.data[6] == ICMPV6:
                text = (frame.comment or "").partition("; ")[2]
                return [IcmpError(data[0], data[1], source.address, text, self._now, int.from_bytes(data[4:8], "big"))]
            self._settle(source, destination)
            return [Received(data, source, destination, self._now)]
        self._now = max(self._now, deadline)
        return []

    def close(self) -> None:
        """There is nothing to let go of."""

    def _settle(self, peer: Endpoint, local: Endpoint) -> None:
        """A MAG that was waited for was known by its first message, and to which address of ours that came."""
        if self._role == "mag" and self.embedded_mag is None and local in self.locals:
            self.peer = peer
            self.locals = (local, *(other for other in self.locals if other != local))

    def _ours(self, frame: Frame) -> bool:
        source, destination, _ = _parts(frame)
        return any(
            source in locals and peer.address in (b"", destination.address)
            for locals, peer in ((self.locals, self.peer), self._at_first)
        )

    # As the peer

    @contextmanager
    def configured(self, case: Case) -> Iterator[Context | None]:
        """What was known of the peer while the case ran, and where it then was."""
        if self.embedded_mag is not None:
            before = self.locals, self.peer
            if case.configured.get("mag", {}).get("over_ipv4"):
                self.locals, self.peer = ends(over_ipv4=True)
            try:
                yield context_for(case, self.context)
            finally:
                self.locals, self.peer = before
        elif self._role == "mag":
            yield context_for(case, self.context)
        elif case.configured and self._config is not None:
            config = configured_with(self._config, placed(case.configured, self.locals))
            yield context_of(config, complete=False)
        else:
            yield None

    def restart(self) -> bool:
        return True


def _parts(frame: Frame) -> tuple[Endpoint, Endpoint, bytes]:
    """Source, destination and what they carry, of a packet as a `Recorder` writes it: no other headers between."""
    packet = frame.data
    v6 = packet[0] >> 4 == 6
    source, destination, at = (packet[8:24], packet[24:40], 40) if v6 else (packet[12:16], packet[16:20], 20)
    if packet[6 if v6 else 9] != UDP:
        return Endpoint(source), Endpoint(destination), packet[at:]
    ports = int.from_bytes(packet[at : at + 2], "big"), int.from_bytes(packet[at + 2 : at + 4], "big")
    return Endpoint(source, ports[0]), Endpoint(destination, ports[1]), packet[at + 8 :]


def _context(told: About) -> Context:
    if told.config is not None:
        config = configured_with(LmaConfig(), told.config)
        check(config)
        return context_of(config, complete=False)
    known = Knowledge(mns={node.id.encode(): True for node in told.nodes}) if told.nodes else Knowledge()
    context = Context(code_points(told.codepoints), DEFAULT_READINGS.changed(told.readings), known)
    delay = told.timers.min_delay_before_bce_delete
    context = context if delay is None else replace(context, delete_delay=delay)
    return replace(context, timestamp_window=told.timestamp_window)
