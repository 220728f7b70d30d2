"""RFC 6705, localized routing: initiation (LRI), acknowledgment (LRA), and the address of the other gateway."""

from pmiptool.registry.contradictions import Contradiction
from pmiptool.registry.exchange import LMA, MAG, Exchange, When
from pmiptool.registry.model import (
    Address,
    Enumeration,
    Flag,
    Flags,
    Member,
    Message,
    Option,
    clause,
    reserved,
    u8,
    u16,
)
from pmiptool.registry.rule import Among, F, SameSet, all_of, count, each, implies, rule, told

LRA_STATUS = Enumeration(
    "lra-status",
    "Status of a localized routing acknowledgment; 128 and above reject",
    Member(0, "success", "Success", "RFC 6705"),
    Member(128, "not-allowed", "Localized routing not allowed", "RFC 6705"),
    Member(129, "mn-not-attached", "Mobile node not attached", "RFC 6705"),
)
FOR_EVER = 0xFFFF
LRA_U = 0x80
_NAME, _PREFIX = "mn-id.identifier", "hnp.home_network_prefix"

LRI = Message(
    "lri", "Localized Routing Initiation", 17, clause("RFC 6705 10.1"),
    fields=(
        u16("sequence", "Sequence number"),
        reserved(16),
        u16("lifetime", "Lifetime in seconds; 0 ends localized routing", unit=1, infinite=FOR_EVER),
    ),
    value="LocalizedRoutingInitiation",
    rules=(
        rule("RFC 6705 10.1", "two-mobile-nodes", "error", "An initiation names two mobile nodes.",
             count("mn-id") == 2, field="mn-id"),
        rule("RFC 6705 10.1", "two-prefixes", "error", "An initiation has a prefix of either mobile node.",
             count("hnp") >= 2, field="hnp"),
    ),
)  # fmt: skip

LRA = Message(
    "lra", "Localized Routing Acknowledgment", 18, clause("RFC 6705 10.2"),
    fields=(
        u16("sequence", "Sequence number, that of the initiation"),
        Flags("flags", "Flags", 8, (Flag("U", LRA_U, "Unsolicited", "RFC 6705"),)),
        u8("status", "Status", enum=LRA_STATUS),
        u16("lifetime", "Lifetime in seconds", unit=1, infinite=FOR_EVER),
    ),
    value="LocalizedRoutingAcknowledgment",
    rules=(
        rule("RFC 6705 10.2", "two-mobile-nodes", "error", "An acknowledgment of status 0 names two mobile nodes.",
             implies(F("status") == 0, count("mn-id") == 2), field="mn-id"),
        rule("RFC 6705 10.2", "two-prefixes", "error", "An acknowledgment of status 0 has a prefix of either.",
             implies(F("status") == 0, count("hnp") >= 2), field="hnp"),
        rule("RFC 6705 10.2", "status-undefined", "note", "The status is one that is assigned.",
             F("status").isin(*(m.value for m in LRA_STATUS.members if isinstance(m.value, int))), field="status"),
    ),
)  # fmt: skip

MAG_IPV6_ADDRESS = Option(
    "mag-ipv6-address", "MAG IPv6 Address", 51, clause("RFC 6705 11.1"),
    align=(8, 4), carried_in=("lri",),
    contradictions=(
        Contradiction(
            "mag-ipv6-address-clause", "11.1 defines it", "it stands there",
            "10.1 points to itself for the option", "RFC 6705 10.1",
        ),
    ),
    fields=(
        reserved(8),
        u8("address_length", "Address length in bits; 128", minimum=128, maximum=128, default=128),
        Address("mag_ipv6_address", "Address of a gateway in localized routing"),
    ),
    value="MagIpv6Address",
)  # fmt: skip

LOCALIZED_ROUTING = Exchange(
    "localized-routing", "Localized routing", clause("RFC 6705 10"), "lri", "lra",
    ways=((LMA, MAG), (MAG, LMA)), unsolicited_when=When("flags", LRA_U, LRA_U),
    rules=(
        told("RFC 6705 10.2", "sequence", "error", "The sequence number is copied from the initiation.",
             F("sequence") == F("request:sequence"), field="sequence"),
        told("RFC 6705 10.2", "mobile-nodes", "error", "Status 0 comes with both mobile nodes of the initiation.",
             implies(F("status") == 0, SameSet(f"request:{_NAME}", _NAME)), field="mn-id"),
        told("RFC 6705 10.2", "prefixes", "error", "Status 0 comes with the prefixes of the initiation.",
             implies(F("status") == 0, SameSet(f"request:{_PREFIX}", _PREFIX)), field="hnp"),
        told("RFC 6705 10.2", "order", "error", "Status 0 comes with the mobile nodes in the order of the initiation.",
             implies(F("status") == 0, F(_NAME) == F(f"request:{_NAME}")), field="mn-id"),
        told("RFC 6705 10.2", "mobile-node-unasked", "error", "A mobile node named is one of the initiation.",
             implies(F("status") != 0, each("mn-id", Among(".identifier", f"request:{_NAME}"))), field="mn-id"),
        told("RFC 6705 10.2", "prefix-unasked", "error", "A prefix named is one of the initiation.",
             implies(F("status") != 0, each("hnp", Among(".home_network_prefix", f"request:{_PREFIX}"))),
             field="hnp"),
        told("RFC 6705 10.2", "lifetime", "warning", "The lifetime is at most that of the initiation.",
             implies(F("status") < 128, F("lifetime") <= F("request:lifetime")), field="lifetime"),
        told("RFC 6705 10.2", "lifetime-zero", "warning", "Status 0 grants an initiation for a time some time.",
             implies(all_of(F("status") == 0, F("request:lifetime") > 0), F("lifetime") > 0), field="lifetime"),
    ),
)  # fmt: skip

EXCHANGES = (LOCALIZED_ROUTING,)

MESSAGES = (LRI, LRA)
OPTIONS = (MAG_IPV6_ADDRESS,)
