"""RFC 5846, binding revocation: indication (BRI) and acknowledgement (BRA)."""

from pmiptool.registry.contradictions import Contradiction
from pmiptool.registry.exchange import LMA, MAG, MN, Exchange
from pmiptool.registry.model import Enumeration, Flag, Flags, Member, Message, clause, u8, u16
from pmiptool.registry.rule import Among, Bits, F, all_of, any_of, each, has, implies, no, present, rule, told

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
BR_P, BR_V, BR_G = 0x8000, 0x4000, 0x2000
FLAGS = (
    Flag("P", BR_P, "Proxy Binding", "RFC 5846"),
    Flag("V", BR_V, "IPv4 HoA Binding Only", "RFC 5846"),
    Flag("G", BR_G, "Global", "RFC 5846"),
)
INDICATION, ACKNOWLEDGEMENT = 1, 2
PER_PEER_POLICY = FIRST_GLOBAL_TRIGGER = 128
LOCAL_POLICY, FIRST_TEST_TRIGGER = 129, 250

_P, _V, _G = has("flags", BR_P), has("flags", BR_V), has("flags", BR_G)
_TRIGGER = F("revocation_trigger")
_PER_PEER = all_of(_G, _TRIGGER == PER_PEER_POLICY)
_SOMEBODY = any_of(present("mn-id"), present("mn-group-id"))
_IPV4 = any_of(present("ipv4-hoa"), present("ipv4-hoa-request"))

BRI = Message(
    "bri", "Binding Revocation Indication", 16, clause("RFC 5846 5.1"), when=INDICATION,
    note="P demands an MN-ID, and 8.1 forbids any option to an anchor that revokes all of a peer: the latter is taken",
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
    rules=(
        rule("RFC 5846 5.1", "mn-id", "error", "An indication with P names the mobile node, but for all of a peer.",
             implies(all_of(_P, no(_PER_PEER)), _SOMEBODY), field="mn-id"),
        rule("RFC 5846 5.1", "mn-id-subtype", "note", "The mobile node identifier is of subtype 1.",
             F("mn-id.subtype") == 1, field="mn-id.subtype"),
        rule("RFC 5846 5.1", "hnp-without-p", "error", "A home network prefix stands in an indication with P.",
             implies(present("hnp"), _P), field="hnp"),
        rule("RFC 5846 5.1", "ipv4-hoa", "error", "An IPv4 Home Address option stands with V, and without P.",
             implies(present("ipv4-hoa"), all_of(_V, no(_P))), field="ipv4-hoa"),
        rule("RFC 5846 5.1", "ipv4-hoa-request", "error", "An IPv4 Home Address Request option stands with V and P.",
             implies(present("ipv4-hoa-request"), all_of(_V, _P)), field="ipv4-hoa-request"),
        rule("RFC 5846 6.1.1", "trigger-global", "error", "The trigger of an indication with G is 128 or more.",
             implies(_G, _TRIGGER >= FIRST_GLOBAL_TRIGGER), field="revocation_trigger"),
        rule("RFC 5846 6.1.1", "trigger-per-mn", "error", "The trigger of an indication without G is less than 128.",
             implies(no(_G), any_of(_TRIGGER < FIRST_GLOBAL_TRIGGER, _TRIGGER >= FIRST_TEST_TRIGGER)),
             field="revocation_trigger"),
        rule("RFC 5846 6.1.1", "trigger-undefined", "warning", "The trigger is one that is assigned, or for tests.",
             any_of(_TRIGGER.isin(*(m.value for m in REVOCATION_TRIGGER.members if isinstance(m.value, int))),
                    _TRIGGER >= FIRST_TEST_TRIGGER), field="revocation_trigger"),
        rule("RFC 5846 6.1.1", "ipv4-address", "error", "An indication with V names the IPv4 home address.",
             implies(_V, _IPV4), field="flags"),
        rule("RFC 5846 8.1", "ipv4-only", "error", "An indication with V and P has no home network prefix.",
             implies(all_of(_V, _P), no(present("hnp"))), field="hnp"),
        rule("RFC 5846 8.1", "per-peer", "error", "An indication for all of a peer names no single binding.",
             implies(_PER_PEER, no(any_of(present("hnp"), present("bid"), _IPV4))), field="flags"),
        rule("RFC 5846 8.1", "local-policy", "error", "An indication by local policy has P and says whom it means.",
             implies(all_of(_G, _TRIGGER == LOCAL_POLICY), all_of(_P, _SOMEBODY)), field="mn-id"),
    ),
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
    rules=(
        rule("RFC 5846 5.2", "hnp-without-p", "error", "A home network prefix stands in an acknowledgement with P.",
             implies(present("hnp"), _P), field="hnp"),
        rule("RFC 5846 5.2", "mn-id-without-p", "warning", "A mobile node is named in an acknowledgement with P.",
             implies(present("mn-id"), _P), field="mn-id"),
        rule("RFC 5846 5.2", "mn-id", "warning", "An acknowledgement with a prefix names its mobile node.",
             implies(present("hnp"), present("mn-id")), field="mn-id"),
        rule("RFC 5846 5.2", "status-undefined", "note", "The status is one that is assigned.",
             F("status").isin(*(m.value for m in REVOCATION_STATUS.members if isinstance(m.value, int))),
             field="status"),
    ),
)  # fmt: skip

