"""draft-melia-netext-muho-solution-00, 3.4, 4.1 (ACT) and 4.2: an interface leaves, and what becomes of its filters."""

from __future__ import annotations

from pmiptool.conformance.case import against_lma
from pmiptool.conformance.filters import DISCARD, KEEP, REMOVE
from pmiptool.conformance.lma import Lma
from pmiptool.conformance.node import UNKNOWN, Node
from pmiptool.conformance.suites.lma.muho_filters import MEXT
from pmiptool.conformance.suites.lma.muho_sessions import MAIL, VOICE, WEB, in_force, second_of
from pmiptool.mag.config import Flow
from pmiptool.text.filters import format_selector, parse_flow, selector_of


def both(lma: Lma, voice: str = VOICE) -> tuple[Node, Node]:
    """Two interfaces at two gateways: filter 1 at the first, filter 2 at the second."""
    first = lma.node(mhgid=0)
    first.attach(flows=[voice])
    return first, second_of(first, flows=[WEB])


def kept(lma: Lma, voice: str = VOICE) -> Node:
    """The second interface, after the first has left with ACT=Keep."""
    first, second = both(lma, voice)
    first.leave(KEEP)
    return second


def moved(lma: Lma, told: list[Flow], text: str = VOICE) -> Flow | None:
    """That just one filter is announced, the one that moved; it."""
    wanted = selector_of(parse_flow(text, lma.codepoints))
    selectors = [selector_of(flow) for flow in told]
    shown = "; ".join(format_selector(selector) if selector else "no selector" for selector in selectors)
    right = lma.check("one re-instantiated filter, the one that moved", selectors == [wanted], shown or "none")
    return told[0] if right else None


@against_lma("muho/3.4/removal", mags=2)
def removal(lma: Lma) -> None:
    first, _ = both(lma)
    given = first.hnp
    reply = first.ask(lifetime=0, hi=UNKNOWN, act=REMOVE)
    reply.accepted("option.hi.hi = 4", "lifetime = 0", "option.multihoming.mhgid = 0")
    reply.check("the prefix of the session", reply.prefixes == given, reply.prefixes)


@against_lma("muho/3.4/removal-leaves-others", mags=2)
def removal_leaves_others(lma: Lma) -> None:
    first = lma.node(mhgid=0)
    first.attach()
    second = second_of(first)
    first.leave()
    in_force(second)


@against_lma("muho/4.1/pba-act", mags=2)
def pba_act(lma: Lma) -> None:
    first, _ = both(lma)
    wanted = REMOVE if lma.readings["pba-act"] == "echo" else 0
    first.ask(lifetime=0, hi=UNKNOWN, act=REMOVE).accepted(f"option.multihoming.act = {wanted}")


@against_lma("muho/4.1/act-without-removal")
def act_without_removal(lma: Lma) -> None:
    node = lma.node(mhgid=0)
    node.attach(flows=[VOICE])
    node.change(VOICE, act=REMOVE).installed(1)
    node.has(1)


def without_meaning(lma: Lma, act: int) -> None:
    first, second = both(lma)
    reply = first.ask(lifetime=0, hi=UNKNOWN, act=act)
    reading = lma.readings["act-zero"]
    if reading == "reject":
        reply.rejected()
        return
    lma.keeps_filters(reply)
    reply.accepted("lifetime = 0")
    lma.removal_is_over()
    told = second.told()
    if reading == "keep":
        moved(lma, told)
    else:
        lma.check("no re-instantiated filter", not told, len(told))


@against_lma("muho/4.1/act-zero", mags=2)
def act_zero(lma: Lma) -> None:
    without_meaning(lma, 0)


@against_lma("muho/4.1/act-undefined", mags=2)
def act_undefined(lma: Lma) -> None:
    without_meaning(lma, 5)


@against_lma("muho/4.1/act-remove", mags=2)
def act_remove(lma: Lma) -> None:
    first, second = both(lma)
    first.leave(REMOVE)
    reply = second.renew(flows=[MAIL])
    lma.check("no re-instantiated filter", not reply.told, len(reply.told))
    first.attach()
    first.has(without=(1,))


@against_lma("muho/4.1/act-keep", mags=2)
def act_keep(lma: Lma) -> None:
    moved(lma, kept(lma).told())


@against_lma("muho/4.1/act-keep-of-three", mags=3)
def act_keep_of_three(lma: Lma) -> None:
    """One of the others takes the filter, or both do (`reinstantiation-target`): that is the LMA's own affair."""
    first, second = both(lma)
    third = first.interface(2)
    third.attach()
    first.leave(KEEP)
    told = [second.told(), third.told()]
    for flows in filter(None, told):
        moved(lma, flows)
    lma.check("a re-instantiated filter at one of the others", any(told), "none")


