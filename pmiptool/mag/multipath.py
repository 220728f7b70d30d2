"""RFC 8278: a MAG with several ways to its anchor.

A gateway object has one address, so each way is a gateway of its own; what makes them one MAG is the identifier that
their requests carry, and what they share here. Its binding update list is theirs together: a mobile node's interface
has an entry at each way that is registered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from pmiptool.mag import events
from pmiptool.mag.answers import first
from pmiptool.mag.config import MagPath
from pmiptool.wire.values import BindingAcknowledgement, MagIdentifier, MagMultipathBinding, Prefix

if TYPE_CHECKING:
    from pmiptool.mag.bul import BindingUpdateListEntry, Request
    from pmiptool.mag.outgoing import Outgoing

CANNOT_SUPPORT_MULTIPATH_BINDING = 180


def options(path: MagPath, *, bulk: bool, overwrite: bool) -> tuple[object, ...]:
    """What every PBU of a MAG with several paths carries (RFC 8278 4.4)."""
    return (
        MagMultipathBinding(if_att=path.att, if_label=path.label, bid=path.bid, b=int(bulk), o=int(overwrite)),
        MagIdentifier(subtype=path.subtype, identifier=path.mag_id),
    )


def has_option(answer: BindingAcknowledgement) -> bool:
    return first(answer.options, MagMultipathBinding) is not None


class Paths:
    """The gateways that are the ways of one MAG; of one alone unless they are told otherwise by `join`.

    disabled: mobile nodes for which the anchor does not know several paths (RFC 8278 4.4).
    """

    def __init__(self) -> None:
        self.gateways: list[Outgoing] = []
        self.disabled: set[bytes] = set()

    def others(
        self, gateway: Outgoing, entry: BindingUpdateListEntry
    ) -> Iterator[tuple[Outgoing, BindingUpdateListEntry]]:
        """The entries of the same interface at the other ways."""
        for other in self.gateways:
            found = other.binding_update_list.get(entry.profile.key)
            if found is not None and other is not gateway:
                yield other, found

    def prefixes(self, gateway: Outgoing, entry: BindingUpdateListEntry) -> tuple[Prefix, ...]:
        """What the anchor assigned over another way: a further path names it (RFC 8278 3.1)."""
        return next((found.prefixes for _, found in self.others(gateway, entry) if found.prefixes), ())

    def accepted(
        self,
        gateway: Outgoing,
        entry: BindingUpdateListEntry,
        request: Request,
        message: BindingAcknowledgement,
        now: float,
    ) -> bool:
        """What an accepting answer to a request for several paths does; whether it grants them."""
        if not has_option(message):
            self.disable(gateway, entry, "the answer has no MAG Multipath-Binding option", now)
            return False
        for other, found in list(self.others(gateway, entry)):
            if request.overwrite:
                if found.request is not None:
                    other._end(found, found.request, now, outcome="superseded")
                other.binding_update_list.pop(found.profile.key)
                other._tell(events.PathReplaced, found, now)
            elif request.bulk and found.state == "registered" and entry.expires_at is not None:
                shift = entry.expires_at - (found.expires_at or entry.expires_at)
                found.lifetime, found.expires_at = entry.lifetime, entry.expires_at
                found.renew_at = found.renew_at + shift if found.renew_at is not None else None
                prefixes = tuple((prefix.address, prefix.length) for prefix in found.prefixes)
                other._tell(events.Registered, found, now, prefixes=prefixes, lifetime=found.lifetime)
        return True

    def disable(self, gateway: Outgoing, entry: BindingUpdateListEntry, reason: str, now: float) -> None:
        """No several paths for this mobile node any more (RFC 8278 4.4)."""
        if "multipath-insisted" in gateway._faults:
            return
        self.disabled.add(entry.profile.id)
        for _, found in self.others(gateway, entry):
            found.multipath = False
        entry.multipath = False
        gateway._tell(events.MultipathDisabled, entry, now, reason=reason)


def join(gateways: Iterable[Outgoing]) -> None:
    """Make these gateways the ways of one MAG."""
    together = Paths()
    for gateway in gateways:
        together.gateways.append(gateway)
        gateway.paths = together
