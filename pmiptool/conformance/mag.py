"""A MAG under test, as a case sees it: mobile nodes attach to it, and it asks us, who play the LMA."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from typing import Any, cast

import msgspec

from pmiptool.conformance.case import Case
from pmiptool.conformance.mag_request import Request
from pmiptool.conformance.mobile_node import MobileNode
from pmiptool.conformance.reply import Reply
from pmiptool.conformance.trial import (
    AT_THE_TERMINAL,
    SETTLE,
    NotPossible,
    RecordedTransport,
    SetUpFailed,
    Trial,
)
from pmiptool.conformance.trial import TrialSettings as Settings
from pmiptool.errors import UsageError
from pmiptool.lma.scripted import ScriptedAnchor
from pmiptool.mag.answers import identifier
from pmiptool.net.embedded_mag import EmbeddedMagTransport
from pmiptool.net.listening import NOBODY
from pmiptool.net.peer import PeerNode
from pmiptool.net.profiles import profile_of
from pmiptool.net.transport import Transport
from pmiptool.scenario.result import Packet
from pmiptool.wire.values import (
    BindingError,
    BindingRevocationIndication,
    BindingUpdate,
    Heartbeat,
    UpdateNotification,
)

MAG, LMA = "MAG", "LMA"
ASKED_BY_LMA = (Heartbeat, BindingRevocationIndication, UpdateNotification)
UNRECOGNIZED_TYPE = 2  # RFC 6275 6.1.9
SENTENCES = {
    "attach": "attach {mn} to the MAG",
    "handover": "hand {mn} over to the MAG from another one",
    "modify": "have the MAG change filters of {mn}",
    "remove": "have the MAG remove a filter of {mn}",
    "renew": "have the MAG renew the registration of {mn}",
    "detach": "detach {mn} from the MAG",
    "lose": "take the presence of {mn} away, so that the MAG cannot tell whether it is there",
    "allow": "have the MAG serve {mn} again",
    "discover": "have {mn} look for an IPv4 address by DHCP (DHCPDISCOVER)",
    "release": "have {mn} give up its IPv4 address by DHCP (DHCPRELEASE)",
    "release prefixes": "have the MAG give up the prefixes of {mn} and keep its IPv4 address",
    "share": "attach a further interface of {mn} to the MAG that is to have the prefixes of its others",
    "revoke": "have the MAG revoke all its bindings",
    "restart": "restart the MAG, so that it loses its sessions",
    "heartbeat": "have the MAG send a heartbeat request",
}
"""What somebody at the MAG is asked for, by the command that asks for the same, or by its first word."""
SPECIAL = ("any", "no-key")
"""Values of a profile that others cannot stand for."""


def embedded_mag_of(transport: Transport) -> Any:
    """The embedded MAG's transport, also behind a recorder, or what a playback has in its place; None for a network."""
    inner = getattr(transport, "transport", transport)
    return inner if isinstance(inner, EmbeddedMagTransport) else getattr(inner, "embedded_mag", None)


