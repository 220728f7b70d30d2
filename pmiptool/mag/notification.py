"""Update notification at the gateway: whom it is about, what is to be done, and the status of its answer.

RFC 7077 6.1, RFC 7864 4.2 and RFC 7222 5.2. Nothing changes here. RFC 7864 named statuses that are in IANA's list for
all reasons: 132 says that the mobile node is not here. 128 answers reasons that this gateway does not know.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import msgspec

from pmiptool.mag import answers
from pmiptool.mag.bul import BindingUpdateListEntry
from pmiptool.registry.rfc7077 import FLOW_MOBILITY, FORCE_REREGISTRATION
from pmiptool.wire.values import (
    HomeNetworkPrefix,
    MobileNodeGroupIdentifier,
    MobileNodeIdentifier,
    QualityOfService,
    UnknownOption,
    UpdateNotification,
    VendorSpecific,
)

UPDATE_SESSION_PARAMETERS, VENDOR_SPECIFIC, ANI_PARAMS_REQUESTED, QOS_SERVICE_REQUEST = 2, 3, 4, 5
SUCCESS, FAILED, MISSING_VENDOR_OPTION, UNSPECIFIED, NOT_ATTACHED = 0, 128, 129, 131, 132
RESPONSE, DE_ALLOCATE, QUERY, LAST_OPERATION = 0, 2, 4, 5  # of QoS options; those above are ignored (RFC 7222 4.1)
ALL_SESSIONS = 1  # the group that needs no negotiation (RFC 7077 5)

Entry = BindingUpdateListEntry
Identity = MobileNodeIdentifier | MobileNodeGroupIdentifier


@dataclass(frozen=True)
class Decision:
    """The status, the sessions that it is about, and what becomes of them.

    renew: a PBU leaves at once. access_network: with what is known of the access network. flows: the filters that it
    names are the anchor's now (RFC 7864 3.4). parameters: session parameters to take over. qos: the service requests
    that the answer carries (RFC 7222 5.2).
    """

    status: int
    entries: tuple[Entry, ...] = ()
    renew: bool = False
    access_network: bool = False
    flows: bool = False
    parameters: tuple[object, ...] = ()
    qos: tuple[QualityOfService, ...] = ()


def identity(message: UpdateNotification) -> Identity | None:
    """The option that says whom it is about (RFC 7077 5): the mobile node, else a group."""
    mn_id = answers.first(message.options, MobileNodeIdentifier)
    return mn_id if mn_id is not None else answers.first(message.options, MobileNodeGroupIdentifier)


def decide(message: UpdateNotification, entries: Collection[Entry], *, denied: Collection[bytes]) -> Decision:
    """What a notification asks for. `denied`: mobile nodes for which no PBU may be sent (RFC 5213 6.9.1.2 (7))."""
    who = identity(message)
    found = tuple(entry for entry in entries if who is not None and _is_meant(entry, who))
    if not found:
        return Decision(NOT_ATTACHED)
    reason = message.reason
    if reason == FLOW_MOBILITY:
        return _flow_mobility(message, found)
    if reason == VENDOR_SPECIFIC:
        return Decision(SUCCESS if answers.first(message.options, VendorSpecific) else MISSING_VENDOR_OPTION, found)
    if reason not in (FORCE_REREGISTRATION, UPDATE_SESSION_PARAMETERS, ANI_PARAMS_REQUESTED, QOS_SERVICE_REQUEST):
        return Decision(FAILED, found)
    told = _parameters(message)
    if reason == QOS_SERVICE_REQUEST and not any(isinstance(option, QualityOfService) for option in told):
        return Decision(FAILED, found)
    if reason in (UPDATE_SESSION_PARAMETERS, QOS_SERVICE_REQUEST) and told:
        return Decision(SUCCESS, found, parameters=told, qos=_responses(told, found))
    allowed = tuple(entry for entry in found if entry.profile.id not in denied)
    unknown = reason == ANI_PARAMS_REQUESTED and any(entry.profile.access_network is None for entry in found)
    status = FAILED if not allowed or unknown else SUCCESS
    return Decision(status, allowed, renew=True, access_network=reason == ANI_PARAMS_REQUESTED)


def _is_meant(entry: Entry, who: Identity) -> bool:
    """Here are the registered and those that ask for it; a mobile node that is leaving is not here any more."""
    request = entry.request
    if request.kind == "detach" if request is not None else entry.state != "registered":
        return False
    if isinstance(who, MobileNodeIdentifier):
        return (entry.profile.subtype, entry.profile.id) == (who.subtype, who.identifier)
    return who.group == ALL_SESSIONS


def _flow_mobility(message: UpdateNotification, found: tuple[Entry, ...]) -> Decision:
    """The sessions that have a prefix named; all of the mobile node's where only off-link prefixes are."""
    named = {option.home_network_prefix for option in message.options if isinstance(option, HomeNetworkPrefix)}
    if not named or not isinstance(identity(message), MobileNodeIdentifier):
        return Decision(UNSPECIFIED)  # 4.2: the MN-ID, then one prefix at least
    sharing = tuple(entry for entry in found if named & set(entry.prefixes))
    return Decision(SUCCESS, sharing or found, flows=True)


def _responses(told: tuple[object, ...], found: tuple[Entry, ...]) -> tuple[QualityOfService, ...]:
    """The service requests as they were asked, as RESPONSE; a QUERY gets those that are in force (RFC 7222 5.2).

    This gateway carries no traffic, so it can meet every request.
    """
    asked = [option for option in told if isinstance(option, QualityOfService) and option.oc <= LAST_OPERATION]
    if any(option.oc == QUERY for option in asked):
        kept = (option for entry in found for option in entry.parameters if isinstance(option, QualityOfService))
        asked = [option for option in asked if option.oc != QUERY] + list(dict.fromkeys(kept))
    return tuple(msgspec.structs.replace(option, oc=RESPONSE) for option in asked)


def kept(before: tuple[object, ...], told: tuple[object, ...]) -> tuple[object, ...]:
    """The session parameters after a notification: of each type the newest, service requests by their identifier."""
    after = {_key(option): option for option in before}
    for option in told:
        if not isinstance(option, QualityOfService):
            after[_key(option)] = option
        elif option.oc == DE_ALLOCATE:
            after.pop(_key(option), None)
        elif option.oc <= LAST_OPERATION and option.oc != QUERY:
            after[_key(option)] = msgspec.structs.replace(option, oc=RESPONSE)
    return tuple(after.values())


def _key(option: object) -> tuple[type, int]:
    return type(option), option.sr_id if isinstance(option, QualityOfService) else 0


def _parameters(message: UpdateNotification) -> tuple[object, ...]:
    """The options that say more than whom the message is about; what is not understood is skipped."""
    about = (MobileNodeIdentifier, MobileNodeGroupIdentifier, HomeNetworkPrefix, UnknownOption)
    return tuple(option for option in message.options if not isinstance(option, about))
