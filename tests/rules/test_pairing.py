"""Which request an answer belongs to."""

from __future__ import annotations

import pytest

from pmiptool.registry.codepoints import DEFAULT
from pmiptool.rules.pairing import FORGET, Answer, Pair, Pairing, Request, passed
from pmiptool.rules.view import View
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
        request = passed(view, source=source, destination=lma, time=self.time, frame=self.frame)
        assert isinstance(request, Request)
        self.pairing.request(request)
        return request

    def tell(self, message: object, to: bytes = MAG1, lma: bytes = LMA, after: float = 0.1) -> Pair:
        self._next(after)
        view = View(wire(message), DEFAULT)
        answer = passed(view, source=lma, destination=to, time=self.time, frame=self.frame)
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
