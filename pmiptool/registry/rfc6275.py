"""RFC 6275, Mobility Support in IPv6: its messages and options.

Flags and status codes that later documents added to BU and BA stand here too, each with its document.
"""

from pmiptool.registry.contradictions import Contradiction, OtherMeaning
from pmiptool.registry.exchange import CN, LMA, MN, Exchange, When
from pmiptool.registry.model import (
    Address,
    CodePoint,
    Enumeration,
    Flag,
    Flags,
    Member,
    Message,
    Octets,
    Option,
    Rest,
    clause,
    reserved,
    u8,
    u16,
)
from pmiptool.registry.rule import Bits, F, all_of, any_of, each, has, implies, no, present, rule, told

PROTOCOL = 135
"""IPv6 Next Header of the Mobility Header (6.1.1)."""
NO_NEXT_HEADER = 59
"""Payload Proto of every Mobility Header (6.1.1)."""
MAX_LIFETIME = 0xFFFF
"""The longest lifetime in units of 4 s: 262140 s. No text makes it stand for ever."""
LIFETIME_UNIT = 4
"""Seconds that one unit of a binding's lifetime stands for (6.1.7, 6.1.8)."""

BINDING_STATUS = Enumeration(
    "status",
    "Status of a binding acknowledgement (6.1.8); 128 and above reject",
    Member(0, "accepted", "Binding Update accepted", "RFC 6275"),
    Member(1, "accepted-prefix-discovery", "Accepted but prefix discovery necessary", "RFC 6275"),
    Member(2, "GRE_KEY_OPTION_NOT_REQUIRED", "GRE key option not required", "RFC 5845"),
    Member(3, "GRE_TUNNELING_BUT_TLV_HEADER_NOT_SUPPORTED", "GRE tunnelling, but TLV header not supported", "RFC 5845"),
    Member(4, "MCOA_NOTCOMPLETE", "Some of several care-of addresses were refused", "RFC 5648"),
    Member(5, "MCOA_RETURNHOME_WO_NDP", "Returned home without neighbour discovery", "RFC 5648"),
    Member(6, "PBU_ACCEPTED_TB_IGNORED_SETTINGSMISMATCH", "Accepted, transient binding ignored", "RFC 6058"),
    Member(128, "unspecified", "Reason unspecified", "RFC 6275"),
    Member(129, "prohibited", "Administratively prohibited", "RFC 6275"),
    Member(130, "insufficient-resources", "Insufficient resources", "RFC 6275"),
    Member(131, "home-registration-unsupported", "Home registration not supported", "RFC 6275"),
    Member(132, "not-home-subnet", "Not home subnet", "RFC 6275"),
    Member(133, "not-home-agent", "Not home agent for this mobile node", "RFC 6275"),
    Member(134, "dad-failed", "Duplicate address detection failed", "RFC 6275"),
    Member(135, "sequence-out-of-window", "Sequence number out of window", "RFC 6275"),
    Member(136, "expired-home-nonce", "Expired home nonce index", "RFC 6275"),
    Member(137, "expired-care-of-nonce", "Expired care-of nonce index", "RFC 6275"),
    Member(138, "expired-nonces", "Expired nonces", "RFC 6275"),
    Member(139, "registration-type-change", "Registration type change disallowed", "RFC 6275"),
    Member(140, "mobile-router-not-permitted", "Mobile router operation not permitted", "RFC 3963"),
    Member(141, "invalid-prefix", "Invalid prefix", "RFC 3963"),
    Member(142, "not-authorized-for-prefix", "Not authorized for prefix", "RFC 3963"),
    Member(143, "forwarding-setup-failed", "Forwarding set-up failed", "RFC 3963"),
    Member(144, "MIPV6-ID-MISMATCH", "Identity does not match", "RFC 4285"),
    Member(145, "MIPV6-MESG-ID-REQD", "Message identification required", "RFC 4285"),
    Member(146, "MIPV6-AUTH-FAIL", "Authentication failed", "RFC 4285"),
    Member(147, "permanent-keygen-token-unavailable", "Permanent home keygen token unavailable", "RFC 4866"),
    Member(148, "cga-verification-failed", "CGA and signature verification failed", "RFC 4866"),
    Member(149, "permanent-keygen-token-exists", "Permanent home keygen token exists", "RFC 4866"),
    Member(150, "non-null-home-nonce-expected", "Non-null home nonce index expected", "RFC 4866"),
    Member(151, "SERVICE_AUTHORIZATION_FAILED", "Service authorization failed", "RFC 5149"),
    Member(152, "PROXY_REG_NOT_ENABLED", "Proxy registration not enabled for the mobile node", "RFC 5213"),
    Member(153, "NOT_LMA_FOR_THIS_MOBILE_NODE", "Not local mobility anchor for this mobile node", "RFC 5213"),
    Member(154, "MAG_NOT_AUTHORIZED_FOR_PROXY_REG", "The MAG may not send proxy binding updates", "RFC 5213"),
    Member(155, "NOT_AUTHORIZED_FOR_HOME_NETWORK_PREFIX", "Not authorized for the home network prefix", "RFC 5213"),
    Member(156, "TIMESTAMP_MISMATCH", "Invalid timestamp value: clocks out of step", "RFC 5213"),
    Member(157, "TIMESTAMP_LOWER_THAN_PREV_ACCEPTED", "Timestamp lower than previously accepted", "RFC 5213"),
    Member(158, "MISSING_HOME_NETWORK_PREFIX_OPTION", "Missing home network prefix option", "RFC 5213"),
    Member(159, "BCE_PBU_PREFIX_SET_DO_NOT_MATCH", "Prefixes differ from those of the binding cache entry", "RFC 5213"),
    Member(160, "MISSING_MN_IDENTIFIER_OPTION", "Missing mobile node identifier option", "RFC 5213"),
    Member(161, "MISSING_HANDOFF_INDICATOR_OPTION", "Missing handoff indicator option", "RFC 5213"),
    Member(162, "MISSING_ACCESS_TECH_TYPE_OPTION", "Missing access technology type option", "RFC 5213"),
    Member(163, "GRE_KEY_OPTION_REQUIRED", "GRE key option required", "RFC 5845"),
    Member(164, "MCOA_MALFORMED", "Binding identifier option malformed", "RFC 5648"),
    Member(165, "MCOA_NON_MCOA_BINDING_EXISTS", "A binding without binding identifier exists", "RFC 5648"),
    Member(166, "MCOA_PROHIBITED", "Several care-of addresses prohibited", "RFC 5648"),
    Member(167, "MCOA_UNKNOWN_COA", "Binding identifier unknown and no care-of address given", "RFC 5648"),
    Member(168, "MCOA_BULK_REGISTRATION_PROHIBITED", "Bulk registration prohibited", "RFC 5648"),
    Member(
        169, "MCOA_SIMULTANEOUS_HOME_AND_FOREIGN_PROHIBITED", "Home and foreign binding at once prohibited", "RFC 5648"
    ),
    Member(170, "NOT_AUTHORIZED_FOR_IPV4_MOBILITY_SERVICE", "Not authorized for IPv4 mobility", "RFC 5844"),
    Member(171, "NOT_AUTHORIZED_FOR_IPV4_HOME_ADDRESS", "Not authorized for the IPv4 home address", "RFC 5844"),
    Member(172, "NOT_AUTHORIZED_FOR_IPV6_MOBILITY_SERVICE", "Not authorized for IPv6 mobility", "RFC 5844"),
    Member(173, "MULTIPLE_IPV4_HOME_ADDRESS_ASSIGNMENT_NOT_SUPPORTED", "One IPv4 home address only", "RFC 5844"),
    Member(174, "invalid-care-of-address", "Invalid care-of address", "RFC 6275"),
    Member(175, "INVALID_MOBILE_NODE_GROUP_IDENTIFIER", "Invalid mobile node group identifier", "RFC 6602"),
    Member(176, "REINIT_SA_WITH_HAC", "Re-initialise security association", "RFC 6618"),
    Member(177, "NOT_AUTHORIZED_FOR_DELEGATED_MNP", "Not authorized for delegated prefix", "RFC 7148"),
    Member(178, "REQUESTED_DMNP_IN_USE", "Delegated prefix in use", "RFC 7148"),
    Member(179, "CANNOT_MEET_QOS_SERVICE_REQUEST", "Cannot meet the QoS request", "RFC 7222"),
    Member(180, "CANNOT_SUPPORT_MULTIPATH_BINDING", "Multipath binding not supported", "RFC 8278"),
    Member(
        CodePoint("status_mh_not_supported"), "MH_NOT_SUPPORTED_BY_LMA", "Multihoming not supported by the LMA", "muho"
    ),
    Member(
        CodePoint("status_reinstantiation_not_supported"),
        "MH_FILTERS_REINSTANCIATION_NOT_SUPPORTED_BY_LMA",
        "Re-instantiation of filters not supported by the LMA",
        "muho",
    ),
)

