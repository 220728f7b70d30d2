"""RFC 7028: which multicast the gateway routes locally."""

from pmiptool.registry.contradictions import Contradiction
from pmiptool.registry.model import Enumeration, Member, Option, Rest, bits, clause, reserved, u8, u16

PROTOCOL = Enumeration(
    "multicast-protocol",
    "Membership protocol, as the type of its report",
    Member(0x12, "igmpv1", "IGMPv1", "RFC 7028"),
    Member(0x16, "igmpv2", "IGMPv2", "RFC 7028"),
    Member(0x22, "igmpv3", "IGMPv3", "RFC 7028"),
    Member(131, "mldv1", "MLDv1", "RFC 7028"),
    Member(143, "mldv2", "MLDv2", "RFC 7028"),
)

MULTICAST_SELECTOR = Option(
    "multicast-selector", "Dynamic IP Multicast Selector", 54, clause("RFC 7028 5.1.2"),
    carried_in=("pba",),
    note="no alignment is stated; the records stand as octets",
    contradictions=(
        Contradiction(
            "multicast-protocol-width", "Protocol has 8 bits", "its values have 8, and M follows at once",
            "Protocol is drawn 9 bits wide", "RFC 7028 5.1.2",
        ),
    ),
    fields=(
        u8("protocol", "Membership protocol", enum=PROTOCOL, default=143),
        bits(1, "m", "1: routed locally; 0: through the home network"),
        reserved(7),
        u16("records_count", "How many records follow"),
        Rest("records", "Multicast address records of that protocol"),
    ),
    value="DynamicMulticastSelector",
)  # fmt: skip

OPTIONS = (MULTICAST_SELECTOR,)
