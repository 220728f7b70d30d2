"""RFC 5844: IPv4 home addresses that a MAG asks for, and signalling over IPv4."""

from __future__ import annotations

from typing import Any

from msgspec import structs

from pmiptool.conformance.case import against_mag
from pmiptool.conformance.mag import Mag
from pmiptool.conformance.mag_request import Request
from pmiptool.conformance.mobile_node import MobileNode
from pmiptool.conformance.octets import octets_of
from pmiptool.registry.rfc5555 import BU_F
from pmiptool.session.endpoint import PMIP_PORT
from pmiptool.text.values import address_text
from pmiptool.wire.values import (
    BindingAcknowledgement,
    HomeNetworkPrefix,
    Ipv4DefaultRouterAddress,
    Ipv4DhcpSupportMode,
    Ipv4HomeAddressReply,
    Ipv4HomeAddressRequest,
)

REQUEST = 36
ANY, KNOWN = "any", "198.18.7.7/16"
NOT_IPV4, NOT_THIS, NOT_IPV6 = 170, 171, 172
LIFETIME = 12  # seconds of a lifetime that is waited for
ONCE_MORE = 3.0  # seconds in which something is sent again
OVER_IPV4 = {"mag": {"over_ipv4": True}}
FORCED = {"mag": {"over_ipv4": True, "force_ipv4_udp_encapsulation": True}}


def _asked(request: Request) -> list[str]:
    """The addresses in its IPv4 Home Address Request options."""
    return [address_text(option.ipv4_home_address) for option in request.options(Ipv4HomeAddressRequest)]


def _asks_for(request: Request, address: str) -> None:
    asked = _asked(request)
    shown = ", ".join(asked) or "none"
    request.check(f"exactly one IPv4 Home Address Request, of {address}", asked == [address], shown)


def _given(node: MobileNode) -> str:
    return address_text(node.ipv4)


@against_mag("rfc5844/3.1.2.1/mag-either-option")
def either_option(mag: Mag) -> None:
    request = mag.node(ipv4_hoa=ANY).attach()
    either = request.options(HomeNetworkPrefix) or request.options(Ipv4HomeAddressRequest)
    mag.check("a prefix or an IPv4 home address is asked for", bool(either), ", ".join(request.names))


@against_mag("rfc5844/3.2.3.1/request-present")
def request_present(mag: Mag) -> None:
    mag.node(ipv4_hoa=ANY).attach().expect("option.ipv4-hoa-request != none")


@against_mag("rfc5844/3.2.3.1/known-address")
def known_address(mag: Mag) -> None:
    node = mag.node(ipv4_hoa=KNOWN)
    address, _, length = (node.profile.ipv4_hoa or "").partition("/")
    request = node.attach()
    _asks_for(request, address)
    request.expect(f"option.ipv4-hoa-request.prefix_length = {length}")


@against_mag("rfc5844/3.2.3.1/all-zero")
def all_zero(mag: Mag) -> None:
    _asks_for(mag.node(ipv4_hoa=ANY).attach(), "0.0.0.0")


@against_mag("rfc5844/3.2.3.1/hnp-with-ipv6")
def hnp_with_ipv6(mag: Mag) -> None:
    mag.node(ipv4_hoa=ANY).attach().expect("option.hnp != none")


@against_mag("rfc5844/3.2.3.1/no-hnp-without-ipv6")
def no_hnp_without_ipv6(mag: Mag) -> None:
    mag.node(ipv4_hoa=ANY, ipv6=False).attach().expect("option.hnp = none")


@against_mag("rfc5844/3.2.3.2/status-170-not-asked-again")
def status_170_not_asked_again(mag: Mag) -> None:
    node = mag.node(ipv4_hoa=ANY)
    node.attach().answer(status=NOT_IPV4)
    again = node.hear(ONCE_MORE)
    asked = [] if again is None else _asked(again)
    mag.check("no IPv4 home address is asked for again", not asked, ", ".join(asked))


@against_mag("rfc5844/3.2.3.2/status-171-not-the-same-address")
def status_171_not_the_same_address(mag: Mag) -> None:
    node = mag.node(ipv4_hoa=KNOWN)
    first = node.attach()
    first.answer(status=NOT_THIS)
    again = node.hear(ONCE_MORE)
    same = again is not None and _asked(again) == _asked(first)
    mag.check("the same address is not asked for again", not same, ", ".join(_asked(first)))


