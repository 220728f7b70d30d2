"""Binding identifiers that a gateway asks for, and what the anchor says of them (RFC 5648 4.3, 5.7)."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from msgspec.structs import replace

from pmiptool.mag.bul import BindingUpdateListEntry, Request
from pmiptool.wire.values import BindingAcknowledgement, BindingIdentifier

PROHIBITED, UNKNOWN_COA, BULK_PROHIBITED = 166, 167, 168
REJECTED = 128


class Identifiers:
    """What one anchor takes: none, one at a time, or the care-of address with them.

    care_of_address: this gateway's, which an option has only where the anchor asked for it: that of a proxy binding is
    where RFC 5213 6.9.1.5 has it.
    """

    def __init__(self, care_of_address: bytes, faults: Container[str]) -> None:
        self._care_of_address = care_of_address
        self._faults = faults
        self._most: int | None = None
        self._addressed: set[tuple[bytes, int]] = set()

    def allow(self) -> None:
        """The administrative action after which the anchor is asked for everything again."""
        self._most = None
        self._addressed.clear()

    def ask(self, entry: BindingUpdateListEntry, request: Request) -> None:
        """Whatever lives longer than the request is registered with all identifiers that the anchor takes."""
        if request.multihoming and entry.profile.mhgid is not None and request.lifetime:
            request.bids = tuple(self._option(entry, option) for option in entry.profile.bids[: self._most])

    def _option(self, entry: BindingUpdateListEntry, option: BindingIdentifier) -> BindingIdentifier:
        known = (entry.profile.id, option.bid) not in self._addressed
        return option if known else replace(option, care_of_address=self._care_of_address)

    def answered(self, entry: BindingUpdateListEntry, request: Request, message: BindingAcknowledgement) -> str:
        """Learn from an answer; why the request, or a re-registration, is to follow at once, empty where it is not.

        An answer that rejects may leave the options out: it was not them that was looked at (6.2).
        """
        given = {option.bid: option for option in message.options if isinstance(option, BindingIdentifier)}
        asked = {option.bid for option in request.bids} if request.multihoming else set()
        if not asked or "bids-insisted" in self._faults:
            return ""
        if not given and message.status < REJECTED:
            self._most = 0
            return ""
        # An option's own status stands in the place of the message's (5.7).
        statuses = {bid: (given[bid].status if bid in given else 0) or message.status for bid in asked}
        entry.refused_bids = {bid for bid, status in statuses.items() if status >= REJECTED}
        if PROHIBITED in statuses.values():
            self._most = 0
            return "several care-of addresses are prohibited: once more without identifiers"
        if BULK_PROHIBITED in statuses.values() and len(asked) > 1:
            self._most = 1
            return "several identifiers at once are prohibited: once more with the first"
        wanted = {(entry.profile.id, bid) for bid, status in statuses.items() if status == UNKNOWN_COA}
        if wanted <= self._addressed or "bid-address-withheld" in self._faults:
            return ""
        self._addressed |= wanted
        return "the care-of address of an identifier is not known: once more with it"


def has_status(message: Any) -> bool:
    """Whether an answer has an identifier with a status of its own."""
    return any(isinstance(option, BindingIdentifier) and option.status for option in message.options)
