"""Faults by name: an anchor that does exactly one thing wrong. Each is shown to be found by the rules.

Most are small transformations of a finished PBA (values), of its octets, or of its delivery; a few change what happens
to the filters of a removed interface. They compose, in the order of `FAULTS`, and touch nothing that they do not name.
"""

from __future__ import annotations

from collections.abc import Collection, Container
from typing import Any

from pmiptool.errors import UsageError
from pmiptool.lma.config import LmaConfig
from pmiptool.lma.core import Core, Found, Outcome
from pmiptool.lma.fault_families import LISTED, make
from pmiptool.lma.fault_ipv4 import IPV4_FAULTS
from pmiptool.lma.fault_octets import OCTETS
from pmiptool.lma.fault_requests import REQUEST_FAULTS, spoilt
from pmiptool.lma.fault_values import VALUES, other_prefix
from pmiptool.lma.request import Request
from pmiptool.registry.codepoints import DEFAULT, CodePoints
from pmiptool.session.classifier import Steer
from pmiptool.session.endpoint import Datagram, Endpoint, ParameterProblem
from pmiptool.session.model import DISCARD, FORWARD, N_CAST, Flow, PrefixKey
from pmiptool.text.names import did_you_mean
from pmiptool.wire.layout import Decoded
from pmiptool.wire.values import (
    BindingAcknowledgement,
)

FAULTS: dict[str, str] = {
    "sequence-not-copied": "The sequence number of the PBA is one higher than that of the PBU.",
    "hi-not-copied": "The handoff indicator of the PBA is another than that of the PBU.",
    "mn-id-not-copied": "The MN-ID of the PBA is another than that of the PBU.",
    "hnp-changed": "An accepting PBA to a PBU that names its prefix carries another prefix.",
    "hnp-all-zero": "An accepting PBA carries an all-zero prefix.",
    "lifetime-too-long": "The lifetime of an accepting PBA is longer than what was asked for.",
    "lifetime-in-seconds": "The lifetime of an accepting PBA counts seconds, not units of 4 s.",
    "p-flag-clear": "The P flag of the PBA is clear.",
    "checksum-zero": "The checksum of the PBA is zero (over UDP it is that anyway).",
    "options-unaligned": "The options of the PBA stand without padding between them.",
    "message-too-long": "The PBA has 8 octets more than its header says.",
    "message-too-short": "The PBA has 8 octets less than its header says.",
    "no-multihoming-option": "The PBA carries no Multihoming option.",
    "act-echoed": "The Multihoming option of the PBA repeats the PBU's ACT.",
    "rfu-set": "The reserved bits of the PBA's Multihoming option are set.",
    "fid-status-missing": "The FID options of the PBA end before their Status field.",
    "fid-not-echoed": "The last FID option of the PBU is not answered.",
    "pro-not-set": "A re-instantiated filter is announced with PRO=0.",
    "priority-not-copied": "A re-instantiated filter gets another FID-PRI.",
    "action-not-copied": "A re-instantiated filter gets another Action.",
    "fid-not-unique": "A re-instantiated filter is announced with a FID that its MAG already uses.",
    "filters-lost-on-keep": "ACT=Keep removes the filters.",
    "filters-kept-on-remove": "ACT=Remove re-instantiates the filters.",
    "second-hnp": "A further interface of a multihoming group is given a prefix of its own.",
    "pro-without-keep": "PBAs announce a filter with PRO=2 although nothing was kept.",
    "multipath-not-echoed": "PBAs for further paths of a MAG carry no MAG Multipath-Binding option.",
    "mag-id-echoed": "The PBA repeats the MAG Identifier option.",
    "bid-changed": "The MAG Multipath-Binding option of the PBA has another BID.",
    "label-not-copied": "The MAG Multipath-Binding option of the PBA has another interface label.",
    "bulk-ignored": "The flag B renews only the binding of its own path.",
    "path-replaced": "A further path takes the place of the others, although the PBA says that it is one of several.",
    "answer-lost": "No PBA is ever sent.",
    "answer-late": "PBAs are sent 1.5 s late, after the MAG has asked again.",
    "answer-twice": "PBAs are sent twice.",
    "wrong-status-153": "A mobile node that is not served gets status 128 in place of 153.",
    "wrong-status-154": "A MAG that is not authorised gets status 128 in place of 154.",
    "wrong-status-158": "A PBU without a prefix option gets status 128 in place of 158.",
    "wrong-status-160": "A PBU without an MN-ID option gets status 128 in place of 160.",
    "wrong-status-161": "A PBU without a handoff indicator option gets status 128 in place of 161.",
    "wrong-status-162": "A PBU without an access technology type option gets status 128 in place of 162.",
    "deaf-after-two": "After two messages that cannot be parsed nothing is answered any more.",
    **IPV4_FAULTS,
    **REQUEST_FAULTS,
}
"""Every fault that the rules find, and what it does, in the order in which they compose."""

