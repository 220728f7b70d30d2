"""RFC 5213 5.1, 5.2, 5.3 and 5.3.1: what an LMA keeps, which requests it takes, and how it rejects the others."""

from __future__ import annotations

from pmiptool.conformance.case import against_lma
from pmiptool.conformance.lma import Lma
from pmiptool.conformance.node import BETWEEN_GATEWAYS
from pmiptool.wire.values import AlternateCareOfAddress, MobileNodeIdentifier

KNOWN_ONLY = {"lma": {"accept_unknown_mn": False}}
STRANGER = b"nobody@example.org"
OTHERS_ONLY = {"mag": [{"address": "2001:db8:ffff::1"}]}
FIRST_ONLY = {"mag": [{"address": "MAG1"}]}
NOT_ENABLED = {"mn": [{"id": "not-enabled@example.org", "proxy_registration": False}]}
LATER = 10.0  # seconds, more than any TimestampValidityWindow


@against_lma("rfc5213/5.1/renewal-known", mags=2)
def renewal_known(lma: Lma) -> None:
    node = lma.node()
    prefixes = node.attach().prefixes
    node.at(1).ask(hnp="any", hi=BETWEEN_GATEWAYS).same_session(prefixes)


@against_lma("rfc5213/5.1/prefix-length-kept")
def prefix_length_kept(lma: Lma) -> None:
    node = lma.node()
    given = {prefix.address: prefix.length for prefix in node.attach().prefixes}
    renewed = {prefix.address: prefix.length for prefix in node.ask().accepted().prefixes}
    lma.check("each prefix with the length that it had", renewed == given, sorted(renewed.values()))


@against_lma("rfc5213/5.1/timestamps-after-sequence-numbers")
def timestamps_after_sequence_numbers(lma: Lma) -> None:
    node = lma.node()
    node.attach(timestamp=lma.time_of_day(lma.validity_window / 2))
    node.renew(timestamp=None)
    node.ask(timestamp=lma.time_of_day()).accepted()


@against_lma("rfc5213/5.2/prefixes-of-two-nodes-differ")
def prefixes_of_two_nodes_differ(lma: Lma) -> None:
    taken = lma.node().attach().prefixes
    lma.node().ask().new_session(*taken)


@against_lma("rfc5213/5.2/prefixes-of-two-interfaces-differ", mags=2)
def prefixes_of_two_interfaces_differ(lma: Lma) -> None:
    node = lma.node(ll_id=b"\x02first")
    taken = node.attach().prefixes
    node.other_session(1, ll_id=b"\x02other").ask().new_session(*taken)


@against_lma("rfc5213/5.2/prefixes-of-two-technologies-differ", mags=2)
def prefixes_of_two_technologies_differ(lma: Lma) -> None:
    node = lma.node(att=4)
    taken = node.attach().prefixes
    node.other_session(1, att=5).ask().new_session(*taken)


@against_lma("rfc5213/5.2/deregistration-leaves-other-interface", mags=2)
def deregistration_leaves_other_interface(lma: Lma) -> None:
    node = lma.node(ll_id=b"\x02first")
    node.attach()
    other = node.other_session(1, ll_id=b"\x02other")
    other.attach()
    node.detach()
    other.ask(lifetime=0).accepted()


@against_lma("rfc5213/5.3/order-mn-id-first")
def order_mn_id_first(lma: Lma) -> None:
    lma.node().ask(without=("mn-id", "hnp", "hi", "att")).rejected(160)


@against_lma("rfc5213/5.3/order-authorisation-before-options", configured=KNOWN_ONLY)
def order_authorisation_before_options(lma: Lma) -> None:
    lma.node(id=STRANGER).ask(without=("hnp", "hi", "att")).rejected(153)


@against_lma("rfc5213/5.3/order-timestamp-before-options")
def order_timestamp_before_options(lma: Lma) -> None:
    lma.node().ask(timestamp=lma.time_of_day(-LATER), without=("hnp", "hi", "att")).rejected(156)


@against_lma("rfc5213/5.3/order-prefix-before-handoff")
def order_prefix_before_handoff(lma: Lma) -> None:
    lma.node().ask(without=("hnp", "hi", "att")).rejected(158)


@against_lma("rfc5213/5.3/order-handoff-before-technology")
def order_handoff_before_technology(lma: Lma) -> None:
    lma.node().ask(without=("hi", "att")).rejected(161)


@against_lma("rfc5213/5.3.1/no-home-address-option")
def no_home_address_option(lma: Lma) -> None:
    lma.node().ask().accepted()


