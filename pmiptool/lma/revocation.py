"""Binding revocation (RFC 5846) by the anchor: who is told, what the indication names, and what becomes of it.

One indication goes to each proxy care-of address of a session, for all bindings of that session there: MN-ID and home
network prefixes name them (8.1), and since no two sessions share a prefix, no Multihoming option is needed. Binding
Identifier options stand in it when other bindings of the session remain and these have BIDs (5.1). It goes where the
last accepted request came from (4; 8.1). Several sessions at once are the global form, one indication a gateway.

With the V flag it is the IPv4 home address alone, and what remains of the session goes on.

A binding stays in force until the acknowledgement. After the triggers of a handover it is remembered as a deregistered
one is (8.1), after the others it is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

from pmiptool.errors import UsageError
from pmiptool.lma.core import Core
from pmiptool.lma.events import PeerUnsupporting, RevocationEnded, RevocationSent
from pmiptool.lma.ipv4 import release_address
from pmiptool.lma.outgoing import Outgoing, Pending, revocation_retry
from pmiptool.lma.removal import remove_binding
from pmiptool.registry.rfc5846 import BR_G, BR_P, BR_V, FIRST_GLOBAL_TRIGGER, PER_PEER_POLICY
from pmiptool.session.endpoint import Endpoint
from pmiptool.session.model import Binding, MnKey, Session
from pmiptool.session.prefix import as_prefix
from pmiptool.text.values import octets_text
from pmiptool.wire.values import (
    AlternateCareOfAddress,
    BindingIdentifier,
    BindingRevocationIndication,
    HomeNetworkPrefix,
    Ipv4HomeAddressRequest,
    MobileNodeIdentifier,
)

NAI = 1
HANDOVERS = (2, 3, 4)  # triggers: the mobile node is at another gateway
HANDOVER_UNKNOWN = 4
RENEWAL = 5  # handoff indicator: not changed
NO_BINDING = 128

Owned = tuple[Session, Binding]
Gone = Callable[[MnKey, float], None]


class About(msgspec.Struct, eq=False):
    """What an indication revokes. mn_id: what its event names."""

    trigger: int
    flags: int
    options: tuple[Any, ...]
    owned: list[Owned]
    mn_id: MnKey | None = None


class Revocation:
    """Indications of the anchor's own. `gone(mn_id, now)` is told of each binding that leaves."""

    def __init__(self, core: Core, outgoing: Outgoing, gone: Gone) -> None:
        self._core = core
        self._outgoing = outgoing
        self._gone = gone
        self._under_way: dict[int, Pending] = {}  # by id of the binding, which the request keeps alive

    def revoke(
        self, mn_id: bytes | None, trigger: int, care_of_address: bytes | None, now: float, *, ipv4_only: bool = False
    ) -> int:
        """Send the indications and count them. None, and a realm (`@example.org`), are the global forms."""
        if not 0 <= trigger <= 255:
            raise UsageError(f"a revocation trigger of {trigger} does not fit; it takes 0 to 255")
        if mn_id is None or (trigger >= FIRST_GLOBAL_TRIGGER and mn_id.startswith(b"@")):
            return self._global(mn_id, trigger, care_of_address, now)
        if trigger >= FIRST_GLOBAL_TRIGGER:
            raise UsageError(f"trigger {trigger} is global: it takes a gateway, or a realm such as @example.org")
        owned = in_force(self._core, mn_id, care_of_address)
        if ipv4_only:
            owned = [one for one in owned if one[0].ipv4 is not None]
            if not owned:
                raise UsageError(f"{octets_text(mn_id)} has no IPv4 home address")
        return self._one(owned, trigger, now, ipv4_only=ipv4_only)

    def handed_over(self, session: Session, now: float) -> None:
        """A request that does not know whether it is a handover waits for a session: its gateways are asked (8.1)."""
        owned = [(session, binding) for binding in session.by_age() if binding.removed_at is None]
        self._one(owned, HANDOVER_UNKNOWN, now)

    def _one(self, owned: list[Owned], trigger: int, now: float, *, ipv4_only: bool = False) -> int:
        """The indications for bindings of one mobile node, of which none is under way; how many."""
        sent = 0
        for group in by_gateway(owned):
            group = [one for one in group if id(one[1]) not in self._under_way]
            if group:
                session, binding = group[0]
                options = (
                    MobileNodeIdentifier(*session.mn_id),
                    *(_address(session) if ipv4_only else _prefixes(session)),
                    *_identifiers(session, [one[1] for one in group]),
                    *_alternate(binding),
                )
                flags = BR_P | BR_V if ipv4_only else BR_P
                self._send(About(trigger, flags, options, group, session.mn_id), now)
                sent += 1
        return sent

    def _global(self, realm: bytes | None, trigger: int, care_of_address: bytes | None, now: float) -> int:
        """All bindings of a gateway, without options, or those of a realm (RFC 5846 8.1); one indication a gateway."""
        if trigger < FIRST_GLOBAL_TRIGGER or (realm is None) != (trigger == PER_PEER_POLICY):
            raise UsageError(
                f"trigger {trigger} does not fit: all of a gateway takes {PER_PEER_POLICY}, a realm any above it"
            )
        gateways: dict[tuple[Endpoint, Endpoint], list[Owned]] = {}
        for session in all_sessions(self._core):
            if realm is not None and b"@" + session.mn_id[1].partition(b"@")[2] != realm:
                continue
            for binding in session.bindings.values():
                if care_of_address in (None, binding.care_of_address) and id(binding) not in self._under_way:
                    gateways.setdefault(way(binding), []).append((session, binding))
        if not gateways:
            raise UsageError("no binding is there to revoke")
        options: tuple[Any, ...] = () if realm is None else (MobileNodeIdentifier(NAI, realm),)
        if realm is not None and care_of_address is not None and len(care_of_address) == 16:
            options += (AlternateCareOfAddress(care_of_address),)  # which part of the realm it is
        for owned in gateways.values():
            self._send(About(trigger, BR_P | BR_G, options, owned), now)
        return len(gateways)

    def _send(self, about: About, now: float) -> None:
        retry = revocation_retry(self._core.policy.timers)
        pending = self._outgoing.start(self, "revocation", way(about.owned[0][1]), retry, about, now)
        for _, binding in about.owned:
            self._under_way[id(binding)] = pending

    # What `Outgoing` asks and tells

    def message(self, pending: Pending, now: float) -> msgspec.Struct:
        about: About = pending.about
        message = BindingRevocationIndication(
            revocation_trigger=about.trigger, sequence=pending.sequence, flags=about.flags, options=about.options
        )
        self._core.events.append(
            RevocationSent(
                time=now,
                mn_id=about.mn_id,
                destination=pending.peer,
                sequence=pending.sequence,
                trigger=about.trigger,
                attempt=pending.attempt,
                bindings=len(about.owned),
            )
        )
        return message

    def ended(self, pending: Pending, outcome: str, status: int | None, now: float) -> None:
        """6.2.2, 6.3: an accepted one deletes the bindings, and so does silence, unless nobody knows whether it is a
        handover (8.1). Of what is rejected, only bindings that the gateway does not have are deleted."""
        about: About = pending.about
        gone = outcome != "rejected" or status == NO_BINDING
        if outcome != "accepted" and status != NO_BINDING and about.trigger == HANDOVER_UNKNOWN:
            gone = False
        remember = about.trigger in HANDOVERS
        removed = 0
        for session, binding in about.owned:
            del self._under_way[id(binding)]
            if not gone:
                if about.trigger == HANDOVER_UNKNOWN and self._core.policy.revokes_unknown_handoff:
                    self._gone(session.mn_id, now)  # what waits for it need not wait any more
                continue
            if about.flags & BR_V and session.prefixes:
                revoke_address(self._core, session, now)
            elif revoke_binding(self._core, session, binding, now, remember=remember):
                removed += 1
                self._gone(session.mn_id, now)
        if outcome == "unsupported":
            self._core.events.append(PeerUnsupporting(time=now, peer=pending.peer, message="binding-revocation"))
        self._tell(pending, outcome, removed, status, now)

    # What happens to a binding in between

    def accepted(self, binding: Binding, hi: int | None, lifetime: int, now: float) -> None:
        """A request for a binding that is being revoked was accepted (8.1, race condition).

        A renewal crossed the indication, and revocation goes on; a deregistration completes it; with any other the
        mobile node attached anew, which calls it off.
        """
        pending = self._under_way.get(id(binding))
        if pending is None or (lifetime and hi == RENEWAL):
            return
        about: About = pending.about
        del self._under_way[id(binding)]
        about.owned = [one for one in about.owned if one[1] is not binding]
        if not about.owned:
            self._outgoing.drop(pending)
            self._tell(pending, "called-off" if lifetime else "accepted", 0, None, now)

    def _tell(self, pending: Pending, outcome: str, removed: int, status: int | None, now: float) -> None:
        self._core.events.append(
            RevocationEnded(
                time=now,
                mn_id=pending.about.mn_id,
                destination=pending.peer,
                sequence=pending.sequence,
                outcome=outcome,
                removed=removed,
                status=status,
            )
        )