BINDING_ERROR_STATUS = Enumeration(
    "binding-error-status",
    "Status of a binding error (6.1.9)",
    Member(1, "unknown-binding", "Unknown binding for Home Address destination option", "RFC 6275"),
    Member(2, "unrecognized-mh-type", "Unrecognized MH Type value", "RFC 6275"),
)

OVERWRITE = Flag("O", 0x0040, "Overwrite", "RFC 5648", beside="bid")
BU_FLAGS = (
    Flag("A", 0x8000, "Acknowledge", "RFC 6275"),
    Flag("H", 0x4000, "Home Registration", "RFC 6275"),
    Flag("L", 0x2000, "Link-Local Address Compatibility", "RFC 6275"),
    Flag("K", 0x1000, "Key Management Mobility Capability", "RFC 6275"),
    Flag("M", 0x0800, "MAP Registration", "RFC 4140"),
    Flag("R", 0x0400, "Mobile Router", "RFC 3963"),
    Flag("P", 0x0200, "Proxy Registration", "RFC 5213"),
    Flag("F", 0x0100, "Forcing UDP encapsulation", "RFC 5555"),
    Flag("T", 0x0080, "TLV-header format", "RFC 5845"),
    Flag("B", 0x0040, "Bulk-Binding-Update", "RFC 6602", also=OVERWRITE),
    Flag("S", 0x0020, "Subscription information", "RFC 7161"),
    Flag("D", 0x0010, "Distributed mobility", "RFC 8885"),
)
BA_FLAGS = (
    Flag("K", 0x80, "Key Management Mobility Capability", "RFC 6275"),
    Flag("R", 0x40, "Mobile Router", "RFC 3963"),
    Flag("P", 0x20, "Proxy Registration", "RFC 5213"),
    Flag("T", 0x10, "TLV-header format", "RFC 5845"),
    Flag("B", 0x08, "Bulk-Binding-Update", "RFC 6602"),
    Flag("S", 0x04, "Subscription information", "RFC 7161"),
    Flag("D", 0x02, "Distributed mobility", "RFC 8885"),
)
BU_A, BU_H, BU_P = 0x8000, 0x4000, 0x0200
BA_P = 0x20

