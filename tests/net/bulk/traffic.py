"""Messages that carry a number, sent and received by ports."""

from __future__ import annotations

import ipaddress

import numpy as np

from pmiptool.net.bulk.port import Arrivals, BulkPort


def packed(*texts: str) -> list[bytes]:
    return [ipaddress.ip_address(text).packed for text in texts]


def numbered(port: BulkPort, source: int, first: int, count: int, length: int) -> int:
    """Send messages that carry their number in octets 8 to 12; return how many went."""
    sent = 0
    while sent < count:
        rows = port.rows(source, count - sent)
        if not len(rows):
            break
        rows[:, :length] = 59
        each = np.arange(first + sent, first + sent + len(rows), dtype=">u4")
        rows[:, 8:12] = each.view(np.uint8).reshape(-1, 4)
        taken = port.send(length)
        sent += taken
        if taken < len(rows):
            break
    return sent


def numbers(arrivals: Arrivals) -> list[int]:
    return list(np.ascontiguousarray(arrivals.data[:, 8:12]).view(">u4")[:, 0])


def all_of(port: BulkPort, wait: float = 0.2) -> list[int]:
    found: list[int] = []
    while (arrivals := port.receive(wait)) is not None:
        found += numbers(arrivals)
    return found
