"""RFC 5846: what an LMA does with binding revocation indications of a gateway."""

from __future__ import annotations

from typing import Any

from pmiptool.conformance.case import against_lma
from pmiptool.conformance.lma import Lma
from pmiptool.conformance.node import Node
from pmiptool.conformance.reply import Reply
from pmiptool.registry.rfc5846 import BR_G, BR_P, BR_V, PER_PEER_POLICY, REVOCATION_STATUS
from pmiptool.text.values import parse_prefix
from pmiptool.wire.values import (
    AlternateCareOfAddress,
    BindingRevocationAcknowledgement,
    BindingRevocationIndication,
    HomeNetworkPrefix,
    Ipv4HomeAddressReply,
    Ipv4HomeAddressRequest,
    MobileNodeIdentifier,
    UnknownOption,
)

USER_TERMINATED, NO_SUCH_TRIGGER = 5, 100
NO_BINDING, NOT_AUTHORIZED, NO_TRIGGER, NO_FUNCTION = 128, 130, 133, 134
FLAGS = BR_P | BR_V | BR_G
UNRECOGNIZED = 2  # status of a Binding Error
EMPTY = 16  # octets of a revocation message without options
ONE = {"mag": [{"address": "MAG1", "global_revocation": True}]}
TWO = {"mag": [*ONE["mag"], {"address": "MAG2", "global_revocation": True}]}
MAG_IDENTITY = MobileNodeIdentifier(subtype=1, identifier=b"mag@example.org")


def bound(lma: Lma, mag: int = 0, **changes: Any) -> Node:
    """A mobile node with an entry of which `has_entry` can tell."""
    node = lma.node(mag)
    node.attach(timestamp=None, **changes)
    return node


def named(node: Node) -> tuple[Any, ...]:
    """The options that name all of it."""
    identifier = MobileNodeIdentifier(subtype=1, identifier=node.id)
    return identifier, *(HomeNetworkPrefix(home_network_prefix=prefix) for prefix in node.hnp)


def indication(*options: Any, flags: int = BR_P, trigger: int = USER_TERMINATED) -> BindingRevocationIndication:
    return BindingRevocationIndication(revocation_trigger=trigger, sequence=1234, flags=flags, options=options)


def is_gone(lma: Lma, node: Node) -> bool:
    """Whether it has no entry any more, when nobody need remember it."""
    sequence = node.shared.sequence
    lma.wait(lma.delete_delay + 1)
    return not node.has_entry(sequence)


def revoked(lma: Lma, message: BindingRevocationIndication | bytes, *expected: str, mag: int = 0) -> Reply:
    """The acknowledgement of an indication."""
    reply = lma.ask(message, mag)
    if reply.decoded.name == "binding-error" and reply.status == UNRECOGNIZED:
        lma.lacks("it does not know binding revocation")
    return reply.expect("answer = bra", *expected)


def knows_revocation(lma: Lma) -> None:
    """One that does not would answer whatever comes with a Binding Error, and is right."""
    revoked(lma, indication(*named(lma.node())))


@against_lma("rfc5846/5/lma-header-reserved")
def header_reserved(lma: Lma) -> None:
    node = bound(lma)
    reply = revoked(lma, lma.altered(indication(*named(node)), 3, 0xFF), "status = 0")
    lma.check("a reserved octet of 0", reply.decoded.raw[3] == 0, reply.decoded.raw[3])


@against_lma("rfc5846/5/lma-type")
def revocation_type(lma: Lma) -> None:
    revoked(lma, indication(*named(bound(lma))), "fields.binding_revocation_type = 2")


@against_lma("rfc5846/5.1/lma-reserved-ignored")
def reserved_bits_ignored(lma: Lma) -> None:
    revoked(lma, indication(*named(bound(lma)), flags=BR_P | 0x1FFF), "status = 0")


@against_lma("rfc5846/5.1/lma-unknown-option")
def unknown_option(lma: Lma) -> None:
    revoked(lma, indication(UnknownOption(240, b"who knows"), *named(bound(lma))), "status = 0")


