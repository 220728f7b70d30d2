"""`pmiptool validate` and Wireshark on the same captures: rule by rule, frame by frame, pairs and sessions.

`python -m tests.dissector.agree --worlds 500 --seed 1` (make fuzz) does it with random captures at length.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pmiptool.capture import tshark
from pmiptool.capture.files import Writer
from pmiptool.capture.merged import merged
from pmiptool.dissector import default_lua
from pmiptool.registry.codepoints import DEFAULT, CodePoints
from pmiptool.rules import Context, SessionChecker
from pmiptool.rules.pairing import Answer, Request
from pmiptool.rules.sessions import wanted
from pmiptool.rules.watch_state import Group
from pmiptool.text.values import address_text
from tests.dissector.support import EXCHANGES_IN_LUA, IN_LUA, preferences
from tests.dissector.worlds import Packet, worlds
from tests.rules.make import START

RULES = {name: "pmip6.expert." + name.replace("/", ".") for name in (*IN_LUA, *EXCHANGES_IN_LUA)}
PAIRS = {
    "request": "pmip6.response_to", "answer": "pmip6.response_in", "repeats": "pmip6.retransmission_of",
    "repeated in": "pmip6.retransmitted_in", "answered before in": "pmip6.response_again",
}  # fmt: skip
SHOWN = ("pmip6.no_response", "pmip6.session.bindings", "pmip6.session.flows")
BATCH = 100  # worlds of one capture
ACTIONS = {1: "forward", 2: "discard", 3: "n-cast"}
_FLOW = re.compile(r"FID (\d+) pri=(\d+) (\S+(?: \d+)?) .* at (\S+?)( \(.*\))?$")

State = tuple[list[str], list[str]]
"""Care-of addresses bound, the oldest first, and the filters in their order."""


@dataclass
class Told:
    """What one of the two says of a frame. sessions: any of them is right; empty where it cannot be compared."""

    rules: Counter[str] = field(default_factory=Counter)
    pairs: dict[str, int] = field(default_factory=dict)
    unanswered: bool = False
    sessions: list[State] = field(default_factory=list)


def write(path: Path, packets: Iterable[Packet]) -> Path:
    with Writer(path) as writer:
        for packet in packets:
            writer.write(packet.octets(), START * 10**9 + round(packet.time * 1e9))
    return path


# Wireshark


def wireshark(path: Path, settings: CodePoints = DEFAULT) -> list[Told]:
    """What Wireshark says of each frame, having read them all."""
    fields = [*PAIRS.values(), *SHOWN, *RULES.values()]
    found = []
    for row in tshark.fields(path, fields, lua=default_lua(), preferences=preferences(settings), two_pass=True):
        values = dict(zip(fields, row, strict=True))
        pairs = {what: int(values[name][0]) for what, name in PAIRS.items() if values[name]}
        rules = Counter({rule: len(values[name]) for rule, name in RULES.items() if values[name]})
        no_response, bound, flows = (values[name] for name in SHOWN)
        state = (
            [text.partition(" ")[0] for text in bound],
            [_flow(text) for text in flows if "not announced" not in text],
        )
        found.append(Told(rules, pairs, bool(no_response), [state]))
    return found


def _flow(text: str) -> str:
    match = _FLOW.match(text)
    if match is None:
        return text
    fid, priority, action, address, more = match.groups(default="")
    if "unsure" in more:
        priority = action = "?"
    action = action if action in ACTIONS.values() else "?"
    return f"FID {fid} {priority} {action} at {address}" + (" re-instantiated" if "re-inst" in more else "")


# Our own judge


def ours(path: Path, settings: CodePoints = DEFAULT) -> dict[int, Told]:
    """What `SessionChecker` says, by frame."""
    return _Observer(settings).run(path)


class _Observer:
    """Looks over the shoulder of a checker: which pairs it makes, and its sessions when an answer was accepted."""

    def __init__(self, settings: CodePoints) -> None:
        self.settings = settings
        self.checker = SessionChecker(Context(settings))
        self.told: dict[int, Told] = {}
        self.requests: dict[int, Request] = {}
        self.answered: dict[int, Request] = {}
        self.before: Group | None = None
        self.truncated = False
        self._answer, self.checker.pairing.answer = self.checker.pairing.answer, self.answer  # type: ignore[method-assign]
        self._forgotten, self.checker._forgotten = self.checker._forgotten, self.forgotten  # type: ignore[method-assign]

    def of(self, frame: int) -> Told:
        return self.told.setdefault(frame, Told())

    def run(self, path: Path) -> dict[int, Told]:
        for placed in merged([str(path)], self.settings).messages:
            decoded, envelope, frame = placed.seen.decoded, placed.seen.envelope, placed.seen.frame.number
            assert envelope is not None
            self.truncated = envelope.truncated
            seen = self.checker.observe(
                decoded, src=envelope.src, dst=envelope.dst, time=placed.time, frame=frame, envelope=envelope
            )
            for one in seen:
                if one.finding.rule in RULES:
                    self.of(one.frames[-1]).rules[one.finding.rule] += 1
            if isinstance(self.checker.last, Request):
                self.requests[frame] = self.checker.last
                if self.checker.last.repeats is not None:
                    self.of(frame).pairs["repeats"] = self.checker.last.repeats.frame
                    self.of(self.checker.last.repeats.frame).pairs["repeated in"] = frame
        for frame, request in self.requests.items():
            done = request.answers or request.answered_later or request.repeated
            self.of(frame).unanswered = wanted(request) and not done
        return self.told

    def answer(self, answer: Answer) -> Any:
        pair = self._answer(answer)
        request = pair.request
        if request is None:
            return pair
        told = self.of(answer.frame).pairs
        told["request"] = request.frame
        if pair.repeat:
            told["answered before in"] = request.answers[0].frame
            return pair
        self.of(request.frame).pairs["answer"] = answer.frame
        if request.mn is not None and request.decoded.name == "pbu":
            self.answered[answer.frame] = request
            self.checker.watch.expire(answer.time)
            self.before = self.located(request)
        return pair

    def located(self, request: Request) -> Group | None:
        return self.checker.watch._locate(request, self.checker.watch._read(request))[0]

    def forgotten(self, now: float) -> Any:
        """A message was looked at, and what is too old is not forgotten yet."""
        answer = self.checker.last
        request = self.answered.pop(answer.frame, None) if isinstance(answer, Answer) else None
        whole = request is not None and not (request.cut or self.truncated)
        if isinstance(answer, Answer) and request and whole and answer.decoded.message.status < 128:
            every = [group for group in self.checker.watch.sessions(request.mn) if group.lma == request.lma]
            here = self.located(request)
            if request.removal:
                grouped = self.checker.watch._read(request).mhgid is not None
                same = self.before is not None and (not grouped or self.before.session.mhgid is not None)
                here = self.before if same else here
            states = [state(here)] if here is not None else [([], [])]
            if here is None or self.checker.watch._read(request).path is not None:  # a path is not found by its prefix
                states += map(state, every)
            self.of(answer.frame).sessions = states
        return self._forgotten(now)


def state(group: Group) -> State:
    session = group.session
    bound = [
        address_text(one.care_of_address) for one in sorted(session.bindings.values(), key=lambda one: one.created)
    ]
    flows = []
    for owner, flow in session.flows():
        priority = flow.priority if isinstance(flow.priority, int) else "?"
        action = ACTIONS.get(flow.action, "?") if isinstance(flow.action, int) else "?"
        text = f"FID {flow.fid} {priority} {action} at {address_text(owner.care_of_address)}"
        flows.append(text + (" re-instantiated" if flow.reinstantiated else ""))
    return bound, flows


# Both


def differences(path: Path, settings: CodePoints = DEFAULT) -> Iterator[tuple[int, str]]:
    """Frames of which the two do not say the same, with what."""
    known = ours(path, settings)
    for frame, theirs in enumerate(wireshark(path, settings), 1):
        own = known.get(frame, Told())
        if theirs.rules != own.rules:
            yield (
                frame,
                f"only in Wireshark {dict(theirs.rules - own.rules)}, only here {dict(own.rules - theirs.rules)}",
            )
        if theirs.pairs != own.pairs:
            yield frame, f"in Wireshark {theirs.pairs}, here {own.pairs}"
        if theirs.unanswered != own.unanswered:
            yield frame, f"{'an' if own.unanswered else 'no'} answer is missed here, and not so in Wireshark"
        if own.sessions and theirs.sessions[0] not in own.sessions:
            yield frame, f"in Wireshark {theirs.sessions[0]}, here {own.sessions[0]}"


def disagreements(folder: Path, seeds: Sequence[int], **how: Any) -> tuple[int, list[str]]:
    """Random captures read by both: how many messages, and what differs. how: as `worlds.World` takes it."""
    made = list(worlds(seeds, **how))
    path = write(folder / "worlds.pcapng", [packet for _, packet in made])
    found = differences(path, how.get("settings", DEFAULT))
    return len(made), [f"world {made[frame - 1][0]}, frame {frame}: {text}" for frame, text in found]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1, help="of the first")
    asked = parser.parse_args()
    messages, bad = 0, 0
    stop = asked.seed + asked.worlds
    with tempfile.TemporaryDirectory(prefix="pmiptool-agree-") as folder:
        for number, first in enumerate(range(asked.seed, stop, BATCH)):
            dialect = ("mext", "rfc6089")[number % 5 == 4]
            how = {"settings": CodePoints(dialect=dialect), "wild": (0.1, 0.1, 0.4)[number % 3]}
            count, found = disagreements(Path(folder), range(first, min(first + BATCH, stop)), **how)
            messages, bad = messages + count, bad + len(found)
            for line in found:
                print(f"{dialect}, wild {how['wild']}, {line}")
    print(f"{asked.worlds} worlds from seed {asked.seed}, {messages} messages: {bad} differences")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
