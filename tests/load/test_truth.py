"""The figures are true: a peer that delays, drops, doubles, reorders and rejects known shares, and what load says."""

from __future__ import annotations

import math
import random
from collections import Counter

import pytest

from pmiptool.load.messages import Wishes
from pmiptool.load.mix import ATTACH, DETACH, HANDOVER, HEARTBEAT, MODIFY, RENEW
from pmiptool.load.result import Result
from pmiptool.load.run import Plan
from pmiptool.net.bulk.port import Arrivals
from pmiptool.report.load import render
from pmiptool.wire.layout import Decoded
from pmiptool.wire.values import BindingUpdate, HandoffIndicator, MobileNodeIdentifier, Timestamp
from tests.load.peer import START, Peer, Reply, load

EVERYTHING = {ATTACH: 1.0, RENEW: 4.0, MODIFY: 1.0, HANDOVER: 1.0, DETACH: 1.0, HEARTBEAT: 1.0}


def invariant(result: Result) -> None:
    total = result.total
    lost, here = result.lost(total)
    assert total.sent == total.answered + lost + here
    assert len(total.latency) == len(total.service) == total.answered
    rows = result.to_json()["timeline"]["rows"]
    assert sum(row[1] for row in rows) == total.sent
    assert sum(row[2] for row in rows) == total.answered


def test_all_is_well() -> None:
    peer = Peer()
    result = load(peer, Plan(rate=1000, duration=2, mix={RENEW: 1.0})).play()
    total = result.total
    assert (total.sent, total.answered, total.lost, total.late, total.duplicates) == (2000, 2000, 0, 0, 0)
    assert (result.kinds["attach"].sent, result.kinds["renew"].sent) == (100, 1900)
    assert result.cleanup == {"sent": 100, "answered": 100, "rejected": {}, "lost": 0, "left": 0}
    assert total.latency.percentile(50) == pytest.approx(0.001, rel=0.05)
    assert result.unsent == 0 and result.unexpected == 0
    assert len(peer.requests) == 2100
    invariant(result)


def test_the_schedule_is_absolute() -> None:
    peer = Peer()
    load(peer, Plan(rate=100, duration=1, keep=True)).play()
    times = [time - START for time, _, _ in peer.requests]
    assert len(times) == 100
    assert times == pytest.approx([number / 100 for number in range(100)], abs=1e-5)


@pytest.mark.parametrize("seed", range(2))
def test_counts_equal_what_the_peer_did(seed: int) -> None:
    draw = random.Random(seed)
    did: Counter[str] = Counter()

    def behaviour(number: int, request: Decoded, now: float) -> list[Reply]:
        if number >= 3000 or isinstance(request.message, BindingUpdate) and request.message.lifetime == 0:
            return [Reply()]
        fate = draw.random()
        after = draw.uniform(0.0005, 0.2)  # reorders
        if fate < 0.05:
            did["dropped"] += 1
            return []
        if fate < 0.08:
            did["late"] += 1
            return [Reply(after=3.5 + after)]
        if fate < 0.15:
            did["twice"] += 1
            return [Reply(after), Reply(after + draw.choice((0.0, 0.001, 0.5)))]
        if fate < 0.20:
            did["rejected"] += 1
            return [Reply(after, status=130)]
        if fate < 0.23:
            did["here"] += 1
            return [Reply(lost_here=True)]
        return [Reply(after)]

    peer = Peer(behaviour)
    result = load(peer, Plan(rate=2000, count=3000, duration=None, keep=True), mns=2000).play()
    total = result.total
    assert total.sent == 3000
    assert total.rejected == {130: did["rejected"]}
    assert total.duplicates == did["twice"]
    assert total.late == did["late"]
    assert total.lost == did["dropped"] + did["late"] + did["here"]
    assert result.lost(total) == (did["dropped"] + did["late"], did["here"])
    assert result.unexpected == 0
    assert min(did.values()) > 40
    invariant(result)


