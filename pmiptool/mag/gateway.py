"""The reference mobile access gateway (RFC 5213 6, muho 5), without I/O.

Time comes in as an argument, datagrams and events come out. What it was told to do is in the methods, what became of
it is in the events.
"""

from __future__ import annotations

from msgspec.structs import replace

from pmiptool.errors import UsageError
from pmiptool.mag.bul import BindingUpdateListEntry, Request
from pmiptool.mag.config import Flow, MnProfile
from pmiptool.mag.extensions import ANY
from pmiptool.mag.peer_requests import PeerRequests, is_malformed
from pmiptool.mag.request import (
    ACTS,
    HI_NEW_INTERFACE,
    HI_NOT_CHANGED,
    HI_UNKNOWN,
    asks_for_link_local,
)
from pmiptool.session.endpoint import Endpoint
from pmiptool.text.values import octets_text
from pmiptool.wire.values import BindingAcknowledgement


def _octets(mn_id: bytes | str) -> bytes:
    return mn_id.encode() if isinstance(mn_id, str) else mn_id


class MobileAccessGateway(PeerRequests):
    """One gateway with one address, registering mobile nodes with one local mobility anchor.

    `seed` gives the first sequence number, so that two runs do not look like a replay. `interface` in the methods
    tells two interfaces of one mobile node on this gateway apart.
    """

    # What the gateway is asked to do

    def attach(
        self,
        mn: MnProfile,
        now: float,
        *,
        hi: int = HI_NEW_INTERFACE,
        summary: tuple[int, ...] | None = None,
        overwrite: bool = False,
    ) -> None:
        """Register an interface that has just attached (RFC 5213 6.9.1.1, muho 3.1, 3.5), or over a further way
        (RFC 8278 3.1); `overwrite`: in place of all other ways (4.1)."""
        self._refuse_denied(mn.id)
        if "never-attaches" in self._faults:
            return
        entry = self.binding_update_list.get(mn.key)
        if entry is None:
            entry = BindingUpdateListEntry(mn, sequence=self._sequence)
            self.binding_update_list[mn.key] = entry
        else:
            entry.profile = mn
        entry.multihoming = mn.mhgid is not None
        entry.multipath = mn.multipath is not None and mn.id not in self.paths.disabled
        prefixes = mn.hnp or (self.paths.prefixes(self, entry) if entry.multipath else ())
        if asks_for_link_local(self.config.fixed_link_local) and entry.link_local is None:
            entry.link_local = bytes(16)
        self._start(
            entry,
            Request("attach", hi, mn.lifetime, flows=mn.flows, summary=summary, prefixes=prefixes, overwrite=overwrite),
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
        bulk: bool = False,
        overwrite: bool = False,
    ) -> None:
        """Extend the lifetime: HI 5, the assigned prefixes, no filters (RFC 5213 6.9.1.3, muho 3.2).

        bulk: of all ways, overwrite: in place of all other ways (RFC 8278 4.1).
        """
        entry = self.entry(mn_id, interface)
        self._refuse_denied(entry.profile.id)
        asked = entry.profile.lifetime if lifetime is None else lifetime
        request = Request("renew", HI_NOT_CHANGED, asked, summary=summary, prefixes=self._known(entry))
        request.bulk, request.overwrite = bulk, overwrite
        self._start(entry, request, now)

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
        if "detach-unnoticed" in self._faults:
            return
        entry.renew_at = None
        if "detach-silent" in self._faults:
            return self._release(entry, now, acknowledged=False)
        self._start(entry, Request("detach", HI_UNKNOWN, 0, act=number, prefixes=self._known(entry)), now)

    def discover(self, mn_id: bytes | str, now: float, *, interface: str = "") -> None:
        """The mobile node looks for an IPv4 address: ask for one, where it has none (RFC 5844 3.4.3, 3.2.3.3)."""
        entry = self.entry(mn_id, interface)
        self._refuse_denied(entry.profile.id)
        if entry.ipv4 is None and "discover-unheeded" not in self._faults:
            entry.profile = replace(entry.profile, ipv4_hoa=entry.profile.ipv4_hoa or ANY)
            self.renew(mn_id, now, interface=interface)

    def release(self, mn_id: bytes | str, now: float, *, prefixes: bool = False, interface: str = "") -> None:
        """Give up the IPv4 home address, or all prefixes, and keep the rest (RFC 5844 3.2.3.3, 3.4.3)."""
        entry = self.entry(mn_id, interface)
        if entry.multihoming or entry.multipath:
            raise UsageError("of an interface among several no part can be given up; detach it")
        if entry.ipv4 is None or not entry.prefixes:
            name = octets_text(entry.profile.id)
            raise UsageError(f"{name} has no {'prefixes' if entry.ipv4 else 'IPv4 address'} beside; detach it")
        named = entry.prefixes if prefixes else ()
        self._start(entry, Request("release", HI_UNKNOWN, 0, prefixes=named), now)

    def allow(self, mn_id: bytes | str) -> None:
        """The administrative action after which a denied mobile node, or one with an ignored answer, may be served."""
        self._denied.discard(_octets(mn_id))
        self._extensions.allow(_octets(mn_id))
        self._identifiers.allow()
        self.paths.disabled.discard(_octets(mn_id))
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
            name = octets_text(_octets(mn_id)) + (f" ({interface})" if interface else "")
            raise UsageError(f"{name} is not attached to this gateway; attach it first")
        return found

    def busy(self, mn_id: bytes | str | None = None, interface: str = "") -> bool:
        """Whether a request waits for its answer: of this interface, or any, a heartbeat included."""
        if mn_id is None:
            waits = self.heartbeats.waits or self.global_revocation.due is not None
            return waits or any(entry.request for entry in self.binding_update_list.values())
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
        times += [due for due in (self.heartbeats.due, self.global_revocation.due) if due is not None]
        return min(times, default=None)

    def on_timer(self, now: float) -> None:
        """Retransmit, give up, renew or let expire what is due."""
        self._heartbeat_due(now)
        self._global_revocation_due(now)
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
        if self._faults.chokes(decoded):
            return self._ignore("fault", decoded, now)
        if decoded.checksum_ok is False and "checksum-unchecked" not in self._faults:
            return self._ignore("checksum", decoded, now, self._likely(decoded))
        self._complain_of_form(decoded)
        taken = "malformed-taken" in self._faults
        if isinstance(message, BindingAcknowledgement) and is_malformed(decoded) and not taken:
            return self._ignore("malformed", decoded, now, self._likely(decoded))
        if not isinstance(message, BindingAcknowledgement):
            return self._other_message(decoded, now)
        self._acknowledged(decoded, message, now)
        if self.heartbeats.due is None and self._has_registration():
            self.heartbeats.rest(now)
        return None

    # Sending

    def _refuse_denied(self, mn_id: bytes) -> None:
        if mn_id in self._denied:
            raise UsageError(
                f"the anchor answered 152 for {octets_text(mn_id)}: "
                "no more requests for it until an administrative action (RFC 5213 6.9.1.2)"
            )

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
        request.timeout = min(self._faults.next_wait(request.timeout), self.config.max_timeout)
        return self._transmit(entry, request, now)
