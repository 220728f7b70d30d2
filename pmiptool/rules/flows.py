"""Rules on the options of multihoming and flows in single messages: the draft, mext-02, RFC 6089, 6088 and 5648."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pmiptool.registry.rfc6089 import ADD, DISCARD, FORWARD, N_CAST, REINSTANTIATED
from pmiptool.registry.rule import (
    Expr,
    F,
    Rule,
    Setting,
    Unique,
    all_of,
    any_of,
    count,
    each,
    implies,
    no,
    present,
    rule,
)
from pmiptool.rules.judge import found
from pmiptool.rules.messages import PBU
from pmiptool.rules.view import View
from pmiptool.wire.finding import Finding

UPDATES = ("pbu", "binding-update")
ACKS = ("pba", "binding-ack")
SELECTOR = "fid/traffic-selector"


def mext(where: str, what: str, level: str, sentence: str, holds: Expr | None = None, *,
         scope: str = "message", messages: tuple[str, ...] = (), field: str | None = None) -> Rule:  # fmt: skip
    """A rule of the dialect that the multihoming draft draws."""
    return replace(rule(where, what, level, sentence, holds, scope=scope, messages=messages, field=field),
                   dialect="mext")  # fmt: skip


def rfc6089(where: str, what: str, level: str, sentence: str, holds: Expr | None = None, *,
            scope: str = "message", messages: tuple[str, ...] = (), field: str | None = None) -> Rule:  # fmt: skip
    """A rule of the dialect of RFC 6089."""
    return replace(rule(where, what, level, sentence, holds, scope=scope, messages=messages, field=field),
                   dialect="rfc6089")  # fmt: skip


MULTIHOMING_RULES = (
    rule("muho 1", "one-hnp", "error", "A multihomed session has a single home network prefix.",
         implies(present("multihoming"), count("hnp") <= 1), messages=("pbu", "pba"), field="hnp"),
    rule("muho 4.1", "act-without-removal", "warning", "ACT is set only when the interface is removed (lifetime 0).",
         implies(all_of(F("multihoming.act") != 0, F("hi.hi") == 4), F("lifetime") == 0),
         messages=PBU, field="multihoming.act"),
    rule("muho 5", "fid-without-option", "note",
         "A Proxy Binding Update with FID options has a Multihoming option, or that of RFC 8278.",
         implies(present("fid"), any_of(present("multihoming"), present("mag-multipath"))), messages=PBU, field="fid"),
    mext("muho 4.2", "pro-from-mag", "error", "Only the LMA says that a flow is re-instantiated (PRO=2).",
         each("fid", F(".pro") != REINSTANTIATED), messages=UPDATES, field="fid.pro"),
    rule("muho 4.2", "fid-accepted-in-rejection", "error",
         "A FID option in a rejecting acknowledgement is refused too.",
         implies(F("status") >= 128, each("fid", F(".status") >= 128)), messages=ACKS, field="fid.status"),
)  # fmt: skip

_BIDS = ".binding-reference.bid.@size"

MEXT_RULES = (
    mext("mext 4.2", "pro-undefined", "error", "PRO is 0 (add), 1 (modify) or 2 (re-instantiated), or as configured.",
         each("fid", any_of(F(".pro") <= REINSTANTIATED, F(".pro") == Setting("pro_delete"))),
         messages=UPDATES, field="fid.pro"),
    mext("mext 4.2", "action-undefined", "error", "Action is 1 (forward), 2 (discard) or 3 (n-cast).",
         each("fid", implies(no(F(".pro") == Setting("pro_delete")), F(".action").isin(FORWARD, DISCARD, N_CAST))),
         messages=UPDATES, field="fid.action"),
    mext("mext 4.2", "forward-bids", "error", "Forward names exactly one BID where it names any.",
         each("fid", implies(all_of(F(".action") == FORWARD, present(".binding-reference")), F(_BIDS) == 1)),
         messages=UPDATES, field="fid"),
    mext("mext 4.2", "n-cast-bids", "error", "N-cast names at least one BID where it has a Binding Reference.",
         each("fid", implies(all_of(F(".action") == N_CAST, present(".binding-reference")), F(_BIDS) >= 1)),
         messages=UPDATES, field="fid"),
    mext("mext 5.2.2.1", "discard-bids", "warning", "Discard names no BID.",
         each("fid", implies(F(".action") == DISCARD, no(present(".binding-reference")))),
         messages=UPDATES, field="fid"),
    mext("mext 5.2", "status-in-request", "error", "The status of a FID option in a request is 0.",
         each("fid", F(".status") == 0), messages=UPDATES, field="fid.status"),
    mext("mext 5.2", "fid-twice", "error", "A FID stands at most once in a request.",
         Unique("fid.fid"), messages=UPDATES, field="fid.fid"),
    mext("mext 5.3.5", "fid-twice", "error", "A FID stands at most once in an acknowledgement.",
         Unique("fid.fid"), messages=ACKS, field="fid.fid"),
    mext("mext 5.2", "one-summary", "error", "A request has at most one Flow Summary option.",
         count("flow-summary") <= 1, messages=UPDATES, field="flow-summary"),
)  # fmt: skip

RFC6089_RULES = (
    rfc6089("RFC 6089 4.2", "fid-zero", "error", "FID 0 is reserved.",
            each("fid", F(".fid") != 0), messages=UPDATES, field="fid.fid"),
    rfc6089("RFC 6089 4.2", "pri-zero", "error", "FID-PRI 0 is reserved.",
            each("fid", F(".pri") != 0), messages=UPDATES, field="fid.pri"),
    rfc6089("RFC 6089 4.2", "pri-twice", "error", "FID-PRI is unique for a mobile node.",
            Unique("fid.pri"), messages=UPDATES, field="fid.pri"),
    rfc6089("RFC 6089 5.3.2", "fid-twice", "error", "A FID stands at most once in a request.",
            Unique("fid.fid"), messages=UPDATES, field="fid.fid"),
    rfc6089("RFC 6089 5.2.2.1", "status-in-request", "error", "The status of a FID option in a request is 0.",
            each("fid", F(".status") == 0), messages=UPDATES, field="fid.status"),
    rfc6089("RFC 6089 4.1", "bid-pri-zero", "warning", "BID-PRI 0 is reserved.",
            each("bid", F(".bid_pri") != 0), messages=UPDATES, field="bid.bid_pri"),
)  # fmt: skip

RFC5648_RULES = (
    rule("RFC 5648 4.3", "bid-zero", "warning", "BID 0 is reserved.", each("bid", F(".bid") != 0), field="bid.bid"),
    rule("RFC 5648 4.3", "bid-twice", "error", "A BID stands at most once in a request.",
         Unique("bid.bid"), messages=UPDATES, field="bid.bid"),
    rule("RFC 5648 4.3", "h-in-ack", "error", "The H flag of a BID is set in a request only.",
         each("bid", F(".h") == 0), messages=ACKS, field="bid.h"),
    rule("RFC 5648 4.3", "care-of-address-in-ack", "error", "A BID option carries a care-of address in a request only.",
         each("bid", F(".care_of_address.@size") == 0), messages=ACKS, field="bid.care_of_address"),
)  # fmt: skip


def _ranges(where: str, kind: int, names: tuple[str, ...], bits: tuple[str, ...]) -> tuple[Rule, ...]:
    here = F(".format") == kind
    ordered = all_of(*(implies(here, F(f".{n}_end") >= F(f".{n}")) for n in names))
    made = [rule(where, "range", "error", "A range of a traffic selector ends at or after its start.",
                 each(SELECTOR, ordered), messages=UPDATES, field="fid.traffic-selector")]  # fmt: skip
    if bits:
        within = all_of(*(implies(here, F(f".{n}") <= 0xFFFFF) for n in bits))
        made.append(rule(where, "flow-label", "note", "A flow label has 20 bits; those above do not count.",
                         each(SELECTOR, within), messages=UPDATES, field="fid.traffic-selector"))  # fmt: skip
    return tuple(made)


PORTS = ("spi", "src_port", "dst_port", "dscp", "proto")
RFC6088_RULES = (
    *_ranges("RFC 6088 3.1", 1, PORTS, ()),
    *_ranges("RFC 6088 3.2", 2, ("flow_label", *PORTS), ("flow_label", "flow_label_end")),
)

NO_SELECTOR = mext("mext 5.2.2.1", "no-selector", "error", "A flow that is added has a flow description.",
                   messages=UPDATES, field="fid")  # fmt: skip
ADDRESS_RANGE = rule("RFC 6088 3", "address-range", "error", "A range of addresses ends at or after its start.",
                     messages=UPDATES, field="fid.traffic-selector")  # fmt: skip
JUDGED = (NO_SELECTOR, ADDRESS_RANGE)
"""Judged by `judge` below."""

_DESCRIPTIONS = range(17, 33)  # mext 4.2.2: sub-option types of flow descriptions


def judge(view: View) -> Iterator[Finding]:
    """Rules that no expression says: any of 16 flow description types will do, and addresses have an order."""
    if view.name not in UPDATES:
        return
    for element in view.named("fid"):
        subs = view.suboptions(element)
        if getattr(element.value, "pro", None) == ADD:
            described = any(
                sub.name == "traffic-selector" or getattr(sub.value, "type", None) in _DESCRIPTIONS for sub in subs
            )
            if not described:
                yield found(NO_SELECTOR, f"FID {element.value.fid} has none", element)
        for sub in subs:
            for name in ("src", "dst"):
                start, end = getattr(sub.value, name, None), getattr(sub.value, f"{name}_end", None)
                if start is not None and end is not None and end < start:
                    from pmiptool.rules.explain import show

                    yield found(ADDRESS_RANGE, f"{name} is {show(start)} to {show(end)}", element)


RULES = (
    *MULTIHOMING_RULES,
    *MEXT_RULES,
    *RFC6089_RULES,
    *RFC5648_RULES,
    *RFC6088_RULES,
    *JUDGED,
)