_SUBSCRIPTIONS = any_of(present("multicast-ipv4"), present("multicast-ipv6"))


def _drawn(letter: str, wrong: int, mask: int, message: str) -> Contradiction:
    """RFC 7161 4.2 draws its S flag right after P, on the bit of another flag."""
    width = 6 if message == "pbu" else 4
    return Contradiction(
        f"s-flag-in-{message}", f"S is the bit {mask:#0{width}x}", f"section 9 and IANA; {wrong:#x} is {letter}",
        f"S is the bit {wrong:#0{width}x}, right after P", "RFC 7161 4.2",
        OtherMeaning(no(all_of(has("flags", wrong), Bits("flags", mask) == 0, _SUBSCRIPTIONS)), (message,), "flags"),
    )  # fmt: skip


BU_CONTRADICTIONS = (
    Contradiction(
        "o-flag",
        "the flag 0x0040 is B, Bulk-Binding-Update",
        "IANA has B (RFC 6602 4.1) alone; B needs P, and O a Binding Identifier option in an update without P",
        "the flag 0x0040 is O, Overwrite",
        "RFC 5648 4.2",
        OtherMeaning(no(all_of(has("flags", 0x0040), present("bid"))), ("binding-update",), "flags"),
    ),
    _drawn("F (RFC 5555)", 0x0100, 0x0020, "pbu"),
)
BA_CONTRADICTIONS = (
    _drawn("T (RFC 5845)", 0x10, 0x04, "pba"),
    Contradiction(
        "status-128", "a status of 128 and above rejects", "RFC 5213 8.2 and RFC 6275 6.1.8 count 128 among them",
        "a status greater than 128 rejects", "RFC 5213 8.9",
    ),
)  # fmt: skip

