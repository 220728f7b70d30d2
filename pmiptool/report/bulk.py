"""Captures of any size judged: read in blocks, and only what is new is looked at message by message."""

from __future__ import annotations

import gc
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, BinaryIO, TypeVar

from pmiptool.capture.columns import Columns
from pmiptool.capture.opening import CutCapture
from pmiptool.capture.stream import SLACK, OutOfOrder, Places, Stream
from pmiptool.rules import Context, Seen
from pmiptool.rules.chunks import Message, Witness
from pmiptool.rules.opaque import opaque
from pmiptool.rules.pairing import MnKey
from pmiptool.rules.steady import Steady

STDIN = "-"
KEPT_IN_MEMORY = 1 << 24
"""Octets of standard input; more go to a temporary file."""


@dataclass
class Bulk:
    """What captures came to. places: running numbers of messages to file and packet. steps: none, by mobile node."""

    places: Places
    findings: list[Seen] = field(default_factory=list)
    steps: dict[MnKey | None, list[Any]] = field(default_factory=dict)
    messages: int = 0
    requests: int = 0
    answers: int = 0
    cut: CutCapture | None = None


Value = TypeVar("Value")


class Named(dict[int, Value]):
    """Running numbers of messages to what they are called, which is made when it is asked for."""

    def __init__(self, found: Bulk, name: Callable[[int, int], Value]) -> None:
        super().__init__()
        self._found, self._name = found, name

    def __missing__(self, number: int) -> Value:
        if not 0 < number <= self._found.messages:
            raise KeyError(number)
        return self._name(*self._found.places[number])

    def get(self, number: int, default: Any = None) -> Any:
        return self[number] if 0 < number <= self._found.messages else default


def judge(files: Sequence[str], context: Context, witness: Witness | None = None) -> Bulk:
    """Judge captures as one set, as `SessionChecker` would. witness: is shown what is looked at, again and again when
    a file is not in the order of time. Raises UsageError for what cannot be read."""
    with _sources(files) as sources:
        try:
            return _judged(sources(), context, witness, SLACK)
        except OutOfOrder:
            return _judged(sources(), context, witness, None)


def _judged(files: Sequence[Any], context: Context, witness: Witness | None, slack: int | None) -> Bulk:
    options = opaque(context)
    columns = Columns(context.codepoints, options)
    stream = Stream(files, context.codepoints, columns, slack)
    result = Bulk(stream.places)
    steady = Steady(context, columns, stream, result.findings.extend, witness)
    with _no_garbage():
        for chunk in stream.chunks():
            steady.run(chunk)
        steady.finish()
        result.steps, result.cut = {mn: [] for mn in steady.nodes.mns()}, stream.cut
        result.messages, result.requests, result.answers = steady.messages, steady.requests, steady.answers
        steady.close()
    return result


@contextmanager
def _no_garbage() -> Iterator[None]:
    """What refers to itself in circles here is little, or ends with `Steady.close`; to look for it costs much.

    So that nobody goes through what is left as if it were new, it is counted as old.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if gc.get_freeze_count() == 0:
            gc.freeze()
            gc.unfreeze()
        if was:
            gc.enable()


@contextmanager
def _sources(files: Sequence[str]) -> Iterator[Any]:
    """The files, as often as they are wanted: standard input is kept."""
    with ExitStack() as stack:
        kept: BinaryIO | None = None
        if STDIN in files:
            kept = stack.enter_context(tempfile.SpooledTemporaryFile(KEPT_IN_MEMORY))  # type: ignore[assignment]
            assert kept is not None
            shutil.copyfileobj(sys.stdin.buffer, kept, 1 << 20)

        def again() -> list[Any]:
            if kept is not None:
                kept.seek(0)
            return [_Named(kept, "standard input") if file == STDIN else file for file in files]

        yield again


class _Named:
    """A stream with the name that people know it by."""

    def __init__(self, stream: Any, name: str) -> None:
        self._stream, self.name = stream, name
        self.read = stream.read


__all__ = ["Bulk", "Message", "Named", "judge"]