@against_mag("rfc5844/3.2.3.2/status-171-all-zero")
def status_171_all_zero(mag: Mag) -> None:
    node = mag.node(ipv4_hoa=KNOWN)
    node.attach().answer(status=NOT_THIS)
    _asks_for(node.expect_request("a further request", within=ONCE_MORE), "0.0.0.0")


@against_mag("rfc5844/3.2.3.2/status-172-no-prefixes")
def status_172_no_prefixes(mag: Mag) -> None:
    node = mag.node(ipv4_hoa=ANY)
    node.attach().answer(status=NOT_IPV6)
    again = node.hear(ONCE_MORE)
    named = [] if again is None else again.prefix_texts
    mag.check("no prefix is asked for again", not named, ", ".join(named))


@against_mag("rfc5844/3.2.3.2/reply-rejected-no-ipv4")
def reply_rejected_no_ipv4(mag: Mag) -> None:
    node = mag.node(ipv4_hoa=ANY)
    address = bytes((198, 18, 9, 9))
    node.registered(put=[Ipv4HomeAddressReply(status=128, prefix_length=16, ipv4_home_address=address)])
    asked = _asked(node.renew())
    mag.check("the address of that reply is not named", address_text(address) not in asked, ", ".join(asked))


@against_mag("rfc5844/3.2.3.2/accepted-address-used", "rfc5844/3.2.3.3/re-registration-address")
def re_registration_address(mag: Mag) -> None:
    node = mag.node(ipv4_hoa=ANY)
    node.registered()
    _asks_for(node.renew(), _given(node))


@against_mag("rfc5844/3.2.3.3/de-registration-address")
def de_registration_address(mag: Mag) -> None:
    node = mag.node(ipv4_hoa=ANY)
    node.registered()
    _asks_for(node.detach(), _given(node))


@against_mag("rfc5844/3.2.3.3/no-prefix-later")
def no_prefix_later(mag: Mag) -> None:
    node = mag.node(ipv4_hoa=ANY, ipv6=False)
    node.registered()
    node.renewed().expect("option.hnp = none")
    node.detach().expect("option.hnp = none")


@against_mag("rfc5844/3.4.3/discover-triggers-pbu", "rfc5844/3.2.3.3/address-asked-later")
def address_asked_later(mag: Mag) -> None:
    node = mag.node(ipv4_hoa=None)
    if _asked(node.registered()):
        mag.lacks("it asks for an IPv4 home address from the start")
    node.told("discover")
    asked = _asked(node.expect_request("a registration", "lifetime > 0", within=mag.patience))
    mag.check("exactly one IPv4 Home Address Request", len(asked) == 1, ", ".join(asked) or "none")


@against_mag("rfc5844/3.2.3.3/selective-ipv4")
def selective_ipv4(mag: Mag) -> None:
    node = mag.node(ipv4_hoa=ANY)
    node.registered()
    request = node.release().expect("lifetime = 0", "option.hnp = none")
    _asks_for(request, _given(node))


@against_mag("rfc5844/3.2.3.3/selective-ipv6")
def selective_ipv6(mag: Mag) -> None:
    node = mag.node(ipv4_hoa=ANY)
    node.registered()
    request = node.release("prefixes").expect("lifetime = 0", "option.ipv4-hoa-request = none")
    request.check("the prefix that was given", request.prefix_texts == [node.hnp_text], ", ".join(request.prefix_texts))


@against_mag("rfc5844/3.4.3/release-keeps-prefixes")
def release_keeps_prefixes(mag: Mag) -> None:
    node = mag.node(ipv4_hoa=ANY)
    node.registered(lifetime=LIFETIME)
    node.release().answer()
    renewal = node.expect_request("the prefixes are renewed", "lifetime > 0", within=LIFETIME)
    renewal.expect(f"hnp = {node.hnp_text}").answer()


@against_mag("rfc5844/3.3.1/mag-length")
def option_length(mag: Mag) -> None:
    octets = octets_of(mag.node(ipv4_hoa=ANY).attach().decoded, REQUEST)
    mag.check("6 octets in the option", octets is not None and len(octets) == 6, octets)


