"""What a fault of a family may change: hooks that the anchor calls, each of which leaves everything as it is."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from pmiptool.lma.config import LmaConfig
from pmiptool.lma.core import Core, Found, Outcome
from pmiptool.lma.request import Request
from pmiptool.session.classifier import Steer
from pmiptool.session.endpoint import Datagram, Endpoint, ParameterProblem
from pmiptool.text.json import option_name
from pmiptool.wire.checksum import checksum
from pmiptool.wire.layout import Decoded
from pmiptool.wire.values import BindingAcknowledgement

KINDS = ("attachment", "renewal", "handover", "revival", "deregistration")

RESERVED = ("reserved", "rsvd", "rfu", "reserved_flags")


class Behaviour:
    """One fault at work in one anchor."""

    answers_ignored = False
    """Whether what must be ignored in silence gets an answer."""
    again: float | None = None
    """Seconds after which each PBA is sent once more."""

    def configured(self, config: LmaConfig) -> LmaConfig:
        """The configuration that the anchor follows, whatever its operator thinks."""
        return config

    def hears(self, decoded: Decoded) -> bool:
        """Whether a message gets through to it at all."""
        return True

    def sees(self, decoded: Decoded) -> Decoded:
        """A request as the anchor takes it."""
        return decoded

    def before(self, core: Core, request: Request, now: float) -> None:
        """A request is about to be looked at."""

    def found(self, core: Core, request: Request, found: Found) -> Found:
        """What the anchor makes of the look-up in its binding cache."""
        return found

    def instead(self, request: Request, found: Found) -> str:
        """What becomes of a sound request: rejected, unheard or pretended; "" where all goes well."""
        return ""

    def acknowledgement(
        self, core: Core, request: Request, outcome: Outcome, pba: BindingAcknowledgement
    ) -> BindingAcknowledgement:
        """A PBA before it leaves."""
        return pba

    def message(self, message: Any, name: str) -> Any:
        """Another message before it leaves. name: its short one."""
        return message

    def on_the_wire(self, datagram: Datagram) -> Datagram:
        """The octets of a PBA before they leave."""
        return datagram

    def destination(self, name: str, to: Endpoint) -> Endpoint:
        """Where a message of that short name goes."""
        return to

    def keeps_revoked(self) -> bool:
        """Whether bindings outlive their revocation."""
        return False

    def revokes_all(self) -> bool:
        """Whether all of a session goes where its IPv4 home address is revoked."""
        return False

    def answers_responses(self) -> bool:
        """Whether heartbeat responses are answered like requests."""
        return False

    def beats_for_ever(self) -> bool:
        """Whether gateways are sent heartbeat requests that have no binding any more."""
        return False

    def takes_any_answer(self) -> bool:
        """Whether any answer to a request of its own counts, whatever its form and number."""
        return False

    def renumbers(self) -> bool:
        """Whether each transmission of a request of its own has another sequence number."""
        return False

    def keeps_left_out(self) -> bool:
        """Whether a handover leaves a session what the new gateway does not name."""
        return False

    def deregisters_all(self) -> bool:
        """Whether all of a session goes where a part of it is deregistered."""
        return False

    def steering(self) -> Steer | None:
        """The classifier of its data plane; None where that is right."""
        return None

    def keeps_overwritten(self) -> bool:
        """Whether the other paths outlive the flag O."""
        return False

    def problem(self, problem: ParameterProblem) -> ParameterProblem | None:
        """An ICMP error before it leaves; None for none."""
        return problem

    def haste(self) -> float:
        """How many times too fast its timers of requests run."""
        return 1.0

    def is_in_order(self, number: int, last: int | None) -> bool | None:
        """Whether a sequence number may follow the last accepted one; None leaves it to the anchor."""
        return None

    def after(self, core: Core, request: Request, outcome: Outcome, now: float) -> None:
        """A request has been answered."""


def kind_of(request: Request, found: Found) -> str:
    """What a request that finds this would do, one of `KINDS`; "" where it would do nothing."""
    session, binding = found.session, found.binding
    if found.status or found.ignored or found.what == "held":
        return ""
    if request.lifetime == 0:
        return "deregistration"
    if session is None or binding is None:
        return "attachment"
    if binding.removed_at is not None:
        return "revival"
    return "renewal" if binding.care_of_address == request.care_of_address else "handover"


def matches(what: str, request: Request, found: Found) -> bool:
    """Whether a request is of a kind, carries an option of that short name, or (`reserved`) sets reserved bits."""
    if what in KINDS:
        return kind_of(request, found) == what
    options = request.decoded.message.options
    if what == "reserved":
        sub = [one for option in options for one in getattr(option, "suboptions", ())]
        return any(getattr(option, name, 0) for option in (*options, *sub) for name in RESERVED)
    return any(option_name(option, request.codepoints) == what for option in options)


def sealed(datagram: Datagram, data: bytes) -> Datagram:
    """Other octets with the right checksum over them; over UDP it stays zero."""
    if datagram.destination.port is None:
        value = checksum(datagram.source.address, datagram.destination.address, data)
        data = data[:4] + value.to_bytes(2, "big") + data[6:]
    return replace(datagram, data=data)
