"""Faults in the values of PBUs; `faults.Faults` applies them by name.

Families: `without-OPTION` (of every PBU), `KIND-without-OPTION` (attach, renewal, modification, detach), `KIND-hi-N`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from pmiptool.mag.bul import Attempt, Request
from pmiptool.mag.request import HI_SHARING
from pmiptool.registry.rfc5555 import BU_F
from pmiptool.registry.rfc5845 import BU_T
from pmiptool.wire.values import (
    AccessNetworkIdentifier,
    AccessTechnologyType,
    AlternateCareOfAddress,
    BindingAuthorizationData,
    BindingIdentifier,
    BindingUpdate,
    FlowIdentification,
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
    NonceIndices,
    Prefix,
    Timestamp,
    UnknownOption,
)

A, P = 0x8000, 0x0200
KINDS = {"attach": "attach", "renewal": "renew", "modification": "modify", "release": "release", "detach": "detach"}
OPTIONS: dict[str, tuple[str, type]] = {
    "mn-id": ("MN-ID", MobileNodeIdentifier),
    "hnp": ("Home Network Prefix", HomeNetworkPrefix),
    "hi": ("Handoff Indicator", HandoffIndicator),
    "att": ("Access Technology Type", AccessTechnologyType),
    "ll-id": ("Link-layer Identifier", MobileNodeLinkLayerIdentifier),
    "timestamp": ("Timestamp", Timestamp),
    "link-local": ("Link-local Address", LinkLocalAddress),
    "multihoming": ("Multihoming", Multihoming),
    "ipv4": ("IPv4 Home Address Request", Ipv4HomeAddressRequest),
    "gre-key": ("GRE Key", GreKey),
    "multipath": ("MAG Multipath-Binding", MagMultipathBinding),
    "mag-id": ("MAG Identifier", MagIdentifier),
    "ani": ("Access Network Identifier", AccessNetworkIdentifier),
}
_WITHOUT = ("mn-id", "hnp", "hi", "att", "ll-id", "timestamp", "link-local", "multihoming", "ipv4", "gre-key",
            "multipath", "mag-id", "ani")  # fmt: skip
_KIND_WITHOUT = (
    *(("renewal", name) for name in ("hnp", "ll-id", "multihoming", "ipv4", "multipath")),
    *(("detach", name) for name in ("hnp", "ll-id", "multihoming", "ipv4")),
    ("modification", "multihoming"),
)
_KIND_HI = (("attach", 0), ("attach", 2), ("attach", 5), ("handover", 1), ("renewal", 1), ("modification", 1),
            ("share", 1), ("detach", 1))  # fmt: skip

REQUEST_FAULTS: dict[str, str] = {
    **{f"without-{name}": f"No PBU has the {OPTIONS[name][0]} option." for name in _WITHOUT},
    **{
        f"{kind}-without-{name}": f"The PBU of a {kind} has no {OPTIONS[name][0]} option."
        for kind, name in _KIND_WITHOUT
    },
    **{f"{kind}-hi-{hi}": f"The handoff indicator of a PBU of this kind ({kind}) is {hi}." for kind, hi in _KIND_HI},
    "a-flag-clear": "The A flag of PBUs is clear.",
    "f-flag-clear": "The F flag of PBUs is clear.",
    "t-flag-clear": "The T flag of PBUs is clear.",
    "renewal-t-flag-clear": "The T flag of renewals is clear.",
    "overwrite-always": "The MAG Multipath-Binding option has the flag O.",
    "path-reserved-set": "The reserved bits of the options of RFC 8278 are set.",
    "if-att-200": "The MAG Multipath-Binding option has an access technology that is not assigned.",
    "mag-id-subtype-99": "The subtype of the MAG Identifier is not assigned.",
    "ipv4-reserved-set": "The reserved bits of the IPv4 Home Address Request are set.",
    "gre-reserved-set": "The reserved bits of the GRE Key option are set.",
    "gre-always": "Every PBU has a GRE Key option.",
    "hnp-always": "Every PBU has a Home Network Prefix option.",
    "ipv4-always": "Every PBU asks for any IPv4 home address where the profile has one.",
    "nonce-indices": "PBUs have a Nonce Indices option.",
    "p-flag-clear": "The P flag of renewals is clear.",
    "all-zero-beside": "An all-zero prefix stands beside the others.",
    "any-prefix": "Every PBU asks for any prefix.",
    "profile-prefix-ignored": "The first PBU does not ask for the prefixes of the profile.",
    "prefix-invented": "The first PBU asks for a prefix of the gateway's own choice.",
    "hi-twice": "PBUs have two Handoff Indicator options.",
    "att-wrong": "The access technology type is not that of the link.",
    "ll-id-invented": "A link-layer identifier of zeros stands for one that is not known.",
    "link-local-invented": "PBUs have a link-local address although a fixed one is in use.",
    "link-local-multicast": "The Link-local Address option has a multicast address.",
    "timestamp-in-seconds": "Timestamps count seconds, not units of 1/65536 s.",
    "timestamp-cut": "The Timestamp option has 6 octets.",
    "timestamp-always": "PBUs have timestamps although sequence numbers are in use.",
    "sequence-constant": "All PBUs have one sequence number.",
    "lifetime-zero": "The first PBU asks for a lifetime of 0.",
    "detach-lifetime": "The PBU of a mobile node that leaves asks for a lifetime.",
    "alternate-multicast": "PBUs have an Alternate Care-of Address option with a multicast address.",
    "mhgid-one": "The Multihoming option names group 1.",
    "act-always": "The Multihoming option has ACT=1 in every PBU.",
    "act-none": "The Multihoming option has ACT=0 also where an interface is removed.",
    "act-undefined": "The Multihoming option has ACT=5 where an interface is removed.",
    "rfu-set": "The reserved bits of the Multihoming option are set.",
    "pro-2": "The filters of PBUs have PRO=2.",
    "fid-reserved-set": "The reserved bits of filters are set.",
    "fid-action-9": "The filters of PBUs have the undefined action 9.",
    "fid-renumbered": "A filter that is to be changed gets a new FID.",
    "reserved-set": "The reserved bits of options of RFC 5213 are set.",
    "bid-0": "The MAG Multipath-Binding option has BID 0.",
    "bulk-and-overwrite": "The MAG Multipath-Binding option has the flags B and O.",
    "ipv4-invented": "The IPv4 Home Address Request names an address of the gateway's own choice.",
    "gre-key-cut": "The key of the GRE Key option has 2 octets.",
    "release-with-hnp": "The PBU that gives up an IPv4 home address has a prefix too.",
    "release-with-ipv4": "The PBU that gives up the prefixes names an IPv4 home address too.",
    "release-without-prefixes": "The PBU that gives up the prefixes names none.",
    "detach-with-bid": "The PBU of a mobile node that leaves has one of its binding identifiers.",
    "authorization-data-first": "PBUs have a Binding Authorization Data option before all others.",
    "gre-key-changed": "The GRE key of a renewal is another than that of the first PBU.",
}

Change = Callable[[BindingUpdate, Request, Attempt | None], BindingUpdate]


def asked(names: frozenset[str], message: BindingUpdate, request: Request, first: Attempt | None) -> BindingUpdate:
    """A PBU with what these faults do to it; first: the first transmission, where this is a further one."""
    for name in REQUEST_FAULTS:
        if name in names:
            message = _CHANGES[name](message, request, first)
    if first is not None and "timestamp-stale" in names and first.timestamp is not None:
        stamp = first.timestamp
        message = _changed(message, Timestamp, lambda option: replace(option, timestamp=stamp))
    if first is not None and "sequence-kept" in names:
        message = replace(message, sequence=first.sequence)
    return message


def _changed(message: BindingUpdate, kind: type, change: Callable[[Any], Any]) -> BindingUpdate:
    return replace(message, options=tuple(change(o) if type(o) is kind else o for o in message.options))


def _without(message: BindingUpdate, kind: type) -> BindingUpdate:
    return replace(message, options=tuple(option for option in message.options if type(option) is not kind))


def _beside(message: BindingUpdate, option: Any) -> BindingUpdate:
    return replace(message, options=(*message.options, option))


def _is(kind: str, message: BindingUpdate, request: Request) -> bool:
    if kind in ("handover", "share"):
        return request.kind == "attach" and (request.hi == HI_SHARING if kind == "share" else request.hi != 1)
    return request.kind == KINDS[kind]


def _leave_out(name: str, kind: str | None = None) -> Change:
    option = OPTIONS[name][1]

    def change(message: BindingUpdate, request: Request, first: Attempt | None) -> BindingUpdate:
        return _without(message, option) if kind is None or _is(kind, message, request) else message

    return change


def _hi(kind: str, number: int) -> Change:
    def change(message: BindingUpdate, request: Request, first: Attempt | None) -> BindingUpdate:
        wrong = HandoffIndicator(hi=number)
        return _changed(message, HandoffIndicator, lambda _: wrong) if _is(kind, message, request) else message

    return change


def _each(kind: type, **fields: Any) -> Change:
    """Every option of a kind with these fields."""
    return lambda message, request, first: _changed(message, kind, lambda option: replace(option, **fields))


def _only(kind: str, change: Change) -> Change:
    return lambda message, request, first: change(message, request, first) if _is(kind, message, request) else message


def _prefixes(prefix: Prefix) -> Change:
    def change(message: BindingUpdate, request: Request, first: Attempt | None) -> BindingUpdate:
        here = [type(option) is HomeNetworkPrefix for option in message.options]
        if True not in here:
            return message
        at = here.index(True)
        rest = [option for option in message.options if type(option) is not HomeNetworkPrefix]
        return replace(message, options=(*rest[:at], HomeNetworkPrefix(home_network_prefix=prefix), *rest[at:]))

    return change


def _flags(clear: int) -> Change:
    return lambda message, request, first: replace(message, flags=message.flags & ~clear)


def _add(option: Any) -> Change:
    return lambda message, request, first: _without_then(message, option)


def _without_then(message: BindingUpdate, option: Any) -> BindingUpdate:
    return _beside(_without(message, type(option)), option)


def _where_missing(option: Any) -> Change:
    def change(message: BindingUpdate, request: Request, first: Attempt | None) -> BindingUpdate:
        return message if any(type(o) is type(option) for o in message.options) else _beside(message, option)

    return change


def _reserved(message: BindingUpdate, request: Request, first: Attempt | None) -> BindingUpdate:
    kinds = (HomeNetworkPrefix, HandoffIndicator, AccessTechnologyType, MobileNodeLinkLayerIdentifier)
    options = (replace(option, reserved=1) if isinstance(option, kinds) else option for option in message.options)
    return replace(message, options=tuple(options))


def _key(message: BindingUpdate, request: Request, first: Attempt | None) -> BindingUpdate:
    return _changed(
        message, GreKey, lambda option: replace(option, gre_key=tuple(key ^ 0xFF for key in option.gre_key))
    )


_MULTICAST = bytes.fromhex("ff02") + bytes(13) + b"\x01"
_LINK_LOCAL = bytes.fromhex("fe80") + bytes(13) + b"\x99"
_INVENTED = Prefix(bytes.fromhex("20010db80bad0000") + bytes(8), 64)

_CHANGES: dict[str, Change] = {
    **{f"without-{name}": _leave_out(name) for name in _WITHOUT},
    **{f"{kind}-without-{name}": _leave_out(name, kind) for kind, name in _KIND_WITHOUT},
    **{f"{kind}-hi-{hi}": _hi(kind, hi) for kind, hi in _KIND_HI},
    "a-flag-clear": _flags(A),
    "f-flag-clear": _flags(BU_F),
    "t-flag-clear": _flags(BU_T),
    "renewal-t-flag-clear": _only("renewal", _flags(BU_T)),
    "overwrite-always": _each(MagMultipathBinding, o=1),
    "path-reserved-set": lambda message, request, first: _changed(
        _changed(message, MagIdentifier, lambda option: replace(option, reserved=1)),
        MagMultipathBinding,
        lambda option: replace(option, reserved=1),
    ),
    "if-att-200": _each(MagMultipathBinding, if_att=200),
    "mag-id-subtype-99": _each(MagIdentifier, subtype=99),
    "ipv4-reserved-set": _each(Ipv4HomeAddressRequest, reserved=1),
    "gre-reserved-set": _each(GreKey, reserved=1),
    "gre-always": _where_missing(GreKey(gre_key=(1,))),
    "hnp-always": _where_missing(HomeNetworkPrefix(home_network_prefix=Prefix.any())),
    "ipv4-always": _where_missing(Ipv4HomeAddressRequest(ipv4_home_address=bytes(4))),
    "nonce-indices": _add(NonceIndices()),
    "p-flag-clear": _only("renewal", _flags(P)),
    "all-zero-beside": lambda message, request, first: _beside(
        message, HomeNetworkPrefix(home_network_prefix=Prefix())
    ),
    "any-prefix": _prefixes(Prefix.any()),
    "profile-prefix-ignored": _only("attach", _prefixes(Prefix.any())),
    "prefix-invented": _only("attach", _prefixes(_INVENTED)),
    "hi-twice": lambda message, request, first: _beside(message, HandoffIndicator(hi=request.hi)),
    "att-wrong": _each(AccessTechnologyType, att=1),
    "ll-id-invented": _where_missing(MobileNodeLinkLayerIdentifier(link_layer_identifier=bytes(6))),
    "link-local-invented": _where_missing(LinkLocalAddress(link_local_address=_LINK_LOCAL)),
    "link-local-multicast": _add(LinkLocalAddress(link_local_address=_MULTICAST)),
    "timestamp-in-seconds": lambda message, request, first: _changed(
        message, Timestamp, lambda option: replace(option, timestamp=option.timestamp >> 16)
    ),
    "timestamp-cut": lambda message, request, first: _changed(
        message, Timestamp, lambda option: UnknownOption(27, bytes(6))
    ),
    "timestamp-always": _where_missing(Timestamp(timestamp=0x6500_0000_0000)),
    "sequence-constant": lambda message, request, first: replace(message, sequence=0x1234),
    "lifetime-zero": _only("attach", lambda message, request, first: replace(message, lifetime=0)),
    "detach-lifetime": _only("detach", lambda message, request, first: replace(message, lifetime=75)),
    "alternate-multicast": _add(AlternateCareOfAddress(alternate_care_of_address=_MULTICAST)),
    "mhgid-one": _each(Multihoming, mhgid=1),
    "act-always": _each(Multihoming, act=1),
    "act-none": _each(Multihoming, act=0),
    "act-undefined": _only("detach", _each(Multihoming, act=5)),
    "rfu-set": _each(Multihoming, rfu=0x1F),
    "pro-2": _each(FlowIdentification, pro=2),
    "fid-reserved-set": _each(FlowIdentification, rsvd=1),
    "fid-action-9": _each(FlowIdentification, action=9),
    "fid-renumbered": _only(
        "modification",
        lambda message, request, first: _changed(
            message, FlowIdentification, lambda option: replace(option, fid=option.fid + 100)
        ),
    ),
    "reserved-set": _reserved,
    "bid-0": _each(MagMultipathBinding, bid=0),
    "bulk-and-overwrite": _each(MagMultipathBinding, b=1, o=1),
    "ipv4-invented": _each(Ipv4HomeAddressRequest, ipv4_home_address=bytes((198, 51, 100, 9)), prefix_length=24),
    "gre-key-cut": lambda message, request, first: _changed(
        message, GreKey, lambda option: UnknownOption(33, bytes(4))
    ),
    "release-with-hnp": _only("release", _where_missing(HomeNetworkPrefix(home_network_prefix=_INVENTED))),
    "release-with-ipv4": _only("release", _where_missing(Ipv4HomeAddressRequest(ipv4_home_address=bytes(4)))),
    "release-without-prefixes": _only("release", _leave_out("hnp")),
    "detach-with-bid": _only("detach", _where_missing(BindingIdentifier(bid=5, bid_pri=10))),
    "authorization-data-first": lambda message, request, first: replace(
        message, options=(BindingAuthorizationData(authenticator=bytes(12)), *message.options)
    ),
    "gre-key-changed": _only("renewal", _key),
}
