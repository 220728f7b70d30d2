"""RFC 7077, update notification (UPN) and its acknowledgement (UPA).

RFC 7222 and RFC 7864 added a reason and statuses; with reason 8 they are the FMI and FMA of RFC 7864.
"""

from pmiptool.registry.exchange import Exchange, When
from pmiptool.registry.model import Enumeration, Flag, Flags, Member, Message, clause, reserved, u8, u16
from pmiptool.registry.rule import Among, F, all_of, any_of, each, has, implies, no, present, rule, told

REASON = Enumeration(
    "notification-reason",
    "Why the LMA notifies",
    Member(0, "reserved", "Reserved", "RFC 7077"),
    Member(1, "force-reregistration", "Send a proxy binding update for the session", "RFC 7077"),
    Member(2, "update-session-parameters", "Apply the session parameters of this message", "RFC 7077"),
    Member(3, "vendor-specific", "As the vendor-specific options say", "RFC 7077"),
    Member(4, "ani-params-requested", "Send the access network identifiers that are known", "RFC 7077"),
    Member(5, "qos-service-request", "QoS service request", "RFC 7222"),
    Member(6, "pcscf-restoration-pco", "PGW-triggered P-CSCF restoration, PCO", "3GPP TS 29.275"),
    Member(7, "pcscf-restoration-dhcp", "PGW-triggered P-CSCF restoration, DHCP", "3GPP TS 29.275"),
    Member(8, "flow-mobility", "Flow mobility for the prefixes of this message", "RFC 7864"),
    Member(255, "reserved-255", "Reserved", "RFC 7077"),
)
FORCE_REREGISTRATION, UPDATE_SESSION_PARAMETERS, VENDOR_SPECIFIC, ANI_PARAMS_REQUESTED = 1, 2, 3, 4
REGISTERING = (FORCE_REREGISTRATION, ANI_PARAMS_REQUESTED)
"""Reasons that a registration answers, so that no acknowledgement is asked for (5.1)."""
QOS_SERVICE_REQUEST, FLOW_MOBILITY = 5, 8

STATUS = Enumeration(
    "update-status",
    "Status of an update notification acknowledgement; 128 and above reject",
    Member(0, "success", "Success", "RFC 7077"),
    Member(128, "failed-to-update", "Failed to update the session parameters", "RFC 7077"),
    Member(129, "missing-vendor-option", "Missing vendor-specific option", "RFC 7077"),
    Member(130, "cannot-meet-qos", "Cannot meet the QoS service request", "RFC 7222"),
    Member(131, "unspecified", "Reason unspecified", "RFC 7864"),
    Member(132, "mn-not-attached", "Mobile node not attached", "RFC 7864"),
)
UPN_A, UPN_D = 0x8000, 0x4000
_NAMED = any_of(present("mn-id"), present("mn-group-id"))
_ASKED = F("request:reason")
_FORMED = F(".fid") >= 0
"""The option could be read: of one that does not fit nothing is known, its sub-options neither."""

UPDATE_NOTIFICATION = Message(
    "update-notification", "Update Notification", 19, clause("RFC 7077 4.1"),
    fields=(
        u16("sequence", "Sequence number"),
        u16("reason", "Notification reason", enum=REASON, default=FORCE_REREGISTRATION),
        Flags("flags", "Flags", 16, (
            Flag("A", UPN_A, "Acknowledgement Requested", "RFC 7077"),
            Flag("D", UPN_D, "Retransmit", "RFC 7077"),
        )),
    ),
    value="UpdateNotification",
    rules=(
        rule("RFC 7077 5", "mn-id", "error", "A notification names a mobile node or a group.",
             _NAMED, field="mn-id"),
        rule("RFC 7077 4.1", "reason-reserved", "error", "The reason is none of the reserved ones.",
             no(F("reason").isin(0, 255)), field="reason"),
        rule("RFC 7077 4.1", "reason-undefined", "note", "The reason is one that is assigned.",
             F("reason").isin(*(m.value for m in REASON.members if isinstance(m.value, int))), field="reason"),
        rule("RFC 7077 5.1", "a-flag", "warning",
             "A notification that makes the gateway register asks for no acknowledgement.",
             implies(F("reason").isin(*REGISTERING), no(has("flags", UPN_A))),
             field="flags"),
        rule("RFC 7077 6.1", "vendor-option", "error", "A vendor's reason comes with a Vendor-Specific option.",
             implies(F("reason") == VENDOR_SPECIFIC, present("vendor")), field="reason"),
        rule("RFC 7864 4.2", "hnp", "error", "A flow mobility notification names the mobile node, then prefixes.",
             implies(F("reason") == FLOW_MOBILITY, all_of(present("mn-id"), present("hnp"))), field="hnp"),
        rule("RFC 7864 4.2", "order", "error", "In a flow mobility notification prefixes follow the mobile node.",
             implies(F("reason") == FLOW_MOBILITY, F("mn-id.@offset") < F("hnp.@offset")), field="hnp"),
        rule("RFC 7864 3.4", "selector", "error", "Each flow of a flow mobility notification has a traffic selector.",
             implies(F("reason") == FLOW_MOBILITY, each("fid", implies(_FORMED, present(".traffic-selector")))),
             field="fid"),
        rule("RFC 7222 4.4", "qos-missing", "error", "A QoS service request has a Quality-of-Service option.",
             implies(F("reason") == QOS_SERVICE_REQUEST, present("qos")), field="qos"),
    ),
)  # fmt: skip

