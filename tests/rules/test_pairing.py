"""Which request an answer belongs to."""

from __future__ import annotations

import pytest

from pmiptool.registry.codepoints import DEFAULT
from pmiptool.rules.pairing import FORGET, Answer, Pair, Pairing, Request, observed
from pmiptool.rules.view import View
from pmiptool.wire.values import CareOfTest, CareOfTestInit, HomeTest, HomeTestInit
from tests.rules.examples_exchanges import (
    beat,
    bra,
    bri,
    fba,
    fback,
    fbi,
    fbu,
    hack,
    initiate,
    lra,
    lri,
    pulse,
    query,
    response,
    upa,
    upn,
)
from tests.rules.make import LMA, MAG1, MAG2, hi, mn, pba, pbu, stamp, wire


class Wire:
    """A pairing and the order in which things pass."""

    def __init__(self) -> None:
        self.pairing = Pairing()
        self.time = 0.0
        self.frame = 0

    def _next(self, after: float) -> None:
        self.time += after
        self.frame += 1

    def ask(self, message: object, source: bytes = MAG1, after: float = 0.1, lma: bytes = LMA) -> Request:
        self._next(after)
        view = View(wire(message), DEFAULT)
        request = observed(view, source=source, destination=lma, time=self.time, frame=self.frame)
        assert isinstance(request, Request)
        self.pairing.request(request)
        return request

    def tell(self, message: object, to: bytes = MAG1, lma: bytes = LMA, after: float = 0.1) -> Pair:
        self._next(after)
        view = View(wire(message), DEFAULT)
        answer = observed(view, source=lma, destination=to, time=self.time, frame=self.frame)
        assert isinstance(answer, Answer)
        return self.pairing.answer(answer)


def test_exactly() -> None:
    way = Wire()
    way.ask(pbu(sequence=1))
    second = way.ask(pbu(sequence=2))
    other = way.ask(pbu(sequence=2), source=MAG2)
    assert (pair := way.tell(pba(sequence=2))).request is second and pair.how == "exact" and not pair.repeat
    assert way.tell(pba(sequence=2), to=MAG2).request is other


def test_the_same_number_for_two_mobile_nodes() -> None:
    way = Wire()
    one, two = way.ask(pbu()), way.ask(pbu(mn=mn(b"mn2")))
    assert way.tell(pba(mn=mn(b"mn2"))).request is two
    assert way.tell(pba()).request is one


def test_an_answer_again() -> None:
    way = Wire()
    first = way.ask(pbu())
    way.tell(pba())
    pair = way.tell(pba())
    assert pair.request is first and pair.repeat


def test_transmissions_with_one_number_are_told_apart_by_their_timestamp() -> None:
    way = Wire()
    first, second = way.ask(pbu(stamp(1))), way.ask(pbu(stamp(2)), after=1)
    assert way.tell(pba(stamp(1))).request is first
    assert way.tell(pba(stamp(2))).request is second


def test_what_is_told_late_is_not_the_newest() -> None:
    way = Wire()
    newer = way.ask(pbu(mn=mn(b"mn2")), after=1.0)
    way.ask(pbu(mn=mn(b"mn3")), after=-0.5)
    pair = way.tell(pba(mn=mn(b"stranger")), after=0.6)
    assert pair.request is newer and pair.how == "mn-id"


def test_an_exchange_of_before() -> None:
    """It is remembered as if it had been seen, and is no newer than it is."""
    way, other = Wire(), Wire()
    before = other.ask(pbu(sequence=7), after=1.0)
    answer = other.tell(pba(sequence=7)).answer
    before.answers.clear()
    asked = way.ask(pbu(sequence=8), after=30.0)
    way.pairing.recall(before, answer)
    assert (again := way.tell(pba(sequence=7))).request is before and again.repeat
    assert way.tell(pba(sequence=8)).request is asked
    assert list(way.pairing.forget(1.2 + FORGET)) == [before]
    assert way.tell(pba(sequence=7)).request is None


def test_135_carries_the_last_accepted_number() -> None:
    way = Wire()
    way.ask(pbu(sequence=5), after=3)
    newest = way.ask(pbu(sequence=6), after=3)
    pair = way.tell(pba(sequence=900, status=135))
    assert pair.request is newest and pair.how == "135"


def test_135_with_a_timestamp_is_paired_by_its_own_number() -> None:
    way = Wire()
    asked = way.ask(pbu(stamp(1), sequence=5))
    assert way.tell(pba(stamp(1), sequence=5, status=135)).request is asked


