"""Rules on single proxy binding updates and acknowledgements: RFC 5213 5.3.6, 6.9.1 and 8, RFC 6275.

All but those at the end are expressions; the last few look at the envelope or at address ranges and are functions.
"""

from __future__ import annotations

from collections.abc import Iterator

from pmiptool.registry import catalogue
from pmiptool.registry.model import CodePoint
from pmiptool.registry.rfc5213 import ACCESS_TECHNOLOGY, HANDOFF_INDICATOR
from pmiptool.registry.rfc6275 import BINDING_STATUS, BU_A
from pmiptool.registry.rfc6602 import BA_B, BU_B
from pmiptool.registry.rule import (
    Expr,
    F,
    Rule,
    Setting,
    all_of,
    any_of,
    count,
    each,
    has,
    implies,
    no,
    present,
    rule,
)
from pmiptool.rules.context import Context
from pmiptool.rules.judge import found
from pmiptool.rules.view import View
from pmiptool.wire.envelope import Envelope
from pmiptool.wire.finding import Finding

PBU, PBA = ("pbu",), ("pba",)
ALL_ZERO = bytes(16)
PREFIX = ".home_network_prefix.address"

# RFC 5844 3.1.2.1: an IPv4-only request has the IPv4 Home Address Request option (36) instead, its answer 37.
# RFC 6602 5.1.3: a bulk update, and its answer, name a group in place of a session.
_BULK: Expr = all_of(present("mn-group-id"), no(has("flags", BU_B)))
_BULK_ANSWER: Expr = all_of(present("mn-group-id"), no(has("flags", BA_B)))
_HNP_ASKED: Expr = any_of(present("hnp"), present("ipv4-hoa-request"), _BULK)
_HNP_GIVEN: Expr = any_of(present("hnp"), present("ipv4-hoa-reply"), _BULK_ANSWER)
_PROXY_OPTION: Expr = any_of(present("hnp"), present("hi"), present("att"))


def _must_have(where: str, name: str, title: str, messages: tuple[str, ...], holds: Expr | None = None) -> Rule:
    kind = "Proxy Binding Update" if messages == PBU else "Proxy Binding Acknowledgement"
    return rule(where, name, "error", f"A {kind} carries the {title} option.", holds or present(name),
                messages=messages, field=name)  # fmt: skip


