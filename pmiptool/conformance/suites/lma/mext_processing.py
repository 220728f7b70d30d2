"""draft-ietf-mext-flow-binding-02, 5.3: how filters of a request are processed and answered."""

from __future__ import annotations

from pmiptool.conformance.case import against_lma
from pmiptool.conformance.filters import NOT_FOUND
from pmiptool.conformance.lma import Lma
from pmiptool.conformance.suites.lma.flow_bindings import MEXT, NO_SELECTOR, ONE, TWO, UNKNOWN_BID, attached
from pmiptool.conformance.suites.lma.mext_options import flow
from pmiptool.wire.values import FlowIdentification, FlowSummary, UnknownSubOption


def of_unknown_description(lma: Lma, pro: int = 0) -> FlowIdentification:
    kind = 31 if lma.codepoints.flow_description_suboption != 31 else 30
    return FlowIdentification(fid=1, pri=10, action=1, pro=pro, suboptions=(UnknownSubOption(kind, bytes(6)),))


@against_lma("mext/5.3.2/different-fids", configured=MEXT)
def different_fids(lma: Lma) -> None:
    lma.node(mhgid=0).ask(flows=[NO_SELECTOR, ONE, TWO]).installed(1, 2).refused(9)


@against_lma("mext/5.3.2.1/fid-in-use", configured=MEXT)
def fid_in_use(lma: Lma) -> None:
    attached(lma, ONE).ask(flows=["fid=1 pri=20 proto=tcp"]).refused(1, 135)


@against_lma("mext/5.3.2.1/fid-in-use-unharmed", configured=MEXT)
def fid_in_use_unharmed(lma: Lma) -> None:
    node = attached(lma, ONE)
    node.ask(flows=["fid=1 pri=20 proto=tcp"]).refused(1)
    node.has(1)


@against_lma("mext/5.3.2.1/no-description", configured=MEXT)
def no_description(lma: Lma) -> None:
    lma.node(mhgid=0).ask(flows=[NO_SELECTOR]).refused(9, 129)


@against_lma("mext/5.3.2.1/description-unknown", configured=MEXT)
def description_unknown(lma: Lma) -> None:
    node = lma.node(mhgid=0)
    node.ask(bids=[1], flows=[node.referring(of_unknown_description(lma), 1)]).refused(1, 137)


@against_lma("mext/5.3.2.1/forward-no-reference", configured=MEXT)
def forward_no_reference(lma: Lma) -> None:
    reply = lma.node(mhgid=0).ask(bids=[1], flows=[flow(lma, ONE)])
    if lma.readings["binding-reference"] == "required":
        reply.refused(1, 129)
    else:
        reply.installed(1)


@against_lma("mext/5.3.2.1/forward-several-bids", configured=MEXT)
def forward_several_bids(lma: Lma) -> None:
    lma.node(mhgid=0).ask(bids=[1, 2], flows=[f"{ONE} bid=1,2"]).refused(1, 129)


@against_lma("mext/5.3.2.1/forward-unknown-bid", configured=MEXT)
def forward_unknown_bid(lma: Lma) -> None:
    lma.node(mhgid=0).ask(bids=[1], flows=[f"{ONE} bid={UNKNOWN_BID}"]).refused(1)


@against_lma("mext/5.3.2.1/discard-reference-ignored", configured=MEXT)
def discard_reference_ignored(lma: Lma) -> None:
    lma.node(mhgid=0).ask(bids=[1], flows=[f"{ONE} action=discard bid={UNKNOWN_BID}"]).installed_or(1, 138)


@against_lma("mext/5.3.2.1/ncast-no-reference", configured=MEXT)
def ncast_no_reference(lma: Lma) -> None:
    reply = lma.node(mhgid=0).ask(bids=[1], flows=[flow(lma, f"{ONE} action=n-cast")])
    if lma.readings["binding-reference"] == "required":
        reply.refused(1, 129, 139)
    else:
        reply.installed_or(1, 139)


@against_lma("mext/5.3.2.1/ncast-unknown-bid", configured=MEXT)
def ncast_unknown_bid(lma: Lma) -> None:
    lma.node(mhgid=0).ask(bids=[1], flows=[f"{ONE} action=n-cast bid=1,{UNKNOWN_BID}"]).refused(1)


