"""RFC 5213 5.3.6: how an LMA builds its answers, acceptances and rejections."""

from __future__ import annotations

from pmiptool.conformance.case import against_lma
from pmiptool.conformance.lma import Lma
from pmiptool.conformance.node import BETWEEN_GATEWAYS
from pmiptool.conformance.reply import Reply
from pmiptool.conformance.suites.lma.rfc5213_sessions import OWN, OWN_TOO, OWNER, WITH_PREFIXES
from pmiptool.registry.rfc6275 import BA_P
from pmiptool.text.values import address_text
from pmiptool.wire.values import (
    AccessTechnologyType,
    AlternateCareOfAddress,
    HandoffIndicator,
    HomeNetworkPrefix,
    LinkLocalAddress,
    MobileNodeIdentifier,
    MobileNodeLinkLayerIdentifier,
)

MANDATORY = ("option.mn-id != none", "option.hnp != none", "option.hi != none", "option.att != none")
LINK_LAYER = b"\x02\x00\x5e\x00\x53\x01"
GIVEN = b"\xfe\x80" + bytes(6) + b"\x02\x00\x5e\xff\xfe\x00\x53\x07"
NO_ADDRESS = bytes(16)


def link_local(address: bytes = NO_ADDRESS) -> list[LinkLocalAddress]:
    return [LinkLocalAddress(link_local_address=address)]


def answered_with(reply: Reply, address: bytes) -> None:
    """The answer has this link-local address."""
    given = [address_text(option.link_local_address) for option in reply.options(LinkLocalAddress)]
    reply.check(f"the link-local address {address_text(address)}", given == [address_text(address)], given)


def generated(reply: Reply) -> bytes:
    """The link-local address that the answer gives, which must be one."""
    option = reply.accepted().option(LinkLocalAddress)
    given = b"" if option is None else bytes(option.link_local_address)
    shown = address_text(given) if given else "no option"
    reply.lma.demand("a link-local address in the answer", given[:2] == b"\xfe\x80", shown)
    return given


def has_flag_p(reply: Reply) -> None:
    reply.check("the flag P", bool(reply.message.flags & BA_P), f"flags {reply.message.flags:#04x}")


@against_lma("rfc5213/5.3.6/p-flag")
def p_flag(lma: Lma) -> None:
    has_flag_p(lma.node().ask().accepted())


@against_lma("rfc5213/5.3.6/p-flag-in-rejection")
def p_flag_in_rejection(lma: Lma) -> None:
    has_flag_p(lma.node().ask(without="hi").rejected())


@against_lma("rfc5213/5.3.6/mandatory-options")
def mandatory_options(lma: Lma) -> None:
    lma.node().ask().accepted(*MANDATORY)


@against_lma("rfc5213/5.3.6/mandatory-options-in-deregistration")
def mandatory_options_in_deregistration(lma: Lma) -> None:
    node = lma.node()
    node.attach()
    node.ask(lifetime=0).accepted(*MANDATORY)


@against_lma("rfc5213/5.3.6/source-address")
def source_address(lma: Lma) -> None:
    reply = lma.node().ask().accepted()
    assert reply.packet is not None
    source = address_text(reply.packet.source.address)
    asked = address_text(reply.request.destination.address)
    reply.check(f"an answer from {asked}", source == asked, source)


@against_lma("rfc5213/5.3.6/destination-address", mags=2)
def destination_address(lma: Lma) -> None:
    first, second = lma.node(0), lma.node(1)
    first.ask().accepted()
    second.ask().accepted()


@against_lma("rfc5213/5.3.6/destination-not-alternate-care-of-address", mags=2)
def destination_not_alternate_care_of_address(lma: Lma) -> None:
    named = AlternateCareOfAddress(alternate_care_of_address=lma.mag_address(1))
    lma.node().ask(more=[named]).accepted()


@against_lma("rfc5213/5.3.6/mn-id-copied")
def mn_id_copied(lma: Lma) -> None:
    lma.node().ask().accepted().repeats(MobileNodeIdentifier)


@against_lma("rfc5213/5.3.6/mn-id-copied-in-rejection")
def mn_id_copied_in_rejection(lma: Lma) -> None:
    lma.node().ask(without="hi").rejected().repeats(MobileNodeIdentifier)


@against_lma("rfc5213/5.3.6/prefixes-repeated-in-rejection")
def prefixes_repeated_in_rejection(lma: Lma) -> None:
    lma.node().ask(hnp=[OWN, OWN_TOO], without="hi").rejected().repeats(HomeNetworkPrefix)


@against_lma("rfc5213/5.3.6/all-zero-repeated-in-rejection")
def all_zero_repeated_in_rejection(lma: Lma) -> None:
    lma.node().ask(hnp="any", without="hi").rejected().repeats(HomeNetworkPrefix)


@against_lma("rfc5213/5.3.6/one-all-zero-prefix-in-rejection")
def one_all_zero_prefix_in_rejection(lma: Lma) -> None:
    reply = lma.node().ask(without="hnp").rejected()
    given = [option.home_network_prefix for option in reply.options(HomeNetworkPrefix)]
    reply.check("one prefix option, ALL_ZERO", len(given) == 1 and given[0].is_any, given)


@against_lma("rfc5213/5.3.6/assigned-prefixes", configured=OWNER)
def assigned_prefixes(lma: Lma) -> None:
    node = lma.node(id=WITH_PREFIXES)
    node.ask(hnp=[OWN, OWN_TOO]).accepted().repeats(HomeNetworkPrefix)


