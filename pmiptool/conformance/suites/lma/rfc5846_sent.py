"""RFC 5846: the binding revocation indications that an LMA sends, and how it takes what answers them."""

from __future__ import annotations

from typing import Any

from pmiptool.conformance.case import against_lma
from pmiptool.conformance.lma import Lma
from pmiptool.conformance.node import Node
from pmiptool.conformance.suites.lma.rfc5846_received import EMPTY, FLAGS, bound, bound_with_ipv4, is_gone
from pmiptool.registry.rfc5846 import BR_G, BR_P, BR_V, LOCAL_POLICY, PER_PEER_POLICY
from pmiptool.scenario.result import Packet
from pmiptool.wire.values import (
    BindingRevocationAcknowledgement,
    BindingRevocationIndication,
    HomeNetworkPrefix,
    Ipv4HomeAddressRequest,
    MobileNodeIdentifier,
    Prefix,
)

INIT_DELAY, MAX_TIMEOUT, RETRIES = 1.0, 2.0, 1  # RFC 5846 11: its defaults
LOWEST_DELAY = 0.5
SLACK = 0.2  # seconds by which a timer may be off
OUT_OF_SYNC = 7
REALM = "example.org"
TWO_PREFIXES = {"mn": [{"id": "two@example.org", "hnp": ["2001:db8:a:1::/64", "2001:db8:a:2::/64"]}]}
MANY_RETRIES = {"timers": {"init_min_delay_bris": 1.0, "max_brack_timeout": 4.0, "bri_max_retries": 3}}


def heard(lma: Lma, mag: int = 0) -> Packet:
    """The indication that must come now."""
    packet = lma.hear("bri", mag)
    if packet is None:
        lma.demand("a binding revocation indication", False, "none")
        raise AssertionError
    return packet


def indicated(lma: Lma, node: Node, **how: Any) -> BindingRevocationIndication:
    """What the LMA sends when it is to revoke the bindings of a node; it is acknowledged."""
    lma.revoke(node, **how)
    return acknowledged(lma, heard(lma, node.mag), node.mag)


def acknowledged(
    lma: Lma, packet: Packet, mag: int = 0, *, status: int = 0, reserved: int = 0
) -> BindingRevocationIndication:
    """An indication, to which the gateway says this."""
    message: BindingRevocationIndication = packet.decoded.message
    flags = message.flags & FLAGS | reserved
    lma.send(BindingRevocationAcknowledgement(status=status, sequence=message.sequence, flags=flags), mag)
    return message


def option(message: BindingRevocationIndication, kind: type[Any]) -> Any:
    return next((one for one in message.options if isinstance(one, kind)), None)


def transmissions(lma: Lma, mag: int = 0, *, until: float) -> list[Packet]:
    """All indications that come within these seconds."""
    return [packet for packet in lma.wait(until) if packet.decoded.name == "bri" and packet.receiver == lma.us(mag)]


# The indication


@against_lma("rfc5846/5.1/lma-sequence-no-collision", operator=True)
def sequence_no_collision(lma: Lma) -> None:
    nodes = [lma.node(), lma.node()]
    for node in nodes:
        node.attach()
        lma.revoke(node)
    numbers = [heard(lma).decoded.message.sequence for _ in nodes]
    lma.check("two sequence numbers", len(set(numbers)) == 2, numbers)


@against_lma("rfc5846/5.1/lma-reserved", operator=True)
def reserved_zero(lma: Lma) -> None:
    flags = indicated(lma, bound(lma)).flags
    lma.check("reserved bits of 0", not flags & ~FLAGS, f"0x{flags:04x}")


@against_lma("rfc5846/5.1/lma-hnp-with-p", operator=True)
def prefix_with_p(lma: Lma) -> None:
    message = indicated(lma, bound(lma))
    fine = option(message, HomeNetworkPrefix) is None or bool(message.flags & BR_P)
    lma.check("no Home Network Prefix option without P", fine, f"flags 0x{message.flags:04x}")