@against_lma("muho/4.1/act-keep-beside-existing", mags=2)
def act_keep_beside_existing(lma: Lma) -> None:
    second = kept(lma)
    reply = second.change(WEB).installed(2)
    moved(lma, reply.told)


@against_lma("muho/4.1/act-keep-without-peer")
def act_keep_without_peer(lma: Lma) -> None:
    node = lma.node(mhgid=0)
    node.attach(flows=[VOICE])
    reply = node.ask(lifetime=0, hi=UNKNOWN, act=KEEP)
    if lma.readings["keep-without-peer"] == "reject":
        reply.rejected()
        node.has(1)
    else:
        lma.keeps_filters(reply)
        reply.accepted("lifetime = 0")
        node.attach()
        node.has(without=(1,))


@against_lma("muho/4.1/reinstantiated-told-at-filter-operation", mags=2)
def told_at_filter_operation(lma: Lma) -> None:
    second = kept(lma)
    reply = second.ask(flows=[MAIL]).installed(3)
    flow = moved(lma, reply.told)
    reply.check("it is marked", flow is not None and second.is_marked(flow))


@against_lma("muho/4.1/reinstantiated-told-again", mags=2)
def told_again(lma: Lma) -> None:
    second = kept(lma)
    told = moved(lma, second.told())
    until = lma.readings["reinstantiated-advert"]
    if until == "once" or lma.readings["flow-omission"] == "strict":  # `strict`: it is not named, and goes
        again = second.told()
        lma.check("no re-instantiated filter any more", not again, len(again))
        return
    moved(lma, second.told())
    if told is not None:
        second.has(told.fid, 2)
        again = second.told()
        if until == "until-named":
            lma.check("no re-instantiated filter once it was named", not again, len(again))
        else:
            moved(lma, again)


@against_lma("muho/4.2/reinstantiated-fid-unique", mags=2)
def fid_unique(lma: Lma) -> None:
    first = lma.node(mhgid=0)
    first.attach(flows=[VOICE])
    second = first.interface(1)
    own = (2,) if lma.readings["fid-scope"] == "group" else (1, 2)
    second.attach(flows=[f"fid={fid} pri=20 proto=tcp" for fid in own])
    first.leave(KEEP)
    told = second.told()
    lma.demand("a re-instantiated filter", bool(told), "none")
    fids = [flow.fid for flow in told]
    lma.check(f"other identifiers than {' and '.join(map(str, own))}", not set(fids) & set(own), fids)


@against_lma("muho/4.2/reinstantiated-pro", mags=2)
def pro(lma: Lma) -> None:
    second = kept(lma)
    told = second.told()
    lma.demand("a re-instantiated filter", bool(told), "none")
    marks = [(getattr(flow, "pro", None), flow.status) for flow in told]
    lma.check("it is marked as re-instantiated", all(map(second.is_marked, told)), f"PRO and status {marks}")


@against_lma("muho/4.2/reinstantiated-fid-pri", mags=2)
def fid_pri(lma: Lma) -> None:
    told = kept(lma).told()
    lma.demand("a re-instantiated filter", bool(told), "none")
    lma.check("FID-PRI 10, as the original has it", [flow.pri for flow in told] == [10], [flow.pri for flow in told])


@against_lma("muho/4.2/reinstantiated-action", mags=2, configured=MEXT)
def action(lma: Lma) -> None:
    copied(lma, VOICE, 1)


@against_lma("muho/4.2/reinstantiated-discard", mags=2, configured=MEXT)
def discard(lma: Lma) -> None:
    copied(lma, f"{VOICE} action=discard", DISCARD)


def copied(lma: Lma, voice: str, action: int) -> None:
    told = kept(lma, voice).told()
    lma.demand("a re-instantiated filter", bool(told), "none")
    actions = [getattr(flow, "action", None) for flow in told]
    lma.check(f"Action {action}, as the original has it", actions == [action], actions)


@against_lma("muho/4.2/nothing-unasked", mags=2)
def nothing_unasked(lma: Lma) -> None:
    first, second = both(lma)
    first.detach(act=KEEP)
    pause = lma.delete_delay if lma.readings["removal-delay"] == "wait" else 0
    came = [packet for packet in lma.wait(pause + lma.settings.silence) if packet.decoded.name == "pba"]
    lma.check("no acknowledgement that nobody asked for", not came, len(came))
    second.ask().accepted()


@against_lma("muho/4.2/reinstantiated-told-at-renewal", mags=2)
def told_at_renewal(lma: Lma) -> None:
    second = kept(lma)
    reply = second.ask(hi=5).accepted()
    moved(lma, reply.told)
