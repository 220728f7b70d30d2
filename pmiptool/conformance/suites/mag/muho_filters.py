"""draft-melia-netext-muho-solution-00 and MEXT-02: filters that a MAG asks for, and what it makes of the results."""

from __future__ import annotations

from pmiptool.conformance.case import against_mag
from pmiptool.conformance.mag import Mag
from pmiptool.conformance.mobile_node import MobileNode
from pmiptool.conformance.octets import octets_of
from pmiptool.wire.values import FlowIdentification, FlowSummary, Ipv6Selector, Multihoming

FLOW = "fid=1 pri=10 proto=udp dst-port=5060"
OTHER_FLOW = "fid=2 pri=20 proto=tcp dst-port=80"
CHANGED = "fid=1 pri=99 pro=modify proto=udp dst-port=5060"
REFUSED = 128
ONCE_MORE = 3.0  # seconds in which a request without an answer is sent again
STRICT = {"mag": {"refresh_flows": True}}
REINSTANTIATED = FlowIdentification(fid=900, pri=30, action=1, pro=2, suboptions=(Ipv6Selector(proto=17),))


def _registered(mag: Mag, *flows: str, **answer: object) -> MobileNode:
    node = mag.node(mhgid=0)
    node.registered(*(word for flow in flows or (FLOW,) for word in ("flow", flow)), **answer)
    return node


def _is_still_served(node: MobileNode) -> None:
    """The registration stands: nothing is sent again at once, and it is renewed."""
    node.expect_silence(ONCE_MORE, "nothing is sent again")
    node.renew().expect(f"hnp = {node.hnp_text}", "lifetime > 0")


@against_mag("muho/1/mag-flows-per-mobile-node")
def flows_per_mobile_node(mag: Mag) -> None:
    first, second = _registered(mag, FLOW), mag.node(mhgid=0)
    request = second.attach("flow", "fid=1 pri=70 proto=tcp dst-port=25")
    request.expect("flow[1].pri = 70", "flow[1].dst_port = 25").answer()
    first.modify(CHANGED).expect("flow[1].pri = 99", "flow[1].dst_port = 5060")


@against_mag("muho/4.1/mag-rfu-ignored")
def rfu_ignored(mag: Mag) -> None:
    _is_still_served(_registered(mag, put=[Multihoming(mhgid=0, rfu=0x1F)]))


@against_mag("muho/4.2/mag-modifies-filter")
def modifies_filter(mag: Mag) -> None:
    _registered(mag).modify(CHANGED).expect("flow[1].pri = 99", "flow[1].pro = 1")


@against_mag("muho/4.2/mag-no-pro-2")
def no_pro_2(mag: Mag) -> None:
    node = mag.node(mhgid=0)
    node.registered("flow", FLOW).expect("flow[1].pro != 2")
    node.modify(CHANGED).expect("flow[1].pro != 2")


@against_mag("muho/4.2/mag-fid-layout", "mext/4.2/mag-option-in-pbu")
def fid_layout(mag: Mag) -> None:
    request = mag.node(mhgid=0).attach("flow", FLOW)
    octets = octets_of(request.decoded, mag.codepoints.flow_identification_option_type, mag.codepoints)
    wanted = bytes((0, 1, 10, 1, 0, 0))
    mag.check("FID, FID-PRI, Action, PRO and status of the filter", octets is not None and octets[:6] == wanted,
              octets and octets[:6].hex(" "))  # fmt: skip


@against_mag("muho/5/mag-results-one-by-one", "mext/4.2/mag-status-128-and-above")
def results_one_by_one(mag: Mag) -> None:
    """The refused filter is given up: it is not asked for again; the session and the other filter stand."""
    node = _registered(mag, FLOW, OTHER_FLOW, flow_status={2: REFUSED})
    node.expect_silence(ONCE_MORE, "nothing is sent again")
    renewal = node.renew().expect("lifetime > 0", f"hnp = {node.hnp_text}")
    named = {*renewal.flows, *(fid for option in renewal.options(FlowSummary) for fid in option.fid)}
    mag.check("the refused filter is not named", 2 not in named, ", ".join(map(str, sorted(named))))


@against_mag("muho/5/mag-reinstantiated-flows")
def reinstantiated_flows(mag: Mag) -> None:
    _is_still_served(_registered(mag, more=[REINSTANTIATED]))


@against_mag("muho/5/mag-reinstantiated-flows-kept-at-renewal")
def reinstantiated_flows_kept_at_renewal(mag: Mag) -> None:
    """What the LMA re-instantiated is its own: the MAG does not ask for it as one of its filters."""
    node = _registered(mag)
    node.renewed(more=[REINSTANTIATED])
    renewal = node.renew().expect("lifetime > 0")
    mag.check("no filter 900 of the MAG's own", 900 not in renewal.flows, "one")


