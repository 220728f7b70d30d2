"""What the anchor tells: typed, frozen events, in the order in which things happened.

`time` is the time it was given, in seconds since 1970. Every request ends in a PbuAccepted, a PbuRejected or a
SilentlyDiscarded whose reason is a key of `DISCARDS`.
"""

from __future__ import annotations

import re
import shlex
from functools import cache, lru_cache
from ipaddress import ip_address
from typing import Any

import msgspec

from pmiptool.session.endpoint import Endpoint
from pmiptool.session.model import MnKey, PrefixKey
from pmiptool.text.values import octets_text

_QUOTED = re.compile(r"[ '\"\\]").search
_AS_IT_IS = frozenset((int, float, str, bool))
_ZERO8 = bytes(8)

DISCARDS = {
    "checksum": "The checksum is wrong (RFC 6275 9.2).",
    "too-short": "Fewer octets than the header says, or than its type needs; ICMPv6 Parameter Problem would point "
    "at Header Len (RFC 6275 9.2).",
    "payload-proto": "Payload Proto is not 59; ICMPv6 Parameter Problem would point at it (RFC 6275 9.2).",
    "not-for-an-anchor": "A known message that an anchor has no use for.",
    "home-registration": "No proxy registration, and this is no home agent (P and H clear).",
    "care-of-address": "The care-of address is not unicast and routable (RFC 6275 6.1.7).",
    "deregistration-from-elsewhere": "Lifetime 0 from another care-of address than the binding's (RFC 5213 5.3.5).",
    "deregistration-of-nothing": "Lifetime 0, and no mobility session or binding matches (RFC 5213 5.4.1).",
    "replaced-while-waiting": "A newer request replaced it while it waited for MaxDelayBeforeNewBCEAssign.",
    "older-than-waiting": "A newer request of the same interface is waiting for MaxDelayBeforeNewBCEAssign.",
    "answers-nothing": "An acknowledgement or a heartbeat response whose sequence number and sender fit no request of "
    "this anchor's (RFC 5846 6.2.2, RFC 7077 5.2).",
    "not-from-unicast": "The source address of a request is not unicast (RFC 5846 6.1.2).",
    "deaf": "The fault deaf-after-two or deaf-to-heartbeats is on.",
}
"""Every reason why a message gets no answer."""


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """What all events share. mn_id: (subtype, identifier), None when the message has none."""

    time: float
    mn_id: MnKey | None = None


class PbuAccepted(Event, frozen=True):
    """A PBA with status below 128 left.

    what: created, added, updated, moved, revived, removed, removed-again (a repeated deregistration), or released
    (part of its addresses, RFC 5844). uplink_gre_key: what the gateway marks its traffic with (RFC 5845).
    lifetime: units of 4 s. flows: FID and status of every FID option in the PBA. bid: the path (RFC 8278).
    """

    source: Endpoint
    what: str
    sequence: int
    care_of_address: bytes
    prefixes: tuple[PrefixKey, ...]
    lifetime: int
    mhgid: int | None = None
    flows: tuple[tuple[int, int], ...] = ()
    bid: int | None = None
    ipv4_home_address: bytes | None = None
    uplink_gre_key: int | None = None


class PbuRejected(Event, frozen=True):
    """A PBA with status 128 or above left."""

    source: Endpoint
    sequence: int
    status: int
    reason: str


class SilentlyDiscarded(Event, frozen=True):
    """A message gets no answer; `reason` is a key of `DISCARDS`."""

    source: Endpoint
    reason: str


class BindingErrorSent(Event, frozen=True):
    """A message of unknown type: Binding Error with status 2 (RFC 6275 9.2)."""

    source: Endpoint
    type: int


class RequestHeld(Event, frozen=True):
    """A request waits for the deregistration of the existing session (RFC 5213 5.4.1.2, 5.4.1.3)."""

    source: Endpoint
    until: float


class BindingRemoved(Event, frozen=True):
    """A binding left force. reason: deregistered, expired, revoked, or replaced (RFC 8278). bid: which path it was."""

    mhgid: int | None
    care_of_address: bytes
    reason: str
    bid: int | None = None


class SessionEnded(Event, frozen=True):
    """A session and what was remembered of it are gone; its prefixes are free."""

    mhgid: int | None
    prefixes: tuple[PrefixKey, ...]


class AddressesReleased(Event, frozen=True):
    """A session gave up its prefixes or its IPv4 home address, and goes on (RFC 5844 3.1.2.4, 3.1.2.5)."""

    mhgid: int | None
    prefixes: tuple[PrefixKey, ...]
    ipv4_home_address: bytes | None = None


class FlowInstalled(Event, frozen=True):
    """A filter was added or modified on its MAG's request."""

    care_of_address: bytes
    fid: int
    modified: bool = False


class FlowRemoved(Event, frozen=True):
    """A filter is gone. reason: omitted, deleted, deregistered, expired or revoked."""

    care_of_address: bytes
    fid: int
    reason: str


class FlowReinstantiated(Event, frozen=True):
    """A filter of a removed binding found a new owner (muho 4.2); `absorbed` by an equal one that was there."""

    fid: int
    care_of_address: bytes
    new_fid: int
    new_care_of_address: bytes
    absorbed: bool = False


class FlowRenumbered(Event, frozen=True):
    """A re-instantiated filter made room, before it was announced, for its MAG's own of that FID."""

    care_of_address: bytes
    fid: int
    new_fid: int


