"""What is wrong with what a peer says to messages that are wrong: our rules, and silence where it must be silent."""

from __future__ import annotations

from collections import Counter

from pmiptool.fuzz.peer import UNREACHABLE, Heard, Told
from pmiptool.fuzz.result import Result
from pmiptool.net.exchange import checksum_pair
from pmiptool.net.record import Recorder
from pmiptool.net.transport import IcmpError
from pmiptool.registry.rfc6275 import NO_NEXT_HEADER
from pmiptool.rules import Context, SessionChecker, check_message
from pmiptool.session.endpoint import Endpoint
from pmiptool.wire.layout import Decoded
from pmiptool.wire.values import BindingError

PARAMETER_PROBLEM = 4
IPV6_HEADER = 40  # octets before the Mobility Header, from where a pointer counts
RULES = {
    "rfc6275/9.2/short-answered": "A message shorter than its type needs is discarded without an answer.",
    "rfc6275/9.2/icmp-needless": "An ICMP error is about a wrong Payload Proto or a too small Header Len.",
    "rfc6275/9.2/icmp-to-wrong-checksum": "A message with a wrong checksum is discarded in silence.",
    "rfc6275/9.2/icmp-pointer": "A Parameter Problem points at the Payload Proto or the Header Len that is wrong.",
}
"""What only shows where messages are wrong on purpose; the other rules are those of `validate`."""
_UNREAD = ("/length", "/option-past-end", "/sub-option-past-end", "/minimum-length", "/header-length")


class Watch:
    """Judges all that passes, and counts by rule."""

    def __init__(self, way: Recorder, context: Context, result: Result) -> None:
        self._way, self.context, self._result = way, context, result
        self._checker = SessionChecker(context)
        self.answers: Counter[str] = Counter()
        self.listens = True
        """Whether what passes counts: not while a failure is hunted."""

    def anew(self) -> None:
        """Forget what the peer knows: it was restarted, or enough was kept."""
        self._checker = SessionChecker(self.context)

    def observe(self, told: Told) -> None:
        """One message of ours and what came.

        What a peer makes of options that cannot be read is its own affair: then only the form of its answer is judged,
        and nothing is known of its state any more.
        """
        if not self.listens:
            return
        read = not any(finding.rule.endswith(_UNREAD) for finding in told.decoded.findings)
        if read:
            local, peer = self._ends(told)
            self._checker.observe(told.decoded, src=local.address, dst=peer.address, time=told.time)
        else:
            self.anew()
        for one in told.heard:
            if one.icmp is not None:
                self._icmp(told, one.icmp)
            elif one.decoded is not None and one.received is not None:
                self._message(told, one, one.decoded, read)

    def _message(self, told: Told, one: Heard, decoded: Decoded, read: bool) -> None:
        assert one.received is not None
        self.answers[decoded.name] += 1
        came = one.received
        found = list(check_message(decoded, None, self.context))
        if read:
            seen = self._checker.observe(
                decoded, src=came.source.address, dst=came.destination.address, time=came.time, own=tuple(found)
            )
            found = [each.finding for each in seen]
        repeated = _repeated(told.decoded, self.context) if found else (frozenset(), frozenset())
        for finding in found:
            slots = decoded.layout.slots
            kind = slots[finding.option].type if finding.option is not None and finding.option < len(slots) else None
            if finding.rule not in repeated[0] and (read or kind not in repeated[1]):
                self._count(told, finding.rule, finding.level, finding.text, decoded.raw)
        if one.answers and _minimum(told.decoded) and not isinstance(decoded.message, BindingError):
            self._own(told, "rfc6275/9.2/short-answered", decoded.raw)

    def _icmp(self, told: Told, error: IcmpError) -> None:
        self.answers["icmp"] += 1
        if error.type <= UNREACHABLE:
            return  # whether it is there is asked otherwise
        decoded = told.decoded
        pair = checksum_pair(*self._ends(told))
        if pair is not None and decoded.checksum_ok is False:
            self._own(told, "rfc6275/9.2/icmp-to-wrong-checksum", error.original)
            return
        wrong = [place for place, is_wrong in (
            (0, decoded.layout.payload_proto != NO_NEXT_HEADER), (1, _minimum(decoded) or _counted(decoded))
        ) if is_wrong]  # fmt: skip
        if not wrong:
            self._own(told, "rfc6275/9.2/icmp-needless", error.original, error.text)
        elif error.type == PARAMETER_PROBLEM and error.pointer - IPV6_HEADER not in wrong:
            self._own(told, "rfc6275/9.2/icmp-pointer", error.original, f"pointer {error.pointer}")

    def _ends(self, told: Told) -> tuple[Endpoint, Endpoint]:
        return self._way.locals[min(told.step.source, len(self._way.locals) - 1)], self._way.peer

    def _own(self, told: Told, rule: str, answer: bytes, more: str = "") -> None:
        sentence = RULES[rule]
        self._count(told, rule, "error", f"{sentence.rstrip('.')}: {more}" if more else sentence, answer)

    def _count(self, told: Told, rule: str, level: str, text: str, answer: bytes) -> None:
        self._result.count(rule, level, text, told.step.case, (told.data, answer))


def _repeated(asked: Decoded, context: Context) -> tuple[frozenset[str], frozenset[int]]:
    """What an answer may be wrong in as it was asked: rules, and types of options that it repeats."""
    rules = frozenset(finding.rule for finding in check_message(asked, None, context))
    return rules, frozenset(slot.type for slot in asked.layout.slots if slot.pad is None)


def _minimum(decoded: Decoded) -> bool:
    """Whether it is too short for its type, by what its header says."""
    return any(finding.rule.endswith("/minimum-length") for finding in decoded.findings)


def _counted(decoded: Decoded) -> bool:
    """Whether its Header Len counts other than what is there."""
    return decoded.layout.header_length is not None
