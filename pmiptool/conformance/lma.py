"""An LMA under test, as a case sees it: mobile nodes that ask it for something, and what comes of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec.structs import replace

from pmiptool.conformance.case import Case
from pmiptool.conformance.extensions import EXTENSIONS, gives, lacking
from pmiptool.conformance.groups import GroupsOfLma
from pmiptool.conformance.node import NOW, SHARING_PREFIXES, UNKNOWN, Identity, Node
from pmiptool.conformance.reply import Reply
from pmiptool.conformance.trial import SETTLE, NotPossible, RecordedTransport, Trial, TrialSettings
from pmiptool.mag.answers import accepted, first, prefixes
from pmiptool.net.peer import PeerNode
from pmiptool.registry.rfc5846 import LOCAL_POLICY, PER_PEER_POLICY
from pmiptool.scenario.anchor import embedded_of
from pmiptool.scenario.result import Packet
from pmiptool.session.endpoint import PMIP_PORT, Endpoint
from pmiptool.text.values import address_text, parse_prefix, time_raw
from pmiptool.wire.layout import Decoded
from pmiptool.wire.values import (
    AlternateCareOfAddress,
    BindingRevocationAcknowledgement,
    BindingUpdate,
    HandoffIndicator,
    HomeNetworkPrefix,
    Ipv4HomeAddressReply,
    Ipv4HomeAddressRequest,
    MagIdentifier,
    MagMultipathBinding,
    Multihoming,
    Prefix,
    Timestamp,
    UpdateNotificationAcknowledgement,
)

MIN_DELAY_BEFORE_BCE_DELETE = 10.0  # seconds, RFC 5213 9.1
MAX_DELAY_BEFORE_NEW_BCE_ASSIGN = 1.5
TIMESTAMP_VALIDITY_WINDOW = 0.3
AT_THE_END_TOO = (AlternateCareOfAddress, MagMultipathBinding, MagIdentifier)
"""Options that say which binding is meant, so that a deregistration has them too."""
ACKNOWLEDGED = {"bri": BindingRevocationAcknowledgement, "update-notification": UpdateNotificationAcknowledgement}
"""What a gateway answers, and by what."""
UNASKED = ("heartbeat", "bri", "update-notification")
"""What an LMA sends of its own accord."""


class Lma(GroupsOfLma, Trial):
    """The LMA under test. `transport.locals` are the proxy care-of addresses of our gateways, `MAG1` and on."""

    def __init__(self, case: Case, transport: RecordedTransport, settings: TrialSettings, attempt: int = 1) -> None:
        super().__init__(case, transport, settings, attempt)
        self.embedded = embedded_of(transport)
        self._nodes = 0
        self._before: tuple[tuple[Endpoint, ...], Endpoint] | None = None  # what `over_ipv4` left
        self._registered: dict[tuple[Any, ...], tuple[Node, BindingUpdate, tuple[Any, ...]]] = {}
        self._had: set[bytes] = set()  # identifiers that were ever registered
        self._sharing: set[bytes] = set()  # identifiers of mobile nodes whose interfaces share their prefixes
        self.has: set[str] = set()  # what it gave of `EXTENSIONS`
        self.used: set[bytes] = set()  # identifiers of the peer file that the case took

    def us(self, number: int) -> str:
        return f"MAG{number + 1}"

    # What the case needs

    def node(self, mag: int = 0, *, id: bytes | None = None, **profile: Any) -> Node:
        """A mobile node of the case's own at a gateway; of the peer file where that names some. profile: as `Node`."""
        known: tuple[Prefix, ...] = ()
        if id is None:
            self._nodes += 1
            if self.settings.nodes:
                entry = self._free_node()
                id, known = entry.id.encode(), tuple(parse_prefix("hnp", text) for text in entry.prefixes)
            else:
                id = f"{self.case.name[:40]}.{self.seed:08x}.{self._nodes}@example.org".encode()
        self.used.add(id)
        if self.embedded is None or not self.case.configured:  # else it is a new LMA
            ready = self.settings.let_go.get(id, 0.0) + self.delete_delay + SETTLE
            if id in self.settings.let_go and ready > self.now():
                self.wait(ready - self.now())
        return Node(self, mag, Identity(id, known, self.seed & 0x7FFF), **profile)

    def _free_node(self) -> PeerNode:
        """The mobile node of the peer file that was let go first, of those that the case has not used."""
        free = [entry for entry in self.settings.nodes if entry.id.encode() not in self.used]
        if not free:
            raise NotPossible(f"it takes {self._nodes} mobile nodes, and the peer file names too few")
        start = self.seed % len(free)
        return min(free[start:] + free[:start], key=lambda entry: self.settings.let_go.get(entry.id.encode(), 0.0))

    def mag_address(self, number: int) -> bytes:
        return self.transport.locals[number].address

    @property
    def delete_delay(self) -> float:
        """MinDelayBeforeBCEDelete of the peer, in seconds."""
        told = self.settings.timers.min_delay_before_bce_delete
        return MIN_DELAY_BEFORE_BCE_DELETE if told is None else told

    @property
    def assign_delay(self) -> float:
        """MaxDelayBeforeNewBCEAssign of the peer, in seconds."""
        told = self.settings.timers.max_delay_before_new_bce_assign
        return MAX_DELAY_BEFORE_NEW_BCE_ASSIGN if told is None else told

    @property
    def validity_window(self) -> float:
        """TimestampValidityWindow of the peer, in seconds."""
        told = self.settings.timers.timestamp_validity_window
        return TIMESTAMP_VALIDITY_WINDOW if told is None else told

    def time_of_day(self, later: float = 0.0) -> int:
        """The peer's time of day, or one later, as the Timestamp option has it (RFC 5213 8.8)."""
        return time_raw(self.moment() + self.settings.clock_offset + later)

    def knows_extensions(self, reply: Reply) -> None:
        """End the case where its first answer shows that the LMA lacks what the case needs, and need not have it."""
        for need in () if self.case.configured else set(self.case.needs) & set(EXTENSIONS) - self.has:
            if reason := lacking(need, reply):
                self.lacks(reason)
            self.has |= {need} if gives(need, reply) else set()

    def over_ipv4(self) -> None:
        """Go on in UDP over IPv4 (RFC 5844 4), which the embedded LMA speaks too; others by their target."""
        if len(self.transport.peer.address) == 4:
            return
        if self.transport.target.kind != "embedded":
            raise NotPossible("it takes UDP over IPv4; give a target such as udp://192.0.2.1")
        self._before = self.transport.locals, self.transport.peer
        here = range(10, 10 + len(self.transport.locals))
        self.transport.locals = tuple(Endpoint(bytes((192, 0, 2, number)), PMIP_PORT) for number in here)
        self.transport.peer = Endpoint(bytes((192, 0, 2, 1)), PMIP_PORT)

    # What its operator does

    def restart(self) -> None:
        """Have the LMA start anew, without its sessions."""
        if self.embedded is None:
            return self.operate("restart the LMA, so that it loses its sessions", "restart")
        self.embedded.restart()
        return None

    def revoke(self, node: Node, *, trigger: int = 1, everywhere: bool = False, ipv4_only: bool = False) -> None:
        """Have the LMA revoke the node's bindings, at its gateway or at all (RFC 5846 8.1)."""
        if self.embedded is None:
            address = address_text(self.mag_address(node.mag))
            at = "" if everywhere else f" at {self.us(node.mag)} ({address})"
            what = "the IPv4 home address" if ipv4_only else "the bindings"
            words = ["revoke", node.name, str(trigger), *["ipv4"] * ipv4_only, *([] if everywhere else ["at", address])]
            return self.operate(f"make the LMA revoke {what} of {node.name}{at}, trigger {trigger}", *words)
        where = None if everywhere else self.mag_address(node.mag)
        self.embedded.revoke(node.id, trigger=trigger, care_of_address=where, ipv4_only=ipv4_only)
        return None

    def revoke_all(self, mag: int = 0) -> None:
        """Have the LMA revoke all bindings of a gateway at once (RFC 5846 8.1)."""
        where = self.mag_address(mag)
        if self.embedded is None:
            address = address_text(where)
            sentence = f"make the LMA revoke all bindings of {self.us(mag)} ({address}) at once"
            return self.operate(sentence, "revoke-all", address)
        self.embedded.revoke(None, trigger=PER_PEER_POLICY, care_of_address=where)
        return None

    def revoke_realm(self, realm: str, *, part: int | None = None) -> None:
        """Have the LMA revoke the bindings of a realm. part: of those with this gateway's address only."""
        if self.embedded is None:
            address = "" if part is None else address_text(self.mag_address(part))
            where = f" with the Proxy-CoA {address}" if address else ""
            words = ["revoke", f"@{realm}", *(["at", address] if address else [])]
            return self.operate(f"make the LMA revoke all bindings of the realm {realm}{where} at once", *words)
        where_from = None if part is None else self.mag_address(part)
        self.embedded.revoke(f"@{realm}".encode(), trigger=LOCAL_POLICY, care_of_address=where_from)
        return None

    def notify(self, node: Node, reason: int, *, ack: bool = True, options: tuple[Any, ...] = ()) -> None:
        """Have the LMA send the node's gateway an update notification (RFC 7077 5.1)."""
        if self.embedded is None:
            address, asked = address_text(self.mag_address(node.mag)), "with" if ack else "without"
            words = ["notify", node.name, str(reason), "ack" if ack else "noack", "at", address]
            return self.operate(
                f"make the LMA send an update notification for {node.name} to {self.us(node.mag)} ({address}), "
                f"reason {reason}, {asked} acknowledgement",
                *([] if options else words),
            )
        where = self.mag_address(node.mag)
        self.embedded.notify(node.id, reason, ack=ack, options=options, care_of_address=where)
        return None

    # Asking

    def ask(self, message: msgspec.Struct | bytes, mag: int = 0, *, timeout: float | None = None) -> Reply:
        """Send a request from a gateway and wait for its answer, and a moment more for a second one."""
        return self.answer(self.send(message, mag), timeout=timeout)

    def answer(self, request: Packet, came: Iterable[Packet] = (), *, timeout: float | None = None) -> Reply:
        """Wait for the answer to a request that has been sent. came: what was heard since."""
        reply = Reply(self, request, self.number_of(request.sender))

        def fits(other: Packet) -> bool:
            return other.receiver == request.sender and reply.takes(other)

        came = list(came)
        if not any(fits(other) for other in came):
            came += self.listen(self.now() + (self.settings.timeout if timeout is None else timeout), fits)
        if reply.packet is not None:
            came += self.listen(self.now() + SETTLE)
        reply.further += [other for other in came if other is not reply.packet]
        return reply

    def hear(self, name: str, mag: int = 0, *, timeout: float | None = None) -> Packet | None:
        """Wait for a message of the LMA's own: its name; None where none came."""

        def is_it(packet: Packet) -> bool:
            return packet.decoded.name == name and packet.receiver == self.us(mag)

        patience = (self.settings.timeout if timeout is None else timeout) + self.for_a_person
        return next(filter(is_it, self.listen(self.now() + patience, is_it)), None)

    def ignores(self, message: msgspec.Struct | bytes, mag: int = 0, *, then: bool = True) -> None:
        """What is sent must be ignored in silence; `then` a sound request is answered still."""
        packet = self.send(message, mag)
        came = [other for other in self.listen(self.now() + self.settings.silence) if self._is_about(packet, other)]
        self.check("no answer", not came, ", ".join(_shown(other) for other in came))
        if then:
            self.demand("a sound request afterwards is answered", self.alive(), "nothing")

    @staticmethod
    def _is_about(request: Packet, other: Packet) -> bool:
        return other.receiver == request.sender and other.decoded.name not in (
            "heartbeat",
            "bri",
            "update-notification",
        )

    # Afterwards

    def remember(self, node: Node, request: BindingUpdate, answer: Decoded) -> None:
        """Keep track of what is registered, to take it off again."""
        if not accepted(getattr(answer.message, "status", 255)):
            return
        key = self._key(node, request, answer)
        if request.lifetime:
            self._had.add(node.id)
            home = first(answer.message.options, Ipv4HomeAddressReply)
            named: list[Any] = [option for option in map(_alone, request.options) if isinstance(option, AT_THE_END_TOO)]
            if home is not None and home.status < 128:
                named.append(Ipv4HomeAddressRequest(home.prefix_length, ipv4_home_address=home.ipv4_home_address))
            self._registered[key] = node, request, tuple(named)
        else:
            self._registered.pop(key, None)

    def _key(self, node: Node, request: BindingUpdate, answer: Decoded) -> tuple[Any, ...]:
        """What tells one registration of a mobile node from another: its interface in a group, else its prefixes,
        unless interfaces share them (RFC 7864 3.2.1)."""
        indicator = first(request.options, HandoffIndicator)
        self._sharing |= {node.id} if indicator is not None and indicator.hi == SHARING_PREFIXES else set()
        grouped = any(isinstance(option, (Multihoming, MagMultipathBinding)) for option in request.options)
        if grouped or node.id in self._sharing:
            return node.key
        return node.id, prefixes(answer.message)

    def forget(self, node: Node) -> None:
        """It is registered elsewhere now."""
        self._registered.pop(node.key, None)

    def close(self) -> bool | None:
        """Deregister what is left, and answer what the LMA still asks; whether the last of it was answered."""
        answered: bool | None = None
        left, self._registered = list(self._registered.items()), {}
        for key, (node, request, named) in left:
            given = key[1] if len(key) == 2 else None
            without_home = tuple(option for option in named if not isinstance(option, Ipv4HomeAddressRequest))
            for more in dict.fromkeys((named, without_home)):  # the address may be gone already
                reply = self.ask(self._last(node, request, given, more), node.mag)
                answered = reply.packet is not None
                if not answered or reply.is_accepted:
                    break
        self.settings.let_go.update(dict.fromkeys(self._had, self.now()))
        self._acknowledge()
        if self._before is not None:
            self.transport.locals, self.transport.peer = self._before
        return answered

    @staticmethod
    def _last(node: Node, request: BindingUpdate, given: Any, more: tuple[Any, ...]) -> BindingUpdate:
        """The deregistration of what a request registered. given: its prefixes; None: those of the node."""
        multihoming = first(request.options, Multihoming)
        if 0 < (request.sequence - node.shared.sequence) & 0xFFFF < 0x8000:  # those of each binding go on by themselves
            node.shared.sequence = request.sequence
        return node.pbu(
            lifetime=0,
            hi=UNKNOWN,
            hnp=given if first(request.options, HomeNetworkPrefix) is not None else (),
            timestamp=None if first(request.options, Timestamp) is None else NOW,
            mhgid=multihoming.mhgid if multihoming else None,
            act=1 if multihoming else 0,
            more=more,
        )

    def _acknowledge(self) -> None:
        """What nobody acknowledged would be sent again in the next case."""
        for asked, kind in ACKNOWLEDGED.items():
            ours = [p.decoded.message for p in self.packets if p.sender != self.them]
            said = {message.sequence for message in ours if isinstance(message, kind)}
            theirs = [p for p in self.packets if p.sender == self.them and p.decoded.name == asked]
            for sequence, packet in {getattr(p.decoded.message, "sequence", None): p for p in theirs}.items():
                if sequence is not None and sequence not in said:
                    self.send(kind(sequence=sequence), self.number_of(packet.receiver))
                    self.listen(self.now() + SETTLE)

    def alive(self) -> bool:
        """Whether a mobile node of its own is registered, or refused, and let go again; twice asked, then dead."""
        for _ in range(2):
            node = self.node() if not self.settings.nodes else self._probe_node()
            reply = self.ask(node.pbu(), node.mag)
            if reply.packet is not None:
                node.learn(reply)
                if reply.is_accepted:
                    node.ask(lifetime=0, hi=UNKNOWN)
                return True
        return False

    def _probe_node(self) -> Node:
        """Where few are known none is spent on a probe: one that nobody serves is refused, which shows life too."""
        return Node(self, 0, Identity(b"is-anybody-there@example.org", (), self.seed & 0x7FFF))


def _alone(option: Any) -> Any:
    """Of several paths the one that is named, without what the flags B and O say of the others (RFC 8278 4.1)."""
    return replace(option, b=0, o=0) if isinstance(option, MagMultipathBinding) else option


def _shown(packet: Packet) -> str:
    status = getattr(packet.decoded.message, "status", None)
    return packet.decoded.name + (f" with status {status}" if status is not None else "")
