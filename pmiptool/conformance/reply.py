"""The answer of an LMA under test: what it says, and what it must say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pmiptool.conformance.filters import AnsweredFilters
from pmiptool.conformance.octets import octets_of
from pmiptool.conformance.trial import CaseOver
from pmiptool.mag.answers import accepted, first, prefixes
from pmiptool.net.exchange import answers, belongs
from pmiptool.registry.rfc6275 import BINDING_STATUS
from pmiptool.scenario.result import Packet
from pmiptool.text.values import prefix_text
from pmiptool.wire.layout import Decoded
from pmiptool.wire.values import ENTRIES, BindingAcknowledgement, Prefix

if TYPE_CHECKING:
    from pmiptool.conformance.lma import Lma


class Reply(AnsweredFilters):
    """What came back on a request. packet: the answer, None where none came; further: what else came."""

    def __init__(self, lma: Lma, request: Packet, mag: int) -> None:
        self.lma = lma
        self.request = request
        self.mag = mag
        self.packet: Packet | None = None
        self.further: list[Packet] = []

    def takes(self, other: Packet) -> bool:
        """Whether a packet is the answer: it names the request, or is of its kind and nothing better came."""
        asked = self.request.decoded
        if belongs(asked, other.decoded) or answers(asked, other.decoded):
            self.packet = other
        return self.packet is not None

    # What it says

    @property
    def why_not(self) -> str:
        """Why there is no answer, in words."""
        return self.lma.why_not

    @property
    def decoded(self) -> Decoded:
        """The answer; the case is over where none came."""
        if self.packet is None:
            self.lma.lost = True
            self.lma.demand("an answer", False, self.why_not)
            raise CaseOver
        self.lma.look_at(self.packet)
        return self.packet.decoded

    @property
    def message(self) -> Any:
        return self.decoded.message

    @property
    def status(self) -> int | None:
        return getattr(self.message, "status", None)

    @property
    def is_accepted(self) -> bool:
        message = self.packet.decoded.message if self.packet is not None else None
        return isinstance(message, BindingAcknowledgement) and accepted(message.status)

    @property
    def status_text(self) -> str:
        status = self.status
        names = BINDING_STATUS.names(self.lma.codepoints) if self.decoded.name in ("pba", "binding-ack") else {}
        name = names.get(status, "") if status is not None else ""
        return f"{self.decoded.name} {'' if status is None else status} {name}".strip()

    @property
    def prefixes(self) -> tuple[Prefix, ...]:
        return prefixes(self.message) if isinstance(self.message, BindingAcknowledgement) else ()

    def option(self, kind: type[Any]) -> Any:
        """The first option of a kind; None where there is none."""
        return first(self.message.options, kind)

    def options(self, kind: type[Any]) -> list[Any]:
        return [option for option in self.message.options if isinstance(option, kind)]

    def octets(self, kind: int) -> bytes:
        """The data of the first option of a type, as it lay there; none without it."""
        return octets_of(self.decoded, kind, self.lma.codepoints) or b""

    # What it must say

    def expect(self, *expectations: str) -> Reply:
        """It is as expected, in the words of `send --expect`; that an answer came is part of it."""
        self.lma.expect(self.decoded, *expectations)
        return self

    def accepted(self, *expectations: str) -> Reply:
        """It accepts, by a PBA with a status below 128; and what else is expected."""
        self.lma.demand("an accepting answer", self.decoded is not None and self.is_accepted, self.status_text)
        return self.expect(*expectations)

    def rejected(self, *statuses: int) -> Reply:
        """It rejects: with one of these statuses where a text names one, else with any from 128 on."""
        acknowledges = isinstance(self.message, BindingAcknowledgement)
        if not statuses:
            self.lma.check("a rejection", acknowledges and not self.is_accepted, self.status_text)
            return self
        names = BINDING_STATUS.names(self.lma.codepoints)
        wanted = " or ".join(f"{status} {names.get(status, '')}".strip() for status in statuses)
        self.lma.check(f"a rejection with {wanted}", acknowledges and self.status in statuses, self.status_text)
        return self

    def repeats(self, *kinds: type[Any]) -> Reply:
        """It carries the same options of these kinds as the request, no more and no fewer."""
        for kind in kinds:
            asked = [option for option in self.request.decoded.message.options if isinstance(option, kind)]
            given = self.options(kind)
            self.lma.check(f"{ENTRIES[kind].name} as in the request, {len(asked)} of them", given == asked, given)
        return self

    def same_session(self, prefixes: Sequence[Prefix]) -> Reply:
        """It accepts, for the session that has these prefixes."""
        self.accepted()
        self.lma.check("the prefixes of the session", set(self.prefixes) == set(prefixes), _shown(self.prefixes))
        return self

    def new_session(self, *taken: Prefix) -> Reply:
        """It accepts, for a session that has others than these prefixes."""
        self.accepted()
        others = bool(self.prefixes) and not set(self.prefixes) & set(taken)
        self.lma.check("prefixes of a new session", others, _shown(self.prefixes))
        return self

    def once(self) -> Reply:
        """Nothing else answers the request."""
        here = [packet.decoded for packet in self.further if packet.receiver == self.request.sender]
        others = [decoded.name for decoded in here if answers(self.request.decoded, decoded)]
        self.lma.check("one answer", self.packet is not None and not others, f"{', '.join(others)} besides")
        return self

    def check(self, text: str, ok: bool, actual: object = "") -> Reply:
        self.lma.check(text, ok, actual)
        return self


def _shown(prefixes: Sequence[Prefix]) -> str:
    return ", ".join(map(prefix_text, prefixes)) or "no prefix"
