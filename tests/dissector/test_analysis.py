"""Requests with their answers, rules on them, and sessions over time: the dissector against our own judges."""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from pmiptool.capture import tshark
from pmiptool.capture.files import Writer
from pmiptool.capture.messages import messages
from pmiptool.dissector import default_lua
from pmiptool.registry.codepoints import DEFAULT, CodePoints
from pmiptool.registry.rfc6275 import BA_P
from pmiptool.rules import Context, SessionChecker, check_exchange
from pmiptool.session.model import Session
from pmiptool.text.values import address_text
from pmiptool.wire.codec import Decoded, codec_for
from pmiptool.wire.envelope import build
from pmiptool.wire.values import Ipv6Selector
from tests.dissector.support import EXCHANGES_IN_LUA, preferences
from tests.rules import examples
from tests.rules.examples_exchanges import bra, bri
from tests.rules.make import LMA, RFC6089, START, fid, hi, mh, mn, pba, pbu, removal, removed, stamp, wire
from tests.rules.stories import goes_up

PCAPS = sorted((Path(__file__).parents[2] / "pcaps").glob("*.pcapng"))
LINKS = ("pmip6.response_to", "pmip6.response_in", "pmip6.retransmission_of", "pmip6.retransmitted_in")


class Step(NamedTuple):
    """One message: when, between whom, what."""

    time: float
    src: bytes
    dst: bytes
    message: Any


def mag(number: int, world: int = 0) -> bytes:
    return LMA[:12] + world.to_bytes(2, "big") + (number + 1).to_bytes(2, "big")


def anchor(world: int = 0) -> bytes:
    return LMA[:12] + world.to_bytes(2, "big") + b"\x00\x01"


def asked(time: float, number: int, message: Any, world: int = 0) -> Step:
    return Step(time, mag(number, world), anchor(world), message)


def told(time: float, number: int, message: Any, world: int = 0) -> Step:
    return Step(time, anchor(world), mag(number, world), message)


def capture(path: Path, steps: Iterable[Step], settings: CodePoints = DEFAULT) -> Path:
    with Writer(path) as writer:
        for step in steps:
            octets = wire(step.message, settings, step.src, step.dst).raw
            writer.write(build(octets, step.src, step.dst), START * 10**9 + round(step.time * 1e9))
    return path


def fields(
    path: Path, *names: str, settings: CodePoints = DEFAULT, **readings: str
) -> list[tuple[tuple[str, ...], ...]]:
    """The fields of each frame, read twice. readings: preferences of open questions."""
    chosen = {**preferences(settings), **{f"pmip6.reading_{key}": choice for key, choice in readings.items()}}
    return list(tshark.fields(path, names, lua=default_lua(), preferences=chosen, two_pass=True))


def links(path: Path, steps: Iterable[Step]) -> list[tuple[int | None, ...]]:
    """Of each frame: what it answers, what answers it, what it repeats, what repeats it."""
    found = fields(capture(path, steps), *LINKS)
    return [tuple(int(value[0]) if value else None for value in frame) for frame in found]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "x.pcapng"


# Pairing


def test_two_mags_with_one_sequence_number(path: Path) -> None:
    steps = [asked(0, 1, pbu(hi=hi(1))), asked(0.001, 2, pbu()), told(0.002, 2, pba()), told(0.003, 1, pba())]
    assert [frame[:2] for frame in links(path, steps)] == [(None, 4), (None, 3), (2, None), (1, None)]


def test_the_response_time_is_that_between_the_two(path: Path) -> None:
    steps = [asked(0, 1, pbu()), told(0.012345, 1, pba())]
    assert fields(capture(path, steps), "pmip6.response_time")[1] == (("0.012345000",),)


def test_sequence_numbers_wrap_and_answers_change_places(path: Path) -> None:
    steps = [
        asked(0, 1, pbu(sequence=65535)), asked(0.01, 1, pbu(fid(), mh(), sequence=0)),
        told(0.02, 1, pba(fid(), mh(), sequence=0)), told(0.03, 1, pba(sequence=65535)),
        asked(0.04, 1, pbu(sequence=65535)), told(0.05, 1, pba(sequence=65535)),
    ]  # fmt: skip
    found = links(path, steps)
    assert [frame[:2] for frame in found] == [(None, 4), (None, 3), (2, None), (1, None), (None, 6), (5, None)]


def test_retransmissions_are_marked_and_the_last_is_answered(path: Path) -> None:
    steps = [asked(n, 1, pbu(stamp(n), sequence=n + 1)) for n in range(3)]
    steps.append(told(2.01, 1, pba(stamp(2), sequence=3)))
    assert links(path, steps) == [(None, None, None, 2), (None, None, 1, 3), (None, 4, 2, None), (3, None, None, None)]


