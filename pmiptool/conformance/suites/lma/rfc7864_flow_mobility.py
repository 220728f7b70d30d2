"""RFC 7864: flow mobility messages, by which an LMA tells of the flows that move, and shared prefixes."""

from __future__ import annotations

from typing import Any

from pmiptool.conformance.case import against_lma
from pmiptool.conformance.filters import KEEP
from pmiptool.conformance.lma import Lma
from pmiptool.conformance.node import SHARING_PREFIXES, Node
from pmiptool.conformance.suites.lma.muho_removal import both
from pmiptool.conformance.suites.lma.muho_sessions import VOICE
from pmiptool.registry.rfc7077 import FLOW_MOBILITY
from pmiptool.scenario.result import Packet
from pmiptool.text.filters import parse_flow, selector_of
from pmiptool.text.json import option_name
from pmiptool.wire.values import HomeNetworkPrefix, MobileNodeIdentifier, UpdateNotificationAcknowledgement

TELLING = {"lma": {"notify": "rfc7864"}}
ONE, TWO = b"\2\0\0\0\0\1", b"\2\0\0\0\0\2"  # link-layer identifiers
OUT_OF_WINDOW = 135


def told(lma: Lma) -> Packet:
    """The message to the second gateway of a mobile node, whose first interface left its filter to the other."""
    first, _ = both(lma)
    first.detach(act=KEEP)
    packet = lma.hear("update-notification", 1, timeout=lma.delete_delay + lma.settings.timeout)
    if packet is None:
        lma.demand("a flow mobility message to the gateway that the flow moves to", False, "none")
        raise AssertionError
    lma.send(UpdateNotificationAcknowledgement(sequence=packet.decoded.message.sequence), 1)
    return packet


def _flows(lma: Lma) -> list[Any]:
    options = told(lma).decoded.message.options
    return [option for option in options if option_name(option, lma.codepoints) == "fid"]


@against_lma("rfc7864/3.2.2/fmi-to-new-gateway", mags=2, configured=TELLING)
def to_new_gateway(lma: Lma) -> None:
    packet = told(lma)
    lma.check("to the gateway that the flow moves to", packet.receiver == lma.us(1), packet.receiver)


@against_lma("rfc7864/4.2/reason-8", mags=2, configured=TELLING)
def reason_8(lma: Lma) -> None:
    reason = told(lma).decoded.message.reason
    lma.check(f"reason {FLOW_MOBILITY}", reason == FLOW_MOBILITY, reason)


@against_lma("rfc7864/4.2/fmi-options", mags=2, configured=TELLING)
def options(lma: Lma) -> None:
    kinds = [type(option) for option in told(lma).decoded.message.options]
    shown = ", ".join(kind.__name__ for kind in kinds)
    lma.check("the MN-ID first", kinds[:1] == [MobileNodeIdentifier], shown)
    lma.check("a prefix behind it", kinds[1:2] == [HomeNetworkPrefix], shown)


@against_lma("rfc7864/3.4/flows-conveyed", mags=2, configured=TELLING)
def flows_conveyed(lma: Lma) -> None:
    flows = _flows(lma)
    lma.check("a Flow Identification option for the flow that moved", len(flows) == 1, len(flows))


@against_lma("rfc7864/3.4/flows-have-selector", mags=2, configured=TELLING)
def flows_have_selector(lma: Lma) -> None:
    selectors = [selector_of(flow) for flow in _flows(lma)]
    wanted = selector_of(parse_flow(VOICE, lma.codepoints))
    lma.check("each has a Traffic Selector", all(selectors), "one has none")
    lma.check("among them that of the flow that moved", wanted in selectors, "it is not")


@against_lma("rfc7864/5.1/entry-for-each-interface", mags=2)
def entry_for_each_interface(lma: Lma) -> None:
    one = lma.node()
    one.attach(timestamp=None)
    two = one.other_session(1, ll_id=b"\2\0\0\0\0\2", att=5)
    two.attach(timestamp=None)
    numbers = [node.shared.sequence for node in (one, two)]
    there = [node.has_entry(number) for node, number in zip((one, two), numbers, strict=True)]
    lma.check("an entry for each interface", all(there), there)


# Interfaces that share prefixes


def _shares(lma: Lma, one: Node, two: Node) -> None:
    """The second interface, which the number of the first shows to be new, gets its prefixes, and the first stays."""
    sequence = one.shared.sequence
    reply = two.ask(timestamp=None, sequence=sequence, hi=SHARING_PREFIXES)
    if reply.packet is not None and not reply.is_accepted and reply.status != OUT_OF_WINDOW:
        lma.lacks(f"it refuses handoff indicator {SHARING_PREFIXES} with {reply.status_text}")
    reply.accepted()
    lma.check("the prefixes of the first interface", reply.prefixes == one.hnp, ", ".join(map(str, reply.prefixes)))
    lma.check("the first interface is still there", one.has_entry(sequence), "it is not")


@against_lma("rfc7864/3.2.1/hi-6-shares-prefixes", mags=2)
def shares_prefixes(lma: Lma) -> None:
    one = lma.node()
    one.attach()
    two = one.other_session(1, ll_id=TWO, att=5)
    reply = two.ask(hi=SHARING_PREFIXES)
    if reply.packet is not None and not reply.is_accepted:
        lma.lacks(f"it refuses handoff indicator {SHARING_PREFIXES} with {reply.status_text}")
    for given in (reply.prefixes, two.ask(hnp=one.hnp).prefixes):
        lma.check("the prefixes of the first interface", given == one.hnp, ", ".join(map(str, given)))


@against_lma("rfc7864/3.2.1/hi-6-same-interface")
def same_interface(lma: Lma) -> None:
    """What would be a new entry had any sequence number accepted."""
    one = lma.node(ll_id=ONE)
    one.attach(timestamp=None)
    one.ask(timestamp=None, hi=SHARING_PREFIXES, sequence=one.shared.sequence).rejected(OUT_OF_WINDOW)
    one.ask(timestamp=None, hi=SHARING_PREFIXES).accepted()


@against_lma("rfc7864/3.2.1/hi-6-other-interface", mags=2)
def other_interface(lma: Lma) -> None:
    one = lma.node(ll_id=ONE)
    one.attach(timestamp=None)
    _shares(lma, one, one.interface(1, ll_id=TWO, att=5))


@against_lma("rfc7864/3.2.1/hi-6-no-ll-id", mags=2)
def without_identifier(lma: Lma) -> None:
    one = lma.node()
    one.attach(timestamp=None)
    _shares(lma, one, one.interface(1, att=5))
