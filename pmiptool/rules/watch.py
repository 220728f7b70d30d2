"""Sessions over time: applies what was seen to the model, and judges prefixes, clocks and sequence numbers by it.

State is unknown until a message establishes it, and a rule that needs unknown state is silent; with
`Context.complete` nothing happened before the first message.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

from pmiptool.registry.rfc6275 import LIFETIME_UNIT
from pmiptool.rules import catalogue as rules
from pmiptool.rules import multipath, watch_ipv4
from pmiptool.rules.answers import fids
from pmiptool.rules.clocks import Clocks
from pmiptool.rules.context import Context
from pmiptool.rules.explain import show, show_list
from pmiptool.rules.judge import found
from pmiptool.rules.pairing import Answer, MnKey, Request
from pmiptool.rules.watch_flows import FlowWatch, entered, name_of, take_away
from pmiptool.rules.watch_groups import in_use, prefixes_elsewhere, spill
from pmiptool.rules.watch_state import Asked, Doubt, Ended, Group, asked_of, prefixes_of
from pmiptool.session.model import Binding, BindingKey, PrefixKey, Session
from pmiptool.session.transitions import add_binding, bind_bid, end_binding, move_binding, revive_binding
from pmiptool.wire.finding import Finding


@dataclass(eq=False)
class Watch:
    """All sessions of all anchors that were seen. `ended` lists what left force, in order.

    one_path: MAGs that were told, for a mobile node, that they have one path to the anchor (RFC 8278 4.4).
    """

    context: Context
    groups: dict[tuple[bytes, MnKey, int], Group] = field(default_factory=dict)
    plain: dict[tuple[bytes, MnKey], list[Group]] = field(default_factory=dict)
    ended: list[Ended] = field(default_factory=list)
    one_path: dict[tuple[bytes, MnKey], set[MnKey]] = field(default_factory=dict)
    clocks: Clocks = field(init=False)
    _grouped: dict[tuple[bytes, MnKey], list[Group]] = field(default_factory=dict)
    _anchors: dict[bytes, None] = field(default_factory=dict)
    _prefixes: dict[tuple[bytes, PrefixKey], Group] = field(default_factory=dict)
    _homes: dict[tuple[bytes, bytes], Group] = field(default_factory=dict)
    _optioned: set[bytes] = field(default_factory=set)
    _asked: dict[tuple[bytes, MnKey], set[bytes]] = field(default_factory=dict)
    _expiries: list[tuple[float, int, Group, Binding]] = field(default_factory=list)
    _count: int = 0
    _latest: tuple[Request, Asked] | None = None

    def __post_init__(self) -> None:
        self.clocks = Clocks(self.context)

    def sessions(self, mn: MnKey | None = None) -> list[Group]:
        """What is in force: sessions with at least one binding, of one mobile node or of all."""
        if mn is not None:
            every = [group for lma in self._anchors for group in self._of(lma, mn)]
        else:
            every = [*self.groups.values(), *(group for groups in self.plain.values() for group in groups)]
        return [group for group in every if group.session.bindings]

    def _of(self, lma: bytes, mn: MnKey) -> list[Group]:
        """The sessions of one mobile node at one anchor."""
        return [*self._grouped.get((lma, mn), ()), *self.plain.get((lma, mn), ())]

    # Requests

    def _read(self, request: Request) -> Asked:
        """What a request asks; of the latest one that is known."""
        if self._latest is None or self._latest[0] is not request:
            self._latest = request, asked_of(request.view, request.care_of, self.context.readings)
        return self._latest[1]

    def request(self, request: Request) -> Iterator[Finding]:
        """What a gateway asks, held against what it was told before."""
        self.expire(request.time)
        if request.mn is None:
            return
        if not request.removal:
            self._asked.setdefault((request.lma, request.mn), set()).add(request.care_of)
        asked = self._read(request)
        group, key, binding = self._locate(request, asked)
        yield from multipath.asks(self, request, asked)
        yield from watch_ipv4.asks(group, binding, request, asked)
        watch_ipv4.forget(self._of(request.lma, request.mn), request, asked)
        if asked.mhgid is None:
            multihomed = self._multihomed_by_address(request, asked)
            if multihomed is not None and self._continues(request, asked, multihomed):
                told = f"{show(request.care_of)} is bound in multihoming group {multihomed.session.mhgid}"
                yield found(rules.OPTION_KEPT, told)
                return
        given = group.given.get(key) if group is not None else None
        if binding is None or not given or not request.view.named("hnp"):
            return
        zero = len(prefixes_of(request.view)) < len(request.view.named("hnp"))
        if not zero and set(asked.prefixes) != set(given) and (request.removal or asked.hi == 5):
            told = f"it names {show_list(list(asked.prefixes))}, expected {show_list(list(given))}"
            yield found(rules.REMOVAL_HNP if request.removal else rules.EXTENSION_HNP, told, request.view.first("hnp"))

    @staticmethod
    def _continues(request: Request, asked: Asked, group: Group) -> bool:
        return request.removal or asked.hi == 5 or bool(set(asked.prefixes) & set(group.session.prefixes))

    def bound(self, request: Request) -> bool | None:
        """Whether the care-of address of a request has a binding; None where that is unknown."""
        if request.mn is None:
            return False
        asked = self._read(request)
        if self._locate(request, asked)[2] is not None:
            return True
        return False if self.context.complete else None

    def located(self, request: Request) -> Binding | None:
        """The binding that a request is about."""
        return self._locate(request, self._read(request))[2]

    def _multihomed_by_address(self, request: Request, asked: Asked) -> Group | None:
        """The multihomed session that has a binding of a request without the option."""
        key = asked.key if self.context.readings["binding-key"] == "interface" else asked.key[:1]
        groups = self._grouped.get((request.lma, request.mn), ()) if request.mn is not None else ()
        return next((group for group in groups if key in group.session.bindings), None)

    def _locate(self, request: Request, asked: Asked) -> tuple[Group | None, BindingKey, Binding | None]:
        if request.mn is None:
            return None, asked.key, None
        if asked.mhgid is not None:
            group = self.groups.get((request.lma, request.mn, asked.mhgid))
            if group is not None:
                key, binding = group.find(asked.key, request.care_of)
                return group, key, binding
        way = multipath.group_of(self, request, asked)
        if way is not None:
            return *way, way[0].session.bindings.get(way[1])
        for group in self.plain.get((request.lma, request.mn), ()):
            binding = group.session.bindings.get(asked.key)
            if binding is not None:
                return group, asked.key, binding
        return None, asked.key, None

    # Answers

    def exchange(self, request: Request, answer: Answer, doubt: Doubt | None) -> Iterator[Finding]:
        """A request and its answer. doubt: what requests without answer leave unknown, None where all have one."""
        self.expire(answer.time)
        if request.mn is None or request.decoded.name != "pbu":
            return
        asked = self._read(request)
        group, key, binding = self._locate(request, asked)
        certain = doubt is None or not doubt.open
        yield from self.clocks.judge(request, answer, binding, certain=certain)
        option = answer.view.value("multihoming")
        if option is not None:
            self._optioned.add(request.lma)
        several = asked.path is not None and (
            answer.view.value(multipath.OPTION) is not None or multipath.group_of(self, request, asked) is not None
        )
        if asked.path is not None:
            yield from multipath.granted(self, request, answer, asked)
        if answer.decoded.message.status >= 128:
            return
        if asked.mhgid is not None and option is None:
            yield from self._without_option(request, answer)
        if asked.mhgid is not None and (option is not None or (group is not None and group.session.mhgid is not None)):
            group = self._group(request, asked)
            key, binding = group.find(asked.key, request.care_of)
            if doubt is not None:
                self._doubted(group, key, doubt)
            found_ = list(self._multihomed(group, key, binding, asked, request, answer))
        elif several:
            if doubt is not None and group is not None:
                self._doubted(group, key, doubt)
            found_ = list(multipath.accepted(self, request, answer, asked))
        else:
            multipath.collapse(self, request, answer, asked)
            found_ = list(self._plain(asked, request, answer))
        there, _, bound = self._locate(request, asked)
        if there is not None and bound is not None and not request.removal:
            found_ += watch_ipv4.accepted(there, bound, request, answer, self._homes, entered=binding is None)
        yield from found_ if certain else ()

    @staticmethod
    def _doubted(group: Group, key: BindingKey, doubt: Doubt) -> None:
        group.doubt(key, doubt.fids)
        if doubt.lost:
            group.complete, group.doubtful = False, True
        for other, binding in group.session.bindings.items():
            if binding.care_of_address in doubt.removals:
                group.whole.discard(other)
                group.doubt(other, binding.flows)

    def _group(self, request: Request, asked: Asked) -> Group:
        assert request.mn is not None and asked.mhgid is not None
        found_ = self.groups.get((request.lma, request.mn, asked.mhgid))
        if found_ is None:
            found_ = Group(request.lma, Session(request.mn, asked.mhgid, ()), complete=self.context.complete)
            self.groups[request.lma, request.mn, asked.mhgid] = found_
            self._grouped.setdefault((request.lma, request.mn), []).append(found_)
            self._anchors[request.lma] = None
        return found_

    def _without_option(self, request: Request, answer: Answer) -> Iterator[Finding]:
        """RFC 5213 8.1: an anchor that skips the option is right; one that acts on it, or did so before, is not."""
        if request.lma in self._optioned:
            yield found(rules.NO_OPTION, "this answer has none, and earlier answers of this anchor have it")
            return
        echoed = {element.value.fid for element in fids(answer.view)}
        if not echoed & {element.value.fid for element in fids(request.view)}:
            return
        for prefix in prefixes_of(answer.view):
            holder = self._prefixes.get((request.lma, prefix))
            shared = holder is not None and holder.mn == request.mn and any(
                binding.care_of_address != request.care_of for binding in holder.session.bindings.values()
            )  # fmt: skip
            if shared:
                told = f"this answer has none, yet it echoes FIDs and shares {show(prefix)} among interfaces"
                yield found(rules.NO_OPTION, told)

    # Multihomed sessions

    def _multihomed(self, group: Group, key: BindingKey, binding: Binding | None, asked: Asked, request: Request,
                    answer: Answer) -> Iterator[Finding]:  # fmt: skip
        if request.removal:
            yield from self._removed(group, key, binding, asked, request, answer)
            return
        yield from self._given(group, key, binding, request, answer)
        tell = partial(self._tell, group, request, answer)
        if binding is None:
            binding = self._entered(group, key, asked, request, answer)
        self._renewed(group, binding, request, answer)
        for option in answer.view.values("bid"):
            if option.status < 128:
                bind_bid(group.session, binding, option.bid, option.bid_pri)
        yield from FlowWatch(group, key, binding, request, answer, self.context, tell).judge()

    def _given(self, group: Group, key: BindingKey, binding: Binding | None, request: Request, answer: Answer
               ) -> Iterator[Finding]:  # fmt: skip
        """The prefixes of an accepting answer against those of the session; binding: None where it is a new one."""
        if binding is None:
            group.given.pop(key, None)
        given = prefixes_of(answer.view)
        if not given:
            return
        session = group.session
        element = answer.view.first("hnp")
        before = group.given.get(key) if binding is not None else None
        others = [k for k in session.bindings if k != key]
        expected = before or session.prefixes
        group.given[key] = given
        if expected and session.bindings and set(given) != set(expected):
            told = f"the answer gives {show_list(list(given))}, expected {show_list(list(expected))}"
            if before is not None:
                yield found(rules.HNP_SESSION, told, element)
            elif others and session.mhgid is not None:
                yield found(rules.SHARED_HNP, told, element)
                return
        elif not session.bindings and (theirs := prefixes_elsewhere(self, group)) and set(given) != set(theirs):
            told = f"the answer gives {show_list(list(given))}, expected {show_list(list(theirs))} of another group"
            yield found(rules.SHARED_HNP, told, element)
        yield from self._taken(group, given, request, answer)
        if not others or not session.prefixes:
            session.prefixes = given

    def _taken(self, group: Group, given: tuple[PrefixKey, ...], request: Request, answer: Answer) -> Iterator[Finding]:
        for prefix in given:
            holder = self._prefixes.get((request.lma, prefix))
            if holder is not None and holder.mn != group.mn and in_use(self, holder, prefix):
                told = f"{show(prefix)} is in use by {_name(holder.mn)}"
                yield found(rules.HNP_IN_USE, told, answer.view.first("hnp"))
            if holder is not group:
                if holder is not None:
                    holder.held.discard(prefix)
                group.held.add(prefix)
                self._prefixes[request.lma, prefix] = group

    def _entered(self, group: Group, key: BindingKey, asked: Asked, request: Request, answer: Answer) -> Binding:
        """A binding that was not there: revived, moved by a handover, or new."""
        session = group.session
        known = entered(group, key, answer.time, self.context.delete_delay)
        group.whole.discard(key)
        if key in session.tombstones:
            (group.whole.add if known else group.whole.discard)(key)
            binding = revive_binding(session, key)
            binding.timestamp = binding.sequence = None
            return binding
        old = self._handed_over(group, asked)
        if old is not None:
            was = session.bindings[old].care_of_address
            binding = move_binding(session, old, key, request.care_of)
            group.doubt(key, binding.flows)  # by the reading handover=add they stay behind
            if old in group.whole:
                group.whole.discard(old)
            self._tell(group, request, answer, "binding", show(was), f"handover to {show(request.care_of)}")
        else:
            binding = Binding(request.care_of, asked.att if asked.att is not None else -1, asked.ll_id)
            add_binding(session, key, binding)
            if (self.context.complete and not group.doubtful) or key in group.ended:
                group.whole.add(key)
        return binding

    def _handed_over(self, group: Group, asked: Asked) -> BindingKey | None:
        if self.context.readings["handover"] != "move":
            return None
        bindings = group.session.bindings
        if asked.hi == 2:
            return next(iter(bindings)) if len(bindings) == 1 else None
        if asked.hi in (3, 4):
            same = [k for k, b in bindings.items() if (b.att, b.ll_id) == (asked.att, asked.ll_id)]
            return same[0] if len(same) == 1 else None
        return None

    def _renewed(self, group: Group, binding: Binding, request: Request, answer: Answer) -> None:
        asked = self._read(request)
        binding.att, binding.ll_id = asked.att if asked.att is not None else -1, asked.ll_id
        units = answer.decoded.message.lifetime
        binding.lifetime = units
        binding.expires = expires = answer.time + units * LIFETIME_UNIT
        binding.timestamp = request.timestamp
        binding.sequence = request.sequence if request.timestamp is None else None
        group.session.sequence = binding.sequence
        link_local = answer.view.value("link-local")
        binding.link_local = link_local.link_local_address if link_local is not None else None
        self._count += 1
        heapq.heappush(self._expiries, (expires, self._count, group, binding))

    def _removed(self, group: Group, key: BindingKey, binding: Binding | None, asked: Asked, request: Request,
                 answer: Answer) -> Iterator[Finding]:  # fmt: skip
        if binding is None:
            if group.complete and request.care_of not in self._asked.get((request.lma, group.mn), ()):
                yield found(rules.FOREIGN_REMOVAL, f"{show(request.care_of)} is accepted, and it was never bound")
            return
        tell = partial(self._tell, group, request, answer)
        waits = 0.0
        if self.context.readings["removal-delay"] == "wait":
            binding.removed_at, waits = answer.time, answer.time + self.context.delete_delay
        spill(self, group, key, binding)
        take_away(group, key, binding, asked.act, "deregistration", (request.frame, answer.frame), tell, waits)
        end_binding(group.session, key, remember=True)
        group.ended.add(key)
        tell("binding", show(binding.care_of_address), "deregistration")

    # Sessions without the option

    def _plain(self, asked: Asked, request: Request, answer: Answer) -> Iterator[Finding]:
        assert request.mn is not None
        there = self.plain.setdefault((request.lma, request.mn), [])
        self._anchors[request.lma] = None
        given = prefixes_of(answer.view)
        group = next((g for g in there if asked.key in g.session.bindings), None)
        binding = group.session.bindings.get(asked.key) if group is not None else None
        if request.removal:
            if group is not None and binding is not None and not watch_ipv4.partial(group, request):
                self._tell(group, request, answer, "binding", show(binding.care_of_address), "deregistration")
                end_binding(group.session, asked.key)
                there.remove(group)
            return
        if group is None:
            group = next((g for g in there if set(g.session.prefixes) & set(given)), None)
            group = group or next((g for g in there if watch_ipv4.continues(g, answer)), None)
            if group is not None:
                group.given.pop(asked.key, None)
                old, was = next(iter(group.session.bindings.items()))
                self._tell(group, request, answer, "binding", show(was.care_of_address),
                           f"handover to {show(request.care_of)}")  # fmt: skip
                binding = move_binding(group.session, old, asked.key, request.care_of)
                binding.timestamp = binding.sequence = None
            else:
                group = Group(request.lma, Session(request.mn, None, given), complete=self.context.complete)
                there.append(group)
                binding = Binding(request.care_of, asked.att if asked.att is not None else -1, asked.ll_id)
                add_binding(group.session, asked.key, binding)
        assert binding is not None
        # What names neither its prefix nor its interface asks for a new session (RFC 5213 5.4.1).
        named = set(asked.prefixes) & set(group.session.prefixes)
        renewed = asked.hi == 5 and (named or (not asked.prefixes and asked.ll_id is not None))
        if renewed or set(given) == set(group.session.prefixes):
            yield from self._given(group, asked.key, binding, request, answer)
        elif given:
            group.session.prefixes = group.given[asked.key] = given
        self._renewed(group, binding, request, answer)

    # Time

    def expire(self, now: float) -> None:
        """Bindings whose lifetime has ended by now (RFC 6275 9.5.2)."""
        while self._expiries and self._expiries[0][0] < now:
            when, _, group, binding = heapq.heappop(self._expiries)
            key = next((k for k, b in group.session.bindings.items() if b is binding), None)
            if key is None or binding.expires != when:
                continue
            tell = partial(self.record, group, when, ())
            spill(self, group, key, binding)
            take_away(group, key, binding, 0, "expiry", (), tell)
            end_binding(group.session, key)
            group.ended.add(key)
            tell("binding", show(binding.care_of_address), "expiry")
            if group.session.mhgid is None and not group.session.bindings:
                self.plain[group.lma, group.mn].remove(group)

    def lost(self, request: Request) -> None:
        """A removal whose answer will not come any more: its binding, and the session with it, may be gone or not."""
        asked = self._read(request)
        group, key, binding = self._locate(request, asked)
        if group is None or binding is None:
            return
        group.complete, group.doubtful = False, True
        group.whole.discard(key)
        end_binding(group.session, key)
        told = "its deregistration has no answer"
        self.record(group, request.time, (request.frame,), "binding", show(binding.care_of_address), told)
        if group.session.mhgid is None and not group.session.bindings:
            self.plain[group.lma, group.mn].remove(group)

    def _tell(self, group: Group, request: Request, answer: Answer, kind: str, what: str, why: str) -> None:
        self.record(group, answer.time, (request.frame, answer.frame), kind, what, why)

    def record(self, group: Group, when: float, frames: tuple[int, ...], kind: str, what: str, why: str) -> None:
        """Take note of an end."""
        self.ended.append(Ended(kind, what, why, group.mn, group.lma, when, frames))


def _name(mn: MnKey) -> str:
    identifier = mn[1]
    text = identifier.decode("utf-8", "replace")
    return text if text.isprintable() else identifier.hex()


__all__ = ["Ended", "Watch", "name_of"]