def all_sessions(core: Core) -> Iterator[Session]:
    """Every session of every mobile node."""
    for node in core.nodes.values():
        yield from node.sessions


def in_force(core: Core, mn_id: bytes, care_of_address: bytes | None) -> list[Owned]:
    """The bindings of a mobile node, at one care-of address or at all. Raises UsageError when there is none."""
    node = core.nodes.get((NAI, mn_id))
    nodes = [node] if node is not None else [found for key, found in core.nodes.items() if key[1] == mn_id]
    name = octets_text(mn_id)
    if not nodes:
        raise UsageError(f"there is no session of {name}")
    owned = [
        (session, binding)
        for found in nodes
        for session in found.sessions
        for binding in session.by_age()
        if binding.removed_at is None and care_of_address in (None, binding.care_of_address)
    ]
    if not owned:
        raise UsageError(f"there is no binding of {name}" + (" at that address" if care_of_address else ""))
    return owned


def by_gateway(owned: Iterable[Owned]) -> list[list[Owned]]:
    """Bindings of one session at one gateway together."""
    groups: dict[tuple[int, tuple[Endpoint, Endpoint], bytes], list[Owned]] = {}
    for session, binding in owned:
        groups.setdefault((id(session), way(binding), binding.care_of_address), []).append((session, binding))
    return list(groups.values())


