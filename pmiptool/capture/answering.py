"""A recorded anchor that answers a real gateway: each request gets the recorded answer to the request most like it.

The answer is made alive: sequence number and time, addresses, prefixes and names are those of the request at hand.
"""

from __future__ import annotations

import heapq
from collections import Counter, deque
from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

from pmiptool.capture.recording import Recorded, sources_of
from pmiptool.capture.renaming import Network, Renaming
from pmiptool.errors import UsageError
from pmiptool.net.exchange import checksum_pair, decode, identifier
from pmiptool.registry import catalogue, model
from pmiptool.registry.codepoints import DEFAULT, CodePoints
from pmiptool.registry.rfc6275 import BA_P, BU_P
from pmiptool.session.endpoint import Datagram, Endpoint
from pmiptool.text.values import octets_text, time_raw
from pmiptool.wire import patch
from pmiptool.wire import values as v
from pmiptool.wire.codec import codec_for
from pmiptool.wire.layout import Decoded
from pmiptool.wire.rewrite import leaves, rewritten

_SAME = 64  # requests of a gateway that are known again
_FRAME = ("rfc6275/6.1.1/", "rfc6275/6.2.1/option-past-end")  # what is wrong where no anchor reads on
_COPIED = (
    v.MobileNodeIdentifier,
    v.HomeNetworkPrefix,
    v.HandoffIndicator,
    v.AccessTechnologyType,
    v.MobileNodeLinkLayerIdentifier,
    v.LinkLocalAddress,
    v.Timestamp,
)
"""What an answer copies from its request, a rejection too (RFC 5213 5.3.6)."""


class Answered(NamedTuple):
    """What became of a request: `answered`, `silent` (nobody answered it then), `unknown` or `rejected`."""

    time: float
    source: Endpoint
    request: Decoded
    what: str
    recorded: Recorded | None = None
    note: str = ""


NOBODY_LEFT = "every mobile node of the recording is played by another"