@against_lma("rfc5846/5.2/lma-bra-reserved")
def acknowledgement_reserved(lma: Lma) -> None:
    flags = revoked(lma, indication(*named(bound(lma)))).message.flags
    lma.check("reserved bits of 0", not flags & ~FLAGS, f"0x{flags:04x}")


def _half_gone(lma: Lma) -> Reply:
    """The acknowledgement of an indication of which one prefix has no binding."""
    other = HomeNetworkPrefix(home_network_prefix=parse_prefix("hnp", "2001:db8:dead::/64"))
    node = bound(lma)
    reply = revoked(lma, indication(*named(node), other), "status < 128")
    lma.check("no entry", is_gone(lma, node), "one")
    return reply


@against_lma("rfc5846/5.2/lma-bra-hnp-with-p")
def acknowledgement_prefix_with_p(lma: Lma) -> None:
    reply = _half_gone(lma)
    fine = reply.option(HomeNetworkPrefix) is None or bool(reply.message.flags & BR_P)
    lma.check("no Home Network Prefix option without P", fine, f"flags 0x{reply.message.flags:04x}")


@against_lma("rfc5846/5.2/lma-bra-mn-id")
def acknowledgement_mn_id(lma: Lma) -> None:
    reply = _half_gone(lma)
    fine = reply.option(HomeNetworkPrefix) is None or reply.option(MobileNodeIdentifier) is not None
    lma.check("no Home Network Prefix option without MN-ID option", fine, "one")


@against_lma("rfc5846/5.2/lma-bra-no-options")
def acknowledgement_without_options(lma: Lma) -> None:
    reply = revoked(lma, indication(*named(bound(lma))))
    fine = bool(reply.message.options) or len(reply.decoded.raw) == EMPTY
    lma.check("16 octets without options", fine, len(reply.decoded.raw))


# Acknowledgements


@against_lma("rfc5846/6.1.2/lma-acknowledges")
def acknowledges(lma: Lma) -> None:
    revoked(lma, indication(*named(bound(lma))))


@against_lma("rfc5846/6.1.2/lma-accepted")
def accepted(lma: Lma) -> None:
    node = bound(lma)
    revoked(lma, indication(*named(node)), "status < 128")
    lma.check("no entry", is_gone(lma, node), "one")


@against_lma("rfc5846/6.1.2/lma-sequence-echoed")
def sequence_echoed(lma: Lma) -> None:
    revoked(lma, indication(*named(bound(lma))), "fields.sequence = 1234")


@against_lma("rfc5846/6.1.2/lma-status-defined")
def status_defined(lma: Lma) -> None:
    known = [member.value for member in REVOCATION_STATUS.members]
    for status in (
        revoked(lma, indication(*named(bound(lma)))).status,
        revoked(lma, indication(*named(lma.node()))).status,
    ):
        lma.check("a status that is defined", status in known, status)


def _echoes(lma: Lma, message: BindingRevocationIndication, flag: int) -> None:
    flags = revoked(lma, message).message.flags
    lma.check("the flag is set", bool(flags & flag), f"flags 0x{flags:04x}")


@against_lma("rfc5846/6.1.2/lma-p-echoed")
def p_echoed(lma: Lma) -> None:
    _echoes(lma, indication(*named(bound(lma))), BR_P)


@against_lma("rfc5846/6.1.2/lma-g-echoed")
def g_echoed(lma: Lma) -> None:
    _echoes(lma, indication(MAG_IDENTITY, flags=BR_P | BR_G, trigger=PER_PEER_POLICY), BR_G)


@against_lma("rfc5846/6.1.2/lma-v-echoed")
def v_echoed(lma: Lma) -> None:
    _echoes(lma, _ipv4_only(bound_with_ipv4(lma)), BR_V)


@against_lma("rfc5846/6.1.2/lma-destination")
def destination(lma: Lma) -> None:
    reply = revoked(lma, indication(*named(bound(lma))))
    assert reply.packet is not None
    lma.check("it goes to the source", reply.packet.receiver == reply.request.sender, reply.packet.receiver)


@against_lma("rfc5846/6.2/lma-bad-checksum")
def bad_checksum(lma: Lma) -> None:
    lma.has_checksums()
    knows_revocation(lma)
    node = bound(lma)
    message = lma.encode(indication(*named(node)))
    lma.ignores(message[:4] + bytes((message[4] ^ 0x55,)) + message[5:])
    lma.check("the entry is still there", not is_gone(lma, node), "it is gone")