ALL = FAULTS | LISTED
"""As `FAULTS`, with the families that only conformance cases find."""

LATE = 1.5


class Faults:
    """The faults of one anchor. Raises UsageError for a name that does not exist."""

    def __init__(self, names: Collection[str], settings: CodePoints = DEFAULT) -> None:
        made = {name: make(name, settings) for name in names if name not in FAULTS}
        for name, behaviour in made.items():
            if behaviour is None:
                hint = did_you_mean(name, ALL, "see: pmiptool lma --list-faults")
                raise UsageError(f"fault {name!r} does not exist{hint}")
        self.names = frozenset(names)
        self.families = [behaviour for behaviour in made.values() if behaviour is not None]
        self._values = [VALUES[name] for name in FAULTS if name in names and name in VALUES]
        self._octets = [OCTETS[name] for name in FAULTS if name in names and name in OCTETS]
        self._unparsable = 0
        self._spoilt = 0

    def acknowledgement(
        self, core: Core, request: Request, outcome: Outcome, pba: BindingAcknowledgement
    ) -> BindingAcknowledgement:
        """The PBA with what is wrong with its values."""
        for change in self._values:
            pba = change(request, outcome, pba)
        for behaviour in self.families:
            pba = behaviour.acknowledgement(core, request, outcome, pba)
        return pba

    def on_the_wire(self, datagram: Datagram) -> Datagram:
        """The datagram with what is wrong with its octets."""
        for change in self._octets:
            datagram = change(datagram)
        for behaviour in self.families:
            datagram = behaviour.on_the_wire(datagram)
        return datagram

    def message(self, message: Any, name: str) -> Any:
        """Another message with what is wrong with its values."""
        for behaviour in self.families:
            message = behaviour.message(message, name)
        return message

    def configured(self, config: LmaConfig) -> LmaConfig:
        """The configuration that counts."""
        for behaviour in self.families:
            config = behaviour.configured(config)
        return config

    def sees(self, decoded: Decoded) -> Decoded:
        """A request as it is taken."""
        for behaviour in self.families:
            decoded = behaviour.sees(decoded)
        return decoded

    def before(self, core: Core, request: Request, now: float) -> None:
        """A request is about to be looked at."""
        for behaviour in self.families:
            behaviour.before(core, request, now)

    def found(self, core: Core, request: Request, found: Found) -> Found:
        """What is made of the look-up."""
        for behaviour in self.families:
            found = behaviour.found(core, request, found)
        return found

    def instead(self, request: Request, found: Found) -> str:
        """What becomes of a sound request in place of what should: rejected, unheard, pretended."""
        return next(filter(None, [behaviour.instead(request, found) for behaviour in self.families]), "")

    def destination(self, name: str, to: Endpoint) -> Endpoint:
        """Where a message goes."""
        for behaviour in self.families:
            to = behaviour.destination(name, to)
        return to

    def keeps_revoked(self) -> bool:
        """Whether bindings outlive their revocation."""
        return any(behaviour.keeps_revoked() for behaviour in self.families)

    def revokes_all(self) -> bool:
        """Whether all of a session goes where its IPv4 home address is revoked."""
        return any(behaviour.revokes_all() for behaviour in self.families)

    def answers_responses(self) -> bool:
        """Whether heartbeat responses are answered like requests."""
        return any(behaviour.answers_responses() for behaviour in self.families)

    def beats_for_ever(self) -> bool:
        """Whether gateways are sent heartbeat requests that have no binding any more."""
        return any(behaviour.beats_for_ever() for behaviour in self.families)

    def takes_any_answer(self) -> bool:
        """Whether any answer to a request of its own counts, whatever its form and number."""
        return any(behaviour.takes_any_answer() for behaviour in self.families)

    def renumbers(self) -> bool:
        """Whether each transmission of a request of its own has another sequence number."""
        return any(behaviour.renumbers() for behaviour in self.families)

    def keeps_left_out(self) -> bool:
        """Whether a handover leaves a session what the new gateway does not name."""
        return any(behaviour.keeps_left_out() for behaviour in self.families)

    def deregisters_all(self) -> bool:
        """Whether all of a session goes where a part of it is deregistered."""
        return any(behaviour.deregisters_all() for behaviour in self.families)

    def steering(self) -> Steer | None:
        """The classifier of its data plane; None where that is right."""
        return next(filter(None, [behaviour.steering() for behaviour in self.families]), None)

    def keeps_overwritten(self) -> bool:
        """Whether the other paths outlive the flag O."""
        return any(behaviour.keeps_overwritten() for behaviour in self.families)

    def problem(self, problem: ParameterProblem) -> ParameterProblem | None:
        """An ICMP error with what is wrong with it; None for none."""
        changed: ParameterProblem | None = problem
        for behaviour in self.families:
            changed = None if changed is None else behaviour.problem(changed)
        return changed

    def haste(self) -> float:
        """How many times too fast its timers of requests run."""
        return max([behaviour.haste() for behaviour in self.families], default=1.0)

    def is_in_order(self, number: int, last: int | None) -> bool | None:
        """What is made of a sequence number; None where nothing is."""
        said = [behaviour.is_in_order(number, last) for behaviour in self.families]
        return next((one for one in said if one is not None), None)

    def after(self, core: Core, request: Request, outcome: Outcome, now: float) -> None:
        """A request has been answered."""
        for behaviour in self.families:
            behaviour.after(core, request, outcome, now)

    def answers_ignored(self) -> bool:
        """Whether what must be ignored in silence is answered."""
        return any(behaviour.answers_ignored for behaviour in self.families)

    def deliveries(self) -> list[float]:
        """How often a PBA is sent, and how late each copy is, in seconds."""
        if "answer-lost" in self.names:
            return []
        delay = LATE if "answer-late" in self.names else 0.0
        later = [behaviour.again for behaviour in self.families if behaviour.again is not None]
        return [delay, delay, *later] if "answer-twice" in self.names else [delay, *later]

    def is_deaf(self, decoded: Decoded) -> bool:
        """Whether this message is not heard; counts those that cannot be parsed."""
        if not all([behaviour.hears(decoded) for behaviour in self.families]):
            return True
        if "deaf-after-two" not in self.names:
            return False
        if self._unparsable >= 2:
            return True
        self._unparsable += any(found.level == "error" for found in decoded.findings)
        return False

    def deaf_to_heartbeats(self) -> bool:
        return "deaf-to-heartbeats" in self.names

    def own(self, message: Any) -> Any:
        """A heartbeat response, or a request of the anchor's own, with what is wrong with its values."""
        self._spoilt += 1
        return spoilt(self.names, message, self._spoilt)

    def keeps(self, act: int, keep: bool) -> bool:
        """What becomes of the filters of a removed interface; act is the PBU's (1 Remove, 2 Keep)."""
        if act == 2 and "filters-lost-on-keep" in self.names:
            return False
        return keep or (act == 1 and "filters-kept-on-remove" in self.names)

    def renews_all(self) -> bool:
        """Whether the flag B renews all paths (RFC 8278 4.1)."""
        return "bulk-ignored" not in self.names

    def knows_one_path(self) -> bool:
        """Whether a path takes the place of the others."""
        return "path-replaced" in self.names

    def reinstantiated(self, flow: Flow) -> None:
        """A filter just re-instantiated, before anybody is told."""
        if "priority-not-copied" in self.names and isinstance(flow.priority, int):
            flow.priority = flow.priority + 1 if flow.priority < 255 else 254
        if "action-not-copied" in self.names:
            flow.action = FORWARD if flow.action in (DISCARD, N_CAST) else N_CAST

    def understand(self, request: Request, in_use: Container[PrefixKey]) -> None:
        """A MAG that took a changed prefix for its own names it: the right one is meant."""
        if "second-hnp" in self.names or "hnp-changed" in self.names:
            request.named = [
                other_prefix(prefix) if prefix not in in_use and other_prefix(prefix) in in_use else prefix
                for prefix in request.named
            ]
