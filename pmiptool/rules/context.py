"""What a verdict depends on besides the messages: code points, readings, and what is known of the peer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pmiptool.registry.ambiguities import DEFAULT_READINGS, Readings
from pmiptool.registry.codepoints import DEFAULT, CodePoints


@dataclass(frozen=True)
class Service:
    """What a mobile node is authorized for, and whether its sessions need GRE keys; None is unknown."""

    ipv4: bool | None = None
    ipv6: bool | None = None
    gre: bool | None = None


@dataclass(frozen=True)
class Knowledge:
    """What an LMA is configured with, as far as somebody has told (a peer file): None is unknown.

    mns: identifiers of mobile nodes that it serves, each with whether proxy registration is enabled for it.
    closed: it serves no others. mags: addresses (16 or 4 octets) of the gateways that may register them, each with
    the mobile nodes that it may register (None: any). services: of mobile nodes by identifier (RFC 5844, RFC 5845).
    """

    mns: Mapping[bytes, bool] | None = None
    closed: bool = False
    mags: Mapping[bytes, frozenset[bytes] | None] | None = None
    services: Mapping[bytes, Service] = field(default_factory=dict)


@dataclass(frozen=True)
class Context:
    """Settings under which messages are judged.

    complete: the observation began before the first message, so that what was not seen did not happen;
    otherwise state is unknown until a message establishes it, and rules that need unknown state are silent.
    timestamp_window: TimestampValidityWindow of the LMA in seconds (RFC 5213 9.1). delete_delay: its
    MinDelayBeforeBCEDelete, where `removal-delay` = wait makes filters wait for it.
    """

    codepoints: CodePoints = DEFAULT
    readings: Readings = DEFAULT_READINGS
    knowledge: Knowledge = field(default_factory=Knowledge)
    complete: bool = False
    timestamp_window: float = 0.3
    delete_delay: float = 10.0


DEFAULT_CONTEXT = Context()


def context_of(settings: CodePoints | Context | None) -> Context:
    """Code points alone are enough where nothing else is known."""
    if settings is None:
        return DEFAULT_CONTEXT
    return settings if isinstance(settings, Context) else Context(codepoints=settings)