def test_late_answers_find_requests_whose_rows_were_put_away(path: Path) -> None:
    """More than the pages of a ledger that stand in tables (ledger.lua); the last request is answered first."""
    count = 1500
    who = [{"mn": mn(b"mn%d@example.org" % n), "sequence": n} for n in range(count)]
    steps = [asked(n / 100, 1, pbu(mh(), **who[n])) for n in range(count)]
    steps += [told(20 + n / 100, 1, pba(mh(), **who[count - 1 - n])) for n in range(count)]
    found = fields(capture(path, steps), *LINKS[:2], "pmip6.response_time", "pmip6.session.id")
    for n in range(count):
        late = 20 + (count - 1 - 2 * n) / 100
        same = (f"mn{n}@example.org group 0",)
        assert found[n] == ((), (str(2 * count - n),), (), same)
        assert found[2 * count - 1 - n] == ((str(n + 1),), (), (f"{late:.9f}",), same)


def test_a_second_answer_names_the_first(path: Path) -> None:
    steps = [asked(0, 1, pbu()), told(0.01, 1, pba()), told(0.9, 1, pba())]
    found = fields(capture(path, steps), "pmip6.response_to", "pmip6.response_again")
    assert found[2] == (("1",), ("2",))


def test_out_of_window_without_timestamp_pairs_with_the_outstanding_request(path: Path) -> None:
    steps = [asked(0, 1, pbu(sequence=7)), told(0.01, 1, pba(status=135, sequence=900))]
    assert links(path, steps)[1][0] == 1


def test_a_timestamp_finds_its_request_among_those_that_are_answered_too(path: Path) -> None:
    steps = [
        asked(0, 1, pbu(stamp(1))), told(0.01, 1, pba(stamp(1))),
        asked(1, 1, pbu(stamp(2), sequence=2)), told(1.01, 1, pba(stamp(1), sequence=3)),
    ]  # fmt: skip
    assert [frame[:2] for frame in links(path, steps)] == [(None, 2), (1, None), (None, None), (1, None)]


def test_the_same_octets_again_answer_the_same_request_whatever_their_number(path: Path) -> None:
    steps = [
        asked(0, 1, pbu(sequence=900)), told(0.01, 1, pba(sequence=900)),
        asked(1, 1, pbu(fid(), mh(), sequence=7)),
        told(1.01, 1, pba(status=135, sequence=900)), told(1.1, 1, pba(status=135, sequence=900)),
    ]  # fmt: skip
    found = fields(capture(path, steps), "pmip6.response_to", "pmip6.response_again")
    assert found[3:] == [(("3",), ()), (("3",), ("4",))]


def test_of_requests_to_other_nodes_the_one_with_most_of_the_ends_is_answered(path: Path) -> None:
    steps = [asked(0, 1, pbu()), asked(0.01, 2, pbu(hi=hi(2)), 1), Step(0.1, anchor(1), mag(1), pba())]
    steps += [asked(1, 1, pbu(sequence=2)), Step(1.1, anchor(), mag(2), pba(sequence=2))]
    assert [frame[0] for frame in links(path, steps)] == [None, None, 2, None, 4]


def test_an_answer_may_come_late_as_long_as_nothing_else_was_seen(path: Path) -> None:
    steps = [asked(0, 1, pbu()), told(70, 1, pba()), asked(100, 1, pbu(sequence=2)), asked(170, 2, pbu(), 1)]
    steps += [told(170.1, 1, pba(sequence=2))]
    found = links(path, steps)
    assert [frame[0] for frame in found] == [None, 1, None, None, None]


def test_a_request_without_answer_is_an_expert_note(path: Path) -> None:
    steps = [asked(0, 1, pbu()), asked(0.1, 2, pbu()), told(0.2, 2, pba())]
    found = fields(capture(path, steps), "pmip6.no_response")
    assert [bool(frame[0]) for frame in found] == [True, False, False]


def test_analysis_can_be_switched_off(path: Path) -> None:
    file = capture(path, [asked(0, 1, pbu()), told(0.01, 1, pba(flags=0))])
    found = list(tshark.fields(file, ["pmip6.response_to", "pmip6.session.id"], lua=default_lua(),
                               preferences={"pmip6.analysis": False}))  # fmt: skip
    assert found == [((), ()), ((), ())]


# Rules on answers


def _pairs() -> Iterator[tuple[str, CodePoints, Any, Any]]:
    for settings, pairs in ((DEFAULT, examples.EXCHANGES), (RFC6089, examples.EXCHANGES_6089)):
        for name, (request, answer) in pairs.items():
            yield name, settings, request, answer


