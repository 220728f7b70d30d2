"""A PBU with its options looked up once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pmiptool.lma.addresses import is_routable
from pmiptool.registry.codepoints import CodePoints
from pmiptool.registry.rfc5555 import BU_F
from pmiptool.registry.rfc5845 import BU_T
from pmiptool.session.endpoint import Endpoint
from pmiptool.session.model import MnKey, PrefixKey
from pmiptool.session.prefix import is_all_zero, network
from pmiptool.wire.layout import Decoded, Slot
from pmiptool.wire.values import (
    AccessTechnologyType,
    AlternateCareOfAddress,
    BindingIdentifier,
    BindingUpdate,
    FlowIdentification,
    FlowIdentification6089,
    FlowSummary,
    GreKey,
    HandoffIndicator,
    HomeNetworkPrefix,
    Ipv4HomeAddressRequest,
    LinkLocalAddress,
    MagIdentifier,
    MagMultipathBinding,
    MobileNodeIdentifier,
    MobileNodeLinkLayerIdentifier,
    Multihoming,
    Timestamp,
    UnknownOption,
)

if TYPE_CHECKING:
    from pmiptool.lma.shapes import Shape

BINDING_IDENTIFIER, MAG_MULTIPATH = 35, 63
_EXTENDING = BU_F | BU_T

Fid = FlowIdentification | FlowIdentification6089 | UnknownOption


class Request:
    """The options of a PBU by name; None where one is absent. Of one that may stand once and stands twice the first.

    mn_id: (subtype, identifier). named: prefixes asked for by value. ll_id: None without the option or with ALL_ZERO.
    odd_multihoming: there is one of a wrong length, or more than one. odd_summary: one of odd length.
    odd_bid: there is one whose length is none of 4, 8 and 20.
    extended: it carries something of RFC 5844 or RFC 5845. ipv4_requests: options; ipv4_named: the first address that
    is not 0.0.0.0. gre: the GRE Key option.
    multipath, odd_multipath: likewise of RFC 8278. mag_id: (subtype, identifier) of the gateway.
    notes: sentences on what is odd and was passed over.
    data: its octets. shape: where it was read without the codec (`shapes.py`).
    """

    __slots__ = (
        "_decoded", "alternate", "att", "att_option", "bids", "care_of_address", "codepoints", "data", "extended",
        "fids", "findings", "flags", "gre", "hi", "hi_option", "hnps", "ipv4_named", "ipv4_requests", "lifetime",
        "link_local", "ll_id", "ll_option", "local", "mag_id", "mag_option", "mn_id", "mn_option", "multihoming",
        "multipath", "named", "notes", "odd_bid", "odd_multihoming", "odd_multipath", "odd_summary", "sequence",
        "shape", "source", "summaries", "timestamp",
    )  # fmt: skip

    def __init__(self, decoded: Decoded, source: Endpoint, local: Endpoint, codepoints: CodePoints) -> None:
        message: BindingUpdate = decoded.message
        self._decoded: Decoded | None = decoded
        self.data = decoded.raw
        self.findings = decoded.findings
        self.shape: Shape | None = None
        self.codepoints = codepoints
        self.source = source
        self.local = local
        self.sequence = message.sequence
        self.lifetime = message.lifetime
        self.mn_option: MobileNodeIdentifier | None = None
        self.mn_id: MnKey | None = None
        self.hnps: list[HomeNetworkPrefix] = []
        self.named: list[PrefixKey] = []
        self.hi_option: HandoffIndicator | None = None
        self.att_option: AccessTechnologyType | None = None
        self.ll_option: MobileNodeLinkLayerIdentifier | None = None
        self.link_local: bytes | None = None
        self.timestamp: int | None = None
        self.alternate: bytes | None = None
        self.multihoming: Multihoming | None = None
        self.bids: list[BindingIdentifier] = []
        self.fids: list[Fid] = []
        self.summaries: list[FlowSummary] = []
        self.multipath: MagMultipathBinding | None = None
        self.mag_option: MagIdentifier | None = None
        self.mag_id: MnKey | None = None
        self.flags = message.flags
        self.extended = bool(message.flags & _EXTENDING)
        self.ipv4_requests: Sequence[Ipv4HomeAddressRequest] = ()
        self.ipv4_named: bytes | None = None
        self.gre: GreKey | None = None
        self.odd_multihoming = False
        self.odd_multipath = False
        self.odd_summary = False
        self.odd_bid = False
        self.notes: list[str] = []
        for option in message.options:
            kind = type(option)
            if kind is HomeNetworkPrefix:
                self.hnps.append(option)
                prefix = network(option.home_network_prefix)
                if not is_all_zero(prefix):
                    self.named.append(prefix)
            elif kind is MobileNodeIdentifier:
                if self._first(self.mn_option, "MN-ID"):
                    self.mn_option = option
                    self.mn_id = option.subtype, option.identifier
            elif kind is HandoffIndicator:
                if self._first(self.hi_option, "handoff indicator"):
                    self.hi_option = option
            elif kind is AccessTechnologyType:
                if self._first(self.att_option, "access technology type"):
                    self.att_option = option
            elif kind is Timestamp:
                if self._first(self.timestamp, "timestamp"):
                    self.timestamp = option.timestamp
            elif kind is MobileNodeLinkLayerIdentifier:
                if self._first(self.ll_option, "link-layer identifier"):
                    self.ll_option = option
            elif kind is LinkLocalAddress:
                if self._first(self.link_local, "link-local address"):
                    self.link_local = option.link_local_address
            elif kind is AlternateCareOfAddress:
                if self._first(self.alternate, "alternate care-of address"):
                    self.alternate = option.alternate_care_of_address
            elif kind is Multihoming:
                self.odd_multihoming |= self.multihoming is not None
                self.multihoming = self.multihoming or option
            elif kind is FlowIdentification or kind is FlowIdentification6089:
                self.fids.append(option)
            elif kind is FlowSummary:
                self.summaries.append(option)
            elif kind is BindingIdentifier:
                self.bids.append(option)
            elif kind is Ipv4HomeAddressRequest:
                self._ipv4(option)
            elif kind is GreKey:
                if self._first(self.gre, "GRE key"):
                    self.gre, self.extended = option, True
            elif kind is MagMultipathBinding:
                if self._first(self.multipath, "MAG multipath binding"):
                    self.multipath = option
            elif kind is MagIdentifier:
                if self._first(self.mag_option, "MAG identifier"):
                    self.mag_option = option
                    self.mag_id = option.subtype, option.identifier
            elif kind is UnknownOption:
                self._odd(option, codepoints)
        if decoded.findings:
            self._look_at_lengths(codepoints)
        self.hi: int | None = None if self.hi_option is None else self.hi_option.hi
        self.att: int | None = None if self.att_option is None else self.att_option.att
        ll_option = self.ll_option
        self.ll_id: bytes | None = (
            ll_option.link_layer_identifier if ll_option and any(ll_option.link_layer_identifier) else None
        )
        self.care_of_address: bytes = source.address if self.alternate is None else self.alternate

    @property
    def decoded(self) -> Decoded:
        """The whole message."""
        if self._decoded is None:
            assert self.shape is not None
            self._decoded = self.shape.codec.decode(self.data)
        return self._decoded

    def _ipv4(self, option: Ipv4HomeAddressRequest) -> None:
        self.extended = True
        self.ipv4_requests = (*self.ipv4_requests, option)
        if self.ipv4_named is None and any(option.ipv4_home_address):
            self.ipv4_named = option.ipv4_home_address

    def _first(self, earlier: object, name: str) -> bool:
        if earlier is None:
            return True
        self.notes.append(f"more than one {name} option; the first counts")
        return False

    def _odd(self, option: UnknownOption, codepoints: CodePoints) -> None:
        """A known option whose octets do not fit its format."""
        if option.type == codepoints.multihoming_option_type:
            self.odd_multihoming = True
        elif option.type == codepoints.flow_summary_option_type:
            self.odd_summary = True
        elif option.type == BINDING_IDENTIFIER:
            self.odd_bid = True
        elif option.type == codepoints.flow_identification_option_type:
            self.fids.append(option)
        elif option.type == MAG_MULTIPATH:
            self.odd_multipath = True
        elif option.type == 8 and self.mn_id is None:
            self.mn_id = 0, b""

    def _look_at_lengths(self, codepoints: CodePoints) -> None:
        """What a format leaves over stands in the layout, not in the value."""
        for slot in self.decoded.layout.slots:
            if slot.pad is None and (slot.trailing or slot.cut):
                if slot.type == codepoints.multihoming_option_type:
                    self.odd_multihoming = True
                elif slot.type == codepoints.flow_summary_option_type:
                    self.odd_summary = True
                elif slot.type == BINDING_IDENTIFIER:
                    self.odd_bid = True
                elif slot.type == MAG_MULTIPATH:
                    self.odd_multipath = True

    def slot_of(self, option: Any) -> Slot | None:
        """How one option of this message lay on the wire."""
        slots = [slot for slot in self.decoded.layout.slots if slot.pad is None]
        for slot, mine in zip(slots, self.decoded.message.options, strict=False):
            if mine is option:
                return slot
        return None

    def binds_routable(self, anchor: bytes) -> bool:
        """Whether the care-of address is unicast and routable (RFC 6275 6.1.7)."""
        return is_routable(self.care_of_address, anchor)
