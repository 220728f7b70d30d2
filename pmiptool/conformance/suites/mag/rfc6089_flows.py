"""RFC 6089: filters as a MAG of that dialect lays them out, and what it makes of the answers."""

from __future__ import annotations

from typing import Any

from msgspec import structs

from pmiptool.conformance.case import against_mag
from pmiptool.conformance.mag import Mag
from pmiptool.conformance.mag_request import Request
from pmiptool.conformance.mobile_node import MobileNode
from pmiptool.conformance.octets import octets_of, slot_of
from pmiptool.text.filters import bids_of, selector_of
from pmiptool.wire.values import (
    BindingAcknowledgement,
    BindingIdentifier,
    BindingReference,
    FlowIdentification6089,
    FlowSummary,
    Ipv4Selector,
    Ipv6Selector,
    UnknownSubOption,
)

DIALECT = {"codepoints": {"dialect": "rfc6089"}}
STRICT = {**DIALECT, "mag": {"refresh_flows": True}}
PROFILE: dict[str, Any] = {"mhgid": 0, "bids": (5, 6)}
ONE, TWO = "fid=1 pri=10 bid=5 proto=udp dst-port=5060", "fid=2 pri=20 bid=6 proto=tcp dst-port=80"
CHANGED = "fid=1 pri=15 bid=6 proto=udp dst-port=5061"
OPTION, SUMMARY = 45, 44
HEAD = 6  # octets of the option before its sub-options
PADN, REFERENCE, SELECTOR = 1, 2, 3
UNKNOWN = UnknownSubOption(type=99, data=b"unknown")
REFUSED = 128
ONCE_MORE = 3.0  # seconds in which a request without an answer is sent again


def _asked(mag: Mag, *flows: str) -> Request:
    """The registration of a mobile node with filters."""
    return mag.node(**PROFILE).attach(*(word for flow in flows or (ONE,) for word in ("flow", flow)))


def _registered(mag: Mag, *flows: str, **answer: Any) -> MobileNode:
    node = mag.node(**PROFILE)
    node.registered(*(word for flow in flows or (ONE,) for word in ("flow", flow)), **answer)
    return node


def _options(mag: Mag, *flows: str) -> list[FlowIdentification6089]:
    """The filters of a registration; the case is over where there is none."""
    options = _asked(mag, *flows).options(FlowIdentification6089)
    mag.demand("Flow Identification options", bool(options), "none")
    return options


def _parts(request: Request) -> list[tuple[int, int, bytes]]:
    """Type, place in the option and octets of each sub-option; lengths leave the two first octets out (4.2.1)."""
    octets = octets_of(request.decoded, OPTION)
    request.mag.demand("a Flow Identification option", octets is not None, "none")
    found, at = [], HEAD
    assert octets is not None
    while at < len(octets):
        size = 1 if octets[at] == 0 else 2 + (octets[at + 1] if at + 1 < len(octets) else 0)
        found.append((octets[at], at, octets[at : at + size]))
        at += size
    request.mag.demand("sub-options to the end of the option", at == len(octets), octets.hex(" "))
    return found


def _is_still_served(node: MobileNode) -> None:
    node.expect_silence(ONCE_MORE, "nothing is sent again")
    node.renew().expect(f"hnp = {node.hnp_text}", "lifetime > 0")


@against_mag("rfc6089/4.1/mag-bid-pri-not-zero", configured=DIALECT)
def bid_pri_not_zero(mag: Mag) -> None:
    priorities = [option.bid_pri for option in _asked(mag).options(BindingIdentifier)]
    mag.check("priorities other than 0", bool(priorities) and all(priorities), priorities)


@against_mag("rfc6089/4.2/mag-option-in-pbu", "rfc6089/4.2/mag-option-type", configured=DIALECT)
def option_in_pbu(mag: Mag) -> None:
    mag.check("an option of type 45", octets_of(_asked(mag).decoded, OPTION) is not None, "none")


@against_mag("rfc6089/4.2/mag-alignment", configured=DIALECT)
def option_alignment(mag: Mag) -> None:
    slot = slot_of(_asked(mag).decoded, OPTION)
    mag.check("an option at 2n", slot is not None and slot.offset % 2 == 0, slot and slot.offset)


@against_mag("rfc6089/4.2/mag-option-length", "rfc6089/4.2.1/mag-sub-option-length", configured=DIALECT)
def lengths(mag: Mag) -> None:
    kinds = [kind for kind, _, _ in _parts(_asked(mag)) if kind > PADN]
    mag.check("a Binding Reference and a Traffic Selector", sorted(kinds) == [REFERENCE, SELECTOR], kinds)


@against_mag("rfc6089/4.2/mag-fid-not-zero", configured=DIALECT)
def fid_not_zero(mag: Mag) -> None:
    fids = [option.fid for option in _options(mag)]
    mag.check("identifiers other than 0", all(fids), fids)


