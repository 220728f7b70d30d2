"""The reference local mobility anchor, without I/O: octets and times in, octets and events out.

The order of checks is RFC 6275 9.2, RFC 5213 5.3.1 (1) to (12), the Multihoming option's own, then the binding cache.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from pmiptool.lma import extensions, multihomed, multipath, order, plain
from pmiptool.lma.config import LmaConfig
from pmiptool.lma.core import Core, Found, Outcome
from pmiptool.lma.dialect import Dialects
from pmiptool.lma.events import (
    Event,
    Noted,
    PbuAccepted,
    PbuRejected,
)
from pmiptool.lma.fault_messages import as_if_accepted
from pmiptool.lma.faults import Faults
from pmiptool.lma.heartbeat import Heartbeats
from pmiptool.lma.held import Waiting
from pmiptool.lma.notification import Notification
from pmiptool.lma.outbox import Outbox
from pmiptool.lma.outgoing import Outgoing
from pmiptool.lma.policy import Policy
from pmiptool.lma.removal import due
from pmiptool.lma.reply import acknowledgement
from pmiptool.lma.request import Request
from pmiptool.lma.revocation import Revocation
from pmiptool.lma.revoked import Revoked
from pmiptool.lma.screening import UNSPECIFIED, Screening, reason_of
from pmiptool.lma.shapes import Shapes
from pmiptool.lma.share import WHOLE, Share, check_shares
from pmiptool.registry.rfc6275 import BU_P
from pmiptool.session.classifier import Steer
from pmiptool.session.endpoint import PMIP_PORT, Datagram, Endpoint
from pmiptool.session.model import Binding, Session
from pmiptool.wire.codec import codec_for
from pmiptool.wire.values import BindingUpdate

ANSWERS = (b"\x10", b"\x14")  # to requests of its own
PROXY_REG_NOT_ENABLED, NOT_LMA_FOR_THIS_MOBILE_NODE, MAG_NOT_AUTHORIZED = 152, 153, 154
MISSING_PREFIX, MISSING_MN_ID, MISSING_HI, MISSING_ATT = 158, 160, 161, 162


class LocalMobilityAnchor:
    """One anchor. `address` is its own, 16 octets (4 over IPv4). `now` is seconds since 1970, its only clock.

    seed: generated link-local addresses and first sequence numbers come from it. faults: names of `faults.ALL`.
    restart_counter: higher each time that an anchor starts without its bindings (RFC 5847 3.2). share: which of several
    behind one address it is; only messages of that share may come in. Raises UsageError for a configuration or a fault
    that does not exist, or that does not go with shares.
    """

    def __init__(
        self,
        config: LmaConfig,
        address: bytes,
        *,
        seed: int = 0,
        faults: Collection[str] = (),
        restart_counter: int = 1,
        share: Share = WHOLE,
    ) -> None:
        check_shares(config, share.of, faults)
        self._faults = Faults(faults, config.codepoints) if faults else None
        followed = config if self._faults is None else self._faults.configured(config)
        policy = Policy(followed)
        self.config = config
        self.address = address
        self._core = Core(policy, followed.lma.pool, seed, share)
        self._core.faults = self._faults
        self._dialects = Dialects(policy.codepoints)
        plain_way = self._faults is None and policy.codepoints.dialect != "auto"
        self._shapes = Shapes(codec_for(policy.codepoints)) if plain_way else None
        self._outbox = Outbox(self._core, self._dialects)
        self._waiting = Waiting(self._core, self._look_again)
        self._outgoing = Outgoing(self._core, self._outbox.send, seed)
        self._revocation = Revocation(self._core, self._outgoing, self._waiting.release_of)
        self._revoked = Revoked(self._core, self._outbox.send, self._waiting.release_of)
        self._notification = Notification(self._core, self._outgoing, self._dialects)
        self._heartbeats = Heartbeats(self._core, self._outbox.send, restart_counter)
        self._screening = Screening(self._core, address, self._outbox, self._outgoing, self._heartbeats, self._revoked)

    @property
    def sessions(self) -> list[Session]:
        """The sessions of all mobile nodes, for reading."""
        found = dict.fromkeys(self._core.prefixes.values())
        found.update(dict.fromkeys(self._core.homes.sessions.values()))  # of which some have no prefix
        for session in list(found):
            found.update(dict.fromkeys(session.family))  # groups of one mobile node share what they have
        return list(found)

    def session_of(self, address: bytes) -> Session | None:
        """The session that an address of a mobile node belongs to: 16 octets by its prefix, 4 by itself."""
        return self._core.session_of(address)

    @property
    def steering(self) -> Steer | None:
        """The classifier of its data plane where a fault has made it another than `session.classifier.decide`."""
        return None if self._faults is None else self._faults.steering()

    # What the driver calls

    def receive(self, data: bytes, source: Endpoint, now: float, destination: Endpoint | None = None) -> None:
        """A Mobility Header came in. `destination` is where it was sent to, from where the answer leaves."""
        core = self._core
        if core.timers.is_due(now):
            self.on_timer(now)
        over_udp = source.port is not None
        local = destination or Endpoint(self.address, PMIP_PORT if over_udp else None)
        if self._shapes is not None:
            known = self._shapes.read(data, source, local)
            if known is not None:
                self._request(known, now)
                return
        decoded, codepoints = self._dialects.decode(data, source, local, now, core.events)
        if self._faults is not None and self._faults.is_deaf(decoded):
            self._screening.discard(source, "deaf", now)
            return
        if self._faults is not None and data[2:3] in ANSWERS and self._faults.takes_any_answer():
            self._outgoing.take(source, now)
        if decoded.checksum_ok is False and not over_udp:
            self._screening.discard(source, "checksum", now)
            return
        if self._faults is not None:
            decoded = self._faults.sees(decoded)
        reason = self._screening.malformed(decoded, source, local, now)
        if reason is not None:
            if reason:
                self._screening.discard(source, reason, now)
            return
        message: BindingUpdate = decoded.message
        if not message.flags & BU_P:
            self._screening.not_a_proxy(message, source, local, now)
            return
        request = Request(decoded, source, local, codepoints)
        if self._faults is not None:
            self._faults.understand(request, core.prefixes)
            self._faults.before(core, request, now)
        if self._shapes is not None:
            self._shapes.learn(decoded, request)
        self._request(request, now)

    def _request(self, request: Request, now: float) -> None:
        """A proxy registration that could be read."""
        core, source = self._core, request.source
        if not request.binds_routable(self.address):
            self._screening.discard(source, "care-of-address", now, request)
            return
        if request.notes:
            for text in request.notes:
                core.events.append(Noted(time=now, mn_id=request.mn_id, source=source, text=text))
        self._register(request, now)
        if core.reinstantiated:
            self._notification.announce(now)

    def to_send(self, now: float) -> list[Datagram]:
        """What is to be sent by now, in order."""
        return self._outbox.fetch(now)

    def next_timer(self) -> float | None:
        """When `on_timer` wants to be called, and `to_send` asked, next."""
        first, late = self._core.timers.first(), self._outbox.next_time()
        if first is None:
            return late
        return first[0] if late is None else min(first[0], late)

    def on_timer(self, now: float) -> None:
        """Whatever is due: lifetimes, delays, held requests, requests of the anchor's own."""
        timers = self._core.timers
        while (entry := timers.pop(now)) is not None:
            _, _, what, session = entry
            if isinstance(what, Binding):
                due(self._core, session, what, now)
            else:
                what.due(now)
        if self._core.reinstantiated:
            self._notification.announce(now)

    def busy(self) -> bool:
        """Whether a revocation or a notification waits for its answer."""
        return bool(self._outgoing)

    def events(self) -> list[Event]:
        """What happened since the last call."""
        out, self._core.events = self._core.events, []
        return out

    # What its operator asks for

    def revoke(
        self,
        mn_id: bytes | str | None,
        now: float,
        *,
        trigger: int = 1,
        care_of_address: bytes | None = None,
        ipv4_only: bool = False,
    ) -> int:
        """Revoke the bindings of a mobile node, at one care-of address or all (RFC 5846); how many indications leave.

        mn_id None with trigger 128: all bindings of a gateway; `@realm` with a trigger above it: those of a realm.
        ipv4_only: only the IPv4 home address. A binding stays until the gateway acknowledges or is given up on. Raises
        UsageError when there is none.
        """
        return self._revocation.revoke(_octets(mn_id), trigger, care_of_address, now, ipv4_only=ipv4_only)

    def notify(
        self,
        mn_id: bytes | str,
        reason: int,
        now: float,
        *,
        ack: bool = True,
        options: tuple[Any, ...] = (),
        care_of_address: bytes | None = None,
    ) -> int:
        """Send an Update Notification to each gateway of a mobile node (RFC 7077); how many leave.

        options: what follows MN-ID and prefixes; without, the flow mobility reason lists re-instantiated filters. What
        becomes of each is told as an event. Raises UsageError when there is no binding.
        """
        name = _octets(mn_id)
        assert name is not None
        return self._notification.notify(name, reason, ack, options, care_of_address, now)

    # RFC 5213 5.3.1

    def _register(self, request: Request, now: float) -> None:
        core = self._core
        if request.extended:
            extensions.skip_unknown(core, request)
        grouped = bool(core.policy.multihoming) and (request.multihoming is not None or request.odd_multihoming)
        paths = multipath.counts(core, request, grouped, now)
        kind: Any = multihomed if grouped else multipath if paths else plain
        status = self._sender_status(request)
        found: Found | None = None
        if not status:
            odd = request.odd_multihoming if grouped else request.odd_multipath
            found = (Found.nothing if odd else kind.look_up)(core, request)
            several = (grouped or paths) and not odd
            status = order.judge(core, request, found, several, now)
            if status == order.SEQUENCE_OUT_OF_WINDOW:
                last = order.last_sequence(core, found, several)
                self._answer(request, Outcome(status), now, last)
                return
        status = status or self._missing(request)
        if not status and (request.extended or core.policy.restricts):
            status = extensions.status(core, request)
        if not status and kind is not plain:
            status = kind.option_status(core, request)
        if status:
            self._answer(request, Outcome(status), now)
            return
        assert found is not None
        self._finish(request, found, now, kind)

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
        if not request.hnps and not request.ipv4_requests:  # RFC 5844 3.1.2.1
            return MISSING_PREFIX
        if request.hi_option is None:
            return MISSING_HI
        return MISSING_ATT if request.att_option is None else 0

    def _finish(self, request: Request, found: Found, now: float, kind: Any) -> None:
        """5.3.1 (13): what the look-up found is applied, refused, ignored or held."""
        if self._faults is not None:
            found = self._faults.found(self._core, request, found)
            if ends := self._faults.instead(request, found):
                self._end(request, ends, now)
                return
        extended = extensions.concern(request, found)
        if extended:
            extensions.refine(request, found)
        if found.status:
            self._answer(request, Outcome(found.status), now)
        elif found.ignored:
            self._screening.discard(request.source, found.ignored, now, request)
        elif found.what == "held" and self._waiting.is_full():
            self._answer(request, Outcome(plain.INSUFFICIENT_RESOURCES), now)
        elif found.what == "held":
            self._waiting.hold(request, now)
            if self._core.policy.revokes_unknown_handoff and found.session is not None:
                self._revocation.handed_over(found.session, now)
        else:
            if extended:
                outcome = extensions.apply(self._core, request, found, now, kind.apply)
            else:
                outcome = kind.apply(self._core, request, found, now)
            self._answer(request, outcome, now)
            if outcome.what == "removed" and kind is not multihomed and self._waiting:
                self._waiting.release_of(request.mn_id, now)

    def _end(self, request: Request, ends: str, now: float) -> None:
        """What a fault makes of a sound request."""
        assert self._faults is not None
        if ends == "unheard":
            self._screening.discard(request.source, "deaf", now, request)
        elif ends == "rejected":
            self._answer(request, Outcome(UNSPECIFIED), now)
        else:
            pba = as_if_accepted(self._core, request, acknowledgement(self._core, request, Outcome(UNSPECIFIED), now))
            self._outbox.answer(pba, request.source, request.local, now)

    def _look_again(self, request: Request, now: float) -> None:
        """MaxDelayBeforeNewBCEAssign is over: a new session is no longer put off."""
        kind: Any = plain if request.multipath is None else multipath
        self._finish(request, kind.look_up(self._core, request, waited=True), now, kind)

    # Answers

    def _answer(self, request: Request, outcome: Outcome, now: float, sequence: int | None = None) -> None:
        core = self._core
        octets = None if self._shapes is None else self._shapes.answer(core, request, outcome, now)
        pba = acknowledgement(core, request, outcome, now, sequence) if octets is None else None
        if outcome.status >= 128:
            core.events.append(
                PbuRejected(
                    time=now,
                    mn_id=request.mn_id,
                    source=request.source,
                    sequence=request.sequence,
                    status=outcome.status,
                    reason=reason_of(outcome.status),
                )
            )
        else:
            session, binding = outcome.session, outcome.binding
            assert session is not None and binding is not None
            binding.way = core.once((request.source, request.local))
            if self._outgoing:
                self._revocation.accepted(binding, request.hi, request.lifetime, now)
            if self._heartbeats.interval and not self._heartbeats.scheduled:
                self._heartbeats.start(now)
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
                    bid=None if request.multipath is None else request.multipath.bid,
                    ipv4_home_address=None if session.ipv4 is None else session.ipv4.address,
                    uplink_gre_key=None if binding.gre is None else binding.gre.uplink,
                )
            )
        if pba is None:
            assert octets is not None
            self._outbox.leave(Datagram(octets, request.local, request.source))
            return
        if self._faults is not None:
            pba = self._faults.acknowledgement(core, request, outcome, pba)
            self._faults.after(core, request, outcome, now)
        self._outbox.answer(pba, request.source, request.local, now)


def _octets(mn_id: bytes | str | None) -> bytes | None:
    return mn_id.encode() if isinstance(mn_id, str) else mn_id
