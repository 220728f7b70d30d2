"""The smaller pieces: rings, schedules, mixes, thresholds, results."""

from __future__ import annotations

import json
import math
from collections import Counter, deque
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from pmiptool.errors import ExchangeFailed, UsageError
from pmiptool.load.capacity import Search
from pmiptool.load.engine import Engine
from pmiptool.load.mix import ATTACH, DETACH, HEARTBEAT, MODIFY, RENEW, Mix, parse_mix
from pmiptool.load.nodes import Nodes, Ring
from pmiptool.load.pacing import AsAnswered, AtOnce, Steady, waits
from pmiptool.load.result import Result, merged
from pmiptool.load.run import Plan
from pmiptool.load.thresholds import parse_threshold
from pmiptool.net.transport import IcmpError
from pmiptool.report.html import render as html_render
from pmiptool.report.load_html import page
from pmiptool.wire.layout import Decoded
from tests.load.peer import LMA, Peer, Reply, load


@given(st.lists(st.tuples(st.sampled_from(["take", "put", "back"]), st.integers(0, 8)), max_size=40))
def test_a_ring_is_a_queue(steps: list[tuple[str, int]]) -> None:
    ring, model, held = Ring(10), deque(range(10)), []
    ring.put(np.arange(10, dtype=np.int32))
    for what, count in steps:
        if what == "take":
            taken = ring.take(count)
            expected = [model.popleft() for _ in range(min(count, len(model)))]
            assert taken.tolist() == expected
            held += expected
        else:
            some, held = held[:count], held[count:]
            (ring.put if what == "put" else ring.put_back)(np.array(some, np.int32))
            if what == "put":
                model.extend(some)
            else:
                model.extendleft(reversed(some))
        assert len(ring) == len(model)


def test_a_million_mobile_nodes_take_little() -> None:
    assert Nodes(1_000_000, 4).octets / 1_000_000 <= 200


@given(rate=st.floats(0.5, 1e6), start=st.floats(0, 2e9), passed=st.floats(0, 100), ramp=st.sampled_from([0.0, 7.0]))
def test_what_is_due_is_what_has_its_time(rate: float, start: float, passed: float, ramp: float) -> None:
    schedule = Steady(rate, start, ramp)
    count = schedule.due(start + passed)
    schedule.take(max(0, count - 3))
    times = schedule.times(5)
    near = 3e-6 + 3 / rate * 0
    assert (times[: min(count, 3)] <= start + passed + near).all()
    assert times[min(count, 3) :].min() >= start + passed - near
    assert (np.diff(times) > 0).all() or rate > 1e5


def test_a_ramp_grows_evenly() -> None:
    schedule = Steady(1000, 0.0, 10.0)
    assert [schedule.by(second) for second in (0, 5, 10, 11)] == [1, 1251, 5001, 6001]
    assert schedule.next() == 0.0


def test_other_schedules() -> None:
    once, answered = AtOnce(5.0), AsAnswered()
    assert once.due(4.9) == 0 and once.due(5.0) > 1_000_000 and once.times(2).tolist() == [5.0, 5.0]
    assert answered.due(7.0) > 1_000_000 and answered.times(2).tolist() == [math.inf] * 2


@pytest.mark.parametrize(
    ("timeout", "found"), [(15.0, [1, 2, 4, 8]), (3.0, [1, 2]), (0.5, [0.5]), (100.0, [1, 2, 4, 8, 16, 32, 32, 5])]
)
def test_the_back_off_doubles(timeout: float, found: list[float]) -> None:
    assert waits(1.0, 32.0, timeout) == found


@given(
    st.dictionaries(st.sampled_from([ATTACH, RENEW, MODIFY, DETACH, HEARTBEAT]), st.floats(0.1, 9), min_size=1),
    st.lists(st.tuples(st.integers(1, 50), st.integers(0, 60), st.integers(0, 60)), max_size=20),
)
def test_a_mix_takes_no_more_than_there_is(shares: dict[int, float], turns: list[tuple[int, int, int]]) -> None:
    mix = Mix(shares)
    for count, detached, attached in turns:
        chosen = mix.choose(count, detached, attached)
        assert all(some >= 0 for some in chosen.values())
        assert chosen.get(ATTACH, 0) <= detached
        assert sum(chosen.get(kind, 0) for kind in (RENEW, MODIFY, DETACH)) <= attached
        possible = (detached if ATTACH in shares else 0) + (attached if set(shares) & {RENEW, MODIFY, DETACH} else 0)
        assert sum(chosen.values()) == (count if HEARTBEAT in shares else min(count, possible))


@pytest.mark.parametrize("text", ["", "renew=x", "renew=-1", "fly=1", "renew=0", "renew=1,renew=2", "renew=nan", "="])
def test_mixes_that_are_none_are_told(text: str) -> None:
    with pytest.raises(UsageError, match="--mix"):
        parse_mix(text)


