"""Case number N of a seed: a sound message, what is wrong with it, and whether its mobile node has a binding.

The same seed and number give the same case, whatever ran before. Only what the moment alone knows is put in when it is
sent: the time, and the prefix that the peer assigned (`Tlv.live`).
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

import msgspec
from msgspec.structs import replace

from pmiptool.fuzz import sound
from pmiptool.fuzz.mutators_header import mutate
from pmiptool.fuzz.shape import Grammar, Shape
from pmiptool.registry import catalogue, model
from pmiptool.registry.rfc6275 import BU_A, BU_P
from pmiptool.wire.values import (
    ANY,
    AccessTechnologyType,
    BindingAcknowledgement,
    BindingUpdate,
    HandoffIndicator,
    HomeNetworkPrefix,
    MobileNodeIdentifier,
    MobileNodeLinkLayerIdentifier,
    Multihoming,
    Timestamp,
)

ATTACH, RENEW, DETACH, HANDOVER = "attach", "renew", "detach", "handover"
OTHER = "other"
PLANS = {ATTACH: 30, RENEW: 22, DETACH: 9, HANDOVER: 9, OTHER: 30}
"""What is sent to a peer that may have bindings, and how often."""
_HI = {ATTACH: 1, RENEW: 5, DETACH: 4, HANDOVER: 3}
LIFETIME = 15  # units of 4 s: what is left behind ends soon
_HOW_MANY = ((0, 3), (1, 58), (2, 22), (3, 11), (6, 6))
"""How many things are wrong at once, and how often."""
_ALWAYS = ("mn-id", "hnp", "hi", "att", "timestamp", "multihoming", "fid", "flow-summary", "alt-coa")


class Node(msgspec.Struct, frozen=True):
    """A mobile node: its identifier, its next sequence number, and how its messages are made."""

    mn_id: bytes
    sequence: int
    stamped: bool = False
    multihomed: bool = False


class Step(msgspec.Struct, frozen=True):
    """A message as it goes out. wrong: what is wrong with it; source: which of our addresses it comes from; case: its
    number."""

    shape: Shape
    mn_id: bytes
    wrong: tuple[str, ...] = ()
    source: int = 0
    case: int = 0


class Case(msgspec.Struct, frozen=True):
    """A number, what it is about, the registration that it takes first, and the message."""

    number: int
    plan: str
    node: Node
    before: tuple[Step, ...]
    step: Step


def case(
    seed: int, number: int, grammar: Grammar, *, names: Sequence[bytes] = (), sources: int = 1, alone: bool = False
) -> Case:
    """Make a case. names: mobile nodes that the peer serves; none: any. alone: messages of all types, for a decoder."""
    chance = Random(f"pmiptool fuzz {seed}/{number}")
    mn_id = names[number % len(names)] if names else b"fuzz-%x-%d@example.org" % (seed, number)
    node = Node(mn_id, chance.randrange(1, 0x7000), chance.random() < 0.3, chance.random() < 0.4)
    plan = OTHER if alone else chance.choices(list(PLANS), list(PLANS.values()))[0]
    bound = plan in (RENEW, DETACH, HANDOVER) or (plan == OTHER and chance.random() < 0.5)
    before = (Step(pbu(ATTACH, node, chance, grammar, ()), mn_id, case=number),) if bound and not alone else ()
    node = replace(node, sequence=node.sequence + 1)
    if plan == OTHER:
        name = chance.choice(catalogue.message_names())
        shape = _named(sound.message(name, chance, grammar.settings), mn_id, grammar)
    else:
        without = _ALWAYS if chance.random() < 0.5 else None
        extra = sound.options_for("pbu", chance, grammar.settings, without=without, most=3) if without else ()
        shape = pbu(plan, node, chance, grammar, extra)
    wrong: list[str] = []
    for _ in range(chance.choices([many for many, _ in _HOW_MANY], [often for _, often in _HOW_MANY])[0]):
        changed = mutate(shape, chance, grammar)
        if changed is not None:
            shape = changed[0]
            wrong.append(changed[1])
    source = 1 if plan == HANDOVER and sources > 1 else 0
    return Case(number, plan, node, before, Step(shape, mn_id, tuple(wrong), source, number))


def _named(message: Any, mn_id: bytes, grammar: Grammar) -> Shape:
    """A message that speaks of the mobile node of the case, where it names one at all."""
    options = tuple(
        MobileNodeIdentifier(subtype=1, identifier=mn_id) if isinstance(option, MobileNodeIdentifier) else option
        for option in getattr(message, "options", ())
    )
    return grammar.shape_of(replace(message, options=options) if options else message)


def pbu(plan: str, node: Node, chance: Random, grammar: Grammar, extra: Sequence[Any]) -> Shape:
    """A Proxy Binding Update that an LMA accepts, but for the extra options where it knows better."""
    options: list[Any] = [
        MobileNodeIdentifier(subtype=1, identifier=node.mn_id),
        HomeNetworkPrefix(home_network_prefix=ANY),
        HandoffIndicator(hi=_HI[plan]),
        AccessTechnologyType(att=4),
    ]
    if node.stamped:
        options.append(Timestamp())
    if node.multihomed:
        options.append(Multihoming(act=chance.choice((0, 1, 2)) if plan == DETACH else 0))
        options += _flows(chance, grammar) if plan != DETACH else ()
    message = BindingUpdate(
        sequence=node.sequence, flags=BU_A | BU_P, lifetime=0 if plan == DETACH else LIFETIME,
        options=(*options, *extra),
    )  # fmt: skip
    live: dict[type, str] = {HomeNetworkPrefix: "hnp" if plan != ATTACH else "", Timestamp: "timestamp"}
    shape = grammar.shape_of(message)
    return replace(
        shape,
        options=tuple(
            replace(tlv, live=live.get(type(option), ""))
            for tlv, option in zip(shape.options, message.options, strict=True)
        ),
    )


def removal(answer: BindingAcknowledgement) -> BindingUpdate:
    """The de-registration of what an answer has accepted, of the same interface."""
    kept = (MobileNodeIdentifier, HomeNetworkPrefix, AccessTechnologyType, MobileNodeLinkLayerIdentifier)
    options: list[Any] = [option for option in answer.options if isinstance(option, kept)]
    group = [Multihoming(mhgid=option.mhgid, act=1) for option in answer.options if isinstance(option, Multihoming)]
    return BindingUpdate(
        sequence=(answer.sequence + 2) & 0xFFFF,  # behind that of a message whose answer may still come
        flags=BU_A | BU_P,
        options=(*options, HandoffIndicator(hi=_HI[DETACH]), *group[:1]),
    )


def _flows(chance: Random, grammar: Grammar) -> list[Any]:
    """Filters to install, none or some."""
    entry = catalogue.option_named("fid", grammar.settings)
    assert entry is not None
    made = [_described(entry, chance, grammar) for _ in range(chance.randrange(4))]
    asked = {"status": 0, "pro": 0, "action": 1 + chance.randrange(3)}
    return [
        replace(one, fid=number, **{name: number for name, number in asked.items() if hasattr(one, name)})
        for number, one in enumerate(made, 1)
    ]


def _described(entry: model.Option, chance: Random, grammar: Grammar) -> Any:
    """A filter that selects something."""
    while True:
        made = sound.value(entry, chance, grammar.settings)
        if any(hasattr(sub, "format") for sub in made.suboptions):
            return made
