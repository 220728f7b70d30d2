"""The verdict on one step: what the gateway saw, what was expected, and which rules the answers break.

Only the anchor is judged. "Legacy peers are right": where an anchor does not know the draft, the step is UNSUPPORTED.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pmiptool.mag import events as ev
from pmiptool.mag.answers import TIMESTAMP_MISMATCH, accepted, flows, has_multihoming, identifier
from pmiptool.mag.multipath import CANNOT_SUPPORT_MULTIPATH_BINDING, has_option
from pmiptool.registry.codepoints import CodePoints
from pmiptool.registry.rfc6275 import BINDING_STATUS
from pmiptool.scenario.result import LMA, Checked, Packet, Verdict
from pmiptool.text.names import many
from pmiptool.wire.finding import Finding
from pmiptool.wire.layout import Decoded
from pmiptool.wire.values import BindingAcknowledgement, BindingError

# Statuses by which an anchor states its policy: right or wrong only for someone who knows its configuration.
LOCAL_POLICY = (128, 129, 130, 151, 152, 153, 154, 155, 163, 170, 171, 172)
OUR_OWN_WAY = "no answer, and no text has this signalling over UDP on IPv6 (RFC 5844 4 is IPv4 only)"
UNRECOGNIZED_TYPE = 2  # RFC 6275 6.1.9


@dataclass
class Observed:
    """What happened in one step. `final` is the last exchange of the interface that the step is about."""

    mag: str = ""
    mn: bytes = b""
    events: list[tuple[str, ev.AnyEvent]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    final: ev.Exchange | None = None
    seconds: float = 0.0

    def of(self, kind: type[ev.Event]) -> list[ev.AnyEvent]:
        return [event for _, event in self.events if isinstance(event, kind)]

    @property
    def answer(self) -> Decoded | None:
        """The answer to the step's request; a late one where the exchange had ended without."""
        return self.final.answer if self.final is not None else None

    @property
    def status(self) -> int | None:
        return getattr(self.answer.message, "status", None) if self.answer is not None else None


def refuses(seen: Observed, codepoints: CodePoints) -> str:
    """The anchor's own word that it does not support what the step needs; empty without one."""
    texts = {
        codepoints.status_mh_not_supported: "multihoming",
        codepoints.status_reinstantiation_not_supported: "re-instantiation",
    }
    for exchange in seen.of(ev.Exchange):
        answer = getattr(exchange, "answer", None)
        status = getattr(answer.message, "status", None) if answer is not None else None
        if status in texts:
            return f"the LMA does not support {texts[status]} (status {status})"
    return ""


def took(seen: Observed) -> bool:
    """Whether the step's request was accepted in the end."""
    return seen.final is not None and seen.final.outcome == "accepted"


def knows_draft(seen: Observed) -> bool:
    """Whether an accepting answer carries the Multihoming option, or a FID that was asked for."""
    if seen.final is None or seen.answer is None or seen.final.outcome != "accepted":
        return False
    return has_multihoming(seen.answer.message) or echoes_flows(seen)


def echoes_flows(seen: Observed) -> bool:
    """Whether a FID option that was asked for came back."""
    if seen.final is None or seen.answer is None:
        return False
    return bool(set(flows(seen.answer.message)) & set(flows(seen.final.request.message)))


def legacy(seen: Observed) -> str:
    """Why the anchor seems to know nothing of the draft: RFC 5213 8.1 lets it skip what it does not understand."""
    if seen.final is None or seen.answer is None or seen.final.outcome != "accepted":
        return ""
    return "the LMA skipped the Multihoming option, as RFC 5213 8.1 lets it: a session for each interface"


def grants_paths(seen: Observed) -> bool:
    """Whether an accepting answer says that several paths are kept (RFC 8278 4.4)."""
    return took(seen) and seen.answer is not None and has_option(seen.answer.message)


def one_path(seen: Observed) -> str:
    """Why the anchor keeps one path only: by its own word, or because it does not know the option."""
    if seen.status == CANNOT_SUPPORT_MULTIPATH_BINDING:
        return f"the LMA does not support several paths (status {seen.status})"
    if not took(seen):
        return ""
    return "the LMA skipped the MAG Multipath-Binding option, as RFC 8278 4.4 lets it: one path at a time"


def lacks_extension(seen: Observed) -> str:
    """Why the anchor cannot play what RFC 5844 or RFC 5845 adds: it may skip options that it does not know.

    Or it does not let this mobile node have it (170, 172), and the gateway goes on with less (RFC 5844 3.2.3.2).
    """
    for event in seen.of(ev.Exchange):
        if isinstance(event, ev.Exchange) and event.reason in ("status-170", "status-172") and event.followed_by:
            return f"{event.followed_by}, since the LMA answered {event.reason.replace('-', ' ')}"
    if seen.of(ev.Ipv4NotGiven):
        return "the LMA gives no IPv4 home address: it skipped the request for one (RFC 5844 3.2.3.2)"
    for event in seen.of(ev.GreNotAgreed):
        return f"no GRE encapsulation: {event.reason} (RFC 5845 4.2)" if isinstance(event, ev.GreNotAgreed) else ""
    return ""


