"""The reference mobile access gateway (RFC 5213 6, muho 5), without I/O.

Time comes in as an argument, datagrams and events come out. What it was told to do is in the methods, what became of
it is in the events.
"""

from __future__ import annotations

from pmiptool.errors import UsageError
from pmiptool.mag import answers, events, flows, retry
from pmiptool.mag.bul import Attempt, BindingUpdateListEntry, Request
from pmiptool.mag.config import Flow, MagConfig, MnProfile
from pmiptool.mag.outgoing import Outgoing
from pmiptool.mag.request import (
    ACTS,
    HI_NEW_INTERFACE,
    HI_NOT_CHANGED,
    HI_UNKNOWN,
    asks_for_link_local,
)
from pmiptool.mag.sent import Key, match
from pmiptool.session.endpoint import Endpoint
from pmiptool.wire.layout import Decoded
from pmiptool.wire.values import BindingAcknowledgement, Prefix


def _octets(mn_id: bytes | str) -> bytes:
    return mn_id.encode() if isinstance(mn_id, str) else mn_id


class MobileAccessGateway(Outgoing):
    """One gateway with one address, registering mobile nodes with one local mobility anchor.

    `seed` gives the first sequence number, so that two runs do not look like a replay. `interface` in the methods
    tells two interfaces of one mobile node on this gateway apart.
    """

    def __init__(self, config: MagConfig, address: Endpoint, lma: Endpoint, *, seed: int = 0) -> None:
        super().__init__(config, address, lma, seed=seed)
        self._denied: set[bytes] = set()

    # What the gateway is asked to do

    def attach(
        self,
        mn: MnProfile,
        now: float,
        *,
        hi: int = HI_NEW_INTERFACE,
        summary: tuple[int, ...] | None = None,
    ) -> None:
        """Register an interface that has just attached (RFC 5213 6.9.1.1, muho 3.1, 3.5)."""
        self._refuse_denied(mn.id)
        entry = self.binding_update_list.get(mn.key)
        if entry is None:
            entry = BindingUpdateListEntry(mn, sequence=self._sequence)
            self.binding_update_list[mn.key] = entry
        else:
            entry.profile = mn
        entry.multihoming = mn.mhgid is not None
        if asks_for_link_local(self.config.fixed_link_local) and entry.link_local is None:
            entry.link_local = bytes(16)
        self._start(
            entry,
            Request("attach", hi, mn.lifetime, flows=mn.flows, summary=summary, prefixes=mn.hnp),
            now,
        )

    def renew(
        self,
        mn_id: bytes | str,
        now: float,
        *,
        interface: str = "",
        lifetime: int | None = None,
        summary: tuple[int, ...] | None = None,
    ) -> None:
        """Extend the lifetime: HI 5, the assigned prefixes, no filters (RFC 5213 6.9.1.3, muho 3.2)."""
        entry = self.entry(mn_id, interface)
        self._refuse_denied(entry.profile.id)
        asked = entry.profile.lifetime if lifetime is None else lifetime
        self._start(entry, Request("renew", HI_NOT_CHANGED, asked, summary=summary, prefixes=self._known(entry)), now)

    def modify(
        self,
        mn_id: bytes | str,
        filters: tuple[Flow, ...],
        now: float,
        *,
        interface: str = "",
        summary: tuple[int, ...] | None = None,
    ) -> None:
        """Add, change or remove filters: a renewal with FID options (muho 3.3); `summary` removes what nobody names."""
        entry = self.entry(mn_id, interface)
        self._refuse_denied(entry.profile.id)
        self._start(
            entry,
            Request(
                "modify",
                HI_NOT_CHANGED,
                entry.profile.lifetime,
                flows=tuple(filters),
                summary=summary,
                prefixes=self._known(entry),
            ),
            now,
        )

    def detach(self, mn_id: bytes | str, now: float, act: str | int = "none", *, interface: str = "") -> None:
        """Deregister: lifetime 0, HI 4, the assigned prefixes, ACT (RFC 5213 6.9.1.4, muho 3.4)."""
        entry = self.entry(mn_id, interface)
        number = ACTS[act] if isinstance(act, str) else act
        entry.renew_at = None
        self._start(entry, Request("detach", HI_UNKNOWN, 0, act=number, prefixes=self._known(entry)), now)

    def allow(self, mn_id: bytes | str) -> None:
        """The administrative action after which a denied mobile node, or one with an ignored answer, may be served."""
        self._denied.discard(_octets(mn_id))
        for entry in self.binding_update_list.values():
            if entry.profile.id == _octets(mn_id) and entry.state == "ignored":
                entry.state = "registering"

    def give_up(self, mn_id: bytes | str, now: float, *, interface: str = "") -> None:
        """Wait no longer for the answer of this interface's request; a detaching gateway lets go."""
        entry = self.entry(mn_id, interface)
        if entry.request is None:
            return
        kind = entry.request.kind
        self._end(entry, entry.request, now)
        if kind == "detach":
            self._release(entry, now, acknowledged=False)
        elif entry.state == "registering":
            entry.state = "rejected"

    def forget(self, mn_id: bytes | str, *, interface: str = "") -> None:
        """Drop an entry without a word to the anchor, as a gateway that restarts does."""
        self.binding_update_list.pop((_octets(mn_id), interface), None)

    def entry(self, mn_id: bytes | str, interface: str = "") -> BindingUpdateListEntry:
        """The binding update list entry; UsageError when this gateway has none."""
        found = self.binding_update_list.get((_octets(mn_id), interface))
        if found is None:
            name = _octets(mn_id).decode(errors="replace") + (f" ({interface})" if interface else "")
            raise UsageError(f"{name} is not attached to this gateway; attach it first")
        return found

    def busy(self, mn_id: bytes | str | None = None, interface: str = "") -> bool:
        """Whether a request waits for its answer: of this interface, or of any."""
        if mn_id is None:
            return any(entry.request for entry in self.binding_update_list.values())
        entry = self.binding_update_list.get((_octets(mn_id), interface))
        return entry is not None and entry.request is not None

    # What comes in and goes out

    def next_timer(self) -> float | None:
        """When `on_timer` wants to be called next, None for never."""
        times: list[float] = []
        for entry in self.binding_update_list.values():
            if entry.request is not None:
                times.append(entry.request.due)
            if entry.expires_at is not None:
                times.append(entry.expires_at)
            if entry.renew_at is not None and entry.request is None:
                times.append(entry.renew_at)
        return min(times, default=None)

    def on_timer(self, now: float) -> None:
        """Retransmit, give up, renew or let expire what is due."""
        for entry in list(self.binding_update_list.values()):
            if entry.request is not None and entry.request.due <= now:
                self._unanswered(entry, entry.request, now)
            if self.binding_update_list.get(entry.profile.key) is not entry:
                continue  # just released
            if entry.expires_at is not None and entry.expires_at <= now:
                self._expire(entry, now)
            elif entry.renew_at is not None and entry.renew_at <= now and entry.request is None:
                entry.renew_at = None
                if entry.profile.id in self._denied:
                    continue
                self.renew(entry.profile.id, now, interface=entry.profile.interface)

    def receive(self, data: bytes, source: Endpoint, now: float, destination: Endpoint | None = None) -> None:
        """One Mobility Header that arrived (RFC 5213 6.9.1.2). Never raises."""
        raw = self.address.port is None and len(source.address) == 16
        decoded = (
            self._codec.decode(data, src=source.address, dst=self.address.address)
            if raw
            else self._codec.decode(data, udp=True)
        )
        message = decoded.message
        if source.address != self.lma.address:
            return self._ignore("source", decoded, now)
        if decoded.checksum_ok is False:
            return self._ignore("checksum", decoded, now, self._likely(decoded))
        if not isinstance(message, BindingAcknowledgement):
            return self._ignore("not-an-acknowledgement", decoded, now)
        matched = match(self.binding_update_list.values(), message)
        if matched is None or matched[0].request is None:
            return self._unmatched(decoded, message, now)
        entry, attempt, request = *matched, matched[0].request
        attempt.answered = True
        if not message.flags & answers.BA_P:
            return self._put_aside(entry, request, attempt, decoded, "not-proxy", now)
        name = answers.differing(attempt.message.message, message)
        if name is not None:
            return self._put_aside(entry, request, attempt, decoded, f"differs-{name}", now)
        if answers.accepted(message.status):
            self._accepted(entry, request, attempt, decoded, message, now)
        else:
            self._rejected(entry, request, attempt, decoded, message, now)

    # Sending

    def _refuse_denied(self, mn_id: bytes) -> None:
        if mn_id in self._denied:
            raise UsageError(
                f"the anchor answered 152 for {mn_id.decode(errors='replace')}: "
                "no more requests for it until an administrative action (RFC 5213 6.9.1.2)"
            )

    @staticmethod
    def _known(entry: BindingUpdateListEntry) -> tuple[Prefix, ...]:
        return entry.prefixes or entry.profile.hnp

    def _unanswered(self, entry: BindingUpdateListEntry, request: Request, now: float) -> None:
        """A retransmission timer ran out (RFC 5213 6.9.4); a detaching gateway may let go (6.9.1.4)."""
        if request.put_off:
            return self._transmit(entry, request, now)
        if request.kind == "detach" and self.config.detach_wait == "timeout":
            self._end(entry, request, now)
            return self._release(entry, now, acknowledged=False)
        limit = self.config.max_transmissions
        if limit and len(request.attempts) >= limit:
            return self.give_up(entry.profile.id, now, interface=entry.profile.interface)
        request.timeout = min(request.timeout * 2, self.config.max_timeout)
        return self._transmit(entry, request, now)

    # Answers

    def _unmatched(self, decoded: Decoded, message: BindingAcknowledgement, now: float) -> None:
        """No request waits for this: a late answer, a second one, or one that nobody asked for."""
        late = self._sent.answered_by(message)
        if late is None:
            return self._ignore("unmatched", decoded, now, self._likely(decoded))
        (mn, interface), attempt = late
        duplicate, attempt.answered = attempt.answered, True
        self._events.append(
            events.LateAnswer(
                time=now, mn=mn, interface=interface, request=attempt.message, answer=decoded, duplicate=duplicate
            )
        )

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
        self._end(entry, request, now, attempt=attempt, answer=decoded, outcome="accepted")
        if request.kind == "detach":
            return self._release(entry, now, acknowledged=True)
        entry.state = "registered"
        entry.prefixes = answers.prefixes(message) or entry.prefixes
        # RFC 6275 11.7.3: the lifetime counts from the sending of the request, and never grows beyond what was asked.
        entry.lifetime = min(4 * message.lifetime, request.lifetime)
        entry.expires_at = attempt.time + entry.lifetime
        advised = answers.refresh_interval(message)
        rest = entry.lifetime * self.config.renew_at
        entry.renew_at = None
        if self.config.renew:
            entry.renew_at = attempt.time + (min(rest, advised) if advised else rest)
        if entry.link_local is not None:
            entry.link_local = answers.link_local(message) or entry.link_local
        self._tell(
            events.Registered,
            entry,
            now,
            prefixes=tuple((prefix.address, prefix.length) for prefix in entry.prefixes),
            lifetime=entry.lifetime,
        )
        if request.multihoming and not answers.has_multihoming(message):
            entry.legacy = True
            self._tell(events.SessionLegacy, entry, now)
        elif request.multihoming:
            entry.legacy = False
            flows.update(
                entry,
                request,
                attempt,
                message,
                self.config.codepoints,
                lambda what, **facts: self._tell(what, entry, now, **facts),
            )
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
        again, reason = retry.again(request, message.status, self.config)
        self._end(entry, request, now, attempt, decoded, "rejected", f"status-{message.status}", reason)
        if message.status == answers.TIMESTAMP_MISMATCH:
            offset = answers.clock_offset(
                message, attempt.time + self.config.clock_offset, now + self.config.clock_offset
            )
            if offset is not None:
                self._tell(events.ClockOffset, entry, now, offset=offset)
        if again is not None:
            entry.request, entry.multihoming = again, again.multihoming
            return self._transmit(entry, again, now)
        entry.renew_at = None
        if message.status == answers.PROXY_REG_NOT_ENABLED:
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

    def _expire(self, entry: BindingUpdateListEntry, now: float) -> None:
        if entry.request is not None:
            self._end(entry, entry.request, now)
        self.binding_update_list.pop(entry.profile.key, None)
        self._tell(events.Expired, entry, now)
