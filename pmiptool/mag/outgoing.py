"""What leaves a gateway: requests in all their transmissions, and events about them."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Collection

import msgspec

from pmiptool.mag import events, extensions, flows, multipath
from pmiptool.mag.alignment import aligned
from pmiptool.mag.bul import Attempt, BindingUpdateListEntry, Request
from pmiptool.mag.config import MAX_UPDATE_RATE, MagConfig
from pmiptool.mag.events import AnyEvent, Outcome
from pmiptool.mag.faults import Faults
from pmiptool.mag.identifiers import Identifiers
from pmiptool.mag.request import proxy_binding_update
from pmiptool.mag.sent import Key, Transmissions
from pmiptool.session.endpoint import Datagram, Endpoint, ParameterProblem
from pmiptool.wire.codec import codec_for
from pmiptool.wire.fitting import encode_what_fits
from pmiptool.wire.layout import Decoded, EncodeError

MANY_PROBLEMS = 64
IPV6_HEADER = 40  # octets, from where the pointer of an ICMP error counts


class Outgoing:
    """The sending half of a gateway: sequence numbers, timestamps, the outbox and the events."""

    def __init__(
        self, config: MagConfig, address: Endpoint, lma: Endpoint, *, seed: int = 0, faults: Collection[str] = ()
    ) -> None:
        self.paths: multipath.Paths
        self.config = config
        self.address = address
        self.lma = lma
        self.binding_update_list: dict[Key, BindingUpdateListEntry] = {}
        self._codec = codec_for(config.codepoints)
        self._sequence = random.Random(seed).randrange(0x10000)
        self._timestamp = 0
        self._outbox: list[Datagram] = []
        self._problems: deque[ParameterProblem] = deque(maxlen=MANY_PROBLEMS)  # where nobody fetches them they go
        self._events: list[AnyEvent] = []
        self._sent = Transmissions()
        self._rates: dict[bytes, deque[float]] = {}
        self._extensions = extensions.Extensions(config)
        self._faults = Faults(faults)
        self._identifiers = Identifiers(address.address, self._faults.names)
        multipath.join([self])

    def to_send(self, now: float) -> list[Datagram]:
        """The datagrams that wait to leave; each is given once."""
        leaving, self._outbox = self._outbox, []
        return leaving

    def problems(self) -> list[ParameterProblem]:
        """The ICMP errors that wait to leave, over raw IPv6; each is given once."""
        leaving = list(self._problems)
        self._problems.clear()
        return leaving

    def _complain(self, decoded: Decoded, octet: int) -> None:
        """An ICMP error about an octet of a message of the anchor's (RFC 6275 9.2)."""
        if self.address.port is None:
            problem = ParameterProblem(decoded.raw, self.address, self.lma, IPV6_HEADER + octet)
            self._problems += self._faults.problems(problem)

    def events(self) -> list[AnyEvent]:
        """What happened since the last call."""
        happened, self._events = self._events, []
        return happened

    # Requests

    def _start(self, entry: BindingUpdateListEntry, request: Request, now: float) -> None:
        """Raises EncodeError where what is asked for fits no message."""
        if entry.request is not None:
            self._end(entry, entry.request, now, outcome="superseded")
        request.multihoming, request.multipath = entry.multihoming, entry.multipath
        if self.config.refresh_flows and request.summary is None and request.kind in ("renew", "modify"):
            inactive = "inactive-dropped" not in self._faults
            request.summary = flows.kept(entry, request, inactive=inactive)
        self._extensions.ask(entry, request)
        self._identifiers.ask(entry, request)
        request.timeout = self._faults.first_wait(self.config.initial_timeout, request)
        entry.request = request
        try:
            self._transmit(entry, request, now, whole=request.kind in ("attach", "modify"))
        except EncodeError:
            entry.request = None
            raise

    def _next_sequence(self, entry: BindingUpdateListEntry) -> int:
        """With timestamps a counter of the gateway, without one of the session (RFC 5213 6.9.1.1 (6))."""
        if self.config.timestamps:
            self._sequence = (self._sequence + 1) & 0xFFFF
            return self._sequence
        entry.sequence = (entry.sequence + 1) & 0xFFFF
        return entry.sequence

    def _next_timestamp(self, now: float) -> int | None:
        """This gateway's clock, always later than the last one used (RFC 5213 5.5)."""
        if not self.config.timestamps:
            return None
        self._timestamp = max(int((now + self.config.clock_offset) * 65536), self._timestamp + 1)
        return self._timestamp

    def _earliest(self, mn: bytes, now: float) -> float:
        """When the next request for a mobile node may leave: MAX_UPDATE_RATE a second (RFC 5213 6.9.4)."""
        if "rate-unlimited" in self._faults:
            return now
        times = self._rates.setdefault(mn, deque(maxlen=MAX_UPDATE_RATE))
        earliest = max(now, times[0] + 1.0) if len(times) == MAX_UPDATE_RATE else now
        if earliest == now:
            times.append(now)
        return earliest

    def _transmit(self, entry: BindingUpdateListEntry, request: Request, now: float, *, whole: bool = False) -> None:
        """Send a request, or put it off where that would be one too many in a second."""
        earliest = self._earliest(entry.profile.id, now)
        request.put_off = earliest > now
        if request.put_off:
            request.due = earliest
            return
        sequence, timestamp = self._next_sequence(entry), self._next_timestamp(now)
        way = entry.profile.multipath if request.multipath else None
        message = proxy_binding_update(
            entry.profile,
            sequence=sequence,
            lifetime=request.lifetime,
            hi=request.hi,
            prefixes=request.prefixes,
            timestamp=timestamp,
            link_local=entry.link_local,
            multihoming=request.multihoming,
            act=request.act,
            bids=request.bids,
            flows=request.flows,
            summaries=flows.summaries(request.summary, self.config.codepoints),
            access_network=entry.profile.access_network if request.access_network else None,
            path=multipath.options(way, bulk=request.bulk, overwrite=request.overwrite) if way else (),
            ipv6=request.ipv6,
            more=extensions.options(request),
            flags=self._extensions.flags(len(self.address.address) == 4),
        )
        message = self._faults.request(message, request, entry)
        if "sub-options-unaligned" not in self._faults:
            message = aligned(message, self._codec)
        decoded = self._post(message, whole=whole)
        attempt = Attempt(getattr(decoded.message, "sequence", sequence), decoded, now, timestamp)
        request.attempts.append(attempt)
        request.due = now + request.timeout
        number = len(request.attempts)
        self._sent.remember(entry.profile.key, attempt)
        self._tell(events.RequestSent, entry, now, kind=request.kind, attempt=number, request=decoded)

    def _post(self, message: msgspec.Struct, *, whole: bool = False) -> Decoded:
        """Put a message to the anchor into the outbox; returns it as it lies on the wire.

        What the anchor said may make one too long: then it goes without its last options, or raises EncodeError where
        it is to be whole.
        """
        over_udp = self.address.port is not None  # there the checksum field stays zero (RFC 5844 4.1.3.1)
        src, dst = (None, None) if over_udp else (self.address.address, self.lma.address)
        if whole:
            data = self._codec.encode(message, src=src, dst=dst)
        else:
            data, _ = encode_what_fits(self._codec, message, src, dst)
        data = self._faults.octets(data, None if src is None or dst is None else (src, dst))
        decoded = self._codec.decode(data, src=src, dst=dst, udp=over_udp)
        self._outbox.append(Datagram(data, self._faults.source(self.address), self.lma))
        return decoded

    # Ends

    def _end(
        self,
        entry: BindingUpdateListEntry,
        request: Request,
        now: float,
        attempt: Attempt | None = None,
        answer: Decoded | None = None,
        outcome: Outcome = "unanswered",
        reason: str = "",
        followed_by: str = "",
    ) -> None:
        entry.request = None
        if not request.attempts:
            return  # put off, and never sent
        asked = attempt or request.attempts[-1]
        self._tell(
            events.Exchange,
            entry,
            now,
            kind=request.kind,
            request=asked.message,
            attempts=tuple(one.message for one in request.attempts),
            sent_at=asked.time,
            answer=answer,
            outcome=outcome,
            reason=reason,
            followed_by=followed_by,
        )

    def _release(self, entry: BindingUpdateListEntry, now: float, *, acknowledged: bool) -> None:
        if "session-kept" in self._faults:
            entry.state, entry.renew_at = "registered", now + entry.lifetime / 2
            return
        self.binding_update_list.pop(entry.profile.key, None)
        self._tell(events.Released, entry, now, acknowledged=acknowledged)

    def _ignore(self, reason: str, decoded: Decoded, now: float, likely: tuple[Key, Attempt] | None = None) -> None:
        key, request = (likely[0], likely[1].message) if likely else ((b"", ""), None)
        self._events.append(
            events.Ignored(time=now, mn=key[0], interface=key[1], reason=reason, answer=decoded, request=request)
        )

    def _tell_of(
        self, entry: BindingUpdateListEntry, now: float, what: Callable[..., AnyEvent], **facts: object
    ) -> None:
        """As `_tell`, for whoever is given the entry and the time beforehand."""
        self._tell(what, entry, now, **facts)

    def _tell(self, what: Callable[..., AnyEvent], entry: BindingUpdateListEntry, now: float, **facts: object) -> None:
        self._events.append(what(time=now, mn=entry.profile.id, interface=entry.profile.interface, **facts))
