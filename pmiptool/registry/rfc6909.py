"""RFC 6909: which IPv4 traffic the gateway takes out of the tunnel."""

from pmiptool.registry import rfc6088
from pmiptool.registry.contradictions import Contradiction, OtherAlignment
from pmiptool.registry.model import Option, SubOption, SubOptions, SubOptionSpace, bits, clause, reserved
from pmiptool.registry.rule import F, each, implies, rule, unasked

SPACE = SubOptionSpace(
    "offload",
    clause=clause("RFC 6909 3"),
    entries=(
        SubOption(
            "traffic-selector", "IPv4 Traffic Selector", 3, clause("RFC 6089 4.2.1.4"), when=rfc6088.IPV4, at_most=1,
            note="RFC 6909 3.1 leaves IPv6 selectors out",
            fields=rfc6088.IPV4_FIELDS, value="Ipv4Selector",
        ),
    ),
)  # fmt: skip

IPV4_OFFLOAD = Option(
    "ipv4-offload", "IPv4 Traffic Offload Selector", 53, clause("RFC 6909 3.1"),
    align=(4, 0), carried_in=("pbu", "pba"),
    contradictions=(
        Contradiction(
            "offload-alignment", "aligned at 4n", "the text says so",
            "aligned at 4n+2, as the figure draws it", "RFC 6909 3.1", OtherAlignment((4, 2)),
        ),
    ),
    fields=(
        bits(1, "m", "0: matching flows are offloaded; 1: all but those"),
        reserved(31),
        SubOptions("suboptions", "Sub-options", "offload"),
    ),
    value="Ipv4TrafficOffloadSelector",
    rules=(
        rule("RFC 6909 3.1", "selector-missing", "error", "In an acknowledgement the offload policy has a selector.",
             each("ipv4-offload", F(".@length") > 4), messages=("pba",), field="ipv4-offload"),
        rule("RFC 6909 3.2", "m-flag", "error", "A request for an offload policy, without a selector, has M clear.",
             each("ipv4-offload", implies(F(".@length") <= 4, F(".m") == 0)), messages=("pbu",),
             field="ipv4-offload.m"),
        unasked("RFC 6909 3.3", "ipv4-offload", "An offload policy"),
    ),
)  # fmt: skip

SPACES = (SPACE,)
OPTIONS = (IPV4_OFFLOAD,)
