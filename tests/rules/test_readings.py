"""Peers that follow another reading than the default, judged by it: nothing that it makes right is found wrong."""

from __future__ import annotations

import itertools
import random
from typing import Any

import pytest

from pmiptool.lma import config_from
from pmiptool.lma.knowledge import context_of
from pmiptool.mag.config import MagConfig
from pmiptool.registry.ambiguities import AMBIGUITIES
from tests.rules.bench import Bench
from tests.rules.examples import KEPT, PAIR, asked, bound, gone, renewed, told
from tests.rules.make import ANY, OTHER, P2, fid, hi, hnp, ll, mh, mn, removal, removed
from tests.rules.stories import play, rules_of

WAIT = {"removal-delay": "wait"}
GROUPS = {"mhgid-nonzero": "accept"}
AFTER = 10.5  # MinDelayBeforeBCEDelete, and a moment


def judged(steps: Any, readings: dict[str, str]) -> set[str]:
    return rules_of(play(steps, readings=readings))


# removal-delay = wait


def announced(at: float, mag: int, sequence: int, number: int = 65535) -> tuple[Any, ...]:
    return renewed(at, mag, sequence, (), fid(number, pro=2, pri=20, sub=(OTHER,)))


def test_filters_that_wait_are_not_lost_before_the_delay_is_over() -> None:
    early = (*KEPT, *renewed(3, 1, 2))
    assert judged(early, {}) == {"muho/4.1/filters-lost"}
    assert judged(early, WAIT) == set()
    assert judged((*early, *announced(3 + AFTER, 1, 3)), WAIT) == set()
    assert judged((*early, *renewed(3 + AFTER, 1, 3)), WAIT) == {"muho/4.1/filters-lost"}


def test_filters_that_wait_may_go_to_an_interface_that_comes_meanwhile() -> None:
    late = (*KEPT, *bound(4, 3, 1), *renewed(3 + AFTER, 1, 2))
    assert judged(late, WAIT) == set(), "the third gateway has not been told yet"
    assert judged((*late, *announced(4 + AFTER, 3, 2)), WAIT) == set()
    assert judged((*late, *renewed(4 + AFTER, 3, 2)), WAIT) == {"muho/4.1/filters-lost"}


def test_a_removal_that_is_called_off_leaves_its_filters() -> None:
    change = fid(sub=(OTHER,), pri=21, pro=1)
    back = (*KEPT, *renewed(3, 2, 3, (change,), change))
    cleared = (*PAIR, *gone(2, 2, 2, 1), *renewed(3, 2, 3, (change,), change))
    assert judged(cleared, {}) == {"mext/5.3.2.2/fid-absent"}
    assert judged(cleared, WAIT) == set()
    assert judged((*back, *renewed(3 + AFTER, 1, 2)), WAIT) == set()
    again = renewed(5 + AFTER, 1, 2, (), fid(65535, pro=2, pri=21, sub=(OTHER,)))
    assert judged((*back, *gone(4, 2, 4, 2), *again), WAIT) == set()


def test_after_the_delay_a_binding_begins_anew() -> None:
    late = renewed(3 + AFTER, 2, 3, (fid(sub=(OTHER,), pri=21, pro=1),), fid(sub=(OTHER,), pri=21, pro=1))
    assert judged((*PAIR, *gone(2, 2, 2, 1), *late), WAIT) == {"mext/5.3.2.2/fid-absent"}


def test_what_was_to_be_removed_may_be_kept_when_it_is_called_off() -> None:
    steps = (*PAIR, *gone(2, 2, 2, 1), *renewed(3, 2, 3), *gone(4, 2, 4, 2), *announced(5 + AFTER, 1, 2))
    assert judged(steps, WAIT) == set()


# What is kept goes along when its new interface leaves


def test_what_went_along_with_a_second_interface_is_known_when_it_is_announced_at_last() -> None:
    kept = fid(65535, pro=2, pri=20, sub=(OTHER,))
    own = fid(65534, pro=2, pri=10)
    three = (*PAIR, *bound(2, 3, 1), *gone(3, 2, 2, 2), *renewed(4, 3, 2), *gone(5, 1, 2, 2), *bound(6, 2, 3))
    assert judged((*three, *renewed(7, 3, 3, (), kept, own)), {}) == set()
    other = (*three, *renewed(7, 3, 3, (), fid(65533, pro=2, pri=21, sub=(OTHER,)), own))
    assert judged(other, {}) == {"muho/4.2/pri-copied"}


