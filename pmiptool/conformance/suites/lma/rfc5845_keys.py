"""RFC 5845: GRE encapsulation, the exchange of its keys, and the TLV header over IPv4."""

from __future__ import annotations

from typing import Any

from pmiptool.conformance.case import against_lma
from pmiptool.conformance.lma import Lma
from pmiptool.conformance.node import BETWEEN_GATEWAYS, Node
from pmiptool.conformance.reply import Reply
from pmiptool.mag.request import BU_A, BU_P
from pmiptool.registry.rfc5845 import BA_T, BU_T
from pmiptool.wire.values import GreKey

KEY, MODE_ONLY = GreKey(gre_key=(0x1234,)), GreKey()  # with a downlink key, and without
NOT_REQUIRED, NO_TLV_HEADER, REQUIRED = 2, 3, 163
OPTION = 33
WITH_TLV = {"lma": {"tlv_header": True}}
NEEDED, NOT_NEEDED = {"lma": {"gre": "required"}}, {"lma": {"gre": "not-required"}}


def _keyed(lma: Lma, **changes: Any) -> tuple[Node, int]:
    """A mobile node for which keys were exchanged, and the uplink key."""
    node = lma.node()
    reply = node.attach(more=[KEY], **changes)
    return node, _uplink(reply, lacks=True)


def _uplink(reply: Reply, *, lacks: bool = False) -> int:
    """The key of an accepting answer; one without option is of an LMA that lacks GRE, or needs none."""
    option = reply.accepted().option(GreKey)
    if option is None and (lacks or reply.status == NOT_REQUIRED):
        reply.lma.lacks("its answer has no GRE Key option")
    found: Any = option.gre_key if option is not None else ()
    reply.lma.demand("a GRE Key option with a key", len(found) == 1, "no option" if option is None else "no key")
    key: int = found[0]
    return key


def _has_key(reply: Reply, key: int) -> None:
    found = _uplink(reply)
    reply.check(f"the uplink key 0x{key:x}", found == key, f"0x{found:x}")


@against_lma("rfc5845/3.2/pba-no-key")
def mode_only(lma: Lma) -> None:
    reply = lma.node().ask(more=[MODE_ONLY]).accepted()
    option = reply.option(GreKey)
    if option is None and reply.status == NOT_REQUIRED:
        lma.lacks("it needs no GRE")
    lma.check("a GRE Key option without key", option is not None and not option.gre_key, option or "none")


@against_lma("rfc5845/3.3.1/pba-uplink-key")
def uplink_key(lma: Lma) -> None:
    reply = lma.node().ask(more=[KEY]).accepted()
    option = reply.option(GreKey)
    if option is None and reply.status == NOT_REQUIRED:
        lma.lacks("it needs no GRE")
    lma.check("a GRE Key option with a key", option is not None and bool(option.gre_key), option or "none")


@against_lma("rfc5845/3.3.2/uplink-key-kept")
def uplink_key_kept(lma: Lma) -> None:
    node, key = _keyed(lma)
    for _ in range(2):
        _has_key(node.ask(more=[KEY]), key)


@against_lma("rfc5845/3.3.2/uplink-key-on-extension")
def uplink_key_on_extension(lma: Lma) -> None:
    node, key = _keyed(lma)
    _has_key(node.ask(more=[GreKey(gre_key=(0x5678,))]), key)


@against_lma("rfc5845/3.3.2/uplink-key-after-handoff", mags=2)
def uplink_key_after_handoff(lma: Lma) -> None:
    node, key = _keyed(lma)
    _has_key(node.at(1).ask(hi=BETWEEN_GATEWAYS, more=[KEY]), key)


@against_lma("rfc5845/3.3.2/handoff-key-required", mags=2, configured=NEEDED)
def handoff_key_required(lma: Lma) -> None:
    node, _ = _keyed(lma)
    node.at(1).ask(hi=BETWEEN_GATEWAYS).rejected(REQUIRED)


@against_lma("rfc5845/3.3.2/handoff-without-key-accepted", mags=2)
def handoff_without_key(lma: Lma) -> None:
    node, _ = _keyed(lma)
    reply = node.at(1).ask(hi=BETWEEN_GATEWAYS)
    if reply.status == REQUIRED:
        lma.lacks("its policy requires GRE")
    reply.accepted()


