"""RFC 7077, update notification (UPN) and its acknowledgement (UPA).

RFC 7222 and RFC 7864 added a reason and statuses; with reason 8 they are the FMI and FMA of RFC 7864.
"""

from pmiptool.registry.model import Enumeration, Exchange, Flag, Flags, Member, Message, When, clause, reserved, u8, u16

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
FORCE_REREGISTRATION, FLOW_MOBILITY = 1, 8

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
)  # fmt: skip

UPDATE_ACKNOWLEDGEMENT = Message(
    "update-ack", "Update Notification Acknowledgement", 20, clause("RFC 7077 4.2"),
    fields=(
        u16("sequence", "Sequence number, that of the update notification"),
        u8("status", "Status", enum=STATUS),
        reserved(24),
    ),
    value="UpdateNotificationAcknowledgement",
)  # fmt: skip

NOTIFICATION = Exchange(
    "update-notification", "Update notification", clause("RFC 7077 3"), "update-notification", "update-ack",
    asks_when=When("flags", UPN_A, UPN_A),
)  # fmt: skip

EXCHANGES = (NOTIFICATION,)

MESSAGES = (UPDATE_NOTIFICATION, UPDATE_ACKNOWLEDGEMENT)
