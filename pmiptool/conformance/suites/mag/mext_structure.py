"""MEXT-02 4, RFC 6088 and RFC 5648: filters, selectors and binding identifiers as a MAG lays them out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pmiptool.conformance.case import against_mag
from pmiptool.conformance.mag import Mag
from pmiptool.conformance.mag_request import Request
from pmiptool.conformance.octets import octets_of, slot_of
from pmiptool.conformance.trial import SETTLE
from pmiptool.text.filters import bids_of, selector_of
from pmiptool.wire.values import BindingIdentifier, BindingReference, Ipv4Selector, Ipv6Selector

HEAD = 6  # octets of a Flow Identification option before its sub-options
REFERENCE, DESCRIPTIONS = 1, range(17, 33)
FORWARD, DISCARD, N_CAST = "fid=1 pri=10 action=forward", "fid=1 pri=10 action=discard", "fid=1 pri=10 action=n-cast"
IPV6 = "src=2001:db8:1::/64 dst=2001:db8:2::1-2001:db8:2::9 spi=7-9 flow-label=5-6 src-port=1-2 dst-port=3-4 proto=6-17"
IPV4 = "src=192.0.2.0/24 dst=198.51.100.1-198.51.100.9 spi=7-9 src-port=1-2 dst-port=3-4 dscp=10-12 proto=6-17"
BIDS: dict[str, Any] = {"mhgid": 0, "bids": (5, 6)}
BINDING_IDENTIFIER = 35


def _asked(mag: Mag, flow: str, **profile: Any) -> Request:
    """The registration of a mobile node with a filter."""
    request = mag.node(**{"mhgid": 0, **profile}).attach("flow", flow)
    mag.demand("the filter", 1 in request.flows, "none")
    request.answer()
    mag.pause(SETTLE)
    return request


def _parts(request: Request) -> list[tuple[int, bytes]]:
    """Type and octets of each sub-option but padding, by lengths that cover the whole of it (4.2.1, 4.2.2)."""
    points = request.mag.codepoints
    octets = octets_of(request.decoded, points.flow_identification_option_type, points) or b""
    found, at = [], HEAD
    while at < len(octets):
        size = octets[at + 1] if octets[at] and at + 1 < len(octets) else 1
        if octets[at]:
            found.append((octets[at], octets[at : at + size]))
        request.mag.demand("sub-options with a length", size > 0, octets.hex(" "))
        at += size
    request.mag.demand("sub-options to the end of the option", at == len(octets), octets.hex(" "))
    return found


def _counted(mag: Mag, request: Request, kinds: Sequence[int], allowed: Sequence[int], what: str) -> None:
    count = sum(kind in kinds for kind, _ in _parts(request))
    mag.check(what, count in allowed, count)


@against_mag("mext/4.2/mag-option-length")
def option_length(mag: Mag) -> None:
    _parts(_asked(mag, f"{FORWARD} bid=5 proto=udp", **BIDS))


@against_mag("mext/4.2.1/mag-length")
def reference_length(mag: Mag) -> None:
    parts = dict(_parts(_asked(mag, f"{FORWARD} bid=5 proto=udp", **BIDS)))
    reference = parts.get(REFERENCE, b"")
    mag.check("a Binding Reference of 4 octets", reference == bytes((REFERENCE, 4, 0, 5)), reference.hex(" ") or "none")


@against_mag("mext/4.2.2/mag-flow-description", "mext/5.2.2.1/mag-one-description")
def flow_description(mag: Mag) -> None:
    request = _asked(mag, f"{FORWARD} {IPV6}")
    _counted(mag, request, DESCRIPTIONS, (1,), "exactly one Flow Description, of type 17 to 32")


@against_mag("mext/5.2.2.1/mag-one-reference")
def one_reference(mag: Mag) -> None:
    request = _asked(mag, f"{FORWARD} bid=5 proto=udp", **BIDS)
    references = [part for part in request.flows[1].suboptions if isinstance(part, BindingReference)]
    mag.check("one Binding Reference at most", len(references) <= 1, len(references))


@against_mag("mext/5.2.2.2/mag-modify-sub-options")
def modify_sub_options(mag: Mag) -> None:
    node = mag.node(**BIDS)
    node.registered("flow", f"{FORWARD} bid=5 proto=udp")
    request = node.modify("fid=1 pri=20 pro=modify bid=6 proto=tcp")
    mag.demand("the filter", 1 in request.flows, "none")
    kinds = [type(part) for part in request.flows[1].suboptions]
    mag.check("one Binding Reference and one Flow Description at most",
              kinds.count(BindingReference) <= 1 and kinds.count(Ipv6Selector) <= 1, len(kinds))  # fmt: skip


@against_mag("mext/4.2/mag-forward-single-bid")
def forward_single_bid(mag: Mag) -> None:
    bids = bids_of(_asked(mag, f"{FORWARD} bid=5 proto=udp", **BIDS).flows[1]) or ()
    mag.check("one binding identifier", len(bids) == 1, bids)


@against_mag("mext/4.2/mag-discard-no-bid")
def discard_no_bid(mag: Mag) -> None:
    bids = bids_of(_asked(mag, f"{DISCARD} proto=udp", **BIDS).flows[1]) or ()
    mag.check("no binding identifier", not bids, bids)


@against_mag("mext/4.2/mag-ncast-bids")
def ncast_bids(mag: Mag) -> None:
    bids = bids_of(_asked(mag, f"{N_CAST} bid=5,6 proto=udp", **BIDS).flows[1]) or ()
    mag.check("one binding identifier or more", len(bids) > 0, bids)


@against_mag("mext/4.2.1/mag-bid-registered")
def bid_registered(mag: Mag) -> None:
    request = _asked(mag, f"{N_CAST} bid=5,6 proto=udp", **BIDS)
    there = {option.bid for option in request.options(BindingIdentifier)}
    lacking = set(bids_of(request.flows[1]) or ()) - there
    mag.check("a Binding Identifier option for each identifier", not lacking, sorted(lacking))


@against_mag("mext/4.1/mag-bid-pri", "rfc5648/4.3/mag-no-h-flag")
def bid_pri(mag: Mag) -> None:
    options = mag.node(**BIDS).attach().options(BindingIdentifier)
    mag.check("a priority in seven bits behind a clear H flag",
              bool(options) and all(option.bid_pri and not option.h for option in options), options)  # fmt: skip


@against_mag("rfc5648/4.3/mag-bid-not-zero")
def bid_not_zero(mag: Mag) -> None:
    bids = [option.bid for option in mag.node(**BIDS).attach().options(BindingIdentifier)]
    mag.check("identifiers other than 0", bool(bids) and all(bids), bids)


@against_mag("rfc5648/5.1/mag-bid-unique")
def bid_unique(mag: Mag) -> None:
    bids = [option.bid for option in mag.node(**BIDS).attach().options(BindingIdentifier)]
    mag.check("each identifier once", bool(bids) and len(set(bids)) == len(bids), bids)


@against_mag("rfc5648/4.3/mag-length")
def bid_length(mag: Mag) -> None:
    octets = octets_of(mag.node(**BIDS).attach().decoded, BINDING_IDENTIFIER)
    mag.check("4, 8 or 20 octets in the option", octets is not None and len(octets) in (4, 8, 20), octets)


@against_mag("rfc5648/4.3/mag-alignment")
def bid_alignment(mag: Mag) -> None:
    slot = slot_of(mag.node(**BIDS).attach().decoded, BINDING_IDENTIFIER)
    wanted = None if slot is None else (slot.offset % 2 == 0 if slot.length == 4 else slot.offset % 8 == 2)
    mag.check("at 2n, or at 8n+2 with a care-of address", bool(wanted), slot and slot.offset)


@against_mag("rfc6088/3/mag-formats")
def formats(mag: Mag) -> None:
    six, four = _selector(mag, IPV6), _selector(mag, IPV4)
    mag.check("format 2 for IPv6 and 1 for IPv4", (six.format, four.format) == (2, 1), (six.format, four.format))


@against_mag("rfc6088/3.2/mag-flags-fit-length")
def ipv6_flags_fit_length(mag: Mag) -> None:
    """The fields are read by their flags: what is read is what was wanted, and nothing is left over."""
    selector = _selector(mag, IPV6)
    read = [getattr(selector, name) for name in ("spi", "spi_end", "src_port", "dst_port_end", "proto", "proto_end")]
    mag.check("the ranges of the filter", read == [7, 9, 1, 4, 6, 17], read)


@against_mag("rfc6088/3.1/mag-flags-fit-length")
def ipv4_flags_fit_length(mag: Mag) -> None:
    selector = _selector(mag, IPV4)
    read = [getattr(selector, name) for name in ("spi", "spi_end", "src_port", "dst_port_end", "proto", "proto_end")]
    mag.check("the ranges of the filter", read == [7, 9, 1, 4, 6, 17], read)


@against_mag(
    "rfc6088/3.2/mag-end-source-address",
    "rfc6088/3.2/mag-end-destination-address",
    "rfc6088/3.2/mag-end-spi",
    "rfc6088/3.2/mag-end-flow-label",
    "rfc6088/3.2/mag-end-source-port",
    "rfc6088/3.2/mag-end-destination-port",
    "rfc6088/3.2/mag-end-traffic-class",
    "rfc6088/3.2/mag-end-next-header",
)
def ipv6_ends(mag: Mag) -> None:
    _no_end_alone(
        mag, _selector(mag, IPV6), ("src", "dst", "spi", "flow_label", "src_port", "dst_port", "dscp", "proto")
    )


@against_mag(
    "rfc6088/3.1/mag-end-source-address",
    "rfc6088/3.1/mag-end-destination-address",
    "rfc6088/3.1/mag-end-spi",
    "rfc6088/3.1/mag-end-source-port",
    "rfc6088/3.1/mag-end-destination-port",
    "rfc6088/3.1/mag-end-differential-services",
    "rfc6088/3.1/mag-end-protocol",
)
def ipv4_ends(mag: Mag) -> None:
    _no_end_alone(mag, _selector(mag, IPV4), ("src", "dst", "spi", "src_port", "dst_port", "dscp", "proto"))


@against_mag("rfc6088/3.2/mag-flow-label-zeros", "rfc6088/3.2/mag-end-flow-label-zeros")
def flow_label_zeros(mag: Mag) -> None:
    selector = _selector(mag, IPV6)
    labels = [label for label in (selector.flow_label, selector.flow_label_end) if label is not None]
    mag.check(
        "eight zero bits before each flow label", bool(labels) and all(label < 1 << 24 for label in labels), labels
    )


@against_mag("rfc6088/3.2/mag-reserved-zero")
def ipv6_reserved_zero(mag: Mag) -> None:
    selector = _selector(mag, IPV6)
    mag.check("reserved flags of 0", not selector.reserved_flags, selector.reserved_flags)


@against_mag("rfc6088/3.1/mag-reserved-zero")
def ipv4_reserved_zero(mag: Mag) -> None:
    selector = _selector(mag, IPV4)
    mag.check("reserved flags of 0", not selector.reserved_flags, selector.reserved_flags)


def _selector(mag: Mag, text: str) -> Any:
    """The selector of a filter with this one; the case is over where it cannot be read."""
    selector = selector_of(_asked(mag, f"{FORWARD} {text}").flows[1])
    mag.demand("a selector that can be read", isinstance(selector, (Ipv4Selector, Ipv6Selector)), "none")
    return selector


def _no_end_alone(mag: Mag, selector: Any, names: Sequence[str]) -> None:
    alone = [name for name in names if getattr(selector, name) is None and getattr(selector, f"{name}_end") is not None]
    mag.check("no End without its Start", not alone, ", ".join(alone))