@against_mag("rfc5844/3.3.1/mag-reserved-zero")
def reserved_zero(mag: Mag) -> None:
    mag.node(ipv4_hoa=ANY).attach().expect("option.ipv4-hoa-request.reserved = 0")


@against_mag("rfc5844/3.3.2/mag-reserved-ignored")
def reply_reserved_ignored(mag: Mag) -> None:
    _with_reserved(mag, Ipv4HomeAddressReply, 0x1)


@against_mag("rfc5844/3.3.3/mag-reserved-ignored")
def router_reserved_ignored(mag: Mag) -> None:
    _with_reserved(mag, Ipv4DefaultRouterAddress, 0x5A)


@against_mag("rfc5844/3.3.4/mag-reserved-ignored")
def mode_reserved_ignored(mag: Mag) -> None:
    _with_reserved(mag, Ipv4DhcpSupportMode, 0x5A)


@against_mag("rfc5844/4.2.2/over-ipv4", "rfc5844/4.2.2.1/addresses", configured=OVER_IPV4)
def over_ipv4(mag: Mag) -> None:
    packet = mag.node().attach().packet
    mag.check("between IPv4 addresses", len(packet.source.address) == len(packet.destination.address) == 4)
    mag.check("from the MAG's address", packet.source.address == mag.transport.peer.address, packet.source.address)


@against_mag("rfc5844/4.2.2/re-registration-over-ipv4", configured=OVER_IPV4)
def re_registration_over_ipv4(mag: Mag) -> None:
    node = mag.node()
    node.registered()
    _is_over_udp(node.renew())


@against_mag("rfc5844/4.2.2/de-registration-over-ipv4", configured=OVER_IPV4)
def de_registration_over_ipv4(mag: Mag) -> None:
    node = mag.node()
    node.registered()
    _is_over_udp(node.detach())


@against_mag("rfc5844/4.2.2/pba-unmatched", configured=OVER_IPV4)
def unmatched_over_ipv4(mag: Mag) -> None:
    node = mag.node()
    request = node.attach()
    request.answer(sequence=request.sequence + 0x4000, mn_id=b"somebody-else@example.org")
    node.expect_request("the request once more", within=ONCE_MORE)


@against_mag("rfc5844/4.2.2/checksum-ignored", configured=OVER_IPV4)
def checksum_ignored(mag: Mag) -> None:
    node = mag.node()
    node.attach().answer(octets=lambda data: data[:4] + b"\xde\xad" + data[6:])
    node.expect_silence(ONCE_MORE, "no further request")
    node.renew().expect(f"hnp = {node.hnp_text}")


@against_mag("rfc5844/4.2.2.1/port", configured=OVER_IPV4)
def port(mag: Mag) -> None:
    request = mag.node().attach()
    _is_over_udp(request)


@against_mag("rfc5844/4.2.2.1/checksums", configured=OVER_IPV4)
def checksums(mag: Mag) -> None:
    value = mag.node().attach().decoded.raw[4:6]
    mag.check("a checksum field of 0", value == bytes(2), value.hex())


@against_mag("rfc5844/4.2.2.1/f-flag", configured=FORCED)
def f_flag(mag: Mag) -> None:
    flags = mag.node().attach().message.flags
    mag.check("the F flag", bool(flags & BU_F), f"{flags:#06x}")


def _is_over_udp(request: Request) -> None:
    """It goes in UDP to the port of RFC 5844, or where we listen instead of it."""
    listening = request.mag.transport.locals[0].port or PMIP_PORT
    to = request.packet.destination.port
    request.check(f"in UDP to port {listening}", to == listening, to)
    request.expect("option.mn-id != none", "option.hnp != none")


def _with_reserved(mag: Mag, kind: type[Any], bits: int) -> None:
    """The reserved bits of an option of an answer are ignored: the address that it gives is used."""

    def change(pba: BindingAcknowledgement) -> BindingAcknowledgement:
        options: list[Any] = list(pba.options)
        options = [structs.replace(o, reserved=bits) if isinstance(o, kind) else o for o in options]
        return structs.replace(pba, options=tuple(options))

    node = mag.node(ipv4_hoa=ANY)
    node.attach().answer(change=change)
    node.expect_silence(ONCE_MORE, "no further request")
    _asks_for(node.renew(), _given(node))
