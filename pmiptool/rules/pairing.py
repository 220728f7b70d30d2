"""Requests and their answers: by the two addresses, MN identifier and the fields that the exchange is paired by.

The binding acknowledgement has two exceptions (RFC 6275 9.5.1, RFC 5213 5.3.1 (4)): 135 without a timestamp carries
the last accepted sequence number and pairs with the newest outstanding request of that mobile node; 160 carries an
empty identifier and pairs by addresses and sequence number. Answers that fit no request exactly pair with the one that
they most likely mean, so that a rule can name what is wrong with them.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from pmiptool.rules.observed import FAMILIES, Answer, MnKey, Request, mn_key, observed

BINDING = "binding-update"
"""The family of registrations."""
MAX_TRANSMISSION_GAP = 32.0
"""MAX_BINDACK_TIMEOUT (RFC 6275 12): no request waits longer for its next transmission."""
MOMENT = 0.5
"""Seconds within which the same octets again are the network's doing."""
NEVER = float("inf")
FORGET = 2 * MAX_TRANSMISSION_GAP
SEQUENCE_OUT_OF_WINDOW, MISSING_MN_IDENTIFIER = 135, 160
TIMESTAMP_STATUSES = (156, 157)

__all__ = ["FORGET", "Answer", "MnKey", "Pair", "Pairing", "Request", "mn_key", "observed"]


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
    """Whether an answer repeats what RFC 5213 5.3.6 has copied from the request; other exchanges copy nothing."""
    if request.family != BINDING:
        return True
    names = ("hi", "att", "ll-id")
    return all(request.view.value(name) == answer.view.value(name) for name in names)


_Ordered = dict[Request, None]
"""Requests, the oldest first; one is found and dropped at once."""


class _Index(dict[Any, _Ordered]):
    """Requests by a key."""

    def __init__(self) -> None:
        super().__init__()
        self._mixed: set[Any] = set()

    def put(self, key: Any, request: Request, *, late: bool = False) -> None:
        """late: it is older than others that were put there."""
        self.setdefault(key, {})[request] = None
        if late:
            self._mixed.add(key)

    def drop(self, key: Any, request: Request) -> None:
        found = self.get(key)
        if found is not None:
            found.pop(request, None)
            if not found:
                del self[key]

    def at(self, key: Any) -> _Ordered:
        found = self.get(key, {})
        if self._mixed and key in self._mixed:
            self._mixed.discard(key)
            if len(found) > 1:
                found = self[key] = dict.fromkeys(sorted(found, key=lambda request: (request.time, request.frame)))
        return found


