"""One request and its answer: send, wait, retransmit (RFC 5213 6.9.4, RFC 6275 11.8)."""

from __future__ import annotations

from dataclasses import dataclass, field

from pmiptool.net.record import Recorder
from pmiptool.net.transport import IcmpError, Received, Transport
from pmiptool.session.endpoint import Datagram, Endpoint
from pmiptool.text.values import time_raw
from pmiptool.wire import patch
from pmiptool.wire.codec import Codec
from pmiptool.wire.layout import Decoded
from pmiptool.wire.values import BindingAcknowledgement, BindingError, BindingUpdate, MobileNodeIdentifier, Timestamp

INITIAL_BINDACK_TIMEOUT = 1.0  # seconds, RFC 6275 12
MAX_BINDACK_TIMEOUT = 32.0
SEQUENCE_OUT_OF_WINDOW = 135
MISSING_MN_IDENTIFIER = 160
_ACKNOWLEDGEMENT, _ERROR = 6, 7  # message types; cut or garbled ones have no fields, and are still of that kind


@dataclass(frozen=True)
class Attempt:
    """One transmission of a request."""

    decoded: Decoded
    time: float


@dataclass(frozen=True)
class Answer:
    """What came back, and its transmission. ``matched`` False: it names none of ours by sequence number and MN-ID."""

    received: Received
    decoded: Decoded
    attempt: Attempt
    matched: bool


@dataclass
class Exchange:
    """How a request went. ``further``: what came after the answer, or beside it. ``port``: the one that was asked."""

    attempts: list[Attempt] = field(default_factory=list)
    answer: Answer | None = None
    errors: list[IcmpError] = field(default_factory=list)
    further: list[Answer] = field(default_factory=list)
    port: int | None = None

    @property
    def kind(self) -> str:
        """What came: ``none``, ``icmp``, or the message's name."""
        if self.answer is not None:
            return self.answer.decoded.name
        return "icmp" if self.errors else "none"


def checksum_pair(source: Endpoint, destination: Endpoint) -> tuple[bytes, bytes] | None:
    """The addresses of the pseudo-header, None over UDP, where there is no checksum (RFC 5844 4.1.3.1)."""
    if source.port is not None or destination.port is not None or len(source.address) != 16:
        return None
    return source.address, destination.address


def decode(codec: Codec, data: bytes, source: Endpoint, destination: Endpoint) -> Decoded:
    """Decode a message between two endpoints, its checksum judged where there is one."""
    pair = checksum_pair(source, destination)
    return codec.decode(data, udp=True) if pair is None else codec.decode(data, *pair)


def belongs(request: Decoded, answer: Decoded) -> bool:
    """Whether an answer names a request (PROTOCOL.md, "Pairing")."""
    asked, given = request.message, answer.message
    if isinstance(given, BindingError):
        return not isinstance(asked, BindingUpdate)
    if not isinstance(asked, BindingUpdate) or not isinstance(given, BindingAcknowledgement):
        return False
    has_timestamp = any(isinstance(option, Timestamp) for option in asked.options)
    if given.status == SEQUENCE_OUT_OF_WINDOW and not has_timestamp:
        return identifier(answer) == identifier(request)
    if given.sequence != asked.sequence:
        return False
    return given.status == MISSING_MN_IDENTIFIER or identifier(answer) == identifier(request)


def answers(request: Decoded, answer: Decoded) -> bool:
    """Whether this is of a kind that answers such a request, its own or another's."""
    return not isinstance(request.message, BindingUpdate) or answer.layout.type in (_ACKNOWLEDGEMENT, _ERROR)


def identifier(decoded: Decoded) -> bytes | None:
    """The MN-ID of a message, None without one."""
    options = getattr(decoded.message, "options", ())
    return next((o.identifier for o in options if isinstance(o, MobileNodeIdentifier)), None)