@against_lma("mext/5.3.2.2/fid-not-found", configured=MEXT)
def fid_not_found(lma: Lma) -> None:
    attached(lma).change(ONE).refused(1, *NOT_FOUND)


@against_lma("mext/5.3.2.2/fid-not-found-with-flows", configured=MEXT)
def fid_not_found_with_flows(lma: Lma) -> None:
    attached(lma, TWO).change(ONE).refused(1, *NOT_FOUND)


@against_lma("mext/5.3.2.2/modified", configured=MEXT)
def modified(lma: Lma) -> None:
    node = attached(lma, ONE)
    node.change("fid=1 pri=40 proto=tcp").installed(1)
    node.has(1)


@against_lma("mext/5.3.2.2/modified-description-unknown", configured=MEXT)
def modified_description_unknown(lma: Lma) -> None:
    node = attached(lma, ONE)
    node.ask(bids=[1], flows=[node.referring(of_unknown_description(lma, pro=1), 1)]).refused(1, 137)


@against_lma("mext/5.3.2.2/modified-forward-several-bids", configured=MEXT)
def modified_forward_several_bids(lma: Lma) -> None:
    attached(lma, ONE, bids=[1, 2]).change(f"{ONE} bid=1,2").refused(1, 129)


@against_lma("mext/5.3.2.2/modified-no-description", configured=MEXT)
def modified_no_description(lma: Lma) -> None:
    reply = attached(lma, ONE).change("fid=1 pri=40 no-selector")
    if lma.readings["modify-without-selector"] == "refuse":
        reply.refused(1, 129)
    else:
        reply.installed(1)


@against_lma("mext/5.3.3/two-summaries", configured=MEXT)
def two_summaries(lma: Lma) -> None:
    lma.of_flows()
    lma.node(mhgid=0).ask(flows=[ONE], more=[FlowSummary((1,)), FlowSummary((2,))]).rejected()


@against_lma("mext/5.3.3/two-summaries-with-binding", configured=MEXT)
def two_summaries_with_binding(lma: Lma) -> None:
    node = attached(lma, ONE, TWO)
    node.ask(more=[FlowSummary((1,)), FlowSummary((2,))]).rejected()
    node.has(1, 2)


@against_lma("mext/5.3.3/unknown-fid", configured=MEXT)
def unknown_fid(lma: Lma) -> None:
    attached(lma, ONE).ask(summary=[1, 300]).refused(300, *NOT_FOUND)


@against_lma("mext/5.3.4/omitted-flow", configured=MEXT)
def omitted_flow(lma: Lma) -> None:
    node = attached(lma, ONE, TWO)
    node.change(ONE).installed(1)
    if lma.readings["flow-omission"] == "strict":
        node.has(1, without=(2,))
    else:
        node.has(1, 2)


@against_lma("mext/5.3.4/flows-of-others-stay", mags=2, configured=MEXT)
def flows_of_others_stay(lma: Lma) -> None:
    first = attached(lma, ONE)
    second = first.interface(1)
    second.attach(flows=[TWO])
    first.ask(summary=[]).accepted()
    second.has(2)


@against_lma("mext/5.3.5/every-option-copied", configured=MEXT)
def every_option_copied(lma: Lma) -> None:
    reply = attached(lma, ONE).ask(flows=[TWO, NO_SELECTOR, "fid=3 pri=30 pro=modify proto=udp"]).accepted()
    lma.knows_flows(reply)
    absent = [fid for fid in (2, 9, 3) if fid not in reply.flows]
    reply.check("an option for each filter of the request", not absent, f"none for {absent}")


@against_lma("mext/5.3.5/copied-fields", configured=MEXT)
def copied_fields(lma: Lma) -> None:
    reply = lma.node(mhgid=0).ask(flows=[f"{ONE} action=forward", f"{TWO} action=discard"]).accepted()
    lma.knows_flows(reply)
    shown = {fid: (option.pri, getattr(option, "action", None)) for fid, option in reply.flows.items()}
    reply.check("FID-PRI and Action of the request", shown == {1: (10, 1), 2: (20, 2)}, shown)


@against_lma("mext/5.3.5/flows-refused", configured={**MEXT, "flows": {"max_per_session": 0}})
def flows_refused(lma: Lma) -> None:
    lma.node(mhgid=0).ask(flows=[ONE]).refused(1, 130)