class Mag(Trial):
    """The MAG under test. We are the LMA, which answers as the reference LMA does where the case wants nothing else.

    The trigger makes it do something; the embedded one is told, and somebody is asked where there is neither.
    """

    them = MAG

    def __init__(self, case: Case, transport: RecordedTransport, settings: Settings, attempt: int = 1) -> None:
        super().__init__(case, transport, settings, attempt)
        self.embedded = embedded_mag_of(transport)
        self.nodes: list[MobileNode] = []
        self._trigger = settings.trigger
        self._sequence = self.seed & 0x7FFF
        self._sections: dict[str, Any] = {}

    def us(self, number: int) -> str:
        return LMA

    @cached_property
    def anchor(self) -> ScriptedAnchor:
        """The reference LMA that makes the right answers. It asks for no BIDs, which is not the MAG's fault."""
        local = self.transport.locals[0].address
        sections = {"mn": self._with_prefixes(), **self._sections}
        readings = self.readings.changed({"binding-reference": "implied"})
        return ScriptedAnchor(local, self.codepoints, readings, sections, seed=self.seed)

    def _with_prefixes(self) -> list[dict[str, Any]]:
        """Mobile nodes with the prefixes that the MAG knows, each given to the first that has it, the case's first.

        Others of the peer file may come when the LMA has answered already.
        """
        taken: set[str] = set()
        entries = []
        for profile in dict.fromkeys([*(node.profile for node in self.nodes), *self.settings.nodes]):
            own = [prefix for prefix in profile.prefixes if prefix not in taken]
            taken.update(own)
            if own:
                entries.append({"id": profile.id, "hnp": own})
        return entries

    # What the case needs

    def play(self, **sections: Any) -> None:
        """Have the LMA that we play be another: tables of its configuration. Before it answers anything."""
        self._sections.update(sections)

    def node(self, **profile: Any) -> MobileNode:
        """A mobile node of the case's own, of which the MAG knows this (keys of a peer file's `[[mn]]`).

        Where a peer file names mobile nodes it is one of them that is so.
        """
        known = self.settings.nodes
        if known:
            taken = {node.name for node in self.nodes}
            free = [one for one in known if one.id not in taken and _is_so(one, profile)]
            entry = next((one for one in free if one.ipv6 or "ipv6" in profile), None)  # else it is to have prefixes
            if entry is None:
                wanted = _wanted({**profile, "ipv6": True} if free else profile)
                raise NotPossible(f"it takes a mobile node {wanted}, and the peer file names none that is free")
        else:
            if self.embedded is None and any(
                key != "mhgid" and (value or key == "ll_id") for key, value in profile.items()
            ):
                raise NotPossible(f"it takes a mobile node {_wanted(profile)}; name one in a peer file (--peer)")
            name = f"{self.case.name[:40]}.{self.seed:08x}.{len(self.nodes) + 1}@example.org"
            entry = msgspec.convert({"id": name, **profile}, PeerNode)
        if self.embedded is not None:
            self.embedded.profiles[entry.id] = profile_of(entry, self.codepoints)
        node = MobileNode(self, entry, is_known=bool(known) or self.embedded is not None)
        self.nodes.append(node)
        return node

    # What its operator does

    def tell(self, *words: str) -> None:
        """Have the MAG do something, in the words that `pmiptool mag` reads on its stdin."""
        if self.embedded is not None:
            try:
                self.embedded.command(words)
                return None
            except UsageError as error:
                raise SetUpFailed(f"the MAG does not {' '.join(words)}: {error}") from None
        if self._trigger is not None:
            return self._trigger.run(words)
        mn, further = words[1] if len(words) > 1 else "", " ".join(words[2:])
        whole = SENTENCES.get(f"{words[0]} {further}")
        if whole is None:
            whole = SENTENCES[words[0]] + (f" ({further})" if further else "")
        return self.operate(whole.replace("{mn}", mn))

    def restart(self) -> None:
        """Have it start anew, without its sessions."""
        self.tell("restart")
        for node in self.nodes:
            node.is_there = False

    @property
    def patience(self) -> float:
        """Seconds until what somebody was asked to do shows."""
        return self.settings.timeout if self.embedded is not None or self._trigger is not None else AT_THE_TERMINAL

    @property
    def why_not(self) -> str:
        """Why nothing came, in words."""
        trouble = self._trigger.look() if self._trigger is not None else ""
        silence = "none came, nor has any MAG said a word yet" if self.transport.peer == NOBODY else "none came"
        return trouble or (self.icmp.text if self.icmp is not None else silence)

    # Hearing and asking

    def listen(self, until: float, stop: Callable[[Packet], bool] | None = None) -> list[Packet]:
        """As for every trial; requests for mobile nodes that are not the case's are answered in between."""
        return [packet for packet in super().listen(until, stop) if not self._is_foreign(packet)]

    def _answered_heartbeat(self, packet: Packet) -> bool:
        if self._is_foreign(packet):
            Request(self, packet).answer()
            return True
        return super()._answered_heartbeat(packet)

    def _is_foreign(self, packet: Packet) -> bool:
        message = packet.decoded.message
        named = identifier(message)
        return isinstance(message, BindingUpdate) and bool(named) and all(node.id != named for node in self.nodes)

    def hear_any(self, takes: Callable[[Packet], bool], within: float) -> Packet | None:
        """The first message that is taken; the others stay for whoever listens next."""
        came = self.listen(self.now() + within, takes)
        found = came[-1] if came and takes(came[-1]) else None
        self._waiting[:0] = [packet for packet in came if packet is not found]
        trouble = self._trigger.look() if self._trigger is not None and found is None else ""
        if trouble:
            raise SetUpFailed(trouble)  # nothing can be said of a MAG that was not told
        return found

    def hear(self, name: str, *, within: float | None = None) -> Packet | None:
        """Wait for a message by its name; None where none came."""
        return self.hear_any(
            lambda packet: packet.decoded.name == name, self.settings.timeout if within is None else within
        )

    def pause(self, seconds: float) -> None:
        """Let time pass; what comes stays for whoever listens next."""
        self._waiting[:0] = self.listen(self.now() + seconds)

    def next_sequence(self) -> int:
        self._sequence = (self._sequence + 1) & 0xFFFF
        return self._sequence

    def ask(self, message: msgspec.Struct | bytes, *, timeout: float | None = None) -> Reply:
        """Send a request of the LMA's own, and wait for its answer; registrations that come stay for later."""
        packet = self.send(message)
        reply = Reply(cast(Any, self), packet, 0)
        came = self.listen(self.now() + (self.settings.timeout if timeout is None else timeout), reply.takes)
        if reply.packet is not None:
            came += self.listen(self.now() + SETTLE)
        others = [other for other in came if other is not reply.packet]
        self._waiting[:0] = [other for other in others if isinstance(other.decoded.message, BindingUpdate)]
        reply.further += [other for other in others if not isinstance(other.decoded.message, BindingUpdate)]
        self.minds_what_it_knows_not()
        return reply

    def minds_what_it_knows_not(self) -> None:
        """End the case where the MAG has said of a message of ours that it does not know its type (RFC 6275 9.2)."""
        ours = ""
        for packet in self.packets:
            message = packet.decoded.message
            if packet.sender != self.them and isinstance(message, ASKED_BY_LMA):
                ours = packet.decoded.name
            elif isinstance(message, BindingError) and message.status == UNRECOGNIZED_TYPE and ours:
                if not self.wants_errors and packet.sender == self.them:
                    self.lacks(f"it knows no {ours}: it answers with a Binding Error")

    wants_errors = False
    """Whether the case is about the Binding Error that answers a message of unknown type."""

    def ignores(self, message: msgspec.Struct | bytes) -> None:
        """What is sent must get no answer of its kind, and no Binding Error."""
        self.send(message)
        came = self.listen(self.now() + self.settings.silence)
        self._waiting[:0] = [other for other in came if isinstance(other.decoded.message, BindingUpdate)]
        self.minds_what_it_knows_not()
        others = [other.decoded.name for other in came if not isinstance(other.decoded.message, BindingUpdate)]
        self.check("no answer", not others, ", ".join(others))

    # Afterwards

    def close(self) -> bool | None:
        """Have mobile nodes detached that are still there; whether the last of them was deregistered."""
        answered: bool | None = None
        self.hears_heartbeats = False  # a MAG may do nothing else before its own are answered
        for node in self.nodes:
            if node.waits is not None:
                node.waits.answer()
                self.pause(SETTLE)
            if node.is_there:
                answered = self._let_go(node, answered)
            if node.is_denied:
                with suppress(SetUpFailed, NotPossible):
                    node.told("allow")
        return answered

    def _let_go(self, node: MobileNode, answered: bool | None) -> bool | None:
        """Have a mobile node detached; whether its de-registration came, or what was known before."""
        try:
            node.told("detach")
            until = self.now() + self.patience
            while (request := node.hear(max(0.0, until - self.now()))) is not None:
                request.answer()
                self.pause(SETTLE)
                if not request.message.lifetime:
                    return True
        except (SetUpFailed, NotPossible):
            return answered
        return False

    def alive(self) -> bool:
        """Whether it answers a heartbeat, or says that it does not know any, or registers a mobile node."""
        if self.transport.peer == NOBODY and not self.nodes:
            return True  # it was told nothing
        self.wants_errors = True
        for _ in range(0 if self.transport.peer == NOBODY else 2):
            reply = self.ask(Heartbeat(sequence=self.next_sequence()))
            if reply.packet is not None or self.icmp is not None:
                return True
        try:
            node = self.node()
            node.told("attach")
            request = node.hear(self.patience)
        except (NotPossible, SetUpFailed):
            return True  # nobody can tell
        if request is not None:
            request.answer()
            self.close()
        return request is not None


def _is_so(node: PeerNode, profile: dict[str, Any]) -> bool:
    """Whether a mobile node of a peer file is as wanted: the same group, and prefixes and such where some are."""
    for key, value in profile.items():
        own = getattr(node, key)
        exact = key in ("mhgid", "ipv6", "att") or own in SPECIAL or value in SPECIAL
        if own != value if exact else bool(own) != bool(value):
            return False
    return True


def _wanted(profile: dict[str, Any]) -> str:
    """A profile in words, as a peer file has it."""
    words = [f"with {key}" if value else f"without {key}" for key, value in profile.items() if key != "mhgid"]
    group = f"with mhgid = {profile['mhgid']}" if profile.get("mhgid") is not None else ""
    return " and ".join([*([group] if group else []), *words]) or "more"
