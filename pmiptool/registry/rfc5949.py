"""RFC 5949, fast handovers for Proxy Mobile IPv6: its options; flags and codes stand with their messages (RFC 5568)."""

from pmiptool.registry.model import (
    AddressRest,
    Enumeration,
    Member,
    Octets,
    Option,
    Rest,
    SubOption,
    SubOptions,
    SubOptionSpace,
    clause,
    reserved,
    u8,
    u32,
)
from pmiptool.registry.rule import F, all_of, any_of, each, rule

LMA_ADDRESS_CODE = Enumeration(
    "lma-address-code",
    "Kind of the address of a local mobility anchor",
    Member(1, "ipv6", "IPv6 address of the local mobility anchor (LMAA)", "RFC 5949"),
    Member(2, "ipv4", "IPv4 address of the local mobility anchor (IPv4-LMAA)", "RFC 5949"),
)
HANDOVER = ("handover-initiate", "handover-ack")

CONTEXT_REQUEST = Option(
    "context-request", "Context Request", 40, clause("RFC 5949 6.2.1"),
    carried_in=("handover-initiate",), at_most=1, at_most_stated=False,
    fields=(reserved(16), SubOptions("suboptions", "Types of the options asked for", "context-request")),
    value="ContextRequest",
)  # fmt: skip

LMA_ADDRESS = Option(
    "lma-address", "Local Mobility Anchor Address", 41, clause("RFC 5949 6.2.2"),
    carried_in=HANDOVER,
    fields=(
        u8("option_code", "Kind of address", enum=LMA_ADDRESS_CODE),
        reserved(8),
        AddressRest("lma_address", "Address of the local mobility anchor", (4, 16)),
    ),
    value="LmaAddress",
    rules=(
        rule("RFC 5949 6.2.2", "code-and-address", "error", "An IPv6 address has code 1, an IPv4 address code 2.",
             each("lma-address", any_of(all_of(F(".option_code") == 1, F(".lma_address.@size") == 16),
                                        all_of(F(".option_code") == 2, F(".lma_address.@size") == 4))),
             field="lma-address.option_code"),
    ),
)  # fmt: skip

LLA_IID = Option(
    "lla-iid", "Mobile Node Link-local Address Interface Identifier", 42, clause("RFC 5949 6.2.3"),
    carried_in=HANDOVER, at_most=1, at_most_stated=False,
    fields=(reserved(16), Octets("interface_identifier", "Interface identifier", 8)),
    value="LinkLocalInterfaceIdentifier",
)  # fmt: skip

REQUESTS = SubOptionSpace(
    "context-request",
    open=True,
    clause=clause("RFC 5949 6.2.1"),
    entries=(
        SubOption(
            "vendor-request", "Vendor Specific", 19, clause("RFC 5949 6.2.1"),
            fields=(
                u32("vendor_id", "SMI private enterprise number of the vendor"),
                u8("sub_type", "The vendor's own type"),
                Rest("vendor_data", "The vendor's data"),
            ),
            value="VendorRequest",
        ),
    ),
)  # fmt: skip

SPACES = (REQUESTS,)
OPTIONS = (CONTEXT_REQUEST, LMA_ADDRESS, LLA_IID)
