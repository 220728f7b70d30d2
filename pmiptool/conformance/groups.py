"""What an LMA under test shows of groups, filters and binding identifiers: a case ends where it need not have them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from pmiptool.conformance.trial import NotPossible
from pmiptool.mag.answers import first
from pmiptool.wire.values import BindingIdentifier, Multihoming, UnknownOption

if TYPE_CHECKING:
    from pmiptool.conformance.lma import Lma
    from pmiptool.conformance.reply import Reply

BID = 35  # the option's type (RFC 5648 4.3)
PROHIBITED_BIDS = {166, 168}
"""Statuses that say so (RFC 5648 4.4)."""


class GroupsOfLma:
    """For `Lma`. has_groups, has_flows, has_bids: whether it was seen to answer these options."""

    has_groups = False
    has_flows = False
    has_bids = False

    @property
    def _lma(self) -> Lma:
        return cast("Lma", self)

    def knows_groups(self, reply: Reply) -> None:
        """End the case where an answer shows an LMA of RFC 5213 alone, which skips the Multihoming option and is right
        (RFC 5213 8.1), or one that serves no group."""
        asked = first(reply.request.decoded.message.options, Multihoming)
        if self.has_groups or asked is None:
            return
        self.has_groups = reply.group is not None or (reply.is_accepted and reply.echoes_flows())
        if asked.mhgid == 0 and reply.status == self._lma.codepoints.status_mh_not_supported:
            self._lma.lacks(f"it refuses multihoming with {reply.status_text}")
        if reply.is_accepted and not self.has_groups:
            self._lma.lacks("its answer has no Multihoming option")

    def knows_flows(self, reply: Reply) -> None:
        """End the case where the LMA answers filters with none at all: it has no flows (mext 5.2.5)."""
        self.has_flows = self.has_flows or reply.echoes_flows()
        if not self.has_flows:
            self._lma.lacks("its answer has no Flow Identification option")

    def knows_bids(self, reply: Reply) -> None:
        """End the case where the LMA passes over binding identifiers, or refuses them or several at once, and need not
        register them (RFC 5648 4.4, 5.7)."""
        asked = first(reply.request.decoded.message.options, BindingIdentifier)
        self.has_bids = self.has_bids or any(slot.type == BID for slot in reply.decoded.layout.slots)
        if asked is not None and not self.has_bids and reply.is_accepted and reply.request.decoded.message.lifetime:
            self._lma.lacks("its answer has no Binding Identifier option")
        statuses = {reply.status, *(option.status for option in reply.bids.values())}
        if asked is not None and statuses & PROHIBITED_BIDS:
            self._lma.lacks(f"it registers no such binding identifiers: {reply.status_text}")

    def of_flows(self) -> None:
        """See that the LMA has filters at all, by another mobile node; the case is UNSUPPORTED where it has not."""
        self._lma.node(mhgid=0).attach(flows=["fid=1 pri=10 proto=udp"])

    def raw_filter(self, octets: bytes) -> UnknownOption:
        """A Flow Identification option that carries just these octets, as many as its length says."""
        if self._lma.codepoints.fid_length_unit != "octets":
            raise NotPossible("a length in units of 8 octets cannot say what it is to say")
        return UnknownOption(self._lma.codepoints.flow_identification_option_type, octets)

    def keeps_filters(self, reply: Reply) -> None:
        """End the case where the LMA says that it re-instantiates no filters, and need not (muho 6.1)."""
        if reply.status == self._lma.codepoints.status_reinstantiation_not_supported:
            self._lma.lacks(f"it refuses to keep filters with {reply.status_text}")

    def removal_is_over(self) -> None:
        """Let the time pass after which a binding of a group has left it (`removal-delay`)."""
        if self._lma.readings["removal-delay"] == "wait":
            self._lma.wait(self._lma.delete_delay + 0.1)
