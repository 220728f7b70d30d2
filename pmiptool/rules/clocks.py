"""Timestamps and sequence numbers over time (RFC 5213 5.5, RFC 6275 9.5.1).

The readings of `timestamp-scope` and `sequence-scope` are both respected: an acceptance is wrong only by all of them,
and so is a rejection.
"""

from __future__ import annotations

from collections.abc import Iterator

from pmiptool.rules import catalogue as rules
from pmiptool.rules.context import Context
from pmiptool.rules.judge import found
from pmiptool.rules.pairing import Answer, MnKey, Request
from pmiptool.session.model import Binding
from pmiptool.wire.finding import Finding

FRACTION = 65536  # 1/65536 s are the units of a timestamp (RFC 5213 8.8)
WINDOW = 32768


def greater(number: int, last: int) -> bool:
    """Whether a sequence number is greater than the last one, modulo 2**16 (RFC 6275 9.5.1)."""
    return 0 < (number - last) & 0xFFFF < WINDOW


class Clocks:
    """The greatest timestamps and the last sequence numbers that an anchor took, of each mobile node."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self._taken: dict[tuple[bytes, MnKey], int] = {}
        self._accepted: dict[tuple[bytes, MnKey], dict[bytes, int]] = {}

    def judge(self, request: Request, answer: Answer, binding: Binding | None, *, certain: bool) -> Iterator[Finding]:
        """`certain`: no older request of the mobile node is without answer, whose effect nobody knows."""
        if request.mn is None:
            return
        if request.timestamp is not None:
            yield from self._timestamp(request, answer, binding, certain)
        elif answer.view.value("timestamp") is None:
            yield from self._sequence(request, answer, binding, certain)

    def _timestamp(self, request: Request, answer: Answer, binding: Binding | None, certain: bool) -> Iterator[Finding]:
        assert request.timestamp is not None and request.mn is not None
        key = request.lma, request.mn
        status, stamp = answer.decoded.message.status, request.timestamp
        element = answer.view.first("timestamp")
        last = self._taken.get(key)
        before = binding.timestamp if binding is not None and certain else None
        if status < 128 and before is not None and stamp <= before:
            told = f"{_seconds(stamp)} is accepted after {_seconds(before)}"
            yield found(rules.TIMESTAMP_ACCEPTED, told, element)
        newer = certain and (stamp > last if last is not None else self.context.complete)
        if status == 157 and newer and self.context.complete:
            told = f"{_seconds(stamp)} is greater than all accepted ones"
            yield found(rules.NEEDLESS_157, told, element)
        option = answer.view.value("timestamp")
        if status == 156 and newer and option is not None:
            apart = abs(option.timestamp - stamp) / FRACTION
            if apart <= self.context.timestamp_window:
                window = self.context.timestamp_window
                told = f"{_seconds(stamp)} is {apart:.3f} s from the LMA's clock, expected more than {window:g} s"
                yield found(rules.NEEDLESS_156, told, element)
        if status not in (156, 157):
            self._taken[key] = max(stamp, last or 0)

    def _sequence(self, request: Request, answer: Answer, binding: Binding | None, certain: bool) -> Iterator[Finding]:
        assert request.mn is not None
        key = request.lma, request.mn
        status, number = answer.decoded.message.status, request.sequence
        last = binding.sequence if binding is not None else None
        accepted = self._accepted.setdefault(key, {})
        if status < 128 and certain and last is not None and not greater(number, last):
            yield found(rules.SEQUENCE_ACCEPTED, f"{number} is accepted after {last}")
        if status < 128:
            accepted[request.care_of] = number
        # What the anchor keeps of a removed binding, or of one that used timestamps, is its own matter.
        if status != 135 or not self.context.complete or not certain or key in self._taken:
            return
        known = sorted(set(accepted.values()))
        if all(greater(number, value) for value in known):
            told = f"{number} is greater than {max(known)}" if known else "no request was accepted before"
            yield found(rules.NEEDLESS_135, told)
        elif answer.decoded.message.sequence not in known:
            given = answer.decoded.message.sequence
            yield found(rules.LAST_ACCEPTED, f"it carries {given}, expected {' or '.join(map(str, known))}")


def _seconds(stamp: int) -> str:
    return f"{stamp / FRACTION:.6f}"
