"""RFC 6602, bulk binding updates: the group that a mobile node belongs to."""

from pmiptool.registry.contradictions import Contradiction
from pmiptool.registry.model import Enumeration, Member, Option, clause, reserved, u8, u32
from pmiptool.registry.rule import F, Unique, all_of, any_of, each, has, implies, no, present, rule, told

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

BU_B, BA_B = 0x0040, 0x08
_SESSION = ("mn-id", "hnp", "ipv4-hoa-request", "gre-key")
_SINGLE = any_of(*(present(name) for name in _SESSION))
_ASKED_SINGLE = any_of(*(present(f"request:{name}") for name in _SESSION))

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
    rules=(
        rule("RFC 6602 4.1", "b-without-p", "error", "A binding update without P has no B.",
             no(has("flags", BU_B)), messages=("binding-update",), field="flags"),
        rule("RFC 6602 4.2", "b-without-p", "error", "A binding acknowledgement without P has no B.",
             no(has("flags", BA_B)), messages=("binding-ack",), field="flags"),
        rule("RFC 6602 4.3", "subtype-twice", "warning", "Group identifiers of one message have different sub-types.",
             Unique("mn-group-id.subtype"), field="mn-group-id"),
        rule("RFC 6602 4.3", "group-zero", "warning", "A group identifier is not 0.",
             each("mn-group-id", F(".group") != 0), field="mn-group-id.group"),
        rule("RFC 6602 5.1.2", "group", "error", "A request for bulk binding updates (B) names a group.",
             implies(has("flags", BU_B), present("mn-group-id")), messages=("pbu",), field="mn-group-id"),
        rule("RFC 6602 5.1.3", "bulk-update", "error", "A bulk binding update names no single session.",
             implies(all_of(present("mn-group-id"), no(has("flags", BU_B))), no(_SINGLE)), messages=("pbu",),
             field="mn-group-id"),
        rule("RFC 6602 5.1.3", "bulk-revocation", "error", "A bulk revocation names no single session.",
             implies(present("mn-group-id"), no(_SINGLE)), messages=("bri",), field="mn-group-id"),
        rule("RFC 6602 5.2.2", "group", "error", "An acknowledgement with B names a group.",
             implies(has("flags", BA_B), present("mn-group-id")), messages=("pba",), field="mn-group-id"),
        told("RFC 6602 4.2", "b-unasked", "error", "B in an acknowledgement answers B.",
             implies(has("flags", BA_B), has("request:flags", BU_B)), field="flags", messages=("pbu",)),
        told("RFC 6602 5.2.2", "group-without-b", "error", "Without B an acknowledgement of one session has no group.",
             implies(all_of(has("request:flags", BU_B), no(has("flags", BA_B))), no(present("mn-group-id"))),
             field="mn-group-id", messages=("pbu",)),
        told("RFC 6602 5.2.3", "group-copied", "error", "A bulk binding update is accepted with its group.",
             implies(all_of(present("request:mn-group-id"), no(has("request:flags", BU_B)), no(_ASKED_SINGLE),
                            F("status") == 0), F("mn-group-id.group") == F("request:mn-group-id.group")),
             field="mn-group-id", messages=("pbu",)),
        told("RFC 6602 5.2.3", "group-missing", "error", "A bulk binding update is accepted with a group.",
             implies(all_of(present("request:mn-group-id"), no(has("request:flags", BU_B)), no(_ASKED_SINGLE),
                            F("status") == 0), present("mn-group-id")), field="mn-group-id", messages=("pbu",)),
        told("RFC 6602 5.2.3", "needless-175", "error", "175 answers a request with a group.",
             implies(F("status") == 175, present("request:mn-group-id")), field="status", messages=("pbu",)),
        # Warnings: who knows no groups skips the option (RFC 6275 6.2.1), and revokes a single session.
        told("RFC 6602 5.2.3", "bulk-revoked", "warning", "A bulk revocation is accepted with its group.",
             implies(all_of(present("request:mn-group-id"), F("status") == 0),
                     all_of(present("mn-group-id"), F("mn-group-id.group") == F("request:mn-group-id.group"))),
             field="mn-group-id", messages=("bri",)),
        told("RFC 6602 5.2.3", "bulk-revocation-invalid", "warning",
             "A bulk revocation that names a single session is refused, with 128 where nothing else is wrong.",
             implies(all_of(present("request:mn-group-id"), _ASKED_SINGLE), F("status") >= 128),
             field="status", messages=("bri",)),
    ),
)  # fmt: skip

OPTIONS = (MN_GROUP_ID,)