@against_lma("rfc5846/5.1/hnp-names-binding", mags=2, operator=True)
def prefix_names_binding(lma: Lma) -> None:
    one = bound(lma)
    two = one.other_session(1, ll_id=b"\2\0\0\0\0\2", att=5)
    two.attach(timestamp=None)
    named = [o.home_network_prefix for o in indicated(lma, two).options if isinstance(o, HomeNetworkPrefix)]
    lma.check("the prefix of that binding", tuple(named) == two.hnp, ", ".join(map(str, named)) or "none")


@against_lma("rfc5846/5.1/lma-mn-id-subtype", operator=True)
def mn_id_subtype(lma: Lma) -> None:
    named = option(indicated(lma, bound(lma)), MobileNodeIdentifier)
    lma.check("no MN-ID option but of subtype 1", named is None or named.subtype == 1, named)


@against_lma("rfc5846/5.1/lma-no-options", operator=True)
def no_options(lma: Lma) -> None:
    bound(lma)
    lma.revoke_all()
    packet = heard(lma)
    acknowledged(lma, packet)
    lma.check("no options", not packet.decoded.message.options, packet.decoded.message.options)
    lma.check("16 octets", len(packet.data) == EMPTY, len(packet.data))


@against_lma("rfc5846/6.1.1/lma-g-flag", operator=True)
def g_flag(lma: Lma) -> None:
    bound(lma), bound(lma)
    lma.revoke_all()
    message = acknowledged(lma, heard(lma))
    lma.check("G is set", bool(message.flags & BR_G), f"flags 0x{message.flags:04x}")


@against_lma("rfc5846/6.1.1/lma-global-trigger", operator=True)
def global_trigger(lma: Lma) -> None:
    bound(lma)
    lma.revoke_all()
    message = acknowledged(lma, heard(lma))
    lma.check("a global trigger", message.revocation_trigger >= PER_PEER_POLICY, message.revocation_trigger)


@against_lma("rfc5846/6.1.1/lma-per-mn-trigger", operator=True)
def per_mn_trigger(lma: Lma) -> None:
    message = indicated(lma, bound(lma))
    lma.check("a trigger below 128", message.revocation_trigger < PER_PEER_POLICY, message.revocation_trigger)


@against_lma("rfc5846/8.1/p-flag", operator=True)
def p_flag(lma: Lma) -> None:
    message = indicated(lma, bound(lma))
    lma.check("P is set", bool(message.flags & BR_P), f"flags 0x{message.flags:04x}")


@against_lma("rfc5846/8.1/trigger-set", operator=True)
def trigger_set(lma: Lma) -> None:
    message = indicated(lma, bound(lma), trigger=OUT_OF_SYNC)
    lma.check(f"trigger {OUT_OF_SYNC}", message.revocation_trigger == OUT_OF_SYNC, message.revocation_trigger)


@against_lma("rfc5846/8.1/mn-id-present", operator=True)
def mn_id_present(lma: Lma) -> None:
    node = bound(lma)
    named = option(indicated(lma, node), MobileNodeIdentifier)
    lma.check("its MN-ID", named == MobileNodeIdentifier(subtype=1, identifier=node.id), named)


@against_lma("rfc5846/8.1/all-bindings", operator=True)
def all_bindings(lma: Lma) -> None:
    bound(lma)
    lma.revoke_all()
    message = acknowledged(lma, heard(lma))
    fine = bool(message.flags & BR_G) and message.revocation_trigger == PER_PEER_POLICY
    lma.check("G and trigger 128", fine, f"flags 0x{message.flags:04x}, trigger {message.revocation_trigger}")


@against_lma("rfc5846/8.1/destination-address", mags=2, operator=True)
def destination_address(lma: Lma) -> None:
    node = lma.node()
    node.attach()
    other = node.hand_over(1)
    lma.revoke(other, everywhere=True)
    packet = lma.hear("bri", 1)
    lma.check("an indication at the gateway that it is registered with", packet is not None, "none")


