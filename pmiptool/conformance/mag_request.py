"""A registration that a MAG under test asks for: what it says, and the answer, right or wrong on purpose."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from pmiptool.mag.answers import accepted, first, flows, prefixes
from pmiptool.mag.config import Flow
from pmiptool.mag.extensions import home_of
from pmiptool.scenario.result import Packet
from pmiptool.text.json import option_name
from pmiptool.text.values import address_text, parse_prefix
from pmiptool.wire.layout import Decoded
from pmiptool.wire.values import (
    AccessTechnologyType,
    AlternateCareOfAddress,
    BindingAcknowledgement,
    FlowIdentification,
    FlowIdentification6089,
    HandoffIndicator,
    HomeNetworkPrefix,
    MobileNodeIdentifier,
    MobileNodeLinkLayerIdentifier,
    Prefix,
    Timestamp,
)

if TYPE_CHECKING:
    from pmiptool.conformance.mag import Mag
    from pmiptool.conformance.mobile_node import MobileNode

DENIALS = (152, 170, 172)
"""Statuses after which something is asked for again only when somebody intervened (RFC 5213 6.9.1.2, RFC 5844 3.2)."""


class Request:
    """A PBU of the MAG. node: the case's mobile node that it is for, None for another's."""

    def __init__(self, mag: Mag, packet: Packet, node: MobileNode | None = None) -> None:
        self.mag = mag
        self.packet = packet
        self.node = node

    # What it says

    @property
    def decoded(self) -> Decoded:
        return self.packet.decoded

    @property
    def message(self) -> Any:
        return self.decoded.message

    @property
    def time(self) -> float:
        """When it came, seconds since 1970."""
        return self.packet.time

    @property
    def sequence(self) -> int:
        return int(self.message.sequence)

    @property
    def timestamp(self) -> int | None:
        option = self.option(Timestamp)
        return None if option is None else int(option.timestamp)

    def stamped(self) -> int:
        """Its timestamp; the case ends where it has none: sequence numbers are as good (RFC 5213 5.5)."""
        if self.timestamp is None:
            self.mag.lacks("it uses sequence numbers, not timestamps")
        return self.timestamp or 0

    @property
    def proxy_care_of_address(self) -> bytes:
        """That of the Alternate Care-of Address option, else where it came from (RFC 5213 6.9.1.5)."""
        option = self.option(AlternateCareOfAddress)
        return self.packet.source.address if option is None else bytes(option.alternate_care_of_address)

    @property
    def prefixes(self) -> list[Prefix]:
        """The prefixes that it names, an all-zero one included."""
        return [option.home_network_prefix for option in self.options(HomeNetworkPrefix)]

    @property
    def prefix_texts(self) -> list[str]:
        """The same as people write them."""
        return [f"{address_text(prefix.address)}/{prefix.length}" for prefix in self.prefixes]

    @property
    def flows(self) -> dict[int, Flow]:
        """Its filters by FID."""
        return flows(self.message)

    @property
    def is_renewal(self) -> bool:
        """Whether it extends a registration: handoff indicator 5 (RFC 5213 6.9.1.3)."""
        option = self.option(HandoffIndicator)
        return option is not None and option.hi == 5 and self.message.lifetime > 0

    @property
    def text(self) -> str:
        """It in a few words."""
        return f"a PBU with sequence number {self.sequence} and lifetime {4 * self.message.lifetime} s"

    @property
    def names(self) -> list[str]:
        """The short names of its options, each once, sorted."""
        return sorted({option_name(option, self.mag.codepoints) for option in self.message.options})

    def option(self, kind: type[Any]) -> Any:
        """The first option of a kind; None where there is none."""
        return first(self.message.options, kind)

    def options(self, kind: type[Any]) -> list[Any]:
        return [option for option in self.message.options if isinstance(option, kind)]

    # What it must say

    def expect(self, *expectations: str) -> Request:
        """It is as expected, in the words of `send --expect`."""
        self.mag.expect(self.decoded, *expectations)
        return self

    def check(self, text: str, ok: bool, actual: object = "") -> Request:
        self.mag.check(text, ok, actual)
        return self

    # Answering

    def answer(
        self,
        *,
        status: int = 0,
        hi: int | None = None,
        att: int | None = None,
        mn_id: bytes | None = None,
        ll_id: bytes | None = None,
        hnp: Sequence[str] | None = None,
        sequence: int | None = None,
        lifetime: int | None = None,
        timestamp: int | None = None,
        flow_status: Mapping[int, int] | None = None,
        without: str | Sequence[str] = (),
        more: Sequence[Any] = (),
        put: Sequence[Any] = (),
        change: Callable[[BindingAcknowledgement], BindingAcknowledgement] | None = None,
        octets: Callable[[bytes], bytes] | None = None,
        twice: bool = False,
        late: float = 0.0,
        **fields: Any,
    ) -> Packet | None:
        """Send the answer that the reference LMA gives, with these changes; None where it gives none.

        status: a rejection is made as such; one below 128 is written over that of the acceptance. hi to hnp: in place
        of what the option has, the option added where there is none. sequence: the number itself. lifetime: seconds.
        flow_status: by FID. without: short names of options to leave out. more: options behind the others. put:
        options in place of those of their kinds. fields: those of the message, as they lie there. change: of the
        message as a value. octets: of the whole message. late: seconds to wait before.
        """
        mag = self.mag
        datagram = mag.anchor.acknowledge(
            self.packet.data, self.packet.source, self.packet.destination, mag.now(), 0 if accepted(status) else status
        )
        if datagram is None:
            mag.note("the reference LMA ignores this request")
            return None
        pba: BindingAcknowledgement = mag.codec.decode(datagram.data, udp=True).message
        options = list(pba.options)
        wanted = [
            None if hi is None else HandoffIndicator(hi=hi),
            None if att is None else AccessTechnologyType(att=att),
            None if mn_id is None else MobileNodeIdentifier(subtype=1, identifier=mn_id),
            None if ll_id is None else MobileNodeLinkLayerIdentifier(link_layer_identifier=ll_id),
            None if timestamp is None else Timestamp(timestamp=timestamp),
            *put,
        ]
        for option in wanted:
            if option is not None:
                _put(options, option)
        if hnp is not None:
            at = next((n for n, option in enumerate(options) if isinstance(option, HomeNetworkPrefix)), len(options))
            options = [option for option in options if not isinstance(option, HomeNetworkPrefix)]
            options[at:at] = [HomeNetworkPrefix(home_network_prefix=parse_prefix("hnp", text)) for text in hnp]
        if flow_status:
            options = [
                replace(option, status=flow_status.get(option.fid, option.status))
                if isinstance(option, (FlowIdentification, FlowIdentification6089))
                else option
                for option in options
            ]
        left_out = (without,) if isinstance(without, str) else tuple(without)
        options = [option for option in options if option_name(option, mag.codepoints) not in left_out]
        pba = replace(pba, options=(*options, *more), **fields)
        if status and accepted(status) and accepted(pba.status):
            pba = replace(pba, status=status)
        if sequence is not None:
            pba = replace(pba, sequence=sequence & 0xFFFF)
        if lifetime is not None and accepted(pba.status):
            pba = replace(pba, lifetime=lifetime // 4)
        if change is not None:
            pba = change(pba)
        data = mag.encode(pba)
        if octets is not None:
            data = octets(data)
        if late:
            mag.pause(late)
        differs = any(value is not None for value in (hi, att, mn_id, ll_id))
        self._learn(pba, denies=differs or status in DENIALS)
        if twice:
            mag.send(data)
        return mag.send(data)

    def _learn(self, pba: BindingAcknowledgement, *, denies: bool) -> None:
        """What the mobile node has now, where the MAG may take this for an acceptance of its request."""
        if self.node is None:
            return
        self.node.waits = None
        self.node.is_denied |= denies
        if accepted(pba.status) and self.message.lifetime:
            self.node.hnp = prefixes(pba) or self.node.hnp
            home = home_of(pba)
            self.node.ipv4 = self.node.ipv4 if home is None else home.address


def _put(options: list[Any], option: Any) -> None:
    """In place of the first of its kind, else behind the others."""
    at = next((n for n, own in enumerate(options) if type(own) is type(option)), None)
    if at is None:
        options.append(option)
    else:
        options[at] = option