@pytest.mark.parametrize("settings", [DEFAULT, RFC6089], ids=["mext", "rfc6089"])
def test_every_example_breaks_the_same_rules_in_wireshark(settings: CodePoints, path: Path) -> None:
    steps: list[Step] = []
    expected: list[Counter[str]] = []
    pairs = [pair for pair in _pairs() if pair[1] == settings]
    for world, (_, _, request, answer) in enumerate(pairs, 1):
        pair = [asked(world, 1, request, world), told(world + 0.01, 1, answer, world)]
        steps += pair
        one, other = (wire(step.message, settings, step.src, step.dst) for step in pair)
        broken = Counter(finding.rule for finding in check_exchange(one, other, settings, mag(1, world)))
        expected.append(Counter({name: 1 for name in broken if name in EXCHANGES_IN_LUA}))
    shown = rules_by_frame(capture(path, steps, settings), settings)
    wrong = [
        (name, broken, shown[2 * index + 1])
        for index, ((name, *_), broken) in enumerate(zip(pairs, expected, strict=True))
        if broken != shown[2 * index + 1]
    ]
    assert wrong == []
    assert sum(map(len, expected)) > 25 or settings is RFC6089


EXPERT = {name: "pmip6.expert." + name.replace("/", ".") for name in EXCHANGES_IN_LUA}


def rules_by_frame(path: Path, settings: CodePoints = DEFAULT) -> list[Counter[str]]:
    """The exchange rules that Wireshark calls broken, for each frame, each once."""
    names = [*EXPERT]
    found = fields(path, *(EXPERT[name] for name in names), settings=settings)
    return [Counter(name for name, value in zip(names, frame, strict=True) if value) for frame in found]


@pytest.mark.parametrize("path", PCAPS, ids=lambda path: path.stem)
def test_on_stored_captures_validate_and_wireshark_find_the_same(path: Path) -> None:
    checker = SessionChecker(Context(DEFAULT))
    expected: dict[int, Counter[str]] = {}
    for frame, decoded, envelope, time in decoded_messages(path):
        seen = checker.observe(decoded, src=envelope.src, dst=envelope.dst, time=time, frame=frame, envelope=envelope)
        for one in seen:
            if one.finding.rule in EXCHANGES_IN_LUA:
                expected.setdefault(one.frames[-1], Counter())[one.finding.rule] = 1
    shown = {number: rules for number, rules in enumerate(rules_by_frame(path), 1) if rules}
    assert shown == expected


def decoded_messages(path: Path) -> Iterator[tuple[int, Decoded, Any, float]]:
    for message in messages(path, DEFAULT):
        yield message.frame.number, message.decoded, message.envelope, message.frame.time_ns / 1e9


# Sessions


BOUND = re.compile(r"(\S+)(?: \(.*\))?")
FLOW = re.compile(r"FID (\d+) pri=(\d+) (\S+) .* at (\S+)(?: \(.*\))?")
ACTIONS = {1: "forward", 2: "discard", 3: "n-cast"}


def known(session: Session) -> tuple[set[str], Counter[tuple[str, int, str]]]:
    """Care-of addresses bound, and the flows as address, FID and action."""
    flows = Counter(
        (address_text(owner.care_of_address), flow.fid, ACTIONS.get(flow.action, "?"))  # type: ignore[arg-type]
        for owner, flow in session.flows()
    )
    return {address_text(binding.care_of_address) for binding in session.bindings.values()}, flows


def shown_state(bindings: Iterable[str], flows: Iterable[str]) -> tuple[set[str], Counter[tuple[str, int, str]]]:
    bound = {match[1] for text in bindings if (match := BOUND.fullmatch(text))}
    listed = Counter(
        (match[4], int(match[1]), match[3])
        for text in flows
        if "not announced" not in text and (match := FLOW.fullmatch(text))
    )
    return bound, listed


def compare_sessions(path: Path, settings: CodePoints = DEFAULT) -> list[tuple[int, Any, Any]]:
    """The frames where Wireshark's session and ours differ."""
    names = ("pmip6.message", "pmip6.status", "pmip6.session.id", "pmip6.session.bindings", "pmip6.session.flows")
    frames = fields(path, *names, settings=settings)
    checker = SessionChecker(Context(settings))
    wrong = []
    for frame, decoded, envelope, time in decoded_messages(path):
        checker.observe(decoded, src=envelope.src, dst=envelope.dst, time=time, frame=frame, envelope=envelope)
        message, _, identity, bindings, flows = frames[frame - 1]
        if message != ("pba",) or decoded.message.status >= 128 or not identity:
            continue
        assert checker.last_mn is not None
        groups = [known(one.session) for one in checker.watch.sessions(checker.last_mn)]
        shown = shown_state(bindings, flows)
        gone = not shown[0] and not any(address_text(envelope.dst) in bound for bound, _ in groups)
        if shown not in groups and not gone:
            wrong.append((frame, shown, groups))
    return wrong