class Asker:
    """Sends one request and waits for its answer, with retransmissions."""

    def __init__(
        self,
        way: Transport | Recorder,
        codec: Codec,
        *,
        local: Endpoint | None = None,
        timeout: float,
        once: bool = False,
        fresh: bool = True,
        clock_offset: float = 0.0,
        linger: float = 0.0,
        initial_timeout: float = INITIAL_BINDACK_TIMEOUT,
    ) -> None:
        """``timeout``: seconds to wait altogether. ``fresh``: retransmissions carry the time (else as built).

        ``linger``: seconds to go on listening after the answer, for second ones.
        """
        self.way = way
        self.codec = codec
        self.local = local or way.locals[0]
        self.timeout = timeout
        self.once = once
        self.fresh = fresh
        self.clock_offset = clock_offset
        self.linger = linger
        self.initial_timeout = initial_timeout

    def ask(self, data: bytes) -> Exchange:
        """Send a Mobility Header and wait; a retransmission has a higher sequence number.

        When fresh, each transmission carries the time at which it leaves: making a message takes longer than
        TimestampValidityWindow when Scapy has to be loaded first.
        """
        exchange = Exchange(port=self.way.peer.port)
        strange: list[Answer] = []
        end = self.way.now() + self.timeout
        wait = self.initial_timeout if not self.once else self.timeout
        while True:
            if self.fresh:
                data = self._stamped(data)
            attempt = self._send(data, exchange)
            self._listen(exchange, min(end, attempt.time + wait), strange)
            if exchange.answer is not None or exchange.errors or self.once or self.way.now() >= end:
                break
            wait = min(wait * 2, MAX_BINDACK_TIMEOUT)
            number = patch.sequence_of(data)
            if number is not None:
                data = self._summed(patch.with_sequence(data, number + 1), data)
        if exchange.answer is None and strange:
            exchange.answer = strange.pop(0)
        exchange.further += strange
        if exchange.answer is not None and self.linger:
            self._listen(exchange, self.way.now() + self.linger, exchange.further, further=True)
        return exchange

    def _stamped(self, data: bytes) -> bytes:
        """The message with the time in its timestamp, later than before."""
        now = time_raw(self.way.now() + self.clock_offset)
        decoded = decode(self.codec, data, self.local, self.way.peer)
        return self._summed(patch.with_timestamp(data, decoded, lambda before: max(now, before + 1)), data)

    def _summed(self, data: bytes, was: bytes) -> bytes:
        pair = checksum_pair(self.local, self.way.peer)
        return patch.with_checksum(data, was, pair, pair)

    def _send(self, data: bytes, exchange: Exchange) -> Attempt:
        attempt = Attempt(decode(self.codec, data, self.local, self.way.peer), self.way.now())
        exchange.attempts.append(attempt)
        self.way.send(Datagram(data, self.local, self.way.peer))
        return attempt

    def _listen(self, exchange: Exchange, until: float, strange: list[Answer], further: bool = False) -> None:
        """Wait for the answer. One of its kind that names no request of ours counts when nothing better comes.

        What is of no such kind goes to `strange`: a gateway discards it and asks again (RFC 6275 9.2, 11.8).
        """
        kindred: list[Answer] = []
        while self.way.now() < until:
            for arrival in self.way.receive(until):
                if isinstance(arrival, IcmpError):
                    exchange.errors.append(arrival)
                    continue
                answer = self._answer(exchange, arrival)
                if answer.matched and exchange.answer is None:
                    exchange.answer = answer
                elif further or exchange.answer is not None:
                    exchange.further.append(answer)
                elif answers(exchange.attempts[-1].decoded, answer.decoded):
                    kindred.append(answer)
                else:
                    strange.append(answer)
            if not further and (exchange.answer is not None or exchange.errors):
                break
        if exchange.answer is None and kindred and not further:
            exchange.answer = kindred.pop(0)
        exchange.further += kindred

    def _answer(self, exchange: Exchange, arrival: Received) -> Answer:
        decoded = decode(self.codec, arrival.data, arrival.source, arrival.destination)
        for attempt in reversed(exchange.attempts):
            if belongs(attempt.decoded, decoded):
                return Answer(arrival, decoded, attempt, True)
        return Answer(arrival, decoded, exchange.attempts[-1], False)
