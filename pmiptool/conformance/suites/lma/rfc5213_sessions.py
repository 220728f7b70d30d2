"""RFC 5213 5.3.2 to 5.3.5: new sessions, renewals, handovers and deregistrations."""

from __future__ import annotations

from pmiptool.conformance.case import against_lma
from pmiptool.conformance.lma import Lma
from pmiptool.conformance.node import BETWEEN_GATEWAYS, NEW_INTERFACE, NOT_CHANGED
from pmiptool.text.values import prefix_text
from pmiptool.wire.values import AlternateCareOfAddress, Prefix

BETWEEN_INTERFACES = 2
MANY = 16
SOME = 1.0  # seconds over a limit
INITIAL_BINDACK_TIMEOUT = 1.0  # seconds, RFC 6275 12
ONE_PREFIX = {"lma": {"pool": "2001:db8:f000::/64", "accept_unknown_mn": True}}
OWN, OWN_TOO, FOREIGN = "2001:db8:e000::/64", "2001:db8:e000:1::/64", "2001:db8:dead::/64"
WITH_PREFIXES = b"with-prefixes@example.org"
OWNER = {"mn": [{"id": WITH_PREFIXES.decode(), "hnp": [OWN, OWN_TOO]}]}


def overlap(one: Prefix, other: Prefix) -> bool:
    bits = 128 - min(one.length, other.length)
    return int.from_bytes(one.address, "big") >> bits == int.from_bytes(other.address, "big") >> bits


@against_lma("rfc5213/5.3.2/prefix-allocated")
def prefix_allocated(lma: Lma) -> None:
    reply = lma.node().ask(hnp="any").accepted()
    reply.check("a prefix that is not ALL_ZERO", bool(reply.prefixes), "none")


@against_lma("rfc5213/5.3.2/prefix-unused")
def prefix_unused(lma: Lma) -> None:
    taken = lma.node().attach().prefixes
    lma.node().ask(hnp="any").new_session(*taken)


@against_lma("rfc5213/5.3.2/prefix-unused-many")
def prefix_unused_many(lma: Lma) -> None:
    nodes = len(lma.settings.nodes) or MANY
    given = [prefix for _ in range(min(nodes, MANY)) for prefix in lma.node().ask(hnp="any").accepted().prefixes]
    both = [(one, other) for at, one in enumerate(given) for other in given[:at] if overlap(one, other)]
    lma.check("prefixes that do not overlap", not both, [tuple(map(prefix_text, pair)) for pair in both[:1]])


@against_lma("rfc5213/5.3.2/prefix-unused-in-the-delay")
def prefix_unused_in_the_delay(lma: Lma) -> None:
    node = lma.node()
    taken = node.attach().prefixes
    node.detach()
    lma.node().ask(hnp="any").new_session(*taken)


@against_lma("rfc5213/5.3.2/prefixes-exhausted", configured=ONE_PREFIX)
def prefixes_exhausted(lma: Lma) -> None:
    lma.node(id=b"first@example.org").attach()
    lma.node(id=b"second@example.org").ask(hnp="any").rejected(130)


@against_lma("rfc5213/5.3.2/named-prefix-accepted", configured=OWNER)
def named_prefix_accepted(lma: Lma) -> None:
    reply = lma.node(id=WITH_PREFIXES).ask(hnp=OWN_TOO).accepted()
    given = [prefix_text(prefix) for prefix in reply.prefixes]
    reply.check(f"the prefix {OWN_TOO}", given == [OWN_TOO], given)


@against_lma("rfc5213/5.3.2/prefix-not-owned")
def prefix_not_owned(lma: Lma) -> None:
    lma.node().ask(hnp=FOREIGN).rejected(155)


@against_lma("rfc5213/5.3.2/one-prefix-of-two-not-owned", configured=OWNER)
def one_prefix_of_two_not_owned(lma: Lma) -> None:
    lma.node(id=WITH_PREFIXES).ask(hnp=[OWN, FOREIGN]).rejected(155)


@against_lma("rfc5213/5.3.2/entry-created")
def entry_created(lma: Lma) -> None:
    node = lma.node()
    node.ask().accepted()
    node.ask(lifetime=0).accepted()


@against_lma("rfc5213/5.3.2/accepted")
def accepted(lma: Lma) -> None:
    lma.node().ask().accepted("status = 0").once()


@against_lma("rfc5213/5.3.2/accepted-each-handoff-indicator")
def accepted_each_handoff_indicator(lma: Lma) -> None:
    for indicator in (1, 2, 3, 4, 5):
        lma.node().ask(hi=indicator).accepted("status = 0")


@against_lma("rfc5213/5.3.3/lifetime-renewed")
def lifetime_renewed(lma: Lma) -> None:
    node = lma.node()
    node.attach(lifetime=8)
    node.ask(lifetime=60).accepted()
    lma.wait(8 + SOME)
    node.ask(lifetime=0).accepted()


@against_lma("rfc5213/5.3.3/same-prefix-renewed")
def same_prefix_renewed(lma: Lma) -> None:
    node = lma.node()
    node.ask().same_session(node.attach().prefixes)


@against_lma("rfc5213/5.3.3/accepted")
def renewal_accepted(lma: Lma) -> None:
    node = lma.node()
    node.attach()
    node.ask().accepted("status = 0")


