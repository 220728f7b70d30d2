"""RFC 5846, binding revocation: indication (BRI) and acknowledgement (BRA)."""

from pmiptool.registry.contradictions import Contradiction
from pmiptool.registry.model import LMA, MAG, Enumeration, Exchange, Flag, Flags, Member, Message, clause, u8, u16

REVOCATION_TYPE = Enumeration(
    "binding-revocation-type",
    "Which of the binding revocation messages it is",
    Member(0, "reserved", "Reserved", "RFC 5846"),
    Member(1, "bri", "Binding Revocation Indication", "RFC 5846"),
    Member(2, "bra", "Binding Revocation Acknowledgement", "RFC 5846"),
)
REVOCATION_TRIGGER = Enumeration(
    "revocation-trigger",
    "Why bindings are revoked; 128 and above: globally",
    Member(0, "unspecified", "Unspecified", "RFC 5846"),
    Member(1, "administrative", "Administrative reason", "RFC 5846"),
    Member(2, "inter-mag-same-att", "Inter-MAG handover, same access type", "RFC 5846"),
    Member(3, "inter-mag-different-att", "Inter-MAG handover, different access type", "RFC 5846"),
    Member(4, "inter-mag-unknown", "Inter-MAG handover, access type unknown", "RFC 5846"),
    Member(5, "user-terminated", "User-initiated session termination", "RFC 5846"),
    Member(6, "access-network-terminated", "Access network session termination", "RFC 5846"),
    Member(7, "out-of-sync", "Possible out-of-sync binding cache entry", "RFC 5846"),
    Member(128, "per-peer-policy", "Per-peer policy", "RFC 5846"),
    Member(129, "local-policy", "Revoking mobility node local policy", "RFC 5846"),
)
REVOCATION_STATUS = Enumeration(
    "revocation-status",
    "Status of a binding revocation acknowledgement; 128 and above reject",
    Member(0, "success", "Success", "RFC 5846"),
    Member(1, "partial-success", "Partial success", "RFC 5846"),
    Member(128, "no-binding", "Binding does not exist", "RFC 5846"),
    Member(129, "ipv4-hoa-option-required", "IPv4 home address option required", "RFC 5846"),
    Member(130, "global-not-authorized", "Global revocation not authorized", "RFC 5846"),
    Member(131, "identity-required", "Revoked mobile nodes identity required", "RFC 5846"),
    Member(132, "mn-attached", "Revocation failed, the mobile node is attached", "RFC 5846"),
    Member(133, "trigger-not-supported", "Revocation trigger not supported", "RFC 5846"),
    Member(134, "function-not-supported", "Revocation function not supported", "RFC 5846"),
    Member(135, "proxy-not-supported", "Proxy binding revocation not supported", "RFC 5846"),
)
FLAGS = (
    Flag("P", 0x8000, "Proxy Binding", "RFC 5846"),
    Flag("V", 0x4000, "IPv4 HoA Binding Only", "RFC 5846"),
    Flag("G", 0x2000, "Global", "RFC 5846"),
)
INDICATION, ACKNOWLEDGEMENT = 1, 2

BRI = Message(
    "bri", "Binding Revocation Indication", 16, clause("RFC 5846 5.1"), when=INDICATION,
    contradictions=(
        Contradiction(
            "trigger-128", "triggers of 128 and above are global", "the list of global triggers begins with 128",
            "triggers greater than 128 are global", "RFC 5846 5.1",
        ),
    ),
    fields=(
        u8("binding_revocation_type", "Binding revocation type", enum=REVOCATION_TYPE, default=INDICATION),
        u8("revocation_trigger", "Revocation trigger", enum=REVOCATION_TRIGGER),
        u16("sequence", "Sequence number"),
        Flags("flags", "Flags", 16, FLAGS),
    ),
    value="BindingRevocationIndication",
)  # fmt: skip

BRA = Message(
    "bra", "Binding Revocation Acknowledgement", 16, clause("RFC 5846 5.2"), when=ACKNOWLEDGEMENT,
    fields=(
        u8("binding_revocation_type", "Binding revocation type", enum=REVOCATION_TYPE, default=ACKNOWLEDGEMENT),
        u8("status", "Status", enum=REVOCATION_STATUS),
        u16("sequence", "Sequence number"),
        Flags("flags", "Flags", 16, FLAGS),
    ),
    value="BindingRevocationAcknowledgement",
)  # fmt: skip

REVOCATION = Exchange(
    "binding-revocation", "Binding revocation", clause("RFC 5846 6"), "bri", "bra",
    ways=((LMA, MAG), (MAG, LMA)),
)  # fmt: skip

EXCHANGES = (REVOCATION,)

MESSAGES = (BRI, BRA)
