"""RFC 6089 5.2 and 5.3: how flow bindings of an update are processed and answered."""

from __future__ import annotations

from collections.abc import Sequence

from pmiptool.conformance.case import against_lma
from pmiptool.conformance.filters import KEEP, REMOVE
from pmiptool.conformance.lma import Lma
from pmiptool.conformance.node import UNKNOWN, Node
from pmiptool.conformance.suites.lma.flow_bindings import (
    NO_SELECTOR,
    ONE,
    RFC6089,
    TWO,
    UNKNOWN_BID,
    attached,
    two_with_bids,
)
from pmiptool.conformance.suites.lma.rfc6089_options import UNKNOWN_FID, flow, inactive, sends, written
from pmiptool.mag.config import Flow
from pmiptool.text.filters import bids_of, format_selector, selector_of
from pmiptool.wire.values import BindingIdentifier, BindingReference, FlowSummary, UnknownSubOption

NOT_FOUND = 132
NO_FLOWS = {**RFC6089, "lma": {"multihoming": False}}
NONE_ALLOWED = {**RFC6089, "flows": {"max_per_session": 0}}


@against_lma("rfc6089/5.2.3/several-summaries", configured=RFC6089)
def several_summaries(lma: Lma) -> None:
    reply = attached(lma, ONE).ask(more=[FlowSummary((1, UNKNOWN_FID)), FlowSummary((UNKNOWN_FID + 1,))])
    reply.refused(UNKNOWN_FID).refused(UNKNOWN_FID + 1)


@against_lma("rfc6089/5.3.2/update-first", configured=RFC6089)
def update_first(lma: Lma) -> None:
    lma.of_flows()
    reply = lma.node(mhgid=0).ask(flows=[ONE], without="hi").rejected()
    taken = [fid for fid, option in reply.flows.items() if option.status < 128]
    reply.check("no flow said to be installed", not taken, taken)


@against_lma("rfc6089/5.3.2/flows-unsupported", configured=NO_FLOWS)
def flows_unsupported(lma: Lma) -> None:
    reply = lma.node().ask(flows=[ONE]).accepted("hnp != any")
    reply.check("no Flow Identification option", not reply.echoes_flows(), list(reply.flows))


@against_lma("rfc6089/5.3.2/rejected-installs-none", configured=RFC6089)
def rejected_installs_none(lma: Lma) -> None:
    node = attached(lma, TWO)
    node.ask(flows=[ONE], without="hi").rejected()
    node.has(2, without=(1,))


@against_lma("rfc6089/5.3.2/different-fids", configured=RFC6089)
def different_fids(lma: Lma) -> None:
    lma.node(mhgid=0).ask(flows=[TWO, ONE]).installed(1, 2)


@against_lma("rfc6089/5.3.2.1/no-selector", configured=RFC6089)
def new_without_selector(lma: Lma) -> None:
    lma.node(mhgid=0).ask(flows=[NO_SELECTOR]).refused(9, 130)


@against_lma("rfc6089/5.3.2.1/format-unknown", configured=RFC6089)
def format_unknown(lma: Lma) -> None:
    sends(lma, UnknownSubOption(3, bytes((99, 0, 0, 0, 0, 0)))).refused(1, 133)


@against_lma("rfc6089/5.3.2.1/no-reference", configured=RFC6089)
def new_without_reference(lma: Lma) -> None:
    reply = lma.node(mhgid=0).ask(bids=[1], flows=[written(lma, ONE)])
    if lma.readings["binding-reference"] == "required":
        reply.refused(1, 130)
    else:
        reply.installed(1)


@against_lma("rfc6089/5.3.2.1/bid-unknown", configured=RFC6089)
def bid_unknown(lma: Lma) -> None:
    lma.node(mhgid=0).ask(bids=[1], flows=[f"{ONE} bid={UNKNOWN_BID}"]).refused(1, 131)


