"""RFC 5568, Mobile IPv6 fast handovers: messages and options; RFC 5949 adds flags and codes for proxy mobility."""

from pmiptool.registry.contradictions import Contradiction, OtherLength, OtherNumber
from pmiptool.registry.exchange import MAG, MN, Exchange, When
from pmiptool.registry.model import (
    Enumeration,
    Flag,
    Flags,
    Member,
    Message,
    Option,
    Prefix,
    Rest,
    clause,
    u8,
    u16,
    u32,
)
from pmiptool.registry.rfc6275 import LIFETIME_UNIT
from pmiptool.registry.rule import F, all_of, any_of, each, has, implies, no, present, rule, told

_SECONDS = Contradiction(
    "lifetime-in-seconds", "its lifetime counts units of 4 s", "the format is said to be that of a binding update",
    "its lifetime counts seconds", "RFC 5568 6.2.2",
)  # fmt: skip

FBACK_STATUS = Enumeration(
    "fback-status",
    "Status of a fast binding acknowledgment; 128 and above reject",
    Member(0, "accepted", "Fast Binding Update accepted", "RFC 5568"),
    Member(1, "accepted-ncoa-invalid", "Accepted, but the new care-of address is invalid", "RFC 5568"),
    Member(128, "unspecified", "Reason unspecified", "RFC 5568"),
    Member(129, "prohibited", "Administratively prohibited", "RFC 5568"),
    Member(130, "insufficient-resources", "Insufficient resources", "RFC 5568"),
    Member(131, "interface-identifier-length", "Incorrect interface identifier length", "RFC 5568"),
)
HANDOVER_INITIATE_CODE = Enumeration(
    "handover-initiate-code",
    "Code of a handover initiate",
    Member(0, "fbu-from-pcoa", "FBU with the PCoA as source IP address", "RFC 5568"),
    Member(1, "fbu-not-from-pcoa", "FBU whose source IP address is not PCoA", "RFC 5568"),
    Member(2, "forwarding-completed", "Indicate the completion of forwarding", "RFC 5949"),
    Member(3, "context-transferred", "All available context transferred", "RFC 5949"),
)
HANDOVER_ACK_CODE = Enumeration(
    "handover-ack-code",
    "Code of a handover acknowledge; 128 and above reject",
    Member(0, "accepted", "Handover accepted, NCoA valid", "RFC 5568"),
    Member(1, "accepted-ncoa-not-valid", "Handover accepted, NCoA not valid or in use", "RFC 5568"),
    Member(2, "accepted-ncoa-assigned", "Handover accepted, NCoA assigned", "RFC 5568"),
    Member(3, "accepted-use-pcoa", "Handover accepted, use PCoA", "RFC 5568"),
    Member(4, "unsolicited", "Message sent unsolicited", "RFC 5568"),
    Member(5, "context-transfer-accepted", "Context transfer accepted or successful", "RFC 5949"),
    Member(6, "context-transferred", "All available context transferred", "RFC 5949"),
    Member(128, "unspecified", "Handover not accepted, reason unspecified", "RFC 5568"),
    Member(129, "prohibited", "Administratively prohibited", "RFC 5568"),
    Member(130, "insufficient-resources", "Insufficient resources", "RFC 5568"),
    Member(131, "context-not-available", "Requested context not available", "RFC 5949"),
    Member(132, "forwarding-not-available", "Forwarding not available", "RFC 5949"),
)
MH_LLA_CODE = Enumeration(
    "mh-lla-code",
    "Whose link-layer address it is",
    Member(2, "mn", "Link-layer address of the mobile node", "RFC 5568"),
)
MH_ADDRESS_CODE = Enumeration(
    "mh-address-code",
    "What an IPv6 address or prefix is",
    Member(1, "old-coa", "Old care-of address", "RFC 5568"),
    Member(2, "new-coa", "New care-of address", "RFC 5568"),
    Member(3, "nar-address", "IP address of the new access router", "RFC 5568"),
    Member(4, "nar-prefix", "Prefix of the new access router", "RFC 5568"),
)

