"""What an acknowledgement does to the binding update list (RFC 5213 6.9.1.2, muho 5)."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from msgspec.structs import replace

from pmiptool.mag import answers, events, flows, retry
from pmiptool.mag.bul import Attempt, BindingUpdateListEntry, Request
from pmiptool.mag.config import MagConfig
from pmiptool.mag.multipath import CANNOT_SUPPORT_MULTIPATH_BINDING
from pmiptool.mag.outgoing import Outgoing
from pmiptool.mag.request import HI_NOT_CHANGED
from pmiptool.mag.sent import Key
from pmiptool.session.endpoint import Endpoint
from pmiptool.wire.layout import Decoded
from pmiptool.wire.values import BindingAcknowledgement, Prefix


class Acknowledged(Outgoing):
    """The half of a gateway that takes the answers to its own requests."""

    def __init__(
        self, config: MagConfig, address: Endpoint, lma: Endpoint, *, seed: int = 0, faults: Collection[str] = ()
    ) -> None:
        super().__init__(config, address, lma, seed=seed, faults=faults)
        self._denied: set[bytes] = set()

    def _acknowledged(self, decoded: Decoded, message: BindingAcknowledgement, now: float) -> None:
        """A binding acknowledgement from the anchor: which request it answers, and whether it may count."""
        matched = self._faults.match(self.binding_update_list.values(), message)
        if matched is None or matched[0].request is None:
            return self._unmatched(decoded, message, now)
        entry, attempt, request = *matched, matched[0].request
        attempt.answered = True
        if "retransmits-after-answer" in self._faults and not message.status:
            return None
        if not message.flags & answers.BA_P:
            return self._put_aside(entry, request, attempt, decoded, "not-proxy", now)
        name = answers.differing(attempt.message.message, message)
        if name is not None and name not in self._faults.believed:
            if "asks-again-after-differing" in self._faults:
                return self._ignore(f"differs-{name}", decoded, now)
            return self._put_aside(entry, request, attempt, decoded, f"differs-{name}", now)
        refused = self._faults.refuses(attempt.message.message, message)
        judged = self._rejected if refused else self._accepted
        return judged(entry, request, attempt, decoded, message, now)

    @staticmethod
    def _known(entry: BindingUpdateListEntry) -> tuple[Prefix, ...]:
        return entry.prefixes or entry.profile.hnp

    def _unmatched(self, decoded: Decoded, message: BindingAcknowledgement, now: float) -> None:
        """No request waits for this: a late answer, a second one, or one that nobody asked for."""
        late = self._sent.answered_by(message)
        if "any-answer-taken" in self._faults or (late and "duplicate-taken" in self._faults):
            return self._taken_again(message)
        if late is None:
            return self._ignore("unmatched", decoded, now, self._likely(decoded))
        (mn, interface), attempt = late
        duplicate, attempt.answered = attempt.answered, True
        self._events.append(
            events.LateAnswer(
                time=now, mn=mn, interface=interface, request=attempt.message, answer=decoded, duplicate=duplicate
            )
        )

    def _taken_again(self, message: BindingAcknowledgement) -> None:
        """No gateway does this (RFC 5213 6.9.1.2 (5)), but for a fault."""
        for entry in self.binding_update_list.values():
            entry.prefixes = answers.prefixes(message) or entry.prefixes

    def _likely(self, decoded: Decoded) -> tuple[Key, Attempt] | None:
        return self._sent.likely(decoded, self.binding_update_list.values())

    def _put_aside(
        self,
        entry: BindingUpdateListEntry,
        request: Request,
        attempt: Attempt,
        decoded: Decoded,
        reason: str,
        now: float,
    ) -> None:
        """An answer that must be ignored, and after which nothing is sent again (RFC 5213 6.9.1.2 (1), (6))."""
        self._tell(events.Ignored, entry, now, reason=reason, answer=decoded, request=attempt.message)
        self._end(entry, request, now, attempt=attempt, answer=decoded, outcome="ignored", reason=reason)
        if request.kind == "detach":
            self._release(entry, now, acknowledged=False)
            return
        entry.state, entry.renew_at = "ignored", None
        if isinstance(decoded.message, BindingAcknowledgement) and answers.accepted(decoded.message.status):
            entry.prefixes = entry.prefixes or answers.prefixes(decoded.message)  # so that a detach can name them

    def _accepted(
        self,
        entry: BindingUpdateListEntry,
        request: Request,
        attempt: Attempt,
        decoded: Decoded,
        message: BindingAcknowledgement,
        now: float,
    ) -> None:
        message = self._faults.seen(message)
        followed_by = self._identifiers.answered(entry, request, message)
        self._end(entry, request, now, attempt, decoded, "accepted", followed_by=followed_by)
        if request.kind == "detach" or (request.kind == "release" and "release-is-all" in self._faults):
            return self._release(entry, now, acknowledged=True)
        if request.kind == "release":
            return self._extensions.released(entry, request, partial(self._tell_of, entry, now))
        entry.state = "registered"
        entry.prefixes = self._faults.prefixes(answers.prefixes(message), entry.prefixes)
        # RFC 6275 11.7.3: the lifetime counts from the sending of the request, and never grows beyond what was asked.
        entry.lifetime = self._faults.lifetime(min(4 * message.lifetime, request.lifetime), request.lifetime)
        entry.expires_at = attempt.time + entry.lifetime
        advised = answers.refresh_interval(message)
        rest = entry.lifetime * self.config.renew_at
        entry.renew_at = None
        advised = None if "refresh-advice-ignored" in self._faults else advised
        if self.config.renew and "never-renews" not in self._faults:
            entry.renew_at = attempt.time + (min(rest, advised) if advised else rest)
        if entry.link_local is not None and "granted-link-local-ignored" not in self._faults:
            entry.link_local = answers.link_local(message) or entry.link_local
        self._tell(
            events.Registered,
            entry,
            now,
            prefixes=tuple((prefix.address, prefix.length) for prefix in entry.prefixes),
            lifetime=entry.lifetime,
        )
        tell = partial(self._tell_of, entry, now)
        self._extensions.accepted(entry, request, message, tell)
        several = request.multipath and self.paths.accepted(self, entry, request, message, now)
        if request.multihoming and not answers.has_multihoming(message):
            entry.legacy = True
            self._tell(events.SessionLegacy, entry, now)
        elif request.multihoming or several:
            entry.legacy = False
            flows.update(
                entry,
                request,
                attempt,
                message,
                self.config.codepoints,
                tell,
            )
        if followed_by:
            renewal = Request("renew", HI_NOT_CHANGED, entry.profile.lifetime, prefixes=entry.prefixes)
            self._start(entry, renewal, now)
        return None

    def _rejected(
        self,
        entry: BindingUpdateListEntry,
        request: Request,
        attempt: Attempt,
        decoded: Decoded,
        message: BindingAcknowledgement,
        now: float,
    ) -> None:
        """Status 128 or more: deny service (RFC 5213 6.9.1.2 (11)), unless the gateway may ask once more."""
        if message.status == answers.SEQUENCE_OUT_OF_WINDOW and not self.config.timestamps:
            entry.sequence = message.sequence  # RFC 6275 11.7.3
        again, reason = (
            self._faults.again(request, message.status)
            or self._otherwise(entry, request, message)
            or retry.again(request, message.status, self.config, self._extensions)
        )
        self._extensions.rejected(entry, message.status)
        self._end(entry, request, now, attempt, decoded, "rejected", f"status-{message.status}", reason)
        if message.status == answers.TIMESTAMP_MISMATCH:
            offset = answers.clock_offset(
                message, attempt.time + self.config.clock_offset, now + self.config.clock_offset
            )
            if offset is not None:
                self._set_clock(offset)
                self._tell(events.ClockOffset, entry, now, offset=offset)
        if message.status == CANNOT_SUPPORT_MULTIPATH_BINDING and request.multipath:
            self.paths.disable(self, entry, "the anchor refused several paths", now)
        if again is not None:
            entry.request, entry.multihoming = again, again.multihoming
            return self._transmit(entry, again, now)
        if request.kind == "release":
            return None  # what was to be given up alone stays, with all else
        entry.renew_at = None
        if message.status == answers.PROXY_REG_NOT_ENABLED and "retries-152" not in self._faults:
            self._denied.add(entry.profile.id)
            self._tell(events.ServiceDenied, entry, now)
        if request.kind == "detach":
            # Refused, the binding may live on at the anchor; a second detach can still name it.
            if self.config.detach_wait == "timeout":
                self._release(entry, now, acknowledged=False)
            return None
        entry.state, entry.expires_at = "rejected", None
        entry.flows.clear()
        return None

    def _otherwise(
        self, entry: BindingUpdateListEntry, request: Request, message: BindingAcknowledgement
    ) -> tuple[Request, str] | None:
        """The request with other binding identifiers, where the anchor refused these, and why (RFC 5648 5.7)."""
        reason = self._identifiers.answered(entry, request, message)
        if not reason:
            return None
        again = retry.anew(request, self.config)
        again.bids = ()
        self._identifiers.ask(entry, again)
        return again, reason

    def _set_clock(self, offset: float) -> None:
        """No gateway does this (RFC 5213 6.9.1.2 (9)), but for a fault."""
        if "clock-set-by-156" in self._faults:
            self.config = replace(self.config, clock_offset=self.config.clock_offset + offset)

    def _expire(self, entry: BindingUpdateListEntry, now: float) -> None:
        if entry.request is not None:
            self._end(entry, entry.request, now)
        self.binding_update_list.pop(entry.profile.key, None)
        self._tell(events.Expired, entry, now)
