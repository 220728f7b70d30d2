"""The messages of a run: for each kind of exchange one made by `craft`, and what differs from copy to copy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from pmiptool.craft import Request, craft
from pmiptool.load.identifiers import Identifiers
from pmiptool.load.mix import ATTACH, DETACH, HANDOVER, HEARTBEAT, MODIFY, REATTACH, RENEW
from pmiptool.load.nodes import Nodes, Numbers
from pmiptool.load.template import Sums, Template, Values, big, folded, sums_of
from pmiptool.registry.codepoints import DEFAULT, CodePoints
from pmiptool.text.filters import parse_flow
from pmiptool.text.values import address_text
from pmiptool.wire.codec import codec_for

FLOW = "fid=1 pri=10 action=forward proto=udp dst-port=5060-5061"
"""What is modified where no flow is given."""
_MN_ID, _HNP, _LL_ID, _TIMESTAMP = 8, 22, 25, 27
_PREFIX, _STAMP, _LIFETIME = "2001:db8:ffff::/64", "0x0123456789abcdef", "300"
_HI = {ATTACH: "1", RENEW: "5", MODIFY: "5", HANDOVER: "3", DETACH: "4", REATTACH: "5"}
"""RFC 5213 8.4: attachment over a new interface, no change, handoff between gateways, unknown."""
_SEQUENCE = 6
_CHUNK = 65536
_PRIORITY = {"mext": 4, "rfc6089": 5}
"""Octets from the start of the FID option to the one that a modification changes."""


@dataclass(frozen=True)
class Wishes:
    """What the messages are to be, in the words of `craft`; `stamps`: with timestamps, of the moment they leave."""

    stamps: bool = True
    lifetime: str = _LIFETIME
    flags: str | None = None
    att: str | None = None
    ll_id: str | None = None
    service: str | None = None
    mhgid: str | None = None
    flow: tuple[str, ...] = ()
    options: tuple[str, ...] = ()

    def with_flows(self) -> Wishes:
        """With a flow that can be modified, where there is none."""
        return self if self.flow else replace(self, flow=(FLOW,))


@dataclass(frozen=True)
class Form:
    """A template, and where in it things stand: 0 for what it has not. sums: what MN-IDs add to its checksum."""

    template: Template
    sums: Sums
    identifier: int = 0
    prefix: int = 0
    wide: bool = False
    stamp: int = 0
    link_layer: int = 0
    priorities: tuple[tuple[int, int], ...] = field(default=())

    def write(
        self,
        rows: NDArray[np.uint8],
        source: int,
        numbers: NDArray[np.uint16],
        nodes: Numbers,
        table: Nodes,
        identifiers: Identifiers,
        stamp: int,
    ) -> None:
        """Write a message for each of these mobile nodes. stamp: the 64 bits of the Timestamp option."""
        places = nodes.astype(np.int64)
        columns: list[tuple[int, Values]] = [(_SEQUENCE, big(numbers))]
        silent: list[tuple[int, Values]] = [
            (self.identifier + at, values) for at, values in identifiers.columns(places)
        ]
        known = self.sums[places]
        if self.prefix:
            silent.append((self.prefix, table.prefix_high[places]))
            known += table.prefix_sum[places]
            if self.wide:
                columns.append((self.prefix + 8, table.prefix_low[nodes]))
                columns.append((self.prefix - 1, table.prefix_length[nodes]))
        if self.link_layer:
            columns.append((self.link_layer, big(nodes.astype(np.uint32))))
        for at, first in self.priorities:
            columns.append((at, np.uint8(first) + (table.version[nodes] & np.uint8(1))))
        if self.stamp:
            columns.append((self.stamp, np.uint64(stamp).byteswap()))
        self.template.write(rows, source, columns, known, silent)


class Messages:
    """The forms of a run, made when they are needed. pairs: source and destination of each gateway, none over UDP."""

    def __init__(
        self,
        wishes: Wishes,
        identifiers: Identifiers,
        pairs: Sequence[tuple[bytes, bytes]] = (),
        codepoints: CodePoints = DEFAULT,
    ) -> None:
        self.wishes, self.identifiers, self.codepoints = wishes, identifiers, codepoints
        self.identifier_length = len(identifiers.example().encode())
        self._pairs = tuple(pairs)
        self._sums: dict[int, Sums] = {}
        self._forms: dict[tuple[int, bool], Form] = {}

    def form(self, kind: int, wide: bool = False) -> Form:
        """The form of a kind. wide: prefixes are not all /64. Raises UsageError for wishes that cannot be."""
        key = kind, wide and kind not in (ATTACH, HEARTBEAT)
        found = self._forms.get(key)
        if found is None:
            found = self._forms[key] = self._heartbeat() if kind == HEARTBEAT else self._registration(*key)
        return found

    def request(self, kind: int) -> Request:
        """What `craft` is asked for."""
        wishes = self.wishes
        flow: tuple[str, ...] = ()
        if kind == ATTACH:
            flow = wishes.flow
        elif kind == MODIFY:
            draft = self.codepoints.dialect != "rfc6089"
            flow = tuple(f"{text} pro=modify" if draft and "pro=" not in text else text for text in wishes.flow)
        several = wishes.mhgid if wishes.mhgid is not None else "0" if wishes.flow else None
        return Request(
            message="pbu",
            seq="0",
            lifetime="0" if kind == DETACH else wishes.lifetime,
            flags=wishes.flags,
            mn_id=self.identifiers.example(),
            hnp=("any",) if kind == ATTACH else (_PREFIX,),
            hi=_HI[kind],
            att=wishes.att,
            ll_id=wishes.ll_id,
            timestamp=_STAMP if wishes.stamps else "none",
            service=wishes.service,
            mhgid=several,
            act="remove" if kind == DETACH and several is not None else None,
            flow=flow,
            options=wishes.options,
        )

    def _registration(self, kind: int, wide: bool) -> Form:
        octets = self._octets(self.request(kind))
        blanks = [(_SEQUENCE, 2)]
        at: dict[str, int] = {}
        priorities: list[tuple[int, int]] = []
        for slot in codec_for(self.codepoints).decode(octets).layout.slots:
            start = slot.offset
            if slot.type == _MN_ID and "identifier" not in at:
                at["identifier"] = start + 3
                blanks += [
                    (start + 3 + offset, values.itemsize)
                    for offset, values in self.identifiers.columns(np.zeros(1, np.int32))
                ]
            elif slot.type == _HNP and kind != ATTACH and "prefix" not in at:
                at["prefix"] = start + 4
                blanks += [(start + 3, 1), (start + 4, 8), (start + 12, 8)] if wide else [(start + 4, 8)]
            elif slot.type == _TIMESTAMP and self.wishes.stamps and "stamp" not in at:
                at["stamp"] = start + 2
                blanks.append((start + 2, 8))
            elif slot.type == _LL_ID and self.wishes.ll_id is not None and "link_layer" not in at:
                at["link_layer"] = start + 2 + (slot.length or 10) - 4
                blanks.append((at["link_layer"], 4))
            elif slot.type == self.codepoints.flow_identification_option_type and kind == MODIFY:
                where = start + _PRIORITY["rfc6089" if self.codepoints.dialect == "rfc6089" else "mext"]
                priorities.append((where, octets[where] & 0xFE))
                blanks.append((where, 1))
        sums = self._sums_at(at["identifier"])
        return Form(Template(octets, blanks, self._pairs), sums, wide=wide, priorities=tuple(priorities), **at)

    def _heartbeat(self) -> Form:
        octets = self._octets(Request(message="heartbeat"))
        return Form(Template(octets, [(8, 4)], self._pairs), np.zeros(0, np.uint32))

    def _sums_at(self, offset: int) -> Sums:
        """What each MN-ID adds to the checksum of messages in which it stands there."""
        found = self._sums.get(offset & 1)
        if found is None:
            found = self._sums[offset & 1] = np.zeros(self.identifiers.count, np.uint32)
            for start in range(0, len(found), _CHUNK):
                some = np.arange(start, min(start + _CHUNK, len(found)), dtype=np.int64)
                for at, values in self.identifiers.columns(some):
                    found[some] += sums_of(values, offset + at)
            found[:] = folded(found)
        return found

    @property
    def octets(self) -> int:
        """What is kept of each mobile node here takes."""
        return self.identifiers.octets + sum(sums.nbytes for sums in self._sums.values())

    def write_heartbeats(self, rows: NDArray[np.uint8], source: int, numbers: NDArray[np.uint16]) -> None:
        """Heartbeat requests (RFC 5847 3.3), whose sequence numbers have 32 bits."""
        self.form(HEARTBEAT).template.write(rows, source, [(8, big(numbers.astype(np.uint32)))])

    def _octets(self, request: Request) -> bytes:
        if not self._pairs:
            return craft(request, self.codepoints).mh
        src, dst = self._pairs[0]
        return craft(replace(request, src=address_text(src), dst=address_text(dst)), self.codepoints).mh

    def check(self, kinds: Sequence[int]) -> None:
        """Make the forms of these kinds now. Raises UsageError for wishes that cannot be."""
        for text in self.wishes.flow:
            parse_flow(text, self.codepoints)
        for kind in kinds:
            self.form(kind)