RFC5213_RULES = (
    rule("RFC 5213 6.9.1.5", "a-flag", "error", "A Proxy Binding Update asks for an acknowledgement (A flag).",
         has("flags", BU_A), messages=PBU, field="flags"),
    rule("RFC 5213 8.1", "p-flag", "error", "A Binding Update with options of a proxy registration has the P flag.",
         no(_PROXY_OPTION), messages=("binding-update",), field="flags"),
    rule("RFC 5213 8.2", "p-flag", "error",
         "A Binding Acknowledgement with options of a proxy registration has the P flag.",
         no(_PROXY_OPTION), messages=("binding-ack",), field="flags"),
    _must_have("RFC 5213 8.1", "mn-id", "Mobile Node Identifier", PBU, any_of(present("mn-id"), _BULK)),
    _must_have("RFC 5213 8.1", "hnp", "Home Network Prefix", PBU, _HNP_ASKED),
    _must_have("RFC 5213 8.1", "hi", "Handoff Indicator", PBU),
    _must_have("RFC 5213 8.1", "att", "Access Technology Type", PBU),
    _must_have("RFC 5213 8.2", "mn-id", "Mobile Node Identifier", PBA, any_of(present("mn-id"), _BULK_ANSWER)),
    _must_have("RFC 5213 8.2", "hnp", "Home Network Prefix", PBA, _HNP_GIVEN),
    _must_have("RFC 5213 8.2", "hi", "Handoff Indicator", PBA),
    _must_have("RFC 5213 8.2", "att", "Access Technology Type", PBA),
    rule("RFC 5213 6.9.1.1", "all-zero-hnp-alone", "error",
         "A Home Network Prefix of ALL_ZERO is the only one in its Proxy Binding Update.",
         each("hnp", implies(F(PREFIX) == ALL_ZERO, count("hnp") <= 1)), messages=PBU, field="hnp"),
    rule("RFC 5213 6.9.1.1", "hi-reserved", "error", "The handoff indicator of a Proxy Binding Update is not 0.",
         F("hi.hi") != 0, messages=PBU, field="hi.hi"),
    rule("RFC 5213 6.9.1.1", "hi-undefined", "warning", "The handoff indicator is one that is assigned.",
         F("hi.hi") <= max(m.value for m in HANDOFF_INDICATOR.members if isinstance(m.value, int)),
         messages=PBU, field="hi.hi"),
    rule("RFC 5213 6.9.1.1", "att-reserved", "warning", "The access technology type of an attached interface is not 0.",
         F("att.att") != 0, messages=PBU, field="att.att"),
    rule("RFC 5213 6.9.1.1", "att-undefined", "note", "The access technology type is one that is assigned.",
         F("att.att") <= max(m.value for m in ACCESS_TECHNOLOGY.members if isinstance(m.value, int)),
         messages=PBU, field="att.att"),
    rule("RFC 5213 6.9.1.1", "ll-id-all-zero", "error", "A link-layer identifier of ALL_ZERO is left out.",
         all_of(*(F("ll-id.link_layer_identifier") != bytes(size) for size in (6, 8))),
         messages=PBU, field="ll-id.link_layer_identifier"),
    rule("RFC 5213 6.9.1.3", "hnp", "error", "A re-registration (HI=5) names the prefixes of its session.",
         implies(F("hi.hi") == 5, each("hnp", F(PREFIX) != ALL_ZERO)), messages=PBU, field="hnp"),
    rule("RFC 5213 6.9.1.4", "hi", "error", "The handoff indicator of a de-registration is 4.",
         implies(F("lifetime") == 0, F("hi.hi") == 4), messages=PBU, field="hi.hi"),
    rule("RFC 5213 6.9.1.4", "hnp", "error", "A de-registration names the prefixes of its session.",
         implies(F("lifetime") == 0, each("hnp", F(PREFIX) != ALL_ZERO)), messages=PBU, field="hnp"),
    rule("RFC 5213 5.3.6", "hnp-all-zero", "error", "An accepting Proxy Binding Acknowledgement assigns real prefixes.",
         implies(F("status") < 128, each("hnp", F(PREFIX) != ALL_ZERO)), messages=PBA, field="hnp"),
    rule("RFC 5213 5.3.1", "empty-mn-id", "error", "An acknowledgement with status 160 has an empty identifier.",
         implies(F("status") == 160, F("mn-id.identifier.@size") == 0), messages=PBA, field="mn-id.identifier"),
    rule("RFC 4283 3", "empty", "warning", "A mobile node identifier is not empty.",
         F("mn-id.identifier.@size") > 0, messages=PBU, field="mn-id.identifier"),
)  # fmt: skip

_KNOWN_STATUS: Expr = any_of(
    F("status").isin(*(m.value for m in BINDING_STATUS.members if isinstance(m.value, int))),
    *(F("status") == Setting(m.value.key) for m in BINDING_STATUS.members if isinstance(m.value, CodePoint)),
)

RFC6275_RULES = (
    rule("RFC 6275 6.1.8", "status-undefined", "note", "The status is one that is assigned.",
         _KNOWN_STATUS, messages=("binding-ack", "pba"), field="status"),
    rule("RFC 6275 10.3.1", "refresh-interval", "error", "A refresh interval is less than the lifetime granted.",
         implies(F("status") < 128, F("binding-refresh-advice.refresh_interval") < F("lifetime")),
         messages=("binding-ack", "pba"), field="binding-refresh-advice.refresh_interval"),
)  # fmt: skip


ANY_OPTION = ("update-notification", "update-ack", "handover-initiate", "handover-ack")
"""These carry any option, whatever its own text says: RFC 7077 4.1 and 4.2; as context, RFC 5949 6.1.1 and 6.1.2."""


def misplaced_rules() -> tuple[Rule, ...]:
    """One for each option whose entry says where it may stand: RFC 6275 6.2.1 skips it elsewhere."""
    rules = {}
    for option in catalogue.OPTIONS:
        if option.pad or not option.carried_in:
            continue
        elsewhere = tuple(name for name in catalogue.message_names() if name not in (*option.carried_in, *ANY_OPTION))
        made = rule(f"{option.clause.document} {option.clause.section}", "misplaced", "note",
                    f"{option.title}: stands in a message that may carry it.", no(present(option.name)),
                    messages=elsewhere, field=option.name)  # fmt: skip
        rules[made.id] = Rule(**{**made.__dict__, "dialect": option.dialect})
    return tuple(rules.values())


def entry_rules() -> tuple[Rule, ...]:
    """What the entries of messages say of themselves."""
    return tuple(
        Rule(**{**item.__dict__, "messages": (message.name,)})
        for message in catalogue.MESSAGES
        for item in message.rules
    )


SOURCE = rule("RFC 5213 6.9.1.5", "source", "error",
              "The source of a Proxy Binding Update is a global unicast address.")  # fmt: skip
