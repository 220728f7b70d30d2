"""RFC 6089 5.2.3, 5.2.4 and RFC 6088 3.1, 3.2: filters that a MAG keeps, and where it places their parts."""

from __future__ import annotations

from pmiptool.conformance.case import against_mag
from pmiptool.conformance.mag import Mag
from pmiptool.conformance.mag_request import Request
from pmiptool.conformance.mobile_node import MobileNode
from pmiptool.conformance.suites.mag.rfc5648_identifiers import NOT_COMPLETE, REFUSED, with_statuses
from pmiptool.conformance.suites.mag.rfc6089_flows import DIALECT, ONE, OPTION, PROFILE, SELECTOR, STRICT, TWO
from pmiptool.text.filters import bids_of
from pmiptool.wire.values import FlowSummary

HEAD = 8  # octets of a Flow Identification option before its sub-options, type and length included
REVIVED = "fid=2 pri=20 bid=5 proto=tcp dst-port=80"
SUMMARY_HOLDS, AT_ONCE = 127, 32  # filters in one summary, and in one request
IPV4 = ((4, "src=192.0.2.0/24 proto=udp"), (4, "ipv4 spi=7"), (2, "ipv4 dst-port=80"))
IPV6 = ((8, "dst=2001:db8:2::/64"), (4, "spi=7"), (4, "flow-label=5"), (2, "src-port=5060"))


def _words(*flows: str) -> list[str]:
    return [word for flow in flows for word in ("flow", flow)]


def _named(request: Request) -> list[int]:
    """The filters that a request refreshes, by options of their own or by summaries."""
    return [*request.flows, *(fid for option in request.options(FlowSummary) for fid in option.fid)]


def _with_inactive(mag: Mag) -> MobileNode:
    """A mobile node with two filters, of which the second lost its binding identifier in a renewal."""
    node = mag.node(**PROFILE)
    node.registered(*_words(ONE, TWO))
    node.renewed(change=with_statuses({6: REFUSED}, NOT_COMPLETE))
    return node


@against_mag("rfc6089/5.2.3/mag-inactive-refreshed", configured=STRICT)
def inactive_refreshed(mag: Mag) -> None:
    named = _named(_with_inactive(mag).renew())
    mag.check("the inactive filter is named too", 2 in named, named)


@against_mag("rfc6089/5.2.4/mag-reactivation", configured=STRICT)
def reactivation(mag: Mag) -> None:
    flow = _with_inactive(mag).modify(REVIVED).flows.get(2)
    bids = None if flow is None else bids_of(flow)
    mag.check("the filter with the other binding identifier", bids == (5,), bids)


@against_mag("rfc6089/5.2.3/mag-several-summaries", configured=STRICT)
def several_summaries(mag: Mag) -> None:
    fids = range(1, SUMMARY_HOLDS + 2)
    flows = [f"fid={fid} pri={fid} bid=5 dst-port={fid}" for fid in fids]
    node = mag.node(**PROFILE)
    node.registered(*_words(*flows[:AT_ONCE]))
    for at in range(AT_ONCE, len(flows), AT_ONCE):
        node.modified(*flows[at : at + AT_ONCE])
    renewal = node.renew()
    sizes = [len(option.fid) for option in renewal.options(FlowSummary)]
    mag.check("several Flow Summary options", len(sizes) > 1, sizes)
    mag.check("all filters in them", set(_named(renewal)) >= set(fids), sizes)


@against_mag("rfc6088/3.1/mag-alignment", configured=DIALECT)
def ipv4_alignment(mag: Mag) -> None:
    _are_aligned(mag, IPV4)


@against_mag("rfc6088/3.2/mag-alignment", configured=DIALECT)
def ipv6_alignment(mag: Mag) -> None:
    _are_aligned(mag, IPV6)


def _are_aligned(mag: Mag, wanted: tuple[tuple[int, str], ...]) -> None:
    """The selectors of these filters start where they are to, behind references of one length and of another."""
    flows: list[str] = []
    boundaries: dict[int, int] = {}
    for size, text in wanted:
        for bids in ("5", "5,6"):
            fid = len(flows) + 1
            boundaries[fid] = size
            flows.append(f"fid={fid} pri={fid} bid={bids} {text}")
    places = _selectors(mag.node(**PROFILE).attach(*_words(*flows)))
    mag.demand("a selector in each filter", places.keys() == boundaries.keys(), sorted(places))
    odd = {fid: at for fid, at in places.items() if at % boundaries[fid]}
    mag.check("each selector on its boundary", not odd, odd)


def _selectors(request: Request) -> dict[int, int]:
    """Where the selector of each filter starts, by FID, counted from the Mobility Header on."""
    data, places = request.decoded.raw, {}
    for slot in request.decoded.layout.slots:
        if slot.type != OPTION or slot.pad is not None:
            continue
        at, end = slot.offset + HEAD, slot.offset + 2 + (slot.length or 0)
        while at < end:
            if data[at] == SELECTOR:
                places[int.from_bytes(data[slot.offset + 2 : slot.offset + 4], "big")] = at
            at += 1 if data[at] == 0 else 2 + data[at + 1]
    return places
