"""A scenario as people write it: a choreography of several MAGs around one mobile node, as YAML.

Unknown keys are errors (`loader.py` names their place). Times and lifetimes are in seconds.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import msgspec

from pmiptool.net.peer import PeerPath

Scalar = str | int | float | bool


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A table of a scenario file: no key beyond those below."""


class Gateway(_Table, frozen=True):
    """How one MAG behaves; what is left out is the reference MAG's default.

    timestamps: false uses sequence numbers (RFC 5213 5.5). clock_offset: how far its clock is ahead.
    detach_wait: the reading of `detach-wait` for this MAG alone. still_attached: a revocation that tells of a handover
    is refused, since the mobile node is still here (RFC 5846 9.1). multipath: it is one way of a MAG that has several,
    those with one `mag_id`.
    """

    timestamps: bool = True
    clock_offset: float = 0.0
    detach_wait: Literal["timeout", "pba"] | None = None
    retry_all_zero: bool = True
    max_transmissions: int = 6
    still_attached: bool = False
    multipath: PeerPath | None = None


class MobileNode(_Table, frozen=True):
    """The mobile node. mhgid: its multihoming group, none for a node without multihoming.

    ipv6: false asks for no prefix. ipv4_hoa: the IPv4 home address to ask for, `any` or as 198.18.0.7/24 (RFC 5844).
    """

    id: str
    mhgid: int | None = None
    ipv6: bool = True
    ipv4_hoa: str | None = None


class Interface(_Table, frozen=True):
    """One interface of the mobile node: names or numbers of the RFC's registries, filters as `--flow` takes them.

    ipv4_hoa: its own, in place of the mobile node's. gre: its key for the downlink, or `no-key` (RFC 5845).
    """

    att: int | float | str = 4
    ll_id: str | None = None
    flows: list[str] = []
    lifetime: int | None = None
    ipv4_hoa: str | None = None
    gre: int | str | None = None


class Attach(_Table, frozen=True):
    """The interface attaches to a MAG, which registers it. hnp: `any`, a prefix, or several.

    At a further way of the MAG this registers that way; overwrite: in place of all others (RFC 8278 4.1).
    """

    mag: str
    interface: str
    hi: int | str = 1
    hnp: str | list[str] = "any"
    lifetime: int | None = None
    flows: list[str] | None = None
    flow_summary: list[int] | None = None
    overwrite: bool = False


class Renew(_Table, frozen=True):
    """The MAG extends the lifetime; bulk: of all its ways, overwrite: of this way alone, the others go (RFC 8278)."""

    mag: str
    interface: str | None = None
    lifetime: int | None = None
    flow_summary: list[int] | None = None
    bulk: bool = False
    overwrite: bool = False


class Modify(_Table, frozen=True):
    """The MAG adds, changes or removes filters."""

    mag: str
    flows: list[str] = []
    interface: str | None = None
    flow_summary: list[int] | None = None


class Detach(_Table, frozen=True):
    """The interface leaves the MAG, which deregisters it. act: none, remove, keep or a number."""

    mag: str
    interface: str | None = None
    act: int | str = "none"


class Heartbeat(_Table, frozen=True):
    """The MAG asks whether the LMA is there (RFC 5847)."""

    mag: str
    interface: ClassVar[None] = None


class Revoke(_Table, frozen=True):
    """The LMA revokes the bindings at a MAG, or at all that have some (RFC 5846). trigger: a name or a number.

    The global ones: `per-peer-policy` is all bindings of the MAG, `local-policy` those of the mobile node's realm.
    ipv4_only: the IPv4 home address alone is taken away, and the binding stays.
    """

    mag: str | None = None
    interface: str | None = None
    trigger: int | str = "administrative"
    ipv4_only: bool = False


class Notify(_Table, frozen=True):
    """The LMA sends an update notification to a MAG, or to all where the mobile node is (RFC 7077).

    reason: a name or a number. ack: ask for an acknowledgement (None: unless it asks for a registration, RFC 7077 5.1).
    options: what it carries beyond MN-ID and prefixes, as `decode --json` shows options.
    """

    reason: int | str
    mag: str | None = None
    interface: str | None = None
    ack: bool | None = None
    options: list[dict[str, Any]] = []


class Receive(_Table, frozen=True):
    """The LMA sends this to the MAG by itself: in this step, or already in the one before."""

    mag: str
    message: Literal["heartbeat", "bri", "update-notification"]
    interface: str | None = None


Action = Attach | Renew | Modify | Detach | Heartbeat | Revoke | Notify | Receive
ACTIONS = ("attach", "renew", "modify", "detach", "heartbeat", "revoke", "notify", "receive", "wait")
BY_LMA = ("revoke", "notify", "receive")


class Step(_Table, frozen=True):
    """One step: exactly one of ACTIONS.

    expect: expectations of what the LMA sent, as `send --expect` takes them: its answer, or in `revoke`, `notify` and
    `receive` its request. answered: the same of what the MAG answered there. reinstantiated: the filters that the
    anchor must have moved to this interface by then (muho 4.2), as filter expressions; an empty list: none.
    """

    name: str = ""
    attach: Attach | None = None
    renew: Renew | None = None
    modify: Modify | None = None
    detach: Detach | None = None
    heartbeat: Heartbeat | None = None
    revoke: Revoke | None = None
    notify: Notify | None = None
    receive: Receive | None = None
    wait: float | None = None
    expect: list[str] = []
    answered: list[str] = []
    reinstantiated: list[str] | None = None

    @property
    def actions(self) -> list[str]:
        return [name for name in ACTIONS if getattr(self, name) is not None]

    @property
    def action(self) -> Action | None:
        """What the step does; None when it waits."""
        by_gateway = self.attach or self.renew or self.modify or self.detach or self.heartbeat
        return by_gateway or self.revoke or self.notify or self.receive

    @property
    def kind(self) -> str:
        return self.actions[0]


class Embedded(_Table, frozen=True):
    """What the LMA must be configured with, as in its TOML file; with the target `embedded` it is for the scenario."""

    lma: dict[str, Any] = {}
    flows: dict[str, Any] = {}
    timers: dict[str, Any] = {}


class Scenario(_Table, frozen=True):
    """A choreography. multihoming: it needs an anchor that knows the draft, and ends UNSUPPORTED with another.

    Likewise one with MAGs that have several ways needs an anchor that knows RFC 8278.
    embedded: what the embedded LMA needs beyond its defaults; any other is configured by its operator.
    variables: what `${NAME}` stands for in any text below; `--set NAME=VALUE` changes it.
    """

    name: str
    title: str
    mn: MobileNode
    mags: dict[str, Gateway]
    interfaces: dict[str, Interface]
    steps: list[Step]
    clause: str = ""
    multihoming: bool = False
    embedded: Embedded = Embedded()
    variables: dict[str, Scalar] = {}
    lifetime: int = 300

    @property
    def several_paths(self) -> bool:
        """Whether a MAG has several ways to the anchor (RFC 8278)."""
        return any(gateway.multipath is not None for gateway in self.mags.values())
