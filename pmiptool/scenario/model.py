"""A scenario as people write it: a choreography of several MAGs around one mobile node, as YAML.

Unknown keys are errors (`loader.py` names their place). Times and lifetimes are in seconds.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Scalar = str | int | float | bool


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A table of a scenario file: no key beyond those below."""


class Gateway(_Table, frozen=True):
    """How one MAG behaves; what is left out is the reference MAG's default.

    timestamps: false uses sequence numbers (RFC 5213 5.5). clock_offset: how far its clock is ahead.
    detach_wait: the reading of `detach-wait` for this MAG alone.
    """

    timestamps: bool = True
    clock_offset: float = 0.0
    detach_wait: Literal["timeout", "pba"] | None = None
    retry_all_zero: bool = True
    max_transmissions: int = 6


class MobileNode(_Table, frozen=True):
    """The mobile node. mhgid: its multihoming group, none for a node without multihoming."""

    id: str
    mhgid: int | None = None


class Interface(_Table, frozen=True):
    """One interface of the mobile node: names or numbers of the RFC's registries, filters as `--flow` takes them."""

    att: int | float | str = 4
    ll_id: str | None = None
    flows: list[str] = []
    lifetime: int | None = None


class Attach(_Table, frozen=True):
    """The interface attaches to a MAG, which registers it. hnp: `any`, a prefix, or several."""

    mag: str
    interface: str
    hi: int | str = 1
    hnp: str | list[str] = "any"
    lifetime: int | None = None
    flows: list[str] | None = None
    flow_summary: list[int] | None = None


class Renew(_Table, frozen=True):
    """The MAG extends the lifetime."""

    mag: str
    interface: str | None = None
    lifetime: int | None = None
    flow_summary: list[int] | None = None


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


class Step(_Table, frozen=True):
    """One step: exactly one of attach, renew, modify, detach and wait.

    expect: expectations of the answer, as `send --expect` takes them. reinstantiated: the filters that the anchor
    must have moved to this interface by then (muho 4.2), as filter expressions; an empty list: none.
    """

    name: str = ""
    attach: Attach | None = None
    renew: Renew | None = None
    modify: Modify | None = None
    detach: Detach | None = None
    wait: float | None = None
    expect: list[str] = []
    reinstantiated: list[str] | None = None

    @property
    def actions(self) -> list[str]:
        return [name for name in ("attach", "renew", "modify", "detach", "wait") if getattr(self, name) is not None]

    @property
    def action(self) -> Attach | Renew | Modify | Detach | None:
        return self.attach or self.renew or self.modify or self.detach

    @property
    def kind(self) -> str:
        return self.actions[0]


class Scenario(_Table, frozen=True):
    """A choreography. multihoming: it needs an anchor that knows the draft, and ends UNSUPPORTED with another.

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
    variables: dict[str, Scalar] = {}
    lifetime: int = 300
