"""RFC 7109, flow bindings that the home agent initiates: indication (FBI), acknowledgement (FBA), two sub-options."""

from dataclasses import replace

from pmiptool.registry.contradictions import Contradiction
from pmiptool.registry.exchange import LMA, MAG, MN, Exchange, When
from pmiptool.registry.model import (
    AddressRest,
    Enumeration,
    Flag,
    Flags,
    Member,
    Message,
    SubOption,
    clause,
    reserved,
    u8,
    u16,
)
from pmiptool.registry.rule import Among, F, Rule, any_of, each, has, implies, present, rule, told

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
ADD, MOVE = 11, 15
FIRST_TEST_TRIGGER = 250
FBI_A = 0x80


def _of_flows(item: Rule) -> Rule:
    """Only the dialect of RFC 6089 has the sub-options of this document."""
    return replace(item, dialect="rfc6089")


FBI = Message(
    "fbi", "Flow Binding Indication", 21, clause("RFC 7109 6.1.1"), when=INDICATION,
    fields=(
        u16("flow_binding_type", "Flow binding type", enum=FLOW_BINDING_TYPE, default=INDICATION),
        u16("sequence", "Sequence number"),
        u8("trigger", "Trigger", enum=TRIGGER, default=1),
        Flags("flags", "Flags", 8, (Flag("A", FBI_A, "Acknowledge", "RFC 7109"),)),
    ),
    value="FlowBindingIndication",
    rules=(
        rule("RFC 7109 6.1.1", "fid", "warning", "An indication has a Flow Identification option.",
             present("fid"), field="fid"),
        rule("RFC 7109 6.1.1", "trigger-reserved", "error", "The trigger is not 0.",
             F("trigger") != 0, field="trigger"),
        rule("RFC 7109 6.1.1", "trigger-undefined", "note", "The trigger is one that is assigned, or for tests.",
             any_of(F("trigger").isin(*(m.value for m in TRIGGER.members if isinstance(m.value, int))),
                    F("trigger") >= FIRST_TEST_TRIGGER), field="trigger"),
        _of_flows(rule("RFC 7109 6.2.1", "action", "error", "Each flow of an indication has a Flow Binding Action.",
                       each("fid", implies(F(".fid") >= 0, present(".flow-binding-action"))), field="fid")),
        _of_flows(rule("RFC 7109 6.2.2", "target", "error", "A flow that is to move has a Target Care-of Address.",
                       each("fid", implies(F(".flow-binding-action.action") == MOVE, present(".target-coa"))),
                       field="fid")),
        _of_flows(rule("RFC 7109 6.2.1", "action-undefined", "note", "The action is one that is assigned.",
                       each("fid", F(".flow-binding-action.action").isin(
                           *(m.value for m in ACTION.members if isinstance(m.value, int)))), field="fid")),
    ),
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
    rules=(
        rule("RFC 7109 6.1.2", "status-undefined", "note", "The status is one that is assigned.",
             F("status").isin(*(m.value for m in STATUS.members if isinstance(m.value, int))), field="status"),
    ),
)  # fmt: skip

FLOW_BINDING_ACTION = SubOption(
    "flow-binding-action", "Flow Binding Action", 4, clause("RFC 7109 6.2.1"), at_most=1, at_most_stated=False,
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
    "target-coa", "Target Care-of Address", 5, clause("RFC 7109 6.2.2"), at_most=1, at_most_stated=False,
    fields=(
        reserved(16),
        AddressRest("target_care_of_address", "Where the flow moves to, IPv4 or IPv6", (4, 16)),
    ),
    value="TargetCareOfAddress",
)  # fmt: skip

FLOW_BINDING = Exchange(
    "flow-binding", "Flow binding by the home agent", clause("RFC 7109 6.1"), "fbi", "fba",
    ways=((LMA, MN), (LMA, MAG)), asks_when=When("flags", FBI_A, FBI_A),
    rules=(
        told("RFC 7109 6.1.2", "sequence", "error", "The sequence number is copied from the indication.",
             F("sequence") == F("request:sequence"), field="sequence"),
        told("RFC 7109 6.1.2", "fid-copied", "warning", "Each flow of the indication is in the acknowledgement.",
             each("request:fid", Among(".fid", "fid.fid")), field="fid"),
        told("RFC 7109 6.1.2", "fid-unasked", "warning", "A flow of the acknowledgement is one of the indication.",
             each("fid", Among(".fid", "request:fid.fid")), field="fid"),
        told("RFC 7109 6.1.1", "unasked", "warning", "An acknowledgement answers an indication that asks for one.",
             has("request:flags", FBI_A)),
    ),
)  # fmt: skip

EXCHANGES = (FLOW_BINDING,)

MESSAGES = (FBI, FBA)
SUBOPTIONS = (FLOW_BINDING_ACTION, TARGET_CARE_OF_ADDRESS)
"""Of the flow identification option of RFC 6089."""
