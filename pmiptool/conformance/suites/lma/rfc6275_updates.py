"""RFC 6275 9.5 and 10.3: the order of Binding Updates, care-of addresses, acknowledgements and lifetimes."""

from __future__ import annotations

from typing import Any

from pmiptool.conformance.case import against_lma
from pmiptool.conformance.lma import Lma
from pmiptool.conformance.node import UNKNOWN, Node
from pmiptool.conformance.reply import Reply
from pmiptool.mag.request import BU_P
from pmiptool.registry.rfc6275 import BU_A, BU_H
from pmiptool.wire.values import AlternateCareOfAddress, BindingUpdate

OUT_OF_WINDOW, NOT_SUPPORTED = 135, 131
BA_K = 0x80
UNITS = 4  # seconds of a lifetime's unit


def _bound(lma: Lma, sequence: int = 1000, **changes: Any) -> Node:
    """A mobile node whose entry goes by sequence numbers, and has had this one last."""
    node = lma.node()
    node.attach(timestamp=None, sequence=sequence, **changes)
    return node


def _numbered(node: Node, sequence: int, **changes: Any) -> Reply:
    return node.ask(timestamp=None, sequence=sequence, **changes)


@against_lma("rfc6275/9.5.1/sequence-greater")
def sequence_greater(lma: Lma) -> None:
    _numbered(_bound(lma), 1100).accepted()


@against_lma("rfc6275/9.5.1/sequence-any-at-first")
def sequence_any_at_first(lma: Lma) -> None:
    _numbered(lma.node(), 40000).accepted()
    _numbered(lma.node(), 0).accepted()


@against_lma("rfc6275/9.5.1/sequence-any-after-deletion")
def sequence_any_after_deletion(lma: Lma) -> None:
    node = _bound(lma)
    node.detach(timestamp=None, sequence=1001)
    lma.wait(lma.delete_delay + 1)
    _numbered(node, 1000, hi=1).accepted()


@against_lma("rfc6275/9.5.1/sequence-wraps")
def sequence_wraps(lma: Lma) -> None:
    _numbered(_bound(lma, 65535), 0).accepted()


@against_lma("rfc6275/9.5.1/sequence-window-edge-accepted")
def sequence_window_edge_accepted(lma: Lma) -> None:
    _numbered(_bound(lma), 1000 + 32767).accepted()


@against_lma("rfc6275/9.5.1/sequence-window-edge-rejected")
def sequence_window_edge_rejected(lma: Lma) -> None:
    _numbered(_bound(lma), 1000 + 32768).rejected(OUT_OF_WINDOW)


@against_lma("rfc6275/9.5.1/sequence-equal")
def sequence_equal(lma: Lma) -> None:
    _numbered(_bound(lma), 1000).rejected(OUT_OF_WINDOW)


@against_lma("rfc6275/9.5.1/sequence-lower")
def sequence_lower(lma: Lma) -> None:
    _numbered(_bound(lma), 999).rejected(OUT_OF_WINDOW)


@against_lma("rfc6275/9.5.1/sequence-lower-in-deregistration")
def sequence_lower_in_deregistration(lma: Lma) -> None:
    _numbered(_bound(lma), 999, lifetime=0, hi=UNKNOWN).rejected(OUT_OF_WINDOW)


@against_lma("rfc6275/9.5.1/sequence-last-accepted")
def sequence_last_accepted(lma: Lma) -> None:
    node = _bound(lma)
    node.renew(timestamp=None, sequence=1010)
    _numbered(node, 990).rejected(OUT_OF_WINDOW).expect("fields.sequence = 1010")


@against_lma("rfc6275/9.5.1/sequence-last-accepted-after-rejection")
def sequence_last_accepted_after_rejection(lma: Lma) -> None:
    node = _bound(lma)
    _numbered(node, 1005, without="hi").rejected()
    _numbered(node, 990).rejected(OUT_OF_WINDOW).expect("fields.sequence = 1000")


@against_lma("rfc6275/9.5.1/alternate-care-of-address-binds", mags=2)
def alternate_care_of_address_binds(lma: Lma) -> None:
    """It may be let go from that address."""
    node = lma.node()
    node.attach(more=[AlternateCareOfAddress(lma.mag_address(1))])
    node.at(1).ask(lifetime=0, hi=UNKNOWN).accepted()


@against_lma("rfc6275/9.5.1/source-does-not-bind", mags=2)
def source_does_not_bind(lma: Lma) -> None:
    node = lma.node()
    node.attach(more=[AlternateCareOfAddress(lma.mag_address(1))])
    lma.ignores(node.pbu(lifetime=0, hi=UNKNOWN))


@against_lma("rfc6275/9.5.1/source-binds", mags=2)
def source_binds(lma: Lma) -> None:
    node = lma.node()
    node.attach()
    lma.ignores(node.at(1).pbu(lifetime=0, hi=UNKNOWN), mag=1)
    node.ask(lifetime=0, hi=UNKNOWN).accepted()


# Acknowledgements


@against_lma("rfc6275/9.5.4/acknowledged-when-asked")
def acknowledged_when_asked(lma: Lma) -> None:
    node = lma.node()
    node.attach()
    node.ask(flags=BU_A | BU_P).accepted()


