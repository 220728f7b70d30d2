"""RFC 5846 9.2: a MAG that revokes all its bindings."""

from __future__ import annotations

from typing import Any

from pmiptool.conformance.case import against_mag
from pmiptool.conformance.mag import Mag
from pmiptool.conformance.mobile_node import MobileNode
from pmiptool.conformance.trial import SetUpFailed
from pmiptool.mag.answers import first
from pmiptool.registry.rfc5846 import BR_G, BR_P, PER_PEER_POLICY
from pmiptool.text.values import address_text
from pmiptool.wire.values import (
    AlternateCareOfAddress,
    BindingRevocationAcknowledgement,
    BindingRevocationIndication,
    MobileNodeIdentifier,
)

SUCCESS, NOT_AUTHORIZED = 0, 130
LIFETIME = 12  # seconds of a lifetime that is waited for
ONCE_MORE = 4.0  # seconds in which an indication without answer is sent again


def _revoked(mag: Mag, **answer: Any) -> tuple[MobileNode, BindingRevocationIndication]:
    """A mobile node, and the indication with which the MAG revokes all its bindings."""
    node = mag.node()
    node.registered(**answer)
    return node, _told(mag)


def _told(mag: Mag) -> BindingRevocationIndication:
    mag.tell("revoke")
    packet = mag.hear("bri", within=mag.patience)
    if packet is None:
        raise SetUpFailed(f"no Binding Revocation Indication after it was told to send one: {mag.why_not}")
    message: BindingRevocationIndication = packet.decoded.message
    return message


def _indication(mag: Mag) -> BindingRevocationIndication:
    """The same, acknowledged."""
    node, message = _revoked(mag)
    _acknowledge(mag, message)
    node.is_there = False
    return message


def _acknowledge(mag: Mag, message: BindingRevocationIndication, status: int = SUCCESS) -> None:
    flags = message.flags & (BR_P | BR_G)
    mag.send(BindingRevocationAcknowledgement(status=status, sequence=message.sequence, flags=flags))


@against_mag("rfc5846/9.2/p-flag")
def p_flag(mag: Mag) -> None:
    flags = _indication(mag).flags
    mag.check("the P flag", bool(flags & BR_P), f"{flags:#06x}")


@against_mag("rfc5846/9.2/all-bindings")
def all_bindings(mag: Mag) -> None:
    message = _indication(mag)
    mag.check("the G flag", bool(message.flags & BR_G), f"{message.flags:#06x}")
    trigger = message.revocation_trigger
    mag.check(f"the trigger Per-Peer Policy ({PER_PEER_POLICY})", trigger == PER_PEER_POLICY, trigger)


@against_mag("rfc5846/9.2/mag-identity")
def identity(mag: Mag) -> None:
    option = first(_indication(mag).options, MobileNodeIdentifier)
    others = [node.id for node in mag.nodes]
    mag.check("an MN-ID, and no mobile node's", option is not None and option.identifier not in others, option)


@against_mag("rfc5846/9.2/alternate-care-of-address")
def alternate_care_of_address(mag: Mag) -> None:
    """It may be left out."""
    node = mag.node()
    address = node.registered().proxy_care_of_address
    message = _told(mag)
    _acknowledge(mag, message)
    node.is_there = False
    option = first(message.options, AlternateCareOfAddress)
    same = option is None or option.alternate_care_of_address == address
    mag.check(f"no Alternate Care-of Address but {address_text(address)}", same, option)


@against_mag("rfc5846/9.2/retransmits")
def retransmits(mag: Mag) -> None:
    node, message = _revoked(mag)
    again = mag.hear("bri", within=ONCE_MORE)
    same = again is not None and again.decoded.message == message
    mag.check("the indication once more", same, "none" if again is None else again.decoded.message)
    _acknowledge(mag, message)
    node.is_there = False
    came = mag.hear("bri", within=ONCE_MORE)
    mag.check("none after the acknowledgement", came is None, "one")


@against_mag("rfc5846/6.2.2/mag-bra-success-ends")
def success_ends(mag: Mag) -> None:
    node, message = _revoked(mag, lifetime=LIFETIME)
    _acknowledge(mag, message)
    came = mag.hear("bri", within=ONCE_MORE)
    mag.check("no further indication", came is None, "one")
    node.expect_silence(LIFETIME, "nothing more is sent for it")
    node.is_there = False


@against_mag("rfc5846/9.2/status-130-no-retry")
def status_130_no_retry(mag: Mag) -> None:
    _, message = _revoked(mag)
    _acknowledge(mag, message, NOT_AUTHORIZED)
    came = mag.hear("bri", within=ONCE_MORE)
    mag.check("no further indication", came is None, "one")
