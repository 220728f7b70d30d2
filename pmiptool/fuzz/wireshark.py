"""Wireshark with the generated dissector against messages that are wrong: no Lua error, no crash, no warning, and it
reads what we read.

One run of tshark takes some hundred packets; where something is wrong with them the packet is found by halving.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from msgspec.structs import replace

from pmiptool.capture import tshark
from pmiptool.capture.files import Writer
from pmiptool.capture.wireshark import LuaRefused, judge, preferences_of
from pmiptool.errors import UsageError
from pmiptool.fuzz.cases import Step, case
from pmiptool.fuzz.corpus import SECOND, WHEN, Corpus
from pmiptool.fuzz.decoder import DST, SRC, keep, octets_of
from pmiptool.fuzz.result import Failure, Result
from pmiptool.fuzz.shape import Grammar
from pmiptool.fuzz.shrink import burden, describe, simpler
from pmiptool.registry.codepoints import CodePoints
from pmiptool.wire.envelope import build

BATCH = 400  # packets of one capture
ROUNDS = 12  # runs of tshark to shrink one failure
SHOWN = ("Lua Error", "_ws.lua.error", "Dissector bug")
"""What tshark prints in place of a packet whose dissector failed."""
_FRAME = re.compile(r"Frame (\d+): ")
SAID = ("WARNING", "CRITICAL", "ERROR", "Dissector bug", "Lua")
"""What tshark says on stderr when something is wrong with a dissector."""


class Wireshark:
    """Reads batches of messages, and says what is wrong with them."""

    def __init__(self, grammar: Grammar, settings: CodePoints, lua: Path) -> None:
        self.grammar, self.settings, self.lua = grammar, settings, lua

    def complaints(self, steps: Sequence[Step], *, compare: bool = True) -> dict[int, tuple[str, str]]:
        """What is wrong, by the place in the batch, as kind and text; a complaint about the whole batch is at -1.

        A packet is wrong by the first of what differs. compare: with what we read, too.
        """
        with tempfile.TemporaryDirectory(prefix="pmiptool-fuzz-") as folder:
            path = Path(folder) / "batch.pcapng"
            with Writer(path) as writer:
                for number, step in enumerate(steps):
                    writer.write(build(octets_of(step, self.grammar), SRC, DST), WHEN + number * SECOND)
            try:
                found = complaints(path, self.lua, preferences_of(self.settings))
                if found or not compare:
                    return {frame - 1: what for frame, what in found.items()}
                verdict = judge(path, self.settings, lua=self.lua)
            except LuaRefused as error:
                return {-1: ("lua", str(error).replace(str(path), "it"))}
            except UsageError as error:
                return {-1: ("crash", str(error).replace(str(path), "it"))}
        for one in verdict.disagreements:
            differs = f"{one.where}: {one.ours} here, {one.wireshark} in Wireshark"
            found.setdefault(one.frame - 1, ("disagreement", differs))
        return found

    def alone(self, step: Step, *, compare: bool = True) -> tuple[str, str] | None:
        """What is wrong with one message."""
        return next(iter(self.complaints([step], compare=compare).values()), None)

    def culprits(self, steps: Sequence[Step]) -> list[tuple[Step, tuple[str, str]]]:
        """The messages of a batch that something is wrong with, and what."""
        found = self.complaints(steps)
        if -1 not in found:
            return [(steps[at], what) for at, what in sorted(found.items())]
        if len(steps) == 1:
            return [(steps[0], found[-1])]
        half = len(steps) // 2
        return [*self.culprits(steps[:half]), *self.culprits(steps[half:])]


def complaints(path: Path, lua: Path, preferences: Mapping[str, object] | None = None) -> dict[int, tuple[str, str]]:
    """What is wrong with how Wireshark reads a capture, in two passes and every detail, by frame; 0 is the whole.

    Raises LuaRefused and UsageError, as `tshark.run` does.
    """
    said: list[str] = []
    found: dict[int, tuple[str, str]] = {}
    frame = 0
    for line in tshark.run(path, ["-V"], lua=lua, preferences=preferences, two_pass=True, heard=said.append):
        begins = _FRAME.match(line)
        if begins is not None:
            frame = int(begins.group(1))
        elif any(word in line for word in SHOWN):
            found.setdefault(frame, ("lua", re.sub(r"\S*/", "", line.strip())))
    warnings = [line.strip() for line in "".join(said).splitlines() if any(word in line for word in SAID)]
    return found or ({0: ("warning", warnings[0])} if warnings else {})


def reader(grammar: Grammar, settings: CodePoints) -> Callable[[Step], tuple[str, str] | None]:
    """What says what is wrong with how Wireshark reads the message of a step."""
    from pmiptool.dissector import default_lua

    return Wireshark(grammar, settings, Path(default_lua(settings))).alone


def run(
    result: Result,
    numbers: Sequence[int],
    settings: CodePoints,
    grammar: Grammar,
    corpus: Corpus,
    progress: Callable[[Result], None],
    clock: Callable[[], float],
    until: float | None = None,
) -> Result:
    """Have Wireshark read the message of each case, and compare. Ctrl-C ends it with what it has.

    Raises EnvironmentLacks without tshark.
    """
    from pmiptool.dissector import default_lua

    begun = clock()
    judge_ = Wireshark(grammar, settings, Path(default_lua(settings)))
    try:
        for at in range(0, len(numbers), BATCH):
            if until is not None and clock() >= until:
                result.ended = "--max-time was over"
                break
            steps = [case(result.seed, number, grammar, alone=True).step for number in numbers[at : at + BATCH]]
            for step, what in judge_.culprits(steps):
                keep(result, corpus, failure_of(judge_, step, what, known=result.failures), grammar)
            result.cases += len(steps)
            result.messages += len(steps)
            progress(result)
    except KeyboardInterrupt:
        result.ended = "interrupted"
    result.seconds = clock() - begun
    return result


def failure_of(judge_: Wireshark, step: Step, what: tuple[str, str], known: Sequence[Failure] = ()) -> Failure:
    """What is wrong with a message, in its smallest form; what depends on those before it is left as it is."""
    kind, told = what
    grammar = judge_.grammar
    alone = judge_.alone(step)
    if alone is None or alone[0] != kind:
        return Failure(kind, f"{told}; not alone", _gist(told), (octets_of(step, grammar),), [step.case], step.wrong,
                       reproduced=False)  # fmt: skip
    same = next((one for one in known if one.kind == kind and one.form == _gist(alone[1])), None)
    if same is not None:
        return Failure(kind, same.what, same.form, same.messages, [step.case], step.wrong)

    small = _smallest(judge_, step, kind, _gist(alone[1]))
    text = (judge_.alone(small) or alone)[1]
    return Failure(kind, f"{text} ({describe(small, grammar)})", _gist(text), (octets_of(small, grammar),), [step.case],
                   step.wrong)  # fmt: skip


def _smallest(judge_: Wireshark, step: Step, kind: str, gist: str) -> Step:
    """The message in its smallest form; all candidates of a round are packets of one capture."""
    for _ in range(ROUNDS):
        weight = burden((step,), judge_.grammar)
        shapes = dict.fromkeys(simpler(step.shape, judge_.grammar))
        steps = [replace(step, shape=shape) for shape in shapes]
        steps = [one for one in steps if burden((one,), judge_.grammar) < weight][:BATCH]
        found = judge_.complaints(steps, compare=kind == "disagreement") if steps else {}
        failing = [steps[at] for at, what in found.items() if at >= 0 and (what[0], _gist(what[1])) == (kind, gist)]
        if not failing:
            return step
        step = min(failing, key=lambda one: burden((one,), judge_.grammar))
    return step


def _gist(text: str) -> str:
    """What two complaints have in common that are one: the words, without numbers."""
    head = text.partition(" here, ")[0].rpartition(": ")[0] or text
    return "".join("#" if letter.isdigit() else letter for letter in head)[:120]
