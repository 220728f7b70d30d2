"""A path without objects for requests whose like was seen before, in octets alone.

Gateways send the same few shapes of PBU over and over: the same options of the same lengths in the same places. A shape
is learnt from a request that the codec read without a finding. Of the next one all octets but those of the values are
compared at once, and the values are cut out where they must be. The answer is that of the first accepted one with the
values put in. What differs in any other octet goes through the codec. Both ways lead to the same `Request`, and to the
same octets of the answer; what is decided in between is one and the same code.
"""

from __future__ import annotations

import struct
from typing import Any

from msgspec.structs import replace

from pmiptool.lma.core import Core, Outcome
from pmiptool.lma.reply import acknowledgement, link_local_of
from pmiptool.lma.request import Request
from pmiptool.registry.rfc6275 import BU_P
from pmiptool.session.endpoint import Endpoint
from pmiptool.session.prefix import is_all_zero, network
from pmiptool.wire.checksum import MOBILITY_HEADER
from pmiptool.wire.codec import PADS, Codec
from pmiptool.wire.layout import Decoded, EncodeError, Slot
from pmiptool.wire.values import (
    AccessTechnologyType,
    BindingAcknowledgement,
    BindingUpdate,
    FlowIdentification,
    FlowIdentification6089,
    FlowSummary,
    HandoffIndicator,
    HomeNetworkPrefix,
    LinkLocalAddress,
    MobileNodeIdentifier,
    MobileNodeLinkLayerIdentifier,
    Multihoming,
    Prefix,
    ServiceSelection,
    Timestamp,
)

SHAPES = 256
"""Shapes that are remembered; when there are more, all are forgotten and learnt anew."""
ALIKE = 8
"""Shapes of one length that begin alike: the oldest goes."""
FILTERS = 4096
"""FID options whose values are remembered."""
KNOWN = 4096
"""Pairs of peer and address of its own whose sums are remembered."""

LONGEST = 2048
"""Octets of the longest Mobility Header."""

_CHECKSUM, _SEQUENCE, _LIFETIME, _OPTIONS = 4, 6, 10, 12  # where they are in a PBU
_HNP_SIZE = 20
_SUM = 65535
_SEQUENCE_FLAGS_LIFETIME = struct.Struct("!HHH").unpack_from
_STATUS_FLAGS_SEQUENCE_LIFETIME = struct.Struct("!BBHH").pack_into
_TIMESTAMP = struct.Struct("!Q").unpack_from
_ONCE = (MobileNodeIdentifier, HandoffIndicator, AccessTechnologyType, MobileNodeLinkLayerIdentifier, Timestamp,
         LinkLocalAddress, Multihoming)  # fmt: skip
_UNCHANGED = (*_ONCE, HomeNetworkPrefix, FlowIdentification, FlowIdentification6089, FlowSummary, ServiceSelection)
_FILTERS = (FlowIdentification, FlowIdentification6089)
_HANDOFFS = tuple(HandoffIndicator(hi=number) for number in range(256))
_TECHNOLOGIES = tuple(AccessTechnologyType(att=number) for number in range(256))


class Answer:
    """The octets of an acknowledgement, and where in them values of request and session go.

    copies: where to, up to where, and the same in the request. options_end: where FID options begin.
    """

    __slots__ = ("copies", "link_local", "octets", "options_end", "prefix")

    def __init__(self, octets: bytes, options_end: int, prefix: int, link_local: int) -> None:
        self.octets = octets
        self.options_end = options_end
        self.prefix = prefix
        self.link_local = link_local
        self.copies: list[tuple[int, int, int, int]] = []


