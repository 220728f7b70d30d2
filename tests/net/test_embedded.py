"""The LMA in this process: answers without a network, and waits that cost no time."""

from __future__ import annotations

import time

import pytest

from pmiptool.errors import UsageError
from pmiptool.lma import config_from
from pmiptool.net.embedded import EmbeddedTransport, mag_addresses
from pmiptool.net.exchange import Asker, Exchange
from pmiptool.net.transport import Received
from pmiptool.session.endpoint import Datagram
from pmiptool.text.values import time_raw
from pmiptool.wire import values as v
from pmiptool.wire.codec import codec_for
from pmiptool.wire.layout import Decoded

START = 1246881600.0
CODEC = codec_for()


ANY = v.HomeNetworkPrefix(home_network_prefix=v.Prefix(bytes(16), 0))


def pbu(
    way: EmbeddedTransport, sequence: int = 1, *, hi: int = 1, hnp: v.HomeNetworkPrefix = ANY, number: int = 0
) -> bytes:
    options = (
        v.MobileNodeIdentifier(1, b"mn1@example.org"),
        hnp,
        v.HandoffIndicator(0, hi),
        v.AccessTechnologyType(0, 4),
        v.Timestamp(time_raw(way.now())),
    )
    message = v.BindingUpdate(sequence, 0x8200, 75, options)
    return CODEC.encode(message, src=way.locals[number].address, dst=way.peer.address)


def ask(way: EmbeddedTransport, data: bytes, **settings: float) -> Exchange:
    return Asker(way, CODEC, **{"timeout": 15.0, **settings}).ask(data)


def answer(exchange: Exchange) -> Decoded:
    assert exchange.answer is not None
    return exchange.answer.decoded


def test_an_answer_takes_a_millisecond_of_virtual_time() -> None:
    way = EmbeddedTransport(start=START)
    exchange = ask(way, pbu(way))
    decoded = answer(exchange)
    assert decoded.checksum_ok and decoded.message.status == 0 and decoded.message.sequence == 1
    assert len(exchange.attempts) == 1
    assert way.now() == pytest.approx(START + 0.001)


def test_state_lives_as_long_as_the_transport() -> None:
    way = EmbeddedTransport(start=START)
    first = answer(ask(way, pbu(way))).message.options[1]
    assert first.home_network_prefix.length == 64
    again = answer(ask(way, pbu(way, 2, hi=5, hnp=first))).message
    assert again.status == 0 and again.options[1] == first
    assert [event.what for event in way.lma.events() if hasattr(event, "what")] == ["created", "updated"]


def test_silence_costs_virtual_time_only() -> None:
    way = EmbeddedTransport(start=START, faults=["answer-lost"])
    begin = time.monotonic()
    way.send(Datagram(pbu(way), way.locals[0], way.peer))
    assert way.receive(START + 3600) == []
    assert way.now() == START + 3600
    assert time.monotonic() - begin < 2


def test_a_lost_answer_is_asked_for_again_with_the_time_and_a_higher_sequence_number() -> None:
    way = EmbeddedTransport(start=START, faults=["answer-lost"])
    exchange = ask(way, pbu(way, 7))
    times = [attempt.time - START for attempt in exchange.attempts]
    assert times[:2] == pytest.approx([0.0, 1.0], abs=0.01)
    messages = [attempt.decoded.message for attempt in exchange.attempts]
    assert [message.sequence for message in messages] == [7 + n for n in range(len(messages))]
    stamps = [message.options[4].timestamp / 65536 for message in messages]
    assert stamps == pytest.approx([attempt.time for attempt in exchange.attempts], abs=0.01)
    assert all(attempt.decoded.checksum_ok for attempt in exchange.attempts)


