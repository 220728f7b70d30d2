"""What is wrong with what a peer says to messages that are wrong: our rules, and silence where it must be silent."""

from __future__ import annotations

from collections import Counter, deque

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
LATE = 64  # messages that could not be read whose answers may still come
IPV6_HEADER = 40  # octets before the Mobility Header, from where a pointer counts
ANSWERED = "rfc6275/9.2/answered"
RULES = {
    ANSWERED: "A request with a wrong checksum or Payload Proto is discarded without an answer.",
    "rfc6275/9.2/short-answered": "A message shorter than its type needs is discarded without an answer.",
    "rfc6275/9.2/icmp-needless": "An ICMP error is about a wrong Payload Proto or a too small Header Len.",
    "rfc6275/9.2/icmp-to-wrong-checksum": "A message with a wrong checksum is discarded in silence.",
    "rfc6275/9.2/icmp-pointer": "A Parameter Problem points at the Payload Proto or the Header Len that is wrong.",
}
"""What shows where messages are wrong on purpose; the other rules are those of `validate`."""
_UNREAD = ("/length", "/option-past-end", "/sub-option-past-end", "/minimum-length", "/header-length")


class Watch:
    """Judges all that passes, and counts by rule."""

    def __init__(self, way: Recorder, context: Context, result: Result) -> None:
        self._way, self.context, self._result = way, context, result
        self._checker = SessionChecker(context)
        self.answers: Counter[str] = Counter()
        self._unread: deque[int | None] = deque(maxlen=LATE)
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
            self._unread.append(getattr(told.decoded.message, "sequence", None))
        for one in told.heard:
            if one.icmp is not None:
                self._icmp(told, one.icmp)
            elif one.decoded is not None and one.received is not None:
                self._message(told, one, one.decoded, read)

    def _message(self, told: Told, one: Heard, decoded: Decoded, read: bool) -> None:
        assert one.received is not None
        self.answers[decoded.name] += 1
        came = one.received
        if not one.answers and getattr(decoded.message, "sequence", None) in self._unread:
            read = False  # it comes late, to what could not be read
        found = list(check_message(decoded, None, self.context))
        if read:
            seen = self._checker.observe(
                decoded, src=came.source.address, dst=came.destination.address, time=came.time, own=tuple(found)
            )
            found = [each.finding for each in seen]
        repeated = _repeated(told.decoded, self.context)
        for finding in found:
            slots = decoded.layout.slots
            kind = slots[finding.option].type if finding.option is not None and finding.option < len(slots) else None
            what = finding.rule.rpartition("/")[2]  # the same range may be another rule in the answer's option
            same = finding.rule in repeated[0] or (what.endswith("-range") and what in repeated[2])
            if not same and (read or kind not in repeated[1]):
                self._count(told, finding.rule, finding.level, finding.text, decoded.raw)
        number = getattr(told.decoded.message, "sequence", None)
        named = one.answers or (number is not None and number == getattr(decoded.message, "sequence", None))
        if isinstance(decoded.message, BindingError) and told.decoded.checksum_ok is not False:
            return  # a type that it does not know is told before all else
        if named and _discarded(told.decoded) and all(finding.rule != ANSWERED for finding in found):
            self._own(told, ANSWERED, decoded.raw)
        if one.answers and _minimum(told.decoded):
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


def _repeated(asked: Decoded, context: Context) -> tuple[frozenset[str], frozenset[int], frozenset[str]]:
    """What an answer may be wrong in as it was asked: rules, types of options that it repeats, ends of rules."""
    rules = frozenset(finding.rule for finding in check_message(asked, None, context))
    kinds = frozenset(slot.type for slot in asked.layout.slots if slot.pad is None)
    return rules, kinds, frozenset(rule.rpartition("/")[2] for rule in rules)


def _discarded(decoded: Decoded) -> bool:
    """Whether it is to be discarded whatever it asks (RFC 6275 9.2)."""
    return decoded.checksum_ok is False or decoded.layout.payload_proto != NO_NEXT_HEADER


def _minimum(decoded: Decoded) -> bool:
    """Whether it is too short for its type, by what its header says."""
    return any(finding.rule.endswith("/minimum-length") for finding in decoded.findings)


def _counted(decoded: Decoded) -> bool:
    """Whether its Header Len counts other than what is there."""
    return decoded.layout.header_length is not None