class Shape:
    """Where the values of one shape of request are. A place is 0 where there is no such option.

    mask: the octets that are compared, as one number; want: what they have to be. filters: where FID options begin
    and end. same: options that are equal in all requests of this shape.
    """

    __slots__ = (
        "answer", "att", "codec", "filters", "flags", "hi", "hnps", "length", "link_local", "ll", "ll_end", "mask",
        "mn", "mn_end", "mn_subtype", "multihoming", "summaries", "timestamp", "want",
    )  # fmt: skip

    def __init__(self, codec: Codec, decoded: Decoded) -> None:
        """Of a request that `may_be_learnt` has looked at."""
        data = decoded.raw
        mask = bytearray(b"\xff" * len(data))
        self.codec = codec
        self.length = len(data)
        self.flags: int = decoded.message.flags
        self.mn = self.mn_end = self.mn_subtype = self.hi = self.att = self.ll = self.ll_end = 0
        self.link_local = self.timestamp = 0
        self.hnps: tuple[tuple[int, int], ...] = ()
        self.filters: tuple[tuple[int, int], ...] = ()
        self.summaries: list[FlowSummary] = []
        self.multihoming: Multihoming | None = None
        self.answer: Answer | None = None
        mask[_CHECKSUM : _CHECKSUM + 4] = bytes(4)  # and the sequence number
        mask[_LIFETIME : _LIFETIME + 2] = bytes(2)
        for slot, option in zip(_meant(decoded), decoded.message.options, strict=True):
            at, end = self._place(slot, option)
            mask[at:end] = bytes(end - at)
        self.mask = int.from_bytes(mask, "big")
        self.want = int.from_bytes(data, "big") & self.mask

    def _place(self, slot: Slot, option: Any) -> tuple[int, int]:
        """Note where an option is; its octets that may differ from request to request."""
        at, end = slot.offset + 2, slot.offset + 2 + (slot.length or 0)
        kind = type(option)
        if kind is MobileNodeIdentifier:
            self.mn, self.mn_end, self.mn_subtype = at + 1, end, option.subtype
            return self.mn, end
        if kind is HomeNetworkPrefix:
            self.hnps += ((at + 2, option.home_network_prefix.length),)
            return at + 2, end
        if kind is HandoffIndicator:
            self.hi = at + 1
            return self.hi, end
        if kind is AccessTechnologyType:
            self.att = at + 1
            return self.att, end
        if kind is MobileNodeLinkLayerIdentifier:
            self.ll, self.ll_end = at + 2, end
            return self.ll, end
        if kind is LinkLocalAddress:
            self.link_local = at
            return at, end
        if kind is Timestamp:
            self.timestamp = at
            return at, end
        if kind in _FILTERS:
            self.filters += ((slot.offset, end),)
            return at, end
        if kind is Multihoming:
            self.multihoming = option
        elif kind is FlowSummary:
            self.summaries.append(option)
        return end, end

    def answered(self, octets: bytes) -> Answer:
        """Where values go in the octets of an acknowledgement without FID options."""
        slots = _meant(self.codec.decode(octets))
        options = self.codec.decode(octets).message.options
        found = Answer(octets, slots[-1].offset + 2 + (slots[-1].length or 0), 0, 0)
        for slot, option in zip(slots, options, strict=True):
            at, kind = slot.offset + 2, type(option)
            if kind is MobileNodeIdentifier:
                found.copies.append((at + 1, at + 1 + self.mn_end - self.mn, self.mn, self.mn_end))
            elif kind is HomeNetworkPrefix:
                found.prefix = at + 1
            elif kind is HandoffIndicator:
                found.copies.append((at + 1, at + 2, self.hi, self.hi + 1))
            elif kind is AccessTechnologyType:
                found.copies.append((at + 1, at + 2, self.att, self.att + 1))
            elif kind is MobileNodeLinkLayerIdentifier:
                found.copies.append((at + 2, at + 2 + self.ll_end - self.ll, self.ll, self.ll_end))
            elif kind is LinkLocalAddress:
                found.link_local = at
            elif kind is Timestamp:
                found.copies.append((at, at + 8, self.timestamp, self.timestamp + 8))
        return found


def _meant(decoded: Decoded) -> list[Slot]:
    return [slot for slot in decoded.layout.slots if slot.pad is None]


