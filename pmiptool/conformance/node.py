"""A mobile node's interface at a gateway of ours: the requests that it makes of an LMA under test."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pmiptool.conformance.filters import OwnFilters
from pmiptool.conformance.reply import Reply
from pmiptool.conformance.trial import SetUpFailed
from pmiptool.mag.answers import first
from pmiptool.mag.config import Flow
from pmiptool.mag.request import BU_A, BU_P
from pmiptool.text.json import option_name
from pmiptool.text.values import parse_prefix, time_raw
from pmiptool.wire.values import (
    AccessTechnologyType,
    BindingIdentifier,
    BindingUpdate,
    FlowSummary,
    HandoffIndicator,
    HomeNetworkPrefix,
    MobileNodeIdentifier,
    MobileNodeLinkLayerIdentifier,
    Multihoming,
    Prefix,
    Timestamp,
)

if TYPE_CHECKING:
    from pmiptool.conformance.lma import Lma

LIFETIME = 300  # seconds that are asked for
NEW_INTERFACE, BETWEEN_GATEWAYS, UNKNOWN, NOT_CHANGED = 1, 3, 4, 5  # handoff indicators (RFC 5213 8.4)
SHARING_PREFIXES = 6  # RFC 7864 3.2.1
SEQUENCE_OUT_OF_WINDOW = 135
NOW = "now"  # as a timestamp: the time of sending
POLICY = (128, 129, 130, 151, 152, 153, 154, 155)  # statuses of a set-up that only the LMA's operator can explain


@dataclass
class Identity:
    """What all interfaces of a mobile node share. sequence, timestamp: of the last request."""

    id: bytes
    hnp: tuple[Prefix, ...]
    sequence: int
    timestamp: int = 0


@dataclass
class Node(OwnFilters):
    """A mobile node's interface at a gateway. hnp: what it was given; mhgid: its multihoming group, None without;
    known: its filters, as far as the LMA accepted or announced them."""

    lma: Lma
    mag: int
    shared: Identity
    att: int = 4
    ll_id: bytes = b""
    mhgid: int | None = None
    attached: bool = False
    known: dict[int, Flow] = field(default_factory=dict)

    @property
    def id(self) -> bytes:
        return self.shared.id

    @property
    def name(self) -> str:
        """Its identifier as text."""
        return self.id.decode(errors="replace")

    @property
    def hnp(self) -> tuple[Prefix, ...]:
        return self.shared.hnp

    def at(self, mag: int) -> Node:
        """The same interface at another gateway, to which it was handed over."""
        return Node(self.lma, mag, self.shared, self.att, self.ll_id, self.mhgid, self.attached, self.known)

    def interface(self, mag: int, *, ll_id: bytes = b"", att: int = 4) -> Node:
        """Another interface of the same mobile node, in the same multihoming group."""
        return Node(self.lma, mag, self.shared, att, ll_id, self.mhgid)

    def other_session(self, mag: int, *, ll_id: bytes = b"", att: int = 4, mhgid: int | None = None) -> Node:
        """Another interface of the same mobile node, which knows nothing of the first one's prefixes."""
        shared = Identity(self.id, (), self.shared.sequence, self.shared.timestamp)
        return Node(self.lma, mag, shared, att, ll_id, mhgid)

    @property
    def key(self) -> tuple[bytes, int, bytes]:
        return self.id, self.mag, self.ll_id

    # Requests

    def next_sequence(self) -> int:
        self.shared.sequence = (self.shared.sequence + 1) & 0xFFFF
        return self.shared.sequence

    def stamp(self) -> int:
        """The time now, as the Timestamp option has it, and later than before (RFC 5213 8.8)."""
        raw = max(time_raw(self.lma.moment() + self.lma.settings.clock_offset), self.shared.timestamp + 1)
        self.shared.timestamp = raw
        return raw

    def pbu(
        self,
        *,
        lifetime: int = LIFETIME,
        hi: int | None = None,
        hnp: str | Prefix | Sequence[str | Prefix] | None = None,
        att: int | None = None,
        ll_id: bytes | None = None,
        timestamp: str | int | None = NOW,
        sequence: int | None = None,
        flags: int = BU_A | BU_P,
        mhgid: int | None = None,
        act: int = 0,
        rfu: int = 0,
        bids: Iterable[int | BindingIdentifier] = (),
        flows: Iterable[str | Flow] = (),
        summary: Sequence[int] | None = None,
        more: Sequence[Any] = (),
        without: str | Sequence[str] = (),
    ) -> BindingUpdate:
        """A proxy binding update, sound where nothing is changed.

        lifetime: seconds. hi: None: 1 at first, then 5. hnp: None: what it was given, else `any`. timestamp: NOW, raw,
        or None for sequence numbers alone. bids: to register for this interface. flows: filters as `--flow` has them.
        more: options behind the usual ones.
        without: short names of options to leave out.
        """
        named = self.hnp or (Prefix.any(),) if hnp is None else (hnp,) if isinstance(hnp, (str, Prefix)) else hnp
        indicator = (NOT_CHANGED if self.attached else NEW_INTERFACE) if hi is None else hi
        link_layer = self.ll_id if ll_id is None else ll_id
        group = self.mhgid if mhgid is None else mhgid
        options: list[Any] = [MobileNodeIdentifier(subtype=1, identifier=self.id)]
        options += [HomeNetworkPrefix(home_network_prefix=_prefix(one)) for one in named]
        options += [HandoffIndicator(hi=indicator), AccessTechnologyType(att=self.att if att is None else att)]
        options += [MobileNodeLinkLayerIdentifier(link_layer_identifier=link_layer)] if link_layer else []
        if timestamp is not None:
            options.append(Timestamp(timestamp=self.stamp() if isinstance(timestamp, str) else timestamp))
        options += [Multihoming(mhgid=group, act=act, rfu=rfu)] if group is not None else []
        options += [BindingIdentifier(bid=one) if isinstance(one, int) else one for one in bids]
        options += self.filters(flows)
        options += [FlowSummary(fid=tuple(summary))] if summary is not None else []
        options += more
        left_out = (without,) if isinstance(without, str) else tuple(without)
        return BindingUpdate(
            sequence=self.next_sequence() if sequence is None else sequence,
            flags=flags,
            lifetime=lifetime // 4,
            options=tuple(option for option in options if option_name(option, self.lma.codepoints) not in left_out),
        )

    def ask(self, message: BindingUpdate | bytes | None = None, **changes: Any) -> Reply:
        """Send a request, by default `pbu(**changes)`, and wait for its answer."""
        return self.answered(self.lma.ask(self.pbu(**changes) if message is None else message, self.mag))

    def answered(self, reply: Reply) -> Reply:
        """Take note of an answer to a request of its own."""
        request = reply.request.decoded.message
        if reply.packet is not None and isinstance(request, BindingUpdate):
            self.lma.remember(self, request, reply.packet.decoded)
            self.learn(reply)
            self.lma.knows_extensions(reply)
            if self.mhgid is not None:
                self.lma.knows_groups(reply)
        return reply

    def has_entry(self, sequence: int | None = None) -> bool:
        """Whether the LMA has an entry, after an attachment without timestamp: a number that it accepted gets 135 now.

        RFC 6275 9.5.1. sequence: that number; None: the last. Where there is no entry any number is accepted, and there
        is one then.
        """
        known = self.shared.sequence if sequence is None else sequence
        return self.ask(timestamp=None, sequence=known).status == SEQUENCE_OUT_OF_WINDOW

    def learn(self, reply: Reply) -> None:
        """Take the prefixes of an accepting answer for its own."""
        given = reply.prefixes if reply.is_accepted else ()
        if given:
            self.shared.hnp = given
        asked = reply.request.decoded.message
        if reply.is_accepted and isinstance(asked, BindingUpdate):
            self.attached = asked.lifetime > 0
            stamp = first(asked.options, Timestamp)
            if stamp is None:
                self.shared.sequence = asked.sequence
            else:
                self.shared.timestamp = max(self.shared.timestamp, stamp.timestamp)
            self.learn_filters(reply)

    # Requests that the case builds on: they must succeed

    def attach(self, **changes: Any) -> Reply:
        """Register; what is not accepted leaves the case INCONCLUSIVE, and UNSUPPORTED where the peer says so."""
        return self._needed("attachment", self.ask(**changes))

    def renew(self, **changes: Any) -> Reply:
        return self._needed("renewal", self.ask(**changes))

    def hand_over(self, mag: int, *, hi: int = BETWEEN_GATEWAYS, **changes: Any) -> Node:
        """Register at another gateway; the node there."""
        other = self.at(mag)
        other._needed("handover", other.ask(hi=hi, **changes))
        self.lma.forget(self)
        return other

    def detach(self, **changes: Any) -> Reply:
        return self._needed("deregistration", self.ask(**{"lifetime": 0, "hi": UNKNOWN, **changes}))

    def _needed(self, what: str, reply: Reply) -> Reply:
        name = f"the {what} of {self.name} at {self.lma.us(self.mag)}"
        if reply.packet is None:
            raise SetUpFailed(f"{name}: {reply.why_not}", lost=True)
        self.lma.knows_bids(reply)
        if not reply.is_accepted:
            refused = f"{name} is refused with {reply.status_text}"
            self.lma.keeps_filters(reply)
            if reply.status in POLICY:
                refused += ": name mobile nodes and gateways that the LMA knows in a peer file (--peer)"
            raise SetUpFailed(refused)
        flows = [option for option in reply.request.decoded.message.options if isinstance(option, Flow)]
        if flows and what == "attachment":
            self.lma.knows_flows(reply)
            for flow in flows:
                answered = reply.flows.get(flow.fid)
                if answered is None or answered.status >= 128:
                    self.lma.allows(flow.fid, 0 if answered is None else answered.status)
                    raise SetUpFailed(f"{name} does not install filter {flow.fid}")
        return reply


def _prefix(value: str | Prefix) -> Prefix:
    if isinstance(value, Prefix):
        return value
    return Prefix.any() if value == "any" else parse_prefix("hnp", value)
