"""Requests and their answers: by anchor's address, care-of address, MN identifier and sequence number.

Two exceptions (RFC 6275 9.5.1, RFC 5213 5.3.1 (4)): 135 without a timestamp carries the last accepted sequence number
and pairs with the newest outstanding request of that mobile node; 160 carries an empty identifier and pairs by
addresses and sequence number. Answers that fit no request exactly pair with the one that they most likely mean, so
that a rule can name what is wrong with them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pmiptool.rules.view import View
from pmiptool.wire.codec import Decoded

MAX_TRANSMISSION_GAP = 32.0
"""MAX_BINDACK_TIMEOUT (RFC 6275 12): no request waits longer for its next transmission."""
MOMENT = 0.5
"""Seconds within which the same octets again are the network's doing."""
FORGET = 2 * MAX_TRANSMISSION_GAP

MnKey = tuple[int, bytes]


def mn_key(view: View) -> MnKey | None:
    """Subtype and identifier of the MN-ID option; None without one, or with an empty one."""
    option = view.value("mn-id")
    return (option.subtype, option.identifier) if option is not None and option.identifier else None


@dataclass(eq=False)
class Request:
    """One transmission of a request. `source` is where it came from, `care_of` its proxy care-of address.

    right: nothing in it excuses silence. bound: whether its care-of address had a binding (None: unknown).
    garbled: how many messages with errors of form had gone to the anchor before.
    repeats: the transmission before it, when it asks the same again while that one was not answered.
    """

    decoded: Decoded
    view: View
    time: float
    frame: int
    lma: bytes
    source: bytes
    mn: MnKey | None
    sequence: int
    timestamp: int | None
    care_of: bytes
    right: bool = True
    bound: bool | None = None
    garbled: int = 0
    answers: list[Answer] = field(default_factory=list)
    repeats: Request | None = None
    repeated: bool = False

    @property
    def removal(self) -> bool:
        return bool(self.decoded.message.lifetime == 0)


@dataclass(eq=False)
class Answer:
    """One acknowledgement, sent by `lma` to `destination`."""

    decoded: Decoded
    view: View
    time: float
    frame: int
    lma: bytes
    destination: bytes
    mn: MnKey | None


@dataclass(frozen=True)
class Pair:
    """An answer and its request. how: `exact`, `135`, `160`; or what differs: `sequence`, `mn-id`, `addresses`.

    repeat: the request had been answered before.
    """

    request: Request | None
    answer: Answer
    how: str = "exact"
    repeat: bool = False


def echoes(request: Request, answer: Answer) -> bool:
    """Whether an answer repeats what RFC 5213 5.3.6 has copied from the request."""
    names = ("hi", "att", "ll-id")
    return all(request.view.value(name) == answer.view.value(name) for name in names)


