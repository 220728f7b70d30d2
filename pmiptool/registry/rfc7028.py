"""RFC 7028: which multicast the gateway routes locally."""

from pmiptool.registry import multicast
from pmiptool.registry.contradictions import Contradiction
from pmiptool.registry.model import Count, Enumeration, Member, Option, Records, bits, clause, reserved, u8

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
    note="no alignment is stated; a record of MLDv1, IGMPv1 or IGMPv2 is its address alone",
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
        Count("records_count", "How many records follow", of="records", bits=16),
        Records(
            "records", "Multicast address records of that protocol", by="protocol", count="records_count",
            of=(
                (0x12, multicast.GROUP), (0x16, multicast.GROUP), (0x22, multicast.IGMPV3),
                (131, multicast.ADDRESS), (143, multicast.MLDV2),
            ),
        ),
    ),
    value="DynamicMulticastSelector",
)  # fmt: skip

OPTIONS = (MULTICAST_SELECTOR,)
