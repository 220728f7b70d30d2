"""RFC 7077 and RFC 7864: what a MAG makes of an update notification."""

from __future__ import annotations

from pmiptool.conformance.case import against_mag
from pmiptool.conformance.mag import Mag
from pmiptool.conformance.mobile_node import MobileNode
from pmiptool.registry.rfc7077 import (
    ANI_PARAMS_REQUESTED,
    FLOW_MOBILITY,
    FORCE_REREGISTRATION,
    UPDATE_SESSION_PARAMETERS,
    UPN_A,
    UPN_D,
    VENDOR_SPECIFIC,
)
from pmiptool.wire.values import (
    HomeNetworkPrefix,
    MobileNodeGroupIdentifier,
    Prefix,
    ServiceSelection,
    UnknownOption,
    UpdateNotification,
)

NO_VENDOR_OPTION, UNSPECIFIED, NOT_ATTACHED = 129, 131, 132
ALL_SESSIONS = 1
UNKNOWN_REASON = 77
SHARING = 6  # handoff indicator (RFC 7864 3.2.1)
ELSEWHERE = Prefix(bytes.fromhex("20010db80bad0000") + bytes(8), 64)


def _bound(mag: Mag, **profile: object) -> MobileNode:
    node = mag.node(**profile)
    node.registered()
    return node


def _registers(node: MobileNode, *expectations: str) -> None:
    node.expect_request("a PBU at once", "lifetime > 0", *expectations).answer()


@against_mag("rfc7077/4.1/mag-reason-unknown")
def reason_unknown(mag: Mag) -> None:
    _bound(mag).notify(UNKNOWN_REASON).expect("status > 127")


@against_mag("rfc7077/4.1/mag-reserved-ignored")
def reserved_ignored(mag: Mag) -> None:
    node = _bound(mag)
    node.notify(FORCE_REREGISTRATION, flags=UPN_A | 0x3FFF).expect("status = 0")
    _registers(node)


@against_mag("rfc7077/4.1/mag-unknown-option")
def unknown_option(mag: Mag) -> None:
    node = _bound(mag)
    node.notify(FORCE_REREGISTRATION, more=(UnknownOption(250, b"unknown"),)).expect("status = 0")
    _registers(node)


@against_mag("rfc7077/4.2/mag-reserved-zero")
def acknowledgement_reserved(mag: Mag) -> None:
    _bound(mag).notify(FORCE_REREGISTRATION).expect("fields.reserved = 0")


@against_mag("rfc7077/5/mag-group-all-sessions")
def group_all_sessions(mag: Mag) -> None:
    nodes = [_bound(mag), _bound(mag)]
    group = MobileNodeGroupIdentifier(subtype=1, group=ALL_SESSIONS)
    message = UpdateNotification(
        sequence=mag.next_sequence(), reason=FORCE_REREGISTRATION, flags=UPN_A, options=(group,)
    )
    mag.ask(message).expect("status = 0")
    for node in nodes:
        _registers(node)


@against_mag("rfc7077/6.1/upn-bad-checksum")
def bad_checksum(mag: Mag) -> None:
    mag.has_checksums()
    node = _bound(mag)
    data = mag.encode(node.notification(FORCE_REREGISTRATION))
    mag.ignores(data[:4] + bytes((data[4] ^ 0xFF,)) + data[5:])
    node.expect_silence(mag.settings.silence)


@against_mag("rfc7077/6.1/upn-truncated")
def truncated(mag: Mag) -> None:
    node = _bound(mag)
    data = mag.encode(node.notification(FORCE_REREGISTRATION))
    mag.ignores(mag.summed(bytes((data[0], data[1] + 4)) + data[2:]))
    node.expect_silence(mag.settings.silence)


@against_mag("rfc7077/6.1/retransmission-acknowledged")
def retransmission_acknowledged(mag: Mag) -> None:
    node = _bound(mag)
    message = node.notification(FORCE_REREGISTRATION)
    mag.ask(message).expect("status = 0")
    _registers(node)
    mag.ask(_again(message)).expect("status = 0", f"fields.sequence = {message.sequence}")


@against_mag("rfc7077/6.1/retransmission-not-new")
def retransmission_not_new(mag: Mag) -> None:
    """The same status as before, although by now the notification would be about nobody."""
    node = _bound(mag)
    message = node.notification(FORCE_REREGISTRATION)
    mag.ask(message).expect("status = 0")
    _registers(node)
    node.detached()
    mag.ask(_again(message)).expect("status = 0")


@against_mag("rfc7077/6.1/retransmission-redone")
def retransmission_redone(mag: Mag) -> None:
    node = _bound(mag)
    message = node.notification(FORCE_REREGISTRATION, flags=0)
    for each in (message, _again(message)):
        mag.send(each)
        _registers(node)


@against_mag("rfc7077/6.1/d-flag-first-seen")
def d_flag_first_seen(mag: Mag) -> None:
    node = _bound(mag)
    node.notify(FORCE_REREGISTRATION, flags=UPN_A | UPN_D).expect("status = 0")
    _registers(node)


