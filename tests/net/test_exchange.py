"""`Asker` with every exchange of the registry: what answers, what is sent again and when, what asks for nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pmiptool.net.exchange import REPEATS, Asker, Exchange, answers, asks, belongs, decode
from pmiptool.net.target import parse_target
from pmiptool.net.transport import Arrival, IcmpError, Received
from pmiptool.registry import catalogue
from pmiptool.session.endpoint import Datagram, Endpoint
from pmiptool.wire import values as v
from pmiptool.wire.codec import codec_for
from pmiptool.wire.layout import Decoded

CODEC = codec_for()
LOCAL = Endpoint(bytes.fromhex("20010db8000100000000000000000002"))
PEER = Endpoint(bytes.fromhex("20010db8000100000000000000000001"))
MN1, MN2 = (v.MobileNodeIdentifier(1, name) for name in (b"mn1@example.org", b"mn2@example.org"))
Say = Callable[[Decoded, int], object]


class Way:
    """A peer that answers with messages at once, on a clock of its own. `say`: of a request and its number, from 1."""

    def __init__(self, say: Say = lambda _, __: ()) -> None:
        self.target, self.peer, self.locals, self.sources = parse_target("embedded"), PEER, (LOCAL,), (LOCAL.address,)
        self._say, self._now, self._come, self._heard = say, 0.0, list[Arrival](), 0

    def now(self) -> float:
        return self._now

    def send(self, datagram: Datagram) -> None:
        self._heard += 1
        said = self._say(decode(CODEC, datagram.data, LOCAL, PEER), self._heard)
        for message in said if isinstance(said, (tuple, list)) else (said,):
            data = CODEC.encode(message, src=PEER.address, dst=LOCAL.address)
            self._come.append(Received(data, PEER, LOCAL, self._now + 0.001))

    def receive(self, deadline: float) -> list[Arrival]:
        found, self._come = self._come, []
        self._now = self._now + 0.001 if found else max(self._now, deadline)
        return found

    def close(self) -> None:
        """There is nothing to let go of."""


def ask(message: object, say: Say = lambda _, __: (), **settings: object) -> Exchange:
    data = CODEC.encode(message, src=LOCAL.address, dst=PEER.address)
    return Asker(Way(say), CODEC, **{"timeout": 15.0, "fresh": False, **settings}).ask(data)  # type: ignore[arg-type]


def seen(message: object) -> Decoded:
    return CODEC.decode(CODEC.encode(message, src=LOCAL.address, dst=PEER.address), LOCAL.address, PEER.address)


# A request of each exchange, an answer to it, and when it is sent in a minute

BRI = v.BindingRevocationIndication(revocation_trigger=1, sequence=7, flags=0x8000, options=(MN1,))
UPN = v.UpdateNotification(sequence=7, reason=1, flags=0x8000, options=(MN1,))
REQUESTS: dict[str, tuple[object, object, list[float]]] = {
    "proxy-binding": (
        v.BindingUpdate(7, 0x8200, 75, (MN1,)),
        v.BindingAcknowledgement(flags=0x20, sequence=7, options=(MN1,)),
        [0, 1, 3, 7, 15, 31],
    ),
    "binding": (
        v.BindingUpdate(7, 0x8000, 75, ()),
        v.BindingAcknowledgement(sequence=7),
        [0, 1, 3, 7, 15, 31],
    ),
    "binding-revocation": (BRI, v.BindingRevocationAcknowledgement(sequence=7, flags=0x8000, options=(MN1,)), [0, 1]),
    "update-notification": (UPN, v.UpdateNotificationAcknowledgement(sequence=7, options=(MN1,)), [0, 1]),
    "heartbeat": (v.Heartbeat(sequence=7), v.Heartbeat(flags=1, sequence=7), [0]),
    "localized-routing": (
        v.LocalizedRoutingInitiation(sequence=7, options=(MN1, MN2)),
        v.LocalizedRoutingAcknowledgment(sequence=7, options=(MN2,)),
        [0, 3, 6, 9],
    ),
    "flow-binding": (
        v.FlowBindingIndication(sequence=7, flags=0x80, options=(MN1,)),
        v.FlowBindingAcknowledgement(sequence=7),
        [0, 3, 6, 9],
    ),
    "subscription": (
        v.SubscriptionQuery(sequence=7, options=(MN1,)),
        v.SubscriptionResponse(sequence=7, options=(MN1,)),
        [0, 1, 3, 7, 15, 31],
    ),
    "handover": (
        v.HandoverInitiate(sequence=7, options=(MN1,)),
        v.HandoverAcknowledge(sequence=7, options=(MN1,)),
        [0, 0.1, 0.3, 0.7],
    ),
    "fast-binding": (
        v.FastBindingUpdate(7, 0x8000, 75, ()),
        v.FastBindingAcknowledgment(sequence=7),
        [0, 1, 3, 7],
    ),
    "home-test": (
        v.HomeTestInit(home_init_cookie=bytes(7) + b"\x07"),
        v.HomeTest(home_init_cookie=bytes(7) + b"\x07"),
        [0, 1, 3, 7, 15, 31],
    ),
    "care-of-test": (
        v.CareOfTestInit(care_of_init_cookie=bytes(7) + b"\x07"),
        v.CareOfTest(care_of_init_cookie=bytes(7) + b"\x07"),
        [0, 1, 3, 7, 15, 31],
    ),
}
by_exchange = pytest.mark.parametrize("name", [exchange.name for exchange in catalogue.EXCHANGES])


@by_exchange
def test_an_answer_ends_the_wait(name: str) -> None:
    request, answer, _ = REQUESTS[name]
    exchange = ask(request, lambda _, __: answer)
    assert len(exchange.attempts) == 1 and exchange.answer is not None and exchange.answer.matched
    assert answers(seen(request), seen(answer)) and exchange.kind == seen(answer).name


@by_exchange
def test_silence_is_asked_again_as_the_document_says(name: str) -> None:
    request, _, times = REQUESTS[name]
    exchange = ask(request, timeout=60.0)
    assert [attempt.time for attempt in exchange.attempts] == pytest.approx(times)
    assert exchange.kind == "none" and exchange.asked
    kind = next(one for one in catalogue.EXCHANGES if one.name == name)
    keys = [tuple(getattr(attempt.decoded.message, field) for field in kind.pairs) for attempt in exchange.attempts]
    assert len(set(keys)) == (1 if kind.repeats_same else len(keys))
    assert all(attempt.decoded.checksum_ok for attempt in exchange.attempts)


@by_exchange
def test_another_number_is_no_answer(name: str) -> None:
    request, answer, _ = REQUESTS[name]
    kind = next(one for one in catalogue.EXCHANGES if one.name == name)
    (field,) = kind.pairs
    other = bytes(8) if field.endswith("cookie") else 8
    wrong = type(answer)(**{f: getattr(answer, f) for f in answer.__struct_fields__} | {field: other})  # type: ignore[attr-defined]
    assert not belongs(seen(request), seen(wrong)) and answers(seen(request), seen(wrong))
    exchange = ask(request, lambda _, number: wrong if number == 1 else (), once=True)
    assert exchange.answer is not None and not exchange.answer.matched


def test_the_next_heartbeat_leaves_after_its_interval_under_a_new_number() -> None:
    exchange = ask(v.Heartbeat(sequence=0xFFFFFFFF), timeout=100.0)
    assert [attempt.time for attempt in exchange.attempts] == [0, REPEATS["heartbeat"].first]
    assert [attempt.decoded.message.sequence for attempt in exchange.attempts] == [0xFFFFFFFF, 0]


def test_a_repeated_notification_has_the_d_flag_and_nothing_else_is_new() -> None:
    first, second = (attempt.decoded.message for attempt in ask(UPN).attempts)
    assert (first.flags, second.flags) == (0x8000, 0xC000)
    assert first.sequence == second.sequence and first.options == second.options


@pytest.mark.parametrize(
    "message",
    [
        v.UpdateNotification(sequence=7, reason=1, options=(MN1,)),
        v.BindingUpdate(7, 0x0000, 75, ()),
        v.FlowBindingIndication(sequence=7),
        v.BindingRevocationAcknowledgement(sequence=7),
        v.Heartbeat(flags=1, sequence=7),
        v.BindingError(status=2),
    ],
    ids=lambda message: type(message).__name__,
)
def test_what_asks_for_no_answer_is_sent_once_and_not_waited_for(message: object) -> None:
    exchange = ask(message)
    assert not asks(seen(message)) and not exchange.asked and exchange.kind == "none"
    assert len(exchange.attempts) == 1


def test_what_comes_unasked_all_the_same_is_shown() -> None:
    exchange = ask(v.UpdateNotification(sequence=7, reason=1, options=(MN1,)), lambda _, __: v.BindingError(status=2))
    assert exchange.kind == "binding-error" and exchange.answer is not None and exchange.answer.matched


def test_the_number_alone_is_not_enough_where_a_mobile_node_is_named() -> None:
    other = v.BindingRevocationAcknowledgement(sequence=7, options=(MN2,))
    assert not belongs(seen(BRI), seen(other))
    assert belongs(seen(BRI), seen(v.BindingRevocationAcknowledgement(sequence=7)))


def test_what_the_peer_asks_meanwhile_is_no_answer() -> None:
    """Its own heartbeat request, under the same number, and an unsolicited response."""
    strange = v.Heartbeat(sequence=7), v.Heartbeat(flags=3, sequence=7)
    exchange = ask(v.Heartbeat(sequence=7), lambda _, __: (*strange, v.Heartbeat(flags=1, sequence=7)))
    assert exchange.answer is not None and exchange.answer.decoded.message.flags == 1
    assert len(exchange.further) == 2
    exchange = ask(v.Heartbeat(sequence=7), lambda _, __: strange)
    assert exchange.answer is not None and not exchange.answer.matched
    assert not answers(seen(v.Heartbeat(sequence=7)), exchange.answer.decoded)


def test_an_answer_that_is_cut_is_one_of_its_kind() -> None:
    cut = CODEC.decode(bytes.fromhex("3b001000000002000007"))
    assert not hasattr(cut.message, "status")
    assert answers(seen(BRI), cut) and not belongs(seen(BRI), cut)


def test_a_message_that_nobody_knows_is_waited_for() -> None:
    unknown = CODEC.decode(bytes.fromhex("3b006300000000000000000000000000"))
    assert asks(unknown) and answers(unknown, seen(v.BindingError(status=2)))


@pytest.mark.parametrize(("icmp_type", "times", "kind"), [(2, 2, "pba"), (1, 1, "icmp")])
def test_what_is_too_big_arrives_when_it_is_sent_again(icmp_type: int, times: int, kind: str) -> None:
    """The kernel fragments it then (RFC 8201 4); other ICMP errors end the waiting."""
    request, answer, _ = REQUESTS["proxy-binding"]

    class Narrow(Way):
        def send(self, datagram: Datagram) -> None:
            super().send(datagram)
            if self._heard == 1:
                text = "ICMPv6 error"
                self._come = [IcmpError(icmp_type, 0, PEER.address, text, self._now, sent_from=LOCAL, sent_to=PEER)]

    data = CODEC.encode(request, src=LOCAL.address, dst=PEER.address)
    exchange = Asker(Narrow(lambda _, __: answer), CODEC, timeout=15.0, fresh=False).ask(data)  # type: ignore[arg-type]
    assert (len(exchange.attempts), exchange.kind, len(exchange.errors)) == (times, kind, 1)
