"""RFC 7077: the update notifications that an LMA sends, and how it takes what answers them."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from pmiptool.conformance.case import against_lma
from pmiptool.conformance.lma import Lma
from pmiptool.conformance.node import Node
from pmiptool.registry.rfc7077 import (
    ANI_PARAMS_REQUESTED,
    FORCE_REREGISTRATION,
    UPDATE_SESSION_PARAMETERS,
    UPN_A,
    UPN_D,
)
from pmiptool.scenario.result import Packet
from pmiptool.wire.values import (
    BindingError,
    MobileNodeGroupIdentifier,
    MobileNodeIdentifier,
    UnknownOption,
    UpdateNotification,
    UpdateNotificationAcknowledgement,
)

UNRECOGNIZED = 2  # status of a Binding Error
REPLAY, RETRANSMISSIONS = 1.0, 1  # seconds and count, RFC 7077 7
LEAST_REPLAY = 0.5
SLACK = 0.2
CHECKSUM = 4  # offset
PARAMETERS = UPDATE_SESSION_PARAMETERS
SEVERAL = {"timers": {"max_update_notification_retransmit_count": 3}}


def notified(lma: Lma, node: Node, reason: int = PARAMETERS, **how: Any) -> Packet:
    """The notification that the LMA sends to the gateway of a node that is registered."""
    lma.notify(node, reason, **how)
    packet = lma.hear("update-notification", node.mag)
    if packet is None:
        lma.demand("an update notification", False, "none")
        raise AssertionError
    return packet


def answer(packet: Packet, *more: Any, status: int = 0) -> UpdateNotificationAcknowledgement:
    """What acknowledges it."""
    asked: UpdateNotification = packet.decoded.message
    named = [
        option for option in asked.options if isinstance(option, (MobileNodeIdentifier, MobileNodeGroupIdentifier))
    ]
    return UpdateNotificationAcknowledgement(asked.sequence, status, options=(*named, *more))


def bound(lma: Lma) -> Node:
    node = lma.node()
    node.attach()
    return node


def _further(lma: Lma, count: int = RETRANSMISSIONS) -> list[Packet]:
    """The retransmissions that come now, and what comes after them."""
    came = lma.wait((count + 2) * 2 * REPLAY)
    return [packet for packet in came if packet.decoded.name == "update-notification"]


def _ends(lma: Lma, node: Node, *messages: Any) -> None:
    """These end the retransmission of a notification."""
    packet = notified(lma, node)
    for message in messages:
        lma.send(message(packet))
    again = _further(lma)
    lma.check("no retransmission", not again, len(again))


def _does_not_end(lma: Lma, node: Node, message: Any) -> None:
    packet = notified(lma, node)
    lma.send(message(packet))
    again = _further(lma)
    lma.check("a retransmission", bool(again), "none")


# The notification


@against_lma("rfc7077/4.1/sequence-no-collision", operator=True)
def sequence_no_collision(lma: Lma) -> None:
    one, other = (notified(lma, bound(lma)).decoded.message.sequence for _ in range(2))
    lma.check("two sequence numbers", one != other, one)


@against_lma("rfc7077/5.1/sequence-grows", operator=True)
def sequence_grows(lma: Lma) -> None:
    node = bound(lma)
    numbers = []
    for _ in range(3):
        packet = notified(lma, node)
        lma.send(answer(packet))
        numbers.append(packet.decoded.message.sequence)
    steps = [(later - number) & 0xFFFF for number, later in zip(numbers, numbers[1:], strict=False)]
    lma.check("each greater than the one before", all(0 < step < 0x8000 for step in steps), numbers)


@against_lma("rfc7077/4.1/reason-not-reserved", operator=True)
def reason_not_reserved(lma: Lma) -> None:
    reason = notified(lma, bound(lma)).decoded.message.reason
    lma.check("a reason other than 0 and 255", reason not in (0, 255), reason)


@against_lma("rfc7077/5/reason-set", operator=True)
def reason_set(lma: Lma) -> None:
    node = bound(lma)
    for reason in (FORCE_REREGISTRATION, PARAMETERS):
        message = notified(lma, node, reason, ack=reason == PARAMETERS).decoded.message
        lma.check(f"reason {reason}", message.reason == reason, message.reason)


@against_lma("rfc7077/4.1/lma-reserved-zero", operator=True)
def reserved_zero(lma: Lma) -> None:
    flags = notified(lma, bound(lma)).decoded.message.flags
    lma.check("reserved bits of 0", not flags & ~(UPN_A | UPN_D), f"0x{flags:04x}")


@against_lma("rfc7077/5/identifier-present", operator=True)
def identifier_present(lma: Lma) -> None:
    node = bound(lma)
    options = notified(lma, node).decoded.message.options
    named = [option for option in options if isinstance(option, MobileNodeIdentifier)]
    group = [option for option in options if isinstance(option, MobileNodeGroupIdentifier)]
    lma.check("an MN-ID or MN-group-ID option", bool(named or group), "none")
    lma.check("no MN-ID but its own", all(option.identifier == node.id for option in named), named)


@against_lma("rfc7077/5.1/a-flag", operator=True)
def a_flag(lma: Lma) -> None:
    node = bound(lma)
    for ack in (True, False):
        packet = notified(lma, node, ack=ack)
        lma.send(answer(packet))
        flags = packet.decoded.message.flags
        wanted = "set" if ack else "clear"
        lma.check(f"A {wanted}", bool(flags & UPN_A) is ack, f"flags 0x{flags:04x}")


@against_lma("rfc7077/5.1/a-flag-by-reason", operator=True)
def a_flag_by_reason(lma: Lma) -> None:
    node = bound(lma)
    for reason in (FORCE_REREGISTRATION, ANI_PARAMS_REQUESTED):
        flags = notified(lma, node, reason, ack=False).decoded.message.flags
        lma.check(f"A clear with reason {reason}", not flags & UPN_A, f"flags 0x{flags:04x}")


@against_lma("rfc7077/5.1/over-ipv6", mags=2, operator=True)
def over_ipv6(lma: Lma) -> None:
    lma.has_checksums()
    node = bound(lma).hand_over(1)
    packet = notified(lma, node)
    lma.check("it comes from the LMA's address", packet.source == lma.transport.peer, packet.source)


@against_lma("rfc7077/5.1/over-ipv4", operator=True)
def over_ipv4(lma: Lma) -> None:
    lma.over_ipv4()
    packet = notified(lma, bound(lma))
    lma.check("it comes from the LMA's address and port", packet.source == lma.transport.peer, packet.source)
    lma.check("it goes to the gateway's", packet.destination == lma.transport.locals[0], packet.destination)


# Retransmission


@against_lma("rfc7077/5.2/retransmits", operator=True)
def retransmits(lma: Lma) -> None:
    notified(lma, bound(lma))
    lma.check("a retransmission", bool(_further(lma)), "none")


@against_lma("rfc7077/4.1/d-flag", operator=True)
def d_flag(lma: Lma) -> None:
    first, again = notified(lma, bound(lma)), _further(lma)
    lma.check("D clear at first", not first.decoded.message.flags & UPN_D, "set")
    lma.demand("a retransmission", bool(again), "none")
    lma.check("D set in it", all(packet.decoded.message.flags & UPN_D for packet in again), "clear")


@against_lma("rfc7077/5.2/retransmission-same", operator=True)
def retransmission_same(lma: Lma) -> None:
    first, again = notified(lma, bound(lma)), _further(lma)
    lma.demand("a retransmission", bool(again), "none")
    asked = first.decoded.message
    same = all(packet.decoded.message == replace(asked, flags=asked.flags | UPN_D) for packet in again)
    lma.check("the same again, with D", same, ", ".join(str(packet.decoded.message) for packet in again))


@against_lma("rfc7077/5.2/retransmission-delay", operator=True)
def retransmission_delay(lma: Lma) -> None:
    first, again = notified(lma, bound(lma)), _further(lma)
    lma.demand("a retransmission", bool(again), "none")
    waited = again[0].time - first.time
    lma.check("half a second at least before it", waited >= LEAST_REPLAY - SLACK / 4, f"{waited:.2f} s")


@against_lma("rfc7077/5.2/retransmission-count", operator=True, configured=SEVERAL)
def retransmission_count(lma: Lma) -> None:
    notified(lma, bound(lma))
    again = _further(lma, 3)
    lma.check("3 retransmissions", len(again) == 3, len(again))


@against_lma("rfc7077/5.2/binding-error-stops", operator=True)
def binding_error_stops(lma: Lma) -> None:
    _ends(lma, bound(lma), lambda _: BindingError(status=UNRECOGNIZED))


# Acknowledgements


@against_lma("rfc7077/4.2/lma-reserved-ignored", operator=True)
def reserved_ignored(lma: Lma) -> None:
    _ends(lma, bound(lma), lambda packet: replace(answer(packet), reserved=0xFFFFFF))


@against_lma("rfc7077/4.2/lma-unknown-option", operator=True)
def unknown_option(lma: Lma) -> None:
    _ends(lma, bound(lma), lambda packet: answer(packet, UnknownOption(240, b"who knows")))


@against_lma("rfc7077/5.2/upa-bad-checksum", operator=True)
def bad_checksum(lma: Lma) -> None:
    lma.has_checksums()

    def miscounted(packet: Packet) -> bytes:
        data = lma.encode(answer(packet))
        return data[:CHECKSUM] + bytes((data[4] ^ 0x55,)) + data[5:]

    _does_not_end(lma, bound(lma), miscounted)


@against_lma("rfc7077/5.2/upa-truncated", operator=True)
def truncated(lma: Lma) -> None:
    """8 octets of a message that has 12."""
    _does_not_end(lma, bound(lma), lambda packet: lma.summed(lma.altered(answer(packet), 1, 0)[:8]))


@against_lma("rfc7077/5.2/upa-unmatched", operator=True)
def unmatched(lma: Lma) -> None:
    def numbered(packet: Packet) -> Any:
        return replace(answer(packet), sequence=(packet.decoded.message.sequence + 1) & 0xFFFF)

    _does_not_end(lma, bound(lma), numbered)


@against_lma("rfc7077/5.2/upa-unasked", operator=True)
def unasked(lma: Lma) -> None:
    """It is not complained about, and what comes next goes as ever."""
    node = bound(lma)
    packet = notified(lma, node, ack=False)
    lma.ignores(answer(packet))
    _ends(lma, node, answer)