UPDATE_ACKNOWLEDGEMENT = Message(
    "update-ack", "Update Notification Acknowledgement", 20, clause("RFC 7077 4.2"),
    fields=(
        u16("sequence", "Sequence number, that of the update notification"),
        u8("status", "Status", enum=STATUS),
        reserved(24),
    ),
    value="UpdateNotificationAcknowledgement",
    rules=(
        rule("RFC 7077 6.2", "mn-id", "error", "An acknowledgement names a mobile node or a group.",
             _NAMED, field="mn-id"),
        rule("RFC 7077 4.2", "status-undefined", "note", "The status is one that is assigned.",
             F("status").isin(*(m.value for m in STATUS.members if isinstance(m.value, int))), field="status"),
    ),
)  # fmt: skip

NOTIFICATION = Exchange(
    "update-notification", "Update notification", clause("RFC 7077 3"), "update-notification", "update-ack",
    asks_when=When("flags", UPN_A, UPN_A), repeat_when=When("flags", UPN_D, UPN_D),
    rules=(
        told("RFC 7077 6.2", "sequence", "error", "The sequence number is that of the notification.",
             F("sequence") == F("request:sequence"), field="sequence"),
        told("RFC 7077 6.2", "mn-id-copied", "error", "The mobile node identifier is copied from the notification.",
             implies(all_of(present("request:mn-id"), no(present("mn-group-id"))),
                     all_of(F("mn-id.identifier") == F("request:mn-id.identifier"),
                            F("mn-id.subtype") == F("request:mn-id.subtype"))), field="mn-id"),
        told("RFC 7077 6.2", "group-copied", "error", "The group identifier is copied from the notification.",
             implies(all_of(present("request:mn-group-id"), no(present("mn-id"))),
                     all_of(F("mn-group-id.group") == F("request:mn-group-id.group"),
                            F("mn-group-id.subtype") == F("request:mn-group-id.subtype"))), field="mn-group-id"),
        told("RFC 7077 6.2", "named-as-asked", "error", "What is copied is what the notification has.",
             all_of(implies(present("mn-id"), present("request:mn-id")),
                    implies(present("mn-group-id"), present("request:mn-group-id"))), field="mn-id"),
        told("RFC 7077 4.2", "unasked", "warning", "An acknowledgement answers a notification that asks for one.",
             has("request:flags", UPN_A), field=None),
        told("RFC 7077 6.1", "vendor-option-missed", "error",
             "A vendor's reason without a Vendor-Specific option is refused with 129.",
             implies(all_of(_ASKED == VENDOR_SPECIFIC, no(present("request:vendor"))), F("status") == 129),
             field="status"),
        told("RFC 7077 4.2", "needless-129", "error", "129 answers a vendor's reason.",
             implies(F("status") == 129, _ASKED == VENDOR_SPECIFIC), field="status"),
        told("RFC 7077 6.1", "needless-128", "warning", "128 answers a notification that has parameters to apply.",
             implies(F("status") == 128, no(_ASKED.isin(*REGISTERING))), field="status"),
        told("RFC 7222 4.5", "needless-130", "error", "130 answers a notification with a Quality-of-Service option.",
             implies(F("status") == 130, any_of(_ASKED == QOS_SERVICE_REQUEST, present("request:qos"))),
             field="status"),
        told("RFC 7864 4.3", "hnp", "error",
             "A flow mobility acknowledgement of status 0 names the mobile node, then prefixes.",
             implies(all_of(_ASKED == FLOW_MOBILITY, F("status") == 0), all_of(present("mn-id"), present("hnp"))),
             field="hnp"),
        told("RFC 7864 4.3", "hnp-unasked", "warning", "The prefixes are those of the flow mobility notification.",
             implies(all_of(_ASKED == FLOW_MOBILITY, F("status") == 0),
                     each("hnp", Among(".home_network_prefix", "request:hnp.home_network_prefix"))), field="hnp"),
    ),
)  # fmt: skip

EXCHANGES = (NOTIFICATION,)

MESSAGES = (UPDATE_NOTIFICATION, UPDATE_ACKNOWLEDGEMENT)