def test_135_whose_number_is_that_of_an_older_request() -> None:
    """The anchor took the older one and its answer was lost: 135 carries that number and echoes the newer request."""
    way = Wire()
    way.ask(pbu(sequence=7, hi=hi(4)), after=9)
    newest = way.ask(pbu(sequence=3), after=9)
    pair = way.tell(pba(sequence=7, status=135))
    assert pair.request is newest and pair.how == "135"


def test_160_has_no_name() -> None:
    way = Wire()
    way.ask(pbu(sequence=4))
    nameless = way.ask(pbu(sequence=5, mn=None))
    assert way.tell(pba(sequence=5, status=160, mn=mn(b""))).request is nameless
    named = way.ask(pbu(sequence=6))
    pair = way.tell(pba(sequence=6, status=160, mn=mn(b"")))
    assert pair.request is named and pair.how == "160"


@pytest.mark.parametrize(
    ("answer", "to", "lma", "how"),
    [
        (pba(sequence=78), MAG1, LMA, "sequence"),
        (pba(sequence=77, mn=mn(b"somebody-else")), MAG1, LMA, "mn-id"),
        (pba(sequence=77), MAG2, LMA, "addresses"),
        (pba(sequence=77), MAG1, MAG2, "addresses"),
    ],
)
def test_what_differs_in_the_likely_request(answer: object, to: bytes, lma: bytes, how: str) -> None:
    way = Wire()
    asked = way.ask(pbu(sequence=77))
    pair = way.tell(answer, to=to, lma=lma)
    assert pair.request is asked and pair.how == how


def test_nothing_fits() -> None:
    assert Wire().tell(pba()).request is None


def test_old_requests_are_forgotten_and_given_back() -> None:
    way = Wire()
    asked = way.ask(pbu())
    way.ask(pbu(sequence=2), after=FORGET + 1)
    assert list(way.pairing.forget(way.time)) == [asked]
    assert asked not in way.pairing.outstanding(asked.place)
    assert way.tell(pba(sequence=1)).how == "sequence"


# Every other exchange. The anchor asks: `ask(..., source=LMA, lma=MAG1)`, and the gateway at MAG1 answers.

OTHER = mn(b"mn2@example.org")
PAIRS = {
    "revocation": (bri, bra),
    "notification": (upn, upa),
    "routing": (lri, lra),
    "flow binding": (fbi, fba),
    "subscription": (query, response),
    "handover": (initiate, hack),
    "fast binding": (fbu, fback),
    "heartbeat": (beat, pulse),
}


@pytest.mark.parametrize("name", PAIRS)
def test_two_gateways_with_the_same_number(name: str) -> None:
    way = Wire()
    request, answer = PAIRS[name]
    one = way.ask(request(sequence=7), source=LMA, lma=MAG1)
    two = way.ask(request(sequence=7), source=LMA, lma=MAG2)
    assert (pair := way.tell(answer(sequence=7), to=LMA, lma=MAG2)).request is two and not pair.repeat
    assert way.tell(answer(sequence=7), to=LMA, lma=MAG1).request is one


@pytest.mark.parametrize("name", PAIRS)
def test_answers_in_another_order(name: str) -> None:
    way = Wire()
    request, answer = PAIRS[name]
    asked = [way.ask(request(sequence=number), source=LMA, lma=MAG1) for number in (254, 255, 0, 1)]
    for number, expected in ((0, 2), (254, 0), (1, 3), (255, 1)):
        pair = way.tell(answer(sequence=number), to=LMA, lma=MAG1)
        assert pair.request is asked[expected] and not pair.repeat, number
    assert way.tell(answer(sequence=255), to=LMA, lma=MAG1).repeat


@pytest.mark.parametrize("name", PAIRS)
def test_a_number_that_was_not_asked(name: str) -> None:
    way = Wire()
    request, answer = PAIRS[name]
    asked = way.ask(request(sequence=7), source=LMA, lma=MAG1)
    pair = way.tell(answer(sequence=8), to=LMA, lma=MAG1)
    assert pair.request is asked and pair.how == "sequence"
    assert Wire().tell(answer(sequence=8), to=LMA, lma=MAG1).request is None


@pytest.mark.parametrize("name", PAIRS)
def test_transmissions_of_one_number_each_have_an_answer(name: str) -> None:
    way = Wire()
    request, answer = PAIRS[name]
    first = way.ask(request(sequence=7), source=LMA, lma=MAG1)
    second = way.ask(request(sequence=7), source=LMA, lma=MAG1, after=1)
    pairs = [way.tell(answer(sequence=7), to=LMA, lma=MAG1, after=1) for _ in range(3)]
    assert {id(pair.request) for pair in pairs[:2]} == {id(first), id(second)}
    assert [pair.repeat for pair in pairs] == [False, False, True]