@against_lma("rfc5213/5.3.6/assigned-prefixes-in-renewal", configured=OWNER)
def assigned_prefixes_in_renewal(lma: Lma) -> None:
    node = lma.node(id=WITH_PREFIXES)
    prefixes = node.attach(hnp=[OWN, OWN_TOO]).prefixes
    node.ask().same_session(prefixes)


@against_lma("rfc5213/5.3.6/hi-copied")
def hi_copied(lma: Lma) -> None:
    lma.node().ask(hi=BETWEEN_GATEWAYS).accepted().repeats(HandoffIndicator)


@against_lma("rfc5213/5.3.6/hi-copied-in-rejection")
def hi_copied_in_rejection(lma: Lma) -> None:
    lma.node().ask(hi=BETWEEN_GATEWAYS, without="hnp").rejected().repeats(HandoffIndicator)


@against_lma("rfc5213/5.3.6/hi-zero-when-missing")
def hi_zero_when_missing(lma: Lma) -> None:
    lma.node().ask(without="hi").rejected().expect("option.hi.hi = 0")


@against_lma("rfc5213/5.3.6/att-copied")
def att_copied(lma: Lma) -> None:
    lma.node(att=5).ask().accepted().repeats(AccessTechnologyType)


@against_lma("rfc5213/5.3.6/att-copied-in-rejection")
def att_copied_in_rejection(lma: Lma) -> None:
    lma.node(att=5).ask(without="hnp").rejected().repeats(AccessTechnologyType)


@against_lma("rfc5213/5.3.6/att-zero-when-missing")
def att_zero_when_missing(lma: Lma) -> None:
    lma.node().ask(without="att").rejected().expect("option.att.att = 0")


@against_lma("rfc5213/5.3.6/timestamp-answered")
def timestamp_answered(lma: Lma) -> None:
    node = lma.node()
    node.ask().accepted("option.timestamp != none")
    node.ask(without="hi").rejected().expect("option.timestamp != none")


@against_lma("rfc5213/5.3.6/no-timestamp-unasked")
def no_timestamp_unasked(lma: Lma) -> None:
    node = lma.node()
    node.ask(timestamp=None).accepted("option.timestamp = none")
    node.ask(timestamp=None, without="hi").rejected().expect("option.timestamp = none")


@against_lma("rfc5213/5.3.6/ll-id-answered")
def ll_id_answered(lma: Lma) -> None:
    node = lma.node(ll_id=LINK_LAYER)
    node.ask().accepted("option.ll-id != none")
    node.ask(without="hi").rejected().expect("option.ll-id != none")


@against_lma("rfc5213/5.3.6/no-ll-id-unasked")
def no_ll_id_unasked(lma: Lma) -> None:
    lma.node().ask().accepted("option.ll-id = none")


@against_lma("rfc5213/5.3.6/ll-id-copied")
def ll_id_copied(lma: Lma) -> None:
    lma.node(ll_id=LINK_LAYER).ask().accepted().repeats(MobileNodeLinkLayerIdentifier)


@against_lma("rfc5213/5.3.6/ll-id-of-eight-octets-copied")
def ll_id_of_eight_octets_copied(lma: Lma) -> None:
    node = lma.node(ll_id=LINK_LAYER[:3] + b"\xff\xfe" + LINK_LAYER[3:])
    node.ask().accepted().repeats(MobileNodeLinkLayerIdentifier)


@against_lma("rfc5213/5.3.6/link-local-answered")
def link_local_answered(lma: Lma) -> None:
    node = lma.node()
    node.ask(more=link_local()).accepted("option.link-local != none")
    node.ask(more=link_local(GIVEN), without="hi").rejected().expect("option.link-local != none")


@against_lma("rfc5213/5.3.6/no-link-local-unasked")
def no_link_local_unasked(lma: Lma) -> None:
    lma.node().ask().accepted("option.link-local = none")


@against_lma("rfc5213/5.3.6/link-local-copied-in-rejection")
def link_local_copied_in_rejection(lma: Lma) -> None:
    lma.node().ask(more=link_local(GIVEN), without="hi").rejected().repeats(LinkLocalAddress)


@against_lma("rfc5213/5.3.6/link-local-from-the-entry")
def link_local_from_the_entry(lma: Lma) -> None:
    node = lma.node()
    given = generated(node.attach(more=link_local()))
    answered_with(node.ask(more=link_local()).accepted(), given)


@against_lma("rfc5213/5.3.6/link-local-same-after-handoff", mags=2)
def link_local_same_after_handoff(lma: Lma) -> None:
    node = lma.node()
    given = generated(node.attach(more=link_local()))
    answered_with(node.at(1).ask(hi=BETWEEN_GATEWAYS, more=link_local()).accepted(), given)
    lma.forget(node)


@against_lma("rfc5213/5.3.6/link-local-generated")
def link_local_generated(lma: Lma) -> None:
    generated(lma.node().ask(more=link_local()))


@against_lma("rfc5213/5.3.6/link-local-copied")
def link_local_copied(lma: Lma) -> None:
    lma.node().ask(more=link_local(GIVEN)).accepted().repeats(LinkLocalAddress)


@against_lma("rfc5213/5.3.6/link-local-given-is-kept")
def link_local_given_is_kept(lma: Lma) -> None:
    node = lma.node()
    node.attach(more=link_local(GIVEN))
    answered_with(node.ask(more=link_local()).accepted(), GIVEN)
