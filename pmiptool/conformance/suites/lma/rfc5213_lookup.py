"""RFC 5213 5.4: several sessions of a mobile node, and which of them a request is about."""

from __future__ import annotations

from pmiptool.conformance.case import against_lma
from pmiptool.conformance.lma import Lma
from pmiptool.conformance.node import BETWEEN_GATEWAYS, NEW_INTERFACE, NOT_CHANGED, UNKNOWN, Node
from pmiptool.conformance.suites.lma.rfc5213_sessions import (
    BETWEEN_INTERFACES,
    OWN,
    OWN_TOO,
    OWNER,
    SOME,
    WITH_PREFIXES,
)
from pmiptool.text.values import prefix_text

FIRST, OTHER, THIRD = (bytes((2, 0, 0x5E, 0, 0x53, number)) for number in (1, 2, 3))
WIFI, CELLULAR = 4, 8  # access technology types
UNUSED = "2001:db8:f0ff:ffff::/64"


def waits(first: Node, other: Node) -> None:
    """The request of another interface is answered when the first one has gone, not before."""
    lma, prefixes = first.lma, first.hnp
    if not lma.assign_delay:
        lma.lacks("its MaxDelayBeforeNewBCEAssign is 0")
    packet = lma.send(other.pbu(hi=UNKNOWN), other.mag)
    came = lma.wait(lma.assign_delay / 3)
    early = [other for other in came if other.receiver == packet.sender]
    lma.check("no answer while the session is registered elsewhere", not early, f"{len(early)} of them")
    gone = first.ask(lifetime=0, hi=UNKNOWN)
    lma.demand("an answer to the deregistration", gone.packet is not None, "none")
    other.answered(lma.answer(packet, [*came, *gone.further], timeout=lma.assign_delay)).same_session(prefixes)


def makes_new_session(first: Node, other: Node) -> None:
    """Without a deregistration the request of another interface is one for a new session."""
    lma = first.lma
    reply = lma.ask(other.pbu(hi=UNKNOWN), other.mag, timeout=lma.assign_delay + lma.settings.timeout)
    other.answered(reply).new_session(*first.hnp)


@against_lma("rfc5213/5.4/lifetimes-are-separate", mags=2)
def lifetimes_are_separate(lma: Lma) -> None:
    short = lma.node(ll_id=FIRST)
    short.attach(lifetime=8)
    other = short.other_session(1, ll_id=OTHER)
    other.attach()
    lma.wait(8 + SOME)
    lma.ignores(short.pbu(lifetime=0))
    other.ask(lifetime=0).accepted()


@against_lma("rfc5213/5.4/prefixes-stay-together", mags=2, configured=OWNER)
def prefixes_stay_together(lma: Lma) -> None:
    node = lma.node(id=WITH_PREFIXES)
    prefixes = node.attach(hnp=[OWN, OWN_TOO]).prefixes
    node.at(1).ask(hnp="any", hi=BETWEEN_GATEWAYS).same_session(prefixes)
    lma.forget(node)


@against_lma("rfc5213/5.4.1/prefix-before-ll-id", mags=2)
def prefix_before_ll_id(lma: Lma) -> None:
    first = lma.node(ll_id=FIRST)
    first.attach()
    other = first.other_session(1, ll_id=OTHER)
    other.attach()
    other.ask(hnp=first.hnp, hi=BETWEEN_INTERFACES).same_session(first.hnp)


@against_lma("rfc5213/5.4.1.1/any-prefix-finds", configured=OWNER)
def any_prefix_finds(lma: Lma) -> None:
    node = lma.node(id=WITH_PREFIXES)
    prefixes = node.attach(hnp=[OWN, OWN_TOO]).prefixes
    node.ask(hnp=[OWN_TOO, OWN]).same_session(prefixes)


@against_lma("rfc5213/5.4.1.1/unused-prefix-is-new-session", mags=2, configured=OWNER)
def unused_prefix_is_new_session(lma: Lma) -> None:
    node = lma.node(id=WITH_PREFIXES)
    taken = node.attach(hnp=OWN).prefixes
    node.other_session(1).ask(hnp=OWN_TOO, hi=BETWEEN_GATEWAYS).new_session(*taken)


@against_lma("rfc5213/5.4.1.1/prefix-of-another-node")
def prefix_of_another_node(lma: Lma) -> None:
    owner = lma.node()
    owner.attach()
    lma.node().ask(hnp=owner.hnp).rejected(155)


