"""Rules on an acknowledgement for its request: RFC 5213 5.3 and 5.5, RFC 6275, and the draft's option.

Paths without a side mean the answer. What needs no expression is in `answers.py` (flows) and at the end here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from pmiptool.registry import catalogue
from pmiptool.registry.rfc6275 import BA_P
from pmiptool.registry.rule import (
    Among,
    Bits,
    Expr,
    F,
    Rule,
    SameSet,
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
from pmiptool.rules.explain import show
from pmiptool.rules.judge import found
from pmiptool.rules.messages import ALL_ZERO, PREFIX, routable
from pmiptool.rules.view import View
from pmiptool.text.values import octets_text
from pmiptool.wire.finding import Finding

PBU = ("pbu",)
PREFIXES = "hnp.home_network_prefix"

ACCEPTED: Expr = F("status") < 128
REJECTED: Expr = F("status") >= 128
REMOVAL: Expr = F("request:lifetime") == 0
# RFC 6602 5.1.3: a bulk update names a group in place of a session.
_NAMED: Expr = any_of(present("request:mn-id"), present("request:mn-group-id"))
_NAMED_SESSION: Expr = any_of(present("request:mn-id"), no(present("request:mn-group-id")))
# RFC 5213 5.3.1: what is judged before step (10) and may therefore answer first.
DISCARDING = ("rfc6275/6.1.1/checksum", "rfc6275/6.1.1/payload-proto")
BEFORE_HNP = (135, 152, 153, 154, 156, 157)


def exchange(where: str, what: str, level: str, sentence: str, holds: Expr | None, field: str | None = None,
             messages: tuple[str, ...] = PBU) -> Rule:  # fmt: skip
    return rule(where, what, level, sentence, holds, scope="exchange", messages=messages, field=field)


def _copied(name: str, path: str, what: str, title: str) -> tuple[Rule, Rule]:
    """RFC 5213 5.3.6: copied from the request, 0 when it was not there."""
    return (
        exchange("RFC 5213 5.3.6", f"{name}-copied", "error", f"The {title} is copied from the request.",
                 implies(present(f"request:{name}"), F(path) == F(f"request:{path}")), path),
        exchange("RFC 5213 5.3.6", f"{name}-{what}", "error", f"The {title} is 0 when the request has none.",
                 implies(no(present(f"request:{name}")), F(path) == 0), path),
    )  # fmt: skip


def _mirrored(name: str, title: str) -> tuple[Rule, Rule]:
    """RFC 5213 5.3.6: there if and only if the request has it."""
    return (
        exchange("RFC 5213 5.3.6", f"{name}-missing", "error", f"The {title} option of the request is answered.",
                 implies(present(f"request:{name}"), present(name)), name),
        exchange("RFC 5213 5.3.6", f"{name}-unasked", "error", f"A {title} option answers one of the request.",
                 implies(present(name), present(f"request:{name}")), name),
    )  # fmt: skip


def _missing(name: str, status: int, title: str, before: tuple[str, ...]) -> Rule:
    lacks = all_of(*(present(f"request:{other}") for other in before), no(present(f"request:{name}")))
    if name == "hnp":
        lacks = all_of(lacks, no(present("request:ipv4-hoa-request")))  # RFC 5844 3.1.2.1
    return exchange("RFC 5213 5.3.1", f"missing-{name}", "error",
                    f"A request without {title} option is rejected with {status}.",
                    implies(lacks, F("status").isin(status, *BEFORE_HNP)), "status")  # fmt: skip


def _needless(name: str, status: int, title: str) -> Rule:
    return exchange("RFC 5213 5.3.1", f"needless-{status}", "error",
                    f"Status {status} answers a request without {title} option.",
                    implies(F("status") == status, no(present(f"request:{name}"))), "status")  # fmt: skip


RFC5213_RULES = (
    exchange("RFC 5213 8.2", "p-flag-copied", "error", "The P flag answers the P flag of the request.",
             has("flags", BA_P), "flags"),
    exchange("RFC 5213 8.2", "p-flag-unasked", "error", "The P flag is set only in answer to a request with it.",
             Bits("flags", BA_P) == 0, "flags", messages=("binding-update",)),
    exchange("RFC 5213 5.5", "sequence", "error", "The sequence number is copied from the request.",
             any_of(F("sequence") == F("request:sequence"),
                    all_of(F("status") == 135, no(present("request:timestamp")))), "sequence"),
    exchange("RFC 5213 5.3.6", "mn-id-copied", "error", "The mobile node identifier is copied from the request.",
             implies(present("request:mn-id"), all_of(F("mn-id.identifier") == F("request:mn-id.identifier"),
                                                      F("mn-id.subtype") == F("request:mn-id.subtype"))), "mn-id"),
    exchange("RFC 5213 5.3.6", "mn-id-empty", "error", "The identifier is empty when the request has none.",
             implies(no(_NAMED), F("mn-id.identifier.@size") == 0), "mn-id"),
    *_copied("hi", "hi.hi", "absent", "handoff indicator"),
    *_copied("att", "att.att", "absent", "access technology type"),
    *_mirrored("ll-id", "link-layer identifier"),
    exchange("RFC 5213 5.3.6", "ll-id-copied", "error", "The link-layer identifier is copied from the request.",
             F("ll-id.link_layer_identifier") == F("request:ll-id.link_layer_identifier"), "ll-id"),
    *_mirrored("link-local", "link-local address"),
    exchange("RFC 5213 5.3.6", "link-local-copied", "error", "A link-local address is copied from the request.",
             implies(any_of(REJECTED, F("request:link-local.link_local_address") != ALL_ZERO),
                     F("link-local.link_local_address") == F("request:link-local.link_local_address")), "link-local"),
    exchange("RFC 5213 5.3.6", "link-local-generated", "error", "A link-local address that was asked for is given.",
             implies(all_of(ACCEPTED, F("request:link-local.link_local_address") == ALL_ZERO),
                     F("link-local.link_local_address") != ALL_ZERO), "link-local"),
    *_mirrored("timestamp", "timestamp"),
    exchange("RFC 5213 5.5", "timestamp-copied", "error", "An accepted timestamp is returned as it was.",
             implies(ACCEPTED, F("timestamp.timestamp") == F("request:timestamp.timestamp")), "timestamp"),
    exchange("RFC 5213 5.5", "timestamp-of-lma", "warning", "With 156 and 157 the timestamp is the LMA's own time.",
             implies(F("status").isin(156, 157), F("timestamp.timestamp") != F("request:timestamp.timestamp")),
             "timestamp"),
    exchange("RFC 5213 5.5", "status-without-timestamp", "error", "156 and 157 answer a request with a timestamp.",
             implies(F("status").isin(156, 157), present("request:timestamp")), "status"),
    exchange("RFC 5213 5.5", "sequence-judged", "error", "With a timestamp the sequence number is not judged (135).",
             implies(present("request:timestamp"), F("status") != 135), "status"),
    exchange("RFC 5213 5.3.1", "missing-mn-id", "error", "A request without MN identifier option is rejected with 160.",
             implies(no(_NAMED), F("status") == 160), "status"),
    _missing("hnp", 158, "home network prefix", ("mn-id",)),
    _missing("hi", 161, "handoff indicator", ("mn-id", "hnp")),
    _missing("att", 162, "access technology type", ("mn-id", "hnp", "hi")),
    _needless("mn-id", 160, "MN identifier"),
    _needless("hnp", 158, "home network prefix"),
    _needless("hi", 161, "handoff indicator"),
    _needless("att", 162, "access technology type"),
    exchange("RFC 5213 5.3.2", "needless-155", "warning", "155 and 159 answer a request that names a prefix.",
             implies(all_of(F("status").isin(155, 159), count("request:hnp") == 1),
                     F("request:hnp.home_network_prefix.address") != ALL_ZERO), "status"),
    exchange("RFC 5213 5.3.6", "hnp-changed", "error", "An accepting answer gives the prefixes that were asked for.",
             # Of so few bits a prefix may be ALL_ZERO by them, and what is asked for beside ALL_ZERO nobody knows.
             implies(all_of(ACCEPTED, present("hnp"), each("request:hnp", all_of(
                 F(PREFIX) != ALL_ZERO, F(".home_network_prefix.length") >= 8))),
                 each("request:hnp", Among(".home_network_prefix", PREFIXES))), "hnp"),
    exchange("RFC 5213 5.3.6", "hnp-rejected", "error", "A rejecting answer repeats the prefixes of the request.",
             implies(all_of(REJECTED, present("request:hnp")), SameSet(f"request:{PREFIXES}", PREFIXES)), "hnp"),
    exchange("RFC 5213 5.3.6", "hnp-rejected-none", "error",
             "A rejecting answer to a request without prefix has one of ALL_ZERO.",
             implies(all_of(REJECTED, _NAMED_SESSION, no(present("request:hnp")),
                            no(present("request:ipv4-hoa-request"))),
                     all_of(count("hnp") == 1, F("hnp.home_network_prefix.address") == ALL_ZERO)), "hnp"),
)  # fmt: skip

RFC6275_RULES = (
    exchange("RFC 6275 10.3.1", "lifetime", "error", "The lifetime granted is at most the one asked for.",
             implies(ACCEPTED, F("lifetime") <= F("request:lifetime")), "lifetime",
             messages=("pbu", "binding-update")),
    exchange("RFC 6275 10.3.1", "lifetime-zero", "error", "An accepted request for a lifetime is granted one.",
             implies(all_of(ACCEPTED, F("request:lifetime") > 0), F("lifetime") > 0), "lifetime",
             messages=("pbu", "binding-update")),
    exchange("RFC 6275 10.3.2", "lifetime", "error", "The lifetime in answer to a de-registration is 0.",
             implies(all_of(ACCEPTED, REMOVAL), F("lifetime") == 0), "lifetime",
             messages=("pbu", "binding-update")),
)  # fmt: skip

MULTIHOMING_RULES = (
    exchange("muho 4.1", "mhgid-copied", "error", "The answer speaks of the multihoming group of the request.",
             F("multihoming.mhgid") == F("request:multihoming.mhgid"), "multihoming.mhgid"),
    exchange("muho 4.1", "act-changed", "error", "ACT in the answer is 0 or that of the request.",
             any_of(F("multihoming.act") == 0, F("multihoming.act") == F("request:multihoming.act")),
             "multihoming.act"),
    exchange("muho 6.1", "option-unasked", "error", "A Multihoming option answers one of the request.",
             implies(present("multihoming"), present("request:multihoming")), "multihoming"),
    exchange("muho 6.1", "status-without-option", "error",
             "MH_NOT_SUPPORTED_BY_LMA answers a request with a Multihoming option.",
             implies(F("status") == Setting("status_mh_not_supported"), present("request:multihoming")), "status"),
    exchange("muho 6.1", "status-without-keep", "error",
             "MH_FILTERS_REINSTANCIATION_NOT_SUPPORTED_BY_LMA answers a request to keep filters.",
             implies(F("status") == Setting("status_reinstantiation_not_supported"),
                     F("request:multihoming.act") == 2), "status"),
)  # fmt: skip

RFC5648_RULES = (
    exchange("RFC 5648 6.2", "bid-echo", "warning", "Each BID option of the request is answered where any is.",
             implies(present("bid"), each("request:bid", Among(".bid", "bid.bid"))), "bid"),
    exchange("RFC 5648 6.2", "bid-unasked", "warning", "A BID option answers one of the request.",
             each("bid", Among(".bid", "request:bid.bid")), "bid"),
)  # fmt: skip

SECONDS = exchange("RFC 6275 6.1.8", "lifetime-in-seconds", "error", "The lifetime counts units of 4 s.", None,
                   "lifetime")  # fmt: skip
NOT_LMA = exchange("RFC 5213 5.3.1", "not-lma", "error", "A mobile node that is not the LMA's is rejected with 153.",
                   None, "status")  # fmt: skip
NOT_MAG = exchange("RFC 5213 5.3.1", "not-authorized", "error", "A gateway without authorization is rejected with 154.",
                   None, "status")  # fmt: skip
NOT_ENABLED = exchange("RFC 5213 5.3.1", "not-enabled", "error",
                       "A mobile node without proxy registration is rejected with 152.", None, "status")  # fmt: skip
NEEDLESS_POLICY = exchange("RFC 5213 5.3.1", "needless-refusal", "error",
                           "152, 153 and 154 answer what the LMA's configuration refuses.", None, "status")  # fmt: skip

DISCARDED = exchange("RFC 6275 9.2", "answered", "error",
                     "A request with a wrong checksum or Payload Proto is discarded without an answer.", None,
                     messages=("pbu", "binding-update"))  # fmt: skip
UNROUTABLE = exchange("RFC 6275 6.1.7", "answered", "error",
                      "A request with a care-of address that is not routable is discarded without an answer.", None,
                      messages=("pbu", "binding-update"))  # fmt: skip

ANI_ALTERED = exchange("RFC 6757 4.2", "altered", "error",
                       "Access network identifiers come back as they were, or not at all.", None, "ani")  # fmt: skip

JUDGED = (ANI_ALTERED, DISCARDED, UNROUTABLE, SECONDS, NOT_LMA, NOT_MAG, NOT_ENABLED, NEEDLESS_POLICY)
"""Judged by `judge` below."""


def judge(request: View, answer: View, context: Context, care_of_address: bytes | None) -> Iterator[Finding]:
    """The rules that are functions: those that calculate, and those that know the LMA's configuration."""
    asked, granted = getattr(request.message, "lifetime", None), answer.message.lifetime
    status = answer.message.status
    broken = [finding for finding in request.decoded.findings if finding.rule in DISCARDING]
    if broken:
        yield found(DISCARDED, f"the answer has {status}, and in the request {broken[0].text}")
    option = request.value("alt-coa")
    if option is not None and not routable(option.alternate_care_of_address):
        yield found(UNROUTABLE, f"the answer has {status} for {show(option.alternate_care_of_address)}")
    if request.name != "pbu":
        return
    yield from _ani(request, answer)
    if asked and status < 128 and granted == 4 * asked:
        yield found(SECONDS, f"the answer has {granted}, four times the {asked} of the request")
    yield from _policy(request, status, context, care_of_address)


