"""RFC 5844 3.1: IPv4 home addresses: which requests an LMA takes, what it gives, and what becomes of it later."""

from __future__ import annotations

from typing import Any

from pmiptool.conformance.case import against_lma
from pmiptool.conformance.lma import Lma
from pmiptool.conformance.node import BETWEEN_GATEWAYS, NEW_INTERFACE, NOT_CHANGED, UNKNOWN, Node
from pmiptool.conformance.reply import Reply
from pmiptool.text.values import address_text
from pmiptool.wire.values import (
    HomeNetworkPrefix,
    Ipv4DefaultRouterAddress,
    Ipv4DhcpSupportMode,
    Ipv4HomeAddressReply,
    Ipv4HomeAddressRequest,
)

ANY = Ipv4HomeAddressRequest()
MISSING_PREFIX, NO_RESOURCES = 158, 130
NO_IPV4, NO_SUCH_ADDRESS, NO_IPV6, SEVERAL = 170, 171, 172, 173
PROHIBITED = 129  # in an IPv4 Home Address Reply
NODE = b"served@example.org"
SERVED = {"lma": {"ipv4": True}}
SMALL = {"lma": {"ipv4": True, "ipv4_pool": "198.18.0.0/30"}}  # its router, and one address
NETWORK, LENGTH = "198.18.4.0/22", 22
OF_RFC5844 = (Ipv4HomeAddressReply, Ipv4DefaultRouterAddress, Ipv4DhcpSupportMode)


def given(lma: Lma, reply: Reply) -> Ipv4HomeAddressRequest:
    """What names the address that an accepting answer gives; the LMA lacks IPv4 where it says nothing of any."""
    reply.accepted()
    if not any(reply.option(kind) for kind in OF_RFC5844):
        lma.lacks("its answer has no option of RFC 5844")
    option = reply.option(Ipv4HomeAddressReply)
    lma.demand("an IPv4 Home Address Reply option", option is not None, "none")
    return Ipv4HomeAddressRequest(option.prefix_length, ipv4_home_address=option.ipv4_home_address)


def bound(lma: Lma, **changes: Any) -> tuple[Node, Ipv4HomeAddressRequest]:
    """A mobile node with a prefix (none where `hnp` is empty) and an IPv4 home address, and what names that."""
    node = lma.node()
    reply = node.attach(timestamp=None, more=[ANY], **changes)
    return node, given(lma, reply)


def gives(reply: Reply, home: Ipv4HomeAddressRequest) -> None:
    """It accepts, with this address."""
    reply.accepted()
    option = reply.option(Ipv4HomeAddressReply)
    address = None if option is None else option.ipv4_home_address
    wanted, actual = address_text(home.ipv4_home_address), "none" if address is None else address_text(address)
    reply.check(f"the IPv4 home address {wanted}", wanted == actual, actual)


# Which requests are taken


@against_lma("rfc5844/3.1.2.1/ipv4-only")
def ipv4_only(lma: Lma) -> None:
    lma.node().ask(hnp=(), more=[ANY]).accepted()


@against_lma("rfc5844/3.1.2.1/neither-option")
def neither_option(lma: Lma) -> None:
    lma.node().ask(hnp=()).rejected(MISSING_PREFIX)


@against_lma("rfc5844/3.1.2.1/neither-option-with-binding")
def neither_option_with_binding(lma: Lma) -> None:
    node, _ = bound(lma)
    node.ask(timestamp=None, hnp=()).rejected(MISSING_PREFIX)


@against_lma("rfc5844/3.1.2.1/no-ipv6-service", configured={**SERVED, "mn": [{"id": NODE.decode(), "ipv6": False}]})
def no_ipv6_service(lma: Lma) -> None:
    lma.node(id=NODE).ask(more=[ANY]).rejected(NO_IPV6)


@against_lma("rfc5844/3.1.2.1/no-ipv4-service", configured={**SERVED, "mn": [{"id": NODE.decode(), "ipv4": False}]})
def no_ipv4_service(lma: Lma) -> None:
    lma.node(id=NODE).ask(more=[ANY]).rejected(NO_IPV4)


@against_lma("rfc5844/3.1.2.1/several-requests")
def several_requests(lma: Lma) -> None:
    lma.node().ask(more=[ANY, ANY]).rejected(SEVERAL)


