"""One request and its answer, of any exchange in the registry: send, wait, retransmit as its document says."""

from __future__ import annotations

from dataclasses import dataclass, field

from pmiptool.net.record import Recorder
from pmiptool.net.transport import IcmpError, Received, Transport
from pmiptool.registry import catalogue
from pmiptool.registry.exchange import Exchange as Kind
from pmiptool.rules.observed import answers_kind
from pmiptool.session.endpoint import Datagram, Endpoint
from pmiptool.text.values import time_raw
from pmiptool.wire import patch
from pmiptool.wire.codec import Codec
from pmiptool.wire.layout import Decoded
from pmiptool.wire.values import BindingError, BindingUpdate, MobileNodeIdentifier, Timestamp

INITIAL_BINDACK_TIMEOUT = 1.0  # seconds, RFC 6275 12
MAX_BINDACK_TIMEOUT = 32.0
SEQUENCE_OUT_OF_WINDOW = 135
MISSING_MN_IDENTIFIER = 160
_ERROR = 7  # the type of a Binding Error
_GRACE = 0.2  # seconds for what comes although nothing was asked


@dataclass(frozen=True)
class Repeats:
    """When a request is sent again: `first` seconds after, then doubled up to `longest`, `most` times (None: on)."""

    first: float
    longest: float
    most: int | None = None


REGISTRATION = Repeats(INITIAL_BINDACK_TIMEOUT, MAX_BINDACK_TIMEOUT)
REPEATS = {
    "binding-revocation": Repeats(1.0, 2.0, 1),  # RFC 5846 6.3 and 11
    "update-notification": Repeats(1.0, 1.0, 1),  # RFC 7077 5.2 and 7
    "localized-routing": Repeats(3.0, 3.0, 3),  # RFC 6705 10.1 and 12
    "flow-binding": Repeats(3.0, 3.0, 3),  # RFC 7109 8
    "fast-binding": Repeats(INITIAL_BINDACK_TIMEOUT, MAX_BINDACK_TIMEOUT, 3),  # RFC 5568 9, which has no time
    "handover": Repeats(0.1, MAX_BINDACK_TIMEOUT, 3),  # RFC 5568 6.2.1.1 and 9
    "heartbeat": Repeats(60.0, 60.0),  # RFC 5847 5: the next one
}
"""By the name of the exchange; all others as registrations (RFC 6275 11.8, RFC 5213 6.9.4)."""


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
    """How a request went. ``further``: what came after the answer, or beside it. ``port``: the one that was asked.

    ``asked``: False where the message wants no answer.
    """

    attempts: list[Attempt] = field(default_factory=list)
    answer: Answer | None = None
    errors: list[IcmpError] = field(default_factory=list)
    further: list[Answer] = field(default_factory=list)
    port: int | None = None
    asked: bool = True

    @property
    def refused(self) -> bool:
        """Whether an ICMP error says that there will be no answer."""
        return not all(error.too_big for error in self.errors)

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
    """Whether an answer names a request: by the fields that pair its exchange, and by the MN-ID where it has one."""
    asked, given = request.message, answer.message
    if isinstance(given, BindingError):
        return not isinstance(asked, BindingUpdate)
    kind = _begins(request)
    if kind is None or not answers_kind(request, answer) or _unsolicited(kind, answer):
        return False
    if isinstance(asked, BindingUpdate):
        return _acknowledges(request, answer)
    if any(getattr(asked, name) != getattr(given, name) for name in kind.pairs):
        return False
    names = _identifiers(request), _identifiers(answer)
    return not kind.mn_id or not all(names) or bool(names[0] & names[1])


def _acknowledges(request: Decoded, answer: Decoded) -> bool:
    """The same of registrations; 135 has the last accepted sequence number, 160 an empty MN-ID."""
    asked, given = request.message, answer.message
    has_timestamp = any(isinstance(option, Timestamp) for option in asked.options)
    if given.status == SEQUENCE_OUT_OF_WINDOW and not has_timestamp:
        return identifier(answer) == identifier(request)
    if given.sequence != asked.sequence:
        return False
    return given.status == MISSING_MN_IDENTIFIER or identifier(answer) == identifier(request)


def _begins(request: Decoded) -> Kind | None:
    """The exchange that a message begins; None where it begins none, or is too garbled to have its fields."""
    role = catalogue.role_of(request.name, request.message)
    return role[0] if role is not None and role[1] == "request" else None


