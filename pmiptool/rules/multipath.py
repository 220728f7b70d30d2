"""Rules on several paths between a MAG and its anchor (RFC 8278): the exchange, and what only shows over time.

A session with several paths is watched as a session of RFC 5213 whose bindings have their BID for a key. An anchor that
skips the option is right (4.4): then its session is watched as it is without.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from pmiptool.registry.rule import F, Rule, all_of, implies, present, rule
from pmiptool.rules.exchanges import exchange
from pmiptool.rules.explain import show
from pmiptool.rules.judge import found
from pmiptool.rules.pairing import Answer, Request
from pmiptool.rules.watch_flows import FlowWatch, take_away
from pmiptool.rules.watch_state import Asked, Group, prefixes_of
from pmiptool.session.model import Binding, BindingKey, Path, Session
from pmiptool.session.transitions import add_binding, bind_bid, end_binding, rename_binding, revive_binding
from pmiptool.wire.finding import Finding

if TYPE_CHECKING:
    from pmiptool.rules.watch import Watch

OPTION = "mag-multipath"
CANNOT_SUPPORT_MULTIPATH_BINDING = 180


def _same(*names: str) -> tuple[F, ...]:
    return tuple(F(f"{OPTION}.{name}") == F(f"request:{OPTION}.{name}") for name in names)  # type: ignore[misc]


_ASKED = present(f"request:{OPTION}")

EXCHANGES = (
    exchange("RFC 8278 4.4", "option-unasked", "error", "A MAG Multipath-Binding option answers one of the request.",
             implies(present(OPTION), _ASKED), OPTION),
    exchange("RFC 8278 4.1", "bid-copied", "error", "The answer speaks of the binding of the request.",
             F(f"{OPTION}.bid") == F(f"request:{OPTION}.bid"), f"{OPTION}.bid"),
    exchange("RFC 8278 4.1", "interface-copied", "warning",
             "The answer has the interface label and access technology of the request.",
             all_of(*_same("if_label", "if_att")), OPTION),
    exchange("RFC 8278 4.4", "refusal-echo", "error", "A refusal of several paths (180) repeats the option asked for.",
             implies(all_of(F("status") == CANNOT_SUPPORT_MULTIPATH_BINDING, _ASKED),
                     all_of(present(OPTION), *_same("if_att", "if_label", "bid", "b", "o"))), OPTION),
    exchange("RFC 8278 4.3", "status-without-option", "error",
             "180 answers a request with a MAG Multipath-Binding option.",
             implies(F("status") == CANNOT_SUPPORT_MULTIPATH_BINDING, _ASKED), "status"),
)  # fmt: skip


def _session(what: str, level: str, sentence: str) -> Rule:
    return rule("RFC 8278 4.4", what, level, sentence, scope="session", field=OPTION)


OPTION_KEPT = _session("option", "error", "Every request of a MAG for a session with several paths has the option.")
NO_OPTION = _session("no-option", "error", "An anchor that keeps several paths for a session says so in its answers.")
DISABLED = _session("disabled", "warning", "After an answer without the option a MAG asks for no several paths.")

RULES = (*EXCHANGES, OPTION_KEPT, NO_OPTION, DISABLED)


def group_of(watch: Watch, request: Request, asked: Asked) -> tuple[Group, BindingKey] | None:
    """The session with several paths that a request of its MAG means, and the key of its path."""
    if asked.path is None or request.mn is None:
        return None
    key: BindingKey = (asked.path.bid,)
    every = [g for g in watch.plain.get((request.lma, request.mn), ()) if g.session.mag_id == asked.mag_id]
    named = [g for g in every if set(asked.prefixes) & set(g.session.prefixes)]
    alike = [g for g in every if any((b.att, b.ll_id) == (asked.att, asked.ll_id) for b in g.session.bindings.values())]
    chosen = named or ([] if asked.prefixes else alike)
    return (chosen[0], key) if chosen else None


def asks(watch: Watch, request: Request, asked: Asked) -> Iterator[Finding]:
    """What a gateway asks, held against what it was told before."""
    assert request.mn is not None
    told = watch.one_path.get((request.lma, request.mn), ())
    if asked.path is not None:
        if asked.mag_id in told:
            yield found(DISABLED, f"BID {asked.path.bid} asks again", request.view.first(OPTION))
        return
    if asked.mhgid is not None:
        return
    for group in watch.plain.get((request.lma, request.mn), ()):
        if group.session.mag_id is None or group.session.mag_id in told:
            continue
        there = [b for b in group.session.bindings.values() if b.care_of_address == request.care_of]
        mine = request.removal or asked.hi == 5 or set(asked.prefixes) & set(group.session.prefixes)
        if there and mine:
            yield found(OPTION_KEPT, f"{_name(there[0])} is bound, and this request has none")


def granted(watch: Watch, request: Request, answer: Answer, asked: Asked) -> Iterator[Finding]:
    """What an answer says of several paths; remembered for `asks`."""
    assert request.mn is not None and asked.mag_id is not None
    told = watch.one_path.setdefault((request.lma, request.mn), set())
    status = answer.decoded.message.status
    if answer.view.named(OPTION) and status < 128:
        told.discard(asked.mag_id)
    elif status < 128 or status == CANNOT_SUPPORT_MULTIPATH_BINDING:
        told.add(asked.mag_id)
        located = group_of(watch, request, asked)
        if status < 128 and located is not None and located[0].session.bindings and not request.removal:
            yield found(NO_OPTION, "this answer has none, and an earlier one for this session has it")


def accepted(watch: Watch, request: Request, answer: Answer, asked: Asked) -> Iterator[Finding]:
    """An accepted request whose answer grants several paths, or did so before."""
    located = group_of(watch, request, asked)
    if request.removal:
        if located is not None:
            _removed(watch, *located, request, answer)
        return
    assert asked.path is not None and request.mn is not None
    key: BindingKey = (asked.path.bid,)
    group = located[0] if located is not None else _opened(watch, request, answer, asked)
    session = group.session
    binding = session.bindings.get(key)
    yield from watch._given(group, key, binding, request, answer)
    if binding is None:
        binding = _entered(watch, group, key, asked)
    binding.care_of_address = request.care_of
    binding.path = asked.path
    bind_bid(session, binding, asked.path.bid, 0)
    session.changed()
    watch._renewed(group, binding, request, answer)
    option = request.view.value(OPTION)
    for other, (k, there) in [(b, (k, b)) for k, b in session.bindings.items() if b is not binding]:
        if option.b:
            _extend(watch, group, other, binding)
        elif option.o:
            told = f"overwritten by BID {asked.path.bid}"
            _end(watch, group, k, there, told, request, answer)
    tell = partial(watch._tell, group, request, answer)
    yield from FlowWatch(group, key, binding, request, answer, watch.context, tell).judge()


def collapse(watch: Watch, request: Request, answer: Answer, asked: Asked) -> None:
    """A request without paths was accepted for a session that had several: one binding is left, or one fewer."""
    assert request.mn is not None
    given = set(prefixes_of(answer.view))
    there = watch.plain.get((request.lma, request.mn), [])
    for group in [g for g in there if g.session.mag_id is not None and given & set(g.session.prefixes)]:
        bindings = group.session.bindings
        own = [key for key, binding in bindings.items() if binding.care_of_address == request.care_of]
        kept = (own or list(bindings))[0]
        why = "deregistration" if request.removal else "a request without several paths"
        for key in own if request.removal else [key for key in bindings if key != kept]:
            _end(watch, group, key, bindings[key], why, request, answer)
        if not bindings:
            there.remove(group)
        elif not request.removal:
            binding = rename_binding(group.session, kept, asked.key) if own else bindings[kept]
            binding.path, group.session.mag_id = None, None
            binding.bids.clear()


def _opened(watch: Watch, request: Request, answer: Answer, asked: Asked) -> Group:
    """A session that was not there, or one that another gateway had, whose bindings are gone."""
    assert request.mn is not None
    there = watch.plain.setdefault((request.lma, request.mn), [])
    watch._anchors[request.lma] = None
    given = prefixes_of(answer.view)
    group = next((g for g in there if set(g.session.prefixes) & set(given)), None)
    if group is None:
        group = Group(request.lma, Session(request.mn, None, given), complete=watch.context.complete)
        there.append(group)
    for key, binding in list(group.session.bindings.items()):
        _end(watch, group, key, binding, f"handover to {show(request.care_of)}", request, answer)
    group.session.mag_id = asked.mag_id
    return group


def _entered(watch: Watch, group: Group, key: BindingKey, asked: Asked) -> Binding:
    session = group.session
    if key in session.tombstones:
        binding = revive_binding(session, key)
        binding.timestamp = binding.sequence = None
        group.whole.add(key)
        return binding
    binding = Binding(asked.care_of, asked.att if asked.att is not None else -1, asked.ll_id)
    add_binding(session, key, binding)
    if watch.context.complete and not group.doubtful:
        group.whole.add(key)
    return binding


def _extend(watch: Watch, group: Group, other: Binding, renewed: Binding) -> None:
    """B: the lifetime of all bindings is updated (4.1)."""
    other.lifetime, other.expires = renewed.lifetime, renewed.expires
    assert isinstance(other.expires, float)
    watch._count += 1
    heapq.heappush(watch._expiries, (other.expires, watch._count, group, other))


def _removed(watch: Watch, group: Group, key: BindingKey, request: Request, answer: Answer) -> None:
    option = request.view.value(OPTION)
    keys = list(group.session.bindings) if option.b else [key]
    for one in keys:
        binding = group.session.bindings.get(one)
        if binding is not None:
            _end(watch, group, one, binding, "deregistration", request, answer, remember=True)
    if not group.session.bindings:
        assert request.mn is not None
        watch.plain[request.lma, request.mn].remove(group)


def _end(watch: Watch, group: Group, key: BindingKey, binding: Binding, why: str, request: Request, answer: Answer,
         *, remember: bool = False) -> None:  # fmt: skip
    tell = partial(watch._tell, group, request, answer)
    take_away(group, key, binding, 0, why, (request.frame, answer.frame), tell)
    end_binding(group.session, key, remember=remember)
    group.ended.add(key)
    tell("binding", _name(binding), why)


def _name(binding: Binding) -> str:
    path = binding.path
    return show(binding.care_of_address) + (f" (BID {path.bid})" if isinstance(path, Path) else "")