def _ani(request: View, answer: View) -> Iterator[Finding]:
    """RFC 6757 4.2: those that the anchor accepted, none of them changed."""
    asked, given = request.value("ani"), answer.value("ani")
    if asked is None or given is None:
        return
    strange = [type(sub).__name__ for sub in given.suboptions if sub not in asked.suboptions]
    if strange:
        yield found(ANI_ALTERED, f"the request has no such {', '.join(strange)}", answer.first("ani"))


def _may(mags: Mapping[bytes, frozenset[bytes] | None], care_of_address: bytes, name: bytes) -> bool:
    nodes = mags.get(care_of_address, frozenset())
    return nodes is None or name in nodes


def _policy(request: View, status: int, context: Context, care_of_address: bytes | None) -> Iterator[Finding]:
    """RFC 5213 5.3.1 (4) to (8), in that order; silent where the configuration is unknown."""
    mn_id = request.value("mn-id")
    if mn_id is None:
        return
    known = context.knowledge
    name = mn_id.identifier
    if known.mags is not None and care_of_address is not None and not _may(known.mags, care_of_address, name):
        if status != 154:
            yield found(NOT_MAG, f"the answer has {status} for {show(care_of_address)}")
        return
    sure = known.mags is not None and care_of_address is not None
    if known.mns is None:
        return
    enabled = known.mns.get(name)
    allowed = () if sure else (154,)
    if enabled is None:
        if known.closed and status not in (153, *allowed):
            yield found(NOT_LMA, f"the answer has {status} for {octets_text(name)}")
    elif not enabled:
        if status not in (152, *allowed):
            yield found(NOT_ENABLED, f"the answer has {status} for {octets_text(name)}")
    elif status in (152, 153) or (sure and status == 154):
        yield found(NEEDLESS_POLICY, f"the answer has {status}, and {octets_text(name)} may register")


def entry_rules() -> tuple[Rule, ...]:
    """What the registry's exchanges say of themselves."""
    return tuple(
        replace(item, messages=(exchange.request,)) for exchange in catalogue.EXCHANGES for item in exchange.rules
    )


RULES = (*RFC5213_RULES, *RFC6275_RULES, *MULTIHOMING_RULES, *RFC5648_RULES, *entry_rules(), *JUDGED)
