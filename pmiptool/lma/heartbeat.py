"""Heartbeats (RFC 5847): requests are answered, always; with `[lma] heartbeat_interval` gateways are asked too.

Only gateways with bindings are asked (3). What a restart means for their bindings is left to whoever reads the events.
"""

from __future__ import annotations

from pmiptool.lma.addresses import is_unicast
from pmiptool.lma.core import Core
from pmiptool.lma.events import (
    HeartbeatAnswered,
    PeerReachable,
    PeerRestarted,
    PeerUnreachable,
    PeerUnsupporting,
    SilentlyDiscarded,
)
from pmiptool.lma.outgoing import Send
from pmiptool.lma.revocation import all_sessions, way
from pmiptool.registry.rfc5847 import RESPONSE, UNSOLICITED
from pmiptool.session.endpoint import Endpoint
from pmiptool.wire.values import Heartbeat, RestartCounter

KNOWN = 4096  # peers without bindings whose restart counters are remembered


class Peer:
    """What is known of a gateway. sequence: of the last request. waiting: for its response. missing: requests in a row
    without one. reachable: None as long as nothing is known."""

    __slots__ = ("missing", "reachable", "restart_counter", "sequence", "unsupporting", "waiting")

    def __init__(self) -> None:
        self.sequence = 0
        self.waiting = False
        self.missing = 0
        self.reachable: bool | None = None
        self.restart_counter: int | None = None
        self.unsupporting = False


class Heartbeats:
    """Responses and, when there is an interval, requests. `scheduled` is 0 as long as nobody is to be asked."""

    def __init__(self, core: Core, send: Send, restart_counter: int) -> None:
        self.restart_counter = restart_counter
        self.scheduled = 0.0
        self.interval = core.policy.heartbeat_interval
        self._core = core
        self._send = send
        self._peers: dict[bytes, Peer] = {}
        self._former: dict[bytes, tuple[Endpoint, Endpoint]] = {}  # of a fault

    def receive(self, message: Heartbeat, source: Endpoint, local: Endpoint, now: float) -> None:
        faults = self._core.faults
        if not message.flags & RESPONSE or (faults is not None and faults.answers_responses()):
            self._answer(message, source, local, now)
            return
        peer = self._peers.get(source.address)
        if message.flags & UNSOLICITED:
            if peer is None and len(self._peers) < KNOWN:
                peer = self._peers[source.address] = Peer()
        elif peer is None or not peer.waiting or message.sequence != peer.sequence:
            self._discard("answers-nothing", source, now)
            return
        if peer is not None:
            peer.waiting = peer.waiting and bool(message.flags & UNSOLICITED)
            self._heard(peer, message, source, now)

    def _answer(self, message: Heartbeat, source: Endpoint, local: Endpoint, now: float) -> None:
        """Whether or not there is a binding (3)."""
        faults = self._core.faults
        if not is_unicast(source.address):
            self._discard("not-from-unicast", source, now)
            return
        if faults is not None and faults.deaf_to_heartbeats():
            self._discard("deaf", source, now)
            return
        option = RestartCounter(restart_counter=self.restart_counter)
        answer = Heartbeat(flags=RESPONSE, sequence=message.sequence, options=(option,))
        self._send(answer if faults is None else faults.own(answer), source, local)
        self._core.events.append(
            HeartbeatAnswered(time=now, source=source, sequence=message.sequence, restart_counter=self.restart_counter)
        )

    def _heard(self, peer: Peer, message: Heartbeat, source: Endpoint, now: float) -> None:
        """A response: the gateway is there, and its counter says whether it lost its bindings (3.1, 3.2)."""
        peer.missing = 0
        option = next((option for option in message.options if isinstance(option, RestartCounter)), None)
        counter = None if option is None else option.restart_counter
        if not peer.reachable:
            peer.reachable = True
            self._core.events.append(PeerReachable(time=now, peer=source, restart_counter=counter))
        if counter is None:
            return
        before, peer.restart_counter = peer.restart_counter, counter
        if before is not None and before != counter:
            self._core.events.append(PeerRestarted(time=now, peer=source, restart_counter=counter, before=before))

    def refused(self, source: Endpoint, now: float) -> bool:
        """Binding Error with status 2: it is never asked again (3). Whether it was waited for."""
        peer = self._peers.get(source.address)
        if peer is None or not peer.waiting or peer.reachable:
            return False
        peer.unsupporting = True
        peer.waiting = False
        self._core.events.append(PeerUnsupporting(time=now, peer=source, message="heartbeat"))
        return True

    def start(self, now: float) -> None:
        """There is a binding from now on: ask after an interval."""
        self.scheduled = now + self.interval / (1.0 if self._core.faults is None else self._core.faults.haste())
        self._core.at(self.scheduled, self)

    def due(self, now: float) -> None:
        """Ask every gateway with a binding, and count what the last request was not answered by (3.1)."""
        ways = {
            way(binding)[0].address: way(binding)
            for session in all_sessions(self._core)
            for binding in session.bindings.values()
        }
        if self._core.faults is not None and self._core.faults.beats_for_ever():
            ways = self._former = {**self._former, **ways}
        self._peers = {address: peer for address, peer in self._peers.items() if address in ways or peer.unsupporting}
        self.scheduled = 0.0
        for address, (to, local) in ways.items():
            peer = self._peers.setdefault(address, Peer())
            if not peer.unsupporting:
                self._ask(peer, to, local, now)
        if ways:
            self.start(now)

    def _ask(self, peer: Peer, to: Endpoint, local: Endpoint, now: float) -> None:
        peer.missing += peer.waiting
        if peer.missing > self._core.policy.timers.missing_heartbeats_allowed and peer.reachable is not False:
            peer.reachable = False
            self._core.events.append(PeerUnreachable(time=now, peer=to, missing=peer.missing))
        peer.sequence = (peer.sequence + 1) & 0xFFFFFFFF
        peer.waiting = True
        self._send(Heartbeat(sequence=peer.sequence), to, local)

    def _discard(self, reason: str, source: Endpoint, now: float) -> None:
        self._core.events.append(SilentlyDiscarded(time=now, source=source, reason=reason))
