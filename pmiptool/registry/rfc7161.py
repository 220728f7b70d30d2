"""RFC 7161: multicast subscriptions that move with a mobile node, asked for and told."""

from pmiptool.registry import multicast
from pmiptool.registry.model import (
    LMA,
    MAG,
    Address,
    Enumeration,
    Exchange,
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
from pmiptool.registry.rule import any_of, has, implies, present, rule

RESPONSE_I = 0x80
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
)  # fmt: skip

SUBSCRIPTION = Exchange(
    "subscription", "Multicast subscription query", clause("RFC 7161 4.3"),
    "subscription-query", "subscription-response", ways=((LMA, MAG), (MAG, LMA)),
)  # fmt: skip

EXCHANGES = (SUBSCRIPTION,)

MESSAGES = (SUBSCRIPTION_QUERY, SUBSCRIPTION_RESPONSE)
OPTIONS = (MULTICAST_IPV4, MULTICAST_IPV6)