@against_lma("rfc5844/3.1.2.1/several-requests-with-binding")
def several_requests_with_binding(lma: Lma) -> None:
    node, home = bound(lma)
    node.ask(timestamp=None, more=[home, ANY]).rejected(SEVERAL)


# Which session is meant


@against_lma("rfc5844/3.1.2.1/lookup-by-prefix")
def lookup_by_prefix(lma: Lma) -> None:
    node, home = bound(lma)
    gives(node.ask(timestamp=None, more=[ANY]), home)


@against_lma("rfc5844/3.1.2.1/lookup-all-zero", mags=2)
def lookup_all_zero(lma: Lma) -> None:
    node, home = bound(lma, hnp=())
    gives(node.at(1).ask(timestamp=None, hi=BETWEEN_GATEWAYS, hnp=(), more=[ANY]), home)


@against_lma("rfc5844/3.1.2.7/lookup-by-address")
def lookup_by_address(lma: Lma) -> None:
    node, home = bound(lma, hnp=())
    gives(node.ask(timestamp=None, hi=NOT_CHANGED, hnp=(), more=[home]), home)


@against_lma("rfc5844/3.1.2.7/lookup-by-address-after-handoff", mags=2)
def lookup_by_address_after_handoff(lma: Lma) -> None:
    node, home = bound(lma, hnp=())
    gives(node.at(1).ask(timestamp=None, hi=BETWEEN_GATEWAYS, hnp=(), more=[home]), home)


@against_lma("rfc5844/3.1.2.2/one-session")
def one_session(lma: Lma) -> None:
    """The address alone leads to the session with the prefix."""
    node, home = bound(lma)
    reply = node.lma.ask(node.pbu(timestamp=None, hnp="any", more=[home]), node.mag).accepted()
    lma.check("the prefix of that session", reply.prefixes == node.hnp, ", ".join(map(str, reply.prefixes)))


@against_lma("rfc5844/3.1.2.1/dual-stack")
def dual_stack(lma: Lma) -> None:
    node = lma.node()
    node.ask(more=[ANY]).accepted("hnp != ::/0")


@against_lma("rfc5844/3.1.2.1/ipv4-added")
def ipv4_added(lma: Lma) -> None:
    """The address comes to a session that had a prefix alone."""
    node = lma.node()
    before = node.attach().prefixes
    reply = node.ask(more=[ANY])
    given(lma, reply)
    lma.check("the prefix of that session", reply.prefixes == before, ", ".join(map(str, reply.prefixes)))


# Which address is given


@against_lma("rfc5844/3.1.2.2/all-zero-assigned")
def all_zero_assigned(lma: Lma) -> None:
    _, home = bound(lma)
    lma.check("an IPv4 home address", any(home.ipv4_home_address), address_text(home.ipv4_home_address))


@against_lma("rfc5844/3.1.2.2/address-granted", "rfc5844/3.1.2.6/reply-address")
def address_granted(lma: Lma) -> None:
    node, home = bound(lma)
    node.detach(timestamp=None, more=[home])
    lma.wait(lma.delete_delay + 1)
    gives(node.ask(timestamp=None, hi=NEW_INTERFACE, more=[home]), home)


def _not_allowed(lma: Lma) -> tuple[Reply, Ipv4HomeAddressRequest]:
    """The answer to a request for an address that another has."""
    _, taken = bound(lma)
    return lma.node().ask(more=[taken]), taken


@against_lma("rfc5844/3.1.2.2/address-not-allowed")
def address_not_allowed(lma: Lma) -> None:
    reply, _ = _not_allowed(lma)
    reply.rejected(NO_SUCH_ADDRESS)


@against_lma("rfc5844/3.1.2.2/address-not-allowed-reply")
def address_not_allowed_reply(lma: Lma) -> None:
    reply, _ = _not_allowed(lma)
    reply.rejected().expect(f"option.ipv4-hoa-reply.status = {PROHIBITED}")


@against_lma("rfc5844/3.1.2.6/reply-of-rejection")
def reply_of_rejection(lma: Lma) -> None:
    reply, asked = _not_allowed(lma)
    option = reply.rejected().option(Ipv4HomeAddressReply)
    lma.demand("an IPv4 Home Address Reply option", option is not None, "none")
    said = Ipv4HomeAddressRequest(option.prefix_length, ipv4_home_address=option.ipv4_home_address)
    lma.check("address and prefix length of the request", said == asked, said)