def test_latencies_equal_what_the_peer_did() -> None:
    draw = random.Random(7)
    delays: list[float] = []

    def behaviour(number: int, request: Decoded, now: float) -> list[Reply]:
        delays.append(draw.lognormvariate(-6, 1))
        return [Reply(delays[-1])]

    result = load(Peer(behaviour), Plan(rate=2000, duration=2, keep=True), mns=4000).play()
    delays.sort()
    for percent in (50.0, 90.0, 99.0, 99.9):
        true = delays[math.ceil(len(delays) * percent / 100) - 1]
        assert result.total.latency.percentile(percent) == pytest.approx(true, rel=0.05)
        assert result.total.service.percentile(percent) == pytest.approx(true, rel=0.05)
    assert result.total.latency.greatest == pytest.approx(delays[-1], rel=0.05)
    assert result.total.latency.least == pytest.approx(delays[0], abs=2e-6)


def stalls(number: int, request: Decoded, now: float) -> list[Reply]:
    """Stands still from the fourth to the fifth second."""
    passed = now - START
    return [Reply(5.0 - passed if 4.0 <= passed < 5.0 else 0.001)]


def test_a_stall_shows_in_the_latency_of_all_that_were_due_then() -> None:
    result = load(Peer(stalls), Plan(rate=100, duration=10, keep=True), mns=1000).play()
    # 100 of 1,000 requests were due in that second: latencies from 0 to 1 s, evenly.
    assert result.total.latency.percentile(99) == pytest.approx(0.9, abs=0.02)
    assert result.total.latency.percentile(95) == pytest.approx(0.5, abs=0.02)
    assert result.total.latency.percentile(89) < 0.0011


def test_a_stall_that_holds_the_sender_back_hides_no_request() -> None:
    """With a window of one the peer is asked once during its stall; what was due meanwhile waited all the same."""
    result = load(Peer(stalls), Plan(rate=100, window=1, duration=10, keep=True), mns=1000).play()
    total = result.total
    assert total.latency.percentile(99) == pytest.approx(0.9, abs=0.03)
    assert total.service.percentile(99) < 0.002
    assert total.service.greatest == pytest.approx(1.0, abs=0.02)
    assert result.held["window"] > 0.9
    assert result.lag.greatest == pytest.approx(1.0, abs=0.02)


def test_a_closed_loop_keeps_its_window() -> None:
    peer = Peer(lambda number, request, now: [Reply(0.01)])
    result = load(peer, Plan(rate=None, window=50, duration=2, keep=True), mns=1000).play()
    assert result.total.answered / result.length == pytest.approx(5000, rel=0.05)
    assert result.total.latency.percentile(99) == pytest.approx(0.01, rel=0.05)
    assert result.total.latency.to_json() == result.total.service.to_json()
    waiting = 0
    for time, _, _ in peer.requests:
        waiting = max(waiting, sum(1 for other, _, _ in peer.requests if time - 0.0099 < other <= time))
        if time > START + 0.1:
            break
    assert waiting == 50


def test_what_the_kernel_refuses_is_sent_later_and_counted_here() -> None:
    peer = Peer(room=lambda now: 0 if 0.5 <= now - START < 1.0 else 5)
    result = load(peer, Plan(rate=1000, duration=2, keep=True), mns=1000).play()
    assert result.send_queue > 0
    assert result.total.sent == result.total.answered
    assert result.total.sent + result.unsent == 2000
    assert result.held["port"] > 0.4
    assert result.total.latency.greatest == pytest.approx(0.5, abs=0.1)


def test_a_rate_that_is_not_made_is_told() -> None:
    peer = Peer(room=lambda now: 1)
    peer.receive = slow(peer, 0.001)  # type: ignore[method-assign]
    result = load(peer, Plan(rate=5000, duration=1, keep=True), mns=1000).play()
    assert result.unsent > 3000
    assert result.total.sent + result.unsent == 5000
    assert result.to_json()["rate"]["sent"] < 1100


