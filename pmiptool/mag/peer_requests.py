"""What the anchor asks by itself: heartbeats, binding revocation, update notification; and this gateway's heartbeats.

RFC 5847, RFC 5846 9.1, RFC 7077 6.1, RFC 7864 4.2. What an answer says is decided in `revocation` and `notification`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import msgspec

from pmiptool.errors import UsageError
from pmiptool.mag import answers, events, flows, heartbeat, notification, revocation
from pmiptool.mag.acknowledged import Acknowledged
from pmiptool.mag.bul import BindingUpdateListEntry, Request
from pmiptool.mag.config import MagConfig
from pmiptool.mag.extensions import NOT_AUTHORIZED_FOR_IPV4
from pmiptool.mag.global_revocation import GlobalRevocation
from pmiptool.mag.request import HI_NOT_CHANGED
from pmiptool.registry.rfc5846 import PER_PEER_POLICY
from pmiptool.registry.rfc5847 import UNSOLICITED
from pmiptool.registry.rfc6275 import NO_NEXT_HEADER
from pmiptool.registry.rfc7077 import UPN_A, UPN_D
from pmiptool.session.endpoint import Endpoint
from pmiptool.wire.layout import Decoded
from pmiptool.wire.values import (
    BindingError,
    BindingRevocationAcknowledgement,
    BindingRevocationIndication,
    Heartbeat,
    HomeNetworkPrefix,
    Prefix,
    UnknownMessage,
    UpdateNotification,
    UpdateNotificationAcknowledgement,
)

LAST_MOBILE_IPV6_TYPE = 7
PAYLOAD_PROTO, HEADER_LEN = 0, 1  # octets of the header
UNRECOGNIZED_TYPE = 2  # RFC 6275 6.1.9
REMEMBERED_FOR = 60.0  # seconds in which the same request again is a retransmission
REMEMBERED = 1024  # requests at most
_TYPES: dict[int, events.LmaKind] = {13: "heartbeat", 16: "revocation", 19: "update-notification"}


@dataclass(frozen=True)
class _Answered:
    """A request of the anchor, without what a retransmission changes, and the message that answered it."""

    request: msgspec.Struct
    answer: msgspec.Struct | None
    time: float


class PeerRequests(Acknowledged):
    """The part of a gateway that serves its anchor."""

    def __init__(
        self, config: MagConfig, address: Endpoint, lma: Endpoint, *, seed: int = 0, faults: Collection[str] = ()
    ) -> None:
        super().__init__(config, address, lma, seed=seed, faults=faults)
        self.heartbeats = heartbeat.Heartbeats(
            self._sequence,
            allowed=config.missing_heartbeats_allowed,
            delay=config.heartbeat_delay,
            interval=self._faults.interval(config.heartbeat_interval),
        )
        self.global_revocation = GlobalRevocation(config, address.address, self._sequence)
        self._beat: tuple[Decoded, float] | None = None
        self._attempts = 0
        self._answered: dict[tuple[events.LmaKind, int], _Answered] = {}

    def heartbeat(self, now: float) -> None:
        """Ask whether the anchor is there (RFC 5847 3). UsageError when it has said that it knows no heartbeats."""
        if self.heartbeats.unsupported:
            raise UsageError("the anchor knows no heartbeats: none may be sent to it again (RFC 5847 3)")
        message = self._post(self._faults.answer(self.heartbeats.request(now)))
        self._beat = message, now
        self._events.append(events.HeartbeatSent(time=now, request=message))

    def revoke_all(self, now: float) -> None:
        """Have the anchor end all bindings of this gateway (RFC 5846 9.2). UsageError after it has denied that."""
        if self.global_revocation.not_authorized:
            raise UsageError("the anchor does not authorize global revocations: none is sent again (RFC 5846 9.2)")
        self._attempts = 0
        self._indicate(self.global_revocation.begin(now), now)

    def _indicate(self, message: msgspec.Struct, now: float) -> None:
        self._attempts += 1
        sent = self._post(self._faults.answer(message))
        self._events.append(events.GlobalRevocationSent(time=now, attempt=self._attempts, request=sent))

    def _global_revocation_due(self, now: float) -> None:
        """Once more, or, where no answer came at all, an end of all bindings (6.3)."""
        due = self.global_revocation.due
        if due is None or due > now:
            return
        message = self.global_revocation.again(now)
        if message is not None and "bri-sent-once" not in self._faults:
            self._indicate(message, now)
        elif message is None:
            self._events.append(events.GlobalRevocationEnded(time=now))
            self._lose_all(now)

    def _revocation_acknowledged(self, decoded: Decoded, message: BindingRevocationAcknowledgement, now: float) -> None:
        accepted = self.global_revocation.answered(message.sequence, message.status)
        if accepted is None:
            return self._ignore("unmatched", decoded, now)
        self._events.append(events.GlobalRevocationEnded(time=now, status=message.status, answer=decoded))
        if accepted and "bra-unheeded" not in self._faults:
            self._lose_all(now)
        if self.global_revocation.not_authorized and "bri-retries-130" in self._faults:
            self._indicate(self.global_revocation.begin(now), now)
        return None

    def _lose_all(self, now: float) -> None:
        for entry in list(self.binding_update_list.values()):
            self._lose(revocation.Loss(entry, entry.prefixes), PER_PEER_POLICY, now)

    # What comes in

    def _other_message(self, decoded: Decoded, now: float) -> None:
        """A message of the anchor that is no binding acknowledgement (RFC 6275 9.2)."""
        kind = _TYPES.get(decoded.layout.type)
        message = decoded.message
        if f"deaf-to-{decoded.name}" in self._faults:
            return
        awaited = isinstance(message, BindingRevocationAcknowledgement) and self.global_revocation.due is not None
        if kind not in self.config.answers and not awaited and decoded.layout.type > LAST_MOBILE_IPV6_TYPE:
            error = self._faults.answer(BindingError(status=UNRECOGNIZED_TYPE))
            if error is not None:
                self._post(error)
            self._ignore("unknown-type", decoded, now)
        elif isinstance(message, BindingError) and "binding-error-feared" in self._faults:
            self.binding_update_list.clear()
        elif isinstance(message, BindingError) and message.status == UNRECOGNIZED_TYPE and self.heartbeats.waits:
            if "binding-error-unheeded" in self._faults:
                return
            self.heartbeats.unsupported = True
            self.heartbeats.rest(now)
            self._events.append(events.HeartbeatsUnsupported(time=now, answer=decoded))
        elif kind is not None and is_malformed(decoded) and "malformed-taken" not in self._faults:
            self._ignore("malformed", decoded, now)
        elif isinstance(message, Heartbeat):
            self._heartbeat_came(decoded, message, now)
        elif isinstance(message, BindingRevocationIndication):
            self._revoke(decoded, message, now)
        elif isinstance(message, UpdateNotification):
            self._notify(decoded, message, now)
        elif isinstance(message, BindingRevocationAcknowledgement):
            self._revocation_acknowledged(decoded, message, now)
        else:
            self._ignore("not-an-acknowledgement", decoded, now)

    def _complain_of_form(self, decoded: Decoded) -> None:
        """A wrong Payload Proto, or a Header Len below the least of a type that is known (RFC 6275 9.2)."""
        layout = decoded.layout
        if layout.type > LAST_MOBILE_IPV6_TYPE and _TYPES.get(layout.type) not in self.config.answers:
            return
        if layout.payload_proto != NO_NEXT_HEADER:
            self._complain(decoded, PAYLOAD_PROTO)
        elif layout.stump is not None or isinstance(decoded.message, UnknownMessage):
            self._complain(decoded, HEADER_LEN)

    def _serve(
        self, kind: events.LmaKind, decoded: Decoded, answer: msgspec.Struct | None, now: float, *, again: bool = False
    ) -> None:
        """Send the answer and tell of both."""
        sent = self._post(self._faults.answer(answer)) if answer is not None else None
        self._events.append(
            events.LmaRequest(
                time=now,
                mn=answers.identifier(decoded.message),
                kind=kind,
                request=decoded,
                answer=sent,
                status=getattr(answer, "status", None),
                repeated=again,
            )
        )

    def _before(self, kind: events.LmaKind, request: msgspec.Struct, sequence: int, now: float) -> _Answered | None:
        """The same request of a while ago; one sequence number on another message is another request."""
        before = self._answered.get((kind, sequence))
        return before if before and before.request == request and now - before.time < REMEMBERED_FOR else None

    def _remember(self, kind: events.LmaKind, sequence: int, answered: _Answered) -> None:
        """The oldest is forgotten where there are too many."""
        self._answered.pop((kind, sequence), None)
        if len(self._answered) >= REMEMBERED:
            del self._answered[next(iter(self._answered))]
        self._answered[kind, sequence] = answered

    # Heartbeats (RFC 5847)

    def _heartbeat_came(self, decoded: Decoded, message: Heartbeat, now: float) -> None:
        if not heartbeat.is_response(message):
            return self._serve("heartbeat", decoded, heartbeat.response(message, self.config.restart_counter), now)
        beats = self.heartbeats
        unsolicited = bool(message.flags & UNSOLICITED)
        if unsolicited and "unsolicited-answered" in self._faults:
            return self._serve("heartbeat", decoded, heartbeat.response(message, self.config.restart_counter), now)
        if "any-response-counts" in self._faults:
            message = msgspec.structs.replace(message, sequence=beats.sequence)
        if beats.answered(message, now) and self._beat is not None:
            request, sent_at = self._beat
            counter = heartbeat.counter_of(message)
            self._events.append(
                events.HeartbeatAnswered(
                    time=now, request=request, answer=decoded, restart_counter=counter, seconds=now - sent_at
                )
            )
        elif not unsolicited:
            return self._ignore("unmatched", decoded, now)
        return beats.restarted(message, lambda before, counter: self._restarted(before, counter, now))

    def _restarted(self, before: int, counter: int, now: float) -> None:
        """The anchor has lost its sessions: what it granted is asked for again, where the gateway renews by itself."""
        if "restart-unnoticed" in self._faults:
            return
        self._events.append(events.LmaRestarted(time=now, before=before, restart_counter=counter))
        for entry in self.binding_update_list.values():
            if self.config.renew and entry.state == "registered" and entry.request is None:
                entry.renew_at = now

    def _heartbeat_due(self, now: float) -> None:
        """No answer in time, or time for the next one, which only a gateway with a registration sends (RFC 5847 3)."""
        beats = self.heartbeats
        if beats.due is None or beats.due > now:
            return
        if beats.waits and self._beat is not None:
            gone = beats.missed(now)
            self._events.append(events.HeartbeatMissing(time=now, request=self._beat[0], missing=beats.missing))
            if gone:
                self._events.append(events.LmaUnreachable(time=now, missing=beats.missing))
                return
        elif not self._has_registration() and "beats-without-bindings" not in self._faults:
            beats.rest(now)
            return
        self.heartbeat(now)

    def _has_registration(self) -> bool:
        return any(entry.state == "registered" for entry in self.binding_update_list.values())

    # Revocation (RFC 5846)

    def _revoke(self, decoded: Decoded, message: BindingRevocationIndication, now: float) -> None:
        before = self._before("revocation", message, message.sequence, now)
        if before is not None:
            return self._serve("revocation", decoded, before.answer, now, again=True)
        decision = revocation.decide(
            message,
            self.binding_update_list.values(),
            self.address.address,
            still_attached=self.config.still_attached,
        )
        echoed = message.flags & (revocation.P | revocation.V | revocation.G)
        answer = BindingRevocationAcknowledgement(
            status=decision.status, sequence=message.sequence, flags=echoed, options=decision.missing
        )
        self._remember("revocation", message.sequence, _Answered(message, answer, now))
        self._serve("revocation", decoded, answer, now)
        for loss in self._faults.losses(decision.losses):
            self._lose(loss, message.revocation_trigger, now)
        return None

    def _lose(self, loss: revocation.Loss, trigger: int, now: float) -> None:
        """Take the prefixes off the list; with the last one the entry goes, and nothing more is sent for it.

        An IPv4 home address that was taken away is not asked for again, as after status 170 (RFC 5844 3.2.3.2).
        """
        entry, whole = loss.entry, loss.whole or "revokes-everything" in self._faults
        entry.prefixes = loss.left
        if loss.ipv4_only and "ipv4-kept" not in self._faults:
            self._extensions.rejected(entry, NOT_AUTHORIZED_FOR_IPV4)
        if whole:
            if entry.request is not None:
                self._end(entry, entry.request, now, outcome="superseded", reason="revoked")
            self.binding_update_list.pop(entry.profile.key, None)
        self._tell(events.BindingRevoked, entry, now, prefixes=_plain(loss.prefixes), trigger=trigger, gone=whole)

    # Update notification (RFC 7077, RFC 7864)

    def _notify(self, decoded: Decoded, message: UpdateNotification, now: float) -> None:
        who = notification.identity(message)
        if who is None:  # nobody to act for, and nobody whom an acknowledgement could name (6.2)
            return self._ignore("names-nobody", decoded, now)
        first = msgspec.structs.replace(message, flags=message.flags & ~UPN_D)
        before = self._before("update-notification", first, message.sequence, now)
        if before is not None and before.answer is not None and "repetition-taken-anew" not in self._faults:
            return self._serve("update-notification", decoded, before.answer, now, again=True)
        if before is not None and "repetition-not-redone" in self._faults:
            return None
        decision = notification.decide(message, self.binding_update_list.values(), denied=self._denied)
        answer = None
        if message.flags & UPN_A or "upa-always" in self._faults:
            named = (o for o in message.options if isinstance(o, HomeNetworkPrefix))
            told = tuple(named) if decision.flows and decision.status < 128 else ()  # RFC 7864 4.3
            answer = UpdateNotificationAcknowledgement(
                sequence=message.sequence, status=decision.status, options=(who, *told, *decision.qos)
            )
        self._remember("update-notification", message.sequence, _Answered(first, answer, now))
        self._serve("update-notification", decoded, answer, now, again=before is not None)
        for entry in decision.entries if "notification-unheeded" not in self._faults else ():
            if decision.renew:
                self._renew_at_once(entry, decision.access_network, now)
            if decision.flows:
                self._take_flows(entry, message, now)
            if decision.parameters:
                self._take_parameters(entry, decision.parameters, now)
        return None

    def _renew_at_once(self, entry: BindingUpdateListEntry, access_network: bool, now: float) -> None:
        """A PBU for the session; a request that waits for its answer is sent once more, with what it asks."""
        if entry.request is None:
            request = Request("renew", HI_NOT_CHANGED, entry.profile.lifetime, prefixes=self._known(entry))
            request.access_network = access_network
            return self._start(entry, request, now)
        entry.request.access_network |= access_network
        return None if entry.request.put_off else self._transmit(entry, entry.request, now)

    def _take_flows(self, entry: BindingUpdateListEntry, message: UpdateNotification, now: float) -> None:
        named = (o.home_network_prefix for o in message.options if isinstance(o, HomeNetworkPrefix))
        off_link = tuple(prefix for prefix in named if prefix not in entry.prefixes)
        if off_link != entry.off_link:
            entry.off_link = off_link
            self._tell(events.OffLinkPrefixes, entry, now, prefixes=_plain(off_link))
        flows.told(entry, message, lambda what, **facts: self._tell(what, entry, now, **facts))

    def _take_parameters(self, entry: BindingUpdateListEntry, parameters: tuple[object, ...], now: float) -> None:
        entry.parameters = notification.kept(entry.parameters, parameters)
        self._tell(events.SessionUpdated, entry, now, options=tuple(type(o).__name__ for o in parameters))


def is_malformed(decoded: Decoded) -> bool:
    """Cut, not the last header, or longer than what came (RFC 6275 9.2), or with an option that runs past the end."""
    layout = decoded.layout
    if layout.stump is not None or layout.payload_proto != NO_NEXT_HEADER:
        return True
    if layout.header_length is not None and 8 * layout.header_length + 8 > len(decoded.raw):
        return True
    return any(slot.cut for slot in layout.slots)


def _plain(prefixes: tuple[Prefix, ...]) -> tuple[tuple[bytes, int], ...]:
    return tuple((prefix.address, prefix.length) for prefix in prefixes)
