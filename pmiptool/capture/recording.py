"""The requests of a capture with their answers: what a replay sends again, and what a recorded anchor answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from pmiptool.capture.messages import Seen, messages
from pmiptool.errors import UsageError
from pmiptool.registry.codepoints import DEFAULT, CodePoints
from pmiptool.rules.pairing import Answer, Pairing, Request, observed
from pmiptool.rules.view import View
from pmiptool.wire.envelope import Envelope
from pmiptool.wire.layout import Decoded
from pmiptool.wire.values import BindingAcknowledgement, BindingError

Side = Literal["mag", "lma"]
"""Whose requests: those of the gateways, or those that an anchor sends by itself."""
CUT = "cut"
WHOSE = {"mag": "a gateway", "lma": "an anchor"}


@dataclass(eq=False)
class Recorded:
    """One request of a capture. ``time`` in seconds; ``asked``: the address that it went to.

    ``pair``: the addresses of its checksum, None over UDP; ``answer_pair``: of that of its answer.
    """

    frame: int
    time: float
    decoded: Decoded
    source: bytes
    asked: bytes
    pair: tuple[bytes, bytes] | None
    answer: Decoded | None = None
    answered_at: float | None = None
    answer_frame: int | None = None
    answer_pair: tuple[bytes, bytes] | None = None


class Pairs:
    """Requests and answers as they come; says which request an answer belongs to."""

    def __init__(self) -> None:
        self._pairing = Pairing()
        self._owners: dict[int, int] = {}
        self._others: list[tuple[int, bytes, bytes]] = []  # requests that are of no exchange

    def request(self, index: int, made: Request | Answer | None, source: bytes, asked: bytes) -> None:
        """Add a request, as `observed` has it."""
        if not isinstance(made, Request):
            self._others.append((index, source, asked))
            return
        self._pairing.request(made)
        self._owners[id(made)] = index

    def answer(self, made: Request | Answer | None, source: bytes, destination: bytes) -> int | None:
        """The index of the request, None for an answer that nobody asked for or a second one."""
        if isinstance(made, Request):
            return None  # the peer asks by itself
        if isinstance(made, Answer):
            pair = self._pairing.answer(made)
            if pair.request is None or pair.repeat:
                return None
            return self._owners.get(id(pair.request))
        for index, asking, asked in reversed(self._others):
            if (asking, asked) == (destination, source):
                self._others.remove((index, asking, asked))
                return index
        return None


def load(
    path: str, settings: CodePoints = DEFAULT, left_out: Counter[str] | None = None, side: Side = "mag"
) -> list[Recorded]:
    """The requests of one side of a capture with their answers, in order. Raises UsageError where there are none.

    left_out: counts the requests of the other side by the names of their messages, and as `CUT` what is not whole.
    """
    found: list[Recorded] = []
    pairs = Pairs()
    whole: list[Seen] = []
    for seen in messages(path, settings):
        if seen.envelope is not None and not seen.envelope.truncated:
            whole.append(seen)
        elif left_out is not None:
            left_out[CUT] += 1
    anchors = _anchors(whole)
    for seen in whole:
        assert seen.envelope is not None
        time = seen.frame.time_ns / 1e9
        source, destination = seen.envelope.src, seen.envelope.dst
        view = View(seen.decoded, settings)
        made = observed(
            view, source=source, destination=destination, time=time, frame=seen.frame.number, anchors=anchors
        )
        answer = isinstance(made, Answer)
        by_anchor = made is not None and made.lma == (destination if answer else source)
        if by_anchor != (side == "lma"):
            if left_out is not None and isinstance(made, Request):
                left_out[seen.decoded.name] += 1
            continue
        if answer or isinstance(seen.decoded.message, (BindingAcknowledgement, BindingError)):
            index = pairs.answer(made, source, destination)
            if index is not None and found[index].answer is None:
                one = found[index]
                one.answer, one.answered_at, one.answer_frame = seen.decoded, time, seen.frame.number
                one.answer_pair = _pair(seen.envelope)
            continue
        pairs.request(len(found), made, source, destination)
        found.append(_recorded(seen, time))
    if not found:
        raise UsageError(f"there is nothing to replay in {path}: it has no request of {WHOSE[side]}")
    return found


def _anchors(seen: Iterable[Seen]) -> set[bytes]:
    """Where proxy binding updates go, and where their acknowledgements come from."""
    ends = {"pbu": "dst", "pba": "src"}
    return {getattr(one.envelope, ends[one.decoded.name]) for one in seen if one.decoded.name in ends}


def _recorded(seen: Seen, time: float) -> Recorded:
    envelope = seen.envelope
    assert envelope is not None
    return Recorded(seen.frame.number, time, seen.decoded, envelope.src, envelope.dst, _pair(envelope))


def _pair(envelope: Envelope) -> tuple[bytes, bytes] | None:
    """The addresses of a checksum, None over UDP."""
    source, destination = envelope.checksum_pair
    return None if source is None or destination is None else (source, destination)


def sources_of(requests: list[Recorded]) -> list[bytes]:
    """The addresses that requests came from, in order of their first."""
    return list(dict.fromkeys(request.source for request in requests))