@against_lma("rfc5844/3.1.2.6/reply-of-rejection-status")
def reply_of_rejection_status(lma: Lma) -> None:
    reply, _ = _not_allowed(lma)
    reply.rejected().expect("option.ipv4-hoa-reply.status > 127")


@against_lma("rfc5844/3.1.2.2/no-address-left", configured=SMALL)
def no_address_left(lma: Lma) -> None:
    bound(lma)
    lma.node().ask(more=[ANY]).rejected(NO_RESOURCES)


@against_lma("rfc5844/3.1.2.2/no-address-left-reply", configured=SMALL)
def no_address_left_reply(lma: Lma) -> None:
    bound(lma)
    lma.node().ask(more=[ANY]).rejected().expect("option.ipv4-hoa-reply.status = 128")


@against_lma("rfc5844/3.1.2.2/accepted")
def accepted(lma: Lma) -> None:
    lma.node().ask(more=[ANY]).accepted("status = 0")


# What becomes of it


@against_lma("rfc5844/3.1.2.3/keeps-address")
def keeps_address(lma: Lma) -> None:
    node, home = bound(lma)
    gives(node.ask(timestamp=None, more=[home]), home)


@against_lma("rfc5844/3.1.2.4/handoff-ipv4-only", mags=2)
def handoff_ipv4_only(lma: Lma) -> None:
    node, home = bound(lma)
    reply = node.at(1).ask(timestamp=None, hi=BETWEEN_GATEWAYS, hnp=(), more=[home])
    gives(reply, home)
    lma.check("no Home Network Prefix option", reply.option(HomeNetworkPrefix) is None, "one")


def _is_released(lma: Lma, node: Node, **named: Any) -> None:
    """What is named cannot be let go any more."""
    reply = lma.ask(node.pbu(timestamp=None, lifetime=0, hi=UNKNOWN, **named), node.mag, timeout=lma.settings.silence)
    lma.check("it is not registered any more", not reply.is_accepted, "it is")


@against_lma("rfc5844/3.1.2.4/handoff-releases-prefixes", mags=2)
def handoff_releases_prefixes(lma: Lma) -> None:
    node, home = bound(lma)
    there = node.hand_over(1, timestamp=None, hnp=(), more=[home])
    _is_released(lma, there, hnp=node.hnp)


@against_lma("rfc5844/3.1.2.4/handoff-releases-address", mags=2)
def handoff_releases_address(lma: Lma) -> None:
    node, home = bound(lma)
    there = node.hand_over(1, timestamp=None)
    _is_released(lma, there, hnp=(), more=[home])


@against_lma("rfc5844/3.1.2.5/de-registration")
def deregistration(lma: Lma) -> None:
    node, home = bound(lma)
    sequence = node.shared.sequence
    node.ask(timestamp=None, lifetime=0, hi=UNKNOWN, more=[home]).accepted()
    lma.wait(lma.delete_delay + 1)
    lma.check("no entry", not node.has_entry(sequence), "one")


def _selective(lma: Lma, node: Node, left: dict[str, Any], **named: Any) -> None:
    """What is named is let go, and what is left is still there."""
    node.ask(timestamp=None, lifetime=0, hi=UNKNOWN, **named).accepted()
    lma.wait(lma.delete_delay + 1)
    reply = lma.ask(node.pbu(timestamp=None, lifetime=0, hi=UNKNOWN, **left), node.mag)
    lma.check("the rest is still registered", reply.is_accepted, reply.status_text if reply.packet else "it is not")


@against_lma("rfc5844/3.1.2.5/selective-ipv4")
def selective_ipv4(lma: Lma) -> None:
    node, home = bound(lma)
    _selective(lma, node, {"hnp": node.hnp}, hnp=(), more=[home])


@against_lma("rfc5844/3.1.2.5/selective-ipv6")
def selective_ipv6(lma: Lma) -> None:
    node, home = bound(lma)
    _selective(lma, node, {"hnp": (), "more": [home]}, hnp=node.hnp)