def test_mixes() -> None:
    assert parse_mix("attach=1, renew=8") == {ATTACH: 1, RENEW: 8}
    assert parse_mix("renew") == {RENEW: 1}


def odd(number: int, request: Decoded, now: float) -> list[Reply]:
    """One in ten is lost, one in ten refused; the others take 2 ms to 11 ms."""
    if number % 10 == 0:
        return []
    return [Reply(0.001 * (number % 10 + 2), status=130 if number % 10 == 9 else 0)]


@pytest.fixture(scope="module")
def result() -> Result:
    return load(Peer(odd), Plan(rate=500, duration=2, keep=True), mns=900).play()


@pytest.mark.parametrize(
    ("text", "ok"),
    [
        ("p50<8ms", True), ("p50<6ms", False), ("p99<=11.5ms", True), ("p99<11500us", True), ("max<0.1s", True),
        ("loss<10%", False), ("loss<=10%", True), ("lost<1%", None), ("rejected<=100", True), ("rejected<99", False),
        ("rate>440", True), ("rate>460/s", False), ("attach.p99<1s", True), ("renew.p50>1ms", True),
        ("heartbeat.p50<1s", False), ("unexpected<1", True), ("local<1", True), ("mean>1ms", True),
        ("min>=2.9ms", True),
    ],
)  # fmt: skip
def test_thresholds(result: Result, text: str, ok: bool | None) -> None:
    if ok is None:
        with pytest.raises(UsageError):
            parse_threshold(text)
        return
    assert parse_threshold(text).check(result).ok is ok


@pytest.mark.parametrize(
    "text", ["", "p99", "p99<", "p99<50", "p99=50ms", "fast<1ms", "fly.p99<1ms", "p99<1parsec", "loss<1ms", "rate<1%",
             "attach.local<1", "p101<1ms", "p99<50ms junk"]
)  # fmt: skip
def test_thresholds_that_are_none_are_told(text: str) -> None:
    with pytest.raises(UsageError, match="--threshold"):
        parse_threshold(text)


def through_json(result: Result) -> Result:
    return Result.from_json(json.loads(json.dumps(result.to_json())))


def test_json_keeps_all_of_it(result: Result) -> None:
    assert through_json(result).to_json() == result.to_json()


def test_the_shape_of_the_contract(result: Result) -> None:
    document = result.to_json()
    assert document["schema"] == "pmiptool/load/1"
    totals = document["totals"]
    assert {"sent", "answered", "retransmitted", "rejected", "lost", "late", "unexpected", "local_drops"} <= set(totals)
    assert (totals["sent"], totals["answered"], totals["lost"], totals["rejected"]) == (1000, 900, 100, {"130": 100})
    assert {"min", "p50", "p90", "p99", "p99.9", "max"} <= set(document["latency_ms"])
    assert document["histogram"]["count"] == 900
    assert set(document["kinds"]) == {"attach", "renew"}


@settings(max_examples=5, deadline=None)
@given(st.lists(st.integers(20, 120), min_size=2, max_size=4))
def test_merged_results_are_exact(counts: list[int]) -> None:
    """Several generators count as one that saw everything."""
    several = []
    for number, count in enumerate(counts):
        peer = Peer(odd)
        peer.time += number
        several.append(load(peer, Plan(rate=100, count=count, duration=None), mns=50).play())
    whole = merged([through_json(one) for one in several])
    total = whole.total
    for name in ("sent", "answered", "lost", "retransmitted"):
        assert getattr(total, name) == sum(getattr(one.total, name) for one in several)
    assert total.rejected == sum((one.total.rejected for one in several), Counter())
    buckets: Counter[int] = Counter()
    for one in several:
        buckets.update({bucket: n for bucket, n in one.to_json()["histogram"]["buckets"]})
    assert dict(whole.to_json()["histogram"]["buckets"]) == buckets
    assert whole.asked == 100 * len(several) and whole.generators == len(several)
    assert whole.cleanup["sent"] == sum(one.cleanup["sent"] for one in several)
    assert merged([through_json(whole)]).to_json() == whole.to_json()
    seconds: Counter[int] = Counter()
    for one in several:
        seconds.update({row[0]: row[1] for row in one.to_json()["timeline"]["rows"]})
    assert {row[0]: row[1] for row in whole.to_json()["timeline"]["rows"]} == seconds


@pytest.mark.parametrize(
    "document", [None, [], {}, {"schema": "pmiptool/load/2"}, {"schema": "pmiptool/load/1"}, {"schema": 1}]
)
def test_what_is_no_result_is_told(document: Any) -> None:
    with pytest.raises(UsageError, match="no result of load|no whole result"):
        Result.from_json(document, "x.json")


def test_nothing_to_merge_is_told() -> None:
    with pytest.raises(UsageError):
        merged([])


