"""A message that was seen, as part of the exchange that the registry has it in."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pmiptool.registry import catalogue
from pmiptool.registry.exchange import LMA, Exchange
from pmiptool.registry.rfc5846 import BR_G
from pmiptool.rules.view import View
from pmiptool.wire.codec import Decoded
from pmiptool.wire.values import (
    BindingAcknowledgement,
    BindingRevocationAcknowledgement,
    BindingRevocationIndication,
)

MnKey = tuple[int, bytes]


def _names_no_mn(message: Any) -> bool:
    """A global revocation: its identifier is a realm, or that of the gateway itself (RFC 5846 8.1, 9.2)."""
    revocation = isinstance(message, (BindingRevocationIndication, BindingRevocationAcknowledgement))
    return revocation and bool(message.flags & BR_G)


def mn_key(view: View) -> MnKey | None:
    """Subtype and identifier of the first MN-ID option; None without, or when empty, or of no mobile node."""
    if _names_no_mn(view.message):
        return None
    option = view.value("mn-id")
    return (option.subtype, option.identifier) if option is not None and option.identifier else None


def _family(exchange: Exchange) -> str:
    known = catalogue.message_named(exchange.request)
    return known[0].name if known is not None else exchange.request


FAMILY = {exchange.name: _family(exchange) for exchange in catalogue.EXCHANGES}
FAMILIES = tuple(dict.fromkeys(FAMILY.values()))
"""What is paired with each other whatever its flags say: an acknowledgement without P may answer a proxy's update."""


def anchor_of(exchange: Exchange, source: bytes, destination: bytes, known: Collection[bytes] = ()) -> bytes:
    """Which of the two nodes of a request is the anchor; empty where neither is.

    Where either may be, it is the one among `known`, and else the one that it is in the first way.
    """
    ways = [way.index(LMA) for way in exchange.ways if LMA in way]
    if not ways:
        return b""
    if len(set(ways)) > 1 and (source in known) != (destination in known):
        return source if source in known else destination
    return (source, destination)[ways[0]]


@dataclass(eq=False)
class Observed:
    """A message that was seen, with the exchange that it is part of. `mn` tells requests of one number apart."""

    decoded: Decoded
    view: View
    time: float
    frame: int
    source: bytes
    destination: bytes
    exchange: Exchange
    mn: MnKey | None
    lma: bytes

    @property
    def sequence(self) -> int:
        return int(getattr(self.decoded.message, "sequence", 0))

    @property
    def peer(self) -> bytes:
        """The node at the other end of the anchor; of two that are none the one that asks."""
        asking, asked = (self.destination, self.source) if isinstance(self, Answer) else (self.source, self.destination)
        return asked if asking == self.lma else asking

    @property
    def roles(self) -> tuple[str, str]:
        """What its source and its destination are: `mag`, `lma`, `mn` or `cn`."""
        answer = isinstance(self, Answer)
        asking = self.destination if answer else self.source
        ways = self.exchange.ways
        way = next((way for way in ways if (way[0] == LMA) is (asking == self.lma)), ways[0])
        return (way[1], way[0]) if answer else way

    @property
    def mns(self) -> tuple[MnKey, ...]:
        """Every mobile node that it names."""
        if _names_no_mn(self.decoded.message):
            return ()
        options = self.view.values("mn-id")
        return tuple(dict.fromkeys((option.subtype, option.identifier) for option in options if option.identifier))

    @cached_property
    def key(self) -> tuple[Any, ...]:
        """The values of the fields that pair it."""
        return tuple(getattr(self.decoded.message, name) for name in self.exchange.pairs)

    @property
    def family(self) -> str:
        return FAMILY[self.exchange.name]


@dataclass(eq=False)
class Request(Observed):
    """One transmission of a request. `care_of` is the proxy care-of address of a binding update.

    right: nothing in it excuses silence. cut: not all of it was captured, and nobody knows what the rest says.
    bound: whether its care-of address had a binding (None: unknown).
    garbled: how many messages with errors of form had gone to the anchor before.
    repeats: the transmission before it, when it asks the same again while that one was not answered.
    answered_later: a transmission that repeats this one, or repeats such a one, has an answer.
    """

    timestamp: int | None = None
    care_of: bytes = b""
    right: bool = True
    cut: bool = False
    bound: bool | None = None
    garbled: int = 0
    answers: list[Answer] = field(default_factory=list)
    repeats: Request | None = None
    repeated: bool = False
    answered_later: bool = False

    @property
    def removal(self) -> bool:
        return bool(getattr(self.decoded.message, "lifetime", None) == 0)

    @cached_property
    def place(self) -> tuple[object, ...]:
        """Whose request it is, and whom it asks."""
        return self.family, self.destination, self.source, self.mn

    @cached_property
    def gist(self) -> tuple[object, ...]:
        """What it asks: lifetime 0 or not, the other fields but those of `pairs`, and all options but the timestamp."""
        values = tuple(element.value for element in self.view.elements if element.name != "timestamp")
        again = self.exchange.repeat_when
        fields = []
        for name in self.decoded.message.__struct_fields__:
            if name == "options" or name == "lifetime" or name in self.exchange.pairs:
                continue
            value = getattr(self.decoded.message, name)
            fields.append(value & ~again.mask if again is not None and name == again.field else value)
        return self.removal, *fields, values


@dataclass(eq=False)
class Answer(Observed):
    """What answers a request."""

    @property
    def place(self) -> tuple[object, ...]:
        """That of the request which it answers."""
        return self.family, self.source, self.destination, self.mn

    @property
    def status(self) -> int | None:
        """The status of a binding acknowledgement."""
        message = self.decoded.message
        return message.status if isinstance(message, BindingAcknowledgement) else None


def answers_kind(request: Decoded, answer: Decoded) -> bool:
    """Whether the one is of the kind that answers the other."""
    asked, given = (catalogue.role_of(one.name, one.message) for one in (request, answer))
    if given is None or given[1] != "answer":
        return False
    if asked is None:  # a request that was cut, or garbled
        return isinstance(answer.message, BindingAcknowledgement)
    return asked[1] == "request" and FAMILY[asked[0].name] == FAMILY[given[0].name]


def observed(view: View, *, source: bytes, destination: bytes, time: float = 0.0, frame: int = 0,
           anchors: Collection[bytes] = ()) -> Request | Answer | None:  # fmt: skip
    """A message as one of an exchange; None when it is of none. anchors: addresses that are known to be anchors'."""
    decoded = view.decoded
    role = catalogue.role_of(decoded.name, decoded.message)
    if role is None:
        return None
    exchange, part = role
    mn = mn_key(view) if exchange.mn_id else None
    if part == "answer":
        lma = anchor_of(exchange, destination, source, anchors)
        return Answer(decoded, view, time, frame, source, destination, exchange, mn, lma)
    stamp, alternate = view.value("timestamp"), view.value("alt-coa")
    return Request(
        decoded, view, time, frame, source, destination, exchange, mn,
        anchor_of(exchange, source, destination, anchors),
        stamp.timestamp if stamp is not None else None,
        alternate.alternate_care_of_address if alternate is not None else source,
    )  # fmt: skip