class Pairing:
    """Remembers requests until they are `FORGET` seconds old."""

    def __init__(self) -> None:
        self._order: deque[Request] = deque()
        self._exact: dict[Any, list[Request]] = {}
        self._by_mn: dict[Any, list[Request]] = {}
        self._by_sequence: dict[Any, list[Request]] = {}
        self._by_node: dict[Any, list[Request]] = {}
        self.seen_mns: set[Any] = set()

    def request(self, request: Request) -> None:
        """A request was seen."""
        self._order.append(request)
        self._exact.setdefault((request.lma, request.source, request.mn, request.sequence), []).append(request)
        self._by_mn.setdefault((request.lma, request.source, request.mn), []).append(request)
        self._by_sequence.setdefault((request.lma, request.source, request.sequence), []).append(request)
        self._by_node.setdefault((request.lma, request.mn), []).append(request)
        self.seen_mns.add((request.lma, request.source, request.mn))

    def outstanding(self, lma: bytes, source: bytes, mn: MnKey | None) -> list[Request]:
        """Unanswered requests of a mobile node at a gateway, the oldest first."""
        return [r for r in self._by_mn.get((lma, source, mn), ()) if not r.answers]

    def transmissions(self, request: Request) -> list[Request]:
        """What was sent with the sequence number of a request, itself included."""
        return self._exact.get((request.lma, request.source, request.mn, request.sequence), [])

    def open_of(self, lma: bytes, mn: MnKey | None) -> list[Request]:
        """Unanswered requests of a mobile node at all gateways, the oldest first."""
        return [r for r in self._by_node.get((lma, mn), ()) if not r.answers]

    def answered(self, lma: bytes, source: bytes, mn: MnKey | None) -> list[Request]:
        """Requests of a mobile node at a gateway that have an answer, the oldest first."""
        return [r for r in self._by_mn.get((lma, source, mn), ()) if r.answers]

    def answer(self, answer: Answer) -> Pair:
        """An acknowledgement was seen: the request it answers is marked as answered."""
        pair = self._find(answer)
        if pair.request is not None:
            pair.request.answers.append(answer)
        return pair

    def _find(self, answer: Answer) -> Pair:
        message = answer.decoded.message
        lma, to, mn, sequence = answer.lma, answer.destination, answer.mn, message.sequence
        exact = self._exact.get((lma, to, mn, sequence), [])
        timed = self._by_timestamp(answer)
        if timed is not None and timed not in exact:
            return Pair(timed, answer, "sequence", repeat=bool(timed.answers))
        open_ = [request for request in exact if not request.answers]
        fitting = [request for request in open_ if echoes(request, answer)]
        again = self._doubled(answer) if not fitting else None
        last_accepted = message.status == 135 and answer.view.value("timestamp") is None
        if open_ and again is None and (fitting or not last_accepted):
            return Pair(self._timed(fitting or open_, answer), answer)
        if again is not None:
            return Pair(again, answer, repeat=True)
        if last_accepted:
            waiting = self.outstanding(lma, to, mn)
            if waiting:
                fitting = [request for request in waiting if echoes(request, answer)]
                done = [] if fitting else [r for r in self.answered(lma, to, mn) if echoes(r, answer)]
                if done and answer.time - done[-1].time < 4 * MOMENT:  # a doubled request is refused like this
                    return Pair(done[-1], answer, repeat=True)
                return Pair((fitting or waiting)[-1], answer, "135")
        same = [r for r in self._by_sequence.get((lma, to, sequence), ()) if not r.answers]
        if mn is None:
            nameless = [request for request in same if request.mn is None]
            if nameless or same:
                return Pair((nameless or same)[-1], answer, "160" if message.status == 160 else "mn-id")
        if exact:
            return Pair(self._timed(exact, answer), answer, repeat=True)
        if same and (lma, to, mn) not in self.seen_mns:
            return Pair(same[-1], answer, "mn-id")
        waiting = self.outstanding(lma, to, mn)
        if waiting:
            return Pair(waiting[-1], answer, "sequence")
        elsewhere = [
            r for r in reversed(self._order) if not r.answers and r.mn == mn and r.sequence == sequence and r.mn
        ]
        return Pair(elsewhere[0], answer, "addresses") if elsewhere else Pair(None, answer)

    def _doubled(self, answer: Answer) -> Request | None:
        """The request that these very octets answered a moment ago."""
        for request in self.answered(answer.lma, answer.destination, answer.mn):
            for other in request.answers:
                if other.decoded.raw == answer.decoded.raw and answer.time - other.time < MOMENT:
                    return request
        return None

    def _by_timestamp(self, answer: Answer) -> Request | None:
        """The request whose timestamp this answer returns (RFC 5213 5.5 (7)), where only one has it."""
        option = answer.view.value("timestamp")
        if option is None or answer.decoded.message.status in (156, 157):
            return None
        sent = self._by_mn.get((answer.lma, answer.destination, answer.mn), ())
        same = [request for request in sent if request.timestamp == option.timestamp]
        return same[0] if len(same) == 1 else None

    @staticmethod
    def _timed(requests: list[Request], answer: Answer) -> Request:
        """Of several transmissions with one sequence number that with the answer's timestamp, else the newest."""
        option = answer.view.value("timestamp")
        same = [r for r in requests if option is not None and r.timestamp == option.timestamp]
        return (same or requests)[-1]

    def forget(self, now: float) -> Iterator[Request]:
        """Requests that have become too old to be answered, the oldest first; they are dropped."""
        while self._order and self._order[0].time < now - FORGET:
            request = self._order.popleft()
            for index, key in (
                (self._exact, (request.lma, request.source, request.mn, request.sequence)),
                (self._by_mn, (request.lma, request.source, request.mn)),
                (self._by_sequence, (request.lma, request.source, request.sequence)),
                (self._by_node, (request.lma, request.mn)),
            ):
                kept = [other for other in index[key] if other is not request]
                if kept:
                    index[key] = kept
                else:
                    del index[key]
            yield request