FBU_A, FBU_H = 0x8000, 0x4000
HI_S, HI_U, HI_P, HI_F = 0x80, 0x40, 0x20, 0x10
HACK_P = 0x40
OLD_COA, NEW_COA = 1, 2
_HI_PROXY, _HACK_PROXY = has("flags", HI_P), has("flags", HACK_P)
_CONTEXT = any_of(*(present(name) for name in (
    "hnp", "ipv4-hoa-request", "ll-id", "lma-address", "lla-iid", "gre-key", "link-local", "vendor",
    "multicast-mobility")))  # fmt: skip
UNSOLICITED = 4
"""Code of a handover acknowledge that answers no handover initiate."""

FBU = Message(
    "fbu", "Fast Binding Update", 8, clause("RFC 5568 6.2.2"),
    contradictions=(_SECONDS,),
    fields=(
        u16("sequence", "Sequence number"),
        Flags("flags", "Flags", 16, (
            Flag("A", FBU_A, "Acknowledge", "RFC 5568"),
            Flag("H", 0x4000, "Home Registration", "RFC 5568"),
            Flag("L", 0x2000, "Link-Local Address Compatibility", "RFC 5568"),
            Flag("K", 0x1000, "Key Management Mobility Capability", "RFC 5568"),
        )),
        u16("lifetime", "Lifetime in units of 4 s", unit=LIFETIME_UNIT),
    ),
    value="FastBindingUpdate",
    rules=(
        rule("RFC 5568 6.2.2", "a-flag", "error", "A fast binding update asks for an acknowledgment.",
             has("flags", FBU_A), field="flags"),
        rule("RFC 5568 6.2.2", "h-flag", "error", "A fast binding update has the H flag.",
             has("flags", FBU_H), field="flags"),
        rule("RFC 5568 6.2.2", "badf", "error", "A fast binding update has authorization data.",
             present("badf"), field="badf"),
    ),
)  # fmt: skip

FBACK = Message(
    "fback", "Fast Binding Acknowledgment", 9, clause("RFC 5568 6.2.3"),
    contradictions=(
        _SECONDS,
        Contradiction(
            "fback-status-width", "Status has 8 bits", "as in the acknowledgement whose format this is",
            "Status is drawn 9 bits wide", "RFC 5568 6.2.3",
        ),
    ),
    fields=(
        u8("status", "Status", enum=FBACK_STATUS),
        Flags("flags", "Flags", 8, (Flag("K", 0x80, "Key Management Mobility Capability", "RFC 5568"),)),
        u16("sequence", "Sequence number"),
        u16("lifetime", "Lifetime granted in units of 4 s", unit=LIFETIME_UNIT),
    ),
    value="FastBindingAcknowledgment",
    rules=(
        rule("RFC 5568 6.2.3", "badf", "error", "A fast binding acknowledgment has authorization data.",
             present("badf"), field="badf"),
        rule("RFC 5568 6.2.3", "alternate", "error", "Status 1 comes with an alternate care-of address.",
             implies(F("status") == 1, present("alt-coa")), field="alt-coa"),
        rule("RFC 5568 6.2.3", "status-undefined", "note", "The status is one that is assigned.",
             F("status").isin(*(m.value for m in FBACK_STATUS.members if isinstance(m.value, int))), field="status"),
    ),
)  # fmt: skip

FNA = Message(
    "fna", "Fast Neighbor Advertisement", 10, clause("RFC 5568 6.2"),
    note="deprecated, and no text that is followed here draws its data: they stay octets",
    fields=(Rest("message_data", "Message data", minimum=2, usual=2),),
    value="FastNeighborAdvertisement",
)  # fmt: skip

