"""The reference local mobility anchor, without I/O: octets and times in, octets and events out.

The order of checks is RFC 6275 9.2, RFC 5213 5.3.1 (1) to (12), the Multihoming option's own, then the binding cache.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection
from operator import attrgetter

import msgspec

from pmiptool.lma import multihomed, order, plain
from pmiptool.lma.addresses import is_unicast
from pmiptool.lma.config import LmaConfig
from pmiptool.lma.core import Core, Found, Outcome
from pmiptool.lma.dialect import Dialects
from pmiptool.lma.events import (
    BindingErrorSent,
    Event,
    Noted,
    PbuAccepted,
    PbuRejected,
    RequestHeld,
    SilentlyDiscarded,
)
from pmiptool.lma.faults import Faults
from pmiptool.lma.policy import Policy
from pmiptool.lma.removal import due
from pmiptool.lma.reply import acknowledgement
from pmiptool.lma.request import Request
from pmiptool.registry.rfc6275 import BINDING_STATUS, BU_H, BU_P, NO_NEXT_HEADER
from pmiptool.session.endpoint import PMIP_PORT, Datagram, Endpoint
from pmiptool.session.model import Binding, Session
from pmiptool.wire.layout import Decoded
from pmiptool.wire.values import BindingAcknowledgement, BindingError, BindingUpdate

BINDING_UPDATE = 5
LAST_MOBILE_IPV6_TYPE = 7  # RFC 6275 defines types 0 to 7; a node that speaks no later document knows no others
UNRECOGNIZED_TYPE = 2  # RFC 6275 6.1.9
HOME_REGISTRATION_NOT_SUPPORTED = 131
PROXY_REG_NOT_ENABLED, NOT_LMA_FOR_THIS_MOBILE_NODE, MAG_NOT_AUTHORIZED = 152, 153, 154
MISSING_PREFIX, MISSING_MN_ID, MISSING_HI, MISSING_ATT = 158, 160, 161, 162

_HeldKey = tuple[object, int | None, bytes | None, bytes]


class _Held:
    """A request that waits for MaxDelayBeforeNewBCEAssign."""

    __slots__ = ("key", "request", "until")

    def __init__(self, key: _HeldKey, request: Request, until: float) -> None:
        self.key = key
        self.request = request
        self.until = until


class LocalMobilityAnchor:
    """One anchor. `address` is its own, 16 octets (4 over IPv4). `now` is seconds since 1970, its only clock.

    seed: generated link-local addresses come from it. faults: names of `faults.FAULTS`. Raises UsageError for a
    configuration or a fault that does not exist.
    """

    def __init__(self, config: LmaConfig, address: bytes, *, seed: int = 0, faults: Collection[str] = ()) -> None:
        policy = Policy(config)
        self.config = config
        self.address = address
        self._core = Core(policy, config.lma.pool, seed)
        self._faults = self._core.faults = Faults(faults) if faults else None
        self._dialects = Dialects(policy.codepoints)
        self._outbox: list[Datagram] = []
        self._late: list[tuple[float, Datagram]] = []
        self._held: dict[_HeldKey, _Held] = {}

    @property
    def sessions(self) -> list[Session]:
        """The sessions of all mobile nodes, for reading."""
        found = dict.fromkeys(self._core.prefixes.values())
        return list(found)

    # What the driver calls

    def receive(self, data: bytes, source: Endpoint, now: float, destination: Endpoint | None = None) -> None:
        """A Mobility Header came in. `destination` is where it was sent to, from where the answer leaves."""
        core = self._core
        if core.timers and core.timers[0][0] <= now:
            self.on_timer(now)
        over_udp = source.port is not None
        local = destination or Endpoint(self.address, PMIP_PORT if over_udp else None)
        decoded, codepoints = self._dialects.decode(data, source, local, now, core.events)
        if self._faults is not None and self._faults.is_deaf(decoded):
            self._discard(source, "deaf", now)
            return
        if decoded.checksum_ok is False and not over_udp:
            self._discard(source, "checksum", now)
            return
        reason = self._malformed(decoded, source, local, now)
        if reason is not None:
            if reason:
                self._discard(source, reason, now)
            return
        message: BindingUpdate = decoded.message
        if not message.flags & BU_P:
            self._not_a_proxy(message, source, local, now)
            return
        request = Request(decoded, source, local, codepoints)
        if self._faults is not None:
            self._faults.understand(request, core.prefixes)
        if not request.binds_routable(self.address):
            self._discard(source, "care-of-address", now, request)
            return
        if request.notes:
            for text in request.notes:
                core.events.append(Noted(time=now, mn_id=request.mn_id, source=source, text=text))
        self._register(request, now)

    def to_send(self, now: float) -> list[Datagram]:
        """What is to be sent by now, in order."""
        if self._late:
            self._outbox += [datagram for when, datagram in self._late if when <= now]
            self._late = [waiting for waiting in self._late if waiting[0] > now]
        out, self._outbox = self._outbox, []
        return out

    def next_timer(self) -> float | None:
        """When `on_timer` wants to be called, and `to_send` asked, next."""
        timers = self._core.timers
        while timers and self._is_dead(timers[0]):
            heapq.heappop(timers)
        times = [when for when, _ in self._late]
        if timers:
            times.append(timers[0][0])
        return min(times, default=None)

    def on_timer(self, now: float) -> None:
        """Whatever is due: lifetimes, delays, held requests."""
        timers = self._core.timers
        while timers and timers[0][0] <= now:
            entry = heapq.heappop(timers)
            if self._is_dead(entry):
                continue
            _, _, what, session = entry
            if isinstance(what, Binding):
                due(self._core, session, what, now)
            else:
                self._release(what, now)

    def events(self) -> list[Event]:
        """What happened since the last call."""
        out, self._core.events = self._core.events, []
        return out

    def _is_dead(self, entry: tuple[float, int, object, object]) -> bool:
        """Entries are not taken off the heap when their cause goes; they are recognised when met."""
        when, _, what, _ = entry
        if isinstance(what, Binding):
            return when != what.scheduled
        assert isinstance(what, _Held)
        return self._held.get(what.key) is not what

    # RFC 6275 9.2

    def _malformed(self, decoded: Decoded, source: Endpoint, local: Endpoint, now: float) -> str | None:
        """None for a Binding Update to go on with; a reason to discard silently; "" when it has been dealt with."""
        layout = decoded.layout
        if layout.stump is not None:
            return "too-short"
        if layout.type != BINDING_UPDATE:
            if layout.type <= LAST_MOBILE_IPV6_TYPE:
                return "not-for-an-anchor"
            self._binding_error(layout.type, source, local, now)
            return ""
        if layout.payload_proto != NO_NEXT_HEADER:
            return "payload-proto"
        if layout.header_length is not None and 8 * layout.header_length + 8 > len(decoded.raw):
            return "too-short"
        return None if isinstance(decoded.message, BindingUpdate) else "too-short"

    def _binding_error(self, kind: int, source: Endpoint, local: Endpoint, now: float) -> None:
        """Unknown type: Binding Error with status 2, unless the source is no unicast address (9.3.3)."""
        if is_unicast(source.address):
            self._send(BindingError(status=UNRECOGNIZED_TYPE), source, local, now)
        self._core.events.append(BindingErrorSent(time=now, source=source, type=kind))

    def _not_a_proxy(self, message: BindingUpdate, source: Endpoint, local: Endpoint, now: float) -> None:
        """P=0: this is no home agent (RFC 6275 10.3.1), nor a correspondent node."""
        if not message.flags & BU_H:
            self._discard(source, "home-registration", now)
            return
        status = HOME_REGISTRATION_NOT_SUPPORTED
        self._send(BindingAcknowledgement(status=status, sequence=message.sequence), source, local, now)
        self._core.events.append(
            PbuRejected(time=now, source=source, sequence=message.sequence, status=status, reason=_reason(status))
        )

    # RFC 5213 5.3.1

    def _register(self, request: Request, now: float) -> None:
        core = self._core
        grouped = bool(core.policy.multihoming) and (request.multihoming is not None or request.odd_multihoming)
        status = self._sender_status(request)
        found: Found | None = None
        if not status:
            usable = grouped and not request.odd_multihoming
            look_up = multihomed.look_up if usable else Found.nothing if grouped else plain.look_up
            found = look_up(core, request)
            status = order.judge(core, request, found, usable, now)
            if status == order.SEQUENCE_OUT_OF_WINDOW:
                last = order.last_sequence(core, found, usable)
                self._answer(request, Outcome(status), now, last)
                return
        status = status or self._missing(request)
        if not status and grouped:
            status = multihomed.option_status(core, request)
        if status:
            self._answer(request, Outcome(status), now)
            return
        assert found is not None
        self._finish(request, found, now, grouped)

    def _sender_status(self, request: Request) -> int:
        """5.3.1 (4) to (8)."""
        policy = self._core.policy
        if request.mn_id is None:
            return MISSING_MN_ID
        if not policy.mag_may(request.source.address, request.mn_id):
            return MAG_NOT_AUTHORIZED
        profile = policy.profiles.get(request.mn_id)
        if profile is None:
            known = policy.accept_unknown_mn and request.mn_id[1]
            return 0 if known else NOT_LMA_FOR_THIS_MOBILE_NODE
        return 0 if profile.proxy_registration else PROXY_REG_NOT_ENABLED

    @staticmethod
    def _missing(request: Request) -> int:
        """5.3.1 (10) to (12)."""
        if not request.hnps:
            return MISSING_PREFIX
        if request.hi_option is None:
            return MISSING_HI
        return MISSING_ATT if request.att_option is None else 0

    def _finish(self, request: Request, found: Found, now: float, grouped: bool) -> None:
        """5.3.1 (13): what the look-up found is applied, refused, ignored or held."""
        if found.status:
            self._answer(request, Outcome(found.status), now)
        elif found.ignored:
            self._discard(request.source, found.ignored, now, request)
        elif found.what == "held":
            self._hold(request, now)
        else:
            outcome = (multihomed if grouped else plain).apply(self._core, request, found, now)
            self._answer(request, outcome, now)
            if outcome.what == "removed" and not grouped and self._held:
                self._release_those_of(request, now)

    # Requests that wait (5.4.1.2, 5.4.1.3)

    def _hold(self, request: Request, now: float) -> None:
        key = (request.mn_id, request.att, request.ll_id, request.care_of_address)
        earlier = self._held.get(key)
        if earlier is not None:
            if _is_newer(request, earlier.request):
                self._discard(earlier.request.source, "replaced-while-waiting", now, earlier.request)
                earlier.request = request
            else:
                self._discard(request.source, "older-than-waiting", now, request)
            return
        until = now + self._core.policy.timers.max_delay_before_new_bce_assign
        held = self._held[key] = _Held(key, request, until)
        self._core.at(until, held)
        self._core.events.append(RequestHeld(time=now, mn_id=request.mn_id, source=request.source, until=until))

    def _release(self, held: _Held, now: float) -> None:
        """The wait is over; what the cache says now counts, and a new session is no longer put off."""
        del self._held[held.key]
        self._finish(held.request, plain.look_up(self._core, held.request, waited=True), now, False)

    def _release_those_of(self, request: Request, now: float) -> None:
        """The existing session was deregistered: the request that waited longest updates it."""
        waiting = [held for held in self._held.values() if held.request.mn_id == request.mn_id]
        if waiting:
            self._release(min(waiting, key=attrgetter("until")), now)

    # Answers

    def _answer(self, request: Request, outcome: Outcome, now: float, sequence: int | None = None) -> None:
        core = self._core
        pba = acknowledgement(core, request, outcome, now, sequence)
        if outcome.status >= 128:
            core.events.append(
                PbuRejected(
                    time=now,
                    mn_id=request.mn_id,
                    source=request.source,
                    sequence=request.sequence,
                    status=outcome.status,
                    reason=_reason(outcome.status),
                )  # fmt: skip
            )
        else:
            session = outcome.session
            assert session is not None
            core.events.append(
                PbuAccepted(
                    time=now,
                    mn_id=request.mn_id,
                    source=request.source,
                    what=outcome.what,
                    sequence=request.sequence,
                    care_of_address=request.care_of_address,
                    prefixes=session.prefixes,
                    lifetime=outcome.lifetime,
                    mhgid=session.mhgid,
                    flows=tuple((option.fid, option.status) for option in outcome.fids),
                )  # fmt: skip
            )
        if self._faults is not None:
            pba = self._faults.acknowledgement(request, outcome, pba)
        self._send(pba, request.source, request.local, now, request)

    def _send(
        self, message: msgspec.Struct, to: Endpoint, local: Endpoint, now: float, request: Request | None = None
    ) -> None:
        codec = self._dialects.codec_of(to)
        if to.port is None:
            data = codec.encode(message, src=local.address, dst=to.address)
        else:
            data = codec.encode(message)
        datagram = Datagram(data, local, to)
        if self._faults is None or request is None:
            self._outbox.append(datagram)
            return
        datagram = self._faults.on_the_wire(datagram)
        for delay in self._faults.deliveries():
            if delay:
                self._late.append((now + delay, datagram))
            else:
                self._outbox.append(datagram)

    def _discard(self, source: Endpoint, reason: str, now: float, request: Request | None = None) -> None:
        mn_id = None if request is None else request.mn_id
        self._core.events.append(SilentlyDiscarded(time=now, mn_id=mn_id, source=source, reason=reason))


def _is_newer(request: Request, earlier: Request) -> bool:
    if request.timestamp is not None and earlier.timestamp is not None:
        return request.timestamp > earlier.timestamp
    return not order.is_not_greater(request.sequence, earlier.sequence)


def _reason(status: int) -> str:
    member = next((member for member in BINDING_STATUS.members if member.value == status), None)
    return str(status) if member is None else member.title