def slow(peer: Peer, seconds: float):  # type: ignore[no-untyped-def]
    """The machine takes its time for each turn."""
    receive = peer.receive

    def wrapped(timeout: float):  # type: ignore[no-untyped-def]
        return receive(max(timeout, seconds))

    return wrapped


@pytest.mark.parametrize("stamps", [True, False])
@pytest.mark.parametrize("gateways", [1, 3])
def test_retransmissions_follow_the_back_off(stamps: bool, gateways: int) -> None:
    """RFC 5213 6.9.4: after 1, 2 and 4 seconds; the latest timestamp, or a greater sequence number."""
    asked: dict[bytes, list[tuple[float, BindingUpdate]]] = {}

    def behaviour(number: int, request: Decoded, now: float) -> list[Reply]:
        message = request.message
        assert isinstance(message, BindingUpdate)
        name = next(o.identifier for o in message.options if isinstance(o, MobileNodeIdentifier))
        asked.setdefault(name, []).append((now, message))
        return [Reply()] if len(asked[name]) == 3 else []

    peer = Peer(behaviour, gateways=gateways)
    plan = Plan(rate=1000, mix={ATTACH: 1.0}, count=200, duration=None, keep=True)
    result = load(peer, plan, 200, Wishes(stamps=stamps), (1.0, 2.0, 4.0)).play()
    total = result.total
    assert (total.sent, total.retransmitted, total.answered, total.lost) == (200, 400, 200, 0)
    assert total.latency.percentile(50) == pytest.approx(3.0, rel=0.02)
    for several in asked.values():
        assert [time - several[0][0] for time, _ in several] == pytest.approx([0, 1, 3], abs=0.1)
        numbers = [message.sequence for _, message in several]
        if stamps:
            marks = [o.timestamp for _, message in several for o in message.options if isinstance(o, Timestamp)]
            assert marks == sorted(set(marks)) and len(set(numbers)) == 1
        else:
            assert all(1 <= (b - a) & 0xFFFF <= 32767 for a, b in zip(numbers, numbers[1:], strict=False))


def test_an_answer_to_the_first_transmission_counts_when_it_comes_after_the_second() -> None:
    for stamps in (True, False):
        seen: Counter[bytes] = Counter()

        def behaviour(number: int, request: Decoded, now: float, seen: Counter[bytes] = seen) -> list[Reply]:
            name = next(o.identifier for o in request.message.options if isinstance(o, MobileNodeIdentifier))
            seen[name] += 1
            return [Reply(1.5 if seen[name] == 1 else 0.7)]

        plan = Plan(rate=100, mix={ATTACH: 1.0}, count=50, duration=None, keep=True)
        result = load(Peer(behaviour), plan, 50, Wishes(stamps=stamps), (1.0, 2.0)).play()
        total = result.total
        assert (total.sent, total.retransmitted, total.answered, total.lost) == (50, 50, 50, 0)
        assert total.duplicates == 50 and result.unexpected == 0
        assert total.latency.percentile(50) == pytest.approx(1.5, rel=0.02)


def test_sequence_numbers_grow_without_timestamps_and_none_is_under_way_twice() -> None:
    last: dict[bytes, int] = {}
    draw = random.Random(3)
    under_way: set[tuple[int, int]] = set()
    ends: list[tuple[float, tuple[int, int]]] = []
    peer = Peer(gateways=2)

    def behaviour(number: int, request: Decoded, now: float) -> list[Reply]:
        message = request.message
        if not isinstance(message, BindingUpdate):
            return [Reply()]
        name = next(o.identifier for o in message.options if isinstance(o, MobileNodeIdentifier))
        if name in last:
            assert 1 <= (message.sequence - last[name]) & 0xFFFF <= 32767, (name, last[name], message.sequence)
        last[name] = message.sequence
        for end in [end for end in ends if end[0] < now]:
            ends.remove(end)
            under_way.discard(end[1])
        key = peer._source, message.sequence
        assert key not in under_way
        after = draw.uniform(0.001, 0.3)
        under_way.add(key)
        ends.append((now + after, key))
        return [Reply(after)]

    peer.behaviour = behaviour
    plan = Plan(rate=3000, duration=2, mix=EVERYTHING, keep=True)
    result = load(peer, plan, 700, Wishes(stamps=False).with_flows()).play()
    assert result.total.lost == 0
    assert result.total.sent == 6000


