"""RFC 6088 3: binary traffic selectors, which the anchor takes or refuses; what they match needs the data plane."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from pmiptool.conformance.case import against_lma
from pmiptool.conformance.filters import KEEP
from pmiptool.conformance.lma import Lma
from pmiptool.conformance.reply import Reply
from pmiptool.text.filters import format_selector, parse_flow, selector_of
from pmiptool.wire.values import Ipv4Selector, Ipv6Selector, UnknownSubOption

IPV4, IPV6 = 1, 2
IPV4_FIELDS = {
    "source-address": ("src=192.0.2.1", "src=192.0.2.1-192.0.2.9"),
    "destination-address": ("dst=192.0.2.1", "dst=192.0.2.1-192.0.2.9"),
    "spi": ("ipv4 spi=4096", "ipv4 spi=4096-8191"),
    "source-port": ("ipv4 src-port=5060", "ipv4 src-port=5060-5061"),
    "destination-port": ("ipv4 dst-port=80", "ipv4 dst-port=80-89"),
    "differential-services": ("ipv4 dscp=10", "ipv4 dscp=10-46"),
    "protocol": ("ipv4 proto=17", "ipv4 proto=17-21"),
}
IPV6_FIELDS = {
    "source-address": ("src=2001:db8::1", "src=2001:db8::1-2001:db8::9"),
    "destination-address": ("dst=2001:db8::1", "dst=2001:db8::1-2001:db8::9"),
    "spi": ("spi=4096", "spi=4096-8191"),
    "flow-label": ("flow-label=74565", "flow-label=74565-74575"),
    "source-port": ("src-port=5060", "src-port=5060-5061"),
    "destination-port": ("dst-port=80", "dst-port=80-89"),
    "traffic-class": ("dscp=10", "dscp=10-46"),
    "next-header": ("proto=17", "proto=17-21"),
}
UPPER = "src-port=1-2 dst-port=3-4 dscp=1-2 proto=6-17"
ALL_IPV4 = f"src=192.0.2.1-192.0.2.9 dst=198.51.100.1-198.51.100.9 spi=1-2 {UPPER}"
ALL_IPV6 = f"src=2001:db8::1-2001:db8::9 dst=2001:db8:1::1-2001:db8:1::9 spi=1-2 flow-label=1-2 {UPPER}"


def asks(lma: Lma, selector: str | Any) -> Reply:
    """A filter with this selector, or other sub-option."""
    node = lma.node(mhgid=0)
    if isinstance(selector, str):
        return node.ask(flows=[f"fid=1 pri=10 {selector}"])
    flow = replace(parse_flow("fid=1 pri=10 no-selector", lma.codepoints), suboptions=(selector,))
    return node.ask(
        bids=[1] if lma.readings["binding-reference"] == "required" else [], flows=[node.referring(flow, 1)]
    )


def understood(text: str) -> Callable[[Lma], None]:
    def run(lma: Lma) -> None:
        asks(lma, text).installed(1)

    return run


for section, fields in (("3.1", IPV4_FIELDS), ("3.2", IPV6_FIELDS)):
    for name, (start, both) in fields.items():
        against_lma(f"rfc6088/{section}/start-{name}")(understood(start))
        against_lma(f"rfc6088/{section}/end-{name}")(understood(both))


@against_lma("rfc6088/3/formats")
def formats(lma: Lma) -> None:
    asks(lma, "ipv4 proto=17").installed(1)
    asks(lma, "proto=17").installed(1)


def shorter_than_flags(lma: Lma, format: int) -> None:
    """Its first flag, that of the source address, is set, and nothing follows."""
    rfc6089 = lma.codepoints.wire_dialect == "rfc6089"
    kind = 3 if rfc6089 else lma.codepoints.flow_description_suboption
    asks(lma, UnknownSubOption(kind, bytes((format, 0, 0x80, 0, 0, 0)))).refused(1)


@against_lma("rfc6088/3.1/shorter-than-flags")
def ipv4_shorter_than_flags(lma: Lma) -> None:
    shorter_than_flags(lma, IPV4)


@against_lma("rfc6088/3.2/shorter-than-flags")
def ipv6_shorter_than_flags(lma: Lma) -> None:
    shorter_than_flags(lma, IPV6)


def all_fields(lma: Lma, text: str) -> None:
    """It is installed; and where the LMA re-instantiates filters it shows what it made of it (muho 4.2)."""
    node = lma.node(mhgid=0)
    other = node.interface(1)
    node.ask(flows=[f"fid=1 pri=10 {text}"]).installed(1)
    other.attach()
    reply = node.ask(lifetime=0, hi=4, act=KEEP)
    if not reply.is_accepted:
        return
    lma.removal_is_over()
    wanted = selector_of(parse_flow(f"fid=1 {text}", lma.codepoints))
    for flow in other.told():
        selector = selector_of(flow)
        lma.check(f"the selector {text}", selector == wanted, format_selector(selector) if selector else "none")


@against_lma("rfc6088/3.1/all-fields", mags=2)
def all_ipv4_fields(lma: Lma) -> None:
    all_fields(lma, ALL_IPV4)


@against_lma("rfc6088/3.2/all-fields", mags=2)
def all_ipv6_fields(lma: Lma) -> None:
    all_fields(lma, ALL_IPV6)


@against_lma("rfc6088/3.1/reserved-ignored")
def ipv4_reserved_ignored(lma: Lma) -> None:
    asks(lma, Ipv4Selector(reserved_flags=3, proto=17)).installed(1)


@against_lma("rfc6088/3.2/reserved-ignored")
def ipv6_reserved_ignored(lma: Lma) -> None:
    asks(lma, Ipv6Selector(reserved_flags=3, proto=17)).installed(1)


@against_lma("rfc6088/3.2/flow-label-upper-bits")
def flow_label_upper_bits(lma: Lma) -> None:
    asks(lma, Ipv6Selector(flow_label=0xFF012345)).installed(1)
