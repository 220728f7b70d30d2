"""RFC 5846: what a MAG makes of a binding revocation indication."""

from __future__ import annotations

from ipaddress import IPv4Address

from pmiptool.conformance.case import against_mag
from pmiptool.conformance.mag import Mag
from pmiptool.conformance.mobile_node import MobileNode
from pmiptool.conformance.reply import Reply
from pmiptool.registry.rfc5846 import BR_G, BR_P, BR_V, LOCAL_POLICY, PER_PEER_POLICY, REVOCATION_STATUS
from pmiptool.wire.values import (
    BindingRevocationIndication,
    HomeNetworkPrefix,
    Ipv4HomeAddressRequest,
    MobileNodeIdentifier,
    Prefix,
    UnknownOption,
)

SUCCESS, NO_BINDING, IDENTITY_REQUIRED, ATTACHED, NO_TRIGGER, NO_FUNCTION = 0, 128, 131, 132, 133, 134
INTER_MAG = 2
LIFETIME = 12  # seconds of a lifetime that is waited for
ELSEWHERE = Prefix(bytes.fromhex("20010db80bad0000") + bytes(8), 64)
STAYS = {"mag": {"still_attached": True}}


def _bound(mag: Mag, **profile: object) -> MobileNode:
    node = mag.node(**profile)
    node.registered(lifetime=LIFETIME)
    return node


def _is_gone(node: MobileNode) -> None:
    node.expect_silence(LIFETIME, "nothing more is sent for it")


def _is_bound(node: MobileNode) -> None:
    node.expect_request("the registration is renewed", "lifetime > 0", within=LIFETIME).answer()


@against_mag("rfc5846/5/mag-header-reserved")
def header_reserved(mag: Mag) -> None:
    node = _bound(mag)
    reply = mag.ask(mag.summed(_with(mag.encode(node.revocation()), 3, 0x5A)))
    reply.check("the reserved octet is 0", reply.decoded.raw[3] == 0, reply.decoded.raw[3]).expect("status = 0")


@against_mag("rfc5846/5/mag-type")
def revocation_type(mag: Mag) -> None:
    _bound(mag).revoke().expect("fields.binding_revocation_type = 2")


@against_mag("rfc5846/5.1/mag-reserved")
def reserved_ignored(mag: Mag) -> None:
    _bound(mag).revoke(flags=BR_P | 0x1FFF).expect("status = 0")


@against_mag("rfc5846/5.1/mag-unknown-option")
def unknown_option(mag: Mag) -> None:
    _bound(mag).revoke(more=(UnknownOption(250, b"unknown"),)).expect("status = 0")


@against_mag("rfc5846/5.2/mag-bra-reserved")
def acknowledgement_reserved(mag: Mag) -> None:
    flags = _bound(mag).revoke().message.flags
    mag.check("the reserved bits are 0", not flags & 0x1FFF, f"{flags:#06x}")


@against_mag("rfc5846/5.2/mag-bra-hnp-with-p", "rfc5846/5.2/mag-bra-mn-id")
def acknowledgement_prefixes(mag: Mag) -> None:
    """Prefixes come with the P flag and with the MN-ID, where they come at all."""
    node = _bound(mag)
    reply = node.revoke(more=(HomeNetworkPrefix(home_network_prefix=ELSEWHERE),))
    if reply.options(HomeNetworkPrefix):
        reply.check("the P flag", bool(reply.message.flags & BR_P), "clear")
        reply.check("the MN-ID option", reply.option(MobileNodeIdentifier) is not None, "none")
    else:
        reply.check("no prefixes, then no more is asked", True)


@against_mag("rfc5846/6.1.2/mag-acknowledges", "rfc5846/6.1.2/mag-accepted")
def acknowledged(mag: Mag) -> None:
    node = _bound(mag)
    node.revoke().expect("answer = bra", "status in 0,1")
    _is_gone(node)


@against_mag("rfc5846/6.1.2/mag-rejected", "rfc5846/6.2.1/mag-no-binding")
def no_binding(mag: Mag) -> None:
    _bound(mag)
    mag.node().revoke().expect(f"status = {NO_BINDING}")


@against_mag("rfc5846/6.1.2/mag-sequence-echoed")
def sequence_echoed(mag: Mag) -> None:
    _bound(mag).revoke(sequence=0x5846).expect(f"fields.sequence = {0x5846}")