_IGNORED = {
    "checksum": "its checksum is wrong",
    "not-proxy": "its P flag is clear, so it answers no proxy registration",
    "source": "it does not come from the LMA",
    "malformed": "it is cut, or not as long as it says",
    "unknown-type": "this gateway knows no such message, and says so with a binding error",
    "not-an-acknowledgement": "it is nothing for a gateway",
    "names-nobody": "it names neither a mobile node nor a group (RFC 7077 5)",
    "differs-hi": "its handoff indicator differs from the request's (RFC 5213 6.9.1.2 (6))",
    "differs-att": "its access technology type differs from the request's (RFC 5213 6.9.1.2 (6))",
    "differs-ll-id": "its link-layer identifier differs from the request's (RFC 5213 6.9.1.2 (6))",
    "differs-mn-id": "its MN-ID differs from the request's (RFC 5213 6.9.1.2 (6))",
}


def notes(seen: Observed) -> tuple[str, ...]:
    """What the gateways did by themselves, in sentences."""
    lines = []
    for mag, event in seen.events:
        if isinstance(event, ev.Exchange) and event.followed_by:
            lines.append(f"{mag}: {event.followed_by}")
        elif isinstance(event, ev.ClockOffset):
            lines.append(
                f"{mag}: the LMA's clock is {abs(event.offset):.3f} s {'ahead' if event.offset > 0 else 'behind'}"
            )
        elif isinstance(event, ev.SessionLegacy):
            lines.append(f"{mag}: a legacy session, its filters are not installed")
        elif isinstance(event, ev.MultipathDisabled):
            lines.append(f"{mag}: asks for no several paths any more: {event.reason}")
        elif isinstance(event, ev.PathReplaced):
            lines.append(f"{mag}: another path of the MAG took the place of this one")
        elif isinstance(event, ev.ServiceDenied):
            lines.append(f"{mag}: no more requests for this mobile node (152)")
        elif isinstance(event, ev.FlowRefused):
            lines.append(f"{mag}: FID {event.fid} refused with {event.status}")
        elif isinstance(event, ev.FlowReinstantiated):
            lines.append(f"{mag}: the LMA re-instantiated FID {event.flow.fid}")
        elif isinstance(event, ev.FlowUnrequested):
            lines.append(f"{mag}: FID {event.fid} was never asked for and is not marked as re-instantiated")
        elif isinstance(event, ev.Ignored) and event.reason != "unmatched":
            what = "an answer" if isinstance(event.answer.message, BindingAcknowledgement) else event.answer.name
            lines.append(f"{mag}: ignored {what}: {_IGNORED.get(event.reason, event.reason)}")
        elif isinstance(event, ev.Ignored) and identifier(event.answer.message) == seen.mn:
            lines.append(f"{mag}: ignored an answer: it matches no request")
        elif isinstance(event, ev.LmaRequest) and event.repeated:
            lines.append(f"{mag}: the LMA asked the same again ({event.request.name})")
        elif isinstance(event, ev.BindingRevoked):
            what = "the binding" if event.gone else "a prefix" if event.prefixes else "the IPv4 home address"
            lines.append(f"{mag}: {what} is revoked")
        elif isinstance(event, ev.SessionUpdated):
            lines.append(f"{mag}: took over {', '.join(event.options)}")
        elif isinstance(event, ev.HeartbeatMissing):
            lines.append(f"{mag}: {many(event.missing, 'heartbeat')} without an answer")
        elif isinstance(event, ev.LmaRestarted):
            lines.append(f"{mag}: the LMA has restarted: its counter was {event.before}, is {event.restart_counter}")
        elif isinstance(event, ev.Released) and not event.acknowledged:
            lines.append(f"{mag}: let go without an acknowledgement")
    return tuple(dict.fromkeys([*lines, *seen.errors]))


def verdict(
    seen: Observed,
    findings: Sequence[Finding],
    checks: Iterable[Checked],
    *,
    unsupported: str,
    expects_status: bool,
    expects_no_answer: bool,
    codepoints: CodePoints,
) -> tuple[Verdict, str]:
    """The verdict and the reason in a few words.

    An error finding fails; then comes what leaves the question open (no answer, clocks, policy, an anchor without the
    draft); only then do expectations that are not met fail.
    """
    errors = [finding for finding in findings if finding.level == "error"]
    if errors:
        return "FAIL", f"{errors[0].rule}: {errors[0].text}"
    if unsupported:
        return "UNSUPPORTED", unsupported
    failed = [check for check in checks if not check.ok]
    if not failed and (expects_status or expects_no_answer):
        return "PASS", ""
    if seen.final is None or seen.answer is None:
        if expects_no_answer:
            return ("FAIL", _unmet(failed)) if failed else ("PASS", "")
        why = seen.errors[0] if seen.errors else f"no answer within {seen.seconds:.3g} s"
        return "INCONCLUSIVE", why
    status = seen.status
    if status is not None and not accepted(status):
        refused = _refusal(seen, status, codepoints)
        if refused and not (expects_status and not failed):
            return "INCONCLUSIVE", refused
        if not expects_status:
            return "FAIL", f"rejected with status {_status(status, codepoints)}"
    if failed and any(isinstance(e, ev.FlowRefused) and e.retransmitted for e in seen.of(ev.FlowRefused)):
        return "INCONCLUSIVE", "a filter was refused in answer to a retransmission: the first request was heard"
    return ("FAIL", _unmet(failed)) if failed else ("PASS", "")