BINDING_REFRESH_REQUEST = Message(
    "brr", "Binding Refresh Request", 0, clause("RFC 6275 6.1.2"), fields=(reserved(16),), value="BindingRefreshRequest"
)

HOME_TEST_INIT = Message(
    "hoti", "Home Test Init", 1, clause("RFC 6275 6.1.3"),
    fields=(reserved(16), Octets("home_init_cookie", "Home init cookie", 8)),
    value="HomeTestInit",
)  # fmt: skip

CARE_OF_TEST_INIT = Message(
    "coti", "Care-of Test Init", 2, clause("RFC 6275 6.1.4"),
    fields=(reserved(16), Octets("care_of_init_cookie", "Care-of init cookie", 8)),
    value="CareOfTestInit",
)  # fmt: skip

HOME_TEST = Message(
    "hot", "Home Test", 3, clause("RFC 6275 6.1.5"),
    fields=(
        u16("home_nonce_index", "Home nonce index"),
        Octets("home_init_cookie", "Home init cookie", 8),
        Octets("home_keygen_token", "Home keygen token", 8),
    ),
    value="HomeTest",
)  # fmt: skip

CARE_OF_TEST = Message(
    "cot", "Care-of Test", 4, clause("RFC 6275 6.1.6"),
    fields=(
        u16("care_of_nonce_index", "Care-of nonce index"),
        Octets("care_of_init_cookie", "Care-of init cookie", 8),
        Octets("care_of_keygen_token", "Care-of keygen token", 8),
    ),
    value="CareOfTest",
)  # fmt: skip

BINDING_UPDATE = Message(
    "binding-update", "Binding Update", 5, clause("RFC 6275 6.1.7"),
    fields=(
        u16("sequence", "Sequence number"),
        Flags("flags", "Flags", 16, BU_FLAGS),
        u16("lifetime", "Lifetime in units of 4 s; 0 ends the binding", unit=LIFETIME_UNIT),
    ),
    value="BindingUpdate",
    contradictions=BU_CONTRADICTIONS,
    proxy=("pbu", "Proxy Binding Update", clause("RFC 5213 8.1")),
)  # fmt: skip

BINDING_ACKNOWLEDGEMENT = Message(
    "binding-ack", "Binding Acknowledgement", 6, clause("RFC 6275 6.1.8"),
    fields=(
        u8("status", "Status", enum=BINDING_STATUS),
        Flags("flags", "Flags", 8, BA_FLAGS),
        u16("sequence", "Sequence number"),
        u16("lifetime", "Lifetime granted in units of 4 s", unit=LIFETIME_UNIT),
    ),
    value="BindingAcknowledgement",
    contradictions=BA_CONTRADICTIONS,
    proxy=("pba", "Proxy Binding Acknowledgement", clause("RFC 5213 8.2")),
)  # fmt: skip

BINDING_ERROR = Message(
    "binding-error", "Binding Error", 7, clause("RFC 6275 6.1.9"),
    fields=(
        u8("status", "Status", enum=BINDING_ERROR_STATUS),
        reserved(8),
        Address("home_address", "Home Address; :: when there was none"),
    ),
    value="BindingError",
)  # fmt: skip

PAD1 = Option("pad1", "Pad1", 0, clause("RFC 6275 6.2.2"), fields=(), value="", pad=True)
PADN = Option("padn", "PadN", 1, clause("RFC 6275 6.2.3"), fields=(Rest("padding", "Zeros"),), value="", pad=True)

BINDING_REFRESH_ADVICE = Option(
    "binding-refresh-advice", "Binding Refresh Advice", 2, clause("RFC 6275 6.2.4"),
    align=(2, 0), carried_in=("binding-ack", "pba", "home-agent-switch"), at_most=1, at_most_stated=False,
    fields=(u16("refresh_interval", "Refresh interval in units of 4 s", unit=LIFETIME_UNIT),),
    value="BindingRefreshAdvice",
)  # fmt: skip

