"""Messages in few words, for the examples: everything a right one has, unless told otherwise."""

from __future__ import annotations

from typing import Any

import msgspec

from pmiptool.registry.codepoints import DEFAULT, CodePoints
from pmiptool.wire.codec import Decoded, codec_for
from pmiptool.wire.values import (
    AccessTechnologyType,
    BindingAcknowledgement,
    BindingUpdate,
    FlowIdentification,
    FlowIdentification6089,
    HandoffIndicator,
    HomeNetworkPrefix,
    Ipv6Selector,
    LinkLocalAddress,
    MagIdentifier,
    MagMultipathBinding,
    MobileNodeIdentifier,
    MobileNodeLinkLayerIdentifier,
    Multihoming,
    Prefix,
    Timestamp,
)

RFC6089 = CodePoints(dialect="rfc6089")
LMA = bytes.fromhex("20010db8000100000000000000000001")
MAG1, MAG2, MAG3 = (LMA[:15] + bytes((n,)) for n in (2, 3, 4))
MAGS = {1: MAG1, 2: MAG2, 3: MAG3}
P1 = Prefix(bytes.fromhex("20010db800a100000000000000000000"), 64)
P2 = Prefix(bytes.fromhex("20010db800a200000000000000000000"), 64)
ANY = Prefix()
A, P, H = 0x8000, 0x0200, 0x4000
SELECTOR = Ipv6Selector(dst_port=5060, proto=17)
OTHER = Ipv6Selector(dst_port=80, proto=6)
START = 1_246_881_600
STAMP = START << 16


def mn(identifier: bytes = b"mn1@example.org", subtype: int = 1) -> MobileNodeIdentifier:
    return MobileNodeIdentifier(subtype=subtype, identifier=identifier)


def hnp(prefix: Prefix = P1) -> HomeNetworkPrefix:
    return HomeNetworkPrefix(home_network_prefix=prefix)


def hi(number: int = 1) -> HandoffIndicator:
    return HandoffIndicator(hi=number)


def att(number: int = 4) -> AccessTechnologyType:
    return AccessTechnologyType(att=number)


def ll(octets: bytes = bytes.fromhex("020000000001")) -> MobileNodeLinkLayerIdentifier:
    return MobileNodeLinkLayerIdentifier(link_layer_identifier=octets)


def local(address: bytes = bytes.fromhex("fe80000000000000000000000000000a")) -> LinkLocalAddress:
    return LinkLocalAddress(link_local_address=address)


def stamp(seconds: float = 0.0) -> Timestamp:
    return Timestamp(timestamp=STAMP + round(seconds * 65536))


def mh(mhgid: int = 0, act: int = 0, rfu: int = 0) -> Multihoming:
    return Multihoming(mhgid=mhgid, act=act, rfu=rfu)


def path(number: int, mag: bytes = b"mag1@example.org", b: int = 0, o: int = 0) -> tuple[Any, Any]:
    """What a MAG says of one of its ways to the anchor (RFC 8278)."""
    return MagMultipathBinding(if_att=4, if_label=9, bid=number, b=b, o=o), MagIdentifier(identifier=mag)


def fid(number: int = 1, *, pri: int = 10, action: int = 1, pro: int = 0, status: int = 0,
        sub: tuple[Any, ...] = (SELECTOR,), rsvd: int = 0) -> FlowIdentification:  # fmt: skip
    return FlowIdentification(fid=number, pri=pri, action=action, pro=pro, status=status, suboptions=sub, rsvd=rsvd)


def fid6089(number: int = 1, *, pri: int = 10, status: int = 0, sub: tuple[Any, ...] = (SELECTOR,)
            ) -> FlowIdentification6089:  # fmt: skip
    return FlowIdentification6089(fid=number, pri=pri, status=status, suboptions=sub)


BASE = {"mn": mn(), "hnp": hnp(), "hi": hi(), "att": att()}


def _options(more: tuple[Any, ...], changed: dict[str, Any]) -> tuple[Any, ...]:
    """The four that must be there, changed or left out (None), then the others."""
    kept: list[Any] = []
    for option in {**BASE, **changed}.values():
        if isinstance(option, tuple):
            kept += option
        elif option is not None:
            kept.append(option)
    return (*kept, *more)


def pbu(*more: Any, sequence: int = 1, flags: int = A | P, lifetime: int = 75, **changed: Any) -> BindingUpdate:
    return BindingUpdate(sequence=sequence, flags=flags, lifetime=lifetime, options=_options(more, changed))


def pba(*more: Any, status: int = 0, sequence: int = 1, flags: int = 0x20, lifetime: int = 75, **changed: Any
        ) -> BindingAcknowledgement:  # fmt: skip
    return BindingAcknowledgement(
        status=status, flags=flags, sequence=sequence, lifetime=lifetime, options=_options(more, changed)
    )


def removal(*more: Any, **changed: Any) -> BindingUpdate:
    """A de-registration: lifetime 0, HI 4."""
    return pbu(*more, **{"lifetime": 0, "hi": hi(4), **changed})


def removed(*more: Any, **changed: Any) -> BindingAcknowledgement:
    return pba(*more, **{"lifetime": 0, "hi": hi(4), **changed})


def wire(message: Any, settings: CodePoints = DEFAULT, src: bytes | None = None, dst: bytes | None = None) -> Decoded:
    """Encoded and decoded again, with a right checksum where addresses are given. Octets stay as they are."""
    codec = codec_for(settings)
    data = message if isinstance(message, bytes) else codec.encode(message, src=src, dst=dst)
    return codec.decode(data, src, dst)


def without(message: Any, kind: type) -> Any:
    kept = tuple(option for option in message.options if not isinstance(option, kind))
    return msgspec.structs.replace(message, options=kept)