HANDOVER_INITIATE = Message(
    "handover-initiate", "Handover Initiate", 14, clause("RFC 5568 6.2.1.1"),
    fields=(
        u16("sequence", "Sequence number"),
        Flags("flags", "Flags", 8, (
            Flag("S", 0x80, "Assigned address configuration", "RFC 5568"),
            Flag("U", 0x40, "Buffer", "RFC 5568"),
            Flag("P", 0x20, "Proxy", "RFC 5949"),
            Flag("F", 0x10, "Forwarding", "RFC 5949"),
        )),
        u8("code", "Code", enum=HANDOVER_INITIATE_CODE),
    ),
    value="HandoverInitiate",
    rules=(
        rule("RFC 5568 6.2.1.1", "s-flag", "error", "S is 0 with code 1.",
             implies(F("code") == 1, no(has("flags", HI_S))), field="flags"),
        rule("RFC 5568 6.2.1.1", "u-flag", "warning", "U is 0 with code 1.",
             implies(F("code") == 1, no(has("flags", HI_U))), field="flags"),
        rule("RFC 5568 6.2.1.1", "mh-lla", "error", "A handover initiate has the mobile node's link-layer address.",
             implies(no(_HI_PROXY), present("mh-lla")), field="mh-lla"),
        rule("RFC 5568 6.2.1.1", "old-coa", "warning", "A handover initiate has the previous care-of address.",
             implies(no(_HI_PROXY), no(each("mh-address", F(".option_code") != OLD_COA))), field="mh-address"),
        rule("RFC 5568 6.2.1.1", "code", "error", "Codes 2 and 3 stand with the P flag.",
             implies(no(_HI_PROXY), no(F("code").isin(2, 3))), field="code"),
        rule("RFC 5568 6.2.1.1", "code-undefined", "note", "The code is one that is assigned.",
             F("code").isin(*(m.value for m in HANDOVER_INITIATE_CODE.members if isinstance(m.value, int))),
             field="code"),
        rule("RFC 5949 6.1.1", "s-flag", "error", "S is 0 between gateways (P).",
             implies(_HI_PROXY, no(has("flags", HI_S))), field="flags"),
        rule("RFC 5949 6.1.1", "mn-id", "error", "A handover initiate between gateways names the mobile node.",
             implies(_HI_PROXY, present("mn-id")), field="mn-id"),
        rule("RFC 5949 6.1.1", "code", "error", "The code between gateways is not 1.",
             implies(_HI_PROXY, F("code") != 1), field="code"),
    ),
)  # fmt: skip

HANDOVER_ACKNOWLEDGE = Message(
    "handover-ack", "Handover Acknowledge", 15, clause("RFC 5568 6.2.1.2"),
    fields=(
        u16("sequence", "Sequence number"),
        Flags("flags", "Flags", 8, (
            Flag("U", 0x80, "Buffer", "RFC 5949"),
            Flag("P", 0x40, "Proxy", "RFC 5949"),
            Flag("F", 0x20, "Forwarding", "RFC 5949"),
        )),
        u8("code", "Code", enum=HANDOVER_ACK_CODE),
    ),
    value="HandoverAcknowledge",
    rules=(
        rule("RFC 5568 6.2.1.2", "code-undefined", "note", "The code is one that is assigned.",
             F("code").isin(*(m.value for m in HANDOVER_ACK_CODE.members if isinstance(m.value, int))), field="code"),
        rule("RFC 5568 6.2.1.2", "code", "error", "Codes 5, 6, 131 and 132 stand with the P flag.",
             implies(no(_HACK_PROXY), no(F("code").isin(5, 6, 131, 132))), field="code"),
        rule("RFC 5949 6.1.2", "code", "error", "The codes between gateways (P) are not 1 to 3.",
             implies(_HACK_PROXY, no(F("code").isin(1, 2, 3))), field="code"),
        rule("RFC 5949 6.1.2", "mn-id", "error", "A handover acknowledge between gateways names the mobile node.",
             implies(_HACK_PROXY, present("mn-id")), field="mn-id"),
        rule("RFC 5949 6.1.2", "no-context", "error", "With code 131 there is no context.",
             implies(all_of(_HACK_PROXY, F("code") == 131), no(_CONTEXT)), field="code"),
    ),
)  # fmt: skip

MH_LLA = Option(
    "mh-lla", "Mobility Header Link-Layer Address", 7, clause("RFC 5568 6.4.4"),
    fields=(
        u8("option_code", "Whose address", enum=MH_LLA_CODE, default=2),
        Rest("lla", "Link-layer address"),
    ),
    value="MhLinkLayerAddress",
)  # fmt: skip

