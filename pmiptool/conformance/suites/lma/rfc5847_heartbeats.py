"""RFC 5847: heartbeats that an LMA answers, and those that it sends."""

from __future__ import annotations

from typing import Any

from pmiptool.conformance.case import against_lma
from pmiptool.conformance.lma import Lma
from pmiptool.conformance.reply import Reply
from pmiptool.registry.rfc5847 import RESPONSE, UNSOLICITED
from pmiptool.scenario.result import Packet
from pmiptool.text.names import many
from pmiptool.wire.values import BindingError, Heartbeat, RestartCounter, UnknownOption

UNRECOGNIZED = 2  # status of a Binding Error
INTERVAL = 30.0  # seconds, the least that RFC 5847 3 allows
SLACK = 0.5
ASKING = {"lma": {"heartbeat_interval": INTERVAL}}
RESTART_COUNTER, WHERE_ALIGNED = 28, 2
KNOWN_FLAGS = RESPONSE | UNSOLICITED


def beat(lma: Lma, message: Heartbeat | bytes | None = None, *expected: str) -> Reply:
    """The response to a heartbeat request."""
    reply = lma.ask(Heartbeat(sequence=1234) if message is None else message)
    if reply.decoded.name == "binding-error" and reply.status == UNRECOGNIZED:
        lma.lacks("it does not know heartbeats")
    return reply.expect("answer = heartbeat", *expected)


def asked(lma: Lma, count: int = 1, **changes: Any) -> list[Packet]:
    """So many heartbeat requests of the LMA, while a mobile node is registered; none is answered."""
    lma.hears_heartbeats = True
    node = lma.node()
    node.attach(**changes)
    found: list[Packet] = []
    while len(found) < count:
        packet = lma.hear("heartbeat", timeout=2 * INTERVAL)
        if packet is None:
            break
        found.append(packet)
        node.renew(**changes)
    lma.demand(many(count, "heartbeat request"), len(found) == count, len(found))
    return found


def _answers_nothing(lma: Lma, message: Heartbeat) -> None:
    lma.hears_heartbeats = True
    lma.send(message)
    answer = lma.hear("heartbeat", timeout=lma.settings.silence)
    lma.check("no answer", answer is None, "a heartbeat")
    beat(lma)


@against_lma("rfc5847/3/lma-answers-without-binding")
def answers_without_binding(lma: Lma) -> None:
    beat(lma)


@against_lma("rfc5847/3/lma-answers-with-binding")
def answers_with_binding(lma: Lma) -> None:
    lma.node().attach()
    beat(lma)


@against_lma("rfc5847/3/lma-binding-error")
def binding_error(lma: Lma) -> None:
    """One that knows heartbeats responds."""
    reply = lma.ask(Heartbeat(sequence=1234))
    name, status = reply.decoded.name, reply.status
    fine = name == "heartbeat" or (name == "binding-error" and status == UNRECOGNIZED)
    lma.check("a response, or a Binding Error with status 2", fine, f"{name} {status}")


@against_lma("rfc5847/3.1/lma-response-unmatched")
def response_unmatched(lma: Lma) -> None:
    _answers_nothing(lma, Heartbeat(flags=RESPONSE, sequence=77, options=(RestartCounter(restart_counter=9),)))


@against_lma("rfc5847/3.2/lma-unsolicited-response")
def unsolicited_response(lma: Lma) -> None:
    flags = RESPONSE | UNSOLICITED
    _answers_nothing(lma, Heartbeat(flags=flags, sequence=77, options=(RestartCounter(restart_counter=9),)))


@against_lma("rfc5847/3.2/lma-response-has-counter")
def response_has_counter(lma: Lma) -> None:
    octets = beat(lma).octets(RESTART_COUNTER)
    lma.check("a Restart Counter option of type 28 and length 4", len(octets) == 4, len(octets) or "none")


@against_lma("rfc5847/3.2/lma-restart-counter-grows", operator=True)
def restart_counter_grows(lma: Lma) -> None:
    before = _counter(lma, beat(lma))
    lma.restart()
    after = _counter(lma, beat(lma))
    lma.check("a greater restart counter after a restart", after > before, f"{after} after {before}")


def _counter(lma: Lma, reply: Reply) -> int:
    option = reply.option(RestartCounter)
    lma.demand("a Restart Counter option", option is not None, "none")
    counter: int = option.restart_counter
    return counter