@against_lma("rfc5846/8.1/realm-trigger", operator=True)
def realm_trigger(lma: Lma) -> None:
    bound(lma)
    lma.revoke_realm(REALM)
    message = acknowledged(lma, heard(lma))
    fine = bool(message.flags & BR_G) and message.revocation_trigger == LOCAL_POLICY
    lma.check("G and trigger 129", fine, f"flags 0x{message.flags:04x}, trigger {message.revocation_trigger}")


@against_lma("rfc5846/8.1/realm-identifier", operator=True)
def realm_identifier(lma: Lma) -> None:
    bound(lma)
    lma.revoke_realm(REALM)
    message = acknowledged(lma, heard(lma))
    lma.check("what the bindings share", bool(message.options), "no options")
    named = option(message, MobileNodeIdentifier)
    wanted = MobileNodeIdentifier(subtype=1, identifier=f"@{REALM}".encode())
    lma.check("no MN-ID option but the realm", named in (None, wanted), named)


@against_lma("rfc5846/8.1/part-of-realm-trigger", mags=2, operator=True)
def part_of_realm_trigger(lma: Lma) -> None:
    bound(lma), bound(lma, mag=1)
    lma.revoke_realm(REALM, part=1)
    message = acknowledged(lma, heard(lma, 1), 1)
    fine = bool(message.flags & BR_G) and message.revocation_trigger == LOCAL_POLICY
    lma.check("G and trigger 129", fine, f"flags 0x{message.flags:04x}, trigger {message.revocation_trigger}")


@against_lma("rfc5846/8.1/part-of-realm-option", mags=2, operator=True)
def part_of_realm_option(lma: Lma) -> None:
    bound(lma), bound(lma, mag=1)
    lma.revoke_realm(REALM, part=1)
    message = acknowledged(lma, heard(lma, 1), 1)
    named = option(message, MobileNodeIdentifier)
    lma.check("an MN-ID option", named is not None and named.subtype == 1, named)
    lma.check("a further option", len(message.options) > 1, "none")


@against_lma("rfc5846/8.1/every-prefix", operator=True, configured=TWO_PREFIXES)
def every_prefix(lma: Lma) -> None:
    node = lma.node(id=b"two@example.org")
    both = (Prefix(bytes.fromhex("20010db8000a00010000000000000000"), 64),
            Prefix(bytes.fromhex("20010db8000a00020000000000000000"), 64))  # fmt: skip
    node.attach(hnp=both)
    named = {o.home_network_prefix for o in indicated(lma, node).options if isinstance(o, HomeNetworkPrefix)}
    lma.check("both prefixes", named == set(both), len(named))


# The IPv4 home address alone


def _ipv4_indicated(lma: Lma) -> tuple[Node, Ipv4HomeAddressRequest, BindingRevocationIndication]:
    node, home = bound_with_ipv4(lma)
    return node, home, indicated(lma, node, ipv4_only=True)


@against_lma("rfc5846/8.1/ipv4-only-v-flag", operator=True)
def ipv4_only_v_flag(lma: Lma) -> None:
    _, _, message = _ipv4_indicated(lma)
    lma.check("V is set", bool(message.flags & BR_V), f"flags 0x{message.flags:04x}")


@against_lma("rfc5846/5.1/ipv4-request-with-v-and-p", operator=True)
def ipv4_request_with_v_and_p(lma: Lma) -> None:
    _, _, message = _ipv4_indicated(lma)
    fine = option(message, Ipv4HomeAddressRequest) is None or message.flags & (BR_V | BR_P) == BR_V | BR_P
    lma.check("no IPv4 Home Address Request without V and P", fine, f"flags 0x{message.flags:04x}")


