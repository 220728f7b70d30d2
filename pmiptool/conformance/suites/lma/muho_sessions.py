"""draft-melia-netext-muho-solution-00, 1 to 3.5: one session and one prefix for all interfaces of a mobile node."""

from __future__ import annotations

from pmiptool.conformance.case import against_lma
from pmiptool.conformance.filters import KEEP, REMOVE
from pmiptool.conformance.lma import Lma
from pmiptool.conformance.node import UNKNOWN, Node
from pmiptool.conformance.reply import Reply
from pmiptool.wire.values import HomeNetworkPrefix

VOICE = "fid=1 pri=10 proto=udp dst-port=5060"
WEB = "fid=2 pri=20 proto=tcp dst-port=80"
MAIL = "fid=3 pri=30 proto=tcp dst-port=25"


def one_prefix(reply: Reply) -> None:
    found = reply.accepted().options(HomeNetworkPrefix)
    reply.check("one Home Network Prefix option", len(found) == 1, len(found))


def same_prefix(reply: Reply, node: Node) -> None:
    given = node.hnp
    reply.accepted().check("the prefix of the first interface", reply.prefixes == given, reply.prefixes)


def second_of(first: Node, **changes: object) -> Node:
    """Another interface at the second gateway, registered."""
    node = first.interface(1)
    node.attach(**changes)
    return node


def in_force(*nodes: Node) -> None:
    """Each of these bindings can be taken off, which is answered for a binding only (RFC 5213 5.3.5)."""
    for node in nodes:
        node.ask(lifetime=0, hi=UNKNOWN, act=REMOVE).accepted()


@against_lma("muho/1/single-hnp", mags=2)
def single_hnp(lma: Lma) -> None:
    first = lma.node(mhgid=0)
    one_prefix(first.ask())
    one_prefix(first.interface(1).ask(hnp="any"))
    one_prefix(first.ask())


@against_lma("muho/1/second-interface-shares-hnp", mags=2)
def second_interface_shares_hnp(lma: Lma) -> None:
    first = lma.node(mhgid=0)
    given = first.attach().prefixes
    reply = first.interface(1).ask(hnp="any").accepted()
    reply.check("the prefix of the first interface", reply.prefixes == given, reply.prefixes)


@against_lma("muho/1/two-bindings", mags=2)
def two_bindings(lma: Lma) -> None:
    first = lma.node(mhgid=0)
    first.attach()
    second = second_of(first)
    in_force(first, second)


@against_lma("muho/1/two-bindings-at-one-mag")
def two_bindings_at_one_mag(lma: Lma) -> None:
    """By `binding-key` the second interface is one of its own, or takes the place of the first."""
    first = lma.node(mhgid=0, ll_id=b"\x02\0\0\0\0\x01")
    first.attach(flows=[VOICE])
    second = first.interface(0, ll_id=b"\x02\0\0\0\0\x02")
    second.attach()
    second.leave(KEEP if lma.readings["act-scope"] == "group" else REMOVE)
    if lma.readings["binding-key"] == "interface":
        first.has(1)
    else:
        first.attach()
        first.has(without=(1,))


@against_lma("muho/1/hnp-unique-per-mn")
def hnp_unique_per_mn(lma: Lma) -> None:
    one, other = lma.node(mhgid=0), lma.node(mhgid=0)
    given = one.attach().prefixes
    reply = other.ask().accepted()
    reply.check("a prefix of its own", not set(reply.prefixes) & set(given), reply.prefixes)


@against_lma("muho/2/same-hnp-same-group-one-session", mags=2)
def same_hnp_same_group_one_session(lma: Lma) -> None:
    first = lma.node(mhgid=0)
    first.attach()
    given = first.hnp
    second = first.interface(1)
    second.ask(hnp=given).accepted()
    first.leave()
    reply = second.ask(hnp=given).accepted()
    reply.check("the prefix that was named", reply.prefixes == given, reply.prefixes)


@against_lma("muho/2/matching-group-and-hnp-adds", mags=2)
def matching_group_and_hnp_adds(lma: Lma) -> None:
    first = lma.node(mhgid=0)
    first.attach()
    second = first.interface(1)
    second.ask(hnp=first.hnp).accepted()
    in_force(first)