def test_the_wait_doubles_until_the_time_is_up() -> None:
    way = EmbeddedTransport(start=START)
    data = bytearray(pbu(way))
    data[4] ^= 0xFF  # a wrong checksum: silently discarded
    exchange = ask(way, bytes(data), timeout=100.0)
    assert [round(attempt.time - START) for attempt in exchange.attempts] == [0, 1, 3, 7, 15, 31, 63, 95]
    assert exchange.answer is None and exchange.kind == "none"
    assert all(attempt.decoded.checksum_ok is False for attempt in exchange.attempts)


def test_once_does_not_ask_again() -> None:
    way = EmbeddedTransport(start=START)
    exchange = Asker(way, CODEC, timeout=3.0, once=True).ask(pbu(way)[:12])
    assert len(exchange.attempts) == 1 and exchange.kind == "none"
    assert way.now() == pytest.approx(START + 3)


def test_an_answer_that_names_no_request_counts_when_nothing_better_comes() -> None:
    way = EmbeddedTransport(start=START, faults=["sequence-not-copied"])
    exchange = ask(way, pbu(way))
    assert exchange.answer is not None and not exchange.answer.matched
    assert exchange.answer.attempt is exchange.attempts[0]


def test_a_second_answer_is_seen_while_lingering() -> None:
    way = EmbeddedTransport(start=START, faults=["answer-twice"])
    exchange = ask(way, pbu(way), linger=5.0)
    assert exchange.answer is not None and len(exchange.further) == 1


def test_three_gateways_by_default_and_answers_go_to_who_asked() -> None:
    way = EmbeddedTransport(start=START)
    assert way.sources == mag_addresses(3)
    way.send(Datagram(pbu(way, number=2), way.locals[2], way.peer))
    (arrival,) = way.receive(START + 5)
    assert isinstance(arrival, Received) and arrival.destination == way.locals[2]


# What the LMA says by itself


def attached(way: EmbeddedTransport, *numbers: int) -> None:
    for number in numbers:
        way.send(Datagram(pbu(way, number=number), way.locals[number], way.peer))
    assert len([arrival for arrival in way.receive(START + 0.2) if isinstance(arrival, Received)]) == 1


def taken(way: EmbeddedTransport, seconds: float) -> list[tuple[float, int, str]]:
    """What arrives within some seconds: when, at which gateway, and what it is."""
    found = []
    until = way.now() + seconds
    while way.now() < until:
        for arrival in way.receive(until):
            assert isinstance(arrival, Received)
            decoded = CODEC.decode(arrival.data, src=arrival.source.address, dst=arrival.destination.address)
            found.append((arrival.time, way.locals.index(arrival.destination), decoded.name))
    return found


def test_a_revocation_goes_to_the_gateway_of_the_binding_and_again_after_a_second() -> None:
    way = EmbeddedTransport(start=START)
    attached(way, 1)
    begin = way.now()
    assert way.revoke(b"mn1@example.org", care_of_address=way.sources[1]) == 1
    assert [(round(at - begin, 4), number, name) for at, number, name in taken(way, 30)] == [
        (0.0005, 1, "bri"),
        (1.0005, 1, "bri"),
    ]
    assert not way.lma.sessions


def test_a_notification_arrives_at_its_time_and_nobody_to_notify_is_an_error() -> None:
    way = EmbeddedTransport(start=START)
    with pytest.raises(UsageError, match="no session of mn1@example.org"):
        way.notify(b"mn1@example.org", 1)
    attached(way, 2)
    assert way.notify(b"mn1@example.org", 1, ack=False) == 1
    assert [(number, name) for _, number, name in taken(way, 30)] == [(2, "update-notification")]


def test_another_configuration_lasts_for_a_while() -> None:
    way = EmbeddedTransport(start=START)
    attached(way, 0)
    before = way.lma
    with way.configured(config_from({"lma": {"accept_unknown_mn": False}})):
        assert not way.lma.sessions
        assert answer(ask(way, pbu(way, 2))).message.status == 153
    assert way.lma is before and way.lma.sessions
