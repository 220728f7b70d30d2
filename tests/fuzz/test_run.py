"""A peer that dies is found at once, by the message that killed it, in its smallest form; a sound one lives on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pmiptool.errors import ExchangeFailed
from pmiptool.fuzz.again import against_peer
from pmiptool.fuzz.corpus import files_of, load
from pmiptool.fuzz.result import Result
from pmiptool.fuzz.run import Gone
from pmiptool.lma.anchor import LocalMobilityAnchor
from pmiptool.net.embedded import EmbeddedTransport
from pmiptool.net.transport import Arrival, IcmpError
from pmiptool.session.endpoint import Datagram, Endpoint
from pmiptool.wire.codec import codec_for
from tests.fuzz.support import embedded, fuzz, prepared

ANY = codec_for()


def lengths(data: bytes) -> list[tuple[int, int | None]]:
    return [(slot.type, slot.length) for slot in ANY.decode(data).layout.slots if slot.pad is None]


def test_the_reference_anchor_survives_5000_cases_and_breaks_no_rule() -> None:
    result = fuzz(numbers=range(1, 5001), seed=20261123)
    assert (result.cases, result.ended, result.failures) == (5000, "", [])
    assert {rule for rule, tally in result.findings.items() if tally.level == "error"} == set()
    assert result.messages > 10_000 and result.answered > 8_000
    assert {"pba", "binding-error", "heartbeat", "bra", "icmp"} <= set(result.answers)


def test_the_same_seed_sends_the_same_octets() -> None:
    ways = [embedded(), embedded()]
    for way in ways:
        prepared(way, range(1, 60)).go()
    assert [packet.packet for packet in ways[0].packets] == [packet.packet for packet in ways[1].packets]


@pytest.mark.parametrize(
    ("fault", "kind", "length", "size"),
    [
        ("chokes-on-mn-id=0", 8, 0, 16),
        ("chokes-on-fid=255", 45, 255, 16),
        ("chokes-on-hnp=17", 22, 17, 32),
        ("chokes-on-timestamp=0", 27, 0, 24),
    ],
)
def test_a_length_that_kills_is_found_and_shrunk_to_that_option(fault: str, kind: int, length: int, size: int) -> None:
    result = fuzz([fault], range(1, 1500), deaths=1)
    (failure,) = result.failures
    assert (failure.kind, failure.reproduced, failure.times) == ("dead", True, 1)
    (data,) = failure.messages
    assert lengths(data) == [(kind, length)] and len(data) <= size
    assert set(data[12:]) <= {0, kind, length, 1, 2, 3, 4, 5}
    assert failure.wrong and failure.cases == list(failure.only)
    alone = fuzz([fault], failure.only, deaths=1)
    assert [one.messages for one in alone.failures] == [failure.messages]


def test_a_message_type_that_kills() -> None:
    result = fuzz(["crashes-at-bri"], range(1, 400), deaths=1)
    assert result.failures[0].messages[0][2] == 16 and len(result.failures[0].messages[0]) <= 16


def test_what_hides_behind_a_binding_is_found_with_its_registration() -> None:
    result = fuzz(["crashes-at-renewal+vendor"], range(1, 2500), deaths=1)
    (failure,) = result.failures
    first, last = (ANY.decode(data) for data in failure.messages)
    assert first.message.lifetime and last.message.lifetime and (19 not in dict(lengths(failure.messages[0])))
    assert 19 in dict(lengths(failure.messages[1]))
    assert len(failure.messages[0]) <= 80 and len(failure.messages[1]) <= 88


def test_a_fault_of_several_messages_is_found_with_as_many() -> None:
    result = fuzz(["deaf-after-two"], range(1, 300), deaths=6)
    assert result.ended.startswith("the peer was dead 6 times")
    (failure,) = result.failures
    assert failure.times == 6 and len(failure.messages) == 2
    assert all(len(data) == 8 for data in failure.messages)


def test_failures_are_files_and_known_the_next_time(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "corpus"
    first = fuzz(["chokes-on-mn-id=0"], range(1, 400), deaths=2, folder=str(folder))
    (failure,) = first.failures
    assert failure.known is False and failure.times == 2 and first.new == [failure]
    (file,) = folder.iterdir()
    assert str(file) == failure.file
    later = fuzz(["chokes-on-mn-id=0", "crashes-at-bri"], range(1, 400), deaths=12, folder=str(folder))
    assert {one.known for one in later.failures} == {True, False}
    assert [one.file for one in later.failures if one.known] == [str(file)]
    assert len(list(folder.iterdir())) == len(later.failures)
    told: list[tuple[Path, bool]] = []
    result = Result("embedded", 0)
    peer = prepared(embedded(["chokes-on-mn-id=0"]), ()).peer
    against_peer(files_of(str(folder)), peer, result, lambda path, fails: told.append((path, fails)))
    assert dict(told)[file] is True and False in dict(told).values()
    assert failure.messages in [one.messages for one in result.failures]


def test_an_exception_of_our_own_anchor_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    right = LocalMobilityAnchor.receive

    def receive(self: LocalMobilityAnchor, data: bytes, *more: Any) -> None:
        if len(data) > 3 and data[3] == 0xFF:
            raise RuntimeError("reserved octet")
        right(self, data, *more)

    monkeypatch.setattr(LocalMobilityAnchor, "receive", receive)
    result = fuzz((), range(1, 1200), deaths=1)
    (failure,) = result.failures
    assert failure.kind == "exception" and failure.what.startswith("RuntimeError at test_run.py:")
    assert failure.messages == (bytes.fromhex("3b0005ff") + failure.messages[0][4:6] + b"\1\0",)


class Unplugged(EmbeddedTransport):
    """An LMA elsewhere: nobody here can restart it. It is dead from a message of type 16 on, for `silent` seconds."""

    def __init__(self, silent: float, icmp: bool = False) -> None:
        super().__init__(start=1e9)
        self.silent, self.icmp, self.until = silent, icmp, 0.0

    def send(self, datagram: Datagram) -> None:
        if datagram.data[2:3] == b"\x10":
            self.until = self.now() + self.silent
        self.heard = self.now() >= self.until
        if self.heard:
            super().send(datagram)
        elif self.icmp:
            self._now += 0.001

    def receive(self, deadline: float) -> list[Arrival]:
        if self.icmp and not self.heard:
            self.heard = True
            return [IcmpError(1, 4, self.peer.address, "ICMPv6 Destination Unreachable (port)", self.now())]
        return super().receive(deadline)


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    from pmiptool.fuzz.peer import Peer

    monkeypatch.setattr(Peer, "is_embedded", False)
    yield


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize("icmp", [False, True])
def test_a_dead_stranger_is_left_alone_and_its_killer_named(icmp: bool, tmp_path: Path) -> None:
    way = Unplugged(1e9, icmp)
    run = prepared(way, range(1, 400), folder=str(tmp_path), context=None)
    result = run.go()
    (failure,) = result.failures
    assert (failure.kind, failure.reproduced) == ("dead", False)
    assert result.ended.startswith("the peer is dead and does not come back; --restart-command")
    assert failure.messages[-1][2] == 16 and result.cases < 399 and len(failure.messages) <= 2
    assert failure.cases == [result.cases + 1]
    sent = [packet.data for packet in run.peer.way.packets if packet.packet[8:24] != run.peer.way.peer.address]
    after = sent[len(sent) - sent[::-1].index(failure.messages[-1]) :]
    assert after and all(data[2] in (5, 13) and len(data) < 100 for data in after)  # probes alone
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.usefixtures("elsewhere")
def test_a_stranger_that_comes_back_is_asked_on() -> None:
    result = prepared(Unplugged(1.5), range(160, 220)).go()
    assert result.cases == 60 and not result.ended
    assert {failure.kind for failure in result.failures} == {"deaf for a while"}
    assert all(failure.messages[-1][2] == 16 for failure in result.failures)


@pytest.mark.usefixtures("elsewhere")
def test_with_a_way_back_the_killer_is_shrunk() -> None:
    way = Unplugged(1e9)
    restarts = []

    def restart() -> bool:
        restarts.append(way.now())
        way.until = 0.0
        way.restart()
        return True

    result = prepared(way, range(1, 900), restart=restart, deaths=2).go()
    (failure,) = result.failures
    assert failure.reproduced and failure.times == 2 and restarts
    assert [data[2] for data in failure.messages] == [16] and len(failure.messages[0]) == 8


@pytest.mark.usefixtures("elsewhere")
def test_a_way_back_that_leads_nowhere_ends_the_run() -> None:
    result = prepared(Unplugged(1e9), range(1, 200), restart=lambda: False).go()
    assert result.ended == "the peer is dead and does not come back" and result.cases < 199


def test_nobody_there_gets_nothing_wrong() -> None:
    run = prepared(embedded(["crashes-after-0"]), range(1, 10))
    with pytest.raises(ExchangeFailed, match="nothing answers a registration or a heartbeat there"):
        run.go()
    assert all(ANY.decode(packet.data).findings == () for packet in run.peer.way.packets)


def test_an_interrupt_ends_the_run_with_what_it_has() -> None:
    def progress(result: Result) -> None:
        if result.cases == 7:
            raise KeyboardInterrupt

    result = fuzz(progress=progress)
    assert (result.cases, result.ended) == (7, "interrupted") and result.answers


def test_answers_that_break_rules_are_counted_by_rule() -> None:
    assert fuzz(["answers-ignored"], range(1, 200)).findings["rfc6275/9.2/answered"].times > 1
    result = fuzz(["sequence-not-copied"], range(1, 120))
    assert result.found and not result.failures and len(result.findings) < 25
    tally = max(result.findings.values(), key=lambda one: one.times)
    assert tally.times > 50 and len(tally.cases) == 5 and all(tally.example)


def test_an_icmp_error_where_there_must_be_none_is_a_finding() -> None:
    from pmiptool.fuzz.watch import RULES

    run = prepared(Complaining(), range(1, 120))
    result = run.go()
    assert {"rfc6275/9.2/icmp-needless", "rfc6275/9.2/icmp-to-wrong-checksum", "rfc6275/9.2/icmp-pointer"} <= set(
        result.findings
    ) & set(RULES)


class Complaining(EmbeddedTransport):
    """An LMA that also complains about every other message."""

    def __init__(self) -> None:
        super().__init__(start=1e9)
        self.errors: list[Arrival] = []
        self.told = 0

    def send(self, datagram: Datagram) -> None:
        super().send(datagram)
        self.told += 1
        if self.told % 2:
            error = IcmpError(4, 0, self.peer.address, "ICMPv6 Parameter Problem (pointer 44)", self.now(), 44,
                              datagram.data, datagram.source, datagram.destination)  # fmt: skip
            self.errors.append(error)

    def receive(self, deadline: float) -> list[Arrival]:
        errors, self.errors = self.errors, []
        return errors or super().receive(deadline)


def test_what_is_registered_is_let_go() -> None:
    run = prepared(embedded(), range(1, 400))
    run.go()
    transport = run.peer.way.transport
    assert isinstance(transport, EmbeddedTransport)
    transport.receive(transport.now() + 20)  # MinDelayBeforeBCEDelete
    left = [session for session in transport.lma.sessions if b"anybody" not in session.mn_id[1] and session.bindings]
    assert len(left) <= 4  # behind sequence numbers and addresses that only the mutated message had


def test_files_are_sent_again_as_they_are(tmp_path: Path) -> None:
    """Checksums too: right, wrong, or zero as they were."""
    from pmiptool.fuzz.cases import case
    from pmiptool.fuzz.corpus import Corpus
    from pmiptool.fuzz.result import Failure

    peer = prepared(embedded(), ()).peer
    corpus = Corpus(str(tmp_path))
    several = set()
    for number in range(1, 250):
        step = case(1, number, peer.grammar).step
        data = peer.octets(step)
        failure = Failure("dead", "x", f"form {number}", (data,), [number])
        corpus.keep(failure, (Endpoint(peer.way.locals[0].address),), peer.way.peer, "")
        (again,) = load(Path(failure.file or ""))
        assert peer.octets(again) == data, number
        several.add(data[4:6] == b"\0\0")
    assert several == {True, False}


def test_a_peer_that_is_gone_ends_a_hunt(monkeypatch: pytest.MonkeyPatch) -> None:
    run = prepared(embedded(["crashes-after-5"]), range(1, 10))
    monkeypatch.setattr(run.peer, "bring_back", lambda: False)
    assert run.go().ended == str(Gone("the peer is dead and does not come back"))


def test_send_makes_the_same_octets_of_a_file(tmp_path: Path) -> None:
    """What `send --from` builds, through the layers, for each of many messages that are wrong."""
    from pmiptool.craft import Request, craft
    from pmiptool.fuzz.cases import case
    from pmiptool.fuzz.corpus import Corpus
    from pmiptool.fuzz.result import Failure
    from pmiptool.text.values import address_text

    peer = prepared(embedded(), ()).peer
    local, there = peer.way.locals[0], peer.way.peer
    corpus = Corpus(str(tmp_path))
    for number in range(1, 250):
        data = peer.octets(case(2, number, peer.grammar).step)
        if len(data) < 3:
            continue
        failure = Failure("dead", "x", f"form {number}", (data,), [number])
        corpus.keep(failure, (local,), there, "")
        ends = {"src": address_text(local.address), "dst": address_text(there.address)}
        assert craft(Request(source=failure.file, **ends)).mh == data, number  # type: ignore[arg-type]