@against_mag("rfc7077/6.1/acknowledged", "rfc7077/6.2/status-success")
def acknowledged(mag: Mag) -> None:
    _bound(mag).notify(FORCE_REREGISTRATION).expect("answer = update-ack", "status = 0")


@against_mag("rfc7077/6.1/not-acknowledged")
def not_acknowledged(mag: Mag) -> None:
    node = _bound(mag)
    mag.ignores(node.notification(FORCE_REREGISTRATION, flags=0))
    _registers(node)


@against_mag("rfc7077/6.1/force-reregistration")
def force_reregistration(mag: Mag) -> None:
    node = _bound(mag)
    mag.send(node.notification(FORCE_REREGISTRATION, flags=0))
    _registers(node, f"hnp = {node.hnp_text}")


@against_mag("rfc7077/6.1/session-parameters-applied")
def session_parameters_applied(mag: Mag) -> None:
    """That they are applied is told by the status."""
    _bound(mag).notify(UPDATE_SESSION_PARAMETERS, more=(ServiceSelection(identifier=b"ims"),)).expect("status = 0")


@against_mag("rfc7077/6.1/session-parameters-not-applied")
def session_parameters_not_applied(mag: Mag) -> None:
    """For a mobile node that is not there nothing can be applied."""
    _bound(mag)
    stranger = mag.node()
    options = (ServiceSelection(identifier=b"ims"),)
    stranger.notify(UPDATE_SESSION_PARAMETERS, more=options).expect("status > 127")


@against_mag("rfc7077/6.1/session-parameters-not-applied-unacknowledged")
def session_parameters_not_applied_unacknowledged(mag: Mag) -> None:
    _bound(mag)
    options = (ServiceSelection(identifier=b"ims"),)
    mag.ignores(mag.node().notification(UPDATE_SESSION_PARAMETERS, flags=0, more=options))


@against_mag("rfc7077/6.1/vendor-option-missing")
def vendor_option_missing(mag: Mag) -> None:
    _bound(mag).notify(VENDOR_SPECIFIC).expect(f"status = {NO_VENDOR_OPTION}")


@against_mag("rfc7077/6.1/ani-params-requested", "rfc7077/6.1/ani-params-current")
def ani_params_requested(mag: Mag) -> None:
    node = _bound(mag, ani="example.org")
    mag.send(node.notification(ANI_PARAMS_REQUESTED, flags=0))
    _registers(node, "option.ani != none")


@against_mag("rfc7077/6.2/sequence-echoed")
def sequence_echoed(mag: Mag) -> None:
    _bound(mag).notify(FORCE_REREGISTRATION, sequence=0x7077).expect(f"fields.sequence = {0x7077}")


@against_mag("rfc7077/6.2/identifier-copied")
def identifier_copied(mag: Mag) -> None:
    node = _bound(mag)
    node.notify(FORCE_REREGISTRATION).expect(f"option.mn-id.identifier = {node.name}")


@against_mag("rfc7077/6.2/source-address", "rfc7077/6.2/destination-address")
def addresses(mag: Mag) -> None:
    reply = _bound(mag).notify(FORCE_REREGISTRATION)
    reply.check("an answer", reply.packet is not None, "none")
    if reply.packet is not None:
        ends = reply.packet.source, reply.packet.destination
        reply.check("between the same addresses", ends == (reply.request.destination, reply.request.source))


@against_mag("rfc7864/3.2.2/fma-sent", "rfc7864/4/mag-knows-flow-mobility", "rfc7864/4.3/mag-status-success")
def flow_mobility_acknowledged(mag: Mag) -> None:
    _bound(mag, mhgid=0).notify(FLOW_MOBILITY).expect("answer = update-ack", "status = 0")


@against_mag("rfc7864/3.2.1/mag-hi-6")
def further_interface(mag: Mag) -> None:
    mag.node().share().expect(f"option.hi.hi = {SHARING}")


@against_mag("rfc7864/4.3/mag-status-not-attached")
def flow_mobility_not_attached(mag: Mag) -> None:
    _bound(mag)
    prefixes = (HomeNetworkPrefix(home_network_prefix=ELSEWHERE),)
    mag.node().notify(FLOW_MOBILITY, more=prefixes).expect(f"status in {UNSPECIFIED},{NOT_ATTACHED}")


@against_mag("rfc7864/4.3/mag-fma-options")
def flow_mobility_options(mag: Mag) -> None:
    node = _bound(mag, mhgid=0)
    node.notify(FLOW_MOBILITY).expect(f"option.mn-id.identifier = {node.name}", f"hnp = {node.hnp_text}")


def _again(message: UpdateNotification) -> UpdateNotification:
    """It as it is retransmitted (5.2): the same, with the D flag."""
    return UpdateNotification(
        sequence=message.sequence, reason=message.reason, flags=message.flags | UPN_D, options=message.options
    )