def way(binding: Binding) -> tuple[Endpoint, Endpoint]:
    """Peer and local endpoint. Raw: the proxy care-of address itself (8.1); UDP: whence the request came (4)."""
    assert binding.way is not None, "a binding without an accepted request"
    peer, local = binding.way
    if peer.port is None and peer.address != binding.care_of_address:
        return Endpoint(binding.care_of_address), local
    return binding.way


def _prefixes(session: Session) -> list[HomeNetworkPrefix]:
    return [HomeNetworkPrefix(home_network_prefix=as_prefix(prefix)) for prefix in session.prefixes]


def _address(session: Session) -> list[Ipv4HomeAddressRequest]:
    """For the V flag: the IPv4 home address, and no prefix (8.1)."""
    home = session.ipv4
    assert home is not None
    return [Ipv4HomeAddressRequest(prefix_length=home.prefix_length, ipv4_home_address=home.address)]


def _identifiers(session: Session, bindings: list[Binding]) -> list[BindingIdentifier]:
    """BID options, when these are only some of the bindings of the session."""
    if len(bindings) == len(session.bindings):
        return []
    return [BindingIdentifier(bid=bid, bid_pri=pri) for binding in bindings for bid, pri in binding.bids.items()]


def _alternate(binding: Binding) -> list[AlternateCareOfAddress]:
    """The proxy care-of address, when the indication goes elsewhere (8.1)."""
    if len(binding.care_of_address) != 16 or way(binding)[0].address == binding.care_of_address:
        return []
    return [AlternateCareOfAddress(alternate_care_of_address=binding.care_of_address)]


def revoke_address(core: Core, session: Session, now: float) -> bool:
    """A session goes on without its IPv4 home address; whether it had one."""
    if session.ipv4 is None:
        return False
    if core.faults is not None and core.faults.revokes_all():
        for binding in list(session.bindings.values()):
            revoke_binding(core, session, binding, now)
        return True
    release_address(core, session, now)
    return True


def revoke_binding(core: Core, session: Session, binding: Binding, now: float, *, remember: bool = False) -> bool:
    """A binding leaves with its filters, and with the last the session; whether it was still in force."""
    key = next((key for key, found in session.bindings.items() if found is binding), None)
    if key is None:
        return False
    if core.faults is not None and core.faults.keeps_revoked():
        return True
    remove_binding(core, session, key, now, keep=False, remember=remember, reason="revoked")
    return True
