"""Messages of a block of packets in columns: who speaks of whom, in which words, with which numbers.

What is plain (IPv6 with nothing between it and a proxy binding update or acknowledgement, whole, with a right checksum
and known options that end where the message does) is cut into columns without being decoded. A message becomes

* a **template**: all its octets, its addresses included, without the checksum, the sequence number, the timestamp and
  the octets of identity: of the mobile node, of its prefixes, its link layer and link-local address. Of these the
  template says only where they stand and whether they are zero;
* a **node**: the anchor's address and the mobile node's identifier;
* **values**: what stood in place of the other octets of identity;
* sequence number and timestamp.

Each of the first three is a running number; equal numbers are equal octets (they are compared, not only hashed). All
else is left to `find` and the codec.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from pmiptool.capture.blocks import Block
from pmiptool.capture.layouts import LONGEST_NAME, MOST_VALUES, ODD, OPAQUE, PAIR, REQUEST, Layout
from pmiptool.capture.numbers import Numbers, Rows, hashed
from pmiptool.registry.catalogue import option_names
from pmiptool.registry.codepoints import CodePoints
from pmiptool.wire.envelope import ETHERNET, RAW_IP, UDP_PORT

Words = npt.NDArray[np.uint64]
Octets = npt.NDArray[np.uint8]
Longs = npt.NDArray[np.int64]

NOTHING = -1
"""The kind of a packet without any Mobility Header."""
_WALKED = np.isin(np.arange(256), [0, 4, 41, 43, 44, 47, 51, 60, 135])
"""By next header: whether a Mobility Header may stand behind it."""
_ZERO = 0
"""The number of the value that is zero."""
_MOST_LAYOUTS = 256
_NO_WORDS: Words = np.zeros((0, 0), dtype=np.uint64)


class Template(NamedTuple):
    """What messages have in common. octets: addresses and Mobility Header of the first one, whole.

    values: how many values go with it; prefixes: which of them are home network prefixes. stamped: it has a timestamp.
    """

    kind: int
    octets: bytes
    values: int
    stamped: bool
    prefixes: tuple[int, ...]


class _Part:
    """Messages of one layout, in a block."""

    def __init__(self, layout: Layout, rows: Longs, octets: Octets) -> None:
        self.layout, self.rows, self.octets = layout, rows, octets
        self.fine = np.ones(len(rows), dtype=bool)
        self.values: list[Longs] = []
        self.templates: Longs = rows
        self.names: Words = _NO_WORDS


def _value(octets: Octets, at: int, size: int) -> Words:
    value = np.zeros((len(octets), 16), dtype=np.uint8)
    end = at + size
    value[:, :size] = octets[:, at:end]
    words: Words = value.view(np.uint64)
    return words


def _even(values: Words, bits: int) -> npt.NDArray[np.bool_]:
    """Whether all bits of 16 octets behind the first ones are zero."""
    first, second = np.frombuffer(((1 << 128 - bits) - 1).to_bytes(16, "big"), dtype=np.uint64)
    even: npt.NDArray[np.bool_] = (values[:, 0] & first | values[:, 1] & second) == 0
    return even


def _words(length: int) -> int:
    """How many words a node needs whose identifier has so many octets."""
    return (16 + 2 + length + 7) // 8


class Table(NamedTuple):
    """The columns of a block: for each packet its kind and what the module says; equal packets have equal sums."""

    kinds: Longs
    nodes: Longs
    templates: Longs
    values: Longs
    sequences: Longs
    stamps: npt.NDArray[np.uint64]
    sums: Words


class Columns:
    """Cuts blocks into columns; running numbers go on from block to block."""

    def __init__(self, settings: CodePoints, opaque: frozenset[str] | None = None) -> None:
        """opaque: options whose octets may be cut out (`rules.opaque`); all by default."""
        wanted = frozenset(("mn-id", "timestamp", *OPAQUE)) if opaque is None else opaque
        self._names = {number: name for number, name in option_names(settings).items() if name in wanted}
        self._layouts: dict[int, list[Layout]] = {}
        self._count = 0
        self._forms = Rows()
        self.templates: list[Template] = []
        self.nodes = Rows()
        self.values = Numbers(2)
        self.values.of(np.zeros((1, 2), dtype=np.uint64))
        self._several: dict[int, Numbers] = {}

    def node(self, number: int) -> tuple[bytes, tuple[int, bytes]]:
        """The anchor's address, and subtype and identifier of the mobile node."""
        octets = self.nodes.octets(number)
        return octets[:16], (octets[16], octets[18 : 18 + octets[17]])

    def node_number(self, anchor: bytes, mn: tuple[int, bytes]) -> int | None:
        """The number of a node; None when it would be no plain one."""
        if len(anchor) != 16 or not 1 <= len(mn[1]) < LONGEST_NAME:
            return None
        octets = (anchor + bytes((mn[0], len(mn[1]))) + mn[1]).ljust(8 * _words(len(mn[1])), b"\0")
        return self.nodes.one(octets)

    def value_number(self, octets: bytes) -> int:
        return self.values.one(octets.ljust(16, b"\0"))

    def value_octets(self, number: int) -> bytes:
        return self.values.octets(number)

    def single(self, template: int) -> bool:
        return self.templates[template].values == 1

    def destination(self, template: int) -> bytes:
        return self.templates[template].octets[16:32]

    def values_count(self, template: int) -> int:
        return self.templates[template].values

    def node_count(self) -> int:
        return self.nodes.count

    def source(self, template: int) -> bytes:
        return self.templates[template].octets[:16]

    def stamped(self, template: int) -> bool:
        return self.templates[template].stamped

    def prefixes(self, template: int) -> tuple[int, ...]:
        """Which of the values are home network prefixes."""
        return self.templates[template].prefixes

    def unpacked(self, templates: Longs, packed: Longs, width: int) -> Longs:
        """The numbers of the values of messages, a row each; -1 for none, and the first `width` of many."""
        counts = np.array([template.values for template in self.templates], dtype=np.int64)[templates]
        found = np.full((len(packed), max(width, 2)), -1, dtype=np.int64)
        found[:, 0] = np.where(counts == 1, packed, np.where(counts == 2, packed & 0xFFFFFFFF, -1))
        found[:, 1] = np.where(counts == 2, packed >> 32, -1)
        for count, numbers in self._several.items():
            rows = np.flatnonzero(counts == count)
            found[rows, :count] = numbers.rows[packed[rows]].view(np.int64)[:, :width]
        return found[:, :width]

    def values_of(self, template: int, packed: int) -> tuple[int, ...]:
        """The numbers of the values of a message."""
        count = self.templates[template].values
        if count <= 1:
            return (packed,) * count
        if count == 2:
            return packed & 0xFFFFFFFF, packed >> 32
        return tuple(np.frombuffer(self._several[count].octets(packed), dtype=np.int64).tolist())

    def cut(self, block: Block) -> Table:
        size = len(block)
        kinds = np.zeros(size, dtype=np.int64)
        nodes, templates, values, sequences = (np.zeros(size, dtype=np.int64) for _ in range(4))
        stamps, sums = np.zeros(size, dtype=np.uint64), np.zeros(size, dtype=np.uint64)
        table = Table(kinds, nodes, templates, values, sequences, stamps, sums)
        data = np.frombuffer(block.data, dtype=np.uint8)
        parts: list[_Part] = []
        for rows, at, length in self._plain(block, data, kinds):
            parts += self._parts(data, rows, at, int(length))
        if parts:
            self._columns(parts, table)
        return table

    def sums_of(self, messages: list[bytes]) -> list[int]:
        """As `Table.sums` of messages with their two addresses before them; 0 for what is not plain."""
        octets = bytearray()
        starts: list[int] = []
        for message in messages:
            starts.append(len(octets))
            octets += b"\x60\0\0\0" + (len(message) - PAIR & 0xFFFF).to_bytes(2, "big") + b"\x87\x40" + message
        lengths = [len(message) + 8 for message in messages]
        at, size = np.array(starts, dtype=np.int64), np.array(lengths, dtype=np.int64)
        table = self.cut(Block(bytes(octets), at, size, np.zeros_like(at), np.full_like(at, min(RAW_IP)), 1))
        sums: list[int] = np.where(table.kinds == ODD, 0, table.sums).tolist()
        return sums

    def _plain(self, block: Block, data: Octets, kinds: Longs) -> list[tuple[Longs, Longs, int]]:
        """Packets by the length of their Mobility Header, and where it stands; marks those that can have none."""
        starts, lengths, linktypes = block.starts, block.lengths, block.linktypes
        ethernet = linktypes == ETHERNET
        usable = ethernet | np.logical_or.reduce([linktypes == number for number in RAW_IP])
        ip = starts + 14 * ethernet
        room = lengths - 14 * ethernet
        rows = np.flatnonzero(usable & (room >= 48))
        ip, room, ethernet = ip[rows], room[rows], ethernet[rows]
        good = (data[ip] >> 4) == 6
        at = ip[ethernet]
        good[ethernet] &= (data[at - 2] == 0x86) & (data[at - 1] == 0xDD)
        rows, ip, room = rows[good], ip[good], room[good]
        after = data[ip + 6]
        high, low = UDP_PORT >> 8, UDP_PORT & 0xFF
        ours = (data[ip + 40] == high) & (data[ip + 41] == low) | (data[ip + 42] == high) & (data[ip + 43] == low)
        elsewhere = (after == 17) & ~ours
        kinds[rows[elsewhere | ~(_WALKED[after] | (after == 17))]] = NOTHING
        size = data[ip + 4].astype(np.int64) << 8 | data[ip + 5]
        good = (after == 135) & (size + 40 <= room) & (size >= 16) & (size % 8 == 0) & (data[ip + 40] == 59)
        rows, ip, size = rows[good], ip[good], size[good]
        found = []
        for length in np.flatnonzero(np.bincount(size)).tolist():
            chosen = size == length
            found.append((rows[chosen], ip[chosen] + 40, length))
        return found

    def _parts(self, data: Octets, rows: Longs, at: Longs, length: int) -> Iterator[_Part]:
        """Messages of one length by their layout, but for those with a wrong checksum."""
        width = PAIR + length
        every: Any = np.ndarray((len(data) - width + 1,), dtype=f"V{width}", buffer=data.data, strides=(1,))
        octets: Octets = every[at - PAIR].view(np.uint8).reshape(-1, width)
        # RFC 6275 6.1.1: the sum over addresses, length, protocol and message is zero, in either order of octets.
        total = np.einsum("ij->i", octets.view(np.uint32), dtype=np.uint64, casting="safe")
        extra = length + 135
        if sys.byteorder == "little":
            extra = (extra & 0xFF) << 8 | extra >> 8
        right = (total + np.uint64(extra)) % np.uint64(65535) == 0
        if not right.all():
            octets, rows = octets[right], rows[right]
        layouts = self._layouts.setdefault(length, [])
        words = octets.view(np.uint64)
        left = np.arange(len(rows))
        for number in range(_MOST_LAYOUTS):
            if not len(left):
                return
            if number == len(layouts):
                layouts.append(Layout(octets[left[0]], self._names, self._count))
                self._count += 1
            layout = layouts[number]
            fits = layout.matches(words, left)
            if layout.kind != ODD and fits.any():
                chosen = left[fits]
                yield _Part(layout, rows[chosen], octets.take(chosen, axis=0))
            left = left[~fits]

    def _columns(self, parts: list[_Part], table: Table) -> None:
        """What the parts say, all at once where it is the same for all."""
        rows = np.concatenate([part.rows for part in parts])
        opaque = [(part, *place) for part in parts for place in part.layout.opaque]
        if opaque:
            values = [_value(part.octets, at, size) for part, at, size, _ in opaque]
            several = np.split(self.values.of(np.concatenate(values)), np.cumsum(list(map(len, values)))[:-1])
            for (part, _, size, bits), value, numbers in zip(opaque, values, several, strict=True):
                part.fine &= numbers >= 0
                if bits < 8 * size:  # host bits would make two spellings of one prefix
                    part.fine &= _even(value, bits)
                part.values.append(numbers)
        for part in parts:
            part.names = self._nodes_of(part)
        for width in {part.names.shape[1] for part in parts}:
            alike = [part for part in parts if part.names.shape[1] == width]
            found = self.nodes.of(np.concatenate([part.names for part in alike]))
            ends = np.cumsum([len(part.rows) for part in alike])[:-1]
            for part, numbers in zip(alike, np.split(found, ends), strict=True):
                part.fine &= numbers >= 0
                table.nodes[part.rows] = numbers
        for part in parts:
            layout, octets = part.layout, part.octets
            part.templates = self._template(part)
            part.fine &= part.templates >= 0
            high, low = octets[:, layout.sequence].astype(np.int64), octets[:, layout.sequence + 1]
            table.templates[part.rows] = part.templates
            table.sequences[part.rows] = high << 8 | low
            table.values[part.rows] = self._packed(part.values, part.fine)
            table.kinds[part.rows] = np.where(part.fine, layout.kind, ODD)
            if layout.stamp is not None:
                stamp = np.ascontiguousarray(octets[:, layout.stamp : layout.stamp + 8])
                table.stamps[part.rows] = stamp.view(">u8").reshape(-1).astype(np.uint64)
        columns = (table.templates, table.nodes, table.values, table.sequences, table.stamps)
        table.sums[rows] = hashed(np.stack([column[rows].astype(np.uint64) for column in columns], axis=1))

    def _nodes_of(self, part: _Part) -> Words:
        layout, octets = part.layout, part.octets
        assert layout.name is not None
        at, length = layout.name
        node = np.zeros((len(octets), 8 * _words(length)), dtype=np.uint8)
        node[:, :16] = octets[:, 16:32] if layout.kind == REQUEST else octets[:, :16]
        node[:, 16] = octets[:, at - 1]
        node[:, 17] = length
        end = at + length
        node[:, 18 : 18 + length] = octets[:, at:end]
        words: Words = node.view(np.uint64)
        return words

    def _template(self, part: _Part) -> Longs:
        """What is the same: the layout, which values are zero, and all that is neither fixed nor masked out."""
        layout, octets = part.layout, part.octets
        form = np.full((len(octets), len(layout.free) + 1), layout.number, dtype=np.uint64)
        form[:, 1:] = octets.view(np.uint64).take(layout.free, axis=1)
        form[:, 1:] &= layout.mask
        for bit, numbers in enumerate(part.values, 64 - MOST_VALUES):
            zero = numbers == _ZERO
            if zero.any():
                form[:, 0] |= zero.astype(np.uint64) << np.uint64(bit)
        found = self._forms.of(form)
        for number in range(len(self.templates), self._forms.count):
            first = int(np.argmax(found == number))
            said = layout.stamp is not None, tuple(layout.prefixes)
            self.templates.append(Template(layout.kind, octets[first].tobytes(), len(part.values), *said))
        return found

    def _packed(self, numbers: list[Longs], fine: npt.NDArray[np.bool_]) -> Longs | int:
        if not numbers:
            return 0
        if len(numbers) == 1:
            return numbers[0]
        if len(numbers) == 2:
            packed: Longs = numbers[0] | numbers[1] << 32
            return packed
        several = self._several.setdefault(len(numbers), Numbers(len(numbers)))
        found = several.of(np.ascontiguousarray(np.stack(numbers, axis=1)).view(np.uint64))
        fine &= found >= 0
        return found