@pytest.mark.parametrize("path", PCAPS, ids=lambda path: path.stem)
def test_on_stored_captures_the_sessions_are_those_of_validate(path: Path) -> None:
    assert compare_sessions(path) == []


def test_on_the_examples_of_session_rules_too(path: Path) -> None:
    steps = []
    for world, stream in enumerate(examples.SESSIONS.values(), 1):
        for at, number, message, *way in stream:
            steps.append((asked if goes_up(message, *way) else told)(1000 * world + at, number, message, world))
    assert compare_sessions(capture(path, steps)) == []


def test_a_request_shows_the_session_as_it_stood_before(path: Path) -> None:
    steps = [
        asked(0, 1, pbu(mh(), fid())), told(0.01, 1, pba(mh(), fid())),
        asked(1, 2, pbu(mh(), sequence=5)), told(1.01, 2, pba(mh(), sequence=5)),
    ]  # fmt: skip
    found = fields(capture(path, steps), "pmip6.session.id", "pmip6.session.bindings", "pmip6.session.flows")
    assert [len(bindings) for _, bindings, _ in found] == [0, 1, 1, 2]
    assert {identity for identity, *_ in found} == {("mn1@example.org group 0",)}
    assert found[3][2] == ("FID 1 pri=10 forward dst-port=5060 proto=17 at 2001:db8:1::2",)


def test_sessions_of_nodes_that_slept_are_what_they_were(path: Path) -> None:
    """More nodes than stand in tables at a time (nodes.lua): each has slept when it comes again."""
    steps = []
    for turn, number in enumerate((1, 2, 1), 1):
        for node in range(150):
            one, when = {"mn": mn(b"mn%d@example.org" % node), "sequence": turn}, 10 * turn + node / 50
            flow = [fid()] if turn == 1 and node % 2 else []
            if turn == 3 and node % 3 == 0:
                steps += [asked(when, number, removal(mh(), **one)), told(when + 0.01, number, removed(mh(), **one))]
            else:
                steps += [
                    asked(when, number, pbu(mh(), *flow, **one)),
                    told(when + 0.01, number, pba(mh(), *flow, **one)),
                ]
    capture(path, steps)
    assert compare_sessions(path) == []
    last = fields(path, "pmip6.session.id", "pmip6.session.bindings", "pmip6.session.flows")[-300:]
    for node in range(150):
        before, after = last[2 * node], last[2 * node + 1]
        assert before[0] == after[0] == (f"mn{node}@example.org group 0",)
        assert [len(before[1]), len(before[2])] == [2, node % 2]
        gone = node % 3 == 0
        assert [len(after[1]), len(after[2])] == ([1, 0] if gone else [2, node % 2])


def test_an_end_without_its_start_is_shown_as_it_is(path: Path) -> None:
    """RFC 6088 3.2 has no such selector, and who sends it gets a finding, not a Lua error."""
    odd = fid(sub=(Ipv6Selector(dst_port_end=5),))
    found = fields(capture(path, [asked(0, 1, pbu(mh(), odd)), told(0.01, 1, pba(mh(), odd))]), "pmip6.session.flows")
    assert found[1] == (("FID 1 pri=10 forward dst-port-end=5 at 2001:db8:1::2",),)


def test_a_refused_revocation_leaves_nothing_to_be_shown(path: Path) -> None:
    """Whether the binding is still there is left to the anchor (RFC 5846 6.2.2); the next registration tells."""
    steps = [
        asked(0, 1, pbu(mh())), told(0.01, 1, pba(mh())),
        told(1, 1, bri(sequence=7)), asked(1.1, 1, bra(sequence=7, status=128)),
        asked(2, 2, pbu(mh(), sequence=5)), told(2.01, 2, pba(mh(), sequence=5)),
    ]  # fmt: skip
    found = fields(capture(path, steps), "pmip6.session.bindings")
    assert [len(frame[0]) for frame in found] == [0, 1, 1, 0, 0, 1]


def test_a_lifetime_that_ends_takes_the_binding_along(path: Path) -> None:
    steps = [
        asked(0, 1, pbu(mh(), lifetime=1)), told(0.01, 1, pba(mh(), lifetime=1)),
        asked(60, 2, pbu(mh(), sequence=5)), told(60.01, 2, pba(mh(), sequence=5)),
    ]  # fmt: skip
    found = fields(capture(path, steps), "pmip6.session.bindings")
    assert [len(frame[0]) for frame in found] == [0, 1, 0, 1]