class Pairing:
    """Remembers requests until they are `FORGET` seconds old. No look-up goes through all of a busy mobile node's."""

    def __init__(self) -> None:
        self._order: list[tuple[float, int, int, Request]] = []
        self._count = 0
        self._latest = (float("-inf"), 0)
        self._exact = _Index()
        self._by_mn = _Index()
        self._by_key = _Index()
        self._by_timestamp = _Index()
        self._open_exact = _Index()
        self._open_by_mn = _Index()
        self._open_by_gist = _Index()
        self._open_by_key = _Index()
        self._open_by_node = _Index()
        self._open_between = _Index()
        self._open_anywhere = _Index()
        self._by_answer = _Index()
        self._last_answered: dict[Any, float] = {}
        self._seen: dict[Any, set[bytes]] = {}

    def _keys(self, request: Request) -> Iterator[tuple[_Index, Any]]:
        """Where a request is found, answered or not."""
        place = request.place
        yield self._exact, (place, request.key)
        yield self._by_mn, place
        yield self._by_key, (request.family, request.destination, request.source, request.key)
        if request.timestamp is not None:
            yield self._by_timestamp, (place, request.timestamp)

    def _open_keys(self, request: Request) -> Iterator[tuple[_Index, Any]]:
        """Where a request is found until it is answered."""
        place, kind = request.place, request.family
        yield self._open_exact, (place, request.key)
        yield self._open_by_mn, place
        yield self._open_by_gist, (place, request.gist)
        yield self._open_by_key, (kind, request.destination, request.source, request.key)
        yield self._open_by_node, (kind, request.destination, request.mn)
        yield self._open_between, (kind, request.destination, request.source)
        yield self._open_anywhere, (kind, request.mn, request.key)

    def request(self, request: Request) -> None:
        """A request was seen."""
        late = self._arrived(request)
        for index, key in (*self._keys(request), *self._open_keys(request)):
            index.put(key, request, late=late)

    def _arrived(self, request: Request) -> bool:
        """In the order of time; returns whether this one is told of late."""
        self._count += 1
        late = (request.time, request.frame) < self._latest
        self._latest = max(self._latest, (request.time, request.frame))
        heapq.heappush(self._order, (request.time, request.frame, self._count, request))
        self._seen.setdefault((request.family, request.destination, request.mn), set()).add(request.source)
        return late

    def recall(self, request: Request, answer: Answer) -> None:
        """An exchange that was seen before, and of which nobody has told so far."""
        late = self._arrived(request)
        for index, key in self._keys(request):
            index.put(key, request, late=late)
        self._note(request, answer)

    def knows(self, answer: Answer) -> bool:
        """Whether a request was seen of the mobile node, and between the nodes, that an answer speaks of."""
        return answer.destination in self._seen.get((answer.family, answer.source, answer.mn), ())

    def outstanding(self, place: Any) -> list[Request]:
        """Unanswered requests at one `Request.place`, the oldest first."""
        return list(self._open_by_mn.at(place))

    def unanswered_like(self, request: Request) -> Request | None:
        """The newest unanswered request that asked the same."""
        return next(reversed(self._open_by_gist.at((request.place, request.gist))), None)

    def open_numbered(self, request: Request) -> Collection[Request]:
        """Unanswered requests between the same nodes that the same fields pair, whomever they are about."""
        return self._open_by_key.at((request.family, request.destination, request.source, request.key)).keys()

    def open_between(self, source: bytes, destination: bytes) -> list[Request]:
        """Unanswered requests of every kind from one node to another."""
        return [r for kind in FAMILIES for r in self._open_between.at((kind, destination, source))]

    def numbered_like(self, request: Request) -> Request | None:
        """The newest request, answered or not, that the same fields pair."""
        return next(reversed(self._exact.at((request.place, request.key))), None)

    def copies(self, request: Request) -> Iterator[Request]:
        """The same octets a moment before or after, the newest first: the network doubled a request."""
        for other in reversed(self._exact.at((request.place, request.key))):
            if request.time - other.time >= MOMENT:
                break
            near = other.time - request.time < MOMENT
            if near and other is not request and other.decoded.raw == request.decoded.raw:
                yield other

    def copied(self, request: Request) -> bool:
        """Whether there are such."""
        return next(self.copies(request), None) is not None

    def open_of(self, request: Request) -> Collection[Request]:
        """Unanswered requests of the same kind and mobile node, wherever they come from, the oldest first."""
        return self._open_by_node.at((request.family, request.destination, request.mn)).keys()

    def answered_since(self, request: Request) -> bool:
        """Whether a later request of the same mobile node at the same gateway has an answer."""
        last = self._last_answered.get(request.place)
        return last is not None and last > request.time

    def answer(self, answer: Answer) -> Pair:
        """An answer was seen: the request it answers is marked as answered."""
        pair = self._find(answer)
        if pair.request is not None:
            self._answered(pair.request, answer)
        return pair

    def _answered(self, request: Request, answer: Answer) -> None:
        if not request.answers:
            for index, key in self._open_keys(request):
                index.drop(key, request)
            before = request.repeats
            while before is not None and not before.answered_later:
                before.answered_later = True
                before = before.repeats
        self._note(request, answer)

    def _note(self, request: Request, answer: Answer) -> None:
        place = request.place
        self._last_answered[place] = max(request.time, self._last_answered.get(place, request.time))
        request.answers.append(answer)
        self._by_answer.put(self._answer_key(request, answer), request)

    @staticmethod
    def _answer_key(request: Request, answer: Answer) -> Any:
        return request.place, answer.decoded.raw

    def _find(self, answer: Answer) -> Pair:
        place, mn = answer.place, answer.mn
        between = answer.family, answer.source, answer.destination
        exact = self._exact.at((place, answer.key))
        timed = self._with_timestamp(answer)
        if timed is not None and timed not in exact:
            return Pair(timed, answer, "sequence", repeat=bool(timed.answers))
        open_ = list(self._open_exact.at((place, answer.key)))
        fitting = [request for request in open_ if echoes(request, answer)]
        again = self._doubled(answer) if not fitting else None
        last_accepted = answer.status == SEQUENCE_OUT_OF_WINDOW and answer.view.value("timestamp") is None
        if open_ and again is None and (fitting or not last_accepted):
            return Pair(self._timed(fitting or open_, answer), answer)
        if again is not None:
            return Pair(again, answer, repeat=True)
        if last_accepted:
            waiting = self.outstanding(place)
            if waiting:
                fitting = [request for request in waiting if echoes(request, answer)]
                done = None if fitting else self._just_answered(answer)
                if done is not None:  # a doubled request is refused like this
                    return Pair(done, answer, repeat=True)
                return Pair((fitting or waiting)[-1], answer, "135")
        same = list(self._open_by_key.at((*between, answer.key)))
        if mn is None:
            pair = self._nameless(answer, same, between)
            if pair is not None:
                return pair
        if exact:
            return Pair(self._timed(list(exact), answer), answer, repeat=True)
        if same and not self.knows(answer):
            return Pair(same[-1], answer, "mn-id")
        waiting = self.outstanding(place)
        if waiting:
            return Pair(waiting[-1], answer, "sequence")
        elsewhere = self._open_anywhere.at((answer.family, mn, answer.key)) if mn else {}
        if not elsewhere:
            return Pair(None, answer)
        ends = {answer.source, answer.destination}  # of those at several anchors the one that has most of them
        likely = max(reversed(elsewhere), key=lambda request: len(ends & {request.source, request.destination}))
        return Pair(likely, answer, "addresses")

    def _nameless(self, answer: Answer, same: list[Request], between: tuple[Any, ...]) -> Pair | None:
        """The request of an answer that names no mobile node; `same`: those of its number that have no answer yet."""
        if same:
            nameless = [request for request in same if request.mn is None]
            how = "160" if answer.status == MISSING_MN_IDENTIFIER else "mn-id"
            return Pair((nameless or same)[-1], answer, how)
        done = self._by_key.at((*between, answer.key))
        if done:
            return Pair(next(reversed(done)), answer, repeat=True)
        waiting = self._open_between.at(between)
        return Pair(next(iter(waiting)), answer, "sequence") if len(waiting) == 1 else None

    def _just_answered(self, answer: Answer) -> Request | None:
        """The newest answered request of a moment ago that this answer echoes."""
        for request in reversed(self._by_mn.at(answer.place)):
            if answer.time - request.time >= 4 * MOMENT:
                break
            if request.answers and echoes(request, answer):
                return request
        return None

    def _doubled(self, answer: Answer) -> Request | None:
        """The request that these very octets answered a moment ago."""
        for request in self._by_answer.at((answer.place, answer.decoded.raw)):
            for other in request.answers:
                if other.decoded.raw == answer.decoded.raw and answer.time - other.time < MOMENT:
                    return request
        return None

    def _with_timestamp(self, answer: Answer) -> Request | None:
        """The request whose timestamp this answer returns (RFC 5213 5.5 (7)), where only one has it."""
        option = answer.view.value("timestamp")
        if option is None or answer.status in TIMESTAMP_STATUSES:
            return None
        same = self._by_timestamp.at((answer.place, option.timestamp))
        return next(iter(same)) if len(same) == 1 else None

    @staticmethod
    def _timed(requests: list[Request], answer: Answer) -> Request:
        """Of several transmissions with one sequence number that with the answer's timestamp, else the newest."""
        option = answer.view.value("timestamp")
        same = [r for r in requests if option is not None and r.timestamp == option.timestamp]
        return (same or requests)[-1]

    def forget(self, now: float) -> Iterator[Request]:
        """Requests that have become too old to be answered, the oldest first; they are dropped."""
        while self._order and self._order[0][0] < now - FORGET:
            request = heapq.heappop(self._order)[3]
            for index, key in (*self._keys(request), *(() if request.answers else self._open_keys(request))):
                index.drop(key, request)
            for answer in request.answers:
                self._by_answer.drop(self._answer_key(request, answer), request)
            if self._last_answered.get(request.place, NEVER) <= request.time:  # nothing that is left is older
                del self._last_answered[request.place]
            yield request