@against_lma("rfc5846/8.1/ipv4-only-options", operator=True)
def ipv4_only_options(lma: Lma) -> None:
    node, home, message = _ipv4_indicated(lma)
    named = option(message, Ipv4HomeAddressRequest)
    address = None if named is None else named.ipv4_home_address
    lma.check("its IPv4 home address", address == home.ipv4_home_address, address)
    identifier = option(message, MobileNodeIdentifier)
    lma.check("its MN-ID", identifier == MobileNodeIdentifier(subtype=1, identifier=node.id), identifier)


@against_lma("rfc5846/8.1/ipv4-only-no-hnp", operator=True)
def ipv4_only_no_prefix(lma: Lma) -> None:
    _, _, message = _ipv4_indicated(lma)
    lma.check("no Home Network Prefix option", option(message, HomeNetworkPrefix) is None, "one")


@against_lma("rfc5846/8.1/ipv4-only-keeps-prefixes", operator=True)
def ipv4_only_keeps_prefixes(lma: Lma) -> None:
    node, _, _ = _ipv4_indicated(lma)
    lma.check("the entry is still there", not is_gone(lma, node), "it is gone")


# Until it is acknowledged


@against_lma("rfc5846/8.1/entry-kept-meanwhile", operator=True)
def entry_kept_meanwhile(lma: Lma) -> None:
    node = bound(lma)
    lma.revoke(node)
    packet = heard(lma)
    lma.check("the entry is still there", node.has_entry(), "it is gone")
    acknowledged(lma, packet)


@against_lma("rfc5846/6.2.2/bra-success-ends", operator=True)
def success_ends(lma: Lma) -> None:
    node = bound(lma)
    indicated(lma, node)
    again = transmissions(lma, until=3 * MAX_TIMEOUT)
    lma.check("no retransmission", not again, len(again))
    lma.check("no entry", is_gone(lma, node), "one")


@against_lma("rfc5846/5.2/lma-bra-reserved-ignored", operator=True)
def acknowledgement_reserved_ignored(lma: Lma) -> None:
    lma.revoke(bound(lma))
    acknowledged(lma, heard(lma), reserved=0x1FFF)
    again = transmissions(lma, until=3 * MAX_TIMEOUT)
    lma.check("no retransmission", not again, len(again))


def _unanswered(lma: Lma, retries: int = RETRIES) -> list[Packet]:
    """All transmissions of an indication that nobody acknowledges."""
    lma.revoke(bound(lma))
    return [heard(lma), *transmissions(lma, until=(retries + 2) * 2 * MAX_TIMEOUT)]


@against_lma("rfc5846/6.3/lma-retransmits", operator=True)
def retransmits(lma: Lma) -> None:
    sent = _unanswered(lma)
    numbers = {packet.decoded.message.sequence for packet in sent}
    lma.check("a retransmission with the same sequence number", len(sent) > 1 == len(numbers), f"{len(sent)} in all")


@against_lma("rfc5846/11/lma-first-delay", operator=True)
def first_delay(lma: Lma) -> None:
    sent = _unanswered(lma)
    lma.demand("a retransmission", len(sent) > 1, "none")
    waited = sent[1].time - sent[0].time
    lma.check("half a second at least before it", waited >= LOWEST_DELAY - SLACK / 4, f"{waited:.2f} s")


@against_lma("rfc5846/6.3/lma-back-off", operator=True, configured=MANY_RETRIES)
def back_off(lma: Lma) -> None:
    sent = _unanswered(lma, 3)
    waits = [later.time - packet.time for packet, later in zip(sent, sent[1:], strict=False)]
    shown = ", ".join(f"{wait:.1f}" for wait in waits)
    doubled = len(waits) == 3 and all(abs(wait - right) < SLACK for wait, right in zip(waits, (1, 2, 4), strict=True))
    lma.check("waits of 1, 2 and 4 s", doubled, shown)


@against_lma("rfc5846/6.3/lma-gives-up", operator=True)
def gives_up(lma: Lma) -> None:
    node = bound(lma)
    lma.revoke(node)
    heard(lma)
    lma.wait((RETRIES + 2) * 2 * MAX_TIMEOUT)
    lma.check("no entry", is_gone(lma, node), "one")