def test_readings_of_open_questions_are_preferences(path: Path) -> None:
    echoed = "pmip6.expert.muho.4.1.act-in-pba"
    file = capture(path, [asked(0, 1, removal(mh(act=2))), told(0.01, 1, removed(mh(act=2)))])
    assert [bool(fields(file, echoed, pba_act=reading)[1][0]) for reading in ("zero", "echo")] == [True, False]
    steps = [
        asked(0, 1, pbu(mh(), fid(1), fid(2))), told(0.01, 1, pba(mh(), fid(1), fid(2))),
        asked(1, 1, pbu(mh(), fid(3), hi=hi(5), sequence=2)), told(1.01, 1, pba(mh(), fid(3), hi=hi(5), sequence=2)),
    ]  # fmt: skip
    file = capture(path, steps)
    left = [len(fields(file, "pmip6.session.flows", flow_omission=reading)[3][0]) for reading in ("summary", "strict")]
    assert left == [3, 1]


# Whoever asks in whatever order


class Sharkd:
    """A sharkd process that has loaded a capture."""

    def __init__(self, path: Path) -> None:
        self._room = tshark.Room(None)
        home = Path(self._room.process["cwd"])
        plugins = home / ".local" / "lib" / "wireshark" / "plugins"
        plugins.mkdir(parents=True)
        (plugins / "pmip6.lua").write_text(default_lua().read_text(encoding="utf-8"), encoding="utf-8")
        for folder in (home / ".local", home / ".local" / "lib", plugins.parent, plugins):
            folder.chmod(0o755)
        file = self._room.keep(path)
        self._process = subprocess.Popen(
            ["sharkd", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            **self._room.process,
        )  # fmt: skip
        self._id = 0
        assert self.ask("load", file=str(file))["status"] == "OK"

    def ask(self, method: str, **parameters: object) -> Any:
        self._id += 1
        request = {"jsonrpc": "2.0", "id": self._id, "method": method, "params": parameters}
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        for line in self._process.stdout:
            answer = json.loads(line)
            if answer.get("id") == self._id:
                return answer["result"]
        raise AssertionError("sharkd has ended")

    def lines(self, frame: int) -> list[str]:
        """The generated lines of our layer."""
        found: list[str] = []

        def walk(nodes: Iterable[dict[str, Any]]) -> None:
            for node in nodes:
                if node.get("g") and node.get("f", "").startswith("pmip6"):
                    found.append(node["l"])
                walk(node.get("n", ()))

        walk(self.ask("frame", frame=frame, proto=True)["tree"])
        return found

    def close(self) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()
        self._room.close()


@pytest.mark.skipif(subprocess.run(["which", "sharkd"], capture_output=True).returncode != 0, reason="no sharkd here")
def test_frames_in_any_order_show_the_same() -> None:
    path = next(one for one in PCAPS if one.stem == "removal-keep")
    count = len(fields(path, "frame.number"))
    shark = Sharkd(path)
    try:
        forward = {frame: shark.lines(frame) for frame in range(1, count + 1)}
        backward = {frame: shark.lines(frame) for frame in range(count, 0, -1)}
    finally:
        shark.close()
    assert forward == backward
    assert "Response in: 2" in forward[1] and "Response to: 7" in forward[8]
    assert any("re-instantiated" in line for line in forward[8])


# What tshark prints at the end


def test_statistics_at_the_end_of_tshark(path: Path) -> None:
    steps = [asked(0, 1, pbu(mh(), fid())), told(0.01, 1, pba(mh(), fid())), asked(1, 1, pbu(mn=mn(b"x")))]
    lines = list(tshark.run(capture(path, steps), ["-q"], lua=default_lua(), preferences={"pmip6.statistics": True}))
    text = "\n".join(lines)
    assert re.search(r"pba, accepted \(0\) +1\n", text) and re.search(r"pbu +2\n", text)
    assert re.search(r"2001:db8:1::1 +1 +10\.000 +10\.000 +10\.000", text)
    assert "Sessions: 1 seen, 1 in force at the end, with 1 flows" in text
    assert re.search(r"1 +0\.000000 \|<--------\|  PBU|1 +0\.000000 \|-------->\|  PBU", text)


def test_the_examples_are_of_proxy_registrations() -> None:
    """What the comparison above rests on: P stands in the answers of the base."""
    assert codec_for(DEFAULT).encode(pba())[7] & BA_P
