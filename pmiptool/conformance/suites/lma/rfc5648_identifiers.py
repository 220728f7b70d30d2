"""RFC 5648 4.3, 5.4, 6.1 and 6.2: binding identifiers of the interfaces of a multihoming group."""

from __future__ import annotations

from pmiptool.conformance.case import against_lma
from pmiptool.conformance.filters import REMOVE
from pmiptool.conformance.lma import Lma
from pmiptool.conformance.node import UNKNOWN, Node
from pmiptool.conformance.reply import Reply
from pmiptool.registry.rfc6275 import BINDING_STATUS
from pmiptool.wire.values import BindingIdentifier, UnknownOption

BID = 35
LENGTHS = (4, 8, 20)
NOT_COMPLETE, MALFORMED, UNKNOWN_COA = 4, 164, 167
FLOW = "fid=1 pri=10 proto=udp"
MULTICAST = bytes.fromhex("ff0e") + bytes(13) + b"\1"
LINK_LOCAL = bytes.fromhex("fe80") + bytes(13) + b"\1"


def registered(lma: Lma) -> Node:
    """An interface with BID 1."""
    node = lma.node(mhgid=0)
    node.attach(bids=[1])
    return node


def refused(reply: Reply, bid: int, *statuses: int) -> None:
    """This identifier is refused, in the acknowledgement or in its option, by one of these where a text names one."""
    option = reply.bids.get(bid)
    status = reply.status if option is None or not option.status else option.status
    wanted = statuses or range(128, 256)
    name = " or ".join(map(str, statuses)) or "128 to 255"
    reply.check(f"BID {bid} refused with {name}", status in wanted, f"{reply.status_text}, for BID {bid} {status}")


@against_lma("rfc5648/4.3/pba-alignment")
def pba_alignment(lma: Lma) -> None:
    reply = lma.node(mhgid=0).ask(bids=[1, 2]).bound(1, 2)
    places = [slot.offset for slot in reply.decoded.layout.slots if slot.type == BID and slot.pad is None]
    reply.check("options at even places", not any(place % 2 for place in places), places)


@against_lma("rfc5648/4.3/pba-length")
def pba_length(lma: Lma) -> None:
    registered(lma)
    reply = lma.node(mhgid=0).ask(bids=[1]).accepted()
    lengths = [slot.length for slot in reply.decoded.layout.slots if slot.type == BID and slot.pad is None]
    reply.check("a length of 4, 8 or 20", bool(lengths) and all(length in LENGTHS for length in lengths), lengths)


@against_lma("rfc5648/4.3/bid-of-16-bits")
def bid_of_16_bits(lma: Lma) -> None:
    lma.node(mhgid=0).ask(bids=[65535]).bound(65535)


@against_lma("rfc5648/4.3/status-in-pbu-ignored")
def status_in_pbu_ignored(lma: Lma) -> None:
    lma.node(mhgid=0).ask(bids=[BindingIdentifier(bid=1, status=200)]).bound(1)


@against_lma("rfc5648/4.3/status-defined")
def status_defined(lma: Lma) -> None:
    registered(lma)
    reply = lma.node(mhgid=0).ask(bids=[1, BindingIdentifier(bid=2, care_of_address=MULTICAST)])
    defined = BINDING_STATUS.names(lma.codepoints)
    odd = [option.status for option in reply.bids.values() if option.status not in defined]
    reply.check("statuses that are defined", not odd, odd)


@against_lma("rfc5648/4.3/pba-no-h-flag")
def pba_no_h_flag(lma: Lma) -> None:
    registered(lma)
    reply = lma.node(mhgid=0).ask(bids=[1, BindingIdentifier(bid=2, h=1)])
    flags = [option.h for option in reply.bids.values()]
    reply.check("no H flag", not any(flags), flags)


@against_lma("rfc5648/4.3/reserved-ignored")
def reserved_ignored(lma: Lma) -> None:
    registered(lma)
    lma.node(mhgid=0).ask(bids=[BindingIdentifier(bid=1, bid_pri=127)]).bound(1)


@against_lma("rfc5648/4.3/pba-no-care-of-address")
def pba_no_care_of_address(lma: Lma) -> None:
    registered(lma)
    own = BindingIdentifier(bid=1, care_of_address=lma.mag_address(0))
    reply = lma.node(mhgid=0).ask(bids=[own, 2])
    addresses = [option.care_of_address.hex() for option in reply.bids.values() if option.care_of_address]
    reply.check("no care-of address", not addresses, addresses)


@against_lma("rfc5648/5.4/remove-one", mags=2)
def remove_one(lma: Lma) -> None:
    first = registered(lma)
    second = first.interface(1)
    second.attach(bids=[2])
    first.ask(lifetime=0, hi=UNKNOWN, act=REMOVE, bids=[1]).accepted()
    second.ask(lifetime=0, hi=UNKNOWN, act=REMOVE, bids=[2]).accepted()


@against_lma("rfc5648/6.1/bid-of-another-mn")
def bid_of_another_mn(lma: Lma) -> None:
    one, other = registered(lma), lma.node(mhgid=0)
    other.ask(bids=[1]).bound(1)
    one.ask(flows=[f"{FLOW} bid=1"]).installed(1)