def _unsolicited(kind: Kind, answer: Decoded) -> bool:
    return kind.unsolicited_when is not None and kind.unsolicited_when.holds(answer.message)


def asks(request: Decoded) -> bool:
    """Whether an answer is to be waited for: not after answers, nor after what says that it wants none.

    What is of no exchange is waited for, but a Binding Error: nobody knows what it asks, and such an error may come.
    """
    if isinstance(request.message, BindingError):
        return False
    role = catalogue.role_of(request.name, request.message)
    if role is None:
        return True
    when = role[0].asks_when
    return role[1] == "request" and (when is None or when.holds(request.message))


def answers(request: Decoded, answer: Decoded) -> bool:
    """Whether this is of a kind that answers such a request, its own or another's; one that is cut is by its type."""
    kind = _begins(request)
    if kind is None or answer.layout.type == _ERROR:
        return True
    expected = catalogue.message_named(kind.answer)
    role = catalogue.role_of(answer.name, answer.message)
    if role is not None and (role[1] == "request" or _unsolicited(kind, answer)):
        return False
    return expected is not None and answer.layout.type == expected[0].number


def repeats_of(request: Decoded) -> Repeats:
    """When a request is sent again."""
    kind = _begins(request)
    return REPEATS.get(kind.name, REGISTRATION) if kind is not None else REGISTRATION


def again(request: Decoded) -> bytes:
    """A request as it is sent again: under the same number, or a new one, and marked where its exchange has a mark."""
    data, kind = request.raw, _begins(request)
    if kind is None or not kind.repeats_same:
        for name in kind.pairs if kind is not None else ("sequence",):
            number = patch.number_of(data, name)
            data = data if number is None else patch.with_number(data, name, number + 1)
    mark = kind.repeat_when if kind is not None else None
    before = patch.number_of(data, mark.field) if mark is not None else None
    if mark is not None and before is not None:
        data = patch.with_number(data, mark.field, before & ~mark.mask | mark.value)
    return data


def identifier(decoded: Decoded) -> bytes | None:
    """The MN-ID of a message, None without one."""
    options = getattr(decoded.message, "options", ())
    return next((o.identifier for o in options if isinstance(o, MobileNodeIdentifier)), None)


def _identifiers(decoded: Decoded) -> set[tuple[int, bytes]]:
    """All mobile nodes that a message names."""
    options = getattr(decoded.message, "options", ())
    return {(o.subtype, o.identifier) for o in options if isinstance(o, MobileNodeIdentifier) and o.identifier}


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

        ``linger``: seconds to go on listening after the answer, for second ones, or for what nobody asked for.
        ``initial_timeout``: seconds before a registration is sent again.
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
        """Send a Mobility Header and wait; it is sent again as its exchange has it (`REPEATS`).

        When fresh, each transmission carries the time at which it leaves: making a message takes longer than
        TimestampValidityWindow when Scapy has to be loaded first. What asks for no answer is not waited for.
        """
        exchange = Exchange(port=self.way.peer.port)
        strange: list[Answer] = []
        end = self.way.now() + self.timeout
        while True:
            if self.fresh:
                data = self._stamped(data)
            attempt = self._send(data, exchange)
            exchange.asked = asks(attempt.decoded)
            self._listen(exchange, min(end, attempt.time + self._wait(exchange, attempt)), strange)
            if exchange.answer is not None or exchange.refused or not exchange.asked or self.way.now() >= end:
                break
            data = self._summed(again(attempt.decoded), data)
        if exchange.answer is None and strange:
            exchange.answer = strange.pop(0)
        exchange.further += strange
        if exchange.answer is not None and self.linger:
            self._listen(exchange, self.way.now() + self.linger, exchange.further, further=True)
        return exchange

    def _wait(self, exchange: Exchange, attempt: Attempt) -> float:
        """Seconds until the next transmission; after the last one all that is left."""
        if not exchange.asked:
            return self.linger or _GRACE
        repeats, times = repeats_of(attempt.decoded), len(exchange.attempts) - 1
        if self.once or (repeats.most is not None and times >= repeats.most):
            return self.timeout
        first = self.initial_timeout if repeats is REGISTRATION else repeats.first
        return float(min(first * 2 ** min(times, 16), repeats.longest))

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
            if not further and (exchange.answer is not None or exchange.refused):
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