_ASKED_G, _ASKED = has("request:flags", BR_G), F("request:revocation_trigger")

REVOCATION = Exchange(
    "binding-revocation", "Binding revocation", clause("RFC 5846 6"), "bri", "bra",
    ways=((LMA, MAG), (MAG, LMA), (LMA, MN)),
    rules=(
        told("RFC 5846 6.1.2", "sequence", "error", "The sequence number is copied from the indication.",
             F("sequence") == F("request:sequence"), field="sequence"),
        told("RFC 5846 6.1.2", "p-flag", "error", "P is that of the indication.",
             Bits("flags", BR_P) == Bits("request:flags", BR_P), field="flags"),
        told("RFC 5846 6.1.2", "v-flag", "error", "V is that of the indication.",
             Bits("flags", BR_V) == Bits("request:flags", BR_V), field="flags"),
        told("RFC 5846 6.1.2", "g-flag", "error", "G is that of the indication.",
             Bits("flags", BR_G) == Bits("request:flags", BR_G), field="flags"),
        told("RFC 5846 5.2", "mn-id-copied", "warning", "The mobile node named is that of the indication.",
             implies(all_of(no(_ASKED_G), present("request:mn-id")),
                     all_of(F("mn-id.identifier") == F("request:mn-id.identifier"),
                            F("mn-id.subtype") == F("request:mn-id.subtype"))), field="mn-id"),
        told("RFC 5846 5.2", "hnp-unasked", "warning", "A prefix named is one of those of the indication.",
             implies(all_of(no(_ASKED_G), present("request:hnp")),
                     each("hnp", Among(".home_network_prefix", "request:hnp.home_network_prefix"))), field="hnp"),
        told("RFC 5846 6.2.1", "function-unsupported", "warning",
             "A trigger that does not fit G is refused with 134 (or 133).",
             implies(any_of(all_of(_ASKED_G, _ASKED < FIRST_GLOBAL_TRIGGER),
                            all_of(no(_ASKED_G), _ASKED >= FIRST_GLOBAL_TRIGGER, _ASKED < FIRST_TEST_TRIGGER)),
                     F("status").isin(133, 134)), field="status"),
        told("RFC 5846 9.1", "identity-required", "error", "A global indication that names nobody is refused with 131.",
             implies(all_of(_ASKED_G, _ASKED == LOCAL_POLICY, no(any_of(
                         present("request:mn-id"), present("request:mn-group-id"), present("request:alt-coa"),
                         present("request:hnp"), present("request:vendor")))), F("status") == 131), field="status"),
        told("RFC 5846 10", "needless-129", "error", "129 answers an indication with V without IPv4 home address.",
             implies(F("status") == 129, all_of(
                 has("request:flags", BR_V), no(present("request:ipv4-hoa-request")),
                 any_of(has("request:flags", BR_P), no(present("request:ipv4-hoa"))))), field="status"),
        told("RFC 5846 8.2", "needless-130", "error", "130 answers an indication with G.",
             implies(F("status") == 130, _ASKED_G), field="status"),
        told("RFC 5846 9.1", "needless-131", "error", "131 answers an indication with G.",
             implies(F("status") == 131, _ASKED_G), field="status"),
        told("RFC 5846 9.1", "needless-132", "warning", "132 answers an indication of an inter-MAG handover.",
             implies(F("status") == 132, _ASKED.isin(2, 3, 4)), field="status"),
        told("RFC 5846 10", "needless-135", "error", "135 answers an indication with P.",
             implies(F("status") == 135, has("request:flags", BR_P)), field="status"),
    ),
)  # fmt: skip

EXCHANGES = (REVOCATION,)

MESSAGES = (BRI, BRA)
