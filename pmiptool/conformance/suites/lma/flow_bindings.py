"""Filters that both dialects have: draft-ietf-mext-flow-binding-02 and RFC 6089, where they ask for the same."""

from __future__ import annotations

from typing import Any

from pmiptool.conformance.case import against_lma
from pmiptool.conformance.lma import Lma
from pmiptool.conformance.node import Node
from pmiptool.wire.values import BindingIdentifier

MEXT = {"codepoints": {"dialect": "mext"}}
RFC6089 = {"codepoints": {"dialect": "rfc6089"}}
ONE = "fid=1 pri=10 proto=udp"
TWO = "fid=2 pri=20 proto=tcp"
NO_SELECTOR = "fid=9 pri=90 no-selector"
UNKNOWN_BID = 77


def attached(lma: Lma, *flows: str, **more: Any) -> Node:
    """An interface with these filters."""
    node = lma.node(mhgid=0)
    node.attach(flows=flows, **more)
    return node


def two_with_bids(lma: Lma) -> tuple[Node, Node]:
    """Two interfaces, with BID 1 at the first gateway and BID 2 at the second."""
    first = attached(lma, bids=[1])
    second = first.interface(1)
    second.attach(bids=[2])
    return first, second


@against_lma("mext/4.1/bid-pri-zero", configured=MEXT)
@against_lma("rfc6089/5.2.1/bid-pri-zero", configured=RFC6089)
def bid_pri_zero(lma: Lma) -> None:
    lma.node(mhgid=0).ask(bids=[BindingIdentifier(bid=1, bid_pri=0)]).bound(1)


@against_lma("mext/4.1/equal-bid-pri", mags=2, configured=MEXT)
@against_lma("rfc6089/4.1/equal-bid-pri", mags=2, configured=RFC6089)
def equal_bid_pri(lma: Lma) -> None:
    first = lma.node(mhgid=0)
    first.ask(bids=[BindingIdentifier(bid=1, bid_pri=5)]).bound(1)
    first.interface(1).ask(bids=[BindingIdentifier(bid=2, bid_pri=5)]).bound(2)


@against_lma("mext/4.2/option-in-pbu-and-pba", configured=MEXT)
@against_lma("rfc6089/4.2/option-in-pbu-and-pba", configured=RFC6089)
def option_in_pbu_and_pba(lma: Lma) -> None:
    lma.node(mhgid=0).ask(flows=[ONE]).installed(1)


@against_lma("mext/4.2/option-length", configured=MEXT)
@against_lma("rfc6089/4.2/option-length", configured=RFC6089)
def option_length(lma: Lma) -> None:
    reply = lma.node(mhgid=0).ask(flows=[ONE]).accepted()
    lma.knows_flows(reply)
    kind = lma.codepoints.flow_identification_option_type
    slots = [slot for slot in reply.decoded.layout.slots if slot.type == kind and slot.pad is None]
    whole = 1 in reply.flows and not any(slot.cut or any(slot.trailing) for slot in slots)
    reply.check("Flow Identification options as long as they say", whole, reply.octets(kind).hex(" "))


@against_lma("mext/4.2/fid-of-16-bits", configured=MEXT)
@against_lma("rfc6089/4.2/fid-of-16-bits", configured=RFC6089)
def fid_of_16_bits(lma: Lma) -> None:
    node = lma.node(mhgid=0)
    node.ask(flows=[ONE, "fid=257 pri=20 proto=tcp"]).installed(1, 257)
    node.has(1, 257)


@against_lma("mext/4.2/status-in-pbu-ignored", configured=MEXT)
@against_lma("rfc6089/4.2/status-in-pbu-ignored", configured=RFC6089)
def status_in_pbu_ignored(lma: Lma) -> None:
    node = lma.node(mhgid=0)
    node.ask(flows=[f"{ONE} status=200"]).installed(1)
    node.has(1)


@against_lma("mext/5.3.1/bid-after-fid", configured=MEXT)
@against_lma("rfc6089/5.3.1/bid-after-fid", configured=RFC6089)
def bid_after_fid(lma: Lma) -> None:
    lma.node(mhgid=0).ask(flows=[f"{ONE} bid=5"], more=[BindingIdentifier(bid=5)]).bound(5).installed(1)


@against_lma("mext/5.3.2/duplicate-fid", configured=MEXT)
@against_lma("rfc6089/5.3.2/duplicate-fid", configured=RFC6089)
def duplicate_fid(lma: Lma) -> None:
    node = lma.node(mhgid=0)
    node.ask(flows=[ONE, "fid=1 pri=20 proto=tcp"]).refused(1)
    node.has(without=(1,))


@against_lma("mext/5.3.2/duplicate-fid-with-binding", configured=MEXT)
@against_lma("rfc6089/5.3.2/duplicate-fid-with-binding", configured=RFC6089)
def duplicate_fid_with_binding(lma: Lma) -> None:
    node = attached(lma, TWO)
    node.ask(flows=[ONE, "fid=1 pri=20 proto=sctp"]).refused(1)


@against_lma("mext/5.3.2.1/added", configured=MEXT)
@against_lma("rfc6089/5.3.2.1/new-flow", configured=RFC6089)
def added(lma: Lma) -> None:
    node = attached(lma)
    node.ask(flows=[ONE]).installed(1)
    node.has(1)


@against_lma("mext/5.3.3/refreshed", configured=MEXT)
@against_lma("rfc6089/5.3.3/refreshed", configured=RFC6089)
def refreshed(lma: Lma) -> None:
    node = attached(lma, ONE, TWO)
    reply = node.ask(summary=[1, 2]).accepted()
    refused = [fid for fid, option in reply.flows.items() if option.status >= 128]
    reply.check("no filter refused", not refused, refused)
    node.has(1, 2)


@against_lma("mext/5.3.4/omitted-from-summary", configured=MEXT)
@against_lma("rfc6089/5.3.4/omitted-from-summary", configured=RFC6089)
def omitted_from_summary(lma: Lma) -> None:
    node = attached(lma, ONE, TWO)
    node.ask(summary=[1]).accepted()
    if lma.readings["flow-omission"] == "keep":
        node.has(1, 2)
    else:
        node.has(1, without=(2,))


@against_lma("mext/5.3.5/pba-status-apart", configured=MEXT)
@against_lma("rfc6089/5.3.5/pba-status-apart", configured=RFC6089)
def pba_status_apart(lma: Lma) -> None:
    lma.node(mhgid=0).ask(flows=[NO_SELECTOR]).accepted("status = 0").refused(9)
