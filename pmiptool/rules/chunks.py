"""What `Steady` is handed: captures in chunks, whose columns speak of templates, nodes and values by number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sized
from typing import Any, Protocol

from pmiptool.rules.pairing import Answer, MnKey, Request
from pmiptool.rules.sessions import Seen
from pmiptool.wire.codec import Decoded
from pmiptool.wire.envelope import Envelope


class Message(Protocol):
    """A message as it is looked at when it must be: decoded, its envelope, and its frame's number and time."""

    decoded: Decoded
    envelope: Envelope | None


class Columns(Protocol):
    """What running numbers of the columns mean (`capture.columns`)."""

    def node(self, number: int) -> tuple[bytes, MnKey]: ...

    def node_number(self, anchor: bytes, mn: MnKey) -> int | None: ...

    def value_number(self, octets: bytes) -> int: ...

    def value_octets(self, number: int) -> bytes: ...

    def values_of(self, template: int, packed: int) -> tuple[int, ...]: ...

    def unpacked(self, templates: Any, packed: Any, width: int) -> Any:
        """The same for columns of messages, a row each; -1 for none, and the first `width` of many."""

    def prefixes(self, template: int) -> tuple[int, ...]:
        """Which of the values are home network prefixes."""

    def stamped(self, template: int) -> bool: ...

    def source(self, template: int) -> bytes: ...

    def single(self, template: int) -> bool: ...

    def destination(self, template: int) -> bytes: ...

    def values_count(self, template: int) -> int: ...

    def node_count(self) -> int: ...

    @property
    def templates(self) -> Sized: ...


class Chunk(Protocol):
    """Messages in the order of time, with columns as `waves.py` wants them. first: the number of the first one."""

    first: int

    def __len__(self) -> int: ...

    def odd(self) -> list[int]:
        """The rows that are odd."""

    def after(self, time: float) -> int:
        """The first row that is later."""

    def time(self, row: int) -> float: ...

    def columns(self, rows: Any, earlier: float) -> Iterable[tuple[Any, ...]]:
        """Row, kind, node, template, values, sequence number, timestamp and time (s) of some, and the time before;
        `earlier` is that before the first row."""

    def message(self, row: int) -> Any: ...


class Past(Protocol):
    """What came before, for as long as requests are remembered. first: the number of the first of these messages."""

    @property
    def first(self) -> int: ...

    def of(self, node: int, after: int, before: int, since: float) -> Iterable[tuple[int, float, Any]]:
        """Number, time and message of what a node said behind message `after` and before `before`, from `since` on."""

    def numbers(self, node: int, after: int, before: int, since: float) -> tuple[frozenset[int], frozenset[int]]:
        """The sequence numbers and the timestamps of the same messages, 0 where they have none."""

    def numbered(self, kind: int, sequence: int, before: int, since: float) -> set[int]:
        """Nodes of messages of a kind with this sequence number, before message `before` and from `since` on."""


Take = Callable[[list[Seen]], None]
Witness = Callable[[Message, "Request | Answer | None"], None]
"""Is shown a message that was looked at, and what it is in an exchange; of equal templates at least the first one."""
