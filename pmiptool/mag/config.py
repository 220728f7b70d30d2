"""What the reference MAG is told: its policy for everybody, and the profile of each mobile node.

Times are in seconds. The profile is what the draft calls the MN's profile in the policy store (muho 2, 5).
"""

from __future__ import annotations

from typing import Literal

import msgspec

from pmiptool.registry.codepoints import DEFAULT, CodePoints
from pmiptool.wire.values import (
    AccessNetworkIdentifier,
    BindingIdentifier,
    FlowIdentification,
    FlowIdentification6089,
    GreKey,
    Ipv4HomeAddressRequest,
    Prefix,
)

Flow = FlowIdentification | FlowIdentification6089

ALL_ZERO = bytes(16)
# The interface identifier that all gateways of a domain may share: fixed link-local addresses are in use by default.
FIXED_LINK_LOCAL = bytes.fromhex("fe80000000000000" + "02005efffe005213")

INITIAL_BINDACK_TIMEOUT = 1.0  # RFC 6275 12
MAX_BINDACK_TIMEOUT = 32.0  # RFC 6275 12
MISSING_HEARTBEATS_ALLOWED = 3  # RFC 5847 5
HEARTBEAT_RETRANSMISSION_DELAY = 5.0  # RFC 8127 3.2
ANSWERS = ("heartbeat", "revocation", "update-notification")
MAX_UPDATE_RATE = 3  # transmissions a second for one mobile node (RFC 6275 11.8, 12)


class MagPath(msgspec.Struct, frozen=True, kw_only=True):
    """One way of a MAG to its anchor: identifier of the MAG with its subtype (RFC 8278 4.2), and of this way the
    binding identifier, interface label and access technology (4.1)."""

    mag_id: bytes
    bid: int
    label: int = 0
    att: int = 4
    subtype: int = 1


class MnProfile(msgspec.Struct, frozen=True, kw_only=True):
    """A mobile node's interface as this gateway sees it (RFC 5213 6.2, muho 5).

    interface: tells two interfaces of one mobile node on one gateway apart; any text.
    hnp: the prefixes to ask for, none for one ALL_ZERO option. ll_id: None when not known (RFC 5213 6.9.1.1 (7)).
    mhgid: the multihoming group; None for a mobile node without multihoming. lifetime: seconds, in steps of 4.
    flows: the filters that are added when the interface attaches. access_network: what the gateway tells of its access
    network when the anchor asks for it (RFC 7077 6.1). multipath: which of several ways to the anchor this gateway is
    (RFC 8278); None where the MAG has one. ipv6: whether to ask for prefixes at all. ipv4_hoa: the IPv4 home address to
    ask for, 0.0.0.0 for any, None for none (RFC 5844 3.2.2). gre: the GRE Key option to ask with, with the key for the
    downlink or without keys (RFC 5845 4.2).
    """

    id: bytes
    subtype: int = 1
    interface: str = ""
    hnp: tuple[Prefix, ...] = ()
    att: int = 4
    ll_id: bytes | None = None
    mhgid: int | None = None
    flows: tuple[Flow, ...] = ()
    bids: tuple[BindingIdentifier, ...] = ()
    lifetime: int = 300
    service: bytes | None = None
    alternate_care_of_address: bytes | None = None
    access_network: AccessNetworkIdentifier | None = None
    multipath: MagPath | None = None
    ipv6: bool = True
    ipv4_hoa: Ipv4HomeAddressRequest | None = None
    gre: GreKey | None = None

    @property
    def key(self) -> tuple[bytes, str]:
        return self.id, self.interface


class MagConfig(msgspec.Struct, frozen=True, kw_only=True):
    """The gateway's policy.

    timestamps: TimestampBasedApproachInUse (RFC 5213 9.3); False uses sequence numbers of each session.
    clock_offset: what its clock is ahead of the time it is given. max_transmissions: how often one request is sent
    at most, the first time included; 0 for ever. renew: renew by itself at `renew_at` of the lifetime.
    detach_wait: `timeout` lets go after INITIAL_BINDACK_TIMEOUT (RFC 5213 6.9.1.4), `pba` after an accepting answer
    (muho 5). fallback_without_multihoming: after "multihoming not supported" once more without the option; likewise
    after CANNOT_SUPPORT_MULTIPATH_BINDING (RFC 8278 4.3).
    retry_all_zero: after 155 ask for any prefix (RFC 5213 6.9.1.2 (10)), after 171 for any IPv4 home address
    (RFC 5844 3.2.3.2). max_retries: how often 157, 135 and such are retried.
    fixed_link_local: FixedMAGLinkLocalAddressOnAllAccessLinks; ALL_ZERO asks the anchor for an address.
    restart_counter: RFC 5847 3.2. heartbeat_interval: a heartbeat every so often while something is registered, 0 for
    none. heartbeat_delay: how long one waits for its answer. missing_heartbeats_allowed: RFC 5847 5.
    answers: which requests of the anchor it knows; the others get a binding error. still_attached: mobile nodes that a
    revocation says to have moved are still here (RFC 5846 9.1, status 132).
    refresh_flows: a renewal or a change names the filters that stay in a Flow Summary (mext 5.2), as an anchor wants it
    that takes the reading `strict` of `flow-omission`; False: they stay unnamed (muho 3.2).
    force_ipv4_udp_encapsulation: ForceIPv4UDPEncapsulationSupport, the F flag of requests over IPv4 (RFC 5844 5.2).
    tlv_header: their T flag (RFC 5845 7.2).
    identity: the NAI of this gateway in a revocation of all its bindings (RFC 5846 9.2); init_min_delay_bris,
    max_brack_timeout, bri_max_retries: how often it is sent (11).
    """

    timestamps: bool = True
    clock_offset: float = 0.0
    initial_timeout: float = INITIAL_BINDACK_TIMEOUT
    max_timeout: float = MAX_BINDACK_TIMEOUT
    max_transmissions: int = 6
    renew: bool = True
    renew_at: float = 0.75
    detach_wait: Literal["timeout", "pba"] = "timeout"
    fallback_without_multihoming: bool = True
    retry_all_zero: bool = True
    max_retries: int = 2
    fixed_link_local: bytes = FIXED_LINK_LOCAL
    restart_counter: int = 1
    heartbeat_interval: float = 0.0
    heartbeat_delay: float = HEARTBEAT_RETRANSMISSION_DELAY
    missing_heartbeats_allowed: int = MISSING_HEARTBEATS_ALLOWED
    answers: tuple[str, ...] = ANSWERS
    still_attached: bool = False
    refresh_flows: bool = False
    force_ipv4_udp_encapsulation: bool = False
    tlv_header: bool = False
    identity: str = "mag@example.org"
    init_min_delay_bris: float = 1.0
    max_brack_timeout: float = 2.0
    bri_max_retries: int = 1
    codepoints: CodePoints = DEFAULT
