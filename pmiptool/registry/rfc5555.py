"""RFC 5555, dual-stack Mobile IPv6: IPv4 home and care-of addresses and NAT detection."""

from pmiptool.registry.contradictions import Contradiction, OtherNumber
from pmiptool.registry.model import AddressRest, Enumeration, Member, Option, bits, clause, reserved, u8, u32
from pmiptool.registry.rule import F, each, implies, rule

BU_F = 0x0100  # UDP encapsulation is forced: RFC 5555 4.1, RFC 5844 4.2.2.1

ADDRESS_STATUS = Enumeration(
    "ipv4-address-status",
    "Status of an IPv4 home address (RFC 5555); 128 and above reject",
    Member(0, "success", "Success", "RFC 5555"),
    Member(128, "failure", "Failure, reason unspecified", "RFC 5555"),
    Member(129, "prohibited", "Administratively prohibited", "RFC 5555"),
    Member(130, "incorrect-home-address", "Incorrect IPv4 home address", "RFC 5555"),
    Member(131, "invalid-address", "Invalid IPv4 address", "RFC 5555"),
    Member(132, "dynamic-unavailable", "Dynamic IPv4 home address assignment not available", "RFC 5555"),
    Member(133, "prefix-unauthorized", "Prefix allocation unauthorized", "RFC 5555"),
)

IPV4_HOA = Option(
    "ipv4-hoa", "IPv4 Home Address", 29, clause("RFC 5555 3.1.1"),
    align=(4, 0), carried_in=("binding-update", "bri"),
    fields=(
        bits(6, "prefix_length", "Prefix length; 32 for a single address", minimum=1, maximum=32, default=32),
        bits(1, "p", "A mobile network prefix is asked for"),
        reserved(9),
        AddressRest("ipv4_home_address", "IPv4 home address; 0.0.0.0 asks for one", (4,)),
    ),
    value="Ipv4HomeAddress",
)  # fmt: skip

IPV4_ADDRESS_ACK = Option(
    "ipv4-address-ack", "IPv4 Address Acknowledgement", 30, clause("RFC 5555 3.2.1"),
    align=(4, 0), carried_in=("binding-ack",),
    contradictions=(
        Contradiction(
            "ipv4-address-ack-29", "its number is 30", "3.2.1 and IANA have 30, and 29 is the IPv4 Home Address",
            "its number is 29", "RFC 5555 8", OtherNumber((29,)),
        ),
    ),
    fields=(
        u8("status", "Status", enum=ADDRESS_STATUS),
        bits(6, "prefix_length", "Prefix length granted; 0 on failure", maximum=32),
        reserved(2),
        AddressRest("ipv4_home_address", "IPv4 home address", (4,)),
    ),
    value="Ipv4AddressAcknowledgement",
    rules=(
        rule("RFC 5555 3.2.1", "refused-length", "error", "With a status that rejects the prefix length is 0.",
             each("ipv4-address-ack", implies(F(".status") >= 128, F(".prefix_length") == 0)),
             field="ipv4-address-ack.prefix_length"),
    ),
)  # fmt: skip

NAT_DETECTION = Option(
    "nat-detection", "NAT Detection", 31, clause("RFC 5555 3.2.2"),
    align=(4, 0), carried_in=("binding-ack",),
    fields=(
        bits(1, "f", "UDP encapsulation is required"),
        reserved(15),
        u32("refresh_time", "Seconds between refreshes of the NAT binding; 0 says nothing, all ones: no NAT", unit=1,
            infinite=0xFFFFFFFF),
    ),
    value="NatDetection",
)  # fmt: skip

IPV4_COA = Option(
    "ipv4-coa", "IPv4 Care-of Address", 32, clause("RFC 5555 3.1.2"),
    align=(4, 0), carried_in=("binding-update",),
    fields=(reserved(16), AddressRest("ipv4_care_of_address", "IPv4 care-of address", (4,))),
    value="Ipv4CareOfAddress",
)  # fmt: skip

OPTIONS = (IPV4_HOA, IPV4_ADDRESS_ACK, NAT_DETECTION, IPV4_COA)
