"""Update notification (RFC 7077) by the anchor, and its flow mobility form (RFC 7864): FMI and FMA.

One notification goes to each proxy care-of address of a session, as revocation does. With `[lma] notify = "rfc7864"`
re-instantiated filters are announced at once, by the flow mobility reason, to the MAG that they went to. All that this
MAG holds stand in it, since what is left out is removed there (RFC 7864 3.4). The prefix is on-link at every MAG of the
group, so its L flag is clear (3.2.1). A status of 0 says that the MAG knows them; in any other case PBAs tell it.
"""

from __future__ import annotations

from typing import Any

import msgspec

from pmiptool.errors import UsageError
from pmiptool.lma.adverts import advert
from pmiptool.lma.core import Core
from pmiptool.lma.dialect import Dialects
from pmiptool.lma.events import Noted, NotificationEnded, NotificationSent, PeerUnsupporting
from pmiptool.lma.outgoing import Outgoing, Pending, Retry
from pmiptool.lma.revocation import by_gateway, in_force, way
from pmiptool.registry.rfc7077 import FLOW_MOBILITY, UPN_A, UPN_D
from pmiptool.session.model import Binding, Flow, MnKey, Session
from pmiptool.session.prefix import as_prefix
from pmiptool.wire.values import HomeNetworkPrefix, MobileNodeIdentifier, UpdateNotification

Told = tuple[Binding, Flow, int]
"""Owner, filter, and its FID when it was announced."""


class About(msgspec.Struct, eq=False):
    """What a notification says. told: the filters that it announces."""

    mn_id: MnKey
    reason: int
    ack: bool
    options: tuple[Any, ...]
    told: tuple[Told, ...] = ()


class Notification:
    """Notifications of the anchor's own."""

    def __init__(self, core: Core, outgoing: Outgoing, dialects: Dialects) -> None:
        self._core = core
        self._outgoing = outgoing
        self._dialects = dialects
        self._unsupporting: set[bytes] = set()  # addresses; a command is the administrative action of RFC 7077 5.2

    def notify(
        self, mn_id: bytes, reason: int, ack: bool, options: tuple[Any, ...], care_of_address: bytes | None, now: float
    ) -> int:
        """Send the notifications and count them."""
        if not 0 <= reason <= 0xFFFF:
            raise UsageError(f"a notification reason of {reason} does not fit; it takes 0 to 65535")
        groups = by_gateway(in_force(self._core, mn_id, care_of_address))
        for group in groups:
            session, binding = group[0]
            self._unsupporting.discard(way(binding)[0].address)
            told = _reinstantiated([owned[1] for owned in group]) if reason == FLOW_MOBILITY and not options else ()
            self._send(session, binding, reason, ack, options, told, now)
        return len(groups)

    def announce(self, now: float) -> None:
        """What was re-instantiated since the last call (RFC 7864)."""
        targets, self._core.reinstantiated = self._core.reinstantiated, []
        for session, binding in dict.fromkeys(targets):
            told = _reinstantiated([binding])
            if told and way(binding)[0].address not in self._unsupporting:
                try:
                    self._send(session, binding, FLOW_MOBILITY, True, (), told, now)
                except UsageError as error:  # no sequence number is free; the next answer tells it
                    note = Noted(time=now, mn_id=session.mn_id, source=way(binding)[0], text=str(error))
                    self._core.events.append(note)

    def _send(
        self, session: Session, binding: Binding, reason: int, ack: bool, options: tuple[Any, ...],
        told: tuple[Told, ...], now: float,
    ) -> None:  # fmt: skip
        path = way(binding)
        codepoints = self._dialects.codepoints_of(path[0])
        options = (
            MobileNodeIdentifier(*session.mn_id),
            *(HomeNetworkPrefix(home_network_prefix=as_prefix(prefix)) for prefix in session.prefixes),
            *options,
            *(advert(flow, codepoints, self._core.policy.readings) for _, flow, _ in told),
        )
        timers = self._core.policy.timers
        delay = timers.min_delay_between_update_notification_replay
        retry = Retry(delay, delay, timers.max_update_notification_retransmit_count if ack else 0)
        about = About(session.mn_id, reason, ack, options, told)
        self._outgoing.start(self, "notification", path, retry, about, now)

    # What `Outgoing` asks and tells

    def message(self, pending: Pending, now: float) -> msgspec.Struct:
        """4.1: the same again, with the D flag."""
        about: About = pending.about
        flags = (UPN_A if about.ack else 0) | (UPN_D if pending.attempt > 1 else 0)
        message = UpdateNotification(sequence=pending.sequence, reason=about.reason, flags=flags, options=about.options)
        self._core.events.append(
            NotificationSent(
                time=now,
                mn_id=about.mn_id,
                destination=pending.peer,
                sequence=pending.sequence,
                reason=about.reason,
                attempt=pending.attempt,
                fids=tuple(fid for _, _, fid in about.told),
            )
        )
        return message

    def ended(self, pending: Pending, outcome: str, status: int | None, now: float) -> None:
        """5.2: what is acknowledged without being asked to counts as well; without, silence is no failure."""
        about: About = pending.about
        if outcome == "accepted":
            for binding, flow, fid in about.told:
                if binding.flows.get(fid) is flow:
                    flow.announced = True
        elif outcome == "unsupported":
            self._unsupporting.add(pending.peer.address)
            self._core.events.append(PeerUnsupporting(time=now, peer=pending.peer, message="update-notification"))
        elif outcome == "unanswered" and not about.ack:
            return
        self._core.events.append(
            NotificationEnded(
                time=now,
                mn_id=about.mn_id,
                destination=pending.peer,
                sequence=pending.sequence,
                reason=about.reason,
                outcome=outcome,
                status=status,
            )
        )


def _reinstantiated(bindings: list[Binding]) -> tuple[Told, ...]:
    return tuple(
        (binding, flow, flow.fid) for binding in bindings for flow in binding.flows.values() if flow.reinstantiated
    )
