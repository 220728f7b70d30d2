"""RFC 5847: heartbeats between a MAG and its LMA."""

from __future__ import annotations

from pmiptool.conformance.case import against_mag
from pmiptool.conformance.mag import Mag
from pmiptool.conformance.mobile_node import MobileNode
from pmiptool.conformance.octets import octets_of
from pmiptool.conformance.reply import Reply
from pmiptool.registry.rfc5847 import RESPONSE, UNSOLICITED
from pmiptool.wire.values import BindingError, Heartbeat, RestartCounter, UnknownOption

INTERVAL = 30.0  # seconds, the shortest that 3 recommends
SENDING = {"mag": {"heartbeat_interval": INTERVAL}}
NO_MORE = 2  # status of a Binding Error: unrecognized MH type
RESTART_COUNTER = 28


def _beat(mag: Mag, **fields: object) -> Reply:
    """Ask the MAG whether it is there."""
    return mag.ask(Heartbeat(**{"sequence": mag.next_sequence(), **fields}))  # type: ignore[arg-type]


def _bound(mag: Mag) -> MobileNode:
    node = mag.node()
    node.registered()
    return node


def _next_beat(mag: Mag) -> Heartbeat:
    """The MAG's next heartbeat request; the case sees them itself from now on."""
    mag.hears_heartbeats = True
    packet = mag.hear("heartbeat", within=INTERVAL + mag.settings.timeout)
    mag.demand("a heartbeat request", packet is not None, "none came")
    assert packet is not None
    message: Heartbeat = packet.decoded.message
    return message


def _respond(mag: Mag, request: Heartbeat, counter: int = 1) -> None:
    option = RestartCounter(restart_counter=counter)
    mag.send(Heartbeat(flags=RESPONSE, sequence=request.sequence, options=(option,)))


@against_mag("rfc5847/3/mag-answers-without-binding")
def answers_without_binding(mag: Mag) -> None:
    _bound(mag).detached()
    _beat(mag).expect("answer = heartbeat")


@against_mag("rfc5847/3/mag-answers-with-binding")
def answers_with_binding(mag: Mag) -> None:
    _bound(mag)
    _beat(mag).expect("answer = heartbeat")


@against_mag("rfc5847/3/mag-binding-error", configured={"mag": {"answers": ("revocation", "update-notification")}})
def not_known(mag: Mag) -> None:
    mag.wants_errors = True
    _bound(mag)
    _beat(mag).expect("answer = binding-error", "status = 2")


@against_mag("rfc5847/4/mag-over-ipv4", configured={"mag": {"over_ipv4": True}})
def over_ipv4(mag: Mag) -> None:
    _bound(mag)
    reply = _beat(mag).expect("answer = heartbeat")
    reply.check("a checksum field of 0", reply.decoded.raw[4:6] == bytes(2), reply.decoded.raw[4:6].hex())


@against_mag("rfc5847/3.2/mag-response-has-counter")
def response_has_counter(mag: Mag) -> None:
    _bound(mag)
    _beat(mag).expect("option.restart-counter.restart_counter != none")


@against_mag("rfc5847/3.3/mag-mh-type")
def mh_type(mag: Mag) -> None:
    _bound(mag)
    kind = _beat(mag).decoded.layout.type
    mag.check("MH type 13", kind == 13, kind)


@against_mag("rfc5847/3.3/mag-reserved")
def reserved(mag: Mag) -> None:
    _bound(mag)
    flags = _beat(mag, flags=0xFFFC).message.flags
    mag.check("reserved bits are ignored, and sent as 0", not flags & 0xFFFC, f"{flags:#06x}")


@against_mag("rfc5847/3.3/mag-u-flag")
def u_flag(mag: Mag) -> None:
    _bound(mag)
    flags = _beat(mag).message.flags
    mag.check("the U flag is clear", not flags & UNSOLICITED, f"{flags:#06x}")


@against_mag("rfc5847/3.3/mag-r-flag")
def r_flag(mag: Mag) -> None:
    _bound(mag)
    _beat(mag).expect("fields.flags = R")


@against_mag("rfc5847/3.3/mag-sequence-echoed")
def sequence_echoed(mag: Mag) -> None:
    _bound(mag)
    _beat(mag, sequence=0x58470000).expect(f"fields.sequence = {0x58470000}")