@against_mag("rfc5846/6.1.2/mag-status-defined")
def status_defined(mag: Mag) -> None:
    status = _bound(mag).revoke().status
    mag.check("a status that is defined", status in REVOCATION_STATUS.names(mag.codepoints), status)


@against_mag("rfc5846/6.1.2/mag-p-echoed")
def p_echoed(mag: Mag) -> None:
    _bound(mag).revoke().expect("fields.flags = P")


@against_mag("rfc5846/6.1.2/mag-g-echoed")
def g_echoed(mag: Mag) -> None:
    _bound(mag)
    _of_all(mag).expect("fields.flags = G")


@against_mag("rfc5846/6.1.2/mag-v-echoed")
def v_echoed(mag: Mag) -> None:
    node = _bound(mag)
    node.revoke(flags=BR_P | BR_V, hnp=False, more=(_ipv4("198.18.0.9"),)).expect("fields.flags = V")


@against_mag("rfc5846/6.1.2/mag-destination")
def destination(mag: Mag) -> None:
    reply = _bound(mag).revoke()
    assert reply.decoded
    asked, answered = reply.request, reply.packet
    mag.check("to the source of the indication", answered is not None and answered.destination == asked.source)


@against_mag("rfc5846/6.2/mag-bad-checksum", "rfc5846/6.1.2/mag-discarded-unanswered")
def bad_checksum(mag: Mag) -> None:
    mag.has_checksums()
    node = _bound(mag)
    data = mag.encode(node.revocation())
    mag.ignores(_with(data, 4, data[4] ^ 0xFF))
    _is_bound(node)


@against_mag("rfc5846/6.2.1/mag-malformed")
def malformed(mag: Mag) -> None:
    node = _bound(mag)
    data = mag.encode(node.revocation())
    mag.ignores(mag.summed(_with(data, 1, data[1] + 4)))
    _is_bound(node)


@against_mag("rfc5846/6.2.1/mag-unknown-trigger")
def unknown_trigger(mag: Mag) -> None:
    _bound(mag).revoke(77).expect(f"status = {NO_TRIGGER}")


@against_mag("rfc5846/6.2.1/mag-trigger-against-g")
def trigger_against_g(mag: Mag) -> None:
    _bound(mag).revoke(1, flags=BR_P | BR_G).expect(f"status = {NO_FUNCTION}")


@against_mag("rfc5846/9.1/per-peer-form")
def per_peer_form(mag: Mag) -> None:
    """With an option the indication has not the form of one for all bindings: nothing is revoked."""
    node = _bound(mag)
    node.revoke(PER_PEER_POLICY, flags=BR_P | BR_G).expect("status > 127")
    _is_bound(node)


@against_mag("rfc5846/9.1/per-peer-accepted")
def per_peer_accepted(mag: Mag) -> None:
    nodes = [_bound(mag), _bound(mag)]
    _of_all(mag).expect("status = 0")
    for node in nodes:
        node.is_there = False
    _is_gone(nodes[0])


@against_mag("rfc5846/9.1/realm-form", "rfc5846/9.1/realm-names-nobody")
def realm_names_nobody(mag: Mag) -> None:
    node = _bound(mag)
    _of_realm(mag, b"@nowhere.example.net").expect(f"status = {IDENTITY_REQUIRED}")
    _is_bound(node)


@against_mag("rfc5846/9.1/realm-no-options")
def realm_no_options(mag: Mag) -> None:
    node = _bound(mag)
    mag.ask(_global(mag, LOCAL_POLICY)).expect(f"status = {IDENTITY_REQUIRED}")
    _is_bound(node)


@against_mag("rfc5846/9.1/realm-accepted")
def realm_accepted(mag: Mag) -> None:
    node = _bound(mag)
    _of_realm(mag, b"@" + node.id.rpartition(b"@")[2]).expect("status = 0")
    node.is_there = False
    _is_gone(node)


@against_mag("rfc5846/9.1/handover-left")
def handover_left(mag: Mag) -> None:
    node = _bound(mag)
    node.revoke(INTER_MAG).expect(f"status in {SUCCESS},{ATTACHED}")


@against_mag("rfc5846/9.1/handover-still-attached", configured=STAYS)
def handover_still_attached(mag: Mag) -> None:
    node = _bound(mag)
    node.revoke(INTER_MAG).expect(f"status = {ATTACHED}")
    _is_bound(node)