@against_lma("rfc5213/5.4.1.1/prefix-of-another-node-untouched", mags=2)
def prefix_of_another_node_untouched(lma: Lma) -> None:
    owner = lma.node()
    owner.attach()
    lma.node(1).ask(hnp=owner.hnp).rejected()
    owner.ask(lifetime=0).accepted()


@against_lma("rfc5213/5.4.1.1/prefix-too-many", configured=OWNER)
def prefix_too_many(lma: Lma) -> None:
    node = lma.node(id=WITH_PREFIXES)
    node.attach(hnp=OWN)
    node.ask(hnp=[OWN, OWN_TOO]).rejected(159)


@against_lma("rfc5213/5.4.1.1/prefix-too-few", configured=OWNER)
def prefix_too_few(lma: Lma) -> None:
    node = lma.node(id=WITH_PREFIXES)
    node.attach(hnp=[OWN, OWN_TOO])
    node.ask(hnp=OWN).rejected(159)


@against_lma("rfc5213/5.4.1.1/same-interface")
def prefix_and_same_interface(lma: Lma) -> None:
    node = lma.node(ll_id=FIRST)
    prefixes = node.attach().prefixes
    for indicator in (NEW_INTERFACE, UNKNOWN, NOT_CHANGED):
        node.ask(hi=indicator).same_session(prefixes)


@against_lma("rfc5213/5.4.1.1/same-interface-new-gateway", mags=2)
def prefix_and_same_interface_at_new_gateway(lma: Lma) -> None:
    node = lma.node(ll_id=FIRST)
    prefixes = node.attach().prefixes
    node.at(1).ask(hi=UNKNOWN).same_session(prefixes)
    lma.forget(node)


@against_lma("rfc5213/5.4.1.1/handoff-between-interfaces", mags=2)
def prefix_and_handoff_between_interfaces(lma: Lma) -> None:
    node = lma.node(ll_id=FIRST, att=WIFI)
    prefixes = node.attach().prefixes
    node.interface(1, ll_id=OTHER, att=CELLULAR).ask(hi=BETWEEN_INTERFACES).same_session(prefixes)
    lma.forget(node)


@against_lma("rfc5213/5.4.1.1/handoff-without-ll-id", mags=2)
def prefix_and_handoff_without_ll_id(lma: Lma) -> None:
    node = lma.node()
    prefixes = node.attach().prefixes
    node.at(1).ask(hi=BETWEEN_GATEWAYS).same_session(prefixes)
    lma.forget(node)


@against_lma("rfc5213/5.4.1.1/same-care-of-address")
def prefix_and_same_care_of_address(lma: Lma) -> None:
    node = lma.node(ll_id=FIRST)
    prefixes = node.attach().prefixes
    node.ask(ll_id=OTHER, hi=UNKNOWN).same_session(prefixes)


@against_lma("rfc5213/5.4.1.1/otherwise-new-session", mags=2)
def prefix_and_otherwise_new_session(lma: Lma) -> None:
    node = lma.node()
    taken = node.attach().prefixes
    there = node.other_session(1)
    reply = there.ask(hnp=taken, hi=NEW_INTERFACE)
    updated = reply.is_accepted and bool(set(reply.prefixes) & set(taken))
    reply.check("a rejection, or other prefixes", not updated, ", ".join(map(prefix_text, reply.prefixes)))
    node.ask(lifetime=0).accepted()


@against_lma("rfc5213/5.4.1.1/unknown-deregistration-ignored")
def prefix_and_unknown_deregistration(lma: Lma) -> None:
    lma.ignores(lma.node().pbu(lifetime=0, hi=UNKNOWN, hnp=UNUSED))


@against_lma("rfc5213/5.4.1.2/same-interface")
def same_interface(lma: Lma) -> None:
    node = lma.node(ll_id=FIRST)
    prefixes = node.attach().prefixes
    for indicator in (NEW_INTERFACE, UNKNOWN, NOT_CHANGED):
        node.ask(hnp="any", hi=indicator).same_session(prefixes)


@against_lma("rfc5213/5.4.1.2/same-interface-new-gateway", mags=2)
def same_interface_at_new_gateway(lma: Lma) -> None:
    node = lma.node(ll_id=FIRST)
    prefixes = node.attach().prefixes
    node.at(1).ask(hnp="any", hi=BETWEEN_GATEWAYS).same_session(prefixes)
    lma.forget(node)


@against_lma("rfc5213/5.4.1.2/same-interface-deregisters")
def same_interface_deregisters(lma: Lma) -> None:
    node = lma.node(ll_id=FIRST)
    node.attach()
    node.ask(hnp="any", lifetime=0, hi=UNKNOWN).accepted("lifetime = 0")


