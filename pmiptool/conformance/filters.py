"""Filters in what a case asks of an LMA, and in what the LMA answers: the Flow Identification options."""

from __future__ import annotations

import dataclasses
import zlib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, cast

from msgspec.structs import replace

from pmiptool.mag.answers import flows as flows_of
from pmiptool.mag.answers import reinstantiated
from pmiptool.mag.config import Flow
from pmiptool.registry.codepoints import CodePoints
from pmiptool.text.filters import bids_of, parse_flow, selector_of
from pmiptool.wire.codec import codec_for
from pmiptool.wire.values import (
    BindingIdentifier,
    BindingReference,
    BindingUpdate,
    FlowIdentification,
    FlowSummary,
    Multihoming,
    UnknownOption,
)

if TYPE_CHECKING:
    from pmiptool.conformance.lma import Lma
    from pmiptool.conformance.node import Node
    from pmiptool.conformance.reply import Reply

MODIFY, DISCARD = 1, 2
REMOVE, KEEP = 1, 2  # ACT (muho 4.1)
NOT_FOUND = (136, 135)  # as the table of MEXT-02 has it, and as its 5.3.2.2 and 5.3.3 print it


def octets_of(flow: Flow, codepoints: CodePoints) -> bytes:
    """What a Flow Identification option carries, without type and length."""
    in_octets = dataclasses.replace(codepoints, fid_length_unit="octets")
    data = codec_for(in_octets).encode(BindingUpdate(options=(flow,)))[12:]
    while data[0] < 2:  # what aligns it
        data = data[1:] if not data[0] else data[2 + data[1] :]
    return data[2 : 2 + data[1]]


class AnsweredFilters:
    """What a reply says of filters. For `Reply`."""

    lma: Lma

    @property
    def _self(self) -> Reply:
        return cast("Reply", self)

    @property
    def flows(self) -> dict[int, Flow]:
        """The Flow Identification options by FID."""
        return flows_of(self._self.message)

    @property
    def unasked(self) -> dict[int, Flow]:
        """Those that the request did not have, nor its Flow Summary: what the LMA re-instantiated."""
        asked = self._self.request.decoded.message
        summaries = [option for option in asked.options if isinstance(option, FlowSummary)]
        named = {*flows_of(asked), *(fid for summary in summaries for fid in summary.fid)}
        return {fid: flow for fid, flow in self.flows.items() if fid not in named}

    @property
    def told(self) -> list[Flow]:
        """The filters that the LMA announces as its own."""
        return [flow for flow in self.unasked.values() if flow.status < 128]

    @property
    def group(self) -> Multihoming | None:
        """The Multihoming option."""
        found: Multihoming | None = self._self.option(Multihoming)
        return found

    def echoes_flows(self) -> bool:
        """Whether there is any Flow Identification option, sound or not."""
        kind = self.lma.codepoints.flow_identification_option_type
        return bool(self.flows) or any(
            isinstance(option, UnknownOption) and option.type == kind for option in self._self.message.options
        )

    @property
    def bids(self) -> dict[int, BindingIdentifier]:
        """The Binding Identifier options by BID."""
        return {option.bid: option for option in reversed(self._self.options(BindingIdentifier))}

    def bound(self, *bids: int) -> Reply:
        """These binding identifiers are registered."""
        reply = self._self
        self.lma.knows_bids(reply)
        self.lma.demand("an accepting answer", reply.is_accepted, reply.status_text)
        for bid in bids:
            option = self.bids.get(bid)
            actual = "no option for it" if option is None else f"status {option.status}"
            self.lma.check(f"BID {bid} answered with success", option is not None and option.status < 128, actual)
        return reply

    def installed(self, *fids: int) -> Reply:
        """These filters have a status of success."""
        return self._filters(fids, "success", range(128))

    def refused(self, fid: int, *statuses: int) -> Reply:
        """This filter is refused: with one of these statuses where a text names one, else with any from 128 on."""
        wanted = " or ".join(map(str, statuses)) or "128 to 255"
        return self._filters((fid,), wanted, statuses or range(128, 256))

    def installed_or(self, fid: int, *statuses: int) -> Reply:
        """This filter has a status of success, or one that says that its action is not supported."""
        wanted = f"success or {' or '.join(map(str, statuses))}"
        return self._filters((fid,), wanted, (*range(128), *statuses))

    def _filters(self, fids: Iterable[int], wanted: str, statuses: Sequence[int]) -> Reply:
        reply = self._self
        self.lma.knows_bids(reply)
        self.lma.demand("an accepting answer", reply.is_accepted, reply.status_text)
        self.lma.knows_flows(reply)
        for fid in fids:
            flow = self.flows.get(fid)
            if flow is not None and flow.status not in statuses:
                self.lma.allows(fid, flow.status)
            actual = "no option for it" if flow is None else f"status {flow.status}"
            self.lma.check(f"filter {fid} answered with {wanted}", flow is not None and flow.status in statuses, actual)
        return reply


