"""RFC 5213 8: messages and options, how an LMA reads and writes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from pmiptool.conformance.case import against_lma
from pmiptool.conformance.lma import Lma
from pmiptool.conformance.reply import Reply
from pmiptool.conformance.suites.lma.rfc5213_answers import LINK_LAYER, link_local
from pmiptool.conformance.suites.lma.rfc5213_sessions import OWN, OWN_TOO, OWNER, WITH_PREFIXES
from pmiptool.mag.request import BU_A
from pmiptool.registry.rfc6275 import BA_P, BINDING_STATUS, BU_H
from pmiptool.text.json import option_name
from pmiptool.text.values import address_text, prefix_text
from pmiptool.wire.values import (
    AccessTechnologyType,
    BindingUpdate,
    HandoffIndicator,
    HomeNetworkPrefix,
    LinkLocalAddress,
    MobileNodeIdentifier,
    MobileNodeLinkLayerIdentifier,
    Timestamp,
    UnknownOption,
    VendorSpecific,
)

HNP, HI, ATT, LL_ID, LINK_LOCAL, TIMESTAMP = 22, 23, 24, 25, 26, 27
NOBODYS = 222  # an option type that is not assigned
UNKNOWN_OPTION = UnknownOption(NOBODYS, bytes.fromhex("0badcafe"))
AT_MOST_ONE = (
    MobileNodeIdentifier,
    HandoffIndicator,
    AccessTechnologyType,
    MobileNodeLinkLayerIdentifier,
    LinkLocalAddress,
    Timestamp,
)
FIXED_PART = 12  # octets of a Binding Update before its options


def places(reply: Reply, kind: int) -> list[int]:
    """Where options of a type start in the answer."""
    return [slot.offset for slot in reply.decoded.layout.slots if slot.type == kind]


def aligned(reply: Reply, kind: int, rest: int) -> None:
    """Options of a type are there, and start at 8n + rest."""
    at = places(reply.accepted(), kind)
    reply.check(f"an option {kind} at 8n+{rest}", bool(at) and all(place % 8 == rest for place in at), at or "none")


def long(reply: Reply, kind: int, length: int) -> None:
    """Options of a type are there, and have this length."""
    given = [slot.length for slot in reply.accepted().decoded.layout.slots if slot.type == kind]
    reply.check(f"an option {kind} of length {length}", bool(given) and set(given) == {length}, given or "none")


def clean(reply: Reply, kind: type[Any]) -> None:
    """Options of a kind are there, and their reserved bits are clear."""
    given = [option.reserved for option in reply.accepted().options(kind)]
    reply.check("reserved bits of 0", bool(given) and not any(given), given or "no option")


def with_reserved(request: BindingUpdate, kind: type[Any], value: int = 0x55) -> BindingUpdate:
    """A request with reserved bits set in its options of a kind."""
    options = (replace(o, reserved=value) if isinstance(o, kind) else o for o in request.options)
    return replace(request, options=tuple(options))


def reordered(request: BindingUpdate, options: Sequence[Any]) -> BindingUpdate:
    return replace(request, options=tuple(options))


def shifted(lma: Lma, request: BindingUpdate, kind: int, by: int) -> bytes:
    """A request whose option of a type starts `by` octets later, behind pads."""
    data = lma.encode(request)
    at = FIXED_PART
    while data[at] != kind:
        at += 1 if data[at] == 0 else 2 + data[at + 1]
    size = 2 + data[at + 1]
    data = lma.inserted(data, at, bytes(by) + bytes((1, 6 - by)) + bytes(6 - by))
    pad, option = data[at + by : at + 8], data[at + 8 : at + 8 + size]
    return lma.altered(data, at + by, *option, *pad)


@against_lma("rfc5213/8.1/unknown-option-skipped")
def unknown_option_skipped(lma: Lma) -> None:
    lma.node().ask(more=[UNKNOWN_OPTION]).accepted()


@against_lma("rfc5213/8.1/unknown-option-skipped-in-renewal")
def unknown_option_skipped_in_renewal(lma: Lma) -> None:
    node = lma.node()
    prefixes = node.attach().prefixes
    node.ask(more=[UNKNOWN_OPTION]).same_session(prefixes)


@against_lma("rfc5213/8.1/unknown-option-skipped-in-deregistration")
def unknown_option_skipped_in_deregistration(lma: Lma) -> None:
    node = lma.node()
    node.attach()
    node.ask(lifetime=0, more=[UNKNOWN_OPTION]).accepted("lifetime = 0")


@against_lma("rfc5213/8.1/options-in-reverse-order")
def options_in_reverse_order(lma: Lma) -> None:
    node = lma.node(ll_id=LINK_LAYER)
    request = node.pbu(more=link_local())
    node.ask(reordered(request, request.options[::-1])).accepted()


@against_lma("rfc5213/8.1/prefixes-apart", configured=OWNER)
def prefixes_apart(lma: Lma) -> None:
    node = lma.node(id=WITH_PREFIXES)
    request = node.pbu(hnp=[OWN, OWN_TOO])
    first = next(option for option in request.options if isinstance(option, HomeNetworkPrefix))
    others = [option for option in request.options if option is not first]
    reply = node.ask(reordered(request, [*others, first])).accepted()
    given = set(map(prefix_text, reply.prefixes))
    reply.check("both prefixes", given == {OWN, OWN_TOO}, ", ".join(given))


@against_lma("rfc5213/8.1/several-prefixes", configured=OWNER)
def several_prefixes(lma: Lma) -> None:
    reply = lma.node(id=WITH_PREFIXES).ask(hnp=[OWN, OWN_TOO]).accepted()
    given = set(map(prefix_text, reply.prefixes))
    reply.check("both prefixes", given == {OWN, OWN_TOO}, ", ".join(given))


@against_lma("rfc5213/8.1/vendor-specific-options")
def vendor_specific_options(lma: Lma) -> None:
    more = [VendorSpecific(vendor_id=number, sub_type=1, data=b"pmip") for number in (32473, 32474)]
    lma.node().ask(more=more).accepted()


@against_lma("rfc5213/8.2/p-flag-only-when-asked")
def p_flag_only_when_asked(lma: Lma) -> None:
    reply = lma.ask(lma.node().pbu(flags=BU_A | BU_H))
    if reply.packet is None:
        lma.lacks("it does not answer a home registration")
    flags = getattr(reply.message, "flags", 0)
    reply.check("the flag P clear", not flags & BA_P, f"flags {flags:#04x}")


@against_lma("rfc5213/8.2/options-once")
def options_once(lma: Lma) -> None:
    node = lma.node(ll_id=LINK_LAYER)
    for reply in (node.ask(more=link_local()).accepted(), node.ask(more=link_local(), without="hnp").rejected()):
        twice = [option_name(kind()) for kind in AT_MOST_ONE if len(reply.options(kind)) > 1]
        reply.check("no option twice but prefixes", not twice, ", ".join(twice))


@against_lma("rfc5213/8.2/rejected-leaves-no-entry")
def rejected_leaves_no_entry(lma: Lma) -> None:
    node = lma.node(ll_id=LINK_LAYER)
    node.ask(timestamp=None, without="hi").rejected()
    lma.check("no entry after a rejection", not node.has_entry(), "135: it remembers the sequence number")


@against_lma("rfc5213/8.3/alignment")
def prefix_alignment(lma: Lma) -> None:
    aligned(lma.node().ask(), HNP, 4)


@against_lma("rfc5213/8.3/length")
def prefix_option_length(lma: Lma) -> None:
    long(lma.node().ask(), HNP, 18)


@against_lma("rfc5213/8.3/reserved-zero")
def prefix_reserved_zero(lma: Lma) -> None:
    node = lma.node()
    clean(node.ask(), HomeNetworkPrefix)
    reply = node.ask(with_reserved(node.pbu(without="hi"), HomeNetworkPrefix, 1))
    given = [option.reserved for option in reply.rejected().options(HomeNetworkPrefix)]
    reply.check("reserved bits of 0", not any(given), given)


@against_lma("rfc5213/8.3/reserved-ignored")
def prefix_reserved_ignored(lma: Lma) -> None:
    node = lma.node()
    node.ask(with_reserved(node.pbu(), HomeNetworkPrefix)).accepted()


@against_lma("rfc5213/8.3/prefix-length")
def prefix_length(lma: Lma) -> None:
    reply = lma.node().ask().accepted()
    options = [option.home_network_prefix for option in reply.options(HomeNetworkPrefix)]
    beyond = [one for one in options if not 0 < one.length <= 128 or host_bits(one.address, one.length)]
    reply.check("prefixes of 1 to 128 bits, and zeros behind them", bool(options) and not beyond, beyond)


def host_bits(address: bytes, length: int) -> int:
    return int.from_bytes(address, "big") & ((1 << (128 - length)) - 1)


@against_lma("rfc5213/8.4/any-alignment")
def handoff_any_alignment(lma: Lma) -> None:
    node = lma.node()
    for by in range(1, 5):
        node.ask(shifted(lma, node.pbu(), HI, by)).accepted()


@against_lma("rfc5213/8.4/length")
def handoff_length(lma: Lma) -> None:
    long(lma.node().ask(), HI, 2)


@against_lma("rfc5213/8.4/reserved-zero")
def handoff_reserved_zero(lma: Lma) -> None:
    node = lma.node()
    clean(node.ask(with_reserved(node.pbu(), HandoffIndicator)), HandoffIndicator)


@against_lma("rfc5213/8.4/reserved-ignored")
def handoff_reserved_ignored(lma: Lma) -> None:
    node = lma.node()
    node.ask(with_reserved(node.pbu(), HandoffIndicator)).accepted()


@against_lma("rfc5213/8.5/any-alignment")
def technology_any_alignment(lma: Lma) -> None:
    node = lma.node()
    for by in range(1, 5):
        node.ask(shifted(lma, node.pbu(), ATT, by)).accepted()


@against_lma("rfc5213/8.5/length")
def technology_length(lma: Lma) -> None:
    long(lma.node().ask(), ATT, 2)


@against_lma("rfc5213/8.5/reserved-zero")
def technology_reserved_zero(lma: Lma) -> None:
    node = lma.node()
    clean(node.ask(with_reserved(node.pbu(), AccessTechnologyType)), AccessTechnologyType)


@against_lma("rfc5213/8.5/reserved-ignored")
def technology_reserved_ignored(lma: Lma) -> None:
    node = lma.node()
    node.ask(with_reserved(node.pbu(), AccessTechnologyType)).accepted()


@against_lma("rfc5213/8.6/length")
def link_layer_length(lma: Lma) -> None:
    long(lma.node(ll_id=LINK_LAYER).ask(), LL_ID, 2 + len(LINK_LAYER))


@against_lma("rfc5213/8.6/reserved-zero")
def link_layer_reserved_zero(lma: Lma) -> None:
    node = lma.node(ll_id=LINK_LAYER)
    clean(node.ask(with_reserved(node.pbu(), MobileNodeLinkLayerIdentifier)), MobileNodeLinkLayerIdentifier)


@against_lma("rfc5213/8.6/reserved-ignored")
def link_layer_reserved_ignored(lma: Lma) -> None:
    node = lma.node(ll_id=LINK_LAYER)
    prefixes = node.attach().prefixes
    request = with_reserved(node.pbu(hnp="any"), MobileNodeLinkLayerIdentifier)
    node.ask(request).same_session(prefixes)


@against_lma("rfc5213/8.7/alignment")
def link_local_alignment(lma: Lma) -> None:
    aligned(lma.node().ask(more=link_local()), LINK_LOCAL, 6)


@against_lma("rfc5213/8.7/length")
def link_local_length(lma: Lma) -> None:
    long(lma.node().ask(more=link_local()), LINK_LOCAL, 16)


@against_lma("rfc5213/8.7/link-local-prefix")
def link_local_prefix(lma: Lma) -> None:
    reply = lma.node().ask(more=link_local()).accepted()
    given = [bytes(option.link_local_address) for option in reply.options(LinkLocalAddress)]
    fits = bool(given) and all(one[0] == 0xFE and one[1] & 0xC0 == 0x80 for one in given)
    reply.check("an address of fe80::/10", fits, ", ".join(map(address_text, given)) or "none")


@against_lma("rfc5213/8.8/alignment")
def timestamp_alignment(lma: Lma) -> None:
    aligned(lma.node().ask(), TIMESTAMP, 2)


@against_lma("rfc5213/8.8/length")
def timestamp_length(lma: Lma) -> None:
    long(lma.node().ask(), TIMESTAMP, 8)


@against_lma("rfc5213/8.9/status-assigned")
def status_assigned(lma: Lma) -> None:
    node = lma.node()
    assigned = BINDING_STATUS.names(lma.codepoints)
    for missing in ((), "mn-id", "hnp", "hi", "att"):
        reply = node.ask(without=missing)
        reply.check("a status that is assigned", reply.status in assigned, reply.status_text)