@against_lma("rfc5846/6.2/lma-binding-error")
def binding_error(lma: Lma) -> None:
    """One that knows revocation acknowledges."""
    reply = lma.ask(indication(*named(bound(lma))))
    name, status = reply.decoded.name, reply.status
    fine = name == "bra" or (name == "binding-error" and status == UNRECOGNIZED)
    lma.check("an acknowledgement, or a Binding Error with status 2", fine, f"{name} {status}")


@against_lma("rfc5846/6.2.1/lma-malformed")
def malformed(lma: Lma) -> None:
    """8 octets of a message that has 12."""
    knows_revocation(lma)
    node = bound(lma)
    lma.ignores(lma.summed(lma.altered(indication(*named(node)), 1, 0)[:8]))
    lma.check("the entry is still there", not is_gone(lma, node), "it is gone")


def _refused(lma: Lma, status: int, **changes: Any) -> None:
    """An indication for a mobile node that is bound is rejected, and it stays so."""
    node = bound(lma)
    revoked(lma, indication(*named(node), **changes), f"status = {status}")
    lma.check("the entry is still there", not is_gone(lma, node), "it is gone")


@against_lma("rfc5846/6.2.1/lma-unknown-trigger")
def unknown_trigger(lma: Lma) -> None:
    _refused(lma, NO_TRIGGER, trigger=NO_SUCH_TRIGGER)


@against_lma("rfc5846/6.2.1/lma-trigger-against-g")
def trigger_against_g(lma: Lma) -> None:
    _refused(lma, NO_FUNCTION, flags=BR_P | BR_G)


@against_lma("rfc5846/6.2.1/lma-no-binding")
def no_binding(lma: Lma) -> None:
    revoked(lma, indication(*named(lma.node())), f"status = {NO_BINDING}")


@against_lma("rfc5846/6.2.2/lma-bra-unmatched")
def acknowledgement_unmatched(lma: Lma) -> None:
    knows_revocation(lma)
    node = bound(lma)
    lma.ignores(BindingRevocationAcknowledgement(sequence=1234, flags=BR_P))
    lma.check("the entry is still there", not is_gone(lma, node), "it is gone")


# All bindings of a gateway


def _everything(*options: Any, flags: int = BR_P | BR_G) -> BindingRevocationIndication:
    return indication(*options, flags=flags, trigger=PER_PEER_POLICY)


@against_lma("rfc5846/8.2/per-peer-form", configured=ONE)
def per_peer_form(lma: Lma) -> None:
    node = bound(lma)
    revoked(lma, _everything(MAG_IDENTITY, flags=BR_G), "status > 127")
    lma.check("the entry is still there", not is_gone(lma, node), "it is gone")


@against_lma("rfc5846/8.2/per-peer-accepted", configured=ONE)
def per_peer_accepted(lma: Lma) -> None:
    bound(lma)
    revoked(lma, _everything(MAG_IDENTITY), "status = 0")


@against_lma("rfc5846/8.2/per-peer-not-authorized")
def per_peer_not_authorized(lma: Lma) -> None:
    node = bound(lma)
    revoked(lma, _everything(MAG_IDENTITY), f"status = {NOT_AUTHORIZED}")
    lma.check("the entry is still there", not is_gone(lma, node), "it is gone")


@against_lma("rfc5846/8.2/per-peer-no-identity", configured=ONE)
def per_peer_no_identity(lma: Lma) -> None:
    node = bound(lma)
    revoked(lma, _everything(), f"status = {NOT_AUTHORIZED}")
    lma.check("the entry is still there", not is_gone(lma, node), "it is gone")


@against_lma("rfc5846/8.2/per-peer-all-bindings", mags=2, configured=TWO)
def per_peer_all_bindings(lma: Lma) -> None:
    one, two, elsewhere = bound(lma), bound(lma), bound(lma, mag=1)
    numbers = [node.shared.sequence for node in (one, two, elsewhere)]
    revoked(lma, _everything(MAG_IDENTITY), "status = 0")
    lma.wait(lma.delete_delay + 1)
    left = [node.has_entry(number) for node, number in zip((one, two, elsewhere), numbers, strict=True)]
    lma.check("the entries of that gateway are gone, the other's is not", left == [False, False, True], left)


