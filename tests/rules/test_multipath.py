"""Sessions with several paths (RFC 8278): what is right stays without a finding, and what is seen is understood."""

from __future__ import annotations

from typing import Any

import pytest

from pmiptool.rules import Context, SessionChecker, check_exchange
from pmiptool.rules.watch_state import Group
from pmiptool.wire.values import MagMultipathBinding
from tests.rules.examples import asked, over, told
from tests.rules.make import ANY, MAGS, P2, fid, hi, hnp, ll, mn, path, pba, pbu, wire
from tests.rules.stories import rules_of, sent

MAG2 = b"mag2@example.org"


def gone(at: float, mag: int, sequence: int, number: int | None = None, **flags: int) -> tuple[Any, ...]:
    """A path is deregistered, by default the gateway's own."""
    option = path(mag if number is None else number, **flags)
    return (
        asked(at, mag, ll(), *option, sequence=sequence, lifetime=0, hi=hi(4)),
        told(at + 0.01, mag, ll(), option[0], sequence=sequence, lifetime=0, hi=hi(4)),
    )


def again(at: float, mag: int, sequence: int, *more: Any, lifetime: int = 75, **flags: int) -> tuple[Any, ...]:
    """A renewal over a path."""
    option = path(mag, **flags)
    fields: dict[str, Any] = {"sequence": sequence, "hi": hi(5), "lifetime": lifetime}
    return asked(at, mag, ll(), *option, *more, **fields), told(at + 0.01, mag, ll(), option[0], *more, **fields)


def watch(*steps: Any, complete: bool = True) -> tuple[set[str], list[Group], list[tuple[str, str]]]:
    """The rules that are broken, the sessions left, and what ended and why."""
    checker = SessionChecker(Context(complete=complete))
    seen = []
    for number, (time, decoded, src, dst) in enumerate(sent(step for group in steps for step in group), 1):
        seen += checker.observe(decoded, src=src, dst=dst, time=time, frame=number)
    sessions = checker.watch.sessions()
    ended = [(one.what, one.why) for one in checker.watch.ended]
    return rules_of(seen + checker.finish()), sessions, ended


def bound(groups: list[Group]) -> dict[int | None, int]:
    """BID to the gateway, of the one session."""
    (group,) = groups
    names = {address: number for number, address in MAGS.items()}
    return {b.path.bid if b.path else None: names[b.care_of_address] for b in group.session.bindings.values()}


TWO = (over(0, 1, 1), over(1, 2, 1))


@pytest.mark.parametrize("complete", [True, False])
def test_two_paths_are_one_session_with_two_bindings(complete):
    broken, groups, ended = watch(*TWO, again(2, 1, 2), again(3, 2, 2), complete=complete)
    assert not broken and not ended
    assert bound(groups) == {1: 1, 2: 2}


def test_one_is_removed_also_over_the_other():
    broken, groups, ended = watch(*TWO, gone(2, 1, 2, number=2), again(3, 1, 3))
    assert not broken and bound(groups) == {1: 1}
    assert ended == [("2001:db8:1::3 (BID 2)", "deregistration")]
    broken, groups, _ = watch(*TWO, gone(2, 1, 2), gone(3, 2, 2))
    assert not broken and not groups


def test_bulk_renewal_keeps_the_others_alive():
    late = over(0, 1, 1, lifetime=5), over(1, 2, 1, lifetime=5)
    broken, groups, ended = watch(*late, again(15, 1, 2, b=1, lifetime=5), again(30, 1, 3, lifetime=5))
    assert not broken and not ended and bound(groups) == {1: 1, 2: 2}
    broken, groups, ended = watch(*late, again(15, 1, 2, lifetime=5), again(30, 1, 3, lifetime=5))
    assert ended == [("2001:db8:1::3", "expiry")] and bound(groups) == {1: 1}


def test_silence_after_a_bulk_renewal_is_an_error():
    """An anchor that renewed one path only ignores the deregistration of the other."""
    late = over(0, 1, 1, lifetime=5), over(1, 2, 1, lifetime=5)
    silent = (gone(30, 2, 9)[0],)
    assert watch(*late, again(15, 1, 2, b=1, lifetime=5), silent)[0] == {"rfc5213/5.3.1/unanswered"}
    assert not watch(*late, again(15, 1, 2, lifetime=5), silent)[0], "it had expired"


def test_overwriting_ends_the_others():
    more = path(3, o=1)
    overwriting = asked(2, 3, ll(), *more, sequence=7), told(2.01, 3, ll(), more[0], sequence=7)
    broken, groups, ended = watch(*TWO, overwriting)
    assert not broken and bound(groups) == {3: 3}
    assert {why for _, why in ended} == {"overwritten by BID 3"}


def test_removal_of_all_at_once():
    broken, groups, ended = watch(*TWO, gone(2, 1, 2, b=1))
    assert not broken and not groups and len(ended) == 2


