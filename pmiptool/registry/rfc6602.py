"""RFC 6602, bulk binding updates: the group that a mobile node belongs to."""

from pmiptool.registry.contradictions import Contradiction
from pmiptool.registry.model import Enumeration, Member, Option, clause, reserved, u8, u32

SUBTYPE = Enumeration(
    "mn-group-subtype",
    "Kind of a group of mobile nodes",
    Member(0, "reserved", "Reserved", "RFC 6602"),
    Member(1, "bulk-binding-update", "Bulk binding update group", "RFC 6602"),
    Member(255, "reserved-255", "Reserved", "RFC 6602"),
)
GROUP = Enumeration(
    "mn-group",
    "Group of mobile nodes",
    Member(0, "reserved", "Reserved", "RFC 6602"),
    Member(1, "all-sessions", "All sessions between this anchor and this gateway", "RFC 6602"),
)

MN_GROUP_ID = Option(
    "mn-group-id", "Mobile Node Group Identifier", 50, clause("RFC 6602 4.3"),
    carried_in=("pbu", "pba", "bri", "bra", "update-notification", "update-ack"),
    note="no alignment is stated",
    contradictions=(
        Contradiction(
            "mn-group-subtype-width", "Sub-type has 8 bits", "or the option's length would not be 6",
            "Sub-type is drawn 7 bits wide", "RFC 6602 4.3",
        ),
    ),
    fields=(
        u8("subtype", "Kind of group", enum=SUBTYPE, default=1),
        reserved(8),
        u32("group", "Group identifier; 0 is reserved", enum=GROUP),
    ),
    value="MobileNodeGroupIdentifier",
)  # fmt: skip

OPTIONS = (MN_GROUP_ID,)