@against_lma("rfc6089/5.3.2.1/one-bid-unknown", configured=RFC6089)
def one_bid_unknown(lma: Lma) -> None:
    lma.node(mhgid=0).ask(bids=[1], flows=[f"{ONE} bid=1,{UNKNOWN_BID}"]).refused(1, 131)


@against_lma("rfc6089/5.3.2.1/bids-known", mags=2, configured=RFC6089)
def bids_known(lma: Lma) -> None:
    _, second = two_with_bids(lma)
    second.ask(flows=[f"{ONE} bid=1,2"]).installed(1)


@against_lma("rfc6089/5.3.2.2/known-flow", configured=RFC6089)
def known_flow(lma: Lma) -> None:
    attached(lma, ONE).ask(flows=["fid=1 pri=40 no-selector"]).installed(1)


def moved_after(lma: Lma, *changes: str | Flow, first: str = ONE, **more: object) -> Flow:
    """Flow 1 as the LMA has it after these changes, seen when it moves to another interface (muho 4.2)."""
    node = attached(lma, first, **more)
    other = node.interface(1)
    other.attach()
    node.ask(flows=changes).installed(1)
    node.leave(KEEP)
    told = other.told()
    lma.demand("one re-instantiated flow", len(told) == 1, len(told))
    return told[0]


def selects(lma: Lma, moved: Flow, wanted: str) -> None:
    selector = selector_of(moved)
    shown = "none" if selector is None else format_selector(selector)
    lma.check(f"the selector {wanted}", shown == wanted, shown)


@against_lma("rfc6089/5.3.2.2/priority-changed", mags=2, configured=RFC6089)
def priority_changed(lma: Lma) -> None:
    moved = moved_after(lma, "fid=1 pri=40 no-selector")
    lma.check("FID-PRI 40", moved.pri == 40, moved.pri)


@against_lma("rfc6089/5.3.2.2/no-selector", mags=2, configured=RFC6089)
def selector_maintained(lma: Lma) -> None:
    selects(lma, moved_after(lma, "fid=1 pri=40 no-selector"), "proto=udp")


@against_lma("rfc6089/5.3.2.2/selector-replaced", mags=2, configured=RFC6089)
def selector_replaced(lma: Lma) -> None:
    selects(lma, moved_after(lma, "fid=1 pri=10 proto=tcp"), "proto=tcp")


def referring_after(lma: Lma, change: Flow) -> Sequence[int]:
    """The reference of flow 1 after a change, of which BIDs 2 and 3 are those of before, and BID 4 exists too."""
    other = lma.node(1, mhgid=0)
    other.attach(bids=[2, 3, 4])
    node = other.interface(0)
    node.attach()
    node.ask(flows=[f"{ONE} bid=2,3"]).installed(1)
    node.ask(flows=[change]).installed(1)
    node.leave(KEEP)
    told = other.told()
    lma.demand("one re-instantiated flow", len(told) == 1, len(told))
    bids = bids_of(told[0])
    if bids is None:
        lma.lacks("a re-instantiated flow shows no Binding Reference")
    return bids or ()


@against_lma("rfc6089/5.3.2.2/no-reference", mags=2, configured=RFC6089)
def reference_maintained(lma: Lma) -> None:
    bids = referring_after(lma, written(lma, "fid=1 pri=40 proto=tcp"))
    lma.check("a reference to BIDs 2 and 3", set(bids) == {2, 3}, bids)


@against_lma("rfc6089/5.3.2.2/no-reference-while-inactive", mags=2, configured=RFC6089)
def reference_maintained_while_inactive(lma: Lma) -> None:
    inactive(lma).ask(flows=[written(lma, "fid=1 pri=40 no-selector")]).installed(1)


@against_lma("rfc6089/5.3.2.2/reference-replaced", mags=2, configured=RFC6089)
def reference_replaced(lma: Lma) -> None:
    bids = referring_after(lma, flow(BindingReference((3, 4))))
    lma.check("a reference to BIDs 3 and 4", set(bids) == {3, 4}, bids)


