"""Messages in batches: one made through the layers, and what differs written over copies of it.

The checksum of a copy is the one's complement sum of what all share, worked out once, and of what differs. Such a sum
is a number modulo 65,535, in which 2**16 is 1: words may be added in the order of memory, and what stands at an odd
octet counts 2**8 times (RFC 1071 2).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pmiptool.wire.checksum import MOBILITY_HEADER

Column = NDArray[np.unsignedinteger]
"""Values in the order of memory, of 1, 2, 4 or 8 octets each."""
Values = Column | np.unsignedinteger[Any]
Sums = NDArray[np.uint32]
"""What something adds to a checksum, folded to 17 bits, or 8 more where it stands at an odd octet."""
_CHECKSUM = 4
_WORD, _OCTET, _MASK = np.uint32(16), np.uint32(8), np.uint32(0xFFFF)
_HALF, _LOW = np.uint64(32), np.uint64(0xFFFFFFFF)
_LONG_WORD, _LONG_MASK = np.uint64(16), np.uint64(0xFFFF)


class Template:
    """Copies of one message of `length` octets.

    blanks: (offset, octets) of what is written over in every copy, 1, 2, 4 or 8 octets each; they must not overlap.
    pairs: for each source the addresses of the pseudo-header; empty over UDP, where the checksum is zero
    (RFC 5844 4.1.3.2).
    """

    def __init__(
        self, octets: bytes, blanks: Sequence[tuple[int, int]], pairs: Sequence[tuple[bytes, bytes]] = ()
    ) -> None:
        shared = bytearray(octets)
        fields = {**dict(blanks), _CHECKSUM: 2}
        for offset, size in fields.items():
            shared[offset : offset + size] = bytes(size)
        self.length = len(shared)
        self._whole = np.dtype(f"V{self.length}")
        self._shared = np.array([bytes(shared)], self._whole)
        self._names = {offset: str(offset) for offset in fields}
        self._fields = np.dtype(
            {
                "names": list(self._names.values()),
                "formats": [f"u{size}" for size in fields.values()],
                "offsets": list(fields),
                "itemsize": self.length,
            }
        )
        self._shared_fields = self._shared.view(self._fields)
        self._sums = [_sum(src + dst + _pseudo(self.length) + bytes(shared)) % 65535 for src, dst in pairs]

    def write(
        self,
        rows: NDArray[np.uint8],
        source: int,
        columns: Iterable[tuple[int, Values]],
        known: Sums | None = None,
        silent: Iterable[tuple[int, Values]] = (),
    ) -> None:
        """Write copies into rows, (n, at least `length`) octets; a column is an offset and n values, or one for all.

        silent: columns whose part in the checksum stands in `known`, which is used up.
        """
        names, total = self._names, known
        shared = self._sums[source] if self._sums else 0
        several: list[tuple[int, Values]] = []
        for offset, values in columns:
            if values.ndim:
                several.append((offset, values))
            else:  # the same in all of these copies
                self._shared_fields[names[offset]] = values
                shared += int(sums_of(values, offset))
        whole = rows[:, : self.length].view(self._whole)[:, 0]
        whole[:] = self._shared
        fields = whole.view(self._fields)
        for offset, values in silent:
            fields[names[offset]] = values
        for offset, values in several:
            fields[names[offset]] = values
            if self._sums:
                part = sums_of(values, offset)
                total = part if total is None else np.add(total, part, out=total)
        if self._sums:
            total = np.zeros(len(rows), np.uint32) if total is None else total
            total += np.uint32(shared)
            fields[names[_CHECKSUM]] = np.invert(folded(total))


def sums_of(values: Values, offset: int) -> Sums:
    """What values at this offset add to a checksum: new arrays."""
    part: Sums
    if values.itemsize <= 2:
        part = np.asarray(values).astype(np.uint32)
    elif values.itemsize == 4:
        part = (np.asarray(values) & _MASK) + (np.asarray(values) >> _WORD)
    else:
        long = (np.asarray(values) & _LOW) + (np.asarray(values) >> _HALF)
        part = ((long & _LONG_MASK) + (long >> _LONG_WORD)).astype(np.uint32)
    return part << _OCTET if offset & 1 else part


def folded(totals: Sums) -> NDArray[np.uint16]:
    """Sums below 2**30 as the 16 bits of a checksum has them: what is carried out comes in again at the other end."""
    halves = totals.view(np.uint16)
    words: NDArray[np.uint16] = halves[::2] + halves[1::2]
    words += words < halves[::2]
    return words


def _pseudo(length: int) -> bytes:
    return length.to_bytes(4, "big") + MOBILITY_HEADER.to_bytes(4, "big")


def _sum(octets: bytes) -> int:
    """The sum of 16-bit words in the order of memory."""
    return int(np.frombuffer(octets + bytes(-len(octets) % 2), np.uint16).sum(dtype=np.uint64))


def big(values: NDArray[np.unsignedinteger]) -> Column:
    """Numbers as they stand in a message, most significant octet first."""
    swapped: Column = values.byteswap()
    return swapped