@against_mag("rfc6089/4.2/mag-fid-pri-not-zero", configured=DIALECT)
def fid_pri_not_zero(mag: Mag) -> None:
    priorities = [option.pri for option in _options(mag)]
    mag.check("priorities other than 0", all(priorities), priorities)


@against_mag("rfc6089/4.2/mag-fid-pri-unique", configured=DIALECT)
def fid_pri_unique(mag: Mag) -> None:
    priorities = [option.pri for option in _options(mag, ONE, TWO)]
    mag.check("each priority once", len(set(priorities)) == len(priorities), priorities)


@against_mag("rfc6089/4.2.1.1/mag-no-pad1-run", configured=DIALECT)
def no_pad1_run(mag: Mag) -> None:
    kinds = [kind for kind, _, _ in _parts(_asked(mag))]
    several = any(one == other == 0 for one, other in zip(kinds, kinds[1:], strict=False))
    mag.check("no two Pad1 side by side", not several, kinds)


@against_mag("rfc6089/4.2.1.2/mag-padn-zeros", configured=DIALECT)
def padn_zeros(mag: Mag) -> None:
    dirty = [octets.hex(" ") for kind, _, octets in _parts(_asked(mag)) if kind == PADN and any(octets[2:])]
    mag.check("zeros in each PadN", not dirty, dirty)


@against_mag("rfc6089/4.2.1.3/mag-one-reference", "rfc6089/5.2.2.1/mag-reference", configured=DIALECT)
def one_reference(mag: Mag) -> None:
    count = sum(isinstance(part, BindingReference) for part in _options(mag)[0].suboptions)
    mag.check("exactly one Binding Reference", count == 1, count)


@against_mag("rfc6089/4.2.1.3/mag-reference-not-empty", configured=DIALECT)
def reference_not_empty(mag: Mag) -> None:
    bids = bids_of(_options(mag)[0])
    mag.check("one binding identifier or more", bool(bids), bids)


@against_mag("rfc6089/4.2.1.3/mag-bid-registered", "rfc6089/5.2.1/mag-bid-format", configured=DIALECT)
def bid_registered(mag: Mag) -> None:
    request = _asked(mag, ONE, TWO)
    there = {option.bid for option in request.options(BindingIdentifier)}
    asked = {bid for flow in request.flows.values() for bid in bids_of(flow) or ()}
    mag.check("a Binding Identifier option for each identifier", bool(asked) and asked <= there, sorted(asked - there))


@against_mag("rfc6089/4.2.1.3/mag-alignment", configured=DIALECT)
def reference_alignment(mag: Mag) -> None:
    request = _asked(mag)
    slot = slot_of(request.decoded, OPTION)
    places = [at for kind, at, _ in _parts(request) if kind == REFERENCE]
    start = 0 if slot is None else slot.offset + 2
    mag.check("a Binding Reference at 2n", bool(places) and all((start + at) % 2 == 0 for at in places), places)


@against_mag("rfc6089/4.2.1.4/mag-one-selector", "rfc6089/5.2.2.1/mag-selector", configured=DIALECT)
def one_selector(mag: Mag) -> None:
    count = sum(isinstance(part, (Ipv4Selector, Ipv6Selector)) for part in _options(mag)[0].suboptions)
    mag.check("exactly one Traffic Selector", count == 1, count)


@against_mag("rfc6089/4.2.1.4/mag-format-not-zero", configured=DIALECT)
def format_not_zero(mag: Mag) -> None:
    formats = [octets[2] for kind, _, octets in _parts(_asked(mag)) if kind == SELECTOR]
    mag.check("a format that is defined", bool(formats) and all(number in (1, 2) for number in formats), formats)


@against_mag("rfc6089/4.2.1.4/mag-reserved-zero", configured=DIALECT)
def selector_reserved_zero(mag: Mag) -> None:
    octets = [part[3] for kind, _, part in _parts(_asked(mag)) if kind == SELECTOR]
    mag.check("a reserved octet of 0", octets == [0], octets)


@against_mag("rfc6089/5.2/mag-several-options", configured=DIALECT)
def several_options(mag: Mag) -> None:
    count = len(_options(mag, ONE, TWO))
    mag.check("two options", count == 2, count)


@against_mag("rfc6089/5.2/mag-fid-once", configured=DIALECT)
def fid_once(mag: Mag) -> None:
    fids = [option.fid for option in _options(mag, ONE, TWO)]
    mag.check("each identifier once", len(set(fids)) == len(fids), fids)


@against_mag("rfc6089/5.2.2.1/mag-new-fid", configured=DIALECT)
def new_fid(mag: Mag) -> None:
    request = _registered(mag, ONE).modify(TWO)
    mag.check("another identifier", 2 in request.flows, ", ".join(map(str, request.flows)) or "none")


