"""A peer that gets messages which are wrong: what it says to each, whether it is still there, and bringing it back."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random

from msgspec.structs import replace

from pmiptool.errors import PmipError
from pmiptool.fuzz.cases import ATTACH, DETACH, RENEW, Node, Step, pbu
from pmiptool.fuzz.shape import Grammar
from pmiptool.net.embedded import EmbeddedTransport
from pmiptool.net.exchange import answers, belongs, checksum_pair, decode, identifier
from pmiptool.net.record import Recorder
from pmiptool.net.transport import IcmpError, Received
from pmiptool.registry.rfc5847 import RESPONSE, UNSOLICITED
from pmiptool.session.endpoint import Datagram
from pmiptool.text.values import time_raw
from pmiptool.wire.layout import Decoded
from pmiptool.wire.values import Heartbeat, HomeNetworkPrefix, RestartCounter

UNREACHABLE = 1  # ICMPv6 type: nobody is there who listens (RFC 4443 3.1)
ROUND_TRIP = 0.003  # seconds, of the embedded peer's clock
KEPT = 4096  # steps that are remembered
_NO_CHANCE = Random(0)  # a probe leaves nothing to it
ATTEMPTS = 10  # times that one that was restarted is asked
ASKED = 2  # mobile nodes of its own that a probe tries


@dataclass(frozen=True)
class Heard:
    """What came: a message, or an ICMP error. answers: it answers the message that it was waited for."""

    decoded: Decoded | None
    received: Received | None
    icmp: IcmpError | None
    answers: bool


@dataclass
class Told:
    """One message and what came until it was answered, or until nothing was to be expected any more."""

    step: Step
    data: bytes
    decoded: Decoded
    time: float
    heard: list[Heard] = field(default_factory=list)

    @property
    def answer(self) -> Decoded | None:
        return next((one.decoded for one in self.heard if one.answers), None)


class Crashed(Exception):
    """The embedded peer raised an exception: a fault of ours. place: file and line."""

    def __init__(self, error: BaseException) -> None:
        last = error.__traceback__
        while last is not None and last.tb_next is not None:
            last = last.tb_next
        where = f"{last.tb_frame.f_code.co_filename.rpartition('/')[2]}:{last.tb_lineno}" if last is not None else ""
        super().__init__(f"{type(error).__name__} at {where}: {error}")
        self.place = f"{type(error).__name__} at {where}"


class Peer:
    """Speaks with one peer, keeps its pace, and knows what it did since the peer was last fresh."""

    def __init__(
        self,
        way: Recorder,
        grammar: Grammar,
        *,
        timeout: float = 1.0,
        clock_offset: float = 0.0,
        pause: float = 0.0,
        restart: Callable[[], bool] | None = None,
        heard: Callable[[Told], None] = lambda told: None,
    ) -> None:
        """timeout: seconds in which a living peer answers. pause: seconds between two messages. restart: brings it
        back, and says whether it did. heard: hears of every message and what it brought."""
        self.way = way
        self.grammar = grammar
        self.codec = grammar.codec
        self.timeout = timeout
        self.messages = 0
        self.history: list[Step] = []
        self.wait = ROUND_TRIP if self.is_embedded else timeout  # until an answer is not to be expected any more
        self._offset = clock_offset
        self._pause = pause
        self._restart = restart
        self._heard = heard
        self._prefixes: dict[bytes, bytes] = {}
        self._next = 0.0
        self._probes = 0
        self._probe: Node | None = None

    @property
    def is_embedded(self) -> bool:
        return isinstance(self.way.transport, EmbeddedTransport)

    @property
    def comes_back(self) -> bool:
        """Whether there is a way to bring it back."""
        return self.is_embedded or self._restart is not None

    # Messages

    def octets(self, step: Step) -> bytes:
        """The octets of a step as it would be sent now."""
        local = self.way.locals[self.source(step)]
        filling: dict[str, bytes] = {"timestamp": time_raw(self.way.now() + self._offset).to_bytes(8, "big")}
        if step.mn_id in self._prefixes:
            filling["hnp"] = self._prefixes[step.mn_id]
        return self.grammar.octets(step.shape, checksum_pair(local, self.way.peer), filling)

    def source(self, step: Step) -> int:
        """Which of our addresses a step comes from."""
        return min(step.source, len(self.way.locals) - 1)

    def tell(self, step: Step, *, wait: float | None = None, probe: bool = False) -> Told:
        """Send a step and listen until it is answered. probe: it is none of the run's. Raises Crashed."""
        if self._pause:
            time.sleep(max(0.0, self._next - time.monotonic()))
            self._next = time.monotonic() + self._pause
        local = self.way.locals[self.source(step)]
        data = self.octets(step)
        told = Told(step, data, decode(self.codec, data, local, self.way.peer), self.way.now())
        if not probe:
            self.history.append(step)
            del self.history[:-KEPT]
        self.messages += 1
        self._guarded(lambda: self.way.send(Datagram(data, local, self.way.peer)))
        self._listen(told, told.time + (self.wait if wait is None else wait))
        self._heard(told)
        return told

    def _guarded(self, action: Callable[[], object]) -> None:
        try:
            action()
        except (PmipError, KeyboardInterrupt):
            raise
        except Exception as error:
            if not self.is_embedded:
                raise
            raise Crashed(error) from error

    def _listen(self, told: Told, until: float) -> None:
        came: list[Received | IcmpError] = []
        while self.way.now() < until:
            self._guarded(lambda: came.extend(self.way.receive(until)))
            for one in came:
                if isinstance(one, IcmpError):
                    told.heard.append(Heard(None, None, one, False))
                    continue
                decoded = decode(self.codec, one.data, one.source, one.destination)
                self._beat(decoded, one)
                fits = answers(told.decoded, decoded) and belongs(told.decoded, decoded)
                told.heard.append(Heard(decoded, one, None, fits))
                self._learn(decoded)
            came.clear()
            if told.heard and (told.heard[-1].answers or told.heard[-1].icmp is not None):
                return

    def listen(self, seconds: float) -> None:
        """Let what comes late come now."""
        until = self.way.now() + seconds
        while self.way.now() < until:
            self._guarded(lambda: self.way.receive(until))

    def _learn(self, decoded: Decoded) -> None:
        """The prefix that a mobile node was given."""
        mn_id = identifier(decoded)
        for option in getattr(decoded.message, "options", ()) if mn_id is not None else ():
            if isinstance(option, HomeNetworkPrefix) and not option.home_network_prefix.is_any:
                prefix = option.home_network_prefix
                self._prefixes[mn_id or b""] = bytes((0, prefix.length)) + prefix.address
                return

    def _beat(self, decoded: Decoded, came: Received) -> None:
        """A heartbeat request is answered, so that the peer does not give us up (RFC 5847 3)."""
        asked = decoded.message
        if not isinstance(asked, Heartbeat) or asked.flags & (RESPONSE | UNSOLICITED):
            return
        answer = Heartbeat(flags=RESPONSE, sequence=asked.sequence, options=(RestartCounter(restart_counter=1),))
        pair = checksum_pair(came.destination, self.way.peer)
        data = self.codec.encode(answer, None, *(pair or ()))
        self._guarded(lambda: self.way.send(Datagram(data, came.destination, self.way.peer)))

    # Whether it is there

    def alive(self) -> bool:
        """Whether it answers a registration, one of another mobile node, or a heartbeat."""
        try:
            for attempt in range(ASKED):
                if self._registered(anew=attempt > 0):
                    return True
            beat = Step(self.grammar.shape_of(Heartbeat(sequence=self._probes + 1)), b"")
            return self._answered(self.tell(beat, wait=self.timeout, probe=True))
        except Crashed:
            return False

    def _registered(self, anew: bool) -> bool:
        """A probe: the renewal of a mobile node of our own, which nobody else speaks of."""
        if self._probe is None or anew or self._probe.sequence >= 0xFFF0:
            self.leave()
            self._probes += 1
            self._probe = Node(b"is-anybody-there-%d@example.org" % self._probes, 1)
        node = self._probe
        self._probe = replace(node, sequence=node.sequence + 1)
        plan = RENEW if node.mn_id in self._prefixes else ATTACH
        told = self.tell(Step(pbu(plan, node, _NO_CHANCE, self.grammar, ()), node.mn_id), wait=self.timeout, probe=True)
        return self._answered(told)

    def leave(self) -> None:
        """Take the mobile node of the probes away; nothing waits for the answer."""
        node, self._probe = self._probe, None
        if node is not None and node.mn_id in self._prefixes:
            step = Step(pbu(DETACH, node, _NO_CHANCE, self.grammar, ()), node.mn_id)
            with suppress(Crashed):
                self.tell(step, probe=True)
            self._prefixes.pop(node.mn_id, None)

    def _answered(self, told: Told) -> bool:
        if told.answer is None:
            return False
        if not self.is_embedded:  # what takes ten times as long does not come any more
            took = self.way.now() - told.time
            self.wait = min(self.timeout, max(0.02, 10 * took, 0.9 * self.wait))
        return True

    def bring_back(self) -> bool:
        """A fresh peer: whether it is there again."""
        self.history.clear()
        self._prefixes.clear()
        self._probe = None
        transport = self.way.transport
        if self.is_embedded and isinstance(transport, EmbeddedTransport):
            transport.close()
            transport.restart()
            return self.alive()
        if self._restart is not None and not self._restart():
            return False
        for attempt in range(ATTEMPTS):
            if attempt:
                time.sleep(self.timeout)
            if self.alive():
                return True
        return False

    def forget(self) -> None:
        """Forget the prefixes of mobile nodes that nothing is sent for any more."""
        probe = self._probe.mn_id if self._probe is not None else b""
        self._prefixes = {mn_id: prefix for mn_id, prefix in self._prefixes.items() if mn_id == probe}

    def survives(self, steps: Sequence[Step], sent: list[bytes] | None = None) -> bool:
        """Whether it is there after these, which a fresh or living peer gets. sent: takes the octets that went out."""
        try:
            for step in steps:
                told = self.tell(step)
                if sent is not None:
                    sent.append(told.data)
        except Crashed:
            if sent is not None and len(sent) < len(steps):
                sent.append(self.octets(steps[len(sent)]))
            return False
        return self.alive()
