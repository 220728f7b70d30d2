"""Reading a proxy binding acknowledgement (RFC 5213 6.9.1.2): what it says, without deciding what to do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from pmiptool.mag.config import Flow
from pmiptool.registry.codepoints import CodePoints
from pmiptool.wire.values import (
    AccessTechnologyType,
    BindingAcknowledgement,
    BindingRefreshAdvice,
    FlowIdentification,
    FlowIdentification6089,
    HandoffIndicator,
    HomeNetworkPrefix,
    LinkLocalAddress,
    MobileNodeIdentifier,
    MobileNodeLinkLayerIdentifier,
    Multihoming,
    Prefix,
    Timestamp,
)

BA_P = 0x20

SEQUENCE_OUT_OF_WINDOW = 135
PROXY_REG_NOT_ENABLED = 152
NOT_AUTHORIZED_FOR_HOME_NETWORK_PREFIX = 155
TIMESTAMP_MISMATCH = 156
TIMESTAMP_LOWER_THAN_PREV_ACCEPTED = 157
MISSING_MN_IDENTIFIER_OPTION = 160

PRO_REINSTANTIATED = 2

T = TypeVar("T")

# Options that an answer must repeat as they were asked (RFC 5213 6.9.1.2 (6)), with the short names people know.
ECHOED = (
    ("hi", HandoffIndicator),
    ("att", AccessTechnologyType),
    ("ll-id", MobileNodeLinkLayerIdentifier),
    ("mn-id", MobileNodeIdentifier),
)


def first(options: Iterable[object], kind: type[T]) -> T | None:
    """The first option of this kind: what stands twice counts once."""
    return next((option for option in options if isinstance(option, kind)), None)


def accepted(status: int) -> bool:
    """Below 128 (RFC 5213 8.2; 8.9 says "greater than 128", which leaves 128 itself out by mistake)."""
    return status < 128


def differing(request: object, answer: BindingAcknowledgement) -> str | None:
    """The name of the first option that the answer carries with another value than the request did.

    An option that is missing is not different, and 160 comes with an empty MN-ID by rule (RFC 5213 5.3.1 (4)).
    """
    asked = getattr(request, "options", ())
    for name, kind in ECHOED:
        theirs = first(answer.options, kind)
        if theirs is None or (name == "mn-id" and answer.status == MISSING_MN_IDENTIFIER_OPTION):
            continue
        if theirs != first(asked, kind):
            return name
    return None


def identifier(message: object) -> bytes:
    """The MN-ID that a message names; empty without one."""
    option = first(getattr(message, "options", ()), MobileNodeIdentifier)
    return option.identifier if option is not None else b""


def prefixes(answer: BindingAcknowledgement) -> tuple[Prefix, ...]:
    """The assigned prefixes; an all-zero one assigns nothing."""
    found = (o.home_network_prefix for o in answer.options if isinstance(o, HomeNetworkPrefix))
    return tuple(prefix for prefix in found if not prefix.is_any)


def flows(message: object) -> dict[int, Flow]:
    """The FID options by FID, in order; the first of two with one FID counts."""
    found: dict[int, Flow] = {}
    for option in getattr(message, "options", ()):
        if isinstance(option, (FlowIdentification, FlowIdentification6089)):
            found.setdefault(option.fid, option)
    return found


def reinstantiated(flow: Flow, codepoints: CodePoints) -> bool:
    """Whether the anchor marks this unrequested filter as its own (muho 4.2; `reinstantiated-mark`).

    RFC 6089 has no PRO: there an unrequested FID option with status 0 is the mark.
    """
    if isinstance(flow, FlowIdentification6089):
        return flow.status == 0
    return flow.pro == PRO_REINSTANTIATED or (
        codepoints.reinstantiated_status != 0 and flow.status == codepoints.reinstantiated_status
    )


def has_multihoming(answer: BindingAcknowledgement) -> bool:
    return first(answer.options, Multihoming) is not None


def link_local(answer: BindingAcknowledgement) -> bytes | None:
    """The link-local address to configure, if the anchor named one (RFC 5213 6.9.1.2 (15))."""
    option = first(answer.options, LinkLocalAddress)
    return option.link_local_address if option is not None and any(option.link_local_address) else None


def refresh_interval(answer: BindingAcknowledgement) -> int | None:
    """Seconds after which the anchor advises a renewal (RFC 6275 6.2.4)."""
    option = first(answer.options, BindingRefreshAdvice)
    return 4 * option.refresh_interval if option is not None and option.refresh_interval else None


def clock_offset(answer: BindingAcknowledgement, sent_at: float, now: float) -> float | None:
    """How far the anchor's clock is ahead of ours at the middle of the exchange, in seconds (RFC 5213 5.5 (9))."""
    option = first(answer.options, Timestamp)
    return option.timestamp / 65536 - (sent_at + now) / 2 if option is not None else None
