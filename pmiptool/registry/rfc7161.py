"""RFC 7161: multicast subscriptions that move with a mobile node, asked for and told."""

from pmiptool.registry import multicast
from pmiptool.registry.exchange import LMA, MAG, Exchange
from pmiptool.registry.model import (
    Address,
    Enumeration,
    Flag,
    Flags,
    Member,
    Message,
    Option,
    Record,
    Records,
    clause,
    reserved,
    u8,
)
from pmiptool.registry.rule import Among, F, all_of, any_of, each, has, implies, no, present, rule, told

RESPONSE_I = 0x80
BU_S, BA_S = 0x0020, 0x04
_SUBSCRIPTIONS = any_of(present("multicast-ipv4"), present("multicast-ipv6"))

IGMP_TYPE = Enumeration(
    "igmp-type",
    "IPv4 membership protocol, as the type of its report",
    Member(0x12, "igmpv1", "IGMPv1", "RFC 7161"),
    Member(0x16, "igmpv2", "IGMPv2", "RFC 7161"),
    Member(0x22, "igmpv3", "IGMPv3", "RFC 7161"),
)
MLD_TYPE = Enumeration(
    "mld-type",
    "IPv6 membership protocol, as the type of its report",
    Member(131, "mldv1", "MLDv1", "RFC 7161"),
    Member(143, "mldv2", "MLDv2", "RFC 7161"),
)

SUBSCRIPTION_QUERY = Message(
    "subscription-query", "Subscription Query", 22, clause("RFC 7161 4.3.1.2"),
    fields=(u8("sequence", "Sequence number, modulo 256"), reserved(8)),
    value="SubscriptionQuery",
    rules=(
        rule("RFC 7161 4.3.1.2", "mn-id", "error", "A subscription query names the mobile node.",
             present("mn-id"), field="mn-id"),
    ),
)  # fmt: skip

SUBSCRIPTION_RESPONSE = Message(
    "subscription-response", "Subscription Response", 23, clause("RFC 7161 4.3.2.2"),
    fields=(
        u8("sequence", "Sequence number, that of the query"),
        Flags("flags", "Flags", 8, (Flag("I", RESPONSE_I, "There are subscriptions", "RFC 7161"),)),
    ),
    value="SubscriptionResponse",
    rules=(
        rule("RFC 7161 4.3.2.2", "mn-id", "error", "A subscription response names the mobile node.",
             present("mn-id"), field="mn-id"),
        rule("RFC 7161 4.3.2.2", "subscriptions-missing", "error", "With I set there are subscriptions.",
             implies(has("flags", RESPONSE_I), _SUBSCRIPTIONS), field="flags"),
        rule("RFC 7161 4.3.2.2", "subscriptions-unsaid", "error", "Without I there are no subscriptions.",
             implies(_SUBSCRIPTIONS, has("flags", RESPONSE_I)), field="flags"),
    ),
)  # fmt: skip

CARRIED_IN = ("pbu", "pba", "subscription-response")

MULTICAST_IPV4 = Option(
    "multicast-ipv4", "Active Multicast Subscription IPv4", 56, clause("RFC 7161 6.1"),
    align=(4, 1), carried_in=CARRIED_IN,
    fields=(
        u8("igmp_type", "Membership protocol", enum=IGMP_TYPE, default=0x22),
        Records(
            "context", "Membership context", by="igmp_type", single=True,
            of=((0x12, multicast.GROUP), (0x16, multicast.GROUP), (0x22, multicast.IGMPV3)),
        ),
    ),
    value="ActiveMulticastSubscriptionIpv4",
)  # fmt: skip

MLDV1 = Record(
    "mldv1-context", "MLDv1 Context", None, clause("RFC 7161 4.1.3"),
    fields=(reserved(32), Address("multicast_address", "Multicast address")),
    value="Mldv1Context",
)  # fmt: skip

MULTICAST_IPV6 = Option(
    "multicast-ipv6", "Active Multicast Subscription IPv6", 57, clause("RFC 7161 4.1.2"),
    align=(8, 1), carried_in=CARRIED_IN,
    fields=(
        u8("mld_type", "Membership protocol", enum=MLD_TYPE, default=143),
        Records(
            "context", "Membership context", by="mld_type", single=True, of=((131, MLDV1), (143, multicast.MLDV2))
        ),
    ),
    value="ActiveMulticastSubscriptionIpv6",
    rules=(
        rule("RFC 7161 4.2.1.1", "s-flag", "error", "A PBA with subscriptions has the S flag.",
             implies(_SUBSCRIPTIONS, has("flags", BA_S)), messages=("pba",), field="flags"),
        rule("RFC 7161 4.2.1.2", "subscriptions", "error", "A de-registration with the S flag has the subscriptions.",
             implies(all_of(F("lifetime") == 0, has("flags", BU_S)), _SUBSCRIPTIONS), messages=("pbu",),
             field="flags"),
        rule("RFC 7161 4.2.1.2", "s-flag", "error", "A de-registration with subscriptions has the S flag.",
             implies(all_of(F("lifetime") == 0, _SUBSCRIPTIONS), has("flags", BU_S)), messages=("pbu",),
             field="flags"),
        told("RFC 7161 4.2.1.1", "s-unasked", "error", "S in an acknowledgement answers S.",
             implies(has("flags", BA_S), has("request:flags", BU_S)), field="flags", messages=("pbu",)),
        told("RFC 7161 4.2.1.2", "s-in-removal", "warning", "The answer to a de-registration has no S.",
             implies(F("request:lifetime") == 0, no(has("flags", BA_S))), field="flags", messages=("pbu",)),
    ),
)  # fmt: skip

SUBSCRIPTION = Exchange(
    "subscription", "Multicast subscription query", clause("RFC 7161 4.3"),
    "subscription-query", "subscription-response", ways=((LMA, MAG), (MAG, LMA)),
    rules=(
        told("RFC 7161 4.3.2.2", "sequence", "error", "The sequence number is copied from the query.",
             F("sequence") == F("request:sequence"), field="sequence"),
        told("RFC 7161 4.3.2.2", "mn-id-copied", "error", "The mobile node is that of the query.",
             implies(present("request:mn-id"), all_of(F("mn-id.identifier") == F("request:mn-id.identifier"),
                                                      F("mn-id.subtype") == F("request:mn-id.subtype"))),
             field="mn-id"),
        told("RFC 7161 4.3.2.2", "hnp-unasked", "warning", "A prefix of the response is one of the query.",
             implies(present("request:hnp"),
                     each("hnp", Among(".home_network_prefix", "request:hnp.home_network_prefix"))), field="hnp"),
    ),
)  # fmt: skip

EXCHANGES = (SUBSCRIPTION,)

MESSAGES = (SUBSCRIPTION_QUERY, SUBSCRIPTION_RESPONSE)
OPTIONS = (MULTICAST_IPV4, MULTICAST_IPV6)