@against_lma("rfc5213/5.3.3/accepted-with-all-zero-prefix")
def renewal_accepted_with_all_zero_prefix(lma: Lma) -> None:
    node = lma.node(ll_id=b"\x02first")
    prefixes = node.attach().prefixes
    node.ask(hnp="any").same_session(prefixes).expect("status = 0")


@against_lma("rfc5213/5.3.4/entry-moved", mags=2)
def entry_moved(lma: Lma) -> None:
    node = lma.node()
    node.attach()
    node.hand_over(1).ask(lifetime=0).accepted()


@against_lma("rfc5213/5.3.4/handed-back", mags=2)
def handed_back(lma: Lma) -> None:
    node = lma.node()
    prefixes = node.attach().prefixes
    there = node.hand_over(1)
    node.ask(hnp="any", hi=BETWEEN_GATEWAYS).same_session(prefixes)
    lma.forget(there)
    node.ask(lifetime=0).accepted()


@against_lma("rfc5213/5.3.4/entry-has-new-interface", mags=2)
def entry_has_new_interface(lma: Lma) -> None:
    node = lma.node(ll_id=b"\x02first", att=4)
    prefixes = node.attach().prefixes
    there = node.interface(1, ll_id=b"\x02other", att=5)
    there.renew(hi=BETWEEN_INTERFACES)
    there.ask(hnp="any", hi=NOT_CHANGED).same_session(prefixes)


@against_lma("rfc5213/5.3.4/accepted", mags=2)
def handover_accepted(lma: Lma) -> None:
    node = lma.node()
    prefixes = node.attach().prefixes
    node.at(1).ask(hi=BETWEEN_GATEWAYS).same_session(prefixes).expect("status = 0")
    lma.forget(node)


@against_lma("rfc5213/5.3.5/other-care-of-address-ignored", mags=2)
def other_care_of_address_ignored(lma: Lma) -> None:
    node = lma.node()
    node.attach()
    lma.ignores(node.at(1).pbu(lifetime=0, hi=4), mag=1)
    node.ask(lifetime=0).accepted()


@against_lma("rfc5213/5.3.5/previous-gateway-ignored", mags=2)
def previous_gateway_ignored(lma: Lma) -> None:
    node = lma.node()
    node.attach()
    there = node.hand_over(1)
    lma.ignores(node.pbu(lifetime=0, hi=4))
    there.ask(lifetime=0).accepted()


@against_lma("rfc5213/5.3.5/other-alternate-care-of-address-ignored", mags=2)
def other_alternate_care_of_address_ignored(lma: Lma) -> None:
    node = lma.node()
    node.attach()
    named = AlternateCareOfAddress(alternate_care_of_address=lma.mag_address(1))
    lma.ignores(node.pbu(lifetime=0, hi=4, more=[named]))
    node.ask(lifetime=0).accepted()


@against_lma("rfc5213/5.3.5/entry-kept-for-the-delay", mags=2)
def entry_kept_for_the_delay(lma: Lma) -> None:
    if not lma.delete_delay:
        lma.lacks("its MinDelayBeforeBCEDelete is 0")
    node = lma.node()
    prefixes = node.attach().prefixes
    node.detach()
    lma.wait(lma.delete_delay / 2)
    node.at(1).ask(hnp="any", hi=BETWEEN_GATEWAYS).same_session(prefixes)


@against_lma("rfc5213/5.3.5/answered-at-once")
def answered_at_once(lma: Lma) -> None:
    node = lma.node()
    node.attach()
    reply = node.ask(lifetime=0).accepted("status = 0", "lifetime = 0")
    assert reply.packet is not None
    took = reply.packet.time - reply.request.time
    asked_again = lma.settings.timers.initial_bindack_timeout or INITIAL_BINDACK_TIMEOUT
    reply.check(f"an answer before a gateway asks again, in {asked_again:g} s", took < asked_again, f"{took:.2f} s")


@against_lma("rfc5213/5.3.5/revived-by-same-gateway")
def revived_by_same_gateway(lma: Lma) -> None:
    node = lma.node()
    prefixes = node.attach().prefixes
    node.detach()
    node.ask(hi=NEW_INTERFACE).same_session(prefixes)


@against_lma("rfc5213/5.3.5/revived-by-new-gateway", mags=2)
def revived_by_new_gateway(lma: Lma) -> None:
    node = lma.node()
    prefixes = node.attach().prefixes
    node.detach()
    node.at(1).ask(hi=BETWEEN_GATEWAYS).same_session(prefixes)


@against_lma("rfc5213/5.3.5/revived-outlives-the-delay")
def revived_outlives_the_delay(lma: Lma) -> None:
    node = lma.node()
    node.attach()
    node.detach()
    node.ask(hi=NEW_INTERFACE).accepted()
    lma.wait(lma.delete_delay + SOME)
    node.ask(lifetime=0).accepted()


@against_lma("rfc5213/5.3.5/entry-gone-after-the-delay")
def entry_gone_after_the_delay(lma: Lma) -> None:
    node = lma.node()
    node.attach()
    node.detach()
    lma.wait(lma.delete_delay + SOME)
    lma.ignores(node.pbu(lifetime=0, hi=4))
