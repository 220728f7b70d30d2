"""RFC 6089 4: the options for flow bindings, and the list of flow bindings."""

from __future__ import annotations

from typing import Any

from pmiptool.conformance.case import against_lma
from pmiptool.conformance.filters import KEEP, REMOVE, octets_of
from pmiptool.conformance.lma import Lma
from pmiptool.conformance.node import Node
from pmiptool.conformance.suites.lma.flow_bindings import (
    NO_SELECTOR,
    ONE,
    RFC6089,
    TWO,
    UNKNOWN_BID,
    attached,
    two_with_bids,
)
from pmiptool.mag.config import Flow
from pmiptool.text.filters import parse_flow
from pmiptool.wire.values import (
    BindingReference,
    FlowIdentification6089,
    Ipv6Selector,
    UnknownOption,
    UnknownSubOption,
)

UNKNOWN_FID = 300
UDP, TCP = Ipv6Selector(proto=17), Ipv6Selector(proto=6)
FLOW_IDENTIFICATION, FLOW_SUMMARY = 45, 44  # as IANA has registered them


def flow(*suboptions: Any, fid: int = 1) -> FlowIdentification6089:
    return FlowIdentification6089(fid=fid, pri=10, suboptions=suboptions)


def written(lma: Lma, text: str) -> Flow:
    """A flow that is sent as it is written, whatever the LMA demands of references."""
    return parse_flow(text, lma.codepoints)


def sends(lma: Lma, *suboptions: Any) -> Any:
    """What comes of a flow with these sub-options behind a sound reference."""
    return lma.node(mhgid=0).ask(bids=[1], flows=[flow(BindingReference((1,)), *suboptions)])


def sends_octets(lma: Lma, *parts: bytes) -> Any:
    """Likewise, with sub-options as octets."""
    octets = octets_of(flow(BindingReference((1,))), lma.codepoints) + b"".join(parts)
    return lma.node(mhgid=0).ask(bids=[1], more=[lma.raw_filter(octets)])


def selector_octets(lma: Lma) -> bytes:
    return octets_of(flow(UDP), lma.codepoints)[6:]


@against_lma("rfc6089/4.2/alignment", configured=RFC6089)
def alignment(lma: Lma) -> None:
    reply = lma.node(mhgid=0).ask(flows=[ONE, TWO]).accepted()
    lma.knows_flows(reply)
    kind = lma.codepoints.flow_identification_option_type
    places = [slot.offset for slot in reply.decoded.layout.slots if slot.type == kind and slot.pad is None]
    reply.check("options at even places", not any(place % 2 for place in places), places)


@against_lma("rfc6089/4.2/option-type", configured=RFC6089)
def option_type(lma: Lma) -> None:
    octets = octets_of(flow(UDP), lma.codepoints)
    reply = lma.node(mhgid=0).ask(more=[UnknownOption(FLOW_IDENTIFICATION, octets)]).accepted()
    kinds = [slot.type for slot in reply.decoded.layout.slots if slot.type in (FLOW_IDENTIFICATION, FLOW_SUMMARY)]
    if not kinds:
        lma.lacks("its answer has no Flow Identification option")
    reply.check("an option of type 45", set(kinds) == {FLOW_IDENTIFICATION}, kinds)


@against_lma("rfc6089/4.2/fid-zero", configured=RFC6089)
def fid_zero(lma: Lma) -> None:
    lma.node(mhgid=0).ask(flows=["fid=0 pri=10 proto=udp"]).refused(0)


@against_lma("rfc6089/4.2/fid-pri-zero", configured=RFC6089)
def fid_pri_zero(lma: Lma) -> None:
    lma.node(mhgid=0).ask(flows=["fid=1 pri=0 proto=udp"]).refused(1)


@against_lma("rfc6089/4.2/status-per-option", configured=RFC6089)
def status_per_option(lma: Lma) -> None:
    lma.node(mhgid=0).ask(flows=[ONE, NO_SELECTOR, TWO]).installed(1, 2).refused(9)


@against_lma("rfc6089/4.2/status-defined", configured=RFC6089)
def status_defined(lma: Lma) -> None:
    wanted = [ONE, NO_SELECTOR, "fid=2 pri=0 proto=tcp", f"fid=3 pri=30 bid={UNKNOWN_BID} proto=sctp"]
    reply = lma.node(mhgid=0).ask(flows=wanted, summary=[UNKNOWN_FID]).accepted()
    lma.knows_flows(reply)
    odd = {fid: option.status for fid, option in reply.flows.items() if option.status not in (0, *range(128, 134))}
    reply.check("statuses that are defined", not odd, odd)


@against_lma("rfc6089/4.2/end-without-start", configured=RFC6089)
def end_without_start(lma: Lma) -> None:
    sends(lma, Ipv6Selector(dst_port_end=80)).refused(1)


@against_lma("rfc6089/4.2/selector-too-short", configured=RFC6089)
def selector_too_short(lma: Lma) -> None:
    sends_octets(lma, bytes((3, 6, 2, 0)), (1 << 31).to_bytes(4, "big")).refused(1)


@against_lma("rfc6089/4.2.1/unknown-sub-option-first", configured=RFC6089)
def unknown_sub_option_first(lma: Lma) -> None:
    lma.node(mhgid=0).ask(bids=[1], flows=[flow(UnknownSubOption(200, b"ab"), BindingReference((1,)), UDP)]).installed(
        1
    )


