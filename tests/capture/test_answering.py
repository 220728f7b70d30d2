"""A recorded anchor answers as it did, made alive for whoever asks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pmiptool.capture.answering import NOBODY_LEFT, RecordedAnchor
from pmiptool.capture.recording import Recorded, load
from pmiptool.capture.renaming import Renaming, fresh_names
from pmiptool.capture.replay import REWRITES, Replay
from pmiptool.errors import UsageError
from pmiptool.net.embedded import EmbeddedMachine
from pmiptool.net.target import Target
from pmiptool.session.endpoint import Endpoint
from pmiptool.text.values import time_raw
from pmiptool.wire import patch
from pmiptool.wire import values as v
from pmiptool.wire.checksum import verifies
from pmiptool.wire.codec import codec_for
from pmiptool.wire.layout import Decoded

PCAPS = Path(__file__).parents[2] / "pcaps"
CODEC = codec_for()
MAGS = tuple(Endpoint(bytes.fromhex("20010db8007700000000000000000000")[:15] + bytes((n,))) for n in range(2, 6))
LMA = Endpoint(bytes.fromhex("20010db8007700000000000000000001"))
MAG0, LMA0 = bytes.fromhex("20010db8000100000000000000000002"), bytes.fromhex("20010db8000100000000000000000001")
GIVEN = bytes.fromhex("20010db8f0000000") + bytes(8)
NOW = 1_800_000_000.0


class Way(EmbeddedMachine):
    """A transport to a recorded anchor."""

    def __init__(self, anchor: RecordedAnchor) -> None:
        super().__init__(NOW)
        self.target = Target("embedded")
        self.peer, self.locals = LMA, MAGS
        self._anchor = anchor

    @property
    def machine(self) -> RecordedAnchor:
        return self._anchor


CAPTURES = [p for p in sorted(PCAPS.glob("*.pcapng")) if p.stem not in ("malformed", "every-message-and-option")]


@pytest.mark.parametrize("path", CAPTURES, ids=lambda path: path.stem)
def test_a_recording_answers_its_own_replay_under_other_names(path: Path) -> None:
    """Other addresses, names, numbers and times on one side; what comes back differs in nothing but them."""
    requests = load(str(path))
    names = Renaming()
    names.names.update(fresh_names([request.decoded for request in requests]))
    way = Way(RecordedAnchor(load(str(path))))
    replay = Replay(way, requests, rewrite=REWRITES, speed=None, names=names)
    for one in replay.run():
        assert one.state == "same", (one.recorded.frame, one.differences, one.notes)
        if one.answer is not None:
            assert one.answer.checksum_ok is not False
    events = way.machine.events()
    assert [event.recorded.frame for event in events if event.recorded] == [one.frame for one in requests]


def pbu(
    mn: bytes, *, sequence: int = 7, lifetime: int = 75, hi: int = 1, stamp: int | None = None, **more: Any
) -> bytes:
    options: list[Any] = [v.MobileNodeIdentifier(1, mn)]
    options.append(v.HomeNetworkPrefix(home_network_prefix=more.get("hnp", v.Prefix())))
    options.append(v.HandoffIndicator(hi=hi))
    options.append(v.AccessTechnologyType(att=4))
    options += [v.MobileNodeLinkLayerIdentifier(link_layer_identifier=more["ll"])] if "ll" in more else []
    options += [v.Timestamp(stamp)] if stamp is not None else []
    return CODEC.encode(v.BindingUpdate(sequence, 0x8200, lifetime, tuple(options)), src=MAG0, dst=LMA0)


def pba(
    mn: bytes, *, sequence: int = 7, status: int = 0, lifetime: int = 75, stamp: int | None = None, **more: Any
) -> bytes:
    options: list[Any] = [v.MobileNodeIdentifier(1, mn)]
    options.append(v.HomeNetworkPrefix(home_network_prefix=more.get("hnp", v.Prefix(GIVEN, 64))))
    options += [v.MobileNodeLinkLayerIdentifier(link_layer_identifier=more["ll"])] if "ll" in more else []
    options += [v.Timestamp(stamp)] if stamp is not None else []
    return CODEC.encode(v.BindingAcknowledgement(status, 0x20, sequence, lifetime, tuple(options)), src=LMA0, dst=MAG0)


def recorded(frame: int, request: bytes, answer: bytes | None, *, time: float = 100.0, after: float = 0.0) -> Recorded:
    decoded = CODEC.decode(request, MAG0, LMA0)
    one = Recorded(frame, time, decoded, MAG0, LMA0, (MAG0, LMA0))
    if answer is not None:
        one.answer, one.answered_at, one.answer_frame = CODEC.decode(answer, LMA0, MAG0), time + after, frame + 1
        one.answer_pair = LMA0, MAG0
    return one


def hand_over(anchor: RecordedAnchor, data: bytes, *, now: float = NOW, source: Endpoint = MAGS[0]) -> None:
    """A message that was made for the addresses of the recording, from where it comes now."""
    moved = patch.with_checksum(data, data, (MAG0, LMA0), (source.address, LMA.address))
    anchor.receive(moved, source, now, LMA)


def ask(anchor: RecordedAnchor, data: bytes, *, now: float = NOW, source: Endpoint = MAGS[0]) -> Decoded | None:
    hand_over(anchor, data, now=now, source=source)
    found = anchor.to_send(now)
    if not found:
        return None
    (datagram,) = found
    assert (datagram.source, datagram.destination) == (LMA, source)
    assert verifies(LMA.address, source.address, datagram.data)
    return CODEC.decode(datagram.data, LMA.address, source.address)


def option(decoded: Decoded | None, kind: type) -> Any:
    assert decoded is not None
    return next(option for option in decoded.message.options if isinstance(option, kind))


def test_number_time_name_and_link_layer_are_those_of_the_request_at_hand() -> None:
    then = time_raw(100.0)
    anchor = RecordedAnchor(
        [
            recorded(
                1,
                pbu(b"mn1@a", sequence=7, stamp=then, ll=b"\2\0\0\0\0\1"),
                pba(b"mn1@a", stamp=then, ll=b"\2\0\0\0\0\1"),
            )
        ]
    )
    answer = ask(anchor, pbu(b"somebody@else", sequence=900, stamp=12345, ll=b"\2\0\0\0\0\x99"))
    assert answer is not None and answer.message.sequence == 900
    assert option(answer, v.MobileNodeIdentifier).identifier == b"somebody@else"
    assert option(answer, v.Timestamp).timestamp == 12345
    assert option(answer, v.MobileNodeLinkLayerIdentifier).link_layer_identifier == b"\2\0\0\0\0\x99"
    assert option(answer, v.HomeNetworkPrefix).home_network_prefix == v.Prefix(GIVEN, 64)
    assert not answer.findings


def test_an_anchors_own_time_is_as_far_off_as_it_was() -> None:
    """A 156 carries the time of the anchor: here 2 s ahead of the moment at which it was sent."""
    anchor = RecordedAnchor(
        [recorded(1, pbu(b"mn1@a", stamp=5), pba(b"mn1@a", status=156, stamp=time_raw(102.5)), after=0.5)], speed=None
    )
    answer = ask(anchor, pbu(b"mn1@a", stamp=time_raw(NOW)))
    assert option(answer, v.Timestamp).timestamp == time_raw(NOW) + (2 << 16)


def test_a_wrong_sequence_number_is_as_wrong_and_a_wrong_checksum_too() -> None:
    answer = pba(b"mn1@a", sequence=9)
    broken = answer[:4] + (int.from_bytes(answer[4:6], "big") ^ 0x10).to_bytes(2, "big") + answer[6:]
    anchor = RecordedAnchor([recorded(1, pbu(b"mn1@a", sequence=7), broken)])
    hand_over(anchor, pbu(b"mn1@a", sequence=500))
    (datagram,) = anchor.to_send(NOW)
    assert CODEC.decode(datagram.data).message.sequence == 502
    assert not verifies(LMA.address, MAGS[0].address, datagram.data)


def statuses(anchor: RecordedAnchor, *asked: bytes) -> list[int | None]:
    answers = [ask(anchor, data, now=NOW + number) for number, data in enumerate(asked)]
    return [None if answer is None else answer.message.status for answer in answers]


def test_the_request_most_alike_answers_in_the_order_of_the_recording_and_again() -> None:
    """Statuses tell the recorded answers apart: 0 attach, 1 and 2 renewals, 3 removal, 4 handover."""
    mine = v.Prefix(GIVEN, 64)
    renewal = {"hi": 5, "hnp": mine}
    requests = [
        recorded(1, pbu(b"m", hi=1), pba(b"m", status=0)),
        recorded(3, pbu(b"m", **renewal), pba(b"m", status=1)),
        recorded(5, pbu(b"m", **renewal), pba(b"m", status=2)),
        recorded(7, pbu(b"m", hi=4, lifetime=0, hnp=mine), pba(b"m", status=3, lifetime=0)),
        recorded(9, pbu(b"m", hi=3), pba(b"m", status=4)),
    ]
    renewals = [pbu(b"m", sequence=n, **renewal) for n in range(10, 14)]
    assert statuses(RecordedAnchor(requests), *renewals) == [1, 2, 1, 2]
    anchor = RecordedAnchor(requests)
    gone = pbu(b"m", sequence=20, hi=5, lifetime=0, hnp=mine)  # of another handoff, but it deregisters
    assert statuses(anchor, gone, pbu(b"m", sequence=21, hi=3), pbu(b"m", sequence=22, hi=2)) == [3, 4, 0]


def test_the_very_same_again_gets_the_very_same() -> None:
    requests = [recorded(n, pbu(b"m"), pba(b"m", status=n)) for n in (1, 2)]
    anchor = RecordedAnchor(requests)
    again = pbu(b"m", sequence=3)
    assert statuses(anchor, again, again, pbu(b"m", sequence=4)) == [1, 1, 2]
    assert [event.note for event in anchor.events()] == ["", "the same again", ""]


def test_mobile_nodes_play_those_of_the_recording_in_turn_and_no_more_than_there_are() -> None:
    requests = [recorded(n, pbu(node), pba(node, status=n)) for n, node in enumerate((b"m1", b"m2", b"m3"))]
    anchor = RecordedAnchor(requests)
    assert statuses(anchor, pbu(b"m2"), pbu(b"x"), pbu(b"y"), pbu(b"z"), pbu(b"x", sequence=8)) == [1, 0, 2, None, 0]
    notes = [(event.what, event.note) for event in anchor.events()]
    assert notes[:4] == [("answered", ""), ("answered", "plays m1"), ("answered", "plays m3"), ("unknown", NOBODY_LEFT)]
    names = Renaming()
    names.names["m3"] = "x"
    assert statuses(RecordedAnchor(requests, names=names), pbu(b"x"), pbu(b"m3")) == [2, 0]
    imsi = v.MobileNodeIdentifier(3, bytes.fromhex("262015550001234f"))
    data = CODEC.encode(v.BindingUpdate(7, 0x8200, 75, (imsi,)), src=MAG0, dst=LMA0)
    names.names["262015550001234"] = "x"  # of another form: the table has the words, whatever they stand for
    with pytest.raises(UsageError, match="it takes digits"):
        RecordedAnchor([recorded(1, data, None)], names=names)
    names.names["262015550001234"] = "001011234567890"
    anchor = RecordedAnchor([recorded(1, data, pba(b"any", status=9))], names=names)
    other = v.MobileNodeIdentifier(3, bytes.fromhex("001011234567890f"))
    asked = CODEC.encode(v.BindingUpdate(7, 0x8200, 75, (other,)), src=MAG0, dst=LMA0)
    assert statuses(anchor, asked) == [9]


def test_a_table_moves_the_prefixes_and_a_prefix_that_is_named_is_kept() -> None:
    requests = [recorded(1, pbu(b"m"), pba(b"m"))]
    names = Renaming()
    other = bytes.fromhex("20010db8e0000000") + bytes(8)
    from pmiptool.capture.renaming import Network

    names.add(Network(GIVEN, 64), Network(other, 64))
    given = ask(RecordedAnchor(requests, names=names), pbu(b"m"))
    assert option(given, v.HomeNetworkPrefix).home_network_prefix == v.Prefix(other, 64)
    named = v.Prefix(bytes.fromhex("20010db8d0000000") + bytes(8), 64)
    given = ask(RecordedAnchor(requests), pbu(b"m", hnp=named))
    assert option(given, v.HomeNetworkPrefix).home_network_prefix == named


def test_answers_come_as_late_as_then() -> None:
    for speed, delay in ((1.0, 1.5), (3.0, 0.5), (None, 0.0)):
        anchor = RecordedAnchor([recorded(1, pbu(b"m"), pba(b"m"), after=1.5)], speed=speed)
        hand_over(anchor, pbu(b"m"))
        assert anchor.next_timer() == pytest.approx(NOW + delay)
        assert not anchor.to_send(NOW + delay - 0.01) and len(anchor.to_send(NOW + delay + 1e-6)) == 1
        assert anchor.next_timer() is None


def test_what_nobody_answered_stays_without_an_answer_and_what_is_not_there_may_be_rejected() -> None:
    anchor = RecordedAnchor([recorded(1, pbu(b"m", lifetime=0), None)], reject=130)
    assert ask(anchor, pbu(b"m", lifetime=0)) is None
    refused = ask(anchor, pbu(b"m", sequence=77))
    assert refused is not None and (refused.message.status, refused.message.sequence) == (130, 77)
    assert option(refused, v.MobileNodeIdentifier).identifier == b"m" and not refused.findings
    heartbeat = CODEC.encode(v.Heartbeat(sequence=1), src=MAG0, dst=LMA0)
    assert ask(anchor, heartbeat) is None
    assert [event.what for event in anchor.events()] == ["silent", "rejected", "unknown"]
    response = CODEC.encode(v.Heartbeat(flags=1, sequence=1), src=MAG0, dst=LMA0)
    assert ask(anchor, response) is None and anchor.events() == []


def test_garbage_is_no_request() -> None:
    anchor = RecordedAnchor([recorded(1, pbu(b"m"), pba(b"m"))])
    for data in (b"", b"\x3b", bytes(8), pbu(b"m")[:20], b"\xff" * 64):
        assert ask(anchor, data) is None
    assert {event.what for event in anchor.events()} == {"unknown"}


@pytest.mark.parametrize("name", ["revocation", "update-notification", "flow-mobility-7864"])
def test_what_an_anchor_asked_can_be_asked_again_too(name: str) -> None:
    """The other way round: its requests go to a gateway, here one that answers as recorded."""
    path = str(PCAPS / f"{name}.pcapng")
    requests = load(path, side="lma")
    assert {request.decoded.name for request in requests} <= {"bri", "update-notification"}
    way = Way(RecordedAnchor(load(path, side="lma")))
    for one in Replay(way, requests, speed=None).run():
        assert one.state == "same", (one.differences, one.notes)
        assert (one.answer is None) == (one.recorded.answer is None)


class Journal(Way):
    """Keeps when what was sent."""

    def __init__(self, anchor: RecordedAnchor) -> None:
        super().__init__(anchor)
        self.sent: list[tuple[float, bytes]] = []

    def send(self, datagram: Any) -> None:
        self.sent.append((self.now() - NOW, datagram.data))
        super().send(datagram)


def test_only_what_is_about_the_same_node_waits_for_an_answer() -> None:
    """32 nodes attach and renew, each answer takes 0.1 s: two rounds of that, not 64."""
    nodes = [b"mn%d" % number for number in range(32)]
    requests = [recorded(n, pbu(node), pba(node), time=100 + n, after=0.1) for n, node in enumerate(nodes)]
    requests += [
        recorded(n + 50, pbu(node, sequence=8, hi=5), pba(node, sequence=8), time=200 + n, after=0.1)
        for n, node in enumerate(nodes)
    ]
    way = Journal(RecordedAnchor(requests))
    found = Replay(way, requests, speed=None).run()
    assert [one.state for one in found] == ["same"] * 64
    times = [time for time, _ in way.sent]
    assert times[31] < 0.05 and 0.1 <= times[32] and times[63] < 0.3


def test_in_their_rhythm_a_silent_node_does_not_hold_up_the_others() -> None:
    requests = [recorded(n, pbu(node), pba(node), time=100 + n, after=0.1) for n, node in enumerate((b"a", b"b", b"c"))]
    way = Journal(RecordedAnchor(requests[1:], names=None))
    way.machine._free.clear()  # nobody plays the first
    found = Replay(way, requests, timeout=5.0).run()
    assert [one.state for one in found] == ["unanswered", "same", "same"]
    assert [round(time, 1) for time, _ in way.sent] == [0.0, 1.0, 2.0]


def test_not_too_many_are_under_way_at_once() -> None:
    nodes = [b"mn%d" % number for number in range(150)]
    requests = [recorded(n, pbu(node), pba(node), time=100 + n, after=0.1) for n, node in enumerate(nodes)]
    way = Journal(RecordedAnchor(requests))
    found = Replay(way, requests, speed=None).run()
    assert {one.state for one in found} == {"same"}
    times = [time for time, _ in way.sent]
    assert times[63] < 0.05 and times[64] >= 0.1 and times[149] >= 0.2


def test_what_is_copied_is_copied_from_the_request_at_hand() -> None:
    """RFC 5213 5.3.6: handoff, access technology and link-layer identifier of the request, and what it has not, not."""
    options = (
        v.MobileNodeIdentifier(1, b"m"), v.HomeNetworkPrefix(home_network_prefix=v.Prefix(GIVEN, 64)),
        v.HandoffIndicator(hi=1), v.AccessTechnologyType(att=4),
        v.MobileNodeLinkLayerIdentifier(link_layer_identifier=b"\2\0\0\0\0\1"),
    )  # fmt: skip
    given = CODEC.encode(v.BindingAcknowledgement(0, 0x20, 7, 75, options), src=LMA0, dst=MAG0)
    asked = pbu(b"m", ll=b"\2\0\0\0\0\1")
    anchor = RecordedAnchor([recorded(1, asked, given)])
    answer = ask(anchor, pbu(b"m", hi=2))
    assert answer is not None and not answer.findings
    assert option(answer, v.HandoffIndicator).hi == 2
    assert [type(one) for one in answer.message.options] == [type(one) for one in options[:4]]
    assert len(answer.raw) == 48 and answer.checksum_ok
