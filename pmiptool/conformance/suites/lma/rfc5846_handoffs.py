"""RFC 5846 4, 8.1: the gateway that an indication goes to: over IPv4, and where a handoff is not known to be one."""

from __future__ import annotations

from pmiptool.conformance.case import against_lma
from pmiptool.conformance.lma import Lma
from pmiptool.conformance.node import UNKNOWN, Node
from pmiptool.conformance.suites.lma.rfc5846_sent import MAX_TIMEOUT, RETRIES, acknowledged, heard, option
from pmiptool.mag.answers import prefixes
from pmiptool.scenario.result import Packet
from pmiptool.wire.values import AlternateCareOfAddress

HANDOVER_UNKNOWN, STILL_ATTACHED = 4, 132
REVOKING = {"lma": {"unknown_handoff": "revoke"}}
ELSEWHERE = bytes.fromhex("20010db80001000000000000000000ee")


@against_lma("rfc5846/4/lma-ports-of-registration", operator=True)
def ports_of_registration(lma: Lma) -> None:
    lma.over_ipv4()
    node = lma.node()
    node.attach()
    lma.revoke(node)
    packet = heard(lma)
    lma.check("from the LMA's address and port", packet.source == lma.transport.peer, packet.source)
    lma.check("to the gateway's", packet.destination == lma.transport.locals[0], packet.destination)


@against_lma("rfc5846/8.1/alternate-care-of-address", operator=True)
def alternate_care_of_address(lma: Lma) -> None:
    lma.over_ipv4()
    node = lma.node()
    node.attach(more=[AlternateCareOfAddress(ELSEWHERE)])
    lma.revoke(node, everywhere=True)
    packet = heard(lma)
    named = option(packet.decoded.message, AlternateCareOfAddress)
    lma.check("the Proxy-CoA", named == AlternateCareOfAddress(ELSEWHERE), named or "none")


# Requests that do not know whether they are a handover


def _unknown(lma: Lma) -> tuple[Node, Packet, Packet | None]:
    """A mobile node with one session, its request through another gateway, and the indication to the first one."""
    node = lma.node()
    node.attach()
    request = lma.send(node.other_session(1).pbu(hi=UNKNOWN), 1)
    return node, request, lma.hear("bri", timeout=1.0)


def _revoked(lma: Lma) -> tuple[Node, Packet, Packet]:
    node, request, packet = _unknown(lma)
    if packet is None:
        lma.lacks("it does not revoke at the former gateway")
    assert packet is not None
    return node, request, packet


def _prefixes(lma: Lma, node: Node, request: Packet) -> tuple[object, ...]:
    """What the other gateway is given in the end."""
    packet = lma.hear("pba", 1, timeout=(RETRIES + 2) * 2 * MAX_TIMEOUT)
    if packet is None:
        lma.demand("an answer to the other gateway", False, "none")
        raise AssertionError
    there = node.other_session(1)
    there.shared.hnp = prefixes(packet.decoded.message)
    there.shared.timestamp = node.shared.timestamp
    lma.remember(there, request.decoded.message, packet.decoded)
    return there.hnp


@against_lma("rfc5846/8.1/unknown-handoff-revokes", mags=2, configured=REVOKING)
def unknown_handoff_revokes(lma: Lma) -> None:
    node, request, packet = _unknown(lma)
    lma.check("an indication to the former gateway", packet is not None, "none")
    _prefixes(lma, node, request)


@against_lma("rfc5846/8.1/unknown-handoff-trigger", mags=2, configured=REVOKING)
def unknown_handoff_trigger(lma: Lma) -> None:
    _, _, packet = _revoked(lma)
    trigger = packet.decoded.message.revocation_trigger
    lma.check(f"trigger {HANDOVER_UNKNOWN}", trigger == HANDOVER_UNKNOWN, trigger)


@against_lma("rfc5846/8.1/unknown-handoff-success", mags=2, configured=REVOKING)
def unknown_handoff_success(lma: Lma) -> None:
    node, request, packet = _revoked(lma)
    acknowledged(lma, packet)
    given = _prefixes(lma, node, request)
    lma.check("the same prefix through the other gateway", given == node.hnp, given)
    lma.forget(node)


@against_lma("rfc5846/8.1/unknown-handoff-still-attached", mags=2, configured=REVOKING)
def unknown_handoff_still_attached(lma: Lma) -> None:
    node, request, packet = _revoked(lma)
    acknowledged(lma, packet, status=STILL_ATTACHED)
    given = _prefixes(lma, node, request)
    lma.check("another prefix through the other gateway", bool(given) and given != node.hnp, given)


@against_lma("rfc5846/8.1/unknown-handoff-unanswered", mags=2, configured=REVOKING)
def unknown_handoff_unanswered(lma: Lma) -> None:
    node, request, _ = _revoked(lma)
    given = _prefixes(lma, node, request)
    lma.check("another prefix through the other gateway", bool(given) and given != node.hnp, given)