def unknown_type(packets: Iterable[Packet]) -> str:
    """That the LMA answered a message of a gateway by "unrecognized type" (RFC 6275 9.2); empty where it did not."""
    asked = ""
    for packet in packets:
        message = packet.decoded.message
        if packet.sender != LMA:
            asked = packet.decoded.name
        elif isinstance(message, BindingError) and message.status == UNRECOGNIZED_TYPE and asked:
            return f"the LMA does not know {asked}: it answers with a binding error, status {UNRECOGNIZED_TYPE}"
    return ""


def verdict_on_heartbeat(
    seen: Observed,
    findings: Sequence[Finding],
    checks: Iterable[Checked],
    *,
    answered: bool,
    unsupported: str,
    expects_no_answer: bool,
) -> tuple[Verdict, str]:
    """The verdict on a heartbeat of a gateway: silence leaves the question open."""
    errors = [finding for finding in findings if finding.level == "error"]
    if errors:
        return "FAIL", f"{errors[0].rule}: {errors[0].text}"
    if unsupported:
        return "UNSUPPORTED", unsupported
    failed = [check for check in checks if not check.ok]
    if not answered and not expects_no_answer:
        return "INCONCLUSIVE", seen.errors[0] if seen.errors else f"no answer within {seen.seconds:.3g} s"
    return ("FAIL", _unmet(failed)) if failed else ("PASS", "")


# What nobody needs to have, and where it stands, when the LMA never asks.
_REQUESTS = {
    "bri": ("binding revocation", "RFC 5846"),
    "update-notification": ("update notification", "RFC 7077"),
    "heartbeat": ("heartbeat", "RFC 5847"),
}


def verdict_on_request(
    seen: Observed,
    findings: Sequence[Finding],
    checks: Sequence[Checked],
    *,
    silent: Sequence[str],
    asked: str,
    commanded: bool,
    unsupported: str,
    codepoints: CodePoints,
) -> tuple[Verdict, str]:
    """The verdict on what the LMA asks. `silent`: the gateways that did not hear it. `commanded`: it was told to ask.

    An LMA that never asks by itself may not know how to; one that was told and does not is for its operator to look at.
    Where a registration followed, that too has to succeed.
    """
    errors = [finding for finding in findings if finding.level == "error"]
    if errors:
        return "FAIL", f"{errors[0].rule}: {errors[0].text}"
    if unsupported:
        return "UNSUPPORTED", unsupported
    if silent:
        what, document = _REQUESTS[asked]
        none = f"no {what} came to {' and '.join(silent)} within {seen.seconds:.3g} s"
        if commanded:
            return "INCONCLUSIVE", f"{none}: the LMA was not told to send one, or does not support {document}"
        return "UNSUPPORTED", f"{none}: the LMA does not send it by itself, or is not configured to ({document})"
    if seen.final is not None and seen.final.outcome not in ("accepted", "superseded"):
        return verdict(
            seen, (), checks, unsupported="", expects_status=False, expects_no_answer=False, codepoints=codepoints
        )
    failed = [check for check in checks if not check.ok]
    return ("FAIL", _unmet(failed)) if failed else ("PASS", "")


def _unmet(failed: Sequence[Checked]) -> str:
    first = failed[0]
    return f"expected {first.text}" + (f", got {first.actual}" if first.actual else "")


def _refusal(seen: Observed, status: int, codepoints: CodePoints) -> str:
    """Why a rejection says nothing about the anchor's conformance; empty when it does."""
    if status == TIMESTAMP_MISMATCH:
        offsets = [event.offset for event in seen.of(ev.ClockOffset) if isinstance(event, ev.ClockOffset)]
        if offsets:
            return (
                f"the LMA's clock differs by {offsets[-1]:+.3f} s; synchronise, or add --clock-offset {offsets[-1]:.3f}"
            )
        return "the clocks differ (156)"
    if status in LOCAL_POLICY:
        text = _status(status, codepoints)
        return f"rejected by the LMA's policy, status {text}; name mobile nodes that it knows with --peer"
    return ""


def _status(status: int, codepoints: CodePoints) -> str:
    name = BINDING_STATUS.names(codepoints).get(status, "")
    return f"{status} {name}".rstrip()


def resolve(text: str, values: dict[str, str]) -> tuple[str, str]:
    """An expectation with `${if1.hnp}` filled in, and the first name that has no value yet."""
    missing = ""

    def fill(match: re.Match[str]) -> str:
        nonlocal missing
        if match[1] not in values:
            missing = missing or match[1]
            return match[0]
        return values[match[1]]

    return re.sub(r"\$\{([\w.-]+)\}", fill, text), missing
