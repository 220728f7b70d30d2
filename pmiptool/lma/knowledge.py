"""What the rules may know of an anchor whose configuration is at hand: they then judge statuses of local policy too."""

from __future__ import annotations

from ipaddress import ip_address

from pmiptool.lma.config import LmaConfig, MnEntry
from pmiptool.rules.context import Context, Knowledge, Service


def knowledge_of(config: LmaConfig) -> Knowledge:
    """The mobile nodes and gateways that a configuration names (RFC 5213 5.3.1 (5) to (8)), and their services."""
    mags = {
        ip_address(entry.address).packed: None if entry.mn is None else frozenset(mn.encode() for mn in entry.mn)
        for entry in config.mag
    }
    return Knowledge(
        mns={entry.id.encode(): entry.proxy_registration for entry in config.mn},
        closed=not config.lma.accept_unknown_mn,
        mags=mags or None,
        services={entry.id.encode(): _service(config, entry) for entry in config.mn},
    )


def _service(config: LmaConfig, entry: MnEntry) -> Service:
    """What is switched off is skipped as unknown, whoever asks for it (RFC 6275 6.2.1)."""
    gre = config.lma.gre if entry.gre is None else entry.gre
    return Service(
        ipv4=entry.ipv4 and config.lma.ipv4 is True if config.lma.ipv4 else None,
        ipv6=entry.ipv6,
        gre=None if gre == "off" else gre == "required",
    )


def context_of(config: LmaConfig, *, complete: bool = True) -> Context:
    """The context to judge this anchor in: its code points, readings, window, and what it serves."""
    return Context(
        codepoints=config.codepoints,
        readings=config.readings,
        knowledge=knowledge_of(config),
        complete=complete,
        timestamp_window=config.timestamp_window,
    )
