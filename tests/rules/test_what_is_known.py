"""What an onlooker knows of a session after exchanges that are odd: who is bound, and which filters there are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pmiptool.registry.codepoints import DEFAULT, CodePoints
from pmiptool.rules import Context, SessionChecker
from tests.rules.examples import asked, told
from tests.rules.examples_exchanges import bra, bri, upn
from tests.rules.make import MAG1, MAG3, OTHER, SELECTOR, att, fid, hi, hnp, ll, mh, mn
from tests.rules.stories import sent

HERE = ll(b"\x02\0\0\0\0\x01")
THERE = ll(b"\x02\0\0\0\0\x02")


def known(
    steps: Iterable[tuple[Any, ...]], settings: CodePoints = DEFAULT
) -> tuple[list[bytes], list[tuple[int, Any]]]:
    """The care-of addresses bound, and FID and action of each filter in the order that the anchor has them in."""
    checker = SessionChecker(Context(settings))
    for number, (time, decoded, src, dst) in enumerate(sent(steps, settings), 1):
        checker.observe(decoded, src=src, dst=dst, time=time, frame=number)
    groups = checker.watch.sessions((1, b"mn1@example.org"))
    bound = [binding.care_of_address for group in groups for binding in group.session.bindings.values()]
    return bound, [(flow.fid, flow.action) for group in groups for _, flow in group.session.flows()]


def test_a_handover_takes_the_interface_along() -> None:
    """HI=2 moves the binding to another interface; HI=3 then finds it by that one (muho 6.1)."""
    steps = (
        asked(0, 1, mh(), HERE), told(0.01, 1, mh(), HERE),
        asked(1, 2, mh(), THERE, att=att(5), hi=hi(2)), told(1.01, 2, mh(), THERE, att=att(5), hi=hi(2)),
        asked(2, 3, mh(), THERE, att=att(5), hi=hi(3)), told(2.01, 3, mh(), THERE, att=att(5), hi=hi(3)),
    )  # fmt: skip
    assert known(steps)[0] == [MAG3]


def test_a_filter_that_is_added_again_stays_in_its_place() -> None:
    """An equal one of a repeated request; another one under its FID is a new filter (mext 4.4)."""
    one, two = fid(1), fid(2, sub=(OTHER,))
    again = (asked(1, 1, mh(), one, sequence=2), told(1.01, 1, mh(), one, sequence=2))
    first = (asked(0, 1, mh(), one, two), told(0.01, 1, mh(), one, two))
    assert known((*first, *again))[1] == [(1, 1), (2, 1)]
    other = fid(1, action=2)
    changed = (asked(1, 1, mh(), other, sequence=2), told(1.01, 1, mh(), other, sequence=2))
    assert known((*first, *changed))[1] == [(2, 1), (1, 2)]


def test_a_filter_that_nobody_saw_is_not_there_after_it_was_deleted() -> None:
    settings = CodePoints(pro_delete=3)
    gone = fid(1, pro=3)
    assert known((asked(0, 1, mh(), gone), told(0.01, 1, mh(), gone)), settings)[1] == []


def test_an_indication_that_names_nobody_ends_nothing() -> None:
    """RFC 5846 8.1: without a mobile node, a prefix or G it says not whose binding is meant."""
    there = (asked(0, 1, mh()), told(0.01, 1, mh()))
    nobody = bri(fid(), sequence=7)
    assert known((*there, (1, 1, nobody), (1.01, 1, bra(sequence=7), "up")))[0] == [MAG1]
    by_prefix = bri(hnp(), sequence=7)
    assert known((*there, (1, 1, by_prefix), (1.01, 1, bra(sequence=7), "up")))[0] == []


def test_a_revocation_of_what_is_no_proxy_binding_waits_for_no_answer() -> None:
    there = (asked(0, 1, mh()), told(0.01, 1, mh()), (1, 1, bri(mn(), sequence=7, flags=0)))
    assert known((*there, asked(2, 2, mh(), hi=hi(3), sequence=4)))[0] == [MAG1]


def test_a_filter_that_a_notification_refuses_is_not_there() -> None:
    there = (asked(0, 1, mh()), told(0.01, 1, mh()))
    refused = upn(mn(), hnp(), fid(9, pro=2, status=128, sub=(SELECTOR,)), reason=8, flags=0)
    assert known((*there, (1, 1, refused)))[1] == []