@against_lma("rfc5847/3.3/lma-reserved")
def reserved(lma: Lma) -> None:
    flags = beat(lma, Heartbeat(flags=0xFFFF & ~KNOWN_FLAGS, sequence=1234)).message.flags
    lma.check("reserved bits of 0", not flags & ~KNOWN_FLAGS, f"0x{flags:04x}")


@against_lma("rfc5847/3.3/lma-u-flag")
def u_flag(lma: Lma) -> None:
    flags = beat(lma).message.flags
    lma.check("U clear", not flags & UNSOLICITED, f"flags 0x{flags:04x}")


@against_lma("rfc5847/3.3/lma-r-flag")
def r_flag(lma: Lma) -> None:
    """What comes back is no request."""
    lma.hears_heartbeats = True
    lma.send(Heartbeat(sequence=1234))
    came = [packet for packet in lma.wait(lma.settings.silence) if packet.receiver == lma.us(0)]
    if any(packet.decoded.name == "binding-error" for packet in came):
        lma.lacks("it does not know heartbeats")
    flags = [packet.decoded.message.flags for packet in came if packet.decoded.name == "heartbeat"]
    lma.check("an answer with R set", any(flag & RESPONSE for flag in flags), flags or "none")


@against_lma("rfc5847/3.3/lma-sequence-echoed")
def sequence_echoed(lma: Lma) -> None:
    beat(lma, None, "fields.sequence = 1234")


@against_lma("rfc5847/3.3/lma-unknown-option")
def unknown_option(lma: Lma) -> None:
    beat(lma, Heartbeat(sequence=1234, options=(UnknownOption(240, b"who knows"),)))


@against_lma("rfc5847/4/lma-over-ipv4")
def over_ipv4(lma: Lma) -> None:
    lma.over_ipv4()
    reply = beat(lma)
    assert reply.packet is not None
    lma.check("a checksum of 0", reply.decoded.layout.checksum == 0, f"0x{reply.decoded.layout.checksum:04x}")
    lma.check("from where the request went", reply.packet.source == reply.request.destination, reply.packet.source)


# Requests of its own


@against_lma("rfc5847/3/lma-sends-requests", configured=ASKING)
def sends_requests(lma: Lma) -> None:
    asked(lma)


@against_lma("rfc5847/3/lma-sequence-grows", configured=ASKING)
def sequence_grows(lma: Lma) -> None:
    one, other = (packet.decoded.message.sequence for packet in asked(lma, 2))
    lma.check("a greater sequence number", other > one, f"{other} after {one}")


@against_lma("rfc5847/3/lma-interval", configured=ASKING)
def interval(lma: Lma) -> None:
    one, other = asked(lma, 2)
    lma.check("30 s at least between two", other.time - one.time >= INTERVAL - SLACK, f"{other.time - one.time:.1f} s")


@against_lma("rfc5847/3/lma-silent-without-bindings", configured=ASKING)
def silent_without_bindings(lma: Lma) -> None:
    lma.hears_heartbeats = True
    node = lma.node()
    node.attach()
    lma.demand("a heartbeat request", lma.hear("heartbeat", timeout=2 * INTERVAL) is not None, "none")
    node.detach()
    lma.wait(lma.delete_delay + 1)
    packet = lma.hear("heartbeat", timeout=2 * INTERVAL + SLACK)
    lma.check("no heartbeat request", packet is None, "one")


@against_lma("rfc5847/3/lma-stops-after-binding-error", configured=ASKING)
def stops_after_binding_error(lma: Lma) -> None:
    asked(lma)
    lma.send(BindingError(status=UNRECOGNIZED))
    packet = lma.hear("heartbeat", timeout=2 * INTERVAL + SLACK)
    lma.check("no heartbeat request afterwards", packet is None, "one")


@against_lma("rfc5847/3.4/lma-counter-in-responses-only", configured=ASKING)
def counter_in_responses_only(lma: Lma) -> None:
    (packet,) = asked(lma)
    options = packet.decoded.message.options
    lma.check("no Restart Counter option in a request", not _has_counter(options), "one")
    offset, *_ = [slot.offset for slot in beat(lma).decoded.layout.slots if slot.type == RESTART_COUNTER] or [0]
    lma.check("one at 4n+2 in a response", offset % 4 == WHERE_ALIGNED, f"offset {offset}" if offset else "none")


def _has_counter(options: tuple[Any, ...]) -> bool:
    return any(isinstance(option, RestartCounter) for option in options)
