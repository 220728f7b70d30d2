"""The table of requests and answers: every name, field and bit in it is there."""

from __future__ import annotations

import pytest

from pmiptool.registry import catalogue
from pmiptool.registry.exchange import CN, LMA, MAG, MN, Exchange
from pmiptool.registry.model import Field, Flags, Message, UInt
from pmiptool.wire.values import (
    BindingRevocationAcknowledgement,
    Heartbeat,
    LocalizedRoutingAcknowledgment,
    UnknownMessage,
    UpdateNotification,
)


def entry(name: str) -> Message:
    found = catalogue.message_named(name)
    assert found is not None, name
    return found[0]


def field(message: str, name: str) -> Field:
    found = entry(message).field(name)
    assert found is not None, (message, name)
    return found


@pytest.mark.parametrize("exchange", catalogue.EXCHANGES, ids=lambda exchange: exchange.name)
def test_names_what_is_there(exchange: Exchange) -> None:
    for name in exchange.pairs:
        asked, told = field(exchange.request, name), field(exchange.answer, name)
        assert type(asked) is type(told) and getattr(asked, "bits", 0) == getattr(told, "bits", 0)
    for message, when in (
        (exchange.request, exchange.asks_when),
        (exchange.request, exchange.repeat_when),
        (exchange.answer, exchange.answer_when),
        (exchange.answer, exchange.unsolicited_when),
    ):
        if when is not None:
            at = field(message, when.field)
            assert isinstance(at, (Flags, UInt)) and when.mask < 1 << at.bits and when.value & ~when.mask == 0
            assert not isinstance(at, Flags) or when.mask & ~at.known == 0
    assert exchange.ways and all({one, other} <= {MN, MAG, LMA, CN} for one, other in exchange.ways)
    assert (exchange.request == exchange.answer) == (exchange.answer_when is not None)


def test_every_message_has_at_most_one_part() -> None:
    parts = [name for exchange in catalogue.EXCHANGES for name in {exchange.request, exchange.answer}]
    assert len(parts) == len(set(parts))
    assert len({exchange.name for exchange in catalogue.EXCHANGES}) == len(catalogue.EXCHANGES)
    alone = set(catalogue.message_names()) - set(parts)
    assert alone == {"brr", "binding-error", "fna", "experimental-mh", "home-agent-switch"}


def test_roles() -> None:
    def role(name: str, message: object) -> tuple[str, str] | None:
        found = catalogue.role_of(name, message)
        return None if found is None else (found[0].name, found[1])

    assert role("heartbeat", Heartbeat(flags=0)) == ("heartbeat", "request")
    assert role("heartbeat", Heartbeat(flags=1)) == ("heartbeat", "answer")
    assert role("heartbeat", UnknownMessage(13, b"")) is None
    assert role("bra", BindingRevocationAcknowledgement()) == ("binding-revocation", "answer")
    assert role("update-notification", UpdateNotification()) == ("update-notification", "request")
    assert role("message-99", UnknownMessage(99, b"")) is None


def test_signs_of_the_exchanges() -> None:
    exchanges = {exchange.name: exchange for exchange in catalogue.EXCHANGES}
    notification = exchanges["update-notification"]
    assert notification.asks_when is not None
    assert notification.asks_when.holds(UpdateNotification(flags=0x8000))
    assert not notification.asks_when.holds(UpdateNotification(flags=0x4000))
    routing = exchanges["localized-routing"]
    assert routing.unsolicited_when is not None
    assert routing.unsolicited_when.holds(LocalizedRoutingAcknowledgment(flags=0x80))
