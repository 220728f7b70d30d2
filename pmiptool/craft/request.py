"""What is to be made, in the words of the command line."""

from __future__ import annotations

from dataclasses import dataclass

MN_ID, HNP, HI, ATT = "mn1@example.org", "any", "1", "4"
"""What a PBU or PBA must have and nobody named."""


@dataclass(frozen=True)
class Request:
    """Everything stays the text that was typed; `craft` reads it, and names the flag in its errors.

    message: a name of the registry, `pbu`, or `message-N`. source: a file to start from, `-` for standard input.
    lifetime: seconds. timestamp: None means none. None and empty everywhere: not asked for.
    """

    message: str | None = None
    src: str | None = None
    dst: str | None = None
    hop_limit: int | None = None
    udp: bool = False
    sport: int | None = None
    dport: int | None = None
    seq: str | None = None
    lifetime: str | None = None
    flags: str | None = None
    status: str | None = None
    mn_id: str | None = None
    hnp: tuple[str, ...] = ()
    hi: str | None = None
    att: str | None = None
    ll_id: str | None = None
    link_local: str | None = None
    timestamp: str | None = None
    service: str | None = None
    mhgid: str | None = None
    act: str | None = None
    flow: tuple[str, ...] = ()
    flow_summary: str | None = None
    options: tuple[str, ...] = ()
    sets: tuple[str, ...] = ()
    no_pad: bool = False
    truncate: int | None = None
    append: str | None = None
    bare: bool = False
    source: str | None = None
    frame: int | None = None