def test_the_rate_of_few_requests_is_that_of_the_schedule() -> None:
    for count in (1, 3, 20):
        result = load(Peer(), Plan(rate=100, count=count, duration=None)).play()
        assert result.to_json()["rate"]["sent"] == pytest.approx(100)
        assert result.length == pytest.approx(count / 100)


def test_a_ramp_grows() -> None:
    peer = Peer()
    result = load(peer, Plan(rate=1000, ramp=4.0, duration=6, keep=True), mns=4000).play()
    assert result.total.sent == 4000 and result.unsent == 0
    in_each = Counter(int(time - START) for time, _, _ in peer.requests)
    assert [in_each[second] for second in range(6)] == pytest.approx([125, 375, 625, 875, 1000, 1000], abs=2)


def test_lifetimes_that_the_peer_grants_are_kept() -> None:
    result = load(Peer(raw=lambda octets: octets[:10] + b"\0\x0f" + octets[12:]), Plan(rate=100, duration=1)).play()
    counts = result.kinds["attach"]
    assert (counts.least_granted, counts.most_granted) == (15, 15)
    assert result.to_json()["kinds"]["attach"]["granted"] == [15, 15]
    assert "granted  lifetimes of 60 s and more, where 300 s were asked for" in render(result)


def test_what_others_send_is_strange() -> None:
    peer = Peer()
    receive = peer.receive

    def from_another(timeout: float) -> Arrivals | None:
        found = receive(timeout)
        if found is not None and len(peer.requests) == 7:
            found.senders[:] = 1
        return found

    peer.receive = from_another  # type: ignore[method-assign]
    result = load(peer, Plan(rate=100, count=20, duration=None, mix={ATTACH: 1.0}, keep=True)).play()
    assert result.unexpected == result.total.lost == 1


def test_the_mix_has_its_shares() -> None:
    result = load(Peer(gateways=2), Plan(rate=1000, duration=8, mix=EVERYTHING), 200, Wishes().with_flows()).play()
    total = sum(EVERYTHING.values())
    sent = {kind: counts.sent for kind, counts in result.kinds.items()}
    for kind, share in (("renew", 4), ("modify", 1), ("handover", 1), ("detach", 1), ("heartbeat", 1)):
        assert sent[kind] == pytest.approx((8000 - 200) * share / total, rel=0.05)
    assert result.total.sent == 8000 and result.total.lost == 0
    invariant(result)


def test_a_mobile_node_whose_handover_is_refused_stays_where_it_was() -> None:
    peer, where, refused = Peer(gateways=3), {}, Counter()

    def behaviour(number: int, request: Decoded, now: float) -> list[Reply]:
        options = request.message.options
        name = next(o.identifier for o in options if isinstance(o, MobileNodeIdentifier))
        hi = next(o.hi for o in options if isinstance(o, HandoffIndicator))
        here = peer._source
        if hi == 3:
            assert here == (where[name] + 1) % 3
            if number % 2:
                refused[name] += 1
                return [Reply(status=128)]
        elif name in where:
            assert here == where[name]
        where[name] = here
        return [Reply()]

    peer.behaviour = behaviour
    load(peer, Plan(rate=1000, duration=2, mix={RENEW: 1.0, HANDOVER: 1.0}), mns=60).play()
    assert sum(refused.values()) > 300