@against_lma("rfc5846/8.2/per-peer-alternate-care-of-address", mags=2, configured=TWO)
def per_peer_alternate_care_of_address(lma: Lma) -> None:
    one, elsewhere = bound(lma), bound(lma, mag=1)
    numbers = [node.shared.sequence for node in (one, elsewhere)]
    revoked(lma, _everything(MAG_IDENTITY, AlternateCareOfAddress(lma.mag_address(1))), "status = 0")
    lma.wait(lma.delete_delay + 1)
    left = [node.has_entry(number) for node, number in zip((one, elsewhere), numbers, strict=True)]
    lma.check("the entry with that address is gone, the sender's is not", left == [True, False], left)


# Bindings of one mobile node


@against_lma("rfc5846/8.2/some-gone")
def some_gone(lma: Lma) -> None:
    _half_gone(lma)


@against_lma("rfc5846/8.2/mn-id-only")
def mn_id_only(lma: Lma) -> None:
    one = bound(lma)
    two = one.other_session(0, ll_id=b"\2\0\0\0\0\2", att=5)
    two.attach(timestamp=None)
    numbers = [node.shared.sequence for node in (one, two)]
    revoked(lma, indication(MobileNodeIdentifier(subtype=1, identifier=one.id)), "status < 128")
    lma.wait(lma.delete_delay + 1)
    left = [node.has_entry(number) for node, number in zip((one, two), numbers, strict=True)]
    lma.check("no entry of the mobile node", not any(left), left)


@against_lma("rfc5846/8.2/one-prefix")
def one_prefix(lma: Lma) -> None:
    one = bound(lma)
    two = one.other_session(0, ll_id=b"\2\0\0\0\0\2", att=5)
    two.attach(timestamp=None)
    numbers = [node.shared.sequence for node in (one, two)]
    revoked(lma, indication(*named(two)), "status < 128")
    lma.wait(lma.delete_delay + 1)
    left = [node.has_entry(number) for node, number in zip((one, two), numbers, strict=True)]
    lma.check("the entry with that prefix alone is gone", left == [True, False], left)


@against_lma("rfc5846/8.2/several-prefixes")
def several_prefixes(lma: Lma) -> None:
    one = bound(lma)
    two = one.other_session(0, ll_id=b"\2\0\0\0\0\2", att=5)
    two.attach(timestamp=None)
    numbers = [node.shared.sequence for node in (one, two)]
    revoked(lma, indication(*named(one), *named(two)[1:]), "status < 128")
    lma.wait(lma.delete_delay + 1)
    left = [node.has_entry(number) for node, number in zip((one, two), numbers, strict=True)]
    lma.check("both entries are gone", not any(left), left)


def bound_with_ipv4(lma: Lma) -> tuple[Node, Ipv4HomeAddressRequest]:
    """A mobile node with a prefix and an IPv4 home address, and the option that names that."""
    node = lma.node()
    home = node.attach(timestamp=None, more=[Ipv4HomeAddressRequest()]).option(Ipv4HomeAddressReply)
    if home is None:
        lma.lacks("it gives no IPv4 home address")
    return node, Ipv4HomeAddressRequest(home.prefix_length, ipv4_home_address=home.ipv4_home_address)


def _ipv4_only(bound: tuple[Node, Ipv4HomeAddressRequest]) -> BindingRevocationIndication:
    node, home = bound
    return indication(MobileNodeIdentifier(subtype=1, identifier=node.id), home, flags=BR_P | BR_V)


@against_lma("rfc5846/8.2/ipv4-only")
def ipv4_only(lma: Lma) -> None:
    node, home = bound_with_ipv4(lma)
    sequence = node.shared.sequence
    revoked(lma, _ipv4_only((node, home)), "status < 128")
    revoked(lma, _ipv4_only((node, home)), f"status = {NO_BINDING}")
    lma.check("the entry is still there", node.has_entry(sequence), "it is gone")
