"""What a gateway asks for beside prefixes: an IPv4 home address (RFC 5844 3.2) and GRE encapsulation (RFC 5845 4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from pmiptool.mag import answers, events
from pmiptool.mag.bul import BindingUpdateListEntry, Request
from pmiptool.mag.config import MagConfig
from pmiptool.registry.rfc5555 import BU_F
from pmiptool.registry.rfc5845 import BU_T
from pmiptool.session.model import GreKeys, Ipv4Home
from pmiptool.wire.values import (
    BindingAcknowledgement,
    GreKey,
    Ipv4DefaultRouterAddress,
    Ipv4DhcpSupportMode,
    Ipv4HomeAddressReply,
    Ipv4HomeAddressRequest,
)

ANY = Ipv4HomeAddressRequest(ipv4_home_address=bytes(4))
"""Asks the anchor for an address (RFC 5844 3.2.3.1)."""

GRE_NOT_REQUIRED, GRE_REQUIRED = 2, 163
NOT_AUTHORIZED_FOR_IPV4, NOT_AUTHORIZED_FOR_ADDRESS, NOT_AUTHORIZED_FOR_IPV6 = 170, 171, 172

Tell = Callable[..., None]


class Extensions:
    """What the anchor has refused so far, and the keys for the downlink that this gateway makes itself."""

    def __init__(self, config: MagConfig) -> None:
        self._config = config
        self._refused: set[tuple[bytes, str]] = set()
        self._gre_unsupported = False
        self._keys = 0

    def ask(self, entry: BindingUpdateListEntry, request: Request) -> None:
        """What the profile wants and the anchor has not refused; what it gave is named again (RFC 5844 3.2.3.3)."""
        if request.kind == "release":
            request.ipv6 = bool(request.prefixes)
            request.ipv4 = None if request.ipv6 or entry.ipv4 is None else _named(entry.ipv4)
            return
        profile = entry.profile
        request.ipv6 = profile.ipv6 and (profile.id, "ipv6") not in self._refused
        if (profile.id, "ipv4") not in self._refused or not request.ipv6:
            request.ipv4 = profile.ipv4_hoa if entry.ipv4 is None else _named(entry.ipv4)
        # A de-registration SHOULD NOT have the GRE Key option (RFC 5845 4.2).
        if request.lifetime and not entry.without_gre and not self._gre_unsupported:
            request.gre = entry.gre_option or profile.gre

    def flags(self, over_ipv4: bool) -> int:
        """The flags of a request beside A and P: they speak of the tunnel over IPv4."""
        if not over_ipv4:
            return 0
        forced = BU_F if self._config.force_ipv4_udp_encapsulation else 0
        return forced | (BU_T if self._config.tlv_header else 0)

    def accepted(
        self, entry: BindingUpdateListEntry, request: Request, message: BindingAcknowledgement, tell: Tell
    ) -> None:
        """An accepting answer: the address and the keys that go into the list."""
        if request.ipv4 is not None:
            before, entry.ipv4 = entry.ipv4, home_of(message)
            mode = answers.first(message.options, Ipv4DhcpSupportMode)
            entry.dhcp_server = mode is not None and mode.s == 1
            if entry.ipv4 is None:
                tell(events.Ipv4NotGiven)
            elif entry.ipv4 != before:
                tell(events.Ipv4Given, **entry.ipv4._asdict(), dhcp_server=entry.dhcp_server)
        if request.gre is not None:
            self._keys_of(entry, request.gre, message, tell)

    def _keys_of(
        self, entry: BindingUpdateListEntry, asked: GreKey, message: BindingAcknowledgement, tell: Tell
    ) -> None:
        """RFC 5845 4.2: what was agreed on, or that this session, or this anchor, does without."""
        option = answers.first(message.options, GreKey)
        before, entry.gre, entry.gre_option = entry.gre, None, asked
        if message.status == GRE_NOT_REQUIRED:
            entry.without_gre = True
            tell(events.GreNotAgreed, reason="the anchor does not require it for this session")
        elif option is None:
            self._gre_unsupported = True
            tell(events.GreNotAgreed, reason="the anchor does not know the GRE Key option")
        else:
            entry.gre = GreKeys(_key(asked), _key(option))
            if entry.gre != before:
                tell(events.GreAgreed, **entry.gre._asdict())

    def released(self, entry: BindingUpdateListEntry, request: Request, tell: Tell) -> None:
        """The address alone, or the prefixes alone, are no longer the mobile node's (RFC 5844 3.2.3.3)."""
        if request.ipv6:
            entry.profile = replace(entry.profile, ipv6=False, hnp=())
            entry.prefixes = ()
        else:
            entry.profile = replace(entry.profile, ipv4_hoa=None)
            entry.ipv4 = None
        tell(events.PartReleased, ipv6=request.ipv6)

    def rejected(self, entry: BindingUpdateListEntry, status: int) -> None:
        """What is not asked for again until an administrative action (RFC 5844 3.2.3.2)."""
        if status == NOT_AUTHORIZED_FOR_IPV4:
            self._refused.add((entry.profile.id, "ipv4"))
            entry.ipv4 = None
        elif status == NOT_AUTHORIZED_FOR_IPV6:
            self._refused.add((entry.profile.id, "ipv6"))

    def allow(self, mn_id: bytes) -> None:
        """The administrative action for a mobile node; the anchor is asked for GRE again, too."""
        self._gre_unsupported = False
        self._refused = {refused for refused in self._refused if refused[0] != mn_id}

    def again(self, request: Request, status: int) -> tuple[dict[str, Any], str]:
        """What changes in a request that is made once more after a rejection, and why; nothing to change: ({}, "")."""
        if request.kind == "release":
            return {}, ""  # without one part of it nothing, or all, would be given up
        if status == NOT_AUTHORIZED_FOR_IPV4 and request.ipv4 is not None and request.ipv6:
            return {"ipv4": None}, "not authorized for IPv4: once more without"
        if status == NOT_AUTHORIZED_FOR_IPV6 and request.ipv6 and request.ipv4 is not None:
            return {"ipv6": False}, "not authorized for IPv6: once more without"
        named = request.kind == "attach" and request.ipv4 is not None and any(request.ipv4.ipv4_home_address)
        if status == NOT_AUTHORIZED_FOR_ADDRESS and named and self._config.retry_all_zero:
            return {"ipv4": ANY}, "not authorized for the IPv4 home address: once more for any"
        if status == GRE_REQUIRED and request.gre is None and request.lifetime:
            self._keys += 1
            return {"gre": GreKey(gre_key=(self._keys,))}, "GRE is required: once more with a key"
        return {}, ""


def options(request: Request) -> tuple[object, ...]:
    """The options of a request."""
    return tuple(option for option in (request.ipv4, request.gre) if option is not None)


def home_of(message: BindingAcknowledgement) -> Ipv4Home | None:
    """The address that an answer gives, with its default router (RFC 5844 3.2.3.2); 0.0.0.0 where it names none."""
    reply = answers.first(message.options, Ipv4HomeAddressReply)
    if reply is None or reply.status >= 128 or not any(reply.ipv4_home_address):
        return None
    router = answers.first(message.options, Ipv4DefaultRouterAddress)
    address = bytes(4) if router is None else router.ipv4_default_router_address
    return Ipv4Home(reply.ipv4_home_address, reply.prefix_length, address)


def uplink_key(message: BindingAcknowledgement) -> int | None:
    """The key for the uplink that an answer gives (RFC 5845 4.2)."""
    option = answers.first(message.options, GreKey)
    return None if option is None else _key(option)


def _named(home: Ipv4Home) -> Ipv4HomeAddressRequest:
    return Ipv4HomeAddressRequest(prefix_length=home.prefix_length, ipv4_home_address=home.address)


def _key(option: GreKey) -> int | None:
    return option.gre_key[0] if option.gre_key else None