@against_mag("rfc5846/9.1/ipv4-only-accepted", "rfc5846/9.1/ipv4-only-keeps-prefixes")
def ipv4_only_accepted(mag: Mag) -> None:
    node = _bound(mag, ipv4_hoa="any")
    _of_ipv4(node, _given(node)).expect("status = 0")
    renewal = node.expect_request("the prefixes are renewed", "lifetime > 0", within=LIFETIME)
    renewal.expect(f"hnp = {node.hnp_text}").answer()


@against_mag("rfc5846/9.1/ipv4-only-released")
def ipv4_only_released(mag: Mag) -> None:
    node = _bound(mag, ipv4_hoa="any")
    given = _given(node)
    _of_ipv4(node, given)
    renewal = node.expect_request("the prefixes are renewed", within=LIFETIME)
    named = [_text(option) for option in renewal.options(Ipv4HomeAddressRequest)]
    mag.check("the IPv4 home address is not renewed", _text(given) not in named, ", ".join(named))
    renewal.answer()


@against_mag("rfc5846/9.1/ipv4-address-differs")
def ipv4_address_differs(mag: Mag) -> None:
    node = _bound(mag, ipv4_hoa="any")
    _of_ipv4(node, _ipv4("203.0.113.77")).expect(f"status = {NO_BINDING}")


@against_mag("rfc5846/9.1/some-gone")
def some_gone(mag: Mag) -> None:
    node = _bound(mag)
    node.revoke(more=(HomeNetworkPrefix(home_network_prefix=ELSEWHERE),)).expect("status in 0,1")


@against_mag("rfc5846/6.2/mag-binding-error", configured={"mag": {"answers": ("heartbeat", "update-notification")}})
def not_known(mag: Mag) -> None:
    mag.wants_errors = True
    _bound(mag).revoke().expect("answer = binding-error", "status = 2")


@against_mag("rfc5846/5.2/mag-bra-no-options")
def acknowledgement_without_options(mag: Mag) -> None:
    reply = _bound(mag).revoke()
    length = len(reply.decoded.raw)
    reply.check("16 octets, where it has no options", bool(reply.message.options) or length == 16, length)


@against_mag("rfc5846/4/mag-ports-of-registration", configured={"mag": {"over_ipv4": True}})
def ports_of_registration(mag: Mag) -> None:
    node = mag.node()
    registration = node.registered(lifetime=LIFETIME).packet
    reply = node.revoke().expect("status = 0")
    ends = None if reply.packet is None else (reply.packet.source, reply.packet.destination)
    mag.check("the addresses and ports of the registration", ends == (registration.source, registration.destination))


def _with(data: bytes, place: int, value: int) -> bytes:
    return data[:place] + bytes((value,)) + data[place + 1 :]


def _global(mag: Mag, trigger: int, *options: object) -> BindingRevocationIndication:
    sequence = mag.next_sequence()
    return BindingRevocationIndication(
        revocation_trigger=trigger, sequence=sequence, flags=BR_P | BR_G, options=tuple(options)
    )


def _of_all(mag: Mag) -> Reply:
    """Revoke all bindings with us: G, Per-Peer Policy, and no options (9.1)."""
    return mag.ask(_global(mag, PER_PEER_POLICY))


def _of_realm(mag: Mag, realm: bytes) -> Reply:
    return mag.ask(_global(mag, LOCAL_POLICY, MobileNodeIdentifier(subtype=1, identifier=realm)))


def _ipv4(address: str) -> Ipv4HomeAddressRequest:
    return Ipv4HomeAddressRequest(prefix_length=16, ipv4_home_address=IPv4Address(address).packed)


def _given(node: MobileNode) -> Ipv4HomeAddressRequest:
    """The IPv4 home address that it was given."""
    address = node.ipv4
    return Ipv4HomeAddressRequest(prefix_length=16, ipv4_home_address=address)


def _text(option: Ipv4HomeAddressRequest) -> str:
    return str(IPv4Address(option.ipv4_home_address))


def _of_ipv4(node: MobileNode, address: Ipv4HomeAddressRequest) -> Reply:
    """Revoke the IPv4 home address alone."""
    node.is_denied = True
    reply = node.mag.ask(node.revocation(flags=BR_P | BR_V, hnp=False, more=(address,)))
    assert reply.decoded
    return reply
