"""Faults of a gateway's heartbeats and of what it answers; `faults.Faults` applies them by name.

Families: `deaf-to-MESSAGE`, `NAME-sequence-wrong`, `bra-status-N`, `upa-status-N`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from pmiptool.registry.rfc5846 import BR_G, BR_P
from pmiptool.registry.rfc5847 import RESPONSE, UNSOLICITED
from pmiptool.wire.values import (
    AlternateCareOfAddress,
    BindingError,
    BindingRevocationAcknowledgement,
    BindingRevocationIndication,
    Heartbeat,
    HomeNetworkPrefix,
    MobileNodeGroupIdentifier,
    MobileNodeIdentifier,
    RestartCounter,
    UpdateNotificationAcknowledgement,
)

BRA, UPA, BRI = BindingRevocationAcknowledgement, UpdateNotificationAcknowledgement, BindingRevocationIndication
_OTHER = AlternateCareOfAddress(alternate_care_of_address=bytes.fromhex("20010db80bad") + bytes(9) + b"\x01")
DEAF = {"bri": "Binding Revocation Indication", "update-notification": "Update Notification", "heartbeat": "Heartbeat"}
_MESSAGES: dict[str, tuple[str, type]] = {
    "bra": ("Binding Revocation Acknowledgement", BRA),
    "upa": ("Update Notification Acknowledgement", UPA),
    "heartbeat": ("heartbeat response", Heartbeat),
}
_STATUSES = (("bra", 0), ("bra", 128), ("bra", 3), ("upa", 0), ("upa", 128))

ANSWER_FAULTS: dict[str, str] = {
    **{f"deaf-to-{name}": f"A {title} is not heard." for name, title in DEAF.items()},
    **{
        f"{name}-sequence-wrong": f"The sequence number of a {title} is one too high."
        for name, (title, _) in _MESSAGES.items()
    },
    **{
        f"{name}-status-{status}": f"The status of every {_MESSAGES[name][0]} is {status}."
        for name, status in _STATUSES
    },
    "bra-flags-clear": "The flags of a Binding Revocation Acknowledgement are clear.",
    "bra-reserved-set": "The reserved bits of a Binding Revocation Acknowledgement are set.",
    "bra-prefix-alone": "A Binding Revocation Acknowledgement has a prefix and no MN-ID.",
    "upa-reserved-set": "The reserved bits of an Update Notification Acknowledgement are set.",
    "upa-without-identifier": "An Update Notification Acknowledgement tells nobody's identifier.",
    "upa-without-prefix": "An Update Notification Acknowledgement has no prefix.",
    "upa-always": "An Update Notification is acknowledged although nobody asked for that.",
    "no-binding-error": "A message of unknown type is not answered.",
    "binding-error-status": "A Binding Error has status 1 in place of 2.",
    "binding-error-home-address": "A Binding Error has a home address.",
    "binding-error-reserved": "The reserved octet of a Binding Error is set.",
    "heartbeat-r-clear": "A heartbeat response has its R flag clear.",
    "heartbeat-u-set": "A heartbeat response has its U flag set.",
    "heartbeat-reserved-set": "The reserved bits of a heartbeat response are set.",
    "restart-counter-missing": "A heartbeat response has no Restart Counter option.",
    "restart-counter-in-request": "A heartbeat request has a Restart Counter option.",
    "heartbeat-sequence-constant": "All heartbeat requests have one sequence number.",
    "restart-counter-kept": "The restart counter is the same after each restart.",
    "bri-p-flag-clear": "A Binding Revocation Indication has its P flag clear.",
    "bri-g-flag-clear": "A Binding Revocation Indication has its G flag clear.",
    "bri-without-mn-id": "A Binding Revocation Indication has no MN-ID.",
    "bri-other-address": "A Binding Revocation Indication names another proxy care-of address.",
    "unsolicited-answered": "An unsolicited heartbeat response gets a response.",
}


def _is_response(message: Any) -> bool:
    return not isinstance(message, Heartbeat) or bool(message.flags & RESPONSE)


def _fields(kind: type, **fields: Any) -> tuple[type, Callable[[Any], Any]]:
    return kind, lambda message: replace(message, **fields)


def _without(kind: type, *options: type) -> tuple[type, Callable[[Any], Any]]:
    return kind, lambda message: replace(
        message, options=tuple(o for o in message.options if not isinstance(o, options))
    )


def _counted(message: Heartbeat) -> Heartbeat:
    asks = not message.flags & RESPONSE
    return replace(message, options=(RestartCounter(restart_counter=7),)) if asks else message


_CHANGES: dict[str, tuple[type, Callable[[Any], Any]]] = {
    **{
        f"{name}-sequence-wrong": (kind, lambda message: replace(message, sequence=message.sequence + 1))
        for name, (_, kind) in _MESSAGES.items()
    },
    **{f"{name}-status-{status}": _fields(_MESSAGES[name][1], status=status) for name, status in _STATUSES},
    "bra-flags-clear": _fields(BRA, flags=0),
    "bra-reserved-set": (BRA, lambda message: replace(message, flags=message.flags | 1)),
    "bra-prefix-alone": _fields(BRA, options=(HomeNetworkPrefix(),)),
    "upa-reserved-set": _fields(UPA, reserved=1),
    "upa-without-identifier": _without(UPA, MobileNodeIdentifier, MobileNodeGroupIdentifier),
    "upa-without-prefix": _without(UPA, HomeNetworkPrefix),
    "binding-error-status": _fields(BindingError, status=1),
    "binding-error-home-address": _fields(BindingError, home_address=bytes.fromhex("20010db8") + bytes(11) + b"\x09"),
    "binding-error-reserved": _fields(BindingError, reserved=1),
    "heartbeat-r-clear": (Heartbeat, lambda message: replace(message, flags=message.flags & ~RESPONSE)),
    "heartbeat-u-set": (Heartbeat, lambda message: replace(message, flags=message.flags | UNSOLICITED)),
    "heartbeat-reserved-set": (Heartbeat, lambda message: replace(message, flags=message.flags | 0x8000)),
    "restart-counter-missing": _fields(Heartbeat, options=()),
    "restart-counter-in-request": (Heartbeat, _counted),
    "restart-counter-kept": _fields(Heartbeat, options=(RestartCounter(restart_counter=7),)),
    "bri-p-flag-clear": (BRI, lambda message: replace(message, flags=message.flags & ~BR_P)),
    "bri-g-flag-clear": (BRI, lambda message: replace(message, flags=message.flags & ~BR_G)),
    "bri-without-mn-id": _without(BRI, MobileNodeIdentifier),
    "bri-other-address": (BRI, lambda message: replace(message, options=(*message.options[:1], _OTHER))),
    "heartbeat-sequence-constant": (Heartbeat, lambda message: replace(message, sequence=7)),
}
_OF_REQUESTS = ("restart-counter-in-request", "heartbeat-sequence-constant")


def answered(names: frozenset[str], message: Any) -> Any:
    """A message with what these faults do to it; None where it is not sent."""
    if isinstance(message, BindingError) and "no-binding-error" in names:
        return None
    responds = _is_response(message)
    for name, (kind, change) in _CHANGES.items():
        if name in names and isinstance(message, kind) and responds != (name in _OF_REQUESTS):
            message = change(message)
    return message
