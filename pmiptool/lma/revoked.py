"""Binding revocation by a gateway (RFC 5846 8.2): what it names is removed, and acknowledged.

A gateway may revoke only what is registered from it (13), and all of that at once only where the configuration says so.
"""

from __future__ import annotations

from typing import Any

from pmiptool.lma.addresses import is_unicast
from pmiptool.lma.core import Core
from pmiptool.lma.events import RevocationAnswered, SilentlyDiscarded
from pmiptool.lma.outgoing import Send
from pmiptool.lma.revocation import Gone, Owned, all_sessions, revoke_address, revoke_binding, way
from pmiptool.registry.rfc5846 import (
    BR_G,
    BR_P,
    BR_V,
    FIRST_GLOBAL_TRIGGER,
    LOCAL_POLICY,
    PER_PEER_POLICY,
    REVOCATION_TRIGGER,
)
from pmiptool.session.endpoint import Endpoint
from pmiptool.session.prefix import network
from pmiptool.wire.values import (
    AlternateCareOfAddress,
    BindingRevocationAcknowledgement,
    BindingRevocationIndication,
    HomeNetworkPrefix,
    Ipv4HomeAddress,
    Ipv4HomeAddressRequest,
    MobileNodeGroupIdentifier,
    MobileNodeIdentifier,
    VendorSpecific,
)

SUCCESS, PARTIAL_SUCCESS = 0, 1
NO_BINDING, IPV4_OPTION_REQUIRED, GLOBAL_NOT_AUTHORIZED = 128, 129, 130
IDENTITY_REQUIRED, TRIGGER_NOT_SUPPORTED, FUNCTION_NOT_SUPPORTED = 131, 133, 134
IDENTITIES = (
    AlternateCareOfAddress, HomeNetworkPrefix, MobileNodeGroupIdentifier, MobileNodeIdentifier, VendorSpecific
)  # fmt: skip
"""What names the mobile nodes of a global indication."""
KNOWN_TRIGGERS = frozenset(member.value for member in REVOCATION_TRIGGER.members)


class Revoked:
    """Indications from gateways. `gone(mn_id, now)` is told of each binding that leaves."""

    def __init__(self, core: Core, send: Send, gone: Gone) -> None:
        self._core = core
        self._send = send
        self._gone = gone

    def receive(self, message: BindingRevocationIndication, source: Endpoint, local: Endpoint, now: float) -> None:
        if not is_unicast(source.address):  # 6.1.2
            self._core.events.append(SilentlyDiscarded(time=now, source=source, reason="not-from-unicast"))
            return
        mn = _first(message, MobileNodeIdentifier)
        owned: list[Owned] = []
        missing: list[Any] = []
        status = self._refused(message, source, mn is not None)
        if not status:
            if message.flags & BR_G:
                owned = self._of_gateway(message, source)
            else:
                owned, missing = self._named(message, source, mn)
            status = NO_BINDING if not owned and not message.flags & BR_G else PARTIAL_SUCCESS if missing else SUCCESS
        removed = 0
        if status < NO_BINDING:
            for session, binding in owned:
                if message.flags & BR_V and session.prefixes:
                    revoke_address(self._core, session, now)
                else:
                    removed += revoke_binding(self._core, session, binding, now)
                self._gone(session.mn_id, now)
        answer = BindingRevocationAcknowledgement(
            status=status,
            sequence=message.sequence,
            flags=message.flags & (BR_P | BR_V | BR_G),
            options=(mn, *missing) if status == PARTIAL_SUCCESS else (),
        )
        self._send(answer, source, local)
        self._core.events.append(
            RevocationAnswered(
                time=now,
                mn_id=None if mn is None else (mn.subtype, mn.identifier),
                source=source,
                sequence=message.sequence,
                trigger=message.revocation_trigger,
                status=status,
                removed=removed,
            )
        )

    def _refused(self, message: BindingRevocationIndication, source: Endpoint, named: bool) -> int:
        """6.2.1 and 8.2, up to what needs the binding cache."""
        trigger, everything = message.revocation_trigger, bool(message.flags & BR_G)
        if trigger not in KNOWN_TRIGGERS:
            return TRIGGER_NOT_SUPPORTED
        if everything != (trigger >= FIRST_GLOBAL_TRIGGER) or (everything and message.flags & BR_V):
            return FUNCTION_NOT_SUPPORTED
        if not everything:
            named_by = (Ipv4HomeAddressRequest,) if message.flags & BR_P else (Ipv4HomeAddressRequest, Ipv4HomeAddress)
            if message.flags & BR_V and not any(_first(message, kind) for kind in named_by):  # 5.1
                return IPV4_OPTION_REQUIRED
            return 0 if message.flags & BR_P and named else NO_BINDING
        if trigger == LOCAL_POLICY and not any(isinstance(option, IDENTITIES) for option in message.options):
            return IDENTITY_REQUIRED  # 9.1
        if trigger != PER_PEER_POLICY:
            return FUNCTION_NOT_SUPPORTED
        allowed = message.flags & BR_P and named and source.address in self._core.policy.may_revoke_all
        return 0 if allowed else GLOBAL_NOT_AUTHORIZED

    def _of_gateway(self, message: BindingRevocationIndication, source: Endpoint) -> list[Owned]:
        """All bindings of the proxy care-of address that it comes from, or that it names."""
        alternate = _first(message, AlternateCareOfAddress)
        address = source.address if alternate is None else alternate.alternate_care_of_address
        return [
            (session, binding)
            for session in all_sessions(self._core)
            for binding in session.bindings.values()
            if binding.care_of_address == address
        ]

    def _named(self, message: BindingRevocationIndication, source: Endpoint, mn: Any) -> tuple[list[Owned], list[Any]]:
        """The bindings from this gateway of one mobile node, or of the prefixes or the IPv4 home address named.

        Also the prefixes that have none.
        """
        node = self._core.nodes.get((mn.subtype, mn.identifier))
        owned = [
            (session, binding)
            for session in (() if node is None else node.sessions)
            for binding in session.bindings.values()
            if source.address in (binding.care_of_address, way(binding)[0].address)
        ]
        if message.flags & BR_V:
            address = _first(message, Ipv4HomeAddressRequest).ipv4_home_address
            return [one for one in owned if one[0].ipv4 is not None and one[0].ipv4.address == address], []
        prefixes = [option for option in message.options if isinstance(option, HomeNetworkPrefix)]
        if not prefixes:
            return owned, []
        wanted = {network(option.home_network_prefix) for option in prefixes}
        owned = [one for one in owned if wanted & set(one[0].prefixes)]
        there = {prefix for session, _ in owned for prefix in session.prefixes}
        return owned, [option for option in prefixes if network(option.home_network_prefix) not in there]


def _first(message: BindingRevocationIndication, kind: type) -> Any:
    return next((option for option in message.options if isinstance(option, kind)), None)