@against_mag("rfc6089/5.2.2.1/mag-status-zero", configured=DIALECT)
def status_zero(mag: Mag) -> None:
    node = mag.node(**PROFILE)
    for request in (node.registered("flow", ONE), node.modify(CHANGED)):
        statuses = [flow.status for flow in request.flows.values()]
        mag.check("a status of 0", statuses == [0], statuses)


@against_mag("rfc6089/5.2.2.2/mag-update", "rfc6089/5.2.2.2/mag-update-priority", configured=DIALECT)
def update(mag: Mag) -> None:
    request = _registered(mag, ONE).modify(CHANGED)
    priorities = {fid: flow.pri for fid, flow in request.flows.items()}
    mag.check("the identifier of that filter, with its new priority", priorities == {1: 15}, priorities)


@against_mag("rfc6089/5.2.2.2/mag-update-selector", "rfc6089/5.2.2.2/mag-update-reference", configured=DIALECT)
def update_parts(mag: Mag) -> None:
    flow = _registered(mag, ONE).modify(CHANGED).flows.get(1)
    mag.demand("the filter", flow is not None, "none")
    assert flow is not None
    selector = selector_of(flow)
    mag.check("the new selector", selector is not None and selector.dst_port == 5061, selector)
    mag.check("the new binding identifier", bids_of(flow) == (6,), bids_of(flow))


@against_mag(
    "rfc6089/5.2/mag-all-flows-refreshed", "rfc6089/5.2/mag-summary", "rfc6089/4.2.2/mag-option-type", configured=STRICT
)
def all_flows_refreshed(mag: Mag) -> None:
    request = _registered(mag, ONE, TWO).modify(CHANGED)
    octets = octets_of(request.decoded, SUMMARY)
    mag.check("a Flow Summary of the other filter", octets == bytes((0, 2)), octets and octets.hex(" "))


@against_mag("rfc6089/4.2.2/mag-summary-not-empty", configured=STRICT)
def summary_not_empty(mag: Mag) -> None:
    octets = octets_of(_registered(mag, ONE).renew().decoded, SUMMARY)
    mag.check("one identifier or more", octets is not None and len(octets) >= 2, octets)


@against_mag("rfc6089/4.2.2/mag-alignment", configured=STRICT)
def summary_alignment(mag: Mag) -> None:
    slot = slot_of(_registered(mag, ONE).renew().decoded, SUMMARY)
    mag.check("a Flow Summary at 2n", slot is not None and slot.offset % 2 == 0, slot and slot.offset)


@against_mag("rfc6089/5.2.3/mag-summary-known-fids", configured=STRICT)
def summary_known_fids(mag: Mag) -> None:
    named = _summary(_registered(mag, ONE, TWO).renew())
    mag.check("identifiers of filters that there are", bool(named) and set(named) <= {1, 2}, named)


@against_mag("rfc6089/5.2.3/mag-summary-no-duplicates", configured=STRICT)
def summary_no_duplicates(mag: Mag) -> None:
    named = _summary(_registered(mag, ONE, TWO).renew())
    mag.check("each identifier once", bool(named) and len(set(named)) == len(named), named)


@against_mag("rfc6089/5.2.4/mag-removal-by-omission", configured=DIALECT)
def removal_by_omission(mag: Mag) -> None:
    request = _registered(mag, ONE, TWO).remove(2)
    named = [*request.flows, *_summary(request)]
    mag.check("the other filter is named, and this one is not", named == [1], named)


@against_mag("rfc6089/4.2.1/mag-unknown-sub-option", configured=DIALECT)
def unknown_sub_option(mag: Mag) -> None:
    def with_another(pba: BindingAcknowledgement) -> BindingAcknowledgement:
        options: list[Any] = list(pba.options)
        for number, option in enumerate(options):
            if isinstance(option, FlowIdentification6089):
                options[number] = structs.replace(option, suboptions=(UNKNOWN, *option.suboptions))
        return structs.replace(pba, options=tuple(options))

    _is_still_served(_registered(mag, ONE, change=with_another))


@against_mag("rfc6089/5.2.6/mag-status-per-flow", configured=DIALECT)
def status_per_flow(mag: Mag) -> None:
    node = _registered(mag, ONE, TWO, flow_status={2: REFUSED})
    _is_still_served(node)


@against_mag("rfc6089/5.2.6/mag-flows-unsupported", "rfc6089/5.2.6/mag-missing-copy", configured=DIALECT)
def flows_unsupported(mag: Mag) -> None:
    _is_still_served(_registered(mag, ONE, without="fid"))


def _summary(request: Request) -> list[int]:
    return [fid for option in request.options(FlowSummary) for fid in option.fid]