@against_lma("rfc6089/5.3.3/unknown-fid", configured=RFC6089)
def unknown_fid(lma: Lma) -> None:
    attached(lma, ONE).ask(summary=[1, UNKNOWN_FID]).refused(UNKNOWN_FID, NOT_FOUND)


@against_lma("rfc6089/5.3.3/two-unknown-fids", configured=RFC6089)
def two_unknown_fids(lma: Lma) -> None:
    reply = attached(lma, ONE).ask(summary=[UNKNOWN_FID, 1, UNKNOWN_FID + 1])
    reply.refused(UNKNOWN_FID, NOT_FOUND).refused(UNKNOWN_FID + 1, NOT_FOUND)


def summarised(lma: Lma, *fids: int) -> Node:
    node = attached(lma, ONE, TWO)
    reply = node.ask(summary=fids).accepted()
    refused = [fid for fid, option in reply.flows.items() if option.status >= 128]
    reply.check("no flow refused", not refused, refused)
    return node


@against_lma("rfc6089/5.3.3/duplicate-in-summary", configured=RFC6089)
def duplicate_in_summary(lma: Lma) -> None:
    summarised(lma, 1, 2, 1).has(1, 2)


@against_lma("rfc6089/5.3.3/removal-deletes-flows", configured=RFC6089)
def removal_deletes_flows(lma: Lma) -> None:
    node = attached(lma, ONE)
    node.ask(lifetime=0, hi=UNKNOWN, act=REMOVE, summary=[1]).accepted("lifetime = 0")
    node.attach()
    node.has(without=(1,))


@against_lma("rfc6089/5.3.4/omitted-flow", configured=RFC6089)
def omitted_flow(lma: Lma) -> None:
    node = attached(lma, ONE, TWO)
    node.ask(flows=[ONE]).installed(1)
    if lma.readings["flow-omission"] == "strict":
        node.has(1, without=(2,))
    else:
        node.has(1, 2)


@against_lma("rfc6089/5.3.5/every-option-copied", configured=RFC6089)
def every_option_copied(lma: Lma) -> None:
    reply = attached(lma, ONE).ask(flows=[NO_SELECTOR, TWO]).accepted()
    lma.knows_flows(reply)
    absent = [fid for fid in (9, 2) if fid not in reply.flows]
    reply.check("an option for each flow of the update", not absent, f"none for {absent}")


@against_lma("rfc6089/5.3.5/summary-not-answered", configured=RFC6089)
def summary_not_answered(lma: Lma) -> None:
    reply = attached(lma, ONE, TWO).ask(summary=[1, 2]).accepted()
    reply.check("no option for a known flow", not reply.flows, list(reply.flows))


@against_lma("rfc6089/5.3.5/success", configured=RFC6089)
def success(lma: Lma) -> None:
    reply = attached(lma, ONE).ask(flows=["fid=1 pri=40 proto=udp", TWO]).installed(1, 2)
    reply.check("status 0", [option.status for option in reply.flows.values()] == [0, 0])


@against_lma("rfc6089/5.3.5/rejection-code", configured=RFC6089)
def rejection_code(lma: Lma) -> None:
    lma.node(mhgid=0).ask(flows=[NO_SELECTOR]).refused(9, *range(128, 134))


@against_lma("rfc6089/5.3.5/flows-refused", configured=NONE_ALLOWED)
def flows_refused(lma: Lma) -> None:
    lma.node(mhgid=0).ask(flows=[ONE]).refused(1, 128)


@against_lma("rfc6089/5.3.5/bid-pri-copied", configured=RFC6089)
def bid_pri_copied(lma: Lma) -> None:
    reply = lma.node(mhgid=0).ask(bids=[BindingIdentifier(bid=1, bid_pri=33)]).bound(1)
    reply.check("BID-PRI 33", 1 in reply.bids and reply.bids[1].bid_pri == 33, reply.bids)
