"""What a case has at hand, whoever is tested: messages out and in, what must be seen, and what was seen."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import msgspec

from pmiptool.conformance.case import Case
from pmiptool.net.exchange import decode
from pmiptool.net.peer import PeerNode, PeerTimers
from pmiptool.net.record import Recorded
from pmiptool.net.transport import IcmpError, Received, Transport
from pmiptool.net.trigger import Trigger
from pmiptool.registry.ambiguities import Readings
from pmiptool.registry.rfc5847 import RESPONSE, UNSOLICITED
from pmiptool.rules import Context
from pmiptool.scenario.result import LMA, Checked, Packet
from pmiptool.scenario.verify import Verifier
from pmiptool.session.endpoint import Datagram, Endpoint
from pmiptool.text.expect import parse_expectation
from pmiptool.text.json import message_object
from pmiptool.wire.checksum import checksum
from pmiptool.wire.codec import codec_for
from pmiptool.wire.finding import Finding
from pmiptool.wire.layout import Decoded
from pmiptool.wire.values import Heartbeat, RestartCounter


class RecordedTransport(Transport, Protocol):
    """A transport that keeps what was sent: a `Recorder`, or the playback of what one wrote."""

    packets: list[Recorded]

    def moment(self) -> float:
        """The time now, and of the next packet sent."""
        ...


AT_THE_TERMINAL = 60.0  # seconds that a person has to do something
SETTLE = 0.05  # seconds after an answer in which a second one still belongs to it


class SetUpFailed(Exception):
    """What the case needs first did not come about: INCONCLUSIVE. lost: because nothing was answered."""

    def __init__(self, reason: str, *, lost: bool = False) -> None:
        super().__init__(reason)
        self.lost = lost


class NotApplicable(Exception):
    """The peer does not have what the case is about, and need not: UNSUPPORTED."""


class NotPossible(Exception):
    """The case cannot run here: SKIPPED, with what it would take."""


class CaseOver(Exception):
    """A check failed, and what follows would make no sense without it."""


@dataclass(frozen=True)
class TrialSettings:
    """How cases run.

    context: code points, readings, and what is known of the peer. timeout: seconds for an answer. silence: seconds
    after which none comes any more. clock_offset: added to our clock. nodes: mobile nodes that the peer knows; none:
    it serves any. timers: what is known of the peer's. claims: what it is said to support, empty where nobody said.
    let_go: when the last case that registered a mobile node under this identifier ended. seed: gives identifiers and
    sequence numbers. trigger: has a program make the peer do something, in words as the reference peer reads them on
    stdin. ask: has somebody do it, in a sentence. Without both nobody is there.
    """

    context: Context = field(default_factory=Context)
    timeout: float = 4.0
    silence: float = 2.0
    clock_offset: float = 0.0
    nodes: tuple[PeerNode, ...] = ()
    timers: PeerTimers = field(default_factory=PeerTimers)
    claims: tuple[str, ...] = ()
    let_go: dict[bytes, float] = field(default_factory=dict)
    seed: int = 0
    trigger: Trigger | None = None
    ask: Callable[[str], None] | None = None

    def supports(self, need: str) -> bool:
        """Whether the peer is said to support something; true where nobody said."""
        return not self.claims or need in self.claims


class ReadingsTaken(Readings):
    """The readings in force, which remember those that a case went by."""

    def __init__(self, readings: Readings) -> None:
        super().__init__(readings.changes)
        object.__setattr__(self, "_asked", {})

    def __getitem__(self, key: str) -> str:
        asked: dict[str, None] = self.__dict__["_asked"]
        asked[key] = None
        return super().__getitem__(key)

    def taken(self, also: Iterable[str] = ()) -> dict[str, str]:
        """Those that were asked for, and before them others by their keys."""
        return {key: Readings.__getitem__(self, key) for key in (*also, *self.__dict__["_asked"]) if key}


class Trial:
    """One attempt at one case. Our ends have numbers, in the order of the transport's `locals`."""

    them = LMA  # the name of the peer, in packets and reports

    def __init__(self, case: Case, transport: RecordedTransport, settings: TrialSettings, attempt: int = 1) -> None:
        self.case = case
        self.transport = transport
        self.settings = settings
        self.attempt = attempt
        self.codepoints = settings.context.codepoints
        self.readings = ReadingsTaken(settings.context.readings)
        self.codec = codec_for(self.codepoints)
        self.checks: list[Checked] = []
        self.notes: list[str] = []
        self.packets: list[Packet] = []
        self.findings: list[Finding] = []
        self._about = 0  # the number of the message that is looked at
        self.lost = False  # whether an answer that was wanted did not come
        self.seed = zlib.crc32(f"{settings.seed}/{case.id}/{attempt}".encode())
        self._verifier = Verifier(settings.context, judged=self.them)
        self._waiting: list[Packet] = []  # came while nobody listened

    # What must be seen

    def check(self, text: str, ok: bool, actual: object = "") -> bool:
        """Note what must be seen, and what was there instead."""
        self.checks.append(Checked(text, ok, "" if ok else str(actual), self._about))
        return ok

    def look_at(self, packet: Packet) -> None:
        """The checks that follow are about this message; without, they are about the last one."""
        self._about = next((number for number, one in enumerate(self.packets, 1) if one is packet), self._about)

    def demand(self, text: str, ok: bool, actual: object = "") -> None:
        """As `check`; the case ends where it is not so."""
        if not self.check(text, ok, actual):
            raise CaseOver(text)

    def expect(self, decoded: Decoded | None, *expectations: str, about: str = "") -> bool:
        """Check expectations as `send --expect` has them. about: names the message, where there are several."""
        shown = message_object(decoded, settings=self.codepoints) if decoded is not None else None
        outcomes = [(text, parse_expectation(text, self.codepoints).check(shown)) for text in expectations]
        before = f"{about}: " if about else ""
        return all([self.check(before + text, outcome.ok, outcome.actual) for text, outcome in outcomes])

    def supports(self, need: str) -> bool:
        """Whether the peer is said to support something; true where nobody said."""
        return self.settings.supports(need)

    def lacks(self, reason: str) -> None:
        """End the case: the peer does not have this, and need not. One that is said to have it fails instead."""
        claimed = [need for need in self.case.needs if need in self.settings.claims]
        if claimed:
            self.demand(f"it supports {' and '.join(claimed)}, as its peer file claims", False, reason)
        raise NotApplicable(reason)

    def operate(self, text: str, *words: str) -> None:
        """Have the peer's operator make it do something: by the trigger in words, or in a sentence. The case is SKIPPED
        where nobody is there."""
        if self.settings.trigger is not None and words:
            trouble = self.settings.trigger.carry_out(*words)
            if trouble:
                raise NotPossible(trouble)
        elif self.settings.ask is not None:
            self.settings.ask(text)
            self.for_a_person = AT_THE_TERMINAL
        else:
            raise NotPossible(f"it takes somebody at the peer: {text}; add --trigger CMD, or run it on a terminal")

    def note(self, text: str) -> None:
        """Say what happened beside; it decides nothing."""
        if text not in self.notes:
            self.notes.append(text)

    # Time

    def now(self) -> float:
        return self.transport.now()

    def moment(self) -> float:
        """The time that a message about to be sent may tell as its own."""
        return self.transport.moment()

    def wait(self, seconds: float) -> list[Packet]:
        """Let time pass; what came in it."""
        return self.listen(self.now() + seconds)

    # Messages

    def us(self, number: int) -> str:
        """The name of our end of that number."""
        return f"us{number + 1}"

    def send(self, message: msgspec.Struct | bytes, number: int = 0) -> Packet:
        """Send a message from our end of that number: a value, or octets as they are."""
        local, peer = self.transport.locals[number], self.transport.peer
        data = message if isinstance(message, bytes) else self.encode(message, number)
        self.transport.send(Datagram(data, local, peer))
        sent = self.transport.packets[-1]
        decoded = self._decode(sent.data, local, peer)
        packet = Packet(sent.time, self.us(number), self.them, local, peer, sent.data, decoded)
        self._keep(packet)
        return packet

    def encode(self, message: msgspec.Struct, number: int = 0) -> bytes:
        """The octets of a message from our end of that number to the peer. Raises EncodeError."""
        return self.summed(self.codec.encode(message), number)

    def summed(self, data: bytes, number: int = 0) -> bytes:
        """Octets with the right checksum over them; over UDP it is zero (RFC 5844 4.1.3.1)."""
        local, peer = self.transport.locals[number], self.transport.peer
        if local.port is not None:
            return data
        return data[:4] + checksum(local.address, peer.address, data).to_bytes(2, "big") + data[6:]

    def has_checksums(self) -> None:
        """The case is SKIPPED over UDP, where the Mobility Header has none (RFC 5844 4.1.3.1)."""
        if self.transport.peer.port is not None:
            raise NotPossible("it takes raw IPv6; over UDP the Mobility Header has no checksum")

    def altered(self, message: msgspec.Struct | bytes, at: int, *octets: int, number: int = 0) -> bytes:
        """A message with other octets from `at` on, and the right checksum."""
        data = message if isinstance(message, bytes) else self.encode(message, number)
        return self.summed(data[:at] + bytes(octets) + data[at + len(octets) :], number)

    def inserted(self, message: msgspec.Struct | bytes, at: int, octets: bytes, number: int = 0) -> bytes:
        """A message with octets put in, a multiple of 8, which its Header Len counts, and the right checksum."""
        data = message if isinstance(message, bytes) else self.encode(message, number)
        data = data[:1] + bytes((data[1] + len(octets) // 8,)) + data[2:at] + octets + data[at:]
        return self.summed(data, number)

    def listen(self, until: float, stop: Callable[[Packet], bool] | None = None) -> list[Packet]:
        """What comes until then, or until a packet for which `stop` holds. Heartbeats are answered in between."""
        came: list[Packet] = []
        while True:
            while self._waiting:
                packet = self._waiting.pop(0)
                if self._answered_heartbeat(packet):
                    continue
                came.append(packet)
                if stop is not None and stop(packet):
                    return came
            if self.now() >= until:
                return came
            for arrival in self.transport.receive(until):
                self._arrived(arrival)

    def _arrived(self, arrival: Received | IcmpError) -> None:
        if isinstance(arrival, IcmpError):
            self.note(arrival.text)
            self.icmp = arrival
            return
        for number, local in enumerate(self.transport.locals):
            if local == arrival.destination or local.address == arrival.destination.address:
                decoded = self._decode(arrival.data, arrival.source, arrival.destination)
                packet = Packet(arrival.time, self.them, self.us(number), arrival.source, local, arrival.data, decoded)
                self._keep(packet)
                self._waiting.append(packet)
                return

    def _answered_heartbeat(self, packet: Packet) -> bool:
        """A heartbeat request of the peer is answered, so that it does not give us up (RFC 5847 3)."""
        asked = packet.decoded.message
        if self.hears_heartbeats or not isinstance(asked, Heartbeat) or asked.flags & (RESPONSE | UNSOLICITED):
            return False
        answer = Heartbeat(flags=RESPONSE, sequence=asked.sequence, options=(RestartCounter(restart_counter=1),))
        self.send(answer, self.number_of(packet.receiver))
        return True

    for_a_person = 0.0
    """Seconds more that somebody has who was asked to do something."""
    hears_heartbeats = False
    """Whether the case wants to see the peer's heartbeats itself."""
    icmp: IcmpError | None = None
    """The last ICMP error about a message of ours."""

    @property
    def why_not(self) -> str:
        """Why nothing came, in words."""
        return self.icmp.text if self.icmp is not None else f"no answer within {self.settings.timeout:g} s"

    def number_of(self, name: str) -> int:
        """The number of our end of that name."""
        return next(n for n in range(len(self.transport.locals)) if self.us(n) == name)

    def _decode(self, data: bytes, source: Endpoint, destination: Endpoint) -> Decoded:
        return decode(self.codec, data, source, destination)

    def _keep(self, packet: Packet) -> None:
        self.packets.append(packet)
        self._about = len(self.packets)
        self.findings += self._verifier.findings([packet], len(self.packets))

    @property
    def failed(self) -> Sequence[Checked]:
        return [check for check in self.checks if not check.ok]

    def close(self) -> bool | None:
        """Undo what the case did to the peer; whether it showed that it is alive, None where it was asked nothing."""
        return None

    def alive(self) -> bool:
        """Whether the peer answers something that it must answer."""
        return True
