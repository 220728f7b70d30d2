"""Batches of answers as columns: type, status, sequence number, lifetime, MN-ID, home network prefix, FID status.

Answers to one kind of request look alike: the same options of the same lengths at the same places. Such a shape is
learnt from the first answer that has it, and where the others have it too their fields are cut out together. What fits
no shape that is known is looked at by itself; after `MOST_SHAPES` shapes each such answer is, and that is slow.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

PBA, HEARTBEAT, BINDING_ERROR = 6, 13, 7
_PAD1, _MN_ID, _HNP = 0, 8, 22
_FID_STATUS = 7
"""Octets from the start of a FID option, in both dialects."""
_OPTIONS_AT = {PBA: 12, HEARTBEAT: 12}
MOST_SHAPES = 64
Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Shape:
    """Where things are in a message. Offsets from its first octet; 0 where there is no such option.

    mn_id: of the identifier behind the subtype, and how long it is. prefix: of the address, the length in bits is in
    the octet before. fids: of the status octet of each FID option.
    """

    type: int
    length: int
    mn_id: int = 0
    mn_id_length: int = 0
    prefix: int = 0
    fids: tuple[int, ...] = ()
    marks: tuple[int, ...] = ()
    values: tuple[int, ...] = ()
    """What makes the shape: octets at these offsets have these values."""


def shape_of(octets: bytes, fid_type: int = 45, fid_in_eights: bool = False) -> Shape:
    """Look at one message. Options that are cut end the look; nothing raises."""
    kind = octets[2] if len(octets) > 2 else -1
    marks: list[tuple[int, int]] = [(2, kind)] if kind >= 0 else []
    mn_id = mn_id_length = prefix = 0
    fids: list[int] = []
    at = _OPTIONS_AT.get(kind, len(octets))
    while at < len(octets):
        type_ = octets[at]
        marks.append((at, type_))
        if type_ == _PAD1:
            at += 1
            continue
        if at + 1 >= len(octets):
            break
        size = octets[at + 1]
        marks.append((at + 1, size))
        if type_ == fid_type and fid_in_eights:
            size = max(8 * size - 2, 0)
        if at + 2 + size > len(octets):
            break
        if type_ == _MN_ID and not mn_id and size > 1:
            mn_id, mn_id_length = at + 3, size - 1
        elif type_ == _HNP and not prefix and size == 18:
            prefix = at + 4
        elif type_ == fid_type and size >= _FID_STATUS - 1:
            fids.append(at + _FID_STATUS)
        at += 2 + size
    return Shape(
        kind, len(octets), mn_id, mn_id_length, prefix, tuple(fids),
        tuple(mark[0] for mark in marks), tuple(mark[1] for mark in marks),
    )  # fmt: skip


class Reader:
    """Sorts batches by shape. fid_type: of the FID option; fid_in_eights: whether its length counts 8 octets."""

    def __init__(self, fid_type: int = 45, fid_in_eights: bool = False) -> None:
        self._fid = fid_type, fid_in_eights
        self._known: dict[tuple[int, int], list[tuple[Shape, Rows, NDArray[np.uint8]]]] = {}
        self._shapes = 0

    def groups(self, data: NDArray[np.uint8], lengths: NDArray[np.int32]) -> Iterator[tuple[Shape, Rows | slice]]:
        """The rows of a batch by shape; together they are all rows. A slice stands for all of them."""
        count = len(lengths)
        rest: Rows | slice = slice(None)
        size = count
        while size:
            first = 0 if isinstance(rest, slice) else int(rest[0])
            shape, marks, values = self._shape(data[first, : lengths[first]])
            here = data if isinstance(rest, slice) else data[rest]
            same = lengths[rest] == shape.length
            if len(marks):
                same &= (here[:, marks] == values).all(axis=1)
            if same.all():
                yield shape, rest
                return
            every = np.arange(count) if isinstance(rest, slice) else rest
            yield shape, every[same]
            other: Rows = every[~same]
            rest, size = other, len(other)

    def _shape(self, octets: NDArray[np.uint8]) -> tuple[Shape, Rows, NDArray[np.uint8]]:
        kind = int(octets[2]) if len(octets) > 2 else -1
        known = self._known.setdefault((len(octets), kind), [])
        for entry in known:
            if (octets[entry[1]] == entry[2]).all():
                return entry
        shape = shape_of(octets.tobytes(), *self._fid)
        made = shape, np.array(shape.marks, np.int64), np.array(shape.values, np.uint8)
        if self._shapes < MOST_SHAPES:
            self._shapes += 1
            known.append(made)
        return made


def number_at(data: NDArray[np.uint8], offset: int, octets: int) -> NDArray[np.unsignedinteger]:
    """A field of 2, 4 or 8 octets of each row as a number."""
    kind = {2: np.uint16, 4: np.uint32, 8: np.uint64}[octets]
    found: NDArray[np.unsignedinteger] = np.ascontiguousarray(data[:, offset : offset + octets]).view(kind)[:, 0]
    swapped: NDArray[np.unsignedinteger] = found.byteswap()
    return swapped
