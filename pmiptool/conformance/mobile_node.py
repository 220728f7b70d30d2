"""A mobile node at a MAG under test: what the MAG is told of it, and the registrations that the MAG makes for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pmiptool.conformance.mag_request import Request
from pmiptool.conformance.trial import SETTLE, SetUpFailed
from pmiptool.mag.answers import accepted, first, identifier
from pmiptool.net.peer import PeerNode
from pmiptool.scenario.result import Packet
from pmiptool.text.values import address_text, parse_octets_text
from pmiptool.wire.values import (
    BindingRevocationIndication,
    BindingUpdate,
    HomeNetworkPrefix,
    MobileNodeIdentifier,
    Multihoming,
    Prefix,
    UpdateNotification,
)

if TYPE_CHECKING:
    from pmiptool.conformance.mag import Mag
    from pmiptool.conformance.reply import Reply

BR_P = 0x8000
UPN_A = 0x8000
ARRIVALS = ("attach", "handover", "share")


class MobileNode:
    """A mobile node of which the MAG knows `profile`. hnp, ipv4: what it was given, 0.0.0.0 for none.

    is_known: the MAG is known to know it so. is_there: it was attached, and not detached since. waits: the last of its
    registrations, until it is answered. is_denied: an answer forbade to serve it until somebody intervenes.
    """

    def __init__(self, mag: Mag, profile: PeerNode, *, is_known: bool) -> None:
        self.mag = mag
        self.profile = profile
        self.is_known = is_known
        self.is_there = False
        self.hnp: tuple[Prefix, ...] = ()
        self.ipv4 = bytes(4)
        self.waits: Request | None = None
        self.is_denied = False

    @property
    def name(self) -> str:
        return self.profile.id

    @property
    def id(self) -> bytes:
        return parse_octets_text(self.profile.id)

    @property
    def hnp_text(self) -> str:
        """The first prefix that it was given, as people write it."""
        return f"{address_text(self.hnp[0].address)}/{self.hnp[0].length}" if self.hnp else "none"

    # What the MAG is told

    def told(self, word: str, *further: str) -> None:
        """Have the MAG do something about it."""
        self.mag.tell(word, self.name, *further)
        if word in (*ARRIVALS, "detach", "lose"):
            self.is_there = word in ARRIVALS

    def attach(self, *further: str) -> Request:
        """The request with which it is registered; the case is INCONCLUSIVE where none comes."""
        request = self._needed("attach", *further)
        if not self.is_known and self.profile.mhgid is not None and first(request.message.options, Multihoming) is None:
            self.mag.lacks(f"its registration of {self.name} has no Multihoming option")
        if self.mag.embedded is None and "flow" in further and not request.flows:
            self.mag.lacks(f"its registration of {self.name} has no Flow Identification option")
        return request

    def hand_over(self, *further: str) -> Request:
        return self._needed("handover", *further)

    def share(self) -> Request:
        """A further interface of it attaches, which is to have the same prefixes (RFC 7864 3.2.1)."""
        return self._needed("share")

    def discover(self) -> Request:
        """It looks for an IPv4 address."""
        return self._needed("discover")

    def release(self, *what: str) -> Request:
        """It gives up its IPv4 address, or with `prefixes` all of these, and keeps the rest."""
        return self._needed("release", *what)

    def renew(self) -> Request:
        return self._needed("renew")

    def modify(self, *flows: str) -> Request:
        return self._needed("modify", *(word for flow in flows for word in ("flow", flow)))

    def remove(self, fid: int) -> Request:
        return self._needed("remove", str(fid))

    def detach(self, *further: str) -> Request:
        return self._needed("detach", *further)

    def registered(self, *further: str, **answer: Any) -> Request:
        """Attach and accept, with an answer that is as `Request.answer` takes it; what was asked."""
        return self._granted(self.attach(*further), answer)

    def renewed(self, **answer: Any) -> Request:
        return self._granted(self.renew(), answer)

    def modified(self, *flows: str, **answer: Any) -> Request:
        return self._granted(self.modify(*flows), answer)

    def detached(self, *further: str, **answer: Any) -> Request:
        return self._granted(self.detach(*further), answer)

    def _needed(self, word: str, *further: str) -> Request:
        self.told(word, *further)
        request = self.hear(self.mag.patience)
        if word in ARRIVALS and request is not None and not request.message.lifetime:
            request.answer()  # a late word of an earlier case, of the same mobile node
            request = self.hear(self.mag.patience)
        if request is None:
            raise SetUpFailed(f"no PBU for {self.name} after it was told to {word}: {self.mag.why_not}")
        return request

    def _granted(self, request: Request, answer: dict[str, Any]) -> Request:
        given = request.answer(**answer)
        if given is None or not accepted(getattr(given.decoded.message, "status", 255)):
            shown = "nothing" if given is None else f"status {given.decoded.message.status}"
            raise SetUpFailed(f"the registration of {self.name} is no sound one: an LMA answers it with {shown}")
        self.mag.pause(SETTLE)
        return request

    # What it asks for

    def asks(self, packet: Packet) -> bool:
        """Whether a message is a registration of this mobile node; one that names nobody may be."""
        message = packet.decoded.message
        return isinstance(message, BindingUpdate) and identifier(message) in (self.id, b"")

    def hear(self, within: float | None = None) -> Request | None:
        """Its next registration; None where none comes in time, in seconds."""
        packet = self.mag.hear_any(self.asks, self.mag.settings.timeout if within is None else within)
        if packet is None:
            return None
        self.waits = Request(self.mag, packet, self)
        return self.waits

    def hear_all(self, seconds: float) -> list[Request]:
        """All its registrations of so many seconds."""
        until, came = self.mag.now() + seconds, []
        while (request := self.hear(max(0.0, until - self.mag.now()))) is not None:
            came.append(request)
        return came

    def expect_request(self, what: str, *expectations: str, within: float | None = None) -> Request:
        """A registration comes, within seconds, and is as expected."""
        request = self.hear(within)
        if request is None:
            self.mag.minds_what_it_knows_not()
            self.mag.demand(what, False, self.mag.why_not)
        assert request is not None
        self.mag.check(what, True)
        return request.expect(*expectations)

    def expect_silence(self, seconds: float, what: str = "no PBU") -> None:
        """None comes for so long."""
        came = self.hear(seconds)
        self.mag.check(f"{what} for {seconds:g} s", came is None, "" if came is None else came.text)

    # What the LMA asks of it

    def revocation(
        self, trigger: int = 1, *, flags: int = BR_P, more: tuple[Any, ...] = (), hnp: bool = True, **fields: Any
    ) -> BindingRevocationIndication:
        """A binding revocation indication for it (RFC 5846 5.1)."""
        options: list[Any] = [MobileNodeIdentifier(subtype=1, identifier=self.id)]
        options += [HomeNetworkPrefix(home_network_prefix=prefix) for prefix in self.hnp] if hnp else []
        return BindingRevocationIndication(
            **{"revocation_trigger": trigger, "sequence": self.mag.next_sequence(), "flags": flags,
               "options": (*options, *more), **fields}
        )  # fmt: skip

    def revoke(self, trigger: int = 1, **changes: Any) -> Reply:
        """Revoke its binding, and wait for the acknowledgement."""
        reply = self.mag.ask(self.revocation(trigger, **changes))
        if reply.packet is not None and reply.status in (0, 1):
            self.is_there = False
        return reply

    def notify(self, reason: int, **changes: Any) -> Reply:
        """Send an update notification for it, and wait for the acknowledgement; registrations stay to be heard."""
        return self.mag.ask(self.notification(reason, **changes))

    def notification(
        self, reason: int, *, flags: int = UPN_A, more: tuple[Any, ...] = (), hnp: bool = True, **fields: Any
    ) -> UpdateNotification:
        """An update notification for it (RFC 7077 4.1)."""
        options: list[Any] = [MobileNodeIdentifier(subtype=1, identifier=self.id)]
        options += [HomeNetworkPrefix(home_network_prefix=prefix) for prefix in self.hnp] if hnp else []
        return UpdateNotification(
            **{"sequence": self.mag.next_sequence(), "reason": reason, "flags": flags,
               "options": (*options, *more), **fields}
        )  # fmt: skip
