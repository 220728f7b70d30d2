"""Which transmission an answer belongs to (RFC 5213 6.9.1.2 (5))."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from pmiptool.mag import answers
from pmiptool.mag.bul import Attempt, BindingUpdateListEntry
from pmiptool.wire.layout import Decoded
from pmiptool.wire.values import BindingAcknowledgement, Timestamp

Key = tuple[bytes, str]
Entries = Iterable[BindingUpdateListEntry]

_REMEMBERED = 512


class Transmissions:
    """The latest transmissions of a gateway, so that late and second answers are known for what they are."""

    def __init__(self) -> None:
        self._latest: deque[tuple[Key, Attempt]] = deque(maxlen=_REMEMBERED)

    def remember(self, key: Key, attempt: Attempt) -> None:
        self._latest.append((key, attempt))

    def answered_by(self, message: BindingAcknowledgement) -> tuple[Key, Attempt] | None:
        """The transmission with this sequence number and these echoed options, the newest first."""
        for key, attempt in reversed(self._latest):
            if attempt.sequence == message.sequence and answers.differing(attempt.message.message, message) is None:
                return key, attempt
        return None

    def likely(self, decoded: Decoded, waiting: Entries) -> tuple[Key, Attempt] | None:
        """The newest outstanding transmission of the mobile node that a message names, else the newest of all."""
        outstanding = {id(a) for entry in waiting if entry.request for a in entry.request.attempts}
        newest = [pair for pair in reversed(self._latest) if id(pair[1]) in outstanding]
        own = [pair for pair in newest if pair[0][0] == answers.identifier(decoded.message)]
        return next(iter(own or newest), None)


def match(entries: Entries, message: BindingAcknowledgement) -> tuple[BindingUpdateListEntry, Attempt] | None:
    """The outstanding request that this answers: by sequence number, then by MN-ID.

    135 without a timestamp carries the last accepted sequence number (RFC 6275 9.5.1): it answers the newest
    outstanding request of that mobile node.
    """
    mn = answers.identifier(message)
    waiting = [(entry, entry.request.attempts) for entry in entries if entry.request is not None]
    found = [(entry, a) for entry, attempts in waiting for a in attempts if a.sequence == message.sequence]
    own = [pair for pair in found if pair[0].profile.id == mn]
    if own or found:
        return (own or found)[-1]
    if message.status == answers.SEQUENCE_OUT_OF_WINDOW and answers.first(message.options, Timestamp) is None:
        newest = [(entry, attempts[-1]) for entry, attempts in waiting if entry.profile.id == mn and attempts]
        return max(newest, key=lambda pair: pair[1].time, default=None)
    return None