def test_the_capacity_of_a_peer_is_found() -> None:
    """It answers 700 a second, one after the other, and drops what waits longer than half a second."""
    free = [0.0]

    def behaviour(number: int, request: Decoded, now: float) -> list[Reply]:
        free[0] = max(free[0], now) + 1 / 700
        if free[0] - now > 0.5:
            free[0] -= 1 / 700
            return []
        return [Reply(free[0] - now)]

    ready = load(Peer(behaviour, light=True), Plan(rate=None), mns=3000)
    search = Search(ready, [parse_threshold("loss<0.1%"), parse_threshold("p99<50ms")], 100.0, 4.0)
    result = search.play()
    assert result.capacity is not None
    assert result.capacity["rate"] == pytest.approx(700, rel=0.06)
    assert "is the highest rate that keeps loss<0.1%, p99<50ms" in result.capacity["told"]
    assert result.asked == result.capacity["rate"] and result.total.lost == 0
    assert result.cleanup["answered"] > 2900


def test_what_this_machine_does_not_make_is_no_capacity_of_the_peer() -> None:
    """It sends one message in a millisecond at most."""
    peer = Peer(room=lambda now: 1, light=True)
    receive = peer.receive
    peer.receive = lambda timeout: receive(max(timeout, 0.001))  # type: ignore[method-assign]
    result = Search(load(peer, Plan(rate=None), mns=500), [], 100.0, 1.0).play()
    assert result.capacity is not None
    assert result.capacity["rate"] == pytest.approx(1000, rel=0.1)
    assert "above it: this machine made" in result.capacity["told"]


def test_what_this_machine_does_late_is_told_beside_the_threshold() -> None:
    """It looks every 30 ms only, and the peer answers at once."""
    peer = Peer(light=True)
    receive = peer.receive
    peer.receive = lambda timeout: receive(max(timeout, 0.03))  # type: ignore[method-assign]
    limits = [parse_threshold("p99<20ms")]
    result = Search(load(peer, Plan(rate=None), mns=500), limits, 100.0, 5.0).play()
    assert result.capacity is not None and result.capacity["rate"] is None
    assert result.capacity["steps"][0]["why"].startswith("p99<20ms was ")
    assert ", and here requests left late, p99 " in result.capacity["steps"][0]["why"]


def test_too_few_mobile_nodes_are_told() -> None:
    slow = Peer(lambda number, request, now: [Reply(0.05)], light=True)
    result = Search(load(slow, Plan(rate=None), mns=20), [], 100.0, 1.0).play()
    assert result.capacity is not None and result.capacity["rate"] == pytest.approx(400, rel=0.1)
    assert any("give more with --mns" in step["why"] or "p99" in step["why"] for step in result.capacity["steps"])


def test_no_capacity_at_all_is_told() -> None:
    search = Search(load(Peer(lambda number, request, now: [Reply(0.3)]), Plan(rate=None)), [], 100.0, 1.0)
    result = search.play()
    assert result.capacity is not None and result.capacity["rate"] is None
    assert "not even 100/s" in result.capacity["told"]


def test_icmp_errors_without_answers_end_the_load() -> None:
    peer = Peer(lambda number, request, now: [])
    peer.icmp.append(IcmpError(1, 3, LMA, "2001:db8:1::1: address unreachable", 0.0))
    with pytest.raises(ExchangeFailed, match="nothing is answered, and .* address unreachable"):
        load(peer, Plan(rate=100, duration=60)).play()
    assert len(peer.requests) < 100


def test_what_is_too_big_once_does_not_end_the_load() -> None:
    """What is sent from then on goes in fragments."""
    peer = Peer()
    peer.icmp.append(IcmpError(2, 0, LMA, "ICMPv6 Packet Too Big", 0.0))
    result = load(peer, Plan(rate=100, duration=2)).play()
    assert result.total.answered == result.total.sent and result.icmp == {"ICMPv6 Packet Too Big": 1}


def test_who_answers_in_the_targets_place_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An LMA that answers from another of its addresses."""
    peer = Peer()
    take = Engine.take
    sender = np.frombuffer(LMA[:-1] + b"\x09", np.uint8)
    monkeypatch.setattr(Engine, "take", lambda self, came: take(self, replace(came, senders=came.senders * 0 + sender)))
    result = load(peer, Plan(rate=100, duration=1)).play()
    assert result.total.answered == 0 and result.unexpected > 0
    assert capsys.readouterr().err.count("a message came from 2001:db8:1::9, not from the target 2001:db8:1::1") == 1


def test_a_page_of_an_hour_has_few_columns(result: Result) -> None:
    hour = through_json(result)
    hour.seconds.counts = {second: [2, 1, 0, 0] for second in range(3600)}
    text = html_render(page(hour))
    assert "Sent in each 18 s" in text and "36 sent" in text
    assert text.count("<rect") < 1000
