"""What fuzzing found, as text and as JSON."""

from __future__ import annotations

import json
import shlex
import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

from pmiptool.fuzz.result import Failure, Result, Tally
from pmiptool.text.names import many

SCHEMA = "pmiptool/fuzz/1"
WIDTH = 100
LEAST = 3  # octets without which there is no type, and `send` sees no message
LEVELS = ("error", "warning", "note")


def as_text(result: Result, words: Sequence[str] = ()) -> str:
    """A run in lines: what it was, each failure once with what brings it about again, what answers broke by rule.

    words: the arguments that name the peer on another command line.
    """
    of = f"{result.cases} of {result.asked}" if result.cases != result.asked else str(result.cases)
    rate = f", {result.messages / result.seconds:.0f} a second" if result.seconds > 0.05 else ""
    counted = f"{of} case{'s' * (result.asked != 1)}, {many(result.messages, 'message')}"
    lines = [f"fuzz against {result.against}, seed {result.seed}: {counted}{rate}"]
    if result.answers:
        lines.append("it answered: " + ", ".join(f"{count} {name}" for name, count in result.answers.items()))
    if result.ended:
        lines.append(f"ended early: {result.ended}")
    for failure in result.failures:
        lines += ["", *_failure(failure, result, words)]
    told = sorted(result.findings.values(), key=lambda tally: (LEVELS.index(tally.level), -tally.times))
    if told:
        lines += ["", "its answers break:"]
        lines += [line for tally in told for line in _tally(tally)]
    lines += ["", summary(result)]
    return "\n".join(lines) + "\n"


def summary(result: Result) -> str:
    """The last line."""
    known = len(result.failures) - len(result.new)
    errors = sum(tally.level == "error" for tally in result.findings.values())
    words = []
    if result.new:
        words.append(many(len(result.new), "failure"))
    if known:
        words.append(many(known, "known failure"))
    if errors:
        words.append(f"answers break {many(errors, 'rule')}")
    return "found: " + ", ".join(words) if words else "nothing found"


def _failure(failure: Failure, result: Result, words: Sequence[str]) -> Iterator[str]:
    state = "known" if failure.known else "new"
    often = f", {failure.times} times" if failure.times > 1 else ""
    yield f"FAILED  {failure.kind} ({state}{often}): {failure.what}"
    one = len(failure.messages) == 1
    if failure.reproduced:
        lead = "smallest: " if one else f"smallest, {len(failure.messages)} messages in turn: "
    else:
        lead = "not brought about again; last message: " if not one else "not brought about again: "
    yield from _wrapped(lead + failure.form)
    if len(failure.messages[-1]) <= 200:
        yield from _wrapped(failure.messages[-1].hex())
    cases = ", ".join(map(str, failure.cases))
    if any(failure.cases):
        yield from _wrapped(f"case {cases}: " + ("; ".join(failure.wrong) or "a sound message"))
        yield f"    {result.alone(failure)}"
    if failure.file is not None:
        yield f"    {again(failure, words)}"


def again(failure: Failure, words: Sequence[str]) -> str:
    """The command that brings a failure about again: `send` for one message, else all of them in turn."""
    file = shlex.quote(failure.file or "FILE")
    told = " ".join(map(shlex.quote, words))
    if "--against" in words or len(failure.messages) > 1 or len(failure.messages[0]) < LEAST:
        return f"pmiptool fuzz {told} --again {file}"
    return f"pmiptool send --from {file} --once {told}".rstrip()


def _tally(tally: Tally) -> Iterator[str]:
    cases = ", ".join(map(str, tally.cases)) + ("..." if tally.times > len(tally.cases) else "")
    told = f"{tally.level} {tally.rule}, {many(tally.times, 'time')}, case {cases}: {tally.text}"
    yield from _wrapped(told, "  ", "      ")


def _wrapped(text: str, first: str = "    ", rest: str = "    ") -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False)


def as_json(result: Result) -> str:
    """The same for programs, schema `pmiptool/fuzz/1`."""
    return json.dumps(document(result), indent=2) + "\n"


def document(result: Result) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "against": result.against,
        "seed": result.seed,
        "asked": result.asked,
        "cases": result.cases,
        "messages": result.messages,
        "answered": result.answered,
        "answers": result.answers,
        "seconds": round(result.seconds, 3),
        "ended": result.ended,
        "failures": [
            {
                "kind": one.kind,
                "known": one.known,
                "what": one.what,
                "form": one.form,
                "reproduced": one.reproduced,
                "times": one.times,
                "cases": one.cases,
                "only": list(one.only or one.cases[:1]),
                "wrong": list(one.wrong),
                "messages": [message.hex() for message in one.messages],
                "file": one.file,
            }
            for one in result.failures
        ],
        "findings": [
            {
                "rule": one.rule,
                "level": one.level,
                "text": one.text,
                "times": one.times,
                "cases": one.cases,
                "request": one.example[0].hex(),
                "answer": one.example[1].hex(),
            }
            for one in result.findings.values()
        ],
    }
