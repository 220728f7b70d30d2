"""Messages in batches: one made through the layers, and what differs written over copies of it.

The checksum of a copy is the one's complement sum of what all share, worked out once, and of what differs. Such a sum
is a number modulo 65,535, in which 2**16 is 1: words may be added in the order of memory, 32 bits at once, and what
stands at an odd octet counts 2**8 times (RFC 1071 2).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pmiptool.wire.checksum import MOBILITY_HEADER

Column = NDArray[np.unsignedinteger]
"""Values in the order of memory, of 1, 2, 4 or 8 octets each."""
Values = Column | np.unsignedinteger[Any]
_LOW = np.uint64(0xFFFFFFFF)
_HALF, _WORD, _OCTET = np.uint64(32), np.uint64(16), np.uint64(8)
_SIXTEEN = np.uint64(0xFFFF)


class Template:
    """Copies of one message of `length` octets.

    blanks: (offset, octets) of what is written over in every copy; they must not overlap. pairs: for each source the
    addresses of the pseudo-header; empty over UDP, where the checksum is zero (RFC 5844 4.1.3.2).
    """

    def __init__(
        self, octets: bytes, blanks: Sequence[tuple[int, int]], pairs: Sequence[tuple[bytes, bytes]] = ()
    ) -> None:
        shared = bytearray(octets)
        for offset, size in (*blanks, (4, 2)):
            shared[offset : offset + size] = bytes(size)
        self.length = len(shared)
        self._octets = np.frombuffer(bytes(shared), np.uint8)
        self._words = np.frombuffer(bytes(shared), np.uint64) if self.length % 8 == 0 else None
        self._sums = [_sum(src + dst + _pseudo(self.length) + bytes(shared)) for src, dst in pairs]

    def write(self, rows: NDArray[np.uint8], source: int, columns: Sequence[tuple[int, Values]]) -> None:
        """Write copies into rows, (n, at least `length`) octets; a column is an offset and n values, or one for all."""
        whole = rows[:, : self.length]
        if self._words is not None:
            whole.view(np.uint64)[:] = self._words
        else:
            whole[:] = self._octets
        if not self._sums:
            for offset, values in columns:
                _put(rows, offset, values)
            return
        shared = self._sums[source]
        total: NDArray[np.uint64] | None = None
        for offset, values in columns:
            _put(rows, offset, values)
            part = _part(values, offset)
            if part.ndim == 0:
                shared += int(part)
            elif total is None:
                total = part
            else:
                total += part
        if total is None:
            total = np.zeros(len(rows), np.uint64)
        total += np.uint64(shared)
        _put(rows, 4, _folded(total))


def _put(rows: NDArray[np.uint8], offset: int, values: Values) -> None:
    rows[:, offset : offset + values.itemsize].view(values.dtype)[:, 0] = values


def _part(values: Values, offset: int) -> NDArray[np.uint64]:
    """What the values add to a sum, below 2**41."""
    part: NDArray[np.uint64] = np.asarray(values).astype(np.uint64)
    if values.itemsize == 8:
        part = (part & _LOW) + (part >> _HALF)
    return part << _OCTET if offset & 1 else part


def _folded(total: NDArray[np.uint64]) -> NDArray[np.uint16]:
    """The complement of sums, as a checksum stands in memory; the same as `wire.checksum` has it, zero never 0xffff."""
    total = (total & _SIXTEEN) + ((total >> _WORD) & _SIXTEEN) + (total >> _HALF)
    total = (total & _SIXTEEN) + (total >> _WORD)
    total = (total & _SIXTEEN) + (total >> _WORD)
    folded: NDArray[np.uint16] = (_SIXTEEN - total).astype(np.uint16)
    return folded


def _pseudo(length: int) -> bytes:
    return length.to_bytes(4, "big") + MOBILITY_HEADER.to_bytes(4, "big")


def _sum(octets: bytes) -> int:
    """The sum of 16-bit words in the order of memory."""
    return int(np.frombuffer(octets + bytes(-len(octets) % 2), np.uint16).sum(dtype=np.uint64))


def big(values: NDArray[np.unsignedinteger]) -> Column:
    """Numbers as they stand in a message, most significant octet first."""
    swapped: Column = values.byteswap()
    return swapped
