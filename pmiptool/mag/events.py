"""What the reference MAG tells: typed, frozen events, in the order in which things happened.

`time` is the time the gateway was given, seconds since 1970. Requests and answers are `Decoded`, bytes included.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from pmiptool.mag.config import Flow
from pmiptool.wire.layout import Decoded

Kind = Literal["attach", "renew", "modify", "release", "detach"]
LmaKind = Literal["heartbeat", "revocation", "update-notification"]
Outcome = Literal["accepted", "rejected", "unanswered", "ignored", "superseded"]


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """What all events share: when, and of which mobile node's interface."""

    time: float
    mn: bytes = b""
    interface: str = ""


class RequestSent(Event, frozen=True):
    """A PBU left. `attempt` counts from 1; above 1 it is a retransmission of the same request."""

    kind: Kind
    attempt: int
    request: Decoded


class Exchange(Event, frozen=True):
    """A request ended. `attempts` are all its transmissions, `request` is the one that `answer` answers.

    outcome: `ignored` when the answer had to be ignored (RFC 5213 6.9.1.2 (6)), `superseded` when a newer request
    of the same interface replaced it. `followed_by`: why the gateway asks once more by itself, empty when it does not.
    """

    kind: Kind
    request: Decoded
    attempts: tuple[Decoded, ...]
    sent_at: float
    answer: Decoded | None = None
    outcome: Outcome = "unanswered"
    reason: str = ""
    followed_by: str = ""


class Ignored(Event, frozen=True):
    """A message that the gateway does not act on. `request` is the likely request where there is one.

    reason: source, checksum, malformed, unknown-type, not-an-acknowledgement, not-proxy, unmatched, names-nobody, or
    `differs-OPTION`.
    """

    reason: str
    answer: Decoded
    request: Decoded | None = None


class LateAnswer(Event, frozen=True):
    """An answer to a request that had already ended; `duplicate` when this very transmission was answered before."""

    request: Decoded
    answer: Decoded
    duplicate: bool


class Registered(Event, frozen=True):
    """The binding update list entry was updated from an accepting answer; `lifetime` is in seconds."""

    prefixes: tuple[tuple[bytes, int], ...]
    lifetime: int


class Released(Event, frozen=True):
    """The gateway let go of the interface. `acknowledged` is False when it did so by a time-out."""

    acknowledged: bool


class Expired(Event, frozen=True):
    """The lifetime of the binding ended without an accepted renewal."""


class SessionLegacy(Event, frozen=True):
    """An accepting answer lacks the Multihoming option: a session as in RFC 5213, its flows are not installed."""


class MultipathDisabled(Event, frozen=True):
    """The anchor knows no several paths for this mobile node; further requests do not ask (RFC 8278 4.4)."""

    reason: str


class PathReplaced(Event, frozen=True):
    """Another way of this MAG took the place of this one by the flag O (RFC 8278 4.1)."""


class Ipv4Given(Event, frozen=True):
    """The interface has an IPv4 home address, or another one (RFC 5844 3.2.3.2). dhcp_server: else a relay."""

    address: bytes
    prefix_length: int
    default_router: bytes
    dhcp_server: bool = False


class Ipv4NotGiven(Event, frozen=True):
    """An IPv4 home address was asked for, and the accepting answer gives none: no IPv4 support (RFC 5844 3.2.3.2)."""


class PartReleased(Event, frozen=True):
    """The prefixes, or with ipv6 False the IPv4 home address, were given up alone (RFC 5844 3.2.3.3)."""

    ipv6: bool


class GreAgreed(Event, frozen=True):
    """GRE encapsulation was agreed on, with keys or without (RFC 5845 4.2)."""

    downlink: int | None
    uplink: int | None


class GreNotAgreed(Event, frozen=True):
    """GRE encapsulation was asked for and is not used (RFC 5845 4.2)."""

    reason: str


class FlowInstalled(Event, frozen=True):
    """A filter that this gateway asked for is in force."""

    flow: Flow


class FlowRefused(Event, frozen=True):
    """A filter left the list with the anchor's status; `retransmitted` when the request had been sent before."""

    fid: int
    status: int
    retransmitted: bool = False


class FlowRemoved(Event, frozen=True):
    """A filter left the list as asked: by omission or by a deleting PRO."""

    fid: int


