"""RFC 5844: what the answer to a request for an IPv4 home address has, and how it goes over IPv4."""

from __future__ import annotations

from pmiptool.conformance.case import against_lma
from pmiptool.conformance.lma import Lma
from pmiptool.conformance.reply import Reply
from pmiptool.conformance.suites.lma.rfc5844_addresses import ANY, LENGTH, NETWORK, OF_RFC5844
from pmiptool.mag.request import BU_A, BU_P
from pmiptool.registry.rfc5555 import BU_F
from pmiptool.wire.values import (
    HomeNetworkPrefix,
    Ipv4DefaultRouterAddress,
    Ipv4HomeAddressReply,
    Ipv4HomeAddressRequest,
)

REPLY, ROUTER, DHCP_MODE = 37, 38, 39  # option types
PROHIBITED = 129


def _answered(lma: Lma) -> Reply:
    """The accepting answer to a request for a prefix and an address."""
    reply = lma.node().ask(more=[ANY]).accepted()
    if not any(reply.option(kind) for kind in OF_RFC5844):
        lma.lacks("its answer has no option of RFC 5844")
    return reply


@against_lma("rfc5844/3.1.2.6/no-prefix-unasked")
def no_prefix_unasked(lma: Lma) -> None:
    reply = lma.node().ask(hnp=(), more=[ANY]).accepted()
    lma.check("no Home Network Prefix option", reply.option(HomeNetworkPrefix) is None, "one")


@against_lma("rfc5844/3.1.2.6/either-option")
def either_option(lma: Lma) -> None:
    for reply in (lma.node().ask(more=[ANY], hnp=()), lma.node().ask(more=[ANY])):
        reply.accepted()
        found = reply.option(HomeNetworkPrefix) or reply.option(Ipv4HomeAddressReply)
        lma.check("a Home Network Prefix or IPv4 Home Address Reply option", found is not None, "neither")


@against_lma("rfc5844/3.1.2.6/reply-present")
def reply_present(lma: Lma) -> None:
    lma.check("an IPv4 Home Address Reply", _answered(lma).option(Ipv4HomeAddressReply) is not None, "none")


@against_lma("rfc5844/3.1.2.6/reply-prefix-length", configured={"lma": {"ipv4": True, "ipv4_pool": NETWORK}})
def reply_prefix_length(lma: Lma) -> None:
    _answered(lma).expect(f"option.ipv4-hoa-reply.prefix_length = {LENGTH}")


@against_lma("rfc5844/3.1.2.6/reply-status")
def reply_status(lma: Lma) -> None:
    _answered(lma).expect("option.ipv4-hoa-reply.status = 0")


@against_lma("rfc5844/3.1.2.6/default-router-present")
def default_router_present(lma: Lma) -> None:
    reply = _answered(lma)
    fine = reply.status != 0 or reply.option(Ipv4DefaultRouterAddress) is not None
    lma.check("an IPv4 Default-Router Address option", fine, "none")


@against_lma("rfc5844/3.1.2.6/default-router-absent")
def default_router_absent(lma: Lma) -> None:
    reply = lma.node().ask(more=[ANY, ANY]).rejected()
    lma.check("no IPv4 Default-Router Address option", reply.option(Ipv4DefaultRouterAddress) is None, "one")


@against_lma("rfc5844/3.1.2.6/default-router-stable")
def default_router_stable(lma: Lma) -> None:
    node = lma.node()
    replies = [node.ask(more=[ANY]).accepted() for _ in range(2)]
    routers = {reply.option(Ipv4DefaultRouterAddress) for reply in replies}
    lma.check("one default router", len(routers) == 1, f"{len(routers)}")
    (router, *_) = routers
    fine = router is None or any(router.ipv4_default_router_address)
    lma.check("an address", fine, router)


# The options


@against_lma("rfc5844/3.3.1/lma-reserved-ignored")
def reserved_ignored(lma: Lma) -> None:
    lma.node().ask(more=[Ipv4HomeAddressRequest(reserved=1023)]).accepted()


def _has_length(lma: Lma, kind: int, length: int) -> None:
    octets = _answered(lma).octets(kind)
    lma.check(f"no such option but of length {length}", len(octets) in (0, length), len(octets))


def _has_zeros(lma: Lma, kind: int, mask: int) -> None:
    """The reserved bits, which are in its first two octets, are 0."""
    octets = _answered(lma).octets(kind)
    lma.check("reserved bits of 0", not int.from_bytes(octets[:2], "big") & mask, octets.hex())


@against_lma("rfc5844/3.3.2/length")
def reply_length(lma: Lma) -> None:
    _has_length(lma, REPLY, 6)


@against_lma("rfc5844/3.3.2/lma-reserved-zero")
def reply_reserved(lma: Lma) -> None:
    _has_zeros(lma, REPLY, 0x0003)


@against_lma("rfc5844/3.3.3/length")
def router_length(lma: Lma) -> None:
    _has_length(lma, ROUTER, 6)


@against_lma("rfc5844/3.3.3/lma-reserved-zero")
def router_reserved(lma: Lma) -> None:
    _has_zeros(lma, ROUTER, 0xFFFF)


@against_lma("rfc5844/3.3.4/length")
def dhcp_mode_length(lma: Lma) -> None:
    _has_length(lma, DHCP_MODE, 2)


@against_lma("rfc5844/3.3.4/lma-reserved-zero")
def dhcp_mode_reserved(lma: Lma) -> None:
    _has_zeros(lma, DHCP_MODE, 0xFFFE)


# Over IPv4


@against_lma("rfc5844/4.1.3.1/over-ipv4")
def over_ipv4(lma: Lma) -> None:
    lma.over_ipv4()
    lma.node().ask(more=[ANY]).accepted()


@against_lma("rfc5844/4.1.3.1/checksum-ignored")
def checksum_ignored(lma: Lma) -> None:
    lma.over_ipv4()
    node = lma.node()
    node.attach(more=[ANY])
    node.ask(lma.altered(node.pbu(more=[ANY]), 4, 0x12, 0x34)).accepted()


@against_lma("rfc5844/4.1.3.1/f-flag-prohibited")
def f_flag_prohibited(lma: Lma) -> None:
    lma.over_ipv4()
    lma.node().ask(flags=BU_A | BU_P | BU_F).rejected(PROHIBITED)


@against_lma("rfc5844/4.1.3.2/ports")
def ports(lma: Lma) -> None:
    lma.over_ipv4()
    reply = lma.node().ask()
    assert reply.decoded and reply.packet is not None
    asked, said = reply.request, reply.packet
    lma.check("from the port of the LMA", said.source.port == asked.destination.port, said.source.port)
    lma.check("to the port of the gateway", said.destination.port == asked.source.port, said.destination.port)


@against_lma("rfc5844/4.1.3.2/checksums")
def checksums(lma: Lma) -> None:
    lma.over_ipv4()
    checksum = lma.node().ask().decoded.layout.checksum
    lma.check("a checksum of 0 in the Mobility Header", checksum == 0, f"0x{checksum:04x}")


@against_lma("rfc5844/4.1.3.2/source-address")
def source_address(lma: Lma) -> None:
    lma.over_ipv4()
    reply = lma.node().ask()
    assert reply.decoded and reply.packet is not None
    lma.check("from where the request went", reply.packet.source == reply.request.destination, reply.packet.source)