@against_lma("rfc5845/3.3.2/handoff-without-key-no-option", mags=2)
def handoff_without_key_no_option(lma: Lma) -> None:
    node, _ = _keyed(lma)
    reply = node.at(1).ask(hi=BETWEEN_GATEWAYS)
    if reply.status == REQUIRED:
        lma.lacks("its policy requires GRE")
    lma.check("no GRE Key option", reply.accepted().option(GreKey) is None, "one")


# Policy


@against_lma("rfc5845/5.2/key-required", configured=NEEDED)
def key_required(lma: Lma) -> None:
    lma.node().ask().rejected(REQUIRED)


@against_lma("rfc5845/5.2/key-required-with-binding", configured=NEEDED)
def key_required_with_binding(lma: Lma) -> None:
    node, _ = _keyed(lma)
    node.ask().rejected(REQUIRED)


@against_lma("rfc5845/5.2/key-not-required", configured=NOT_NEEDED)
def key_not_required(lma: Lma) -> None:
    lma.node().ask(more=[KEY]).accepted(f"status = {NOT_REQUIRED}")


@against_lma("rfc5845/5.2/key-not-required-no-option", configured=NOT_NEEDED)
def key_not_required_no_option(lma: Lma) -> None:
    option = lma.node().ask(more=[KEY]).accepted().option(GreKey)
    lma.check("no GRE Key option", option is None, "one")


# The option


@against_lma("rfc5845/6.1/lma-length")
def length(lma: Lma) -> None:
    for option, wanted in ((MODE_ONLY, 2), (KEY, 6)):
        octets = lma.node().ask(more=[option]).accepted().octets(OPTION)
        lma.check(f"no GRE Key option but of length {wanted}", len(octets) in (0, wanted), len(octets))


@against_lma("rfc5845/6.1/lma-reserved")
def reserved(lma: Lma) -> None:
    octets = lma.node().ask(more=[GreKey(reserved=0xFFFF, gre_key=(0x1234,))]).accepted().octets(OPTION)
    lma.check("reserved bits of 0", not any(octets[:2]), octets[:2].hex())


# The TLV header


def _over_ipv4(lma: Lma, **changes: Any) -> Reply:
    """The accepting answer to a request for GRE over IPv4."""
    lma.over_ipv4()
    return lma.node().ask(more=[KEY], **changes).accepted()


ASKING = BU_A | BU_P | BU_T


@against_lma("rfc5845/7.2/pba-t-flag", configured=WITH_TLV)
def t_flag(lma: Lma) -> None:
    reply = _over_ipv4(lma, flags=ASKING)
    if reply.status == NO_TLV_HEADER:
        lma.lacks("it does not know the TLV header")
    lma.check("T is set", bool(reply.message.flags & BA_T), f"flags 0x{reply.message.flags:02x}")


@against_lma("rfc5845/7.2/lma-t-flag-kept", configured=WITH_TLV)
def t_flag_kept(lma: Lma) -> None:
    lma.over_ipv4()
    node = lma.node()
    flags = [node.ask(flags=ASKING, more=[KEY]).accepted().message.flags & BA_T for _ in range(2)]
    lma.check("T as it was", flags[0] == flags[1], flags)


@against_lma("rfc5845/7.2/pba-t-flag-clear")
def t_flag_clear(lma: Lma) -> None:
    reply = _over_ipv4(lma, flags=ASKING)
    fine = reply.status != NO_TLV_HEADER or not reply.message.flags & BA_T
    lma.check("T clear where there is no TLV header", fine, f"flags 0x{reply.message.flags:02x}")


@against_lma("rfc5845/7.2/pba-t-flag-unasked")
def t_flag_unasked(lma: Lma) -> None:
    flags = lma.node().ask(more=[KEY]).accepted().message.flags
    lma.check("T clear", not flags & BA_T, f"flags 0x{flags:02x}")


@against_lma("rfc5845/7.4/status-3")
def status_3(lma: Lma) -> None:
    reply = _over_ipv4(lma, flags=ASKING)
    if reply.message.flags & BA_T:
        lma.lacks("it knows the TLV header")
    reply.expect(f"status = {NO_TLV_HEADER}")
