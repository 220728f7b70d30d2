"""Faults in what becomes of sessions (RFC 5213 5.3.2 to 5.5) and in where answers go, which only cases find."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from pmiptool.errors import UsageError
from pmiptool.lma import order
from pmiptool.lma.core import PLAIN, Core, Found, Outcome
from pmiptool.lma.fault_behaviour import KINDS, Behaviour, kind_of
from pmiptool.lma.fault_conduct import REJECTION, Plain, forget
from pmiptool.lma.request import Request
from pmiptool.registry.codepoints import CodePoints
from pmiptool.session.endpoint import Datagram, Endpoint
from pmiptool.session.model import Binding
from pmiptool.session.prefix import as_prefix
from pmiptool.session.transitions import add_binding
from pmiptool.wire.values import (
    AccessTechnologyType,
    BindingAcknowledgement,
    HandoffIndicator,
    HomeNetworkPrefix,
    MobileNodeIdentifier,
)


class ForgetsAfter(Behaviour):
    def __init__(self, kind: str, settings: CodePoints) -> None:
        if kind not in KINDS:
            raise UsageError(f"forgets-after-{kind}: it takes {', '.join(KINDS)}")
        self.kind, self._now = kind, ""

    def found(self, core: Core, request: Request, found: Found) -> Found:
        self._now = kind_of(request, found)
        return found

    def after(self, core: Core, request: Request, outcome: Outcome, now: float) -> None:
        if outcome.status < REJECTION and self._now == self.kind:
            forget(core, request, now)


class OnePrefixForAll(Plain):
    def acknowledgement(
        self, core: Core, request: Request, outcome: Outcome, pba: BindingAcknowledgement
    ) -> BindingAcknowledgement:
        if outcome.status >= REJECTION or request.named or not core.prefixes:
            return pba
        one = HomeNetworkPrefix(home_network_prefix=as_prefix(next(iter(core.prefixes))))
        return replace(pba, options=tuple(one if isinstance(o, HomeNetworkPrefix) else o for o in pba.options))


class TakesPrefixOfAnother(Plain):
    def found(self, core: Core, request: Request, found: Found) -> Found:
        session = next((core.prefixes[prefix] for prefix in request.named if prefix in core.prefixes), None)
        if session is None or session.mn_id == request.mn_id or PLAIN not in session.bindings:
            return found
        core.node(request.mn_id or (1, b""))
        return Found(session, session.bindings[PLAIN], "updated")


class RegistersWhenRejecting(Plain):
    def after(self, core: Core, request: Request, outcome: Outcome, now: float) -> None:
        if outcome.status < REJECTION or request.mn_id is None or request.mn_id in core.nodes:
            return
        session = core.open_session(request.mn_id, None, ())
        binding = Binding(request.care_of_address, request.att or 0, request.ll_id)
        add_binding(session, PLAIN, binding)
        binding.expires = now + 4.0 * request.lifetime
        order.accept(core, request, session, binding)


class KeepsInterface(Plain):
    _was: tuple[Any, Any] | None = None

    def found(self, core: Core, request: Request, found: Found) -> Found:
        self._was = None if found.binding is None else (found.binding.att, found.binding.ll_id)
        return found

    def after(self, core: Core, request: Request, outcome: Outcome, now: float) -> None:
        if self._was is not None and outcome.binding is not None:
            outcome.binding.att, outcome.binding.ll_id = self._was


class RemembersTimestamps(Plain):
    """The node's, where a request without timestamp would make it start anew."""

    _last: int | None = None

    def before(self, core: Core, request: Request, now: float) -> None:
        node = core.known(request.mn_id)
        self._last = None if node is None else node.timestamp

    def after(self, core: Core, request: Request, outcome: Outcome, now: float) -> None:
        node = core.known(request.mn_id)
        if node is not None and node.timestamp is None:
            node.timestamp = self._last


class SequencePerNode(Plain):
    def after(self, core: Core, request: Request, outcome: Outcome, now: float) -> None:
        if outcome.session is None or outcome.binding is None:
            return
        for session in core.nodes[outcome.session.mn_id].plain:
            for binding in session.bindings.values():
                binding.sequence = outcome.binding.sequence


class RejectsOtherOrder(Plain):
    """Other than that of the figure in 8.1, as far as it goes."""

    ORDER = (MobileNodeIdentifier, HomeNetworkPrefix, HandoffIndicator, AccessTechnologyType)

    def instead(self, request: Request, found: Found) -> str:
        options: list[Any] = [o for o in request.decoded.message.options if isinstance(o, self.ORDER)]
        places = [self.ORDER.index(type(option)) for option in options]
        return "rejected" if places != sorted(places) else ""


class RejectsOddPlaces(Plain):
    def instead(self, request: Request, found: Found) -> str:
        slots = (request.slot_of(option) for option in (request.hi_option, request.att_option))
        return "rejected" if any(slot is not None and slot.offset % 4 for slot in slots) else ""


class AnswersFromElsewhere(Plain):
    def on_the_wire(self, datagram: Datagram) -> Datagram:
        address = datagram.source.address
        other = address[:-1] + bytes((address[-1] ^ 0x80,))
        return replace(datagram, source=Endpoint(other, datagram.source.port))


class AnswersToCareOfAddress(Plain):
    _to = b""

    def acknowledgement(
        self, core: Core, request: Request, outcome: Outcome, pba: BindingAcknowledgement
    ) -> BindingAcknowledgement:
        self._to = request.care_of_address
        return pba

    def on_the_wire(self, datagram: Datagram) -> Datagram:
        return replace(datagram, destination=Endpoint(self._to, datagram.destination.port))