ALTERNATE_CARE_OF_ADDRESS = Option(
    "alt-coa", "Alternate Care-of Address", 3, clause("RFC 6275 6.2.5"),
    align=(8, 6), carried_in=("binding-update", "pbu", "fbu", "fback", "bri"), at_most=1, at_most_stated=False,
    fields=(Address("alternate_care_of_address", "Alternate care-of address"),),
    value="AlternateCareOfAddress",
)  # fmt: skip

NONCE_INDICES = Option(
    "nonce-indices", "Nonce Indices", 4, clause("RFC 6275 6.2.6"),
    align=(2, 0), carried_in=("binding-update",), at_most=1, at_most_stated=False,
    fields=(
        u16("home_nonce_index", "Home nonce index"),
        u16("care_of_nonce_index", "Care-of nonce index"),
    ),
    value="NonceIndices",
    rules=(
        rule("RFC 6275 6.2.6", "authorization", "error", "Nonce indices stand together with authorization data.",
             implies(present("nonce-indices"), present("binding-auth-data")), messages=("binding-update",),
             field="nonce-indices"),
        rule("RFC 6275 9.5.1", "home-registration", "error", "A home registration (H) has no nonce indices.",
             implies(present("nonce-indices"), no(has("flags", BU_H))), messages=("binding-update",),
             field="nonce-indices"),
    ),
)  # fmt: skip

BINDING_AUTHORIZATION_DATA = Option(
    "binding-auth-data", "Binding Authorization Data", 5, clause("RFC 6275 6.2.7"),
    align=(8, 2), carried_in=("binding-update", "binding-ack"), at_most=1,
    note="the last option",
    contradictions=(
        Contradiction(
            "authenticator-size", "the authenticator has as many octets as its length says", "the text says so",
            "the authenticator is drawn with 96 bits", "RFC 6275 6.2.7",
        ),
    ),
    fields=(Rest("authenticator", "Authenticator", usual=12),),
    value="BindingAuthorizationData",
    rules=(
        rule("RFC 6275 6.2", "last", "error", "Binding authorization data are the last option.",
             each("binding-auth-data", F(".@after") == 0), field="binding-auth-data"),
    ),
)  # fmt: skip

BINDING = Exchange(
    "binding", "Binding update", clause("RFC 6275 6.1.7"), "binding-update", "binding-ack",
    ways=((MN, LMA), (MN, CN)), asks_when=When("flags", BU_A, BU_A), repeats_same=False,
)  # fmt: skip

HOME_TEST_EXCHANGE = Exchange(
    "home-test", "Home test", clause("RFC 6275 6.1.3"), "hoti", "hot", ("home_init_cookie",),
    mn_id=False, ways=((MN, CN),), repeats_same=False,
    rules=(
        told("RFC 6275 6.1.5", "cookie", "error", "The home init cookie is that of the home test init.",
             F("home_init_cookie") == F("request:home_init_cookie"), field="home_init_cookie"),
    ),
)  # fmt: skip

CARE_OF_TEST_EXCHANGE = Exchange(
    "care-of-test", "Care-of test", clause("RFC 6275 6.1.4"), "coti", "cot", ("care_of_init_cookie",),
    mn_id=False, ways=((MN, CN),), repeats_same=False,
    rules=(
        told("RFC 6275 6.1.6", "cookie", "error", "The care-of init cookie is that of the care-of test init.",
             F("care_of_init_cookie") == F("request:care_of_init_cookie"), field="care_of_init_cookie"),
    ),
)  # fmt: skip

EXCHANGES = (BINDING, HOME_TEST_EXCHANGE, CARE_OF_TEST_EXCHANGE)

MESSAGES = (
    BINDING_REFRESH_REQUEST,
    HOME_TEST_INIT,
    CARE_OF_TEST_INIT,
    HOME_TEST,
    CARE_OF_TEST,
    BINDING_UPDATE,
    BINDING_ACKNOWLEDGEMENT,
    BINDING_ERROR,
)
OPTIONS = (
    PAD1,
    PADN,
    BINDING_REFRESH_ADVICE,
    ALTERNATE_CARE_OF_ADDRESS,
    NONCE_INDICES,
    BINDING_AUTHORIZATION_DATA,
)
