"""IPv4 home addresses (RFC 5844 3.1) and what IPv4 transport adds to a request (RFC 5844 4.1).

An address belongs to a session and is shared by all its bindings; renewals keep it, and it is free again when the
session ends. A session may have an address, prefixes, or both, and gain the other later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pmiptool.lma.events import AddressesReleased
from pmiptool.lma.policy import Policy
from pmiptool.lma.pool import AddressPool
from pmiptool.lma.share import Share
from pmiptool.registry.rfc5555 import BU_F
from pmiptool.session.model import Ipv4Home, MnKey, Session
from pmiptool.wire.values import (
    Ipv4DefaultRouterAddress,
    Ipv4DhcpSupportMode,
    Ipv4HomeAddressReply,
    NatDetection,
)

if TYPE_CHECKING:
    from pmiptool.lma.core import Core, Outcome
    from pmiptool.lma.request import Request

PROHIBITED, INSUFFICIENT_RESOURCES = 129, 130
NOT_AUTHORIZED_FOR_IPV4, NOT_AUTHORIZED_FOR_ADDRESS = 170, 171
NOT_AUTHORIZED_FOR_IPV6, MULTIPLE_ADDRESSES = 172, 173
ANY = bytes(4)
SUCCESS, REPLY_FAILURE, REPLY_PROHIBITED = 0, 128, 129
_DHCP_MODES = {"relay": 0, "server": 1}


class Homes:
    """The IPv4 home addresses of an anchor: which session has which, and which are free."""

    def __init__(self, policy: Policy, share: Share) -> None:
        self.sessions: dict[bytes, Session] = {}
        network = policy.ipv4_pool
        self._profiles = policy.profiles
        self._length = network.prefixlen
        self._router = (int(network.network_address) + 1).to_bytes(4, "big")
        self._configured = {
            profile.ipv4_home.address: (key, profile.ipv4_home)
            for key, profile in policy.profiles.items()
            if profile.ipv4_home is not None
        }
        routers = (home.default_router for _, home in self._configured.values())
        self._pool = AddressPool(network, frozenset((self._router, *self._configured, *routers)), share)

    def free(self, key: MnKey) -> Ipv4Home | None:
        """For 0.0.0.0: the configured address of the mobile node when it is free, else one of the pool."""
        profile = self._profiles.get(key)
        own = None if profile is None else profile.ipv4_home
        if own is not None and own.address not in self.sessions:
            return own
        address = self._pool.take(self.sessions)
        return None if address is None else Ipv4Home(address, self._length, self._router)

    def named(self, key: MnKey, address: bytes) -> Ipv4Home | None:
        """For an address by value: when it is free, and configured for this mobile node or in the pool."""
        if address in self.sessions:
            return None
        owner, home = self._configured.get(address, (None, None))
        if home is not None:
            return home if owner == key else None
        return Ipv4Home(address, self._length, self._router) if address in self._pool else None

    def bind(self, session: Session, home: Ipv4Home) -> None:
        session.ipv4 = home
        self.sessions[home.address] = session

    def release(self, session: Session) -> None:
        """The address of a session is free again."""
        if session.ipv4 is not None:
            heir = next((one for one in session.family if one is not session and one.ipv4 == session.ipv4), None)
            if heir is not None:
                self.sessions[session.ipv4.address] = heir
            else:
                del self.sessions[session.ipv4.address]
                self.give_back(session.ipv4)
            session.ipv4 = None

    def give_back(self, home: Ipv4Home) -> None:
        """An address that `free` gave is free again, bound or not."""
        self._pool.give_back(home.address)


def status(core: Core, request: Request) -> int:
    """The further reasons to reject a request (3.1.2.1, and 4.1.3.1 for the F flag), after RFC 5213 5.3.1 (12)."""
    policy = core.policy
    profile = policy.profile_of(request.mn_id)
    if request.hnps and profile is not None and not profile.ipv6:
        return NOT_AUTHORIZED_FOR_IPV6
    if request.ipv4_requests:
        if policy.ipv4 == "reject" or (profile is not None and not profile.ipv4):
            return NOT_AUTHORIZED_FOR_IPV4
        if len(request.ipv4_requests) > 1:
            return MULTIPLE_ADDRESSES
    return PROHIBITED if _forced(request) and not policy.forced_udp else 0


def _forced(request: Request) -> bool:
    """UDP encapsulation is forced, which only means something over IPv4."""
    return bool(request.flags & BU_F) and len(request.source.address) == 4


def claim(core: Core, request: Request, session: Session | None) -> Ipv4Home | int | None:
    """The address that a request for one gets, which may be the session's already; or a status (3.1.2.2).

    Nothing is bound yet: an address that is not used after all has to be given back.
    """
    if not request.ipv4_requests:
        return None
    assert request.mn_id is not None
    asked = request.ipv4_requests[0].ipv4_home_address
    own = None if session is None else session.ipv4
    if own is None and core.multihoming_of(request) is not None:
        own = next((group.ipv4 for group in core.groups(request.mn_id) if group.ipv4 is not None), None)
    if asked == ANY:
        return own or core.homes.free(request.mn_id) or INSUFFICIENT_RESOURCES
    if own is not None:
        return own if asked == own.address else NOT_AUTHORIZED_FOR_ADDRESS
    return core.homes.named(request.mn_id, asked) or NOT_AUTHORIZED_FOR_ADDRESS


def deregisters_part(core: Core, request: Request, session: Session) -> bool:
    """Lifetime 0 for the address alone, or for the prefixes alone, of a session with both (3.1.2.5)."""
    if session.ipv4 is None or not session.prefixes or not session.bindings:
        return False
    if core.faults is not None and core.faults.deregisters_all():
        return False
    return bool(request.hnps) != bool(request.ipv4_requests)


def release_part(core: Core, request: Request, session: Session, now: float) -> Ipv4Home | None:
    """Of a session with an address and prefixes, those that the request names are given up (3.1.2.5).

    Gives the address where it was that.
    """
    home = session.ipv4 if request.ipv4_requests else None
    _release(core, session, now, address=home is not None)
    return home


def handed_over(core: Core, request: Request, session: Session, now: float) -> None:
    """After a handoff, what the new gateway does not name is given up (3.1.2.4)."""
    if core.faults is not None and core.faults.keeps_left_out():
        return
    if session.ipv4 is not None and session.prefixes and bool(request.hnps) != bool(request.ipv4_requests):
        _release(core, session, now, address=not request.ipv4_requests)


def release_address(core: Core, session: Session, now: float) -> None:
    """The address alone is revoked, and the session goes on with its prefixes (RFC 5846 8.1, 8.2)."""
    _release(core, session, now, address=True)


def _release(core: Core, session: Session, now: float, *, address: bool) -> None:
    home, prefixes = (session.ipv4, ()) if address else (None, session.prefixes)
    if address:
        core.homes.release(session)
    else:
        core.release_prefixes(session)
    core.events.append(
        AddressesReleased(
            time=now,
            mn_id=session.mn_id,
            mhgid=session.mhgid,
            prefixes=prefixes,
            ipv4_home_address=None if home is None else home.address,
        )
    )


def reply_options(core: Core, request: Request, outcome: Outcome) -> list[Any]:
    """What a PBA says of the addresses asked for (3.1.2.6) and of a forced UDP encapsulation (4.1.3.1)."""
    options: list[Any] = []
    accepted = outcome.status < 128
    home = outcome.ipv4
    if not accepted:
        options += [_refused(asked, outcome.status) for asked in request.ipv4_requests]
    elif home is not None:
        options.append(
            Ipv4HomeAddressReply(
                status=SUCCESS, prefix_length=home.prefix_length, ipv4_home_address=home.address
            )
        )  # fmt: skip
        # The text has it with status 0. Statuses 2 and 3 (RFC 5845) accept too, and a gateway needs its router then.
        options.append(Ipv4DefaultRouterAddress(ipv4_default_router_address=home.default_router))
        mode = _DHCP_MODES.get(core.policy.dhcp_support_mode)
        if mode is not None:
            options.append(Ipv4DhcpSupportMode(s=mode))
    if accepted and _forced(request):
        options.append(NatDetection(f=1))
    return options


def _refused(asked: Any, status: int) -> Ipv4HomeAddressReply:
    return Ipv4HomeAddressReply(
        status=REPLY_PROHIBITED if status in (NOT_AUTHORIZED_FOR_IPV4, NOT_AUTHORIZED_FOR_ADDRESS) else REPLY_FAILURE,
        prefix_length=asked.prefix_length,
        ipv4_home_address=asked.ipv4_home_address,
    )
