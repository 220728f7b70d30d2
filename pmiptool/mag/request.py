"""Constructing the proxy binding update (RFC 5213 6.9.1.5, muho 5)."""

from __future__ import annotations

from pmiptool.mag.config import ALL_ZERO, Flow, MnProfile
from pmiptool.wire.values import (
    AccessNetworkIdentifier,
    AccessTechnologyType,
    AlternateCareOfAddress,
    BindingIdentifier,
    BindingUpdate,
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

BU_A = 0x8000
BU_P = 0x0200

HI_NEW_INTERFACE = 1
HI_BETWEEN_INTERFACES = 2
HI_BETWEEN_GATEWAYS = 3
HI_UNKNOWN = 4
HI_NOT_CHANGED = 5
HI_SHARING = 6  # a further interface that is to have the same prefixes (RFC 7864 3.2.1)

ACT_NONE = 0
ACT_REMOVE = 1
ACT_KEEP = 2
ACTS = {"none": ACT_NONE, "remove": ACT_REMOVE, "keep": ACT_KEEP}


def proxy_binding_update(
    profile: MnProfile,
    *,
    sequence: int,
    lifetime: int,
    hi: int,
    prefixes: tuple[Prefix, ...] = (),
    timestamp: int | None = None,
    link_local: bytes | None = None,
    multihoming: bool = True,
    act: int = ACT_NONE,
    bids: tuple[BindingIdentifier, ...] = (),
    flows: tuple[Flow, ...] = (),
    summaries: tuple[FlowSummary, ...] = (),
    access_network: AccessNetworkIdentifier | None = None,
    path: tuple[object, ...] = (),
    ipv6: bool = True,
    more: tuple[object, ...] = (),
    flags: int = 0,
) -> BindingUpdate:
    """A PBU with A and P set and the options in the usual order; `lifetime` in seconds.

    No prefixes make one ALL_ZERO option (RFC 5213 6.9.1.1 (3)).
    `path`: the options of RFC 8278; filters go with them or with the Multihoming option.
    `ipv6`: False leaves out prefixes (RFC 5844 3.2.3.1). `more`: options of RFC 5844 and RFC 5845. `flags`: beside
    A and P.
    """
    options: list[object] = [MobileNodeIdentifier(subtype=profile.subtype, identifier=profile.id)]
    if ipv6:
        options += [HomeNetworkPrefix(home_network_prefix=prefix) for prefix in prefixes or (Prefix.any(),)]
    options += [HandoffIndicator(hi=hi), AccessTechnologyType(att=profile.att)]
    if profile.ll_id and any(profile.ll_id):  # ALL_ZERO is "not known": RFC 5213 6.9.1.1 (7)
        options.append(MobileNodeLinkLayerIdentifier(link_layer_identifier=profile.ll_id))
    if link_local is not None:
        options.append(LinkLocalAddress(link_local_address=link_local))
    if timestamp is not None:
        options.append(Timestamp(timestamp=timestamp))
    if profile.alternate_care_of_address:
        options.append(AlternateCareOfAddress(alternate_care_of_address=profile.alternate_care_of_address))
    if profile.service:
        options.append(ServiceSelection(identifier=profile.service))
    if access_network is not None:
        options.append(access_network)
    options += more
    if multihoming and profile.mhgid is not None:
        options.append(Multihoming(mhgid=profile.mhgid, act=act))
        options += bids
    options += path
    if path or (multihoming and profile.mhgid is not None):
        options += (*flows, *summaries)
    return BindingUpdate(
        sequence=sequence,
        flags=BU_A | BU_P | flags,
        lifetime=min(lifetime // 4, 0xFFFF),
        options=tuple(options),
    )


def asks_for_link_local(fixed: bytes) -> bool:
    """Whether the Link-local Address option belongs into requests (RFC 5213 6.9.1.1 (9))."""
    return fixed == ALL_ZERO
