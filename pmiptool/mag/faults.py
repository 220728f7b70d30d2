"""Faults by name: a gateway that does exactly one thing wrong. Each is shown to be found by a case against a MAG.

Most are small transformations of a finished message (values) or of its octets; the others change what a gateway makes
of the answers that it gets, and when it sends. They compose, in the order of `FAULTS`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from msgspec import structs

from pmiptool.errors import UsageError
from pmiptool.mag.answers import flows, identifier
from pmiptool.mag.bul import Attempt, Request
from pmiptool.mag.bul import BindingUpdateListEntry as Entry
from pmiptool.mag.fault_answers import ANSWER_FAULTS, answered
from pmiptool.mag.fault_filters import FILTER_FAULTS, changed
from pmiptool.mag.fault_octets import OCTET_FAULTS, changed_octets
from pmiptool.mag.fault_requests import REQUEST_FAULTS, asked
from pmiptool.mag.identifiers import has_status
from pmiptool.mag.request import HI_NOT_CHANGED
from pmiptool.mag.revocation import Loss
from pmiptool.mag.sent import match
from pmiptool.session.endpoint import Endpoint, ParameterProblem
from pmiptool.text.names import did_you_mean
from pmiptool.wire.layout import Decoded
from pmiptool.wire.values import (
    BindingAcknowledgement,
    Ipv4HomeAddressReply,
    MobileNodeIdentifier,
    Prefix,
    UnknownOption,
    UnknownSubOption,
    VendorSpecific,
)

BEHAVIOUR = {
    "checksum-unchecked": "A message with a wrong checksum is taken.",
    "malformed-taken": "A message that is longer in its header than on the wire is taken.",
    "sequence-unchecked": "A PBA with another sequence number is taken for the answer.",
    "any-answer-taken": "Whatever PBA comes is taken for the answer to what was asked last.",
    "duplicate-taken": "A PBA that answers nothing any more is taken once again.",
    "earlier-not-known": "A PBA to an earlier transmission is taken for none.",
    "believes-hi": "A PBA with another handoff indicator is taken.",
    "believes-att": "A PBA with another access technology type is taken.",
    "believes-ll-id": "A PBA with another link-layer identifier is taken.",
    "believes-mn-id": "A PBA with another MN-ID is taken.",
    "asks-again-after-differing": "After a PBA with an option that differs the PBU is sent again.",
    "chokes-on-unknown-option": "A message with an option of unknown type is dropped.",
    "chokes-on-reserved": "A message with reserved bits that are set is dropped.",
    "chokes-on-sub-option": "A message with a filter that has a sub-option of unknown type is dropped.",
    "chokes-on-vendor-specific": "A message with a Vendor-Specific option is dropped.",
    "chokes-on-order": "A PBA whose first option is not the MN-ID is dropped.",
    "chokes-on-padding": "A message with several Pad1 in a row, or with a PadN that is not zero, is dropped.",
    "chokes-on-reinstantiated": "A PBA with a filter that nobody asked for is dropped.",
    "flow-result-is-all": "A PBA with a filter whose status is not 0 is taken for a rejection.",
    "flows-missing-is-all": "A PBA without the filters that were asked for is taken for a rejection.",
    "reinstantiated-asked-for": "A filter that the anchor re-instantiated is asked for in each renewal.",
    "granted-prefixes-ignored": "The prefixes of a PBA are not remembered.",
    "one-prefix-kept": "Of several prefixes of a PBA only the first is remembered.",
    "granted-lifetime-ignored": "The lifetime that was asked for counts, whatever the PBA says.",
    "granted-link-local-ignored": "The link-local address of a PBA is not remembered.",
    "refresh-advice-ignored": "A Binding Refresh Advice option is not followed.",
    "retries-152": "After status 152 the PBU is sent again.",
    "retries-155": "After status 155 the PBU is sent again as it was.",
    "retries-156": "After status 156 the PBU is sent again at once.",
    "rejection-taken": "A rejection is taken for an acceptance.",
    "ipv4-rejection-taken": "An IPv4 Home Address Reply is taken for an acceptance whatever its status.",
    "multipath-insisted": "Several paths are asked for although the anchor does not know them.",
    "gives-up": "After a rejection nothing is tried otherwise.",
    "clock-set-by-156": "The clock is set by the timestamp of status 156.",
    "never-renews": "No registration is renewed.",
    "never-retransmits": "No PBU is retransmitted.",
    "renewal-never-retransmitted": "A re-registration is not retransmitted.",
    "constant-back-off": "Each retransmission waits as long as the one before.",
    "late-retransmission": "The first retransmission waits three times as long.",
    "rate-unlimited": "Retransmissions come every 0.1 s.",
    "timestamp-stale": "A retransmission has the timestamp of the first transmission.",
    "sequence-kept": "A retransmission has the sequence number of the first transmission.",
    "retransmits-after-answer": "Retransmissions go on after an answer.",
    "detach-unnoticed": "A mobile node that leaves is not noticed.",
    "detach-silent": "A mobile node that leaves makes no PBU.",
    "never-attaches": "A mobile node that attaches makes no PBU.",
    "source-link-local": "PBUs come from a link-local address (the embedded gateway alone).",
    "revokes-nothing": "A binding that was revoked stays.",
    "revokes-everything": "Each revocation ends the binding, whatever it is about.",
    "ipv4-kept": "An IPv4 home address that was revoked stays.",
    "notification-unheeded": "An Update Notification is acknowledged, and nothing follows.",
    "repetition-taken-anew": "A retransmitted Update Notification is taken for a new one.",
    "binding-error-unheeded": "Heartbeats go on after a Binding Error that refuses them.",
    "binding-error-feared": "A Binding Error ends all registrations.",
    "restart-unnoticed": "A new restart counter of the anchor changes nothing.",
    "any-response-counts": "A heartbeat response with another sequence number counts.",
    "beats-without-bindings": "Heartbeat requests are sent without any registration.",
    "beats-too-often": "Heartbeat requests are sent three times as often.",
    "repetition-not-redone": "A retransmitted Update Notification that wants no acknowledgement is dropped.",
    "sends-no-problems": "No ICMP error is sent.",
    "points-at-nothing": "ICMP errors point at octet 0 of the packet.",
    "sub-options-unaligned": "The sub-options of filters stand without padding between them.",
    "inactive-dropped": "A filter of which no binding identifier is registered is not refreshed.",
    "bids-insisted": "Binding identifiers are asked for whatever the anchor said of them.",
    "bid-result-is-all": "A PBA with an identifier that has a status of its own is taken for a rejection.",
    "bid-address-withheld": "Where the care-of address of an identifier is not known, it is not told.",
    "discover-unheeded": "A mobile node that looks for an IPv4 address makes no PBU.",
    "release-is-all": "A mobile node that gives up its IPv4 address is let go.",
    "bri-sent-once": "A Binding Revocation Indication is not retransmitted.",
    "bra-unheeded": "The bindings outlive the acknowledgement of their revocation.",
    "bri-retries-130": "After status 130 the revocation of all bindings is tried again.",
    "session-kept": "A mobile node that left is kept and its registration renewed.",
}

FAULTS: dict[str, str] = {**REQUEST_FAULTS, **FILTER_FAULTS, **ANSWER_FAULTS, **OCTET_FAULTS, **BEHAVIOUR}
"""Every fault and what it does."""

_FLAGS = {"pba": 0x01, "bri": 0x1FFF, "update-notification": 0x3FFF, "heartbeat": 0xFFFC}
"""The flags that no text gives a meaning, by message."""
_LINK_LOCAL = bytes.fromhex("fe80") + bytes(13) + b"\x02"
REJECTED = 128
NEVER = 1e9  # seconds
_BELIEVED = ("hi", "att", "ll-id", "mn-id")


class Faults:
    """The faults of one gateway. Raises UsageError for a name that does not exist."""

    def __init__(self, names: Collection[str]) -> None:
        for name in names:
            if name not in FAULTS:
                hint = did_you_mean(name, FAULTS, "see: pmiptool mag --list-faults")
                raise UsageError(f"fault {name!r} does not exist{hint}")
        self.names = frozenset(names)
        self.believed = frozenset(name for name in _BELIEVED if self.names & {f"believes-{name}", "any-answer-taken"})

    def __contains__(self, name: str) -> bool:
        return name in self.names

    def request(self, message: Any, request: Request, entry: Entry) -> Any:
        """A PBU with what is wrong with its values."""
        if "reinstantiated-asked-for" in self.names and request.kind == "renew":
            foreign = (kept.flow for kept in entry.flows.values() if kept.owner == "lma")
            message = structs.replace(message, options=(*message.options, *foreign))
        first: Attempt | None = request.attempts[0] if request.attempts else None
        return changed(self.names, asked(self.names, message, request, first)) if self.names else message

    def answer(self, message: Any) -> Any:
        """Any other message with what is wrong with its values; None where it is not sent."""
        return answered(self.names, message) if self.names else message

    def octets(self, data: bytes, pair: tuple[bytes, bytes] | None) -> bytes:
        """A message with what is wrong with its octets; pair: source and destination, None without a checksum."""
        return changed_octets(self.names, data, pair) if self.names else data

    def match(self, entries: Collection[Entry], message: BindingAcknowledgement) -> tuple[Entry, Attempt] | None:
        """The outstanding request that a PBA answers."""
        found = match(entries, message)
        if found is None and "sequence-unchecked" in self.names:
            own = [entry for entry in entries if entry.profile.id == identifier(message) and entry.request is not None]
            return next(((entry, entry.request.attempts[-1]) for entry in own if entry.request), None)
        if found is None and "any-answer-taken" in self.names:
            waiting = [entry for entry in entries if entry.request is not None and entry.request.attempts]
            return next(((entry, entry.request.attempts[-1]) for entry in waiting if entry.request), None)
        if found is not None and "earlier-not-known" in self.names and found[0].request is not None:
            return found if found[0].request.attempts[-1] is found[1] else None
        return found

    def refuses(self, asked_for: Any, message: BindingAcknowledgement) -> bool:
        """Whether an answer is a rejection."""
        if message.status >= REJECTED:
            return "rejection-taken" not in self.names
        if "bid-result-is-all" in self.names and has_status(message):
            return True
        given = flows(message).values()
        if "flow-result-is-all" in self.names and any(flow.status for flow in given):
            return True
        return "flows-missing-is-all" in self.names and bool(flows(asked_for)) and not given

    def first_wait(self, seconds: float, request: Request) -> float:
        """When a request is sent again for the first time."""
        if "never-retransmits" in self.names or (
            "renewal-never-retransmitted" in self.names and request.hi == HI_NOT_CHANGED
        ):
            return NEVER
        return 3 * seconds if "late-retransmission" in self.names else self._hasty(seconds)

    def next_wait(self, seconds: float) -> float:
        """When it is sent again after that."""
        return seconds if "constant-back-off" in self.names else self._hasty(2 * seconds)

    def _hasty(self, seconds: float) -> float:
        return 0.1 if "rate-unlimited" in self.names else seconds

    def prefixes(self, given: tuple[Prefix, ...], before: tuple[Prefix, ...]) -> tuple[Prefix, ...]:
        """What a gateway remembers of the prefixes that it is given."""
        if "granted-prefixes-ignored" in self.names:
            return before
        return (given[:1] if "one-prefix-kept" in self.names else given) or before

    def seen(self, message: BindingAcknowledgement) -> BindingAcknowledgement:
        """An acceptance as it is read."""
        if "ipv4-rejection-taken" not in self.names:
            return message
        options = (structs.replace(o, status=0) if isinstance(o, Ipv4HomeAddressReply) else o for o in message.options)
        return structs.replace(message, options=tuple(options))

    def interval(self, seconds: float) -> float:
        """HEARTBEAT_INTERVAL."""
        return seconds / 3 if "beats-too-often" in self.names else seconds

    def losses(self, decided: tuple[Loss, ...]) -> tuple[Loss, ...]:
        """What a revocation takes away."""
        return () if "revokes-nothing" in self.names else decided

    def lifetime(self, granted: int, asked_for: int) -> int:
        """Seconds that a registration counts as one."""
        return asked_for if "granted-lifetime-ignored" in self.names else granted

    def again(self, request: Request, status: int) -> tuple[Request | None, str] | None:
        """What follows a rejection; None: what is right."""
        if f"retries-{status}" in self.names:
            return replace(request, attempts=[], due=0.0), "a fault"
        return (None, "") if "gives-up" in self.names else None

    def problems(self, problem: ParameterProblem) -> list[ParameterProblem]:
        """What becomes of an ICMP error."""
        if "sends-no-problems" in self.names:
            return []
        return [structs.replace(problem, pointer=0) if "points-at-nothing" in self.names else problem]

    def source(self, own: Endpoint) -> Endpoint:
        """Where messages come from."""
        if "source-link-local" not in self.names:
            return own
        return Endpoint(_LINK_LOCAL if len(own.address) == 16 else bytes((169, 254, 0, 2)), own.port)

    def chokes(self, decoded: Decoded) -> bool:
        """Whether a message that came is dropped for what is no reason to."""
        if not self.names:
            return False
        options = getattr(decoded.message, "options", ())
        kinds = [type(option) for option in options]
        if "chokes-on-vendor-specific" in self.names and VendorSpecific in kinds:
            return True
        parts = [type(part) for option in options for part in getattr(option, "suboptions", ())]
        if "chokes-on-sub-option" in self.names and UnknownSubOption in parts:
            return True
        if "chokes-on-order" in self.names and decoded.name == "pba" and kinds[:1] != [MobileNodeIdentifier]:
            return True
        if "chokes-on-padding" in self.names and _has_odd_padding(decoded):
            return True
        if "chokes-on-unknown-option" in self.names and any(isinstance(option, UnknownOption) for option in options):
            return True
        if "chokes-on-reinstantiated" in self.names and isinstance(decoded.message, BindingAcknowledgement):
            return any(getattr(option, "pro", 0) == 2 for option in options)
        return "chokes-on-reserved" in self.names and _has_reserved(decoded)


def _has_odd_padding(decoded: Decoded) -> bool:
    slots = decoded.layout.slots
    several = any(one.type == other.type == 0 for one, other in zip(slots, slots[1:], strict=False))
    padded = [decoded.raw[slot.offset + 2 : slot.offset + 2 + (slot.length or 0)] for slot in slots if slot.type == 1]
    return several or any(map(any, padded))


def _has_reserved(decoded: Decoded) -> bool:
    """Whether any bit that is to be 0 is set."""
    message = decoded.message
    parts = (message, *getattr(message, "options", ()))
    unused = _FLAGS.get(decoded.name, 0) & getattr(message, "flags", 0)
    named = any(getattr(part, name, 0) for part in parts for name in ("reserved", "rfu", "rsvd"))
    return bool(decoded.layout.reserved or unused or named)