@against_lma("rfc5648/6.2/update-first")
def update_first(lma: Lma) -> None:
    registered(lma)
    reply = lma.node(mhgid=0).ask(bids=[1], without="hi").rejected()
    taken = [bid for bid, option in reply.bids.items() if option.status < 128 and reply.is_accepted]
    reply.check("no identifier said to be registered", not taken, taken)


def of_wrong_length() -> UnknownOption:
    return UnknownOption(BID, bytes((0, 1, 0, 0, 0, 0)))


@against_lma("rfc5648/6.2/wrong-length")
def wrong_length(lma: Lma) -> None:
    registered(lma)
    lma.node(mhgid=0).ask(more=[of_wrong_length()]).rejected(MALFORMED)


@against_lma("rfc5648/6.2/wrong-length-with-binding")
def wrong_length_with_binding(lma: Lma) -> None:
    node = registered(lma)
    node.ask(more=[of_wrong_length()]).rejected(MALFORMED)
    node.ask(bids=[1]).bound(1)


@against_lma("rfc5648/6.2/address-not-unicast")
def address_not_unicast(lma: Lma) -> None:
    registered(lma)
    refused(lma.node(mhgid=0).ask(bids=[BindingIdentifier(bid=1, care_of_address=MULTICAST)]), 1, MALFORMED)


@against_lma("rfc5648/6.2/address-link-local")
def address_link_local(lma: Lma) -> None:
    registered(lma)
    refused(lma.node(mhgid=0).ask(bids=[BindingIdentifier(bid=1, care_of_address=LINK_LOCAL)]), 1, MALFORMED)


@against_lma("rfc5648/6.2/bulk")
def bulk(lma: Lma) -> None:
    lma.node(mhgid=0).ask(bids=[1, 2, 3]).bound(1, 2, 3)


@against_lma("rfc5648/6.2/registered")
def registered_with_its_identifier(lma: Lma) -> None:
    node = lma.node(mhgid=0)
    node.ask(bids=[1]).bound(1)
    node.ask(flows=[f"{FLOW} bid=1"]).installed(1)


@against_lma("rfc5648/6.2/known-without-address")
def known_without_address(lma: Lma) -> None:
    registered(lma).ask(bids=[1]).bound(1)


@against_lma("rfc5648/6.2/unknown-without-address")
def unknown_without_address(lma: Lma) -> None:
    reply = registered(lma).ask(bids=[9])
    option = reply.bids.get(9)
    status = reply.status if option is None or not option.status else option.status
    reply.check("BID 9 registered, or refused with 167", status in (*range(128), UNKNOWN_COA), status)


@against_lma("rfc5648/6.2/known-with-new-address", mags=2)
def known_with_new_address(lma: Lma) -> None:
    first = registered(lma)
    second = first.interface(1)
    second.ask(bids=[1]).bound(1)
    first.leave()
    second.ask(flows=[f"{FLOW} bid=1"]).installed(1)


@against_lma("rfc5648/6.2/new-bid")
def new_bid(lma: Lma) -> None:
    lma.node(mhgid=0).ask(bids=[1]).accepted("status = 0").bound(1)


@against_lma("rfc5648/6.2/options-copied")
def options_copied(lma: Lma) -> None:
    reply = registered(lma).ask(bids=[1, 2]).accepted()
    reply.check("an option for each identifier", {1, 2} <= set(reply.bids), list(reply.bids))


@against_lma("rfc5648/6.2/options-copied-whole")
def options_copied_whole(lma: Lma) -> None:
    registered(lma)
    asked = [BindingIdentifier(bid=1, bid_pri=33), BindingIdentifier(bid=2, bid_pri=44)]
    reply = lma.node(mhgid=0).ask(bids=asked).accepted()
    shown = {bid: option.bid_pri for bid, option in reply.bids.items()}
    reply.check("BIDs and BID-PRIs of the request", shown == {1: 33, 2: 44}, shown)


def partly_sound(lma: Lma) -> Reply:
    registered(lma)
    asked = [1, BindingIdentifier(bid=2, care_of_address=MULTICAST)]
    return lma.node(mhgid=0).ask(bids=asked)


@against_lma("rfc5648/6.2/bulk-status-in-option")
def bulk_status_in_option(lma: Lma) -> None:
    reply = partly_sound(lma).bound(1)
    option = reply.bids.get(2)
    reply.check("a refusal in the option of BID 2", option is not None and option.status >= 128, option)


@against_lma("rfc5648/6.2/bulk-not-complete")
def bulk_not_complete(lma: Lma) -> None:
    partly_sound(lma).expect(f"status = {NOT_COMPLETE}")


@against_lma("rfc5648/6.2/status-in-message")
def status_in_message(lma: Lma) -> None:
    reply = lma.node(mhgid=0).ask(bids=[1, 2]).accepted("status = 0").bound(1, 2)
    statuses = [option.status for option in reply.bids.values()]
    reply.check("options with status 0", statuses == [0, 0], statuses)
