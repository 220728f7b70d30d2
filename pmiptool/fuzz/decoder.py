"""Our own readers against messages that are wrong: codec, rules, JSON, text and Scapy layers must take them all."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

from pmiptool.fuzz.cases import Step, case
from pmiptool.fuzz.corpus import Corpus
from pmiptool.fuzz.result import Failure, Result
from pmiptool.fuzz.shape import Grammar
from pmiptool.fuzz.shrink import describe, shrink
from pmiptool.registry.codepoints import CodePoints
from pmiptool.rules import check_message
from pmiptool.session.endpoint import Endpoint
from pmiptool.text.json import encode_object, message_object
from pmiptool.wire.envelope import Envelope, build, find_ip

SRC, DST = bytes.fromhex("20010db8000100000000000000000002"), bytes.fromhex("20010db8000100000000000000000001")
BOUND = 2.0  # seconds of the processor that one message may take: a hundred times what the slowest needs
TRIES = 1500


class TooLong(Exception):
    """A message takes longer than `BOUND`."""


class Wrong(Exception):
    """What was made of a message does not agree with it. kind: `unstable`, ..."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.kind = kind


Reader = Callable[[bytes, Grammar], None]
"""Reads a Mobility Header, and raises where something is not as it must be."""


def codec(data: bytes, grammar: Grammar) -> None:
    """It is decoded, encoded as it was laid out, and what it means is encoded and decoded to the same."""
    decoded = grammar.codec.decode(data, SRC, DST)
    if grammar.codec.encode(decoded.message, decoded.layout) != data:
        raise Wrong("unstable", "its layout does not give the same octets again")
    again = grammar.codec.decode(data)
    if again.message != decoded.message or again.layout != decoded.layout:
        raise Wrong("unstable", "it is read otherwise a second time")


def rules(data: bytes, grammar: Grammar) -> None:
    """It is judged by the rules, with the packet around it."""
    for envelope in _envelopes(data):
        decoded = grammar.codec.decode(envelope.mh, SRC, DST)
        check_message(decoded, envelope, grammar.settings)


def text(data: bytes, grammar: Grammar) -> None:
    """It is shown as JSON and as a tree, and the JSON gives the same octets again."""
    from pmiptool.report.tree import render

    decoded = grammar.codec.decode(data, SRC, DST)
    shown = message_object(decoded, settings=grammar.settings)
    told = json.dumps(shown)
    render(shown)
    again = encode_object(json.loads(told), grammar.settings)
    if again != data:
        raise Wrong("unstable", "its JSON does not give the same octets again")


def layers(data: bytes, grammar: Grammar) -> None:
    """Scapy takes it apart, shows it, and builds the same octets again, a packet around it or none."""
    from scapy.layers.inet6 import IPv6

    from pmiptool.layers import install, message_class

    install(grammar.settings)
    packet: Any = message_class(data)(data)
    packet.show2(dump=True)
    if bytes(packet) != data:
        raise Wrong("unstable", "its Scapy packet does not give the same octets again")
    whole = build(data, SRC, DST)
    if bytes(IPv6(whole)) != whole:
        raise Wrong("unstable", "the IPv6 packet of Scapy does not give the same octets again")


READERS: dict[str, Reader] = {"codec": codec, "rules": rules, "text": text, "layers": layers}


def _envelopes(data: bytes) -> list[Envelope]:
    return find_ip(build(data, SRC, DST))


def read(data: bytes, grammar: Grammar) -> tuple[str, str] | None:
    """What fails when a message is read: its kind, and what and where. None where nothing does."""
    for name, reader in READERS.items():
        begun = time.process_time()
        try:
            with bound(BOUND):
                reader(data, grammar)
        except TooLong:
            return "hang", f"{name} takes longer than {BOUND:g} s"
        except Wrong as wrong:
            return wrong.kind, f"{name}: {wrong}"
        except Exception as error:
            return "exception", f"{name}: {type(error).__name__} at {_place(error)}: {' '.join(str(error).split())}"
        if time.process_time() - begun > BOUND:
            return "hang", f"{name} takes longer than {BOUND:g} s"
    return None


def _place(error: BaseException) -> str:
    """Where in our own code it arose."""
    last, place = error.__traceback__, ""
    while last is not None:
        name = last.tb_frame.f_code.co_filename
        if "pmiptool" in name and not name.endswith("decoder.py"):
            place = f"{name.rpartition('/')[2]}:{last.tb_lineno}"
        last = last.tb_next
    return place


@contextmanager
def bound(seconds: float) -> Iterator[None]:
    """Raise TooLong after so much time of the processor, where the system and the thread allow it."""

    def ring(number: int, frame: FrameType | None) -> None:
        raise TooLong

    try:
        before = signal.signal(signal.SIGPROF, ring)
    except (AttributeError, ValueError):  # no such signal, or not the main thread
        yield
        return
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def octets_of(step: Step, grammar: Grammar) -> bytes:
    """The octets of a step between the addresses that stand for any."""
    return grammar.octets(step.shape, (SRC, DST))


def reader(grammar: Grammar) -> Callable[[Step], tuple[str, str] | None]:
    """What says what fails when the message of a step is read."""
    return lambda step: read(octets_of(step, grammar), grammar)


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
    """Read the message of each case. Ctrl-C ends it with what it has."""
    begun = clock()
    with suppress(Exception):  # what is loaded late is loaded now, and costs no message its time
        layers(octets_of(case(0, 0, grammar, alone=True).step, grammar), grammar)
    try:
        for number in numbers:
            if until is not None and clock() >= until:
                result.ended = "--max-time was over"
                break
            step = case(result.seed, number, grammar, alone=True).step
            failed = read(octets_of(step, grammar), grammar)
            result.cases += 1
            result.messages += 1
            if failed is not None:
                keep(result, corpus, failure_of(step, failed, grammar), grammar)
            progress(result)
    except KeyboardInterrupt:
        result.ended = "interrupted"
    result.seconds = clock() - begun
    return result


def failure_of(step: Step, failed: tuple[str, str], grammar: Grammar) -> Failure:
    """What fails with a message, in its smallest form: where it fails in the same way."""

    def fails(steps: Sequence[Step]) -> bool:
        again = read(octets_of(steps[0], grammar), grammar)
        return again is not None and _alike(again, failed)

    (small,) = shrink((step,), fails, grammar, TRIES)
    told = (read(octets_of(small, grammar), grammar) or failed)[1]
    return Failure(failed[0], told, describe(small, grammar), (octets_of(small, grammar),), [step.case], step.wrong)


def _alike(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether two failures are of one kind, and arose at one place."""
    return one[0] == other[0] and one[1].partition(": ")[2][:40] == other[1].partition(": ")[2][:40]


def keep(result: Result, corpus: Corpus, failure: Failure, grammar: Grammar) -> None:
    """Enter a failure of a reader, and write it down where it is new."""
    if result.add(failure) is failure:
        corpus.keep(failure, (Endpoint(SRC),), Endpoint(DST), f"Found by {result.alone(failure)}")
