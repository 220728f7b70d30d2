"""RFC 7109, flow bindings that the home agent initiates: indication (FBI), acknowledgement (FBA), two sub-options."""

from pmiptool.registry.contradictions import Contradiction
from pmiptool.registry.model import (
    LMA,
    MAG,
    MN,
    AddressRest,
    Enumeration,
    Exchange,
    Flag,
    Flags,
    Member,
    Message,
    SubOption,
    When,
    clause,
    reserved,
    u8,
    u16,
)

FLOW_BINDING_TYPE = Enumeration(
    "flow-binding-type",
    "Which of the flow binding messages it is",
    Member(1, "fbi", "Flow Binding Indication", "RFC 7109"),
    Member(2, "fba", "Flow Binding Acknowledgement", "RFC 7109"),
)
TRIGGER = Enumeration(
    "flow-binding-trigger",
    "Why the flow bindings are changed; 250 to 255 are for tests",
    Member(0, "reserved", "Reserved", "RFC 7109"),
    Member(1, "unspecified", "Unspecified", "RFC 7109"),
    Member(2, "administrative", "Administrative reason", "RFC 7109"),
    Member(3, "out-of-sync", "Possible out-of-sync binding cache entry", "RFC 7109"),
)
STATUS = Enumeration(
    "flow-binding-status",
    "Status of a flow binding acknowledgement; 128 and above reject",
    Member(0, "success", "Success", "RFC 7109"),
    Member(128, "no-binding", "Binding (target care-of address) does not exist", "RFC 7109"),
    Member(129, "action-not-authorized", "Action not authorized", "RFC 7109"),
)
ACTION = Enumeration(
    "flow-binding-action",
    "What is to be done with a flow binding",
    Member(11, "add", "Add a flow binding", "RFC 7109"),
    Member(12, "delete", "Delete a flow binding", "RFC 7109"),
    Member(13, "modify", "Modify a flow binding", "RFC 7109"),
    Member(14, "refresh", "Refresh a flow binding", "RFC 7109"),
    Member(15, "move", "Move a flow binding", "RFC 7109"),
    Member(16, "revoke", "Revoke a flow binding", "RFC 7109"),
)
INDICATION, ACKNOWLEDGEMENT = 1, 2
ADD = 11
FBI_A = 0x80

FBI = Message(
    "fbi", "Flow Binding Indication", 21, clause("RFC 7109 6.1.1"), when=INDICATION,
    fields=(
        u16("flow_binding_type", "Flow binding type", enum=FLOW_BINDING_TYPE, default=INDICATION),
        u16("sequence", "Sequence number"),
        u8("trigger", "Trigger", enum=TRIGGER, default=1),
        Flags("flags", "Flags", 8, (Flag("A", FBI_A, "Acknowledge", "RFC 7109"),)),
    ),
    value="FlowBindingIndication",
)  # fmt: skip

FBA = Message(
    "fba", "Flow Binding Acknowledgement", 21, clause("RFC 7109 6.1.2"), when=ACKNOWLEDGEMENT,
    fields=(
        u16("flow_binding_type", "Flow binding type", enum=FLOW_BINDING_TYPE, default=ACKNOWLEDGEMENT),
        u16("sequence", "Sequence number, that of the indication"),
        u8("status", "Status", enum=STATUS),
        reserved(8),
    ),
    value="FlowBindingAcknowledgement",
)  # fmt: skip

FLOW_BINDING_ACTION = SubOption(
    "flow-binding-action", "Flow Binding Action", 4, clause("RFC 7109 6.2.1"), at_most=1,
    contradictions=(
        Contradiction(
            "flow-binding-action-width", "Action has 8 bits, after 8 reserved ones", "the text says so",
            "figure 5 draws Action 9 bits wide", "RFC 7109 6.2.1",
        ),
    ),
    fields=(reserved(8), u8("action", "Action", enum=ACTION, default=ADD)),
    value="FlowBindingAction",
)  # fmt: skip

TARGET_CARE_OF_ADDRESS = SubOption(
    "target-coa", "Target Care-of Address", 5, clause("RFC 7109 6.2.2"), at_most=1,
    fields=(
        reserved(16),
        AddressRest("target_care_of_address", "Where the flow moves to, IPv4 or IPv6", (4, 16)),
    ),
    value="TargetCareOfAddress",
)  # fmt: skip

FLOW_BINDING = Exchange(
    "flow-binding", "Flow binding by the home agent", clause("RFC 7109 6.1"), "fbi", "fba",
    ways=((LMA, MN), (LMA, MAG)), asks_when=When("flags", FBI_A, FBI_A),
)  # fmt: skip

EXCHANGES = (FLOW_BINDING,)

MESSAGES = (FBI, FBA)
SUBOPTIONS = (FLOW_BINDING_ACTION, TARGET_CARE_OF_ADDRESS)
"""Of the flow identification option of RFC 6089."""