@against_lma("rfc6275/10.3.1/acknowledged-without-a")
def acknowledged_without_a(lma: Lma) -> None:
    lma.node().ask(flags=BU_P).accepted()


@against_lma("rfc6275/9.5.4/sequence-rejection-without-a")
def sequence_rejection_without_a(lma: Lma) -> None:
    _numbered(_bound(lma), 999, flags=BU_P).rejected(OUT_OF_WINDOW)


@against_lma("rfc6275/9.5.4/status-tells-of-entry")
def status_tells_of_entry(lma: Lma) -> None:
    node = lma.node()
    node.ask(timestamp=None).accepted()
    lma.check("an entry", node.has_entry(), "none")


@against_lma("rfc6275/9.5.4/status-tells-of-no-entry")
def status_tells_of_no_entry(lma: Lma) -> None:
    node = lma.node()
    node.ask(timestamp=None, without="hi").rejected()
    lma.check("no entry", not node.has_entry(), "one")


@against_lma("rfc6275/10.3.1/direct-registration")
def direct_registration(lma: Lma) -> None:
    reply = lma.ask(BindingUpdate(sequence=1, flags=BU_A | BU_H, lifetime=75))
    reply.expect(f"status = {NOT_SUPPORTED}")


@against_lma("rfc6275/10.3.1/rejection-is-answered")
def rejection_is_answered(lma: Lma) -> None:
    lma.node().ask(without="hnp").rejected()


@against_lma("rfc6275/10.3.1/status-zero-or-one")
def status_zero_or_one(lma: Lma) -> None:
    reply = lma.node().ask().accepted()
    lma.check("status 0 or 1", reply.status in (0, 1), reply.status_text)


@against_lma("rfc6275/10.3.1/k-only-when-asked")
def k_only_when_asked(lma: Lma) -> None:
    reply = lma.node().ask().accepted()
    lma.check("K clear", not reply.message.flags & BA_K, "it is set")


@against_lma("rfc6275/10.3.2/k-only-when-asked")
def k_only_when_asked_in_deregistration(lma: Lma) -> None:
    node = lma.node()
    node.attach()
    lma.check("K clear", not node.detach().message.flags & BA_K, "it is set")


# Lifetimes


def _grants_at_most(lma: Lma, seconds: int) -> None:
    reply = lma.node().ask(lifetime=seconds).accepted()
    asked, granted = reply.request.decoded.message.lifetime, reply.message.lifetime
    lma.check(f"a lifetime of 1 to {asked} units", 1 <= granted <= asked, granted)


@against_lma("rfc6275/10.3.1/lifetime-at-most-asked")
def lifetime_at_most_asked(lma: Lma) -> None:
    _grants_at_most(lma, 300)


@against_lma("rfc6275/10.3.1/lifetime-of-one-unit")
def lifetime_of_one_unit(lma: Lma) -> None:
    _grants_at_most(lma, UNITS)


@against_lma("rfc6275/10.3.1/lifetime-of-ffff")
def lifetime_of_ffff(lma: Lma) -> None:
    _grants_at_most(lma, 0xFFFF * UNITS)


@against_lma("rfc6275/10.3.1/lifetime-above-zero")
def lifetime_above_zero(lma: Lma) -> None:
    lma.node().ask().accepted("lifetime > 0")


@against_lma("rfc6275/10.3.1/entry-gone-after-lifetime")
def entry_gone_after_lifetime(lma: Lma) -> None:
    node = lma.node()
    granted = node.attach(timestamp=None, lifetime=8).message.lifetime * UNITS
    lma.wait(granted + lma.delete_delay + 1)
    lma.check("no entry after its lifetime", not node.has_entry(), "one")


@against_lma("rfc6275/10.3.1/renewed-entry-lives-on")
def renewed_entry_lives_on(lma: Lma) -> None:
    node = lma.node()
    granted = node.attach(timestamp=None, lifetime=8).message.lifetime * UNITS
    lma.wait(granted - 2)
    node.renew(timestamp=None, lifetime=8)
    lma.wait(granted - 2)
    lma.check("an entry after the first lifetime", node.has_entry(), "none")


# Deregistrations


@against_lma("rfc6275/10.3.2/sequence-copied")
def sequence_copied(lma: Lma) -> None:
    node = _bound(lma)
    _numbered(node, 1234, lifetime=0, hi=UNKNOWN).accepted("fields.sequence = 1234")


@against_lma("rfc6275/10.3.2/lifetime-zero")
def lifetime_zero(lma: Lma) -> None:
    node = lma.node()
    node.attach()
    node.ask(lifetime=0, hi=UNKNOWN).accepted("lifetime = 0")


@against_lma("rfc6275/10.3.2/late-request-rejected")
def late_request_rejected(lma: Lma) -> None:
    if not lma.delete_delay:
        lma.lacks("its MinDelayBeforeBCEDelete is 0")
    node = _bound(lma)
    node.detach(timestamp=None, sequence=1002)
    _numbered(node, 1001, hi=5).rejected(OUT_OF_WINDOW)