class FlowReinstantiated(Event, frozen=True):
    """A filter that the anchor moved here from a removed interface (muho 4.2): it is the anchor's."""

    flow: Flow


class FlowUnrequested(Event, frozen=True):
    """A FID option that nobody asked for and that is not marked as re-instantiated; it is not taken."""

    fid: int


class FlowsUnsupported(Event, frozen=True):
    """Filters were asked for and no FID option came back (mext 5.2.5)."""


class ClockOffset(Event, frozen=True):
    """156: the anchor's clock minus this gateway's, in seconds, half a round trip taken off."""

    offset: float


class LmaRequest(Event, frozen=True):
    """The anchor asked by itself. `answer` is what this gateway said, None where nothing is to be said.

    repeated: the same request came before and is answered again. `mn` is the one that it names, if any.
    """

    kind: LmaKind
    request: Decoded
    answer: Decoded | None = None
    status: int | None = None
    repeated: bool = False


class BindingRevoked(Event, frozen=True):
    """These prefixes were taken away (RFC 5846 9.1), or without any the IPv4 home address alone.

    gone: nothing is left of the binding, and no deregistration follows.
    """

    prefixes: tuple[tuple[bytes, int], ...]
    trigger: int
    gone: bool


class GlobalRevocationSent(Event, frozen=True):
    """An indication left that revokes all bindings with the anchor (RFC 5846 9.2). `attempt` counts from 1."""

    attempt: int
    request: Decoded


class GlobalRevocationEnded(Event, frozen=True):
    """It was answered with `status`, or given up: then `answer` and `status` are None (RFC 5846 6.2.2, 6.3)."""

    status: int | None = None
    answer: Decoded | None = None


class SessionUpdated(Event, frozen=True):
    """The anchor told session parameters (RFC 7077 6.1); `options` are the names of their types."""

    options: tuple[str, ...]


class OffLinkPrefixes(Event, frozen=True):
    """The prefixes of other bindings whose flows may come here, all of them (RFC 7864 4.2)."""

    prefixes: tuple[tuple[bytes, int], ...]


class HeartbeatSent(Event, frozen=True):
    """A heartbeat request left (RFC 5847 3)."""

    request: Decoded


class HeartbeatAnswered(Event, frozen=True):
    """The anchor is there. restart_counter: as it told it, None where it did not. seconds: the time it took."""

    request: Decoded
    answer: Decoded
    restart_counter: int | None
    seconds: float


class HeartbeatMissing(Event, frozen=True):
    """No answer in time; `missing` requests in a row have none (RFC 5847 3.1)."""

    request: Decoded
    missing: int


class LmaUnreachable(Event, frozen=True):
    """More heartbeats than MISSING_HEARTBEATS_ALLOWED have no answer (RFC 5847 3.1)."""

    missing: int


class LmaRestarted(Event, frozen=True):
    """The anchor's restart counter is another: it has lost its sessions (RFC 5847 3.2), and they are renewed."""

    before: int
    restart_counter: int


class HeartbeatsUnsupported(Event, frozen=True):
    """A binding error answered a heartbeat: no more of them to this anchor (RFC 5847 3)."""

    answer: Decoded


class ServiceDenied(Event, frozen=True):
    """152: no more requests for this mobile node until `allow` (RFC 5213 6.9.1.2 (7))."""


AnyEvent = (
    RequestSent
    | Exchange
    | Ignored
    | LateAnswer
    | Registered
    | Released
    | Expired
    | SessionLegacy
    | Ipv4Given
    | Ipv4NotGiven
    | PartReleased
    | GreAgreed
    | GreNotAgreed
    | MultipathDisabled
    | PathReplaced
    | FlowInstalled
    | FlowRefused
    | FlowRemoved
    | FlowReinstantiated
    | FlowUnrequested
    | FlowsUnsupported
    | ClockOffset
    | LmaRequest
    | BindingRevoked
    | GlobalRevocationSent
    | GlobalRevocationEnded
    | SessionUpdated
    | OffLinkPrefixes
    | HeartbeatSent
    | HeartbeatAnswered
    | HeartbeatMissing
    | LmaUnreachable
    | LmaRestarted
    | HeartbeatsUnsupported
    | ServiceDenied
)
