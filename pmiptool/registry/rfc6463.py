"""RFC 6463, runtime assignment of a local mobility anchor: redirection, load, and the IPv4 alternate address."""

from pmiptool.registry.model import AddressRest, Option, bits, clause, reserved, u16, u32
from pmiptool.registry.rule import F, all_of, any_of, each, implies, present, rule, told, unasked

REDIRECT_CAPABILITY = Option(
    "redirect-capability", "Redirect-Capability", 46, clause("RFC 6463 4.1"),
    align=(4, 0), carried_in=("pbu",), at_most=1,
    fields=(reserved(16),),
    value="RedirectCapability",
)  # fmt: skip

REDIRECT = Option(
    "redirect", "Redirect", 47, clause("RFC 6463 4.2"),
    align=(4, 0), carried_in=("pba",), at_most=1,
    fields=(
        bits(1, "k", "An IPv6 address is there"),
        bits(1, "n", "An IPv4 address is there"),
        reserved(14),
        AddressRest("r2lma_address", "Address of the anchor to go to", (4, 16)),
    ),
    value="Redirect",
    rules=(
        rule("RFC 6463 4.2", "k-and-n", "error",
             "K stands alone with an IPv6 address, N alone with an IPv4 address.",
             each("redirect", any_of(all_of(F(".k") == 1, F(".n") == 0, F(".r2lma_address.@size") == 16),
                                     all_of(F(".k") == 0, F(".n") == 1, F(".r2lma_address.@size") == 4))),
             field="redirect.k"),
        rule("RFC 6463 5.3", "success", "error", "A redirection comes with a status that accepts.",
             implies(present("redirect"), F("status") < 128), messages=("pba",), field="redirect"),
        told("RFC 6463 5.2", "redirect-unasked", "error", "A redirection answers a request that is capable of it.",
             implies(present("redirect"), present("request:redirect-capability")), field="redirect",
             messages=("pbu",)),
    ),
)  # fmt: skip

LOAD_INFORMATION = Option(
    "load-information", "Load Information", 48, clause("RFC 6463 4.3"),
    align=(4, 0), carried_in=("pba",),
    fields=(
        u16("priority", "Priority of the anchor, lower first"),
        u32("sessions_in_use", "Sessions in use"),
        u32("maximum_sessions", "Most sessions"),
        u32("used_capacity", "Used capacity in kilobytes per second"),
        u32("maximum_capacity", "Most capacity in kilobytes per second"),
    ),
    value="LoadInformation",
)  # fmt: skip

ALTERNATE_IPV4_COA = Option(
    "alt-ipv4-coa", "Alternate IPv4 Care-of Address", 49, clause("RFC 6463 4.4"),
    align=(4, 2), carried_in=("pbu", "pba"),
    fields=(AddressRest("alternate_ipv4_care_of_address", "Alternate IPv4 care-of address", (4,)),),
    value="AlternateIpv4CareOfAddress",
    rules=(
        unasked("RFC 6463 4.4", "alt-ipv4-coa", "An alternate IPv4 care-of address"),
        told("RFC 6463 4.4", "alt-ipv4-coa-copied", "error",
             "An alternate IPv4 care-of address comes back as it was.",
             F("alt-ipv4-coa.alternate_ipv4_care_of_address")
             == F("request:alt-ipv4-coa.alternate_ipv4_care_of_address"), field="alt-ipv4-coa", messages=("pbu",)),
    ),
)  # fmt: skip

OPTIONS = (REDIRECT_CAPABILITY, REDIRECT, LOAD_INFORMATION, ALTERNATE_IPV4_COA)
