"""A run against the reference LMA in this process, or against whatever answers."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from typing import Any

from pmiptool.fuzz.corpus import Corpus
from pmiptool.fuzz.peer import Peer
from pmiptool.fuzz.result import Result
from pmiptool.fuzz.run import Plan, Run
from pmiptool.fuzz.shape import grammar_for
from pmiptool.fuzz.watch import Watch
from pmiptool.lma.config import LmaConfig
from pmiptool.lma.knowledge import context_of
from pmiptool.net.record import Recorder
from pmiptool.net.target import Target
from pmiptool.net.transport import Transport, open_transport
from pmiptool.rules import Context

START = 1_262_304_000.0


def embedded(faults: Collection[str] = ()) -> Recorder:
    return Recorder(open_transport(Target("embedded"), (), lma_config=LmaConfig(), faults=faults, start=START))


def prepared(
    way: Transport | Recorder,
    numbers: Sequence[int],
    *,
    seed: int = 1,
    folder: str | None = None,
    restart: Callable[[], bool] | None = None,
    context: Context | None = None,
    **plan: Any,
) -> Run:
    """A run that has not begun."""
    recorder = way if isinstance(way, Recorder) else Recorder(way)
    result = Result("embedded", seed, asked=len(numbers))
    watch = Watch(recorder, context or context_of(LmaConfig(), complete=False), result)
    peer = Peer(recorder, grammar_for(watch.context.codepoints), restart=restart, heard=watch.observe, timeout=0.2)
    return Run(peer, watch, result, Corpus(folder), Plan(seed, numbers, clock=time.monotonic, **plan))


def fuzz(faults: Collection[str] = (), numbers: Sequence[int] = range(1, 301), **more: Any) -> Result:
    """A run against the embedded LMA with faults."""
    return prepared(embedded(faults), numbers, **more).go()