def may_be_learnt(codec: Codec, decoded: Decoded, request: Request) -> bool:
    """Whether a request is sound, has the options of RFC 5213 5.3.1, and nothing that its octets do not show."""
    message = decoded.message
    if decoded.findings or request.notes or request.extended or request.odd_multihoming or not message.flags & BU_P:
        return False
    if decoded.layout.header_length is not None or decoded.layout.trailing:
        return False
    for slot in decoded.layout.slots:
        if slot.cut or slot.trailing or not codec.counts_octets(slot.type):
            return False
    kinds = [type(option) for option in message.options]
    if any(kind not in _UNCHANGED for kind in kinds) or any(kinds.count(kind) > 1 for kind in _ONCE):
        return False
    if request.mn_option is None or not request.mn_option.identifier or not request.hnps:
        return False
    if request.hi_option is None or request.att_option is None:
        return False
    return not request.hi_option.reserved and not request.att_option.reserved


class Shapes:
    """The shapes of one anchor, all of one codec."""

    def __init__(self, codec: Codec) -> None:
        self._codec = codec
        self._shapes: dict[int, list[Shape]] = {}
        self._count = 0
        self._filters: dict[bytes, Any] = {}
        self._told: dict[Any, tuple[int, int, bytes]] = {}
        self._sums: dict[tuple[Endpoint, Endpoint], int] = {}

    def read(self, data: bytes, source: Endpoint, local: Endpoint) -> Request | None:
        """The request in these octets where they have a shape that is known, and the checksum is right."""
        length = len(data)
        if length <= _OPTIONS + 2:
            return None
        alike = self._shapes.get(length << 8 | data[13])
        if alike is None:
            return None
        number = int.from_bytes(data, "big")
        for shape in alike:
            if number & shape.mask == shape.want:
                break
        else:
            return None
        if source.port is None:
            if (number + length + self._pseudo(source, local)) % _SUM:
                return None
        elif data[_CHECKSUM] or data[_CHECKSUM + 1]:
            return None
        return self._request(shape, data, source, local)

    def _pseudo(self, source: Endpoint, local: Endpoint) -> int:
        """The sum of the pseudo-header without its length (RFC 6275 6.1.1), either way."""
        key = source, local
        found = self._sums.get(key)
        if found is None:
            if len(self._sums) >= KNOWN:
                self._sums.clear()
            found = int.from_bytes(source.address + local.address, "big") + MOBILITY_HEADER
            self._sums[key] = found = found % _SUM
        return found

    def _request(self, shape: Shape, data: bytes, source: Endpoint, local: Endpoint) -> Request | None:
        fids = []
        for at, end in shape.filters:
            option = self._filters.get(data[at:end])
            if option is None:
                return None
            fids.append(option)
        request: Request = object.__new__(Request)
        request._decoded = None
        request.shape = shape
        request.data = data
        request.findings = ()
        request.codepoints = self._codec.settings
        request.source = source
        request.local = local
        request.sequence, request.flags, request.lifetime = _SEQUENCE_FLAGS_LIFETIME(data, _SEQUENCE)
        identifier = data[shape.mn : shape.mn_end]
        request.mn_option = MobileNodeIdentifier(shape.mn_subtype, identifier)
        request.mn_id = shape.mn_subtype, identifier
        request.hnps = hnps = []
        request.named = named = []
        for at, size in shape.hnps:
            prefix = Prefix(data[at : at + 16], size)
            bits = data[at - 2]
            hnps.append(HomeNetworkPrefix(bits >> 7, bits & 0x7F, prefix))
            key = network(prefix)
            if not is_all_zero(key):
                named.append(key)
        request.hi = hi = data[shape.hi]
        request.hi_option = _HANDOFFS[hi]
        request.att = att = data[shape.att]
        request.att_option = _TECHNOLOGIES[att]
        request.ll_option = request.ll_id = None
        if shape.ll:
            ll_id = data[shape.ll : shape.ll_end]
            request.ll_option = MobileNodeLinkLayerIdentifier(
                int.from_bytes(data[shape.ll - 2 : shape.ll], "big"), ll_id
            )
            if any(ll_id):
                request.ll_id = ll_id
        request.link_local = data[shape.link_local : shape.link_local + 16] if shape.link_local else None
        request.timestamp = _TIMESTAMP(data, shape.timestamp)[0] if shape.timestamp else None
        request.multihoming = shape.multihoming
        request.summaries = shape.summaries
        request.fids = fids
        request.care_of_address = source.address
        request.bids = []
        request.notes = []
        request.ipv4_requests = ()
        request.alternate = request.multipath = request.mag_option = request.mag_id = None
        request.ipv4_named = request.gre = None
        request.extended = request.odd_multihoming = request.odd_multipath = False
        request.odd_summary = request.odd_bid = False
        return request

    def learn(self, decoded: Decoded, request: Request) -> None:
        """Remember the shape of a request that came through the codec, and what its FID options say."""
        if not may_be_learnt(self._codec, decoded, request):
            return
        data = decoded.raw
        shape = Shape(self._codec, decoded)
        if len(self._filters) > FILTERS:
            self._filters.clear()
        for (at, end), option in zip(shape.filters, request.fids, strict=True):
            self._filters[data[at:end]] = option
        alike = self._shapes.setdefault(len(data) << 8 | data[13], [])
        if any((known.mask, known.want) == (shape.mask, shape.want) for known in alike):
            return
        if self._count >= SHAPES:
            self._shapes.clear()
            self._count = 0
            alike = self._shapes.setdefault(len(data) << 8 | data[13], [])
        if len(alike) >= ALIKE:
            alike.pop(0)
            self._count -= 1
        alike.append(shape)
        self._count += 1

    def answer(self, core: Core, request: Request, outcome: Outcome, now: float) -> bytes | None:
        """The octets of the acknowledgement that accepts a request of a known shape; None: it is none of these."""
        shape, session = request.shape, outcome.session
        if shape is None or outcome.status >= 128 or session is None or outcome.bids or len(session.prefixes) != 1:
            return None
        if outcome.what == "released":
            return None
        found = shape.answer
        if found is None:
            found = shape.answer = shape.answered(self._bare(core, request, outcome, now))
        out = bytearray(found.octets)
        data = request.data
        _STATUS_FLAGS_SEQUENCE_LIFETIME(out, 6, outcome.status, out[7], request.sequence, outcome.lifetime)
        for at, end, begin, stop in found.copies:
            out[at:end] = data[begin:stop]
        at = found.prefix
        address, out[at] = session.prefixes[0]
        out[at + 1 : at + 17] = address
        at = found.link_local
        if at:
            out[at : at + 16] = link_local_of(core, request, outcome)
        if outcome.fids:
            del out[found.options_end :]
            try:
                for option in outcome.fids:
                    unit, place, octets = self._told.get(option) or self._tell(option)
                    out += PADS[(place - len(out)) % unit]
                    out += octets
            except EncodeError:
                return None
            out += PADS[-len(out) % 8]
            if len(out) > LONGEST:
                return None  # some are left out, which is told
            out[1] = len(out) // 8 - 1
        if request.source.port is None:
            pseudo = self._pseudo(request.source, request.local)
            out[4:6] = (-(int.from_bytes(out, "big") + pseudo + len(out)) % _SUM).to_bytes(2, "big")
        return bytes(out)

    def _tell(self, option: Any) -> tuple[int, int, bytes]:
        """How a FID option is encoded."""
        if len(self._told) >= FILTERS:
            self._told.clear()
        found = self._told[option] = self._codec.encode_option(option)
        return found

    def _bare(self, core: Core, request: Request, outcome: Outcome, now: float) -> bytes:
        """The answer by the codec, without FID options and with zeros where a checksum goes."""
        pba: BindingAcknowledgement = acknowledgement(core, request, outcome, now)
        return self._codec.encode(replace(pba, options=pba.options[: len(pba.options) - len(outcome.fids)]))


assert BindingUpdate.__struct_fields__[:3] == ("sequence", "flags", "lifetime")
