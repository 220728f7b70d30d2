"""A capture's requests sent again, alive, in their rhythm; the answers held against the recorded ones.

Alive: new sequence numbers, timestamps, addresses and checksums. Nothing else moves, and what was wrong stays wrong.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from pmiptool.capture.compare import Difference, Exchange, differences
from pmiptool.capture.messages import Seen, messages
from pmiptool.errors import UsageError
from pmiptool.net.exchange import checksum_pair, decode
from pmiptool.net.record import Recorder
from pmiptool.net.transport import Received, Transport
from pmiptool.registry.codepoints import DEFAULT, CodePoints
from pmiptool.rules.pairing import Answer, Pairing, Request, observed
from pmiptool.rules.view import View
from pmiptool.session.endpoint import Datagram, Endpoint
from pmiptool.text.values import address_text, prefix_text, time_raw
from pmiptool.wire import patch
from pmiptool.wire.codec import codec_for
from pmiptool.wire.layout import Decoded
from pmiptool.wire.values import (
    BindingAcknowledgement,
    BindingError,
    GreKey,
    HomeNetworkPrefix,
    Ipv4HomeAddressReply,
    Prefix,
)

REWRITES = ("seq", "timestamp", "addresses")
_TIMESTAMP_STATUSES = (156, 157)


@dataclass(eq=False)
class Recorded:
    """One request of a capture. ``time`` in seconds; ``pair``: the addresses of its checksum, None over UDP."""

    frame: int
    time: float
    decoded: Decoded
    source: bytes
    lma: bytes
    pair: tuple[bytes, bytes] | None
    answer: Decoded | None = None
    answered_at: float | None = None


@dataclass(eq=False)
class Replayed:
    """A request as it went again, and what came of it."""

    recorded: Recorded
    sent: Decoded
    answer: Decoded | None = None
    notes: list[str] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)

    @property
    def state(self) -> str:
        """``same``, ``different``, or ``unanswered``: it was answered then, and is not now."""
        if self.recorded.answer is not None and self.answer is None:
            return "unanswered"
        return "different" if self.differences else "same"


class _Pairs:
    """Requests and answers as they come; says which request an answer belongs to."""

    def __init__(self, settings: CodePoints) -> None:
        self._settings = settings
        self._pairing = Pairing()
        self._owners: dict[int, int] = {}
        self._others: list[tuple[int, bytes, bytes]] = []  # requests that are no binding updates

    def request(self, index: int, decoded: Decoded, time: float, source: bytes, lma: bytes) -> None:
        made = observed(View(decoded, self._settings), source=source, destination=lma, time=time, frame=index)
        if not isinstance(made, Request):
            self._others.append((index, source, lma))
            return
        self._pairing.request(made)
        self._owners[id(made)] = index

    def answer(self, decoded: Decoded, time: float, lma: bytes, destination: bytes) -> int | None:
        """The index of the request, None for an answer that nobody asked for or a second one."""
        made = observed(View(decoded, self._settings), source=lma, destination=destination, time=time)
        if isinstance(made, Request):
            return None  # the anchor asks by itself
        if isinstance(made, Answer):
            pair = self._pairing.answer(made)
            if pair.request is None or pair.repeat:
                return None
            return self._owners.get(id(pair.request))
        for index, source, asked in reversed(self._others):
            if (source, asked) == (destination, lma):
                self._others.remove((index, source, asked))
                return index
        return None


def load(path: str, settings: CodePoints = DEFAULT, left_out: Counter[str] | None = None) -> list[Recorded]:
    """The gateways' requests of a capture with their answers, in order. Raises UsageError where there are none.

    What an anchor asks by itself, and how gateways answer that, is left out: nobody can be made to ask it here.
    left_out: counts such requests by the names of their messages.
    """
    found: list[Recorded] = []
    pairs = _Pairs(settings)
    whole = [seen for seen in messages(path, settings) if seen.envelope is not None and not seen.envelope.truncated]
    anchors = _anchors(whole)
    for seen in whole:
        assert seen.envelope is not None
        time = seen.frame.time_ns / 1e9
        source, destination = seen.envelope.src, seen.envelope.dst
        made = observed(View(seen.decoded, settings), source=source, destination=destination, anchors=anchors)
        if made is not None and made.lma == (destination if isinstance(made, Answer) else source):
            if left_out is not None and isinstance(made, Request):
                left_out[seen.decoded.name] += 1
            continue
        if isinstance(made, Answer) or isinstance(seen.decoded.message, (BindingAcknowledgement, BindingError)):
            index = pairs.answer(seen.decoded, time, source, destination)
            if index is not None and found[index].answer is None:
                found[index].answer, found[index].answered_at = seen.decoded, time
            continue
        pairs.request(len(found), seen.decoded, time, source, destination)
        found.append(_recorded(seen, time))
    if not found:
        raise UsageError(f"there is nothing to replay in {path}: it has no request of a gateway")
    return found


def _anchors(seen: Iterable[Seen]) -> set[bytes]:
    """Where proxy binding updates go, and where their acknowledgements come from."""
    ends = {"pbu": "dst", "pba": "src"}
    return {getattr(one.envelope, ends[one.decoded.name]) for one in seen if one.decoded.name in ends}


def _recorded(seen: Seen, time: float) -> Recorded:
    envelope = seen.envelope
    assert envelope is not None
    pair = envelope.checksum_pair if envelope.transport == "ipv6" else None
    usable = (pair[0], pair[1]) if pair is not None and pair[0] is not None and pair[1] is not None else None
    return Recorded(seen.frame.number, time, seen.decoded, envelope.src, envelope.dst, usable)


def sources_of(requests: list[Recorded]) -> list[bytes]:
    """The addresses that requests came from, in order of their first."""
    return list(dict.fromkeys(request.source for request in requests))


def parse_rewrite(text: str) -> frozenset[str]:
    """Read ``seq,timestamp,addresses`` or ``none``. Raises UsageError."""
    words = [word.strip() for word in text.split(",") if word.strip()]
    if words == ["none"]:
        return frozenset()
    for word in words:
        if word not in REWRITES:
            raise UsageError(f"--rewrite is '{text}'; it takes none, or some of {','.join(REWRITES)}")
    if not words:
        raise UsageError(f"--rewrite is empty; it takes none, or some of {','.join(REWRITES)}")
    return frozenset(words)


class Replay:
    """Sends requests again over a transport that has a source for each recorded one.

    ``speed``: 2.0 is twice as fast, None as fast as answers come. ``timeout``: seconds to wait for an answer that
    came then. ``clock_offset``: seconds to add to our clock in timestamps.
    """

    def __init__(
        self,
        way: Transport | Recorder,
        requests: list[Recorded],
        *,
        rewrite: Collection[str] = REWRITES,
        speed: float | None = 1.0,
        timeout: float = 5.0,
        clock_offset: float = 0.0,
        settings: CodePoints = DEFAULT,
        told: Callable[[Replayed], None] | None = None,
    ) -> None:
        self._way = way
        self._requests = requests
        self._rewrite = rewrite
        self._speed = speed
        self._timeout = timeout
        self._clock_offset = clock_offset
        self._settings = settings
        self._told = told
        self._codec = codec_for(settings)
        self._locals = dict(zip(sources_of(requests), way.locals, strict=False))
        first = next((n for n in (patch.sequence_of(r.decoded.raw) for r in requests) if n is not None), 0)
        self._shift = (int(way.now()) - first) & 0xFFFF
        self._stamp = 0
        self._prefixes: dict[Prefix, Prefix] = {}
        self._homes: dict[patch.Ipv4Net, patch.Ipv4Net] = {}
        self._keys: dict[int, int] = {}
        self._renamed: dict[str, Any] = {}
        for source, local in self._locals.items():
            self._renamed[address_text(source)] = address_text(local.address)
        self._pairs = _Pairs(settings)
        self.replayed: list[Replayed] = []
        self._waiting: dict[Replayed, None] = {}  # answered then, and so far neither now nor given up

    def run(self) -> list[Replayed]:
        """Send everything, wait for the answers, compare."""
        begin, first = self._way.now(), self._requests[0].time
        told = 0
        for request in self._requests:
            self._await([r for r in self._waiting if _came_before(r.recorded, request)])
            if self._speed is not None:
                self._listen(begin + (request.time - first) / self._speed)
            self._send(request)
            told = self._tell(told, request)
        self._await(list(self._waiting))
        self._listen(self._way.now() + min(0.2, self._timeout))  # what nobody answered then, and somebody does now
        self._tell(told, None)
        return self.replayed

    def _tell(self, begin: int, now: Recorded | None) -> int:
        """Compare, in order, what is answered or had been answered by now; return where that ended."""
        while begin < len(self.replayed):
            one = self.replayed[begin]
            if now is not None and one.answer is None and not _came_before(one.recorded, now):
                break
            self._judge(one)
            if self._told is not None:
                self._told(one)
            begin += 1
        return begin

    def _send(self, request: Recorded) -> None:
        local = self._locals[request.source]
        data = self._alive(request, local)
        decoded = decode(self._codec, data, local, self._way.peer)
        self._pairs.request(len(self.replayed), decoded, self._way.now(), local.address, self._way.peer.address)
        one = Replayed(request, decoded)
        self.replayed.append(one)
        if request.answer is not None:
            self._waiting[one] = None
        self._way.send(Datagram(data, local, self._way.peer))

    def _alive(self, request: Recorded, local: Endpoint) -> bytes:
        """The request with what `rewrite` names made new."""
        decoded = request.decoded
        data = decoded.raw
        if "seq" in self._rewrite:
            number = patch.sequence_of(data)
            data = data if number is None else patch.with_sequence(data, number + self._shift)
        if "timestamp" in self._rewrite:
            data = patch.with_timestamp(data, decoded, lambda was: self._new_stamp(request, was))
        if "addresses" in self._rewrite:
            data = patch.with_prefixes(data, decoded, lambda was: self._prefixes.get(was, was))
            data = patch.with_ipv4_homes(data, decoded, lambda was: self._homes.get(was, was))
            data = patch.with_alternate(data, decoded, self._address)
        if not self._rewrite:
            return data
        return patch.with_checksum(data, decoded.raw, request.pair, checksum_pair(local, self._way.peer))

    def _address(self, was: bytes) -> bytes:
        local = self._locals.get(was)
        return was if local is None or len(local.address) != 16 else local.address

    def _new_stamp(self, request: Recorded, was: int) -> int:
        """The time; one that was refused for its time is as far off as it was."""
        now = self._way.now() + self._clock_offset
        if getattr(getattr(request.answer, "message", None), "status", None) in _TIMESTAMP_STATUSES:
            return max(0, time_raw(now) + was - time_raw(request.time)) & 0xFFFFFFFFFFFFFFFF
        self._stamp = max(time_raw(now), self._stamp + 1)
        return self._stamp

    def _await(self, earlier: list[Replayed]) -> None:
        """Wait for answers that had come before the next request then."""
        until = self._way.now() + self._timeout
        while self._way.now() < until and any(r.answer is None and not r.notes for r in earlier):
            self._receive(until)
        for one in earlier:
            if one.answer is None and not one.notes:
                one.notes.append(f"no answer in {self._timeout:g} s")
            self._waiting.pop(one, None)

    def _listen(self, until: float) -> None:
        while self._way.now() < until:
            self._receive(until)

    def _receive(self, until: float) -> None:
        for arrival in self._way.receive(until):
            if not isinstance(arrival, Received):
                self._icmp(arrival.original, arrival.text)
                continue
            decoded = decode(self._codec, arrival.data, arrival.source, arrival.destination)
            index = self._pairs.answer(decoded, arrival.time, arrival.source.address, arrival.destination.address)
            if index is not None and self.replayed[index].answer is None:
                self._answered(self.replayed[index], decoded)

    def _icmp(self, original: bytes, text: str) -> None:
        """Note an ICMP error with the request that it is about."""
        for one in reversed(self.replayed):
            if one.sent.raw.startswith(original[:1024]):
                one.notes.append(text)
                return

    def _answered(self, one: Replayed, decoded: Decoded) -> None:
        """Keep the answer; what was assigned now stands for what was assigned then."""
        one.answer = decoded
        self._waiting.pop(one, None)
        if one.recorded.answer is None or "addresses" not in self._rewrite:
            return
        for then, now in zip(_prefixes(one.recorded.answer), _prefixes(decoded), strict=False):
            if then != now and not then.is_any and not now.is_any:
                self._prefixes.setdefault(then, now)
        for home, other in zip(_homes(one.recorded.answer), _homes(decoded), strict=False):
            self._homes.setdefault(home, other)
        for key, new in zip(_keys(one.recorded.answer), _keys(decoded), strict=False):
            self._keys.setdefault(key, new)

    def _judge(self, one: Replayed) -> None:
        then = Exchange(one.recorded.decoded, one.recorded.answer)
        one.differences = differences(then, Exchange(one.sent, one.answer), self._renamed, self._settings)
        for prefix, now in self._prefixes.items():  # a new prefix is a difference once, when it is assigned
            self._renamed[prefix_text(prefix)] = prefix_text(now)
        for home, other in self._homes.items():
            self._renamed[address_text(home[0])] = address_text(other[0])
        for key, new in self._keys.items():
            self._renamed[str([key])] = [new]


def _prefixes(decoded: Decoded) -> list[Prefix]:
    options = getattr(decoded.message, "options", ())
    return [option.home_network_prefix for option in options if isinstance(option, HomeNetworkPrefix)]


def _homes(decoded: Decoded) -> list[patch.Ipv4Net]:
    """The IPv4 home addresses that an answer gives."""
    replies = [o for o in getattr(decoded.message, "options", ()) if isinstance(o, Ipv4HomeAddressReply)]
    return [(reply.ipv4_home_address, reply.prefix_length) for reply in replies if reply.status < 128]


def _keys(decoded: Decoded) -> list[int]:
    """The keys for the uplink that an answer gives."""
    options = getattr(decoded.message, "options", ())
    return [key for option in options if isinstance(option, GreKey) for key in option.gre_key]


def _came_before(request: Recorded, other: Recorded) -> bool:
    """Whether a request had been answered when the other was sent."""
    return request.answered_at is not None and request.answered_at <= other.time
