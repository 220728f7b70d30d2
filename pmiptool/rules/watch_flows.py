"""Filters over time: what the answers make of the flow list, judged by mext 5.3 and by the draft's re-instantiation.

Each function changes the watched group as the exchange did and yields what is wrong with it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from pmiptool.registry.muho import ACT_KEEP, ACT_REMOVE
from pmiptool.registry.rfc6089 import ADD, FORWARD, MODIFY
from pmiptool.rules import catalogue as rules
from pmiptool.rules.answers import fids, summary
from pmiptool.rules.context import Context
from pmiptool.rules.explain import show
from pmiptool.rules.judge import found
from pmiptool.rules.pairing import Answer, Request
from pmiptool.rules.view import Element
from pmiptool.rules.watch_state import Group, Kept
from pmiptool.session.model import Binding, BindingKey, Flow, Selector
from pmiptool.session.transitions import install_flow, remove_flow, same_filter
from pmiptool.session.unknown import UNKNOWN, Unknown
from pmiptool.wire.finding import Finding
from pmiptool.wire.values import BindingReference, Ipv4Selector, Ipv6Selector

MOST = 64  # filters that are remembered of removed interfaces
NOT_FOUND = (135, 136)  # mext 5.3.2.2 prints 135, its table says 136: either is right
Tell = Callable[[str, str, str], None]
"""Takes note of an end: kind, what, why."""


def selector_of(flow: Any) -> Selector | Unknown:
    return next((sub for sub in flow.suboptions if isinstance(sub, (Ipv4Selector, Ipv6Selector))), UNKNOWN)


def flow_of(option: Any) -> Flow:
    """The filter that a FID option describes."""
    bids = next((sub.bid for sub in option.suboptions if isinstance(sub, BindingReference)), ())
    return Flow(option.fid, option.pri, getattr(option, "action", FORWARD), selector_of(option), tuple(bids))


def name_of(fid: int, binding: Binding) -> str:
    return f"FID {fid} at {show(binding.care_of_address)}"


class FlowWatch:
    """One accepted exchange of a multihomed binding whose lifetime goes on."""

    def __init__(self, group: Group, key: BindingKey, binding: Binding, request: Request,
                 answer: Answer | Request, context: Context, tell: Tell) -> None:  # fmt: skip
        self.group, self.key, self.binding = group, key, binding
        self.request, self.answer, self.context, self.tell = request, answer, context, tell
        self.mext = context.codepoints.wire_dialect == "mext"
        self.given = {element.value.fid: element for element in fids(answer.view)}
        self.options = fids(request.view)
        self.named = summary(request.view)

    def judge(self) -> Iterator[Finding]:
        times = Counter(element.value.fid for element in self.options)
        for element in self.options:
            fid = element.value.fid
            echo = self.given.get(fid)
            if times[fid] > 1:
                continue
            if echo is None:
                self.unanswered(element.value)
            else:
                yield from self.asked(element.value, echo)
                self.group.settle(self.key, fid)
        if self.named is not None:
            yield from self.summarised(self.named)
        unnamed = self.omitted(set(times))
        for fid, element in self.given.items():
            if fid not in times and element.value.status < 128:
                yield from self.announced(element)
        self.group.doubt(self.key, unnamed)
        yield from self.lost()

    def told(self) -> Iterator[Finding]:
        """What a notification announces: filters of other interfaces, beside those that the gateway asked for."""
        for fid, element in self.given.items():
            existing = self.binding.flows.get(fid)
            if element.value.status < 128 and (existing is None or existing.reinstantiated):
                yield from self.announced(element)

    def whole(self) -> bool:
        """Whether every filter of the binding is known; what is kept for it may have any FID."""
        return self.key in self.group.whole and not self.group.kept and not self.group.left

    def asked(self, option: Any, echo: Element) -> Iterator[Finding]:
        fid, status = option.fid, echo.value.status
        existing = self.binding.flows.get(fid)
        sure = self.group.sure(self.key, fid)
        pro = getattr(option, "pro", MODIFY if existing else ADD)
        if self.mext and sure:
            yield from self.judged(option, pro, status, existing, echo)
        if status >= 128:
            return
        if pro == self.context.codepoints.pro_delete:
            if existing is not None:
                remove_flow(self.group.session, self.binding, fid)
                self.tell("flow", name_of(fid, self.binding), "deleted by its gateway")
        elif pro == ADD or existing is None:
            new = flow_of(option)
            if existing is None or existing.reinstantiated or not same_filter(existing, new):
                install_flow(self.group.session, self.binding, new)
        elif pro == MODIFY:
            changed = flow_of(option)
            existing.priority, existing.action = changed.priority, changed.action
            existing.named = True
            if changed.selector is not UNKNOWN:
                existing.selector = changed.selector
            if changed.bids:
                existing.bids = changed.bids
            self.group.session.changed()

    def unanswered(self, option: Any) -> None:
        """Whether the filter is installed, or changed, is unknown."""
        existing = self.binding.flows.get(option.fid)
        if existing is not None:
            existing.priority = existing.action = existing.selector = UNKNOWN
            self.group.session.changed()
        elif getattr(option, "pro", ADD) == ADD:
            install_flow(self.group.session, self.binding, flow_of(option))
        self.group.doubt(self.key, (option.fid,))

    def judged(self, option: Any, pro: int, status: int, existing: Flow | None, echo: Element) -> Iterator[Finding]:
        fid = option.fid
        told = f"FID {fid} has status {status}"
        if pro == ADD and existing is not None and status < 128:
            if same_filter(existing, flow_of(option)):  # a request that is repeated finds its own filter
                return
            yield found(rules.FID_EXISTS, f"{told}, expected 135: it is in use since an earlier request", echo)
        elif pro == ADD and existing is None and status == 135 and self.whole() and not self.elsewhere(fid):
            yield found(rules.FID_FREE, f"{told}, and no filter of this binding has that FID", echo)
        elif pro == MODIFY and existing is None and status < 128 and self.whole():
            yield found(rules.FID_ABSENT, f"{told}, and no filter of this binding has that FID", echo)
        elif pro == MODIFY and existing is not None and status in NOT_FOUND:
            yield found(rules.FID_PRESENT, f"{told}, and the filter was installed before", echo)
            self.restarted(fid)

    def elsewhere(self, fid: int) -> bool:
        """Another binding has that FID: refused by the reading fid-scope=group."""
        return any(fid in other.flows for other in self.group.session.bindings.values() if other is not self.binding)

    def restarted(self, fid: int) -> None:
        remove_flow(self.group.session, self.binding, fid)
        self.tell("flow", name_of(fid, self.binding), "the LMA no longer knows it: a restart?")

    def summarised(self, named: set[int]) -> Iterator[Finding]:
        for fid in sorted(named):
            echo = self.given.get(fid)
            existing = self.binding.flows.get(fid)
            if not self.group.sure(self.key, fid):
                continue
            refused = echo is not None and echo.value.status >= 128
            if existing is not None and refused and self.mext:
                told = f"FID {fid} of the flow summary has status {echo.value.status if echo else None}"
                yield found(rules.FID_PRESENT, f"{told}, and the filter was installed before", echo)
                self.restarted(fid)
            elif existing is None and not refused and self.whole() and self.mext:
                yield found(rules.SUMMARY_UNKNOWN, f"FID {fid} of the flow summary is not there and not answered")

    def omitted(self, asked: set[int]) -> list[int]:
        """mext 5.3.4 by the reading of `flow-omission`; returns the FIDs that are gone by another reading."""
        reading = self.context.readings["flow-omission"]
        named = asked | (self.named or set())
        unnamed = [f.fid for f in self.binding.flows.values() if f.fid not in named and f.announced]
        removes = reading == "strict" or (reading == "summary" and self.named is not None)
        if not removes:
            return unnamed
        how = "omitted from the flow summary" if self.named is not None else "omitted from the request"
        for fid in unnamed:
            remove_flow(self.group.session, self.binding, fid)
            self.tell("flow", name_of(fid, self.binding), how)
        return []

    def announced(self, element: Element) -> Iterator[Finding]:
        """A FID option that the request does not name: a filter that the LMA re-instantiated."""
        option = element.value
        new = flow_of(option)
        existing = self.binding.flows.get(option.fid)
        sure = self.group.sure(self.key, option.fid)
        told = _differences(existing, new) if existing is not None and existing.reinstantiated else None
        if told == [] or (told and sure):
            if told:
                yield found(rules.REPEATED, f"FID {option.fid}: {', '.join(told)}", element)
            return
        if existing is not None and sure:
            told_ = f"FID {option.fid} is that of a filter which this gateway added itself"
            yield found(rules.FID_UNIQUE, told_, element)
            yield from self.origin(new, element)
            return
        yield from self.origin(new, element)
        new.reinstantiated, new.named = True, False
        install_flow(self.group.session, self.binding, new)
        self.group.settle(self.key, option.fid)

    def origin(self, new: Flow, element: Element) -> Iterator[Finding]:
        """The filter that a re-instantiated one comes from."""
        waiting = [kept for kept in self.group.kept if self.key not in kept.announced]
        kept = _best(waiting, new)
        left = min((flow for flow in self.group.left if _same_selector(flow, new)), key=partial(_unlike, new),
                   default=None)  # fmt: skip
        if kept is not None and (left is None or _unlike(new, kept.flow) <= _unlike(new, left)):
            kept.announced.add(self.key)
            yield from self.compared(kept.flow, new, element)
            return
        if left is not None:
            yield from self.compared(left, new, element)
            return
        removed = next((flow for flow in self.group.removed if _same_selector(flow, new)), None)
        if removed is not None and removed.selector is not UNKNOWN:
            told = f"FID {new.fid} is FID {removed.fid} of an interface that was removed with ACT=Remove"
            yield found(rules.FILTERS_KEPT, told, element)
        elif waiting and self.group.complete:
            fids_ = ", ".join(str(kept.flow.fid) for kept in waiting)
            yield found(rules.SELECTOR_COPIED, f"FID {new.fid} selects what none of the kept FID {fids_} does", element)
            waiting[0].announced.add(self.key)
        elif self.group.complete and self.mext and not self.group.left:
            told = f"FID {new.fid} has PRO {element.value.pro}, and no interface was removed with ACT=Keep"
            yield found(rules.REINSTANTIATED_UNASKED, told, element)

    def compared(self, old: Flow, new: Flow, element: Element) -> Iterator[Finding]:
        if isinstance(old.priority, int) and old.priority != new.priority:
            told = f"FID {new.fid} has {new.priority}, expected {old.priority} of FID {old.fid}"
            yield found(rules.PRI_COPIED, told, element)
        if self.mext and isinstance(old.action, int) and old.action != new.action:
            told = f"FID {new.fid} has {new.action}, expected {old.action} of FID {old.fid}"
            yield found(rules.ACTION_COPIED, told, element)

    def lost(self) -> Iterator[Finding]:
        """Kept filters that no remaining interface was told of, once each of them has had an answer."""
        remaining = []
        for kept in self.group.kept:
            if self.request.time <= kept.waits:
                remaining.append(kept)
                continue
            kept.asked.add(self.key)
            kept.targets &= set(self.group.session.bindings)
            if any(_absorbs(flow, kept.flow) for flow in self.binding.flows.values()):
                kept.announced.add(self.key)
            if kept.announced or not kept.targets:
                if kept.targets - kept.asked:  # a copy for each may still come
                    remaining.append(kept)
                continue
            if kept.targets <= kept.asked:
                if kept.sure:
                    told = f"FID {kept.flow.fid} of {show(kept.care_of)} is announced to no other gateway"
                    yield found(rules.FILTERS_LOST, told)
                else:
                    remember(self.group.left, kept.flow)
                continue
            remaining.append(kept)
        self.group.kept = remaining


def take_away(group: Group, key: BindingKey, binding: Binding, act: int, why: str, frames: tuple[int, ...],
              tell: Tell, waits: float = 0.0) -> None:  # fmt: skip
    """A binding leaves force: where its filters go by ACT (muho 4.1). `key` is still among the session's bindings.

    waits: until when they may stay where they are (`removal-delay` = wait).
    """
    peers = set(group.session.bindings) - {key}
    for flow in sorted(binding.flows.values(), key=lambda flow: flow.installed):
        name = name_of(flow.fid, binding)
        if act == ACT_KEEP and peers:
            sure = group.sure(key, flow.fid)
            group.kept.append(Kept(flow, binding.care_of_address, set(peers), frames, sure, key, waits))
            tell("flow", name, "ACT=Keep: it goes to another interface")
        elif act == ACT_KEEP:
            tell("flow", name, "ACT=Keep, and no other interface is left")
        elif act == ACT_REMOVE:
            remember(group.removed, flow)
            tell("flow", name, "ACT=Remove")
        else:
            remember(group.left, flow)
            tell("flow", name, why)
    if act == ACT_REMOVE:  # by the reading act-scope=group those of the others are gone too
        for other in peers:
            group.doubt(other, group.session.bindings[other].flows)
    for kept in list(group.kept):
        if key in kept.targets and key not in kept.announced:
            kept.sure = False  # it may have gone to this one, which takes it along
        kept.targets.discard(key)
        if not kept.targets:
            group.kept.remove(kept)
            remember(group.left, kept.flow)
    group.unsure.pop(key, None)


def entered(group: Group, key: BindingKey, time: float, delay: float) -> bool:
    """A binding comes into force, while others may wait for their end (`removal-delay` = wait): it may get their
    filters; or it waits itself, and has its own still. Whether it is known which filters it has.
    """
    buried = group.session.tombstones.get(key)
    waits = buried is not None and buried.removed_at is not None and time <= buried.removed_at + delay
    for kept in [kept for kept in group.kept if time <= kept.waits]:
        if waits and kept.key == key:
            group.kept.remove(kept)
            remember(group.left, kept.flow)
        else:
            kept.targets.add(key)
    if waits:
        for flow in group.removed:
            remember(group.left, flow)
        group.removed.clear()
    return not waits


def remember(flows: list[Flow], flow: Flow) -> None:
    """Of those that are alike one is enough, and of many the last."""
    if not any(same_filter(flow, other) for other in flows):
        flows.append(flow)
        del flows[:-MOST]


def _same_selector(one: Flow, other: Flow) -> bool:
    return other.selector is UNKNOWN or one.selector is UNKNOWN or one.selector == other.selector


def _best(waiting: list[Kept], new: Flow) -> Kept | None:
    """Of the kept filters with this selector the one that is most like it."""
    fitting = [kept for kept in waiting if _same_selector(kept.flow, new)]
    return min(fitting, key=lambda kept: _unlike(new, kept.flow), default=None)


def _unlike(new: Flow, old: Flow) -> int:
    """How much of a filter with the same selector differs."""
    return _differ(old.priority, new.priority) + _differ(old.action, new.action)


def _differ(old: int | Unknown, new: int | Unknown) -> bool:
    return isinstance(old, int) and isinstance(new, int) and old != new


def _absorbs(flow: Flow, kept: Flow) -> bool:
    return (flow.selector, flow.priority, flow.action) == (kept.selector, kept.priority, kept.action)


def _differences(old: Flow, new: Flow) -> list[str]:
    told = []
    for name in ("priority", "action"):
        was, now = getattr(old, name), getattr(new, name)
        if isinstance(was, int) and was != now:
            told.append(f"{name} is {now}, expected {was}")
    if not _same_selector(old, new):
        told.append("it selects something else than before")
    return told
