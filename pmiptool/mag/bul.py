"""The binding update list (RFC 5213 6.1) and the requests that wait for an answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from pmiptool.mag.config import Flow, MnProfile
from pmiptool.mag.events import Kind
from pmiptool.session.model import GreKeys, Ipv4Home
from pmiptool.wire.layout import Decoded
from pmiptool.wire.values import BindingIdentifier, GreKey, Ipv4HomeAddressRequest, Prefix


@dataclass(frozen=True)
class Filter:
    """A filter in the list: this gateway's own, or the anchor's, re-instantiated here (muho 4.2)."""

    flow: Flow
    owner: Literal["mag", "lma"] = "mag"


@dataclass
class Attempt:
    """One transmission of a request."""

    sequence: int
    message: Decoded
    time: float
    timestamp: int | None
    answered: bool = False


@dataclass
class Request:
    """What is being asked, and every transmission of it so far; `due` is when the next one leaves.

    multipath, bulk, overwrite: it asks for several paths, with the flags B and O (RFC 8278 4.1).
    put_off: it waits because enough has been sent within the last second. access_network: it tells what the profile
    knows of the access network. ipv6: it asks for prefixes. ipv4: it asks for an IPv4 home address (RFC 5844). gre: it
    asks for GRE encapsulation (RFC 5845). bids: its binding identifiers (RFC 5648). A `release` gives up what it
    names, prefixes or the address, and nothing else (RFC 5844 3.2.3.3).
    """

    kind: Kind
    hi: int
    lifetime: int
    act: int = 0
    flows: tuple[Flow, ...] = ()
    summary: tuple[int, ...] | None = None
    prefixes: tuple[Prefix, ...] = ()
    multihoming: bool = True
    retries: int = 0
    attempts: list[Attempt] = field(default_factory=list)
    timeout: float = 0.0
    due: float = 0.0
    put_off: bool = False
    access_network: bool = False
    multipath: bool = False
    bulk: bool = False
    overwrite: bool = False
    ipv6: bool = True
    ipv4: Ipv4HomeAddressRequest | None = None
    gre: GreKey | None = None
    bids: tuple[BindingIdentifier, ...] = ()


@dataclass
class BindingUpdateListEntry:
    """One attached interface of one mobile node (RFC 5213 6.1). Times are seconds since 1970.

    state: `registering` before the first answer, `registered`, `rejected` (the anchor refused; service is denied), or
    `ignored` (an answer had to be ignored: nothing is sent until an administrative action, RFC 5213 6.9.1.2 (6)).
    prefixes: what the anchor assigned; kept after a rejection so that a deregistration can name them.
    off_link: prefixes of other bindings whose flows may come here (RFC 7864 4.1). parameters: session parameters that
    the anchor told by update notifications, service requests as agreed. multipath: its requests ask for several paths.
    ipv4: the IPv4 home address given; dhcp_server: what the gateway is to be for it, else a relay (RFC 5844 3.2). gre:
    what was agreed on; gre_option: what is asked for; without_gre: the anchor does not want it here (RFC 5845 4).
    refused_bids: binding identifiers that the last answer did not register (RFC 5648 5.7).
    """

    profile: MnProfile
    state: Literal["registering", "registered", "rejected", "ignored"] = "registering"
    prefixes: tuple[Prefix, ...] = ()
    lifetime: int = 0
    expires_at: float | None = None
    renew_at: float | None = None
    flows: dict[int, Filter] = field(default_factory=dict)
    off_link: tuple[Prefix, ...] = ()
    parameters: tuple[object, ...] = ()
    link_local: bytes | None = None
    sequence: int = 0
    multihoming: bool = True
    multipath: bool = False
    legacy: bool = False
    ipv4: Ipv4Home | None = None
    dhcp_server: bool = False
    gre: GreKeys | None = None
    gre_option: GreKey | None = None
    without_gre: bool = False
    refused_bids: set[int] = field(default_factory=set)
    request: Request | None = None