@against_lma("rfc5213/5.4.1.2/handoff-between-interfaces", mags=2)
def handoff_between_interfaces(lma: Lma) -> None:
    node = lma.node(ll_id=FIRST, att=WIFI)
    prefixes = node.attach().prefixes
    node.interface(1, ll_id=OTHER, att=CELLULAR).ask(hnp="any", hi=BETWEEN_INTERFACES).same_session(prefixes)
    lma.forget(node)


@against_lma("rfc5213/5.4.1.2/handoff-with-two-sessions-is-new", mags=2)
def handoff_with_two_sessions(lma: Lma) -> None:
    first = lma.node(ll_id=FIRST)
    first.attach()
    other = first.other_session(1, ll_id=OTHER)
    other.attach()
    first.other_session(1, ll_id=THIRD).ask(hi=BETWEEN_INTERFACES).new_session(*first.hnp, *other.hnp)


@against_lma("rfc5213/5.4.1.2/unknown-handoff-waits", mags=2)
def unknown_handoff_waits(lma: Lma) -> None:
    first = lma.node(ll_id=FIRST)
    first.attach()
    waits(first, first.other_session(1, ll_id=OTHER))


@against_lma("rfc5213/5.4.1.2/unknown-handoff-new-session", mags=2)
def unknown_handoff_new_session(lma: Lma) -> None:
    first = lma.node(ll_id=FIRST)
    first.attach()
    makes_new_session(first, first.other_session(1, ll_id=OTHER))


@against_lma("rfc5213/5.4.1.2/other-ll-id-is-new-session", mags=2)
def other_ll_id(lma: Lma) -> None:
    first = lma.node(ll_id=FIRST)
    first.attach()
    first.other_session(1, ll_id=OTHER).ask(hi=BETWEEN_GATEWAYS).new_session(*first.hnp)


@against_lma("rfc5213/5.4.1.2/other-technology-is-new-session", mags=2)
def other_technology(lma: Lma) -> None:
    first = lma.node(ll_id=FIRST, att=WIFI)
    first.attach()
    first.other_session(1, ll_id=FIRST, att=CELLULAR).ask(hi=NEW_INTERFACE).new_session(*first.hnp)


@against_lma("rfc5213/5.4.1.2/unknown-deregistration-ignored")
def unknown_deregistration(lma: Lma) -> None:
    lma.ignores(lma.node(ll_id=FIRST).pbu(lifetime=0, hi=UNKNOWN))


@against_lma("rfc5213/5.4.1.3/handoff-between-interfaces", mags=2)
def mobile_node_alone_handoff_between_interfaces(lma: Lma) -> None:
    node = lma.node(att=WIFI)
    prefixes = node.attach().prefixes
    node.interface(1, att=CELLULAR).ask(hnp="any", hi=BETWEEN_INTERFACES).same_session(prefixes)
    lma.forget(node)


@against_lma("rfc5213/5.4.1.3/handoff-between-gateways", mags=2)
def mobile_node_alone_handoff_between_gateways(lma: Lma) -> None:
    node = lma.node()
    prefixes = node.attach().prefixes
    node.at(1).ask(hnp="any", hi=BETWEEN_GATEWAYS).same_session(prefixes)
    lma.forget(node)


@against_lma("rfc5213/5.4.1.3/unknown-handoff-waits", mags=2)
def mobile_node_alone_unknown_handoff_waits(lma: Lma) -> None:
    first = lma.node()
    first.attach()
    waits(first, first.other_session(1))


@against_lma("rfc5213/5.4.1.3/unknown-handoff-new-session", mags=2)
def mobile_node_alone_unknown_handoff_new_session(lma: Lma) -> None:
    first = lma.node()
    first.attach()
    makes_new_session(first, first.other_session(1))


@against_lma("rfc5213/5.4.1.3/attachment-is-new-session", mags=2)
def mobile_node_alone_attachment(lma: Lma) -> None:
    first = lma.node()
    first.attach()
    first.other_session(1).ask(hi=NEW_INTERFACE).new_session(*first.hnp)


@against_lma("rfc5213/5.4.1.3/two-entries-is-new-session", mags=3)
def mobile_node_alone_two_entries(lma: Lma) -> None:
    first = lma.node()
    first.attach()
    other = first.other_session(1)
    other.attach()
    first.other_session(2).ask(hi=BETWEEN_GATEWAYS).new_session(*first.hnp, *other.hnp)


@against_lma("rfc5213/5.4.1.3/unknown-deregistration-ignored")
def mobile_node_alone_unknown_deregistration(lma: Lma) -> None:
    lma.ignores(lma.node().pbu(lifetime=0, hi=UNKNOWN))