@against_mag("rfc5847/3.3/mag-unknown-option")
def unknown_option(mag: Mag) -> None:
    _bound(mag)
    _beat(mag, options=(UnknownOption(250, b"unknown"),)).expect("answer = heartbeat")


@against_mag("rfc5847/3.2/mag-restart-counter-grows")
def restart_counter_grows(mag: Mag) -> None:
    before = _counter(mag)
    mag.restart()
    after = _counter(mag)
    mag.check("a greater restart counter after a restart", after > before, f"{after} after {before}")


def _counter(mag: Mag) -> int:
    """The restart counter in an answer of the MAG, which has a binding."""
    _bound(mag)
    option = _beat(mag).option(RestartCounter)
    mag.demand("a Restart Counter option", option is not None, "none")
    return int(option.restart_counter)


@against_mag("rfc5847/3.4/mag-counter-type")
def counter_type(mag: Mag) -> None:
    _bound(mag)
    octets = octets_of(_beat(mag).decoded, RESTART_COUNTER)
    mag.check("an option of type 28 with four octets", octets is not None and len(octets) == 4, octets)


@against_mag("rfc5847/3.2/mag-unsolicited-response")
def unsolicited_response(mag: Mag) -> None:
    _bound(mag)
    counter = RestartCounter(restart_counter=1)
    mag.ignores(Heartbeat(flags=RESPONSE | UNSOLICITED, sequence=mag.next_sequence(), options=(counter,)))
    _beat(mag).expect("answer = heartbeat")


@against_mag("rfc5847/3/mag-sends-requests", "rfc5847/3/mag-interval", configured=SENDING)
def sends_requests(mag: Mag) -> None:
    _bound(mag)
    _respond(mag, _next_beat(mag))
    before = mag.now()
    _next_beat(mag)
    mag.check("30 s at least between two", mag.now() - before >= INTERVAL - 0.5, f"{mag.now() - before:.1f} s")


@against_mag("rfc5847/3/mag-sequence-grows", configured=SENDING)
def sequence_grows(mag: Mag) -> None:
    _bound(mag)
    first = _next_beat(mag)
    _respond(mag, first)
    second = _next_beat(mag)
    mag.check("a higher sequence number", second.sequence > first.sequence, f"{second.sequence} after {first.sequence}")


@against_mag("rfc5847/3/mag-silent-without-bindings", configured=SENDING)
def silent_without_bindings(mag: Mag) -> None:
    node = _bound(mag)
    mag.hears_heartbeats = True
    node.detached()
    came = mag.hear("heartbeat", within=2 * INTERVAL)
    mag.check("no heartbeat request", came is None, "one")


@against_mag("rfc5847/3/mag-stops-after-binding-error", configured=SENDING)
def stops_after_binding_error(mag: Mag) -> None:
    _bound(mag)
    _next_beat(mag)
    mag.send(BindingError(status=NO_MORE))
    came = mag.hear("heartbeat", within=3 * INTERVAL)
    mag.check("no further heartbeat request", came is None, "one")


@against_mag("rfc5847/3/mag-restart-invalidates", "rfc5847/3.2/mag-counter-changed", configured=SENDING)
def restart_invalidates(mag: Mag) -> None:
    """The sessions are lost with the LMA's state, so they are registered anew."""
    node = _bound(mag)
    _respond(mag, _next_beat(mag), counter=1)
    _respond(mag, _next_beat(mag), counter=2)
    node.expect_request("a registration with the LMA that restarted", "lifetime > 0").answer()


@against_mag("rfc5847/3.1/mag-response-unmatched", configured=SENDING)
def response_unmatched(mag: Mag) -> None:
    """What answers no request does not count: the request is repeated before its time."""
    _bound(mag)
    request = _next_beat(mag)
    _respond(mag, Heartbeat(sequence=request.sequence ^ 0xFFFF))
    came = mag.hear("heartbeat", within=INTERVAL / 2)
    mag.check("a further request", came is not None, "none")


@against_mag("rfc5847/3.4/mag-counter-in-responses-only", configured=SENDING)
def counter_in_responses_only(mag: Mag) -> None:
    _bound(mag)
    options = [type(option).__name__ for option in _next_beat(mag).options]
    mag.check("no Restart Counter option in a request", "RestartCounter" not in options, ", ".join(options))
