"""RFC 5568, Mobile IPv6 fast handovers: messages and options; RFC 5949 adds flags and codes for proxy mobility."""

from pmiptool.registry.contradictions import Contradiction, OtherLength, OtherNumber
from pmiptool.registry.model import (
    MAG,
    MN,
    Enumeration,
    Exchange,
    Flag,
    Flags,
    Member,
    Message,
    Option,
    Prefix,
    Rest,
    When,
    clause,
    u8,
    u16,
    u32,
)
from pmiptool.registry.rfc6275 import LIFETIME_UNIT

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

FBU_A = 0x8000
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
)  # fmt: skip

HANDOVER_EXCHANGE = Exchange(
    "handover", "Handover initiate and acknowledge", clause("RFC 5568 6.2.1"), "handover-initiate", "handover-ack",
    ways=((MAG, MAG),), unsolicited_when=When("code", 0xFF, UNSOLICITED),
)  # fmt: skip

EXCHANGES = (FAST_BINDING, HANDOVER_EXCHANGE)

MESSAGES = (FBU, FBACK, FNA, HANDOVER_INITIATE, HANDOVER_ACKNOWLEDGE)
OPTIONS = (MH_LLA, BADF, MH_ADDRESS)