@against_lma("muho/2/appended-to-found-entry", mags=2)
def appended_to_found_entry(lma: Lma) -> None:
    first = lma.node(mhgid=0)
    given = first.attach().prefixes
    reply = first.interface(1).ask(hnp="any").accepted()
    reply.check("the prefix of the entry", reply.prefixes == given, reply.prefixes)
    in_force(first)


@against_lma("muho/3.1/first-interface")
def first_interface(lma: Lma) -> None:
    node = lma.node(mhgid=0)
    reply = node.ask(hi=1, flows=[VOICE, WEB]).installed(1, 2)
    reply.expect(
        "option.hi.hi = 1", f"option.mn-id.identifier = {node.name}", "hnp != any", "option.multihoming.mhgid = 0"
    )


@against_lma("muho/3.1/second-interface", mags=2)
def second_interface(lma: Lma) -> None:
    first = lma.node(mhgid=0)
    first.attach(flows=[VOICE])
    given = first.hnp
    reply = first.interface(1).ask(hi=1, hnp="any", flows=[WEB, MAIL]).installed(2, 3)
    reply.check("the prefix of the first interface", reply.prefixes == given, reply.prefixes)
    reply.expect("option.hi.hi = 1", "option.multihoming.mhgid = 0")


@against_lma("muho/3.2/renewal")
def renewal(lma: Lma) -> None:
    node = lma.node(mhgid=0)
    given = node.attach().prefixes
    reply = node.ask(hi=5).accepted("option.hi.hi = 5", "option.multihoming.mhgid = 0")
    reply.check("the prefix of the session", reply.prefixes == given, reply.prefixes)


@against_lma("muho/3.2/renewal-of-each-binding", mags=2)
def renewal_of_each_binding(lma: Lma) -> None:
    first = lma.node(mhgid=0)
    granted = 4 * first.attach(lifetime=8).message.lifetime
    second = second_of(first)
    lma.wait(granted / 2)
    second.renew()
    lma.wait(granted / 2 + 1)
    lma.ignores(first.pbu(lifetime=0, hi=UNKNOWN, act=REMOVE), then=False)
    in_force(second)


@against_lma("muho/3.5/third-interface", mags=3)
def third_interface(lma: Lma) -> None:
    first = lma.node(mhgid=0)
    first.attach(flows=[VOICE])
    second_of(first)
    given = first.hnp
    reply = first.interface(2).ask(hi=1, hnp="any", flows=[WEB, MAIL]).installed(2, 3)
    reply.check("the prefix of the others", reply.prefixes == given, reply.prefixes)
    reply.expect("option.hi.hi = 1", "option.multihoming.mhgid = 0")


@against_lma("muho/3.5/addition-leaves-others", mags=3)
def addition_leaves_others(lma: Lma) -> None:
    first = lma.node(mhgid=0)
    first.attach()
    second = second_of(first)
    first.interface(2).ask(hi=1).accepted()
    in_force(first, second)


@against_lma("muho/6.1/existing-session-updated")
def existing_session_updated(lma: Lma) -> None:
    node = lma.node(mhgid=0)
    given = node.attach().prefixes
    reply = node.ask(hnp=given).accepted("lifetime > 0")
    reply.check("the prefix of the session", reply.prefixes == given, reply.prefixes)


@against_lma("muho/6.1/session-created")
def session_created(lma: Lma) -> None:
    node = lma.node(mhgid=0)
    node.ask(flows=[VOICE]).accepted("hnp != any", "lifetime > 0", "option.multihoming.mhgid = 0")
    in_force(node)


@against_lma("muho/6.1/session-deleted")
def session_deleted(lma: Lma) -> None:
    node = lma.node(mhgid=0)
    node.attach()
    node.ask(lifetime=0, hi=UNKNOWN, act=REMOVE).accepted("lifetime = 0")
    lma.wait(lma.delete_delay + 0.5)
    lma.ignores(node.pbu(lifetime=0, hi=UNKNOWN, act=REMOVE))