@against_lma("rfc6089/4.2.1/unknown-sub-option-last", configured=RFC6089)
def unknown_sub_option_last(lma: Lma) -> None:
    sends(lma, UDP, UnknownSubOption(200, b"abc")).installed(1)


@against_lma("rfc6089/4.2.1/sub-option-overlong", configured=RFC6089)
def sub_option_overlong(lma: Lma) -> None:
    sends_octets(lma, selector_octets(lma), bytes((200, 40, 0, 0))).refused(1)


@against_lma("rfc6089/4.2.1.1/pad1", configured=RFC6089)
def pad1(lma: Lma) -> None:
    sends_octets(lma, b"\0", selector_octets(lma), b"\0").installed(1)


@against_lma("rfc6089/4.2.1.2/padn-ignored", configured=RFC6089)
def padn_ignored(lma: Lma) -> None:
    sends_octets(lma, bytes((1, 2, 0x5A, 0xA5)), selector_octets(lma)).installed(1)


@against_lma("rfc6089/4.2.1.3/two-references", configured=RFC6089)
def two_references(lma: Lma) -> None:
    sends(lma, BindingReference((1,)), UDP).refused(1)


@against_lma("rfc6089/4.2.1.3/odd-length", configured=RFC6089)
def odd_reference(lma: Lma) -> None:
    lma.node(mhgid=0).ask(bids=[1], flows=[flow(UnknownSubOption(2, b"\0\1\0"), UDP)]).refused(1)


@against_lma("rfc6089/4.2.1.4/two-selectors", configured=RFC6089)
def two_selectors(lma: Lma) -> None:
    sends(lma, UDP, TCP).refused(1)


@against_lma("rfc6089/4.2.1.4/format-zero", configured=RFC6089)
def format_zero(lma: Lma) -> None:
    sends(lma, UnknownSubOption(3, bytes(6))).refused(1)


@against_lma("rfc6089/4.2.1.4/reserved-ignored", configured=RFC6089)
def reserved_ignored(lma: Lma) -> None:
    sends(lma, Ipv6Selector(reserved=0xFF, proto=17)).installed(1)


@against_lma("rfc6089/4.2.1.4/ipv4-selector", configured=RFC6089)
def ipv4_selector(lma: Lma) -> None:
    lma.node(mhgid=0).ask(flows=["fid=1 pri=10 src=192.0.2.1 proto=udp"]).installed(1)


@against_lma("rfc6089/4.2.1.4/ipv6-selector", configured=RFC6089)
def ipv6_selector(lma: Lma) -> None:
    lma.node(mhgid=0).ask(flows=["fid=1 pri=10 src=2001:db8::1 proto=udp"]).installed(1)


@against_lma("rfc6089/4.2.2/option-type", configured=RFC6089)
def summary_type(lma: Lma) -> None:
    octets = UNKNOWN_FID.to_bytes(2, "big")
    attached(lma, ONE).ask(more=[UnknownOption(FLOW_SUMMARY, b"\0\1" + octets)]).refused(UNKNOWN_FID)


@against_lma("rfc6089/4.2.2/odd-length", configured=RFC6089)
def odd_summary(lma: Lma) -> None:
    node = attached(lma, ONE, TWO)
    odd = UnknownOption(lma.codepoints.flow_summary_option_type, b"\0\1\0")
    again = [ONE, TWO] if lma.readings["flow-omission"] == "strict" else []
    reply = node.ask(flows=again, more=[odd])
    if reply.is_accepted:
        node.has(1, 2)
    else:
        reply.rejected()


@against_lma("rfc6089/4.3/one-flow-per-fid", configured=RFC6089)
def one_flow_per_fid(lma: Lma) -> None:
    node = attached(lma, ONE)
    reply = node.ask(flows=["fid=1 pri=40 proto=tcp"]).installed(1)
    found = [option for option in reply.options(FlowIdentification6089) if option.fid == 1]
    reply.check("one option for flow 1", len(found) == 1, len(found))


@against_lma("rfc6089/4.3/fid-of-another-mn", configured=RFC6089)
def fid_of_another_mn(lma: Lma) -> None:
    one, other = attached(lma, ONE), lma.node(mhgid=0)
    other.ask(flows=["fid=1 pri=20 proto=tcp"]).installed(1)
    other.leave()
    one.has(1)


@against_lma("rfc6089/4.3/signalling-not-steered", mags=2, configured=RFC6089)
def signalling_not_steered(lma: Lma) -> None:
    _, second = two_with_bids(lma)
    second.ask(flows=["fid=1 pri=1 bid=1"]).installed(1)
    second.ask().accepted()


def inactive(lma: Lma) -> Node:
    """The second interface, with flow 1 to the first one's identifier, which is gone."""
    first, second = two_with_bids(lma)
    second.ask(flows=[f"{ONE} bid=1"]).installed(1)
    first.leave(KEEP if lma.readings["act-scope"] == "group" else REMOVE)
    return second


@against_lma("rfc6089/5.2.4/reactivation", mags=2, configured=RFC6089)
def reactivation(lma: Lma) -> None:
    inactive(lma).ask(flows=["fid=1 pri=10 no-selector bid=2"]).installed(1)


@against_lma("rfc6089/5.3.1/inactive-flow-exists", mags=2, configured=RFC6089)
def inactive_flow_exists(lma: Lma) -> None:
    reply = inactive(lma).ask(summary=[1, UNKNOWN_FID]).refused(UNKNOWN_FID)
    gone = reply.flows.get(1)
    reply.check("flow 1 known", gone is None or gone.status < 128, f"status {gone.status}" if gone else "")
