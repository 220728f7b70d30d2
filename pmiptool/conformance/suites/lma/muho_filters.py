"""draft-melia-netext-muho-solution-00, 1, 3.2, 3.3, 4.2 and 6.1: filters that gateways install and change."""

from __future__ import annotations

from pmiptool.conformance.case import against_lma
from pmiptool.conformance.filters import REMOVE
from pmiptool.conformance.lma import Lma
from pmiptool.conformance.node import UNKNOWN
from pmiptool.conformance.suites.lma.muho_sessions import MAIL, VOICE, WEB, second_of

MEXT = {"codepoints": {"dialect": "mext"}}
WITHOUT_SELECTOR = "fid=9 pri=90 no-selector"


@against_lma("muho/1/filters-stored")
def filters_stored(lma: Lma) -> None:
    node = lma.node(mhgid=0)
    node.attach(flows=[VOICE, WEB])
    node.has(1, 2)


@against_lma("muho/1/filters-of-two-mags", mags=2)
def filters_of_two_mags(lma: Lma) -> None:
    first = lma.node(mhgid=0)
    first.attach(flows=[VOICE])
    second = second_of(first, flows=[WEB])
    first.has(1)
    second.has(2)


@against_lma("muho/1/one-fid-at-two-mags", mags=2)
def one_fid_at_two_mags(lma: Lma) -> None:
    first = lma.node(mhgid=0)
    first.attach(flows=[VOICE])
    reply = first.interface(1).ask(flows=["fid=1 pri=20 proto=tcp"])
    if lma.readings["fid-scope"] == "group":
        reply.refused(1)
    else:
        reply.installed(1)
    first.has(1)


@against_lma("muho/1/flows-per-mobile-node")
def flows_per_mobile_node(lma: Lma) -> None:
    one, other = lma.node(mhgid=0), lma.node(mhgid=0)
    one.attach(flows=[VOICE])
    other.ask(flows=["fid=1 pri=20 proto=tcp"]).installed(1)
    other.leave()
    one.has(1)


@against_lma("muho/1/no-flow-of-its-own")
def no_flow_of_its_own(lma: Lma) -> None:
    node = lma.node(mhgid=0)
    asked = node.attach(flows=[VOICE])
    asked.check("no filter that nobody asked for", not asked.unasked, list(asked.unasked))
    reply = node.ask(flows=[WEB]).installed(2)
    told = [fid for fid in reply.unasked if fid != 1]
    reply.check("no filter that nobody asked for", not told, told)


@against_lma("muho/3.2/renewal-keeps-filters")
def renewal_keeps_filters(lma: Lma) -> None:
    node = lma.node(mhgid=0)
    node.attach(flows=[VOICE, WEB])
    node.ask().accepted()
    if lma.readings["flow-omission"] == "strict":
        node.has(without=(1, 2))
    else:
        node.has(1, 2)


@against_lma("muho/3.3/modification-in-renewal")
def modification_in_renewal(lma: Lma) -> None:
    node = lma.node(mhgid=0)
    node.attach(flows=[VOICE])
    node.change("fid=1 pri=40 proto=udp dst-port=5061", hi=5).installed(1)


@against_lma("muho/3.3/modification-any-time")
def modification_any_time(lma: Lma) -> None:
    node = lma.node(mhgid=0)
    node.attach(flows=[VOICE])
    for priority in (40, 50, 60):
        node.change(f"fid=1 pri={priority} proto=udp dst-port=50{priority}").installed(1)


@against_lma("muho/3.3/modification-result")
def modification_result(lma: Lma) -> None:
    node = lma.node(mhgid=0)
    given = node.attach(flows=[VOICE, WEB]).prefixes
    reply = node.change("fid=1 pri=40 proto=udp", "fid=2 pri=50 proto=tcp", hi=5).installed(1, 2)
    reply.expect("option.hi.hi = 5", "option.multihoming.mhgid = 0")
    reply.check("the prefix of the session", reply.prefixes == given, reply.prefixes)


@against_lma("muho/4.2/individual-status")
def individual_status(lma: Lma) -> None:
    lma.node(mhgid=0).ask(flows=[VOICE, WEB, MAIL]).installed(1, 2, 3)


@against_lma("muho/4.2/fid-layout", configured=MEXT)
def fid_layout(lma: Lma) -> None:
    reply = lma.node(mhgid=0).ask(flows=["fid=258 pri=3 action=forward proto=udp"]).accepted()
    lma.knows_flows(reply)
    octets = reply.octets(lma.codepoints.flow_identification_option_type)
    places = ((1,), (2,), (3, 0), (1, 0), (0,), (0,))  # priority and action are copied, or should be (mext 5.3.5)
    right = len(octets) >= len(places) and all(octet in place for octet, place in zip(octets, places, strict=False))
    reply.check("FID 258, FID-PRI 3, Action 1, PRO 0, Status 0 at their places", right, octets.hex(" "))


@against_lma("muho/6.1/filter-created")
def filter_created(lma: Lma) -> None:
    node = lma.node(mhgid=0)
    node.attach()
    node.ask(flows=[VOICE]).installed(1)
    node.has(1)


@against_lma("muho/6.1/filter-modified")
def filter_modified(lma: Lma) -> None:
    node = lma.node(mhgid=0)
    node.attach(flows=[VOICE])
    node.change("fid=1 pri=40 proto=tcp").installed(1)
    node.has(1)


@against_lma("muho/6.1/filter-deleted")
def filter_deleted(lma: Lma) -> None:
    node = lma.node(mhgid=0)
    node.attach(flows=[VOICE, WEB])
    omission = lma.readings["flow-omission"]
    if omission == "keep":
        if lma.codepoints.pro_delete is None:
            lma.lacks("it removes no filter by omission, and no PRO is known that does")
        node.ask(flows=[f"{VOICE} pro={lma.codepoints.pro_delete}"]).installed(1)
    elif omission == "strict":
        node.change(WEB).installed(2)
    else:
        node.ask(summary=[2]).accepted()
    node.has(2, without=(1,))


@against_lma("muho/6.1/result-per-filter")
def result_per_filter(lma: Lma) -> None:
    lma.node(mhgid=0).ask(flows=[VOICE, WITHOUT_SELECTOR, WEB]).installed(1, 2).refused(9)


@against_lma("muho/6.1/refused-filter-alone")
def refused_filter_alone(lma: Lma) -> None:
    node = lma.node(mhgid=0)
    node.ask(flows=[WITHOUT_SELECTOR]).accepted("hnp != any").refused(9)
    node.ask(lifetime=0, hi=UNKNOWN, act=REMOVE).accepted()
