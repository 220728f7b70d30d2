"""draft-ietf-mext-flow-binding-02, 4: the options for filters, and the list of filters."""

from __future__ import annotations

from pmiptool.conformance.case import against_lma
from pmiptool.conformance.filters import KEEP, REMOVE, octets_of
from pmiptool.conformance.lma import Lma
from pmiptool.conformance.suites.lma.flow_bindings import MEXT, NO_SELECTOR, ONE, TWO, two_with_bids
from pmiptool.mag.config import Flow
from pmiptool.text.filters import parse_flow
from pmiptool.wire.values import FlowIdentification, Ipv6Selector, UnknownOption, UnknownSubOption

UDP = Ipv6Selector(proto=17)
STATUSES = (*range(1), 128, 129, 130, *range(135, 140))


def flow(lma: Lma, text: str) -> Flow:
    """A filter that is sent as it is written, whatever the LMA demands of references."""
    return parse_flow(text, lma.codepoints)


@against_lma("mext/4.2/several-options", configured=MEXT)
def several_options(lma: Lma) -> None:
    lma.node(mhgid=0).ask(flows=[ONE, TWO, "fid=3 pri=30 proto=sctp"]).installed(1, 2, 3)


def with_reserved(lma: Lma) -> FlowIdentification:
    suboptions = flow(lma, ONE).suboptions
    return FlowIdentification(fid=1, pri=10, action=1, rsvd=0xF, suboptions=suboptions)


@against_lma("mext/4.2/reserved-ignored", configured=MEXT)
def reserved_ignored(lma: Lma) -> None:
    node = lma.node(mhgid=0)
    node.ask(bids=[1], flows=[node.referring(with_reserved(lma), 1)]).installed(1)


@against_lma("mext/4.2/pba-reserved-zero", configured=MEXT)
def pba_reserved_zero(lma: Lma) -> None:
    reply = lma.node(mhgid=0).ask(flows=[with_reserved(lma)]).accepted()
    lma.knows_flows(reply)
    found = [getattr(option, "rsvd", None) for option in reply.flows.values()]
    reply.check("reserved bits of 0", found == [0], found)


@against_lma("mext/4.2/pro-undefined", configured=MEXT)
def pro_undefined(lma: Lma) -> None:
    undefined = 7 if lma.codepoints.pro_delete != 7 else 8
    lma.node(mhgid=0).ask(flows=[f"{ONE} pro={undefined}"]).refused(1)


@against_lma("mext/4.2/forward-single-bid", configured=MEXT)
def forward_single_bid(lma: Lma) -> None:
    lma.node(mhgid=0).ask(bids=[1], flows=[f"{ONE} bid=1"]).installed(1)


@against_lma("mext/4.2/discard-no-bid", configured=MEXT)
def discard_no_bid(lma: Lma) -> None:
    lma.node(mhgid=0).ask(flows=[f"{ONE} action=discard"]).installed_or(1, 138)


@against_lma("mext/4.2/ncast-bids", mags=2, configured=MEXT)
def ncast_bids(lma: Lma) -> None:
    _, second = two_with_bids(lma)
    second.ask(flows=[f"{ONE} action=n-cast bid=1,2"]).installed_or(1, 139)


@against_lma("mext/4.2/action-undefined", configured=MEXT)
def action_undefined(lma: Lma) -> None:
    lma.node(mhgid=0).ask(flows=[f"{ONE} action=9"]).refused(1)


@against_lma("mext/4.2/status-defined", configured=MEXT)
def status_defined(lma: Lma) -> None:
    wanted = [ONE, NO_SELECTOR, "fid=2 pri=20 action=discard proto=tcp", "fid=3 pri=30 action=9", "fid=4 pro=modify"]
    reply = lma.node(mhgid=0).ask(flows=wanted).accepted()
    lma.knows_flows(reply)
    defined = (*STATUSES, lma.codepoints.bid_unknown)
    odd = {fid: option.status for fid, option in reply.flows.items() if option.status not in defined}
    reply.check("statuses that are defined", not odd, odd)


@against_lma("mext/4.2/discard-unsupported", configured={**MEXT, "flows": {"discard": False}})
def discard_unsupported(lma: Lma) -> None:
    lma.node(mhgid=0).ask(flows=[f"{ONE} action=discard"]).refused(1, 138)


@against_lma("mext/4.2/ncast-unsupported", configured={**MEXT, "flows": {"n_cast": False}})
def ncast_unsupported(lma: Lma) -> None:
    lma.node(mhgid=0).ask(flows=[f"{ONE} action=n-cast"]).refused(1, 139)


@against_lma("mext/4.2.1/odd-length", configured=MEXT)
def odd_length(lma: Lma) -> None:
    odd = FlowIdentification(fid=1, pri=10, action=1, suboptions=(UnknownSubOption(1, b"\0\1\0"), UDP))
    lma.node(mhgid=0).ask(bids=[1], flows=[odd]).refused(1)


@against_lma("mext/4.2.1/overlong", configured=MEXT)
def overlong(lma: Lma) -> None:
    reference = bytes((1, 20, 0, 1))  # it says 20 octets, and the option ends after 4
    octets = octets_of(FlowIdentification(fid=1, pri=10, action=1, suboptions=(UDP,)), lma.codepoints) + reference
    lma.node(mhgid=0).ask(bids=[1], more=[lma.raw_filter(octets)]).refused(1)


@against_lma("mext/4.2.1/bid-of-same-update", configured=MEXT)
def bid_of_same_update(lma: Lma) -> None:
    node = lma.node(mhgid=0)
    node.attach()
    node.ask(bids=[5], flows=[f"{ONE} bid=5"]).bound(5).installed(1)


@against_lma("mext/4.2.1/bid-of-earlier-update", configured=MEXT)
def bid_of_earlier_update(lma: Lma) -> None:
    node = lma.node(mhgid=0)
    node.attach(bids=[5])
    node.ask(flows=[f"{ONE} bid=5"]).installed(1)


@against_lma("mext/4.3/odd-length", configured=MEXT)
def odd_summary(lma: Lma) -> None:
    node = lma.node(mhgid=0)
    node.attach(flows=[ONE, TWO])
    odd = UnknownOption(lma.codepoints.flow_summary_option_type, b"\0\1\0")
    again = [f"{ONE} pro=modify", f"{TWO} pro=modify"] if lma.readings["flow-omission"] == "strict" else []
    reply = node.ask(flows=again, more=[odd])
    if reply.is_accepted:
        node.has(1, 2)
    else:
        reply.rejected()


@against_lma("mext/4.4/inactive-flow-exists", mags=2, configured=MEXT)
def inactive_flow_exists(lma: Lma) -> None:
    first, second = two_with_bids(lma)
    second.ask(flows=[f"{ONE} bid=1"]).installed(1)
    first.leave(KEEP if lma.readings["act-scope"] == "group" else REMOVE)
    second.change(f"{ONE} bid=2").installed(1)