class RecordedAnchor:
    """Answers requests from a recording. No I/O; `receive`, `to_send` and so on as the reference LMA has them.

    ``names``: a table of what stands for what. ``speed``: answers come as late as then, twice as soon with 2.0, at once
    with None. ``reject``: the status for what the recording does not have; None: silence.
    """

    def __init__(
        self,
        requests: list[Recorded],
        *,
        names: Renaming | None = None,
        settings: CodePoints = DEFAULT,
        speed: float | None = 1.0,
        reject: int | None = None,
        clock_offset: float = 0.0,
    ) -> None:
        self._requests = requests
        self._names = names or Renaming()
        self._codec = codec_for(settings)
        self._speed = speed
        self._reject = reject
        self._clock_offset = clock_offset
        self._by_node: dict[tuple[str, bytes | None], list[int]] = {}
        for index, request in enumerate(requests):
            key = request.decoded.name, identifier(request.decoded)
            self._by_node.setdefault(key, []).append(index)
        self._nodes = list(dict.fromkeys(node for _, node in self._by_node if node))
        self._free = deque(self._nodes)
        self._plays: dict[bytes, bytes] = {}
        for request in requests:  # those that the table names are spoken for
            option = next((o for o in _options(request.decoded) if isinstance(o, v.MobileNodeIdentifier)), None)
            if option is not None and (other := self._names.identifier(option)) != option.identifier:
                self._plays[other] = option.identifier
        self._sources = deque(sources_of(requests))
        table = self._names.addresses
        self._mags = {table[then]: then for then in self._sources if then in table}
        self._used: Counter[int] = Counter()
        self._traits: dict[int, _Traits] = {}
        self._seen: dict[tuple[Endpoint, bytes], int] = {}
        self._due: list[tuple[float, int, Datagram]] = []
        self._number = 0
        self._events: list[Answered] = []

    # As a machine

    def receive(self, data: bytes, source: Endpoint, now: float, destination: Endpoint) -> None:
        """Take a message; what is no request is not for an anchor that only answers."""
        request = decode(self._codec, data, source, destination)
        role = catalogue.role_of(request.name, request.message)
        if role is not None and role[1] == "answer":
            return
        index = self._seen.get((source, data))
        note = "the same again" if index is not None else ""
        if index is None:
            index, note = self._match(request, source)
            if index is not None:
                self._used[index] += 1
                if len(self._seen) >= _SAME:
                    del self._seen[next(iter(self._seen))]
                self._seen[source, data] = index
        if index is None:
            self._unknown(request, source, destination, now, note)
            return
        recorded = self._requests[index]
        if recorded.answer is None:
            self._events.append(Answered(now, source, request, "silent", recorded, note))
            return
        delay = 0.0
        if self._speed is not None and recorded.answered_at is not None:
            delay = max(0.0, recorded.answered_at - recorded.time) / self._speed
        try:
            answer = self._alive(recorded, recorded.answer, request, source, destination, now + delay)
        except UsageError as error:  # what it names does not fit into an answer
            self._events.append(Answered(now, source, request, "unknown", recorded, str(error)))
            return
        self._events.append(Answered(now, source, request, "answered", recorded, note))
        self._put(now + delay, answer, destination, source)

    def to_send(self, now: float) -> list[Datagram]:
        out = []
        while self._due and self._due[0][0] <= now:
            out.append(heapq.heappop(self._due)[2])
        return out

    def next_timer(self) -> float | None:
        return self._due[0][0] if self._due else None

    def on_timer(self, now: float) -> None:
        """Answers that are due are sent by `to_send`."""

    def events(self) -> list[Answered]:
        """What happened since the last call."""
        found, self._events = self._events, []
        return found

    def _put(self, when: float, data: bytes, source: Endpoint, destination: Endpoint) -> None:
        self._number += 1
        heapq.heappush(self._due, (when, self._number, Datagram(data, source, destination)))

    # Matching

    def _match(self, request: Decoded, source: Endpoint) -> tuple[int | None, str]:
        """The recorded request that is most like one, and what is to be told of it.

        Of one message, of the mobile node that this one plays, and alike in whether it deregisters and in what is wrong
        with its header and where options end. Of several the one most alike; of those the one used least, and then the
        first: the order of the recording, again and again.
        """
        node, note = identifier(request), ""
        if node:
            then, note = self._played(node)
            if then is None:
                return None, NOBODY_LEFT
            node = then
        mag = self._mag(source.address)
        traits = _Traits.of(request)
        best: tuple[Any, ...] | None = None
        found = None
        for index in self._by_node.get((request.name, node), ()):
            recorded = self._requests[index]
            former = self._traits.get(index)
            if former is None:
                former = self._traits[index] = _Traits.of(recorded.decoded)
            if (former.broken, former.removal) != (traits.broken, traits.removal):
                continue
            rank = (*_likeness(former, traits, recorded.source == mag), -self._used[index], -index)
            if best is None or rank > best:
                best, found = rank, index
        return found, note

    def _played(self, node: bytes) -> tuple[bytes | None, str]:
        """Whom of the recording a mobile node plays: itself, whom the table says, or the next whom nobody plays."""
        then = self._plays.get(node)
        if then is not None:
            return then, ""
        taken = set(self._plays.values())
        then = node if node in self._nodes and node not in taken else None
        while then is None and self._free:
            candidate = self._free.popleft()
            then = candidate if candidate not in taken else None
        if then is None:
            return None, ""
        self._plays[node] = then
        return then, "" if then == node else f"plays {octets_text(then)}"

    def _mag(self, address: bytes) -> bytes | None:
        """Which gateway of the recording an address plays: itself, whom the table says, or the next one."""
        found = self._mags.get(address)
        if found is None:
            free = [source for source in self._sources if source not in self._mags.values()]
            found = address if address in free else free[0] if free else None
            if found is not None:
                self._mags[address] = found
        return found

    # Answering

    def _alive(self, recorded: Recorded, answer: Decoded, request: Decoded, source: Endpoint, destination: Endpoint,
               now: float) -> bytes:  # fmt: skip
        """The recorded answer for the request at hand."""
        was = answer.raw
        answer = self._without_missing(recorded.decoded, answer, request)
        names = self._names.copy()
        names.copies, _ = _copies(recorded.decoded, answer, request)
        for then, current in ((recorded.source, source.address), (recorded.asked, destination.address)):
            if len(then) == len(current):
                names.addresses[then] = current
        _take_over(names, recorded.decoded, answer, request)
        late = recorded.answered_at or recorded.time
        clock = time_raw(now + self._clock_offset)
        names.stamp = lambda was: max(0, clock + was - time_raw(late)) & 0xFFFFFFFFFFFFFFFF  # the anchor's own time
        data = rewritten(answer, names, self._codec)
        role = catalogue.role_of(recorded.decoded.name, recorded.decoded.message)
        for name in role[0].pairs if role is not None else ("sequence",):
            numbers = [patch.number_of(raw, name) for raw in (data, recorded.decoded.raw, request.raw)]
            given, former, wanted = numbers
            if given is not None and former is not None and wanted is not None:
                data = patch.with_number(data, name, given - former + wanted)
        return patch.with_checksum(data, was, recorded.answer_pair, checksum_pair(destination, source))

    def _without_missing(self, then: Decoded, answer: Decoded, now: Decoded) -> Decoded:
        """The answer without what it copied from the recorded request and the one at hand does not have."""
        _, missing = _copies(then, answer, now)
        if not missing:
            return answer
        kept = tuple(option for option in answer.message.options if id(option) not in missing)
        message = msgspec.structs.replace(answer.message, options=kept)
        return self._codec.decode(self._codec.encode(message))

    def _unknown(self, request: Decoded, source: Endpoint, destination: Endpoint, now: float, note: str) -> None:
        """Say so, and reject a registration where that is wanted."""
        if self._reject is None or not isinstance(request.message, v.BindingUpdate):
            self._events.append(Answered(now, source, request, "unknown", None, note))
            return
        self._events.append(Answered(now, source, request, "rejected", None, note))
        options = tuple(option for option in request.message.options if isinstance(option, _COPIED))
        flags = BA_P if request.message.flags & BU_P else 0
        message = v.BindingAcknowledgement(
            status=self._reject, flags=flags, sequence=request.message.sequence, options=options
        )
        pair = checksum_pair(destination, source)
        data = self._codec.encode(message) if pair is None else self._codec.encode(message, None, *pair)
        self._put(now, data, destination, source)


