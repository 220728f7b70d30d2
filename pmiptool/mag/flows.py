"""The filters of a binding update list entry: what an answer says of each (muho 4.2, 5)."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from pmiptool.mag import answers, events
from pmiptool.mag.bul import Attempt, BindingUpdateListEntry, Filter, Request
from pmiptool.mag.config import Flow
from pmiptool.registry.codepoints import CodePoints
from pmiptool.text.filters import bids_of
from pmiptool.wire.values import BindingAcknowledgement, FlowIdentification, FlowSummary, UpdateNotification

Tell = Callable[..., None]

SUMMARY_HOLDS = 127  # identifiers of two octets each (RFC 6089 5.2.3)


def kept(entry: BindingUpdateListEntry, request: Request, *, inactive: bool = True) -> tuple[int, ...] | None:
    """The gateway's own filters that a request does not name; None where there are none.

    inactive: also those of which the anchor registered no binding identifier (RFC 6089 5.2.3).
    """
    named = {flow.fid for flow in request.flows}
    own = {fid: known.flow for fid, known in entry.flows.items() if known.owner == "mag" and fid not in named}
    fids = tuple(fid for fid, flow in own.items() if inactive or not _is_inactive(entry, flow))
    return fids or None


def _is_inactive(entry: BindingUpdateListEntry, flow: Flow) -> bool:
    bids = set(bids_of(flow) or ())
    return bool(bids) and bids <= entry.refused_bids


def summaries(fids: tuple[int, ...] | None, codepoints: CodePoints) -> tuple[FlowSummary, ...]:
    """Flow Summary options of these filters, none for None: one in its first dialect (mext 5.2), or as many as it
    takes (RFC 6089 5.2.3)."""
    if fids is None:
        return ()
    size = SUMMARY_HOLDS if codepoints.wire_dialect == "rfc6089" else max(1, len(fids))
    return tuple(FlowSummary(fid=fids[at : at + size]) for at in range(0, max(1, len(fids)), size))


def update(
    entry: BindingUpdateListEntry,
    request: Request,
    attempt: Attempt,
    message: BindingAcknowledgement,
    codepoints: CodePoints,
    tell: Tell,
) -> None:
    """Bring the list up to date with an accepting answer; `tell(kind, **facts)` takes the events.

    A status of 128 or more removes that filter and nothing else; an unrequested one marked as re-instantiated enters
    as the anchor's; after a Flow Summary what nobody named is gone.
    """
    theirs = answers.flows(message)
    asked = {flow.fid: flow for flow in request.flows}
    named = set(asked) | set(request.summary or ())
    if asked and not any(fid in theirs for fid in asked):
        tell(events.FlowsUnsupported)
    for fid, flow in theirs.items():
        if fid in named and flow.status >= 128:
            entry.flows.pop(fid, None)
            tell(events.FlowRefused, fid=fid, status=flow.status, retransmitted=request.attempts.index(attempt) > 0)
        elif fid in asked:
            _take(entry, asked[fid], codepoints, tell)
        elif answers.reinstantiated(flow, codepoints):
            if entry.flows.get(fid) != Filter(flow, "lma"):
                entry.flows[fid] = Filter(flow, "lma")
                tell(events.FlowReinstantiated, flow=flow)
        elif fid not in named:
            tell(events.FlowUnrequested, fid=fid)
    if request.summary is not None:
        for fid in [f for f, kept in entry.flows.items() if f not in named and kept.owner == "mag"]:
            del entry.flows[fid]
            tell(events.FlowRemoved, fid=fid)


def told(entry: BindingUpdateListEntry, message: UpdateNotification, tell: Tell) -> None:
    """Take the filters of a flow mobility notification as the anchor's (RFC 7864 3.4).

    The anchor's that it omits are gone. This gateway's own stay its own, whether named or not; a status of 128 or
    more names no filter to keep.
    """
    theirs = {fid: flow for fid, flow in answers.flows(message).items() if flow.status < 128}
    for fid, flow in theirs.items():
        before = entry.flows.get(fid)
        if before is not None and before.owner == "mag":
            continue
        if before != Filter(flow, "lma"):
            entry.flows[fid] = Filter(flow, "lma")
            tell(events.FlowReinstantiated, flow=flow)
    for fid in [f for f, kept in entry.flows.items() if f not in theirs and kept.owner == "lma"]:
        del entry.flows[fid]
        tell(events.FlowRemoved, fid=fid)


def _take(entry: BindingUpdateListEntry, flow: Flow, codepoints: CodePoints, tell: Tell) -> None:
    """One filter of ours that the anchor took."""
    delete = codepoints.pro_delete
    if isinstance(flow, FlowIdentification) and delete is not None and flow.pro == delete:
        entry.flows.pop(flow.fid, None)
        tell(events.FlowRemoved, fid=flow.fid)
        return
    before = entry.flows.get(flow.fid)
    if before is not None and not flow.suboptions:  # modified without a selector: the old one stays
        flow = msgspec.structs.replace(flow, suboptions=before.flow.suboptions)
    entry.flows[flow.fid] = Filter(flow, "mag")
    tell(events.FlowInstalled, flow=flow)
