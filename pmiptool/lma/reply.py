"""The PBA: RFC 5213 5.3.6 to the letter, with the Multihoming, MAG multipath, BID and FID options behind it."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Any

from msgspec.structs import replace

from pmiptool.lma import extensions
from pmiptool.lma.core import Core, Outcome
from pmiptool.lma.order import TIMESTAMP_LOWER, TIMESTAMP_MISMATCH, clock
from pmiptool.lma.request import Request
from pmiptool.registry.rfc6275 import BA_P
from pmiptool.session.model import MnKey, PrefixKey
from pmiptool.session.prefix import as_prefix
from pmiptool.wire.values import (
    AccessTechnologyType,
    BindingAcknowledgement,
    HandoffIndicator,
    HomeNetworkPrefix,
    LinkLocalAddress,
    MobileNodeIdentifier,
    Multihoming,
    Timestamp,
)

_NOBODY = MobileNodeIdentifier(subtype=1, identifier=b"")
_ALL_ZERO = HomeNetworkPrefix()
_NO_HI = HandoffIndicator(hi=0)
_NO_ATT = AccessTechnologyType(att=0)
_UNSPECIFIED = bytes(16)


@lru_cache(maxsize=4096)
def _assigned(prefix: PrefixKey) -> HomeNetworkPrefix:
    return HomeNetworkPrefix(home_network_prefix=as_prefix(prefix))


def _clean(option: Any) -> Any:
    """An option to be copied; reserved bits are 0 when sent, and so is the off-link flag."""
    if isinstance(option, HomeNetworkPrefix) and option.l:
        option = replace(option, l=0)
    return replace(option, reserved=0) if option.reserved else option


def acknowledgement(
    core: Core, request: Request, outcome: Outcome, now: float, sequence: int | None = None
) -> BindingAcknowledgement:
    """sequence: in place of the request's (135 carries the last accepted one, RFC 6275 9.5.1)."""
    rejected = outcome.status >= 128
    options: list[Any] = [_NOBODY if request.mn_option is None else request.mn_option]
    if rejected:
        # RFC 5844 3.1.2.6: none where the request is for IPv4 alone.
        options += [_clean(option) for option in request.hnps] or ([] if request.ipv4_requests else [_ALL_ZERO])
    elif outcome.what == "released":
        options += [_assigned(prefix) for prefix in outcome.released]
    elif outcome.session is not None and (request.hnps or not request.ipv4_requests):
        options += [_assigned(prefix) for prefix in outcome.session.prefixes]
    options.append(_NO_HI if request.hi_option is None else _clean(request.hi_option))
    options.append(_NO_ATT if request.att_option is None else _clean(request.att_option))
    if request.ll_option is not None:
        options.append(_clean(request.ll_option))
    if request.link_local is not None:
        options.append(LinkLocalAddress(link_local_address=link_local_of(core, request, outcome)))
    if request.timestamp is not None:
        stale = outcome.status in (TIMESTAMP_MISMATCH, TIMESTAMP_LOWER)
        options.append(Timestamp(timestamp=clock(now) if stale else request.timestamp))
    if request.extended:
        options += extensions.reply_options(core, request, outcome)
    group = core.multihoming_of(request)
    if group is not None:
        act = group.act if core.policy.readings["pba-act"] == "echo" else 0
        options.append(Multihoming(mhgid=group.mhgid, act=act))
    if request.multipath is not None:
        options.append(_clean(request.multipath))  # without the MAG identifier (RFC 8278 4.4)
    options += outcome.bids
    options += outcome.fids
    return BindingAcknowledgement(
        status=outcome.status,
        flags=BA_P | extensions.reply_flags(core, request, outcome) if request.extended else BA_P,
        sequence=request.sequence if sequence is None else sequence,
        lifetime=outcome.lifetime,
        options=tuple(options),
    )


def link_local_of(core: Core, request: Request, outcome: Outcome) -> bytes:
    """5.3.6: a rejection copies; ALL_ZERO gets the binding's or a generated one, any other is stored."""
    asked = request.link_local
    assert asked is not None
    binding = outcome.binding
    if outcome.status >= 128 or binding is None:
        return asked
    if asked != _UNSPECIFIED:
        binding.link_local = asked
    elif binding.link_local is None:
        assert request.mn_id is not None
        binding.link_local = generated_link_local(core.seed, request.mn_id, request.care_of_address)
    return binding.link_local


def generated_link_local(seed: int, mn_id: MnKey, care_of_address: bytes) -> bytes:
    """An address for the gateway's end of the link, the same for the same seed, mobile node and gateway."""
    digest = hashlib.sha256(b"%d|%d|" % (seed, mn_id[0]) + mn_id[1] + b"|" + care_of_address).digest()
    return b"\xfe\x80" + bytes(6) + bytes((digest[0] & 0xFC,)) + digest[1:8]