@against_lma("rfc5213/5.3.1/known-by-mn-id", mags=2)
def known_by_mn_id(lma: Lma) -> None:
    node, neighbour = lma.node(), lma.node()
    prefixes = node.attach().prefixes
    neighbour.ask(hi=BETWEEN_GATEWAYS).new_session(*prefixes)
    node.at(1).ask(hnp="any", hi=BETWEEN_GATEWAYS).same_session(prefixes)


@against_lma("rfc5213/5.3.1/mn-id-missing")
def mn_id_missing(lma: Lma) -> None:
    lma.node().ask(without="mn-id").rejected(160)


@against_lma("rfc5213/5.3.1/mn-id-missing-with-binding")
def mn_id_missing_with_binding(lma: Lma) -> None:
    node = lma.node()
    node.attach()
    node.ask(without="mn-id").rejected(160)
    node.ask().accepted()


@against_lma("rfc5213/5.3.1/mn-id-missing-empty-identifier")
def mn_id_missing_empty_identifier(lma: Lma) -> None:
    reply = lma.node().ask(without="mn-id").rejected(160)
    given = [option.identifier for option in reply.options(MobileNodeIdentifier)]
    reply.check("an MN-ID option with an empty identifier", given == [b""], given)


@against_lma("rfc5213/5.3.1/mag-not-authorized", configured=OTHERS_ONLY)
def mag_not_authorized(lma: Lma) -> None:
    lma.node().ask().rejected(154)


@against_lma("rfc5213/5.3.1/mag-not-authorized-with-binding", mags=2, configured=FIRST_ONLY)
def mag_not_authorized_with_binding(lma: Lma) -> None:
    node = lma.node()
    node.attach()
    node.at(1).ask(hi=BETWEEN_GATEWAYS).rejected(154)
    node.ask().accepted()


@against_lma("rfc5213/5.3.1/mn-unknown", configured=KNOWN_ONLY)
def mn_unknown(lma: Lma) -> None:
    lma.node(id=STRANGER).ask().rejected(153)


@against_lma("rfc5213/5.3.1/mn-id-empty")
def mn_id_empty(lma: Lma) -> None:
    lma.node(id=b"").ask().rejected(153)


@against_lma("rfc5213/5.3.1/mn-not-enabled", configured=NOT_ENABLED)
def mn_not_enabled(lma: Lma) -> None:
    lma.node(id=b"not-enabled@example.org").ask().rejected(152)


@against_lma("rfc5213/5.3.1/hnp-missing")
def hnp_missing(lma: Lma) -> None:
    lma.node().ask(without="hnp").rejected(158)


@against_lma("rfc5213/5.3.1/hnp-missing-with-binding")
def hnp_missing_with_binding(lma: Lma) -> None:
    node = lma.node()
    node.attach()
    node.ask(without="hnp").rejected(158)
    node.ask().accepted()


@against_lma("rfc5213/5.3.1/hi-missing")
def hi_missing(lma: Lma) -> None:
    lma.node().ask(without="hi").rejected(161)


@against_lma("rfc5213/5.3.1/hi-missing-with-binding")
def hi_missing_with_binding(lma: Lma) -> None:
    node = lma.node()
    node.attach()
    node.ask(without="hi").rejected(161)
    node.ask().accepted()


@against_lma("rfc5213/5.3.1/att-missing")
def att_missing(lma: Lma) -> None:
    lma.node().ask(without="att").rejected(162)


@against_lma("rfc5213/5.3.1/att-missing-with-binding")
def att_missing_with_binding(lma: Lma) -> None:
    node = lma.node()
    node.attach()
    node.ask(without="att").rejected(162)
    node.ask().accepted()


@against_lma("rfc5213/5.3.1/lifetime-zero-deregisters")
def lifetime_zero_deregisters(lma: Lma) -> None:
    node = lma.node()
    for indicator in (1, 2, 3, 4, 5):
        node.attach()
        node.ask(lifetime=0, hi=indicator).accepted("lifetime = 0")


@against_lma("rfc5213/5.3.1/alternate-care-of-address-extends", mags=2)
def alternate_care_of_address_extends(lma: Lma) -> None:
    node = lma.node()
    prefixes = node.attach().prefixes
    named = AlternateCareOfAddress(alternate_care_of_address=lma.mag_address(0))
    elsewhere = node.at(1)
    elsewhere.ask(more=[named]).same_session(prefixes)
    lma.forget(elsewhere)
    node.ask(lifetime=0).accepted()
