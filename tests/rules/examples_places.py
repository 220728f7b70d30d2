"""For each rule on what an option stands with, or where, an example that breaks it, and messages that are right.

RFC 4283 (identifiers), 4285 (authentication), 5149 (service selection), 5568 and 6275 (authorization data).
"""

from __future__ import annotations

from typing import Any

from pmiptool.wire.values import (
    BindingAcknowledgement,
    BindingAuthorizationData,
    BindingUpdate,
    MessageAuthentication,
    NonceIndices,
    ServiceSelection,
    VendorSpecific,
)
from tests.rules.examples_exchanges import BADF, fback, fbu
from tests.rules.make import A, H, mn

VENDOR, SERVICE = VendorSpecific(vendor_id=9), ServiceSelection(identifier=b"ims")
HA, AAA = (MessageAuthentication(subtype, 256, bytes(12)) for subtype in (1, 2))
RETURN_ROUTABILITY = BindingAuthorizationData(authenticator=bytes(12))


def bu(*options: Any, flags: int = A | H) -> BindingUpdate:
    return BindingUpdate(sequence=1, flags=flags, lifetime=75, options=options)


def ba(*options: Any) -> BindingAcknowledgement:
    return BindingAcknowledgement(sequence=1, lifetime=75, options=options)


# rule -> one message
MESSAGES: dict[str, Any] = {
    "rfc6275/6.2.6/authorization": bu(NonceIndices()),
    "rfc6275/9.5.1/home-registration": bu(NonceIndices(), RETURN_ROUTABILITY),
    "rfc6275/6.2/last": bu(RETURN_ROUTABILITY, VENDOR),
    "rfc6275/6.2/trailing-padding": bu(BindingAuthorizationData(authenticator=bytes(10))),
    "rfc5568/6.4.5/last": fbu(BADF, VENDOR),
    "rfc4285/5/subtype-twice": bu(mn(), HA, HA),
    "rfc4285/5.1/last": bu(HA, VENDOR),
    "rfc4285/5.2/last": bu(mn(), AAA, HA),
    "rfc4285/5.2/in-answer": ba(mn(), AAA),
    "rfc4283/3.2/before-auth": bu(HA, mn()),
    "rfc4283/3.2/before-binding-auth-data": bu(RETURN_ROUTABILITY, mn()),
    "rfc4283/3.2/before-badf": fbu(BADF, mn()),
    "rfc5149/3/before-auth": bu(HA, SERVICE),
    "rfc5149/3/before-binding-auth-data": bu(RETURN_ROUTABILITY, SERVICE),
    "rfc5149/3/before-badf": fbu(BADF, SERVICE),
    "rfc5149/3/after-mn-id": bu(SERVICE, mn()),
}
# Requests with their answers that are right.
RIGHT: dict[str, tuple[Any, Any]] = {
    "return routability": (bu(NonceIndices(), RETURN_ROUTABILITY, flags=A), ba(RETURN_ROUTABILITY)),
    "authentication by home agent and AAA": (bu(mn(), SERVICE, VENDOR, HA, AAA), ba(mn(), VENDOR, HA)),
    "authentication by the home agent": (bu(mn(), SERVICE, HA), ba(mn(), HA)),
    "a service of a mobile node without NAI": (bu(SERVICE, mn(bytes(16), 2), HA), ba(HA)),
    "authorization of a fast handover": (fbu(mn(), VENDOR, BADF), fback(mn(), BADF)),
}