def test_a_fid_that_may_have_gone_with_the_group_may_mean_another_filter() -> None:
    first = (*KEPT, *announced(3, 1, 2), *bound(4, 3, 1), *gone(5, 3, 2, 1), *bound(6, 2, 3, fid(sub=(OTHER,), pri=22)))
    again = renewed(8, 1, 3, (), fid(65535, pro=2, pri=22, sub=(OTHER,)))
    assert judged((*first, *gone(7, 2, 4, 2), *again), {"act-scope": "group"}) == set()
    still = (*KEPT, *announced(3, 1, 2), *bound(6, 2, 3, fid(sub=(OTHER,), pri=22)))
    found = judged((*still, *gone(7, 2, 4, 2), *again), {"act-scope": "group"})
    assert found == {"muho/4.2/announced-changed", "muho/4.1/filters-lost"}


# binding-key = care-of-address


def test_two_interfaces_without_groups_stay_apart_at_one_gateway() -> None:
    """The reading is about sessions of several interfaces."""
    one, other = ll(b"\x02\0\0\0\0\x01"), ll(b"\x02\0\0\0\0\x02")
    steps = (
        *(asked(0, 1, one, hnp=hnp(ANY)), told(0.1, 1, one)),
        *(asked(1, 1, other, hnp=hnp(ANY), sequence=2), told(1.1, 1, other, sequence=2, hnp=hnp(P2))),
        *(asked(2, 1, one, hi=hi(5), sequence=3), told(2.1, 1, one, hi=hi(5), sequence=3)),
    )
    assert judged(steps, {"binding-key": "care-of-address"}) == set()


def test_a_request_without_the_option_is_known_to_be_of_a_group_by_either_key() -> None:
    steps = (*bound(0, 1, 1), (1, 1, removal(ll(b"\x02\0\0\0\0\x01"), sequence=2)))
    for reading in ("interface", "care-of-address"):
        assert judged(steps, {"binding-key": reading}) == {"muho/5/option"}


# mhgid-nonzero = accept


def grouped(
    at: float, mag: int, group: int, sequence: int = 1, flows: Any = (), given: Any = None, **changed: Any
) -> Any:
    me = ll(bytes((2, 0, 0, 0, 0, mag)))
    back = flows if given is None else given
    prefix = {"hnp": hnp(ANY)} if "hnp" in changed else {}
    return (
        asked(at, mag, me, mh(mhgid=group), *flows, sequence=sequence, **{**changed, **prefix}),
        told(at + 0.01, mag, me, mh(mhgid=group), *back, sequence=sequence, **changed),
    )


def test_another_group_is_a_finding_by_the_default_reading_only() -> None:
    steps = (*bound(0, 1, 1), *grouped(1, 2, 7))
    assert judged(steps, {}) == {"muho/4.1/mhgid"}
    assert judged(steps, GROUPS) == set()


def test_all_groups_share_a_prefix() -> None:
    steps = (*bound(0, 1, 1), *grouped(1, 2, 7, hnp=hnp(P2)))
    assert judged(steps, GROUPS) == {"muho/1/shared-hnp"}
    gone_before = (*bound(0, 1, 1), *gone(1, 1, 2, 0), *grouped(20, 2, 7, hnp=hnp(P2)))
    assert judged(gone_before, GROUPS) == set()


def test_a_prefix_is_in_use_as_long_as_one_group_has_it() -> None:
    me = ll(bytes((2, 0, 0, 0, 0, 2)))
    left = ((2, 2, removal(me, mh(mhgid=7), sequence=2)), (2.01, 2, removed(me, mh(mhgid=7), sequence=2)))
    other = {"mn": mn(b"mn2"), "sequence": 9}
    taken = (asked(20, 3, hnp=hnp(ANY), **other), told(20.01, 3, **other))
    steps = (*bound(0, 1, 1), *grouped(1, 2, 7), *left)
    assert judged((*steps, *taken), GROUPS) == {"rfc5213/5.3.2/hnp-in-use"}
    assert judged((*steps, *gone(3, 1, 2, 0), *taken), GROUPS) == set()