@pytest.mark.parametrize("name", PAIRS)
def test_no_exchange_answers_another(name: str) -> None:
    way = Wire()
    request, _ = PAIRS[name]
    asked = way.ask(request(sequence=7), source=LMA, lma=MAG1)
    for other, (_, answer) in PAIRS.items():
        if other != name:
            assert way.tell(answer(sequence=7), to=LMA, lma=MAG1).request is None, other
    assert not asked.answers


def test_an_answer_without_a_name_is_that_of_its_number() -> None:
    """Success needs no option in an acknowledgement of a revocation (RFC 5846 5.2)."""
    way = Wire()
    one = way.ask(bri(sequence=1), source=LMA, lma=MAG1)
    two = way.ask(bri(OTHER, sequence=2), source=LMA, lma=MAG1)
    assert way.tell(bra(sequence=2), to=LMA, lma=MAG1).request is two
    assert way.tell(bra(sequence=1), to=LMA, lma=MAG1).request is one
    assert (again := way.tell(bra(sequence=1), to=LMA, lma=MAG1, after=2)).request is one and again.repeat


def test_one_number_for_two_mobile_nodes() -> None:
    way = Wire()
    one = way.ask(upn(sequence=1), source=LMA, lma=MAG1)
    two = way.ask(upn(OTHER, sequence=1), source=LMA, lma=MAG1)
    assert way.tell(upa(OTHER, sequence=1), to=LMA, lma=MAG1).request is two
    assert way.tell(upa(sequence=1), to=LMA, lma=MAG1).request is one


def test_heartbeats_both_ways_with_one_number() -> None:
    way = Wire()
    up = way.ask(beat(7))
    down = way.ask(beat(7), source=LMA, lma=MAG1)
    assert way.tell(pulse(7), to=LMA, lma=MAG1).request is down
    assert way.tell(pulse(7)).request is up


def test_cookies() -> None:
    way = Wire()
    cookie, other = bytes(range(8)), bytes(8)
    home = way.ask(HomeTestInit(home_init_cookie=cookie))
    care_of = way.ask(CareOfTestInit(care_of_init_cookie=cookie))
    assert way.tell(CareOfTest(care_of_init_cookie=cookie)).request is care_of
    assert (pair := way.tell(HomeTest(home_init_cookie=other))).request is home and pair.how == "sequence"


def test_135_means_something_else_in_a_revocation() -> None:
    """It is no acknowledgement of a binding: its number is that of its request (RFC 5846 5.2)."""
    way = Wire()
    asked = way.ask(bri(sequence=1), source=LMA, lma=MAG1)
    way.ask(bri(sequence=2, trigger=2), source=LMA, lma=MAG1)
    assert way.tell(bra(sequence=1, status=135), to=LMA, lma=MAG1).request is asked


def test_what_is_sent_again_asks_the_same() -> None:
    """The D flag says no more than that it is sent again."""
    way = Wire()
    first = way.ask(upn(), source=LMA, lma=MAG1)
    again = way.ask(upn(flags=0xC000), source=LMA, lma=MAG1, after=1)
    assert first.gist == again.gist and way.pairing.numbered_like(first) is again
    changed = way.ask(upn(reason=3), source=LMA, lma=MAG1, after=1)
    assert changed.gist != first.gist


@pytest.mark.parametrize(
    ("message", "source", "to", "anchor"),
    [
        (pbu(), MAG1, LMA, LMA),
        (upn(), LMA, MAG1, LMA),
        (bri(), LMA, MAG1, LMA),
        (bri(), MAG1, LMA, LMA),
        (beat(), MAG1, LMA, LMA),
        (beat(), LMA, MAG1, LMA),
        (pulse(), LMA, MAG1, LMA),
        (initiate(), MAG1, MAG2, b""),
    ],
)
def test_who_is_the_anchor(message: object, source: bytes, to: bytes, anchor: bytes) -> None:
    part = observed(View(wire(message), DEFAULT), source=source, destination=to, anchors={LMA})
    assert part is not None and part.lma == anchor
    roles = dict(zip((source, to), part.roles, strict=True))
    assert [address for address, role in roles.items() if role == "lma"] == ([anchor] if anchor else [])


def test_a_global_revocation_is_about_no_mobile_node() -> None:
    part = observed(View(wire(bri(mn(b"mag1"), trigger=128, flags=0xA000)), DEFAULT), source=MAG1, destination=LMA)
    assert part is not None and part.mn is None and part.mns == ()
