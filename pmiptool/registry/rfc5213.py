"""RFC 5213, Proxy Mobile IPv6: the options of proxy binding updates and acknowledgements."""

from pmiptool.registry.contradictions import Contradiction
from pmiptool.registry.exchange import LMA, MAG, Exchange
from pmiptool.registry.model import (
    Address,
    Enumeration,
    Member,
    Option,
    Prefix,
    Rest,
    Time48,
    bits,
    clause,
    reserved,
    u8,
)
from pmiptool.registry.rule import F, each, rule

HANDOFF_INDICATOR = Enumeration(
    "hi",
    "Handoff indicator",
    Member(0, "reserved", "Reserved", "RFC 5213"),
    Member(1, "attach", "Attachment over a new interface", "RFC 5213"),
    Member(2, "handoff-interfaces", "Handoff between two different interfaces of the mobile node", "RFC 5213"),
    Member(3, "handoff-mags", "Handoff between mobile access gateways for the same interface", "RFC 5213"),
    Member(4, "unknown", "Handoff state unknown", "RFC 5213"),
    Member(5, "unchanged", "Handoff state not changed (re-registration)", "RFC 5213"),
    Member(6, "attach-shared", "Attachment over a new interface sharing prefixes", "RFC 7864"),
)

ACCESS_TECHNOLOGY = Enumeration(
    "att",
    "Access technology type",
    Member(0, "reserved", "Reserved", "RFC 5213"),
    Member(1, "virtual", "Virtual", "RFC 5213"),
    Member(2, "ppp", "PPP", "RFC 5213"),
    Member(3, "802.3", "IEEE 802.3", "RFC 5213"),
    Member(4, "802.11", "IEEE 802.11a/b/g", "RFC 5213"),
    Member(5, "802.16e", "IEEE 802.16e", "RFC 5213"),
    Member(6, "geran", "3GPP GERAN", "3GPP TS 29.275"),
    Member(7, "utran", "3GPP UTRAN", "3GPP TS 29.275"),
    Member(8, "e-utran", "3GPP E-UTRAN", "3GPP TS 29.275"),
    Member(9, "ehrpd", "3GPP2 eHRPD", "3GPP2 X.P0057"),
    Member(10, "hrpd", "3GPP2 HRPD", "3GPP2 X.P0061"),
    Member(11, "1xrtt", "3GPP2 1xRTT", "3GPP2 X.S0011"),
    Member(12, "umb", "3GPP2 UMB", "3GPP2 X.S0054"),
    Member(13, "nb-iot", "3GPP NB-IoT", "3GPP TS 29.275"),
)

PROXY = ("pbu", "pba")
HANDOVER = ("handover-initiate", "handover-ack")
"""Fast handovers transfer what a binding has (RFC 5949 6.2)."""

HNP = Option(
    "hnp", "Home Network Prefix", 22, clause("RFC 5213 8.3"),
    align=(8, 4), carried_in=(*PROXY, *HANDOVER, "bri", "bra", "lri", "lra", "update-notification", "update-ack"),
    contradictions=(
        Contradiction(
            "l-flag", "the first bit after Length is L (RFC 7864 4.1)", "RFC 7864 is later, and 0 means the same",
            "all eight bits are reserved", "RFC 5213 8.3",
        ),
    ),
    fields=(
        bits(1, "l", "Off-link: for flow mobility, not to be hosted on the link (RFC 7864)"),
        reserved(7),
        Prefix("home_network_prefix", "Home network prefix; ::/0 asks for one"),
    ),
    value="HomeNetworkPrefix",
    rules=(
        rule(
            "RFC 7864 4.1", "l-from-mag", "warning", "In a PBU the off-link flag of a home network prefix is 0.",
            each("hnp", F(".l") == 0), messages=("pbu",), field="hnp.l",
        ),
    ),
)  # fmt: skip

HI = Option(
    "hi", "Handoff Indicator", 23, clause("RFC 5213 8.4"),
    carried_in=PROXY, at_most=1,
    fields=(reserved(8), u8("hi", "Handoff indicator", enum=HANDOFF_INDICATOR)),
    value="HandoffIndicator",
)  # fmt: skip

ATT = Option(
    "att", "Access Technology Type", 24, clause("RFC 5213 8.5"),
    carried_in=PROXY, at_most=1,
    fields=(reserved(8), u8("att", "Access technology type", enum=ACCESS_TECHNOLOGY)),
    value="AccessTechnologyType",
)  # fmt: skip

LL_ID = Option(
    "ll-id", "Mobile Node Link-layer Identifier", 25, clause("RFC 5213 8.6"),
    carried_in=(*PROXY, *HANDOVER), at_most=1, note="the text gives no number for its alignment",
    fields=(reserved(16), Rest("link_layer_identifier", "Link-layer identifier", minimum=1)),
    value="MobileNodeLinkLayerIdentifier",
)  # fmt: skip

LINK_LOCAL = Option(
    "link-local", "Link-local Address", 26, clause("RFC 5213 8.7"),
    align=(8, 6), carried_in=(*PROXY, *HANDOVER), at_most=1,
    fields=(Address("link_local_address", "Link-local address of the MAG; :: asks for one"),),
    value="LinkLocalAddress",
)  # fmt: skip

TIMESTAMP = Option(
    "timestamp", "Timestamp", 27, clause("RFC 5213 8.8"),
    align=(8, 2), carried_in=PROXY, at_most=1,
    fields=(Time48("timestamp", "48 bits of seconds since 1970, 16 bits of 1/65536 s"),),
    value="Timestamp",
)  # fmt: skip

REGISTRATION = Exchange(
    "proxy-binding", "Proxy binding update", clause("RFC 5213 8.1"), "pbu", "pba",
    ways=((MAG, LMA),), repeats_same=False,
)  # fmt: skip

OPTIONS = (HNP, HI, ATT, LL_ID, LINK_LOCAL, TIMESTAMP)
EXCHANGES = (REGISTRATION,)
