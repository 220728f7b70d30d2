"""What comes before a registration: a Mobility Header is checked (RFC 6275 9.2), other messages are dealt with."""

from __future__ import annotations

import msgspec

from pmiptool.lma.addresses import is_routable, is_unicast
from pmiptool.lma.core import Core
from pmiptool.lma.events import BindingErrorSent, PbuRejected, SilentlyDiscarded
from pmiptool.lma.heartbeat import Heartbeats
from pmiptool.lma.outbox import Outbox
from pmiptool.lma.outgoing import Outgoing
from pmiptool.lma.request import Request
from pmiptool.lma.revoked import Revoked
from pmiptool.registry.rfc6275 import BA_P, BINDING_STATUS, BU_H, NO_NEXT_HEADER
from pmiptool.session.endpoint import PMIP_PORT, Endpoint
from pmiptool.wire.layout import Decoded
from pmiptool.wire.values import (
    AlternateCareOfAddress,
    BindingAcknowledgement,
    BindingError,
    BindingRevocationAcknowledgement,
    BindingRevocationIndication,
    BindingUpdate,
    Heartbeat,
    UnknownMessage,
    UpdateNotificationAcknowledgement,
)

BINDING_UPDATE = 5
KNOWN_TYPES = frozenset((*range(8), 13, 16, 19, 20))  # RFC 6275, RFC 5847, RFC 5846, RFC 7077
HEARD_TYPES = frozenset((7, 13, 16, 20))  # Binding Error, heartbeat, binding revocation, UPA
PAYLOAD_PROTO, HEADER_LEN = 0, 1  # octets of the header
UNRECOGNIZED_TYPE = 2  # RFC 6275 6.1.9
UNSPECIFIED, HOME_REGISTRATION_NOT_SUPPORTED = 128, 131


class Screening:
    """Checks what comes in; heartbeats and answers to requests of the anchor's own end here. `address` is its own."""

    def __init__(
        self, core: Core, address: bytes, outbox: Outbox, outgoing: Outgoing, heartbeats: Heartbeats, revoked: Revoked
    ) -> None:
        self._core = core
        self._address = address
        self._outbox = outbox
        self._outgoing = outgoing
        self._heartbeats = heartbeats
        self._revoked = revoked

    def malformed(self, decoded: Decoded, source: Endpoint, local: Endpoint, now: float) -> str | None:
        """None for a Binding Update to go on with; a reason to discard silently; "" when it has been dealt with."""
        layout = decoded.layout
        if layout.stump is not None:
            return "too-short"
        if layout.type != BINDING_UPDATE:
            if layout.type not in KNOWN_TYPES:
                self._binding_error(layout.type, source, local, now)
                return ""
            if layout.type not in HEARD_TYPES:
                return "not-for-an-anchor"
        if layout.payload_proto != NO_NEXT_HEADER:
            self._complain(decoded, source, local, PAYLOAD_PROTO)
            return "payload-proto"
        if layout.header_length is not None and 8 * layout.header_length + 8 > len(decoded.raw):
            return "too-short"
        message = decoded.message
        if isinstance(message, BindingUpdate):
            return None
        if isinstance(message, UnknownMessage) and decoded.name == f"message-{layout.type}":
            return "not-for-an-anchor"  # of a known type, but no form of it that is known
        reason = self._signalled(message, source, local, now)
        if reason == "too-short":
            self._complain(decoded, source, local, HEADER_LEN)
        return reason

    def _signalled(self, message: msgspec.Struct, source: Endpoint, local: Endpoint, now: float) -> str:
        """Heartbeats, and answers to requests of the anchor's own."""
        matched = False
        if isinstance(message, Heartbeat):
            self._heartbeats.receive(message, source, local, now)
            return ""
        if isinstance(message, BindingRevocationAcknowledgement):
            matched = self._outgoing.answered("revocation", message.sequence, message.status, source, now)
        elif isinstance(message, UpdateNotificationAcknowledgement):
            matched = self._outgoing.answered("notification", message.sequence, message.status, source, now)
        elif isinstance(message, BindingError):
            if message.status != UNRECOGNIZED_TYPE:
                return "not-for-an-anchor"
            matched = self._heartbeats.refused(source, now) or self._outgoing.refused(source, now)
        elif isinstance(message, BindingRevocationIndication):
            self._revoked.receive(message, source, local, now)
            return ""
        else:
            return "too-short"
        return "" if matched else "answers-nothing"

    def _complain(self, decoded: Decoded, source: Endpoint, local: Endpoint, octet: int) -> None:
        """ICMP Parameter Problem, unless the source is no unicast address (RFC 4443 2.4)."""
        if is_unicast(source.address):
            self._outbox.complain(decoded.raw, source, local, octet)

    def _binding_error(self, kind: int, source: Endpoint, local: Endpoint, now: float) -> None:
        """Unknown type: Binding Error with status 2, unless the source is no unicast address (9.3.3)."""
        if is_unicast(source.address):
            self._outbox.send(BindingError(status=UNRECOGNIZED_TYPE), source, local)
        self._core.events.append(BindingErrorSent(time=now, source=source, type=kind))

    def not_a_proxy(self, message: BindingUpdate, source: Endpoint, local: Endpoint, now: float) -> None:
        """P=0: this is no home agent (RFC 6275 10.3.1), nor a correspondent node."""
        named = [one for one in message.options if isinstance(one, AlternateCareOfAddress)]
        care_of = named[0].alternate_care_of_address if named else source.address
        if not message.flags & BU_H:
            self.discard(source, "home-registration", now)
            return
        if source.port is None and not is_routable(care_of, self._address):  # RFC 6275 6.1.7
            self.discard(source, "care-of-address", now)
            return
        status = HOME_REGISTRATION_NOT_SUPPORTED
        self._outbox.send(BindingAcknowledgement(status=status, sequence=message.sequence), source, local)
        self._core.events.append(
            PbuRejected(time=now, source=source, sequence=message.sequence, status=status, reason=reason_of(status))
        )

    def discard(self, source: Endpoint, reason: str, now: float, request: Request | None = None) -> None:
        """No answer; `reason` is a key of `events.DISCARDS`."""
        mn_id = None if request is None else request.mn_id
        self._core.events.append(SilentlyDiscarded(time=now, mn_id=mn_id, source=source, reason=reason))
        faults = self._core.faults
        if faults is not None and faults.answers_ignored():
            local = Endpoint(self._address, None if source.port is None else PMIP_PORT)
            self._outbox.send(BindingAcknowledgement(status=UNSPECIFIED, flags=BA_P), source, local)


def reason_of(status: int) -> str:
    """The name of a status in events."""
    member = next((member for member in BINDING_STATUS.members if member.value == status), None)
    return str(status) if member is None else member.title