def test_prefixes_that_the_peer_gave_are_named_in_renewals() -> None:
    peer = Peer()
    load(peer, Plan(rate=500, duration=2), mns=50).play()
    given: dict[bytes, bytes] = {}
    for _, _, request in peer.requests:
        options = request.message.options
        name = next(o.identifier for o in options if isinstance(o, MobileNodeIdentifier))
        prefix = next(o.home_network_prefix for o in options if hasattr(o, "home_network_prefix"))
        if prefix.is_any:
            given[name] = peer._prefixes[name].address
        else:
            assert prefix.address == given[name]
    assert len(given) == 50


def test_a_storm_is_due_at_one_instant() -> None:
    peer = Peer(lambda number, request, now: [Reply(0.001 * (number % 300 + 1))])
    result = load(peer, Plan(rate=1000, duration=None, storm=True), mns=300).play()
    assert {kind: counts.sent for kind, counts in result.kinds.items()} == {"reattach": 300}
    # The n-th answer comes n milliseconds after the storm broke.
    assert result.total.latency.percentile(50) == pytest.approx(0.15, rel=0.05)
    assert result.total.latency.greatest == pytest.approx(0.3, rel=0.05)
    assert result.cleanup["answered"] == 300
    assert result.asked is None and result.length == pytest.approx(0.3, rel=0.05)


def test_who_asks_for_an_end_gets_what_was_counted_and_everybody_is_detached() -> None:
    peer = Peer()
    result = load(peer, Plan(rate=100, duration=60)).play(stopped=lambda: int(peer.time - START > 2))
    assert result.interrupted
    assert result.total.sent == result.total.answered == pytest.approx(200, abs=30)
    assert result.cleanup["answered"] == 100


def test_messages_that_answer_nothing_are_strange() -> None:
    def raw(octets: bytes) -> bytes:
        return octets.replace(b"mn00000007", b"mn00000008")

    peer = Peer(raw=raw)
    plan = Plan(rate=100, count=20, mix={ATTACH: 1.0}, duration=None, keep=True)
    result = load(peer, plan, mns=20).play()
    assert result.unexpected == 1
    assert result.total.lost == 1 and result.total.answered == 19


def test_numbers_come_round() -> None:
    """More requests than there are numbers, some of them lost: no answer is taken for another."""
    peer = Peer(lambda number, request, now: [] if number % 100 == 0 else [Reply(0.002)], batch=1024, light=True)
    result = load(peer, Plan(rate=None, window=4000, count=100_000, duration=None, keep=True), mns=8000).play()
    total = result.total
    assert total.sent == 100_000
    assert total.lost == 1000 and total.answered == 99_000
    assert result.unexpected == total.late == total.duplicates == 0


def test_where_nobody_answers_any_more_detaching_ends() -> None:
    peer = Peer(lambda number, request, now: [Reply()] if now - START < 5 else [])
    result = load(peer, Plan(rate=None, window=50, count=5000, duration=None), mns=2000).play()
    assert result.cleanup["lost"] == 0 and result.cleanup["left"] == 0
    silent = Peer(lambda number, request, now: [Reply()] if number < 5000 else [])
    result = load(silent, Plan(rate=None, window=50, count=5000, duration=None), mns=2000).play()
    assert result.cleanup["answered"] == 0
    assert result.cleanup["left"] + result.cleanup["lost"] == 2000 and result.cleanup["lost"] <= 100


def test_timestamps_grow_also_where_a_mobile_node_asks_again_at_once() -> None:
    peer = Peer(lambda number, request, now: [Reply(1e-7)])
    result = load(peer, Plan(rate=None, window=4, count=400, duration=None, keep=True), mns=4).play()
    assert result.total.answered == 400


def test_what_this_machine_does_too_late_is_told_as_its_own() -> None:
    peer = Peer()
    peer.receive = slow(peer, 0.05)  # type: ignore[method-assign]
    result = load(peer, Plan(rate=100, duration=2, keep=True), mns=1000).play()
    assert result.lag.percentile(99) == pytest.approx(0.05, rel=0.1)
    assert "requests left late: p99" in render(result) and "not the peer's" in render(result)
    assert "left late" not in render(load(Peer(), Plan(rate=100, duration=2)).play())
