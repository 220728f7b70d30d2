"""Message ordering: timestamps and sequence numbers (RFC 5213 5.5, RFC 6275 9.5.1)."""

from __future__ import annotations

from pmiptool.lma.core import Core, Found
from pmiptool.lma.request import Request
from pmiptool.session.model import Binding, Session

SEQUENCE_OUT_OF_WINDOW, TIMESTAMP_MISMATCH, TIMESTAMP_LOWER = 135, 156, 157


def clock(now: float) -> int:
    """Seconds since 1970 in the 48.16 bits of the Timestamp option (RFC 5213 8.8)."""
    return int(now * 65536)


def is_not_greater(number: int, last: int) -> bool:
    """Modulo 2**16: `last` itself and the 32768 values before it (RFC 6275 9.5.1)."""
    return (last - number) & 0xFFFF <= 32768


def judge(core: Core, request: Request, found: Found, multihomed: bool, now: float) -> int:
    """0, or 135, 156, 157: the request against the last accepted one of what the readings of the scopes name.

    157 goes before 156 when both apply: 5.5 names the lower timestamp first. An equal one is not greater: 156.
    """
    if request.timestamp is None:
        last = last_sequence(core, found, multihomed)
        if core.faults is not None and (told := core.faults.is_in_order(request.sequence, last)) is not None:
            return 0 if told else SEQUENCE_OUT_OF_WINDOW
        return SEQUENCE_OUT_OF_WINDOW if last is not None and is_not_greater(request.sequence, last) else 0
    last = _last_timestamp(core, request, found, multihomed)
    if last is not None and request.timestamp < last:
        return TIMESTAMP_LOWER
    if abs(request.timestamp - clock(now)) > core.policy.window or request.timestamp == last:
        return TIMESTAMP_MISMATCH
    return 0


def last_sequence(core: Core, found: Found, multihomed: bool) -> int | None:
    """The last accepted sequence number that counts; None accepts any."""
    if multihomed and core.policy.readings["sequence-scope"] == "session":
        return None if found.session is None else found.session.sequence
    return None if found.binding is None else found.binding.sequence


def _last_timestamp(core: Core, request: Request, found: Found, multihomed: bool) -> int | None:
    if multihomed and core.policy.readings["timestamp-scope"] == "binding":
        return None if found.binding is None else found.binding.timestamp
    node = core.known(request.mn_id)
    return None if node is None else node.timestamp


def accept(core: Core, request: Request, session: Session, binding: Binding) -> None:
    """Remember what an accepted request carried. With a timestamp the sequence number is ignored (5.5 (5)), without
    one the stored timestamp is ALL_ZERO (5.1): each scheme starts anew when the other was in use."""
    stamp = request.timestamp
    binding.timestamp = stamp
    session.sequence = binding.sequence = request.sequence if stamp is None else None
    if session.mhgid is None or core.policy.readings["timestamp-scope"] == "mn":
        node = core.nodes[session.mn_id]
        node.timestamp = stamp if stamp is None or node.timestamp is None else max(stamp, node.timestamp)