def _options(decoded: Decoded) -> tuple[Any, ...]:
    return tuple(getattr(decoded.message, "options", ()))


def _asks_for_any(decoded: Decoded) -> bool:
    found = [option for option in _options(decoded) if isinstance(option, v.HomeNetworkPrefix)]
    return bool(found) and all(option.home_network_prefix.is_any for option in found)


class _Traits(NamedTuple):
    """What requests are compared by."""

    broken: frozenset[str]
    removal: bool
    handoffs: list[Any]
    any: bool
    kinds: Counter[str]
    values: Counter[Any]

    @classmethod
    def of(cls, decoded: Decoded) -> _Traits:
        options = _options(decoded)
        return cls(
            frozenset(f.rule for f in decoded.findings if f.level == "error" and f.rule.startswith(_FRAME)),
            getattr(decoded.message, "lifetime", None) == 0,
            [option for option in options if isinstance(option, v.HandoffIndicator)],
            _asks_for_any(decoded),
            Counter(type(option).__name__ for option in options),
            Counter(_values(decoded)),
        )


def _likeness(then: _Traits, now: _Traits, same_mag: bool) -> tuple[int, ...]:
    """How much two requests are alike, what matters most first: handoff, prefix, options, gateway, then all else."""
    apart = sum(((then.kinds - now.kinds) + (now.kinds - then.kinds)).values())
    equal = sum((then.values & now.values).values())
    return then.handoffs == now.handoffs, then.any == now.any, -apart, same_mag, equal


def _values(decoded: Decoded) -> Iterator[tuple[str, str, Any]]:
    """What a message says, field by field, but for its number and time."""
    for field, item, owner in leaves(decoded.message):
        if field.name != "sequence" and not isinstance(field, model.Time48):
            yield type(owner).__name__, field.name, item


def _copies(then: Decoded, answer: Decoded, now: Decoded) -> tuple[dict[int, Any], set[int]]:
    """The options of an answer that are copies of its request's: what the request at hand has instead, or has not."""
    found: dict[int, Any] = {}
    missing: set[int] = set()
    for kind in _COPIED:
        asked, given, asking = ([o for o in _options(one) if type(o) is kind] for one in (then, answer, now))
        for number, (former, copy) in enumerate(zip(asked, given, strict=False)):
            if former != copy:
                continue
            if number >= len(asking):
                missing.add(id(copy))
            elif not any(_is_zero(item) for _, item, _ in leaves(asking[number])):
                found[id(copy)] = asking[number]
    return found, missing


def _take_over(names: Renaming, then: Decoded, answer: Decoded, now: Decoded) -> None:
    """Have what the request at hand names stand for what the recorded one named, or was given where it named none."""
    given: dict[type, list[Any]] = {}
    for option in _options(answer):
        given.setdefault(type(option), []).append(option)
    seen: Counter[type] = Counter()
    before: dict[type, list[Any]] = {}
    for option in _options(then):
        before.setdefault(type(option), []).append(option)
    for option in _options(now):
        kind = type(option)
        former = before.get(kind, [])[seen[kind] : seen[kind] + 1]
        gave = given.get(kind, [])[seen[kind] : seen[kind] + 1]
        seen[kind] += 1
        if not former:
            continue
        for (field, was, _), (_, became, _), (_, got, _) in zip(
            leaves(former[0]), leaves(option), leaves((gave or former)[0]), strict=False
        ):
            _stand_for(names, field, got if _is_zero(was) else was, became)


def _stand_for(names: Renaming, field: model.Field | model.Part, was: Any, became: Any) -> None:
    """Note what one value of a field stands for another."""
    if _is_zero(was) or _is_zero(became) or was == became:
        return
    if isinstance(was, v.Prefix) and isinstance(became, v.Prefix):
        names.add(Network(was.address, was.length), Network(became.address, became.length))
    elif isinstance(field, (model.Address, model.AddressRest)) or (
        isinstance(field, model.Part) and field.kind == "address"
    ):
        names.addresses[was] = became
    elif isinstance(was, bytes) and isinstance(became, bytes):
        names.octets[was] = became


def _is_zero(item: Any) -> bool:
    if isinstance(item, v.Prefix):
        return item.is_any
    return isinstance(item, bytes) and not any(item)
