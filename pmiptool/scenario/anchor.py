"""The LMA as a scenario commands it: the embedded one obeys at once, others are for their operators to command."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from pmiptool.lma.config import LmaConfig, check
from pmiptool.net.embedded import EmbeddedTransport
from pmiptool.net.transport import Transport
from pmiptool.registry.codepoints import CodePoints, code_points
from pmiptool.registry.rfc5846 import REVOCATION_TRIGGER
from pmiptool.registry.rfc7077 import REASON
from pmiptool.scenario.compile import FIRST_GLOBAL_TRIGGER, Move
from pmiptool.scenario.model import Embedded
from pmiptool.session.endpoint import Endpoint
from pmiptool.text.json import option_name
from pmiptool.text.values import address_text, octets_text

PER_PEER_POLICY = 128


def embedded_of(transport: Transport) -> EmbeddedTransport | None:
    """The embedded transport, also behind a recorder; None for a network."""
    inner = getattr(transport, "transport", transport)
    return inner if isinstance(inner, EmbeddedTransport) else None


class Anchor:
    """Commands for the LMA. `ask` shows a sentence to whoever operates an LMA that is not embedded."""

    def __init__(self, transport: Transport, codepoints: CodePoints, ask: Callable[[str], None]) -> None:
        self.embedded = embedded_of(transport)
        self._codepoints = codepoints
        self._ask = ask

    def configured(self, wanted: Embedded) -> contextlib.AbstractContextManager[None]:
        """The embedded LMA configured as a scenario needs it, for as long as it plays. Raises UsageError."""
        tables = {key: value for key, value in msgspec.to_builtins(wanted).items() if value}
        if self.embedded is None or not tables:
            return contextlib.nullcontext()
        return self.embedded.configured(configured_with(self.embedded.lma.config, tables))

    def command(self, move: Move, mags: Mapping[str, Endpoint], patience: float) -> None:
        """Have the LMA send what the move wants, to these gateways. Raises UsageError where it has nothing to send."""
        if self.embedded is None:
            self._ask(f"{self._request(move, mags)}; waiting {patience:g} s")
            return
        for endpoint in mags.values():
            if move.kind == "revoke":
                self.embedded.revoke(
                    _whom(move), trigger=move.number, care_of_address=endpoint.address, ipv4_only=move.ipv4_only
                )
            else:
                self.embedded.notify(
                    move.profile.id, move.number, ack=move.ack, options=move.options, care_of_address=endpoint.address
                )

    def _request(self, move: Move, mags: Mapping[str, Endpoint]) -> str:
        """What the operator is asked to do, in a sentence."""
        where = " and ".join(f"{name} ({address_text(endpoint.address)})" for name, endpoint in mags.items())
        whom = octets_text(move.profile.id)
        if move.kind == "revoke":
            trigger = (
                f"trigger {move.number} {REVOCATION_TRIGGER.names(self._codepoints).get(move.number, '')}".rstrip()
            )
            realm = _whom(move)
            named = "the IPv4 home address" if move.ipv4_only else "the bindings"
            what = "all bindings" if realm is None else f"{named} of {octets_text(realm)}"
            return f"make the LMA revoke {what} at {where}, {trigger}"
        reason = f"reason {move.number} {REASON.names(self._codepoints).get(move.number, '')}".rstrip()
        asked = "with" if move.ack else "without"
        carried = ", ".join(option_name(option, self._codepoints) for option in move.options)
        return f"make the LMA send an update notification for {whom} to {where}, {reason}, {asked} acknowledgement" + (
            f", carrying {carried}" if carried else ""
        )


def _whom(move: Move) -> bytes | None:
    """The mobile node; with a global trigger its realm, or None for all of a gateway (RFC 5846 8.1)."""
    if move.number < FIRST_GLOBAL_TRIGGER:
        return move.profile.id
    return None if move.number == PER_PEER_POLICY else b"@" + move.profile.id.rpartition(b"@")[2]


def configured_with(config: LmaConfig, tables: Mapping[str, Any]) -> LmaConfig:
    """A configuration with some keys of its tables changed, or whole lists (`mn`, `mag`). Raises UsageError."""
    types = {field.name: field.type for field in msgspec.structs.fields(LmaConfig)}
    sections: dict[str, Any] = {}
    for name, changes in tables.items():
        section = getattr(config, name)
        if name == "readings":
            sections[name] = section.changed(changes)
        elif name == "codepoints":
            sections[name] = code_points(changes, section)
        elif isinstance(changes, Mapping):
            sections[name] = msgspec.convert({**msgspec.to_builtins(section), **changes}, types[name])
        else:
            sections[name] = msgspec.convert(changes, types[name])
    changed = msgspec.structs.replace(config, **sections)
    check(changed)
    return changed
