"""Requests and their answers: by anchor's address, care-of address, MN identifier and sequence number.

Two exceptions (RFC 6275 9.5.1, RFC 5213 5.3.1 (4)): 135 without a timestamp carries the last accepted sequence number
and pairs with the newest outstanding request of that mobile node; 160 carries an empty identifier and pairs by
addresses and sequence number. Answers that fit no request exactly pair with the one that they most likely mean, so
that a rule can name what is wrong with them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import cached_property
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
    answered_later: a transmission that repeats this one, or repeats such a one, has an answer.
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
    answered_later: bool = False

    @property
    def removal(self) -> bool:
        return bool(self.decoded.message.lifetime == 0)

    @cached_property
    def gist(self) -> tuple[object, ...]:
        """What it asks: lifetime 0 or not, flags, and all options but the timestamp."""
        values = tuple(element.value for element in self.view.elements if element.name != "timestamp")
        return self.removal, self.decoded.message.flags, values


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


_Ordered = dict[Request, None]
"""Requests, the oldest first; one is found and dropped at once."""


class _Index(dict[Any, _Ordered]):
    """Requests by a key."""

    def put(self, key: Any, request: Request) -> None:
        self.setdefault(key, {})[request] = None

    def drop(self, key: Any, request: Request) -> None:
        found = self.get(key)
        if found is not None:
            found.pop(request, None)
            if not found:
                del self[key]

    def at(self, key: Any) -> _Ordered:
        return self.get(key, {})


class Pairing:
    """Remembers requests until they are `FORGET` seconds old. No look-up goes through all of a busy mobile node's."""

    def __init__(self) -> None:
        self._order: deque[Request] = deque()
        self._exact = _Index()
        self._by_mn = _Index()
        self._by_timestamp = _Index()
        self._open_exact = _Index()
        self._open_by_mn = _Index()
        self._open_by_gist = _Index()
        self._open_by_sequence = _Index()
        self._open_by_node = _Index()
        self._open_anywhere = _Index()
        self._by_answer = _Index()
        self._last_answered: dict[Any, float] = {}
        self.seen_mns: set[Any] = set()

    def _keys(self, request: Request) -> Iterator[tuple[_Index, Any]]:
        """Where a request is found, answered or not."""
        place = request.lma, request.source, request.mn
        yield self._exact, (*place, request.sequence)
        yield self._by_mn, place
        if request.timestamp is not None:
            yield self._by_timestamp, (*place, request.timestamp)

    def _open_keys(self, request: Request) -> Iterator[tuple[_Index, Any]]:
        """Where a request is found until it is answered."""
        place = request.lma, request.source, request.mn
        yield self._open_exact, (*place, request.sequence)
        yield self._open_by_mn, place
        yield self._open_by_gist, (*place, request.gist)
        yield self._open_by_sequence, (request.lma, request.source, request.sequence)
        yield self._open_by_node, (request.lma, request.mn)
        yield self._open_anywhere, (request.mn, request.sequence)

    def request(self, request: Request) -> None:
        """A request was seen."""
        self._order.append(request)
        for index, key in (*self._keys(request), *self._open_keys(request)):
            index.put(key, request)
        self.seen_mns.add((request.lma, request.source, request.mn))

    def outstanding(self, lma: bytes, source: bytes, mn: MnKey | None) -> list[Request]:
        """Unanswered requests of a mobile node at a gateway, the oldest first."""
        return list(self._open_by_mn.at((lma, source, mn)))

    def unanswered_like(self, request: Request) -> Request | None:
        """The newest unanswered request that asked the same."""
        place = request.lma, request.source, request.mn
        return next(reversed(self._open_by_gist.at((*place, request.gist))), None)

    def copies(self, request: Request) -> list[Request]:
        """The same octets a moment before or after: the network doubled a request."""
        found = []
        for other in reversed(self._exact.at((request.lma, request.source, request.mn, request.sequence))):
            if request.time - other.time >= MOMENT:
                break
            near = other.time - request.time < MOMENT
            if near and other is not request and other.decoded.raw == request.decoded.raw:
                found.append(other)
        return found[::-1]

    def open_of(self, lma: bytes, mn: MnKey | None) -> Collection[Request]:
        """Unanswered requests of a mobile node at all gateways, the oldest first."""
        return self._open_by_node.at((lma, mn)).keys()

    def answered_since(self, request: Request) -> bool:
        """Whether a later request of the same mobile node at the same gateway has an answer."""
        last = self._last_answered.get((request.lma, request.source, request.mn))
        return last is not None and last > request.time

    def answer(self, answer: Answer) -> Pair:
        """An acknowledgement was seen: the request it answers is marked as answered."""
        pair = self._find(answer)
        if pair.request is not None:
            self._answered(pair.request, answer)
        return pair

    def _answered(self, request: Request, answer: Answer) -> None:
        if not request.answers:
            for index, key in self._open_keys(request):
                index.drop(key, request)
            place = request.lma, request.source, request.mn
            self._last_answered[place] = max(request.time, self._last_answered.get(place, request.time))
            before = request.repeats
            while before is not None and not before.answered_later:
                before.answered_later = True
                before = before.repeats
        request.answers.append(answer)
        self._by_answer.put(self._answer_key(request, answer), request)

    @staticmethod
    def _answer_key(request: Request, answer: Answer) -> Any:
        return request.lma, request.source, request.mn, answer.decoded.raw

    def _find(self, answer: Answer) -> Pair:
        message = answer.decoded.message
        lma, to, mn, sequence = answer.lma, answer.destination, answer.mn, message.sequence
        exact = self._exact.at((lma, to, mn, sequence))
        timed = self._with_timestamp(answer)
        if timed is not None and timed not in exact:
            return Pair(timed, answer, "sequence", repeat=bool(timed.answers))
        open_ = list(self._open_exact.at((lma, to, mn, sequence)))
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
                done = None if fitting else self._just_answered(answer)
                if done is not None:  # a doubled request is refused like this
                    return Pair(done, answer, repeat=True)
                return Pair((fitting or waiting)[-1], answer, "135")
        same = list(self._open_by_sequence.at((lma, to, sequence)))
        if mn is None:
            nameless = [request for request in same if request.mn is None]
            if nameless or same:
                return Pair((nameless or same)[-1], answer, "160" if message.status == 160 else "mn-id")
        if exact:
            return Pair(self._timed(list(exact), answer), answer, repeat=True)
        if same and (lma, to, mn) not in self.seen_mns:
            return Pair(same[-1], answer, "mn-id")
        waiting = self.outstanding(lma, to, mn)
        if waiting:
            return Pair(waiting[-1], answer, "sequence")
        elsewhere = self._open_anywhere.at((mn, sequence)) if mn else {}
        return Pair(next(reversed(elsewhere)), answer, "addresses") if elsewhere else Pair(None, answer)

    def _just_answered(self, answer: Answer) -> Request | None:
        """The newest answered request of a moment ago that this answer echoes."""
        for request in reversed(self._by_mn.at((answer.lma, answer.destination, answer.mn))):
            if answer.time - request.time >= 4 * MOMENT:
                break
            if request.answers and echoes(request, answer):
                return request
        return None

    def _doubled(self, answer: Answer) -> Request | None:
        """The request that these very octets answered a moment ago."""
        for request in self._by_answer.at((answer.lma, answer.destination, answer.mn, answer.decoded.raw)):
            for other in request.answers:
                if other.decoded.raw == answer.decoded.raw and answer.time - other.time < MOMENT:
                    return request
        return None

    def _with_timestamp(self, answer: Answer) -> Request | None:
        """The request whose timestamp this answer returns (RFC 5213 5.5 (7)), where only one has it."""
        option = answer.view.value("timestamp")
        if option is None or answer.decoded.message.status in (156, 157):
            return None
        same = self._by_timestamp.at((answer.lma, answer.destination, answer.mn, option.timestamp))
        return next(iter(same)) if len(same) == 1 else None

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
            for index, key in (*self._keys(request), *self._open_keys(request)):
                index.drop(key, request)
            for answer in request.answers:
                self._by_answer.drop(self._answer_key(request, answer), request)
            yield request