class Noted(Event, frozen=True):
    """Something odd in a request that was worked on all the same."""

    source: Endpoint
    text: str


class RevocationSent(Event, frozen=True):
    """A Binding Revocation Indication left (RFC 5846). trigger: of RFC 5846 5.1. attempt: 1, then retransmissions."""

    destination: Endpoint
    sequence: int
    trigger: int
    attempt: int
    bindings: int


class RevocationEnded(Event, frozen=True):
    """It came to an end, and with it, unless it was rejected or called off, `removed` bindings.

    outcome: accepted, rejected, unanswered, unsupported (Binding Error), or called-off (the mobile node attached anew).
    status: that of the acknowledgement.
    """

    destination: Endpoint
    sequence: int
    outcome: str
    removed: int
    status: int | None = None


class RevocationAnswered(Event, frozen=True):
    """A gateway revoked bindings, and the acknowledgement left (RFC 5846 8.2)."""

    source: Endpoint
    sequence: int
    trigger: int
    status: int
    removed: int


class NotificationSent(Event, frozen=True):
    """An Update Notification left (RFC 7077). reason: of RFC 7077 4.1. fids: the filters that it announces."""

    destination: Endpoint
    sequence: int
    reason: int
    attempt: int
    fids: tuple[int, ...] = ()


class NotificationEnded(Event, frozen=True):
    """outcome: accepted, rejected, unanswered, or unsupported (Binding Error). status: of the acknowledgement."""

    destination: Endpoint
    sequence: int
    reason: int
    outcome: str
    status: int | None = None


class HeartbeatAnswered(Event, frozen=True):
    """A heartbeat request had its response (RFC 5847)."""

    source: Endpoint
    sequence: int
    restart_counter: int


class PeerUnreachable(Event, frozen=True):
    """More heartbeat requests than MISSING_HEARTBEATS_ALLOWED went without a response (RFC 5847 3.1)."""

    peer: Endpoint
    missing: int


class PeerReachable(Event, frozen=True):
    """A gateway answered its first heartbeat request, or one after it had been unreachable."""

    peer: Endpoint
    restart_counter: int | None


class PeerRestarted(Event, frozen=True):
    """A gateway's restart counter changed: it lost its bindings (RFC 5847 3.2)."""

    peer: Endpoint
    restart_counter: int
    before: int


class PeerUnsupporting(Event, frozen=True):
    """A gateway answered with Binding Error, status 2: it gets none of these messages of the anchor's own again."""

    peer: Endpoint
    message: str


_LEFT_OUT = frozenset({"mn_id", "mhgid", "status", "bid", "ipv4_home_address", "uplink_gre_key"})
"""What is not told where there is none."""


@cache
def _names(kind: type[Event]) -> tuple[str, ...]:
    """The fields of a kind of event, the common ones first."""
    common = Event.__struct_fields__
    return (*common, *(name for name in kind.__struct_fields__ if name not in common))


def event_object(event: Event) -> dict[str, Any]:
    """An event for NDJSON: `event` is its kind; addresses, prefixes and the MN-ID are text."""
    kind = type(event)
    found: dict[str, Any] = {"event": kind.__name__}
    for name in _names(kind):
        value = getattr(event, name)
        if value is not None:
            found[name] = value if type(value) in _AS_IT_IS else _text(name, value)
    return found


def event_line(event: Event) -> str:
    """An event in one line for people: kind, then name=value."""
    shown = event_object(event)
    kind = shown.pop("event")
    time = shown.pop("time")
    return f"{time:.3f} {kind} " + " ".join([f"{name}={_plain(value)}" for name, value in shown.items()])


def _text(name: str, value: Any) -> Any:
    if name == "mn_id":
        return octets_text(value[1])
    if isinstance(value, Endpoint):
        return _endpoint(value)
    if isinstance(value, bytes):
        return _address(value)
    if name == "prefixes":
        return [_prefix(address, length) for address, length in value]
    if name == "flows":
        return [{"fid": fid, "status": status} for fid, status in value]
    return list(value) if isinstance(value, tuple) else value


@lru_cache(maxsize=4096)
def _address(octets: bytes) -> str:
    return str(ip_address(octets))


@lru_cache(maxsize=4096)
def _endpoint(value: Endpoint) -> str:
    address = ip_address(value.address)
    host = str(address) if value.port is None or address.version == 4 else f"[{address}]"
    return host if value.port is None else f"{host}:{value.port}"


def _prefix(address: bytes, length: int) -> str:
    """Each mobile node has its own, so the form of nearly all has a way of its own (RFC 5952 4)."""
    if length != 64 or address[8:] != _ZERO8:
        return f"{ip_address(address)}/{length}"
    words = f"{int.from_bytes(address[:2], 'big'):x}:{int.from_bytes(address[2:4], 'big'):x}"
    third, fourth = address[4:6], address[6:8]
    if fourth != b"\0\0":
        words += f":{int.from_bytes(third, 'big'):x}:{int.from_bytes(fourth, 'big'):x}"
    elif third != b"\0\0":
        words += f":{int.from_bytes(third, 'big'):x}"
    elif address[2:4] == b"\0\0":
        return f"{ip_address(address)}/64"
    return words + "::/64"


def _plain(value: Any) -> str:
    if isinstance(value, list):
        parts = [f"{v['fid']}:{v['status']}" if isinstance(v, dict) else str(v) for v in value]
        return ",".join(parts) or "-"
    if isinstance(value, str) and (not value or _QUOTED(value)):
        return shlex.quote(value)  # as the commands read it
    return str(value)