class OwnFilters:
    """What a mobile node's interface does with its filters. For `Node`."""

    lma: Lma
    known: dict[int, Flow]

    @property
    def _self(self) -> Node:
        return cast("Node", self)

    @property
    def bid(self) -> int:
        """A binding identifier of this interface's own."""
        node = self._self
        return 1 + node.mag + 16 * (zlib.crc32(node.ll_id) & 0xFF if node.ll_id else 0)

    def filters(self, wanted: Iterable[str | Flow]) -> list[Any]:
        """The options for filters. Texts get a binding reference where the LMA demands one (`binding-reference`),
        with the BID option that it takes; values stay as they are."""
        codepoints, options, bound = self.lma.codepoints, list[Any](), False
        for one in wanted:
            flow = parse_flow(one, codepoints) if isinstance(one, str) else one
            needs = self.lma.readings["binding-reference"] == "required" and bids_of(flow) is None
            if isinstance(one, str) and needs and getattr(flow, "action", 0) != DISCARD:
                flow = replace(flow, suboptions=(BindingReference((self.bid,)), *flow.suboptions))
                bound = True
            options.append(flow)
        return [BindingIdentifier(bid=self.bid)] * bound + options

    def referring(self, flow: Flow, *bids: int) -> Flow:
        """A filter with a binding reference in front, where the LMA demands one (`binding-reference`)."""
        if self.lma.readings["binding-reference"] == "implied":
            return flow
        return replace(flow, suboptions=(BindingReference(bids), *flow.suboptions))

    def change(self, *wanted: str, **changes: Any) -> Reply:
        """Ask for other forms of filters that are known: PRO=1, where the dialect has one."""
        if self.lma.codepoints.wire_dialect == "mext":
            wanted = tuple(f"{one} pro=modify" for one in wanted)
        return self._self.ask(flows=wanted, **changes)

    def learn_filters(self, reply: Reply) -> None:
        """Take what an accepting answer says of filters for known."""
        asked, answered = flows_of(reply.request.decoded.message), flows_of(reply.message)
        for fid, flow in answered.items():
            if flow.status < 128 and fid in asked and selector_of(asked[fid]) is not None:
                self.known[fid] = asked[fid]
            elif flow.status < 128 and fid not in asked and fid not in self.known:
                self.known[fid] = flow

    def has(self, *fids: int, without: Sequence[int] = ()) -> None:
        """The LMA has these filters for this interface, and not those of `without`: it takes changes of them that
        change nothing, and finds none of the others. The rest of its filters may go (`flow-omission`)."""
        node = self._self
        bids = [self.bid] if self.lma.readings["binding-reference"] == "required" else []
        reply = node._needed("renewal", node.ask(bids=bids, flows=[self.same(fid) for fid in (*fids, *without)]))
        where = f"at {self.lma.us(node.mag)}"
        for fid in (*fids, *without):
            flow = reply.flows.get(fid)
            actual = "no option for it" if flow is None else f"status {flow.status} on its change"
            found = flow is not None and flow.status < 128
            if fid in fids:
                self.lma.check(f"filter {fid} known {where}", found, actual)
            else:
                self.lma.check(f"filter {fid} unknown {where}", flow is not None and not found, actual)

    def same(self, fid: int) -> Flow:
        """A change of a filter that leaves it as it is. In rfc6089 what is left out stays, and makes no new filter."""
        codepoints = self.lma.codepoints
        flow = self.known.get(fid) or parse_flow(f"fid={fid}", codepoints)
        if isinstance(flow, FlowIdentification):
            same = replace(flow, pro=MODIFY, status=0, rsvd=0)
            return same if bids_of(same) is not None or same.action == DISCARD else self.referring(same, self.bid)
        return replace(flow, status=0, reserved=0, suboptions=())

    def leave(self, act: int = REMOVE) -> Reply:
        """Take this interface out of its group; its filters are gone, or moved, when this returns."""
        reply = self._self.detach(act=act)
        self.lma.removal_is_over()
        return reply

    def told(self, **changes: Any) -> list[Flow]:
        """The filters that the LMA announces as its own when this interface renews."""
        return self._self.renew(**changes).told

    def is_marked(self, flow: Flow) -> bool:
        """Whether a filter is marked as re-instantiated, by the reading in force (`reinstantiated-mark`)."""
        return reinstantiated(flow, self.lma.codepoints)
