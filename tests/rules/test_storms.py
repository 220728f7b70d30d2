"""Time grows with the number of messages, not with its square: storms of one mobile node, and many mobile nodes.

The limits are some ten times what is needed, and a tenth of what going through all of them each time would take.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from pmiptool.rules import Context
from pmiptool.rules.watch import Watch
from tests.rules.examples_exchanges import beat, bra, bri, upn
from tests.rules.make import LMA, MAG1, fid, mh, mn, pba, pbu, stamp
from tests.rules.test_pairing import Wire

MANY = 15_000


def seconds(run: Callable[[], object]) -> float:
    begun = time.process_time()
    run()
    return time.process_time() - begun


def answered(way: Wire) -> None:
    for number in range(MANY):
        way.ask(pbu(stamp(number), sequence=number), after=0.001)
        assert way.tell(pba(stamp(number), sequence=number), after=0.001).how == "exact"
        list(way.pairing.forget(way.time))


def unanswered(way: Wire) -> None:
    for number in range(MANY):
        request = way.ask(pbu(sequence=number), after=0.005)
        way.pairing.unanswered_like(request)
        way.pairing.answered_since(request)
        list(way.pairing.forget(way.time))


def of_nobody(way: Wire) -> None:
    """Answers that fit no request, each beside another mobile node's request."""
    for number in range(MANY):
        way.ask(pbu(sequence=7, mn=mn(b"%d" % number)), after=0.001)
        assert way.tell(pba(sequence=9, mn=mn(b"x")), after=0.001).request is None


def doubled(way: Wire) -> None:
    """The same octets over and over, each with its answer."""
    for _ in range(MANY // 5):
        way.pairing.copied(way.ask(pbu(sequence=7), after=0.01))
        way.tell(pba(sequence=7), after=0.01)


def revoked(way: Wire) -> None:
    """Revocations whose acknowledgements name nobody."""
    for number in range(MANY):
        way.ask(bri(mn(b"%d" % number), sequence=number), source=LMA, lma=MAG1, after=0.001)
        if number % 2:
            assert not way.tell(bra(sequence=number), to=LMA, lma=MAG1, after=0.001).repeat
        list(way.pairing.forget(way.time))


@pytest.mark.parametrize("storm", [answered, unanswered, of_nobody, doubled, revoked])
def test_a_storm_is_paired_in_linear_time(storm: Callable[[Wire], None]) -> None:
    assert seconds(lambda: storm(Wire())) < 12


def test_the_newest_request_that_asked_the_same() -> None:
    way = Wire()
    way.ask(pbu(stamp(1), sequence=1))
    second = way.ask(pbu(stamp(2), sequence=2))
    way.ask(pbu(mh(), fid(), sequence=3))
    again = way.ask(pbu(stamp(3), sequence=4))
    way.tell(pba(stamp(3), sequence=4))
    assert way.pairing.unanswered_like(again) is second, "what has an answer is not repeated any more"


def test_the_sessions_of_one_mobile_node_are_found_among_many() -> None:
    """`validate --timeline` asks for them after each message."""
    from pmiptool.rules import SessionChecker
    from tests.rules.make import wire

    checker = SessionChecker(Context())
    for number in range(30):
        who = mn(b"%d" % number)
        options = (mh(),) if number % 2 else ()
        for message, src, dst in ((pbu(*options, mn=who), MAG1, LMA), (pba(*options, mn=who), LMA, MAG1)):
            checker.observe(wire(message), src=src, dst=dst, time=float(number))
    watch: Watch = checker.watch
    every = watch.sessions()
    assert len(every) == 30
    for group in every:
        assert watch.sessions(group.mn) == [group]


def test_storms_of_what_the_anchor_asks_take_linear_time() -> None:
    """Notifications that ask to register, revocations, heartbeats: all without an answer, among registrations."""
    from pmiptool.rules import SessionChecker
    from tests.rules.make import wire

    decoded = {
        kind: [wire(message(number)) for number in range(2500)]
        for kind, message in {
            "upn": lambda n: upn(mn(b"%d" % n), sequence=n, reason=1, flags=0),
            "bri": lambda n: bri(mn(b"%d" % n), sequence=n),
            "beat": lambda n: beat(n),
            "pbu": lambda n: pbu(mn=mn(b"other%d" % n), sequence=n),
        }.items()
    }

    def run(count: int) -> float:
        checker = SessionChecker(Context())

        def storm() -> None:
            for number in range(count):
                for kind, messages in decoded.items():
                    src, dst = (MAG1, LMA) if kind == "pbu" else (LMA, MAG1)
                    checker.observe(messages[number], src=src, dst=dst, time=number * 0.002)

        return seconds(storm)

    run(50)
    assert run(2500) < 10 * run(500) + 1