BADF = Option(
    "badf", "Binding Authorization Data for FMIPv6", 21, clause("RFC 5568 6.4.5"),
    carried_in=("fbu", "fback"), at_most=1,
    contradictions=(
        Contradiction(
            "badf-length-of-authenticator", "its length counts SPI and authenticator",
            "RFC 6275 6.2.1 counts all that follows, or no receiver could step over it",
            "its length counts the authenticator alone", "RFC 5568 6.4.5", OtherLength(1, 4, last=True),
        ),
    ),
    fields=(
        u32("spi", "Security parameter index; 0 is reserved for SEND-based handover keys"),
        Rest("authenticator", "Authenticator"),
    ),
    value="BindingAuthorizationDataFmip",
    rules=(
        rule("RFC 5568 6.4.5", "last", "error", "Authorization data of a fast handover are the last option.",
             each("badf", F(".@after") == 0), field="badf"),
    ),
)  # fmt: skip

MH_ADDRESS = Option(
    "mh-address", "Mobility Header IPv6 Address/Prefix", 34, clause("RFC 5568 6.4.2"),
    align=(8, 4), carried_in=("handover-initiate", "handover-ack"),
    contradictions=(
        Contradiction(
            "mh-address-17", "its number is 34", "section 11 and IANA have 34; 17 is the option of neighbour discovery",
            "its number is 17", "RFC 5568 6.4.2", OtherNumber((17,)),
        ),
    ),
    fields=(
        u8("option_code", "What it is", enum=MH_ADDRESS_CODE),
        Prefix("prefix", "IPv6 address or prefix"),
    ),
    value="MhAddressPrefix",
)  # fmt: skip

FAST_BINDING = Exchange(
    "fast-binding", "Fast binding update", clause("RFC 5568 6.2"), "fbu", "fback",
    ways=((MN, MAG),), asks_when=When("flags", FBU_A, FBU_A), repeats_same=False,
    rules=(
        told("RFC 5568 6.2.3", "sequence", "error", "The sequence number is copied from the update.",
             F("sequence") == F("request:sequence"), field="sequence"),
        told("RFC 5568 6.2.3", "lifetime", "warning", "The lifetime granted is at most the one asked for.",
             implies(F("status") < 128, F("lifetime") <= F("request:lifetime")), field="lifetime"),
    ),
)  # fmt: skip

HANDOVER_EXCHANGE = Exchange(
    "handover", "Handover initiate and acknowledge", clause("RFC 5568 6.2.1"), "handover-initiate", "handover-ack",
    ways=((MAG, MAG),), unsolicited_when=When("code", 0xFF, UNSOLICITED),
    rules=(
        told("RFC 5568 6.2.1.2", "sequence", "error", "The sequence number is copied from the handover initiate.",
             F("sequence") == F("request:sequence"), field="sequence"),
        told("RFC 5568 6.2.1.2", "new-coa", "error", "An initiate with S that is accepted is answered with an address.",
             implies(all_of(has("request:flags", HI_S), no(has("request:flags", HI_P)), F("code") < 128),
                     no(each("mh-address", F(".option_code") != NEW_COA))), field="mh-address"),
        told("RFC 5568 6.2.1.2", "code-irrelevant", "warning", "Codes 1 and 2 do not answer an initiate of code 1.",
             implies(F("request:code") == 1, no(F("code").isin(1, 2))), field="code"),
        told("RFC 5949 6.1.2", "p-flag", "error", "P answers P.",
             any_of(all_of(has("request:flags", HI_P), _HACK_PROXY),
                    all_of(no(has("request:flags", HI_P)), no(_HACK_PROXY))), field="flags"),
        told("RFC 5949 6.1.2", "mn-id-copied", "error", "The mobile node identifier is copied from the initiate.",
             implies(_HACK_PROXY, all_of(F("mn-id.identifier") == F("request:mn-id.identifier"),
                                         F("mn-id.subtype") == F("request:mn-id.subtype"))), field="mn-id"),
        told("RFC 5949 4.1", "needless-132", "error", "132 answers an initiate that asks for forwarding (F).",
             implies(F("code") == 132, has("request:flags", HI_F)), field="code"),
        told("RFC 5949 6.1.2", "context", "error", "Context that is all transferred (6) has a prefix or an address.",
             implies(all_of(_HACK_PROXY, F("code") == 6, present("request:context-request")), _CONTEXT), field="code"),
    ),
)  # fmt: skip

EXCHANGES = (FAST_BINDING, HANDOVER_EXCHANGE)

MESSAGES = (FBU, FBACK, FNA, HANDOVER_INITIATE, HANDOVER_ACKNOWLEDGE)
OPTIONS = (MH_LLA, BADF, MH_ADDRESS)