def test_filters_of_the_default_group_may_be_kept_at_any_interface() -> None:
    voice = fid(sub=(OTHER,), pri=20)
    kept = fid(65535, pro=2, pri=20, sub=(OTHER,))
    pair = (*bound(0, 1, 1, voice), *grouped(1, 2, 7))
    steps = (*pair, *gone(2, 1, 2, 2), *grouped(3, 2, 7, 2, given=(kept,), hi=hi(5)))
    assert judged(steps, GROUPS) == set()
    assert judged((*pair, *gone(2, 1, 2, 2), *grouped(3, 2, 7, 2, hi=hi(5))), GROUPS) == set(), "nor need they"
    three = (*bound(0, 1, 1, voice), *bound(1, 2, 1), *grouped(2, 3, 7))
    assert judged((*three, *gone(3, 1, 2, 2), *renewed(4, 2, 2)), GROUPS) == set(), "it may be at the third"
    unasked = (*pair, *grouped(3, 2, 7, 2, given=(kept,), hi=hi(5)))
    assert judged(unasked, GROUPS) == {"muho/4.2/reinstantiated-unasked"}
    away = (*grouped(0, 1, 6, flows=(voice,)), *grouped(1, 2, 7))
    me = ll(bytes((2, 0, 0, 0, 0, 1)))
    left = ((2, 1, removal(me, mh(mhgid=6, act=2), sequence=2)), (2.01, 1, removed(me, mh(mhgid=6), sequence=2)))
    astray = (*away, *left, *grouped(3, 2, 7, 2, given=(kept,), hi=hi(5)))
    assert judged(astray, GROUPS) == {"muho/4.2/reinstantiated-unasked"}, "they stay in their group"


def test_gateways_ask_for_the_group_of_the_profile() -> None:
    config = config_from({"readings": GROUPS})
    bench = Bench(config=config, context=context_of(config))
    voice = "fid=1 pri=10 proto=udp dst-port=5060"
    for number, group in ((1, 7), (2, 7), (3, 0)):
        bench.attach(number, voice, mhgid=group, ll_id=bytes((2, 0, 0, 0, 0, number)))
    bench.renew(1)
    bench.modify(1, "fid=1 pri=9 pro=modify proto=udp")
    bench.run(2)
    bench.detach(1, "keep")
    bench.run(2)
    bench.renew(2)
    assert {session.mhgid: session.flow_count() for session in bench.lma.sessions} == {7: 2, 0: 1}
    (entry,) = bench.mags[2].binding_update_list.values()
    assert sorted(entry.flows) == [1, 65535]
    given = {prefix for mag in (2, 3) for e in bench.mags[mag].binding_update_list.values() for prefix in e.prefixes}
    assert len(given) == 1
    assert bench.finish() == []


# The reference anchor by each reading


READINGS = [(entry.key, reading.name) for entry in AMBIGUITIES for reading in entry.readings[1:]]
FLOWS = ["proto=udp dst-port=53", "proto=tcp dst-port=80", "proto=tcp dst-port=25", "dscp=46"]


@pytest.mark.parametrize(("dialect", "delay"), [("mext", False), ("mext", True), ("rfc6089", True)])
@pytest.mark.parametrize(("key", "name"), READINGS)
def test_an_anchor_is_not_at_fault_whatever_happens(key: str, name: str, dialect: str, delay: bool) -> None:
    """Gateways come, change filters and go in any order, in several groups where these are served."""
    rng = random.Random(f"{key} {name} {dialect} {delay}")
    readings = {key: name, **(WAIT if delay else {})}
    points = {"dialect": dialect, **({"reinstantiated_status": 7} if name == "status" else {})}
    config = config_from({"readings": readings, "codepoints": points})
    bench = Bench(config=config, context=context_of(config), mags=4,
                  mag_config=MagConfig(renew=False, codepoints=config.codepoints))  # fmt: skip
    groups = [0, 0, 1, 2] if key == "mhgid-nonzero" else [0]
    priorities = itertools.count(1)  # RFC 6089 4.2: unique for a mobile node
    verbs = " action={} pro={}".format if dialect == "mext" else lambda action, pro: ""

    def some(pro: str) -> list[str]:
        fids = rng.sample(range(1, 4), rng.randint(0, 2))
        return [
            f"fid={number} pri={next(priorities)}{verbs(rng.choice(['forward', 'discard', 'n-cast']), pro)} "
            + rng.choice(FLOWS)
            for number in fids
        ]

    for _ in range(40):
        number = rng.randint(1, 4)
        if not bench.mags[number].binding_update_list:
            bench.attach(number, *some("add"), mhgid=rng.choice(groups), ll_id=bytes((2, 0, 0, 0, 0, number)))
        elif rng.random() < 0.3:
            bench.detach(number, rng.choice(["none", "keep", "remove"]))
        elif rng.random() < 0.4:
            bench.modify(number, *some(rng.choice(["add", "modify"])))
        else:
            bench.renew(number)
        bench.run(rng.choice([0.6, 3, 12]))
    assert [(seen.finding.rule, seen.finding.text) for seen in bench.finish()] == []
    assert len(bench.passed) > 70
