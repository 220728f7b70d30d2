"""Which reading of the ambiguity register an LMA follows: one question each, answered by what it does.

A question returns the name of the reading, None where the answer settles nothing. Those of the gateway (`detach-wait`)
and of the data plane (`no-match`) cannot be put to an LMA from outside.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from pmiptool.conformance.filters import KEEP, MODIFY, REMOVE
from pmiptool.conformance.lma import Lma
from pmiptool.conformance.node import BETWEEN_GATEWAYS, UNKNOWN, Node
from pmiptool.text.filters import parse_flow
from pmiptool.wire.values import BindingReference, FlowIdentification

FLOW = "fid=1 pri=10 proto=udp dst-port=5060"
OTHER = "fid=2 pri=20 proto=tcp dst-port=80"
ONE, TWO = b"\x02\0\0\0\0\x01", b"\x02\0\0\0\0\x02"  # link-layer identifiers


def binding_reference(lma: Lma) -> str | None:
    reply = lma.node(mhgid=0).ask(flows=[parse_flow(FLOW, lma.codepoints)])
    return None if 1 not in reply.flows else "implied" if reply.flows[1].status < 128 else "required"


def pba_act(lma: Lma) -> str | None:
    first, _ = _two(lma)
    reply = first.ask(lifetime=0, hi=UNKNOWN, act=REMOVE)
    return None if not reply.is_accepted or reply.group is None else "echo" if reply.group.act == REMOVE else "zero"


def mhgid_nonzero(lma: Lma) -> str | None:
    reply = lma.node(mhgid=7).ask()
    return "reject" if not reply.is_accepted else "accept" if reply.group is not None else None


def fid_scope(lma: Lma) -> str | None:
    first, second = _two(lma, flows=[FLOW])
    reply = second.renew(flows=[FLOW])
    return None if 1 not in reply.flows else "binding" if reply.flows[1].status < 128 else "group"


def modify_without_selector(lma: Lma) -> str | None:
    node = lma.node(mhgid=0)
    node.attach(flows=[FLOW]).installed(1)
    if lma.codepoints.wire_dialect != "mext":
        return None
    asked = [_without_selector(option) for option in node.filters([FLOW])]
    reply = node.renew(more=asked)
    return None if 1 not in reply.flows else "keep" if reply.flows[1].status < 128 else "refuse"


def flow_omission(lma: Lma) -> str | None:
    node = lma.node(mhgid=0)
    node.attach(flows=[FLOW, OTHER]).installed(1, 2)
    node.change(FLOW)
    if not _knows(node, OTHER):
        return "strict"
    node.renew(summary=[1])
    return "keep" if _knows(node, OTHER) else "summary"


def act_scope(lma: Lma) -> str | None:
    first, second = _two(lma, flows=[FLOW])
    second.renew(flows=[OTHER]).installed(2)
    first.leave(REMOVE)
    return "interface" if _knows(second, OTHER) else "group"


def act_zero(lma: Lma) -> str | None:
    first, second = _two(lma, flows=[FLOW])
    if not first.ask(lifetime=0, hi=UNKNOWN, act=0).is_accepted:
        return "reject"
    lma.removal_is_over()
    return "keep" if second.told() else "remove"


def keep_without_peer(lma: Lma) -> str | None:
    node = lma.node(mhgid=0)
    node.attach(flows=[FLOW]).installed(1)
    return "drop" if node.ask(lifetime=0, hi=UNKNOWN, act=KEEP).is_accepted else "reject"


def removal_delay(lma: Lma) -> str | None:
    first, second = _two(lma, flows=[FLOW])
    first.detach(act=KEEP)
    last = first.shared.timestamp
    if not second.told():
        lma.wait(lma.delete_delay + 0.1)
        return "wait" if second.told() else None
    again = first.ask(hi=1, timestamp=last - 1)  # an earlier time than that of a binding that is remembered
    return "at-once" if again.is_accepted else "tombstone" if again.status == 157 else None


def reinstantiation_target(lma: Lma) -> str | None:
    first, second = _two(lma, flows=[FLOW])
    third = first.interface(2)
    third.attach()
    first.leave(KEEP)
    return {(1, 1): "all", (1, 0): "oldest", (0, 1): "newest"}.get((len(second.told()), len(third.told())))


def reinstantiated_mark(lma: Lma) -> str | None:
    told = _taken_over(lma).told()
    if not told:
        return None
    return "status" if told[0].status else "pro" if getattr(told[0], "pro", 0) == 2 else None


def reinstantiated_advert(lma: Lma) -> str | None:
    node = _taken_over(lma)
    told = node.told()
    if not told or lma.readings["flow-omission"] == "strict":  # there a renewal that names nothing removes it
        return None
    if not node.told():
        return "once"
    node.renew(flows=[node.same(told[0].fid)])
    return "always" if node.told() else "until-named"


def timestamp_scope(lma: Lma) -> str | None:
    first = lma.node(mhgid=0)
    first.attach()
    reply = first.interface(1).ask(timestamp=first.shared.timestamp - 1)
    return "binding" if reply.is_accepted else "mn" if reply.status == 157 else None


def sequence_scope(lma: Lma) -> str | None:
    first = lma.node(mhgid=0)
    first.attach(timestamp=None, sequence=1000)
    reply = first.interface(1).ask(timestamp=None, sequence=500)
    return "binding" if reply.is_accepted else "session" if reply.status == 135 else None


def binding_key(lma: Lma) -> str | None:
    first = lma.node(mhgid=0, ll_id=ONE)
    first.attach(flows=[FLOW]).installed(1)
    second = first.interface(0, ll_id=TWO)
    second.attach()
    return "care-of-address" if _knows(second, FLOW) else "interface"


def handover(lma: Lma) -> str | None:
    first = lma.node(mhgid=0, ll_id=ONE)
    first.attach(flows=[FLOW]).installed(1)
    there = first.at(1)
    reply = there.change(FLOW, hi=BETWEEN_GATEWAYS)
    if not reply.is_accepted or 1 not in reply.flows:
        return None
    return "move" if reply.flows[1].status < 128 else "add"


def _two(lma: Lma, **changes: Any) -> tuple[Node, Node]:
    """A mobile node at two gateways; the changes are of the first registration."""
    first = lma.node(mhgid=0)
    first.attach(**changes)
    second = first.interface(1)
    second.attach()
    return first, second


def _without_selector(option: Any) -> Any:
    """A change of a filter that says nothing of what it selects."""
    if not isinstance(option, FlowIdentification):
        return option
    kept = tuple(one for one in option.suboptions if isinstance(one, BindingReference))
    return replace(option, pro=MODIFY, suboptions=kept)


def _taken_over(lma: Lma) -> Node:
    """An interface that was left with the other one's filter."""
    first, second = _two(lma, flows=[FLOW])
    first.leave(KEEP)
    return second


def _knows(node: Node, flow: str) -> bool:
    """Whether the LMA knows a filter of this interface: it takes a change of it."""
    reply = node.change(flow)
    return reply.is_accepted and all(known.status < 128 for known in reply.flows.values())


Question = Callable[[Lma], str | None]
READINGS: Mapping[str, Question] = {
    "binding-reference": binding_reference,
    "mhgid-nonzero": mhgid_nonzero,
    "pba-act": pba_act,
    "timestamp-scope": timestamp_scope,
    "sequence-scope": sequence_scope,
    "flow-omission": flow_omission,
    "fid-scope": fid_scope,
    "modify-without-selector": modify_without_selector,
    "removal-delay": removal_delay,
    "act-scope": act_scope,
    "act-zero": act_zero,
    "keep-without-peer": keep_without_peer,
    "reinstantiation-target": reinstantiation_target,
    "reinstantiated-mark": reinstantiated_mark,
    "reinstantiated-advert": reinstantiated_advert,
    "binding-key": binding_key,
    "handover": handover,
}
"""By the keys of the register, in an order in which each may rely on those before it."""