CARE_OF = rule("RFC 6275 6.1.7", "care-of-address", "error", "A care-of address is unicast and routable.",
               field="alt-coa.alternate_care_of_address")  # fmt: skip
HOME_ADDRESS = rule("RFC 5213 6.9.1.5", "home-address-option", "error",
                    "A Proxy Binding Update has no Home Address destination option.", messages=PBU)  # fmt: skip
ROUTING = rule("RFC 5213 5.3.6", "routing-header", "error",
               "A Proxy Binding Acknowledgement has no type 2 routing header.", messages=PBA)  # fmt: skip

REDIRECTED = rule("RFC 6463 4.2", "unicast", "error", "A redirection goes to a unicast address.",
                  messages=PBA, field="redirect.r2lma_address")  # fmt: skip
INITIATED = rule("RFC 6705 10.1", "order", "error", "In an initiation each mobile node is followed by its prefixes.",
                 messages=("lri",), field="mn-id")  # fmt: skip
ACKNOWLEDGED = rule("RFC 6705 10.2", "tuples", "error",
                    "In an acknowledgment of status 0 each mobile node is followed by its prefixes.",
                    messages=("lra",), field="mn-id")  # fmt: skip

PADDED = rule("RFC 6275 6.2", "trailing-padding", "error", "Binding authorization data end their message.",
              field="binding-auth-data")  # fmt: skip

JUDGED = (SOURCE, CARE_OF, HOME_ADDRESS, ROUTING, REDIRECTED, INITIATED, ACKNOWLEDGED, PADDED)
"""Judged by `judge` below."""


def routable(address: bytes) -> bool:
    """Whether an address is unicast and routable: not ::, ::1, link-local or multicast; any of IPv4 but the like."""
    if len(address) == 4:
        return address[0] not in (0, 127) and address[0] < 224 and address[:2] != b"\xa9\xfe"
    if address[0] == 0xFF or (address[0] == 0xFE and address[1] & 0xC0 == 0x80):
        return False
    return address[:15] != bytes(15) or address[15] > 1


def judge(view: View, envelope: Envelope | None, context: Context) -> Iterator[Finding]:
    """The rules that are functions; `context` says nothing to them yet."""
    del context
    option = view.first("alt-coa")
    alternate = getattr(option.value, "alternate_care_of_address", None) if option is not None else None
    if view.name in ("pbu", "binding-update") and alternate is not None and not routable(alternate):
        yield found(CARE_OF, f"seen {_text(alternate)}", option)
    redirect = view.first("redirect")
    address = getattr(redirect.value, "r2lma_address", None) if redirect is not None else None
    if view.name == "pba" and address and not routable(address):
        yield found(REDIRECTED, f"seen {_text(address)}", redirect)
    if view.name == "lri" or (view.name == "lra" and getattr(view.message, "status", None) == 0):
        yield from _in_order(INITIATED if view.name == "lri" else ACKNOWLEDGED, view)
    authorization = view.first("binding-auth-data")
    if authorization is not None and authorization.index is not None:
        behind = view.decoded.layout.slots[authorization.index + 1 :]
        if behind and all(slot.pad is not None for slot in behind):
            yield found(PADDED, "padding stands behind them", authorization)
    if envelope is None:
        return
    loopback = envelope.src[:15] == bytes(15) or envelope.src[:1] == b"\x7f"  # our own test bed
    if view.name == "pbu":
        if alternate is None and not loopback and not routable(envelope.src):
            yield found(SOURCE, f"seen {_text(envelope.src)}")
        if envelope.checksum_src != envelope.src:
            yield found(HOME_ADDRESS, f"seen {_text(envelope.checksum_src)}")
    if view.name == "pba" and envelope.checksum_dst != envelope.dst:
        yield found(ROUTING, f"seen one for {_text(envelope.checksum_dst)}")


def _in_order(broken: Rule, view: View) -> Iterator[Finding]:
    """RFC 6705 10.1: MN1-ID, MN1-HNP, MN2-ID, MN2-HNP."""
    names = [element.name for element in view.elements if element.name in ("mn-id", "hnp")]
    short = [name for number, name in enumerate(names) if number == 0 or (name, names[number - 1]) != ("hnp", "hnp")]
    if short != ["mn-id", "hnp", "mn-id", "hnp"] and names.count("mn-id") == 2 and names.count("hnp") >= 2:
        yield found(broken, f"seen {', '.join(names)}", view.first("mn-id"))


def _text(address: bytes) -> str:
    from pmiptool.rules.explain import show

    return show(address)


RULES = (*RFC5213_RULES, *RFC6275_RULES, *misplaced_rules(), *entry_rules(), *JUDGED)