def test_a_known_bid_from_elsewhere_and_a_new_one_from_there():
    elsewhere = path(2)
    moved = asked(2, 3, ll(), *elsewhere, sequence=4), told(2.01, 3, ll(), elsewhere[0], sequence=4)
    broken, groups, _ = watch(*TWO, moved)
    assert not broken and bound(groups) == {1: 1, 2: 3}
    other = path(9)
    added = asked(2, 2, ll(), *other, sequence=4), told(2.01, 2, ll(), other[0], sequence=4)
    broken, groups, _ = watch(*TWO, added)
    assert not broken and bound(groups) == {1: 1, 2: 2, 9: 2}


def test_handover_to_another_mag_and_to_one_without_paths():
    option = path(1, MAG2)
    away = asked(2, 3, ll(), *option, sequence=5, hi=hi(3)), told(2.01, 3, ll(), option[0], sequence=5, hi=hi(3))
    broken, groups, ended = watch(*TWO, away)
    assert not broken and bound(groups) == {1: 3} and len(ended) == 2
    plain = asked(2, 3, ll(), sequence=5, hi=hi(3)), told(2.01, 3, ll(), sequence=5, hi=hi(3))
    broken, groups, _ = watch(*TWO, plain)
    assert not broken and bound(groups) == {None: 3}
    back = asked(3, 1, ll(), *path(1), sequence=6, hi=hi(3)), told(3.01, 1, ll(), path(1)[0], sequence=6, hi=hi(3))
    broken, groups, _ = watch(*TWO, plain, back)
    assert not broken and bound(groups) == {1: 1}


def test_an_anchor_that_skips_the_option_is_right():
    legacy = asked(0, 1, ll(), *path(1)), told(0.01, 1, ll())
    renewal = asked(1, 1, ll(), sequence=2, hi=hi(5)), told(1.01, 1, ll(), sequence=2, hi=hi(5))
    broken, groups, _ = watch(legacy, renewal)
    assert not broken and bound(groups) == {None: 1}


def test_after_a_refusal_another_mag_may_ask():
    refused = asked(0, 1, ll(), *path(1)), told(0.01, 1, ll(), path(1)[0], status=180)
    other = path(1, MAG2)
    assert not watch(refused, (asked(1, 2, ll(), *other, sequence=2), told(1.01, 2, ll(), other[0], sequence=2)))[0]


def test_what_an_anchor_said_last_counts():
    """A gateway that was told that it has one path may not ask again; granted after all, it may go on."""
    legacy = asked(0, 1, ll(), *path(1)), told(0.01, 1, ll())
    checker = SessionChecker(Context(complete=True))
    seen = []
    for time, decoded, src, dst in sent((*legacy, *again(1, 1, 2), *again(2, 1, 3))):
        seen += checker.observe(decoded, src=src, dst=dst, time=time)
    assert [one.finding.rule for one in seen] == ["rfc8278/4.4/disabled"]
    silent = asked(2, 2, ll(), *path(2), sequence=3, hi=hi(5)), told(2.01, 2, ll(), sequence=3, hi=hi(5))
    without = asked(3, 2, ll(), sequence=4, hi=hi(5)), told(3.01, 2, ll(), sequence=4, hi=hi(5))
    assert watch(*TWO, silent, without)[0] == {"rfc8278/4.4/no-option"}


def test_any_prefix_and_two_interfaces_are_two_sessions():
    one = over(0, 1, 1)
    me = ll(bytes.fromhex("020000000009"))
    second = (
        asked(1, 2, me, *path(2), sequence=1, hnp=hnp(ANY)),
        told(1.01, 2, me, path(2)[0], sequence=1, hnp=hnp(P2)),
    )
    broken, groups, _ = watch(one, second)
    assert not broken and len(groups) == 2


def test_filters_of_a_path_are_watched():
    broken, groups, _ = watch(*TWO, again(2, 1, 2, fid()))
    assert not broken and [flow.fid for _, flow in groups[0].session.flows()] == [1]
    lost = again(2, 1, 2)
    without = (asked(2, 1, ll(), *path(1), fid(), sequence=2, hi=hi(5)), lost[1])
    assert watch(*TWO, without)[0] == {"mext/5.2.5/flows-unsupported"}


def test_the_option_is_copied_where_it_must_be():
    def exchange(given, status=0):
        return {f.rule for f in check_exchange(wire(pbu(*path(1, b=1))), wire(pba(*given, status=status)))}

    right = MagMultipathBinding(bid=1, if_att=4, if_label=9)
    assert not exchange([right]), "no text says what the flags of an accepting answer are"
    assert not exchange([]), "an anchor that does not know the option"
    assert not exchange([MagMultipathBinding(bid=1, if_att=4, if_label=9, b=1)], 180)
    assert exchange([right], 180) == {"rfc8278/4.4/refusal-echo"}


def test_a_request_without_the_option_is_anothers_or_a_mistake():
    assert watch(*TWO, (asked(2, 2, ll(), sequence=9, lifetime=0, hi=hi(4)),))[0] >= {"rfc8278/4.4/option"}
    assert "rfc8278/4.4/option" not in watch(*TWO, (asked(2, 2, mn=mn(b"mn2"), sequence=9),))[0]