@against_mag("muho/6.1/mag-multihoming-refused")
def multihoming_refused(mag: Mag) -> None:
    mag.play(lma={"multihoming": "reject"})
    node = mag.node(mhgid=0)
    node.attach().answer()
    node.expect_request("a request without multihoming", "option.multihoming = none", within=ONCE_MORE).answer()


@against_mag("muho/6.1/mag-reinstantiation-refused")
def reinstantiation_refused(mag: Mag) -> None:
    node = _registered(mag)
    node.detach("keep").answer(status=mag.codepoints.status_reinstantiation_not_supported)
    node.expect_request("a removal that keeps no filters", "option.multihoming.act = 1", within=ONCE_MORE).answer()


@against_mag("muho/4.2/mag-deletes-filter", "mext/5.2.4/mag-removal-by-omission", "mext/4.3/mag-summary-format")
def deletes_filter(mag: Mag) -> None:
    node = _registered(mag, FLOW, OTHER_FLOW)
    request = node.remove(2)
    octets = octets_of(request.decoded, mag.codepoints.flow_summary_option_type)
    mag.check("a Flow Summary of FID 1 alone", octets == bytes((0, 1)), "none" if octets is None else octets.hex(" "))
    mag.check("no filter with FID 2", 2 not in request.flows, "one")


@against_mag("mext/5.2/mag-all-flows-refreshed", "mext/5.2/mag-one-summary", configured=STRICT)
def all_flows_refreshed(mag: Mag) -> None:
    node = _registered(mag, FLOW, OTHER_FLOW)
    for request in (node.renewed(), node.modify(CHANGED)):
        summaries = request.options(FlowSummary)
        named = sorted([*request.flows, *(fid for option in summaries for fid in option.fid)])
        mag.check("both filters are named, each once", named == [1, 2], ", ".join(map(str, named)) or "none")
        mag.check("one Flow Summary option at most", len(summaries) <= 1, len(summaries))


@against_mag("mext/4.2/mag-several-options")
def several_options(mag: Mag) -> None:
    request = mag.node(mhgid=0).attach("flow", FLOW, "flow", OTHER_FLOW)
    mag.check("two options", len(request.options(FlowIdentification)) == 2, len(request.options(FlowIdentification)))


@against_mag("mext/4.2/mag-fid-chosen", "mext/5.2.2.1/mag-new-fid")
def fid_chosen(mag: Mag) -> None:
    node = _registered(mag, FLOW)
    node.modify(OTHER_FLOW).expect("flow[2].pri = 20", "flow[2].pro = 0")


@against_mag("mext/4.2/mag-reserved-zero")
def reserved_zero(mag: Mag) -> None:
    mag.node(mhgid=0).attach("flow", FLOW).expect("flow[1].rsvd = 0")


@against_mag("mext/4.2/mag-pro", "mext/5.2.2.2/mag-modify")
def pro(mag: Mag) -> None:
    node = mag.node(mhgid=0)
    node.registered("flow", FLOW).expect("flow[1].pro = 0")
    node.modify(CHANGED).expect("flow[1].pro = 1")


@against_mag("mext/4.2/mag-action-defined")
def action_defined(mag: Mag) -> None:
    mag.node(mhgid=0).attach("flow", FLOW).expect("flow[1].action in 1-3")


@against_mag("mext/4.2/mag-status-below-128")
def status_below_128(mag: Mag) -> None:
    _is_still_served(_registered(mag, flow_status={1: 1}))


@against_mag("mext/5.2/mag-fid-once")
def fid_once(mag: Mag) -> None:
    options = mag.node(mhgid=0).attach("flow", FLOW, "flow", OTHER_FLOW).options(FlowIdentification)
    fids = [option.fid for option in options]
    mag.check("each FID once", len(set(fids)) == len(fids) > 0, fids)


@against_mag("mext/5.2.2.1/mag-add-fields")
def add_fields(mag: Mag) -> None:
    mag.node(mhgid=0).attach("flow", FLOW).expect(
        "flow[1].pri = 10", "flow[1].action = 1", "flow[1].pro = 0", "flow[1].status = 0"
    )


@against_mag("mext/5.2.2.2/mag-modify-fields")
def modify_fields(mag: Mag) -> None:
    _registered(mag).modify(CHANGED).expect("flow[1].pri = 99", "flow[1].action = 1", "flow[1].status = 0")


@against_mag("mext/5.2.5/mag-flows-unsupported")
def flows_unsupported(mag: Mag) -> None:
    _is_still_served(_registered(mag, without="fid"))
